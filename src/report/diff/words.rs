//! What the formats for people say alike: notes on a change, counts, headings.

use super::super::counted;
use super::{Show, cells_changed, cells_printed, rows, shown_cells};
use crate::diff::{
    Cause, CauseKind, CellChange, ChangeKind, Columns, Diff, Duplicate, FormChange, Key, Match, Op, RelationChange,
    RowChange, Side, TableDiff,
};
use crate::history::Grade;
use crate::table::canonical;

/// So many other keys that were tried are named.
const TRIED_SHOWN: usize = 3;

/// Days covered by the old and by the new edition, where both are known and differ.
pub(super) type Days = Option<(u32, u32)>;

pub(super) fn days(diff: &Diff) -> Days {
    let (old, new) = (diff.old.coverage?.days, diff.new.coverage?.days);
    (old != new && old > 0 && new > 0).then_some((old, new))
}

/// A cell as it is shown: that nothing is printed in it is said.
pub(super) fn shown(cell: Option<&str>) -> &str {
    cell.filter(|it| !it.is_empty()).unwrap_or("(empty)")
}

/// The old and the new text of a cell: the canonical ones, or where those are
/// equal, what is printed; spaces around a name are made visible.
pub(super) fn sides(cell: &CellChange) -> (String, String) {
    let (old, new) = cell.shown();
    let (old, new) = (old.unwrap_or(""), new.unwrap_or(""));
    let visible = |it: &str| {
        let is_space = |it: char| crate::table::is_space(it);
        if it.starts_with(is_space) || it.ends_with(is_space) { format!("\"{it}\"") } else { it.to_owned() }
    };
    (visible(old), visible(new))
}

/// The row that may stand for one that went or came: `replaced by Port?`.
pub(super) fn perhaps(row: &RowChange) -> Option<String> {
    let values: Vec<&str> = row.perhaps.iter().map(|it| it.1.as_str()).filter(|it| !it.is_empty()).collect();
    let word = if row.op == Op::Removed { "replaced by" } else { "in place of" };
    (!values.is_empty()).then(|| format!("{word} {}?", values.join(", ")))
}

/// The same of a figure that it does not expect, without what to do.
pub(super) fn unusual(cell: &CellChange) -> Option<String> {
    let it = cell.usual.as_ref().filter(|it| it.grade != Grade::AsExpected)?;
    Some(format!("usual range {} to {}", it.low, it.high))
}

