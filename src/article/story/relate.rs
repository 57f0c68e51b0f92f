//! Differences, changes and shares between the cells that a sentence names.

use std::collections::HashSet;

use super::derive::{fits_rounded, growth, half};
use super::place::{Number, Placed, Story, exact};
use super::scene::chunk;
use super::sheet::{Micro, Unit};
use super::{shares, tell};
use crate::article::checks::change::Way;
use crate::article::claim::shown;
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::tokens::Token;

/// A cell and what it is compared with.
struct Compared {
    own: Placed,
    base: (usize, usize),
    /// Whether the sentence names the base.
    is_named: bool,
}

impl Compared {
    /// Takes the earlier cell for the base, where years tell which one that is.
    fn order(&mut self, story: &Story<'_, '_>) {
        let year = |(row, measure): (usize, usize)| {
            story.sheet.measures[measure].time.or_else(|| Some(story.sheet.years.as_ref()?[row]))
        };
        let own = (self.own.row, self.own.measure);
        if year(self.base).zip(year(own)).is_some_and(|(base, own)| base > own) {
            (self.own.row, self.own.measure) = self.base;
            self.base = own;
        }
    }
}

/// Words that say that something changed or differs, and not how.
#[rustfmt::skip]
pub(super) const CHANGE: &[&str] = &[
    "more", "less", "fewer", "higher", "lower", "increase", "increased", "rise", "rose", "risen", "fell", "fallen", "fall", "drop", "dropped",
    "decrease", "decreased", "decline", "declined", "up", "down", "growth", "grew", "grown", "climbed", "gain", "gained", "jump", "jumped",
    "improvement", "above", "below", "ahead", "behind", "farther", "further", "longer", "shorter", "plus", "minus", "cut", "reduced", "lost", "loses",
    "warmer", "colder", "faster", "slower", "lead", "margin",
];

/// `known` are changes that have been judged by what they are called.
pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>, known: &HashSet<usize>) {
    for number in &story.numbers {
        if case.is_contradicted(number.mention) || known.contains(&number.mention) {
            continue;
        }
        if shares::judge(case, story, number) || !is_change(case, number) {
            continue;
        }
        let mut compared = compared(case, story, number);
        if number.unit == Unit::Percent {
            // What is compared by `than` may be the earlier one.
            if !near(case, number.mention).iter().any(|it| it.is("than")) {
                for it in &mut compared {
                    it.order(story);
                }
            }
            change(case, story, number, &compared);
        } else {
            difference(case, story, number, &compared);
        }
    }
    for it in case.of_kinds(&[MentionKind::Ratio]) {
        shares::ratio(case, story, it);
    }
    for it in case.of_kinds(&[MentionKind::Multiple]) {
        multiple(case, story, it);
    }
}

/// `36,000, three times as many as in 2015`.
fn multiple(case: &mut Case<'_>, story: &Story<'_, '_>, it: usize) {
    const NEAR: usize = 5;
    if case.is_decided(it) {
        return;
    }
    let start = case.mentions[it].tokens.0;
    let before = story.beside(case, it).into_iter().rfind(|it| case.mentions[it.mention].tokens.1 <= start).cloned();
    let Some(mut number) = before.filter(|it| start - case.mentions[it.mention].tokens.1 <= NEAR) else { return };
    let Some(own) = story.placed.get(&number.mention).copied().filter(|it| it.row_level >= 2) else { return };
    number.mention = it;
    let all: Vec<Compared> =
        bases(case, story, &number, own).into_iter().map(|(base, is_named)| Compared { own, base, is_named }).collect();
    let times = |it: &Compared| cells(story, it).filter(|it| it.0 > 0 && it.1 > 0).map(|(a, b)| exact(b) / exact(a));
    let (inner, outer) = (case.mentions[it].inner.clone(), case.mentions[it].outer.clone());
    let (Some(inner), Some(outer)) = (inner, outer) else { return };
    if let Some(base) = all.iter().find(|it| times(it).is_some_and(|it| inner.holds(&it))) {
        return tell::confirm(case, it, "change", formula(story, base), places(story, base));
    }
    let named: Vec<&Compared> = all.iter().filter(|it| it.is_named).collect();
    let ([base], false) = (&named[..], story.beside(case, it).len() > 4) else { return };
    let Some(found) = times(base).filter(|it| !outer.holds(it)) else { return };
    let reason = format!("it is {} times as much: {}", shown(&found), formula(story, base));
    tell::contradict(case, it, "change", reason, formula(story, base), places(story, base));
}

