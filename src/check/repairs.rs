//! Says of what fails which figures must be wrong, and what slips explain it.

mod joint;
mod system;
mod told;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::assemble::Run;
use super::past::Standing;
use super::readings::{self, Judged};
use crate::error::Result;
use crate::finding::{Cause, Repair};
use crate::repair::{
    Block, Change, Explanation, Joint, MARGIN, Question, SHARED_MAX, SLIPS_MAX, Scene, System, Values,
};
use crate::rules::{Dataset, Mark, Rule};
use crate::table::Edition;
pub(super) use joint::Together;
pub(super) use system::Past;
pub(super) use told::{printed, suspect_at};

/// A rule that was judged on the edition at hand.
pub(super) struct Held<'a> {
    pub(super) rule: &'a Rule,
    pub(super) judged: Judged<'a>,
}

/// What was made of an edition's failing checks.
#[derive(Debug, Default)]
pub(super) struct Repairs {
    /// By number of the rule held, and check.
    pub(super) causes: HashMap<(usize, usize), (Cause, Vec<Repair>)>,
    /// Blocks that were asked whether they can hold together, and how it went.
    pub(super) joint: Vec<Together>,
    /// What was not looked into, in words.
    pub(super) limits: Vec<String>,
}

/// So many blocks of an edition are looked into, whatever that costs.
const BLOCKS_MIN: usize = 50;
/// So many are where they are small.
const BLOCKS_MAX: usize = 1_000;
/// The work that may be spent on them, in steps of the search for wrong figures.
const WORK_MAX: usize = 60_000_000;
/// A step of the search for slips adds up exact numbers, and costs so many of those.
const SLIP_STEPS: usize = 20;
/// A row judged anew costs about so many.
const JUDGED_STEPS: usize = 100;
/// So many repairs of one block are shown.
const REPAIRS_MAX: usize = 3;
/// So many are put to the rules again.
const TRIED_MAX: usize = 40;
/// In larger editions rules that are not linear are not judged again.
const JUDGED_ROWS_MAX: usize = 20_000;

/// What is known of some failing checks of a rule, by number of the rule held;
/// nothing where no finding is remembered at all.
pub(super) type Standings<'a> = dyn Fn(usize, &[usize]) -> Option<Vec<Standing>> + 'a;

/// Looks for what explains the failing checks of an edition: first those that
/// are new.
///
/// # Errors
///
/// As [`super::check`].
pub(super) fn find(run: &Run<'_>, dataset: &Dataset, held: &[Held<'_>], standing: &Standings<'_>) -> Result<Repairs> {
    let mut repairs = Repairs::default();
    let has = |mark: Mark| held.iter().any(|it| it.judged.marks.contains(&mark));
    let (fails, rounded) = (has(Mark::Fails), has(Mark::Rounded));
    if !fails && !rounded {
        return Ok(repairs);
    }
    let by_rows = run.is_in_parts() || system::is_large(run);
    if rounded && by_rows {
        repairs.joint = joint::by_rows(run, dataset, held);
    }
    if run.is_in_parts() {
        // What a slip leads to, and whether it mends all, needs the rows beside it.
        if fails {
            repairs.limits.push("no repairs were looked for: the file was read in parts".to_owned());
        }
        return Ok(repairs);
    }
    let Some(mut system) = system::build(run, dataset, held, &mut repairs.limits) else { return Ok(repairs) };
    let (broken, whole) = joint::broken_and_whole(&system);
    let printed = system.printed();
    for block in whole.iter().filter(|_| rounded && !by_rows) {
        repairs.joint.extend(joint::together(run, held, (&system, &printed), block));
    }
    if broken.is_empty() {
        return Ok(repairs);
    }
    let past = Past::of(run, dataset);
    past.weigh(&mut system, &run.edition);
    let linear = (0..held.len()).map(|it| is_linear(&system, it, &held[it])).collect();
    let (values, system) = (system.printed(), &system);
    let mut work = Work { run, dataset, held, linear, system, values, past: &past, repairs, spent: 0 };
    let groups = work.groups(broken, standing);
    let (mut explained, mut left) = (0, Vec::new());
    for (standing, group) in &groups {
        if work.may_go_on(explained) {
            work.explain(group)?;
            explained += 1;
        } else {
            left.push(*standing);
        }
    }
    work.repairs.limits.extend((!left.is_empty()).then(|| left_out(explained, &left)));
    Ok(work.repairs)
}

/// Says in how many groups no repair was looked for.
fn left_out(explained: usize, left: &[Standing]) -> String {
    let new = left.iter().filter(|it| **it == Standing::New).count();
    let which = match new {
        0 => ", all of them known or waived".to_owned(),
        _ if new == left.len() => String::new(),
        _ => format!(", {new} of them new"),
    };
    format!("repairs were looked for in {explained} groups of figures, and not in {} more{which}", left.len())
}

/// The whole system of an edition, and what its history says.
pub(super) fn everything(run: &Run<'_>, dataset: &Dataset, held: &[Held<'_>]) -> (System, Past) {
    (system::all(run, dataset, held), Past::of(run, dataset))
}

