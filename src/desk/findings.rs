//! Each finding: one sentence, one sum, and what can be done about it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::cells::At;
use super::draft::MentionOf;
use super::event::Meant;
use super::marks::{blamed, of_finding};
use super::state::{State, key_of, place_of};
use super::sums;
use crate::check::Outcome;
use crate::discover::Axis;
use crate::finding::{Correction, Expected, Finding, Severity, Status, Suspect};
use crate::report::{Causes, capital};

/// So many findings are listed.
const FINDINGS_MAX: usize = 300;
/// So many choices are offered.
const CHOICES_MAX: usize = 4;

/// One thing to look at.
#[derive(Debug, Serialize)]
pub(super) struct FindingView {
    key: String,
    /// Where it is: `table` or `draft`.
    of: &'static str,
    severity: &'static str,
    mark: &'static str,
    words: &'static str,
    /// `open`, `asked` or `settled`.
    state: &'static str,
    headline: String,
    place: String,
    rule: String,
    /// The figures that are wrong or may be.
    cells: Vec<At>,
    /// The other figures that it is about.
    others: Vec<At>,
    /// The sum written out.
    sum: Option<String>,
    lines: Vec<Line>,
    choices: Vec<Choice>,
    question: String,
    /// Why it was settled.
    reason: Option<String>,
    /// The number of the draft.
    mention: Option<MentionOf>,
}

#[derive(Debug, Serialize)]
struct Line {
    name: String,
    text: String,
}

/// What the figures may have been meant to be.
#[derive(Debug, Serialize)]
pub(super) struct Choice {
    label: String,
    why: String,
    figures: Vec<Meant>,
}

impl State {
    /// What there is to look at in the tables, then in the draft.
    pub(super) fn findings(&self, mentions: &dyn Fn(&Finding) -> Option<MentionOf>) -> Vec<FindingView> {
        let outcome = &self.tables.outcome;
        let mut views = self.views(outcome, &|_| None);
        if let Some(draft) = &self.draft {
            views.extend(self.views(&draft.outcome, mentions));
        }
        views
    }

    fn views(&self, outcome: &Outcome, mentions: &dyn Fn(&Finding) -> Option<MentionOf>) -> Vec<FindingView> {
        let causes = Causes::of(outcome);
        let all: Vec<&Finding> = outcome.findings.iter().collect();
        let mut folded = causes.folded(&all);
        folded.sort_by_key(|it| (it.0.status == Status::Waived, std::cmp::Reverse(it.0.severity)));
        folded.truncate(FINDINGS_MAX);
        folded.iter().map(|it| self.view_of(it.0, &causes, mentions(it.0), outcome.of_article)).collect()
    }

    fn view_of(&self, it: &Finding, causes: &Causes<'_>, mention: Option<MentionOf>, is_draft: bool) -> FindingView {
        let (outcome, cells) = (&self.tables.outcome, &self.tables.cells);
        let key = key_of(it);
        let wrong = if is_draft { Vec::new() } else { blamed(it, outcome, cells) };
        let own: BTreeSet<At> = wrong.iter().copied().collect();
        let places = it.places.iter().filter_map(|it| cells.find(outcome, it));
        let others: BTreeSet<At> = places.filter(|it| !own.contains(it)).collect();
        let asked = self.work.asked.iter().find(|it| it.finding == key);
        let waiver = self.work.waived.iter().find(|waiver| waiver.id == it.id);
        let (mark, words) = of_finding(it).words();
        FindingView {
            of: if is_draft { "draft" } else { "table" },
            severity: it.severity.word(),
            mark,
            words: if is_draft && it.status != Status::Waived { "contradicted" } else { words },
            state: match (it.status, asked) {
                (Status::Waived, _) => "settled",
                (_, Some(_)) => "asked",
                _ => "open",
            },
            headline: capital(&causes.headline(it)),
            place: place_of(it),
            rule: it.rule.clone(),
            cells: wrong,
            others: others.into_iter().collect(),
            sum: self.sum(it),
            lines: lines(it, causes),
            choices: self.choices(it),
            question: asked.map_or_else(|| question(it), |it| it.text.clone()),
            reason: waiver.filter(|_| it.status == Status::Waived).map(|it| it.reason.clone()),
            mention,
            key,
        }
    }

