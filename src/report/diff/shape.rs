//! The shape of `crossfoot-diff`, version 1, as it is written and read.
//!
//! Fields are only ever added; a reader leaves those that it does not know.
//! Where a change of meaning cannot be avoided, the version goes up, and
//! older programs refuse the document.
//!
//! | field | what it holds |
//! |---|---|
//! | `old`, `new` | `file` as the user named it, `dataset`, `edition` (first day/last day), `coverage` (`days` counted `of` days of the period); null where unknown |
//! | `summary` | counts over all tables; `cells_changed` counts cells of rows in both editions, `cells_printed` those with the same value in another print; `form` is `breaking` where tables or columns went or have other names, `additive` where there are more, else `none` |
//! | `changes` | one entry a row that differs: table by table, most surprising first |
//! | `changes[].row` | column and value of its key; `row` and its number where rows have no key |
//! | `changes[].old_line` | lines count from 1; `old_index` and `new_index` are places among the rows, from 0 |
//! | `changes[].moved` | whether it also moved among the rows of both editions |
//! | `changes[].perhaps` | the key of the row that may stand for one that was removed or added, where that is not sure |
//! | `changes[].cells` | all cells of a row added or removed; of others, those that differ or whose column came or went |
//! | `cells[].old`, `cells[].new` | canonical text, `""` where nothing is printed, null where row or column is not there |
//! | `cells[].old_text`, `cells[].new_text` | the cell as it is printed, where that is not the canonical text |
//! | `cells[].change` | the exact difference of two figures as a decimal; null for all else |
//! | `cells[].cause` | the place, from 0, of the cause among `tables[].causes` that explains the change; left out where none does |
//! | `cells[].kind` | `value`, `precision` (same value, other digits), `tolerated` (within `--tolerance`, not counted), `printed` (same value in another print, not counted as changed), `text` (all else, also where only the currency, unit, flag or note differs) |
//! | `cells[].expected`, `cells[].grade` | what history makes of the new figure; null and `not judged` where nothing earlier judges it |
//! | `cells[].relation` | a relation that both editions follow by themselves: whether the change `repairs` or `breaks` it, and its `words`; left out where it does neither |
//! | `tables` | one entry a table of either edition: new ones in order, then those that only the old one has |
//! | `tables[].match` | `corresponds`, `only_old`, `only_new`, `unrelated` (then `why` tells) |
//! | `tables[].key.tried` | of tables that do not correspond: what else is unique in both, and how many rows it matches |
//! | `tables[].moves` | rows of very large tables that moved and are not among `changes`: of each run of them the first place in the old table, that in the new one, both from 0, and how many; left out where there are none |
//! | `tables[].causes` | what explains many changes at once: its `kind` (`factor`, `shifted`, `marked`, `exchanged`, `recoded`, `restated`, `resorted`), `columns`, `detail`, the row that it is `from` where figures moved, how many `cells`, and its `words` |
//! | `print` | of two text files: the new one's `encoding`, whether a `byte_order_mark` stands first, and the `lines` to change after all values have been: `line` (from 1), `old`, `new`, with their line breaks |
//! | `aliases` | lines to paste into the rule file, so that columns and rows under other names are read in both editions; left out where there are none |
//! | `tables[].columns` | `old` and `new` list all columns in order; the rest is what happened to them |

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::diff::Print;

pub(super) const FORMAT: &str = "crossfoot-diff";
pub(super) const VERSION: u64 = 1;

#[derive(Serialize, Deserialize)]
pub(super) struct Document {
    pub(super) format: String,
    pub(super) version: u64,
    pub(super) old: Side,
    pub(super) new: Side,
    pub(super) summary: Summary,
    pub(super) changes: Vec<Change>,
    pub(super) tables: Vec<Table>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) print: Option<Print>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) aliases: Vec<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Side {
    pub(super) file: String,
    pub(super) dataset: Option<String>,
    pub(super) edition: Option<String>,
    pub(super) coverage: Option<Coverage>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Coverage {
    pub(super) days: u32,
    pub(super) of: u32,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Summary {
    pub(super) rows: Rows,
    pub(super) columns: Changed,
    pub(super) cells_changed: usize,
    #[serde(default, skip_serializing_if = "is_none")]
    pub(super) cells_printed: usize,
    #[serde(default)]
    pub(super) form: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

#[derive(Serialize, Deserialize)]
pub(super) struct Rows {
    pub(super) added: usize,
    pub(super) removed: usize,
    pub(super) changed: usize,
    pub(super) moved: usize,
    pub(super) same: usize,
}

#[derive(Default, Serialize, Deserialize)]
pub(super) struct Changed {
    pub(super) added: Vec<String>,
    pub(super) removed: Vec<String>,
    pub(super) renamed: Vec<Renamed>,
    pub(super) moved: Vec<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Renamed {
    pub(super) from: String,
    pub(super) to: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Change {
    pub(super) op: String,
    pub(super) table: String,
    pub(super) row: Map<String, Value>,
    pub(super) old_line: Option<u32>,
    pub(super) new_line: Option<u32>,
    pub(super) old_index: Option<usize>,
    pub(super) new_index: Option<usize>,
    pub(super) moved: bool,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(super) perhaps: Map<String, Value>,
    pub(super) cells: Vec<Cell>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Cell {
    pub(super) column: String,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) old_text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) new_text: Option<String>,
    pub(super) change: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cause: Option<usize>,
    pub(super) kind: String,
    pub(super) expected: Option<Expected>,
    pub(super) grade: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) relation: Option<Relation>,
}

/// A relation that a change repairs or breaks.
#[derive(Serialize, Deserialize)]
pub(super) struct Relation {
    pub(super) change: String,
    pub(super) words: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Expected {
    pub(super) low: String,
    pub(super) high: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Table {
    pub(super) name: String,
    #[serde(rename = "match")]
    pub(super) match_kind: String,
    pub(super) why: Option<String>,
    pub(super) key: Key,
    pub(super) columns: Columns,
    pub(super) rows: Rows,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) moves: Vec<(usize, usize, usize)>,
    pub(super) duplicates: Vec<Duplicate>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) causes: Vec<Cause>,
}

/// One cause of many changes.
#[derive(Serialize, Deserialize)]
pub(super) struct Cause {
    pub(super) kind: String,
    pub(super) columns: Vec<String>,
    pub(super) detail: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
    pub(super) cells: usize,
    pub(super) words: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Key {
    pub(super) columns: Vec<String>,
    pub(super) inferred: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tried: Vec<Tried>,
}

/// What else could have been the key, and how many rows it matches.
#[derive(Serialize, Deserialize)]
pub(super) struct Tried {
    pub(super) columns: Vec<String>,
    pub(super) rows: usize,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Columns {
    pub(super) old: Vec<String>,
    pub(super) new: Vec<String>,
    #[serde(flatten)]
    pub(super) changed: Changed,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Duplicate {
    pub(super) key: Vec<String>,
    pub(super) old_lines: Vec<u32>,
    pub(super) new_lines: Vec<u32>,
}
