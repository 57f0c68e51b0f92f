//! What the words around a number make of it: a level, a step, a share, a sum.

use std::ops::Range;

use super::super::place::{Number, Story};
use super::super::sheet::Unit;
use crate::article::checks::change::{Way, way_of};
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::tokens::Token;

/// What a number is told as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// What there is: `had 52,140 loans`, `rose to 314`.
    Level,
    /// What there was: `from 280`, `against 280`, `280 a year earlier`.
    Base,
    /// By how much: `fell by 12 percent`, `335 more`, `a lead of 40`.
    Step,
    /// Of how much: `41 percent of the budget`.
    Share,
    /// What several make: `together 4,271`.
    Sum,
    /// What each has on average.
    Average,
}

/// The words around a number.
pub(super) struct Around<'c> {
    pub(super) tokens: &'c [Token<'c>],
    pub(super) sentence: Range<usize>,
    pub(super) own: (usize, usize),
    /// Where the number before it ends, and the next one starts.
    pub(super) past: usize,
    pub(super) next: usize,
    /// Between signs that part clauses.
    pub(super) clause: Range<usize>,
}

impl<'c> Around<'c> {
    pub(super) fn of(case: &Case<'c>, mention: usize) -> Self {
        let tokens = case.tokens(mention);
        let sentence = case.sentence(mention);
        let own = case.mentions[mention].tokens;
        // `in six years` parts no figures.
        let spans = |it: usize| {
            let words = &tokens[case.mentions[it].tokens.0..case.mentions[it].tokens.1];
            case.mentions[it].kind == MentionKind::Duration
                && words.iter().any(|it| {
                    matches!(
                        &*it.lower,
                        "year" | "years" | "month" | "months" | "week" | "weeks" | "decade" | "decades"
                    )
                })
        };
        let counted = |it: &usize| {
            !spans(*it)
                && !matches!(
                    case.mentions[*it].kind,
                    MentionKind::Year
                        | MentionKind::Date
                        | MentionKind::Period
                        | MentionKind::Rank
                        | MentionKind::Identifier
                )
        };
        let others: Vec<(usize, usize)> =
            case.beside(mention).filter(counted).map(|it| case.mentions[it].tokens).collect();
        let past = others.iter().map(|it| it.1).filter(|it| *it <= own.0).max().unwrap_or(sentence.start);
        let next = others.iter().map(|it| it.0).filter(|it| *it >= own.1).min().unwrap_or(sentence.end);
        let clause = super::super::base::around(case, mention);
        Self { tokens, sentence, own, past: past.min(own.0), next: next.max(own.1), clause }
    }

    /// The words before the number in its sentence, the nearest first.
    pub(super) fn before(&self, most: usize) -> Vec<&'c str> {
        let all = &self.tokens[self.sentence.start.min(self.own.0)..self.own.0];
        all.iter().rev().filter(|it| it.is_word() || it.is_number()).take(most).map(|it| &*it.lower).collect()
    }

    /// The words behind it, up to a sign or the next number.
    pub(super) fn behind(&self, most: usize) -> Vec<&'c str> {
        let stops = |it: &&Token<'_>| matches!(it.text, "," | ";" | ":" | "(" | ")" | "." | "–" | "—");
        let all = &self.tokens[self.own.1..self.next.min(self.sentence.end).max(self.own.1)];
        all.iter().take_while(|it| !stops(it)).take(most).map(|it| &*it.lower).collect()
    }

    /// The words of the clause before the number, from the number before on.
    pub(super) fn lead(&self) -> &'c [Token<'c>] {
        &self.tokens[self.clause.start.max(self.past).min(self.own.0)..self.own.0]
    }

    /// All words of its stretch: from the number before to the next.
    pub(super) fn stretch(&self) -> Range<usize> {
        let start = self.clause.start.max(self.past).min(self.own.0);
        // `84 on the South marsh and 212`: what stands before `and` is of the number before.
        let joined = (self.past..self.own.0).rfind(|it| matches!(&*self.tokens[*it].lower, "and" | "," | "but"));
        let start = joined.filter(|_| self.past > self.sentence.start && start == self.past).map_or(start, |it| it + 1);
        let end = self.clause.end.min(self.next).max(self.own.1);
        // What leads to the next number is said of that.
        let led =
            (self.own.1..end).find(|it| self.next < self.sentence.end && LEADS.contains(&&*self.tokens[*it].lower));
        start..led.unwrap_or(end)
    }

    pub(super) fn has(&self, range: Range<usize>, words: &[&str]) -> bool {
        self.tokens.get(range).is_some_and(|it| it.iter().any(|it| words.contains(&&*it.lower)))
    }
}

