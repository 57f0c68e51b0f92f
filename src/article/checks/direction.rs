//! A verb of change against its two ends: `fell to 36, from 29`.

use std::ops::Range;

use num_traits::{Signed, Zero};

use super::change::{Way, way_of};
use super::{rank, when};
use crate::article::claim::{ClaimVerdict, shown};
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::tokens::Token;
use crate::table::Exact;

/// The first end stands so many words at most from the verb.
const LEAD_MAX: usize = 9;
/// And the second from the first.
const GAP_MAX: usize = 9;

pub(super) fn run(case: &mut Case<'_>) {
    for (sentence, range) in case.told_sentences() {
        let tokens = &case.reads[sentence.0].tokens;
        if tokens[range.clone()].iter().any(is_of_places) {
            continue;
        }
        for at in range {
            if let Some(way) = verb(&tokens[at].lower) {
                judge(case, sentence, at, way);
            }
        }
    }
}

/// Which way a verb says that something went.
pub(in crate::article) fn verb(word: &str) -> Option<Way> {
    match word {
        "raised" | "lifted" | "mounted" | "swelled" | "rebounded" | "ballooned" | "grew" => Some(Way::Up),
        "lowered" | "trimmed" | "cut" | "shrunk" | "sunk" | "retreated" | "diminished" | "fallen" => Some(Way::Down),
        // A gap or a record that widened or improved may have gone either way.
        "widened" | "improved" | "crept" | "higher" | "lower" | "expanded" | "contracted" | "growth" | "advanced"
        | "gain" => None,
        _ => way_of(word),
    }
}

/// Of places in an order a lower number is a higher place.
fn is_of_places(it: &Token<'_>) -> bool {
    matches!(
        &*it.lower,
        "place"
            | "places"
            | "position"
            | "rank"
            | "ranked"
            | "ranking"
            | "rankings"
            | "spot"
            | "seed"
            | "seeded"
            | "version"
    )
}

/// The two ends of a change that stand behind its verb.
fn ends(case: &Case<'_>, at: (usize, usize), verb: usize) -> Option<(usize, usize)> {
    let tokens = &case.reads[at.0].tokens;
    let kinds = [MentionKind::Count, MentionKind::Money, MentionKind::Percent, MentionKind::Measure];
    let all: Vec<usize> = case
        .of_sentence(at)
        .filter(|it| case.mentions[*it].tokens.0 > verb && kinds.contains(&case.mentions[*it].kind))
        .collect();
    let led = |word: &str| all.iter().copied().find(|it| is_led(tokens, case.mentions[*it].tokens.0, verb, word));
    let (from, to) = (led("from")?, led("to")?);
    let (first, last) = (from.min(to), from.max(to));
    let (first, last) = (case.mentions[first].tokens, case.mentions[last].tokens);
    let parts = |range: Range<usize>| {
        tokens.get(range).is_none_or(|it| {
            it.iter().any(|it| {
                way_of(&it.lower).is_some()
                    || matches!(&*it.lower, "and" | "or" | "but" | "while" | "whereas" | "than" | ";" | "to" | "from")
            })
        })
    };
    let lead = tokens[verb + 1..first.0].iter().filter(|it| !matches!(&*it.lower, "to" | "from")).count();
    let near = lead <= LEAD_MAX && last.0.checked_sub(first.1)? <= GAP_MAX;
    let plain = !tokens[verb + 1..first.0].iter().any(|it| {
        way_of(&it.lower).is_some() || matches!(&*it.lower, "and" | "or" | "but" | "while" | "whereas" | "than" | ";")
    }) && !parts(first.1..last.0.saturating_sub(lead_of(tokens, last.0)));
    (near && plain).then_some((from, to))
}

/// How many words lead a number, up to its preposition.
fn lead_of(tokens: &[Token<'_>], at: usize) -> usize {
    (1..=4).find(|it| at >= *it && matches!(&*tokens[at - it].lower, "to" | "from")).unwrap_or(0)
}

/// Whether a preposition leads a number: `to a record 36`.
fn is_led(tokens: &[Token<'_>], at: usize, verb: usize, word: &str) -> bool {
    let mut at = at;
    while at > verb + 1
        && matches!(&*tokens[at - 1].lower, "the" | "its" | "a" | "record" | "just" | "only" | "plus" | "still" | "now")
    {
        at -= 1;
    }
    at > verb + 1 && tokens[at - 1].is(word) || at == verb + 2 && tokens[verb + 1].is(word)
}

fn judge(case: &mut Case<'_>, at: (usize, usize), verb: usize, way: Way) {
    let Some((from, to)) = ends(case, at, verb) else { return };
    // A number that is told of the same change says it already.
    if case.of_sentence(at).any(|it| case.is_contradicted(it)) {
        return;
    }
    let tokens = &case.reads[at.0].tokens;
    let (one, two) = (&case.mentions[from], &case.mentions[to]);
    let unit = |it: &crate::article::mention::Mention| {
        let words = &tokens[it.tokens.0..it.tokens.1];
        words
            .iter()
            .rfind(|it| it.is_word() && crate::article::words::scale(&it.lower).is_none())
            .map(|it| it.lower.clone())
    };
    let alike = one.kind == two.kind && (one.kind != MentionKind::Measure || unit(one) == unit(two))
        || one.kind == MentionKind::Count
        || two.kind == MentionKind::Count;
    let (Some(a), Some(b)) = (&one.value, &two.value) else { return };
    let wrong = match way {
        Way::Up => b < a,
        Way::Down => b > a,
    };
    // `from 170.1 to 89.3 million` says its scale once.
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if low.is_positive() && low.clone() * crate::article::numeral::whole(500) < *high {
        return;
    }
    // Of two deficits the larger one is the lower number.
    let losses = a.is_negative() && b <= &Exact::zero();
    let said = when::is_told_as_fact(&tokens[case.reads[at.0].sentences[at.1].clone()]);
    if !wrong || losses || !alike || one.hedged || two.hedged || !said {
        return;
    }
    let up = if b > a { "up" } else { "down" };
    let reason = format!("from {} to {} is {up}", shown(a), shown(b));
    let proof = evidence("change", String::new(), vec![case.place(from, "before"), case.place(to, "after")]);
    let mention = rank::wording_at(case, at, verb..verb + 1, MentionKind::Direction, 0);
    case.add(mention, CheckResult::of(ClaimVerdict::Contradicted, reason, proof));
}
