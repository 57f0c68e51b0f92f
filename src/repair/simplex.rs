//! Whether linear bounds can hold together: the general simplex, exact.
//!
//! Method: Dutertre and de Moura 2006, *A fast linear-arithmetic solver for
//! DPLL(T)*: bounded variables, a tableau of the rows, one pivot for each
//! bound that does not hold, and strict bounds by an infinitesimal. All
//! numbers are exact fractions, so that a point or a conflict is a proof; the
//! least index breaks every tie, so that the answer is always the same one.

use std::collections::BTreeSet;

use super::ratio::Ratio;

/// A value with so many infinitesimals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Near {
    pub(super) value: Ratio,
    pub(super) beyond: Ratio,
}

/// Bounds that cannot hold together, with a factor each.
///
/// The sum of the variables by their factors is zero whatever they are, and
/// cannot be zero within their bounds.
pub(super) type Conflict = Vec<(usize, Ratio)>;

impl Default for Near {
    fn default() -> Self {
        Self::at(Ratio::ZERO)
    }
}

/// What a check of all bounds came to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Possible,
    Impossible(Conflict),
    /// It took more steps than are allowed.
    Unknown,
}

/// Weighted variables, each once, by index.
type Terms = Vec<(usize, Ratio)>;

/// Variables with bounds, some of which are sums of others.
#[derive(Clone, Debug, Default)]
pub(super) struct Simplex {
    low: Vec<Option<Near>>,
    high: Vec<Option<Near>>,
    value: Vec<Near>,
    /// The row of each variable that is kept as a sum of others.
    rows: Vec<Option<Terms>>,
    /// In whose rows each other variable is.
    users: Vec<BTreeSet<usize>>,
}

/// After so many steps a system is given up; real ones take a few hundred.
const STEPS_MAX: usize = 20_000;
/// After so many steps the least index decides which variable moves: slower,
/// and it cannot go in circles.
const STEPS_FREE: usize = 2_000;

impl Near {
    pub(super) fn at(value: Ratio) -> Self {
        Self { value, beyond: Ratio::ZERO }
    }

    /// Right above (1) or right below (-1) a value.
    pub(super) fn beside(value: Ratio, side: i64) -> Self {
        Self { value, beyond: Ratio::whole(side) }
    }

    fn plus(&self, other: &Self) -> Self {
        Self { value: &self.value + &other.value, beyond: &self.beyond + &other.beyond }
    }

    fn minus(&self, other: &Self) -> Self {
        Self { value: &self.value - &other.value, beyond: &self.beyond - &other.beyond }
    }

    fn times(&self, factor: &Ratio) -> Self {
        Self { value: &self.value * factor, beyond: &self.beyond * factor }
    }
}

impl Simplex {
    /// Adds a variable; `None` is no bound.
    pub(super) fn variable(&mut self, low: Option<Near>, high: Option<Near>) -> usize {
        let zero = Near::at(Ratio::ZERO);
        let value = match (&low, &high) {
            (Some(low), _) if *low > zero => low.clone(),
            (_, Some(high)) if *high < zero => high.clone(),
            _ => zero,
        };
        self.low.push(low);
        self.high.push(high);
        self.value.push(value);
        self.rows.push(None);
        self.users.push(BTreeSet::new());
        self.value.len() - 1
    }

    /// Adds a variable that is a weighted sum of others, which are no sums.
    pub(super) fn sum(&mut self, mut terms: Terms, low: Option<Near>, high: Option<Near>) -> usize {
        terms.sort_by_key(|it| it.0);
        let at = self.variable(low, high);
        let zero = Near::at(Ratio::ZERO);
        self.value[at] = terms.iter().fold(zero, |sum, it| sum.plus(&self.value[it.0].times(&it.1)));
        for (variable, _) in &terms {
            self.users[*variable].insert(at);
        }
        self.rows[at] = Some(terms);
        at
    }

    /// Narrows the bounds of a variable to those that hold too.
    pub(super) fn narrow(&mut self, variable: usize, low: Option<Near>, high: Option<Near>) {
        if let Some(low) = low.filter(|it| self.low[variable].as_ref().is_none_or(|old| it > old)) {
            self.low[variable] = Some(low);
        }
        if let Some(high) = high.filter(|it| self.high[variable].as_ref().is_none_or(|old| it < old)) {
            self.high[variable] = Some(high);
        }
        if self.rows[variable].is_some() {
            return;
        }
        let value = self.value[variable].clone();
        let target = match (&self.low[variable], &self.high[variable]) {
            (Some(low), _) if value < *low => low.clone(),
            (_, Some(high)) if value > *high => high.clone(),
            _ => return,
        };
        self.move_to(variable, target);
    }

    /// Moves a variable that is no sum, and the sums with it.
    fn move_to(&mut self, variable: usize, target: Near) {
        let step = target.minus(&self.value[variable]);
        self.value[variable] = target;
        for user in self.users[variable].clone() {
            let factor = self.factor(user, variable);
            self.value[user] = self.value[user].plus(&step.times(&factor));
        }
    }

