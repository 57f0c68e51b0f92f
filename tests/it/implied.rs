//! The pages of implied rules: `explain` prints them, and their examples are real.
//!
//! `CROSSFOOT_PAGES=write cargo test` writes the examples anew.

use crossfoot::rules::{RESERVED, implied};

use crate::support::{Folder, assert_same, crossfoot, writes_pages};

/// What an example is made of.
struct Example {
    rule: &'static str,
    /// Files by name.
    files: &'static [(&'static str, &'static str)],
    /// Inputs that are accepted first, in this order.
    accepted: &'static [&'static str],
    /// What is checked.
    arguments: &'static [&'static str],
}

const TOWNS: &str = "crossfoot = 1\ndataset = \"towns\"\n[tables.towns]\nkey = [\"town\"]\n\
    columns = { town = \"label\", births = { type = \"count\", blank = false }, deaths = \"count\" }\n";
const WEEKS: &str = "crossfoot = 1\ndataset = \"towns\"\ncadence = \"weekly\"\nperiod = { filename = \"week-%Y-%m-%d\" }\n\
    [tables.towns]\nkey = [\"town\"]\ncolumns = { town = \"label\", births = \"count\", deaths = \"count\" }\n";
const FIRST: &str = "town,births,deaths\nAshby,1204,918\nBarrow,877,1015\nCorby,1431,1290\nDerwent,652,701\nExton,1988,1622\nFenwick,1147,1093\nGrange,934,867\nHalton,1320,1204\nIrby,781,790\nJoyce,1066,1011\n";
const SECOND: &str = "town,births,deaths\nAshby,1180,941\nBarrow,902,987\nCorby,1397,1344\nDerwent,671,688\nExton,2043,1579\nFenwick,1102,1121\nGrange,951,842\nHalton,1288,1239\nIrby,804,771\nJoyce,1031,1040\n";
const COPY: &str = "town,births,deaths\nAshby,1213,941\nBarrow,861,987\nCorby,1455,1344\nDerwent,634,688\nExton,1961,1579\nFenwick,1170,1121\nGrange,918,842\nHalton,1341,1239\nIrby,769,771\nJoyce,1078,1040\n";

const fn small(rule: &'static str, files: &'static [(&'static str, &'static str)]) -> Example {
    Example { rule, files, accepted: &[], arguments: &["check", "towns.csv"] }
}

const EXAMPLES: [Example; 18] = [
    Example {
        rule: "follows",
        files: &[(
            "towns.csv",
            "town,births,deaths,moved in,moved out,growth\nAshby,1204,918,310,295,301\nBarrow,877,1015,204,188,-122\n\
             Corby,1431,1290,402,377,166\nDerwent,652,701,155,163,-57\nExton,1988,1622,530,498,398\n\
             Fenwick,1147,1093,266,251,69\nTotal,7299,6639,1867,1722,755\n",
        )],
        accepted: &[],
        arguments: &["check", "towns.csv"],
    },
    small(
        "unclaimed",
        &[("rules/towns.toml", TOWNS), ("towns.csv", "town,births,died\nAshby,1204,918\nBarrow,877,1015\n")],
    ),
    small(
        "undecided",
        &[
            (
                "rules/towns.toml",
                "crossfoot = 1\ndataset = \"towns\"\n[tables.towns]\n\
                 columns = { town = \"label\", births = \"count\", deaths = \"count\" }\n\
                 [[rules]]\nname = \"all\"\nsum = { total = \"[Totl]\", parts = \"rest\" }\n",
            ),
            ("towns.csv", "town,births,deaths\nAshby,1204,918\nBarrow,877,1015\nTotal,2081,1933\n"),
        ],
    ),
    small(
        "tables",
        &[
            (
                "rules/towns.toml",
                "crossfoot = 1\ndataset = \"towns\"\n[tables.towns]\nkey = [\"town\"]\n\
                 columns = { town = \"label\", births = \"count\", deaths = \"count\" }\n\
                 [tables.parishes.columns]\nparish = \"label\"\nsouls = \"count\"\n",
            ),
            ("towns.csv", "town,births,deaths\nAshby,1204,918\nBarrow,877,1015\n"),
        ],
    ),
    small("empty", &[("rules/towns.toml", TOWNS), ("towns.csv", "town,births,deaths\n")]),
    small("read", &[("towns.csv", "town,births,deaths\nAshby,1204,918\nBarrow,87,7,1015\nCorby,1431,1290\n")]),
    small(
        "type",
        &[("rules/towns.toml", TOWNS), ("towns.csv", "town,births,deaths\nAshby,1204,918\nBarrow,8I7,1015\n")],
    ),
    small("blank", &[("rules/towns.toml", TOWNS), ("towns.csv", "town,births,deaths\nAshby,1204,918\nBarrow,,1015\n")]),
    Example {
        rule: "columns",
        files: &[("rules/towns.toml", TOWNS), ("towns.csv", "town,births,died\nAshby,1204,918\nBarrow,877,1015\n")],
        accepted: &[],
        arguments: &["check", "towns.csv", "--dataset", "towns"],
    },
    small(
        "rows",
        &[
            (
                "rules/towns.toml",
                "crossfoot = 1\ndataset = \"towns\"\n[tables.towns]\nrows = [\"Ashby\", \"Barrow\"]\n\
                 columns = { town = \"label\", births = \"count\", deaths = \"count\" }\n",
            ),
            ("towns.csv", "town,births,deaths\nAshby,1204,918\nBarow,877,1015\n"),
        ],
    ),
    small(
        "keys",
        &[
            ("rules/towns.toml", TOWNS),
            ("towns.csv", "town,births,deaths\nAshby,1204,918\nBarrow,877,1015\nAshby,31,40\n"),
        ],
    ),
    small(
        "style",
        &[(
            "towns.csv",
            "town,income,rent\nAshby,\"1,204.50\",918.00\nBarrow,877.25,\"1.015,75\"\nCorby,\"1,431.00\",\"1,290.50\"\n",
        )],
    ),
    Example {
        rule: "period",
        files: &[("rules/towns.toml", WEEKS), ("week-2025-01-06.csv", FIRST)],
        accepted: &[],
        arguments: &["check", "week-2025-01-06.csv", "--edition", "2025-01-06/2025-01-11"],
    },
    Example {
        rule: "unclear",
        files: &[("towns.txt", "Births and deaths\nTownBirthsDeaths\nAshby2111\nBarrow1912\nCorby312\n")],
        accepted: &[],
        arguments: &["check", "towns.txt"],
    },
    Example {
        rule: "restated",
        files: &[("rules/towns.toml", WEEKS), ("week-2025-01-06.csv", FIRST), ("later/week-2025-01-06.csv", SECOND)],
        accepted: &["week-2025-01-06.csv"],
        arguments: &["check", "later"],
    },
    Example {
        rule: "pasted",
        files: &[
            ("rules/towns.toml", WEEKS),
            ("week-2025-01-06.csv", FIRST),
            ("week-2025-01-13.csv", SECOND),
            ("week-2025-01-20.csv", COPY),
        ],
        accepted: &["week-2025-01-06.csv", "week-2025-01-13.csv"],
        arguments: &["check", "week-2025-01-20.csv"],
    },
    small(
        "joint",
        &[
            (
                "rules/towns.toml",
                "crossfoot = 1\ndataset = \"towns\"\n[tables.towns]\n\
                 columns = { town = \"label\", north = \"amount\", south = \"amount\", all = \"amount\", twice = \"amount\" }\n\
                 [[rules]]\nname = \"halves\"\nrounding = \"independent\"\nsum = { total = \"all\", parts = [\"north\", \"south\"] }\n\
                 [[rules]]\nname = \"doubled\"\nrounding = \"independent\"\nexpect = \"twice = 2 * north + 2 * south\"\n",
            ),
            ("towns.csv", "town,north,south,all,twice\nAshby,1.2,1.3,2.5,5.0\nBarrow,2.1,3.2,5.2,10.7\n"),
        ],
    ),
    Example {
        rule: "stale",
        files: &[],
        accepted: &[],
        arguments: &["check", "tests/tables/workbooks/stale.xlsx", "--rules", "rules/gun-checks.toml"],
    },
];

