//! The normal form of words: the same for sentences, headings and cells.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::table::MONTHS;

/// A value in millionths: exact, and enough for what is printed in prose.
pub(crate) type Micro = i128;
/// No value is larger.
const VALUE_MAX: Micro = 10_i128.pow(28);
/// One, in millionths.
pub(crate) const ONE: Micro = 1_000_000;

/// A word or a number in normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Small letters, without plural; of a class of synonyms the first; a number as digits.
    pub(crate) text: String,
    /// In small letters, as printed.
    pub(crate) raw: String,
    /// The byte it starts at, and one past its last.
    pub(crate) bytes: (usize, usize),
    /// Its value, if it is a number.
    pub(crate) value: Option<Micro>,
    /// Whether it is `third` or `3rd`.
    pub(crate) is_ordinal: bool,
    /// Whether it is spelled with letters.
    pub(crate) is_spelled: bool,
    /// Whether it starts with a capital letter.
    pub(crate) is_capital: bool,
    /// The factor of its word of scale, 1 where it has none.
    pub(crate) factor: i128,
    /// How many decimals are printed of it.
    pub(crate) decimals: u32,
    /// The signs between it and the word before: `,` of `, `.
    pub(crate) signs: String,
}

/// Words that mean the same in tables and in texts about them.
#[rustfmt::skip]
const CLASSES: &[&[&str]] = &[
    &["win", "won", "victory", "w", "wins"], &["loss", "lost", "defeat", "l", "lose"], &["draw", "drew", "tie", "drawn", "tied"],
    &["point", "pt"], &["attendance", "crowd", "spectator", "attended"], &["position", "place", "rank", "pos"],
    &["goal", "scored"], &["no", "number", "#"], &["population", "inhabitant"], &["venue", "stadium", "ground"],
    &["death", "died", "dead", "die", "killed"], &["admission", "admitted"], &["hospital", "hospitalised", "hospitalized"],
    &["directed", "director"], &["written", "wrote", "writer"], &["aired", "air", "airdate"],
];

/// The number of a month in normal form, from 0.
pub(crate) fn month(text: &str) -> Option<usize> {
    MONTHS.iter().position(|it| *it == text)
}

#[rustfmt::skip]
const SMALL: &[&str] = &[
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
];
const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
#[rustfmt::skip]
const ORDINALS: &[&str] = &[
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
];

fn spelled(word: &str) -> Option<i128> {
    if let Some(it) = SMALL.iter().position(|it| *it == word) {
        return i128::try_from(it).ok();
    }
    TENS.iter().position(|it| *it == word).and_then(|it| i128::try_from(it * 10 + 20).ok())
}

/// The factor of a word of scale.
fn scale(word: &str) -> Option<i128> {
    Some(match word {
        "thousand" => 1_000,
        "million" | "mn" | "m" => 1_000_000,
        "billion" | "bn" => 1_000_000_000,
        _ => return None,
    })
}

/// The words of a text in normal form.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut signs = String::new();
    while let Some(first) = text[at..].chars().next() {
        if !first.is_alphanumeric() {
            if !first.is_whitespace() {
                signs.push(first);
            }
            at += first.len_utf8();
            continue;
        }
        let end = at + if first.is_ascii_digit() { number(&bytes[at..]) } else { letters(&text[at..]) };
        let mut word = Word {
            text: String::new(),
            raw: text[at..end].to_lowercase().replace('’', "'"),
            bytes: (at, end),
            value: None,
            is_ordinal: false,
            is_spelled: false,
            is_capital: first.is_uppercase(),
            signs: std::mem::take(&mut signs),
            factor: 1,
            decimals: 0,
        };
        at = end;
        complete(&mut word, &mut at, text);
        if !joined(&mut found, &word) {
            found.push(word);
        }
    }
    found
}

/// How long a number is: digits, groups of three, decimals.
fn number(bytes: &[u8]) -> usize {
    let digits = |from: usize| bytes.get(from..).map_or(0, |it| it.iter().take_while(|it| it.is_ascii_digit()).count());
    let mut end = digits(0);
    while end <= 3 * 6 && bytes.get(end) == Some(&b',') && digits(end + 1) == 3 {
        end += 4;
    }
    if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    end
}

fn letters(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, it)) = chars.next() {
        let inside = matches!(it, '\'' | '’') && chars.peek().is_some_and(|it| it.1.is_alphabetic());
        if !it.is_alphanumeric() && !inside {
            return at;
        }
    }
    text.len()
}

