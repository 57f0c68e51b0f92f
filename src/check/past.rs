//! What was accepted before: editions, and what was waived in them.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::baseline::{Baseline, Entry};
use crate::finding::{Finding, Severity, Status};
use crate::history::{Calendar, LeftOut, Revision, Vintage};
use crate::rules::Dataset;
use crate::table::{ColumnType, Edition, Period, Table};

/// An accepted edition, as its snapshot holds it.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The dataset that it belongs to.
    pub dataset: String,
    /// The snapshot file, for messages.
    pub file: String,
    /// Its tables, typed by the dataset's schemas; their documents are the
    /// snapshot itself, so that places point into it.
    pub edition: Arc<Edition>,
    /// What was waived in it.
    pub waivers: Vec<Waiver>,
    /// The ids of findings that were there and below the level that refuses.
    pub known: Vec<String>,
    /// The figures that others took the place of when it was accepted anew, oldest first.
    pub replaced: Vec<Replaced>,
}

/// A figure that was accepted, until another took its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Its table, row and column by name.
    pub place: [String; 3],
    /// The figure, as an exact decimal.
    pub was: String,
    /// The newest edition when it was replaced.
    pub until: Period,
}

/// A finding that was accepted as it is.
///
/// It is bound to rule and place by the finding's id, and to the figures that
/// the finding was about: where one of them changes, the waiver is void.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The finding's id: dataset, table, rule, row and column.
    pub id: String,
    /// The rule's name.
    pub rule: String,
    /// Where, in words: table, row, column.
    pub place: String,
    /// The figures of the finding, in the order of its places.
    pub figures: Vec<String>,
    /// Why it is accepted.
    pub reason: String,
    /// Who accepted it.
    pub by: Option<String>,
    /// The last day that it holds on; for good where there is none.
    pub until: Option<Date>,
}

impl Waiver {
    /// Whether it still holds on a day; where no day is known it does.
    pub(super) fn lasts(&self, today: Option<Date>) -> bool {
        self.until.is_none_or(|until| today.is_none_or(|today| today <= until))
    }

    /// Whether it is about a finding with these figures.
    pub fn covers(&self, finding: &Finding, today: Date) -> bool {
        self.id == finding.id && self.lasts(Some(today)) && self.figures == figures(finding)
    }
}

/// The accepted editions of one dataset.
pub(super) struct Past<'a> {
    accepted: Vec<&'a Accepted>,
    /// The revisions on file by table and column, once asked for.
    replaced: OnceCell<HashMap<[String; 2], Vec<Revision>>>,
}

impl Accepted {
    /// A figure by its table, row and column, as an exact decimal; `rows` is the first row of each name, by table.
    fn figure(&self, [table, row, column]: &[String; 3], rows: &[HashMap<String, usize>]) -> Option<String> {
        let at = self.edition.table(table)?;
        let (table, row) = (&self.edition.tables[at], *rows[at].get(row)?);
        Some(table.columns[table.column(column)?].decimal(row)?.to_string())
    }

    /// The type of a column.
    fn kind(&self, [table, _, column]: &[String; 3]) -> Option<ColumnType> {
        let table = &self.edition.tables[self.edition.table(table)?];
        Some(table.columns[table.column(column)?].kind)
    }

    /// The figures that no later one is judged by: those that were waived, and
    /// those that were out of the ordinary and let pass.
    pub fn left_out(&self, dataset: Option<&Dataset>) -> LeftOut {
        let usual = dataset.into_iter().flat_map(|it| &it.rules).filter(|it| it.kind == "usual");
        let mut rules: Vec<String> = usual.map(|it| it.name.clone()).collect();
        rules.extend(self.waivers.iter().map(|it| it.rule.clone()));
        rules.sort();
        rules.dedup();
        let ids = self.known.iter().chain(self.waivers.iter().map(|it| &it.id)).cloned().collect();
        LeftOut { dataset: self.dataset.clone(), rules, ids }
    }
}