/// What is at hand while blocks are explained.
struct Work<'a> {
    run: &'a Run<'a>,
    dataset: &'a Dataset,
    held: &'a [Held<'a>],
    /// Which of them the system has as a whole.
    linear: Vec<bool>,
    system: &'a System,
    /// The figures as printed.
    values: Values,
    past: &'a Past,
    repairs: Repairs,
    /// The work that was spent, in steps.
    spent: usize,
}

impl Work<'_> {
    fn may_go_on(&self, explained: usize) -> bool {
        explained < BLOCKS_MIN || (explained < BLOCKS_MAX && self.spent < WORK_MAX)
    }

    /// What is to be explained, those first that hold something new: blocks, or
    /// the errors that they fall into.
    fn groups(&mut self, blocks: Vec<Block>, standing: &Standings<'_>) -> Vec<(Standing, Block)> {
        let failing: Vec<(usize, usize)> = blocks.iter().flat_map(|it| self.failing(it)).collect();
        let known = if failing.len() > BLOCKS_MIN { self.standings(&failing, standing) } else { HashMap::new() };
        let of = |work: &Self, block: &Block| {
            let all = work.failing(block).into_iter().map(|it| known.get(&it).copied().unwrap_or_default());
            all.min().unwrap_or_default()
        };
        let mut blocks: Vec<(Standing, Block)> = blocks.into_iter().map(|it| (of(self, &it), it)).collect();
        blocks.sort_by_key(|it| it.0);
        let mut groups = Vec::new();
        for (standing, block) in blocks {
            if self.may_go_on(groups.len()) {
                let parts = self.parts(block);
                groups.extend(parts.into_iter().map(|it| (of(self, &it), it)));
            } else {
                groups.push((standing, block));
            }
        }
        groups.sort_by_key(|it| it.0);
        groups
    }

    /// The checks of a block that fail, by number of the rule held.
    fn failing(&self, block: &Block) -> Vec<(usize, usize)> {
        let rows = block.rows.iter().map(|&it| &self.system.rows[it]);
        rows.filter(|it| !it.holds(self.system, &self.values)).map(|it| (it.rule, it.check)).collect()
    }

    fn standings(&self, failing: &[(usize, usize)], standing: &Standings<'_>) -> HashMap<(usize, usize), Standing> {
        let mut by_rule: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for &(rule, check) in failing.iter().filter(|it| self.held[it.0].judged.marks[it.1] == Mark::Fails) {
            by_rule.entry(rule).or_default().push(check);
        }
        let mut known = HashMap::new();
        for (rule, mut checks) in by_rule {
            checks.sort_unstable();
            checks.dedup();
            let Some(all) = standing(rule, &checks) else { break };
            known.extend(checks.into_iter().map(|it| (rule, it)).zip(all));
        }
        known
    }

    /// A block as a whole where one slip explains all of it, else error by error.
    fn parts(&mut self, block: Block) -> Vec<Block> {
        let errors = self.system.errors(&block);
        if errors.len() < 2 {
            return vec![block];
        }
        let scene = Scene { edition: &self.run.edition, before: &|it| self.past.before(it) };
        let hunted = self.system.hunt(&block, &scene, 1);
        self.spent += hunted.steps * SLIP_STEPS;
        if hunted.explanations.is_empty() { errors } else { vec![block] }
    }

    fn explain(&mut self, block: &Block) -> Result<()> {
        let system = self.system;
        let located = system.locate(block);
        let scene = Scene { edition: &self.run.edition, before: &|it| self.past.before(it) };
        let mut hunted = system.hunt(block, &scene, SLIPS_MAX);
        self.spent += located.steps + hunted.steps * SLIP_STEPS;
        let usual = |cell: usize| self.past.usual(system.cells[cell].at);
        system.rank(&mut hunted.explanations, &usual, &|it| told::name(self.run, system, it));
        let mut limits: Vec<String> = [located.limit, hunted.limit].into_iter().flatten().collect();
        if block.cells.len() > SHARED_MAX && self.is_rounded(block) {
            let count = block.cells.len();
            limits.push(format!("{count} figures hang together: what is rounded was taken rule by rule"));
        }
        let alone = hunted.explanations.len() == 1;
        let more = hunted.explanations.len() > TRIED_MAX;
        let (kept, others) = self.keep(block, hunted.explanations)?;
        let failing = self.failing(block);
        let mut rules: Vec<String> = failing.iter().map(|it| self.held[it.0].rule.name.clone()).collect();
        rules.sort();
        rules.dedup();
        let repairs: Vec<Repair> = kept.iter().map(|it| told::repair(self.run, system, it, &rules, &usual)).collect();
        let sets: Vec<_> = located.sets.iter().map(|set| told::suspects(self.run, system, set)).collect();
        for &(rule, check) in &failing {
            let group = group(system, block, &located.sets, &kept, (rule, check));
            let cause = Cause {
                group,
                suspects: sets.clone(),
                alone,
                others,
                more,
                limits: limits.clone(),
                ..Cause::default()
            };
            self.repairs.causes.insert((rule, check), (cause, repairs.clone()));
        }
        Ok(())
    }

    fn is_rounded(&self, block: &Block) -> bool {
        block.rows.iter().any(|&it| self.system.rows[it].rounding != crate::rules::Rounding::Exact)
    }

    /// The explanations that also stand before the other rules, the likeliest
    /// first, and how many more there are that cannot be told apart from them.
    fn keep(&mut self, block: &Block, explanations: Vec<Explanation>) -> Result<(Vec<Explanation>, usize)> {
        let (mut kept, mut others): (Vec<Explanation>, usize) = (Vec::new(), 0);
        for it in explanations.into_iter().take(TRIED_MAX) {
            if kept.first().is_some_and(|first| it.cost > first.cost + MARGIN) {
                break;
            }
            if !self.restores(block, &it)? {
                continue;
            }
            if kept.len() < REPAIRS_MAX { kept.push(it) } else { others += 1 }
        }
        Ok((kept, others))
    }

    /// Whether every rule holds with other figures: those of the block
    /// together, and none of the others fails that did not.
    fn restores(&mut self, block: &Block, it: &Explanation) -> Result<bool> {
        let changes: Vec<&Change> = it.moves.iter().flat_map(|it| &it.changes).collect();
        let printed: Vec<_> = changes.iter().map(|it| self.values[it.cell]).collect();
        for it in &changes {
            self.values[it.cell] = Some(it.to);
        }
        let shared = block.cells.len() <= SHARED_MAX;
        let question = Question { rows: &block.rows, values: &self.values, freed: &[], shared, within: &[] };
        let joint = self.system.joint(question);
        for (it, figure) in changes.iter().zip(printed).rev() {
            self.values[it.cell] = figure;
        }
        if matches!(joint, Joint::Impossible(_)) {
            return Ok(false);
        }
        let rows: usize = self.run.edition.tables.iter().map(|it| it.rows.len()).sum();
        if rows > JUDGED_ROWS_MAX {
            return Ok(true);
        }
        // What the system has is settled: no rule outside the block reads its cells.
        let settled = matches!(joint, Joint::Possible(_));
        let asked = self.held.iter().zip(&self.linear).filter(|it| it.0.rule.kind != "usual" && !(settled && *it.1));
        let asked: Vec<&Held<'_>> = asked.map(|it| it.0).collect();
        if asked.is_empty() {
            return Ok(true);
        }
        self.spent += asked.len() * rows * JUDGED_STEPS;
        let edition = changed(&self.run.edition, self.system, &changes);
        for held in asked {
            let marks = readings::marks_of(self.run, &edition, self.dataset, held.rule)?.0;
            let worse = |it: (&Mark, &Mark)| *it.0 == Mark::Fails && *it.1 != Mark::Fails;
            if marks.iter().zip(&held.judged.marks).any(worse) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Whether a system has all checks of a rule, as they are: a share of nothing
/// is another thing in it.
fn is_linear(system: &System, rule: usize, held: &Held<'_>) -> bool {
    let rows = system.rows.iter().filter(|it| it.rule == rule && !it.share);
    let known: HashSet<usize> = rows.map(|it| it.check).collect();
    held.judged.marks.iter().enumerate().all(|(check, mark)| *mark == Mark::Skipped || known.contains(&check))
}

/// An edition with other figures.
fn changed(edition: &Edition, system: &System, changes: &[&Change]) -> Edition {
    let mut edition = edition.clone();
    for at in 0..edition.tables.len() {
        let own = changes.iter().filter(|it| system.cells[it.cell].at.cell.table == at);
        let figures: Vec<_> = own
            .map(|it| {
                let cell = system.cells[it.cell].at.cell;
                (cell.row, cell.column, it.to)
            })
            .collect();
        if !figures.is_empty() {
            edition.tables[at] = edition.tables[at].with_figures(&figures);
        }
    }
    edition
}

/// What findings of one cause share: the block where one figure explains all
/// of it, else the first figure of the likeliest explanation that the check reads.
fn group(
    system: &System,
    block: &Block,
    sets: &[Vec<usize>],
    kept: &[Explanation],
    (rule, check): (usize, usize),
) -> String {
    let first = block.cells.first().copied().unwrap_or(0);
    let place = |cell: usize| {
        let at = system.cells[cell].at.cell;
        format!("{}.{}.{}", at.table, at.row, at.column)
    };
    if sets.iter().any(|it| it.len() == 1) || kept.first().is_some_and(|it| it.moves.len() == 1) {
        return place(first);
    }
    let cells: Vec<usize> = match (kept.first(), sets) {
        (Some(it), _) => it.moves.iter().flat_map(|it| &it.changes).map(|it| it.cell).collect(),
        (None, [only]) => only.clone(),
        _ => Vec::new(),
    };
    let rows = block.rows.iter().map(|&it| &system.rows[it]).filter(|it| it.rule == rule && it.check == check);
    let read = rows.flat_map(|it| &it.terms).map(|it| it.1).find(|it| cells.contains(it));
    read.map_or_else(|| format!("{} {rule} {check}", place(first)), |it| format!("{} at {}", place(first), place(it)))
}
