//! Whether a total row that does not add up in a column is wrong there, or was never a sum.

use super::claim::{Broken, Claim, Lines, View};
use super::digits::slip_between;
use super::figures::Class;
use super::words::Senses;
use crate::slip::SlipKind;

/// So many other columns have to add up before one that is far from it is a fault: of 8,258 tables
/// of Wikipedia one has such a column, and its total is wrong.
const OTHERS_MIN: usize = 3;

/// What a total that is not the sum of its rows is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nature {
    /// Perhaps wrong: the column adds up.
    Fault,
    /// Wrong, or no sum: nothing tells.
    Open,
    /// No sum: the mean, the extreme or the number of the others, or of figures that do not add up.
    NoSum,
}

/// Keeps the breaks of a row relation that may be faults, and lays aside those that are open.
pub(super) fn sort(claim: &mut Claim, lines: &Lines<'_>) {
    let broken = std::mem::take(&mut claim.broken);
    let natures: Vec<Nature> = broken.iter().map(|it| nature(claim, it, lines)).collect();
    let with = |wanted: Nature| broken.iter().zip(&natures).filter(move |it| *it.1 == wanted).map(|it| *it.0);
    let open: Vec<Broken> = with(Nature::Open).collect();
    // The one column that does not add up, of a row that says it is a total, or of a series.
    let is_alone = |it: &Broken| {
        let alike = || claim.held.iter().filter(|&&held| are_a_series(lines, held, it.at)).count();
        open.len() == 1 && claim.held.len() >= OTHERS_MIN && (claim.labelled || alike() >= OTHERS_MIN)
    };
    let (mut faults, mut left): (Vec<Broken>, Vec<Broken>) = (with(Nature::Fault).collect(), Vec::new());
    for it in &open {
        if is_alone(it) { faults.push(*it) } else { left.push(*it) }
    }
    faults.sort_by_key(|it| it.at);
    (claim.broken, claim.open) = (faults, left);
}

/// Whether two columns are of one series: their headings differ in numbers alone, as years and quarters do.
fn are_a_series(lines: &Lines<'_>, one: usize, other: usize) -> bool {
    let sheet = lines.sheet;
    let parts = |lane: usize| {
        let heading = sheet.heading(lane);
        let words: String = heading.chars().filter(|it| !it.is_ascii_digit()).collect();
        (words.trim().to_lowercase(), heading.chars().any(|it| it.is_ascii_digit()))
    };
    let (one, other) = (parts(one), parts(other));
    one == other && one.1
}

fn nature(claim: &Claim, broken: &Broken, lines: &Lines<'_>) -> Nature {
    let sheet = lines.sheet;
    let lane = &sheet.lanes[broken.at];
    let extreme = Senses::MAXIMUM.or(Senses::MINIMUM);
    if lane.class != Class::Count || lane.senses.has(extreme) {
        return Nature::NoSum;
    }
    let parts: Vec<i128> =
        claim.parts.iter().filter_map(|it| lines.value(it.line, broken.at)).map(i128::from).collect();
    let Some(total) = lines.figure(claim.target, broken.at).filter(|_| !parts.is_empty()) else {
        return Nature::NoSum;
    };
    let (printed, one) = (i128::from(total.value), i128::from(sheet.one()));
    if parts.iter().all(|it| *it == printed) {
        // The same in every row: a year, a quarter.
        return Nature::NoSum;
    }
    if !slips(claim, broken, lines).is_empty() {
        let is_near = broken.gap.abs() <= 20 * broken.computed.abs().max(1);
        return if is_near { Nature::Fault } else { Nature::Open };
    }
    let number = i128::try_from(parts.len()).unwrap_or(i128::MAX);
    let low = parts.iter().min().copied().unwrap_or(0);
    let high = parts.iter().max().copied().unwrap_or(0);
    let ends = [parts[0], parts[parts.len() - 1]];
    if [low, high, 0, number * one].contains(&printed) || ends.contains(&printed) {
        return Nature::NoSum;
    }
    let sum: i128 = parts.iter().sum();
    if (printed * number - sum).abs() <= i128::from(total.step(sheet.one())).max(1) * number {
        return Nature::NoSum;
    }
    let is_near = 4 * broken.gap.abs() <= broken.computed.abs().max(printed.abs());
    if is_near { Nature::Fault } else { Nature::Open }
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
