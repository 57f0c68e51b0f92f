//! One cause of many findings is told once.

use serde_json::Value;

use crate::support::{Folder, crossfoot};

const HEAD: &str = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"item\"]\n\
    columns = { item = \"label\", a = \"count\", b = \"count\", c = \"count\", total = \"count\" }\n\
    [[rules]]\nname = \"across\"\nsum = { total = \"total\", parts = [\"a\", \"b\", \"c\"] }\n\
    [[rules]]\nname = \"down\"\nsum = { total = \"[All]\", parts = \"rest\" }\n";

const ROWS: [[u32; 3]; 7] =
    [[412, 57, 130], [388, 61, 144], [455, 49, 121], [430, 72, 139], [399, 55, 152], [471, 66, 118], [420, 44, 135]];

/// The table with its sums as they should be, and then something done to it.
fn folder(name: &str, spoil: impl Fn(&mut Vec<Vec<u32>>)) -> Folder {
    let mut rows: Vec<Vec<u32>> = ROWS.iter().map(|it| [&it[..], &[it.iter().sum()]].concat()).collect();
    let all = (0..4).map(|column| rows.iter().map(|it| it[column]).sum()).collect();
    rows.push(all);
    spoil(&mut rows);
    let line = |(at, it): (usize, &Vec<u32>)| {
        let name = if at == ROWS.len() { "All".to_owned() } else { format!("r{}", at + 1) };
        it.iter().fold(name, |text, it| format!("{text},{it}"))
    };
    let lines: Vec<String> = rows.iter().enumerate().map(line).collect();
    let folder = Folder::new(name);
    folder.write("rules/d.toml", HEAD);
    folder.write("t.csv", format!("item,a,b,c,total\n{}\n", lines.join("\n")));
    folder
}

/// What the text says of each finding that it shows.
fn causes(folder: &Folder) -> Vec<String> {
    let text = crossfoot(folder, &["check", "t.csv", "--no-discovery"]).stdout;
    let lines = text.lines().filter_map(|it| it.trim_start().strip_prefix("= "));
    lines.filter(|it| !it.starts_with("rule: ") && !it.starts_with("also fails: ")).map(str::to_owned).collect()
}

#[test]
fn a_factor_in_some_rows_is_told_once_in_every_format() {
    let folder = folder("common-factor", |rows| rows[2..5].iter_mut().for_each(|it| it[1] *= 100));
    assert_eq!(causes(&folder), ["one cause: b is 100 times too large in rows r3 to r5"]);
    let text = crossfoot(&folder, &["check", "t.csv", "--no-discovery"]).stdout;
    assert_eq!((text.matches("error[").count(), text.matches("also fails: ").count()), (1, 3), "{text}");
    assert!(text.contains("failed (4 errors)"), "{text}");
    let markdown = crossfoot(&folder, &["check", "t.csv", "--no-discovery", "-o", "markdown"]).stdout;
    assert_eq!(markdown.matches("one cause: b is 100 times too large").count(), 1, "{markdown}");
    assert_eq!(markdown.matches("| error |").count(), 1, "{markdown}");
    let html = crossfoot(&folder, &["check", "t.csv", "--no-discovery", "-o", "html"]).stdout;
    assert_eq!(html.matches("<li id=\"finding-").count(), 1, "{html}");
    let json = crossfoot(&folder, &["check", "t.csv", "--no-discovery", "-o", "json"]).stdout;
    let document: Value = serde_json::from_str(&json).unwrap();
    let findings = document["findings"].as_array().unwrap();
    let lead = &findings[0]["id"];
    assert_eq!(findings.len(), 4);
    for it in findings {
        assert_eq!(it["cause"]["one_cause"], "b is 100 times too large in rows r3 to r5");
        assert!(it["id"] == *lead || it["cause"]["told_with"] == *lead, "{it}");
    }
    assert_eq!(findings[0]["suspects"][0]["requires"], "49", "{}", findings[0]);
}

#[test]
fn a_column_one_row_too_low_says_what_the_rules_require() {
    let folder = folder("common-shift", |rows| (2..6).rev().for_each(|at| rows[at][2] = rows[at - 1][2]));
    let told = "one cause: c is one row too low from r3 to r6; the rules require 121, 139, 152 and 118";
    assert_eq!(causes(&folder), [told]);
}

