//! Evaluates a tree of operations over a stretch of rows, column by column.

use std::borrow::Cow;
use std::ops::Range;

use super::dates;
use super::frame::Frame;
use super::kernels;
use super::node::{Function, Node, Type};
use super::vector::{self, DayVector, NumberVector, TextValues, TextVector, Truth, Vector, index, is_there};
use crate::plan::Relation;
use crate::table::Exact;

impl Frame<'_> {
    /// The values of a node for a stretch of rows: one a row, or one for all.
    ///
    /// `fill` takes missing figures as zero, where the rule says so.
    pub(super) fn evaluate<'f>(&'f self, node: &'f Node, rows: &Range<usize>, fill: bool) -> Vector<'f> {
        match node {
            Node::Constant(it) => vector::of_constant(it),
            Node::Slot(at) => self.slot_vector(*at, fill),
            Node::Window(at) => self.window_vector(*at, rows),
            Node::Column(column) => self.column_vector(column, rows, fill),
            Node::Sum(terms) => self.sum(terms, rows, fill),
            Node::Product(pair) => self.arithmetic(pair, rows, fill, kernels::multiply),
            Node::Quotient(pair) => self.arithmetic(pair, rows, fill, kernels::divide),
            Node::Remainder(pair) => self.arithmetic(pair, rows, fill, kernels::remainder),
            Node::Call(function, list, kind) => self.call(*function, list, *kind, rows, fill),
            Node::Case(branches, otherwise, _) => self.case(branches, otherwise, rows, fill),
            _ => Vector::Truths(self.truths(node, rows, fill)),
        }
    }

    /// The truth values of a condition for a stretch of rows.
    pub(super) fn truths(&self, node: &Node, rows: &Range<usize>, fill: bool) -> Vec<Truth> {
        match node {
            Node::Compare(it) => relate(
                &self.evaluate(&it.left.node, rows, fill),
                &self.evaluate(&it.right.node, rows, fill),
                it.relation,
            ),
            Node::All(list) => self.join(list, rows, fill, Truth::True, Ord::min),
            Node::Any(list) => self.join(list, rows, fill, Truth::False, Ord::max),
            Node::Not(it) => self.truths(it, rows, fill).into_iter().map(Truth::negated).collect(),
            Node::Between(sides, _) => {
                let [it, low, high] = [0, 1, 2].map(|at| self.evaluate(&sides[at].node, rows, fill));
                pairwise(&relate(&it, &low, Relation::AtLeast), &relate(&it, &high, Relation::AtMost), Truth::min)
            }
            Node::In(it, list, _) => {
                let it = self.evaluate(&it.node, rows, fill);
                let fits =
                    list.iter().map(|other| relate(&it, &self.evaluate(&other.node, rows, fill), Relation::Equal));
                fits.fold(vec![Truth::False], |any, it| pairwise(&any, &it, Truth::max))
            }
            Node::Like(it, regex, _) => {
                let texts = self.evaluate(&it.node, rows, fill).into_texts();
                (0..texts.len()).map(|row| Truth::of(texts.get(row).map(|it| regex.is_match(it)))).collect()
            }
            Node::IsNull(it) => {
                // Whether a figure is there is asked of what is printed.
                let it = self.evaluate(&it.node, rows, false);
                (0..it.len()).map(|row| Truth::of(Some(!it.is_there(row)))).collect()
            }
            Node::IsTruth(it, wanted) => {
                let truths = self.truths(it, rows, fill);
                truths.into_iter().map(|it| Truth::of(Some(it == Truth::of(Some(*wanted))))).collect()
            }
            Node::Distinct(sides) => {
                let [left, right] = [0, 1].map(|at| self.evaluate(&sides[at].node, rows, fill));
                distinct(&left, &right)
            }
            other => self.evaluate(other, rows, fill).into_truths(),
        }
    }

    fn join(
        &self,
        list: &[Node],
        rows: &Range<usize>,
        fill: bool,
        start: Truth,
        operation: fn(Truth, Truth) -> Truth,
    ) -> Vec<Truth> {
        list.iter().fold(vec![start], |all, it| pairwise(&all, &self.truths(it, rows, fill), operation))
    }

    fn sum<'f>(&'f self, terms: &'f [(bool, Node)], rows: &Range<usize>, fill: bool) -> Vector<'f> {
        let mut sum: Option<NumberVector<'f>> = None;
        for (minus, term) in terms {
            let term = self.evaluate(term, rows, fill).into_numbers();
            sum = Some(match (sum, minus) {
                (None, false) => term,
                (None, true) => kernels::add(&NumberVector::single(kernels::of_count(0)), &term, true),
                (Some(sum), minus) => kernels::add(&sum, &term, *minus),
            });
        }
        Vector::Numbers(sum.unwrap_or_else(|| NumberVector::single(kernels::of_count(0))))
    }

    fn arithmetic(
        &self,
        pair: &[Node; 2],
        rows: &Range<usize>,
        fill: bool,
        operation: fn(&NumberVector<'_>, &NumberVector<'_>) -> NumberVector<'static>,
    ) -> Vector<'_> {
        let [left, right] = [0, 1].map(|at| self.evaluate_number(&pair[at], rows, fill));
        Vector::Numbers(operation(&left, &right))
    }

    fn evaluate_number<'f>(&'f self, node: &'f Node, rows: &Range<usize>, fill: bool) -> NumberVector<'f> {
        self.evaluate(node, rows, fill).into_numbers()
    }

    fn call<'f>(
        &'f self,
        function: Function,
        list: &'f [Node],
        kind: Type,
        rows: &Range<usize>,
        fill: bool,
    ) -> Vector<'f> {
        // What coalesce puts in place of a missing figure wins over zero.
        let fill = fill && function != Function::Coalesce;
        let mut values: Vec<Vector<'f>> = list.iter().map(|it| self.evaluate(it, rows, fill)).collect();
        match function {
            Function::Abs => Vector::Numbers(kernels::abs(&values.swap_remove(0).into_numbers())),
            Function::Round(decimals) => {
                Vector::Numbers(kernels::round(&values.swap_remove(0).into_numbers(), decimals))
            }
            Function::Length => length(&values.swap_remove(0).into_texts()),
            Function::Lower => map_texts(&values.swap_remove(0).into_texts(), |it| it.to_lowercase().into()),
            Function::Upper => map_texts(&values.swap_remove(0).into_texts(), |it| it.to_uppercase().into()),
            Function::Trim => map_texts(&values.swap_remove(0).into_texts(), |it| it.trim().to_owned().into()),
            Function::Coalesce => {
                let rows = vector::together(values.iter().map(Vector::len));
                let first = |row: usize| values.iter().position(|it| it.is_there(row));
                choose(&values, &(0..rows).map(first).collect::<Vec<_>>(), kind)
            }
            Function::NullIf => {
                let equal = relate(&values[0], &values[1], Relation::Equal);
                let length = vector::together([equal.len(), values[0].len()]);
                let keep = |row: usize| (equal[index(equal.len(), row)] != Truth::True).then_some(0);
                choose(&values[..1], &(0..length).map(keep).collect::<Vec<_>>(), kind)
            }
            Function::Part(part) => dates::parts(&values[0], values.get(1), part),
            Function::DaysBetween => dates::between(&values[0], &values[1]),
            Function::AddDays(minus) => {
                let by = values.swap_remove(1).into_numbers();
                dates::add(&values[0], &by, minus)
            }
            Function::Least => extreme(values, kind, Relation::Less),
            Function::Greatest => extreme(values, kind, Relation::More),
        }
    }

    fn case<'f>(
        &'f self,
        branches: &'f [(Node, Node)],
        otherwise: &'f Node,
        rows: &Range<usize>,
        fill: bool,
    ) -> Vector<'f> {
        let conditions: Vec<Vec<Truth>> = branches.iter().map(|it| self.truths(&it.0, rows, fill)).collect();
        let mut values: Vec<Vector<'f>> = branches.iter().map(|it| self.evaluate(&it.1, rows, fill)).collect();
        values.push(self.evaluate(otherwise, rows, fill));
        let kind = values[0].kind();
        let lengths = conditions.iter().map(Vec::len).chain(values.iter().map(Vector::len));
        let length = vector::together(lengths);
        let first = |row: usize| {
            let met = conditions.iter().position(|it| it[index(it.len(), row)] == Truth::True);
            Some(met.unwrap_or(branches.len()))
        };
        choose(&values, &(0..length).map(first).collect::<Vec<_>>(), kind)
    }
}

