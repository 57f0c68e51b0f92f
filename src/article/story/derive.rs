//! What can be worked out of the cells that a sentence may mean.

use super::place::{Number, Story};
use super::sheet::{Micro, Unit};
use crate::article::judge::Case;
use crate::article::table::ONE;

/// Whether a number is a difference, a sum or a share of cells that its sentence may mean.
pub(super) fn is_derived(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    let levels = story.levels(case, number.mention);
    let rows: Vec<usize> = (0..levels.len()).filter(|it| levels[*it] >= 1 || story.sheet.is_total[*it]).collect();
    let measures = &story.sheet.measures;
    for (at, measure) in measures.iter().enumerate() {
        let values = &measure.values;
        if values.iter().flatten().any(|it| number.fits(case, *it)) {
            return true;
        }
        for &row in &rows {
            let Some(own) = values[row] else { continue };
            for (other, second) in values.iter().enumerate() {
                let Some(second) = second.filter(|_| other != row) else { continue };
                if pair(case, number, own, second) {
                    return true;
                }
            }
            for (next, other) in measures.iter().enumerate() {
                let Some(second) = other.values[row].filter(|_| next != at) else { continue };
                if pair(case, number, own, second) {
                    return true;
                }
            }
        }
        let parts: Vec<Micro> =
            rows.iter().filter(|it| !story.sheet.is_total[**it]).filter_map(|it| values[*it]).collect();
        if parts.len() > 1 && number.fits(case, parts.iter().sum()) {
            return true;
        }
    }
    false
}

/// Whether a number is worked out of the table in a way that needs no words: the sum of a column
/// or of a row, a difference of two cells of one row or column, or how many rows there are.
pub(super) fn is_worked_out(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    let all = &story.sheet.measures;
    let rows: Vec<usize> = (0..story.sheet.rows()).filter(|it| !story.sheet.is_total[*it]).collect();
    let counted = i128::try_from(rows.len()).is_ok_and(|it| number.value == it * ONE);
    let mut lines: Vec<Vec<Micro>> =
        all.iter().map(|it| rows.iter().filter_map(|row| it.values[*row]).collect()).collect();
    let across = |row: &usize| -> Vec<Micro> {
        all.iter().filter(|it| !it.is_change && it.unit != Unit::Percent).filter_map(|it| it.values[*row]).collect()
    };
    lines.extend((0..story.sheet.rows()).collect::<Vec<_>>().iter().map(across));
    counted
        || lines.iter().any(|it| {
            let differs = |a: &Micro| it.iter().any(|b| a > b && number.fits(case, a - b));
            it.len() > 1 && (number.fits(case, it.iter().sum()) || it.iter().any(differs))
        })
}

/// Whether a percentage is a cell in percent, a share of another cell of a row, or of the total.
pub(super) fn is_rate(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, row: usize) -> bool {
    let measures = &story.sheet.measures;
    let fits = |it: Option<Micro>| it.is_some_and(|it| fits_rounded(case, number, it));
    let own: Vec<Micro> =
        measures.iter().filter(|it| it.unit != Unit::Percent).filter_map(|it| it.values[row]).collect();
    let printed = measures.iter().filter(|it| it.unit == Unit::Percent).flat_map(|it| it.values.iter().flatten());
    let shares = own.iter().flat_map(|a| own.iter().map(|b| (*a, *b)));
    let whole = story
        .sheet
        .total()
        .into_iter()
        .flat_map(|total| measures.iter().map(move |it| (it.values[row], it.values[total])));
    printed.into_iter().any(|it| fits(Some(*it)))
        || shares.into_iter().any(|(a, b)| fits(percent(a, b)))
        || whole.into_iter().any(|(a, b)| fits(a.zip(b).and_then(|(a, b)| percent(a, b))))
}

/// Whether a number is the difference, the sum, or in percent the share or the change of two values.
fn pair(case: &Case<'_>, number: &Number, a: Micro, b: Micro) -> bool {
    if number.unit == Unit::Percent {
        return percent(a, b).is_some_and(|it| fits_rounded(case, number, it))
            || growth(b, a).is_some_and(|it| fits_rounded(case, number, it.abs()));
    }
    number.fits(case, a - b) || number.fits(case, a + b)
}

/// One value as a percentage of another.
pub(super) fn percent(part: Micro, whole: Micro) -> Option<Micro> {
    (whole != 0).then(|| part.checked_mul(100)?.checked_mul(ONE)?.checked_div(whole)).flatten()
}

/// The change from one value to another in percent.
pub(super) fn growth(from: Micro, to: Micro) -> Option<Micro> {
    percent(to - from, from.abs())
}

/// Whether a value that was worked out would be printed so.
pub(super) fn fits_rounded(case: &Case<'_>, number: &Number, value: Micro) -> bool {
    let mention = &case.mentions[number.mention];
    if mention.hedged {
        return mention.inner.as_ref().is_some_and(|it| it.holds(&super::place::exact(value)));
    }
    (number.value - value).abs() <= half(number)
}

/// Half of the last printed digit.
pub(super) fn half(number: &Number) -> Micro {
    if number.half > 0 { number.half.min(ONE / 2) } else { ONE / 2 }
}