#[test]
fn a_column_that_repeats_another_is_told_by_its_own_sum() {
    let folder = folder("common-copy", |rows| rows[..4].iter_mut().for_each(|it| it[2] = it[1]));
    let told = "one cause: c is a copy of b in rows r1 to r4; the rules require 130, 144, 121 and 139";
    assert_eq!(causes(&folder), [told]);
}

#[test]
fn columns_in_each_others_place_are_told_where_only_their_sums_are_off() {
    let folder = folder("common-exchange", |rows| rows[1..4].iter_mut().for_each(|it| it.swap(0, 2)));
    assert_eq!(causes(&folder), ["one cause: a and c are swapped in rows r2 to r4"]);
}

#[test]
fn what_is_wrong_beside_a_cause_is_blamed_on_its_own() {
    let folder = folder("common-beside", |rows| {
        rows[1..5].iter_mut().for_each(|it| it[1] *= 10);
        rows[6][0] = 240;
    });
    let told = causes(&folder);
    assert_eq!(told[0], "one cause: b is 10 times too large in rows r2 to r5");
    assert!(told[1].contains("r7, a (240, ") && told[1].contains("420"), "{told:?}");
    assert_eq!(told.len(), 2, "{told:?}");
}

#[test]
fn totals_that_are_all_short_by_the_same_are_one_cause() {
    let folder = Folder::new("common-offset");
    let columns =
        "place = \"label\", list = \"label\", votes = \"count\", post = \"count\", desk = \"count\", van = \"count\"";
    let rule = "[[rules]]\nname = \"ways\"\nsum = { total = \"votes\", parts = [\"post\", \"desk\", \"van\"] }\n";
    let head = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"place\", \"list\"]\n";
    folder.write("rules/d.toml", format!("{head}columns = {{ {columns} }}\n{rule}"));
    let rows = "Ash,Elm,310,90,180,40\nAsh,Fir,402,101,260,41\nBay,Elm,288,70,190,34\nBay,Fir,515,120,330,71\n\
        Bay,Oak,207,52,140,21\nCob,Elm,350,80,220,50\nCob,Fir,291,61,200,30\n";
    folder.write("t.csv", format!("place,list,votes,post,desk,van\n{rows}"));
    let told = "one cause: votes is 6 less than the sum of its parts in rows Bay, Elm to Bay, Oak";
    assert_eq!(causes(&folder), [told]);
}

#[test]
fn subtotals_that_are_counted_again_are_named() {
    let folder = Folder::new("common-twice");
    let head = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"item\"]\n\
        columns = { item = \"label\", n = \"count\" }\n";
    let rule = "[[rules]]\nname = \"all\"\nexpect = \"[All].n = [N1].n + [N2].n + [S1].n + [S2].n\"\n";
    folder.write("rules/d.toml", format!("{head}{rule}"));
    folder.write("t.csv", "item,n\nNorth,330\nN1,140\nN2,190\nSouth,420\nS1,260\nS2,160\nAll,1500\n");
    let told = "one cause: All is exactly twice the sum of its parts: North and South are counted twice";
    assert_eq!(causes(&folder), [told]);
}

#[test]
fn a_column_of_an_earlier_edition_is_told_with_its_day() {
    let folder = Folder::new("common-stale");
    let head = "crossfoot = 1\ndataset = \"d\"\ncadence = \"daily\"\nperiod = { column = \"day\" }\n\
        files = [\"*.csv\"]\n[tables.t]\nkey = [\"item\"]\n\
        columns = { day = \"date\", item = \"label\", a = \"count\", b = \"count\", total = \"count\" }\n\
        [[rules]]\nname = \"across\"\nsum = { total = \"total\", parts = [\"a\", \"b\"] }\n";
    folder.write("rules/d.toml", head);
    let mut lines = vec!["day,item,a,b,total".to_owned()];
    for day in 1..=3_u32 {
        for row in 0..6_u32 {
            let (a, b) = (410 + 37 * row + day * (11 + row), 150 + 13 * row + day * (7 + 2 * row));
            // On the third day, b is that of the first.
            let printed = if day == 3 { b - 2 * (7 + 2 * row) } else { b };
            lines.push(format!("2024-05-0{day},r{},{a},{printed},{}", row + 1, a + b));
        }
    }
    folder.write("t.csv", format!("{}\n", lines.join("\n")));
    let told = causes(&folder);
    assert!(told[0].starts_with("one cause: b repeats the edition of 2024-05-01 in rows r1 to r6"), "{told:?}");
}
