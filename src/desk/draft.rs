//! The draft: each number with what is known of it, and the cells that it is of.

use std::collections::BTreeSet;

use serde::Serialize;

use super::cells::At;
use super::checked::{CheckedDraft, DRAFT};
use super::state::State;
use crate::article::{Claim, ClaimVerdict};
use crate::finding::Finding;
use crate::table::{Document, Span};

/// The draft with its numbers.
#[derive(Debug, Serialize)]
pub(super) struct DraftView {
    /// The revision in which something else than typing changed it last.
    revision: u64,
    text: String,
    summary: String,
    marks: Vec<MentionView>,
}

/// A number in the draft. Places are in UTF-16 units, as the page counts.
#[derive(Debug, Serialize)]
struct MentionView {
    start: usize,
    end: usize,
    /// `ok`, `bad` or `none`.
    m: &'static str,
    /// The words for it.
    w: &'static str,
    reason: String,
    sums: Vec<String>,
    slip: Option<String>,
    cells: Vec<At>,
    /// Other places in the draft that it was compared with.
    with: Vec<[usize; 2]>,
}

/// Counts characters as the page does.
struct Units<'a> {
    text: &'a str,
    at: usize,
    counted: usize,
}

impl Units<'_> {
    /// The units before a byte; cheapest where bytes only rise.
    fn before(&mut self, byte: usize) -> usize {
        if byte < self.at {
            (self.at, self.counted) = (0, 0);
        }
        self.counted += self.text.get(self.at..byte).map_or(0, |it| it.encode_utf16().count());
        self.at = byte;
        self.counted
    }

    fn span(&mut self, span: Span) -> [usize; 2] {
        [self.before(span.start as usize), self.before(span.end as usize)]
    }
}

impl State {
    pub(super) fn draft_view(&self) -> DraftView {
        let text = self.work.draft.as_deref().unwrap_or("").to_owned();
        let marks = self.draft.as_ref().map_or(Vec::new(), |it| self.mentions(it));
        let summary = self.draft.as_ref().map_or(String::new(), |it| summary(it));
        DraftView { revision: self.draft_revision, text, summary, marks }
    }

    fn mentions(&self, draft: &CheckedDraft) -> Vec<MentionView> {
        let document = &draft.article.document;
        let mut units = Units { text: &document.text, at: 0, counted: 0 };
        let shown = draft.article.claims.iter().filter(|it| it.verdict != ClaimVerdict::NotCheckable);
        shown.map(|it| self.mention(it, document, &mut units)).collect()
    }

    fn mention(&self, claim: &Claim, document: &Document, units: &mut Units<'_>) -> MentionView {
        let [start, end] = units.span(claim.mention.span);
        let (m, w) = match claim.verdict {
            ClaimVerdict::Contradicted => ("bad", "contradicted"),
            ClaimVerdict::Confirmed => ("ok", "confirmed"),
            ClaimVerdict::Unsourced | ClaimVerdict::NotCheckable => ("none", "no source found"),
        };
        let places = || claim.evidence.iter().flat_map(|it| &it.places);
        let found = places().filter_map(|it| self.tables.cells.find(&self.tables.outcome, it));
        let cells: BTreeSet<At> = found.collect();
        let own = places().filter(|it| it.file == DRAFT && it.line > 0);
        let with: Vec<Span> = own
            .map(|it| {
                let line = document.line(None, it.line);
                let column = it.column_start.saturating_sub(1) as usize;
                let offset = document.slice(line).char_indices().nth(column).map_or(0, |it| it.0);
                let start = line.start as usize + offset;
                Span::new(start, (start + it.text.len()).min(document.text.len()))
            })
            .collect();
        let sums = claim.evidence.iter().map(|it| it.formula.clone()).filter(|it| !it.is_empty());
        MentionView {
            start,
            end,
            m,
            w,
            reason: claim.reason.clone(),
            sums: sums.collect(),
            slip: claim.slip.clone(),
            cells: cells.into_iter().collect(),
            with: with.into_iter().map(|it| units.span(it)).collect(),
        }
    }

    /// Where the number of a finding of the draft stands, and what its cell says.
    pub(super) fn mention_of(&self, finding: &Finding) -> Option<MentionOf> {
        let draft = self.draft.as_ref()?;
        let place = finding.places.first().filter(|it| it.file == DRAFT)?;
        let document = &draft.article.document;
        let claim = draft.article.claims.iter().find(|it| {
            let at = document.position(it.mention.span.start);
            at.line == place.line && at.column == place.column_start
        })?;
        let cell = claim.evidence.iter().find(|it| it.kind == "cell").and_then(|it| it.places.first());
        let says = cell.filter(|it| it.file != DRAFT && it.value.is_some()).map(|it| it.text.trim().to_owned());
        Some(MentionOf { span: Units { text: &document.text, at: 0, counted: 0 }.span(claim.mention.span), says })
    }
}

/// Where the number of a finding stands, and what the cell says that it is of.
#[derive(Debug, Serialize)]
pub(super) struct MentionOf {
    span: [usize; 2],
    says: Option<String>,
}

fn summary(draft: &CheckedDraft) -> String {
    let it = draft.article.summary();
    let numbers = if it.checkable == 1 { "1 number".to_owned() } else { format!("{} numbers", it.checkable) };
    format!(
        "{numbers}: {} confirmed, {} contradicted, {} without a source",
        it.confirmed, it.contradicted, it.unsourced
    )
}
