//! Packed files and streams, small and large, through the program.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::support::{Folder, Output, crossfoot, crossfoot_with};

const RULES: &str = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"id\"]\n[tables.t.columns]\n\
    id = \"count\"\nn = \"amount\"\n[[rules]]\nname = \"limit\"\nrange = { columns = [\"n\"], max = 50 }\n";

/// A table of so many rows with one that breaks its rule, and its line.
fn table(rows: usize) -> (String, usize) {
    let broken = rows / 2;
    let mut text = "id,n\n".to_owned();
    for it in 0..rows {
        writeln!(text, "{it},{}.50", if it == broken { 51 } else { it % 50 }).unwrap();
    }
    (text, broken + 2)
}

fn packed(text: &str) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

/// A folder with the rules and a table, packed too.
fn folder(name: &str, rows: usize) -> (Folder, String, usize) {
    let folder = Folder::new(name);
    let (text, line) = table(rows);
    folder.write("rules/d.toml", RULES);
    folder.write("in/t.csv.gz", packed(&text));
    (folder, text, line)
}

fn told(it: &Output) -> &str {
    it.stdout.lines().next().unwrap_or(&it.stderr)
}

#[cfg(not(feature = "packed"))]
#[test]
fn packed_files_name_the_feature_that_reads_them() {
    let folder = Folder::new("packed-feature");
    for (name, start, packer) in [
        ("t.csv.gz", &b"\x1f\x8b\x08\x00"[..], "gzip"),
        ("t.csv.zst", b"\x28\xb5\x2f\xfd", "Zstandard"),
        ("t.csv.bz2", b"BZh91AY", "bzip2"),
    ] {
        folder.write(name, start);
        let output = crossfoot(&folder, &["check", name]);
        assert_eq!(output.code, 2, "{}", output.stdout);
        assert!(output.stderr.contains(&format!("cannot read files packed with {packer}")), "{}", output.stderr);
        assert!(output.stderr.contains("feature packed"), "{}", output.stderr);
    }
}

#[test]
fn packed_files_are_checked_like_plain_ones() {
    for rows in [100, 300_000] {
        let (folder, text, line) = folder(&format!("packed-{rows}"), rows);
        folder.write("t.csv", &text);
        let plain = crossfoot(&folder, &["check", "t.csv", "-o", "concise"]);
        assert!(told(&plain).starts_with(&format!("t.csv:{line}:")), "{}", told(&plain));
        // A folder is searched for packed files too.
        let packed = crossfoot(&folder, &["check", "in", "-o", "concise"]);
        assert_eq!((packed.code, packed.stdout), (1, plain.stdout.replace("t.csv", "in/t.csv.gz")));
        let piped = crossfoot_with(&folder, &["check", "-", "--dataset", "d", "-o", "concise"], text.as_bytes());
        assert_eq!((piped.code, piped.stdout), (1, plain.stdout.replace("t.csv", "<stdin>")));
    }
}

#[test]
fn packed_editions_are_compared_like_plain_ones() {
    let (folder, text, line) = folder("packed-diff", 300_000);
    folder.write("new.csv", text.replace(",51.50\n", ",49.50\n"));
    let found = crossfoot(&folder, &["diff", "in/t.csv.gz", "new.csv", "-o", "json"]);
    let found: serde_json::Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!(found["summary"]["rows"]["changed"], 1);
    assert_eq!(
        (&found["changes"][0]["old_line"], &found["changes"][0]["cells"][0]["new"]),
        (&line.into(), &"49.50".into())
    );
}

#[test]
fn a_broken_packed_file_is_never_a_pass() {
    let (folder, text, _) = folder("packed-broken", 300_000);
    let whole = packed(&text);
    folder.write("in/t.csv.gz", &whole[..whole.len() / 2]);
    let found = crossfoot(&folder, &["check", "in"]);
    assert_eq!(found.code, 2, "{}", found.stdout);
    assert!(found.stderr.starts_with("error: in/t.csv.gz:1"), "{}", found.stderr);
    assert!(found.stderr.contains("to the end; it ended in this line"), "{}", found.stderr);
}

#[test]
fn a_packed_edition_is_accepted_and_stands() {
    let folder = Folder::new("packed-accept");
    folder.write("rules/d.toml", RULES);
    folder.write("t.csv.gz", packed("id,n\n1,7.50\n2,8.50\n"));
    let accepted = crossfoot(&folder, &["accept", "t.csv.gz"]);
    assert_eq!(accepted.code, 0, "{}", accepted.stderr);
    folder.write("t.csv.gz", packed("id,n\n1,7.50\n2,9.50\n"));
    let found = crossfoot(&folder, &["diff", "snapshots/d/current.snap", "t.csv.gz", "-o", "json"]);
    assert!(found.stdout.contains("\"8.50\"") && found.stdout.contains("\"9.50\""), "{}{}", found.stdout, found.stderr);
}
