//! An input as it was opened: held where it is small, read in parts where it
//! is large; streams and packed files by way of a temporary file.
//!
//! A temporary file has no name from the start, so nothing of it is left
//! however the run ends. It stands in the system's folder for such files
//! (`TMPDIR`).

mod columns;
#[cfg(test)]
pub(crate) mod packed;
mod packing;
mod spool;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Write as _};
use std::rc::Rc;
use std::sync::Arc;

pub(crate) use self::columns::OfColumns;
use self::packing::{MAGIC_BYTES, Packing};
pub(crate) use self::spool::no_room;
use self::spool::{Counted, spool};
#[cfg(feature = "sql")]
use super::database;
use super::database::Address;
use super::files::{self, Input, shown};
use super::progress;
use crate::error::{Error, ErrorKind, Result};
use crate::source::{self, Format, Frame, OnSheet};
use crate::table::{Document, Layout};

/// Inputs from this size on are read in parts, where their form allows it.
const LARGE_BYTES: u64 = 2 << 20;
/// How standard input is named.
const STDIN: &str = "<stdin>";
/// Streams are copied in pieces of so many bytes.
const PIECE_BYTES: usize = 256 << 10;

/// An input that was opened.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The file as the user named it.
    pub(crate) name: String,
    bytes: Bytes,
    /// How many rows a database sent.
    rows: Option<u64>,
}

#[derive(Debug)]
enum Bytes {
    Held(Vec<u8>),
    Parts(Parts),
    /// A workbook, and the lines of its one sheet.
    Sheet(Parts, Parts),
    /// A table in memory.
    Frame(Frame),
}

/// A file that is read in parts.
#[derive(Debug)]
pub(crate) struct Parts {
    file: File,
    size: u64,
    /// Whether it is the text of a database's table.
    is_of_database: bool,
    /// Whether it is read as JSON.
    is_json: bool,
    /// The sheet that it has the lines of.
    sheet: Option<OnSheet>,
    /// What answers for the rows that are not here, if some are not.
    #[cfg(feature = "sql")]
    asked: Option<Box<database::Asked>>,
}

impl Opened {
    /// Opens an input: files with gzip, Zstandard or bzip2 around them are
    /// unpacked, whatever their name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] if it cannot be read or unpacked to its end,
    /// or if there is no room to unpack it.
    pub(crate) fn new(input: &Input) -> Result<Self> {
        Self::in_parts_from(input, LARGE_BYTES)
    }

    /// The same; files from this size on are read in parts.
    pub(crate) fn in_parts_from(input: &Input, least: u64) -> Result<Self> {
        let path = match input {
            Input::File(path) => path,
            Input::Stdin => return Self::stream(STDIN.to_owned(), Box::new(io::stdin())),
            Input::Table(address) => return Self::table(address),
            Input::Frame(frame) => {
                let (name, bytes) = (frame.name().to_owned(), Bytes::Frame(frame.clone()));
                return Ok(Self { name, bytes, rows: None });
            }
        };
        let name = shown(path);
        let unreadable = |it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(&name).because(it);
        // To open a pipe that nobody writes to would wait for ever.
        if !std::fs::metadata(path).map_err(unreadable)?.is_file() && !is_handed_over(path) {
            return Err(Error::new(ErrorKind::Unreadable, "is a pipe or a device, not a file")
                .in_file(&name)
                .hint(format!("pass it on standard input: crossfoot ... - < {name}")));
        }
        let file = File::open(path).map_err(unreadable)?;
        let meta = file.metadata().map_err(unreadable)?;
        if !meta.is_file() {
            return Self::stream(name, Box::new(file));
        }
        let mut parts = Parts::of_input(&name, file, meta.len());
        if parts.size < least {
            let mut held = Vec::with_capacity(usize::try_from(parts.size).unwrap_or(0));
            parts.file.read_to_end(&mut held).map_err(unreadable)?;
            return Self::of_bytes(name, held);
        }
        progress::expect(parts.size);
        let mut start = [0; MAGIC_BYTES];
        source::Parts::read_at(&parts, 0, &mut start).map_err(unreadable)?;
        match Packing::of(&start) {
            Some(_) => Self::stream(name, Box::new(parts.file)),
            None => Ok(Self { name, bytes: Bytes::Parts(parts), rows: None }),
        }
    }

    /// Bytes that were handed over under a name, unpacked as a file would be.
    ///
    /// # Errors
    ///
    /// As [`Opened::new`].
    pub(crate) fn of_bytes(name: String, bytes: Vec<u8>) -> Result<Self> {
        match Packing::of(&bytes) {
            Some(_) => Self::stream(name, Box::new(io::Cursor::new(bytes))),
            None => Ok(Self { name, bytes: Bytes::Held(bytes), rows: None }),
        }
    }

