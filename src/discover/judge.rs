//! Whether a claim holds at one place, exactly.

use super::claim::{Axis, Claim, Cut, Form, Term, View};
use super::figures::{Cell, Figure};

/// What a claim comes to at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClaimAtPlace {
    pub(super) holds: bool,
    /// Printed less computed, on the scale.
    pub(super) gap: i128,
    /// Twice what rounding may hide.
    pub(super) slack: i128,
    pub(super) computed: i128,
    /// How many parts are missing, and count as nothing.
    pub(super) missing: usize,
    /// How many parts are not zero.
    pub(super) filled: usize,
}

/// Judges one place; `None` where it cannot be checked.
pub(super) fn judge(claim: &Claim, at: usize, view: &View<'_>) -> Option<ClaimAtPlace> {
    match &claim.form {
        Form::Linear => linear(claim, at, view),
        Form::Distance => distance(claim, at, view),
        Form::Quotient { cut, .. } | Form::Growth { cut, .. } => Some(ratio(claim, at, view)?.judged(*cut)),
        Form::Product => product(claim, at, view),
        Form::Proportional { factor } => proportional(claim, at, view, *factor),
        Form::Running { back, chain } => running(claim, at, view, (*back, *chain)),
        Form::Steady { chain } => super::steady::judge(claim, at, view, *chain),
        Form::Ordered { .. } => super::order::judge(claim, at, view),
        Form::Ranked { .. } => super::order::judge_rank(claim, at, view),
        Form::Hundred => hundred(claim, at, view),
        Form::Mean | Form::Maximum | Form::Minimum => aggregate(claim, at, view),
    }
}

fn linear(claim: &Claim, at: usize, view: &View<'_>) -> Option<ClaimAtPlace> {
    let total = view.at(claim.axis, claim.target, at).figure()?;
    let (mut sum, mut slack) = (0_i128, i128::from(total.unit));
    let (mut missing, mut filled) = (0, 0);
    for part in &claim.parts {
        match view.at(claim.axis, part.line, at) {
            Cell::Missing => missing += 1,
            Cell::Text => return None,
            Cell::Figure(it) if it.percent != total.percent => return None,
            Cell::Figure(it) => {
                sum += i128::from(part.weight) * i128::from(it.value);
                slack += i128::from(part.weight.abs()) * i128::from(it.unit);
                filled += usize::from(it.value != 0);
            }
        }
    }
    if missing == claim.parts.len() {
        return None;
    }
    let gap = i128::from(total.value) - sum;
    let holds = 2 * gap.abs() <= slack.max(claim.allowance);
    Some(ClaimAtPlace { holds, gap, slack: slack.max(claim.allowance), computed: sum, missing, filled })
}

fn distance(claim: &Claim, at: usize, view: &View<'_>) -> Option<ClaimAtPlace> {
    let figure = |line: usize| view.at(claim.axis, line, at).figure();
    let (apart, one, other) = (figure(claim.target)?, figure(claim.parts[0].line)?, figure(claim.parts[1].line)?);
    if apart.percent != one.percent || apart.percent != other.percent {
        return None;
    }
    let computed = (i128::from(one.value) - i128::from(other.value)).abs();
    let gap = i128::from(apart.value) - computed;
    let slack = i128::from(apart.unit) + i128::from(one.unit) + i128::from(other.unit);
    let filled = usize::from(one.value != 0) + usize::from(other.value != 0);
    Some(ClaimAtPlace { holds: 2 * gap.abs() <= slack, gap, slack, computed, missing: 0, filled })
}

/// A quotient at one place, before it is said how figures are rounded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ratio {
    printed: i128,
    /// The last printed unit.
    pub(super) unit: i128,
    /// The quotient is `above` / `below`, on the scale, `below` above zero.
    above: i128,
    below: i128,
    /// Twice what rounding of the operands may do to it.
    pub(super) doubt: i128,
}

/// A sum of lines in halves, and twice what rounding hides of it.
fn halves(terms: &[Term], axis: Axis, at: usize, view: &View<'_>) -> Option<(i128, i128)> {
    let (mut sum, mut slack) = (0, 0);
    for term in terms {
        let it = view.at(axis, term.line, at).figure()?;
        sum += i128::from(term.weight) * i128::from(it.value);
        slack += i128::from(term.weight.abs()) * i128::from(it.unit);
    }
    Some((sum, slack))
}

/// The quotient of a claim at one place.
pub(super) fn ratio(claim: &Claim, at: usize, view: &View<'_>) -> Option<Ratio> {
    match &claim.form {
        Form::Quotient { above, below, power, .. } => quotient(claim, at, view, above, below, *power),
        Form::Growth { back, power, .. } => {
            let before = view.sheet.neighbour(at, *back, 0)?;
            let part = claim.parts[0].line;
            let (new, old) = (view.cell(at, part).figure()?, view.cell(before, part).figure()?);
            let (value, unit) = (i128::from(new.value) - i128::from(old.value), i128::from(new.unit));
            let (base, base_unit) = (i128::from(old.value), i128::from(old.unit));
            fraction(claim, at, view, (value, unit + base_unit), (base, base_unit), *power)
        }
        _ => None,
    }
}

