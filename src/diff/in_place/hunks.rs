//! What a file prints otherwise, line by line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::table::Document;

/// Above so many pairs of lines between those that agree at both ends, all of
/// them are one change.
const PAIRS_MAX: usize = 4_000_000;

/// What the new file prints otherwise than the old one with its values
/// changed, and how it is encoded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Print {
    /// The encoding by its usual name.
    pub encoding: String,
    /// Whether a byte order mark stands first.
    #[serde(default)]
    pub byte_order_mark: bool,
    /// Lines that differ, from the first to the last.
    #[serde(default)]
    pub lines: Vec<Hunk>,
}

/// Lines in place of others, all with their line breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hunk {
    /// The first line that goes, from 1; or the one that others come before.
    pub line: usize,
    /// The lines that go.
    pub old: Vec<String>,
    /// The lines that come.
    pub new: Vec<String>,
}

impl Print {
    /// What makes the new document of a text.
    pub(super) fn between(made: &str, new: &Document) -> Self {
        Self {
            encoding: new.encoding.to_owned(),
            byte_order_mark: new.has_byte_order_mark,
            lines: hunks(made, &new.text),
        }
    }

    /// The text with its lines changed; nothing where lines are not as they were.
    pub fn applied(&self, text: &str) -> Option<String> {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut made = String::with_capacity(text.len());
        let mut at = 0;
        for hunk in &self.lines {
            let start = hunk.line.checked_sub(1).filter(|it| *it >= at)?;
            let end = start + hunk.old.len();
            if lines.get(start..end)? != hunk.old.as_slice() {
                return None;
            }
            made.extend(lines[at..start].iter().copied());
            made.extend(hunk.new.iter().map(String::as_str));
            at = end;
        }
        made.extend(lines[at..].iter().copied());
        Some(made)
    }
}

/// The lines that differ between two texts.
fn hunks(old: &str, new: &str) -> Vec<Hunk> {
    if old == new {
        return Vec::new();
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let before = old.iter().zip(&new).take_while(|it| it.0 == it.1).count();
    let behind = old[before..].iter().rev().zip(new[before..].iter().rev()).take_while(|it| it.0 == it.1).count();
    let (old, new) = (&old[before..old.len() - behind], &new[before..new.len() - behind]);
    let owned = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    if old.len().saturating_mul(new.len()) > PAIRS_MAX {
        return vec![Hunk { line: before + 1, old: owned(old), new: owned(new) }];
    }
    let ops = similar::capture_diff_slices(similar::Algorithm::Myers, old, new);
    let differs = ops.iter().filter(|it| !matches!(it, similar::DiffOp::Equal { .. }));
    let hunk = |it: &similar::DiffOp| Hunk {
        line: before + it.old_range().start + 1,
        old: owned(&old[it.old_range()]),
        new: owned(&new[it.new_range()]),
    };
    differs.map(hunk).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_that_differ_make_the_new_text_of_the_old(
            old in "([ab]{0,2}(\r\n|\n)?){0,8}", new in "([ab]{0,2}(\r\n|\n)?){0,8}"
        ) {
            let print = Print { lines: hunks(&old, &new), ..Print::default() };
            prop_assert_eq!(print.applied(&old), Some(new));
        }
    }

    #[test]
    fn lines_that_are_not_as_they_were_are_refused() {
        let print = Print { lines: hunks("a\nb\n", "a\nc\n"), ..Print::default() };
        assert_eq!(print.applied("a\nd\n"), None);
    }
}
