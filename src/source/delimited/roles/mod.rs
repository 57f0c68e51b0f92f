//! Which line of a file is what: a path through a chain of roles.
//!
//! Each line may be a title, a heading, a line of units, a row, a label of a
//! group, a heading again, a note, or blank. What its cells look like beside
//! those around it speaks for some of these, and which role follows which
//! speaks too; the path with the highest score over all lines (Viterbi 1967)
//! tells all of them at once, so that no first line decides alone.
//!
//! - `kinds`: what a cell looks like
//! - `scores`: how well a line fits each role

mod kinds;
mod scores;

use std::collections::HashSet;

use super::dialect;
use crate::source::GridRow;
use crate::table::Document;
use kinds::Line;
pub(super) use kinds::{Kind, kind_of};
use scores::NEVER;

/// How many roles there are; those of blank lines tell what stands above them.
const STATES: usize = 13;
const PREAMBLE: usize = 0;
const HEADINGS: [usize; 4] = [1, 2, 3, 4];
const UNITS: usize = 5;
const BODY: usize = 6;
const GROUP: usize = 7;
const REPEATED: usize = 8;
const NOTE: usize = 9;
const BLANK_BEFORE: usize = 10;
const BLANK_INSIDE: usize = 11;
const BLANK_AFTER: usize = 12;
const BLANKS: [usize; 3] = [BLANK_BEFORE, BLANK_INSIDE, BLANK_AFTER];

type Scores = [f64; STATES];

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A title or another line above a table.
    Preamble,
    /// A line of a heading.
    Heading,
    /// The units of the columns.
    Units,
    /// A row.
    Body,
    /// The label of the rows below it.
    Group,
    /// The heading of the table again.
    Repeated,
    /// A line below a table.
    Note,
}

/// Rows from here on are not looked at one by one, unless something is odd.
const LOOKED_AT: usize = 400;
/// So many rows around an odd one are looked at.
const AROUND: usize = 12;

/// Tells the role of each row; nothing where no row holds a figure.
pub(super) fn of_rows(document: &Document, rows: &[GridRow]) -> Option<Vec<Role>> {
    let widths: Vec<usize> = rows.iter().map(|it| it.cells.len()).filter(|it| *it > 1).collect();
    let width = dialect::mode(&widths).unwrap_or(1);
    let lines = lines(document, rows, width, widths.len());
    // First by the lines that hold figures, then by those found to be rows.
    let mut body: Vec<usize> =
        (0..lines.len()).filter(|it| lines[*it].numbers() > 0 && !lines[*it].has_years).collect();
    if body.is_empty() {
        return None;
    }
    let mut path = Vec::new();
    for _ in 0..2 {
        path = best_path(&scores::of_lines(&lines, &body, width));
        let found: Vec<usize> = (0..lines.len()).filter(|it| path[*it] == BODY).collect();
        if found.is_empty() {
            break;
        }
        body = found;
    }
    let mut roles = vec![Role::Body; rows.len()];
    for (line, state) in lines.iter().zip(path) {
        if let Some(row) = line.row {
            roles[row] = role(state);
        }
    }
    roles.contains(&Role::Body).then_some(roles)
}

/// The rows as lines, with blank ones where numbers are left out.
fn lines(document: &Document, rows: &[GridRow], width: usize, wide: usize) -> Vec<Line> {
    let usual = rows.iter().filter(|it| it.cells.len() == width).count();
    let is_usual = usual * 10 >= wide * 8;
    let mut lines = Vec::new();
    let mut seen: HashSet<Vec<&str>> = HashSet::new();
    for index in looked_at(rows, width) {
        let row = &rows[index];
        if index > 0 && row.number > rows[index - 1].number + 1 {
            lines.push(Line::blank());
        }
        let mut line = Line::of(document, index, row);
        line.as_above = if index > 0 { as_above(document, row, &rows[index - 1]) } else { 0 };
        line.begins_as_above = line.as_above > 0;
        line.is_unlike_most = is_usual && row.cells.len() != width;
        if line.numbers() == 0 || line.has_years {
            let texts: Vec<&str> = row.cells.iter().map(|it| it.text(document)).collect();
            // The label of a group may come again.
            let may_head = line.filled > 1 || !line.has_first();
            line.repeats_heading = may_head && !seen.insert(texts);
        }
        lines.push(line);
    }
    lines
}

/// How many cells at the start of a row hold what those above them hold.
fn as_above(document: &Document, row: &GridRow, above: &GridRow) -> usize {
    let both = row.cells.iter().zip(&above.cells);
    both.take_while(|it| !it.0.span.is_empty() && it.0.text(document) == it.1.text(document)).count()
}

