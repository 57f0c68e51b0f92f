//! Rules over groups of rows: groups that surely hold are counted in a pass of
//! their own, and the rows of the others are judged as a small table.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::asked::Others;
use super::plan::{Plan, Why};
use super::sift::{File, SUSPECTS_MAX, placed};
use super::spread::Handed;
use super::whole::{ApartTable, Line};
use crate::error::Result;
use crate::plan::{GroupCounts, Grouped, Groups, Held};
use crate::source::delimited::sieve::{Chunk, Mark, Row, Sieve, Suspect, Wanted};
use crate::table::Document;

/// A file is read again for each part of the keys: at most so many times.
const PARTS_MAX: u64 = 256;
/// So many times more parts are tried where all keys do not fit.
const MORE_PARTS: u64 = 4;

const TOO_MANY: &str = "too many of its groups may not hold";
const UNREADABLE: &str = "not all of its rows can be told apart by their keys";
const TOO_LARGE: &str = "its groups do not fit into the memory it may use";

/// What is asked of the groups of a file.
pub(super) struct GroupPass<'a> {
    pub(super) file: File<'a>,
    pub(super) plan: &'a Plan<'a>,
    /// Where the first record starts.
    pub(super) start: u64,
    /// The numbers of records that are no rows.
    pub(super) notes: HashSet<u32>,
}

/// What comes of all groups, by rule, and the chunks with what must be looked at.
type Counted = (Vec<GroupCounts>, Vec<Chunk>);

/// Records with their line and their number.
type Placed = Vec<(Suspect, u64, u64)>;

