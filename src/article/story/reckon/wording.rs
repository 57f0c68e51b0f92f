//! What words without a number of their own claim: a majority, a direction, a run.

use std::ops::Range;

use super::super::place::{Number, Story};
use super::super::scene::Scene;
use super::super::sheet::{Micro, Unit};
use super::super::tell;
use super::super::words::counted;
use super::aim;
use super::claim::{Fit, fit};
use super::cue;
use super::view::{At, View};
use crate::article::checks::change::Way;
use crate::article::checks::rank;
use crate::article::claim::ClaimVerdict;
use crate::article::judge::{Case, Said, evidence};
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

/// The places of a story that its table refutes: `comes second`.
pub(super) fn ranks(case: &Case<'_>, view: &View<'_, '_, '_>) -> Vec<(usize, String, Vec<At>)> {
    let all = case.of_kinds_anywhere(&[MentionKind::Rank]);
    all.into_iter().filter(|it| !case.is_contradicted(*it)).filter_map(|it| rank_of(case, view, it)).collect()
}

/// `Lund is second in the list with 24`: by the column of the figure told beside it.
fn rank_of(case: &Case<'_>, view: &View<'_, '_, '_>, it: usize) -> Option<(usize, String, Vec<At>)> {
    let mention = &case.mentions[it];
    let (tokens, sentence, (start, end)) = (case.tokens(it), case.sentence(it), mention.tokens);
    let led = start > sentence.start
        && matches!(
            &*tokens[start - 1].lower,
            "is" | "was"
                | "are"
                | "were"
                | "came"
                | "comes"
                | "come"
                | "finished"
                | "lies"
                | "ranks"
                | "ranked"
                | "stands"
                | "placed"
                | "remain"
                | "remains"
        );
    let place =
        mention.value.as_ref().and_then(crate::article::numeral::as_whole).and_then(|it| usize::try_from(it).ok())?;
    let clear = tokens
        .get(end)
        .is_none_or(|it| !it.is_word() || matches!(&*it.lower, "in" | "with" | "on" | "at" | "for" | "by"));
    if !led || !clear || !(2..=10).contains(&place) {
        return None;
    }
    let scene = view.story.scenes.at(case, it)?;
    let hit = scene.hits.iter().rfind(|it| it.tokens.end <= start && it.rows.len() == 1 && !it.is_word)?;
    let row = hit.rows[0];
    let fits = |number: &Number| -> Vec<At> {
        let cell = |measure: &usize| view.value((row, *measure)).is_some_and(|it| fit(case, number, it) == Fit::Holds);
        (0..view.story.sheet.measures.len()).filter(cell).map(|it| (row, it)).collect()
    };
    let beside = case.beside(it).filter_map(|it| Number::of(case, it)).filter(|number| {
        let own = case.mentions[number.mention].tokens;
        own.0 >= end && own.0 <= end + 7 && number.value >= 10 * ONE
            || own.0 >= hit.tokens.end && own.1 <= start && number.value >= 10 * ONE
    });
    let mut cells: Vec<At> = beside.flat_map(|it| fits(&it)).collect();
    cells.dedup();
    let [(_, measure)] = cells[..] else { return None };
    let own = view.value((row, measure))?;
    let values: Vec<Micro> = view.parts().iter().filter_map(|it| view.value((*it, measure))).collect();
    let ends = [super::super::words::End::High, super::super::words::End::Low];
    if ends.iter().any(|end| super::order::place_of(&values, own, *end).contains(&place)) {
        return None;
    }
    let real = super::order::place_of(&values, own, super::super::words::End::High).start;
    let reason = format!(
        "according to the table, {} is number {real}: {}",
        view.story.sheet.label(row),
        view.story.shown(row, measure)
    );
    Some((it, reason, vec![(row, measure)]))
}

