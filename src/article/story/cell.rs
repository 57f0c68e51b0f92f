//! Numbers that should be a cell and are another: exchanged digits, a wrong
//! word of scale, the cell beside.

use super::derive;
use super::place::{Number, Placed, Story, exact, may_slip, significant};
use super::scene::chunk;
use super::sheet::Unit;
use super::tell;
use crate::article::checks::slip;
use crate::article::judge::Case;
use crate::article::table::ONE;
use crate::article::tokens::Token;
use crate::slip::SlipKind;

pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for number in &story.numbers {
        let mention = &case.mentions[number.mention];
        if case.is_decided(number.mention) || mention.hedged || !tell::is_fact(case, number.mention) {
            continue;
        }
        if scale(case, story, number) || story.placed.contains_key(&number.mention) {
            continue;
        }
        let _ = digits(case, story, number) || rate(case, story, number) || beside(case, story, number);
    }
}

/// The one row that a number is surely of, and how surely.
pub(super) fn meant_row(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> Option<(usize, i32)> {
    let levels = story.levels(case, number.mention);
    let top = levels.iter().copied().max().filter(|it| *it >= 2)?;
    let mut rows: Vec<usize> = (0..levels.len()).filter(|it| levels[*it] == top).collect();
    if rows.len() > 1 {
        rows.retain(|it| !story.sheet.is_total[*it]);
    }
    if let [row] = rows[..] { Some((row, top)) } else { None }
}

/// Whether another number of the sentence is a cell.
fn is_cited(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, row: usize, measure: usize) -> bool {
    let is = |it: &Placed| it.row == row && it.measure == measure;
    story.beside(case, number.mention).iter().any(|it| story.placed.get(&it.mention).is_some_and(is))
}

/// `2,607` for 2,067 in a row that is named, or in the total.
fn digits(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    // Round numbers are a digit away from many.
    if significant(number.value) < 100 {
        return false;
    }
    let levels = story.levels(case, number.mention);
    let derived = std::cell::OnceCell::new();
    let is_derived = || {
        *derived.get_or_init(|| derive::is_derived(case, story, number) || derive::is_worked_out(case, story, number))
    };
    let all_told = {
        let (before, behind) = super::base::clause(case, number.mention);
        let tokens = case.tokens(number.mention);
        super::scene::is_total(tokens, before) || super::scene::is_total(tokens, behind)
    };
    // A number that is rounded is no slip of what it is rounded from.
    let rounded = significant(number.value) < 10_i128.pow(number.digits.saturating_sub(1).min(20));
    let ranged = story.scenes.at(case, number.mention).is_some_and(|it| it.hits.iter().any(|it| it.is_end));
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    for (row, &level) in levels.iter().enumerate() {
        // A sum over a range of rows is not the cell at its end, and what is said of all is of no row.
        if ranged && level < 3 || all_told && !story.sheet.is_total[row] {
            continue;
        }
        let fits = |it: &usize| story.cell(row, *it).is_some() && story.column_score(case, number, *it).is_some();
        let alone = (0..story.sheet.measures.len()).filter(fits).count() == 1;
        for measure in 0..story.sheet.measures.len() {
            let (Some(cell), Some(score)) = (story.cell(row, measure), story.column_score(case, number, measure))
            else {
                continue;
            };
            // What it counts is something else: `98,000 inhabitants` beside recipients.
            if score < 2 && !case.mentions[number.mention].head.nouns.is_empty() {
                continue;
            }
            let told = if story.sheet.is_total[row] { level.max(2) } else { level };
            let may = |exchanged: bool| is_sure(number, told, score, exchanged, alone);
            if !may_slip(number.value, cell) || !may(true) && !may(false) {
                continue;
            }
            let Some((kind, slip)) = slip::explained(&exact(number.value), &exact(cell.abs())) else { continue };
            // Where row and column are named beside it, nothing else is meant.
            let named = level >= 4 && score >= 6 && !all_told;
            if !named && is_derived() || is_cited(case, story, number, row, measure) {
                continue;
            }
            if rounded && kind != SlipKind::Exchanged && level < 4 {
                continue;
            }
            if may(kind == SlipKind::Exchanged) && kind != SlipKind::Factor {
                found.push((row, measure, slip));
            }
        }
    }
    let [(row, measure, slip)] = &found[..] else { return false };
    tell::cell_is(case, story, number, (*row, *measure), Some(slip.clone()));
    true
}

/// Whether a cell of some digits is meant by a number that is a slip away from it: a number of
/// five digits is near a cell by chance once in 2,000, one of three once in 30.
fn is_sure(number: &Number, level: i32, score: i32, exchanged: bool, alone: bool) -> bool {
    let decimals = number.value % ONE != 0;
    match number.digits {
        3 if exchanged => {
            level >= 4
                || level >= 3 && (score >= 2 || alone)
                || level >= 2 && score >= 4
                || level >= 2 && score >= 2 && decimals
        }
        3 => level >= 4 && (score >= 4 || alone),
        4 if exchanged => level >= 2,
        4 => level >= 3 && score >= 2 || level >= 4 && alone,
        5 => level >= 3 || level >= 2 && (exchanged || score >= 2),
        _ => level >= 2 || score >= 2,
    }
}

/// `4.26 billion` for 4,260 in thousands.
fn scale(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    const STEPS: [(i128, &str); 2] = [(1_000, "1,000 times"), (1_000_000, "1,000,000 times")];
    let Some((row, level)) = meant_row(case, story, number) else { return false };
    if !number.is_scaled || number.digits < 2 || story.placed.contains_key(&number.mention) {
        return false;
    }
    let mut found: Vec<(usize, String)> = Vec::new();
    for measure in 0..story.sheet.measures.len() {
        let (Some(cell), Some(score)) = (story.cell(row, measure), story.column_score(case, number, measure)) else {
            continue;
        };
        // Where the heading names no scale, other numbers of the draft tell it.
        let own = &story.sheet.measures[measure];
        let alike = |it: &Placed| {
            let other = &story.sheet.measures[it.measure];
            other.unit == own.unit && other.scale == own.scale && it.row_level >= 2
        };
        // `a no` is no heading of an amount.
        if number.unit == Unit::Money && own.stems.iter().all(|it| super::words::is_plain(it)) {
            continue;
        }
        let sure = level + score >= 4 || number.digits >= 3 && own.scale > 1;
        if !sure || cell == 0 || own.scale == 1 && !story.placed.values().any(alike) {
            continue;
        }
        for (step, times) in STEPS {
            if number.fits(case, cell.saturating_mul(step)) {
                found.push((measure, format!("{times} too large")));
            } else if (number.value * step - cell.abs()).abs() <= number.half * step {
                found.push((measure, format!("{times} too small")));
            }
        }
    }
    let [(measure, slip)] = &found[..] else { return false };
    tell::cell_is(case, story, number, (row, *measure), Some(slip.clone()));
    true
}

/// `Beech House has ten carers` for the ten of the row beside it.
fn beside(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    let Some((row, level)) = meant_row(case, story, number) else { return false };
    let Some(measure) = meant_measure(case, story, number) else { return false };
    let Some(cell) = story.cell(row, measure) else { return false };
    let own = &story.sheet.measures[measure];
    let in_row = |it: usize| story.cell(row, it).is_some_and(|it| number.fits(case, it));
    let unnamed = |other: &usize| {
        let paragraph = &story.scenes.all[case.mentions[number.mention].paragraph];
        !paragraph.iter().any(|scene| scene.hits.iter().any(|it| it.rows.contains(other)))
    };
    let others: Vec<usize> = (0..story.sheet.rows())
        .filter(|it| *it != row && own.values[*it].is_some_and(|it| number.fits(case, it)))
        .filter(unnamed)
        .collect();
    let near = number.value.abs() * 4 > cell.abs() && cell.abs() * 4 > number.value.abs();
    let open = is_cited(case, story, number, row, measure)
        || (0..story.sheet.measures.len()).any(in_row)
        || others.len() != 1 && derive::is_derived(case, story, number)
        || is_compared(case, number)
        || !near
        || story.sheet.is_total[row]
        // What the total has may be said of everything.
        || others.iter().any(|it| story.sheet.is_total[*it]);
    let direct = level == 4 && number.digits >= 3 && number.value >= 100 * ONE;
    if open || others.len() != 1 && !direct || number.value < 5 * ONE {
        return false;
    }
    let slip = match others[..] {
        [other] => Some(format!("this is the figure of {}", story.sheet.label(other))),
        _ => None,
    };
    tell::cell_is(case, story, number, (row, measure), slip);
    true
}

/// `Corrie, with 40 percent` for 57, where one column is in percent and the draft speaks of it.
fn rate(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    let Some((row, level)) = meant_row(case, story, number) else { return false };
    let percent = |it: &usize| {
        let own = &story.sheet.measures[*it];
        own.unit == Unit::Percent && !own.is_change
    };
    let all: Vec<usize> = (0..story.sheet.measures.len()).filter(percent).collect();
    let measure = match all[..] {
        [one] => Some(one),
        _ => meant_measure(case, story, number).filter(|it| all.contains(it)),
    };
    let sure = super::base::row(case, story, number.mention) == Some((row, true));
    let Some(measure) = measure.filter(|_| number.unit == Unit::Percent && level >= 3 && sure) else { return false };
    let paragraph = case.mentions[number.mention].paragraph;
    let spoken = story.numbers.iter().any(|it| {
        let beside = case.mentions[it.mention].paragraph == paragraph;
        beside && story.placed.get(&it.mention).is_some_and(|it| it.measure == measure && it.row_level >= 3)
    }) || story.column_score(case, number, measure).is_some_and(|it| it >= 3);
    let Some(cell) = story.cell(row, measure) else { return false };
    let end = case.mentions[number.mention].tokens.1;
    let of = case
        .tokens(number.mention)
        .get(end)
        .is_some_and(|it| matches!(&*it.lower, "of" | "in" | "more" | "less" | "fewer" | "to" | "point"));
    let near =
        number.value * 4 > cell && cell * 4 > number.value && number.half + ONE / 2 < (number.value - cell).abs();
    let open = of
        || !spoken
        || !near
        || is_cited(case, story, number, row, measure)
        || is_changed(case, number)
        || derive::is_rate(case, story, number, row);
    if open {
        return false;
    }
    tell::cell_is(case, story, number, (row, measure), None);
    true
}

/// Whether the words around a number tell a change.
fn is_changed(case: &Case<'_>, number: &Number) -> bool {
    let tokens = case.tokens(number.mention);
    let near = chunk(tokens, &case.sentence(number.mention), case.mentions[number.mention].tokens.0);
    tokens[near].iter().any(|it| {
        super::relate::CHANGE.contains(&&*it.lower)
            || matches!(&*it.lower, "than" | "by" | "from" | "error" | "another")
    })
}

/// The measure that is what a number counts, told apart from those like it.
pub(super) fn meant_measure(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> Option<usize> {
    let scene = story.scenes.at(case, number.mention)?;
    let all = &story.sheet.measures;
    let fits = |it: &usize| {
        let own = &all[*it];
        let unit = story.column_score(case, number, *it).is_some();
        unit && !own.is_change
            && (Story::is_noun(case, number, own)
                || own.stems.iter().all(|it| scene.has(it)) && !own.stems.is_empty()
                || own.unit == number.unit && own.unit != Unit::None && own.stems.iter().any(|it| scene.has(it)))
    };
    let found: Vec<usize> = (0..all.len()).filter(fits).collect();
    let told = |it: &usize| {
        found.iter().filter(|other| *other != it).all(|other| {
            let has = |words: &[String], beside: &[String]| -> (usize, usize) {
                let own: Vec<&String> = words.iter().filter(|it| !beside.contains(it)).collect();
                (own.iter().filter(|it| scene.has(it)).count(), own.len())
            };
            let words = |it: usize| [all[it].stems.clone(), all[it].marks.clone()].concat();
            let (own, other) = (words(*it), words(*other));
            let (mine, theirs) = (has(&own, &other), has(&other, &own));
            mine.0 > 0 && theirs.0 == 0 || theirs.1 > 0 && mine.1 == 0 && theirs.0 == 0
        })
    };
    let mut told = found.iter().copied().filter(told);
    let one = told.next()?;
    told.next().is_none().then_some(one)
}

/// Whether the words around a number compare it with another, or tell a change.
pub(super) fn is_compared(case: &Case<'_>, number: &Number) -> bool {
    let mention = &case.mentions[number.mention];
    let tokens = case.tokens(number.mention);
    let near = chunk(tokens, &case.sentence(number.mention), mention.tokens.0);
    tokens[near].iter().any(|it| {
        #[rustfmt::skip]
        const WORDS: &[&str] = &[
            "more", "less", "fewer", "than", "higher", "lower", "above", "below", "ahead", "behind", "by", "up", "down", "another",
            "other", "only", "increase", "rise", "fall", "drop", "lead", "margin", "difference", "average", "rose", "fell", "grew", "gained",
            "lost", "missing", "per", "each", "every", "further", "additional", "extra", "new", "two", "most", "half", "between", "since",
            "first", "last", "next", "until", "before", "after", "of", "under", "over", "aged", "age", "loses", "gains", "from", "to",
        ];
        WORDS.contains(&&*it.lower)
    })
}

/// Cells that are told with the year or the month of another column.
pub(super) fn marks(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for number in &story.numbers {
        let Some(placed) = story.placed.get(&number.mention).copied() else { continue };
        if case.is_decided(number.mention) || case.mentions[number.mention].hedged || number.digits < 2 {
            continue;
        }
        let Some(measure) = other_mark(case, story, number, placed) else { continue };
        let slip = format!("this is the figure of {}", story.sheet.heading(placed.measure));
        tell::cell_is(case, story, number, (placed.row, measure), Some(slip));
    }
}

/// The measure whose mark stands beside a number, where the number is that of another.
fn other_mark(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, placed: Placed) -> Option<usize> {
    let own = &story.sheet.measures[placed.measure];
    if own.marks.is_empty()
        || placed.row_level < 2
        || own.unit == Unit::None && own.stems.is_empty() && number.digits < 3
    {
        return None;
    }
    let scene = story.scenes.at(case, number.mention)?;
    let tokens = case.tokens(number.mention);
    // `140 minutes from 156 in 2022`: the year directly behind a number is its own.
    let bound = bound_year(tokens, case.mentions[number.mention].tokens.1);
    if bound.is_none() && own.marks.iter().any(|it| scene.words.contains(it)) {
        return None;
    }
    let near = chunk(tokens, &scene.tokens, case.mentions[number.mention].tokens.0);
    let words = |near: &[Token<'_>]| near.iter().map(|it| super::words::form(&it.lower)).collect::<Vec<String>>();
    let words = bound.as_ref().map_or_else(|| words(&tokens[near]), |it| vec![it.clone()]);
    let named = |it: &usize| {
        let other = &story.sheet.measures[*it];
        other.stems == own.stems
            && other.unit == own.unit
            && other.marks.iter().all(|it| words.contains(it))
            && !other.marks.is_empty()
    };
    let mut found = (0..story.sheet.measures.len()).filter(named);
    let one = found.next()?;
    let cell = story.cell(placed.row, one)?;
    let plain = found.next().is_none() && !number.fits(case, cell) && !is_cited(case, story, number, placed.row, one);
    let compared = words.iter().any(|it| {
        matches!(
            it.as_str(),
            "than" | "from" | "against" | "compared" | "since" | "after" | "before" | "between" | "until"
        )
    });
    (plain && !compared).then_some(one)
}

/// The year that follows a number: `156 in 2022`.
fn bound_year(tokens: &[Token<'_>], end: usize) -> Option<String> {
    let year = &tokens.get(end + 1).filter(|_| tokens[end].is("in"))?.lower;
    (year.len() == 4 && year.bytes().all(|it| it.is_ascii_digit())).then(|| year.to_string())
}
