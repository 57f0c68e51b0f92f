//! `claim`: the numbers in prose, against each other, the tables and the past.

use std::sync::Arc;

use jiff::civil::Date;

use super::assemble::{Loaded, load};
use super::outcome::{Collector, Input, Outcome, RuleFacts};
use super::past::{Accepted, Past};
use super::{Options, doubted, implied};
use crate::article::{self, Article, Claim, ClaimVerdict, Material};
use crate::error::{ErrorKind, Result};
use crate::finding::{Certainty, Place, Severity, Verdict};
use crate::rules::{Dataset, Detail};
use crate::source::{Format, Page, refuse_empty};
use crate::table::{Document, show_exact};

/// The name of the implied rule.
const CLAIM: &str = "claim";

/// A draft to be checked.
#[derive(Debug)]
pub struct Draft {
    /// Its text.
    pub document: Arc<Document>,
    /// How it is read.
    pub format: Format,
    /// The day that it was written, if known: what `last year` is counted from.
    pub written: Option<Date>,
}

/// Judges the numbers of a draft against each other, against the tables in it
/// and beside it, and against what was accepted before.
///
/// # Errors
///
/// As [`load`] where the draft is empty, where two datasets claim it, or none
/// has the name given.
pub fn article(
    draft: &Draft,
    tables: &[Loaded],
    datasets: &[Dataset],
    past: &[Accepted],
    options: &Options,
) -> Result<(Article, Outcome)> {
    refuse_empty(&draft.document)?;
    let own =
        match load(Arc::clone(&draft.document), draft.format, datasets, &Options { table: None, ..options.clone() }) {
            Ok(it) => Some(it),
            // A draft needs no table of its own.
            Err(error) if error.kind() == ErrorKind::Unreadable => None,
            Err(error) => return Err(error),
        };
    let page = own.as_ref().map_or_else(Page::default, |it| it.page.clone());
    let sources: Vec<&Loaded> = own.iter().chain(tables).collect();
    let mut material = material(&sources, datasets, past);
    let period = options.edition.or(material.period);
    material.period = period;
    material.is_dated = draft.written.is_some();
    material.year = draft.written.map(Date::year).or(material.year);
    let mut article = article::judge(&draft.document, draft.format, &page, &material);
    doubted::reconsider(&mut article, &material.tables, options);
    let mut collector = Collector::new(options);
    let dataset = sources.iter().find_map(|it| it.input.dataset.clone());
    let dataset = dataset.unwrap_or_default();
    collector.consider(&dataset, &Past::of(&dataset, past));
    match &own {
        Some(own) => collector.file(own),
        None => collector.read(&draft.document, bare(&draft.document)),
    }
    for table in tables {
        collector.file(table);
    }
    tell(&article, &dataset, &mut collector);
    collector.tell_article(article.clone());
    Ok((article, Outcome { of_article: true, ..collector.finish() }))
}

/// What is told of a file without a table.
fn bare(document: &Document) -> Input {
    Input {
        file: document.name.clone(),
        dataset: None,
        edition: None,
        editions: 1,
        coverage: None,
        tables: 0,
        rows: 0,
        figures: 0,
    }
}

/// Judges the prose around the tables of a page.
pub(super) fn judge_file(
    loaded: &Loaded,
    datasets: &[Dataset],
    past: &[Accepted],
    options: &Options,
    collector: &mut Collector,
) {
    let has_prose = match loaded.format {
        Format::Page | Format::Html => true,
        Format::Workbook => loaded.document.sheets.iter().any(|it| it.is_prose),
        Format::Delimited | Format::Json => false,
    };
    if !has_prose || loaded.tables.is_empty() || !collector.wants(CLAIM, CLAIM) {
        return;
    }
    let material = material(&[loaded], datasets, past);
    let mut article = article::judge(&loaded.document, loaded.format, &loaded.page, &material);
    doubted::reconsider(&mut article, &material.tables, options);
    tell(&article, loaded.input.dataset.as_deref().unwrap_or(""), collector);
    collector.tell_article(article);
}

