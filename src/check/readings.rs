//! Judges a rule under every reading of the rows that can be read in more
//! than one way: it is decided only where all of them agree.

use std::sync::Arc;

use super::assemble::Run;
use super::judge::split_detail;
use crate::error::Result;
use crate::rules::{Context, Dataset, Detail, Mark, Need, Rule, Scope};
use crate::table::Edition;

/// Above so many combinations of readings a check stays undetermined.
const WORLDS_MAX: usize = 512;

/// A rule judged on an edition: the marks, and what is needed to explain them.
pub(super) struct JudgedMarks<'a> {
    pub(super) marks: Vec<Mark>,
    run: &'a Run<'a>,
    dataset: &'a Dataset,
    rule: &'a Rule,
    /// For checks that readings decided or split: failing worlds, first failing edition.
    split: Vec<Split>,
    worlds: Vec<Edition>,
    filter: Option<Vec<Option<bool>>>,
}

/// How one check went under the readings.
struct Split {
    check: usize,
    failing: usize,
    first_failing: Option<usize>,
}

/// Judges a rule, under every reading where rows are unclear.
pub(super) fn judge<'a>(run: &'a Run<'a>, dataset: &'a Dataset, rule: &'a Rule) -> Result<JudgedMarks<'a>> {
    let (marks, filter) = marks_of(run, &run.edition, dataset, rule)?;
    let mut judged = JudgedMarks { marks, run, dataset, rule, split: Vec::new(), worlds: Vec::new(), filter };
    let unclear = run.edition.tables.iter().any(|it| !it.unclear.is_empty());
    if !unclear || !judged.marks.contains(&Mark::Undetermined) {
        return Ok(judged);
    }
    let Some(choices) = choices(&run.edition, dataset, rule) else { return Ok(judged) };
    let mut marks = Vec::new();
    for choice in &choices {
        let world = under(&run.edition, choice);
        marks.push(marks_of(run, &world, dataset, rule)?.0);
        judged.worlds.push(world);
    }
    for check in 0..judged.marks.len() {
        if judged.marks[check] == Mark::Undetermined && marks.iter().all(|it| it.len() == judged.marks.len()) {
            judged.settle(check, &marks);
        }
    }
    Ok(judged)
}

impl JudgedMarks<'_> {
    fn settle(&mut self, check: usize, worlds: &[Vec<Mark>]) {
        let is = |mark: Mark| worlds.iter().filter(|it| it[check] == mark).count();
        let failing = is(Mark::Fails);
        let holding = is(Mark::Holds) + is(Mark::Rounded);
        if failing == worlds.len() {
            self.marks[check] = Mark::Fails;
        } else if holding == worlds.len() {
            self.marks[check] = if is(Mark::Rounded) > 0 { Mark::Rounded } else { Mark::Holds };
        }
        if failing > 0 {
            let first_failing = worlds.iter().position(|it| it[check] == Mark::Fails);
            self.split.push(Split { check, failing, first_failing });
        }
    }

    /// Says what there is to say of some checks.
    pub(super) fn explain(&self, checks: &[usize]) -> Vec<Detail> {
        if self.split.is_empty() {
            return self.rule.check.explain_all(&self.context(&self.run.edition), checks);
        }
        checks.iter().map(|it| self.explain_one(*it)).collect()
    }

    /// What its checks are judged on, on an edition with the same rows.
    pub(super) fn context<'a>(&'a self, edition: &'a Edition) -> Context<'a> {
        let (filter, totals) = (self.filter.as_deref(), self.run.totals(self.dataset, self.rule));
        Context { filter, totals, ..context(self.run, edition, self.dataset) }
    }

    /// What its checks are judged on.
    pub(super) fn own_context(&self) -> Context<'_> {
        self.context(&self.run.edition)
    }

    fn explain_one(&self, check: usize) -> Detail {
        let split = self.split.iter().find(|it| it.check == check);
        let world = split.and_then(|it| it.first_failing).map_or(&*self.run.edition, |it| &self.worlds[it]);
        let context = self.context(world);
        match split {
            Some(it) if self.marks[check] == Mark::Undetermined => {
                split_detail(&context, self.rule, check, it.failing, self.worlds.len())
            }
            _ => self.rule.check.explain(&context, check),
        }
    }
}

pub(super) fn context<'a>(run: &'a Run<'_>, edition: &'a Edition, dataset: &'a Dataset) -> Context<'a> {
    Context {
        edition,
        previous: run.previous.as_deref(),
        past: &run.past,
        // Of other figures nothing is known yet.
        memo: std::ptr::eq(edition, Arc::as_ptr(&run.edition)).then_some(&run.memo),
        calendar: Some(&dataset.calendar),
        tables: &dataset.tables,
        filter: None,
        beside: &run.beside,
        totals: &[],
    }
}

/// Which rows a rule is for.
pub(super) type Filter = Option<Vec<Option<bool>>>;

/// Judges a rule on an edition as it stands.
pub(super) fn marks_of(
    run: &Run<'_>,
    edition: &Edition,
    dataset: &Dataset,
    rule: &Rule,
) -> Result<(Vec<Mark>, Filter)> {
    let plain = context(run, edition, dataset);
    let filter = match (&rule.filter, rule.table.and_then(|it| plain.table(it))) {
        (Some(condition), Some(table)) => Some(condition.truths(&plain, table)?),
        _ => None,
    };
    let totals = run.totals(dataset, rule);
    let marks = rule.check.verdicts(&Context { filter: filter.as_deref(), totals, ..plain })?;
    Ok((marks, filter))
}

/// One choice a table of the edition: which reading each unclear row takes.
type Choice = Vec<Vec<(usize, usize)>>;

/// Every combination of readings that can matter to a rule; `None` where
/// there are too many.
fn choices(edition: &Edition, dataset: &Dataset, rule: &Rule) -> Option<Vec<Choice>> {
    let slots: Vec<(usize, usize, usize)> = edition
        .tables
        .iter()
        .enumerate()
        .flat_map(|(at, table)| table.unclear.iter().enumerate().map(move |(which, it)| (at, which, it.readings.len())))
        .collect();
    let single_cells = rule.check.needs().iter().any(|it| matches!(it, Need::Row(..)));
    let own = |at: usize| matches!(rule.check.scope(), Scope::Row(table) if edition.tables[at].name == dataset.tables[table].name);
    let blank = || vec![Vec::new(); edition.tables.len()];
    if !single_cells && slots.iter().all(|it| own(it.0)) {
        // Each check reads one row: as many worlds as the row with the most
        // readings has show every row all of its readings.
        let most = slots.iter().map(|it| it.2).max().unwrap_or(0);
        let world = |number: usize| {
            let mut choice = blank();
            for &(at, which, count) in &slots {
                choice[at].push((which, number.min(count - 1)));
            }
            choice
        };
        return Some((0..most).map(world).collect());
    }
    let count =
        slots.iter().try_fold(1_usize, |product, it| product.checked_mul(it.2).filter(|&it| it <= WORLDS_MAX))?;
    let world = |mut number: usize| {
        let mut choice = blank();
        for &(at, which, count) in &slots {
            choice[at].push((which, number % count));
            number /= count;
        }
        choice
    };
    Some((0..count).map(world).collect())
}

fn under(edition: &Edition, choice: &Choice) -> Edition {
    let tables = edition.tables.iter().zip(choice).map(|(table, it)| table.with_readings(it)).collect();
    Edition { tables, ..edition.clone() }
}
