//! The same number told twice: the headline against the lead, a sentence
//! against one that says the same, and a bound against the number that a
//! source gives beside it.

use std::collections::{HashMap, HashSet};

use crate::article::claim::{ClaimVerdict, shown};
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::sections::Section;
use crate::article::tokens::Token;
use crate::article::words::{is_neutral, stem, weekday};
use crate::table::{Exact, month};

/// The lead is so many sentences long.
const LEAD: usize = 2;

/// What a number counts, as far as two of them can be compared.
type Counted<'a> = (MentionKind, &'a [String], &'a [Vec<String>]);

pub(super) fn run(case: &mut Case<'_>) {
    let counts = case.of_kinds(&[MentionKind::Count, MentionKind::Money, MentionKind::Percent]);
    let pairs = pairs(case, &counts);
    let mut sentence = (usize::MAX, HashSet::new());
    for (it, lead) in pairs {
        if sentence.0 != case.order(it) {
            sentence = (case.order(it), case.words(it).iter().map(|it| &*it.lower).collect());
        }
        headline(case, it, lead, &sentence.1);
    }
    for (first, again) in retold(case, &counts) {
        differ(case, first, again);
    }
    for it in counts {
        if case.mentions[it].section != Section::Headline {
            restated(case, it);
        }
    }
}

fn counted<'a>(case: &'a Case<'_>, it: usize) -> Counted<'a> {
    let it = &case.mentions[it];
    (it.kind, &it.head.nouns, &it.head.of)
}

/// Each number of the headline with the only one of the lead that counts the same.
fn pairs(case: &Case<'_>, counts: &[usize]) -> Vec<(usize, usize)> {
    let told = |it: &&usize| case.mentions[**it].section == Section::Article;
    let first = counts.iter().find(told).map_or(0, |it| case.order(*it));
    let lead = counts.iter().filter(told).copied().take_while(|it| case.order(*it) < first + LEAD);
    let mut by_head: HashMap<Counted<'_>, Vec<usize>> = HashMap::new();
    for it in lead.filter(|it| !case.mentions[*it].head.nouns.is_empty()) {
        by_head.entry(counted(case, it)).or_default().push(it);
    }
    let titles = counts.iter().copied().filter(|it| case.mentions[*it].section == Section::Headline);
    titles
        .filter_map(|it| match by_head.get(&counted(case, it))?[..] {
            [one] => Some((it, one)),
            _ => None,
        })
        .collect()
}

