//! Slips of one figure: what may have happened on the way to print.
//!
//! One edit of the digits as in typing (restricted Damerau–Levenshtein), a sign
//! lost, or a factor of ten. What a slip costs is how improbable it is, in
//! thousandths of a natural logarithm: its type, and how many outcomes its
//! type has. That only ranks slips; whether one is possible is arithmetic.

use crate::table::{ColumnType, Decimal};

/// A type of slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlipKind {
    /// One digit for another.
    Digit,
    /// Two neighbouring digits in each other's place.
    Exchanged,
    /// A digit too many.
    Added,
    /// A digit left out.
    Dropped,
    /// The sign lost, or one too many.
    Sign,
    /// The decimal point or a thousands factor.
    Factor,
    /// Two cells of a row or column in each other's place.
    Swapped,
    /// A total and one of its parts in each other's place.
    Total,
    /// A row or column of figures one cell off.
    Shifted,
    /// The figure of the edition before once more.
    Pasted,
    /// Digits of two cells that were split at the wrong place.
    Split,
    /// No slip that is known: another figure altogether.
    Other,
}

/// A figure that one slip turns into the printed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slip {
    /// What was meant.
    pub(crate) to: Decimal,
    /// What happened.
    pub(crate) kind: SlipKind,
    /// The same in words.
    pub(crate) words: String,
    /// How improbable it is.
    pub(crate) cost: i64,
}

impl SlipKind {
    /// Every type, with the word for it.
    pub const WORDS: [(&'static str, Self); 12] = [
        ("digit", Self::Digit),
        ("digits exchanged", Self::Exchanged),
        ("digit added", Self::Added),
        ("digit dropped", Self::Dropped),
        ("sign", Self::Sign),
        ("factor", Self::Factor),
        ("swapped", Self::Swapped),
        ("total and part exchanged", Self::Total),
        ("shifted", Self::Shifted),
        ("pasted", Self::Pasted),
        ("split", Self::Split),
        ("other", Self::Other),
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|it| it.1 == self).map_or("", |it| it.0)
    }
}

// Of single errors in Damerau 1964, *A technique for computer detection and
// correction of spelling errors*, 567 were a wrong character, 153 a missing
// one, 99 one too many and 23 an exchange; later counts of typing find more
// exchanges, up to 13 in 100, and 7 in 100 stand here. The rest is ours. All of
// it only ranks.
const KEYPAD: i64 = 1_100;
const DIGIT: i64 = 1_100;
const DROPPED: i64 = 1_700;
const ADDED: i64 = 2_100;
const DOUBLED: i64 = 1_900;
const EXCHANGED: i64 = 2_700;
const SIGN: i64 = 2_000;
const THOUSAND: i64 = 2_500;
const TEN: i64 = 3_000;
/// A figure has as many digits as the rule files' exact decimals allow, less
/// what a factor adds.
const DIGITS_MAX: usize = 30;

/// The logarithm of how many there are, in thousandths.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "of counts below a million")]
pub(crate) fn choices(count: usize) -> i64 {
    ((count.max(1) as f64).ln() * 1_000.0).round() as i64
}

/// Every figure that one slip turns into a printed one, by value; each once,
/// by its likeliest slip.
pub(crate) fn slips(printed: Decimal, kind: ColumnType) -> Vec<Slip> {
    let places = usize::from(printed.exponent.min(0).unsigned_abs());
    let digits = format!("{:0>width$}", printed.units.unsigned_abs(), width = places + 1).into_bytes();
    if digits.len() > DIGITS_MAX {
        return Vec::new();
    }
    let mut typing = Typing { printed, places, found: Vec::new() };
    typing.one_for_another(&digits);
    typing.exchanged(&digits);
    typing.left_out(&digits);
    typing.too_many(&digits);
    let mut found = typing.found;
    if kind != ColumnType::Count && printed.units != 0 {
        let words = if printed.units < 0 { "extra minus sign" } else { "minus sign lost" };
        let to = Decimal { units: -printed.units, ..printed };
        found.push(Slip { to, kind: SlipKind::Sign, words: words.to_owned(), cost: SIGN });
    }
    factors(printed, kind, &mut found);
    // The finest of them is three digits finer than the printed figure.
    let value = |it: &Slip| {
        let steps = i16::from(it.to.exponent) - i16::from(printed.exponent) + 3;
        it.to.units * 10_i128.pow(u32::try_from(steps).unwrap_or(0))
    };
    found.sort_by(|a, b| value(a).cmp(&value(b)).then(a.cost.cmp(&b.cost)).then(a.kind.cmp(&b.kind)));
    found.dedup_by(|next, kept| value(next) == value(kept));
    let own = printed.units * 1_000;
    found.retain(|it| value(it) != own);
    found
}

