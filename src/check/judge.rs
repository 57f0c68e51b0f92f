//! Puts the declared rules to an edition.

use super::Options;
use super::assemble::Run;
use super::disclosure;
use super::follows::is_arithmetic;
use super::held::holding;
use super::implied::facts;
use super::outcome::{Collector, RuleFacts};
use super::readings;
use super::repairs::{self, JudgedRule, Repairs, Together};
use super::strength;
use super::undecided::Undecided;
use crate::error::Result;
use crate::finding::{Certainty, Place, Role, Severity, Verdict};
use crate::rules::expression::{NamedCell, find_row};
use crate::rules::{CellSet, Context, Dataset, Detail, Mark, Need, Rule, all_open, prints_no};
use crate::table::{Edition, Sheet, Span, Table};

/// Judges every rule of a run's dataset that is wanted, and looks for what
/// explains those that fail.
pub(super) fn judge<'a>(
    run: &Run<'a>,
    options: &Options,
    collector: &mut Collector,
    undecided: &mut Undecided<'a>,
) -> Result<()> {
    let Some(dataset) = run.dataset else { return Ok(()) };
    let is_apart = |rule: &Rule| run.apart.iter().any(|it| it.rules.contains(&rule.name));
    let mut parts = vec![Part { run, main: None, rules: dataset.rules.iter().filter(|it| !is_apart(it)).collect() }];
    parts.extend(run.apart.iter().map(|it| {
        let rules = dataset.rules.iter().filter(|rule| it.rules.contains(&rule.name)).collect();
        Part { run: &it.run, main: Some(run), rules }
    }));
    let held: Vec<Vec<JudgedRule<'_>>> =
        parts.iter().map(|it| it.judge_rules(dataset, collector, undecided)).collect::<Result<_>>()?;
    // Rules over different rows are in no system together.
    let mut is_joint = held.iter().skip(1).flatten().all(|it| !it.is_linear());
    let is_rounded = |part: &Part<'_, '_>, it: &JudgedRule<'_>| {
        it.judged.marks.contains(&Mark::Rounded) || part.run.held(table_of(dataset, it.rule), &it.rule.name).rounded > 0
    };
    for (part, held) in parts.iter().zip(&held) {
        part.tell(dataset, held, options.repairs, (is_joint, collector));
    }
    is_joint |= !parts.iter().zip(&held).any(|(part, held)| held.iter().any(|it| is_rounded(part, it)));
    if !is_joint && collector.wants("joint", "joint") {
        let why = "the file was read in parts, so rules over several rows were not combined with others";
        tell_joint(run, dataset, &[], &[Together::Unknown(why.to_owned())], collector);
    }
    // Of a file in parts most figures are not at hand.
    let unmeasured = |what: &str| vec![format!("{what}: the file was read in parts")];
    match (collector.is_measured(), run.is_in_parts()) {
        (true, true) => collector.limit(unmeasured("coverage and mutation score were not measured")),
        (true, false) => collector.measure(strength::measure(run, dataset, &held[0])?),
        (false, _) => {}
    }
    match (options.disclosure, run.is_in_parts()) {
        (Some(_), true) => collector.limit(unmeasured("withheld figures were not checked")),
        (Some(percent), false) => collector.disclose(disclosure::find(run, dataset, &held[0], percent)),
        (None, _) => {}
    }
    run.memo.clear();
    Ok(())
}

/// Rules that are judged on the same rows.
struct Part<'a, 'r> {
    run: &'a Run<'r>,
    /// The edition that they belong to, where they are judged on other rows of it.
    main: Option<&'a Run<'r>>,
    rules: Vec<&'r Rule>,
}