/// `Every one of the six weirs counted fewer`, where one did not.
fn every(case: &Case<'_>, view: &View<'_, '_, '_>, at: (usize, usize), scene: &Scene, token: usize) -> Option<Wording> {
    let tokens = &case.reads[at.0].tokens;
    let rows = view.story.sheet.rows_apart();
    let end = scene.tokens.end.min(token + 6);
    let count = (token + 1..end).find(|it| counted(&tokens[*it]) == Some(rows))?;
    let noun = tokens.get(count + 1).filter(|it| it.is_word())?;
    let stop = (count + 1..scene.tokens.end)
        .find(|it| matches!(tokens[*it].text, "," | ";" | ":" | ".") || tokens[*it].is("and"))
        .unwrap_or(scene.tokens.end);
    let said = &tokens[count + 2..stop.max(count + 2)];
    let ways: Vec<Way> = said.iter().filter_map(|it| cue::moved(&it.lower)).collect();
    let than = said.iter().any(|it| it.is("than"));
    let less = said.iter().any(|it| matches!(&*it.lower, "fewer" | "less" | "lower" | "smaller"));
    let more = said.iter().any(|it| matches!(&*it.lower, "more" | "higher" | "larger"));
    let up = match (&ways[..], than && (more ^ less)) {
        ([way], false) => *way == Way::Up,
        ([], true) => more,
        _ => return None,
    };
    let negated =
        said.iter().any(|it| matches!(&*it.lower, "not" | "but" | "except" | "together" | "combined" | "between"));
    let _ = noun;
    if negated {
        return None;
    }
    let before = said.windows(2).any(|it| it[0].is("year") && (it[1].is("before") || it[1].is("earlier")))
        || said.iter().any(|it| it.is("previous"));
    // One change of all rows that the words may mean is enough.
    let mut worst = None;
    for measure in 0..view.story.sheet.measures.len() {
        let family = view.family(measure);
        for to in 1..family.len() {
            for from in (0..to).filter(|from| !before || from + 1 == to && to + 1 == family.len()) {
                let odd = view.parts().into_iter().find(|row| {
                    match (view.value((*row, family[from])), view.value((*row, family[to]))) {
                        (Some(a), Some(b)) => {
                            if up {
                                b <= a
                            } else {
                                b >= a
                            }
                        }
                        _ => false,
                    }
                });
                match odd {
                    None => return None,
                    Some(row) if from + 1 == to && to + 1 == family.len() => {
                        worst = worst.or(Some(vec![(row, family[from]), (row, family[to])]))
                    }
                    Some(_) => {}
                }
            }
        }
    }
    let cells = worst?;
    let reason = format!(
        "not all did: {}, {}",
        view.story.shown(cells[0].0, cells[0].1),
        view.story.shown(cells[1].0, cells[1].1)
    );
    Some(Wording { at, tokens: token..count + 1, kind: MentionKind::Quantity, reason, cells })
}

