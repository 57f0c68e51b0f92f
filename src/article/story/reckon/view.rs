//! The table as readings walk over it: the cells of other times, and rows that belong together.

use super::super::place::Story;
use super::super::sheet::{Micro, Unit};
use super::super::units::is_mark;
use super::super::words::forms;
use crate::article::words::weekday;
use crate::table::{MONTHS, month};

/// A cell, by its row and its measure.
pub(super) type At = (usize, usize);

/// What walks over a table.
pub(super) struct View<'v, 's, 'a> {
    pub(super) story: &'v Story<'s, 'a>,
    /// The columns that tell the same of other times, by measure, the earliest first.
    families: Vec<Vec<usize>>,
    /// The rows that are times.
    pub(super) times: Option<Times>,
}

/// Rows that follow one another in time.
pub(super) struct Times {
    pub(super) column: usize,
    pub(super) span: Span,
    /// The rows of the same thing, the earliest first, by row.
    lines: Vec<Vec<usize>>,
}

/// How long one time of a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    Year,
    Quarter,
    Month,
    Week,
    Day,
}

impl<'v, 's, 'a> View<'v, 's, 'a> {
    pub(super) fn of(story: &'v Story<'s, 'a>) -> Self {
        let sheet = story.sheet;
        let families = (0..sheet.measures.len()).map(|it| sheet.siblings(it)).collect();
        let times = sheet.keys.iter().find_map(|it| Times::of(story, *it));
        Self { story, families, times }
    }

    pub(super) fn value(&self, (row, measure): At) -> Option<Micro> {
        self.story.cell(row, measure)
    }

    pub(super) fn family(&self, measure: usize) -> &[usize] {
        &self.families[measure]
    }

    /// The cells of the same thing at other times, the earliest first: along its row, and down its column.
    pub(super) fn lines(&self, (row, measure): At) -> Vec<Vec<At>> {
        let mut lines = Vec::new();
        let family = self.family(measure);
        if family.len() > 1 {
            lines.push(family.iter().map(|it| (row, *it)).collect());
        }
        if let Some(times) = &self.times
            && times.lines[row].len() > 1
        {
            lines.push(times.lines[row].iter().map(|it| (*it, measure)).collect());
        }
        lines
    }

