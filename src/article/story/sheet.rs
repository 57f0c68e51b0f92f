//! A table as a story speaks of it: rows by their names, measures by their words.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::units::{
    COINS, is_mark, is_small_coin, kin, of_title, scale_in, split, time, unit, unit_of_title, without_second_years,
};
use super::words::{form, forms, is_akin, is_plain};
use crate::article::table::{ONE, scale_of};
use crate::table::{Table, month};

/// A value in millionths.
pub(super) type Micro = i128;
/// Larger tables are not what a story is about.
const CELLS_MAX: usize = 5_000;
/// Larger figures would not fit where they are multiplied.
pub(super) const VALUE_MAX: Micro = 1_000_000_000_000 * ONE;

/// A table that a story may be about.
pub(super) struct Sheet<'a> {
    pub(super) table: &'a Table,
    pub(super) measures: Vec<Measure>,
    pub(super) names: Vec<Name>,
    /// The names that begin with a word.
    pub(super) by_word: HashMap<String, Vec<usize>>,
    pub(super) is_total: Vec<bool>,
    /// The year that each row is of, where rows are years, in order.
    pub(super) years: Option<Vec<i64>>,
    /// The months or quarters that rows are of, with their years, in order.
    pub(super) parts: Option<Vec<i64>>,
    /// The place of each row, where a column has it.
    pub(super) ranks: Option<(usize, Vec<Option<i64>>)>,
    /// The day that each row is of.
    pub(super) days: Vec<Option<Date>>,
    /// The columns of days, where rows have more than one.
    pub(super) dates: Vec<(usize, Vec<Option<Date>>)>,
    /// The columns whose cells are names.
    pub(super) keys: Vec<usize>,
}

/// What one or more rows are called.
pub(super) struct Name {
    pub(super) words: Vec<String>,
    pub(super) column: usize,
    pub(super) rows: Vec<usize>,
    /// Whether these are all words of the cell.
    pub(super) is_whole: bool,
}

/// A column of figures.
pub(super) struct Measure {
    pub(super) column: usize,
    /// The words of its heading, without unit, years and months.
    pub(super) stems: Vec<String>,
    /// The years and months of its heading.
    pub(super) marks: Vec<String>,
    /// Where it stands among the columns that tell the same of other times.
    pub(super) time: Option<i64>,
    pub(super) unit: Unit,
    /// What its figures are to be multiplied by.
    pub(super) scale: i128,
    /// Its figures, scaled.
    pub(super) values: Vec<Option<Micro>>,
    /// Whether it tells changes, not levels.
    pub(super) is_change: bool,
}

/// What the figures of a column are in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    None,
    Percent,
    Money,
    Of(String),
}

impl Unit {
    /// Whether both are known, and differ: `three centimetres` beside figures in metres.
    pub(super) fn differs(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Of(one), Self::Of(two)) if one != two)
    }
}

impl<'a> Sheet<'a> {
    /// Reads a table; nothing where it has no figures or no names.
    pub(super) fn of(table: &'a Table) -> Option<Self> {
        let rows = table.rows.len();
        if rows < 2 || rows * table.columns.len() > CELLS_MAX || !table.unclear.is_empty() {
            return None;
        }
        let mut measures = Vec::new();
        let mut keys = Vec::new();
        for column in 0..table.columns.len() {
            let texts: Vec<&str> = (0..rows).map(|it| table.text(it, column)).collect();
            match Measure::of(column, &table.columns[column].name, &texts) {
                Some(it) => measures.push(it),
                None => keys.push(column),
            }
        }
        if keys.is_empty() || measures.is_empty() && dates(table, &keys).len() < 2 {
            return None;
        }
        of_title(&table.name, &mut measures);
        // `EUR million` above the names of rows is said of all figures.
        for column in &keys {
            of_title(&table.columns[*column].name, &mut measures);
        }
        unit_of_title(&table.name, &mut measures);
        let dates = dates(table, &keys);
        let mut sheet = Self {
            table,
            is_total: totals(table, &measures, &keys),
            measures,
            names: Vec::new(),
            by_word: HashMap::new(),
            years: years(table, keys[0]),
            parts: parts(table, keys[0]),
            ranks: None,
            days: (0..rows).map(|row| dates.iter().find_map(|it| it.1[row])).collect(),
            dates,
            keys: keys.clone(),
        };
        sheet.ranks = ranks(table, &keys);
        for column in keys {
            sheet.name(column);
        }
        for (at, name) in sheet.names.iter().enumerate() {
            sheet.by_word.entry(name.words[0].clone()).or_default().push(at);
        }
        Some(sheet)
    }

