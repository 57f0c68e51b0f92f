//! Slips that would explain why a number is not what it should be.

use crate::article::numeral::as_whole;
use crate::table::Exact;

/// What was likely done wrong where one number stands for another.
pub(super) fn between(printed: &Exact, expected: &Exact) -> Option<String> {
    let (printed, expected) = (as_whole(printed)?.to_string(), as_whole(expected)?.to_string());
    if printed == expected {
        return None;
    }
    let mut letters: (Vec<char>, Vec<char>) = (printed.chars().collect(), expected.chars().collect());
    let differ = letters.0.iter().zip(&letters.1).filter(|it| it.0 != it.1).count();
    let same_length = letters.0.len() == letters.1.len();
    letters.0.sort_unstable();
    letters.1.sort_unstable();
    if same_length && differ == 2 && letters.0 == letters.1 {
        return Some(format!("digits transposed: {expected}"));
    }
    if same_length && differ == 1 && printed.len() > 2 {
        return Some(format!("one digit differs: {expected}"));
    }
    let shorter = printed.len().abs_diff(expected.len()) == 1;
    let zeros = |long: &str, short: &str| long.strip_suffix('0') == Some(short);
    if shorter && (zeros(&printed, &expected) || zeros(&expected, &printed)) {
        return Some(format!("a zero too many or too few: {expected}"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::super::numeral::whole;
    use super::*;

    #[test]
    fn transposed_digits_are_named() {
        let slip = |a, b| between(&whole(a), &whole(b)).unwrap_or_default();
        assert_eq!(slip(52, 25), "digits transposed: 25");
        assert_eq!(slip(1911, 1191), "digits transposed: 1191");
        assert_eq!(slip(314, 324), "one digit differs: 324");
        assert_eq!(slip(3140, 314), "a zero too many or too few: 314");
        assert_eq!(slip(5, 7), "");
    }
}
