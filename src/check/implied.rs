//! Checks that need no rule: form, types, blanks, columns, rows, keys.

use std::collections::HashMap;

use super::assemble::{Loaded, LoadedTable, Run};
use super::claim::has_title;
use super::judge::heading_place;
use super::outcome::{Collector, RuleFacts};
use super::past::Past;
use super::renamed;
use super::undecided::cause_of;
use crate::finding::{Certainty, Expected, Place, Role, Severity, Verdict};
use crate::rules::{Detail, Mark, compare_rows};
use crate::source::TypeFaultKind;
use crate::table::{Blanks, CellState, Keys, Span, Table};

/// Judges the form of one file: what its reader and its types found.
///
/// Past editions tell columns that were renamed.
pub(super) fn judge_file(loaded: &Loaded, past: &Past<'_>, collector: &mut Collector) {
    let last = match loaded.period() {
        Some(period) => past.before(period).next(),
        None => past.all().next_back(),
    };
    let dataset = loaded.input.dataset.as_deref().unwrap_or("");
    for table in &loaded.tables {
        collector.about(&table.table.name);
        let name = &table.table.name;
        let before = last.and_then(|it| Some(&it.edition.tables[it.edition.table(name)?]));
        let mut form = Form { loaded, table, dataset, before, collector };
        form.title();
        form.filled();
        form.rows_as_headed();
        form.columns();
        form.cells();
        form.readings();
        form.formulas();
    }
}

/// Judges what can be told only of an edition: its rows and keys.
///
/// `leads` says whether it is the first of the editions that its files hold.
pub(super) fn judge(run: &Run<'_>, leads: bool, collector: &mut Collector) {
    collector.about("");
    period(run, collector);
    if leads {
        tables(run, collector);
    }
    for (at, table) in run.edition.tables.iter().enumerate() {
        if run.borrowed.contains(&table.name) {
            continue;
        }
        collector.about(&table.name);
        rows(run, at, collector);
        keys(run, table, collector);
    }
}

pub(super) fn facts<'a>(dataset: &'a str, name: &'static str, severity: Severity) -> RuleFacts<'a> {
    RuleFacts { dataset, name, kind: name, severity, why: None, at: None }
}

/// The implied checks over one table of one file.
struct Form<'a> {
    loaded: &'a Loaded,
    table: &'a LoadedTable,
    dataset: &'a str,
    /// The table in the edition before.
    before: Option<&'a Table>,
    collector: &'a mut Collector,
}