pub(super) fn quotient(
    claim: &Claim,
    at: usize,
    view: &View<'_>,
    above: &[Term],
    below: &[Term],
    power: i32,
) -> Option<Ratio> {
    let above = halves(above, claim.axis, at, view)?;
    let below = halves(below, claim.axis, at, view)?;
    fraction(claim, at, view, above, below, power)
}

/// A fraction beside the printed figure; each side with twice what rounding hides of it.
fn fraction(
    claim: &Claim,
    at: usize,
    view: &View<'_>,
    above: (i128, i128),
    below: (i128, i128),
    power: i32,
) -> Option<Ratio> {
    let printed = view.at(claim.axis, claim.target, at).figure()?;
    let ((mut above, above_slack), (mut below, below_slack)) = (above, below);
    if below == 0 {
        return None;
    }
    if below < 0 {
        (above, below) = (-above, -below);
    }
    let one = view.sheet.one();
    let (above, above_slack, below, below_slack) = if power < 0 {
        let by = 10_i128.pow(power.unsigned_abs());
        (above, above_slack, below.checked_mul(by)?, below_slack.checked_mul(by)?)
    } else {
        let by = 10_i128.pow(power.unsigned_abs());
        (above.checked_mul(by)?, above_slack.checked_mul(by)?, below, below_slack)
    };
    let (above, above_slack) = (above.checked_mul(i128::from(one))?, above_slack.checked_mul(i128::from(one))?);
    let value = (above / below).abs() + 1;
    // Rounded up, so that rounding is never taken for a fault.
    let doubt = if above_slack == 0 && below_slack == 0 {
        0
    } else {
        // As small as rounding may have left it; nothing can be said where that is nothing.
        let least = below - (below_slack + 1) / 2;
        if least <= 0 {
            return None;
        }
        above_slack / least + value.checked_mul(below_slack)? / least + 1
    };
    Some(Ratio { printed: printed.value.into(), unit: printed.step(one).into(), above, below, doubt })
}

impl Ratio {
    /// The quotient, rounded to the scale.
    pub(super) fn computed(&self) -> i128 {
        let half = self.below / 2;
        self.above.saturating_add(self.above.signum() * half) / self.below
    }

    /// Whether printed and computed differ by so many half units at most, doubt included;
    /// `one_sided` where digits may only be cut off.
    pub(super) fn within(&self, half_units: i128, one_sided: bool) -> bool {
        let Some(scaled) = self.printed.checked_mul(self.below) else { return false };
        let gap = scaled.saturating_sub(self.above);
        let Some(doubt) = self.doubt.checked_mul(self.below) else { return true };
        let Some(room) = self.unit.saturating_mul(half_units).checked_mul(self.below) else { return true };
        let twice = |it: i128| it.saturating_mul(2);
        let room = room.saturating_add(doubt);
        if one_sided {
            // Cut towards zero: the printed size is never above the computed one.
            let outward = if self.above < 0 { gap.saturating_neg() } else { gap };
            return twice(outward) <= doubt && twice(outward.saturating_neg()) <= room;
        }
        twice(gap.saturating_abs()) <= room
    }

    pub(super) fn judged(&self, cut: Cut) -> ClaimAtPlace {
        let computed = self.computed();
        let holds = match cut {
            Cut::Rounded => self.within(1, false),
            Cut::Truncated => self.within(2, true) || self.within(0, false),
            Cut::Loose => self.within(2, false),
        };
        let half_units = if cut == Cut::Rounded { 1 } else { 2 };
        let slack = self.unit.saturating_mul(half_units).saturating_add(self.doubt);
        ClaimAtPlace { holds, gap: self.printed.saturating_sub(computed), slack, computed, missing: 0, filled: 2 }
    }
}

fn product(claim: &Claim, at: usize, view: &View<'_>) -> Option<ClaimAtPlace> {
    let figure = |line: usize| view.at(claim.axis, line, at).figure();
    let (printed, one, other) = (figure(claim.target)?, figure(claim.parts[0].line)?, figure(claim.parts[1].line)?);
    if one.value == 0 || other.value == 0 {
        return None;
    }
    let wide = |it: Figure| (i128::from(it.value), i128::from(it.unit));
    let ((a, a_unit), (b, b_unit)) = (wide(one), wide(other));
    let scale = i128::from(view.sheet.one());
    let (whole, rest) = ((a * b) / scale, (a * b) % scale);
    let computed = whole + i128::from(2 * rest.abs() >= scale) * (a * b).signum();
    let gap = i128::from(printed.value) - computed;
    let slack = i128::from(printed.unit) + (a.abs() * b_unit + b.abs() * a_unit + scale - 1) / scale;
    // A whole product of whole figures is exact; with a rest, it was rounded to the scale.
    let slack = if rest == 0 { slack } else { slack.max(1) };
    Some(ClaimAtPlace { holds: 2 * gap.abs() <= slack, gap, slack, computed, missing: 0, filled: 2 })
}

