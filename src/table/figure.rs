//! Reads a printed number: value, precision, sign, percent, footnote marks.

use super::style::{NumberStyle, Thousands};
use super::{Decimal, Exact};

/// A number as printed: its value with its precision, and what stood by it.
///
/// The printed text itself is kept by place, as a [`Span`](super::Span), so
/// that it can always be shown again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The value with its printed precision, units of the heading included.
    pub value: Decimal,
    /// Whether a percent sign was printed.
    pub percent: bool,
    /// Footnote marks and flags printed behind it (`*`, `¹`, `p`), or empty.
    pub marks: String,
}

/// The signs of currencies that may stand before or behind a figure.
const CURRENCIES: &str = "$€£¥₽";

/// Why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// It does not read as a number in the style of the file.
    NotANumber,
    /// It has more than 38 digits, or an exponent beyond ±38.
    TooLong,
}

/// The power of ten that figures under a heading are printed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unit {
    /// The power of ten: 3 for thousands, 6 for millions.
    pub power: i8,
}

impl Unit {
    /// Finds a unit in a heading or units row: `in thousands`, `€ million`, `'000`.
    ///
    /// ```
    /// use crossfoot::table::Unit;
    ///
    /// assert_eq!(Unit::in_heading("Population (thousands)"), Some(Unit { power: 3 }));
    /// assert_eq!(Unit::in_heading("Thousand Oaks"), None);
    /// ```
    pub fn in_heading(text: &str) -> Option<Self> {
        let lower = text.to_lowercase().replace('’', "'");
        let inside = lower.rsplit_once('(').map_or("", |it| it.1.trim_end_matches([')', ' ']));
        let spoken = |part: &str| {
            let words = part.split(|it: char| !it.is_alphanumeric() && it != '\'').filter(|it| !it.is_empty());
            let words: Vec<&str> = words.collect();
            // Deaths per million are no millions of deaths.
            if words.iter().any(|it| matches!(*it, "per" | "je" | "pro" | "par" | "на")) {
                return None;
            }
            words.into_iter().find_map(|word| match word {
                "thousand" | "thousands" | "'000" | "000s" | "тыс" => Some(3),
                "million" | "millions" | "mln" | "млн" => Some(6),
                "billion" | "billions" | "bn" | "млрд" => Some(9),
                _ => None,
            })
        };
        let alone = lower.split_whitespace().count() <= 3 && lower.starts_with(['\'', '€', '$', '£']);
        let said = lower.find(", thousand").or_else(|| lower.find(" in ")).map_or("", |at| &lower[at..]);
        let said = if lower.starts_with("in ") { &lower } else { said };
        let whole = ["thousands", "millions", "billions", "'000", "000s"].contains(&lower.trim());
        let power = spoken(inside).or_else(|| spoken(said));
        let power = power.or_else(|| if alone || whole { spoken(&lower) } else { None });
        power.map(|power| Self { power })
    }
}

impl Figure {
    /// A figure with a value and nothing else printed.
    pub fn plain(value: Decimal) -> Self {
        Self { value, percent: false, marks: String::new() }
    }

    /// The exact value.
    pub fn exact(&self) -> Exact {
        self.value.exact()
    }
}

/// Reads a number in a style; `unit` is the power of ten of its heading.
///
/// Accepts signs (`-`, `+`, U+2212, parentheses), currency and percent signs,
/// grouped or plain digits, a decimal part, an exponent, and footnote marks
/// behind (`1,191*`, `30¹`, `12.5 p`, `7[b]`). Ungrouped digits read alike in
/// every style.
///
/// # Errors
///
/// [`NumberFault::TooLong`] above 38 digits, else [`NumberFault::NotANumber`].
///
/// ```
/// use crossfoot::table::{Decimal, NumberStyle, read_figure};
///
/// let read = |text| read_figure(text, NumberStyle::ENGLISH, None);
/// assert_eq!(read("1,191*").unwrap().value, Decimal::whole(1191));
/// assert_eq!(read("(12.50)").unwrap().value, Decimal { units: -1250, exponent: -2 });
/// assert!(read("1,19").is_err());
/// ```
pub fn read_figure(text: &str, style: NumberStyle, unit: Option<Unit>) -> Result<Figure, NumberFault> {
    if let Some(value) = plain_digits(text) {
        return with_unit(Figure::plain(Decimal::whole(value)), unit);
    }
    let text = text.trim_matches(is_space);
    let (text, marks) = split_marks(text);
    let (in_parentheses, body) = parentheses(text).map_or((false, text), |inner| (true, inner));
    let (first_sign, mut body) = split_sign(body.trim_matches(is_space));
    let currency = |it: char| CURRENCIES.contains(it);
    body = body.trim_matches(currency).trim_matches(is_space);
    let percent = body.ends_with('%');
    if percent {
        body = body[..body.len() - 1].trim_end_matches(is_space);
    }
    let (second_sign, body) = split_sign(body);
    // `--5` and `(-5)` may say minus or plus, so they say nothing.
    if usize::from(in_parentheses) + first_sign.len().min(1) + second_sign.len().min(1) > 1 {
        return Err(NumberFault::NotANumber);
    }
    let mut value = read_decimal(body, style)?;
    if in_parentheses || [first_sign, second_sign].iter().any(|it| !it.is_empty() && *it != "+") {
        value.units = -value.units;
    }
    with_unit(Figure { value, percent, marks: marks.to_owned() }, unit)
}

