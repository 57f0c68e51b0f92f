//! Rules of single rows that ask for more than plain cells tell: judged as in any
//! small file, some rows at a time. What comes of them is counted, and as many rows
//! that do not hold are kept as can be shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::Begun;
use super::asked::Others;
use super::forms::years;
use super::plan::{Plan, Why, is_too_wide};
use super::sift::Piece;
use super::spread::Handed;
use super::whole::{ApartTable, Known, Line, columns_read};
use crate::error::Result;
use crate::plan::{Gated, Held, Test, Total};
use crate::rules::{Context, Dataset, Mark, Rule};
use crate::source::delimited::sieve::{self, Sieve};
use crate::table::{CellState, Column, Document, Edition, Stack, Table};

/// So many pieces are under way at once for each thread.
const WINDOW: usize = 2;
/// So many rows stand as cells at once: they take several times what typed ones do.
const ROWS_AT_ONCE: usize = 1 << 15;

const TOO_MANY: Why = "too many of its rows may fail";

/// What a sieve asked of single rows, and of which rules.
#[derive(Debug)]
pub(super) struct Loosened {
    pub(super) rules: Vec<String>,
    pub(super) tests: Vec<Test<usize>>,
    pub(super) gated: Vec<Gated>,
    /// Which rule each of these belongs to.
    pub(super) gates: Vec<String>,
}

impl Plan<'_> {
    /// Asks for the form of records only: the rules of single rows are judged some
    /// rows at a time.
    pub(super) fn loosen(&mut self) {
        let rules = std::mem::take(&mut self.row_rules);
        self.others.extend(rules.iter().map(|it| (it.clone(), TOO_MANY)));
        let sieve = &mut self.sieve;
        let tests = std::mem::replace(&mut sieve.tests, years(&sieve.columns));
        let gated = std::mem::take(&mut sieve.gated).into_iter().zip(std::mem::take(&mut self.gates));
        let (kept, gated): (Vec<_>, Vec<_>) = gated.partition(|it| it.0.tests.is_empty());
        (sieve.gated, self.gates) = kept.into_iter().unzip();
        let (gated, gates) = gated.into_iter().unzip();
        self.loosened = Some(Loosened { rules, tests, gated, gates });
        let conditions = sieve.gated.iter().map(|it| it.when.read()).chain(sieve.totals.iter().map(Total::read));
        let read = conditions.flat_map(|(numbers, texts)| [numbers, texts].concat());
        let read: BTreeSet<usize> = read.chain(self.keys.iter().flatten()).copied().collect();
        sieve.blank = (0..self.blank.len()).map(|it| self.blank[it] && !read.contains(&it)).collect();
    }
}

/// What came of one rule.
#[derive(Clone, Debug, Default)]
struct Came {
    held: Held,
    /// How many rows of each mark are kept.
    kept: [usize; 2],
    /// How many rows that are decided, and not kept, print no figure: by column.
    blanks: BTreeMap<String, usize>,
}

impl Came {
    /// Counts a row that is not kept, and the columns that it leaves blank.
    fn count(&mut self, mark: Mark, blanks: &[String]) {
        let held = &mut self.held;
        match mark {
            Mark::Holds => held.exact += 1,
            Mark::Rounded => held.rounded += 1,
            Mark::Fails => held.fails += 1,
            Mark::Undetermined => held.open += 1,
            Mark::Skipped => {}
        }
        if mark.is_decided() {
            held.rows += 1;
            for it in blanks {
                *self.blanks.entry(it.clone()).or_default() += 1;
            }
        }
    }
}

/// A row that some rule does not hold of: its line, how it stands with each rule, and the
/// columns that it leaves blank.
type Left = (Line, Vec<Mark>, Vec<String>);

/// A row that is kept, and how it stands with each rule.
type Kept = (Line, Vec<Mark>);

/// What came of a piece of the file.
struct Judged {
    /// One for each rule.
    came: Vec<Came>,
    /// The rows that do not hold.
    rows: Vec<Left>,
}

