//! The linear rules of an edition over its cells, as one sparse system in
//! connected blocks.

use std::collections::BTreeMap;

use super::range::{self, End, Range};
use super::ratio::Ratio;
use crate::plan::{CellRef, Equation, Form, Linear, Missing, Relation, Rounding};
use crate::table::{Column, ColumnType, Decimal, Edition, TableSchema, is_fillable};

/// What a figure weighs that nothing more is known of.
pub(crate) const WEIGHT: u32 = 1_000;

/// One cell that the rules read.
#[derive(Clone, Debug)]
pub(crate) struct Unknown {
    /// Where it is.
    pub(crate) at: CellRef,
    /// The figure printed there; `None` where it is missing, and can be anything.
    pub(crate) printed: Option<Decimal>,
    /// Whether nothing is printed, and a rule reads that as zero.
    pub(crate) is_blank: bool,
    /// What its column holds.
    pub(crate) kind: ColumnType,
    /// How unlikely it is to be wrong, against the others.
    pub(crate) weight: u32,
}

/// One comparison of a check.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The rule, by the caller's number.
    pub(crate) rule: usize,
    /// The check of the rule.
    pub(crate) check: usize,
    /// Weighted cells, each once; percent, count and whole where it is a share.
    pub(crate) terms: Vec<(Ratio, usize)>,
    /// What is added to them.
    pub(crate) constant: Ratio,
    /// How the sum compares with zero.
    pub(crate) relation: Relation,
    /// What the rule makes of printed precision.
    pub(crate) rounding: Rounding,
    /// Whether it is a share.
    pub(crate) share: bool,
}

/// The rules of an edition that are linear in its cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct System {
    /// The cells, in order of edition, table, row and column.
    pub(crate) cells: Vec<Unknown>,
    /// The comparisons, in the order of rules and checks.
    pub(crate) rows: Vec<Row>,
    /// In which rows each cell is.
    pub(crate) users: Vec<Vec<usize>>,
}

/// Cells that hang together by rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The cells of the edition at hand, in order.
    pub(crate) cells: Vec<usize>,
    /// The comparisons, in order.
    pub(crate) rows: Vec<usize>,
}

/// A figure for each cell of a system.
pub(crate) type Values = Vec<Option<Decimal>>;

impl Unknown {
    fn new(at: CellRef, column: Option<&Column>, is_blank: bool, trust: f64) -> Self {
        let printed = column.and_then(|it| it.decimal(at.cell.row));
        Self {
            at,
            printed: if is_blank { Some(Decimal::whole(0)) } else { printed },
            is_blank,
            kind: column.map_or(ColumnType::Amount, |it| it.kind),
            weight: thousandths(trust),
        }
    }

    /// Whether it may be the wrong one: earlier editions stand as they were accepted.
    pub(crate) fn is_free(&self) -> bool {
        !self.at.previous
    }

    /// Whether its values are whole numbers.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self.kind, ColumnType::Count | ColumnType::Integer)
    }

    /// The values that its type allows.
    pub(crate) fn allowed(&self) -> Range {
        if self.kind == ColumnType::Count { Range::counts() } else { Range::ALL }
    }
}