impl Form<'_> {
    /// `tables`: a sheet that is a declared table has its title.
    fn title(&mut self) {
        let grid = &self.loaded.page.grids[self.table.grid];
        let (Some(title), Some(printed), Some(_)) = (&self.table.schema.title, &grid.title, &grid.sheet) else {
            return;
        };
        if !self.table.is_claimed || has_title(grid, &self.table.schema) || !self.collector.wants("tables", "tables") {
            return;
        }
        let name = &self.table.schema.name;
        let message = format!("table {name} is expected in the sheet \"{title}\", but \"{printed}\" has its columns");
        let mut detail = Detail::new(name, message);
        detail.hint = Some(format!(
            "if \"{printed}\" is the right sheet, set tables.{name}.aliases = [\"{printed}\"] in the rule file"
        ));
        detail.places = vec![heading_place(&self.table.table, "")];
        self.collector.fail_one(&facts(self.dataset, "tables", Severity::Error), detail);
    }

    /// `empty`: a table has rows.
    fn filled(&mut self) {
        let table = &self.table.table;
        let rows = table.rows.len() + self.table.clean.rows;
        // Pages are full of frames without rows: what no rule file declares must
        // be all there is, and have the look of a table.
        let is_all = || self.loaded.tables.len() == 1 && table.columns.len() > 1;
        let meant = self.table.is_claimed || is_all();
        if rows > 0 || self.table.schema.empty || !meant || !self.collector.wants("empty", "empty") {
            return;
        }
        let mut detail = Detail::new(&table.name, "the table has a heading but no rows");
        let grid = &self.loaded.page.grids[self.table.grid];
        let span = grid.headings.first().map(|it| it.span).unwrap_or_default();
        let mut place = Place::of_span(&self.loaded.document, span, Role::Primary, "");
        place.table.clone_from(&table.name);
        detail.places = vec![place];
        if self.table.is_claimed {
            let name = &table.name;
            detail.hint = Some(format!("if the table may be empty, set tables.{name}.empty = true in the rule file"));
        }
        self.collector.fail_one(&facts(self.dataset, "empty", Severity::Error), detail);
    }

    /// `read`: every row has as many cells as the heading.
    fn rows_as_headed(&mut self) {
        if self.collector.wants("read", "read") {
            let ragged = self.table.faults.iter().filter(|it| it.kind == TypeFaultKind::Read).count();
            let rows = self.table.table.rows.len();
            self.collector.count("read", Verdict::Holds, rows.saturating_sub(ragged) + self.table.clean.rows);
            self.faults(TypeFaultKind::Read, "read", Severity::Error);
            self.faults(TypeFaultKind::Hidden, "read", Severity::Note);
        }
    }

    /// `columns`: every declared column that is not optional is printed.
    fn columns(&mut self) {
        let names = self.table.table.columns_by_name();
        let printed = self.table.schema.columns.iter().filter(|it| names.contains_key(it.name.as_str())).count();
        if self.collector.wants("columns", "columns") {
            self.collector.count("columns", Verdict::Holds, printed);
            self.faults(TypeFaultKind::Columns, "columns", Severity::Error);
        }
        if self.collector.wants("period", "period") {
            self.faults(TypeFaultKind::Gap, "period", Severity::Warning);
        }
    }

    /// `type`, `blank` and `style`: every cell is of its column's type.
    fn cells(&mut self) {
        let table = &self.table.table;
        let of = |kind| self.table.faults.iter().filter(|it| it.kind == kind).count();
        let (types, blanks, styles) = (of(TypeFaultKind::Type), of(TypeFaultKind::Blank), of(TypeFaultKind::Style));
        let doubts = of(TypeFaultKind::StyleDoubt) + of(TypeFaultKind::StyleNote);
        let typed = |it: &CellState| matches!(it, CellState::Value | CellState::Unreadable | CellState::Unclear);
        let cells: usize = table.columns.iter().map(|it| it.states.iter().filter(|it| typed(it)).count()).sum();
        let names = table.columns_by_name();
        let strict = self.table.schema.columns.iter().filter(|it| !it.blank);
        let strict = strict.filter_map(|it| names.get(it.name.as_str()).copied());
        let clean = &self.table.clean;
        let full: usize = strict.map(|it| table.columns[it].states.len() + clean.rows).sum();
        for (rule, kind, checks, faults) in [
            ("type", TypeFaultKind::Type, cells + clean.cells, types + styles),
            ("blank", TypeFaultKind::Blank, full, blanks),
            ("style", TypeFaultKind::Style, usize::from(styles + doubts == 0), 0),
        ] {
            if self.collector.wants(rule, rule) {
                self.collector.count(rule, Verdict::Holds, checks.saturating_sub(faults));
                self.faults(kind, rule, Severity::Error);
            }
        }
        for (rule, kind, severity) in [
            ("type", TypeFaultKind::NearlyNumbers, Severity::Note),
            ("type", TypeFaultKind::Suspect, Severity::Warning),
            ("style", TypeFaultKind::StyleDoubt, Severity::Warning),
            ("style", TypeFaultKind::StyleNote, Severity::Note),
        ] {
            if self.collector.wants(rule, rule) {
                self.faults(kind, rule, severity);
            }
        }
    }

    /// `unclear`: every row can be read in one way only.
    fn readings(&mut self) {
        if !self.collector.wants("unclear", "unclear") {
            return;
        }
        let grid = &self.loaded.page.grids[self.table.grid];
        let glued = grid.rows.iter().filter(|it| it.splitting.is_some()).count();
        let unclear = self.table.table.unclear.len();
        self.collector.count("unclear", Verdict::Holds, glued.saturating_sub(unclear));
        self.faults(TypeFaultKind::Unclear, "unclear", Severity::Warning);
    }

    /// `stale`: every formula gives the value that stands in the file.
    fn formulas(&mut self) {
        if self.collector.wants("stale", "stale") {
            let table = &self.table.table;
            let sheet = table.document.sheets.iter().find(|it| Some(&it.name) == table.sheet.as_ref());
            let spans = table.columns.iter().flat_map(|it| &it.spans);
            let judged = |it: &&Span| sheet.and_then(|sheet| sheet.cell_at(it.start)).is_some_and(|it| it.is_judged);
            let formulas = if sheet.is_some() { spans.filter(judged).count() } else { 0 };
            let stale = self.table.faults.iter().filter(|it| it.kind == TypeFaultKind::Stale).count();
            self.collector.count("stale", Verdict::Holds, formulas.saturating_sub(stale));
            self.faults(TypeFaultKind::Stale, "stale", Severity::Error);
        }
    }

    fn faults(&mut self, kind: TypeFaultKind, rule: &'static str, severity: Severity) {
        let facts = facts(self.dataset, rule, severity);
        let table = &self.table.table;
        let faults: Vec<_> = self.table.faults.iter().filter(|it| it.kind == kind).collect();
        self.collector.fail(&facts, faults.len());
        let is_missing = faults.iter().any(|it| it.missing.is_some());
        let renamed = if is_missing { renamed::hints(self.table, self.before) } else { HashMap::new() };
        for fault in faults.into_iter().take(self.collector.room()) {
            let mut detail = Detail::new(&table.name, fault.message.clone());
            let at = |row: u32| table.columns.iter().position(|it| it.spans[row as usize] == fault.span);
            let place = match (fault.row, fault.column.or_else(|| fault.row.and_then(at))) {
                (Some(row), Some(column)) => Place::of_cell(table, row as usize, column, Role::Primary, ""),
                (Some(row), None) => Place::of_row(table, row as usize, Role::Primary, ""),
                _ => {
                    let mut place = Place::of_span(&self.loaded.document, fault.span, Role::Primary, "");
                    place.table.clone_from(&table.name);
                    place
                }
            };
            detail.row.clone_from(&place.row);
            detail.column.clone_from(&place.column);
            if fault.missing.is_some() {
                detail.column.clone_from(&fault.missing);
            }
            let hint = fault.missing.as_ref().and_then(|it| renamed.get(it));
            detail.hint = hint.or(fault.hint.as_ref()).cloned();
            detail.observed = (!place.text.is_empty()).then(|| place.text.clone());
            detail.certainty = match kind {
                TypeFaultKind::Unclear
                | TypeFaultKind::StyleDoubt
                | TypeFaultKind::StyleNote
                | TypeFaultKind::NearlyNumbers
                | TypeFaultKind::Suspect => Certainty::Unclear,
                _ => Certainty::Contradiction,
            };
            detail.places.push(place);
            let cause = fault.missing.as_ref().map(|it| cause_of(self.dataset, &table.name, "column", it));
            self.collector.find_explained(&facts, detail, cause.map(|it| (it, Vec::new())));
        }
    }
}

