//! Verdicts, and what there is to look at: findings with their places.

use crate::table::{Document, Span, Table, column_letters};

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The rule holds.
    Holds,
    /// The rule does not hold.
    Fails,
    /// It cannot be told: a figure is missing or unclear.
    Undetermined,
}

/// How much a failure weighs, by declaration of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Should be looked at.
    Warning,
    /// Must not be published like this.
    Error,
}

/// On what grounds something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// Arithmetic: the figures cannot all be right.
    Contradiction,
    /// History: the figure is far outside its usual range.
    Unusual,
    /// Arithmetic that the table seems to follow: the figures probably cannot all be right.
    Likely,
    /// The text can be read in more than one way.
    Unclear,
}

/// Whether a finding was known before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Not in the last accepted edition.
    New,
    /// In the last accepted edition too.
    Known,
    /// Accepted as it is.
    Waived,
}

/// One thing to look at.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// Eight hexadecimal digits over dataset, table, rule, row key and column.
    pub id: String,
    /// The rule's name.
    pub rule: String,
    /// The kind of rule.
    pub kind: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// On what grounds.
    pub certainty: Certainty,
    /// Whether it was known before.
    pub status: Status,
    /// The edition that it is about, as an index into `Outcome::editions`;
    /// `None` where it is about the form of a file.
    pub edition: Option<usize>,
    /// What is the matter, in words: lowercase, figures as published.
    pub message: String,
    /// Where; the primary place first.
    pub places: Vec<Place>,
    /// The figure found, as an exact decimal or text.
    pub observed: Option<String>,
    /// What would hold.
    pub expected: Option<Expected>,
    /// By how much it misses.
    pub gap: Option<String>,
    /// How to mend it, or what is likely meant, if known.
    pub hint: Option<String>,
    /// Slips that would explain it, the likeliest first.
    pub repairs: Vec<Repair>,
    /// Which figures must be wrong, where rules tell.
    pub cause: Option<Cause>,
    /// Where the rule is written.
    pub rule_at: Option<RulePlace>,
    /// Why the rule should hold, as the rule file has it.
    pub why: Option<String>,
}

/// What would hold, as exact decimals or text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// This very value.
    Equal(String),
    /// This or less.
    AtMost(String),
    /// This or more.
    AtLeast(String),
    /// Between the two, ends included.
    Between(String, String),
    /// One of these.
    OneOf(Vec<String>),
    /// A text that fits this pattern.
    Pattern(String),
}

/// Slips that would explain a finding, and let every rule hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Each figure that would be another, in order; one at least.
    pub corrections: Vec<Correction>,
    /// The rules that hold again.
    pub restores: Vec<String>,
    /// Whether the figures meant are within their expected ranges, where known.
    pub usual: Option<bool>,
}

/// One figure with what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Which figure.
    pub figure: Suspect,
    /// As printed, as an exact decimal.
    pub from: String,
    /// As it would have to be.
    pub to: String,
    /// The same as it would be printed.
    pub printed: String,
    /// What type of slip.
    pub slip: &'static str,
    /// What happened, in words.
    pub words: String,
}

/// A figure that could be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// Its table.
    pub table: String,
    /// Its row.
    pub row: String,
    /// Its column.
    pub column: String,
    /// Its text, as printed.
    pub text: String,
    /// Its place in one word: `file:line:column`.
    pub at: String,
    /// The row, and the column where the table has several figures a row.
    pub name: String,
}

/// A figure that may be wrong, with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// Which figure.
    pub figure: Suspect,
    /// Its value as an exact decimal; nothing where it is blank.
    pub value: Option<String>,
    /// What the rules require of it, as an exact decimal; `None` where nothing fits.
    pub requires: Option<String>,
    /// The same as it would be printed; empty where nothing fits.
    pub printed: String,
    /// How many of the rules that fail require that very value; none where they
    /// only bound it, and it is the likeliest slip within.
    pub rules: usize,
    /// How likely it is wrong, in thousandths, if one of those named is.
    pub weight: u16,
    /// The slip that would explain it, in words.
    pub because: Option<String>,
    /// Whether the value required is within its expected range, where known.
    pub usual: Option<bool>,
}

/// How much is known of which figure is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The figures that weigh 980 and more are.
    Wrong,
    /// The first of those named probably is.
    Likely,
    /// One of those named is.
    OneOf,
    /// Several figures may be.
    Several,
}