/// What is printed beside the digits of a figure and is part of what it says:
/// its currency, its percent sign, its marks and flags, in that order.
pub(crate) fn beside(text: &str) -> String {
    let (text, marks) = split_marks(text.trim_matches(is_space));
    let currency = text.chars().filter(|it| CURRENCIES.contains(*it));
    let percent = text.chars().filter(|it| *it == '%');
    let marks = marks.chars().filter(|it| !is_space(*it));
    currency.chain(percent).chain(marks).collect()
}

/// What is printed for a minus, by hand and by programs; the triangles are those of Japanese tables.
const MINUS: [char; 9] = ['-', '\u{2212}', '–', '\u{2010}', '\u{2011}', '\u{2012}', '\u{ff0d}', '△', '▲'];

/// Splits a sign off the front of a number.
fn split_sign(text: &str) -> (&str, &str) {
    let rest = text.strip_prefix('+').or_else(|| text.strip_prefix(MINUS)).unwrap_or(text);
    (&text[..text.len() - rest.len()], rest.trim_start_matches(is_space))
}

fn with_unit(mut figure: Figure, unit: Option<Unit>) -> Result<Figure, NumberFault> {
    let power = unit.map_or(0, |it| it.power);
    let exponent = figure.value.exponent.checked_add(power).filter(|it| (-38..=38).contains(it));
    figure.value.exponent = exponent.ok_or(NumberFault::TooLong)?;
    Ok(figure)
}

/// The common case, without any allocation: up to 18 digits and no more.
fn plain_digits(text: &str) -> Option<i128> {
    let bytes = text.as_bytes();
    let plain = !bytes.is_empty() && bytes.len() <= 18 && bytes.iter().all(u8::is_ascii_digit);
    plain.then(|| i128::from(bytes.iter().fold(0_i64, |sum, it| sum * 10 + i64::from(it - b'0'))))
}

/// Any space that is printed inside or around a number.
pub(crate) fn is_space(it: char) -> bool {
    it.is_whitespace() || matches!(it, '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' | '\u{200b}' | '\u{feff}')
}

/// A text without the spaces around it, those of no width too: the one sense in
/// which cells are trimmed, when they are read and when they are compared.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

fn parentheses(text: &str) -> Option<&str> {
    text.strip_prefix('(')?.strip_suffix(')')
}

/// Splits footnote marks and flags off the end of a number.
fn split_marks(text: &str) -> (&str, &str) {
    let mut end = text.len();
    loop {
        let rest = &text[..end];
        let cut = bracketed(rest).or_else(|| flagged(rest)).or_else(|| {
            let last = rest.chars().next_back()?;
            let mark =
                matches!(last, '*' | '†' | '‡' | '§' | '¶' | '#' | '¹' | '²' | '³' | '⁰' | '⁴'..='⁹' | '⁽' | '⁾');
            let before = rest[..rest.len() - last.len_utf8()].trim_end_matches(is_space);
            let flag = matches!(last, 'p' | 'r' | 'e' | 'b' | 'P' | 'R' | 'E')
                && before.ends_with(|it: char| it.is_ascii_digit());
            (mark || flag).then_some(before)
        });
        match cut {
            Some(before) if before.contains(|it: char| it.is_ascii_digit()) => end = before.len(),
            _ => return (rest, text[end..].trim_matches(is_space)),
        }
    }
}

