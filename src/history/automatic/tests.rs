//! The detector against reference outputs of its prototype, and on series whose answer is known.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use jiff::civil::{Date, date};

use super::dates::days;
use super::track::run_all;
use super::*;
use crate::history::{Agenda, Calendar, Correction, Count, Country, Event, Line, Options, flagged};
use crate::table::{Cadence, Period};

/// A figure of the reference, and what the prototype says of it.
struct Known {
    count: Count,
    said: Option<Said>,
    verdict: String,
}

/// Expected figure, range, explanations, p.
struct Said {
    expected: f64,
    range: (f64, f64),
    p: f64,
}

type Groups = BTreeMap<String, BTreeMap<String, Vec<Known>>>;

fn reference() -> Groups {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/automatic.csv.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let mut groups = Groups::new();
    for it in csv::Reader::from_reader(text.as_bytes()).records() {
        let it = it.unwrap();
        let number = |at: usize| it[at].parse::<f64>().ok();
        let said = number(9).map(|expected| Said {
            expected,
            range: (number(10).unwrap(), number(11).unwrap()),
            p: number(12).unwrap(),
        });
        let count = Count { at: position(&it[0], &it[1]), observed: number(7).unwrap(), exposure: number(6).unwrap() };
        let series = groups.entry(it[0].to_owned()).or_default().entry(it[2].to_owned()).or_default();
        series.push(Known { count, said, verdict: it[18].to_owned() });
    }
    groups
}

fn position(group: &str, period: &str) -> i64 {
    let number = |at: std::ops::Range<usize>| period[at].parse::<i64>().unwrap();
    if group == "monthly" {
        return number(0..4) * 12 + number(5..7) - 1;
    }
    let day = days(jiff::civil::date(1970, 1, 1), period.parse::<Date>().unwrap());
    if group == "weekly" { day.div_euclid(7) } else { day }
}

fn cadence(group: &str) -> Cadence {
    match group {
        "weekly" => Cadence::Weekly,
        "monthly" => Cadence::Monthly,
        _ => Cadence::Daily,
    }
}

/// What the detector says of all figures of a group, by series and period.
fn outcomes(series: &BTreeMap<String, Vec<Known>>, group: &str) -> Vec<BTreeMap<i64, Outcome>> {
    let lines: Vec<Line> = series
        .values()
        .map(|it| {
            let mut counts: Vec<Count> = it.iter().rev().map(|it| it.count).collect();
            Line { now: counts.remove(0), before: counts.into() }
        })
        .collect();
    let all = run_all(&lines, true, &options(&Calendar::of(cadence(group)), None));
    all.into_iter().map(|it| it.into_iter().collect()).collect()
}

/// The verdicts of one edition, in the words of the reference.
fn verdicts(edition: &[&Outcome]) -> Vec<&'static str> {
    let p: Vec<f64> = edition.iter().map(|it| if it.unjudged.is_some() { 1.0 } else { it.p }).collect();
    let flags = flagged(&p, &vec![0.0; p.len()], 0.10, Correction::Hochberg);
    let mut figures: Vec<usize> = edition.iter().map(|it| it.figures).collect();
    figures.sort_unstable();
    let far = p.iter().filter(|it| **it <= OUT).count();
    let is_young = figures[figures.len() / 2] < 8 && far >= 3 && far * 5 >= p.len();
    let word = |(it, (p, flag)): (&&Outcome, (&f64, bool))| match () {
        () if it.unjudged.is_some() => "too few to tell",
        () if is_young && *p <= OUT => "edition note",
        () if flag && *p <= OUT => "check",
        () if *p <= 0.01 => "look",
        () => "ordinary",
    };
    edition.iter().zip(p.iter().zip(flags)).map(word).collect()
}

