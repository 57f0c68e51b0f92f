//! What is left of two large files, compared a group of keys at a time.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;

use super::left::{self, Rest};
use super::{Large, Limits, order, rest};
use crate::diff::{self, Diff, Known, Match, Op, Options, Pairs};
use crate::error::{Error, ErrorKind, Result};
use crate::source::decode;
use crate::source::delimited::sieve::{Dialect, cells_of, plain_form};
use crate::table::{Document, NumberStyle, Table, fold_spaces, read_figure};

/// A group may take this part of the memory as text; typed it takes more.
const PART_OF_MEMORY: u64 = 32;
/// Of so many records one may have the key of another, where the key was found
/// in the first rows.
const UNIQUE_PARTS: usize = 1_000;
/// Its text is no longer than this in any case: documents have an end.
const GROUP_BYTES_MAX: u64 = 1 << 30;

/// Reads an edition from a document.
pub type Read<'a> = dyn Fn(Document) -> Result<(diff::Side, Vec<Table>)> + 'a;

/// Two large files, their common records taken away.
pub struct Groups<'a> {
    files: (Large<'a>, Large<'a>),
    dialect: Dialect,
    options: Options,
    /// Whether the key was found in the first rows.
    inferred: bool,
    read: &'a Read<'a>,
    rest: Rest,
    /// Rows that are left and one all the same: old, new.
    met: Pairs,
    /// The group of each record that is left, where there are several.
    of: (Vec<u16>, Vec<u16>),
    count: u16,
}

impl<'a> Groups<'a> {
    /// Goes through two files, where their form allows it: the same heading,
    /// and a key that is declared, asked for, or found in the first rows of
    /// both, in a dataset without periods.
    ///
    /// # Errors
    ///
    /// As `read`, and [`ErrorKind::Unreadable`] where a file cannot be read to
    /// its end or becomes shorter.
    pub fn of(
        old: Large<'a>,
        new: Large<'a>,
        options: &Options,
        limits: Limits,
        read: &'a Read<'a>,
    ) -> Result<Option<Self>> {
        let Some(Form { dialect, key, named }) = form((old, new), options, read)? else { return Ok(None) };
        let Some(rest) = rest(old, new, dialect, limits)? else { return Ok(None) };
        let inferred = named.is_some();
        let options = Options { key: named.unwrap_or_else(|| options.key.clone()), ..options.clone() };
        let mut groups = Self {
            files: (old, new),
            dialect,
            options,
            inferred,
            read,
            rest,
            met: Pairs::new(),
            of: Default::default(),
            count: 1,
        };
        if inferred && !groups.is_unique(&key)? {
            return Ok(None);
        }
        let text = groups.text_bytes();
        let many = text.div_ceil((limits.memory / PART_OF_MEMORY).clamp(1, GROUP_BYTES_MAX)).min(u64::from(u16::MAX));
        if many > 1 {
            groups.count = u16::try_from(many).unwrap_or(u16::MAX);
            let Some(of) = groups.group(&key)? else { return Ok(None) };
            groups.of = of;
        }
        Ok(Some(groups))
    }

    /// How many groups there are.
    pub fn count(&self) -> u16 {
        self.count
    }

    /// Rows that are in both files.
    pub fn known(&self) -> Known {
        Known { same: self.rest.met, moved: 0 }
    }

    /// What differs in the rows of one group.
    ///
    /// Every group counts the rows known to be in both files, and knows the order
    /// of its own rows only; [`Groups::joined`] counts them once, and says which moved.
    ///
    /// # Errors
    ///
    /// As [`Groups::of`], and [`ErrorKind::Unreadable`] where the rows that
    /// are left cannot be read by themselves.
    pub fn diff(&mut self, group: u16) -> Result<Diff> {
        let old = self.rows((self.files.0, &self.rest.old, &self.of.0), group)?;
        let new = self.rows((self.files.1, &self.rest.new, &self.of.1), group)?;
        let (mut before, now) = (self.table(old.1)?, self.table(new.1)?);
        before.1[0].name.clone_from(&now.1[0].name);
        let (mut diff, pairs) = diff::diff_rest((before.0, &before.1), (now.0, &now.1), self.known(), &self.options)?;
        // Which rows moved shows over all rows only.
        diff.tables.iter_mut().for_each(|it| it.changes.retain(|it| it.op != Op::Moved));
        self.met.extend(pairs.into_iter().flatten().map(|it| (old.0[it.0].1 as usize, new.0[it.1].1 as usize)));
        diff.tables.iter_mut().for_each(|it| it.key.inferred |= self.inferred);
        if self.count > 1 {
            // What explains the changes of one group may explain no others.
            diff.tables.iter_mut().for_each(|it| it.causes.clear());
            let cells = diff.tables.iter_mut().flat_map(|it| &mut it.changes).flat_map(|it| &mut it.cells);
            cells.for_each(|it| it.cause = None);
        }
        for change in diff.tables.iter_mut().flat_map(|it| &mut it.changes) {
            change.old_index = change.old_index.map(|it| old.0[it].1 as usize);
            change.new_index = change.new_index.map(|it| new.0[it].1 as usize);
        }
        Ok(diff)
    }

