//! Whether rules that each hold within rounding can hold together.

use std::collections::BTreeSet;

use super::{JudgedRule, Run, system};
use crate::finding::Severity;
use crate::repair::{Block, Certificate, Joint, Question, System, Values};
use crate::rules::{Dataset, Mark, Scope};

/// Of a large edition so many rows are tried.
const ROWS_MAX: usize = 2_000;

/// Whether rules that each hold within rounding can hold together.
#[derive(Debug)]
pub(in crate::check) enum Together {
    Can,
    Unknown(String),
    /// Why not, with the cells that rules add up to, and the worst severity.
    Cannot(Box<Contradiction>),
}

/// Rules that contradict each other.
#[derive(Debug)]
pub(in crate::check) struct Contradiction {
    pub(in crate::check) message: String,
    /// Table, row and column.
    pub(in crate::check) cells: Vec<[usize; 3]>,
    pub(in crate::check) severity: Severity,
    /// The first of the rules, by number of the rule held.
    pub(in crate::check) rule: usize,
}

/// The blocks of a system that some rule fails in, and the others.
pub(super) fn broken_and_whole(system: &System) -> (Vec<Block>, Vec<Block>) {
    let values = system.printed();
    let failing = |block: &Block| block.rows.iter().any(|&it| !system.rows[it].holds(system, &values));
    system.blocks().into_iter().partition(failing)
}

/// Judges rows that hold only within rounding one by one.
///
/// That is all there is to judge where no rule reads more than one row, and
/// then the other rows need not be at hand: the edition may be too large for
/// one system, or read in parts. Else it is not told.
pub(super) fn by_rows(run: &Run<'_>, dataset: &Dataset, held: &[JudgedRule<'_>]) -> Vec<Together> {
    let whole = if run.is_in_parts() { "the file was read in parts" } else { "the edition is large" };
    let unknown =
        || vec![Together::Unknown(format!("{whole}, so rules over several rows were not combined with others"))];
    let local = |it: &JudgedRule<'_>| matches!(it.rule.check.scope(), Scope::Row(_));
    if system::has_settled_sums(run, dataset) || held.iter().any(|it| !local(it) && system::is_linear(run, it)) {
        return unknown();
    }
    let rounded = |it: &JudgedRule<'_>| {
        let marks = it.judged.marks.iter().enumerate();
        marks.filter(|it| *it.1 == Mark::Rounded).map(|it| it.0).collect::<Vec<_>>()
    };
    // Tables do not share rows: a row is tried in the table of its rule.
    let mut rows: BTreeSet<(usize, usize)> = BTreeSet::new();
    for it in held {
        let Scope::Row(table) = it.rule.check.scope() else { continue };
        rows.extend(rounded(it).into_iter().map(|row| (table, row)));
    }
    let more = rows.len().saturating_sub(ROWS_MAX);
    let rows: BTreeSet<(usize, usize)> = rows.into_iter().take(ROWS_MAX).collect();
    let Some(system) = system::of_rows(run, dataset, held, &rows) else { return unknown() };
    let values = system.printed();
    let mut judged: Vec<Together> =
        broken_and_whole(&system).1.iter().filter_map(|block| together(run, held, (&system, &values), block)).collect();
    if more > 0 {
        judged.push(Together::Unknown(format!(
            "{more} more rows pass only after allowing for rounding and were not tried"
        )));
    }
    judged
}

/// Asks whether a block that holds rule by rule can hold as a whole.
pub(super) fn together(
    run: &Run<'_>,
    held: &[JudgedRule<'_>],
    (system, values): (&System, &Values),
    block: &Block,
) -> Option<Together> {
    let mark = |row: usize| held[system.rows[row].rule].judged.marks[system.rows[row].check];
    if block.rows.len() < 2 || !block.rows.iter().any(|&it| mark(it) == Mark::Rounded) {
        return None;
    }
    let question = Question { rows: &block.rows, values, freed: &[], shared: true, within: &[] };
    Some(match system.joint(question) {
        Joint::Possible(_) => Together::Can,
        Joint::Unknown => Together::Unknown(format!(
            "{} rules over {} figures took too long to solve",
            block.rows.len(),
            block.cells.len()
        )),
        Joint::Impossible(it) => {
            let it = system.plainer(&block.rows, values, it);
            Together::Cannot(Box::new(contradiction(run, held, system, &it)))
        }
    })
}

fn contradiction(run: &Run<'_>, held: &[JudgedRule<'_>], system: &System, certificate: &Certificate) -> Contradiction {
    let lead = |row: usize| {
        let row = &system.rows[row];
        row.total_cell().unwrap_or(row.terms[0].1)
    };
    let names = |row: usize| {
        let at = system.cells[lead(row)].at.cell;
        let table = &run.edition.tables[at.table];
        let place = format!("{}, {}", table.row_name(at.row), table.columns[at.column].name);
        (held[system.rows[row].rule].rule.name.clone(), place)
    };
    let told = system.told(certificate, &system.printed(), &names);
    let rules: Vec<usize> = certificate.factors.iter().map(|it| system.rows[it.0].rule).collect();
    let mut cells: Vec<usize> = certificate.factors.iter().map(|it| lead(it.0)).collect();
    cells.dedup();
    let cells = cells.into_iter().map(|it| system.cells[it].at.cell).map(|it| [it.table, it.row, it.column]);
    Contradiction {
        message: format!(
            "each of these rules passes after allowing for rounding, but they cannot all hold together: {told}"
        ),
        cells: cells.collect(),
        severity: rules.iter().map(|it| held[*it].rule.severity).max().unwrap_or(Severity::Error),
        rule: rules.into_iter().min().unwrap_or(0),
    }
}
