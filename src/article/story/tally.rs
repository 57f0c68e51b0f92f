//! How many rows went up or down, and how often in a row: `rose in four of the seven districts`.

use super::base;
use super::phrase::{self, siblings};
use super::place::{Number, Story};
use super::sheet::Micro;
use super::tell;
use crate::article::checks::change::Way;
use crate::article::checks::direction::verb;
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::numeral::as_whole;
use crate::article::tokens::Token;

/// A word of change stands so many words at most from what it is said of.
const NEAR: usize = 9;

pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for number in &story.numbers {
        if !case.is_decided(number.mention) && !case.mentions[number.mention].hedged {
            tally(case, story, number);
        }
    }
    for it in
        case.of_kinds_anywhere(&[MentionKind::Count, MentionKind::Duration, MentionKind::Rank, MentionKind::Multiple])
    {
        if !case.is_decided(it) && !case.mentions[it].hedged {
            run_of(case, story, it);
        }
    }
}

/// The way that the nearest word of change says, before some tokens or behind them.
fn way(
    tokens: &[Token<'_>],
    (start, end): (usize, usize),
    sentence: &std::ops::Range<usize>,
    counts: bool,
) -> Option<Way> {
    let stops = |it: &Token<'_>| matches!(it.text, ";" | ":") || matches!(&*it.lower, "while" | "whereas" | "but");
    let before = tokens[start.saturating_sub(NEAR).max(sentence.start)..start].iter().rev().take_while(|it| !stops(it));
    let behind = tokens
        .get(end..sentence.end.min(end + NEAR))
        .unwrap_or_default()
        .iter()
        .take_while(|it| !stops(it) && !it.is("and"));
    let given = |it: &Token<'_>| match &*it.lower {
        // `Jobs were lost in two of the four`; but farms lose money, too.
        "lost" | "shed" if counts => Some(Way::Down),
        "added" if counts => Some(Way::Up),
        "shrink" | "shrinking" | "dwindle" | "slips" | "drops" | "shrinks" => Some(Way::Down),
        word => verb(word),
    };
    let more = |it: &Token<'_>| match &*it.lower {
        "more" => Some(Way::Up),
        "fewer" | "less" => Some(Way::Down),
        _ => given(it),
    };
    before.clone().find_map(given).or_else(|| behind.clone().find_map(more))
}

/// How many rows went each way from one column to another; the same twice where it tells changes.
struct Tally {
    first: usize,
    second: usize,
    up: usize,
    down: usize,
    same: usize,
}

/// The tallies of every two columns of other times.
fn tallies(story: &Story<'_, '_>) -> Vec<Tally> {
    let rows: Vec<usize> = (0..story.sheet.rows()).filter(|it| !story.sheet.is_total[*it]).collect();
    let all = &story.sheet.measures;
    let count = |first: usize, second: usize, pairs: Vec<(Micro, Micro)>| {
        let up = pairs.iter().filter(|it| it.1 > it.0).count();
        let down = pairs.iter().filter(|it| it.1 < it.0).count();
        Tally { first, second, up, down, same: pairs.len() - up - down }
    };
    let mut found = Vec::new();
    for measure in 0..all.len() {
        if all[measure].is_change {
            let signs = rows.iter().filter_map(|it| Some((0, all[measure].values[*it]?))).collect();
            found.push(count(measure, measure, signs));
        }
        let family = siblings(story, measure);
        let Some(at) = family.iter().position(|it| *it == measure) else { continue };
        for other in &family[at + 1..] {
            let pair = |row: &usize| Some((all[measure].values[*row]?, all[*other].values[*row]?));
            found.push(count(measure, *other, rows.iter().filter_map(pair).collect()));
        }
    }
    found
}

