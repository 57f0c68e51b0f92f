//! Finds the mentions of a paragraph.

use super::around::kind;
use super::dates;
use super::head;
use super::interval::Interval;
use super::limits::MENTIONS_MAX;
use super::mention::{Head, Mention, MentionKind};
use super::numeral::{Form, whole};
use super::sections::{Paragraph, Section};
use super::shapes::{date, day, factor, list_mark, phone, rank, time};
use super::tokens::{self, Class, Token};
use super::values::{self, Bounded};
use super::words::{atom, denominator, ordinal, ordinal_scale};
use crate::table::{Exact, Span, month};

/// A paragraph, cut up.
#[derive(Clone, Debug)]
pub(super) struct Read<'a> {
    pub(super) tokens: Vec<Token<'a>>,
    pub(super) sentences: Vec<std::ops::Range<usize>>,
    /// How many sentences were cut for their length.
    pub(super) cut: usize,
    pub(super) section: Section,
    pub(super) segment: usize,
}

/// A mention before it knows its place in the text.
pub(super) struct Found {
    /// Where it starts, if not at once: behind `only`, or `the week of`.
    pub(super) start: Option<usize>,
    pub(super) end: usize,
    pub(super) kind: MentionKind,
    pub(super) value: Option<Exact>,
    pub(super) inner: Option<Interval>,
    pub(super) outer: Option<Interval>,
    pub(super) hedged: bool,
    pub(super) unit: Exact,
    pub(super) dated: Option<dates::Dated>,
}

impl Found {
    pub(super) fn plain(end: usize, kind: MentionKind) -> Self {
        let unit = whole(1);
        Self { start: None, end, kind, value: None, inner: None, outer: None, hedged: false, unit, dated: None }
    }
}

/// Cuts a paragraph up.
pub(super) fn cut<'a>(text: &'a str, paragraph: &Paragraph) -> Read<'a> {
    let tokens = tokens::cut(&text[paragraph.bytes.clone()], paragraph.bytes.start);
    let (sentences, cut) = tokens::sentences(&tokens);
    Read { tokens, sentences, cut, section: paragraph.section, segment: paragraph.segment }
}

/// Finds all mentions of a paragraph, in order, as long as there is room for
/// more. Says whether numbers are left.
pub(super) fn mentions(read: &Read<'_>, paragraph: usize, out: &mut Vec<Mention>) -> bool {
    let tokens = &read.tokens;
    let mut at = 0;
    while at < tokens.len() && out.len() < MENTIONS_MAX {
        let Some(found) = find(tokens, at) else {
            at += 1;
            continue;
        };
        let sentence = read.sentences.partition_point(|it| it.end <= at);
        let last = read.sentences.get(sentence).map_or(tokens.len(), |it| it.end);
        // A share is of what stands behind `of`, a count of what follows it.
        let head = match found.kind {
            MentionKind::Count
            | MentionKind::Percent
            | MentionKind::Points
            | MentionKind::Ratio
            | MentionKind::Money
            | MentionKind::Quantity => head::read(tokens, found.end, last),
            _ => Head { end: found.end, ..Head::default() },
        };
        let start = found.start.unwrap_or(at);
        out.push(Mention {
            span: Span::new(tokens[start].start, tokens[found.end - 1].end()),
            kind: found.kind,
            value: found.value,
            inner: found.inner,
            outer: found.outer,
            section: read.section,
            segment: read.segment,
            paragraph,
            sentence,
            tokens: (start, found.end),
            hedged: found.hedged,
            unit: found.unit,
            head,
            dated: found.dated,
        });
        at = found.end;
    }
    tokens[at..].iter().any(|it| it.is_number() || may_begin(&it.lower))
}