/// Words between a preposition and its number.
const PASSED: &[&str] = &[
    "a", "an", "the", "just", "only", "some", "another", "further", "nearly", "almost", "exactly", "roughly", "about",
    "around", "its", "their", "his", "her", "full", "mere", "modest", "record", "still", "even", "now", "no", "less",
    "than", "fewer", "more", "over", "under", "as", "much", "many", "well", "little", "low", "high", "total",
];

/// Nouns of a step.
pub(super) const STEPS: &[&str] = &[
    "rise",
    "increase",
    "gain",
    "jump",
    "growth",
    "climb",
    "leap",
    "surge",
    "fall",
    "drop",
    "decline",
    "decrease",
    "loss",
    "cut",
    "dip",
    "slide",
    "reduction",
    "slump",
    "plunge",
    "swing",
    "difference",
    "gap",
    "margin",
    "lead",
    "deficit",
    "surplus",
    "shortfall",
    "advantage",
    "cushion",
    "improvement",
    "rebound",
    "boost",
    "saving",
    "uplift",
    "upswing",
    "downturn",
    "setback",
    "majority",
];

/// Words that compare behind a number.
const COMPARED: &[&str] = &[
    "more",
    "fewer",
    "less",
    "higher",
    "lower",
    "ahead",
    "behind",
    "short",
    "clear",
    "above",
    "below",
    "extra",
    "additional",
    "better",
    "worse",
    "longer",
    "shorter",
    "faster",
    "slower",
    "heavier",
    "cheaper",
    "dearer",
    "up",
    "down",
    "off",
    "adrift",
    "larger",
    "smaller",
    "greater",
    "quicker",
    "warmer",
    "colder",
    "cooler",
    "wetter",
    "drier",
    "further",
    "apart",
    "under",
    "over",
    "faster",
    "older",
    "younger",
];

/// Verbs whose object is a step.
const MOVED: &[&str] = &[
    "gained", "lost", "added", "shed", "losing", "gaining", "adding", "shedding", "gains", "loses", "adds", "gain",
    "lose", "add", "dropped", "saved", "trimmed", "shaved", "put", "widened", "narrowed",
];

/// Words that say that something changed, and which way.
pub(super) fn moved(word: &str) -> Option<Way> {
    way_of(word).or(match word {
        "added" | "adding" | "adds" | "recovered" | "rebounded" | "edged" | "crept" | "picked" | "strengthened"
        | "mounted" | "swelled" | "ballooned" | "lifted" | "raised" | "gains" | "gaining" | "growing" | "improved"
        | "surging" | "jumping" | "soaring" | "climbing" | "widened" | "extended" | "leaping" | "rebounding"
        | "tripling" | "doubling" | "trebled" => Some(Way::Up),
        "lost" | "loses" | "losing" | "shed" | "shedding" | "shrunk" | "shrank" | "shrinking" | "sunk" | "trimmed"
        | "cut" | "lowered" | "narrowed" | "retreated" | "diminished" | "dropping" | "slipping" | "slumping"
        | "sliding" | "declining" | "sinking" | "thinned" | "plunging" | "weakened" | "dwindling" | "slides"
        | "slips" | "shrinks" | "sheds" | "tumbling" | "halving" | "decreasing" | "plummeting" | "crashed"
        | "collapsed" => Some(Way::Down),
        _ => None,
    })
}