impl Blame {
    /// Every one, with the word for it.
    pub const WORDS: [(&'static str, Self); 4] =
        [("wrong", Self::Wrong), ("likely", Self::Likely), ("one of", Self::OneOf), ("several", Self::Several)];

    /// The word for it.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|it| it.1 == self).map_or("", |it| it.0)
    }
}

/// What lies behind a finding: figures of which one must be wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// What findings of one cause share.
    pub group: String,
    /// All sets of figures of least weight that could explain it.
    pub suspects: Vec<Vec<Suspect>>,
    /// How much is known of which figure is wrong; `None` where it was not looked for.
    pub blame: Option<Blame>,
    /// The figures that may be wrong, the likeliest first.
    pub ranked: Vec<Ranked>,
    /// How many of those are worth naming.
    pub named: usize,
    /// How many more figures could be wrong, less likely.
    pub less_likely: usize,
    /// How many figures cannot be wrong alone: they would be negative.
    pub negative: usize,
    /// Whether several figures may be wrong instead.
    pub or_several: bool,
    /// The one cause of many findings that this is one of, in words.
    pub common: Option<String>,
    /// What happened to the first of them at once, and to how many, in words.
    pub together: Option<(usize, String)>,
    /// Whether only one slip was found that restores every rule.
    pub alone: bool,
    /// How many more slips would do as well as those shown.
    pub others: usize,
    /// Whether there may be still more.
    pub more: bool,
    /// What was not looked into, in words.
    pub limits: Vec<String>,
    /// The id of the finding that tells of this one, too.
    pub told_with: Option<String>,
    /// The ids of the findings that this one tells of.
    pub tells: Vec<String>,
    /// The relation that is broken, where the table follows it by itself.
    pub follows: Option<Follows>,
}

/// A relation that a table follows by itself, where it breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Follows {
    /// The relations that break here, the strongest first, in words.
    pub relations: Vec<String>,
    /// In how many places the first of them holds.
    pub held: usize,
    /// In how many places it can be checked.
    pub of: usize,
    /// How probable it is that a figure is wrong, in thousandths.
    pub probability: u16,
    /// Figures that could be wrong, the likeliest first.
    pub figures: Vec<Meant>,
}

/// A figure that could be wrong, with what it would have to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// Which figure.
    pub figure: Suspect,
    /// Its value as an exact decimal; nothing where it is blank.
    pub value: Option<String>,
    /// What it would have to be, as an exact decimal.
    pub requires: String,
    /// The same as it would be printed.
    pub printed: String,
    /// The slip that explains it, in a word; empty where none does.
    pub because: &'static str,
}

/// Where a rule is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePlace {
    /// The rule file.
    pub file: String,
    /// The line of the rule's stanza.
    pub line: u32,
}

/// What a place is to its finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The figure to look at first.
    Primary,
    /// A figure that it was compared with.
    Operand,
}

/// Where something stands, to the character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it is to its finding.
    pub role: Role,
    /// The file.
    pub file: String,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The table.
    pub table: String,
    /// The row's key cells.
    pub row: Option<String>,
    /// The column's name.
    pub column: Option<String>,
    /// The spreadsheet address (`C8`).
    pub cell: Option<String>,
    /// Whether it stands in a database: its row is found by its key, and has no line there.
    pub is_keyed: bool,
    /// The line, from 1; of a row that has none, which row it is.
    pub line: u32,
    /// The first column, in characters from 1.
    pub column_start: u32,
    /// One past the last column.
    pub column_end: u32,
    /// The text printed there.
    pub text: String,
    /// Its value as an exact decimal, where it is a figure.
    pub value: Option<String>,
    /// What to say beneath it, for people.
    pub label: String,
}

impl Place {
    /// The place of a cell of a table.
    pub fn of_cell(table: &Table, row: usize, column: usize, role: Role, label: impl Into<String>) -> Self {
        let it = &table.columns[column];
        let mut place = Self::of_span(&table.document, it.spans[row], role, label);
        if it.spans[row].is_empty() && it.spans[row].start == 0 {
            place = Self::of_span(&table.document, table.rows[row].span, role, place.label);
        }
        if !it.undone.is_empty() {
            table.text(row, column).clone_into(&mut place.text);
        }
        let number = table.rows[row].number;
        place.sheet.clone_from(&table.sheet);
        place.table.clone_from(&table.name);
        place.row = Some(table.row_name(row));
        place.column = Some(it.name.clone());
        place.cell = (number > 0 && !place.is_keyed && !table.document.is_of_records())
            .then(|| format!("{}{number}", column_letters(it.printed_position(row))));
        place.value = it.decimal(row).map(|it| it.to_string());
        place.tell_formula(table, it.spans[row]);
        place
    }

