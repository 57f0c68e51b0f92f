//! All that there is to see, but for the rows of tables.

use std::collections::HashSet;

use serde::Serialize;

use super::cells::At;
use super::draft::DraftView;
use super::findings::FindingView;
use super::rows::{COLUMNS_MAX, order};
use super::state::State;
use crate::check::{Judged, Outcome, RunVerdict};
use crate::discover::{Axis, Relation};
use crate::report;
use crate::rules::{Dataset, grouped};
use crate::table::Table;

/// So many tables are shown.
const TABLES_MAX: usize = 60;
/// So many exceptions of a relation are named.
const EXCEPTIONS_MAX: usize = 20;

/// What there is to see.
#[derive(Debug, Serialize)]
pub struct View {
    /// The number of the state.
    pub revision: u64,
    tables_revision: u64,
    verdict: VerdictView,
    files: Vec<FileView>,
    problems: Vec<ProblemView>,
    tables: Vec<TableView>,
    tables_left_out: usize,
    findings: Vec<FindingView>,
    draft: DraftView,
    done: Vec<String>,
    can_redo: bool,
    corrections: Vec<String>,
    questions: Vec<String>,
    message: Option<String>,
    /// The editions on file of the datasets on the desk.
    on_file: Vec<String>,
    /// Whether an edition on the desk can be accepted.
    can_accept: bool,
    /// Whether a rule file can be made of a file on the desk.
    can_make_rules: bool,
}

#[derive(Debug, Serialize)]
struct VerdictView {
    mark: &'static str,
    advice: &'static str,
    words: String,
}

#[derive(Debug, Serialize)]
struct FileView {
    name: String,
    about: String,
    /// Whether a corrected copy of it can be written.
    has_copy: bool,
}

#[derive(Debug, Serialize)]
struct ProblemView {
    file: String,
    why: String,
}

#[derive(Debug, Serialize)]
struct TableView {
    title: String,
    file: String,
    period: Option<String>,
    compared: bool,
    columns: Vec<ColumnView>,
    columns_left_out: usize,
    rows: usize,
    figures: usize,
    judged: usize,
    follows: Vec<FollowsView>,
    /// What changed since the edition before, but for figures.
    changes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ColumnView {
    column: usize,
    name: String,
    is_figure: bool,
}

#[derive(Debug, Serialize)]
struct FollowsView {
    table: String,
    /// The rule file that it can be kept in.
    rules: Option<String>,
    words: String,
    held: usize,
    of: usize,
    exceptions: Vec<At>,
}

impl State {
    /// What there is to see.
    pub fn view(&self) -> View {
        let outcome = &self.tables.outcome;
        let datasets: HashSet<&str> = outcome.editions.iter().map(|it| it.dataset.as_str()).collect();
        let on_file = self.work.accepted.iter().filter(|it| datasets.contains(it.dataset.as_str()));
        let period = |it: &crate::check::Accepted| {
            it.edition.period.map_or(it.dataset.clone(), |period| format!("{} {period}", it.dataset))
        };
        let count = self.tables.cells.len();
        View {
            revision: self.revision,
            tables_revision: self.tables_revision,
            verdict: self.verdict(),
            files: self.files(),
            problems: self.problems(),
            tables: (0..count.min(TABLES_MAX)).filter_map(|it| self.table_view(it)).collect(),
            tables_left_out: count.saturating_sub(TABLES_MAX),
            findings: self.findings(&|it| self.mention_of(it)),
            draft: self.draft_view(),
            done: self.steps().iter().map(|&it| it.to_owned()).collect(),
            can_redo: self.can_redo(),
            corrections: self.correction_lines(),
            questions: self.work.asked.iter().map(|it| it.text.clone()).collect(),
            message: self.message.clone(),
            on_file: on_file.map(period).collect(),
            can_accept: outcome.editions.iter().any(|it| self.setting.own().iter().any(|own| own.name == it.dataset)),
            can_make_rules: self.tables.loaded.iter().any(|it| it.input.dataset.is_none()),
        }
    }

    fn verdict(&self) -> VerdictView {
        let outcome = &self.tables.outcome;
        let contradicted = self.draft.as_ref().map_or(0, |it| it.outcome.by_severity[0]);
        let (_, judged) = outcome.coverage();
        let is_draft_only = outcome.inputs.is_empty() && self.draft.is_some();
        let (mark, advice) = match (outcome.verdict(), contradicted) {
            (RunVerdict::Failed, _) | (_, 1..) => ("bad", "Do not publish yet"),
            _ if self.work.files.is_empty() && self.draft.is_none() => ("none", "Nothing on the desk yet"),
            _ if outcome.by_severity[1] > 0 => ("odd", "Look at this before you publish"),
            (RunVerdict::Passed, _) => ("ok", "No reason found not to publish"),
            (RunVerdict::PassedInPart, _) => ("ok", "Everything that was checked is right"),
            (RunVerdict::NotChecked, _) if is_draft_only || judged > 0 => ("none", "No contradiction found"),
            (RunVerdict::NotChecked, _) => ("none", "Not checked: nothing shows whether the figures are right"),
        };
        VerdictView { mark, advice, words: self.counts(outcome, contradicted) }
    }

