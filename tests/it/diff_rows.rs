//! Which row is which, and what a cell says beside its value.

use crossfoot::diff::{ChangeKind, Diff, Match, Op, Options, Side, diff};

use crate::support::{Folder, crossfoot};

fn compare(old: &str, new: &str, key: &[&str]) -> Diff {
    let read = |name: &str, text: &str| crate::diff::read(name, text);
    let options = Options { key: key.iter().map(|it| (*it).to_owned()).collect(), ..Options::default() };
    diff((Side::default(), &read("t.csv", old)), (Side::default(), &read("t.csv", new)), &options).unwrap()
}

/// Added, removed, changed.
fn counts(it: &Diff) -> [usize; 3] {
    let rows = it.tables[0].rows;
    [rows.added, rows.removed, rows.changed]
}

fn kinds(it: &Diff) -> Vec<ChangeKind> {
    it.tables[0].changes.iter().flat_map(|it| &it.cells).map(|it| it.kind).collect()
}

/// The kind of change between two texts of one cell.
fn kind(old: &str, new: &str) -> Option<ChangeKind> {
    let table = |cell: &str| format!("k,v\na,{cell}\nb,{cell}\nc,{cell}\n");
    let it = compare(&table(old), &table(new), &["k"]);
    assert_eq!(it.is_empty(), it.tables[0].changes.is_empty());
    kinds(&it).first().copied()
}

#[test]
fn a_value_printed_in_another_way_is_no_other_value_but_told() {
    use ChangeKind::{Precision, Printed, Text, Value};
    assert_eq!(kind("\"4,477\"", "4477"), Some(Printed));
    assert_eq!(kind("06.10", "6.10"), Some(Printed));
    assert_eq!(kind("44E2", "4400"), Some(Precision));
    assert_eq!(kind("12.0", "12"), Some(Precision));
    assert_eq!([kind("$5", "€5"), kind("5", "5%"), kind("7 p", "7"), kind("7*", "7")], [Some(Text); 4]);
    assert_eq!([kind("$5", "$5"), kind("7 p", "7 p")], [None; 2]);
    assert_eq!(kind("$5", "$6"), Some(Value));
}

#[test]
fn a_time_of_day_is_part_of_a_day() {
    use ChangeKind::{Printed, Text};
    assert_eq!(kind("2021-03-01T08:00Z", "2021-03-01T17:45Z"), Some(Text));
    assert_eq!(kind("2021-03-01 08:00", "2021-03-01T08:00:00"), Some(Printed));
    assert_eq!(kind("2021-03-02T23:30:00-05:00", "2021-03-03T04:30:00Z"), Some(Printed));
    assert_eq!(kind("2021-03-01T12:30:00.25Z", "2021-03-01T12:30:00Z"), Some(Text));
}

#[test]
fn stray_spaces_around_a_name_are_told() {
    let old = "place,n\nNorfolk,1\nEssex,2\nSurrey,3\nKent,4\n";
    let it = compare(old, &old.replace("Essex", " Essex"), &[]);
    assert_eq!((counts(&it), kinds(&it)), ([0; 3], vec![ChangeKind::Printed]));
    assert!(!it.is_empty() && it.has_same_values());
    let aligned = old.replace(',', " , ");
    assert!(compare(&aligned, &aligned, &[]).is_empty());
}

#[test]
fn a_named_key_is_final() {
    let old = "code,area,n,solved\n10,Upper,8,6\n20,Upper,14,9\n20,Isle,3,3\n30,Upper,5,5\n";
    let it = compare(old, &old.replace("20,Isle", "20,Lower"), &["code", "area"]);
    assert_eq!(counts(&it), [1, 1, 0]);
    let removed = it.tables[0].changes.iter().find(|it| it.op == Op::Removed).unwrap();
    let key: Vec<&str> = removed.perhaps.iter().map(|it| it.1.as_str()).collect();
    assert_eq!(key, ["20", "Lower"]);
}

#[test]
fn zeros_lost_in_front_of_a_code_are_a_change_of_the_code() {
    let old = "area,n\n01010,5\n01020,8\n06030,70\n36040,9\n";
    let new = "area,n\n1010,5\n1020,8\n6030,71\n36040,9\n";
    for key in [&[][..], &["area"]] {
        let it = compare(old, new, key);
        assert_eq!((counts(&it), it.tables[0].key.columns.as_slice()), ([0, 0, 3], ["area".to_owned()].as_slice()));
    }
}

