//! The values that something may have, in the numbers that systems are made of.

use super::ratio::Ratio;
use crate::plan::{self, Interval, Rounding};
use crate::table::Decimal;

/// An end of a range.
pub(crate) type End = plan::End<Ratio>;

/// The values between two ends.
pub(crate) type Range = Interval<Ratio>;

impl plan::Value for Ratio {
    fn of(figure: Decimal) -> Self {
        Self::of(figure)
    }

    fn sign(&self) -> i8 {
        self.sign()
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
        -self
    }
}

impl Range {
    /// The one multiple of a step that is in it, if it is the only one.
    pub(crate) fn only(&self, step: &Ratio) -> Option<Ratio> {
        let high = &(&self.high.as_ref()?.value / step).floor() * step;
        let high = if self.has(&high) { high } else { &high - step };
        (self.has(&high) && !self.has(&(&high - step))).then_some(high)
    }
}

/// The unit of a figure's last printed digit.
pub(crate) fn unit(figure: Decimal) -> Ratio {
    Ratio::of(Decimal { units: 1, exponent: figure.exponent })
}

/// What rounding may have hidden of a figure, from below and from above: how
/// far its true value may lie to either side.
pub(crate) fn slack(figure: Decimal, rounding: Rounding) -> [End; 2] {
    let Range { low, high, .. } = Range::hidden(figure, rounding);
    [low, high].map(|it| it.expect("what rounding hides has two ends"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::table::Exact;

    fn end(it: Option<&End>) -> Option<(Exact, bool)> {
        it.map(|it| (it.value.exact(), it.open))
    }

    proptest! {
        #[test]
        fn a_figure_stands_for_the_same_in_both_numbers(units in -2000_i128..2000, exponent in -3_i8..4, which in 0_usize..3) {
            let figure = Decimal { units, exponent };
            let rounding = [Rounding::Exact, Rounding::Independent, Rounding::Truncated][which];
            let (ours, theirs) = (Range::of(figure, rounding), Interval::<Exact>::of(figure, rounding));
            prop_assert_eq!(end(ours.low.as_ref()), theirs.low.map(|it| (it.value, it.open)));
            prop_assert_eq!(end(ours.high.as_ref()), theirs.high.map(|it| (it.value, it.open)));
        }

        #[test]
        fn the_only_multiple_is_the_only_one(low in -50_i64..50, width in 0_i64..30, step in 1_i64..9, open in any::<[bool; 2]>()) {
            let end = |value: i64, open| Some(End { value: Ratio::whole(value), open });
            let range = Range::between(end(low, open[0]), end(low + width, open[1]));
            let inside: Vec<i64> = (-100..=100).map(|it| it * step).filter(|it| range.has(&Ratio::whole(*it))).collect();
            let only = range.only(&Ratio::whole(step));
            prop_assert_eq!(only, match inside[..] { [it] => Some(Ratio::whole(it)), _ => None });
            prop_assert_eq!(range.is_empty(), (-100..=100).all(|it| !range.has(&(&Ratio::whole(it) / &Ratio::whole(2)))) && width < 1);
        }
    }
}
