//! What is left of two large files, compared a group of keys at a time.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;

use super::left::{self, Rest};
use super::pairs::{self, Left};
use super::print::Printed;
use super::saying::Saying;
use super::{Large, Limits, SAMPLE_ROWS, keys, order, rest};
use crate::diff::in_place::{Reprinted, reprinted};
use crate::diff::{self, Diff, Known, Match, Op, Options, Pairs, Print};
use crate::error::{Error, ErrorKind, Result};
use crate::source::decode;
use crate::source::delimited::sieve::{Dialect, cells_of, plain_form};
use crate::table::{Document, NumberStyle, Table, fold_spaces, read_figure};

/// A group may take this part of the memory as text; typed it takes more.
const PART_OF_MEMORY: u64 = 32;
/// Its text is no longer than this in any case: documents have an end.
const GROUP_BYTES_MAX: u64 = 1 << 30;

/// Reads an edition from a document.
pub type Read<'a> = dyn Fn(Document) -> Result<(diff::Side, Vec<Table>)> + 'a;

/// Two large files, their common records taken away.
pub struct Groups<'a> {
    files: (Large<'a>, Large<'a>),
    dialects: (Dialect, Dialect),
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
    /// How the files are printed, where a patch is to make the new one to the byte.
    printed: Option<Printed>,
    /// What the new one prints otherwise.
    print: Option<Print>,
    /// Where each column of the old file stands in the new one.
    order: Vec<usize>,
    /// Which cells of each are the key.
    key: keys::Columns,
    /// From so many records on, those that are one are read in few columns.
    narrow: usize,
}

/// Records that were compared as tables.
struct Compared {
    diff: Diff,
    /// Which row is which, by their places in the tables.
    own: Vec<Pairs>,
    tables: (Table, Table),
}

