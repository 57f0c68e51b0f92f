//! A schema for a file that has none: types from the text, a key from what is unique.

use std::collections::HashMap;

use super::columns::{Matched, names};
use super::days::DayReader;
use super::{Context, TypeOptions};
use crate::source::{Grid, GridRow};
use crate::table::{
    ColumnSchema, ColumnType, Document, Markers, NumberStyle, Period, StyleTally, TableSchema, Unit, fold_spaces,
    is_space, is_spreadsheet_error, read_figure,
};

// Types show in a sample; the rest of the cells is read only once, by the type found.
const SAMPLE_ROWS: usize = 20_000;

/// Of so many figures others that are not may be slips.
const FIGURES_MIN: usize = 3;

/// What the cells of a column look like.
#[derive(Debug, Default)]
struct Profile {
    filled: usize,
    numbers: usize,
    codes: usize,
    days: usize,
    periods: usize,
    years: usize,
    characters: usize,
    /// How long the shortest and the longest of plain digits are.
    lengths: (usize, usize),
    /// Cells that are no numbers, but would be one but for a slip.
    spoiled: usize,
}

impl Profile {
    /// At least 19 in 20 cells that hold something.
    fn most(&self, count: usize) -> bool {
        self.filled > 0 && count * 20 >= self.filled * 19
    }

    /// Whether its cells are numbers, but for few that are so by a slip.
    fn is_number(&self) -> bool {
        let odd = self.filled - self.numbers;
        let few = self.numbers >= FIGURES_MIN
            && self.numbers * 5 >= self.filled * 4
            && odd <= (self.filled / 10).max(2)
            && odd == self.spoiled;
        self.codes == 0 && (self.most(self.numbers) || few)
    }
}

/// Proposes the schema of a table from what is printed.
///
/// A column is a number, date or period if 95% of its cells read so, markers
/// and empty cells aside; of numbers four in five are enough where the others
/// are spoiled numbers (`1O4`). Text is a label up to the first number, and free
/// text behind it. The key is the shortest run of labels, dates and periods
/// from the left that no two rows share; there is none if no run is unique.
pub fn infer_schema(grid: &Grid, document: &Document, name: &str) -> TableSchema {
    infer_schema_as(grid, document, name, TypeOptions::default())
}

/// The same with what is known of the table.
pub(crate) fn infer_schema_as(grid: &Grid, document: &Document, name: &str, options: TypeOptions) -> TableSchema {
    let mut schema = TableSchema {
        name: name.to_owned(),
        title: grid.title.clone(),
        aliases: Vec::new(),
        optional: false,
        empty: false,
        files: Vec::new(),
        key: Vec::new(),
        columns: Vec::new(),
        rows: Vec::new(),
        layout: crate::table::Layout::default(),
        style: None,
        markers: Markers::default(),
    };
    let names = names(grid, document);
    let undeclared = |(position, name): (usize, &String)| Matched {
        schema: ColumnSchema::new(name, ColumnType::Text),
        position,
        declared: false,
    };
    let matched: Vec<Matched> = names.iter().enumerate().map(undeclared).collect();
    let style = Context::new(grid, document, &schema, options).style_of(&matched, options).style;
    let kinds = (0..grid.headings.len()).map(|it| kind_of(grid, document, it, style));
    let mut columns: Vec<ColumnSchema> = names.into_iter().zip(kinds).map(|it| ColumnSchema::new(it.0, it.1)).collect();
    let leading = columns.iter().position(|it| it.kind.is_number()).unwrap_or(columns.len());
    for (position, column) in columns.iter_mut().enumerate().take(leading) {
        // Long texts are remarks, which name no row.
        if column.kind == ColumnType::Text && is_short(&profile(grid, document, position)) {
            column.kind = ColumnType::Label;
        }
    }
    schema.key = key(grid, document, &columns);
    schema.columns = columns;
    schema
}

fn is_short(profile: &Profile) -> bool {
    profile.filled > 0 && profile.characters <= profile.filled * 60
}

/// Whether most cells of a column are numbers in some style.
pub(super) fn looks_like_numbers(grid: &Grid, document: &Document, position: usize) -> bool {
    let it = profile(grid, document, position);
    it.is_number() && !it.most(it.days)
}

