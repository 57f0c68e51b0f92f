//! Numbers and days as their formats print them.
//!
//! Number formats: ECMA-376 part 1, 18.8.30 and 18.8.31. Grouping, literal
//! text, colours and padding are left out: what counts is which digits show.

/// What a section of a number format shows of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    decimals: usize,
    /// How many percent signs: each shows a hundred times the number.
    percents: usize,
    /// How many commas behind the digits: each shows a thousandth of it.
    thousands: usize,
}

/// A number in a format: `1234.5` in `#,##0.00` is `1234.50`.
pub(super) fn number(value: f64, code: &str) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    if code == "General" {
        return general(value);
    }
    let Some(shape) = section(value, code).and_then(shape) else { return general(value) };
    let Some((negative, digits, point)) = digits_of(value) else { return general(value) };
    let point = point + 2 * whole(shape.percents) - 3 * whole(shape.thousands);
    let shown = rounded(&digits, point, shape.decimals);
    let sign = if negative && shown.contains(|it| matches!(it, '1'..='9')) { "-" } else { "" };
    let percent = if shape.percents > 0 { "%" } else { "" };
    format!("{sign}{shown}{percent}")
}

/// A number in no format: all its digits, fifteen at most, as in spreadsheets.
pub(super) fn general(value: f64) -> String {
    // The fewest digits that say a number are those, where they are not more.
    const DIGITS: usize = 15;
    if (1e-4..1e15).contains(&value.abs()) {
        let shown = value.to_string();
        if shown.bytes().filter(u8::is_ascii_digit).count() <= DIGITS {
            return shown;
        }
    }
    let Some((negative, digits, point)) = digits_of(value) else { return "0".to_owned() };
    let digits = digits.trim_end_matches('0');
    if point.unsigned_abs() > 40 {
        return format!("{value:e}");
    }
    let decimals = usize::try_from(i32::try_from(digits.len()).unwrap_or(0) - point).unwrap_or(0);
    format!("{}{}", if negative { "-" } else { "" }, rounded(digits, point, decimals))
}

fn whole(it: usize) -> i32 {
    i32::try_from(it).unwrap_or(i32::MAX / 8)
}

/// Sign, fifteen digits, and how many of them stand before the decimal point;
/// none for zero.
fn digits_of(value: f64) -> Option<(bool, String, i32)> {
    if value == 0.0 {
        return Some((false, "0".to_owned(), 1));
    }
    let text = format!("{:.14e}", value.abs());
    let (mantissa, exponent) = text.split_once('e')?;
    Some((value < 0.0, mantissa.replace('.', ""), exponent.parse::<i32>().ok()? + 1))
}

/// Digits with so many decimals, half away from zero.
fn rounded(digits: &str, point: i32, decimals: usize) -> String {
    let mut kept: Vec<u8> = Vec::new();
    let keep = usize::try_from(point + whole(decimals)).unwrap_or(0);
    let bytes = digits.as_bytes();
    kept.extend(bytes.iter().take(keep));
    let up = usize::try_from(point + whole(decimals)).is_ok_and(|it| bytes.get(it).is_some_and(|it| *it >= b'5'));
    kept.resize(keep, b'0');
    let mut carry = up;
    for it in kept.iter_mut().rev() {
        if !carry {
            break;
        }
        carry = *it == b'9';
        *it = if carry { b'0' } else { *it + 1 };
    }
    if carry {
        kept.insert(0, b'1');
    }
    // As many digits as decimals, and one before the point.
    while kept.len() <= decimals {
        kept.insert(0, b'0');
    }
    let text = String::from_utf8(kept).unwrap_or_default();
    let (before, after) = text.split_at(text.len() - decimals);
    let before = before.trim_start_matches('0');
    let before = if before.is_empty() { "0" } else { before };
    if decimals == 0 { before.to_owned() } else { format!("{before}.{after}") }
}

/// The section of a format that a number falls under.
fn section(value: f64, code: &str) -> Option<&str> {
    let sections = sections(code);
    let conditions: Vec<Option<bool>> = sections.iter().map(|it| condition(value, it)).collect();
    if conditions.iter().any(Option::is_some) {
        let met = conditions.iter().position(|it| it.unwrap_or(true))?;
        return sections.get(met).copied();
    }
    let at = match sections.len() {
        0 | 1 => 0,
        2 => usize::from(value < 0.0),
        _ if value < 0.0 => 1,
        _ if value == 0.0 => 2,
        _ => 0,
    };
    sections.get(at).copied()
}

