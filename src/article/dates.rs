//! Dates, and periods of days, months, quarters and years, as printed.

use jiff::civil::Date;

use super::numeral;
use super::tokens::{Class, Token};
use super::words::{ordinal, weekday};
use crate::table::month;

/// A day, month or year, as far as it is printed.
#[expect(clippy::struct_field_names, reason = "a day has a day")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) year: Option<i16>,
    pub(super) month: Option<i8>,
    pub(super) day: Option<i8>,
    /// The day of the week, 1 for Monday.
    pub(super) weekday: Option<i8>,
}

/// A date or a period that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dated {
    /// Its first token, behind `the week of`.
    pub(super) start: usize,
    /// One past its last token.
    pub(super) end: usize,
    pub(super) from: Day,
    /// The last day, month or year, where it is a period of two ends.
    pub(super) until: Option<Day>,
    /// How long the text says it is: 7 for `the week of`.
    pub(super) days: Option<u32>,
}

impl Day {
    /// The date, where all of it is printed and it is one.
    pub(super) fn date(self) -> Option<Date> {
        Date::new(self.year?, self.month?, self.day?).ok()
    }

    /// What is printed of it, as ISO 8601 has it, the year as `XXXX` where it is not.
    pub(super) fn shown(self) -> String {
        let year = self.year.map_or("XXXX".to_owned(), |it| format!("{it:04}"));
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{year}-{month:02}-{day:02}"),
            (Some(month), None) => format!("{year}-{month:02}"),
            _ => year,
        }
    }

    /// Whether no calendar has it: June 31, or February 29 of a common year.
    pub(super) fn is_impossible(self) -> bool {
        match (self.month, self.day) {
            (Some(month), Some(day)) => Date::new(self.year.unwrap_or(2000), month, day).is_err(),
            _ => false,
        }
    }
}

