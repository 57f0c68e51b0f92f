//! What was given, checked: as `check` does with tables, and `article` with the draft.

use std::sync::Arc;

use super::cells::Cells;
use super::given::{Change, Given};
use super::marks::Marks;
use super::state::{Setting, Work};
use crate::article::Article;
use crate::check::{self, Draft, FailOn, Loaded, Outcome, Selection, Unread};
use crate::error::Error;
use crate::finding::Finding;
use crate::source::Format;
use crate::table::Document;

/// The name of the draft among the files.
pub(super) const DRAFT: &str = "your draft";

/// So many findings are worked out.
const FINDINGS_MAX: usize = 2_000;

/// The tables on the desk, checked.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// Each file as it was read: the draft is compared with them.
    pub(super) loaded: Vec<Loaded>,
    pub(super) outcome: Outcome,
    /// What could not be read, and why.
    pub(super) problems: Vec<Problem>,
    pub(super) cells: Cells,
    pub(super) marks: Marks,
}

/// A file that could not be read or checked.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) file: String,
    pub(super) why: String,
}

/// The draft, checked.
#[derive(Debug)]
pub(super) struct CheckedDraft {
    pub(super) article: Article,
    pub(super) outcome: Outcome,
}

impl Problem {
    fn of(file: &str, error: &Error) -> Self {
        let place = error.place().filter(|it| it.line > 0).map_or(String::new(), |it| format!("line {}: ", it.line));
        Self { file: file.to_owned(), why: format!("{place}{}{}", error.message(), error.hint_behind()) }
    }
}

fn options(setting: &Setting, work: &Work) -> check::Options {
    check::Options {
        accepted: Arc::clone(&work.accepted),
        today: Some(setting.today),
        pins: work.pins.clone(),
        max_findings: FINDINGS_MAX,
        // Whoever pastes a table has no rule file for it, and that is no fault of the table.
        selection: Selection { ignore: vec!["unclaimed".to_owned()], ..Selection::default() },
        seen: true,
        held: true,
        ..check::Options::default()
    }
}

impl Tables {
    pub(super) fn of(setting: &Setting, work: &Work) -> Self {
        let options = options(setting, work);
        let changes: Vec<&Change> = work.changes.iter().collect();
        let (mut loaded, mut problems) = (Vec::new(), Vec::new());
        for it in &work.files {
            match check::load(it.with(&changes), it.format, setting.datasets(work), &options) {
                Ok(it) => loaded.push(it),
                Err(error) => problems.push(Problem::of(&it.name, &error)),
            }
        }
        let mut outcome = match check::check(loaded.clone(), setting.datasets(work), &work.accepted, &options) {
            Ok(it) => it,
            Err(error) => {
                problems.push(Problem::of("", &error));
                Outcome::default()
            }
        };
        outcome.unread = problems.iter().map(|it| Unread { file: it.file.clone(), why: it.why.clone() }).collect();
        settle(&mut outcome, setting, work);
        let cells = Cells::of(&outcome);
        let marks = Marks::of(&outcome, &cells);
        Self { loaded, outcome, problems, cells, marks }
    }
}

impl CheckedDraft {
    pub(super) fn of(tables: &Tables, setting: &Setting, work: &Work) -> Option<Self> {
        let text = work.draft.as_deref().filter(|it| !it.trim().is_empty())?;
        let document = Arc::new(Document::new(DRAFT, text.to_owned(), "UTF-8"));
        let draft = Draft { document, format: Format::Page, written: None };
        // A draft is a draft, whatever dataset its words remind of.
        let options = check::Options { seen: false, held: false, ..options(setting, work) };
        let (article, mut outcome) =
            check::article(&draft, &tables.loaded, setting.datasets(work), &work.accepted, &options).ok()?;
        settle(&mut outcome, setting, work);
        Some(Self { article, outcome })
    }
}

/// Takes findings as accepted whose figures are said to be right, and those of
/// relations that are said to be no rule.
fn settle(outcome: &mut Outcome, setting: &Setting, work: &Work) {
    let is_settled = |it: &Finding| {
        let right = |waiver: &check::Waiver| waiver.covers(it, setting.today);
        let relation = it.cause.as_ref().and_then(|it| it.follows.as_ref()).and_then(|it| it.relations.first());
        let table = it.places.first().map_or("", |it| it.table.as_str());
        let no_rule = |none: &(String, String)| none.0 == table && relation == Some(&none.1);
        work.waived.iter().any(right) || work.no_rules.iter().any(no_rule)
    };
    outcome.waive(is_settled);
}

/// The tables and the draft as one outcome, for the report.
pub(super) fn together(setting: &Setting, work: &Work) -> Outcome {
    let tables = Tables::of(setting, work);
    let draft = CheckedDraft::of(&tables, setting, work);
    let mut outcome = tables.outcome;
    let Some(draft) = draft else { return outcome };
    outcome.articles.push(draft.article);
    let of_draft = |it: &&Finding| it.places.first().is_some_and(|it| it.file == DRAFT);
    let findings: Vec<Finding> = draft.outcome.findings.iter().filter(of_draft).cloned().collect();
    for (count, more) in outcome.by_severity.iter_mut().zip(draft.outcome.by_severity) {
        *count += more;
    }
    for (rule, more) in draft.outcome.by_rule {
        outcome.by_rule.entry(rule).or_default().add(more);
    }
    for (name, it) in draft.outcome.documents {
        outcome.documents.entry(name).or_insert(it);
    }
    outcome.findings.extend(findings);
    outcome.fail_on = FailOn::default();
    outcome
}

/// The file of a name, as it was given.
pub(super) fn given<'a>(work: &'a Work, name: &str) -> Option<&'a Arc<Given>> {
    work.files.iter().find(|it| it.name == name)
}
