//! How much a figure changed or differs, and which way: `307,000 short of where
//! it stood in 2019`, `rose by 25p`, `has doubled`, `125 more vacancies than unemployed`.

use std::collections::HashSet;

use super::base::{self, At, Step};
use super::derive::{fits_rounded, growth, half, percent};
use super::phrase;
use super::place::{Number, Story, exact};
use super::sheet::{Micro, Unit};
use super::tell;
use super::whole::speaks_of_all;
use crate::article::checks::change::Way;
use crate::article::checks::direction::verb;
use crate::article::checks::slip;
use crate::article::claim::shown;
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::table::ONE;

/// The row that stands for all rows together, where the table prints none.
const SUM: usize = usize::MAX;
/// A sum of fewer digits is one by chance.
const SUM_DIGITS_MIN: u32 = 3;

/// What a change is of.
#[derive(Clone, Copy)]
struct Subject {
    at: At,
    /// Whether row and measure are surely meant.
    is_sure: bool,
}

/// Judges the changes of a draft; the mentions that are one, whichever way it went, are returned.
pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) -> HashSet<usize> {
    let mut known = HashSet::new();
    let kinds = [
        MentionKind::Count,
        MentionKind::Money,
        MentionKind::Percent,
        MentionKind::Points,
        MentionKind::Measure,
        MentionKind::Duration,
        MentionKind::Ratio,
        MentionKind::Multiple,
    ];
    for it in case.of_kinds(&kinds) {
        let Some(number) = Number::of(case, it).filter(|_| !case.is_contradicted(it)) else { continue };
        let multiple = case.mentions[it].kind == MentionKind::Multiple;
        let way = way(case, it);
        if (multiple || way.is_some()) && judge(case, story, &number, way) {
            known.insert(it);
        }
    }
    known
}

/// Cells that changes are told of by what they are called: they say that a draft speaks of its table.
pub(super) fn anchors(case: &Case<'_>, story: &Story<'_, '_>) -> Vec<(usize, At)> {
    let kinds = [MentionKind::Count, MentionKind::Money, MentionKind::Percent, MentionKind::Measure];
    let mut found = Vec::new();
    for number in case.of_kinds(&kinds).into_iter().filter_map(|it| Number::of(case, it)) {
        if number.digits < 2 || way(case, number.mention).is_none() {
            continue;
        }
        for subject in subjects(case, story, &number).into_iter().filter(|it| it.is_sure) {
            let step = base::step(case, story, &number, subject.at);
            let held = step.filter(|it| fits(case, story, &number, (it.base, it.own)));
            found.extend(held.map(|it| (case.order(number.mention), it.own)));
        }
    }
    found
}

/// The way that a word of change beside a number says.
pub(super) fn way(case: &Case<'_>, mention: usize) -> Option<Way> {
    let before = phrase::before(case, mention, 3);
    let moved = |word: &str| match word {
        "added" | "adding" | "gaining" | "gained" | "plus" | "growing" | "rising" | "climbing" | "lifting" => {
            Some(Way::Up)
        }
        "lost" | "losing" | "shed" | "shedding" | "minus" | "falling" | "dropping" | "slipping" | "shaving"
        | "shrinking" | "lose" | "loses" => Some(Way::Down),
        "gains" | "edged" => Some(Way::Up),
        word => verb(word),
    };
    let lifted = |word: &str| match word {
        "lifting" | "raising" | "boosting" | "lifted" | "raised" | "boosted" => Some(Way::Up),
        "cutting" | "trimming" | "lowering" | "lowered" | "trimmed" => Some(Way::Down),
        _ => None,
    };
    let noun = |word: &str| match word {
        "rise" | "increase" | "gain" | "jump" | "growth" | "climb" | "plus" => Some(Way::Up),
        "fall" | "drop" | "decline" | "loss" | "reduction" | "decrease" | "cut" | "slide" => Some(Way::Down),
        _ => None,
    };
    // `gives up`, `makes up`: up is no way there.
    let up = |word: &str| {
        ["gives", "gave", "give", "giving", "makes", "made", "make", "making", "took", "takes", "ended", "set"]
            .contains(&word)
    };
    let led = match before[..] {
        ["up" | "down", one, ..] if up(one) => None,
        ["by" | "another" | "a" | "an" | "some" | "almost" | "nearly" | "about", one, ..] if moved(one).is_some() => {
            moved(one)
        }
        ["of", one, ..] => noun(one),
        ["by", ..] => by(case, mention, &moved),
        [_, one, ..] if lifted(one).is_some() => lifted(one),
        ["or", ..] => restated(case, mention),
        [one, ..] => moved(one),
        [] => None,
    };
    led.or_else(|| compared(case, mention))
}

