//! Election results whose columns come and go: one rule file for all of them.
//!
//! The figures are drawn; the form is that of county files in which a way to
//! vote has a column only where it was used.

use crate::support::{Folder, crossfoot};

const RULES: &str = "crossfoot = 1\ndataset = \"results\"\nfiles = [\"county-*.csv\"]\n\
    [tables.results]\nkey = [\"precinct\", \"candidate\"]\n\
    [tables.results.columns]\nprecinct = \"label\"\ncandidate = \"label\"\nvotes = \"count\"\n\
    election_day = { type = \"count\", optional = true }\nearly = { type = \"count\", optional = true }\n\
    mail = { type = \"count\", optional = true }\nprovisional = { type = \"count\", optional = true }\n\
    [[rules]]\nname = \"ways-make-votes\"\n\
    sum = { total = \"votes\", parts = [\"election_day\", \"early\", \"mail\", \"provisional\"] }\n\
    [[rules]]\nname = \"precincts-make-county\"\n\
    sum = { total = { where = \"precinct = 'Total'\" }, parts = \"rest\", by = [\"candidate\"] }\n";

const WAYS: [&str; 4] = ["election_day", "early", "mail", "provisional"];
const PRECINCTS: usize = 6;
const CANDIDATES: [&str; 3] = ["Ada Quill", "Ben Thorne", "Write-ins"];

/// Numbers that look drawn, the same each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// The figures of one county: a row a precinct and candidate, then the totals;
/// the votes first, then the ways that the county prints.
fn figures(draw: &mut Draw, ways: usize) -> Vec<Vec<u64>> {
    let mut rows: Vec<Vec<u64>> = (0..PRECINCTS * CANDIDATES.len())
        .map(|_| {
            let parts: Vec<u64> = (0..ways).map(|_| 10 + draw.below(900)).collect();
            std::iter::once(parts.iter().sum()).chain(parts).collect()
        })
        .collect();
    for candidate in 0..CANDIDATES.len() {
        let own = (0..PRECINCTS).map(|it| &rows[it * CANDIDATES.len() + candidate]);
        let total = (0..=ways).map(|column| own.clone().map(|it| it[column]).sum()).collect();
        rows.push(total);
    }
    rows
}

fn csv(ways: &[&str], rows: &[Vec<u64>]) -> String {
    let mut text = format!("precinct,candidate,votes,{}\n", ways.join(","));
    for (at, row) in rows.iter().enumerate() {
        let place = at / CANDIDATES.len();
        let precinct = if place < PRECINCTS { format!("P-{}", place + 1) } else { "Total".to_owned() };
        let figures: Vec<String> = row.iter().map(u64::to_string).collect();
        text.push_str(&format!("{precinct},{},{}\n", CANDIDATES[at % CANDIDATES.len()], figures.join(",")));
    }
    text
}

/// Another digit in one place of a figure.
fn slip(figure: u64, draw: &mut Draw) -> u64 {
    let text = figure.to_string();
    let at = usize::try_from(draw.below(text.len() as u64)).unwrap();
    let digit = u64::from(text.as_bytes()[at] - b'0');
    let other = (digit + 1 + draw.below(8)) % 10;
    let mut digits = text.into_bytes();
    digits[at] = b'0' + u8::try_from(other).unwrap();
    String::from_utf8(digits).unwrap().parse().unwrap()
}

#[test]
fn twenty_counties_with_a_slip_fail_and_their_clean_twins_pass() {
    let folder = Folder::new("elections");
    folder.write("rules/results.toml", RULES);
    let mut draw = Draw(16);
    for county in 0..20_usize {
        // Every set of at least two ways that a county may print comes up.
        let sets: Vec<Vec<&str>> = (1..16_usize)
            .filter(|it| it.count_ones() > 1)
            .map(|set| (0..4).filter(|it| set >> it & 1 == 1).map(|it| WAYS[it]).collect())
            .collect();
        let ways = &sets[county % sets.len()];
        let clean = figures(&mut draw, ways.len());
        let mut wrong = clean.clone();
        let row = usize::try_from(draw.below(wrong.len() as u64)).unwrap();
        let column = usize::try_from(draw.below(wrong[row].len() as u64)).unwrap();
        wrong[row][column] = slip(wrong[row][column], &mut draw);
        let (good, bad) = (format!("good/county-{county}.csv"), format!("bad/county-{county}.csv"));
        folder.write(&good, csv(ways, &clean));
        folder.write(&bad, csv(ways, &wrong));
        let passed = crossfoot(&folder, &["check", &good]);
        assert!(passed.code == 0 && passed.stdout.starts_with("passed: "), "{}", passed.stdout);
        let failed = crossfoot(&folder, &["check", &bad, "-o", "json"]);
        assert_eq!(failed.code, 1, "{bad}: {}", failed.stdout);
        // The wrong figure is among those that its findings point at.
        let line = format!("\"line\": {}", row + 2);
        assert!(failed.stdout.contains(&line), "{bad}, row {row}: {}", failed.stdout);
    }
}
