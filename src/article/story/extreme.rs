//! Superlatives, records, places and runs, by the order of a table's rows.

use std::ops::Range;

use super::place::{Placed, Story};
use super::scene::{Hit, chunk};
use super::sheet::Micro;
use super::tell;
use super::words::{End, compound, counted, form, is_akin, superlative};
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::numeral::as_whole;
use crate::article::tokens::Token;

/// A number stands so many words at most from the superlative that is said of it.
const NEAR: usize = 9;
/// The noun of a superlative has so many words at most.
const NOUN_MAX: usize = 4;

pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for (sentence, range) in case.told_sentences() {
        let tokens = &case.reads[sentence.0].tokens;
        for at in range.clone() {
            let Some(end) = superlative(&tokens[at].lower) else { continue };
            if is_over_time(case, story, sentence, at) {
                over_time(case, story, sentence, at, end);
            } else if !is_partial(tokens, at, &range, is_of_all_rows(story, tokens, at, &range)) {
                judge(case, story, sentence, at, end);
            }
        }
    }
    for it in case.of_kinds_anywhere(&[MentionKind::Year]) {
        record(case, story, it);
    }
    for it in case.of_kinds_anywhere(&[MentionKind::Rank]) {
        place(case, story, it);
        run_of(case, story, it);
    }
}