/// `Alder is ahead of Carse`, by the columns that the sentence names.
fn compared(
    view: &View<'_, '_, '_>,
    at: (usize, usize),
    scene: &Scene,
    tokens: &[Token<'_>],
    token: usize,
) -> Option<Wording> {
    if !tokens.get(token + 1)?.is("of") {
        return None;
    }
    let single = |it: &&super::super::scene::Hit| it.rows.len() == 1 && !it.is_end && !it.is_word;
    let one = scene.hits.iter().filter(single).rfind(|it| it.tokens.end <= token && token - it.tokens.end <= 2)?;
    let two =
        scene.hits.iter().filter(single).find(|it| it.tokens.start >= token + 2 && it.tokens.start <= token + 4)?;
    let all = &view.story.sheet.measures;
    let named = |it: &usize| {
        !all[*it].stems.is_empty() && all[*it].stems.iter().all(|stem| aim::named(tokens, scene.tokens.clone(), stem))
    };
    let measures: Vec<usize> = (0..all.len()).filter(named).collect();
    let behind = |measure: usize| {
        let (a, b) = (view.value((one.rows[0], measure))?, view.value((two.rows[0], measure))?);
        Some(a < b)
    };
    if measures.is_empty() || one.rows == two.rows || !measures.iter().all(|it| behind(*it) == Some(true)) {
        return None;
    }
    let cells = vec![(one.rows[0], measures[0]), (two.rows[0], measures[0])];
    let reason = format!(
        "it is the other way round: {}, {}",
        view.story.shown(cells[0].0, cells[0].1),
        view.story.shown(cells[1].0, cells[1].1)
    );
    Some(Wording { at, tokens: token..token + 1, kind: MentionKind::Direction, reason, cells })
}

/// `the snowiest year since 2021`, of rows that are times.
fn since(case: &Case<'_>, view: &View<'_, '_, '_>, at: (usize, usize), scene: &Scene, token: usize) -> Option<Wording> {
    let tokens = &case.reads[at.0].tokens;
    use super::super::words::{End, superlative};
    let times = view.times.as_ref()?;
    let base = scene
        .hits
        .iter()
        .find(|it| {
            it.column == times.column && it.tokens.start > token && it.tokens.start <= token + 2 && it.rows.len() == 1
        })?
        .rows[0];
    let lead = token.saturating_sub(6).max(scene.tokens.start);
    let (top, end) = (lead..token)
        .rev()
        .find_map(|it| Some((it, superlative(&tokens[it].lower).filter(|it| *it != End::Either)?)))?;
    let all = &view.story.sheet.measures;
    let named = |it: &usize| all[*it].stems.iter().any(|stem| aim::named(tokens, top..token, stem));
    let mut measures: Vec<usize> = (0..all.len()).filter(named).collect();
    let told = scene.hits.iter().filter(|it| it.column == times.column && it.rows.len() == 1 && it.tokens.end <= top);
    let own = told
        .last()
        .map(|it| it.rows[0])
        .or_else(|| view.last_rows().first().copied().filter(|_| view.last_rows().len() == 1))?;
    // The column of the figure that the sentence tells of the row is meant.
    let numbers: Vec<Number> =
        case.of_sentence(at).filter_map(|it| Number::of(case, it)).filter(|it| it.value >= 10 * ONE).collect();
    let cites = |it: &usize| {
        view.value((own, *it)).is_some_and(|value| numbers.iter().any(|it| fit(case, it, value) == Fit::Holds))
    };
    if measures.iter().any(cites) {
        measures.retain(cites);
    }
    let mut worst = None;
    for measure in measures {
        let line =
            view.lines((own, measure)).into_iter().find(|it| it.iter().any(|it| it.0 == base && it.1 == measure))?;
        let (first, last) = (line.iter().position(|it| it.0 == base)?, line.iter().position(|it| it.0 == own)?);
        let value = view.value((own, measure))?;
        let beyond =
            |it: &At| view.value(*it).is_some_and(|it| if end == End::Low { it <= value } else { it >= value });
        let between = line.get(first + 1..last)?.iter().copied().find(beyond);
        match (between, beyond(&line[first])) {
            (None, true) => return None,
            (Some(it), _) => worst = worst.or(Some((it, measure))),
            (None, false) => worst = worst.or(Some((line[first], measure))),
        }
    }
    let (other, measure) = worst?;
    let reason =
        format!("the table has {}, and {}", view.story.shown(other.0, other.1), view.story.shown(own, measure));
    Some(Wording {
        at,
        tokens: top..token + 2,
        kind: MentionKind::Superlative,
        reason,
        cells: vec![other, (own, measure)],
    })
}

/// `a majority of the tenants are men`: of a row that is named, by the column that is.
fn majority_of(
    view: &View<'_, '_, '_>,
    at: (usize, usize),
    scene: &Scene,
    tokens: &[Token<'_>],
    token: usize,
) -> Option<Wording> {
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
        reason: format!(
            "it is {} of {}",
            view.story.shown(row, measure),
            crate::article::claim::shown(&super::super::place::exact(whole))
        ),
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
    case.add(mention, Said::of(ClaimVerdict::Contradicted, it.reason, evidence("rank", shown.join(", "), places)));
}

/// The words of a story that its table refutes.
pub(super) fn run(case: &Case<'_>, view: &View<'_, '_, '_>) -> Vec<Wording> {
    let mut found = Vec::new();
    for (at, range) in case.told_sentences() {
        let tokens = &case.reads[at.0].tokens;
        let Some(scene) = view.story.scenes.all.get(at.0).and_then(|it| it.get(at.1)) else { continue };
        for token in range {
            match &*tokens[token].lower {
                "majority" => {
                    found.extend(majority(view, at, scene, tokens, token));
                    found.extend(majority_of(view, at, scene, tokens, token));
                }
                "every" | "all" => found.extend(every(case, view, at, scene, token)),
                "ahead" => found.extend(compared(view, at, scene, tokens, token)),
                "since" => found.extend(since(case, view, at, scene, token)),
                "nowhere" => found.extend(nowhere(view, at, scene, tokens, token)),
                it if cue::moved(it).is_some() => found.extend(way(case, view, at, scene, token)),
                _ => {}
            }
        }
    }
    found
}

/// `took a majority`, of a row that has less than half.
fn majority(
    view: &View<'_, '_, '_>,
    at: (usize, usize),
    scene: &Scene,
    tokens: &[Token<'_>],
    token: usize,
) -> Option<Wording> {
    let behind: Vec<&str> = tokens[token + 1..scene.tokens.end.min(token + 4)].iter().map(|it| &*it.lower).collect();
    let start = scene.tokens.start;
    let before: Vec<&str> =
        tokens[start.max(token.saturating_sub(4))..token].iter().rev().map(|it| &*it.lower).collect();
    let margin =
        behind.first() == Some(&"of") && behind.get(1).is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit()));
    #[rustfmt::skip]
    const HOLDS: &[&str] = &[
        "took", "won", "has", "have", "had", "got", "secured", "gained", "claimed", "winning", "taking", "holds", "hold", "commands", "enjoys", "reached",
        "with", "takes", "wins", "holding", "commanding",
    ];
    let held = before.iter().take(3).any(|it| matches!(*it, "a" | "an"))
        && before.iter().any(|it| HOLDS.contains(it))
        && !before
            .iter()
            .any(|it| matches!(*it, "no" | "without" | "short" | "for" | "needed" | "lost" | "not" | "by"));
    if margin || !held || matches!(behind.first(), Some(&"over" | &"party" | &"leader")) {
        return None;
    }
    let hits: Vec<_> =
        scene.hits.iter().filter(|it| it.tokens.end <= token && !aim::is_rival(tokens, it, start)).collect();
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
        reason: format!(
            "by the table it is {} percent",
            crate::article::claim::shown(&super::super::place::exact(rate))
        ),
        cells: vec![cell],
    })
}

