//! One JSON document: `crossfoot-findings`, version 1; `shape` says what its fields hold.
//!
//! `summary` and its `by_rule` are exact also where `--max-findings` cut the list.

mod shape;

use std::io::{self, Write};

use serde_json::Value;

use crate::check::{Input, JudgedFigures, Outcome, Tally, Undetermined};
use crate::finding::{
    Blame, Cause, Correction, Expected, Finding, Follows, Meant, Place, Ranked, Repair, Role, Suspect,
};
use shape::{
    CauseJson, CorrectionJson, CoverageJson, Days, Document, ExpectedJson, FigureJson, FindingJson, InputJson,
    RelationJson, RepairJson, RulePlaceJson, Summary, SuspectJson, TableCoverage, TallyJson, UndeterminedJson,
    UnreadJson,
};
pub(super) use shape::{FORMAT, PlaceJson, Tool, VERSION};

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        format: FORMAT,
        version: VERSION,
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

/// The JSON Schema of the document.
pub(super) fn schema() -> Value {
    super::schema::of::<Document<'_>>(FORMAT, VERSION.into())
}

pub(super) fn tool() -> Tool {
    Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
}

/// How many figures stand in a decided check, in all and by table.
pub(super) fn coverage(outcome: &Outcome) -> CoverageJson<'_> {
    let (figures, judged) = outcome.coverage();
    let tables = outcome.judged.iter().filter(|_| !outcome.of_article).map(table_coverage);
    CoverageJson { figures, judged, tables: tables.collect() }
}

fn table_coverage(it: &JudgedFigures) -> TableCoverage<'_> {
    TableCoverage { file: &it.file, table: &it.table, figures: it.figures, judged: it.judged }
}

/// The files that could not be read.
pub(super) fn unread(outcome: &Outcome) -> Vec<UnreadJson<'_>> {
    outcome.unread.iter().map(|it| UnreadJson { file: &it.file, why: &it.why }).collect()
}

pub(super) fn input(it: &Input) -> InputJson<'_> {
    InputJson {
        file: &it.file,
        dataset: it.dataset.as_deref(),
        edition: it.edition.as_deref(),
        coverage: it.coverage.map(|it| Days { days: it.days, of: it.of }),
        tables: it.tables,
        rows: it.rows,
        figures: it.figures,
        editions: (it.editions > 1).then_some(it.editions),
    }
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
        rule_at: it.rule_at.as_ref().map(|it| RulePlaceJson { file: &it.file, line: it.line }),
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

fn expected(it: &Expected) -> ExpectedJson<'_> {
    let none = ExpectedJson::default();
    match it {
        Expected::Equal(value) => ExpectedJson { equal: Some(value), ..none },
        Expected::AtMost(value) => ExpectedJson { at_most: Some(value), ..none },
        Expected::AtLeast(value) => ExpectedJson { at_least: Some(value), ..none },
        Expected::Between(low, high) => ExpectedJson { at_least: Some(low), at_most: Some(high), ..none },
        Expected::OneOf(values) => ExpectedJson { one_of: Some(values), ..none },
        Expected::Pattern(pattern) => ExpectedJson { pattern: Some(pattern), ..none },
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

fn relation(it: &Follows) -> RelationJson<'_> {
    let probability = f64::from(it.probability) / 1000.0;
    RelationJson { words: &it.relations, held: it.held, of: it.of, probability }
}

/// The figures that may be wrong, the likeliest first.
fn suspects(it: &Cause) -> Vec<SuspectJson<'_>> {
    let of_relation = it.follows.iter().flat_map(|it| &it.figures).map(meant);
    it.ranked.iter().map(ranked).chain(of_relation).collect()
}

/// A figure that may be wrong, and what it would have to be.
fn meant(it: &Meant) -> SuspectJson<'_> {
    SuspectJson {
        figure: figure(&it.figure),
        text: &it.figure.text,
        value: it.value.as_deref(),
        requires: Some(&it.requires),
        weight: None,
        because: Some(it.because).filter(|it| !it.is_empty()),
    }
}

fn ranked(it: &Ranked) -> SuspectJson<'_> {
    SuspectJson {
        figure: figure(&it.figure),
        text: &it.figure.text,
        value: it.value.as_deref(),
        requires: it.requires.as_deref(),
        weight: Some(f64::from(it.weight) / 1_000.0),
        because: it.because.as_deref(),
    }
}

fn figure(it: &Suspect) -> FigureJson<'_> {
    FigureJson { table: &it.table, row: &it.row, column: &it.column, at: &it.at }
}

fn cause(it: &Cause) -> CauseJson<'_> {
    CauseJson {
        suspects: it.suspects.iter().map(|it| it.iter().map(figure).collect()).collect(),
        blame: it.blame.map(Blame::word),
        other_repairs: Some(it.others).filter(|it| *it > 0),
        one_cause: it.common.as_deref(),
        told_with: it.told_with.as_deref(),
        tells: &it.tells,
        limits: &it.limits,
    }
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
