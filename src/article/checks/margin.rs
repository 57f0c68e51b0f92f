//! A difference that is told with both of its numbers: `by 278 votes, 14,218 to
//! 13,940`; `took in 160 billion and spent 168.5 billion, a gap of 8.5 billion`.

use num_traits::Signed;

use super::{slip, when};
use crate::article::claim::{ClaimVerdict, shown};
use crate::article::interval::Interval;
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::numeral::{power, whole};
use crate::article::tokens::Token;
use crate::table::Exact;

/// The pair stands so many words at most from its difference.
const NEAR: usize = 6;
/// The two numbers of a balance stand so many words at most from each other and from it.
const FAR: usize = 14;

/// Nouns of what is between two numbers.
#[rustfmt::skip]
const GAPS: &[&str] = &[
    "gap", "hole", "deficit", "surplus", "shortfall", "difference", "margin", "lead", "majority", "advantage", "excess",
    "balance", "profit", "loss",
];

pub(super) fn run(case: &mut Case<'_>) {
    for it in case.of_kinds(&[MentionKind::Count, MentionKind::Money, MentionKind::Measure]) {
        if case.mentions[it].hedged || case.is_decided(it) || !when::is_told_as_fact(case.words(it)) {
            continue;
        }
        if let Some((a, b)) = pair(case, it) {
            judge(case, it, a, b, true);
        } else if let Some((a, b)) = balance(case, it) {
            judge(case, it, a, b, false);
        }
    }
}

/// Whether a number is told as what is between two.
fn is_gap(case: &Case<'_>, it: usize) -> bool {
    let tokens = case.tokens(it);
    let sentence = case.sentence(it);
    let (start, end) = case.mentions[it].tokens;
    let before: Vec<&str> = tokens[sentence.start..start].iter().rev().take(3).map(|it| &*it.lower).collect();
    let led = match before[..] {
        ["by", ..] | ["of", "margin" | "lead" | "majority" | "gap" | "difference", ..] => true,
        [adverb, "by", ..] => matches!(adverb, "just" | "only"),
        _ => false,
    };
    let behind = tokens
        .get(end..sentence.end.min(end + 3))
        .unwrap_or_default()
        .iter()
        .any(|it| matches!(&*it.lower, "ahead" | "clear" | "apart"));
    led || behind
}

/// `A to B` right behind a difference.
fn pair(case: &Case<'_>, it: usize) -> Option<(usize, usize)> {
    let tokens = case.tokens(it);
    let own = &case.mentions[it];
    let mut behind = case.beside(it).filter(|other| case.mentions[*other].tokens.0 >= own.tokens.1);
    let (a, b) = (behind.next()?, behind.next()?);
    let (one, two) = (&case.mentions[a], &case.mentions[b]);
    let joined = one.tokens.1 + 1 == two.tokens.0
        && matches!(&*tokens[one.tokens.1].lower, "to" | "against" | "versus" | "v" | "–");
    let gap = tokens.get(own.tokens.1..one.tokens.0)?;
    let paused = gap.iter().any(|it| matches!(it.text, "," | "(" | ":" | "–" | "—"))
        && !gap.iter().any(|it| matches!(&*it.lower, "from" | "and" | "than" | "between" | "while" | "but"));
    let alike = one.kind == two.kind && (one.kind == own.kind || one.kind == MentionKind::Count);
    (is_gap(case, it) && joined && paused && gap.len() <= NEAR && alike).then_some((a, b))
}

/// The two numbers before `a gap of`.
fn balance(case: &Case<'_>, it: usize) -> Option<(usize, usize)> {
    let tokens = case.tokens(it);
    let own = &case.mentions[it];
    let before: Vec<&Token<'_>> = tokens[case.sentence(it).start..own.tokens.0].iter().rev().take(2).collect();
    let [of, noun] = before[..] else { return None };
    if !of.is("of") || !GAPS.contains(&&*noun.lower) {
        return None;
    }
    let amounts: Vec<usize> = case.beside(it).filter(|other| case.mentions[*other].tokens.1 <= own.tokens.0).collect();
    let [.., a, b] = amounts[..] else { return None };
    let (one, two) = (&case.mentions[a], &case.mentions[b]);
    let near = two.tokens.0 - one.tokens.1 <= FAR && own.tokens.0 - two.tokens.1 <= FAR;
    let kinds = [one.kind, two.kind].iter().all(|it| matches!(it, MentionKind::Count | MentionKind::Money));
    (near && kinds && amounts.len() == 2 && own.kind != MentionKind::Measure).then_some((a, b))
}

fn judge(case: &mut Case<'_>, it: usize, a: usize, b: usize, is_sure: bool) {
    let (own, one, two) = (&case.mentions[it], &case.mentions[a], &case.mentions[b]);
    let (Some(value), Some(x), Some(y)) = (own.value.clone(), one.value.clone(), two.value.clone()) else { return };
    if one.hedged || two.hedged {
        return;
    }
    let found = (&x - &y).abs();
    let rounded = |it: &Exact| if *it >= whole(1) && *it < whole(100) { whole(0) } else { it / whole(2) };
    let half = rounded(&one.unit) + rounded(&two.unit) + rounded(&own.unit);
    let holds = Interval::around(&found, &half).holds(&value);
    let formula = format!("{} - {} = {}", shown(&x), shown(&y), shown(&(&x - &y)));
    let proof = evidence("difference", formula, vec![case.place(a, "the one"), case.place(b, "the other")]);
    if holds {
        return case.say(it, CheckResult::of(ClaimVerdict::Confirmed, "the difference of the two numbers", proof));
    }
    let scaled = [3, 6, -3, -6].iter().find(|it| &value * power(**it) == found).copied();
    let slipped = match scaled {
        Some(step) => {
            Some(format!("{} times too {}", shown(&power(step.abs())), if step > 0 { "small" } else { "large" }))
        }
        None => slip::between(&value, &found),
    };
    let near = value < &found * whole(4) && found < &value * whole(4) && value < x.clone().max(y.clone());
    if slipped.is_some() || is_sure && near {
        let reason = format!("the difference is {}", shown(&found));
        case.say(it, CheckResult::of(ClaimVerdict::Contradicted, reason, proof).with_slip(slipped));
    }
}
