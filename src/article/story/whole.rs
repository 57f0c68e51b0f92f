//! Sums and averages over all rows: `together they had 6.94 million`.

use super::derive;
use super::phrase::{self, column};
use super::place::{Number, Story, exact, may_slip};
use super::sheet::{Micro, Unit};
use super::tell;
use super::words::counted;
use crate::article::checks::slip;
use crate::article::claim::{ClaimVerdict, shown};
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::table::ONE;

/// So many rows have a sum that is told of all of them.
const ROWS_MIN: usize = 3;
/// A sum by chance has fewer digits.
const DIGITS_MIN: u32 = 4;

/// So many rows are called by their names in a draft that speaks of a table.
const NAMES_MIN: usize = 2;

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
    // Where rows are called by their names, a sum of three digits is no chance either.
    let named: std::collections::HashSet<usize> = story.scenes.labels().collect();
    let least = if named.len() >= NAMES_MIN { DIGITS_MIN - 1 } else { DIGITS_MIN };
    let exact = story.numbers.iter().filter(|it| it.digits >= least && !case.mentions[it.mention].hedged);
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
    let rows = story.sheet.rows_apart();
    let own = case.mentions[number.mention].tokens;
    let tokens = case.tokens(number.mention);
    let led = |at: usize| {
        at > 0 && matches!(&*tokens[at - 1].lower, "all" | "the" | "these" | "over" | "across" | "our" | "its")
    };
    case.sentence(number.mention).any(|it| {
        let value = if tokens[it].is("dozen") { Some(12) } else { counted(&tokens[it]) };
        !(own.0..own.1).contains(&it) && value == Some(rows) && led(it)
    })
}

/// Whether the words before a number speak of as many as there are rows, and so of all of them:
/// `the five ports`.
pub(super) fn speaks_of_all(case: &Case<'_>, story: &Story<'_, '_>, mention: usize) -> bool {
    let rows = story.sheet.rows_apart();
    let before = &case.tokens(mention)[case.sentence(mention).start..case.mentions[mention].tokens.0];
    before.windows(2).any(|it| matches!(&*it[0].lower, "the" | "all" | "its" | "our") && counted(&it[1]) == Some(rows))
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
    case.say(number.mention, CheckResult::of(ClaimVerdict::Contradicted, reason, proof).with_slip(slip));
}

fn total(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    let sums = all(case, story, number, false);
    let tokens = case.words(number.mention);
    let (before, behind) = super::base::clause(case, number.mention);
    let all_tokens = case.tokens(number.mention);
    let near = super::scene::is_total(all_tokens, before) || super::scene::is_total(all_tokens, behind);
    let told = phrase::has(tokens, TOGETHER) || phrase::says(tokens, &["in", "all"]) || near;
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
    let open = is_open(case, story, number);
    if open || !told && !counted || number.digits < 3 || is_per(case, number) {
        return;
    }
    let named = column(case, story, number).filter(|it| it.1).map(|it| it.0);
    // `Together they have 627,000` of 672,000: a slip says what is meant.
    let slipped = |sum: Micro| {
        may_slip(number.value, sum) && number.digits > 3 && slip::between(&exact(number.value), &exact(sum)).is_some()
    };
    if near && told && !counted && rest_of(case, story, number) {
        return;
    }
    let sure = counted && (told || over);
    // What another number of the sentence is, this one is not.
    let taken = |sum: Micro| {
        let beside = story.beside(case, number.mention);
        beside.into_iter().any(|it| it.mention != number.mention && it.digits >= 3 && it.fits(case, sum))
    };
    let near = sums
        .iter()
        .copied()
        .filter(|it| sure && is_close(number.value, it.1, 8) || slipped(it.1))
        .filter(|it| !taken(it.1))
        .filter(|it| phrase::is_about(case, story, number, it.0));
    let found = match named {
        Some(named) => near.clone().find(|it| it.0 == named),
        None => near.clone().min_by_key(|it| (it.1 - number.value).abs()),
    };
    if let Some(found) = found {
        contradict(case, story, number, "sum", found);
    }
}

/// Whether a number may be something else than a sum of all rows.
fn is_open(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    // `against 4.975 million twelve months earlier` is of another time.
    let other = matches!(
        phrase::before(case, number.mention, 1)[..],
        ["against" | "from" | "than" | "versus" | "after" | "compared" | "was" | "were"]
    );
    other
        || case.mentions[number.mention].hedged
        || is_cell(case, story, number)
        || is_narrowed(case, story, number)
        || story.sheet.total().is_some()
}

