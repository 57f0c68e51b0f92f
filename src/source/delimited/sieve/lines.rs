//! Line breaks, and whether bytes are text.

use super::Stop;

/// Checks that bytes are text, going on from where it checked last.
#[derive(Default)]
pub(super) struct Text {
    pub(super) at: usize,
}

impl Text {
    /// Checks them up to the end of a record, and counts their line breaks.
    pub(super) fn check(&mut self, bytes: &[u8], end: usize, lines: &mut Lines) -> Result<u64, Stop> {
        let read = &bytes[self.at..end];
        self.at = end;
        let is_text = read.is_ascii() || std::str::from_utf8(read).is_ok();
        if !is_text || memchr::memchr(0, read).is_some() {
            return Err(Stop::NotText);
        }
        Ok(lines.before(bytes, end))
    }
}

/// Counts line breaks, going on from where it counted last.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) at: usize,
    pub(super) count: u64,
}

impl Lines {
    pub(super) fn before(&mut self, bytes: &[u8], at: usize) -> u64 {
        if at >= self.at {
            self.count += breaks(&bytes[self.at..at]);
            self.at = at;
            return self.count;
        }
        self.count - breaks(&bytes[at..self.at])
    }
}

/// How many line breaks bytes hold: `\n`, `\r\n`, or lone `\r`.
pub(crate) fn breaks(bytes: &[u8]) -> u64 {
    let count = memchr::memchr_iter(b'\n', bytes).count();
    let lone = memchr::memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n')).count();
    (count + lone) as u64
}