/// Flags of a statistical office apart from a number: `57.9 bu`, `12 d`.
fn flagged(text: &str) -> Option<&str> {
    let number = text.trim_end_matches(|it: char| it.is_ascii_lowercase());
    let flags = &text[number.len()..];
    // Three letters are flags in the order of the alphabet, as offices print them: `bep`, not `sep`.
    let in_order = || flags.len() == 3 && flags.as_bytes().is_sorted_by(|one, next| one < next);
    let known = ((1..=2).contains(&flags.len()) || in_order()) && flags.bytes().all(|it| b"bdefnprsuvz".contains(&it));
    let apart = number.ends_with(is_space);
    let before = number.trim_end_matches(is_space);
    (known && apart && before.ends_with(|it: char| it.is_ascii_digit())).then_some(before)
}

/// A note in brackets behind a number: `12[b]`, `12 (1)`, `12 (p)`.
fn bracketed(text: &str) -> Option<&str> {
    let open = match text.chars().next_back()? {
        ']' => text.rfind('[')?,
        ')' => text.rfind('(').filter(|&it| it > 0)?,
        _ => return None,
    };
    let inner = &text[open + 1..text.len() - 1];
    let short = !inner.is_empty() && inner.len() <= 3 && inner.chars().all(|it| it.is_ascii_alphanumeric());
    // `26 (18.7%)`: a count, and its share.
    let share = inner.strip_suffix('%').is_some_and(|it| {
        let digits = it.trim_end_matches(is_space);
        digits.len() <= 6 && digits.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'.' | b','))
    });
    let share = share && text[..open].ends_with(is_space);
    (short || share).then(|| text[..open].trim_end_matches(is_space))
}

/// Reads digits with grouping, decimal part and exponent.
fn read_decimal(text: &str, style: NumberStyle) -> Result<Decimal, NumberFault> {
    let (mantissa, power) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], read_power(&text[at + 1..])?),
        None => (text, 0),
    };
    let (whole, decimals) = match mantissa.split_once(style.decimal.sign()) {
        Some((whole, decimals)) => (whole, decimals),
        None => (mantissa, ""),
    };
    let bare_point = mantissa.ends_with(style.decimal.sign());
    if bare_point || !decimals.bytes().all(|it| it.is_ascii_digit()) || (whole.is_empty() && decimals.is_empty()) {
        return Err(NumberFault::NotANumber);
    }
    let mut units = 0_i128;
    let mut digits = 0;
    let mut push = |digit: u8| {
        digits += usize::from(units > 0 || digit > b'0');
        units = units.checked_mul(10).and_then(|it| it.checked_add(i128::from(digit - b'0'))).unwrap_or(i128::MAX);
    };
    check_groups(whole, style.thousands)?;
    whole.bytes().filter(u8::is_ascii_digit).for_each(&mut push);
    decimals.bytes().for_each(&mut push);
    if digits > 38 {
        return Err(NumberFault::TooLong);
    }
    let places = i16::try_from(decimals.len()).map_err(|_| NumberFault::TooLong)?;
    let exponent = i8::try_from(power.saturating_sub(places)).ok().filter(|it| (-38..=38).contains(it));
    let exponent = exponent.ok_or(NumberFault::TooLong)?;
    Ok(Decimal { units, exponent })
}

fn read_power(text: &str) -> Result<i16, NumberFault> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return Err(NumberFault::NotANumber);
    }
    text.parse().map_err(|_| NumberFault::TooLong)
}

