//! Whether a total row that does not add up in a column is wrong there, or was never a sum.

use super::claim::{Broken, Claim, Lines, View};
use super::digits::slip_between;
use super::figures::Class;
use super::words::Senses;
use crate::slip::SlipKind;

/// Whether a break of a row relation may be a fault: the column adds up, and the
/// figure is not the mean, the extreme or the number of the others.
pub(super) fn is_fault(claim: &Claim, broken: &Broken, lines: &Lines<'_>) -> bool {
    let sheet = lines.sheet;
    let lane = &sheet.lanes[broken.at];
    let extreme = Senses::MAXIMUM.or(Senses::MINIMUM);
    if lane.class != Class::Count || lane.senses.has(extreme) {
        return false;
    }
    let parts: Vec<i128> =
        claim.parts.iter().filter_map(|it| lines.value(it.line, broken.at)).map(i128::from).collect();
    let Some(total) = lines.figure(claim.target, broken.at).filter(|_| !parts.is_empty()) else { return false };
    let (printed, one) = (i128::from(total.value), i128::from(sheet.one()));
    if !slips(claim, broken, lines).is_empty() {
        return broken.gap.abs() <= 20 * broken.computed.abs().max(1);
    }
    let number = i128::try_from(parts.len()).unwrap_or(i128::MAX);
    let low = parts.iter().min().copied().unwrap_or(0);
    let high = parts.iter().max().copied().unwrap_or(0);
    let ends = [parts[0], parts[parts.len() - 1]];
    if [low, high, 0, number * one].contains(&printed) || ends.contains(&printed) {
        return false;
    }
    let sum: i128 = parts.iter().sum();
    if (printed * number - sum).abs() <= i128::from(total.step(sheet.one())).max(1) * number {
        return false;
    }
    4 * broken.gap.abs() <= broken.computed.abs().max(printed.abs())
}

/// The cells of a break that one slip mends, each with its value and the slip.
pub(super) fn slips(claim: &Claim, broken: &Broken, lines: &Lines<'_>) -> Vec<((usize, usize), i64, SlipKind)> {
    let view = View::of(lines.sheet);
    let mended = |&((row, lane), factor): &((usize, usize), i64)| {
        let it = view.cell(row, lane).figure()?;
        let factor = i128::from(factor);
        if factor == 0 || broken.gap % factor != 0 {
            return None;
        }
        let value = i64::try_from(i128::from(it.value) - broken.gap / factor).ok()?;
        let last = 10_i64.pow(u32::from(lines.sheet.scale - it.places));
        let slip = (value % last == 0).then(|| slip_between(it.value / last, value / last))??;
        Some(((row, lane), value, slip))
    };
    claim.cells(broken.at, lines.sheet).iter().filter_map(mended).collect()
}
