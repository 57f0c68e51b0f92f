//! What becomes of a number: its readings against what it says.

use super::super::place::{Number, Story, exact};
use super::super::sheet::{Micro, Unit};
use super::super::tell;
use super::aim;
use super::cue::{self, Around, Role};
use super::total::Fold;
use super::view::{At, View};
use super::{bar, count, explain, level, odd, share, step, subject, total};
use crate::article::checks::change::Way;
use crate::article::checks::slip;
use crate::article::claim::{ClaimVerdict, shown};
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::table::ONE;
use crate::article::tokens::Token;
use crate::finding::Place;

/// So sure is a step whose base is named.
const NAMED: i32 = 12;

/// What words around a number may say of the table.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) value: Micro,
    /// How surely it is meant; nothing below zero is.
    pub(super) level: i32,
    /// Whether row, column and time are all named.
    pub(super) is_sure: bool,
    /// How surely its column is meant.
    pub(super) column: i32,
    /// Whether its row stands right beside the number.
    pub(super) is_beside: bool,
    /// What is worked out, in words: `the sum`.
    pub(super) what: &'static str,
    pub(super) cells: Vec<At>,
}

/// How a number agrees with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    Holds,
    /// Near enough for a writer who rounds as he likes.
    Close,
    Off,
}

/// A verdict before it is told.
pub(super) struct Finding {
    pub(super) mention: usize,
    pub(super) is_right: bool,
    /// Whether a slip, or the same column of another row, says how it came about.
    pub(super) is_explained: bool,
    pub(super) reading: Reading,
    pub(super) reason: String,
}

/// How a number agrees with a value that was worked out.
pub(super) fn fit(case: &Case<'_>, number: &Number, value: Micro) -> Fit {
    let mention = &case.mentions[number.mention];
    let value = if number.value >= 0 { value.abs() } else { value };
    if mention.hedged || matches!(mention.kind, MentionKind::Ratio | MentionKind::Multiple) {
        let inside =
            |it: &Option<crate::article::interval::Interval>| it.as_ref().is_some_and(|it| it.holds(&exact(value)));
        let open = mention.inner.as_ref().is_some_and(|it| it.high.is_none() || it.low.is_none());
        let far = open && (value - number.value).abs() * 2 > number.value.abs();
        return match (inside(&mention.inner), inside(&mention.outer)) {
            (true, _) if !far => Fit::Holds,
            (true, _) | (_, true) => Fit::Close,
            // A hair over `nearly` is no error.
            _ if (value - number.value).abs() * 100 <= number.value.abs() => Fit::Close,
            _ => Fit::Off,
        };
    }
    let unit = last_unit(number);
    let gap = (number.value - value).abs();
    let derived = value % ONE != 0 || matches!(number.unit, Unit::Percent);
    let half = if unit > ONE || derived || number.half > 0 { unit / 2 } else { 0 };
    if gap <= half {
        Fit::Holds
    } else if gap < half * 2 && half > 0 {
        Fit::Close
    } else {
        Fit::Off
    }
}

/// How a number agrees with a reading, which way it went among it.
fn agrees(case: &Case<'_>, number: &Number, way: Option<Way>, reading: &Reading) -> Fit {
    let goes = match way {
        Some(Way::Up) => reading.value >= 0,
        Some(Way::Down) => reading.value <= 0,
        None => true,
    };
    let step = matches!(reading.what, "the difference" | "the change in percent" | "the change")
        && case.mentions[number.mention].kind != MentionKind::Multiple;
    let below = reading.value < 0 && way == Some(Way::Up) && reading.cells.len() == 1;
    if step && !goes || below { Fit::Off } else { fit(case, number, reading.value) }
}

/// The value of the last digit that a number is printed with.
pub(super) fn last_unit(number: &Number) -> Micro {
    if number.half > 0 {
        return number.half * 2;
    }
    let mut unit = ONE;
    // `Thirty` is no rounding of 34.
    while number.value.abs() >= 100 * ONE && number.unit != Unit::Percent && number.value % (unit * 10) == 0 {
        unit *= 10;
    }
    unit
}