    fn counts(&self, outcome: &Outcome, contradicted: usize) -> String {
        let (figures, judged) = outcome.coverage();
        let [errors, warnings, notes] = outcome.by_severity;
        let mut parts: Vec<String> = Vec::new();
        let mut part = |count: usize, one: &str, many: &str| match count {
            0 => {}
            1 => parts.push(format!("1 {one}")),
            _ => parts.push(format!("{count} {many}")),
        };
        part(errors, "finding cannot be right", "findings cannot be right");
        part(warnings, "worth a look", "worth a look");
        part(notes, "note", "notes");
        part(contradicted, "number of the draft contradicted", "numbers of the draft contradicted");
        part(self.work.changes.len(), "figure corrected in a copy", "figures corrected in a copy");
        if figures > 0 {
            let [judged, figures] = [judged, figures].map(|it| grouped(&it.to_string()));
            parts.push(format!("{judged} of {figures} figures judged"));
        }
        if !self.tables.problems.is_empty() {
            parts.push(format!("{} not read", self.tables.problems.len()));
        }
        parts.join(" · ")
    }

    fn files(&self) -> Vec<FileView> {
        let about = |name: &str| {
            let input = self.tables.outcome.inputs.iter().find(|it| it.file == name);
            input.map_or("not read".to_owned(), |it| {
                let period = it.edition.as_ref().map_or(String::new(), |it| format!(", {}", it.replace('/', " to ")));
                let tables = if it.tables == 1 { "1 table".to_owned() } else { format!("{} tables", it.tables) };
                format!("{tables}, {} figures{period}", it.figures)
            })
        };
        let changed = |name: &str| self.work.changes.iter().any(|it| it.file == name);
        let files = self.work.files.iter();
        files
            .map(|it| FileView {
                name: it.name.clone(),
                about: about(&it.name),
                has_copy: changed(&it.name) && it.has_copy(),
            })
            .collect()
    }

    fn problems(&self) -> Vec<ProblemView> {
        let all = self.tables.problems.iter();
        all.map(|it| ProblemView { file: it.file.clone(), why: it.why.clone() }).collect()
    }

    fn table_view(&self, number: usize) -> Option<TableView> {
        let (outcome, cells) = (&self.tables.outcome, &self.tables.cells);
        let (table, place) = (cells.table(outcome, number)?, cells.place_of(number)?);
        let judged = outcome.editions.get(place.0)?;
        let count = outcome.judged.iter().find(|it| it.table == table.name && it.file == table.document.name);
        let columns = order(table).into_iter().map(|column| {
            let it = &table.columns[column];
            let name = if it.heading.trim().is_empty() { &it.name } else { &it.heading };
            ColumnView { column, name: super::rows::cut(name.trim()), is_figure: it.kind.is_number() }
        });
        Some(TableView {
            title: table.name.clone(),
            file: table.document.name.clone(),
            period: judged.edition.period.map(|it| it.to_string()),
            compared: judged.seen.is_some(),
            columns: columns.collect(),
            columns_left_out: table.columns.len().saturating_sub(COLUMNS_MAX),
            rows: table.rows.len(),
            figures: count.map_or(0, |it| it.figures),
            judged: count.map_or(0, |it| it.judged),
            follows: self.follows(judged, place.1, number, table),
            changes: self.changes_of(number),
        })
    }

    fn follows(&self, judged: &Judged, own: usize, number: usize, table: &Table) -> Vec<FollowsView> {
        let rules = self.own_rules(judged).map(|it| it.path.to_string_lossy().into_owned());
        let view = |it: &Relation| {
            let cell = |place: &usize| {
                if it.axis == Axis::Columns { At(number, *place, it.target) } else { At(number, it.target, *place) }
            };
            FollowsView {
                table: table.name.clone(),
                rules: rules.clone(),
                words: it.words.clone(),
                held: it.held,
                of: it.of,
                exceptions: it.exceptions.iter().take(EXCEPTIONS_MAX).map(cell).collect(),
            }
        };
        self.relations(judged, own, table).map(view).collect()
    }

    /// What a table follows, but for what is said to be no rule.
    fn relations<'a>(&self, judged: &'a Judged, own: usize, table: &Table) -> impl Iterator<Item = &'a Relation> {
        let all = judged.held.iter().flat_map(|it| &it.relations).filter(move |it| it.0 == own).map(|it| &it.1);
        all.filter(|it| !self.work.no_rules.contains(&(table.name.clone(), it.words.clone())))
    }

    /// The user's own rule file that a table was judged by.
    fn own_rules(&self, judged: &Judged) -> Option<&Dataset> {
        self.setting.own().iter().find(|it| it.name == judged.dataset)
    }

    /// A table of the view, the user's own rule file that it was judged by, and the relations
    /// that it follows, in words.
    pub fn to_keep(&self, number: usize) -> Option<(&Table, &Dataset, Vec<&str>)> {
        let (outcome, cells) = (&self.tables.outcome, &self.tables.cells);
        let (table, place) = (cells.table(outcome, number)?, cells.place_of(number)?);
        let judged = outcome.editions.get(place.0)?;
        let relations = self.relations(judged, place.1, table).map(|it| it.words.as_str());
        Some((table, self.own_rules(judged)?, relations.collect()))
    }

    /// The verdict as a report has it.
    pub fn headline(&self) -> String {
        format!("{}: {}", report::headline(&self.tables.outcome), report::reach(&self.tables.outcome))
    }
}
