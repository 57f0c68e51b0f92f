//! Series of a table whose rows are periods: what `--period` and `--value` name.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::{Key, Run, Step, printed};
use crate::error::{Error, ErrorKind, Result};
use crate::history::{Agenda, Asked, Before, Calendar, Count, Country, Known, Line, Options};
use crate::nearest::nearest;
use crate::table::{Cadence, ColumnType, Period, Table};

/// A series with its figures, newest first, of which each sees those before it.
type Whole = (Key, Arc<[Count]>);

/// The figure of a row: its period, its row, and its series by index.
type Placed = (Count, usize, usize);

/// The columns of a table that make series.
struct Columns {
    value: usize,
    exposure: Option<usize>,
    labels: Vec<usize>,
}

impl Run<'_> {
    /// The series of a table whose rows are periods, by its other labels.
    pub(super) fn of_columns(&self, table: &Table, names: (&str, &str), take: &mut dyn FnMut(Step)) -> Result<()> {
        let column = |name: &str| self.column(table, name);
        let (period, value) = (column(names.0)?, column(names.1)?);
        let exposure = self.options.exposure.as_deref().map(column).transpose()?;
        let labels = (0..table.columns.len())
            .filter(|it| ![Some(period), Some(value), exposure].contains(&Some(*it)))
            .filter(|it| matches!(table.columns[*it].kind, ColumnType::Label | ColumnType::Text))
            .collect();
        let columns = Columns { value, exposure, labels };
        let (positions, calendar) = positions(table, period, self.name)?;
        let mut by_period: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (row, at) in positions.iter().enumerate() {
            by_period.entry(*at).or_default().push(row);
        }
        let (calendar, known) = self.known(calendar, &by_period, table, period)?;
        let options = Options { known, ..Options::new(calendar) };
        let (rows, all) = columns.series(table, &by_period);
        // One kind for all: a whole figure among others is no count.
        let is_whole = |it: &Placed| it.0.observed.fract() == 0.0 && it.0.observed >= 0.0;
        let is_count = table.columns[value].kind != ColumnType::Percent && rows.iter().all(is_whole);
        let mut seen = vec![0; all.len()];
        let mut rows = rows.into_iter().peekable();
        let editions = by_period.len();
        for (index, (at, own)) in by_period.into_iter().enumerate() {
            let is_judged = self.judges(editions - 1 - index);
            let mut step = Step {
                period: table.text(own[0], period).trim().to_owned(),
                year: options.calendar.year(),
                note: options.known.note(at),
                keys: Vec::new(),
                figures: Vec::new(),
                asked: Vec::new(),
                options: is_judged.then(|| options.clone()),
            };
            while let Some((now, row, series)) = rows.next_if(|it| it.0.at == at) {
                let (key, figures) = &all[series];
                seen[series] += 1;
                let before = Before::shared(figures, figures.len() + 1 - seen[series]);
                step.keys.push(Arc::clone(key));
                step.figures.push(printed(table, value, row));
                step.asked.push(Asked { line: Line { now, before }, is_count, most: None, family: 0 });
            }
            take(step);
        }
        Ok(())
    }

    /// The calendar with the holidays that were asked for, and what it knows of the periods.
    fn known(
        &self,
        calendar: Calendar,
        by_period: &BTreeMap<i64, Vec<usize>>,
        table: &Table,
        period: usize,
    ) -> Result<(Calendar, Known)> {
        let Some(code) = &self.options.calendar else { return Ok((calendar, Known::default())) };
        let Some(country) = Country::of(code) else {
            let error = Error::new(ErrorKind::Usage, format!("unknown holiday calendar \"{code}\""));
            let codes = Country::codes().collect::<Vec<_>>().join(", ");
            return Err(error.hint(format!("expected one of {codes}")));
        };
        let calendar = calendar.with(Arc::new(Agenda::new(Some(country), Vec::new())));
        let periods = by_period.values().filter_map(|it| Period::parse(table.text(it[0], period).trim()));
        let known = calendar.known(periods);
        Ok((calendar, known))
    }

    fn column(&self, table: &Table, name: &str) -> Result<usize> {
        let names = || table.columns.iter().map(|it| it.name.as_str());
        table.column(name).ok_or_else(|| {
            let error = Error::new(ErrorKind::Usage, format!("there is no column \"{name}\"")).in_file(self.name);
            match nearest(name, names()) {
                Some(it) => error.hint(format!("the nearest heading is \"{it}\"")),
                None => error.hint(format!("the headings are {}", names().collect::<Vec<_>>().join(", "))),
            }
        })
    }
}

