//! Rules that the data support, and none that they do not.

use crate::support::{Folder, crossfoot};

/// A small generator, the same on every machine (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (it ^ (it >> 31)) % limit
    }
}

const RULES: &str = "crossfoot = 1\ndataset = \"d\"\ncadence = \"weekly\"\nfiles = [\"*.csv\"]\n\
    period = { filename = \"%Y-%m-%d\" }\n\n# Counted by hand.\n[tables.t]\nkey = [\"item\"]\n\
    columns = { item = \"label\", men = \"count\", women = \"count\", all = \"count\" }   # all of them\n";

/// Twelve weeks of a table whose rows and columns add up, nested twice.
fn nested(folder: &Folder) {
    let mut random = Random(7);
    for week in 0..12 {
        let mut rows: Vec<[u64; 2]> = (0..5).map(|_| [20 + random.below(300), 20 + random.below(300)]).collect();
        let sum = |rows: &[[u64; 2]]| [0, 1].map(|it| rows.iter().map(|row| row[it]).sum::<u64>());
        let north = sum(&rows[..2]);
        let south = sum(&rows[2..]);
        rows.insert(0, north);
        rows.insert(3, south);
        rows.push(sum(&[north, south]));
        let names = ["North", "Ayr", "Bute", "South", "Cork", "Down", "Eire", "All"];
        let lines: Vec<String> =
            names.iter().zip(&rows).map(|(name, it)| format!("{name},{},{},{}", it[0], it[1], it[0] + it[1])).collect();
        let day = [
            "01-01", "01-08", "01-15", "01-22", "01-29", "02-05", "02-12", "02-19", "02-26", "03-04", "03-11", "03-18",
        ];
        folder.write(&format!("in/2024-{}.csv", day[week]), format!("item,men,women,all\n{}\n", lines.join("\n")));
    }
}

