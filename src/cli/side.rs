//! How the editions that are compared are read.

use std::path::PathBuf;

use clap::Args;

use super::{From, LayoutArgs};
use crate::error::Result;
use crate::run::Reading;
use crate::run::sides::Reader;

/// How the editions that are compared are read.
#[derive(Clone, Debug, Args)]
pub(super) struct SideArgs {
    /// Rule file, or folder of rule files [default: `rules`, found upwards]
    #[arg(long, value_name = "DIR|FILE")]
    rules: Option<PathBuf>,
    /// Folder of snapshots [default: `snapshots`, found upwards]
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// The dataset that every input belongs to
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
    /// Language tag for the number style: en, de, fr-CH
    #[arg(long, value_name = "TAG")]
    locale: Option<String>,
    #[command(flatten)]
    layout: LayoutArgs,
    /// How to read inputs [default: by file name and content]
    #[arg(long, value_name = "FORMAT")]
    from: Option<From>,
}

impl SideArgs {
    /// What is asked for.
    pub(super) fn reading(&self) -> Result<Reading> {
        Ok(Reading {
            rules: self.rules.clone(),
            snapshots: self.snapshots.clone(),
            dataset: self.dataset.clone(),
            locale: self.locale.clone(),
            layout: self.layout.layout()?,
            from: self.from.map(From::format),
            ..Reading::default()
        })
    }

    /// Who reads editions so.
    pub(super) fn reader(&self) -> Result<Reader> {
        Reader::new(&self.reading()?)
    }
}
