//! One meaning of a key: repeated keys, groups, lists and rows of editions go by
//! value, in small files and in large ones.

use crossfoot::check;
use crossfoot::check::stream::{self, Limits};
use crossfoot::rules::Dataset;

use crate::large::{Bytes, dataset, options, told};
use crate::support::{Folder, crossfoot};

const TOWNS: &str = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"id\"]\n\
    columns = { id = \"integer\", zone = \"amount\", part = \"label\", n = \"count\" }\n";

fn whole(datasets: &[Dataset], text: &str) -> serde_json::Value {
    let document = crossfoot::source::decode("t.csv", text.as_bytes().to_vec()).unwrap();
    let loaded = check::load(document.into(), crossfoot::source::Format::Delimited, datasets, &options()).unwrap();
    serde_json::from_str(&told(&check::check(vec![loaded], datasets, &[], &options()).unwrap())).unwrap()
}

/// What a file read in parts comes to, each part a chunk; none where it has to be read as a whole.
fn in_parts(datasets: &[Dataset], text: &str, limits: Limits) -> Option<serde_json::Value> {
    let parts = Bytes(text.as_bytes().to_vec());
    let loaded = stream::load(&parts, "t.csv", datasets, &options(), &|_| false, limits).unwrap().ok()?;
    Some(serde_json::from_str(&told(&check::check(vec![loaded], datasets, &[], &options()).unwrap())).unwrap())
}

fn fails(found: &serde_json::Value, rule: &str) -> Option<u64> {
    found["summary"]["by_rule"][rule]["fails"].as_u64()
}

fn messages(found: &serde_json::Value) -> Vec<&str> {
    found["findings"].as_array().unwrap().iter().map(|it| it["message"].as_str().unwrap()).collect()
}

#[test]
fn a_key_that_is_printed_in_two_ways_is_repeated_to_all_rules() {
    let rules = format!("{TOWNS}[[rules]]\nname = \"once\"\nunique = [\"id\"]\n");
    let found = whole(&dataset(&rules), "id,zone,part,n\n12 500,1,a,3\n12500,2,a,4\n7,3,a,5\n");
    assert_eq!(messages(&found), ["12500 appears twice, first in line 2", "id 12500 appears twice, first in line 2"]);
}

#[test]
fn groups_go_by_value_and_blanks_are_alike() {
    let rules = format!(
        "{TOWNS}[[rules]]\nname = \"sums\"\nsum = {{ total = {{ where = \"part = 'all'\" }}, \
         parts = {{ where = \"part <> 'all'\" }}, columns = [\"n\"], by = [\"zone\"] }}\n"
    );
    let text = "id,zone,part,n\n1,4,all,9\n2,4.0,a,6\n3,4.00,b,3\n4,,all,8\n5,,a,8\n6,n/a,all,7\n7,n/a,a,6\n";
    let found = whole(&dataset(&rules), text);
    assert_eq!(messages(&found), ["6: 7 is not the sum of its parts, 6 (7: 6)"]);
    assert_eq!(found["summary"]["by_rule"]["sums"]["holds"], 2);
}

#[test]
fn percentages_are_grouped_by_value() {
    let rules =
        format!("{TOWNS}[[rules]]\nname = \"all\"\nshare = {{ percent = \"p\", sums_to = 100, by = [\"zone\"] }}\n")
            .replace("n = \"count\"", "p = \"percent\"");
    let found = whole(&dataset(&rules), "id,zone,part,p\n1,4,x,60\n2,4.0,y,40\n");
    assert_eq!((fails(&found, "all"), found["summary"]["by_rule"]["all"]["holds"].as_u64()), (Some(0), Some(1)));
}

#[test]
fn a_printed_zero_hides_nothing_in_sums_of_percentages_either() {
    let rules = format!("{TOWNS}[[rules]]\nname = \"all\"\nshare = {{ percent = \"p\", sums_to = 100 }}\n")
        .replace("n = \"count\"", "p = \"percent\"");
    let zeros: String = (3..9).map(|it| format!("{it},1,z,0\n")).collect::<Vec<_>>().concat();
    let found = whole(&dataset(&rules), &format!("id,zone,part,p\n1,1,x,60\n2,1,y,38\n{zeros}"));
    assert_eq!(messages(&found), ["p adds up to 98, not 100; rounding of 2 figures explains at most 1"]);
}

#[test]
fn rows_of_two_editions_are_matched_by_value() {
    let folder = Folder::new("keys-editions");
    let rules = "crossfoot = 1\ndataset = \"d\"\ncadence = \"weekly\"\nperiod = { column = \"week\" }\nfiles = [\"*.csv\"]\n\
        [tables.t]\nkey = [\"week\", \"id\", \"kind\"]\n\
        columns = { week = \"period\", id = \"integer\", kind = \"label\", total = \"count\", last = \"count\" }\n\
        [[rules]]\nname = \"grows\"\ncumulative = { columns = [\"total\"] }\n\
        [[rules]]\nname = \"as-printed\"\nrevision = { previous = \"last\", current = \"total\" }\n\
        [[rules]]\nname = \"steady\"\nexpect = \"total <= previous(total) + 5\"\n";
    let text = "week,id,kind,total,last\n\
        2024-01-01/2024-01-07,31 400,a,10,9\n2024-01-01/2024-01-07,31 400,,20,19\n\
        2024-01-08/2024-01-14,31400,a,9,10\n2024-01-08/2024-01-14,31400,,40,21\n";
    folder.write("d.toml", rules);
    folder.write("t.csv", text);
    let checked = crossfoot(&folder, &["check", "t.csv", "--rules", "d.toml", "-o", "concise"]);
    for it in [
        "t.csv:4:31: error[grows]: total falls from 10 to 9",
        "t.csv:5:33: error[as-printed]: 2024-01-08/2024-01-14, 31400, : last is 21, but the previous edition printed \
         20 as total",
        "t.csv:5:30: error[steady]:",
    ] {
        assert!(checked.stdout.contains(it), "{it}\n{}{}", checked.stdout, checked.stderr);
    }
    assert!(checked.stdout.contains("3 undetermined"), "{}", checked.stdout);
}