/// Reads the date or period that starts at a token.
pub(super) fn read(tokens: &[Token<'_>], at: usize) -> Option<Dated> {
    let lead = lead(tokens, at);
    let (start, days, between) = lead.unwrap_or((at, None, false));
    let from = range(tokens, start, between).or_else(|| single(tokens, start))?;
    // `between 4 and 22` is a range of days only with a month.
    (lead.is_none() || days.is_some() || from.until.is_some()).then_some(Dated {
        days,
        start: if days.is_some() { start } else { at },
        ..from
    })
}

/// `in the week of`, `from`, `between`: where the date starts, its length, and whether `and` joins its ends.
fn lead(tokens: &[Token<'_>], at: usize) -> Option<(usize, Option<u32>, bool)> {
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|it| words.contains(&&*it.lower));
    let mut next = at + usize::from(is(at, &["the"]));
    if is(next, &["week", "fortnight"]) {
        let days = if is(next, &["week"]) { 7 } else { 14 };
        next += 1;
        if !is(next, &["of", "from", "starting", "beginning", "commencing", "ending", "ended"]) {
            return None;
        }
        let counted = is(next, &["of", "from"]);
        next += 1;
        next += usize::from(is(next, &["on", "in"]));
        return Some((next, Some(if counted { days } else { 0 }), false));
    }
    if is(at, &["from", "between"]) {
        return Some((at + 1, None, is(at, &["between"])));
    }
    None
}

/// Two ends: `Feb. 23 - March 1, 2004`, `June 13-19`, `4 to 22 January 1995`, `2014-2018`.
fn range(tokens: &[Token<'_>], at: usize, between: bool) -> Option<Dated> {
    let joint = |at: usize| {
        let it = tokens.get(at)?;
        let joins = it.is_dash() || matches!(&*it.lower, "to" | "until" | "till" | "through" | "thru");
        (joins || (between && it.is("and"))).then(|| {
            let double = it.text == "-" && tokens.get(at + 1).is_some_and(|it| it.text == "-");
            at + 1 + usize::from(double)
        })
    };
    if let Some(first) = single(tokens, at)
        && let Some(next) = joint(first.end)
    {
        if let Some(second) = single(tokens, next).filter(|it| fits(first.from, it.from)) {
            return Some(join(first.from, second));
        }
        // `2013-14`: the second year in short.
        if let Some(until) = short_year(tokens, first.from, first.end, next) {
            return Some(Dated { start: 0, end: next + 1, from: first.from, until: Some(until), days: None });
        }
        // `June 13-19, 2005`: the second day has the month of the first.
        if let (Some(_), Some(_), Some((end, day))) = (first.from.month, first.from.day, day_number(tokens, next)) {
            let (end, year) = behind_year(tokens, end).unwrap_or((end, None));
            let until = Day { day: Some(day), month: first.from.month, year: year.or(first.from.year), weekday: None };
            return Some(join(first.from, Dated { start: 0, end, from: until, until: None, days: None }));
        }
    }
    // `4 to 22 January, 1995`: the first day has the month of the second.
    let (end, day) = day_number(tokens, at)?;
    let second = single(tokens, joint(end)?).filter(|it| it.from.month.is_some() && it.from.day.is_some())?;
    let from = Day { day: Some(day), ..second.from };
    Some(join(Day { weekday: None, ..from }, second))
}

/// The year right after another, in two digits: `2013-14`.
fn short_year(tokens: &[Token<'_>], from: Day, dash: usize, at: usize) -> Option<Day> {
    let year = from.year.filter(|_| from.month.is_none())?;
    let tight = tokens[dash].is_dash() && !tokens[dash].spaced;
    let next = tokens.get(at).filter(|it| tight && it.is_number() && it.text.len() == 2 && !it.spaced)?;
    let fits = next.text.parse() == Ok((year + 1) % 100);
    fits.then_some(Day { year: Some(year + 1), ..from })
}

/// Whether two ends may make a period: as exact as each other, or nearly.
fn fits(from: Day, until: Day) -> bool {
    let years = (from.month, until.month) == (None, None);
    !years || from.year < until.year
}

/// The period of two ends, the first in the year of the second where it has none.
fn join(mut from: Day, second: Dated) -> Dated {
    let until = second.from;
    if from.year.is_none() && from.month.is_some() {
        let wraps = i16::from((from.month, from.day) > (until.month, until.day));
        from.year = until.year.map(|it| it - wraps);
    }
    Dated { start: 0, end: second.end, from, until: Some(until), days: None }
}

fn single(tokens: &[Token<'_>], at: usize) -> Option<Dated> {
    let made = |end: usize, from: Day| Some(Dated { start: 0, end, from, until: None, days: None });
    if let Some(it) = digits(tokens, at) {
        return Some(it);
    }
    let first = tokens.get(at)?;
    if first.is_word()
        && let Some(day) = weekday(&first.lower).filter(|_| first.is_capital() || first.lower.len() > 3)
    {
        let mut next = at + 1;
        while tokens.get(next).is_some_and(|it| matches!(&*it.lower, "," | "." | "the")) {
            next += 1;
        }
        // A weekday behind a weekday begins another date.
        let dated = digits(tokens, next).or_else(|| named(tokens, next));
        let dated = dated.filter(|it| it.from.day.is_some() && it.from.month.is_some())?;
        return made(dated.end, Day { weekday: Some(day), ..dated.from });
    }
    named(tokens, at).or_else(|| parts_of_year(tokens, at)).or_else(|| {
        let (end, year) = year(tokens, at)?;
        made(end, Day { year: Some(year), ..Day::default() })
    })
}

/// `March 2, 2005`, `2 March 2005`, `the second of August`, `June 2016`.
fn named(tokens: &[Token<'_>], at: usize) -> Option<Dated> {
    let made = |end: usize, from: Day| Some(Dated { start: 0, end, from, until: None, days: None });
    let at = at + usize::from(tokens.get(at)?.is("the"));
    if let Some(month) = month_name(tokens, at) {
        let mut next = at + 1;
        while tokens.get(next).is_some_and(|it| matches!(it.text, "." | "-" | "/") && !it.spaced) {
            next += 1;
        }
        next += usize::from(tokens.get(next).is_some_and(|it| it.is("the")));
        if let Some((end, day)) = day_number(tokens, next) {
            let (end, year) = behind_year(tokens, end).unwrap_or((end, None));
            return made(end, Day { day: Some(day), month: Some(month), year, weekday: None });
        }
        let next = next + usize::from(tokens.get(next).is_some_and(|it| matches!(&*it.lower, "of" | ",")));
        let (end, year) = year(tokens, next)?;
        return made(end, Day { month: Some(month), year: Some(year), ..Day::default() });
    }
    let (end, day) = day_number(tokens, at)?;
    let mut next = end;
    while tokens.get(next).is_some_and(|it| it.is("of") || (it.text == "." && !it.spaced)) {
        next += 1;
    }
    let month = month_name(tokens, next)?;
    let (end, year) = behind_year(tokens, next + 1).unwrap_or((next + 1, None));
    made(end, Day { day: Some(day), month: Some(month), year, weekday: None })
}

/// A month, by its name: `may` and `march` are verbs too.
fn month_name(tokens: &[Token<'_>], at: usize) -> Option<i8> {
    let it = tokens.get(at).filter(|it| it.is_word())?;
    let verb = matches!(&*it.lower, "may" | "march" | "mar" | "sun" | "dec") && !it.is_capital();
    month(&it.lower).filter(|_| !verb)
}

/// `Q3 2016`, `the third quarter of 2016`, `the 1970s`.
fn parts_of_year(tokens: &[Token<'_>], at: usize) -> Option<Dated> {
    let quarter = |end: usize, number: i8, months: i8| {
        let next = end + usize::from(tokens.get(end).is_some_and(|it| matches!(&*it.lower, "of" | ",")));
        let (end, year) = year(tokens, next)?;
        let from = Day { month: Some(number * months - months + 1), year: Some(year), ..Day::default() };
        let until = Day { month: Some(number * months), ..from };
        Some(Dated { start: 0, end, from, until: Some(until), days: None })
    };
    let first = tokens.get(at)?;
    let number = |it: &str| it.parse::<i8>().ok();
    if let Some(it) = first.text.strip_prefix('Q').and_then(number).filter(|it| (1..=4).contains(it)) {
        return quarter(at + 1, it, 3);
    }
    if let Some(it) = first.text.strip_prefix('H').and_then(number).filter(|it| (1..=2).contains(it)) {
        return quarter(at + 1, it, 6);
    }
    let part = ordinal(&first.lower).and_then(|it| i8::try_from(it).ok());
    let of = tokens.get(at + 1).map(|it| &*it.lower);
    match (part, of) {
        (Some(it @ 1..=4), Some("quarter")) => return quarter(at + 2, it, 3),
        (Some(it @ 1..=2), Some("half")) => return quarter(at + 2, it, 6),
        _ => {}
    }
    // `the 1970s`.
    let decade = first.text.parse::<i16>().ok().filter(|it| first.text.len() == 4 && (1500..2100).contains(it))?;
    let behind = tokens.get(at + 1).filter(|it| !it.spaced && matches!(&*it.lower, "s" | "'"))?;
    let end = at + 2 + usize::from(behind.text == "'" && tokens.get(at + 2).is_some_and(|it| it.is("s")));
    let from = Day { year: Some(decade), ..Day::default() };
    Some(Dated { start: 0, end, from, until: Some(Day { year: Some(decade + 9), ..from }), days: None })
}

/// The day of a month: `2`, `2nd`, `second`, `twenty-first`.
fn day_number(tokens: &[Token<'_>], at: usize) -> Option<(usize, i8)> {
    let it = tokens.get(at)?;
    let fits = |it: u32| i8::try_from(it).ok().filter(|it| (1..=31).contains(it));
    if it.is_number() {
        let day = it.text.parse().ok().filter(|_| it.text.len() <= 2).and_then(fits)?;
        let suffix = tokens.get(at + 1).is_some_and(|it| !it.spaced && matches!(&*it.lower, "st" | "nd" | "rd" | "th"));
        let unit =
            tokens.get(at + 1 + usize::from(suffix)).is_some_and(|it| it.is("%") || (!it.spaced && it.is_word()));
        return (suffix || !unit).then_some((at + 1 + usize::from(suffix), day));
    }
    if !it.is_word() {
        return None;
    }
    if let Some(day) = ordinal(&it.lower) {
        return Some((at + 1, fits(day)?));
    }
    let tens = match &*it.lower {
        "twenty" => 20,
        "thirty" => 30,
        _ => return None,
    };
    let next = at + 1 + usize::from(tokens.get(at + 1).is_some_and(Token::is_dash));
    let unit = tokens.get(next)?;
    let small = match super::words::atom(&unit.lower) {
        Some(super::words::Atom::Small(it @ 1..=9)) => Some(u32::from(it)),
        _ => ordinal(&unit.lower).filter(|it| *it < 10),
    };
    Some((next + 1, fits(tens + small?)?))
}

/// A year behind a day: `, 2005`, ` 2005`; only with four digits.
fn behind_year(tokens: &[Token<'_>], at: usize) -> Option<(usize, Option<i16>)> {
    let mut next = at;
    while tokens.get(next).is_some_and(|it| matches!(&*it.lower, "," | "of") || (it.text == "." && !it.spaced)) {
        next += 1;
    }
    let (end, year) = year(tokens, next)?;
    Some((end, Some(year)))
}

/// A year: four digits, or words such as `two thousand and five`.
fn year(tokens: &[Token<'_>], at: usize) -> Option<(usize, i16)> {
    let it = tokens.get(at)?;
    if it.is_number() {
        let part = tokens.get(at + 1).is_some_and(|it| !it.spaced && (it.is_word() || matches!(it.text, "%" | "/")));
        let year = it.text.parse().ok().filter(|_| it.text.len() == 4 && !part)?;
        return (1000..=2199).contains(&year).then_some((at + 1, year));
    }
    // `nineteen seventy-eight`, `two thousand and five`.
    let first = numeral::read(tokens, at).filter(|it| it.form == numeral::Form::Words)?;
    let value = numeral::as_whole(&first.value).and_then(|it| i16::try_from(it).ok())?;
    if (1000..=2199).contains(&value) {
        return Some((first.end, value));
    }
    if !(10..=20).contains(&value) || !tokens[at].is_word() {
        return None;
    }
    let zero = usize::from(tokens.get(first.end).is_some_and(|it| matches!(&*it.lower, "zero" | "oh")));
    let second = numeral::read(tokens, first.end + zero).filter(|it| it.form == numeral::Form::Words)?;
    let rest =
        numeral::as_whole(&second.value).and_then(|it| i16::try_from(it).ok()).filter(|it| (1..100).contains(it))?;
    (zero == 1 || rest >= 10).then_some((second.end, value * 100 + rest))
}

/// Dates of digits alone: `2005-03-02`, `3/2/2005`, `13.5.2015`.
fn digits(tokens: &[Token<'_>], at: usize) -> Option<Dated> {
    let first = tokens.get(at)?;
    if let Class::Dotted = first.class {
        let parts: Vec<&str> = first.text.split('.').collect();
        let [a, b, c] = parts[..] else { return None };
        // `1.2.26` is a version.
        (a.len() == 4 || c.len() == 4).then_some(())?;
        return whole_date(a, b, c, at + 1);
    }
    let sign = tokens.get(at + 1).filter(|it| matches!(it.text, "-" | "/" | "–") && !it.spaced)?;
    let same = |at: usize| tokens.get(at).is_some_and(|it| it.text == sign.text && !it.spaced);
    let (second, third) = (tokens.get(at + 2)?, tokens.get(at + 4)?);
    let tight = first.is_number() && same(at + 3) && !second.spaced && third.is_number() && !third.spaced;
    // `+1-222-2222/2222` is no date, nor is a longer run.
    let longer = same(at + 5) || tokens.get(at + 5).is_some_and(|it| !it.spaced && it.is_word());
    if !tight || longer {
        return None;
    }
    if let Some(month) = month(&second.lower) {
        let (year, day) = (first.text.parse().ok()?, third.text.parse().ok()?);
        let from = Day { year: Some(year), month: Some(month), day: Some(day), weekday: None };
        return from.date().map(|_| Dated { start: 0, end: at + 5, from, until: None, days: None });
    }
    whole_date(first.text, second.text, third.text, at + 5)
}

/// Three numbers as a date: the one of four digits is the year; else the last,
/// in the order of the United States where both orders fit.
fn whole_date(a: &str, b: &str, c: &str, end: usize) -> Option<Dated> {
    let number = |it: &str| it.parse::<i16>().ok().filter(|_| it.len() <= 4);
    let short = |it: &str| i8::try_from(number(it)?).ok().filter(|_| it.len() <= 2);
    let (year, month, day) = match (a.len(), c.len()) {
        (4, 1 | 2) => (number(a)?, short(b)?, short(c)?),
        (1 | 2, 2 | 4) => {
            let last = number(c)?;
            // Two digits: until 2029, else of the last century.
            let year = if c.len() == 4 { last } else { last + if last < 30 { 2000 } else { 1900 } };
            let (first, second) = (short(a)?, short(b)?);
            if first > 12 { (year, second, first) } else { (year, first, second) }
        }
        _ => return None,
    };
    let fits = (1000..=2199).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let from = Day { year: Some(year), month: Some(month), day: Some(day), weekday: None };
    fits.then_some(Dated { start: 0, end, from, until: None, days: None })
}

#[cfg(test)]
mod tests {
    use super::super::tokens::cut;
    use super::*;

    fn shown(text: &str) -> String {
        let tokens = cut(text, 0);
        let Some(it) = read(&tokens, 0) else { return "none".to_owned() };
        it.until.map_or(it.from.shown(), |until| format!("{}/{}", it.from.shown(), until.shown()))
    }

    #[test]
    fn dates_read_as_they_are_printed() {
        for (text, expected) in [
            ("Wednesday, March 2, 2005", "2005-03-02"),
            ("Feb. 23 - March 1, 2004", "2004-02-23/2004-03-01"),
            ("December 30 - January 5, 2005", "2004-12-30/2005-01-05"),
            ("June 13-19", "XXXX-06-13/XXXX-06-19"),
            ("4 to 22 January, 1995", "1995-01-04/1995-01-22"),
            ("the week of Feb. 23", "XXXX-02-23"),
            ("twenty second of June 2017", "2017-06-22"),
            ("13.5.2015", "2015-05-13"),
            ("December 2003", "2003-12"),
            ("third quarter of 2016", "2016-07/2016-09"),
            ("1970s", "1970/1979"),
            ("2014-2018", "2014/2018"),
            ("September 10, nineteen zero one", "1901-09-10"),
            ("+1-222-2222/2222", "none"),
            ("1.2.26", "none"),
            ("12 people", "none"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