    fn factor(&self, sum: usize, variable: usize) -> Ratio {
        let terms = self.rows[sum].as_ref().expect("a sum has a row");
        let at = terms.binary_search_by_key(&variable, |it| it.0).expect("users name the rows they are in");
        terms[at].1.clone()
    }

    /// Looks for values within all bounds.
    pub(super) fn check(&mut self) -> Answer {
        for variable in 0..self.value.len() {
            if let (Some(low), Some(high)) = (&self.low[variable], &self.high[variable])
                && low > high
            {
                return Answer::Impossible(vec![(variable, Ratio::ZERO)]);
            }
        }
        for step in 0..STEPS_MAX {
            let Some((sum, target, up)) = self.broken() else { return Answer::Possible };
            let terms = self.rows[sum].clone().expect("only sums are out of their bounds");
            let can = |it: &&(usize, Ratio)| self.can_move(it.0, (it.1.sign() > 0) == up);
            let mut able = terms.iter().filter(can).map(|it| it.0);
            let chosen =
                if step < STEPS_FREE { able.min_by_key(|&it| (self.users[it].len(), it)) } else { able.next() };
            let Some(chosen) = chosen else {
                let mut conflict: Conflict = terms.into_iter().map(|(it, factor)| (it, -&factor)).collect();
                conflict.push((sum, Ratio::ONE));
                return Answer::Impossible(conflict);
            };
            self.exchange(sum, chosen, target);
        }
        Answer::Unknown
    }

    /// The first sum that is out of its bounds, the bound, and whether it must rise.
    fn broken(&self) -> Option<(usize, Near, bool)> {
        (0..self.value.len()).filter(|&it| self.rows[it].is_some()).find_map(|at| {
            let value = &self.value[at];
            match (&self.low[at], &self.high[at]) {
                (Some(low), _) if value < low => Some((at, low.clone(), true)),
                (_, Some(high)) if value > high => Some((at, high.clone(), false)),
                _ => None,
            }
        })
    }

    fn can_move(&self, variable: usize, up: bool) -> bool {
        let value = &self.value[variable];
        if up {
            self.high[variable].as_ref().is_none_or(|it| value < it)
        } else {
            self.low[variable].as_ref().is_none_or(|it| value > it)
        }
    }

    /// Brings a sum to its bound by moving one of its variables, which takes
    /// its place as a sum.
    fn exchange(&mut self, sum: usize, variable: usize, target: Near) {
        let factor = self.factor(sum, variable);
        let step = target.minus(&self.value[sum]).times(&(&Ratio::ONE / &factor));
        let moved = self.value[variable].plus(&step);
        self.move_to(variable, moved);
        self.value[sum] = target;
        let terms = self.rows[sum].take().expect("a sum has a row");
        for (it, _) in &terms {
            self.users[*it].remove(&sum);
        }
        let inverse = &Ratio::ONE / &factor;
        let mut turned: Terms =
            terms.into_iter().filter(|it| it.0 != variable).map(|(it, weight)| (it, -&(&weight * &inverse))).collect();
        let at = turned.partition_point(|it| it.0 < sum);
        turned.insert(at, (sum, inverse));
        for user in std::mem::take(&mut self.users[variable]) {
            self.substitute(user, variable, &turned);
        }
        for (it, _) in &turned {
            self.users[*it].insert(variable);
        }
        self.rows[variable] = Some(turned);
    }

    /// Puts a sum in place of a variable in the row of another.
    fn substitute(&mut self, user: usize, variable: usize, sum: &Terms) {
        let old = self.rows[user].take().expect("a user is a sum");
        let at = old.binary_search_by_key(&variable, |it| it.0).expect("users name the rows they are in");
        let factor = old[at].1.clone();
        let mut merged = Terms::with_capacity(old.len() + sum.len());
        let (mut left, mut right) = (old.into_iter().filter(|it| it.0 != variable).peekable(), sum.iter().peekable());
        loop {
            match (left.peek(), right.peek()) {
                (Some(a), Some(b)) if a.0 == b.0 => {
                    let weight = &a.1 + &(&b.1 * &factor);
                    if weight.is_zero() {
                        self.users[a.0].remove(&user);
                    } else {
                        merged.push((a.0, weight));
                    }
                    left.next();
                    right.next();
                }
                (Some(a), b) if b.is_none_or(|b| a.0 < b.0) => merged.extend(left.next()),
                (_, Some(b)) => {
                    merged.push((b.0, &b.1 * &factor));
                    self.users[b.0].insert(user);
                    right.next();
                }
                (_, None) => break,
            }
        }
        self.rows[user] = Some(merged);
    }

