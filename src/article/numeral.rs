//! Numerals: digits, grouped digits, words, fractions, and what is mixed of them.

use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::fractions::{fraction, part_of_scale, small, with_fraction};
use super::tokens::{Class, Token};
use super::words::{Atom, atom, scale};
use crate::table::Exact;

/// A number as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Numeral {
    /// One past its last token.
    pub(super) end: usize,
    /// Its value.
    pub(super) value: Exact,
    /// The last digit's power of ten that is not a trailing zero: what it is rounded to.
    pub(super) unit: Exact,
    /// How many digits it is known to.
    pub(super) digits: u32,
    /// How it is written.
    pub(super) form: Form,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Digits alone, ungrouped and whole: also a year, a name, a list mark.
    Plain,
    /// Digits with groups, decimals or a scale word.
    Digits,
    /// Words.
    Words,
    /// A fraction or a mixed number.
    Fraction,
}

/// The whole number.
pub(super) fn whole(value: i128) -> Exact {
    Exact::from_integer(BigInt::from(value))
}

/// Ten to a power.
pub(super) fn power(exponent: i32) -> Exact {
    let base = BigInt::from(10).pow(exponent.unsigned_abs());
    if exponent < 0 { Exact::new(BigInt::one(), base) } else { Exact::from_integer(base) }
}