/// Edits of the digits of a figure.
struct Typing {
    printed: Decimal,
    places: usize,
    found: Vec<Slip>,
}

impl Typing {
    /// Takes digits as what was meant; a zero in front would not be printed.
    fn meant(&mut self, digits: &[u8], kind: SlipKind, words: impl Into<String>, cost: i64) {
        let leading = digits.len() > self.places + 1 && digits[0] == b'0';
        if leading || digits.len() <= self.places {
            return;
        }
        let size = digits.iter().fold(0_i128, |sum, it| sum * 10 + i128::from(it - b'0'));
        let units = if self.printed.units < 0 { -size } else { size };
        let to = Decimal { units, exponent: self.printed.exponent };
        self.found.push(Slip { to, kind, words: words.into(), cost });
    }

    fn one_for_another(&mut self, digits: &[u8]) {
        let (near, far) = (choices(digits.len() * 3), choices(digits.len() * 9));
        for at in 0..digits.len() {
            for digit in (b'0'..=b'9').filter(|it| *it != digits[at]) {
                let mut meant = digits.to_vec();
                meant[at] = digit;
                let cost = if is_neighbour(digit, digits[at]) { KEYPAD + near } else { DIGIT + far };
                self.meant(&meant, SlipKind::Digit, which_digit(at, digits.len()), cost);
            }
        }
    }

    fn exchanged(&mut self, digits: &[u8]) {
        let cost = EXCHANGED + choices(digits.len().saturating_sub(1));
        for at in 1..digits.len() {
            let mut meant = digits.to_vec();
            meant.swap(at - 1, at);
            let (a, b) = (char::from(digits[at - 1]), char::from(digits[at]));
            if a != b {
                self.meant(&meant, SlipKind::Exchanged, format!("{b} and {a} swapped"), cost);
            }
        }
    }

    fn left_out(&mut self, digits: &[u8]) {
        let (double, any) = (choices(digits.len()), choices((digits.len() + 1) * 10));
        for at in 0..=digits.len() {
            for digit in b'0'..=b'9' {
                let mut meant = digits.to_vec();
                meant.insert(at, digit);
                let doubled = digits.get(at) == Some(&digit) || (at > 0 && digits[at - 1] == digit);
                let cost = if doubled { DOUBLED + double } else { DROPPED + any };
                self.meant(&meant, SlipKind::Dropped, format!("digit {} left out", char::from(digit)), cost);
            }
        }
    }

    fn too_many(&mut self, digits: &[u8]) {
        let (double, any) = (choices(digits.len()), choices(digits.len()));
        for at in 0..digits.len() {
            let mut meant = digits.to_vec();
            let digit = meant.remove(at);
            let doubled = digits.get(at + 1) == Some(&digit) || (at > 0 && digits[at - 1] == digit);
            let cost = if doubled { DOUBLED + double } else { ADDED + any };
            if !meant.is_empty() {
                self.meant(&meant, SlipKind::Added, format!("extra digit {}", char::from(digit)), cost);
            }
        }
    }
}

