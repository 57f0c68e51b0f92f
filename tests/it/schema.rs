//! The JSON Schema of rule files, committed beside them for editors to use.

use crate::support::{Folder, assert_same, crossfoot, writes_pages};

#[test]
fn the_committed_schema_is_the_one_printed() {
    let folder = Folder::repository();
    let output = crossfoot(&folder, &["schema"]);
    if writes_pages() {
        folder.write("rules/schema.json", &output.stdout);
    } else {
        assert_same(&folder.read("rules/schema.json"), &output.stdout);
    }
}

#[test]
fn the_schema_names_what_each_kind_takes() {
    let text = Folder::repository().read("rules/schema.json");
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    for kind in ["Sum", "Tally", "Part", "Expect", "Range", "Share", "Unique", "Codes", "Matches", "Rows"] {
        assert!(schema["$defs"][kind].is_object(), "{kind}");
    }
}