/// The readings of a number by what its words make of it.
fn readings(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, around: &Around<'_>) -> (Role, Vec<Reading>) {
    let role = cue::role(case, view.story, number, around);
    let subjects = subject::subjects(case, view, around, number.mention);
    let columns = aim::columns(case, view, around, number);
    let aims = level::Aims { subjects, columns };
    let loose = |found: Vec<Reading>| found.into_iter().map(|it| Reading { is_sure: false, level: it.level - 2, ..it });
    let steps = || loose(step::readings(case, view, number, around));
    let levels = || loose(level::cells(view, &aims));
    let relative = matches!(
        case.mentions[number.mention].kind,
        MentionKind::Percent | MentionKind::Ratio | MentionKind::Multiple | MentionKind::Points
    );
    let mut found = match role {
        Role::Level => level::cells(view, &aims),
        Role::Base => level::bases(view, around, &aims),
        Role::Step => step::readings(case, view, number, around),
        Role::Share => share::readings(case, view, number, around),
        Role::Sum => total::readings(case, view, number, around, (&aims, Fold::Sum)),
        Role::Average => total::readings(case, view, number, around, (&aims, Fold::Average)),
    };
    let counted = count::readings(case, view, number, around);
    let rows = count::counts(view, number, case, around);
    if rows > 0 {
        // What counts rows is no cell.
        for it in &mut found {
            it.is_sure = false;
        }
        found.extend(counted);
    }
    if role != Role::Step && (relative || cue::is_moving(around)) {
        found.extend(steps());
    }
    if relative && role != Role::Share {
        found.extend(loose(share::readings(case, view, number, around)));
    }
    if !relative && role != Role::Level {
        found.extend(levels());
    }
    (role, found)
}

/// The numbers of a story that may be reckoned.
fn numbers(case: &Case<'_>, most: usize) -> Vec<Number> {
    let kinds = [
        MentionKind::Count,
        MentionKind::Money,
        MentionKind::Percent,
        MentionKind::Points,
        MentionKind::Measure,
        MentionKind::Ratio,
        MentionKind::Multiple,
    ];
    case.of_kinds(&kinds)
        .into_iter()
        .take(most)
        .filter_map(|it| Number::of(case, it))
        .filter(|it| !bar::is_day(case, it))
        .collect()
}

/// Takes back what other checks say against a number that one of its readings bears out.
pub(super) fn reconsider(case: &mut Case<'_>, view: &View<'_, '_, '_>, most: usize) {
    let kinds = ["cell", "change", "aggregate", "percent", "difference"];
    for number in numbers(case, most) {
        if !kinds.iter().any(|it| case.is_contradicted_by(number.mention, it))
            || !(case.is_by_cells(number.mention) || case.is_contradicted_by(number.mention, "percent"))
        {
            continue;
        }
        let around = Around::of(case, number.mention);
        let (role, found) = readings(case, view, &number, &around);
        let top = found.iter().map(|it| it.level).max().unwrap_or(0);
        let way = (role == Role::Step).then(|| cue::way(&around)).flatten();
        let near = |it: &Reading| it.level + 2 >= top && (role != Role::Step || it.cells.len() > 1);
        if found.iter().any(|it| near(it) && !it.cells.is_empty() && agrees(case, &number, way, it) == Fit::Holds) {
            case.reopen(number.mention);
        }
    }
}

/// What is found of the numbers of a story.
pub(super) fn findings(case: &Case<'_>, view: &View<'_, '_, '_>, most: usize) -> Vec<Finding> {
    numbers(case, most).iter().filter_map(|it| judge(case, view, it)).collect()
}

/// The readings of a number, and what its words say of them.
struct Weighed {
    role: Role,
    found: Vec<Reading>,
    best: Option<Reading>,
    /// Which way it is told to have gone.
    way: Option<Way>,
    /// Whether it is open at one end: `more than 40`.
    is_open: bool,
}

