//! The manual pages of the kinds run: each example's output is as printed.
//!
//! An example is a heading with a `toml` block (the rule file), blocks of
//! inputs named in their first line, and a `text` block with what `check`
//! prints, or the command of crossfoot that it names. `CROSSFOOT_PAGES=write cargo test` writes the outputs anew, here and
//! in the README; read the difference before you commit it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Folder, assert_same, crossfoot, writes_pages};

struct Block<'a> {
    language: &'a str,
    name: &'a str,
    text: &'a str,
    /// Where the text stands in the page.
    at: std::ops::Range<usize>,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut offset = 0;
    // A block that holds fences has a longer one around it.
    let mut open: Option<(&str, &str, usize)> = None;
    for line in page.split_inclusive('\n') {
        let fence = &line[..line.len() - line.trim_start_matches('`').len()];
        match open {
            None if fence.len() >= 3 => open = Some((fence, line[fence.len()..].trim(), offset + line.len())),
            Some((opened, info, start)) if fence.len() >= opened.len() => {
                let (language, name) = info.split_once(' ').unwrap_or((info, ""));
                blocks.push(Block { language, name, text: &page[start..offset], at: start..offset });
                open = None;
            }
            _ => {}
        }
        offset += line.len();
    }
    blocks
}

fn pages() -> Vec<PathBuf> {
    let folder = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let folders = [folder("rules/kinds"), folder("rules/language")];
    let all = folders.iter().flat_map(|it| fs::read_dir(it).unwrap());
    let mut pages: Vec<PathBuf> = all.map(|it| it.unwrap().path()).collect();
    pages.sort();
    pages
}

/// Runs the examples of a page, and returns the page with their real output.
fn run(page: &str, name: &str) -> (String, usize) {
    let mut out = page.to_owned();
    let mut examples = 0;
    let mut folder: Option<Folder> = None;
    // From the end, so that offsets before stay right.
    let mut edits = Vec::new();
    // What stands before the first heading is for `language`.
    let start = page.find("\n## ").unwrap_or(0);
    for block in blocks(page).into_iter().filter(|it| it.at.start > start) {
        match block.language {
            "toml" if block.name == "rules.toml" => {
                let fresh = Folder::new(&format!("page-{name}-{examples}"));
                fresh.write("rules.toml", block.text);
                folder = Some(fresh);
            }
            "toml" | "markdown" if !block.name.is_empty() => {
                folder.as_ref().expect("a rule file comes first").write(block.name, block.text);
            }
            "csv" | "txt" | "tsv" if !block.name.is_empty() => {
                folder.as_ref().expect("a rule file comes first").write(&format!("in/{}", block.name), block.text);
            }
            "text" if folder.is_some() => {
                let folder = folder.take().expect("just seen");
                let command = if block.name.is_empty() { "check in --rules rules.toml" } else { block.name };
                let output = crossfoot(&folder, &command.split(' ').collect::<Vec<_>>());
                edits.push((block.at, format!("{}{}", output.stdout, output.stderr)));
                examples += 1;
            }
            _ => {}
        }
    }
    for (at, text) in edits.into_iter().rev() {
        out.replace_range(at, &text);
    }
    (out, examples)
}

#[test]
fn every_example_prints_what_its_page_says() {
    let write = writes_pages();
    let pages = pages();
    assert!(pages.len() >= 12, "found {} pages", pages.len());
    for path in pages {
        let page = fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let (real, examples) = run(&page, &name);
        assert!(examples >= 2, "{name} has {examples} examples");
        if write {
            fs::write(&path, real).unwrap();
        } else {
            assert_same(&page, &real);
        }
    }
}

#[test]
fn every_page_is_named_for_its_kind_and_begins_with_a_sentence() {
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy();
        assert!(page.starts_with(&format!("# {name}\n\n")), "{name}");
        let sentence = page.lines().nth(2).unwrap();
        assert!(sentence.ends_with('.') && sentence.len() <= 120, "{name}: {sentence}");
    }
}
