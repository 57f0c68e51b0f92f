//! Contradictions by a table that are taken back, since the text itself shows that another thing is meant.

use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::table::value_of;

/// Takes them back.
pub(super) fn reconsider(case: &mut Case<'_>) {
    let kinds =
        [MentionKind::Count, MentionKind::Money, MentionKind::Measure, MentionKind::Percent, MentionKind::Duration];
    let is_by_table = |it: &usize| {
        let of_table = ["cell", "aggregate", "difference"].iter().any(|kind| case.is_contradicted_by(*it, kind));
        of_table && case.is_by_cells(*it)
    };
    let told: Vec<usize> = case.of_kinds(&kinds).into_iter().filter(is_by_table).collect();
    let meant = |it: &usize| {
        is_a_share(case, *it) || is_a_time(case, *it) || is_stated_elsewhere(case, *it) || bears_out(case, *it)
    };
    let others: Vec<usize> = told.iter().copied().filter(meant).collect();
    for it in others {
        case.reopen(it);
    }
}

/// `in Oakham each of the four looks after 2,235, in Tavy 1,330`: the table has what all come to.
fn is_a_share(case: &Case<'_>, mention: usize) -> bool {
    let (tokens, sentence) = (case.tokens(mention), case.sentence(mention));
    // `per cent` shares nothing out.
    let next = |at: usize| tokens.get(at + 1).is_some_and(|it| it.is("cent"));
    let shared = |at: usize| match &*tokens[at].lower {
        "each" | "apiece" => true,
        "per" => !next(at),
        _ => false,
    };
    let mut before = sentence.start..case.mentions[mention].tokens.0;
    case.is_contradicted_by(mention, "cell") && before.any(shared)
}

/// `in the nine weeks together`: a stretch of time is no figure of a table.
fn is_a_time(case: &Case<'_>, mention: usize) -> bool {
    let is_time = |it: &str| {
        matches!(it.trim_end_matches('s'), "week" | "month" | "year" | "day" | "quarter" | "season" | "hour" | "decade")
    };
    let mut words =
        case.text(mention).split_whitespace().chain(case.mentions[mention].head.nouns.iter().map(String::as_str));
    case.is_contradicted_by(mention, "cell") && words.any(is_time)
}

/// Whether the cells that it was compared with bear it out after all, in other units.
fn bears_out(case: &Case<'_>, mention: usize) -> bool {
    let figures = case.figures_told(mention);
    let Some(value) = value_of(case.text(mention)) else { return false };
    let [one, other] = figures[..] else { return false };
    case.is_contradicted_by(mention, "difference") && (one - other).abs() == value
}

/// `with 146 scored and 133 let in`: what the table has for the one is told of the other, and rightly.
fn is_stated_elsewhere(case: &Case<'_>, mention: usize) -> bool {
    let Some(right) = case.figure_told(mention).and_then(value_of) else { return false };
    let mut beside = case.beside(mention).filter(|it| *it != mention && !case.is_contradicted(*it));
    beside.any(|it| value_of(case.text(it)).is_some_and(|it| it == right))
}
