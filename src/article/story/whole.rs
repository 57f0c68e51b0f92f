//! Sums and averages over all rows: `together they had 6.94 million`.

use super::derive;
use super::phrase::{self, column};
use super::place::{Number, Story, exact, may_slip};
use super::sheet::{Micro, Unit};
use super::tell;
use crate::article::checks::slip;
use crate::article::claim::{ClaimVerdict, shown};
use crate::article::judge::{Case, Said, evidence};
use crate::article::table::ONE;
use crate::article::words::{Atom, atom};

/// So many rows have a sum that is told of all of them.
const ROWS_MIN: usize = 3;
/// A sum by chance has fewer digits.
const DIGITS_MIN: u32 = 4;

/// Words that say that all is meant.
const TOGETHER: &[&str] =
    &["together", "altogether", "total", "totalled", "totals", "combined", "overall", "sum", "sums"];

pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for number in &story.numbers {
        if !case.is_decided(number.mention) && !average(case, story, number) {
            total(case, story, number);
        }
    }
    // Beside one sum of a sentence another number of its column is one, too.
    for number in &story.numbers {
        if !case.is_decided(number.mention) {
            beside(case, story, number);
        }
    }
}

/// Columns whose sum a number of some digits is: it says that a draft speaks of its table.
pub(super) fn anchors(case: &Case<'_>, story: &Story<'_, '_>) -> Vec<(usize, (usize, usize))> {
    let exact = story.numbers.iter().filter(|it| it.digits >= DIGITS_MIN && !case.mentions[it.mention].hedged);
    let found = exact.filter_map(|it| {
        let sum = all(case, story, it, false).into_iter().find(|sum| it.fits(case, sum.1))?;
        Some((case.order(it.mention), (usize::MAX, sum.0)))
    });
    found.collect()
}

/// The values of a column without totals.
fn parts(story: &Story<'_, '_>, measure: usize) -> Vec<Micro> {
    let values = &story.sheet.measures[measure].values;
    (0..values.len()).filter(|it| !story.sheet.is_total[*it]).filter_map(|it| values[it]).collect()
}

/// The columns that a number may be of, with the sum or the average of each.
fn all(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, averaged: bool) -> Vec<(usize, Micro)> {
    let open = |it: &usize| {
        let own = &story.sheet.measures[*it];
        let unit = averaged || own.unit != Unit::Percent;
        unit && !own.is_change && story.column_score(case, number, *it).is_some()
    };
    let worked = |it: usize| {
        let values = parts(story, it);
        let count = i128::try_from(values.len()).ok().filter(|_| values.len() >= ROWS_MIN)?;
        let sum: Micro = values.iter().sum();
        Some((it, if averaged { sum / count } else { sum }))
    };
    (0..story.sheet.measures.len()).filter(open).filter_map(worked).collect()
}

/// Whether a number of the sentence says how many rows there are: `the six months`.
fn counts_rows(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    let rows = story.sheet.is_total.iter().filter(|it| !**it).count();
    let own = case.mentions[number.mention].tokens;
    let tokens = case.tokens(number.mention);
    let led = |at: usize| {
        at > 0 && matches!(&*tokens[at - 1].lower, "all" | "the" | "these" | "over" | "across" | "our" | "its")
    };
    case.sentence(number.mention).any(|it| {
        let value = match atom(&tokens[it].lower) {
            Some(Atom::Small(it)) => Some(usize::from(it)),
            Some(Atom::Dozen) => Some(12),
            _ => tokens[it].text.parse().ok(),
        };
        !(own.0..own.1).contains(&it) && value == Some(rows) && led(it)
    })
}

/// Whether the sentence names rows beside those that are ends of a range.
fn is_narrowed(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    let scene = story.scenes.at(case, number.mention);
    scene.is_none_or(|it| it.hits.iter().any(|it| !it.is_end && it.rows.iter().any(|it| !story.sheet.is_total[*it])))
}

fn is_cell(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    story.sheet.measures.iter().any(|it| it.values.iter().flatten().any(|it| number.fits(case, *it)))
}

fn is_close(value: Micro, found: Micro, part: Micro) -> bool {
    (value - found).abs() * part <= found.abs()
}

