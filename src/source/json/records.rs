//! Objects as rows, and the tables inside them.
//!
//! An array of objects in a record is no cell: all such arrays under one key are
//! a table, whose rows begin with what names the record that they stand in.

use std::collections::{HashMap, HashSet};

use super::scan::{Kind, Value};
use super::{Path, Reader, is_plain, selectors};
use crate::error::{Error, ErrorKind, Result};
use crate::source::{Fault, FaultKind, Grid, GridCell, GridRow};
use crate::table::Span;

/// A row of an inner table is named by so many cells of the records around it.
const NAMES_MAX: usize = 8;
/// An array of more figures in a record stays one cell.
const LIST_MAX: usize = 400;
/// A table may have so many cells, and so many times those that its records hold:
/// records that share no keys are no table.
const CELLS_MIN: usize = 1_000_000;
const CELLS_A_FILLED: usize = 10;

type Members = [(Span, Value)];

/// A table in the making: its columns by name.
#[derive(Default)]
struct Columns {
    headings: Vec<GridCell>,
    by_name: HashMap<String, usize>,
}

/// A record: the key that it stands under, and what names those around it.
struct Record<'v> {
    key: Option<Span>,
    value: &'v Value,
    names: Names,
}

type Names = Vec<(String, GridCell)>;

/// The tables in records, each with the keys that lead to it.
#[derive(Default)]
struct Inner<'v> {
    tables: Vec<(String, Vec<Record<'v>>)>,
    by_name: HashMap<String, usize>,
}

impl Reader<'_> {
    /// Objects as rows, named by a key where they stand in an object; and the
    /// tables in them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] where they share so few keys that they are no table.
    pub(super) fn records(
        &self,
        records: Vec<(Option<Span>, &Value)>,
        path: &mut Path,
        grids: &mut Vec<Grid>,
    ) -> Result<()> {
        let record = |it: (Option<Span>, _)| Record { key: it.0, value: it.1, names: Vec::new() };
        self.table_of(&records.into_iter().map(record).collect::<Vec<_>>(), path, grids)
    }

    fn table_of(&self, records: &[Record<'_>], path: &mut Path, grids: &mut Vec<Grid>) -> Result<()> {
        let mut reading = Unfinished::new(self, path.last().cloned());
        for record in records {
            reading.take(record);
            if reading.cells > CELLS_MIN + CELLS_A_FILLED * reading.filled {
                return Err(self.shares_no_keys(record.value.span, &reading));
            }
        }
        let inner = std::mem::take(&mut reading.inner.tables);
        let grid = reading.grid();
        // Records that hold nothing but tables are no table themselves.
        if grid.headings.len() > records.first().map_or(0, |it| it.names.len()) || inner.is_empty() {
            grids.push(Grid { selectors: selectors(path), ..grid });
        }
        for (name, records) in inner {
            path.push(name);
            self.table_of(&records, path, grids)?;
            path.pop();
        }
        Ok(())
    }

    fn shares_no_keys(&self, at: Span, reading: &Unfinished<'_, '_>) -> Error {
        let place = self.document.position(at.start);
        let (keys, records) = (reading.columns.headings.len(), reading.rows.len());
        let message = format!("expected records with the same keys, found {keys} keys in {records} records");
        Error::new(ErrorKind::Unreadable, message)
            .at(&self.document.name, place.line, place.column)
            .hint("write one record per figure: { \"key\": ..., \"value\": ... }")
    }

    /// What names a record: its texts, or else the first of its cells.
    fn names(&self, record: &Record<'_>) -> Names {
        let mut names = record.names.clone();
        let key = record.key.map(|it| ("key".to_owned(), self.quoted(it)));
        let Kind::Object(members) = &record.value.kind else { return names };
        let has_text = members.iter().any(|it| matches!(it.1.kind, Kind::Text)) || key.is_some();
        let texts =
            members.iter().filter(|it| if has_text { matches!(it.1.kind, Kind::Text) } else { is_plain(&it.1) });
        let own = texts.map(|it| (self.text(it.0), self.cell(&it.1)));
        names.extend(key.into_iter().chain(own.take(if has_text { NAMES_MAX } else { 1 })));
        names.truncate(NAMES_MAX);
        names
    }
}

/// The rows of one table as they are read.
struct Unfinished<'a, 'v> {
    reader: &'a Reader<'a>,
    title: Option<String>,
    columns: Columns,
    rows: Vec<(Vec<Option<GridCell>>, Span)>,
    faults: Vec<Fault>,
    /// The names of columns that are those of records around.
    around: HashSet<String>,
    inner: Inner<'v>,
    /// What names the record that is read, once it is asked for.
    names: Option<Names>,
    /// How many cells there are, and how many of them hold something.
    cells: usize,
    filled: usize,
}

impl<'a, 'v> Unfinished<'a, 'v> {
    fn new(reader: &'a Reader<'a>, title: Option<String>) -> Self {
        Self {
            reader,
            title,
            columns: Columns::default(),
            rows: Vec::new(),
            faults: Vec::new(),
            around: HashSet::new(),
            inner: Inner::default(),
            names: None,
            cells: 0,
            filled: 0,
        }
    }

