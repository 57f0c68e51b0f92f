//! How dates are printed: as declared, in ISO order, or as people write them.

use jiff::civil::Date;

/// Reads the days of one column.
#[derive(Debug)]
pub(in crate::source) struct DayReader {
    format: Option<String>,
    order: Option<Order>,
}

/// Which of day and month comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Day,
    Month,
}

/// Why a text is not read as a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum DayFault {
    /// It is none.
    NotADay,
    /// Day and month can change places.
    Ambiguous,
}

// With the names of months, which say themselves what they are.
const SPOKEN: [&str; 8] =
    ["%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%d-%b-%Y", "%d-%B-%Y", "%B %d %Y", "%d-%b-%y"];

impl DayReader {
    /// Takes the declared format, or learns from the whole column whether the
    /// day or the month comes first.
    pub(in crate::source) fn new<'a>(format: Option<String>, texts: impl Iterator<Item = &'a str>) -> Self {
        let (mut day, mut month) = (false, false);
        if format.is_none() {
            for [first, second, _] in texts.filter_map(slashed) {
                day |= first > 12;
                month |= second > 12;
            }
        }
        let order = match (day, month) {
            (true, false) => Some(Order::Day),
            (false, true) => Some(Order::Month),
            _ => None,
        };
        Self { format, order }
    }

    /// Reads a day.
    pub(in crate::source) fn read(&self, text: &str) -> Result<Date, DayFault> {
        if let Some(format) = &self.format {
            return Date::strptime(format, text).map_err(|_| DayFault::NotADay);
        }
        if let Some(day) = iso(text) {
            return Ok(day);
        }
        if let Some([first, second, year]) = slashed(text) {
            let order = match self.order {
                Some(order) => order,
                None if text.contains('.') || first > 12 || first == second => Order::Day,
                None if second > 12 => Order::Month,
                None => return Err(DayFault::Ambiguous),
            };
            let (day, month) = if order == Order::Day { (first, second) } else { (second, first) };
            return date(year, month, day).ok_or(DayFault::NotADay);
        }
        let spoken = text.contains(|it: char| it.is_ascii_alphabetic()) && text.len() <= 24;
        let formats = if spoken { SPOKEN.as_slice() } else { &[] };
        formats.iter().find_map(|it| Date::strptime(it, text).ok()).ok_or(DayFault::NotADay)
    }

    /// The number of a day, counted from 1970-01-01.
    pub(super) fn number(day: Date) -> i32 {
        day.since(Date::constant(1970, 1, 1)).map_or(0, |it| it.get_days())
    }
}

/// The day that a text says whatever the rest of its column; nothing where it is
/// none.
///
/// # Errors
///
/// [`DayFault::Ambiguous`] where the rest of the column decides which day it is.
pub(in crate::source) fn day_alone(text: &str) -> Result<Option<Date>, DayFault> {
    let either = |[first, second, _]: [i16; 3]| first != second && first.max(second) <= 12;
    if iso(text).is_none() && slashed(text).is_some_and(either) {
        return Err(DayFault::Ambiguous);
    }
    Ok(DayReader { format: None, order: None }.read(text).ok())
}

/// Reads `2020-04-01`, with a time behind it or not, `20200401` and `2020/04/01`.
fn iso(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| {
        let digits = bytes.get(from..to)?;
        let all = digits.iter().all(u8::is_ascii_digit);
        all.then(|| digits.iter().fold(0_i16, |sum, it| sum * 10 + i16::from(it - b'0')))
    };
    let year = number(0, 4)?;
    if bytes.len() == 8 {
        return (1800..=2100).contains(&year).then(|| date(year, number(4, 6)?, number(6, 8)?)).flatten();
    }
    let apart = matches!((bytes.get(4), bytes.get(7)), (Some(b'-'), Some(b'-')) | (Some(b'/'), Some(b'/')));
    let time = match bytes.get(10) {
        None => true,
        Some(b'T' | b' ') => {
            bytes.len() > 11 && bytes[11..].iter().all(|it| it.is_ascii_digit() || b":.+-Z ".contains(it))
        }
        Some(_) => false,
    };
    if apart && time { date(year, number(5, 7)?, number(8, 10)?) } else { None }
}

/// Reads `1/2/2020`, `1.2.2020` and `1-2-2020` as three numbers.
fn slashed(text: &str) -> Option<[i16; 3]> {
    let sign = text.bytes().find(|it| !it.is_ascii_digit()).filter(|it| b"/.-".contains(it))?;
    let mut parts = text.split(char::from(sign));
    let mut part = |widths: std::ops::RangeInclusive<usize>| {
        let part = parts.next()?;
        let digits = widths.contains(&part.len()) && part.bytes().all(|it| it.is_ascii_digit());
        part.parse::<i16>().ok().filter(|_| digits)
    };
    let all = [part(1..=2)?, part(1..=2)?, part(4..=4)?];
    parts.next().is_none().then_some(all)
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str]) -> Vec<Option<String>> {
        let reader = DayReader::new(None, texts.iter().copied());
        texts.iter().map(|it| reader.read(it).ok().map(|it| it.to_string())).collect()
    }

    #[test]
    fn reads_iso_days_with_and_without_time() {
        for text in ["2020-04-01", "2020-04-01T17:00:00", "2020-04-01 17:00", "20200401", "2020/04/01"] {
            assert_eq!(read(&[text]), [Some("2020-04-01".to_owned())], "{text}");
        }
        assert_eq!(read(&["2020-02-30", "2020-04-01x", "12", "2020"]), [None, None, None, None]);
    }

    #[test]
    fn the_column_tells_whether_the_day_comes_first() {
        assert_eq!(read(&["1/2/2020"]), [None]);
        assert_eq!(read(&["1/2/2020", "13/2/2020"])[0].as_deref(), Some("2020-02-01"));
        assert_eq!(read(&["1/2/2020", "2/13/2020"])[0].as_deref(), Some("2020-01-02"));
        assert_eq!(read(&["1/2/2020", "2/13/2020", "13/2/2020"])[0], None);
        assert_eq!(read(&["1.2.2020"])[0].as_deref(), Some("2020-02-01"));
    }

    #[test]
    fn reads_days_with_the_names_of_months() {
        for text in ["1 April 2020", "1 Apr 2020", "April 1, 2020", "01-Apr-2020"] {
            assert_eq!(read(&[text])[0].as_deref(), Some("2020-04-01"), "{text}");
        }
    }

    #[test]
    fn a_declared_format_is_the_only_one() {
        let reader = DayReader::new(Some("%d/%m/%Y".to_owned()), std::iter::empty());
        assert_eq!(reader.read("1/2/2020").map(DayReader::number), Ok(18_293));
        assert_eq!(reader.read("2020-02-01"), Err(DayFault::NotADay));
    }
}