impl System {
    /// Lays equations together: each with the number of its rule, and its check.
    pub(crate) fn new(
        equations: Vec<(usize, usize, Equation)>,
        edition: &Edition,
        previous: Option<&Edition>,
        schemas: &[TableSchema],
    ) -> Self {
        let column = |it: CellRef| -> Option<&Column> {
            let edition = if it.previous { previous? } else { edition };
            edition.tables.get(it.cell.table)?.columns.get(it.cell.column)
        };
        let zero = |it: CellRef, missing: Missing| {
            let state = column(it).map(|column| column.states[it.cell.row]);
            missing == Missing::Zero && state.is_some_and(is_fillable)
        };
        // A blank that a rule reads as zero is a figure to that rule, and to no other.
        let mut order: BTreeMap<(bool, CellRef, bool), usize> = BTreeMap::new();
        let mut parts = Vec::with_capacity(equations.len());
        for (rule, check, it) in equations {
            let share = matches!(it.form, Form::Share { .. });
            let (terms, constant, relation) = match it.form {
                Form::Linear(Linear { terms, constant }, relation) => {
                    let terms: Vec<(Ratio, CellRef)> = terms.iter().map(|it| (Ratio::of_exact(&it.0), it.1)).collect();
                    (terms, Ratio::of_exact(&constant), relation)
                }
                Form::Share { percent, count, whole } => {
                    let terms = [percent, count, whole].map(|it| (Ratio::ONE, it)).to_vec();
                    (terms, Ratio::ZERO, Relation::Equal)
                }
            };
            let terms: Vec<(Ratio, (bool, CellRef, bool))> = terms
                .into_iter()
                .map(|(weight, cell)| (weight, (cell.previous, cell, !share && zero(cell, it.missing))))
                .collect();
            for (_, cell) in &terms {
                order.insert(*cell, 0);
            }
            parts.push((rule, check, terms, constant, relation, it.rounding, share));
        }
        for (number, at) in order.values_mut().enumerate() {
            *at = number;
        }
        let unknown = |&(_, at, is_blank): &(bool, CellRef, bool)| {
            let column = column(at);
            let trust = column.and_then(|column| trust(edition, schemas, at, &column.name)).unwrap_or(1.0);
            Unknown::new(at, column, is_blank, trust)
        };
        let cells: Vec<Unknown> = order.keys().map(unknown).collect();
        let mut rows: Vec<Row> = Vec::with_capacity(parts.len());
        for (rule, check, terms, constant, relation, rounding, share) in parts {
            let terms = terms.into_iter().map(|it| (it.0, order[&it.1])).collect();
            rows.push(Row { rule, check, terms, constant, relation, rounding, share });
        }
        let mut system = Self { users: Vec::new(), cells, rows };
        system.find_users();
        system
    }

    fn find_users(&mut self) {
        self.users = vec![Vec::new(); self.cells.len()];
        for (at, row) in self.rows.iter().enumerate() {
            for (_, cell) in &row.terms {
                self.users[*cell].push(at);
            }
        }
    }

    /// The figures as printed.
    pub(crate) fn printed(&self) -> Values {
        self.cells.iter().map(|it| it.printed).collect()
    }

    /// The blocks, by their first cell.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut block_of: Vec<Option<usize>> = vec![None; self.rows.len()];
        let mut blocks: Vec<Block> = Vec::new();
        for first in 0..self.rows.len() {
            if block_of[first].is_some() {
                continue;
            }
            let mut block = Block { cells: Vec::new(), rows: Vec::new() };
            let mut open = vec![first];
            block_of[first] = Some(blocks.len());
            while let Some(row) = open.pop() {
                block.rows.push(row);
                // What was printed before does not join what is printed now.
                for &(_, cell) in self.rows[row].terms.iter().filter(|it| self.cells[it.1].is_free()) {
                    block.cells.push(cell);
                    for &next in &self.users[cell] {
                        if block_of[next].is_none() {
                            block_of[next] = Some(blocks.len());
                            open.push(next);
                        }
                    }
                }
            }
            block.rows.sort_unstable();
            block.cells.sort_unstable();
            block.cells.dedup();
            blocks.push(block);
        }
        blocks
    }
}

impl System {
    /// The parts of a block whose failing rules share no figure: errors of
    /// their own. Each has the rules that hold over its figures, too.
    pub(crate) fn errors(&self, block: &Block) -> Vec<Block> {
        let values = self.printed();
        let mut open = vec![false; self.rows.len()];
        let fails: Vec<usize> = block.rows.iter().copied().filter(|&it| !self.rows[it].holds(self, &values)).collect();
        for &it in &fails {
            open[it] = true;
        }
        let cells = |row: usize| self.rows[row].terms.iter().map(|it| it.1).filter(|&it| self.cells[it].is_free());
        let mut parts = Vec::new();
        for &first in &fails {
            if !std::mem::replace(&mut open[first], false) {
                continue;
            }
            let mut part = Block { cells: Vec::new(), rows: vec![first] };
            let mut at = 0;
            while let Some(&row) = part.rows.get(at) {
                part.cells.extend(cells(row));
                let joined = cells(row).flat_map(|it| &self.users[it]);
                part.rows.extend(joined.copied().filter(|&it| std::mem::replace(&mut open[it], false)));
                at += 1;
            }
            part.cells.sort_unstable();
            part.cells.dedup();
            part.rows.extend(part.cells.iter().flat_map(|&it| self.users[it].iter().copied()));
            part.rows.sort_unstable();
            part.rows.dedup();
            parts.push(part);
        }
        parts
    }
}

