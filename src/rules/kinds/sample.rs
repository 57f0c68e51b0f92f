//! Small tables for the tests of kinds.
//!
//! Cells are split at every comma; `?` is a cell that can be read in more
//! than one way.

use std::sync::Arc;

use crate::rules::file::load;
use crate::rules::{Context, Dataset, Detail, Mark};
use crate::table::{
    CellState, Column, ColumnData, ColumnType, Dates, Document, Edition, NumberStyle, Numbers, Row, Span, Table,
    TableSchema, Texts, read_figure,
};

/// Reads a rule file whose head is left out.
pub(super) fn dataset(rules: &str) -> crate::Result<Dataset> {
    let read = |name: &str| match name {
        "validity.csv" => Ok(b"code,from,to\nA,2020-01-01,2020-06\nA,2021,\nB,,2020-12-31\n".to_vec()),
        _ => Ok(b"code,name\nR,revised\nA,actual\n".to_vec()),
    };
    load("rules.toml", &format!("crossfoot = 1\ndataset = \"sample\"\n{rules}"), &read)
}

/// The marks of the last rule of a file, and what it says of each check that
/// does not hold.
pub(super) fn judge(rules: &str, tables: &[(&str, &str)], previous: &[(&str, &str)]) -> (Vec<Mark>, Vec<Detail>) {
    judge_where(rules, tables, previous, None)
}

/// The same, with what the rule's `where` came to.
pub(super) fn judge_where(
    rules: &str,
    tables: &[(&str, &str)],
    previous: &[(&str, &str)],
    filter: Option<&[Option<bool>]>,
) -> (Vec<Mark>, Vec<Detail>) {
    let dataset = dataset(rules).unwrap();
    let (edition, previous) = (edition(&dataset, tables), edition(&dataset, previous));
    let previous = (!previous.tables.is_empty()).then_some(&previous);
    let context = Context { filter, ..context(&dataset, &edition, previous) };
    let check = &dataset.rules.last().unwrap().check;
    let marks = check.verdicts(&context).unwrap();
    let told = |it: &usize| matches!(marks[*it], Mark::Fails | Mark::Undetermined);
    let details = (0..marks.len()).filter(told).map(|it| check.explain(&context, it)).collect();
    (marks, details)
}

fn context<'a>(dataset: &'a Dataset, edition: &'a Edition, previous: Option<&'a Edition>) -> Context<'a> {
    let tables = &dataset.tables;
    Context { edition, previous, past: &[], memo: None, calendar: None, tables, filter: None, beside: &[], totals: &[] }
}

/// The one reason why nothing of the last rule can be told, if there is one.
pub(super) fn why_undetermined(rules: &str, tables: &[(&str, &str)], previous: &[(&str, &str)]) -> Option<String> {
    let dataset = dataset(rules).unwrap();
    let (edition, previous) = (edition(&dataset, tables), edition(&dataset, previous));
    let previous = (!previous.tables.is_empty()).then_some(&previous);
    let context = context(&dataset, &edition, previous);
    let check = &dataset.rules.last().unwrap().check;
    check.why_undetermined(&context, &check.verdicts(&context).unwrap())
}

/// Only what is said.
pub(super) fn said(rules: &str, tables: &[(&str, &str)], previous: &[(&str, &str)]) -> Vec<String> {
    judge(rules, tables, previous).1.into_iter().map(|it| it.message).collect()
}

/// What every rule of a whole rule file says of the checks that do not hold.
pub(super) fn said_by_all(file: &str, tables: &[(&str, &str)]) -> Vec<String> {
    let dataset = load("rules.toml", file, &|_| Ok(Vec::new())).unwrap();
    let edition = edition(&dataset, tables);
    let context = context(&dataset, &edition, None);
    let told = dataset.rules.iter().flat_map(|rule| {
        let marks = rule.check.verdicts(&context).unwrap();
        let told = marks.into_iter().enumerate().filter(|it| matches!(it.1, Mark::Fails | Mark::Undetermined));
        told.map(|it| rule.check.explain(&context, it.0).message).collect::<Vec<_>>()
    });
    told.collect()
}

