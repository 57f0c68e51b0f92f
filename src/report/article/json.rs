//! One JSON document: `crossfoot-article`, version 1.
//!
//! Fields are only ever added. Values and the ends of intervals are strings of
//! exact decimals, dates as ISO 8601 has them with `XXXX` for a year that is
//! not printed; lines and columns count from 1, columns in characters, the end
//! one past the last. An interval without an end has `null` there.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use crate::article::{Article, Claim, Evidence, Interval};
use crate::check::RunVerdict;
use crate::finding::Place;
use crate::report::json::{PlaceJson, place, tool};
use crate::table::{Exact, show_exact};

#[derive(Serialize)]
struct ArticleJson<'a> {
    format: &'static str,
    version: u32,
    tool: serde_json::Value,
    file: &'a str,
    verdict: &'static str,
    summary: SummaryJson,
    limits: &'a [String],
    mentions: Mentions<'a>,
}

#[derive(Serialize)]
struct SummaryJson {
    found: usize,
    checkable: usize,
    confirmed: usize,
    contradicted: usize,
    unsourced: usize,
    not_checkable: usize,
}

/// The mentions of an article, made one by one while they are written.
struct Mentions<'a>(&'a Article);

#[derive(Serialize)]
struct MentionJson<'a> {
    text: &'a str,
    line: u32,
    column_start: u32,
    column_end: u32,
    kind: &'static str,
    value: Option<String>,
    inner: Option<IntervalJson>,
    outer: Option<IntervalJson>,
    head: String,
    verdict: &'static str,
    reason: &'a str,
    slip: Option<&'a str>,
    evidence: Vec<EvidenceJson<'a>>,
}

#[derive(Serialize)]
struct IntervalJson {
    low: Option<String>,
    low_included: bool,
    high: Option<String>,
    high_included: bool,
}

#[derive(Serialize)]
struct EvidenceJson<'a> {
    kind: &'static str,
    formula: &'a str,
    places: Vec<PlaceJson<'a>>,
    chance: Option<ChanceJson>,
}

#[derive(Serialize)]
struct ChanceJson {
    agree: u32,
    of: u32,
}

pub(super) fn write(article: &Article, verdict: RunVerdict, out: &mut dyn Write) -> io::Result<()> {
    let sum = article.summary();
    let document = ArticleJson {
        format: "crossfoot-article",
        version: 1,
        tool: tool(),
        file: &article.document.name,
        verdict: verdict.key(),
        summary: SummaryJson {
            found: sum.found,
            checkable: sum.checkable,
            confirmed: sum.confirmed,
            contradicted: sum.contradicted,
            unsourced: sum.unsourced,
            not_checkable: sum.not_checkable,
        },
        limits: &article.limits,
        mentions: Mentions(article),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

impl Serialize for Mentions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.claims.iter().map(|it| mention(self.0, it)))
    }
}

fn mention<'a>(article: &'a Article, claim: &'a Claim) -> MentionJson<'a> {
    let at: Place = claim.place(&article.document);
    let it = &claim.mention;
    MentionJson {
        text: &claim.text,
        line: at.line,
        column_start: at.column_start,
        column_end: at.column_end,
        kind: it.kind.word(),
        value: it.value.as_ref().map(show_exact).or_else(|| it.date()),
        inner: it.inner.as_ref().map(interval),
        outer: it.outer.as_ref().map(interval),
        head: it.counted(),
        verdict: claim.verdict.word(),
        reason: &claim.reason,
        slip: claim.slip.as_deref(),
        evidence: claim.evidence.iter().map(evidence).collect(),
    }
}

fn interval(it: &Interval) -> IntervalJson {
    let end = |end: &Option<(Exact, bool)>| end.as_ref().map(|it| show_exact(&it.0));
    let closed = |end: &Option<(Exact, bool)>| end.as_ref().is_some_and(|it| it.1);
    IntervalJson {
        low: end(&it.low),
        low_included: closed(&it.low),
        high: end(&it.high),
        high_included: closed(&it.high),
    }
}

fn evidence(it: &Evidence) -> EvidenceJson<'_> {
    EvidenceJson {
        kind: it.kind,
        formula: &it.formula,
        places: it.places.iter().map(place).collect(),
        chance: it.chance.map(|(agree, of)| ChanceJson { agree, of }),
    }
}
