//! How well a line fits each role, by the lines around it.

use super::kinds::{Counted, Kind, Line};
use super::{BODY, GROUP, HEADINGS, NOTE, PREAMBLE, REPEATED, Scores, UNITS};

/// Lines as far away say nothing of a line.
const NEAR: usize = 40;
/// So many lines of a table above and below a line tell what its columns hold.
const ABOVE: usize = 4;
const BELOW: usize = 6;
const BELOW_HEADING: usize = 8;
/// Below any score: a role that a line cannot have.
pub(super) const NEVER: f64 = -1e6;

/// What the columns hold around a line.
#[derive(Debug, Default)]
pub(super) struct Columns {
    numbers: Vec<f64>,
    texts: Vec<f64>,
    years: Vec<f64>,
    lines: f64,
}

impl Columns {
    /// The share of numbers among the figures and texts of a column.
    fn numbers(&self, column: usize) -> f64 {
        let (numbers, texts) = self.counts(column);
        (numbers + 0.15) / (numbers + texts + 0.3)
    }

    /// The share of lines in which it is filled.
    fn fill(&self, column: usize) -> f64 {
        let (numbers, texts) = self.counts(column);
        ((numbers + texts + 0.3) / (self.lines + 0.6)).min(1.0)
    }

    /// Whether most of its cells are years.
    fn has_years(&self, column: usize) -> bool {
        let (numbers, texts) = self.counts(column);
        self.years.get(column).copied().unwrap_or(0.0) * 2.0 > numbers + texts
    }

    fn counts(&self, column: usize) -> (f64, f64) {
        let of = |it: &Vec<f64>| it.get(column).copied().unwrap_or(0.0);
        (of(&self.numbers), of(&self.texts))
    }

    fn of<'a>(lines: impl Iterator<Item = &'a Line>) -> Self {
        let mut columns = Self::default();
        for line in lines {
            let width = line.kinds.len();
            for counts in [&mut columns.numbers, &mut columns.texts, &mut columns.years] {
                counts.resize(counts.len().max(width), 0.0);
            }
            for (column, kind) in line.kinds.iter().enumerate() {
                columns.numbers[column] += f64::from(u8::from(kind.is_number()));
                columns.texts[column] += f64::from(u8::from(kind.is_text()));
                columns.years[column] += f64::from(u8::from(*kind == Kind::Year));
            }
            columns.lines += 1.0;
        }
        columns
    }
}

/// The scores of all lines; `body` are those that are taken for rows so far.
pub(super) fn of_lines(lines: &[Line], body: &[usize], width: usize) -> Vec<Scores> {
    let mut scores = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let mut of = [NEVER; super::STATES];
        if line.is_blank() {
            for state in super::BLANKS {
                of[state] = 0.0;
            }
            scores.push(of);
            continue;
        }
        let here = body.partition_point(|it| *it < at);
        let after = here + usize::from(body.get(here) == Some(&at));
        let near = |it: &&usize| it.abs_diff(at) <= NEAR;
        let above = body[here.saturating_sub(ABOVE)..here].iter().filter(near);
        let below = body[after..].iter().take(BELOW_HEADING).filter(near).collect::<Vec<_>>();
        let around = Columns::of(above.chain(below.iter().take(BELOW).copied()).map(|it| &lines[*it]));
        let under = Columns::of(below.iter().map(|it| &lines[**it]));
        let next = lines.get(at + 1).filter(|it| !it.is_blank());
        let before = at.checked_sub(1).map(|it| &lines[it]).filter(|it| !it.is_blank());
        of[BODY] = body_score(line, &around, at);
        let spans = spans(line, next);
        let heading = heading_score(line, &under, spans > 0.0) + spans;
        of[HEADINGS[0]] = heading;
        let differs = |it: &Line| it.has_first() && line.has_first() && !line.begins_as_above;
        let lower = heading - if before.is_some_and(differs) { 2.5 } else { 0.0 };
        for state in &HEADINGS[1..] {
            of[*state] = lower;
        }
        of[UNITS] = units_score(line, heading);
        let apart = apart_score(line, width);
        of[PREAMBLE] = apart + above_heading(line, next);
        // A short line right below a row, without a sign of a note, is a row that
        // lacks its figures.
        let is_set_off = line.is_note || line.is_long || line.has_colon || before.is_none();
        of[NOTE] = apart + if line.is_note { 1.0 } else { 0.0 } - if is_set_off { 0.0 } else { 8.0 };
        of[GROUP] = group_score(line, width);
        of[REPEATED] = if line.repeats_heading { heading + 4.0 } else { NEVER };
        scores.push(of);
    }
    scores
}

