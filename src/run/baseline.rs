//! Baseline files.

use std::path::Path;

use super::files;
use crate::check::Baseline;
use crate::error::{Error, ErrorKind, Result};

/// Reads a baseline file.
pub(crate) fn read(file: &str) -> Result<Baseline> {
    let bytes = std::fs::read(file).map_err(|it| {
        let kind = if it.kind() == std::io::ErrorKind::NotFound { ErrorKind::NotFound } else { ErrorKind::Unreadable };
        Error::new(kind, "cannot read the baseline")
            .in_file(files::shown(Path::new(file)))
            .hint("`crossfoot baseline write FILE PATH` writes one")
            .because(it)
    })?;
    Baseline::read(file, &bytes)
}
