//! Rules that the data support, each with how often it held, where it did not,
//! and the chance that it did by coincidence.
//!
//! - `pool`: editions laid together
//! - `found`, `rows`: relations that `discover` finds, as rules over columns and over rows
//! - `others`: parts, codes, keys and counts that never fall
//! - `numbers`: ranges, and percentages that make up a hundred
//! - `support`: how well a rule holds, judged as `check` judges it
//!
//! A relation may break in some places: these are named. Other kinds of rules
//! are proposed only where they hold everywhere, and where chance could have
//! made them less than once in a thousand tables.

mod found;
mod numbers;
mod others;
mod pool;
mod rows;
mod support;

pub(crate) use support::widest;

use std::collections::{HashMap, HashSet};

use crate::table::Table;
use support::{Editions, Exception, Support};

/// A rule that the data support.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// The table, by name.
    pub table: String,
    /// A name for the rule.
    pub name: String,
    /// What holds, as a rule file has it: `sum = { … }`.
    pub check: String,
    /// How many editions there are.
    pub editions: usize,
    /// In how many of them it held.
    pub editions_held: usize,
    /// How many checks held.
    pub held: usize,
    /// How many checks could be made.
    pub checks: usize,
    /// The chance that it is a coincidence, as a power of ten.
    pub chance: f64,
    /// The first places where it breaks, in words: `Ayr (line 4)`.
    pub exceptions: Vec<String>,
    /// The relations that it says, in words as [`crate::discover::Relation`] has them; none where it says none.
    pub(crate) relations: Vec<String>,
    unit: Unit,
}

/// A sum over rows that no rule can be written for.
#[derive(Clone, Debug)]
pub struct Unwritten {
    /// What holds, in words: `Total = North + South`.
    pub words: String,
    /// In how many columns it held.
    pub held: usize,
    /// Of how many.
    pub columns: usize,
}

/// What is found in the editions of a table.
#[derive(Clone, Debug, Default)]
pub struct Suggestions {
    /// The rules.
    pub rules: Vec<Suggestion>,
    /// Sums over rows that a rule cannot name: their labels are blank, or not theirs alone.
    pub unwritten: Vec<Unwritten>,
    /// Whether the table was too large to be searched to the end.
    pub cut: bool,
}

/// What one check of a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Rows,
    Columns,
    Groups,
    Checks,
}

/// Above this chance (as a power of ten) no rule is proposed that labels do not support.
const CHANCE_MAX: f64 = -3.0;
/// So many exceptions are named.
const NAMED_MAX: usize = 3;

/// Proposes rules for the editions of one table.
pub fn suggest(name: &str, editions: &[&Table]) -> Suggestions {
    let judged = Editions::new(editions);
    let found = found::find(editions, &judged);
    let mut rules = found.suggestions;
    let mut others = others::find(editions, &found.parts);
    others.extend(numbers::find(editions));
    others.retain(|it| it.chance <= CHANCE_MAX);
    let holds = |it: Suggestion| judged.judge(&it.check).filter(|it| it.failed == 0).map(|support| it.with(&support));
    rules.extend(others.into_iter().filter_map(holds));
    let mut names = Names::default();
    for it in &mut rules {
        name.clone_into(&mut it.table);
        it.editions = editions.len();
        it.name = names.take(&it.name);
    }
    Suggestions { rules, unwritten: found.unwritten, cut: found.cut }
}

/// Names that are taken; no two rules or tables have the same.
#[derive(Debug, Default)]
pub(crate) struct Names {
    taken: HashSet<String>,
    numbers: HashMap<String, usize>,
}

impl Names {
    /// The name wanted, with a number behind it where it is taken; then it is taken too.
    pub(crate) fn take(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        let number = self.numbers.entry(wanted.to_owned()).or_insert(1);
        while !self.taken.insert(name.clone()) {
            *number += 1;
            name = format!("{wanted}-{number}");
        }
        name
    }
}

impl<'a> FromIterator<&'a str> for Names {
    fn from_iter<T: IntoIterator<Item = &'a str>>(names: T) -> Self {
        Self { taken: names.into_iter().map(str::to_owned).collect(), numbers: HashMap::new() }
    }
}

