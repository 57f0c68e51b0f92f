//! SARIF 2.1.0 (OASIS standard), for code scanning and editors.
//!
//! One run. A finding is a result; its rule stands in the driver's list. Cells
//! of spreadsheets have logical locations besides lines. Waived findings are
//! suppressed, known ones `unchanged`. Hosts take 5,000 results: new findings
//! come first, and `properties` says how many were cut.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::verdict;
use crate::check::{JudgedFigures, Outcome, RunVerdict};
use crate::finding::{Finding, Place, Role, Severity, Status};

/// What GitHub takes of one run.
const RESULTS_MAX: usize = 5_000;
const RELATED_MAX: usize = 100;
/// Longer snippets are cut: they are for people.
const SNIPPET_MAX: usize = 300;

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<&Finding> = outcome.findings.iter().collect();
    // Worst first already: new ones of each severity go before known ones.
    findings.sort_by_key(|it| rank(it.status));
    let cut = findings.len().saturating_sub(RESULTS_MAX);
    findings.truncate(RESULTS_MAX);
    let mut rules: Vec<(&str, &Finding)> = findings.iter().map(|it| (it.rule.as_str(), *it)).collect();
    rules.sort_by_key(|it| it.0);
    rules.dedup_by_key(|it| it.0);
    let results = findings.iter().map(|it| {
        let rule = rules.binary_search_by_key(&it.rule.as_str(), |it| it.0).unwrap_or(0);
        result(it, rule)
    });
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|it| rule(it.1)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation(outcome)],
            "results": results.collect::<Vec<_>>(),
            "properties": {
                "checks": outcome.total().checks,
                "undetermined": outcome.total().undetermined,
                "verdict": outcome.verdict().key(),
                "coverage": super::json::coverage(outcome),
                "cut": cut,
                "truncated": outcome.truncated || cut > 0,
            },
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// How the run went: whether all was read, and what was not judged.
fn invocation(outcome: &Outcome) -> Value {
    let notification = |level: &str, text: String| json!({"level": level, "message": {"text": text}});
    let mut told: Vec<Value> = outcome.unread.iter().map(|it| notification("error", it.why.clone())).collect();
    if matches!(outcome.verdict(), RunVerdict::NotChecked | RunVerdict::PassedInPart) {
        told.push(notification("warning", verdict::verdict(outcome)));
    }
    let table =
        |it: &JudgedFigures| format!("table {} of {}: none of {} figures was checked", it.table, it.file, it.figures);
    let unjudged = verdict::unjudged(outcome);
    told.extend(unjudged.iter().take(RELATED_MAX).map(|it| notification("note", table(it))));
    json!({"executionSuccessful": outcome.unread.is_empty(), "toolExecutionNotifications": told})
}

fn rank(status: Status) -> u8 {
    match status {
        Status::New => 0,
        Status::Known => 1,
        Status::Waived => 2,
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn rule(it: &Finding) -> Value {
    let mut rule = json!({
        "id": it.rule,
        "shortDescription": {"text": format!("{} ({})", it.rule, it.kind)},
        "defaultConfiguration": {"level": level(it.severity)},
        "properties": {"kind": it.kind, "tags": ["data-quality", it.kind]},
    });
    if let Some(why) = &it.why {
        rule["fullDescription"] = json!({"text": why});
    }
    if let Some(at) = &it.rule_at {
        rule["help"] = json!({"text": format!("written in {}:{}", at.file, at.line)});
    }
    rule
}

fn result(it: &Finding, rule: usize) -> Value {
    let hint = it.hint.as_ref().map_or(String::new(), |it| format!(" (hint: {it})"));
    let mut result = json!({
        "ruleId": it.rule,
        "ruleIndex": rule,
        "level": level(it.severity),
        "message": {"text": format!("{}{hint}", it.message)},
        "partialFingerprints": {"crossfoot/v1": it.id},
        "baselineState": if it.status == Status::New { "new" } else { "unchanged" },
        "properties": {
            "certainty": it.certainty.word(),
            "observed": it.observed,
            "gap": it.gap,
        },
    });
    let mut primary = it.places.iter().filter(|it| it.role == Role::Primary).take(1);
    if let Some(place) = primary.next().or(it.places.first()) {
        result["locations"] = json!([location(place)]);
    }
    let related = it.places.iter().filter(|it| it.role == Role::Operand).take(RELATED_MAX);
    let related: Vec<Value> = related
        .map(|it| {
            let mut location = location(it);
            location["message"] = json!({"text": it.label});
            location
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    if it.status == Status::Waived {
        result["suppressions"] = json!([{"kind": "external", "status": "accepted"}]);
    }
    result
}

fn location(it: &Place) -> Value {
    let mut region = Map::new();
    // Workbooks and databases have no lines: their cells are logical locations.
    if it.has_line() {
        region.insert("startLine".to_owned(), json!(it.line));
        region.insert("startColumn".to_owned(), json!(it.column_start.max(1)));
        region.insert("endColumn".to_owned(), json!(it.column_end.max(it.column_start).max(1)));
        region.insert("snippet".to_owned(), json!({"text": it.text.chars().take(SNIPPET_MAX).collect::<String>()}));
    }
    let mut physical = json!({"artifactLocation": {"uri": uri(&it.file)}});
    if !region.is_empty() {
        physical["region"] = Value::Object(region);
    }
    let parts = [it.sheet.as_deref(), Some(it.table.as_str()), it.row.as_deref(), it.column.as_deref()];
    let path: Vec<&str> = parts.into_iter().flatten().filter(|it| !it.is_empty()).collect();
    let mut location = json!({"physicalLocation": physical});
    if !path.is_empty() {
        let name = it.cell.as_deref().or(it.column.as_deref()).unwrap_or(path[0]);
        location["logicalLocations"] = json!([{"name": name, "fullyQualifiedName": path.join("/"), "kind": "member"}]);
    }
    location
}

/// A relative reference of RFC 3986: what is no plain character is escaped.
fn uri(file: &str) -> String {
    let mut uri = String::new();
    for byte in file.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_a_relative_reference() {
        assert_eq!(uri("in/a b:c.csv"), "in/a%20b%3Ac.csv");
        assert_eq!(uri("déc.csv"), "d%C3%A9c.csv");
    }
}