/// Compares two vectors of one type, row by row.
pub(super) fn relate(left: &Vector<'_>, right: &Vector<'_>, relation: Relation) -> Vec<Truth> {
    let length = vector::together([left.len(), right.len()]);
    let by = |order: &dyn Fn(usize) -> Option<std::cmp::Ordering>| -> Vec<Truth> {
        (0..length).map(|row| Truth::of(order(row).map(|it| relation.holds(it)))).collect()
    };
    match (left, right) {
        (Vector::Numbers(a), Vector::Numbers(b)) => kernels::compare(a, b, relation),
        (Vector::Texts(a), Vector::Texts(b)) => by(&|row| Some(a.get(row)?.cmp(b.get(row)?))),
        (Vector::Days(a), Vector::Days(b)) => by(&|row| Some(a.get(row)?.cmp(&b.get(row)?))),
        (Vector::Truths(a), Vector::Truths(b)) => {
            by(&|row| Some(a[index(a.len(), row)].known()?.cmp(&b[index(b.len(), row)].known()?)))
        }
        _ => unreachable!("types are settled when the rule is read"),
    }
}

fn distinct(left: &Vector<'_>, right: &Vector<'_>) -> Vec<Truth> {
    let unequal = relate(left, right, Relation::Unequal);
    let truth = |row: usize| match (left.is_there(row), right.is_there(row)) {
        (false, false) => Truth::False,
        (true, true) => unequal[index(unequal.len(), row)],
        _ => Truth::True,
    };
    (0..vector::together([left.len(), right.len()])).map(truth).collect()
}

