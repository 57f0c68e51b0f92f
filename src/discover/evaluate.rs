//! A claim over all places of a table: where it holds, where it breaks, and what that tells.

use std::collections::HashMap;

use statrs::function::erf::erf;

use super::claim::{Axis, Broken, Claim, Cut, Form, Lines, Origin, RelationKind, Term, View, count, size};
use super::figures::Class;
use super::judge::{ClaimAtPlace, judge, ratio, spread};

/// One place that was judged.
pub(super) type Seen = (usize, ClaimAtPlace);

/// The least chance that one place is credited with, as it may be no accident.
const CHANCE_MIN: f64 = 1e-9;
const QUOTIENT_CHANCE_MIN: f64 = 1e-6;
/// Places compared with each other's parts to see how much fits by accident.
const SHUFFLED_MAX: usize = 40;
/// Of so many parts, the largest, it is asked what the others say without them.
const HELD_STILL_MAX: usize = 3;

/// Judges a claim at all places, and weighs what held.
pub(super) fn evaluate(claim: &mut Claim, lines: &Lines<'_>) {
    claim.held.clear();
    claim.broken.clear();
    claim.open.clear();
    claim.informing = 0;
    claim.information = 0.0;
    claim.allowance = 0;
    match claim.form {
        Form::Linear => linear(claim, lines),
        Form::Distance => distance(claim, lines),
        Form::Quotient { .. } | Form::Growth { .. } => of_quotient(claim, lines),
        Form::Proportional { .. } => proportional(claim, lines),
        Form::Running { .. } => running(claim, lines),
        Form::Steady { .. } => steady(claim, lines),
        Form::Ordered { .. } | Form::Ranked { .. } => ordered(claim, lines),
        Form::Product | Form::Hundred | Form::Mean | Form::Maximum | Form::Minimum => plain(claim, lines),
    }
}

/// How many of the first sampled places hold, of how many that can be checked.
pub(super) fn glance(claim: &Claim, lines: &Lines<'_>, places: usize) -> (usize, usize) {
    let view = View::of(lines.sheet);
    let judged = lines.sample(places).iter().filter_map(|&at| judge(claim, at, &view));
    judged.fold((0, 0), |(held, all), it| (held + usize::from(it.holds || it.missing > 0), all + 1))
}

fn judge_all(claim: &mut Claim, lines: &Lines<'_>) -> Vec<Seen> {
    let view = View::of(lines.sheet);
    let seen: Vec<Seen> = lines.places.iter().filter_map(|&at| Some((at, judge(claim, at, &view)?))).collect();
    for (at, it) in &seen {
        sort_in(claim, *at, it);
    }
    seen
}

fn sort_in(claim: &mut Claim, at: usize, it: &ClaimAtPlace) {
    if it.holds {
        claim.held.push(at);
    } else {
        claim.broken.push(Broken { at, gap: it.gap, computed: it.computed });
    }
}

fn linear(claim: &mut Claim, lines: &Lines<'_>) {
    let view = View::of(lines.sheet);
    let seen: Vec<Seen> = lines.places.iter().filter_map(|&at| Some((at, judge(claim, at, &view)?))).collect();
    let mut gaps_missing = Vec::new();
    let mut held_missing = Vec::new();
    for (at, it) in &seen {
        match (it.missing > 0, it.holds) {
            (true, false) => gaps_missing.push((*at, *it)),
            (true, true) => held_missing.push((*at, *it)),
            _ => sort_in(claim, *at, it),
        }
    }
    // Where parts are missing and the rest mostly does not add up, a place where it does is no evidence.
    let at_random = gaps_missing.len() > 2 * held_missing.len();
    for (at, it) in held_missing.iter().filter(|_| !at_random) {
        sort_in(claim, *at, it);
    }
    claim.held.sort_unstable();
    let held_missing = held_missing.len();
    // A missing part counts as nothing only where the table shows that it does,
    // or where it is the one exception.
    let as_zero = held_missing >= 3 && held_missing >= 2 * gaps_missing.len();
    let exception = claim.axis == Axis::Columns
        && held_missing == 0
        && claim.held.len() >= 4
        && gaps_missing.len() <= (claim.held.len() / 10).max(1);
    if as_zero || exception {
        for (at, it) in &gaps_missing {
            sort_in(claim, *at, it);
        }
        claim.broken.sort_by_key(|it| it.at);
    }
    let counts = |it: &Seen| it.1.holds && (it.1.missing == 0 || !at_random);
    let mut held: Vec<Seen> = seen.into_iter().filter(counts).collect();
    allow_rounding(claim, lines, &mut held);
    inform(claim, lines, &held);
}