/// Parishes with a register number, of which one left and another came.
fn parishes(of: &[(&str, u32, u32)]) -> String {
    let row = |it: &(&str, u32, u32)| format!("{},{},{},Town,yes\n", it.0, it.1, it.2);
    format!("parish,register_id,people,kind,open\n{}", of.iter().map(row).collect::<String>())
}

const PARISHES: [(&str, u32, u32); 7] = [
    ("Aldermoor", 40_112, 812),
    ("Birchmoor", 40_119, 455),
    ("Cranmoor", 40_131, 98),
    ("Dunmoor", 40_152, 2_310),
    ("Elmmoor", 40_170, 61),
    ("Fernmoor", 40_188, 1_204),
    ("Gorsemoor", 40_193, 777),
];

#[test]
fn a_row_that_went_is_not_one_that_came_because_both_are_alike() {
    let mut new = PARISHES.to_vec();
    new[4] = ("Elkmoor", 41_007, 64);
    let it = compare(&parishes(&PARISHES), &parishes(&new), &[]);
    assert_eq!(counts(&it), [1, 1, 0]);
}

#[test]
fn an_identifier_that_stays_tells_a_row_under_a_new_name() {
    let mut new = PARISHES.to_vec();
    new[4] = ("Saint Mary", 40_170, 63);
    let it = compare(&parishes(&PARISHES), &parishes(&new), &[]);
    assert_eq!(counts(&it), [0, 0, 1]);
}

#[test]
fn a_label_with_all_its_figures_the_same_is_renamed() {
    let mut new = PARISHES.to_vec();
    new[3] = ("Dunmoor on Sea", 40_152, 2_310);
    let plain = |of: &[(&str, u32, u32)]| {
        format!(
            "parish,people,houses\n{}",
            of.iter().map(|it| format!("{},{},{}\n", it.0, it.2, it.1)).collect::<Vec<_>>().concat()
        )
    };
    assert_eq!(counts(&compare(&plain(&PARISHES), &plain(&new), &[])), [0, 0, 1]);
}

#[test]
fn whole_numbers_are_the_key_where_their_heading_or_their_place_says_so() {
    let table = |heading: &str, more: u32, turned: bool| {
        let mut rows: Vec<String> =
            (0..12_u32).map(|it| format!("{},{},{}\n", 10_001 + it * 7, 30 + it * it + more, it % 3)).collect();
        if turned {
            rows.reverse();
        }
        format!("{heading},cases,level\n{}", rows.concat())
    };
    for heading in ["zip", "area"] {
        let it = compare(&table(heading, 0, false), &table(heading, 1, true), &[]);
        assert_eq!((it.tables[0].key.columns.as_slice(), counts(&it)), ([heading.to_owned()].as_slice(), [0, 0, 12]));
        assert!(it.tables[0].key.inferred);
    }
}

#[test]
fn a_number_that_names_rows_needs_no_name_beside_it() {
    let row = |it: u32, n: u32| format!("{},{n},{}\n", it + 11, ["R", "A", "N"][it as usize % 3]);
    let old: String = (0..9).map(|it| row(it, it * it % 7)).collect();
    let new: String = (0..9).rev().map(|it| row(it, if it == 4 { 99 } else { it * it % 7 })).collect();
    let it = compare(&format!("no,amount,kind\n{old}"), &format!("no,amount,kind\n{new}"), &[]);
    assert_eq!((it.tables[0].key.columns.as_slice(), counts(&it)), (["no".to_owned()].as_slice(), [0, 0, 1]));
}

#[test]
fn between_two_currencies_no_amount_is_told() {
    let it = compare("k,v\nA,$5\nB,$7\n", "k,v\nA,€5\nB,$8\n", &["k"]);
    let cells: Vec<_> = it.tables[0].changes.iter().flat_map(|it| &it.cells).collect();
    let said: Vec<_> = cells.iter().map(|it| (it.kind, it.difference.as_deref())).collect();
    assert_eq!(said, [(ChangeKind::Value, Some("1")), (ChangeKind::Text, None)]);
}

