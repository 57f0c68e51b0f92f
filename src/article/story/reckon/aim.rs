//! What a number may be of: the rows, the columns and the times that the words around it name.

use std::ops::Range;

use super::super::place::{Number, Story};
use super::super::sheet::Unit;
use super::super::words::{form, is_akin};
use super::cue::Around;
use super::view::View;
use crate::article::judge::Case;
use crate::article::tokens::Token;

/// A column that a number may be of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) measure: usize,
    /// How surely its heading is meant: 4 by its noun, 3 by words beside it or alone, 2 in its sentence.
    pub(super) level: i32,
    /// How surely its time is meant: 3 where it is named, 2 where it is the latest, 0 another.
    pub(super) time: i32,
}

/// The columns that a number may be of, the likeliest first.
pub(super) fn columns(case: &Case<'_>, view: &View<'_, '_, '_>, around: &Around<'_>, number: &Number) -> Vec<Column> {
    let story = view.story;
    // `31 women` are no percentage.
    let counts = number.unit == Unit::None && !case.mentions[number.mention].head.nouns.is_empty();
    let is_counted = |it: usize| counts && story.sheet.measures[it].unit == Unit::Percent;
    let fits: Vec<usize> =
        (0..story.sheet.measures.len()).filter(|it| is_alike(view, number, *it) && !is_counted(*it)).collect();
    let families: Vec<&[usize]> = fits.iter().map(|it| view.family(*it)).collect();
    let single = families.windows(2).all(|it| it[0] == it[1]);
    let mut found: Vec<Column> = Vec::new();
    for &measure in &fits {
        let level = heading(case, view, around, number, measure).max(if single { 3 } else { 0 });
        found.push(Column { measure, level, time: time(view, around, measure) });
    }
    let top = found.iter().map(|it| it.level).max().unwrap_or(0);
    // What another heading says better is meant less, and what another says as well is open.
    found.iter_mut().filter(|it| it.level < top).for_each(|it| it.level = it.level.min(2));
    let mut best = found.iter().filter(|it| it.level == top).map(|it| view.family(it.measure));
    let first = best.next();
    if best.any(|it| Some(it) != first) {
        for it in &mut found {
            it.level = it.level.min(2);
        }
    }
    found.sort_by_key(|it| -(it.level * 4 + it.time));
    found
}

/// The columns of the figures that the sentence tells of a row before a number.
pub(super) fn cited(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, row: usize) -> Option<usize> {
    let end = case.mentions[number.mention].tokens.0;
    let before = case.beside(number.mention).filter(|it| case.mentions[*it].tokens.1 <= end);
    let numbers: Vec<Number> = before.filter_map(|it| Number::of(case, it)).filter(|it| it.digits >= 2).collect();
    numbers.iter().rev().find_map(|it| {
        let fits = |measure: &usize| {
            is_alike(view, it, *measure) && view.value((row, *measure)).is_some_and(|value| it.fits(case, value))
        };
        let found: Vec<usize> = (0..view.story.sheet.measures.len()).filter(fits).collect();
        if let [one] = found[..] { Some(one) } else { None }
    })
}

/// Whether a number may be in the unit of a column.
fn is_alike(view: &View<'_, '_, '_>, number: &Number, measure: usize) -> bool {
    let own = &view.story.sheet.measures[measure];
    // What is below zero is of a column that has such figures.
    if number.value < 0 && !own.values.iter().flatten().any(|it| *it < 0) {
        return false;
    }
    let any = |unit: &Unit| view.story.sheet.measures.iter().any(|it| it.unit == *unit);
    match (&number.unit, &own.unit) {
        (a, b) if a == b => true,
        (Unit::Of(a), Unit::None) => a.len() > 1 && !any(&Unit::Of(a.clone())),
        (Unit::Percent | Unit::Of(_), _) | (Unit::Money, Unit::Percent) => false,
        (Unit::Money, Unit::None) => !any(&Unit::Money),
        _ => true,
    }
}

