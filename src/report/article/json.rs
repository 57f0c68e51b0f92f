//! One JSON document: `crossfoot-article`, version 1.
//!
//! Fields are only ever added. Values and the ends of intervals are strings of
//! exact decimals, dates as ISO 8601 has them with `XXXX` for a year that is
//! not printed; lines and columns count from 1, columns in characters, the end
//! one past the last. An interval without an end has `null` there.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::article::{Article, Claim, Evidence, Interval};
use crate::finding::Place;
use crate::report::json::{place, tool};
use crate::table::show_exact;

pub(super) fn write(article: &Article, out: &mut dyn Write) -> io::Result<()> {
    let sum = article.summary();
    let document = json!({
        "format": "crossfoot-article",
        "version": 1,
        "tool": tool(),
        "file": article.document.name,
        "summary": {
            "found": sum.found, "checkable": sum.checkable, "confirmed": sum.confirmed,
            "contradicted": sum.contradicted, "unsourced": sum.unsourced, "not_checkable": sum.not_checkable,
        },
        "mentions": article.claims.iter().map(|it| mention(article, it)).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn mention(article: &Article, claim: &Claim) -> Value {
    let at: Place = claim.place(&article.document);
    let it = &claim.mention;
    json!({
        "text": claim.text, "line": at.line, "column_start": at.column_start, "column_end": at.column_end,
        "kind": it.kind.word(),
        "value": it.value.as_ref().map(show_exact).or_else(|| it.date()),
        "inner": it.inner.as_ref().map(interval),
        "outer": it.outer.as_ref().map(interval),
        "head": it.counted(),
        "verdict": claim.verdict.word(),
        "reason": claim.reason,
        "slip": claim.slip,
        "evidence": claim.evidence.iter().map(evidence).collect::<Vec<_>>(),
    })
}

fn interval(it: &Interval) -> Value {
    let end = |end: &Option<(crate::table::Exact, bool)>| end.as_ref().map(|it| show_exact(&it.0));
    let closed = |end: &Option<(crate::table::Exact, bool)>| end.as_ref().is_some_and(|it| it.1);
    json!({
        "low": end(&it.low), "low_included": closed(&it.low),
        "high": end(&it.high), "high_included": closed(&it.high),
    })
}

fn evidence(it: &Evidence) -> Value {
    let chance = it.chance.map(|(hits, of)| json!({"agree": hits, "of": of}));
    json!({
        "kind": it.kind,
        "formula": it.formula,
        "places": it.places.iter().map(place).collect::<Vec<_>>(),
        "chance": chance,
    })
}
