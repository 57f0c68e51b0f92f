//! A rule file in the making: what was read of another schema, and what was not.

use super::tree::{self, Node};
use super::{Imported, Unmapped};
use crate::error::{Error, ErrorKind, Result};
use crate::suggest::{Names, quoted, quoted_list, slug};

/// What a schema says, as far as it was understood.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) dataset: String,
    pub(super) title: Option<String>,
    pub(super) tables: Vec<DraftTable>,
    pub(super) unmapped: Vec<Unmapped>,
}

#[derive(Debug, Default)]
pub(super) struct DraftTable {
    /// Its name in the schema.
    pub(super) name: String,
    pub(super) at: String,
    pub(super) files: Vec<String>,
    pub(super) key: Vec<String>,
    /// Keys of `read` with their values as TOML has them.
    pub(super) read: Vec<(&'static str, String)>,
    /// The sign before decimals, and that between groups of digits.
    pub(super) style: Option<(String, String)>,
    /// Signs that stand for a missing value.
    pub(super) missing: Vec<String>,
    pub(super) columns: Vec<DraftColumn>,
    pub(super) rules: Vec<DraftRule>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct DraftColumn {
    pub(super) name: String,
    pub(super) at: String,
    /// A type of rule files; empty where the schema does not say one.
    pub(super) kind: &'static str,
    pub(super) optional: bool,
    /// Whether no cell may be empty.
    pub(super) filled: bool,
    pub(super) aliases: Vec<String>,
    pub(super) format: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct DraftRule {
    pub(super) name: String,
    pub(super) at: String,
    /// The lines that say what must hold.
    pub(super) check: String,
    pub(super) severity: Option<&'static str>,
    pub(super) filter: Option<String>,
    pub(super) why: Option<String>,
}

/// The line in which a rule begins, and which one it is: of which table, and where there.
type Start = (u32, (usize, usize));

/// Why a file elsewhere is not read.
pub(super) const ELSEWHERE: &str = "only local files are read";

/// Whether a path leads to another machine.
pub(super) fn is_elsewhere(path: &str) -> bool {
    path.contains("://")
}

/// A file that is read, and those that it names.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) file: &'a str,
    pub(super) open: &'a dyn Fn(&str) -> Result<Vec<u8>>,
}

impl Reading<'_> {
    /// A schema in another file, and how it is read.
    pub(super) fn other<'b>(&'b self, path: &'b str) -> Result<(Reading<'b>, Node)> {
        let text = String::from_utf8((self.open)(path)?)
            .map_err(|it| Error::new(ErrorKind::Unreadable, "is not UTF-8").in_file(path).because(it))?;
        let root = tree::parse(path, &text)?;
        Ok((Reading { file: path, open: self.open }, root))
    }

    /// Where a value stands: `file:line`.
    pub(super) fn at(&self, node: &Node) -> String {
        format!("{}:{}", self.file, node.line)
    }

    /// The name of the file without its folder and extensions.
    pub(super) fn stem(&self) -> &str {
        let name = self.file.rsplit(['/', '\\']).next().unwrap_or(self.file);
        name.split('.').next().filter(|it| !it.is_empty()).unwrap_or("data")
    }
}

impl DraftTable {
    pub(super) fn column(&mut self, name: &str) -> Option<&mut DraftColumn> {
        self.columns.iter_mut().find(|it| it.name == name)
    }

    /// Adds a rule that is named after what it is about.
    pub(super) fn rule(&mut self, name: impl AsRef<str>, at: String, check: String) -> &mut DraftRule {
        self.rules.push(DraftRule { name: slug(name.as_ref()), at, check, ..DraftRule::default() });
        let last = self.rules.len() - 1;
        &mut self.rules[last]
    }

    /// What a key asks: it names each row, so that no cell of it is empty.
    pub(super) fn keyed(&mut self, key: Vec<String>) {
        for name in &key {
            if let Some(it) = self.column(name) {
                it.filled = true;
                // What names rows is a label, unless it is more than a text.
                if matches!(it.kind, "text" | "") {
                    it.kind = "label";
                }
            }
        }
        self.key = key;
    }
}

impl Draft {
    /// Tells of something that the rule file does not say.
    pub(super) fn skip(&mut self, at: String, what: impl Into<String>, why: impl Into<String>) {
        self.unmapped.push(Unmapped { at, what: what.into(), why: why.into() });
    }

