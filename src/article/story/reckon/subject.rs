//! Which rows a number may be of: those that words beside it name, or that were told before.

use super::super::place::{Number, Story, leads};
use super::super::scene::{Hit, Scene, chunk};
use super::cue::{self, Around};
use super::view::View;
use crate::article::judge::Case;
use crate::article::table::ONE;
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
        // What was told before narrows what the sentence names, where it can.
        let kept: Vec<Subject> = if hits.is_empty() {
            let meets =
                |it: &Subject| alternatives.iter().any(|other| it.rows.iter().any(|row| other.rows.contains(row)));
            found.iter().filter(|it| !meets(it)).cloned().collect()
        } else {
            Vec::new()
        };
        found = crossed(&found, &alternatives);
        found.extend(kept);
    }
    found.retain(|it| !it.rows.is_empty() && it.level < 9);
    found.push(every(1));
    if let Some(row) =
        company(case, view, mention).filter(|row| found.iter().all(|it| it.level < 3 || it.rows == [*row]))
    {
        found.push(Subject { rows: vec![row], level: 3, is_all: false });
    }
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

/// The row whose cells two other numbers of a sentence are.
fn company(case: &Case<'_>, view: &View<'_, '_, '_>, mention: usize) -> Option<usize> {
    let numbers: Vec<Number> = case
        .beside(mention)
        .filter(|it| *it != mention)
        .filter_map(|it| Number::of(case, it))
        .filter(|it| it.value >= 10 * ONE && !case.mentions[it.mention].hedged)
        .collect();
    let told = |row: &usize| {
        let cell = |it: &&Number| {
            (0..view.story.sheet.measures.len())
                .any(|measure| view.value((*row, measure)).is_some_and(|value| it.fits(case, value)))
        };
        numbers.iter().filter(cell).count() >= 2
    };
    let found: Vec<usize> = (0..view.story.sheet.rows()).filter(told).collect();
    if let [one] = found[..] { Some(one) } else { None }
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
    // `Alder lost fewer than Birk's side, who are third on 42`: told of somebody else.
    let apart = |it: &Hit| {
        let mut gap = it.tokens.end..start.max(it.tokens.end);
        gap.find(|at| matches!(&*tokens[*at].lower, "who" | "whose" | "whom")).is_some_and(|at| at > it.tokens.end + 1)
    };
    let mut found: Vec<(&'h Hit, i32)> = Vec::new();
    let led = hits.iter().find(|it| is_counted(around, it)).or(behind).map(|it| (*it, 4));
    if let Some(it) = direct.filter(|it| !is_rival(tokens, it, around.sentence.start) || around.past <= it.tokens.start)
    {
        found.push((**it, if led.is_some() { 2 } else { 5 }));
    }
    found.extend(led);
    if let Some(it) = free.filter(|it| found.iter().all(|own| own.0.rows != it.rows)) {
        let near = chunk(tokens, &around.sentence, start).contains(&it.tokens.start);
        let level = if !found.is_empty() || apart(it) {
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

/// `43 more false alarms`: whether what a number counts is a row.
fn is_counted(around: &Around<'_>, hit: &Hit) -> bool {
    let gap = around.tokens.get(around.own.1..hit.tokens.start).unwrap_or_default();
    let passed = ["more", "fewer", "less", "new", "extra", "of", "the", "additional"];
    hit.tokens.start >= around.own.1 && gap.len() <= 2 && gap.iter().all(|it| passed.contains(&&*it.lower))
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
    for it in &mut all {
        it.level = it.level.min(2);
    }
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
