//! The same tables as NDJSON, a record a line.

use proptest::prelude::*;

use super::cells::{Cell, Form, Line, Tables};

/// How records are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
pub(super) struct Print {
    /// Whether spaces stand behind colons and commas.
    spaced: bool,
    /// Whether figures are strings.
    quoted: bool,
    blanks: Blank,
    /// Whether all that is no ASCII is escaped.
    escaped: bool,
    /// Whether the last two keys change places from some record on.
    turned: bool,
}

/// How a cell without anything is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blank {
    Null,
    Text,
    Absent,
}

pub(super) fn prints() -> impl Strategy<Value = Print> {
    let blanks = prop_oneof![Just(Blank::Null), Just(Blank::Text), Just(Blank::Absent)];
    (any::<bool>(), proptest::bool::weighted(0.3), blanks, any::<bool>(), proptest::bool::weighted(0.1))
        .prop_map(|(spaced, quoted, blanks, escaped, turned)| Print { spaced, quoted, blanks, escaped, turned })
}

const KEYS: [&str; 9] = ["id", "part", "n", "m", "day", "late", "area", "code", "note"];

impl Print {
    /// The first table; what is no row is a line of spaces.
    pub(super) fn written(self, form: &Form, tables: &Tables) -> Vec<u8> {
        let mut text = String::new();
        for (at, line) in tables.lines().iter().enumerate() {
            text += &match line {
                Line::Row(cells) => self.record(form, &cells[..], &[], self.turned && at > tables.plain / 2),
                Line::Ragged(cells, true) if form.has_spare() => {
                    self.record(form, &cells[..], &["\"note\": \"b\""], false)
                }
                Line::Ragged(cells, true) => self.record(form, &cells[..], &[], true),
                Line::Ragged(cells, false) => self.record(form, &cells[..8], &[], false),
                Line::Other("") => " ".to_owned(),
                Line::Other(_) => String::new(),
            };
            text += if at % 7 == 3 { "\r\n" } else { "\n" };
        }
        text.into_bytes()
    }

    fn record(self, form: &Form, cells: &[Cell], more: &[&str], turned: bool) -> String {
        let sign = if self.spaced { " " } else { "" };
        let mut members = Vec::new();
        for (at, (key, cell)) in KEYS.iter().zip(cells).enumerate() {
            let text = cell.text(form);
            let is_number = serde_json::from_str::<serde_json::Number>(&text).is_ok();
            let value = match self.blanks {
                Blank::Absent if text.is_empty() && at > 0 => continue,
                Blank::Null if text.is_empty() => "null".to_owned(),
                _ if is_number && !self.quoted && at < 4 => text,
                _ => self.string(&text),
            };
            members.push(format!("\"{key}\":{sign}{value}"));
        }
        let last = members.len();
        if turned && last > 1 {
            members.swap(last - 2, last - 1);
        }
        members.extend(more.iter().map(|it| (*it).to_owned()));
        format!("{{{}}}", members.join(&format!(",{sign}")))
    }

    fn string(self, text: &str) -> String {
        let quoted = serde_json::to_string(text).unwrap();
        if !self.escaped {
            return quoted;
        }
        let escaped = |it: char| if it.is_ascii() { it.to_string() } else { format!("\\u{:04x}", u32::from(it)) };
        quoted.chars().map(escaped).collect()
    }
}