/// Whether gaps are those of figures that were rounded: as many as that leaves are none, and the
/// others go both ways.
fn looks_rounded(claim: &Claim, near: &[Broken]) -> bool {
    // The sum of so many errors of half a unit at most is about normal.
    let deviation = (count(claim.parts.len() + 1) / 12.0).sqrt();
    let exact = erf(0.5 / (deviation * std::f64::consts::SQRT_2));
    let above = near.iter().filter(|it| it.gap > 0).count();
    let fewer = above.min(near.len() - above);
    let all = count(claim.held.len() + near.len());
    let by_chance = (all * exact * (1.0 - exact)).sqrt();
    count(claim.held.len()) >= 0.5 * exact * all - by_chance && (near.len() < 5 || fewer * 5 >= near.len())
}

/// Whole figures that were rounded each on its own: many small gaps, both ways, of large totals.
fn allow_rounding(claim: &mut Claim, lines: &Lines<'_>, held: &mut Vec<Seen>) {
    if claim.broken.len() < 2 || claim.held.is_empty() {
        return;
    }
    let places = || claim.held.iter().copied().chain(claim.broken.iter().map(|it| it.at));
    let all_lines = claim.lines();
    let figures = || places().flat_map(|at| all_lines.iter().filter_map(move |&it| lines.figure(it, at)));
    let one = i128::from(lines.sheet.one());
    if figures().any(|it| it.unit != 0 && i128::from(it.value) % one != 0) {
        return;
    }
    let mut unit = one;
    while unit < one * 1_000_000_000 && figures().all(|it| i128::from(it.value) % (unit * 10) == 0) {
        unit *= 10;
    }
    let allowance = (i128::try_from(claim.parts.len()).unwrap_or(i128::MAX) + 1) * unit;
    let near: Vec<Broken> = claim.broken.iter().copied().filter(|it| 2 * it.gap.abs() <= allowance).collect();
    let mut totals: Vec<u64> =
        claim.held.iter().filter_map(|&it| lines.value(claim.target, it)).map(i64::unsigned_abs).collect();
    totals.sort_unstable();
    let median = totals.get(totals.len() / 2).copied().unwrap_or(0);
    // Rates of two digits are rounded, too: seen where many gaps are of a unit, and hardly any of more.
    let of_rates = near.len() >= 8 && near.len() * 10 >= claim.broken.len() * 9;
    let percent = if of_rates { 8 } else { 15 };
    let often = near.len() >= 2 && near.len() * 100 >= percent * claim.checked();
    let both_ways = near.iter().any(|it| it.gap > 0) && near.iter().any(|it| it.gap < 0);
    let median_min = if of_rates { 10 } else { 100 };
    if !often || !both_ways || i128::from(median) < median_min * unit || !looks_rounded(claim, &near) {
        return;
    }
    claim.allowance = allowance;
    claim.broken.retain(|it| 2 * it.gap.abs() > allowance);
    claim.held.extend(near.iter().map(|it| it.at));
    claim.held.sort_unstable();
    for (_, it) in held.iter_mut() {
        it.slack = allowance;
    }
    held.extend(near.iter().map(|it| {
        (
            it.at,
            ClaimAtPlace { holds: true, gap: it.gap, slack: allowance, computed: it.computed, missing: 0, filled: 2 },
        )
    }));
}

