//! What a check came to: exact counts, and the findings worth showing.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::assemble::Run;
use super::judged::FigureCount;
use super::past::{Memory, Past, Standing};
use super::{
    Accepted, Disclosure, FailOn, HeldFigures, JudgedFigures, Loaded, Options, Seen, Selection, Strength, Tally, Unread,
};
use crate::article::Article;
use crate::finding::{self, Cause, Finding, Repair, Severity, Status, Verdict};
use crate::rules::Detail;
use crate::table::{Coverage, Document, Edition};

/// What a check came to.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Outcome {
    /// What was read, by file name.
    pub inputs: Vec<Input>,
    /// Counts by rule name; exact, also where findings were cut.
    pub by_rule: BTreeMap<String, Tally>,
    /// Counts by rule and table; the table is empty where a rule is about none.
    pub by_table: BTreeMap<(String, String), Tally>,
    /// What there is to look at, worst first, then by place.
    pub findings: Vec<Finding>,
    /// What could not be told, by rule and place.
    pub undetermined: Vec<Undetermined>,
    /// How many findings there are at each severity: errors, warnings, notes.
    pub by_severity: [usize; 3],
    /// Whether `findings` or `undetermined` was cut.
    pub truncated: bool,
    /// The documents that places point into, by name.
    pub documents: HashMap<String, Arc<Document>>,
    /// The editions that were judged, in order of dataset and period.
    pub editions: Vec<Judged>,
    /// The numbers in the prose of each document that has any.
    pub articles: Vec<Article>,
    /// How many figures of each table stand in a decided check, by file and table.
    pub judged: Vec<JudgedFigures>,
    /// The files that could not be read.
    pub unread: Vec<Unread>,
    /// What makes the run fail.
    pub fail_on: FailOn,
    /// Whether it is about the numbers of an article, not about tables.
    pub of_article: bool,
    /// What was not looked into, in words.
    pub limits: Vec<String>,
    /// What of large files was held in memory, and why, in words.
    pub notes: Vec<String>,
    /// What was decided about findings and figures, one sentence each.
    pub decided: Vec<String>,
    /// What of the baseline was not found any more.
    pub stale: Vec<super::baseline::Entry>,
}

/// An edition that was judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The dataset that it belongs to.
    pub dataset: String,
    /// Its tables, as they were read.
    pub edition: Arc<Edition>,
    /// The files that its tables were read from, sorted.
    pub files: Vec<String>,
    /// It beside those before it, where that was asked for.
    pub seen: Option<Seen>,
    /// How much a pass of it means, where that was asked for.
    pub strength: Option<Strength>,
    /// What its rules give away of withheld figures, where that was asked for.
    pub disclosure: Option<Disclosure>,
    /// Which of its figures hold, and by what, where that was asked for.
    pub held: Option<HeldFigures>,
}

/// One file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name.
    pub file: String,
    /// The dataset it belongs to, if one claims it.
    pub dataset: Option<String>,
    /// The period it is for, as `start/end`.
    pub edition: Option<String>,
    /// How many editions it holds: 1, but for files with a period column.
    pub editions: usize,
    /// How much of the period is covered, if known.
    pub coverage: Option<Coverage>,
    /// How many tables it holds.
    pub tables: usize,
    /// How many rows.
    pub rows: usize,
    /// How many figures.
    pub figures: usize,
}

/// A check that cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undetermined {
    /// The rule's name.
    pub rule: String,
    /// The file, where it is about one.
    pub file: Option<String>,
    /// The line, where it is about one; else 0.
    pub line: u32,
    /// The table.
    pub table: String,
    /// The row, where it is about one.
    pub row: Option<String>,
    /// The column, where it is about one.
    pub column: Option<String>,
    /// Why it cannot be told.
    pub why: String,
}

/// What identifies a rule to its findings.
#[derive(Clone, Copy, Debug)]
pub(super) struct RuleFacts<'a> {
    pub(super) dataset: &'a str,
    pub(super) name: &'a str,
    pub(super) kind: &'static str,
    pub(super) severity: Severity,
    pub(super) why: Option<&'a str>,
    pub(super) at: Option<&'a crate::finding::RulePlace>,
}

