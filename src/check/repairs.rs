//! Says of what fails which figures must be wrong, and what slips explain it.

mod common;
mod evidence;
mod falls;
mod joint;
mod levels;
mod lines;
mod series;
mod sizes;
mod system;
mod told;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};

use super::assemble::Run;
use super::past::Standing;
use super::readings::{self, JudgedMarks};
use crate::finding::{Cause, Ranked, Repair};
use crate::repair::{Blame, BlameOptions, Block, Evidence, Explained, Joint, Question, SHARED_MAX, System, Values};
use crate::rules::{Dataset, Mark, Rule};
use crate::table::{Decimal, Edition};
use evidence::Surroundings;
pub(super) use joint::Together;
pub(super) use system::Past;
pub(super) use told::{printed, suspect_at};

/// A rule that was judged on the edition at hand.
pub(super) struct JudgedRule<'a> {
    pub(super) rule: &'a Rule,
    pub(super) judged: JudgedMarks<'a>,
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
/// The work that may be spent on an edition, in steps: a rule asked about a figure.
const WORK_MAX: usize = 400_000;
/// A group is given so many, whatever is left.
const STEPS_MIN: usize = 2_000;
/// So many rows judged anew cost about one.
const ROWS_A_STEP: usize = 2;
/// So many repairs of one block are shown.
const REPAIRS_MAX: usize = 3;
/// Explanations further apart than this (about one in five) can be told apart.
const MARGIN: f64 = 1.5;
/// An explanation that is so much of all takes what else it mends with it.
const MENDS: f64 = 0.7;
/// In larger editions rules that are not linear are not judged again.
const JUDGED_ROWS_MAX: usize = 20_000;

/// What is known of some failing checks of a rule, by number of the rule held;
/// nothing where no finding is remembered at all.
pub(super) type Standings<'a> = dyn Fn(usize, &[usize]) -> Option<Vec<Standing>> + 'a;

/// Looks for what explains the failing checks of an edition: first those that
/// are new; not at all where nothing is asked of how they stand.
pub(super) fn find(
    run: &Run<'_>,
    dataset: &Dataset,
    held: &[JudgedRule<'_>],
    standing: Option<&Standings<'_>>,
) -> Repairs {
    let mut repairs = Repairs::default();
    let has = |mark: Mark| held.iter().any(|it| it.judged.marks.contains(&mark));
    let (fails, rounded) = (has(Mark::Fails), has(Mark::Rounded));
    if !fails && !rounded {
        return repairs;
    }
    let by_rows = run.is_in_parts() || system::is_large(run);
    if rounded && by_rows {
        repairs.joint = joint::by_rows(run, dataset, held);
    }
    if fails && standing.is_some() {
        repairs.causes = falls::find(run, held);
    }
    if run.is_in_parts() {
        // What a slip leads to, and whether it mends all, needs the rows beside it.
        if fails && standing.is_some() {
            repairs.limits.push("no suggested values: the file was read in parts".to_owned());
        }
        return repairs;
    }
    if fails && standing.is_some() {
        repairs.causes.extend(levels::find(run, held));
        repairs.causes.extend(lines::find(run, dataset, held));
    }
    let Some(system) = system::build(run, dataset, held, &mut repairs.limits) else { return repairs };
    let (broken, whole) = joint::broken_and_whole(&system);
    let printed = system.printed();
    for block in whole.iter().filter(|_| rounded && !by_rows) {
        repairs.joint.extend(joint::together(run, held, (&system, &printed), block));
    }
    let Some(standing) = standing.filter(|_| !broken.is_empty()) else { return repairs };
    let (common, system) = common::causes(run, held, &system, !by_rows);
    let broken = if common.is_empty() { broken } else { joint::broken_and_whole(&system).0 };
    repairs.causes.extend(common.into_iter().map(|(check, cause)| (check, (cause, Vec::new()))));
    let past = Past::of(run, dataset);
    let linear = (0..held.len()).map(|it| is_linear(&system, it, &held[it])).collect();
    let (values, system) = (system.printed(), &system);
    let around = Surroundings::new(run, system, &past);
    let (scratch, spent) = (RefCell::new(values.clone()), Cell::new(0));
    let mut work = Work { run, dataset, held, linear, system, values, scratch, past: &past, around, repairs, spent };
    let groups = work.groups(broken, standing);
    let (mut explained, mut left) = (0, Vec::new());
    for (standing, group) in &groups {
        if work.may_go_on(explained) {
            work.explain(group, groups.len() - explained);
            explained += 1;
        } else {
            left.push(*standing);
        }
    }
    work.repairs.limits.extend((!left.is_empty()).then(|| left_out(explained, &left)));
    work.repairs
}

/// Says in how many groups no repair was looked for.
fn left_out(explained: usize, left: &[Standing]) -> String {
    let new = left.iter().filter(|it| **it == Standing::New).count();
    let which = match new {
        0 => ", all of them known or waived".to_owned(),
        _ if new == left.len() => String::new(),
        _ => format!(", {new} of them new"),
    };
    format!(
        "suggested values were searched for in {explained} groups of figures, but not in {} more{which}",
        left.len()
    )
}

/// The whole system of an edition, and what its history says.
pub(super) fn everything(run: &Run<'_>, dataset: &Dataset, held: &[JudgedRule<'_>]) -> (System, Past) {
    (system::all(run, dataset, held), Past::of(run, dataset))
}