/// Gives a word its value or its normal form; ordinals take their ending.
fn complete(word: &mut Word, at: &mut usize, text: &str) {
    if word.raw.starts_with(|it: char| it.is_ascii_digit()) {
        let suffix = ["st", "nd", "rd", "th"].iter().find(|it| text[*at..].to_lowercase().starts_with(**it));
        let ends = |length: usize| !text[*at + length..].starts_with(|it: char| it.is_alphanumeric());
        if let Some(suffix) = suffix.filter(|it| text.is_char_boundary(*at + it.len()) && ends(it.len())) {
            word.is_ordinal = true;
            *at += suffix.len();
            word.bytes.1 = *at;
        } else if text[*at..].starts_with(char::is_alphabetic) {
            // `5a` is a name.
            let more = letters(&text[*at..]);
            word.raw = text[word.bytes.0..*at + more].to_lowercase();
            word.text.clone_from(&word.raw);
            *at += more;
            word.bytes.1 = *at;
            return;
        }
        word.value = micro(&word.raw);
        word.decimals = word.raw.split_once('.').map_or(0, |it| u32::try_from(it.1.len()).unwrap_or(6));
        word.text = word.value.map_or_else(|| word.raw.clone(), shown);
        return;
    }
    if let Some(it) = spelled(&word.raw) {
        (word.value, word.is_spelled) = (Some(it * ONE), true);
        word.text = it.to_string();
    } else if let Some(it) = ORDINALS.iter().position(|it| *it == word.raw && !it.is_empty()) {
        (word.value, word.is_spelled, word.is_ordinal) = (i128::try_from(it).ok().map(|it| it * ONE), true, true);
        word.text = it.to_string();
    } else {
        word.text = normal(&word.raw);
    }
}

/// Whether a word goes on with the number before it: `thirty-two`, `4.2 million`.
fn joined(found: &mut [Word], word: &Word) -> bool {
    let Some(last) = found.last_mut() else { return false };
    let Some(value) = last.value.filter(|_| !last.is_ordinal) else { return false };
    let factor = scale(&word.raw).filter(|_| word.signs.is_empty() && (word.raw.len() > 1 || !last.is_spelled));
    let tens = last.is_spelled && word.is_spelled && TENS.contains(&last.raw.as_str());
    let unit = word.value.filter(|it| tens && (ONE..=9 * ONE).contains(it) && matches!(&*word.signs, "" | "-"));
    let joined = match (factor, unit) {
        (Some(factor), _) => value.checked_mul(factor),
        (_, Some(unit)) => Some(value + unit),
        _ => return false,
    };
    // Larger numbers are of no table, and would not fit where they are multiplied.
    let Some(joined) = joined.filter(|it| *it < VALUE_MAX) else { return false };
    last.value = Some(joined);
    last.factor = factor.unwrap_or(last.factor);
    last.is_ordinal = word.is_ordinal;
    last.text = shown(joined);
    last.bytes.1 = word.bytes.1;
    true
}

/// Digits with groups and decimals to millionths; nothing where they do not fit.
fn micro(text: &str) -> Option<Micro> {
    let plain = text.replace(',', "");
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
    if whole.len() > 15 || decimals.len() > 6 {
        return None;
    }
    let units: i128 = whole.parse().ok()?;
    let part: i128 = if decimals.is_empty() { 0 } else { format!("{decimals:0<6}").parse().ok()? };
    Some(units * ONE + part)
}

/// A value as digits.
pub(crate) fn shown(value: Micro) -> String {
    let (whole, part) = (value / ONE, value % ONE);
    if part == 0 {
        whole.to_string()
    } else {
        format!("{whole}.{}", format!("{:06}", part.abs()).trim_end_matches('0'))
    }
}

/// Which words a word means the same as, by their place in the list.
fn class(word: &str) -> Option<usize> {
    static PLACES: OnceLock<HashMap<&str, usize>> = OnceLock::new();
    PLACES.get_or_init(|| places(CLASSES)).get(word).copied()
}

/// In which of some lists a word stands, the first of them.
pub(crate) fn places(lists: &[&[&'static str]]) -> HashMap<&'static str, usize> {
    lists.iter().enumerate().rev().flat_map(|(at, words)| words.iter().map(move |it| (*it, at))).collect()
}

/// The normal form of a word in small letters.
pub(crate) fn normal(raw: &str) -> String {
    let short = raw.trim_end_matches("'s");
    let by_month = MONTHS.iter().find(|it| {
        **it == short || (short.len() == 3 && it.starts_with(short)) || (short == "sept" && **it == "september")
    });
    if let Some(it) = by_month {
        return (*it).to_owned();
    }
    let stem = stem(short);
    // Of two classes that it may be in the first is meant.
    let class = class(&stem).into_iter().chain(class(short)).min();
    class.map_or(stem, |it| CLASSES[it][0].to_owned())
}

fn stem(word: &str) -> String {
    match word {
        "men" => return "man".to_owned(),
        "women" => return "woman".to_owned(),
        "children" => return "child".to_owned(),
        "people" | "persons" => return "person".to_owned(),
        _ => {}
    }
    if word.len() > 4 && word.ends_with("ies") {
        return format!("{}y", &word[..word.len() - 3]);
    }
    for ending in ["sses", "shes", "ches", "xes", "zes"] {
        if let Some(base) = word.strip_suffix(ending) {
            return format!("{base}{}", &ending[..ending.len() - 2]);
        }
    }
    let kept = word.len() < 4 || ["ss", "us", "is"].iter().any(|it| word.ends_with(it));
    word.strip_suffix('s').filter(|_| !kept).unwrap_or(word).to_owned()
}

/// The key of some words: their normal forms with blanks between.
pub(crate) fn key(words: &[Word]) -> String {
    let texts: Vec<&str> = words.iter().map(|it| it.text.as_str()).collect();
    texts.join(" ")
}
