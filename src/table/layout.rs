//! How a file is to be read, as far as somebody says it.

use super::{DecimalSign, NumberStyle, Thousands};
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;

/// How a file is to be read; what is `None` is found out.
///
/// ```
/// use crossfoot::source::delimited::{Layout, read};
///
/// let document = crossfoot::source::decode("a.csv", b"Week 9\ncrime;total\nTheft;12\n".to_vec()).unwrap();
/// let grid = read(&document, &Layout { skip_rows: Some(1), ..Layout::default() }).unwrap();
/// assert_eq!(grid.headings[1].text(&document), "total");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The ASCII character between cells.
    pub delimiter: Option<char>,
    /// What stands around cells.
    pub quote: Quote,
    /// How the bytes are encoded, by a usual name of the encoding.
    pub encoding: Option<String>,
    /// The number of heading rows; 0 if there is none.
    pub header_rows: Option<usize>,
    /// The number of lines above the heading.
    pub skip_rows: Option<usize>,
    /// The start of comment lines.
    pub comment: Option<String>,
    /// The sign before the decimals.
    pub decimal: Option<DecimalSign>,
    /// What stands between groups of digits.
    pub thousands: Option<Thousands>,
    /// Whether a record is a row or a column.
    pub orientation: Option<Orientation>,
    /// Whether a table has one column a period, and is to be read as series.
    pub wide: Option<bool>,
}

/// What stands around cells that hold a delimiter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quote {
    /// To be found out.
    #[default]
    Detect,
    /// Nothing: a quote is an ordinary character.
    None,
    /// This ASCII character.
    Sign(char),
}

/// Which way the records of a table run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    /// A record is a row; headings stand above.
    Rows,
    /// A record is a column; headings stand in the first column.
    Columns,
}

/// The words for what groups digits.
pub(crate) const THOUSANDS: [(&str, Thousands); 8] = [
    ("", Thousands::None),
    ("none", Thousands::None),
    (",", Thousands::Comma),
    (".", Thousands::Point),
    (" ", Thousands::Space),
    ("'", Thousands::Apostrophe),
    ("’", Thousands::Apostrophe),
    ("indian", Thousands::Indian),
];
/// The words for the decimal sign.
pub(crate) const DECIMAL: [(&str, DecimalSign); 2] = [(".", DecimalSign::Point), (",", DecimalSign::Comma)];

const DELIMITERS: [(&str, char); 6] =
    [("comma", ','), ("semicolon", ';'), ("tab", '\t'), ("\\t", '\t'), ("pipe", '|'), ("space", ' ')];
const QUOTES: [(&str, Quote); 3] = [("none", Quote::None), ("double", Quote::Sign('"')), ("single", Quote::Sign('\''))];
const ORIENTATIONS: [(&str, Orientation); 2] = [("rows", Orientation::Rows), ("columns", Orientation::Columns)];

const LAYOUTS: [(&str, bool); 2] = [("wide", true), ("long", false)];

/// A number of lines above this is a slip.
const ROWS_MAX: usize = 10_000;

impl Layout {
    /// What can be said, in the order of the manual.
    pub(crate) const KEYS: [&str; 10] = [
        "delimiter",
        "quote",
        "encoding",
        "header_rows",
        "skip_rows",
        "comment",
        "decimal",
        "thousands",
        "orientation",
        "layout",
    ];

