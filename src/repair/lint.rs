//! What can be said of rules before any figure is known: whether some table
//! satisfies them all, and which of them say nothing new.

use super::joint::{Joint, Question};
use super::ratio::Ratio;
use super::system::{Row, System, Values};
use crate::rules::Rounding;
use crate::rules::expression::Relation;

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
/// So many cells are asked for their only value.
const CELLS_MAX: usize = 200;

impl System {
    /// Looks at the rules with every figure unknown.
    pub(crate) fn lint(&self) -> Linted {
        let mut linted = Linted::default();
        let all: Vec<usize> = (0..self.rows.len()).collect();
        let mut rules: Vec<usize> = self.rows.iter().map(|it| it.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        linted.vacuous = rules.iter().copied().filter(|&it| self.is_implied(it, &[]).is_some()).collect();
        for block in self.blocks() {
            if let Joint::Impossible(it) = self.unknown(&block.rows) {
                let mut rules: Vec<usize> = it.factors.iter().map(|it| self.rows[it.0].rule).collect();
                rules.sort_unstable();
                rules.dedup();
                linted.contradiction = self.minimal(rules, &all);
                // What contradicts implies everything.
                return linted;
            }
        }
        if self.rows.len() > ROWS_MAX {
            linted.limit = Some(format!("{} checks are too many to ask which rules imply others", self.rows.len()));
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
        self.find_fixed(&all, &mut linted);
        linted
    }

    fn nothing(&self) -> Values {
        vec![None; self.cells.len()]
    }

    fn unknown(&self, rows: &[usize]) -> Joint {
        self.joint(Question { rows, values: &self.nothing(), freed: &[], shared: false })
    }

    /// Leaves out of rules that contradict each other what is not needed for that.
    fn minimal(&self, rules: Vec<usize>, all: &[usize]) -> Vec<usize> {
        let mut kept = rules;
        let mut at = 0;
        while at < kept.len() {
            let without: Vec<usize> = kept.iter().copied().filter(|&it| it != kept[at]).collect();
            let rows: Vec<usize> = all.iter().copied().filter(|&it| without.contains(&self.rows[it].rule)).collect();
            if matches!(self.unknown(&rows), Joint::Impossible(_)) { kept = without } else { at += 1 }
        }
        kept
    }

    /// Whether every check of a rule holds wherever those of others do, and
    /// which of them that takes.
    fn is_implied(&self, rule: usize, others: &[usize]) -> Option<Vec<usize>> {
        let own: Vec<&Row> = self.rows.iter().filter(|it| it.rule == rule).collect();
        // What allows for rounding implies nothing that does not.
        let strict = |it: &Row| it.rounding == Rounding::Exact || own.iter().all(|own| own.rounding == it.rounding);
        let rows: Vec<usize> = (0..self.rows.len())
            .filter(|&it| others.contains(&self.rows[it].rule) && strict(&self.rows[it]) && !self.rows[it].share)
            .collect();
        let mut by = Vec::new();
        for row in &own {
            if row.share {
                return None;
            }
            let sides: &[Relation] = match row.relation {
                Relation::Equal => &[Relation::Less, Relation::More],
                _ => &[row.relation.negated()],
            };
            for side in sides {
                let mut system = self.clone();
                let against = system.rows.len();
                system.rows.push(Row { relation: *side, ..(*row).clone() });
                let asked = system.near(against, &rows);
                let Joint::Impossible(it) = system.unknown(&asked) else { return None };
                by.extend(it.factors.iter().filter(|it| it.0 != against).map(|it| self.rows[it.0].rule));
            }
        }
        by.sort_unstable();
        by.dedup();
        Some(by)
    }

    /// The rows among some that hang together with a row, and itself.
    fn near(&self, row: usize, among: &[usize]) -> Vec<usize> {
        let mut cells: Vec<usize> = self.rows[row].terms.iter().map(|it| it.1).collect();
        let mut found = vec![row];
        loop {
            let more: Vec<usize> = among
                .iter()
                .copied()
                .filter(|it| !found.contains(it) && self.rows[*it].terms.iter().any(|term| cells.contains(&term.1)))
                .collect();
            if more.is_empty() {
                return found;
            }
            cells.extend(more.iter().flat_map(|&it| self.rows[it].terms.iter().map(|term| term.1)));
            found.extend(more);
        }
    }

    /// Finds cells that the rules leave one value.
    fn find_fixed(&self, all: &[usize], linted: &mut Linted) {
        let held: Vec<usize> = (0..self.cells.len()).filter(|&it| self.cells[it].is_free()).collect();
        if held.len() > CELLS_MAX {
            linted.limit = Some(format!("{} cells are too many to ask which have one value only", held.len()));
        }
        for &cell in held.iter().take(CELLS_MAX) {
            // A sum without a constant is met by nothing at all: what is fixed
            // by such rules is fixed at zero.
            let constants = self.rows.iter().map(|it| -&it.constant).chain([Ratio::ZERO]);
            let mut values: Vec<Ratio> = constants.flat_map(|it| [it.clone(), -&it]).collect();
            values.sort();
            values.dedup();
            let fixed = values.into_iter().find(|value| {
                [Relation::Less, Relation::More].into_iter().all(|relation| {
                    let mut system = self.clone();
                    let against = system.rows.len();
                    system.rows.push(Row {
                        rule: usize::MAX,
                        check: 0,
                        terms: vec![(Ratio::ONE, cell)],
                        constant: -value,
                        relation,
                        rounding: Rounding::Exact,
                        share: false,
                    });
                    let asked = system.near(against, all);
                    matches!(system.unknown(&asked), Joint::Impossible(_))
                })
            });
            linted.fixed.extend(fixed.map(|it| (cell, it)));
        }
    }
}
