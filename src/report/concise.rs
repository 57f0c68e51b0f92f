//! One line a finding: `FILE:LINE:COLUMN: SEVERITY[RULE]: MESSAGE`.

use std::io::{self, Write};

use super::{Look, listed, summary};
use crate::check::Outcome;

pub(super) fn write(outcome: &Outcome, look: Look, out: &mut dyn Write) -> io::Result<()> {
    for finding in listed(outcome, look) {
        if let Some(place) = finding.places.first() {
            write!(out, "{}: ", place.at())?;
        }
        writeln!(out, "{}[{}]: {}", finding.severity.word(), finding.rule, finding.message)?;
    }
    if outcome.cut() {
        writeln!(out, "only the worst {} findings are listed; --max-findings sets how many", outcome.findings.len())?;
    }
    if look.quiet { Ok(()) } else { writeln!(out, "{}", summary(outcome)) }
}
