//! What words without a number of their own claim: a majority, a direction, a run.

use std::ops::Range;

use super::super::place::{Number, Story, exact};
use super::super::scene::Scene;
use super::super::sheet::{Micro, Unit};
use super::super::tell;
use super::aim;
use super::claim::{Fit, fit};
use super::cue;
use super::view::{At, View};
use super::{every, place, subject};
use crate::article::checks::change::Way;
use crate::article::checks::rank;
use crate::article::claim::{ClaimVerdict, shown};
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::table::ONE;
use crate::article::tokens::Token;

/// Words that the table refutes.
pub(super) struct Wording {
    pub(super) at: (usize, usize),
    pub(super) tokens: Range<usize>,
    pub(super) kind: MentionKind,
    pub(super) reason: String,
    pub(super) cells: Vec<At>,
}

/// A sentence beside the table.
#[derive(Clone, Copy)]
pub(super) struct Sentence<'r> {
    pub(super) case: &'r Case<'r>,
    pub(super) view: &'r View<'r, 'r, 'r>,
    /// Its paragraph, and its number in it.
    pub(super) at: (usize, usize),
    pub(super) scene: &'r Scene,
    /// The words of the whole paragraph.
    pub(super) tokens: &'r [Token<'r>],
}

/// `a majority of the tenants are men`: of a row that is named, by the column that is.
fn majority_of(sentence: &Sentence<'_>, token: usize) -> Option<Wording> {
    let Sentence { view, at, scene, tokens, .. } = *sentence;
    let before = tokens.get(token.checked_sub(1)?)?;
    if !before.is("a") || !tokens.get(token + 1)?.is("of") {
        return None;
    }
    let hit = scene
        .hits
        .iter()
        .find(|it| it.tokens.start >= token + 2 && it.tokens.start <= token + 4 && it.rows.len() == 1)?;
    let row = hit.rows[0];
    let all = &view.story.sheet.measures;
    let end = (hit.tokens.end..scene.tokens.end)
        .find(|it| matches!(tokens[*it].text, "," | ";" | "."))
        .unwrap_or(scene.tokens.end);
    let named = |it: &usize| {
        view.adds(*it)
            && !all[*it].stems.is_empty()
            && all[*it].stems.iter().all(|stem| aim::named(tokens, hit.tokens.end..end, stem))
    };
    let found: Vec<usize> = (0..all.len()).filter(named).collect();
    let [measure] = found[..] else { return None };
    let own = view.value((row, measure))?;
    // The largest figure of the row is its whole, or all that add up to it.
    let others: Vec<Micro> = (0..all.len())
        .filter(|it| view.adds(*it) && all[*it].unit == all[measure].unit)
        .filter_map(|it| view.value((row, it)))
        .collect();
    let top = others.iter().copied().max()?;
    let whole = if others.iter().sum::<Micro>() == top * 2 { top } else { others.iter().sum() };
    (own * 2 < whole).then(|| Wording {
        at,
        tokens: token - 1..token + 1,
        kind: MentionKind::Superlative,
        reason: format!("it is {} of {}", view.story.shown(row, measure), shown(&exact(whole))),
        cells: vec![(row, measure)],
    })
}

/// Tells what a table refutes.
pub(super) fn tell(case: &mut Case<'_>, story: &Story<'_, '_>, it: Wording) {
    let told = case.of_sentence(it.at).any(|other| {
        let own = case.mentions[other].tokens;
        case.is_contradicted(other) && own.0 < it.tokens.end + 2 && it.tokens.start < own.1 + 2
    });
    if told || !tell::is_told(case, it.at, it.tokens.start) {
        return;
    }
    let places = it.cells.iter().map(|it| story.spot(it.0, it.1)).collect();
    let shown: Vec<String> = it.cells.iter().map(|it| story.shown(it.0, it.1)).collect();
    let mention = rank::wording_at(case, it.at, it.tokens, it.kind, 1);
    case.add(
        mention,
        CheckResult::of(ClaimVerdict::Contradicted, it.reason, evidence("rank", shown.join(", "), places)),
    );
}