    /// Writes the rule file; rules that cannot be read again are left out, and told.
    ///
    /// # Errors
    ///
    /// If there is no table, or the tables do not make a rule file.
    pub(super) fn finish(mut self, file: &str, format: &str) -> Result<Imported> {
        self.tidy();
        if self.tables.is_empty() {
            let message = format!("no table with columns was found in this {format} file");
            return Err(Error::new(ErrorKind::Unreadable, message).in_file(file));
        }
        let mut names = Names::default();
        for table in &mut self.tables {
            for rule in &mut table.rules {
                let wanted = if rule.name.is_empty() { "rule".to_owned() } else { std::mem::take(&mut rule.name) };
                rule.name = names.take(&wanted);
            }
        }
        loop {
            let (text, starts) = self.written(file, format);
            let Err(error) = load(&text) else {
                let Self { dataset, mut unmapped, .. } = self;
                unmapped.sort_by_key(|it| place_of(&it.at));
                return Ok(Imported { dataset, text: text + &listed(&unmapped), rules: starts.len(), unmapped });
            };
            let faults: Vec<&Error> = std::iter::once(&error).chain(error.others()).collect();
            let mut refused: Vec<((usize, usize), String)> = Vec::new();
            for fault in faults {
                let line = fault.place().map_or(0, |it| it.line);
                let Some(of) = starts.iter().rev().find(|it| it.0 <= line) else {
                    return Err(Error::new(ErrorKind::Unreadable, "cannot be turned into a rule file")
                        .in_file(file)
                        .because(error));
                };
                if refused.last().is_none_or(|it| it.0 != of.1) {
                    refused.push((of.1, fault.message().to_owned()));
                }
            }
            for ((table, rule), why) in refused.into_iter().rev() {
                let rule = self.tables[table].rules.remove(rule);
                self.skip(rule.at, format!("{}: {}", rule.name, rule.check.replace('\n', " ")), why);
            }
        }
    }

    /// Takes out what no rule file can say: columns without a name or with that of another,
    /// keys of columns that are not there, tables without columns.
    fn tidy(&mut self) {
        let mut told: Vec<(String, String, &str)> = Vec::new();
        for table in &mut self.tables {
            let mut seen: Vec<String> = vec![String::new()];
            table.columns.retain(|it| {
                let is_new = !seen.contains(&it.name);
                if is_new {
                    seen.push(it.name.clone());
                } else {
                    told.push((it.at.clone(), format!("column {:?}", it.name), "it has no name of its own"));
                }
                is_new
            });
            if table.key.iter().any(|it| !seen.contains(it)) {
                let what = format!("table {}: key {}", table.name, std::mem::take(&mut table.key).join(", "));
                told.push((table.at.clone(), what, "some of its columns are missing"));
            }
            if table.columns.is_empty() {
                let rules =
                    if table.rules.len() == 1 { "1 rule".to_owned() } else { format!("{} rules", table.rules.len()) };
                let what = format!("table {} and its {rules}", table.name);
                told.push((table.at.clone(), what, "it names no columns"));
            }
        }
        self.tables.retain(|it| !it.columns.is_empty());
        for (at, what, why) in told {
            self.skip(at, what, why);
        }
    }

    /// The text, and in which line each rule of which table begins.
    fn written(&self, file: &str, format: &str) -> (String, Vec<Start>) {
        let mut text = format!("# Written by `crossfoot import` from {} ({format}): a starting point.\n", plain(file));
        text.push_str(&format!("crossfoot = 1\ndataset   = {}\n", quoted(&self.dataset)));
        text.extend(self.title.as_ref().map(|it| format!("title     = {}\n", quoted(it))));
        let mut names = Names::default();
        let names: Vec<String> = self.tables.iter().map(|it| names.take(&table_name(&it.name))).collect();
        for (table, name) in self.tables.iter().zip(&names) {
            text.push_str(&table.written(name));
        }
        let mut starts = Vec::new();
        for (number, (table, name)) in self.tables.iter().zip(&names).enumerate() {
            for (at, rule) in table.rules.iter().enumerate() {
                text.push('\n');
                starts.push((u32::try_from(text.lines().count() + 1).unwrap_or(u32::MAX), (number, at)));
                text.push_str(&rule.written((self.tables.len() > 1).then_some(name)));
            }
        }
        (text, starts)
    }
}

/// The name of a table in rule files.
pub(super) fn table_name(name: &str) -> String {
    let name = slug(name);
    if name.is_empty() { "table".to_owned() } else { name }
}

impl DraftTable {
    fn written(&self, name: &str) -> String {
        let mut text = format!("\n# {}\n[tables.{}]\n", plain(&self.at), quoted(name));
        if !self.files.is_empty() {
            text.push_str(&format!("files   = {}\n", quoted_list(&self.files)));
        }
        if !self.key.is_empty() {
            text.push_str(&format!("key     = {}\n", quoted_list(&self.key)));
        }
        if !self.read.is_empty() {
            let read: Vec<String> = self.read.iter().map(|it| format!("{} = {}", it.0, it.1)).collect();
            text.push_str(&format!("read    = {{ {} }}\n", read.join(", ")));
        }
        if let Some((decimal, thousands)) = &self.style {
            let (decimal, thousands) = (quoted(decimal), quoted(thousands));
            text.push_str(&format!("style   = {{ decimal = {decimal}, thousands = {thousands} }}\n"));
        }
        if !self.missing.is_empty() {
            text.push_str(&format!("markers = {{ missing = {} }}\n", quoted_list(&self.missing)));
        }
        text.push_str(&format!("\n[tables.{}.columns]\n", quoted(name)));
        text.extend(self.columns.iter().map(DraftColumn::written));
        text
    }
}

