//! `crossfoot review`: goes through new editions and findings, one by one.
//!
//! `session` is the conversation, over any input and output; `correct` notes
//! corrections for the source; `earlier` shows
//! what an edition is compared with.

mod correct;
mod earlier;
mod session;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;

use super::accepting::{self, Checked};
use super::{Color, Exit, Reading, load_rules, output};
use crate::error::{Error, ErrorKind, Result};
use crate::run::check::refuse_on;
use crate::snapshot::{self, Change, Lock, Proposal};
use session::Session;

#[derive(Debug, Args)]
pub(super) struct ReviewArgs {
    /// Files, folders or patterns
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    /// Name of the person who accepts [default: `CROSSFOOT_BY`, else git's user.name, else nobody]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// File for corrections to send to the source; `crossfoot patch FILE --corrections` applies them to a copy
    #[arg(long, value_name = "FILE", default_value = "corrections.csv")]
    corrections: PathBuf,
    /// Severity from which findings need a waiver: error, warning, note, never
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: String,
}

pub(super) fn run(args: &ReviewArgs, color: Color) -> Result<Exit> {
    let fail_on = refuse_on(&args.fail_on)?;
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        let paths = args.paths.join(" ");
        let error = Error::new(ErrorKind::Usage, "expected a terminal, found none")
            .hint(format!("`crossfoot accept {paths} --waive ID --reason TEXT` does the same without asking"));
        output::tell(&error, color);
        // Nothing is wrong with the flags: the editions are still to be looked at.
        return Ok(Exit::Findings);
    }
    let datasets = load_rules(args.reading.ground.rules.as_deref())?;
    let folder = snapshot::find_folder(args.reading.ground.snapshots.as_deref());
    let checked = accepting::checked(&args.paths, &args.reading, &datasets, &folder, color)?;
    let Some(Checked { outcome, proposals, past, mut sources, today }) = checked else { return Ok(Exit::Failed) };
    let (mut waiting, mut before) = (Vec::new(), Vec::new());
    for proposal in proposals {
        let files = sources.of(&proposal, &outcome)?;
        let text = snapshot::write(&proposal.snapshot(files.clone()));
        if snapshot::standing(&folder, &proposal.file, &text)? != Change::Unchanged {
            before.push((files, std::fs::read(folder.join(&proposal.file)).ok()));
            waiting.push(proposal);
        }
    }
    let mut save = |at: usize, proposal: &Proposal| {
        let (files, standing) = &before[at];
        let text = snapshot::write(&proposal.snapshot(files.clone()));
        let change = save_over(&folder, &proposal.file, standing.as_deref(), &text)?;
        Ok(format!("{}: {}", accepting::shown(&folder, &proposal.file), super::accept::word(change)))
    };
    let by = accepting::author(args.by.as_deref());
    let noting = by.clone();
    let mut keep = |proposal: &Proposal, noted: &[correct::Noted]| {
        correct::keep(&args.corrections, proposal, noted, noting.as_deref(), today)
    };
    let session = Session {
        input: &mut io::stdin().lock(),
        out: &mut io::stdout(),
        color: output::colored(color),
        fail_on,
        outcome: &outcome,
        past: &past,
        today,
        by,
        rest: None,
    };
    let left = session.run(&mut waiting, &mut save, &mut keep)?;
    Ok(if left > 0 { Exit::Findings } else { Exit::Clean })
}

/// Replaces a snapshot, if it is still what it was when the review began.
fn save_over(folder: &Path, file: &str, before: Option<&[u8]>, text: &str) -> Result<Change> {
    let lock = Lock::take(folder, "crossfoot review")?;
    if std::fs::read(folder.join(file)).ok().as_deref() != before {
        return Err(accepting::changed(&accepting::shown(folder, file)));
    }
    snapshot::replace(&lock, file, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_wrote_meanwhile_is_not_replaced() {
        let folder = std::env::temp_dir().join(format!("crossfoot-review-{}", std::process::id()));
        assert_eq!(save_over(&folder, "d/x.snap", None, "1").unwrap(), Change::New);
        let error = save_over(&folder, "d/x.snap", None, "2").unwrap_err();
        assert_eq!(error.message(), "changed while it was being checked");
        assert_eq!(save_over(&folder, "d/x.snap", Some(b"1"), "2").unwrap(), Change::Changed);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