/// Whether words around a number compare, or tell a change.
pub(super) fn is_moving(around: &Around<'_>) -> bool {
    let told = |it: &Token<'_>| {
        moved(&it.lower).is_some()
            || STEPS.contains(&&*it.lower)
            || COMPARED.contains(&&*it.lower)
            || MOVED.contains(&&*it.lower)
    };
    around.tokens[around.clause.clone()].iter().any(told)
}

/// Which way the words around a step say that it went, where they agree.
pub(super) fn way(around: &Around<'_>) -> Option<Way> {
    const NEAR: usize = 8;
    let lead = around.lead();
    let near = lead
        .iter()
        .rev()
        .take(NEAR)
        .take_while(|it| !matches!(it.text, ";" | ":") && !matches!(&*it.lower, "and" | "but"));
    let mut near = near;
    let verb = near.find_map(|it| moved(&it.lower));
    let compared = around.behind(4).iter().find_map(|it| match *it {
        "more" | "higher" | "above" | "ahead" | "increase" | "rise" | "extra" | "additional" | "larger" | "clear"
        | "up" => Some(Way::Up),
        "fewer" | "less" | "lower" | "below" | "behind" | "short" | "decrease" | "fall" | "drop" | "decline"
        | "smaller" | "down" | "cut" => Some(Way::Down),
        _ => None,
    });
    match (verb, compared) {
        (Some(a), Some(b)) if a != b => None,
        (a, b) => a.or(b),
    }
}

/// Words of sums.
pub(super) const TOGETHER: &[&str] = &[
    "together",
    "combined",
    "altogether",
    "total",
    "totalled",
    "totaled",
    "totalling",
    "totaling",
    "overall",
    "jointly",
    "totals",
    "sum",
    "collectively",
    "aggregate",
];

pub(super) const AVERAGED: &[&str] = &["average", "averaged", "averages", "averaging", "mean", "typical", "averagely"];

/// Words of shares.
const PARTS: &[&str] = &[
    "share",
    "proportion",
    "accounted",
    "accounts",
    "accounting",
    "makes",
    "made",
    "make",
    "represents",
    "represented",
    "portion",
    "slice",
    "percentage",
    "constitutes",
    "constituted",
    "comprises",
    "contributed",
    "contributes",
];

/// What a number is told as, by the words around it.
pub(super) fn role(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, around: &Around<'_>) -> Role {
    let (before, behind) = (around.before(8), around.behind(5));
    let near = before.iter().position(|it| !PASSED.contains(it)).unwrap_or(before.len());
    let led = before.get(near).copied().unwrap_or("");
    let kind = case.mentions[number.mention].kind;
    if is_step(&before, near, &behind, kind) {
        return Role::Step;
    }
    if is_base(around, led, &behind) {
        return Role::Base;
    }
    let stretch = around.stretch();
    // `Averaged over the week, …`: what a sentence begins with is said of all of it.
    let lead = around.sentence.start..(around.sentence.start + 3).min(around.sentence.end);
    if around.has(stretch.clone(), AVERAGED) || around.has(lead, AVERAGED) {
        return Role::Average;
    }
    let part = matches!(kind, MentionKind::Percent | MentionKind::Ratio);
    if part {
        return share_or_step(story, around, led, &behind);
    }
    if around.has(stretch.clone(), TOGETHER) || says(around, stretch.clone(), &["in", "all"]) {
        return Role::Sum;
    }
    if says(around, stretch.clone(), &["between", "them"]) || says(around, stretch, &["all", "told"]) {
        return Role::Sum;
    }
    Role::Level
}

/// Whether words stand in a stretch one behind the other.
pub(super) fn says(around: &Around<'_>, range: Range<usize>, words: &[&str]) -> bool {
    around
        .tokens
        .get(range)
        .is_some_and(|it| it.windows(words.len()).any(|it| it.iter().zip(words).all(|(token, word)| token.is(word))))
}

