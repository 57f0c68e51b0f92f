//! The values that something may have, between ends that are in or out.

use super::ratio::Ratio;
use crate::rules::Rounding;
use crate::table::Decimal;

/// An end of a range.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct End {
    pub(crate) value: Ratio,
    /// Whether the value itself lies outside.
    pub(crate) open: bool,
}

/// The values between two ends; `None` is no end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) low: Option<End>,
    pub(crate) high: Option<End>,
}

impl Range {
    /// Any value.
    pub(crate) const ALL: Self = Self { low: None, high: None };

    /// Exactly one value.
    pub(crate) fn point(value: Ratio) -> Self {
        let end = Some(End { value, open: false });
        Self { low: end.clone(), high: end }
    }

    /// Zero or more.
    pub(crate) fn counts() -> Self {
        Self { low: Some(End { value: Ratio::ZERO, open: false }), high: None }
    }

    /// What a printed figure stands for: see the intervals of expressions.
    pub(crate) fn of(figure: Decimal, rounding: Rounding) -> Self {
        let value = Ratio::of(figure);
        if rounding == Rounding::Exact {
            return Self::point(value);
        }
        Self { low: Some(below(figure, &value, rounding)), high: Some(above(figure, &value, rounding)) }
    }

    /// The sum of a value of each.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        let end = |a: &Option<End>, b: &Option<End>| {
            let (a, b) = (a.as_ref()?, b.as_ref()?);
            Some(End { value: &a.value + &b.value, open: a.open || b.open })
        };
        Self { low: end(&self.low, &other.low), high: end(&self.high, &other.high) }
    }

    /// Every value times a factor that is not zero.
    pub(crate) fn times(&self, factor: &Ratio) -> Self {
        let end = |it: &Option<End>| it.as_ref().map(|it| End { value: &it.value * factor, open: it.open });
        let (low, high) = (end(&self.low), end(&self.high));
        if factor.sign() < 0 { Self { low: high, high: low } } else { Self { low, high } }
    }

    /// The values that both have.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let tighter = |a: &Option<End>, b: &Option<End>, up: bool| match (a, b) {
            (None, it) | (it, None) => it.clone(),
            (Some(a), Some(b)) if a.value == b.value => Some(End { value: a.value.clone(), open: a.open || b.open }),
            (Some(a), Some(b)) => Some(if (a.value > b.value) == up { a.clone() } else { b.clone() }),
        };
        Self { low: tighter(&self.low, &other.low, true), high: tighter(&self.high, &other.high, false) }
    }

    /// Whether it has no value.
    pub(crate) fn is_empty(&self) -> bool {
        match (&self.low, &self.high) {
            (Some(low), Some(high)) => low.value > high.value || (low.value == high.value && (low.open || high.open)),
            _ => false,
        }
    }

    /// Whether a value is one of its values.
    pub(crate) fn has(&self, value: &Ratio) -> bool {
        let above = self.low.as_ref().is_none_or(|it| *value > it.value || (*value == it.value && !it.open));
        above && self.high.as_ref().is_none_or(|it| *value < it.value || (*value == it.value && !it.open))
    }

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
    let value = Ratio::of(figure);
    let (low, high) = (below(figure, &value, rounding), above(figure, &value, rounding));
    [low, high].map(|it| End { value: &it.value - &value, open: it.open })
}

// Slack never exceeds the figure's own size: `0` and `4 thousand` do not reach
// below nothing.
fn reach(figure: Decimal, value: &Ratio, rounding: Rounding) -> Ratio {
    let unit = unit(figure);
    match rounding {
        Rounding::Exact => Ratio::ZERO,
        Rounding::Independent => (&unit / &Ratio::whole(2)).min(value.size()),
        Rounding::Truncated => unit.min(value.size()),
    }
}

fn below(figure: Decimal, value: &Ratio, rounding: Rounding) -> End {
    let reach = reach(figure, value, rounding);
    match rounding {
        Rounding::Truncated if value.sign() >= 0 => End { value: value.clone(), open: false },
        Rounding::Truncated => End { value: value - &reach, open: true },
        _ => End { value: value - &reach, open: false },
    }
}

fn above(figure: Decimal, value: &Ratio, rounding: Rounding) -> End {
    let reach = reach(figure, value, rounding);
    match rounding {
        Rounding::Truncated if value.sign() <= 0 => End { value: value.clone(), open: false },
        Rounding::Truncated => End { value: value + &reach, open: true },
        _ => End { value: value + &reach, open: false },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::expression::Interval;

    fn end(it: Option<&End>) -> Option<(crate::table::Exact, bool)> {
        it.map(|it| (it.value.exact(), it.open))
    }

    proptest! {
        #[test]
        fn a_figure_stands_for_what_expressions_say(units in -2000_i128..2000, exponent in -3_i8..4, which in 0_usize..3) {
            let figure = Decimal { units, exponent };
            let rounding = [Rounding::Exact, Rounding::Independent, Rounding::Truncated][which];
            let (ours, theirs) = (Range::of(figure, rounding), Interval::of_figure(figure, rounding));
            prop_assert_eq!(end(ours.low.as_ref()), theirs.low.map(|it| (it.value, it.open)));
            prop_assert_eq!(end(ours.high.as_ref()), theirs.high.map(|it| (it.value, it.open)));
        }

        #[test]
        fn the_only_multiple_is_the_only_one(low in -50_i64..50, width in 0_i64..30, step in 1_i64..9, open in any::<[bool; 2]>()) {
            let end = |value: i64, open| Some(End { value: Ratio::whole(value), open });
            let range = Range { low: end(low, open[0]), high: end(low + width, open[1]) };
            let inside: Vec<i64> = (-100..=100).map(|it| it * step).filter(|it| range.has(&Ratio::whole(*it))).collect();
            let only = range.only(&Ratio::whole(step));
            prop_assert_eq!(only, match inside[..] { [it] => Some(Ratio::whole(it)), _ => None });
            prop_assert_eq!(range.is_empty(), (-100..=100).all(|it| !range.has(&(&Ratio::whole(it) / &Ratio::whole(2)))) && width < 1);
        }
    }
}
