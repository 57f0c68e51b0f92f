//! The figures that would mend a break: for each of its cells, what it would have to be.

use super::claim::{Axis, Broken, Claim, Form, Term};
use super::figures::Sheet;
use super::instances::CellAt;

/// Each cell of a break with the value that mends it.
pub(super) fn mending(claim: &Claim, broken: &Broken, sheet: &Sheet<'_>) -> Vec<(CellAt, i64)> {
    let values = match &claim.form {
        Form::Linear => linear(claim, broken, sheet),
        Form::Running { .. } => running(claim, broken, sheet),
        Form::Distance => distance(claim, broken, sheet),
        Form::Steady { .. } => {
            let values = super::steady::mended(claim, broken.at, sheet).into_iter();
            values.map(|it| ((broken.at, claim.target), it.into())).collect()
        }
        Form::Ordered { .. } => {
            let values = super::order::mended(claim, broken.at, sheet).into_iter();
            values.map(|it| ((broken.at, claim.target), it.into())).collect()
        }
        Form::Ranked { .. } => vec![((broken.at, claim.target), broken.computed)],
        Form::Hundred => hundred(claim, broken, sheet),
        Form::Product => product(claim, broken, sheet),
        Form::Quotient { above, below, power, .. } => quotient(claim, broken, sheet, (above, below, *power)),
        Form::Growth { .. } => {
            let target = (broken.at, claim.target);
            vec![(target, rounded(broken.computed, 1, target, sheet))]
        }
        Form::Proportional { factor } => proportional(claim, broken, sheet, *factor),
        Form::Mean | Form::Maximum | Form::Minimum => {
            let cell = claim.axis.cell(claim.target, broken.at);
            vec![(cell, rounded(broken.computed, 1, cell, sheet))]
        }
    };
    let fits = |(cell, value): (CellAt, i128)| {
        let value = i64::try_from(value).ok()?;
        let lane = &sheet.lanes[cell.1];
        let sign = value >= 0 || lane.negative || sheet.value(cell.0, cell.1).is_some_and(|it| it < 0);
        let other = sheet.value(cell.0, cell.1) != Some(value);
        (sign && other).then_some((cell, value))
    };
    values.into_iter().filter_map(fits).collect()
}

fn value(sheet: &Sheet<'_>, cell: CellAt) -> Option<i128> {
    sheet.value(cell.0, cell.1).map(i128::from)
}

/// The fraction rounded to the last printed unit of a cell.
fn rounded(above: i128, below: i128, cell: CellAt, sheet: &Sheet<'_>) -> i128 {
    let one = sheet.one();
    let unit = sheet.cell(cell.0, cell.1).figure().map_or(one, |it| it.step(one));
    let step = below.checked_mul(i128::from(unit)).unwrap_or(i128::MAX).max(1);
    (above + above.signum() * (step / 2)) / step * i128::from(unit)
}

fn linear(claim: &Claim, broken: &Broken, sheet: &Sheet<'_>) -> Vec<(CellAt, i128)> {
    let mend = |&(cell, factor): &(CellAt, i64)| {
        let factor = i128::from(factor);
        if factor == 0 || broken.gap % factor != 0 {
            return None;
        }
        let change = -broken.gap / factor;
        let Some(figure) = sheet.cell(cell.0, cell.1).figure() else {
            return (sheet.cell(cell.0, cell.1) == super::figures::Cell::Missing).then_some((cell, change));
        };
        let new = i128::from(figure.value) + change;
        let last = 10_i128.pow(u32::from(sheet.scale - figure.places));
        (new % last == 0 || figure.unit != 0).then_some((cell, new))
    };
    claim.cells(broken.at, sheet).iter().filter_map(mend).collect()
}

fn running(claim: &Claim, broken: &Broken, sheet: &Sheet<'_>) -> Vec<(CellAt, i128)> {
    let signed = claim.cells(broken.at, sheet).into_iter();
    signed.filter_map(|(cell, factor)| Some((cell, value(sheet, cell)? - broken.gap * i128::from(factor)))).collect()
}

