//! Tells a proof that rules contradict each other as a sentence.

use std::collections::BTreeMap;

use super::joint::{Certificate, Joint, Question};
use super::range::{End, Range};
use super::ratio::Ratio;
use super::system::{System, Values};
use crate::table::show_exact;

/// So many places of one rule are named.
const PLACES_MAX: usize = 4;

/// Rows of the system with their factors.
type Rows<'a> = [&'a (usize, Ratio)];

/// The rule and the place that a row of the system stands for.
pub(crate) type Names<'a> = dyn Fn(usize) -> (String, String) + 'a;

impl System {
    /// The proof that is easiest to follow: one in which figures only cancel,
    /// if there is one, else the one given.
    pub(crate) fn plainer(&self, rows: &[usize], values: &Values, certificate: Certificate) -> Certificate {
        // A part that could be anything helps no proof but by cancelling.
        let totals: Vec<usize> = rows.iter().filter_map(|it| self.rows[*it].total_cell()).collect();
        let bound = |cell: &usize| self.rows.iter().all(|it| it.share || !it.reads(*cell) || it.total_cell().is_some());
        let mut freed: Vec<usize> = rows.iter().flat_map(|it| self.rows[*it].terms.iter().map(|it| it.1)).collect();
        freed.sort_unstable();
        freed.dedup();
        freed.retain(|it| !totals.contains(it) && bound(it) && self.cells[*it].is_free());
        match self.joint(Question { rows, values, freed: &freed, shared: true, within: &[] }) {
            Joint::Impossible(it) => it,
            _ => certificate,
        }
    }

    /// Tells a proof: what some rules ask of figures, and what others do.
    pub(crate) fn told(&self, certificate: &Certificate, values: &Values, names: &Names<'_>) -> String {
        // A row may have its total on either side of zero: what counts is which
        // way the total goes into the sum.
        let way = |(row, factor): &(usize, Ratio)| {
            let row = &self.rows[*row];
            let total = row.total_cell().and_then(|total| row.terms.iter().find(|it| it.1 == total));
            factor.sign() * total.map_or(1, |it| it.0.sign())
        };
        let side =
            |sign: i8| -> Vec<&(usize, Ratio)> { certificate.factors.iter().filter(|it| way(it) == sign).collect() };
        let (ones, others) = (side(1), side(-1));
        let said = |rows: &Rows<'_>| said(rows.iter().map(|it| names(it.0)).collect());
        if let Some(text) = self.opposed(&ones, &others, values, &said) {
            return text;
        }
        let all: Vec<&(usize, Ratio)> = certificate.factors.iter().collect();
        format!("{} cannot all hold, however the figures were rounded", said(&all))
    }

    /// Tells it as two sums over the same figures that do not meet.
    fn opposed(
        &self,
        ones: &Rows<'_>,
        others: &Rows<'_>,
        values: &Values,
        said: &dyn Fn(&Rows<'_>) -> String,
    ) -> Option<String> {
        if ones.iter().chain(others).any(|it| self.rows[it.0].share) {
            return None;
        }
        let (first, second) = (self.added(ones), self.added(others));
        let shared: Vec<usize> = first
            .keys()
            .filter(|cell| second.get(cell).is_some_and(|it| (it + &first[cell]).is_zero()))
            .copied()
            .collect();
        let lead = first.get(shared.first()?)?.clone();
        let rest = |added: &BTreeMap<usize, Ratio>, rows: &Rows<'_>| {
            let wanted = rows.iter().fold(Range::point(Ratio::ZERO), |sum, (row, factor)| {
                let row = &self.rows[*row];
                sum.plus(&row.wanted().times(factor)).plus(&Range::point(-&(&row.constant * factor)))
            });
            let own = added.iter().filter(|it| !shared.contains(it.0));
            own.fold(wanted, |sum, (cell, weight)| {
                let rounding = rows.iter().map(|it| &self.rows[it.0]).find(|it| it.reads(*cell));
                let span = match (values[*cell], rounding) {
                    (Some(figure), Some(row)) => Range::of(figure, row.rounding),
                    _ => self.cells[*cell].allowed(),
                };
                sum.plus(&span.times(&-weight))
            })
        };
        let scale = &Ratio::ONE / &lead;
        let one = rest(&first, ones).times(&scale);
        let other = rest(&second, others).times(&-&scale);
        let even = shared.iter().all(|it| first[it] == lead);
        let what = match (shared.len(), even) {
            (1, true) => "the same figure".to_owned(),
            (count, true) => format!("the same {count} figures"),
            (count, false) => format!("the same weighted sum of {count} figures"),
        };
        let verb = if even && shared.len() > 1 { "add up to" } else { "is" };
        let sides = match (&one.low, &one.high, &other.low, &other.high) {
            (Some(low), _, _, Some(high)) if apart(low, high) => [(low, "at least", ones), (high, "at most", others)],
            (_, Some(high), Some(low), _) if apart(low, high) => [(low, "at least", others), (high, "at most", ones)],
            _ => return None,
        };
        let [low, high] = sides
            .map(|(end, word, rows)| format!("{word} {} according to {}", show_exact(&end.value.exact()), said(rows)));
        Some(format!("{what} {verb} {low}, but {high}"))
    }

    /// The weights of cells where rows are added up by their factors.
    fn added(&self, rows: &Rows<'_>) -> BTreeMap<usize, Ratio> {
        let mut added: BTreeMap<usize, Ratio> = BTreeMap::new();
        for (row, factor) in rows {
            for (weight, cell) in &self.rows[*row].terms {
                let sum = added.entry(*cell).or_insert(Ratio::ZERO);
                *sum = &*sum + &(weight * factor);
            }
        }
        added.retain(|_, it| !it.is_zero());
        added
    }
}

/// Whether a lower end is above an upper one.
fn apart(low: &End, high: &End) -> bool {
    low.value > high.value || (low.value == high.value && (low.open || high.open))
}

/// Rules with their places: `rows (North, South) and columns (a)`.
fn said(rows: Vec<(String, String)>) -> String {
    let mut by_rule: Vec<(String, Vec<String>)> = Vec::new();
    for (rule, place) in rows {
        match by_rule.iter_mut().find(|it| it.0 == rule) {
            Some(it) => it.1.push(place),
            None => by_rule.push((rule, vec![place])),
        }
    }
    let rules: Vec<String> = by_rule
        .into_iter()
        .map(|(rule, places)| {
            let more = places.len().saturating_sub(PLACES_MAX);
            let shown = places.into_iter().take(PLACES_MAX).collect::<Vec<_>>().join("; ");
            if more > 0 { format!("{rule} ({shown} and {more} more)") } else { format!("{rule} ({shown})") }
        })
        .collect();
    rules.join(" and ")
}
