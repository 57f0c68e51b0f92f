//! Records over the editions on file: `a record 314 robberies`, `the highest
//! number since March 2004`.
//!
//! Only editions as long as the one at hand are compared, and only where the
//! number is that of its cell. What holds is said of the editions on file, not
//! of all time; one that is higher contradicts it.

use jiff::civil::Date;

use super::facts::Facts;
use super::rank::superlative_at;
use crate::article::claim::{ClaimVerdict, shown};
use crate::article::dates::Dated;
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::tokens::Token;
use crate::finding::{Place, Role};
use crate::table::{Decimal, Edition, Period, Table};

/// A record that a sentence claims for a number.
struct Claimed {
    /// The tokens that say it.
    tokens: std::ops::Range<usize>,
    highest: bool,
    /// The last day that may have had more.
    since: Option<Date>,
}

/// Judges what a sentence says of the record of a number that equals a cell.
pub(super) fn look(case: &mut Case<'_>, facts: &Facts<'_>, it: usize, (row, column): (usize, usize)) {
    let Some(period) = case.material.period else { return };
    let Some(claimed) = record(case, it).or_else(|| since(case, it)) else { return };
    let own = &facts.rows[row];
    let (Some(figure), Some(value)) = (own.figure(column).filter(|_| own.is_clear), &case.mentions[it].value) else {
        return;
    };
    if figure.exact() != *value || case.mentions[it].hedged {
        return;
    }
    let counts = |other: Period| {
        other.days() == period.days() && claimed.since.is_none_or(|it| other.start > it) && other.end < period.start
    };
    let mut others: Vec<(Decimal, Period, (&Table, usize, usize))> = Vec::new();
    for edition in facts.earlier.iter().filter(|it| it.period.is_some_and(counts)) {
        others.extend(facts.figure_in(edition, row, column).zip(edition.period).map(|((it, at), when)| (it, when, at)));
    }
    let beats = |it: &&(Decimal, Period, (&Table, usize, usize))| {
        if claimed.highest { it.0.exact() > *value } else { it.0.exact() < *value }
    };
    let side = if claimed.highest { "highest" } else { "lowest" };
    let said = if let Some((other, when, (table, row, column))) = others.iter().find(beats) {
        let formula = format!("{} in {}/{}", shown(&other.exact()), when.start, when.end);
        let place = Place::of_cell(table, *row, *column, Role::Operand, "an earlier edition");
        let reason = format!("an edition on file has {}", shown(&other.exact()));
        CheckResult::of(ClaimVerdict::Contradicted, reason, evidence("record", formula, vec![place]))
    } else if others.is_empty() {
        return;
    } else {
        let editions = if others.len() == 1 { "edition" } else { "editions" };
        let formula = format!(
            "{} is the {side} among this edition and {} earlier {editions} on file",
            shown(value),
            others.len()
        );
        let place = Place::of_cell(own.table, own.row, column, Role::Operand, "the cell");
        CheckResult::of(
            ClaimVerdict::Confirmed,
            "true of the editions on file",
            evidence("record", formula, vec![place]),
        )
    };
    let mention = superlative_at(case, (case.mentions[it].paragraph, case.mentions[it].sentence), claimed.tokens, 1);
    case.add(mention, said);
}

/// `a record 314 robberies`: right before the number.
fn record(case: &Case<'_>, it: usize) -> Option<Claimed> {
    let at = case.mentions[it].tokens.0.checked_sub(1).filter(|at| *at >= case.sentence(it).start)?;
    let tokens = case.tokens(it);
    let led = |it: &Token<'_>| matches!(&*it.lower, "a" | "the" | "of" | "to" | "at");
    let before = at.checked_sub(1).map(|it| &tokens[it]);
    let plain = tokens[at].is("record") && before.is_some_and(led) && is_only(case, it);
    plain.then(|| Claimed { tokens: at..at + 1, highest: true, since: None })
}

/// `the highest number since March 2004`: with a date that has a year.
fn since(case: &Case<'_>, it: usize) -> Option<Claimed> {
    const BETWEEN_MAX: usize = 4;
    let range = case.sentence(it);
    let tokens = case.tokens(it);
    let side = |it: &Token<'_>| match &*it.lower {
        "highest" | "most" | "largest" => Some(true),
        "lowest" | "fewest" | "smallest" => Some(false),
        _ => None,
    };
    let (at, highest) = range.clone().find_map(|at| Some((at, side(&tokens[at])?)))?;
    let end = (at + 1..range.end.min(at + 2 + BETWEEN_MAX)).find(|it| tokens[*it].is("since"))?;
    let dated = case.beside(it).find(|other| case.mentions[*other].tokens.0 == end + 1)?;
    let last = last_day(case, dated)?;
    is_only(case, it).then(|| Claimed { tokens: at..end + 1, highest, since: Some(last) })
}

/// Whether no other number of the sentence counts anything.
fn is_only(case: &Case<'_>, it: usize) -> bool {
    let dated = [MentionKind::Year, MentionKind::Date, MentionKind::Period];
    case.beside(it).all(|other| other == it || dated.contains(&case.mentions[other].kind))
}

/// The last day of a year, month or day that is printed with its year.
fn last_day(case: &Case<'_>, it: usize) -> Option<Date> {
    let mention = &case.mentions[it];
    if mention.kind == MentionKind::Year {
        let year = mention.value.as_ref().and_then(crate::article::numeral::as_whole)?;
        return Date::new(i16::try_from(year).ok()?, 12, 31).ok();
    }
    let Dated { from, until: None, .. } = mention.dated? else { return None };
    match (from.year?, from.month, from.day) {
        (_, Some(_), Some(_)) => from.date(),
        (year, Some(month), None) => Some(Date::new(year, month, 1).ok()?.last_of_month()),
        (year, None, None) => Date::new(year, 12, 31).ok(),
        _ => None,
    }
}

impl<'a> Facts<'a> {
    /// The figure of a row and column in another edition, with its place.
    fn figure_in(
        &self,
        edition: &'a Edition,
        row: usize,
        column: usize,
    ) -> Option<(Decimal, (&'a Table, usize, usize))> {
        let (table, row, column) = self.rows[row].in_edition(edition, column)?;
        Some((table.columns[column].decimal(row)?, (table, row, column)))
    }
}