    /// Says so where a figure of a workbook is the result of a formula.
    fn tell_formula(&mut self, table: &Table, span: Span) {
        const SHOWN_MAX: usize = 60;
        let cell = table.document.sheet(span.start).and_then(|it| it.cell_at(span.start));
        if let Some(formula) = cell.and_then(|it| it.formula.as_ref()).filter(|_| !span.is_empty()) {
            let short: String = formula.chars().take(SHOWN_MAX).collect();
            let more = if short.len() < formula.len() { "…" } else { "" };
            let apart = if self.label.is_empty() { "" } else { ", " };
            self.label.push_str(&format!("{apart}={short}{more}"));
        }
    }

    /// The place of a whole row of a table.
    pub fn of_row(table: &Table, row: usize, role: Role, label: impl Into<String>) -> Self {
        let mut place = Self::of_span(&table.document, table.rows[row].span, role, label);
        place.sheet.clone_from(&table.sheet);
        place.table.clone_from(&table.name);
        place.row = Some(table.row_name(row));
        place
    }

    /// The place of a stretch of a document.
    pub fn of_span(document: &Document, span: Span, role: Role, label: impl Into<String>) -> Self {
        let start = document.position(span.start);
        let text = document.slice(span);
        let first_line = text.lines().next().unwrap_or("");
        let width = u32::try_from(first_line.chars().count()).unwrap_or(u32::MAX);
        Self {
            role,
            file: document.name.clone(),
            sheet: document.sheet(span.start).map(|it| it.name.clone()),
            table: String::new(),
            row: None,
            column: None,
            cell: None,
            is_keyed: document.is_of_database(),
            line: start.line,
            column_start: start.column,
            column_end: start.column.saturating_add(width),
            text: text.to_owned(),
            value: None,
            label: label.into(),
        }
    }
}

impl Place {
    /// Whether its file has lines that one could turn to: a workbook and a database have none.
    pub fn has_line(&self) -> bool {
        self.line > 0 && self.sheet.is_none() && !self.is_keyed
    }

    /// The place in one word: `file:line:column`, `book.xlsx:Sheet!C8`,
    /// `sqlite:shop.db#orders:4711:price`.
    pub fn at(&self) -> String {
        match (&self.sheet, &self.cell) {
            _ if self.is_keyed => {
                let parts = [Some(self.file.as_str()), self.row.as_deref(), self.column.as_deref()];
                parts.into_iter().flatten().collect::<Vec<_>>().join(":")
            }
            (Some(sheet), Some(cell)) => format!("{}:{sheet}!{cell}", self.file),
            (Some(sheet), None) => format!("{}:{sheet}!{line}:{line}", self.file, line = self.line),
            _ => format!("{}:{}:{}", self.file, self.line, self.column_start),
        }
    }
}

impl Severity {
    /// Every severity, with the word for it.
    pub const WORDS: [(&'static str, Self); 3] =
        [("error", Self::Error), ("warning", Self::Warning), ("note", Self::Note)];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl Certainty {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Contradiction => "contradiction",
            Self::Unusual => "unusual",
            Self::Likely => "likely",
            Self::Unclear => "unclear",
        }
    }
}

impl Status {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Known => "known",
            Self::Waived => "waived",
        }
    }
}

/// Hashes what a finding is about: not its order, line or value. Parts that
/// it has none of are empty.
pub fn identity(dataset: &str, table: &str, rule: &str, row: &str, column: &str) -> String {
    // Lengths stand between the parts, so that moved borders do not collide.
    let mut bytes = Vec::new();
    for part in [dataset, table, rule, row, column] {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    format!("{:08x}", xxhash_rust::xxh3::xxh3_64(&bytes) >> 32)
}

#[cfg(all(test, feature = "sql"))]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_a_database_is_found_by_its_key() {
        let of = |document: Document| {
            let place = Place::of_span(&document, Span::new(5, 6), Role::Primary, "");
            Place { row: Some("4711".to_owned()), column: Some("price".to_owned()), ..place }
        };
        let text = || "id,p\n7,9\n".to_owned();
        let place = of(Document::of_database("sqlite:shop.db#orders", text(), Vec::new()));
        assert_eq!((place.at().as_str(), place.has_line()), ("sqlite:shop.db#orders:4711:price", false));
        let place = of(Document::new("t.csv", text(), "UTF-8"));
        assert_eq!((place.at().as_str(), place.has_line()), ("t.csv:2:1", true));
    }
}
