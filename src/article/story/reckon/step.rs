//! By how much: differences, percentages, points and multiples between two times, two rows or two columns.

use super::super::place::Number;
use super::super::sheet::{Micro, Unit};
use super::ago;
use super::aim::{self, Column};
use super::claim::Reading;
use super::cue::Around;
use super::level::{is_sure, weight};
use super::subject::{self, Subject};
use super::view::{At, View};
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::table::ONE;

/// In a line of more times a step without a base may be of another.
const FREE_MAX: usize = 5;

/// Two cells, or what rows have together, and how surely they are meant.
struct Pair {
    own: Vec<At>,
    base: Vec<At>,
    level: i32,
    is_sure: bool,
    /// Whether the sentence tells one of them.
    is_told: bool,
}

/// What a step from one value to another is, in the terms of a number.
pub(super) fn step_of(case: &Case<'_>, number: &Number, from: Micro, to: Micro) -> Option<Micro> {
    let part = |above: Micro, below: Micro| (below != 0).then(|| above.checked_mul(ONE)?.checked_div(below)).flatten();
    match case.mentions[number.mention].kind {
        MentionKind::Percent => part((to - from).checked_mul(100)?, from.abs()),
        MentionKind::Ratio => part(to - from, from.abs()),
        MentionKind::Multiple => part(to, from),
        _ => Some(to - from),
    }
}

/// The columns that a step may be of: of a percentage any but rates, of points rates.
fn columns(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, around: &Around<'_>) -> Vec<Column> {
    let kind = case.mentions[number.mention].kind;
    if matches!(kind, MentionKind::Percent | MentionKind::Ratio | MentionKind::Multiple | MentionKind::Points) {
        let free = number.with_unit(if kind == MentionKind::Points { Unit::Percent } else { Unit::None });
        let mut found = aim::columns(case, view, around, &free);
        let points = kind == MentionKind::Points;
        found.retain(|it| {
            let own = &view.story.sheet.measures[it.measure];
            !own.is_change && (!points || own.unit == Unit::Percent)
        });
        return found;
    }
    let mut found = aim::columns(case, view, around, number);
    found.retain(|it| !view.story.sheet.measures[it.measure].is_change);
    found
}

/// The steps that a number may be.
pub(super) fn readings(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, around: &Around<'_>) -> Vec<Reading> {
    let subjects = subject::subjects(case, view, around, number.mention);
    let columns = columns(case, view, number, around);
    let mut pairs = Vec::new();
    let mut columns = columns;
    // `gave off 2,640 tonnes, twice as much as`: the column of the figure before is meant.
    if number.unit != Unit::Percent || columns.len() > 1 {
        let cited = subjects.iter().filter(|it| it.level >= 3).find_map(|it| match it.rows[..] {
            [row] => aim::cited(case, view, number, row),
            _ => None,
        });
        let relative = !matches!(
            case.mentions[number.mention].kind,
            MentionKind::Count | MentionKind::Money | MentionKind::Measure
        );
        if let Some(cited) = cited.filter(|_| relative) {
            for it in &mut columns {
                it.level = if it.measure == cited { 4 } else { it.level.min(2) };
            }
            columns.sort_by_key(|it| -(it.level * 4 + it.time));
        }
    }
    for subject in &subjects {
        for column in &columns {
            times(case, view, number, around, (subject, column), &mut pairs);
        }
    }
    rivals(case, view, number, around, (&subjects, &columns), &mut pairs);
    let mut found: Vec<Reading> = pairs.into_iter().filter_map(|it| reading(case, view, number, it)).collect();
    changes(case, view, number, around, &subjects, &mut found);
    found
}

fn reading(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, pair: Pair) -> Option<Reading> {
    let value = |cells: &[At]| -> Option<Micro> { cells.iter().map(|it| view.value(*it)).sum() };
    let (from, to) = (value(&pair.base)?, value(&pair.own)?);
    let value = step_of(case, number, from, to)?;
    let what = match case.mentions[number.mention].kind {
        // What is spent may be printed below zero, and goes up then.
        _ if from < 0 || to < 0 => "the step",
        MentionKind::Percent => "the change in percent",
        MentionKind::Multiple | MentionKind::Ratio => "the ratio",
        _ => "the difference",
    };
    let cells = pair.own.into_iter().chain(pair.base).collect();
    Some(Reading { value, level: pair.level, is_sure: pair.is_sure, column: 0, is_beside: pair.is_told, what, cells })
}

