//! What can be said of rules before any figure is known: whether some table
//! satisfies them all, and which of them say nothing new.

use std::collections::BTreeMap;

use super::joint::{Joint, Point, Question};
use super::range::{End, Range};
use super::ratio::Ratio;
use super::system::{Block, Row, System};
use crate::plan::{Relation, Rounding};

/// What rules come to without figures; rules by the caller's number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Linted {
    /// Rules that no table can satisfy together, none of which can be left out.
    pub(crate) contradiction: Vec<usize>,
    /// Rules that others imply, with those.
    pub(crate) redundant: Vec<(usize, Vec<usize>)>,
    /// Rules that hold whatever is printed.
    pub(crate) vacuous: Vec<usize>,
    /// Cells that can have one value only, and the value.
    pub(crate) fixed: Vec<(usize, Ratio)>,
    /// What was not looked into.
    pub(crate) limit: Option<String>,
}

/// Above so many rows of a system nothing is asked about pairs of rules.
const ROWS_MAX: usize = 600;
/// So many times it is asked whether a cell can have another value.
const FIXED_TRIES_MAX: usize = 400;

impl System {
    /// Looks at the rules with every figure unknown.
    ///
    /// Questions add a row and take it away again; what is left is what was.
    pub(crate) fn lint(&mut self) -> Linted {
        let mut linted = Linted::default();
        let all: Vec<usize> = (0..self.rows.len()).collect();
        let mut rules: Vec<usize> = self.rows.iter().map(|it| it.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        linted.vacuous = rules.iter().copied().filter(|&it| self.is_implied(it, &[]).is_some()).collect();
        let mut points = Vec::new();
        for block in self.blocks() {
            match self.unknown(&block.rows, &[]) {
                Joint::Impossible(it) => {
                    let mut rules: Vec<usize> = it.factors.iter().map(|it| self.rows[it.0].rule).collect();
                    rules.sort_unstable();
                    rules.dedup();
                    linted.contradiction = self.minimal(rules, &all);
                    // What contradicts implies everything.
                    return linted;
                }
                Joint::Possible(point) => points.push((block, point)),
                Joint::Unknown => {}
            }
        }
        if self.rows.len() > ROWS_MAX {
            linted.limit =
                Some(format!("{} checks are too many to find out which rules imply others", self.rows.len()));
            return linted;
        }
        let mut kept: Vec<usize> = rules.iter().copied().filter(|it| !linted.vacuous.contains(it)).collect();
        // Of two that say the same the later one is the repetition.
        for rule in kept.clone().into_iter().rev() {
            let others: Vec<usize> = kept.iter().copied().filter(|&it| it != rule).collect();
            if let Some(by) = self.is_implied(rule, &others) {
                kept.retain(|&it| it != rule);
                linted.redundant.push((rule, by));
            }
        }
        linted.redundant.reverse();
        self.find_fixed(&points, &mut linted);
        linted
    }

    fn unknown(&self, rows: &[usize], within: &[(usize, Range)]) -> Joint {
        let values = vec![None; self.cells.len()];
        self.joint(Question { rows, values: &values, freed: &[], shared: false, within })
    }

    /// Leaves out of rules that contradict each other what is not needed for that.
    fn minimal(&self, rules: Vec<usize>, all: &[usize]) -> Vec<usize> {
        let mut kept = rules;
        let mut at = 0;
        while at < kept.len() {
            let without: Vec<usize> = kept.iter().copied().filter(|&it| it != kept[at]).collect();
            let rows: Vec<usize> = all.iter().copied().filter(|&it| without.contains(&self.rows[it].rule)).collect();
            if matches!(self.unknown(&rows, &[]), Joint::Impossible(_)) { kept = without } else { at += 1 }
        }
        kept
    }

    /// Whether every check of a rule holds wherever those of others do, and
    /// which of them that takes.
    fn is_implied(&mut self, rule: usize, others: &[usize]) -> Option<Vec<usize>> {
        let own: Vec<usize> = (0..self.rows.len()).filter(|&it| self.rows[it].rule == rule).collect();
        // What allows for rounding implies nothing that does not.
        let strict =
            |it: &Row| it.rounding == Rounding::Exact || own.iter().all(|&own| self.rows[own].rounding == it.rounding);
        let among: Vec<bool> =
            self.rows.iter().map(|it| others.contains(&it.rule) && strict(it) && !it.share).collect();
        let mut by = Vec::new();
        for row in own {
            if self.rows[row].share {
                return None;
            }
            let sides: &[Relation] = match self.rows[row].relation {
                Relation::Equal => &[Relation::Less, Relation::More],
                relation => &[relation.negated()],
            };
            let mut asked = self.near(row, &among);
            let against = self.rows.len();
            asked.push(against);
            for side in sides {
                self.rows.push(Row { relation: *side, ..self.rows[row].clone() });
                let answer = self.unknown(&asked, &[]);
                self.rows.pop();
                let Joint::Impossible(it) = answer else { return None };
                by.extend(it.factors.iter().filter(|it| it.0 != against).map(|it| self.rows[it.0].rule));
            }
        }
        by.sort_unstable();
        by.dedup();
        Some(by)
    }

    /// The rows among some that hang together with a row, in order.
    fn near(&self, row: usize, among: &[bool]) -> Vec<usize> {
        let (mut met, mut seen) = (vec![false; self.rows.len()], vec![false; self.cells.len()]);
        let mut open = vec![row];
        while let Some(row) = open.pop() {
            for &(_, cell) in &self.rows[row].terms {
                if !std::mem::replace(&mut seen[cell], true) {
                    let more = self.users[cell].iter().copied();
                    open.extend(more.filter(|&it| among[it] && !std::mem::replace(&mut met[it], true)));
                }
            }
        }
        (0..met.len()).filter(|&it| met[it]).collect()
    }

    /// Finds cells that the rules leave one value: that of any point, where no
    /// other point has another.
    ///
    /// One point above zero in every cell that is zero clears nearly all of a
    /// block at once; where there is none, halves of the cells are asked. Every
    /// point clears the cells that it differs in.
    fn find_fixed(&self, points: &[(Block, Point)], linted: &mut Linted) {
        let mut tries = 0;
        for (block, point) in points {
            let mut open: BTreeMap<usize, &Ratio> =
                point.iter().filter(|it| self.cells[it.0].is_free()).map(|it| (it.0, &it.1)).collect();
            let (zero, others): (Vec<usize>, Vec<usize>) = open.keys().partition(|it| open[it].is_zero());
            let mut sets: Vec<Vec<usize>> = others.into_iter().map(|it| vec![it]).collect();
            sets.push(zero);
            while let Some(mut set) = sets.pop() {
                set.retain(|it| open.contains_key(it));
                let Some(&first) = set.first() else { continue };
                tries += 1;
                if tries > FIXED_TRIES_MAX {
                    linted.limit =
                        Some(format!("{} cells are too many to find out which can have only one value", open.len()));
                    break;
                }
                let above: Vec<(usize, Range)> = set.iter().map(|it| (*it, self.beside(*it, open[it], true))).collect();
                let mut answer = self.unknown(&block.rows, &above);
                if matches!(answer, Joint::Impossible(_)) && set.len() > 1 {
                    let half = set.split_off(set.len() / 2);
                    sets.extend([set, half]);
                    continue;
                }
                if matches!(answer, Joint::Impossible(_)) {
                    answer = self.unknown(&block.rows, &[(first, self.beside(first, open[&first], false))]);
                }
                match answer {
                    Joint::Impossible(_) => linted.fixed.extend(open.remove(&first).map(|it| (first, it.clone()))),
                    Joint::Possible(other) => other.iter().for_each(|(cell, value)| {
                        if open.get(cell).is_some_and(|it| *it != value) {
                            open.remove(cell);
                        }
                    }),
                    // Nothing is said of what took too long to tell.
                    Joint::Unknown => open.retain(|it, _| set.binary_search(it).is_err()),
                }
            }
        }
        linted.fixed.sort_by_key(|it| it.0);
    }

    /// What lies above a value of a cell, or below it.
    fn beside(&self, cell: usize, value: &Ratio, up: bool) -> Range {
        let whole = self.cells[cell].is_whole();
        let step = Ratio::whole(if up { 1 } else { -1 });
        // The next whole number: right beside it the solver would look for ever.
        let value = if whole { value + &step } else { value.clone() };
        let end = Some(End { value, open: !whole });
        if up { Range::between(end, None) } else { Range::between(None, end) }
    }
}
