//! Looks for the relations between columns, and between rows.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::additive;
use super::choose::choose;
use super::claim::{Axis, Claim, Form, Lines, Origin, RelationKind, Term, count};
use super::evaluate::{evaluate, glance, is_figure};
use super::evidence::{STEPS, weigh};
use super::figures::Class;
use super::lines::{Order, column_orders};
use super::pairs::{balances, pairs, triples};
use super::refine::{refine, refine_quotient};
use super::sums::{Proposals, blocks, blocks_anywhere, natural};
use super::words::Senses;
use super::{order, outline, proportional, quotients, series, steady, tariff, weighted, within};

/// Up to so many places a claim is judged at all of them without a glance at a few.
const GLANCE_ABOVE: usize = 60;
const GLANCE: usize = 24;
/// How often rows are looked through anew with what was found taken out.
const PASSES: usize = 3;
const ORDERS_MAX: usize = 6;

/// The relations between columns.
pub(super) fn columns(lines: &Lines<'_>) -> Vec<Claim> {
    if lines.all.is_empty() || lines.sheet.rows < 3 {
        return Vec::new();
    }
    let mut claims: Vec<Claim> = Vec::new();
    if lines.all.len() >= 3 {
        claims.extend(column_sums(lines).into_iter().filter_map(|it| sum_of_columns(it, lines)));
        let apart: Vec<Claim> = claims.iter().filter_map(|it| unsigned(it, lines)).collect();
        claims.extend(apart.into_iter().filter_map(|it| sum_of_columns(it, lines)));
        claims.extend(quotients::quotients(lines).into_iter().filter_map(|it| other(it, lines)).map(|it| {
            let mut it = refine_quotient(it, lines);
            weigh(&mut it, lines);
            it
        }));
    }
    let others = quotients::products(lines)
        .into_iter()
        .chain(series::hundreds(lines))
        .chain(series::running(lines))
        .chain(series::growths(lines))
        .chain(steady::steady(lines))
        .chain(order::ordered(lines))
        .chain(order::ranks(lines))
        .chain(series::aggregates(lines))
        .chain(proportional::proportional(lines));
    claims.extend(others.filter_map(|it| other(it, lines)));
    let kept = choose(claims, lines, Vec::new());
    let of_some = |it: &Lines<'_>| -> Vec<Claim> {
        column_sums(it).into_iter().filter_map(|claim| sum_of_columns(claim, it)).collect()
    };
    if lines.all.len() >= 3 { within::sums(lines, kept, of_some) } else { kept }
}

fn column_sums(lines: &Lines<'_>) -> Vec<Claim> {
    let mut found = Proposals::new();
    let orders = column_orders(lines);
    for order in &orders {
        natural(lines, order, &mut found);
    }
    for order in &orders {
        blocks(lines, order, &mut found);
    }
    let figures: Vec<usize> = lines.all.iter().copied().filter(|&it| is_figure(lines.sheet.lanes[it].class)).collect();
    blocks_anywhere(lines, &figures, &mut found);
    pairs(lines, true, &mut found);
    triples(lines, &mut found);
    balances(lines, &mut found);
    weighted::weighted(lines, &mut found);
    found.claims
}

/// The distance that a difference may be, where it breaks by its sign alone.
fn unsigned(claim: &Claim, lines: &Lines<'_>) -> Option<Claim> {
    let turned =
        |at: usize, computed: i128| lines.value(claim.target, at).is_some_and(|it| i128::from(it) == -computed);
    let by_sign = claim.kind == RelationKind::Difference
        && !lines.sheet.lanes[claim.target].negative
        && claim.broken.iter().any(|it| it.computed != 0 && turned(it.at, it.computed));
    by_sign.then(|| {
        let (kind, parts) = (RelationKind::Distance, claim.parts.clone());
        Claim::new(Axis::Columns, kind, Form::Distance, claim.target, parts, claim.tries * 2.0)
    })
}