/// Steps from one time to another.
fn times(
    case: &Case<'_>,
    view: &View<'_, '_, '_>,
    number: &Number,
    around: &Around<'_>,
    (subject, column): (&Subject, &Column),
    pairs: &mut Vec<Pair>,
) {
    let level = weight(subject, column);
    let single = subject.rows.len() == 1;
    // A step leads to the latest time, or to one that is named.
    let other = view.family(column.measure).len() > 1 && column.time < 2;
    if !single && !view.adds(column.measure) || subject.rows.is_empty() || other {
        return;
    }
    let at = |row: usize| (row, column.measure);
    let lines: Vec<Vec<Vec<At>>> = subject.rows.iter().map(|it| view.lines(at(*it))).collect();
    for line in 0..lines[0].len() {
        let length = lines[0][line].len();
        // All times together have no time before.
        let down = !single && lines[0][line].first().map(|it| it.0) != lines[0][line].last().map(|it| it.0);
        if down || lines.iter().any(|it| it.get(line).is_none_or(|it| it.len() != length)) {
            continue;
        }
        let cells = |place: usize| -> Vec<At> { lines.iter().map(|it| it[line][place]).collect() };
        let own = lines[0][line].iter().position(|it| *it == at(subject.rows[0])).unwrap_or(length - 1);
        let told = cited(case, view, number, &lines[0][line], single && subject.level >= 2);
        let named = base(view, around, &lines[0][line], own).or(match told[..] {
            [first] if first != own => Some(first),
            [first, last] if last == own => Some(first),
            _ => None,
        });
        let is_known = is_sure(subject, column) && (single || subject.is_all);
        let elsewhen = is_elsewhen(view, around, &lines[0][line]);
        let free = length == 2 || length <= FREE_MAX && is_free(around);
        for (from, to) in ends(length, own) {
            let meant = to == own && named == Some(from);
            // A change is measured from the earlier time.
            if from > to && !meant {
                continue;
            }
            let usual = to == own && from + 1 == own;
            // Whichever time is the base, none fits.
            let any = named.is_none() && to + 1 == length && usual && !elsewhen && free;
            let near = match (meant, usual) {
                (true, _) => 3 + i32::from(told.contains(&from)),
                (false, true) => 1,
                _ => -1,
            };
            let is_sure = is_known && to == own && (meant || any);
            let is_told = told.contains(&own);
            pairs.push(Pair { own: cells(to), base: cells(from), level: level + near, is_sure, is_told });
        }
    }
}

/// The pairs of times that are tried: of a long line only those with its own time, or side by side.
fn ends(length: usize, own: usize) -> Vec<(usize, usize)> {
    const LONG: usize = 12;
    let tried = |it: &(usize, usize)| it.0 != it.1 && (length <= LONG || it.1 == own || it.0 + 1 == it.1);
    (0..length).flat_map(|from| (0..length).map(move |to| (from, to))).filter(tried).collect()
}

/// Whether words name a time that is not in a line: `since 1990`, `in a decade`.
fn is_elsewhen(view: &View<'_, '_, '_>, around: &Around<'_>, line: &[At]) -> bool {
    let known = |text: &str| line.iter().any(|it| label(view, *it, line).iter().any(|it| it == text));
    let odd = |it: &crate::article::tokens::Token<'_>| {
        let year =
            it.is_number() && it.text.len() == 4 && it.text.parse::<u32>().is_ok_and(|it| (1800..2100).contains(&it));
        year && !known(it.text)
            || matches!(
                &*it.lower,
                "decade"
                    | "start"
                    | "beginning"
                    | "spring"
                    | "summer"
                    | "autumn"
                    | "winter"
                    | "then"
                    | "low"
                    | "high"
                    | "end"
                    | "decades"
                    | "pandemic"
                    | "average"
                    | "forecast"
                    | "planned"
                    | "expected"
                    | "target"
                    | "peak"
                    | "record"
            )
    };
    around.tokens[around.clause.clone()].iter().any(odd)
}

/// Whether no word compares with something else than an earlier time.
fn is_free(around: &Around<'_>) -> bool {
    !around.has(
        around.clause.clone(),
        &[
            "than", "as", "of", "ahead", "behind", "above", "below", "over", "against", "compared", "between",
            "margin", "lead", "gap",
        ],
    )
}

/// The cells of a line that other numbers of the sentence tell.
fn cited(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, line: &[At], single: bool) -> Vec<usize> {
    let clause = super::super::base::around(case, number.mention);
    let beside = |it: &usize| *it != number.mention && clause.contains(&case.mentions[*it].tokens.0);
    let others = case.beside(number.mention).filter(beside).filter_map(|it| Number::of(case, it));
    let others: Vec<Number> = others.filter(|it| it.value >= 10 * ONE && !case.mentions[it.mention].hedged).collect();
    let told = |at: &At| view.value(*at).is_some_and(|value| others.iter().any(|it| it.fits(case, value)));
    (0..line.len()).filter(|it| single && told(&line[*it])).collect()
}

