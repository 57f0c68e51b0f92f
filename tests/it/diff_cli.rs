//! `diff`, `patch` and `merge` as programs.

use std::process::Command;

use crate::support::{Folder, Output, crossfoot, crossfoot_with};

const OLD: &str = "crime,total,solved\nMurder,18,10\nRobbery,314,164\nFraud,70,50\nTheft,\"1,849\",325\n";
const NEW: &str = "crime,total,solved\nMurder,18,10\nRobberies,314,164\nTheft,1849,325\nFraud,66,50.0\nArson,3,1\n";

fn folder(name: &str) -> Folder {
    let folder = Folder::new(&format!("diff-{name}"));
    folder.write("old.csv", OLD);
    folder.write("new.csv", NEW);
    folder
}

fn shown(arguments: &[&str]) -> String {
    let output = crossfoot(&folder(&arguments.join("-").replace(['/', '='], "-")), arguments);
    assert_eq!(output.code, 1, "{}", output.stderr);
    output.stdout
}

#[test]
fn text_shows_the_most_surprising_first() {
    insta::assert_snapshot!(shown(&["diff", "old.csv", "new.csv"]));
}

#[test]
fn json_has_the_shape_that_programs_rely_on() {
    insta::assert_snapshot!(shown(&["diff", "old.csv", "new.csv", "-o", "json"]));
}

#[test]
fn markdown_is_a_table_for_a_comment() {
    insta::assert_snapshot!(shown(&["diff", "old.csv", "new.csv", "-o", "markdown"]));
}

#[test]
fn html_is_one_page_that_takes_no_cell_for_markup() {
    let folder = folder("html");
    folder.write("new.csv", NEW.replace("Arson", "<script>alert(1)</script>"));
    let page = crossfoot(&folder, &["diff", "old.csv", "new.csv", "-o", "html"]).stdout;
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>"));
}

#[test]
fn coverage_is_told_beside_the_printed_change() {
    let old = "examples/city-crime/2005-03-03.txt";
    let output = crossfoot(&Folder::repository(), &["diff", old, "examples/city-crime/2006-06-21.txt"]);
    assert!(output.stdout.contains("total 314 -> 212 (-102, -32% printed, -5% per day covered)"), "{}", output.stdout);
}

#[test]
fn equal_files_are_silent_and_exit_with_0() {
    let folder = folder("same");
    let output = crossfoot(&folder, &["diff", "old.csv", "old.csv"]);
    assert_eq!((output.code, output.stdout.as_str()), (0, "no differences\n"));
    assert_eq!(crossfoot(&folder, &["diff", "-q", "old.csv", "old.csv"]).stdout, "");
}

fn refused(output: &Output, parts: &[&str]) {
    assert_eq!(output.code, 2, "{}{}", output.stdout, output.stderr);
    for part in parts {
        assert!(output.stderr.contains(part), "expected {part:?} in:\n{}", output.stderr);
    }
}

#[test]
fn what_cannot_be_compared_is_an_error_with_a_hint() {
    let folder = folder("errors");
    refused(&crossfoot(&folder, &["diff", "old.csv", "new.csv", "--key", "crmie"]), &["crmie", "hint:", "crime"]);
    refused(&crossfoot(&folder, &["diff", "old.csv", "new.csv", "--tolerance", "total"]), &["--tolerance", "hint:"]);
    refused(&crossfoot(&folder, &["diff", "old.csv", "nwe.csv"]), &["nwe.csv", "hint:", "new.csv"]);
    refused(&crossfoot(&folder, &["diff", "old.csv", "new.csv", "-o", "jsn"]), &["jsn", "hint:", "json"]);
    refused(&crossfoot(&folder, &["diff", "old.csv", "a.csv", "b.csv"]), &["two sides"]);
}

#[test]
fn a_diff_patches_the_old_file_into_the_new_one() {
    let folder = folder("patch");
    let diff = crossfoot(&folder, &["diff", "old.csv", "new.csv", "-o", "json"]).stdout;
    let made = crossfoot_with(&folder, &["patch", "old.csv"], diff.as_bytes());
    assert_eq!((made.code, made.stdout.as_str()), (0, NEW));
    refused(
        &crossfoot_with(&folder, &["patch", "new.csv"], diff.as_bytes()),
        &["new.csv", "row Robberies, column crime", "hint:"],
    );
    refused(&crossfoot_with(&folder, &["patch", "old.csv"], b"{}"), &["<stdin>:1:", "hint:"]);
    let newer = diff.replacen("\"version\": 1", "\"version\": 2", 1);
    refused(&crossfoot_with(&folder, &["patch", "old.csv"], newer.as_bytes()), &["version 1", "version 2", "newer"]);
}