/// Judges a claim everywhere, unless a glance shows that it holds nearly nowhere.
fn judged(mut claim: Claim, lines: &Lines<'_>, share_min: f64) -> Option<Claim> {
    let places = lines.places.len();
    if places > GLANCE_ABOVE {
        if !lines.budget.spend(GLANCE * (claim.parts.len() + 1)) {
            return None;
        }
        let (held, seen) = glance(&claim, lines, GLANCE);
        if seen >= 8 && count(held) < share_min * count(seen) {
            return None;
        }
    }
    if !lines.budget.spend(places * (claim.parts.len() + 1)) {
        return None;
    }
    evaluate(&mut claim, lines);
    Some(claim)
}

fn sum_of_columns(mut claim: Claim, lines: &Lines<'_>) -> Option<Claim> {
    if tariff::is_tariff(&claim, lines) {
        return None;
    }
    let senses = lines.senses(claim.target);
    claim.labelled = match claim.kind {
        RelationKind::Sum => lines.may_be_total(claim.target),
        RelationKind::Weighted => senses.has(Senses::POINTS),
        _ => senses.has(Senses::DIFFERENCE.or(Senses::TOTAL)),
    };
    let mut claim = judged(claim, lines, 0.3)?;
    if claim.kind != RelationKind::Distance {
        if claim.held.len() < 2 {
            return None;
        }
        claim = refine(claim, lines);
    }
    weigh(&mut claim, lines);
    Some(claim)
}

/// Any relation of columns that is no sum.
fn other(claim: Claim, lines: &Lines<'_>) -> Option<Claim> {
    let mut claim = judged(claim, lines, 0.35)?;
    let (class, senses) = (lines.sheet.lanes[claim.target].class, lines.senses(claim.target));
    claim.labelled |= match claim.form {
        Form::Quotient { .. } | Form::Growth { .. } => {
            matches!(class, Class::Percent | Class::Average) || senses.has(Senses::DIFFERENCE)
        }
        Form::Proportional { .. } => class == Class::Percent,
        Form::Running { .. } => {
            let step = lines.senses(claim.parts[0].line);
            senses.has(Senses::RUNNING.or(Senses::TOTAL)) || step.has(Senses::FRESH.or(Senses::DIFFERENCE))
        }
        Form::Hundred => true,
        Form::Product => senses.has(Senses::AMOUNT.or(Senses::TOTAL)),
        _ => lines.is_total(claim.target),
    };
    if claim.form == Form::Hundred && claim.checked() < 4 {
        return None;
    }
    weigh(&mut claim, lines);
    Some(claim)
}

/// The relations between rows.
pub(super) fn rows(lines: &Lines<'_>) -> Vec<Claim> {
    if lines.places.is_empty() || lines.all.len() < 3 || lines.sheet.rows < 3 {
        return Vec::new();
    }
    let mut kept = Vec::new();
    let mut maybe: Vec<Claim> = Vec::new();
    for pass in 0..PASSES {
        let Some(orders) = row_orders(lines, &kept, &maybe, pass) else { break };
        let mut found = Proposals::new();
        if pass == 0 {
            propose_outline(lines, &mut found);
        }
        for order in &orders {
            natural(lines, order, &mut found);
        }
        for order in &orders {
            blocks(lines, order, &mut found);
        }
        if pass == 0 {
            let small = lines.sheet.rows <= GLANCE_ABOVE;
            if small {
                blocks_anywhere(lines, &lines.all, &mut found);
            }
            pairs(lines, small, &mut found);
            balances(lines, &mut found);
        }
        let standing = Standing::of(lines, &orders);
        let mut claims: Vec<Claim> = found
            .claims
            .into_iter()
            .filter(|it| is_plausible(it, lines, &standing))
            .filter_map(|it| sum_of_rows(it, lines))
            .collect();
        lend(&mut claims);
        lend_along(&mut claims);
        let before = kept.len();
        if pass == 0 {
            maybe = claims.iter().filter(|it| may_be_subtotal(it)).cloned().collect();
        }
        kept = choose(claims, lines, kept);
        kept = choose(subtotals(&maybe, &kept), lines, kept);
        if kept.len() == before && (pass > 0 || maybe.is_empty()) {
            break;
        }
    }
    kept.extend(series::aggregates(lines).into_iter().filter_map(|it| aggregate_of_rows(it, lines)));
    grouped(lines, &mut kept);
    kept
}

