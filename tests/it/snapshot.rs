//! Accepted editions: kept whole, once, by one writer at a time.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Folder, Output, crossfoot};

const RULES: &str = "crossfoot = 1\ndataset = \"d\"\ncadence = \"daily\"\nperiod = { filename = \"d-%Y-%m-%d\" }\n\
    files = [\"d-*.csv\"]\n\n[tables.t]\nkey = [\"area\"]\ncolumns = { area = \"label\", all = \"count\", some = \"count\" }\n\n\
    [[rules]]\nname = \"some-of-all\"\npart = \"some <= all\"\n\n\
    [[rules]]\nname = \"few\"\nseverity = \"warning\"\nrange = { columns = [\"all\"], max = 100 }\n";

const GOOD: &str = "area,all,some\nNorth,18,10\nSouth,30,16\n";
const BAD: &str = "area,all,some\nNorth,18,10\nSouth,30,46\n";

/// The same, with a column that tells the day of each row.
fn many_a_file() -> String {
    let rules = RULES.replace("{ filename = \"d-%Y-%m-%d\" }", "{ column = \"day\" }");
    rules.replace("{ area =", "{ day = \"date\", area =")
}

fn folder(name: &str, table: &str) -> Folder {
    let folder = Folder::new(&format!("snapshot-{name}"));
    folder.write("rules/d.toml", RULES);
    folder.write("in/d-2024-01-01.csv", table);
    folder
}

fn accept(folder: &Folder, more: &[&str]) -> Output {
    crossfoot(folder, &[&["accept", "in", "--by", "Ann"], more].concat())
}

/// The id of the only finding that refuses an edition.
fn id_of(output: &Output) -> String {
    let (_, rest) = output.stdout.split_once("(id ").unwrap();
    rest.split(')').next().unwrap().to_owned()
}

#[test]
fn accepting_twice_changes_nothing() {
    let folder = folder("twice", GOOD);
    let first = accept(&folder, &[]);
    assert_eq!((first.code, first.stdout.as_str()), (0, "new        snapshots/d/2024-01-01.snap\n1 edition: 1 new\n"));
    let text = folder.read("snapshots/d/2024-01-01.snap");
    let second = accept(&folder, &[]);
    assert_eq!(
        (second.code, second.stdout.as_str()),
        (0, "unchanged  snapshots/d/2024-01-01.snap\n1 edition: 1 unchanged\n")
    );
    assert_eq!(folder.read("snapshots/d/2024-01-01.snap"), text);
}

#[test]
fn an_edition_with_an_error_is_refused_and_the_others_are_kept() {
    let folder = folder("refused", BAD);
    folder.write("in/d-2024-01-02.csv", GOOD);
    let output = accept(&folder, &[]);
    insta::assert_snapshot!(output.stdout);
    assert_eq!(output.code, 1);
    assert!(!folder.path("snapshots/d/2024-01-01.snap").exists());
    assert!(folder.path("snapshots/d/2024-01-02.snap").exists());
}

#[test]
fn a_waived_finding_is_kept_with_its_terms_and_needs_no_second_waiver() {
    let folder = folder("waived", BAD);
    let id = id_of(&accept(&folder, &[]));
    let waived = accept(&folder, &["--waive", &id, "--reason", "so printed", "--until", "2999-12-31"]);
    assert_eq!(waived.code, 0, "{}{}", waived.stdout, waived.stderr);
    insta::assert_snapshot!(folder.read("snapshots/d/2024-01-01.snap"));
    let again = accept(&folder, &[]);
    assert!(again.code == 0 && again.stdout.starts_with("unchanged"), "{}", again.stdout);
    folder.write("in/d-2024-01-01.csv", BAD.replace("46", "47"));
    assert_eq!(accept(&folder, &[]).code, 1);
}

