//! Finds the arithmetic that a table follows by itself, and where it breaks.
//!
//! No rule is needed: relations between columns and between rows are proposed
//! by looking up sums of a few sampled places, judged exactly at all places,
//! and believed where so many places hold that it is no accident. Breaks are
//! sorted into faults and what only looks like one; a cell is blamed where the
//! relations that it takes part in agree. Where it does not know, it is silent.
//!
//! - `words`: what headings say, in fifteen languages
//! - `binary`, `figures`, `lines`, `chains`: the figures on one scale, as columns, as rows, and row after row
//! - `sums`, `pairs`, `weighted`, `quotients`, `series`, `steady`, `order`, `proportional`, `outline`: proposals
//! - `judge`, `evaluate`, `evidence`, `families`: whether they hold, and how improbable that is
//! - `refine`, `choose`, `search`: which relations are kept
//! - `within`: relations that one group of rows follows
//! - `additive`, `excuse`, `tariff`: what is no fault, or no sum
//! - `instances`, `mend`, `exchange`, `shift`, `blame`: which cell, and what it should be
//! - `breaks`, `grade`, `describe`: how breaks are told
//! - `arithmetic`: how a relation works its figures out
//! - `spread`: the same for a table that is too large to be held

mod additive;
mod arithmetic;
mod binary;
mod blame;
mod breaks;
mod chains;
mod choose;
mod claim;
mod describe;
mod digits;
mod evaluate;
mod evidence;
mod exchange;
mod excuse;
mod families;
mod figures;
mod grade;
mod instances;
mod judge;
mod languages;
mod lines;
mod mend;
mod order;
mod outline;
mod pairs;
mod proportional;
mod quotients;
mod refine;
mod search;
mod series;
mod shift;
mod spread;
mod steady;
mod sums;
mod tariff;
#[cfg(test)]
mod tests;
mod weighted;
mod within;
mod words;

pub use crate::slip::SlipKind;
pub use arithmetic::Arithmetic;
pub use claim::{Axis, Cut, RelationKind};
pub use spread::{Proposed, Tally, propose};

use crate::table::{Decimal, Table};
use claim::{Budget, Claim, Lines};
use figures::Sheet;

/// How much work a table is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Steps that may be taken, about one a cell that is looked at; then what was found stands.
    pub steps: u64,
}

/// What was found in a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Discovery {
    /// The relations that the table follows, those of columns first.
    pub relations: Vec<Relation>,
    /// Where they break, the surest first.
    pub breaks: Vec<Break>,
    /// Whether the steps ran out, so that more may be there.
    pub cut: bool,
}

/// A relation that a table follows, with its exceptions.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// What it says.
    pub kind: RelationKind,
    /// Whether its lines are columns or rows.
    pub axis: Axis,
    /// The line that is worked out: a column of the table or a row, by index.
    pub target: usize,
    /// The lines that it is worked out from.
    pub terms: Vec<RelationTerm>,
    /// How the target is worked out.
    pub arithmetic: Arithmetic,
    /// The same in words: `Total = North + South`.
    pub words: String,
    /// How many places hold.
    pub held: usize,
    /// How many places can be checked.
    pub of: usize,
    /// How many of those that hold could well have broken.
    pub informing: usize,
    /// The logarithm to ten of the chance that it is a coincidence.
    pub chance: f64,
    /// Whether a heading or label says that it should hold.
    pub labelled: bool,
    /// Whether gaps of independent rounding of whole figures were seen, and allowed for.
    pub rounded: bool,
    /// Twice what such rounding may hide; nothing where figures are exact.
    pub allowance: Decimal,
    /// The column that names groups, where the row before is that of the same group.
    pub within: Option<usize>,
    /// The group of rows that alone follows it: its column, and the first of its rows.
    pub group: Option<(usize, usize)>,
    /// The places where it breaks: rows where lines are columns, columns where they are rows.
    pub exceptions: Vec<usize>,
    /// Places where the target prints a figure that says nothing of the relation: parts are blank
    /// there, or no sum is meant.
    pub left_out: Vec<usize>,
    /// Those of them where it may be broken, or not be meant: with what it would come to.
    pub open: Vec<(usize, Decimal)>,
}

