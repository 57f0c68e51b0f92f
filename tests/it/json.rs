//! JSON tables as inputs: the same findings as their CSV twin.

use crate::support::{Folder, crossfoot};

fn folder(name: &str) -> Folder {
    let folder = Folder::new(&format!("json-{name}"));
    folder.write(
        "rules/t.toml",
        "crossfoot = 1\ndataset = \"t\"\nfiles = [\"t.*\"]\n[tables.t]\nkey = [\"id\"]\n\
         columns = { id = \"label\", n = \"count\", m = \"count\", rate = \"amount\" }\n\
         [[rules]]\nname = \"less\"\npart = \"n <= m\"\n[[rules]]\nname = \"low\"\nexpect = \"rate < 2\"\n",
    );
    folder
}

const CSV: &str = "id,n,m,rate\na,5,3,1.234\n\"b, c\",2,3,\nd,1,abc,2.50\n";

/// The findings without their places: rule, row, column, text, value.
fn findings(folder: &Folder, file: &str) -> Vec<String> {
    let output = crossfoot(folder, &["check", file, "-o", "json"]);
    assert_eq!(output.code, 1, "{file}: {}{}", output.stdout, output.stderr);
    let document: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let line = |it: &serde_json::Value| {
        let place = &it["places"][0];
        format!("{} {} {} {} {} {}", it["id"], it["rule"], it["message"], place["row"], place["column"], place["text"])
    };
    let mut lines: Vec<String> = document["findings"].as_array().unwrap().iter().map(line).collect();
    lines.sort();
    lines
}

#[test]
fn every_form_has_the_findings_of_its_csv_twin() {
    let folder = folder("twins");
    folder.write("t.csv", CSV);
    let wanted = findings(&folder, "t.csv");
    assert_eq!(wanted.len(), 3, "{wanted:?}");
    for (file, text) in [
        (
            "t.json",
            "[{\"id\": \"a\", \"n\": 5, \"m\": 3, \"rate\": 1.234},\n {\"id\": \"b, c\", \"n\": 2, \"m\": 3, \"rate\": null},\n \
             {\"id\": \"d\", \"n\": 1, \"m\": \"abc\", \"rate\": 2.50}]",
        ),
        (
            "t.ndjson",
            "{\"id\":\"a\",\"n\":5,\"m\":3,\"rate\":1.234}\n{\"id\":\"b, c\",\"n\":2,\"m\":3,\"rate\":null}\n\
             {\"rate\":2.50,\"id\":\"d\",\"n\":1,\"m\":\"abc\"}\n",
        ),
        (
            "t.jsonl",
            "{\"id\": [\"a\", \"b, c\", \"d\"], \"n\": [5, 2, 1], \"m\": [3, 3, \"abc\"], \"rate\": [1.234, null, 2.50]}",
        ),
    ] {
        folder.write(file, text);
        assert_eq!(findings(&folder, file), wanted, "{file}");
    }
}

#[test]
fn places_are_lines_and_columns_of_the_source() {
    let folder = folder("places");
    folder.write("t.json", "[\n  {\"id\": \"a\", \"n\": 5,\n   \"m\": 3, \"rate\": 1.5}\n]\n");
    let output = crossfoot(&folder, &["check", "t.json", "-o", "concise"]).stdout;
    assert!(output.starts_with("t.json:2:20: error[less]"), "{output}");
    let text = crossfoot(&folder, &["check", "t.json"]).stdout;
    assert!(text.contains("2 |   {\"id\": \"a\", \"n\": 5,"), "{text}");
}

#[test]
fn standard_input_is_known_by_its_text() {
    let folder = folder("stdin");
    let read = |text: &str| crate::support::crossfoot_with(&folder, &["extract", "-", "-o", "csv"], text.as_bytes());
    assert_eq!(read("[{\"a\": 1, \"b\": 2}]").stdout, "a,b\n1,2\n");
    let broken = crossfoot(&folder, &["check", "--from", "json", "rules/t.toml"]);
    assert_eq!(broken.code, 2);
    assert!(broken.stderr.contains("rules/t.toml:1:1: expected a value, found 'c'"), "{}", broken.stderr);
}

#[test]
fn records_that_share_no_keys_are_refused_before_they_fill_memory() {
    let folder = Folder::new("json-keys");
    let records: Vec<String> = (0..4_000).map(|it| format!("{{\"k{it}\": 1}}")).collect();
    folder.write("t.json", format!("[{}]", records.join(",\n")));
    let output = crossfoot(&folder, &["check", "t.json"]);
    assert_eq!(output.code, 2, "{}", output.stdout);
    assert!(output.stderr.contains("expected records with the same keys, found"), "{}", output.stderr);
}
