//! `undecided`: every rule is decided somewhere, unless what it lacks is
//! declared optional.
//!
//! A rule is asked of each edition that a set of files holds; only one that no
//! edition could decide is told of, once.

use std::collections::BTreeMap;

use super::assemble::Run;
use super::implied::facts;
use super::judge::heading_place;
use super::outcome::Collector;
use crate::finding::{Cause, Place, Role, Severity};
use crate::nearest::nearest;
use crate::rules::{Context, Dataset, Detail, Mark, Need, Rule};
use crate::table::{Table, TableSchema};

/// What became of the rules asked of one set of files.
#[derive(Debug, Default)]
pub(super) struct Undecided<'a> {
    /// By the rule's place in its rule file.
    rules: BTreeMap<usize, Fate<'a>>,
}

#[derive(Debug)]
struct Fate<'a> {
    dataset: &'a Dataset,
    rule: &'a Rule,
    is_decided: bool,
    /// What it lacked first.
    lack: Option<Lack>,
}

/// What a rule lacked, in words.
#[derive(Debug)]
struct Lack {
    table: String,
    why: String,
    hint: Option<String>,
    place: Option<Place>,
    cause: Option<String>,
    /// The edition, where it is not about the form of a file.
    edition: Option<usize>,
}

/// What findings share that are about one thing that is not printed.
pub(super) fn cause_of(dataset: &str, table: &str, what: &str, name: &str) -> Cause {
    Cause { group: format!("lacks {dataset} {table} {what} {name}"), ..Cause::default() }
}

impl<'a> Undecided<'a> {
    fn fate(&mut self, dataset: &'a Dataset, rule: &'a Rule) -> &mut Fate<'a> {
        let at = dataset.rules.iter().position(|it| std::ptr::eq(it, rule)).unwrap_or(0);
        self.rules.entry(at).or_insert(Fate { dataset, rule, is_decided: false, lack: None })
    }

    /// Takes that an edition lacks what a rule needs.
    pub(super) fn lacks(
        &mut self,
        run: &Run<'_>,
        (dataset, rule): (&'a Dataset, &'a Rule),
        (need, why): (&Need, &str),
        collector: &Collector,
    ) {
        let fate = self.fate(dataset, rule);
        if fate.lack.is_none() && !rule.optional && !is_optional(dataset, need) {
            fate.lack = of_need(run, dataset, (need, why), collector);
        }
    }

    /// Takes that a rule is decided.
    pub(super) fn decided(&mut self, dataset: &'a Dataset, rule: &'a Rule) {
        self.fate(dataset, rule).is_decided = true;
    }

    /// Takes the marks of a rule's checks, beside those that are known to hold.
    pub(super) fn judged(
        &mut self,
        run: &Run<'_>,
        (dataset, rule): (&'a Dataset, &'a Rule),
        context: &Context<'_>,
        (marks, clean): (&[Mark], usize),
        collector: &Collector,
    ) {
        let fate = self.fate(dataset, rule);
        if clean > 0 || marks.iter().any(|it| it.is_decided()) {
            fate.is_decided = true;
        } else if fate.lack.is_none() && !rule.optional {
            fate.lack = of_checks(run, dataset, rule, context, marks, collector);
        }
    }

    /// Tells of the rules that none of the editions could decide, and forgets all.
    pub(super) fn report(&mut self, collector: &mut Collector) {
        for (_, fate) in std::mem::take(&mut self.rules) {
            let Fate { dataset, rule, is_decided: false, lack: Some(lack) } = fate else { continue };
            if !collector.wants("undecided", "undecided") {
                continue;
            }
            collector.about(&lack.table);
            let mut detail = Detail::new(&lack.table, format!("rule {} was never checked: {}", rule.name, lack.why));
            // The rule takes the place of a row: each has a finding of its own.
            detail.row = Some(rule.name.clone());
            detail.hint = lack.hint;
            detail.places.extend(lack.place);
            let facts =
                super::outcome::RuleFacts { at: Some(&rule.at), ..facts(&dataset.name, "undecided", Severity::Error) };
            collector.fail(&facts, 1);
            let cause = lack.cause.map(|group| (Cause { group, ..Cause::default() }, Vec::new()));
            collector.find_in(lack.edition, &facts, detail, cause);
        }
    }
}

/// Whether a rule file says that an edition may lack something.
fn is_optional(dataset: &Dataset, need: &Need) -> bool {
    match need {
        Need::Previous | Need::Past => true,
        Need::Table(table) => dataset.tables[*table].optional,
        Need::Column(table, name) => {
            let schema = &dataset.tables[*table];
            schema.optional || schema.columns.iter().any(|it| it.name == *name && it.optional)
        }
        Need::Row(table, label, under) => {
            let schema = &dataset.tables[*table];
            let same = |it: &&crate::table::RowSchema| it.name == *label && (under.is_none() || it.under == *under);
            schema.optional || schema.rows.iter().find(same).is_some_and(|it| it.optional || above_is(schema, it))
        }
    }
}

