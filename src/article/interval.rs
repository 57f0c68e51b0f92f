//! What values a wording allows.

use num_traits::Zero;

use crate::table::{Exact, show_exact};

/// A stretch of numbers, its ends in it or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// The lower end and whether it belongs to it; `None` where there is none.
    pub low: Option<(Exact, bool)>,
    /// The upper end and whether it belongs to it; `None` where there is none.
    pub high: Option<(Exact, bool)>,
}

impl Interval {
    /// One value.
    pub fn at(value: &Exact) -> Self {
        Self::between(value.clone(), value.clone())
    }

    /// Both ends included.
    pub fn between(low: Exact, high: Exact) -> Self {
        Self { low: Some((low, true)), high: Some((high, true)) }
    }

    /// A value give or take something.
    pub fn around(value: &Exact, half: &Exact) -> Self {
        Self::between(value - half, value + half)
    }

    /// Above a value, the value in it or not.
    pub fn above(value: &Exact, with: bool) -> Self {
        Self { low: Some((value.clone(), with)), high: None }
    }

    /// From zero to a value, the value in it or not.
    pub fn below(value: &Exact, with: bool) -> Self {
        let low = (value >= &Exact::zero()).then(|| (Exact::zero(), true));
        Self { low, high: Some((value.clone(), with)) }
    }

    /// Whether a value lies in it.
    pub fn holds(&self, value: &Exact) -> bool {
        let low = self.low.as_ref().is_none_or(|(end, with)| value > end || (*with && value == end));
        let high = self.high.as_ref().is_none_or(|(end, with)| value < end || (*with && value == end));
        low && high
    }

    /// Whether the two have a value in common.
    pub fn meets(&self, other: &Self) -> bool {
        let apart = |low: &Option<(Exact, bool)>, high: &Option<(Exact, bool)>| match (low, high) {
            (Some((low, in_low)), Some((high, in_high))) => low > high || (low == high && !(*in_low && *in_high)),
            _ => false,
        };
        !apart(&self.low, &other.high) && !apart(&other.low, &self.high)
    }

    /// What lies in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let tighter = |one: &Option<(Exact, bool)>, two: &Option<(Exact, bool)>, upper: bool| match (one, two) {
            (Some(a), Some(b)) if a.0 == b.0 => Some((a.0.clone(), a.1 && b.1)),
            (Some(a), Some(b)) => Some(if (a.0 < b.0) == upper { a.clone() } else { b.clone() }),
            (Some(a), None) | (None, Some(a)) => Some(a.clone()),
            (None, None) => None,
        };
        Self { low: tighter(&self.low, &other.low, false), high: tighter(&self.high, &other.high, true) }
    }

    /// Both ends times a factor that is not negative.
    #[must_use]
    pub fn times(&self, factor: &Exact) -> Self {
        let scaled = |it: &Option<(Exact, bool)>| it.as_ref().map(|(end, with)| (end * factor, *with));
        Self { low: scaled(&self.low), high: scaled(&self.high) }
    }

    /// The sum of any value of the one and any of the other.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let sum = |one: &Option<(Exact, bool)>, two: &Option<(Exact, bool)>| {
            let ((a, in_a), (b, in_b)) = (one.as_ref()?, two.as_ref()?);
            Some((a + b, *in_a && *in_b))
        };
        Self { low: sum(&self.low, &other.low), high: sum(&self.high, &other.high) }
    }

    /// Its ends as exact decimals, the way that `[a, b)` is written.
    pub fn shown(&self) -> String {
        let end = |it: &Option<(Exact, bool)>| it.as_ref().map(|it| show_exact(&it.0));
        let open = if self.low.as_ref().is_some_and(|it| it.1) { "[" } else { "(" };
        let close = if self.high.as_ref().is_some_and(|it| it.1) { "]" } else { ")" };
        let (low, high) = (end(&self.low).unwrap_or_default(), end(&self.high).unwrap_or_default());
        format!("{open}{low}, {high}{close}")
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;

    use super::*;

    fn whole(it: i64) -> Exact {
        Exact::from_integer(BigInt::from(it))
    }

    #[test]
    fn open_ends_do_not_meet() {
        let (below, above) = (Interval::below(&whole(5), false), Interval::above(&whole(5), true));
        assert!(!below.meets(&above) && Interval::below(&whole(5), true).meets(&above));
        assert!(below.holds(&whole(0)) && !below.holds(&whole(5)) && above.holds(&whole(5)));
        assert_eq!(below.and(&Interval::above(&whole(2), false)).shown(), "(2, 5)");
    }
}
