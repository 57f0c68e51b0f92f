//! Rules over groups of rows, which may stand in two tables: groups that surely
//! hold are counted in passes of their own, and the rows of the others are judged
//! as small tables.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::Begun;
use super::folding::{Folding, Numbered, join};
use super::plan::{OPEN_TOTALS, Why};
use super::sides::{Check, Place, Source, Sources};
use super::sift::{File, SUSPECTS_MAX};
use super::spread::Handed;
use super::whole::{ApartTable, Line};
use crate::check::assemble::Loaded;
use crate::error::Result;
use crate::nearest::NAMES_MAX;
use crate::plan::{GroupCounts, Grouped, Groups, Span};
use crate::source::delimited::sieve::{Chunk, Row, Sieve, Stop, Suspect, Wanted};
use crate::table::Row as TableRow;

/// A file is read again for each part of the keys: at most so many times.
const PARTS_MAX: u64 = 256;

/// So many groups that surely fail are kept by their hash at most.
const FAILING_MAX: usize = 1 << 20;

const TOO_MANY: Why = "too many of its groups may fail";
const UNREADABLE: Why = "some of its rows have the same key";
const TOO_LARGE: Why = "its groups do not fit into the memory allowed";

/// The rows of a large file.
pub(super) struct Scan<'a> {
    begun: &'a Begun<'a>,
    file: File<'a>,
    /// A sieve that asks for the checks of this file only.
    pub(super) sieve: Sieve,
    /// Which of its plan's each of those is.
    numbers: Vec<usize>,
    /// What they were folded to when the file was gone over.
    folded: Option<Folding>,
    /// The chunks of the last pass, with what must be looked at.
    done: Vec<Chunk>,
}

/// Records with their line and their number, and their group for each check.
type Placed = Vec<((Suspect, u64, u64), Vec<Option<u64>>)>;

/// What comes of the rows of a source.
enum Folded {
    Done(Vec<Groups>),
    /// They do not fit: all of them take about so many bytes.
    Full(u64),
    Untold,
}