    /// Joins what differs in each group: all changes in the order of the files,
    /// rows known to be in both counted once, and which of all rows moved.
    pub fn joined(mut self, diffs: impl IntoIterator<Item = Diff>) -> Option<Diff> {
        let known = self.known();
        let mut diffs = diffs.into_iter();
        let mut all = diffs.next()?;
        for diff in diffs {
            for (all, it) in all.tables.iter_mut().zip(diff.tables) {
                all.rows.added += it.rows.added;
                all.rows.removed += it.rows.removed;
                all.rows.changed += it.rows.changed;
                all.rows.same += it.rows.same - known.same;
                all.changes.extend(it.changes);
                all.duplicates.extend(it.duplicates);
                if all.match_kind == Match::Corresponds {
                    all.match_kind = it.match_kind;
                }
            }
        }
        let mut order = std::mem::take(&mut self.rest.order);
        for &(old, new) in &self.met {
            order[new] = u32::try_from(old).unwrap_or(order::NONE);
        }
        for it in &mut all.tables {
            order::tell(it, &order);
            it.changes = diff::changes::ranked(std::mem::take(&mut it.changes));
        }
        Some(all)
    }

    /// About how many bytes of text are left.
    fn text_bytes(&self) -> u64 {
        let of = |file: Large<'_>, left: usize, all: usize| file.parts.size() / (all as u64).max(1) * left as u64;
        let (old, new) = (self.rest.old.left.len(), self.rest.new.left.len());
        let met = self.rest.met;
        of(self.files.0, old, old + met) + of(self.files.1, new, new + met)
    }

