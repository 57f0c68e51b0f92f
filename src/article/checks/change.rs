//! Changes: `rose 12 percent, from 280 to 314`, `more than doubled, from 20 to 44`.

use num_traits::{Signed, Zero};

use crate::article::claim::{ClaimVerdict, shown};
use crate::article::interval::Interval;
use crate::article::judge::{Case, Said, evidence};
use crate::article::mention::MentionKind;
use crate::article::numeral::whole;
use crate::article::tokens::Token;
use crate::table::Exact;

/// Which way a text says that something went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

/// The two values of a change, as ranges where they are rounded.
#[derive(Clone)]
struct Ends {
    from: usize,
    to: usize,
    a: Exact,
    b: Exact,
    /// What rounding leaves open of each.
    half: (Exact, Exact),
    percent: bool,
}

pub(super) fn run(case: &mut Case<'_>) {
    for claim in case.of_kinds(&[MentionKind::Percent, MentionKind::Points, MentionKind::Multiple]) {
        let Some(ends) = ends(case, claim) else { continue };
        match case.mentions[claim].kind {
            MentionKind::Multiple => multiple(case, claim, &ends),
            MentionKind::Points => points(case, claim, &ends),
            _ => percent(case, claim, &ends),
        }
    }
}

/// The word that tells which way it went, where all of a sentence's agree.
pub(super) fn way(words: &[Token<'_>]) -> Option<Way> {
    let of = |it: &Token<'_>| match &*it.lower {
        "rose" | "rise" | "risen" | "rises" | "rising" | "grew" | "grow" | "grown" | "growth" | "increased"
        | "increase" | "increasing" | "climbed" | "jumped" | "jump" | "surged" | "surge" | "soared" | "gained"
        | "up" | "higher" | "swelled" | "expanded" | "doubled" | "tripled" => Some(Way::Up),
        "fell" | "fall" | "fallen" | "falls" | "falling" | "dropped" | "drop" | "declined" | "decline"
        | "decreased" | "decrease" | "sank" | "slid" | "plunged" | "plummeted" | "shrank" | "down" | "lower"
        | "reduced" | "reduction" | "tumbled" | "halved" | "dipped" | "slipped" => Some(Way::Down),
        _ => None,
    };
    let mut ways = words.iter().filter_map(of);
    let first = ways.next()?;
    ways.all(|it| it == first).then_some(first)
}

/// The only pair `from A to B` of the sentence, where the claim is its only one.
fn ends(case: &Case<'_>, claim: usize) -> Option<Ends> {
    let beside = case.beside(claim);
    let rival = |it: &usize| {
        let kind = case.mentions[*it].kind;
        *it != claim && matches!(kind, MentionKind::Multiple | MentionKind::Points)
    };
    if beside.clone().any(|it| rival(&it)) {
        return None;
    }
    let tokens = case.tokens(claim);
    let led = |it: usize, word: &str| {
        let at = case.mentions[it].tokens.0;
        at > case.sentence(it).start && tokens[at - 1].is(word)
    };
    let numbers = |it: &usize| {
        let kind = case.mentions[*it].kind;
        matches!(kind, MentionKind::Count | MentionKind::Money | MentionKind::Percent | MentionKind::Measure)
    };
    let from: Vec<usize> = beside.clone().filter(numbers).filter(|&it| it != claim && led(it, "from")).collect();
    let to: Vec<usize> = beside.clone().filter(numbers).filter(|&it| it != claim && led(it, "to")).collect();
    let ([from], [to]) = (&from[..], &to[..]) else { return None };
    let (a, b) = (&case.mentions[*from], &case.mentions[*to]);
    let gap = a.tokens.1.abs_diff(b.tokens.0).min(b.tokens.1.abs_diff(a.tokens.0));
    // The unit is often printed once: `from 10 to 12 percent`.
    let percent = a.kind == MentionKind::Percent || b.kind == MentionKind::Percent;
    let alike = a.kind == b.kind || percent || a.kind == MentionKind::Count;
    // One claim of its kind: with several, it cannot be told which is of this pair.
    let others =
        beside.filter(|it| ![claim, *from, *to].contains(it) && case.mentions[*it].kind == case.mentions[claim].kind);
    if others.count() > 0 || !alike || a.hedged || b.hedged || gap > 8 {
        return None;
    }
    let ends = Ends {
        from: *from,
        to: *to,
        a: a.value.clone()?,
        b: b.value.clone()?,
        half: (half(&a.unit), half(&b.unit)),
        percent,
    };
    (ends.a.is_positive() && ends.b >= Exact::zero()).then_some(ends)
}