fn formula(story: &Story<'_, '_>, word: &str, (measure, found): (usize, Micro)) -> String {
    format!("{word} of {} = {}", story.sheet.heading(measure), shown(&exact(found)))
}

/// Contradicts a number by a sum or an average.
fn contradict(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number, word: &str, found: (usize, Micro)) {
    if !tell::is_fact(case, number.mention) {
        return;
    }
    let slip = slip::between(&exact(number.value), &exact(found.1));
    let reason = format!("the {word} of {} is {}", story.sheet.heading(found.0), shown(&exact(found.1)));
    let proof = evidence("aggregate", formula(story, word, found), vec![story.spot(0, found.0)]);
    case.say(number.mention, Said::of(ClaimVerdict::Contradicted, reason, proof).with_slip(slip));
}

fn total(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    let sums = all(case, story, number, false);
    let tokens = case.words(number.mention);
    let told = phrase::has(tokens, TOGETHER) || phrase::says(tokens, &["in", "all"]);
    let counted = counts_rows(case, story, number);
    let over = counted && phrase::has(tokens, &["over", "across"]);
    if told && named_rows(case, story, number) {
        return;
    }
    if story.placed.get(&number.mention).is_some_and(|it| it.row_level >= 2) {
        return;
    }
    let fits = sums.iter().copied().find(|it| number.fits(case, it.1));
    if let Some(found) = fits {
        if told || counted || number.digits >= DIGITS_MIN {
            let places = vec![story.spot(0, found.0)];
            tell::confirm(case, number.mention, "aggregate", formula(story, "sum", found), places);
        }
        return;
    }
    let hedged = case.mentions[number.mention].hedged;
    let open =
        hedged || is_cell(case, story, number) || is_narrowed(case, story, number) || story.sheet.total().is_some();
    if open || !told && !counted || number.digits < 3 || is_per(case, number) {
        return;
    }
    let named = column(case, story, number).filter(|it| it.1).map(|it| it.0);
    // `Together they have 627,000` of 672,000: a slip says what is meant.
    let slipped = |sum: Micro| {
        may_slip(number.value, sum) && number.digits > 3 && slip::between(&exact(number.value), &exact(sum)).is_some()
    };
    let sure = counted && (told || over);
    let near = sums.iter().copied().filter(|it| sure && is_close(number.value, it.1, 8) || slipped(it.1));
    let found = match named {
        Some(named) => near.clone().find(|it| it.0 == named),
        None => near.clone().min_by_key(|it| (it.1 - number.value).abs()),
    };
    if let Some(found) = found {
        contradict(case, story, number, "sum", found);
    }
}

/// `November and December together cost 279`: the sum of the rows that are named.
fn named_rows(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    let Some(scene) = story.scenes.at(case, number.mention) else { return false };
    let mut rows: Vec<usize> =
        scene.hits.iter().filter(|it| it.rows.len() == 1 && !it.is_end).map(|it| it.rows[0]).collect();
    let single = rows.len() == scene.hits.len();
    rows.sort_unstable();
    rows.dedup();
    if rows.len() < 2 || !single || rows.iter().any(|it| story.sheet.is_total[*it]) {
        return false;
    }
    let sums: Vec<(usize, Micro)> = all(case, story, number, false)
        .into_iter()
        .filter_map(|it| Some((it.0, rows.iter().map(|row| story.cell(*row, it.0)).sum::<Option<Micro>>()?)))
        .collect();
    if let Some(found) = sums.iter().copied().find(|it| number.fits(case, it.1)) {
        tell::confirm(
            case,
            number.mention,
            "aggregate",
            formula(story, "sum", found),
            vec![story.spot(rows[0], found.0)],
        );
        return true;
    }
    let sure = column(case, story, number).filter(|it| it.1).map(|it| it.0);
    let open = case.mentions[number.mention].hedged || is_cell(case, story, number) || is_per(case, number);
    let slipped =
        |sum: Micro| may_slip(number.value, sum) && slip::between(&exact(number.value), &exact(sum)).is_some();
    let found = sums
        .iter()
        .copied()
        .find(|it| number.digits >= 3 && (slipped(it.1) || sure == Some(it.0) && is_close(number.value, it.1, 12)));
    let Some(found) = found.filter(|_| !open && tell::is_fact(case, number.mention)) else { return true };
    let reason = format!("the sum of the rows that are named is {}", shown(&exact(found.1)));
    let proof = evidence("aggregate", formula(story, "sum", found), vec![story.spot(rows[0], found.0)]);
    case.say(number.mention, Said::of(ClaimVerdict::Contradicted, reason, proof));
    true
}

