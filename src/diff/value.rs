//! What a cell says, and whether two cells say the same.
//!
//! A cell has a value and a printed text. Cells are compared by value: figures
//! exactly, days with the time of day, texts with their spaces folded. What
//! stands beside a figure (currency, percent sign, flag, note mark) is part of
//! what it says. Where all that agrees and the texts still differ, the cell is
//! only printed differently.

use std::borrow::Cow;

use jiff::Timestamp;

use super::ChangeKind;
use crate::table::{CellState, Column, ColumnData, ColumnType, Decimal, Table, beside, canonical, fold_spaces, trim};

/// A cell by its place: table, row, column.
pub(super) type At<'a> = (&'a Table, usize, usize);

/// A day with its time, as far as it is printed.
#[derive(PartialEq, Eq)]
enum Moment {
    /// One with a zone, wherever its clock stands.
    Instant(Timestamp),
    /// A day, counted from 1970-01-01, and the time of its clock.
    Local(i32, String),
}

/// A cell's text as a diff names it: the canonical one, except where that
/// leaves out part of the value (a time of day, the length of a period).
pub(super) fn text((table, row, column): At<'_>) -> Cow<'_, str> {
    let it = &table.columns[column];
    if matches!(it.data, ColumnData::Dates(_)) && it.states[row] == CellState::Value {
        let printed = trim(it.text(&table.document, row));
        if it.kind == ColumnType::Period || time_of(printed).is_some() {
            return Cow::Borrowed(printed);
        }
    }
    canonical::cell(table, row, column)
}

/// A cell's text as it is printed, quotes undone; empty where nothing is
/// printed or it is unclear.
pub(super) fn printed((table, row, column): At<'_>) -> &str {
    let it = &table.columns[column];
    match it.states[row] {
        CellState::Empty | CellState::Absent | CellState::Unclear => "",
        _ => it.text(&table.document, row),
    }
}

/// What a cell says, for looking it up: alike for cells that say the same, but
/// for what stands beside figures.
pub(super) fn identity(at: At<'_>) -> Cow<'_, str> {
    let (table, row, column) = at;
    match moment(&table.columns[column], table, row) {
        Some(Moment::Instant(it)) => Cow::Owned(it.to_string()),
        Some(Moment::Local(_, time)) if !time.is_empty() => {
            Cow::Owned(format!("{} {time}", canonical::cell(table, row, column)))
        }
        _ => match canonical::cell(table, row, column) {
            Cow::Borrowed(it) => fold_spaces(it),
            Cow::Owned(it) => Cow::Owned(fold_spaces(&it).into_owned()),
        },
    }
}

/// A figure that stands in a cell itself, not for a marker.
pub(super) fn figure((table, row, column): At<'_>) -> Option<Decimal> {
    let it = &table.columns[column];
    it.decimal(row).filter(|_| it.states[row] == CellState::Value)
}

/// What changed from one cell to another; nothing where both are printed alike.
///
/// With `values_only` the texts are not looked at: one side was not printed.
pub(super) fn compare(old: At<'_>, new: At<'_>, values_only: bool) -> Option<ChangeKind> {
    if values_only {
        return compare_values(old, new);
    }
    // A table that is kept by columns was not printed: its decimals are those of their type.
    let is_typed = old.0.document.is_of_columns() || new.0.document.is_of_columns();
    compare_printed(old, new).filter(|it| !is_typed || !matches!(it, ChangeKind::Precision | ChangeKind::Printed))
}

fn compare_printed(old: At<'_>, new: At<'_>) -> Option<ChangeKind> {
    let (was, is) = (printed(old), printed(new));
    if let Some((before, now)) = figure(old).zip(figure(new)) {
        return match () {
            () if !before.same_value(now) => Some(ChangeKind::Value),
            () if was == is => None,
            () if beside(was) != beside(is) => Some(ChangeKind::Text),
            () if before.exponent != now.exponent => Some(ChangeKind::Precision),
            () => Some(ChangeKind::Printed),
        };
    }
    let moments = moment(&old.0.columns[old.2], old.0, old.1).zip(moment(&new.0.columns[new.2], new.0, new.1));
    let same = moments.map_or_else(|| was == is || identity(old) == identity(new), |it| it.0 == it.1);
    match same {
        false => Some(ChangeKind::Text),
        true if was != is || stray(old) != stray(new) => Some(ChangeKind::Printed),
        true => None,
    }
}

fn compare_values(old: At<'_>, new: At<'_>) -> Option<ChangeKind> {
    let figures = figure(old).zip(figure(new));
    if figures.is_some_and(|it| it.0 == it.1)
        || canonical::cell(old.0, old.1, old.2) == canonical::cell(new.0, new.1, new.2)
    {
        return None;
    }
    Some(match figures {
        Some((was, is)) if was.same_value(is) => ChangeKind::Precision,
        Some(_) => ChangeKind::Value,
        None => ChangeKind::Text,
    })
}

/// The spaces around the text of a cell, where they are inside its quotes or
/// beside its delimiter, and the text is a name: readers trim them off.
pub(super) fn stray((table, row, column): At<'_>) -> (&str, &str) {
    let it = &table.columns[column];
    let named =
        matches!(it.kind, ColumnType::Label | ColumnType::Text) && !it.undone.contains_key(&it.spans[row].start);
    if !named || it.states[row] != CellState::Value {
        return ("", "");
    }
    let text = table.document.text.as_str();
    let (start, end) = (it.spans[row].start as usize, it.spans[row].end as usize);
    let is_space = |it: char| it != '\n' && it != '\r' && it != '\t' && crate::table::is_space(it);
    let before = &text[text[..start].trim_end_matches(is_space).len()..start];
    let after = &text[end..text.len() - text[end..].trim_start_matches(is_space).len()];
    let is_border =
        |it: Option<char>| it.is_none_or(|it| matches!(it, ',' | ';' | '\t' | '|' | '"' | '\'' | '\n' | '\r'));
    let alone = is_border(text[..start - before.len()].chars().next_back())
        && is_border(text[end + after.len()..].chars().next());
    if alone { (before, after) } else { ("", "") }
}

fn moment(column: &Column, table: &Table, row: usize) -> Option<Moment> {
    let ColumnData::Dates(dates) = &column.data else { return None };
    if column.states[row] != CellState::Value {
        return None;
    }
    let printed = trim(column.text(&table.document, row));
    let local = |time: String| Moment::Local(dates.days[row], time);
    if column.kind == ColumnType::Period && time_of(printed).is_none() {
        // A month is not its first day, whatever both are printed as.
        let days = crate::table::Period::parse(printed).map_or(1, crate::table::Period::days);
        return Some(local(if days > 1 { format!("+{days}") } else { String::new() }));
    }
    let Some(time) = time_of(printed) else { return Some(local(String::new())) };
    match printed.parse::<Timestamp>() {
        Ok(it) => Some(Moment::Instant(it)),
        Err(_) => Some(local(clock(time))),
    }
}

/// The time of day in the text of a day: from its hour to the end; nothing
/// where there is none, or it is midnight without a zone or in that of the day.
fn time_of(text: &str) -> Option<&str> {
    let colon = text.find(':')?;
    let hour = text[..colon].trim_end_matches(|it: char| it.is_ascii_digit());
    let time = &text[hour.len()..];
    let behind = time.as_bytes().get(colon - hour.len() + 1).is_some_and(u8::is_ascii_digit);
    let is_time = (1..=2).contains(&(colon - hour.len())) && behind && hour.contains(|it: char| it.is_ascii_digit());
    let tells = time.bytes().any(|it| it.is_ascii_alphanumeric() && !matches!(it, b'0' | b'Z' | b'z'));
    (is_time && tells).then_some(time)
}

/// A time of day in one form: `20:00`, `8:00 pm` and `20:00:00.000` are one.
fn clock(time: &str) -> String {
    match half_day(time) {
        Some(it) => whole_clock(&it),
        None => whole_clock(time),
    }
}

/// A time of one half of a day as the time of the whole: `8:30 pm` as `20:30`.
fn half_day(time: &str) -> Option<String> {
    let end = time.find(|it: char| !it.is_ascii_digit() && it != ':' && it != '.')?;
    let half = time[end..].trim().to_lowercase().replace('.', "");
    let after_noon = match half.as_str() {
        "am" | "a m" => 0,
        "pm" | "p m" => 12,
        _ => return None,
    };
    let (hour, rest) = time[..end].split_once(':')?;
    let hour = hour.parse::<u8>().ok().filter(|it| (1..=12).contains(it))? % 12 + after_noon;
    Some(format!("{hour:02}:{rest}"))
}

fn whole_clock(time: &str) -> String {
    let end = time.find(|it: char| !it.is_ascii_digit() && it != ':' && it != '.').unwrap_or(time.len());
    let (digits, rest) = time.split_at(end);
    let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
    let digits = if digits.matches(':').count() == 2 { digits.strip_suffix(":00").unwrap_or(digits) } else { digits };
    let zero = if digits.find(':') == Some(1) { "0" } else { "" };
    format!("{zero}{digits}{}", rest.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_found_behind_its_day_only() {
        assert_eq!(time_of("2021-03-01T08:00Z"), Some("08:00Z"));
        assert_eq!(time_of("01.03.2021 8:05 pm"), Some("8:05 pm"));
        assert_eq!([time_of("2021-03-01"), time_of("2021-03-01T00:00:00Z"), time_of("week: 5")], [None; 3]);
        assert_eq!(time_of("2021-03-01T00:00:00+02:00"), Some("00:00:00+02:00"));
    }

    #[test]
    fn a_clock_reads_alike_however_fine_it_is_printed() {
        assert_eq!([clock("8:00:00"), clock("08:00"), clock("08:00:00.000")], ["08:00"; 3].map(str::to_owned));
        assert_eq!(clock("08:00:30.50"), "08:00:30.5");
        assert_eq!([clock("8:30 pm"), clock("20:30"), clock("8:30:00 P.M.")], ["20:30"; 3].map(str::to_owned));
        assert_eq!([clock("12:00 am"), clock("12:05 pm")], ["00:00", "12:05"].map(str::to_owned));
        assert_ne!(clock("8:00 am"), clock("8:00 pm"));
    }
}