/// What is to be said of a change beside the two values: how large it is, and
/// what history expects.
pub(super) fn note(cell: &CellChange, days: Days) -> Option<String> {
    let told: Vec<String> = [size(cell, days), usual(cell)].into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// What history expects of a figure: `usual 280 to 330: check before printing`.
pub(super) fn usual(cell: &CellChange) -> Option<String> {
    let it = cell.usual.as_ref()?;
    let grade = if it.grade == Grade::AsExpected { String::new() } else { format!(": {}", it.grade.words()) };
    Some(format!("usual range {} to {}{grade}", it.low, it.high))
}

/// The same, with the relation that it repairs or breaks.
pub(super) fn notes(cell: &CellChange, days: Days) -> String {
    [note(cell, days), relation(cell)].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// The word of a change that makes a relation hold again.
pub(super) const REPAIRS: &str = "repairs";

/// What a change does to a relation, in a word.
pub(super) fn relation_change(it: &RelationChange) -> &'static str {
    if it.repairs { REPAIRS } else { "breaks" }
}

/// The relation that a change repairs or breaks.
pub(super) fn relation(cell: &CellChange) -> Option<String> {
    cell.relation.as_ref().map(|it| format!("{} {}", relation_change(it), it.words))
}

/// How large a change is: `-16, -5.1%`.
fn size(cell: &CellChange, days: Days) -> Option<String> {
    match cell.kind {
        ChangeKind::Precision => return Some("same value, different precision".to_owned()),
        ChangeKind::Printed => return Some("same value".to_owned()),
        ChangeKind::Value | ChangeKind::Tolerated | ChangeKind::Text => {}
    }
    let difference = cell.difference.as_deref()?;
    let sign = if difference.starts_with(['-', '+']) { "" } else { "+" };
    let mut note = format!("{sign}{difference}");
    // Shares are shown, never judged by: floats do.
    let (old, by) = (cell.old.as_deref()?.parse::<f64>().ok()?, difference.parse::<f64>().ok()?);
    if old == 0.0 {
        return Some(note);
    }
    match days {
        None => note.push_str(&format!(", {}", percent(by / old.abs(), 1))),
        Some((old_days, new_days)) => {
            let (before, now) = (old / f64::from(old_days), (old + by) / f64::from(new_days));
            let daily = percent((now - before) / before.abs(), 0);
            note.push_str(&format!(", {} printed, {daily} per day covered", percent(by / old.abs(), 0)));
        }
    }
    if cell.kind == ChangeKind::Tolerated {
        note.push_str(", tolerated");
    }
    Some(note)
}

/// A share as a percentage with its sign, to so many decimals; to more where
/// it would show as none.
fn percent(share: f64, decimals: usize) -> String {
    let points = share * 100.0;
    let first = if points.abs() < 100.0 { decimals } else { 0 };
    let shown = |decimals: usize| format!("{points:+.decimals$}%");
    let tells = |it: &String| points == 0.0 || it.contains(|it: char| ('1'..='9').contains(&it));
    (first..6).map(shown).find(tells).unwrap_or_else(|| shown(6))
}

/// How rows were matched: `matched by crime (inferred; name a key to override)`.
pub(super) fn matched(key: &Key) -> String {
    // That rows nest goes without saying.
    let columns: Vec<&str> = key.columns.iter().map(String::as_str).filter(|it| *it != canonical::UNDER).collect();
    match (columns.is_empty(), key.inferred) {
        (true, _) => "rows matched by their order (name a key to match them by columns)".to_owned(),
        (false, true) => format!("matched by {} (inferred; name a key to override)", columns.join(", ")),
        (false, false) => format!("matched by {}", columns.join(", ")),
    }
}

/// The heading of a table that has no counterpart; `None` for others.
pub(super) fn unmatched(table: &TableDiff) -> Option<String> {
    match &table.match_kind {
        Match::Corresponds => None,
        Match::OnlyOld => Some(format!("only in the old edition, {}", counted(table.rows.removed, "row"))),
        Match::OnlyNew => Some(format!("only in the new edition, {}", counted(table.rows.added, "row"))),
        Match::Unrelated(why) if table.key.inferred => {
            let tried = table.key.tried.iter().take(TRIED_SHOWN).map(|it| format!("{} by {}", it.1, it.0.join(", ")));
            let tried: Vec<String> = tried.collect();
            let tried = if tried.is_empty() { String::new() } else { format!("; also tried: {}", tried.join("; ")) };
            Some(format!("these tables do not correspond: {why} (inferred; name a key to override){tried}"))
        }
        Match::Unrelated(why) => Some(format!("these tables do not correspond: {why}")),
    }
}

/// What happened to columns, a line each: what, and to which.
pub(super) fn columns(columns: &Columns) -> Vec<(&'static str, Vec<&str>)> {
    let Columns { added, removed, moved, .. } = columns;
    [("added", added), ("removed", removed), ("moved", moved)]
        .into_iter()
        .filter(|it| !it.1.is_empty())
        .map(|it| (it.0, it.1.iter().map(String::as_str).collect()))
        .collect()
}

/// What explains many changes at once: `cases: multiplied by 1000 in 12 rows`.
pub(super) fn cause(it: &Cause) -> String {
    let (columns, rows) = (it.columns.join(", "), counted(it.cells, "row"));
    match it.kind {
        CauseKind::Factor => format!("{columns}: multiplied by {} in {rows}", it.detail),
        CauseKind::Shifted => {
            let (is_near, steps) = it.detail.strip_prefix('~').map_or((false, it.detail.as_str()), |it| (true, it));
            let (way, steps) = steps.strip_prefix('-').map_or(("down", steps), |it| ("up", it));
            let s = if steps == "1" { "" } else { "s" };
            let moved = if is_near { "seems to have moved" } else { "moved" };
            let from = it.from.as_ref().map_or(String::new(), |it| format!(" from {it} on"));
            format!("{columns}: {moved} {way} by {steps} row{s}{from}, in {rows}")
        }
        CauseKind::Marked => {
            let (was, is) = it.detail.split_once(" -> ").unwrap_or(("", &it.detail));
            let mark = |text: &str| text.chars().find(|it| matches!(it, '.' | ','));
            let came = if mark(is).is_some() { "came" } else { "went" };
            let sign = mark(is).or(mark(was)).unwrap_or('.');
            let name = if sign == '.' { "point" } else { "comma" };
            let figures = counted(it.cells, "figure");
            format!(
                "{columns}: a {name} {came} before the last three digits of {figures}, as in {}: \
                 it seems to separate thousands (--read thousands={sign} reads it that way)",
                it.detail
            )
        }
        CauseKind::Exchanged => format!("{}: swapped in {rows}", it.columns.join(" and ")),
        CauseKind::Recoded => format!("{columns}: replaced one for one in {rows}: {}", it.detail),
        CauseKind::Restated => {
            format!("{columns}: changed in nearly all rows ({}), the sum by {}%", it.cells, it.detail)
        }
        CauseKind::Resorted if columns.is_empty() => format!("the order of the rows changed; {rows} moved"),
        CauseKind::Resorted => format!("rows are now sorted by {columns}, {}; {rows} moved", it.detail),
    }
}

/// The word for a change of tables and columns.
pub(super) fn form(it: FormChange) -> &'static str {
    match it {
        FormChange::None => "none",
        FormChange::Additive => "additive",
        FormChange::Breaking => "breaking",
    }
}

