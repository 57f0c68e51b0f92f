//! How sure it is that a break is a fault: log-odds of what was seen of it.
//!
//! The weights were fitted by hand on real tables; the probability is as good
//! as they are.

use super::claim::{Axis, Origin, RelationKind};
use super::{BreakClass, Grade};
use crate::slip::SlipKind;

/// What is known of a break.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) axis: Axis,
    pub(super) kind: RelationKind,
    pub(super) origin: Origin,
    pub(super) labelled: bool,
    /// Places where the relation holds.
    pub(super) held: usize,
    /// Breaks that do not stand together.
    pub(super) broken: usize,
    pub(super) chance: f64,
    /// Whether one slip explains the figure, or its absence.
    pub(super) is_slip: bool,
    pub(super) slip: Option<SlipKind>,
    /// Two relations break in the figure, or two figures are exchanged.
    pub(super) crossed: bool,
    /// Whether the mended figure fits its neighbours in the column: 1, or -1 where the printed one does.
    pub(super) smooth: i32,
    /// The gap for each of the total.
    pub(super) relative: f64,
    /// The gap, in whole units.
    pub(super) gap: f64,
    /// The most breaks of one sign.
    pub(super) one_sided: usize,
    /// What else it may be than a fault, if anything.
    pub(super) excuse: Option<BreakClass>,
}

/// From these log-odds on a break is told as sure, or as likely.
const SURE: f64 = 2.5;
const LIKELY: f64 = 0.85;
/// What a break that may be a revision comes to at most.
const REVISION: f64 = 2.0;

/// The log-odds and the grade of a break.
pub(super) fn grade(seen: &Seen) -> (f64, Grade) {
    let odds = log_odds(seen);
    let silent = match seen.excuse {
        Some(BreakClass::Rounding) => Some(Grade::Rounding),
        Some(BreakClass::OtherDefinition | BreakClass::NotAdditive) => Some(Grade::Weak),
        _ => None,
    };
    let told = if odds >= SURE {
        Grade::Sure
    } else if odds >= LIKELY {
        Grade::Likely
    } else {
        Grade::Weak
    };
    (odds, silent.unwrap_or(told))
}

fn log_odds(seen: &Seen) -> f64 {
    let broken = seen.broken.max(1);
    let share = super::claim::count(broken) / super::claim::count(broken + seen.held);
    let is = |it: bool, odds: f64| if it { odds } else { 0.0 };
    let strong = seen.chance < -60.0 && seen.held >= 50 && share < 0.08;
    // Of many places a few per cent may break.
    let broken = match seen.held {
        50.. if share < 0.02 => 1,
        50.. if share < 0.05 => 2,
        50.. => broken.min(4),
        _ => broken,
    };
    let mut odds = 0.5 + is(seen.labelled, 1.0) + is(seen.held >= 8, 1.0);
    odds += is(seen.chance < -12.0, 0.5) - is(seen.chance > -4.5, 0.5) - is(seen.chance > -3.0, 1.0);
    odds += if seen.is_slip { 1.0 } else { -0.3 };
    odds += is(seen.crossed, 2.0);
    odds -= match broken {
        1 => is(seen.held < 3, 0.7),
        number => {
            let many = if number == 2 { 0.4 } else { is(number <= 4, 0.8) + is(number > 4, 1.2) };
            many + is(share > 0.15, 0.7) + is(share > 0.25, 0.8)
        }
    };
    odds += is(seen.chance < -30.0 && seen.labelled && share <= 0.4 && seen.held >= 10, 1.0);
    odds += is(strong && !seen.labelled, 1.0);
    if !seen.is_slip && !seen.crossed && !strong {
        odds -= if seen.held >= 8 && broken <= 2 {
            is(seen.relative > 0.3, 0.6)
        } else {
            is(seen.relative > 0.2, 1.0) + is(seen.relative > 0.5, 1.0)
        };
    }
    odds -= is(broken >= 3 && seen.one_sided == broken, 0.5);
    odds += is(seen.smooth > 0, 1.5);
    odds -= is(matches!(seen.excuse, Some(BreakClass::MissingComponent)), 3.0);
    odds += of_kind(seen, broken);
    // One break of a running total may be an honest revision: never sure.
    if seen.kind == RelationKind::Running && !seen.crossed { odds.min(REVISION) } else { odds }
}

fn of_kind(seen: &Seen, broken: usize) -> f64 {
    let quotient = matches!(
        seen.kind,
        RelationKind::Quotient
            | RelationKind::Change
            | RelationKind::Growth
            | RelationKind::Share
            | RelationKind::Proportional
            | RelationKind::Product
    );
    let factor = seen.slip == Some(SlipKind::Factor) && !seen.crossed && quotient;
    let magnitude = if factor { -2.5 } else { 0.0 };
    if seen.axis == Axis::Rows {
        let told = seen.labelled && seen.origin != Origin::Seen && seen.relative < 0.05;
        return if seen.labelled { -0.3 } else { -1.0 } + if told { 0.7 } else { 0.0 };
    }
    magnitude
        + match seen.kind {
            RelationKind::Quotient | RelationKind::Change | RelationKind::Growth | RelationKind::Share => -0.3,
            RelationKind::Proportional => {
                let clear = seen.labelled && (seen.is_slip || seen.relative < 0.1) && broken == 1;
                if clear { -1.2 } else { -4.0 }
            }
            RelationKind::Hundred => {
                if seen.gap.abs() > 2.0 {
                    -0.5
                } else {
                    -1.2
                }
            }
            // Where many digits agree row after row it is no accident.
            RelationKind::Running => {
                if seen.chance < -15.0 && seen.labelled {
                    -0.3
                } else {
                    -1.0
                }
            }
            RelationKind::Balance | RelationKind::Distance => -0.5,
            // Points are deducted from one, and several are given a bonus that is not printed.
            RelationKind::Weighted => {
                if broken > 2 {
                    -1.2
                } else if seen.gap < 0.0 {
                    -0.7
                } else {
                    0.0
                }
            }
            _ => 0.0,
        }
}
