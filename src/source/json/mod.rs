//! Reads tables from JSON and NDJSON: records, rows, or columns.
//!
//! - an array of objects, or one object a line: a row each; the columns are
//!   their keys, those of nested objects joined by a point; an array of objects in
//!   them is a table of its own (`records`)
//! - an array of arrays: rows, the first of which is the heading if it is text;
//!   or an array of names that stands beside it is
//! - an object of arrays of equal length: columns
//! - an object of objects: rows, named by their keys in a column `key`
//! - a cube of JSON-stat or SDMX-JSON: a row a value (`cube`)
//! - an object with such things in it: a table each, titled by their key
//!
//! Figures stay as printed, and every cell knows where it stands. A key that a
//! record lacks is an absent cell; `null` an empty one.

mod cube;
pub(super) mod lines;
mod records;
mod scan;

use self::records::are_records;
use self::scan::{Kind, Value, Wrong};
use super::{Fault, FaultKind, Grid, GridCell, GridRow, Page};
use crate::error::{Error, ErrorKind, Result};
use crate::table::{Document, NumberStyle, Span, StyleTally};

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
            None => reader.tables(one, &mut Vec::new(), None, &mut page.grids)?,
        },
        many if many.iter().all(|it| matches!(it.kind, Kind::Object(_))) => return records_of(document, many),
        many if many.iter().all(|it| matches!(it.kind, Kind::Array(_))) => {
            let rows: Vec<&Value> = many.iter().collect();
            page.grids.push(reader.rows(&rows, None, None));
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
    settle_styles(&mut page, document);
    Ok(page)
}

/// The tables of objects that stand one after the other.
fn records_of(document: &Document, objects: &[Value]) -> Result<Page> {
    let mut page = Page::default();
    let reader = Reader { document };
    reader.records(objects.iter().map(|it| (None, it)).collect(), &mut Vec::new(), &mut page.grids)?;
    if page.grids.is_empty() {
        page.grids.push(Grid::default());
    }
    settle_styles(&mut page, document);
    Ok(page)
}

fn settle_styles(page: &mut Page, document: &Document) {
    for grid in page.grids.iter_mut().filter(|it| !holds_printed_numbers(it, document)) {
        grid.style = Some(NumberStyle::ENGLISH);
    }
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
        .hint("the file is read as JSON; to read it in another way, use --from delimited or --from page")
}

/// The keys that lead to a value.
type Path = Vec<String>;

struct Reader<'a> {
    document: &'a Document,
}