/// The type that a column has by its cells: a number, date, period, or text.
pub(super) fn kind_of(grid: &Grid, document: &Document, position: usize, style: NumberStyle) -> ColumnType {
    let profile = profile(grid, document, position);
    if profile.most(profile.days) {
        return ColumnType::Date;
    }
    let heading = grid.headings[position].text(document).to_lowercase();
    let named = ["year", "period", "jahr", "anno", "année", "año", "год"].iter().any(|it| heading.contains(it));
    if profile.most(profile.periods) || (named && profile.years == profile.filled && profile.filled > 0) {
        return ColumnType::Period;
    }
    if profile.filled == 0 && is_glued(grid, position) {
        return ColumnType::Count;
    }
    if !profile.is_number() {
        return ColumnType::Text;
    }
    number_kind(grid, document, position, style, &heading)
}

fn number_kind(grid: &Grid, document: &Document, position: usize, style: NumberStyle, heading: &str) -> ColumnType {
    let mut printed = [grid.headings.get(position), grid.units.get(position)].into_iter().flatten();
    let scale = printed.find_map(|it| Unit::in_heading(it.text(document)));
    let (mut percent, mut whole, mut negative) = (heading.contains('%') || heading.contains("percent"), true, false);
    for cell in grid.rows.iter().filter_map(|it| it.cells.get(position)) {
        if let Ok(figure) = read_figure(cell.text(document), style, scale) {
            percent |= figure.percent;
            // `60.00` is money, though the value is whole.
            whole &= figure.value.exponent >= 0;
            negative |= figure.value.units < 0;
        }
    }
    match (percent, whole, negative) {
        (true, _, _) => ColumnType::Percent,
        (_, false, _) => ColumnType::Amount,
        (_, true, true) => ColumnType::Integer,
        (_, true, false) => ColumnType::Count,
    }
}

/// Rows evenly spread over the table.
fn sample(grid: &Grid) -> impl Iterator<Item = &GridRow> {
    grid.rows.iter().step_by(grid.rows.len() / SAMPLE_ROWS + 1)
}

fn profile(grid: &Grid, document: &Document, position: usize) -> Profile {
    let markers = Markers::default();
    let mut profile = Profile::default();
    let mut tally = StyleTally::new(NumberStyle::ENGLISH);
    let texts = || sample(grid).filter_map(|it| it.cells.get(position)).map(|it| it.text(document));
    let days = DayReader::new(None, texts());
    for text in texts() {
        if is_blank(text, &markers) {
            continue;
        }
        profile.filled += 1;
        profile.characters += text.chars().count();
        if !text.contains(|it: char| it.is_ascii_digit()) {
            continue;
        }
        let digits = text.bytes().all(|it| it.is_ascii_digit());
        let number = tally.add(text);
        profile.numbers += usize::from(number);
        profile.spoiled += usize::from(!number && is_spoiled(text));
        profile.codes += usize::from(is_code(text));
        if digits {
            let (least, most) = profile.lengths;
            profile.lengths = (if least == 0 { text.len() } else { least.min(text.len()) }, most.max(text.len()));
        }
        profile.days += usize::from(days.read(text).is_ok());
        profile.periods += usize::from(!digits && Period::parse(text).is_some());
        profile.years += usize::from(digits && text.len() == 4 && matches!(text.as_bytes(), [b'1' | b'2', ..]));
    }
    profile
}

/// Whether a cell says nothing of what its column holds: it is empty, a marker,
/// or what a spreadsheet puts where a formula fails.
fn is_blank(text: &str, markers: &Markers) -> bool {
    text.is_empty() || (text.len() <= 16 && (markers.read(text).is_some() || is_spreadsheet_error(text)))
}

/// Whether a text is a number with a letter in it that looks like a digit, or with
/// marks that group its digits as no style does.
fn is_spoiled(text: &str) -> bool {
    let is_letter = |it: char| matches!(it, 'O' | 'o' | 'l' | 'I' | 'S' | 'B');
    let is_mark = |it: char| matches!(it, '.' | ',' | '\'' | '’') || is_space(it);
    let number = text.trim_matches(|it: char| !it.is_ascii_digit() && !is_letter(it));
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let letters = number.chars().filter(|it| is_letter(*it)).count();
    let marks = number.chars().filter(|it| is_mark(*it)).count();
    let is_all = digits + letters + marks == number.chars().count();
    // Two short numbers beside each other are two.
    let misgrouped = letters == 0 && digits >= 5 && (1..=3).contains(&marks) && number.len() == text.len();
    is_all && digits >= 2 && ((letters > 0 && letters < digits && marks <= 3) || misgrouped)
}

