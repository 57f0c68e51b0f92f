//! What a number without a unit is, by what stands around it: a count, a year,
//! a score, or part of a name.

use super::mention::MentionKind;
use super::numeral::Form;
use super::tokens::Token;
use super::values::{Bounded, is_plural};
use super::words::{is_border, scale};
use crate::table::month;

/// Words whose number is a name.
#[rustfmt::skip]
const LABELS: [&str; 47] = [
    "section", "row", "stage", "channel", "chapter", "page", "table", "figure", "version", "number", "no",
    "article", "group", "season", "episode", "part", "step", "level", "phase", "highway", "route", "flight",
    "room", "line", "volume", "issue", "grade", "class", "tier", "game", "round", "week", "day", "week's",
    "paragraph", "rule", "python", "rust", "release", "rev", "type", "option", "port", "error", "code",
    "status", "exit",
];

/// What a number without a unit is, by what stands around it.
pub(super) fn kind(tokens: &[Token<'_>], at: usize, start: usize, it: &Bounded) -> MentionKind {
    let kind = it.value.kind;
    let plain = it.value.number.form == Form::Plain && tokens[start].is_number();
    if kind != MentionKind::Count || !plain {
        return kind;
    }
    if it.value.high.is_some() || tokens.get(start + 1).is_some_and(|it| it.is_dash() || it.text == ":") {
        if is_score(tokens, start) {
            return MentionKind::Score;
        }
        return kind;
    }
    let before = start.checked_sub(1).map(|it| &tokens[it]);
    let after = tokens.get(it.value.end);
    let plural = |it: &Token<'_>| it.is_word() && is_plural(&it.lower) && !is_border(&it.lower);
    // In a headline adjectives are printed large too: `52 Lost Dogs`.
    let mut large = tokens[it.value.end..].iter().take(3).take_while(|it| it.is_word() && it.is_capital());
    let counts = after.is_some_and(plural) || large.any(plural);
    if is_year(tokens, start, after) && !it.hedged {
        return MentionKind::Year;
    }
    let sentence_start = start < 2 || tokens[start - 2].is_stop();
    let named = before.is_some_and(|it| {
        let name = it.text.chars().any(char::is_uppercase) && it.is_word() && tokens[start].spaced;
        let label = LABELS.contains(&&*it.lower);
        label || (name && !sentence_start && !is_title_verb(&it.lower))
    });
    let code = before.is_some_and(|it| ["#", "№", "-", "/", "=", "_", "<"].contains(&it.text) && !tokens[start].spaced);
    // `no. 5`.
    let dotted = before.is_some_and(|it| it.text == ".")
        && start >= 2
        && matches!(&*tokens[start - 2].lower, "no" | "nr" | "nos");
    if (named && !counts) || code || dotted || (at < start && named) {
        return MentionKind::Identifier;
    }
    kind
}

/// Words that a headline prints large and that name nothing.
fn is_title_verb(word: &str) -> bool {
    month(word).is_some() || super::words::weekday(word).is_some() || is_border(word) || scale(word).is_some()
}

/// Verbs that look like plurals: `the report of 2004 lists`.
const VERBS: [&str; 10] = ["lists", "shows", "says", "gives", "puts", "counts", "records", "marks", "brings", "sees"];

/// Whether four digits are a year.
fn is_year(tokens: &[Token<'_>], start: usize, after: Option<&Token<'_>>) -> bool {
    let fits = tokens[start].text.len() == 4 && (1500..=2099).contains(&tokens[start].text.parse::<u32>().unwrap_or(0));
    if !fits {
        return false;
    }
    let cue = start.checked_sub(1).is_some_and(|it| {
        let word = &*tokens[it].lower;
        month(word).is_some()
            || [
                "in", "since", "of", "from", "by", "until", "till", "during", "before", "after", "for", "and", "to",
                "early", "late", "mid", "the", "year", "(", "through", "'s", "-", "/", "autumn", "spring", "summer",
                "winter", "fall", ",", "©", "between",
            ]
            .contains(&word)
    });
    let ends = after.is_none_or(|it| !it.is_word() || is_border(&it.lower) || it.is_capital() || is_season(&it.lower));
    let noun = |it: &Token<'_>| is_plural(&it.lower) && !VERBS.contains(&&*it.lower);
    let plural = after.is_some_and(|it| it.is_word() && noun(it) && !it.is_capital());
    (cue || ends) && !plural
}

fn is_season(word: &str) -> bool {
    ["season", "election", "census", "edition", "report", "model", "budget", "draft", "championship"].contains(&word)
}

/// Whether two numbers with a hyphen are the score of a match, or a vote.
fn is_score(tokens: &[Token<'_>], start: usize) -> bool {
    let number = |at: usize| tokens.get(at).filter(|it| it.is_number()).and_then(|it| it.text.parse::<u32>().ok());
    let (Some(first), Some(second)) = (number(start), number(start + 2)) else { return false };
    let tight = !tokens[start + 1].spaced && !tokens[start + 2].spaced;
    let counts = tokens.get(start + 3).is_some_and(|it| it.is_word() && it.spaced && is_plural(&it.lower));
    let near = tokens[start.saturating_sub(8)..(start + 11).min(tokens.len())].iter();
    let played = near.clone().any(|it| {
        [
            "won", "win", "beat", "lost", "lose", "defeat", "defeated", "draw", "drew", "victory", "score", "lead",
            "led", "voted", "vote", "match", "game", "goals", "tied", "record", "final",
        ]
        .contains(&&*it.lower)
    });
    let told = tokens[start.saturating_sub(3)..start].iter().any(|it| it.is("score"));
    tight && (!counts || told) && (first >= second || played) && first < 1_000 && second < 1_000
}
