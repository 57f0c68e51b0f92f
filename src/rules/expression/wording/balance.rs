//! Says how a total and its parts disagree.

use num_traits::{One, Signed};

use super::super::frame::Frame;
use super::super::node::NO_INPUTS;
use crate::finding::{Expected, Place, Role};
use crate::plan::{CellRef, Equation, Interval, Linear, Missing, Relation, Rounding};
use crate::rules::{Context, Detail, Mark};
use crate::table::{Exact, is_fillable, show_exact};

/// A total and its weighted parts, all single cells.
#[derive(Debug)]
pub(crate) struct Balance<'a> {
    /// The total.
    pub(crate) total: CellRef,
    /// The parts with their weights.
    pub(crate) parts: &'a [(Exact, CellRef)],
    /// Whether the parts make the total, or are at most as much.
    pub(crate) complete: bool,
    /// What the rule makes of missing figures.
    pub(crate) missing: Missing,
    /// What it makes of printed precision.
    pub(crate) rounding: Rounding,
    /// Whether parts are columns of the total's row, or rows of its column.
    pub(crate) in_row: bool,
}

// A message names this many parts, and says how many there are.
const PARTS_SHOWN: usize = 6;
const PLACES_MAX: usize = 40;

impl Balance<'_> {
    /// Judges whether the parts make the total.
    pub(crate) fn mark(&self, context: &Context<'_>) -> Mark {
        let frame = self.frame(context);
        frame.mark_linear(&self.linear(), self.relation(), self.missing, self.rounding)
    }

    /// It as a weighted sum of cells against zero.
    pub(crate) fn equation(&self) -> Equation {
        Equation::linear(self.linear(), self.relation(), self.rounding, self.missing)
    }

    /// Says what is the matter, or why it cannot be told.
    pub(crate) fn explain(&self, context: &Context<'_>) -> Detail {
        let frame = self.frame(context);
        let fails = frame.mark_linear(&self.linear(), self.relation(), Missing::Undetermined, self.rounding);
        let table = frame.table_of(self.total);
        let mut detail = if fails == Mark::Fails { self.failure(&frame) } else { self.unknown(&frame) };
        let row = table.row_name(self.total.cell.row);
        if self.in_row {
            detail.message = format!("{row}: {}", detail.message);
        }
        detail.row = Some(row);
        detail.column = Some(table.columns[self.total.cell.column].name.clone());
        detail
    }

    fn frame<'c>(&self, context: &'c Context<'c>) -> Frame<'c> {
        Frame::new(context, None, &NO_INPUTS, self.missing == Missing::Zero, Vec::new())
    }

    fn relation(&self) -> Relation {
        if self.complete { Relation::Equal } else { Relation::AtMost }
    }

    /// Parts minus total.
    fn linear(&self) -> Linear {
        let total = std::iter::once((-Exact::one(), self.total));
        Linear::new(self.parts.iter().cloned().chain(total).collect(), Exact::from_integer(0.into()))
    }

    fn failure(&self, frame: &Frame<'_>) -> Detail {
        let table = frame.table_of(self.total);
        let parts = Linear::new(self.parts.to_vec(), Exact::from_integer(0.into()));
        let made = frame.linear_value(&parts);
        let known = frame.linear_value(&Linear::new(vec![(Exact::one(), self.total)], Exact::from_integer(0.into())));
        let name = format!("{} {}", self.name(frame, self.total), frame.printed(self.total));
        let verb = if self.complete { "is not the sum of" } else { "is less than" };
        let listed = self.listed(frame);
        let possible = frame.linear_interval(&parts, Rounding::Exact);
        let between = possible.as_ref().and_then(|it| Some((it.low.as_ref()?, it.high.as_ref()?)));
        let message = match (&made, between) {
            (None, Some((low, high))) => {
                let (low, high) = (show_exact(&low.value), show_exact(&high.value));
                format!("{name} {verb} its parts, {low} to {high} ({listed})")
            }
            (Some(made), _) => format!("{name} {verb} its parts, {} ({listed})", show_exact(made)),
            (None, None) => format!("{name} {verb} its parts, whatever the missing figures are ({listed})"),
        };
        let mut detail = Detail::new(table.name.clone(), message);
        let label = match (&made, &known) {
            (Some(made), Some(known)) => {
                let gap = known - made;
                let word = if gap.is_positive() { "more" } else { "less" };
                format!("{} {word} than its parts", show_exact(&gap.abs()))
            }
            _ if self.exceeds(frame, possible.as_ref()) => "more than its parts can add up to".to_owned(),
            _ => "already less than its parts".to_owned(),
        };
        detail.places = self.places(frame, &label);
        detail.observed = known.as_ref().map(show_exact);
        let expected = if self.complete { Expected::Equal } else { Expected::AtLeast };
        detail.expected = match (&made, between) {
            (Some(made), _) => Some(expected(show_exact(made))),
            (None, Some((low, high))) if self.complete => {
                Some(Expected::Between(show_exact(&low.value), show_exact(&high.value)))
            }
            _ => None,
        };
        detail.gap = frame.linear_interval(&self.linear(), self.rounding).map(|it| show_exact(&it.gap()));
        detail
    }

    /// Whether the total is above whatever its parts can make.
    fn exceeds(&self, frame: &Frame<'_>, parts: Option<&Interval>) -> bool {
        let total = frame.cell_interval(self.total, Rounding::Exact);
        let low = total.as_ref().and_then(|it| it.low.as_ref());
        let high = parts.and_then(|it| it.high.as_ref());
        low.zip(high).is_some_and(|(low, high)| low.value > high.value || (low.value == high.value && high.open))
    }

    fn unknown(&self, frame: &Frame<'_>) -> Detail {
        let table = frame.table_of(self.total);
        let all = std::iter::once(self.total).chain(self.parts.iter().map(|it| it.1));
        let lacking: Vec<CellRef> = all
            .filter(|it| {
                let state = frame.table_of(*it).columns[it.cell.column].states[it.cell.row];
                !(state.has_value() || frame.zero && is_fillable(state))
            })
            .collect();
        let mut reasons: Vec<String> =
            lacking.iter().take(3).map(|it| frame.reason(*it, self.name(frame, *it).trim_end_matches(':'))).collect();
        if lacking.len() > 3 {
            reasons.push(format!("{} more", lacking.len() - 3));
        }
        let mut detail = Detail::new(table.name.clone(), reasons.join("; "));
        if let Some(first) = lacking.first() {
            detail.places.push(place(frame, *first, Role::Primary, "the check needs this value"));
        }
        detail
    }

    fn name(&self, frame: &Frame<'_>, it: CellRef) -> String {
        let table = frame.table_of(it);
        let name = if self.in_row { table.columns[it.cell.column].name.clone() } else { table.row_name(it.cell.row) };
        // `1, Mayor 90` and `2021 90` would read as one.
        let runs_on = name.contains(',') || name.ends_with(|it: char| it.is_ascii_digit());
        if runs_on { format!("{name}:") } else { name }
    }

    fn listed(&self, frame: &Frame<'_>) -> String {
        let mut text = String::new();
        for (at, (weight, cell)) in self.parts.iter().take(PARTS_SHOWN).enumerate() {
            let sign = match (at, weight.is_negative()) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            };
            let size = weight.abs();
            let factor = if size.is_one() { String::new() } else { format!("{} × ", show_exact(&size)) };
            let printed = frame.printed(*cell);
            let printed = if printed.is_empty() { "empty" } else { printed };
            text.extend([sign, &factor, &self.name(frame, *cell), " ", printed]);
        }
        if self.parts.len() > PARTS_SHOWN {
            text.extend([" + …, ", &self.parts.len().to_string(), " parts"]);
        }
        if self.parts.is_empty() { "no parts".to_owned() } else { text }
    }

    fn places(&self, frame: &Frame<'_>, label: &str) -> Vec<Place> {
        let mut places = vec![place(frame, self.total, Role::Primary, label)];
        let parts = self.parts.iter().take(PLACES_MAX);
        places.extend(parts.map(|it| place(frame, it.1, Role::Operand, "a part")));
        places
    }
}

fn place(frame: &Frame<'_>, it: CellRef, role: Role, label: &str) -> Place {
    Place::of_cell(frame.table_of(it), it.cell.row, it.cell.column, role, label)
}
