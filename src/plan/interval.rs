//! What something may be: intervals with closed or open ends.
//!
//! A figure rounded to a unit u stands for v ± u/2, both ends included, since
//! offices round halves both ways; one cut off stands for v up to, not
//! including, v + u. Slack never exceeds the figure's own size: `0` and `4
//! thousand` do not reach below nothing, and many zeros hide no gap. Method:
//! intervals of XBRL Calculations 1.1.

use num_traits::{Signed, Zero};

use super::Relation;
use crate::table::{Decimal, Exact};

/// What a rule makes of printed precision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rounding {
    /// Figures are what they say.
    #[default]
    Exact,
    /// Each figure was rounded on its own: it stands for its value ± half a
    /// unit of its last printed digit, both ends included.
    Independent,
    /// Each figure was cut off: it stands for its value up to, not including,
    /// one unit of its last printed digit more (away from zero).
    Truncated,
}

/// Exact numbers that intervals are made of.
pub(crate) trait Number: Clone + Ord {
    /// The value of a figure.
    fn of(figure: Decimal) -> Self;
    /// -1, 0 or 1.
    fn sign(&self) -> i8;
    /// The sum of two.
    fn plus(&self, other: &Self) -> Self;
    /// The product of two.
    fn times(&self, other: &Self) -> Self;
    /// The quotient of two; the divisor is not zero.
    fn over(&self, other: &Self) -> Self;
    /// Less than nothing by as much.
    fn negated(&self) -> Self;

    /// A small whole number.
    fn whole(it: i8) -> Self {
        Self::of(Decimal::whole(it.into()))
    }

    /// Its size.
    fn size(&self) -> Self {
        if self.sign() < 0 { self.negated() } else { self.clone() }
    }
}

impl Number for Exact {
    fn of(figure: Decimal) -> Self {
        figure.exact()
    }

    fn sign(&self) -> i8 {
        if self.is_zero() { 0 } else { 1 - 2 * i8::from(self.is_negative()) }
    }

    fn plus(&self, other: &Self) -> Self {
        self + other
    }

    fn times(&self, other: &Self) -> Self {
        self * other
    }

    fn over(&self, other: &Self) -> Self {
        self / other
    }

    fn negated(&self) -> Self {
        -self.clone()
    }
}

/// An end of an interval.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct End<N> {
    /// Where it is.
    pub(crate) value: N,
    /// Whether the value itself lies outside.
    pub(crate) open: bool,
}

/// The values that something can have; an end that is `None` is unbounded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Interval<N = Exact> {
    /// The lower end.
    pub(crate) low: Option<End<N>>,
    /// The upper end.
    pub(crate) high: Option<End<N>>,
    /// Whether a missing figure took part.
    pub(crate) missing: bool,
}

impl<N: Number> End<N> {
    /// An end that is inside.
    pub(crate) fn closed(value: N) -> Self {
        Self { value, open: false }
    }

    fn plus(&self, by: &N) -> Self {
        Self { value: self.value.plus(by), open: self.open }
    }

    fn times(&self, factor: &N) -> Self {
        Self { value: self.value.times(factor), open: self.open }
    }
}

impl<N: Number> Interval<N> {
    /// Any value.
    pub(crate) const ALL: Self = Self { low: None, high: None, missing: false };

    /// What lies between two ends.
    pub(crate) fn between(low: Option<End<N>>, high: Option<End<N>>) -> Self {
        Self { low, high, missing: false }
    }

    /// Exactly one value.
    pub(crate) fn point(value: N) -> Self {
        Self::between(Some(End::closed(value.clone())), Some(End::closed(value)))
    }

    /// Zero or more.
    pub(crate) fn counts() -> Self {
        Self::between(Some(End::closed(N::whole(0))), None)
    }

    /// What a missing count stands for: zero or more.
    pub(crate) fn missing_count() -> Self {
        Self { missing: true, ..Self::counts() }
    }

