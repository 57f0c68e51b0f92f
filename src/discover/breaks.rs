//! From causes to breaks as they are told: class, cell, value, grade.

use std::collections::{BTreeMap, BTreeSet};

use super::blame::{Cause, Proposal, Reason};
use super::claim::{Axis, Broken, Claim, Form, Lines, Origin, RelationKind, size};
use super::excuse::{are_of_a_kind, coarse_units, explained_by, is_approximate, is_coarse, regimes};
use super::figures::Sheet;
use super::grade::grade;
use super::instances::Instances;
use super::words::Senses;
use super::{Blame, Break, BreakClass, Evidence, Repair, SlipKind};

/// What is known of the breaks of one claim, worked out once.
pub(super) struct Excuses {
    regime: BTreeSet<usize>,
    approximate: bool,
    /// The line that tells the breaks apart.
    explained: Option<usize>,
    /// What its columns are printed in.
    units: BTreeMap<usize, i128>,
}

impl Excuses {
    pub(super) fn of(claim: &Claim, columns: &Lines<'_>, rows: &Lines<'_>) -> Self {
        let lines = if claim.axis == Axis::Columns { columns } else { rows };
        Self {
            regime: regimes(claim, columns.sheet),
            approximate: is_approximate(claim, columns.sheet) || are_of_a_kind(claim, lines),
            explained: explained_by(claim, lines),
            units: coarse_units(claim, lines),
        }
    }
}

/// The break that a cause is told as.
pub(super) fn told(cause: &Cause, instances: &Instances<'_>, excuses: &[Excuses]) -> Break {
    let sheet = instances.sheet;
    let claims: BTreeSet<usize> = cause.breaks.iter().map(|&it| instances.broken[it].0).collect();
    let strength = |it: &usize| instances.claims[*it].chance + instances.claims[*it].lent;
    let best = claims.iter().copied().min_by(|a, b| strength(a).total_cmp(&strength(b))).unwrap_or(0);
    let seen = seen(cause, instances, excuses, &claims, best);
    let (log_odds, grade) = grade(&seen);
    let mut cells: Vec<(usize, usize)> = Vec::new();
    for &id in &cause.breaks {
        for (row, lane) in instances.cells(id) {
            cells.push((row, sheet.lanes[lane].column));
        }
    }
    let mut once = BTreeSet::new();
    cells.retain(|it| once.insert(*it));
    let repair = |it: &Proposal| Repair {
        cell: (it.cell.0, sheet.lanes[it.cell.1].column),
        value: sheet.decimal(it.value.into(), it.cell.0, it.cell.1),
        slip: it.slip,
    };
    let first = cause.proposal.as_ref();
    let mut repairs: Vec<Repair> = first.map(&repair).into_iter().collect();
    let is_other = |it: &&Proposal| first.is_none_or(|first| (first.cell, first.value) != (it.cell, it.value));
    repairs.extend(cause.tied.iter().filter(is_other).map(repair));
    let mut relations: Vec<usize> = claims.into_iter().collect();
    relations.sort_by_key(|it| *it != best);
    Break {
        relations,
        cells,
        class: class(&seen),
        blame: blame(cause),
        repairs,
        gap: first_gap(cause, instances),
        log_odds,
        grade,
        places: cause.breaks.len(),
        evidence: seen,
    }
}

fn first_gap(cause: &Cause, instances: &Instances<'_>) -> crate::table::Decimal {
    let units = cause.breaks.first().map_or(0, |&it| instances.broken[it].1.gap);
    let exponent = -i8::try_from(instances.sheet.scale).unwrap_or(0);
    crate::table::Decimal { units, exponent }
}

fn blame(cause: &Cause) -> Blame {
    match cause.reason {
        Reason::Tied => Blame::OneOfThese,
        Reason::Alone | Reason::Fits => Blame::Alone,
        Reason::Slip => Blame::Slip,
        Reason::Exchanged => Blame::Exchanged,
        Reason::Shifted => Blame::Shifted,
    }
}

