//! Relations that were found, as what a sieve counts: each over the plain cells
//! of a record, with the printed precision as its only slack.
//!
//! What is worked out here holds for sure where [`Proposed::verify`] has it hold;
//! the other way round it may not be sure, and then the record is handed out.

use crate::discover::{Arithmetic, Cut, Proposed, Relation, RelationTerm};
use crate::plan::{Condition, Holds, Term};
use crate::source::delimited::sieve::Counted;
use crate::table::Table;

const LESS: Holds = [true, false, false];
const AT_MOST: Holds = [true, true, false];
const EQUAL: Holds = [false, true, false];
const UNEQUAL: Holds = [true, false, true];
const MORE: Holds = [false, false, true];

type Number = Term<usize>;

/// A relation as what is counted; none where it is of another form.
pub(super) fn counted(proposed: &Proposed, at: usize, table: &Table) -> Option<Counted> {
    let relation = &proposed.relations()[at];
    let position = |it: usize| table.columns[it].position as usize;
    let target = position(relation.target);
    let terms: Vec<(usize, i128)> =
        relation.terms.iter().map(|it| (position(it.line), i128::from(it.weight))).collect();
    let parts: Vec<usize> = terms.iter().map(|it| it.0).collect();
    let all: Vec<usize> = std::iter::once(target).chain(parts.iter().copied()).collect();
    let halves = |it: &[RelationTerm]| it.iter().map(|it| (position(it.line), i128::from(it.weight))).collect();
    let whole = |holds| Counted { filled: all.clone(), some: Vec::new(), when: None, holds };
    Some(match &relation.arithmetic {
        Arithmetic::Linear => {
            let takes_blanks = proposed.takes_blanks(at);
            let filled = if takes_blanks { vec![target] } else { all.clone() };
            let some = if takes_blanks { parts } else { Vec::new() };
            Counted { filled, some, when: None, holds: linear(target, &terms, relation)? }
        }
        Arithmetic::Distance => whole(distance(target, *parts.first()?, *parts.get(1)?)),
        Arithmetic::Product => product(&all)?,
        Arithmetic::Quotient { above, below, power, cut } => {
            let quotient = Quotient { target, above: halves(above), below: halves(below), power: *power };
            Counted { when: Some(compare(quotient.below(), UNEQUAL, number(0))), ..whole(quotient.holds(*cut)?) }
        }
        Arithmetic::Proportional { factor } => {
            let (x, y) = (target, *parts.first()?);
            let when = Condition::All(vec![
                compare(column(x), [false, true, true], number(0)),
                compare(times(number(2), column(y)), MORE, Term::Unit(y)),
            ]);
            Counted { when: Some(when), ..whole(proportional(x, y, *factor)) }
        }
        Arithmetic::Hundred => {
            let gap = sum(parts.iter().map(|it| column(*it)).chain([number(-100)]));
            let slack = sum(parts.iter().map(|it| Term::Step(*it)));
            Counted { filled: parts, ..whole(compare(times(number(2), size(gap)), AT_MOST, slack)) }
        }
        Arithmetic::Mean => {
            let count = number(i128::try_from(parts.len()).ok()?);
            let gap = less(times(column(target), count.clone()), sum(parts.iter().map(|it| column(*it))));
            whole(compare(times(number(2), size(gap)), AT_MOST, times(Term::Step(target), count)))
        }
        Arithmetic::Maximum => whole(extreme(target, &parts, 1)),
        Arithmetic::Minimum => whole(extreme(target, &parts, -1)),
        Arithmetic::Growth { .. }
        | Arithmetic::Running { .. }
        | Arithmetic::Steady
        | Arithmetic::Ordered { .. }
        | Arithmetic::Ranked { .. } => return None,
    })
}

fn column(it: usize) -> Number {
    Term::Column(it)
}

fn number(it: i128) -> Number {
    Term::Constant(it, 0)
}

fn times(one: Number, other: Number) -> Number {
    Term::Product(Box::new([one, other]))
}

fn sum(terms: impl Iterator<Item = Number>) -> Number {
    Term::Sum(terms.map(|it| (false, it)).collect())
}

fn less(one: Number, other: Number) -> Number {
    Term::Sum(vec![(false, one), (true, other)])
}

fn size(it: Number) -> Number {
    Term::Size(Box::new(it))
}

fn compare(left: Number, holds: Holds, right: Number) -> Condition<usize> {
    Condition::Compare(left, holds, right)
}

/// Lines with what each counts.
fn weighted(terms: &[(usize, i128)], of: fn(usize) -> Number) -> Vec<(bool, Number)> {
    let one = |&(at, weight): &(usize, i128)| {
        let it = of(at);
        (weight < 0, if weight.abs() == 1 { it } else { times(number(weight.abs()), it) })
    };
    terms.iter().map(one).collect()
}

/// What printed precision hides of a sum, twice.
fn units(terms: &[(usize, i128)]) -> Number {
    let sizes: Vec<(usize, i128)> = terms.iter().map(|it| (it.0, it.1.abs())).collect();
    Term::Sum(weighted(&sizes, Term::Unit))
}