/// What an article is compared with: tables, and the editions before them.
fn material<'a>(sources: &[&'a Loaded], datasets: &'a [Dataset], past: &'a [Accepted]) -> Material<'a> {
    let dataset = sources.iter().find_map(|it| it.dataset).map(|it| &datasets[it]);
    let period = sources.iter().find_map(|it| it.period.or(it.page.period));
    let name = dataset.map_or("", |it| it.name.as_str());
    let mut earlier: Vec<&Accepted> = past
        .iter()
        .filter(|it| it.dataset == name && !name.is_empty())
        .filter(|it| it.edition.period.zip(period).is_some_and(|(other, own)| other.end < own.start))
        .collect();
    earlier.sort_by_key(|it| std::cmp::Reverse(it.edition.period));
    // Only the edition right before is `the week before`.
    let follows = |it: &&Accepted| it.edition.period.zip(period).is_some_and(|(other, own)| other.is_followed_by(own));
    let aliases = dataset.map_or(&[][..], |it| &it.aliases);
    Material {
        tables: sources.iter().flat_map(|it| it.tables.iter().map(|it| &it.table)).collect(),
        past: earlier.iter().copied().filter(follows).map(|it| &*it.edition).collect(),
        earlier: earlier.iter().map(|it| &*it.edition).collect(),
        aliases: aliases.iter().map(|it| (it.0.as_str(), it.1.iter().map(String::as_str).collect())).collect(),
        period,
        year: period.map(|it| it.end.year()),
        is_dated: false,
    }
}

/// Counts the claims of an article, and tells what is wrong and what is open.
fn tell(article: &Article, dataset: &str, collector: &mut Collector) {
    collector.about("");
    if !collector.wants(CLAIM, CLAIM) {
        return;
    }
    collector.limit(article.limits.clone());
    let mut open = 0;
    for claim in article.claims.iter() {
        match claim.verdict {
            ClaimVerdict::NotCheckable => {}
            ClaimVerdict::Confirmed => collector.count(CLAIM, Verdict::Holds, 1),
            ClaimVerdict::Unsourced => {
                collector.count(CLAIM, Verdict::Undetermined, 1);
                if collector.lists_undetermined(open) {
                    collector.undetermined(CLAIM, &detail(article, claim));
                }
                open += 1;
            }
            ClaimVerdict::Contradicted => {
                let facts = RuleFacts { kind: CLAIM, ..implied::facts(dataset, CLAIM, severity(claim)) };
                collector.fail_one(&facts, detail(article, claim));
            }
        }
    }
}

/// Two numbers of one text may be of two things: that is to be looked at.
fn severity(claim: &Claim) -> Severity {
    let repeated = claim.evidence.iter().any(|it| it.kind == "repeat");
    if repeated { Severity::Warning } else { Severity::Error }
}

fn detail(article: &Article, claim: &Claim) -> Detail {
    let mut place = claim.place(&article.document);
    let formula = claim.evidence.iter().map(|it| it.formula.as_str()).find(|it| !it.is_empty());
    let said = formula.filter(|it| !claim.reason.contains(it) && claim.verdict == ClaimVerdict::Contradicted);
    let said = said.map_or(String::new(), |it| format!(" ({it})"));
    let mut detail = Detail::new("", format!("{}: {}{said}", claim.text, claim.reason));
    // What a number counts names it to its finding, whatever its value is.
    let counted = claim.mention.counted();
    let kinds = claim.evidence.iter().map(|it| it.kind).next().unwrap_or("");
    detail.row = Some(if counted.is_empty() { claim.mention.kind.word().to_owned() } else { counted });
    detail.column = Some(kinds.to_owned());
    detail.observed = claim.mention.value.as_ref().map(show_exact);
    detail.hint = claim.slip.as_ref().map(|it| format!("possible slip: {it}"));
    detail.certainty = Certainty::Contradiction;
    "contradicted".clone_into(&mut place.label);
    detail.places.push(place);
    let others = claim.evidence.iter().flat_map(|it| it.places.iter().cloned());
    detail.places.extend(others.filter(|it: &Place| !it.text.is_empty()));
    detail
}
