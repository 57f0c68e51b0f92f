//! One supposed relation of a table, and what was seen of it.

use super::figures::{Cell, Figure, Sheet};
use super::within::Group;
use super::words::Senses;

/// What the lines of a relation are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Axis {
    /// Columns: each row is a place where the relation can hold or break.
    Columns,
    /// Rows: each column is one.
    Rows,
}

/// What a relation says of its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RelationKind {
    /// A total and its parts.
    Sum,
    /// One line less another.
    Difference,
    /// How far two lines are apart, without its sign.
    Distance,
    /// A sum in which lines count several times: points of a league.
    Weighted,
    /// What was there, plus what came, less what went.
    Balance,
    /// One line for each of another: averages, rates, percentages.
    Quotient,
    /// The change of one line to another, for each of it.
    Change,
    /// The change on the row before, for each of it.
    Growth,
    /// The share of one line in the sum of several.
    Share,
    /// One line times another.
    Product,
    /// One line is always the same multiple of another.
    Proportional,
    /// All so far: the figure before plus this row's.
    Running,
    /// From row to row it changes little: no figure is ten times its neighbours.
    Steady,
    /// In the order of the rows, or of a rank beside it.
    Order,
    /// The place of a row by another line: one, and as many more as are before it.
    Rank,
    /// Shares that make up a hundred.
    Hundred,
    /// The mean of lines.
    Mean,
    /// The largest of lines.
    Maximum,
    /// The smallest of lines.
    Minimum,
}

/// A line of a relation with what it is multiplied by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Term {
    pub(super) line: usize,
    pub(super) weight: i64,
}

/// How printed figures may differ from a quotient that was worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// By half a unit: rounded.
    Rounded,
    /// By less than a unit, and below only: digits were cut off.
    Truncated,
    /// By a unit either way.
    Loose,
}

/// The arithmetic of a claim.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    /// target = sum of weight × part.
    Linear,
    /// target = |first - second|.
    Distance,
    /// target = 10^power × numerator / denominator, both in halves of a line.
    Quotient {
        above: Vec<Term>,
        below: Vec<Term>,
        power: i32,
        cut: Cut,
    },
    /// target = 10^power × (part - part of the row before) / part of the row before (or behind).
    Growth {
        back: bool,
        power: i32,
        cut: Cut,
    },
    /// target = first × second.
    Product,
    /// target = factor × part, the factor as a fraction.
    Proportional {
        factor: (i128, i128),
    },
    /// target = target of the row before (or behind) in a chain of rows + part.
    Running {
        back: bool,
        chain: usize,
    },
    /// target is near those of the rows around it in a chain of rows.
    Steady {
        chain: usize,
    },
    /// target rises, or falls, in a chain of rows.
    Ordered {
        falls: bool,
        chain: usize,
    },
    /// target = 1 + how many of the values are above (or below) the part; the values, sorted.
    Ranked {
        falls: bool,
        values: std::sync::Arc<[i64]>,
    },
    /// The sum of the parts is a hundred.
    Hundred,
    Mean,
    Maximum,
    Minimum,
}

/// Why a sum was looked for, where that is evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// Figures were seen to add up.
    Seen,
    /// It is the block that a total of this label stands for.
    Natural,
    /// The label's indentation or number says so.
    Outline,
    /// The rows of a group and its total, as in other groups.
    Groups,
}

/// A place where a relation does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) at: usize,
    /// Printed less computed, on the scale.
    pub(super) gap: i128,
    pub(super) computed: i128,
}

/// One supposed relation.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) axis: Axis,
    pub(super) kind: RelationKind,
    pub(super) form: Form,
    pub(super) target: usize,
    pub(super) parts: Vec<Term>,
    pub(super) origin: Origin,
    /// Whether heading or label says that it should hold.
    pub(super) labelled: bool,
    /// What was tried to find it: the more, the more evidence is asked for.
    pub(super) tries: f64,
    /// Twice what independent rounding of whole figures may hide; 0 where they are exact.
    pub(super) allowance: i128,
    pub(super) held: Vec<usize>,
    pub(super) broken: Vec<Broken>,
    /// Breaks that may be faults, or columns where no sum is meant.
    pub(super) open: Vec<Broken>,
    /// How many held places inform: they could well have broken.
    pub(super) informing: usize,
    /// How improbable so many held places are by accident, in powers of ten.
    pub(super) information: f64,
    /// The logarithm to ten of the chance of coincidence, all tries counted.
    pub(super) chance: f64,
    /// What relations built alike lend to it, in powers of ten; never above 0.
    pub(super) lent: f64,
    /// Breaks where another relation of the same line holds, which is as good.
    pub(super) contested: Vec<usize>,
    /// The group of rows that alone follows it.
    pub(super) group: Option<Group>,
    /// Places held and broken over all groups of a table in long format.
    pub(super) groups: Option<(usize, usize)>,
    /// Places held and broken that are not at hand: of a table that is too large.
    pub(super) beyond: (usize, usize),
    /// Whether places count there in which a part is blank.
    pub(super) counts_blanks: bool,
}

