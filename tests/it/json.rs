//! JSON tables as inputs: the same findings as their CSV twin.

use crossfoot::check::{self, stream};
use crossfoot::source::Format;

use crate::large::Bytes;
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

/// More records than tell the form of a file.
const SOUND: usize = 1_200;

/// What a file of records comes to in parts, if it can be read so, and as a whole.
fn both(records: &str) -> (Option<String>, String) {
    let rules = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"t.*\"]\n[tables.t]\nkey = [\"id\"]\n[tables.t.columns]\n\
                 id = \"count\"\nn = \"amount\"\nname = \"text\"\n\
                 [[rules]]\nname = \"limits\"\nrange = { columns = [\"n\"], min = 0, max = 50 }\n";
    both_by(rules, records)
}

fn both_by(rules: &str, records: &str) -> (Option<String>, String) {
    let datasets = crate::large::dataset(rules);
    let limits = stream::Limits { chunk: 300, memory: 1 << 20 };
    let parts = Bytes(records.as_bytes().to_vec());
    let outcome =
        |loaded| crate::large::told(&check::check(vec![loaded], &datasets, &[], &crate::large::options()).unwrap());
    let found = stream::load(&parts, "t.ndjson", &datasets, &crate::large::options(), &|_| false, limits).unwrap();
    let document = crossfoot::source::decode("t.ndjson", records.as_bytes().to_vec()).unwrap();
    let whole = check::load(document.into(), Format::Json, &datasets, &crate::large::options()).unwrap();
    (found.ok().map(outcome), outcome(whole))
}

/// Sound records, and some behind them.
fn records(more: &str) -> String {
    let sound = |it: usize| format!("{{\"id\": {it}, \"n\": {}.5, \"name\": \"a\"}}\n", it % 50);
    (0..SOUND).map(sound).collect::<String>() + more
}

#[test]
fn records_of_a_line_each_are_judged_in_parts_as_in_a_whole_file() {
    let late = [
        "{\"id\": 9060, \"n\": 51, \"name\": \"a\"}\n",
        "\n  \n{\"id\": 9060, \"n\": \"many\", \"name\": \"caf\\u00e9\"}\r\n{\"id\": 9061}\n{}\n",
        "{\"n\": 60, \"id\": 7, \"name\": null, \"n\": 3}\n{\"id\":1e3,\"n\":-1,\"name\":\" b \"}",
        "\t{ \"id\" : 9061 , \"n\" : 99 , \"name\" : \"\" }  \n",
    ];
    for it in late {
        let (parts, whole) = both(&records(it));
        assert_eq!(parts.as_deref(), Some(whole.as_str()), "{it}");
        assert!(whole.contains("\"line\": 120"), "{whole}");
    }
    // The first record lacks a key, and the next one has it.
    let short = records("{\"id\": 9060, \"n\": 51, \"name\": \"a\"}\n").replacen(", \"name\": \"a\"", "", 1);
    let (parts, whole) = both(&short);
    assert_eq!(parts, Some(whole));
}

#[test]
fn records_that_change_the_table_are_read_as_a_whole() {
    let late = [
        // A column more, a table in a record, a record over two lines, and two in one.
        "{\"id\": 9060, \"n\": 5, \"name\": \"a\", \"more\": 1}\n",
        "{\"id\": 9060, \"n\": 5, \"name\": [{\"x\": 1}]}\n",
        "{\"id\": 9060, \"n\": 5,\n\"name\": \"a\"}\n",
        "{\"id\": 9060, \"n\": 5, \"name\": \"a\"}{\"id\": 9061, \"n\": 5, \"name\": \"a\"}\n",
        // A text that is a number with a mark leaves the style of all numbers open.
        "{\"id\": 9060, \"n\": 5, \"name\": \"1.234,5\"}\n",
    ];
    for it in late {
        assert_eq!(both(&records(it)).0, None, "{it}");
    }
}

#[test]
fn a_day_behind_a_space_is_no_day_in_parts_either() {
    let rules = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"t.*\"]\n[tables.t.columns]\nid = \"count\"\nday = \"date\"\n\
                 late = \"date\"\n[[rules]]\nname = \"r\"\nexpect = \"count(*) = 0\"\nwhere = \"day = late\"\n";
    let record = |id: usize, late: &str| format!("{{\"id\": {id}, \"day\": \"2001-02-01\", \"late\": \"{late}\"}}\n");
    let sound: String = (0..SOUND).map(|it| record(it, "2001-02-03")).collect();
    let (parts, whole) = both_by(rules, &(sound + &record(SOUND, " 2001-02-03")));
    assert!(whole.contains("there are no figures to compute with"), "{whole}");
    assert_eq!(parts, Some(whole));
}