/// A table whose keys are plain but for the last rows.
fn keyed(rows: &str) -> String {
    let row = |it: u32| format!("{},2001-02-{:02},a {it},{}\n", 1_000 + it, it % 28 + 1, it % 9);
    let plain = (0..400).map(row).collect::<Vec<_>>().concat();
    format!("id,day,name,n\n{plain}{rows}")
}

#[test]
fn a_key_that_repeats_a_plain_one_is_found_however_it_is_printed() {
    let rules = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\nstyle = { decimal = \".\", thousands = \" \" }\n\
        [tables.t.columns]\nid = \"amount\"\nday = \"date\"\nname = \"text\"\nn = \"count\"\n[tables.t.markers]\nnil = [\"none\"]\n\
        [[rules]]\nname = \"once\"\nunique = [KEY]\n";
    let odd = [
        "1 017,2001-02-18,a 17,3\n",
        "1017.00000000000000000000000,2001-02-18,a 17,3\n",
        "1017*,2001-02-18,a 17,3\n",
        "\" 1017 \",20010218,a 17,3\n",
        "1017,2001-02-18T00:00:00,\"a \u{a0}17\",3\n",
        "1017,2001/02/18,a\u{200b}17,3\n",
        "1017,18.2.2001,a 17,3\n",
        "1017,18 February 2001,a 17,3\n",
    ];
    for (key, reads_names) in [("\"id\"", false), ("\"id\", \"day\"", false), ("\"day\", \"name\"", true)] {
        let datasets = dataset(&rules.replace("KEY", key));
        for row in odd {
            let text = keyed(row);
            let found = whole(&datasets, &text);
            assert_eq!(fails(&found, "once"), Some(1), "{key} {row}");
            for limits in [Limits { chunk: 512, memory: 1 << 30 }, Limits { chunk: 1 << 20, memory: 1_000 }] {
                let parts = in_parts(&datasets, &text, limits).expect("it is plain enough");
                assert_eq!(parts, found, "{key} {row} {limits:?} {reads_names}");
            }
        }
    }
}

#[test]
fn a_day_that_the_whole_column_decides_is_no_guess() {
    let rules = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t.columns]\n\
        id = \"amount\"\nday = \"date\"\nname = \"text\"\nn = \"count\"\n[[rules]]\nname = \"once\"\nunique = [\"day\", \"name\"]\n";
    let datasets = dataset(rules);
    // The last row says that months come first.
    let text = keyed("1,2/3/2001,a 30,3\n2,2/25/2001,x,3\n");
    let found = whole(&datasets, &text);
    assert_eq!(fails(&found, "once"), Some(1));
    let parts = in_parts(&datasets, &text, Limits { chunk: 512, memory: 1 << 30 });
    assert_eq!(parts.unwrap_or_else(|| found.clone()), found);
}

#[test]
fn days_of_different_hours_are_two_keys_and_months_are_no_years() {
    let rules = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"at\", \"span\"]\n\
        columns = { at = \"date\", span = \"period\", n = \"count\" }\n[[rules]]\nname = \"once\"\nunique = [\"at\", \"span\"]\n";
    let text = "at,span,n\n2024-05-01T10:00,2024,1\n2024-05-01T11:00,2024,2\n2024-05-01,2024-01,3\n2024-05-01,2024,4\n\
        2024-05-01 00:00,2024-01-01/2024-12-31,5\n";
    let found = whole(&dataset(rules), text);
    assert_eq!((fails(&found, "once"), fails(&found, "keys")), (Some(1), Some(1)), "{found:#}");
}

#[test]
fn nested_sums_over_a_table_without_an_outline_are_told() {
    let folder = Folder::new("keys-nested");
    folder.write(
        "d.toml",
        "crossfoot = 1\ndataset = \"d\"\n[tables.t]\nfiles = [\"t.csv\"]\ncolumns = { item = \"label\", n = \"count\" }\n\
         [[rules]]\nname = \"outline\"\nsum = { nested = true }\n",
    );
    folder.write("t.csv", "item,n\nWard 4,70\n  north,20\n  south,31\n");
    let checked = crossfoot(&folder, &["check", "t.csv", "--rules", "d.toml", "-o", "concise"]);
    let told = "error[undecided]: rule outline was never checked: no row is nested under another";
    assert!(checked.stdout.contains(told) && checked.code == 1, "{}{}", checked.stdout, checked.stderr);
}