impl DraftColumn {
    fn written(&self) -> String {
        let kind = quoted(if self.kind.is_empty() { "text" } else { self.kind });
        let mut parts = vec![format!("type = {kind}")];
        parts.extend(self.optional.then(|| "optional = true".to_owned()));
        parts.extend(self.filled.then(|| "blank = false".to_owned()));
        parts.extend((!self.aliases.is_empty()).then(|| format!("aliases = {}", quoted_list(&self.aliases))));
        parts.extend(self.format.as_ref().map(|it| format!("format = {}", quoted(it))));
        let value = if parts.len() == 1 { kind } else { format!("{{ {} }}", parts.join(", ")) };
        format!("{} = {value}  # {}\n", quoted(&self.name), plain(&self.at))
    }
}

impl DraftRule {
    fn written(&self, table: Option<&String>) -> String {
        let mut text = format!("# {}\n[[rules]]\nname  = {}\n", plain(&self.at), quoted(&self.name));
        text.extend(table.map(|it| format!("table = {}\n", quoted(it))));
        text.push_str(&format!("{}\n", self.check));
        text.extend(self.filter.as_ref().map(|it| format!("where = {}\n", quoted(it))));
        text.extend(self.severity.map(|it| format!("severity = {}\n", quoted(it))));
        text.extend(self.why.as_ref().map(|it| format!("why   = {}\n", quoted(it))));
        text
    }
}

/// What was not mapped, as comments at the end.
fn listed(unmapped: &[Unmapped]) -> String {
    if unmapped.is_empty() {
        return String::new();
    }
    let lines = unmapped.iter().map(|it| format!("# {}\n", plain(&it.to_string())));
    format!("\n# Not in this file:\n{}", lines.collect::<String>())
}

fn place_of(at: &str) -> (String, u32) {
    let (file, line) = at.rsplit_once(':').unwrap_or((at, ""));
    (file.to_owned(), line.parse().unwrap_or(0))
}

/// A text as it may stand in a comment.
fn plain(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}

fn load(text: &str) -> Result<crate::rules::Dataset> {
    crate::rules::load("rules.toml", text, &|_| Err(Error::new(ErrorKind::NotFound, "no such file")))
}

// What must hold, in the words of rule files.

/// A column in SQL.
pub(super) fn sql(column: &str) -> String {
    format!("\"{}\"", column.replace('"', "\"\""))
}

/// A text in SQL.
pub(super) fn sql_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

pub(super) fn unique(columns: &[String]) -> String {
    format!("unique = {}", quoted_list(columns))
}

pub(super) fn codes(column: &str, values: &[String]) -> String {
    format!("codes = {{ column = {}, values = {} }}", quoted(column), quoted_list(values))
}

/// That the whole cell fits a pattern.
pub(super) fn matches(column: &str, pattern: &str) -> String {
    format!("matches = {{ column = {}, pattern = {} }}", quoted(column), quoted(pattern))
}

pub(super) fn range(column: &str, min: Option<&str>, max: Option<&str>) -> String {
    let mut parts = vec![format!("columns = [{}]", quoted(column))];
    parts.extend(min.map(|it| format!("min = {}", number(it))));
    parts.extend(max.map(|it| format!("max = {}", number(it))));
    format!("range = {{ {} }}", parts.join(", "))
}

pub(super) fn expect(condition: &str) -> String {
    format!("expect = {}", quoted(condition))
}

/// A condition on the cells of a column that are not empty.
pub(super) fn expect_filled(column: &str, condition: &str) -> String {
    expect(&format!("{} is null or {condition}", sql(column)))
}

pub(super) fn reference(columns: &[String], table: &str, key: &[String]) -> String {
    let (columns, table, key) = (quoted_list(columns), quoted(&table_name(table)), quoted_list(key));
    format!("reference = {{ columns = {columns}, table = {table}, key = {key} }}")
}

/// A number as it was written: whole ones as such, others as exact decimals in quotes.
fn number(text: &str) -> String {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_whole = !digits.is_empty() && digits.len() <= 15 && digits.bytes().all(|it| it.is_ascii_digit());
    if is_whole && (digits == "0" || !digits.starts_with('0')) { text.to_owned() } else { quoted(text) }
}