/// How improbable the held places of a sum are by accident.
fn inform(claim: &mut Claim, lines: &Lines<'_>, held: &[Seen]) {
    let one = lines.sheet.one();
    let by_accident = shuffled(claim, lines, held);
    for (at, it) in held {
        let Some(total) = lines.figure(claim.target, *at) else { continue };
        let unit = if total.unit == 0 { size(one.into()) } else { 1.0 };
        let magnitude = size(i128::from(total.value).abs().max(it.computed.abs()));
        let chance = ((size(it.slack) + unit) / (magnitude + 2.0 * unit)).min(1.0);
        let told = -chance.max(by_accident).max(CHANCE_MIN).log10();
        match it.filled {
            0 => {}
            1 => claim.information += 0.3 * told,
            _ => {
                claim.informing += 1;
                claim.information += told;
            }
        }
    }
}

/// How often the total of one place fits the parts of another: what keeps small counts honest.
///
/// The larger parts are also taken from both sides, one at a time: where what is left of a
/// total fits what is left of the parts of any other place, the relation only says that two
/// lines are alike, as neighbours on a smooth map are, or a count and itself plus nothing or one.
fn shuffled(claim: &Claim, lines: &Lines<'_>, held: &[Seen]) -> f64 {
    if claim.axis == Axis::Rows || held.len() < 4 {
        return 0.0;
    }
    let some = compared(lines, held);
    let place = |(at, it): &&Seen| Some((i128::from(lines.value(claim.target, *at)?), it.computed, it.slack));
    let whole: Vec<(i128, i128, i128)> = some.iter().filter_map(place).collect();
    let mut most = share_fitting(&whole);
    // A total over just the lines that its heading stands for, and points, need not fear that.
    let is_asked = claim.labelled && (claim.origin == Origin::Natural || claim.kind == RelationKind::Weighted);
    if claim.parts.len() < 2 || is_asked {
        return most;
    }
    for part in larger_parts(claim, lines, &some) {
        let part_of = |at: usize| i128::from(part.weight) * i128::from(lines.value(part.line, at).unwrap_or(0));
        let rest = |(at, it): &&Seen| {
            let total = i128::from(lines.value(claim.target, *at)?);
            Some((total - part_of(*at), it.computed - part_of(*at), it.slack))
        };
        most = most.max(share_fitting(&some.iter().filter_map(rest).collect::<Vec<_>>()));
    }
    most
}

/// The held places that are compared with each other: those where two parts and more count, if there are some.
fn compared<'a>(lines: &Lines<'_>, held: &'a [Seen]) -> Vec<&'a Seen> {
    let full: Vec<&Seen> = held.iter().filter(|it| it.1.filled >= 2).collect();
    let all = if full.len() >= 4 { full } else { held.iter().collect() };
    if all.len() <= SHUFFLED_MAX {
        return all;
    }
    let by_place: HashMap<usize, &Seen> = all.iter().map(|it| (it.0, *it)).collect();
    let sampled: Vec<&Seen> = lines.sampled.iter().filter_map(|it| by_place.get(it).copied()).collect();
    let some = if sampled.len() >= 4 { sampled } else { all };
    some.into_iter().take(SHUFFLED_MAX).collect()
}

/// The parts that make up most of the total at some places.
fn larger_parts(claim: &Claim, lines: &Lines<'_>, some: &[&Seen]) -> Vec<Term> {
    let weight = |it: &Term| -> u128 {
        let values = some.iter().filter_map(|seen| lines.value(it.line, seen.0));
        values.map(|value| u128::from(value.unsigned_abs()) * u128::from(it.weight.unsigned_abs())).sum()
    };
    let mut parts: Vec<(u128, Term)> = claim.parts.iter().map(|it| (weight(it), *it)).collect();
    parts.sort_by_key(|it| std::cmp::Reverse(it.0));
    parts.into_iter().take(HELD_STILL_MAX).map(|it| it.1).collect()
}

