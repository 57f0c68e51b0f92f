//! The numbers of the text around the tables, each with its verdict.

use std::io::{self, Write};

use super::{cut, escaped};
use crate::article::{Article, Claim, ClaimVerdict};
use crate::check::Outcome;

/// So many numbers of one text are listed; the rest is counted.
const NUMBERS_MAX: usize = 300;
/// So many characters of the text stand on either side of a number.
const AROUND: usize = 60;

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    for article in outcome.articles.iter().filter(|it| !it.claims.is_empty()) {
        one(article, out)?;
    }
    Ok(())
}

fn one(article: &Article, out: &mut dyn Write) -> io::Result<()> {
    let sum = article.summary();
    writeln!(out, "<section>\n<h2>The numbers in the text of {}</h2>", escaped(&article.document.name))?;
    writeln!(
        out,
        "<p>{} found, {} of which can be checked: {} contradicted, {} confirmed, {} without a source.</p>",
        super::super::counted(sum.found, "number"),
        sum.checkable,
        sum.contradicted,
        sum.confirmed,
        sum.unsourced
    )?;
    writeln!(out, "<div class=\"scroll\" tabindex=\"0\">\n<table class=\"printed\">")?;
    writeln!(
        out,
        "<thead><tr><th scope=\"col\">line</th><th scope=\"col\">text</th><th scope=\"col\">verdict</th><th scope=\"col\">why</th></tr></thead>\n<tbody>"
    )?;
    let mut claims: Vec<&Claim> = article.claims.iter().filter(|it| it.verdict != ClaimVerdict::NotCheckable).collect();
    claims.sort_by_key(|it| (it.verdict, it.mention.span.start));
    for claim in claims.iter().take(NUMBERS_MAX) {
        row(article, claim, out)?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")?;
    if claims.len() > NUMBERS_MAX {
        writeln!(out, "<p class=\"soft\">… and {} more</p>", claims.len() - NUMBERS_MAX)?;
    }
    for it in &article.limits {
        writeln!(out, "<p class=\"soft\">limit: {}</p>", escaped(it))?;
    }
    writeln!(out, "</section>")
}

fn row(article: &Article, claim: &Claim, out: &mut dyn Write) -> io::Result<()> {
    let place = claim.place(&article.document);
    let formula = claim.evidence.iter().map(|it| it.formula.as_str()).find(|it| !it.is_empty());
    let formula = formula.map_or(String::new(), |it| format!(": {it}"));
    let slip = claim.slip.as_ref().map_or(String::new(), |it| format!("; possible slip: {it}"));
    let (before, text, after) = around(article, claim);
    writeln!(
        out,
        "<tr><th scope=\"row\">{}</th><td>{}<strong>{}</strong>{}</td><td>{}</td><td>{}</td></tr>",
        place.line,
        escaped(&before),
        escaped(&text),
        escaped(&after),
        claim.verdict.word().replace('_', " "),
        escaped(&cut(&format!("{}{formula}{slip}", claim.reason)))
    )
}

/// A number with the text on both sides of it, in one line.
fn around(article: &Article, claim: &Claim) -> (String, String, String) {
    let all = &article.document.text;
    let (start, end) = (claim.mention.span.start as usize, claim.mention.span.end as usize);
    let before: String = all[..start].chars().rev().take_while(|it| *it != '\n').take(AROUND).collect();
    let before: String = before.chars().rev().collect();
    // Of a page of HTML only the text itself is shown, no tags.
    let before = before.rsplit('>').next().unwrap_or("").to_owned();
    let after: String = all[end..].chars().take_while(|it| *it != '\n').take(AROUND).collect();
    let after = after.split('<').next().unwrap_or("").to_owned();
    (before, claim.text.clone(), after)
}
