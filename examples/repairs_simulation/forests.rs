//! The best that any solver can do on the cross tables that are drawn.
//!
//! A figure is off by the same in its row and in its column, so wrong figures
//! are edges between the rows and columns that do not add up, and explanations
//! with as many figures as there are slips are forests over them. All are
//! listed, and weighed by Bayes' rule with how the tables and the slips were
//! drawn, the levels of rows and columns and the number of slips included. No
//! program knows these, so what this does not reach is out of reach.

use std::collections::{BTreeMap, BTreeSet};

use crate::ideal::{float64, probability};

/// What was drawn, and how.
pub struct Drawn<'a> {
    pub figures: &'a [Vec<i64>],
    /// The level of each figure that is no total, before it was spread.
    pub levels: &'a dyn Fn(usize, usize) -> f64,
    /// By how much it was spread.
    pub spread: [f64; 2],
}

/// What a figure weighs that could not be drawn in its place.
const NEVER: f64 = -40.0;

/// Figures in place of printed ones, by row and column.
pub type Meant = BTreeMap<(usize, usize), i64>;

/// What there is to choose from.
pub struct Choice {
    /// The likeliest explanation with as many figures as there are slips.
    pub best: Option<Meant>,
    /// Explanations with as many figures or fewer.
    pub count: usize,
    /// Whether what is true is among them.
    pub has_truth: bool,
}

impl Drawn<'_> {
    /// All explanations with as many figures as there are slips, and the best of them.
    pub fn choice(&self, wrong: &Meant) -> Choice {
        let mut all = BTreeSet::new();
        for slips in 1..=wrong.len() {
            self.forests(&mut self.gaps(), slips, &mut Meant::new(), &mut all);
        }
        let weighed = all.iter().filter(|it| it.len() == wrong.len()).map(|it| (self.weight(it), it));
        let best = weighed.filter(|it| it.0.is_finite()).max_by(|a, b| a.0.total_cmp(&b.0));
        Choice { best: best.map(|it| it.1.clone()), count: all.len(), has_truth: all.contains(wrong) }
    }

    /// What each row and each column is off by, with a sign that makes a figure count alike in both.
    fn gaps(&self) -> [Vec<i64>; 2] {
        let (rows, columns) = (self.figures.len() - 1, self.figures[0].len() - 1);
        let sign = |is_total: bool| if is_total { 1 } else { -1 };
        let row = |(at, it): (usize, &Vec<i64>)| {
            let gap = it[columns] - it[..columns].iter().sum::<i64>();
            -gap * sign(at == rows)
        };
        let column = |at: usize| {
            let gap = self.figures[rows][at] - self.figures[..rows].iter().map(|it| it[at]).sum::<i64>();
            -gap * sign(at == columns)
        };
        [self.figures.iter().enumerate().map(row).collect(), (0..=columns).map(column).collect()]
    }

    /// Takes one leaf of a forest after the other: a row or column with one wrong figure left.
    fn forests(&self, gaps: &mut [Vec<i64>; 2], left: usize, meant: &mut Meant, all: &mut BTreeSet<Meant>) {
        let open = gaps.iter().flatten().filter(|it| **it != 0).count();
        if left == 0 || open == 0 {
            if left == 0 && open == 0 {
                all.insert(meant.clone());
            }
            return;
        }
        if open > 2 * left {
            return;
        }
        let (rows, columns) = (self.figures.len() - 1, self.figures[0].len() - 1);
        for side in 0..2 {
            for leaf in 0..gaps[side].len() {
                let by = gaps[side][leaf];
                if by == 0 {
                    continue;
                }
                for other in 0..gaps[1 - side].len() {
                    let at = if side == 0 { (leaf, other) } else { (other, leaf) };
                    let signed = if (at.0 == rows) == (at.1 == columns) { by } else { -by };
                    let to = self.figures[at.0][at.1] + signed;
                    if to < 0 || meant.contains_key(&at) {
                        continue;
                    }
                    meant.insert(at, to);
                    gaps[side][leaf] = 0;
                    gaps[1 - side][other] -= by;
                    self.forests(gaps, left - 1, meant, all);
                    gaps[1 - side][other] += by;
                    gaps[side][leaf] = by;
                    meant.remove(&at);
                }
            }
        }
    }

    /// How likely it is, as a natural logarithm, up to what all have in common.
    fn weight(&self, meant: &Meant) -> f64 {
        let (rows, columns) = (self.figures.len() - 1, self.figures[0].len() - 1);
        let one = |(&(row, column), &to): (&(usize, usize), &i64)| -> f64 {
            let printed = self.figures[row][column];
            let beside = [(row.wrapping_sub(1), column), (row + 1, column), (row, column + 1)];
            let beside: Vec<i64> = beside.iter().filter_map(|it| self.figures.get(it.0)?.get(it.1)).copied().collect();
            let slip = probability(to, printed, &beside).ln();
            if row == rows || column == columns {
                return slip;
            }
            // What cannot be drawn is printed by mistake only.
            let drawn = |figure: i64| self.density((row, column), figure);
            slip + drawn(to).unwrap_or(f64::NEG_INFINITY) - drawn(printed).unwrap_or(NEVER)
        };
        meant.iter().map(one).sum()
    }

    /// How likely a figure is drawn in its place.
    fn density(&self, (row, column): (usize, usize), figure: i64) -> Option<f64> {
        let level = (self.levels)(row, column);
        let [low, high] = self.spread.map(|it| it * level);
        let from = if figure <= 1 { 0.0 } else { float64(figure) - 0.5 }.max(low);
        let to = (float64(figure) + 0.5).min(high);
        (to > from && figure > 0).then(|| (to / from).ln().ln())
    }
}
