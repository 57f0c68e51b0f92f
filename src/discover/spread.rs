//! Relations between the columns of a table that is too large to be held.
//!
//! They are proposed by a sample of its rows, spread over the whole of it.
//! Someone else then goes over all rows, counts those that surely hold, and
//! keeps the others; these are judged here, beside the sample, which shows what
//! is usual. How much the relation is believed, and how sure a break is, rests
//! on the counts over all rows.

use super::claim::{Broken, Budget, Claim, Form, Lines, Term, View, count};
use super::evidence::{is_believed, weigh};
use super::figures::Sheet;
use super::judge::judge;
use super::{Discovery, Options, Relation, found_breaks, lines, relation, search};
use crate::table::Table;

/// Relations that a sample of rows follows.
#[derive(Clone, Debug, Default)]
pub struct Proposed {
    claims: Vec<Claim>,
    relations: Vec<Relation>,
    /// Decimals of the scale that the claims are in.
    scale: u8,
    /// Whether the steps ran out, so that more may be there.
    cut: bool,
}

/// How one relation fared over the rows that are not at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// In how many rows it holds, those of the sample among them.
    pub held: usize,
    /// In how many it seems to break, and these are not at hand.
    pub broken: usize,
}

/// Finds the relations between columns that a sample of rows follows, each row by itself.
pub fn propose(sample: &Table, options: &Options) -> Proposed {
    let sheet = Sheet::of(sample);
    let budget = Budget::new(options.steps);
    if sheet.lanes.is_empty() || sheet.rows < 3 {
        return Proposed::default();
    }
    let columns = lines::columns(&sheet, &budget);
    let mut claims = search::columns(&columns);
    // A row of the sample does not have the row before it beside it, nor all rows to be ranked among.
    let needs_others = |it: &Claim| {
        matches!(it.form, Form::Running { .. } | Form::Growth { .. } | Form::Ordered { .. } | Form::Ranked { .. })
    };
    claims.retain(|it| !needs_others(it) && it.group.is_none());
    for it in &mut claims {
        it.counts_blanks = takes_blanks(it, &columns);
    }
    let relations = claims.iter().map(|it| relation(it, &sheet)).collect();
    let on_paper = |it: usize| sheet.lanes.get(it).map(|it| it.column);
    let claims = claims.iter().filter_map(|it| over(it, &on_paper)).collect();
    Proposed { claims, relations, scale: sheet.scale, cut: budget.is_spent() }
}

impl Proposed {
    /// The relations, by the columns of the sample.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// Whether rows count in which a term of a relation is blank.
    pub fn takes_blanks(&self, relation: usize) -> bool {
        self.claims[relation].counts_blanks
    }

    /// Judges them over all rows: those at hand, from `sampled` on the sample,
    /// and those of which there is a tally only; without a tally one is passed over.
    ///
    /// The table has the columns of the sample.
    pub fn verify(&self, table: &Table, sampled: usize, tallies: &[Option<Tally>], options: &Options) -> Discovery {
        let mut sheet = Sheet::of(table);
        sheet.is_sparse = true;
        let budget = Budget::new(options.steps);
        let (columns, rows) = (lines::columns(&sheet, &budget), lines::rows(&sheet, &budget));
        let lane = |column: usize| sheet.lanes.iter().position(|it| it.column == column);
        let claims: Vec<Claim> = self
            .claims
            .iter()
            .zip(tallies)
            .filter_map(|(claim, tally)| {
                let tally = (*tally)?;
                let mut claim = over(claim, &lane)?;
                claim.allowance = self.rescaled(claim.allowance, &sheet)?;
                recount(&mut claim, &columns, sampled, tally);
                is_believed(&mut claim, &columns).then_some(claim)
            })
            .collect();
        let relations = claims.iter().map(|it| relation(it, &sheet)).collect();
        let breaks = found_breaks(&claims, &columns, &rows);
        Discovery { relations, breaks, cut: self.cut || budget.is_spent() }
    }

    fn rescaled(&self, value: i128, sheet: &Sheet<'_>) -> Option<i128> {
        let power = 10_i128.pow(u32::from(sheet.scale.abs_diff(self.scale)));
        if sheet.scale >= self.scale { value.checked_mul(power) } else { Some(value / power) }
    }
}

/// Whether rows count in which a part is blank: where it stands for nothing,
/// or where no part is ever blank but by a slip.
fn takes_blanks(claim: &Claim, lines: &Lines<'_>) -> bool {
    let view = View::of(lines.sheet);
    let (mut held, mut open) = (0, 0);
    for it in lines.places.iter().filter_map(|&at| judge(claim, at, &view)).filter(|it| it.missing > 0) {
        held += usize::from(it.holds);
        open += usize::from(!it.holds);
    }
    let as_nothing = held >= 3 && held >= 2 * open;
    as_nothing || (held == 0 && open <= claim.held.len() / 10)
}

/// The claim with each line as `find` gives it.
fn over(claim: &Claim, find: &dyn Fn(usize) -> Option<usize>) -> Option<Claim> {
    let terms = |it: &[Term]| -> Option<Vec<Term>> {
        it.iter().map(|it| Some(Term { line: find(it.line)?, weight: it.weight })).collect()
    };
    let form = match &claim.form {
        Form::Quotient { above, below, power, cut } => {
            Form::Quotient { above: terms(above)?, below: terms(below)?, power: *power, cut: *cut }
        }
        other => other.clone(),
    };
    Some(Claim { form, target: find(claim.target)?, parts: terms(&claim.parts)?, ..claim.clone() })
}

/// Judges a claim anew at the rows at hand, and weighs it by all.
fn recount(claim: &mut Claim, lines: &Lines<'_>, sampled: usize, tally: Tally) {
    let view = View::of(lines.sheet);
    let before = claim.held.len().max(1);
    claim.held.clear();
    claim.broken.clear();
    let mut of_sample = 0;
    for &at in &lines.places {
        let Some(it) = judge(claim, at, &view).filter(|it| it.missing == 0 || claim.counts_blanks) else { continue };
        if it.holds {
            claim.held.push(at);
            of_sample += usize::from(at >= sampled);
        } else {
            claim.broken.push(Broken { at, gap: it.gap, computed: it.computed });
        }
    }
    claim.beyond = (tally.held.saturating_sub(of_sample), tally.broken);
    // Held rows are like those of the sample: each tells as much on average.
    let all = claim.held.len() + claim.beyond.0;
    claim.information *= count(all) / count(before);
    claim.informing = claim.informing * all / before;
    weigh(claim, lines);
}