fn linear(target: usize, terms: &[(usize, i128)], relation: &Relation) -> Option<Condition<usize>> {
    let total = Term::Sum(weighted(terms, Term::Column));
    let exact = compare(column(target), EQUAL, total.clone());
    let gap = times(number(2), size(less(column(target), total)));
    let slack = sum([units(terms), Term::Unit(target)].into_iter());
    // Most are equal to the last digit, which is quickly seen.
    let mut ways = vec![exact, compare(gap.clone(), AT_MOST, slack)];
    if relation.allowance.units > 0 {
        let decimals = u8::try_from(-relation.allowance.exponent).ok()?;
        ways.push(compare(gap, AT_MOST, Term::Constant(relation.allowance.units, decimals)));
    }
    Some(Condition::Any(ways))
}

fn distance(target: usize, one: usize, other: usize) -> Condition<usize> {
    let gap = less(column(target), size(less(column(one), column(other))));
    let slack = sum([target, one, other].into_iter().map(Term::Unit));
    compare(times(number(2), size(gap)), AT_MOST, slack)
}

fn product(all: &[usize]) -> Option<Counted> {
    let [target, one, other] = *all else { return None };
    let gap = less(column(target), times(column(one), column(other)));
    let of = |it: usize, unit: usize| times(size(column(it)), Term::Unit(unit));
    let slack = sum([Term::Unit(target), of(one, other), of(other, one)].into_iter());
    let is_filled = |it: usize| compare(column(it), UNEQUAL, number(0));
    Some(Counted {
        filled: all.to_vec(),
        some: Vec::new(),
        when: Some(Condition::All(vec![is_filled(one), is_filled(other)])),
        holds: compare(times(number(2), size(gap)), AT_MOST, slack),
    })
}

fn proportional(x: usize, y: usize, (above, below): (i128, i128)) -> Condition<usize> {
    let twice = |it: usize| times(number(2), column(it));
    let by = |it: Number, factor: i128| times(it, number(factor));
    let least = compare(
        by(less(twice(x), Term::Step(x)), below),
        AT_MOST,
        by(sum([twice(y), Term::Unit(y)].into_iter()), above),
    );
    let most = compare(
        by(less(twice(y), Term::Unit(y)), above),
        AT_MOST,
        by(sum([twice(x), Term::Step(x)].into_iter()), below),
    );
    Condition::All(vec![least, most])
}

/// The target is one of the parts within its last digit, and none is above it;
/// below it with the sign turned.
fn extreme(target: usize, parts: &[usize], sign: i128) -> Condition<usize> {
    let twice = |it: usize| times(number(2 * sign), column(it));
    let above = |it: &usize| compare(twice(*it), AT_MOST, sum([twice(target), Term::Step(target)].into_iter()));
    let near = |it: &usize| compare(size(less(twice(target), twice(*it))), AT_MOST, Term::Step(target));
    Condition::All(parts.iter().map(above).chain([Condition::Any(parts.iter().map(near).collect())]).collect())
}

/// One sum of lines for each of another, in halves.
struct Quotient {
    target: usize,
    above: Vec<(usize, i128)>,
    below: Vec<(usize, i128)>,
    power: i32,
}

impl Quotient {
    fn below(&self) -> Number {
        scaled(Term::Sum(weighted(&self.below, Term::Column)), -self.power)
    }

    fn above(&self) -> Number {
        scaled(Term::Sum(weighted(&self.above, Term::Column)), self.power)
    }

    /// That it holds, where it is divided by what is above zero; all is
    /// multiplied by that, twice where operands are rounded themselves.
    fn holds(&self, cut: Cut) -> Option<Condition<usize>> {
        let (above, below) = (self.above(), self.below());
        (self.power.unsigned_abs() <= 30).then_some(())?;
        let product = times(column(self.target), below.clone());
        let gap = times(number(2), less(product, above.clone()));
        let unit = times(Term::Step(self.target), below.clone());
        let doubt = sum([
            times(scaled(units(&self.above), self.power), below.clone()),
            times(size(above.clone()), scaled(units(&self.below), -self.power)),
        ]
        .into_iter());
        let is_within = |gap: Number, units: i128| {
            let room = sum([times(times(number(units), unit.clone()), below.clone()), doubt.clone()].into_iter());
            compare(times(gap, below.clone()), AT_MOST, room)
        };
        let fits = match cut {
            Cut::Rounded => is_within(size(gap), 1),
            Cut::Loose => is_within(size(gap), 2),
            Cut::Truncated => {
                let inward = |sign: i128, side: Holds| {
                    let outward = |by: i128| times(number(sign * by), gap.clone());
                    let ends = vec![
                        compare(above.clone(), side, number(0)),
                        is_within(outward(1), 0),
                        is_within(outward(-1), 2),
                    ];
                    Condition::All(ends)
                };
                Condition::Any(vec![inward(1, [false, true, true]), inward(-1, LESS)])
            }
        };
        Some(Condition::All(vec![compare(below, MORE, number(0)), fits]))
    }
}

/// Times a power of ten, where that is above one.
fn scaled(it: Number, power: i32) -> Number {
    let Ok(power @ 1..=30) = u32::try_from(power) else { return it };
    times(number(10_i128.pow(power)), it)
}