/// What is at hand while blocks are explained.
struct Work<'a> {
    run: &'a Run<'a>,
    dataset: &'a Dataset,
    held: &'a [JudgedRule<'a>],
    /// Which of them the system has as a whole.
    linear: Vec<bool>,
    system: &'a System,
    /// The figures as printed.
    values: Values,
    /// The same, to be changed and changed back.
    scratch: RefCell<Values>,
    past: &'a Past,
    around: Surroundings<'a>,
    repairs: Repairs,
    /// The work that was spent, in steps.
    spent: Cell<usize>,
}

impl Work<'_> {
    fn may_go_on(&self, explained: usize) -> bool {
        explained < BLOCKS_MIN || (explained < BLOCKS_MAX && self.spent.get() < WORK_MAX)
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

    /// A block as a whole where one mishap explains all of it, else error by error.
    fn parts(&self, block: Block) -> Vec<Block> {
        let errors = self.system.errors(&block);
        if errors.len() < 2 {
            return vec![block];
        }
        // Without steps only what happened to several figures at once is tried.
        let blame = self.blame(&block, 0);
        if blame.explanations.is_empty() { errors } else { vec![block] }
    }

    fn blame(&self, block: &Block, steps: usize) -> Blame {
        let around = &self.around;
        let evidence = Evidence {
            name: &|it| around.name(it),
            doubt: &|it| around.doubt(it),
            neighbours: &|it| around.neighbours(it),
            before: &|it| around.before(it),
            splits: &|it| around.splits(it),
            breaks: &|it| usize::from(!self.restores(block, it)),
            fit: &|cell, figure| around.fit(cell, figure),
        };
        let blame = self.system.blame(block, &evidence, BlameOptions { steps });
        self.spent.update(|it| it + blame.steps);
        blame
    }

    /// Says which figures of a block are wrong, where so many more wait.
    fn explain(&mut self, block: &Block, waiting: usize) {
        let system = self.system;
        let left = WORK_MAX.saturating_sub(self.spent.get());
        let blame = self.blame(block, (left / waiting.max(1)).max(STEPS_MIN));
        let mut limits: Vec<String> = blame.limit.iter().cloned().collect();
        if block.cells.len() > SHARED_MAX && self.is_rounded(block) {
            let count = block.cells.len();
            limits.push(format!("{count} figures depend on each other; rounding was checked for each rule separately"));
        }
        let best = blame.explanations.first().map_or(0.0, |it| it.score);
        let kept: Vec<&Explained> = blame
            .explanations
            .iter()
            .take_while(|it| it.score >= best - MARGIN)
            .filter(|it| it.failing == 0 && it.broken == 0 && it.is_judged)
            .take(REPAIRS_MAX)
            .collect();
        let failing = self.failing(block);
        let mut rules: Vec<String> = failing.iter().map(|it| self.held[it.0].rule.name.clone()).collect();
        rules.sort();
        rules.dedup();
        let words = told::Words {
            run: self.run,
            system,
            around: &self.around,
            usual: &|cell| self.past.usual(system.cells[cell].at),
        };
        let is_lost = blame.accused.iter().all(|it| it.to.is_none());
        let kept = if is_lost { Vec::new() } else { kept };
        let repairs: Vec<Repair> = kept.iter().map(|it| words.repair(it, &rules)).collect();
        let told: Vec<Ranked> = blame.accused.iter().map(|it| words.ranked(it)).collect();
        let mut read: HashMap<(usize, usize), Vec<usize>> = HashMap::new();
        for row in block.rows.iter().map(|&it| &system.rows[it]) {
            read.entry((row.rule, row.check)).or_default().extend(row.terms.iter().map(|it| it.1));
        }
        for &(rule, check) in &failing {
            let read = read.get(&(rule, check)).map_or(&[][..], |it| it);
            let group = group(system, block, &blame, ((rule, check), read));
            let cells: HashSet<usize> = read.iter().copied().collect();
            let known = || told::Words::cause(&blame, &told, failing.len(), &|cell| cells.contains(&cell));
            let cause = words.copied(&blame).unwrap_or_else(known);
            let cause = Cause { group, limits: limits.clone(), ..cause };
            // What one cause of many findings explains is told there.
            self.repairs.causes.entry((rule, check)).or_insert_with(|| (cause, repairs.clone()));
        }
        if let Some(&first) = failing.first() {
            self.tell_mended(&blame, first, &repairs);
        }
    }

    /// Folds what fails of rules that the search does not know, and holds with
    /// the likeliest explanation: a fall in a running total, say.
    fn tell_mended(&mut self, blame: &Blame, first: (usize, usize), repairs: &[Repair]) {
        let Some(best) = blame.explanations.first().filter(|it| it.failing == 0 && it.is_judged) else { return };
        let is_one = best.changed.len() == 1 || best.together.is_some();
        let rows: usize = self.run.edition.tables.iter().map(|it| it.rows.len()).sum();
        // Of one figure any value that is likely will do.
        let single = blame.accused.first().filter(|it| best.changed.iter().all(|(cell, _)| *cell == it.cell));
        let share = single.map_or(blame.first, |it| it.share);
        if !is_one || share < MENDS || rows > JUDGED_ROWS_MAX {
            return;
        }
        let Some((lead, _)) = self.repairs.causes.get(&first).cloned() else { return };
        let mut edition = None;
        for (number, held) in self.held.iter().enumerate() {
            let is_asked = !self.linear[number] && held.rule.kind != "usual";
            if !is_asked || !held.judged.marks.contains(&Mark::Fails) {
                continue;
            }
            let edition = edition.get_or_insert_with(|| changed(&self.run.edition, self.system, &best.changed));
            self.spent.update(|it| it + rows / ROWS_A_STEP);
            let Ok((marks, _)) = readings::marks_of(self.run, edition, self.dataset, held.rule) else { continue };
            let mended = |it: &(usize, (&Mark, &Mark))| *it.1.0 == Mark::Fails && *it.1.1 == Mark::Holds;
            for (check, _) in held.judged.marks.iter().zip(&marks).enumerate().filter(mended) {
                self.repairs.causes.insert((number, check), (lead.clone(), repairs.to_vec()));
            }
        }
    }

    fn is_rounded(&self, block: &Block) -> bool {
        block.rows.iter().any(|&it| self.system.rows[it].rounding != crate::rules::Rounding::Exact)
    }

    /// Whether every rule holds with other figures: those of the block
    /// together, and none of the others fails that did not.
    fn restores(&self, block: &Block, changes: &[(usize, Decimal)]) -> bool {
        let mut values = self.scratch.borrow_mut();
        for &(cell, to) in changes {
            values[cell] = Some(to);
        }
        let shared = block.cells.len() <= SHARED_MAX;
        let question = Question { rows: &block.rows, values: &values, freed: &[], shared, within: &[] };
        let joint = self.system.joint(question);
        for &(cell, _) in changes {
            values[cell] = self.values[cell];
        }
        if matches!(joint, Joint::Impossible(_)) {
            return false;
        }
        let rows: usize = self.run.edition.tables.iter().map(|it| it.rows.len()).sum();
        if rows > JUDGED_ROWS_MAX {
            return true;
        }
        // What the system has is settled: no rule outside the block reads its cells.
        let settled = matches!(joint, Joint::Possible(_));
        let asked = self.held.iter().zip(&self.linear).filter(|it| it.0.rule.kind != "usual" && !(settled && *it.1));
        let asked: Vec<&JudgedRule<'_>> = asked.map(|it| it.0).collect();
        if asked.is_empty() {
            return true;
        }
        self.spent.update(|it| it + asked.len() * rows / ROWS_A_STEP);
        let edition = changed(&self.run.edition, self.system, changes);
        asked.iter().all(|held| {
            // A rule that cannot be judged on other figures says nothing of them.
            let Ok((marks, _)) = readings::marks_of(self.run, &edition, self.dataset, held.rule) else { return true };
            let worse = |it: (&Mark, &Mark)| *it.0 == Mark::Fails && *it.1 != Mark::Fails;
            !marks.iter().zip(&held.judged.marks).any(worse)
        })
    }
}

