//! Reads a range of days as printed: `Feb. 23 - March 1`, `March 2-8, 2005`.

use jiff::civil::{Date, Weekday};

use crate::table::{is_space, month};

/// A range of days, perhaps without its year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Printed {
    pub(super) start: Option<Day>,
    /// The last day; a week that is named by one end lacks the other.
    pub(super) end: Option<Day>,
    /// Whether one day is printed and nothing says that it is a period.
    pub(super) single: bool,
}

/// A day of a year that may not be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "a day has a day")]
pub(super) struct Day {
    pub(super) year: Option<i16>,
    pub(super) month: i8,
    pub(super) day: i8,
}

/// A word of a text with dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) enum Token {
    /// A number of up to four digits, and how many digits it has.
    Number(i16, usize),
    Month(i8),
    Weekday(Weekday),
    Full(Date),
    /// A dash, or a word that means one.
    Until,
    /// Any other word, in small letters.
    Word(String),
    /// A sign that no date has.
    Other,
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];
const TEXT_MAX: usize = 80;

/// Reads a text that is a range of days and nothing else.
pub(super) fn parse(text: &str) -> Option<Printed> {
    let few = text.len() <= TEXT_MAX && text.contains(|it: char| it.is_ascii_digit());
    let mut tokens = if few { tokens(text) } else { return None };
    tokens.retain(|it| !matches!(it, Token::Weekday(_)));
    let filler = ["for", "the", "week", "month", "period", "from", "between", "of", "on", "in"];
    let ends = ["ending", "ended", "to"];
    let starts = ["beginning", "starting", "commencing"];
    let lead = tokens.iter().take_while(|it| matches!(it, Token::Word(_))).count();
    let (mut ending, mut starting, mut week) = (false, false, false);
    for token in tokens.drain(..lead) {
        let Token::Word(word) = token else { return None };
        ending |= ends.contains(&word.as_str());
        starting |= starts.contains(&word.as_str()) || (week && word == "of");
        week |= word == "week";
        (ending || starting || filler.contains(&word.as_str())).then_some(())?;
    }
    // `between … and …` is a range too.
    let and = tokens.iter().position(|it| *it == Token::Word("and".to_owned()));
    if let Some(at) = and {
        tokens[at] = Token::Until;
    }
    let mut sides = tokens.split(|it| *it == Token::Until);
    let (left, right) = (Fields::read(sides.next()?)?, sides.next());
    if sides.next().is_some() {
        return None;
    }
    match right {
        Some(right) => left.until(Fields::read(right)?),
        None => left.alone(starting, ending),
    }
}

/// Where a range of days begins that ends a text: `Crimes, June 13 - June 19`.
pub(super) fn tail(text: &str) -> Option<usize> {
    let dated = text.len() <= TEXT_MAX && tokens(text).iter().any(|it| matches!(it, Token::Month(_) | Token::Full(_)));
    let starts = text.char_indices().filter(|it| dated && (is_space(it.1) || it.1 == '('));
    let mut starts = starts.map(|(at, it)| at + it.len_utf8());
    starts.find(|&at| parse(text[at..].trim_end_matches(')')).is_some())
}

/// Cuts a text into numbers, months, weekdays, dashes and words.
pub(in crate::source) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = text;
    while let Some(it) = rest.chars().next() {
        if let Some(date) = iso(rest) {
            tokens.push(Token::Full(date));
            rest = &rest[10..];
            continue;
        }
        let alike = |all: fn(char) -> bool| rest.find(|it: char| !all(it)).unwrap_or(rest.len());
        let length = if it.is_ascii_digit() {
            alike(|it| it.is_ascii_digit())
        } else if it.is_alphabetic() {
            alike(char::is_alphabetic)
        } else {
            it.len_utf8()
        };
        let (word, after) = rest.split_at(length);
        let ordinal = matches!(word, "st" | "nd" | "rd" | "th") && matches!(tokens.last(), Some(Token::Number(..)));
        let full = matches!(tokens.last(), Some(Token::Full(_)));
        if it.is_ascii_digit() {
            tokens.push(word.parse().ok().filter(|_| length <= 4).map_or(Token::Other, |it| Token::Number(it, length)));
        } else if it.is_alphabetic() {
            if !ordinal {
                tokens.push(name(&word.to_lowercase()));
            }
        } else if matches!(it, '-' | '–' | '—' | '−') || (it == '/' && full) {
            if tokens.last() != Some(&Token::Until) {
                tokens.push(Token::Until);
            }
        } else if !is_space(it) && !matches!(it, '.' | ',' | '(' | ')' | ':') {
            tokens.push(Token::Other);
        }
        rest = after;
    }
    tokens
}