    /// How many bytes it has, unpacked.
    pub(crate) fn size(&self) -> u64 {
        match &self.bytes {
            Bytes::Held(bytes) => bytes.len() as u64,
            Bytes::Parts(parts) | Bytes::Sheet(parts, _) => source::Parts::size(parts),
            Bytes::Frame(frame) => source::Parts::size(frame),
        }
    }

    /// Opens an input as [`Opened::new`], but of a large table of a database only the first
    /// rows: its engine can be asked about the others.
    ///
    /// # Errors
    ///
    /// As [`Opened::new`].
    pub(crate) fn to_be_asked(input: &Input) -> Result<Self> {
        #[cfg(feature = "sql")]
        if let Input::Table(address) = input {
            let file = tempfile::tempfile().map_err(|it| no_room(address.shown(), it))?;
            let first = database::Asked::first(address, LARGE_BYTES, &file, &|it| no_room(address.shown(), it))?;
            let (rows, size, asked) = match first {
                database::First::All(rows, size) => (Some(rows), size, None),
                database::First::Some(it) => (None, it.size(), Some(it)),
            };
            progress::expect(size);
            let bytes = Bytes::Parts(Parts { is_of_database: true, asked, ..Parts::of_file(file, size) });
            return Ok(Self { name: address.shown().to_owned(), bytes, rows });
        }
        Self::new(input)
    }

    /// Has all rows sent that are not here.
    ///
    /// # Errors
    ///
    /// Where the database does not answer to the end.
    pub(crate) fn send_all(&self) -> Result<()> {
        match &self.bytes {
            Bytes::Parts(parts) => source::Parts::engine(parts).map_or(Ok(()), |it| it.send_all("")),
            Bytes::Held(_) | Bytes::Sheet(..) | Bytes::Frame(_) => Ok(()),
        }
    }

    /// A table of a database, in a temporary file: it is asked once, and read as
    /// often as a check takes.
    fn table(address: &Address) -> Result<Self> {
        #[cfg(feature = "sql")]
        {
            let file = tempfile::tempfile().map_err(|it| no_room(address.shown(), it))?;
            let mut out = io::BufWriter::with_capacity(PIECE_BYTES, &file);
            let unwritten = |it| no_room(address.shown(), it);
            let mut size = 0;
            let rows = database::read(address, &mut |text| {
                size += text.len() as u64;
                progress::expect(text.len() as u64);
                out.write_all(text.as_bytes()).map_err(unwritten)
            })?;
            out.flush().map_err(unwritten)?;
            drop(out);
            let bytes = Bytes::Parts(Parts { is_of_database: true, ..Parts::of_file(file, size) });
            Ok(Self { name: address.shown().to_owned(), bytes, rows: Some(rows) })
        }
        #[cfg(not(feature = "sql"))]
        Err(address.unread())
    }

    fn stream(name: String, stream: Box<dyn Read>) -> Result<Self> {
        // It may be long, and may keep the run waiting.
        progress::expect(0);
        let taken = Rc::new(Cell::new(0));
        let mut stream = Counted(stream, Rc::clone(&taken));
        let unreadable = |it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(&name).because(it);
        let mut start = Vec::new();
        stream.by_ref().take(MAGIC_BYTES as u64).read_to_end(&mut start).map_err(unreadable)?;
        let packing = Packing::of(&start);
        let stream: Box<dyn Read> = Box::new(io::Cursor::new(start).chain(stream));
        let stream = match packing {
            Some(it) => it.unpack(&name, stream)?,
            None => stream,
        };
        let bytes = spool(&name, stream, packing.map(|_| &*taken), &mut tempfile::tempfile)?;
        Ok(Self { name, bytes, rows: None })
    }

    /// What a database sent, in words.
    pub(crate) fn sent(&self) -> Option<String> {
        #[cfg(feature = "sql")]
        if let Bytes::Parts(Parts { asked: Some(asked), .. }) = &self.bytes {
            return Some(asked.told());
        }
        let rows = self.rows?;
        let rows = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
        Some(format!("{}: the database sent {rows}, which were checked here", self.name))
    }

    /// The file to be read in parts, where it is large and its name says that
    /// it can be; `from` overrides how it is read.
    pub(crate) fn large(&self, from: Option<Format>) -> Option<&dyn source::Parts> {
        let parts = match &self.bytes {
            Bytes::Held(_) => return None,
            Bytes::Sheet(_, lines) => {
                return from.is_none_or(|it| it == Format::Workbook).then_some(lines as &dyn source::Parts);
            }
            Bytes::Frame(frame) => {
                return (source::Parts::size(frame) >= LARGE_BYTES).then_some(frame as &dyn source::Parts);
            }
            Bytes::Parts(parts) => parts,
        };
        let named = files::is_read_in_parts(&self.name) || self.name == STDIN || parts.is_of_database;
        #[cfg(feature = "sql")]
        let is_large = parts.size >= LARGE_BYTES || parts.asked.is_some();
        #[cfg(not(feature = "sql"))]
        let is_large = true;
        if parts.is_of_database && !is_large {
            return None;
        }
        let is_of_form = match from {
            None => named || parts.is_json,
            Some(Format::Delimited) => !parts.is_json,
            Some(Format::Json) => parts.is_json,
            Some(_) => false,
        };
        is_of_form.then_some(parts as &dyn source::Parts)
    }

