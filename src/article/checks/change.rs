//! Changes: `rose 12 percent, from 280 to 314`, `more than doubled, from 20 to 44`.

use num_traits::{Signed, Zero};

use crate::article::claim::{ClaimVerdict, shown};
use crate::article::interval::Interval;
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::numeral::whole;
use crate::article::tokens::Token;
use crate::table::Exact;

/// Which way a text says that something went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::article) enum Way {
    Up,
    Down,
}

/// The two values of a change, as ranges where they are rounded.
#[derive(Clone)]
pub(super) struct Ends {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) a: Exact,
    pub(super) b: Exact,
    /// What rounding leaves open of each.
    pub(super) half: Exact,
    pub(super) percent: bool,
    /// Whether their order in the text makes sure which pair is meant.
    pub(super) sure: bool,
}

pub(super) fn run(case: &mut Case<'_>) {
    let kinds = [
        MentionKind::Percent,
        MentionKind::Points,
        MentionKind::Multiple,
        MentionKind::Count,
        MentionKind::Money,
        MentionKind::Measure,
        MentionKind::Ratio,
    ];
    for claim in case.of_kinds(&kinds) {
        let Some(tied) = super::pair::tied(case, claim) else { continue };
        let Some(ends) = super::pair::ends(case, claim, tied) else { continue };
        if is_of_another_clause(case, claim, &ends) {
            continue;
        }
        match case.mentions[claim].kind {
            MentionKind::Multiple => multiple(case, claim, &ends),
            MentionKind::Percent | MentionKind::Ratio => percent(case, claim, &ends, tied.way),
            MentionKind::Points => points(case, claim, &ends, tied.way),
            _ if is_points(case, claim) => points(case, claim, &ends, tied.way),
            _ => amount(case, claim, &ends, tied.way),
        }
    }
}

/// Whether a relative clause begins between two figures and a change behind them, so that it is of something
/// else: `from 11.3 to 22.6, on revenue that rose 4.7 percent`.
fn is_of_another_clause(case: &Case<'_>, claim: usize, ends: &Ends) -> bool {
    let (tokens, start) = (case.tokens(claim), case.mentions[claim].tokens.0);
    let last = [ends.from, ends.to].map(|it| case.mentions[it].tokens.1).into_iter().max().unwrap_or(start);
    let opens = |it: &Token<'_>| matches!(&*it.lower, "that" | "which" | "who" | "whose" | "while" | "whereas");
    last < start && tokens[last..start].iter().any(opens)
}

/// Whether a number of points is told where percentages are compared: `fell 29 points`.
fn is_points(case: &Case<'_>, claim: usize) -> bool {
    case.mentions[claim].kind == MentionKind::Count && case.mentions[claim].head.nouns == ["point"]
}

/// Which way a word says that something went.
pub(in crate::article) fn way_of(word: &str) -> Option<Way> {
    match word {
        "rose" | "rise" | "risen" | "rises" | "rising" | "grew" | "grow" | "grown" | "grows" | "growth"
        | "increased" | "increase" | "increases" | "increasing" | "climbed" | "climb" | "climbs" | "jumped"
        | "jump" | "jumps" | "surged" | "surge" | "soared" | "gained" | "gain" | "up" | "higher" | "swelled"
        | "expanded" | "doubled" | "tripled" | "leapt" | "leaped" | "leap" | "advanced" | "rocketed" | "spiked"
        | "quadrupled" => Some(Way::Up),
        "fell" | "fall" | "fallen" | "falls" | "falling" | "dropped" | "drop" | "drops" | "declined" | "decline"
        | "declines" | "decreased" | "decrease" | "sank" | "slid" | "plunged" | "plummeted" | "shrank" | "down"
        | "lower" | "reduced" | "reduction" | "tumbled" | "halved" | "dipped" | "slipped" | "slumped" | "slump"
        | "eased" | "dwindled" | "receded" | "contracted" => Some(Way::Down),
        _ => None,
    }
}

