//! What a number may be of: the rows, the columns and the times that the words around it name.

use std::ops::Range;

use super::super::place::{Number, Story, leads};
use super::super::scene::{Hit, Scene, chunk};
use super::super::sheet::Unit;
use super::super::words::{form, is_akin};
use super::cue::{self, Around};
use super::view::{At, Span, View};
use crate::article::judge::Case;
use crate::article::tokens::Token;

/// Rows that a number may be of, together.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) rows: Vec<usize>,
    /// How surely: 4 beside it, 3 in its sentence, 2 told before, 1 perhaps.
    pub(super) level: i32,
    /// Whether these are all rows.
    pub(super) is_all: bool,
}

/// A column that a number may be of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) measure: usize,
    /// How surely its heading is meant: 4 by its noun, 3 by words beside it or alone, 2 in its sentence.
    pub(super) level: i32,
    /// How surely its time is meant: 3 where it is named, 2 where it is the latest, 0 another.
    pub(super) time: i32,
}

/// More ways to read the rows of a number are not followed.
const SUBJECTS_MAX: usize = 6;

/// Words before a name that compare with it.
const RIVAL: &[&str] = &[
    "than",
    "behind",
    "against",
    "over",
    "above",
    "below",
    "beat",
    "beats",
    "beating",
    "versus",
    "outscored",
    "overtook",
    "outnumber",
    "passed",
    "times",
    "twice",
];