/// `edged ahead, too, by 335`: the verb before.
fn by(case: &Case<'_>, mention: usize, moved: &dyn Fn(&str) -> Option<Way>) -> Option<Way> {
    const FAR: usize = 8;
    let (before, _) = base::clause(case, mention);
    let tokens = &case.tokens(mention)[before];
    let near = tokens.iter().rev().skip(1).take(FAR).take_while(|it| !it.is("and") && !it.is_number());
    near.into_iter().find_map(|it| moved(&it.lower))
}

/// `up 13.5 per cent, or 1,670 loans`: the way of what is told once more.
fn restated(case: &Case<'_>, mention: usize) -> Option<Way> {
    const NEAR: usize = 2;
    let start = case.mentions[mention].tokens.0;
    let past = case.beside(mention).rfind(|it| case.mentions[*it].tokens.1 <= start)?;
    let gap = start - case.mentions[past].tokens.1;
    let or = case.tokens(past)[case.mentions[past].tokens.1..start].last()?.is("or");
    (or && gap <= NEAR && case.mentions[past].kind != case.mentions[mention].kind).then(|| way(case, past)).flatten()
}

/// The way that a comparative behind a number says: `1,545 better`, `33 per cent more`, `a 14 per cent reduction`.
fn compared(case: &Case<'_>, mention: usize) -> Option<Way> {
    const NOUNS_MAX: usize = 2;
    let behind = phrase::behind(case, mention, NOUNS_MAX + 2);
    let way = |word: &str| match word {
        "more" | "higher" | "better" | "dearer" | "up" | "above" | "increase" | "rise" | "longer" => Some(Way::Up),
        "fewer" | "less" | "lower" | "cheaper" | "down" | "below" | "short" | "reduction" | "fall" | "drop"
        | "decline" | "shorter" => Some(Way::Down),
        _ => None,
    };
    let plain =
        |word: &str| word.chars().all(char::is_alphabetic) && !super::words::is_plain(word) && verb(word).is_none();
    let at = behind.iter().position(|it| way(it).is_some()).filter(|it| *it <= NOUNS_MAX)?;
    let free = behind[..at].iter().all(|it| plain(it));
    let other = matches!(behind.get(at + 1), Some(&"to" | &"and"));
    way(behind[at]).filter(|_| free && !other)
}

/// What a cell is, or all of a measure together.
fn value(story: &Story<'_, '_>, (row, measure): At) -> Option<Micro> {
    if row != SUM {
        return story.cell(row, measure);
    }
    let values = &story.sheet.measures[measure].values;
    (0..values.len()).filter(|it| !story.sheet.is_total[*it]).map(|it| values[it]).sum()
}

fn text(story: &Story<'_, '_>, at: At) -> String {
    if at.0 != SUM {
        return story.shown(at.0, at.1);
    }
    let sum = value(story, at).map_or_else(String::new, |it| shown(&exact(it)));
    format!("sum of {} = {sum}", story.sheet.heading(at.1))
}

fn formula(story: &Story<'_, '_>, it: &Step) -> String {
    format!("{}, {}", text(story, it.base), text(story, it.own))
}