#[test]
fn all_waives_warnings_too_and_standing_ones_are_known() {
    let folder = folder("all", &GOOD.replace("30", "300"));
    assert_eq!(accept(&folder, &[]).code, 0);
    let text = folder.read("snapshots/d/2024-01-01.snap");
    assert!(text.contains("known = [\"") && !text.contains("[[accepted]]"), "{text}");
    assert_eq!(accept(&folder, &["--fail-on", "warning"]).code, 1);
    assert_eq!(folder.read("snapshots/d/2024-01-01.snap"), text);
    let waived = accept(&folder, &["--fail-on", "warning", "--waive", "all", "--reason", "a big day"]);
    assert!(waived.code == 0 && waived.stdout.starts_with("changed"), "{}", waived.stdout);
    let text = folder.read("snapshots/d/2024-01-01.snap");
    assert!(!text.contains("known") && text.contains("figures = [\"300\"]"), "{text}");
}

#[test]
fn a_finding_on_the_form_of_a_file_refuses_the_edition_with_that_row() {
    let folder = folder("form", &GOOD.replace("18", "x8"));
    let output = accept(&folder, &[]);
    assert!(output.code == 1 && output.stdout.contains("error[type]"), "{}", output.stdout);
}

#[test]
fn of_a_file_with_many_editions_only_that_with_the_faulty_row_is_refused() {
    let folder = Folder::new("snapshot-rows");
    folder.write("rules/d.toml", many_a_file());
    let rows = "2024-01-01,North,1,1\n2024-01-02,North,x2,1\n2024-01-03,North,3,1\n";
    folder.write("in/d-all.csv", format!("day,area,all,some\n{rows}"));
    let output = accept(&folder, &[]);
    assert!(output.code == 1 && output.stdout.ends_with("3 editions: 2 new, 1 refused\n"), "{}", output.stdout);
    assert!(!folder.path("snapshots/d/2024-01-02.snap").exists());
}

#[test]
fn editions_of_a_file_that_grew_stay_as_they_were_accepted() {
    let folder = Folder::new("snapshot-grown");
    folder.write("rules/d.toml", many_a_file());
    folder.write("in/d-all.csv", "day,area,all,some\n2024-01-01,North,1,1\n");
    accept(&folder, &[]);
    let text = folder.read("snapshots/d/2024-01-01.snap");
    folder.write("in/d-all.csv", "day,area,all,some\n2024-01-01,North,1,1\n2024-01-02,North,2,1\n");
    let output = accept(&folder, &[]);
    assert!(output.stdout.ends_with("2 editions: 1 new, 1 unchanged\n"), "{}", output.stdout);
    assert_eq!(folder.read("snapshots/d/2024-01-01.snap"), text);
}

#[test]
fn every_claimed_fixture_is_accepted_again_unchanged_and_needs_all_its_waivers() {
    let repository = Folder::repository();
    for case in ["gun-checks-2021-12/gun-checks", "italy-it-003/before", "italy-it-003/after", "italy-it-007/after"] {
        let (folder, file) = (Folder::new("snapshot-fixtures"), format!("tests/tables/{case}.csv"));
        let snapshots = folder.path("snapshots").to_string_lossy().into_owned();
        let arguments = ["accept", &file, "--waive", "all", "--reason", "as printed", "--snapshots", &snapshots];
        assert_eq!(crossfoot(&repository, &arguments).code, 0, "{case}");
        let again = crossfoot(&repository, &arguments);
        let summary = again.stdout.lines().last().unwrap();
        assert!(summary.ends_with(" unchanged") && !summary.contains(','), "{case}: {summary}");
        let lint = crossfoot(&repository, &["lint", "--snapshots", &snapshots]);
        assert_eq!(lint.code, 0, "{case}: {}", lint.stdout);
    }
}

