//! `crossfoot explain`: a kind of rule, a rule, or a finding, in words.

use std::path::PathBuf;

use clap::Args;

use super::{Color, load_rules, output};
use crate::check::Options;
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::report::{Format, Look};
use crate::rules::{Dataset, KindInfo, RESERVED, Rule, implied, kinds, language, reference};
use crate::run::check::{Given, check_all};

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A kind of rule (sum, part, …), `language`, the name of a rule, or the id of a finding
    #[arg(value_name = "RULE|KIND|ID")]
    name: Option<String>,
    /// The inputs of the finding: files, folders or patterns
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<String>,
    /// Rule file, or folder of rule files [default: `rules`, found upwards]
    #[arg(long, value_name = "DIR|FILE")]
    rules: Option<PathBuf>,
}

/// The name of the page that has all parts of the language, one screen each.
const LANGUAGE: &str = "language";

pub(super) fn run(args: &ExplainArgs, color: Color) -> Result<()> {
    let datasets = load_rules(args.rules.as_deref())?;
    let Some(name) = args.name.as_deref() else { return output::print(overview(&datasets).as_bytes()) };
    let rules = || datasets.iter().flat_map(|dataset| dataset.rules.iter().map(move |it| (dataset, it)));
    let named: Vec<String> = rules().filter(|it| it.1.name == name).map(|it| rule(it.0, it.1)).collect();
    if !named.is_empty() {
        return output::print(named.join("\n").as_bytes());
    }
    // `rows` is both: a kind, and a rule that is implied.
    let pages: Vec<&str> =
        kinds().iter().chain(language()).chain(implied()).filter(|it| it.name == name).map(|it| it.page).collect();
    if !pages.is_empty() {
        return output::print(pages.join("\n").as_bytes());
    }
    if name == LANGUAGE {
        return output::print(reference().as_bytes());
    }
    if is_id(name) {
        return output::print(&finding(name, &args.paths, &datasets, color)?);
    }
    let names: Vec<&str> = rules()
        .map(|it| it.1.name.as_str())
        .chain(kinds().iter().chain(language()).map(|it| it.name))
        .chain(RESERVED)
        .chain([LANGUAGE])
        .collect();
    let error = Error::new(ErrorKind::Usage, format!("there is no rule or kind \"{name}\""));
    Err(match nearest(name, names) {
        Some(name) => error.hint(format!("the nearest name is {name}")),
        None => error.hint("`crossfoot explain` without a name lists them"),
    })
}

/// Whether a word has the form of a finding's id.
fn is_id(word: &str) -> bool {
    word.len() == 8 && word.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
}

/// Checks the inputs again, and shows the findings of an id with their rule.
fn finding(id: &str, paths: &[String], datasets: &[Dataset], color: Color) -> Result<Vec<u8>> {
    let options = Options { max_findings: usize::MAX, today: Some(super::today()), ..Options::default() };
    let past = super::past(None, datasets)?;
    let given = Given { datasets, past: &past, options: &options, memory: None, whole: false };
    let (mut outcome, errors) = check_all(paths, None, None, &given)?;
    outcome.findings.retain(|it| it.id == id);
    let Some(first) = outcome.findings.first() else {
        let missing = format!("no finding of {} has the id {id}", paths.join(" "));
        return Err(errors
            .into_iter()
            .next()
            .unwrap_or_else(|| Error::new(ErrorKind::Usage, missing).hint("`crossfoot check -o json` shows the ids")));
    };
    let of_rule = datasets.iter().flat_map(|dataset| dataset.rules.iter().map(move |it| (dataset, it)));
    let about = of_rule.filter(|it| it.1.name == first.rule).map(|it| rule(it.0, it.1)).next();
    let page = || implied().find(|it| it.name == first.rule);
    let about = about.or_else(|| page().map(|it| format!("{}: {}\n", it.name, sentence(it))));
    let mut text = Vec::new();
    let look = Look { color: output::colored(color), quiet: true, verbose: true, width: output::width(), text: false };
    outcome.by_rule.clear();
    Format::Text.write(&outcome, look, &mut text).map_err(|it| output::unwritten("<stdout>", it))?;
    text.extend(about.unwrap_or_default().into_bytes());
    Ok(text)
}

/// Every kind with its first sentence, and every rule with its place.
fn overview(datasets: &[Dataset]) -> String {
    let mut text = String::from("Kinds of rules:\n");
    let line = |it: &KindInfo| format!("  {:<12} {}\n", it.name, sentence(it));
    text.extend(kinds().iter().map(line));
    text.push_str("\nThe language of rules (`explain language`: all of it, one screen a part):\n");
    text.extend(language().iter().map(line));
    text.push_str("\nImplied rules:\n");
    text.extend(implied().map(line));
    for dataset in datasets {
        text.push_str(&format!("\nRules of {} ({}):\n", dataset.name, dataset.path.display()));
        for it in &dataset.rules {
            text.push_str(&format!("  {} ({}, line {})\n", it.name, it.kind, it.at.line));
        }
    }
    text
}

/// What a page says first.
fn sentence(it: &KindInfo) -> &'static str {
    it.page.lines().find(|it| !it.is_empty() && !it.starts_with('#')).unwrap_or("")
}

fn rule(dataset: &Dataset, rule: &Rule) -> String {
    let mut text = format!("{}: a rule of kind {}, severity {}\n", rule.name, rule.kind, rule.severity.word());
    text.push_str(&format!("dataset {}, written at {}:{}\n", dataset.name, rule.at.file, rule.at.line));
    if let Some(table) = rule.table {
        text.push_str(&format!("table {}\n", dataset.tables[table].name));
    }
    if let Some(why) = &rule.why {
        text.push_str(&format!("\n{why}\n"));
    }
    if let Some(source) = &rule.source {
        text.push_str(&format!("source: {source}\n"));
    }
    text.push_str(&format!("\n`crossfoot explain {}` explains what this kind checks.\n", rule.kind));
    text
}