fn places(story: &Story<'_, '_>, it: &Step) -> Vec<crate::finding::Place> {
    [it.base, it.own].map(|it| story.spot(if it.0 == SUM { 0 } else { it.0 }, it.1)).to_vec()
}

/// Whether all figures of a table are of one measure, at several times or at one.
fn is_single(story: &Story<'_, '_>, measure: usize) -> bool {
    let family = story.sheet.siblings(measure);
    let all = &story.sheet.measures;
    (0..all.len()).all(|it| {
        family.contains(&it) || all[it].is_change || all[it].unit == Unit::Percent && all[measure].unit != Unit::Percent
    })
}

/// The row and the measure that a change is of.
fn subjects(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> Vec<Subject> {
    if let Some(measure) = summed(case, story, number) {
        return vec![Subject { at: base::latest(story, (SUM, measure)), is_sure: true }];
    }
    let Some((row, sure_row)) = base::row(case, story, number.mention) else { return Vec::new() };
    let all = &story.sheet.measures;
    let open: Vec<usize> = (0..all.len()).filter(|it| !all[*it].is_change).collect();
    let made =
        |measure: usize, sure: bool| Subject { at: base::latest(story, (row, measure)), is_sure: sure && sure_row };
    let at = case.mentions[number.mention].tokens.0;
    let mut near: Vec<&Number> = story.beside(case, number.mention);
    near.retain(|it| it.mention != number.mention);
    near.sort_by_key(|it| case.mentions[it.mention].tokens.0.abs_diff(at));
    let years = story.sheet.is_timed();
    if let Some(measure) = before_than(case, story, number).filter(|it| open.contains(it)) {
        return vec![made(measure, true)];
    }
    let around = base::around(case, number.mention);
    near.retain(|it| around.contains(&case.mentions[it.mention].tokens.0));
    let beside = near.iter().filter_map(|it| story.placed.get(&it.mention)).find(|it| it.row == row || years);
    let named = phrase::column(case, story, number).filter(|it| open.contains(&it.0));
    let own = named.filter(|it| it.1).map(|it| it.0);
    let single = open.first().copied().filter(|it| is_single(story, *it));
    let beside = beside.map(|it| it.measure).filter(|it| !all[*it].is_change);
    if let Some(measure) = single.or(own).or(beside).or(named.map(|it| it.0)) {
        return vec![made(measure, true)];
    }
    let mut found: Vec<usize> = open.iter().map(|it| base::latest(story, (row, *it)).1).collect();
    found.dedup();
    found.into_iter().map(|it| made(it, false)).collect()
}

/// `125 more vacancies than unemployed`: the one measure that stands before `than`.
fn before_than(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> Option<usize> {
    const NEAR: usize = 6;
    let behind = phrase::behind(case, number.mention, NEAR);
    let than = behind.iter().position(|it| *it == "than")?;
    let words: Vec<String> = behind[..than].iter().map(|it| super::words::form(it)).collect();
    let all = &story.sheet.measures;
    let mut found = (0..all.len()).filter(|it| all[*it].is_named(&words));
    found.next().filter(|_| found.next().is_none())
}

/// The measure whose sum another number of the sentence is, where the sentence names no row.
fn summed(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> Option<usize> {
    let scene = story.scenes.at(case, number.mention)?;
    let (start, _) = case.mentions[number.mention].tokens;
    if story.sheet.total().is_some() || story.sheet.is_timed() || scene.hits.iter().any(|it| it.tokens.start < start) {
        return None;
    }
    let fits = |it: &&Number| {
        let all = 0..story.sheet.measures.len();
        let sums = |measure: &usize| {
            story.column_score(case, it, *measure).is_some()
                && value(story, (SUM, *measure)).is_some_and(|sum| it.fits(case, sum))
        };
        all.into_iter().filter(sums).max_by_key(|it| story.sheet.measures[*it].time)
    };
    let beside = story.beside(case, number.mention);
    let sums: Vec<usize> = beside
        .iter()
        .filter(|it| {
            it.mention != number.mention && it.digits >= SUM_DIGITS_MIN && !story.placed.contains_key(&it.mention)
        })
        .filter_map(fits)
        .collect();
    sums.into_iter().max_by_key(|it| story.sheet.measures[*it].time)
}

/// Whether a change would be told by a number, whichever way it went.
fn fits(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, (base, own): (At, At)) -> bool {
    let (Some(a), Some(b)) = (value(story, base), value(story, own)) else { return false };
    let mention = &case.mentions[number.mention];
    let rate = story.sheet.measures[own.1].unit == Unit::Percent;
    // What is in another unit is another amount.
    if number.unit.differs(&story.sheet.measures[own.1].unit) && mention.kind != MentionKind::Multiple {
        return false;
    }
    match mention.kind {
        MentionKind::Multiple => {
            ratio(a, b).is_some_and(|it| mention.inner.as_ref().is_some_and(|inner| inner.holds(&exact(it))))
        }
        MentionKind::Ratio => growth(a, b)
            .is_some_and(|it| mention.inner.as_ref().is_some_and(|inner| inner.holds(&exact(it.abs() / 100)))),
        MentionKind::Percent => growth(a, b).is_some_and(|it| fits_rounded(case, number, it.abs())),
        MentionKind::Points => rate && (number.value - (b - a).abs()).abs() <= number.half,
        _ => a != b && number.fits(case, (b - a).abs()),
    }
}

fn ratio(a: Micro, b: Micro) -> Option<Micro> {
    (a > 0 && b > 0).then(|| b.checked_mul(ONE)?.checked_div(a)).flatten()
}

/// Judges one; whether it is a change by what it is called.
fn judge(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number, way: Option<Way>) -> bool {
    let all = subjects(case, story, number);
    let steps: Vec<(Subject, Step)> =
        all.iter().filter_map(|it| Some((*it, base::step(case, story, number, it.at)?))).collect();
    let kind = if case.mentions[number.mention].kind == MentionKind::Count { "difference" } else { "change" };
    let held = steps.iter().find(|it| fits(case, story, number, (it.1.base, it.1.own)));
    if let Some((subject, step)) = held {
        let went =
            value(story, step.base).zip(value(story, step.own)).map(|(a, b)| if b > a { Way::Up } else { Way::Down });
        let turned = way.is_some() && went.is_some() && way != went;
        if turned {
            reversed(case, story, number, *subject, step);
            return true;
        }
        // What a comparison of few digits holds of by chance confirms nothing.
        let telling = step.is_named || number.digits >= 2 || subject.is_sure && base::is_pair(story, step.own);
        if telling {
            tell::confirm(case, number.mention, kind, formula(story, step), places(story, step));
        }
        return true;
    }
    if let [(subject, step)] = &steps[..] {
        wrong(case, story, number, *subject, step);
    }
    if !case.is_decided(number.mention) {
        points(case, story, number, way);
    }
    case.is_contradicted(number.mention)
}

/// `Their support fell by 7.7 per cent`, where it fell by so many points in one row, and by so much in none.
fn points(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number, way: Option<Way>) {
    let mention = &case.mentions[number.mention];
    let Some(scene) = story.scenes.at(case, number.mention) else { return };
    if mention.kind != MentionKind::Percent || mention.hedged || number.digits < 2 || way.is_none() {
        return;
    }
    let all = &story.sheet.measures;
    let rates = |it: &usize| all[*it].unit == Unit::Percent && !all[*it].is_change;
    let mut found: Vec<(At, At)> = Vec::new();
    for measure in (0..all.len()).filter(rates) {
        for row in (0..story.sheet.rows()).filter(|it| !story.sheet.is_timed() || *it == 0) {
            for (base, own) in base::pairs(story, (row, measure)) {
                let (Some(a), Some(b)) = (value(story, base), value(story, own)) else { continue };
                if fits(case, story, number, (base, own)) || number.fits(case, a) || number.fits(case, b) {
                    return;
                }
                let went = if b > a { Way::Up } else { Way::Down };
                if (number.value - (b - a).abs()).abs() <= number.half && Some(went) == way {
                    found.push((base, own));
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    let [(base, own)] = found[..] else { return };
    let other = scene.hits.iter().any(|it| !it.rows.contains(&own.0)) || is_other(case, number);
    // What fell may be something else than the table tells: the row is named, or meant by a pronoun.
    let named = scene.hits.iter().any(|it| it.rows.contains(&own.0))
        || phrase::has(case.words(number.mention), &["their", "its", "they", "it"]);
    let other = other || !named;
    let shares = (0..all.len()).all(|it| all[it].unit == Unit::Percent);
    if other || !shares {
        return;
    }
    let step = Step { own, base, is_named: false };
    let reason = format!("it is {} percentage points: {}", shown(&exact(number.value)), formula(story, &step));
    tell::contradict(case, number.mention, "change", reason, formula(story, &step), places(story, &step));
}

/// The amount is right, and the way is the other.
fn reversed(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number, subject: Subject, step: &Step) {
    let (Some(a), Some(b)) = (value(story, step.base), value(story, step.own)) else { return };
    let negative = a < 0 || b < 0;
    let other = base::pairs(story, subject.at).into_iter().filter(|it| fits(case, story, number, *it)).count() > 1;
    let open = !subject.is_sure
        || negative
        || other
        || number.digits < 2
        || case.mentions[number.mention].kind == MentionKind::Multiple;
    let two = step.is_named || base::is_pair(story, step.own);
    if open || !two || is_other(case, number) {
        return;
    }
    let reason = format!("it went the other way: {}", formula(story, step));
    tell::contradict(case, number.mention, "change", reason, formula(story, step), places(story, step));
}

/// Whether words around a number say that it is of something else.
fn is_other(case: &Case<'_>, number: &Number) -> bool {
    #[rustfmt::skip]
    const OTHER: &[&str] = &[
        "would", "expected", "forecast", "average", "target", "plan", "inflation", "except", "without", "only", "first", "least",
        "another", "further", "combined", "both", "each", "half", "place",
        "places", "position", "positions", "rank", "ranking", "ranks", "most", "any", "other", "total", "lead", "instead", "not",
    ];
    let clause = phrase::clause(case, number.mention);
    let per = clause.windows(2).any(|it| it[0].is("per") && !it[1].is("cent"));
    per || phrase::has(clause, OTHER)
}

/// Whether a number may be something else of its row: a cell, or a step between two of them.
fn is_explained(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, at: At) -> bool {
    let all = &story.sheet.measures;
    let row = |it: usize| value(story, (at.0, it));
    let cell = (0..all.len()).filter_map(row).any(|it| it != 0 && number.fits(case, it));
    let stepped = || base::pairs(story, at).into_iter().any(|it| fits(case, story, number, it));
    let rows: Vec<usize> =
        if story.sheet.is_timed() || at.0 == SUM { Vec::new() } else { (0..story.sheet.rows()).collect() };
    let against = || rows.iter().any(|it| *it != at.0 && fits(case, story, number, ((*it, at.1), at)));
    let printed =
        || number.digits >= 3 && all.iter().any(|it| it.values.iter().flatten().any(|it| number.fits(case, *it)));
    cell || printed() || stepped() || against()
}

fn wrong(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number, subject: Subject, step: &Step) {
    let (Some(a), Some(b)) = (value(story, step.base), value(story, step.own)) else { return };
    let mention = &case.mentions[number.mention];
    // `the five ports edged up 1.9 percent` is no change of one of them.
    let is_of_all = speaks_of_all(case, story, number.mention) && story.sheet.is_total.get(step.own.0) == Some(&false);
    let sure = !is_of_all && subject.is_sure && (step.is_named || base::is_pair(story, step.own));
    let counted = !matches!(mention.kind, MentionKind::Multiple | MentionKind::Ratio);
    let explained = if step.is_named && !counted { false } else { is_explained(case, story, number, step.own) };
    if !sure || a == b || is_other(case, number) || explained {
        return;
    }
    let rate = story.sheet.measures[step.own.1].unit == Unit::Percent;
    let gap = (b - a).abs();
    let said = match mention.kind {
        // A difference of percentages that is called percent.
        MentionKind::Percent if rate => {
            let points = (number.value - gap).abs() <= number.half && number.value != 0;
            points.then(|| format!("it is {} percentage points", shown(&exact(gap))))
        }
        MentionKind::Percent => by_percent(case, number, a, b),
        MentionKind::Multiple => {
            let found = ratio(a, b).filter(|it| mention.outer.as_ref().is_some_and(|outer| !outer.holds(&exact(*it))));
            found.map(|it| format!("it is {} times as much", shown(&exact(it))))
        }
        MentionKind::Ratio => {
            let found = growth(a, b).map(|it| it.abs() / 100);
            let found = found.filter(|it| mention.outer.as_ref().is_some_and(|outer| !outer.holds(&exact(*it))));
            found.map(|it| format!("the change is {} percent", shown(&exact(it * 100))))
        }
        MentionKind::Points => None,
        _ => by_amount(case, story, number, step, gap),
    };
    let Some(said) = said else { return };
    let reason = format!("{said}: {}", formula(story, step));
    tell::contradict(case, number.mention, "change", reason, formula(story, step), places(story, step));
}

/// A percentage that is not the change.
fn by_percent(case: &Case<'_>, number: &Number, a: Micro, b: Micro) -> Option<String> {
    let found = growth(a, b)?.abs();
    let hedged = case.mentions[number.mention].hedged;
    let later = percent(b - a, b).is_some_and(|it| fits_rounded(case, number, it.abs()));
    if later {
        return Some(format!("the change is {} percent; the base is the later value", shown(&exact(found))));
    }
    let close = (found - number.value).abs() <= 2 * half(number);
    let near = found < number.value * 4 && number.value < found * 4;
    (!hedged && !close && near).then(|| format!("the change is {} percent", shown(&exact(found))))
}

/// An amount that is not the difference.
fn by_amount(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, step: &Step, gap: Micro) -> Option<String> {
    let mention = &case.mentions[number.mention];
    if let (Unit::Of(one), Unit::Of(two)) = (&number.unit, &story.sheet.measures[step.own.1].unit)
        && one != two
    {
        // `235 kilograms` beside a table in tonnes.
        let alike = [["g", "kg", "t"], ["mm", "cm", "km"], ["kwh", "mwh", "gwh"]]
            .iter()
            .any(|it| it.contains(&&**one) && it.contains(&&**two));
        let same = alike && step.is_named && number.digits >= 2 && number.fits(case, gap);
        return same.then(|| format!("the table is in {two}"));
    }
    let slip = slip::between(&exact(number.value), &exact(gap));
    let own = &story.sheet.measures[step.own.1];
    let counted = mention.head.nouns.iter().filter(|it| compared_word(it).is_none()).count() == 0;
    let about = phrase::is_about(case, story, number, step.own.1);
    let named = counted || about || Story::is_noun(case, number, own);
    let near = gap < number.value * 2 && number.value < gap * 2;
    // What is counted by another word is meant only where a slip of some digits explains it.
    if !about && (slip.is_none() || number.digits < 3) {
        return None;
    }
    let ok = !mention.hedged && number.digits >= 2 && step.is_named && (slip.is_some() || named && near);
    ok.then(|| match slip {
        Some(slip) => format!("the difference is {slip}"),
        None => format!("the difference is {}", shown(&exact(gap))),
    })
}

/// Whether a word only compares.
fn compared_word(word: &str) -> Option<()> {
    matches!(
        word,
        "more"
            | "fewer"
            | "less"
            | "higher"
            | "lower"
            | "up"
            | "down"
            | "better"
            | "below"
            | "above"
            | "short"
            | "cheaper"
    )
    .then_some(())
}