impl Relation {
    /// The places where it does not hold, or says nothing of the figure that its target prints.
    pub fn not_held(&self) -> impl Iterator<Item = usize> + '_ {
        self.exceptions.iter().chain(&self.left_out).copied()
    }
}

/// A line of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelationTerm {
    /// The column or row, by index.
    pub line: usize,
    /// How often it counts.
    pub weight: i64,
}

/// Figures that cannot all be right, or only look so.
#[derive(Clone, Debug, PartialEq)]
pub struct Break {
    /// The relations that break, by index, the strongest first.
    pub relations: Vec<usize>,
    /// Every cell of the broken places: row and column of the table.
    pub cells: Vec<(usize, usize)>,
    /// What it is.
    pub class: BreakClass,
    /// What is known of the wrong cell.
    pub blame: Blame,
    /// What would mend it; the first is the one to name, the others would do as well
    /// (all of them together where a row is [`Blame::Shifted`]).
    pub repairs: Vec<Repair>,
    /// Printed less computed, at the first broken place.
    pub gap: Decimal,
    /// The logarithm of the odds that a figure is wrong.
    pub log_odds: f64,
    /// How sure it is.
    pub grade: Grade,
    /// What the odds rest on.
    pub evidence: Evidence,
    /// At how many places relations break.
    pub places: usize,
}

/// What was seen of a break: the odds are worked out of this alone.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "a record of what was seen: each stands for itself")]
pub struct Evidence {
    /// Whether its lines are columns or rows.
    pub axis: Axis,
    /// What the relation says.
    pub kind: RelationKind,
    /// Whether a label, an outline or other groups say that the relation should hold for just these lines.
    pub natural: bool,
    /// Whether a heading or label says that it should hold.
    pub labelled: bool,
    /// Places where the relation holds.
    pub held: usize,
    /// Breaks that do not stand together.
    pub broken: usize,
    /// The logarithm to ten of the chance that the relation is a coincidence.
    pub chance: f64,
    /// How many lines it is worked out from.
    pub parts: usize,
    /// Whether one slip explains the figure, or its absence.
    pub is_slip: bool,
    /// Which slip.
    pub slip: Option<SlipKind>,
    /// Two relations break in the figure, or two figures are exchanged.
    pub crossed: bool,
    /// Whether a single cell is blamed.
    pub blamed: bool,
    /// Whether the mended figure fits its neighbours in the column: 1, or -1 where the printed one does.
    pub smooth: i32,
    /// The gap for each of the total.
    pub relative: f64,
    /// The gap, in whole units.
    pub gap: f64,
    /// The gap, in units of the last printed digit.
    pub steps: f64,
    /// The most breaks of one sign.
    pub one_sided: usize,
    /// What else it may be than a fault, if anything.
    pub excuse: Option<BreakClass>,
}

/// A cell with the value that mends a break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Row and column of the table.
    pub cell: (usize, usize),
    /// What it would have to be.
    pub value: Decimal,
    /// The slip that explains what is printed, if one does.
    pub slip: Option<SlipKind>,
}

/// What a break is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BreakClass {
    /// One slip of the keyboard explains it.
    Slip,
    /// The figures contradict each other; no single slip explains it.
    Contradiction,
    /// The last digit, as rounding leaves it.
    Rounding,
    /// From here to there the table follows another definition, or follows it roughly.
    OtherDefinition,
    /// Another line tells the breaks apart: it belongs to the sum here.
    MissingComponent,
    /// Lines of this kind do not add up.
    NotAdditive,
}

/// What is known of the cell that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blame {
    /// One of the cells told; the first is the total.
    OneOfThese,
    /// No other cell mends as much.
    Alone,
    /// Of those that mend as much, the only one that is a single slip.
    Slip,
    /// Two cells of a column are in each other's place.
    Exchanged,
    /// The figures of a row stand a cell off: every repair is one of them.
    Shifted,
}

/// How sure it is that a figure is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grade {
    /// The figures contradict each other beyond doubt.
    Sure,
    /// They probably do.
    Likely,
    /// Rounding at most.
    Rounding,
    /// Not enough to speak of.
    Weak,
}

impl Default for Options {
    fn default() -> Self {
        Self { steps: 400_000_000 }
    }
}

