//! What the rows of a table are parts of: by their indentation, their numbers, or their group.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::figures::{Class, Sheet};
use super::words::Senses;

/// Parents with their children, by what the reader found, by indentation, or by dotted numbers.
pub(super) fn parents(sheet: &Sheet<'_>) -> Vec<(usize, Vec<usize>)> {
    let rows = &sheet.table.rows;
    if rows.iter().any(|it| it.under.is_some()) {
        let mut children: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (row, it) in rows.iter().enumerate() {
            if let Some(above) = it.under {
                children.entry(above as usize).or_default().push(row);
            }
        }
        return children.into_iter().filter(|it| it.1.len() >= 2).collect();
    }
    let Some(levels) = indented(sheet).or_else(|| numbered(sheet)).or_else(|| of_which(sheet)) else {
        return Vec::new();
    };
    nested(&levels)
}

/// Rows that say that they are parts of the row above: "of which men", "darunter Frauen".
fn of_which(sheet: &Sheet<'_>) -> Option<Vec<usize>> {
    let levels: Vec<usize> = sheet.labels.iter().map(|it| usize::from(Senses::is_part(it))).collect();
    levels.contains(&1).then_some(levels)
}

/// How deep each first cell is indented; `None` where all are alike.
fn indented(sheet: &Sheet<'_>) -> Option<Vec<usize>> {
    let table = sheet.table;
    let first = (0..table.columns.len()).min_by_key(|&it| table.columns[it].position)?;
    let column = &table.columns[first];
    let text = &table.document.text;
    let depth = |row: usize| {
        let start = column.spans[row].start as usize;
        let before = text.get(..start).unwrap_or("");
        let indent = before.chars().rev().take_while(|it| *it == ' ' || *it == '\u{a0}' || *it == '\t').count();
        let inside = column.text(&table.document, row);
        indent + inside.chars().take_while(|it| it.is_whitespace()).count()
    };
    let levels: Vec<usize> = (0..sheet.rows).map(depth).collect();
    let differ = levels.windows(2).any(|it| it[0] != it[1]);
    differ.then_some(levels)
}

/// How many dots the number in front of each label has: `3`, `3.1`, `3.1.2`.
fn numbered(sheet: &Sheet<'_>) -> Option<Vec<usize>> {
    let table = sheet.table;
    let first = (0..table.columns.len()).min_by_key(|&it| table.columns[it].position)?;
    let level = |row: usize| {
        let text = table.text(row, first).trim_start();
        let number: &str = text.split(char::is_whitespace).next().unwrap_or("").trim_end_matches('.');
        let parts = || number.split('.');
        let is_number = parts().all(|it| (1..=2).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit()));
        is_number.then(|| parts().count() - 1)
    };
    let levels: Vec<Option<usize>> = (0..sheet.rows).map(level).collect();
    let dotted = levels.iter().filter(|it| it.is_some_and(|it| it > 0)).count();
    (dotted >= 2).then(|| levels.into_iter().map(|it| it.unwrap_or(0)).collect())
}

/// Each line's children: those behind it that are deeper, down to the next that is not.
fn nested(levels: &[usize]) -> Vec<(usize, Vec<usize>)> {
    let mut open: Vec<usize> = Vec::new();
    let mut children: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (row, &level) in levels.iter().enumerate() {
        while open.last().is_some_and(|&it| levels[it] >= level) {
            open.pop();
        }
        if let Some(&parent) = open.last() {
            children.entry(parent).or_default().push(row);
        }
        open.push(row);
    }
    children.into_iter().filter(|it| it.1.len() >= 2).collect()
}

/// The groups of a table in long format: in each the row for all, and the others.
///
/// One column of texts holds a word for all of its categories, the same word
/// two times at least; all other columns of texts and years name the group.
pub(super) fn groups(sheet: &Sheet<'_>) -> Vec<Vec<(usize, Vec<usize>)>> {
    let table = sheet.table;
    let lane_of: HashMap<usize, usize> = sheet.lanes.iter().enumerate().map(|it| (it.1.column, it.0)).collect();
    let is_key = |column: &usize| lane_of.get(column).is_none_or(|it| sheet.lanes[*it].class == Class::Year);
    let keys: Vec<usize> = (0..table.columns.len()).filter(is_key).collect();
    let categories = keys.iter().copied().filter(|it| !lane_of.contains_key(it));
    categories.filter_map(|it| grouped_by(sheet, it, &keys)).collect()
}

fn grouped_by(sheet: &Sheet<'_>, category: usize, keys: &[usize]) -> Option<Vec<(usize, Vec<usize>)>> {
    const CATEGORIES_MAX: usize = 2_000;
    let table = sheet.table;
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for row in 0..sheet.rows {
        *seen.entry(table.text(row, category).trim()).or_default() += 1;
        if seen.len() > CATEGORIES_MAX {
            return None;
        }
    }
    let every: Vec<&str> = seen.iter().filter(|it| *it.1 >= 2 && Senses::is_every(it.0)).map(|it| *it.0).collect();
    let &[every] = every.as_slice() else { return None };
    if seen.len() < 3 {
        return None;
    }
    let mut groups: HashMap<Vec<&str>, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for row in 0..sheet.rows {
        let key = keys.iter().filter(|it| **it != category).map(|&it| table.text(row, it)).collect();
        let group = groups.entry(key).or_default();
        if table.text(row, category).trim() == every { group.0.push(row) } else { group.1.push(row) }
    }
    let complete = |(totals, parts): (Vec<usize>, Vec<usize>)| {
        let names: HashSet<&str> = parts.iter().map(|&it| table.text(it, category)).collect();
        let fine = totals.len() == 1 && parts.len() >= 2 && names.len() == parts.len();
        fine.then(|| (totals[0], parts))
    };
    let mut groups: Vec<(usize, Vec<usize>)> = groups.into_values().filter_map(complete).collect();
    groups.sort_unstable();
    (groups.len() >= 2).then_some(groups)
}
