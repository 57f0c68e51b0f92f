//! The figures of a table as whole numbers on one scale, and which columns hold them.
//!
//! Columns whose type lost figures (a figure beside texts, a percent sign) are
//! read anew from their text. No figure has more than 18 digits on the common
//! scale, so that sums and products of two fit 128 bits whatever the table.

use super::binary::{Doubt, meant};
use super::chains::{Chain, chains, ranked};
use super::words::Senses;
use crate::table::{CellState, ColumnType, Decimal, Marker, Markers, NumberStyle, StyleEvidence, Table, read_figure};

/// What stands in a cell, to arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing, or a sign for nothing.
    Missing,
    /// Something that is no figure: checks with it are passed over.
    Text,
    /// A figure.
    Figure(Figure),
}

/// A figure on the scale of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Figure {
    /// The value in units of the scale.
    pub(super) value: i64,
    /// The last printed decimal in units of the scale; 0 for whole figures, which are exact in sums.
    pub(super) unit: i64,
    /// How many decimals are printed.
    pub(super) places: u8,
    /// Whether a percent sign is printed.
    pub(super) percent: bool,
}

/// What the figures of a column are, as far as adding them up goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Amounts and counts: they add up.
    Count,
    /// Years.
    Year,
    /// Parts of a hundred.
    Percent,
    /// Means and rates.
    Average,
    /// Ranks, codes, ages, measures.
    Rank,
}

/// A column of figures.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    /// Which column of the table it is.
    pub(super) column: usize,
    pub(super) class: Class,
    /// What its heading says.
    pub(super) senses: Senses,
    pub(super) cells: Vec<Cell>,
    /// Whether any figure is below zero.
    pub(super) negative: bool,
    /// Most decimals that are printed in it.
    pub(super) places: u8,
}

/// The figures of a table.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    pub(super) table: &'a Table,
    pub(super) rows: usize,
    /// Its columns of figures, in printed order: `column` below is an index into these.
    pub(super) lanes: Vec<Lane>,
    /// Rows of one group after the other.
    pub(super) chains: Vec<Chain>,
    /// Rows in the order of a rank, where that is not the printed one.
    pub(super) ranked: Vec<Chain>,
    /// Decimals of the scale: a value of 10^scale is one.
    pub(super) scale: u8,
    /// The label of each row: its first texts.
    pub(super) labels: Vec<String>,
    /// What each label says.
    pub(super) label_senses: Vec<Senses>,
    /// Whether rows stand between those at hand that are not.
    pub(super) is_sparse: bool,
}

const SCALE_MAX: u8 = 8;
pub(super) const VALUE_MAX: i128 = 1_000_000_000_000_000_000;
/// How much text of a row makes up its label.
const LABEL_TEXTS: usize = 3;
const LABEL_BYTES: usize = 60;
/// Signs for nothing beside the usual markers.
const NOTHING: [&str; 4] = ["tba", "n / a", "tbd", "—*"];

/// A cell as it was read, before there is a scale.
enum Read {
    Missing,
    Text,
    Figure(Printed),
}

/// A figure as printed: `units` × 10^`exponent`.
#[derive(Clone, Copy)]
struct Printed {
    units: i64,
    exponent: i8,
    percent: bool,
    /// How little its last digits say.
    doubt: Doubt,
}

impl Read {
    /// A figure, unless it has more digits than fit.
    fn figure(value: Decimal, percent: bool) -> Self {
        let (value, doubt) = meant(value);
        let printed = |units| Self::Figure(Printed { units, exponent: value.exponent, percent, doubt });
        i64::try_from(value.units).map_or(Self::Text, printed)
    }

    fn printed(&self) -> Option<Printed> {
        match self {
            Self::Figure(it) => Some(*it),
            Self::Missing | Self::Text => None,
        }
    }
}

impl Figure {
    /// The unit of the last digit where the figure is no exact count.
    pub(super) fn step(self, one: i64) -> i64 {
        if self.unit == 0 { one } else { self.unit }
    }
}

impl Cell {
    pub(super) fn figure(self) -> Option<Figure> {
        match self {
            Self::Figure(it) => Some(it),
            Self::Missing | Self::Text => None,
        }
    }