/// A suggestion with nothing known yet of how it holds.
fn suggestion(name: String, check: String, unit: Unit, chance: f64) -> Suggestion {
    Suggestion {
        table: String::new(),
        name,
        check,
        editions: 0,
        editions_held: 0,
        held: 0,
        checks: 0,
        chance,
        exceptions: Vec::new(),
        relations: Vec::new(),
        unit,
    }
}

impl Suggestion {
    /// The same with what was seen of it.
    fn with(self, support: &Support) -> Self {
        let shown = support.exceptions.iter().take(NAMED_MAX);
        let exceptions = shown.map(|it| in_words(it, self.unit, support.of_several)).collect();
        let (held, checks) = (support.held, support.of());
        Self { held, checks, editions_held: support.editions, exceptions, ..self }
    }

    /// The same under another name.
    pub(crate) fn renamed(self, rename: impl FnOnce(&str) -> String) -> Self {
        Self { name: rename(&self.name), ..self }
    }

    /// The word for its kind: `sum`.
    pub fn kind(&self) -> &str {
        self.check.split(['=', ' ']).next().unwrap_or("")
    }

    /// How well it holds, in words: `held in 95 of 96 rows, 12 of 12 editions; …`.
    pub fn support(&self) -> String {
        let chance = if self.chance < -6.0 {
            "less than 1 in a million".to_owned()
        } else {
            format!("1 in {:.0}", 10_f64.powf(-self.chance).max(1.0))
        };
        let unit = match self.unit {
            Unit::Rows => "row",
            Unit::Columns => "column",
            Unit::Groups => "group",
            Unit::Checks => "check",
        };
        let plural = if self.checks == 1 { "" } else { "s" };
        let mut text = format!("held in {} of {} {unit}{plural}", self.held, self.checks);
        if self.editions > 1 {
            text.push_str(&format!(", {} of {} editions", self.editions_held, self.editions));
        }
        if !self.exceptions.is_empty() {
            let more = (self.checks - self.held).saturating_sub(self.exceptions.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            text.push_str(&format!("; fails at {}{more}", self.exceptions.join(", ")));
        }
        text.push_str(&format!("; probability by chance: {chance}"));
        // It becomes a comment: what was printed in cells must not end it.
        text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
    }

    /// It as a stanza of a rule file.
    pub fn stanza(&self, several: bool) -> String {
        let table = if several { format!("table = {}\n", quoted(&self.table)) } else { String::new() };
        format!("# {}\n[[rules]]\nname  = {}\n{table}{}\n", self.support(), quoted(&self.name), self.check)
    }
}

/// An exception in words: `Ayr (line 4)`.
fn in_words(it: &Exception, unit: Unit, several: bool) -> String {
    let name = match (unit, &it.row, &it.column) {
        (Unit::Rows | Unit::Groups, Some(name), _) | (_, _, Some(name)) | (_, Some(name), None) => name.clone(),
        (_, None, None) => "the whole table".to_owned(),
    };
    let Some(place) = &it.place else { return name };
    let file = place.file.rsplit('/').next().unwrap_or("");
    let at = match (&place.sheet, &place.cell) {
        (Some(sheet), Some(cell)) => format!("{sheet}!{cell}"),
        _ => format!("line {}", place.line),
    };
    if name == format!("row {}", place.line) && !several {
        return at;
    }
    if several { format!("{name} ({file}, {at})") } else { format!("{name} ({at})") }
}

/// A TOML string.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for it in text.chars() {
        match it {
            '"' | '\\' => out.extend(['\\', it]),
            it if it.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(it))),
            it => out.push(it),
        }
    }
    out.push('"');
    out
}

pub(crate) fn quoted_list(list: &[String]) -> String {
    let all: Vec<String> = list.iter().map(|it| quoted(it)).collect();
    format!("[{}]", all.join(", "))
}

/// A name in small letters, digits and hyphens.
pub(crate) fn slug(text: &str) -> String {
    let words = text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

/// A column in SQL: in quotes where it is no plain word.
fn column_sql(column: &str) -> String {
    let plain = column.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_');
    if plain && column.starts_with(|it: char| it.is_ascii_lowercase()) {
        column.to_owned()
    } else {
        format!("\"{}\"", column.replace('"', "\"\""))
    }
}

/// Columns in SQL, with something between them.
fn columns_sql(columns: &[String], between: &str) -> String {
    columns.iter().map(|it| column_sql(it)).collect::<Vec<_>>().join(between)
}
