//! Scores of matches, averages, leads and lists: what a sentence itself adds up,
//! and weekdays of the days that a table names.

use super::phrase;
use super::place::{Number, Story, exact};
use super::sheet::{Micro, Unit};
use super::tell;
use crate::article::claim::{ClaimVerdict, shown};
use crate::article::dates::Day;
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::table::ONE;
use crate::article::words::weekday_name;

pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for it in case.of_kinds_anywhere(&[MentionKind::Score]) {
        score(case, story, it);
    }
    for it in case.of_kinds_anywhere(&[MentionKind::Date]) {
        weekday(case, story, it);
    }
    for number in &story.numbers {
        if !case.is_contradicted(number.mention) {
            lead(case, story, number);
            list(case, story, number);
        }
    }
    for it in case.of_kinds(&[MentionKind::Ratio, MentionKind::Percent]) {
        fraction(case, it);
    }
}

/// The two sides of a score.
fn sides(case: &Case<'_>, it: usize) -> Option<(Micro, Micro)> {
    let mention = &case.mentions[it];
    let tokens = &case.tokens(it)[mention.tokens.0..mention.tokens.1];
    let numbers: Vec<Micro> = tokens.iter().filter_map(|it| it.text.parse::<i128>().ok()).map(|it| it * ONE).collect();
    if let [a, b] = numbers[..] { Some((a, b)) } else { None }
}

/// The cells that scores of the draft are, with points for how surely.
pub(super) fn anchors(case: &Case<'_>, story: &Story<'_, '_>) -> Vec<(usize, (usize, usize), u32)> {
    let mut found = Vec::new();
    for it in case.of_kinds_anywhere(&[MentionKind::Score]) {
        let Some((a, b)) = sides(case, it) else { continue };
        let levels = story.levels(case, it);
        for (one, two) in pairs(story) {
            for (row, level) in levels.iter().enumerate() {
                let own = (story.cell(row, one), story.cell(row, two));
                let same = own == (Some(a), Some(b)) || own == (Some(b), Some(a));
                let large = a >= 10 * ONE && b >= 10 * ONE;
                if same && (large || *level >= 3) {
                    let points = 1 + u32::from(large);
                    let order = case.order(it);
                    found.extend([(order, (row, one), points), (order, (row, two), points)]);
                }
            }
        }
    }
    found
}

/// `93-87` in the row that its sentence names.
fn score(case: &mut Case<'_>, story: &Story<'_, '_>, it: usize) {
    let Some((a, b)) = sides(case, it) else { return };
    let levels = story.levels(case, it);
    let Some(top) = levels.iter().copied().max().filter(|it| *it >= 3) else { return };
    let rows: Vec<usize> = (0..levels.len()).filter(|it| levels[*it] == top).collect();
    let pairs = pairs(story);
    let holds = |row: usize, pair: &(usize, usize)| {
        let own = (story.cell(row, pair.0), story.cell(row, pair.1));
        own == (Some(a), Some(b)) || own == (Some(b), Some(a))
    };
    let printed = |row: usize| {
        let cell = |column: &usize| {
            let text = story.sheet.table.text(row, *column).replace(['–', ':'], "-");
            text == format!("{}-{}", a / ONE, b / ONE) || text == format!("{}-{}", b / ONE, a / ONE)
        };
        story.sheet.keys.iter().any(cell)
    };
    let found = rows.iter().find_map(|row| Some((*row, *pairs.iter().find(|pair| holds(*row, pair))?)));
    if let Some((row, pair)) = found {
        let formula = format!("{}, {}", story.shown(row, pair.0), story.shown(row, pair.1));
        return tell::confirm(case, it, "cell", formula, vec![story.spot(row, pair.0), story.spot(row, pair.1)]);
    }
    let [row] = rows[..] else { return };
    // One side right says that the match is meant.
    let half = |pair: &&(usize, usize)| {
        let (one, two) = (story.cell(row, pair.0), story.cell(row, pair.1));
        one == Some(a) || two == Some(b) || one == Some(b) || two == Some(a)
    };
    let anywhere = (0..story.sheet.rows()).any(|row| printed(row) || pairs.iter().any(|it| holds(row, it)));
    let Some(pair) = pairs.iter().find(half).filter(|_| !anywhere).copied() else { return };
    let formula = format!("{}, {}", story.shown(row, pair.0), story.shown(row, pair.1));
    let reason = format!("the table has {formula}");
    tell::contradict(case, it, "cell", reason, formula, vec![story.spot(row, pair.0), story.spot(row, pair.1)]);
}

