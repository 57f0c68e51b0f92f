//! Which relations a cell takes part in, and where they break.

use std::collections::HashMap;

use super::claim::{Axis, Broken, Budget, Claim, Form, View};
use super::figures::Sheet;
use super::judge::judge;

/// Breaks of one relation that blame is looked for in; the others are told without.
const BREAKS_MAX: usize = 200;

pub(super) type CellAt = (usize, usize);

/// All kept relations with their breaks, to be asked by cell.
pub(super) struct Instances<'a> {
    pub(super) sheet: &'a Sheet<'a>,
    pub(super) claims: &'a [Claim],
    /// Every break that is looked into: the claim, and where.
    pub(super) broken: Vec<(usize, Broken)>,
    pub(super) budget: &'a Budget,
    by_line: HashMap<(Axis, usize), Vec<usize>>,
    break_of: HashMap<(usize, usize), usize>,
}

impl<'a> Instances<'a> {
    pub(super) fn new(sheet: &'a Sheet<'a>, claims: &'a [Claim], budget: &'a Budget) -> Self {
        let mut by_line: HashMap<(Axis, usize), Vec<usize>> = HashMap::new();
        let mut broken = Vec::new();
        for (index, claim) in claims.iter().enumerate() {
            for line in claim.lines() {
                by_line.entry((claim.axis, line)).or_default().push(index);
            }
            broken.extend(claim.broken.iter().take(BREAKS_MAX).map(|it| (index, *it)));
        }
        let break_of = broken.iter().enumerate().map(|(id, it)| ((it.0, it.1.at), id)).collect();
        Self { sheet, claims, broken, budget, by_line, break_of }
    }

    /// The places, by claim, that a cell takes part in and that were judged;
    /// with the break where it is one.
    pub(super) fn covering(&self, cell: CellAt) -> Vec<(usize, usize, Option<usize>)> {
        let (row, lane) = cell;
        let mut found = Vec::new();
        let mut add = |claim: usize, at: usize| {
            let broken = self.break_of.get(&(claim, at)).copied();
            if broken.is_some() || self.claims[claim].held.binary_search(&at).is_ok() {
                found.push((claim, at, broken));
            }
        };
        for &claim in self.by_line.get(&(Axis::Columns, lane)).into_iter().flatten() {
            add(claim, row);
            let of = &self.claims[claim];
            let next = match of.form {
                Form::Running { back, chain } if of.target == lane => Some((back, chain)),
                Form::Growth { back, .. } if of.parts[0].line == lane => Some((back, 0)),
                _ => None,
            };
            if let Some(next) = next.and_then(|(back, chain)| self.sheet.neighbour(row, !back, chain)) {
                add(claim, next);
            }
        }
        for &claim in self.by_line.get(&(Axis::Rows, row)).into_iter().flatten() {
            add(claim, lane);
        }
        found
    }

    /// Whether a claim holds at a place with another figure in a cell.
    pub(super) fn holds_with(&self, claim: usize, at: usize, cell: CellAt, value: i64) -> bool {
        let claim = &self.claims[claim];
        self.budget.spend(claim.parts.len() + 1);
        judge(claim, at, &View::with(self.sheet, cell, value)).is_some_and(|it| it.holds)
    }

    /// The cells of a break.
    pub(super) fn cells(&self, broken: usize) -> Vec<CellAt> {
        let (claim, it) = &self.broken[broken];
        self.claims[*claim].cells(it.at, self.sheet).into_iter().map(|it| it.0).collect()
    }

    /// Whether a cell is the total, share or quotient of the break's relation.
    pub(super) fn is_target(&self, broken: usize, cell: CellAt) -> bool {
        let (claim, it) = &self.broken[broken];
        let claim = &self.claims[*claim];
        claim.axis.cell(claim.target, it.at) == cell
    }
}