impl Columns {
    /// The figures of all rows in the order of periods, and the series that they are of.
    fn series(&self, table: &Table, by_period: &BTreeMap<i64, Vec<usize>>) -> (Vec<Placed>, Vec<Whole>) {
        let mut rows: Vec<Placed> = Vec::new();
        let mut known: HashMap<String, usize, RandomState> = HashMap::default();
        let mut all: Vec<(Key, Vec<Count>)> = Vec::new();
        for (at, row) in by_period.iter().flat_map(|(at, rows)| rows.iter().map(|it| (*at, *it))) {
            let exposure = self.exposure.map_or(Some(1.0), |it| number(table, it, row)).filter(|it| *it > 0.0);
            let (Some(observed), Some(exposure)) = (number(table, self.value, row), exposure) else { continue };
            let name = self.labels.iter().map(|it| table.text(row, *it).trim()).collect::<Vec<_>>().join(", ");
            let series = *known.entry(name).or_insert_with_key(|name| {
                let key = [table.name.clone(), name.clone(), table.columns[self.value].name.clone()];
                all.push((Arc::new(key), Vec::new()));
                all.len() - 1
            });
            let now = Count { at, observed, exposure };
            all[series].1.push(now);
            rows.push((now, row, series));
        }
        (rows, all.into_iter().map(|it| (it.0, it.1.into_iter().rev().collect())).collect())
    }
}

/// A figure as a float: for statistics only.
fn number(table: &Table, column: usize, row: usize) -> Option<f64> {
    Some(table.columns[column].decimal(row)?.nearest_float())
}

/// Which period each row is for, and how periods lie in the year: numbers are
/// weeks, dates as far apart as they mostly are.
fn positions(table: &Table, column: usize, file: &str) -> Result<(Vec<i64>, Calendar)> {
    let text = |row: usize| table.text(row, column).trim();
    let rows = 0..table.rows.len();
    if let Some(weeks) = rows.clone().map(|it| text(it).parse::<i64>().ok()).collect::<Option<Vec<_>>>()
        && weeks.iter().any(|it| !(1000..=9999).contains(it))
    {
        return Ok((weeks, Calendar::WEEKS));
    }
    // Rows of one period mostly stand together.
    let mut last = ("", None);
    let period = |row: usize| {
        if last.0 != text(row) {
            last = (text(row), Period::parse(text(row)));
        }
        last.1.ok_or_else(|| {
            let message = format!("expected a period or the number of a week, found \"{}\"", text(row));
            Error::new(ErrorKind::Unreadable, message).in_file(file).hint(
                "a period is a day (2005-03-02), START/END, a week (2020-W53), a month (2021-12), a quarter (2021-Q4) \
                 or a year",
            )
        })
    };
    let periods = rows.map(period).collect::<Result<Vec<_>>>()?;
    let mut starts: Vec<_> = periods.iter().map(|it| it.start).collect();
    starts.sort();
    starts.dedup();
    let mut gaps: Vec<i32> = starts.windows(2).filter_map(|it| Some(it[0].until(it[1]).ok()?.get_days())).collect();
    gaps.sort_unstable();
    let calendar = Calendar::of(match gaps.get(gaps.len() / 2) {
        Some(1) => Cadence::Daily,
        Some(28..=31) => Cadence::Monthly,
        Some(89..=92) => Cadence::Quarterly,
        Some(365 | 366) => Cadence::Yearly,
        Some(7) | None => Cadence::Weekly,
        Some(days) => Cadence::Days(u16::try_from(*days).unwrap_or(7)),
    });
    Ok((periods.into_iter().map(|it| calendar.position(it)).collect(), calendar))
}
