//! What a rule file declares of a table: columns with types, rows, keys.

use super::{Layout, Markers, NumberStyle, Unit};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// Names a row; compared after trimming and folding of spaces.
    Label,
    /// Free text.
    Text,
    /// A whole number, zero or more.
    Count,
    /// A whole number.
    Integer,
    /// A decimal number.
    Amount,
    /// A percentage; the percent sign may be printed or not.
    Percent,
    /// A day.
    Date,
    /// A day, week, month, quarter or year.
    Period,
}

impl ColumnType {
    /// Every type, with the word for it in rule files.
    pub const WORDS: [(&'static str, Self); 8] = [
        ("label", Self::Label),
        ("text", Self::Text),
        ("count", Self::Count),
        ("integer", Self::Integer),
        ("amount", Self::Amount),
        ("percent", Self::Percent),
        ("date", Self::Date),
        ("period", Self::Period),
    ];

    /// The word for it in rule files.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|it| it.1 == self).map_or("", |it| it.0)
    }

    /// Whether its cells are figures.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Count | Self::Integer | Self::Amount | Self::Percent)
    }
}

/// One declared column.
#[derive(Clone, Debug)]
pub struct ColumnSchema {
    /// The name that rules use.
    pub name: String,
    /// What it holds.
    pub kind: ColumnType,
    /// Other headings it may have.
    pub aliases: Vec<String>,
    /// Whether an edition may leave it out.
    pub optional: bool,
    /// Whether a cell of it may be empty.
    pub blank: bool,
    /// The power of ten that its figures are printed in.
    pub unit: Option<Unit>,
    /// How many decimals must be printed.
    pub decimals: Option<u8>,
    /// How dates are printed, in strftime's notation.
    pub format: Option<String>,
    /// Its weight in deciding which cell is wrong; 1 by default.
    pub trust: f64,
    /// Whether its figures are rounded, where that is declared; else each rule decides.
    pub rounded: Option<bool>,
}

/// One declared row.
#[derive(Clone, Debug)]
pub struct RowSchema {
    /// Its label.
    pub name: String,
    /// The label of the row it is a part of.
    pub under: Option<String>,
    /// Whether an edition may leave it out.
    pub optional: bool,
    /// Other labels it may have.
    pub aliases: Vec<String>,
    /// What its figures are, where that is not what their columns hold.
    pub kind: Option<ColumnType>,
}

/// One declared table.
#[derive(Clone, Debug)]
pub struct TableSchema {
    /// The name that rules use.
    pub name: String,
    /// The title by which to find it on a page.
    pub title: Option<String>,
    /// Other titles it may have.
    pub aliases: Vec<String>,
    /// Whether an edition may leave it out.
    pub optional: bool,
    /// Whether it may have no rows.
    pub empty: bool,
    /// Patterns of the files that hold it.
    pub files: Vec<String>,
    /// Names of the columns that name a row.
    pub key: Vec<String>,
    /// Its columns, in declared order.
    pub columns: Vec<ColumnSchema>,
    /// Its rows; empty where any row may stand.
    pub rows: Vec<RowSchema>,
    /// How its files are to be read, as far as that is declared.
    pub layout: Layout,
    /// How its numbers are printed, if declared.
    pub style: Option<NumberStyle>,
    /// Which signs stand for what.
    pub markers: Markers,
}

impl TableSchema {
    /// Finds a column by name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|it| it.name == name)
    }

    /// Whether it lists several rows and no key: none of them can ever be found
    /// again in another edition.
    pub(crate) fn has_unkeyed_rows(&self) -> bool {
        self.key.is_empty() && self.rows.iter().filter(|it| !it.optional).count() > 1
    }
}

impl ColumnSchema {
    /// A column of a type with nothing else said.
    pub fn new(name: impl Into<String>, kind: ColumnType) -> Self {
        Self {
            name: name.into(),
            kind,
            aliases: Vec::new(),
            optional: false,
            blank: true,
            unit: None,
            decimals: None,
            format: None,
            trust: 1.0,
            rounded: None,
        }
    }
}
