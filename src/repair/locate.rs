//! Which cells are wrong: all sets of least weight that, were they free, would
//! let every rule hold.
//!
//! Method: error localization of Fellegi and Holt 1976; de Waal, Pannekoek and
//! Scholtus 2011, chapter 3. Solved by conflicts: each proof that the rules
//! contradict names figures of which one must be wrong, so that what is looked
//! for are the lightest sets that meet every proof. That needs no bound on how
//! far a figure may move, and finds all sets, not the first.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::joint::{Joint, Question};
use super::system::{Block, System};

/// So many sets are listed.
pub(crate) const SETS_MAX: usize = 100;
/// So many systems are solved for one block.
const TRIES_MAX: usize = 2_000;
/// So many cells of conflicts are gone through for one block, those of a system
/// to solve included: where every figure of a long sum could be wrong together
/// with some others, there are too many sets to go through them all.
const STEPS_MAX: usize = 4_000_000;
/// To solve a system costs about as much as going through its cells so often.
const SOLVE_STEPS: usize = 200;
/// Larger sets explain nothing: a table with so many wrong figures is another table.
const SET_MAX: usize = 4;
/// Below so many cells all rules of a block are held together; above it each
/// rule is held by itself, with what rounding allows it.
pub(crate) const SHARED_MAX: usize = 60;

/// Where the error can be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Located {
    /// The sets, each in order, in order.
    pub(crate) sets: Vec<Vec<usize>>,
    /// What cut the search short, in words.
    pub(crate) limit: Option<String>,
    /// How much work it was.
    pub(crate) steps: usize,
}

/// The state of a search.
struct Search<'a> {
    system: &'a System,
    block: &'a Block,
    shared: bool,
    /// Each names figures of which one must be wrong.
    conflicts: Vec<Vec<usize>>,
    found: Vec<Vec<usize>>,
    least: u64,
    tries: usize,
    steps: Cell<usize>,
}

impl System {
    /// Finds the sets of cells that can explain why a block does not hold.
    ///
    /// Nothing is found where no figure can help: the rules contradict each
    /// other, or earlier editions.
    pub(crate) fn locate(&self, block: &Block) -> Located {
        let shared = block.cells.len() <= SHARED_MAX;
        let (conflicts, found, steps) = (Vec::new(), Vec::new(), Cell::new(0));
        let mut search = Search { system: self, block, shared, conflicts, found, least: u64::MAX, tries: 0, steps };
        let limit = search.run();
        let mut sets = search.found;
        sets.sort();
        Located { sets, limit, steps: search.steps.get() }
    }

    /// What a set of cells weighs.
    pub(crate) fn weight(&self, cells: &[usize]) -> u64 {
        cells.iter().map(|&it| u64::from(self.cells[it].weight)).sum()
    }
}

impl Search<'_> {
    /// Looks for sets until there are no more, or a limit is met.
    fn run(&mut self) -> Option<String> {
        let values = self.system.printed();
        loop {
            let mut seen = BTreeSet::new();
            let mut best: Option<(u64, Vec<usize>)> = None;
            self.lightest(&mut Vec::new(), &mut BTreeSet::new(), &mut best, &mut seen);
            if self.steps.get() > STEPS_MAX {
                return Some(self.given_up());
            }
            let (weight, set) = best?;
            if self.found.len() >= SETS_MAX {
                return Some(format!("there are more than {SETS_MAX} sets of figures that could be wrong"));
            }
            self.tries += 1;
            if self.tries > TRIES_MAX {
                return Some(self.given_up());
            }
            self.steps.update(|it| it + SOLVE_STEPS * (self.block.cells.len() + self.block.rows.len()));
            let (rows, shared) = (&self.block.rows, self.shared);
            match self.system.joint(Question { rows, values: &values, freed: &set, shared, within: &[] }) {
                Joint::Possible(_) => {
                    self.least = weight;
                    self.found.push(set);
                }
                Joint::Impossible(it) => {
                    let free: Vec<usize> = it.cells.into_iter().filter(|it| set.binary_search(it).is_err()).collect();
                    if free.is_empty() {
                        // No figure can help.
                        return None;
                    }
                    self.conflicts.push(free);
                }
                Joint::Unknown => return Some("a system of rules took too long to solve".to_owned()),
            }
        }
    }

    /// Says that there may be sets that were not looked at.
    fn given_up(&self) -> String {
        format!("the search for wrong figures stopped after {} sets; other figures may be wrong instead", self.tries)
    }

    /// Finds the lightest set that meets every conflict, is no heavier than
    /// those found, and is none of them: the first in order, of several.
    fn lightest(
        &self,
        chosen: &mut Vec<usize>,
        barred: &mut BTreeSet<usize>,
        best: &mut Option<(u64, Vec<usize>)>,
        seen: &mut BTreeSet<Vec<usize>>,
    ) {
        let weight = self.system.weight(chosen);
        let heavy = weight > self.least || best.as_ref().is_some_and(|it| weight > it.0);
        if heavy || chosen.len() > SET_MAX || self.steps.get() > STEPS_MAX {
            return;
        }
        self.steps.update(|it| it + 1 + self.conflicts.iter().map(Vec::len).sum::<usize>());
        let open = self.conflicts.iter().filter(|it| !it.iter().any(|it| chosen.contains(it)));
        let Some(conflict) = open.min_by_key(|it| it.iter().filter(|it| !barred.contains(it)).count()) else {
            let mut set = chosen.clone();
            set.sort_unstable();
            let wider = self.found.iter().any(|found| found.iter().all(|it| set.binary_search(it).is_ok()));
            let lighter = best.as_ref().is_none_or(|(least, first)| (weight, &set) < (*least, first));
            if !wider && lighter && seen.insert(set.clone()) {
                *best = Some((weight, set));
            }
            return;
        };
        let mut tried = Vec::new();
        for &cell in conflict {
            if barred.contains(&cell) {
                continue;
            }
            chosen.push(cell);
            self.lightest(chosen, barred, best, seen);
            chosen.pop();
            // Sets with this cell are done: the rest goes without it.
            barred.insert(cell);
            tried.push(cell);
        }
        for it in tried {
            barred.remove(&it);
        }
    }
}