#[test]
fn a_diff_of_pages_patches_every_table() {
    let (old, new) = ("examples/city-crime/2005-03-03.txt", "examples/city-crime/2006-06-21.txt");
    let folder = Folder::repository();
    let diff = crossfoot(&folder, &["diff", old, new, "-o", "json"]).stdout;
    let made = crossfoot_with(&folder, &["patch", old], diff.as_bytes()).stdout;
    for table in ["crimes", "record"] {
        let one = crossfoot(&folder, &["extract", "-o", "csv", "--table", table, new]).stdout;
        assert!(made.contains(&one), "{table}:\n{made}");
    }
}

#[test]
fn a_snapshot_is_compared_with_its_page() {
    let folder = Folder::repository();
    let (snapshot, page) = ("snapshots/city-crime/2005-02-23.snap", "examples/city-crime/2005-03-03.txt");
    let output = crossfoot(&folder, &["diff", snapshot, page]);
    assert_eq!((output.code, output.stdout.as_str()), (0, "no differences\n"), "{}", output.stderr);
}

#[test]
fn folders_are_compared_table_by_table() {
    let folder = Folder::new("diff-folders");
    folder.write("a/crimes.csv", OLD);
    folder.write("a/other.csv", "k,n\nx,1\ny,2\n");
    folder.write("b/crimes.csv", OLD.replace("314", "315"));
    let output = crossfoot(&folder, &["diff", "a", "b"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    for part in ["Robbery: total 314 -> 315", "other (only in the old edition)"] {
        assert!(output.stdout.contains(part), "{part}: {}", output.stdout);
    }
}

#[test]
fn corrections_of_two_hands_are_joined_or_told_by_cell() {
    let folder = folder("merge");
    folder.write("a.csv", OLD.replace("Murder,18", "Murder,19"));
    folder.write("b.csv", OLD.replace("Fraud,70", "Fraud,71"));
    let joined = crossfoot(&folder, &["merge", "old.csv", "a.csv", "b.csv"]);
    let wanted = OLD.replace("Murder,18", "Murder,19").replace("Fraud,70", "Fraud,71").replace("\"1,849\"", "1849");
    assert_eq!((joined.code, joined.stdout.as_str()), (0, wanted.as_str()));

    folder.write("b.csv", OLD.replace("Murder,18", "Murder,17"));
    let joined = crossfoot(&folder, &["merge", "old.csv", "a.csv", "b.csv"]);
    assert_eq!(joined.code, 1);
    assert_eq!(joined.stderr, "conflict at old, Murder, total: a.csv has 19, b.csv has 17; 18 was kept\n");
}

/// Runs git in a folder; `None` where there is no git.
fn git(folder: &Folder, arguments: &[&str]) -> Option<String> {
    let identity = ["-c", "user.name=desk", "-c", "user.email=desk@example.org", "-c", "commit.gpgsign=false"];
    let mut command = Command::new("git");
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_crossfoot"));
    let path = std::env::join_paths(
        std::iter::once(program.parent().unwrap().to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let output = command.args(identity).args(arguments).current_dir(folder.path(".")).env("PATH", path.unwrap());
    let output = output.env("NO_COLOR", "1").output().ok()?;
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_revision_of_a_repository_is_a_side_and_git_can_call_the_diff() {
    let folder = folder("git");
    // A machine without git has no repositories to compare either.
    if git(&folder, &["init", "-q"]).is_none() {
        return;
    }
    folder.write("in/t.csv", OLD);
    folder.write(".gitattributes", "*.csv diff=crossfoot\n");
    git(&folder, &["add", "in", ".gitattributes"]);
    git(&folder, &["commit", "-qm", "first"]);
    folder.write("in/t.csv", OLD.replace("314", "315"));

    let output = crossfoot(&folder, &["diff", "HEAD:./in/t.csv", "in/t.csv"]);
    assert!(output.stdout.contains("Robbery: total 314 -> 315 (+1, +0.3%)"), "{}{}", output.stdout, output.stderr);
    refused(&crossfoot(&folder, &["diff", "HAED:./in/t.csv", "in/t.csv"]), &["HAED:./in/t.csv", "hint:"]);

    git(&folder, &["config", "diff.crossfoot.command", "crossfoot diff --git-driver"]);
    let said = git(&folder, &["diff"]).unwrap();
    assert!(said.starts_with("a/in/t.csv -> b/in/t.csv\n"), "{said}");
    assert!(said.contains("Robbery: total 314 -> 315"), "{said}");
    git(&folder, &["rm", "-q", "-f", "in/t.csv"]);
    assert!(git(&folder, &["diff", "--cached"]).unwrap().contains("only in the old edition"));
}