fn edition(dataset: &Dataset, tables: &[(&str, &str)]) -> Edition {
    let table = |(name, text): &(&str, &str)| {
        table(dataset.tables.iter().find(|it| it.name == *name).expect("a declared table"), text)
    };
    Edition { tables: tables.iter().map(table).collect(), ..Edition::default() }
}

/// Reads a table from lines of cells, the first of which are the headings.
pub(super) fn table(schema: &TableSchema, text: &str) -> Table {
    let document = Arc::new(Document::new(format!("{}.csv", schema.name), text.to_owned(), "UTF-8"));
    let mut lines: Vec<(Span, Vec<Span>)> = Vec::new();
    let mut at = 0;
    for line in text.lines() {
        let mut start = at;
        let cells = line.split(',').map(|cell| {
            let span = Span::new(start, start + cell.len());
            start += cell.len() + 1;
            span
        });
        lines.push((Span::new(at, at + line.len()), cells.collect()));
        at += line.len() + 1;
    }
    let heading: Vec<&str> = lines[0].1.iter().map(|&it| document.slice(it)).collect();
    let column = |(position, name): (usize, &&str)| {
        let kind = schema.columns.iter().find(|it| it.name == *name).map_or(ColumnType::Text, |it| it.kind);
        let spans: Vec<Option<Span>> = lines[1..].iter().map(|it| it.1.get(position).copied()).collect();
        column(&document, schema, name, (kind, position), &spans)
    };
    let columns: Vec<Column> = heading.iter().enumerate().map(column).collect();
    let key = schema.key.iter().filter_map(|name| columns.iter().position(|it| &it.name == name)).collect();
    let rows = lines[1..].iter().enumerate();
    let rows = rows.map(|(index, it)| Row { under: None, span: it.0, number: u32::try_from(index + 2).unwrap() });
    let rows = rows.collect();
    Table {
        name: schema.name.clone(),
        document,
        sheet: None,
        columns,
        key,
        rows,
        unclear: Vec::new(),
        doubts: Vec::new(),
    }
}

fn column(
    document: &Document,
    schema: &TableSchema,
    name: &str,
    (kind, position): (ColumnType, usize),
    spans: &[Option<Span>],
) -> Column {
    let texts: Vec<&str> = spans.iter().map(|it| it.map_or("", |it| document.slice(it))).collect();
    let figures: Vec<_> = texts.iter().map(|it| read_figure(it, NumberStyle::ENGLISH, None).ok()).collect();
    let days: Vec<Option<jiff::civil::Date>> = texts.iter().map(|it| it.parse().ok()).collect();
    let readable = |row: usize| match kind {
        ColumnType::Date => days[row].is_some(),
        _ => !kind.is_number() || figures[row].is_some(),
    };
    let state = |row: usize| match (spans[row], texts[row], schema.markers.read(texts[row])) {
        (None, _, _) => CellState::Absent,
        (_, "?", _) => CellState::Unclear,
        (_, "", _) => CellState::Empty,
        (_, _, Some(marker)) => CellState::Marker(marker),
        _ if readable(row) => CellState::Value,
        _ => CellState::Unreadable,
    };
    let data = match kind {
        ColumnType::Date => {
            let epoch = jiff::civil::date(1970, 1, 1);
            let day = |it: &Option<jiff::civil::Date>| it.map_or(0, |it| epoch.until(it).unwrap().get_days());
            ColumnData::Dates(Dates { days: days.iter().map(day).collect() })
        }
        _ if kind.is_number() => {
            let values: Vec<_> = figures.iter().map(|it| it.as_ref().map(|it| it.value)).collect();
            ColumnData::Numbers(Numbers::new(&values).0)
        }
        _ => ColumnData::Texts(Texts::new(texts.iter().copied())),
    };
    Column {
        name: name.to_owned(),
        heading: name.to_owned(),
        kind,
        position: u32::try_from(position).unwrap(),
        positions: Vec::new(),
        data,
        states: (0..spans.len()).map(state).collect(),
        spans: spans.iter().map(|it| it.unwrap_or_default()).collect(),
        undone: Arc::default(),
    }
}