fn seen(
    cause: &Cause,
    instances: &Instances<'_>,
    excuses: &[Excuses],
    claims: &BTreeSet<usize>,
    best: usize,
) -> Evidence {
    let (first, broken) = &instances.broken[cause.breaks[0]];
    let claim = &instances.claims[*first];
    let strongest = &instances.claims[best];
    let sheet = instances.sheet;
    let (held, all) = strongest.groups.unwrap_or((strongest.holding(), strongest.broken.len()));
    let isolated =
        strongest.broken.iter().filter(|it| !excuses[best].regime.contains(&it.at)).count() + strongest.beyond.1;
    let positive = strongest.broken.iter().filter(|it| it.gap > 0).count();
    let (row, lane) = claim.axis.cell(claim.target, broken.at);
    let printed = sheet.value(row, lane).map_or(0, i128::from);
    let one = size(sheet.one().into());
    let unit = sheet.cell(row, lane).figure().map_or(sheet.one(), |it| it.step(sheet.one()));
    let proposal = cause.proposal.as_ref();
    // A wrong running total breaks twice, before and behind; a revision only once.
    let runs = claim.kind == RelationKind::Running;
    let moved = is_moved(cause);
    Evidence {
        axis: claim.axis,
        kind: claim.kind,
        natural: claim.origin != Origin::Seen,
        labelled: strongest.labelled,
        held,
        broken: if strongest.origin == Origin::Groups { all } else { isolated },
        chance: strongest.chance + strongest.lent,
        parts: claim.parts.len(),
        is_slip: proposal.is_some_and(Proposal::is_slip),
        slip: proposal.and_then(|it| it.slip),
        crossed: claims.len() >= 2 || (runs && cause.breaks.len() >= 2) || moved,
        blamed: cause.reason != Reason::Tied,
        smooth: proposal.map_or(0, |it| it.smooth),
        relative: size(broken.gap.abs()) / size(broken.computed.abs().max(printed.abs())).max(one * 1e-9),
        gap: size(broken.gap) / one,
        steps: size(broken.gap) / size(unit.into()),
        one_sided: positive.max(strongest.broken.len() - positive),
        excuse: excuse(cause, instances, excuses, claims, best),
    }
}

/// Whether figures stand in the wrong place, rather than wrong figures.
fn is_moved(cause: &Cause) -> bool {
    let slip = cause.proposal.as_ref().and_then(|it| it.slip);
    matches!(slip, Some(SlipKind::Swapped | SlipKind::Shifted))
}

fn excuse(
    cause: &Cause,
    instances: &Instances<'_>,
    excuses: &[Excuses],
    claims: &BTreeSet<usize>,
    best: usize,
) -> Option<BreakClass> {
    let (first, broken) = &instances.broken[cause.breaks[0]];
    let claim = &instances.claims[*first];
    let it = &excuses[best];
    if it.approximate || (*first == best && it.regime.contains(&broken.at)) {
        return Some(BreakClass::OtherDefinition);
    }
    let (row, lane) = claim.axis.cell(claim.target, broken.at);
    let sheet = instances.sheet;
    let unit = sheet.cell(row, lane).figure().map_or(sheet.one(), |it| it.step(sheet.one()));
    let rounds = matches!(
        claim.form,
        Form::Quotient { .. }
            | Form::Growth { .. }
            | Form::Product
            | Form::Proportional { .. }
            | Form::Mean
            | Form::Maximum
            | Form::Minimum
    );
    if claims.len() == 1 && is_coarse(claim, broken, sheet, &it.units) {
        return Some(BreakClass::Rounding);
    }
    if broken.gap == 0 || is_printed_apart(claim, broken, sheet) {
        return Some(BreakClass::Rounding);
    }
    if is_loose(claim, sheet) {
        return Some(BreakClass::OtherDefinition);
    }
    let last_digit = rounds && claims.len() == 1 && broken.gap.abs() <= unit.into();
    let near_hundred = claim.kind == RelationKind::Hundred && broken.gap.abs() <= sheet.one().into();
    if last_digit || near_hundred {
        return Some(BreakClass::Rounding);
    }
    if matches!(claim.form, Form::Maximum | Form::Minimum) {
        return Some(BreakClass::NotAdditive);
    }
    if instances.claims[best].contested.contains(&broken.at) {
        return Some(BreakClass::OtherDefinition);
    }
    if is_penalty(claim, broken, sheet) {
        return Some(BreakClass::MissingComponent);
    }
    if is_incomplete(cause, &instances.claims[best], claims.len()) {
        return Some(BreakClass::MissingComponent);
    }
    let explained = claims.iter().any(|it| excuses[*it].explained.is_some());
    (explained && !is_moved(cause)).then_some(BreakClass::MissingComponent)
}

