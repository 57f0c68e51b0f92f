//! What is the matter with the rules of a dataset themselves.

use std::sync::Arc;

use crate::error::Result;
use crate::repair::{Linted, System};
use crate::rules::{Context, Dataset, Equation, Mark, Need, Scope};
use crate::table::{
    CellState, Column, ColumnData, Dates, Document, Edition, Numbers, Row, Span, Table, TableSchema, Texts, show_exact,
};

/// Something to look at in a rule file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lint {
    /// The rule file.
    pub file: String,
    /// The line of the rule.
    pub line: u32,
    /// What is the matter, in words.
    pub message: String,
}

/// Looks for rules that contradict each other, repeat others, or cannot fail.
///
/// No figure is needed: a table that declares its rows stands for every
/// edition, one that does not is looked at row by row.
///
/// # Errors
///
/// As [`super::check`].
pub fn lint(dataset: &Dataset) -> Result<Vec<Lint>> {
    let edition = Edition { tables: dataset.tables.iter().map(blank).collect(), ..Edition::default() };
    let mut equations = Vec::new();
    for (number, rule) in dataset.rules.iter().enumerate() {
        let needs = rule.check.needs();
        let open = |it: &Need| matches!(it, Need::Table(table) if dataset.tables[*table].rows.is_empty());
        let whole = rule.check.scope() == Scope::Whole && needs.iter().any(open);
        if whole || needs.iter().any(|it| matches!(it, Need::Previous | Need::Past)) {
            continue;
        }
        equations.extend(of_rule(dataset, &edition, number)?);
    }
    let mut system = System::new(equations, &edition, None, &dataset.tables);
    let linted = system.lint();
    Ok(told(dataset, &edition, &system, linted))
}

/// What a rule says of the cells of an edition.
fn of_rule(dataset: &Dataset, edition: &Edition, number: usize) -> Result<Vec<(usize, usize, Equation)>> {
    let rule = &dataset.rules[number];
    let context = Context::of(edition, dataset);
    let filter = match (&rule.filter, rule.table.and_then(|it| context.table(it))) {
        (Some(condition), Some(table)) => Some(condition.truths(&context, table)?),
        _ => None,
    };
    let context = Context { filter: filter.as_deref(), ..context };
    let marks = rule.check.verdicts(&context)?;
    let row = matches!(rule.check.scope(), Scope::Row(_));
    let asked = |check: &usize| {
        let let_in = filter.as_ref().is_none_or(|it| !row || it.get(*check).copied().flatten() == Some(true));
        marks[*check] != Mark::Skipped && let_in
    };
    let checks: Vec<usize> = (0..marks.len()).filter(asked).collect();
    Ok(rule.check.equations(&context, &checks).into_iter().map(|it| (number, it.0, it.1)).collect())
}

/// What was found, in words.
fn told(dataset: &Dataset, edition: &Edition, system: &System, linted: Linted) -> Vec<Lint> {
    let name = |rule: &usize| {
        let rule = &dataset.rules[*rule];
        format!("{} (line {})", rule.name, rule.at.line)
    };
    let names = |rules: &[usize]| rules.iter().map(name).collect::<Vec<_>>().join(", ");
    let at = |rule: usize, message: String| {
        let rule = &dataset.rules[rule];
        Lint { file: rule.at.file.clone(), line: rule.at.line, message: format!("{}: {message}", rule.name) }
    };
    let mut found = Vec::new();
    if let Some((first, others)) = linted.contradiction.split_first() {
        let message = match others {
            [] => "no table can satisfy this rule".to_owned(),
            [_] => format!("contradicts {}: no table can satisfy both rules", names(others)),
            others => format!("contradicts {}: no table can satisfy all of these rules", names(others)),
        };
        found.push(at(*first, message));
    }
    for (rule, by) in &linted.redundant {
        found.push(at(*rule, format!("is redundant: {} already says it", names(by))));
    }
    for rule in &linted.vacuous {
        found.push(at(*rule, "cannot fail: the column types already guarantee it".to_owned()));
    }
    for (cell, value) in &linted.fixed {
        let cell = system.cells[*cell].at.cell;
        let table = &edition.tables[cell.table];
        let place = match table.row_name(cell.row).as_str() {
            ANY => table.columns[cell.column].name.clone(),
            row => format!("{row}, {}", table.columns[cell.column].name),
        };
        let file = dataset.path.to_string_lossy().into_owned();
        let message =
            format!("{}: the rules allow only one value for {place}, {}", table.name, show_exact(&value.exact()));
        found.push(Lint { file, line: 1, message });
    }
    found.extend(linted.limit.map(|it| Lint {
        file: dataset.path.to_string_lossy().into_owned(),
        line: 1,
        message: format!("not checked: {it}"),
    }));
    found.sort();
    found
}

/// The label of the row that stands for all of a table that declares none.
const ANY: &str = "any row";

/// A table with its declared rows, and nothing in its cells.
fn blank(schema: &TableSchema) -> Table {
    let label = schema.columns.iter().position(|it| it.kind == crate::table::ColumnType::Label);
    let mut names: Vec<&str> = schema.rows.iter().map(|it| it.name.as_str()).collect();
    if names.is_empty() {
        names.push(ANY);
    }
    let above = |under: &Option<String>| {
        let at = schema.rows.iter().position(|it| Some(&it.name) == under.as_ref())?;
        u32::try_from(at).ok()
    };
    let row = |at: usize| Row {
        under: schema.rows.get(at).and_then(|it| above(&it.under)),
        span: Span::default(),
        number: u32::try_from(at + 1).unwrap_or(u32::MAX),
    };
    let column = |(at, it): (usize, &crate::table::ColumnSchema)| {
        let named = label == Some(at);
        let data = if it.kind.is_number() {
            ColumnData::Numbers(Numbers::new(&vec![None; names.len()]).0)
        } else if it.kind == crate::table::ColumnType::Date {
            ColumnData::Dates(Dates { days: vec![0; names.len()] })
        } else {
            ColumnData::Texts(Texts::new(names.iter().map(|it| if named { *it } else { "" })))
        };
        Column {
            name: it.name.clone(),
            heading: it.name.clone(),
            kind: it.kind,
            position: u32::try_from(at).unwrap_or(u32::MAX),
            positions: Vec::new(),
            data,
            states: vec![if named { CellState::Value } else { CellState::Empty }; names.len()],
            spans: vec![Span::default(); names.len()],
            undone: Arc::default(),
        }
    };
    Table {
        name: schema.name.clone(),
        document: Arc::new(Document::default()),
        sheet: None,
        columns: schema.columns.iter().enumerate().map(column).collect(),
        key: schema.key.iter().filter_map(|it| schema.column(it)).collect(),
        rows: (0..names.len()).map(row).collect(),
        unclear: Vec::new(),
        doubts: Vec::new(),
    }
}
