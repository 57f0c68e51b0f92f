//! Figures that stay out of their earlier range: told when they come, then noted.

use super::super::said::{about_cell, grouped};
use super::words::{change_words, source, whole};
use crate::finding::Certainty;
use crate::history::{Calendar, Grade, Judged, Judgements, Series};
use crate::rules::{Context, Detail};
use crate::table::Period;

/// When the detector begins anew at their level.
const LEVEL: &str = "three such editions in a row are the new usual level";

/// One detail for each figure that is out of its earlier range as the figures before it were.
pub(super) fn noted(context: &Context<'_>, judgements: &Judgements) -> Vec<Detail> {
    let (series, verdicts) = &**judgements;
    let each = series.iter().zip(&verdicts.judged).filter_map(|(series, judged)| Some((series, judged.as_ref()?)));
    // What is told again is no note.
    let lasting = each.filter(|it| !matches!(it.1.grade, Grade::CheckBeforePrinting | Grade::NotJudged));
    lasting.filter_map(|(series, judged)| Some(noted_one(context, series, judged, judged.since?))).collect()
}

fn noted_one(context: &Context<'_>, it: &Series, judged: &Judged, since: i64) -> Detail {
    let table = &context.edition.tables[it.table];
    let (name, text) = (table.row_name(it.row), table.text(it.row, it.column).trim());
    let (column, line) = (&table.columns[it.column].name, &it.asked.line);
    let side = if line.now.observed > judged.expected { "higher" } else { "lower" };
    let since = when(context, since).map_or_else(|| "as before".to_owned(), |it| format!("as since {it}"));
    let expected = if it.asked.is_count { whole(judged.expected) } else { grouped(&format!("{:.1}", judged.expected)) };
    let (change, more) = match it.before {
        Some(_) => (format!(", {}", change_words(it)), " more"),
        None => (String::new(), ""),
    };
    let message = format!(
        "{name}: {column} is {text}{change}, {side} than usual, {since}; expected about {expected}{more}, based \
         on {}; {LEVEL}",
        source(line.before.len())
    );
    let mut detail = about_cell(table, it.row, it.column, message, since);
    detail.certainty = Certainty::Unusual;
    detail.observed = table.columns[it.column].decimal(it.row).map(|it| it.to_string());
    detail
}

/// The edition of a position in words.
fn when(context: &Context<'_>, at: i64) -> Option<String> {
    let calendar = context.calendar.unwrap_or(&Calendar::WEEKS);
    let mut periods = context.past.iter().filter_map(|it| it.edition.period);
    periods.find(|it| calendar.position(*it) == at).map(Period::in_short)
}