/// Factors of 10, 100 and 1,000 either way.
fn factors(printed: Decimal, kind: ColumnType, found: &mut Vec<Slip>) {
    let whole = matches!(kind, ColumnType::Count | ColumnType::Integer);
    for (power, name) in [(1_u8, "10"), (2, "100"), (3, "1,000")] {
        let factor = 10_i128.pow(u32::from(power));
        let cost = choices(2) + if power == 3 { THOUSAND } else { TEN + i64::from(power - 1) * 500 };
        let mut add = |units: i128, exponent: i8, side: &str| {
            let to = Decimal { units, exponent };
            found.push(Slip { to, kind: SlipKind::Factor, words: format!("{name} times too {side}"), cost });
        };
        add(printed.units * factor, printed.exponent, "small");
        let finer = printed.exponent.checked_sub(i8::try_from(power).unwrap_or(0)).filter(|it| *it >= -9);
        if printed.units % factor == 0 {
            add(printed.units / factor, printed.exponent, "large");
        } else if let Some(exponent) = finer.filter(|it| !whole || *it >= 0) {
            add(printed.units, exponent, "large");
        }
    }
}

/// Whether two digits are neighbours on a keypad.
fn is_neighbour(a: u8, b: u8) -> bool {
    let place = |it: u8| if it == b'0' { (3, 1) } else { (2 - (it - b'1') / 3, (it - b'1') % 3) };
    let ((one_row, one), (other_row, other)) = (place(a), place(b));
    one_row.abs_diff(other_row) + one.abs_diff(other) == 1
}

/// A digit by its place.
pub(crate) fn which_digit(at: usize, count: usize) -> String {
    const NAMES: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];
    match (at, count) {
        (_, 1) => "one digit".to_owned(),
        (at, count) if at + 1 == count => "last digit".to_owned(),
        (at, _) => NAMES.get(at).map_or_else(|| format!("digit {}", at + 1), |it| format!("{it} digit")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(units: i128, exponent: i8, kind: ColumnType, to: &str) -> Option<String> {
        let all = slips(Decimal { units, exponent }, kind);
        let it = all.into_iter().find(|it| it.to.to_string() == to)?;
        Some(format!("{}: {}", it.kind.word(), it.words))
    }

    #[test]
    fn slips_are_named_as_they_happened() {
        let count = |from: i128, to: &str| found(from, 0, ColumnType::Count, to);
        assert_eq!(count(1477, "4477").as_deref(), Some("digit: first digit"));
        assert_eq!(count(1911, "1191").as_deref(), Some("digits exchanged: 1 and 9 swapped"));
        assert_eq!(count(19979, "1979").as_deref(), Some("digit added: extra digit 9"));
        assert_eq!(count(197, "1970").as_deref(), Some("factor: 10 times too small"));
        assert_eq!(count(45, "45000").as_deref(), Some("factor: 1,000 times too small"));
        assert_eq!(count(5, "-5"), None);
        let amount = |from: i128, exponent: i8, to: &str| found(from, exponent, ColumnType::Amount, to);
        assert_eq!(amount(150, 0, "-150").as_deref(), Some("sign: minus sign lost"));
        assert_eq!(amount(125, -1, "1.25").as_deref(), Some("factor: 10 times too large"));
        assert_eq!(amount(5, -1, "0.6").as_deref(), Some("digit: last digit"));
    }

    #[test]
    fn a_zero_is_not_printed_in_front() {
        assert_eq!(found(205, 0, ColumnType::Count, "25").as_deref(), Some("digit added: extra digit 0"));
        assert!(slips(Decimal::whole(100), ColumnType::Count).iter().all(|it| it.to.units != 0));
    }

    proptest! {
        #[test]
        fn each_figure_is_told_once_and_is_another(units in -100_000_i128..100_000, exponent in -3_i8..3) {
            let printed = Decimal { units, exponent };
            let all = slips(printed, ColumnType::Amount);
            for pair in all.windows(2) {
                prop_assert!(pair[0].to.exact() < pair[1].to.exact());
            }
            prop_assert!(all.iter().all(|it| !it.to.same_value(printed)));
        }
    }
}