    /// The same with its name, taken out.
    pub(crate) fn into_large(self, from: Option<Format>) -> Option<(String, Parts)> {
        self.large(from)?;
        match self.bytes {
            Bytes::Held(_) | Bytes::Sheet(..) | Bytes::Frame(_) => None,
            Bytes::Parts(parts) => Some((self.name, parts)),
        }
    }

    /// The same, with a workbook from a size on that is one plain table as its lines, too.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] if it cannot be read, or if there is no room for them.
    pub(crate) fn with_lines(self, least: u64) -> Result<Self> {
        let is_large = matches!(&self.bytes, Bytes::Parts(it) if it.size >= least);
        if !is_large || !files::is_sheets(&self.name) {
            return Ok(self);
        }
        let unwritten = |it| no_room(&self.name, it);
        let mut file = tempfile::tempfile().map_err(unwritten)?;
        let mut size = 0;
        let sheet = source::workbook::as_lines(self.bytes()?, &mut |it| {
            size += it.len() as u64;
            file.write_all(it.as_bytes()).map_err(unwritten)
        })?;
        Ok(match (sheet, self.bytes) {
            (Some(sheet), Bytes::Parts(parts)) => {
                let lines = Parts { sheet: Some(sheet), ..Parts::of_file(file, size) };
                Self { bytes: Bytes::Sheet(parts, lines), ..self }
            }
            (_, bytes) => Self { bytes, ..self },
        })
    }

    /// All of its bytes.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>> {
        let parts = match &self.bytes {
            Bytes::Held(bytes) => return Ok(bytes.clone()),
            Bytes::Parts(parts) | Bytes::Sheet(parts, _) => parts,
            Bytes::Frame(frame) => return Ok(frame.document()?.text.into_bytes()),
        };
        let mut bytes = vec![0; usize::try_from(source::Parts::size(parts)).unwrap_or(usize::MAX)];
        let unreadable = |it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(&self.name).because(it);
        let read = source::Parts::read_at(parts, 0, &mut bytes).map_err(unreadable)?;
        bytes.truncate(read);
        Ok(bytes)
    }

    /// All rows of a database's table.
    #[cfg(feature = "sql")]
    fn lines(&self) -> Result<Document> {
        self.send_all()?;
        let text = String::from_utf8(self.bytes()?).ok().filter(|it| u32::try_from(it.len()).is_ok());
        let text = text.ok_or_else(|| {
            Error::new(ErrorKind::Unreadable, "expected at most 4 GiB of text, found more")
                .in_file(&self.name)
                .hint("read fewer columns or rows through a view")
        })?;
        Ok(source::columns::document_of_lines(&self.name, text))
    }

    /// The whole of it, decoded; `from` overrides how it is read, and `layout_of`
    /// says what is known of a file of its name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] if it cannot be read to its end or decoded.
    pub(crate) fn document(
        &self,
        from: Option<Format>,
        layout_of: &dyn Fn(&str) -> Layout,
    ) -> Result<(Arc<Document>, Format)> {
        #[cfg(feature = "sql")]
        if matches!(&self.bytes, Bytes::Parts(parts) if parts.is_of_database) {
            return self.lines().map(|it| (Arc::new(it), Format::Delimited));
        }
        if let Bytes::Frame(frame) = &self.bytes {
            return Ok((Arc::new(frame.document()?), Format::Delimited));
        }
        let layout = layout_of(&self.name);
        files::decode(&self.name, self.bytes()?, from, &layout)
    }
}

impl Parts {
    /// A file that a user gives; what comes on standard input is JSON where it starts so.
    fn of_input(name: &str, file: File, size: u64) -> Self {
        let parts = Self::of_file(file, size);
        let starts_so = || {
            let mut first = [0];
            source::Parts::read_at(&parts, 0, &mut first).is_ok() && first == *b"{"
        };
        let is_json = files::is_json(name) || (name == STDIN && starts_so());
        Self { is_json, ..parts }
    }

    fn of_file(file: File, size: u64) -> Self {
        Self {
            file,
            size,
            is_of_database: false,
            is_json: false,
            sheet: None,
            #[cfg(feature = "sql")]
            asked: None,
        }
    }
}

