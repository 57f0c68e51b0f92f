//! For people: each number marked in its line, its verdict and evidence
//! beneath, alarms first, and always how many were found and could be checked.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::article::{Article, Claim, ClaimVerdict, Evidence};
use crate::check::RunVerdict;
use crate::finding::Place;
use crate::report::{Look, counted};

/// A line longer than this is cut around the number.
const LINE_MAX: usize = 100;
const GUTTER: &str = "   | ";

pub(super) fn write(article: &Article, verdict: RunVerdict, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let width = look.width.unwrap_or(LINE_MAX + 5).saturating_sub(GUTTER.len()).clamp(40, LINE_MAX);
    let order = [
        (ClaimVerdict::Contradicted, true),
        (ClaimVerdict::Confirmed, !look.quiet),
        (ClaimVerdict::Unsourced, !look.quiet),
        (ClaimVerdict::NotCheckable, look.verbose),
    ];
    for (verdict, shown) in order {
        for claim in article.claims.iter().filter(|it| shown && it.verdict == verdict) {
            tell(article, claim, width, look.color, out)?;
        }
    }
    for it in article.limits.iter().filter(|_| !look.quiet) {
        writeln!(out, "limit: {it}")?;
    }
    if look.quiet { Ok(()) } else { writeln!(out, "{}: {}", verdict.words(), summary(article)) }
}

/// How many numbers there are, and what became of them.
fn summary(article: &Article) -> String {
    let it = article.summary();
    format!(
        "{} found, {} checkable: {} contradicted, {} confirmed, {} unsourced; {} not checkable",
        counted(it.found, "number"),
        it.checkable,
        it.contradicted,
        it.confirmed,
        it.unsourced,
        it.not_checkable
    )
}

fn tell(article: &Article, claim: &Claim, width: usize, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let place = claim.place(&article.document);
    let style = if color { style(claim.verdict) } else { Style::new() };
    let word = claim.verdict.word().replace('_', " ");
    writeln!(out, "{style}{word}{style:#}: {}: {}", claim.text, claim.reason)?;
    writeln!(out, "  --> {}", place.at())?;
    let (line, mark) = excerpt(article, claim, width);
    writeln!(out, "{GUTTER}{line}")?;
    writeln!(out, "{GUTTER}{}{style}{}{style:#}", " ".repeat(mark.0), "^".repeat(mark.1.max(1)))?;
    for it in &claim.evidence {
        evidence(it, &place, out)?;
    }
    if let Some(slip) = &claim.slip {
        writeln!(out, "   = possible slip: {slip}")?;
    }
    writeln!(out)
}

fn style(verdict: ClaimVerdict) -> Style {
    match verdict {
        ClaimVerdict::Contradicted => AnsiColor::Red.on_default().bold(),
        ClaimVerdict::Confirmed => AnsiColor::Green.on_default().bold(),
        ClaimVerdict::Unsourced => AnsiColor::Yellow.on_default().bold(),
        ClaimVerdict::NotCheckable => Style::new().dimmed(),
    }
}

/// The formula, where its numbers stand, and what chance alone would give.
fn evidence(it: &Evidence, own: &Place, out: &mut dyn Write) -> io::Result<()> {
    let chance = match it.chance {
        Some((hits, of)) if of > 0 => format!(" (chance: {hits} of {of} neighbouring values agree too)"),
        _ => String::new(),
    };
    if !it.formula.is_empty() {
        writeln!(out, "   = {}: {}{chance}", it.kind, it.formula)?;
    }
    for place in &it.places {
        let at = if place.file == own.file && place.sheet.is_none() {
            format!("line {}, column {}", place.line, place.column_start)
        } else {
            place.at()
        };
        let names: Vec<&str> = [Some(place.table.as_str()), place.row.as_deref(), place.column.as_deref()]
            .into_iter()
            .flatten()
            .filter(|it| !it.is_empty())
            .collect();
        let named = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
        let text = place.text.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(out, "     {}: {text}, {at}{named}", place.label)?;
    }
    Ok(())
}

/// The line that a number stands on, cut to a width, with where to mark it.
fn excerpt(article: &Article, claim: &Claim, width: usize) -> (String, (usize, usize)) {
    let text = &article.document.text;
    let (start, end) = (claim.mention.span.start as usize, claim.mention.span.end as usize);
    let ends = |it: &char| !matches!(it, '\n' | '\r');
    let tame = |it: char| if it.is_control() { ' ' } else { it };
    let marked: String = text[start..end].chars().take_while(ends).map(tame).collect();
    let room = width.saturating_sub(marked.chars().count() + 2);
    // One more than fits tells whether the line goes on.
    let mut before: Vec<char> = text[..start].chars().rev().take_while(ends).take(room + 1).map(tame).collect();
    let mut after: Vec<char> = text[end..].chars().take_while(ends).take(room + 1).map(tame).collect();
    let (mut more_before, mut more_after) = ("", "");
    if before.len() + after.len() > room {
        // A third of the line stands before the number, so that what it counts is seen.
        let left = before.len().min((room / 3).max(room.saturating_sub(after.len())));
        let right = after.len().min(room - left);
        more_before = if left < before.len() { "…" } else { "" };
        more_after = if right < after.len() { "…" } else { "" };
        before.truncate(left);
        after.truncate(right);
    }
    before.reverse();
    let offset = before.len() + more_before.chars().count();
    let (before, after): (String, String) = (before.into_iter().collect(), after.into_iter().collect());
    let length = marked.chars().count();
    (format!("{more_before}{before}{marked}{after}{more_after}"), (offset, length))
}