impl<'a, 'r> Part<'a, 'r> {
    /// Judges them.
    fn judge_rules(
        &self,
        dataset: &'r Dataset,
        collector: &mut Collector,
        undecided: &mut Undecided<'r>,
    ) -> Result<Vec<JudgedRule<'a>>> {
        let mut held = Vec::new();
        let own = self.main.map(|_| collector.coverage.turn_apart(&self.run.edition));
        for rule in self.rules.iter().copied() {
            if collector.wants(&rule.name, rule.kind) && self.run.judges(rule) {
                let judged = judge_rule(self.run, dataset, rule, collector, undecided)?;
                if let Some(it) = &judged {
                    cover(self.run, dataset, it, collector, undecided);
                }
                held.extend(judged);
            }
        }
        if let (Some(main), Some(own)) = (self.main, own) {
            collector.coverage.turn_back(own, main, &self.run.edition);
        }
        Ok(held)
    }

    /// Tells of them, and of what explains those that fail.
    fn tell(
        &self,
        dataset: &Dataset,
        held: &[JudgedRule<'_>],
        repairs: bool,
        (is_joint, collector): (bool, &mut Collector),
    ) {
        let run = self.run;
        let standing = |number: usize, checks: &[usize]| {
            let it: &JudgedRule<'_> = &held[number];
            collector.standings(&rule_facts(dataset, it.rule), || it.judged.explain(checks))
        };
        let mut repairs = repairs::find(run, dataset, held, repairs.then_some(&standing as &repairs::Standings<'_>));
        for (number, it) in held.iter().enumerate() {
            tell(run, dataset, (number, it), &mut repairs, collector);
        }
        if is_joint && collector.wants("joint", "joint") {
            tell_joint(run, dataset, held, &repairs.joint, collector);
        }
        collector.limit(repairs.limits);
        run.memo.clear();
    }
}

/// Judges a rule, or counts it as undetermined where the edition lacks what it needs.
fn judge_rule<'a, 'b>(
    run: &'b Run<'b>,
    dataset: &'a Dataset,
    rule: &'a Rule,
    collector: &mut Collector,
    undecided: &mut Undecided<'a>,
) -> Result<Option<JudgedRule<'b>>>
where
    'a: 'b,
{
    let table = table_of(dataset, rule);
    let undetermined = |why: String, collector: &mut Collector| {
        collector.about(table);
        collector.count(&rule.name, Verdict::Undetermined, 1);
        collector.undetermined(&rule.name, &Detail::new(table, why));
    };
    if let Some((need, why)) = lacks(run, dataset, rule) {
        undecided.lacks(run, (dataset, rule), (&need, &why), collector);
        undetermined(why, collector);
        return Ok(None);
    }
    if run.is_settled(table, &rule.name) {
        collector.about(table);
        collector.count(&rule.name, Verdict::Holds, 1);
        undecided.decided(dataset, rule);
        cover_clean(run, dataset, rule, true, collector);
        for (declared, name) in rule.check.columns() {
            let table = run.edition.table(&dataset.tables[declared].name);
            let column = table.and_then(|it| Some((it, run.edition.tables[it].column(&name)?)));
            if let Some((table, column)) = column {
                collector.coverage.cells.add_column(&run.edition, table, column);
            }
        }
        return Ok(None);
    }
    let at = |it: crate::Error| it.in_rule(rule);
    let judged = readings::judge(run, dataset, rule).map_err(at)?;
    let why = || why_undetermined(&judged.context(&run.edition), rule, &judged.marks);
    if let Some(why) = (!run.is_decided_apart(table, &rule.name)).then(why).flatten() {
        undetermined(why, collector);
        let open = vec![Mark::Undetermined; judged.marks.len()];
        undecided.judged(run, (dataset, rule), &judged.context(&run.edition), (&open, 0), collector);
        return Ok(None);
    }
    Ok(Some(JudgedRule { rule, judged }))
}

/// Takes which figures a judged rule read, and whether it was decided.
fn cover<'a>(
    run: &Run<'_>,
    dataset: &'a Dataset,
    held: &JudgedRule<'_>,
    collector: &mut Collector,
    undecided: &mut Undecided<'a>,
) {
    let rule = dataset.rules.iter().find(|it| std::ptr::eq(*it, held.rule)).expect("a rule held is of its dataset");
    let context = held.judged.context(&run.edition);
    let marks = &held.judged.marks;
    rule.check.reads(&context, marks, &mut collector.coverage.cells);
    if is_arithmetic(rule.kind) {
        rule.check.reads(&context, marks, &mut collector.coverage.arithmetic);
    }
    if let Some(kept) = collector.held() {
        let mut cells = CellSet::none_of(&run.edition);
        rule.check.reads(&context, &holding(marks), &mut cells);
        kept.rules.push((rule.name.clone(), cells));
    }
    cover_clean(run, dataset, rule, marks.iter().any(|it| it.is_decided()), collector);
    let clean = run.held(table_of(dataset, rule), &rule.name);
    let count = usize::try_from(clean.decided()).unwrap_or(usize::MAX);
    undecided.judged(run, (dataset, rule), &context, (marks, count), collector);
}

/// Takes that the rows which are in order are judged by a rule, in the columns that
/// it reads: those of its table that it is known to hold of, and all of another.
fn cover_clean(run: &Run<'_>, dataset: &Dataset, rule: &Rule, is_decided: bool, collector: &mut Collector) {
    let held = run.held(table_of(dataset, rule), &rule.name);
    for (table, column) in rule.check.judged() {
        let name = &dataset.tables[table].name;
        let rows = match rule.table == Some(table) {
            true => {
                usize::try_from(held.rows).unwrap_or(usize::MAX).saturating_sub(run.blanks(name, &rule.name, &column))
            }
            false if is_decided || held.rows > 0 => run.clean_rows(name),
            false => 0,
        };
        if rows > 0 {
            collector.coverage.judge_clean(name, &column, rows);
        }
    }
}

/// Why nothing of a rule can be told, where all of its checks have one reason.
fn why_undetermined(context: &Context<'_>, rule: &Rule, marks: &[Mark]) -> Option<String> {
    let own = rule.check.why_undetermined(context, marks);
    own.or_else(|| {
        let read = rule.filter.as_ref().filter(|_| all_open(marks))?.columns();
        let absent = context.unprinted(&read);
        (!absent.is_empty()).then(|| prints_no(&absent))
    })
}

fn table_of<'a>(dataset: &'a Dataset, rule: &Rule) -> &'a str {
    rule.table.map_or("", |it| dataset.tables[it].name.as_str())
}

