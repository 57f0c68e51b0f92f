//! Tests as they are written in TOML.

use std::ops::Range;

use serde::Deserialize;

use super::{Given, Slots, Test, TestFile, Verdicts, Wanted};
use crate::error::{Error, ErrorKind, Result};
use crate::rules::{At, InOrder, Places, WordOr};
use crate::suggest::quoted;
use crate::table::Period;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    rules: Option<At<String>>,
    #[serde(default)]
    tests: Vec<At<WrittenTest>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTest {
    name: At<String>,
    #[serde(default)]
    select: Vec<At<String>>,
    edition: Option<At<String>>,
    given: At<InOrder<At<WordOr<RowFile>>>>,
    #[serde(default)]
    before: Vec<At<InOrder<At<WordOr<RowFile>>>>>,
    fails: Option<At<Vec<At<String>>>>,
    undetermined: Option<At<Vec<At<String>>>>,
}

/// Rows that stand in a file of their own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowFile {
    file: At<String>,
}

pub(super) fn read(path: &str, text: &str, read: &dyn Fn(&str) -> Result<Vec<u8>>) -> Result<TestFile> {
    let places = Places::new(path, text);
    let written: Written = places.parse(text)?;
    let mut tests: Vec<Test> = Vec::new();
    for it in &written.tests {
        let test = read_one(&places, it, read)?;
        if let Some(same) = tests.iter().find(|other| other.name == test.name) {
            let message = format!("test {:?} is named twice, first in line {}", test.name, same.line);
            return Err(places.fault(it.name.span(), message));
        }
        tests.push(test);
    }
    Ok(TestFile {
        path: path.to_owned(),
        text: text.to_owned(),
        rules: written.rules.map(At::into_inner),
        inline: None,
        tests,
    })
}

fn read_one(places: &Places, test: &At<WrittenTest>, read: &dyn Fn(&str) -> Result<Vec<u8>>) -> Result<Test> {
    let it = test.get();
    if it.name.trim().is_empty() {
        return Err(places.fault(it.name.span(), "a test has an empty name"));
    }
    let wanted = |it: &At<String>| {
        let position = places.position(&it.span());
        Wanted { text: it.get().clone(), line: position.line, column: position.column }
    };
    let rows = |tables: &At<InOrder<At<WordOr<RowFile>>>>| -> Result<Vec<Given>> {
        if tables.0.is_empty() {
            return Err(places.fault(tables.span(), format!("test {:?} gives no table", it.name.get())));
        }
        let given =
            tables.0.iter().map(|(table, rows)| Ok(Given { table: wanted(table), text: text_of(places, rows, read)? }));
        given.collect()
    };
    let edition = it.edition.as_ref().map(|it| period(places, it)).transpose()?;
    let lines = |it: &Option<At<Vec<At<String>>>>| -> Vec<String> {
        it.iter().flat_map(At::get).map(|it| it.get().clone()).collect()
    };
    let is_written = it.fails.is_some() || it.undetermined.is_some();
    let expected = Verdicts { fails: lines(&it.fails), undetermined: lines(&it.undetermined) };
    let inline = places.text(&test.span()).starts_with('{');
    // Above the tables of a test, where a key is always one of the test.
    let above = it.fails.as_ref().map_or(it.name.span().end, |it| it.span().end);
    Ok(Test {
        name: it.name.get().clone(),
        line: places.position(&test.span()).line,
        select: it.select.iter().map(wanted).collect(),
        edition,
        given: rows(&it.given)?,
        before: it.before.iter().map(rows).collect::<Result<_>>()?,
        expected: is_written.then_some(expected),
        slots: Slots::Keys {
            fails: it.fails.as_ref().map(At::span),
            undetermined: it.undetermined.as_ref().map(At::span),
            new: if inline { above } else { places.line_end(above) },
            inline,
        },
    })
}

fn period(places: &Places, written: &At<String>) -> Result<Period> {
    Period::parse(written).ok_or_else(|| {
        let message = format!("expected a period, found {:?}", written.get());
        places
            .fault(written.span(), message)
            .hint("a period is START/END, a day, a week (2020-W53), a month (2021-12), a quarter (2021-Q4) or a year")
    })
}

fn text_of(places: &Places, rows: &At<WordOr<RowFile>>, read: &dyn Fn(&str) -> Result<Vec<u8>>) -> Result<String> {
    match rows.get() {
        WordOr::Word(text) => Ok(text.clone()),
        WordOr::Table(RowFile { file }) => {
            let bytes = read(file)?;
            String::from_utf8(bytes).map_err(|it| {
                let error = Error::new(ErrorKind::Rules, format!("{:?} is not UTF-8", file.get()));
                places.put(file.span(), error.because(it.utf8_error()))
            })
        }
    }
}

/// The edits that write verdicts into a file.
pub(super) fn edits(slots: &Slots, verdicts: &Verdicts) -> Vec<(Range<usize>, String)> {
    let Slots::Keys { fails, undetermined, new, inline } = slots else { return Vec::new() };
    let mut edits = Vec::new();
    let mut added = String::new();
    let lists = [("fails", fails, &verdicts.fails), ("undetermined", undetermined, &verdicts.undetermined)];
    for (key, span, lines) in lists {
        match span {
            Some(span) => edits.push((span.clone(), list(lines, *inline))),
            // What is not written is none.
            None if key == "undetermined" && lines.is_empty() => {}
            None if *inline => added.push_str(&format!(", {key} = {}", list(lines, true))),
            None => added.push_str(&format!("\n{key} = {}", list(lines, false))),
        }
    }
    if !added.is_empty() {
        edits.push((*new..*new, added));
    }
    edits
}

fn list(lines: &[String], on_one_line: bool) -> String {
    const WIDTH: usize = 90;
    let quoted: Vec<String> = lines.iter().map(|it| quoted(it)).collect();
    let short = format!("[{}]", quoted.join(", "));
    if on_one_line || short.len() <= WIDTH {
        return short;
    }
    let mut long = String::from("[\n");
    long.extend(quoted.iter().map(|it| format!("    {it},\n")));
    long + "]"
}