fn count(it: usize) -> f64 {
    f64::from(u32::try_from(it).unwrap_or(u32::MAX))
}

fn body_score(line: &Line, around: &Columns, at: usize) -> f64 {
    let half = |it: f64| (it / 0.5).ln();
    let mut score = 0.0;
    for (column, kind) in line.kinds.iter().enumerate() {
        let (numbers, fill) = (around.numbers(column), 0.7 * (around.fill(column) / 0.6).ln());
        score += match kind {
            Kind::Number | Kind::Year => half(numbers) + fill + 0.8,
            Kind::Text | Kind::Date => half(1.0 - numbers).max(-3.5) + fill,
            Kind::Marker if numbers > 0.5 => 0.3,
            Kind::Marker => -0.3,
            Kind::Empty => 0.6 * half(1.0 - around.fill(column).min(0.999)).max(-1.2),
        };
        if line.has_years && *kind == Kind::Year && !around.has_years(column) {
            score -= 1.0;
        }
    }
    let cells = count(line.filled.saturating_sub(usize::from(line.has_first())));
    score -= match line.counted {
        Counted::InBrackets => 1.5 * cells,
        Counted::Bare if at < 12 => 1.3 * cells,
        _ => 0.0,
    };
    score -= if line.filled == 1 { 2.0 } else { 0.0 };
    score - if line.is_note { 2.0 } else { 0.0 }
}

/// What speaks for a heading; `spans` says that its cells stand over those of the next line.
fn heading_score(line: &Line, under: &Columns, spans: bool) -> f64 {
    let has_first = line.has_first() && !line.begins_as_above;
    let only_dates = line.kinds.iter().all(|it| !it.is_number() && *it != Kind::Marker);
    let mut score = if has_first { 0.0 } else { 0.8 };
    let mut spanning = false;
    for (column, kind) in line.kinds.iter().enumerate() {
        let numbers = under.numbers(column);
        let counts = column > 0 && kind.is_number();
        score += match kind {
            Kind::Text if numbers > 0.5 => (1.0 + 0.8 * (numbers / 0.5).ln()).min(1.8),
            Kind::Text => 0.15,
            Kind::Year if line.has_years => {
                if numbers > 0.5 && !under.has_years(column) {
                    1.3
                } else {
                    -1.0
                }
            }
            _ if counts && line.counted == Counted::InBrackets => 1.5,
            _ if counts && line.counted == Counted::Bare => 0.6,
            Kind::Number | Kind::Year => -2.5,
            Kind::Date if only_dates => 0.3,
            Kind::Date => -1.5,
            Kind::Marker => -1.0,
            Kind::Empty if spanning && (!has_first || spans) => -0.1,
            Kind::Empty => -0.35,
        };
        spanning |= *kind != Kind::Empty;
    }
    let over_all = line.filled == 1 && !has_first && line.kind(1) != Kind::Empty;
    score - if line.filled == 1 && !over_all { 1.5 } else { 0.0 }
}