/// The time that words compare with.
fn base(view: &View<'_, '_, '_>, around: &Around<'_>, line: &[At], own: usize) -> Option<usize> {
    let back =
        ago::back(view, line[own], around).into_iter().flatten().find_map(|it| line.iter().position(|at| *at == it));
    back.or_else(|| {
        let led = |at: usize| {
            around.has(at.saturating_sub(2)..at, &["than", "from", "since", "against", "compared", "on", "over"])
        };
        let end = around.clause.end.min(around.next.max(around.own.1 + 1));
        let stretch = around.clause.start.max(around.past).min(around.own.0)..end.max(around.own.1);
        stretch.filter(|it| led(*it)).find_map(|it| {
            let text = super::super::words::form(&around.tokens[it].lower);
            line.iter().position(|at| *at != line[own] && label(view, *at, line).contains(&text))
        })
    })
}

/// The words that tell a cell of a line from the others.
fn label(view: &View<'_, '_, '_>, at: At, line: &[At]) -> Vec<String> {
    let sheet = view.story.sheet;
    if line.len() > 1 && line[0].0 == line[1].0 {
        return sheet.measures[at.1].marks.clone();
    }
    let column = view.times.as_ref().map_or(0, |it| it.column);
    super::super::words::forms(sheet.table.text(at.0, column)).into_iter().take(1).collect()
}

/// Steps between two rows, or two columns of a row.
fn rivals(
    case: &Case<'_>,
    view: &View<'_, '_, '_>,
    number: &Number,
    around: &Around<'_>,
    (subjects, columns): (&[Subject], &[Column]),
    pairs: &mut Vec<Pair>,
) {
    let Some(scene) = view.story.scenes.at(case, number.mention) else { return };
    let named: Vec<&super::super::scene::Hit> = scene.hits.iter().collect();
    for column in columns {
        for subject in subjects {
            for hit in &named {
                let rival =
                    subject::is_rival(around.tokens, hit, around.sentence.start) && hit.tokens.start >= around.own.1;
                let rows: Vec<usize> = match &hit.rows[..] {
                    rows if rows.len() == 1 => rows.to_vec(),
                    _ => continue,
                };
                if rows == subject.rows || subject.rows.len() != 1 {
                    continue;
                }
                let sure = rival && is_sure(subject, column) && hit.tokens.start < around.own.1 + 8;
                let at = |rows: &[usize]| rows.iter().map(|it| (*it, column.measure)).collect::<Vec<At>>();
                let level = weight(subject, column) + if rival { 3 } else { 0 };
                pairs.push(Pair { own: at(&subject.rows), base: at(&rows), level, is_sure: sure, is_told: false });
            }
            // Any other row may be meant: the next, the last, the total.
            for row in 0..view.story.sheet.rows() {
                let [own] = subject.rows[..] else { continue };
                if own != row && subject.level >= 2 {
                    let level = weight(subject, column) - 3;
                    pairs.push(Pair {
                        own: vec![(own, column.measure)],
                        base: vec![(row, column.measure)],
                        level,
                        is_sure: false,
                        is_told: false,
                    });
                }
            }
            for other in columns.iter().filter(|it| it.measure != column.measure) {
                let [own] = subject.rows[..] else { continue };
                let level = weight(subject, column).min(weight(subject, other)) - 2;
                pairs.push(Pair {
                    own: vec![(own, column.measure)],
                    base: vec![(own, other.measure)],
                    level,
                    is_sure: false,
                    is_told: false,
                });
            }
        }
    }
}

/// Columns that tell changes themselves: by their heading, or by figures below zero.
fn changes(
    case: &Case<'_>,
    view: &View<'_, '_, '_>,
    number: &Number,
    around: &Around<'_>,
    subjects: &[Subject],
    found: &mut Vec<Reading>,
) {
    let columns = aim::columns(case, view, around, number);
    for (measure, own) in view.story.sheet.measures.iter().enumerate() {
        if own.unit != number.unit && number.unit == Unit::Percent {
            continue;
        }
        let signed = own.is_change || own.values.iter().flatten().any(|it| *it < 0);
        for subject in subjects {
            if let [row] = subject.rows[..]
                && let Some(value) = view.value((row, measure))
            {
                let column = columns.iter().find(|it| it.measure == measure).filter(|_| signed);
                let is_sure = column.is_some_and(|it| is_sure(subject, it));
                let level = subject.level + 2 + column.map_or(0, |it| it.level);
                let what = if signed { "the change" } else { "the cell" };
                found.push(Reading {
                    value,
                    level,
                    is_sure,
                    column: 0,
                    is_beside: false,
                    what,
                    cells: vec![(row, measure)],
                });
            }
        }
    }
}
