//! Figures of all records together, by partial results.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Sieve;
use super::formula::{Cells, Condition, Number, Term, aligned};
use super::row::{Column, value_of};

/// How the records come to one figure.
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

/// One figure of all records; `C` says which column.
#[derive(Clone, Debug, PartialEq)]
pub struct Total<C> {
    /// How they come to it.
    pub fold: Fold,
    /// What is taken of each; nothing where they are counted.
    pub of: Option<Term<C>>,
    /// Which records count; all without it.
    pub when: Option<Condition<C>>,
    /// Whether the `where` of its rule chooses too.
    pub filtered: bool,
}

/// What some of the records come to.
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
        let (mut numbers, texts) = self.when.as_ref().map(Condition::read).unwrap_or_default();
        if let Some(of) = &self.of {
            of.columns(&mut numbers);
        }
        (numbers, texts)
    }
}

impl Total<usize> {
    /// What one record adds: nothing where it does not count. None where this
    /// is not sure.
    fn of_record(&self, cells: &impl Cells) -> Option<Partial> {
        match self.when.as_ref().map(|it| it.truth(cells)) {
            None | Some(Some(true)) => {}
            Some(Some(false)) => return Some(Partial::default()),
            Some(None) => return None,
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

/// What records come to so far, one for each total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Partials(Vec<Partial>);

impl Partials {
    pub(crate) fn none(totals: &[Total<usize>]) -> Self {
        Self(vec![Partial::default(); totals.len()])
    }

    /// Adds a record. Where this is not sure nothing can be said of any more.
    pub(super) fn take(&mut self, totals: &[Total<usize>], cells: &impl Cells) -> Option<()> {
        for (total, all) in totals.iter().zip(&mut self.0) {
            *all = total.joined(*all, total.of_record(cells)?)?;
        }
        Some(())
    }

    /// Adds what other records come to, as [`Partials::take`].
    pub(crate) fn join(&mut self, totals: &[Total<usize>], more: &Self) -> Option<()> {
        for ((total, all), more) in totals.iter().zip(&mut self.0).zip(&more.0) {
            *all = total.joined(*all, *more)?;
        }
        Some(())
    }

    /// The totals, if each has a value.
    pub(crate) fn values(&self, totals: &[Total<usize>]) -> Option<Values> {
        let value = |(total, it): (&Total<usize>, &Partial)| match total.fold {
            Fold::Count => Some((it.count.into(), 0)),
            _ => it.value,
        };
        totals.iter().zip(&self.0).map(value).collect::<Option<_>>().map(Values)
    }
}

/// Totals as cells, by their index.
pub(crate) struct Values(Vec<Number>);

impl Cells for Values {
    fn number(&self, column: usize) -> Number {
        self.0[column]
    }

    fn text(&self, _column: usize) -> &[u8] {
        &[]
    }

    fn is_blank(&self, _column: usize) -> bool {
        false
    }
}

/// The cells of a record that is not plain, as far as totals read them.
struct Slow<'a>(Vec<(Number, &'a [u8])>);

impl Cells for Slow<'_> {
    fn number(&self, column: usize) -> Number {
        self.0[column].0
    }

    fn text(&self, column: usize) -> &[u8] {
        self.0[column].1
    }

    fn is_blank(&self, column: usize) -> bool {
        self.0[column].1.is_empty()
    }
}

impl Sieve {
    /// Whether a record has no cell that holds something: it is no row.
    pub(crate) fn is_blank(&self, record: &[u8]) -> bool {
        self.cells(record).is_some_and(|it| all_empty(&it))
    }

    fn cells<'a>(&self, record: &'a [u8]) -> Option<Vec<Cow<'a, str>>> {
        super::cells_of(std::str::from_utf8(record).ok()?, self.dialect)
    }

    /// Adds a record that was handed out to the totals; none where it cannot be
    /// told what it adds, as where a cell is no plain figure.
    pub(crate) fn take_slow(&self, record: &[u8], partials: &mut Partials) -> Option<()> {
        let cells = self.cells(record)?;
        if all_empty(&cells) {
            return Some(());
        }
        if cells.len() != self.columns.len() {
            return None;
        }
        let read = self.totals.iter().flat_map(|it| [it.read().0, it.read().1].concat());
        let read: BTreeSet<usize> = read.copied().collect();
        let mut values = vec![((0, 0), &b""[..]); cells.len()];
        for column in read {
            let text = cells[column].trim().as_bytes();
            let form = Column::new((&self.columns[column], &false));
            let number = value_of(form, text).filter(|_| !self.is_marker(text))?;
            values[column] = (number, text);
        }
        partials.take(&self.totals, &Slow(values))
    }
}

fn all_empty(cells: &[Cow<'_, str>]) -> bool {
    cells.iter().all(|it| it.trim().is_empty())
}
