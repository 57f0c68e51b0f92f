//! Which way a cell went since the one before it, and by how much: `grew to
//! 1,918 million`, `gained 43,500 passengers to finish on 455,800`.

use super::derive;
use super::phrase::{self, previous};
use super::place::{Number, Placed, Story, exact};
use super::sheet::Unit;
use super::tell;
use crate::article::checks::change::Way;
use crate::article::checks::direction::verb;
use crate::article::checks::{rank, slip};
use crate::article::claim::{ClaimVerdict, shown};
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;

/// A verb stands so many words at most before its number.
const NEAR: usize = 7;

pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for number in &story.numbers {
        let Some(placed) = story.placed.get(&number.mention).copied() else { continue };
        if !case.is_contradicted(number.mention) && super::relate::is_alone(case, story, number) {
            direction(case, story, number, placed);
        }
    }
    for number in &story.numbers {
        if !case.is_contradicted(number.mention) {
            step(case, story, number);
            base(case, story, number);
        }
    }
}

/// The token of the verb before `to` and a number, and its way.
fn turned(case: &Case<'_>, mention: usize) -> Option<(usize, Way)> {
    let start = case.mentions[mention].tokens.0;
    let tokens = case.tokens(mention);
    let sentence = case.sentence(mention);
    let led = phrase::before(case, mention, 2);
    let to = match led[..] {
        ["to", ..] => 1,
        ["just" | "only" | "a" | "the", "to"] => 2,
        _ => return None,
    };
    let first = start.saturating_sub(NEAR).max(sentence.start);
    let stops = |it: usize| {
        matches!(tokens[it].text, "," | ";" | ":" | "(") || matches!(&*tokens[it].lower, "and" | "but" | "while")
    };
    let at = (first..start.checked_sub(to)?)
        .rev()
        .take_while(|it| !stops(*it))
        .find(|it| verb(&tokens[*it].lower).is_some())?;
    Some((at, verb(&tokens[at].lower)?))
}

/// `grew to 1,918 million`, where the figure before was higher.
fn direction(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number, placed: Placed) {
    let Some((at, way)) = turned(case, number.mention) else { return };
    let sure = placed.row_level >= 3 || placed.row_level >= 2 && placed.column_score >= 4;
    let Some(base) = previous(story, placed.row, placed.measure).filter(|_| sure && number.digits >= 2) else { return };
    let (Some(own), Some(before)) = (story.cell(placed.row, placed.measure), story.cell(base.0, base.1)) else {
        return;
    };
    let other = phrase::has(
        case.words(number.mention),
        &["since", "than", "target", "expected", "forecast", "average", "against", "between", "would", "will"],
    );
    let wrong = if way == Way::Up { own < before } else { own > before };
    // Another time may be what it is compared with.
    let marks = &story.sheet.measures[placed.measure].marks;
    let scene = story.scenes.at(case, number.mention);
    let named: Vec<&String> = story
        .sheet
        .measures
        .iter()
        .flat_map(|it| &it.marks)
        .filter(|it| !marks.contains(it) && !story.sheet.measures[base.1].marks.contains(it))
        .collect();
    let far = scene.is_none_or(|scene| named.iter().any(|it| scene.words.contains(*it)));
    let mention = &case.mentions[number.mention];
    let sentence = (mention.paragraph, mention.sentence);
    let known = (case.found()..case.mentions.len())
        .any(|it| case.mentions[it].tokens.0 == at && case.mentions[it].paragraph == sentence.0);
    // Where rows are times, too, it may be compared with the row before: `by April it was down to 35`.
    let is_month = crate::table::month(&story.sheet.label(placed.row).to_lowercase()).is_some();
    let is_timed = is_month || story.sheet.parts.is_some() || story.sheet.years.is_some();
    let rows_before = (base.1 != placed.measure && is_timed)
        .then(|| story.cell(placed.row.checked_sub(1)?, placed.measure))
        .flatten();
    let along_rows = rows_before.is_some_and(|it| if way == Way::Up { own >= it } else { own <= it });
    if !wrong
        || along_rows
        || other
        || far
        || known
        || mention.hedged
        || own < 0
        || !tell::is_fact(case, number.mention)
    {
        return;
    }
    let shown = format!("{}, {}", story.shown(base.0, base.1), story.shown(placed.row, placed.measure));
    let reason = format!("the table has {shown}");
    let places = vec![story.spot(base.0, base.1), story.spot(placed.row, placed.measure)];
    let added = rank::wording_at(case, sentence, at..at + 1, MentionKind::Direction, 0);
    case.add(added, CheckResult::of(ClaimVerdict::Contradicted, reason, evidence("change", shown, places)));
}

