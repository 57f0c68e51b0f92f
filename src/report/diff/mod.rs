//! One file a format: what differs between two editions.

mod html;
mod json;
mod markdown;
mod text;

pub use json::read as read_diff;

use std::io::{self, Write};

use super::{Look, counted};
use crate::diff::{CellChange, ChangeKind, Diff, Match, Op, RowChange, Side, TableDiff};

/// A form that differences are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DiffFormat {
    /// For people in a terminal.
    Text,
    /// One JSON document, from which the new tables can be made again.
    Json,
    /// Tables for a comment on a change.
    Markdown,
    /// One page for a browser.
    Html,
}

impl DiffFormat {
    /// Every format, with the word for it.
    pub const WORDS: [(&'static str, Self); 4] =
        [("text", Self::Text), ("json", Self::Json), ("markdown", Self::Markdown), ("html", Self::Html)];

    /// Writes differences in this format.
    ///
    /// # Errors
    ///
    /// If `out` cannot be written.
    pub fn write(self, diff: &Diff, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Text => text::write(diff, look, out),
            Self::Json => json::write(diff, out),
            Self::Markdown => markdown::write(diff, look, out),
            Self::Html => html::write(diff, out),
        }
    }
}

/// So many changes of a table are listed, unless all are wanted.
const SHOWN: usize = 20;

/// The changes of a table to list, and how many more there are.
fn shown(table: &TableDiff, look: Look) -> (Vec<&RowChange>, usize) {
    let all: Vec<&RowChange> = table.changes.iter().filter(|it| it.tells()).collect();
    let most = if look.verbose { usize::MAX } else { SHOWN };
    let more = all.len().saturating_sub(most);
    (all.into_iter().take(most).collect(), more)
}

/// The key of a row, for people.
fn row_name(change: &RowChange) -> String {
    let said = |it: &(String, String)| if it.0 == "row" { format!("row {}", it.1) } else { it.1.clone() };
    change.key.iter().map(said).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The cells of a change to show: of a row in both tables, those that differ.
fn told_cells(change: &RowChange) -> impl Iterator<Item = &CellChange> {
    change.cells.iter().filter(move |it| match change.op {
        Op::Changed | Op::Moved => it.kind != ChangeKind::Tolerated && it.old.is_some() && it.new.is_some(),
        Op::Added | Op::Removed => true,
    })
}

/// What columns went through, one sentence each.
fn column_lines(table: &TableDiff) -> Vec<String> {
    let columns = &table.columns;
    let renamed: Vec<String> = columns.renamed.iter().map(|it| format!("{} is now {}", it.0, it.1)).collect();
    [("added", &columns.added), ("removed", &columns.removed), ("renamed", &renamed), ("moved", &columns.moved)]
        .into_iter()
        .filter(|it| !it.1.is_empty())
        .map(|(word, names)| format!("columns {word}: {}", names.join(", ")))
        .collect()
}

/// How rows were matched, for people.
fn matched_by(table: &TableDiff) -> String {
    let key: Vec<&str> =
        table.key.columns.iter().map(String::as_str).filter(|it| *it != crate::table::canonical::UNDER).collect();
    match (&table.match_kind, key.as_slice()) {
        (Match::OnlyOld, _) => "only in the old edition".to_owned(),
        (Match::OnlyNew, _) => "only in the new edition".to_owned(),
        (Match::Unrelated(why), _) => format!("these tables do not correspond: {why}"),
        (Match::Corresponds, []) => "rows matched by their order; --key to override".to_owned(),
        (Match::Corresponds, key) if table.key.inferred => {
            format!("matched by {}, inferred; --key to override", key.join(", "))
        }
        (Match::Corresponds, key) => format!("matched by {}", key.join(", ")),
    }
}

/// The change of a figure in words: `-16, -5.1%`, per day covered where that differs.
fn change_words(cell: &CellChange, diff: &Diff) -> Option<String> {
    let difference = cell.difference.as_ref().filter(|_| cell.kind == ChangeKind::Value)?;
    let signed = if difference.starts_with('-') { difference.clone() } else { format!("+{difference}") };
    let figure = |it: &Option<String>| it.as_ref().and_then(|it| it.parse::<f64>().ok());
    let (old, new) = (figure(&cell.old)?, figure(&cell.new)?);
    if old == 0.0 {
        return Some(signed);
    }
    let percent = |new: f64| (new - old) / old.abs() * 100.0;
    match per_day(&diff.old, &diff.new) {
        None => Some(format!("{signed}, {:+.1}%", percent(new))),
        Some(factor) => {
            Some(format!("{signed}, {:+.0}% printed, {:+.0}% per day covered", percent(new), percent(new * factor)))
        }
    }
}

/// What a figure of the new edition is to be taken times, for as many days as
/// the old one covers; `None` where days are unknown or the same.
fn per_day(old: &Side, new: &Side) -> Option<f64> {
    let (old, new) = (old.coverage?.days, new.coverage?.days);
    (old != new && old > 0 && new > 0).then(|| f64::from(old) / f64::from(new))
}

/// A text that changed: `[-was-]` and `{+is+}` around what differs.
fn inline(old: &str, new: &str) -> String {
    let diff = similar::TextDiff::from_words(old, new);
    let mut said = String::new();
    for op in diff.ops() {
        let part = |tag: similar::ChangeTag| -> String {
            diff.iter_changes(op).filter(|it| it.tag() == tag).map(|it| it.value().to_owned()).collect()
        };
        let (same, gone, came) =
            (part(similar::ChangeTag::Equal), part(similar::ChangeTag::Delete), part(similar::ChangeTag::Insert));
        said.push_str(&same);
        for (text, open, close) in [(gone, "[-", "-]"), (came, "{+", "+}")] {
            if !text.is_empty() {
                said.push_str(&format!("{open}{text}{close}"));
            }
        }
    }
    said
}

/// One changed cell in words.
fn cell_words(cell: &CellChange, diff: &Diff) -> String {
    let said = |it: &Option<String>| match it.as_deref() {
        None | Some("") => "nothing".to_owned(),
        Some(text) => text.to_owned(),
    };
    let (old, new) = (said(&cell.old), said(&cell.new));
    match cell.kind {
        ChangeKind::Precision => format!("{} printed to another precision: {old} -> {new}", cell.column),
        ChangeKind::Text if is_words(cell) => {
            format!("{} {}", cell.column, inline(&old, &new))
        }
        _ => match change_words(cell, diff) {
            Some(words) => format!("{} {old} -> {new} ({words})", cell.column),
            None => format!("{} {old} -> {new}", cell.column),
        },
    }
}

/// Whether both sides of a cell are words, which differ within.
fn is_words(cell: &CellChange) -> bool {
    let words = |it: &Option<String>| it.as_ref().is_some_and(|it| it.chars().any(char::is_alphabetic));
    words(&cell.old) && words(&cell.new)
}

/// The closing line: counts over all tables.
fn summary(diff: &Diff) -> String {
    let sum = |of: fn(&TableDiff) -> usize| diff.tables.iter().map(of).sum::<usize>();
    let counts = [
        (sum(|it| it.rows.changed), "changed"),
        (sum(|it| it.rows.added), "added"),
        (sum(|it| it.rows.removed), "removed"),
        (sum(|it| it.rows.moved), "moved"),
        (sum(|it| it.rows.same), "the same"),
    ];
    let rows: Vec<String> = counts.iter().filter(|it| it.0 > 0).map(|it| format!("{} {}", it.0, it.1)).collect();
    let rows = if rows.is_empty() { "none".to_owned() } else { rows.join(", ") };
    format!(
        "{}: rows {rows}; {}",
        counted(diff.tables.len(), "table"),
        counted(cells_changed(diff), "cell") + " changed"
    )
}

/// How many cells of rows in both editions differ.
fn cells_changed(diff: &Diff) -> usize {
    let rows = diff.tables.iter().flat_map(|it| &it.changes).filter(|it| it.op == Op::Changed);
    rows.map(|it| told_cells(it).count()).sum()
}