fn is_step(before: &[&str], near: usize, behind: &[&str], kind: MentionKind) -> bool {
    let led = before.get(near).copied().unwrap_or("");
    let further = before.get(near + 1).copied().unwrap_or("");
    if kind == MentionKind::Multiple || kind == MentionKind::Points {
        return true;
    }
    if led == "by"
        && (before[near + 1..].iter().take(7).any(|it| moved(it).is_some() || STEPS.contains(it) || is_beaten(it)))
    {
        return true;
    }
    if matches!(led, "up" | "down") && further != "made" && !matches!(behind.first(), Some(&"of")) {
        return true;
    }
    if led == "of"
        && (STEPS.contains(&further) || before.get(near + 2).is_some_and(|it| STEPS.contains(it) && further.len() > 3))
    {
        return true;
    }
    if MOVED.contains(&led) || moved(led).is_some() && matches!(kind, MentionKind::Percent | MentionKind::Ratio) {
        return true;
    }
    // `335 more`, `1,670 loans more than`, `a 12 percent rise`, `a 300-vote lead`.
    let own = behind.iter().take(3).position(|it| COMPARED.contains(it) || STEPS.contains(it));
    own.is_some_and(|at| {
        let word = behind[at];
        let passed = behind[..at]
            .iter()
            .all(|it| !matches!(*it, "of" | "in" | "at" | "for" | "and" | "to" | "were" | "was" | "is" | "are" | "on"));
        let compares = !matches!(word, "over" | "under" | "up" | "down" | "off" | "above" | "below" | "further")
            || at == 0
            || behind.get(at + 1).is_some_and(|it| matches!(*it, "on" | "from" | "the"));
        passed && compares
    })
}

fn is_beaten(word: &str) -> bool {
    matches!(
        word,
        "won"
            | "beat"
            | "beats"
            | "lost"
            | "trails"
            | "trailed"
            | "leads"
            | "led"
            | "ahead"
            | "behind"
            | "exceeds"
            | "exceeded"
            | "missed"
            | "outnumbered"
            | "outscored"
            | "outnumber"
    )
}

fn is_base(around: &Around<'_>, led: &str, behind: &[&str]) -> bool {
    let earlier = behind.windows(2).take(3).any(|it| {
        matches!(
            it[0],
            "year"
                | "month"
                | "week"
                | "years"
                | "months"
                | "weeks"
                | "season"
                | "seasons"
                | "quarter"
                | "day"
                | "decade"
        ) && matches!(it[1], "earlier" | "before" | "ago" | "previously")
    });
    if earlier {
        return true;
    }
    let lead = around.lead();
    // `Twenty years ago 31 women sat`.
    let ago = |it: &[Token<'_>]| {
        matches!(&*it[0].lower, "year" | "years" | "months" | "weeks" | "decade")
            && matches!(&*it[1].lower, "ago" | "earlier" | "before" | "previously")
    };
    if lead.windows(2).any(ago) {
        return true;
    }
    let words: Vec<&str> = lead.iter().rev().take(5).map(|it| &*it.lower).collect();
    match led {
        "from" | "against" | "versus" => true,
        "with" | "to" => words.contains(&"compared"),
        "after" => around.has(around.sentence.start..around.own.0, &["now", "currently"]) || !words.is_empty(),
        _ => words.iter().take(4).any(|it| matches!(*it, "than")) && matches!(words.first(), Some(&"the")),
    }
}

/// A percentage without a word that says what it is of.
fn share_or_step(story: &Story<'_, '_>, around: &Around<'_>, led: &str, behind: &[&str]) -> Role {
    let of = behind.first() == Some(&"of");
    if of || around.has(around.stretch(), PARTS) {
        return Role::Share;
    }
    let rates = story.sheet.measures.iter().any(|it| it.unit == Unit::Percent);
    let lead = around.lead();
    let changed = lead.iter().rev().take(6).any(|it| moved(&it.lower).is_some());
    if matches!(led, "to" | "at") && rates {
        return Role::Level;
    }
    if changed && !rates {
        return Role::Step;
    }
    if rates { Role::Level } else { Role::Share }
}

/// Words that lead to the next number.
#[rustfmt::skip]
const LEADS: &[&str] = &[",", "and", "against", "than", "from", "to", "but", "after", "with", "compared", "while"];
