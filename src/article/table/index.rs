//! A table, with its cells and headings found by their words.

use std::collections::{HashMap, HashSet};

use super::normal::{self, Micro, Word};

/// A span has so many words at most.
pub(crate) const SPAN_MAX: usize = 14;

/// A table as text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    /// What it is called.
    pub(crate) title: String,
    /// The headings of its columns.
    pub(crate) headings: Vec<String>,
    /// Its rows, each as wide as the headings.
    pub(crate) rows: Vec<Vec<String>>,
}

/// What a column is to the others, by its heading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Role {
    /// Of the period before: `previous month`.
    pub(crate) is_previous: bool,
    /// A change, no level.
    pub(crate) is_change: bool,
    /// In percent.
    pub(crate) is_percent: bool,
}

/// A cell: its column and its row.
pub(crate) type At = (usize, usize);

/// What cells and headings some words name.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub(crate) title: HashSet<String>,
    /// The normal forms of the words of each heading.
    pub(crate) headings: Vec<Vec<String>>,
    /// The number that a cell is, by row and column.
    pub(crate) values: Vec<Vec<Option<Micro>>>,
    /// The key of each cell, by row and column.
    pub(crate) keys: Vec<Vec<String>>,
    /// Whether all cells of a column are numbers.
    pub(crate) is_numeric: Vec<bool>,
    /// Whether a column holds years.
    pub(crate) is_years: Vec<bool>,
    /// Rows that add up others.
    pub(crate) is_total: Vec<bool>,
    pub(crate) whole: HashMap<String, Vec<At>>,
    pub(crate) part: HashMap<String, Vec<At>>,
    pub(crate) single: HashMap<String, Vec<At>>,
    pub(crate) heading_whole: HashMap<String, Vec<usize>>,
    pub(crate) heading_part: HashMap<String, Vec<usize>>,
    /// What a figure of each column is to be multiplied by, as far as headings say.
    pub(crate) scales: Vec<Option<i128>>,
    /// The year that each heading names.
    pub(crate) years: Vec<Option<Micro>>,
    /// What the words of each heading say of its column.
    pub(crate) roles: Vec<Role>,
    /// The rows whose dates have a month.
    pub(crate) months: HashMap<String, Vec<At>>,
    /// How many words the longest key has.
    pub(crate) longest: usize,
}

impl Index {
    /// Indexes a table.
    pub(crate) fn of(grid: &Grid) -> Self {
        let width = grid.headings.len();
        let mut index =
            Self { title: normal::words(&grid.title).into_iter().map(|it| it.text).collect(), ..Self::default() };
        for (column, heading) in grid.headings.iter().enumerate() {
            index.heading(column, heading);
        }
        for row in &grid.rows {
            let cells: Vec<Vec<Word>> = row.iter().map(|it| normal::words(it)).collect();
            let values = cells.iter().zip(row).map(|it| value(it.0, it.1)).collect();
            index.values.push(values);
            index.keys.push(cells.iter().map(|it| normal::key(it)).collect());
            let at = index.keys.len() - 1;
            for (column, words) in cells.iter().enumerate() {
                index.cell((column, at), words, &row[column]);
            }
            let total = |it: &Vec<Word>| {
                it.first().is_some_and(|it| matches!(it.text.as_str(), "total" | "average" | "sum" | "all" | "overall"))
            };
            index.is_total.push(cells.first().is_some_and(total) || cells.get(1).is_some_and(total));
        }
        for column in 0..width {
            let cells = || (0..grid.rows.len()).map(|it| (&index.keys[it][column], index.values[it][column]));
            let printed = cells().filter(|it| !it.0.is_empty()).count();
            let numbers = cells().filter(|it| it.1.is_some()).count();
            let years = cells().filter(|it| it.1.is_some_and(is_year)).count();
            index.is_numeric.push(numbers > 0 && numbers * 10 >= printed * 9);
            index.is_years.push(years > 0 && years * 10 >= printed * 9);
        }
        let cells = index.whole.keys().chain(index.part.keys());
        let keys = cells.chain(index.heading_whole.keys()).chain(index.heading_part.keys());
        index.longest = keys.map(|it| it.split(' ').count()).max().unwrap_or(0);
        index
    }

    /// The words that a sentence must have one of to speak of the table.
    pub(crate) fn words(&self) -> HashSet<&str> {
        let keys = self.whole.keys().chain(self.single.keys()).chain(self.heading_whole.keys());
        keys.filter_map(|it| it.split(' ').next()).collect()
    }

