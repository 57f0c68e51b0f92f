//! What the README and the book print is what the program prints.
//!
//! A block ```` ```console ```` holds commands, each behind `$ `, and their output. In the
//! book, a block with a name (```` ```toml rules/t.toml ````) is a file that the commands
//! behind it find, beside those of `docs/data` and the rule files of `rules` in `packs`; each
//! page has a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Folder, assert_same, crossfoot, writes_pages};

/// A block of a page: what stands behind its fence, and its text.
struct Block<'a> {
    info: &'a str,
    text: &'a str,
    at: usize,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let (mut offset, mut open) = (0, None);
    for line in page.split_inclusive('\n') {
        match (open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info.trim(), offset + line.len())),
            (Some((info, at)), Some(_)) => {
                blocks.push(Block { info, text: &page[at..offset], at });
                open = None;
            }
            _ => {}
        }
        offset += line.len();
    }
    assert!(open.is_none(), "a block has no end");
    blocks
}

/// The page with the real output of its commands, and how many there are. `given` sees
/// each block in turn, and says in which folder commands run from there on.
fn run<'a>(page: &'a str, mut given: impl FnMut(&Block<'a>) -> Option<Folder>, first: Folder) -> (String, usize) {
    let (mut out, mut shown, mut folder, mut from) = (String::new(), 0, first, 0);
    for block in blocks(page) {
        if let Some(other) = given(&block) {
            folder = other;
        }
        if block.info != "console" {
            continue;
        }
        out.push_str(&page[from..block.at]);
        for command in block.text.lines().filter_map(|it| it.strip_prefix("$ ")) {
            let arguments = command.strip_prefix("crossfoot ").unwrap_or_else(|| panic!("{command}: not crossfoot"));
            let output = crossfoot(&folder, &arguments.split(' ').collect::<Vec<_>>());
            assert!(output.code < 2 || command.contains("wrong"), "{command}: {}", output.stderr);
            out.push_str(&format!("$ {command}\n{}{}", output.stdout, output.stderr));
            shown += 1;
        }
        from = block.at + block.text.len();
    }
    out.push_str(&page[from..]);
    (out, shown)
}

#[test]
fn the_commands_of_the_readme_print_what_it_shows() {
    let readme = Folder::repository().read("README.md");
    // A table that is shown right before its command is in a folder of its own.
    let mut table = None;
    let given = |block: &Block<'_>| {
        let file = block.text.lines().next().and_then(|it| it.rsplit(' ').next()).unwrap_or_default();
        match block.info {
            "csv" => table = Some(block.text.to_owned()),
            "console" => {
                let shown = table.take().filter(|_| !Folder::repository().path(file).exists());
                return Some(shown.map_or_else(Folder::repository, |it| {
                    let own = Folder::new("readme");
                    own.write(file, it);
                    own
                }));
            }
            _ => {}
        }
        None
    };
    let (real, shown) = run(&readme, given, Folder::repository());
    assert!(shown >= 2, "the README shows {shown} commands");
    if writes_pages() {
        Folder::repository().write("README.md", real);
    } else {
        assert_same(&readme, &real);
    }
}

/// The pages of the book, by their path below `docs`.
fn book() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let (mut pages, mut folders) = (Vec::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "md") {
                pages.push(path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
    }
    pages.sort();
    pages
}

#[test]
fn the_commands_of_the_book_print_what_it_shows() {
    let mut all = 0;
    // Databases have servers and drivers: `.ci/engines` runs the commands of their page.
    for name in book().into_iter().filter(|it| it != "scale.md") {
        let page = Folder::repository().read(&format!("docs/{name}"));
        let folder = Folder::new(&format!("book-{}", name.replace('/', "-")));
        let data = fs::read_dir(Folder::repository().path("docs/data")).unwrap().map(|it| it.unwrap().path());
        for file in data.filter(|it| it.extension().is_none_or(|it| it != "md")) {
            folder.write(file.file_name().unwrap().to_str().unwrap(), fs::read(&file).unwrap());
        }
        // The rule files that come with crossfoot, where they claim no table by themselves.
        let packs = fs::read_dir(Folder::repository().path("rules")).unwrap().map(|it| it.unwrap().path());
        for file in packs.filter(|it| it.extension().is_some_and(|it| it == "toml")) {
            folder.write(&format!("packs/{}", file.file_name().unwrap().to_string_lossy()), fs::read(&file).unwrap());
        }
        let path = folder.path("");
        let given = |block: &Block<'_>| {
            if let Some((_, file)) = block.info.split_once(' ') {
                let file = path.join(file);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, block.text).unwrap();
            }
            None
        };
        let (real, shown) = run(&page, given, folder);
        all += shown;
        if writes_pages() {
            Folder::repository().write(&format!("docs/{name}"), real);
        } else {
            assert_same(&page, &real);
        }
    }
    assert!(all >= 20, "the book shows {all} commands");
}

#[test]
fn every_page_of_the_book_is_in_its_summary_and_every_link_leads_somewhere() {
    let docs = Folder::repository().path("docs");
    let summary = Folder::repository().read("docs/SUMMARY.md");
    for name in book() {
        let text = Folder::repository().read(&format!("docs/{name}"));
        let is_page = name != "SUMMARY.md" && !name.starts_with("data/");
        assert!(!is_page || summary.contains(&format!("({name})")), "{name} is not in SUMMARY.md");
        let here = docs.join(&name);
        for link in text.split("](").skip(1).filter_map(|it| it.split(')').next()) {
            let file = link.split('#').next().unwrap();
            let to: PathBuf = here.parent().unwrap().join(file);
            assert!(file.is_empty() || link.contains("://") || to.exists(), "{name}: {link} leads nowhere");
        }
    }
}

#[test]
fn every_kind_has_its_page_in_the_book() {
    let summary = Folder::repository().read("docs/SUMMARY.md");
    for it in crossfoot::rules::kinds() {
        let page = Folder::repository().read(&format!("docs/kinds/{}.md", it.name));
        assert_eq!(page, format!("{{{{#include ../../rules/kinds/{}.md}}}}\n", it.name));
        assert!(summary.contains(&format!("(kinds/{}.md)", it.name)), "{} is not in SUMMARY.md", it.name);
    }
}
