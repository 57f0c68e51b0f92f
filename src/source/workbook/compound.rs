//! What the sheets of an XLS file claim to hold, before a reader takes memory for it.
//!
//! An XLS file is a compound file ([MS-CFB]), whose stream `Workbook` is a run of
//! records ([MS-XLS] 2.1.4). Its reader makes room for the whole rectangle that
//! the cells of a sheet span, and for the one that a sheet says it has.

use super::cells::Unread;

/// So many cells may be claimed, and so many for each byte of the file.
const CELLS_MIN: u64 = 2_000_000;
const CELLS_A_BYTE: u64 = 4;

/// Sector numbers from here on say that a chain ends, or that nothing is there.
const LAST: u32 = 0xFFFF_FFFA;
const ENTRY_BYTES: usize = 128;

/// Refuses an XLS file whose sheets span far more cells than its bytes can hold, or
/// whose sectors lead in a circle: its reader would go round until no memory is left.
pub(super) fn check_size(bytes: &[u8]) -> Result<(), Unread> {
    let Some(file) = Compound::of(bytes) else { return Ok(()) };
    if file.is_circular() {
        return Err(Unread::Damaged("its sectors lead in a circle".to_owned()));
    }
    let Some(stream) = file.stream() else { return Ok(()) };
    let claimed = claimed(&stream);
    if claimed <= CELLS_MIN.max(bytes.len() as u64 * CELLS_A_BYTE) {
        return Ok(());
    }
    Err(Unread::TooLarge(format!("claims to hold {claimed} cells in {} KB", bytes.len() >> 10)))
}

/// The stream of the book.
pub(super) fn stream(bytes: &[u8]) -> Option<Vec<u8>> {
    Compound::of(bytes)?.stream()
}

/// The records of a stream from a byte on, each with its kind; one that is cut ends it.
pub(super) fn records(stream: &[u8], start: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = start;
    std::iter::from_fn(move || {
        let (kind, length) = u16_at(stream, at).zip(u16_at(stream, at.checked_add(2)?))?;
        let end = (at + 4 + usize::from(length)).min(stream.len());
        let data = &stream[(at + 4).min(end)..end];
        at = end;
        Some((kind, data))
    })
}

/// How many cells the sheets span in all.
fn claimed(stream: &[u8]) -> u64 {
    let (mut claimed, mut sheets, mut parts) = (0_u64, 0_u64, 0_u64);
    let mut area = Area::default();
    for (kind, data) in records(stream, 0) {
        match kind {
            // The place of a sheet; the start of a part of the stream; its end.
            0x0085 => sheets += 1,
            0x0809 => parts += 1,
            0x000A => claimed = claimed.saturating_add(std::mem::take(&mut area).cells()),
            0x0200 => claimed = claimed.saturating_add(declared(data)),
            0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD | 0x0006 => area.take(data, 2),
            0x00BD => {
                area.take(data, 2);
                area.take(data, data.len().saturating_sub(2));
            }
            _ => {}
        }
    }
    claimed = claimed.saturating_add(area.cells());
    // The first part is the book; several sheets may name one part as their own.
    claimed.saturating_mul(sheets.div_ceil(parts.saturating_sub(1).max(1)).max(1))
}

/// The rectangle that a sheet says it has.
fn declared(data: &[u8]) -> u64 {
    let rows = if data.len() < 14 {
        u16_at(data, 0).zip(u16_at(data, 2)).map(|it| (u32::from(it.0), u32::from(it.1)))
    } else {
        u32_at(data, 0).zip(u32_at(data, 4))
    };
    let at = if data.len() < 14 { 4 } else { 8 };
    let columns = u16_at(data, at).zip(u16_at(data, at + 2));
    let (Some(rows), Some(columns)) = (rows, columns) else { return 0 };
    u64::from(rows.1.saturating_sub(rows.0)) * u64::from(columns.1.saturating_sub(columns.0))
}

/// The rows and columns that the cells of a sheet stand in.
#[derive(Default)]
struct Area {
    rows: Option<(u16, u16)>,
    columns: Option<(u16, u16)>,
}

