//! A list of parts against the whole that they are told to be of: `of its 75
//! members, 31 belong to the Centre, 26 to …`.

use num_traits::{Signed, Zero};

use super::{rank, when};
use crate::article::claim::{ClaimVerdict, shown};
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::numeral::whole;
use crate::article::tokens::Token;
use crate::table::Exact;

/// So many parts are a list.
const PARTS_MIN: usize = 3;
/// And so many, where no word says that they are all.
const OPEN_PARTS_MIN: usize = 4;
/// The whole is told so many words at most behind `of`.
const WHOLE_MAX: usize = 3;

/// Parts in their order, with what leads them.
struct Listing {
    parts: Vec<usize>,
    /// The number that they are of, where it is told beside them.
    whole: Option<usize>,
    /// Whether the last part is told to be all that is left.
    is_closed: bool,
    /// Whether each part is told with the same short words: `11 to one, 9 to another`.
    is_even: bool,
}

pub(super) fn run(case: &mut Case<'_>) {
    for (sentence, range) in case.told_sentences() {
        let tokens = &case.reads[sentence.0].tokens;
        let first = range.start;
        let of = range.into_iter().find(|it| tokens[*it].is("of") && opens(tokens, *it, first));
        if let Some(listing) = of.and_then(|it| listing(case, sentence, it)) {
            judge(case, sentence, &listing);
        }
    }
}

/// Whether `of` opens a clause: at its start, or behind a comma.
fn opens(tokens: &[Token<'_>], at: usize, start: usize) -> bool {
    at == start || matches!(tokens[at - 1].text, "," | ";" | ":" | "\"" | "“")
}

fn listing(case: &Case<'_>, at: (usize, usize), of: usize) -> Option<Listing> {
    let tokens = &case.reads[at.0].tokens;
    let all: Vec<usize> = case.of_sentence(at).filter(|it| case.mentions[*it].tokens.0 > of).collect();
    let whole = all
        .first()
        .copied()
        .filter(|it| case.mentions[*it].tokens.0 <= of + WHOLE_MAX && case.mentions[*it].kind == MentionKind::Count);
    let end = case.reads[at.0].sentences[at.1].end;
    let stop = (of..end).find(|it| matches!(tokens[*it].text, ":" | ";" | "(" | "–" | "—")).unwrap_or(end);
    let parts: Vec<usize> =
        all.into_iter().filter(|it| Some(*it) != whole && case.mentions[*it].tokens.0 < stop).collect();
    let counted = |it: &usize| {
        let it = &case.mentions[*it];
        it.kind == MentionKind::Count && !it.hedged && it.head.of.is_empty()
    };
    if parts.len() < PARTS_MIN || !parts.iter().all(counted) {
        return None;
    }
    let between = |pair: &[usize]| &tokens[case.mentions[pair[0]].tokens.1..case.mentions[pair[1]].tokens.0];
    let joined = |pair: &[usize]| between(pair).iter().any(|it| matches!(&*it.lower, "," | "and"));
    let last = parts.windows(2).last().map(between)?;
    let ends = last.iter().rev().take(5).any(|it| it.is("and"));
    let is_closed = last.iter().rev().take(3).any(|it| matches!(&*it.lower, "remaining" | "rest" | "other" | "others"));
    let follows = |it: &usize| tokens.get(case.mentions[*it].tokens.1).map(|it| &*it.lower);
    let word = follows(&parts[1]).filter(|it| matches!(*it, "to" | "for" | "from" | "in" | "by" | "at" | "on"));
    let is_even = word.is_some() && parts[1..].iter().all(|it| follows(it) == word);
    let span = &tokens[of..stop];
    let open = span.iter().any(|it| {
        matches!(
            &*it.lower,
            "including" | "among" | "also" | "both" | "whom" | "which" | "than" | "or" | "but" | "another"
        )
    });
    (parts.windows(2).all(joined) && ends && !open).then_some(Listing { parts, whole, is_closed, is_even })
}

fn value(case: &Case<'_>, it: usize) -> Exact {
    case.mentions[it].value.clone().unwrap_or_else(Exact::zero)
}

/// The one number told before a list that its parts nearly make.
fn told_before(case: &Case<'_>, listing: &Listing, sum: &Exact) -> Option<usize> {
    let first = listing.parts[0];
    let largest = listing.parts.iter().map(|it| value(case, *it)).max()?;
    let own = &case.mentions[first];
    let before: Vec<usize> = (0..case.beside(first).start)
        .rev()
        .take_while(|it| case.mentions[*it].segment == own.segment && case.order(*it) + 6 >= case.order(first))
        .filter(|it| case.mentions[*it].kind == MentionKind::Count && value(case, *it) > largest)
        .collect();
    if before.iter().any(|it| &value(case, *it) == sum) {
        return None;
    }
    let near = |it: &&usize| (value(case, **it) - sum).abs() * whole(10) <= *sum && !case.mentions[**it].hedged;
    let mut found: Vec<usize> = before.iter().filter(near).copied().collect();
    found.dedup_by_key(|it| value(case, *it));
    if let [one] = found[..] { Some(one) } else { None }
}

fn judge(case: &mut Case<'_>, at: (usize, usize), listing: &Listing) {
    let sum: Exact = listing.parts.iter().map(|it| value(case, *it)).sum();
    let told = listing.whole.or_else(|| listing.is_closed.then(|| told_before(case, listing, &sum)).flatten());
    let Some(whole_at) = told else { return };
    let of = value(case, whole_at);
    let texts: Vec<String> = listing.parts.iter().map(|it| shown(&value(case, *it))).collect();
    let formula = format!("{} = {}", texts.join(" + "), shown(&sum));
    let mut places: Vec<_> = listing.parts.iter().map(|it| case.place(*it, "a part")).collect();
    places.push(case.place(whole_at, "the whole"));
    let proof = evidence("sum", formula, places);
    if sum == of {
        for part in listing.parts.clone() {
            case.say(part, CheckResult::of(ClaimVerdict::Confirmed, "the parts make the whole", proof.clone()));
        }
        return;
    }
    // A list that is not said to be complete may leave out some of the whole, but hardly one of many.
    let gap = (&sum - &of).abs();
    let full = listing.parts.len() >= OPEN_PARTS_MIN && (gap == whole(1) || &gap * whole(50) <= of)
        || listing.is_even && (sum > of || listing.parts.len() >= OPEN_PARTS_MIN && &gap * whole(20) <= of);
    let hedged = case.mentions[whole_at].hedged;
    let (first, last) = (listing.parts[0], listing.parts[listing.parts.len() - 1]);
    let tokens: &[Token<'_>] = &case.reads[at.0].tokens[case.reads[at.0].sentences[at.1].clone()];
    if hedged || !(listing.is_closed || full) || !when::is_told_as_fact(tokens) {
        return;
    }
    let range = case.mentions[first].tokens.0..case.mentions[last].tokens.1;
    let reason = format!("the parts make {}, not {}", shown(&sum), shown(&of));
    let mention = rank::wording_at(case, at, range, MentionKind::Count, 0);
    case.add(mention, CheckResult::of(ClaimVerdict::Contradicted, reason, proof));
}