/// The word for what happened to a row.
pub(super) fn op(op: Op) -> &'static str {
    match op {
        Op::Added => "added",
        Op::Removed => "removed",
        Op::Changed => "changed",
        Op::Moved => "moved",
    }
}

/// A row's key, as people read it.
pub(super) fn name(row: &RowChange) -> String {
    // A row that is a part of another is named after that: `Car accidents, killed`.
    let (above, own): (Vec<_>, Vec<_>) = row.key.iter().partition(|it| it.0 == canonical::UNDER);
    let values: Vec<&str> = above.iter().chain(&own).map(|it| it.1.as_str()).filter(|it| !it.is_empty()).collect();
    match (&row.key[..], values.is_empty()) {
        ([(column, number)], _) if column == "row" => format!("row {number}"),
        (_, true) => "(no key)".to_owned(),
        (_, false) => values.join(", "),
    }
}

/// Where a row stands: `line 3`, `line 3 -> 4, also moved`, `old line 3`.
pub(super) fn place(row: &RowChange) -> String {
    let mut place = match (row.old_line, row.new_line) {
        (Some(old), Some(new)) if old == new => format!("line {old}"),
        (Some(old), Some(new)) => format!("line {old} -> {new}"),
        (Some(old), None) => format!("old line {old}"),
        (None, Some(new)) => format!("new line {new}"),
        (None, None) => String::new(),
    };
    if row.moved && row.op == Op::Changed {
        place.push_str(if place.is_empty() { "also moved" } else { ", also moved" });
    }
    if let (Op::Moved, Some(old), Some(new), true) = (row.op, row.old_index, row.new_index, place.is_empty()) {
        place = format!("row {} -> {}", old + 1, new + 1);
    }
    place
}

/// The cells of a row that came or went, without its key: `total 12, solved 3`.
pub(super) fn values(row: &RowChange) -> String {
    let cells = shown_cells(row, Show::ALL).filter(|it| !row.key.iter().any(|key| key.0 == it.column));
    let cells = cells.filter_map(|it| Some((&it.column, it.new.as_ref().or(it.old.as_ref())?)));
    cells.filter(|it| !it.1.is_empty()).map(|it| format!("{} {}", it.0, it.1)).collect::<Vec<_>>().join(", ")
}

