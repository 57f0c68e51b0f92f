//! A sentence against a table: names to rows, headings to columns, numbers to cells.
//!
//! A sentence is a set of conditions on one row, or on a set of rows. It is
//! confirmed where a row meets all of them and every word of weight is
//! accounted for; contradicted where one number alone, tied to one column by
//! its heading, keeps the one row that is named from fitting. What is not
//! understood counts against a verdict, in points; a verdict is given up to a
//! bound. Points and bounds were set on one half of 5,000 statements about 3,196
//! tables of `TabFact`, by the name of the table; `rules/kinds/claim.md` has the
//! figures of both halves.

mod column;
mod count;
mod growth;
mod index;
mod normal;
mod prose;
mod read;
mod row;
mod superlative;
mod tie;
mod whose;

pub(super) use index::{Grid, Index};
pub(super) use normal::{ONE, places};
pub(super) use row::Answer;

use std::collections::HashSet;

use read::Reading;
use row::{CONFIRM_MAX, CONTRADICT_MAX, Conditions};
use superlative::SUPERLATIVE_MAX;

const OTHERS: &[&str] = &["average", "mean", "combined", "sum", "averaged", "median"];

/// The words of a text in the form that an index knows them in.
pub(super) fn words(text: &str) -> HashSet<String> {
    normal::words(text).into_iter().map(|it| it.text).collect()
}

/// The number that a text is, if it is one.
pub(super) fn value_of(text: &str) -> Option<normal::Micro> {
    match &normal::words(text)[..] {
        [one] => one.value,
        _ => None,
    }
}

/// A word in the form that an index knows it in.
pub(super) fn form(word: &str) -> String {
    normal::normal(word)
}

/// The factor of a word of scale in a heading.
pub(super) fn scale_of(word: &str) -> Option<i128> {
    Some(match word {
        "thousand" => 1_000,
        "million" => 1_000_000,
        "billion" => 1_000_000_000,
        _ => return None,
    })
}

/// What a table says of a sentence, or of its two halves, and then of its numbers one by one.
pub(super) fn answers(sentence: &str, index: &Index) -> Vec<Answer> {
    let reading = Reading::of(sentence, index);
    let together = judge(sentence, &reading, index);
    together.into_iter().chain(prose::judge(&reading, index)).collect()
}

fn judge(sentence: &str, reading: &Reading, index: &Index) -> Option<Answer> {
    let whole = whole(reading, index);
    if whole.as_ref().is_some_and(|it| it.points <= limit(it)) {
        return whole;
    }
    halves(sentence, reading, index).or(whole)
}

fn whole(reading: &Reading, index: &Index) -> Option<Answer> {
    let compared = reading.words.windows(2).any(|it| it[0].raw == "than" && it[1].value.is_none());
    if compared {
        // `more` and `fewer` are what is told here, not what is left over.
        return superlative::difference(reading, index);
    }
    if reading.is_blocked {
        return None;
    }
    if reading.words.iter().any(|it| superlative::direction(&it.raw).is_some()) {
        return superlative::judge(reading, index);
    }
    if reading.words.iter().any(|it| OTHERS.contains(&it.raw.as_str()) || is_superlative(&it.raw)) {
        return None;
    }
    let between = reading.words.windows(2).any(|it| it[0].raw == "between" && it[1].value.is_some());
    if between {
        return None;
    }
    if let Some(it) = count::judge(reading, index) {
        return Some(it);
    }
    Conditions::of(reading, index).judge()
}

/// `A had 3 wins while B had 4`: each half on its own, where both can stand alone.
fn halves(sentence: &str, reading: &Reading, index: &Index) -> Option<Answer> {
    let cuts = (1..reading.words.len()).filter(|&it| {
        let word = &reading.words[it];
        matches!(word.raw.as_str(), "while" | "whereas" | "but" | "and") || word.signs.contains(';')
    });
    for cut in cuts {
        let inside = reading.named.iter().any(|it| it.from < cut && cut < it.to);
        let start = reading.words[cut].bytes.0;
        let joint = if reading.words[cut].signs.contains(';') { start } else { reading.words[cut].bytes.1 };
        if inside {
            continue;
        }
        let (first, second) = (Reading::of(&sentence[..start], index), Reading::of(&sentence[joint..], index));
        let (Some(one), Some(mut two)) = (whole(&first, index), whole(&second, index)) else { continue };
        let sure = |it: &Answer| it.points < limit(it);
        if one.kind != two.kind && one.holds == two.holds || !sure(&one) || !sure(&two) {
            continue;
        }
        for it in &mut two.bytes {
            *it = (it.0 + joint, it.1 + joint);
        }
        let whole = one.is_whole && two.is_whole;
        let mut answer = match (one.holds, two.holds) {
            (false, false) => return None,
            (true, false) => two,
            (false, true) => one,
            (true, true) => Answer {
                points: one.points.max(two.points),
                bytes: [one.bytes, two.bytes].concat(),
                cells: [one.cells, two.cells].concat(),
                ..one
            },
        };
        answer.points += 1;
        answer.is_whole = whole;
        return Some(answer);
    }
    None
}

/// Whether a word has the form of a superlative.
fn is_superlative(raw: &str) -> bool {
    const NONE: &[&str] = &[
        "west",
        "test",
        "contest",
        "forest",
        "guest",
        "rest",
        "interest",
        "request",
        "east",
        "midwest",
        "northwest",
        "southwest",
        "quest",
        "budapest",
        "conquest",
        "protest",
        "harvest",
        "honest",
        "best",
        "chest",
        "nest",
        "crest",
        "everest",
    ];
    raw.len() > 4 && raw.ends_with("est") && !NONE.contains(&raw)
}

pub(super) fn limit(answer: &Answer) -> u32 {
    match (answer.kind, answer.holds) {
        ("count", true) => count::COUNT_CONFIRM_MAX,
        ("count", false) => count::COUNT_CONTRADICT_MAX,
        ("superlative" | "difference", _) => SUPERLATIVE_MAX,
        (_, true) => CONFIRM_MAX,
        (_, false) => CONTRADICT_MAX,
    }
}