/// Columns side by side whose figures may be the two sides of a score.
fn pairs(story: &Story<'_, '_>) -> Vec<(usize, usize)> {
    let all = &story.sheet.measures;
    let side = |it: usize| all[it].unit == Unit::None && all[it].scale == 1;
    (1..all.len())
        .filter(|it| side(*it) && side(it - 1) && all[it - 1].column + 1 == all[*it].column)
        .map(|it| (it - 1, it))
        .collect()
}

/// `Saturday, 14 June`, where the table has the year of that day.
fn weekday(case: &mut Case<'_>, story: &Story<'_, '_>, it: usize) {
    let Some(day) = case.mentions[it].dated.map(|it| it.from) else { return };
    let (Some(named), None) = (day.weekday, day.year) else { return };
    let same = |row: &usize| {
        story.sheet.days[*row].is_some_and(|own| Some(own.month()) == day.month && Some(own.day()) == day.day)
    };
    let rows: Vec<usize> = (0..story.sheet.rows()).filter(same).collect();
    let years: Vec<i16> = story.sheet.days.iter().flatten().map(|it| it.year()).collect();
    let (Some(first), Some(last)) = (years.iter().min(), years.iter().max()) else { return };
    let months: Vec<i8> = story.sheet.days.iter().flatten().map(|it| it.month()).collect();
    let inside = day.month.is_some_and(|it| months.iter().min() <= Some(&it) && Some(&it) <= months.iter().max());
    let known: Vec<i16> = rows.iter().filter_map(|it| story.sheet.days[*it]).map(jiff::civil::Date::year).collect();
    let year = match known[..] {
        [one] => one,
        _ if first == last && (!rows.is_empty() || inside) => *first,
        _ => return,
    };
    let Some(date) = (Day { year: Some(year), ..day }).date() else { return };
    let found = date.weekday().to_monday_one_offset();
    let formula = format!("{date} is a {}", weekday_name(found));
    let column = story.sheet.keys.first().copied().unwrap_or(0);
    let places = rows.iter().take(1).map(|row| {
        crate::finding::Place::of_cell(story.sheet.table, *row, column, crate::finding::Role::Operand, "the day")
    });
    let proof = evidence("weekday", formula.clone(), places.collect());
    let said = if found == named {
        CheckResult::of(ClaimVerdict::Confirmed, "the weekday matches the date in the year of the table", proof)
    } else {
        CheckResult::of(ClaimVerdict::Contradicted, format!("{formula}, in the year of the table"), proof)
    };
    case.say(it, said);
}

