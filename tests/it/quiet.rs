//! Texts that claim nothing of a table: how often they are wrongly contradicted.

use std::sync::Arc;

use crossfoot::article::ClaimVerdict;
use crossfoot::check::{self, Draft, Options};
use crossfoot::source::Format;
use crossfoot::table::Document;

/// Numbers that look random, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(end).unwrap()).unwrap()
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const HEADLINES: [&str; 10] = [
    "Harbour Counts {n} Ships in {m} Days",
    "{n} Trees Planted Along the River",
    "Council Votes {a}-{b} for New Bridge",
    "Few Visitors at the Fair",
    "Museum Opens After {b} Years",
    "{n} Robberies in {place}, Minister Says",
    "Prices Up {p} Percent Since {year}",
    "Team Wins {a}-{b}",
    "A Third of Homes Without Power",
    "Thousands March in {place}",
];

const SENTENCES: [&str; 44] = [
    "The port of {place} handled {n} ships in {year}, up from {m} a year earlier.",
    "About {k} people came to the fair, which was held for the {b}th time.",
    "The mayor, {b}5, said {a} of the {n} proposals had been dropped.",
    "Of the {n} pupils asked, most said they read for {b} minutes a day.",
    "There were {n} murders in {place} in {year}, according to a report.",
    "Police in {place} said {m} robberies were reported there last year.",
    "Nearly {k} visitors, including {n} children and {m} students, saw the show.",
    "The company has {k} workers, {n} of them in {place}, and plans to hire {m} more.",
    "Prices rose {p} percent in March and {a} percent in April.",
    "The fund gained {p} percent last month after losing {a} percent in May.",
    "She bought {a} apples, {b} pears and {m} plums for ${n}.",
    "Three engineers met {b} ministers and {a} reporters in the capital.",
    "{n} people were invited, and {m} came; {a} left early.",
    "The new line is {n} km long and cost {m} million euros.",
    "One in {b} homes has no heating, a survey of {k} homes found.",
    "The team won {a}-{b} on Saturday and lost {b}-{a} on Sunday.",
    "More than {k} trees were planted between {year} and {year2}.",
    "The S&P 500 rose {p} percent while the Dow fell {a} percent.",
    "Theft is common at stations, said the head of security in {place}.",
    "Car thefts could fall to {n} by {year2} if the plan works, the ministry hopes.",
    "The bridge, built in {year}, carries {k} cars a day.",
    "Rain fell on {b} of the first {m} days of the month.",
    "Sales doubled in two years, from a low base.",
    "The river went from {a} to {b} metres overnight.",
    "He served {a} years of a {b}-year sentence.",
    "Some {n} suicides a year would be prevented by the new law, doctors believe.",
    "In {place}, {n} assaults were recorded between January and June.",
    "The committee has {m} members, {a} women and {b} men, and two vacancies.",
    "A total of {n} exhibits are on show, among them {a} paintings and {b} statues.",
    "Exports fell by a third to {k} tons.",
    "Flight 214 landed at {b}:15 p.m. with {n} passengers.",
    "Call 555-012-4477 or write to room {m}.",
    "The {b} burglaries of the weekend were solved, but {n} older cases were not.",
    "Another {a} frauds came to light in the spring of {year}.",
    "Turnout was {p} percent, {a} points more than in {year}.",
    "He said the number of road accidents in the region had dropped to {n} so far this year.",
    "Two thirds of the {n} seats were sold by {year2}.",
    "Half of those asked, {m} people, had never voted.",
    "In the week of the storm, {n} calls came in; a week earlier there were {m}.",
    "{n} of {k} flats stand empty; of the houses, {p} percent do.",
    "The average ticket costs ${a}, twice as much as in {year}.",
    "At least {n} people were injured in the quake in {place}, officials said.",
    "The paper of {year} lists {n} robberies in the old town and {m} in the new one.",
    "Unlike in {place}, fewer than {n} rapes were reported in the county.",
];

const PLACES: [&str; 8] = ["Hamburg", "Lagos", "Osaka", "Lima", "Perth", "Riga", "Quebec", "Porto"];

/// A number as articles write it: in words, digits, or with a group.
fn number(random: &mut Random, most: usize) -> String {
    const WORDS: [&str; 11] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"];
    let value = 1 + random.below(most);
    match value {
        2..=11 if random.below(2) == 0 => WORDS[value - 1].to_owned(),
        1_000.. => format!("{},{:03}", value / 1_000, value % 1_000),
        _ => value.to_string(),
    }
}

fn fill(template: &str, random: &mut Random) -> String {
    let mut text = template.to_owned();
    while let Some(at) = text.find('{') {
        let end = at + text[at..].find('}').unwrap();
        let put = match &text[at + 1..end] {
            "n" => number(random, 900),
            "m" => number(random, 80),
            "k" => number(random, 90_000),
            "a" => (2 + random.below(8)).to_string(),
            "b" => (4 + random.below(6)).to_string(),
            "p" => format!("{}.{}", random.below(30), random.below(10)),
            "year" => (1980 + random.below(22)).to_string(),
            "year2" => (2006 + random.below(20)).to_string(),
            _ => random.pick(&PLACES).to_owned(),
        };
        text.replace_range(at..=end, &put);
    }
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[test]
fn texts_that_claim_nothing_are_hardly_ever_contradicted() {
    const TEXTS: usize = 400;
    let root = env!("CARGO_MANIFEST_DIR");
    let table = std::fs::read_to_string(format!("{root}/tests/tables/glued/city-2005.txt")).unwrap();
    let table = Arc::new(Document::new("city-2005.txt", table, "UTF-8"));
    let rules = std::fs::read_to_string(format!("{root}/rules/city-crime.toml")).unwrap();
    let datasets = [crossfoot::rules::load("rules/city-crime.toml", &rules, &|_| Ok(Vec::new())).unwrap()];
    let options = Options::default();
    let table = [check::load(table, Format::Page, &datasets, &options).unwrap()];
    let mut random = Random(20_050_303);
    let (mut found, mut checkable, mut alarms) = (0, 0, Vec::new());
    for number in 0..TEXTS {
        let mut text = format!("{}\n\n", fill(HEADLINES[random.below(HEADLINES.len())], &mut random));
        for _ in 0..4 + random.below(6) {
            text.push_str(&fill(SENTENCES[random.below(SENTENCES.len())], &mut random));
            text.push_str(if random.below(3) == 0 { "\n\n" } else { " " });
        }
        let document = Arc::new(Document::new(format!("text-{number}"), text, "UTF-8"));
        let draft = Draft { document, format: Format::Page, written: None };
        let (article, _) = check::article(&draft, &table, &datasets, &[], &options).unwrap();
        let summary = article.summary();
        (found, checkable) = (found + summary.found, checkable + summary.checkable);
        for it in article.claims.iter().filter(|it| it.verdict == ClaimVerdict::Contradicted) {
            let at = it.mention.span.start as usize;
            let start = article.document.text[..at].rfind(['.', '\n']).map_or(0, |it| it + 1);
            let sentence = article.document.text[start..].split('.').next().unwrap_or("");
            alarms.push(format!("text {number}: {}: {sentence:?}", it.reason));
        }
    }
    let report = format!(
        "quiet texts: {TEXTS} texts, {found} numbers, {checkable} checkable, {} contradicted\n  {}",
        alarms.len(),
        alarms.join("\n  ")
    );
    println!("{report}");
    assert!(alarms.len() * 100 <= TEXTS && checkable > 2_000, "{report}");
}