impl Area {
    /// Takes in a cell whose column stands at a byte of its record.
    fn take(&mut self, data: &[u8], column: usize) {
        let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, column)) else { return };
        let wider =
            |it: Option<(u16, u16)>, value: u16| it.map_or((value, value), |it| (it.0.min(value), it.1.max(value)));
        self.rows = Some(wider(self.rows, row));
        self.columns = Some(wider(self.columns, column));
    }

    fn cells(&self) -> u64 {
        let length = |it: (u16, u16)| u64::from(it.1 - it.0) + 1;
        self.rows.zip(self.columns).map_or(0, |it| length(it.0) * length(it.1))
    }
}

/// A compound file: its sectors and which follows which.
struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    next: Vec<u32>,
}

impl<'a> Compound<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let shift = u16_at(bytes, 30).filter(|it| (7..=16).contains(it))?;
        let mut file = Self { bytes, sector: 1 << shift, next: Vec::new() };
        let most = bytes.len() / file.sector + 1;
        // The numbers of the sectors that hold the table: 109 in the header, others in a chain.
        let mut tables: Vec<u32> = (0..109).filter_map(|it| u32_at(bytes, 76 + 4 * it)).collect();
        let mut more = u32_at(bytes, 68)?;
        while more < LAST && tables.len() < most + 109 {
            let numbers = numbers(file.at(more)?);
            let (last, rest) = numbers.split_last()?;
            tables.extend(rest);
            more = *last;
        }
        for table in tables.into_iter().filter(|it| *it < LAST).take(most) {
            file.next.extend(numbers(file.at(table)?));
        }
        Some(file)
    }

    /// The bytes of a sector; fewer at the end of the file.
    fn at(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize).checked_add(1)?.checked_mul(self.sector)?;
        self.bytes.get(start..(start + self.sector).min(self.bytes.len()))
    }

    /// The bytes of a chain of sectors; no sector stands in it twice.
    fn chain(&self, first: u32) -> Vec<u8> {
        let (mut all, mut number, mut left) = (Vec::new(), first, self.bytes.len() / self.sector + 1);
        while let (true, Some(sector)) = (number < LAST && left > 0, self.at(number)) {
            all.extend_from_slice(sector);
            number = self.next.get(number as usize).copied().unwrap_or(LAST);
            left -= 1;
        }
        all
    }

    /// Whether what a reader follows leads in a circle: its folder, the table of short
    /// sectors, and each stream.
    fn is_circular(&self) -> bool {
        let circles = self.circles();
        let leads = |it: Option<u32>| it.is_some_and(|it| circles.get(it as usize).copied().unwrap_or(false));
        if [48, 60].into_iter().any(|it| leads(u32_at(self.bytes, it))) {
            return true;
        }
        let folder = u32_at(self.bytes, 48).map(|it| self.chain(it)).unwrap_or_default();
        let least = u32_at(self.bytes, 56).unwrap_or(0);
        let mut entries = folder.chunks_exact(ENTRY_BYTES).enumerate();
        // The first has the short sectors, and short streams stand in those.
        entries.any(|(at, it)| (at == 0 || u32_at(it, 120) >= Some(least)) && leads(u32_at(it, 116)))
    }

    /// Which sectors lead in a circle.
    fn circles(&self) -> Vec<bool> {
        let mut known: Vec<Option<bool>> = vec![None; self.next.len()];
        let mut on_path = vec![false; self.next.len()];
        for start in 0..self.next.len() {
            let (mut path, mut at) = (Vec::new(), start);
            let leads = loop {
                match known.get(at).copied() {
                    None => break false,
                    Some(Some(it)) => break it,
                    Some(None) if on_path[at] => break true,
                    Some(None) => {
                        on_path[at] = true;
                        path.push(at);
                        at = self.next[at] as usize;
                    }
                }
            };
            for it in path {
                known[it] = Some(leads);
            }
        }
        known.into_iter().map(|it| it.unwrap_or(false)).collect()
    }

    /// The stream of the book.
    fn stream(&self) -> Option<Vec<u8>> {
        let folder = self.chain(u32_at(self.bytes, 48)?);
        let entries = || folder.chunks_exact(ENTRY_BYTES);
        let name = |entry: &[u8]| -> String {
            let units = entry[..64].chunks_exact(2).map(|it| u16::from_le_bytes([it[0], it[1]]));
            char::decode_utf16(units.take_while(|it| *it != 0)).filter_map(Result::ok).collect()
        };
        let entry = entries().find(|it| matches!(name(it).to_lowercase().as_str(), "workbook" | "book"))?;
        let (first, size) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
        let mut stream = if size < u32_at(self.bytes, 56)? as usize {
            let root = entries().next()?;
            self.small(first, &self.chain(u32_at(root, 116)?), size)
        } else {
            self.chain(first)
        };
        stream.truncate(size);
        Some(stream)
    }

    /// A small stream, which stands in short sectors of the first entry's.
    fn small(&self, first: u32, all: &[u8], size: usize) -> Vec<u8> {
        let short = 1_usize << u16_at(self.bytes, 32).unwrap_or(6).min(12);
        let next = numbers(&self.chain(u32_at(self.bytes, 60).unwrap_or(LAST)));
        let (mut stream, mut number) = (Vec::new(), first);
        while number < LAST && stream.len() < size {
            let start = (number as usize).saturating_mul(short);
            let Some(sector) = all.get(start..(start + short).min(all.len())).filter(|it| !it.is_empty()) else {
                break;
            };
            stream.extend_from_slice(sector);
            number = next.get(number as usize).copied().unwrap_or(LAST);
        }
        stream
    }
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|it| u32::from_le_bytes([it[0], it[1], it[2], it[3]])).collect()
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let it = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes([it[0], it[1]]))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let it = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes([it[0], it[1], it[2], it[3]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    fn cell(row: u16, column: u16) -> Vec<u8> {
        record(0x0203, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 10]].concat())
    }

    #[test]
    fn sheets_claim_what_their_cells_span() {
        let book = [record(0x0809, &[0; 4]), record(0x0085, &[0; 8]), record(0x000A, &[])].concat();
        let sheet = [record(0x0809, &[0; 4]), cell(0, 0), cell(65_535, 255), record(0x000A, &[])].concat();
        assert_eq!(claimed(&[book.clone(), sheet.clone()].concat()), 65_536 * 256);
        // Many sheets that name one part have its cells each.
        let books = [book.clone(), record(0x0085, &[0; 8]).repeat(9)].concat();
        assert_eq!(claimed(&[books, sheet].concat()), 10 * 65_536 * 256);
        let sizes: Vec<u8> = [0_u32, 70_000].iter().flat_map(|it| it.to_le_bytes()).chain([0, 0, 0, 1, 0, 0]).collect();
        assert_eq!(claimed(&[book, record(0x0200, &sizes)].concat()), 70_000 * 256);
    }

    #[test]
    fn the_stream_of_a_book_is_found() {
        let bytes = include_bytes!("../../../tests/tables/workbooks/libreoffice.xls");
        let stream = Compound::of(bytes).and_then(|it| it.stream()).unwrap();
        assert_eq!(u16_at(&stream, 0), Some(0x0809));
        let cells = claimed(&stream);
        assert!((10..10_000).contains(&cells), "{cells}");
    }

    #[test]
    fn sectors_that_lead_in_a_circle_are_refused() {
        let whole = include_bytes!("../../../tests/tables/workbooks/libreoffice.xls");
        assert!(check_size(whole).is_ok());
        let file = Compound::of(whole).unwrap();
        let folder = u32_at(whole, 48).unwrap();
        let table = u32_at(whole, 76).unwrap() as usize;
        let mut bytes = whole.to_vec();
        let at = (table + 1) * file.sector + 4 * folder as usize;
        bytes[at..at + 4].copy_from_slice(&folder.to_le_bytes());
        assert!(matches!(check_size(&bytes), Err(Unread::Damaged(_))));
    }

    #[test]
    fn damage_is_no_panic_and_no_endless_chain() {
        let whole = include_bytes!("../../../tests/tables/workbooks/libreoffice.xls");
        for at in (0..whole.len()).step_by(37) {
            for value in [0, 0xff, whole[at] ^ 0x11] {
                let mut bytes = whole.to_vec();
                bytes[at] = value;
                let _ = check_size(&bytes);
            }
            let _ = check_size(&whole[..at]);
        }
    }
}