/// Whether a part seems not to be printed: nothing asks for the sum, and it is always short, or always long.
fn is_incomplete(cause: &Cause, claim: &Claim, relations: usize) -> bool {
    const BREAKS_MIN: usize = 4;
    const BREAKS_MANY: usize = 8;
    // So few of the others may go the other way.
    const ONE_IN: usize = 25;
    let above = claim.broken.iter().filter(|it| it.gap > 0).count();
    let other = above.min(claim.broken.len() - above);
    let one_sided = other == 0 || (claim.broken.len() >= BREAKS_MANY && other * ONE_IN <= claim.broken.len());
    let is_slip = cause.proposal.as_ref().is_some_and(Proposal::is_slip);
    // That one of many gaps looks like a slip is an accident.
    let is_slip = is_slip && claim.broken.len() < BREAKS_MANY;
    claim.is_linear() && !claim.labelled && claim.broken.len() >= BREAKS_MIN && one_sided && !is_slip && relations == 1
}

/// Whether a sum misses by what its printing may hide: figures that print fewer decimals than their
/// columns, as `0` among tenths, or so many decimals that a program wrote them.
fn is_printed_apart(claim: &Claim, broken: &Broken, sheet: &Sheet<'_>) -> bool {
    const PROGRAM_PLACES: u8 = 4;
    if !claim.is_linear() {
        return false;
    }
    let (mut hidden, mut written, mut is_shorter, mut most) = (0, 0, false, 0);
    for ((row, lane), factor) in claim.cells(broken.at, sheet) {
        let places = sheet.lanes[lane].places;
        let Some(figure) = sheet.cell(row, lane).figure().filter(|_| places > 0) else { continue };
        let unit = 10_i128.pow(u32::from(sheet.scale.saturating_sub(places)));
        hidden += unit * i128::from(factor.unsigned_abs());
        written += i128::from(figure.step(sheet.one())) * i128::from(factor.unsigned_abs());
        is_shorter |= figure.places < places;
        most = most.max(places);
    }
    let by_program = most >= PROGRAM_PLACES && broken.gap.abs() <= written;
    by_program || (is_shorter && 2 * broken.gap.abs() <= hidden)
}

/// Whether a relation that no heading asks for breaks too often to be one, or is one of many rows that
/// one column bears out.
fn is_loose(claim: &Claim, sheet: &Sheet<'_>) -> bool {
    const BREAKS_MIN: usize = 8;
    const SHARE_MIN: f64 = 0.08;
    const ROWS_MIN: usize = 20;
    // Past doubt, whatever breaks; and far from any evidence, though a heading asks for it.
    const CHANCE_SURE: f64 = -70.0;
    const CHANCE_NONE: f64 = 5.0;
    let chance = claim.chance + claim.lent;
    if chance > CHANCE_NONE && claim.checked() >= BREAKS_MIN {
        return true;
    }
    let chained = matches!(claim.form, Form::Running { .. } | Form::Steady { .. } | Form::Ordered { .. });
    let often =
        chance > CHANCE_SURE && claim.broken.len() + claim.beyond.1 >= BREAKS_MIN && claim.share_broken() >= SHARE_MIN;
    let is_total = claim.axis == Axis::Rows && Senses::of(&sheet.labels[claim.target]).has(Senses::TOTAL);
    let thin = claim.axis == Axis::Rows && claim.holding() <= 1 && claim.parts.len() >= ROWS_MIN && !is_total;
    (often && !claim.labelled && !chained) || thin
}

/// Whether tenths are missing from a sum of scores: a penalty that is not printed.
fn is_penalty(claim: &Claim, broken: &Broken, sheet: &Sheet<'_>) -> bool {
    let tenth = i128::from(sheet.one()) / 10;
    let of_scores = claim.kind == RelationKind::Sum
        && claim.axis == Axis::Columns
        && claim.parts.iter().all(|it| sheet.lanes[it.line].senses.has(Senses::POINTS));
    of_scores && tenth > 0 && broken.gap % tenth == 0 && (-10 * tenth..0).contains(&broken.gap)
}

fn class(seen: &Evidence) -> BreakClass {
    match seen.excuse {
        Some(class) => class,
        None if seen.is_slip => BreakClass::Slip,
        None => BreakClass::Contradiction,
    }
}