    /// The sum that does not come out.
    fn sum(&self, it: &Finding) -> Option<String> {
        let (outcome, cells) = (&self.tables.outcome, &self.tables.cells);
        let follows = it.cause.as_ref().and_then(|it| it.follows.as_ref());
        if let Some(words) = follows.and_then(|it| it.relations.first()) {
            let at = cells.find(outcome, it.places.first()?)?;
            let (edition, table) = cells.place_of(at.0)?;
            let held = outcome.editions.get(edition)?.held.as_ref()?;
            let relation = held.relations.iter().find(|it| it.0 == table && it.1.words == *words)?;
            let broken = |place: &usize| relation.1.exceptions.contains(place);
            let place = Some(if relation.1.axis == Axis::Columns { at.1 } else { at.2 }).filter(broken)?;
            return sums::written(cells.table(outcome, at.0)?, &relation.1, place);
        }
        let observed = it.observed.as_ref()?;
        let gap = it.gap.as_ref().map_or(String::new(), |it| format!("; off by {it}"));
        let fits = match it.expected.as_ref()? {
            Expected::Equal(it) => it.clone(),
            Expected::AtMost(it) => format!("{it} or less"),
            Expected::AtLeast(it) => format!("{it} or more"),
            Expected::Between(low, high) => format!("{low} to {high}"),
            Expected::OneOf(_) | Expected::Pattern(_) => return None,
        };
        Some(format!("{observed} is printed; {fits} would fit{gap}"))
    }

    /// What can be taken with one key.
    fn choices(&self, it: &Finding) -> Vec<Choice> {
        let mut choices: Vec<Choice> = Vec::new();
        let cell = |it: &Suspect| self.tables.cells.suspect(&self.tables.outcome, it);
        for repair in &it.repairs {
            let meant = |it: &Correction| Some(Meant { cell: cell(&it.figure)?, to: it.printed.clone() });
            let Some(figures) = repair.corrections.iter().map(meant).collect::<Option<Vec<Meant>>>() else { continue };
            let words: Vec<&str> = repair.corrections.iter().map(|it| it.words.as_str()).collect();
            let usual = repair.usual.map_or("", |it| if it { ", in usual range" } else { ", outside usual range" });
            let names = repair.corrections.iter().map(|it| format!("{} {}", it.figure.name, it.printed));
            let label = names.collect::<Vec<_>>().join(" and ");
            choices.push(Choice { label, why: format!("{}{usual}", words.join(", ")), figures });
        }
        let cause = it.cause.as_ref();
        let ranked = cause.map_or(&[][..], |it| &it.ranked[..it.named]).iter().filter(|it| !it.printed.is_empty());
        for it in ranked {
            let usual = it.usual.map(|it| if it { "in usual range" } else { "outside usual range" });
            let why: Vec<&str> = it.because.as_deref().into_iter().chain(usual).collect();
            let label = format!("{} {}", it.figure.name, it.printed);
            let figures = cell(&it.figure).map(|cell| Meant { cell, to: it.printed.clone() });
            choices.extend(figures.map(|it| Choice { label, why: why.join(", "), figures: vec![it] }));
        }
        for it in cause.and_then(|it| it.follows.as_ref()).map_or(&[][..], |it| &it.figures) {
            let figures = cell(&it.figure).map(|cell| Meant { cell, to: it.printed.clone() });
            let label = format!("{} {}", it.figure.name, it.printed);
            choices.extend(figures.map(|meant| Choice { label, why: it.because.to_owned(), figures: vec![meant] }));
        }
        let mut known: Vec<Vec<Meant>> = Vec::new();
        choices.retain(|it| {
            let is_new = !known.contains(&it.figures);
            known.push(it.figures.clone());
            is_new
        });
        choices.truncate(CHOICES_MAX);
        choices
    }
}

fn lines(it: &Finding, causes: &Causes<'_>) -> Vec<Line> {
    let why = it.why.iter().map(|it| ("why the rule exists", it.clone()));
    // What is settled with a flag elsewhere is settled with a button here.
    let is_of_here = |it: &&String| !it.contains("--") && !it.contains("`crossfoot");
    let hint = it.hint.iter().filter(is_of_here).map(|it| ("hint", it.clone()));
    let told = causes.lines(it).into_iter().filter(|it| it.0 != "suggested value" && it.0 != "or");
    told.chain(hint).chain(why).map(|(name, text)| Line { name: name.to_owned(), text }).collect()
}

/// What to ask the source.
fn question(it: &Finding) -> String {
    let asks = match it.places.first().filter(|it| it.value.is_some()) {
        Some(place) => format!("Is {} right?", place.text.trim()),
        None => "What is right?".to_owned(),
    };
    if it.severity == Severity::Note { asks } else { format!("{}: {}. {asks}", place_of(it), it.message) }
}