#[test]
fn an_expired_waiver_does_not_help() {
    let folder = folder("expired", BAD);
    let id = id_of(&accept(&folder, &[]));
    accept(&folder, &["--waive", &id, "--reason", "so printed", "--until", "2999-12-31"]);
    let text = folder.read("snapshots/d/2024-01-01.snap").replace("2999-12-31", "2001-12-31");
    folder.write("snapshots/d/2024-01-01.snap", &text);
    assert_eq!(accept(&folder, &[]).code, 1);
    assert_eq!(folder.read("snapshots/d/2024-01-01.snap"), text);
}

#[test]
fn an_edition_with_a_copied_column_is_refused_until_it_is_waived() {
    let folder = Folder::new("snapshot-copied");
    let rules = "crossfoot = 1\ndataset = \"d\"\ncadence = \"weekly\"\nperiod = { filename = \"d-%Y-%m-%d\" }\n\
        [tables.t]\nkey = [\"area\"]\ncolumns = { area = \"label\", n = \"count\" }\n";
    folder.write("rules/d.toml", rules);
    let week = |number: i64| {
        let row = |it: i64| format!("Area {it},{}\n", 700 + 60 * it + (number * (5 + it) * 31) % 71);
        format!("area,n\n{}", (0..12).map(row).collect::<String>())
    };
    for (day, number) in [("06", 1), ("13", 2), ("20", 3)] {
        folder.write(&format!("in/d-2025-01-{day}.csv"), week(number));
    }
    assert_eq!(accept(&folder, &[]).code, 0);
    folder.write("in/d-2025-01-27.csv", week(3));
    let refused = accept(&folder, &[]);
    assert!(refused.code == 1 && refused.stdout.contains("error[pasted]"), "{}", refused.stdout);
    assert!(!folder.path("snapshots/d/2025-01-27.snap").exists());
    let id = id_of(&refused);
    assert_eq!(accept(&folder, &["--waive", &id, "--reason", "the office closed"]).code, 0);
    assert_eq!(crossfoot(&folder, &["check", "in"]).code, 0);
    // What was waived does not excuse the next copy.
    folder.write("in/d-2025-02-03.csv", week(4));
    assert_eq!(accept(&folder, &[]).code, 0);
    folder.write("in/d-2025-02-10.csv", week(4));
    assert_eq!(accept(&folder, &[]).code, 1);
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = folder("dry", GOOD);
    let output = accept(&folder, &["--dry-run"]);
    assert!(
        output.code == 0 && output.stdout.ends_with("1 edition: 1 new; nothing was written\n"),
        "{}",
        output.stdout
    );
    assert!(!folder.path("snapshots").exists());
}

#[test]
fn snapshots_stand_beside_the_rules_wherever_it_is_run() {
    let folder = folder("upwards", GOOD);
    // Test tools keep files of the same ending in folders of this name.
    folder.write("in/snapshots/other.snap", "no snapshot of ours");
    let mut child = spawn_in(folder.path("in"), &["accept", "d-2024-01-01.csv"]);
    assert!(child.wait().unwrap().success());
    assert!(folder.path("snapshots/d/2024-01-01.snap").exists());
    assert_eq!(fs::read_dir(folder.path("in/snapshots")).unwrap().count(), 1);
}

#[test]
fn what_cannot_be_accepted_is_told_with_a_hint() {
    let folder = folder("usage", BAD);
    let id = id_of(&accept(&folder, &[]));
    let near = format!("{}{}", &id[..7], if id.ends_with('0') { '1' } else { '0' });
    folder.write("other/x.csv", "a,b\n1,2\n");
    folder.write("more/d-2024-01-01.csv", GOOD);
    folder.write("later/d.csv", GOOD);
    for (arguments, parts) in [
        (vec!["accept", "in", "--waive", &id], ["--reason", "Usage"]),
        (vec!["accept", "in", "--waive", &id, "--reason", " "], ["a reason", "hint:"]),
        (vec!["accept", "in", "--waive", &near, "--reason", "x"], [&near, &id]),
        (vec!["accept", "in", "--waive", &id, "--reason", "x", "--until", "2001-01-01"], ["--until", "2001-01-01"]),
        (vec!["accept", "other"], ["other/x.csv", "crossfoot init"]),
        (vec!["accept", "in", "more"], ["more/d-2024-01-01.csv", "d/2024-01-01.snap"]),
        (vec!["accept", "later", "--dataset", "d"], ["later/d.csv", "--edition"]),
        (vec!["accept", "-"], ["<stdin>", "hint:"]),
        (vec!["accept"], ["PATH", "Usage"]),
    ] {
        let output = crossfoot(&folder, &arguments);
        assert_eq!(output.code, 2, "{arguments:?}: {}{}", output.stdout, output.stderr);
        assert!(parts.iter().all(|it| output.stderr.contains(it)), "{arguments:?}: {}", output.stderr);
    }
    assert!(!folder.path("snapshots/d").exists());
}

