//! A rule file from samples: ready to use, and nothing made up.

use crate::support::{Folder, crossfoot};

/// Tills of four shops by weekday; the total row and column add up, but for one cell.
fn tills(week: u32, slip: u32) -> String {
    let names = ["Amber", "Birch", "Cedar", "Dogwood"];
    let figure = |shop: u32, day: u32| 200 + (shop * 7_919 + day * 104_729 + week * 1_299_709) % 797;
    let mut text = "shop,Mon,Tue,Wed,Total\n".to_owned();
    let shops = || 0_u32..4;
    for shop in shops() {
        let days: Vec<u32> = (0..3).map(|day| figure(shop, day)).collect();
        let total: u32 = days.iter().sum();
        let shown = days[1] + if shop == 2 { slip } else { 0 };
        text.push_str(&format!("{},{},{shown},{},{total}\n", names[shop as usize], days[0], days[2]));
    }
    let sums: Vec<u32> = (0..3).map(|day| shops().map(|shop| figure(shop, day)).sum()).collect();
    text.push_str(&format!("Total,{},{},{},{}\n", sums[0], sums[1], sums[2], sums.iter().sum::<u32>()));
    text
}

/// The rules of a file that are in force.
fn rules(text: &str) -> Vec<&str> {
    text.split("\n\n").filter(|it| it.lines().any(|it| it == "[[rules]]")).collect()
}

#[test]
fn what_init_writes_is_in_force_and_passes_on_its_sample() {
    let folder = Folder::new("init-ready");
    folder.write("tills.csv", tills(1, 0));
    let output = crossfoot(&folder, &["init", "tills.csv"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert_eq!(output.stdout, "wrote rules/tills.toml with 2 rules; `crossfoot check tills.csv` uses it\n");
    let text = folder.read("rules/tills.toml");
    assert!(rules(&text).iter().all(|it| it.starts_with("# held in ")), "{text}");
    assert!(!text.contains("# [[rules]]"), "nothing is commented out: {text}");
    let checked = crossfoot(&folder, &["check", "tills.csv", "--fail-on", "note"]);
    assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
    assert_eq!(crossfoot(&folder, &["lint"]).code, 0);
    // All of it is there: nothing more is suggested.
    let more = crossfoot(&folder, &["suggest", "tills.csv"]);
    assert_eq!(more.stdout, "these files support no rule beyond the existing ones\n");
}

#[test]
fn only_the_exceptions_that_init_names_fail_on_its_sample() {
    let folder = Folder::new("init-exception");
    folder.write("tills.csv", tills(1, 30));
    assert_eq!(crossfoot(&folder, &["init", "tills.csv"]).code, 0);
    let text = folder.read("rules/tills.toml");
    assert!(text.contains("fails at Cedar (line 4)") && text.contains("fails at Tue (line 6)"), "{text}");
    let checked = crossfoot(&folder, &["check", "tills.csv", "-o", "concise"]);
    assert_eq!(checked.code, 1, "{}{}", checked.stdout, checked.stderr);
    let errors: Vec<&str> = checked.stdout.lines().filter_map(|it| Some(it.split_once(": error[")?.0)).collect();
    assert_eq!(errors, ["tills.csv:4:19", "tills.csv:6:12"], "{}", checked.stdout);
}

#[test]
fn init_reads_all_the_editions_that_it_is_given() {
    let folder = Folder::new("init-editions");
    for week in 1..=5 {
        folder.write(&format!("in/tills-{week}.csv"), tills(week, if week == 3 { 30 } else { 0 }));
    }
    let output = crossfoot(&folder, &["init", "in/tills-1.csv", "in/tills-2.csv", "in/tills-3.csv", "in/tills-4.csv"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let text = folder.read("rules/tills.toml");
    assert!(text.contains("files     = [\"tills-*.csv\"]"), "{text}");
    assert!(text.contains("# held in 19 of 20 rows, 4 of 4 editions; fails at Cedar (tills-3.csv, line 4)"), "{text}");
    let checked = crossfoot(&folder, &["check", "in/tills-5.csv"]);
    assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
}

#[test]
fn an_edition_with_a_column_more_is_an_edition_of_the_same_table() {
    let folder = Folder::new("init-wider");
    folder.write("in/tills-1.csv", tills(1, 0));
    let wider: Vec<String> = tills(2, 0)
        .lines()
        .enumerate()
        .map(|(at, it)| if at == 0 { format!("{it},Remark") } else { format!("{it},fine") })
        .collect();
    folder.write("in/tills-2.csv", wider.join("\n"));
    let output = crossfoot(&folder, &["init", "in"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let text = folder.read("rules/tills.toml");
    assert_eq!(text.matches("[tables.").count(), 2, "one table and its columns: {text}");
    assert!(text.contains("\"Remark\" = { type = \"text\", optional = true }"), "{text}");
    let checked = crossfoot(&folder, &["check", "in", "--fail-on", "warning"]);
    assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
}

#[test]
fn what_stands_in_cells_cannot_end_a_comment() {
    let folder = Folder::new("init-comment");
    let text = tills(1, 30).replace("Cedar", "\"Ced\nar\"").replace("Birch", "\"Bir ] \\\"\" ch\"");
    folder.write("tills.csv", text);
    let output = crossfoot(&folder, &["init", "tills.csv"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(folder.read("rules/tills.toml").contains("fails at Ced ar (line"), "{}", folder.read("rules/tills.toml"));
}

#[test]
fn a_sample_that_follows_nothing_says_so() {
    let folder = Folder::new("init-nothing");
    folder.write("towns.csv", "town,mayor\nAsh,Ada\nElm,Ben\nOak,Cy\n");
    let output = crossfoot(&folder, &["init", "towns.csv", "--to", "-"]);
    assert!(rules(&output.stdout).is_empty(), "{}", output.stdout);
    assert!(output.stdout.contains("# No rule was found in these files."), "{}", output.stdout);
    assert!(!output.stdout.contains("# [[rules]]"), "{}", output.stdout);
}