#[test]
fn rows_without_a_key_are_found_wherever_they_stand() {
    let old = "a,b\n1.5,2.5\n3.5,4.5\n1.5,2.5\n7.5,8.5\n9.5,1.5\n";
    let new = "a,b\n9.5,1.5\n1.5,2.5\n3.5,4.0\n1.5,2.5\n7.5,8.5\n";
    let it = compare(old, new, &[]);
    assert_eq!((counts(&it), it.tables[0].rows.moved), ([0, 0, 1], 1));
}

#[test]
fn identifiers_have_no_difference_and_no_rank() {
    let mut new = PARISHES.to_vec();
    new[2].1 = 99_131;
    new[5].2 = 1_205;
    let it = compare(&parishes(&PARISHES), &parishes(&new), &["parish"]);
    let cells: Vec<_> = it.tables[0].changes.iter().flat_map(|it| &it.cells).collect();
    let said: Vec<_> = cells.iter().map(|it| (it.column.as_str(), it.difference.as_deref())).collect();
    assert_eq!(said, [("people", Some("1")), ("register_id", None)]);
}

#[test]
fn integers_of_any_length_are_exact() {
    for digits in [15, 17, 25, 38] {
        let number = |last: u32| format!("8{}{last}", "1234567890".repeat(4).get(..digits - 2).unwrap());
        let table = |last: u32| format!("name,n\nA,{}\nB,{}\nC,{}\n", number(last), number(5), number(6));
        let it = compare(&table(1), &table(3), &["name"]);
        assert_eq!(counts(&it), [0, 0, 1], "{digits}");
        assert_eq!(it.tables[0].changes[0].cells[0].new.as_deref(), Some(number(3).as_str()));
    }
}

#[test]
fn three_rows_are_enough_for_a_column_under_a_longer_heading() {
    let old = "day,Marsh,Hill\n2020-05-04,511,330\n2020-05-05,557,352\n2020-05-06,604,359\n";
    let new =
        "day,Marsh cases,Marsh tests,Hill cases\n2020-05-04,511,9,330\n2020-05-05,557,8,352\n2020-05-06,604,7,359\n";
    let columns = &compare(old, new, &[]).tables[0].columns;
    let renamed: Vec<(&str, &str)> = columns.renamed.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
    assert_eq!((renamed, columns.added.len()), (vec![("Marsh", "Marsh cases"), ("Hill", "Hill cases")], 1));
}

#[test]
fn a_key_under_another_heading_is_found_by_its_values() {
    let old = "crime,total\nMurder,18\nAssault,23\nRobbery,314\nFraud,70\nTheft,849\n";
    let new = "offence,total\nTheft,850\nMurder,18\nAssault,29\nRobbery,301\nFraud,71\n";
    let it = compare(old, new, &[]);
    assert_eq!((it.tables[0].key.columns.as_slice(), counts(&it)), (["offence".to_owned()].as_slice(), [0, 0, 4]));
}

#[test]
fn a_table_that_grew_corresponds() {
    let row = |it: u32| format!("Place {it},{}\n", it * 7);
    let (old, new) = ((0..5).map(row).collect::<String>(), (0..400).map(row).collect::<String>());
    let it = compare(&format!("place,n\n{old}"), &format!("place,n\n{new}"), &[]);
    assert_eq!((it.tables[0].match_kind.clone(), counts(&it)), (Match::Corresponds, [395, 0, 0]));
}

#[test]
fn tables_of_one_name_in_json_go_together_by_their_path() {
    let folder = Folder::new("diff-json-paths");
    let city = |name: &str, n: u32| {
        let rows = ["day", "week", "year"].map(|it| format!("\"{it}\": {{\"now\": {}, \"before\": {n}}}", n + 1));
        format!("\"{name}\": {{\"stats\": {{\"Housing\": {{{}}}}}}}", rows.join(", "))
    };
    let file = |cities: &[(&str, u32)]| {
        format!("{{{}}}", cities.iter().map(|it| city(it.0, it.1)).collect::<Vec<_>>().join(", "))
    };
    folder.write("old.json", file(&[("North", 10), ("South", 20), ("West", 30)]));
    folder.write("new.json", file(&[("East", 5), ("North", 10), ("South", 21), ("West", 30)]));
    let output = crossfoot(&folder, &["diff", "old.json", "new.json"]);
    let tables: Vec<&str> = output.stdout.lines().filter(|it| it.contains(": ") && !it.starts_with(' ')).collect();
    assert!(tables[0].starts_with("East/stats/Housing: only in the new edition"), "{}", output.stdout);
    assert!(tables[1].starts_with("South/stats/Housing: matched by key"), "{}", output.stdout);
    assert!(tables[2].starts_with("4 tables: 3 rows changed, 3 added, 6 the same"), "{}", output.stdout);
}