#[test]
fn all_sums_of_twelve_nested_editions_are_found_and_nothing_else() {
    let folder = Folder::new("suggest-nested");
    folder.write("rules/d.toml", RULES);
    nested(&folder);
    let output = crossfoot(&folder, &["suggest", "in"]);
    let sums: Vec<&str> = output.stdout.lines().filter(|it| it.starts_with("sum ")).collect();
    let rows = |total: &str, parts: &str| {
        format!("sum   = {{ total = \"[{total}]\", parts = [{parts}], columns = [\"men\", \"women\", \"all\"] }}")
    };
    let mut wanted = vec![
        "sum   = { total = \"all\", parts = [\"men\", \"women\"] }".to_owned(),
        rows("North", "\"[Ayr]\", \"[Bute]\""),
        rows("South", "\"[Cork]\", \"[Down]\", \"[Eire]\""),
        rows("All", "\"[North]\", \"[South]\""),
    ];
    let mut sums: Vec<String> = sums.iter().map(|it| (*it).to_owned()).collect();
    sums.sort();
    wanted.sort();
    assert_eq!(sums, wanted, "{}{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("# held in 12 of 12 editions, 96 checks; by chance less than 1 in a million\n"));
    let kinds = output.stdout.lines().filter(|it| it.starts_with("name ")).count();
    assert_eq!(kinds, 5, "sums and the key: {}", output.stdout);
}

#[test]
fn what_is_written_keeps_every_line_and_is_not_proposed_again() {
    let folder = Folder::new("suggest-write");
    folder.write("rules/d.toml", RULES);
    nested(&folder);
    let output = crossfoot(&folder, &["suggest", "in", "--write"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let written = folder.read("rules/d.toml");
    assert!(written.starts_with(RULES) && written.contains("# held in 12 of 12 editions"), "{written}");
    let again = crossfoot(&folder, &["suggest", "in"]);
    assert_eq!(again.stdout, "no rule beyond those there are is supported by these files\n");
    assert_eq!(crossfoot(&folder, &["check", "in", "--fail-on", "warning"]).code, 0);
    assert_eq!(crossfoot(&folder, &["lint"]).code, 0);
}

#[test]
fn of_twenty_tables_of_independent_figures_at_most_one_false_rule_is_proposed() {
    let (mut proposed, mut told) = (0, String::new());
    for seed in 0..20 {
        let folder = Folder::new(&format!("suggest-random-{seed}"));
        let mut random = Random(1_000 + seed);
        let (rows, columns) = (8 + random.below(20), 3 + random.below(5));
        let sizes: Vec<u64> =
            (0..columns).map(|_| [9, 60, 900, 20_000][usize::try_from(random.below(4)).unwrap()]).collect();
        // Beside them percentages of nothing that stands there.
        let shares = random.below(3);
        let names = (0..columns).map(|it| format!("c{it}")).chain((0..shares).map(|it| format!("s{it} (%)")));
        let head: Vec<String> = names.collect();
        let mut text = format!("item,{}\n", head.join(","));
        for row in 0..rows {
            let mut cells: Vec<String> = sizes.iter().map(|it| random.below(*it).to_string()).collect();
            cells.extend((0..shares).map(|_| format!("{}.{}", random.below(100), random.below(10))));
            text.push_str(&format!("row {row},{}\n", cells.join(",")));
        }
        folder.write("t.csv", text);
        let output = crossfoot(&folder, &["suggest", "t.csv"]);
        // That each row has a name of its own, and a percentage is of a hundred, is true.
        let is_true = |it: &str| it.contains("one-row-a") || it.contains("-is-a-share");
        let wrong = |it: &&str| it.starts_with("name ") && !is_true(it);
        let found = output.stdout.lines().filter(wrong).count();
        proposed += found;
        told.push_str(if found > 0 { &output.stdout } else { "" });
    }
    assert!(proposed <= 1, "{proposed} false rules: {told}");
}

/// A league: each club plays the same rounds; a win counts three points.
fn league(week: u64) -> Vec<String> {
    let mut random = Random(50 + week);
    let row = |club: &str| {
        let (won, drawn, lost) = (random.below(12), random.below(9), random.below(10));
        let played = won + drawn + lost;
        let share = (2_000 * won + played) / (2 * played.max(1));
        let zone = 1 + random.below(4);
        format!("{club},{played},{won},{drawn},{lost},{},{}.{},{zone}", 3 * won + drawn, share / 10, share % 10)
    };
    ["Ayr", "Bute", "Cork", "Down", "Eire", "Fife", "Glin", "Hoy"].map(row).to_vec()
}

const LEAGUE: &str = "[tables.t]\nkey = [\"club\"]\ncolumns = { club = \"label\", played = \"count\", won = \"count\", \
    drawn = \"count\", lost = \"count\", points = \"count\", rate = \"percent\", zone = \"integer\" }\n";

#[test]
fn weights_shares_and_scales_come_with_their_support() {
    let folder = Folder::new("suggest-league");
    folder.write("rules/d.toml", format!("crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n{LEAGUE}"));
    for week in 0..12 {
        let head = "club,played,won,drawn,lost,points,rate,zone";
        folder.write(&format!("in/{week:02}.csv"), format!("{head}\n{}\n", league(week).join("\n")));
    }
    let output = crossfoot(&folder, &["suggest", "in"]);
    let stanzas: Vec<&str> = output.stdout.split("\n\n").collect();
    let support = |check: &str| {
        let it = stanzas.iter().find(|it| it.contains(check));
        it.and_then(|it| it.lines().find(|it| it.starts_with('#')))
            .unwrap_or_else(|| panic!("{check}: {}", output.stdout))
    };
    let sure = "# held in 12 of 12 editions, 96 checks; by chance less than 1 in a million";
    assert_eq!(support("sum   = { total = \"played\", parts = [\"won\", \"drawn\", \"lost\"] }"), sure);
    assert_eq!(support("sum   = { total = \"points\", parts = [\"won\", \"drawn\"], weights = [3, 1] }"), sure);
    assert_eq!(support("share = { percent = \"rate\", of = [\"won\", \"played\"] }"), sure);
    assert!(support("range = { columns = [\"zone\"], min = 1, max = 4 }").contains("96 checks; by chance"));
    // How many were won has no end that was met again and again.
    assert!(!output.stdout.contains("range = { columns = [\"points\"]"), "{}", output.stdout);
    let written = crossfoot(&folder, &["suggest", "in", "--write"]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    assert_eq!(crossfoot(&folder, &["check", "in", "--fail-on", "note"]).code, 0);
}

#[test]
fn a_file_with_a_column_of_periods_holds_many_editions() {
    let folder = Folder::new("suggest-periods");
    let head =
        "crossfoot = 1\ndataset = \"d\"\ncadence = \"weekly\"\nfiles = [\"*.csv\"]\nperiod = { column = \"week\" }\n";
    let columns = "[tables.t]\nkey = [\"item\"]\ncolumns = { week = \"date\", item = \"label\", n = \"count\" }\n";
    folder.write("rules/d.toml", format!("{head}{columns}"));
    let mut random = Random(9);
    let mut text = "week,item,n\n".to_owned();
    for day in ["01-01", "01-08", "01-15", "01-22", "01-29", "02-05", "02-12", "02-19"] {
        let parts: Vec<u64> = (0..3).map(|_| 20 + random.below(400)).collect();
        for (item, n) in ["Ayr", "Bute", "Cork"].iter().zip(&parts) {
            text.push_str(&format!("2024-{day},{item},{n}\n"));
        }
        text.push_str(&format!("2024-{day},All,{}\n", parts.iter().sum::<u64>()));
    }
    folder.write("t.csv", text);
    let output = crossfoot(&folder, &["suggest", "t.csv"]);
    assert!(
        output.stdout.contains("# held in 8 of 8 editions, 8 checks; by chance less than 1 in a million"),
        "{}{}",
        output.stdout,
        output.stderr
    );
    let sum = "sum   = { total = \"[All]\", parts = [\"[Ayr]\", \"[Bute]\", \"[Cork]\"], columns = [\"n\"] }";
    assert!(output.stdout.contains(sum), "{}", output.stdout);
    assert_eq!(crossfoot(&folder, &["suggest", "t.csv", "--write"]).code, 0);
    assert_eq!(crossfoot(&folder, &["check", "t.csv", "--fail-on", "note"]).code, 0);
}
