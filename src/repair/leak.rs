//! What rules give away of figures that are withheld: the least and the most that each
//! can be, where all rules hold.
//!
//! A cell is asked for by questions of [`System::joint`]: from a point where all rules
//! hold, whether there is another one lower or higher, in steps that double and then halve.

use std::collections::BTreeSet;

use super::joint::{Joint, Question, SHARED_MAX};
use super::range::{End, Range};
use super::ratio::Ratio;
use super::system::{Block, System};

/// What the rules leave a cell to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leak {
    /// The cell.
    pub(crate) cell: usize,
    /// The least and the most that it can be; none where there is no end.
    pub(crate) low: Option<Ratio>,
    pub(crate) high: Option<Ratio>,
    /// The rules that make it so, by the caller's number.
    pub(crate) rules: Vec<usize>,
}

/// So many questions are asked of one edition.
const QUESTIONS_MAX: usize = 4_000;
/// Steps to an end of one cell, doubling and halving.
const STEPS_MAX: usize = 120;
/// Steps that are longer than this lead to no end.
const FAR: i64 = 1 << 40;
/// Fractions are told to one part in so many.
const FINE: i64 = 1_000;

/// It took too long to tell.
struct Untold;

/// Questions about the cells of a block.
struct Asking<'a> {
    system: &'a System,
    block: &'a Block,
    values: Vec<Option<crate::table::Decimal>>,
    /// What is known of the cells that are withheld.
    known: &'a [(usize, Range)],
    asked: &'a mut usize,
}

impl System {
    /// What rules leave of the cells that are withheld, of each that can be told; `known` is
    /// what is printed of them. Says beside for how many it could not be told.
    pub(crate) fn leaks(&self, known: &[(usize, Range)]) -> (Vec<Leak>, usize) {
        let (mut leaks, mut left, mut asked) = (Vec::new(), 0, 0);
        for block in self.blocks() {
            let own: Vec<(usize, Range)> =
                known.iter().filter(|it| block.cells.binary_search(&it.0).is_ok()).cloned().collect();
            if own.is_empty() {
                continue;
            }
            let values = self.printed();
            let mut asking = Asking { system: self, block: &block, values, known: &own, asked: &mut asked };
            let Joint::Possible(point) = asking.ask(None) else {
                // Rules that contradict each other say nothing of a figure.
                left += own.len();
                continue;
            };
            for (cell, _) in &own {
                let Some(start) = point.iter().find(|it| it.0 == *cell).map(|it| it.1.clone()) else { continue };
                match asking.leak(*cell, &start) {
                    Ok(leak) => leaks.push(leak),
                    Err(Untold) => left += 1,
                }
            }
        }
        (leaks, left)
    }
}

impl Asking<'_> {
    /// Whether all rules can hold, with one cell within a range besides.
    fn ask(&mut self, one: Option<(usize, &Range)>) -> Joint {
        if *self.asked >= QUESTIONS_MAX {
            return Joint::Unknown;
        }
        *self.asked += 1;
        let narrowed = |(cell, range): &(usize, Range)| match one {
            Some((asked, within)) if asked == *cell => (*cell, range.and(within)),
            _ => (*cell, range.clone()),
        };
        let within: Vec<(usize, Range)> = self.known.iter().map(narrowed).collect();
        let shared = self.block.cells.len() <= SHARED_MAX;
        self.system.joint(Question {
            rows: &self.block.rows,
            values: &self.values,
            freed: &[],
            shared,
            within: &within,
        })
    }

    fn leak(&mut self, cell: usize, start: &Ratio) -> Result<Leak, Untold> {
        let mut rules = BTreeSet::new();
        let low = self.end(cell, start, false, &mut rules)?;
        let high = self.end(cell, start, true, &mut rules)?;
        Ok(Leak { cell, low, high, rules: rules.into_iter().collect() })
    }

    /// The farthest value on one side, from one that is possible; none where there is no end.
    /// Where values are no whole numbers, it is an end that none is beyond.
    fn end(
        &mut self,
        cell: usize,
        start: &Ratio,
        up: bool,
        rules: &mut BTreeSet<usize>,
    ) -> Result<Option<Ratio>, Untold> {
        let is_whole = self.system.cells[cell].is_whole();
        let sign = Ratio::whole(if up { 1 } else { -1 });
        let near = if is_whole { Ratio::ONE } else { &Ratio::ONE / &Ratio::whole(FINE) };
        let mut reached = start.clone();
        if !is_whole {
            match self.beyond(cell, End { value: start.clone(), open: true }, up, rules)? {
                None => return Ok(Some(reached)),
                Some(other) => reached = other,
            }
        }
        let (mut step, mut end): (Ratio, Option<Ratio>) = (Ratio::ONE, None);
        for _ in 0..STEPS_MAX {
            let next = match &end {
                None => &reached + &(&step * &sign),
                Some(end) if (end - &reached).size() <= near => {
                    return Ok(Some(if is_whole { reached } else { end.clone() }));
                }
                Some(end) => {
                    let half = &(&(end - &reached) / &Ratio::whole(2)) + &reached;
                    // Of whole numbers one between them.
                    if is_whole { half.floor() } else { half }
                }
            };
            match self.beyond(cell, End { value: next.clone(), open: false }, up, rules)? {
                None => end = Some(next),
                Some(other) => {
                    reached = other;
                    step = &step * &Ratio::whole(2);
                }
            }
            if end.is_none() && step > Ratio::whole(FAR) {
                return Ok(None);
            }
        }
        Err(Untold)
    }

    /// A possible value from a limit on, where there is one.
    fn beyond(
        &mut self,
        cell: usize,
        limit: End,
        up: bool,
        rules: &mut BTreeSet<usize>,
    ) -> Result<Option<Ratio>, Untold> {
        let range = if up { Range::between(Some(limit), None) } else { Range::between(None, Some(limit)) };
        match self.ask(Some((cell, &range))) {
            Joint::Possible(point) => point.into_iter().find(|it| it.0 == cell).map(|it| Some(it.1)).ok_or(Untold),
            Joint::Impossible(proof) => {
                rules.extend(proof.factors.iter().map(|it| self.system.rows[it.0].rule));
                Ok(None)
            }
            Joint::Unknown => Err(Untold),
        }
    }
}
