//! Figures of all rows together, by partial results.

use super::Sure;
use super::condition::{Cells, Condition, Number, Term, aligned};

/// How the rows come to one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// How many there are.
    Count,
    /// What they sum to.
    Sum,
    /// The least.
    Least,
    /// The most.
    Most,
}

/// One figure of all rows; `C` says which column.
#[derive(Clone, Debug, PartialEq)]
pub struct Total<C> {
    /// How they come to it.
    pub fold: Fold,
    /// What is taken of each; nothing where they are counted.
    pub of: Option<Term<C>>,
    /// Which rows count; all without it.
    pub when: Option<Condition<C>>,
    /// Whether the `where` of its rule chooses too.
    pub filtered: bool,
}

/// What some of the rows come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Partial {
    count: u64,
    value: Option<Number>,
}

impl<C> Total<C> {
    /// The same with each column as `find` gives it; none where it does not.
    pub(crate) fn over<D>(&self, find: &impl Fn(&C) -> Option<D>) -> Option<Total<D>> {
        let of = match &self.of {
            Some(it) => Some(it.over(find)?),
            None => None,
        };
        let when = match &self.when {
            Some(it) => Some(it.over(find)?),
            None => None,
        };
        Some(Total { fold: self.fold, of, when, filtered: self.filtered })
    }

    /// Its columns: those of numbers and days, and those of texts.
    pub(crate) fn read(&self) -> (Vec<&C>, Vec<&C>) {
        let (mut numbers, mut texts) = self.when.as_ref().map(Condition::read).unwrap_or_default();
        if let Some(of) = &self.of {
            of.columns((&mut numbers, &mut texts));
        }
        (numbers, texts)
    }
}

impl Total<usize> {
    /// Whether a row surely counts.
    pub(crate) fn counts(&self, cells: &impl Cells) -> bool {
        self.when.as_ref().is_none_or(|it| it.truth(cells).is_true())
    }

    /// What one row adds: nothing where it does not count. None where this
    /// is not sure.
    fn of_row(&self, cells: &impl Cells) -> Option<Partial> {
        match self.when.as_ref().map_or(Sure::True, |it| it.truth(cells)) {
            Sure::True => {}
            Sure::False => return Some(Partial::default()),
            Sure::Odd => return None,
        }
        let value = match &self.of {
            Some(it) => Some(it.value(cells)?),
            None => None,
        };
        Some(Partial { count: 1, value: value.filter(|_| self.fold != Fold::Count) })
    }

    /// Adds what others come to; none where it is out of range.
    fn joined(&self, all: Partial, more: Partial) -> Option<Partial> {
        let value = match (all.value, more.value) {
            (Some(all), Some(more)) => {
                let (left, right, decimals) = aligned(all, more)?;
                let value = match self.fold {
                    Fold::Count => 0,
                    Fold::Sum => left.checked_add(right)?,
                    Fold::Least => left.min(right),
                    Fold::Most => left.max(right),
                };
                Some((value, decimals))
            }
            (all, more) => all.or(more),
        };
        Some(Partial { count: all.count + more.count, value })
    }
}

/// What rows come to so far, one for each total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Partials(Vec<Partial>);

impl Partials {
    pub(crate) fn none(totals: &[Total<usize>]) -> Self {
        Self(vec![Partial::default(); totals.len()])
    }

    /// Adds a row. Where this is not sure nothing can be said of any more.
    pub(crate) fn take(&mut self, totals: &[Total<usize>], cells: &impl Cells) -> Option<()> {
        for (total, all) in totals.iter().zip(&mut self.0) {
            *all = total.joined(*all, total.of_row(cells)?)?;
        }
        Some(())
    }

    /// Adds what other rows come to, as [`Partials::take`].
    pub(crate) fn join(&mut self, totals: &[Total<usize>], more: &Self) -> Option<()> {
        for ((total, all), more) in totals.iter().zip(&mut self.0).zip(&more.0) {
            *all = total.joined(*all, *more)?;
        }
        Some(())
    }

    /// The totals, each if it has a value.
    pub(crate) fn values(&self, totals: &[Total<usize>]) -> Vec<Option<Number>> {
        let value = |(total, it): (&Total<usize>, &Partial)| match total.fold {
            Fold::Count => Some((it.count.into(), 0)),
            _ => it.value,
        };
        totals.iter().zip(&self.0).map(value).collect()
    }
}