    /// Reads what a user says on a command line: `delimiter=;,header_rows=2`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for an unknown key or value, with a hint.
    pub fn parse(text: &str) -> Result<Self> {
        let mut layout = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            let (key, after) = rest.split_once('=').ok_or_else(|| {
                usage(format!("expected KEY=VALUE, found \"{rest}\""))
                    .hint(format!("the keys are {}", Self::KEYS.join(", ")))
            })?;
            // The comma may be the value itself.
            let first = after.chars().next().map_or(0, char::len_utf8);
            let end = after[first..].find(',').map_or(after.len(), |it| first + it);
            layout.set(key.trim(), &after[..end])?;
            rest = after[end..].strip_prefix(',').unwrap_or("");
        }
        layout.check()?;
        Ok(layout)
    }

    /// Sets one key to what is written for it.
    pub(crate) fn set(&mut self, key: &str, value: &str) -> Result<()> {
        match key {
            "delimiter" => self.delimiter = Some(delimiter(value)?),
            "quote" => self.quote = quote(value)?,
            "encoding" => self.encoding = Some(encoding(value)?),
            "header_rows" => self.header_rows = Some(rows(key, value)?),
            "skip_rows" => self.skip_rows = Some(rows(key, value)?),
            "comment" if value.trim().is_empty() => {
                return Err(usage("an empty comment sign would make every line a comment".to_owned()));
            }
            "comment" => self.comment = Some(value.to_owned()),
            "decimal" => self.decimal = Some(one_of("decimal sign", value, &DECIMAL)?),
            "thousands" => self.thousands = Some(one_of("thousands mark", value, &THOUSANDS)?),
            "orientation" => self.orientation = Some(one_of("orientation", value, &ORIENTATIONS)?),
            "layout" => self.wide = Some(one_of("layout", value, &LAYOUTS)?),
            _ => {
                let error = usage(format!("unknown key \"{key}\""));
                let near = nearest(key, Self::KEYS);
                return Err(error.hint(match near {
                    Some(near) => format!("the nearest key is {near}"),
                    None => format!("the keys are {}", Self::KEYS.join(", ")),
                }));
            }
        }
        Ok(())
    }

    /// Refuses what contradicts itself.
    pub(crate) fn check(&self) -> Result<()> {
        if let Some(style) = self.style()
            && style.thousands.is_mark(style.decimal.sign())
        {
            let sign = style.decimal.sign();
            return Err(usage(format!("\"{sign}\" cannot be both the thousands mark and the decimal sign")));
        }
        let quote = if let Quote::Sign(it) = self.quote { Some(it) } else { None };
        if self.delimiter.is_some() && self.delimiter == quote {
            return Err(usage("the same character cannot be both the delimiter and the quote".to_owned()));
        }
        Ok(())
    }

    /// How numbers are printed, where that is said.
    pub fn style(&self) -> Option<NumberStyle> {
        let thousands = self.thousands.unwrap_or(Thousands::None);
        let usual = if thousands == Thousands::Point { DecimalSign::Comma } else { DecimalSign::Point };
        let said = self.thousands.is_some() || self.decimal.is_some();
        said.then(|| NumberStyle { thousands, decimal: self.decimal.unwrap_or(usual) })
    }

    /// What is said here, and beyond that what is said in another.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        // Both signs of a number are said together, or neither.
        let numbers = if self.style().is_some() { self } else { other };
        Self {
            delimiter: self.delimiter.or(other.delimiter),
            quote: if self.quote == Quote::Detect { other.quote } else { self.quote },
            encoding: self.encoding.clone().or_else(|| other.encoding.clone()),
            header_rows: self.header_rows.or(other.header_rows),
            skip_rows: self.skip_rows.or(other.skip_rows),
            comment: self.comment.clone().or_else(|| other.comment.clone()),
            decimal: numbers.decimal,
            thousands: numbers.thousands,
            orientation: self.orientation.or(other.orientation),
            wide: self.wide.or(other.wide),
        }
    }

    /// Whether it says anything but how numbers are printed.
    pub(crate) fn is_of_form(&self) -> bool {
        Self { decimal: None, thousands: None, ..self.clone() } != Self::default()
    }

    /// As a rule file has it: `{ delimiter = ";", header_rows = 2 }`.
    pub fn written(&self) -> String {
        let text = |it: &str| format!("{it:?}");
        let sign = |it: Option<char>| it.map(|it| text(&it.to_string()));
        let word = |it: Option<&str>| it.map(text);
        let quote = match self.quote {
            Quote::Detect => None,
            Quote::None => Some(text("none")),
            Quote::Sign(it) => sign(Some(it)),
        };
        let thousands = self.thousands.and_then(|it| THOUSANDS[1..].iter().find(|word| word.1 == it));
        let decimal = self.decimal.map(|it| if it == DecimalSign::Point { "." } else { "," });
        let orientation = self.orientation.map(|it| if it == Orientation::Rows { "rows" } else { "columns" });
        let number = |it: Option<usize>| it.map(|it| it.to_string());
        let values = [
            sign(self.delimiter),
            quote,
            word(self.encoding.as_deref()),
            number(self.header_rows),
            number(self.skip_rows),
            word(self.comment.as_deref()),
            word(decimal),
            word(thousands.map(|it| it.0)),
            word(orientation),
            word(self.wide.map(|it| if it { "wide" } else { "long" })),
        ];
        let pairs = Self::KEYS.iter().zip(values).filter_map(|(key, value)| Some(format!("{key} = {}", value?)));
        format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
    }
}