/// Whether a system has all checks of a rule, as they are: a share of nothing
/// is another thing in it.
fn is_linear(system: &System, rule: usize, held: &JudgedRule<'_>) -> bool {
    let rows = system.rows.iter().filter(|it| it.rule == rule && !it.share);
    let known: HashSet<usize> = rows.map(|it| it.check).collect();
    held.judged.marks.iter().enumerate().all(|(check, mark)| *mark == Mark::Skipped || known.contains(&check))
}

/// An edition with other figures.
fn changed(edition: &Edition, system: &System, changes: &[(usize, Decimal)]) -> Edition {
    let mut edition = edition.clone();
    for at in 0..edition.tables.len() {
        let own = changes.iter().filter(|it| system.cells[it.0].at.cell.table == at);
        let figures: Vec<_> = own
            .map(|&(cell, to)| {
                let cell = system.cells[cell].at.cell;
                (cell.row, cell.column, to)
            })
            .collect();
        if !figures.is_empty() {
            edition.tables[at] = edition.tables[at].with_figures(&figures);
        }
    }
    edition
}

/// What findings of one cause share: the block where one figure or one mishap
/// explains all of it, else the first figure of the likeliest explanation that
/// the check reads.
fn group(system: &System, block: &Block, blame: &Blame, ((rule, check), read): ((usize, usize), &[usize])) -> String {
    let first = block.cells.first().copied().unwrap_or(0);
    let place = |cell: usize| {
        let at = system.cells[cell].at.cell;
        format!("{}.{}.{}", at.table, at.row, at.column)
    };
    let Some(best) = blame.explanations.first() else { return format!("{} {rule} {check}", place(first)) };
    if best.failing == 0 && (best.changed.len() == 1 || best.together.is_some()) {
        return place(first);
    }
    let read = read.iter().find(|cell| best.changed.iter().any(|it| it.0 == **cell));
    read.map_or_else(|| format!("{} {rule} {check}", place(first)), |it| format!("{} at {}", place(first), place(*it)))
}
