//! Whether one slip of the keyboard lies between two figures, and how many it could have led to.

use crate::slip::SlipKind;

/// The digits of a whole number, the first first.
struct Digits {
    digits: [u8; 20],
    length: usize,
}

impl Digits {
    fn of(value: i64) -> Self {
        let mut rest = value.unsigned_abs();
        let mut digits = [0; 20];
        let mut length = 0;
        loop {
            digits[length] = u8::try_from(rest % 10).unwrap_or(0);
            length += 1;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        digits[..length].reverse();
        Self { digits, length }
    }

    fn all(&self) -> &[u8] {
        &self.digits[..self.length]
    }
}

/// The slip that makes `printed` of `meant`, both in units of the printed figure's last digit.
pub(super) fn slip_between(printed: i64, meant: i64) -> Option<SlipKind> {
    if printed == meant {
        return None;
    }
    if printed.checked_neg() == Some(meant) {
        return Some(SlipKind::Sign);
    }
    if (printed < 0) != (meant < 0) && printed != 0 && meant != 0 {
        return None;
    }
    let (printed, meant) = (Digits::of(printed), Digits::of(meant));
    let (a, b) = (printed.all(), meant.all());
    if a.len() == b.len() {
        return of_one_length(a, b);
    }
    let (short, long, kind) = if a.len() < b.len() { (a, b, SlipKind::Dropped) } else { (b, a, SlipKind::Added) };
    if long.len() - short.len() == 1 {
        let same = short.iter().zip(long).take_while(|it| it.0 == it.1).count();
        if short[same..] == long[same + 1..] {
            return Some(kind);
        }
    }
    let factor = short != [0] && long.starts_with(short) && long[short.len()..].iter().all(|it| *it == 0);
    factor.then_some(SlipKind::Factor)
}

fn of_one_length(a: &[u8], b: &[u8]) -> Option<SlipKind> {
    let mut differing = (0..a.len()).filter(|&it| a[it] != b[it]);
    match (differing.next(), differing.next(), differing.next()) {
        (Some(_), None, _) => Some(SlipKind::Digit),
        (Some(first), Some(second), None) if second == first + 1 && a[first] == b[second] && a[second] == b[first] => {
            Some(SlipKind::Exchanged)
        }
        _ => None,
    }
}

/// How many figures one slip can make of a figure: other digits, exchanged, dropped, added, sign.
pub(super) fn neighbours(printed: i64) -> usize {
    let digits = Digits::of(printed).length;
    9 * digits + digits + 10 * (digits + 1) + digits + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_slip_is_told_from_the_others() {
        assert_eq!(slip_between(843_024, 743_024), Some(SlipKind::Digit));
        assert_eq!(slip_between(1640, 1460), Some(SlipKind::Exchanged));
        assert_eq!(slip_between(317, 3175), Some(SlipKind::Dropped));
        assert_eq!(slip_between(3175, 317), Some(SlipKind::Added));
        assert_eq!(slip_between(-6, 6), Some(SlipKind::Sign));
        assert_eq!(slip_between(45, 45_000), Some(SlipKind::Factor));
    }

    #[test]
    fn two_slips_are_none() {
        for (printed, meant) in [(1234, 1324 + 1), (12, 34), (5, 5), (-12, 13), (0, 500), (1234, 4321)] {
            assert_eq!(slip_between(printed, meant), None, "{printed} {meant}");
        }
        assert_eq!(slip_between(i64::MIN, i64::MAX), None);
    }
}