/// Judges the rules over groups of some large files, and of files that are held:
/// gives the tables that they are judged on apart, and says what cannot be judged so.
///
/// `folded` has what each large file was folded to when it was gone over.
pub(super) fn judge(begun: &[Begun<'_>], folded: Vec<Option<Folding>>, held: &[Loaded]) -> Result<Judged> {
    let Sources { mut sources, mut checks } = Sources::of(begun, folded, held);
    if checks.is_empty() {
        return Ok(Judged::default());
    }
    count(&mut sources, &mut checks)?;
    let mut tables = BTreeMap::new();
    for (at, it) in sources.iter_mut().enumerate() {
        if let Source::Large(it) = it {
            it.count_failing(at, &mut checks)?;
        }
        let found = match it {
            Source::Large(it) => it.tables(at, &mut checks)?,
            Source::Held(it) => (it.tables(at, &checks), Vec::new()),
        };
        let place = match it {
            Source::Large(_) => Place::Large(at),
            Source::Held(it) => it.place,
        };
        tables.insert(place, found);
    }
    // What cannot be judged so in one of its files is not in the other.
    let failed: HashSet<&String> = checks.iter().filter(|it| it.why.is_some()).map(|it| &it.rule).collect();
    for (apart, _) in tables.values_mut() {
        apart.retain(|it: &ApartTable| !it.rules.keys().any(|rule| failed.contains(rule)));
    }
    Ok(Judged { checks, tables })
}

/// What came of rules over groups.
#[derive(Default)]
pub(super) struct Judged {
    pub(super) checks: Vec<Check>,
    /// Rows to judge apart, by their table, and the lines that they are of.
    pub(super) tables: BTreeMap<Place, (Vec<ApartTable>, Vec<Line>)>,
}

/// Counts what all groups come to: of as many at once as the memory allows.
fn count(sources: &mut [Source<'_>], checks: &mut [Check]) -> Result<()> {
    let memory = sources.iter().find_map(|it| match it {
        Source::Large(it) => Some(it.file.limits.memory),
        Source::Held(_) => None,
    });
    let memory = memory.unwrap_or(u64::MAX);
    let mut parts = 1;
    'parts: while parts <= PARTS_MAX {
        let of = parts;
        for it in checks.iter_mut() {
            it.counts = GroupCounts::default();
            it.other_spans.iter_mut().for_each(Vec::clear);
        }
        for part in 0..of {
            let mut room = memory;
            let mut all: Vec<Option<Vec<Groups>>> = Vec::new();
            for (at, source) in sources.iter_mut().enumerate() {
                let folded = match source {
                    _ if !checks.iter().any(|it| it.why.is_none() && it.is_of(at)) => Folded::Untold,
                    Source::Large(it) => it.fold((part, of), room)?,
                    Source::Held(it) => Folded::Done(it.fold((part, of))),
                };
                all.push(match folded {
                    Folded::Done(groups) => {
                        room = room.saturating_sub(groups.iter().map(Groups::bytes).sum());
                        Some(groups)
                    }
                    Folded::Full(bytes) => {
                        let all = bytes.saturating_add(memory.saturating_sub(room));
                        parts = of * all.div_ceil(memory.max(1)).clamp(2, PARTS_MAX);
                        continue 'parts;
                    }
                    Folded::Untold => None,
                });
            }
            for it in checks.iter_mut().filter(|it| it.why.is_none()) {
                it.take(sources, &mut all);
            }
        }
        for it in checks {
            it.counts.suspects.sort_unstable();
            let (source, half) = it.sides[0];
            // All rows are one group.
            if it.why.is_none() && !it.counts.suspects.is_empty() && sources[source].grouped(half).by.is_empty() {
                it.why = Some(OPEN_TOTALS);
            }
        }
        return Ok(());
    }
    for it in checks {
        it.why = it.why.or(Some(TOO_LARGE));
    }
    Ok(())
}

impl Check {
    /// Takes its groups in a part of the keys.
    fn take(&mut self, sources: &[Source<'_>], all: &mut [Option<Vec<Groups>>]) {
        let sides = self.sides.iter().map(|(source, half)| Some(std::mem::take(&mut all[*source].as_mut()?[*half])));
        let Some(mut sides) = sides.collect::<Option<Vec<Groups>>>().filter(|it| !it.iter().any(|it| it.is_untold))
        else {
            self.why = Some(UNREADABLE);
            return;
        };
        let (source, half) = self.sides[0];
        let grouped = sources[source].grouped(half);
        if let [own, others @ ..] = &mut sides[..] {
            // Where rows of the others stand is told of them alone.
            own.at = Span::default();
            for it in others {
                own.join(grouped, it);
            }
            own.counts(grouped, &mut self.counts);
        }
        for (spans, groups) in self.other_spans.iter_mut().zip(&sides[1..]) {
            spans.extend(self.counts.suspects.iter().filter_map(|it| Some((*it, groups.span(*it)?))));
        }
        let (suspects, failing) = (self.counts.suspects.len(), self.counts.failing.len());
        if suspects - failing > SUSPECTS_MAX || failing > FAILING_MAX {
            (self.why, self.counts) = (Some(TOO_MANY), GroupCounts::default());
        }
    }
}

impl<'a> Scan<'a> {
    /// A sieve that asks for no more than cells that read plainly where groups read them.
    pub(super) fn of(begun: &'a Begun<'a>, folded: Option<Folding>, grouped: Numbered) -> Self {
        let (numbers, grouped): (Vec<usize>, Vec<Grouped<usize>>) = grouped.into_iter().unzip();
        let plan = &begun.plan;
        let read: HashSet<usize> = grouped
            .iter()
            .flat_map(|it| [it.by.iter().collect(), it.read().0, it.read().1].concat())
            .copied()
            .collect();
        let columns = plan.sieve.columns.iter().enumerate();
        let columns = columns.map(|(at, it)| match it {
            Wanted::Filled => Wanted::Text,
            it if read.contains(&at) => *it,
            _ => Wanted::Text,
        });
        let sieve = plan.sieve.with_groups(columns.collect(), grouped);
        Self { begun, file: begun.file.clone(), sieve, numbers, folded, done: Vec::new() }
    }

    /// What its rows come to in one part of the keys.
    fn fold(&mut self, part: (u64, u64), room: u64) -> Result<Folded> {
        self.sieve.part = part;
        let folded = match self.folded.take().filter(|_| part.1 == 1).and_then(|it| self.known(it)) {
            Some(it) => Folded::Done(it),
            None => self.pass(room)?,
        };
        Ok(match folded {
            Folded::Done(mut all) => {
                self.take_slow(&mut all);
                let bytes = all.iter().map(Groups::bytes).sum();
                if bytes > room { Folded::Full(bytes) } else { Folded::Done(all) }
            }
            other => other,
        })
    }

    /// What its plain rows came to when the file was gone over.
    fn known(&mut self, mut folded: Folding) -> Option<Vec<Groups>> {
        let all = self.numbers.iter().map(|it| folded.groups(*it)).collect::<Option<_>>()?;
        self.done = folded.pieces;
        Some(all)
    }

    /// What its plain rows come to, by another pass over the file.
    fn pass(&mut self, room: u64) -> Result<Folded> {
        let sieve = &self.sieve;
        let mut all: Vec<Groups> = sieve.grouped.iter().map(|_| Groups::default()).collect();
        let (mut bytes, mut read, mut piece) = (0, 1, 0);
        let done = self.file.chunks(sieve, self.begun.start, &mut |chunk| {
            (bytes, read) = (join(all.iter_mut(), sieve, chunk, piece), chunk.end);
            piece += 1;
            bytes <= room
        })?;
        let done = match done {
            Ok(it) => it,
            // The rest of the file has about as many keys.
            Err(Stop::Full) => return Ok(Folded::Full(bytes.saturating_mul(self.file.parts.size().div_ceil(read)))),
            Err(_) => return Ok(Folded::Untold),
        };
        self.done = done;
        Ok(Folded::Done(all))
    }

    /// Adds the rows that are not plain.
    fn take_slow(&self, all: &mut [Groups]) {
        let mut records = self.sieve.form.headings();
        for (piece, chunk) in self.done.iter().enumerate() {
            for it in &mut *all {
                it.at = Span::of(piece);
            }
            for (record, it) in &chunk.suspects {
                if !self.begun.is_note(records + 1 + record) {
                    self.sieve.take_slow_groups(&it.bytes, all);
                }
            }
            records += chunk.records;
        }
    }

    /// Counts the groups that surely fail, but for the first, as many as can be shown.
    fn count_failing(&self, source: usize, checks: &mut [Check]) -> Result<()> {
        for it in checks.iter_mut().filter(|it| it.why.is_none() && it.counts.failing.len() > self.begun.room) {
            // Of two tables neither tells which come first.
            let Some(half) = it.asked_in(source).filter(|_| it.sides.len() == 1) else { continue };
            let grouped = &self.sieve.grouped[half];
            let fails = |group: &u64| it.counts.failing.contains_key(group);
            let mut first = HashSet::new();
            for chunk in &self.done {
                let bytes = self.file.again(chunk)?;
                let mut rows = self.sieve.copies(&bytes, |row| fails(&row.group(grouped).0));
                rows.extend(chunk.suspects.iter().map(|it| (*it.0, it.1.clone())));
                let groups = rows.values().filter_map(|it| self.sieve.groups_of(&it.bytes)[half]);
                for group in groups.filter(fails) {
                    if first.len() <= self.begun.room {
                        first.insert(group);
                    }
                }
                if first.len() > self.begun.room {
                    break;
                }
            }
            it.counts.keep(&first, grouped.checks);
        }
        Ok(())
    }

    /// The rows of groups that may not hold as tables, one for each check, and
    /// the lines that they are of.
    fn tables(&mut self, source: usize, checks: &mut [Check]) -> Result<(Vec<ApartTable>, Vec<Line>)> {
        let is_all = self.done.iter().map(|it| it.records).sum::<u64>() <= NAMES_MAX as u64;
        let asked: Vec<(&Check, usize, bool)> = checks
            .iter()
            .filter_map(|it| {
                let half = it.asked_in(source)?;
                // Of another table with few rows all are at hand, for what is near to them.
                Some((it, half, is_all && it.looks_up_in(source)))
            })
            .collect();
        let found = match self.rows(source, &asked)? {
            Some(rows) => self.typed(&asked, rows),
            None => None,
        };
        let Some((tables, lines)) = found else {
            let rules: HashSet<String> = asked.iter().map(|it| it.0.rule.clone()).collect();
            checks.iter_mut().filter(|it| rules.contains(&it.rule)).for_each(|it| it.why = Some(TOO_MANY));
            return Ok(Default::default());
        };
        let held = checks.iter().filter(|it| it.why.is_none() && it.counts.suspects.is_empty() && it.is_of(source));
        let none = |it: &Check| it.apart(self.begun.loaded.tables[0].table.take(&[]), it.counts.held);
        Ok((tables.into_iter().chain(held.map(none)).collect(), lines))
    }

    /// Those rows; nothing where they are too many.
    fn rows(&mut self, source: usize, asked: &[(&Check, usize, bool)]) -> Result<Option<Placed>> {
        let (sieve, file) = (&self.sieve, &self.file);
        let asks_for = |(check, half, all): &(&Check, usize, bool), row: &Row<'_>| {
            let grouped = &sieve.grouped[*half];
            *all || check.counts.asks_for(row.group(grouped).0, || row.along(grouped))
        };
        let mut done = std::mem::take(&mut self.done);
        if !asked.is_empty() {
            let wanted = |row: &Row<'_>| asked.iter().any(|it| asks_for(it, row));
            let look = |chunk: &mut Chunk| {
                let bytes = file.again(chunk)?;
                chunk.suspects.extend(sieve.copies(&bytes, wanted));
                Ok(())
            };
            let count = done.len();
            let pieces: Vec<Vec<bool>> = asked.iter().map(|it| it.0.pieces(source, count)).collect();
            let is_all = asked.iter().any(|it| it.2);
            let is_looked_at = |at: usize| is_all || pieces.iter().any(|it| it[at]);
            let looked_at = done.par_iter_mut().enumerate().filter(|it| is_looked_at(it.0));
            looked_at.map(|it| look(it.1)).collect::<Result<()>>()?;
        }
        if done.iter().map(|it| it.suspects.len()).sum::<usize>() > SUSPECTS_MAX {
            return Ok(None);
        }
        let headings = sieve.form.headings();
        let (mut line, mut records, mut all) = (1 + headings, headings, Vec::new());
        for chunk in done {
            file.placed(chunk.suspects, (&mut line, chunk.lines), records, &mut all);
            records += chunk.records;
        }
        let rows = all.into_iter().filter(|it| !self.begun.is_note(it.2)).map(|it| {
            let groups = sieve.groups_of(&it.0.bytes);
            (it, groups)
        });
        let is_of = |(check, half, all): &(&Check, usize, bool), groups: &[Option<u64>]| {
            *all || groups[*half].is_some_and(|it| check.is_suspect(it))
        };
        Ok(Some(rows.filter(|(_, groups)| asked.iter().any(|it| is_of(it, groups))).collect()))
    }

    /// Those rows as tables.
    fn typed(&self, asked: &[(&Check, usize, bool)], rows: Placed) -> Option<(Vec<ApartTable>, Vec<Line>)> {
        let mut handed = Handed::of(&self.begun.heading);
        let mut groups = BTreeMap::new();
        let mut lines = Vec::new();
        for ((it, line, number), of) in rows {
            let (line, number) = (u32::try_from(line).ok()?, u32::try_from(number).ok()?);
            let text = String::from_utf8(it.bytes.into_vec()).ok()?;
            groups.insert(number, of);
            handed.push(&text, line, self.begun.plan.line_step(), number);
            lines.push((line, number, text));
        }
        let all = self.begun.table_of(handed)?;
        let table = |(check, half, is_all): &(&Check, usize, bool)| {
            let group = |row: &TableRow| groups.get(&row.number).and_then(|it| it[*half]);
            let is_of = |row: &TableRow| *is_all || group(row).is_some_and(|it| check.is_suspect(it));
            let rows: Vec<u32> = (0..).zip(&all.rows).filter(|it| is_of(it.1)).map(|it| it.0).collect();
            let groups = rows.iter().filter_map(|it| group(&all.rows[*it as usize]));
            let held = check.counts.held_beside(groups, self.sieve.grouped[*half].checks);
            check.apart(all.take(&rows), held)
        };
        Some((asked.iter().map(table).collect(), lines))
    }
}
