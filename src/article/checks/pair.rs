//! The two ends that a change is told of: `rose by nine to 47, from 36`.
//!
//! A number is a change only where a word of change stands right beside it, and
//! an end only where `from`, `to` or `than` leads it, or where the change is
//! told of it in so many words: `350 thefts, up 12 percent from 280`.

use num_traits::{Signed, Zero};

use super::change::{Ends, Way, way_of};
use crate::article::judge::Case;
use crate::article::mention::{Mention, MentionKind};
use crate::article::numeral::whole;
use crate::article::tokens::Token;
use crate::table::Exact;

/// Between the two ends stand so many words at most: `from 131,400 in 2010, when the law came, to 190,300`.
const GAP_MAX: usize = 16;
/// Between a word of change and its number stand so many words at most.
const TIE_MAX: usize = 5;

/// A number that is told as a change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tied {
    pub(super) way: Way,
    /// The token of the word of change.
    verb: usize,
    /// Whether the word stands behind the number: `12 percent more than`.
    behind: bool,
}

/// The word of change that stands right beside a number.
pub(super) fn tied(case: &Case<'_>, claim: usize) -> Option<Tied> {
    let mention = &case.mentions[claim];
    let (tokens, sentence) = (case.tokens(claim), case.sentence(claim));
    let (start, end) = mention.tokens;
    if mention.kind == MentionKind::Multiple {
        let down = mention.value.as_ref().is_some_and(|it| *it < whole(1));
        let verb = end - 1;
        let told = tokens[verb].is_word() && !tokens[verb].is("times");
        let way = if down { Way::Down } else { Way::Up };
        let before = before(tokens, start, sentence.start).map(|it| it.0);
        return Some(Tied { way, verb: if told { verb } else { before.unwrap_or(verb) }, behind: false });
    }
    if let Some((verb, way)) = before(tokens, start, sentence.start).or_else(|| restated(tokens, start, sentence.start))
    {
        return Some(Tied { way, verb, behind: false });
    }
    let next = mention.head.end.min(end + 3).max(end);
    (end..=next).filter(|at| *at < sentence.end).find_map(|at| {
        let way = match &*tokens[at].lower {
            "more" | "higher" | "increase" | "rise" | "jump" | "growth" => Way::Up,
            "fewer" | "less" | "lower" | "decrease" | "fall" | "drop" | "decline" => Way::Down,
            _ => return None,
        };
        Some(Tied { way, verb: at, behind: true })
    })
}

