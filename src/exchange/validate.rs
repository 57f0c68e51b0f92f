//! Rules of the R package validate: its YAML files, and plain lists of expressions.
//!
//! Source: van der Loo and de Jonge, The Data Validation Cookbook,
//! <https://data-cleaning.github.io/validate/>. `expression` reads the part of R in which
//! rules are written.

mod expression;

use super::draft::{Draft, DraftColumn, DraftTable, Reading, expect};
use super::tree::Node;
use crate::suggest::slug;
use expression::{Rule, Use, rule};

fn begin(reading: Reading<'_>) -> (Draft, DraftTable) {
    let draft = Draft { dataset: slug(reading.stem()), ..Draft::default() };
    // A rule file of validate names no table: it is held against whatever it is given.
    let table =
        DraftTable { name: reading.stem().to_owned(), at: format!("{}:1", reading.file), ..DraftTable::default() };
    (draft, table)
}

pub(super) fn read(reading: Reading<'_>, root: &Node) -> Draft {
    let (mut draft, mut table) = begin(reading);
    for it in root.list("rules") {
        let (at, Some(text)) = (reading.at(it), it.get_text("expr")) else {
            draft.skip(reading.at(it), "a rule", "it has no expr");
            continue;
        };
        let name = it.get_text("name").unwrap_or_default();
        let mut said =
            ["description", "label"].into_iter().filter_map(|key| it.get_text(key)).filter(|it| !it.is_empty());
        let why = said.next().map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
        add(text, (at, name, why), &mut table, &mut draft);
    }
    for (key, value) in root.entries().filter(|it| it.0 == "include") {
        draft.skip(reading.at(value), key, "import that file too");
    }
    draft.tables.push(table);
    draft
}

/// Reads a list of expressions, one a line: `name: expression`, `# comment`.
pub(super) fn read_plain(reading: Reading<'_>, text: &str) -> Draft {
    let (mut draft, mut table) = begin(reading);
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let at = format!("{}:{}", reading.file, number + 1);
        if !line.is_empty() {
            add(line, (at, "", None), &mut table, &mut draft);
        }
    }
    draft.tables.push(table);
    draft
}

fn add(text: &str, (at, name, why): (String, &str, Option<String>), table: &mut DraftTable, draft: &mut Draft) {
    let Rule { says, columns } = match rule(text) {
        Ok(it) => it,
        Err(fault) => return draft.skip(at, text, fault),
    };
    for (name, used) in columns {
        let at = at.clone();
        if table.column(&name).is_none() {
            table.columns.push(DraftColumn { name: name.clone(), at, ..DraftColumn::default() });
        }
        if let Some(it) = table.column(&name) {
            match used {
                Use::Number if it.kind.is_empty() => it.kind = "amount",
                Use::Whole => it.kind = "integer",
                Use::Text if it.kind.is_empty() => it.kind = "text",
                _ => {}
            }
        }
    }
    let check = match says {
        expression::Says::Condition(it) => expect(&it),
        expression::Says::Stanza(it) => it,
        expression::Says::Type => return,
    };
    let name = if name.is_empty() { text } else { name };
    // A long expression makes no name.
    let words = slug(name).split('-').take(6).collect::<Vec<_>>().join("-");
    table.rule(words, at, check).why = why;
}
