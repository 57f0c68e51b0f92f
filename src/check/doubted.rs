//! Numbers of a text that rest on a figure which its own table contradicts.

use std::collections::HashMap;
use std::sync::Arc;

use super::Options;
use super::follows::{self, FOLLOWS};
use crate::article::{Article, Claim, ClaimVerdict};
use crate::discover::{self, Discovery};
use crate::finding::Place;
use crate::table::{Decimal, Table};

/// Where a figure stands: file, sheet, line and column.
type At = (String, Option<String>, u32, u32);

/// What is wrong with a figure.
struct Doubt {
    /// Why it cannot be relied on.
    reason: String,
    /// What it would have to be, if it is the wrong one.
    requires: Option<Decimal>,
}

/// Takes back what is said of numbers that rest on such a figure: it neither
/// confirms them nor, where the text has the figure that would fit, contradicts them.
pub(super) fn reconsider(article: &mut Article, tables: &[&Table], options: &Options) {
    if !options.discovery || !options.selection.wants(FOLLOWS, FOLLOWS) {
        return;
    }
    let read: Vec<&&Table> = tables.iter().filter(|it| is_read(article, it)).collect();
    let doubts: HashMap<At, Doubt> = read.into_iter().flat_map(|it| doubts(it)).collect();
    if doubts.is_empty() {
        return;
    }
    for claim in Arc::make_mut(&mut article.claims) {
        if let Some(doubt) = doubt_of(claim, &doubts) {
            claim.verdict = ClaimVerdict::Unsourced;
            claim.reason.clone_from(&doubt.reason);
            claim.slip = None;
        }
    }
}

/// Whether a decided number was compared with figures of a table.
fn is_read(article: &Article, table: &Table) -> bool {
    let decided = article.claims.iter().filter(|it| is_decided(it.verdict));
    let mut places = decided.flat_map(|it| it.evidence.iter().flat_map(|it| &it.places));
    places.any(|it| it.table == table.name && it.file == table.document.name)
}

fn is_decided(verdict: ClaimVerdict) -> bool {
    matches!(verdict, ClaimVerdict::Confirmed | ClaimVerdict::Contradicted)
}

/// The doubt that what is said of a number rests on, where it rests on nothing better.
fn doubt_of<'a>(claim: &Claim, doubts: &'a HashMap<At, Doubt>) -> Option<&'a Doubt> {
    let of_place = |it: &Place| doubts.get(&(it.file.clone(), it.sheet.clone(), it.line, it.column_start));
    let mut by_tables = claim.evidence.iter().filter(|it| it.places.iter().any(|it| !it.table.is_empty())).peekable();
    by_tables.peek()?;
    let found: Vec<&Doubt> = by_tables.map(|it| it.places.iter().find_map(of_place)).collect::<Option<Vec<_>>>()?;
    let first = *found.first()?;
    let is_meant = || first.requires.map(Decimal::exact) == claim.mention.value;
    match claim.verdict {
        ClaimVerdict::Confirmed => Some(first),
        ClaimVerdict::Contradicted if is_meant() => Some(first),
        _ => None,
    }
}

/// The figures of a table that its own arithmetic makes doubtful.
fn doubts(table: &Table) -> Vec<(At, Doubt)> {
    let found = discover::discover(table, &discover::Options { steps: follows::steps(table) });
    let told = found.breaks.iter().filter(|it| follows::is_told(it, &found));
    told.flat_map(|it| doubts_of(it, &found, table)).collect()
}

fn doubts_of(it: &discover::Break, found: &Discovery, table: &Table) -> Vec<(At, Doubt)> {
    let words = &found.relations[it.relations[0]].words;
    let at = |cell: (usize, usize)| {
        let place = Place::of_cell(table, cell.0, cell.1, crate::finding::Role::Operand, "");
        (place.file, place.sheet, place.line, place.column_start)
    };
    let doubt = |requires: Option<Decimal>, would: String| {
        let reason = format!("the figure in the table may be wrong: {words} does not hold there{would}");
        Doubt { reason, requires }
    };
    // The total that is printed first, then what is more surely the wrong one.
    let total = it.cells.first().map(|it| (at(*it), doubt(None, String::new())));
    let blamed = it.repairs.iter().map(|it| {
        let would = follows::printed_like(it.value, table, it.cell);
        (at(it.cell), doubt(Some(it.value), format!("; {would} would fit")))
    });
    total.into_iter().chain(blamed).collect()
}