    pub(super) fn value(self) -> Option<i64> {
        self.figure().map(|it| it.value)
    }
}

impl<'a> Sheet<'a> {
    /// Reads the figures of a table.
    pub(super) fn of(table: &'a Table) -> Self {
        let style = style(table);
        let columns = (0..table.columns.len()).map(|it| (it, read_column(table, it, style)));
        let columns: Vec<(usize, Vec<Read>)> = columns.filter(|it| is_numeric(&it.1)).collect();
        let scale = scale(&columns);
        let mut lanes: Vec<Lane> =
            columns.into_iter().map(|(column, cells)| lane(table, column, cells, scale)).collect();
        // Neighbours are those on paper, whatever the order of a rule file.
        lanes.sort_by_key(|it| table.columns[it.column].position);
        let mut sheet = Self {
            table,
            rows: table.rows.len(),
            lanes,
            chains: Vec::new(),
            ranked: Vec::new(),
            scale,
            labels: Vec::new(),
            label_senses: Vec::new(),
            is_sparse: false,
        };
        sheet.chains = chains(table, &sheet.lanes);
        sheet.ranked = ranked(&sheet.lanes);
        sheet.labels = labels(&sheet);
        sheet.label_senses = sheet.labels.iter().map(|it| Senses::of(it)).collect();
        sheet
    }

    /// One, on the scale.
    pub(super) fn one(&self) -> i64 {
        10_i64.pow(u32::from(self.scale))
    }

    pub(super) fn cell(&self, row: usize, lane: usize) -> Cell {
        self.lanes[lane].cells[row]
    }

    pub(super) fn value(&self, row: usize, lane: usize) -> Option<i64> {
        self.cell(row, lane).value()
    }

    /// A chain by number: 0 is the whole table, which has none.
    pub(super) fn chain(&self, number: usize) -> Option<&Chain> {
        let at = number.checked_sub(1)?;
        self.chains.get(at).or_else(|| self.ranked.get(at.checked_sub(self.chains.len())?))
    }

    /// The column of ranks whose order a chain is.
    pub(super) fn rank_of(&self, chain: usize) -> Option<usize> {
        let at = chain.checked_sub(self.chains.len() + 1)?;
        self.lanes.iter().position(|it| it.column == self.ranked[at].column)
    }

    /// The row before one, or behind it, in a chain.
    pub(super) fn neighbour(&self, row: usize, back: bool, chain: usize) -> Option<usize> {
        match self.chain(chain) {
            Some(chain) => chain.neighbour(row, back),
            None if back => Some(row + 1).filter(|it| *it < self.rows),
            None => row.checked_sub(1),
        }
    }

    /// The heading of a column of figures.
    pub(super) fn heading(&self, lane: usize) -> &str {
        self.table.columns[self.lanes[lane].column].heading.trim()
    }

    /// A value of the scale as a decimal with as many places as its cell, or more if it needs them.
    pub(super) fn decimal(&self, value: i128, row: usize, lane: usize) -> Decimal {
        let own = self.cell(row, lane).figure().map_or(self.lanes[lane].places, |it| it.places);
        let (mut units, mut places) = (value, self.scale);
        while places > own && units % 10 == 0 {
            (units, places) = (units / 10, places - 1);
        }
        Decimal { units, exponent: -i8::try_from(places).unwrap_or(0) }
    }
}

/// The style that texts which are not typed as numbers are read in.
fn style(table: &Table) -> NumberStyle {
    const ROWS: usize = 200;
    let step = table.rows.len().div_ceil(ROWS).max(1);
    let rows = (0..table.rows.len()).step_by(step);
    let texts = rows.flat_map(|row| table.columns.iter().map(move |it| it.text(&table.document, row)));
    match NumberStyle::detect(texts.map(str::trim), NumberStyle::ENGLISH) {
        StyleEvidence::Settled(style) | StyleEvidence::Mixed(style, _) => style,
    }
}

