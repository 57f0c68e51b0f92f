//! A schema for a file that has none: types from the text, a key from what is unique.

use std::collections::HashMap;

use super::columns::{fold_spaces, names};
use super::days::DayReader;
use crate::source::{Grid, GridRow};
use crate::table::{
    ColumnSchema, ColumnType, Document, Marker, Markers, NumberStyle, Period, StyleEvidence, StyleTally, TableSchema,
    Unit, read_figure,
};

// Types show in a sample; the rest of the cells is read only once, by the type found.
const SAMPLE_ROWS: usize = 20_000;

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
}

impl Profile {
    /// At least 19 in 20 cells that hold something.
    fn most(&self, count: usize) -> bool {
        self.filled > 0 && count * 20 >= self.filled * 19
    }
}

/// Proposes the schema of a table from what is printed.
///
/// A column is a number, date or period if 95% of its cells read so, markers
/// and empty cells aside. Text is a label up to the first number, and free
/// text behind it. The key is the shortest run of labels, dates and periods
/// from the left that no two rows share; there is none if no run is unique.
pub fn infer_schema(grid: &Grid, document: &Document, name: &str) -> TableSchema {
    let mut tally = StyleTally::new(NumberStyle::ENGLISH);
    for position in (0..grid.headings.len()).filter(|&it| looks_like_numbers(grid, document, it)) {
        for cell in sample(grid).filter_map(|it| it.cells.get(position)) {
            tally.add(cell.text(document));
        }
    }
    let (StyleEvidence::Settled(style) | StyleEvidence::Mixed(style, _)) = tally.evidence();
    let kinds = (0..grid.headings.len()).map(|it| kind_of(grid, document, it, style));
    let mut columns: Vec<ColumnSchema> =
        names(grid, document).into_iter().zip(kinds).map(|it| ColumnSchema::new(it.0, it.1)).collect();
    let leading = columns.iter().position(|it| it.kind.is_number()).unwrap_or(columns.len());
    for (position, column) in columns.iter_mut().enumerate().take(leading) {
        // Long texts are remarks, which name no row.
        if column.kind == ColumnType::Text && is_short(&profile(grid, document, position)) {
            column.kind = ColumnType::Label;
        }
    }
    TableSchema {
        name: name.to_owned(),
        title: grid.title.clone(),
        aliases: Vec::new(),
        optional: false,
        empty: false,
        files: Vec::new(),
        key: key(grid, document, &columns),
        columns,
        rows: Vec::new(),
        style: None,
        markers: Markers::default(),
    }
}

fn is_short(profile: &Profile) -> bool {
    profile.filled > 0 && profile.characters <= profile.filled * 60
}

/// Whether most cells of a column are numbers in some style.
pub(super) fn looks_like_numbers(grid: &Grid, document: &Document, position: usize) -> bool {
    let it = profile(grid, document, position);
    it.most(it.numbers) && it.codes == 0 && !it.most(it.days)
}

/// The type that a column has by its cells: a number, date, period, or text.
pub(super) fn kind_of(grid: &Grid, document: &Document, position: usize, style: NumberStyle) -> ColumnType {
    let profile = profile(grid, document, position);
    if profile.most(profile.days) {
        return ColumnType::Date;
    }
    let heading = grid.headings[position].text(document).to_lowercase();
    let named = ["year", "jahr", "anno", "année", "año", "год"].iter().any(|it| heading.contains(it));
    if profile.most(profile.periods) || (named && profile.years == profile.filled && profile.filled > 0) {
        return ColumnType::Period;
    }
    if !profile.most(profile.numbers) || profile.codes > 0 {
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
        let marker: Option<Marker> = if text.len() <= 16 { markers.read(text) } else { None };
        if text.is_empty() || marker.is_some() {
            continue;
        }
        profile.filled += 1;
        profile.characters += text.chars().count();
        if !text.contains(|it: char| it.is_ascii_digit()) {
            continue;
        }
        let digits = text.bytes().all(|it| it.is_ascii_digit());
        profile.numbers += usize::from(tally.add(text));
        profile.codes += usize::from(digits && text.len() > 1 && text.starts_with('0'));
        profile.days += usize::from(days.read(text).is_ok());
        profile.periods += usize::from(!digits && Period::parse(text).is_some());
        profile.years += usize::from(digits && text.len() == 4 && matches!(text.as_bytes(), [b'1' | b'2', ..]));
    }
    profile
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
