//! The state of the desk, and what each event does to it.

use std::sync::Arc;

use jiff::civil::Date;

use super::cells::At;
use super::checked::{CheckedDraft, DRAFT, Tables};
use super::event::{Event, Meant};
use super::given::{Change, Given, Original};
use crate::check::{Accepted, Waiver, figures};
use crate::error::Result;
use crate::finding::{Finding, Place, Role};
use crate::rules::Dataset;
use crate::table::{NumberStyle, Pin, Table, read_figure};

/// Edits of a draft are one step until they have changed so many characters.
const DRAFT_STEP: usize = 60;

/// What tables are checked against.
#[derive(Debug)]
pub struct Setting {
    /// The rule files, and behind them that of the example.
    datasets: Vec<Dataset>,
    /// How many of them are the user's own.
    own: usize,
    /// The day that it is.
    pub(super) today: Date,
    /// Who decides.
    pub(super) by: Option<String>,
}

impl Setting {
    /// Rule files, the day that it is, and who decides.
    ///
    /// # Errors
    ///
    /// What [`crate::rules::load`] says of the rule file of the example, which is in order.
    pub fn new(mut datasets: Vec<Dataset>, today: Date, by: Option<String>) -> Result<Self> {
        let own = datasets.len();
        datasets.extend(super::example::rules(&datasets)?);
        Ok(Self { datasets, own, today, by })
    }

    /// All rule files.
    pub(super) fn all(&self) -> &[Dataset] {
        &self.datasets
    }

    /// The user's own rule files: editions of the example are not kept.
    pub(super) fn own(&self) -> &[Dataset] {
        &self.datasets[..self.own]
    }

    /// The rule files that count: that of the example only beside the example.
    pub(super) fn datasets(&self, work: &Work) -> &[Dataset] {
        if work.has_example { &self.datasets } else { &self.datasets[..self.own] }
    }
}

/// What lies on the desk, and what was decided.
#[derive(Clone, Debug, Default)]
pub(super) struct Work {
    pub(super) files: Vec<Arc<Given>>,
    pub(super) draft: Option<Arc<str>>,
    pub(super) changes: Vec<Change>,
    pub(super) waived: Vec<Waiver>,
    pub(super) asked: Vec<Question>,
    pub(super) pins: Vec<Pin>,
    /// Relations that are no rules: table, and the relation in words.
    pub(super) no_rules: Vec<(String, String)>,
    pub(super) accepted: Arc<[Accepted]>,
    /// Whether the example was put on the desk.
    pub(super) has_example: bool,
}

/// A question for the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) finding: String,
    pub(super) text: String,
}

/// A step with what was there before it.
#[derive(Clone, Debug)]
struct Step {
    words: String,
    before: Work,
    /// How many characters of the draft it changed.
    typed: usize,
}

/// The state of the desk. Copies are cheap.
#[derive(Clone, Debug)]
pub struct State {
    pub(super) setting: Arc<Setting>,
    pub(super) work: Work,
    done: Vec<Step>,
    undone: Vec<Step>,
    pub(super) tables: Arc<Tables>,
    pub(super) draft: Option<Arc<CheckedDraft>>,
    /// Goes up with each event.
    pub(super) revision: u64,
    /// The revision that the tables are of.
    pub(super) tables_revision: u64,
    /// The revision that the draft was last changed in by something else than typing.
    pub(super) draft_revision: u64,
    pub(super) message: Option<String>,
}

/// What of the work a step changes: only that is checked again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Touches {
    All,
    Draft,
    Nothing,
}

type Done = std::result::Result<(String, Touches), String>;

impl State {
    /// An empty desk, with what was accepted before.
    pub fn new(setting: Setting, accepted: Arc<[Accepted]>) -> Self {
        Self {
            setting: Arc::new(setting),
            work: Work { accepted, ..Work::default() },
            done: Vec::new(),
            undone: Vec::new(),
            tables: Arc::default(),
            draft: None,
            revision: 1,
            tables_revision: 1,
            draft_revision: 1,
            message: None,
        }
    }

    /// The rule files that count.
    pub fn datasets(&self) -> &[Dataset] {
        self.setting.datasets(&self.work)
    }

    /// The state with a message, and nothing else new.
    #[must_use]
    pub fn told(&self, message: &str) -> Self {
        Self { revision: self.revision + 1, message: Some(message.to_owned()), ..self.clone() }
    }

    /// The number of the state: it goes up with each event.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Words for each step that was done, the last one last.
    pub(super) fn steps(&self) -> Vec<&str> {
        self.done.iter().map(|it| it.words.as_str()).collect()
    }

