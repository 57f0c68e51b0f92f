//! Findings of `usual` in words.

use super::super::said::grouped;
use super::range;
use crate::history::{Judged, Series};
use crate::table::{Coverage, Table};

/// A finding in words, as an editor would say it.
pub(super) fn words(table: &Table, it: &Series, judged: &Judged, coverage: Option<Coverage>, family: usize) -> String {
    let (name, text) = (table.row_name(it.row), table.text(it.row, it.column).trim());
    let (line, is_vague) = (&it.asked.line, judged.is_vague());
    let column = &table.columns[it.column].name;
    let chance = chance(judged.p);
    let checked = format!("{family} {} checked", if family == 1 { "was" } else { "were" });
    if let Some(editions) = judged.unchanged {
        return format!(
            "{name}: {column} is {text}, unchanged in {editions} consecutive editions; this happens by chance {chance} \
             figures; {checked}"
        );
    }
    let decimals = !it.asked.is_count;
    let (expected, [low, high]) = if decimals {
        (grouped(&format!("{:.1}", judged.expected)), range(judged, None, true).map(|it| grouped(&it)))
    } else {
        (whole(judged.expected), <[f64; 2]>::from(judged.range()).map(whole))
    };
    let share = it.asked.most.is_some();
    let covered = coverage.filter(|it| it.days < it.of && !share);
    let covered = covered.map_or(String::new(), |it| format!(", adjusted to {} of {} days covered", it.days, it.of));
    let ordinary = if is_vague {
        "no usual range: earlier figures are too few or too varied".to_owned()
    } else {
        format!("usual range: {low} to {high}")
    };
    let (source, tail) =
        (source(line.before.len()), format!("a figure this far out happens by chance {chance} figures; {checked}"));
    if it.before.is_some() {
        let change = change_words(it);
        let ordinary = if is_vague { ordinary } else { format!("usual change: {low} to {high} more") };
        return format!(
            "{name}: {column} is {text}, {change}; expected about {expected} more, based on \
             {source}{covered}; {ordinary}; {tail}"
        );
    }
    format!("{name}: {column} is {text}; expected about {expected}, based on {source}{covered}; {ordinary}; {tail}")
}

/// `2,505 more than before`, of a change.
pub(super) fn change_words(it: &Series) -> String {
    let change = it.asked.line.now.observed;
    let size = if it.asked.is_count { whole(change.abs()) } else { format!("{change:.1}") };
    format!("{size} {} than before", if change < 0.0 { "fewer" } else { "more" })
}

/// What a range was drawn from.
pub(super) fn source(editions: usize) -> String {
    if editions == 1 { "the last edition".to_owned() } else { format!("the last {editions} editions") }
}

fn chance(p: f64) -> String {
    if p < 1e-6 { "less than once in a million".to_owned() } else { format!("about once in {}", whole(1.0 / p)) }
}

pub(super) fn whole(value: f64) -> String {
    grouped(&format!("{value:.0}"))
}
