//! `diff`, `patch` and `merge` by the program: inputs, exit codes, wiring.

use std::process::Command;

use crate::support::{Folder, Output, crossfoot, crossfoot_with};

const OLD: &str = "crime,total,solved\nMurder,18,10\nRobbery,314,164\nFraud,\"1,200\",300\nArson,5,1\n";
const NEW: &str = "crime,total,solved\nRobbery,298,164.0\nMurder,18,10\nFraud,1200,300\nCar theft,64,9\n";

/// Two editions that no rule file claims, so that types and keys are inferred.
fn folder(name: &str) -> Folder {
    let folder = Folder::new(&format!("diff-{name}"));
    folder.write("old.csv", OLD);
    folder.write("new.csv", NEW);
    // Without rule files of its own, the folder would find the repository's.
    let head = "crossfoot = 1\ndataset = \"other\"\nfiles = [\"no-such-file\"]\n\n[tables.other]\n";
    folder.write("rules/other.toml", format!("{head}columns = {{ nothing = \"label\", like = \"count\" }}\n"));
    folder
}

fn refused(output: &Output, parts: &[&str]) {
    assert_eq!(output.code, 2, "{}{}", output.stdout, output.stderr);
    for part in parts {
        assert!(output.stderr.contains(part), "expected {part:?} in:\n{}", output.stderr);
    }
}

fn git(folder: &Folder, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder.path("."))
        .env("PATH", path_with_crossfoot())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("NO_COLOR", "1")
        .output()
        .expect("git is installed where tests run");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn path_with_crossfoot() -> std::ffi::OsString {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_crossfoot"));
    let mut folders = vec![program.parent().unwrap().to_owned()];
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    std::env::join_paths(folders).unwrap()
}

/// A repository with the old edition committed, and the new one beside.
fn repository(name: &str) -> Folder {
    let folder = folder(name);
    folder.write("data/crimes.csv", OLD);
    git(&folder, &["init", "-q", "-b", "main"]);
    git(&folder, &["config", "user.name", "A"]);
    git(&folder, &["config", "user.email", "a@example.org"]);
    git(&folder, &["add", "data"]);
    git(&folder, &["commit", "-q", "-m", "old"]);
    folder.write("data/crimes.csv", NEW);
    folder
}

