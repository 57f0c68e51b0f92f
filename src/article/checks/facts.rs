//! The cells of the tables at hand, found by the words of their labels.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::when::Context;
use crate::article::claim::Material;
use crate::article::judge::Case;
use crate::article::limits::SHARED_MAX;
use crate::article::words::{is_neutral, stem};
use crate::table::{CellState, Decimal, Edition, Table};

/// Tables with more rows are data, not what an article speaks of row by row.
const ROWS_MAX: usize = 20_000;

/// A row of a table, by the words that name it.
#[derive(Debug)]
pub(super) struct NamedRow<'a> {
    pub(super) table: &'a Table,
    pub(super) row: usize,
    /// The stems of its label, and of each alias.
    names: Vec<Vec<String>>,
    /// The stems of the label that it stands under.
    pub(super) parent: Option<Vec<String>>,
    pub(super) is_total: bool,
    /// Whether it reads in one way only.
    pub(super) is_clear: bool,
    pub(super) columns: Rc<Columns>,
}

/// The columns of a table.
#[derive(Debug)]
pub(super) struct Columns {
    /// Those that hold figures.
    figures: Vec<usize>,
    /// The stems of each heading.
    pub(super) headings: Vec<Vec<String>>,
    /// The one that is meant where none is named, and whether that is sure.
    pub(super) default: Option<(usize, bool)>,
}

/// Rows that one label or alias names.
#[derive(Debug)]
struct Name {
    stems: Vec<String>,
    rows: Vec<usize>,
}

/// All rows of the editions at hand.
#[derive(Debug, Default)]
pub(super) struct Facts<'a> {
    pub(super) rows: Vec<NamedRow<'a>>,
    names: Vec<Name>,
    /// The names, each by the word of it that the fewest labels have.
    by_rarest: HashMap<String, Vec<usize>>,
    by_stem: HashMap<String, Vec<usize>>,
    /// The words of titles: a place named there is no other place.
    pub(super) titles: HashSet<String>,
    pub(super) past: Vec<&'a Edition>,
    pub(super) earlier: Vec<&'a Edition>,
    pub(super) tables: Vec<&'a Table>,
    contexts: Vec<OnceCell<Context>>,
    cells_before: RefCell<HashMap<(usize, usize), Option<Cell<'a>>>>,
    /// Whether more labels share a word than are looked at.
    is_vague: std::cell::Cell<bool>,
}

/// A cell: its table, row and column.
pub(super) type Cell<'a> = (&'a Table, usize, usize);

/// A row that a noun phrase names.
#[derive(Clone, Debug)]
pub(super) struct Match {
    pub(super) row: usize,
    /// The words of the phrase that its label does not have.
    pub(super) extra: Vec<String>,
    /// Whether several rows fit as well.
    pub(super) ambiguous: bool,
    /// Whether the phrase has all words of the label.
    pub(super) whole: bool,
}

impl<'a> Facts<'a> {
    /// Indexes the rows of the material's tables.
    pub(super) fn of(material: &Material<'a>, sentences: usize) -> Self {
        let (past, earlier) = (material.past.clone(), material.earlier.clone());
        let mut facts = Self { past, earlier, tables: material.tables.clone(), ..Self::default() };
        facts.contexts.resize_with(sentences, OnceCell::new);
        for table in &material.tables {
            facts.titles.extend(stems(&table.name));
            if let Some(label) = table.label_column().filter(|_| table.rows.len() <= ROWS_MAX) {
                facts.rows_of(table, label, material);
            }
        }
        facts.index();
        facts
    }