#[test]
fn a_broken_snapshot_is_told_and_stays() {
    let folder = folder("broken", GOOD);
    accept(&folder, &[]);
    let text = folder.read("snapshots/d/2024-01-01.snap");
    let cut = &text[..text.len() - 4];
    folder.write("snapshots/d/2024-01-01.snap", cut);
    let output = accept(&folder, &[]);
    assert!(output.code == 2 && output.stderr.contains("snapshots/d/2024-01-01.snap:"), "{}", output.stderr);
    assert!(output.stderr.contains("hint: "), "{}", output.stderr);
    assert_eq!(folder.read("snapshots/d/2024-01-01.snap"), cut);
    folder.write("snapshots/d/2024-01-01.snap", &text);
    folder.write("snapshots/d/2024-01-03.snap", &text);
    let output = accept(&folder, &[]);
    assert!(output.code == 2 && output.stderr.contains("d/2024-01-01.snap, according to its"), "{}", output.stderr);
}

#[test]
fn lint_names_waivers_that_match_nothing_and_those_that_expired() {
    let folder = folder("lint", BAD);
    let id = id_of(&accept(&folder, &[]));
    accept(&folder, &["--waive", &id, "--reason", "so printed"]);
    let clean = crossfoot(&folder, &["lint"]);
    assert!(clean.code == 0 && clean.stdout.ends_with("1 snapshot, 1 waiver: 0 to look at\n"), "{}", clean.stdout);
    let text = folder.read("snapshots/d/2024-01-01.snap");
    let line = text.lines().position(|it| it.starts_with("id = ")).unwrap() + 1;
    for (old, new, message) in [
        ("South,30,46", "South,30,47", "the figures are no longer those that were accepted"),
        ("South,30,46", "South,30,26", "the rule now holds there"),
        ("rule = \"some-of-all\"", "rule = \"gone\"", "there is no longer a rule of this name"),
        ("by = \"Ann\"", "until = \"2001-12-31\"", "expired on 2001-12-31"),
    ] {
        folder.write("snapshots/d/2024-01-01.snap", text.replace(old, new));
        let output = crossfoot(&folder, &["lint"]);
        assert_eq!(output.code, 1, "{new}: {}", output.stdout);
        let place = format!("snapshots/d/2024-01-01.snap:{line}: waiver {id}");
        assert!(output.stdout.starts_with(&place) && output.stdout.contains(message), "{}", output.stdout);
    }
}

#[test]
fn every_shipped_snapshot_is_that_of_its_edition() {
    let repository = Folder::repository();
    let editions = ["accept", "--dry-run", "examples/city-crime/2005-03-03.txt", "examples/city-crime/2006-06-21.txt"];
    let output = crossfoot(&repository, &editions);
    assert_eq!(output.stdout.lines().last(), Some("2 editions: 2 unchanged; nothing was written"));
    assert_eq!(crossfoot(&repository, &["lint"]).code, 0);
}

const EDITIONS: u8 = 50;

