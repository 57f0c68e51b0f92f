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
    /// Rule files that this one extends, relative to it. Its own keys take precedence. A rule of
    /// the same name replaces the inherited one; without a kind, it only changes the given keys.
    #[serde(default)]
    pub(super) extends: Vec<At<String>>,
    /// Names of inherited rules to remove.
    #[serde(default)]
    pub(super) without: Vec<At<String>>,
    /// What `$name` stands for in expressions: a number, or an expression.
    #[serde(default)]
    pub(super) variables: InOrder<At<VariableText>>,
    /// The dataset's name, also the name of its snapshot folder. Required, except in a file that others extend.
    pub(super) dataset: Option<At<String>>,
    /// Its title, for people.
    pub(super) title: Option<String>,
    /// Who publishes it.
    pub(super) publisher: Option<String>,
    /// The interval between editions: daily, weekly, monthly, quarterly, yearly,
    /// or { days = 7 }. Without it there are no periods.
    pub(super) cadence: Option<At<WordOr<CadenceTable>>>,
    /// The country whose public holidays may affect its figures: de, us, gb.
    pub(super) calendar: Option<At<String>>,
    /// Events that affect its figures.
    #[serde(default)]
    pub(super) events: Vec<At<EventTable>>,
    /// Where to find the period of an edition, if it is not on the page.
    pub(super) period: Option<At<PeriodTable>>,
    /// Patterns of the files that belong to the dataset.
    #[serde(default)]
    pub(super) files: Vec<At<String>>,
    /// The severity of a table that no rule file covers: error, warning or note. Error by default.
    pub(super) unclaimed: Option<SeverityWord>,
    /// The highest severity of findings of `follows`: error, warning or note. Error by default.
    pub(super) follows: Option<SeverityWord>,
    /// The language tag for the number style: en, de, fr-CH.
    pub(super) locale: Option<At<String>>,
    /// How numbers are printed, if the locale does not say.
    pub(super) style: Option<At<StyleTable>>,
    /// Signs printed instead of a figure.
    pub(super) markers: Option<At<MarkersTable>>,
    /// The tables of an edition, by the names that rules use.
    pub(super) tables: Option<At<InOrder<TableTable>>>,
    /// How articles refer to its figures.
    pub(super) article: Option<ArticleTable>,
    /// The settled readings of rows with glued cells.
    #[serde(default)]
    pub(super) pins: Vec<At<PinTable>>,
    /// What must hold.
    #[serde(default)]
    pub(super) rules: Vec<At<Stanza>>,
}

/// How articles refer to the figures of a dataset.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArticleTable {
    /// Other words for the labels of rows: `Murder = ["murders", "killings"]`.
    #[serde(default)]
    pub(super) aliases: InOrder<Vec<String>>,
}

/// The reading of a row with glued cells: `Murder1810` as 18 and 10.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PinTable {
    /// A pattern of the files it applies to; all by default.
    pub(super) file: Option<At<String>>,
    /// The table of the row, by name or title; any by default.
    pub(super) table: Option<At<String>>,
    /// The label of the row.
    pub(super) row: At<String>,
    /// The label of the row that it is a part of.
    pub(super) under: Option<String>,
    /// The cells after the label, as printed. A row with other digits is not affected.
    pub(super) cells: Vec<String>,
}

/// An event that affects figures.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EventTable {
    /// Its name, as an editor would say it.
    pub(super) name: At<String>,
    /// Its first day: "2021-03-04".
    pub(super) from: At<String>,
    /// Its last day. If omitted, the first day, or no end if it started a new level.
    pub(super) to: Option<At<String>>,
    /// Whether figures have a new level from then on. If not, `usual` does not check figures during
    /// the event, and does not learn from them.
    #[serde(default)]
    pub(super) level: bool,
}

/// A cadence in days.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CadenceTable {
    /// The number of days in a period.
    pub(super) days: u16,
}

/// Where to find the period of an edition: exactly one of filename and column.
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
    /// The mark between groups of digits: "", ",", ".", " ", "'" or "indian".
    pub(super) thousands: Option<String>,
    /// The sign before the decimals: "." or ",".
    pub(super) decimal: Option<String>,
}

/// How to read the files of a table; crossfoot detects what is omitted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadTable {
    /// The delimiter between cells: one ASCII character, or comma, semicolon,
    /// tab, pipe or space.
    pub(super) delimiter: Option<String>,
    /// The quote around cells: a character, double, single or none.
    pub(super) quote: Option<String>,
    /// The encoding of the file: utf-8, windows-1252, ...
    pub(super) encoding: Option<String>,
    /// The number of heading rows; 0 if there is none.
    pub(super) header_rows: Option<u32>,
    /// The number of lines above the heading.
    pub(super) skip_rows: Option<u32>,
    /// The start of comment lines.
    pub(super) comment: Option<String>,
    /// The sign before the decimals: "." or ",".
    pub(super) decimal: Option<String>,
    /// The mark between groups of digits: "", ",", ".", " ", "'" or "indian".
    pub(super) thousands: Option<String>,
    /// Whether a record is a row or a column: "rows" or "columns".
    pub(super) orientation: Option<String>,
    /// "wide" if each period is a column: the table is read with one row per figure and the columns
    /// "period" and "value".
    pub(super) layout: Option<String>,
}

/// Signs printed instead of a figure; they take precedence over the usual ones.
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
    /// Not yet published.
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
    /// The title by which to find it on a page.
    pub(super) title: Option<String>,
    /// Other titles it may have.
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    /// Whether an edition may leave it out.
    #[serde(default)]
    pub(super) optional: bool,
    /// Whether it may have no rows.
    #[serde(default)]
    pub(super) empty: bool,
    /// The columns that identify a row.
    #[serde(default)]
    pub(super) key: Vec<At<String>>,
    /// Its columns: a type (label, text, count, integer, amount, percent,
    /// date, period), or a table.
    pub(super) columns: InOrder<At<WordOr<ColumnTable>>>,
    /// Its rows, if they are known: labels or tables, in any order.
    #[serde(default)]
    pub(super) rows: Vec<At<WordOr<RowTable>>>,
    /// Patterns of the files that hold it.
    #[serde(default)]
    pub(super) files: Vec<At<String>>,
    /// How its numbers are printed, if different from the dataset.
    pub(super) style: Option<At<StyleTable>>,
    /// How to read its files, if crossfoot detects it wrongly.
    pub(super) read: Option<At<ReadTable>>,
    /// Signs of this table; they take precedence over those of the dataset.
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
    /// Whether its cells may be empty; true by default.
    pub(super) blank: Option<bool>,
    /// Other headings it may have.
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    /// What its figures are printed in: thousand, million, or a power of ten.
    pub(super) unit: Option<Power>,
    /// How many decimals must be printed.
    pub(super) decimals: Option<u8>,
    /// Its weight in deciding which cell is wrong; 1 by default.
    pub(super) trust: Option<f64>,
    /// How its dates or periods are printed, in strftime's notation: `%d/%m/%Y`, `%G%V`.
    pub(super) format: Option<At<String>>,
    /// How rules with rounding treat its figures: "exact" or "independent".
    pub(super) rounding: Option<At<String>>,
}