/// Numbers of the text that are told twice, with all that stands around them:
/// the same noun phrase of two words, the same participle, and of the longer
/// words of one sentence none that the other has not.
fn retold(case: &Case<'_>, counts: &[usize]) -> Vec<(usize, usize)> {
    let telling = |it: &usize| {
        let own = &case.mentions[*it];
        let words = own.head.words().filter(|it| !is_neutral(it)).count();
        let plain = !own.hedged && !own.head.partitive && own.head.verb.is_some();
        own.kind == MentionKind::Count && own.section == Section::Article && words > 1 && plain
    };
    let mut by_head: HashMap<(usize, Counted<'_>, Option<&str>), Vec<usize>> = HashMap::new();
    for it in counts.iter().copied().filter(telling) {
        let own = &case.mentions[it];
        by_head.entry((own.segment, counted(case, it), own.head.verb.as_deref())).or_default().push(it);
    }
    let mut pairs: Vec<(usize, usize)> = by_head
        .into_values()
        .filter_map(|it| match it[..] {
            [first, again] => Some((first, again)),
            _ => None,
        })
        .filter(|it| is_told_again(case, it.0, it.1))
        .collect();
    pairs.sort_unstable();
    pairs
}

/// Whether two sentences say the same but for their number, of one time and place.
fn is_told_again(case: &Case<'_>, first: usize, again: usize) -> bool {
    #[rustfmt::skip]
    const TIMED: [&str; 40] = [
        "today", "yesterday", "tomorrow", "now", "earlier", "later", "then", "previous", "previously", "last", "next", "ago",
        "since", "until", "before", "after", "year", "month", "week", "day", "night", "first", "initially", "originally",
        "revised", "corrected", "another", "other", "more", "further", "additional", "per", "each", "every", "so", "still",
        "again", "while", "when", "than",
    ];
    let alone = |it: usize| case.beside(it).len() == 1;
    let (a, b) = (case.words(first), case.words(again));
    let timed = |words: &[Token<'_>]| {
        words.iter().skip(1).any(|it| {
            let named = month(&it.lower).is_some() || weekday(&it.lower).is_some();
            TIMED.contains(&stem(&it.lower).as_str()) || (it.is_capital() && named)
        })
    };
    let long = |words: &[Token<'_>]| -> HashSet<String> {
        words.iter().filter(|it| it.is_word() && it.text.len() > 3).map(|it| stem(&it.lower)).collect()
    };
    let quoted = |words: &[Token<'_>]| words.iter().any(|it| matches!(it.text, "\"" | "“" | "”"));
    let plain = |words: &[Token<'_>]| {
        !timed(words) && !quoted(words) && super::change::way(words).is_none() && super::when::is_told_as_fact(words)
    };
    let apart = case.order(first) != case.order(again);
    let same = long(a) == long(b) && capitals(a) == capitals(b);
    apart && alone(first) && alone(again) && same && plain(a) && plain(b)
}

/// The names of a sentence.
fn capitals<'t>(words: &'t [Token<'_>]) -> HashSet<&'t str> {
    words.iter().skip(1).filter(|it| it.is_word() && it.is_capital()).map(|it| it.text).collect()
}

/// The same told twice with two numbers: one of them is wrong.
fn differ(case: &mut Case<'_>, first: usize, again: usize) {
    let (own, other) = (&case.mentions[again], &case.mentions[first]);
    let (Some(printed), Some(before)) = (own.value.clone(), other.value.clone()) else { return };
    if rounded(&printed, &before, &own.unit) || rounded(&before, &printed, &other.unit) {
        return;
    }
    let slip = super::slip::between(&printed, &before);
    let formula = format!("{} first, {} here", shown(&before), shown(&printed));
    let proof = evidence("repeat", formula, vec![case.place(first, "stated earlier")]);
    let reason = format!("the text says {} earlier", shown(&before));
    case.say(again, CheckResult::of(ClaimVerdict::Contradicted, reason, proof).with_slip(slip));
}

/// A number of the headline, whose sentence has these words, against one of the lead.
fn headline(case: &mut Case<'_>, it: usize, lead: usize, words: &HashSet<&str>) {
    let own = &case.mentions[it];
    let other = &case.mentions[lead];
    if own.hedged || other.hedged || is_of_another(case, it, lead, words) {
        return;
    }
    let (Some(printed), Some(expected)) = (own.value.clone(), other.value.clone()) else { return };
    let place = vec![case.place(lead, "in the text")];
    if printed == expected {
        let proof = evidence("repeat", format!("{} in the text too", shown(&expected)), place);
        // A wrong number told twice would agree as well.
        case.say(it, CheckResult::of(ClaimVerdict::Unsourced, "repeated: the text gives the same number", proof));
    } else if !rounded(&printed, &expected, &own.unit) && !is_told_elsewhere(case, &printed) {
        let slip = super::slip::between(&printed, &expected);
        let proof =
            evidence("repeat", format!("{} in the headline, {} in the text", shown(&printed), shown(&expected)), place);
        let reason = format!("the text says {}", shown(&expected));
        case.say(it, CheckResult::of(ClaimVerdict::Contradicted, reason, proof).with_slip(slip));
    }
}

/// Whether some sentence of the text has a number: then the headline may mean that.
fn is_told_elsewhere(case: &Case<'_>, number: &Exact) -> bool {
    case.mentions.iter().any(|it| it.section == Section::Article && it.value.as_ref() == Some(number))
}

/// Whether the sentence of the lead is of another time or place than the headline says.
fn is_of_another(case: &Case<'_>, headline: usize, lead: usize, own: &HashSet<&str>) -> bool {
    let dated = |it: usize| matches!(case.mentions[it].kind, MentionKind::Year | MentionKind::Period);
    let timed = case.beside(lead).any(dated) && !case.beside(headline).any(dated);
    let named = |it: &Token<'_>| own.contains(&*it.lower);
    let words = case.words(lead);
    let placed = words.windows(2).any(|it| it[0].is("in") && it[1].is_word() && it[1].is_capital() && !named(&it[1]));
    let other = words.windows(2).any(|it| it[0].is("last") && it[1].is("year") && !named(&it[1]));
    timed || placed || other || !super::when::is_told_as_fact(words)
}

/// Whether a headline rounds the number of the text.
fn rounded(printed: &Exact, expected: &Exact, unit: &Exact) -> bool {
    let off = if printed > expected { printed - expected } else { expected - printed };
    off <= unit / super::super::numeral::whole(2) || (off < *unit && *unit > super::super::numeral::whole(1))
}

/// `More than 300 were reported; the table lists 314.`
fn restated(case: &mut Case<'_>, it: usize) {
    let own = &case.mentions[it];
    if !own.hedged || case.is_decided(it) {
        return;
    }
    let exact = |other: &usize| {
        let mention = &case.mentions[*other];
        let at = mention.tokens.0;
        let cue = at > 0 && {
            ["lists", "shows", "says", "gives", "counts", "records", "counted", "recorded", "listed", "showed", "puts"]
                .contains(&&*case.tokens(*other)[at - 1].lower)
        };
        let counts = mention.kind == own.kind && !mention.hedged && mention.head.nouns.is_empty();
        *other > it && counts && cue
    };
    let mut found = case.beside(it).filter(exact);
    let (Some(other), None) = (found.next(), found.next()) else { return };
    let (Some(value), Some(inner)) = (&case.mentions[other].value, &own.inner) else { return };
    if !inner.holds(value) {
        return;
    }
    let bound = own.value.as_ref().map(shown).unwrap_or_default();
    let sign = match (&inner.low, &inner.high) {
        (Some(_), None) => ">",
        (None, Some(_)) => "<",
        _ => "within",
    };
    let formula = if sign == "within" {
        format!("{} within {}", shown(value), inner.shown())
    } else {
        format!("{} {sign} {bound}", shown(value))
    };
    let proof = evidence("repeat", formula, vec![case.place(other, "the exact number")]);
    case.say(it, CheckResult::of(ClaimVerdict::Confirmed, "matches the number beside it", proof));
}