/// `61 votes ahead, 1,904 to 1,853`.
fn lead(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    let tokens = case.tokens(number.mention);
    let sentence = case.sentence(number.mention);
    let (start, end) = case.mentions[number.mention].tokens;
    let after = &tokens[end..sentence.end.min(end + 3)];
    let before = &tokens[start.saturating_sub(2).max(sentence.start)..start];
    let ahead = after.iter().any(|it| matches!(&*it.lower, "ahead" | "behind" | "more" | "lead"))
        || before.first().is_some_and(|it| matches!(&*it.lower, "lead" | "margin" | "majority"));
    let beside = story.beside(case, number.mention);
    let pairs = beside.windows(2).filter(|it| {
        let (one, two) = (&case.mentions[it[0].mention], &case.mentions[it[1].mention]);
        one.tokens.1 + 1 == two.tokens.0 && tokens[one.tokens.1].is("to") && !one.hedged && !two.hedged
    });
    let pairs: Vec<(&Number, &Number)> = pairs.map(|it| (it[0], it[1])).collect();
    let ([(a, b)], true) = (&pairs[..], ahead) else { return };
    // `185 more than before, while the total went up by 162 to 3,782`: the two are of another clause.
    let gap = case.mentions[number.mention].tokens.1..case.mentions[a.mention].tokens.0;
    let led = |word: &str| phrase::before(case, a.mention, 1) == [word];
    if tokens.get(gap).is_some_and(|it| it.iter().any(super::base::parts)) || led("by") || led("from") {
        return;
    }
    let lost = [a, b].iter().any(|it| it.mention == number.mention);
    let placed = story.placed.contains_key(&a.mention) && story.placed.contains_key(&b.mention);
    if lost || case.mentions[number.mention].hedged || a.unit != b.unit || number.unit != a.unit || !placed {
        return;
    }
    let found = (a.value - b.value).abs();
    let places = vec![case.place(a.mention, "the first number"), case.place(b.mention, "the second number")];
    let formula =
        format!("{} - {} = {}", shown(&exact(a.value)), shown(&exact(b.value)), shown(&exact(a.value - b.value)));
    if found == number.value {
        tell::confirm_by(
            case,
            number.mention,
            "matches the difference between the two numbers",
            "difference",
            formula,
            places,
        );
    } else {
        let slip = crate::article::checks::slip::between(&exact(number.value), &exact(found));
        let said = CheckResult::of(
            ClaimVerdict::Contradicted,
            format!("the difference is {}", shown(&exact(found))),
            evidence("difference", formula, places),
        );
        case.say(number.mention, said.with_slip(slip));
    }
}

/// `367 desks – 120, 90, 45, 12 and 80`: a list of all cells of a column.
fn list(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    const ADDENDS_MIN: usize = 3;
    let tokens = case.tokens(number.mention);
    let end = case.sentence(number.mention).end;
    let own = &case.mentions[number.mention];
    let lead = (own.tokens.1..end.min(own.tokens.1 + 5)).find(|it| matches!(tokens[*it].text, "–" | "—" | ":" | "("));
    let Some(lead) = lead.filter(|_| !own.hedged) else { return };
    let mut addends: Vec<&Number> = Vec::new();
    let mut next = lead + 1;
    for it in story.beside(case, number.mention).into_iter().filter(|it| case.mentions[it.mention].tokens.0 > lead) {
        let mention = &case.mentions[it.mention];
        let tight = mention.tokens.0 <= next + 1
            && (next..mention.tokens.0).all(|it| matches!(&*tokens[it].lower, "," | "and"));
        if !tight {
            break;
        }
        addends.push(it);
        next = mention.tokens.1;
    }
    let ends = tokens.get(next).is_none_or(|it| !it.is_word());
    let sum: Micro = addends.iter().map(|it| it.value).sum();
    let column = |it: &super::sheet::Measure| addends.iter().all(|number| it.values.contains(&Some(number.value)));
    let known = story.sheet.measures.iter().any(column);
    if addends.len() < ADDENDS_MIN || !ends || !known {
        return;
    }
    let places: Vec<_> = addends.iter().map(|it| case.place(it.mention, "a part")).collect();
    let texts: Vec<String> = addends.iter().map(|it| shown(&exact(it.value))).collect();
    let formula = format!("{} = {}", texts.join(" + "), shown(&exact(sum)));
    if sum == number.value {
        tell::confirm_by(case, number.mention, "matches the sum of its parts", "sum", formula, places);
    } else {
        let reason = format!("its parts add up to {}, not {}", shown(&exact(sum)), shown(&exact(number.value)));
        let slip = crate::article::checks::slip::between(&exact(number.value), &exact(sum));
        case.say(
            number.mention,
            CheckResult::of(ClaimVerdict::Contradicted, reason, evidence("sum", formula, places)).with_slip(slip),
        );
    }
}