/// All rows first; then without the parts of what was found, and without totals but one.
fn row_orders(lines: &Lines<'_>, kept: &[Claim], maybe: &[Claim], pass: usize) -> Option<Vec<Order>> {
    let order = |lines: Vec<usize>| Order { lines, stride: false };
    if pass == 0 {
        return Some(vec![order(lines.all.clone())]);
    }
    let of = |it: &Claim| it.parts.iter().map(|it| it.line).collect::<Vec<usize>>();
    let parts: HashSet<usize> = kept.iter().filter(|it| it.share() >= 0.6).flat_map(of).collect();
    let totals: BTreeSet<usize> = kept.iter().map(|it| it.target).collect();
    if totals.is_empty() && maybe.is_empty() {
        return None;
    }
    let without = |keep: &dyn Fn(&usize) -> bool| order(lines.all.iter().copied().filter(|it| keep(it)).collect());
    let mut orders = vec![without(&|it| !parts.contains(it)), without(&|it| !totals.contains(it))];
    let more: HashSet<usize> = maybe.iter().flat_map(of).filter(|it| !parts.contains(it)).collect();
    if !more.is_empty() {
        orders.push(without(&|it| !parts.contains(it) && !more.contains(it)));
    }
    for total in totals.iter().take(ORDERS_MAX.saturating_sub(orders.len())) {
        orders.push(without(&|it| !totals.contains(it) || it == total));
    }
    Some(orders)
}

/// Below this chance a row may be the total of those beside it, if a larger total skips these.
const SUBTOTAL_MAX: f64 = -5.0;
/// What it lends to a subtotal that a larger total takes it in place of its parts.
const TAKEN: f64 = -4.0;

/// Whether a sum that no label tells of may be one, though some of its figures are wrong.
fn may_be_subtotal(claim: &Claim) -> bool {
    let adds_up = claim.held.len() >= 2 && claim.broken.len() <= claim.held.len() && claim.open.is_empty();
    claim.kind == RelationKind::Sum && !claim.labelled && adds_up && claim.chance < SUBTOTAL_MAX
}

/// Subtotals that a total which says so takes in place of their parts: the table is built that way.
fn subtotals(maybe: &[Claim], kept: &[Claim]) -> Vec<Claim> {
    let takes = |total: &Claim, it: &Claim| {
        let has = |line: usize| total.parts.iter().any(|part| part.line == line);
        let in_place = has(it.target) && !it.parts.iter().any(|it| has(it.line));
        total.labelled && total.broken.len() <= total.held.len() && in_place
    };
    let is_new = |it: &&Claim| !kept.iter().any(|known| known.target == it.target);
    let taken = maybe.iter().filter(is_new).filter(|it| kept.iter().any(|total| takes(total, it)));
    taken.map(|it| Claim { labelled: true, lent: TAKEN, ..it.clone() }).collect()
}

fn propose_outline(lines: &Lines<'_>, found: &mut Proposals) {
    let known: HashSet<usize> = lines.all.iter().copied().collect();
    let parents = outline::parents(lines.sheet);
    let tries = count(parents.len());
    for (parent, children) in parents {
        let children: Vec<usize> = children.into_iter().filter(|it| known.contains(it)).collect();
        if known.contains(&parent) && children.len() >= 2 {
            found.add(Claim { origin: Origin::Outline, ..Claim::sum(Axis::Rows, parent, &children, tries) });
        }
    }
}

/// Rows add up by accident more easily: without a label only neighbours are believed.
fn is_plausible(claim: &Claim, lines: &Lines<'_>, standing: &Standing<'_>) -> bool {
    let named = |line: usize| lines.senses(line).has(Senses::DIFFERENCE);
    match claim.kind {
        RelationKind::Difference => named(claim.target),
        RelationKind::Balance => named(claim.target) || claim.parts.iter().any(|it| named(it.line)),
        _ => {
            let stands_by = claim.origin != Origin::Seen || standing.is_adjacent(claim);
            lines.is_total(claim.target) || (stands_by && standing.is_named(claim, lines))
        }
    }
}

