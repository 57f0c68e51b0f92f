//! What may be written in a rule file: one struct a table of TOML.
//!
//! Doc comments of these fields are the descriptions of the JSON Schema.

use schemars::JsonSchema;
use serde::Deserialize;

use super::forms::{InOrder, Power, WordOr};
use crate::rules::At;
use crate::rules::expression::VariableText;
use crate::rules::kinds::{RowTable, SeverityWord, Stanza};

/// The part of a rule file that every version of the format has.
#[derive(Deserialize)]
pub(super) struct Head {
    pub(super) crossfoot: Option<At<i64>>,
}

/// What must hold in the tables of one dataset.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    /// The version of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub(super) crossfoot: i64,
    /// Rule files that this one builds on, relative to it: it adds to them, and what it says
    /// itself goes before. A rule of the same name takes the place of theirs, or only changes
    /// what it says where it has no kind.
    #[serde(default)]
    pub(super) extends: Vec<At<String>>,
    /// Rules of the files that it extends that are left out, by name.
    #[serde(default)]
    pub(super) without: Vec<At<String>>,
    /// What `$name` stands for in expressions: a number, or an expression.
    #[serde(default)]
    pub(super) variables: InOrder<At<VariableText>>,
    /// The dataset's name; names its folder of snapshots too. Only a file that others extend
    /// can do without it.
    pub(super) dataset: Option<At<String>>,
    /// Its title, for people.
    pub(super) title: Option<String>,
    /// Who publishes it.
    pub(super) publisher: Option<String>,
    /// How often an edition comes: daily, weekly, monthly, quarterly, yearly,
    /// or { days = 7 }. Without it there are no periods.
    pub(super) cadence: Option<At<WordOr<CadenceTable>>>,
    /// The country whose public holidays its figures may show: de, us, gb.
    pub(super) calendar: Option<At<String>>,
    /// What happened that its figures show.
    #[serde(default)]
    pub(super) events: Vec<At<EventTable>>,
    /// Where the period of an edition is told, if not on the page.
    pub(super) period: Option<At<PeriodTable>>,
    /// Patterns of the files that belong to the dataset.
    #[serde(default)]
    pub(super) files: Vec<At<String>>,
    /// How much a table weighs that no rule file judges: error, warning or
    /// note. Error by default.
    pub(super) unclaimed: Option<SeverityWord>,
    /// How much a break of what a table follows by itself weighs at most:
    /// error, warning or note. Error by default.
    pub(super) follows: Option<SeverityWord>,
    /// The language tag that tells how its numbers are printed: en, de, fr-CH.
    pub(super) locale: Option<At<String>>,
    /// How numbers are printed, where the locale does not tell.
    pub(super) style: Option<At<StyleTable>>,
    /// Signs that stand where a figure would.
    pub(super) markers: Option<At<MarkersTable>>,
    /// The tables of an edition, by the names that rules use.
    pub(super) tables: Option<At<InOrder<TableTable>>>,
    /// How articles speak of its figures.
    pub(super) article: Option<ArticleTable>,
    /// How rows of glued cells are to be read, where that was settled.
    #[serde(default)]
    pub(super) pins: Vec<At<PinTable>>,
    /// What must hold.
    #[serde(default)]
    pub(super) rules: Vec<At<Stanza>>,
}

/// How articles speak of the figures of a dataset.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArticleTable {
    /// Other words for the labels of rows: `Murder = ["murders", "killings"]`.
    #[serde(default)]
    pub(super) aliases: InOrder<Vec<String>>,
}

/// How a row of glued cells is to be read: `Murder1810` as 18 and 10.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PinTable {
    /// A pattern of the files that it is for; all by default.
    pub(super) file: Option<At<String>>,
    /// The table it stands in, by name or title; any by default.
    pub(super) table: Option<At<String>>,
    /// The label of the row.
    pub(super) row: At<String>,
    /// The label of the row that it is a part of.
    pub(super) under: Option<String>,
    /// The cells behind the label, each as printed. A row that prints other
    /// digits is not touched.
    pub(super) cells: Vec<String>,
}

/// Something that happened and that figures show.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EventTable {
    /// Its name, as an editor would say it.
    pub(super) name: At<String>,
    /// Its first day: "2021-03-04".
    pub(super) from: At<String>,
    /// Its last day; the first where it is left out, or none if it began a new level.
    pub(super) to: Option<At<String>>,
    /// Whether figures stand on another level from then on. If not, `usual` does not judge
    /// what they are while it lasts, and learns nothing of it.
    #[serde(default)]
    pub(super) level: bool,
}