impl source::Parts for Parts {
    #[cfg(feature = "sql")]
    fn size(&self) -> u64 {
        self.asked.as_ref().map_or(self.size, |it| it.size())
    }

    #[cfg(not(feature = "sql"))]
    fn size(&self) -> u64 {
        self.size
    }

    #[cfg(feature = "sql")]
    fn engine(&self) -> Option<&dyn source::Engine> {
        let asked = self.asked.as_deref().filter(|it| it.is_open())?;
        Some(asked)
    }

    fn is_of_database(&self) -> bool {
        self.is_of_database
    }

    fn is_json(&self) -> bool {
        self.is_json
    }

    fn sheet(&self) -> Option<&OnSheet> {
        self.sheet.as_ref()
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < into.len() {
            match read_once(&self.file, offset + filled as u64, &mut into[filled..])? {
                0 => break,
                read => filled += read,
            }
        }
        progress::read(filled as u64);
        Ok(filled)
    }

    fn handed_out(&self, records: usize) {
        progress::handed_out(records as u64);
    }
}

/// Whether a path is a stream that a shell hands over: `<(command)`.
fn is_handed_over(path: &std::path::Path) -> bool {
    ["/dev/fd/", "/proc/self/fd/", "/dev/stdin"].iter().any(|it| path.to_string_lossy().starts_with(it))
}

#[cfg(unix)]
fn read_once(file: &File, offset: u64, into: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, offset)
}

#[cfg(windows)]
fn read_once(file: &File, offset: u64, into: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, offset)
}

#[cfg(test)]
mod tests {
    use super::packed::{bzip2, gzip, zstandard};
    use super::packing::is_too_large;
    use super::*;

    fn opened(bytes: Vec<u8>) -> Result<Vec<u8>> {
        Opened::stream("t.csv.gz".to_owned(), Box::new(io::Cursor::new(bytes)))?.bytes()
    }

    fn text(rows: usize) -> Vec<u8> {
        let digit = |it: usize| u8::try_from(it * 31 % 10).unwrap() + b'0';
        (0..rows).flat_map(|it| [digit(it), b',', digit(it / 7), b'\n']).collect()
    }

    type Pack = fn(&[u8]) -> Vec<u8>;

    #[test]
    fn all_members_of_packed_files_are_unpacked() {
        let few = [(gzip as Pack, 0), (zstandard, 0), (bzip2, 0), (gzip, 10), (zstandard, 10), (bzip2, 10)];
        for (pack, rows) in few.into_iter().chain([(gzip as Pack, 700_000), (zstandard, 700_000)]) {
            let text = text(rows);
            let packed = [pack(&text), pack(&text)].concat();
            assert!(opened(packed).unwrap() == [text.clone(), text].concat(), "{rows} rows");
        }
        let text = text(700_000);
        assert!(opened(text.clone()).unwrap() == text);
    }

    #[test]
    fn a_small_packed_file_is_known_by_its_first_bytes() {
        for (pack, kind) in [(gzip as Pack, Packing::Gzip), (zstandard, Packing::Zstandard), (bzip2, Packing::Bzip2)] {
            assert_eq!(Packing::of(&pack(b"area,cases\nLund,7\n")), Some(kind));
        }
        assert_eq!(Packing::of(b"BZh"), None);
    }

    #[test]
    fn a_broken_block_is_an_error_that_names_the_line() {
        for (pack, rows) in [(gzip as Pack, 700_000), (zstandard, 700_000), (bzip2, 40_000)] {
            let packed = pack(&text(rows));
            let cut = packed[..packed.len() / 2].to_vec();
            let mut turned = packed.clone();
            turned[packed.len() / 2] ^= 0xff;
            turned[packed.len() / 2 + 1] ^= 0x55;
            for broken in [cut, turned] {
                let Err(error) = opened(broken) else { panic!("it was read") };
                let told = error.to_string();
                let line: u32 = told.split(':').nth(1).unwrap().parse().unwrap();
                assert!(told.starts_with("t.csv.gz:") && (line > 1 || rows < 50_000), "{told}");
            }
        }
    }

    #[test]
    fn a_packed_file_may_hold_much_or_be_packed_well_but_not_both() {
        assert!(is_too_large(600 << 20, 1 << 20));
        assert!(!is_too_large(600 << 20, 2 << 20) && !is_too_large(500 << 20, 1 << 10));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_disk_that_fills_is_an_error_with_a_hint() {
        let mut full = || File::options().write(true).open("/dev/full");
        let error = spool("t.csv.gz", io::Cursor::new(text(700_000)), None, &mut full).unwrap_err();
        assert!(error.to_string().contains("t.csv.gz: not enough space in "), "{error}");
        assert_eq!(error.hint_text(), Some("set TMPDIR to a folder with more space"));
    }
}
