//! How far back words go from another time: `a year earlier`, `the previous month`.

use super::super::words::counted;
use super::cue::Around;
use super::view::{At, Span, View};

/// How many times words go back from another: `a year earlier`, `the previous month`.
pub(super) fn back(view: &View<'_, '_, '_>, at: At, around: &Around<'_>) -> Option<Vec<At>> {
    let (count, unit) = ago(around)?;
    let span = match unit {
        "year" | "season" | "winter" | "summer" | "election" => Span::Year,
        "month" => Span::Month,
        "week" => Span::Week,
        "quarter" => Span::Quarter,
        _ => Span::Day,
    };
    let wanted = |line: &Vec<At>| -> Option<At> {
        let own = line.iter().position(|it| *it == at)?;
        let column = line[0].0 == line[line.len() - 1].0;
        let step = if column { view.column_span(at.1)? } else { view.times.as_ref()?.span };
        let steps = match (step, span) {
            (a, b) if a == b => count,
            (Span::Month, Span::Year) => count * 12,
            (Span::Quarter, Span::Year) => count * 4,
            _ => return None,
        };
        let found = *line.get(own.checked_sub(steps)?)?;
        (view.is_regular(line)).then_some(found)
    };
    Some(view.lines(at).iter().filter_map(wanted).collect())
}

/// Words for the times of a table, and the unit that they are in.
#[rustfmt::skip]
const UNITS: &[(&str, &str)] = &[
    ("year", "year"), ("years", "year"), ("season", "season"), ("seasons", "season"), ("winter", "winter"), ("summer", "summer"),
    ("month", "month"), ("months", "month"), ("week", "week"), ("weeks", "week"), ("quarter", "quarter"), ("quarters", "quarter"),
    ("day", "day"), ("days", "day"), ("election", "election"),
];

/// How long ago words say that something was, in which unit.
pub(super) fn ago(around: &Around<'_>) -> Option<(usize, &'static str)> {
    let end = around.next.min(around.clause.end).max(around.own.1);
    let behind = around.own.1..end;
    let before = around.clause.start.max(around.past).min(around.own.0)..around.own.0;
    behind.chain(before).find_map(|at| {
        let unit = UNITS.iter().find(|it| around.tokens[at].is(it.0)).map(|it| it.1)?;
        told(around, at, unit)
    })
}

/// What a word for a time says with those around it.
fn told(around: &Around<'_>, at: usize, unit: &'static str) -> Option<(usize, &'static str)> {
    let word = |it: Option<usize>| it.and_then(|it| around.tokens.get(it)).map_or("", |it| &*it.lower);
    let (before, after) = (word(at.checked_sub(1)), word(Some(at + 1)));
    let next = around.tokens.get(at + 3).is_some_and(|it| it.is("next"));
    if matches!(before, "previous" | "preceding" | "prior") || before == "one" && after == "to" && next {
        return Some((1, unit));
    }
    let back = matches!(after, "earlier" | "before" | "ago" | "previously");
    let counted = at.checked_sub(1).and_then(|it| counted(&around.tokens[it]));
    let year = |count: usize| if (count, unit) == (12, "month") { (1, "year") } else { (count, unit) };
    if back {
        let single = matches!(before, "a" | "one" | "the").then_some(1);
        return single.or(counted).map(year);
    }
    // `within a year`, `over the past two years`.
    let within = |it: usize| matches!(word(at.checked_sub(it)), "within" | "in" | "over");
    let article = usize::from(matches!(word(at.checked_sub(2)), "the" | "a"));
    if matches!(before, "a" | "one" | "single" | "past" | "last") && within(2 + article) {
        return Some((1, unit));
    }
    counted.filter(|it| *it > 1 && within(2)).map(year)
}
