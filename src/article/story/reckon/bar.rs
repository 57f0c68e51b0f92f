//! What keeps a number from being contradicted: words that say that it is something else.

use super::super::place::{Number, exact};
use super::super::tell;
use super::claim::{Fit, Reading, fit};
use super::cue::{Around, Role};
use super::view::{At, View};
use crate::article::checks::slip;
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::table::ONE;
use crate::article::tokens::Token;

/// `on 25 and 29 May`, `a 40-kilometre road`.
pub(super) fn is_day(case: &Case<'_>, number: &Number) -> bool {
    let mention = &case.mentions[number.mention];
    let tokens = case.tokens(number.mention);
    let dashed = tokens[mention.tokens.0..mention.tokens.1].iter().skip(1).any(Token::is_dash)
        || tokens.get(mention.tokens.1).is_some_and(|it| it.is_dash() && !it.spaced);
    let dashed = dashed && matches!(mention.kind, MentionKind::Measure | MentionKind::Count);
    let behind = tokens.get(mention.tokens.1..(mention.tokens.1 + 3).min(tokens.len())).unwrap_or_default();
    let day = number.value <= 31 * ONE
        && behind.first().is_some_and(|it| it.is("and") || it.is("to"))
        && behind.get(2).is_some_and(|it| crate::table::month(&it.lower).is_some());
    // `Owen Tully, 52, had`: an age.
    let comma = |at: Option<usize>| at.and_then(|it| tokens.get(it)).is_some_and(|it| it.text == ",");
    let age = mention.kind == MentionKind::Count
        && (16 * ONE..100 * ONE).contains(&number.value)
        && comma(mention.tokens.0.checked_sub(1))
        && comma(Some(mention.tokens.1));
    dashed || day || age
}

/// What a number was taken for: the cell of another row of the column, or of another column of the row.
pub(super) fn taken_for(view: &View<'_, '_, '_>, number: &Number, best: &Reading, case: &Case<'_>) -> Option<String> {
    let [(row, measure)] = best.cells[..] else { return None };
    let sheet = view.story.sheet;
    let scene = view.story.scenes.at(case, number.mention)?;
    let holds = |at: At| view.value(at).is_some_and(|it| fit(case, number, it) == Fit::Holds);
    // What the total has may be told anywhere.
    if (0..sheet.rows()).any(|it| sheet.is_total[it] && (0..sheet.measures.len()).any(|measure| holds((it, measure)))) {
        return None;
    }
    let other = (0..sheet.rows()).find(|it| *it != row && holds((*it, measure)));
    if let Some(other) = other {
        // Where its own row is named, too, it may be meant.
        let told = scene.hits.iter().any(|it| it.rows.len() == 1 && it.rows.contains(&other));
        return (!told || best.is_beside).then(|| sheet.label(other));
    }
    let adds = |it: usize| sheet.measures[it].stems.iter().any(|it| matches!(it.as_str(), "total" | "all" | "overall"));
    // A heading that is not named right beside a number may not be meant.
    let other = (0..sheet.measures.len()).find(|it| *it != measure && !adds(*it) && holds((row, *it)));
    let other = other.filter(|it| best.column >= 4 || view.family(measure).contains(it))?;
    let own = &sheet.measures[other];
    let told = own.stems.iter().any(|it| scene.has(it) && !sheet.measures[measure].stems.contains(it))
        || own.marks.iter().any(|it| scene.words.contains(it) && !sheet.measures[measure].marks.contains(it));
    (!told).then(|| sheet.heading(other).to_owned())
}

/// Whether the likeliest reading is a cell.
pub(super) fn best_is_cell(found: &[Reading]) -> bool {
    found.iter().find(|it| it.is_sure).is_some_and(|it| it.cells.len() == 1)
}

/// Whether a number is printed in a column of names: of a row that it may be of, or as the end of a range.
pub(super) fn is_printed(view: &View<'_, '_, '_>, number: &Number, found: &[Reading]) -> bool {
    let sheet = view.story.sheet;
    let own: Vec<usize> = found.iter().filter_map(|it| it.cells.first()).map(|it| it.0).collect();
    (0..sheet.rows()).any(|row| {
        sheet.keys.iter().any(|key| {
            let text = sheet.table.text(row, *key).replace(',', "");
            let same = |it: &str| it.parse::<i128>().is_ok_and(|it| it * ONE == number.value);
            let ranged = text.contains(['-', '–', '+']) && number.value < 100 * ONE;
            same(text.trim()) && own.contains(&row) || ranged && text.split(|it: char| !it.is_ascii_digit()).any(same)
        })
    })
}

/// Whether a number is told as a fact, or as the forecast that the table tells.
pub(super) fn is_fact(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number) -> bool {
    let sheet = view.story.sheet;
    let planned = ["forecast", "plan", "planned", "budget", "target", "expected", "projected", "proposed"];
    let told = sheet.table.columns.iter().flat_map(|it| super::super::words::forms(&it.name));
    let plans = told.chain(super::super::words::forms(&sheet.table.name)).any(|it| planned.contains(&it.as_str()));
    let doubt = ["would", "could", "might", "should", "if", "unless", "not", "never"];
    plans && !super::super::phrase::has(super::super::phrase::clause(case, number.mention), &doubt)
        || tell::is_fact(case, number.mention)
}

