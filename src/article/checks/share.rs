//! Percentages and fractions against the counts that stand beside them.
//!
//! `Of the 314 robberies, 164, or 52 percent, were solved` names part, whole
//! and share. With the whole alone, a share may still be impossible: no part
//! of 18 is 51 percent (the GRIM test, Brown and Heathers 2017).

use num_traits::{Signed, Zero};

use crate::article::claim::{ClaimVerdict, shown};
use crate::article::interval::Interval;
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::{Mention, MentionKind};
use crate::article::numeral::{as_whole, power, whole};
use crate::article::tokens::Token;
use crate::table::Exact;

pub(super) fn run(case: &mut Case<'_>) {
    for share in case.of_kinds(&[MentionKind::Percent, MentionKind::Ratio]) {
        let whole_of = whole_of(case, share);
        let part = part_of(case, share, whole_of);
        match (part, whole_of) {
            (Some(part), Some(whole)) => both(case, share, part, whole),
            (None, Some(whole)) => whole_alone(case, share, whole),
            _ => {}
        }
    }
}

/// The counts of the sentence, without the share itself.
fn counts(case: &Case<'_>, share: usize) -> Vec<usize> {
    let same = |it: &usize| {
        let kind = case.mentions[*it].kind;
        *it != share && matches!(kind, MentionKind::Count | MentionKind::Money)
    };
    case.beside(share).filter(same).collect()
}

/// The count that a share is of: `of the 849 thefts`, the only one so told.
fn whole_of(case: &Case<'_>, share: usize) -> Option<usize> {
    let tokens = case.tokens(share);
    let start = case.sentence(share).start;
    let is_of = |it: &usize| {
        let at = case.mentions[*it].tokens.0;
        let the = at
            .checked_sub(1)
            .filter(|&it| it >= start && matches!(&*tokens[it].lower, "the" | "all" | "those" | "its"));
        let of = the.unwrap_or(at).checked_sub(1).filter(|&it| it >= start);
        // `one of the 18` and `out of 18`; but not `a total of 18`, which is the number itself.
        let total = of.and_then(|it| it.checked_sub(1)).is_some_and(|it| {
            ["total", "average", "number", "rate", "increase", "rise", "drop", "fall", "decline"]
                .contains(&&*tokens[it].lower)
        });
        let based = of.is_some_and(|it| tokens[it].is("of") && is_base(case, share, it));
        based && !total && !case.mentions[*it].hedged
    };
    if has_own_base(case, share) {
        return None;
    }
    let found: Vec<usize> = counts(case, share).into_iter().filter(is_of).collect();
    // `164 of the 314 robberies (52%), and 10 of 18 murders`: the bracket tells which.
    let own = case.mentions[share].tokens.0;
    let bracket = |it: &&usize| case.mentions[**it].head.end + 1 == own && tokens[own - 1].text == "(";
    let tied = found.iter().find(bracket).copied();
    tied.or(match found[..] {
        [one] => Some(one),
        _ => None,
    })
}

/// Whether what stands behind an `of` is what something is a part of: it opens
/// the sentence, or a number stands right before it. `A value of 5` is no base.
fn is_base(case: &Case<'_>, share: usize, of: usize) -> bool {
    let tokens = case.tokens(share);
    let opens = tokens[case.sentence(share).start..of].iter().all(|it| !it.is_word() || it.is("and") || it.is("out"));
    let out = of > 0 && tokens[of - 1].is("out");
    let listed = of > 0 && tokens[of - 1].is("and") && case.beside(share).any(|it| is_lead(case, it));
    opens || out || listed || case.beside(share).any(|it| case.mentions[it].tokens.1 == of)
}

/// Whether a share has a base of its own, in words: `39% of pre-tax loss`.
fn has_own_base(case: &Case<'_>, share: usize) -> bool {
    let tokens = case.tokens(share);
    let end = case.mentions[share].tokens.1;
    let of = tokens.get(end).is_some_and(|it| it.is("of"));
    let them = |at: usize| {
        tokens.get(at).is_some_and(|it| {
            it.is_number()
                || crate::article::words::atom(&it.lower).is_some()
                || matches!(&*it.lower, "them" | "which" | "those" | "these")
        })
    };
    let the = tokens.get(end + 1).is_some_and(|it| matches!(&*it.lower, "the" | "all" | "its" | "those" | "these"));
    of && !them(end + 1) && !(the && them(end + 2))
}