/// Whether the row that a row is a part of may be left out.
fn above_is(schema: &TableSchema, row: &crate::table::RowSchema) -> bool {
    let above = row.under.as_ref().and_then(|under| schema.rows.iter().find(|it| it.name == *under));
    above.is_some_and(|it| it.optional)
}

fn of_need(run: &Run<'_>, dataset: &Dataset, (need, why): (&Need, &str), collector: &Collector) -> Option<Lack> {
    let (Need::Table(at) | Need::Column(at, _) | Need::Row(at, ..)) = need else { return None };
    let schema = &dataset.tables[*at];
    let table = run.edition.table(&schema.name).map(|it| &run.edition.tables[it]);
    // An empty table is a finding of its own.
    if table.is_some_and(|it| it.rows.is_empty() && run.clean_rows(&schema.name) == 0) {
        return None;
    }
    let place = table.or(run.edition.tables.first()).map(start_of);
    let lack = |hint: String, what: &str, name: &str| Lack {
        table: schema.name.clone(),
        why: why.to_owned(),
        hint: Some(hint),
        place,
        cause: Some(cause_of(&dataset.name, &schema.name, what, name).group),
        edition: None,
    };
    let Some(table) = table else {
        let hint = format!("add the file of {0} to the run, or set tables.{0}.optional = true", schema.name);
        return Some(lack(hint, "table", ""));
    };
    match need {
        Need::Column(_, name) => {
            let printed = table.columns.iter().filter(|it| schema.column(&it.name).is_none());
            let near = nearest(name, printed.map(|it| it.name.as_str()));
            let optional = format!("set optional = true for {name} if an edition may leave it out");
            let hint = near.map_or(optional.clone(), |it| format!("the nearest printed column is {it}; {optional}"));
            Some(lack(hint, "column", name))
        }
        Need::Row(_, label, _) => {
            let hint = near_label(table, label).map_or_else(
                || format!("correct the name in the rule, or set optional = true for row {label}"),
                |it| format!("the nearest printed row is {it}; if the rule means it, correct the name in the rule"),
            );
            let lack = lack(hint, "row", label);
            Some(Lack { edition: collector.edition(), ..lack })
        }
        _ => None,
    }
}

/// Where a table starts: its heading in a file of records, else its first row.
fn start_of(table: &Table) -> Place {
    let has_heading = table.sheet.is_none() && table.rows.first().is_none_or(|it| it.number > 0);
    if !has_heading || table.document.is_of_records() {
        return heading_place(table, "the table starts here");
    }
    let heading = table.document.line(None, 1);
    let mut place = Place::of_span(&table.document, heading, Role::Primary, "");
    place.table.clone_from(&table.name);
    place
}

/// The label most like one that is not printed.
fn near_label<'a>(table: &'a Table, label: &str) -> Option<&'a str> {
    let column = table.label_column()?;
    nearest(label, (0..table.rows.len()).map(|row| table.text(row, column)))
}

/// What no check of a rule could be decided for, apart from missing figures.
fn of_checks(
    run: &Run<'_>,
    dataset: &Dataset,
    rule: &Rule,
    context: &Context<'_>,
    marks: &[Mark],
    collector: &Collector,
) -> Option<Lack> {
    let schema = &dataset.tables[rule.table?];
    let table = &run.edition.tables[context.table(rule.table?)?];
    let rows = table.rows.len() + run.clean_rows(&schema.name);
    if rows == 0 {
        return None;
    }
    let none_let_in = rule.filter.is_some() && marks.iter().all(|it| *it == Mark::Skipped);
    let (why, hint) = match (&rule.filter, rule.check.idle(context)) {
        (Some(filter), _) if none_let_in => {
            // Of a file in parts only the odd rows are here: what others print is not known.
            let asked = filter.unmatched(table).filter(|_| run.clean_rows(&schema.name) == 0);
            let near = asked.and_then(|(column, text)| Some((column, text, near_text(table, column, text)?)));
            let hint = match (asked, near) {
                (_, Some((column, text, near))) => {
                    format!("{column} is never \"{text}\"; the nearest value is \"{near}\"")
                }
                (Some((column, text)), None) => format!("{column} is never \"{text}\""),
                (None, None) => "if this is expected, set optional = true in the rule".to_owned(),
            };
            (format!("its `where` matches none of {rows} rows"), hint)
        }
        (_, Some(why)) => (why, "if this is expected, set optional = true in the rule".to_owned()),
        _ => return None,
    };
    let place = Some(start_of(table));
    let (table, hint, edition) = (schema.name.clone(), Some(hint), collector.edition());
    Some(Lack { table, why, hint, place, cause: None, edition })
}

/// The text of a column most like one that it does not print.
fn near_text<'a>(table: &'a Table, column: &str, text: &str) -> Option<&'a str> {
    let column = table.column(column)?;
    nearest(text, (0..table.rows.len()).map(|row| table.text(row, column)))
}