/// What speaks for the upper of two heading lines, whose cells span those below.
fn spans(line: &Line, next: Option<&Line>) -> f64 {
    let Some(next) = next.filter(|it| (!it.has_first() || it.begins_as_above) && it.filled > 1) else { return 0.0 };
    let names = |it: &Kind| matches!(it, Kind::Text | Kind::Year | Kind::Empty | Kind::Date);
    let named = next.kinds.iter().all(names) && line.kinds.iter().all(names);
    if !named || next.width + 1 < line.width || line.filled < 1 + usize::from(line.has_first()) {
        return 0.0;
    }
    // Names of label columns go on to the lines below, or have blanks there.
    let is_label = |it: &usize| line.kind(*it) != Kind::Empty && next.kind(*it) == Kind::Empty;
    let labels = (0..line.width).take_while(is_label).count().max(next.as_above).max(1);
    let starts: Vec<usize> = (labels..line.width).filter(|it| line.kind(*it) != Kind::Empty).collect();
    let ends = starts.iter().skip(1).copied().chain([next.width + reach(next)]);
    let lengths: Vec<usize> = starts.iter().zip(ends).map(|it| it.1.saturating_sub(*it.0)).collect();
    let even = lengths.windows(2).all(|it| it[0] == it[1]);
    if starts.is_empty() || !even {
        return 0.0;
    }
    // A lone year over its quarters is no figure.
    let lone = line.kinds.iter().filter(|it| **it == Kind::Year).count() == 1;
    if lone { 2.0 + 2.5 + 1.3 } else { 2.0 }
}

/// How far the last cell of a line reaches over blanks to its right, where the one
/// before it does: it spans columns of the lines below.
fn reach(line: &Line) -> usize {
    let mut filled = (0..line.width).rev().filter(|it| line.kind(*it) != Kind::Empty);
    let last_two = filled.next().zip(filled.next());
    last_two.filter(|it| it.1 > 0).map_or(0, |(last, before)| last - before - 1)
}

fn units_score(line: &Line, heading: f64) -> f64 {
    let cells = line.filled.saturating_sub(usize::from(line.has_first()));
    if cells == 0 || line.units * 10 < cells * 6 {
        return NEVER;
    }
    heading + 2.0 + count(line.units)
}

/// What speaks for a line that stands apart from the table.
fn apart_score(line: &Line, width: usize) -> f64 {
    if line.kind(0) != Kind::Text && line.kind(0) != Kind::Date {
        // An indent, or a number, begins no title.
        return if line.has_first() { -2.0 - count(line.filled) } else { -1.0 - count(line.filled) };
    }
    let mut score = 1.0 + if line.filled == 1 { 1.2 } else { 0.0 };
    for kind in line.kinds.iter().skip(1) {
        score -= match kind {
            Kind::Text | Kind::Date => 1.1,
            Kind::Number | Kind::Year => 2.5,
            Kind::Marker => 0.8,
            Kind::Empty => 0.0,
        };
    }
    score += if line.width * 2 <= width { 0.6 } else { 0.0 };
    score += if line.is_long { 0.5 } else { 0.0 };
    score += if line.has_colon || line.is_note { 1.0 } else { 0.0 };
    let unlike = line.kinds.len() > width || line.kinds.len() + 2 <= width;
    if unlike && line.is_unlike_most { score + 2.0 * count(line.kinds.len().min(8)) } else { score }
}

/// A line directly above a heading that names every column is no heading itself.
fn above_heading(line: &Line, next: Option<&Line>) -> f64 {
    let names =
        |it: &&Line| it.is_complete && !it.begins_as_above && it.kinds.iter().skip(1).all(|it| *it == Kind::Text);
    let Some(next) = next.filter(names).filter(|_| line.kind(0) == Kind::Text) else { return 0.0 };
    // Below an upper heading the corner is empty too: but a title that is cut at
    // its commas spans nothing evenly, or says what it is.
    let says = line.has_colon || line.is_note || line.is_long;
    let is_cut = line.filled == line.width && line.width < next.width && (says || spans(line, Some(next)) <= 0.0);
    if next.kind(0) == Kind::Text || is_cut { 2.3 * count(line.filled) } else { 0.0 }
}

fn group_score(line: &Line, width: usize) -> f64 {
    let at = line.kinds.iter().position(|it| *it != Kind::Empty);
    let labels = line.filled == 1 && at.is_some_and(|it| it < 2 && line.kind(it) == Kind::Text) && line.is_short;
    if !labels {
        return NEVER;
    }
    // In two columns an empty figure looks the same.
    let score = if width > 2 { 1.4 } else { 0.2 };
    score - if line.has_colon || line.is_note { 1.2 } else { 0.0 }
}
