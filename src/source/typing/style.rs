//! How the numbers of a table are printed: declared, or shown by its cells.
//!
//! Some cells show what a mark stands for (`12,34`, `1.234.567`), others do
//! not (`1,234`). The style is the one in which all of them are least
//! surprising (`weigh`). Where another is not unlikely enough, the reading is
//! kept, and the table gets a [`TypeFaultKind::StyleDoubt`](super::TypeFaultKind).

mod doubts;
mod weigh;

use weigh::Weighed;

use super::cells::fits;
use super::columns::Matched;
use super::{Context, TypeOptions};
use crate::source::{Grid, GridCell};
use crate::table::{ColumnType, DecimalSign, Document, Figure, NumberStyle, StyleTally, Thousands, Unit, read_figure};

/// What the number columns of a table show of their style.
#[derive(Debug)]
pub(crate) struct Signs {
    columns: Vec<ColumnSigns>,
    /// Whether semicolons stand between cells, as they do where the comma is a
    /// decimal sign.
    has_semicolons: bool,
    /// Whether commas do.
    has_commas: bool,
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
    /// Other cells make the other reading of so many figures unlikely.
    Unlikely { figures: usize },
    /// By the other figures of its column, so many may be meant in another style.
    Odd { figures: usize },
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
        let printed = self.schema.style.or(options.locale).filter(|_| !self.document.is_of_columns());
        let declared = self.grid.style.or(options.style).or(printed);
        match declared {
            // Cells of another style may have slipped in all the same.
            Some(style) if self.grid.style.is_none() => {
                let signs = self.signs(matched, options, 0);
                Choice { style, doubts: if signs.is_exact { Vec::new() } else { signs.odd_cells(style) } }
            }
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
        let between = |sign| stands_between(sign, self.grid, self.document);
        let (has_semicolons, has_commas) = (between(";"), between(","));
        let is_exact = self.document.is_of_columns();
        Signs { columns: numbers.map(column).collect(), has_semicolons, has_commas, is_exact }
    }
}

fn is_whole(kind: ColumnType) -> bool {
    matches!(kind, ColumnType::Count | ColumnType::Integer)
}

/// Whether a sign stands between the first two cells.
fn stands_between(sign: &str, grid: &Grid, document: &Document) -> bool {
    let rows = std::iter::once(&grid.headings).chain(grid.rows.iter().take(1).map(|it| &it.cells));
    let is_between = |cells: &Vec<GridCell>| {
        let [first, second, ..] = cells.as_slice() else { return None };
        let between = document.text.get(first.span.end as usize..second.span.start as usize)?;
        Some(between.trim_matches(['"', '\'', ' ']) == sign)
    };
    rows.filter_map(is_between).next_back().unwrap_or(false) && document.sheets.is_empty()
}

impl Signs {
    /// The style that they show, and where it is in doubt.
    pub(crate) fn choose(&self) -> Choice {
        if self.is_exact || self.is_unmarked() {
            return Choice { style: self.best(), doubts: Vec::new() };
        }
        let counted = self.by_count();
        if self.is_settled(counted) {
            return Choice { style: counted, doubts: self.ungrouped(counted) };
        }
        let weighed = Weighed::of(self);
        let style = self.fitting(weighed.best());
        Choice { style, doubts: self.doubts(style, &weighed) }
    }

    /// Whether a style reads all numbers, and no other gives one another value:
    /// as of most tables, which need not be weighed.
    fn is_settled(&self, style: NumberStyle) -> bool {
        let settles = |column: &ColumnSigns, text: &str| {
            let own = column.read(text, style).map(|it| it.value);
            let agrees = |other: &NumberStyle| column.read(text, *other).is_none_or(|it| Some(it.value) == own);
            own.is_some() && column.tally.styles().iter().all(agrees)
        };
        self.columns.iter().all(|column| column.tally.shapes().all(|it| settles(column, it.0)))
    }

    /// Whether all numbers are plain digits, which read alike in every style.
    fn is_unmarked(&self) -> bool {
        self.columns.iter().all(|it| it.tally.marked() == 0)
    }