impl Claim {
    pub(super) fn new(axis: Axis, kind: RelationKind, form: Form, target: usize, parts: Vec<Term>, tries: f64) -> Self {
        Self {
            axis,
            kind,
            form,
            target,
            parts,
            origin: Origin::Seen,
            labelled: false,
            tries,
            allowance: 0,
            held: Vec::new(),
            broken: Vec::new(),
            open: Vec::new(),
            informing: 0,
            information: 0.0,
            chance: 0.0,
            lent: 0.0,
            contested: Vec::new(),
            group: None,
            groups: None,
            beyond: (0, 0),
            counts_blanks: true,
        }
    }

    /// A plain sum of lines.
    pub(super) fn sum(axis: Axis, target: usize, parts: &[usize], tries: f64) -> Self {
        let parts = parts.iter().map(|&line| Term { line, weight: 1 }).collect();
        Self::new(axis, RelationKind::Sum, Form::Linear, target, parts, tries)
    }

    pub(super) fn is_linear(&self) -> bool {
        self.form == Form::Linear
    }

    pub(super) fn checked(&self) -> usize {
        self.holding() + self.broken.len() + self.beyond.1
    }

    /// How many places hold.
    pub(super) fn holding(&self) -> usize {
        self.held.len() + self.beyond.0
    }

    /// The share of places that hold.
    pub(super) fn share(&self) -> f64 {
        if self.checked() == 0 { 0.0 } else { count(self.holding()) / count(self.checked()) }
    }

    pub(super) fn share_broken(&self) -> f64 {
        if self.checked() == 0 { 1.0 } else { count(self.broken.len() + self.beyond.1) / count(self.checked()) }
    }

    /// Its lines, each once, the target first.
    pub(super) fn lines(&self) -> Vec<usize> {
        let mut lines = vec![self.target];
        for part in &self.parts {
            if !lines.contains(&part.line) {
                lines.push(part.line);
            }
        }
        lines
    }

    /// The cells of a place, row and lane, each with its factor in "printed less computed".
    pub(super) fn cells(&self, at: usize, sheet: &Sheet<'_>) -> Vec<((usize, usize), i64)> {
        let cell = |line: usize| self.axis.cell(line, at);
        if let Form::Running { back, chain } = self.form {
            let before = sheet.neighbour(at, back, chain).unwrap_or(at);
            let part = self.parts[0].line;
            return vec![((at, self.target), 1), ((before, self.target), -1), ((at, part), -1)];
        }
        if let Form::Growth { back, .. } = self.form {
            let before = sheet.neighbour(at, back, 0).unwrap_or(at);
            let part = self.parts[0].line;
            return vec![((at, self.target), 1), ((at, part), -1), ((before, part), -1)];
        }
        if self.form == Form::Hundred {
            return self.parts.iter().map(|it| (cell(it.line), 1)).collect();
        }
        let mut cells = vec![(cell(self.target), 1)];
        let known = self.parts.len();
        cells.extend(self.parts.iter().map(|it| (cell(it.line), -it.weight)));
        if known > 1 && !self.is_linear() {
            let mut seen = std::collections::HashSet::new();
            cells.retain(|it| seen.insert(it.0));
        }
        cells
    }
}

impl Axis {
    /// The cell, row and lane, of a line at a place.
    pub(super) fn cell(self, line: usize, at: usize) -> (usize, usize) {
        match self {
            Self::Columns => (at, line),
            Self::Rows => (line, at),
        }
    }
}

/// The figures of a table with one of them, or the figures of a row, changed in mind.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) sheet: &'a Sheet<'a>,
    pub(super) change: Option<((usize, usize), i64)>,
    /// The cells of one row, a cell a column of figures.
    row: Option<(usize, &'a [Cell])>,
}

