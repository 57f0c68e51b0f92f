//! Annotations of GitHub's workflow commands: `::error file=…,line=…::message`.
//!
//! A step shows ten of each severity: the worst are written first, and the
//! last line says how many there are in all. A run in which not all was judged
//! says so in a notice.

use std::io::{self, Write};

use super::verdict::{summary, verdict};
use crate::check::{Outcome, RunVerdict};
use crate::finding::{Finding, Severity, Status};

/// What a step shows of each severity.
const SHOWN: usize = 10;
/// Longer messages are cut: an annotation is a line or two.
const MESSAGE_MAX: usize = 2_000;

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let mut of: Vec<&Finding> =
            outcome.findings.iter().filter(|it| it.severity == severity && it.status != Status::Waived).collect();
        of.sort_by_key(|it| it.status == Status::Known);
        for it in of.iter().take(SHOWN) {
            annotation(it, out)?;
        }
    }
    if matches!(outcome.verdict(), RunVerdict::NotChecked | RunVerdict::PassedInPart) {
        writeln!(out, "::notice title=crossfoot::{}", data(&verdict(outcome)))?;
    }
    writeln!(out, "{}", data(&summary(outcome)))
}

fn annotation(it: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let command = match it.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    write!(out, "::{command} ")?;
    if let Some(place) = it.places.first() {
        write!(out, "file={}", property(&place.file))?;
        if place.has_line() {
            let (start, end) = (place.column_start.max(1), place.column_end.saturating_sub(1).max(place.column_start));
            write!(out, ",line={line},endLine={line},col={start},endColumn={end}", line = place.line)?;
        }
        write!(out, ",")?;
    }
    // Where there are no lines, the cell is told in words.
    let unlined = it.places.first().filter(|it| it.line > 0 && !it.has_line());
    let cell = unlined.map_or(String::new(), |it| format!("{}: ", it.at()));
    let hint = it.hint.as_ref().map_or(String::new(), |it| format!("\nhint: {it}"));
    writeln!(
        out,
        "title={}::{}",
        property(&it.rule),
        data(&format!("{cell}{}{hint}", it.message.chars().take(MESSAGE_MAX).collect::<String>()))
    )
}

/// The text of a command: what would end its line is escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_starts_another_command() {
        assert_eq!(data("50%\n::error::no"), "50%25%0A::error::no");
        assert_eq!(property("a,b:c"), "a%2Cb%3Ac");
    }
}
