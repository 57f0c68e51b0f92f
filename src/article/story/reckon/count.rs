//! How many rows are so: `six of the nine boroughs`, `three districts lost residents`.

use super::super::place::Number;
use super::super::sheet::Micro;
use super::super::words::{counted, form, is_akin};
use super::aim;
use super::claim::Reading;
use super::cue::{self, Around};
use super::view::View;
use crate::article::checks::change::Way;
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::table::ONE;

/// Whether a number counts rows, and how surely: 2 where it is out of all of them.
pub(super) fn counts(view: &View<'_, '_, '_>, number: &Number, case: &Case<'_>, around: &Around<'_>) -> i32 {
    let sheet = view.story.sheet;
    let mention = &case.mentions[number.mention];
    let rows = sheet.rows_apart();
    let most = Micro::try_from(rows).unwrap_or(0) * ONE;
    if mention.kind != MentionKind::Count || number.value % ONE != 0 || number.value > most || number.value <= 0 {
        return 0;
    }
    let behind = around.tokens.get(around.own.1..around.sentence.end.min(around.own.1 + 4)).unwrap_or_default();
    let of_all = behind.first().is_some_and(|it| it.is("of")) && behind.iter().any(|it| counted(it) == Some(rows))
        || behind.first().is_some_and(|it| it.is("out")) && behind.iter().any(|it| counted(it) == Some(rows));
    if of_all {
        return 2;
    }
    let keys: Vec<String> =
        sheet.keys.iter().flat_map(|it| super::super::words::forms(&sheet.table.columns[*it].name)).collect();
    let noun = mention.head.nouns.last().map(|it| form(it));
    let of_them = behind.windows(2).any(|it| it[0].is("of") && (it[1].is("them") || it[1].is("these")));
    i32::from(of_them || noun.is_some_and(|noun| keys.iter().any(|it| is_akin(it, &noun))))
}

/// How many rows are as the words around a number say.
pub(super) fn readings(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, around: &Around<'_>) -> Vec<Reading> {
    let kind = counts(view, number, case, around);
    if kind == 0 {
        return Vec::new();
    }
    let mut found = Vec::new();
    moved(view, around, &mut found);
    beyond(case, view, number, around, &mut found);
    ahead(view, around, &mut found);
    negative(view, around, &mut found);
    for it in &mut found {
        it.level += kind;
        it.is_sure = it.is_sure && (kind == 2 || it.level >= 7);
    }
    found
}

fn reading(count: usize, level: i32, is_sure: bool) -> Option<Reading> {
    let value = Micro::try_from(count).ok()? * ONE;
    Some(Reading { value, level, is_sure, column: 0, is_beside: false, what: "the count of rows", cells: Vec::new() })
}

/// The stretch of words that says what is counted: the clause, up to the next number that counts, too.
fn stretch(around: &Around<'_>) -> std::ops::Range<usize> {
    let end = (around.own.1..around.clause.end)
        .find(|it| around.tokens[*it].text == "," || around.tokens[*it].is("and") && *it > around.own.1 + 4)
        .unwrap_or(around.clause.end);
    let start = around.clause.start.max(around.past).min(around.own.0);
    start..end.max(around.own.1)
}

/// Rows that rose, fell or stayed.
fn moved(view: &View<'_, '_, '_>, around: &Around<'_>, found: &mut Vec<Reading>) {
    let range = stretch(around);
    let mut ways: Vec<Way> = around.tokens[range.clone()].iter().filter_map(|it| cue::moved(&it.lower)).collect();
    ways.dedup();
    let stayed = around.has(range.clone(), &["unchanged", "same", "level", "steady"]);
    // `more than 250` compares with a number, and tells no change.
    let numbered = |at: usize| around.tokens.get(at + 1).is_none_or(|it| it.is_number() || counted(it).is_some());
    let than = range.clone().any(|it| around.tokens[it].is("than") && !numbered(it));
    let compared = than && around.has(range, &["more", "fewer", "less", "higher", "lower"]);
    let up = match (&ways[..], compared) {
        ([way], _) => Some(*way == Way::Up),
        ([], true) => Some(around.has(around.clause.clone(), &["more", "higher"])),
        _ => None,
    };
    if up.is_none() && !stayed {
        return;
    }
    let parts = view.parts();
    let measures = 0..view.story.sheet.measures.len();
    for measure in measures.filter(|it| !view.story.sheet.measures[*it].is_change) {
        let family = view.family(measure);
        if family.last() != Some(&measure) || family.len() < 2 {
            continue;
        }
        for from in 0..family.len() {
            for to in from + 1..family.len() {
                let goes = |row: &usize| match (view.value((*row, family[from])), view.value((*row, family[to]))) {
                    (Some(a), Some(b)) if stayed && up.is_none() => a == b,
                    (Some(a), Some(b)) => {
                        if up == Some(true) {
                            b > a
                        } else {
                            b < a
                        }
                    }
                    _ => false,
                };
                let count = parts.iter().filter(|it| goes(it)).count();
                let usual = to + 1 == family.len() && from + 2 == family.len();
                found.extend(reading(count, 4 + i32::from(usual), usual && family.len() == 2));
            }
        }
    }
}