/// `five of the seven`: the number of rows that stands right behind.
fn of_rows(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> Option<usize> {
    let rows = story.sheet.is_total.iter().filter(|it| !**it).count();
    let end = case.mentions[number.mention].tokens.1;
    let whole = case.beside(number.mention).find(|it| case.mentions[*it].tokens.0 >= end)?;
    let tokens = case.tokens(number.mention);
    let lead = tokens.get(end..case.mentions[whole].tokens.0)?;
    let plain = lead.iter().all(|it| matches!(&*it.lower, "of" | "the" | "its" | "all" | "these" | "out" | "those"));
    let same = case.mentions[whole].value.as_ref().and_then(as_whole) == i64::try_from(rows).ok();
    (plain && same && lead.iter().any(|it| it.is("of"))).then_some(whole)
}

/// `went down in five of the districts`, `slips on four rail lines`: what heads the names of rows.
fn headed(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    const NOUN_MAX: usize = 4;
    let led = matches!(phrase::before(case, number.mention, 1)[..], ["in" | "on" | "at"]);
    let behind = phrase::behind(case, number.mention, NOUN_MAX);
    let stop =
        behind.iter().position(|it| !it.chars().all(char::is_alphabetic) || matches!(*it, "and" | "in" | "with"));
    let heads: Vec<String> =
        story.sheet.keys.iter().flat_map(|it| super::words::forms(&story.sheet.table.columns[*it].name)).collect();
    let noun = |it: &&str| heads.contains(&super::words::form(it));
    led && number.digits <= 2 && behind[..stop.unwrap_or(behind.len())].iter().any(noun)
}

/// `the only one of the five to see its income shrink`: the number of rows itself.
fn only_one(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> Option<usize> {
    let rows = story.sheet.is_total.iter().filter(|it| !**it).count();
    let led = phrase::before(case, number.mention, 5);
    let only = matches!(led[..], ["the", "of", "one", "only", "the"]);
    let same = i128::try_from(rows).is_ok_and(|it| number.value == it * crate::article::table::ONE);
    (only && same).then_some(number.mention)
}

fn tally(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    let only = only_one(case, story, number);
    let headed = || headed(case, story, number).then_some(number.mention);
    let Some(whole) = of_rows(case, story, number).or(only).or_else(headed) else { return };
    let tokens = case.tokens(number.mention);
    let sentence = case.sentence(number.mention);
    let span = (case.mentions[number.mention].tokens.0, case.mentions[whole].tokens.1);
    let Some(way) = way(tokens, span, &sentence, true) else { return };
    let all = tallies(story);
    if is_bounded(case, number, whole, span) || all.is_empty() {
        return;
    }
    let value = if only.is_some() {
        1
    } else {
        usize::try_from(number.value / crate::article::table::ONE).unwrap_or(usize::MAX)
    };
    let went = |it: &Tally| if way == Way::Up { it.up } else { it.down };
    let fits = |it: &&Tally| went(it) == value;
    let text = |it: &Tally| {
        let (first, second) = (story.sheet.heading(it.first), story.sheet.heading(it.second));
        let told = if first == second { first.to_owned() } else { format!("{first}, {second}") };
        format!("{told}: {} up, {} down", it.up, it.down)
    };
    // Of two columns of other times the latest and the one before it may be meant, or those that are named.
    let open = |it: &&Tally| {
        it.first == it.second
            || siblings(story, it.second).ends_with(&[it.first, it.second])
            || is_named(case, story, number, it.first)
    };
    if let Some(found) = all.iter().filter(open).find(fits) {
        return tell::confirm(case, number.mention, "count", text(found), vec![story.spot(0, found.second)]);
    }
    // The two columns are those that the words say, and no other time is named.
    let meant = |it: &&Tally| {
        let step = base::step(case, story, number, base::latest(story, (0, it.second)));
        it.first == it.second && step.is_none_or(|it| !it.is_named)
            || step.is_some_and(|step| {
                let said = step.is_named || base::is_single_step(story, step.base, step.own);
                said && (step.base.1, step.own.1) == (it.first, it.second)
            })
    };
    let since =
        phrase::has(case.words(number.mention), &["since", "ago", "compared", "against", "over", "between", "than"]);
    let mut found = all.iter().filter(meant);
    let Some(last) = found.next().filter(|it| !since || it.first != it.second) else { return };
    let still = phrase::has(case.words(number.mention), &["still", "unchanged", "level", "same", "stayed"]);
    if found.any(|it| went(it) + it.same == value) || went(last) + last.same == value && !still {
        return;
    }
    // `fell on two lines` may be said of two among others.
    if only.is_none() && whole == number.mention && value <= went(last) {
        return;
    }
    let reason = format!("according to the table it is {}: {}", went(last), text(last));
    tell::contradict(case, number.mention, "count", reason, text(last), vec![story.spot(0, last.second)]);
}

/// Whether another amount bounds what is counted: `rose by more than 5 percent in three of the six` asks for
/// more than a direction.
fn is_bounded(case: &Case<'_>, number: &Number, whole: usize, span: (usize, usize)) -> bool {
    let tokens = case.tokens(number.mention);
    case.beside(number.mention).any(|it| {
        let at = case.mentions[it].tokens;
        let amount = matches!(
            case.mentions[it].kind,
            MentionKind::Percent | MentionKind::Count | MentionKind::Money | MentionKind::Measure | MentionKind::Points
        );
        let near = at.0 + NEAR >= span.0 && at.0 <= span.1 + NEAR;
        it != number.mention && it != whole && amount && near && !is_apart(tokens, at, span)
    })
}

/// Whether the sentence of a number, or the one before it, names the time of a column.
fn is_named(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, measure: usize) -> bool {
    let marks = &story.sheet.measures[measure].marks;
    let scenes = [story.scenes.at(case, number.mention), story.scenes.before(case, number.mention)];
    scenes.into_iter().flatten().any(|scene| marks.iter().any(|it| scene.words.contains(it)))
}

/// Whether a comma or `with` parts a number from others.
fn is_apart(tokens: &[Token<'_>], at: (usize, usize), span: (usize, usize)) -> bool {
    let between = if at.0 >= span.1 { &tokens[span.1..at.0] } else { &tokens[at.1..span.0.max(at.1)] };
    between.iter().any(|it| matches!(it.text, "," | ":" | "(" | "–") || matches!(&*it.lower, "with" | "and" | "where"))
}

/// Whether a number is told of steps one behind the other: `four seasons running`.
fn is_run(case: &Case<'_>, it: usize) -> bool {
    let words = phrase::behind(case, it, 5).join(" ");
    let unit = case.tokens(it)[case.mentions[it].tokens.0..case.mentions[it].tokens.1].iter().any(Token::is_word);
    let told = ["in a row", "in succession", "running", "on the trot"].iter().any(|it| {
        words
            .find(it)
            .is_some_and(|at| words[..at].split(' ').filter(|it| !it.is_empty()).count() <= 1 + usize::from(!unit))
    });
    let first = words.split(' ').next().unwrap_or_default();
    told || matches!(first, "consecutive" | "successive" | "straight")
}

fn run_of(case: &mut Case<'_>, story: &Story<'_, '_>, it: usize) {
    let Some(value) = case.mentions[it].value.as_ref().and_then(as_whole).and_then(|it| usize::try_from(it).ok())
    else {
        return;
    };
    if !is_run(case, it) || value < 2 {
        return;
    }
    if story.sheet.years.is_none() {
        return run_across(case, story, it, value);
    }
    let (tokens, sentence) = (case.tokens(it), case.sentence(it));
    let Some(way) = way(tokens, case.mentions[it].tokens, &sentence, false) else { return };
    let named = named(case, story, it);
    let runs = |measure: usize| runs_in(&story.sheet.measures[measure].values, way);
    let longest = |measure: usize| runs(measure).into_iter().max().unwrap_or(0);
    let text = |measure: usize| in_a_row(story.sheet.heading(measure), longest(measure), way);
    let open: Vec<usize> = if named.is_empty() { (0..story.sheet.measures.len()).collect() } else { named.clone() };
    if let Some(found) = open.iter().copied().find(|it| runs(*it).contains(&value)) {
        let place = vec![story.spot(0, found)];
        return tell::confirm(case, it, "record", text(found), place);
    }
    let [measure] = named[..] else { return };
    let longest = longest(measure);
    if longest >= 2 && longest.abs_diff(value) <= 2 {
        let reason = format!("according to the table it is {longest} in a row");
        tell::contradict(case, it, "record", reason, text(measure), vec![story.spot(0, measure)]);
    }
}

fn in_a_row(name: &str, longest: usize, way: Way) -> String {
    format!("{name}: {longest} {} in a row", if way == Way::Up { "rises" } else { "falls" })
}

/// How long each run of steps one way is.
fn runs_in(values: &[Option<Micro>], way: Way) -> Vec<usize> {
    let mut all = vec![0];
    for pair in values.windows(2) {
        let step = match (pair[0], pair[1]) {
            (Some(a), Some(b)) if way == Way::Up => b > a,
            (Some(a), Some(b)) => b < a,
            _ => false,
        };
        let last = all.len() - 1;
        if step {
            all[last] += 1;
        } else {
            all.push(0);
        }
    }
    all
}

/// The same of one row along the columns of its years: `Corva has grown three years in a row`.
fn run_across(case: &mut Case<'_>, story: &Story<'_, '_>, it: usize, value: usize) {
    const COLUMNS_MIN: usize = 4;
    let (tokens, sentence) = (case.tokens(it), case.sentence(it));
    let Some(way) = way(tokens, case.mentions[it].tokens, &sentence, false) else { return };
    let levels = story.levels(case, it);
    let rows: Vec<usize> = (0..levels.len()).filter(|it| levels[*it] >= 3 && !story.sheet.is_total[*it]).collect();
    let [row] = rows[..] else { return };
    let mut families: Vec<Vec<usize>> = (0..story.sheet.measures.len()).map(|it| siblings(story, it)).collect();
    families.retain(|it| it.len() >= COLUMNS_MIN);
    families.dedup();
    let [family] = &families[..] else { return };
    let values: Vec<Option<Micro>> = family.iter().map(|it| story.cell(row, *it)).collect();
    let runs = runs_in(&values, way);
    let longest = runs.iter().copied().max().unwrap_or(0);
    let formula = in_a_row(&story.sheet.label(row), longest, way);
    let place = vec![story.spot(row, family[family.len() - 1])];
    if runs.contains(&value) {
        tell::confirm(case, it, "record", formula, place);
    } else if longest >= 2 && longest.abs_diff(value) <= 2 {
        let reason = format!("according to the table it is {longest} in a row");
        tell::contradict(case, it, "record", reason, formula, place);
    }
}

/// The columns that a sentence names: by all of their words, or else by some.
fn named(case: &Case<'_>, story: &Story<'_, '_>, it: usize) -> Vec<usize> {
    let Some(scene) = story.scenes.at(case, it) else { return Vec::new() };
    let all = &story.sheet.measures;
    let whole: Vec<usize> = (0..all.len())
        .filter(|it| !all[*it].stems.is_empty() && all[*it].stems.iter().all(|it| scene.has(it)))
        .collect();
    if !whole.is_empty() {
        return whole;
    }
    (0..all.len()).filter(|it| all[*it].stems.iter().any(|it| scene.has(it))).collect()
}
