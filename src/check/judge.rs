//! Puts the declared rules to an edition.

use super::assemble::Run;
use super::outcome::{Collector, RuleFacts};
use super::readings;
use crate::error::Result;
use crate::finding::{Certainty, Place, Role, Verdict};
use crate::rules::{Context, Dataset, Detail, Mark, Need, Rule};
use crate::table::{Edition, Table};

/// Judges every rule of a run's dataset that is wanted.
pub(super) fn judge(run: &Run<'_>, collector: &mut Collector) -> Result<()> {
    let Some(dataset) = run.dataset else { return Ok(()) };
    for rule in &dataset.rules {
        if collector.wants(&rule.name, rule.kind) && run.judges(rule) {
            judge_rule(run, dataset, rule, collector)?;
        }
    }
    Ok(())
}

fn judge_rule(run: &Run<'_>, dataset: &Dataset, rule: &Rule, collector: &mut Collector) -> Result<()> {
    let table = rule.table.map_or("", |it| dataset.tables[it].name.as_str());
    collector.about(table);
    if let Some(why) = lacks(run, dataset, rule) {
        collector.count(&rule.name, Verdict::Undetermined, 1);
        collector.undetermined(&rule.name, &Detail::new(table, why));
        return Ok(());
    }
    let at = |it: crate::Error| it.in_rule(rule);
    let judged = readings::judge(run, dataset, rule).map_err(at)?;
    let facts = RuleFacts {
        dataset: &dataset.name,
        name: &rule.name,
        kind: rule.kind,
        severity: rule.severity,
        why: rule.why.as_deref(),
        at: Some(&rule.at),
    };
    let tally = |mark| judged.marks.iter().filter(|&&it| it == mark).count();
    collector.count(&rule.name, Verdict::Holds, tally(Mark::Holds) + run.clean_rows(table));
    collector.count_rounded(&rule.name, tally(Mark::Rounded));
    collector.count(&rule.name, Verdict::Undetermined, tally(Mark::Undetermined));
    collector.fail(&facts, tally(Mark::Fails));
    let checks = |wanted| judged.marks.iter().enumerate().filter(move |it| *it.1 == wanted).map(|it| it.0);
    let failing: Vec<usize> = checks(Mark::Fails).take(collector.room()).collect();
    for detail in judged.explain(&failing) {
        collector.find(&facts, detail);
    }
    let open: Vec<usize> = checks(Mark::Undetermined).take(collector.room()).collect();
    for detail in judged.explain(&open) {
        collector.undetermined(&rule.name, &detail);
    }
    Ok(())
}

impl crate::Error {
    fn in_rule(self, rule: &Rule) -> Self {
        self.at(rule.at.file.clone(), rule.at.line, 0)
    }
}

/// What an edition lacks that a rule cannot be judged without, in words.
fn lacks(run: &Run<'_>, dataset: &Dataset, rule: &Rule) -> Option<String> {
    rule.check.needs().iter().find_map(|need| match need {
        Need::Previous => run.previous.is_none().then(|| "no earlier edition to compare with".to_owned()),
        Need::Past => run.past.is_empty().then(|| "no earlier edition to compare with".to_owned()),
        Need::Table(declared) => {
            let name = &dataset.tables[*declared].name;
            run.edition.table(name).is_none().then(|| format!("table {name} is not among the inputs"))
        }
        Need::Column(declared, column) => {
            let name = &dataset.tables[*declared].name;
            let Some(table) = find(&run.edition, name) else {
                return Some(format!("table {name} is not among the inputs"));
            };
            table.column(column).is_none().then(|| format!("this edition prints no column {column}"))
        }
        Need::Row(declared, label, under) => {
            let name = &dataset.tables[*declared].name;
            let Some(table) = find(&run.edition, name) else {
                return Some(format!("table {name} is not among the inputs"));
            };
            table.find_row(label, under.as_deref()).is_none().then(|| format!("this edition prints no row {label}"))
        }
    })
}

fn find<'a>(edition: &'a Edition, name: &str) -> Option<&'a Table> {
    edition.table(name).map(|it| &edition.tables[it])
}

/// What is said of a rule that its files could not answer under one reading.
pub(super) fn split_detail(context: &Context<'_>, rule: &Rule, check: usize, failing: usize, worlds: usize) -> Detail {
    let mut detail = rule.check.explain(context, check);
    detail.certainty = Certainty::Unclear;
    detail.message = format!("depends on how the figures are read: fails under {failing} of {worlds} readings");
    detail
}

/// The place of a table's first printed line, for what is missing from it.
pub(super) fn heading_place(table: &Table, label: impl Into<String>) -> Place {
    let span = table.rows.first().map(|it| it.span).unwrap_or_default();
    let mut place = Place::of_span(&table.document, span, Role::Primary, label);
    place.table.clone_from(&table.name);
    place.sheet.clone_from(&table.sheet);
    place
}
