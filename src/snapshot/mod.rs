//! Accepted editions: what they hold, and where they are kept.
//!
//! `write` specifies the form of a snapshot, `read` and `front` read it back;
//! `store` finds, lists and replaces the files; `propose` says what would be
//! kept of a checked edition, and what stands against it; `stale` finds
//! waivers that are no longer needed.

mod front;
mod propose;
mod read;
mod stale;
mod store;
mod write;

pub use propose::{Proposal, Terms, propose};
pub use read::{open, read};
pub use stale::{Stale, stale};
pub use store::{Change, Lock, all, all_whole, find_folder, replace, standing};
pub use write::write;

use crate::check::Accepted;
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Dataset;
use crate::table::Period;

/// How the names of snapshot files end.
pub const EXTENSION: &str = "snap";

/// The version of the format that this program writes, and the newest it reads.
pub const FORMAT_VERSION: i64 = 1;

/// All that a snapshot file says.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The edition, and what was accepted in it.
    pub accepted: Accepted,
    /// The files that it was read from.
    pub sources: Vec<Source>,
    /// The line of each waiver; empty where the snapshot was not read from a file.
    pub waiver_lines: Vec<u32>,
}

/// A file that an edition was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name, without folders: they differ from machine to machine.
    pub file: String,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

impl Source {
    /// A source of a name with these bytes.
    pub fn of(file: &str, bytes: &[u8]) -> Self {
        use sha2::{Digest, Sha256};
        let sha256 = Sha256::digest(bytes).iter().fold(String::new(), |text, it| text + &format!("{it:02x}"));
        Self { file: file.rsplit('/').next().unwrap_or(file).to_owned(), sha256 }
    }
}

/// The file of an edition in the folder of snapshots: the dataset, then the
/// first day of the period, or `current` for a dataset without periods.
///
/// # Errors
///
/// [`ErrorKind::Usage`] where the dataset has periods and the edition's is not known.
pub fn file_of(dataset: &Dataset, period: Option<Period>) -> Result<String> {
    if period.is_none() && (dataset.cadence.is_some() || dataset.period.is_some()) {
        let message = format!("the period of this edition of {} is not known", dataset.name);
        return Err(Error::new(ErrorKind::Usage, message).hint("set the period with --edition START/END"));
    }
    Ok(file_named(&dataset.name, period))
}

/// The file where an accepted edition belongs in the folder of snapshots.
pub fn file_at(accepted: &Accepted) -> String {
    file_named(&accepted.dataset, accepted.edition.period)
}

fn file_named(dataset: &str, period: Option<Period>) -> String {
    let name = period.map_or("current".to_owned(), |it| it.start.to_string());
    format!("{dataset}/{name}.{EXTENSION}")
}

#[cfg(test)]
mod tests;