/// Whether two tables of some rows read the first ones alike, in the columns that both have.
fn reads_alike(narrow: &Table, whole: &Table) -> bool {
    let rows = narrow.rows.len().min(whole.rows.len()).min(SAMPLE_ROWS as usize);
    rows * 2 >= SAMPLE_ROWS as usize
        && narrow.columns.iter().enumerate().all(|(at, it)| {
            let Some(other) = whole.column(&it.name) else { return false };
            it.kind == whole.columns[other].kind
                && (0..rows).all(|row| diff::value::text((narrow, row, at)) == diff::value::text((whole, row, other)))
        })
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
        let Some(Form { dialects, key, named }) = form((old, new), (options, limits), read)? else { return Ok(None) };
        let Some(sayings) = Saying::of((old, new), dialects) else { return Ok(None) };
        let printed = if limits.is_patch { Printed::of((old, new), &sayings)? } else { None };
        let order = sayings.1.order();
        let sayings = match (limits.is_patch, &printed) {
            (false, _) => sayings,
            (true, Some(_)) => (sayings.0.by_bytes(), sayings.1.by_bytes()),
            (true, None) => return Ok(None),
        };
        let Some(rest) = rest((old, new), &sayings, limits)? else { return Ok(None) };
        let inferred = named.is_some();
        let options = Options { key: named.unwrap_or_else(|| options.key.clone()), ..options.clone() };
        let mut groups = Self {
            files: (old, new),
            dialects,
            options,
            inferred,
            read,
            rest,
            met: Pairs::new(),
            of: Default::default(),
            count: 1,
            printed,
            print: None,
            order,
            key,
            narrow: limits.narrow,
        };
        let text = groups.text_bytes();
        let many = text.div_ceil((limits.memory / PART_OF_MEMORY).clamp(1, GROUP_BYTES_MAX)).min(u64::from(u16::MAX));
        if many > 1 {
            groups.count = u16::try_from(many).unwrap_or(u16::MAX);
            let Some(of) = groups.group()? else { return Ok(None) };
            groups.of = of;
        }
        // What is printed otherwise is told of all rows at once.
        if groups.printed.is_some() && groups.has_no_lines() {
            return Ok(None);
        }
        Ok(Some(groups))
    }

    /// Whether it cannot be told line by line what is printed otherwise.
    fn has_no_lines(&self) -> bool {
        let has_extras = !self.rest.old.extras.is_empty() || !self.rest.new.extras.is_empty();
        self.count > 1 || has_extras
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
        let lists = (self.left((&self.rest.old, &self.of.0), group), self.left((&self.rest.new, &self.of.1), group));
        let mut diff = match self.in_halves(&lists)? {
            Some(diff) => diff,
            None => self.whole(&lists)?,
        };
        if self.count > 1 {
            // What explains the changes of one group may explain no others.
            diff.tables.iter_mut().for_each(|it| it.causes.clear());
            let cells = diff.tables.iter_mut().flat_map(|it| &mut it.changes).flat_map(|it| &mut it.cells);
            cells.for_each(|it| it.cause = None);
        }
        Ok(diff)
    }

    /// What differs in records, read with all of their cells.
    fn whole(&mut self, lists: &(Left, Left)) -> Result<Diff> {
        let it = self.compared(lists, None, self.rest.met)?;
        if let Some(printed) = &self.printed {
            let of = it.diff.tables.first().zip(it.own.first());
            let rows = of.and_then(|of| reprinted((&it.tables.0, &it.tables.1), of.1, of.0));
            let place = |it: Reprinted| (lists.1[it.0].1 as usize, it.1, it.2);
            let rows = rows.map(|rows| rows.into_iter().map(place).collect::<Vec<_>>());
            self.print = rows.and_then(|it| printed.print(&it, [&self.rest.old, &self.rest.new]));
        }
        Ok(self.placed(it, lists))
    }

    /// What differs in records, those that are one by their key read in the
    /// columns that differ; nothing where there are few of them, or where so they
    /// would be read otherwise.
    fn in_halves(&mut self, (olds, news): &(Left, Left)) -> Result<Option<Diff>> {
        if self.printed.is_some() || olds.len().min(news.len()) < self.narrow {
            return Ok(None);
        }
        let old: pairs::Side<'_> = (self.files.0, self.dialects.0, olds, &self.key.0);
        let new: pairs::Side<'_> = (self.files.1, self.dialects.1, news, &self.key.1);
        let Some(halves) = pairs::halves(old, new, &self.order)? else { return Ok(None) };
        if halves.paired.0.len() < self.narrow || halves.columns.0.len() == self.order.len() {
            return Ok(None);
        }
        let Some(paired) = self.compared_narrowly(&halves)? else { return Ok(None) };
        let rest = self.compared(&halves.rest, None, self.rest.met + halves.paired.0.len())?;
        if !reads_alike(&paired.tables.1, &rest.tables.1) || !reads_alike(&paired.tables.0, &rest.tables.0) {
            return Ok(None);
        }
        let mut all = self.placed(rest, &halves.rest);
        let paired = self.placed(paired, &halves.paired);
        if let Some((all, it)) = all.tables.first_mut().zip(paired.tables.into_iter().next()) {
            let causes = all.causes.len();
            all.causes.extend(it.causes);
            // The first rows are among the others too.
            let own = it.changes.into_iter().filter(|it| it.old_index.is_none_or(|it| it >= SAMPLE_ROWS as usize));
            for mut change in own {
                all.rows.changed += usize::from(change.cells.iter().any(diff::CellChange::tells));
                change.cells.iter_mut().for_each(|it| it.cause = it.cause.map(|it| it + causes));
                all.changes.push(change);
            }
        }
        Ok(Some(all))
    }

    /// Compares the records that are one by their key; nothing where a cell has
    /// no place of its own.
    fn compared_narrowly(&self, halves: &pairs::Halves) -> Result<Option<Compared>> {
        match self.compared(&halves.paired, Some(&halves.columns), self.rest.met) {
            Ok(it) => Ok(Some(it)),
            // It is told with all cells, then.
            Err(it) if matches!(it.kind(), ErrorKind::Unreadable) => Ok(None),
            Err(it) => Err(it),
        }
    }

    /// Compares records as tables.
    fn compared(&self, lists: &(Left, Left), columns: Option<&keys::Columns>, known: usize) -> Result<Compared> {
        let side = |of: (Large<'_>, Dialect), side, list: &Left, columns| -> Result<_> {
            let heading = of.0.sample.lines().next().unwrap_or("");
            let document = left::document(of, heading, (side, list), columns)?;
            self.table(document.ok_or_else(|| unreadable(of.0.name))?)
        };
        let old = (self.files.0, self.dialects.0);
        let mut before = side(old, &self.rest.old, &lists.0, columns.map(|it| &it.0[..]))?;
        let now = side((self.files.1, self.dialects.1), &self.rest.new, &lists.1, columns.map(|it| &it.1[..]))?;
        before.1[0].name.clone_from(&now.1[0].name);
        let known = Known { same: known, moved: 0 };
        let (diff, own) = diff::diff_rest((before.0, &before.1), (now.0, &now.1), known, &self.options)?;
        Ok(Compared { diff, own, tables: (before.1.swap_remove(0), { now.1 }.swap_remove(0)) })
    }

    /// What differs in records, by their rows in the files.
    fn placed(&mut self, Compared { mut diff, own, .. }: Compared, lists: &(Left, Left)) -> Diff {
        let row = |list: &Left, at: usize| list[at].1 as usize;
        // Which rows moved shows over all rows only.
        diff.tables.iter_mut().for_each(|it| it.changes.retain(|it| it.op != Op::Moved));
        self.met.extend(own.into_iter().flatten().map(|it| (row(&lists.0, it.0), row(&lists.1, it.1))));
        diff.tables.iter_mut().for_each(|it| it.key.inferred |= self.inferred);
        for change in diff.tables.iter_mut().flat_map(|it| &mut it.changes) {
            change.old_index = change.old_index.map(|it| row(&lists.0, it));
            change.new_index = change.new_index.map(|it| row(&lists.1, it));
        }
        diff
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
        all.print = self.print;
        Some(all)
    }

    /// About how many bytes of text are left.
    fn text_bytes(&self) -> u64 {
        let of = |file: Large<'_>, left: usize, all: usize| {
            let printed = (all as u64).saturating_sub(file.rows_left_out());
            file.parts.size() / printed.max(1) * left as u64
        };
        let (old, new) = (self.rest.old.left.len(), self.rest.new.left.len());
        let met = self.rest.met;
        of(self.files.0, old, old + met) + of(self.files.1, new, new + met)
    }

    /// The records of a group that are left.
    fn left(&self, (side, of): (&left::Side, &[u16]), group: u16) -> Left {
        let within = |at: usize| self.count == 1 || of[at] == group;
        (0..side.left.len()).filter(|it| within(*it)).map(|it| side.left[it]).collect()
    }

    /// A document of records as an edition of one table with a row for each.
    fn table(&self, document: Document) -> Result<(diff::Side, Vec<Table>)> {
        let (name, lines) = (document.name.clone(), document.line_count());
        let read = (self.read)(document)?;
        let whole = read.1.len() == 1 && read.1[0].rows.len() < lines;
        if whole { Ok(read) } else { Err(unreadable(&name)) }
    }

    /// The group of each record that is left, by its key; none where they have none.
    fn group(&self) -> Result<Option<(Vec<u16>, Vec<u16>)>> {
        let of = |file, dialect, side: &left::Side, key: &[usize]| {
            let mut groups = Vec::with_capacity(side.left.len());
            let read = left::read_again(file, &side.left, dialect, |it| {
                let Some(hash) = hash_of(it, key, dialect) else { return false };
                groups.push(u16::try_from(hash % u64::from(self.count)).unwrap_or(0));
                true
            })?;
            Ok(read.then_some(groups))
        };
        let old = of(self.files.0, self.dialects.0, &self.rest.old, &self.key.0)?;
        Ok(old.zip(of(self.files.1, self.dialects.1, &self.rest.new, &self.key.1)?))
    }
}