    /// Whether rows follow one another in time.
    pub(super) fn is_timed(&self) -> bool {
        self.years.is_some() || self.parts.is_some()
    }

    pub(super) fn rows(&self) -> usize {
        self.is_total.len()
    }

    /// How many rows add up no others.
    pub(super) fn rows_apart(&self) -> usize {
        self.is_total.iter().filter(|it| !**it).count()
    }

    /// The label of a row, as printed.
    pub(super) fn label(&self, row: usize) -> String {
        let label = |it: &usize| self.table.text(row, *it).to_owned();
        self.keys.iter().take(2).map(label).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The heading of a measure, as printed.
    pub(super) fn heading(&self, measure: usize) -> &str {
        &self.table.columns[self.measures[measure].column].name
    }

    /// The one row that adds up the others, where there is one.
    pub(super) fn total(&self) -> Option<usize> {
        let all: Vec<usize> = (0..self.rows()).filter(|it| self.is_total[*it]).collect();
        if let [one] = all[..] { Some(one) } else { None }
    }

    /// The columns that tell the same of other times as one, the earliest first; itself among them.
    pub(super) fn siblings(&self, measure: usize) -> Vec<usize> {
        let own = &self.measures[measure];
        let same = |it: &Measure| it.unit == own.unit && !it.is_change && kin(&it.stems).eq(kin(&own.stems));
        // Of what has no time beside others that have one the latest is meant.
        let time = |it: &usize| self.measures[*it].time.unwrap_or(i64::MAX);
        let mut found: Vec<usize> = (0..self.measures.len()).filter(|it| same(&self.measures[*it])).collect();
        found.sort_by_key(time);
        let distinct = found.windows(2).all(|it| time(&it[0]) != time(&it[1]));
        if distinct && found.contains(&measure) { found } else { vec![measure] }
    }

    /// Takes the names that a column gives its rows.
    fn name(&mut self, column: usize) {
        let mut cells: Vec<(Vec<String>, Vec<usize>)> = Vec::new();
        let heading = forms(&self.table.columns[column].name).join(" ");
        for row in 0..self.rows() {
            let text = self.table.text(row, column);
            let words = words_of(text, &heading);
            match cells.iter_mut().find(|it| it.0 == words) {
                _ if words.is_empty() => {}
                Some(it) => it.1.push(row),
                None => cells.push((words, vec![row])),
            }
        }
        let titled = forms(&self.table.name);
        let headings: HashSet<&String> = self.measures.iter().flat_map(|it| &it.stems).chain(&titled).collect();
        let mut parts: HashMap<String, HashSet<usize>> = HashMap::new();
        for (at, (words, _)) in cells.iter().enumerate() {
            for word in words {
                parts.entry(word.clone()).or_default().insert(at);
            }
        }
        let mut names = Vec::new();
        for (words, rows) in &cells {
            let part = |it: &&String| {
                let letters = it.starts_with(char::is_alphabetic) && it.len() >= 3 && !is_plain(it);
                letters && parts[*it].len() == 1 && !headings.contains(it)
            };
            if words.len() > 1 {
                for word in words.iter().filter(part) {
                    names.push(Name { words: vec![word.clone()], column, rows: rows.clone(), is_whole: false });
                }
            }
            names.push(Name { words: words.clone(), column, rows: rows.clone(), is_whole: true });
        }
        self.names.extend(names);
    }
}

/// The words that a cell is named by; with the heading before a bare number: `week 39`.
fn words_of(text: &str, heading: &str) -> Vec<String> {
    if day(text).is_some() {
        return Vec::new();
    }
    let bare = text.split('(').next().filter(|it| !it.trim().is_empty()).unwrap_or(text);
    let all = forms(bare);
    let mut words: Vec<String> = all.iter().filter(|it| !is_plain(it)).cloned().collect();
    if words.is_empty() {
        words = all;
    }
    // `Q1 2025` is `the first quarter of 2025`.
    if let Some(quarter) =
        words.iter().position(|it| it.len() == 2 && it.starts_with('q') && it.as_bytes()[1].is_ascii_digit())
    {
        let number = words[quarter][1..].to_owned();
        words.splice(quarter..=quarter, [format!("#{number}"), "quarter".to_owned()]);
    }
    // `2023Q1` and `2023-10` are read as `the first quarter of 2023` and `October 2023`.
    if let [year, rest] = &words[..]
        && year.len() == 4
        && year.bytes().all(|it| it.is_ascii_digit())
        && text.trim().len() == 7
        && let Some(month) =
            rest.parse::<usize>().ok().filter(|it| rest.len() == 2 && (1..=12).contains(it) && text.contains('-'))
    {
        return vec![crate::table::MONTHS[month - 1].to_owned(), year.clone()];
    }
    if words.len() == 3 && words[2] == "quarter" && words[0].len() == 4 {
        words.rotate_left(1);
    }
    // `4th` below `Quarter` is `the fourth quarter`.
    if let [number, "st" | "nd" | "rd" | "th"] = words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        return vec![format!("#{number}"), heading.to_owned()];
    }
    let number = |it: &String| it.bytes().all(|it| it.is_ascii_digit());
    // `75+` is `75 and over`.
    if let [one] = &words[..]
        && number(one)
        && text.trim().ends_with('+')
    {
        return vec![one.clone(), "over".to_owned()];
    }
    let year = |it: &String| it.len() == 4 && (it.starts_with("19") || it.starts_with("20") || it.starts_with("18"));
    match &words[..] {
        [one] if number(one) && !year(one) => {
            let last = heading.rsplit(' ').next().unwrap_or(heading);
            let named = last.len() > 2 && last.chars().all(char::is_alphabetic);
            if named { vec![form(last), one.clone()] } else { Vec::new() }
        }
        _ => words,
    }
}