impl<'a> View<'a> {
    pub(super) fn of(sheet: &'a Sheet<'a>) -> Self {
        Self { sheet, change: None, row: None }
    }

    pub(super) fn with(sheet: &'a Sheet<'a>, cell: (usize, usize), value: i64) -> Self {
        Self { sheet, change: Some((cell, value)), row: None }
    }

    pub(super) fn with_row(sheet: &'a Sheet<'a>, row: usize, cells: &'a [Cell]) -> Self {
        Self { sheet, change: None, row: Some((row, cells)) }
    }

    pub(super) fn cell(&self, row: usize, lane: usize) -> Cell {
        if let Some((changed, cells)) = self.row
            && changed == row
        {
            return cells[lane];
        }
        let cell = self.sheet.cell(row, lane);
        match self.change {
            Some((changed, value)) if changed == (row, lane) => {
                let blank = Figure { value, unit: 0, places: 0, percent: false };
                Cell::Figure(Figure { value, ..cell.figure().unwrap_or(blank) })
            }
            _ => cell,
        }
    }

    pub(super) fn at(&self, axis: Axis, line: usize, at: usize) -> Cell {
        let (row, lane) = axis.cell(line, at);
        self.cell(row, lane)
    }
}

/// The columns or the rows of a table as lines, with the places where relations between them are seen.
pub(super) struct Lines<'a> {
    pub(super) sheet: &'a Sheet<'a>,
    pub(super) axis: Axis,
    pub(super) all: Vec<usize>,
    pub(super) places: Vec<usize>,
    /// Some places in an order that does not depend on theirs: proposals look at the first few.
    pub(super) sampled: Vec<usize>,
    pub(super) budget: &'a Budget,
}

/// Steps that may still be taken, so that no table takes longer than it may.
#[derive(Debug)]
pub(super) struct Budget(std::cell::Cell<u64>);

impl Budget {
    pub(super) fn new(steps: u64) -> Self {
        Self(std::cell::Cell::new(steps))
    }

    /// Takes steps; false, and none are left, where there are too few.
    pub(super) fn spend(&self, steps: usize) -> bool {
        let left = self.0.get().checked_sub(steps as u64);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}

impl<'a> Lines<'a> {
    pub(super) fn value(&self, line: usize, at: usize) -> Option<i64> {
        let (row, lane) = self.axis.cell(line, at);
        self.sheet.value(row, lane)
    }

    pub(super) fn figure(&self, line: usize, at: usize) -> Option<Figure> {
        let (row, lane) = self.axis.cell(line, at);
        self.sheet.cell(row, lane).figure()
    }

    pub(super) fn senses(&self, line: usize) -> Senses {
        match self.axis {
            Axis::Columns => self.sheet.lanes[line].senses,
            Axis::Rows => self.sheet.label_senses[line],
        }
    }

    pub(super) fn label(&self, line: usize) -> &'a str {
        match self.axis {
            Axis::Columns => self.sheet.heading(line),
            Axis::Rows => &self.sheet.labels[line],
        }
    }

    pub(super) fn is_total(&self, line: usize) -> bool {
        self.senses(line).has(Senses::TOTAL)
    }

    /// Whether the line may be a total by its label: the weaker words count for columns only.
    pub(super) fn may_be_total(&self, line: usize) -> bool {
        let weak = self.axis == Axis::Columns && self.senses(line).has(Senses::WHOLE);
        self.is_total(line) || weak
    }

    /// Whether the line is a row for all of something.
    pub(super) fn names_all(&self, line: usize) -> bool {
        self.axis == Axis::Rows && self.senses(line).has(Senses::EVERY) && Senses::names_all(self.label(line))
    }

    /// The first few of the sampled places.
    pub(super) fn sample(&self, count: usize) -> &[usize] {
        &self.sampled[..count.min(self.sampled.len())]
    }
}

/// A count as a number for statistics.
#[expect(clippy::cast_precision_loss, reason = "counts of cells, in statistics only")]
pub(super) fn count(it: usize) -> f64 {
    it as f64
}

/// An exact value as a number for statistics.
#[expect(clippy::cast_precision_loss, reason = "in statistics only")]
pub(super) fn size(it: i128) -> f64 {
    it as f64
}
