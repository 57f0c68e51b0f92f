//! Parts against their whole: `25 people were killed, including 14 children`.
//!
//! A part is not above its whole. Parts may overlap, so their sum says nothing.
//! The sentence must have one whole only, and nothing else that could be meant.

use crate::article::claim::{ClaimVerdict, shown};
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::{Head, MentionKind};

/// So many words stand between a whole and `including`.
const GAP_MAX: usize = 6;

pub(super) fn run(case: &mut Case<'_>) {
    for part in case.of_kinds(&[MentionKind::Count]) {
        let Some(whole) = whole_of(case, part) else { continue };
        let (own, all) = (&case.mentions[part], &case.mentions[whole]);
        let least = if own.hedged { own.outer.as_ref().and_then(|it| it.low.as_ref()) } else { None };
        let least = if own.hedged { least.map(|it| it.0.clone()) } else { own.value.clone() };
        let most = all.outer.as_ref().and_then(|it| it.high.as_ref()).map(|it| it.0.clone());
        let (Some(least), Some(most), Some(of)) = (least, most, all.value.as_ref()) else { continue };
        if least <= most {
            continue;
        }
        let reason = format!("a part cannot be larger than its whole, {}", shown(of));
        let formula = format!("{} > {}", shown(&least), shown(&most));
        let proof = evidence("part", formula, vec![case.place(whole, "the whole")]);
        case.say(part, CheckResult::of(ClaimVerdict::Contradicted, reason, proof));
    }
}

/// The number that a part is of: the only one before `including`.
fn whole_of(case: &Case<'_>, part: usize) -> Option<usize> {
    let tokens = case.tokens(part);
    let lead = case.mentions[part].tokens.0.checked_sub(1).filter(|it| *it >= case.sentence(part).start)?;
    if !tokens[lead].is("including") {
        return None;
    }
    let amount = |it: &usize| {
        matches!(
            case.mentions[*it].kind,
            MentionKind::Count
                | MentionKind::Percent
                | MentionKind::Ratio
                | MentionKind::Money
                | MentionKind::Quantity
                | MentionKind::Measure
                | MentionKind::Multiple
        )
    };
    let mut before = (case.beside(part).start..part).filter(amount);
    let (Some(whole), None) = (before.next(), before.next()) else { return None };
    let (own, all) = (&case.mentions[part], &case.mentions[whole]);
    let gap = tokens.get(all.head.end..lead)?;
    let other = |it: &crate::article::tokens::Token<'_>| {
        matches!(
            &*it.lower,
            "and"
                | "or"
                | "but"
                | "while"
                | "many"
                | "several"
                | "others"
                | "more"
                | "dozens"
                | "scores"
                | "hundreds"
                | "thousands"
                | "another"
                | "as"
                | "from"
                | "with"
                | "all"
                | ":"
                | ";"
                | "."
        )
    };
    let close = gap.len() <= GAP_MAX && !gap.iter().any(other);
    let whole_alone = all.kind == MentionKind::Count && !all.head.partitive && all.head.of.is_empty();
    (close && whole_alone && is_part(&own.head, &all.head)).then_some(whole)
}

/// Whether one noun may count a part of what another counts: persons of people,
/// or the same thing with a word more.
fn is_part(part: &Head, whole: &Head) -> bool {
    const PEOPLE: [&str; 11] =
        ["man", "woman", "child", "boy", "girl", "adult", "student", "soldier", "officer", "civilian", "policeman"];
    let (Some(own), [all]) = (part.nouns.last(), &whole.nouns[..]) else { return false };
    let persons = matches!(all.as_str(), "person" | "victim" | "casualty" | "passenger" | "employee");
    own == all || (persons && part.nouns.len() == 1 && PEOPLE.contains(&own.as_str()))
}
