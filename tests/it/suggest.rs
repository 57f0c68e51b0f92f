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
    assert!(
        output
            .stdout
            .contains("# held in 96 of 96 rows, 12 of 12 editions; probability by chance: less than 1 in a million\n")
    );
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
    assert!(written.starts_with(RULES) && written.contains("# held in 96 of 96 rows, 12 of 12 editions"), "{written}");
    let again = crossfoot(&folder, &["suggest", "in"]);
    assert_eq!(again.stdout, "these files support no rule beyond the existing ones\n");
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
        let is_true = |it: &str| it.contains("one-row-per") || it.contains("-is-a-share");
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
    let sure = "# held in 96 of 96 rows, 12 of 12 editions; probability by chance: less than 1 in a million";
    assert_eq!(support("sum   = { total = \"played\", parts = [\"won\", \"drawn\", \"lost\"] }"), sure);
    assert_eq!(support("sum   = { total = \"points\", parts = [\"won\", \"drawn\"], weights = [3, 1] }"), sure);
    assert_eq!(support("share = { percent = \"rate\", of = [\"won\", \"played\"] }"), sure);
    assert!(
        support("range = { columns = [\"zone\"], min = 1, max = 4 }")
            .contains("96 of 96 checks, 12 of 12 editions; probability by chance")
    );
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
        output
            .stdout
            .contains("# held in 8 of 8 columns, 8 of 8 editions; probability by chance: less than 1 in a million"),
        "{}{}",
        output.stdout,
        output.stderr
    );
    let sum = "sum   = { total = \"[All]\", parts = \"rest\", columns = [\"n\"] }";
    assert!(output.stdout.contains(sum), "{}", output.stdout);
    assert_eq!(crossfoot(&folder, &["suggest", "t.csv", "--write"]).code, 0);
    assert_eq!(crossfoot(&folder, &["check", "t.csv", "--fail-on", "note"]).code, 0);
}

/// A table with a total row, where asked for, and a total column; cells named in `slips` are off by some.
fn grid(seed: u64, (rows, columns): (usize, usize), total_row: bool, slips: &[(usize, usize, u64)]) -> String {
    let mut random = Random(seed);
    let mut all: Vec<Vec<u64>> = (0..rows).map(|_| (0..columns).map(|_| 10 + random.below(900)).collect()).collect();
    if total_row {
        all.push((0..columns).map(|at| all.iter().map(|row| row[at]).sum()).collect());
    }
    for row in &mut all {
        row.push(row.iter().sum());
    }
    for &(row, column, by) in slips {
        all[row][column] += by;
    }
    let heads: Vec<String> = (0..columns).map(|it| format!("Depot {it}")).collect();
    let mut text = format!("month,{},Total\n", heads.join(","));
    for (number, row) in all.iter().enumerate() {
        let label = if number == rows { "Total".to_owned() } else { format!("Line {number}") };
        let cells: Vec<String> = row.iter().map(u64::to_string).collect();
        text.push_str(&format!("{label},{}\n", cells.join(",")));
    }
    text
}

/// The stanza that has a text in it.
fn stanza<'a>(stdout: &'a str, text: &str) -> &'a str {
    let found = stdout.split("\n\n").find(|it| it.contains(text));
    found.unwrap_or_else(|| panic!("nothing says {text}: {stdout}"))
}