    /// The latest row of each thing, where rows are times.
    pub(super) fn last_rows(&self) -> Vec<usize> {
        let Some(times) = &self.times else { return Vec::new() };
        let mut found: Vec<usize> = times.lines.iter().filter_map(|it| it.last().copied()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// How far apart the columns of a measure's times are.
    pub(super) fn column_span(&self, measure: usize) -> Option<Span> {
        let marks = &self.story.sheet.measures[measure].marks;
        let has = |of: fn(&str) -> bool| marks.iter().any(|it| of(it));
        if has(|it| MONTHS.contains(&it)) {
            Some(Span::Month)
        } else if has(|it| it.starts_with('q')) {
            Some(Span::Quarter)
        } else if has(|it| it.starts_with(|it: char| it.is_ascii_digit())) {
            Some(Span::Year)
        } else {
            None
        }
    }

    /// Whether no time is left out between the cells of a line.
    pub(super) fn is_regular(&self, line: &[At]) -> bool {
        let sheet = self.story.sheet;
        let along = line.len() > 1 && line[0].0 == line[1].0;
        let at = |it: &At| -> Option<i64> {
            if along {
                let marks = &sheet.measures[it.1].marks;
                return marks.iter().find_map(|it| it.parse().ok()).filter(|_| marks.len() == 1);
            }
            let column = self.times.as_ref().filter(|it| it.span == Span::Year)?.column;
            sheet.table.text(it.0, column).get(..4)?.parse().ok()
        };
        line.windows(2).all(|it| match (at(&it[0]), at(&it[1])) {
            (Some(a), Some(b)) => b - a == 1,
            _ => true,
        })
    }

    /// The rows that a total would add up.
    pub(super) fn parts(&self) -> Vec<usize> {
        (0..self.story.sheet.rows()).filter(|it| !self.story.sheet.is_total[*it]).collect()
    }

    /// Whether the figures of a measure may be added up.
    pub(super) fn adds(&self, measure: usize) -> bool {
        let own = &self.story.sheet.measures[measure];
        !own.is_change && !matches!(own.unit, Unit::Percent)
    }

    /// The groups of rows that share a name in one of the columns of names.
    pub(super) fn groups(&self) -> Vec<Vec<usize>> {
        let sheet = self.story.sheet;
        let names = sheet.names.iter().filter(|it| it.is_whole && it.rows.len() > 1 && it.rows.len() < sheet.rows());
        names.map(|it| it.rows.iter().copied().filter(|it| !sheet.is_total[*it]).collect()).collect()
    }
}

impl Times {
    /// Reads a column of names as times, where all of its rows are in order.
    fn of(story: &Story<'_, '_>, column: usize) -> Option<Self> {
        let sheet = story.sheet;
        let heading = sheet.table.columns[column].name.to_lowercase();
        let rows: Vec<usize> = (0..sheet.rows()).filter(|it| !sheet.is_total[*it]).collect();
        let moments: Vec<(usize, (Span, i64))> = rows
            .iter()
            .map(|row| Some((*row, moment(sheet.table.text(*row, column), &heading, sheet.days[*row].is_some())?)))
            .collect::<Option<_>>()?;
        let span = moments.first()?.1.0;
        if moments.len() < 2 || moments.iter().any(|it| it.1.0 != span) {
            return None;
        }
        let groups = groups(story, column, &moments)?;
        let mut lines = vec![Vec::new(); sheet.rows()];
        for group in groups {
            let line = ordered(group, &moments)?;
            for row in &line {
                lines[*row].clone_from(&line);
            }
        }
        Some(Self { column, span, lines })
    }
}

/// Rows of the same thing: all, or those that share the names of another column.
fn groups(story: &Story<'_, '_>, column: usize, moments: &[(usize, (Span, i64))]) -> Option<Vec<Vec<usize>>> {
    let rows: Vec<usize> = moments.iter().map(|it| it.0).collect();
    let distinct = |group: &[usize]| {
        let mut all: Vec<i64> = moments.iter().filter(|it| group.contains(&it.0)).map(|it| it.1.1).collect();
        all.sort_unstable();
        all.windows(2).all(|it| it[0] != it[1])
    };
    if distinct(&rows) {
        return Some(vec![rows]);
    }
    let table = story.sheet.table;
    let by = |keys: &[usize]| {
        let mut groups: Vec<(Vec<&str>, Vec<usize>)> = Vec::new();
        for row in &rows {
            let name: Vec<&str> = keys.iter().map(|it| table.text(*row, *it)).collect();
            match groups.iter_mut().find(|it| it.0 == name) {
                Some(it) => it.1.push(*row),
                None => groups.push((name, vec![*row])),
            }
        }
        let groups: Vec<Vec<usize>> = groups.into_iter().map(|it| it.1).collect();
        groups.iter().all(|it| distinct(it)).then_some(groups)
    };
    let others: Vec<usize> = story.sheet.keys.iter().copied().filter(|it| *it != column).collect();
    others.iter().find_map(|it| by(&[*it])).or_else(|| by(&others))
}

/// Rows in the order of their times: as printed, or from below.
fn ordered(mut rows: Vec<usize>, moments: &[(usize, (Span, i64))]) -> Option<Vec<usize>> {
    let at = |row: usize| moments.iter().find(|it| it.0 == row).map(|it| it.1.1);
    let steps: Vec<bool> = rows.windows(2).map(|it| at(it[0]) < at(it[1])).collect();
    let falls = steps.iter().filter(|it| !**it).count();
    if falls > 1 && falls == steps.len() {
        rows.reverse();
        return Some(rows);
    }
    // From December to January months begin anew.
    (falls == 0 || falls == 1 && steps.len() > 1).then_some(rows)
}

/// The time that a cell is of.
fn moment(text: &str, heading: &str, is_day: bool) -> Option<(Span, i64)> {
    const STEP: i64 = 100;
    let words = forms(text);
    let year = words.iter().find_map(|it| it.parse::<i64>().ok().filter(|it| (1800..2100).contains(it)));
    let text = text.trim();
    if is_day && month(text).is_none() {
        return Some((Span::Day, day(text)?));
    }
    let months = words.iter().find_map(|it| MONTHS.iter().position(|month| month == it));
    if let Some(month) = months.filter(|_| words.len() <= 2) {
        return Some((Span::Month, year.unwrap_or(0) * STEP + i64::try_from(month).ok()?));
    }
    if text.len() == 7
        && let Some((_, month)) = text.split_once('-')
        && let (Some(year), Ok(month)) = (year, month.parse::<i64>())
        && (1..=12).contains(&month)
        && words.last().is_some_and(|it| it.len() == 2 && i64::from(year % 100 != month - 1) == 1)
    {
        return Some((Span::Month, year * STEP + month));
    }
    let quarter = words.iter().find(|it| is_mark(it) && it.starts_with('q')).and_then(|it| it[1..].parse::<i64>().ok());
    if let Some(quarter) = quarter.filter(|_| words.len() <= 2) {
        return Some((Span::Quarter, year.unwrap_or(0) * STEP + quarter));
    }
    if let Some(year) = year.filter(|_| text.starts_with(|it: char| it.is_ascii_digit()) && words.len() <= 2) {
        return Some((Span::Year, year));
    }
    let number = words.last().and_then(|it| it.parse::<i64>().ok());
    let weekly = heading.contains("week") || words.first().is_some_and(|it| it == "week");
    if let Some(number) = number.filter(|_| weekly && words.len() <= 2) {
        return Some((Span::Week, number));
    }
    let first = text.to_lowercase();
    weekday(&first).map(|it| (Span::Day, i64::from(it)))
}

/// A day as a number that grows with it.
fn day(text: &str) -> Option<i64> {
    let tokens = crate::article::tokens::cut(text, 0);
    let date = text.parse::<jiff::civil::Date>().ok().or_else(|| {
        let dated = (!tokens.is_empty()).then(|| crate::article::dates::read(&tokens, 0)).flatten()?;
        dated.from.date()
    })?;
    Some(i64::from(date.year()) * 400 + i64::from(date.day_of_year()))
}