/// Weighs the readings of a number: those that are too unlikely beside the surest are left out.
fn weigh(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, around: &Around<'_>) -> Weighed {
    let (role, mut found) = readings(case, view, number, around);
    found.sort_by_key(|it| -it.level);
    // `62 of 620` is a part and a whole.
    let of_number = |at: usize| around.tokens.get(at).is_some_and(Token::is_number);
    let part = around.tokens.get(around.own.1).is_some_and(|it| it.is("of")) && of_number(around.own.1 + 1)
        || around.own.0 >= 2 && around.tokens[around.own.0 - 1].is("of") && of_number(around.own.0 - 2);
    if part && role == Role::Level && bar::best_is_cell(&found) {
        for it in &mut found {
            it.is_sure = false;
        }
    }
    let mention = &case.mentions[number.mention];
    let zero = |it: &(crate::table::Exact, bool)| it.0 <= exact(0);
    let is_open = mention.hedged
        && mention.inner.as_ref().is_some_and(|it| it.low.as_ref().is_none_or(zero) || it.high.is_none());
    let best = found.iter().find(|it| it.is_sure).cloned();
    // Of few things much is true by chance, and of what is open at one end: only what is nearly as likely counts.
    let least = match &best {
        Some(it) if is_open || role == Role::Step && it.level >= NAMED => it.level - 3,
        Some(it) if number.digits == 2 && matches!(role, Role::Level | Role::Step) => it.level - 3,
        Some(it) if number.digits <= 1 => it.level - 4,
        _ => i32::MIN,
    };
    found.retain(|it| it.level >= least);
    let way = (role == Role::Step).then(|| cue::way(around)).flatten();
    Weighed { role, found, best, way, is_open }
}

fn judge(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number) -> Option<Finding> {
    if case.is_contradicted(number.mention) {
        return None;
    }
    let around = Around::of(case, number.mention);
    if let Some(it) = odd::dimension(case, view, number, &around) {
        return Some(it);
    }
    let weighed = weigh(case, view, number, &around);
    // `children under 11` tells an age.
    let nouns = &case.mentions[number.mention].head.nouns;
    let small = number.unit == Unit::None && nouns.is_empty() && number.value < 100 * ONE;
    if weighed.is_open && weighed.role == Role::Level && small {
        return None;
    }
    let holds = weighed.found.iter().find(|it| agrees(case, number, weighed.way, it) == Fit::Holds);
    if let Some(reading) = holds.filter(|it| it.is_sure && number.digits >= 2) {
        return (!case.is_decided(number.mention)).then(|| Finding {
            mention: number.mention,
            is_right: true,
            is_explained: false,
            reading: reading.clone(),
            reason: String::new(),
        });
    }
    match &weighed.best {
        Some(best) => refuted(case, view, number, &around, &weighed, best),
        None => odd::headline(case, view, number, &around),
    }
}