/// Whether a superlative is of some rows only, or none: `the second-lowest`, `at least`, `most of it`.
fn is_partial(tokens: &[Token<'_>], at: usize, range: &Range<usize>, is_of_all: bool) -> bool {
    let before =
        |steps: usize| at.checked_sub(steps).filter(|it| *it >= range.start).map_or("", |it| &*tokens[it].lower);
    let after = |steps: usize| tokens.get(at + steps).filter(|_| at + steps < range.end).map_or("", |it| &*it.lower);
    let ranked = |it: &str| {
        crate::article::words::ordinal(it).is_some()
            || matches!(
                it,
                "next"
                    | "at"
                    | "one"
                    | "among"
                    | "other"
                    | "almost"
                    | "nearly"
                    | "not"
                    | "two"
                    | "three"
                    | "four"
                    | "five"
                    | "-"
            )
    };
    // `the lowest rate of tax` is of all; `the highest of the three` is not.
    let of = |it: usize| {
        after(it) == "of"
            && (it == 1 || matches!(after(it + 1), "the" | "its" | "his" | "her" | "their" | "these" | "those" | "our"))
            && after(it + 1) != "all"
    };
    ranked(before(1))
        || before(1) == "the" && matches!(before(2), "of" | "among" | "not" | "as")
        || before(1) == "the" && before(2).chars().all(|it| it.is_ascii_digit()) && !before(2).is_empty()
        || matches!(after(1), "likely" | "recent" | "people" | "important")
        || !is_of_all && after(1) == "of" && after(2) != "all"
        || !is_of_all
            && (1..=NOUN_MAX)
                .any(|it| of(it) && !matches!(after(it + 2), "week" | "year" | "season" | "series" | "month" | "table"))
        || (1..=NOUN_MAX + 4).any(|it| {
            matches!(
                after(it),
                "since"
                    | "ever"
                    | "outside"
                    | "except"
                    | "apart"
                    | "after"
                    | "among"
                    | "between"
                    | "decade"
                    | "together"
            )
        })
}

/// Whether a superlative is of as many as there are rows: `the longest of the six procedures`.
pub(super) fn is_of_all_rows(story: &Story<'_, '_>, tokens: &[Token<'_>], at: usize, range: &Range<usize>) -> bool {
    let rows = story.sheet.rows_apart();
    let behind = &tokens[(at + 1).min(range.end)..range.end.min(at + NOUN_MAX + 4)];
    behind.windows(3).any(|it| it[0].is("of") && it[1].is("the") && counted(&it[2]) == Some(rows))
}

/// The cell right before `their lowest output` or `the lowest of the four years`: its row is compared over time.
fn timed(case: &Case<'_>, story: &Story<'_, '_>, at: (usize, usize), token: usize) -> Option<(usize, usize)> {
    const GAP_MAX: usize = 4;
    let all = case.of_sentence(at).filter(|it| case.mentions[*it].tokens.1 <= token);
    let number = all.filter_map(|it| story.number(it)).last()?;
    let placed = story.placed.get(&number.mention).filter(|it| it.row_level >= 3 && number.digits >= 2)?;
    let near = token - case.mentions[number.mention].tokens.1 <= GAP_MAX;
    let family = story.sheet.siblings(placed.measure);
    let latest = family.len() >= 3 && family.last() == Some(&placed.measure);
    (near && latest).then_some((placed.row, placed.measure))
}

/// Whether a superlative compares the times of one row.
fn is_over_time(case: &Case<'_>, story: &Story<'_, '_>, at: (usize, usize), token: usize) -> bool {
    const FAR: usize = 7;
    let tokens = &case.reads[at.0].tokens;
    let range = case.reads[at.0].sentences[at.1].clone();
    let Some((_, measure)) = timed(case, story, at, token) else { return false };
    let own = token > range.start && matches!(&*tokens[token - 1].lower, "their" | "its" | "his" | "her");
    let behind = &tokens[token + 1..range.end.min(token + FAR)];
    let years = |it: &Token<'_>| matches!(&*it.lower, "years" | "seasons" | "winters" | "summers" | "editions");
    let is_of_all = behind.windows(4).any(|it| {
        let same = counted(&it[2]) == Some(story.sheet.siblings(measure).len());
        (it[0].is("of") || it[0].is("in")) && it[1].is("the") && same && years(&it[3])
    });
    let since = behind.iter().any(|it| {
        matches!(&*it.lower, "since" | "ever" | "after" | "outside" | "but" | "except" | "per" | "for" | "among")
    });
    (own || is_of_all) && !since
}

fn over_time(case: &mut Case<'_>, story: &Story<'_, '_>, at: (usize, usize), token: usize, end: End) {
    let Some((row, measure)) = timed(case, story, at, token).filter(|_| end != End::Either) else { return };
    // Of losses the most is the least figure.
    let Some(own) = story.cell(row, measure).filter(|it| *it >= 0) else { return };
    let cells = story.sheet.siblings(measure).into_iter().filter_map(|it| Some((story.cell(row, it)?, it)));
    let beyond = match end {
        End::Low => cells.filter(|it| it.0 < own).min(),
        _ => cells.filter(|it| it.0 > own).max(),
    };
    let Some((_, other)) = beyond else { return };
    let range = case.reads[at.0].sentences[at.1].clone();
    let (_, last) = noun(&case.reads[at.0].tokens, token, range.end);
    let reason = format!("the table has {}", story.shown(row, other));
    let places = vec![story.spot(row, measure), story.spot(row, other)];
    tell::superlative(case, at, token..last.max(token + 1), reason, places);
}

/// The forms of the noun behind a superlative, and where it ends.
pub(super) fn noun(tokens: &[Token<'_>], at: usize, end: usize) -> (Vec<String>, usize) {
    let mut words = Vec::new();
    let mut next = at + 1;
    while next < end
        && words.len() < NOUN_MAX
        && (tokens[next].is_word() || tokens[next].is_dash() && !tokens[next].spaced)
    {
        if matches!(
            &*tokens[next].lower,
            "in" | "at" | "for" | "was" | "were" | "is" | "with" | "from" | "to" | "and" | "by"
        ) {
            break;
        }
        words.extend(compound(tokens, next).map(|it| form(&it)));
        words.push(form(&tokens[next].lower));
        next += 1;
    }
    (words, next)
}

fn judge(case: &mut Case<'_>, story: &Story<'_, '_>, (paragraph, sentence): (usize, usize), at: usize, end: End) {
    let tokens = &case.reads[paragraph].tokens;
    let range = case.reads[paragraph].sentences[sentence].clone();
    let (words, last) = noun(tokens, at, range.end);
    let found = numbered(case, story, (paragraph, sentence), at, &words)
        .or_else(|| owned(story, tokens, (paragraph, sentence), at, &words));
    let Some((row, measure)) = found else { return };
    let own = &story.sheet.measures[measure];
    // `Belsay fared worst` does not say by what.
    // `There, where care is cheapest, 91 wait`: by its price, which the number beside it is not.
    let of_price = matches!(&*tokens[at].lower, "cheapest" | "dearest" | "priciest");
    let is_price = |it: &String| matches!(it.as_str(), "price" | "fee" | "cost" | "rent" | "fare" | "charge" | "rate");
    let priced = own.stems.iter().any(is_price) || !of_price;
    if !own.is_named(&words) && (end == End::Either || !is_general(&words) || !priced) {
        return;
    }
    let rows = comparable(story);
    let Some(value) = own.values[row].filter(|it| *it >= 0 && rows.contains(&row)) else { return };
    // Of the same figure of other times any may be meant.
    let elsewhere = |it: &usize| {
        let same = story.cell(row, *it) == Some(value) && *it != measure;
        same && [End::High, End::Low].iter().any(|end| first_beyond(story, &rows, *it, value, *end).is_none())
    };
    if super::phrase::siblings(story, measure).iter().any(elsewhere) {
        return;
    }
    let beyond = |end: End| first_beyond(story, &rows, measure, value, end);
    let found = match end {
        End::Either => beyond(End::High).filter(|_| beyond(End::Low).is_some()),
        end => beyond(end),
    };
    let Some(other) = found else { return };
    let reason = format!("the table has {}", story.shown(other, measure));
    let places = vec![story.spot(row, measure), story.spot(other, measure)];
    tell::superlative(case, (paragraph, sentence), at..last.max(at + 1), reason, places);
}

/// `the highest value`, `the lowest of all`: what a number beside it is.
pub(super) fn is_general(words: &[String]) -> bool {
    words.first().is_none_or(|it| {
        matches!(
            it.as_str(),
            "value" | "figure" | "number" | "level" | "mark" | "of" | "total" | "result" | "no" | "on"
        )
    })
}

/// The rows that are compared with each other: no totals, and none behind them.
pub(super) fn comparable(story: &Story<'_, '_>) -> Range<usize> {
    0..story.sheet.total().filter(|it| *it > 1).unwrap_or(story.sheet.rows())
}

/// The row that is farthest beyond a value.
fn first_beyond(story: &Story<'_, '_>, rows: &Range<usize>, measure: usize, value: Micro, end: End) -> Option<usize> {
    let cell = |it: usize| story.cell(it, measure).filter(|_| !story.sheet.is_total[it]);
    let all = rows.clone().filter_map(|it| Some((cell(it)?, it)));
    match end {
        End::Low => all.filter(|it| it.0 < value).min().map(|it| it.1),
        _ => all.filter(|it| it.0 > value).max().map(|it| it.1),
    }
}

/// `the lowest turn-out, 60.3 percent`: the cell of the number beside it.
pub(super) fn numbered(
    case: &Case<'_>,
    story: &Story<'_, '_>,
    at: (usize, usize),
    token: usize,
    words: &[String],
) -> Option<(usize, usize)> {
    let near = |it: &&super::place::Number| {
        let mention = &case.mentions[it.mention];
        let own = (mention.paragraph, mention.sentence) == at;
        own && mention.tokens.0.abs_diff(token) <= NEAR
    };
    let fits = |(from, it): &(usize, &Placed)| {
        let own = &story.sheet.measures[it.measure];
        // Only what stands right beside it is `the highest value`.
        let beside = is_general(words) && it.row_level >= 2 && from.abs_diff(token) <= NOUN_MAX;
        it.row_level >= 3 && own.is_named(words) || beside
    };
    let mut found: Vec<(usize, &Placed)> = story
        .numbers
        .iter()
        .filter(near)
        .filter_map(|it| Some((case.mentions[it.mention].tokens.0, story.placed.get(&it.mention)?)))
        .filter(fits)
        .collect();
    // What follows a superlative is said of it before what stands before.
    found.sort_by_key(|it| (it.0 < token, it.0.abs_diff(token)));
    found.first().map(|it| (it.1.row, it.1.measure))
}

/// `Klippan had the lowest turn-out`: the row that owns it, where no number is told.
pub(super) fn owned(
    story: &Story<'_, '_>,
    tokens: &[Token<'_>],
    (paragraph, sentence): (usize, usize),
    at: usize,
    words: &[String],
) -> Option<(usize, usize)> {
    let scene = &story.scenes.all[paragraph][sentence];
    let mut verb = at.checked_sub(2)?;
    if matches!(&*tokens[verb].lower, "also" | "again") {
        verb = verb.checked_sub(1)?;
    }
    let has = matches!(&*tokens[verb].lower, "had" | "has" | "recorded" | "reported" | "saw" | "showed");
    let owner: Vec<&Hit> = scene.hits.iter().filter(|it| it.tokens.end == verb && it.rows.len() == 1).collect();
    let whole = |it: &usize| {
        let own = &story.sheet.measures[*it];
        !own.stems.is_empty() && own.stems.iter().all(|stem| words.iter().any(|it| is_akin(it, stem)))
    };
    let named: Vec<usize> = (0..story.sheet.measures.len()).filter(whole).collect();
    match (&owner[..], &named[..]) {
        ([owner], [measure]) if has && tokens[at - 1].is("the") => Some((owner.rows[0], *measure)),
        _ => None,
    }
}

/// `the coldest December since 2009`.
fn record(case: &mut Case<'_>, story: &Story<'_, '_>, it: usize) {
    let Some(years) = &story.sheet.years else { return };
    let (tokens, sentence, start) = (case.tokens(it), case.sentence(it), case.mentions[it].tokens.0);
    let since = start > sentence.start && tokens[start - 1].is("since");
    let year = case.mentions[it].value.as_ref().and_then(as_whole);
    let Some(first) = year.and_then(|year| years.iter().position(|it| *it == year)).filter(|_| since) else { return };
    let before = sentence.start.max(start.saturating_sub(NEAR))..start - 1;
    let Some((at, mut end)) = before.rev().find_map(|at| Some((at, direction(tokens, at)?))) else { return };
    let near: Vec<&Placed> = story
        .beside(case, it)
        .iter()
        .filter(|number| case.mentions[number.mention].tokens.0 < start)
        .filter_map(|number| story.placed.get(&number.mention))
        .filter(|it| it.row > first && it.row_level >= 2)
        .collect();
    let latest = told_latest(case, story, it);
    let Some(placed) = near.last().copied().or(latest.as_ref()) else { return };
    if near.iter().any(|it| it.row != placed.row) || at < sentence.start {
        return;
    }
    let Some(value) = story.cell(placed.row, placed.measure) else { return };
    let Some(then) = story.cell(first, placed.measure) else { return };
    if end == End::Either {
        end = if then > value { End::High } else { End::Low };
    }
    let between = first + 1..placed.row;
    match first_beyond(story, &between, placed.measure, value, end) {
        Some(other) => {
            let reason = format!("the table has {}", story.shown(other, placed.measure));
            let places = vec![story.spot(placed.row, placed.measure), story.spot(other, placed.measure)];
            tell::contradict(case, it, "record", reason, String::new(), places);
        }
        None if (then > value) == (end == End::High) && then != value => {
            let formula =
                format!("{}, {}", story.shown(first, placed.measure), story.shown(placed.row, placed.measure));
            tell::confirm(case, it, "record", formula, vec![story.spot(first, placed.measure)]);
        }
        None => {}
    }
}

/// `Road deaths at highest level since 2017`: the last row of the one measure that is named.
fn told_latest(case: &Case<'_>, story: &Story<'_, '_>, it: usize) -> Option<Placed> {
    let scene = story.scenes.at(case, it)?;
    let whole = |it: &usize| {
        let own = &story.sheet.measures[*it];
        !own.stems.is_empty() && own.stems.iter().all(|it| scene.has(it))
    };
    let all: Vec<usize> = (0..story.sheet.measures.len()).filter(whole).collect();
    let [measure] = all[..] else { return None };
    Some(Placed { row: story.sheet.rows() - 1, measure, row_level: 2, column_score: 4 })
}

/// The end of an order that a superlative or `more than in any year` means.
fn direction(tokens: &[Token<'_>], at: usize) -> Option<End> {
    let any = || tokens.get(at + 1..at + 4).is_some_and(|it| it[0].is("than") && it.iter().any(|it| it.is("any")));
    match &*tokens[at].lower {
        "more" | "higher" | "larger" if any() => Some(End::High),
        "fewer" | "less" | "lower" if any() => Some(End::Low),
        word => superlative(word),
    }
}

/// `Aitor Ibarra is sixth`, where the table has places.
fn place(case: &mut Case<'_>, story: &Story<'_, '_>, it: usize) {
    let Some((column, ranks)) = &story.sheet.ranks else { return };
    let mention = &case.mentions[it];
    let (tokens, sentence, (start, end)) = (case.tokens(it), case.sentence(it), mention.tokens);
    let leads = start > sentence.start
        && matches!(&*tokens[start - 1].lower, "is" | "was" | "lies" | "finished" | "came" | "ranks" | "are" | "were");
    let ends = tokens
        .get(end)
        .is_none_or(|it| !it.is_word() || matches!(&*it.lower, "with" | "on" | "and" | "but" | "in" | "at"));
    let scene = &story.scenes.all[mention.paragraph][mention.sentence];
    let near = chunk(tokens, &sentence, start);
    let hits: Vec<&Hit> = scene
        .hits
        .iter()
        .filter(|it| it.rows.len() == 1 && it.tokens.end <= start && near.contains(&it.tokens.start))
        .collect();
    let (true, true, Some(value), [.., hit]) = (leads, ends, mention.value.as_ref().and_then(as_whole), &hits[..])
    else {
        return;
    };
    let Some(own) = ranks[hit.rows[0]] else { return };
    let place = crate::finding::Place::of_cell(
        story.sheet.table,
        hit.rows[0],
        *column,
        crate::finding::Role::Operand,
        "the rank",
    );
    let formula = format!("{}: {own}", story.sheet.label(hit.rows[0]));
    if own == value {
        tell::confirm(case, it, "rank", formula, vec![place]);
    } else if hit.tokens.end + 2 >= start {
        tell::contradict(case, it, "rank", format!("the table has rank {own}"), formula, vec![place]);
    }
}

/// `the fourth rise in a row`, up to the last row.
fn run_of(case: &mut Case<'_>, story: &Story<'_, '_>, it: usize) {
    if story.sheet.years.is_none() {
        return;
    }
    let (tokens, sentence, (start, end)) = (case.tokens(it), case.sentence(it), case.mentions[it].tokens);
    let after: Vec<&str> = tokens[end..sentence.end.min(end + 4)].iter().map(|it| &*it.lower).collect();
    let up = after.iter().find_map(|it| match *it {
        "rise" | "increase" | "growth" | "gain" => Some(true),
        "fall" | "decline" | "drop" | "decrease" => Some(false),
        _ => None,
    });
    let runs = ["in a row", "in succession", "running", "consecutive", "successive", "straight"];
    let words: Vec<&str> = tokens[start..sentence.end.min(end + 6)].iter().map(|it| &*it.lower).collect();
    let text = words.join(" ");
    let (Some(up), Some(value)) = (up, case.mentions[it].value.as_ref().and_then(as_whole)) else { return };
    if !runs.iter().any(|it| text.contains(it)) {
        return;
    }
    let last = story.sheet.rows() - 1;
    let mut measures: Vec<usize> = case
        .near(it, 1)
        .filter(|other| {
            case.mentions[*other].paragraph == case.mentions[it].paragraph && case.order(*other) <= case.order(it)
        })
        .filter_map(|it| story.placed.get(&it))
        .filter(|it| it.row == last && it.row_level >= 2)
        .map(|it| it.measure)
        .collect();
    measures.sort_unstable();
    measures.dedup();
    let run = |measure: usize| {
        let rises = |row: usize| {
            Some(if up {
                story.cell(row, measure)? > story.cell(row - 1, measure)?
            } else {
                story.cell(row, measure)? < story.cell(row - 1, measure)?
            })
        };
        (1..=last).rev().take_while(|it| rises(*it) == Some(true)).count()
    };
    let Some(&measure) = measures.first() else { return };
    let fits = |it: &usize| i64::try_from(run(*it)).is_ok_and(|it| it == value);
    let formula = format!("{} in a row: {}", story.sheet.heading(measure), run(measure));
    let places = vec![story.spot(last, measure)];
    if measures.iter().any(fits) {
        tell::confirm(case, it, "record", formula, places);
    } else if measures.len() == 1 {
        let reason = format!("according to the table, it is {} in a row", run(measure));
        tell::contradict(case, it, "record", reason, formula, places);
    }
}