/// How many pairs of places, the total of one and the sum of the other, agree within the slack.
fn share_fitting(places: &[(i128, i128, i128)]) -> f64 {
    let mut fits = 0;
    for (a, one) in places.iter().enumerate() {
        fits += places.iter().enumerate().filter(|(b, it)| a != *b && 2 * (one.0 - it.1).abs() <= one.2).count();
    }
    let pairs = places.len() * places.len().saturating_sub(1);
    if pairs == 0 { 0.0 } else { count(fits) / count(pairs) }
}

fn distance(claim: &mut Claim, lines: &Lines<'_>) {
    let seen = judge_all(claim, lines);
    let held: Vec<&Seen> = seen.iter().filter(|it| it.1.holds).collect();
    let mut alike: HashMap<i128, usize> = HashMap::new();
    for it in &held {
        *alike.entry(it.1.computed).or_default() += 1;
    }
    claim.informing = held.len();
    for (_, it) in held.iter().filter(|it| it.1.computed != 0) {
        let common = count(alike[&it.computed] - 1) / count(held.len()) * 0.9;
        let chance = (size(it.slack) + 1.0) / (size(it.computed) + 2.0);
        claim.information -= common.max(chance).clamp(CHANCE_MIN, 1.0).log10();
    }
}

/// Products, sums to a hundred, means and extremes.
fn plain(claim: &mut Claim, lines: &Lines<'_>) {
    let seen = judge_all(claim, lines);
    let view = View::of(lines.sheet);
    let one = lines.sheet.one();
    for (at, it) in seen.iter().filter(|it| it.1.holds) {
        let printed = lines.value(claim.target, *at).map_or(0.0, |it| size(i128::from(it).abs()));
        let unit = size(one.into());
        match claim.form {
            Form::Product => {
                let (row, _) = claim.axis.cell(claim.target, *at);
                let trivial =
                    claim.parts.iter().any(|it| lines.sheet.value(row, it.line).is_some_and(|it| it.abs() == one));
                if !trivial {
                    claim.informing += 1;
                    claim.information -=
                        ((size(it.slack) + unit) / (printed + 1.0)).clamp(QUOTIENT_CHANCE_MIN, 1.0).log10();
                }
            }
            Form::Hundred => {
                claim.informing += 1;
                claim.information += (100.0 * unit / (size(it.slack) + unit)).max(1.0).log10();
            }
            _ => {
                let slack = size(it.slack);
                let chance = slack / (size(spread(claim, *at, &view)) + slack).max(1.0);
                claim.informing += usize::from(chance < 0.5);
                claim.information -= chance.clamp(QUOTIENT_CHANCE_MIN, 1.0).log10();
            }
        }
    }
}

fn running(claim: &mut Claim, lines: &Lines<'_>) {
    let seen = judge_all(claim, lines);
    let step = |at: usize| lines.value(claim.parts[0].line, at).unwrap_or(0);
    let mut alike: HashMap<i64, usize> = HashMap::new();
    for it in &seen {
        *alike.entry(step(it.0)).or_default() += 1;
    }
    let (mut informing, mut information) = (0, 0.0);
    for (at, it) in seen.iter().filter(|it| it.1.holds && step(it.0) != 0) {
        let common = count(alike[&step(*at)] - 1) / count(seen.len());
        let chance = (size(it.slack) + 1.0) / (size(i128::from(step(*at)).abs()) + 2.0);
        let chance = common.max(chance).clamp(CHANCE_MIN, 1.0);
        informing += usize::from(chance < 0.5);
        information -= chance.log10();
    }
    (claim.informing, claim.information) = (informing, information);
}

fn steady(claim: &mut Claim, lines: &Lines<'_>) {
    let seen = judge_all(claim, lines);
    let held = seen.iter().filter(|it| it.1.holds);
    claim.information = held.map(|it| super::steady::information(&it.1)).sum();
    claim.informing = claim.held.len();
}

/// An order of rows: one of all that so many rows may stand in.
fn ordered(claim: &mut Claim, lines: &Lines<'_>) {
    let seen = judge_all(claim, lines);
    claim.informing = seen.iter().filter(|it| it.1.holds && it.1.filled > 0).count();
    claim.information = (1..=claim.informing).map(|it| count(it).log10()).sum();
}