/// The count that a share restates: `164, or 52 percent`, `283 (a third)`.
fn part_of(case: &Case<'_>, share: usize, whole: Option<usize>) -> Option<usize> {
    let tokens = case.tokens(share);
    let own = &case.mentions[share];
    let joins = |from: usize, until: usize| {
        let gap = tokens.get(from..until).unwrap_or(&[]);
        let fits =
            |it: &Token<'_>| [",", "or", "(", "–", "—", ")", "-", "about", "roughly", "just"].contains(&&*it.lower);
        !gap.is_empty() && gap.len() <= 3 && gap.iter().all(fits)
    };
    let restated = |it: &usize| {
        let other = &case.mentions[*it];
        if let Some(of) = whole.map(|it| &case.mentions[it]).filter(|of| other.tokens.1 <= of.tokens.0) {
            // `164 of the 314 robberies (52%)`.
            let tied = &tokens[other.tokens.1..of.tokens.0];
            let of_these = tied.len() <= 2 && tied.first().is_some_and(|it| it.is("of"));
            if of_these && joins(of.head.end, own.tokens.0) {
                return true;
            }
        }
        let before = other.tokens.0 < own.tokens.0;
        if before {
            joins(other.head.end, own.tokens.0) || joins(other.tokens.1, own.tokens.0)
        } else {
            // `a third of the 849 thefts, 283, took place`.
            let behind = whole.map_or(own.tokens.1, |it| case.mentions[it].head.end);
            let bare = other.head.nouns.iter().all(|it| crate::article::words::is_neutral(it));
            (joins(behind, other.tokens.0) || joins(own.tokens.1, other.tokens.0)) && bare
        }
    };
    let mut found = counts(case, share).into_iter().filter(|it| Some(*it) != whole && restated(it));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// What a share may be in percent: rounded as printed, either way at the half.
pub(in crate::article) fn allowed(share: &Mention) -> Option<(Interval, Interval)> {
    let value = share.value.as_ref()?;
    let hundred = whole(100);
    if share.kind == MentionKind::Ratio {
        return Some((share.inner.as_ref()?.times(&hundred), share.outer.as_ref()?.times(&hundred)));
    }
    if share.hedged {
        return Some((share.inner.clone()?, share.outer.clone()?));
    }
    let rounded = Interval::around(value, &half_unit(share));
    Some((rounded.clone(), rounded))
}

/// Half of the last printed digit of a percentage; zeros before the point are digits.
fn half_unit(share: &Mention) -> Exact {
    let unit = if share.unit > whole(1) { whole(1) } else { share.unit.clone() };
    unit / whole(2)
}

fn both(case: &mut Case<'_>, share: usize, part: usize, of: usize) {
    let (Some(k), Some(n)) = (exact(case, part), exact(case, of)) else { return };
    // Money is no part of a number of things.
    if !n.is_positive() || case.mentions[part].kind != case.mentions[of].kind {
        return;
    }
    let Some((inner, outer)) = allowed(&case.mentions[share]) else { return };
    let percent = &k * whole(100) / &n;
    let formula = if case.mentions[share].kind == MentionKind::Ratio {
        format!("{} / {} = {}", shown(&k), shown(&n), three_places(&(&k / &n)))
    } else {
        format!("100 * {} / {} = {}", shown(&k), shown(&n), shown(&percent))
    };
    let places = vec![case.place(part, "the part"), case.place(of, "the whole")];
    let it = evidence("percent", formula, places);
    if inner.holds(&percent) {
        case.say(share, CheckResult::of(ClaimVerdict::Confirmed, "matches the part divided by the whole", it));
    } else if !outer.holds(&percent) {
        let slip = case.mentions[share].value.as_ref().and_then(|it| super::slip::between(it, &percent.round()));
        let reason = format!("{} of {} is {} percent", shown(&k), shown(&n), shown(&percent));
        case.say(share, CheckResult::of(ClaimVerdict::Contradicted, reason, it).with_slip(slip));
    }
}

fn three_places(value: &Exact) -> String {
    crate::table::show_exact(&((value * whole(1_000)).round() / whole(1_000)))
}

fn exact(case: &Case<'_>, mention: usize) -> Option<Exact> {
    let it = &case.mentions[mention];
    it.value.clone().filter(|_| !it.hedged)
}

/// `Of the 18 murders, 51 percent were solved`: is there such a part at all?
fn whole_alone(case: &mut Case<'_>, share: usize, of: usize) {
    let mention = &case.mentions[share];
    let Some(n) = exact(case, of).and_then(|it| as_whole(&it)).filter(|it| *it > 0) else { return };
    let counted = case.mentions[of].kind == MentionKind::Count && mention.kind == MentionKind::Percent;
    let right_after = case.mentions[of].tokens.1 <= mention.tokens.0 && is_lead(case, of);
    let (true, true, false, Some(p)) = (counted, right_after, mention.hedged, mention.value.clone()) else { return };
    let decimals = if mention.unit < whole(1) { crate::table::show_exact(&mention.unit).len() - 2 } else { 0 };
    let limit = power(i32::try_from(2 + decimals).unwrap_or(2));
    let place = vec![case.place(of, "the whole")];
    if whole(i128::from(n)) >= limit {
        let reason = format!("any percentage of {} is possible", shown(&whole(i128::from(n))));
        let it = evidence("percent", "", place);
        case.say(
            share,
            CheckResult { evidence: Vec::new(), ..CheckResult::of(ClaimVerdict::NotCheckable, reason, it) },
        );
        return;
    }
    let half = half_unit(mention);
    let exact_part = &p * whole(i128::from(n)) / whole(100);
    let percent = |k: &Exact| k * whole(100) / whole(i128::from(n));
    let near = [exact_part.floor(), exact_part.ceil()];
    let fits = near.iter().any(|k| *k >= Exact::zero() && (percent(k) - &p).abs() <= half);
    if fits || p > whole(100) {
        return;
    }
    let tried: Vec<String> = near.iter().map(|k| format!("{}/{n} = {}", shown(k), one_place(&percent(k)))).collect();
    let formula = format!("no k in 0..{n} rounds to {} ({})", shown(&p), tried.join(", "));
    let reason = format!("no whole number out of {n} is {} percent", shown(&p));
    case.say(share, CheckResult::of(ClaimVerdict::Contradicted, reason, evidence("percent", formula, place)));
}

fn one_place(value: &Exact) -> String {
    shown(&((value * whole(10)).round() / whole(10)))
}

/// Whether a whole opens its sentence: `Of the 18 murders, …`.
fn is_lead(case: &Case<'_>, of: usize) -> bool {
    let start = case.sentence(of).start;
    case.mentions[of].tokens.0 <= start + 2 && case.tokens(of)[start].is("of")
}