    /// What a printed figure stands for.
    pub(crate) fn of(figure: Decimal, rounding: Rounding) -> Self {
        let value = N::of(figure);
        if rounding == Rounding::Exact {
            return Self::point(value);
        }
        let hidden = Self::hidden(figure, rounding);
        let end = |it: Option<End<N>>| it.map(|it| it.plus(&value));
        Self::between(end(hidden.low), end(hidden.high))
    }

    /// How far the true value of a printed figure may lie to either side of it.
    pub(crate) fn hidden(figure: Decimal, rounding: Rounding) -> Self {
        let unit = || N::of(Decimal { units: 1, exponent: figure.exponent });
        let capped = |it: N| it.min(N::of(figure).size());
        let nothing = || Some(End::closed(N::whole(0)));
        let open = |value: N| Some(End { value, open: true });
        match (rounding, figure.units.signum()) {
            (Rounding::Exact, _) | (_, 0) => Self::between(nothing(), nothing()),
            (Rounding::Independent, _) => {
                let half = capped(unit().over(&N::whole(2)));
                Self::between(Some(End::closed(half.negated())), Some(End::closed(half)))
            }
            (Rounding::Truncated, -1) => Self::between(open(capped(unit()).negated()), nothing()),
            (Rounding::Truncated, _) => Self::between(nothing(), open(capped(unit()))),
        }
    }