/// How far a column is trusted, as its rule file has it.
fn trust(edition: &Edition, schemas: &[TableSchema], at: CellRef, column: &str) -> Option<f64> {
    let table = &edition.tables.get(at.cell.table)?.name;
    let schema = schemas.iter().find(|it| it.name == *table)?;
    Some(schema.columns[schema.column(column)?].trust)
}

/// A weight in whole thousandths, one at least.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
fn thousandths(trust: f64) -> u32 {
    (trust * f64::from(WEIGHT)).round().clamp(1.0, 1e8) as u32
}

impl Row {
    /// The cell that others add up to, where there is one.
    pub(crate) fn total_cell(&self) -> Option<usize> {
        if self.share || self.terms.len() < 3 {
            return None;
        }
        let side =
            |sign: i8| -> Vec<usize> { self.terms.iter().filter(|it| it.0.sign() == sign).map(|it| it.1).collect() };
        match (&side(1)[..], &side(-1)[..]) {
            ([total], parts) | (parts, [total]) if parts.len() >= 2 => Some(*total),
            _ => None,
        }
    }

    /// Whether it asks for one value, and not only bounds its figures.
    pub(crate) fn is_equation(&self) -> bool {
        self.share || self.relation == Relation::Equal
    }

    /// Whether a cell is in it.
    pub(crate) fn reads(&self, cell: usize) -> bool {
        self.terms.iter().any(|it| it.1 == cell)
    }

    /// What a cell may stand for; anything of its type where it is missing.
    pub(super) fn span(&self, system: &System, values: &[Option<Decimal>], cell: usize) -> Range {
        values[cell].map_or_else(|| system.cells[cell].allowed(), |it| Range::of(it, self.rounding))
    }

    /// Whether it holds for figures, within what rounding can hide and
    /// whatever is missing may be.
    pub(crate) fn holds(&self, system: &System, values: &[Option<Decimal>]) -> bool {
        if self.share {
            let [percent, _, _] = self.shares();
            let need = self.need(system, values, percent);
            let printed = values[percent].map_or(Range::ALL, |it| Range::point(Ratio::of(it)));
            return !need.and(&printed).is_empty();
        }
        let sum = self.sum(system, values, None);
        !self.wanted().and(&sum).is_empty()
    }

    /// The cells of a share: percent, count and whole.
    pub(crate) fn shares(&self) -> [usize; 3] {
        [0, 1, 2].map(|it| self.terms[it].1)
    }

    /// What its sum may be.
    pub(crate) fn wanted(&self) -> Range {
        let end = |open| Some(End { value: Ratio::ZERO, open });
        match self.relation {
            Relation::Equal => Range::point(Ratio::ZERO),
            Relation::AtMost => Range::between(None, end(false)),
            Relation::Less => Range::between(None, end(true)),
            Relation::AtLeast => Range::between(end(false), None),
            Relation::More => Range::between(end(true), None),
            Relation::Unequal => Range::ALL,
        }
    }

    fn sum(&self, system: &System, values: &[Option<Decimal>], but: Option<usize>) -> Range {
        let others = self.terms.iter().filter(|it| Some(it.1) != but);
        others.fold(Range::point(self.constant.clone()), |sum, (weight, cell)| {
            sum.plus(&self.span(system, values, *cell).times(weight))
        })
    }

    /// How far rounding lets its sum be off, to the wider side, and the largest
    /// figure in it; `None` where it allows nothing, or a figure is missing.
    pub(crate) fn slack(&self, values: &[Option<Decimal>]) -> Option<(Ratio, Ratio)> {
        if self.share || self.rounding == Rounding::Exact {
            return None;
        }
        let (mut sides, mut size) = ([Ratio::ZERO, Ratio::ZERO], Ratio::ZERO);
        for (weight, cell) in &self.terms {
            let figure = values[*cell]?;
            let hidden = range::slack(figure, self.rounding);
            let (below, above) = if weight.sign() < 0 { (1, 0) } else { (0, 1) };
            for (side, end) in [(0, below), (1, above)] {
                sides[side] = &sides[side] + &(&hidden[end].value * weight).size();
            }
            size = size.max((weight * &Ratio::of(figure)).size());
        }
        let [below, above] = sides;
        let slack = below.max(above);
        (!slack.is_zero()).then_some((slack, size))
    }

