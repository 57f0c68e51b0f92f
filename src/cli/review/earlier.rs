//! What a reviewed edition is compared with: the snapshots of its dataset.

use crate::check::Accepted;
use crate::diff::{Options, Side, diff};
use crate::finding::{Finding, Place};
use crate::report::{DiffFormat, Look};
use crate::snapshot::Proposal;
use crate::table::{Edition, canonical};

/// What changed since the snapshot before, cell by cell, in words: since the
/// edition's own snapshot, or that of the period before where it has none.
pub(super) fn show_diff(proposal: &Proposal, past: &[Accepted]) -> String {
    let start = proposal.edition.period.map(|it| it.start);
    let not_later = |it: &&Accepted| it.dataset == proposal.dataset && it.edition.period.map(|it| it.start) <= start;
    let Some(before) = past.iter().rfind(not_later) else { return "no earlier edition\n".to_owned() };
    let side = |name: &str, it: &Edition| Side {
        name: name.to_owned(),
        dataset: Some(proposal.dataset.clone()),
        period: it.period,
        coverage: it.coverage,
    };
    let now = proposal.files.join(", ");
    let (old, new) = (side(&before.file, &before.edition), side(&now, &proposal.edition));
    let mut text = Vec::new();
    let compared = diff(
        (old, &before.edition.tables),
        (new, &proposal.edition.tables),
        &Options { values_only: true, ..Options::default() },
    );
    let written = compared.map(|it| DiffFormat::Text.write(&it, Look::default(), &mut text));
    match written {
        Ok(_) => String::from_utf8_lossy(&text).into_owned(),
        Err(error) => format!("{error}\n"),
    }
}

fn shown(cell: &str) -> &str {
    if cell.is_empty() { "(empty)" } else { cell }
}

/// The figures of a finding's cells in the snapshots of its dataset.
pub(super) fn show_history(proposal: &Proposal, finding: &Finding, past: &[Accepted]) -> String {
    let mut text = String::new();
    for place in &finding.places {
        let (Some(row), Some(column)) = (&place.row, &place.column) else { continue };
        let mut points = Vec::new();
        for it in past.iter().filter(|it| it.dataset == proposal.dataset) {
            if let Some(figure) = figure_of(it, place, row, column) {
                let period = it.edition.period.map_or("before".to_owned(), |it| it.to_string());
                points.push(format!("  {period}  {figure}\n"));
            }
        }
        text.push_str(&format!(
            "{}, {row}, {column}: {} now\n",
            place.table,
            place.value.as_deref().unwrap_or(&place.text)
        ));
        text.push_str(&if points.is_empty() { "  no earlier edition\n".to_owned() } else { points.concat() });
    }
    if text.is_empty() { "this finding is not about a single figure\n".to_owned() } else { text }
}

fn figure_of(accepted: &Accepted, place: &Place, row: &str, column: &str) -> Option<String> {
    let table = &accepted.edition.tables[accepted.edition.table(&place.table)?];
    let column = table.column(column)?;
    let row = (0..table.rows.len()).find(|&it| table.row_name(it) == row)?;
    Some(shown(&canonical::cell(table, row, column)).to_owned())
}
