//! Fractions, alone and behind a whole number: `two thirds`, `2 1/4`, `half a million`.

use num_bigint::BigInt;
use num_traits::One;

use super::numeral::{Form, Numeral, power, unit_of, whole};
use super::tokens::Token;
use super::words::{Atom, atom, denominator, scale};
use crate::table::Exact;

/// `half a million`, `half a dozen`, `two thirds of a million`, `quarter million`.
pub(super) fn part_of_scale(tokens: &[Token<'_>], at: usize) -> Option<Numeral> {
    let bare = |it: &Token<'_>| matches!(&*it.lower, "half" | "quarter");
    let (part, mut end) = match fraction(tokens, at) {
        Some(it) => (it.value, it.end),
        None if tokens.get(at).is_some_and(bare) => {
            let below = denominator(&tokens[at].lower)?.0;
            (Exact::new(BigInt::one(), BigInt::from(below)), at + 1)
        }
        None => return None,
    };
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|it| it.is(word));
    end += usize::from(is(end, "of"));
    end += usize::from(is(end, "a"));
    let of = match atom(&tokens.get(end)?.lower)? {
        Atom::Scale(it) => power(i32::try_from(it).ok()?),
        Atom::Dozen => whole(12),
        _ => return None,
    };
    let value = part * of;
    Some(Numeral { end: end + 1, unit: unit_of(&value), digits: 1, value, form: Form::Fraction })
}

/// A fraction that is not a part of a larger number.
pub(super) fn fraction(tokens: &[Token<'_>], at: usize) -> Option<Numeral> {
    let made = |above: i128, below: u64, end: usize| {
        let value = Exact::new(BigInt::from(above), BigInt::from(below));
        Some(Numeral { end, unit: value.clone(), digits: 1, value, form: Form::Fraction })
    };
    let first = tokens.get(at)?;
    if let Some((above, below)) = sign(first.text) {
        return made(above, below, at + 1);
    }
    let next = |it: usize| tokens.get(it);
    if first.is_number() && next(at + 1).is_some_and(|it| it.text == "/" && !it.spaced) {
        let below = next(at + 2).filter(|it| it.is_number() && !it.spaced)?;
        let dated = next(at + 3).is_some_and(|it| it.text == "/" && !it.spaced);
        let (above, below) = (first.text.parse::<i128>().ok()?, below.text.parse::<u64>().ok()?);
        let fits = !dated && (1..=1_000).contains(&below) && above < 1_000;
        return if fits { made(above, below, at + 3) } else { None };
    }
    if first.is("half") && !next(at + 1).is_some_and(Token::is_dash) {
        return made(1, 2, at + 1);
    }
    if matches!(&*first.lower, "a" | "an" | "one") {
        let at = at + 1 + usize::from(next(at + 1).is_some_and(Token::is_dash));
        let below = next(at)?;
        // `one second` is a time, `a first` and `a second` are in an order.
        let (below, _) = denominator(&below.lower).filter(|it| !it.1 && below.is_word())?;
        return made(1, below, at + 1);
    }
    let above = small(tokens, at)?;
    let dash = next(above.0).is_some_and(Token::is_dash);
    let end = above.0 + usize::from(dash);
    let below = next(end).filter(|it| it.is_word())?;
    let (below, _) = denominator(&below.lower).filter(|it| it.1)?;
    made(above.1, below, end + 1)
}

/// The numerator of a fraction in words: below a hundred.
pub(super) fn small(tokens: &[Token<'_>], at: usize) -> Option<(usize, i128)> {
    let first = tokens.get(at)?;
    match atom(&first.lower)? {
        Atom::Small(it) => Some((at + 1, i128::from(it))),
        Atom::Tens(tens) => {
            let next = at + 1 + usize::from(tokens.get(at + 1).is_some_and(Token::is_dash));
            match tokens.get(next).and_then(|it| atom(&it.lower)) {
                Some(Atom::Small(it @ 1..=9)) => Some((next + 1, i128::from(tens) + i128::from(it))),
                _ => Some((at + 1, i128::from(tens))),
            }
        }
        _ => None,
    }
}

fn sign(text: &str) -> Option<(i128, u64)> {
    Some(match text {
        "½" => (1, 2),
        "⅓" => (1, 3),
        "⅔" => (2, 3),
        "¼" => (1, 4),
        "¾" => (3, 4),
        "⅕" => (1, 5),
        "⅖" => (2, 5),
        "⅗" => (3, 5),
        "⅘" => (4, 5),
        "⅙" => (1, 6),
        "⅚" => (5, 6),
        "⅛" => (1, 8),
        "⅜" => (3, 8),
        "⅝" => (5, 8),
        "⅞" => (7, 8),
        _ => return None,
    })
}

/// Adds `and a half`, ` 1/4`, `and three quarters million` to a whole number.
pub(super) fn with_fraction(tokens: &[Token<'_>], mut it: Numeral) -> Numeral {
    if it.value.denom() != &BigInt::one() {
        return it;
    }
    let and = tokens.get(it.end).is_some_and(|it| it.is("and"));
    // `more than in 2019 and a quarter more than in 2022`: a year has no fraction.
    let year = it.form == Form::Plain
        && tokens[it.end - 1].text.len() == 4
        && tokens[it.end - 1].text.parse::<u32>().is_ok_and(|it| (1800..2100).contains(&it));
    if and && year {
        return it;
    }
    let own = tokens.get(it.end - 1).and_then(|it| scale(&it.lower)).and_then(|it| i32::try_from(it).ok());
    let scaled = if and && own.is_some() { part_of_scale(tokens, it.end + 1) } else { None };
    let part = scaled.or_else(|| if and { fraction(tokens, it.end + 1) } else { None });
    let part = part.or_else(|| {
        let follows = tokens.get(it.end).is_some_and(|next| sign(next.text).is_some() || next.is_number());
        fraction(tokens, it.end).filter(|_| follows && !and && it.form == Form::Plain)
    });
    let Some(part) = part else { return it };
    // `3 million and a half` is half a million more; `five and a half million` is scaled as one.
    let amount = match own {
        Some(own) if part.value < Exact::one() => part.value * power(own),
        _ => part.value,
    };
    it.value += amount;
    it.end = part.end;
    let behind = tokens.get(it.end).and_then(|it| scale(&it.lower)).and_then(|it| i32::try_from(it).ok());
    if let Some(behind) = behind.filter(|_| own.is_none()) {
        it.value *= power(behind);
        it.end += 1;
    }
    it.form = Form::Fraction;
    it.unit = if it.value.is_integer() { unit_of(&it.value) } else { part.unit };
    it.digits += 1;
    it
}