    /// A style, unless most numbers are none in it, or most of those of a column that
    /// the one with most numbers reads.
    fn fitting(&self, style: NumberStyle) -> NumberStyle {
        let usual = self.by_count();
        let read = |column: &ColumnSigns, style: NumberStyle| -> usize {
            let at = column.tally.styles().iter().position(|it| *it == style);
            at.map_or(0, |it| column.tally.read()[it])
        };
        let all = |style: NumberStyle| -> usize { self.columns.iter().map(|it| read(it, style)).sum() };
        let starves =
            |one: NumberStyle, other: NumberStyle| self.columns.iter().any(|it| read(it, one) * 2 < read(it, other));
        let is_unfit = all(style) * 2 < all(usual) || (starves(style, usual) && !starves(usual, style));
        if is_unfit { usual } else { style }
    }

    /// Takes what other rows of the same table show.
    pub(crate) fn join(&mut self, more: Self) {
        self.columns.extend(more.columns);
    }

    /// How many numbers show that a point is the decimal sign.
    pub(super) fn points(&self) -> usize {
        self.decided(NumberStyle::ENGLISH)
    }

    /// How many numbers show the decimal sign of a style.
    pub(crate) fn decided(&self, style: NumberStyle) -> usize {
        let (own, other) = with_other_sign(style);
        self.columns.iter().map(|it| it.against(own, other).lost.count).sum()
    }

    /// The printed columns whose large figures are all in groups, as a style has it.
    pub(crate) fn grouped(&self, style: NumberStyle) -> impl Iterator<Item = usize> {
        /// Fewer may be slips.
        const GROUPED_MIN: usize = 8;
        let plain = NumberStyle { thousands: Thousands::None, ..style };
        let is_grouped =
            move |it: &&ColumnSigns| it.tally.ungrouped == 0 && it.against(style, plain).lost.count >= GROUPED_MIN;
        self.columns.iter().filter(is_grouped).map(|it| it.position)
    }

    /// Whether many numbers of a printed column have decimals: a few that read as
    /// such may be thousands.
    pub(crate) fn is_broken(&self, position: usize) -> bool {
        let is_broken = |it: &ColumnSigns| it.tally.marked() > 1 && it.tally.marked() * 4 > it.wholes();
        self.columns.iter().any(|it| it.position == position && is_broken(it))
    }

    /// Whether a printed column has many whole numbers, none of which is as long as a
    /// grouped one: grouped ones are nothing odd there.
    pub(crate) fn is_grouped(&self, position: usize) -> bool {
        let is_grouped = |it: &ColumnSigns| it.wholes() * 4 > it.tally.marked() && it.tally.ungrouped == 0;
        self.columns.iter().any(|it| it.position == position && it.wholes() > 0 && is_grouped(it))
    }

    /// The printed columns with numbers that may be decimals or thousands, and
    /// whether some of them are read as thousands in a style.
    pub(crate) fn open(&self, style: NumberStyle) -> impl Iterator<Item = (usize, bool)> {
        let (own, other) = with_other_sign(style);
        let open = move |it: &ColumnSigns| {
            let against = it.against(own, other);
            against.is_open().then(|| (it.position, against.has_thousands()))
        };
        self.columns.iter().filter_map(open)
    }

    /// The style that all numbers together are least surprising in.
    pub(crate) fn best(&self) -> NumberStyle {
        if self.is_exact || self.is_unmarked() {
            return self.by_count();
        }
        let counted = self.by_count();
        if self.is_settled(counted) { counted } else { self.fitting(Weighed::of(self).best()) }
    }

    /// The style that reads most numbers; of several the one with the fewest
    /// declared counts that it reads as none.
    fn by_count(&self) -> NumberStyle {
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

/// The usual style with the decimal sign of another, and the one with the other sign.
fn with_other_sign(style: NumberStyle) -> (NumberStyle, NumberStyle) {
    match style.decimal {
        DecimalSign::Point => (NumberStyle::ENGLISH, NumberStyle::GERMAN),
        DecimalSign::Comma => (NumberStyle::GERMAN, NumberStyle::ENGLISH),
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