#[test]
fn figures_are_judged_as_by_the_prototype() {
    let near = |a: f64, b: f64, share: f64, unit: f64| (a - b).abs() <= (share * b.abs()).max(unit);
    let (mut all, mut expected, mut ranges, mut chances, mut words) = (0, 0, 0, 0, 0);
    let mut first = Vec::new();
    for (group, series) in reference() {
        let outcomes = outcomes(&series, &group);
        let mut editions: BTreeMap<i64, Vec<(&Outcome, &Known)>> = BTreeMap::new();
        for (known, outcomes) in series.values().zip(&outcomes) {
            for it in known.iter().filter(|it| it.said.is_some()) {
                editions.entry(it.count.at).or_default().push((&outcomes[&it.count.at], it));
            }
        }
        for edition in editions.values() {
            let words_of = verdicts(&edition.iter().map(|it| it.0).collect::<Vec<_>>());
            for ((it, known), word) in edition.iter().zip(words_of) {
                let said = known.said.as_ref().unwrap();
                let (low, high) = it.frame.range(OUT);
                let p = if it.unjudged.is_some() { 1.0 } else { it.p };
                all += 1;
                expected += usize::from(near(it.expected, said.expected, 0.01, 0.05));
                ranges += usize::from(near(low, said.range.0, 0.02, 1.0) && near(high, said.range.1, 0.02, 1.0));
                chances += usize::from(near(p, said.p, 0.02, 1e-9));
                words += usize::from(word == known.verdict);
                if word != known.verdict && first.len() < 12 {
                    first.push(format!("{group} {}: {word} {p}, not {} {}", known.count.at, known.verdict, said.p));
                }
            }
        }
    }
    let counts = [expected, ranges, chances, words];
    assert!(all == 6_277 && counts.iter().all(|it| it * 1_000 >= all * 990), "{counts:?} of {all}: {first:#?}");
    assert!(words * 1_000 >= all * 995, "{words} of {all} verdicts: {first:#?}");
}

fn line(figures: &[f64]) -> Line {
    let mut counts: Vec<Count> =
        (0..).zip(figures).map(|(at, &observed)| Count { at, observed, exposure: 1.0 }).collect();
    counts.reverse();
    Line { now: counts.remove(0), before: counts.into() }
}

fn last(figures: &[f64]) -> Outcome {
    alone(&[line(figures)], true, &Calendar::WEEKS).remove(0).unwrap()
}

fn alone(lines: &[Line], is_count: bool, calendar: &Calendar) -> Vec<Option<Outcome>> {
    run(lines, is_count, &options(calendar, None), &mut None)
}

/// How editions are judged.
fn options(calendar: &Calendar, known: Option<crate::history::Known>) -> Options {
    Options { known: known.unwrap_or_default(), ..Options::new(calendar.clone()) }
}

#[test]
fn one_edition_after_the_other_is_judged_as_each_by_itself() {
    let told = |it: Vec<Option<Outcome>>| format!("{it:?}");
    let mut track = None;
    for edition in 1..90_i64 {
        // A series that begins late, one that ends, one with gaps, and one that is corrected.
        let figure = |series: usize, at: i64| {
            let is_there = [true, at >= 30, at % 7 != 3, at < 60, true][series];
            let corrected = if series == 4 && at == 20 && edition > 40 { 900.0 } else { 0.0 };
            let observed = around(40.0 * f64::from(u32::try_from(series).unwrap() + 1), usize::try_from(at).unwrap());
            is_there.then_some(Count {
                at,
                observed: observed + corrected,
                exposure: 1.0 - 0.1 * f64::from(u8::from(at % 5 == 0)),
            })
        };
        let line = |series| {
            let before = (0..edition).rev().filter_map(|it| figure(series, it)).collect();
            Some(Line { now: figure(series, edition)?, before })
        };
        let lines: Vec<Line> = (0..5).filter_map(line).collect();
        assert_eq!(
            told(run(&lines, true, &options(&Calendar::WEEKS, None), &mut track)),
            told(alone(&lines, true, &Calendar::WEEKS)),
            "{edition}"
        );
    }
}

#[test]
fn a_track_is_followed_by_the_next_edition_of_the_same_past() {
    let figures: Vec<f64> = (0..20).map(|it| around(60.0, it)).collect();
    let track = || {
        let mut track = None;
        run(&[line(&figures[..19])], true, &options(&Calendar::WEEKS, None), &mut track);
        track.unwrap()
    };
    let next = line(&figures);
    assert!(track().followed(std::slice::from_ref(&next), next.now.at).is_some());
    let begins = Line { now: next.now, before: Vec::new().into() };
    assert!(track().followed(&[begins.clone(), next.clone()], next.now.at).is_some());
    let mut corrected = next.clone();
    let corrects = |(at, it): (usize, &Count)| Count { observed: it.observed + f64::from(u8::from(at == 7)), ..*it };
    corrected.before = corrected.before.iter().enumerate().map(corrects).collect();
    for other in [vec![corrected], vec![begins], vec![next.clone(), next]] {
        assert!(track().followed(&other, 19).is_none(), "{other:?}");
    }
}

/// A figure around a mean, as if drawn.
fn around(mean: f64, at: usize) -> f64 {
    let noise = [0.4, -0.9, 1.3, -0.2, -1.5, 0.7, 0.1, -0.6, 1.0, -1.1, 0.3, 0.8, -0.4];
    (mean + noise[(at * 7 + at / 13) % 13] * mean.sqrt()).round()
}

