//! One JSON document: `crossfoot-article`, version 1.
//!
//! Fields are only ever added. What is said of a field here is what its schema says of
//! it (`crossfoot schema article`).

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::article::{Article, Claim, Evidence, Interval};
use crate::check::RunVerdict;
use crate::finding::Place;
use crate::report::json::{PlaceJson, Tool, place, tool};
use crate::table::{Exact, show_exact};

const FORMAT: &str = "crossfoot-article";
const VERSION: u32 = 1;

/// The numbers of an article, with their verdicts and evidence.
///
/// Values and the ends of intervals are strings of exact decimals, dates as ISO 8601 has
/// them with `XXXX` for a year that is not printed. Lines and columns count from 1,
/// columns in characters; the end is one past the last.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Article")]
struct ArticleJson<'a> {
    #[schemars(extend("const" = FORMAT))]
    format: &'static str,
    #[schemars(extend("const" = VERSION))]
    version: u32,
    tool: Tool,
    file: &'a str,
    #[schemars(extend("enum" = ["failed", "passed", "passed-in-part", "not-checked"]))]
    verdict: &'static str,
    summary: SummaryJson,
    /// What was not checked, and why.
    limits: &'a [String],
    #[schemars(with = "Vec<MentionJson<'a>>")]
    mentions: Mentions<'a>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Summary")]
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

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Mention")]
struct MentionJson<'a> {
    text: &'a str,
    line: u32,
    column_start: u32,
    column_end: u32,
    kind: &'static str,
    value: Option<String>,
    /// The values that the number certainly covers.
    inner: Option<IntervalJson>,
    /// The widest range that the number can mean.
    outer: Option<IntervalJson>,
    /// What it counts.
    head: String,
    verdict: &'static str,
    reason: &'a str,
    slip: Option<&'a str>,
    evidence: Vec<EvidenceJson<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Interval")]
struct IntervalJson {
    low: Option<String>,
    low_included: bool,
    high: Option<String>,
    high_included: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Evidence")]
struct EvidenceJson<'a> {
    kind: &'static str,
    formula: &'a str,
    places: Vec<PlaceJson<'a>>,
    chance: Option<ChanceJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Chance")]
struct ChanceJson {
    agree: u32,
    of: u32,
}

/// The JSON Schema of the document.
pub(in crate::report) fn schema() -> serde_json::Value {
    crate::report::schema::of::<ArticleJson<'_>>(FORMAT, VERSION.into())
}

pub(super) fn write(article: &Article, verdict: RunVerdict, out: &mut dyn Write) -> io::Result<()> {
    let sum = article.summary();
    let document = ArticleJson {
        format: FORMAT,
        version: VERSION,
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