    fn heading(&mut self, column: usize, heading: &str) {
        let words = normal::words(heading);
        let texts: Vec<String> = words.iter().map(|it| it.text.clone()).collect();
        let add = |map: &mut HashMap<String, Vec<usize>>, key: String| {
            let known = map.entry(key).or_default();
            if !known.contains(&column) {
                known.push(column);
            }
        };
        add(&mut self.heading_whole, normal::key(&words));
        // Without its unit: `share (%)`, `freight (million tonnes)`.
        let bare = normal::words(heading.split('(').next().unwrap_or_default());
        if !bare.is_empty() {
            add(&mut self.heading_whole, normal::key(&bare));
        }
        for from in 0..words.len() {
            for to in from + 1..=words.len().min(from + SPAN_MAX) {
                add(&mut self.heading_part, normal::key(&words[from..to]));
            }
        }
        let has = |list: &[&str]| words.iter().any(|it| list.contains(&it.raw.as_str()));
        let scale = [
            ("thousand", 1_000),
            ("thousands", 1_000),
            ("million", 1_000_000),
            ("millions", 1_000_000),
            ("billion", 1_000_000_000),
        ];
        self.scales.push(scale.iter().find(|it| has(&[it.0])).map(|it| it.1));
        let years: Vec<Micro> = words.iter().filter_map(|it| it.value.filter(|it| is_year(*it))).collect();
        self.years.push(if let [one] = years[..] { Some(one) } else { None });
        self.roles.push(Role {
            is_previous: has(&["previous", "prior", "last", "before", "earlier"]),
            is_change: has(&["change", "variance", "difference", "diff"]),
            is_percent: heading.contains('%') || has(&["percent", "percentage", "pct"]),
        });
        self.headings.push(texts);
    }

    fn cell(&mut self, at: At, words: &[Word], text: &str) {
        if words.is_empty() {
            return;
        }
        let push = |map: &mut HashMap<String, Vec<At>>, key: String| {
            let known = map.entry(key).or_default();
            if known.last() != Some(&at) {
                known.push(at);
            }
        };
        push(&mut self.whole, normal::key(words));
        if let Some(dates) = day(text) {
            for key in dates {
                push(&mut self.whole, key);
            }
        }
        let mut parts: HashSet<String> = HashSet::new();
        let bare = normal::words(text.split('(').next().unwrap_or_default());
        if !bare.is_empty() && bare.len() < words.len() {
            parts.insert(normal::key(&bare));
        }
        for member in text.split([',', ';', '/', '(', ')', '\n']) {
            let member = normal::words(member);
            if !member.is_empty() && member.len() < words.len() {
                parts.insert(normal::key(&member));
            }
        }
        for pair in words.windows(2) {
            let dated = normal::month(&pair[0].text).is_some() && pair[1].value.is_some()
                || normal::month(&pair[1].text).is_some() && pair[0].value.is_some();
            let score = pair.iter().all(|it| it.value.is_some()) && matches!(&*pair[1].signs, "-" | "–");
            if words.len() > 2 && (dated || score) {
                parts.insert(normal::key(pair));
            }
        }
        if words.len() > 1 && words.len() <= SPAN_MAX {
            for from in 0..words.len() {
                for to in from + 2..=words.len() {
                    if to - from < words.len() && words[from..to].iter().all(|it| it.value.is_none()) {
                        parts.insert(normal::key(&words[from..to]));
                    }
                }
            }
            for word in words {
                let long = word.text.len() >= 4 && word.value.is_none();
                let year = word.value.is_some_and(is_year) && words.len() > 1;
                if long || year {
                    push(&mut self.single, word.text.clone());
                }
                if normal::month(&word.text).is_some() {
                    push(&mut self.months, word.text.clone());
                }
            }
        }
        for key in parts {
            push(&mut self.part, key);
        }
    }
}

/// The ways that a text names a day that is printed as `2025-01-12`.
fn day(text: &str) -> Option<[String; 4]> {
    let date: jiff::civil::Date = text.trim().parse().ok().filter(|_| text.trim().len() == 10)?;
    let month = crate::table::MONTHS.get(usize::try_from(date.month() - 1).ok()?)?;
    let (day, year) = (date.day(), date.year());
    Some([
        format!("{month} {day} {year}"),
        format!("{day} {month} {year}"),
        format!("{month} {day}"),
        format!("{day} {month}"),
    ])
}

/// Whether a value may be a year.
pub(crate) fn is_year(value: Micro) -> bool {
    value % normal::ONE == 0 && (1800..2100).contains(&(value / normal::ONE))
}

/// The number that a cell is: nothing but digits, signs and a unit of one short word.
fn value(words: &[Word], text: &str) -> Option<Micro> {
    let trimmed = text.trim();
    let minus = trimmed.starts_with(['-', '−', '–']);
    let first = words.first().filter(|it| it.value.is_some() && !it.is_spelled)?;
    let alone = match words {
        [_] => true,
        [_, unit] => unit.value.is_none() && unit.raw.len() <= 4 && normal::month(&unit.text).is_none(),
        _ => false,
    };
    let value = first.value.filter(|_| alone)?;
    Some(if minus { -value } else { value })
}
