//! How probable it is that a figure is printed where another was meant.
//!
//! The shares were measured on published corrections, by number of digits;
//! about a third of real errors follow no pattern of typing, so every figure
//! is possible, a near one sooner than a far one. All of it only ranks.

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

const DIGIT_BY_ONE: f64 = 0.08;
const DIGIT: f64 = 0.30;
const TWO_DIGITS: f64 = 0.20;
/// Neighbours exchanged: hardly ever seen in short figures, often in long ones.
const EXCHANGED: [f64; 3] = [0.005, 0.012, 0.06];
const ADDED: f64 = 0.045;
const DROPPED: f64 = 0.09;
const TWO_ADDED: f64 = 0.015;
const TWO_DROPPED: f64 = 0.015;
const TENFOLD: f64 = 0.03;
const FACTOR: f64 = 0.03;
const SIGN: f64 = 0.01;
const ZERO: f64 = 0.03;
const BLANK: f64 = 0.04;
const COPIED: f64 = 0.05;
/// Of figures without a pattern.
const OTHER: f64 = 0.40;
/// A figure of another length is no near one.
const OTHER_LENGTH: f64 = 0.3;
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
    let mut ways = Ways { sum: 0.0, best: None };
    let length = number(from.len());
    if printed.is_blank {
        ways.add(BLANK, SlipKind::Dropped, || "nothing is printed".to_owned());
    } else if printed.figure.units == 0 && meant.units != 0 {
        ways.add(ZERO, SlipKind::Digit, || "0 in its place".to_owned());
    }
    let same_sign = (meant.units < 0) == (printed.figure.units < 0);
    if from == to && !same_sign {
        let words = if printed.figure.units < 0 { "extra minus sign" } else { "minus sign lost" };
        ways.add(SIGN, SlipKind::Sign, || words.to_owned());
    } else if same_sign && !printed.is_blank {
        typed(&from, &to, &mut ways);
        factor(&from, &to, &mut ways);
    }
    let is_copied = printed.neighbours.iter().any(|it| it.same_value(printed.figure));
    if is_copied && printed.figure.units != 0 {
        let among = printed.neighbours.len().max(NEIGHBOURS_MIN);
        ways.add(COPIED / number(among), SlipKind::Pasted, || "a neighbouring figure printed again".to_owned());
    }
    // What is the same as before by chance, and no slip, has at most one digit.
    let is_pasted = printed.before.is_some_and(|it| it.same_value(printed.figure)) && printed.figure.units.abs() >= 10;
    if is_pasted {
        let words = || "the figure of the edition before once more".to_owned();
        ways.add(COPIED / number(NEIGHBOURS_MIN), SlipKind::Pasted, words);
    }
    let size = |it: &[u8]| it.iter().fold(0.0, |sum, it| sum * 10.0 + f64::from(it - b'0'));
    let (meant_size, printed_size) = (size(&from), size(&to));
    let away = if same_sign { (meant_size - printed_size).abs() } else { meant_size + printed_size };
    let near = 0.25 / ((away + 1.0) * (meant_size.max(printed_size) + 3.0).ln());
    let any = 0.25 / (9.0 * 10_f64.powf(length - 1.0));
    let other = (near + any) * if from.len() == to.len() { 1.0 } else { OTHER_LENGTH };
    Slipped { log: (ways.sum + OTHER * other).ln(), slip: ways.best.map(|it| (it.1, it.2)) }
}

/// The ways found: their probabilities added up, and the likeliest.
struct Ways {
    sum: f64,
    best: Option<(f64, SlipKind, String)>,
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
    let length = number(from.len());
    if from.len() == to.len() {
        let differ: Vec<usize> = (0..from.len()).filter(|&at| from[at] != to[at]).collect();
        match differ[..] {
            [at] => {
                let words = || crate::slip::which_digit(at, from.len());
                ways.add(DIGIT / (9.0 * length), SlipKind::Digit, words);
                if from[at].abs_diff(to[at]) == 1 {
                    ways.add(DIGIT_BY_ONE / (2.0 * length), SlipKind::Digit, words);
                }
            }
            [one, other] => {
                let pairs = length * (length - 1.0) / 2.0;
                if other == one + 1 && from[one] == to[other] && from[other] == to[one] {
                    let words = || format!("{} and {} exchanged", char::from(from[one]), char::from(from[other]));
                    let share = EXCHANGED[match from.len() {
                        ..=2 => 0,
                        3 | 4 => 1,
                        _ => 2,
                    }];
                    ways.add(share / (length - 1.0), SlipKind::Exchanged, words);
                }
                // Two digits are hardly a pattern: they count, and name nothing.
                ways.sum += TWO_DIGITS / (81.0 * pairs);
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
            ways.add(ADDED * weight / (10.0 * (length + 1.0)), SlipKind::Added, words);
        }
    } else if to.len() + 1 == from.len() {
        let (count, at) = removals(from, to);
        if let Some(at) = at {
            let words = || format!("digit {} left out", char::from(from[at]));
            ways.add(DROPPED * number(count) / length, SlipKind::Dropped, words);
        }
    } else if to.len() == from.len() + 2 && is_within(from, to) {
        ways.sum += TWO_ADDED / (50.0 * length * length);
    } else if to.len() + 2 == from.len() && is_within(to, from) {
        ways.add(TWO_DROPPED * 2.0 / (length * length), SlipKind::Dropped, || "two digits left out".to_owned());
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
        let weight = if zeros == 1 { TENFOLD } else { FACTOR / 2.0 };
        ways.add(weight / 6.0, SlipKind::Factor, || format!("{times} times too {what}"));
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

#[expect(clippy::cast_precision_loss, reason = "of counts of digits")]
fn number(count: usize) -> f64 {
    count as f64
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
            (883, 838, "8 and 3 exchanged"),
            (588, 88, "digit 5 left out"),
            (64318, 643_180, "10 times too large"),
            (1979, 19_979, "extra digit 9"),
            (45, 45_000, "1,000 times too large"),
            (57, 0, "0 in its place"),
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
    fn a_run_of_one_digit_may_have_lost_any_of_its_own() {
        assert_eq!(removals(b"1222", b"122"), (3, Some(1)));
        assert_eq!(removals(b"588", b"88"), (1, Some(0)));
        assert_eq!(removals(b"512", b"88").1, None);
    }
}