fn usage(message: String) -> Error {
    Error::new(ErrorKind::Usage, message)
}

fn delimiter(value: &str) -> Result<char> {
    let mut signs = value.chars();
    match (signs.next(), signs.next()) {
        (Some(it), None) if it.is_ascii() && !matches!(it, '\n' | '\r') => Ok(it),
        _ => named(value, &DELIMITERS).ok_or_else(|| {
            usage(format!("unknown delimiter \"{value}\""))
                .hint("a delimiter is one ASCII character, or comma, semicolon, tab, pipe or space")
        }),
    }
}

fn quote(value: &str) -> Result<Quote> {
    let mut signs = value.chars();
    match (signs.next(), signs.next()) {
        (None, _) => Ok(Quote::None),
        (Some(it), None) if it.is_ascii_punctuation() => Ok(Quote::Sign(it)),
        _ => named(value, &QUOTES).ok_or_else(|| {
            usage(format!("unknown quote \"{value}\""))
                .hint("a quote is one punctuation character, or none, double or single")
        }),
    }
}

fn encoding(value: &str) -> Result<String> {
    match encoding_rs::Encoding::for_label(value.trim().as_bytes()) {
        Some(_) => Ok(value.trim().to_owned()),
        None => Err(usage(format!("unknown encoding \"{value}\""))
            .hint("usual names are utf-8, utf-16le, latin1, windows-1251, windows-1252, shift_jis")),
    }
}

fn rows(key: &str, value: &str) -> Result<usize> {
    value.trim().parse().ok().filter(|it| *it <= ROWS_MAX).ok_or_else(|| {
        usage(format!("expected a number of rows for {key}, found \"{value}\""))
            .hint(format!("use a whole number from 0 to {ROWS_MAX}"))
    })
}

fn one_of<T: Copy>(what: &str, word: &str, words: &[(&'static str, T)]) -> Result<T> {
    named(word, words).ok_or_else(|| {
        let known: Vec<String> = words.iter().map(|it| format!("\"{}\"", it.0)).collect();
        usage(format!("unknown {what} \"{word}\"")).hint(format!("known values are {}", known.join(", ")))
    })
}

fn named<T: Copy>(word: &str, words: &[(&'static str, T)]) -> Option<T> {
    words.iter().find(|it| it.0 == word).map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        Layout::parse(text).unwrap().written()
    }

    #[test]
    fn a_command_line_says_the_same_as_a_rule_file() {
        assert_eq!(said("delimiter=;,header_rows=2"), "{ delimiter = \";\", header_rows = 2 }");
        assert_eq!(said("delimiter=tab,quote=none"), "{ delimiter = \"\\t\", quote = \"none\" }");
        assert_eq!(said("delimiter=,,decimal=."), "{ delimiter = \",\", decimal = \".\" }");
        assert_eq!(said("decimal=,,thousands=."), "{ decimal = \",\", thousands = \".\" }");
        assert_eq!(said("encoding=latin1,comment=//"), "{ encoding = \"latin1\", comment = \"//\" }");
        assert_eq!(said("layout=wide"), "{ layout = \"wide\" }");
        assert_eq!(said("orientation=columns,skip_rows=4"), "{ skip_rows = 4, orientation = \"columns\" }");
    }

    #[test]
    fn what_is_unknown_or_contradicts_itself_is_refused_with_a_hint() {
        for (text, hint) in [
            ("delimeter=;", "the nearest key is delimiter"),
            ("header_rows=two", "use a whole number from 0 to 10000"),
            ("encoding=utf-99", "usual names are"),
            ("orientation=down", "known values are \"rows\", \"columns\""),
            ("thousands=;", "known values are"),
            ("delimiter=ab", "a delimiter is one ASCII character"),
            ("header_rows", "the keys are delimiter, quote"),
        ] {
            let error = Layout::parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{text}");
            assert!(error.hint_text().is_some_and(|it| it.starts_with(hint)), "{text}: {:?}", error.hint_text());
        }
        assert!(Layout::parse("decimal=,,thousands=,").is_err());
    }

    #[test]
    fn what_the_user_says_goes_before_what_a_rule_file_says() {
        let (user, file) = (Layout::parse("delimiter=;").unwrap(), Layout::parse("delimiter=|,skip_rows=1").unwrap());
        assert_eq!(user.or(&file).written(), "{ delimiter = \";\", skip_rows = 1 }");
    }
}