impl GroupPass<'_> {
    /// Judges the rules over groups; those that cannot be judged so are put with
    /// the others. Beside their tables it returns the lines that those are of.
    pub(super) fn judge(&self, heading: &str, others: &mut Others) -> Result<(Vec<ApartTable>, Vec<Line>)> {
        let mut rules: Vec<(String, Grouped<usize>)> = self.plan.groups.clone();
        rules.retain(|it| !others.contains_key(&it.0));
        if rules.is_empty() {
            return Ok(Default::default());
        }
        let mut sieve = self.sieve(&rules);
        let (counts, done) = match self.count(&mut sieve)? {
            Ok(it) => it,
            Err(why) => {
                others.extend(rules.into_iter().map(|it| (it.0, why)));
                return Ok(Default::default());
            }
        };
        let Some(rows) = self.rows(&sieve, &counts, done)? else {
            others.extend(rules.into_iter().map(|it| (it.0, TOO_MANY)));
            return Ok(Default::default());
        };
        Ok(self.tables(heading, &sieve, (&rules, &counts), rows).unwrap_or_else(|| {
            others.extend(rules.iter().map(|it| (it.0.clone(), UNREADABLE)));
            Default::default()
        }))
    }

    /// A sieve that asks for no more than cells that read plainly where groups read them.
    fn sieve(&self, rules: &[(String, Grouped<usize>)]) -> Sieve {
        let grouped: Vec<Grouped<usize>> = rules.iter().map(|it| it.1.clone()).collect();
        let read: HashSet<usize> = grouped
            .iter()
            .flat_map(|it| [it.by.iter().collect(), it.read().0, it.read().1].concat())
            .copied()
            .collect();
        let columns = self.plan.sieve.columns.iter().enumerate();
        let columns = columns.map(|(at, it)| match it {
            Wanted::Filled => Wanted::Text,
            it if read.contains(&at) => *it,
            _ => Wanted::Text,
        });
        self.plan.sieve.with_groups(columns.collect(), grouped)
    }

    /// What comes of all groups, by rule, and what must be looked at; or why
    /// that cannot be told.
    fn count(&self, sieve: &mut Sieve) -> Result<Result<Counted, Why>> {
        let mut parts = 1;
        'parts: while parts <= PARTS_MAX {
            let mut counts: Vec<GroupCounts> = sieve.grouped.iter().map(|_| GroupCounts::default()).collect();
            let mut last = Vec::new();
            let of = parts;
            for part in 0..of {
                sieve.part = (part, of);
                let Some((groups, done)) = self.pass(sieve)? else { return Ok(Err(UNREADABLE)) };
                let Some(groups) = groups else {
                    parts = of * MORE_PARTS;
                    continue 'parts;
                };
                for ((it, grouped), counts) in groups.iter().zip(&sieve.grouped).zip(&mut counts) {
                    it.counts(grouped, counts);
                }
                if counts.iter().any(|it| it.suspects.len() > SUSPECTS_MAX) {
                    return Ok(Err(TOO_MANY));
                }
                last = done;
            }
            for it in &mut counts {
                it.suspects.sort_unstable();
            }
            return Ok(Ok((counts, last)));
        }
        Ok(Err(TOO_LARGE))
    }

    /// The groups of one part of the keys, if they fit; nothing where some row
    /// has no key that can be told.
    #[expect(clippy::type_complexity, reason = "two reasons why there are none")]
    fn pass(&self, sieve: &Sieve) -> Result<Option<(Option<Vec<Groups>>, Vec<Chunk>)>> {
        let mut all: Vec<Groups> = sieve.grouped.iter().map(|_| Groups::default()).collect();
        let mut fit = true;
        let done = self.file.chunks(sieve, self.start, &mut |chunk| {
            let groups = std::mem::take(&mut chunk.groups);
            for ((all, more), grouped) in all.iter_mut().zip(&groups).zip(&sieve.grouped).filter(|_| fit) {
                all.join(grouped, more);
            }
            fit &= all.iter().map(Groups::bytes).sum::<u64>() <= self.file.limits.memory;
        })?;
        let Ok(done) = done else { return Ok(None) };
        if !fit {
            return Ok(Some((None, done)));
        }
        let mut records = 1;
        for chunk in &done {
            for (record, it) in &chunk.suspects {
                if !self.is_note(records + 1 + record) && sieve.take_slow_groups(&it.bytes, &mut all).is_none() {
                    return Ok(None);
                }
            }
            records += chunk.records;
        }
        Ok(Some((Some(all), done)))
    }

    fn is_note(&self, number: u64) -> bool {
        u32::try_from(number).is_ok_and(|it| self.notes.contains(&it))
    }

    /// The rows of all groups that may not hold; nothing where they are too many.
    fn rows(&self, sieve: &Sieve, counts: &[GroupCounts], mut done: Vec<Chunk>) -> Result<Option<Placed>> {
        let has = |at: usize, hash: u64| counts[at].suspects.binary_search(&hash).is_ok();
        if counts.iter().any(|it| !it.suspects.is_empty()) {
            let wanted = |row: &Row<'_>| sieve.grouped.iter().enumerate().any(|(at, it)| has(at, row.group(it).0));
            let look = |chunk: &mut Chunk| {
                let bytes = self.file.again(chunk)?;
                sieve.find(&bytes, Mark::default(), wanted, chunk);
                Ok(())
            };
            done.par_iter_mut().map(look).collect::<Result<()>>()?;
        }
        if done.iter().map(|it| it.suspects.len()).sum::<usize>() > SUSPECTS_MAX {
            return Ok(None);
        }
        let (mut line, mut records, mut all) = (2, 1, Vec::new());
        for chunk in done {
            placed(chunk.suspects, (&mut line, chunk.lines), records, &mut all);
            records += chunk.records;
        }
        all.retain(|(it, _, number)| {
            let groups = sieve.groups_of(&it.bytes);
            let is_wanted = groups.iter().enumerate().any(|(at, it)| it.is_some_and(|it| has(at, it)));
            is_wanted && !self.is_note(*number)
        });
        Ok(Some(all))
    }

    /// Those rows as tables, one for each rule.
    fn tables(
        &self,
        heading: &str,
        sieve: &Sieve,
        (rules, counts): (&[(String, Grouped<usize>)], &[GroupCounts]),
        rows: Placed,
    ) -> Option<(Vec<ApartTable>, Vec<Line>)> {
        let mut handed = Handed::of(heading);
        let mut groups = BTreeMap::new();
        let mut lines = Vec::new();
        for (it, line, number) in rows {
            let (line, number) = (u32::try_from(line).ok()?, u32::try_from(number).ok()?);
            let text = String::from_utf8(it.bytes.into_vec()).ok()?;
            groups.insert(number, sieve.groups_of(text.as_bytes()));
            handed.push(&text, line, 1, number);
            lines.push((line, number, text));
        }
        let (name, encoding) = self.plan.file();
        let document = Arc::new(Document::of_lines(name, handed.text, encoding, handed.lines));
        let page = self.plan.grid_of(&document, &handed.numbers, u32::MAX)?;
        let all = self.plan.typed(&page, &document).table;
        let table = |(at, (rule, _)): (usize, &(String, Grouped<usize>))| {
            let is_of = |number: &u32| {
                groups
                    .get(number)
                    .and_then(|it| it[at])
                    .is_some_and(|it| counts[at].suspects.binary_search(&it).is_ok())
            };
            let rows: Vec<u32> = (0..).zip(&all.rows).filter(|it| is_of(&it.1.number)).map(|it| it.0).collect();
            let held: Held = counts[at].held;
            ApartTable { table: all.take(&rows), rules: BTreeMap::from([(rule.clone(), None)]), held }
        };
        Some((rules.iter().enumerate().map(table).collect(), lines))
    }
}
