//! Superlatives over the rows of a table: `the most common crime, followed by robbery`.
//!
//! Only rows beside each other are ranked: no totals, no rows under others.
//! Rows that tie share their place.

use std::collections::HashMap;

use super::facts::{Facts, NamedRow, stems};
use super::when::When;
use crate::article::claim::ClaimVerdict;
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::{Head, Mention, MentionKind};
use crate::article::numeral::whole;
use crate::article::tokens::Token;
use crate::article::words::{ordinal, stem};
use crate::finding::{Place, Role};
use crate::table::Exact;

/// A place in the order of rows, as a text claims it.
struct Claimed {
    /// The tokens that say it.
    tokens: std::ops::Range<usize>,
    row: usize,
    place: usize,
    highest: bool,
}

/// Rows beside each other, by table, the row above, column, and direction.
type Orders<'f> = HashMap<(usize, usize, usize, bool), Vec<(Exact, &'f str)>>;

/// So many rows of an order are told.
const SHOWN_MAX: usize = 12;

pub(super) fn run(case: &mut Case<'_>, facts: &Facts<'_>) {
    let mut orders = Orders::new();
    for paragraph in 0..case.reads.len() {
        let read = &case.reads[paragraph];
        if read.section == crate::article::sections::Section::Boilerplate {
            continue;
        }
        for sentence in 0..read.sentences.len() {
            let range = read.sentences[sentence].clone();
            for claimed in claimed(&read.tokens, range, facts) {
                judge(case, facts, (paragraph, sentence), &claimed, &mut orders);
            }
        }
    }
}