impl Reader<'_> {
    /// Finds the tables in a value that the keys of a path lead to; `names` are
    /// those of its columns, as far as something beside it says them.
    fn tables(&self, value: &Value, path: &mut Path, names: Option<&Value>, grids: &mut Vec<Grid>) -> Result<()> {
        let found = match &value.kind {
            Kind::Array(items) if !items.is_empty() && items.iter().all(|it| matches!(it.kind, Kind::Object(_))) => {
                return self.records(items.iter().map(|it| (None, it)).collect(), path, grids);
            }
            Kind::Array(items) if !items.is_empty() && items.iter().all(is_row) => {
                let rows: Vec<&Value> = items.iter().collect();
                self.rows(&rows, path.last().cloned(), names)
            }
            Kind::Object(members) if are_columns(members) => self.columns(value, members, path.last().cloned()),
            Kind::Object(members) if are_records(self, members) => {
                return self.records(members.iter().map(|it| (Some(it.0), &it.1)).collect(), path, grids);
            }
            Kind::Object(members) => {
                let mut lists = members.iter().map(|it| &it.1).filter(|it| is_list_of_names(it));
                let names = lists.next().filter(|_| lists.next().is_none());
                for (key, value) in members {
                    path.push(self.text(*key));
                    self.tables(value, path, names, grids)?;
                    path.pop();
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        grids.push(Grid { selectors: selectors(path), ..found });
        Ok(())
    }

    /// Arrays as rows; the first is the heading if all of it is text and nothing
    /// beside the rows names as many columns.
    fn rows(&self, rows: &[&Value], title: Option<String>, names: Option<&Value>) -> Grid {
        let cells = |it: &Value| match &it.kind {
            Kind::Array(items) => items.iter().map(|it| self.cell(it)).collect(),
            _ => Vec::new(),
        };
        let width = rows.iter().map(|it| cells(it).len()).max().unwrap_or(0);
        let names = names.map(cells).filter(|it| it.len() == width);
        let headed = names.is_none()
            && matches!(&rows[0].kind, Kind::Array(items) if items.iter().all(|it| matches!(it.kind, Kind::Text)));
        let made_up = |it: usize| GridCell { span: Span::default(), unescaped: Some(format!("column {it}").into()) };
        let headings_printed = headed || names.is_some();
        let headings = match names {
            Some(names) => names,
            None if headed => cells(rows[0]),
            None => (1..=width).map(made_up).collect(),
        };
        let mut grid = Grid { title, headings, headings_printed, ..Grid::default() };
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

/// The path of a table, where its title does not say all of it.
fn selectors(path: &[String]) -> Vec<String> {
    if path.len() > 1 { vec![path.join("/")] } else { Vec::new() }
}

/// Whether a value is an array of texts.
fn is_list_of_names(value: &Value) -> bool {
    let is_text = |it: &Value| matches!(it.kind, Kind::Text);
    matches!(&value.kind, Kind::Array(items) if !items.is_empty() && items.iter().all(is_text))
}

fn is_plain(value: &Value) -> bool {
    !matches!(value.kind, Kind::Array(_) | Kind::Object(_))
}

fn is_row(value: &Value) -> bool {
    matches!(&value.kind, Kind::Array(items) if !items.is_empty() && items.iter().all(is_plain))
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
        assert_eq!(shown(r#"{"cols": ["a", "b"], "rows": [["x", 1], ["y", 2]]}"#), ["rows: a|b / x|1 / y|2"]);
        assert_eq!(shown(r#"[{"caf\u00e9": "a\"b"}]"#), ["-: café / a\"b"]);
    }

    #[test]
    fn an_array_in_records_is_a_table_that_names_its_record() {
        let towns = r#"[{"town": "A", "n": 1, "years": [{"y": 2019, "m": 3}, {"y": 2020, "m": 4}]},
            {"town": "B", "n": 2, "years": [{"y": 2019, "m": 5, "by": [{"sex": "f", "k": 2}]}]}]"#;
        assert_eq!(
            shown(towns),
            [
                "-: town|n / A|1 / B|2",
                "years: town|y|m / A|2019|3 / A|2020|4 / B|2019|5",
                "by: town|y|sex|k / B|2019|f|2"
            ]
        );
        // What names nothing is kept by its first cell; the same key twice is told apart.
        assert_eq!(
            shown(r#"[{"id": 7, "parts": [{"id": 1}, {"id": 2}]}, {"id": 8, "parts": [{"id": 1}]}]"#),
            ["-: id / 7 / 8", "parts: id|parts.id / 7|1 / 7|2 / 8|1"]
        );
        assert_eq!(shown(r#"{"a": {"b": {"c": {"d": {"e": [{"x": 1}, {"x": 2}]}}}}}"#), ["e: x / 1 / 2"]);
        assert_eq!(
            shown(r#"[{"t": "A", "m": [1, null, 3]}, {"t": "B", "m": [4, 5]}]"#),
            ["-: t|m.1|m.2|m.3 / A|1||3 / B|4|5|"]
        );
        assert_eq!(
            shown(r#"{"A": {"n": 1, "by": {"f": 2, "m": 3}}, "B": {"n": 4, "by": {"f": 5, "m": 6}}}"#),
            ["-: key|n|by.f|by.m / A|1|2|3 / B|4|5|6"]
        );
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