    /// The records of a group, and as a document.
    fn rows(
        &self,
        (file, side, of): (Large<'_>, &left::Side, &[u16]),
        group: u16,
    ) -> Result<(Vec<(u64, u32)>, Document)> {
        let within = |at: usize| self.count == 1 || of[at] == group;
        let which: Vec<(u64, u32)> = (0..side.left.len()).filter(|it| within(*it)).map(|it| side.left[it]).collect();
        let heading = file.sample.lines().next().unwrap_or("");
        let document = left::document(file, heading, side, &which, self.dialect)?;
        let document = document.ok_or_else(|| unreadable(file.name))?;
        Ok((which, document))
    }

    /// A document of records as an edition of one table with a row for each.
    fn table(&self, document: Document) -> Result<(diff::Side, Vec<Table>)> {
        let (name, lines) = (document.name.clone(), document.line_count());
        let read = (self.read)(document)?;
        let whole = read.1.len() == 1 && read.1[0].rows.len() < lines;
        if whole { Ok(read) } else { Err(unreadable(&name)) }
    }

    /// Whether nearly every record that is left has a key of its own.
    fn is_unique(&self, key: &[usize]) -> Result<bool> {
        let of = |file, side: &left::Side| -> Result<bool> {
            let mut seen = HashSet::with_hasher(FixedState::default());
            let read = left::read_again(file, &side.left, self.dialect, |it| {
                // By what is printed: the hash for groups takes 1, 10 and 100 for one.
                let cells = std::str::from_utf8(it).ok().and_then(|it| cells_of(it, self.dialect));
                cells.is_some_and(|cells| {
                    let mut hash = FixedState::default().build_hasher();
                    for it in key {
                        cells.get(*it).map_or("", AsRef::as_ref).hash(&mut hash);
                    }
                    seen.insert(hash.finish());
                    true
                })
            })?;
            Ok(read && (side.left.len() - seen.len()) * UNIQUE_PARTS <= side.left.len())
        };
        Ok(of(self.files.0, &self.rest.old)? && of(self.files.1, &self.rest.new)?)
    }

    /// The group of each record that is left, by its key; none where they have none.
    fn group(&self, key: &[usize]) -> Result<Option<(Vec<u16>, Vec<u16>)>> {
        let of = |file, side: &left::Side| {
            let mut groups = Vec::with_capacity(side.left.len());
            let read = left::read_again(file, &side.left, self.dialect, |it| {
                let Some(hash) = hash_of(it, key, self.dialect) else { return false };
                groups.push(u16::try_from(hash % u64::from(self.count)).unwrap_or(0));
                true
            })?;
            Ok(read.then_some(groups))
        };
        Ok(of(self.files.0, &self.rest.old)?.zip(of(self.files.1, &self.rest.new)?))
    }
}

fn unreadable(name: &str) -> Error {
    Error::new(ErrorKind::Unreadable, "could not be compared in parts: its rows are not of one form")
        .in_file(name)
        .hint("crossfoot check names the rows that are not as the heading has them")
}

/// How two files are compared in parts.
struct Form {
    /// How the cells of both are told apart.
    dialect: Dialect,
    /// Which cells are the key.
    key: Vec<usize>,
    /// The names of the key's columns, where it was found in the first rows.
    named: Option<Vec<String>>,
}

/// How both files can be compared in parts, if they can.
fn form(files: (Large<'_>, Large<'_>), options: &Options, read: &Read<'_>) -> Result<Option<Form>> {
    let heading = |it: &str| it.lines().next().map(str::to_owned);
    if heading(files.0.sample) != heading(files.1.sample) {
        return Ok(None);
    }
    let (mut found, mut samples) = (Vec::new(), Vec::new());
    let mut is_declared = true;
    for it in [files.0, files.1] {
        let document = decode(it.name, it.sample.as_bytes().to_vec())?;
        let Some((dialect, _)) = plain_form(&document) else { return Ok(None) };
        let (side, mut tables) = read(document)?;
        if tables.len() != 1 || side.period.is_some() {
            return Ok(None);
        }
        let table = tables.remove(0);
        is_declared &= side.dataset.is_some() && !table.key.is_empty();
        let asked = options.key.iter().filter_map(|it| table.column(it)).collect();
        let key = if options.key.is_empty() { table.key.clone() } else { asked };
        found.push((dialect, printed(&table, &key)));
        samples.push(table);
    }
    if found[0].0 != found[1].0 {
        return Ok(None);
    }
    if is_declared || !options.key.is_empty() {
        let (dialect, key) = found.swap_remove(0);
        return Ok((key == found[0].1).then_some(Form { dialect, key, named: None }));
    }
    let Some(named) = diff::sampled_key(&samples[0], &samples[1]) else { return Ok(None) };
    let key: Vec<usize> = named.iter().filter_map(|it| samples[1].column(it)).collect();
    Ok(Some(Form { dialect: found[0].0, key: printed(&samples[1], &key), named: Some(named) }))
}

/// Where columns stand in a record.
fn printed(table: &Table, columns: &[usize]) -> Vec<usize> {
    columns.iter().map(|it| table.columns[*it].position as usize).collect()
}

/// A hash of the key of a record, alike for all keys that may be the same when
/// both files are read as tables.
fn hash_of(record: &[u8], key: &[usize], dialect: Dialect) -> Option<u64> {
    let cells = cells_of(std::str::from_utf8(record).ok()?, dialect)?;
    let mut hash = FixedState::default().build_hasher();
    for it in key {
        let text = fold_spaces(cells.get(*it).map_or("", AsRef::as_ref));
        match digits(&text) {
            Some(it) => it.hash(&mut hash),
            None => text.hash(&mut hash),
        }
    }
    Some(hash.finish())
}

/// The digits of what may be a figure, without zeros at either end: where its
/// point is, and whether it has one, depends on the style of the table.
fn digits(text: &str) -> Option<String> {
    let found = match read_figure(text, NumberStyle::ENGLISH, None) {
        Ok(it) => it.value.units.unsigned_abs().to_string(),
        Err(_) if text.contains(char::is_alphabetic) => return None,
        Err(_) => text.chars().filter(char::is_ascii_digit).collect(),
    };
    (!found.is_empty()).then(|| found.trim_matches('0').to_owned())
}
