//! Wordings that make a number an interval: `some 50,000`, `more than half`.

use std::collections::HashMap;
use std::sync::LazyLock;

use num_traits::Signed;

use super::interval::Interval;
use super::numeral::{Form, Numeral, whole};
use super::tokens::Token;
use crate::table::Exact;

/// What a wording makes of the number behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hedge {
    /// `only`, `exactly`, or nothing at all.
    Exact,
    /// `some`, `about`, `an estimated`.
    About,
    /// `nearly`, `almost`.
    Nearly,
    /// `more than`, `over`.
    More,
    /// `just over`.
    JustOver,
    /// `at least`.
    AtLeast,
    /// `at most`, `up to`, `as many as`.
    AtMost,
    /// `fewer than`, `under`.
    Fewer,
}

const WORDINGS: &[(&str, Hedge)] = &[
    ("only", Hedge::Exact),
    ("just", Hedge::Exact),
    ("exactly", Hedge::Exact),
    ("precisely", Hedge::Exact),
    ("equals", Hedge::Exact),
    ("equal to", Hedge::Exact),
    ("equals to", Hedge::Exact),
    ("equaling to", Hedge::Exact),
    ("some", Hedge::About),
    ("about", Hedge::About),
    ("around", Hedge::About),
    ("roughly", Hedge::About),
    ("approximately", Hedge::About),
    ("approx", Hedge::About),
    ("approx .", Hedge::About),
    ("an estimated", Hedge::About),
    ("estimated", Hedge::About),
    ("somewhere around", Hedge::About),
    ("more or less", Hedge::About),
    ("in the region of", Hedge::About),
    ("in the order of", Hedge::About),
    ("~", Hedge::About),
    ("close to", Hedge::Nearly),
    ("nearly", Hedge::Nearly),
    ("almost", Hedge::Nearly),
    ("just under", Hedge::Nearly),
    ("just below", Hedge::Nearly),
    ("slightly less than", Hedge::Nearly),
    ("slightly fewer than", Hedge::Nearly),
    ("just over", Hedge::JustOver),
    ("just above", Hedge::JustOver),
    ("just more than", Hedge::JustOver),
    ("slightly more than", Hedge::JustOver),
    ("slightly over", Hedge::JustOver),
    ("a little over", Hedge::JustOver),
    ("a little more than", Hedge::JustOver),
    ("more than", Hedge::More),
    ("over", Hedge::More),
    ("above", Hedge::More),
    ("well over", Hedge::More),
    ("greater than", Hedge::More),
    ("larger than", Hedge::More),
    ("bigger than", Hedge::More),
    ("higher than", Hedge::More),
    ("exceed", Hedge::More),
    ("exceeds", Hedge::More),
    ("exceeded", Hedge::More),
    ("exceeding", Hedge::More),
    ("surpass", Hedge::More),
    ("surpassed", Hedge::More),
    ("surpassing", Hedge::More),
    ("upwards of", Hedge::More),
    ("in excess of", Hedge::More),
    ("at least", Hedge::AtLeast),
    ("at least or equal to", Hedge::AtLeast),
    ("no less than", Hedge::AtLeast),
    ("no fewer than", Hedge::AtLeast),
    ("not less than", Hedge::AtLeast),
    ("not fewer than", Hedge::AtLeast),
    ("a minimum of", Hedge::AtLeast),
    ("at most", Hedge::AtMost),
    ("up to", Hedge::AtMost),
    ("as many as", Hedge::AtMost),
    ("as much as", Hedge::AtMost),
    ("no more than", Hedge::AtMost),
    ("not more than", Hedge::AtMost),
    ("a maximum of", Hedge::AtMost),
    ("fewer than", Hedge::Fewer),
    ("less than", Hedge::Fewer),
    ("lower than", Hedge::Fewer),
    ("smaller than", Hedge::Fewer),
    ("under", Hedge::Fewer),
    ("below", Hedge::Fewer),
];

/// The wordings by their first word.
static BY_FIRST: LazyLock<HashMap<&str, Vec<(&str, Hedge)>>> = LazyLock::new(|| {
    let mut by_first: HashMap<&str, Vec<(&str, Hedge)>> = HashMap::new();
    for it in WORDINGS {
        by_first.entry(it.0.split(' ').next().unwrap_or_default()).or_default().push(*it);
    }
    by_first
});

/// Words that compare, and may go on with `or equal to`.
const MORE: [&str; 6] = ["more", "greater", "larger", "bigger", "higher", "above"];
const LESS: [&str; 5] = ["less", "fewer", "smaller", "lower", "below"];

