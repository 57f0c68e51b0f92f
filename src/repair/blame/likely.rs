//! How probable it is that a figure is printed where another was meant.
//!
//! The shares were measured on published corrections, by number of digits;
//! about a third of real errors follow no pattern of typing, so every figure
//! is possible, a near one sooner than a far one. All of it only ranks.

use super::super::number;
use crate::slip::SlipKind;
use crate::table::Decimal;

/// How one figure may have become another.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slipped {
    /// The natural logarithm of how probable that is.
    pub(crate) log: f64,
    /// The likeliest slip, with its words; `None` where no slip leads there.
    pub(crate) slip: Option<(SlipKind, String)>,
}

/// A share of all slips by how many digits was meant: up to two, three or
/// four, and more. Each is of 264 cells of 141 published corrections.
type Share = [f64; 3];

const DIGIT_BY_ONE: Share = [0.14, 0.17, 0.18];
const DIGIT_BY_MORE: Share = [0.33, 0.21, 0.07];
const TWO_DIGITS: Share = [0.06, 0.15, 0.10];
/// Neighbours exchanged: hardly ever seen in short figures, often in long ones.
const EXCHANGED: Share = [0.005, 0.01, 0.07];
const ADDED: Share = [0.06, 0.01, 0.03];
const DROPPED: Share = [0.03, 0.03, 0.014];
const TWO_ADDED: Share = [0.005, 0.005, 0.0015];
const TWO_DROPPED: Share = [0.005, 0.005, 0.0015];
/// Ten times too large or too small, and a hundred or a thousand times.
const TENFOLD: Share = [0.006, 0.018, 0.012];
const FACTOR: Share = [0.002, 0.006, 0.004];
const SIGN: f64 = 0.01;
const ZERO: Share = [0.13, 0.02, 0.005];
const BLANK: f64 = 0.04;
const COPIED: Share = [0.05, 0.06, 0.04];
/// Off by less than ten, or by three in a hundred.
const NEAR: Share = [0.04, 0.01, 0.17];
/// Of figures without a pattern.
const OTHER: Share = [0.13, 0.25, 0.19];
/// Of those, so much is for near figures, and for any of as many digits.
const OTHER_NEAR: f64 = 0.15;
const OTHER_ANY: f64 = 0.60;
/// The rest is for figures of another length.
const OTHER_LENGTH: f64 = 0.125;
/// A doubled key is hit so many times as often as another.
const DOUBLED: f64 = 3.0;
/// Figures that could have been copied are counted as at least so many.
const NEIGHBOURS_MIN: usize = 4;

/// What is printed where a figure was meant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printed<'a> {
    /// The figure; zero where nothing is printed.
    pub(crate) figure: Decimal,
    /// Whether nothing is printed.
    pub(crate) is_blank: bool,
    /// The figures printed around it.
    pub(crate) neighbours: &'a [Decimal],
    /// The figure of the edition before.
    pub(crate) before: Option<Decimal>,
}

/// Every way in which a figure may have become the printed one, added up.
pub(crate) fn slipped(printed: Printed<'_>, meant: Decimal) -> Slipped {
    let (from, to) = digits(meant, printed.figure);
    let mut ways = Ways { sum: 0.0, best: None, class: class(from.len()) };
    let of = ways.class;
    if printed.is_blank {
        ways.add(BLANK, SlipKind::Dropped, || "nothing is printed".to_owned());
    } else if printed.figure.units == 0 && meant.units != 0 {
        ways.add(ZERO[of], SlipKind::Digit, || "0 printed instead".to_owned());
    }
    let same_sign = (meant.units < 0) == (printed.figure.units < 0);
    if from == to && !same_sign {
        let words = if printed.figure.units < 0 { "extra minus sign" } else { "minus sign lost" };
        ways.add(SIGN, SlipKind::Sign, || words.to_owned());
    } else if same_sign && !printed.is_blank {
        typed(&from, &to, &mut ways);
        factor(&from, &to, &mut ways);
    }
    // Among figures of one sign none of the other was meant.
    let is_of_kind = |it: &Decimal| (it.units < 0) == (meant.units < 0);
    let is_copied =
        printed.neighbours.iter().any(|it| it.same_value(printed.figure)) && printed.neighbours.iter().any(is_of_kind);
    if is_copied && printed.figure.units != 0 {
        let among = printed.neighbours.len().max(NEIGHBOURS_MIN);
        ways.add(COPIED[of] / number(among), SlipKind::Pasted, || "copy of a neighbouring figure".to_owned());
    }
    // What is the same as before by chance, and no slip, has at most one digit.
    let is_pasted = printed.before.is_some_and(|it| it.same_value(printed.figure)) && printed.figure.units.abs() >= 10;
    if is_pasted {
        let words = || "copy of the previous edition's figure".to_owned();
        ways.add(COPIED[of] / number(NEIGHBOURS_MIN), SlipKind::Pasted, words);
    }
    let size = |it: &[u8]| it.iter().fold(0.0, |sum, it| sum * 10.0 + f64::from(it - b'0'));
    let (meant_size, printed_size) = (size(&from), size(&to));
    let away = if same_sign { (meant_size - printed_size).abs() } else { meant_size + printed_size };
    let sum =
        ways.sum + NEAR[of] * near(away, meant_size) + OTHER[of] * any(away, meant_size, printed_size, (&from, &to));
    Slipped { log: sum.ln(), slip: ways.best.map(|it| (it.1, it.2)) }
}