/// The words near a number, up to a sign of pause.
fn near<'a>(case: &Case<'a>, mention: usize) -> &'a [Token<'a>] {
    let tokens = case.tokens(mention);
    &tokens[chunk(tokens, &case.sentence(mention), case.mentions[mention].tokens.0)]
}

fn is_change(case: &Case<'_>, number: &Number) -> bool {
    near(case, number.mention).iter().any(|it| CHANGE.contains(&&*it.lower))
}

/// The cells that a number may tell the difference of.
fn compared(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> Vec<Compared> {
    let mut found: Vec<Compared> = Vec::new();
    let at = case.mentions[number.mention].tokens.0;
    let mut others: Vec<&Number> = story.beside(case, number.mention);
    others.retain(|it| it.mention != number.mention && story.placed.contains_key(&it.mention));
    others.sort_by_key(|it| case.mentions[it.mention].tokens.0.abs_diff(at));
    for other in &others {
        let own = story.placed[&other.mention];
        // A cell of some digits that no other is like says its row itself.
        if own.row_level < 2 && !(other.digits >= 3 && is_alone(case, story, other)) {
            continue;
        }
        for base in bases(case, story, number, own) {
            found.push(Compared { own, base: base.0, is_named: base.1 });
        }
    }
    found
}

/// Whether a number is one cell of the table only.
pub(super) fn is_alone(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    let cells = story.sheet.measures.iter().flat_map(|it| it.values.iter().flatten());
    cells.filter(|it| number.fits(case, **it)).count() == 1
}

/// What a cell is compared with: another number of the sentence, a row, a year or a month that it names.
fn bases(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, own: Placed) -> Vec<((usize, usize), bool)> {
    let Some(scene) = story.scenes.at(case, number.mention) else { return Vec::new() };
    let measure = &story.sheet.measures[own.measure];
    let mut siblings = story.sheet.siblings(own.measure);
    siblings.retain(|it| *it != own.measure);
    let mut found: Vec<((usize, usize), bool)> = Vec::new();
    for other in story.beside(case, number.mention) {
        if let Some(it) = story.placed.get(&other.mention).filter(|_| other.mention != number.mention) {
            let sibling =
                it.row == own.row && siblings.contains(&it.measure) || it.measure == own.measure && it.row != own.row;
            found.extend(sibling.then_some(((it.row, it.measure), true)));
        }
    }
    let keys = scene.hits.iter().filter(|it| it.rows.len() == 1 && it.rows[0] != own.row);
    found.extend(keys.map(|it| ((it.rows[0], own.measure), true)));
    for it in &siblings {
        let marks = &story.sheet.measures[*it].marks;
        let named = marks.iter().any(|it| scene.words.contains(it));
        found.extend(named.then_some(((own.row, *it), true)));
    }
    // `25 more than it has places`: another column of the same row.
    let than = super::phrase::behind(case, number.mention, 9);
    if let Some(at) = than.iter().position(|it| *it == "than") {
        let words: Vec<String> = than[at..].iter().take(6).map(|it| super::words::form(it)).collect();
        let named = |it: &usize| {
            let other = &story.sheet.measures[*it];
            let told = other.is_named(&words);
            *it != own.measure && !siblings.contains(it) && other.unit == measure.unit && told
        };
        let all: Vec<usize> = (0..story.sheet.measures.len()).filter(named).collect();
        if let [one] = all[..] {
            found.push(((own.row, one), true));
        }
    }
    let told = |base: (usize, usize)| {
        is_before(case, number) && super::base::is_single_step(story, base, (own.row, own.measure))
    };
    if is_before(case, number) || found.is_empty() {
        if story.sheet.years.is_some() && own.row > 0 && siblings.is_empty() {
            found.push(((own.row - 1, own.measure), told((own.row - 1, own.measure))));
        } else if let [one] = siblings[..] {
            found.push(((own.row, one), told((own.row, one))));
        } else if let Some(before) = super::phrase::previous(story, own.row, own.measure) {
            found.push((before, told(before)));
        }
    }
    found.sort_unstable();
    found.dedup_by_key(|it| it.0);
    found
}

/// `a year earlier`, `than last year`, `the year before`.
fn is_before(case: &Case<'_>, number: &Number) -> bool {
    let tokens = case.tokens(number.mention);
    let sentence = case.sentence(number.mention);
    tokens[sentence].windows(2).any(|it| {
        it[0].is("year") && matches!(&*it[1].lower, "earlier" | "before" | "ago")
            || matches!(&*it[0].lower, "previous" | "last" | "preceding") && it[1].is("year")
    })
}

fn cells(story: &Story<'_, '_>, it: &Compared) -> Option<(Micro, Micro)> {
    Some((story.cell(it.base.0, it.base.1)?, story.cell(it.own.row, it.own.measure)?))
}

fn places(story: &Story<'_, '_>, it: &Compared) -> Vec<crate::finding::Place> {
    vec![story.spot(it.own.row, it.own.measure), story.spot(it.base.0, it.base.1)]
}

/// The cells of a relation with what was worked out of them.
fn formula(story: &Story<'_, '_>, it: &Compared) -> String {
    format!("{}, {}", story.shown(it.base.0, it.base.1), story.shown(it.own.row, it.own.measure))
}

/// `12 percent more than in March`.
fn change(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number, all: &[Compared]) {
    let grown = |it: &Compared| cells(story, it).and_then(|(a, b)| growth(a, b));
    let way = super::changed::way(case, number.mention);
    let same_way = |it: Micro| way.is_none_or(|way| (it > 0) == (way == Way::Up));
    let fits = |case: &Case<'_>, it: &&Compared| {
        grown(it).is_some_and(|it| same_way(it) && fits_rounded(case, number, it.abs()))
    };
    if let Some(it) = all.iter().find(|it| fits(case, it)) {
        return tell::confirm(case, number.mention, "change", formula(story, it), places(story, it));
    }
    // `the five ports edged up 1.9 percent` is no change of one of them.
    if super::whole::speaks_of_all(case, story, number.mention) {
        return;
    }
    // A difference of percentages that is called percent.
    let points = |it: &&Compared| {
        let percent = story.sheet.measures[it.own.measure].unit == Unit::Percent;
        percent && cells(story, it).is_some_and(|(a, b)| (number.value - (a - b).abs()).abs() <= half(number))
    };
    if let Some(it) = all.iter().find(points) {
        let reason = format!("it is {} percentage points: {}", shown(&exact(number.value)), formula(story, it));
        return tell::contradict(case, number.mention, "change", reason, formula(story, it), places(story, it));
    }
    let alone = is_stepped(case, number) && all.len() == 1;
    let stepped = |it: &Compared| alone && super::base::is_single_step(story, it.base, (it.own.row, it.own.measure));
    let named: Vec<&Compared> = all.iter().filter(|it| it.is_named || stepped(it)).collect();
    let percents = story.beside(case, number.mention).iter().filter(|it| it.unit == Unit::Percent).count();
    let held = named.first().filter(|_| percents == 1 && !has_base(case, number) && is_close(case, story, number));
    // Another row is a base only where it is named behind the number, or by its own number.
    let years = story.sheet.years.is_some();
    let Some(it) = held.filter(|it| years || it.base.0 == it.own.row || is_behind(case, story, number, it)) else {
        return;
    };
    let one = grown(it).map(i128::abs);
    let hedged = case.mentions[number.mention].hedged;
    let both = named
        .iter()
        .all(|other| grown(other).map(i128::abs).is_some_and(|it| (number.value - it).abs() > 2 * half(number)));
    let Some(one) = one.filter(|_| both && !hedged && named.len() <= 2) else { return };
    let reason = format!("the change is {} percent: {}", shown(&exact(one)), formula(story, it));
    tell::contradict(case, number.mention, "change", reason, formula(story, it), places(story, it));
}