/// Reads the numeral that starts at a token, if one does.
pub(super) fn read(tokens: &[Token<'_>], at: usize) -> Option<Numeral> {
    let first = tokens.get(at)?;
    let signed = matches!(&*first.lower, "minus" | "negative") || minus(tokens, at);
    if signed {
        let mut it = unsigned(tokens, at + 1)?;
        it.value = -it.value;
        return Some(it);
    }
    unsigned(tokens, at)
}

/// Whether a hyphen is the sign of a number: nothing that it could tie stands before it.
fn minus(tokens: &[Token<'_>], at: usize) -> bool {
    let free = at == 0 || tokens[at].spaced || matches!(tokens[at - 1].text, "(" | "$" | "€" | "£");
    let tight = tokens.get(at + 1).is_some_and(|it| it.is_number() && (!it.spaced || at == 0));
    tokens[at].is_dash() && tokens[at].text != "—" && free && tight
}

fn unsigned(tokens: &[Token<'_>], at: usize) -> Option<Numeral> {
    if let Some(it) = part_of_scale(tokens, at) {
        return Some(it);
    }
    let fraction = fraction(tokens, at);
    let cardinal = cardinal(tokens, at);
    match (fraction, cardinal) {
        // `two thirds` is one number, `twenty` of `twenty fifth` is another.
        (Some(part), Some(it)) if part.end > it.end => Some(part),
        (_, Some(it)) => Some(with_fraction(tokens, it)),
        (part, None) => part,
    }
}

/// The largest power of ten that a whole value is a multiple of.
pub(super) fn unit_of(value: &Exact) -> Exact {
    if let Some(mut rest) = value.to_integer().to_i64().filter(|it| *it != 0) {
        let mut unit = 1;
        while rest % 10 == 0 {
            (unit, rest) = (unit * 10, rest / 10);
        }
        return whole(unit);
    }
    let ten = BigInt::from(10);
    let mut rest = value.to_integer().abs();
    let mut unit = Exact::one();
    while !rest.is_zero() && (&rest % &ten).is_zero() {
        rest /= &ten;
        unit *= Exact::from_integer(ten.clone());
    }
    unit
}

/// Digits that nothing goes on behind, as most numbers are: without fractions.
fn alone(tokens: &[Token<'_>], at: usize) -> Option<Numeral> {
    const DIGITS_MAX: usize = 18;
    let first = tokens.get(at)?;
    let text = first.text;
    let plain = text.bytes().all(|it| it.is_ascii_digit());
    if !first.is_number()
        || text.len() > DIGITS_MAX
        || !(plain || text.bytes().all(|it| it.is_ascii_digit() || it == b','))
    {
        return None;
    }
    let goes_on = |it: &Token<'_>| {
        let scaled = matches!(atom(&it.lower), Some(Atom::Hundred | Atom::Scale(_) | Atom::Dozen));
        it.is_word() && (scaled || !it.spaced || matches!(&*it.lower, "dozens" | "dozs" | "dzs"))
    };
    if tokens.get(at + 1).is_some_and(goes_on) {
        return None;
    }
    let value = text.bytes().filter(|it| *it != b',').fold(0_i64, |sum, it| sum * 10 + i64::from(it - b'0'));
    let (mut unit, mut rest) = (1_i64, value);
    while rest != 0 && rest % 10 == 0 {
        (unit, rest) = (unit * 10, rest / 10);
    }
    let digits = rest.checked_ilog10().unwrap_or(0) + 1;
    let form = if plain { Form::Plain } else { Form::Digits };
    Some(Numeral { end: at + 1, value: whole(value.into()), unit: whole(unit.into()), digits, form })
}

/// A whole or decimal number in digits or words, as far as it goes.
fn cardinal(tokens: &[Token<'_>], at: usize) -> Option<Numeral> {
    if let Some(it) = alone(tokens, at) {
        return Some(it);
    }
    let mut run = Run::start(tokens, at)?;
    while run.step(tokens) {}
    Some(run.finish(tokens, at))
}

/// A cardinal in the making.
struct Run {
    at: usize,
    /// What is complete: `two million`.
    total: Exact,
    /// What grows: `three hundred and`.
    group: Option<Exact>,
    /// The last scale; a smaller one may follow.
    limit: Option<u32>,
    last: Last,
    /// The state before the group at hand began, to go back to.
    before: Option<(usize, Exact, Last)>,
    decimals: u32,
    plain: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    Digits,
    Small,
    Tens,
    Hundred,
    Scale,
}

impl Run {
    fn start(tokens: &[Token<'_>], at: usize) -> Option<Self> {
        let first = tokens.get(at)?;
        let next = tokens.get(at + 1).and_then(|it| atom(&it.lower));
        let mut run = Self {
            at: at + 1,
            total: Exact::zero(),
            group: None,
            limit: None,
            last: Last::Digits,
            before: None,
            decimals: 0,
            plain: false,
        };
        if let Class::Number = first.class {
            let (value, decimals) = digits(first.text)?;
            (run.group, run.decimals) = (Some(value), decimals);
            run.plain = first.text.bytes().all(|it| it.is_ascii_digit());
            return Some(run);
        }
        if !first.is_word() {
            return None;
        }
        if matches!(&*first.lower, "a" | "an") {
            // `a hundred`, `a million`, `a dozen`: the word itself is the number.
            matches!(next?, Atom::Hundred | Atom::Scale(_) | Atom::Dozen).then_some(())?;
            (run.group, run.last) = (Some(Exact::one()), Last::Small);
            return Some(run);
        }
        let value = match atom(&first.lower)? {
            Atom::Small(it) => {
                run.last = Last::Small;
                whole(i128::from(it))
            }
            Atom::Tens(it) => {
                run.last = Last::Tens;
                whole(i128::from(it))
            }
            Atom::Hundred => {
                matches!(next?, Atom::Scale(_)).then_some(())?;
                run.last = Last::Hundred;
                whole(100)
            }
            Atom::Scale(_) | Atom::Dozen => return None,
        };
        run.group = Some(value);
        Some(run)
    }

    /// Takes the next word of the number, if it is one.
    fn step(&mut self, tokens: &[Token<'_>]) -> bool {
        let Some(token) = tokens.get(self.at) else { return false };
        let joins = |it: &Token<'_>| it.is("and") || it.text == "&" || it.text == ",";
        if token.is_dash() && matches!(self.last, Last::Tens | Last::Small | Last::Hundred) {
            let next = tokens.get(self.at + 1).and_then(|it| atom(&it.lower));
            let fits = match next {
                Some(Atom::Small(1..=9)) => self.last == Last::Tens,
                Some(Atom::Hundred | Atom::Scale(_)) => !token.spaced,
                _ => false,
            };
            return fits && self.take(tokens, self.at + 1);
        }
        if joins(token) && matches!(self.last, Last::Hundred | Last::Scale) {
            if fraction(tokens, self.at + 1).is_some() {
                return false;
            }
            // A comma joins only where words go on: `three million, two hundred and forty`.
            let words = tokens.get(self.at + 1).is_some_and(|it| it.is_word() && atom(&it.lower).is_some());
            let small = token.text != "," || (self.last == Last::Scale && words && goes_on(tokens, self.at + 1));
            return small && self.take(tokens, self.at + 1);
        }
        if token.is("and") && self.last == Last::Tens {
            let next = tokens.get(self.at + 1).and_then(|it| atom(&it.lower));
            let unit = matches!(next, Some(Atom::Small(1..=9)));
            let counts = tokens.get(self.at + 2).is_some_and(|it| super::words::is_duration(&it.lower) || it.is("and"));
            return unit && counts && self.take(tokens, self.at + 1);
        }
        self.take(tokens, self.at)
    }

    fn take(&mut self, tokens: &[Token<'_>], at: usize) -> bool {
        let Some(token) = tokens.get(at) else { return false };
        // `4.975 million twelve months ago`: what has decimals goes on with nothing.
        if self.decimals > 0 && self.last == Last::Scale {
            return false;
        }
        if token.is_number() {
            let open = self.last == Last::Scale || (self.last == Last::Hundred && at > self.at);
            let value = digits(token.text).filter(|it| open && it.1 == 0 && self.fits(&it.0));
            let Some((value, _)) = value else { return false };
            return self.grow(at, value, Last::Digits);
        }
        if !token.is_word() {
            return false;
        }
        match atom(&token.lower) {
            Some(Atom::Small(it)) => {
                let single = (1..=9).contains(&it);
                let fits = matches!(self.last, Last::Hundred | Last::Scale) || (single && self.last == Last::Tens);
                fits && it > 0 && self.grow(at, whole(i128::from(it)), Last::Small)
            }
            Some(Atom::Tens(it)) => {
                matches!(self.last, Last::Hundred | Last::Scale) && self.grow(at, whole(i128::from(it)), Last::Tens)
            }
            Some(Atom::Hundred) => self.hundred(at),
            Some(Atom::Scale(power)) => self.scale(at, power),
            Some(Atom::Dozen) => self.dozen(at),
            None if token.is("dozens") || token.is("dozs") || token.is("dzs") => self.dozen(at),
            None => !token.spaced && self.suffix(token, at),
        }
    }

    /// Whether what follows a scale or a hundred is smaller than it.
    fn fits(&self, value: &Exact) -> bool {
        match self.last {
            Last::Hundred => *value < whole(100),
            _ => self.limit.is_none_or(|it| *value < power(i32::try_from(it).unwrap_or(0))),
        }
    }

    fn grow(&mut self, at: usize, value: Exact, last: Last) -> bool {
        if !matches!(self.last, Last::Tens) {
            let value = self.group.clone().map_or_else(|| self.total.clone(), |it| &self.total + it);
            self.before = Some((self.at, value, self.last));
        }
        self.group = Some(self.group.take().unwrap_or_else(Exact::zero) + value);
        (self.at, self.last) = (at + 1, last);
        true
    }

    /// Goes back to where the number was complete: what follows is another.
    fn back(&mut self) -> bool {
        if let Some((at, value, last)) = self.before.take() {
            (self.at, self.total, self.group, self.last) = (at, value, None, last);
        }
        false
    }

    fn hundred(&mut self, at: usize) -> bool {
        let first = self.last == Last::Digits && self.before.is_none();
        let group = self.group.clone().filter(|it| first || *it < whole(100));
        match group {
            Some(group) if matches!(self.last, Last::Small | Last::Tens | Last::Digits) => {
                self.group = Some(group * whole(100));
                (self.at, self.last, self.plain) = (at + 1, Last::Hundred, false);
                true
            }
            _ => self.back(),
        }
    }

    fn scale(&mut self, at: usize, exponent: u32) -> bool {
        if self.limit.is_some_and(|it| exponent >= it) {
            return self.back();
        }
        let Some(group) = self.group.take() else { return false };
        let Ok(signed) = i32::try_from(exponent) else { return false };
        self.total += group * power(signed);
        (self.limit, self.at, self.last, self.plain) = (Some(exponent), at + 1, Last::Scale, false);
        self.before = None;
        true
    }

    fn dozen(&mut self, at: usize) -> bool {
        let Some((hundreds, group)) = self.group.take().map(|it| {
            let rest = Exact::from_integer(it.to_integer() % 100);
            if it.is_integer() && self.last != Last::Digits { (&it - &rest, rest) } else { (Exact::zero(), it) }
        }) else {
            return false;
        };
        self.group = Some(hundreds + group * whole(12));
        (self.at, self.last, self.plain) = (at + 1, Last::Digits, false);
        true
    }

    /// A scale written right behind digits: `10k`, `$4bn`.
    fn suffix(&mut self, token: &Token<'_>, at: usize) -> bool {
        let exponent = match token.text {
            "k" | "K" => 3,
            "M" | "MM" => 6,
            "B" | "b" => 9,
            "T" => 12,
            _ => return false,
        };
        self.last == Last::Digits && self.total.is_zero() && self.scale(at, exponent)
    }

    fn finish(mut self, tokens: &[Token<'_>], start: usize) -> Numeral {
        let mut value = self.total.clone() + self.group.take().unwrap_or_else(Exact::zero);
        let mut form = match tokens[start].class {
            Class::Number if self.plain && self.at == start + 1 => Form::Plain,
            Class::Number => Form::Digits,
            _ => Form::Words,
        };
        let mut unit =
            if value.is_integer() { unit_of(&value) } else { power(-i32::try_from(self.decimals).unwrap_or(0)) };
        if let Some((end, part, places)) = point(tokens, self.at).filter(|_| form == Form::Words) {
            value += part;
            unit = power(-places);
            (self.at, form) = (end, Form::Words);
        }
        // Decimals are printed digits, also where they are zero: 12.0, and 4.50 million.
        if self.decimals > 0 {
            let scaled = tokens[start + 1..self.at].iter().find_map(|it| scale(&it.lower).or(letter(it.text)));
            let exponent = i32::try_from(scaled.unwrap_or(0)).unwrap_or(0) - i32::try_from(self.decimals).unwrap_or(0);
            unit = power(exponent);
        }
        let digits = (value.clone() / &unit).to_integer().abs().to_string().len();
        Numeral { end: self.at, value, unit, digits: u32::try_from(digits).unwrap_or(u32::MAX), form }
    }
}

fn letter(text: &str) -> Option<u32> {
    Some(match text {
        "k" | "K" => 3,
        "M" | "MM" => 6,
        "B" | "b" => 9,
        "T" => 12,
        _ => return None,
    })
}

/// Whether words from here go on as a number of two words at least.
fn goes_on(tokens: &[Token<'_>], at: usize) -> bool {
    tokens.get(at + 1).is_some_and(|it| matches!(atom(&it.lower), Some(Atom::Hundred | Atom::Scale(_))))
}

/// `point zero three`, `point seventy-one`: its end, value, and places.
fn point(tokens: &[Token<'_>], at: usize) -> Option<(usize, Exact, i32)> {
    tokens.get(at).filter(|it| it.is("point"))?;
    let (mut end, mut printed) = (at + 1, String::new());
    while let Some((next, value)) = small(tokens, end) {
        printed.push_str(&value.to_string());
        end = next;
    }
    let places = i32::try_from(printed.len()).ok().filter(|it| (1..=12).contains(it))?;
    Some((end, whole(printed.parse().ok()?) * power(-places), places))
}

/// The value of digits with groups and decimals, and how many decimals there are.
fn digits(text: &str) -> Option<(Exact, u32)> {
    const DIGITS_MAX: usize = 30;
    if let Some((base, exponent)) = text.split_once(['e', 'E']) {
        let (value, decimals) = digits(base)?;
        return Some((value * power(exponent.parse().ok().filter(|it| (-30..=30).contains(it))?), decimals));
    }
    let (before, after) = text.split_once('.').unwrap_or((text, ""));
    let plain: String = before.chars().chain(after.chars()).filter(char::is_ascii_digit).collect();
    if plain.is_empty() || plain.len() > DIGITS_MAX {
        return None;
    }
    let decimals = u32::try_from(after.len()).ok()?;
    let value: i128 = plain.parse().ok()?;
    if decimals == 0 {
        return Some((whole(value), 0));
    }
    Some((whole(value) * power(-i32::try_from(decimals).ok()?), decimals))
}

/// The value as a whole number, where it is one and not too large.
pub(super) fn as_whole(value: &Exact) -> Option<i64> {
    value.is_integer().then(|| value.to_integer().to_i64()).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::tokens::cut;
    use super::*;
    use crate::table::show_exact;

    fn value(text: &str) -> Option<String> {
        let tokens = cut(text, 0);
        let it = read(&tokens, 0)?;
        let rest: Vec<&str> = tokens[it.end..].iter().map(|it| it.text).collect();
        Some(format!("{}|{}", show_exact(&it.value), rest.join(" ")))
    }

    #[test]
    fn words_and_digits_make_one_number() {
        for (text, expected) in [
            ("one hundred and sixty-one", "161|"),
            ("twenty-one trillion and three hundred", "21000000000300|"),
            ("two hundred and two thousand", "202000|"),
            ("3 hundred and 21 yuan", "321|yuan"),
            ("3 hundred and 2 hundred", "300|and 2 hundred"),
            ("one million and two million", "1000000|and two million"),
            ("4000 3 hundred", "4000|3 hundred"),
            ("half a million", "500000|"),
            ("five and a half million", "5500000|"),
            ("3 million and a half", "3500000|"),
            ("one billion and three quarters million", "1000750000|"),
            ("three hundred and two dozens", "324|"),
            ("two hundred point zero three", "200.03|"),
            ("2 1/4 inches", "2.25|inches"),
            ("four children and five men", "4|children and five men"),
            ("$", ""),
        ] {
            assert_eq!(value(text).unwrap_or_default(), expected, "{text}");
        }
    }

    #[test]
    fn precision_comes_from_the_printed_digits() {
        let read = |text: &str| {
            let it = read(&cut(text, 0), 0).unwrap();
            (show_exact(&it.unit), it.digits)
        };
        assert_eq!(read("50,000"), ("10000".to_owned(), 1));
        assert_eq!(read("4.5 million"), ("100000".to_owned(), 2));
        assert_eq!(read("12.0"), ("0.1".to_owned(), 3));
        assert_eq!(read("eight hundred"), ("100".to_owned(), 1));
    }
}