/// Rows beyond a number of the same clause: `more than 500`.
fn beyond(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, around: &Around<'_>, found: &mut Vec<Reading>) {
    let inside = |it: &usize| around.clause.contains(&case.mentions[*it].tokens.0) && *it != number.mention;
    let others = case.beside(number.mention).filter(inside).filter_map(|it| Number::of(case, it));
    let rows = view.story.sheet.rows_apart();
    for other in others.filter(|it| it.value != Micro::try_from(rows).unwrap_or(0) * ONE) {
        let mention = &case.mentions[other.mention];
        let first = mention.tokens.0.saturating_sub(3).max(around.sentence.start);
        let lead = first..mention.tokens.1;
        #[rustfmt::skip]
        let above = around.has(lead.clone(), &["more", "over", "above", "topped", "exceeded", "exceed", "passed", "least", "beyond", "cleared", "reach", "reached", "top", "higher", "reaches"]);
        let below = around.has(lead, &["less", "fewer", "under", "below", "lower"]);
        if above == below {
            continue;
        }
        let columns = aim::columns(case, view, around, &other);
        let top = columns.iter().map(|it| it.level).max().unwrap_or(0);
        for column in columns {
            let count = |with: bool| {
                let fits = |row: &usize| {
                    view.value((*row, column.measure)).is_some_and(|it| match (above, with) {
                        (true, true) => it >= other.value,
                        (true, false) => it > other.value,
                        (false, true) => it <= other.value,
                        (false, false) => it < other.value,
                    })
                };
                view.parts().iter().filter(|it| fits(it)).count()
            };
            let sure = column.level == top && top >= 3 && column.time >= 2;
            found.extend(reading(count(false), if sure { 6 } else { 4 }, sure));
            found.extend(reading(count(true), 4, false));
        }
    }
}

/// Rows where one column is ahead of another: `the noes won in`, `more men than women`.
fn ahead(view: &View<'_, '_, '_>, around: &Around<'_>, found: &mut Vec<Reading>) {
    #[rustfmt::skip]
    const AHEAD: &[&str] = &["won", "win", "ahead", "majority", "lead", "led", "outnumber", "outnumbered", "beat", "carried", "prevailed", "than", "topped", "exceeded"];
    if !around.has(around.clause.clone(), AHEAD) {
        return;
    }
    let all = &view.story.sheet.measures;
    let named = |it: usize| {
        !all[it].stems.is_empty()
            && all[it].stems.iter().all(|stem| aim::named(around.tokens, around.clause.clone(), stem))
    };
    for one in (0..all.len()).filter(|it| named(*it)) {
        for other in (0..all.len()).filter(|it| *it != one && all[*it].unit == all[one].unit) {
            let beats =
                |row: &usize| view.value((*row, one)).zip(view.value((*row, other))).is_some_and(|it| it.0 > it.1);
            let count = view.parts().iter().filter(|it| beats(it)).count();
            // A column that adds up others is ahead of each.
            let whole = view
                .parts()
                .iter()
                .all(|row| view.value((*row, one)).zip(view.value((*row, other))).is_some_and(|it| it.0 <= it.1));
            if !whole {
                found.extend(reading(count, 4, true));
            }
        }
    }
}

/// Rows below zero: `slid into the red`.
fn negative(view: &View<'_, '_, '_>, around: &Around<'_>, found: &mut Vec<Reading>) {
    if !around.has(around.clause.clone(), &["red", "deficit", "negative", "loss", "losses", "minus"]) {
        return;
    }
    for measure in 0..view.story.sheet.measures.len() {
        let count = view.parts().iter().filter(|it| view.value((**it, measure)).is_some_and(|it| it < 0)).count();
        if count > 0 {
            found.extend(reading(count, 3, false));
        }
    }
}
