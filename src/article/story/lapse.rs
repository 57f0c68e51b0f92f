//! What the years and days of a table say: ages, weekdays that it prints, and
//! `for the first time since 2017`.

use super::place::{Number, Story};
use super::tell;
use crate::article::claim::ClaimVerdict;
use crate::article::dates::{self, Dated};
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::numeral::as_whole;
use crate::article::words::weekday_name;
use crate::finding::{Place, Role};
use crate::table::Table;

/// What is passed for the first time is no small number.
const BOUND_MIN: i128 = 100 * crate::article::table::ONE;
/// Larger tables are not what a draft is about.
const CELLS_MAX: usize = 5_000;

/// What needs no more of a draft than a name, or a day with its month.
pub(super) fn run_alone(case: &mut Case<'_>, story: &Story<'_, '_>) {
    if let Some(column) = born(story) {
        let nows = nows(case, story, column);
        for it in case.of_kinds(&[MentionKind::Count, MentionKind::Age]).into_iter().filter(|_| !nows.is_empty()) {
            age(case, story, it, (column, &nows));
        }
    }
}

pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for it in case.of_kinds_anywhere(&[MentionKind::Year]) {
        first_since(case, story, it);
    }
}

/// Compares the weekdays of a draft with those that tables print.
pub(super) fn weekdays(case: &mut Case<'_>) {
    let told = case.of_kinds_anywhere(&[MentionKind::Date]);
    let named = |it: &usize| case.mentions[*it].dated.is_some_and(|it| it.from.weekday.is_some());
    let told: Vec<usize> = told.into_iter().filter(named).collect();
    for table in case.material.tables.iter().filter(|_| !told.is_empty()) {
        let printed = printed(table);
        for it in &told {
            weekday(case, (table, &printed), *it);
        }
    }
}

/// The days of a table that are printed with their weekday, with their row and column.
fn printed(table: &Table) -> Vec<(usize, usize, Dated)> {
    let cells = table.rows.len() * table.columns.len();
    let mut printed = Vec::new();
    for column in (0..table.columns.len()).filter(|_| cells <= CELLS_MAX) {
        for row in 0..table.rows.len() {
            let tokens = crate::article::tokens::cut(table.text(row, column), 0);
            let day = (!tokens.is_empty()).then(|| dates::read(&tokens, 0)).flatten();
            printed.extend(day.filter(|it| it.from.weekday.is_some()).map(|it| (row, column, it)));
        }
    }
    printed
}

/// `Saturday 16 June`, where the table prints `Sunday 16 June`.
fn weekday(case: &mut Case<'_>, (table, printed): (&Table, &[(usize, usize, Dated)]), it: usize) {
    let Some(day) = case.mentions[it].dated.filter(|it| it.until.is_none()).map(|it| it.from) else { return };
    let (Some(named), Some(_), Some(_)) = (day.weekday, day.day, day.month) else { return };
    if case.is_decided(it) {
        return;
    }
    let same = |(row, column, own): &(usize, usize, Dated)| {
        let same = (own.from.day, own.from.month) == (day.day, day.month) && own.until.is_none();
        let year = day.year.is_none() || own.from.year.is_none() || day.year == own.from.year;
        own.from.weekday.filter(|_| same && year).map(|it| (*row, *column, it))
    };
    let mut found = printed.iter().filter_map(same);
    let Some((row, column, own)) = found.next().filter(|first| found.all(|it| it.2 == first.2)) else { return };
    let place = Place::of_cell(table, row, column, Role::Operand, "the day");
    let formula = format!("{}: {}", table.text(row, column), weekday_name(own));
    let proof = evidence("weekday", formula, vec![place]);
    let said = if own == named {
        CheckResult::of(ClaimVerdict::Confirmed, "the weekday matches the table", proof)
    } else {
        CheckResult::of(ClaimVerdict::Contradicted, format!("the table says {}", weekday_name(own)), proof)
    };
    case.say(it, said);
}

/// The column that tells in which year somebody was born.
fn born(story: &Story<'_, '_>) -> Option<usize> {
    let all = &story.sheet.table.columns;
    let told = |it: &usize| {
        let words = super::words::forms(&all[*it].name);
        words.iter().any(|it| matches!(it.as_str(), "born" | "birth"))
    };
    let mut found = (0..all.len()).filter(told);
    found.next().filter(|_| found.next().is_none())
}