#[test]
fn both_sums_of_a_table_are_proposed_however_wide_and_long_it_is() {
    let folder = Folder::new("suggest-sizes");
    for (rows, columns) in [(12, 10), (5, 12), (4, 4), (10, 10), (21, 4), (30, 50)] {
        folder.write("t.csv", grid(rows as u64 * 31, (rows, columns), true, &[]));
        let output = crossfoot(&folder, &["suggest", "t.csv"]);
        let of_columns = stanza(&output.stdout, "total = \"Total\", parts = [\"Depot 0\", \"Depot 1\"");
        assert!(
            of_columns.starts_with(&format!("# held in {0} of {0} rows; probability by chance", rows + 1)),
            "{of_columns}"
        );
        let of_rows = stanza(&output.stdout, "total = \"[Total]\", parts = \"rest\"");
        assert!(
            of_rows.starts_with(&format!("# held in {0} of {0} columns; probability by chance", columns + 1)),
            "{of_rows}"
        );
    }
    // Without a total row as many rows as parts are enough.
    folder.write("t.csv", grid(5, (12, 12), false, &[]));
    let output = crossfoot(&folder, &["suggest", "t.csv"]);
    assert!(stanza(&output.stdout, "total = \"Total\"").starts_with("# held in 12 of 12 rows"), "{}", output.stdout);
}

#[test]
fn one_wrong_figure_hides_neither_of_its_sums_and_is_named_with_both() {
    let folder = Folder::new("suggest-slip");
    folder.write("t.csv", grid(77, (20, 5), true, &[(6, 2, 300)]));
    let output = crossfoot(&folder, &["suggest", "t.csv"]);
    let of_columns = stanza(&output.stdout, "total = \"Total\"");
    assert!(
        of_columns.starts_with("# held in 20 of 21 rows; fails at Line 6 (line 8); probability by chance"),
        "{of_columns}"
    );
    let of_rows = stanza(&output.stdout, "total = \"[Total]\", parts = \"rest\"");
    assert!(
        of_rows.starts_with("# held in 5 of 6 columns; fails at Depot 2 (line 22); probability by chance"),
        "{of_rows}"
    );
    assert!(of_rows.contains("\"Depot 2\""), "the column that breaks is among those added: {of_rows}");
}

#[test]
fn a_sum_over_rows_that_share_labels_is_told_with_the_reason() {
    let folder = Folder::new("suggest-shared");
    let text = "age,north,south,east,west,isles,capital\n\
        All deaths,2603,4414,2312,3196,4146,3338\n\
        0-14,924,896,356,636,863,496\n\
        15-64,910,214,298,738,781,555\n\
        65+,98,794,661,203,921,315\n\
        0-14,134,869,258,482,562,963\n\
        15-64,127,726,662,694,421,77\n\
        65+,410,915,77,443,598,932\n\
        Births,528,872,976,1454,826,1429\n";
    folder.write("t.csv", text);
    let said = crossfoot(&folder, &["suggest", "t.csv"]).stdout;
    let words = "# All deaths = 0-14 + 15-64 + 65+ + 0-14 + 15-64 + 65+ (holds in 6 of 6 columns): \
        not written as a rule, because some of its rows have no label or share one\n";
    assert!(said.contains(words), "{said}");
    assert!(!said.contains("support no rule"), "{said}");
}

#[test]
fn of_many_exceptions_three_are_named_and_the_others_counted() {
    let folder = Folder::new("suggest-slips");
    let slips: Vec<(usize, usize, u64)> = (0..5).map(|it| (it * 40 + 7, 3, 11 + it as u64)).collect();
    folder.write("t.csv", grid(78, (300, 3), false, &slips));
    let output = crossfoot(&folder, &["suggest", "t.csv"]);
    let support =
        "# held in 295 of 300 rows; fails at Line 7 (line 9), Line 47 (line 49), Line 87 (line 89) and 2 more";
    assert!(stanza(&output.stdout, "total = \"Total\"").starts_with(support), "{}", output.stdout);
}

