//! How the numbers of a table are printed: declared, or shown by its cells.
//!
//! Some cells show what a mark stands for (`12,34`, `1.234.567`), others do
//! not (`1,234`). The style is the one that reads most numbers, so one slip can
//! decide how a whole table reads. Where it may have, the reading is kept, and
//! the table gets a [`TypeFaultKind::StyleDoubt`](super::TypeFaultKind).

mod doubts;

use super::cells::fits;
use super::columns::Matched;
use super::{Context, TypeOptions};
use crate::source::{Grid, GridCell};
use crate::table::{ColumnType, Document, Figure, NumberStyle, StyleTally, Unit, read_figure};

/// What the number columns of a table show of their style.
#[derive(Debug)]
pub(crate) struct Signs {
    columns: Vec<ColumnSigns>,
    /// Whether semicolons stand between cells, as they do where the comma is a
    /// decimal sign.
    has_semicolons: bool,
    /// Whether its numbers were numbers, and only texts among them may be in a style.
    is_exact: bool,
}

/// What one column shows.
#[derive(Debug)]
struct ColumnSigns {
    /// Its index among the columns of the table, and where it is printed.
    index: usize,
    position: usize,
    /// The declared type, where that is one of whole numbers.
    whole: Option<ColumnType>,
    unit: Option<Unit>,
    tally: StyleTally,
}

/// The style that numbers are read in.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) style: NumberStyle,
    /// Where another style may be meant.
    pub(crate) doubts: Vec<StyleDoubt>,
}

/// A cell that may be meant in another style.
#[derive(Debug)]
pub(crate) struct StyleDoubt {
    pub(super) column: usize,
    pub(super) row: usize,
    /// The style that may be meant.
    pub(super) other: NumberStyle,
    pub(super) why: Why,
}

/// Why a style is in doubt.
#[derive(Debug)]
pub(super) enum Why {
    /// The cell alone decides how so many others read, the first of them at a
    /// column and a row.
    Decides { others: usize, first: (usize, usize) },
    /// No cell shows what the mark stands for in so many figures.
    Undecided { figures: usize },
    /// No other figure of its column has decimals.
    Alone,
    /// No other figure of its column is grouped, though others are as long.
    Ungrouped,
    /// It is read so for its declared type only.
    Declared(ColumnType),
}

impl Context<'_> {
    /// The style of figures that were numbers, or the one declared, or else the one that reads most numbers of the table.
    ///
    /// Where several do, counts decide: `1.234` murders are no decimal.
    pub(super) fn style_of(&self, matched: &[Matched], options: TypeOptions) -> Choice {
        let known = self.grid.style.or(options.style).or(self.schema.style);
        let declared = known.or(options.locale.filter(|_| !self.document.is_of_columns()));
        match declared {
            Some(style) => Choice { style, doubts: Vec::new() },
            None => self.signs(matched, options, 0).choose(),
        }
    }

    /// What the rows numbered above `after` show.
    pub(super) fn signs(&self, matched: &[Matched], options: TypeOptions, after: u32) -> Signs {
        let numbers = matched.iter().enumerate().filter(|it| it.1.may_be_number(self.grid, self.document));
        let column = |(index, it): (usize, &Matched)| {
            let is_whole = it.declared && !options.inferred && is_whole(it.schema.kind);
            let mut tally = StyleTally::new(self.style);
            for row in &self.grid.rows {
                // Rows that are left out count as empty, so that an index is that of a row.
                let cell = row.cells.get(it.position).filter(|_| after == 0 || row.number > after);
                tally.add(cell.map_or("", |cell| cell.text(self.document)));
            }
            let unit = self.unit(&it.schema, it.position);
            ColumnSigns { index, position: it.position, whole: is_whole.then_some(it.schema.kind), unit, tally }
        };
        let has_semicolons = has_semicolons(self.grid, self.document);
        Signs { columns: numbers.map(column).collect(), has_semicolons, is_exact: self.document.is_of_columns() }
    }
}

fn is_whole(kind: ColumnType) -> bool {
    matches!(kind, ColumnType::Count | ColumnType::Integer)
}

/// Whether a semicolon stands between the first two cells.
fn has_semicolons(grid: &Grid, document: &Document) -> bool {
    let rows = std::iter::once(&grid.headings).chain(grid.rows.iter().take(1).map(|it| &it.cells));
    let is_semicolon = |cells: &Vec<GridCell>| {
        let [first, second, ..] = cells.as_slice() else { return None };
        let between = document.text.get(first.span.end as usize..second.span.start as usize)?;
        Some(between.trim_matches(['"', '\'', ' ']) == ";")
    };
    rows.filter_map(is_semicolon).next_back().unwrap_or(false) && document.sheets.is_empty()
}

impl Signs {
    /// The style that they show, and where it is in doubt.
    pub(crate) fn choose(&self) -> Choice {
        let style = self.best();
        if self.is_exact { Choice { style, doubts: Vec::new() } } else { self.doubts(style) }
    }

    /// Takes what other rows of the same table show.
    pub(crate) fn join(&mut self, more: Self) {
        self.columns.extend(more.columns);
    }

    /// How many numbers show that a point is the decimal sign.
    pub(crate) fn points(&self) -> usize {
        let lost = |it: &ColumnSigns| it.against(NumberStyle::ENGLISH, NumberStyle::GERMAN).lost.count;
        self.columns.iter().map(lost).sum()
    }

    /// Whether a printed column has several numbers that are more than plain digits.
    pub(crate) fn is_marked(&self, position: usize) -> bool {
        self.columns.iter().any(|it| it.position == position && it.tally.marked() > 1)
    }

    /// The printed columns with numbers that may be decimals or thousands.
    pub(crate) fn open(&self) -> impl Iterator<Item = usize> {
        let is_open = |it: &&ColumnSigns| it.against(NumberStyle::ENGLISH, NumberStyle::GERMAN).is_open();
        self.columns.iter().filter(is_open).map(|it| it.position)
    }

    /// The style that reads most numbers; of several the one with the fewest
    /// declared counts that it reads as none.
    pub(crate) fn best(&self) -> NumberStyle {
        let Some(first) = self.columns.first() else { return NumberStyle::ENGLISH };
        let styles = first.tally.styles();
        let mut read = vec![0; styles.len()];
        for column in &self.columns {
            read.iter_mut().zip(column.tally.read()).for_each(|it| *it.0 += it.1);
        }
        let most = read.iter().copied().max().unwrap_or(0);
        let candidates = styles.iter().zip(read).filter(|it| it.1 == most).map(|it| *it.0);
        let misfits = |style: NumberStyle| self.columns.iter().map(|it| it.misfits(style)).sum::<usize>();
        candidates.min_by_key(|it| misfits(*it)).unwrap_or(styles[0])
    }
}

impl ColumnSigns {
    fn read(&self, text: &str, style: NumberStyle) -> Option<Figure> {
        read_figure(text, style, self.unit).ok()
    }

    /// How many cells of declared whole numbers a style reads as none.
    fn misfits(&self, style: NumberStyle) -> usize {
        let Some(kind) = self.whole else { return 0 };
        let misfit = |text: &str| self.read(text, style).is_some_and(|it| !fits(&it, kind));
        // Without a sign among its digits, a number reads alike in every style.
        let signed = self.tally.shapes().filter(|it| it.0.contains(['.', ',']));
        signed.filter(|it| misfit(it.0)).map(|it| it.1.count).sum()
    }
}
