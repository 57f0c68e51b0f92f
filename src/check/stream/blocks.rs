//! Rules of single rows that ask for more than plain cells tell: judged as in any
//! small file, some rows at a time. What comes of them is counted, and as many rows
//! that do not hold are kept as can be shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::Begun;
use super::asked::Others;
use super::plan::{Plan, is_too_wide};
use super::sift::Piece;
use super::spread::Handed;
use super::whole::{ApartTable, Line, columns_read};
use crate::error::Result;
use crate::plan::Held;
use crate::rules::{Context, Dataset, Mark, Rule};
use crate::source::delimited::sieve;
use crate::table::{CellState, Column, Document, Edition, Stack, Table};

/// So many pieces are under way at once for each thread.
const WINDOW: usize = 2;
/// So many rows stand as cells at once: they take several times what typed ones do.
const ROWS_AT_ONCE: usize = 1 << 15;

/// What came of one rule.
#[derive(Clone, Debug, Default)]
struct Came {
    held: Held,
    /// How many rows of each mark are kept.
    kept: [usize; 2],
    /// How many rows that are decided, and not kept, print no figure: by column.
    blanks: BTreeMap<String, usize>,
}

/// A row that does not hold: its line, with which rules and how, and the columns that it leaves blank.
type Left = (Line, Vec<(usize, Mark)>, Vec<String>);

/// What came of a piece of the file.
struct Judged {
    /// One for each rule, with the blanks of the rows that hold.
    came: Vec<(Held, BTreeMap<String, usize>)>,
    /// The rows that do not hold.
    rows: Vec<Left>,
}

