//! For people: each number marked in its line, its verdict and evidence
//! beneath, alarms first, and always how many were found and could be checked.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::article::{Article, Claim, ClaimVerdict, Evidence};
use crate::finding::Place;
use crate::report::{Look, counted};

/// A line longer than this is cut around the number.
const LINE_MAX: usize = 100;
const GUTTER: &str = "   | ";

pub(super) fn write(article: &Article, look: Look, out: &mut dyn Write) -> io::Result<()> {
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
    if look.quiet { Ok(()) } else { writeln!(out, "{}", summary(article)) }
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
    let text = place.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let word = claim.verdict.word().replace('_', " ");
    writeln!(out, "{style}{word}{style:#}: {text}: {}", claim.reason)?;
    writeln!(out, "  --> {}", place.at())?;
    let (line, mark) = excerpt(article, &place, width);
    writeln!(out, "{GUTTER}{line}")?;
    writeln!(out, "{GUTTER}{}{style}{}{style:#}", " ".repeat(mark.0), "^".repeat(mark.1.max(1)))?;
    for it in &claim.evidence {
        evidence(it, &place, out)?;
    }
    if let Some(slip) = &claim.slip {
        writeln!(out, "   = could be a slip: {slip}")?;
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
fn excerpt(article: &Article, place: &Place, width: usize) -> (String, (usize, usize)) {
    let document = &article.document;
    let line = document.slice(document.line(place.sheet.as_deref(), place.line));
    let tame = |it: char| if it.is_control() { ' ' } else { it };
    let letters: Vec<char> = line.chars().map(tame).collect();
    let start = (place.column_start as usize - 1).min(letters.len());
    let end = (place.column_end as usize - 1).clamp(start, letters.len());
    let room = width.saturating_sub(2);
    // A third of the line stands before the number, so that what it counts is seen.
    let from = if letters.len() <= width {
        0
    } else {
        start.saturating_sub(room / 3).min(letters.len() - room.min(letters.len()))
    };
    let until = (from + room.max(end.saturating_sub(from))).min(letters.len());
    let until = if letters.len() <= width { letters.len() } else { until };
    let (before, after) = (if from > 0 { "…" } else { "" }, if until < letters.len() { "…" } else { "" });
    let shown: String = letters[from..until].iter().collect();
    let offset = start - from + before.chars().count();
    (format!("{before}{shown}{after}"), (offset, end - start))
}
