//! Two files side by side.

use super::cursor::{Cursor, Fault, Record, record};
use super::order::NONE;
use super::saying::Saying;
use super::stretch::{Stretch, stretch};
use super::waiting::{Mark, Of, Pair, SLOT_BYTES, Slot, Waiting};
use super::{Large, Limits, SAMPLE_ROWS};
use crate::error::Error;

/// So many records of both files are looked at for where they agree again.
const NEAR: usize = 32;
/// Files that stay in disorder are taken so many records at a time.
const FAR: usize = 1024;

/// Files are read so many times at most, whatever memory that takes.
const PASSES_MAX: u32 = 1 << 10;

/// Why files could not be gone through.
pub(super) enum Stop {
    /// More records wait than there is room for.
    Full,
    /// One is no plain text.
    NotPlain,
    /// One could not be read.
    Unread(Error),
}

impl From<Error> for Stop {
    fn from(it: Error) -> Self {
        Self::Unread(it)
    }
}

impl From<Fault> for Stop {
    fn from(_: Fault) -> Self {
        Self::NotPlain
    }
}

/// Offsets and rows of records.
type Places = Vec<(u64, u32)>;

/// Goes through two files.
pub(super) struct Aligner<'a> {
    pub(super) old: Cursor<'a>,
    pub(super) new: Cursor<'a>,
    /// What records of the old and the new file say.
    sayings: (Saying, Saying),
    /// How much may be kept.
    memory: u64,
    /// Whether the files have rows that are not looked at.
    is_some_left_out: bool,
    /// Which part of the hashes is kept, of how many.
    pass: (u32, u32),
    waiting: Waiting,
    /// Records that met, until their rows are kept.
    met: Vec<Pair>,
    /// The old row of each new one that met by its bytes, as far as any did.
    pub(super) order: Vec<u32>,
    /// Records without a twin, by offset and row: old, new.
    pub(super) left: (Places, Places),
}

impl<'a> Aligner<'a> {
    pub(super) fn new(
        files: (Large<'a>, Large<'a>),
        sayings: (Saying, Saying),
        limits: Limits,
        pass: (u32, u32),
    ) -> Self {
        Self {
            old: Cursor::new(files.0, limits.block),
            new: Cursor::new(files.1, limits.block),
            sayings,
            memory: limits.memory,
            is_some_left_out: !files.0.left_out.is_empty(),
            pass,
            waiting: Waiting::new(),
            met: Vec::new(),
            order: Vec::new(),
            left: (Vec::new(), Vec::new()),
        }
    }

    /// Takes what another pass found.
    pub(super) fn take_in(&mut self, other: Self) {
        for (new, old) in other.order.into_iter().enumerate().filter(|it| it.1 != NONE) {
            self.meet(old, new, 1);
        }
        self.left.0.extend(other.left.0);
        self.left.1.extend(other.left.1);
    }

    pub(super) fn run(&mut self) -> Result<(), Stop> {
        const AHEAD: usize = 1 << 14;
        let (mut olds, mut news) = (Vec::new(), Vec::new());
        let (mut old_marks, mut new_marks) = (Vec::new(), Vec::new());
        let mut window = NEAR;
        let is_of_bytes = self.sayings.0.reads_as(&self.sayings.1) && !self.is_some_left_out;
        loop {
            self.old.fill(AHEAD)?;
            self.new.fill(AHEAD)?;
            if let (Some(old), Some(new)) = (self.old.left_out(), self.new.left_out()) {
                self.same(old.rows)?;
                self.old.pass(old);
                self.new.pass(new);
                continue;
            }
            if is_of_bytes && self.old.row >= u64::from(SAMPLE_ROWS) && self.equal_bytes()? {
                window = NEAR;
                continue;
            }
            self.old.records(window, self.sayings.0.dialect, &mut olds)??;
            self.new.records(window, self.sayings.1.dialect, &mut news)??;
            if olds.is_empty() && news.is_empty() {
                break;
            }
            marks((&self.old, &self.sayings.0), &olds, &mut old_marks);
            marks((&self.new, &self.sayings.1), &news, &mut new_marks);
            let alike = old_marks.iter().zip(&new_marks).take_while(|it| it.0 == it.1).count();
            if alike > 0 {
                self.both(&olds[..alike], &news[..alike])?;
                window = NEAR;
                continue;
            }
            let agreed = agree(&old_marks, &new_marks);
            window = if agreed.is_some() { NEAR } else { FAR.min(window * 2) };
            let (olds_apart, news_apart) = agreed.unwrap_or((olds.len(), news.len()));
            self.apart(Of::Old, &olds[..olds_apart], &old_marks)?;
            self.apart(Of::New, &news[..news_apart], &new_marks)?;
        }
        self.settle();
        for it in self.waiting.left() {
            let side = if it.of() == Of::Old { &mut self.left.0 } else { &mut self.left.1 };
            side.push((it.offset(), it.row));
        }
        self.waiting = Waiting::new();
        Ok(())
    }