/// The places that a sentence claims for rows.
fn claimed(tokens: &[Token<'_>], range: std::ops::Range<usize>, facts: &Facts<'_>) -> Vec<Claimed> {
    let mut all = Vec::new();
    let is_verb = |it: &Token<'_>| matches!(&*it.lower, "was" | "were" | "is" | "are" | "remained" | "remain");
    let Some(verb) = range.clone().find(|it| is_verb(&tokens[*it])) else { return all };
    let Some((said, place, highest)) = superlative(tokens, verb + 1, range.end) else { return all };
    let subject: Vec<String> =
        tokens[range.start..verb].iter().filter(|it| it.is_word()).map(|it| stem(&it.lower)).collect();
    let Some(row) = named(facts, &subject) else { return all };
    let end = said.end;
    all.push(Claimed { tokens: said, row, place, highest });
    // `followed by robbery and fraud`.
    let followed = (end..range.end.saturating_sub(1)).find(|it| tokens[*it].is("followed") && tokens[it + 1].is("by"));
    if let Some(at) = followed {
        for (step, phrase) in phrases(&tokens[at + 2..range.end]).iter().enumerate() {
            let Some(row) = named(facts, phrase) else { break };
            all.push(Claimed { tokens: at..at + 2, row, place: place + 1 + step, highest });
        }
    }
    all
}

/// `the second most common`, `the fewest`: the tokens, the place, and whether from above.
fn superlative(tokens: &[Token<'_>], start: usize, end: usize) -> Option<(std::ops::Range<usize>, usize, bool)> {
    let word = |at: usize| tokens.get(at).filter(|_| at < end).map(|it| &*it.lower);
    let mut at = start;
    while word(at).is_some_and(|it| ["the", "again", "still", "also", "by", "far", ","].contains(&it)) {
        at += 1;
    }
    let first = at;
    let mut place = 1;
    if let Some(it) = word(at).and_then(ordinal).and_then(|it| usize::try_from(it).ok()) {
        place = it;
        at += 1;
        at += usize::from(word(at) == Some("-"));
    }
    let counted = |it: &str| {
        ["common", "frequent", "numerous", "frequently", "reported", "often", "widespread", "prevalent"].contains(&it)
    };
    match (word(at)?, word(at + 1)) {
        ("most" | "commonest", Some(it)) if counted(it) => Some((first..at + 2, place, true)),
        ("least", Some(it)) if counted(it) => Some((first..at + 2, place, false)),
        ("rarest", _) => Some((first..at + 1, place, false)),
        _ => None,
    }
}

/// What stands between commas and `and`, as stems.
fn phrases(tokens: &[Token<'_>]) -> Vec<Vec<String>> {
    let parts = tokens.split(|it| matches!(&*it.lower, "," | "and" | "." | ";" | "then"));
    let words =
        |part: &[Token<'_>]| part.iter().filter(|it| it.is_word()).map(|it| stem(&it.lower)).collect::<Vec<_>>();
    parts.map(words).filter(|it| !it.is_empty()).collect()
}

/// The row that a phrase names in full and with no other word.
fn named(facts: &Facts<'_>, phrase: &[String]) -> Option<usize> {
    let words: Vec<String> =
        phrase.iter().filter(|it| !matches!(it.as_str(), "the" | "a" | "by" | "far" | "with")).cloned().collect();
    let found = facts.find(&words).filter(|it| it.whole && !it.ambiguous && it.extra.is_empty())?;
    Some(found.row)
}

/// The rows beside a row in their order, with their labels.
fn order<'f>(facts: &'f Facts<'_>, row: &NamedRow<'_>, column: usize, highest: bool) -> Vec<(Exact, &'f str)> {
    let under = row.table.rows[row.row].under;
    let siblings = facts.rows.iter().filter(|it| {
        std::ptr::eq(it.table, row.table) && it.table.rows[it.row].under == under && !it.is_total && it.is_clear
    });
    let mut others: Vec<(Exact, &str)> =
        siblings.filter_map(|it| Some((it.figure(column)?.exact(), it.label()))).collect();
    others.sort_by(|a, b| if highest { b.0.cmp(&a.0) } else { a.0.cmp(&b.0) });
    others
}

fn judge<'f>(
    case: &mut Case<'_>,
    facts: &'f Facts<'_>,
    place: (usize, usize),
    claimed: &Claimed,
    orders: &mut Orders<'f>,
) {
    let row = &facts.rows[claimed.row];
    let Some((column, _)) = row.columns.default else { return };
    let table = row.table;
    let Some(own) = row.figure(column).map(crate::table::Decimal::exact).filter(|_| row.is_clear) else { return };
    let under = table.rows[row.row].under.map_or(usize::MAX, |it| it as usize);
    let key = (std::ptr::from_ref(table) as usize, under, column, claimed.highest);
    let others = orders.entry(key).or_insert_with(|| order(facts, row, column, claimed.highest));
    let is_before = |it: &Exact| if claimed.highest { *it > own } else { *it < own };
    let better = others.partition_point(|it| is_before(&it.0));
    let ties = others[better..].partition_point(|it| it.0 == own);
    let agrees = (better + 1..=better + ties).contains(&claimed.place);
    let shown = claimed.place.max(better + 1) + 1;
    let mut listed: Vec<String> = others
        .iter()
        .take(shown.min(SHOWN_MAX))
        .map(|it| format!("{} {}", it.1, crate::article::claim::shown(&it.0)))
        .collect();
    listed.extend((shown.min(others.len()) > SHOWN_MAX).then(|| "…".to_owned()));
    let formula = format!("{} is number {} of {}: {}", row.label(), better + 1, others.len(), listed.join(", "));
    let proof = evidence("rank", formula, vec![Place::of_cell(table, row.row, column, Role::Operand, "this row")]);
    let mention = superlative_at(case, place, claimed.tokens.clone(), claimed.place);
    let at = case.mentions.len();
    let said = if agrees {
        CheckResult::of(ClaimVerdict::Confirmed, "matches the order of the rows", proof)
    } else {
        CheckResult::of(ClaimVerdict::Contradicted, format!("the table puts it at number {}", better + 1), proof)
    };
    case.add(mention, said);
    let context = facts.context(case, at);
    if !context.is_sure || context.when != When::Current {
        case.reopen(at);
    }
}

/// A superlative that some tokens of a sentence say, and the place it claims.
pub(in crate::article) fn superlative_at(
    case: &Case<'_>,
    (paragraph, sentence): (usize, usize),
    tokens: std::ops::Range<usize>,
    place: usize,
) -> Mention {
    wording_at(case, (paragraph, sentence), tokens, MentionKind::Superlative, place)
}

/// A wording without a number of its own that some tokens of a sentence are.
pub(in crate::article) fn wording_at(
    case: &Case<'_>,
    (paragraph, sentence): (usize, usize),
    tokens: std::ops::Range<usize>,
    kind: MentionKind,
    place: usize,
) -> Mention {
    let read = &case.reads[paragraph];
    Mention {
        span: case.span(paragraph, tokens.clone()),
        kind,
        value: Some(whole(i128::try_from(place).unwrap_or(0))),
        inner: None,
        outer: None,
        section: read.section,
        segment: read.segment,
        paragraph,
        sentence,
        tokens: (tokens.start, tokens.end),
        hedged: false,
        unit: whole(1),
        head: Head { nouns: stems("place"), ..Head::default() },
        dated: None,
    }
}
