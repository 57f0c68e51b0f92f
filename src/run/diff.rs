//! What `diff` does: one edition against another.

use super::memory::Memory;
use super::sides::{Reader, Sided, one_stdin};
use super::{Reading, Source, large};
use crate::check;
use crate::diff::{self, Diff, Options};
use crate::error::{Error, ErrorKind, Result};
use crate::table::{Decimal, NumberStyle, Table, read_figure};

/// How two editions are compared.
#[derive(Clone, Debug, Default)]
pub struct DiffOptions {
    /// How the editions are read, and what they are held against.
    pub reading: Reading,
    /// The columns that name a row; else as declared, or inferred.
    pub key: Vec<String>,
    /// Differences that do not count: `COLUMN=NUMBER`.
    pub tolerances: Vec<String>,
    /// How much memory large files may take, about, in bytes.
    pub memory: Option<u64>,
}

/// What is asked of a diff beside its changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wants {
    /// What is only printed otherwise: `patch` reads it.
    pub(crate) print: bool,
    /// The tables, with their changed cells.
    pub(crate) tables: bool,
}

/// Compares two editions: what was added, removed and changed, by key.
///
/// ```
/// use crossfoot::run::{DiffOptions, Source, diff};
///
/// let week = Source::Path("docs/data/veneto.csv".to_owned());
/// assert!(diff(&week, &week, &DiffOptions::default())?.is_empty());
/// # Ok::<(), crossfoot::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::NotFound`] for an edition that is not there,
/// [`ErrorKind::Usage`] for a key or a tolerance that cannot be used, and what
/// [`load_rules`](super::load_rules) says of a rule file.
pub fn diff(old: &Source, new: &Source, options: &DiffOptions) -> Result<Diff> {
    one_stdin(&[old.name(), new.name()])?;
    let reader = Reader::new(&options.reading)?;
    let tolerance = options.tolerances.iter().map(|it| tolerance(it)).collect::<Result<Vec<_>>>()?;
    let asked = Options { key: options.key.clone(), tolerance, values_only: false };
    if let (Source::Path(old), Source::Path(new)) = (old, new) {
        let memory = options.memory.map(Memory::of_bytes);
        if let Some(diff) = large::differ(&reader, (old, new), &asked, (memory, false), &mut |_| Ok(()))? {
            return Ok(diff);
        }
    }
    let wants = Wants { print: false, tables: true };
    compare(reader.side(old)?, reader.side(new)?, &reader, &asked, wants)
}

/// What differs, with what the editions before the new one make of it.
pub(crate) fn compare(mut old: Sided, new: Sided, reader: &Reader, options: &Options, wants: Wants) -> Result<Diff> {
    let mut diff = differ(&mut old, &new, reader, options)?;
    if let (Some(old), Some(new), true) = (old.source(), new.source(), wants.print) {
        diff.print = diff::print(old, new, &diff)?;
    }
    let past = if diff.is_empty() { None } else { Some(reader.past(&new)?) };
    let (old, new) = (old.edition(), new.edition());
    if let Some((past, calendar)) = past {
        diff::judge(&mut diff, &old, &new, &past, &calendar);
    }
    lay_out(&mut diff, (&old.tables, &new.tables), wants);
    Ok(diff)
}

/// Lays the tables out for formats that show them, once their changes stand in order.
pub(crate) fn lay_out(diff: &mut Diff, (old, new): (&[Table], &[Table]), wants: Wants) {
    if wants.tables {
        diff.laid = diff::lay_out(diff, old, new);
    }
}

pub(crate) fn differ(old: &mut Sided, new: &Sided, reader: &Reader, options: &Options) -> Result<Diff> {
    old.align(&new.names());
    let options = Options { values_only: old.is_snapshot || new.is_snapshot, ..options.clone() };
    let mut diff = diff::diff((old.side.clone(), &old.tables), (new.side.clone(), &new.tables), &options)?;
    check::relate(&mut diff, &old.tables, &new.tables);
    diff.aliases = reader.aliases(&diff);
    Ok(diff)
}

/// Reads `COLUMN=NUMBER`.
pub(crate) fn tolerance(text: &str) -> Result<(String, Decimal)> {
    let number = |it: &str| read_figure(it, NumberStyle::ENGLISH, None).ok().map(|it| it.value);
    let read = text.rsplit_once('=').and_then(|it| Some((it.0.to_owned(), number(it.1)?)));
    read.filter(|it| !it.0.is_empty() && it.1.units >= 0).ok_or_else(|| {
        let message = format!("expected COLUMN=NUMBER as a tolerance, found \"{text}\"");
        Error::new(ErrorKind::Usage, message).hint("the number is a decimal of at least 0, as in rate=0.5")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tolerance_is_an_exact_decimal_of_a_column() {
        let read = |text| tolerance(text).ok();
        assert_eq!(read("rate=0.50"), Some(("rate".to_owned(), Decimal { units: 50, exponent: -2 })));
        assert_eq!(read("a=b=1"), Some(("a=b".to_owned(), Decimal::whole(1))));
        assert_eq!([read("rate"), read("rate=x"), read("=1"), read("rate=-1")], [None, None, None, None]);
    }
}
