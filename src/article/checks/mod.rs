//! The checks of an article: one file a check.
//!
//! Each looks at the numbers that it is for, and says what it can of them.
//! What none says anything of stays unsourced.

mod aggregate;
mod calendar;
mod cell;
pub(super) mod change;
pub(super) mod direction;
mod facts;
mod gap;
mod listing;
mod margin;
mod pair;
mod part;
pub(super) mod rank;
mod record;
mod repeat;
pub(super) mod share;
pub(super) mod slip;
mod span;
mod stated;
mod sum;
mod table;
pub(super) mod when;

use super::judge::Case;

/// Runs every check.
pub(super) fn run(case: &mut Case<'_>) {
    calendar::run(case);
    sum::run(case);
    part::run(case);
    share::run(case);
    change::run(case);
    gap::run(case);
    direction::run(case);
    margin::run(case);
    listing::run(case);
    span::run(case);
    let facts = facts::Facts::of(case.material, case.sentences());
    if !facts.is_empty() {
        cell::run(case, &facts);
        rank::run(case, &facts);
        aggregate::run(case, &facts);
        table::run(case, &facts);
        super::story::run(case);
        stated::reconsider(case);
        case.limits.vague = facts.is_vague();
    }
    repeat::run(case);
}
