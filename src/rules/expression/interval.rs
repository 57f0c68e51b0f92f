//! What a printed figure may stand for: intervals with closed or open ends.
//!
//! A figure rounded to a unit u stands for v ± u/2, both ends included, since
//! offices round halves both ways; one cut off stands for v up to, not
//! including, v + u. Method: intervals of XBRL Calculations 1.1.

use num_traits::{Signed, Zero};

use super::kernels::round_exact;
use super::node::Relation;
use crate::rules::Rounding;
use crate::table::{Decimal, Exact};

/// An end of an interval.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct End {
    /// Where it is.
    pub(crate) value: Exact,
    /// Whether the value itself lies outside.
    pub(crate) open: bool,
}

/// The values that something can have; an end that is `None` is unbounded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Interval {
    /// The lower end.
    pub(crate) low: Option<End>,
    /// The upper end.
    pub(crate) high: Option<End>,
    /// Whether a missing figure took part.
    pub(crate) missing: bool,
}

impl End {
    fn closed(value: Exact) -> Self {
        Self { value, open: false }
    }

    fn map(self, change: impl FnOnce(Exact) -> Exact) -> Self {
        Self { value: change(self.value), open: self.open }
    }
}

impl Interval {
    /// Exactly one value.
    pub(crate) fn point(value: Exact) -> Self {
        Self { low: Some(End::closed(value.clone())), high: Some(End::closed(value)), missing: false }
    }

    /// What a printed figure stands for.
    pub(crate) fn of_figure(figure: Decimal, rounding: Rounding) -> Self {
        let value = figure.exact();
        // Slack never exceeds the figure's own size: `0` and `4 thousand` do
        // not reach below nothing.
        let slack = |unit: Exact| unit.min(value.abs());
        match rounding {
            Rounding::Exact => Self::point(value),
            Rounding::Independent => {
                let half = slack(figure.half_unit());
                Self { low: Some(End::closed(&value - &half)), high: Some(End::closed(&value + &half)), missing: false }
            }
            Rounding::Truncated => {
                let unit = slack(figure.half_unit() * Exact::from_integer(2.into()));
                let open = !unit.is_zero();
                if value.is_negative() {
                    Self {
                        low: Some(End { value: &value - unit, open }),
                        high: Some(End::closed(value)),
                        missing: false,
                    }
                } else {
                    let high = Some(End { value: &value + unit, open });
                    Self { low: Some(End::closed(value)), high, missing: false }
                }
            }
        }
    }

    /// What a missing count stands for: zero or more.
    pub(crate) fn missing_count() -> Self {
        Self { low: Some(End::closed(Exact::zero())), high: None, missing: true }
    }

    /// The sum of a value of each.
    pub(crate) fn add(&self, other: &Self) -> Self {
        let end = |a: &Option<End>, b: &Option<End>| {
            let (a, b) = (a.as_ref()?, b.as_ref()?);
            Some(End { value: &a.value + &b.value, open: a.open || b.open })
        };
        let missing = self.missing || other.missing;
        Self { low: end(&self.low, &other.low), high: end(&self.high, &other.high), missing }
    }

    /// Every value times a factor; a negative one exchanges the ends.
    pub(crate) fn scale(&self, factor: &Exact) -> Self {
        if factor.is_zero() {
            return Self { missing: self.missing, ..Self::point(Exact::zero()) };
        }
        let end = |it: &Option<End>| it.clone().map(|it| it.map(|it| it * factor));
        let (low, high) = (end(&self.low), end(&self.high));
        let missing = self.missing;
        if factor.is_negative() { Self { low: high, high: low, missing } } else { Self { low, high, missing } }
    }

    /// The difference of a value of each.
    pub(crate) fn subtract(&self, other: &Self) -> Self {
        self.add(&other.scale(&-Exact::from_integer(1.into())))
    }

    /// The product of a value of each.
    pub(crate) fn multiply(&self, other: &Self) -> Self {
        let missing = self.missing || other.missing;
        let corners = |it: &Self| Some([it.low.clone()?, it.high.clone()?]);
        let (Some(a), Some(b)) = (corners(self), corners(other)) else {
            return Self { low: None, high: None, missing };
        };
        let mut products = a.iter().flat_map(|a| b.iter().map(move |b| product(a, b)));
        let first = products.next().expect("two ends each give four corners");
        let (mut low, mut high) = (first.clone(), first);
        for it in products {
            if it.value < low.value || (it.value == low.value && !it.open) {
                low = it.clone();
            }
            if it.value > high.value || (it.value == high.value && !it.open) {
                high = it;
            }
        }
        Self { low: Some(low), high: Some(high), missing }
    }