/// `Nowhere is the wait longer than in Oakley`.
fn nowhere(
    view: &View<'_, '_, '_>,
    at: (usize, usize),
    scene: &Scene,
    tokens: &[Token<'_>],
    token: usize,
) -> Option<Wording> {
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
fn way(case: &Case<'_>, view: &View<'_, '_, '_>, at: (usize, usize), scene: &Scene, token: usize) -> Option<Wording> {
    let tokens = &case.reads[at.0].tokens;
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
    let rows: Vec<usize> = aim::subjects(case, view, &cue::Around::of(case, number.mention), number.mention)
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

/// `the fourth year running`, `three months in a row`: how many, and which token says it.
pub(super) fn run_of(tokens: &[Token<'_>], range: Range<usize>) -> Option<(usize, usize)> {
    let end = range.clone().find(|it| {
        let next = |step: usize| tokens.get(it + step).map_or("", |it| &*it.lower);
        match &*tokens[*it].lower {
            "running" | "consecutive" | "successive" | "straight" => true,
            "in" => next(1) == "a" && next(2) == "row" || next(1) == "succession",
            _ => false,
        }
    })?;
    let first = end.saturating_sub(4).max(range.start);
    (first..(end + 1).min(range.end)).rev().find_map(|it| {
        let ordinal = crate::article::words::ordinal(&tokens[it].lower).and_then(|it| usize::try_from(it).ok());
        counted(&tokens[it]).or(ordinal).filter(|it| (2..=12).contains(it)).map(|count| (count, it))
    })
}