/// `All told the plan comes to 9.775 million`, beside the sum of another time: what all rows of the latest add up to.
fn rest_of(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    #[rustfmt::skip]
    const PARTLY: &[&str] = &[
        "without", "excluding", "except", "apart", "other", "others", "remaining", "rest", "only", "more", "fewer", "less", "just", "top",
        "largest", "biggest", "both", "two", "three", "than", "by", "new", "extra", "among",
    ];
    let sums = all(case, story, number, false);
    let Some(&(first, _)) = sums.first() else { return false };
    let family = story.sheet.siblings(first);
    let single = sums.iter().all(|it| family.contains(&it.0));
    let latest = sums.iter().copied().max_by_key(|it| family.iter().position(|own| *own == it.0));
    // Another number of the sentence is the sum of another time.
    let mate = story.beside(case, number.mention).into_iter().any(|it| {
        it.mention != number.mention
            && (it.digits >= 2 || it.is_scaled)
            && !case.mentions[it.mention].hedged
            && sums.iter().any(|sum| Some(sum.0) != latest.map(|it| it.0) && it.fits(case, sum.1))
    });
    let Some(found) = latest.filter(|it| single && (mate || sums.len() == 1) && is_close(number.value, it.1, 8)) else {
        return false;
    };
    let gap = (number.value - found.1).abs();
    if gap <= 2 * number.half
        || !phrase::is_about(case, story, number, found.0)
        || phrase::has(phrase::clause(case, number.mention), PARTLY)
    {
        return false;
    }
    contradict(case, story, number, "sum", found);
    true
}

/// `November and December together cost 279`: the sum of the rows that are named.
fn named_rows(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    let Some(scene) = story.scenes.at(case, number.mention) else { return false };
    // `Buildings and buses together use up 16`: the names stand side by side right before it.
    let start = case.mentions[number.mention].tokens.0;
    let past = case.beside(number.mention).map(|it| case.mentions[it].tokens.1).rfind(|it| *it <= start).unwrap_or(0);
    let led: Vec<&super::scene::Hit> =
        scene.hits.iter().filter(|it| it.tokens.start >= past && it.tokens.end <= start).collect();
    let tight = led.len() >= 2
        && led.windows(2).all(|it| it[1].tokens.start - it[0].tokens.end <= 2)
        && led.last().is_some_and(|it| {
            start - it.tokens.end <= 6 && phrase::has(&case.tokens(number.mention)[it.tokens.end..start], TOGETHER)
        });
    let hits = if tight { led } else { scene.hits.iter().collect() };
    let mut rows: Vec<usize> = hits.iter().filter(|it| it.rows.len() == 1 && !it.is_end).map(|it| it.rows[0]).collect();
    let single = rows.len() == hits.len();
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
    // All figures are of one measure.
    let single = sums.len() == 1 && number.digits >= 2 && tight && super::changed::way(case, number.mention).is_none();
    let found = sums.iter().copied().find(|it| {
        number.digits >= 3 && (slipped(it.1) || sure == Some(it.0) && is_close(number.value, it.1, 12))
            || single && is_close(number.value, it.1, 4) && phrase::is_about(case, story, number, it.0)
    });
    let Some(found) = found.filter(|_| !open && tell::is_fact(case, number.mention)) else { return true };
    let reason = format!("the sum of the rows that are named is {}", shown(&exact(found.1)));
    let proof = evidence("aggregate", formula(story, "sum", found), vec![story.spot(rows[0], found.0)]);
    case.say(number.mention, CheckResult::of(ClaimVerdict::Contradicted, reason, proof));
    true
}

/// `12,934 arrivals by sea and 4,271 by land`, where the first is the sum of its column.
fn beside(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    let summed = |it: &&Number| {
        let sums = all(case, story, it, false);
        it.digits >= DIGITS_MIN - 1 && it.mention != number.mention && sums.iter().any(|sum| it.fits(case, sum.1))
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
    // `Nearly 5,200 applications for 860 places`: both nouns are headings, and the other is right.
    let mention = &case.mentions[number.mention];
    let outside = mention.outer.as_ref().is_some_and(|it| !it.holds(&exact(found.1)));
    let close = is_close(number.value, found.1, 3) && number.value >= 100 * ONE && !is_close(number.value, found.1, 20);
    let headed = [number, &mate].iter().all(|it| {
        let nouns = (0..story.sheet.measures.len()).filter(|at| Story::is_noun(case, it, &story.sheet.measures[*at]));
        nouns.count() == 1
    });
    let narrow = is_cell(case, story, number) || is_narrowed(case, story, number) || story.sheet.total().is_some();
    if outside && close && headed && !narrow {
        return contradict(case, story, number, "sum", found);
    }
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
    // `Averaged over the week, …`: what the sentence begins with is said of all of it.
    let led = case.words(number.mention).first().is_some_and(|it| it.is("averaged"));
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
        || !(over && led) && is_cell(case, story, number)
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
    let Some(found) = found.filter(|_| !(open || !led && number.digits < 3 && derive::is_derived(case, story, number)))
    else {
        return false;
    };
    contradict(case, story, number, "average", found);
    true
}
