//! The system of an edition's rules, and what its history says of its cells.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{JudgedRule, Run, readings};
use crate::history::{Asking, Correction, Wanted, judge_edition};
use crate::plan::{CellRef, Equation, Form};
use crate::repair::{Ratio, System};
use crate::rules::{Dataset, Mark, Scope};
use crate::table::{Decimal, followed_rows};

/// Up to so many figures all rules of an edition make one system.
const FIGURES_MAX: usize = 20_000;
/// Of larger ones so many failing checks are looked into.
const FAILING_MAX: usize = 500;
/// Larger tables are data, and have no series of their own.
const SERIES_ROWS_MAX: usize = 2_000;

fn figures(run: &Run<'_>) -> usize {
    run.edition.tables.iter().map(super::super::assemble::figures).sum()
}

/// Whether an edition has too many figures for one system of all its rules.
pub(super) fn is_large(run: &Run<'_>) -> bool {
    figures(run) > FIGURES_MAX
}

/// Whether a rule says something linear of cells, by its first check.
pub(super) fn is_linear(run: &Run<'_>, held: &JudgedRule<'_>) -> bool {
    let first = held.judged.marks.iter().position(|it| *it != Mark::Skipped);
    let context = held.judged.context(&run.edition);
    first.is_some_and(|it| !held.rule.check.equations(&context, &[it]).is_empty())
}

/// Whether a rule over all rows of a file holds, and binds figures of all of them.
pub(super) fn has_settled_sums(run: &Run<'_>, dataset: &Dataset) -> bool {
    let settled =
        dataset.rules.iter().filter(|it| it.table.is_some_and(|at| run.is_settled(&dataset.tables[at].name, &it.name)));
    let context = readings::context(run, &run.edition, dataset);
    settled.into_iter().any(|it| !it.check.equations(&context, &[0]).is_empty())
}

/// Lays the linear rules of some rows together, by declared table and row;
/// `None` where one of them reads another row of the edition.
pub(super) fn of_rows(
    run: &Run<'_>,
    dataset: &Dataset,
    held: &[JudgedRule<'_>],
    rows: &BTreeSet<(usize, usize)>,
) -> Option<System> {
    let mut equations = Vec::new();
    for (number, it) in held.iter().enumerate() {
        let Scope::Row(declared) = it.rule.check.scope() else { continue };
        let Some(table) = run.edition.table(&dataset.tables[declared].name) else { continue };
        let own = rows.range((declared, 0)..=(declared, usize::MAX)).map(|it| it.1);
        let checks: Vec<usize> =
            own.filter(|&row| it.judged.marks.get(row).is_some_and(|it| *it != Mark::Skipped)).collect();
        for (check, equation) in it.rule.check.equations(&it.judged.context(&run.edition), &checks) {
            let here = |it: &CellRef| it.previous || (it.cell.table, it.cell.row) == (table, check);
            if !cells(&equation).iter().all(|it| here(it)) {
                return None;
            }
            equations.push((number, check, equation));
        }
    }
    Some(System::new(equations, &run.edition, run.previous.as_deref(), &dataset.tables))
}

/// Lays the linear rules of an edition together; `None` where no failing or
/// rounded check is linear.
pub(super) fn build(
    run: &Run<'_>,
    dataset: &Dataset,
    held: &[JudgedRule<'_>],
    limits: &mut Vec<String>,
) -> Option<System> {
    let figures = figures(run);
    let marked = |it: &JudgedRule<'_>, wanted: &dyn Fn(Mark) -> bool| -> Vec<usize> {
        (0..it.judged.marks.len()).filter(|&check| wanted(it.judged.marks[check])).collect()
    };
    let mut equations: Vec<(usize, usize, Equation)> = Vec::new();
    let ask = |number: usize, checks: &[usize], equations: &mut Vec<(usize, usize, Equation)>| {
        let it = &held[number];
        let found = it.rule.check.equations(&it.judged.context(&run.edition), checks);
        equations.extend(found.into_iter().map(|it| (number, it.0, it.1)));
    };
    let told = |mark: Mark| matches!(mark, Mark::Fails | Mark::Rounded);
    if figures <= FIGURES_MAX {
        for (number, it) in held.iter().enumerate() {
            let open = marked(it, &told);
            ask(number, &open[..open.len().min(1)], &mut equations);
        }
        if equations.is_empty() {
            return None;
        }
        equations.clear();
        for (number, it) in held.iter().enumerate() {
            ask(number, &marked(it, &|mark| mark != Mark::Skipped), &mut equations);
        }
    } else {
        let mut left = FAILING_MAX;
        for (number, it) in held.iter().enumerate() {
            let mut failing = marked(it, &|mark| mark == Mark::Fails);
            failing.truncate(left);
            let before = equations.len();
            ask(number, &failing, &mut equations);
            left -= if equations.len() > before { failing.len() } else { 0 };
        }
        if equations.is_empty() {
            return None;
        }
        let rows = rows_of(&equations);
        for (number, it) in held.iter().enumerate() {
            let Scope::Row(declared) = it.rule.check.scope() else { continue };
            let Some(table) = run.edition.table(&dataset.tables[declared].name) else { continue };
            let beside = |mark: Mark| !matches!(mark, Mark::Skipped | Mark::Fails);
            let checks = rows.get(&table).into_iter().flatten().copied();
            let checks = checks.filter(|&row| it.judged.marks.get(row).is_some_and(|mark| beside(*mark)));
            ask(number, &checks.collect::<Vec<_>>(), &mut equations);
        }
        limits.push(format!(
            "the edition has {figures} figures, so suggested values use only the failing rules and the rules of the \
             same rows"
        ));
    }
    Some(System::new(equations, &run.edition, run.previous.as_deref(), &dataset.tables))
}

/// The linear rules of an edition, all of them.
pub(super) fn all(run: &Run<'_>, dataset: &Dataset, held: &[JudgedRule<'_>]) -> System {
    let mut equations = Vec::new();
    for (number, it) in held.iter().enumerate() {
        let marks = &it.judged.marks;
        let checks: Vec<usize> = (0..marks.len()).filter(|&check| marks[check] != Mark::Skipped).collect();
        let found = it.rule.check.equations(&it.judged.context(&run.edition), &checks);
        equations.extend(found.into_iter().map(|it| (number, it.0, it.1)));
    }
    System::new(equations, &run.edition, run.previous.as_deref(), &dataset.tables)
}