/// What rounding hides of a number: nothing of a count, half of the last digit
/// of decimals and of numbers in large round units.
fn half(unit: &Exact) -> Exact {
    let counted = *unit >= whole(1) && *unit < whole(100);
    if counted { Exact::zero() } else { unit / whole(2) }
}

impl Ends {
    /// What a function of the two may be, where it grows with the second and falls with the first.
    fn range(&self, of: impl Fn(&Exact, &Exact) -> Exact) -> Interval {
        let low_a = &self.a - &self.half.0;
        if !low_a.is_positive() {
            return Interval::default();
        }
        let low = of(&(&self.a + &self.half.0), &(&self.b - &self.half.1));
        Interval::between(low, of(&low_a, &(&self.b + &self.half.1)))
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

fn percent(case: &mut Case<'_>, claim: usize, ends: &Ends) {
    let Some(way) = way(case.words(claim)) else { return };
    let Some((inner, outer)) = super::share::allowed(&case.mentions[claim]) else { return };
    let (inner, outer) = (signed(&inner, way), signed(&outer, way));
    let found = growth(&ends.a, &ends.b);
    let (a, b) = (shown(&ends.a), shown(&ends.b));
    let formula = format!("100 * ({b} - {a}) / {a} = {}", shown(&found));
    let it = evidence("change", formula, places(case, ends));
    let range = ends.range(growth);
    if inner.meets(&range) {
        case.say(claim, Said::of(ClaimVerdict::Confirmed, "the change from the one to the other", it));
    } else if !outer.meets(&range) {
        let slip = explain(case, claim, ends, way);
        let reason = match &slip {
            Some(slip) => format!("from {a} to {b} is {} percent: {slip}", shown(&found)),
            None => format!("from {a} to {b} is {} percent", shown(&found)),
        };
        case.say(claim, Said::of(ClaimVerdict::Contradicted, reason, it).with_slip(slip));
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

fn points(case: &mut Case<'_>, claim: usize, ends: &Ends) {
    let Some(way) = way(case.words(claim)).filter(|_| ends.percent) else { return };
    let Some((inner, outer)) = super::share::allowed(&case.mentions[claim]) else { return };
    let (inner, outer) = (signed(&inner, way), signed(&outer, way));
    let found = &ends.b - &ends.a;
    let range = Interval::around(&found, &(&ends.half.0 + &ends.half.1));
    let formula = format!("{} - {} = {}", shown(&ends.b), shown(&ends.a), shown(&found));
    let it = evidence("change", formula, places(case, ends));
    if inner.meets(&range) {
        case.say(claim, Said::of(ClaimVerdict::Confirmed, "the difference of the percentages", it));
    } else if !outer.meets(&range) {
        let reason = format!("the difference is {} points", shown(&found));
        case.say(claim, Said::of(ClaimVerdict::Contradicted, reason, it));
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
        case.say(claim, Said::of(ClaimVerdict::Confirmed, "the one over the other", it));
    } else if !outer.meets(&range) {
        let it = evidence("change", format!("{written} outside {}", inner.shown()), places(case, ends));
        let reason = format!("from {} to {} is {} times", shown(&ends.a), shown(&ends.b), shown(&found));
        case.say(claim, Said::of(ClaimVerdict::Contradicted, reason, it));
    }
}