    /// Goes over whole records as long as bytes are equal; whether it could.
    fn equal_bytes(&mut self) -> Result<bool, Stop> {
        let (old, new) = (self.old.ahead(), self.new.ahead());
        let mut length = common(old, new);
        let ends = self.old.is_last() && self.new.is_last() && length == old.len() && length == new.len();
        if !ends {
            length = memchr::memrchr(b'\n', &old[..length]).map_or(0, |it| it + 1);
        }
        let found = match stretch(&old[..length], self.sayings.0.dialect, ends) {
            Some(found) => found,
            None => self.parsed(length, ends)?,
        };
        if found.length == 0 {
            return Ok(false);
        }
        self.same(found.rows)?;
        for cursor in [&mut self.old, &mut self.new] {
            cursor.count_all(&found);
            cursor.skip(found.length);
        }
        Ok(true)
    }

    /// The records within equal bytes, parsed one by one.
    fn parsed(&self, length: usize, ends: bool) -> Result<Stretch, Stop> {
        let bytes = &self.old.ahead()[..length];
        let mut found = Stretch::default();
        while found.length < bytes.len() {
            match record(bytes, found.length, self.sayings.0.dialect, ends) {
                Ok(it) => {
                    found.rows += u64::from(it.filled);
                    let extra = it.breaks + u64::from(!it.filled);
                    if extra > 0 {
                        found.extras.push((found.rows, extra));
                    }
                    found.length = it.next;
                }
                Err(Fault::More) => break,
                Err(it) => return Err(it.into()),
            }
        }
        Ok(found)
    }

    /// Rows that both files have here.
    fn same(&mut self, rows: u64) -> Result<(), Stop> {
        if self.pass.0 > 0 || rows == 0 {
            return Ok(());
        }
        let fit = |it: u64| u32::try_from(it).map_err(|_| Stop::NotPlain);
        let (old, new, rows) = (fit(self.old.row)?, fit(self.new.row)?, fit(rows)?);
        fit(u64::from(old) + u64::from(rows))?;
        self.meet(old, new as usize, rows as usize);
        Ok(())
    }

    /// Keeps that so many rows from these on are one.
    fn meet(&mut self, old: u32, new: usize, rows: usize) {
        if self.order.len() < new + rows {
            // A list that grows by itself takes twice its length at times.
            if self.order.capacity() < new + rows {
                self.order.reserve_exact((new + rows - self.order.len()).max(self.order.len() / 8));
            }
            self.order.resize(new + rows, NONE);
        }
        for (it, old) in self.order[new..new + rows].iter_mut().zip(old..) {
            *it = old;
        }
    }