impl Break {
    /// How probable it is that a figure is wrong, 0 to 1.
    pub fn probability(&self) -> f64 {
        1.0 / (1.0 + (-self.log_odds).exp())
    }

    /// Whether a single cell is blamed, not one of several.
    pub fn is_blamed(&self) -> bool {
        self.blame != Blame::OneOfThese
    }
}

/// Finds the relations of a table, and where they break.
///
/// Pure and deterministic. Row indices are those of [`Table::rows`], columns
/// those of [`Table::columns`].
pub fn discover(table: &Table, options: &Options) -> Discovery {
    let sheet = Sheet::of(table);
    let budget = Budget::new(options.steps);
    if sheet.lanes.is_empty() || sheet.rows < 3 {
        return Discovery::default();
    }
    let (columns, rows) = (lines::columns(&sheet, &budget), lines::rows(&sheet, &budget));
    let mut claims = search::columns(&columns);
    claims.extend(search::rows(&rows));
    let relations = claims.iter().map(|it| relation(it, &sheet)).collect();
    Discovery { relations, breaks: found_breaks(&claims, &columns, &rows), cut: budget.is_spent() }
}

fn found_breaks(claims: &[Claim], columns: &Lines<'_>, rows: &Lines<'_>) -> Vec<Break> {
    let instances = instances::Instances::new(columns.sheet, claims, columns.budget);
    let excuses: Vec<breaks::Excuses> = claims.iter().map(|it| breaks::Excuses::of(it, columns, rows)).collect();
    let mut told: Vec<Break> =
        blame::causes(&instances).iter().map(|it| breaks::told(it, &instances, &excuses)).collect();
    told.sort_by(|a, b| a.grade.cmp(&b.grade).then(b.log_odds.total_cmp(&a.log_odds)));
    told
}

/// A value of the scale as it is.
fn on_scale(units: i128, sheet: &Sheet<'_>) -> Decimal {
    Decimal { units, exponent: -i8::try_from(sheet.scale).unwrap_or(0) }
}

/// The places of a claim that print its target, and neither hold nor break.
fn left_out<'a>(claim: &'a Claim, sheet: &'a Sheet<'_>) -> impl Iterator<Item = usize> + 'a {
    let places = if claim.axis == Axis::Columns { sheet.rows } else { sheet.lanes.len() };
    let seen: std::collections::HashSet<usize> =
        claim.held.iter().copied().chain(claim.broken.iter().map(|it| it.at)).collect();
    (0..places).filter(move |&it| {
        let (row, lane) = claim.axis.cell(claim.target, it);
        !seen.contains(&it) && sheet.value(row, lane).is_some()
    })
}

/// The chain of rows that a running total follows.
fn chain_of(claim: &Claim) -> Option<usize> {
    match claim.form {
        claim::Form::Running { chain, .. } | claim::Form::Steady { chain } => Some(chain),
        claim::Form::Ordered { chain, .. } if claim.parts.is_empty() => Some(chain),
        _ => None,
    }
}

fn relation(claim: &Claim, sheet: &Sheet<'_>) -> Relation {
    let line = |it: usize| if claim.axis == Axis::Columns { sheet.lanes[it].column } else { it };
    let place = |it: usize| if claim.axis == Axis::Columns { it } else { sheet.lanes[it].column };
    Relation {
        kind: claim.kind,
        axis: claim.axis,
        target: line(claim.target),
        terms: claim.parts.iter().map(|it| arithmetic::term(*it, claim.axis, sheet)).collect(),
        arithmetic: arithmetic::arithmetic(claim, sheet),
        words: describe::words(claim, sheet),
        held: claim.holding(),
        of: claim.checked(),
        informing: claim.informing,
        chance: claim.chance + claim.lent,
        labelled: claim.labelled,
        rounded: claim.allowance > 0,
        allowance: on_scale(claim.allowance, sheet),
        within: chain_of(claim).and_then(|it| sheet.chain(it)).map(|it| it.column),
        group: claim.group.map(|it| (it.column, it.row)),
        exceptions: claim.broken.iter().map(|it| place(it.at)).collect(),
        left_out: left_out(claim, sheet).map(place).collect(),
        open: claim.open.iter().map(|it| (place(it.at), on_scale(it.computed, sheet))).collect(),
    }
}