/// `12,934 arrivals by sea and 4,271 by land`, where the first is the sum of its column.
fn beside(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    let summed = |it: &&Number| {
        let sums = all(case, story, it, false);
        it.digits >= DIGITS_MIN && it.mention != number.mention && sums.iter().any(|sum| it.fits(case, sum.1))
    };
    let beside = story.beside(case, number.mention);
    let Some(mate) = beside.iter().copied().find(summed).cloned() else { return };
    let joined = case.mentions[mate.mention].tokens.1 < case.mentions[number.mention].tokens.0
        && phrase::before(case, number.mention, 1) == ["and"];
    let Some((measure, true)) = column(case, story, number) else { return };
    let Some(found) = all(case, story, number, false).into_iter().find(|it| it.0 == measure) else { return };
    let hedged = case.mentions[number.mention].hedged;
    let open =
        hedged || is_cell(case, story, number) || is_narrowed(case, story, number) || story.sheet.total().is_some();
    let slipped = slip::between(&exact(number.value), &exact(found.1)).is_some();
    if !open && joined && number.digits >= 3 && (slipped || is_close(number.value, found.1, 8)) {
        contradict(case, story, number, "sum", found);
    }
}

/// Whether a number is told of each of something.
fn is_per(case: &Case<'_>, number: &Number) -> bool {
    phrase::has(phrase::clause(case, number.mention), &["per", "each", "every", "apiece"])
        || phrase::behind(case, number.mention, 2).contains(&"a")
}

/// How surely an average is told: over all rows in so many words, or only by its word.
fn is_averaged(case: &Case<'_>, number: &Number) -> Option<bool> {
    let tokens = case.words(number.mention);
    let near = phrase::clause(case, number.mention);
    let over = ["over", "across", "of"].iter().any(|it| phrase::says(tokens, &["averaged", it]));
    let word = phrase::has(near, &["average", "averaged", "mean", "averages"]);
    let part = phrase::says(tokens, &["an", "average"]) || phrase::has(near, &["above", "below", "than", "against"]);
    (over || word && !part).then_some(over)
}

fn average(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    let Some(over) = is_averaged(case, number) else { return false };
    if story.placed.get(&number.mention).is_some_and(|it| it.row_level >= 3) {
        return false;
    }
    let means = all(case, story, number, true);
    let half = if number.half > 0 { number.half } else { ONE / 2 };
    let hedged = case.mentions[number.mention].hedged;
    let fits = |it: &&(usize, Micro)| {
        if hedged { number.fits(case, it.1) } else { (it.1 - number.value).abs() <= half }
    };
    if let Some(found) = means.iter().find(fits).copied() {
        let places = vec![story.spot(0, found.0)];
        tell::confirm(case, number.mention, "aggregate", formula(story, "average", found), places);
        return true;
    }
    let open = hedged
        || is_cell(case, story, number)
        || is_narrowed(case, story, number)
        || is_per(case, number)
        || (0..story.sheet.rows()).any(|it| story.sheet.is_total[it] && story.sheet.total().is_some());
    let own = column(case, story, number).filter(|it| it.1).map(|it| it.0);
    let averaged = |it: usize| story.sheet.measures[it].stems.iter().any(|it| it == "mean");
    let near =
        |it: &(usize, Micro)| is_close(number.value, it.1, 6) && (number.value - it.1).abs() > 2 * half - half / 2;
    let found = match own {
        Some(own) if !averaged(own) => means.iter().copied().filter(near).find(|it| it.0 == own),
        None if over => means.iter().copied().filter(near).min_by_key(|it| (it.1 - number.value).abs()),
        _ => None,
    };
    let Some(found) = found.filter(|_| !(open || number.digits < 3 && derive::is_derived(case, story, number))) else {
        return false;
    };
    contradict(case, story, number, "average", found);
    true
}
