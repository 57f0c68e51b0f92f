//! One JSON document: `crossfoot-findings`, version 1.
//!
//! Fields are only ever added. Values are strings of exact decimals; lines
//! and columns count from 1, columns in characters, the end one past the
//! last. `id` hashes dataset, table, rule, row key and column. `summary` and
//! its `by_rule` are exact also where `--max-findings` cut the list; then it
//! has `"truncated": true`. `verdict` is failed, passed, passed-in-part or
//! not-checked; `coverage` counts the figures that some decided check reads.
//! `suspects` are the figures that may be wrong, with what is required of each.
//! Findings of `follows` have the `relation` that breaks, with the probability
//! that a figure is wrong.
//! `cause.one_cause` says in words what explains many findings at once: each
//! of them has it, and all but the first name that one in `cause.told_with`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use crate::check::{Input, JudgedFigures, Outcome, Tally, Undetermined};
use crate::finding::{
    Blame, Cause, Correction, Expected, Finding, Follows, Meant, Place, Ranked, Repair, Role, Suspect,
};

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    tool: Value,
    verdict: &'static str,
    coverage: Value,
    inputs: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread: Vec<Value>,
    summary: Summary<'a>,
    findings: Vec<FindingJson<'a>>,
    undetermined: Vec<UndeterminedJson<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    limits: &'a [String],
}

#[derive(Serialize)]
pub(super) struct Summary<'a> {
    #[serde(flatten)]
    total: TallyJson,
    errors: usize,
    warnings: usize,
    notes: usize,
    by_rule: BTreeMap<&'a str, TallyJson>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
}

#[derive(Serialize)]
struct TallyJson {
    checks: usize,
    holds: usize,
    fails: usize,
    undetermined: usize,
    waived: usize,
}

#[derive(Serialize)]
pub(super) struct FindingJson<'a> {
    id: &'a str,
    rule: &'a str,
    kind: &'a str,
    severity: &'static str,
    certainty: &'static str,
    status: &'static str,
    message: &'a str,
    places: Vec<PlaceJson<'a>>,
    observed: Option<&'a str>,
    expected: Option<Value>,
    gap: Option<&'a str>,
    repairs: Vec<RepairJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<CauseJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relation: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suspects: Vec<Value>,
    rule_at: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct PlaceJson<'a> {
    role: &'static str,
    file: &'a str,
    sheet: Option<&'a str>,
    table: &'a str,
    row: Option<&'a str>,
    column: Option<&'a str>,
    cell: Option<&'a str>,
    line: u32,
    column_start: u32,
    column_end: u32,
    text: &'a str,
    value: Option<&'a str>,
}

#[derive(Serialize)]
struct RepairJson<'a> {
    #[serde(flatten)]
    first: CorrectionJson<'a>,
    restores: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    usual: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<CorrectionJson<'a>>,
}

#[derive(Serialize)]
struct CorrectionJson<'a> {
    row: &'a str,
    column: &'a str,
    from: &'a str,
    to: &'a str,
    slip: &'a str,
    table: &'a str,
    at: &'a str,
    words: &'a str,
}

#[derive(Serialize)]
struct CauseJson<'a> {
    suspects: Vec<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blame: Option<&'static str>,
    #[serde(skip_serializing_if = "is_none")]
    other_repairs: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    one_cause: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    told_with: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tells: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    limits: &'a [String],
}

#[derive(Serialize)]
pub(super) struct UndeterminedJson<'a> {
    rule: &'a str,
    table: &'a str,
    row: Option<&'a str>,
    column: Option<&'a str>,
    why: &'a str,
}

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        format: "crossfoot-findings",
        version: 1,
        tool: tool(),
        verdict: outcome.verdict().key(),
        coverage: coverage(outcome),
        inputs: outcome.inputs.iter().map(input).collect(),
        unread: unread(outcome),
        summary: summary(outcome),
        findings: outcome.findings.iter().map(finding).collect(),
        undetermined: outcome.undetermined.iter().map(undetermined).collect(),
        limits: &outcome.limits,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

pub(super) fn tool() -> Value {
    json!({"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")})
}

/// How many figures stand in a decided check, in all and by table.
pub(super) fn coverage(outcome: &Outcome) -> Value {
    let (figures, judged) = outcome.coverage();
    let table =
        |it: &JudgedFigures| json!({"file": it.file, "table": it.table, "figures": it.figures, "judged": it.judged});
    let tables: Vec<Value> = outcome.judged.iter().filter(|_| !outcome.of_article).map(table).collect();
    json!({"figures": figures, "judged": judged, "tables": tables})
}

/// The files that could not be read.
pub(super) fn unread(outcome: &Outcome) -> Vec<Value> {
    outcome.unread.iter().map(|it| json!({"file": it.file, "why": it.why})).collect()
}

pub(super) fn input(it: &Input) -> Value {
    let coverage = it.coverage.map(|it| json!({"days": it.days, "of": it.of}));
    let mut value = json!({
        "file": it.file, "dataset": it.dataset, "edition": it.edition, "coverage": coverage,
        "tables": it.tables, "rows": it.rows, "figures": it.figures,
    });
    if it.editions > 1 {
        value["editions"] = json!(it.editions);
    }
    value
}

