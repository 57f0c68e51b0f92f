//! What a change is measured from: the time, the row or the column that the
//! words around it name, and whether they name it at all.

use std::ops::Range;

use super::place::{Number, Story};
use super::words::{counted, form};
use crate::article::judge::Case;
use crate::article::tokens::Token;

/// A cell, by its row and its measure.
pub(super) type At = (usize, usize);

/// The two cells of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) own: At,
    pub(super) base: At,
    /// Whether words name the base, and no other word of time is left over.
    pub(super) is_named: bool,
}

/// What words say of the time that something is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Earlier {
    /// A year that is printed.
    Year(i64),
    /// So many years before.
    Years(i64),
    /// The time right before.
    Previous,
    /// A time that the table does not tell.
    Unknown,
}

/// Words that part a clause from what else a sentence says.
pub(super) fn parts(it: &Token<'_>) -> bool {
    matches!(it.text, ";" | ":" | "(" | ")" | "—" | "–")
        || matches!(
            &*it.lower,
            "while" | "whereas" | "but" | "although" | "though" | "yet" | "as" | "which" | "where" | "when"
        )
}

/// The clause around a number: what stands before it, and what behind.
pub(super) fn clause(case: &Case<'_>, mention: usize) -> (Range<usize>, Range<usize>) {
    let tokens = case.tokens(mention);
    let sentence = case.sentence(mention);
    let (start, end) = case.mentions[mention].tokens;
    let breaks = |it: usize| parts(&tokens[it]) && !is_inside(tokens, it);
    let first = (sentence.start..start).rev().find(|it| breaks(*it)).map_or(sentence.start, |it| it + 1);
    let joins = |it: usize| {
        let led = tokens.get(it + 1).is_some_and(|it| {
            matches!(&*it.lower, "from" | "than" | "compared" | "against" | "since" | "on" | "after")
        });
        !led && (tokens[it].text == "," || tokens[it].is("and"))
    };
    let behind = (end..sentence.end).find(|it| breaks(*it) || joins(*it)).unwrap_or(sentence.end.max(end));
    (first..start, end..behind)
}

/// The clause around a number with all its commas.
pub(super) fn around(case: &Case<'_>, mention: usize) -> Range<usize> {
    let tokens = case.tokens(mention);
    let sentence = case.sentence(mention);
    let (start, end) = case.mentions[mention].tokens;
    let breaks = |it: usize| parts(&tokens[it]) && !is_inside(tokens, it);
    let first = (sentence.start..start).rev().find(|it| breaks(*it)).map_or(sentence.start, |it| it + 1);
    first..(end..sentence.end).find(|it| breaks(*it)).unwrap_or(sentence.end.max(end))
}

