//! What fails only because figures are rounded.

use super::cells;
use crate::plan::{CellRef, Rounding};
use crate::rules::expression::Expression;
use crate::rules::expression::frame::Frame;
use crate::rules::expression::vector::Truth;

pub(super) const ONLY_ROUNDED: &str =
    "rounding can explain this difference: if the figures are rounded, add rounding = \"independent\" to the rule";

impl Expression {
    /// Whether rounding would explain a check that fails exactly, where a figure is printed with decimals: a mean is
    /// seldom printed to its last digit. What is read of all rows may not be at hand, and is not asked for.
    pub(super) fn is_only_rounded(&self, frame: &Frame<'_>, check: usize) -> bool {
        let has_decimals = |it: &CellRef| {
            let column = &frame.table_of(*it).columns[it.cell.column];
            column.decimal(it.cell.row).is_some_and(|it| it.exponent < 0)
        };
        self.rounding == Rounding::Exact
            && frame.slots.is_empty()
            && cells(&frame.operands(&self.node, check)).iter().any(has_decimals)
            && frame.possible(&self.node, check, true, Rounding::Independent) == Truth::True
    }
}
