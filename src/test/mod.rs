//! Tests of rule files: rows, and what the rules must say of them.
//!
//! A test is written in TOML (`rules/wards.test.toml`) or in Markdown with fenced
//! blocks (`rules/wards.test.md`), beside the rule file that it tests. [`run`] puts the
//! rules to the rows by the same way as `check`; [`mutants`] changes the rules, to see
//! whether a test notices.

mod markdown;
mod mutants;
mod results;
mod run;
mod verdicts;
mod written;

use std::ops::Range;

use crate::error::Result;
use crate::table::Period;
pub use mutants::{Mutant, mutants};
pub use results::{FileResults, MutantScore, MutantsOf, TestResult, TestStatus, results};
pub use run::{Ran, run};
pub use verdicts::{VerdictLine, Verdicts, verdict_lines};

/// What the name of a file of tests ends in, in TOML and in Markdown.
pub const ENDINGS: [&str; 2] = [".test.toml", ".test.md"];

/// The tests of one rule file.
#[derive(Clone, Debug)]
pub struct TestFile {
    /// The file, as the user would name it.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The rule file that it says it is for, relative to it; the one beside it where it
    /// says nothing.
    pub rules: Option<String>,
    /// The rule file itself, where it is written among the tests.
    pub inline: Option<String>,
    /// The tests, in the order written.
    pub tests: Vec<Test>,
}

/// One test: rows, and what the rules must say of them.
#[derive(Clone, Debug)]
pub struct Test {
    /// What it shows, in the words of who wrote it.
    pub name: String,
    /// The line of its file that it begins in.
    pub line: u32,
    /// The rules that it is about; all of them where none is named.
    pub select: Vec<Wanted>,
    /// The period that its rows are for, where it says so.
    pub edition: Option<Period>,
    /// The tables that it gives.
    pub given: Vec<Given>,
    /// The editions before, the earliest first.
    pub before: Vec<Vec<Given>>,
    /// What the rules must say; not written yet where there is none.
    pub expected: Option<Verdicts>,
    /// Where what they say is written.
    slots: Slots,
}

/// A word of a test with its line and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The word.
    pub text: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// The rows of one table.
#[derive(Clone, Debug)]
pub struct Given {
    /// The declared name of the table.
    pub table: Wanted,
    /// What is printed: a heading and rows, as in a CSV file.
    pub text: String,
}

/// Where verdicts are written, as bytes of the file.
#[derive(Clone, Debug)]
enum Slots {
    /// Keys of TOML: the values that are there, and where new keys go.
    Keys { fails: Option<Range<usize>>, undetermined: Option<Range<usize>>, new: usize, inline: bool },
    /// A fenced block: its text, or where a new block goes.
    Block { text: Option<Range<usize>>, new: usize },
}

impl TestFile {
    /// Reads a file of tests; `read` reads a file of rows that it names, relative to it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rules`](crate::ErrorKind) for what is not written as it must be, with
    /// file, line and column; and what `read` fails with.
    ///
    /// ```
    /// let text = "[[tests]]\nname = \"one\"\ngiven = { sales = \"item,sold\\nroll,12\" }\nfails = []\n";
    /// let file = crossfoot::test::TestFile::read("bakery.test.toml", text, &|_| Ok(Vec::new()))?;
    /// assert_eq!(file.tests[0].given[0].table.text, "sales");
    /// # Ok::<(), crossfoot::Error>(())
    /// ```
    pub fn read(path: &str, text: &str, read: &dyn Fn(&str) -> Result<Vec<u8>>) -> Result<Self> {
        if path.ends_with(ENDINGS[1]) { markdown::read(path, text) } else { written::read(path, text, read) }
    }

    /// The name of the rule file that it tests, relative to it, by its own name where it says
    /// nothing: `wards.toml` of `wards.test.toml`.
    pub fn rule_file(&self) -> String {
        let own = self.path.rsplit('/').next().unwrap_or(&self.path);
        let stem = ENDINGS.iter().find_map(|it| own.strip_suffix(it)).unwrap_or(own);
        self.rules.clone().unwrap_or_else(|| format!("{stem}.toml"))
    }

    /// The text with what was found written in place of what is expected, for each test
    /// that has something to write.
    pub fn blessed(&self, found: &[Option<Verdicts>]) -> String {
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for (test, verdicts) in self.tests.iter().zip(found) {
            if let Some(verdicts) = verdicts {
                edits.extend(match &test.slots {
                    Slots::Keys { .. } => written::edits(&test.slots, verdicts),
                    Slots::Block { .. } => markdown::edits(&test.slots, verdicts),
                });
            }
        }
        edits.sort_by_key(|it| it.0.start);
        let mut text = self.text.clone();
        for (at, put) in edits.into_iter().rev() {
            text.replace_range(at, &put);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_blessed_is_read_again_and_no_text_makes_it_panic(
            toml in "(\\[\\[tests\\]\\]\nname = 'a'\n(given.t = 'x'\n)?|given.t = 'x'\n|fails = \\[|undetermined = \\[\\]\n|[a-z.'={}\\[\\], \né]){0,20}",
            page in "(# [a-c]\n|```csv t\n|```csv before t\n|```verdicts( select=a)?\n|```\n|````\n|fails a: b\n|[a-z`: \né#]){0,20}",
        ) {
            for (path, text) in [("a.test.toml", toml), ("a.test.md", page)] {
                if let Ok(file) = TestFile::read(path, &text, &|_| Ok(Vec::new())) {
                    let line = || "a: b \"c\"".to_owned();
                    let found = Some(Verdicts { fails: vec![line()], undetermined: vec![line(), line()] });
                    let blessed = file.blessed(&vec![found.clone(); file.tests.len()]);
                    let again = TestFile::read(path, &blessed, &|_| Ok(Vec::new()));
                    let again = again.map_err(|it| TestCaseError::fail(format!("{it}: {blessed}")))?;
                    for it in &again.tests {
                        prop_assert_eq!(&it.expected, &found);
                    }
                }
            }
        }
    }
}
