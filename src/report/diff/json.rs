//! One JSON document, and the diff that it holds: `shape` documents it.

use std::io::{self, Write};

use super::shape::{self, Changed, Document, FORMAT, Renamed, VERSION};
use super::{cells_changed, cells_printed, rows, words};
use crate::diff::{
    Cause, CauseKind, CellChange, ChangeKind, Columns, Diff, Match, Op, RowChange, Rows, Side, TableDiff,
};
use crate::history::Grade;

const KINDS: [(&str, ChangeKind); 5] = [
    ("value", ChangeKind::Value),
    ("precision", ChangeKind::Precision),
    ("tolerated", ChangeKind::Tolerated),
    ("printed", ChangeKind::Printed),
    ("text", ChangeKind::Text),
];

const CAUSES: [(&str, CauseKind); 7] = [
    ("factor", CauseKind::Factor),
    ("shifted", CauseKind::Shifted),
    ("marked", CauseKind::Marked),
    ("exchanged", CauseKind::Exchanged),
    ("recoded", CauseKind::Recoded),
    ("restated", CauseKind::Restated),
    ("resorted", CauseKind::Resorted),
];

/// The JSON Schema of the document.
pub(in crate::report) fn schema() -> serde_json::Value {
    crate::report::schema::of::<Document>(FORMAT, VERSION)
}

pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        format: FORMAT.to_owned(),
        version: VERSION,
        old: side(&diff.old),
        new: side(&diff.new),
        summary: summary_of(diff, rows(diff), (cells_changed(diff), cells_printed(diff))),
        changes: diff.tables.iter().flat_map(|table| table.changes.iter().map(|it| change(table, it))).collect(),
        tables: diff.tables.iter().map(table).collect(),
        print: diff.print.clone(),
        aliases: diff.aliases.clone(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

pub(super) fn side(it: &Side) -> shape::Side {
    shape::Side {
        file: it.name.clone(),
        dataset: it.dataset.clone(),
        edition: it.period.map(|it| format!("{}/{}", it.start, it.end)),
        coverage: it.coverage.map(|it| shape::Coverage { days: it.days, of: it.of }),
    }
}

pub(super) fn summary_of(diff: &Diff, rows: Rows, (cells_changed, cells_printed): (usize, usize)) -> shape::Summary {
    let mut columns = Changed::default();
    for it in &diff.tables {
        let of = changed(&it.columns);
        columns.added.extend(of.added);
        columns.removed.extend(of.removed);
        columns.renamed.extend(of.renamed);
        columns.moved.extend(of.moved);
    }
    let form = words::form(diff.form_change()).to_owned();
    shape::Summary { rows: row_counts(rows), columns, cells_changed, cells_printed, form }
}

fn row_counts(it: Rows) -> shape::Rows {
    let Rows { added, removed, changed, moved, same } = it;
    shape::Rows { added, removed, changed, moved, same }
}

fn changed(it: &Columns) -> Changed {
    let renamed = |it: &(String, String)| Renamed { from: it.0.clone(), to: it.1.clone() };
    Changed {
        added: it.added.clone(),
        removed: it.removed.clone(),
        renamed: it.renamed.iter().map(renamed).collect(),
        moved: it.moved.clone(),
    }
}

pub(super) fn change(table: &TableDiff, it: &RowChange) -> shape::Change {
    shape::Change {
        op: words::op(it.op).to_owned(),
        table: table.name.clone(),
        row: it.key.iter().map(|it| (it.0.clone(), it.1.as_str().into())).collect(),
        old_line: it.old_line,
        new_line: it.new_line,
        old_index: it.old_index,
        new_index: it.new_index,
        moved: it.moved,
        perhaps: it.perhaps.iter().map(|it| (it.0.clone(), it.1.as_str().into())).collect(),
        cells: it.cells.iter().map(cell).collect(),
    }
}

fn cell(it: &CellChange) -> shape::Cell {
    let kind = KINDS.iter().find(|kind| kind.1 == it.kind).expect("every kind has a word").0;
    shape::Cell {
        column: it.column.clone(),
        old: it.old.clone(),
        new: it.new.clone(),
        old_text: it.old_text.clone(),
        new_text: it.new_text.clone(),
        change: it.difference.clone(),
        cause: it.cause,
        kind: kind.to_owned(),
        expected: it.usual.as_ref().map(|it| shape::Expected { low: it.low.clone(), high: it.high.clone() }),
        grade: it.usual.as_ref().map_or(Grade::NotJudged, |it| it.grade).words().to_owned(),
        relation: it
            .relation
            .as_ref()
            .map(|it| shape::Relation { change: words::relation_change(it).to_owned(), words: it.words.clone() }),
    }
}

pub(super) fn table(it: &TableDiff) -> shape::Table {
    let (match_kind, why) = match &it.match_kind {
        Match::Corresponds => ("corresponds", None),
        Match::OnlyOld => ("only_old", None),
        Match::OnlyNew => ("only_new", None),
        Match::Unrelated(why) => ("unrelated", Some(why.clone())),
    };
    let columns = &it.columns;
    let duplicates = it.duplicates.iter().map(|it| shape::Duplicate {
        key: it.key.clone(),
        old_lines: it.old_lines.clone(),
        new_lines: it.new_lines.clone(),
    });
    shape::Table {
        name: it.name.clone(),
        match_kind: match_kind.to_owned(),
        why,
        key: shape::Key {
            columns: it.key.columns.clone(),
            inferred: it.key.inferred,
            tried: it.key.tried.iter().map(|it| shape::Tried { columns: it.0.clone(), rows: it.1 }).collect(),
        },
        columns: shape::Columns { old: columns.old.clone(), new: columns.new.clone(), changed: changed(columns) },
        rows: row_counts(it.rows),
        moves: it.moves.iter().map(|it| (it.0 as usize, it.1 as usize, it.2 as usize)).collect(),
        duplicates: duplicates.collect(),
        causes: it.causes.iter().map(cause).collect(),
    }
}

fn cause(it: &Cause) -> shape::Cause {
    let kind = CAUSES.iter().find(|kind| kind.1 == it.kind).expect("every kind has a word").0;
    shape::Cause {
        kind: kind.to_owned(),
        columns: it.columns.clone(),
        detail: it.detail.clone(),
        from: it.from.clone(),
        cells: it.cells,
        words: words::cause(it),
    }
}

/// The kind of cause that a word of the document means.
pub(super) fn cause_of(word: &str) -> Option<CauseKind> {
    CAUSES.iter().find(|it| it.0 == word).map(|it| it.1)
}

/// The kind of change that a word of the document means.
pub(super) fn kind_of(word: &str) -> Option<ChangeKind> {
    KINDS.iter().find(|it| it.0 == word).map(|it| it.1)
}

/// What happened to a row, by the word of the document.
pub(super) fn op_of(word: &str) -> Option<Op> {
    [Op::Added, Op::Removed, Op::Changed, Op::Moved].into_iter().find(|it| words::op(*it) == word)
}