/// Checks that whole digits are plain, or grouped as the style says.
fn check_groups(whole: &str, thousands: Thousands) -> Result<(), NumberFault> {
    if whole.bytes().all(|it| it.is_ascii_digit()) {
        return Ok(());
    }
    let groups: Vec<&str> = whole.split(|it| thousands.is_mark(it)).collect();
    let (last, head) = groups.split_last().expect("split yields one part at least");
    let middle = if thousands == Thousands::Indian { 2 } else { 3 };
    let digits = |it: &&str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let sizes = head.iter().skip(1).all(|it| it.len() == middle) && head.first().is_none_or(|it| it.len() <= middle);
    let grouped = groups.iter().all(digits) && last.len() == 3 && sizes && !whole.starts_with('0') && groups.len() > 1;
    if grouped { Ok(()) } else { Err(NumberFault::NotANumber) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{DecimalSign, NumberStyle};
    use super::*;

    fn english(text: &str) -> Option<String> {
        read_figure(text, NumberStyle::ENGLISH, None).ok().map(|it| it.value.to_string())
    }

    #[test]
    fn keeps_the_printed_precision() {
        let read = |text| read_figure(text, NumberStyle::ENGLISH, None).unwrap().value;
        assert_eq!(read("12.0"), Decimal { units: 120, exponent: -1 });
        assert_eq!(read("0.50"), Decimal { units: 50, exponent: -2 });
        assert_eq!(read("1.5e3"), Decimal { units: 15, exponent: 2 });
        let thousands = read_figure("4.5", NumberStyle::ENGLISH, Some(Unit { power: 3 })).unwrap();
        assert_eq!(thousands.value, Decimal { units: 45, exponent: 2 });
    }

    #[test]
    fn reads_every_way_to_print_a_minus() {
        for text in ["-5", "\u{2212}5", "–5", "- 5", "(5)", "-$5", "$-5", "△5", "▲5", "\u{2010}5", "\u{ff0d}5", "( 5)"]
        {
            assert_eq!(english(text).as_deref(), Some("-5"), "{text}");
        }
        assert_eq!(english("+5").as_deref(), Some("5"));
    }

    #[test]
    fn two_signs_are_no_sign() {
        for text in ["--5", "+-5", "(-5)", "-$-5", "(+5)"] {
            assert_eq!(english(text), None, "{text}");
        }
    }

    #[test]
    fn splits_marks_off() {
        for (text, value, marks) in [
            ("1,191*", 1191, "*"),
            ("30¹", 30, "¹"),
            ("12 p", 12, "p"),
            ("7[b]", 7, "[b]"),
            ("12 (1)", 12, "(1)"),
            ("58 bu", 58, "bu"),
            ("59 bep", 59, "bep"),
            ("26 (18.7%)", 26, "(18.7%)"),
            ("2016²⁾", 2016, "²⁾"),
        ] {
            let figure = read_figure(text, NumberStyle::ENGLISH, None).unwrap();
            assert_eq!((figure.value, figure.marks.as_str()), (Decimal::whole(value), marks), "{text}");
        }
    }

    #[test]
    fn words_behind_a_number_are_no_flags() {
        for text in ["5 sep", "12 per", "3 den1", "59bep"] {
            assert_eq!(english(text), None, "{text}");
        }
    }

    #[test]
    fn groups_must_be_whole() {
        for text in ["1,19", "1,2345", "12345,678", ",123", "0,123", "1,,234", "1 234", "1'234", "1.2.3", "1.", "."] {
            assert_eq!(english(text), None, "{text}");
        }
        assert_eq!(english("1,234,567.25").as_deref(), Some("1234567.25"));
    }

    #[test]
    fn a_line_break_does_not_group_digits() {
        let style = NumberStyle { thousands: Thousands::Space, decimal: DecimalSign::Point };
        assert!(read_figure("100\n200", style, None).is_err());
        assert_eq!(read_figure("100\u{202f}200", style, None).unwrap().value, Decimal::whole(100_200));
    }

    #[test]
    fn longer_figures_than_fit_are_told() {
        let fault = |text: &str, unit| read_figure(text, NumberStyle::ENGLISH, unit).unwrap_err();
        assert_eq!(fault(&"9".repeat(39), None), NumberFault::TooLong);
        assert_eq!(fault("1e-32768", None), NumberFault::TooLong);
        assert_eq!(fault("1.5e-32768", None), NumberFault::TooLong);
        assert_eq!(fault("1e99999", None), NumberFault::TooLong);
        assert_eq!(fault("1e38", Some(Unit { power: 3 })), NumberFault::TooLong);
        assert_eq!(english(&"9".repeat(38)), Some("9".repeat(38)));
    }

    #[test]
    fn units_are_found_in_headings() {
        let power = |text| Unit::in_heading(text).map(|it| it.power);
        for text in ["in thousands", "'000", "’000", "Persons (thousands)", "Value, thousand EUR", "(000s)"] {
            assert_eq!(power(text), Some(3), "{text}");
        }
        assert_eq!((power("€ million"), power("Budget (млрд руб.)")), (Some(6), Some(9)));
        for text in ["Thousand Oaks", "Deaths (per million)", "Total", "", "in", "Rate in cases per thousand"] {
            assert_eq!(power(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,20}|[-+0-9.,e%()$ '*\\[\\]]{0,50}", power in any::<i8>()) {
            for locale in ["en", "de", "fr", "de-CH", "hi"] {
                let style = NumberStyle::of_locale(locale).unwrap();
                if let Ok(figure) = read_figure(&text, style, Some(Unit { power })) {
                    prop_assert!((-38..=38).contains(&figure.value.exponent));
                }
            }
            let _ = Unit::in_heading(&text);
        }

        #[test]
        fn what_is_printed_reads_back(units in -10_i128.pow(37)..10_i128.pow(37), places in 0_i8..20) {
            let value = Decimal { units, exponent: -places };
            let read = read_figure(&value.to_string(), NumberStyle::PLAIN, None).unwrap();
            prop_assert_eq!(read, Figure::plain(value));
        }
    }
}
