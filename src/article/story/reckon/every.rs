//! What is said of every row, or of some only: `every one of the six fell`, `only Alder grew`.

use super::super::scene::{Hit, Scene};
use super::super::words::counted;
use super::cue;
use super::view::View;
use super::wording::{Sentence, Wording};
use crate::article::checks::change::Way;
use crate::article::mention::MentionKind;
use crate::article::tokens::Token;

/// `Every one of the six weirs counted fewer`, where one did not.
pub(super) fn every(sentence: &Sentence<'_>, token: usize) -> Option<Wording> {
    let Sentence { view, at, scene, tokens, .. } = *sentence;
    let rows = view.story.sheet.rows_apart();
    let last = scene.tokens.end;
    let count = (token + 1..last.min(token + 6)).find(|it| counted(&tokens[*it]) == Some(rows))?;
    tokens.get(count + 1).filter(|it| it.is_word())?;
    let stops = |it: &usize| matches!(tokens[*it].text, "," | ";" | ":" | ".") || tokens[*it].is("and");
    let stop = (count + 1..last).find(stops).unwrap_or(last);
    let said = &tokens[(count + 2).min(last)..stop.max(count + 2).min(last)];
    let has = |words: &[&str]| said.iter().any(|it| words.contains(&&*it.lower));
    let ways: Vec<Way> = said.iter().filter_map(|it| cue::moved(&it.lower)).collect();
    let (less, more) = (has(&["fewer", "less", "lower", "smaller"]), has(&["more", "higher", "larger"]));
    let way = match (&ways[..], has(&["than"]) && (more ^ less)) {
        ([way], false) => *way,
        ([], true) if more => Way::Up,
        ([], true) => Way::Down,
        _ => return None,
    };
    let verb = (count + 2..stop).find(|it| cue::moved(&tokens[*it].lower).is_some());
    let other = verb.is_some_and(|it| !ends_verb(tokens, it, last));
    if other || has(&["not", "but", "except", "together", "combined", "between"]) {
        return None;
    }
    let previous =
        has(&["previous"]) || said.windows(2).any(|it| it[0].is("year") && (it[1].is("before") || it[1].is("earlier")));
    // One change of all rows that the words may mean is enough.
    let mut worst = None;
    for (from, to, is_last) in steps(view) {
        let parts = view.parts();
        match parts.iter().find(|row| !goes(view, **row, (from, to), way)) {
            _ if previous && !is_last => {}
            None => return None,
            Some(row) if is_last => worst = worst.or(Some(vec![(*row, from), (*row, to)])),
            Some(_) => {}
        }
    }
    let cells = worst?;
    let told = cells.iter().map(|it| view.story.shown(it.0, it.1)).collect::<Vec<_>>().join(", ");
    let reason = format!("not all did: {told}");
    Some(Wording { at, tokens: token..count + 1, kind: MentionKind::Quantity, reason, cells })
}

/// The steps between two times of a column, and whether it is the last one.
fn steps(view: &View<'_, '_, '_>) -> Vec<(usize, usize, bool)> {
    let mut found = Vec::new();
    for measure in 0..view.story.sheet.measures.len() {
        let family = view.family(measure);
        let Some(to) = family.iter().position(|it| *it == measure) else { continue };
        found.extend((0..to).map(|from| (family[from], measure, from + 1 == to && to + 1 == family.len())));
    }
    found
}

/// Whether a row went one way between two times; what is not known did.
fn goes(view: &View<'_, '_, '_>, row: usize, (from, to): (usize, usize), way: Way) -> bool {
    match (view.value((row, from)), view.value((row, to)), way) {
        (Some(a), Some(b), Way::Up) => b > a,
        (Some(a), Some(b), Way::Down) => b < a,
        _ => true,
    }
}

/// Whether a verb of change has no other object: `grew`, and not `grew older`.
fn ends_verb(tokens: &[Token<'_>], verb: usize, end: usize) -> bool {
    #[rustfmt::skip]
    const LEADS: &[&str] = &["in", "from", "since", "over", "between", "this", "last", "compared", "and", "but", "while", "again", "during", "on", "to", "with"];
    tokens
        .get(verb + 1)
        .filter(|_| verb + 1 < end)
        .is_none_or(|it| !it.is_word() && !it.is_number() || LEADS.contains(&&*it.lower))
}

/// `Only Alder and Birk grew`: the rows that rose, or fell, are others.
pub(super) fn only(sentence: &Sentence<'_>, token: usize) -> Option<Wording> {
    let Sentence { view, at, scene, tokens, .. } = *sentence;
    let ends = |it: &usize| matches!(tokens[*it].text, ";" | ":" | ".") || cue::moved(&tokens[*it].lower).is_some();
    let stop = (token + 1..scene.tokens.end).find(ends)?;
    let way = cue::moved(&tokens[stop].lower)?;
    let rows = listed(scene, tokens, token + 1..stop)?;
    if !ends_verb(tokens, stop, scene.tokens.end) {
        return None;
    }
    let mut usual = None;
    for (from, to, is_last) in steps(view) {
        let moved: Vec<usize> = view.parts().into_iter().filter(|it| goes(view, *it, (from, to), way)).collect();
        if moved == rows {
            return None;
        }
        let odd = moved.iter().find(|it| !rows.contains(it)).or(rows.iter().find(|it| !moved.contains(it)));
        if let Some(row) = odd.filter(|_| is_last) {
            usual = usual.or(Some(vec![(*row, from), (*row, to)]));
        }
    }
    let cells = usual?;
    let told = cells.iter().map(|it| view.story.shown(it.0, it.1)).collect::<Vec<_>>().join(", ");
    let reason = format!("the table has {told}");
    Some(Wording { at, tokens: token..token + 1, kind: MentionKind::Direction, reason, cells })
}

/// The rows that names side by side are, where nothing else stands between them.
fn listed(scene: &Scene, tokens: &[Token<'_>], range: std::ops::Range<usize>) -> Option<Vec<usize>> {
    let within = |it: &&Hit| it.tokens.start >= range.start && it.tokens.end <= range.end && !it.is_end;
    let passes = |it: &Token<'_>| matches!(&*it.lower, "and" | "," | "the" | "in" | "at" | "did" | "saw" | "a" | "had");
    let mut next = range.start;
    let mut rows = Vec::new();
    for hit in scene.hits.iter().filter(within) {
        let [row] = hit.rows[..] else { return None };
        if !tokens.get(next..hit.tokens.start)?.iter().all(passes) {
            return None;
        }
        next = hit.tokens.end;
        rows.push(row);
    }
    rows.sort_unstable();
    (!rows.is_empty() && tokens.get(next..range.end)?.iter().all(passes)).then_some(rows)
}