/// `period`: an edition has the length that the dataset's cadence gives it.
fn period(run: &Run<'_>, collector: &mut Collector) {
    let Some(dataset) = run.dataset.filter(|_| collector.wants("period", "period")) else { return };
    let Some(cadence) = dataset.cadence else { return };
    let facts = facts(&dataset.name, "period", Severity::Error);
    let table = run.edition.tables.first();
    let name = table.map_or("", |it| it.name.as_str());
    match run.edition.period {
        Some(period) if cadence.fits(period) => collector.count("period", Verdict::Holds, 1),
        Some(period) => {
            let days = cadence.period_from(period.start).map_or(0, crate::table::Period::days);
            let message = format!("the period {period} has {} days, expected {days}", period.days());
            let mut detail = Detail::new(name, message);
            detail.places.extend(table.map(|it| heading_place(it, "the table starts here")));
            detail.observed = Some(period.days().to_string());
            detail.expected = Some(Expected::Equal(days.to_string()));
            collector.fail(&facts, 1);
            collector.find(&facts, detail);
        }
        None => {
            let mut detail = Detail::new(name, "no period is printed; name the edition (`--edition`)");
            detail.places.extend(table.map(|it| heading_place(it, "")));
            collector.count("period", Verdict::Undetermined, 1);
            collector.undetermined("period", &detail);
        }
    }
}