/// Whether the figures of a column stand in rows that could not be told apart.
fn is_glued(grid: &Grid, position: usize) -> bool {
    let holds = |it: &crate::source::Splitting| !it.accepted && it.readings.iter().any(|it| it.cells.len() > position);
    position > 0 && grid.rows.iter().any(|it| it.splitting.as_deref().is_some_and(holds))
}

/// What stands in a column of figures that is read as text.
pub(super) struct NearlyNumbers {
    /// How many cells are figures, and how many hold something.
    pub(super) figures: usize,
    pub(super) filled: usize,
    /// The rows of the first others, three at most.
    pub(super) odd: Vec<usize>,
}

/// The figures of a column, if nearly all of its cells are some and it is text
/// for others that hold a figure, too (`12 kg`).
///
/// Words (`total`, `bye`), scores, spans, times, ties and numbers with a letter
/// (`160a`) are what they are meant to be: a reader sees that they are no figures.
pub(super) fn nearly_numbers(grid: &Grid, document: &Document, position: usize) -> Option<NearlyNumbers> {
    let it = profile(grid, document, position);
    let most = it.numbers >= FIGURES_MIN && it.numbers * 5 >= it.filled * 4;
    // Codes that are filled up with zeros are all as long.
    let is_of_codes = it.codes > 0 && (it.lengths.0 == it.lengths.1 || it.codes * 10 > it.filled);
    if is_of_codes || it.is_number() || !most {
        return None;
    }
    let markers = Markers::default();
    let mut tally = StyleTally::new(NumberStyle::ENGLISH);
    let text = |row: usize| grid.rows[row].cells.get(position).map_or("", |it| it.text(document));
    let mut odd: Vec<usize> = Vec::new();
    let mut is_odd = |text: &str| !is_blank(text, &markers) && (is_code(text) || !tally.add(text));
    odd.extend((0..grid.rows.len()).filter(|row| is_odd(text(*row))));
    let holds = |text: &str| holds_figure(text) || is_code(text) || is_spoiled(text);
    let spoiled = odd.iter().filter(|row| holds(text(**row))).count();
    if spoiled * 2 < odd.len() || spoiled == 0 {
        return None;
    }
    odd.truncate(3);
    Some(NearlyNumbers { figures: it.numbers - it.codes, filled: it.filled, odd })
}

/// Whether a text is digits with a zero before them.
fn is_code(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && text.bytes().all(|it| it.is_ascii_digit())
}

/// Whether a text is one figure with something to it that keeps it from being
/// read: a unit, a remark, a sign. One letter or sign behind it makes it a name.
fn holds_figure(text: &str) -> bool {
    let is_of_number = |it: char| it.is_ascii_digit() || matches!(it, '.' | ',');
    let mut runs = text.split(|it: char| !is_of_number(it)).filter(|it| it.contains(|it: char| it.is_ascii_digit()));
    let (Some(run), None) = (runs.next(), runs.next()) else { return false };
    let (before, behind) = text.trim().split_once(run).unwrap_or_default();
    let signs = before.trim_end().chars().all(|it| !it.is_alphanumeric()) && before.trim_end().chars().count() <= 2;
    let behind: Vec<char> = behind.trim().chars().collect();
    let is_name = matches!(behind[..], [it] if !it.is_ascii_digit())
        || matches!(behind[..], [_, _]) && behind.iter().all(|it| !it.is_alphanumeric());
    signs && !is_name
}

/// The shortest run of naming columns from the left that is unique.
fn key(grid: &Grid, document: &Document, columns: &[ColumnSchema]) -> Vec<String> {
    let names = |it: &&ColumnSchema| matches!(it.kind, ColumnType::Label | ColumnType::Date | ColumnType::Period);
    // One number a row and column: equal numbers stand for equal runs so far.
    let mut runs = vec![0_usize; grid.rows.len()];
    for position in 0..columns.iter().take_while(names).count() {
        let mut codes = HashMap::with_capacity_and_hasher(grid.rows.len(), foldhash::fast::FixedState::default());
        for (run, row) in runs.iter_mut().zip(&grid.rows) {
            let text = row.cells.get(position).map_or("", |it| it.text(document));
            if text.is_empty() {
                return Vec::new();
            }
            let next = codes.len();
            *run = *codes.entry((*run, fold_spaces(text))).or_insert(next);
        }
        if codes.len() == grid.rows.len() {
            return columns[..=position].iter().map(|it| it.name.clone()).collect();
        }
    }
    Vec::new()
}
