//! The text of PDF files, as pdftotext of Poppler lays it out.
//!
//! A PDF file says where signs stand on a sheet of paper, and knows no tables.
//! `pdftotext -layout` puts them into lines again, columns by position, which the
//! reader of pages takes. It is run where it is installed, and nothing is guessed
//! where it is not.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use crate::error::{Error, ErrorKind, Result};

/// What PDF files start with; those that are named so have it within so many bytes.
const MAGIC: &[u8] = b"%PDF-";
const START_BYTES: usize = 1024;
/// More text is that of no table.
const TEXT_BYTES_MAX: u64 = 256 << 20;

/// Whether bytes are those of a PDF file, which may be named so: other text may speak of such files.
pub(crate) fn is_pdf(bytes: &[u8], is_named_so: bool) -> bool {
    let start = if is_named_so { START_BYTES } else { MAGIC.len() };
    memchr::memmem::find(&bytes[..bytes.len().min(start)], MAGIC).is_some()
}

/// The text of a PDF file, page below page.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] if pdftotext is not installed or cannot read the
/// file, and if the file holds no text.
pub(crate) fn text(name: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    let unread = |message: &str| Error::new(ErrorKind::Unreadable, message).in_file(name);
    let unkept = |it| unread("could not be passed to pdftotext").because(it);
    let mut file = tempfile::NamedTempFile::new().map_err(unkept)?;
    file.write_all(bytes).map_err(unkept)?;
    let mut command = Command::new("pdftotext");
    command.args(["-layout", "-enc", "UTF-8", "-eol", "unix"]).arg(file.path()).arg("-");
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = child.map_err(|it| {
        unread("reading PDF files needs pdftotext, which could not be started").because(it).hint(
            "install pdftotext (poppler-utils), convert the file to text with another program and check it with --from \
             page, or save the table as CSV",
        )
    })?;
    let mut text = Vec::new();
    let stdout = child.stdout.take().expect("it was asked for");
    let read = stdout.take(TEXT_BYTES_MAX + 1).read_to_end(&mut text);
    if text.len() as u64 > TEXT_BYTES_MAX {
        // What is not read any more would keep it waiting.
        drop(child.kill());
        drop(child.wait());
        return Err(unread("contains more than 256 MB of text").hint("extract the pages with the table"));
    }
    let ended = read.and_then(|_| child.wait()).map_err(unkept)?;
    if !ended.success() {
        return Err(unread("pdftotext could not read this PDF file")
            .hint("it may be damaged or password-protected; save the table as CSV"));
    }
    if text.iter().all(|it| it.is_ascii_whitespace() || *it == PAGE_END) {
        return Err(unread("this PDF file has no text, only images")
            .hint("run OCR on it first (ocrmypdf), or copy the table by hand"));
    }
    // A page begins a line of its own.
    text.iter_mut().filter(|it| **it == PAGE_END).for_each(|it| *it = b'\n');
    Ok(text)
}

/// What stands between pages.
const PAGE_END: u8 = 0x0C;