#[test]
fn a_wrong_figure_in_one_of_several_editions_is_named_with_its_file() {
    let folder = Folder::new("suggest-edition-slip");
    for week in 1..=6 {
        let slips: &[(usize, usize, u64)] = if week == 4 { &[(2, 1, 90)] } else { &[] };
        folder.write(&format!("in/w{week}.csv"), grid(200 + week, (4, 3), true, slips));
    }
    let output = crossfoot(&folder, &["suggest", "in"]);
    let of_columns = stanza(&output.stdout, "total = \"Total\"");
    assert!(
        of_columns
            .starts_with("# held in 29 of 30 rows, 6 of 6 editions; fails at Line 2 (w4.csv, line 4); probability by"),
        "{of_columns}"
    );
    let of_rows = stanza(&output.stdout, "total = \"[Total]\"");
    assert!(
        of_rows.starts_with(
            "# held in 23 of 24 columns, 6 of 6 editions; fails at Depot 1 (w4.csv, line 6); probability by"
        ),
        "{of_rows}"
    );
}

#[test]
fn a_total_in_each_group_is_one_rule_for_all_groups() {
    let folder = Folder::new("suggest-groups");
    let mut random = Random(12);
    let mut text = "year,region,trade,firms\n".to_owned();
    for year in 2015..2023 {
        for region in ["North", "South"] {
            let parts: Vec<u64> = (0..4).map(|_| 30 + random.below(700)).collect();
            for (trade, firms) in ["Bakers", "Smiths", "Tanners", "Weavers"].iter().zip(&parts) {
                text.push_str(&format!("{year},{region},{trade},{firms}\n"));
            }
            let off = if year == 2019 && region == "South" { 40 } else { 0 };
            text.push_str(&format!("{year},{region},Total,{}\n", parts.iter().sum::<u64>() + off));
        }
    }
    folder.write("t.csv", text);
    let output = crossfoot(&folder, &["suggest", "t.csv"]);
    let sum = stanza(&output.stdout, "where = ");
    assert!(
        sum.contains("total = { where = \"trade = 'Total'\" }, parts = \"rest\", by = [\"year\", \"region\"]"),
        "{sum}"
    );
    assert!(
        sum.starts_with("# held in 15 of 16 groups; fails at 2019, South, Total (line 51); probability by chance"),
        "{sum}"
    );
    assert_eq!(output.stdout.matches("sum ").count(), 1, "{}", output.stdout);
}

#[test]
fn differences_products_and_rates_are_proposed_as_they_are_printed() {
    let folder = Folder::new("suggest-formulas");
    let mut random = Random(41);
    let mut text = "port,arrivals,departures,change,crates,price,value,crates per arrival\n".to_owned();
    for port in 0..24 {
        let (arrivals, departures) = (100 + random.below(900), 100 + random.below(900));
        let (crates, price) = (2_000 + random.below(9_000), 3 + random.below(70));
        // The last decimal, rounded half up.
        let rate = (crates * 200 + arrivals) / (2 * arrivals);
        let change = i64::try_from(arrivals).unwrap() - i64::try_from(departures).unwrap();
        let value = crates * price + if port == 9 { 1_000 } else { 0 };
        text.push_str(&format!(
            "Port {port},{arrivals},{departures},{change},{crates},{price},{value},{}.{:02}\n",
            rate / 100,
            rate % 100
        ));
    }
    folder.write("t.csv", text);
    let output = crossfoot(&folder, &["suggest", "t.csv"]);
    let change =
        stanza(&output.stdout, "total = \"change\", parts = [\"arrivals\", \"departures\"], weights = [1, -1]");
    assert!(change.starts_with("# held in 24 of 24 rows"), "{change}");
    let value = stanza(&output.stdout, "expect = \"value = round(crates * price)\"");
    assert!(value.starts_with("# held in 23 of 24 rows; fails at Port 9 (line 11);"), "{value}");
    let rate = "expect = \"\\\"crates per arrival\\\" = round(crates / arrivals, 2)\"";
    assert!(stanza(&output.stdout, rate).starts_with("# held in 24 of 24 rows"), "{}", output.stdout);
}