/// The figures of accepted editions that others took the place of, as revisions.
pub fn replaced_vintages<'a>(accepted: impl Iterator<Item = &'a Accepted>, calendar: &Calendar) -> Vec<Vintage> {
    let mut found = Vec::new();
    for it in accepted.filter(|it| !it.replaced.is_empty()) {
        let Some(period) = it.edition.period else { continue };
        let mut places: BTreeMap<&[String; 3], Vec<&Replaced>> = BTreeMap::new();
        for it in &it.replaced {
            places.entry(&it.place).or_default().push(it);
        }
        // Of rows of one name the first.
        let named = |it: &Table| (0..it.rows.len()).rev().map(|row| (it.row_name(row), row)).collect();
        let rows: Vec<HashMap<String, usize>> = it.edition.tables.iter().map(named).collect();
        for (place, replaced) in places {
            let next = replaced.iter().skip(1).map(|it| Some(it.was.clone())).chain([it.figure(place, &rows)]);
            for (replaced, now) in replaced.iter().zip(next) {
                let at = calendar.position(replaced.until);
                let Some(now) = now else { continue };
                let [Ok(then), Ok(number)] = [&replaced.was, &now].map(|it| it.parse()) else { continue };
                found.push(Vintage {
                    place: place.clone(),
                    period,
                    edition: replaced.until,
                    at,
                    printed: [replaced.was.clone(), now],
                    revision: Revision { age: at - calendar.position(period), then, now: number },
                    is_count: it.kind(place) == Some(ColumnType::Count),
                });
            }
        }
    }
    found
}

impl<'a> Past<'a> {
    /// Those of a dataset, by period.
    pub(super) fn of(dataset: &str, past: &'a [Accepted]) -> Self {
        let mut accepted: Vec<&Accepted> = past.iter().filter(|it| it.dataset == dataset).collect();
        accepted.sort_by_key(|it| it.edition.period);
        Self { accepted, replaced: OnceCell::new() }
    }

    /// One alone, or none.
    pub(super) fn only(accepted: Option<&'a Accepted>) -> Self {
        Self { accepted: accepted.into_iter().collect(), replaced: OnceCell::new() }
    }

    /// All of them, in order.
    pub(super) fn all(&self) -> impl DoubleEndedIterator<Item = &'a Accepted> + '_ {
        self.accepted.iter().copied()
    }

    /// The figures of theirs that others took the place of, as [`replaced_vintages`], by table and column; a
    /// dataset has one calendar.
    pub(super) fn replaced(&self, calendar: &Calendar) -> &HashMap<[String; 2], Vec<Revision>> {
        self.replaced.get_or_init(|| {
            let mut found: HashMap<[String; 2], Vec<Revision>> = HashMap::new();
            for it in replaced_vintages(self.all(), calendar) {
                let [table, _, column] = it.place;
                found.entry([table, column]).or_default().push(it.revision);
            }
            found
        })
    }

    /// The snapshot of an edition itself.
    pub(super) fn own(&self, period: Option<Period>) -> Option<&'a Accepted> {
        self.all().find(|it| it.edition.period.map(|it| it.start) == period.map(|it| it.start))
    }

    /// The editions before a period, the last one first.
    pub(super) fn before(&self, period: Period) -> impl Iterator<Item = &'a Accepted> + '_ {
        self.all().rev().filter(move |it| it.edition.period.is_some_and(|it| it.start < period.start))
    }
}

/// What findings are told by: whether they were there, or waived, before.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// The day that waivers are judged on.
    today: Option<Date>,
    baseline: Baseline,
    /// What of the baseline was found.
    found: HashSet<Entry>,
    waivers: HashMap<String, Vec<Waiver>>,
    known: HashSet<String>,
    /// Whether what is known is of the edition's own snapshot.
    own: bool,
}

/// Whether a finding was there before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Standing {
    /// It is new, or its figures are.
    #[default]
    New,
    /// An accepted edition had it.
    Known,
    /// It was accepted as it is.
    Waived,
}

/// The kinds that compare an edition with those before it: who accepts an
/// edition has seen what they say below an error.
const COMPARING: [&str; 3] = ["period", "rows", "pasted"];

impl Memory {
    /// Nothing yet but a baseline, judged on a day.
    pub(super) fn new(today: Option<Date>, baseline: Baseline) -> Self {
        Self { today, baseline, ..Self::default() }
    }