/// A contradiction by the surest reading, where no other bears the number out.
fn refuted(
    case: &Case<'_>,
    view: &View<'_, '_, '_>,
    number: &Number,
    around: &Around<'_>,
    weighed: &Weighed,
    best: &Reading,
) -> Option<Finding> {
    let (role, way) = (weighed.role, weighed.way);
    // The amount is right, and the way is the other; `a year earlier it had been more` tells another.
    let turned = fit(case, number, best.value) == Fit::Holds;
    let lead = around.sentence.start.min(around.own.0)..around.own.0;
    let earlier = turned && around.has(lead, &["earlier", "before", "previously", "ago"]);
    if earlier || agrees(case, number, way, best) != Fit::Off || bar::is_printed(view, number, &weighed.found) {
        return None;
    }
    if !bar::is_fact(case, view, number) || bar::is_barred(view, around, best, role) {
        return None;
    }
    let taken = bar::taken_for(view, number, best, case);
    let named = taken.is_some() && is_named(number, role, best);
    if case.is_decided(number.mention) && !(named || turned) {
        return None;
    }
    let bare = |it: &Reading| {
        let scale = it.cells.first().map_or(1, |it| view.story.sheet.measures[it.1].scale);
        scale > 1 && !number.is_scaled && fit(case, number, it.value / scale) == Fit::Holds
    };
    if weighed.found.iter().any(bare) {
        return odd::unscaled(case, view, number, best);
    }
    let fits = |it: &&Reading| {
        let fit = agrees(case, number, way, it);
        fit == Fit::Holds || fit == Fit::Close && !weighed.is_open
    };
    // What it was taken for is no excuse, where row and column are named right beside it.
    let excuses = |it: &Reading| !named || it.cells.len() > 1 || it.level + 2 > best.level;
    if weighed.found.iter().filter(fits).any(excuses) {
        return None;
    }
    let bounded = case.mentions[number.mention].hedged && best.level >= 9 && role != Role::Step;
    // Where both ends are told, nothing else is meant.
    let tied = role == Role::Step && (best.level >= NAMED || turned);
    let telling = named || turned || bar::is_telling(case, view, number, best, role);
    if !telling || !(named || bounded || tied) && explain::is_explained(case, view, number, around) {
        return None;
    }
    let slipped = number.digits >= 3 && slip::between(&exact(number.value), &exact(best.value.abs())).is_some();
    // Columns of one noun may be taken for each other when they are read here; rows are named.
    let sheet = view.story.sheet;
    let of_row = taken.as_ref().is_some_and(|it| (0..sheet.rows()).any(|row| sheet.label(row) == *it));
    // A row of the sentence before may not be meant any more.
    let scene = view.story.scenes.at(case, number.mention);
    let is_here = |it: &At| scene.is_some_and(|scene| scene.hits.iter().any(|hit| hit.rows == [it.0]));
    let is_cell = role == Role::Level && best.cells.len() == 1 && best.cells.iter().all(is_here);
    let is_explained = is_cell && (slipped || named && of_row);
    let reason = reason(number, role, best, turned, taken);
    Some(Finding { mention: number.mention, is_right: false, is_explained, reading: best.clone(), reason })
}

/// Whether row, column and time are named so that no other figure of the table may be meant.
fn is_named(number: &Number, role: Role, best: &Reading) -> bool {
    let least = match number.digits {
        0..=2 => 10,
        3 => 9,
        _ => 8,
    };
    best.level >= least && role == Role::Level && number.value.abs() >= 10 * ONE
}

fn reason(number: &Number, role: Role, best: &Reading, turned: bool, taken: Option<String>) -> String {
    let told = shown(&exact(best.value));
    let says =
        if best.what == "the cell" { format!("the table says {told}") } else { format!("{} is {told}", best.what) };
    match (slip::between(&exact(number.value), &exact(best.value.abs())), taken) {
        _ if turned => format!("it went the other way, by {told}"),
        (Some(slip), _) if role == Role::Level => format!("the table says {slip}"),
        (None, Some(taken)) => format!("{says}; this is the figure of {taken}"),
        _ => says,
    }
}

/// Tells a verdict.
pub(super) fn tell(case: &mut Case<'_>, story: &Story<'_, '_>, it: &Finding) {
    let places: Vec<Place> = it.reading.cells.iter().take(4).map(|it| story.spot(it.0, it.1)).collect();
    let shown: Vec<String> = it.reading.cells.iter().take(4).map(|it| story.shown(it.0, it.1)).collect();
    let formula = shown.join(", ");
    if it.is_right {
        return tell::confirm(case, it.mention, "aggregate", formula, places);
    }
    let proof = evidence("aggregate", formula.clone(), places);
    // What nothing explains may be meant otherwise.
    let said = if it.is_explained {
        CheckResult::of(ClaimVerdict::Contradicted, format!("{} ({formula})", it.reason), proof)
    } else {
        let reason = format!("possible: {} ({formula}), unless the text means something else", it.reason);
        CheckResult::of(ClaimVerdict::Unsourced, reason, proof)
    };
    case.say(it.mention, said);
}