/// A day that is printed as `2025-01-12`, or as prose has it, with its year.
fn day(text: &str) -> Option<Date> {
    const LENGTH_MAX: usize = 30;
    let text = text.trim();
    if text.len() == 10
        && let Ok(found) = text.parse()
    {
        return Some(found);
    }
    if text.len() > LENGTH_MAX || !text.contains(|it: char| it.is_ascii_digit()) {
        return None;
    }
    let tokens = crate::article::tokens::cut(text, 0);
    let dated = (!tokens.is_empty()).then(|| crate::article::dates::read(&tokens, 0)).flatten()?;
    dated.from.date().filter(|_| dated.until.is_none() && dated.end == tokens.len())
}

/// The columns whose cells are days.
fn dates(table: &Table, keys: &[usize]) -> Vec<(usize, Vec<Option<Date>>)> {
    let read = |column: &usize| -> (usize, Vec<Option<Date>>) {
        (*column, (0..table.rows.len()).map(|row| day(table.text(row, *column))).collect())
    };
    keys.iter().map(read).filter(|it| it.1.iter().any(Option::is_some)).collect()
}

/// The years of rows, where a column has one each, in rising order.
fn years(table: &Table, column: usize) -> Option<Vec<i64>> {
    let year = |row: usize| {
        let text = table.text(row, column).trim();
        let head = text.get(..4)?;
        let season = text.len() == 4 || text.len() == 7 && matches!(text.as_bytes()[4], b'/' | b'-');
        head.parse::<i64>().ok().filter(|it| season && (1800..2100).contains(it))
    };
    let all: Vec<i64> = (0..table.rows.len()).map_while(year).collect();
    (all.len() == table.rows.len() && all.windows(2).all(|it| it[0] < it[1])).then_some(all)
}

/// The months or quarters of rows, where a column has one each with its year, in rising order.
fn parts(table: &Table, column: usize) -> Option<Vec<i64>> {
    let part = |row: usize| {
        let words = forms(table.text(row, column));
        let marks: Vec<String> = words.iter().filter(|it| is_mark(it)).cloned().collect();
        (marks.len() == 2 && words.len() == 2).then(|| time(&marks, &words)).flatten()
    };
    let all: Vec<i64> = (0..table.rows.len()).map_while(part).collect();
    (all.len() == table.rows.len() && all.windows(2).all(|it| it[0] < it[1])).then_some(all)
}

fn ranks(table: &Table, keys: &[usize]) -> Option<(usize, Vec<Option<i64>>)> {
    let named = |it: &&usize| {
        forms(&table.columns[**it].name).iter().any(|it| matches!(it.as_str(), "position" | "rank" | "place"))
    };
    let column = *keys.iter().find(named)?;
    let all = (0..table.rows.len()).map(|it| table.text(it, column).trim().trim_end_matches('.').parse().ok());
    Some((column, all.collect()))
}