fn pairwise(left: &[Truth], right: &[Truth], operation: fn(Truth, Truth) -> Truth) -> Vec<Truth> {
    let length = vector::together([left.len(), right.len()]);
    (0..length).map(|row| operation(left[index(left.len(), row)], right[index(right.len(), row)])).collect()
}

fn length<'f>(texts: &TextVector<'_>) -> Vector<'f> {
    let lengths = (0..texts.len()).map(|row| texts.get(row).map_or(0, |it| it.chars().count()));
    let units: Vec<i64> = lengths.map(|it| i64::try_from(it).unwrap_or(i64::MAX)).collect();
    let units = vector::Units::Narrow(Cow::Owned(units));
    Vector::Numbers(NumberVector { units, exponent: 0, valid: texts.valid.clone() })
}

fn map_texts<'f>(texts: &TextVector<'f>, change: impl Fn(&str) -> Cow<'static, str>) -> Vector<'f> {
    let values = (0..texts.len()).map(|row| texts.get(row).map_or(Cow::Borrowed(""), &change)).collect();
    Vector::Texts(TextVector { values: TextValues::Plain(values), valid: texts.valid.clone() })
}

fn extreme(values: Vec<Vector<'_>>, kind: Type, better: Relation) -> Vector<'_> {
    let mut values = values.into_iter();
    let mut best = values.next().expect("least and greatest have an argument");
    for next in values {
        let picks: Vec<Option<usize>> =
            relate(&next, &best, better).iter().map(|it| it.known().map(usize::from)).collect();
        best = choose(&[best, next], &picks, kind);
    }
    best
}

/// Takes the value of each row from the vector that its pick names.
fn choose<'f>(vectors: &[Vector<'f>], picks: &[Option<usize>], kind: Type) -> Vector<'f> {
    let there = |(row, pick): (usize, &Option<usize>)| pick.is_some_and(|it| vectors[it].is_there(row));
    let valid: Vec<bool> = picks.iter().enumerate().map(there).collect();
    let valid = valid.contains(&false).then_some(valid);
    let at = |row: usize| picks[row].filter(|_| is_there(&valid, row)).map(|it| &vectors[it]);
    match kind {
        Type::Number | Type::Null => {
            let numbers: Vec<&NumberVector<'_>> = vectors.iter().map(numbers).collect();
            Vector::Numbers(kernels::choose(&numbers, picks))
        }
        Type::Text => {
            let text = |row: usize| match at(row) {
                Some(Vector::Texts(it)) => it.share(row),
                _ => Cow::Borrowed(""),
            };
            let values = TextValues::Plain((0..picks.len()).map(text).collect());
            Vector::Texts(TextVector { values, valid })
        }
        Type::Date => {
            let day = |row: usize| match at(row) {
                Some(Vector::Days(it)) => it.get(row).unwrap_or(0),
                _ => 0,
            };
            Vector::Days(DayVector { days: (0..picks.len()).map(day).collect(), valid })
        }
        Type::Truth => {
            let truth = |row: usize| match picks[row].map(|it| &vectors[it]) {
                Some(Vector::Truths(it)) => it[index(it.len(), row)],
                _ => Truth::Unknown,
            };
            Vector::Truths((0..picks.len()).map(truth).collect())
        }
    }
}

fn numbers<'v, 'f>(vector: &'v Vector<'f>) -> &'v NumberVector<'f> {
    match vector {
        Vector::Numbers(it) => it,
        _ => unreachable!("types are settled when the rule is read"),
    }
}

/// The smallest (or largest) number of the rows chosen.
pub(super) fn best(values: &NumberVector<'_>, chosen: &[bool], relation: Relation) -> Option<Exact> {
    let rows = (0..chosen.len()).filter(|&row| chosen[row] && is_there(&values.valid, row));
    let row = match &values.units {
        vector::Units::Narrow(it) => best_row(it, rows, relation),
        vector::Units::Wide(it) => best_row(it, rows, relation),
        vector::Units::Exact(it) => best_row(it, rows, relation),
    };
    values.get(row?)
}

fn best_row<T: Ord>(units: &[T], rows: impl Iterator<Item = usize>, relation: Relation) -> Option<usize> {
    let at = |row: usize| &units[index(units.len(), row)];
    rows.reduce(|best, it| if relation.holds(at(it).cmp(at(best))) { it } else { best })
}