    /// The values found, where the infinitesimal is small enough for all bounds.
    pub(super) fn point(&self) -> Vec<Ratio> {
        let mut small = Ratio::ONE;
        let mut limit = |above: &Near, below: &Near| {
            let (room, take) = (&above.value - &below.value, &below.beyond - &above.beyond);
            if room.sign() > 0 && take.sign() > 0 {
                small = small.clone().min(&room / &take);
            }
        };
        for at in 0..self.value.len() {
            if let Some(low) = &self.low[at] {
                limit(&self.value[at], low);
            }
            if let Some(high) = &self.high[at] {
                limit(high, &self.value[at]);
            }
        }
        // Half of it, so that a strict bound stays strict.
        let small = &small / &Ratio::whole(2);
        self.value.iter().map(|it| &it.value + &(&it.beyond * &small)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(value: i64) -> Near {
        Near::at(Ratio::whole(value))
    }

    fn terms(weights: &[i64]) -> Terms {
        weights.iter().enumerate().filter(|it| *it.1 != 0).map(|(at, it)| (at, Ratio::whole(*it))).collect()
    }

    #[test]
    fn a_strict_bound_is_not_met_by_its_end() {
        let mut it = Simplex::default();
        let x = it.variable(Some(at(0)), Some(Near::beside(Ratio::whole(5), -1)));
        it.sum(vec![(x, Ratio::ONE)], Some(at(5)), None);
        assert!(matches!(it.check(), Answer::Impossible(_)));
        let mut it = Simplex::default();
        let x = it.variable(Some(at(0)), Some(Near::beside(Ratio::whole(5), -1)));
        it.sum(vec![(x, Ratio::ONE)], Some(Near::beside(Ratio::whole(4), 1)), None);
        assert_eq!(it.check(), Answer::Possible);
        let point = it.point();
        assert!(point[x] > Ratio::whole(4) && point[x] < Ratio::whole(5), "{point:?}");
    }

    proptest! {
        /// Small systems over whole numbers, where trying all points of a fine
        /// grid finds a solution if there is one with such values.
        #[test]
        fn answers_prove_themselves(
            weights in proptest::collection::vec(proptest::collection::vec(-2_i64..=2, 3), 1..5),
            limits in proptest::collection::vec((-6_i64..=6, 0_i64..=3), 4),
            bounds in proptest::collection::vec((-3_i64..=3, 0_i64..=3), 3),
        ) {
            let mut it = Simplex::default();
            for (low, width) in &bounds {
                it.variable(Some(at(*low)), Some(at(low + width)));
            }
            let sums: Vec<usize> = weights.iter().zip(&limits)
                .map(|(row, (low, width))| it.sum(terms(row), Some(at(*low)), Some(at(low + width)))).collect();
            let holds = |point: &[Ratio]| {
                let inside = |value: &Ratio, (low, width): (i64, i64)| {
                    *value >= Ratio::whole(low) && *value <= Ratio::whole(low + width)
                };
                let total = |row: &Vec<i64>| row.iter().zip(point)
                    .fold(Ratio::ZERO, |sum, (weight, it)| &sum + &(&Ratio::whole(*weight) * it));
                bounds.iter().zip(point).all(|(bound, it)| inside(it, *bound))
                    && weights.iter().zip(&limits).all(|(row, limit)| inside(&total(row), *limit))
            };
            let grid = |bound: (i64, i64)| (0..=bound.1).map(move |it| Ratio::whole(bound.0 + it)).collect::<Vec<_>>();
            let found = grid(bounds[0]).into_iter().any(|x| grid(bounds[1]).into_iter().any(|y| {
                grid(bounds[2]).into_iter().any(|z| holds(&[x.clone(), y.clone(), z]))
            }));
            match it.check() {
                Answer::Possible => prop_assert!(holds(&it.point()[..3])),
                Answer::Unknown => prop_assert!(false, "gave up"),
                Answer::Impossible(conflict) => {
                    prop_assert!(!found);
                    // Zero in every variable, and bounds that keep it from zero.
                    let (mut net, mut low, mut high) = (vec![Ratio::ZERO; 3], Ratio::ZERO, Ratio::ZERO);
                    for (variable, factor) in conflict {
                        let (bound, row) = match sums.iter().position(|it| *it == variable) {
                            Some(row) => (limits[row], weights[row].clone()),
                            None => (bounds[variable], (0..3).map(|it| i64::from(it == variable)).collect()),
                        };
                        for (net, weight) in net.iter_mut().zip(row) {
                            *net = &*net + &(&factor * &Ratio::whole(weight));
                        }
                        let ends = [bound.0, bound.0 + bound.1].map(|it| &factor * &Ratio::whole(it));
                        low = &low + ends.iter().min().unwrap();
                        high = &high + ends.iter().max().unwrap();
                    }
                    prop_assert!(net.iter().all(Ratio::is_zero));
                    prop_assert!(low.sign() > 0 || high.sign() < 0);
                }
            }
        }
    }
}