/// The word that tells which way it went, where all of a sentence's agree.
pub(super) fn way(words: &[Token<'_>]) -> Option<Way> {
    let mut ways = words.iter().filter_map(|it| way_of(&it.lower));
    let first = ways.next()?;
    ways.all(|it| it == first).then_some(first)
}

impl Ends {
    /// What a function of the two may be, where it grows with the second and falls with the first.
    fn range(&self, of: impl Fn(&Exact, &Exact) -> Exact) -> Interval {
        let low_a = &self.a - &self.half;
        if !low_a.is_positive() {
            return Interval::default();
        }
        let low = of(&(&self.a + &self.half), &(&self.b - &self.half));
        Interval::between(low, of(&low_a, &(&self.b + &self.half)))
    }
}

fn growth(a: &Exact, b: &Exact) -> Exact {
    (b - a) * whole(100) / a
}

fn places(case: &Case<'_>, ends: &Ends) -> Vec<crate::finding::Place> {
    vec![case.place(ends.from, "before"), case.place(ends.to, "after")]
}

/// The values of a claim with the sign of its way.
fn signed(interval: &Interval, way: Way) -> Interval {
    match way {
        Way::Up => interval.clone(),
        Way::Down => {
            let turned = |it: &Option<(Exact, bool)>| it.as_ref().map(|(end, with)| (-end, *with));
            Interval { low: turned(&interval.high), high: turned(&interval.low) }
        }
    }
}

fn percent(case: &mut Case<'_>, claim: usize, ends: &Ends, way: Way) {
    let Some((inner, outer)) = super::share::allowed(&case.mentions[claim]) else { return };
    let (inner, outer) = (signed(&inner, way), signed(&outer, way));
    let found = growth(&ends.a, &ends.b);
    let (a, b) = (shown(&ends.a), shown(&ends.b));
    let formula = format!("100 * ({b} - {a}) / {a} = {}", shown(&found));
    let it = evidence("change", formula, places(case, ends));
    let range = ends.range(growth);
    if inner.meets(&range) {
        case.say(claim, CheckResult::of(ClaimVerdict::Confirmed, "matches the change between the two numbers", it));
    } else if ends.sure && !outer.meets(&range) {
        let slip = explain(case, claim, ends, way);
        let reason = match &slip {
            Some(slip) => format!("from {a} to {b} is a change of {} percent: {slip}", shown(&found)),
            None => format!("from {a} to {b} is a change of {} percent", shown(&found)),
        };
        case.say(claim, CheckResult::of(ClaimVerdict::Contradicted, reason, it).with_slip(slip));
    }
}

/// What was likely done wrong: another base, points, the way, the order.
fn explain(case: &Case<'_>, claim: usize, ends: &Ends, way: Way) -> Option<String> {
    let mention = &case.mentions[claim];
    let (inner, _) = super::share::allowed(mention)?;
    let (claimed, turned) = (signed(&inner, way), signed(&inner, if way == Way::Up { Way::Down } else { Way::Up }));
    let found = growth(&ends.a, &ends.b);
    let swapped = growth(&ends.b, &ends.a);
    let based = (&ends.b - &ends.a) * whole(100) / &ends.b;
    if ends.b.is_zero() {
        return None;
    }
    if ends.percent && claimed.holds(&(&ends.b - &ends.a)) {
        return Some("these are percentage points".to_owned());
    }
    if turned.holds(&found) {
        return Some("direction reversed".to_owned());
    }
    if claimed.holds(&based) {
        return Some(format!("the base is the later value: 100 * ({0} - {1}) / {0}", shown(&ends.b), shown(&ends.a)));
    }
    if claimed.holds(&swapped) {
        return Some("before and after are swapped".to_owned());
    }
    super::slip::between(mention.value.as_ref()?, &found.abs().round())
}

fn points(case: &mut Case<'_>, claim: usize, ends: &Ends, way: Way) {
    if !ends.percent {
        return;
    }
    let Some((inner, outer)) = super::share::allowed(&case.mentions[claim]) else { return };
    let (inner, outer) = (signed(&inner, way), signed(&outer, way));
    let found = &ends.b - &ends.a;
    let range = Interval::around(&found, &(&ends.half + &ends.half));
    let formula = format!("{} - {} = {}", shown(&ends.b), shown(&ends.a), shown(&found));
    let it = evidence("change", formula, places(case, ends));
    if inner.meets(&range) {
        case.say(claim, CheckResult::of(ClaimVerdict::Confirmed, "matches the difference between the percentages", it));
    } else if ends.sure && !outer.meets(&range) {
        let reason = format!("the difference is {} points", shown(&found));
        case.say(claim, CheckResult::of(ClaimVerdict::Contradicted, reason, it));
    }
}

/// `rose by nine to 47, from 36`: the difference of the two.
fn amount(case: &mut Case<'_>, claim: usize, ends: &Ends, way: Way) {
    let mention = &case.mentions[claim];
    let alike = |it: usize| case.mentions[it].kind == mention.kind;
    let (Some(inner), Some(outer)) = (mention.inner.clone(), mention.outer.clone()) else { return };
    if !(alike(ends.from) && alike(ends.to)) || ends.percent {
        return;
    }
    let found = &ends.b - &ends.a;
    let range = Interval::around(&found, &(&ends.half + &ends.half));
    let (inner, outer) = (signed(&inner, way), signed(&outer, way));
    let formula = format!("{} - {} = {}", shown(&ends.b), shown(&ends.a), shown(&found));
    let it = evidence("change", formula, places(case, ends));
    // Of numbers without decimals a step is a step, also in millions.
    let decimals = [claim, ends.from, ends.to].iter().any(|it| case.text(*it).contains('.'));
    if if decimals { inner.meets(&range) } else { inner.holds(&found) } {
        case.say(claim, CheckResult::of(ClaimVerdict::Confirmed, "matches the difference between the two numbers", it));
    } else if ends.sure && if decimals { !outer.meets(&range) } else { !outer.holds(&found) } {
        let reason = format!("from {} to {} is a change of {}", shown(&ends.a), shown(&ends.b), shown(&found));
        case.say(claim, CheckResult::of(ClaimVerdict::Contradicted, reason, it));
    }
}

fn multiple(case: &mut Case<'_>, claim: usize, ends: &Ends) {
    let mention = &case.mentions[claim];
    let (Some(inner), Some(outer)) = (mention.inner.clone(), mention.outer.clone()) else { return };
    let ratio = |a: &Exact, b: &Exact| b / a;
    let found = ratio(&ends.a, &ends.b);
    let range = ends.range(ratio);
    let written = format!("{} / {} = {}", shown(&ends.b), shown(&ends.a), shown(&found));
    let bound = if inner.high.is_none() {
        let end = inner.low.as_ref().map(|it| shown(&it.0)).unwrap_or_default();
        format!(" > {end}")
    } else {
        String::new()
    };
    if inner.meets(&range) {
        let it = evidence("change", format!("{written}{bound}"), places(case, ends));
        case.say(claim, CheckResult::of(ClaimVerdict::Confirmed, "matches the ratio of the two numbers", it));
    } else if ends.sure && !outer.meets(&range) {
        let it = evidence("change", format!("{written} outside {}", inner.shown()), places(case, ends));
        let reason = format!("from {} to {} is a factor of {}", shown(&ends.a), shown(&ends.b), shown(&found));
        case.say(claim, CheckResult::of(ClaimVerdict::Contradicted, reason, it));
    }
}
