//! Turns a JSON document back into the diff that it was written from.

use serde_json::Value;

use super::json::{cause_of, kind_of, op_of};
use super::shape::{self, Document, FORMAT, VERSION};
use super::words::REPAIRS;
use crate::diff::{
    Cause, CellChange, Columns, Diff, Duplicate, Key, Match, RelationChange, RowChange, Rows, Side, TableDiff, Usual,
};
use crate::error::{Error, ErrorKind, Result};
use crate::history::Grade;
use crate::table::{Coverage, Period};

/// Reads a diff that [`DiffFormat::Json`](super::DiffFormat) wrote; `file`
/// names it in messages.
///
/// The order of changes is kept; how surprising each was is not.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] where it is no diff, or one of a version that
/// this program does not read.
pub fn read_diff(file: &str, bytes: &[u8]) -> Result<Diff> {
    let unreadable = |message: String| Error::new(ErrorKind::Unreadable, message);
    let hint = "`crossfoot diff OLD NEW -o json` writes one";
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|it| unreadable("expected a diff as JSON".to_owned()).in_file(file).hint(hint).because(it))?;
    if value["format"] != FORMAT {
        let found = value["format"].as_str().map_or("a different document".to_owned(), |it| format!("\"{it}\""));
        return Err(unreadable(format!("expected the format \"{FORMAT}\", found {found}")).in_file(file).hint(hint));
    }
    if value["version"] != VERSION {
        let message = format!("expected version {VERSION} of the format {FORMAT}, found {}", value["version"]);
        return Err(unreadable(message).in_file(file).hint("a newer crossfoot wrote it; update this installation"));
    }
    let document: Document = serde_json::from_value(value)
        .map_err(|it| unreadable("expected a complete diff".to_owned()).in_file(file).hint(hint).because(it))?;
    diff(document).map_err(|it| unreadable(it).in_file(file).hint(hint))
}

fn diff(document: Document) -> Result<Diff, String> {
    let mut tables = document.tables.into_iter().map(table).collect::<Result<Vec<_>, _>>()?;
    for change in document.changes {
        let found = tables.iter_mut().find(|it| it.name == change.table);
        let of =
            found.ok_or_else(|| format!("a change belongs to the table \"{}\", which is not listed", change.table))?;
        of.changes.push(row(change)?);
    }
    let (old, new) = (side(document.old)?, side(document.new)?);
    Ok(Diff { old, new, tables, print: document.print, laid: Vec::new(), aliases: document.aliases })
}

fn side(it: shape::Side) -> Result<Side, String> {
    let period = |text: String| Period::parse(&text).ok_or_else(|| format!("expected a period, found \"{text}\""));
    Ok(Side {
        name: it.file,
        dataset: it.dataset,
        period: it.edition.map(period).transpose()?,
        coverage: it.coverage.map(|it| Coverage { days: it.days, of: it.of }),
    })
}

/// The place of a row, or how many there are: no table has more than 32 bits can count.
fn narrow(it: usize) -> u32 {
    u32::try_from(it).unwrap_or(u32::MAX)
}

fn table(it: shape::Table) -> Result<TableDiff, String> {
    let match_kind = match it.match_kind.as_str() {
        "corresponds" => Match::Corresponds,
        "only_old" => Match::OnlyOld,
        "only_new" => Match::OnlyNew,
        "unrelated" => Match::Unrelated(it.why.unwrap_or_default()),
        other => return Err(format!("unknown match \"{other}\" of tables")),
    };
    let shape::Columns { old, new, changed } = it.columns;
    let shape::Rows { added, removed, changed: rows_changed, moved, same } = it.rows;
    let duplicate = |it: shape::Duplicate| Duplicate { key: it.key, old_lines: it.old_lines, new_lines: it.new_lines };
    Ok(TableDiff {
        name: it.name,
        match_kind,
        key: Key {
            columns: it.key.columns,
            inferred: it.key.inferred,
            tried: it.key.tried.into_iter().map(|it| (it.columns, it.rows)).collect(),
        },
        columns: Columns {
            old,
            new,
            added: changed.added,
            removed: changed.removed,
            renamed: changed.renamed.into_iter().map(|it| (it.from, it.to)).collect(),
            moved: changed.moved,
        },
        rows: Rows { added, removed, changed: rows_changed, moved, same },
        changes: Vec::new(),
        moves: it.moves.into_iter().map(|it| (narrow(it.0), narrow(it.1), narrow(it.2))).collect(),
        duplicates: it.duplicates.into_iter().map(duplicate).collect(),
        causes: it.causes.into_iter().map(cause).collect::<Result<_, _>>()?,
    })
}

fn cause(it: shape::Cause) -> Result<Cause, String> {
    let kind = cause_of(&it.kind).ok_or_else(|| format!("unknown cause \"{}\"", it.kind))?;
    Ok(Cause { columns: it.columns, kind, detail: it.detail, from: it.from, cells: it.cells })
}

fn row(it: shape::Change) -> Result<RowChange, String> {
    let text = |it: Value| it.as_str().map_or_else(|| it.to_string(), str::to_owned);
    Ok(RowChange {
        op: op_of(&it.op).ok_or_else(|| format!("unknown change \"{}\" of rows", it.op))?,
        key: it.row.into_iter().map(|(column, value)| (column, text(value))).collect(),
        perhaps: it.perhaps.into_iter().map(|(column, value)| (column, text(value))).collect(),
        old_index: it.old_index,
        new_index: it.new_index,
        old_line: it.old_line,
        new_line: it.new_line,
        moved: it.moved,
        cells: it.cells.into_iter().map(cell).collect::<Result<_, _>>()?,
        surprise: 0.0,
    })
}

fn cell(it: shape::Cell) -> Result<CellChange, String> {
    Ok(CellChange {
        kind: kind_of(&it.kind).ok_or_else(|| format!("unknown kind \"{}\" of change", it.kind))?,
        column: it.column,
        old: it.old,
        new: it.new,
        old_text: it.old_text,
        new_text: it.new_text,
        usual: usual(it.expected, &it.grade)?,
        relation: it.relation.map(|it| RelationChange { repairs: it.change == REPAIRS, words: it.words }),
        cause: it.cause,
        difference: it.change,
    })
}

fn usual(expected: Option<shape::Expected>, grade: &str) -> Result<Option<Usual>, String> {
    let known = [Grade::NotJudged, Grade::AsExpected, Grade::WorthALook, Grade::CheckBeforePrinting];
    let grade = known.into_iter().find(|it| it.words() == grade).ok_or_else(|| format!("unknown grade \"{grade}\""))?;
    Ok(expected.map(|it| Usual { low: it.low, high: it.high, grade }))
}
