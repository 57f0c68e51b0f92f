//! The arithmetic that a large file follows by itself: proposed by a sample of
//! its rows, counted over all of them.

use std::collections::HashSet;
use std::sync::Arc;

use super::plan::Plan;
use super::relations;
use super::sift::{File, Sifted};
use crate::check::follows::{is_arithmetic, steps};
use crate::discover::{self, Discovery, Proposed, Tally};
use crate::error::Result;
use crate::rules::{Dataset, Need};
use crate::source::delimited::sieve::{COUNTED_MAX, Counted, RecordForm, Wanted};
use crate::table::{Document, Table};

/// So many rows tell which relations a table follows.
pub(super) const ROWS: usize = 2_000;
/// So much is read for each, at first.
const BYTES: u64 = 4 << 10;
/// The number that rows of the sample have: theirs is not known.
const SAMPLED: u32 = u32::MAX - 1;

/// The relations that are proposed, and how they fare.
#[derive(Debug)]
pub(super) struct Watch {
    proposed: Proposed,
    /// Which relation each is that the sieve counts.
    numbers: Vec<usize>,
    /// The rows of the sample, as lines of the file.
    lines: Vec<String>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub(in crate::check) struct Followed {
    /// The rows that were handed out, and behind them those of the sample.
    pub(in crate::check) table: Table,
    proposed: Arc<Proposed>,
    sampled: usize,
    tallies: Vec<Option<Tally>>,
}

impl Followed {
    /// The relations over all rows, and where they break.
    pub(in crate::check) fn discover(&self) -> Discovery {
        let options = discover::Options { steps: steps(&self.table) };
        self.proposed.verify(&self.table, self.sampled, &self.tallies, &options)
    }
}

impl File<'_> {
    /// Some records of plain form, spread evenly over the file from an offset on.
    pub(super) fn spread(&self, start: u64, form: &RecordForm, width: usize) -> Result<Vec<String>> {
        let size = self.parts.size();
        let step = (size.saturating_sub(start) / ROWS as u64).max(1);
        let (mut lines, mut behind, mut bytes) = (Vec::new(), start, Vec::new());
        for at in (0..ROWS as u64).map(|it| start + it * step) {
            if at < behind {
                continue;
            }
            // The byte before tells whether a record starts here.
            let from = at.saturating_sub(1);
            self.read(from, BYTES, &mut bytes)?;
            let first = if at == start { Some(0) } else { memchr::memchr(b'\n', &bytes).map(|it| it + 1) };
            let first = first.map(|it| if at == start { usize::from(from < at) } else { it });
            let Some(rest) = first.and_then(|it| bytes.get(it..)) else { continue };
            let Some(end) = memchr::memchr(b'\n', rest) else { continue };
            behind = from + (bytes.len() - rest.len() + end) as u64;
            let line = std::str::from_utf8(&rest[..end]).ok().map(|it| it.trim_end_matches('\r'));
            let is_record = |it: &&str| form.cells_of(it).is_some_and(|it| it.len() == width);
            lines.extend(line.filter(is_record).map(str::to_owned));
        }
        Ok(lines)
    }
}

impl Watch {
    /// Proposes what the rows of a sample follow, and what a sieve is to count;
    /// nothing where there is nothing.
    pub(super) fn over(
        table: &Table,
        lines: Vec<String>,
        columns: &[Wanted],
        judged: &HashSet<String>,
    ) -> Option<(Self, Vec<Counted>)> {
        let options = discover::Options { steps: steps(table) };
        let proposed = discover::propose(table, &options);
        let is_number = |it: &usize| columns[*it].is_number();
        let (mut numbers, mut counted) = (Vec::new(), Vec::new());
        for (number, relation) in proposed.relations().iter().enumerate() {
            let mut lines = relation.terms.iter().map(|it| it.line).chain([relation.target]);
            if lines.all(|it| judged.contains(&table.columns[it].name)) {
                continue;
            }
            let of = relations::counted(&proposed, number, table);
            if let Some(it) = of.filter(|it| it.columns().all(|it| is_number(&it)) && counted.len() < COUNTED_MAX) {
                numbers.push(number);
                counted.push(it);
            }
        }
        (!counted.is_empty()).then_some((Self { proposed, numbers, lines }, counted))
    }

    /// What came of them: the rows that were handed out become a table with the sample.
    pub(super) fn followed(self, plan: &Plan<'_>, handed: Handed, sifted: &Sifted) -> Option<Followed> {
        let mut tallies = vec![None; self.proposed.relations().len()];
        for (number, it) in self.numbers.iter().zip(&sifted.tallies) {
            let count = |it: u64| usize::try_from(it).unwrap_or(usize::MAX);
            tallies[*number] = Some(Tally { held: count(it.held), broken: count(it.open) });
        }
        let mut all = handed;
        let last = all.lines.last().copied().unwrap_or(1);
        for line in self.lines.iter().filter(|it| plan.sieve.held_in(it.as_bytes()).is_some()) {
            all.push(line, last, 1, SAMPLED);
        }
        let numbers = all.numbers.clone();
        let document = plan.document_of(all);
        let page = plan.grid_of(&document, &numbers, u32::MAX)?;
        let table = plan.typed(&page, &document).table;
        let sampled = table.rows.iter().position(|it| it.number == SAMPLED).unwrap_or(table.rows.len());
        Some(Followed { table, proposed: Arc::new(self.proposed), sampled, tallies })
    }
}

/// Records of a file as the text of a small one, which knows their lines.
#[derive(Clone, Debug)]
pub(super) struct Handed {
    pub(super) text: String,
    /// The line of each line.
    pub(super) lines: Vec<u32>,
    /// The number of each record.
    pub(super) numbers: Vec<u32>,
}

impl Handed {
    /// Only the heading.
    pub(super) fn of(heading: &str) -> Self {
        let lines = (1..).take(heading.lines().count().max(1)).collect();
        Self { text: heading.to_owned(), lines, numbers: Vec::new() }
    }

    /// Adds a record; `step` says how the lines in it go on.
    pub(super) fn push(&mut self, record: &str, line: u32, step: u32, number: u32) {
        self.text.push_str(record);
        self.text.push('\n');
        let count = u32::try_from(Document::new("", record.to_owned(), "").line_count()).unwrap_or(1);
        self.lines.extend((0..count).map(|it| line + it * step));
        self.numbers.push(number);
    }
}

/// The columns of a table that declared rules of arithmetic read.
pub(super) fn judged(dataset: Option<&Dataset>, table: usize) -> HashSet<String> {
    let rules = dataset.into_iter().flat_map(|it| &it.rules).filter(|it| is_arithmetic(it.kind));
    let needs = rules.flat_map(|it| it.check.needs());
    let columns = needs.filter_map(|it| match it {
        Need::Column(of, name) if of == table => Some(name),
        _ => None,
    });
    columns.collect()
}