/// `a rise of 4 percent`, `went up by 4 percent to 649`: with no other time in the sentence.
fn is_stepped(case: &Case<'_>, number: &Number) -> bool {
    let tokens = case.tokens(number.mention);
    let sentence = case.sentence(number.mention);
    let start = case.mentions[number.mention].tokens.0;
    let led = start >= sentence.start + 2 && {
        let change = |it: usize| CHANGE.contains(&&*tokens[it].lower);
        change(start - 1) || matches!(&*tokens[start - 1].lower, "of" | "by") && change(start - 2)
    };
    let since = tokens[sentence].iter().any(|it| matches!(&*it.lower, "since" | "within" | "decade" | "average"));
    led && !since
}

/// Whether a percentage names what it is of: `12 percent of`.
fn has_base(case: &Case<'_>, number: &Number) -> bool {
    let end = case.mentions[number.mention].tokens.1;
    case.tokens(number.mention).get(end).is_some_and(|it| it.is("of"))
}

/// Whether the nearest number before it is a cell.
fn is_close(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    const NEAR: usize = 8;
    let start = case.mentions[number.mention].tokens.0;
    let beside = story.beside(case, number.mention);
    let end = case.mentions[number.mention].tokens.1;
    let led = |it: &&&Number| case.mentions[it.mention].tokens.0 == end + 1 && case.tokens(it.mention)[end].is("to");
    if let Some(it) = beside.iter().find(led) {
        return story.placed.contains_key(&it.mention);
    }
    let before = beside.into_iter().rfind(|it| case.mentions[it.mention].tokens.1 <= start);
    before.is_some_and(|it| {
        story.placed.get(&it.mention).is_some_and(|it| it.row_level >= 2)
            && start - case.mentions[it.mention].tokens.1 <= NEAR
    })
}