/// Rows of one label that can still be told apart: in each group of a table one.
const SAME_LABELS_MAX: usize = 60;

/// Where the rows of a table stand in each of several orders, and how often each label stands there.
struct Standing<'a> {
    places: Vec<HashMap<usize, usize>>,
    labels: HashMap<&'a str, usize>,
}

impl<'a> Standing<'a> {
    fn of(lines: &'a Lines<'_>, orders: &[Order]) -> Self {
        let places = |it: &Order| it.lines.iter().enumerate().map(|it| (*it.1, it.0)).collect();
        let mut labels = HashMap::new();
        for &it in &lines.all {
            *labels.entry(lines.label(it)).or_default() += 1;
        }
        Self { places: orders.iter().map(places).collect(), labels }
    }

    /// Whether the label of a sum is that of none of its parts, and of few other rows: `yes` and `no` name no rows.
    fn is_named(&self, claim: &Claim, lines: &Lines<'_>) -> bool {
        let own = lines.label(claim.target);
        let is_rare = || self.labels.get(own).is_none_or(|it| *it <= SAME_LABELS_MAX);
        own.is_empty() || (claim.parts.iter().all(|it| lines.label(it.line) != own) && is_rare())
    }

    fn is_adjacent(&self, claim: &Claim) -> bool {
        self.places.iter().any(|places| {
            let at: Option<Vec<usize>> = claim.parts.iter().map(|it| places.get(&it.line).copied()).collect();
            let (Some(at), Some(&total)) = (at, places.get(&claim.target)) else { return false };
            let (first, last) = (at.iter().min().copied().unwrap_or(0), at.iter().max().copied().unwrap_or(0));
            last - first + 1 == at.len() && (last + 1 == total || total + 1 == first)
        })
    }
}

fn sum_of_rows(claim: Claim, lines: &Lines<'_>) -> Option<Claim> {
    if tariff::is_tariff(&claim, lines) {
        return None;
    }
    let mut claim = judged(claim, lines, 0.2)?;
    claim.labelled = lines.is_total(claim.target) || claim.origin == Origin::Outline || is_for_all(&mut claim, lines);
    additive::sort(&mut claim, lines);
    weigh(&mut claim, lines);
    Some(claim)
}

/// Below this chance a sum of two rows may be a step of a statement.
const STEP_MAX: f64 = -2.0;
/// So many steps of a statement make each other believed.
const STEPS_MIN: usize = 3;

/// Steps of a statement lend each other evidence: a result and what is taken from it or added
/// make the next result, "Gross profit + Overheads = Operating profit".
fn lend_along(claims: &mut [Claim]) {
    let is_step = |it: &Claim| {
        let [first, other] = it.parts.as_slice() else { return false };
        let stands = first.line + 1 == other.line && other.line + 1 == it.target;
        stands && it.kind == RelationKind::Sum && it.broken.is_empty() && it.open.is_empty() && it.chance < STEP_MAX
    };
    let steps: BTreeSet<usize> = claims.iter().filter(|it| is_step(it)).map(|it| it.target).collect();
    let reach = |from: usize, by: isize| {
        let next = |it: &usize| it.checked_add_signed(by).filter(|it| steps.contains(it));
        std::iter::successors(next(&from), next).count()
    };
    for claim in claims.iter_mut().filter(|it| is_step(it)) {
        if 1 + reach(claim.target, -2) + reach(claim.target, 2) >= STEPS_MIN {
            claim.lent = claim.lent.min(STEPS);
        }
    }
}

/// Below this chance a row that is for all of something is its total: not all that is called so adds up.
const ALL_MAX: f64 = -4.0;

/// Whether a row is for all that stands before or behind it by its label, and adds up in most columns.
fn is_for_all(claim: &mut Claim, lines: &Lines<'_>) -> bool {
    let may_be = claim.origin == Origin::Natural && claim.held.len() >= 2 && lines.names_all(claim.target);
    if may_be {
        weigh(claim, lines);
    }
    may_be && claim.chance < ALL_MAX
}