/// How surely words name the heading of a column.
fn heading(case: &Case<'_>, view: &View<'_, '_, '_>, around: &Around<'_>, number: &Number, measure: usize) -> i32 {
    let own = &view.story.sheet.measures[measure];
    let hits = |range: Range<usize>| own.stems.iter().filter(|stem| named(around.tokens, range.clone(), stem)).count();
    let full = own.stems.len();
    if full > 0 && Story::is_noun(case, number, own) {
        let own = hits(around.stretch());
        return if own < full && full > 1 { 3 } else { 4 + i32::from(own == full && full > 1) };
    }
    let near = hits(around.stretch());
    if near > 0 {
        return 3 + i32::from(near == full && full > 1);
    }
    // What has no heading but its time is what the title tells of.
    if own.stems.is_empty() && own.marks.is_empty() {
        return 1;
    }
    if own.stems.is_empty() {
        let title = super::super::words::forms(&view.story.sheet.table.name);
        let nouns = &case.mentions[number.mention].head.nouns;
        let told = nouns.iter().filter(|it| title.iter().any(|word| is_akin(word, &form(it)))).count();
        return if told == 0 { 2 } else { 4 + i32::from(told > 1) };
    }
    if hits(around.sentence.clone()) > 0 {
        return if is_subject(view, around, measure) { 3 } else { 2 };
    }
    let before = view.story.scenes.before(case, number.mention);
    i32::from(before.is_some_and(|scene| own.stems.iter().any(|it| scene.has(it))))
}

/// Whether all words of a heading stand before a number, and none of another that is not its own behind them.
fn is_subject(view: &View<'_, '_, '_>, around: &Around<'_>, measure: usize) -> bool {
    let all = &view.story.sheet.measures;
    let before = around.sentence.start..around.own.0;
    let last = |stem: &str| before.clone().rev().find(|it| named(around.tokens, *it..*it + 1, stem));
    let own: Option<Vec<usize>> = all[measure].stems.iter().map(|it| last(it)).collect();
    let Some(first) = own.and_then(|it| it.into_iter().min()) else { return false };
    // `with ten teachers` is said of the ten.
    let counted = |at: usize| super::super::words::counted(&around.tokens[at]).is_some();
    if (first.saturating_sub(3).max(around.sentence.start)..first).any(counted) {
        return false;
    }
    let others = all.iter().enumerate().filter(|it| !view.family(measure).contains(&it.0));
    let mut stems = others.flat_map(|it| &it.1.stems).filter(|it| !all[measure].stems.contains(it));
    !stems.any(|stem| named(around.tokens, first..around.own.0, stem))
}

/// Whether a stretch has a word akin to a stem.
pub(super) fn named(tokens: &[Token<'_>], range: Range<usize>, stem: &str) -> bool {
    tokens.get(range).is_some_and(|it| it.iter().any(|it| it.is_word() && is_akin(&form(&it.lower), stem)))
}

/// How surely the time of a column is meant.
fn time(view: &View<'_, '_, '_>, around: &Around<'_>, measure: usize) -> i32 {
    let family = view.family(measure);
    let all = &view.story.sheet.measures;
    if family.len() < 2 {
        // Of what has a time of its own the latest is meant.
        let later = all.iter().any(|it| it.time > all[measure].time && all[measure].time.is_some());
        return if later { 1 } else { 3 };
    }
    let has = |it: usize, token: &Token<'_>| all[it].marks.contains(&form(&token.lower));
    let is_mark = |at: usize| family.iter().any(|it| has(*it, &around.tokens[at]));
    let (start, end) = around.own;
    let apart = |at: usize| {
        around.has(end..at, &[",", ";", "than", "from", "since", "and", "after", "before", "to", "against", "compared"])
    };
    let behind = (end..around.sentence.end.min(end + 8)).find(|it| *it < around.next && is_mark(*it) && !apart(*it));
    let led = |at: usize| {
        around.has(at.saturating_sub(2)..at, &["than", "from", "since", "against", "compared", "before", "until"])
    };
    // `after 985 in 2020, slipped to 860`: the year is of the number before.
    let past = |at: usize| at > around.sentence.start + 3 && around.has(at + 1..start, &[",", "and", "but", "while"]);
    let before = (around.sentence.start..start).rev().find(|it| is_mark(*it) && !led(*it)).filter(|it| !past(*it));
    let told = behind.or(before);
    match told {
        // `Q1` and `2024` are two marks of one column.
        Some(at) => {
            let near = at.saturating_sub(2)..(at + 3).min(around.tokens.len());
            let marks = &all[measure].marks;
            let full = marks.iter().all(|mark| near.clone().any(|it| form(&around.tokens[it].lower) == *mark));
            if full || has(measure, &around.tokens[at]) && marks.len() == 1 { 3 } else { 0 }
        }
        None if family.last() == Some(&measure) => 2,
        None => 1,
    }
}
