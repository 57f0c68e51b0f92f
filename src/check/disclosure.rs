//! Which figures that are withheld the rules give away, to the figure or nearly.

use super::assemble::Run;
use super::lint::Lint;
use super::repairs::{JudgedRule, everything};
use crate::repair::{Leak, Range, RangeEnd, Ratio, System};
use crate::rules::{Cell, Dataset};
use crate::table::{Bounds, CellState, Marker, Table, show_exact};

/// What the rules give away of figures that are withheld.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disclosure {
    /// How many figures are withheld.
    pub withheld: usize,
    /// Those that are revealed.
    pub given_away: Vec<Lint>,
    /// What was not looked into, in words.
    pub limit: Option<String>,
}

/// Of larger editions nothing is asked.
const FIGURES_MAX: usize = 20_000;

/// Looks for figures that are withheld, and that the rules leave one value, or values that
/// lie within so many percent of the highest.
pub(super) fn find(run: &Run<'_>, dataset: &Dataset, held: &[JudgedRule<'_>], percent: u8) -> Disclosure {
    let mut found = Disclosure::default();
    let withheld = withheld(run);
    found.withheld = withheld.len();
    let figures: usize = run.edition.tables.iter().map(super::assemble::figures).sum();
    if figures > FIGURES_MAX {
        found.limit = Some(format!("{figures} figures are too many to check what the rules reveal"));
        return found;
    }
    if withheld.is_empty() {
        return found;
    }
    let system = everything(run, dataset, held).0;
    let known: Vec<(usize, Range)> = (0..system.cells.len())
        .filter(|&it| system.cells[it].is_free() && system.cells[it].printed.is_none())
        .filter_map(|at| {
            Some((at, printed_range(&system, at, withheld.iter().find(|it| it.0 == system.cells[at].at.cell)?.1)))
        })
        .collect();
    let (leaks, left) = system.leaks(&known);
    for leak in &leaks {
        let own = known.iter().find(|it| it.0 == leak.cell).map_or(&Range::ALL, |it| &it.1);
        if let Some(words) = words(&system, leak, own, percent) {
            found.given_away.push(told(run, held, &system, leak, &words));
        }
    }
    if left > 0 {
        found.limit = Some(format!(
            "{left} of {} withheld figures: the rules contradict each other, or the search takes too long",
            known.len()
        ));
    }
    found
}

/// The cells of an edition whose figure is withheld, with the bounds that are printed.
fn withheld(run: &Run<'_>) -> Vec<(Cell, Option<Bounds>)> {
    let mut found = Vec::new();
    for (at, table) in run.edition.tables.iter().enumerate() {
        for (column, it) in table.columns.iter().enumerate().filter(|it| it.1.kind.is_number()) {
            for row in 0..table.rows.len() {
                if it.states[row] == CellState::Marker(Marker::Confidential) {
                    found.push((Cell { table: at, row, column }, Bounds::read(table.text(row, column))));
                }
            }
        }
    }
    found
}

/// What a cell prints of itself, and what its type allows.
fn printed_range(system: &System, at: usize, bounds: Option<Bounds>) -> Range {
    let is_whole = system.cells[at].is_whole();
    let end = |it: Option<(i64, bool)>, inward: i64| {
        it.map(|(value, open)| RangeEnd {
            value: Ratio::whole(if open && is_whole { value + inward } else { value }),
            open: open && !is_whole,
        })
    };
    let printed = bounds.map_or(Range::ALL, |it| Range::between(end(it.low, 1), end(it.high, -1)));
    printed.and(&system.cells[at].allowed())
}

/// What is revealed, in words; nothing where it is not, or is printed anyway.
fn words(system: &System, leak: &Leak, own: &Range, percent: u8) -> Option<String> {
    let (low, high) = (leak.low.as_ref()?, leak.high.as_ref()?);
    let is_printed = |end: &Option<RangeEnd>, value: &Ratio| end.as_ref().is_some_and(|it| it.value == *value);
    if is_printed(&own.low, low) && is_printed(&own.high, high) {
        return None;
    }
    let show = |it: &Ratio| show_exact(&it.exact());
    if low == high {
        return Some(format!("can only be {}", show(low)));
    }
    let width = &(high - low) * &Ratio::whole(100);
    let is_narrow = width <= &high.size() * &Ratio::whole(percent.into());
    let about = if system.cells[leak.cell].is_whole() { "" } else { "about " };
    is_narrow.then(|| format!("can only be {about}{} to {}", show(low), show(high)))
}

fn told(run: &Run<'_>, held: &[JudgedRule<'_>], system: &System, leak: &Leak, words: &str) -> Lint {
    let cell = system.cells[leak.cell].at.cell;
    let table: &Table = &run.edition.tables[cell.table];
    let rules: Vec<&str> = leak.rules.iter().map(|it| held[*it].rule.name.as_str()).collect();
    let by = if rules.is_empty() { String::new() } else { format!(", according to {}", rules.join(", ")) };
    let span = table.columns[cell.column].spans[cell.row];
    let text = table.text(cell.row, cell.column);
    Lint {
        file: table.document.name.clone(),
        line: table.document.position(span.start).line,
        message: format!(
            "{}: {}, {} is withheld ({text}), but {words}{by}",
            table.name,
            table.row_name(cell.row),
            table.columns[cell.column].name,
        ),
    }
}
