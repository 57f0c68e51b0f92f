//! Files that are not held as they are: too large, or packed.

use super::{Engine, Frame, OnSheet};

/// A file whose parts can be read in any order, by many threads at once.
pub trait Parts: Sync {
    /// How many bytes it has.
    fn size(&self) -> u64;

    /// Reads at an offset as much as fits, and says how much that was; less
    /// only at the end.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> std::io::Result<usize>;

    /// Whether it is the text of a database's table, which was written here.
    fn is_of_database(&self) -> bool {
        false
    }

    /// Whether it is JSON, by its name or because somebody says so.
    fn is_json(&self) -> bool {
        false
    }

    /// The sheet whose lines it has, as `source::workbook::as_lines` wrote them here.
    fn sheet(&self) -> Option<&OnSheet> {
        None
    }

    /// The engine that holds its rows, where no more than the first are here.
    fn engine(&self) -> Option<&dyn Engine> {
        None
    }

    /// The table in memory that it stands for.
    fn frame(&self) -> Option<&Frame> {
        None
    }

    /// Is told that so many more records are to be looked at.
    fn handed_out(&self, _records: usize) {}
}

/// The name of a file without what it is packed with.
///
/// ```
/// use crossfoot::source::unpacked;
///
/// assert_eq!(unpacked("week.csv.gz"), "week.csv");
/// assert_eq!(unpacked("week.csv"), "week.csv");
/// ```
pub fn unpacked(name: &str) -> &str {
    let stem = |ending: &&str| {
        let at = name.len().checked_sub(ending.len())?;
        (at > 0 && name.get(at..)?.eq_ignore_ascii_case(ending)).then(|| &name[..at])
    };
    [".gz", ".zst", ".bz2"].iter().find_map(stem).unwrap_or(name)
}
