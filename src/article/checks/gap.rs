//! A difference of two percentages that the text itself gives: `44 percent in
//! the north and 35 percent in the south, a gap of 11 points`.

use num_traits::Signed;

use crate::article::claim::{ClaimVerdict, shown};
use crate::article::interval::Interval;
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::numeral::whole;

/// The two stand at most so many sentences before.
const SENTENCES_MAX: usize = 2;

pub(super) fn run(case: &mut Case<'_>) {
    for claim in case.of_kinds(&[MentionKind::Points, MentionKind::Count]) {
        let mention = &case.mentions[claim];
        let points = mention.kind == MentionKind::Points || mention.head.nouns == ["point"];
        if points && !mention.hedged && is_gap(case, claim) {
            judge(case, claim);
        }
    }
}

/// Whether a number is told as a difference: `a gap of`, `a difference of`.
fn is_gap(case: &Case<'_>, claim: usize) -> bool {
    let at = case.mentions[claim].tokens.0;
    let words = &case.tokens(claim)[case.sentence(claim).start..at];
    let [.., noun, of] = words else { return false };
    of.is("of") && matches!(&*noun.lower, "difference" | "gap" | "lead" | "margin")
}

/// The only two percentages before it: in its sentence, else in those right before.
fn pair(case: &Case<'_>, claim: usize) -> Option<(usize, usize)> {
    let percent = |it: &usize| *it < claim && case.mentions[*it].kind == MentionKind::Percent;
    let own: Vec<usize> = case.beside(claim).filter(percent).collect();
    let near = |it: &usize| case.mentions[*it].paragraph == case.mentions[claim].paragraph;
    let found =
        if own.is_empty() { case.near(claim, SENTENCES_MAX).filter(percent).filter(near).collect() } else { own };
    match found[..] {
        [a, b] if ![a, b].iter().any(|it| case.mentions[*it].hedged) => Some((a, b)),
        _ => None,
    }
}

fn judge(case: &mut Case<'_>, claim: usize) {
    let Some((first, second)) = pair(case, claim) else { return };
    let of = |it: usize| Some((case.mentions[it].value.clone()?, case.mentions[it].unit.clone().min(whole(1))));
    let (Some((a, unit_a)), Some((b, unit_b)), Some((value, unit))) = (of(first), of(second), of(claim)) else {
        return;
    };
    let found = (&a - &b).abs();
    // Each of the two may be rounded by half of its last digit, and so may the difference.
    let range = Interval::around(&found, &((unit_a + unit_b + &unit) / whole(2)));
    let places = vec![case.place(first, "the first number"), case.place(second, "the second number")];
    let formula = format!("|{} - {}| = {}", shown(&a), shown(&b), shown(&found));
    let proof = evidence("change", formula, places);
    if value == found {
        case.say(
            claim,
            CheckResult::of(ClaimVerdict::Confirmed, "matches the difference between the percentages", proof),
        );
    } else if !range.holds(&value) {
        let reason = format!("the difference is {} points", shown(&found));
        case.say(claim, CheckResult::of(ClaimVerdict::Contradicted, reason, proof));
    }
}
