//! Orders that words tell: the highest, the second-largest, more than any other.

use std::ops::Range;

use super::super::place::Number;
use super::super::scene::{Hit, Scene};
use super::super::sheet::Micro;
use super::super::words::{End, counted, superlative};
use super::claim::{Fit, fit};
use super::cue;
use super::view::{At, View};
use super::wording::{Sentence, Wording, sentences};
use super::{aim, subject};
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::tokens::Token;
use crate::article::words::ordinal;

/// An order that some words claim for a row.
struct Claimed {
    tokens: Range<usize>,
    end: End,
    place: usize,
    /// The words that say of what.
    noun: Range<usize>,
}

/// The orders of a story that its table refutes.
pub(super) fn run(case: &Case<'_>, view: &View<'_, '_, '_>) -> Vec<Wording> {
    let mut found = Vec::new();
    for (it, range) in sentences(case, view) {
        for claimed in claims(it.tokens, range, view) {
            found.extend(judge(&it, &claimed));
        }
    }
    found
}

fn word<'c>(tokens: &'c [Token<'_>], at: Option<usize>) -> &'c str {
    at.and_then(|it| tokens.get(it)).map_or("", |it| &*it.lower)
}

/// The orders that a sentence claims.
fn claims(tokens: &[Token<'_>], range: Range<usize>, view: &View<'_, '_, '_>) -> Vec<Claimed> {
    let mut found = Vec::new();
    for at in range.clone() {
        let Some(end) = end_of(tokens, at, &range) else { continue };
        if is_partial(tokens, at, &range, view) {
            continue;
        }
        let (first, place) = ranked(tokens, at, range.start);
        let stop = |it: &usize| {
            matches!(tokens[*it].text, "," | ";" | ":" | "." | "(" | ")" | "–" | "—")
                || matches!(
                    &*tokens[*it].lower,
                    "in" | "at" | "was" | "were" | "is" | "with" | "and" | "while" | "but" | "from" | "to" | "on"
                )
        };
        let last = (at + 1..range.end.min(at + 6)).find(stop).unwrap_or(range.end.min(at + 6));
        found.push(Claimed { tokens: first..at + 1, end, place, noun: at..last.max(at + 1) });
    }
    found
}

/// The end of an order that a superlative, or `more than any other`, means.
fn end_of(tokens: &[Token<'_>], at: usize, range: &Range<usize>) -> Option<End> {
    let any = || {
        let behind = &tokens[(at + 1).min(range.end)..range.end.min(at + 9)];
        let than = behind.iter().position(|it| it.is("than"));
        than.is_some_and(|it| {
            behind[it..].iter().take(4).any(|it| matches!(&*it.lower, "any" | "every" | "anywhere" | "anyone"))
        })
    };
    match &*tokens[at].lower {
        "more" | "higher" | "larger" | "longer" | "bigger" | "greater" if any() => Some(End::High),
        "fewer" | "less" | "lower" | "shorter" | "smaller" if any() => Some(End::Low),
        "least" | "most" if at > range.start && tokens[at - 1].is("at") => None,
        it => superlative(it).filter(|it| *it != End::Either),
    }
}

/// Where the words of a place begin, and which it is: `second-largest`.
fn ranked(tokens: &[Token<'_>], at: usize, start: usize) -> (usize, usize) {
    let mut first = at.saturating_sub(1);
    if tokens[first].is_dash() && first > start {
        first -= 1;
    }
    let place = if tokens[first].is("second") { Some(2) } else { ordinal(&tokens[first].lower) };
    match place.and_then(|it| usize::try_from(it).ok()).filter(|it| (2..=9).contains(it) && first >= start) {
        Some(place) => (first, place),
        None => (at, 1),
    }
}

/// Whether an order is of some rows only, or of what the table does not tell.
fn is_partial(tokens: &[Token<'_>], at: usize, range: &Range<usize>, view: &View<'_, '_, '_>) -> bool {
    let back = |it: usize| word(tokens, at.checked_sub(it).filter(|it| *it >= range.start));
    let behind = &tokens[(at + 1).min(range.end)..range.end.min(at + 12)];
    let of = behind.windows(3).any(|it| {
        let counted = counted(&it[2]);
        it[0].is("of") && it[1].is("the") && counted.is_some() && counted != Some(view.story.sheet.rows_apart())
    });
    let own = behind.iter().take(5).take_while(|it| it.text != ",");
    let part = matches!(
        back(1),
        "next" | "one" | "two" | "three" | "four" | "its" | "his" | "her" | "their" | "not" | "almost" | "nearly"
    ) || back(2) == "of" && back(1) == "the"
        || back(2) == "one"
        || back(3) == "one";
    // `said most trips were` compares nothing.
    let bare = matches!(&*tokens[at].lower, "most" | "least" | "fewest") && !LEADS.contains(&back(1));
    let changed = (1..=6)
        .filter_map(|it| at.checked_sub(it))
        .filter(|it| *it >= range.start)
        .any(|it| cue::moved(&tokens[it].lower).is_some());
    let than = matches!(&*tokens[at].lower, "more" | "fewer" | "less" | "most" | "fewest" | "least") && changed;
    part || of
        || bare
        || than
        || tokens[at].is("most") && behind.first().is_some_and(|it| it.is("of") || it.is(","))
        || own.clone().any(|it| OTHER.contains(&&*it.lower))
        || own.clone().any(|it| cue::STEPS.contains(&&*it.lower) || cue::moved(&it.lower).is_some())
        || behind.iter().take(3).any(|it| it.is("but") || it.is("among"))
}

fn judge(sentence: &Sentence<'_>, claimed: &Claimed) -> Option<Wording> {
    let Sentence { view, at, scene, tokens, .. } = *sentence;
    let measures = measures(sentence, claimed)?;
    let row = owner(tokens, scene, claimed)?;
    // Beside another row it may be of that.
    let mut rows = scene.hits.iter().filter(|it| it.rows.len() == 1).map(|it| it.rows[0]);
    if rows.any(|it| it != row) {
        return None;
    }
    let mut worst: Option<(At, At)> = None;
    for measure in measures {
        // Of losses the most is the least figure.
        let value = view.value((row, measure)).filter(|it| *it >= 0)?;
        for domain in domains(view, (row, measure)) {
            let beyond = |it: &At| {
                view.value(*it).is_some_and(|it| if claimed.end == End::Low { it < value } else { it > value })
            };
            let values: Vec<Micro> = domain.iter().filter_map(|it| view.value(*it)).collect();
            if place_of(&values, value, claimed.end).contains(&claimed.place) {
                return None;
            }
            let top = domain
                .iter()
                .copied()
                .filter(beyond)
                .max_by_key(|it| view.value(*it).map_or(0, |it| if claimed.end == End::Low { -it } else { it }));
            worst = worst.or(top.map(|it| ((row, measure), it)));
            if worst.is_none() {
                worst = Some(((row, measure), (row, measure)));
            }
        }
    }
    let (own, other) = worst?;
    let reason = if own == other {
        format!("according to the table it has another rank: {}", view.story.shown(own.0, own.1))
    } else {
        format!("the table has {}, and {}", view.story.shown(other.0, other.1), view.story.shown(own.0, own.1))
    };
    Some(Wording {
        at,
        tokens: claimed.tokens.clone(),
        kind: MentionKind::Superlative,
        reason,
        cells: vec![own, other],
    })
}

/// The cells that a cell is compared with: all rows, those of each group it is in, and other times.
fn domains(view: &View<'_, '_, '_>, (row, measure): At) -> Vec<Vec<At>> {
    let parts = view.parts();
    let mut all: Vec<Vec<At>> = vec![parts.iter().map(|it| (*it, measure)).collect()];
    let groups = view.groups().into_iter().filter(|it| it.contains(&row) && it.len() > 1);
    all.extend(groups.map(|it| it.into_iter().map(|it| (it, measure)).collect()));
    all.extend(view.lines((row, measure)).into_iter().filter(|it| it.len() > 2));
    all
}

/// The columns that an order may be of; nothing where words do not say which.
fn measures(sentence: &Sentence<'_>, claimed: &Claimed) -> Option<Vec<usize>> {
    let Sentence { view, tokens, .. } = *sentence;
    let all = &view.story.sheet.measures;
    let hits = |it: usize| all[it].stems.iter().filter(|stem| aim::named(tokens, claimed.noun.clone(), stem)).count();
    let top = (0..all.len()).map(hits).max().filter(|it| *it > 0);
    if let Some(top) = top {
        let found: Vec<usize> = (0..all.len()).filter(|it| hits(*it) == top).collect();
        return Some(found);
    }
    let cited = beside(sentence, claimed);
    // `the biggest school` does not say by what.
    let bare = claimed.noun.len() <= 1 || tokens.get(claimed.noun.start + 1).is_some_and(|it| it.is("of"));
    if let Some((_, measure)) = cited.filter(|_| bare) {
        return Some(view.family(measure).to_vec());
    }
    let first = view.family(0);
    (first.len() == all.len()).then(|| first.to_vec())
}

/// So many words lie at most between an order and a number that tells it.
const NEAR: usize = 6;

/// The cell that a number right beside an order is.
fn beside(sentence: &Sentence<'_>, claimed: &Claimed) -> Option<At> {
    let Sentence { case, view, at, scene, tokens } = *sentence;
    let row = owner(tokens, scene, claimed)?;
    let numbers = case.of_sentence(at).filter_map(|it| Number::of(case, it));
    let near = numbers.filter(|it| {
        let own = case.mentions[it.mention].tokens;
        own.0 >= claimed.tokens.end && own.0 - claimed.tokens.end <= NEAR
            || own.1 <= claimed.tokens.start && claimed.tokens.start - own.1 <= 3
    });
    let cells: Vec<At> = near
        .flat_map(|number| {
            let fits = move |it: &usize| view.value((row, *it)).is_some_and(|it| fit(case, &number, it) == Fit::Holds);
            (0..view.story.sheet.measures.len()).filter(fits).map(|it| (row, it)).collect::<Vec<At>>()
        })
        .collect();
    if let [one] = cells[..] { Some(one) } else { None }
}

/// The one row that an order is told of.
fn owner(tokens: &[Token<'_>], scene: &Scene, claimed: &Claimed) -> Option<usize> {
    let single = |it: &&Hit| it.rows.len() == 1 && !it.is_end && !it.is_word;
    let nowhere = tokens[scene.tokens.start..claimed.tokens.start]
        .iter()
        .any(|it| matches!(&*it.lower, "nowhere" | "nobody" | "no" | "none"));
    if nowhere {
        return None;
    }
    let stops = |range: Range<usize>| {
        tokens.get(range).is_some_and(|it| {
            it.iter().any(|it| {
                matches!(it.text, ";" | ":") || matches!(&*it.lower, "while" | "whereas" | "but" | "than" | "and")
            })
        })
    };
    // `the highest rate was in Oakley`.
    let behind = scene.hits.iter().filter(single).find(|it| it.tokens.start >= claimed.tokens.end);
    let led = behind.filter(|it| {
        let gap = &tokens[claimed.tokens.end..it.tokens.start];
        gap.len() <= 7
            && !stops(claimed.tokens.end..it.tokens.start)
            && gap.iter().all(|it| it.text != ",")
            && gap.last().is_some_and(|it| {
                matches!(&*it.lower, "was" | "is" | "in" | "at" | "by" | "were" | "are" | "came" | "for" | "to" | "the")
            })
    });
    let before = scene.hits.iter().filter(single).rfind(|it| it.tokens.end <= claimed.tokens.start);
    let subject = before.filter(|it| {
        !stops(it.tokens.end..claimed.tokens.start)
            && !subject::is_rival(tokens, it, scene.tokens.start)
            && claimed.tokens.start - it.tokens.end <= 8
    });
    match (led, subject) {
        (Some(it), None) | (None, Some(it)) => Some(it.rows[0]),
        _ => None,
    }
}

/// A value beyond all others is the first.
pub(super) fn place_of(values: &[Micro], own: Micro, end: End) -> Range<usize> {
    let ahead = values.iter().filter(|it| if end == End::Low { **it < own } else { **it > own }).count();
    let same = values.iter().filter(|it| **it == own).count().max(1);
    ahead + 1..ahead + same + 1
}

/// Words that tell of more than the rows of a table.
#[rustfmt::skip]
const OTHER: &[&str] = &[
    "since", "ever", "except", "apart", "outside", "among", "history", "after", "world", "country", "europe", "record", "decade",
    "together", "combined", "excluding", "between", "likely", "recent", "important", "people", "per", "share", "proportion", "average",
];

/// Words before `most` that make it an order, and not a part.
#[rustfmt::skip]
const LEADS: &[&str] = &[
    "the", "drew", "had", "has", "have", "brought", "saw", "attracted", "took", "takes", "got", "gets", "won", "lost", "paid", "spent", "recorded",
    "reported", "logged", "counted", "produced", "with", "far", "again", "employs", "sold", "collected",
];