/// What stands between semicolons that are not quoted.
fn sections(code: &str) -> Vec<&str> {
    let mut sections = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, sign) in code.char_indices() {
        match sign {
            _ if escaped => escaped = false,
            '"' => quoted = !quoted,
            '\\' if !quoted => escaped = true,
            ';' if !quoted => {
                sections.push(&code[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    sections.push(&code[start..]);
    sections
}

/// Whether a number meets the condition of a section (`[>=100]`), if it has one.
fn condition(value: f64, section: &str) -> Option<bool> {
    section.split('[').skip(1).filter_map(|it| it.split_once(']')).find_map(|(inside, _)| {
        let limit = |it: &str| it.trim().parse::<f64>().ok();
        for (sign, meets) in [
            ("<=", f64::le as fn(&f64, &f64) -> bool),
            (">=", f64::ge),
            ("<>", f64::ne),
            ("<", f64::lt),
            (">", f64::gt),
            ("=", f64::eq),
        ] {
            if let Some(limit) = inside.strip_prefix(sign).and_then(limit) {
                return Some(meets(&value, &limit));
            }
        }
        None
    })
}

/// What a section shows; none where it says nothing of digits, or shows them
/// as a fraction or with an exponent.
fn shape(section: &str) -> Option<Shape> {
    let mut shape = Shape { decimals: 0, percents: 0, thousands: 0 };
    let (mut digits, mut decimal) = (false, false);
    let mut signs = section.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '"' => while signs.next().is_some_and(|it| it != '"') {},
            '[' => while signs.next().is_some_and(|it| it != ']') {},
            '\\' | '_' | '*' => drop(signs.next()),
            '0' | '#' | '?' => {
                digits = true;
                shape.thousands = 0;
                // No sheet shows more than thirty.
                shape.decimals = (shape.decimals + usize::from(decimal)).min(30);
            }
            '.' => decimal = true,
            ',' if digits => shape.thousands = (shape.thousands + 1).min(10),
            '%' => shape.percents = (shape.percents + 1).min(10),
            '/' | 'E' | 'e' | '@' | 'G' => return None,
            _ => {}
        }
    }
    // An optional decimal that is not there (`#.##`) shows its zeros here.
    digits.then_some(shape)
}

/// A day, with its time where it has one; a year alone in a format of years.
pub(super) fn moment(day: (u16, u8, u8), time: (u8, u8, u8), value: f64, code: &str) -> String {
    let (year, month, number) = day;
    let shows = |sign: char| sections(code).first().is_some_and(|it| it.to_lowercase().contains(sign));
    if shows('y') && !shows('m') && !shows('d') {
        return format!("{year:04}");
    }
    let (hour, minute, second) = time;
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    match (value.fract() == 0.0, value < 1.0) {
        (true, _) => format!("{year:04}-{month:02}-{number:02}"),
        (false, true) => clock,
        (false, false) => format!("{year:04}-{month:02}-{number:02} {clock}"),
    }
}

/// Days as hours, minutes and seconds.
pub(super) fn duration(days: f64) -> String {
    let sign = if days < 0.0 { "-" } else { "" };
    let seconds = (days.abs() * 86_400.0).round();
    format!(
        "{sign}{:.0}:{:02.0}:{:02.0}",
        (seconds / 3600.0).floor(),
        (seconds % 3600.0 / 60.0).floor(),
        seconds % 60.0
    )
}

/// A day of ISO 8601 without a time that says nothing.
pub(super) fn iso(text: &str) -> String {
    let (day, time) = text.split_once('T').unwrap_or((text, ""));
    let silent = time.is_empty() || time.trim_end_matches('Z').chars().all(|it| matches!(it, '0' | ':' | '.'));
    if silent && !day.is_empty() { day.to_owned() } else { text.replace('T', " ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_shows_the_digits_of_its_format() {
        for (value, code, shown) in [
            (1234.5, "#,##0.00", "1234.50"),
            (2.675, "0.00", "2.68"),
            (-2.5, "0", "-3"),
            (-0.2, "0", "0"),
            (0.1111, "0.0%", "11.1%"),
            (4_477_000.0, "#,##0,", "4477"),
            (9.996, "0.00", "10.00"),
            (0.0049, "0.00", "0.00"),
            (0.1 + 0.2, "General", "0.3"),
            (1e21, "General", "1000000000000000000000"),
            (-5.25, "0.0;(0.00);\"-\"", "-5.25"),
            (0.0, "0.0;(0.00);\"-\"", "0"),
            (12.0, "[>=100]0;[<100]0.0", "12.0"),
            (5.0, "0.0\" km; more\"", "5.0"),
            (5.5, "[$€-407] #,##0.00_);[Red]-0", "5.50"),
            (0.25, "# ?/?", "0.25"),
            (123_456.0, "0.00E+00", "123456"),
            (7.0, "@", "7"),
            (3.0, "", "3"),
        ] {
            assert_eq!(number(value, code), shown, "{value} in {code:?}");
        }
    }

    #[test]
    fn days_are_iso_and_years_alone() {
        assert_eq!(moment((2005, 3, 1), (0, 0, 0), 38412.0, "d/m/yy"), "2005-03-01");
        assert_eq!(moment((2005, 1, 1), (0, 0, 0), 38353.0, "yyyy"), "2005");
        assert_eq!(moment((1899, 12, 31), (6, 30, 0), 0.27, "h:mm"), "06:30:00");
        assert_eq!(duration(1.5), "36:00:00");
        assert_eq!(
            (iso("2005-03-01T00:00:00").as_str(), iso("2005-03-01T10:00:00").as_str()),
            ("2005-03-01", "2005-03-01 10:00:00")
        );
    }
}
