//! Columns whose types the engine knows, and what is computed of days and texts.
//!
//! Where a type says how a value prints, no text has to be read: every value of it is
//! plain, but for those that are no number or no day of the calendar.

use jiff::civil::Date;

use super::Dialect;
use crate::plan::unpacked;

/// The days that are read: what a type has beyond them is no day of a table.
const FIRST_DAY: &str = "DATE '1600-01-01'";
const LAST_DAY: &str = "DATE '9999-12-31'";

impl Dialect {
    /// A number type with so many decimals, in its last decimals; where it allows more
    /// digits than are read, `below` is how many stand before the point of those that are.
    pub(super) fn typed_number(self, column: &str, scale: u32, below: Option<u32>) -> String {
        let unit = 10_i128.pow(scale);
        let scaled = |it: &str| if scale > 0 { format!("{it} * {unit}") } else { it.to_owned() };
        let Some(whole) = below else {
            return match self {
                Self::DuckDb | Self::DuckDbNarrow => format!("CAST({} AS {})", scaled(column), self.integer()),
                // What is not a number is no figure.
                Self::PostgreSql => scaled(&format!("NULLIF(CAST({column} AS NUMERIC), 'NaN')")),
                Self::Spark => format!("CAST({} AS DECIMAL(38, 0))", scaled(column)),
                Self::Sqlite => scaled(column),
            };
        };
        let most = self.constant(10_i128.pow(whole));
        let is_short = format!("{column} < {most} AND {column} > 0 - {most}");
        let decimal = format!("DECIMAL({}, {scale})", whole + scale);
        match self {
            Self::DuckDb | Self::DuckDbNarrow => {
                format!("CAST({} AS {})", scaled(&format!("TRY_CAST({column} AS {decimal})")), self.integer())
            }
            Self::Spark => {
                let read = scaled(&format!("CAST({column} AS {decimal})"));
                format!("CASE WHEN {is_short} THEN CAST({read} AS DECIMAL(38, 0)) END")
            }
            Self::PostgreSql | Self::Sqlite => format!("CASE WHEN {is_short} THEN {} END", scaled(column)),
        }
    }

    /// That a text begins with a printed sign of ASCII.
    pub(super) fn begins_plainly(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!(
                "(typeof({column}) = 'integer' OR (typeof({column}) = 'text' AND unicode({column}) BETWEEN 33 AND 126))"
            ),
            Self::DuckDb | Self::DuckDbNarrow => format!("ascii(CAST({column} AS VARCHAR)) BETWEEN 33 AND 126"),
            Self::PostgreSql => format!("ascii(CAST({column} AS TEXT)) BETWEEN 33 AND 126"),
            Self::Spark => format!("ascii(CAST({column} AS STRING)) BETWEEN 33 AND 126"),
        }
    }

    /// A type of days.
    pub(super) fn typed_day(self, column: &str) -> String {
        match self {
            Self::Sqlite => self.day(column),
            _ => format!("CASE WHEN {column} BETWEEN {FIRST_DAY} AND {LAST_DAY} THEN {column} END"),
        }
    }

    /// A day that was read as a count from 1970-01-01.
    pub(super) fn ordinal(self, read: &str) -> String {
        match self {
            Self::DuckDb | Self::DuckDbNarrow => {
                format!("CAST(datediff('day', DATE '1970-01-01', {read}) AS {})", self.integer())
            }
            Self::PostgreSql => format!("CAST({read} - DATE '1970-01-01' AS NUMERIC)"),
            Self::Spark => format!("CAST(datediff({read}, DATE '1970-01-01') AS DECIMAL(38, 0))"),
            Self::Sqlite => format!("CAST(julianday({read}) - 2440587.5 AS INTEGER)"),
        }
    }

    /// A day from how conditions keep it; nothing where there is no such day.
    pub(super) fn day_constant(self, packed: i128) -> Option<String> {
        let (year, month, day) = unpacked(packed);
        let part = |it: i128| i8::try_from(it).ok();
        let year = i16::try_from(year).ok().filter(|it| *it > 0)?;
        let day = Date::new(year, part(month)?, part(day)?).ok()?;
        Some(if self == Self::Sqlite { format!("'{day}'") } else { format!("DATE '{day}'") })
    }

    /// How many characters a text has that was read.
    pub(super) fn length(self, read: &str) -> String {
        let function = if self.is_duckdb() { "octet_length" } else { "length" };
        self.whole(&format!("{function}({read})"))
    }

    /// Whether a text that was read fits a pattern; nothing where engines may read it
    /// otherwise.
    pub(super) fn fits_like(self, read: &str, regex: &str) -> Option<String> {
        let Like { any_case, parts } = Like::of(regex)?;
        let text = if self.is_duckdb() { format!("decode({read})") } else { read.to_owned() };
        let text = if any_case { format!("lower({text})") } else { text };
        let mut pattern = String::new();
        for it in parts {
            match it {
                Part::Any if self == Self::Sqlite => pattern.push('*'),
                Part::Any => pattern.push('%'),
                Part::One if self == Self::Sqlite => pattern.push('?'),
                Part::One => pattern.push('_'),
                Part::Sign(it) => {
                    let it = if any_case { it.to_ascii_lowercase() } else { it };
                    match it {
                        '\'' => pattern.push_str("''"),
                        '*' | '?' | '[' if self == Self::Sqlite => pattern.push_str(&format!("[{it}]")),
                        '%' | '_' | '!' if self != Self::Sqlite => pattern.extend(['!', it]),
                        _ => pattern.push(it),
                    }
                }
            }
        }
        Some(match self {
            // Its LIKE takes capitals for small letters.
            Self::Sqlite => format!("{text} GLOB '{pattern}'"),
            _ => format!("{text} LIKE '{pattern}' ESCAPE '!'"),
        })
    }
}