    /// Finds rows by the words of their names.
    fn index(&mut self) {
        let mut known: HashMap<&[String], usize> = HashMap::new();
        for (at, row) in self.rows.iter().enumerate() {
            let words: HashSet<&String> = row.names.iter().flatten().collect();
            for word in words {
                self.by_stem.entry(word.clone()).or_default().push(at);
            }
            for stems in &row.names {
                let name = *known.entry(stems).or_insert_with(|| {
                    self.names.push(Name { stems: stems.clone(), rows: Vec::new() });
                    self.names.len() - 1
                });
                self.names[name].rows.push(at);
            }
        }
        for (at, name) in self.names.iter_mut().enumerate() {
            name.rows.dedup();
            if let Some(rarest) = name.stems.iter().min_by_key(|it| self.by_stem[*it].len()) {
                self.by_rarest.entry(rarest.clone()).or_default().push(at);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// What the sentence of a mention says beside its numbers.
    pub(super) fn context(&self, case: &Case<'_>, mention: usize) -> &Context {
        self.contexts[case.order(mention)].get_or_init(|| Context::of(case, mention, self))
    }

    /// Whether more labels share a word than were looked at.
    pub(super) fn is_vague(&self) -> bool {
        self.is_vague.get()
    }

    /// The same cell of the edition before.
    pub(super) fn cell_before(&self, row: usize, column: usize) -> Option<Cell<'a>> {
        let edition = self.past.first()?;
        let mut known = self.cells_before.borrow_mut();
        *known.entry((row, column)).or_insert_with(|| self.rows[row].in_edition(edition, column))
    }

    fn rows_of(&mut self, table: &'a Table, label: usize, material: &Material<'a>) {
        let columns = Rc::new(Columns::of(table));
        let unclear: HashSet<usize> = table.unclear.iter().map(|it| it.row as usize).collect();
        for row in 0..table.rows.len() {
            let text = table.text(row, label);
            let mut names = vec![stems(text)];
            for (aliased, words) in &material.aliases {
                if crate::table::fold(aliased) == crate::table::fold(text) {
                    names.extend(words.iter().map(|it| stems(it)));
                }
            }
            names.retain(|it| !it.is_empty());
            let parent = table.rows[row].under.map(|it| stems(table.text(it as usize, label)));
            let is_total =
                names.first().is_none_or(|it| it.iter().all(|it| matches!(it.as_str(), "total" | "all" | "sum")));
            let (is_clear, columns) = (!unclear.contains(&row), Rc::clone(&columns));
            self.rows.push(NamedRow { table, row, names, parent, is_total, is_clear, columns });
        }
    }

    /// The row whose label is made of the words of a phrase, the longest first.
    pub(super) fn find(&self, words: &[String]) -> Option<Match> {
        let mut best: Vec<&Name> = Vec::new();
        let mut length = 0;
        let distinct = words.iter().enumerate().filter(|it| !words[..it.0].contains(it.1));
        for (_, word) in distinct {
            for &name in self.shared(self.by_rarest.get(word)) {
                let name = &self.names[name];
                if name.stems.len() < length || !name.stems.iter().all(|it| words.contains(it)) {
                    continue;
                }
                if name.stems.len() > length {
                    length = name.stems.len();
                    best.clear();
                }
                best.push(name);
            }
        }
        let Some(row) = best.iter().map(|it| it.rows[0]).min() else { return self.partly(words) };
        let ambiguous = best.iter().any(|it| it.rows != [row]);
        let names = &self.rows[row].names;
        let known =
            |it: &String| names.iter().any(|name| name.contains(it) && name.iter().all(|it| words.contains(it)));
        let extra = words.iter().filter(|it| !known(it) && !is_neutral(it)).cloned().collect();
        Some(Match { row, extra, ambiguous, whole: true })
    }

    /// What is looked at of all that share a word.
    fn shared<'s>(&self, all: Option<&'s Vec<usize>>) -> &'s [usize] {
        let all = all.map_or(&[][..], Vec::as_slice);
        self.is_vague.set(self.is_vague.get() || all.len() > SHARED_MAX);
        &all[..all.len().min(SHARED_MAX)]
    }

    /// The only row whose label has all words of a phrase among its own.
    fn partly(&self, words: &[String]) -> Option<Match> {
        let asked: Vec<&String> = words.iter().filter(|it| !is_neutral(it)).collect();
        let rarest = asked.iter().map(|it| self.by_stem.get(*it)).min_by_key(|it| it.map_or(0, Vec::len))?;
        let has_all = |it: &&usize| self.rows[**it].names.iter().any(|name| asked.iter().all(|it| name.contains(it)));
        let mut found = self.shared(rarest).iter().filter(has_all);
        let row = *found.next()?;
        found.next().is_none().then_some(Match { row, extra: Vec::new(), ambiguous: false, whole: false })
    }
}

impl Columns {
    fn of(table: &Table) -> Self {
        let numbers = |it: &usize| table.columns[*it].kind.is_number();
        let figures: Vec<usize> = (0..table.columns.len()).filter(numbers).collect();
        let total = |it: &usize| {
            let heading = crate::table::fold(&table.columns[*it].name);
            ["total", "count", "number", "all", "reported", "recorded", "cases", "figure", "value"]
                .contains(&heading.as_str())
        };
        let default = match figures[..] {
            [] => None,
            [only] => Some((only, true)),
            [first, ..] => Some(figures.iter().copied().find(total).map_or((first, false), |it| (it, true))),
        };
        Self { figures, headings: table.columns.iter().map(|it| stems(&it.name)).collect(), default }
    }
}

impl NamedRow<'_> {
    /// The figure in a column, where it is printed and clear.
    pub(super) fn figure(&self, column: usize) -> Option<Decimal> {
        let it = &self.table.columns[column];
        (it.states.get(self.row) == Some(&CellState::Value)).then(|| it.decimal(self.row)).flatten()
    }

    /// The column of figures whose heading has a word, if only one has.
    pub(super) fn column_of(&self, words: &[String]) -> Option<usize> {
        let named = |it: &usize| {
            let heading = &self.columns.headings[*it];
            !heading.is_empty() && heading.iter().all(|it| words.contains(it))
        };
        let mut found = self.columns.figures.iter().copied().filter(named);
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// The label, as printed.
    pub(super) fn label(&self) -> &str {
        self.table.label_column().map_or("", |it| self.table.text(self.row, it))
    }

    /// The same cell of another edition.
    pub(super) fn in_edition<'b>(&self, edition: &'b Edition, column: usize) -> Option<Cell<'b>> {
        let table = &edition.tables[edition.table(&self.table.name)?];
        let label = self.table.label_column()?;
        let under = self.table.rows[self.row].under.map(|it| self.table.text(it as usize, label));
        let row = table.find_row(self.label(), under)?;
        Some((table, row, table.column(&self.table.columns[column].name)?))
    }
}

/// The stems of the words of a label, without what stands in brackets.
pub(super) fn stems(label: &str) -> Vec<String> {
    let bare = label.split('(').next().filter(|it| !it.trim().is_empty()).unwrap_or(label);
    let small = bare.to_lowercase().replace('’', "'");
    let words = small.split(|it: char| !it.is_alphanumeric() && it != '\'').filter(|it| !it.is_empty());
    let all: Vec<String> = words.map(stem).collect();
    let telling: Vec<String> = all.iter().filter(|it| !is_neutral(it)).cloned().collect();
    if telling.is_empty() { all } else { telling }
}