/// `61 votes ahead`, `29 more than in Elmen`.
fn difference(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number, all: &[Compared]) {
    let gap = |it: &Compared| cells(story, it).map(|(a, b)| (a - b).abs());
    let unit = |it: &Compared| &story.sheet.measures[it.own.measure].unit;
    if case.is_decided(number.mention) || all.iter().any(|it| number.unit.differs(unit(it))) {
        return;
    }
    let words = super::phrase::behind(case, number.mention, 5);
    let than = words.contains(&"than") || words.windows(2).any(|it| matches!(it, ["ahead" | "clear" | "short", "of"]));
    let mut named: Vec<&Compared> = all.iter().filter(|it| it.is_named).collect();
    // What is compared stands nearest.
    if let Some(own) = named.first().map(|it| it.own) {
        named.retain(|it| it.own == own);
    }
    let open: Vec<&Compared> = if than && named.len() == 1 { named.clone() } else { all.iter().collect() };
    if let Some(it) = open.into_iter().find(|it| gap(it).is_some_and(|it| it != 0 && number.fits(case, it))) {
        return tell::confirm(case, number.mention, "difference", formula(story, it), places(story, it));
    }
    let [it] = named[..] else { return };
    if !is_behind(case, story, number, it) {
        return;
    }
    // A step that is right but for its word of scale.
    let scaled = |it: i128| [1_000, 1_000_000].iter().any(|step| number.fits(case, it * step));
    if than && number.is_scaled && number.digits >= 2 && gap(it).is_some_and(|it| it != 0 && scaled(it)) {
        let found = gap(it).unwrap_or(0);
        let reason = format!("the difference is {}: {}", shown(&exact(found)), formula(story, it));
        return tell::contradict(case, number.mention, "difference", reason, formula(story, it), places(story, it));
    }
    let open = !than || !is_close(case, story, number) || case.mentions[number.mention].hedged;
    let Some(found) = gap(it).filter(|gap| !open && *gap != number.value) else { return };
    if super::derive::is_derived(case, story, number) && number.digits < 3 && found > 4 * number.value {
        return;
    }
    let reason = format!("the difference is {}: {}", shown(&exact(found)), formula(story, it));
    tell::contradict(case, number.mention, "difference", reason, formula(story, it), places(story, it));
}

/// Whether what a cell is compared with is named right behind a difference, and not in another clause.
fn is_behind(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, it: &Compared) -> bool {
    const NEAR: usize = 9;
    let tokens = case.tokens(number.mention);
    let end = case.mentions[number.mention].tokens.1;
    let last = case.sentence(number.mention).end.min(end + NEAR);
    let last = (end..last).find(|it| matches!(tokens[*it].text, ";" | "," | "(")).unwrap_or(last.max(end));
    let words: Vec<String> = tokens[end..last].iter().map(|it| super::words::form(&it.lower)).collect();
    let base = &story.sheet.measures[it.base.1];
    let marked = base.marks.iter().any(|it| words.contains(it)) || base.is_named(&words);
    let hit = story.scenes.at(case, number.mention).is_some_and(|scene| {
        scene.hits.iter().any(|hit| (end..last).contains(&hit.tokens.start) && hit.rows.contains(&it.base.0))
    });
    if it.base.0 == it.own.row { marked || is_before(case, number) } else { hit || is_before(case, number) }
}