    fn take(&mut self, record: &Record<'v>) {
        let mut cells: Vec<Option<GridCell>> = Vec::new();
        self.names = None;
        for (name, cell) in &record.names {
            if !self.around.contains(name) {
                self.around.insert(name.clone());
            }
            let at = self.columns.of(name, || made_up(name));
            put(&mut cells, at, cell.clone());
        }
        if let Some(key) = record.key {
            let at = self.columns.of("key", || made_up("key"));
            put(&mut cells, at, self.reader.quoted(key));
        }
        self.members(record, record.value, "", &mut cells);
        self.cells += cells.len();
        self.rows.push((cells, record.value.span));
    }

    /// The members of a record, and of the objects in it.
    fn members(&mut self, record: &Record<'v>, value: &'v Value, above: &str, cells: &mut Vec<Option<GridCell>>) {
        let Kind::Object(members) = &value.kind else { return };
        for (key, value) in members {
            let name = format!("{above}{}", self.reader.text(*key));
            match &value.kind {
                Kind::Object(inside) if !inside.is_empty() => {
                    self.members(record, value, &format!("{name}."), cells);
                }
                Kind::Array(items) if is_table(items) => self.keep_inner(record, name, items),
                Kind::Array(items) if is_list(items) => {
                    for (at, item) in (1..).zip(items) {
                        self.cell(&format!("{name}.{at}"), *key, item, cells);
                    }
                }
                _ => self.cell(&name, *key, value, cells),
            }
        }
    }

    fn cell(&mut self, name: &str, key: Span, value: &Value, cells: &mut Vec<Option<GridCell>>) {
        let reader = self.reader;
        let apart = self.around.contains(name).then(|| format!("{}.{name}", self.title.as_deref().unwrap_or("record")));
        let name = apart.as_deref().unwrap_or(name);
        let at = self.columns.of(name, || GridCell { unescaped: Some(name.into()), ..reader.quoted(key) });
        if cells.get(at).is_some_and(Option::is_some) {
            let message = format!("expected each key once, found {:?} again", reader.text(key));
            let row = u32::try_from(self.rows.len()).ok();
            self.faults.push(Fault { kind: FaultKind::Ragged, row, span: key, message });
        }
        self.filled += 1;
        put(cells, at, reader.cell(value));
    }

    fn keep_inner(&mut self, record: &Record<'v>, name: String, items: &'v [Value]) {
        let reader = self.reader;
        let names = self.names.get_or_insert_with(|| reader.names(record));
        let rows = items.iter().map(|value| Record { key: None, value, names: names.clone() });
        let tables = &mut self.inner.tables;
        let at = *self.inner.by_name.entry(name).or_insert_with_key(|name| {
            tables.push((name.clone(), Vec::new()));
            tables.len() - 1
        });
        tables[at].1.extend(rows);
    }

    fn grid(self) -> Grid {
        let width = self.columns.headings.len();
        let rows = self.rows.into_iter().map(|(mut cells, span)| {
            cells.resize(width, None);
            GridRow { cells: cells.into_iter().map(Option::unwrap_or_default).collect(), span, ..GridRow::default() }
        });
        Grid {
            title: self.title,
            headings: self.columns.headings,
            rows: rows.collect(),
            faults: self.faults,
            headings_printed: true,
            ..Grid::default()
        }
    }
}

impl Columns {
    /// Where a column stands; a new one at the end.
    fn of(&mut self, name: &str, heading: impl FnOnce() -> GridCell) -> usize {
        if let Some(at) = self.by_name.get(name) {
            return *at;
        }
        self.headings.push(heading());
        self.by_name.insert(name.to_owned(), self.headings.len() - 1);
        self.headings.len() - 1
    }
}

/// Whether the members of an object are records that it names: all plain, or
/// all with the same keys, some of them plain.
pub(super) fn are_records(reader: &Reader<'_>, members: &Members) -> bool {
    let objects: Vec<&Members> = members.iter().filter_map(|it| inside(&it.1)).collect();
    if objects.len() < members.len() || members.len() < 2 {
        return false;
    }
    let are_plain = |it: &&Members| it.iter().all(|it| is_plain(&it.1));
    if objects.iter().all(are_plain) {
        return true;
    }
    let keys = |it: &Members| it.iter().map(|it| reader.text(it.0)).collect::<HashSet<String>>();
    let first = keys(objects[0]);
    let has_plain = |it: &&Members| it.iter().any(|it| is_plain(&it.1));
    objects.iter().all(|it| has_plain(it) && keys(it) == first)
}

fn inside(value: &Value) -> Option<&Members> {
    match &value.kind {
        Kind::Object(members) if !members.is_empty() => Some(members),
        _ => None,
    }
}

/// Whether an array is a table: objects only.
fn is_table(items: &[Value]) -> bool {
    !items.is_empty() && items.iter().all(|it| inside(it).is_some())
}

/// Whether an array is a list of figures: a column each.
fn is_list(items: &[Value]) -> bool {
    let is_figure = |it: &Value| matches!(it.kind, Kind::Bare | Kind::Null);
    (1..=LIST_MAX).contains(&items.len()) && items.iter().all(is_figure)
}

fn made_up(name: &str) -> GridCell {
    GridCell { span: Span::default(), unescaped: Some(name.into()) }
}

fn put(cells: &mut Vec<Option<GridCell>>, at: usize, cell: GridCell) {
    if cells.len() <= at {
        cells.resize(at + 1, None);
    }
    cells[at] = Some(cell);
}