    /// The sum of a value of each.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        let end = |a: &Option<End<N>>, b: &Option<End<N>>| {
            let (a, b) = (a.as_ref()?, b.as_ref()?);
            Some(End { value: a.value.plus(&b.value), open: a.open || b.open })
        };
        let missing = self.missing || other.missing;
        Self { low: end(&self.low, &other.low), high: end(&self.high, &other.high), missing }
    }

    /// Every value times a factor; a negative one exchanges the ends.
    pub(crate) fn times(&self, factor: &N) -> Self {
        let missing = self.missing;
        if factor.sign() == 0 {
            return Self { missing, ..Self::point(N::whole(0)) };
        }
        let end = |it: &Option<End<N>>| it.as_ref().map(|it| it.times(factor));
        let (low, high) = (end(&self.low), end(&self.high));
        if factor.sign() < 0 { Self { low: high, high: low, missing } } else { Self { low, high, missing } }
    }

    /// The difference of a value of each.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        self.plus(&other.times(&N::whole(-1)))
    }

    /// The values that both have.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let tighter = |a: &Option<End<N>>, b: &Option<End<N>>, up: bool| match (a, b) {
            (None, it) | (it, None) => it.clone(),
            (Some(a), Some(b)) if a.value == b.value => Some(End { value: a.value.clone(), open: a.open || b.open }),
            (Some(a), Some(b)) => Some(if (a.value > b.value) == up { a.clone() } else { b.clone() }),
        };
        let missing = self.missing || other.missing;
        Self { low: tighter(&self.low, &other.low, true), high: tighter(&self.high, &other.high, false), missing }
    }

    /// Whether it has no value.
    pub(crate) fn is_empty(&self) -> bool {
        match (&self.low, &self.high) {
            (Some(low), Some(high)) => low.value > high.value || (low.value == high.value && (low.open || high.open)),
            _ => false,
        }
    }

    /// Whether a value is one of its values.
    pub(crate) fn has(&self, value: &N) -> bool {
        let above = self.low.as_ref().is_none_or(|it| *value > it.value || (*value == it.value && !it.open));
        above && self.high.as_ref().is_none_or(|it| *value < it.value || (*value == it.value && !it.open))
    }

    /// The product of a value of each.
    pub(crate) fn product(&self, other: &Self) -> Self {
        let missing = self.missing || other.missing;
        let corners = |it: &Self| Some([it.low.clone()?, it.high.clone()?]);
        let (Some(a), Some(b)) = (corners(self), corners(other)) else { return Self { missing, ..Self::ALL } };
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
    pub(crate) fn quotient(&self, other: &Self) -> Self {
        let unbounded = Self { missing: self.missing || other.missing, ..Self::ALL };
        let (Some(low), Some(high)) = (&other.low, &other.high) else { return unbounded };
        if low.value.sign() <= 0 && high.value.sign() >= 0 {
            return unbounded;
        }
        let inverse = |it: &End<N>| Some(End { value: N::whole(1).over(&it.value), open: it.open });
        self.product(&Self { low: inverse(high), high: inverse(low), missing: other.missing })
    }

    /// The sizes of its values.
    pub(crate) fn abs(&self) -> Self {
        let mirrored = self.times(&N::whole(-1));
        let negative = |it: &Option<End<N>>| it.as_ref().is_none_or(|it| it.value.sign() < 0);
        match (negative(&self.low), negative(&self.high)) {
            (false, _) => self.clone(),
            (true, true) if self.high.is_some() => mirrored,
            _ => {
                let high = larger(self.high.as_ref(), mirrored.high.as_ref());
                Self { low: Some(End::closed(N::whole(0))), high, missing: self.missing }
            }
        }
    }

    /// Its ends as something makes of them that keeps their order, as rounding
    /// does: an open end may come to what is inside.
    pub(crate) fn map(&self, change: impl Fn(&N) -> N) -> Self {
        let end = |it: &Option<End<N>>| it.as_ref().map(|it| End::closed(change(&it.value)));
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
        let turn = N::whole(-1);
        self.times(&turn).greatest(&other.times(&turn)).times(&turn)
    }

    /// Whether one of its values compares with zero like this.
    pub(crate) fn allows(&self, relation: Relation) -> bool {
        let below = |it: &Option<End<N>>, equal: bool| {
            it.as_ref().is_none_or(|it| it.value.sign() < 0 || (equal && it.value.sign() == 0 && !it.open))
        };
        let above = |it: &Option<End<N>>, equal: bool| {
            it.as_ref().is_none_or(|it| it.value.sign() > 0 || (equal && it.value.sign() == 0 && !it.open))
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
    pub(crate) fn gap(&self) -> N {
        match (&self.low, &self.high) {
            (Some(low), _) if low.value.sign() > 0 => low.value.clone(),
            (_, Some(high)) if high.value.sign() < 0 => high.value.negated(),
            _ => N::whole(0),
        }
    }
}

fn product<N: Number>(a: &End<N>, b: &End<N>) -> End<N> {
    let settled = |it: &End<N>| it.value.sign() == 0 && !it.open;
    End { value: a.value.times(&b.value), open: (a.open || b.open) && !settled(a) && !settled(b) }
}

fn larger<N: Number>(a: Option<&End<N>>, b: Option<&End<N>>) -> Option<End<N>> {
    let (a, b) = (a?, b?);
    let first = a.value > b.value || (a.value == b.value && !a.open);
    Some(if first { a.clone() } else { b.clone() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_printed_zero_stands_for_nothing_else() {
        for rounding in [Rounding::Exact, Rounding::Independent, Rounding::Truncated] {
            let zero = Interval::<Exact>::of(Decimal { units: 0, exponent: 3 }, rounding);
            assert_eq!(zero, Interval::point(Exact::zero()), "{rounding:?}");
        }
    }

    proptest! {
        #[test]
        fn a_figure_stands_for_what_would_be_printed_as_it(units in -300_i128..300, more in -9_i128..10, exponent in -2_i8..3) {
            let figure = Decimal { units, exponent };
            let near = Decimal { units: units * 10 + more, exponent: exponent - 1 }.exact();
            let rounded = Interval::<Exact>::of(figure, Rounding::Independent);
            prop_assert_eq!(rounded.has(&near), more == 0 || (units != 0 && more.abs() <= 5));
            let cut = Interval::<Exact>::of(figure, Rounding::Truncated);
            prop_assert_eq!(cut.has(&near), more == 0 || more.signum() == units.signum());
        }
    }
}