    /// Goes over records that are alike in both files.
    fn both(&mut self, olds: &[Record], news: &[Record]) -> Result<(), Stop> {
        for (old, new) in olds.iter().zip(news) {
            let sampled = self.old.row < u64::from(SAMPLE_ROWS);
            if old.filled && sampled {
                if self.pass.0 == 0 {
                    let fit = |it: u64| u32::try_from(it).map_err(|_| Stop::NotPlain);
                    self.left.0.push((self.old.place() + old.start as u64, fit(self.old.row)?));
                    self.left.1.push((self.new.place() + new.start as u64, fit(self.new.row)?));
                }
            } else if old.filled {
                self.same(1)?;
            }
            self.old.count(old);
            self.new.count(new);
        }
        self.old.skip(olds.last().map_or(0, |it| it.next));
        self.new.skip(news.last().map_or(0, |it| it.next));
        Ok(())
    }

    /// Goes over records of one file that the other does not have here.
    fn apart(&mut self, of: Of, records: &[Record], marks: &[Mark]) -> Result<(), Stop> {
        for (it, &mark) in records.iter().zip(marks) {
            let cursor = if of == Of::Old { &mut self.old } else { &mut self.new };
            let row = u32::try_from(cursor.row).map_err(|_| Stop::NotPlain)?;
            let offset = cursor.place() + it.start as u64;
            cursor.count(it);
            if it.filled && mark.part(self.pass.1) == self.pass.0 {
                self.waiting.take(mark, Slot::new(of, offset, row), &mut self.met);
            }
        }
        let cursor = if of == Of::Old { &mut self.old } else { &mut self.new };
        cursor.skip(records.last().map_or(0, |it| it.next));
        self.keep_met();
        if self.is_full() {
            self.settle();
        }
        if self.is_full() && self.pass.1 < PASSES_MAX { Err(Stop::Full) } else { Ok(()) }
    }

    /// Whether what waits takes more than its part of the memory; the order of
    /// rows takes the rest, however much that is.
    fn is_full(&self) -> bool {
        const ROW_BYTES: u64 = 8;
        let room = self.memory.saturating_sub(self.order.len() as u64 * ROW_BYTES).max(self.memory / 4);
        self.waiting.count * SLOT_BYTES > room
    }

    fn settle(&mut self) {
        self.waiting.settle(&mut self.met);
        self.keep_met();
    }

    /// Keeps the rows of records that met; those of the sample are left.
    fn keep_met(&mut self) {
        let mut met = std::mem::take(&mut self.met);
        for (old, new) in met.drain(..) {
            if old.row < SAMPLE_ROWS {
                self.left.0.push((old.offset(), old.row));
                self.left.1.push((new.offset(), new.row));
            } else {
                self.meet(old.row, new.row as usize, 1);
            }
        }
        self.met = met;
    }
}

/// The marks of records.
fn marks((cursor, saying): (&Cursor<'_>, &Saying), of: &[Record], marks: &mut Vec<Mark>) {
    let mut scratch = Vec::new();
    let mark = |it: &Record| Mark::of(saying.of_record(&cursor.ahead()[it.start..it.end], &mut scratch));
    marks.clear();
    marks.extend(of.iter().map(mark));
}

/// How many records are to be gone over until both files agree.
pub(super) fn agree<M: PartialEq>(old: &[M], new: &[M]) -> Option<(usize, usize)> {
    let (old, new) = (&old[..old.len().min(NEAR)], &new[..new.len().min(NEAR)]);
    let far = (old.len() + new.len()).saturating_sub(1);
    let near = |sum: usize| (0..=sum).map(move |at| (at, sum - at));
    (1..far).flat_map(near).find(|it| old.get(it.0).is_some_and(|mark| Some(mark) == new.get(it.1)))
}

/// How many bytes are equal from the start on.
fn common(old: &[u8], new: &[u8]) -> usize {
    const PIECE: usize = 1 << 10;
    let pieces = old.chunks(PIECE).zip(new.chunks(PIECE));
    let equal: usize = pieces.take_while(|it| it.0 == it.1).map(|it| it.0.len()).sum();
    let differ = old[equal..].iter().zip(&new[equal..]).take(PIECE).take_while(|it| it.0 == it.1);
    equal + differ.count()
}
