//! Puts every check to the numbers of an article.

use std::ops::Range;
use std::sync::Arc;

use super::checks;
use super::claim::{Article, Claim, ClaimVerdict, Evidence, Material};
use super::limits::{EVIDENCE_MAX, Limits, NUMBERS_MAX};
use super::mention::{Mention, MentionKind};
use super::scan::{self, Read};
use super::sections::{self, Section};
use super::tokens::Token;
use crate::finding::{Place, Role};
use crate::source::{Format, Page};
use crate::table::{Document, Span};

/// An article while it is judged.
pub(super) struct Case<'a> {
    pub(super) document: &'a Document,
    pub(super) reads: &'a [Read<'a>],
    pub(super) mentions: Vec<Mention>,
    pub(super) material: &'a Material<'a>,
    /// How many of the mentions were found by the grammar; these are in order.
    found: usize,
    /// How many sentences stand before each paragraph.
    before: Vec<usize>,
    /// The first mention of each sentence, and one past the last of all.
    firsts: Vec<usize>,
    /// The first mention of each stretch of one segment and section.
    stretches: Vec<usize>,
    said: Vec<Option<CheckResult>>,
    pub(super) limits: Limits,
}

/// What a check said of a mention.
#[derive(Clone, Debug)]
pub(super) struct CheckResult {
    pub(super) verdict: ClaimVerdict,
    pub(super) reason: String,
    pub(super) evidence: Vec<Evidence>,
    pub(super) slip: Option<String>,
}

/// Finds the numbers of a document's prose, and judges each.
///
/// `page` holds the tables that were found in the document: what belongs to
/// them is no prose. Nothing is judged across boilerplate.
pub fn judge(document: &Arc<Document>, format: Format, page: &Page, material: &Material<'_>) -> Article {
    let prose = sections::of(document, format, page);
    let reads: Vec<Read<'_>> = prose
        .paragraphs
        .iter()
        .filter(|it| it.section != Section::Table)
        .map(|it| scan::cut(&prose.text, it))
        .collect();
    let mut mentions = Vec::new();
    let mut before = Vec::with_capacity(reads.len());
    let (mut sentences, mut unread) = (0, false);
    for (at, read) in reads.iter().enumerate() {
        unread = unread || scan::mentions(read, at, &mut mentions);
        before.push(sentences);
        sentences += read.sentences.len();
    }
    let mut case = Case::new(document, &reads, mentions, material, before);
    case.limits.unread = unread;
    checks::run(&mut case);
    let limits = case.limits.told(&reads);
    let text = |it: &Mention| {
        let shown = &prose.text[it.span.start as usize..it.span.end as usize];
        shown.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let crowded: Vec<bool> = (0..case.mentions.len()).map(|it| case.is_crowded(it)).collect();
    let told = case.mentions.into_iter().zip(case.said).zip(crowded);
    let mut claims: Vec<Claim> =
        told.map(|((mention, said), crowded)| claim(text(&mention), mention, said, crowded)).collect();
    claims.sort_by_key(|it| (it.mention.span.start, std::cmp::Reverse(it.mention.span.end)));
    // `second` of `second most common` is told with it.
    let mut end = 0;
    claims.retain(|it| {
        let inside = it.mention.span.end <= end;
        end = end.max(it.mention.span.end);
        !inside
    });
    Article { document: Arc::clone(document), claims: Arc::new(claims), limits }
}

/// The verdict of a mention, also where no check said anything.
fn claim(text: String, mention: Mention, said: Option<CheckResult>, crowded: bool) -> Claim {
    let open =
        |verdict, reason: &str| CheckResult { verdict, reason: reason.to_owned(), evidence: Vec::new(), slip: None };
    let outside = mention.section == Section::Boilerplate;
    let said = said.filter(|_| !outside).unwrap_or_else(|| match mention.kind {
        _ if outside => open(ClaimVerdict::NotCheckable, "outside the article"),
        MentionKind::Date | MentionKind::Period => {
            open(ClaimVerdict::NotCheckable, "gives no weekday or length to check")
        }
        MentionKind::Quantity => open(ClaimVerdict::NotCheckable, "qualitative: no number is given"),
        kind if kind.is_checkable() && crowded => {
            open(ClaimVerdict::Unsourced, "its sentence has too many numbers: they were not compared")
        }
        kind if kind.is_checkable() => open(ClaimVerdict::Unsourced, "no table or earlier edition gives this figure"),
        kind => open(ClaimVerdict::NotCheckable, not_checked(kind)),
    });
    let CheckResult { verdict, reason, evidence, slip } = said;
    Claim { mention, text, verdict, reason, evidence, slip }
}

fn not_checked(kind: MentionKind) -> &'static str {
    match kind {
        MentionKind::Identifier => "part of a name",
        MentionKind::Score => "a score or a vote",
        MentionKind::Phone => "a telephone number",
        MentionKind::ListMark => "a list marker",
        MentionKind::Year => "a year",
        MentionKind::Time => "a time of day",
        MentionKind::Age => "an age",
        MentionKind::Duration => "a duration",
        MentionKind::Rank => "a rank",
        _ => "a measure",
    }
}