/// Gathers verdicts and findings while a check runs.
#[derive(Debug)]
pub struct Collector {
    outcome: Outcome,
    selection: Selection,
    max_findings: usize,
    measures: bool,
    keeps_held: bool,
    /// The edition that is being judged.
    edition: Option<usize>,
    /// The table that is being judged; empty for all of an edition.
    table: String,
    pub(super) coverage: FigureCount,
    /// The dataset at hand, by name, once there is one.
    dataset: Option<String>,
    /// What was accepted of it.
    memory: Memory,
}

impl Outcome {
    /// The counts of all rules together.
    pub fn total(&self) -> Tally {
        let mut total = Tally::default();
        self.by_rule.values().for_each(|it| total.add(*it));
        total
    }

    /// How many findings there are at a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.by_severity[rank(severity)]
    }

    /// Whether there are more findings than are listed.
    pub fn cut(&self) -> bool {
        let total = self.total();
        total.fails + total.waived > self.findings.len()
    }

    /// Takes findings as waived after the check.
    pub fn waive(&mut self, is_settled: impl Fn(&Finding) -> bool) {
        for it in self.findings.iter_mut().filter(|it| it.status != Status::Waived && is_settled(it)) {
            it.status = Status::Waived;
            uncount(&mut self.by_severity, it.severity);
            if let Some(tally) = self.by_rule.get_mut(&it.rule) {
                tally.waive();
            }
        }
    }

    /// Whether there is a finding at a severity or above.
    pub fn fails_on(&self, severity: Severity) -> bool {
        self.by_severity[..=rank(severity)].iter().any(|&it| it > 0)
    }
}

/// Takes one finding off the counts by severity.
fn uncount(by_severity: &mut [usize; 3], severity: Severity) {
    let count = &mut by_severity[rank(severity)];
    *count = count.saturating_sub(1);
}

fn rank(severity: Severity) -> usize {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    }
}