fn read_column(table: &Table, at: usize, style: NumberStyle) -> Vec<Read> {
    let column = &table.columns[at];
    let markers = Markers::default();
    let typed = column.kind.is_number();
    let cell = |row: usize| {
        let state = column.states[row];
        match state {
            CellState::Value if typed => {
                let percent = column.kind == ColumnType::Percent && column.text(&table.document, row).contains('%');
                column.decimal(row).map_or(Read::Missing, |it| Read::figure(it, percent))
            }
            CellState::Marker(Marker::Nil) => Read::figure(Decimal::whole(0), false),
            CellState::Empty | CellState::Absent | CellState::Marker(_) => Read::Missing,
            CellState::Unclear => Read::Text,
            CellState::Value | CellState::Unreadable => read(column.text(&table.document, row), style, &markers),
        }
    };
    (0..table.rows.len()).map(cell).collect()
}

fn read(text: &str, style: NumberStyle, markers: &Markers) -> Read {
    let text = text.trim();
    let digits = text.bytes().any(|it| it.is_ascii_digit());
    if !digits {
        let nothing = text.is_empty() || NOTHING.contains(&text) || markers.read(text).is_some();
        return if nothing { Read::Missing } else { Read::Text };
    }
    read_figure(text, style, None).map_or(Read::Text, |it| Read::figure(it.value, it.percent))
}

/// Two figures at least, and six in ten of what is filled in.
fn is_numeric(cells: &[Read]) -> bool {
    let figures = cells.iter().filter(|it| matches!(it, Read::Figure(..))).count();
    let filled = cells.iter().filter(|it| !matches!(it, Read::Missing)).count();
    figures >= 2 && figures * 10 >= filled * 6
}

/// The finest scale, up to eight decimals, on which every figure still fits.
fn scale(columns: &[(usize, Vec<Read>)]) -> u8 {
    let figures = || columns.iter().flat_map(|it| &it.1).filter_map(Read::printed);
    let places = figures().map(|it| it.exponent.min(0).unsigned_abs()).max().unwrap_or(0);
    // A figure that fits no scale at all is passed over.
    let fits = |scale: u8| figures().all(|it| on_scale(it, scale).is_some() || on_scale(it, 0).is_none());
    (0..=places.min(SCALE_MAX)).rev().find(|&it| fits(it)).unwrap_or(0)
}

/// A figure in units of the scale; finer decimals are rounded half away from zero.
fn on_scale(figure: Printed, scale: u8) -> Option<i64> {
    let units = i128::from(figure.units);
    let steps = i32::from(figure.exponent) + i32::from(scale);
    let power = 10_i128.checked_pow(steps.unsigned_abs())?;
    let value =
        if steps >= 0 { units.checked_mul(power)? } else { units.checked_add(units.signum() * (power / 2))? / power };
    if value.unsigned_abs() < VALUE_MAX.unsigned_abs() { i64::try_from(value).ok() } else { None }
}

fn lane(table: &Table, column: usize, mut cells: Vec<Read>, scale: u8) -> Lane {
    drop_idle_decimals(&mut cells);
    let heading = table.columns[column].heading.as_str();
    let senses = Senses::of(heading);
    let places = |it: Printed| it.exponent.min(0).unsigned_abs().min(scale);
    let most = cells.iter().filter_map(Read::printed).map(places).max().unwrap_or(0);
    let decimal = cells.iter().filter_map(Read::printed).filter(|it| places(*it) > 0).count();
    let whole = 4 * decimal <= cells.iter().filter_map(Read::printed).count();
    let coarse = printed_in_units(&cells);
    let unit = |value: Printed| match places(value) {
        0 if value.units == 0 => 0,
        0 if coarse => {
            10_i64.checked_pow(u32::from(value.exponent.max(0).unsigned_abs()) + u32::from(scale)).unwrap_or(0)
        }
        // A whole figure in a column of decimals is rounded like them, but nothing is nothing,
        // and where nearly all are whole a mean or two among them say nothing of the others.
        0 if most == 0 || whole => 0,
        places => 10_i64.pow(u32::from(scale - places)),
    };
    let figures: Vec<Cell> = cells
        .into_iter()
        .map(|it| match it {
            Read::Missing => Cell::Missing,
            Read::Text => Cell::Text,
            Read::Figure(printed) => on_scale(printed, scale).map_or(Cell::Text, |value| {
                let (unit, places) = (printed.doubt.unit(value, unit(printed)), places(printed));
                Cell::Figure(Figure { value, unit, places, percent: printed.percent })
            }),
        })
        .collect();
    let negative = figures.iter().any(|it| it.value().is_some_and(|it| it < 0));
    let class = class(table, column, senses, &figures, scale);
    Lane { column, class, senses, cells: figures, negative, places: most }
}

