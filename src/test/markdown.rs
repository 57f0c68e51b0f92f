//! Tests as they are written in Markdown: a heading a test, fenced blocks of rows, and
//! a block of verdicts.
//!
//! `csv sales` is the table `sales`, `csv before sales` the same in the edition before,
//! `toml rules` a rule file, and `verdicts` what the rules must say: a line each,
//! `fails RULE: ROW, COLUMN` or `undetermined RULE: ROW, COLUMN`, or `everything holds`.
//! Other blocks are text.

use std::ops::Range;

use super::{Given, Slots, Test, TestFile, Verdicts, Wanted};
use crate::error::{Error, ErrorKind, Result};
use crate::table::Period;

const HOLDS: &str = "everything holds";

/// A fenced block.
struct Block<'a> {
    /// What stands behind the fence that opens it.
    info: &'a str,
    text: &'a str,
    at: Range<usize>,
    /// One past the fence that closes it.
    end: usize,
    line: u32,
}

enum Piece<'a> {
    Heading(&'a str, u32),
    Block(Block<'a>),
}

pub(super) fn read(path: &str, text: &str) -> Result<TestFile> {
    let mut file =
        TestFile { path: path.to_owned(), text: text.to_owned(), rules: None, inline: None, tests: Vec::new() };
    let mut heading = None;
    // The test of the heading at hand, once it has a block.
    let mut open: Option<Test> = None;
    for piece in pieces(path, text)? {
        match piece {
            Piece::Heading(name, line) => {
                finish(&mut file, open.take())?;
                heading = Some((name.to_owned(), line));
            }
            Piece::Block(block) => take(&mut file, &mut open, (&heading, &block))?,
        }
    }
    finish(&mut file, open)?;
    Ok(file)
}

fn take(
    file: &mut TestFile,
    open: &mut Option<Test>,
    (heading, block): (&Option<(String, u32)>, &Block<'_>),
) -> Result<()> {
    let words: Vec<&str> = block.info.split_whitespace().collect();
    let fault = |message: String| Err(Error::new(ErrorKind::Rules, message).at(file.path.clone(), block.line, 1));
    match words[..] {
        ["toml", "rules"] if file.inline.is_some() => {
            return fault("a test file can name only one rule file".to_owned());
        }
        ["toml", "rules"] => file.inline = Some(block.text.to_owned()),
        ["csv", ref table @ ..] if !table.is_empty() => {
            let (is_before, table) = match table {
                ["before", rest @ ..] if !rest.is_empty() => (true, rest.join(" ")),
                rest => (false, rest.join(" ")),
            };
            let Some((name, line)) = heading else { return fault("rows need a heading above them".to_owned()) };
            let test = open.get_or_insert_with(|| empty(name, *line));
            let table = Wanted { text: table, line: block.line, column: 1 };
            let given = Given { table, text: block.text.to_owned() };
            match (is_before, test.before.first_mut()) {
                (false, _) => test.given.push(given),
                (true, Some(before)) => before.push(given),
                (true, None) => test.before.push(vec![given]),
            }
            if let Slots::Block { text: None, new } = &mut test.slots {
                *new = block.end;
            }
        }
        ["verdicts", ref options @ ..] => {
            let Some(test) = open.as_mut().filter(|it| it.expected.is_none()) else {
                return fault("verdicts go below rows, one block in each test".to_owned());
            };
            for it in options {
                option(&file.path, block.line, it, test)?;
            }
            test.expected = verdicts(&file.path, block)?;
            test.slots = Slots::Block { text: Some(block.at.clone()), new: block.end };
        }
        _ => {}
    }
    Ok(())
}

fn empty(name: &str, line: u32) -> Test {
    Test {
        name: name.to_owned(),
        line,
        select: Vec::new(),
        edition: None,
        given: Vec::new(),
        before: Vec::new(),
        expected: None,
        slots: Slots::Block { text: None, new: 0 },
    }
}

fn finish(file: &mut TestFile, test: Option<Test>) -> Result<()> {
    let Some(test) = test else { return Ok(()) };
    let fault = |message: String| Err(Error::new(ErrorKind::Rules, message).at(file.path.clone(), test.line, 1));
    if test.given.is_empty() {
        return fault(format!("test {:?} gives no table", test.name));
    }
    if let Some(same) = file.tests.iter().find(|it| it.name == test.name) {
        return fault(format!("test {:?} is named twice, first in line {}", test.name, same.line));
    }
    file.tests.push(test);
    Ok(())
}

/// A word behind `verdicts`: `select=RULE,RULE` or `edition=PERIOD`.
fn option(path: &str, line: u32, word: &str, test: &mut Test) -> Result<()> {
    let fault = |message: String| {
        Error::new(ErrorKind::Rules, message)
            .at(path, line, 1)
            .hint("known words are select=RULE,RULE and edition=2021-03")
    };
    match word.split_once('=') {
        Some(("select", rules)) => {
            test.select = rules.split(',').map(|it| Wanted { text: it.to_owned(), line, column: 1 }).collect();
        }
        Some(("edition", period)) => {
            let read = Period::parse(period).ok_or_else(|| fault(format!("expected a period, found {period:?}")))?;
            test.edition = Some(read);
        }
        _ => return Err(fault(format!("unknown word {word:?} after verdicts"))),
    }
    Ok(())
}

/// The verdicts of a block; none where it is empty.
fn verdicts(path: &str, block: &Block<'_>) -> Result<Option<Verdicts>> {
    let mut verdicts = Verdicts::default();
    let mut is_written = false;
    for (number, line) in (block.line + 1..).zip(block.text.lines()) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        is_written = true;
        match line.split_once(' ') {
            Some(("fails", it)) => verdicts.fails.push(it.trim().to_owned()),
            Some(("undetermined", it)) => verdicts.undetermined.push(it.trim().to_owned()),
            _ if line == HOLDS => {}
            _ => {
                let error = Error::new(ErrorKind::Rules, format!("expected a verdict, found {line:?}"));
                return Err(error.at(path, number, 1).hint("write verdicts as `fails RULE: ROW, COLUMN`"));
            }
        }
    }
    Ok(is_written.then_some(verdicts))
}

/// The headings and fenced blocks of a text, in order.
fn pieces<'a>(path: &str, text: &'a str) -> Result<Vec<Piece<'a>>> {
    let mut pieces = Vec::new();
    // The block at hand: its fence, what stands behind it, where it starts and in which line.
    let mut open: Option<(&str, &str, usize, u32)> = None;
    let mut offset = 0;
    for (line, it) in (1..).zip(text.split_inclusive('\n')) {
        let end = offset + it.len();
        let plain = it.trim_end();
        let fence = &plain[..plain.len() - plain.trim_start_matches('`').len()];
        match open {
            None if fence.len() >= 3 => open = Some((fence, plain[fence.len()..].trim(), end, line)),
            None if plain.starts_with('#') => {
                pieces.push(Piece::Heading(plain.trim_start_matches('#').trim(), line));
            }
            Some((opened, info, start, from)) if fence.len() >= opened.len() && plain.len() == fence.len() => {
                let at = start..offset;
                pieces.push(Piece::Block(Block { info, text: &text[at.clone()], at, end, line: from }));
                open = None;
            }
            _ => {}
        }
        offset = end;
    }
    match open {
        Some((.., line)) => Err(Error::new(ErrorKind::Rules, "a fenced block is not closed").at(path, line, 1)),
        None => Ok(pieces),
    }
}

/// The edits that write verdicts into a file.
pub(super) fn edits(slots: &Slots, verdicts: &Verdicts) -> Vec<(Range<usize>, String)> {
    let Slots::Block { text, new } = slots else { return Vec::new() };
    let fails = verdicts.fails.iter().map(|it| format!("fails {it}\n"));
    let mut lines: String =
        fails.chain(verdicts.undetermined.iter().map(|it| format!("undetermined {it}\n"))).collect();
    if lines.is_empty() {
        lines = format!("{HOLDS}\n");
    }
    match text {
        Some(text) => vec![(text.clone(), lines)],
        None => vec![(*new..*new, format!("\n```verdicts\n{lines}```\n"))],
    }
}
