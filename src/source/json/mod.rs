//! Reads tables from JSON and NDJSON: records, rows, or columns.
//!
//! - an array of objects, or one object a line: a row each; the columns are
//!   their keys, those of nested objects joined by a point
//! - an array of arrays: rows, the first of which is the heading if it is text
//! - an object of arrays of equal length: columns
//! - an object of objects: rows, named by their keys in a column `key`
//! - a cube of JSON-stat or SDMX-JSON: a row a value (`cube`)
//! - an object with such things in it: a table each, titled by their key
//!
//! Figures stay as printed, and every cell knows where it stands. A key that a
//! record lacks is an absent cell; `null` an empty one.

mod cube;
mod scan;

use std::collections::HashMap;

use self::scan::{Kind, Value, Wrong};
use super::{Fault, FaultKind, Grid, GridCell, GridRow, Page};
use crate::error::{Error, ErrorKind, Result};
use crate::table::{Document, NumberStyle, Span, StyleTally};

/// Tables are looked for so deep.
const DEPTH_MAX: usize = 4;

/// Whether a document is JSON, by its first sign and all that follows.
pub(super) fn looks_like_json(document: &Document) -> bool {
    let starts = document.text.trim_start().starts_with(['{', '[']);
    starts && scan::values(&document.text).is_ok_and(|it| it.iter().all(|it| !matches!(it.kind, Kind::Bare)))
}

/// Reads all tables of a JSON document.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] where it is no JSON, or holds no table.
pub fn read(document: &Document) -> Result<Page> {
    let values = scan::values(&document.text).map_err(|it| wrong(document, &it))?;
    let reader = Reader { document };
    let mut page = Page::default();
    match &values[..] {
        [one] => match reader.cubes(one) {
            Some(cubes) => page.grids = cubes,
            None => reader.tables(one, &mut Vec::new(), &mut page.grids),
        },
        many if many.iter().all(|it| matches!(it.kind, Kind::Object(_))) => {
            page.grids.push(reader.records(many.iter().map(|it| (None, it)), None));
        }
        many if many.iter().all(|it| matches!(it.kind, Kind::Array(_))) => {
            let rows: Vec<&Value> = many.iter().collect();
            page.grids.push(reader.rows(&rows, None));
        }
        _ => {}
    }
    if page.grids.is_empty() && !values.is_empty() {
        return Err(Error::new(ErrorKind::Unreadable, "expected records, rows or columns, found none")
            .in_file(&document.name)
            .hint("a table is an array of objects, an array of arrays, or an object of arrays of equal length"));
    }
    if page.grids.is_empty() {
        page.grids.push(Grid::default());
    }
    for grid in page.grids.iter_mut().filter(|it| !holds_printed_numbers(it, document)) {
        grid.style = Some(NumberStyle::ENGLISH);
    }
    Ok(page)
}

/// Whether a string is a number with marks: that is in some style, while the
/// numbers of JSON itself are in one.
fn holds_printed_numbers(grid: &Grid, document: &Document) -> bool {
    let mut tally = StyleTally::new(NumberStyle::ENGLISH);
    let is_quoted = |it: &&GridCell| {
        let before = (it.span.start as usize).checked_sub(1).and_then(|at| document.text.as_bytes().get(at));
        before == Some(&b'"')
    };
    for it in grid.rows.iter().flat_map(|it| &it.cells).filter(is_quoted) {
        tally.add(it.text(document));
    }
    tally.marked() > 0
}

fn wrong(document: &Document, it: &Wrong) -> Error {
    let place = document.position(u32::try_from(it.at).unwrap_or(u32::MAX));
    let found = document.text.get(it.at..).and_then(|it| it.chars().next());
    let found = found.map_or("the end of the file".to_owned(), |it| format!("{it:?}"));
    Error::new(ErrorKind::Unreadable, format!("expected {}, found {found}", it.expected))
        .at(&document.name, place.line, place.column)
        .hint("JSON is expected here; --from delimited or page reads it otherwise")
}

struct Reader<'a> {
    document: &'a Document,
}

/// A table in the making: its columns by name.
#[derive(Default)]
struct Columns {
    headings: Vec<GridCell>,
    by_name: HashMap<String, usize>,
}

