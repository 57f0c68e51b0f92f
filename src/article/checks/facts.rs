//! The cells of the tables at hand, found by the words of their labels.

use std::collections::{HashMap, HashSet};

use crate::article::claim::Material;
use crate::article::words::{is_neutral, stem};
use crate::table::{CellState, Decimal, Edition, Table};

/// Tables with more rows are data, not what an article speaks of row by row.
const ROWS_MAX: usize = 20_000;

/// A row of a table, by the words that name it.
#[expect(clippy::struct_field_names, reason = "a row has its number")]
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) table: &'a Table,
    pub(super) row: usize,
    /// The stems of its label, and of each alias.
    names: Vec<Vec<String>>,
    /// The stems of the label that it stands under.
    pub(super) parent: Option<Vec<String>>,
    pub(super) is_total: bool,
}

/// All rows of the editions at hand.
#[derive(Debug, Default)]
pub(super) struct Facts<'a> {
    pub(super) rows: Vec<Row<'a>>,
    by_stem: HashMap<String, Vec<usize>>,
    /// The words of titles: a place named there is no other place.
    pub(super) titles: HashSet<String>,
    pub(super) past: Vec<&'a Edition>,
    pub(super) tables: Vec<&'a Table>,
}

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
    pub(super) fn of(material: &Material<'a>) -> Self {
        let mut facts = Self { past: material.past.clone(), tables: material.tables.clone(), ..Self::default() };
        for table in &material.tables {
            facts.titles.extend(stems(&table.name));
            if let Some(label) = table.label_column().filter(|_| table.rows.len() <= ROWS_MAX) {
                facts.rows_of(table, label, material);
            }
        }
        for (at, row) in facts.rows.iter().enumerate() {
            let words: HashSet<&String> = row.names.iter().flatten().collect();
            for word in words {
                facts.by_stem.entry(word.clone()).or_default().push(at);
            }
        }
        facts
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    fn rows_of(&mut self, table: &'a Table, label: usize, material: &Material<'a>) {
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
            self.rows.push(Row { table, row, names, parent, is_total });
        }
    }

    /// The row whose label is made of the words of a phrase, the longest first.
    pub(super) fn find(&self, words: &[String]) -> Option<Match> {
        let mut best: Vec<(usize, usize)> = Vec::new();
        for word in words {
            for &row in self.by_stem.get(word).into_iter().flatten() {
                let fits = |it: &&Vec<String>| it.iter().all(|it| words.contains(it));
                let longest = self.rows[row].names.iter().filter(fits).map(Vec::len).max();
                if let Some(length) = longest.filter(|_| !best.iter().any(|it| it.0 == row)) {
                    best.push((row, length));
                }
            }
        }
        let most = best.iter().map(|it| it.1).max();
        let Some(most) = most else { return self.partly(words) };
        let mut winners = best.into_iter().filter(|it| it.1 == most).map(|it| it.0);
        let row = winners.next()?;
        let names = &self.rows[row].names;
        let known =
            |it: &String| names.iter().any(|name| name.contains(it) && name.iter().all(|it| words.contains(it)));
        let extra = words.iter().filter(|it| !known(it) && !is_neutral(it)).cloned().collect();
        Some(Match { row, extra, ambiguous: winners.next().is_some(), whole: true })
    }

    /// The only row whose label has all words of a phrase among its own.
    fn partly(&self, words: &[String]) -> Option<Match> {
        let asked: Vec<&String> = words.iter().filter(|it| !is_neutral(it)).collect();
        let first = self.by_stem.get(*asked.first()?)?;
        let has_all = |it: &&usize| self.rows[**it].names.iter().any(|name| asked.iter().all(|it| name.contains(it)));
        let mut found = first.iter().filter(has_all);
        let row = *found.next()?;
        found.next().is_none().then_some(Match { row, extra: Vec::new(), ambiguous: false, whole: false })
    }
}

impl Row<'_> {
    /// The columns of its table that hold figures.
    pub(super) fn figures(&self) -> Vec<usize> {
        let numbers = |it: &usize| self.table.columns[*it].kind.is_number();
        (0..self.table.columns.len()).filter(numbers).collect()
    }

    /// The figure in a column, where it is printed and clear.
    pub(super) fn figure(&self, column: usize) -> Option<Decimal> {
        let it = &self.table.columns[column];
        (it.states.get(self.row) == Some(&CellState::Value)).then(|| it.decimal(self.row)).flatten()
    }

    /// The column of figures whose heading has a word, if only one has.
    pub(super) fn column_of(&self, words: &[String]) -> Option<usize> {
        let named = |it: &usize| {
            let heading = stems(&self.table.columns[*it].name);
            !heading.is_empty() && heading.iter().all(|it| words.contains(it))
        };
        let mut found = self.figures().into_iter().filter(named);
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// The column that is meant where none is named, and whether that is sure.
    pub(super) fn default_column(&self) -> Option<(usize, bool)> {
        let figures = self.figures();
        let total = |it: &usize| {
            let heading = crate::table::fold(&self.table.columns[*it].name);
            ["total", "count", "number", "all", "reported", "recorded", "cases", "figure", "value"]
                .contains(&heading.as_str())
        };
        match figures[..] {
            [] => None,
            [only] => Some((only, true)),
            [first, ..] => Some(figures.iter().copied().find(total).map_or((first, false), |it| (it, true))),
        }
    }

    /// Whether its label reads in one way only, and its row too.
    pub(super) fn is_clear(&self) -> bool {
        self.table.unclear.iter().all(|it| it.row as usize != self.row)
    }

    /// The label, as printed.
    pub(super) fn label(&self) -> &str {
        self.table.label_column().map_or("", |it| self.table.text(self.row, it))
    }

    /// The same cell of another edition.
    pub(super) fn in_edition<'b>(&self, edition: &'b Edition, column: usize) -> Option<(&'b Table, usize, usize)> {
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
