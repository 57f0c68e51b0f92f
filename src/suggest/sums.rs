//! Sums over columns and over rows.

use super::identities::{self, Identity};
use super::{Suggestion, quoted, quoted_list, slug, suggestion};
use crate::repair::Ratio;
use crate::table::{ColumnType, Table};

/// Proposes the sums that held in every edition.
pub(super) fn find(editions: &[&Table]) -> Vec<Suggestion> {
    let mut found = over_columns(editions);
    found.extend(over_rows(editions));
    found
}

fn is_added(kind: ColumnType) -> bool {
    matches!(kind, ColumnType::Count | ColumnType::Integer | ColumnType::Amount)
}

/// Columns of figures that every edition has.
pub(super) fn columns(editions: &[&Table], wanted: impl Fn(ColumnType) -> bool) -> Vec<String> {
    let Some(first) = editions.first() else { return Vec::new() };
    let names = first.columns.iter().filter(|it| wanted(it.kind)).map(|it| it.name.clone());
    names.filter(|name| editions.iter().all(|it| it.column(name).is_some())).collect()
}

fn over_columns(editions: &[&Table]) -> Vec<Suggestion> {
    let names = columns(editions, is_added);
    let mut lines = Vec::new();
    for table in editions {
        let columns: Vec<usize> = names.iter().filter_map(|it| table.column(it)).collect();
        for row in 0..table.rows.len() {
            let line = columns.iter().map(|&it| table.columns[it].decimal(row).map(Ratio::of));
            lines.extend(line.collect::<Option<Vec<Ratio>>>());
        }
    }
    let identities = identities::find(&lines);
    let told = |it: &Identity| {
        let total = names[it.total].clone();
        let parts: Vec<String> = it.parts.iter().map(|&it| names[it].clone()).collect();
        let weights = weights(it);
        let check = format!("sum   = {{ total = {}, parts = {}{weights} }}", quoted(&total), quoted_list(&parts));
        let chance = chance(&lines, it, identities.confirming, names.len());
        suggestion(format!("{}-adds-up", slug(&total)), check, lines.len(), chance)
    };
    identities.found.iter().map(told).collect()
}

fn over_rows(editions: &[&Table]) -> Vec<Suggestion> {
    let Some(first) = editions.first() else { return Vec::new() };
    let added = columns(editions, is_added);
    let names: Vec<String> = (0..first.rows.len()).filter_map(|it| label(first, it)).collect();
    let unique = names.iter().all(|name| names.iter().filter(|it| *it == name).count() == 1);
    if names.len() != first.rows.len() || !unique || names.len() > identities::WIDTH_MAX || added.is_empty() {
        return Vec::new();
    }
    let mut lines: Vec<Vec<Ratio>> = Vec::new();
    for table in editions {
        let rows: Option<Vec<usize>> = names
            .iter()
            .map(|name| (0..table.rows.len()).find(|&it| label(table, it).as_ref() == Some(name)))
            .collect();
        let Some(rows) = rows else { continue };
        for column in added.iter().filter_map(|it| table.column(it)) {
            let line = rows.iter().map(|&row| table.columns[column].decimal(row).map(Ratio::of));
            lines.extend(line.collect::<Option<Vec<Ratio>>>());
        }
    }
    let told = |it: &Identity, confirming: usize, tried: usize| {
        let name = |it: usize| format!("[{}]", names[it].replace(']', "]]"));
        let parts: Vec<String> = it.parts.iter().map(|&it| name(it)).collect();
        let (total, columns) = (quoted(&name(it.total)), quoted_list(&added));
        let (parts, weights) = (quoted_list(&parts), weights(it));
        let check = format!("sum   = {{ total = {total}, parts = {parts}{weights}, columns = {columns} }}");
        let chance = chance(&lines, it, confirming, tried);
        suggestion(format!("{}-adds-up", slug(&names[it.total])), check, lines.len(), chance)
    };
    let identities = identities::find(&lines);
    if !identities.found.is_empty() {
        return identities.found.iter().map(|it| told(it, identities.confirming, names.len())).collect();
    }
    // With too few figures to solve for, rows beside a total are tried.
    let near = beside(&lines, names.len());
    near.iter().map(|it| told(it, lines.len(), 2)).collect()
}

/// How often parts count, as a rule file has it, where that is not once.
fn weights(it: &Identity) -> String {
    let list: Vec<String> = it.weights.iter().map(ToString::to_string).collect();
    if it.is_weighted() { format!(", weights = [{}]", list.join(", ")) } else { String::new() }
}

/// What names a row: its label, and the label above where it is nested.
fn label(table: &Table, row: usize) -> Option<String> {
    let column = table.label_column()?;
    let own = table.text(row, column).trim();
    let above = table.rows[row].under.map(|it| table.text(it as usize, column).trim().to_owned());
    let name = above.map_or(own.to_owned(), |above| format!("{above} > {own}"));
    (!own.is_empty()).then_some(name)
}

/// Totals of the rows right after or right before them.
fn beside(lines: &[Vec<Ratio>], width: usize) -> Vec<Identity> {
    let holds = |it: &Identity| {
        lines.iter().all(|line| {
            let sum = it.parts.iter().fold(Ratio::ZERO, |sum, &part| &sum + &line[part]);
            sum == line[it.total]
        })
    };
    let plain = |total: usize, parts: Vec<usize>| Identity { total, weights: vec![1; parts.len()], parts };
    let mut found = Vec::new();
    for total in 0..width {
        let after = (total + 3..=width).map(|end| plain(total, (total + 1..end).collect()));
        let before = (0..total.saturating_sub(1)).map(|start| plain(total, (start..total).collect()));
        found.extend(after.chain(before).filter(|it| !lines.is_empty() && holds(it)).take(1));
    }
    found
}

/// The chance that a sum holds by coincidence, as a power of ten: each
/// confirming line hits its total with one in as many values as totals span,
/// and there are many sums to try.
fn chance(lines: &[Vec<Ratio>], it: &Identity, confirming: usize, width: usize) -> f64 {
    let totals = lines.iter().map(|line| line[it.total].approximate());
    let (low, high) = totals.fold((f64::MAX, f64::MIN), |it, value| (it.0.min(value), it.1.max(value)));
    let zero = lines.iter().filter(|line| it.parts.iter().all(|&part| line[part].is_zero())).count();
    let telling = confirming.saturating_sub(zero);
    #[expect(clippy::cast_precision_loss, reason = "a few thousand at most")]
    let (telling, width) = (telling as f64, width as f64);
    let each = if it.is_weighted() { 2.0 * f64::from(identities::WEIGHT_MAX) + 1.0 } else { 3.0 };
    width * each.log10() - telling * (high - low + 1.0).max(2.0).log10()
}
