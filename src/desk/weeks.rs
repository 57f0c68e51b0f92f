//! Editions that are accepted: the same snapshots that `accept` writes.

use super::checked::given;
use super::state::State;
use crate::error::{Error, ErrorKind, Result};
use crate::finding::Severity;
use crate::snapshot::{self, Source};

/// A snapshot to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its file, below the folder of snapshots.
    pub file: String,
    /// All of it.
    pub text: String,
}

impl State {
    /// The snapshots of the editions on the desk, with what was said to be right in them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] where an edition has errors that are not settled,
    /// where figures were corrected, and as [`snapshot::propose`].
    pub fn to_accept(&self) -> Result<Vec<Kept>> {
        let usage = |message: String| Error::new(ErrorKind::Usage, message);
        let (outcome, setting) = (&self.tables.outcome, &self.setting);
        let mut proposals = snapshot::propose(outcome, setting.own(), &self.work.accepted, setting.today)?;
        if proposals.is_empty() {
            return Err(usage("there is no edition on the desk".to_owned()));
        }
        let mut kept = Vec::new();
        for proposal in &mut proposals {
            if let Some(it) = self.work.changes.iter().find(|it| proposal.files.contains(&it.file)) {
                return Err(usage(format!("{} has corrections that the source has not made", it.file)).hint(
                    "an edition is kept as published; undo the corrections, or accept the corrected file when it \
                     arrives",
                ));
            }
            for (finding, waiver) in &mut proposal.findings {
                let known = self.work.waived.iter().find(|it| it.id == finding.id);
                *waiver = waiver.take().or_else(|| known.cloned());
            }
            let open = proposal.refused_by(Some(Severity::Error)).count();
            if open > 0 {
                let errors = if open == 1 { "1 error is".to_owned() } else { format!("{open} errors are") };
                return Err(usage(format!("{errors} not settled in {}", proposal.name())));
            }
            let source = |it: &String| given(&self.work, it).map(|it| it.source.clone());
            let sources: Vec<Source> = proposal.files.iter().filter_map(source).collect();
            kept.push(Kept { file: proposal.file.clone(), text: snapshot::write(&proposal.snapshot(sources)) });
        }
        Ok(kept)
    }
}
