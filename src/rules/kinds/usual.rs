//! `usual`: each series of counts against its own history.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::bind::{check_names, fault};
use super::said::{about_cell, grouped};
use crate::error::Result;
use crate::finding::{Certainty, Expected};
use crate::history::{Count, Judgement, Line, exact, flagged, shared};
use crate::rules::{Binding, Context, Detail, Kind, Mark, Need, Scope};
use crate::table::{ColumnType, Coverage, Edition, Table, canonical};

/// The share of ordinary counts that falls out of a range.
const ALPHA: f64 = 0.01;
/// One earlier edition leaves open what is further out than this.
const OPEN: f64 = 0.05;
/// The share of flags that may be false.
const DISCOVERY: f64 = 0.10;
/// Series are judged by so many of the last editions.
const EDITIONS_MAX: usize = 26;

/// The counts of some tables, or of some columns, against their own history.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Usual")]
pub(crate) struct Spec {
    /// The tables: all of their columns of counts.
    #[serde(default)]
    tables: Vec<String>,
    /// Columns of counts of the rule's own table.
    #[serde(default)]
    columns: Vec<String>,
}

#[derive(Debug)]
struct Usual {
    /// Declared tables, and which of their columns: all of counts where none is named.
    tables: Vec<(usize, Vec<String>)>,
}

/// A series: a cell of the edition, with its counts before.
struct Series {
    table: usize,
    row: usize,
    column: usize,
    line: Line,
}

pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    binding.refuse_rounding("usual")?;
    binding.refuse_zero("usual")?;
    let tables = match (spec.tables.is_empty(), spec.columns.is_empty()) {
        (false, true) => {
            check_names("tables", &spec.tables)?;
            let tables = spec.tables.iter().map(|it| Ok((binding.other_table(it)?, Vec::new())));
            tables.collect::<Result<Vec<_>>>()?
        }
        (true, false) => {
            check_names("columns", &spec.columns)?;
            let table = binding.require_table()?;
            for name in &spec.columns {
                let kind = binding.column(table, name)?.kind;
                if kind != ColumnType::Count {
                    let message = format!("column {name:?} is of type {}; usual judges counts", kind.word());
                    return Err(fault(message));
                }
            }
            vec![(table, spec.columns.clone())]
        }
        _ => return Err(fault("usual expects tables or columns").hint("usual = { tables = [\"…\"] }")),
    };
    for (table, _) in &tables {
        if binding.tables[*table].key.is_empty() {
            let name = &binding.tables[*table].name;
            let message = format!("table {name:?} has no key: its rows cannot be followed from edition to edition");
            return Err(fault(message).hint("give the table a key"));
        }
    }
    Ok(Box::new(Usual { tables }))
}

impl Kind for Usual {
    fn scope(&self) -> Scope {
        Scope::Whole
    }

    fn needs(&self) -> Vec<Need> {
        self.tables.iter().map(|it| Need::Table(it.0)).chain([Need::Past]).collect()
    }

    /// One check for each printed count.
    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let series = self.series(context);
        let (judged, flags) = judge(&series);
        let marks = series.iter().zip(&judged).zip(flags).map(|((series, judgement), flag)| match judgement {
            None => Mark::Undetermined,
            Some(_) if flag => Mark::Fails,
            Some(it) if is_open(&series.line, it) => Mark::Undetermined,
            Some(_) => Mark::Holds,
        });
        Ok(marks.collect())
    }

    fn explain(&self, context: &Context<'_>, check: usize) -> Detail {
        let series = self.series(context);
        let (judged, flags) = judge(&series);
        let it = &series[check];
        let table = &context.edition.tables[it.table];
        let Some(judgement) = judged[check] else {
            return about_cell(table, it.row, it.column, "no earlier edition has it", "not judged");
        };
        let side = if it.line.now.observed > judgement.expected { "above" } else { "below" };
        let mut message = words(table, it, &judgement, context.edition.coverage, judged.iter().flatten().count());
        if is_open(&it.line, &judgement) && !flags[check] {
            message = format!("{message}; {}", limit(&judgement));
        }
        let mut detail = about_cell(table, it.row, it.column, message, format!("{side} what is usual"));
        detail.certainty = Certainty::Unusual;
        detail.observed = table.columns[it.column].decimal(it.row).map(|it| it.to_string());
        detail.expected = Some(Expected::Between(judgement.low.to_string(), judgement.high.to_string()));
        let limit = (it.line.before.len() == 1).then(|| limit(&judgement));
        let check = "check the figure, the coverage note, or the cause".to_owned();
        detail.hint = Some(limit.map_or(check.clone(), |it| format!("{check}; {it}")));
        detail
    }
}

/// Whether one earlier edition leaves a count open: far out for chance alone,
/// and not quite for counts that vary as published ones do.
fn is_open(line: &Line, judgement: &Judgement) -> bool {
    let by_chance = exact(line, ALPHA).is_some_and(|it| it.p < ALPHA);
    line.before.len() == 1 && by_chance && judgement.p < OPEN
}

/// What could not have been noticed.
fn limit(it: &Judgement) -> String {
    format!("only one earlier edition: anything from {} to {} would pass unnoticed", whole(it.low), whole(it.high))
}

