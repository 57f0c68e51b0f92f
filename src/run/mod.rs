//! What a command does, apart from the terminal: it opens what a user names, reads rule
//! files and snapshots, and asks the modules above.
//!
//! - `files`, `opened`, `pdf`, `database`, `git`, `frames`: what is read, and from where
//! - `rules`, `baseline`, `memory`, `progress`: what a run is given beside, and how far it is
//! - `sides`, `large`, `editions`: files that belong together
//! - one file a command: `check`, `diff`, `article`, `suggest`, `history`

pub(crate) mod article;
pub(crate) mod baseline;
pub(crate) mod check;
pub(crate) mod database;
pub(crate) mod diff;
pub(crate) mod editions;
pub(crate) mod files;
pub(crate) mod git;
pub(crate) mod history;
pub(crate) mod large;
pub(crate) mod memory;
pub(crate) mod opened;
mod pdf;
pub(crate) mod progress;
pub(crate) mod rules;
pub(crate) mod sides;
pub(crate) mod suggest;

use std::path::PathBuf;

use crate::check::Loaded;
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Dataset;
use crate::source::{Format, Frame};
use crate::table::{Layout, Period, Pin};

pub use self::article::{ArticleOptions, article};
pub use self::check::{CheckOptions, check};
pub use self::database::Address;
#[cfg(feature = "sql")]
pub(crate) use self::database::use_drivers;
pub use self::diff::{DiffOptions, diff};
pub use self::files::{Input, collect};
pub use self::history::{Detector, HistoryOptions, history};
pub use self::rules::load_rules;
pub use self::suggest::{SuggestOptions, Suggested, suggest};

/// What a caller names or hands over to be read.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file, a folder, a pattern, `-` for standard input, or a table of a database.
    Path(String),
    /// A table in memory.
    Frame(Frame),
}

impl Source {
    /// Everything that they name, each once, but for the files that are left out.
    fn inputs(sources: &[Self], left_out: &[PathBuf]) -> Result<Vec<Input>> {
        let (mut paths, mut inputs) = (Vec::new(), Vec::new());
        for it in sources {
            match it {
                Self::Path(path) => paths.push(path.clone()),
                Self::Frame(frame) => inputs.push(Input::Frame(frame.clone())),
            }
        }
        inputs.extend(files::collect_but(&paths, left_out)?);
        Ok(inputs)
    }

    /// It as the caller named it.
    fn name(&self) -> &str {
        match self {
            Self::Path(path) => path,
            Self::Frame(frame) => frame.name(),
        }
    }
}

/// What inputs are held against, and how they are read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The rule file, or the folder of rule files; else the nearest folder `rules` upwards.
    pub rules: Option<PathBuf>,
    /// The folder of accepted editions; else the nearest folder `snapshots` upwards.
    pub snapshots: Option<PathBuf>,
    /// The dataset that every input belongs to.
    pub dataset: Option<String>,
    /// The period of every input: `2005-02-23/2005-03-01`, `2021-12`, `2021-Q4`.
    pub edition: Option<String>,
    /// The language tag of the number style: `en`, `de`, `fr-CH`.
    pub locale: Option<String>,
    /// How files are printed, as far as the caller says it.
    pub layout: Layout,
    /// The only table to read of each file.
    pub table: Option<String>,
    /// Readings of glued rows that are settled.
    pub pins: Vec<Pin>,
    /// How inputs are read; else by file name and content.
    pub from: Option<Format>,
}

impl Reading {
    /// What a check is asked to do, as far as reading goes.
    ///
    /// A rule file that is named is the rule file of every input.
    pub(crate) fn options(&self, datasets: &[Dataset]) -> Result<crate::check::Options> {
        let usage = |message: String| Error::new(ErrorKind::Usage, message);
        let edition = match &self.edition {
            None => None,
            Some(it) => Some(Period::parse(it).ok_or_else(|| {
                usage(format!("expected a period as the edition, found \"{it}\"")).hint(
                    "a period is START/END, a day, a week (2020-W53), a month (2021-12), a quarter (2021-Q4) or a year",
                )
            })?),
        };
        known_locale(self.locale.as_deref())?;
        let named = datasets.first().filter(|_| self.rules.as_ref().is_some_and(|it| it.is_file()));
        Ok(crate::check::Options {
            dataset: self.dataset.clone().or_else(|| named.map(|it| it.name.clone())),
            edition,
            locale: self.locale.clone(),
            layout: self.layout.clone(),
            table: self.table.clone(),
            pins: self.pins.clone(),
            // A folder that is not there yet is made by `accept`.
            accepted: crate::snapshot::all(&crate::snapshot::find_folder(self.snapshots.as_deref()), datasets)?.into(),
            today: Some(today()),
            ..crate::check::Options::default()
        })
    }
}

/// Checks that some input prints every row that is pinned: a misspelled row
/// would settle nothing, silently.
pub(crate) fn check_pins(pins: &[Pin], loaded: &[Loaded]) -> Result<()> {
    let Some(unused) = pins.iter().find(|pin| !loaded.iter().any(|it| it.is_pinned(pin))) else { return Ok(()) };
    let message = format!("no row prints \"{}\" before {}", unused.row, unused.cells.join(", "));
    Err(Error::new(ErrorKind::Usage, message)
        .hint("--pin takes the label and the cells of an unclear row of a page, as printed"))
}

/// Checks that numbers can be read as a language tag says, where one is given.
pub(crate) fn known_locale(tag: Option<&str>) -> Result<()> {
    match tag {
        Some(tag) if crate::table::NumberStyle::of_locale(tag).is_none() => {
            let message = format!("unknown locale \"{tag}\"");
            Err(Error::new(ErrorKind::Usage, message)
                .hint("known locales are en, de, fr, it, es, ru, de-CH, en-IN and similar ones"))
        }
        _ => Ok(()),
    }
}

/// The day by the system clock, in UTC.
pub(crate) fn today() -> jiff::civil::Date {
    let seconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |it| i64::try_from(it.as_secs()).unwrap_or(0));
    let epoch = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
    epoch.saturating_add(jiff::SignedDuration::from_secs(seconds)).date()
}
