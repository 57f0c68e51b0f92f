//! What becomes of a number: its readings against what it says.

use super::super::place::{Number, Story, exact};
use super::super::sheet::{Micro, Unit};
use super::super::tell;
use super::aim;
use super::cue::{self, Around, Role};
use super::view::{At, View};
use super::{count, explain, level, share, step, total};
use crate::article::checks::change::Way;
use crate::article::checks::slip;
use crate::article::claim::{ClaimVerdict, shown};
use crate::article::judge::{Case, Said, evidence};
use crate::article::mention::MentionKind;
use crate::article::table::ONE;
use crate::article::tokens::Token;
use crate::finding::Place;

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
    mention: usize,
    is_right: bool,
    reading: Reading,
    reason: String,
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
    } else if gap <= half * 2 && half > 0 {
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
    let subjects = aim::subjects(case, view, around, number.mention);
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
        Role::Sum => total::sums(case, view, number, around, &aims),
        Role::Average => total::averages(case, view, number, around, &aims),
    };
    let counted = count::readings(case, view, number, around);
    let rows = count::counts(view, number, case, around);
    if rows > 0 {
        // What counts rows is no cell.
        found.iter_mut().for_each(|it| it.is_sure = false);
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
        .filter(|it| !is_day(case, it))
        .collect()
}

/// `on 25 and 29 May`, `a 40-kilometre road`.
fn is_day(case: &Case<'_>, number: &Number) -> bool {
    let mention = &case.mentions[number.mention];
    let tokens = case.tokens(number.mention);
    let dashed = tokens[mention.tokens.0..mention.tokens.1].iter().skip(1).any(Token::is_dash)
        || tokens.get(mention.tokens.1).is_some_and(|it| it.is_dash() && !it.spaced);
    let dashed = dashed && matches!(mention.kind, MentionKind::Measure | MentionKind::Count);
    let behind = tokens.get(mention.tokens.1..(mention.tokens.1 + 3).min(tokens.len())).unwrap_or_default();
    let day = number.value <= 31 * ONE
        && behind.first().is_some_and(|it| it.is("and") || it.is("to"))
        && behind.get(2).is_some_and(|it| crate::table::month(&it.lower).is_some());
    // `Owen Tully, 52, had`: an age.
    let comma = |at: Option<usize>| at.and_then(|it| tokens.get(it)).is_some_and(|it| it.text == ",");
    let age = mention.kind == MentionKind::Count
        && (16 * ONE..100 * ONE).contains(&number.value)
        && comma(mention.tokens.0.checked_sub(1))
        && comma(Some(mention.tokens.1));
    dashed || day || age
}