/// A pattern of LIKE.
struct Like {
    any_case: bool,
    parts: Vec<Part>,
}

enum Part {
    /// Any signs, or none.
    Any,
    /// One sign.
    One,
    Sign(char),
}

impl Like {
    /// What a regular expression says, if LIKE can say it.
    fn of(regex: &str) -> Option<Self> {
        let flags = [("(?s)", false), ("(?is)", true), ("(?i)", true)];
        let known = flags.iter().find_map(|(it, any_case)| Some((regex.strip_prefix(it)?, *any_case)));
        let (text, any_case) = known.unwrap_or((regex, false));
        let (mut parts, text) = match text.strip_prefix('^') {
            Some(text) => (Vec::new(), text),
            None => (vec![Part::Any], text),
        };
        let mut signs = text.chars().peekable();
        let mut is_closed = false;
        while let Some(sign) = signs.next() {
            if is_closed {
                return None;
            }
            match sign {
                '$' => is_closed = true,
                '.' if signs.next_if_eq(&'*').is_some() => parts.push(Part::Any),
                '.' => parts.push(Part::One),
                '\\' => parts.push(Part::Sign(signs.next().filter(char::is_ascii_punctuation)?)),
                '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' => return None,
                // What is read is ASCII; a backslash is another sign in some engines.
                it if it.is_ascii_graphic() || it == ' ' => parts.push(Part::Sign(it)),
                _ => return None,
            }
        }
        if !is_closed {
            parts.push(Part::Any);
        }
        let has_backslash = parts.iter().any(|it| matches!(it, Part::Sign('\\')));
        (!has_backslash).then_some(Self { any_case, parts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::packed;

    #[test]
    fn patterns_are_said_by_like_or_not_at_all() {
        let said = |it: &str| Dialect::PostgreSql.fits_like("x", it);
        assert_eq!(said("(?s)^a\\%.*$").as_deref(), Some("x LIKE 'a!%%' ESCAPE '!'"));
        assert_eq!(said("(?is)^A.'$").as_deref(), Some("lower(x) LIKE 'a_''' ESCAPE '!'"));
        assert_eq!(said("a\\.b").as_deref(), Some("x LIKE '%a.b%' ESCAPE '!'"));
        for it in ["a+", "[ab]", "a|b", "^a$b", "\\d", "(?s)^a\\\\b$", "(?s)^é$", "a.?", "a*"] {
            assert_eq!(said(it), None, "{it}");
        }
        assert_eq!(Dialect::Sqlite.fits_like("x", "(?s)^\\*a.\\?$").as_deref(), Some("x GLOB '[*]a?[?]'"));
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let packed = |year, month, day| i128::from(packed(year, month, day));
        assert_eq!(Dialect::DuckDb.day_constant(packed(2021, 2, 28)).as_deref(), Some("DATE '2021-02-28'"));
        assert_eq!(Dialect::Sqlite.day_constant(packed(900, 1, 2)).as_deref(), Some("'0900-01-02'"));
        assert_eq!(Dialect::DuckDb.day_constant(packed(2021, 2, 29)), None);
    }
}