/// The mention that starts at a token.
fn find(tokens: &[Token<'_>], at: usize) -> Option<Found> {
    let token = &tokens[at];
    match token.class {
        Class::Opaque => return None,
        Class::Dotted => {
            let dated = dates::read(tokens, at);
            return Some(dated.map_or_else(|| Found::plain(at + 1, MentionKind::Identifier), day));
        }
        _ => {}
    }
    // Most words and signs begin nothing: the lists below are not asked for them.
    if token.is_word() && !may_begin(&token.lower) || token.class == Class::Sign && is_inside(token.text) {
        return None;
    }
    list_mark(tokens, at)
        .or_else(|| phone(tokens, at))
        .or_else(|| time(tokens, at))
        .or_else(|| date(tokens, at))
        .or_else(|| factor(tokens, at))
        .or_else(|| rank(tokens, at))
        .or_else(|| number(tokens, at))
        .or_else(|| quantity(tokens, at))
}

/// First words of wordings and of numbers that have no number word.
#[rustfmt::skip]
const FIRST_WORDS: [&str; 66] = [
    "only", "just", "exactly", "precisely", "equals", "equal", "equaling", "some", "about", "around", "roughly",
    "approximately", "approx", "an", "a", "estimated", "somewhere", "more", "in", "close", "nearly", "almost",
    "slightly", "over", "above", "well", "greater", "larger", "bigger", "higher", "exceed", "exceeds",
    "exceeded", "exceeding", "surpass", "surpassed", "surpassing", "upwards", "at", "no", "not", "up", "as",
    "fewer", "less", "lower", "smaller", "under", "below", "between", "from", "the", "minus", "negative",
    "half", "quarter", "few", "several", "dozens", "hundreds", "thousands", "many", "millions", "week",
    "fortnight", "aged",
];

/// Whether a sign stands within sentences only, and begins no number.
fn is_inside(sign: &str) -> bool {
    let byte = sign.as_bytes()[0];
    byte.is_ascii_punctuation() && !matches!(byte, b'+' | b'(' | b'~' | b'-' | b'$')
}

/// Whether a mention can begin with a word.
fn may_begin(word: &str) -> bool {
    let hedged = FIRST_WORDS.contains(&word);
    hedged
        || atom(word).is_some()
        || super::words::weekday(word).is_some()
        || month(word).is_some()
        || ordinal(word).is_some()
        || ordinal_scale(word).is_some()
        || denominator(word).is_some()
        || values::factor(word).is_some()
        || super::words::is_money(word)
        || word.starts_with(['q', 'h']) && word.len() == 2
        || matches!(word, "us" | "c" | "hk" | "nz" | "s" | "r")
}

/// A number with its hedges and its unit.
fn number(tokens: &[Token<'_>], at: usize) -> Option<Found> {
    if tokens[at].is("aged") {
        let it = values::read(tokens, at + 1)?;
        return Some(Found { value: Some(it.number.value), ..Found::plain(it.end, MentionKind::Age) });
    }
    let it = values::bounded(tokens, at)?;
    let start = it.start;
    if start > 0 && tokens[start - 1].text == "^" {
        return None;
    }
    if is_pronoun(tokens, start, &it) {
        return None;
    }
    let kind = kind(tokens, at, start, &it);
    // A name, a year and a score are what they are, whatever stands before them.
    let keeps = matches!(kind, MentionKind::Identifier | MentionKind::Year | MentionKind::Score);
    if keeps && start > at {
        return None;
    }
    let value = it.value.high.is_none().then(|| it.value.number.value.clone());
    let value =
        value.filter(|_| !(it.hedged && it.end > it.value.end && it.inner.low.is_some() && it.inner.high.is_some()));
    let end = if kind == MentionKind::Score { start + 3 } else { it.end };
    // `only`, `just` and `exactly` widen nothing.
    let start = (!it.hedged).then_some(start);
    Some(Found {
        start,
        end,
        kind,
        value: value.or_else(|| Some(it.value.number.value.clone())),
        inner: Some(it.inner),
        outer: Some(it.outer),
        hedged: it.hedged,
        unit: it.value.number.unit,
        dated: None,
    })
}

/// Whether `one` stands for somebody or something: it counts nothing then.
fn is_pronoun(tokens: &[Token<'_>], start: usize, it: &Bounded) -> bool {
    let alone = it.value.number.form == Form::Words && it.value.number.value == whole(1) && it.value.end == start + 1;
    if !alone || !tokens[start].is("one") {
        return false;
    }
    let before = start.checked_sub(1).map(|it| &*tokens[it].lower);
    let after = tokens.get(start + 1).map(|it| &*it.lower);
    let pointed = before.is_some_and(|it| {
        [
            "the", "this", "that", "which", "each", "every", "no", "any", "another", "some", "last", "next",
            "previous", "first", "other", "new", "big", "current", "only", "not", "good", "second",
        ]
        .contains(&it)
    });
    let verb = after.is_none_or(|it| {
        [
            "of",
            "another",
            "who",
            "that",
            "is",
            "was",
            "can",
            "must",
            "should",
            "would",
            "may",
            "might",
            "has",
            "day",
            "thing",
            "could",
            "will",
            "another's",
            ",",
            ".",
        ]
        .contains(&it)
    });
    pointed || verb && before.is_none_or(|it| !matches!(it, "minus" | "negative" | "and" | "equals" | "is"))
}

/// `Few`, `dozens of`, `thousands of`.
fn quantity(tokens: &[Token<'_>], at: usize) -> Option<Found> {
    let word = &tokens[at];
    let (low, high) = match &*word.lower {
        "dozens" => (24, 199),
        "hundreds" => (200, 1_999),
        "thousands" => (2_000, 19_999),
        "few" | "several" | "many" if tokens.get(at + 1).is_some_and(Token::is_word) => {
            let article = at
                .checked_sub(1)
                .is_some_and(|it| matches!(&*tokens[it].lower, "a" | "the" | "so" | "how" | "as" | "too"));
            return (!article && at == 0 && word.is("few")).then(|| Found::plain(at + 1, MentionKind::Quantity));
        }
        _ => return None,
    };
    let of = tokens.get(at + 1).is_some_and(|it| it.is("of"));
    let tens = at.checked_sub(1).is_some_and(|it| matches!(&*tokens[it].lower, "of" | "the" | "two" | "few"));
    let inner = Interval::between(whole(low), whole(high));
    let found = Found::plain(at + 1, MentionKind::Quantity);
    (of && !tens).then(|| Found { inner: Some(inner.clone()), outer: Some(inner), hedged: true, ..found })
}
