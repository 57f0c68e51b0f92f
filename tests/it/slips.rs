//! Five feeds by their shipped rule files: a clean edition is silent, and of 200 slips in
//! one edition at least 95 in 100 are found at their row.
//!
//! Slips are drawn as in the corrections that such feeds published: mostly another figure
//! altogether, then one digit, a digit too many, and two digits exchanged.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Folder, crossfoot};

const SLIPS: usize = 200;

/// Numbers that look drawn, the same each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn index(&mut self, limit: usize) -> usize {
        usize::try_from(self.below(limit as u64)).unwrap()
    }
}

/// A published feed: its rule file, its editions, and the columns that slips are planted in.
struct Feed {
    rules: &'static str,
    /// The files of one edition, and those it is compared with; the first gets the slip.
    files: fn(&mut Draw) -> Vec<(&'static str, String)>,
    columns: &'static [&'static str],
}

/// What was found of the slips.
struct Found {
    planted: Vec<(String, usize, String, String, String)>,
    seen: BTreeSet<usize>,
    clean: Value,
}

/// The rows of a table without quotes.
fn rows(text: &str) -> Vec<Vec<String>> {
    assert!(!text.contains('"'));
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn text(rows: &[Vec<String>]) -> String {
    rows.iter().map(|row| row.join(",") + "\n").collect()
}

/// Another figure in place of one that is printed.
fn slip(rows: &[Vec<String>], row: usize, column: usize, draw: &mut Draw) -> String {
    let printed = &rows[row][column];
    let (sign, digits) = printed.strip_prefix('-').map_or(("", printed.as_str()), |it| ("-", it));
    let size: u64 = digits.parse().unwrap();
    let at = draw.index(digits.len());
    let slipped = match draw.below(100) {
        0..28 => {
            let digit = (digits.as_bytes()[at] - b'0' + 1 + u8::try_from(draw.below(9)).unwrap()) % 10;
            format!("{}{digit}{}", &digits[..at], &digits[at + 1..])
        }
        28..34 => format!("{}{}{}", &digits[..at], draw.below(10), &digits[at..]),
        34..38 if digits.len() > 1 => {
            let mut exchanged = digits.as_bytes().to_vec();
            exchanged.swap(at.min(digits.len() - 2), at.min(digits.len() - 2) + 1);
            String::from_utf8(exchanged).unwrap()
        }
        38..80 => {
            let by = 1 + draw.below(1 + size / 5);
            if draw.below(2) == 0 { size + by } else { size.saturating_sub(by) }.to_string()
        }
        _ => return rows[1 + draw.index(rows.len() - 1)][column].clone(),
    };
    format!("{sign}{}", slipped.parse::<u64>().unwrap())
}

/// Plants slips, one to a folder, and checks all folders at once.
fn check(name: &str, feed: &Feed) -> Found {
    let folder = Folder::new(&format!("slips-{name}"));
    let mut draw = Draw(22);
    let mut planted = Vec::new();
    for (file, text) in (feed.files)(&mut draw) {
        folder.write(&format!("clean/{file}"), text);
    }
    while planted.len() < SLIPS {
        let number = planted.len();
        let mut files = (feed.files)(&mut draw);
        let mut table = rows(&files[0].1);
        let (row, column) = (1 + draw.index(table.len() - 1), draw.index(table[0].len()));
        let is_figure = feed.columns.contains(&table[0][column].as_str());
        if !is_figure || table[row][column].parse::<i64>().is_err() {
            continue;
        }
        let slipped = slip(&table, row, column, &mut draw);
        let printed = table[row][column].clone();
        if slipped.parse::<i64>().ok() == printed.parse().ok() || slipped.parse::<i64>().is_err() {
            continue;
        }
        table[row][column].clone_from(&slipped);
        files[0].1 = text(&table);
        for (file, text) in &files {
            folder.write(&format!("slips/{number:03}/{file}"), text);
        }
        planted.push((files[0].0.to_owned(), row + 1, table[0][column].clone(), printed, slipped));
    }
    let rules = Folder::repository().path(feed.rules);
    let run = |input: &str| -> Value {
        let arguments = ["check", input, "--rules", rules.to_str().unwrap(), "--ignore", "follows", "-o", "json"];
        let output = crossfoot(&folder, &arguments);
        serde_json::from_str(&output.stdout).unwrap_or_else(|it| panic!("{it}: {}", output.stderr))
    };
    let declared = std::fs::read_to_string(&rules).unwrap();
    let is_declared = |it: &&Value| declared.contains(&format!("\"{}\"", it["rule"].as_str().unwrap()));
    // Each folder by itself: editions of one period in many folders would be one history.
    let is_found = |number: &usize| {
        let (file, line, ..) = &planted[*number];
        let folder = format!("slips/{number:03}");
        let at = format!("{folder}/{file}");
        let is_at = |it: &&Value| {
            it["places"].as_array().unwrap().iter().any(|it| it["file"] == at.as_str() && it["line"] == *line)
        };
        run(&folder)["findings"].as_array().unwrap().iter().filter(is_declared).any(|it| is_at(&it))
    };
    let seen = (0..SLIPS).filter(is_found).collect();
    Found { planted, seen, clean: run("clean") }
}

/// Of slips in columns that one edition relates to others, at least 95 in 100 are found.
fn assert_found(name: &str, feed: &Feed) {
    let it = check(name, feed);
    assert_eq!(it.clean["findings"], Value::Array(Vec::new()), "{name}: the clean edition");
    let missed: Vec<String> = (0..SLIPS)
        .filter(|number| !it.seen.contains(number))
        .map(|number| format!("{number:03}: {:?}", it.planted[number]))
        .collect();
    println!("{name}: {} of {SLIPS} slips found", it.seen.len());
    assert!(it.seen.len() * 100 >= SLIPS * 95, "{name}: {} found; missed:\n{}", it.seen.len(), missed.join("\n"));
}

const GUN_CHECKS: Feed = Feed {
    rules: "rules/gun-checks.toml",
    files: |_| vec![("gun-checks.csv", include_str!("../tables/gun-checks-2021-12/gun-checks.csv").to_owned())],
    columns: &[
        "permit",
        "permit_recheck",
        "handgun",
        "long_gun",
        "other",
        "multiple",
        "admin",
        "prepawn_handgun",
        "prepawn_long_gun",
        "prepawn_other",
        "redemption_handgun",
        "redemption_long_gun",
        "redemption_other",
        "returned_handgun",
        "returned_long_gun",
        "returned_other",
        "rentals_handgun",
        "rentals_long_gun",
        "private_sale_handgun",
        "private_sale_long_gun",
        "private_sale_other",
        "return_to_seller_handgun",
        "return_to_seller_long_gun",
        "return_to_seller_other",
        "totals",
    ],
};

fn italy(_: &mut Draw) -> Vec<(&'static str, String)> {
    let day = include_str!("../tables/italy-2020-04/dpc-covid19-ita-regioni-20200429.csv");
    let before = include_str!("../tables/italy-2020-04/dpc-covid19-ita-regioni-20200428.csv");
    vec![
        ("dpc-covid19-ita-regioni-20200429.csv", day.to_owned()),
        ("dpc-covid19-ita-regioni-20200428.csv", before.to_owned()),
    ]
}

const ITALY: Feed = Feed {
    rules: "rules/italy-regions.toml",
    files: italy,
    columns: &[
        "ricoverati_con_sintomi",
        "terapia_intensiva",
        "totale_ospedalizzati",
        "isolamento_domiciliare",
        "totale_positivi",
        "variazione_totale_positivi",
        "nuovi_positivi",
        "dimessi_guariti",
        "deceduti",
        "totale_casi",
    ],
};

const CRIME: Feed = Feed {
    rules: "rules/crime-states.toml",
    files: |_| vec![("pks-states.csv", include_str!("../tables/crime-states/pks-states.csv").to_owned())],
    columns: &["recorded", "attempts", "cleared"],
};

/// Matches and their goals, in the form of the published lists.
fn football(draw: &mut Draw) -> Vec<(&'static str, String)> {
    const TEAMS: [&str; 10] = ["Ayle", "Brock", "Cray", "Dene", "Esk", "Frome", "Goyt", "Humber", "Isle", "Jed"];
    let mut results = String::from("date,home_team,away_team,home_score,away_score,tournament\n");
    let mut goals = String::from("date,home_team,away_team,team,scorer,minute\n");
    for day in 1..=20 {
        let (home, away) = (draw.index(TEAMS.len()), draw.index(TEAMS.len() - 1));
        let (home, away) = (TEAMS[home], TEAMS[if away == home { TEAMS.len() - 1 } else { away }]);
        let scores = [(home, draw.below(5)), (away, draw.below(4))];
        results.push_str(&format!("2024-06-{day:02},{home},{away},{},{},Cup\n", scores[0].1, scores[1].1));
        for (team, score) in scores {
            for goal in 0..score {
                let minute = 1 + draw.below(90);
                goals.push_str(&format!("2024-06-{day:02},{home},{away},{team},Player {goal},{minute}\n"));
            }
        }
    }
    vec![("results.csv", results), ("goals.csv", goals)]
}

const FOOTBALL: Feed =
    Feed { rules: "rules/international-football.toml", files: football, columns: &["home_score", "away_score"] };

const WAYS: [&str; 4] = ["election_day", "early_voting", "mail", "provisional"];

/// A county in the long form, with some of the ways to vote.
fn precincts(draw: &mut Draw) -> Vec<(&'static str, String)> {
    const OFFICES: [(&str, &str); 2] = [("Mayor", ""), ("State House", "7")];
    let ways = loop {
        let set = 1 + draw.below(15);
        if set.count_ones() > 1 {
            break WAYS.iter().enumerate().filter(|it| set >> it.0 & 1 == 1).map(|it| *it.1).collect::<Vec<_>>();
        }
    };
    let mut lines: Vec<(String, Vec<Vec<u64>>)> = vec![("Registered Voters,,,".to_owned(), Vec::new())];
    lines.push(("Ballots Cast,,,".to_owned(), Vec::new()));
    for (office, district) in OFFICES {
        lines.extend(
            ["RED,A. Birch", "BLU,C. Dahl", ",Write-ins"].map(|it| (format!("{office},{district},{it}"), Vec::new())),
        );
    }
    for _ in 0..6 {
        let cast: Vec<u64> = ways.iter().map(|_| 60 + draw.below(600)).collect();
        lines[0].1.push(vec![cast.iter().sum::<u64>() + 1 + draw.below(400)]);
        lines[1].1.push(cast.clone());
        for office in 0..OFFICES.len() {
            let red: Vec<u64> = cast.iter().map(|it| it / 3 + draw.below(it / 4)).collect();
            let blue: Vec<u64> = cast.iter().zip(&red).map(|it| (it.0 - it.1) * 3 / 4).collect();
            let other: Vec<u64> = blue.iter().map(|it| draw.below(1 + it / 8)).collect();
            for (at, votes) in [red, blue, other].into_iter().enumerate() {
                lines[2 + office * 3 + at].1.push(votes);
            }
        }
    }
    let mut text = format!("county,precinct,office,district,party,candidate,votes,{}\n", ways.join(","));
    let mut push = |precinct: &str, name: &str, figures: &[u64]| {
        let cells: Vec<String> = if figures.len() == ways.len() {
            std::iter::once(figures.iter().sum()).chain(figures.iter().copied()).map(|it: u64| it.to_string()).collect()
        } else {
            std::iter::once(figures[0].to_string()).chain(ways.iter().map(|_| String::new())).collect()
        };
        text.push_str(&format!("Ayle,{precinct},{name},{}\n", cells.join(",")));
    };
    for precinct in 0..6 {
        for (name, figures) in &lines {
            push(&format!("P-{}", precinct + 1), name, &figures[precinct]);
        }
    }
    for (name, figures) in &lines {
        let total: Vec<u64> = (0..figures[0].len()).map(|at| figures.iter().map(|it| it[at]).sum()).collect();
        push("Total", name, &total);
    }
    vec![("20241105__xx__general__ayle.csv", text)]
}

const PRECINCTS: Feed = Feed {
    rules: "rules/precinct-results.toml",
    files: precincts,
    columns: &["votes", "election_day", "early_voting", "mail", "provisional"],
};

#[test]
fn slips_in_checks_of_buyers_are_found() {
    assert_found("gun-checks", &GUN_CHECKS);
}

#[test]
fn slips_in_the_regions_of_italy_are_found() {
    assert_found("italy", &ITALY);
}

#[test]
fn slips_in_crime_by_state_are_found() {
    assert_found("crime", &CRIME);
}

#[test]
fn slips_in_scores_are_found() {
    assert_found("football", &FOOTBALL);
}

#[test]
fn slips_in_votes_by_precinct_are_found() {
    assert_found("precincts", &PRECINCTS);
}

/// Swabs and people tested stand in no sum: one edition shows only what leaves its bounds.
#[test]
fn of_slips_in_figures_that_no_sum_reads_the_bounds_show_some() {
    let it = check("italy-bounds", &Feed { columns: &["tamponi", "casi_testati"], ..ITALY });
    println!("{} of {SLIPS} slips in figures of no sum found", it.seen.len());
    assert!(it.seen.len() * 100 >= SLIPS * 40, "{}", it.seen.len());
}
