//! `check --baseline`: adopting on data that has findings already.

use crate::support::{Folder, crossfoot};

fn folder(name: &str) -> Folder {
    let folder = Folder::new(&format!("baseline-{name}"));
    folder.write(
        "rules/t.toml",
        "crossfoot = 1\ndataset = \"t\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"id\"]\n\
         columns = { id = \"label\", n = \"count\", m = \"count\" }\n[[rules]]\nname = \"less\"\npart = \"n <= m\"\n",
    );
    folder.write("t.csv", "id,n,m\na,5,3\nb,2,3\nc,9,3\n");
    folder
}

#[test]
fn known_findings_do_not_fail_and_new_and_changed_ones_do() {
    let folder = folder("known");
    assert_eq!(crossfoot(&folder, &["check", "t.csv"]).code, 1);
    let written = crossfoot(&folder, &["baseline", "write", "known.json", "t.csv"]);
    assert_eq!((written.code, written.stdout.as_str()), (0, "known.json: 2 findings written\n"));
    let check = || crossfoot(&folder, &["check", "t.csv", "--baseline", "known.json", "-o", "concise"]);
    let same = check();
    assert_eq!((same.code, same.stderr.as_str()), (0, ""), "{}", same.stdout);
    assert!(same.stdout.contains("2 waived"), "{}", same.stdout);
    // Another order of rows is no other finding.
    folder.write("t.csv", "id,n,m\nc,9,3\na,5,3\nb,2,3\n");
    assert_eq!(check().code, 0);
    folder.write("t.csv", "id,n,m\na,6,3\nb,4,3\nc,9,3\n");
    let changed = check();
    assert_eq!(changed.code, 1);
    assert!(changed.stdout.contains("t.csv:2:3: error[less]"), "{}", changed.stdout);
    assert!(changed.stdout.contains("t.csv:3:3: error[less]"), "{}", changed.stdout);
    assert!(!changed.stdout.contains("t.csv:4"), "{}", changed.stdout);
    let text = crossfoot(&folder, &["check", "t.csv", "--baseline", "known.json"]).stdout;
    assert!(text.contains("the baseline has this finding for 5, 3, but the figures have changed since"), "{text}");
}

#[test]
fn what_is_found_no_more_is_told_and_pruned() {
    let folder = folder("stale");
    crossfoot(&folder, &["baseline", "write", "known.json", "t.csv"]);
    folder.write("t.csv", "id,n,m\na,5,3\nb,2,3\nc,1,3\n");
    let check = || crossfoot(&folder, &["check", "t.csv", "--baseline", "known.json"]);
    let stale = check();
    assert_eq!(stale.code, 0);
    assert!(
        stale.stderr.contains("1 finding in the baseline no longer occurs")
            && stale.stderr.contains("t.csv: less (t, c"),
        "{}",
        stale.stderr
    );
    let pruned = crossfoot(&folder, &["baseline", "prune", "known.json", "t.csv"]);
    assert_eq!(pruned.stdout, "known.json: 1 of 2 findings kept\n");
    assert_eq!(check().stderr, "");
}

#[test]
fn repairs_are_looked_for_where_a_finding_is_new_before_all_others() {
    let folder = folder("first");
    folder.write(
        "rules/t.toml",
        "crossfoot = 1\ndataset = \"t\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"id\"]\n\
         columns = { id = \"label\", n = \"count\", m = \"count\" }\n[[rules]]\nname = \"same\"\nexpect = \"n = m\"\n",
    );
    // More failing rows than are looked into.
    let rows: String = (0..1_100).map(|it| format!("r{it},{},{}\n", it + 5, it + 6)).collect::<Vec<_>>().concat();
    folder.write("t.csv", format!("id,n,m\n{rows}last,40,40\n"));
    crossfoot(&folder, &["baseline", "write", "known.json", "t.csv"]);
    folder.write("t.csv", format!("id,n,m\n{rows}last,40,400\n"));
    let output = crossfoot(&folder, &["check", "t.csv", "--baseline", "known.json"]);
    assert!(output.stdout.contains("probably wrong: m 40 instead of 400 ("), "{}", output.stdout);
    let limit = "suggested values were searched for in 1000 groups of figures, but not in 101 more, all of them known \
     or waived";
    assert!(output.stdout.contains(limit), "{}", output.stdout);
}

#[test]
fn what_is_no_baseline_is_refused() {
    let folder = folder("refused");
    for (name, text) in [("no.json", None), ("t.csv", None), ("x.json", Some("{}"))] {
        if let Some(text) = text {
            folder.write(name, text);
        }
        let output = crossfoot(&folder, &["check", "t.csv", "--baseline", name]);
        assert_eq!(output.code, 2, "{}", output.stdout);
        assert!(output.stderr.contains("baseline write"), "{}", output.stderr);
    }
}