/// Whether a name is one that another is compared with.
pub(super) fn is_rival(tokens: &[Token<'_>], hit: &Hit, start: usize) -> bool {
    const FAR: usize = 6;
    let first = hit.tokens.start.saturating_sub(FAR).max(start);
    let before = &tokens[first..hit.tokens.start];
    let near: Vec<&str> =
        before.iter().rev().map(|it| &*it.lower).take_while(|it| !matches!(*it, "," | "and" | ";" | ":")).collect();
    near.iter().enumerate().any(|(at, it)| {
        let close = at <= 2;
        match *it {
            "as" => {
                near[at + 1..].iter().any(|it| matches!(*it, "as" | "much" | "many" | "same" | "times" | "twice"))
                    || near.first() == Some(it)
            }
            "by" => close && near.get(at + 1) == Some(&"followed"),
            "of" => close && near.get(at + 1).is_some_and(|it| matches!(*it, "ahead" | "clear" | "short")),
            word => close && RIVAL.contains(&word),
        }
    })
}

/// The rows that a number may be of, the likeliest first.
pub(super) fn subjects(case: &Case<'_>, view: &View<'_, '_, '_>, around: &Around<'_>, mention: usize) -> Vec<Subject> {
    let story = view.story;
    let Some(scene) = story.scenes.at(case, mention) else { return Vec::new() };
    let every = |level| Subject { rows: all_rows(view), level, is_all: true };
    let mut found: Vec<Subject> = vec![Subject { rows: (0..story.sheet.rows()).collect(), level: 9, is_all: true }];
    let time = view.times.as_ref().map(|it| it.column);
    let mut is_free = true;
    for &column in &story.sheet.keys {
        let hits: Vec<&Hit> = scene.hits.iter().filter(|it| it.column == column).collect();
        let alternatives = if Some(column) == time {
            moments(case, view, around, mention, &hits)
        } else {
            entities(case, view, around, mention, column, &hits)
        };
        if alternatives.is_empty() {
            continue;
        }
        is_free = false;
        found = crossed(&found, &alternatives);
    }
    found.retain(|it| !it.rows.is_empty() && it.level < 9);
    found.push(every(1));
    let totalled = says_all(view, around, scene);
    if is_free {
        return vec![every(if totalled { 3 } else { 2 })];
    }
    if totalled {
        found.iter_mut().filter(|it| it.level < 4 || time.is_some()).for_each(|it| it.level = it.level.min(2));
        found.push(every(3));
    } else if found.iter().all(|it| it.level <= 2) && time.is_none() {
        // A sentence without a name that points to none is of everything.
        let bare = scene.hits.iter().all(|it| it.tokens.start >= around.own.1)
            && found.iter().all(|it| it.level < 2)
            && !points(around)
            && !case.mentions[mention].head.nouns.is_empty();
        found.push(every(if bare { 3 } else { 2 }));
    }
    found.sort_by_key(|it| -it.level);
    found.truncate(SUBJECTS_MAX);
    found
}

/// Whether words before a number point to what was told before.
fn points(around: &Around<'_>) -> bool {
    #[rustfmt::skip]
    const POINTING: &[&str] = &[
        "it", "its", "they", "their", "there", "that", "those", "these", "this", "them", "he", "she", "his", "her", "both", "latter", "former",
        "one", "each", "other", "others", "another", "here", "where", "who", "which",
    ];
    around.has(around.sentence.start..around.own.0, POINTING)
}

/// All rows that add up, or the one that does.
pub(super) fn all_rows(view: &View<'_, '_, '_>) -> Vec<usize> {
    view.story.sheet.total().map_or_else(|| view.parts(), |it| vec![it])
}

/// What two columns of names leave together.
fn crossed(found: &[Subject], others: &[Subject]) -> Vec<Subject> {
    let both = |one: &Subject, two: &Subject| Subject {
        rows: one.rows.iter().copied().filter(|it| two.rows.contains(it)).collect(),
        level: one.level.min(two.level),
        is_all: false,
    };
    found.iter().flat_map(|one| others.iter().map(move |two| both(one, two))).take(SUBJECTS_MAX * 2).collect()
}

/// Whether the words around a number speak of all rows.
fn says_all(view: &View<'_, '_, '_>, around: &Around<'_>, scene: &Scene) -> bool {
    let near = chunk(around.tokens, &scene.tokens, around.own.0);
    let column = view.times.as_ref().map(|it| it.column);
    let named = scene.hits.iter().any(|it| near.contains(&it.tokens.start) && Some(it.column) != column);
    let all = &["all", "nationwide", "citywide", "overall", "whole", "across", "altogether", "every"];
    let together = around.has(near.clone(), cue::TOGETHER) || around.has(near, all);
    !named && (together || counts_all(view, around))
}

/// Whether the clause of a number names as many rows as there are: `over the six years`, `the five ports`.
pub(super) fn counts_all(view: &View<'_, '_, '_>, around: &Around<'_>) -> bool {
    let rows = view.story.sheet.rows_apart();
    let tokens = around.tokens;
    around.clause.clone().any(|at| {
        let counted = super::super::words::counted(&tokens[at]) == Some(rows) && rows > 2;
        let word = |back: usize| {
            at.checked_sub(back).filter(|it| *it >= around.sentence.start).map_or("", |it| &*tokens[it].lower)
        };
        let own = (around.own.0..around.own.1).contains(&at);
        let article = matches!(word(1), "the" | "all" | "its" | "their" | "these" | "our" | "those");
        counted && !own && article && !matches!(word(2), "of" | "among" | "than" | "to")
    })
}

/// The rows of the names of one column.
fn entities(
    case: &Case<'_>,
    view: &View<'_, '_, '_>,
    around: &Around<'_>,
    mention: usize,
    column: usize,
    hits: &[&Hit],
) -> Vec<Subject> {
    let alone: Vec<&Hit> = hits.iter().copied().filter(|it| !it.is_end).collect();
    let made = |hit: &Hit, level: i32| {
        let level = if hit.is_word { level.min(2) } else { level };
        Subject { rows: hit.rows.clone(), level, is_all: false }
    };
    if !alone.is_empty() {
        let mut found = bound(around, &alone);
        let first: Vec<Subject> = found.iter().map(|it| made(it.0, it.1)).collect();
        // Whatever else its sentence names may be meant, too.
        found.extend(alone.iter().map(|it| (*it, 1)));
        let rest = alone.iter().filter(|it| !first.iter().any(|own| own.rows == it.rows)).map(|it| made(it, 1));
        return first.iter().cloned().chain(rest).take(SUBJECTS_MAX).collect();
    }
    if !hits.is_empty() {
        return Vec::new();
    }
    carried(case, view.story, around, mention, column)
}

/// The name that a number belongs to, and how surely.
fn bound<'h>(around: &Around<'_>, hits: &[&'h Hit]) -> Vec<(&'h Hit, i32)> {
    let (start, end) = around.own;
    let tokens = around.tokens;
    // `210 for Beacon`.
    let behind = hits.iter().find(|it| {
        it.tokens.start >= end && it.tokens.start < around.next && (leads(tokens, end - 1, it.tokens.start))
    });
    let beside = |it: &&&&Hit| {
        let gap = it.tokens.end..start;
        it.tokens.end <= start && it.tokens.end >= around.past && gap.len() <= 3 && !around.has(gap, &["and", "than"])
    };
    let before: Vec<&&Hit> = hits.iter().filter(|it| it.tokens.end <= start).collect();
    let direct = before.iter().rev().find(beside);
    let free = before.iter().rev().find(|it| !is_rival(tokens, it, around.sentence.start));
    let mut found: Vec<(&'h Hit, i32)> = Vec::new();
    let led = behind.map(|it| (*it, 4));
    if let Some(it) = direct.filter(|it| !is_rival(tokens, it, around.sentence.start) || around.past <= it.tokens.start)
    {
        found.push((**it, if led.is_some() { 2 } else { 4 }));
    }
    found.extend(led);
    if let Some(it) = free.filter(|it| found.iter().all(|own| own.0.rows != it.rows)) {
        let near = chunk(tokens, &around.sentence, start).contains(&it.tokens.start);
        let level = if !found.is_empty() {
            2
        } else if near {
            4
        } else {
            3
        };
        found.push((**it, level));
    }
    if found.is_empty()
        && let Some(it) = hits.iter().find(|it| it.tokens.start >= end)
    {
        // `With 52,140 loans, Harbour`.
        let led = around.own.0 <= around.sentence.start + 4
            && !is_rival(tokens, it, around.sentence.start)
            && around.has(end..it.tokens.start, &[","])
            && it.tokens.start <= end + 8;
        let near = chunk(tokens, &around.sentence, start).contains(&it.tokens.start);
        found.push((*it, if led { 3 } else { 1 + i32::from(near) }));
    }
    found
}

/// The rows that the sentences before named.
fn carried(case: &Case<'_>, story: &Story<'_, '_>, around: &Around<'_>, mention: usize, column: usize) -> Vec<Subject> {
    let it = &case.mentions[mention];
    let Some(before) = story.scenes.all.get(it.paragraph).and_then(|all| all.get(..it.sentence)) else {
        return Vec::new();
    };
    let Some((back, scene)) = before.iter().rev().enumerate().find(|it| it.1.hits.iter().any(|it| it.column == column))
    else {
        return Vec::new();
    };
    let mut sets: Vec<&Vec<usize>> = Vec::new();
    for hit in scene.hits.iter().filter(|it| it.column == column && !it.is_end) {
        if !sets.contains(&&hit.rows) {
            sets.push(&hit.rows);
        }
    }
    let pronoun = around.has(
        around.sentence.start..around.own.0,
        &["it", "its", "they", "their", "there", "that", "he", "she", "his", "her"],
    );
    let level = match (sets.len(), back, pronoun) {
        (1, 0, true) => 3,
        (1, 0 | 1, _) => 2,
        _ => 1,
    };
    sets.into_iter().take(3).map(|it| Subject { rows: it.clone(), level, is_all: false }).collect()
}

/// The rows of the times that words name.
fn moments(
    case: &Case<'_>,
    view: &View<'_, '_, '_>,
    around: &Around<'_>,
    mention: usize,
    hits: &[&Hit],
) -> Vec<Subject> {
    let story = view.story;
    let alone: Vec<&Hit> = hits.iter().copied().filter(|it| !it.is_end).collect();
    let made = |rows: &[usize], level| Subject { rows: rows.to_vec(), level, is_all: false };
    let latest: Vec<usize> = view.last_rows();
    if alone.is_empty() && !hits.is_empty() {
        return Vec::new();
    }
    if !alone.is_empty() {
        let found = bound_time(around, &alone);
        let mut all: Vec<Subject> = found.iter().map(|it| made(&it.0.rows, it.1)).collect();
        let rest = alone.iter().filter(|it| !found.iter().any(|own| own.0.rows == it.rows)).map(|it| made(&it.rows, 1));
        all.extend(rest.collect::<Vec<_>>());
        if all.iter().all(|it| it.level < 3) {
            let now = around
                .has(around.past..around.own.0, &["has", "have", "now", "is", "are", "stands", "today", "currently"]);
            all.push(made(&latest, if now { 3 } else { 2 }));
        }
        return all;
    }
    let mut all = carried(case, story, around, mention, view.times.as_ref().map_or(0, |it| it.column));
    all.iter_mut().for_each(|it| it.level = it.level.min(2));
    // What was told before, or nothing at all, agrees with the latest.
    let agrees = all.iter().all(|it| it.rows.iter().all(|row| latest.contains(row)));
    all.push(made(&latest, if agrees { 3 } else { 2 }));
    all
}

/// The time that a number belongs to: right behind it, else the last before it.
fn bound_time<'h>(around: &Around<'_>, hits: &[&'h Hit]) -> Vec<(&'h Hit, i32)> {
    let (start, end) = around.own;
    let tokens = around.tokens;
    let behind = hits.iter().find(|it| {
        it.tokens.start >= end
            && it.tokens.start <= end + 7
            && it.tokens.start < around.next
            && !around.has(
                end..it.tokens.start,
                &[",", ";", "than", "from", "since", "and", "after", "before", "until", "to", "against", "compared"],
            )
    });
    let other = |it: &&&Hit| {
        around.past == around.own.0
            || it.tokens.start > around.past + 2
            || it.tokens.start < around.past
            || around.has(around.past..it.tokens.start, &[",", ";", "and"])
            || around.past == around.sentence.start
    };
    let before = hits.iter().rev().filter(|it| it.tokens.end <= start && !is_base_led(tokens, it)).find(other);
    match (behind, before) {
        (Some(it), _) => vec![(*it, 4)],
        (None, Some(it)) => {
            let near = it.tokens.start >= around.past;
            let gap = it.tokens.end..start;
            let led = it.tokens.start <= around.sentence.start + 3;
            let relative = around.has(it.tokens.end + 1..it.tokens.end + 2, &["when", "where", "which", "with", "at"]);
            let apart = around.has(gap.clone(), &["and", "but", ";", "while"]) && !led
                || around.has(gap, &[","]) && !led && !relative;
            vec![(
                *it,
                if apart {
                    2
                } else if near {
                    4
                } else {
                    3
                },
            )]
        }
        (None, None) => {
            let first = hits
                .iter()
                .find(|it| it.tokens.start >= end && !is_base_led(tokens, it) && it.tokens.start >= around.next);
            first.map(|it| (*it, 2)).into_iter().collect()
        }
    }
}

/// Whether a time is one that is compared with: `than in 2019`, `since 2019`.
pub(super) fn is_base_led(tokens: &[Token<'_>], hit: &Hit) -> bool {
    let first = hit.tokens.start.saturating_sub(3);
    let near = &tokens[first..hit.tokens.start];
    near.iter().any(|it| {
        matches!(&*it.lower, "than" | "since" | "from" | "compared" | "against" | "before" | "until" | "after" | "over")
    })
}

/// The columns that a number may be of, the likeliest first.
pub(super) fn columns(case: &Case<'_>, view: &View<'_, '_, '_>, around: &Around<'_>, number: &Number) -> Vec<Column> {
    let story = view.story;
    // `31 women` are no percentage.
    let counts = number.unit == Unit::None && !case.mentions[number.mention].head.nouns.is_empty();
    let is_counted = |it: usize| counts && story.sheet.measures[it].unit == Unit::Percent;
    let fits: Vec<usize> =
        (0..story.sheet.measures.len()).filter(|it| is_alike(view, number, *it) && !is_counted(*it)).collect();
    let families: Vec<&[usize]> = fits.iter().map(|it| view.family(*it)).collect();
    let single = families.windows(2).all(|it| it[0] == it[1]);
    let mut found: Vec<Column> = Vec::new();
    for &measure in &fits {
        let level = heading(case, view, around, number, measure).max(if single { 3 } else { 0 });
        found.push(Column { measure, level, time: time(view, around, measure) });
    }
    let top = found.iter().map(|it| it.level).max().unwrap_or(0);
    // What another heading says better is meant less, and what another says as well is open.
    found.iter_mut().filter(|it| it.level < top).for_each(|it| it.level = it.level.min(2));
    let mut best = found.iter().filter(|it| it.level == top).map(|it| view.family(it.measure));
    let first = best.next();
    if best.any(|it| Some(it) != first) {
        found.iter_mut().for_each(|it| it.level = it.level.min(2));
    }
    found.sort_by_key(|it| -(it.level * 4 + it.time));
    found
}

/// The columns of the figures that the sentence tells of a row before a number.
pub(super) fn cited(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, row: usize) -> Option<usize> {
    let end = case.mentions[number.mention].tokens.0;
    let before = case.beside(number.mention).filter(|it| case.mentions[*it].tokens.1 <= end);
    let numbers: Vec<Number> = before.filter_map(|it| Number::of(case, it)).filter(|it| it.digits >= 2).collect();
    numbers.iter().rev().find_map(|it| {
        let fits = |measure: &usize| {
            is_alike(view, it, *measure) && view.value((row, *measure)).is_some_and(|value| it.fits(case, value))
        };
        let found: Vec<usize> = (0..view.story.sheet.measures.len()).filter(fits).collect();
        if let [one] = found[..] { Some(one) } else { None }
    })
}

/// Whether a number may be in the unit of a column.
fn is_alike(view: &View<'_, '_, '_>, number: &Number, measure: usize) -> bool {
    let own = &view.story.sheet.measures[measure];
    // What is below zero is of a column that has such figures.
    if number.value < 0 && !own.values.iter().flatten().any(|it| *it < 0) {
        return false;
    }
    let any = |unit: &Unit| view.story.sheet.measures.iter().any(|it| it.unit == *unit);
    match (&number.unit, &own.unit) {
        (a, b) if a == b => true,
        (Unit::Percent, _) | (Unit::Money, Unit::Percent) => false,
        (Unit::Of(a), Unit::None) => a.len() > 1 && !any(&Unit::Of(a.clone())),
        (Unit::Of(_), _) => false,
        (Unit::Money, Unit::None) => !any(&Unit::Money),
        _ => true,
    }
}

/// How surely words name the heading of a column.
fn heading(case: &Case<'_>, view: &View<'_, '_, '_>, around: &Around<'_>, number: &Number, measure: usize) -> i32 {
    let own = &view.story.sheet.measures[measure];
    let hits = |range: Range<usize>| own.stems.iter().filter(|stem| named(around.tokens, range.clone(), stem)).count();
    let full = own.stems.len();
    if full > 0 && Story::is_noun(case, number, own) {
        let own = hits(around.stretch());
        return if own < full && full > 1 { 3 } else { 4 + i32::from(own == full && full > 1) };
    }
    let near = hits(around.stretch());
    if near > 0 {
        return 3 + i32::from(near == full && full > 1);
    }
    // What has no heading but its time is what the title tells of.
    if own.stems.is_empty() && own.marks.is_empty() {
        return 1;
    }
    if own.stems.is_empty() {
        let title = super::super::words::forms(&view.story.sheet.table.name);
        let nouns = &case.mentions[number.mention].head.nouns;
        let told = nouns.iter().filter(|it| title.iter().any(|word| is_akin(word, &form(it)))).count();
        return if told == 0 { 2 } else { 4 + i32::from(told > 1) };
    }
    if hits(around.sentence.clone()) > 0 {
        return if is_subject(view, around, measure) { 3 } else { 2 };
    }
    let before = view.story.scenes.before(case, number.mention);
    i32::from(before.is_some_and(|scene| own.stems.iter().any(|it| scene.has(it))))
}

/// Whether all words of a heading stand before a number, and none of another that is not its own behind them.
fn is_subject(view: &View<'_, '_, '_>, around: &Around<'_>, measure: usize) -> bool {
    let all = &view.story.sheet.measures;
    let before = around.sentence.start..around.own.0;
    let last = |stem: &str| before.clone().rev().find(|it| named(around.tokens, *it..*it + 1, stem));
    let own: Option<Vec<usize>> = all[measure].stems.iter().map(|it| last(it)).collect();
    let Some(first) = own.and_then(|it| it.into_iter().min()) else { return false };
    // `with ten teachers` is said of the ten.
    let counted = |at: usize| super::super::words::counted(&around.tokens[at]).is_some();
    if (first.saturating_sub(3).max(around.sentence.start)..first).any(counted) {
        return false;
    }
    let others = all.iter().enumerate().filter(|it| !view.family(measure).contains(&it.0));
    let mut stems = others.flat_map(|it| &it.1.stems).filter(|it| !all[measure].stems.contains(it));
    !stems.any(|stem| named(around.tokens, first..around.own.0, stem))
}

/// Whether a stretch has a word akin to a stem.
pub(super) fn named(tokens: &[Token<'_>], range: Range<usize>, stem: &str) -> bool {
    tokens.get(range).is_some_and(|it| it.iter().any(|it| it.is_word() && is_akin(&form(&it.lower), stem)))
}

/// How surely the time of a column is meant.
fn time(view: &View<'_, '_, '_>, around: &Around<'_>, measure: usize) -> i32 {
    let family = view.family(measure);
    let all = &view.story.sheet.measures;
    if family.len() < 2 {
        // Of what has a time of its own the latest is meant.
        let later = all.iter().any(|it| it.time > all[measure].time && all[measure].time.is_some());
        return if later { 1 } else { 3 };
    }
    let has = |it: usize, token: &Token<'_>| all[it].marks.contains(&form(&token.lower));
    let is_mark = |at: usize| family.iter().any(|it| has(*it, &around.tokens[at]));
    let (start, end) = around.own;
    let apart = |at: usize| {
        around.has(end..at, &[",", ";", "than", "from", "since", "and", "after", "before", "to", "against", "compared"])
    };
    let behind = (end..around.sentence.end.min(end + 8)).find(|it| *it < around.next && is_mark(*it) && !apart(*it));
    let led = |at: usize| {
        around.has(at.saturating_sub(2)..at, &["than", "from", "since", "against", "compared", "before", "until"])
    };
    // `after 985 in 2020, slipped to 860`: the year is of the number before.
    let past = |at: usize| at > around.sentence.start + 3 && around.has(at + 1..start, &[",", "and", "but", "while"]);
    let before = (around.sentence.start..start).rev().find(|it| is_mark(*it) && !led(*it)).filter(|it| !past(*it));
    let told = behind.or(before);
    match told {
        // `Q1` and `2024` are two marks of one column.
        Some(at) => {
            let near = at.saturating_sub(2)..(at + 3).min(around.tokens.len());
            let marks = &all[measure].marks;
            let full = marks.iter().all(|mark| near.clone().any(|it| form(&around.tokens[it].lower) == *mark));
            if full || has(measure, &around.tokens[at]) && marks.len() == 1 { 3 } else { 0 }
        }
        None if family.last() == Some(&measure) => 2,
        None => 1,
    }
}

/// How many times words go back from another: `a year earlier`, `the previous month`.
pub(super) fn back(view: &View<'_, '_, '_>, at: At, around: &Around<'_>) -> Option<Vec<At>> {
    let (count, unit) = ago(around)?;
    let span = match unit {
        "year" | "season" | "winter" | "summer" | "election" => Span::Year,
        "month" => Span::Month,
        "week" => Span::Week,
        "quarter" => Span::Quarter,
        _ => Span::Day,
    };
    let wanted = |line: &Vec<At>| -> Option<At> {
        let own = line.iter().position(|it| *it == at)?;
        let column = line[0].0 == line[line.len() - 1].0;
        let step = if column { view.column_span(at.1)? } else { view.times.as_ref()?.span };
        let steps = match (step, span) {
            (a, b) if a == b => count,
            (Span::Month, Span::Year) => count * 12,
            (Span::Quarter, Span::Year) => count * 4,
            _ => return None,
        };
        let found = *line.get(own.checked_sub(steps)?)?;
        (view.is_regular(line)).then_some(found)
    };
    Some(view.lines(at).iter().filter_map(wanted).collect())
}

/// How long ago words say that something was, in which unit.
pub(super) fn ago<'c>(around: &Around<'c>) -> Option<(usize, &'static str)> {
    const UNITS: &[(&str, &str)] = &[
        ("year", "year"),
        ("years", "year"),
        ("season", "season"),
        ("seasons", "season"),
        ("winter", "winter"),
        ("summer", "summer"),
        ("month", "month"),
        ("months", "month"),
        ("week", "week"),
        ("weeks", "week"),
        ("quarter", "quarter"),
        ("quarters", "quarter"),
        ("day", "day"),
        ("days", "day"),
        ("election", "election"),
    ];
    let end = around.next.min(around.clause.end).max(around.own.1);
    let ranges = [around.own.1..end, around.clause.start.max(around.past).min(around.own.0)..around.own.0];
    for range in ranges {
        for at in range.clone() {
            let Some(unit) = UNITS.iter().find(|it| around.tokens[at].is(it.0)).map(|it| it.1) else { continue };
            let word = |it: Option<usize>| it.and_then(|it| around.tokens.get(it)).map_or("", |it| &*it.lower);
            let (before, after) = (word(at.checked_sub(1)), word(Some(at + 1)));
            let next = around.tokens.get(at + 3).is_some_and(|it| it.is("next"));
            if matches!(before, "previous" | "preceding" | "prior") || before == "one" && after == "to" && next {
                return Some((1, unit));
            }
            let lead = word(at.checked_sub(2));
            if matches!(before, "a" | "one" | "single" | "past" | "last" | "twelve" | "12")
                && matches!(lead, "within" | "in" | "over" | "the" | "a" | "single")
                && !matches!(after, "earlier" | "before" | "ago")
                && word(at.checked_sub(if matches!(lead, "the" | "a") { 3 } else { 2 })).len() > 1
                && matches!(
                    word(at.checked_sub(if matches!(lead, "the" | "a") { 3 } else { 2 })),
                    "within" | "in" | "over"
                )
            {
                return Some((1, if unit == "month" && before.starts_with(['t', '1']) { "year" } else { unit }));
            }
            if matches!(lead, "in" | "within" | "over")
                && let Some(count) = at.checked_sub(1).and_then(|it| super::super::words::counted(&around.tokens[it]))
                && !matches!(after, "earlier" | "before" | "ago")
                && count > 1
            {
                return Some((count, unit));
            }
            if matches!(after, "earlier" | "before" | "ago" | "previously") {
                let count = match before {
                    "a" | "one" | "the" => Some(1),
                    _ => at.checked_sub(1).and_then(|it| super::super::words::counted(&around.tokens[it])),
                };
                let (count, unit) = match (count?, unit) {
                    (12, "month") => (1, "year"),
                    it => it,
                };
                return Some((count, unit));
            }
        }
    }
    None
}