fn rule_facts<'a>(dataset: &'a Dataset, rule: &'a Rule) -> RuleFacts<'a> {
    RuleFacts {
        dataset: &dataset.name,
        name: &rule.name,
        kind: rule.kind,
        severity: rule.severity,
        why: rule.why.as_deref(),
        at: Some(&rule.at),
    }
}

/// Counts what a rule came to, and tells of what does not hold.
fn tell(
    run: &Run<'_>,
    dataset: &Dataset,
    (number, held): (usize, &JudgedRule<'_>),
    repairs: &mut Repairs,
    collector: &mut Collector,
) {
    let (rule, judged) = (held.rule, &held.judged);
    let table = table_of(dataset, rule);
    collector.about(table);
    let facts = rule_facts(dataset, rule);
    let tally = |mark| judged.marks.iter().filter(|&&it| it == mark).count();
    let held = run.held(table, &rule.name);
    let count = |it: u64| usize::try_from(it).unwrap_or(usize::MAX);
    let noted = rule.check.noted(&judged.own_context());
    collector.count(&rule.name, Verdict::Holds, tally(Mark::Holds).saturating_sub(noted.len()) + count(held.exact));
    collector.count_rounded(&rule.name, tally(Mark::Rounded) + count(held.rounded));
    collector.count(&rule.name, Verdict::Undetermined, tally(Mark::Undetermined) + count(held.open));
    let fails = tally(Mark::Fails) + count(held.fails);
    let decided = judged.marks.iter().filter(|it| it.is_decided()).count() + count(held.decided());
    let within = rule.at_most.as_ref().is_some_and(|it| it.allows(fails, decided));
    // What is allowed is told, and fails nothing.
    let facts = RuleFacts { severity: if within { Severity::Note } else { facts.severity }, ..facts };
    collector.fail(&facts, fails);
    let checks = |wanted| judged.marks.iter().enumerate().filter(move |it| *it.1 == wanted).map(|it| it.0);
    let failing: Vec<usize> = checks(Mark::Fails).take(collector.room()).collect();
    for (check, detail) in failing.iter().zip(judged.explain(&failing)) {
        let allowed =
            rule.at_most.as_ref().map(|most| format!("{fails} of {decided} checks failed; the rule allows {most}"));
        let detail = Detail { hint: detail.hint.or(allowed), ..detail };
        collector.find_explained(&facts, detail, repairs.causes.remove(&(number, *check)));
    }
    for detail in noted {
        collector.fail_one(&RuleFacts { severity: Severity::Note, ..facts }, detail);
    }
    let open: Vec<usize> = checks(Mark::Undetermined).take(collector.room()).collect();
    for detail in judged.explain(&open) {
        collector.undetermined(&rule.name, &detail);
    }
}

/// `joint`: rules that each hold within rounding can hold together.
fn tell_joint(
    run: &Run<'_>,
    dataset: &Dataset,
    held: &[JudgedRule<'_>],
    joint: &[Together],
    collector: &mut Collector,
) {
    for it in joint {
        match it {
            Together::Can => {
                collector.about("");
                collector.count("joint", Verdict::Holds, 1);
            }
            Together::Unknown(why) => {
                collector.about("");
                collector.count("joint", Verdict::Undetermined, 1);
                collector.undetermined("joint", &Detail::new("", why));
            }
            Together::Cannot(it) => {
                let [table, row, column] = it.cells[0];
                let table = &run.edition.tables[table];
                collector.about(&table.name);
                let mut detail = Detail::new(&table.name, it.message.clone());
                detail.row = Some(table.row_name(row));
                detail.column = Some(table.columns[column].name.clone());
                let place = |(at, [table, row, column]): (usize, &[usize; 3])| {
                    let role = if at == 0 { Role::Primary } else { Role::Operand };
                    Place::of_cell(&run.edition.tables[*table], *row, *column, role, "contradicts the other figures")
                };
                detail.places = it.cells.iter().enumerate().map(place).collect();
                let at = Some(&held[it.rule].rule.at);
                let facts = RuleFacts { at, ..facts(&dataset.name, "joint", it.severity) };
                collector.fail_one(&facts, detail);
            }
        }
    }
}

impl JudgedRule<'_> {
    /// Whether it says something linear of cells, in any of its checks.
    fn is_linear(&self) -> bool {
        match self.judged.marks.iter().position(|it| *it != Mark::Skipped) {
            Some(it) => !self.rule.check.equations(&self.judged.own_context(), &[it]).is_empty(),
            // All of its checks are known to hold: it is told by its kind.
            None => matches!(self.rule.kind, "sum" | "share"),
        }
    }
}

impl crate::Error {
    fn in_rule(self, rule: &Rule) -> Self {
        self.at(rule.at.file.clone(), rule.at.line, 0)
    }
}

/// What an edition lacks that a rule cannot be judged without, in words.
fn lacks(run: &Run<'_>, dataset: &Dataset, rule: &Rule) -> Option<(Need, String)> {
    let why = |need: &Need| match need {
        Need::Previous => run.previous.is_none().then(|| "not checked: there is no earlier edition".to_owned()),
        Need::Past => run.past.is_empty().then(|| "usual ranges not checked: there is no earlier edition".to_owned()),
        Need::Table(declared) => {
            let name = &dataset.tables[*declared].name;
            run.edition.table(name).is_none().then(|| format!("table {name} is not among the inputs"))
        }
        Need::Column(declared, column) => {
            let name = &dataset.tables[*declared].name;
            let Some(table) = find(&run.edition, name) else {
                return Some(format!("table {name} is not among the inputs"));
            };
            table.column(column).is_none().then(|| prints_no(&[column]))
        }
        Need::Row(declared, label, under) => {
            let name = &dataset.tables[*declared].name;
            let Some(table) = find(&run.edition, name) else {
                return Some(format!("table {name} is not among the inputs"));
            };
            let row = NamedCell { table: *declared, row: label.clone(), under: under.clone(), column: String::new() };
            // Of a file in parts it may be among the rows that are in order.
            let is_elsewhere = table.rows.is_empty() && run.clean_rows(name) > 0;
            find_row(&dataset.tables[*declared], table, &row).err().filter(|_| !is_elsewhere)
        }
    };
    rule.check.needs().into_iter().find_map(|need| why(&need).map(|why| (need, why)))
}

fn find<'a>(edition: &'a Edition, name: &str) -> Option<&'a Table> {
    edition.table(name).map(|it| &edition.tables[it])
}