/// Fifty daily editions in `a` and the same, revised, in `b`.
fn many(name: &str) -> Folder {
    let folder = Folder::new(&format!("snapshot-{name}"));
    folder.write("rules/d.toml", RULES);
    for day in 0..EDITIONS {
        let file = format!("d-2024-{:02}-{:02}.csv", day / 28 + 1, day % 28 + 1);
        folder.write(&format!("a/{file}"), GOOD);
        folder.write(&format!("b/{file}"), GOOD.replace("North,18", "North,19"));
    }
    folder
}

fn spawn(folder: &Folder, arguments: &[&str]) -> Child {
    spawn_in(folder.path("."), arguments)
}

fn spawn_in(folder: PathBuf, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_crossfoot"))
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn snapshots(folder: &Folder, name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.path(&format!("{name}/d"))).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.map(|it| it.unwrap().path()).collect();
    files.sort();
    files
}

/// Numbers without order, the same in every run: a linear congruence.
fn random(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

#[test]
fn killed_at_any_moment_every_snapshot_is_whole_and_the_next_run_goes_on() {
    let folder = many("killed");
    // What the second side replaces of the first is kept beside it.
    for [side, whole] in [["a", "whole-a"], ["a", "whole-b"], ["b", "whole-b"]] {
        assert_eq!(crossfoot(&folder, &["accept", side, "--snapshots", whole]).code, 0);
    }
    // As long as a run takes here that replaces every edition, so that kills come
    // early and late; a machine under load is not waited for.
    let replaced = |side: &str| {
        let started = Instant::now();
        assert_eq!(crossfoot(&folder, &["accept", side]).code, 0);
        started.elapsed()
    };
    replaced("a");
    let run_time = replaced("b");
    let mut longest = u64::try_from(run_time.as_micros()).unwrap().clamp(30_000, 400_000);
    let texts =
        |side: &str| snapshots(&folder, &format!("whole-{side}")).iter().map(|it| fs::read(it).unwrap()).collect();
    let (old, new): (Vec<_>, Vec<_>) = (texts("a"), texts("b"));
    let (mut seed, mut half_done) = (3, 0);
    // A loaded machine may need more tries before a kill falls between two editions.
    for run in 0..600 {
        if run >= 200 && half_done > 0 {
            break;
        }
        if run >= 200 && run % 100 == 0 {
            replaced("a");
            longest = u64::try_from(replaced("b").as_micros()).unwrap().clamp(30_000, 400_000);
        }
        let mut child = spawn(&folder, &["accept", if run % 2 == 0 { "a" } else { "b" }]);
        std::thread::sleep(Duration::from_micros(random(&mut seed) % longest));
        child.kill().unwrap();
        child.wait().unwrap();
        let files = snapshots(&folder, "snapshots");
        let kept = files.iter().filter(|it| it.extension().is_some_and(|it| it == "snap"));
        let mut sides = [0, 0];
        for file in kept {
            let text = fs::read(file).unwrap();
            sides[0] += usize::from(old.contains(&text));
            sides[1] += usize::from(new.contains(&text));
            assert!(old.contains(&text) || new.contains(&text), "run {run}: {} is no whole snapshot", file.display());
        }
        half_done += usize::from(sides[0] > 0 && sides[1] > 0);
    }
    let slow = run_time > Duration::from_millis(400);
    assert!(half_done > 0 || slow, "no run was killed between two editions");
    let output = crossfoot(&folder, &["accept", "a"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let kept: Vec<_> = snapshots(&folder, "snapshots").iter().map(|it| fs::read(it).unwrap()).collect();
    assert!(kept == old, "the last run did not keep all, or left files of no use");
}

#[test]
fn two_writers_at_once_are_both_kept() {
    let folder = many("both");
    for day in 0..EDITIONS {
        let file = format!("d-2024-{:02}-{:02}.csv", day / 28 + 1, day % 28 + 1);
        fs::rename(folder.path(&format!("b/{file}")), folder.path(&format!("b/{}", file.replace("2024", "2025"))))
            .unwrap();
    }
    let writers: Vec<Child> = ["a", "b"].iter().map(|side| spawn(&folder, &["accept", side])).collect();
    for writer in writers {
        let output = writer.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(snapshots(&folder, "snapshots").len(), 2 * usize::from(EDITIONS));
}

#[test]
fn one_figure_changed_after_acceptance_is_one_finding_at_its_cell() {
    let folder = folder("changed", GOOD);
    assert_eq!(accept(&folder, &[]).code, 0);
    let silent = crossfoot(&folder, &["check", "in", "--fail-on", "note"]);
    assert_eq!(silent.code, 0, "{}", silent.stdout);

    folder.write("in/d-2024-01-01.csv", GOOD.replace("South,30,16", "South,31,16"));
    let output = crossfoot(&folder, &["check", "in", "-o", "json"]);
    assert_eq!(output.code, 1);
    let check: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let findings = check["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    let (finding, places) = (&findings[0], &findings[0]["places"]);
    assert_eq!((finding["rule"].as_str(), finding["gap"].as_str()), (Some("restated"), Some("1")));
    assert_eq!((places[0]["line"].as_u64(), places[0]["column_start"].as_u64()), (Some(3), Some(7)));
    assert_eq!(places[1]["file"], "snapshots/d/2024-01-01.snap");
    assert_eq!((places[1]["text"].as_str(), places[1]["column"].as_str()), (Some("30"), Some("all")));

    assert_eq!(accept(&folder, &[]).stdout, "changed    snapshots/d/2024-01-01.snap\n1 edition: 1 changed\n");
    assert_eq!(crossfoot(&folder, &["check", "in", "--fail-on", "note"]).code, 0);
}

#[test]
fn waived_findings_of_an_accepted_edition_are_counted_as_waived() {
    let folder = folder("counted", BAD);
    assert_eq!(accept(&folder, &["--waive", "all", "--reason", "old cases count"]).code, 0);
    let output = crossfoot(&folder, &["check", "in"]);
    assert_eq!(output.code, 0, "{}", output.stdout);
    assert!(output.stdout.starts_with("passed: ") && output.stdout.ends_with(", 1 waived\n"), "{}", output.stdout);
    assert!(!output.stdout.contains("error["), "{}", output.stdout);
}

#[test]
fn accepted_editions_settle_glued_rows_of_a_page() {
    let folder = Folder::new("snapshot-pages");
    folder.write(
        "rules/calls.toml",
        "crossfoot = 1\ndataset = \"calls\"\ncadence = \"weekly\"\n[tables.calls]\ntitle = \"Fire Service\"\nkey = [\"station\"]\n\
         columns = { station = \"label\", calls = \"count\", false = \"count\" }\n",
    );
    let page = |dates: &str, rows: &str| format!("Fire Service\n{dates}\nStationCallsFalse\n{rows}");
    let former = ["North 118 31\nEast 96 24\nMoor 41 12\n", "North 121 35\nEast 92 21\nMoor 47 10\n"];
    for (dates, rows) in ["January 5 - January 11, 2015", "January 12 - January 18, 2015"].into_iter().zip(former) {
        folder.write("in.txt", page(dates, rows));
        let output = crossfoot(&folder, &["accept", "in.txt", "--by", "Ann"]);
        assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    }
    folder.write("new.txt", page("January 19 - January 25, 2015", "North12333\nEast9823\nMoor4411\n"));
    let known = crossfoot(&folder, &["extract", "new.txt", "-o", "csv"]);
    assert_eq!(known.stdout, "station,calls,false\nNorth,123,33\nEast,98,23\nMoor,44,11\n", "{}", known.stderr);
    std::fs::remove_dir_all(folder.path("snapshots")).unwrap();
    let alone = crossfoot(&folder, &["extract", "new.txt"]);
    assert!(alone.stdout.contains('?'), "{}", alone.stdout);
}