    /// What a figure of it would have to be, printed as it is, for it to hold.
    pub(crate) fn need(&self, system: &System, values: &[Option<Decimal>], cell: usize) -> Range {
        if self.share {
            return self.need_of_share(system, values, cell);
        }
        let Some((weight, _)) = self.terms.iter().find(|it| it.1 == cell) else { return Range::ALL };
        let rest = self.sum(system, values, Some(cell)).times(&-&Ratio::ONE);
        // The sum of the rest and the cell is as wanted for some of their values.
        let reached = self.wanted().plus(&rest).times(&(&Ratio::ONE / weight));
        self.widened(system, cell, &reached)
    }

    /// Values to be printed that may stand for one of those given.
    pub(super) fn widened(&self, system: &System, cell: usize, range: &Range) -> Range {
        let Some(figure) = system.cells[cell].printed.filter(|_| self.rounding != Rounding::Exact) else {
            return range.clone();
        };
        // A printed value stands for itself with what rounding hid: turned round.
        let [below, above] = range::slack(figure, self.rounding);
        let hidden = Range::between(Some(below), Some(above));
        range.plus(&hidden.times(&-&Ratio::ONE))
    }

    fn need_of_share(&self, system: &System, values: &[Option<Decimal>], cell: usize) -> Range {
        let [percent, count, whole] = self.shares();
        let span = |cell: usize| match self.rounding {
            Rounding::Exact => values[cell].map_or(Range::ALL, |it| Range::point(Ratio::of(it))),
            _ => self.span(system, values, cell),
        };
        let hundred = Ratio::whole(100);
        // A percentage is rounded by what it is, also where counts are exact.
        let cut = if self.rounding == Rounding::Truncated { Rounding::Truncated } else { Rounding::Independent };
        let shares = values[percent].map(|it| share_range(it, cut));
        let ends = |it: &Range| Some((it.low.clone()?.value, it.high.clone()?.value));
        let (counts, wholes) = (ends(&span(count)), ends(&span(whole)));
        let range = |low: Ratio, high: Ratio| Range::between(Some(End::closed(low)), Some(End::closed(high)));
        let found = if cell == percent {
            let (Some((low, high)), Some((least, most))) = (counts, wholes) else { return Range::ALL };
            if least.sign() <= 0 || low.sign() < 0 {
                return Range::ALL;
            }
            let shares = range(&(&low * &hundred) / &most, &(&high * &hundred) / &least);
            let Some(printed) = values[percent].or(system.cells[percent].printed) else { return shares };
            let [below, above] = share_slack(printed, cut);
            return shares.plus(&Range::between(Some(below), Some(above)).times(&-&Ratio::ONE));
        } else {
            let Some((low, high)) = shares.as_ref().and_then(ends) else { return Range::ALL };
            if low.sign() < 0 {
                return Range::ALL;
            }
            if cell == count {
                let Some((least, most)) = wholes.filter(|it| it.0.sign() >= 0) else { return Range::ALL };
                range(&(&low * &least) / &hundred, &(&high * &most) / &hundred)
            } else {
                let Some((least, most)) = counts.filter(|it| it.0.sign() >= 0) else { return Range::ALL };
                let low_end = if high.sign() > 0 { &(&least * &hundred) / &high } else { Ratio::ZERO };
                let mut found = range(low_end, Ratio::ZERO);
                found.high = (low.sign() > 0).then(|| End { value: &(&most * &hundred) / &low, open: false });
                found
            }
        };
        self.widened(system, cell, &found)
    }
}

/// The shares that a printed percentage stands for: half a unit to each side,
/// also where that is more than the percentage.
fn share_range(percent: Decimal, rounding: Rounding) -> Range {
    let [below, above] = share_slack(percent, rounding);
    Range::point(Ratio::of(percent)).plus(&Range::between(Some(below), Some(above)))
}

fn share_slack(percent: Decimal, rounding: Rounding) -> [End; 2] {
    let unit = range::unit(percent);
    let half = &unit / &Ratio::whole(2);
    match rounding {
        Rounding::Truncated => [End { value: Ratio::ZERO, open: false }, End { value: unit, open: true }],
        _ => [End { value: -&half, open: false }, End { value: half, open: false }],
    }
}