/// What the program prints of the rule of an example, first.
fn printed(example: &Example) -> String {
    let folder =
        if example.files.is_empty() { Folder::repository() } else { Folder::new(&format!("implied-{}", example.rule)) };
    for (name, text) in example.files {
        folder.write(name, text);
    }
    for file in example.accepted {
        let output = crossfoot(&folder, &["accept", file]);
        assert_eq!(output.code, 0, "{}: {}{}", example.rule, output.stdout, output.stderr);
    }
    let output = crossfoot(&folder, example.arguments);
    let of_rule = |it: &&str| it.contains(&format!("[{}]: ", example.rule));
    let first = output.stdout.split("\n\n").find(of_rule);
    format!("{}\n", first.unwrap_or_else(|| panic!("{}: {}{}", example.rule, output.stdout, output.stderr)))
}

#[test]
fn every_example_of_an_implied_rule_is_what_is_printed() {
    let repository = Folder::repository();
    for example in &EXAMPLES {
        let file = format!("rules/implied/{}.md", example.rule);
        let page = repository.read(&file);
        let (before, block) = page.split_once("```text\n").unwrap();
        let (_, after) = block.split_once("```\n").unwrap();
        let real = format!("{before}```text\n{}```\n{after}", printed(example));
        if writes_pages() {
            repository.write(&file, real);
        } else {
            assert_same(&page, &real);
        }
    }
}

#[test]
fn every_page_with_an_example_has_it_run() {
    let run: Vec<&str> = EXAMPLES.iter().map(|it| it.rule).collect();
    for it in implied().filter(|it| it.page.contains("```text\n") && it.name != "claim") {
        assert!(run.contains(&it.name), "the example of {} is not run", it.name);
    }
}

#[test]
fn every_implied_rule_is_explained_and_listed_with_its_sentence() {
    let folder = Folder::new("implied-explained");
    let list = crossfoot(&folder, &["explain"]).stdout;
    for name in RESERVED {
        let page = crossfoot(&folder, &["explain", name]);
        assert_eq!(page.code, 0, "{name}: {}", page.stderr);
        let begins = format!("# {name}\n\n");
        assert!(page.stdout.starts_with(&begins), "{name}: {}", page.stdout);
        let line = list.lines().rfind(|it| it.split_whitespace().next() == Some(name));
        let sentence = line.unwrap_or_else(|| panic!("{name} is not listed")).trim_start()[name.len()..].trim();
        assert!(sentence.len() > 10 && page.stdout.contains(sentence), "{name}: {sentence}");
    }
    let near = crossfoot(&folder, &["explain", "jiont"]);
    assert_eq!(near.code, 2);
    assert!(near.stderr.contains("the nearest name is joint"), "{}", near.stderr);
}