    pub(super) fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// The state after an event. What cannot be done changes nothing but the message.
    #[must_use]
    pub fn apply(&self, event: &Event) -> Self {
        let mut next = self.clone();
        (next.revision, next.message) = (self.revision + 1, None);
        match event {
            Event::Undo => next.turn_back(),
            Event::Redo => next.turn_forth(),
            _ => {
                let before = next.work.clone();
                match next.perform(event) {
                    Ok((words, touches)) => next.keep(words, before, touches),
                    Err(message) => next.message = Some(message),
                }
            }
        }
        next
    }

    /// The state after a file was put on the desk; one of the same name is replaced.
    #[must_use]
    pub fn give(&self, name: &str, given: Result<Given>) -> Self {
        let mut next = self.clone();
        (next.revision, next.message) = (self.revision + 1, None);
        let before = next.work.clone();
        match given {
            Ok(it) => {
                next.put(it);
                next.keep(format!("{name} was added to the desk"), before, Touches::All);
            }
            Err(error) => {
                next.message = Some(format!("{name} could not be read: {}{}", error.message(), error.hint_behind()));
            }
        }
        next
    }

    /// The state after a file was dropped as the draft.
    #[must_use]
    pub fn give_draft(&self, name: &str, given: Result<Given>) -> Self {
        let text = given.ok().and_then(|it| it.prose());
        let Some(text) = text else {
            let message = format!("{name} has no text for a draft; drop it on the table side");
            return self.told(&message);
        };
        let mut next = self.clone();
        (next.revision, next.message) = (self.revision + 1, None);
        let before = next.work.clone();
        next.work.draft = Some(text.into());
        next.keep(format!("{name} is now the draft"), before, Touches::Draft);
        next.draft_revision = next.revision;
        next
    }

    /// The state after an edition was accepted: what is on file now.
    #[must_use]
    pub fn on_file(&self, accepted: &Arc<[Accepted]>, words: &str) -> Self {
        let mut next = self.clone();
        next.revision += 1;
        // What was written stays written: an undo must not take it off the list.
        next.work.accepted = Arc::clone(accepted);
        for it in next.done.iter_mut().chain(&mut next.undone) {
            it.before.accepted = Arc::clone(accepted);
        }
        next.message = Some(words.to_owned());
        next.check(Touches::All);
        next
    }

    /// The state with other rule files, and words for why.
    ///
    /// # Errors
    ///
    /// As [`Setting::new`].
    pub fn with_rules(&self, own: Vec<Dataset>, words: &str) -> Result<Self> {
        let mut next = self.told(words);
        next.setting = Arc::new(Setting::new(own, self.setting.today, self.setting.by.clone())?);
        next.check(Touches::All);
        Ok(next)
    }

    /// The state with the example: a file, a draft and editions on file, in one step.
    pub(super) fn with_all(
        &self,
        given: Given,
        draft: Option<Arc<str>>,
        accepted: Arc<[Accepted]>,
        words: &str,
    ) -> Self {
        let mut next = self.clone();
        (next.revision, next.message) = (self.revision + 1, None);
        let before = next.work.clone();
        next.put(given);
        (next.work.draft, next.work.accepted, next.work.has_example) = (draft, accepted, true);
        next.draft_revision = next.revision;
        next.keep(words.to_owned(), before, Touches::All);
        next
    }

    fn put(&mut self, given: Given) {
        self.work.changes.retain(|it| it.file != given.name);
        let given = Arc::new(given);
        match self.work.files.iter().position(|it| it.name == given.name) {
            Some(at) => self.work.files[at] = given,
            None => self.work.files.push(given),
        }
    }

    /// Keeps a step, and checks what it touches.
    fn keep(&mut self, words: String, before: Work, touches: Touches) {
        let length = |it: &Work| it.draft.as_ref().map_or(0, |it| it.len());
        let edit = length(&before).abs_diff(length(&self.work)).max(1);
        match self.done.last_mut().filter(|it| it.words == TYPED && words == TYPED && it.typed + edit < DRAFT_STEP) {
            Some(last) => last.typed += edit,
            None => self.done.push(Step { words, before, typed: edit }),
        }
        self.undone.clear();
        self.check(touches);
    }

    fn check(&mut self, touches: Touches) {
        if touches == Touches::All {
            self.tables = Arc::new(Tables::of(&self.setting, &self.work));
            self.tables_revision = self.revision;
        }
        if touches != Touches::Nothing {
            self.draft = CheckedDraft::of(&self.tables, &self.setting, &self.work).map(Arc::new);
        }
    }