/// Takes back what other checks say against a number that one of its readings bears out.
pub(super) fn reconsider(case: &mut Case<'_>, view: &View<'_, '_, '_>, most: usize) {
    let kinds = ["cell", "change", "aggregate", "percent", "difference"];
    for number in numbers(case, most) {
        if !kinds.iter().any(|it| case.is_contradicted_by(number.mention, it)) {
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

fn judge(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number) -> Option<Finding> {
    if case.is_contradicted(number.mention) {
        return None;
    }
    let around = Around::of(case, number.mention);
    let (role, mut found) = readings(case, view, number, &around);
    found.sort_by_key(|it| -it.level);
    // `62 of 620` is a part and a whole.
    let of_number = |at: usize| around.tokens.get(at).is_some_and(|it| it.is_number());
    let part = around.tokens.get(around.own.1).is_some_and(|it| it.is("of")) && of_number(around.own.1 + 1)
        || around.own.0 >= 2 && around.tokens[around.own.0 - 1].is("of") && of_number(around.own.0 - 2);
    if part && role == Role::Level && best_is_cell(&found) {
        found.iter_mut().for_each(|it| it.is_sure = false);
    }
    let best = found.iter().find(|it| it.is_sure).cloned();
    // Of few things much is true by chance, and of what is open at one end: only what is nearly as likely counts.
    let mention = &case.mentions[number.mention];
    let open = mention.hedged && mention.inner.as_ref().is_some_and(|it| it.low.is_none() || it.high.is_none());
    let least = match &best {
        Some(it) if open => it.level - 2,
        Some(it) if number.digits <= 1 => it.level - 5,
        Some(it) if number.digits == 2 && role == Role::Level => it.level - 3,
        _ => i32::MIN,
    };
    found.retain(|it| it.level >= least);
    let way = (role == Role::Step).then(|| cue::way(&around)).flatten();
    let holds = found.iter().find(|it| agrees(case, number, way, it) == Fit::Holds);
    if let Some(reading) = holds.filter(|it| it.is_sure && number.digits >= 2) {
        return (!case.is_decided(number.mention)).then(|| Finding {
            mention: number.mention,
            is_right: true,
            reading: reading.clone(),
            reason: String::new(),
        });
    }
    let Some(best) = best else { return headline(case, view, number, &around) };
    // The amount is right, and the way is the other.
    let turned = fit(case, number, best.value) == Fit::Holds;
    if turned && agrees(case, number, way, &best) == Fit::Holds {
        return None;
    }
    if is_printed(view, number, &found) {
        return None;
    }
    if !is_fact(case, view, number) || is_barred(&around, &best, role) || agrees(case, number, way, &best) != Fit::Off {
        return None;
    }
    let taken = taken_for(view, number, &best, case);
    let least = match number.digits {
        0..=2 => 10,
        3 => 9,
        _ => 8,
    };
    let named = best.level >= least && role == Role::Level && number.value.abs() >= 10 * ONE && taken.is_some();
    if case.is_decided(number.mention) && !(named || turned) {
        return None;
    }
    let bare = |it: &Reading| {
        let scale = it.cells.first().map_or(1, |it| view.story.sheet.measures[it.1].scale);
        scale > 1 && !number.is_scaled && fit(case, number, it.value / scale) == Fit::Holds
    };
    if found.iter().any(bare) {
        return unscaled(case, view, number, &best);
    }
    let fits = |it: &&Reading| {
        let fit = agrees(case, number, way, it);
        fit == Fit::Holds || fit == Fit::Close && !open
    };
    let fitting = found.iter().filter(fits);
    // What it was taken for is no excuse, where row and column are named right beside it.
    if fitting.clone().any(|it| !named || it.cells.len() > 1 || it.level + 2 > best.level) {
        return None;
    }
    let open = case.mentions[number.mention].hedged && best.level >= 9 && role != Role::Step;
    let telling = named || turned || is_telling(case, view, number, &best, role);
    // Where both ends are told, nothing else is meant.
    let tied = role == Role::Step && (best.level >= 12 || turned);
    let explained = !named && !open && !tied && explain::is_explained(case, view, number, &around);
    if !telling || explained {
        return None;
    }
    let slip = slip::between(&exact(number.value), &exact(best.value.abs()));
    let told = shown(&exact(best.value));
    let reason = match (slip, taken) {
        _ if turned => format!("it went the other way, by {told}"),
        (Some(slip), _) if role == Role::Level => format!("the table says {slip}"),
        (None, Some(taken)) => format!("{} is {told}; this is the figure of {taken}", best.what),
        _ => format!("{} is {told}", best.what),
    };
    Some(Finding { mention: number.mention, is_right: false, reading: best, reason })
}

/// `2,585 seizures in a year`, a digit away from what all rows add up to, where no row is named.
fn headline(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, around: &Around<'_>) -> Option<Finding> {
    let scene = view.story.scenes.at(case, number.mention)?;
    let first = case.mentions[number.mention].sentence == 0;
    let hedged = case.mentions[number.mention].hedged;
    if number.digits < 4 || !first || hedged || !scene.hits.is_empty() || case.is_decided(number.mention) {
        return None;
    }
    let rows = aim::all_rows(view);
    let slips = |measure: &usize| {
        let total = level::sum(view, &rows, *measure)?;
        let (_, slip) = slip::explained(&exact(number.value), &exact(total))?;
        Some((*measure, total, slip))
    };
    let found: Vec<(usize, Micro, String)> =
        (0..view.story.sheet.measures.len()).filter(|it| view.adds(*it)).filter_map(|it| slips(&it)).collect();
    let [(measure, value, slip)] = &found[..] else { return None };
    if explain::is_explained(case, view, number, around) {
        return None;
    }
    let cells = rows.iter().map(|it| (*it, *measure)).collect();
    let reading = Reading { value: *value, level: 6, is_sure: true, column: 0, what: "the sum", cells };
    Some(Finding { mention: number.mention, is_right: false, reading, reason: format!("the sum is {slip}") })
}

/// `carried just 500 passengers` for 500 thousand, where other figures of the column are told in full.
fn unscaled(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, best: &Reading) -> Option<Finding> {
    let [(row, measure)] = best.cells[..] else { return None };
    let own = &view.story.sheet.measures[measure];
    let exact = fit(case, number, best.value / own.scale) == Fit::Holds;
    let told = view.story.numbers.iter().any(|it| {
        let placed = view.story.placed.get(&it.mention);
        it.mention != number.mention
            && placed.is_some_and(|it| view.story.sheet.measures[it.measure].scale == own.scale && it.row_level >= 3)
    });
    let noun = Story::is_noun(case, number, own) && own.unit != Unit::Money;
    (exact && told && noun && !case.is_decided(number.mention)).then(|| Finding {
        mention: number.mention,
        is_right: false,
        reading: best.clone(),
        reason: format!("the table has {} times as many in {}", own.scale, view.story.sheet.label(row)),
    })
}

/// What a number was taken for: the cell of another row of the column, or of another column of the row.
fn taken_for(view: &View<'_, '_, '_>, number: &Number, best: &Reading, case: &Case<'_>) -> Option<String> {
    let [(row, measure)] = best.cells[..] else { return None };
    let sheet = view.story.sheet;
    let scene = view.story.scenes.at(case, number.mention)?;
    let holds = |at: At| view.value(at).is_some_and(|it| fit(case, number, it) == Fit::Holds);
    // What the total has may be told anywhere.
    if (0..sheet.rows()).any(|it| sheet.is_total[it] && (0..sheet.measures.len()).any(|measure| holds((it, measure)))) {
        return None;
    }
    let other = (0..sheet.rows()).find(|it| *it != row && holds((*it, measure)));
    if let Some(other) = other {
        // Where its own row is named, too, it may be meant.
        let told = scene.hits.iter().any(|it| it.rows.len() == 1 && it.rows.contains(&other));
        return (!told).then(|| sheet.label(other));
    }
    let adds = |it: usize| sheet.measures[it].stems.iter().any(|it| matches!(it.as_str(), "total" | "all" | "overall"));
    // A heading that is not named right beside a number may not be meant.
    let other = (0..sheet.measures.len()).find(|it| *it != measure && !adds(*it) && holds((row, *it)));
    let other = other.filter(|_| best.column >= 4)?;
    let own = &sheet.measures[other];
    let told = own.stems.iter().any(|it| scene.has(it) && !sheet.measures[measure].stems.contains(it))
        || own.marks.iter().any(|it| scene.words.contains(it) && !sheet.measures[measure].marks.contains(it));
    (!told).then(|| sheet.heading(other).to_owned())
}

/// Whether the likeliest reading is a cell.
fn best_is_cell(found: &[Reading]) -> bool {
    found.iter().find(|it| it.is_sure).is_some_and(|it| it.cells.len() == 1)
}

/// Whether a number is printed in a column of names: of a row that it may be of, or as the end of a range.
fn is_printed(view: &View<'_, '_, '_>, number: &Number, found: &[Reading]) -> bool {
    let sheet = view.story.sheet;
    let own: Vec<usize> = found.iter().flat_map(|it| it.cells.first()).map(|it| it.0).collect();
    (0..sheet.rows()).any(|row| {
        sheet.keys.iter().any(|key| {
            let text = sheet.table.text(row, *key).replace(',', "");
            let same = |it: &str| it.parse::<i128>().is_ok_and(|it| it * ONE == number.value);
            let ranged = text.contains(['-', '–', '+']) && number.value < 100 * ONE;
            same(text.trim()) && own.contains(&row) || ranged && text.split(|it: char| !it.is_ascii_digit()).any(same)
        })
    })
}

/// Whether a number is told as a fact, or as the forecast that the table tells.
fn is_fact(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number) -> bool {
    let sheet = view.story.sheet;
    let planned = ["forecast", "plan", "planned", "budget", "target", "expected", "projected", "proposed"];
    let told = sheet.table.columns.iter().flat_map(|it| super::super::words::forms(&it.name));
    let plans = told.chain(super::super::words::forms(&sheet.table.name)).any(|it| planned.contains(&it.as_str()));
    let doubt = ["would", "could", "might", "should", "if", "unless", "not", "never"];
    plans && !super::super::phrase::has(super::super::phrase::clause(case, number.mention), &doubt)
        || tell::is_fact(case, number.mention)
}

/// Whether words say that something else is told than the table has.
fn is_barred(around: &Around<'_>, best: &Reading, role: Role) -> bool {
    #[rustfmt::skip]
    const BARRED: &[&str] = &[
        "excluding", "except", "without", "apart", "besides", "another", "other", "others", "further", "per", "each", "every", "rest", "remaining",
    ];
    let single = best.cells.len() <= 2 && matches!(role, Role::Step | Role::Level | Role::Base);
    let together = || {
        around.has(
            around.sentence.start.min(around.own.0)..around.own.0,
            &["between", "together", "combined", "both", "jointly", "altogether"],
        )
    };
    let tokens = around.tokens;
    let stretch = around.stretch();
    let barred = stretch
        .clone()
        .any(|it| BARRED.contains(&&*tokens[it].lower) && !tokens.get(it + 1).is_some_and(|it| it.is("cent")));
    barred && best.what != "the count of rows" || single && together()
}

/// Whether what a number says is near enough to what it should be, and told of that.
fn is_telling(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, best: &Reading, role: Role) -> bool {
    let (value, found) = (number.value.abs(), best.value.abs());
    let near = best.what == "the count of rows" || value < found.saturating_mul(3) && found < value.saturating_mul(3);
    let scaled = [1_000, 1_000_000].iter().any(|it| {
        fit(case, number, found.saturating_mul(*it)) == Fit::Holds || fit(case, number, found / it) == Fit::Holds
    });
    let measure = best.cells.first().map_or(0, |it| it.1);
    let about = best.cells.is_empty() || super::super::phrase::is_about(case, view.story, number, measure);
    // Digits exchanged, or the figure of another row, say what is meant.
    let slipped = number.digits >= 3 && slip::between(&exact(number.value), &exact(found)).is_some();
    let taken = number.digits >= 3 && taken_for(view, number, best, case).is_some();
    let relative =
        matches!(case.mentions[number.mention].kind, MentionKind::Multiple | MentionKind::Percent | MentionKind::Ratio);
    let cited = best.what == "the count of rows"
        || role == Role::Step && (best.level >= 12 || relative)
        || best.what == "the share";
    let telling =
        !matches!(role, Role::Level | Role::Sum | Role::Base) || value >= 10 * ONE || best.what == "the count of rows";
    (found != 0 || best.what == "the count of rows")
        && (near || scaled)
        && (about || slipped || taken || cited)
        && telling
}

/// Tells a verdict.
pub(super) fn tell(case: &mut Case<'_>, story: &Story<'_, '_>, it: &Finding) {
    let places: Vec<Place> = it.reading.cells.iter().take(4).map(|it| story.spot(it.0, it.1)).collect();
    let shown: Vec<String> = it.reading.cells.iter().take(4).map(|it| story.shown(it.0, it.1)).collect();
    let formula = shown.join(", ");
    if it.is_right {
        return tell::confirm(case, it.mention, "aggregate", formula, places);
    }
    let said = Said::of(
        ClaimVerdict::Contradicted,
        format!("{}: {formula}", it.reason),
        evidence("aggregate", formula.clone(), places),
    );
    case.say(it.mention, said);
}