pub(super) fn summary(outcome: &Outcome) -> Summary<'_> {
    let [errors, warnings, notes] = outcome.by_severity;
    let by_rule = outcome.by_rule.iter().map(|(name, it)| (name.as_str(), tally(*it))).collect();
    Summary { total: tally(outcome.total()), errors, warnings, notes, by_rule, truncated: outcome.truncated }
}

fn tally(it: Tally) -> TallyJson {
    let Tally { checks, holds, fails, undetermined, waived, .. } = it;
    TallyJson { checks, holds, fails, undetermined, waived }
}

pub(super) fn finding(it: &Finding) -> FindingJson<'_> {
    FindingJson {
        id: &it.id,
        rule: &it.rule,
        kind: it.kind,
        severity: it.severity.word(),
        certainty: it.certainty.word(),
        status: it.status.word(),
        message: &it.message,
        places: it.places.iter().map(place).collect(),
        observed: it.observed.as_deref(),
        expected: it.expected.as_ref().map(expected),
        gap: it.gap.as_deref(),
        repairs: it.repairs.iter().filter_map(repair).collect(),
        cause: it.cause.as_ref().map(cause),
        relation: follows(it).map(relation),
        suspects: it.cause.as_ref().map_or(Vec::new(), suspects),
        rule_at: it.rule_at.as_ref().map(|it| json!({"file": it.file, "line": it.line})),
        why: it.why.as_deref(),
        hint: it.hint.as_deref(),
    }
}

pub(super) fn place(it: &Place) -> PlaceJson<'_> {
    // A row of a database has a key, and no line.
    let lined = |at: u32| if it.is_keyed { 0 } else { at };
    PlaceJson {
        role: if it.role == Role::Primary { "primary" } else { "operand" },
        file: &it.file,
        sheet: it.sheet.as_deref(),
        table: &it.table,
        row: it.row.as_deref(),
        column: it.column.as_deref(),
        cell: it.cell.as_deref(),
        line: lined(it.line),
        column_start: lined(it.column_start),
        column_end: lined(it.column_end),
        text: &it.text,
        value: it.value.as_deref(),
    }
}

fn expected(it: &Expected) -> Value {
    match it {
        Expected::Equal(value) => json!({"equal": value}),
        Expected::AtMost(value) => json!({"at_most": value}),
        Expected::AtLeast(value) => json!({"at_least": value}),
        Expected::Between(low, high) => json!({"at_least": low, "at_most": high}),
        Expected::OneOf(values) => json!({"one_of": values}),
        Expected::Pattern(pattern) => json!({"pattern": pattern}),
    }
}

fn repair(it: &Repair) -> Option<RepairJson<'_>> {
    let mut corrections = it.corrections.iter().map(correction);
    let first = corrections.next()?;
    Some(RepairJson { first, restores: &it.restores, usual: it.usual, also: corrections.collect() })
}

fn correction(it: &Correction) -> CorrectionJson<'_> {
    let Correction { figure, from, to, slip, words, .. } = it;
    let Suspect { table, row, column, at, .. } = figure;
    CorrectionJson { row, column, from, to, slip, table, at, words }
}

fn follows(it: &Finding) -> Option<&Follows> {
    it.cause.as_ref()?.follows.as_ref()
}

/// A relation that a table follows by itself, and how probable it is that a
/// figure is wrong.
fn relation(it: &Follows) -> Value {
    let probability = f64::from(it.probability) / 1000.0;
    json!({"words": it.relations, "held": it.held, "of": it.of, "probability": probability})
}

/// A figure that may be wrong, and what it would have to be.
fn suspect(it: &Meant) -> Value {
    let Suspect { table, row, column, text, at, .. } = &it.figure;
    let mut value = json!({
        "row": row, "column": column, "text": text, "value": it.value, "requires": it.requires,
        "table": table, "at": at,
    });
    if !it.because.is_empty() {
        value["because"] = json!(it.because);
    }
    value
}

/// The figures that may be wrong, the likeliest first.
fn suspects(it: &Cause) -> Vec<Value> {
    let of_relation = it.follows.iter().flat_map(|it| &it.figures).map(suspect);
    it.ranked.iter().map(ranked).chain(of_relation).collect()
}

fn ranked(it: &Ranked) -> Value {
    let Suspect { table, row, column, text, at, .. } = &it.figure;
    json!({
        "table": table, "row": row, "column": column, "at": at, "text": text, "value": it.value,
        "requires": it.requires, "weight": f64::from(it.weight) / 1_000.0, "because": it.because,
    })
}

fn cause(it: &Cause) -> CauseJson<'_> {
    let figure = |it: &Suspect| json!({"table": it.table, "row": it.row, "column": it.column, "at": it.at});
    CauseJson {
        suspects: it.suspects.iter().map(|it| it.iter().map(figure).collect()).collect(),
        blame: it.blame.map(Blame::word),
        other_repairs: it.others,
        one_cause: it.common.as_deref(),
        told_with: it.told_with.as_deref(),
        tells: &it.tells,
        limits: &it.limits,
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

pub(super) fn undetermined(it: &Undetermined) -> UndeterminedJson<'_> {
    UndeterminedJson {
        rule: &it.rule,
        table: &it.table,
        row: it.row.as_deref(),
        column: it.column.as_deref(),
        why: &it.why,
    }
}
