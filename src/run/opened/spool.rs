//! Streams, held while they are small, and in a temporary file from then on.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Write as _};
use std::rc::Rc;

use super::packing::{RATIO_MAX, is_too_large};
use super::{Bytes, LARGE_BYTES, PIECE_BYTES, Parts};
use crate::error::{Error, ErrorKind, Result};
use crate::run::progress;

/// A stream that tells how much of it was read.
pub(super) struct Counted(pub(super) Box<dyn Read>, pub(super) Rc<Cell<u64>>);

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(into)?;
        self.1.set(self.1.get() + read as u64);
        progress::expect(read as u64);
        progress::read(read as u64);
        Ok(read)
    }
}

pub(crate) fn no_room(name: &str, cause: io::Error) -> Error {
    Error::new(ErrorKind::Unreadable, format!("not enough space in {} to hold it", std::env::temp_dir().display()))
        .in_file(name)
        .because(cause)
        .hint("set TMPDIR to a folder with more space")
}

/// Holds a stream while it is small, and puts it into a temporary file then;
/// `packed` is how many bytes of a packed one were taken so far.
pub(super) fn spool(
    name: &str,
    mut stream: impl Read,
    packed: Option<&Cell<u64>>,
    make: &mut dyn FnMut() -> io::Result<File>,
) -> Result<Bytes> {
    let (mut held, mut lines) = (Vec::new(), 1);
    let mut file: Option<File> = None;
    let mut size = 0_u64;
    let mut piece = vec![0; PIECE_BYTES];
    let unwritten = |it| no_room(name, it);
    loop {
        let read = match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(it) => it,
            Err(it) if it.kind() == io::ErrorKind::Interrupted => continue,
            Err(it) => {
                let message = "could not be read or unpacked to the end; it ended in this line";
                return Err(Error::new(ErrorKind::Unreadable, message).at(name, lines, 0).because(it));
            }
        };
        let piece = &piece[..read];
        size += read as u64;
        if packed.is_some_and(|it| is_too_large(size, it.get())) {
            let message = format!("unpacks to more than {} MB, {RATIO_MAX} times its size", size >> 20);
            let error = Error::new(ErrorKind::Unreadable, message).in_file(name);
            return Err(error.hint("if this is expected, unpack it first"));
        }
        lines = lines.saturating_add(u32::try_from(memchr::memchr_iter(b'\n', piece).count()).unwrap_or(u32::MAX));
        if let Some(file) = &mut file {
            file.write_all(piece).map_err(unwritten)?;
            continue;
        }
        held.extend_from_slice(piece);
        if size >= LARGE_BYTES {
            let mut made = make().map_err(unwritten)?;
            made.write_all(&std::mem::take(&mut held)).map_err(unwritten)?;
            file = Some(made);
        }
    }
    if file.is_some() {
        progress::expect(size);
    }
    Ok(file.map_or(Bytes::Held(held), |file| Bytes::Parts(Parts::of_input(name, file, size))))
}