/// Decides whether the quotients are rounded or cut off, then judges them so.
fn of_quotient(claim: &mut Claim, lines: &Lines<'_>) {
    let view = View::of(lines.sheet);
    let seen: Vec<_> = lines.places.iter().filter_map(|&at| Some((at, ratio(claim, at, &view)?))).collect();
    let near: Vec<_> = seen.iter().filter(|it| it.1.within(2, false)).collect();
    let rounded = near.iter().filter(|it| it.1.within(1, false)).count();
    let truncated = near.iter().filter(|it| it.1.within(2, true)).count();
    let cut = if (near.len() - rounded) * 10 <= near.len() {
        Cut::Rounded
    } else if truncated * 20 >= near.len() * 19 {
        Cut::Truncated
    } else {
        Cut::Loose
    };
    if let Form::Quotient { cut: known, .. } | Form::Growth { cut: known, .. } = &mut claim.form {
        *known = cut;
    }
    let mut values: Vec<i128> = seen.iter().map(|it| it.1.computed()).collect();
    values.sort_unstable();
    let quantile = |tenths: usize| values.get(values.len().saturating_sub(1) * tenths / 10).copied().unwrap_or(0);
    let spread = size(quantile(9) - quantile(1));
    let mut alike: HashMap<i64, usize> = HashMap::new();
    for it in &seen {
        *alike.entry(lines.value(claim.target, it.0).unwrap_or(0)).or_default() += 1;
    }
    for (at, ratio) in &seen {
        let it = ratio.judged(cut);
        sort_in(claim, *at, &it);
        let printed = lines.value(claim.target, *at).unwrap_or(0);
        let (unit, doubt) = (size(ratio.unit), size(ratio.doubt) / 2.0);
        if !it.holds
            || printed == 0
            || divides_by_one(claim, lines, *at)
            || doubt >= 0.3 * size(i128::from(printed).abs()) + unit
        {
            continue;
        }
        let chance = if spread > 0.0 { (size(it.slack) + doubt) / (spread + unit) } else { 1.0 };
        let common = count(alike[&printed] - 1) / count(seen.len()) * 0.8;
        let chance = chance.max(common);
        // A column that mostly says the same follows any two that are mostly alike.
        if chance < 0.5 {
            claim.informing += 1;
            claim.information -= chance.max(QUOTIENT_CHANCE_MIN).log10();
        }
    }
}

/// Whether a place divides by one, which tells nothing of a division.
fn divides_by_one(claim: &Claim, lines: &Lines<'_>, at: usize) -> bool {
    match &claim.form {
        Form::Quotient { below, power: 0, .. } => {
            matches!(below.as_slice(), [only] if lines.value(only.line, at) == Some(lines.sheet.one()))
        }
        _ => false,
    }
}

/// Finds the factor that most places agree on, then judges them by it.
fn proportional(claim: &mut Claim, lines: &Lines<'_>) {
    let Some((factor, kinds)) = super::proportional::factor(claim, lines) else { return };
    claim.form = Form::Proportional { factor };
    let seen = judge_all(claim, lines);
    if kinds < 4 {
        return;
    }
    for (at, it) in seen.iter().filter(|it| it.1.holds) {
        let printed = lines.value(claim.target, *at).unwrap_or(0);
        let part = lines.figure(claim.parts[0].line, *at);
        let relative = size(it.slack) / size(i128::from(printed).max(1));
        let part = part.map_or(0.0, |it| size(it.unit.into()) / size(i128::from(it.value).max(1)));
        let chance = 2.0 * (relative + part) / 2.0;
        if printed != 0 && chance < 0.5 {
            claim.informing += 1;
            claim.information -= chance.max(QUOTIENT_CHANCE_MIN).log10();
        }
    }
    // One place's worth pays for the factor, which was free.
    claim.information -= if claim.informing > 0 { 2.0 } else { 0.0 };
}

/// Whether a column may stand in for a count in proposals.
pub(super) fn is_figure(class: Class) -> bool {
    !matches!(class, Class::Year | Class::Rank)
}
