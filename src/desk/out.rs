//! What leaves the desk: the report, the corrected copy, corrections, questions.

use super::checked::{given, together};
use super::given::Change;
use super::state::State;
use crate::check::Loaded;
use crate::error::{Error, ErrorKind, Result};
use crate::report::{Format, Look};
use crate::source::workbook::Copy;

const HEADING: &str = "place,table,row,column,printed,correction,rule,by,noted\n";

impl State {
    /// A report of all that is on the desk, with what was decided.
    pub fn report(&self, format: Format) -> Vec<u8> {
        let mut outcome = together(&self.setting, &self.work);
        outcome.decided = self.decided();
        let mut out = Vec::new();
        // Writing into memory does not fail.
        drop(format.write(&outcome, Look::default(), &mut out));
        out
    }

    /// A file with the corrections in it, every other byte as given; of a workbook, every
    /// other cell and part.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] where there is no such file, where its form has no copy, and
    /// where a cell cannot show what it is to show.
    pub fn copy(&self, file: &str) -> Result<Copy> {
        let changes: Vec<&Change> = self.work.changes.iter().collect();
        let gone = || Error::new(ErrorKind::Usage, "this file no longer exists").in_file(file);
        given(&self.work, file).ok_or_else(gone)?.copy(&changes)
    }

    /// The corrections as a table for the source.
    pub fn corrections(&self) -> String {
        let mut text = HEADING.to_owned();
        for it in &self.work.changes {
            let by = self.setting.by.clone().unwrap_or_default();
            let [table, row, column] = &it.cell;
            let day = self.setting.today.to_string();
            let cells = [&it.at, table, row, column, &it.from, &it.to, &it.rule, &by, &day];
            text.push_str(&cells.map(|it| quoted(it)).join(","));
            text.push('\n');
        }
        text
    }

    /// The questions for the source, as the text of a letter.
    pub fn questions(&self) -> String {
        let numbered = self.work.asked.iter().enumerate().map(|(at, it)| format!("{}. {}\n", at + 1, it.text));
        numbered.collect()
    }

    /// The files that no rule file claims, as they were read: a rule file can be made of them.
    pub fn without_rules(&self) -> Vec<Loaded> {
        self.tables.loaded.iter().filter(|it| it.input.dataset.is_none()).cloned().collect()
    }

    pub(super) fn correction_lines(&self) -> Vec<String> {
        let line = |it: &Change| format!("{}: {} for {}", it.cell.join(", "), it.to, it.from);
        self.work.changes.iter().map(line).collect()
    }

    /// What was decided, a sentence each.
    fn decided(&self) -> Vec<String> {
        let day = |it: Option<jiff::civil::Date>| it.map_or(String::new(), |it| format!(", until {it}"));
        let waived = self.work.waived.iter().map(|it| {
            let by = it.by.as_ref().map_or(String::new(), |it| format!(" by {it}"));
            format!("{} is right as it is: {}{by}{}", it.place, it.reason, day(it.until))
        });
        let changes = self.work.changes.iter();
        let corrected = changes.map(|it| {
            format!(
                "{} was corrected from {} to {} in a copy; the original file has {}",
                it.cell.join(", "),
                it.from,
                it.to,
                it.from
            )
        });
        let asked = self.work.asked.iter().map(|it| format!("the source is asked: {}", it.text));
        let none = self.work.no_rules.iter().map(|it| format!("{}: {} is not a rule", it.0, it.1));
        let read = self.work.pins.iter().map(|it| format!("{} is read as {}", it.row, it.cells.join(" and ")));
        corrected.chain(waived).chain(asked).chain(none).chain(read).collect()
    }
}

/// A cell of CSV.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
