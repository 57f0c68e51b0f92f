//! Figures that a program stored in binary and printed in full: 0.1 as 0.10000000149011612.

use super::claim::size;
use crate::table::{Decimal, NumberStyle, read_figure};

/// Digits from which on a figure may be the image of one in single precision: fewer could be by chance.
const SINGLE_MIN: u32 = 12;
/// Digits that single precision keeps.
const SINGLE_KEPT: u32 = 7;
/// Digits that only double precision has.
const DOUBLE_MIN: u32 = 16;
/// Decimals that only a program prints.
const PLACES_MIN: u8 = 7;

/// How far a figure may be off by the way that it was worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Not at all: it stands as it was meant.
    None,
    /// By a few of its last printed digits.
    Last,
    /// By itself for each two to this power: what a few steps in binary do.
    Steps(u32),
}

impl Doubt {
    /// The unit of a figure that is in doubt, in units of its scale.
    pub(super) fn unit(self, value: i64, unit: i64) -> i64 {
        match self {
            Self::None => unit,
            Self::Last => unit.saturating_mul(4),
            Self::Steps(steps) => unit.max(value.abs() >> steps),
        }
    }
}

/// The figure that was meant, and how far it may be off.
pub(super) fn meant(printed: Decimal) -> (Decimal, Doubt) {
    let digits = printed.units.unsigned_abs().checked_ilog10().map_or(1, |it| it + 1);
    if printed.exponent >= 0 {
        return (printed, Doubt::None);
    }
    if digits >= SINGLE_MIN
        && let Some(single) = single(printed)
    {
        let kept = single.units.unsigned_abs().checked_ilog10().map_or(1, |it| it + 1);
        return (single, if kept >= SINGLE_KEPT { Doubt::Steps(18) } else { Doubt::None });
    }
    let doubt = match digits {
        DOUBLE_MIN.. => Doubt::Steps(48),
        _ if printed.exponent.unsigned_abs() >= PLACES_MIN => Doubt::Last,
        _ => Doubt::None,
    };
    (printed, doubt)
}

/// The shortest figure that single precision stores as the printed one.
fn single(printed: Decimal) -> Option<Decimal> {
    let wide = size(printed.units) * 10_f64.powi(printed.exponent.into());
    #[expect(clippy::cast_possible_truncation, reason = "what single precision makes of it is the question")]
    let single = wide as f32;
    if !single.is_normal() || (f64::from(single) - wide).abs() > wide.abs() * 1e-13 {
        return None;
    }
    read_figure(&single.to_string(), NumberStyle::ENGLISH, None).ok().map(|it| it.value)
}