    /// What of the baseline was not found.
    pub(super) fn stale(&self) -> Vec<Entry> {
        self.baseline.entries().filter(|it| !self.found.contains(it)).cloned().collect()
    }

    /// Takes what was waived in the editions of a dataset, and forgets the rest.
    pub(super) fn take(&mut self, past: &Past<'_>) {
        self.waivers.clear();
        self.known.clear();
        for it in past.all().flat_map(|it| &it.waivers) {
            self.waivers.entry(it.id.clone()).or_default().push(it.clone());
        }
    }

    /// Takes findings as known that an accepted edition had too.
    pub(super) fn know(&mut self, own: Option<&Accepted>, before: Option<&Accepted>) {
        self.own = own.is_some();
        let accepted = own.or(before);
        let ids = accepted.into_iter().flat_map(|it| it.known.iter().chain(it.waivers.iter().map(|it| &it.id)));
        self.known = ids.cloned().collect();
    }

    /// Whether nothing was waived.
    pub(super) fn is_empty(&self) -> bool {
        self.waivers.is_empty() && self.baseline.is_empty()
    }

    /// Whether no finding is remembered at all.
    pub(super) fn is_blank(&self) -> bool {
        self.is_empty() && self.known.is_empty()
    }

    /// Whether a finding was there before; one of the baseline with other
    /// figures is new.
    pub(super) fn standing(&self, finding: &Finding) -> Standing {
        let waivers = self.waivers.get(&finding.id);
        if self.baseline.find(finding).is_ok() || waivers.is_some_and(|it| self.holds(it, finding).is_ok()) {
            Standing::Waived
        } else if self.known.contains(&finding.id) {
            Standing::Known
        } else {
            Standing::New
        }
    }

    /// Gives a finding its status; one whose waiver does not hold any more says why.
    pub(super) fn mark(&mut self, finding: &mut Finding) {
        self.look_up(finding);
        if finding.status != Status::Waived && self.known.contains(&finding.id) {
            let seen = self.own && finding.severity < Severity::Error && COMPARING.contains(&finding.kind);
            finding.status = if seen { Status::Waived } else { Status::Known };
        }
        let Some(waivers) = self.waivers.get(&finding.id) else { return };
        match self.holds(waivers, finding) {
            Ok(()) => finding.status = Status::Waived,
            Err(why) => finding.hint = Some(finding.hint.take().map_or(why.clone(), |it| format!("{it}; {why}"))),
        }
    }

    /// What is in the baseline with these figures does not fail; with others
    /// it says so.
    fn look_up(&mut self, finding: &mut Finding) {
        if self.baseline.is_empty() {
            return;
        }
        match self.baseline.find(finding) {
            Ok(entry) => {
                finding.status = Status::Waived;
                self.found.insert(entry);
            }
            Err(others @ [then, ..]) => {
                finding.status = Status::Known;
                let why = format!(
                    "the baseline has this finding for {}, but the figures have changed since",
                    then.figures.join(", ")
                );
                finding.hint = Some(finding.hint.take().map_or(why.clone(), |it| format!("{it}; {why}")));
                // It has changed: it is not gone.
                self.found.extend(others.to_vec());
            }
            Err([]) => {}
        }
    }

    fn holds(&self, waivers: &[Waiver], finding: &Finding) -> Result<(), String> {
        let figures = figures(finding);
        let same: Vec<&Waiver> = waivers.iter().filter(|it| it.figures == figures).collect();
        if same.iter().any(|it| it.lasts(self.today)) {
            return Ok(());
        }
        let by = |it: &Waiver| it.by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
        if let Some((it, until)) = same.iter().filter_map(|it| Some((it, it.until?))).max_by_key(|it| it.1) {
            return Err(format!("the waiver{} expired on {until}: {}", by(it), it.reason));
        }
        let then = waivers[0].figures.join(", ");
        Err(format!("it was waived{} for {then}, but the figures have changed since", by(&waivers[0])))
    }
}

/// The figures of a finding, as a waiver keeps them: the value, else the
/// text, of each of its places.
pub fn figures(finding: &Finding) -> Vec<String> {
    finding.places.iter().map(|it| it.value.clone().unwrap_or_else(|| it.text.clone())).collect()
}