fn unreadable(name: &str) -> Error {
    Error::new(ErrorKind::Unreadable, "could not be compared in parts: its rows do not all have the same form")
        .in_file(name)
        .hint("`crossfoot check` names the rows that do not match the heading")
}

/// How two files are compared in parts.
struct Form {
    /// How the cells of each are told apart.
    dialects: (Dialect, Dialect),
    /// Which cells of each are the key.
    key: (Vec<usize>, Vec<usize>),
    /// The names of the key's columns, where it was found in the first rows.
    named: Option<Vec<String>>,
}

/// How both files can be compared in parts, if they can.
fn form(files: (Large<'_>, Large<'_>), (options, limits): (&Options, Limits), read: &Read<'_>) -> Result<Option<Form>> {
    let (mut dialects, mut samples) = (Vec::new(), Vec::new());
    let mut is_declared = true;
    for it in [files.0, files.1] {
        let document = sample(it)?;
        let Some((dialect, _)) = plain_form(&document) else { return Ok(None) };
        let (side, mut tables) = read(document)?;
        if tables.len() != 1 || side.period.is_some() {
            return Ok(None);
        }
        is_declared &= side.dataset.is_some() && !tables[0].key.is_empty();
        dialects.push(dialect);
        samples.push(tables.remove(0));
    }
    let (old, new) = (&samples[0], &samples[1]);
    let name = |table: &Table, at: &usize| table.columns[*at].name.clone();
    let declared = |table: &Table| table.key.iter().map(|it| name(table, it)).collect::<Vec<_>>();
    let dialects = (dialects[0], dialects[1]);
    let given = match () {
        () if !options.key.is_empty() => Some(options.key.clone()),
        () if is_declared && declared(old) != declared(new) => return Ok(None),
        () if is_declared => Some(declared(new)),
        () => None,
    };
    let columns = |key: &[String]| printed(old, key).zip(printed(new, key));
    if let Some(key) = given {
        return Ok(columns(&key).map(|key| Form { dialects, key, named: None }));
    }
    let mut named = diff::sampled_keys(old, new);
    let Some(mut keys) = named.iter().map(|it| columns(it)).collect::<Option<Vec<_>>>() else { return Ok(None) };
    let found = keys::find([(files.0, dialects.0), (files.1, dialects.1)], &keys, limits.block)?;
    Ok(found.map(|at| Form { dialects, key: keys.swap_remove(at), named: Some(named.swap_remove(at)) }))
}

/// The first lines of a file.
fn sample(file: Large<'_>) -> Result<Document> {
    match file.scales {
        Some(_) => Ok(Document::of_columns(file.name, file.sample.to_owned(), Vec::new())),
        None => decode(file.name, file.sample.as_bytes().to_vec()),
    }
}

/// Where columns stand in a record; nothing where one is not there.
fn printed(table: &Table, columns: &[String]) -> Option<Vec<usize>> {
    columns.iter().map(|it| table.column(it).map(|it| table.columns[it].position as usize)).collect()
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
