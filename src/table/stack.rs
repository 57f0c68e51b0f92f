//! One table of several that stand one below the other in the same document.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::column::rescale;
use super::{Column, ColumnData, Decimal, Lane, Numbers, Table, Texts};

/// A table that others are put below, with the same columns.
pub(crate) struct Stack {
    table: Table,
    /// The texts of each column by their codes; empty for others.
    codes: Vec<HashMap<Box<str>, u32, FixedState>>,
}

impl Stack {
    /// Begins with the topmost.
    pub(crate) fn new(table: Table) -> Self {
        let codes = table.columns.iter().map(|it| match &it.data {
            ColumnData::Texts(it) => it.dictionary.iter().cloned().zip(0..).collect(),
            _ => HashMap::default(),
        });
        Self { codes: codes.collect(), table }
    }

    /// Puts a table below those that are there. None where that cannot be done: its
    /// columns are others, or figures do not fit 128 bits at a common power of ten.
    pub(crate) fn push(&mut self, more: Table) -> Option<()> {
        let own = &mut self.table;
        let is_nested = more.rows.iter().any(|it| it.under.is_some());
        if own.columns.len() != more.columns.len() || is_nested {
            return None;
        }
        let above = u32::try_from(own.rows.len()).ok()?;
        for ((column, other), codes) in own.columns.iter_mut().zip(more.columns).zip(&mut self.codes) {
            push_column(column, other, codes)?;
        }
        append(&mut own.rows, more.rows);
        own.unclear.extend(more.unclear.into_iter().map(|it| super::UnclearRow { row: it.row + above, ..it }));
        own.doubts.extend(more.doubts.into_iter().map(|it| super::Doubt { row: it.row + above, ..it }));
        Some(())
    }

    /// All of them as one.
    pub(crate) fn table(mut self) -> Table {
        for (column, codes) in self.table.columns.iter_mut().zip(self.codes) {
            if let ColumnData::Texts(it) = &mut column.data {
                let mut dictionary = vec![Box::<str>::default(); codes.len()];
                for (text, code) in codes {
                    dictionary[code as usize] = text;
                }
                it.dictionary = dictionary.into();
            }
        }
        self.table
    }
}

fn push_column(own: &mut Column, more: Column, codes: &mut HashMap<Box<str>, u32, FixedState>) -> Option<()> {
    let is_plain = own.positions.is_empty() && more.positions.is_empty();
    if own.name != more.name || own.kind != more.kind || !is_plain {
        return None;
    }
    match (&mut own.data, more.data) {
        (ColumnData::Numbers(own), ColumnData::Numbers(more)) => push_numbers(own, more)?,
        (ColumnData::Dates(own), ColumnData::Dates(more)) => append(&mut own.days, more.days),
        (ColumnData::Texts(own), ColumnData::Texts(more)) => push_texts(own, &more, codes)?,
        _ => return None,
    }
    append(&mut own.states, more.states);
    append(&mut own.spans, more.spans);
    if !more.undone.is_empty() {
        Arc::make_mut(&mut own.undone).extend(more.undone.iter().map(|it| (*it.0, it.1.clone())));
    }
    Some(())
}

fn push_texts(own: &mut Texts, more: &Texts, codes: &mut HashMap<Box<str>, u32, FixedState>) -> Option<()> {
    let mut code_of = Vec::with_capacity(more.dictionary.len());
    for text in more.dictionary.iter() {
        let next = u32::try_from(codes.len()).ok()?;
        let known = codes.get(text).copied();
        if known.is_none() {
            codes.insert(text.clone(), next);
        }
        code_of.push(known.unwrap_or(next));
    }
    append(&mut own.codes, more.codes.iter().map(|it| code_of[*it as usize]).collect());
    Some(())
}

fn push_numbers(own: &mut Numbers, mut more: Numbers) -> Option<()> {
    let exponent = own.exponent.min(more.exponent);
    refine(own, exponent)?;
    refine(&mut more, exponent)?;
    match (&mut own.units, more.units) {
        (Lane::Narrow(own), Lane::Narrow(more)) => append(own, more),
        (Lane::Wide(own), Lane::Wide(more)) => append(own, more),
        (Lane::Wide(own), Lane::Narrow(more)) => append(own, more.into_iter().map(i128::from).collect()),
        (Lane::Narrow(narrow), Lane::Wide(more)) => {
            let mut wide: Vec<i128> = narrow.iter().map(|it| i128::from(*it)).collect();
            append(&mut wide, more);
            own.units = Lane::Wide(wide);
        }
    }
    append(&mut own.printed, more.printed);
    Some(())
}

/// Lays figures out at a smaller power of ten.
fn refine(numbers: &mut Numbers, exponent: i8) -> Option<()> {
    if numbers.exponent != exponent {
        let old = numbers.exponent;
        let units = (0..numbers.units.len()).map(|it| Decimal { units: numbers.units.get(it), exponent: old });
        numbers.units = Lane::from_wide(units.map(|it| rescale(it, exponent)).collect::<Option<_>>()?);
        numbers.exponent = exponent;
    }
    Some(())
}

/// Appends with little room to spare: these are the largest things in memory.
fn append<T>(all: &mut Vec<T>, mut more: Vec<T>) {
    if all.capacity() - all.len() < more.len() {
        all.reserve_exact(more.len().max(all.len() / 8));
    }
    all.append(&mut more);
}
