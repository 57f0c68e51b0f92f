//! Mends a claim that is nearly right: a part too many, a part that is missing.

use std::collections::BTreeMap;

use super::claim::{Claim, Form, Lines, RelationKind, Term, count};
use super::evaluate::{evaluate, is_figure};
use super::figures::Class;
use super::words::Senses;

/// Broken places that are looked at to see which line is missing.
const BREAKS_MAX: usize = 40;

/// Drops parts that hardly ever contribute, then looks twice for a part too many or too few.
pub(super) fn refine(claim: Claim, lines: &Lines<'_>) -> Claim {
    let claim = trim(claim, lines);
    let extended = extend(claim, lines);
    extend(extended, lines)
}

/// The claim over other parts, evaluated.
fn over(claim: &Claim, parts: Vec<Term>, tries: f64, lines: &Lines<'_>) -> Claim {
    let mut other = Claim { parts, tries, ..claim.clone() };
    lines.budget.spend(lines.places.len() * other.parts.len());
    evaluate(&mut other, lines);
    other
}

fn trim(mut claim: Claim, lines: &Lines<'_>) -> Claim {
    if claim.kind != RelationKind::Sum {
        return claim;
    }
    while claim.parts.len() > 2 {
        let last = claim.parts.len() - 1;
        let contributes = |line: usize, at: usize| lines.value(line, at).is_some_and(|it| it != 0);
        let idle = |it: &(usize, Term)| {
            let filled = claim.held.iter().filter(|&&at| contributes(it.1.line, at)).count();
            filled * 10 <= claim.held.len()
        };
        let parts: Vec<(usize, Term)> = claim.parts.iter().copied().enumerate().collect();
        let ends = parts.iter().copied().filter(|it| it.0 == 0 || it.0 == last);
        // Inner parts are dropped only where that mends: a block has no holes by itself.
        let inner = parts.iter().copied().filter(|it| it.0 > 0 && it.0 < last && !claim.broken.is_empty());
        let shorter = ends.chain(inner).filter(idle).find_map(|(index, end)| {
            let parts = claim.parts.iter().copied().filter(|it| *it != end).collect();
            let other = over(&claim, parts, claim.tries, lines);
            let holds = other.held.len() * 100 >= claim.held.len() * 98;
            let fewer = other.broken.len() < claim.broken.len();
            // What has figures where the claim breaks is left out only if that mends them.
            let is_outer = (index == 0 || index == last) && !claim.broken.iter().any(|it| contributes(end.line, it.at));
            let better = other.held.len() > claim.held.len() || (is_outer && other.broken.len() <= claim.broken.len());
            (holds && (better || fewer)).then_some(other)
        });
        match shorter {
            Some(it) => claim = it,
            None => break,
        }
    }
    claim
}

/// Adds the line that most gaps equal, or takes away the part that they equal.
fn extend(claim: Claim, lines: &Lines<'_>) -> Claim {
    // What hardly ever holds is no relation that lacks a part.
    let nearly = (0.2..0.97).contains(&claim.share());
    if claim.broken.len() < 2 || !nearly || !claim.is_linear() || lines.budget.is_spent() {
        return claim;
    }
    let Some((line, weight, seen)) = commonest_gap(&claim, lines) else { return claim };
    if seen < 2 || seen * 10 < claim.broken.len().min(BREAKS_MAX) * 4 {
        return claim;
    }
    let mut parts = claim.parts.clone();
    if weight == 0 {
        parts.retain(|it| it.line != line);
    } else {
        parts.push(Term { line, weight });
    }
    if parts.len() < 2 {
        return claim;
    }
    let tries = claim.tries * 2.0 * count(lines.all.len());
    let other = over(&claim, parts, tries, lines);
    let better = other.held.len() > claim.held.len() && other.broken.len() * 10 <= claim.broken.len() * 6;
    if better { other } else { claim }
}

/// The line that explains most gaps: with which weight it would be added (0: taken away).
fn commonest_gap(claim: &Claim, lines: &Lines<'_>) -> Option<(usize, i64, usize)> {
    let weight_of = |line: usize| claim.parts.iter().find(|it| it.line == line).map(|it| it.weight);
    let mut votes: BTreeMap<(usize, i64), usize> = BTreeMap::new();
    for broken in claim.broken.iter().take(BREAKS_MAX) {
        if !lines.budget.spend(lines.all.len()) {
            return None;
        }
        for &line in &lines.all {
            let Some(it) = lines.figure(line, broken.at).filter(|it| it.value != 0) else { continue };
            let year = lines.axis == super::Axis::Columns && lines.sheet.lanes[line].class == Class::Year;
            if line == claim.target || year {
                continue;
            }
            let (value, unit) = (i128::from(it.value), i128::from(it.unit));
            let plus = (value - broken.gap).abs() <= unit;
            let minus = (value + broken.gap).abs() <= unit;
            match weight_of(line) {
                None => {
                    if plus {
                        *votes.entry((line, 1)).or_default() += 1;
                    }
                    if minus {
                        *votes.entry((line, -1)).or_default() += 1;
                    }
                }
                Some(1) if minus => *votes.entry((line, 0)).or_default() += 1,
                Some(_) => {}
            }
        }
    }
    let best = votes.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))?;
    Some((best.0.0, best.0.1, best.1))
}

/// Mends a quotient by one more column: draws that count half, a part taken from the base.
pub(super) fn refine_quotient(claim: Claim, lines: &Lines<'_>) -> Claim {
    const NEAR: usize = 8;
    if claim.broken.len() < 2 || claim.share() >= 0.97 || claim.share() <= 0.5 {
        return claim;
    }
    let Form::Quotient { above, below, power, cut } = claim.form.clone() else { return claim };
    let mut best = claim.clone();
    let fits = |line: &usize| {
        let class = lines.sheet.lanes[*line].class;
        let used = *line == claim.target || claim.parts.iter().any(|it| it.line == *line);
        !used && line.abs_diff(claim.target) <= NEAR && is_figure(class) && class == Class::Count
    };
    for line in lines.all.iter().copied().filter(fits) {
        let and = |terms: &[Term], weight: i64| {
            let mut terms = terms.to_vec();
            terms.push(Term { line, weight });
            terms
        };
        let mut variants =
            vec![(above.clone(), and(&below, -2)), (above.clone(), and(&below, 2)), (and(&above, 2), below.clone())];
        if lines.senses(line).has(Senses::TIE) {
            variants.extend([(and(&above, 1), below.clone()), (and(&above, 1), and(&below, 2))]);
        }
        for (above, below) in variants {
            if !lines.budget.spend(lines.places.len() * 4) {
                return best;
            }
            let mut parts = claim.parts.clone();
            parts.push(Term { line, weight: 1 });
            let form = Form::Quotient { above, below, power, cut };
            let tries = claim.tries * count(lines.all.len()) * 5.0;
            let mut other = Claim { form, parts, tries, ..claim.clone() };
            evaluate(&mut other, lines);
            if other.broken.len() * 10 < best.broken.len() * 6 && other.held.len() >= best.held.len() {
                best = other;
            }
        }
    }
    best
}
