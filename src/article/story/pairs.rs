//! Names with a number each: figures of two rows that were swapped, one that is
//! wrong in a list that is right otherwise, and `29 of the 267`.

use std::ops::Range;

use super::phrase;
use super::place::{Number, Story};
use super::scene::Hit;
use super::tell;
use super::words::form;
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::tokens::Token;

/// A number that stands right behind the name of one row.
struct Pair {
    row: usize,
    number: Number,
}

/// What needs no more of a draft than its names: chance does not swap figures.
pub(super) fn run_alone(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for (sentence, _) in case.told_sentences() {
        let pairs = pairs(case, story, sentence);
        for at in 1..pairs.len() {
            swapped(case, story, &pairs[at - 1], &pairs[at]);
        }
        list(case, story, &pairs);
    }
}

pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for number in &story.numbers {
        if !case.is_decided(number.mention) {
            part_of(case, story, number);
        }
    }
}

/// Words that may stand between a name and its number.
fn joins(it: &Token<'_>) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "at", "on", "with", "had", "has", "got", "won", "took", "scored", "hit", "counted", "recorded", "reported", "holds", "hold",
        "have", "gets", "managed", "sold", "bought", ":", "–", "—", "(", "a", "the", "some", "by",
    ];
    WORDS.contains(&&*it.lower)
}

fn pairs(case: &Case<'_>, story: &Story<'_, '_>, (paragraph, sentence): (usize, usize)) -> Vec<Pair> {
    const GAP_MAX: usize = 2;
    let Some(scene) = story.scenes.all.get(paragraph).and_then(|it| it.get(sentence)) else { return Vec::new() };
    let tokens = &case.reads[paragraph].tokens;
    let counts = |it: &usize| {
        matches!(
            case.mentions[*it].kind,
            MentionKind::Count
                | MentionKind::Identifier
                | MentionKind::Money
                | MentionKind::Percent
                | MentionKind::Measure
        )
    };
    let all: Vec<usize> = case.of_sentence((paragraph, sentence)).filter(counts).collect();
    let pair = |hit: &Hit| {
        let [row] = hit.rows[..] else { return None };
        let next = all.iter().copied().find(|it| case.mentions[*it].tokens.0 >= hit.tokens.end)?;
        let gap: Range<usize> = hit.tokens.end..case.mentions[next].tokens.0;
        let tight = gap.len() <= GAP_MAX && tokens[gap].iter().all(joins);
        let number = Number::of(case, next).filter(|_| tight && !story.sheet.is_total[row])?;
        Some(Pair { row, number })
    };
    let mut found: Vec<Pair> = scene.hits.iter().filter_map(pair).collect();
    found.dedup_by_key(|it| it.number.mention);
    found
}

/// Whether a number is a cell of a row, in any of its columns.
fn is_of(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, row: usize) -> bool {
    story.sheet.measures.iter().filter_map(|it| it.values[row]).any(|it| number.fits(case, it))
}

fn is_cell(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, row: usize, measure: usize) -> bool {
    story.column_score(case, number, measure).is_some()
        && story.cell(row, measure).is_some_and(|it| number.fits(case, it))
}

/// `Leroy hit 19 and Hill 21`, where it is the other way round.
fn swapped(case: &mut Case<'_>, story: &Story<'_, '_>, one: &Pair, two: &Pair) {
    let hedged = [one, two].iter().any(|it| case.mentions[it.number.mention].hedged);
    let own = is_of(case, story, &one.number, one.row) || is_of(case, story, &two.number, two.row);
    let small = one.number.digits.max(two.number.digits) < 2;
    if one.row == two.row || hedged || own || small || one.number.value == two.number.value {
        return;
    }
    let all = 0..story.sheet.measures.len();
    let found: Vec<usize> = all
        .filter(|it| is_cell(case, story, &one.number, two.row, *it) && is_cell(case, story, &two.number, one.row, *it))
        .collect();
    let [measure] = found[..] else { return };
    if tell::is_fact(case, one.number.mention) {
        for (it, other) in [(one, two), (two, one)] {
            let slip = format!("this is the figure of {}", story.sheet.label(other.row));
            tell::cell_is(case, story, &it.number, (it.row, measure), Some(slip));
        }
    }
}

/// `Union 27, Social Democrats 26, Greens 14`: all but one are cells of a column.
fn list(case: &mut Case<'_>, story: &Story<'_, '_>, pairs: &[Pair]) {
    const RIGHT_MIN: usize = 2;
    let mut found: Vec<(usize, usize)> = Vec::new();
    for measure in 0..story.sheet.measures.len() {
        let odd: Vec<usize> =
            (0..pairs.len()).filter(|it| !is_cell(case, story, &pairs[*it].number, pairs[*it].row, measure)).collect();
        if let [one] = odd[..]
            && pairs.len() > RIGHT_MIN
        {
            found.push((measure, one));
        }
    }
    let [(measure, odd)] = found[..] else { return };
    let (row, number) = (pairs[odd].row, &pairs[odd].number);
    let open =
        case.mentions[number.mention].hedged || is_of(case, story, number, row) || case.is_contradicted(number.mention);
    let unit = story.column_score(case, number, measure).is_some() && story.cell(row, measure).is_some();
    if !open && unit && tell::is_fact(case, number.mention) {
        tell::cell_is(case, story, number, (row, measure), None);
    }
}

/// `29 of the 267 defendants being acquitted`: the whole is of one row, the part of another.
fn part_of(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    const NEAR: usize = 6;
    let (_, end) = case.mentions[number.mention].tokens;
    let tokens = case.tokens(number.mention);
    let beside = story.beside(case, number.mention);
    let Some(whole) = beside.into_iter().find(|it| case.mentions[it.mention].tokens.0 >= end) else { return };
    let lead: Vec<&str> = tokens[end..case.mentions[whole.mention].tokens.0].iter().map(|it| &*it.lower).collect();
    let of =
        matches!(lead[..], ["of"] | ["of", "the" | "its" | "all" | "their" | "his" | "her" | "those"] | ["out", "of"]);
    let Some(placed) = story.placed.get(&whole.mention).filter(|it| of && it.row_level >= 3 && whole.digits >= 2)
    else {
        return;
    };
    let row = placed.row;
    let all = &story.sheet.measures;
    let cells: Vec<_> = all.iter().filter_map(|it| it.values[row]).collect();
    let worked = cells.iter().any(|a| cells.iter().any(|b| number.fits(case, a - b) || number.fits(case, a + b)));
    if is_of(case, story, number, row) || worked || case.mentions[number.mention].hedged || number.digits < 2 {
        return;
    }
    let behind = phrase::behind(case, whole.mention, NEAR);
    let stop =
        behind.iter().position(|it| matches!(*it, "and" | "," | ";" | "." | "while" | "but")).unwrap_or(behind.len());
    let words: Vec<String> = behind[..stop].iter().map(|it| form(it)).collect();
    let named = |it: &usize| *it != placed.measure && all[*it].is_named(&words);
    let columns: Vec<usize> = (0..all.len()).filter(named).collect();
    let [column] = columns[..] else { return };
    let others: Vec<usize> = (0..story.sheet.rows()).filter(|it| is_cell(case, story, number, *it, column)).collect();
    if let ([other], true) = (&others[..], tell::is_fact(case, number.mention)) {
        let slip = format!("this is the figure of {}", story.sheet.label(*other));
        tell::cell_is(case, story, number, (row, column), Some(slip));
    }
}