impl Collector {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            outcome: Outcome { fail_on: options.fail_on, ..Outcome::default() },
            coverage: FigureCount::default(),
            selection: options.selection.clone(),
            max_findings: options.max_findings,
            measures: options.strength,
            keeps_held: options.held,
            edition: None,
            table: String::new(),
            dataset: None,
            memory: Memory::new(options.today, options.baseline.clone()),
        }
    }

    /// Turns to a dataset: what was waived in it counts from now on.
    pub(super) fn consider(&mut self, dataset: &str, past: &Past<'_>) {
        self.edition = None;
        if self.dataset.as_deref() == Some(dataset) {
            return;
        }
        self.dataset = Some(dataset.to_owned());
        self.memory.take(past);
        let documents = past.all().flat_map(|it| it.edition.tables.iter().map(|it| &it.document));
        self.outcome.documents.extend(documents.map(|it| (it.name.clone(), Arc::clone(it))));
    }

    /// Takes findings as known that an accepted edition had too.
    pub(super) fn know(&mut self, own: Option<&Accepted>, before: Option<&Accepted>) {
        self.memory.know(own, before);
    }

    /// Turns to an edition: what is found from now on is about it.
    pub(super) fn turn_to(&mut self, dataset: &str, edition: &Arc<Edition>) {
        let mut files: Vec<String> = edition.tables.iter().map(|it| it.document.name.clone()).collect();
        files.sort();
        files.dedup();
        self.edition = Some(self.outcome.editions.len());
        self.coverage.turn_to(edition);
        self.outcome.editions.push(Judged {
            dataset: dataset.to_owned(),
            edition: Arc::clone(edition),
            files,
            seen: None,
            strength: None,
            disclosure: None,
            held: self.keeps_held.then(HeldFigures::default),
        });
    }

    /// Takes what the edition at hand looks like beside those before it.
    pub(super) fn see(&mut self, seen: Option<Seen>) {
        if let Some(it) = self.outcome.editions.last_mut() {
            it.seen = seen;
        }
    }

    /// The figures that hold in the edition at hand, where they are kept.
    pub(super) fn held(&mut self) -> Option<&mut HeldFigures> {
        self.outcome.editions.last_mut().and_then(|it| it.held.as_mut())
    }

    /// Counts what was judged of the edition at hand.
    pub(super) fn leave(&mut self, run: &Run<'_>) {
        self.coverage.leave(run);
    }

    pub(super) fn file(&mut self, loaded: &Loaded) {
        self.coverage.file(loaded);
        self.outcome.notes.extend(loaded.notes.iter().cloned());
        self.read(loaded.shown.as_ref().unwrap_or(&loaded.document), loaded.input.clone());
    }

    /// Takes the numbers of a document's prose.
    pub(super) fn tell_article(&mut self, article: Article) {
        self.outcome.articles.push(article);
    }

    /// Takes a document that was read.
    pub(super) fn read(&mut self, document: &Arc<Document>, input: Input) {
        self.outcome.documents.insert(document.name.clone(), Arc::clone(document));
        self.outcome.inputs.push(input);
    }

    pub(super) fn wants(&self, name: &str, kind: &str) -> bool {
        self.selection.wants(name, kind)
    }

    /// How many findings of one rule and edition are worth working out.
    ///
    /// All of them where some may be waived: only a finding worked out can
    /// be told from one that was accepted.
    pub(super) fn room(&self) -> usize {
        if self.memory.is_empty() { self.max_findings } else { usize::MAX }
    }

    pub(super) fn count(&mut self, rule: &str, verdict: Verdict, times: usize) {
        if times > 0 {
            self.tallies(rule, |it| it.count(verdict, times));
        }
    }

    pub(super) fn count_rounded(&mut self, rule: &str, times: usize) {
        self.count(rule, Verdict::Holds, times);
        if times > 0 {
            self.tallies(rule, |it| it.rounded += times);
        }
    }

    /// Turns to a table, or to all of an edition where the name is empty:
    /// what is counted from now on is about it.
    pub(super) fn about(&mut self, table: &str) {
        table.clone_into(&mut self.table);
    }

    /// Changes the counts of a rule, in all and for the table at hand.
    fn tallies(&mut self, rule: &str, change: impl Fn(&mut Tally)) {
        change(self.outcome.by_rule.entry(rule.to_owned()).or_default());
        change(self.outcome.by_table.entry((rule.to_owned(), self.table.clone())).or_default());
    }

    /// Counts failing checks at their severity; their findings come by `find`.
    pub(super) fn fail(&mut self, rule: &RuleFacts<'_>, times: usize) {
        self.count(rule.name, Verdict::Fails, times);
        self.outcome.by_severity[rank(rule.severity)] += times;
    }

    /// Counts one failing check, and tells of it.
    pub(super) fn fail_one(&mut self, rule: &RuleFacts<'_>, detail: Detail) {
        self.fail(rule, 1);
        self.find(rule, detail);
    }

    /// Whether findings were there before; nothing where none is remembered at all.
    pub(super) fn standings(
        &self,
        rule: &RuleFacts<'_>,
        details: impl FnOnce() -> Vec<Detail>,
    ) -> Option<Vec<Standing>> {
        if self.memory.is_blank() {
            return None;
        }
        Some(details().into_iter().map(|it| self.memory.standing(&self.finding(rule, it))).collect())
    }

    fn finding(&self, rule: &RuleFacts<'_>, detail: Detail) -> Finding {
        Finding {
            id: identity(rule, &detail),
            rule: rule.name.to_owned(),
            kind: rule.kind,
            severity: rule.severity,
            certainty: detail.certainty,
            status: Status::New,
            edition: self.edition,
            message: detail.message,
            places: detail.places,
            observed: detail.observed,
            expected: detail.expected,
            gap: detail.gap,
            hint: detail.hint,
            repairs: Vec::new(),
            cause: None,
            rule_at: rule.at.cloned(),
            why: rule.why.map(str::to_owned),
        }
    }

    pub(super) fn find(&mut self, rule: &RuleFacts<'_>, detail: Detail) {
        self.find_explained(rule, detail, None);
    }

    /// Tells of one failing check, with what lies behind it.
    pub(super) fn find_explained(
        &mut self,
        rule: &RuleFacts<'_>,
        detail: Detail,
        explained: Option<(Cause, Vec<Repair>)>,
    ) {
        let (cause, repairs) = explained.map_or((None, Vec::new()), |it| (Some(it.0), it.1));
        let mut finding = Finding { repairs, cause, ..self.finding(rule, detail) };
        self.memory.mark(&mut finding);
        if finding.status == Status::Waived {
            self.tallies(&finding.rule, Tally::waive);
            uncount(&mut self.outcome.by_severity, finding.severity);
        }
        self.outcome.findings.push(finding);
        // Keeps memory bounded by what can be shown, not by what fails.
        if self.outcome.findings.len() > self.max_findings.saturating_mul(4).max(4_096) {
            self.cut();
        }
    }

    /// The edition that is being judged.
    pub(super) fn edition(&self) -> Option<usize> {
        self.edition
    }

    /// Tells of one failing check of an edition, or of the form of a file.
    pub(super) fn find_in(
        &mut self,
        edition: Option<usize>,
        rule: &RuleFacts<'_>,
        detail: Detail,
        explained: Option<(Cause, Vec<Repair>)>,
    ) {
        let own = std::mem::replace(&mut self.edition, edition);
        self.find_explained(rule, detail, explained);
        self.edition = own;
    }

    /// Whether one more undetermined check of a list in printed order would be
    /// shown; where not, the list counts as cut.
    pub(super) fn lists_undetermined(&mut self, listed: usize) -> bool {
        self.outcome.truncated |= listed >= self.max_findings;
        listed < self.max_findings
    }

    pub(super) fn undetermined(&mut self, rule: &str, detail: &Detail) {
        let place = detail.places.first();
        self.outcome.undetermined.push(Undetermined {
            rule: rule.to_owned(),
            file: place.map(|it| it.file.clone()),
            line: place.filter(|it| !it.is_keyed).map_or(0, |it| it.line),
            table: detail.table.clone(),
            row: detail.row.clone(),
            column: detail.column.clone(),
            why: detail.message.clone(),
        });
    }

    /// Whether it is to be measured how much a pass means.
    pub(super) fn is_measured(&self) -> bool {
        self.measures
    }

    /// Takes how much a pass of the edition at hand means.
    pub(super) fn measure(&mut self, strength: Strength) {
        if let Some(it) = self.outcome.editions.last_mut() {
            it.strength = Some(strength);
        }
    }

    /// Takes what the rules of the edition at hand give away.
    pub(super) fn disclose(&mut self, disclosure: Disclosure) {
        if let Some(it) = self.outcome.editions.last_mut() {
            it.disclosure = Some(disclosure);
        }
    }

    /// Takes what was not looked into.
    pub(super) fn limit(&mut self, limits: Vec<String>) {
        self.outcome.limits.extend(limits);
    }

    fn cut(&mut self) {
        let outcome = &mut self.outcome;
        outcome.findings.sort_by(|a, b| order(a).cmp(&order(b)));
        outcome.truncated |= outcome.findings.len() > self.max_findings;
        outcome.findings.truncate(self.max_findings);
    }

    pub(super) fn finish(mut self) -> Outcome {
        self.cut();
        let outcome = &mut self.outcome;
        super::causes::fold(&mut outcome.findings);
        outcome.limits.sort();
        outcome.limits.dedup();
        outcome.stale = self.memory.stale();
        outcome.judged = self.coverage.finish();
        outcome.truncated |= outcome.cut();
        outcome.undetermined.sort();
        outcome.undetermined.dedup();
        outcome.truncated |= outcome.undetermined.len() > self.max_findings;
        outcome.undetermined.truncate(self.max_findings);
        outcome.inputs.sort_by(|a, b| a.file.cmp(&b.file));
        outcome.articles.sort_by(|a, b| a.document.name.cmp(&b.document.name));
        self.outcome
    }
}

/// Worst first, then by place, so that no order of inputs or threads shows.
fn order(it: &Finding) -> impl Ord + '_ {
    let place = it.places.first().map(|it| (it.file.as_str(), it.line, it.column_start));
    (
        it.status == Status::Waived,
        std::cmp::Reverse(it.severity),
        place,
        it.rule.as_str(),
        it.id.as_str(),
        it.message.as_str(),
    )
}

fn identity(rule: &RuleFacts<'_>, detail: &Detail) -> String {
    let (row, column) = (detail.row.as_deref().unwrap_or(""), detail.column.as_deref().unwrap_or(""));
    finding::identity(rule.dataset, &detail.table, rule.name, row, column)
}