impl Begun<'_> {
    /// The tables that rules of single rows are judged on, and the lines that they
    /// are of; nothing where that cannot be told row by row.
    pub(super) fn in_blocks(&self, dataset: (&Dataset, usize), rules: &[&Rule]) -> Result<Option<Apart>> {
        let names: Others = rules.iter().map(|it| (it.name.clone(), "")).collect();
        let read = columns_read(dataset, &self.loaded.tables[0].table, &names);
        let mut came = vec![Came::default(); rules.len()];
        let mut rows = Vec::new();
        for window in self.sifted.pieces.chunks(WINDOW * rayon::current_num_threads()) {
            let judge = |it: &Piece| self.judge_piece(dataset.0, rules, &read, it);
            let judged: Vec<Result<Option<Judged>>> = window.par_iter().map(judge).collect();
            for it in judged {
                let Some(it) = it? else { return Ok(None) };
                for (came, (held, blanks)) in came.iter_mut().zip(it.came) {
                    came.held.add(held);
                    for (column, count) in blanks {
                        *came.blanks.entry(column).or_default() += count;
                    }
                }
                let keep =
                    |(line, marks, blanks): (Line, Vec<_>, Vec<_>)| self.kept(line, (&marks, &blanks), &mut came);
                rows.extend(it.rows.into_iter().filter_map(keep));
            }
        }
        Ok(self.rows_of_rules(rules, &came, rows))
    }

    /// A row with the rules that it is kept for, if there are any.
    fn kept(
        &self,
        line: Line,
        (marks, blanks): (&[(usize, Mark)], &[String]),
        came: &mut [Came],
    ) -> Option<(Line, Vec<usize>)> {
        let mut rules = Vec::new();
        for (rule, mark) in marks {
            let it = &mut came[*rule];
            let fails = *mark == Mark::Fails;
            let kept = &mut it.kept[usize::from(fails)];
            if *kept <= self.room {
                *kept += 1;
                rules.push(*rule);
            } else if fails {
                it.held.fails += 1;
                it.held.rows += 1;
                for column in blanks {
                    *it.blanks.entry(column.clone()).or_default() += 1;
                }
            } else {
                it.held.open += 1;
            }
        }
        (!rules.is_empty()).then_some((line, rules))
    }

    /// What comes of the rows of a piece; none where a row can be read in several ways, or only beside all others.
    fn judge_piece(
        &self,
        dataset: &Dataset,
        rules: &[&Rule],
        read: &BTreeSet<usize>,
        piece: &Piece,
    ) -> Result<Option<Judged>> {
        let Ok(text) = String::from_utf8(self.file.again(&piece.chunk)?) else { return Ok(None) };
        let (form, (name, encoding)) = (&self.plan.sieve.form, self.plan.file());
        let headed = format!("{}{text}", &self.heading[..form.body(&self.heading)]);
        let document = Arc::new(Document::new(name, headed, encoding));
        let table = self.some_columns(&document, read, piece.before);
        let is_plain = |it: &Table| it.unclear.is_empty() && !is_too_wide(it, &self.sifted);
        let Some(table) = table.filter(is_plain) else { return Ok(None) };
        let edition = Edition { period: None, coverage: None, tables: vec![table] };
        let table = &edition.tables[0];
        let mut judged = Judged { came: Vec::new(), rows: Vec::new() };
        let mut marked: BTreeMap<usize, Vec<(usize, Mark)>> = BTreeMap::new();
        for (at, rule) in rules.iter().enumerate() {
            let (mut held, mut blanks) = (Held::default(), BTreeMap::new());
            // What leaves the range of exact arithmetic is told of all rows.
            let Ok(all) = marks(rule, dataset, &edition) else { return Ok(None) };
            for (row, mark) in all.into_iter().enumerate() {
                if matches!(mark, Mark::Holds | Mark::Rounded) {
                    blanks_of(table, row).for_each(|it| *blanks.entry(it).or_default() += 1);
                }
                match mark {
                    Mark::Skipped => {}
                    Mark::Holds => held.exact += 1,
                    Mark::Rounded => held.rounded += 1,
                    Mark::Fails | Mark::Undetermined => marked.entry(row).or_default().push((at, mark)),
                }
            }
            held.rows = held.exact + held.rounded;
            judged.came.push((held, blanks));
        }
        for (row, marks) in marked {
            let it = &table.rows[row];
            // The heading is the first line of what was judged, if there is one.
            let in_piece = u64::from(document.position(it.span.start).line).saturating_sub(1 + form.headings());
            let line = if self.plan.line_step() == 0 { u64::from(it.number) } else { piece.line + in_piece };
            let Ok(line) = u32::try_from(line) else { return Ok(None) };
            judged.rows.push((
                (line, it.number, document.slice(it.span).to_owned()),
                marks,
                blanks_of(table, row).collect(),
            ));
        }
        Ok(Some(judged))
    }

    /// Those rows as tables, one for each rule.
    fn rows_of_rules(&self, rules: &[&Rule], came: &[Came], rows: Vec<(Line, Vec<usize>)>) -> Option<Apart> {
        let mut handed = Handed::of(&self.heading);
        let mut of_rule: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut lines = Vec::new();
        for ((line, number, text), rules) in rows {
            handed.push(&text, line, self.plan.line_step(), number);
            of_rule.insert(number, rules);
            lines.push((line, number, text));
        }
        let all = self.table_of(handed)?;
        let table = |(at, rule): (usize, &&Rule)| {
            let is_its = |number: &u32| of_rule.get(number).is_some_and(|it| it.contains(&at));
            let rows: Vec<u32> = (0..).zip(&all.rows).filter(|it| is_its(&it.1.number)).map(|it| it.0).collect();
            let rules = BTreeMap::from([(rule.name.clone(), None)]);
            ApartTable {
                table: all.take(&rows),
                rules,
                held: came[at].held,
                blanks: came[at].blanks.clone(),
                totals: Vec::new(),
            }
        };
        Some((rules.iter().enumerate().map(table).collect(), lines))
    }

    /// Records as a table of the file.
    pub(super) fn table_of(&self, handed: Handed) -> Option<Table> {
        let numbers = handed.numbers.clone();
        let document = self.plan.document_of(handed);
        let page = self.plan.grid_of(&document, &numbers, u32::MAX)?;
        Some(self.plan.typed(&page, &document).table)
    }

    /// The rows of some lines in some columns; so many records stand before them.
    pub(super) fn some_columns(&self, document: &Arc<Document>, read: &BTreeSet<usize>, before: u64) -> Option<Table> {
        let (plan, main) = (&self.plan, &self.loaded.tables[0].table);
        let positions: BTreeSet<usize> = read.iter().map(|it| main.columns[*it].position as usize).collect();
        let positions: Vec<usize> = positions.into_iter().collect();
        let first =
            u32::try_from(before).ok()?.checked_add(1)?.checked_add(u32::try_from(plan.sieve.form.headings()).ok()?)?;
        let is_row = |number: u32| !self.is_note(number.into());
        let schema = plan.schema_of(read, main);
        let mut pages = sieve::ColumnPages::new(document, plan.heading(), &positions, first)?;
        let mut all: Option<Stack> = None;
        while let Some(mut page) = pages.next(ROWS_AT_ONCE, is_row).ok()? {
            page.grids[0].style = Some(plan.style());
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