/// `as many as`, `2022–23`: no border of a clause.
fn is_inside(tokens: &[Token<'_>], at: usize) -> bool {
    tokens[at].is("as") && tokens.get(at + 1).is_some_and(|it| matches!(&*it.lower, "many" | "much" | "well" | "a"))
        || tokens[at].is("as") && at > 0 && matches!(&*tokens[at - 1].lower, "many" | "much" | "well" | "same" | "such")
        || at > 0 && matches!(&*tokens[at - 1].lower, "of" | "than" | "from" | "on") && tokens[at].is_word()
        || tokens[at].is_dash() && !tokens[at].spaced
}

/// The year that a token is.
fn year(it: &Token<'_>) -> Option<i64> {
    let known = it.is_number() && it.text.len() == 4;
    it.text.parse().ok().filter(|year| known && (1800..2100).contains(year))
}

/// A small number in words or digits.
fn small(it: &Token<'_>) -> Option<i64> {
    if it.is("a") || it.is("an") {
        return Some(1);
    }
    counted(it).and_then(|it| i64::try_from(it).ok()).filter(|it| (1..200).contains(it))
}

/// Words that compare with what stands behind them.
fn is_comparing(it: &Token<'_>) -> bool {
    matches!(&*it.lower, "than" | "where" | "what" | "compared" | "against" | "from" | "since" | "on")
}

/// Units in which a table's times follow one another.
const SPANS: &[&str] = &["year", "years", "season", "seasons", "winter", "winters", "summer", "summers"];

/// The time that a word such as `year` tells with those around it.
fn spanned(tokens: &[Token<'_>], range: &Range<usize>, at: usize) -> Option<Earlier> {
    let lower = |it: usize| tokens.get(it).filter(|_| it < range.end).map_or("", |it| &*it.lower);
    let led =
        |words: &[&str]| (1..=4).filter_map(|it| at.checked_sub(it)).any(|it| words.contains(&&*tokens[it].lower));
    let word = lower(at);
    let before = at.checked_sub(1).filter(|it| *it + 3 >= range.start).map_or("", |it| &*tokens[it].lower);
    let next = lower(at + 1);
    let back = matches!(next, "ago" | "earlier" | "before" | "previously")
        && !matches!(lower(at + 2), "the" | "last" | "covid");
    let count = at.checked_sub(1).and_then(|it| small(&tokens[it]));
    match before {
        "previous" | "preceding" | "prior" => return Some(Earlier::Previous),
        "last" if next == "before" => return Some(Earlier::Unknown),
        "last" if led(&["than", "from", "on", "over", "against", "with"]) => return Some(Earlier::Previous),
        "the" if back && word.ends_with('s') => return Some(Earlier::Unknown),
        "the" | "a" | "one" if back && !word.ends_with('s') => return Some(Earlier::Previous),
        "the" | "on" if matches!(next, "" | "," | ".") && led(&["on"]) => return Some(Earlier::Previous),
        "single" | "one" | "a" if led(&["in", "within", "over"]) => return Some(Earlier::Previous),
        _ => {}
    }
    let within = led(&["in", "within", "over", "for"]);
    if let Some(count) = count.filter(|_| word.ends_with('s') && (back || within)) {
        return Some(Earlier::Years(count));
    }
    (back || led(&["than", "from", "since"])).then_some(Earlier::Unknown)
}

/// The time that a stretch of words compares with, where it names one.
fn earlier(tokens: &[Token<'_>], range: Range<usize>) -> Option<Earlier> {
    let lower = |it: usize| tokens.get(it).filter(|_| it < range.end).map_or("", |it| &*it.lower);
    for at in range.clone() {
        let word = lower(at);
        let before = at.checked_sub(1).filter(|it| *it + 3 >= range.start).map_or("", |it| &*tokens[it].lower);
        let led =
            |words: &[&str]| (1..=4).filter_map(|it| at.checked_sub(it)).any(|it| words.contains(&&*tokens[it].lower));
        if let Some(year) = year(&tokens[at]) {
            let compared = range.clone().take_while(|it| *it < at).any(|it| is_comparing(&tokens[it]));
            // `lost 31 in 2019` is of that year; `short of where it stood in 2019` compares with it.
            if compared || led(&["from", "since", "over", "against", "with"]) {
                let odd = led(&["before", "after", "until", "by"]);
                return Some(if odd { Earlier::Unknown } else { Earlier::Year(year) });
            }
            continue;
        }
        if SPANS.contains(&word)
            && let Some(found) = spanned(tokens, &range, at)
        {
            return Some(found);
        }
        if word == "months" && matches!(before, "twelve" | "12") {
            return Some(Earlier::Years(1));
        }
        if word == "decade" && (led(&["in", "over", "within"]) || matches!(lower(at + 1), "ago" | "earlier" | "before"))
        {
            return Some(if led(&["a", "the"]) { Earlier::Years(10) } else { Earlier::Unknown });
        }
        if word == "century" && led(&["quarter"]) {
            return Some(Earlier::Years(25));
        }
        let vague = [
            "then", "before", "pandemic", "covid", "peak", "record", "average", "forecast", "target", "planned",
            "expected",
        ];
        if vague.contains(&word)
            || matches!(word, "month" | "months" | "week" | "weeks" | "quarter" | "days" | "day" | "decades")
        {
            return Some(Earlier::Unknown);
        }
    }
    None
}

/// The cells of the same row and measure at all times, the earliest first, with their years.
fn times(story: &Story<'_, '_>, (row, measure): At) -> Vec<(At, Option<i64>)> {
    const STEP: i64 = 100;
    if let Some(years) = &story.sheet.years {
        return (0..story.sheet.rows()).map(|it| ((it, measure), Some(years[it]))).collect();
    }
    if let Some(parts) = &story.sheet.parts {
        return (0..story.sheet.rows()).map(|it| ((it, measure), Some(parts[it] / STEP))).collect();
    }
    let year = |it: usize| {
        let all = &story.sheet.measures[it].marks;
        all.iter().any(|it| it.len() == 4).then(|| story.sheet.measures[it].time.map(|it| it / STEP)).flatten()
    };
    story.sheet.siblings(measure).into_iter().map(|it| ((row, it), year(it))).collect()
}

/// The latest time of a row and a measure.
pub(super) fn latest(story: &Story<'_, '_>, at: At) -> At {
    times(story, at).last().map_or(at, |it| it.0)
}

/// The cell that words compare another with, at the time that they name.
fn resolve(story: &Story<'_, '_>, own: At, earlier: Earlier) -> Option<At> {
    let all = times(story, own);
    let at = all.iter().position(|it| it.0 == own)?;
    let gap = |other: usize| Some(all[at].1? - all[other].1?);
    // Of months and quarters the same of another year is meant.
    if let Some(parts) = &story.sheet.parts {
        const STEP: i64 = 100;
        let wanted = match earlier {
            Earlier::Year(year) => year * STEP + parts[own.0] % STEP,
            Earlier::Years(count) => parts[own.0] - count * STEP,
            Earlier::Previous => parts[own.0] - STEP,
            Earlier::Unknown => return None,
        };
        return parts.iter().position(|it| *it == wanted).map(|row| (row, own.1)).filter(|it| *it != own);
    }
    match earlier {
        Earlier::Year(year) => all.iter().find(|it| it.1 == Some(year)).map(|it| it.0).filter(|it| *it != own),
        Earlier::Years(count) => (0..at).find(|it| gap(*it) == Some(count)).map(|it| all[it].0),
        Earlier::Previous => {
            let before = at.checked_sub(1)?;
            let single = gap(before).is_none_or(|it| it == 1);
            single.then(|| all[before].0)
        }
        Earlier::Unknown => None,
    }
}

/// The year that a clause itself is about: `in 2023`, and not `since 2023`.
fn own_year(tokens: &[Token<'_>], before: Range<usize>, behind: Range<usize>) -> Option<i64> {
    let told = |it: usize| {
        let led = it.checked_sub(1).map_or("", |it| &*tokens[it].lower);
        year(&tokens[it]).filter(|_| matches!(led, "in" | "for" | "during"))
    };
    let mut own = behind.take_while(|it| !is_comparing(&tokens[*it]));
    own.find_map(told).or_else(|| before.rev().find_map(told))
}

/// `between 2014 and 2019`, `from 2014 to 2019`.
fn span(tokens: &[Token<'_>], range: Range<usize>) -> Option<(i64, i64)> {
    tokens[range].windows(4).find_map(|it| {
        let joined = it[0].is("between") && it[2].is("and") || it[0].is("from") && it[2].is("to");
        Some((year(&it[1])?, year(&it[3])?)).filter(|_| joined)
    })
}

/// What stands behind `than`.
enum Rival {
    /// No row and no column.
    None,
    /// A cell that is compared with.
    Cell(At),
    /// Something that is no one cell.
    Other,
}

/// The row or the column that `than` compares with.
fn rival(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, own: At, behind: Range<usize>) -> Rival {
    let tokens = case.tokens(number.mention);
    let short = |it: usize| tokens[it].is("of") && tokens[it - 1].is("short");
    let than = behind.clone().find(|it| tokens[*it].is("than") || short(*it));
    let (Some(than), Some(scene)) = (than, story.scenes.at(case, number.mention)) else { return Rival::None };
    let hit = scene.hits.iter().find(|it| it.tokens.start > than && it.tokens.start < behind.end);
    if let Some(hit) = hit {
        let other = hit.rows.len() == 1 && hit.rows[0] != own.0 && !story.sheet.is_total[hit.rows[0]];
        return if other { Rival::Cell((hit.rows[0], own.1)) } else { Rival::Other };
    }
    let words: Vec<String> = tokens[than + 1..behind.end].iter().map(|it| form(&it.lower)).collect();
    let all = &story.sheet.measures;
    let named = |it: &usize| {
        let other = *it != own.1 && !story.sheet.siblings(own.1).contains(it);
        other && all[*it].unit == all[own.1].unit && all[*it].is_named(&words)
    };
    let found: Vec<usize> = (0..all.len()).filter(named).collect();
    match found[..] {
        [one] => Rival::Cell((own.0, one)),
        [] => Rival::None,
        _ => Rival::Other,
    }
}

/// The two cells of a change of a row's measure; nothing where words name a base that is not in the table.
pub(super) fn step(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, own: At) -> Option<Step> {
    let tokens = case.tokens(number.mention);
    let (before, behind) = clause(case, number.mention);
    match rival(case, story, number, own, behind.clone()) {
        Rival::Cell(base) => {
            let own = at_year(story, own, own_year(tokens, before, behind));
            return Some(Step { own, base, is_named: true });
        }
        Rival::Other => return None,
        Rival::None => {}
    }
    let sentence = case.sentence(number.mention);
    if let Some((first, last)) = span(tokens, sentence) {
        let (base, own) = (resolve(story, own, Earlier::Year(first)), at_year(story, own, Some(last)));
        return base.map(|base| Step { own, base, is_named: true }).filter(|it| it.own != it.base);
    }
    let told = own_year(tokens, before.clone(), behind.clone());
    let own = match told {
        Some(year) if times(story, own).iter().all(|it| it.1 != Some(year)) => return None,
        year => at_year(story, own, year),
    };
    let named = earlier(tokens, behind.clone()).or_else(|| {
        // The year that the clause itself is about is no base.
        earlier(tokens, before.clone()).filter(|it| !matches!(it, Earlier::Year(year) if Some(*year) == told))
    });
    match named {
        Some(Earlier::Unknown) => None,
        Some(it) => resolve(story, own, it).map(|base| Step { own, base, is_named: true }),
        // A step from one month to the next is as likely meant as one from year to year.
        None if tokens[behind].iter().any(|it| it.is("than")) || story.sheet.parts.is_some() => None,
        None => {
            let all = times(story, own);
            let at = all.iter().position(|it| it.0 == own)?;
            let base = all.get(at.checked_sub(1)?)?.0;
            Some(Step { own, base, is_named: false })
        }
    }
}

/// A cell at a year, where one is named.
fn at_year(story: &Story<'_, '_>, own: At, year: Option<i64>) -> At {
    if story.sheet.parts.is_some() {
        return year.and_then(|it| resolve(story, own, Earlier::Year(it))).unwrap_or(own);
    }
    let all = times(story, own);
    all.iter().find(|it| year.is_some() && it.1 == year).map_or(own, |it| it.0)
}

/// Whether there are two times of a row's measure only, and nothing between them is left out.
pub(super) fn is_pair(story: &Story<'_, '_>, at: At) -> bool {
    match times(story, at)[..] {
        [(_, Some(first)), (_, Some(last))] => last - first <= 1,
        [_, _] => true,
        _ => false,
    }
}

/// Whether one time follows the other with none left out.
pub(super) fn is_single_step(story: &Story<'_, '_>, base: At, own: At) -> bool {
    let year = |at: At| times(story, at).into_iter().find(|it| it.0 == at).and_then(|it| it.1);
    year(own).zip(year(base)).is_none_or(|(own, base)| own - base <= 1)
}

/// All pairs of times of a row's measure, the earlier first.
pub(super) fn pairs(story: &Story<'_, '_>, at: At) -> Vec<(At, At)> {
    let all = times(story, at);
    (0..all.len()).flat_map(|a| (a + 1..all.len()).map(move |b| (a, b))).map(|(a, b)| (all[a].0, all[b].0)).collect()
}

/// The row that a number is of, and whether nothing else can be meant.
pub(super) fn row(case: &Case<'_>, story: &Story<'_, '_>, mention: usize) -> Option<(usize, bool)> {
    let tokens = case.tokens(mention);
    let scene = story.scenes.at(case, mention)?;
    let (start, end) = case.mentions[mention].tokens;
    if let Some(row) = beside(case, story, mention) {
        return Some((row, true));
    }
    let joint = |range: Range<usize>| {
        tokens[range].iter().any(|it| {
            parts(it) && !matches!(it.text, ":" | "—" | "–") && !it.is("which") || it.is("and") || it.is("after")
        })
    };
    let before = scene.hits.iter().rposition(|it| it.tokens.end <= start);
    if let Some(at) = before {
        let hit = &scene.hits[at];
        let coupled = at > 0 && {
            let other = &scene.hits[at - 1];
            other.column == hit.column
                && hit.tokens.start.saturating_sub(other.tokens.end) <= 3
                && other.rows != hit.rows
        };
        let led =
            hit.tokens.start.checked_sub(1).filter(|it| *it >= scene.tokens.start).map_or("", |it| &*tokens[it].lower);
        let aside = matches!(led, "than" | "to" | "against" | "unlike" | "behind" | "from" | "with" | "by");
        let [row] = hit.rows[..] else { return None };
        let row = if coupled || hit.is_end || aside { None } else { Some(row) };
        // A cell of the row behind a joint says that it is still meant.
        let placed = story
            .beside(case, mention)
            .into_iter()
            .rev()
            .find(|it| case.mentions[it.mention].tokens.1 <= start && story.placed.contains_key(&it.mention));
        let from = placed
            .filter(|it| Some(story.placed[&it.mention].row) == row)
            .map_or(hit.tokens.end, |it| case.mentions[it.mention].tokens.1);
        return row.map(|row| (row, !joint(from.max(hit.tokens.end).min(start)..start)));
    }
    let behind = scene.hits.iter().find(|it| it.tokens.start >= end);
    if let Some(hit) = behind
        && super::place::leads(tokens, start, hit.tokens.start)
        && hit.rows.len() == 1
    {
        return Some((hit.rows[0], true));
    }
    let carried = story.scenes.before(case, mention).map(|it| &it.hits[..]).unwrap_or_default();
    if story.sheet.is_timed() && carried.is_empty() {
        return Some((story.sheet.rows() - 1, true));
    }
    let (first, last) = clause(case, mention);
    if super::scene::is_total(tokens, first) || super::scene::is_total(tokens, last) {
        return story.sheet.total().map(|it| (it, true));
    }
    let mut rows: Vec<usize> = carried.iter().flat_map(|it| it.rows.iter().copied()).collect();
    rows.dedup();
    match rows[..] {
        [one] => Some((one, false)),
        [] => story.sheet.total().map(|it| (it, false)),
        _ => None,
    }
}

/// The row of the cell that stands right before or behind a number in its clause: `shrank 9.2
/// percent to 271,200`, `5,496 births, 109 more`.
fn beside(case: &Case<'_>, story: &Story<'_, '_>, mention: usize) -> Option<usize> {
    const NEAR: usize = 4;
    let tokens = case.tokens(mention);
    let (start, end) = case.mentions[mention].tokens;
    let alone = |it: &&Number| {
        it.mention != mention
            && it.digits >= 3
            && story.placed.contains_key(&it.mention)
            && super::relate::is_alone(case, story, it)
    };
    let all = story.beside(case, mention);
    let next = all.iter().copied().find(|it| case.mentions[it.mention].tokens.0 >= end);
    let to = next.filter(alone).filter(|it| {
        let gap = &tokens[end..case.mentions[it.mention].tokens.0];
        gap.len() <= NEAR && gap.last().is_some_and(|it| matches!(&*it.lower, "to" | "at"))
    });
    let past = all.iter().copied().rfind(|it| case.mentions[it.mention].tokens.1 <= start);
    let of = past.filter(alone).filter(|it| {
        let gap = &tokens[case.mentions[it.mention].tokens.1..start];
        let own = story.scenes.at(case, mention).is_some_and(|scene| {
            scene.hits.iter().any(|hit| {
                hit.tokens.start >= case.mentions[it.mention].tokens.1
                    && hit.tokens.end <= start
                    && !hit.rows.contains(&story.placed[&it.mention].row)
                    && gap.len() <= NEAR
            })
        });
        gap.iter().any(|it| matches!(it.text, "," | "–" | "—" | "("))
            && !gap.iter().any(|it| parts(it) && it.is_word() || it.is("and") || it.text == ";")
            && !own
    });
    to.or(of).map(|it| story.placed[&it.mention].row)
}
