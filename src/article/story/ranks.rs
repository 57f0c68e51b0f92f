//! Places in an order of rows: `the second-largest`, and who has a majority.

use super::extreme::{comparable, is_general, noun, numbered, owned};
use super::place::Story;
use super::sheet::Micro;
use super::tell;
use super::words::{End, superlative};
use crate::article::checks::rank;
use crate::article::claim::ClaimVerdict;
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::tokens::Token;
use crate::article::words::ordinal;

pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for it in case.of_kinds_anywhere(&[MentionKind::Rank]) {
        standing_by(case, story, it);
    }
    for (sentence, range) in case.told_sentences() {
        let tokens = &case.reads[sentence.0].tokens;
        for at in range.clone() {
            let Some(end) = superlative(&tokens[at].lower).filter(|it| *it != End::Either) else { continue };
            if let Some((first, place)) = place_before(tokens, range.start, at) {
                judge(case, story, sentence, (first, at), (place, end));
            }
        }
    }
}

/// `Mirador came fourth with seven titles`: by the column of the figure that is told with the place.
fn standing_by(case: &mut Case<'_>, story: &Story<'_, '_>, it: usize) {
    const LEAD: usize = 3;
    let (tokens, end) = (case.tokens(it), case.mentions[it].tokens.1);
    let led = super::phrase::before(case, it, LEAD).iter().any(|it| {
        matches!(
            *it,
            "is" | "are" | "came" | "finished" | "lie" | "lies" | "stand" | "stands" | "sit" | "sits" | "ended"
        )
    });
    let place = case.mentions[it].value.as_ref().and_then(crate::article::numeral::as_whole);
    let (Some(place), true) = (place.and_then(|it| usize::try_from(it).ok()), led && !case.is_decided(it)) else {
        return;
    };
    let Some((row, true)) = super::base::row(case, story, it) else { return };
    let beside = story.beside(case, it);
    let next = beside.into_iter().find(|other| case.mentions[other.mention].tokens.0 >= end);
    let Some(number) = next.filter(|other| {
        let lead = &tokens[end..case.mentions[other.mention].tokens.0];
        lead.len() <= LEAD && lead.last().is_some_and(|it| it.is("with") || it.is("on"))
    }) else {
        return;
    };
    let Some(placed) = story.placed.get(&number.mention).copied().filter(|it| it.row == row && it.row_level >= 3)
    else {
        return;
    };
    let Some((before, same)) = standing(story, row, placed.measure, End::High) else { return };
    let label =
        format!("{} is number {} of {}", story.sheet.label(row), before + 1, story.sheet.heading(placed.measure));
    let proof = vec![story.spot(row, placed.measure)];
    if (before + 1..=before + same).contains(&place) {
        tell::confirm(case, it, "rank", label, proof);
    } else if row + 1 != place {
        tell::contradict(case, it, "rank", format!("according to the table, {label}"), label, proof);
    }
}

/// The ordinal before a superlative, and where it stands: `second-largest`.
fn place_before(tokens: &[Token<'_>], start: usize, at: usize) -> Option<(usize, usize)> {
    let mut first = at.checked_sub(1).filter(|it| *it >= start)?;
    if tokens[first].is_dash() {
        first = first.checked_sub(1).filter(|it| *it >= start)?;
    }
    let place = match &*tokens[first].lower {
        "second" => 2,
        word => ordinal(word)?,
    };
    (2..=9).contains(&place).then_some((first, usize::try_from(place).ok()?))
}

/// Whether a noun is the heading of the names of rows.
fn names_rows(story: &Story<'_, '_>, words: &[String]) -> bool {
    let headings = story.sheet.keys.iter().flat_map(|it| super::words::forms(&story.sheet.table.columns[*it].name));
    words.first().is_some_and(|word| headings.into_iter().any(|it| it == *word))
}

/// The cell that a number right behind a superlative is, of a row that its sentence names.
fn behind(case: &Case<'_>, story: &Story<'_, '_>, at: (usize, usize), token: usize) -> Option<(usize, usize)> {
    const NEAR: usize = 10;
    let mut found = story.numbers.iter().filter(|it| {
        let mention = &case.mentions[it.mention];
        (mention.paragraph, mention.sentence) == at && (token..token + NEAR).contains(&mention.tokens.0)
    });
    let placed = story.placed.get(&found.next()?.mention).filter(|it| it.row_level >= 3)?;
    found.next().is_none().then_some((placed.row, placed.measure))
}

/// How many rows are before one, and how many have the same.
fn standing(story: &Story<'_, '_>, row: usize, measure: usize, end: End) -> Option<(usize, usize)> {
    let rows = comparable(story);
    let own = story.cell(row, measure).filter(|_| rows.contains(&row))?;
    let all: Vec<Micro> =
        rows.filter(|it| !story.sheet.is_total[*it]).filter_map(|it| story.cell(it, measure)).collect();
    let before = all.iter().filter(|it| if end == End::Low { **it < own } else { **it > own }).count();
    Some((before, all.iter().filter(|it| **it == own).count()))
}

fn judge(
    case: &mut Case<'_>,
    story: &Story<'_, '_>,
    (paragraph, sentence): (usize, usize),
    (first, at): (usize, usize),
    (place, end): (usize, End),
) {
    let tokens = &case.reads[paragraph].tokens;
    let range = case.reads[paragraph].sentences[sentence].clone();
    let (words, last) = noun(tokens, at, range.end);
    let found = numbered(case, story, (paragraph, sentence), at, &words)
        .or_else(|| owned(story, tokens, (paragraph, sentence), first, &words));
    // `the second-largest party with 11 seats`: of the rows, by the figure behind.
    let rows = names_rows(story, &words) || super::extreme::is_of_all_rows(story, tokens, at, &range);
    let found = found.or_else(|| rows.then(|| behind(case, story, (paragraph, sentence), at)).flatten());
    let Some((row, measure)) = found else { return };
    let far = tokens[range].iter().any(|it| {
        matches!(&*it.lower, "since" | "ever" | "after" | "among" | "behind" | "except" | "outside" | "not" | "history")
    });
    if far || !story.sheet.measures[measure].is_named(&words) && !is_general(&words) && !rows {
        return;
    }
    let Some((before, same)) = standing(story, row, measure, end) else { return };
    let fits = |(before, same): (usize, usize)| (before + 1..=before + same).contains(&place);
    let siblings = super::phrase::siblings(story, measure);
    let elsewhere = siblings.iter().any(|it| standing(story, row, *it, end).is_some_and(fits));
    let label = format!("{} is number {} of {}", story.sheet.label(row), before + 1, story.sheet.heading(measure));
    let proof = evidence("rank", label.clone(), vec![story.spot(row, measure)]);
    let mention = rank::superlative_at(case, (paragraph, sentence), first..last.max(at + 1), place);
    if fits((before, same)) {
        case.add(mention, CheckResult::of(ClaimVerdict::Confirmed, "the order of the rows", proof));
    } else if !elsewhere && tell::is_told(case, (paragraph, sentence), at) {
        case.add(
            mention,
            CheckResult::of(ClaimVerdict::Contradicted, format!("according to the table, {label}"), proof),
        );
    }
}