/// `tables`: every declared table that is not optional is printed.
fn tables(run: &Run<'_>, collector: &mut Collector) {
    let Some(dataset) = run.dataset.filter(|_| collector.wants("tables", "tables")) else { return };
    let missing = dataset.tables.iter().filter(|it| !it.optional && run.edition.table(&it.name).is_none());
    for schema in missing {
        let mut detail = Detail::new(&schema.name, format!("table {} is not among the inputs", schema.name));
        let files: Vec<&str> = run.edition.tables.iter().map(|it| it.document.name.as_str()).collect();
        let beside = run.edition.tables.first();
        detail.places.extend(beside.map(|it| heading_place(it, "")));
        let optional = format!("set tables.{}.optional = true if an edition may leave the table out", schema.name);
        detail.hint = Some(match &files[..] {
            [] => optional,
            _ => format!("pass all files of the edition in one run, or {optional}"),
        });
        let facts = facts(&dataset.name, "tables", Severity::Error);
        collector.fail(&facts, 1);
        let cause = cause_of(&dataset.name, &schema.name, "table", "");
        collector.find_in(None, &facts, detail, Some((cause, Vec::new())));
    }
}

/// `rows`: every declared row is printed once, and no other.
fn rows(run: &Run<'_>, at: usize, collector: &mut Collector) {
    let (table, schema) = (&run.edition.tables[at], &run.schemas[at]);
    if schema.rows.is_empty() || !collector.wants("rows", "rows") {
        return;
    }
    // A table without rows is one finding: `empty`.
    if table.rows.is_empty() && (schema.empty || collector.wants("empty", "empty")) {
        return;
    }
    let facts = facts(run.dataset_name(), "rows", Severity::Error);
    let before = run.past.first().and_then(|it| Some(&it.edition.tables[it.edition.table(&table.name)?]));
    let mut comparison = compare_rows(table, before, &schema.rows);
    if !table.key.is_empty() {
        comparison.leave_repeats_to_keys();
    }
    let marks: Vec<Mark> = comparison.checks.iter().map(|it| it.mark()).collect();
    let count = |mark| marks.iter().filter(|&&it| it == mark).count();
    collector.count("rows", Verdict::Holds, count(Mark::Holds));
    collector.count("rows", Verdict::Undetermined, count(Mark::Undetermined));
    collector.fail(&facts, count(Mark::Fails));
    let room = collector.room();
    let checks = |mark| marks.iter().enumerate().filter(move |it| *it.1 == mark).map(|it| it.0).take(room);
    for check in checks(Mark::Fails) {
        let detail = comparison.explain(table, &schema.rows, check);
        let missing = comparison.checks[check].is_missing().then(|| detail.row.clone()).flatten();
        let cause = missing.map(|it| cause_of(run.dataset_name(), &table.name, "row", &it));
        collector.find_explained(&facts, detail, cause.map(|it| (it, Vec::new())));
    }
    for check in checks(Mark::Undetermined) {
        collector.undetermined("rows", &comparison.explain(table, &schema.rows, check));
    }
}

/// `keys`: no two rows have the same key.
fn keys(run: &Run<'_>, table: &Table, collector: &mut Collector) {
    if table.key.is_empty() || !collector.wants("keys", "keys") {
        return;
    }
    let facts = facts(run.dataset_name(), "keys", Severity::Error);
    let mut seen: HashMap<(Option<u32>, Option<u32>), usize> = HashMap::new();
    let mut repeats = Vec::new();
    let keys = Keys::new(Blanks::Alike).number(table, &table.key);
    for (row, key) in keys.into_iter().enumerate() {
        // The same label may stand under different rows.
        match seen.entry((table.rows[row].under, key)) {
            std::collections::hash_map::Entry::Occupied(first) => repeats.push((*first.get(), row)),
            std::collections::hash_map::Entry::Vacant(free) => drop(free.insert(row)),
        }
    }
    collector.count("keys", Verdict::Holds, table.rows.len() - repeats.len() + run.clean_rows(&table.name));
    collector.fail(&facts, repeats.len());
    for (first, row) in repeats.into_iter().take(collector.room()) {
        let column = table.key[0];
        let place = Place::of_cell(table, row, column, Role::Primary, "the same key again");
        let earlier = Place::of_cell(table, first, column, Role::Operand, "first here");
        // In a database both have the same key, and no line.
        let first = if earlier.is_keyed { String::new() } else { format!(", first in line {}", earlier.line) };
        let message = format!("{} appears twice{first}", table.row_name(row));
        let mut detail = Detail::new(&table.name, message);
        detail.row = Some(table.row_name(row));
        detail.column = Some(table.columns[column].name.clone());
        detail.places = vec![place, earlier];
        collector.find(&facts, detail);
    }
}