/// The sentences of a story beside its table.
pub(super) fn sentences<'r>(
    case: &'r Case<'r>,
    view: &'r View<'r, 'r, 'r>,
) -> impl Iterator<Item = (Sentence<'r>, Range<usize>)> {
    case.told_sentences().filter_map(|(at, range)| {
        let scene = view.story.scenes.all.get(at.0).and_then(|it| it.get(at.1))?;
        Some((Sentence { case, view, at, scene, tokens: &case.reads[at.0].tokens }, range))
    })
}

/// The words of a story that its table refutes.
pub(super) fn run(case: &Case<'_>, view: &View<'_, '_, '_>) -> Vec<Wording> {
    let mut found = Vec::new();
    for (it, range) in sentences(case, view) {
        for token in range {
            match &*it.tokens[token].lower {
                "majority" => {
                    found.extend(majority(&it, token));
                    found.extend(majority_of(&it, token));
                }
                "every" | "all" => found.extend(every::every(&it, token)),
                "only" => found.extend(every::only(&it, token)),
                "ahead" => found.extend(place::compared(&it, token)),
                "since" => found.extend(place::since(&it, token)),
                "nowhere" => found.extend(nowhere(&it, token)),
                word if cue::moved(word).is_some() => found.extend(way(&it, token)),
                _ => {}
            }
        }
    }
    found
}

/// `took a majority`, of a row that has less than half.
fn majority(sentence: &Sentence<'_>, token: usize) -> Option<Wording> {
    let Sentence { view, at, scene, tokens, .. } = *sentence;
    let behind: Vec<&str> = tokens[token + 1..scene.tokens.end.min(token + 4)].iter().map(|it| &*it.lower).collect();
    let start = scene.tokens.start;
    let before: Vec<&str> =
        tokens[start.max(token.saturating_sub(4))..token].iter().rev().map(|it| &*it.lower).collect();
    let margin =
        behind.first() == Some(&"of") && behind.get(1).is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit()));
    let held = before.iter().take(3).any(|it| matches!(*it, "a" | "an"))
        && before.iter().any(|it| HOLDS.contains(it))
        && !before
            .iter()
            .any(|it| matches!(*it, "no" | "without" | "short" | "for" | "needed" | "lost" | "not" | "by"));
    if margin || !held || matches!(behind.first(), Some(&"over" | &"party" | &"leader")) {
        return None;
    }
    let hits: Vec<_> =
        scene.hits.iter().filter(|it| it.tokens.end <= token && !subject::is_rival(tokens, it, start)).collect();
    let rows: Vec<usize> = hits.iter().flat_map(|it| it.rows.iter().copied()).collect();
    let mut single = rows.clone();
    single.sort_unstable();
    single.dedup();
    let [row] = single[..] else { return None };
    let mut rates: Vec<(At, Micro)> = Vec::new();
    for (measure, own) in view.story.sheet.measures.iter().enumerate() {
        let value = view.value((row, measure))?;
        if own.unit == Unit::Percent && !own.is_change {
            rates.push(((row, measure), value));
        } else if view.adds(measure) {
            let whole: Micro = view.parts().iter().filter_map(|it| view.value((*it, measure))).sum();
            if whole > 0 {
                rates.push(((row, measure), value.saturating_mul(100) / (whole / ONE).max(1)));
            }
        }
    }
    let (cell, rate) = rates.iter().copied().max_by_key(|it| it.1)?;
    (rate * 2 <= 100 * ONE).then(|| Wording {
        at,
        tokens: token.saturating_sub(1).max(start)..token + 1,
        kind: MentionKind::Superlative,
        reason: format!("according to the table it is {} percent", shown(&exact(rate))),
        cells: vec![cell],
    })
}

