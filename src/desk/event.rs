//! What can be done at the desk.

use serde::Deserialize;

use super::cells::At;

/// One thing that an editor does.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Event {
    /// Text was pasted: a table.
    Paste {
        /// Its name, with the ending of its form; made up where it is empty.
        #[serde(default)]
        name: String,
        /// The text.
        text: String,
    },
    /// A file is taken off the desk.
    TakeAway {
        /// Its name.
        file: String,
    },
    /// The draft reads so now.
    Draft {
        /// All of it.
        text: String,
    },
    /// A finding stands: the figure is right.
    Right {
        /// The finding.
        finding: String,
        /// Why.
        reason: String,
        /// The last day that this holds on, `2026-12-31`; for good where it is empty.
        #[serde(default)]
        until: String,
    },
    /// Figures should be others.
    Correct {
        /// Each with what it should be.
        figures: Vec<Meant>,
        /// The finding that is settled by it; empty where there is none.
        #[serde(default)]
        finding: String,
    },
    /// A question for the source, or none any more where its text is empty.
    Ask {
        /// The finding.
        finding: String,
        /// The question.
        text: String,
    },
    /// How an unclear row is to be read.
    Read {
        /// A cell of the row.
        cell: At,
        /// Which of its readings, from 0.
        reading: usize,
    },
    /// What a table seems to follow is no rule.
    NotARule {
        /// The table.
        table: String,
        /// The relation in words.
        relation: String,
    },
    /// The last step is undone.
    Undo,
    /// A step that was undone is done again.
    Redo,
}

/// A figure with what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
pub struct Meant {
    /// Which.
    pub cell: At,
    /// As it should be printed.
    pub to: String,
}
