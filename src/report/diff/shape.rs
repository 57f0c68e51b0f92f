//! The shape of `crossfoot-diff`, version 1, as it is written and read.
//!
//! Fields are only ever added; a reader leaves those that it does not know.
//! Where a change of meaning cannot be avoided, the version goes up, and
//! older programs refuse the document.
//! What is said of a field here is what its schema says of it (`crossfoot schema diff`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::diff::Print;

pub(super) const FORMAT: &str = "crossfoot-diff";
pub(super) const VERSION: u64 = 1;

/// The differences of two editions of one table or several.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Document {
    #[schemars(extend("const" = FORMAT))]
    pub(super) format: String,
    #[schemars(extend("const" = VERSION))]
    pub(super) version: u64,
    pub(super) old: Side,
    pub(super) new: Side,
    pub(super) summary: Summary,
    /// One entry a row that differs: table by table, most surprising first.
    pub(super) changes: Vec<Change>,
    /// One entry a table of either edition: new ones in order, then those that only the old one has.
    pub(super) tables: Vec<Table>,
    /// What a patch needs to print the new file as it is, of two text files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) print: Option<Print>,
    /// Lines to paste into the rule file, so that columns and rows under other names are read in
    /// both editions; left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) aliases: Vec<String>,
}

/// An edition.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Side {
    /// As the user named it.
    pub(super) file: String,
    pub(super) dataset: Option<String>,
    /// Its period, `first day/last day`; null where it is not known.
    pub(super) edition: Option<String>,
    pub(super) coverage: Option<Coverage>,
}

/// Days that were counted, of those that the period has.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Coverage {
    pub(super) days: u32,
    pub(super) of: u32,
}

/// Counts over all tables.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Summary {
    pub(super) rows: Rows,
    pub(super) columns: Changed,
    /// Cells with a different value, in rows of both editions.
    pub(super) cells_changed: usize,
    /// Cells with the same value printed differently; omitted if there are none.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(super) cells_printed: usize,
    /// `breaking` where tables or columns went or have other names, `additive` where there are
    /// more, else `none`.
    #[schemars(extend("enum" = ["breaking", "additive", "none"]))]
    #[serde(default)]
    pub(super) form: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

/// How many rows.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Rows {
    pub(super) added: usize,
    pub(super) removed: usize,
    pub(super) changed: usize,
    pub(super) moved: usize,
    pub(super) same: usize,
}

/// What happened to columns.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
pub(super) struct Changed {
    pub(super) added: Vec<String>,
    pub(super) removed: Vec<String>,
    pub(super) renamed: Vec<Renamed>,
    pub(super) moved: Vec<String>,
}

/// A renamed column.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Renamed {
    pub(super) from: String,
    pub(super) to: String,
}

/// A row that differs.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Change {
    #[schemars(extend("enum" = ["added", "removed", "changed", "moved"]))]
    pub(super) op: String,
    pub(super) table: String,
    /// Column and value of its key; `row` and its number where rows have no key.
    pub(super) row: Map<String, Value>,
    /// Lines count from 1; null where the row is not in that edition.
    pub(super) old_line: Option<u32>,
    pub(super) new_line: Option<u32>,
    /// Its place among the rows, from 0.
    pub(super) old_index: Option<usize>,
    pub(super) new_index: Option<usize>,
    /// Whether it also moved among the rows of both editions.
    pub(super) moved: bool,
    /// The key of the row that may stand for one that was removed or added, where that is not sure.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(super) perhaps: Map<String, Value>,
    /// All cells of a row added or removed; of others, those that differ or whose column came or went.
    pub(super) cells: Vec<Cell>,
}

/// A cell of a row that differs.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Cell {
    pub(super) column: String,
    /// Canonical text: `""` where nothing is printed, null where row or column is not there.
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    /// The cell as it is printed, where that is not the canonical text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) old_text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) new_text: Option<String>,
    /// The exact difference of two figures as a decimal; null for all else.
    pub(super) change: Option<String>,
    /// The place, from 0, of the cause among `tables[].causes` that explains the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cause: Option<usize>,
    /// `precision`: same value, other digits; `tolerated`: within `--tolerance`, not counted;
    /// `printed`: same value printed differently, not counted as changed; `text`: all else, also where
    /// only the currency, unit, flag or note differs.
    #[schemars(extend("enum" = ["value", "precision", "tolerated", "printed", "text"]))]
    pub(super) kind: String,
    /// The usual range of the new figure; null where nothing earlier tells it.
    pub(super) expected: Option<Expected>,
    /// The grade of the new figure, based on its history.
    pub(super) grade: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) relation: Option<Relation>,
}

/// A relation that a change repairs or breaks.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Relation {
    #[schemars(extend("enum" = ["repairs", "breaks"]))]
    pub(super) change: String,
    pub(super) words: String,
}

/// A usual range.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Expected {
    pub(super) low: String,
    pub(super) high: String,
}

/// A table of either edition.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Table {
    pub(super) name: String,
    #[schemars(extend("enum" = ["corresponds", "only_old", "only_new", "unrelated"]))]
    #[serde(rename = "match")]
    pub(super) match_kind: String,
    /// Why the two are unrelated, where they are.
    pub(super) why: Option<String>,
    pub(super) key: Key,
    pub(super) columns: Columns,
    pub(super) rows: Rows,
    /// Rows of very large tables that moved and are not among `changes`: of each run of them the
    /// first place in the old table, that in the new one, both from 0, and how many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) moves: Vec<(usize, usize, usize)>,
    pub(super) duplicates: Vec<Duplicate>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) causes: Vec<Cause>,
}

/// One cause of many changes.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Cause {
    #[schemars(extend("enum" = ["factor", "shifted", "marked", "exchanged", "recoded", "restated", "resorted"]))]
    pub(super) kind: String,
    pub(super) columns: Vec<String>,
    pub(super) detail: String,
    /// The row from which figures moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
    /// How many cells it explains.
    pub(super) cells: usize,
    pub(super) words: String,
}

/// The columns that identify a row.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Key {
    pub(super) columns: Vec<String>,
    /// Whether it was inferred rather than given.
    pub(super) inferred: bool,
    /// Of tables that do not correspond: what else is unique in both.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tried: Vec<Tried>,
}

/// What else could have been the key, and how many rows it matches.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Tried {
    pub(super) columns: Vec<String>,
    pub(super) rows: usize,
}

/// All columns in order, and what happened to them.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Columns {
    pub(super) old: Vec<String>,
    pub(super) new: Vec<String>,
    #[serde(flatten)]
    pub(super) changed: Changed,
}

/// Rows of one key.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Duplicate {
    pub(super) key: Vec<String>,
    pub(super) old_lines: Vec<u32>,
    pub(super) new_lines: Vec<u32>,
}