/// `Nowhere is the wait longer than in Oakley`.
fn nowhere(sentence: &Sentence<'_>, token: usize) -> Option<Wording> {
    let Sentence { view, at, scene, tokens, .. } = *sentence;
    let than = (token..scene.tokens.end).find(|it| tokens[*it].is("than"))?;
    let more = tokens[token..than].iter().find_map(|it| match &*it.lower {
        "longer" | "higher" | "more" | "larger" | "bigger" | "greater" | "worse" | "dearer" | "stronger" => Some(true),
        "shorter" | "lower" | "fewer" | "less" | "smaller" | "cheaper" | "weaker" => Some(false),
        _ => None,
    })?;
    let hit =
        scene.hits.iter().find(|it| it.tokens.start > than && it.tokens.start <= than + 4 && it.rows.len() == 1)?;
    let all = &view.story.sheet.measures;
    let named = |it: &usize| all[*it].stems.iter().any(|stem| aim::named(tokens, token..than, stem));
    let mut measures: Vec<usize> = (0..all.len()).filter(named).collect();
    if measures.is_empty() {
        // Without a word of a heading the one figure that the sentence cites, or the title's, is meant.
        measures = (0..all.len()).filter(|it| all[*it].stems.is_empty()).collect();
    }
    let beaten = |measure: usize| -> Option<At> {
        let own = view.value((hit.rows[0], measure))?;
        let ahead = |it: &At| view.value(*it).is_some_and(|it| if more { it > own } else { it < own });
        let cells = view.parts().into_iter().map(|it| (it, measure)).filter(ahead);
        cells.max_by_key(|it| view.value(*it).map_or(0, |it| if more { it } else { -it }))
    };
    let found: Option<Vec<At>> = measures.iter().map(|it| beaten(*it)).collect();
    let other = found?.into_iter().next_back()?;
    let cells = vec![other, (hit.rows[0], other.1)];
    let reason = format!("the table has {}", view.story.shown(other.0, other.1));
    Some(Wording { at, tokens: token..token + 1, kind: MentionKind::Superlative, reason, cells })
}

/// `climbed to 36.1`, where the time before has more.
fn way(sentence: &Sentence<'_>, token: usize) -> Option<Wording> {
    let Sentence { case, view, at, scene, tokens } = *sentence;
    let way = cue::moved(&tokens[token].lower)?;
    if tokens[token].is("cut") || tokens[token].is("halved") {
        return None;
    }
    // `rose by three to 47`, `fell as well, ending the year at 47`: the level that the verb leads to.
    let ending = |it: usize| {
        tokens[it].is("at")
            && tokens[token + 1..it]
                .iter()
                .any(|it| matches!(&*it.lower, "ending" | "finishing" | "standing" | "closing"))
    };
    let to = (token + 1..scene.tokens.end.min(token + 9)).find(|it| tokens[*it].is("to") || ending(*it))?;
    let between = &tokens[token + 1..to];
    if between.iter().any(|it| {
        matches!(it.text, ";" | ":") || matches!(&*it.lower, "and" | "but" | "while") || cue::moved(&it.lower).is_some()
    }) {
        return None;
    }
    let number = case.of_sentence(at).find(|it| case.mentions[*it].tokens.0 == to + 1)?;
    let number = Number::of(case, number).filter(|it| it.digits >= 2 && !case.mentions[it.mention].hedged)?;
    let rows: Vec<usize> = subject::subjects(case, view, &cue::Around::of(case, number.mention), number.mention)
        .into_iter()
        .filter(|it| it.level >= 3 && it.rows.len() == 1)
        .map(|it| it.rows[0])
        .collect();
    let measures = 0..view.story.sheet.measures.len();
    let cells: Vec<At> = rows.iter().flat_map(|row| measures.clone().map(|it| (*row, it))).collect();
    let own: Vec<At> = cells
        .into_iter()
        .filter(|it| view.value(*it).is_some_and(|it| it >= 0 && fit(case, &number, it) == Fit::Holds))
        .collect();
    let [own] = own[..] else { return None };
    let value = view.value(own)?;
    let mut before: Vec<At> = Vec::new();
    for line in view.lines(own) {
        let place = line.iter().position(|it| *it == own)?;
        before.extend(&line[..place]);
    }
    let against = |it: &At| view.value(*it).is_some_and(|it| if way == Way::Up { it > value } else { it < value });
    // Only the time right before is meant, unless another is named.
    let last = *before.last()?;
    let from = case.of_sentence(at).filter(|it| case.mentions[*it].kind == MentionKind::Year).count();
    if !against(&last) || from > 1 || from == 1 && !before.iter().all(against) {
        return None;
    }
    let reason = format!("it went the other way: {}", view.story.shown(last.0, last.1));
    Some(Wording { at, tokens: token..token + 1, kind: MentionKind::Direction, reason, cells: vec![last, own] })
}

/// Words of who has a majority.
#[rustfmt::skip]
const HOLDS: &[&str] = &[
    "took", "won", "has", "have", "had", "got", "secured", "gained", "claimed", "winning", "taking", "holds", "hold", "commands", "enjoys", "reached",
    "with", "takes", "wins", "holding", "commanding",
];
