//! Stanzas to rules: names, tables, and exactly one kind each.

use std::collections::HashMap;
use std::ops::Range;

use super::Folder;
use super::fault::Places;
use crate::error::{Error, Result};
use crate::finding::{RulePlace, Severity};
use crate::plan::{Missing, Rounding};
use crate::rules::expression::{Condition, Variables};
use crate::rules::kinds::{self, Stanza};
use crate::rules::{At, Binding, Rule};
use crate::table::TableSchema;

/// Names of the rules that are implied: no stanza may take them.
pub const RESERVED: [&str; 19] = [
    "read",
    "type",
    "blank",
    "columns",
    "rows",
    "keys",
    "style",
    "period",
    "unclear",
    "stale",
    "restated",
    "pasted",
    "claim",
    "joint",
    "unclaimed",
    "undecided",
    "tables",
    "empty",
    "follows",
];

/// Compiles every stanza, in the order written, and tells what is wrong with the others.
pub(super) fn compile(
    folder: &Folder<'_>,
    stanzas: &[At<Stanza>],
    declared: (&[TableSchema], &Variables),
) -> (Vec<Rule>, Vec<Error>) {
    let places = folder.places;
    let mut lines = HashMap::new();
    let mut rules = Vec::with_capacity(stanzas.len());
    let mut errors = Vec::new();
    for stanza in stanzas {
        let line = places.position(&stanza.span()).line;
        let it = stanza.get();
        let compiled = check_name(places, &it.name).and_then(|()| match lines.insert(it.name.as_str(), line) {
            Some(first) => {
                let message = format!("rule {:?} is named twice, first in line {first}", it.name);
                Err(places.fault(it.name.span(), message))
            }
            None => compile_one(folder, stanza, line, declared),
        });
        match compiled {
            Ok(rule) => rules.push(rule),
            Err(error) => errors.push(error),
        }
    }
    (rules, errors)
}

fn check_name(places: &Places, name: &At<String>) -> Result<()> {
    let written = name.get();
    if written.trim().is_empty() {
        return Err(places.fault(name.span(), "a rule has an empty name"));
    }
    if RESERVED.contains(&written.as_str()) {
        let message = format!("rule name {written:?} is reserved for an implied rule");
        return Err(places.fault(name.span(), message).hint(format!("reserved names: {}", RESERVED.join(", "))));
    }
    Ok(())
}

fn compile_one(
    folder: &Folder<'_>,
    stanza: &At<Stanza>,
    line: u32,
    (tables, variables): (&[TableSchema], &Variables),
) -> Result<Rule> {
    let places = folder.places;
    let it = stanza.get();
    let written = it.kinds();
    let (kind, span) = match written.as_slice() {
        [(kind, span)] => (*kind, span.clone()),
        [] => {
            let known: Vec<&str> = kinds::all().iter().map(|it| it.name).collect();
            let message = format!("rule {:?} has no kind, so it says nothing that must hold", it.name);
            return Err(places.fault(it.name.span(), message).hint(format!("kinds: {}", known.join(", "))));
        }
        [(first, _), (second, span), ..] => {
            let message = format!("rule {:?} has two kinds, {first} and {second}", it.name);
            return Err(places.fault(span.clone(), message).hint("write one rule for each"));
        }
    };
    let table = find_table(places, it.table.as_ref(), tables)?;
    let missing = it.missing.map(Missing::from).unwrap_or_default();
    let rounding = it.rounding.map(Rounding::from).unwrap_or_default();
    let read = |name: &str| folder.read_from(&span, name);
    let binding = Binding { tables, table, rounding, missing, filter: None, variables, read: &read };
    let filter = it.filter.as_ref().map(|text| compile_filter(places, it, text, &binding)).transpose()?;
    let binding = Binding { filter: filter.as_ref(), ..binding };
    let check = it.compile(&binding).map_err(|error| name_rule(places, span.clone(), it, error))?;
    Ok(Rule {
        name: it.name.get().clone(),
        kind,
        table,
        severity: it.severity.map_or(Severity::Error, Severity::from).min(check.worst()),
        why: it.why.clone(),
        source: it.source.clone(),
        at: RulePlace { file: places.file(&stanza.span()).to_owned(), line },
        filter,
        missing,
        optional: it.optional,
        at_most: it.at_most.as_ref().map(|it| it.get().clone()),
        check,
    })
}

fn find_table(places: &Places, written: Option<&At<String>>, tables: &[TableSchema]) -> Result<Option<usize>> {
    let Some(written) = written else { return Ok((tables.len() == 1).then_some(0)) };
    let found = tables.iter().position(|it| &it.name == written.get());
    let names = || tables.iter().map(|it| it.name.as_str());
    found.map(Some).ok_or_else(|| places.unknown(written.span(), "table", written, names()))
}

fn compile_filter(places: &Places, rule: &Stanza, text: &At<String>, binding: &Binding<'_>) -> Result<Condition> {
    let condition = binding.require_table().and_then(|table| Condition::parse(text, binding, table));
    condition.map_err(|error| name_rule(places, text.span(), rule, error))
}

/// Says which rule an error is in, and where, unless it stands in another file.
fn name_rule(places: &Places, span: Range<usize>, rule: &Stanza, error: Error) -> Error {
    if error.place().is_some() {
        return error;
    }
    let named = Error::new(error.kind(), format!("rule {:?}: {error}", rule.name));
    let named = if let Some(hint) = error.hint_text() { named.hint(hint) } else { named };
    places.put(span, named)
}
