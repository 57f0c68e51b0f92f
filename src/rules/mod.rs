//! Rule files, expressions, and one file a kind.
//!
//! A rule is compiled once, against what its rule file declares, and then
//! judged over whole columns of an edition: [`Kind::verdicts`] gives one
//! [`Mark`] per check. What there is to say of a check that does not hold is
//! worked out only then, by [`Kind::explain`].

mod at;
mod cells;
mod dataset;
mod declared;
pub mod expression;
mod file;
mod implied;
mod kind;
mod kinds;
mod language;

pub(crate) use at::At;
pub use cells::CellSet;
pub use dataset::{Dataset, PeriodSource, Rule};
pub use declared::{column_with_alias, row_with_alias};
pub(crate) use file::{InOrder, Places, WordOr, stanza_at};
pub use file::{RESERVED, load, schema, stands_alone};
pub use implied::implied;
pub use kind::{Binding, Context, Detail, Kind, Mark, Need, Scope};
pub(crate) use kind::{all_open, prints_no};
pub(crate) use kinds::Allowance;
pub(crate) use kinds::compare as compare_rows;
#[cfg(test)]
pub(crate) use kinds::expect;
pub(crate) use kinds::grouped;
pub use kinds::{KindInfo, all as kinds};
pub use language::{language, reference};

#[doc(no_inline)]
pub use crate::plan::{Cell, Equation, Missing, Rounding};

/// The page of `claim`, which no rule file asks for: manual, examples and test.
const CLAIM_PAGE: &str = include_str!("../../rules/kinds/claim.md");