/// Which rows are looked at: all of a small table, and those of a large one
/// that stand at its ends or near something odd.
fn looked_at(rows: &[GridRow], width: usize) -> Vec<usize> {
    if rows.len() <= 4 * LOOKED_AT {
        return (0..rows.len()).collect();
    }
    let is_odd = |it: usize| {
        let row = &rows[it];
        let filled = row.cells.iter().filter(|it| !it.span.is_empty()).take(2).count();
        row.cells.len() != width || filled < 2 || row.number > rows[it - 1].number + 1
    };
    let mut wanted = vec![false; rows.len()];
    wanted[..LOOKED_AT].fill(true);
    wanted[rows.len() - LOOKED_AT / 4..].fill(true);
    for it in (1..rows.len()).filter(|it| is_odd(*it)) {
        wanted[it.saturating_sub(AROUND)..(it + AROUND).min(rows.len())].fill(true);
    }
    (0..rows.len()).filter(|it| wanted[*it]).collect()
}

fn role(state: usize) -> Role {
    match state {
        PREAMBLE => Role::Preamble,
        UNITS => Role::Units,
        GROUP => Role::Group,
        REPEATED => Role::Repeated,
        NOTE => Role::Note,
        it if HEADINGS.contains(&it) => Role::Heading,
        _ => Role::Body,
    }
}

/// The states of the path with the highest score.
fn best_path(scores: &[Scores]) -> Vec<usize> {
    let Some(first) = scores.first() else { return Vec::new() };
    let steps = steps();
    let mut total: Scores = std::array::from_fn(|it| first[it] + start(it));
    let mut from: Vec<[usize; STATES]> = vec![[0; STATES]];
    for scores in &scores[1..] {
        let best = |to: usize| {
            let score = |before: usize| total[before] + steps[before][to];
            (0..STATES).max_by(|a, b| score(*a).total_cmp(&score(*b))).map_or((0, NEVER), |it| (it, score(it)))
        };
        let found: [(usize, f64); STATES] = std::array::from_fn(best);
        from.push(found.map(|it| it.0));
        total = std::array::from_fn(|to| found[to].1 + scores[to]);
    }
    let ended = |it: usize| total[it] + end(it);
    let mut state = (0..STATES).max_by(|a, b| ended(*a).total_cmp(&ended(*b))).unwrap_or(BODY);
    let mut path = vec![state; scores.len()];
    for at in (1..scores.len()).rev() {
        state = from[at][state];
        path[at - 1] = state;
    }
    path
}

fn start(state: usize) -> f64 {
    match state {
        PREAMBLE | BLANK_BEFORE => 0.0,
        it if it == HEADINGS[0] => 0.0,
        BODY => -3.0,
        _ => NEVER,
    }
}

fn end(state: usize) -> f64 {
    match state {
        // A title stands above a table.
        PREAMBLE => -6.0,
        GROUP => -3.0,
        UNITS => -4.0,
        it if HEADINGS.contains(&it) => -4.0,
        _ => 0.0,
    }
}

const H1: usize = HEADINGS[0];
const H4: usize = HEADINGS[3];

/// What steps from roles to the next cost; others cannot be.
const STEPS: [(&[usize], &[usize], f64); 29] = [
    (&[PREAMBLE], &[PREAMBLE, H1, BLANK_BEFORE], 0.0),
    (&[PREAMBLE], &[BODY], -4.0),
    (&[BLANK_BEFORE], &[PREAMBLE, H1], 0.0),
    (&[BLANK_BEFORE], &[BODY], -3.0),
    (&[HEADINGS[0]], &[HEADINGS[1]], -1.0),
    (&[HEADINGS[1]], &[HEADINGS[2]], -1.0),
    (&[HEADINGS[2], H4], &[H4], -1.0),
    (&HEADINGS, &[UNITS, BODY], 0.0),
    (&HEADINGS, &[GROUP], -0.5),
    (&HEADINGS, &[BLANK_INSIDE], -2.5),
    (&[UNITS], &[BODY], 0.0),
    (&[UNITS], &[GROUP], -0.5),
    (&[UNITS], &[H4], -2.0),
    (&[UNITS], &[BLANK_INSIDE], -2.5),
    (&[BODY], &[BODY], 0.0),
    (&[BODY], &[BLANK_INSIDE], -0.6),
    (&[BODY, BLANK_INSIDE], &[REPEATED], -0.7),
    (&[BODY], &[NOTE], -0.8),
    (&[BODY], &[GROUP], -1.2),
    (&[BODY], &[H1], -3.0),
    (&[BODY], &[PREAMBLE], -3.5),
    (&[GROUP, REPEATED], &[BODY], 0.0),
    (&[REPEATED], &[REPEATED], 0.0),
    // A name above a heading that comes again is the title of another table.
    (&[GROUP], &[REPEATED], -4.0),
    (&[GROUP], &[GROUP], -2.0),
    (&[BLANK_INSIDE, REPEATED], &[BODY, GROUP, NOTE], -0.5),
    (&[BLANK_INSIDE, BLANK_AFTER], &[H1, PREAMBLE], -1.2),
    (&[NOTE, BLANK_AFTER], &[NOTE, BLANK_AFTER], 0.0),
    (&[NOTE], &[H1, PREAMBLE], -2.2),
];

/// What each step costs, by the role before and the role after.
fn steps() -> [Scores; STATES] {
    let mut steps = [[NEVER; STATES]; STATES];
    for (before, after, cost) in STEPS {
        for from in before {
            for to in after {
                steps[*from][*to] = cost;
            }
        }
    }
    steps
}
