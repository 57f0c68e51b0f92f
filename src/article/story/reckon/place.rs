//! Places that words give to rows: `comes second`, `is ahead of`, `the snowiest since`.

use super::super::place::Number;
use super::super::scene::Hit;
use super::super::sheet::Micro;
use super::super::words::{End, superlative};
use super::aim;
use super::claim::{Fit, fit};
use super::order::place_of;
use super::view::{At, View};
use super::wording::{Sentence, Wording};
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::table::ONE;

/// The places of a story that its table refutes: `comes second`.
pub(super) fn ranks(case: &Case<'_>, view: &View<'_, '_, '_>) -> Vec<(usize, String, Vec<At>)> {
    let all = case.of_kinds_anywhere(&[MentionKind::Rank]);
    all.into_iter().filter(|it| !case.is_contradicted(*it)).filter_map(|it| rank_of(case, view, it)).collect()
}

/// `Lund is second in the list with 24`: by the column of the figure told beside it, or that words name.
fn rank_of(case: &Case<'_>, view: &View<'_, '_, '_>, it: usize) -> Option<(usize, String, Vec<At>)> {
    #[rustfmt::skip]
    const LEADS: &[&str] = &[
        "is", "was", "are", "were", "came", "comes", "come", "finished", "lies", "ranks", "ranked", "stands", "placed", "remain", "remains",
    ];
    let mention = &case.mentions[it];
    let (tokens, sentence, (start, end)) = (case.tokens(it), case.sentence(it), mention.tokens);
    let led = start > sentence.start && LEADS.contains(&&*tokens[start - 1].lower);
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
    let (row, measure) = ranked_by(case, view, it, hit)?;
    let own = view.value((row, measure))?;
    let values: Vec<Micro> = view.parts().iter().filter_map(|it| view.value((*it, measure))).collect();
    if [End::High, End::Low].iter().any(|end| place_of(&values, own, *end).contains(&place)) {
        return None;
    }
    let real = place_of(&values, own, End::High).start;
    let cell = view.story.shown(row, measure);
    let reason = format!("according to the table, {} is number {real}: {cell}", view.story.sheet.label(row));
    Some((it, reason, vec![(row, measure)]))
}

/// The cell that a place is told of.
fn ranked_by(case: &Case<'_>, view: &View<'_, '_, '_>, it: usize, hit: &Hit) -> Option<At> {
    let row = hit.rows[0];
    let (tokens, sentence, (start, end)) = (case.tokens(it), case.sentence(it), case.mentions[it].tokens);
    let fits = |number: &Number| -> Vec<At> {
        let cell = |measure: &usize| view.value((row, *measure)).is_some_and(|it| fit(case, number, it) == Fit::Holds);
        (0..view.story.sheet.measures.len()).filter(cell).map(|it| (row, it)).collect()
    };
    let beside = case.beside(it).filter_map(|it| Number::of(case, it)).filter(|number| {
        let own = case.mentions[number.mention].tokens;
        let near = own.0 >= end && own.0 <= end + 7 || own.0 >= hit.tokens.end && own.1 <= start;
        near && number.value >= 10 * ONE
    });
    let mut cells: Vec<At> = beside.flat_map(|it| fits(&it)).collect();
    cells.dedup();
    if cells.is_empty() {
        let all = &view.story.sheet.measures;
        let near = end..sentence.end.min(end + 4);
        let named = |it: &usize| all[*it].stems.iter().any(|stem| aim::named(tokens, near.clone(), stem));
        cells = (0..all.len()).filter(named).map(|it| (row, it)).collect();
    }
    if let [one] = cells[..] { Some(one) } else { None }
}

/// `Alder is ahead of Carse`, by the columns that the sentence names.
pub(super) fn compared(sentence: &Sentence<'_>, token: usize) -> Option<Wording> {
    let Sentence { view, at, scene, tokens, .. } = *sentence;
    if !tokens.get(token + 1)?.is("of") {
        return None;
    }
    let single = |it: &&Hit| it.rows.len() == 1 && !it.is_end && !it.is_word;
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

/// The columns that an order is of: those that its words name, and of these the one whose figure is told.
fn recorded(sentence: &Sentence<'_>, row: usize, words: std::ops::Range<usize>) -> Vec<usize> {
    let Sentence { case, view, at, tokens, .. } = *sentence;
    let all = &view.story.sheet.measures;
    let named = |it: &usize| all[*it].stems.iter().any(|stem| aim::named(tokens, words.clone(), stem));
    let mut measures: Vec<usize> = (0..all.len()).filter(named).collect();
    let numbers: Vec<Number> =
        case.of_sentence(at).filter_map(|it| Number::of(case, it)).filter(|it| it.value >= 10 * ONE).collect();
    let cites = |it: &usize| {
        view.value((row, *it)).is_some_and(|value| numbers.iter().any(|it| fit(case, it, value) == Fit::Holds))
    };
    if measures.iter().any(cites) {
        measures.retain(cites);
    }
    measures
}

/// `the snowiest year since 2021`, of rows that are times.
pub(super) fn since(sentence: &Sentence<'_>, token: usize) -> Option<Wording> {
    let Sentence { view, at, scene, tokens, .. } = *sentence;
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
    let told = scene.hits.iter().rfind(|it| it.column == times.column && it.rows.len() == 1 && it.tokens.end <= top);
    let own = told
        .map(|it| it.rows[0])
        .or_else(|| view.last_rows().first().copied().filter(|_| view.last_rows().len() == 1))?;
    let measures = recorded(sentence, own, top..token);
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