/// Whether a multiple has an object that the table does not tell of: `doubled the fee`.
pub(super) fn is_of_other(view: &View<'_, '_, '_>, around: &Around<'_>, best: &Reading) -> bool {
    let word =
        |step: usize| around.tokens.get(around.own.1 + step).filter(|_| around.own.1 + step < around.sentence.end);
    let led = word(0).is_some_and(|it| matches!(&*it.lower, "the" | "its" | "their" | "his" | "her" | "a"));
    let Some(noun) = word(1).filter(|it| led && it.is_word() && best.what == "the ratio") else { return false };
    let general = [
        "number", "total", "figure", "count", "size", "level", "result", "own", "sum", "amount", "share", "rate",
        "tally", "year",
    ];
    let table = view.story.sheet.table;
    let told = table
        .columns
        .iter()
        .flat_map(|it| super::super::words::forms(&it.name))
        .chain(super::super::words::forms(&table.name));
    let own = super::super::words::form(&noun.lower);
    !general.contains(&&*noun.lower)
        && !told.into_iter().any(|it| super::super::words::is_akin(&it, &own))
        && !noun.is_number()
        && !noun.is_capital()
}

/// Whether words say that something else is told than the table has.
pub(super) fn is_barred(view: &View<'_, '_, '_>, around: &Around<'_>, best: &Reading, role: Role) -> bool {
    #[rustfmt::skip]
    const BARRED: &[&str] = &[
        "excluding", "except", "without", "apart", "besides", "another", "other", "others", "further", "per", "each", "every", "rest", "remaining",
    ];
    let single = best.cells.len() <= 2 && matches!(role, Role::Step | Role::Level | Role::Base);
    let together = || {
        around.has(
            around.sentence.start.min(around.own.0)..(around.own.1 + 4).min(around.tokens.len()),
            &["between", "together", "combined", "both", "jointly", "altogether"],
        )
    };
    let tokens = around.tokens;
    // `with 31, of which 16 are gold`: the larger thing is no part of the table.
    let behind: Vec<&str> = tokens[around.own.1.min(around.sentence.end)..around.sentence.end]
        .iter()
        .take(4)
        .map(|it| &*it.lower)
        .collect();
    let larger = behind.windows(2).any(|it| matches!(it, ["of", "which" | "whom"] | [",", "including"]));
    // `doubled the fee` is told of something else.
    if is_of_other(view, around, best) || larger && role == Role::Level {
        return true;
    }
    let stretch = around.stretch();
    let barred = stretch
        .clone()
        .any(|it| BARRED.contains(&&*tokens[it].lower) && !tokens.get(it + 1).is_some_and(|it| it.is("cent")));
    barred && best.what != "the count of rows" || single && together()
}

/// Whether what a number says is near enough to what it should be, and told of that.
pub(super) fn is_telling(
    case: &Case<'_>,
    view: &View<'_, '_, '_>,
    number: &Number,
    best: &Reading,
    role: Role,
) -> bool {
    let (value, found) = (number.value.abs(), best.value.abs());
    let near = best.what == "the count of rows" || value < found.saturating_mul(3) && found < value.saturating_mul(3);
    let scaled = [1_000, 1_000_000].iter().any(|it| {
        fit(case, number, found.saturating_mul(*it)) == Fit::Holds || fit(case, number, found / it) == Fit::Holds
    });
    let measure = best.cells.first().map_or(0, |it| it.1);
    let about = best.cells.is_empty() || super::super::phrase::is_about(case, view.story, number, measure);
    // Digits exchanged, or the figure of another row, say what is meant.
    let slipped = number.digits >= 3 && slip::between(&exact(number.value), &exact(found)).is_some();
    let taken = number.digits >= 3 && taken_for(view, number, best, case).is_some();
    let relative =
        matches!(case.mentions[number.mention].kind, MentionKind::Multiple | MentionKind::Percent | MentionKind::Ratio);
    let cited = best.what == "the count of rows"
        || role == Role::Step && best.is_beside
        || role == Role::Step && (best.level >= 12 || relative)
        || best.what == "the share";
    let telling =
        !matches!(role, Role::Level | Role::Sum | Role::Base) || value >= 10 * ONE || best.what == "the count of rows";
    // A figure that is only near to the one that is meant may be another, unless its row stands beside it and its noun is the heading.
    let slip = slipped || taken || scaled || best.is_beside || best.column >= 5;
    if role == Role::Level && !slip && !case.mentions[number.mention].hedged && best.cells.len() == 1 {
        return false;
    }
    let counts = best.what == "the count of rows";
    if matches!(role, Role::Level | Role::Base) && best.column < 3 && !slip && !counts {
        return false;
    }
    (found != 0 || best.what == "the count of rows")
        && (near || scaled)
        && (about || slipped || taken || cited)
        && telling
}