/// `Moira Flint, at 57`: by the year of birth in her row, and the years that the draft tells.
fn age(case: &mut Case<'_>, story: &Story<'_, '_>, it: usize, (column, nows): (usize, &[i64])) {
    const NEAR: usize = 8;
    const YEARS_MIN: i64 = 14;
    let mention = &case.mentions[it];
    let Some(scene) = story.scenes.at(case, it).filter(|_| !mention.hedged && !case.is_decided(it)) else { return };
    let (start, end) = mention.tokens;
    let tokens = case.tokens(it);
    let single: Vec<_> = scene.hits.iter().filter(|it| it.tokens.end <= start).collect();
    let Some(hit) = single.last().filter(|it| it.rows.len() == 1 && start - it.tokens.end <= NEAR) else { return };
    let lead = start.checked_sub(1).map_or("", |it| &*tokens[it].lower);
    let next = tokens.get(end).map_or("", |it| &*it.lower);
    let told = mention.kind == MentionKind::Age
        || lead == "at" && (matches!(next, "," | "." | "is" | "was") || next == "the")
        || lead == "," && matches!(next, "," | ".");
    let born = story.sheet.table.text(hit.rows[0], column).trim().to_owned();
    let year = born.get(..4).filter(|_| born.len() == 4).and_then(|it| it.parse::<i64>().ok());
    let (Some(year), Some(value)) = (year, mention.value.as_ref().and_then(as_whole).filter(|it| *it >= YEARS_MIN))
    else {
        return;
    };
    if !told {
        return;
    }
    let place = Place::of_cell(story.sheet.table, hit.rows[0], column, Role::Operand, "the year of birth");
    let formula = format!("{}: born in {year}", story.sheet.label(hit.rows[0]));
    let fits = nows.iter().any(|it| (it - year - 1..=it - year).contains(&value));
    if fits {
        tell::confirm(case, it, "age", formula, vec![place]);
    } else if nows.iter().all(|it| (it - year - value).abs() > 1) {
        let (before, after, now) = (nows[0] - year - 1, nows[0] - year, nows[0]);
        let reason = format!("{formula}, so {before} or {after} in {now}");
        tell::contradict(case, it, "age", reason, formula, vec![place]);
    }
}

/// The years that a draft may speak of: those that it tells behind all births.
fn nows(case: &Case<'_>, story: &Story<'_, '_>, column: usize) -> Vec<i64> {
    let told = case.of_kinds_anywhere(&[MentionKind::Year, MentionKind::Date]).into_iter().filter_map(|it| {
        let it = &case.mentions[it];
        match it.kind {
            MentionKind::Year => it.value.as_ref().and_then(as_whole),
            _ => it.dated.and_then(|it| it.from.year).map(i64::from),
        }
    });
    let births = (0..story.sheet.rows()).filter_map(|it| story.sheet.table.text(it, column).trim().parse::<i64>().ok());
    let latest = births.max();
    let all = case.material.year.map(i64::from).into_iter().chain(told);
    all.filter(|it| latest.is_none_or(|latest| *it > latest)).collect()
}

/// `For the first time since 2017 more than 100,000`: the last year before that had so much.
fn first_since(case: &mut Case<'_>, story: &Story<'_, '_>, it: usize) {
    let (Some(years), false) = (&story.sheet.years, case.is_decided(it)) else { return };
    let (tokens, sentence, start) = (case.tokens(it), case.sentence(it), case.mentions[it].tokens.0);
    let since = start > sentence.start && tokens[start - 1].is("since");
    let words: Vec<&str> = tokens[sentence.clone()].iter().map(|it| &*it.lower).collect();
    let first = words.windows(2).any(|it| matches!(it, ["first", "time"]));
    let year = case.mentions[it].value.as_ref().and_then(as_whole);
    let told = year.and_then(|year| years.iter().position(|it| *it == year));
    let (Some(told), true) = (told, since && first) else { return };
    let over = |number: &&Number| {
        let mention = &case.mentions[number.mention];
        let inner = mention.inner.as_ref();
        mention.hedged && number.value >= BOUND_MIN && inner.is_some_and(|it| it.high.is_none() && it.low.is_some())
    };
    let bounds: Vec<Number> = story.beside(case, it).into_iter().filter(over).cloned().collect();
    let [bound] = &bounds[..] else { return };
    let last = years.len() - 1;
    let all = &story.sheet.measures;
    let fits = |measure: &usize| {
        let named = Story::is_noun(case, bound, &all[*measure]);
        let unit = story.column_score(case, bound, *measure).is_some();
        unit && named && story.cell(last, *measure).is_some_and(|it| it > bound.value)
    };
    let found: Vec<usize> = (0..all.len()).filter(fits).collect();
    let [measure] = found[..] else { return };
    let before = (0..last).rev().find(|row| story.cell(*row, measure).is_some_and(|it| it > bound.value));
    let Some(before) = before else { return };
    let formula = story.shown(before, measure);
    let places = vec![story.spot(before, measure)];
    if before == told {
        tell::confirm(case, it, "record", formula, places);
    } else {
        tell::contradict(case, it, "record", format!("the table has {formula}"), formula, places);
    }
}