impl Begun<'_> {
    /// Rules of single rows: those that a sieve can tell something of, with the sieve,
    /// and others.
    pub(super) fn local<'d>(&self, dataset: &'d Dataset, others: &Others) -> Vec<(Vec<&'d Rule>, Option<Told>)> {
        let local = dataset.rules.iter().filter(|it| others.contains_key(&it.name) && it.is_local());
        let loosened = self.plan.loosened.as_ref();
        let (told, rest): (Vec<&Rule>, Vec<&Rule>) =
            local.partition(|it| loosened.is_some_and(|loosened| loosened.rules.contains(&it.name)));
        let sieve = loosened.map(|it| {
            let gate = |rule: &&Rule| it.gates.iter().position(|gate| *gate == rule.name);
            Told {
                sieve: self.plan.sieve_of(it.tests.clone(), it.gated.clone(), &[]),
                gates: told.iter().map(gate).collect(),
            }
        });
        [(told, sieve), (rest, None)].into_iter().filter(|it| !it.0.is_empty()).collect()
    }

    /// The tables that rules of single rows are judged on, and the lines that they
    /// are of; nothing where that cannot be told row by row.
    pub(super) fn in_blocks(
        &self,
        dataset: (&Dataset, usize),
        rules: &[&Rule],
        told: Option<&Told>,
    ) -> Result<Option<Apart>> {
        let names: Others = rules.iter().map(|it| (it.name.clone(), "")).collect();
        let read = columns_read(dataset, &self.loaded.tables[0].table, &names);
        let mut came = vec![Came::default(); rules.len()];
        let mut rows = Vec::new();
        for window in self.sifted.pieces.chunks(WINDOW * rayon::current_num_threads()) {
            let judge = |it: &Piece| self.judge_piece((dataset.0, rules), &read, it, told);
            let judged: Vec<Result<Option<Judged>>> = window.par_iter().map(judge).collect();
            for it in judged {
                let Some(it) = it? else { return Ok(None) };
                for (came, more) in came.iter_mut().zip(it.came) {
                    came.held.add(more.held);
                    for (column, count) in more.blanks {
                        *came.blanks.entry(column).or_default() += count;
                    }
                }
                rows.extend(it.rows.into_iter().filter_map(|it| self.kept(it, &mut came)));
            }
        }
        Ok(self.rows_of_rules(rules, came, rows))
    }

    /// A row that is kept for some rule, and so for all of them: which figures are judged
    /// is told of all rules together.
    fn kept(&self, (line, marks, blanks): Left, came: &mut [Came]) -> Option<Kept> {
        let mut is_kept = false;
        for (it, mark) in came.iter_mut().zip(&marks) {
            let kept = match mark {
                Mark::Fails => &mut it.kept[1],
                Mark::Undetermined => &mut it.kept[0],
                _ => continue,
            };
            is_kept |= *kept <= self.room;
            *kept += 1;
        }
        if !is_kept {
            came.iter_mut().zip(marks).for_each(|(it, mark)| it.count(mark, &blanks));
            return None;
        }
        Some((line, marks))
    }

    /// What comes of the rows of a piece; none where a row can be read in several ways, or only beside all others.
    fn judge_piece(
        &self,
        (dataset, rules): (&Dataset, &[&Rule]),
        read: &BTreeSet<usize>,
        piece: &Piece,
        told: Option<&Told>,
    ) -> Result<Option<Judged>> {
        let bytes = self.file.again(&piece.chunk)?;
        let (name, encoding) = self.plan.file();
        let headed = |text: &[u8]| {
            let heading = &self.heading.as_bytes()[..self.plan.sieve.form.body(&self.heading)];
            Some(Arc::new(Document::new(name, String::from_utf8([heading, text].concat()).ok()?, encoding)))
        };
        let left = told.and_then(|it| it.left(&bytes));
        let Some(document) = headed(left.as_ref().map_or(&bytes, |it| &it.text)) else { return Ok(None) };
        let number = |number: u64| match &left {
            Some(it) => it.records.get(usize::try_from(number).unwrap_or(usize::MAX)).map_or(number, |it| it.0),
            None => number,
        };
        let table = self.some_columns(&document, read, piece.before, &number);
        let is_plain = |it: &Table| it.unclear.is_empty() && !is_too_wide(it, &self.sifted);
        let Some(table) = table.filter(is_plain) else { return Ok(None) };
        let edition = Edition { period: None, coverage: None, tables: vec![table] };
        let table = &edition.tables[0];
        // What leaves the range of exact arithmetic is told of all rows.
        let marks = rules.iter().map(|it| marks(it, dataset, &edition)).collect::<Result<Vec<Vec<Mark>>>>();
        let Ok(marks) = marks else { return Ok(None) };
        let held = |at| Came { held: left.as_ref().map_or_else(Held::default, |it| it.held[at]), ..Came::default() };
        let mut judged = Judged { came: (0..rules.len()).map(held).collect(), rows: Vec::new() };
        let headings = self.plan.sieve.form.headings();
        for (row, it) in table.rows.iter().enumerate() {
            let marks: Vec<Mark> = marks.iter().filter_map(|it| it.get(row)).copied().collect();
            let blanks: Vec<String> = blanks_of(table, row).collect();
            if !marks.iter().any(|it| matches!(it, Mark::Fails | Mark::Undetermined)) {
                judged.came.iter_mut().zip(marks).for_each(|(it, mark)| it.count(mark, &blanks));
                continue;
            }
            let line = match &left {
                _ if self.plan.line_step() == 0 => u64::from(it.number),
                Some(left) => piece.line + left.line_of(u64::from(it.number) - piece.before - 1 - headings),
                // The heading is the first line of what was judged, if there is one.
                None => piece.line + u64::from(document.position(it.span.start).line).saturating_sub(1 + headings),
            };
            let Ok(line) = u32::try_from(line) else { return Ok(None) };
            judged.rows.push(((line, it.number, document.slice(it.span).to_owned()), marks, blanks));
        }
        Ok(Some(judged))
    }

    /// Those rows as a table of the rules that some of them are for, and one without rows of
    /// the others, for which there is nothing to show.
    fn rows_of_rules(&self, rules: &[&Rule], came: Vec<Came>, kept: Vec<Kept>) -> Option<Apart> {
        let mut handed = Handed::of(&self.heading);
        for ((line, number, text), _) in &kept {
            handed.push(text, *line, self.plan.line_step(), *number);
        }
        let all = self.table_of(handed)?;
        let none = all.take(&[]);
        let mut tables = [all, none].map(|table| ApartTable { table, rules: BTreeMap::new() });
        for (at, (rule, Came { held, blanks, .. })) in rules.iter().zip(came).enumerate() {
            let is_for_some = kept.iter().any(|it| it.1.get(at).is_some_and(|it| *it != Mark::Skipped));
            let known = Known { held, blanks, ..Known::default() };
            tables[usize::from(!is_for_some)].rules.insert(rule.name.clone(), known);
        }
        let tables = tables.into_iter().filter(|it| !it.rules.is_empty()).collect();
        Some((tables, kept.into_iter().map(|it| it.0).collect()))
    }

    /// Records as a table of the file.
    pub(super) fn table_of(&self, handed: Handed) -> Option<Table> {
        let numbers = handed.numbers.clone();
        let document = self.plan.document_of(handed);
        let page = self.plan.grid_of(&document, &numbers, u32::MAX)?;
        Some(self.plan.typed(&page, &document).table)
    }

    /// The rows of some lines in some columns; so many records stand before them. `number`
    /// tells which record of theirs each is, counted from 0.
    pub(super) fn some_columns(
        &self,
        document: &Arc<Document>,
        read: &BTreeSet<usize>,
        before: u64,
        number: &dyn Fn(u64) -> u64,
    ) -> Option<Table> {
        let (plan, main) = (&self.plan, &self.loaded.tables[0].table);
        let positions: BTreeSet<usize> = read.iter().map(|it| main.columns[*it].position as usize).collect();
        let positions: Vec<usize> = positions.into_iter().collect();
        let first = before + 1 + plan.sieve.form.headings();
        let number = |it: u32| u32::try_from(first + number(it.into())).unwrap_or(u32::MAX);
        let is_row = |it: u32| !self.is_note(number(it).into());
        let schema = plan.schema_of(read, main);
        let mut pages = sieve::ColumnPages::new(document, plan.heading(), &positions, 0)?;
        let mut all: Option<Stack> = None;
        while let Some(mut page) = pages.next(ROWS_AT_ONCE, is_row).ok()? {
            page.grids[0].style = Some(plan.style());
            page.grids[0].rows.iter_mut().for_each(|it| it.number = number(it.number));
            let more = Plan::typed_as(&page, document, &schema).table;
            match &mut all {
                None => all = Some(Stack::new(more)),
                Some(it) => it.push(more)?,
            }
        }
        let mut table = all?.table();
        for column in &mut table.columns {
            let position = *positions.get(column.position as usize)?;
            column.position = u32::try_from(position).ok()?;
        }
        Some(table)
    }
}