/// `old lines 3, 5; new line 4`.
pub(super) fn duplicate(it: &Duplicate) -> String {
    let lines = |side: &str, lines: &[u32]| {
        let numbers: Vec<String> = lines.iter().map(u32::to_string).collect();
        let word = if lines.len() == 1 { "line" } else { "lines" };
        (!lines.is_empty()).then(|| format!("{side} {word} {}", numbers.join(", ")))
    };
    let sides: Vec<String> = [lines("old", &it.old_lines), lines("new", &it.new_lines)].into_iter().flatten().collect();
    format!("{}: {}", it.key.join(", "), sides.join("; "))
}

/// The period and coverage of an edition, where known.
pub(super) fn edition(side: &Side) -> Option<String> {
    let coverage = side.coverage.map(|it| format!("{} of {} days", it.days, it.of));
    match (side.period, coverage) {
        (Some(period), Some(coverage)) => Some(format!("{period} ({coverage})")),
        (Some(period), None) => Some(period.to_string()),
        (None, coverage) => coverage,
    }
}

/// How many rows a list leaves out, by what happened to them.
pub(super) fn folded(rows: &[&RowChange]) -> String {
    let all = [Op::Changed, Op::Added, Op::Removed, Op::Moved];
    let count = |op: Op| rows.iter().filter(|it| it.op == op).count();
    let parts: Vec<String> =
        all.into_iter().filter(|it| count(*it) > 0).map(|it| format!("{} {}", count(it), op(it))).collect();
    format!("{} more: {}", rows.len(), parts.join(", "))
}

/// Which rows of a very large table moved: `rows 1 to 100 stand from row 69901 on`.
pub(super) fn moves(table: &TableDiff) -> Option<String> {
    const SHOWN: usize = 3;
    let one = |it: &(u32, u32, u32)| match it.2 {
        1 => format!("row {} is now row {}", it.0 + 1, it.1 + 1),
        count => format!("rows {} to {} now start at row {}", it.0 + 1, it.0 + count, it.1 + 1),
    };
    let told: Vec<String> = table.moves.iter().take(SHOWN).map(one).collect();
    let more = table.moves.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    (!told.is_empty()).then(|| format!("moved: {}{more}", told.join("; ")))
}

/// What the rule file would read both editions with.
pub(super) fn alias(line: &str) -> String {
    format!("hint: to read both names, add this to the rule file: {line}")
}

/// The closing line: what differs, counted.
pub(super) fn summary(diff: &Diff) -> String {
    let tables = counted(diff.tables.len(), "table");
    let rows = rows(diff);
    let same = counted(rows.same, "row");
    let printed = cells_printed(diff);
    let is = if printed == 1 { "is" } else { "are" };
    let printed = format!("{} {is} printed differently", counted(printed, "cell"));
    if diff.is_empty() {
        return format!("{tables}, {same}: no differences");
    }
    if diff.has_same_values() {
        return format!("{tables}, {same}: the values are the same; {printed}");
    }
    let mut parts = Vec::new();
    for (count, word) in
        [(rows.changed, "changed"), (rows.added, "added"), (rows.removed, "removed"), (rows.moved, "moved")]
    {
        if count > 0 {
            parts.push(format!("{} {word}", if parts.is_empty() { counted(count, "row") } else { count.to_string() }));
        }
    }
    if parts.is_empty() {
        parts.push(format!("{same} the same"));
    } else if rows.same > 0 {
        parts.push(format!("{} the same", rows.same));
    }
    let cells = cells_changed(diff);
    let cells = if cells > 0 { format!("; {} changed", counted(cells, "cell")) } else { String::new() };
    let printed = if cells_printed(diff) > 0 { format!("; {printed}") } else { String::new() };
    format!("{tables}: {}{cells}{printed}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_never_shows_as_none_where_there_is_one() {
        assert_eq!(percent(-0.050_955, 1), "-5.1%");
        assert_eq!(percent(0.0004, 1), "+0.04%");
        assert_eq!(percent(-0.004, 0), "-0.4%");
        assert_eq!(percent(9.5, 1), "+950%");
        assert_eq!(percent(0.0, 0), "+0%");
    }
}