/// `9.1 billion against 9.8 billion`, `after 36 the year before`: the cell before the one that is told.
fn base(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    let led = matches!(
        phrase::before(case, number.mention, 2)[..],
        ["against" | "after" | "from" | "versus", ..] | ["with" | "to", "compared"]
    );
    let known = story.placed.contains_key(&number.mention) || case.is_decided(number.mention);
    if !led || known || case.mentions[number.mention].hedged || number.digits < 2 {
        return;
    }
    let start = case.mentions[number.mention].tokens.0;
    let beside = story.beside(case, number.mention);
    let Some(own) = beside.iter().copied().rfind(|it| case.mentions[it.mention].tokens.1 <= start) else { return };
    let lead = &case.tokens(number.mention)[case.mentions[own.mention].tokens.1..start];
    let near = lead.len() <= 4 && !phrase::has(lead, &["and", "but", "while", ";", "in"]);
    let Some(placed) = story.placed.get(&own.mention).copied().filter(|it| near && it.row_level >= 3) else { return };
    let Some(base) = previous(story, placed.row, placed.measure) else { return };
    let Some(cell) = story.cell(base.0, base.1) else { return };
    let close = (number.value - cell).abs() * 5 <= cell.abs() && number.unit == own.unit;
    let cells = story.sheet.measures.iter().flat_map(|it| it.values.iter().flatten());
    let printed = cells.into_iter().any(|it| number.fits(case, *it));
    if close && !printed && !number.fits(case, cell) && tell::is_fact(case, number.mention) {
        let slip = slip::between(&exact(number.value), &exact(cell));
        tell::cell_is(case, story, number, base, slip);
    }
}

/// `gained 43,500 passengers to finish on 455,800`: the step to a cell from the one before.
fn step(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    let led = phrase::before(case, number.mention, 2);
    let verb_led =
        |it: &str| verb(it).is_some() || matches!(it, "added" | "lost" | "shed" | "gaining" | "losing" | "adding");
    let tied = match led[..] {
        [one, ..] if verb_led(one) => true,
        ["by" | "another" | "of", one] => verb_led(one),
        _ => false,
    };
    if !tied || number.unit == Unit::Percent || case.mentions[number.mention].hedged {
        return;
    }
    let end = case.mentions[number.mention].tokens.1;
    let beside = story.beside(case, number.mention);
    let Some(next) = beside.iter().copied().find(|it| case.mentions[it.mention].tokens.0 >= end) else { return };
    let lead = &case.tokens(number.mention)[end..case.mentions[next.mention].tokens.0];
    let to =
        lead.len() <= NEAR && phrase::has(lead, &["to"]) && !phrase::has(lead, &["and", "but", ",", "from", "while"]);
    let Some(placed) = story.placed.get(&next.mention).copied().filter(|it| to && it.row_level >= 2) else { return };
    let Some(base) = previous(story, placed.row, placed.measure) else { return };
    let (Some(own), Some(before)) = (story.cell(placed.row, placed.measure), story.cell(base.0, base.1)) else {
        return;
    };
    let went = if own > before { Way::Up } else { Way::Down };
    if super::changed::way(case, number.mention).is_some_and(|it| it != went) {
        return;
    }
    let found = (own - before).abs();
    let formula = format!("{}, {}", story.shown(base.0, base.1), story.shown(placed.row, placed.measure));
    let places = vec![story.spot(base.0, base.1), story.spot(placed.row, placed.measure)];
    if number.fits(case, found) {
        return tell::confirm(case, number.mention, "difference", formula, places);
    }
    let slipped = slip::between(&exact(number.value), &exact(found));
    let level = number.fits(case, before);
    let near = (number.value - found).abs() * 4 <= found && !derive::is_derived(case, story, number);
    if (level || slipped.is_some() || near) && tell::is_fact(case, number.mention) {
        let reason = format!("the difference is {}: {formula}", shown(&exact(found)));
        let said = CheckResult::of(ClaimVerdict::Contradicted, reason, evidence("difference", formula, places));
        case.say(number.mention, said.with_slip(slipped));
    }
}