/// A sieve that tells something of rules of single rows.
pub(super) struct Told {
    sieve: Sieve,
    /// Which condition of it each rule has, if one.
    gates: Vec<Option<usize>>,
}

/// The records of a piece that a sieve tells nothing of.
struct LeftOver {
    /// Each with a line break behind it.
    text: Vec<u8>,
    /// Which record of the piece each is, and how many lines stand before it, in order.
    records: Vec<(u64, u64)>,
    /// What surely holds of the others, one for each rule.
    held: Vec<Held>,
}

impl Told {
    /// Nothing where those are most of a piece.
    fn left(&self, bytes: &[u8]) -> Option<LeftOver> {
        let (chunk, _) = self.sieve.chunk(bytes, bytes.len(), true, None).ok()?;
        let mut left = LeftOver { text: Vec::new(), records: Vec::new(), held: Vec::new() };
        for (record, it) in &chunk.suspects {
            left.text.extend_from_slice(&it.bytes);
            left.text.push(b'\n');
            left.records.push((*record, it.line));
        }
        let held = |gate: &Option<usize>| {
            let exact = chunk.clean - gate.map_or(0, |it| chunk.left_out[it]);
            Held { exact, rows: exact, ..Held::default() }
        };
        left.held = self.gates.iter().map(held).collect();
        Some(left)
    }
}

impl LeftOver {
    /// How many lines stand before a record of the piece.
    fn line_of(&self, record: u64) -> u64 {
        self.records.binary_search_by_key(&record, |it| it.0).map_or(0, |it| self.records[it].1)
    }
}

/// Tables that rules are judged on, and the lines that they are of.
pub(super) type Apart = (Vec<ApartTable>, Vec<Line>);

/// The columns in which a row prints no figure, by name.
fn blanks_of(table: &Table, row: usize) -> impl Iterator<Item = String> {
    let is_blank = move |it: &&Column| !matches!(it.states[row], CellState::Value | CellState::Unclear);
    table.columns.iter().filter(is_blank).map(|it| it.name.clone())
}

/// Judges a rule on rows by themselves.
fn marks(rule: &Rule, dataset: &Dataset, edition: &Edition) -> Result<Vec<Mark>> {
    let plain = Context::of(edition, dataset);
    let filter = match (&rule.filter, rule.table.and_then(|it| plain.table(it))) {
        (Some(condition), Some(table)) => Some(condition.truths(&plain, table)?),
        _ => None,
    };
    rule.check.verdicts(&Context { filter: filter.as_deref(), ..plain })
}