fn iso(text: &str) -> Option<Date> {
    let head = text.get(..10)?;
    let shaped =
        head.bytes().enumerate().all(|(at, it)| if at == 4 || at == 7 { it == b'-' } else { it.is_ascii_digit() });
    let ended = !text[10..].starts_with(|it: char| it.is_ascii_digit());
    if shaped && ended { head.parse().ok() } else { None }
}

fn name(word: &str) -> Token {
    if let Some(month) = month(word) {
        return Token::Month(month);
    }
    let weekday =
        WEEKDAYS.iter().find(|it| it.0 == word || (word.len() >= 3 && word.len() <= 4 && it.0.starts_with(word)));
    match (weekday, word) {
        (Some(it), _) => Token::Weekday(it.1),
        (None, "to" | "through" | "thru" | "until" | "till") => Token::Until,
        _ => Token::Word(word.to_owned()),
    }
}

/// What one side of a range says.
#[derive(Clone, Copy, Debug, Default)]
struct Fields {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
}

impl Fields {
    fn read(tokens: &[Token]) -> Option<Self> {
        let mut fields = Self::default();
        for token in tokens {
            let first = match *token {
                Token::Month(month) => fields.month.replace(month).is_none(),
                Token::Number(year, 4) if (1900..2100).contains(&year) => fields.year.replace(year).is_none(),
                Token::Number(day, 1 | 2) if (1..=31).contains(&day) => {
                    fields.day.replace(i8::try_from(day).ok()?).is_none()
                }
                Token::Full(it) => {
                    let first = fields.day.is_none();
                    fields = Self { year: Some(it.year()), month: Some(it.month()), day: Some(it.day()) };
                    first
                }
                _ => false,
            };
            first.then_some(())?;
        }
        (!tokens.is_empty()).then_some(fields)
    }

    fn until(self, end: Self) -> Option<Printed> {
        let (start_month, end_month) = (self.month.or(end.month)?, end.month.or(self.month)?);
        let wraps = |a: (i8, i8), b: (i8, i8)| a > b;
        let (start_day, end_day) = match (self.day, end.day) {
            (Some(start), Some(end)) => (start, end),
            // `April - June 2006`: whole months.
            (None, None) => (1, Date::new(end.year.or(self.year)?, end_month, 1).ok()?.last_of_month().day()),
            _ => return None,
        };
        let wrap = i16::from(wraps((start_month, start_day), (end_month, end_day)));
        let end_year = end.year.or(self.year.map(|it| it + wrap));
        let start_year = self.year.or(end.year.map(|it| it - wrap));
        Some(Printed {
            start: Some(Day { year: start_year, month: start_month, day: start_day }),
            end: Some(Day { year: end_year, month: end_month, day: end_day }),
            single: false,
        })
    }

    fn alone(self, starting: bool, ending: bool) -> Option<Printed> {
        let month = self.month?;
        let Some(day) = self.day else {
            let last = Date::new(self.year?, month, 1).ok()?.last_of_month();
            let at = |day| Some(Day { year: self.year, month, day });
            return Some(Printed { start: at(1), end: at(last.day()), single: false });
        };
        let day = Some(Day { year: self.year, month, day });
        match (starting, ending) {
            (true, _) => Some(Printed { start: day, end: None, single: false }),
            (_, true) => Some(Printed { start: None, end: day, single: false }),
            // `May 12` may be a row; a full date may be the day of publication.
            _ => self.year.map(|_| Printed { start: day, end: day, single: true }),
        }
    }
}