/// A cadence in days.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CadenceTable {
    /// How many days a period has.
    pub(super) days: u16,
}

/// Where the period of an edition is told; exactly one of the two.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PeriodTable {
    /// In the file name, in strftime's notation: crime-%Y-%m-%d.
    pub(super) filename: Option<At<String>>,
    /// In a column: one file holds many editions.
    pub(super) column: Option<At<String>>,
    /// Which day of the period the date is: "start" by default, or "end".
    pub(super) marks: Option<At<String>>,
}

/// How numbers are printed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StyleTable {
    /// What stands between groups of digits: "", ",", ".", " ", "'" or "indian".
    pub(super) thousands: Option<String>,
    /// The sign before the decimals: "." or ",".
    pub(super) decimal: Option<String>,
}

/// How the files of a table are to be read; what is left out is found out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadTable {
    /// What stands between cells: one ASCII character, or comma, semicolon,
    /// tab, pipe or space.
    pub(super) delimiter: Option<String>,
    /// What stands around cells: a sign, double, single or none.
    pub(super) quote: Option<String>,
    /// The encoding of the file: utf-8, windows-1252, ...
    pub(super) encoding: Option<String>,
    /// How many rows the heading has; 0 where there is none.
    pub(super) header_rows: Option<u32>,
    /// How many lines stand above the heading.
    pub(super) skip_rows: Option<u32>,
    /// What the lines begin with that are comments.
    pub(super) comment: Option<String>,
    /// The sign before the decimals: "." or ",".
    pub(super) decimal: Option<String>,
    /// What stands between groups of digits: "", ",", ".", " ", "'" or "indian".
    pub(super) thousands: Option<String>,
    /// Whether a record is a row or a column: "rows" or "columns".
    pub(super) orientation: Option<String>,
    /// "wide" where each period is a column: the table is read as one row a
    /// figure, with the columns "period" and "value".
    pub(super) layout: Option<String>,
}

/// Signs that stand where a figure would; they win over the usual ones.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MarkersTable {
    /// Not available.
    #[serde(default)]
    pub(super) missing: Vec<String>,
    /// Nothing to count: the value zero.
    #[serde(default)]
    pub(super) nil: Vec<String>,
    /// Withheld.
    #[serde(default)]
    pub(super) confidential: Vec<String>,
    /// To be revised, and not printed yet.
    #[serde(default)]
    pub(super) provisional: Vec<String>,
    /// Cannot exist.
    #[serde(default)]
    pub(super) not_applicable: Vec<String>,
}

/// One table of an edition.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TableTable {
    /// The title that finds it on a page.
    pub(super) title: Option<String>,
    /// Other titles that it is printed under.
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    /// Whether an edition may leave it out.
    #[serde(default)]
    pub(super) optional: bool,
    /// Whether it may have no rows.
    #[serde(default)]
    pub(super) empty: bool,
    /// The columns that name a row.
    #[serde(default)]
    pub(super) key: Vec<At<String>>,
    /// Its columns: a type (label, text, count, integer, amount, percent,
    /// date, period), or a table.
    pub(super) columns: InOrder<At<WordOr<ColumnTable>>>,
    /// Its rows, where they are known: a label, or a table. Order is free.
    #[serde(default)]
    pub(super) rows: Vec<At<WordOr<RowTable>>>,
    /// Patterns of the files that hold it.
    #[serde(default)]
    pub(super) files: Vec<At<String>>,
    /// How its numbers are printed, where it differs from the dataset.
    pub(super) style: Option<At<StyleTable>>,
    /// How its files are to be read, where that is not found out right.
    pub(super) read: Option<At<ReadTable>>,
    /// Signs of this table; they win over those of the dataset.
    pub(super) markers: Option<At<MarkersTable>>,
}

/// One column in full.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnTable {
    /// label, text, count, integer, amount, percent, date or period.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// Whether an edition may leave it out.
    #[serde(default)]
    pub(super) optional: bool,
    /// Whether a cell of it may be empty; true by default.
    pub(super) blank: Option<bool>,
    /// Other headings that it is printed under.
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    /// What its figures are printed in: thousand, million, or a power of ten.
    pub(super) unit: Option<Power>,
    /// How many decimals must be printed.
    pub(super) decimals: Option<u8>,
    /// Weight when asking which cell is wrong; 1 by default.
    pub(super) trust: Option<f64>,
    /// How dates are printed, in strftime's notation.
    pub(super) format: Option<At<String>>,
    /// What rules with a rounding make of its figures: "exact", or "independent".
    pub(super) rounding: Option<At<String>>,
}