/// The word of change before a number: directly, or with `by` or `of` between.
fn before(tokens: &[Token<'_>], start: usize, first: usize) -> Option<(usize, Way)> {
    let mut at = start;
    let mut led = false;
    for _ in 0..TIE_MAX {
        at = at.checked_sub(1).filter(|it| *it >= first)?;
        let word = &*tokens[at].lower;
        let given = match word {
            "shed" | "lost" | "losing" | "shedding" | "loss" | "minus" => Some(Way::Down),
            "added" | "adding" | "gaining" | "plus" => Some(Way::Up),
            _ => way_of(word),
        };
        if let Some(way) = given {
            return Some((at, way));
        }
        match word {
            "by" | "of" => led = true,
            "a" | "an" | "another" | "just" | "only" | "about" | "some" | "almost" | "nearly" | "around" => {}
            _ if led && tokens[at].is_word() && !matches!(word, "and" | "or" | "but" | "while" | "with") => {}
            _ => return None,
        }
    }
    None
}

/// `rose from 402 to 421, or 4.8 percent`: the verb of what is told once more.
fn restated(tokens: &[Token<'_>], start: usize, first: usize) -> Option<(usize, Way)> {
    const FAR: usize = 18;
    let lead = start.checked_sub(1).filter(|it| *it > first)?;
    let or = tokens[lead].is("or") && tokens[lead - 1].text == ",";
    let open = tokens[lead].text == "(";
    let stops =
        |it: &Token<'_>| matches!(it.text, ";" | ":") || matches!(&*it.lower, "while" | "whereas" | "but" | "and");
    let before = (first..lead).rev().take(FAR).take_while(|it| !stops(&tokens[*it]));
    let mut verbs = before.filter_map(|it| Some((it, way_of(&tokens[it].lower)?)));
    let found = verbs.next().filter(|_| or || open)?;
    verbs.next().is_none().then_some(found)
}

/// The two ends of a change.
pub(super) fn ends(case: &Case<'_>, claim: usize, tied: Tied) -> Option<Ends> {
    let found =
        led_pair(case, claim, tied).or_else(|| told_pair(case, claim, tied)).or_else(|| times_pair(case, claim))?;
    let (from, to, sure) = found;
    let (a, b) = (&case.mentions[from], &case.mentions[to]);
    // The unit is often printed once: `from 10 to 12 percent`.
    let percent = a.kind == MentionKind::Percent || b.kind == MentionKind::Percent;
    let alike = a.kind == b.kind || percent || a.kind == MentionKind::Count;
    // `four points from its 2021 high, to 51.2 per cent`
    let far = percent && [a, b].iter().any(|it| it.kind == MentionKind::Count && is_beyond(it));
    // `from 88.2 to 41.7 million` says its scale once.
    let far = far || is_scaled_once(a, b);
    if a.hedged || b.hedged || !alike || far || is_of_bracket(case, claim, (from, to)) {
        return None;
    }
    let ends = Ends { from, to, a: a.value.clone()?, b: b.value.clone()?, half: half(a, b), percent, sure };
    (ends.a.is_positive() && ends.b >= Exact::zero()).then_some(ends)
}

/// Whether one of two numbers is in millions, and the other small.
fn is_scaled_once(a: &Mention, b: &Mention) -> bool {
    let (Some(a), Some(b)) = (&a.value, &b.value) else { return false };
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    *high >= whole(1_000) && low.is_positive() && low.clone() * whole(500) < *high
}

/// Whether a number is too large for a percentage.
fn is_beyond(it: &Mention) -> bool {
    it.value.as_ref().is_some_and(|it| *it >= whole(1_000))
}

/// Whether a claim in brackets is of a number before it there: `fell to 139 (41 in Elm, down seven)`.
fn is_of_bracket(case: &Case<'_>, claim: usize, ends: (usize, usize)) -> bool {
    let (first, own) = (case.sentence(claim).start, case.mentions[claim].tokens.0);
    let tokens = &case.tokens(claim)[first..own];
    let Some(open) = tokens.iter().rposition(|it| matches!(it.text, "(" | ")")) else { return false };
    let within = first + open..own;
    let is_in = |it: &usize| within.contains(&case.mentions[*it].tokens.0) && *it != ends.0 && *it != ends.1;
    tokens[open].text == "(" && numbers(case, claim).iter().any(is_in)
}

/// The numbers of a sentence that may be an end, in order.
fn numbers(case: &Case<'_>, claim: usize) -> Vec<usize> {
    let may = |it: &usize| {
        let kind = case.mentions[*it].kind;
        let number =
            matches!(kind, MentionKind::Count | MentionKind::Money | MentionKind::Percent | MentionKind::Measure);
        *it != claim && number
    };
    case.beside(claim).filter(may).collect()
}

fn is_led(case: &Case<'_>, it: usize, words: &[&str]) -> bool {
    let start = case.sentence(it).start;
    let mut at = case.mentions[it].tokens.0;
    let tokens = case.tokens(it);
    while at > start && matches!(&*tokens[at - 1].lower, "the" | "its" | "a") {
        at -= 1;
    }
    at > start && words.contains(&&*tokens[at - 1].lower)
}

/// Whether another word of change, or the border of a clause, stands between two tokens.
fn is_parted(case: &Case<'_>, claim: usize, from: usize, to: usize, own: Option<Way>) -> bool {
    let between = case.tokens(claim).get(from.min(to)..from.max(to)).unwrap_or(&[]);
    // `down 3 percent, and Marine swung from 3.1 to 2.4`
    let goes_on = |it: &[Token<'_>]| it[0].text == "," && matches!(&*it[1].lower, "and" | "where" | "which" | "who");
    between.windows(2).any(goes_on)
        || between.iter().any(|it| {
            way_of(&it.lower).is_some_and(|it| Some(it) != own)
                || matches!(&*it.lower, "while" | "whereas" | "but" | ";" | "although" | "cutting")
        })
}

/// `from A to B` in any order, beside its change.
fn led_pair(case: &Case<'_>, claim: usize, tied: Tied) -> Option<(usize, usize, bool)> {
    let own = case.mentions[claim].tokens;
    let all = numbers(case, claim);
    let apart = |it: usize| {
        let (start, end) = case.mentions[it].tokens;
        if start >= own.1 {
            is_parted(case, claim, own.1, start, Some(tied.way))
        } else {
            let close = if tied.verb >= end { own.0.min(tied.verb) } else { own.0 };
            is_parted(case, claim, end, close, None)
        }
    };
    let near = |it: &usize| !apart(*it);
    let from = all.iter().copied().filter(|it| is_led(case, *it, &["from"])).filter(near);
    let from = from.min_by_key(|it| case.mentions[*it].tokens.0.abs_diff(own.0))?;
    let to = all.iter().copied().filter(|it| is_led(case, *it, &["to"])).filter(near);
    let to = to.min_by_key(|it| case.mentions[*it].tokens.0.abs_diff(case.mentions[from].tokens.0))?;
    let (a, b) = (case.mentions[from].tokens, case.mentions[to].tokens);
    let (first, last) = if a.0 < b.0 { (a, b) } else { (b, a) };
    let between = own.0 > first.0 && own.0 < last.0;
    let gap = case.tokens(claim).get(first.1..last.0)?;
    // `by a quarter to 149, and on the other wing from 164` is of two things.
    if gap.iter().any(|it| it.text == "(" || it.is("and")) {
        return None;
    }
    (last.0 - first.1 <= GAP_MAX && !between).then_some((from, to, true))
}

/// `350 thefts, up 12 percent from 280`; `350 thefts, 12 percent more than the
/// 280`; `280 thefts, an increase of 12 percent to 314`.
fn told_pair(case: &Case<'_>, claim: usize, tied: Tied) -> Option<(usize, usize, bool)> {
    let own = case.mentions[claim].tokens;
    let all = numbers(case, claim);
    let tokens = case.tokens(claim);
    let led = |words: &[&str]| {
        let next = all.iter().copied().find(|it| case.mentions[*it].tokens.0 >= own.1)?;
        let start = case.mentions[next].tokens.0;
        let near =
            start <= own.1.max(tied.verb + 1) + 4 && !is_parted(case, claim, own.1.max(tied.verb + 1), start, None);
        (near && is_led(case, next, words)).then_some(next)
    };
    let before = case.beside(claim).rfind(|it| case.mentions[*it].tokens.1 <= own.0)?;
    if !all.contains(&before) {
        return None;
    }
    // `, up 12 percent`: what stands before the comma is what went up.
    let open = if tied.behind { own.0 } else { tied.verb };
    let gap = tokens.get(case.mentions[before].tokens.1..open)?;
    let comma = gap.iter().rposition(|it| matches!(it.text, "," | "(" | "–" | "—"))?;
    let lead = |it: &Token<'_>| matches!(&*it.lower, "a" | "an" | "which" | "is" | "was" | "that");
    let told = gap[comma + 1..].iter().all(lead)
        && gap[..comma].iter().all(|it| it.is_word() && way_of(&it.lower).is_none() && !it.is("and"));
    if !told {
        return None;
    }
    if !tied.behind
        && let Some(from) = led(&["from"])
    {
        return Some((from, before, true));
    }
    if tied.behind
        && let Some(from) = led(&["than"])
    {
        return Some((from, before, true));
    }
    led(&["to"]).map(|to| (before, to, true))
}

/// `6,930 riders, three times the 3,150 of 2016`.
fn times_pair(case: &Case<'_>, claim: usize) -> Option<(usize, usize, bool)> {
    const NEAR: usize = 9;
    let own = &case.mentions[claim];
    let tokens = case.tokens(claim);
    let told =
        own.kind == MentionKind::Multiple && tokens[own.tokens.1 - 1].is("times") || is_twice(tokens, own.tokens.1);
    let all = numbers(case, claim);
    let from = all.iter().copied().find(|it| case.mentions[*it].tokens.0 >= own.tokens.1)?;
    let to = all.iter().copied().rfind(|it| case.mentions[*it].tokens.1 <= own.tokens.0)?;
    let lead = tokens.get(own.tokens.1..case.mentions[from].tokens.0)?;
    let plain = |it: &Token<'_>| matches!(&*it.lower, "the" | "as" | "many" | "much" | "high" | "than" | "of" | "more");
    let gap = tokens.get(case.mentions[to].tokens.1..own.tokens.0)?;
    let paused = gap.iter().any(|it| it.text == ",")
        && gap.len() <= NEAR
        && !gap.iter().any(|it| matches!(&*it.lower, "and" | "but" | "while" | "whereas" | ";"));
    let alike = case.mentions[from].kind == case.mentions[to].kind;
    (told && alike && paused && !lead.is_empty() && lead.iter().all(plain)).then_some((from, to, true))
}

fn is_twice(tokens: &[Token<'_>], end: usize) -> bool {
    matches!(&*tokens[end - 1].lower, "twice" | "double" | "triple" | "treble")
}

/// What rounding hides of the two: nothing of counts, half of the finer last
/// digit of decimals and of numbers in large round units.
fn half(a: &Mention, b: &Mention) -> Exact {
    let of = |it: &Mention| {
        let counted = it.unit >= whole(1) && it.unit < whole(100);
        if counted { Exact::zero() } else { &it.unit / whole(2) }
    };
    of(a).min(of(b))
}
