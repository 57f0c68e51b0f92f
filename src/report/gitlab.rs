//! GitLab's code quality report: a JSON array, shown in merge requests.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::verdict;
use crate::check::{JudgedFigures, Outcome};
use crate::finding::{Finding, Place, Severity, Status};

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let findings = outcome.findings.iter().filter(|it| it.status != Status::Waived);
    // Fingerprints have to differ: the same row and column in two files do not.
    let mut seen = std::collections::HashMap::new();
    let issues: Vec<Value> = findings
        .map(|it| {
            let count = seen.entry((it.id.as_str(), it.places.first().map(|it| it.file.as_str()))).or_insert(0_usize);
            *count += 1;
            issue(it, *count)
        })
        .collect();
    let unjudged = verdict::unjudged(outcome);
    let issues: Vec<Value> = issues.into_iter().chain(unjudged.iter().map(|it| not_judged(it))).collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

/// A table of which nothing was judged.
fn not_judged(it: &JudgedFigures) -> Value {
    let hash = xxhash_rust::xxh3::xxh3_64(format!("{}\n{}", it.file, it.table).as_bytes());
    json!({
        "description": format!("not checked: no rule reads the {} figures of table {}", it.figures, it.table),
        "check_name": "not checked",
        "fingerprint": format!("not-checked-{hash:016x}"),
        "severity": "info",
        "location": {"path": it.file, "lines": {"begin": 1}},
    })
}

fn issue(it: &Finding, count: usize) -> Value {
    let severity = match it.severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Note => "info",
    };
    let line = |it: &Place| if it.is_keyed { 1 } else { it.line.max(1) };
    let (file, line) = it.places.first().map_or(("", 1), |it| (it.file.as_str(), line(it)));
    // Where there are no lines, the cell is told in words.
    let unlined = it.places.first().filter(|it| it.line > 0 && !it.has_line());
    let cell = unlined.map_or(String::new(), |it| format!("{}: ", it.at()));
    json!({
        "description": format!("{cell}{}", it.message),
        "check_name": it.rule,
        "fingerprint": format!("{}-{:016x}-{count}", it.id, xxhash_rust::xxh3::xxh3_64(file.as_bytes())),
        "severity": severity,
        "location": {"path": file, "lines": {"begin": line}},
    })
}