/// Takes the decimals off a column in which they are all zero: programs print whole numbers so.
fn drop_idle_decimals(cells: &mut [Read]) {
    let whole = |it: Printed| -> Option<i64> {
        let power = 10_i64.checked_pow(u32::from(it.exponent.min(0).unsigned_abs()))?;
        (it.exponent <= 0 && it.units % power == 0).then_some(it.units / power)
    };
    let figures = || cells.iter().filter_map(Read::printed);
    let idle = figures().count() >= 3 && figures().all(|it| it.exponent == -1 && whole(it).is_some());
    for cell in cells.iter_mut().filter(|_| idle) {
        if let Read::Figure(it) = cell {
            it.units = whole(*it).unwrap_or(it.units);
            it.exponent = 0;
        }
    }
}

/// Whether figures stand under a heading in thousands or millions, with decimals:
/// 4.5 million is rounded, 4 million may be exact.
fn printed_in_units(cells: &[Read]) -> bool {
    let filled = cells.iter().filter_map(Read::printed).filter(|it| it.units != 0);
    let exponents = filled.map(|it| it.exponent);
    let (low, high) = exponents.fold((i8::MAX, i8::MIN), |it, exponent| (it.0.min(exponent), it.1.max(exponent)));
    high > 0 && (low != high || low % 3 != 0)
}

fn class(table: &Table, column: usize, senses: Senses, cells: &[Cell], scale: u8) -> Class {
    let figures: Vec<Figure> = cells.iter().filter_map(|it| it.figure()).collect();
    let one = 10_i64.pow(u32::from(scale));
    let whole = figures.iter().all(|it| it.places == 0);
    let years = figures.iter().filter(|it| (1500 * one..=2100 * one).contains(&it.value)).count();
    if whole && years * 10 >= figures.len() * 9 {
        return Class::Year;
    }
    let percent = figures.iter().filter(|it| it.percent).count() * 2 >= figures.len();
    if percent || senses.has(Senses::PERCENT) || table.columns[column].kind == ColumnType::Percent {
        return Class::Percent;
    }
    if senses.has(Senses::AVERAGE) {
        return Class::Average;
    }
    let counted = figures.windows(2).all(|it| it[1].value - it[0].value == one);
    let numbered = column <= 1 && figures.len() >= 4 && whole && counted;
    if numbered || (senses.has(Senses::RANK) && !senses.has(Senses::TOTAL)) || has_codes(table, column) {
        return Class::Rank;
    }
    Class::Count
}

/// Whether a column holds codes with zeros in front.
fn has_codes(table: &Table, column: usize) -> bool {
    let it = &table.columns[column];
    if it.kind.is_number() {
        return false;
    }
    let code = |text: &str| text.len() > 1 && text.starts_with('0') && text.bytes().all(|it| it.is_ascii_digit());
    (0..table.rows.len()).any(|row| code(it.text(&table.document, row)))
}

/// The first few texts of each row, short ones.
fn labels(sheet: &Sheet<'_>) -> Vec<String> {
    let table = sheet.table;
    let mut lane_of = vec![None; table.columns.len()];
    for (lane, it) in sheet.lanes.iter().enumerate() {
        lane_of[it.column] = Some(lane);
    }
    // Beyond so many columns of figures a text among them is a note, not a label.
    let columns: Vec<usize> = (0..table.columns.len()).take(40).collect();
    let markers = Markers::default();
    let label = |row: usize| {
        let mut texts: Vec<&str> = Vec::new();
        for &column in &columns {
            let is_text = lane_of[column].is_none_or(|it| sheet.cell(row, it) == Cell::Text);
            if !is_text || matches!(table.columns[column].states[row], CellState::Empty | CellState::Absent) {
                continue;
            }
            let text = table.text(row, column).trim();
            if !text.is_empty() && markers.read(text).is_none() {
                texts.push(text);
            }
            if texts.len() == LABEL_TEXTS {
                break;
            }
        }
        texts.retain(|it| it.len() < LABEL_BYTES);
        texts.join(" | ")
    };
    (0..sheet.rows).map(label).collect()
}
