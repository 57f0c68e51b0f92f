//! A baseline: findings that were there when checking began, and do not fail.
//!
//! A JSON document, `crossfoot-baseline`, version 1, with one finding a line,
//! sorted, so that it reads well in version control. A finding is known by
//! file, id and the figures that it is about: where one of them changes, it
//! counts again.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::past::figures;
use crate::error::{Error, ErrorKind, Result};
use crate::finding::Finding;

const FORMAT: &str = "crossfoot-baseline";
const VERSION: u64 = 1;

/// Findings that do not fail.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    entries: BTreeSet<Entry>,
    /// The entries by file and id.
    by_id: HashMap<(String, String), Vec<Entry>>,
}

/// One finding of a baseline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// The file that it is in.
    pub file: String,
    /// The rule's name.
    pub rule: String,
    /// Where, in words: table, row, column.
    pub place: String,
    /// The finding's id.
    pub id: String,
    /// Its figures, in the order of its places.
    pub figures: Vec<String>,
}

#[derive(Deserialize)]
struct Document {
    format: String,
    version: u64,
    findings: Vec<Entry>,
}

impl Entry {
    /// The entry that a finding makes.
    pub fn of(finding: &Finding) -> Self {
        let place = finding.places.first();
        let words = place.map(|it| [Some(it.table.as_str()), it.row.as_deref(), it.column.as_deref()]);
        let words: Vec<&str> = words.into_iter().flatten().flatten().filter(|it| !it.is_empty()).collect();
        Self {
            file: place.map_or(String::new(), |it| it.file.clone()),
            rule: finding.rule.clone(),
            place: words.join(", "),
            id: finding.id.clone(),
            figures: figures(finding),
        }
    }
}

impl FromIterator<Entry> for Baseline {
    fn from_iter<T: IntoIterator<Item = Entry>>(entries: T) -> Self {
        let entries: BTreeSet<Entry> = entries.into_iter().collect();
        let mut by_id: HashMap<(String, String), Vec<Entry>> = HashMap::new();
        for it in &entries {
            by_id.entry((it.file.clone(), it.id.clone())).or_default().push(it.clone());
        }
        Self { entries, by_id }
    }
}

impl Baseline {
    /// Reads one from the bytes of a file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] if they are no baseline of this version.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self> {
        let wrong = |message: String| {
            Error::new(ErrorKind::Unreadable, message)
                .in_file(file)
                .hint("`crossfoot baseline write FILE PATH` writes one")
        };
        let document: Document = serde_json::from_slice(bytes)
            .map_err(|it| wrong(format!("line {}: expected a baseline as JSON", it.line())).because(it))?;
        if document.format != FORMAT || document.version != VERSION {
            let found = format!("{} {}", document.format, document.version);
            return Err(wrong(format!("expected version {VERSION} of the format {FORMAT}, found {found}")));
        }
        Ok(document.findings.into_iter().collect())
    }

    /// Writes it: byte for byte the same for the same findings.
    pub fn write(&self) -> String {
        let lines: Vec<String> = self.entries.iter().map(|it| format!("  {}", serde_json::json!(it))).collect();
        let body = if lines.is_empty() { String::new() } else { format!("\n{}\n", lines.join(",\n")) };
        format!("{{\"format\": \"{FORMAT}\", \"version\": {VERSION}, \"findings\": [{body}]}}\n")
    }

    /// How many findings it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Its findings, sorted.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The entry that knows a finding, or else those that know it with other figures.
    pub(super) fn find(&self, finding: &Finding) -> Result<Entry, &[Entry]> {
        let own = Entry::of(finding);
        let same = self.by_id.get(&(own.file.clone(), own.id.clone())).map_or(&[][..], Vec::as_slice);
        if same.iter().any(|it| it.figures == own.figures) { Ok(own) } else { Err(same) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let entry = |id: &str| Entry {
            file: "a.csv".to_owned(),
            rule: "sum".to_owned(),
            place: "t, \"x\"".to_owned(),
            id: id.to_owned(),
            figures: vec!["1".to_owned(), "2".to_owned()],
        };
        let baseline: Baseline = [entry("b"), entry("a"), entry("a")].into_iter().collect();
        let text = baseline.write();
        assert_eq!(text.lines().count(), 4, "{text}");
        assert_eq!(Baseline::read("b.json", text.as_bytes()).unwrap().write(), text);
        let nothing = Baseline::default().write();
        assert!(Baseline::read("b.json", nothing.as_bytes()).unwrap().is_empty());
        let wrong = Baseline::read("b.json", b"{\"format\": \"x\", \"version\": 1, \"findings\": []}").unwrap_err();
        assert!(wrong.to_string().contains("expected version 1"), "{wrong}");
        assert!(Baseline::read("b.json", b"{").is_err());
    }
}
