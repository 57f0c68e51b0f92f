//! Where results go: standard output, files, and a terminal's colours.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};

use super::Color;
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::report::Look;

/// A form that results are asked for in, and where they go.
pub(super) struct Target<F> {
    pub(super) format: F,
    /// The file; standard output where there is none.
    pub(super) file: Option<String>,
}

/// Reads what `-o FORMAT[=FILE]` asks for, the first format of the list where
/// it was not given.
///
/// # Errors
///
/// [`ErrorKind::Usage`] if the list has no such format.
pub(super) fn targets<F: Copy>(outputs: &[String], known: &[(&'static str, F)]) -> Result<Vec<Target<F>>> {
    if outputs.is_empty() {
        return Ok(known.iter().take(1).map(|it| Target { format: it.1, file: None }).collect());
    }
    outputs.iter().map(|it| target(it, known)).collect()
}

fn target<F: Copy>(text: &str, known: &[(&'static str, F)]) -> Result<Target<F>> {
    let (word, file) = text.split_once('=').map_or((text, None), |it| (it.0, Some(it.1.to_owned())));
    let words = || known.iter().map(|it| it.0);
    let format = known.iter().find(|it| it.0 == word).map(|it| it.1);
    let format = format.ok_or_else(|| {
        let known = words().collect::<Vec<_>>().join(", ");
        Error::new(ErrorKind::Usage, format!("expected an output format ({known}), found \"{word}\""))
            .hint(nearest(word, words()).map_or(format!("one of {known}"), |it| format!("the nearest name is {it}")))
    })?;
    Ok(Target { format, file })
}

/// How results look: what the user asked for, whatever the format.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    pub(super) color: Color,
    pub(super) quiet: bool,
    pub(super) verbose: bool,
    /// Of a diff, also what is only printed differently.
    pub(super) text: bool,
}

/// Writes results to each target in its format; `inputs` are never written over.
///
/// # Errors
///
/// [`ErrorKind::Output`] if a target cannot be written, [`ErrorKind::Usage`]
/// if it is an input.
pub(super) fn write_each<F: Copy>(
    targets: &[Target<F>],
    wish: Wish,
    inputs: &[&str],
    write: impl Fn(F, Look, &mut Vec<u8>) -> io::Result<()>,
) -> Result<()> {
    for target in targets {
        let file = target.file.as_deref();
        let Wish { color, quiet, verbose, text } = wish;
        let look = Look { color: file.is_none() && colored(color), quiet, verbose, width: width(), text };
        let mut bytes = Vec::new();
        write(target.format, look, &mut bytes).map_err(|it| unwritten(file.unwrap_or("<stdout>"), it))?;
        spared(file, inputs)?;
        put(file, &bytes)?;
    }
    Ok(())
}

/// Tells something on standard error that is no error.
pub(super) fn aside(text: &str) {
    // A closed standard error leaves nobody to tell.
    drop(io::stderr().lock().write_all(text.as_bytes()));
}

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

/// Writes a file that is not there yet, with the folders above it, or over one where that is wanted.
///
/// # Errors
///
/// [`ErrorKind::Usage`] if the file is there, [`ErrorKind::Output`] if it cannot be written.
pub(super) fn put_new(file: &str, bytes: &[u8], force: bool) -> Result<()> {
    let path = std::path::Path::new(file);
    if path.exists() && !force {
        return Err(Error::new(ErrorKind::Usage, "the file already exists")
            .in_file(file)
            .hint("--force overwrites it; --to - prints to standard output"));
    }
    if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|it| unwritten(file, it))?;
    }
    put(Some(file), bytes)
}

/// Opens a file, or standard output where none is named, to be written bit by
/// bit; a reader of it that has gone is no error.
///
/// # Errors
///
/// [`ErrorKind::Output`] if the file cannot be made.
pub(super) fn open(file: Option<&str>) -> Result<Box<dyn Write>> {
    match file {
        None | Some("-") => Ok(Box::new(io::BufWriter::new(Patient(io::stdout())))),
        Some(file) => {
            let made = std::fs::File::create(file).map_err(|it| unwritten(file, it))?;
            Ok(Box::new(io::BufWriter::new(made)))
        }
    }
}

/// Standard output that takes no offence at a reader that has gone.
struct Patient(io::Stdout);

impl Write for Patient {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            other => other,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}

/// Checks that an output file is none of the inputs: those are never written.
///
/// # Errors
///
/// [`ErrorKind::Usage`] if it is one of them.
pub(super) fn spared(output: Option<&str>, inputs: &[&str]) -> Result<()> {
    let Some(output) = output else { return Ok(()) };
    let real = |it: &str| std::fs::canonicalize(it).ok();
    match real(output) {
        Some(file) if inputs.iter().any(|it| real(it).as_ref() == Some(&file)) => {
            Err(Error::new(ErrorKind::Usage, "refusing to overwrite an input file")
                .in_file(output)
                .hint("write to another file, then move it"))
        }
        _ => Ok(()),
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

/// The style of words on standard error that call for attention.
pub(super) fn alarm(color: Color) -> Style {
    let styled = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never,
    };
    if styled { AnsiColor::Red.on_default().bold() } else { Style::new() }
}

/// Tells an error on standard error: place, what was expected, hint.
pub(super) fn tell(error: &Error, color: Color) {
    let red = alarm(color);
    let mut out = io::stderr().lock();
    let hint = error.hint_text().map_or(String::new(), |it| format!("  hint: {it}\n"));
    // A closed standard error leaves nobody to tell.
    drop(write!(out, "{red}error{red:#}: {error}\n{hint}"));
    drop(out);
    error.others().iter().for_each(|it| tell(it, color));
}