/// How probable a figure is among those near another: by digits, or by size.
fn near(away: f64, meant: f64) -> f64 {
    let far = (meant * 0.03).max(1.0);
    let one = |most: f64, many: f64| if away <= most { 0.5 / many } else { 0.0 };
    one(9.0, 18.0) + one(far, 2.0 * far + 1.0)
}

/// How probable a figure is that follows no pattern: nearer ones are, a little.
fn any(away: f64, meant: f64, printed: f64, (from, to): (&[u8], &[u8])) -> f64 {
    let near = 1.0 / ((away + 1.0) * (meant.max(printed) + 3.0).ln());
    let all = 1.0 / (9.0 * 10_f64.powf(number(to.len()) - 1.0));
    if from.len() == to.len() { OTHER_NEAR * near + OTHER_ANY * all } else { OTHER_LENGTH * (near + all) }
}

/// Which share applies to a figure of so many digits.
fn class(length: usize) -> usize {
    match length {
        ..=2 => 0,
        3 | 4 => 1,
        _ => 2,
    }
}

/// The ways found: their probabilities added up, and the likeliest.
struct Ways {
    sum: f64,
    best: Option<(f64, SlipKind, String)>,
    /// Which share applies.
    class: usize,
}

impl Ways {
    fn add(&mut self, probability: f64, kind: SlipKind, words: impl Fn() -> String) {
        self.sum += probability;
        if self.best.as_ref().is_none_or(|it| it.0 < probability) {
            self.best = Some((probability, kind, words()));
        }
    }
}

/// Slips of typing.
fn typed(from: &[u8], to: &[u8], ways: &mut Ways) {
    let (length, of) = (number(from.len()), ways.class);
    if from.len() == to.len() {
        let differ: Vec<usize> = (0..from.len()).filter(|&at| from[at] != to[at]).collect();
        match differ[..] {
            [at] => {
                let words = || crate::slip::which_digit(at, from.len());
                // A digit has one or two beside it, and seven or eight others.
                let is_next = from[at].abs_diff(to[at]) == 1;
                let share = if is_next { DIGIT_BY_ONE[of] / 1.8 } else { DIGIT_BY_MORE[of] / 7.2 };
                ways.add(share / length, SlipKind::Digit, words);
            }
            [one, other] => {
                let pairs = length * (length - 1.0) / 2.0;
                if other == one + 1 && from[one] == to[other] && from[other] == to[one] {
                    let words = || format!("{} and {} swapped", char::from(from[one]), char::from(from[other]));
                    ways.add(EXCHANGED[of] / (length - 1.0), SlipKind::Exchanged, words);
                }
                // Two digits are hardly a pattern: they count, and name nothing.
                ways.sum += TWO_DIGITS[of] / (81.0 * pairs);
            }
            _ => {}
        }
        return;
    }
    if to.len() == from.len() + 1 {
        let (count, at) = removals(to, from);
        if let Some(at) = at {
            let doubled = to.get(at + 1) == Some(&to[at]) || (at > 0 && to[at - 1] == to[at]);
            let weight = number(count) * if doubled { DOUBLED } else { 1.0 };
            let words = || format!("extra digit {}", char::from(to[at]));
            ways.add(ADDED[of] * weight / (10.0 * (length + 1.0)), SlipKind::Added, words);
        }
    } else if to.len() + 1 == from.len() {
        let (count, at) = removals(from, to);
        if let Some(at) = at {
            let words = || format!("digit {} left out", char::from(from[at]));
            ways.add(DROPPED[of] * number(count) / length, SlipKind::Dropped, words);
        }
    } else if to.len() == from.len() + 2 && is_within(from, to) {
        ways.sum += TWO_ADDED[of] / (50.0 * length * length);
    } else if to.len() + 2 == from.len() && is_within(to, from) {
        ways.add(TWO_DROPPED[of] * 2.0 / (length * length), SlipKind::Dropped, || "two digits left out".to_owned());
    }
}