#[test]
fn growth_is_followed_and_its_end_is_told() {
    let grown: Vec<f64> =
        (0..120_u32).map(|it| around(300.0 * 1.3_f64.powf(f64::from(it) / 52.0), it as usize)).collect();
    let it = last(&grown);
    assert!(it.p > 0.05 && (it.expected / grown[119] - 1.0).abs() < 0.1, "{it:?}");
    let mut fallen = grown.clone();
    fallen[119] /= 2.0;
    assert!(last(&fallen).p < OUT);
}

#[test]
fn a_new_level_is_told_once() {
    let step = |after: usize| -> Vec<f64> {
        (0..60 + after).map(|it| around(if it < 60 { 300.0 } else { 600.0 }, it)).collect()
    };
    assert!(last(&step(1)).p < OUT);
    assert!((2..10).all(|it| last(&step(it)).p > 0.01));
}

#[test]
fn a_new_level_is_told_then_noted_twice_and_then_usual() {
    for (start, level) in [(40, 600.0), (60, 600.0), (61, 120.0), (75, 0.0)] {
        let figures: Vec<f64> =
            (0..start + 8).map(|it| if it < start { around(300.0, it) } else { around(level, it) }).collect();
        let at = |after: usize| last(&figures[..start + after]);
        let first = i64::try_from(start).unwrap();
        assert!(at(1).p < OUT && at(1).since.is_none(), "{start} {level}: {:?}", at(1));
        for after in 2..=8 {
            let (it, noted) = (at(after), (after <= 3).then_some(first));
            assert!(it.p > OUT && it.since == noted, "{start} {level}, {after}: {it:?}");
        }
    }
}

#[test]
fn what_goes_back_or_goes_on_is_not_noted() {
    let before: Vec<f64> = (0..60).map(|it| around(300.0, it)).collect();
    let then = |last_two: [f64; 2]| last(&before.iter().copied().chain(last_two).collect::<Vec<_>>());
    let (back, on) = (then([600.0, 310.0]), then([600.0, 1_500.0]));
    assert!(back.p > OUT && back.since.is_none(), "{back:?}");
    assert!(on.p < OUT && on.since.is_none(), "{on:?}");
}

#[test]
fn a_missing_period_is_passed_over_and_a_part_of_one_counts_as_much_as_it_is() {
    let mut it = line(&(0..40).map(|it| around(200.0, it)).collect::<Vec<_>>());
    it.before = it.before.iter().copied().filter(|it| it.at % 9 != 4).collect();
    it.now = Count { observed: 143.0, exposure: 5.0 / 7.0, ..it.now };
    assert!(alone(&[it.clone()], true, &Calendar::WEEKS)[0].as_ref().unwrap().p > 0.2);
    it.now.exposure = 1.0;
    assert!(alone(&[it], true, &Calendar::WEEKS)[0].as_ref().unwrap().p < 0.05);
}

#[test]
fn amounts_do_not_depend_on_their_unit() {
    let of = |unit: f64, last: f64| {
        let mut figures: Vec<f64> = (0..60).map(|it| around(400.0, it) * unit).collect();
        figures.push(last * unit);
        alone(&[line(&figures)], false, &Calendar::WEEKS).remove(0).unwrap()
    };
    let (one, other) = (of(1.0, 520.0), of(1e-6, 520.0));
    assert!((one.p / other.p - 1.0).abs() < 1e-6 && one.p < OUT, "{one:?} {other:?}");
    assert!((one.frame.range(OUT).0 / other.frame.range(OUT).0 / 1e6 - 1.0).abs() < 1e-6);
    assert!(of(1.0, 402.0).p > 0.3);
}

/// The last of daily figures from 1 January 2022 on, as judged with what is known of the days.
fn of_days(figures: &[f64], agenda: &Agenda) -> Option<Outcome> {
    let calendar = Calendar::of(Cadence::Daily).with(Arc::new(agenda.clone()));
    let days = std::iter::successors(Some(date(2022, 1, 1)), |it| it.tomorrow().ok()).take(figures.len());
    let days: Vec<Period> = days.map(|it| Period { start: it, end: it }).collect();
    let first = calendar.position(days[0]);
    let mut line = line(figures);
    line.now.at += first;
    line.before = line.before.iter().map(|it| Count { at: it.at + first, ..*it }).collect();
    run(&[line], true, &options(&calendar, Some(calendar.known(days.into_iter()))), &mut None).remove(0)
}

