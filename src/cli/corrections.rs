//! The file in which corrections are noted, read again.

use std::path::Path;

use super::output;
use super::sides::Sided;
use crate::diff::{self, Diff, Noted};
use crate::error::{Error, ErrorKind, Result};

/// The corrections of a file of them that are of one edition, as a diff.
pub(super) fn of(file: &str, old: &Sided) -> Result<Diff> {
    let unread = |it: csv::Error| Error::new(ErrorKind::Unreadable, "could not be read").in_file(file).because(it);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(file).map_err(unread)?;
    let heading = reader.headers().map_err(unread)?.clone();
    let column = |name: &str| {
        heading.iter().position(|it| it == name).ok_or_else(|| {
            Error::new(ErrorKind::Usage, format!("expected a column \"{name}\", found none"))
                .in_file(file)
                .hint("`crossfoot review` and `crossfoot desk` write such files")
        })
    };
    let (place, printed, meant) = (column("place")?, column("printed")?, column("correction")?);
    let (mut noted, mut others) = (Vec::new(), 0);
    for record in reader.records() {
        let record = record.map_err(unread)?;
        let cell = |at: usize| record.get(at).unwrap_or("").to_owned();
        let it = Noted { place: cell(place), printed: cell(printed), meant: cell(meant) };
        if is_of(&it.place, &old.side.name) { noted.push(it) } else { others += 1 }
    }
    if noted.is_empty() {
        return Err(Error::new(ErrorKind::Usage, format!("expected corrections of {}, found none", old.side.name))
            .in_file(file));
    }
    let diff = diff::corrected(&old.tables, &noted).map_err(|it| it.in_file(file))?;
    let made: usize = diff.tables.iter().map(|it| it.changes.len()).sum();
    let figures = if made == 1 { "1 figure".to_owned() } else { format!("{made} figures") };
    let rest = if others > 0 { format!("; {others} for other files skipped") } else { String::new() };
    output::aside(&format!("{figures} corrected in the copy{rest}\n"));
    Ok(diff)
}

/// Whether a place is in a file: by its name, wherever its folder stands now.
fn is_of(place: &str, file: &str) -> bool {
    let name = Path::new(file).file_name().map_or(file.into(), |it| it.to_string_lossy());
    let ends =
        |it: &(usize, &str)| Path::new(&place[..it.0]).file_name().is_some_and(|it| it.to_string_lossy() == name);
    place.match_indices(':').any(|it| ends(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_in_the_file_of_its_name() {
        assert!(is_of("in/week.csv:6:17", "week.csv") && is_of("week.csv:6:17", "C/week.csv"));
        assert!(is_of("book.xlsx:Sheet!C8", "x/book.xlsx"));
        assert!(!is_of("week.csv:6:17", "week2.csv") && !is_of("week.csv", "week.csv"));
    }
}