/// Factors of ten either way.
fn factor(from: &[u8], to: &[u8], ways: &mut Ways) {
    let (short, long, what) = if from.len() < to.len() { (from, to, "large") } else { (to, from, "small") };
    let zeros = long.len() - short.len();
    let is_factor = (1..=3).contains(&zeros)
        && short != b"0"
        && long.starts_with(short)
        && long[short.len()..].iter().all(|&it| it == b'0');
    if is_factor {
        let times = ["10", "100", "1,000"][zeros - 1];
        let share = if zeros == 1 { TENFOLD } else { FACTOR }[ways.class];
        ways.add(share, SlipKind::Factor, || format!("{times} times too {what}"));
    }
}

/// In how many places a digit may be taken out of `long` to leave `short`, and
/// the first of them.
fn removals(long: &[u8], short: &[u8]) -> (usize, Option<usize>) {
    let head = long.iter().zip(short).take_while(|it| it.0 == it.1).count();
    if long[head + 1..] != short[head..] {
        return (0, None);
    }
    // A run of one digit may have lost any of its own.
    let run = long[..=head].iter().rev().take_while(|it| **it == long[head]).count();
    (run, Some(head + 1 - run))
}

/// Whether the digits of `short` stand in `long` in their order.
fn is_within(short: &[u8], long: &[u8]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|it| rest.any(|other| other == it))
}

/// Both figures as digits of the finer unit of the two.
fn digits(meant: Decimal, printed: Decimal) -> (Vec<u8>, Vec<u8>) {
    let unit = meant.exponent.min(printed.exponent);
    let of = |it: Decimal| {
        let mut text = it.units.unsigned_abs().to_string();
        if it.units != 0 {
            text.extend(std::iter::repeat_n('0', usize::from(it.exponent.abs_diff(unit))));
        }
        text.into_bytes()
    };
    (of(meant), of(printed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(meant: i128, printed: i128) -> (f64, Option<String>) {
        let printed = Printed { figure: Decimal::whole(printed), is_blank: false, neighbours: &[], before: None };
        let it = slipped(printed, Decimal::whole(meant));
        (it.log.exp(), it.slip.map(|it| it.1))
    }

    #[test]
    fn names_the_slip_that_leads_from_what_was_meant() {
        for (meant, printed, words) in [
            (4477, 1477, "first digit"),
            (883, 838, "8 and 3 swapped"),
            (588, 88, "digit 5 left out"),
            (64318, 643_180, "10 times too large"),
            (1979, 19_979, "extra digit 9"),
            (45, 45_000, "1,000 times too large"),
            (57, 0, "0 printed instead"),
        ] {
            assert_eq!(of(meant, printed).1.as_deref(), Some(words), "{meant} printed {printed}");
        }
        assert_eq!(of(630_595, 124_877).1, None);
    }

    #[test]
    fn a_slip_is_likelier_than_a_figure_without_a_pattern_and_that_is_possible() {
        assert!(of(4477, 1477).0 > 100.0 * of(4477, 1212).0);
        assert!(of(4477, 1212).0 > 0.0);
        assert!(of(1000, 1003).0 > of(1000, 1777).0);
    }

    #[test]
    fn nothing_negative_was_meant_among_figures_above_zero() {
        let neighbours = [Decimal::whole(38), Decimal::whole(17)];
        let printed = Printed { figure: Decimal::whole(17), is_blank: false, neighbours: &neighbours, before: None };
        let words = |meant: i128| slipped(printed, Decimal::whole(meant)).slip.map(|it| it.1);
        assert_eq!(words(5148).as_deref(), Some("copy of a neighbouring figure"));
        assert_eq!(words(-5101), None);
    }

    #[test]
    fn a_run_of_one_digit_may_have_lost_any_of_its_own() {
        assert_eq!(removals(b"1222", b"122"), (3, Some(1)));
        assert_eq!(removals(b"588", b"88"), (1, Some(0)));
        assert_eq!(removals(b"512", b"88").1, None);
    }
}