/// The bounds of target / part that rounding leaves, as fractions; for figures above zero.
pub(super) fn bounds(printed: Figure, part: Figure, one: i64) -> Option<((i128, i128), (i128, i128))> {
    let (x, y) = (2 * i128::from(printed.value), 2 * i128::from(part.value));
    let (unit, part_unit) = (i128::from(printed.step(one)), i128::from(part.unit));
    let fine = x >= 0 && y > part_unit;
    fine.then_some(((x - unit, y + part_unit), (x + unit, y - part_unit)))
}

fn proportional(claim: &Claim, at: usize, view: &View<'_>, factor: (i128, i128)) -> Option<ClaimAtPlace> {
    let figure = |line: usize| view.at(claim.axis, line, at).figure();
    let (printed, part) = (figure(claim.target)?, figure(claim.parts[0].line)?);
    if printed.percent && part.percent {
        return None;
    }
    let one = view.sheet.one();
    let (low, high) = bounds(printed, part, one)?;
    let not_above = |a: (i128, i128), b: (i128, i128)| Some(a.0.checked_mul(b.1)? <= b.0.checked_mul(a.1)?);
    let holds = not_above(low, factor)? && not_above(factor, high)?;
    let computed = i128::from(part.value).checked_mul(factor.0)?.checked_add(factor.1 / 2)? / factor.1;
    let gap = i128::from(printed.value) - computed;
    let slack = i128::from(printed.step(one));
    Some(ClaimAtPlace { holds, gap, slack, computed, missing: 0, filled: 1 })
}

fn running(claim: &Claim, at: usize, view: &View<'_>, (back, chain): (bool, usize)) -> Option<ClaimAtPlace> {
    let before = view.sheet.neighbour(at, back, chain)?;
    let here = view.cell(at, claim.target).figure()?;
    let (last, step) = (view.cell(before, claim.target).figure()?, view.cell(at, claim.parts[0].line).figure()?);
    let computed = i128::from(last.value) + i128::from(step.value);
    let gap = i128::from(here.value) - computed;
    let slack = i128::from(here.unit) + i128::from(last.unit) + i128::from(step.unit);
    let filled = usize::from(step.value != 0) * 2;
    Some(ClaimAtPlace { holds: 2 * gap.abs() <= slack, gap, slack, computed, missing: 0, filled })
}

fn hundred(claim: &Claim, at: usize, view: &View<'_>) -> Option<ClaimAtPlace> {
    let one = view.sheet.one();
    let (mut sum, mut slack, mut filled) = (0_i128, 0_i128, 0);
    for part in &claim.parts {
        let it = view.at(claim.axis, part.line, at).figure()?;
        sum += i128::from(it.value);
        slack += i128::from(it.step(one));
        filled += usize::from(it.value != 0);
    }
    if filled == 0 {
        return None;
    }
    let gap = sum - 100 * i128::from(one);
    Some(ClaimAtPlace { holds: 2 * gap.abs() <= slack, gap, slack, computed: sum, missing: 0, filled })
}

fn aggregate(claim: &Claim, at: usize, view: &View<'_>) -> Option<ClaimAtPlace> {
    let printed = view.at(claim.axis, claim.target, at).figure()?;
    let one = view.sheet.one();
    let (mut sum, mut unit, mut number) = (0_i128, 0_i128, 0_i128);
    let (mut largest, mut smallest) = (i64::MIN, i64::MAX);
    for part in &claim.parts {
        let Some(it) = view.at(claim.axis, part.line, at).figure() else { continue };
        if it.percent != printed.percent {
            return None;
        }
        (sum, number, unit) = (sum + i128::from(it.value), number + 1, unit.max(it.unit.into()));
        (largest, smallest) = (largest.max(it.value), smallest.min(it.value));
    }
    if number < 2 {
        return None;
    }
    let (value, step) = (i128::from(printed.value), i128::from(printed.step(one)));
    let (computed, holds) = match claim.form {
        Form::Maximum => (i128::from(largest), 2 * (value - i128::from(largest)).abs() <= step),
        Form::Minimum => (i128::from(smallest), 2 * (value - i128::from(smallest)).abs() <= step),
        _ => {
            let mean = (sum + sum.signum() * (number / 2)) / number;
            (mean, 2 * (value * number - sum).abs() <= (step + unit) * number)
        }
    };
    let filled = usize::try_from(number).unwrap_or(usize::MAX);
    Some(ClaimAtPlace { holds, gap: value - computed, slack: step + unit, computed, missing: 0, filled })
}

/// The spread of the parts of a place: what a mean or an extreme could have been.
pub(super) fn spread(claim: &Claim, at: usize, view: &View<'_>) -> i128 {
    let values = claim.parts.iter().filter_map(|it| view.at(claim.axis, it.line, at).value());
    let (low, high) = values.fold((i64::MAX, i64::MIN), |it, value| (it.0.min(value), it.1.max(value)));
    if low > high { 0 } else { i128::from(high) - i128::from(low) }
}