/// Reads the wording that starts at a token: its end and what it means.
pub(super) fn read(tokens: &[Token<'_>], at: usize) -> Option<(usize, Hedge)> {
    let first = tokens.get(at).filter(|it| it.is_word() || it.text == "~")?;
    let first = &*first.lower;
    let compared = compared(tokens, at);
    let fits = |words: &str| {
        let mut end = at;
        for word in words.split(' ') {
            if !tokens.get(end)?.is(word) {
                return None;
            }
            end += 1;
        }
        Some(end)
    };
    let found = BY_FIRST
        .get(first)
        .into_iter()
        .flatten()
        .filter_map(|(words, hedge)| Some((fits(words)?, *hedge)))
        .max_by_key(|it| it.0);
    compared.into_iter().chain(found).max_by_key(|it| it.0)
}

/// `greater than or equal to`, `equal to or less than`, `higher or equal than`.
fn compared(tokens: &[Token<'_>], at: usize) -> Option<(usize, Hedge)> {
    let word = |it: usize| tokens.get(it).map(|it| &*it.lower);
    let side = |it: &str| {
        if MORE.contains(&it) { Some(Hedge::AtLeast) } else { LESS.contains(&it).then_some(Hedge::AtMost) }
    };
    let skip = |mut at: usize, words: &[&str]| {
        at += usize::from(word(at).is_some_and(|it| words.contains(&it)));
        at
    };
    if word(at)? == "equal" {
        let at = skip(at + 1, &["to"]);
        let hedge = (word(at)? == "or").then(|| side(word(at + 1)?)).flatten()?;
        let end = skip(at + 2, &["than"]);
        return (word(end - 1)? == "than").then_some((end, hedge));
    }
    let hedge = side(word(at)?)?;
    let at = skip(at + 1, &["than"]);
    (word(at)? == "or" && word(at + 1)? == "equal").then(|| (skip(at + 2, &["to", "than"]), hedge))
}

/// What stands behind a number: `or more`, `or less`, `and more`, and the end of it.
pub(super) fn behind(tokens: &[Token<'_>], at: usize) -> Option<(usize, Hedge)> {
    let word = |it: usize| tokens.get(it).map(|it| &*it.lower);
    let (joint, side) = (word(at)?, word(at + 1)?);
    let than = word(at + 2) == Some("than");
    if than && tokens.get(at + 3).is_some_and(|it| it.is_number() || super::words::atom(&it.lower).is_some()) {
        return None;
    }
    let end = at + 2 + usize::from(than);
    match (joint, side) {
        ("or" | "and", it) if MORE.contains(&it) || it == "over" => Some((end, Hedge::AtLeast)),
        ("or", it) if LESS.contains(&it) || it == "under" => Some((end, Hedge::AtMost)),
        _ => None,
    }
}

impl Hedge {
    /// The same of what goes down: `more than halved`.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Nearly => Self::JustOver,
            Self::JustOver => Self::Nearly,
            Self::More => Self::Fewer,
            Self::Fewer => Self::More,
            Self::AtLeast => Self::AtMost,
            Self::AtMost => Self::AtLeast,
            Self::Exact | Self::About => self,
        }
    }

    /// The values that make a statement true, and those that leave it open.
    ///
    /// Half widths follow the published regression on hedge words (Ferson et
    /// al. 2015): the inner one is at the median for `about`, the outer one
    /// near one standard deviation. See `rules/kinds/claim.md`.
    pub(super) fn intervals(self, number: &Numeral) -> (Interval, Interval) {
        let value = &number.value;
        let around = |width: &Exact| Interval::around(value, width);
        match self {
            Self::Exact => {
                // Below a hundred people count: `thirty` is no rounding of 34.
                let at = Interval::at(value);
                let round = number.form != Form::Fraction && number.unit > whole(1) && value.abs() >= whole(100);
                if round { (at, around(&(&number.unit / whole(2)))) } else { (at.clone(), at) }
            }
            Self::About => {
                let (inner, outer) = widths(number);
                (around(&inner), around(&outer))
            }
            Self::Nearly => {
                let (inner, outer) = widths(number);
                let below = |width: &Exact, with| Interval {
                    low: Some((value - width, true)),
                    high: Some((value.clone(), with)),
                };
                (below(&inner, false), below(&outer, true))
            }
            Self::JustOver => {
                let (inner, outer) = widths(number);
                let above = |width: &Exact, with| Interval {
                    low: Some((value.clone(), with)),
                    high: Some((value + width, true)),
                };
                (above(&inner, false), above(&outer, true))
            }
            Self::More => (Interval::above(value, false), Interval::above(value, false)),
            Self::AtLeast => (Interval::above(value, true), Interval::above(value, true)),
            Self::AtMost => (Interval::below(value, true), Interval::below(value, true)),
            Self::Fewer => (Interval::below(value, false), Interval::below(value, false)),
        }
    }
}

/// The half widths of `about`, inner and outer.
fn widths(number: &Numeral) -> (Exact, Exact) {
    let value = number.value.abs();
    if number.form == Form::Fraction {
        return (&value / whole(10), &value / whole(4));
    }
    let half = &number.unit / whole(2);
    if number.digits <= 2 {
        let inner = half.max(&value / whole(20)).min(&value / whole(10));
        return (inner, &value / whole(4));
    }
    let inner = half.max(&value / whole(200));
    let outer = &inner * whole(5) / whole(2);
    (inner, outer)
}

#[cfg(test)]
mod tests {
    use super::super::numeral;
    use super::super::tokens::cut;
    use super::*;

    fn intervals(text: &str) -> (String, String) {
        let tokens = cut(text, 0);
        let (at, hedge) = read(&tokens, 0).unwrap_or((0, Hedge::Exact));
        let (inner, outer) = hedge.intervals(&numeral::read(&tokens, at).unwrap());
        (inner.shown(), outer.shown())
    }

    #[test]
    fn round_numbers_are_held_within_a_tenth() {
        let of = |text: &str| intervals(text);
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(of("some 50,000"), pair("[45000, 55000]", "[37500, 62500]"));
        assert_eq!(of("about 4,480"), pair("[4457.6, 4502.4]", "[4424, 4536]"));
        assert_eq!(of("50,000"), pair("[50000, 50000]", "[45000, 55000]"));
        assert_eq!(of("314"), pair("[314, 314]", "[314, 314]"));
        assert_eq!(of("nearly 300"), pair("[270, 300)", "[225, 300]"));
        assert_eq!(of("less than or equal to 40"), pair("[0, 40]", "[0, 40]"));
        assert_eq!(of("more than half"), pair("(0.5, )", "(0.5, )"));
    }
}