impl<'a> Case<'a> {
    /// Takes what was found, paragraph by paragraph.
    fn new(
        document: &'a Document,
        reads: &'a [Read<'a>],
        mentions: Vec<Mention>,
        material: &'a Material<'a>,
        before: Vec<usize>,
    ) -> Self {
        let found = mentions.len();
        let sentences = before.last().map_or(0, |it| it + reads[reads.len() - 1].sentences.len());
        let mut case = Self {
            document,
            reads,
            said: vec![None; found],
            mentions,
            material,
            found,
            before,
            firsts: Vec::with_capacity(sentences + 1),
            stretches: Vec::new(),
            limits: Limits::default(),
        };
        let text = |it: &Mention| (it.segment, it.section);
        for it in 0..found {
            while case.firsts.len() <= case.order(it) {
                case.firsts.push(it);
            }
            if it == 0 || text(&case.mentions[it - 1]) != text(&case.mentions[it]) {
                case.stretches.push(it);
            }
        }
        case.firsts.resize(sentences + 1, found);
        let counts = case.firsts.windows(2).map(|it| it[1] - it[0]);
        case.limits.crowded = counts.filter(|it| *it > NUMBERS_MAX).count();
        case
    }

    /// The tokens of the paragraph that a mention stands in.
    pub(super) fn tokens(&self, mention: usize) -> &'a [Token<'a>] {
        &self.reads[self.mentions[mention].paragraph].tokens
    }

    /// The sentence of a mention, as a range of tokens.
    pub(super) fn sentence(&self, mention: usize) -> Range<usize> {
        let it = &self.mentions[mention];
        let read = &self.reads[it.paragraph];
        let sentence = read.sentences.get(it.sentence).cloned().unwrap_or(0..read.tokens.len());
        // A number may go over the end of one: `1.` and `5` behind it.
        sentence.start.min(it.tokens.0)..sentence.end.max(it.tokens.1)
    }

    /// The tokens of the sentence of a mention.
    pub(super) fn words(&self, mention: usize) -> &'a [Token<'a>] {
        &self.tokens(mention)[self.sentence(mention)]
    }

    /// The number of the sentence of a mention in the whole text.
    pub(super) fn order(&self, mention: usize) -> usize {
        let it = &self.mentions[mention];
        self.before[it.paragraph] + it.sentence
    }

    /// How many sentences there are.
    pub(super) fn sentences(&self) -> usize {
        self.firsts.len() - 1
    }

    /// The mentions of the sentence that a mention stands in.
    pub(super) fn beside(&self, mention: usize) -> Range<usize> {
        let order = self.order(mention);
        self.firsts[order]..self.firsts[order + 1]
    }

    /// The mentions of a sentence, by its paragraph and its place in it.
    pub(super) fn of_sentence(&self, (paragraph, sentence): (usize, usize)) -> Range<usize> {
        let order = self.before[paragraph] + sentence;
        self.firsts[order]..self.firsts[order + 1]
    }

    /// Whether its sentence holds so many numbers that it is data, not prose.
    pub(super) fn is_crowded(&self, mention: usize) -> bool {
        self.beside(mention).len() > NUMBERS_MAX
    }

    /// The mentions at most so many sentences away, in the same segment and section.
    pub(super) fn near(&self, mention: usize, sentences: usize) -> Range<usize> {
        let order = self.order(mention);
        let first = self.firsts[order.saturating_sub(sentences)];
        let end = self.firsts[(order + sentences + 1).min(self.sentences())];
        let stretch = self.stretches.partition_point(|it| *it <= mention);
        let own = self.stretches.get(stretch.saturating_sub(1)).copied().unwrap_or(0);
        let next = self.stretches.get(stretch).copied().unwrap_or(self.found);
        first.max(own)..end.min(next)
    }

    /// How many mentions the grammar found; these are in order.
    pub(super) fn found(&self) -> usize {
        self.found
    }

    /// Whether a mention stands in the article itself, or in its headline.
    pub(super) fn is_told(&self, mention: usize) -> bool {
        matches!(self.mentions[mention].section, Section::Article | Section::Headline)
    }

    /// The indices of mentions of some kinds in the article or its headline,
    /// but for those of crowded sentences.
    pub(super) fn of_kinds(&self, kinds: &[MentionKind]) -> Vec<usize> {
        let mut all = self.of_kinds_anywhere(kinds);
        all.retain(|it| !self.is_crowded(*it));
        all
    }

    /// The same, those of crowded sentences among them.
    pub(super) fn of_kinds_anywhere(&self, kinds: &[MentionKind]) -> Vec<usize> {
        (0..self.said.len()).filter(|&it| self.is_told(it) && kinds.contains(&self.mentions[it].kind)).collect()
    }

    /// The place of a mention.
    pub(super) fn place(&self, mention: usize, label: &str) -> Place {
        Place::of_span(self.document, self.mentions[mention].span, Role::Operand, label)
    }

    /// The text of a mention, as printed.
    pub(super) fn text(&self, mention: usize) -> &str {
        self.document.slice(self.mentions[mention].span)
    }

    /// Takes what a check says; a contradiction stands against an agreement,
    /// both against an open verdict.
    pub(super) fn say(&mut self, mention: usize, said: CheckResult) {
        let rank = |it: ClaimVerdict| match it {
            ClaimVerdict::Contradicted => 3,
            ClaimVerdict::Confirmed => 2,
            ClaimVerdict::NotCheckable => 1,
            ClaimVerdict::Unsourced => 0,
        };
        match &mut self.said[mention] {
            Some(old) if rank(old.verdict) > rank(said.verdict) => {}
            Some(old) if old.verdict == said.verdict => old.evidence.extend(said.evidence),
            slot => *slot = Some(said),
        }
    }

    /// Whether one more piece of evidence for a verdict would be kept.
    pub(super) fn has_room(&mut self, mention: usize, verdict: ClaimVerdict) -> bool {
        let full = |it: &CheckResult| it.verdict == verdict && it.evidence.len() >= EVIDENCE_MAX;
        let is_full = self.said[mention].as_ref().is_some_and(full);
        if is_full {
            self.limits.crammed.insert(mention);
        }
        !is_full
    }

    /// Whether a check has said anything of a mention that decides it.
    pub(super) fn is_decided(&self, mention: usize) -> bool {
        let decided = |it: &CheckResult| matches!(it.verdict, ClaimVerdict::Confirmed | ClaimVerdict::Contradicted);
        self.said[mention].as_ref().is_some_and(decided)
    }

    /// Whether a check has contradicted a mention.
    pub(super) fn is_contradicted(&self, mention: usize) -> bool {
        self.said[mention].as_ref().is_some_and(|it| it.verdict == ClaimVerdict::Contradicted)
    }

    /// The sentences of the text itself and of its headlines: paragraph, sentence, and tokens.
    pub(super) fn told_sentences(&self) -> impl Iterator<Item = ((usize, usize), Range<usize>)> + use<'a> {
        let reads = self.reads;
        let told = |it: &(usize, &'a Read<'a>)| matches!(it.1.section, Section::Article | Section::Headline);
        reads.iter().enumerate().filter(told).flat_map(|(paragraph, read)| {
            read.sentences.iter().cloned().enumerate().map(move |it| ((paragraph, it.0), it.1))
        })
    }

    /// Whether a check of a kind has contradicted a mention, and no other.
    pub(super) fn is_contradicted_by(&self, mention: usize, kind: &str) -> bool {
        self.is_contradicted(mention)
            && self.said[mention].as_ref().is_some_and(|it| it.evidence.iter().all(|it| it.kind == kind))
    }

    /// Whether a cell of a table is among what a mention was compared with.
    pub(super) fn is_by_cells(&self, mention: usize) -> bool {
        let told = self.said[mention].iter().flat_map(|it| &it.evidence);
        told.flat_map(|it| &it.places).any(|it| it.row.is_some() || it.column.is_some())
    }

    /// What a table has in place of a mention, by the one formula that was told: what it comes to.
    pub(super) fn figure_told(&self, mention: usize) -> Option<&str> {
        let [told] = &self.said[mention].as_ref()?.evidence[..] else { return None };
        let mut sides = told.formula.split(" = ");
        let figure = sides.nth(1)?;
        sides.next().is_none().then(|| figure.trim())
    }

    /// The figures of the cells that a mention was compared with.
    pub(super) fn figures_told(&self, mention: usize) -> Vec<i128> {
        let told = self.said[mention].iter().flat_map(|it| &it.evidence).flat_map(|it| &it.places);
        told.filter_map(|it| super::table::value_of(it.value.as_deref()?)).collect()
    }

    /// Adds a mention that a check found by its own wording.
    pub(super) fn add(&mut self, mention: Mention, said: CheckResult) {
        self.mentions.push(mention);
        self.said.push(Some(said));
    }

    /// Takes back what was said of a mention: it cannot be told after all.
    pub(super) fn reopen(&mut self, mention: usize) {
        self.said[mention] = None;
    }

    /// The span of some tokens of a paragraph.
    pub(super) fn span(&self, paragraph: usize, tokens: Range<usize>) -> Span {
        let all = &self.reads[paragraph].tokens;
        Span::new(all[tokens.start].start, all[tokens.end - 1].end())
    }
}

impl CheckResult {
    /// A verdict with one piece of evidence.
    pub(super) fn of(verdict: ClaimVerdict, reason: impl Into<String>, evidence: Evidence) -> Self {
        Self { verdict, reason: reason.into(), evidence: vec![evidence], slip: None }
    }

    /// The same with a slip that would explain it.
    pub(super) fn with_slip(self, slip: Option<String>) -> Self {
        Self { slip, ..self }
    }
}

/// A formula with the places of its operands.
pub(super) fn evidence(kind: &'static str, formula: impl Into<String>, places: Vec<Place>) -> Evidence {
    Evidence { kind, formula: formula.into(), places, chance: None }
}