/// What is said of a rule that its files could not answer under one reading.
pub(super) fn split_detail(context: &Context<'_>, rule: &Rule, check: usize, failing: usize, worlds: usize) -> Detail {
    let mut detail = rule.check.explain(context, check);
    detail.certainty = Certainty::Unclear;
    detail.message = format!("depends on how the figures are read: {failing} of {worlds} readings fail");
    detail
}

/// The place of a table's first printed line, for what is missing from it.
pub(super) fn heading_place(table: &Table, label: impl Into<String>) -> Place {
    let document = &table.document;
    // Of some records the first may be missing.
    let first = document.is_of_records().then(|| document.line(None, 1));
    // Nor need that of a sheet be among the rows of a table.
    let beside = || {
        let is_its = |it: &&Sheet| it.is_part && Some(&it.name) == table.sheet.as_ref();
        let sheet = document.sheets.iter().find(is_its)?;
        let row = &sheet.cells[sheet.row(2)];
        // A row that was handed out stands there twice.
        let again = row.windows(2).position(|it| it[1].column <= it[0].column);
        let last = again.map_or(row.last(), |at| row.get(at))?;
        Some(Span { start: row.first()?.span.start, end: last.span.end })
    };
    let span = first.or_else(beside).or(table.rows.first().map(|it| it.span)).unwrap_or_default();
    let mut place = Place::of_span(document, span, Role::Primary, label);
    place.table.clone_from(&table.name);
    place.sheet.clone_from(&table.sheet);
    place
}
