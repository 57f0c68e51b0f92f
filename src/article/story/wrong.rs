//! Cells of another row than the one that a sentence names: what is true of one
//! is told of another.

use super::derive::percent;
use super::phrase;
use super::place::{Number, Story, exact};
use super::scene::Hit;
use super::sheet::{Micro, Unit};
use super::tell;
use crate::article::checks::slip;
use crate::article::judge::Case;
use crate::article::table::ONE;
use crate::article::tokens::Token;
use crate::slip::SlipKind;

/// A number of fewer digits is some cell by chance.
const DIGITS_MIN: u32 = 3;

pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for number in &story.numbers {
        let hedged = case.mentions[number.mention].hedged;
        if !hedged && !case.is_contradicted(number.mention) && tell::is_fact(case, number.mention) {
            other_row(case, story, number);
            if !case.is_contradicted(number.mention) {
                direct(case, story, number);
            }
        }
    }
}

/// The one row that the names before a number say, with nothing that compares in between.
fn subject(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> Option<usize> {
    let scene = story.scenes.at(case, number.mention)?;
    let at = case.mentions[number.mention].tokens.0;
    let single: Vec<&Hit> = scene.hits.iter().filter(|it| it.rows.len() == 1 && !it.is_end).collect();
    if single.len() != scene.hits.len() {
        return None;
    }
    let hit = single.iter().rfind(|it| it.tokens.end <= at)?;
    let tokens = case.tokens(number.mention);
    let between = &tokens[hit.tokens.end..at];
    let others =
        single.iter().any(|it| it.tokens.start >= at && it.tokens.start <= case.mentions[number.mention].tokens.1 + 4);
    #[rustfmt::skip]
    let compared = phrase::has(between, &[
        "than", "while", "whereas", "but", "from", "against", "compared", "after", "before", "until", "since", "another", "other", "others",
        "behind", "ahead", "beat", "beating", "overtook", "past", ";", ":", "unlike", "average", "national", "neighbouring", "where",
        "whose", "second", "next", "like", "or",
    ]);
    (!others && !compared).then_some(hit.rows[0]).filter(|it| !story.sheet.is_total[*it])
}

/// Rows that any sentence of the paragraph names.
fn is_named(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, row: usize) -> bool {
    let mention = &case.mentions[number.mention];
    let all = &story.scenes.all[mention.paragraph];
    let near = mention.sentence.saturating_sub(1)..mention.sentence + 1;
    all[near].iter().any(|scene| scene.hits.iter().any(|it| it.rows.contains(&row)))
}

fn other_row(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    if number.digits < DIGITS_MIN {
        return;
    }
    let Some(row) = subject(case, story, number) else { return };
    let all = &story.sheet.measures;
    let fits = |row: usize, it: usize| story.cell(row, it).is_some_and(|it| number.fits(case, it));
    if (0..all.len()).any(|it| fits(row, it)) {
        return;
    }
    // The column that has it in one other row, and in no row of another column.
    let mut found: Vec<(usize, usize)> = Vec::new();
    for measure in 0..all.len() {
        found.extend((0..story.sheet.rows()).filter(|it| fits(*it, measure)).map(|it| (it, measure)));
    }
    let [(other, measure)] = found[..] else { return };
    let own = &all[measure];
    let Some(score) = story.column_score(case, number, measure) else { return };
    let Some(cell) = story.cell(row, measure) else { return };
    let only = own.unit == Unit::Percent && number.unit == Unit::Percent && alone(story, &Unit::Percent);
    let named = phrase::column(case, story, number).is_some_and(|it| it.0 == measure);
    let counted = !case.mentions[number.mention].head.nouns.is_empty() && !Story::is_noun(case, number, own);
    let years = story.sheet.years.is_some();
    let open = story.sheet.is_total[other]
        || is_named(case, story, number, other)
        || own.is_change
        || !(only || named || score >= 3 && !counted)
        || !named && significant(number) < DIGITS_MIN
        || years && other.abs_diff(row) == 1 && phrase::has(case.words(number.mention), &["earlier", "previous", "before", "ago"])
        // Where no row is named, the latest is meant.
        || story.levels(case, number.mention)[other] >= 2
        || is_worked_out(story, number, row);
    if !open {
        let slip = slip::explained(&exact(number.value), &exact(cell)).filter(|it| it.0 == SlipKind::Exchanged);
        let slip = slip.map_or_else(|| format!("the figure of {}", story.sheet.label(other)), |it| it.1);
        tell::cell_is(case, story, number, (row, measure), Some(slip));
    }
}

/// `Ems won five gold medals`, `231 prisoners and 164 staff`: the row right before, the column
/// right behind, and nothing else in between.
fn direct(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    let Some(row) = subject(case, story, number) else { return };
    let all = &story.sheet.measures;
    let Some(measure) = told_column(case, story, number) else { return };
    let Some(cell) = story.cell(row, measure) else { return };
    let near = number.value * 4 >= cell && cell * 4 >= number.value && number.value > 0;
    let in_row = (0..all.len()).any(|it| story.cell(row, it).is_some_and(|it| number.fits(case, it)));
    let anchored = story.beside(case, number.mention).iter().any(|it| {
        let placed = story.placed.get(&it.mention);
        it.mention != number.mention && it.digits >= 2 && placed.is_some_and(|it| it.row == row && it.row_level >= 3)
    });
    let years = story.sheet.years.is_some() || !all[measure].marks.is_empty();
    let part = phrase::has(phrase::clause(case, number.mention), PARTLY);
    let open = !near || in_row || part || years || all[measure].is_change || is_worked_out(story, number, row);
    if !open && (anchored || is_led(case, story, number)) {
        let label = slip::between(&exact(number.value), &exact(cell));
        tell::cell_is(case, story, number, (row, measure), label);
    }
}

/// Words of a part, of another time or of a bound.
#[rustfmt::skip]
const PARTLY: &[&str] = &[
    "of", "more", "fewer", "less", "another", "other", "further", "new", "extra", "first", "last", "since", "than", "every", "each", "per",
    "up", "down", "increase", "rise", "fall", "gain", "lead", "ago", "earlier", "only", "just", "additional", "least", "most", "among", "for",
    "aged", "about", "planned", "will", "by", "during", "between", "over", "under", "without", "except", "not", "no",
];

/// The column whose words, all of them, are what a number counts, with nothing behind.
fn told_column(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> Option<usize> {
    let words = phrase::behind(case, number.mention, 5);
    let ends =
        |it: &&str| matches!(*it, "," | "." | ";" | ":" | "and" | "or" | "but" | "while" | "!" | "?" | ")" | "–");
    let end = words.iter().position(ends)?;
    let told: Vec<String> = words[..end].iter().map(|it| super::words::form(it)).collect();
    let all = &story.sheet.measures;
    let akin = |stem: &String| told.iter().any(|it| super::words::is_akin(it, stem));
    let whole = |it: &usize| {
        let own = &all[*it];
        !own.stems.is_empty()
            && own.unit == Unit::None
            && own.stems.iter().all(akin)
            && told.len() <= own.stems.len() + 1
    };
    let found: Vec<usize> = (0..all.len()).filter(whole).collect();
    let others = (0..all.len()).any(|it| !found.contains(&it) && all[it].stems.iter().any(akin));
    match (&found[..], others) {
        ([one], false) => Some(*one),
        // `Blitz lost eight matches`: the verb is the heading.
        ([], false) if told.len() <= 1 => {
            let verb = super::words::form(phrase::before(case, number.mention, 1).first()?);
            let named =
                |it: &usize| all[*it].stems.len() == 1 && all[*it].stems[0] == verb && all[*it].unit == Unit::None;
            let mut by_verb = (0..all.len()).filter(named);
            by_verb.next().filter(|_| by_verb.next().is_none())
        }
        _ => None,
    }
}

/// Whether only a plain verb stands between a row's name and a number: `Ems won five`.
fn is_led(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    let Some(scene) = story.scenes.at(case, number.mention) else { return false };
    let at = case.mentions[number.mention].tokens.0;
    let Some(hit) = scene.hits.iter().rfind(|it| it.tokens.end <= at) else { return false };
    let between = &case.tokens(number.mention)[hit.tokens.end..at];
    let plain = |it: &Token<'_>| {
        matches!(
            &*it.lower,
            "won"
                | "had"
                | "has"
                | "have"
                | "took"
                | "got"
                | "with"
                | "counted"
                | "recorded"
                | "reported"
                | "scored"
                | "holds"
                | "lost"
        )
    };
    (1..=2).contains(&between.len()) && between.iter().all(plain)
}

/// The digits that say something: of decimals all, of whole numbers without zeros at the end.
fn significant(number: &Number) -> u32 {
    let digits = super::place::significant(number.value);
    if digits == 0 { 0 } else { digits.ilog10() + 1 }
}

/// Whether one column only is in a unit.
fn alone(story: &Story<'_, '_>, unit: &Unit) -> bool {
    story.sheet.measures.iter().filter(|it| it.unit == *unit && !it.is_change).count() == 1
}

/// Whether a number is a share, a difference or a change of the cells of a row.
fn is_worked_out(story: &Story<'_, '_>, number: &Number, row: usize) -> bool {
    let cells: Vec<Micro> = story.sheet.measures.iter().filter_map(|it| it.values[row]).collect();
    let totals: Vec<Micro> = story
        .sheet
        .total()
        .into_iter()
        .flat_map(|row| story.sheet.measures.iter().filter_map(move |it| it.values[row]))
        .collect();
    let fits = |it: Micro| {
        (number.value - it).abs() <= number.half.max(if number.unit == Unit::Percent { ONE / 20 } else { 0 })
    };
    cells.iter().any(|a| {
        cells.iter().any(|b| {
            a != b && (fits((a - b).abs()) || number.unit == Unit::Percent && percent(*a, *b).is_some_and(fits))
        }) || totals.iter().any(|b| number.unit == Unit::Percent && percent(*a, *b).is_some_and(fits))
    })
}