fn distance(claim: &Claim, broken: &Broken, sheet: &Sheet<'_>) -> Vec<(CellAt, i128)> {
    let cell = |line: usize| claim.axis.cell(line, broken.at);
    let (apart, one, other) = (cell(claim.target), cell(claim.parts[0].line), cell(claim.parts[1].line));
    let (Some(z), Some(a), Some(b)) = (value(sheet, apart), value(sheet, one), value(sheet, other)) else {
        return Vec::new();
    };
    let all = [(apart, (a - b).abs()), (one, b + z), (one, b - z), (other, a + z), (other, a - z)];
    all.into_iter().filter(|it| it.1 >= 0).collect()
}

fn hundred(claim: &Claim, broken: &Broken, sheet: &Sheet<'_>) -> Vec<(CellAt, i128)> {
    let cells = claim.parts.iter().map(|it| claim.axis.cell(it.line, broken.at));
    let mended = cells.filter_map(|it| Some((it, value(sheet, it)? - broken.gap)));
    mended.filter(|it| it.1 >= 0).collect()
}

fn product(claim: &Claim, broken: &Broken, sheet: &Sheet<'_>) -> Vec<(CellAt, i128)> {
    let cell = |line: usize| claim.axis.cell(line, broken.at);
    let (total, one, other) = (cell(claim.target), cell(claim.parts[0].line), cell(claim.parts[1].line));
    let (Some(x), Some(a), Some(b)) = (value(sheet, total), value(sheet, one), value(sheet, other)) else {
        return Vec::new();
    };
    let scale = i128::from(sheet.one());
    let mut all = vec![(total, rounded(a * b, scale, total, sheet))];
    for (cell, known) in [(one, b), (other, a)] {
        if known != 0 {
            all.push((cell, rounded(x * scale * known.signum(), known.abs(), cell, sheet)));
        }
    }
    all
}

type Fraction<'a> = (&'a [Term], &'a [Term], i32);

fn quotient(claim: &Claim, broken: &Broken, sheet: &Sheet<'_>, fraction: Fraction<'_>) -> Vec<(CellAt, i128)> {
    let target = claim.axis.cell(claim.target, broken.at);
    let mut all = vec![(target, rounded(broken.computed, 1, target, sheet))];
    let ([above], [below], power) = fraction else { return all };
    let (above, below) = (claim.axis.cell(above.line, broken.at), claim.axis.cell(below.line, broken.at));
    let (Some(x), Some(a), Some(b)) = (value(sheet, target), value(sheet, above), value(sheet, below)) else {
        return all;
    };
    let by = 10_i128.pow(power.unsigned_abs());
    // printed × scale^-1 = by × a / b
    let one = i128::from(sheet.one());
    let (up, down) = if power >= 0 { (by, 1) } else { (1, by) };
    let (Some(xb), Some(a_by)) =
        (x.checked_mul(b).and_then(|it| it.checked_mul(down)), a.checked_mul(one).and_then(|it| it.checked_mul(up)))
    else {
        return all;
    };
    all.push((above, rounded(xb, one * up, above, sheet)));
    if let Some(divisor) = x.abs().checked_mul(down).filter(|it| *it != 0) {
        all.push((below, rounded(a_by * x.signum(), divisor, below, sheet)));
    }
    all
}

fn proportional(claim: &Claim, broken: &Broken, sheet: &Sheet<'_>, factor: (i128, i128)) -> Vec<(CellAt, i128)> {
    let target = Axis::Columns.cell(claim.target, broken.at);
    let part = Axis::Columns.cell(claim.parts[0].line, broken.at);
    let mut all = vec![(target, rounded(broken.computed, 1, target, sheet))];
    if let Some(scaled) = value(sheet, target).and_then(|it| it.checked_mul(factor.1)).filter(|_| factor.0 > 0) {
        all.push((part, rounded(scaled, factor.0, part, sheet)));
    }
    all
}
