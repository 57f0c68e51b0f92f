//! What was not looked into, so that the work stays in proportion to the text.

use std::collections::BTreeSet;

use super::scan::Read;
use super::tokens;

/// A text with more numbers is no article: those behind are not read.
pub(super) const MENTIONS_MAX: usize = 50_000;
/// A sentence with more numbers is data: each would be compared with all others.
pub(super) const NUMBERS_MAX: usize = 40;
/// More evidence of one verdict says nothing new of a number.
pub(super) const EVIDENCE_MAX: usize = 4;
/// A total is tried with so many lists near it.
pub(super) const LISTS_MAX: usize = 8;
/// Of the labels that share a word, so many are looked at.
pub(super) const SHARED_MAX: usize = 256;

/// Totals and averages are worked out of so many tables for one number.
pub(super) const TABLES_MAX: usize = 32;

/// What was left out of an article, as counts.
#[derive(Debug, Default)]
pub(super) struct Limits {
    /// Sentences with too many numbers.
    pub(super) crowded: usize,
    /// Numbers with more evidence than is kept.
    pub(super) crammed: BTreeSet<usize>,
    /// Numbers with more lists near them than are tried as their parts.
    pub(super) lists: usize,
    /// Whether more labels of the tables share a word than were looked at.
    pub(super) vague: bool,
    /// Whether numbers behind the last that is read are left.
    pub(super) unread: bool,
    /// Tables that are too large to be read sentence by sentence.
    pub(super) large: usize,
    /// Whether more tables have a word of a sentence than were looked at.
    pub(super) tables: bool,
}

impl Limits {
    /// The same in words, with the sentences that were cut.
    pub(super) fn told(&self, reads: &[Read<'_>]) -> Vec<String> {
        let cut = reads.iter().map(|it| it.cut).sum();
        let crowded =
            format!("more than {NUMBERS_MAX} numbers: they were not compared with each other or with a table");
        let lists = format!("more than {LISTS_MAX} lists nearby: only the nearest were tried as parts");
        let crammed = format!("more than {EVIDENCE_MAX} pieces of evidence: only the first are reported");
        let words = format!("more than {} words and signs: the rest was not read", tokens::TOKENS_MAX);
        let mut told: Vec<String> = [
            (cut, "sentence", words),
            (self.crowded, "sentence", crowded),
            (self.lists, "number", lists),
            (self.crammed.len(), "number", crammed),
        ]
        .into_iter()
        .filter(|it| it.0 > 0)
        .map(|(count, noun, what)| {
            let (plural, verb) = if count == 1 { ("", "has") } else { ("s", "have") };
            format!("{count} {noun}{plural} of the text {verb} {what}")
        })
        .collect();
        let unread = format!("the text has more than {MENTIONS_MAX} numbers: only the first were read");
        told.extend(self.unread.then_some(unread));
        let vague = format!("more than {SHARED_MAX} labels of the tables share a word: only the first were looked up");
        told.extend(self.vague.then_some(vague));
        let tables = format!(
            "more than {TABLES_MAX} tables share a word with one sentence: totals and averages were computed only from \
             the first"
        );
        told.extend(self.tables.then_some(tables));
        let (plural, verb) = if self.large == 1 { ("", "has") } else { ("s", "have") };
        let large = format!("{} table{plural} {verb} more than 20,000 cells: only labels were looked up", self.large);
        told.extend((self.large > 0).then_some(large));
        told
    }
}
