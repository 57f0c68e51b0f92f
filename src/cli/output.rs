//! Where results go: standard output, files, and a terminal's colours.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};

use super::Color;
use crate::error::{Error, ErrorKind, Result};

/// Prints bytes on standard output; a reader that has gone is no error.
pub(super) fn print(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(unwritten("<stdout>", error)),
        _ => Ok(()),
    }
}

/// Writes bytes to a file, or to standard output where none is named.
pub(super) fn put(file: Option<&str>, bytes: &[u8]) -> Result<()> {
    match file {
        None | Some("-") => print(bytes),
        Some(file) => std::fs::write(file, bytes).map_err(|it| unwritten(file, it)),
    }
}

pub(super) fn unwritten(file: &str, cause: io::Error) -> Error {
    Error::new(ErrorKind::Output, "could not be written").in_file(file).because(cause)
}

/// Whether text on standard output is to be coloured.
pub(super) fn colored(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
    }
}

/// How wide the terminal on standard output is, if there is one.
pub(super) fn width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    std::env::var("COLUMNS").ok()?.parse().ok().filter(|&it| it >= 40)
}

/// Tells something on standard error.
pub(super) fn warn(text: &str) {
    // A closed standard error leaves nobody to tell.
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Tells an error on standard error: place, what was expected, hint.
pub(super) fn tell(error: &Error, color: Color) {
    let styled = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never,
    };
    let red = if styled { AnsiColor::Red.on_default().bold() } else { Style::new() };
    let mut out = io::stderr().lock();
    let hint = error.hint_text().map_or(String::new(), |it| format!("  hint: {it}\n"));
    // A closed standard error leaves nobody to tell.
    drop(write!(out, "{red}error{red:#}: {error}\n{hint}"));
}