    /// The quotient of a value of each; unbounded where the divisor can be zero.
    pub(crate) fn divide(&self, other: &Self) -> Self {
        let missing = self.missing || other.missing;
        let (Some(low), Some(high)) = (&other.low, &other.high) else {
            return Self { low: None, high: None, missing };
        };
        if !low.value.is_positive() && !high.value.is_negative() {
            return Self { low: None, high: None, missing };
        }
        let inverse = |it: &End| Some(it.clone().map(|it| it.recip()));
        self.multiply(&Self { low: inverse(high), high: inverse(low), missing: other.missing })
    }

    /// The sizes of its values.
    pub(crate) fn abs(&self) -> Self {
        let mirrored = self.scale(&-Exact::from_integer(1.into()));
        let negative = |it: &Option<End>| it.as_ref().is_none_or(|it| it.value.is_negative());
        match (negative(&self.low), negative(&self.high)) {
            (false, _) => self.clone(),
            (true, true) if self.high.is_some() => mirrored,
            _ => {
                let high = larger(self.high.as_ref(), mirrored.high.as_ref());
                Self { low: Some(End::closed(Exact::zero())), high, missing: self.missing }
            }
        }
    }

    /// Its values rounded; an open end may round to the end itself.
    pub(crate) fn round(&self, decimals: i32) -> Self {
        let end = |it: &Option<End>| it.as_ref().map(|it| End::closed(round_exact(&it.value, decimals)));
        Self { low: end(&self.low), high: end(&self.high), missing: self.missing }
    }

    /// The larger of a value of each.
    pub(crate) fn greatest(&self, other: &Self) -> Self {
        let low = match (&self.low, &other.low) {
            (None, it) | (it, None) => it.clone(),
            (a, b) => larger(a.as_ref(), b.as_ref()),
        };
        Self { low, high: larger(self.high.as_ref(), other.high.as_ref()), missing: self.missing || other.missing }
    }

    /// The smaller of a value of each.
    pub(crate) fn least(&self, other: &Self) -> Self {
        let turn = -Exact::from_integer(1.into());
        self.scale(&turn).greatest(&other.scale(&turn)).scale(&turn)
    }

    /// Whether one of its values compares with zero like this.
    pub(crate) fn allows(&self, relation: Relation) -> bool {
        let below = |it: &Option<End>, equal: bool| {
            it.as_ref().is_none_or(|it| it.value.is_negative() || (equal && it.value.is_zero() && !it.open))
        };
        let above = |it: &Option<End>, equal: bool| {
            it.as_ref().is_none_or(|it| it.value.is_positive() || (equal && it.value.is_zero() && !it.open))
        };
        match relation {
            Relation::Less => below(&self.low, false),
            Relation::AtMost => below(&self.low, true),
            Relation::More => above(&self.high, false),
            Relation::AtLeast => above(&self.high, true),
            Relation::Equal => below(&self.low, true) && above(&self.high, true),
            Relation::Unequal => below(&self.low, false) || above(&self.high, false),
        }
    }

    /// How far it is from a value that compares with zero like this.
    pub(crate) fn gap(&self) -> Exact {
        match (&self.low, &self.high) {
            (Some(low), _) if low.value.is_positive() => low.value.clone(),
            (_, Some(high)) if high.value.is_negative() => -high.value.clone(),
            _ => Exact::zero(),
        }
    }
}

fn product(a: &End, b: &End) -> End {
    let settled = |it: &End| it.value.is_zero() && !it.open;
    End { value: &a.value * &b.value, open: (a.open || b.open) && !settled(a) && !settled(b) }
}

fn larger(a: Option<&End>, b: Option<&End>) -> Option<End> {
    let (a, b) = (a?, b?);
    let first = a.value > b.value || (a.value == b.value && !a.open);
    Some(if first { a.clone() } else { b.clone() })
}
