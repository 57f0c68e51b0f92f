//! What a cell has to hold so that it shows a text.

use super::cells::RawCell;
use super::printed;
use crate::table::{Decimal, NumberStyle, read_figure};

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CellContent {
    Nothing,
    /// A number, in its digits.
    Number(String),
    Truth(bool),
    Text(String),
}

impl CellContent {
    /// The number, if it is one.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(it) => it.parse().ok(),
            _ => None,
        }
    }
}

/// What a cell has to hold to show a text: a number where it holds one now, or
/// nothing; where its number format shows that as another number, `Err` has it.
pub(super) fn of(text: &str, cell: Option<&RawCell>, is_1904: bool) -> Result<CellContent, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(CellContent::Nothing);
    }
    let was_text = cell.is_some_and(|it| it.is_text);
    let is_truth = cell.is_some_and(|it| matches!(it.shown.as_str(), "TRUE" | "FALSE") && !it.is_text);
    if is_truth && matches!(text, "TRUE" | "FALSE") {
        return Ok(CellContent::Truth(text == "TRUE"));
    }
    if was_text {
        return Ok(CellContent::Text(text.to_owned()));
    }
    let code = cell.and_then(|it| it.code.as_deref()).unwrap_or("General");
    if let Some(day) = serial(text, is_1904) {
        let is_day = cell.is_none_or(|it| it.value.is_none() && !it.shown.is_empty());
        return Ok(if is_day && cell.is_some() {
            CellContent::Number(day)
        } else {
            CellContent::Text(text.to_owned())
        });
    }
    let Some(figure) = figure(text) else { return Ok(CellContent::Text(text.to_owned())) };
    let mut shown = String::new();
    for power in [0, -2, 3, 6] {
        let stored = Decimal { exponent: figure.exponent.saturating_add(power), ..figure };
        let Ok(number) = stored.to_string().parse::<f64>() else { continue };
        let now = printed::number(number, code);
        if now == text
            || self::figure(&now).is_some_and(|it| it.same_value(figure) && now.ends_with('%') == text.ends_with('%'))
        {
            return Ok(CellContent::Number(stored.to_string()));
        }
        if shown.is_empty() {
            shown = now;
        }
    }
    Err(shown)
}

/// A plain number, or a percentage as its number of percent.
fn figure(text: &str) -> Option<Decimal> {
    let bare = text.strip_suffix('%').unwrap_or(text).trim();
    let is_plain = bare.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'.' | b'-'));
    is_plain.then(|| read_figure(bare, NumberStyle::ENGLISH, None).ok().map(|it| it.value)).flatten()
}

/// The number that a day is kept as, with the part of it that is a time.
fn serial(text: &str, is_1904: bool) -> Option<String> {
    let (day, time) = match text.parse::<jiff::civil::DateTime>() {
        Ok(it) => (it.date(), it.time()),
        Err(_) => (text.parse::<jiff::civil::Date>().ok()?, jiff::civil::Time::midnight()),
    };
    let first = if is_1904 { jiff::civil::date(1904, 1, 1) } else { jiff::civil::date(1899, 12, 30) };
    let days = first.until(day).ok()?.get_days();
    // Before March 1900 spreadsheets count a day that never was.
    if days < if is_1904 { 0 } else { 61 } {
        return None;
    }
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    if seconds == 0 {
        return Some(days.to_string());
    }
    #[expect(clippy::cast_precision_loss, reason = "a sheet keeps times as fractions of a day")]
    let part = seconds as f64 / 86_400.0;
    Some((f64::from(days) + part).to_string())
}