/// Labelled totals that are built alike lend each other evidence.
fn lend(claims: &mut [Claim]) {
    let behind = |it: &Claim| it.parts.last().is_some_and(|last| last.line < it.target);
    let is_labelled_sum = |it: &Claim| it.labelled && it.kind == RelationKind::Sum;
    let siblings: BTreeSet<(bool, usize)> = claims
        .iter()
        .filter(|it| is_labelled_sum(it) && it.share() >= 0.6 && it.chance < -3.0)
        .map(|it| (behind(it), it.target))
        .collect();
    let number = |side: bool| siblings.iter().filter(|it| it.0 == side).count();
    let numbers = [number(false), number(true)];
    for claim in claims.iter_mut().filter(|it| is_labelled_sum(it)) {
        let side = behind(claim);
        let others = numbers[usize::from(side)] - usize::from(siblings.contains(&(side, claim.target)));
        let first = claim.parts.first().map_or(usize::MAX, |it| it.line);
        let last = claim.parts.last().map_or(usize::MAX, |it| it.line);
        let near = last.checked_add(1) == Some(claim.target) || first == claim.target + 1;
        if near || claim.origin == Origin::Outline {
            claim.lent = match others {
                0 => claim.lent,
                1 => -1.5,
                _ => -3.0,
            };
        }
    }
}

fn aggregate_of_rows(claim: Claim, lines: &Lines<'_>) -> Option<Claim> {
    let mut claim = judged(claim, lines, 0.35)?;
    weigh(&mut claim, lines);
    (claim.chance < -4.0 && claim.share() >= 0.7 && claim.held.len() >= 2).then_some(claim)
}

/// Totals of groups in long format: the evidence is pooled over all groups.
fn grouped(lines: &Lines<'_>, kept: &mut Vec<Claim>) {
    for groups in outline::groups(lines.sheet) {
        let mut claims: Vec<Claim> = Vec::new();
        for (total, rows) in &groups {
            if !lines.budget.spend(rows.len() * lines.places.len()) {
                return;
            }
            let mut claim = Claim { origin: Origin::Groups, ..Claim::sum(Axis::Rows, *total, rows, 1.0) };
            evaluate(&mut claim, lines);
            additive::sort(&mut claim, lines);
            claims.push(Claim { labelled: true, ..claim });
        }
        kept.extend(pooled(claims, lines, kept));
    }
}

fn pooled(mut claims: Vec<Claim>, lines: &Lines<'_>, kept: &[Claim]) -> Vec<Claim> {
    let mut by_place: HashMap<usize, (usize, usize)> = HashMap::new();
    for claim in &claims {
        claim.held.iter().for_each(|it| by_place.entry(*it).or_default().0 += 1);
        claim.broken.iter().for_each(|it| by_place.entry(it.at).or_default().1 += 1);
    }
    let adds_up = |at: usize| {
        let (held, broken) = by_place.get(&at).copied().unwrap_or_default();
        held >= 3 && held * 10 >= (held + broken) * 7
    };
    for claim in &mut claims {
        claim.held.retain(|it| adds_up(*it));
        claim.broken.retain(|it| adds_up(it.at));
        claim.open.retain(|it| adds_up(it.at));
    }
    let held: usize = claims.iter().map(|it| it.held.len()).sum();
    let broken: usize = claims.iter().map(|it| it.broken.len()).sum();
    let information: f64 = claims.iter().map(|it| it.information).sum();
    if held < 3 || held * 10 < (held + broken) * 7 || information <= 6.0 {
        return Vec::new();
    }
    let terms = |it: &Claim| -> (usize, Vec<Term>) {
        let mut parts = it.parts.clone();
        parts.sort_unstable();
        (it.target, parts)
    };
    let have: HashSet<(usize, Vec<Term>)> = kept.iter().map(terms).collect();
    claims.retain(|it| it.checked() > 0 && !have.contains(&terms(it)));
    for claim in &mut claims {
        weigh(claim, lines);
        claim.lent = -(information - claim.information).clamp(0.0, 12.0);
        claim.groups = Some((held, broken));
    }
    claims
}