#[test]
fn text_names_key_rows_and_exact_differences() {
    let output = crossfoot(&folder("text"), &["diff", "old.csv", "new.csv"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn json_has_the_shape_that_programs_rely_on() {
    let output = crossfoot(&folder("json"), &["diff", "old.csv", "new.csv", "-o", "json"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn markdown_is_one_table_a_table() {
    let output = crossfoot(&folder("markdown"), &["diff", "old.csv", "new.csv", "-o", "markdown"]);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn pages_of_a_dataset_are_compared_per_day_covered() {
    let old = "examples/city-crime/2005-03-03.txt";
    let output = crossfoot(&Folder::repository(), &["diff", old, "examples/city-crime/2006-06-21.txt"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn same_against_same_is_0_and_says_so() {
    let folder = folder("same");
    let output = crossfoot(&folder, &["diff", "old.csv", "old.csv"]);
    assert_eq!((output.code, output.stdout.as_str()), (0, "1 table, 4 rows: no differences\n"), "{}", output.stderr);
    assert_eq!(crossfoot(&folder, &["diff", "old.csv", "old.csv", "-q"]).stdout, "");
    let other = crossfoot(&folder, &["diff", "old.csv", "new.csv", "-q"]);
    assert!(other.code == 1 && other.stdout.starts_with("new: matched by"), "{}", other.stdout);
}

#[test]
fn a_difference_within_tolerance_is_none() {
    let folder = folder("tolerance");
    folder.write("old.csv", "crime,total\nMurder,18\nRobbery,314\n");
    folder.write("new.csv", "crime,total\nMurder,18\nRobbery,316\n");
    let code = |tolerance| crossfoot(&folder, &["diff", "old.csv", "new.csv", "--tolerance", tolerance]).code;
    assert_eq!([code("total=2"), code("total=2.0"), code("total=1.99")], [0, 0, 1]);
    refused(&crossfoot(&folder, &["diff", "old.csv", "new.csv", "--tolerance", "total"]), &["COLUMN=NUMBER", "hint:"]);
    refused(&crossfoot(&folder, &["diff", "old.csv", "new.csv", "--tolerance", "totl=1"]), &["totl", "hint:", "total"]);
}

#[test]
fn what_cannot_be_compared_is_2_with_a_hint() {
    let folder = folder("refused");
    refused(&crossfoot(&folder, &["diff", "old.csv", "nwe.csv"]), &["nwe.csv", "no such file", "hint:", "new.csv"]);
    refused(&crossfoot(&folder, &["diff", "old.csv", "new.csv", "--key", "crme"]), &["crme", "hint:", "crime"]);
    refused(&crossfoot(&folder, &["diff", "old.csv"]), &["<NEW>"]);
    let three = crossfoot(&folder, &["diff", "old.csv", "new.csv", "newer.csv"]);
    refused(&three, &["OLD and NEW", "newer.csv"]);
    refused(&crossfoot(&folder, &["diff", "old.csv", "new.csv", "--locale", "xx"]), &["xx", "hint:"]);
    refused(&crossfoot(&folder, &["diff", "-", "-"]), &["standard input", "once", "hint:"]);
    refused(&crossfoot(&folder, &["diff", "old.csv", "new.csv", "-o", "yaml"]), &["yaml", "hint:", "markdown"]);
    refused(&crossfoot(&folder, &["diff", "old.csv", "new.csv", "--git-driver", "x"]), &["1, 7 or 9", "hint:"]);
}

#[test]
fn standard_input_is_one_of_the_editions() {
    let folder = folder("stdin");
    let output = crossfoot_with(&folder, &["diff", "-", "old.csv"], OLD.as_bytes());
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    let output = crossfoot_with(&folder, &["diff", "old.csv", "-"], NEW.as_bytes());
    assert!(output.code == 1 && output.stdout.starts_with("old.csv -> <stdin>\n"), "{}", output.stdout);
}

#[test]
fn folders_are_editions_whose_tables_go_together_by_file() {
    let folder = folder("folders");
    for (edition, crimes) in [("a", OLD), ("b", NEW)] {
        folder.write(&format!("{edition}/crimes.csv"), crimes);
        folder.write(&format!("{edition}/fires.csv"), "place,fires\nNorth,3\nSouth,4\n");
    }
    let output = crossfoot(&folder, &["diff", "a", "b"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    assert!(output.stdout.contains("\ncrimes: matched by") && !output.stdout.contains("fires:"), "{}", output.stdout);
    assert!(output.stdout.contains("\n2 tables: "), "{}", output.stdout);
}

#[test]
fn files_of_one_table_in_a_folder_are_told_apart_by_name() {
    let folder = folder("editions");
    for (file, crimes) in [("a/east", OLD), ("a/west", OLD), ("b/east", OLD), ("b/west", NEW)] {
        folder.write(&format!("{file}.csv"), crimes);
    }
    let columns = "columns = { crime = \"label\", total = \"count\", solved = \"count\" }";
    let head = "crossfoot = 1\ndataset = \"d\"\n\n[tables.crimes]\nkey = [\"crime\"]";
    folder.write("d.toml", format!("{head}\n{columns}\n"));
    let output = crossfoot(&folder, &["diff", "a", "b", "--rules", "d.toml"]);
    assert!(output.stdout.contains("\nwest: matched by crime\n"), "{}{}", output.stdout, output.stderr);
    assert!(!output.stdout.contains("east:"), "{}", output.stdout);
}

#[test]
fn a_page_is_written_beside_the_text() {
    let folder = folder("page");
    let output = crossfoot(&folder, &["diff", "old.csv", "new.csv", "-o", "text", "-o", "html=page.html"]);
    assert!(output.stdout.contains("314 -> 298"), "{}", output.stdout);
    assert!(folder.read("page.html").starts_with("<!doctype html>\n"));
}

#[test]
fn a_revision_is_read_as_git_reads_it() {
    let folder = repository("revision");
    let output = crossfoot(&folder, &["diff", "HEAD:data/crimes.csv", "data/crimes.csv"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    assert!(output.stdout.starts_with("HEAD:data/crimes.csv -> data/crimes.csv\n"), "{}", output.stdout);
    assert_eq!(crossfoot(&folder, &["diff", "HEAD:./data/crimes.csv", "main:data/crimes.csv"]).code, 0);
    assert_eq!(crossfoot(&folder, &["diff", "HEAD:data", "old.csv"]).code, 0);
    // A file of that name goes first.
    folder.write("HEAD:x.csv", OLD);
    assert_eq!(crossfoot(&folder, &["diff", "HEAD:x.csv", "old.csv"]).code, 0);
}

#[test]
fn an_unknown_revision_or_path_is_told() {
    let folder = repository("unknown");
    let told = |name: &str| crossfoot(&folder, &["diff", name, "new.csv"]);
    refused(&told("nope:data/crimes.csv"), &["nope:data/crimes.csv", "invalid object name 'nope'", "hint:", "HEAD"]);
    refused(&told("HEAD:crimes.csv"), &["HEAD:crimes.csv", "does not exist in 'HEAD'", "hint:", "REV:./path"]);
    let below = Folder::new("diff-unknown/data");
    below.write("crimes.csv", NEW);
    let output = crossfoot(&below, &["diff", "HEAD:crimes.csv", "crimes.csv"]);
    refused(&output, &["hint: git would find HEAD:data/crimes.csv aka HEAD:./crimes.csv"]);
}

#[test]
fn git_shows_tables_through_the_driver() {
    let folder = repository("driver");
    folder.write(".gitattributes", "*.csv diff=crossfoot\n");
    git(&folder, &["config", "diff.crossfoot.command", "crossfoot diff --git-driver"]);
    let shown = git(&folder, &["diff"]);
    assert!(shown.starts_with("data/crimes.csv\n\ncrimes: matched by"), "{shown}");
    assert!(shown.contains("314 -> 298 (-16, -5.1%)"), "{shown}");
    folder.write("data/crimes.csv", OLD.replace("1,200", "1200"));
    let printed = "data/crimes.csv\n\n1 table, 4 rows: the values are the same; 1 cell is printed differently (--text lists them)\n";
    assert_eq!(git(&folder, &["diff"]), printed);
    folder.write("data/crimes.csv", OLD.replace("Arson", "\"Arson\""));
    assert_eq!(git(&folder, &["diff"]), "data/crimes.csv: no differences\n");
    folder.write("data/crimes.csv", NEW);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-q", "-m", "new"]);
    git(&folder, &["mv", "data/crimes.csv", "data/renamed.csv"]);
    folder.write("data/renamed.csv", OLD);
    let renamed = git(&folder, &["diff", "-M20", "HEAD"]);
    assert!(renamed.contains("data/crimes.csv -> data/renamed.csv\n"), "{renamed}");
    let added = git(&folder, &["diff", "HEAD~1", "HEAD", "--", "new.csv"]);
    assert!(added.starts_with("new.csv\n\nnew: only in the new edition, 4 rows\n"), "{added}");
}

#[test]
fn a_patch_makes_the_new_edition() {
    let folder = folder("patch");
    let json = crossfoot(&folder, &["diff", "old.csv", "new.csv", "-o", "json"]).stdout;
    let patched = crossfoot_with(&folder, &["patch", "old.csv"], json.as_bytes());
    assert_eq!((patched.code, patched.stdout.as_str()), (0, NEW), "{}", patched.stderr);
    folder.write("d.json", &json);
    let output = crossfoot(&folder, &["patch", "old.csv", "--diff", "d.json", "-o", "out.csv"]);
    assert_eq!((output.code, folder.read("out.csv").as_str()), (0, NEW), "{}", output.stderr);
}

#[test]
fn a_diff_of_pages_patches_the_page() {
    let (old, new) = ("examples/city-crime/2005-03-03.txt", "examples/city-crime/2006-06-21.txt");
    let folder = Folder::repository();
    let diff = crossfoot(&folder, &["diff", old, new, "-o", "json"]).stdout;
    let made = crossfoot_with(&folder, &["patch", old], diff.as_bytes());
    assert_eq!((made.code, made.stdout), (0, folder.read(new)), "{}", made.stderr);
}

#[test]
fn a_snapshot_is_compared_with_its_page() {
    let folder = Folder::repository();
    let (snapshot, page) = ("snapshots/city-crime/2005-02-23.snap", "examples/city-crime/2005-03-03.txt");
    let output = crossfoot(&folder, &["diff", snapshot, page]);
    assert_eq!((output.code, output.stdout.as_str()), (0, "2 tables, 16 rows: no differences\n"), "{}", output.stderr);
}

#[test]
fn a_patch_that_does_not_fit_names_the_cell() {
    let folder = folder("unfit");
    folder.write("d.json", crossfoot(&folder, &["diff", "old.csv", "new.csv", "-o", "json"]).stdout);
    folder.write("old.csv", OLD.replace("314", "315"));
    refused(&crossfoot(&folder, &["patch", "old.csv", "--diff", "d.json"]), &["old.csv", "Robbery", "total", "314"]);
    refused(&crossfoot(&folder, &["patch", "-"]), &["standard input", "hint:", "--diff"]);
    refused(&crossfoot(&folder, &["patch", "old.csv", "--diff", "new.csv"]), &["new.csv", "JSON", "hint:"]);
    folder.write("d.json", "{\"format\": \"crossfoot-diff\", \"version\": 2}");
    refused(
        &crossfoot(&folder, &["patch", "old.csv", "--diff", "d.json"]),
        &["d.json", "version 1", "found 2", "hint:"],
    );
}

#[test]
fn a_merge_joins_what_two_copies_changed() {
    let folder = folder("merge");
    folder.write("a.csv", OLD.replace("314", "298"));
    folder.write("b.csv", OLD.replace("5,1", "6,1"));
    let joined = crossfoot(&folder, &["merge", "old.csv", "a.csv", "b.csv"]);
    let expected = "crime,total,solved\nMurder,18,10\nRobbery,298,164\nFraud,\"1,200\",300\nArson,6,1\n";
    assert_eq!((joined.code, joined.stdout.as_str()), (0, expected), "{}", joined.stderr);
    let output = crossfoot(&folder, &["merge", "old.csv", "a.csv", "b.csv", "-o", "old.csv"]);
    refused(&output, &["old.csv", "refusing to overwrite", "hint:"]);
    assert_eq!(folder.read("old.csv"), OLD);
}

#[test]
fn conflicts_are_listed_by_cell() {
    let folder = folder("conflict");
    folder.write("a.csv", OLD.replace("314", "298"));
    folder.write("b.csv", OLD.replace("314", "300"));
    let output = crossfoot(&folder, &["merge", "old.csv", "a.csv", "b.csv"]);
    assert_eq!(output.code, 1, "{}{}", output.stdout, output.stderr);
    insta::assert_snapshot!(output.stderr);
}

#[test]
fn what_is_only_printed_differently_is_counted_and_listed_on_demand() {
    let folder = folder("printed");
    folder.write("new.csv", OLD.replace("1,200", "1200"));
    let output = crossfoot(&folder, &["diff", "old.csv", "new.csv"]);
    let said = "1 table, 4 rows: the values are the same; 1 cell is printed differently (--text lists them)\n";
    assert_eq!((output.code, output.stdout.ends_with(said)), (1, true), "{}", output.stdout);
    let listed = crossfoot(&folder, &["diff", "old.csv", "new.csv", "--text"]).stdout;
    assert!(listed.contains("changed  Fraud (line 4): total 1,200 -> 1200 (same value)\n"), "{listed}");
}

#[test]
fn git_merges_tables_through_the_driver() {
    let folder = repository("merge-driver");
    git(&folder, &["config", "merge.crossfoot.driver", "crossfoot merge --git-driver %O %A %B %P"]);
    folder.write(".gitattributes", "*.csv merge=crossfoot\n");
    git(&folder, &["checkout", "-q", "-b", "theirs"]);
    folder.write("data/crimes.csv", OLD.replace("314,164", "314,165"));
    git(&folder, &["commit", "-q", "-a", "-m", "theirs"]);
    git(&folder, &["checkout", "-q", "main"]);
    // The same line and its neighbours: git itself would call it a conflict.
    folder.write("data/crimes.csv", OLD.replace("314,164", "298,164"));
    git(&folder, &["commit", "-q", "-a", "-m", "ours"]);
    git(&folder, &["merge", "-q", "theirs"]);
    assert_eq!(folder.read("data/crimes.csv"), OLD.replace("314,164", "298,165"));
}

#[test]
fn a_conflict_for_git_is_marked_and_ends_with_1() {
    let folder = folder("merge-driver-conflict");
    folder.write("ours.csv", OLD.replace("314", "298"));
    folder.write("theirs.csv", OLD.replace("314", "300"));
    let output = crossfoot(&folder, &["merge", "--git-driver", "old.csv", "ours.csv", "theirs.csv"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    let marks = "<<<<<<< ours\nRobbery,298,164\n=======\nRobbery,300,164\n>>>>>>> theirs\n";
    assert_eq!(folder.read("ours.csv"), OLD.replace("Robbery,314,164\n", marks));
}

#[test]
fn what_fails_can_be_chosen() {
    let folder = folder("fail-on");
    folder.write("printed.csv", OLD.replace("1,200", "1200"));
    folder.write("column.csv", OLD.replace("solved", "closed cases").replace("10\n", "77\n").replace("164", "3"));
    let code = |new: &str, what: &str| crossfoot(&folder, &["diff", "old.csv", new, "--fail-on", what]).code;
    let codes = |new: &str| [code(new, "any"), code(new, "values"), code(new, "breaking")];
    assert_eq!([codes("printed.csv"), codes("new.csv"), codes("column.csv")], [[1, 0, 0], [1, 1, 0], [1, 1, 1]]);
    let json = crossfoot(&folder, &["diff", "old.csv", "column.csv", "-o", "json"]).stdout;
    assert!(json.contains("\"form\": \"breaking\""), "{json}");
}

#[test]
fn what_git_cannot_have_merged_stays_as_ours() {
    let folder = folder("merge-driver-columns");
    let ours =
        OLD.replace("crime,total", "crime,all,total").replace("Murder,", "Murder,1,").replace("Robbery,", "Robbery,2,");
    folder.write("ours.csv", &ours);
    folder.write("theirs.csv", "crime,total\nMurder,18\nRobbery,314\nFraud,\"1,200\"\nArson,5\n");
    let output = crossfoot(&folder, &["merge", "--git-driver", "old.csv", "ours.csv", "theirs.csv"]);
    refused(&output, &["ours.csv", "cell by cell", "hint:", "our version is kept"]);
    assert_eq!(folder.read("ours.csv"), ours);
}