/// Which rows add up others: by their word, or by what they are.
fn totals(table: &Table, measures: &[Measure], keys: &[usize]) -> Vec<bool> {
    let said = |row: usize| {
        let label = |it: &usize| forms(table.text(row, *it));
        let total = |it: &Vec<String>| {
            let word = |it: &String| matches!(it.as_str(), "total" | "overall" | "sum" | "altogether" | "combined");
            it.first().is_some_and(|it| it == "all") || it.iter().any(word)
        };
        keys.iter().take(2).any(|it| total(&label(it)))
    };
    let made = |row: usize| {
        let sum = |it: &&Measure| {
            let parts: Vec<Micro> = it.values[..row].iter().flatten().copied().collect();
            it.unit != Unit::Percent
                && it.values[row].is_some_and(|own| {
                    own >= 10 * ONE
                        && parts.len() >= 3
                        && parts.iter().all(|it| *it >= 0)
                        && parts.iter().sum::<i128>() == own
                })
        };
        let all = measures.iter().filter(sum).count();
        all >= 2 || all == 1 && row >= 4
    };
    let rows = table.rows.len();
    let by_word: Vec<bool> = (0..rows).map(said).collect();
    if by_word.contains(&true) {
        return by_word;
    }
    (0..rows).map(made).collect()
}

impl Measure {
    /// Whether one of some words is akin to one of its heading.
    pub(super) fn is_named(&self, words: &[String]) -> bool {
        self.stems.iter().any(|stem| words.iter().any(|it| is_akin(it, stem)))
    }

    /// Reads a column, where its cells are figures and no names.
    fn of(column: usize, heading: &str, texts: &[&str]) -> Option<Self> {
        let printed = texts.iter().filter(|it| !it.trim().is_empty()).count();
        let plain: Vec<Option<Micro>> = texts.iter().map(|it| value(it)).collect();
        let numbers = plain.iter().flatten().count();
        if numbers == 0 || numbers * 10 < printed * 9 {
            return None;
        }
        let (bare, bracket) = split(heading);
        let words = forms(&bare);
        let ordinal = |it: &str| {
            #[rustfmt::skip]
            const ORDINALS: &[&str] = &[
                "position", "rank", "week", "year", "no", "quarter", "round", "day", "month", "route", "line", "ward", "district", "precinct",
                "stage", "race", "matchday", "lap", "zone", "platform", "grade", "lane", "hall", "unit", "block", "tram", "bus",
            ];
            ORDINALS.contains(&it)
        };
        let year = |it: &Option<Micro>| it.is_none_or(|it| it % ONE == 0 && (1800..2100).contains(&(it / ONE)));
        // Places may be given to people.
        let counted = bare.trim().to_lowercase() == "places";
        let named = column == 0 && words.iter().any(|it| ordinal(it)) || words == ["position"] && !counted;
        let timed = matches!(&words[..], [it] if matches!(it.as_str(), "year" | "season"));
        if named || (column == 0 || timed) && plain.iter().all(year) {
            return None;
        }
        let scale = scale_in(heading, &bracket);
        let words = without_second_years(&words);
        let marks: Vec<String> = words.iter().filter(|it| is_mark(it)).cloned().collect();
        let time = time(&marks, &words);
        let noise = |it: &String| is_plain(it) || is_mark(it) || scale_of(it).is_some();
        // `no` beside `yes` is a heading.
        let bare = words.len() == 1 && marks.is_empty() && scale == 1;
        let stems: Vec<String> = words.into_iter().filter(|it| bare || !noise(it)).collect();
        let is_change = stems.iter().any(|it| matches!(it.as_str(), "change" | "difference" | "variance"));
        let values =
            plain.into_iter().map(|it| it.and_then(|it| it.checked_mul(scale)).filter(|it| it.abs() < VALUE_MAX));
        let coins = if is_small_coin(&bracket) { COINS } else { 1 };
        let values = values.map(|it| it.map(|it| it / coins));
        Some(Self {
            column,
            stems,
            marks,
            time,
            unit: unit(heading, &bracket),
            scale,
            values: values.collect(),
            is_change,
        })
    }
}

/// The figure that a cell is.
fn value(text: &str) -> Option<Micro> {
    let text = text.trim();
    let bare = text.trim_start_matches(['+', '-', '−', '–']).trim_end_matches(['%', '*']).trim();
    let minus = text.starts_with(['-', '−', '–']);
    if bare.is_empty()
        || !bare.bytes().all(|it| it.is_ascii_digit() || matches!(it, b',' | b'.'))
        || month(bare).is_some()
    {
        return None;
    }
    let value = crate::article::table::value_of(bare)?;
    Some(if minus { -value } else { value })
}