/// The rows that equations read, by table.
fn rows_of(equations: &[(usize, usize, Equation)]) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut rows: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let mut add = |it: &CellRef| {
        if !it.previous {
            rows.entry(it.cell.table).or_default().insert(it.cell.row);
        }
    };
    for (_, _, it) in equations {
        cells(it).into_iter().for_each(&mut add);
    }
    rows
}

/// The cells that an equation reads.
fn cells(equation: &Equation) -> Vec<&CellRef> {
    match &equation.form {
        Form::Linear(linear, _) => linear.terms.iter().map(|it| &it.1).collect(),
        Form::Share { percent, count, whole } => vec![percent, count, whole],
    }
}

/// What a figure would be expected to be by its history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::check) struct Usual {
    pub(in crate::check) expected: f64,
    /// The smallest ordinary figure.
    pub(in crate::check) low: f64,
    /// The largest one.
    pub(in crate::check) high: f64,
}

impl Usual {
    /// Whether a figure is within its ordinary range.
    pub(in crate::check) fn has(&self, figure: Decimal) -> bool {
        let value = Ratio::of(figure).approximate();
        self.low <= value && value <= self.high
    }
}

/// What the editions before say of an edition's cells.
pub(in crate::check) struct Past {
    usual: HashMap<[usize; 3], Usual>,
    before: HashMap<[usize; 3], Decimal>,
}

impl Past {
    /// Looks at the editions before a run's.
    pub(super) fn of(run: &Run<'_>, dataset: &Dataset) -> Self {
        let mut past = Self { usual: HashMap::new(), before: HashMap::new() };
        let edition = &run.edition;
        let Some(last) = run.past.first() else { return past };
        let small =
            |it: &usize| edition.tables[*it].rows.len() <= SERIES_ROWS_MAX && edition.tables[*it].can_be_followed();
        let tables: Vec<usize> = (0..edition.tables.len()).filter(small).collect();
        let (correction, calendar) = (Correction::Hochberg, &dataset.calendar);
        let asking = Asking {
            tables: tables.iter().map(|&it| (it, Vec::new())).collect(),
            of: None,
            by_change: false,
            chosen: None,
            correction,
        };
        // A rule `usual` over all tables has judged them.
        let judgements = run.memo.judged(asking, |course| {
            let wanted = |&it: &usize| Wanted::all(it);
            let wanted: Vec<Wanted<'_>> = tables.iter().map(wanted).collect();
            judge_edition(edition, run.history(), &wanted, calendar, correction, course)
        });
        let (series, verdicts) = &*judgements;
        for (it, judged) in series.iter().zip(&verdicts.judged) {
            let Some(judged) = judged else { continue };
            let (low, high) = judged.near();
            let usual = Usual { expected: judged.expected, low, high };
            past.usual.insert([it.table, it.row, it.column], usual);
        }
        for &at in &tables {
            let now = &edition.tables[at];
            let Some(then) = last.edition.table(&now.name).map(|it| &last.edition.tables[it]) else { continue };
            for (row, old) in followed_rows(now, then).into_iter().enumerate() {
                let Some(old) = old else { continue };
                for (column, it) in now.columns.iter().enumerate() {
                    let figure = then.column(&it.name).and_then(|it| then.columns[it].decimal(old as usize));
                    past.before.extend(figure.map(|it| ([at, row, column], it)));
                }
            }
        }
        past
    }

    /// What a figure would be expected to be.
    pub(super) fn usual(&self, it: CellRef) -> Option<Usual> {
        self.usual.get(&key(it)).copied()
    }

    /// The same of a cell of the edition.
    pub(in crate::check) fn usual_at(&self, it: crate::rules::Cell) -> Option<Usual> {
        self.usual.get(&[it.table, it.row, it.column]).copied()
    }

    /// The figure of a cell of the edition in the edition before.
    pub(super) fn before_at(&self, it: crate::rules::Cell) -> Option<Decimal> {
        self.before.get(&[it.table, it.row, it.column]).copied()
    }

    /// The figure of a cell in the edition before.
    pub(super) fn before(&self, it: CellRef) -> Option<Decimal> {
        self.before.get(&key(it)).copied()
    }
}

fn key(it: CellRef) -> [usize; 3] {
    [it.cell.table, it.cell.row, it.cell.column]
}
