//! Reads what stands in an expression as itself: numbers, days, patterns.

use jiff::civil::Date;
use regex::Regex;
use sqlparser::ast::{Expr, Value};

use super::dialect::fault;
use crate::error::Result;
use crate::table::{Exact, NumberStyle, read_figure};

/// Reads a number exactly.
pub(crate) fn number(text: &str) -> Result<Exact> {
    let plain = text.bytes().all(|it| it.is_ascii_digit() || b".eE+-".contains(&it));
    // SQL writes `5.` and `.5`; figures are printed with a digit behind the point.
    let padded = text.strip_suffix('.').unwrap_or(text);
    let figure = if plain { read_figure(padded, NumberStyle::PLAIN, None).ok() } else { None };
    figure.map(|it| it.exact()).ok_or_else(|| {
        fault(format!("'{}' is not a number of at most 38 digits", text.chars().take(40).collect::<String>()))
    })
}

/// Reads a day, as days from 1970-01-01.
pub(super) fn day(text: &str) -> Result<i32> {
    let date: Date = text.trim().parse().map_err(|_| fault(format!("'{text}' is not a date like '2020-01-31'")))?;
    let epoch = Date::new(1970, 1, 1).expect("a day of the calendar");
    Ok(epoch.until(date).map_or(0, |it| it.get_days()))
}

/// The day of the calendar that is so many days from 1970-01-01.
pub(super) fn date(days: i32) -> Option<Date> {
    use jiff::ToSpan;
    Date::new(1970, 1, 1).ok()?.checked_add(days.days()).ok()
}

/// The day that is so many days from 1970-01-01.
pub(super) fn show_day(days: i32) -> String {
    use jiff::ToSpan;
    let epoch = Date::new(1970, 1, 1).expect("a day of the calendar");
    epoch.checked_add(days.days()).map_or_else(|_| days.to_string(), |it| it.to_string())
}

/// The text of a literal in quotes.
pub(super) fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Value(it) => match &it.value {
            Value::SingleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        Expr::Nested(inner) => text(inner),
        _ => None,
    }
}

/// Builds the pattern of LIKE: `%` any text, `_` any character.
pub(super) fn like(pattern: &str, escape: Option<char>, any_case: bool) -> Result<Regex> {
    // All that it says is in its text, so that others can read it there.
    let mut regex = String::from(if any_case { "(?is)^" } else { "(?s)^" });
    let mut characters = pattern.chars();
    while let Some(it) = characters.next() {
        if Some(it) == escape {
            let Some(next) = characters.next() else {
                return Err(fault("the pattern of LIKE ends with its escape character"));
            };
            regex.push_str(&regex::escape(&next.to_string()));
            continue;
        }
        match it {
            '%' => regex.push_str(".*"),
            '_' => regex.push('.'),
            other => regex.push_str(&regex::escape(&other.to_string())),
        }
    }
    regex.push('$');
    Regex::new(&regex).map_err(|_| fault("the pattern of LIKE is too large"))
}