impl Reader<'_> {
    /// Finds the tables in a value that the keys of a path lead to.
    fn tables(&self, value: &Value, path: &mut Vec<String>, grids: &mut Vec<Grid>) {
        let title = path.last().cloned();
        let found = match &value.kind {
            Kind::Array(items) if !items.is_empty() && items.iter().all(|it| matches!(it.kind, Kind::Object(_))) => {
                self.records(items.iter().map(|it| (None, it)), title)
            }
            Kind::Array(items) if !items.is_empty() && items.iter().all(is_row) => {
                let rows: Vec<&Value> = items.iter().collect();
                self.rows(&rows, title)
            }
            Kind::Object(members) if are_columns(members) => self.columns(value, members, title),
            Kind::Object(members) if members.len() > 1 && members.iter().all(|it| is_record(&it.1)) => {
                self.records(members.iter().map(|it| (Some(it.0), &it.1)), title)
            }
            Kind::Object(members) if path.len() < DEPTH_MAX => {
                for (key, value) in members {
                    path.push(self.text(*key));
                    self.tables(value, path, grids);
                    path.pop();
                }
                return;
            }
            _ => return,
        };
        let selectors = if path.len() > 1 { vec![path.join("/")] } else { Vec::new() };
        grids.push(Grid { selectors, ..found });
    }

    /// Objects as rows, named by a key where they stand in an object.
    fn records<'v>(&self, records: impl Iterator<Item = (Option<Span>, &'v Value)>, title: Option<String>) -> Grid {
        let mut columns = Columns::default();
        let mut rows: Vec<(Vec<Option<GridCell>>, Span)> = Vec::new();
        let mut faults = Vec::new();
        for (key, record) in records {
            let mut cells: Vec<Option<GridCell>> = vec![None; columns.headings.len()];
            if let Some(key) = key {
                let at = columns.of("key", || GridCell { span: Span::default(), unescaped: Some("key".into()) });
                put(&mut cells, at, self.quoted(key));
            }
            let row = u32::try_from(rows.len()).ok();
            self.record(record, "", &mut columns, &mut |at, key, cell| {
                if cells.get(at).is_some_and(Option::is_some) {
                    let message = format!("expected each key once, found {:?} again", self.text(key));
                    faults.push(Fault { kind: FaultKind::Ragged, row, span: key, message });
                }
                put(&mut cells, at, cell);
            });
            rows.push((cells, record.span));
        }
        let width = columns.headings.len();
        let rows = rows.into_iter().map(|(mut cells, span)| {
            cells.resize(width, None);
            GridRow { cells: cells.into_iter().map(Option::unwrap_or_default).collect(), span, ..GridRow::default() }
        });
        let rows = rows.collect();
        Grid { title, headings: columns.headings, rows, faults, headings_printed: true, ..Grid::default() }
    }

    /// The members of a record, and of the objects in it.
    fn record(&self, value: &Value, above: &str, columns: &mut Columns, take: &mut dyn FnMut(usize, Span, GridCell)) {
        let Kind::Object(members) = &value.kind else { return };
        for (key, value) in members {
            let name = format!("{above}{}", self.text(*key));
            if matches!(&value.kind, Kind::Object(inside) if !inside.is_empty()) {
                self.record(value, &format!("{name}."), columns, take);
                continue;
            }
            let at = columns.of(&name, || GridCell { unescaped: Some(name.as_str().into()), ..self.quoted(*key) });
            take(at, *key, self.cell(value));
        }
    }

    /// Arrays as rows; the first is the heading if all of it is text.
    fn rows(&self, rows: &[&Value], title: Option<String>) -> Grid {
        let cells = |it: &Value| match &it.kind {
            Kind::Array(items) => items.iter().map(|it| self.cell(it)).collect(),
            _ => Vec::new(),
        };
        let headed =
            matches!(&rows[0].kind, Kind::Array(items) if items.iter().all(|it| matches!(it.kind, Kind::Text)));
        let width = rows.iter().map(|it| cells(it).len()).max().unwrap_or(0);
        let made_up = |it: usize| GridCell { span: Span::default(), unescaped: Some(format!("column {it}").into()) };
        let headings = if headed { cells(rows[0]) } else { (1..=width).map(made_up).collect() };
        let mut grid = Grid { title, headings, headings_printed: headed, ..Grid::default() };
        for row in &rows[usize::from(headed)..] {
            let cells = cells(row);
            if cells.len() != grid.headings.len() {
                let message = format!("expected {} cells, found {}", grid.headings.len(), cells.len());
                let at = u32::try_from(grid.rows.len()).ok();
                grid.faults.push(Fault { kind: FaultKind::Ragged, row: at, span: row.span, message });
            }
            grid.rows.push(GridRow { cells, span: row.span, ..GridRow::default() });
        }
        grid
    }

    /// Arrays of equal length as columns.
    fn columns(&self, value: &Value, members: &[(Span, Value)], title: Option<String>) -> Grid {
        let items = |it: &Value| match &it.kind {
            Kind::Array(items) => items.iter().map(|it| self.cell(it)).collect(),
            _ => Vec::new(),
        };
        let columns: Vec<Vec<GridCell>> = members.iter().map(|it| items(&it.1)).collect();
        let row = |at: usize| {
            let cells: Vec<GridCell> = columns.iter().map(|it| it[at].clone()).collect();
            // A row stands in as many places as it has cells: the first is shown.
            let span = cells.first().map_or(value.span, |it| it.span);
            GridRow { cells, span, ..GridRow::default() }
        };
        let rows = (0..columns.first().map_or(0, Vec::len)).map(row).collect();
        let headings = members.iter().map(|it| self.quoted(it.0)).collect();
        Grid { title, headings, rows, headings_printed: true, ..Grid::default() }
    }

    fn cell(&self, value: &Value) -> GridCell {
        match value.kind {
            Kind::Text => self.quoted(value.span),
            Kind::Null => GridCell { span: value.span, unescaped: Some("".into()) },
            Kind::Bare | Kind::Array(_) | Kind::Object(_) => GridCell::at(value.span),
        }
    }

    /// A string without its quotes, escapes undone.
    fn quoted(&self, span: Span) -> GridCell {
        let inside = Span { start: span.start + 1, end: span.end.saturating_sub(1).max(span.start + 1) };
        let escaped = self.document.slice(inside).contains('\\');
        let unescaped = if escaped { serde_json::from_str::<String>(self.document.slice(span)).ok() } else { None };
        GridCell { span: inside, unescaped: unescaped.map(String::into_boxed_str) }
    }

    fn text(&self, key: Span) -> String {
        self.quoted(key).text(self.document).to_owned()
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

fn put(cells: &mut Vec<Option<GridCell>>, at: usize, cell: GridCell) {
    if cells.len() <= at {
        cells.resize(at + 1, None);
    }
    cells[at] = Some(cell);
}

fn is_plain(value: &Value) -> bool {
    !matches!(value.kind, Kind::Array(_) | Kind::Object(_))
}

fn is_row(value: &Value) -> bool {
    matches!(&value.kind, Kind::Array(items) if !items.is_empty() && items.iter().all(is_plain))
}

fn is_record(value: &Value) -> bool {
    matches!(&value.kind, Kind::Object(members) if !members.is_empty() && members.iter().all(|it| is_plain(&it.1)))
}

/// Whether members are arrays of plain values, all as long.
fn are_columns(members: &[(Span, Value)]) -> bool {
    let length = |it: &Value| match &it.kind {
        Kind::Array(items) if !items.is_empty() && items.iter().all(is_plain) => Some(items.len()),
        _ => None,
    };
    let first = members.first().and_then(|it| length(&it.1));
    first.is_some() && members.len() > 1 && members.iter().all(|it| length(&it.1) == first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let document = Document::new("t.json", text.to_owned(), "UTF-8");
        let page = read(&document).unwrap();
        page.grids
            .iter()
            .map(|grid| {
                let line = |it: &[GridCell]| it.iter().map(|it| it.text(&document)).collect::<Vec<_>>().join("|");
                let rows: Vec<String> = grid.rows.iter().map(|it| line(&it.cells)).collect();
                format!("{}: {} / {}", grid.title.as_deref().unwrap_or("-"), line(&grid.headings), rows.join(" / "))
            })
            .collect()
    }

    #[test]
    fn records_rows_and_columns_are_tables() {
        assert_eq!(shown(r#"[{"a": 1.50, "b": "x"}, {"b": null, "c": 2}]"#), ["-: a|b|c / 1.50|x| / ||2"]);
        assert_eq!(shown("{\"a\":1}\n{\"a\":2}\n"), ["-: a / 1 / 2"]);
        assert_eq!(shown(r#"[["a", "b"], [1, 2], [3, 4]]"#), ["-: a|b / 1|2 / 3|4"]);
        assert_eq!(shown(r#"{"a": [1, 2], "b": ["x", "y"]}"#), ["-: a|b / 1|x / 2|y"]);
        assert_eq!(shown(r#"{"Murder": {"n": 1}, "Theft": {"n": 2}}"#), ["-: key|n / Murder|1 / Theft|2"]);
        assert_eq!(shown(r#"{"meta": {"v": 1}, "rows": [{"a": {"b": 1, "c": 2}}]}"#), ["rows: a.b|a.c / 1|2"]);
        assert_eq!(shown(r#"[{"caf\u00e9": "a\"b"}]"#), ["-: café / a\"b"]);
    }

    #[test]
    fn what_is_no_json_names_the_place() {
        let told = |text: &str| read(&Document::new("t.json", text.to_owned(), "UTF-8")).unwrap_err().to_string();
        assert!(told("[{\"a\": 1,\n \"b\" 2}]").starts_with("t.json:2:6: expected a colon, found '2'"));
        assert!(told("[1, 2").starts_with("t.json:1:6: expected a comma or ], found the end of the file"));
        assert!(told("{\"a").starts_with("t.json:1:2: expected a closing quote"));
        assert!(told("[1, 2]").starts_with("t.json: expected records, rows or columns, found none"));
        assert!(told(&"[".repeat(100_000)).contains("nested less deeply"));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "[\\[\\]{}\",:a-c0-9\\\\ \\n.ntfé-]{0,60}") {
            let _ = read(&Document::new("t.json", text, "UTF-8"));
        }
    }
}