    fn turn_back(&mut self) {
        let Some(mut step) = self.done.pop() else {
            self.message = Some("there is nothing to undo".to_owned());
            return;
        };
        std::mem::swap(&mut self.work, &mut step.before);
        self.message = Some(format!("undone: {}", step.words));
        self.undone.push(step);
        self.draft_revision = self.revision;
        self.check(Touches::All);
    }

    fn turn_forth(&mut self) {
        let Some(mut step) = self.undone.pop() else {
            self.message = Some("there is nothing to redo".to_owned());
            return;
        };
        std::mem::swap(&mut self.work, &mut step.before);
        self.message = Some(format!("redone: {}", step.words));
        self.done.push(step);
        self.draft_revision = self.revision;
        self.check(Touches::All);
    }

    fn perform(&mut self, event: &Event) -> Done {
        match event {
            Event::Paste { name, text } => self.paste(name, text),
            Event::TakeAway { file } => {
                self.work.files.retain(|it| it.name != *file);
                self.work.changes.retain(|it| it.file != *file);
                Ok((format!("{file} was removed"), Touches::All))
            }
            Event::Draft { text } => {
                self.work.draft = Some(text.as_str().into());
                Ok((TYPED.to_owned(), Touches::Draft))
            }
            Event::Right { finding, reason, until } => self.waive(finding, reason, until),
            Event::Correct { figures, finding } => self.correct(figures, finding),
            Event::Ask { finding, text } => self.ask(finding, text),
            Event::Read { cell, reading } => self.settle_reading(*cell, *reading),
            Event::NotARule { table, relation } => {
                self.work.no_rules.push((table.clone(), relation.clone()));
                Ok((format!("not a rule: {relation}"), Touches::All))
            }
            Event::Undo | Event::Redo => Err(String::new()),
        }
    }

    fn paste(&mut self, name: &str, text: &str) -> Done {
        let ending = if name.contains('.') { "" } else { ".txt" };
        let free = |it: &String| !self.work.files.iter().any(|other| other.name == *it);
        let numbered = (1..=self.work.files.len() + 1).map(|it| format!("pasted table {it}{name}{ending}")).find(free);
        let name =
            if name.is_empty() || name.starts_with('.') { numbered.unwrap_or_default() } else { name.to_owned() };
        let given = Given::read(&name, text.as_bytes()).map_err(|it| it.message().to_owned())?;
        self.put(given);
        Ok((format!("{name} was added to the desk"), Touches::All))
    }

    /// The finding of a key, and whether it is of the draft.
    pub(super) fn finding(&self, key: &str) -> Option<(&Finding, bool)> {
        let of = |all: &'_ [Finding], draft: bool| all.iter().position(|it| key_of(it) == key).map(|it| (it, draft));
        let (at, is_draft) =
            of(&self.tables.outcome.findings, false).or_else(|| of(&self.draft.as_ref()?.outcome.findings, true))?;
        let findings = if is_draft { &self.draft.as_ref()?.outcome.findings } else { &self.tables.outcome.findings };
        Some((&findings[at], is_draft))
    }