/// `14 of the 21, just half of the group`; `Of the 98 cases, 93 were solved. That is 95 percent.`
fn fraction(case: &mut Case<'_>, it: usize) {
    if case.is_decided(it) {
        return;
    }
    let Some((part, whole)) = restated(case, it) else { return };
    let (one, two) = (&case.mentions[part], &case.mentions[whole]);
    let (Some(a), Some(b)) = (one.value.clone(), two.value.clone()) else { return };
    if one.hedged || two.hedged || b == exact(0) || a > b {
        return;
    }
    let percent = case.mentions[it].kind == MentionKind::Percent;
    let found = if percent { &a / &b * exact(100 * ONE) } else { &a / &b };
    let Some((inner, outer)) = crate::article::checks::share::allowed(&case.mentions[it]) else { return };
    let (formula, held) = if percent {
        (format!("100 * {} / {} = {}", shown(&a), shown(&b), shown(&found)), found.clone())
    } else {
        (format!("{} / {} = {}", shown(&a), shown(&b), shown(&found)), &found * exact(100 * ONE))
    };
    let places = vec![case.place(part, "the part"), case.place(whole, "the whole")];
    if inner.holds(&held) {
        tell::confirm_by(case, it, "matches the part divided by the whole", "percent", formula, places);
    } else if !outer.holds(&held) {
        let reason =
            format!("{} of {} is {}{}", shown(&a), shown(&b), shown(&found), if percent { " percent" } else { "" });
        tell::contradict(case, it, "percent", reason, formula, places);
    }
}

/// The part and the whole that a share restates: right before it, or in the sentence before.
fn restated(case: &Case<'_>, it: usize) -> Option<(usize, usize)> {
    const GAP_MAX: usize = 3;
    let tokens = case.tokens(it);
    let (start, end) = case.mentions[it].tokens;
    let counts = |range: std::ops::Range<usize>| -> Vec<usize> {
        range.filter(|it| case.mentions[*it].kind == MentionKind::Count).collect()
    };
    let joined = |part: usize, whole: usize| {
        let between: Vec<&str> =
            tokens[case.mentions[part].tokens.1..case.mentions[whole].tokens.0].iter().map(|it| &*it.lower).collect();
        matches!(between[..], ["of"] | ["of", "the" | "its" | "all"] | ["out", "of"])
    };
    let sentence = case.sentence(it);
    let said: Vec<&str> = tokens[sentence.start..start].iter().map(|it| &*it.lower).collect();
    if matches!(said[..], ["that" | "this", "is" | "was"] | ["\"" | "“", "that" | "this", "is" | "was"]) {
        let own = &case.mentions[it];
        let before: Vec<usize> = counts(case.near(it, 1).start..case.beside(it).start);
        let near = before
            .iter()
            .all(|it| case.mentions[*it].paragraph == own.paragraph && case.mentions[*it].sentence + 1 == own.sentence);
        let [first, second] = before[..] else { return None };
        let lead = case.mentions[first].tokens.0;
        let of = case.sentence(first).start + 3 > lead && tokens[case.sentence(first).start].is("of");
        return match (near, of, joined(first, second)) {
            (true, true, _) => Some((second, first)),
            (true, _, true) => Some((first, second)),
            _ => None,
        };
    }
    let generic = tokens.get(end + 2).is_some_and(|it| {
        matches!(
            &*it.lower,
            "group" | "total" | "whole" | "lot" | "party" | "house" | "class" | "field" | "number" | "team"
        )
    });
    let own = tokens.get(end).is_none_or(|it| !it.is("of")) || generic;
    let all: Vec<usize> =
        counts(case.beside(it)).into_iter().filter(|it| case.mentions[*it].tokens.1 <= start).collect();
    let [.., part, whole] = all[..] else { return None };
    let two = &case.mentions[whole];
    let paused = tokens[two.tokens.1..start].iter().any(|it| matches!(it.text, "," | "–" | "—" | "("));
    (own && joined(part, whole) && start - two.tokens.1 <= GAP_MAX && paused).then_some((part, whole))
}