#[test]
fn years_beside_each_other_are_no_part_and_whole() {
    let folder = Folder::new("suggest-years");
    let mut random = Random(8);
    let mut text = "area,2018,2019,2020,2021\n".to_owned();
    for area in 0..25 {
        let mut level = 4_000 + random.below(90_000);
        let cells: Vec<String> = (0..4)
            .map(|_| {
                level -= 1 + random.below(300);
                level.to_string()
            })
            .collect();
        text.push_str(&format!("Area {area},{}\n", cells.join(",")));
    }
    folder.write("t.csv", text);
    for command in [&["suggest", "t.csv"][..], &["init", "t.csv", "--to", "-"]] {
        let output = crossfoot(&folder, command);
        assert!(!output.stdout.contains("<="), "{}", output.stdout);
    }
}

#[test]
fn every_table_of_a_file_is_searched() {
    let folder = Folder::new("suggest-tables");
    let table = |caption: &str, text: String| {
        let row = |line: &str| format!("<tr><td>{}</td></tr>", line.replace(',', "</td><td>"));
        let head = |line: &str| format!("<tr><th>{}</th></tr>", line.replace(',', "</th><th>"));
        let (first, rest) = text.split_once('\n').unwrap();
        let rows: String = rest.lines().map(row).collect();
        format!("<table><caption>{caption}</caption>{}{rows}</table>", head(first))
    };
    let (one, other) = (grid(3, (6, 3), true, &[]), grid(4, (6, 3), true, &[(1, 0, 5)]));
    folder.write("t.html", format!("<html><body>{}{}</body></html>", table("Spring", one), table("Autumn", other)));
    let output = crossfoot(&folder, &["suggest", "t.html"]);
    let of = |name: &str| output.stdout.split("\n\n").filter(|it| it.contains(&format!("table = \"{name}\""))).count();
    assert!(of("Spring") >= 2 && of("Autumn") >= 2, "{}", output.stdout);
    assert!(output.stdout.contains("# held in 6 of 7 rows; fails at Line 1 ("), "{}", output.stdout);
    // All of them can be written, each for its table, and then there is nothing to add.
    assert_eq!(crossfoot(&folder, &["init", "t.html", "--to", "rules/t.toml"]).code, 0);
    let again = crossfoot(&folder, &["suggest", "t.html"]);
    assert_eq!(again.stdout, "these files support no rule beyond the existing ones\n");
    let checked = crossfoot(&folder, &["check", "t.html", "-o", "concise"]);
    assert_eq!(checked.stdout.matches(": error[").count(), 2, "the slip breaks two sums: {}", checked.stdout);
    let mut names: Vec<&str> = output.stdout.lines().filter(|it| it.starts_with("name ")).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count, "{}", output.stdout);
}

#[test]
fn of_parts_of_one_total_none_is_a_part_of_another() {
    let folder = Folder::new("suggest-siblings");
    let mut random = Random(15);
    let mut text = "depot,small,large,loads,visits\n".to_owned();
    for depot in 0..40 {
        // Small loads are always the rarer ones, and each load is brought by a visit.
        let (small, large) = (1 + random.below(90), 100 + random.below(900));
        let visits = small + large + random.below(400);
        text.push_str(&format!("Depot {depot},{small},{large},{},{visits}\n", small + large));
    }
    folder.write("t.csv", text);
    let output = crossfoot(&folder, &["suggest", "t.csv"]);
    assert!(output.stdout.contains("total = \"loads\", parts = [\"small\", \"large\"]"), "{}", output.stdout);
    assert!(!output.stdout.contains("small <= large") && !output.stdout.contains("<= loads"), "{}", output.stdout);
    assert!(output.stdout.contains("part  = \"loads <= visits\""), "{}", output.stdout);
    assert_eq!(output.stdout.matches("<=").count(), 1, "what that and the sum imply is not said: {}", output.stdout);
    // A file of rules that are in force has none that may be an accident.
    let written = crossfoot(&folder, &["init", "t.csv", "--to", "-"]);
    assert!(!written.stdout.contains("<="), "{}", written.stdout);
}