/// Daily figures of 400 with 100 on the holidays of Germany.
fn quiet_holidays(days: usize) -> Vec<f64> {
    let holidays = Country::of("de").unwrap().holidays();
    let days = std::iter::successors(Some(date(2022, 1, 1)), |it| it.tomorrow().ok()).take(days);
    days.enumerate().map(|(at, it)| around(if holidays.contains_key(&it) { 100.0 } else { 400.0 }, at)).collect()
}

#[test]
fn a_holiday_is_explained_by_any_earlier_one_and_the_first_is_not_judged() {
    let (known, unknown) = (Agenda::new(Country::of("de"), Vec::new()), Agenda::default());
    // 1 January 2022 is the first figure, and tells nothing; 15 April is Good Friday, 3 October the day of unity.
    let (first, later) = (quiet_holidays(105), quiet_holidays(276));
    assert_eq!(of_days(&first, &known).unwrap().unjudged, None);
    let late: Vec<f64> = first[1..].iter().copied().chain([400.0]).collect();
    assert!(of_days(&late, &unknown).is_some());
    assert!(of_days(&later, &unknown).unwrap().p < OUT);
    let it = of_days(&later, &known).unwrap();
    assert!(it.unjudged.is_none() && it.p > 0.05, "{it:?}");
    // A workday like a holiday is still told.
    let mut slip = quiet_holidays(280);
    slip[279] = 100.0;
    assert!(of_days(&slip, &known).unwrap().p < OUT);
}

#[test]
fn a_declared_event_is_neither_judged_nor_learnt() {
    let event = |is_level: bool| Event {
        name: "strike".to_owned(),
        from: date(2022, 3, 2),
        to: (!is_level).then_some(date(2022, 3, 20)),
        is_level,
    };
    let figures = |days: usize, level: f64, after: f64| -> Vec<f64> {
        let level = |it: usize| match it {
            0..60 => 300.0,
            60..79 => level,
            _ => after,
        };
        (0..days).map(|it| around(level(it), it)).collect()
    };
    let peak = Agenda::new(None, vec![event(false)]);
    assert_eq!(of_days(&figures(65, 900.0, 300.0), &peak).unwrap().unjudged, Some(Unjudged::Event));
    let after = of_days(&figures(81, 900.0, 300.0), &peak).unwrap();
    assert!(after.p > 0.05 && (after.expected - 300.0).abs() < 15.0, "{after:?}");
    let level = Agenda::new(None, vec![event(true)]);
    // Of the first figure of a new level nothing was expected, and the second is held against it.
    assert!(of_days(&figures(61, 900.0, 900.0), &level).is_none());
    let second = of_days(&figures(62, 900.0, 900.0), &level).unwrap();
    assert!((second.expected - 900.0).abs() < 60.0 && second.p > 0.05, "{second:?}");
    assert!(of_days(&figures(62, 900.0, 900.0), &Agenda::default()).unwrap().expected < 700.0);
}

#[test]
fn any_figures_are_judged_without_a_panic() {
    let odd = [0.0, 1e300, 1.0, 0.0, f64::MIN_POSITIVE, 1e15, 3.0, 0.5, 1e9, 2.0];
    for counts in [true, false] {
        for from in 0..odd.len() {
            let rest: Vec<f64> = odd[from..].iter().chain(&odd).copied().collect();
            for calendar in [Cadence::Daily, Cadence::Weekly, Cadence::Monthly, Cadence::Yearly] {
                alone(&[line(&rest), line(&odd)], counts, &Calendar::of(calendar));
            }
        }
    }
    assert!(alone(&[line(&[4.0])], true, &Calendar::WEEKS)[0].is_none());
    assert!(alone(&[], true, &Calendar::WEEKS).is_empty());
}

#[test]
fn a_december_as_every_year_shifts_no_edition() {
    #![expect(clippy::cast_precision_loss, reason = "small numbers")]
    // Five years of weeks; the first four of each year have 1.8 times as much.
    let series = |number: i64| {
        let count = |at: i64| {
            let noise = ((at * 37 + number * 101) * 7919 % 61 - 30) as f64 / 30.0;
            let mean = (40.0 + 25.0 * number as f64) * if at.rem_euclid(52) < 4 { 1.8 } else { 1.0 };
            Count { at, observed: (mean + 1.2 * mean.sqrt() * noise).round(), exposure: 1.0 }
        };
        let line = Line { now: count(261), before: (0..261).rev().map(count).collect() };
        crate::history::Asked { line, is_count: true, most: None, family: 0 }
    };
    let asked: Vec<_> = (0..15).map(series).collect();
    let verdicts = crate::history::judge(&asked, &Options::new(Calendar::WEEKS));
    assert!(verdicts.shift.is_some_and(|it| !it.told), "{:?}", verdicts.shift);
}