    fn waive(&mut self, key: &str, reason: &str, until: &str) -> Done {
        let (finding, is_draft) = self.finding(key).ok_or("this finding no longer exists")?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err("give a reason: readers of the report will ask for it".to_owned());
        }
        let until = match until.trim() {
            "" => None,
            text => match text.parse::<Date>() {
                Ok(day) if day >= self.setting.today => Some(day),
                Ok(day) => return Err(format!("expected today or a later date, found {day}")),
                Err(_) => return Err(format!("expected a date such as 2026-12-31, found \"{text}\"")),
            },
        };
        let waiver = Waiver {
            id: finding.id.clone(),
            rule: finding.rule.clone(),
            place: place_of(finding),
            figures: figures(finding),
            reason: reason.to_owned(),
            by: self.setting.by.clone(),
            until,
        };
        let words = format!("right as it is: {} ({reason})", waiver.place);
        self.work.waived.retain(|it| it.id != waiver.id);
        self.work.waived.push(waiver);
        Ok((words, if is_draft { Touches::Draft } else { Touches::All }))
    }

    fn correct(&mut self, meant: &[Meant], key: &str) -> Done {
        let rule = self.finding(key).map_or(String::new(), |it| it.0.rule.clone());
        let mut words = Vec::new();
        for it in meant {
            let change = self.change(it, &rule)?;
            words.push(format!("{} {} for {}", change.cell[1..].join(", "), change.to, change.from));
            self.work.changes.retain(|other| other.file != change.file || other.span != change.span);
            if change.from != change.to {
                self.work.changes.push(change);
            }
        }
        if words.is_empty() {
            return Err("no figure was given".to_owned());
        }
        Ok((words.join("; "), Touches::All))
    }

    /// A correction of a cell of the working copy, in the file as given.
    fn change(&self, meant: &Meant, rule: &str) -> std::result::Result<Change, String> {
        let At(number, row, column) = meant.cell;
        let outcome = &self.tables.outcome;
        let table = self.tables.cells.table(outcome, number).ok_or("this table no longer exists")?;
        let cells = table.columns.get(column).filter(|it| row < it.spans.len()).ok_or("this cell no longer exists")?;
        let to = meant.to.trim();
        let style = NumberStyle::ENGLISH;
        let is_figure = !cells.kind.is_number() || read_figure(to, style, None).is_ok();
        if !is_figure || to.is_empty() || to.contains(['\n', '\r']) {
            return Err(format!("expected a figure such as 4,477, found \"{to}\""));
        }
        let file = super::checked::given(&self.work, &table.document.name).ok_or("this file no longer exists")?;
        let changes: Vec<&Change> = self.work.changes.iter().collect();
        let span = match file.original(cells.spans[row], &changes) {
            _ if cells.spans[row].is_empty() => {
                return Err("this cell is empty, so a figure cannot be replaced".to_owned());
            }
            Original::Changed(known) => {
                return Ok(Change { to: to.to_owned(), rule: rule.to_owned(), ..known.clone() });
            }
            Original::Place(span) => span,
        };
        let cell = [table.name.clone(), table.row_name(row), cells.name.clone()];
        let from = file.document.text.get(span.start as usize..span.end as usize);
        let from = from.ok_or("this cell has no place in the file")?.to_owned();
        let at = Place::of_cell(table, row, column, Role::Primary, "").at();
        Ok(Change { file: file.name.clone(), span, from, to: to.to_owned(), cell, at, rule: rule.to_owned() })
    }

    fn ask(&mut self, key: &str, text: &str) -> Done {
        let (finding, _) = self.finding(key).ok_or("this finding no longer exists")?;
        let place = place_of(finding);
        self.work.asked.retain(|it| it.finding != key);
        if text.trim().is_empty() {
            return Ok((format!("question removed: {place}"), Touches::Nothing));
        }
        self.work.asked.push(Question { finding: key.to_owned(), text: text.trim().to_owned() });
        Ok((format!("question for the source: {place}"), Touches::Nothing))
    }

    fn settle_reading(&mut self, cell: At, reading: usize) -> Done {
        let table = self.tables.cells.table(&self.tables.outcome, cell.0).ok_or("this table no longer exists")?;
        let pin = pin(table, cell.1, reading).ok_or("this row can be read in only one way")?;
        let words = format!("{} is read as {}", pin.row, pin.cells.join(" and "));
        self.work.pins.retain(|it| it.row != pin.row || it.table != pin.table);
        self.work.pins.push(pin);
        Ok((words, Touches::All))
    }
}

/// The words for a step of typing.
const TYPED: &str = "the draft was edited";

/// The reading of a row, as a pin has it.
fn pin(table: &Table, row: usize, reading: usize) -> Option<Pin> {
    let unclear = table.unclear.iter().find(|it| it.row as usize == row)?;
    let figures = &unclear.readings.get(reading)?.figures;
    let label = table.label_column()?;
    let mut figures: Vec<_> = figures.iter().collect();
    figures.sort_by_key(|it| it.1.start);
    let cells = figures.iter().map(|it| table.document.slice(it.1).trim().to_owned()).collect();
    Some(Pin { row: table.text(row, label).trim().to_owned(), cells, ..Pin::default() })
}

/// What a finding is known by as long as it is there.
pub(super) fn key_of(it: &Finding) -> String {
    let file = it.places.first().map_or("", |it| it.file.as_str());
    let hash = xxhash_rust::xxh3::xxh3_64(file.as_bytes()) & 0xffff;
    let draft = if file == DRAFT { it.places[0].column_start + it.places[0].line * 10_000 } else { 0 };
    format!("{}-{hash:x}-{}-{draft}", it.id, it.edition.unwrap_or(0))
}

/// Where a finding is, in words.
pub(super) fn place_of(it: &Finding) -> String {
    let Some(place) = it.places.first() else { return it.rule.clone() };
    if place.file == DRAFT {
        return format!("\"{}\" in the draft", place.text.trim());
    }
    let words = [Some(place.table.as_str()), place.row.as_deref(), place.column.as_deref()];
    let words: Vec<&str> = words.into_iter().flatten().filter(|it| !it.is_empty()).collect();
    if words.is_empty() { format!("{}, line {}", place.file, place.line) } else { words.join(", ") }
}