/// Twelve rows under a key; one cell of it in 12 is enough to make text of it.
fn registered(key: impl Fn(usize) -> String, odd: &[(usize, &str)]) -> String {
    let row = |at: usize| {
        let key = odd.iter().find(|it| it.0 == at).map_or_else(|| key(at), |it| it.1.to_owned());
        format!("\"{key}\",{},{}\n", 300 + at * 17 % 40, 50 + at * 7 % 13)
    };
    format!("key,births,deaths\n{}", (0..12).map(row).collect::<String>())
}

#[test]
fn one_unreadable_cell_of_a_key_leaves_the_other_rows_paired() {
    type Key = (&'static str, fn(usize) -> String);

    let keys: [Key; 7] = [
        ("days", |it| format!("2019-05-{:02}", it + 9)),
        ("days as printed", |it| format!("{}.05.2019", it + 9)),
        ("months", |it| format!("2019-{:02}", it + 1)),
        ("numbers", |it| (4_000 + it * 31).to_string()),
        ("grouped numbers", |it| format!("4,{:03}", it * 31)),
        ("numbers as decimals", |it| format!("{}.0", 4_000 + it * 31)),
        ("codes", |it| format!("0{}", 410 + it * 3)),
    ];
    for (what, key) in keys {
        for odd in ["??", "n/a", "2019-05-1x"] {
            let (sound, spoilt) = (registered(key, &[]), registered(key, &[(4, odd)]));
            for (old, new) in [(&sound, &spoilt), (&spoilt, &sound)] {
                let it = compare(old, new, &["key"]);
                assert_eq!(counts(&it), [1, 1, 0], "{what}, {odd}, named: {:?}", it.tables[0].match_kind);
                let it = compare(old, new, &[]);
                assert_eq!(counts(&it), [0, 0, 1], "{what}, {odd}: {:?}", it.tables[0].key);
            }
        }
    }
}

#[test]
fn a_key_in_another_print_and_with_an_odd_cell_is_still_the_key() {
    let iso = registered(|it| format!("2019-05-{:02}", it + 9), &[]);
    let printed = registered(|it| format!("{}.05.2019", it + 9), &[(7, "not known")]);
    assert_eq!(counts(&compare(&iso, &printed, &["key"])), [1, 1, 0]);
    let plain = registered(|it| (4_000 + it * 31).to_string(), &[]);
    let grouped = registered(|it| format!("4.{:03}", it * 31), &[(7, "4.2l7")]);
    let decimals = registered(|it| format!("{}.0", 4_000 + it * 31), &[(7, "-")]);
    // Other decimals are a change, but no other row.
    assert_eq!(counts(&compare(&plain, &decimals, &["key"])), [1, 1, 11]);
    assert_eq!(counts(&compare(&plain, &grouped, &["key"])), [1, 1, 0]);
    // Without the odd cell all have three decimals: thousands, by the other edition.
    let all = registered(|it| format!("4.{:03}", it * 31), &[]);
    assert_eq!(counts(&compare(&plain, &all, &["key"])), [0, 0, 0]);
    assert_eq!(counts(&compare(&all, &plain, &["key"])), [0, 0, 0]);
    let others = registered(|it| (9_000 + it * 31).to_string(), &[]);
    assert_eq!(counts(&compare(&others, &all, &["key"])), [12, 12, 0]);
}

#[test]
fn a_year_among_names_is_still_that_year() {
    let of = |names: [&str; 4]| format!("year,n\n{}", names.map(|it| format!("{it},7\n")).concat());
    let it = compare(&of(["1990", "1991", "1992", "1993"]), &of(["total", "1991 a", "north", "1993"]), &["year"]);
    assert_eq!(counts(&it), [3, 3, 0]);
}