/// A finding in words, as an editor would say it.
fn words(table: &Table, it: &Series, judgement: &Judgement, coverage: Option<Coverage>, family: usize) -> String {
    let (name, text) = (table.row_name(it.row), table.text(it.row, it.column).trim());
    let editions = match it.line.before.len() {
        1 => "the last edition".to_owned(),
        count => format!("the last {count} editions"),
    };
    let average = it.line.before.iter().map(|it| it.observed).sum::<f64>()
        / it.line.before.iter().map(|it| it.exposure).sum::<f64>();
    let covered = coverage.filter(|it| it.days < it.of);
    let covered = covered.map_or(String::new(), |it| format!(", adjusted to {} of {} days covered", it.days, it.of));
    format!(
        "{name}: {} is {text}; from {editions} ({} a full period){covered}, about {} was expected, and {} to {} would be \
         ordinary; by chance {} as far out; {family} were checked",
        table.columns[it.column].name,
        whole(average),
        whole(judgement.expected),
        whole(judgement.low),
        whole(judgement.high),
        chance(judgement.p),
    )
}

fn chance(p: f64) -> String {
    if p < 1e-6 { "less than 1 in a million is".to_owned() } else { format!("1 in {} is", whole(1.0 / p)) }
}

fn whole(value: f64) -> String {
    grouped(&format!("{value:.0}"))
}

/// Judges all series of an edition together; which of them are flagged.
fn judge(series: &[Series]) -> (Vec<Option<Judgement>>, Vec<bool>) {
    let lines: Vec<Line> = series.iter().map(|it| it.line.clone()).collect();
    let (_, judged) = shared(&lines, ALPHA);
    let known: Vec<usize> = (0..judged.len()).filter(|it| judged[*it].is_some()).collect();
    let values: Vec<Judgement> = judged.iter().copied().flatten().collect();
    let (p, attainable): (Vec<f64>, Vec<f64>) = values.iter().map(|it| (it.p, it.p_attainable)).unzip();
    let mut flags = vec![false; judged.len()];
    for (at, flag) in known.into_iter().zip(flagged(&p, &attainable, DISCOVERY)) {
        flags[at] = flag;
    }
    (judged, flags)
}

impl Usual {
    fn series(&self, context: &Context<'_>) -> Vec<Series> {
        let mut series = Vec::new();
        let past = &context.past[..context.past.len().min(EDITIONS_MAX)];
        for (declared, names) in &self.tables {
            let Some(at) = context.table(*declared) else { continue };
            let table = &context.edition.tables[at];
            let earlier: Vec<Earlier<'_>> = past.iter().filter_map(|it| Earlier::of(it, &table.name)).collect();
            let wanted = |it: &usize| {
                let column = &table.columns[*it];
                column.kind == ColumnType::Count && (names.is_empty() || names.contains(&column.name))
            };
            for column in (0..table.columns.len()).filter(wanted) {
                for row in (0..table.rows.len()).filter(|it| context.admits(*it)) {
                    let Some(observed) = count(table, row, column) else { continue };
                    let now = Count { observed, exposure: exposure(context.edition.coverage) };
                    let name = (path(table, row), table.columns[column].name.as_str());
                    let before = earlier.iter().filter_map(|it| it.count(&name.0, name.1)).collect();
                    series.push(Series { table: at, row, column, line: Line { now, before } });
                }
            }
        }
        series
    }
}

impl Context<'_> {
    /// Whether the rule's `where` lets a row in.
    fn admits(&self, row: usize) -> bool {
        self.filter.is_none_or(|it| it.get(row).copied().flatten() == Some(true))
    }
}

/// A table of an earlier edition, with its rows by name.
struct Earlier<'a> {
    table: &'a Table,
    rows: HashMap<String, usize>,
    exposure: f64,
}

impl<'a> Earlier<'a> {
    fn of(edition: &'a Edition, name: &str) -> Option<Self> {
        let table = &edition.tables[edition.table(name)?];
        let rows = (0..table.rows.len()).rev().map(|it| (path(table, it), it)).collect();
        Some(Self { table, rows, exposure: exposure(edition.coverage) })
    }

    fn count(&self, row: &str, column: &str) -> Option<Count> {
        let observed = count(self.table, *self.rows.get(row)?, self.table.column(column)?)?;
        Some(Count { observed, exposure: self.exposure })
    }
}

/// A row by its key and the row that it stands under.
fn path(table: &Table, row: usize) -> String {
    let above = table.rows[row].under.map_or(String::new(), |it| table.row_name(it as usize));
    format!("{above}{}{}", canonical::UNDER, table.row_name(row))
}

/// A count as a float: for statistics only.
fn count(table: &Table, row: usize, column: usize) -> Option<f64> {
    table.columns[column].decimal(row)?.to_string().parse().ok()
}

/// The share of the period that is covered; all of it where nothing is said.
fn exposure(coverage: Option<Coverage>) -> f64 {
    coverage.filter(|it| it.of > 0).map_or(1.0, |it| f64::from(it.days) / f64::from(it.of))
}
