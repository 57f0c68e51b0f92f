//! Sentences against any table, and changes that a text tells: each kind with a
//! right number, a wrong one, and one that is of something else.

use std::sync::Arc;

use crossfoot::article::Article;
use crossfoot::check::{self, Draft, Options};
use crossfoot::source::Format;
use crossfoot::table::Document;

const FERRIES: &str = "\
ferry,trips,passengers,cars,previous month
Northern Star,48,6120,1904,51
Sea Otter,112,9480,2310,104
White Gull,96,7245,1180,96
Total,256,22845,5394,251
";

const PARKS: &str = "\
park,opened,area (hectares),visitors (thousands)
Alder Wood,1931,48.5,212
Long Meadow,1988,112.0,640
Quarry Hill,2004,35.2,95
River Bend,1967,77.4,388
";

const MATCHES: &str = "\
date,opponent,score,attendance
May 3,Farley,2-0,1240
May 10,Oakham,1-3,2085
May 24,Selby,0-0,1733
";

const YEARS: &str = "\
office,2022 (million euros),2023 (million euros)
Harbour,20.5,24.6
Bridges,61.0,58.4
Total,81.5,83.0
";

fn judged(text: &str, table: &str) -> Article {
    let document = Arc::new(Document::new("draft.txt", format!("{text}\n"), "UTF-8"));
    let draft = Draft { document, format: Format::Page, written: None };
    let load = |it: &str| {
        let document = Arc::new(Document::new("list.csv", it.to_owned(), "UTF-8"));
        check::load(document, Format::Delimited, &[], &Options::default()).unwrap()
    };
    let tables: Vec<_> = (!table.is_empty()).then(|| load(table)).into_iter().collect();
    check::article(&draft, &tables, &[], &[], &Options::default()).unwrap().0
}

/// The verdict of the first number that reads so.
fn verdict(text: &str, table: &str, number: &str) -> &'static str {
    let article = judged(text, table);
    article.claims.iter().find(|it| it.text == number).map_or("no such number", |it| it.verdict.word())
}

fn expect(table: &str, cases: &[(&str, &str, &str)]) {
    for (text, number, expected) in cases {
        assert_eq!(verdict(text, table, number), *expected, "{text}: {number}");
    }
}

#[test]
fn a_row_by_name_and_a_column_by_heading_name_a_cell() {
    expect(
        FERRIES,
        &[
            ("The Sea Otter carried 9,480 passengers.", "9,480", "confirmed"),
            ("The Sea Otter carried 9,840 passengers.", "9,840", "contradicted"),
            ("There were 96 trips of the White Gull.", "96", "confirmed"),
            ("In all, 22,845 passengers were counted.", "22,845", "confirmed"),
            ("In all, 22,485 passengers were counted.", "22,485", "contradicted"),
            ("The Sea Otter carried 9,480 passengers and the White Gull 7,245.", "7,245", "confirmed"),
            ("The Sea Otter carried 9,480 passengers and the White Gull 7,425.", "7,425", "contradicted"),
        ],
    );
}

#[test]
fn a_word_that_nothing_accounts_for_keeps_a_contradiction_back() {
    expect(
        FERRIES,
        &[
            ("The Sea Otter carried 9,840 paying passengers.", "9,840", "unsourced"),
            ("In winter the Sea Otter carried 4,120 passengers.", "4,120", "unsourced"),
            ("Another 300 passengers took the Sea Otter.", "300", "unsourced"),
            ("The Sea Otter will carry 9,900 passengers.", "9,900", "unsourced"),
            ("In Malmo the Sea Otter carried 5,200 passengers.", "5,200", "unsourced"),
            ("The Sea Otter carried 61 passengers.", "61", "unsourced"),
        ],
    );
}

#[test]
fn issue_25_a_measure_is_no_count_of_rows() {
    let goals = "player,goals,assists\nMia Holm,21,8\nJo Petrie,17,12\n";
    expect(goals, &[("The player Mia Holm had 8 assists.", "8", "confirmed")]);
}

#[test]
fn rows_are_counted_with_a_condition() {
    expect(
        PARKS,
        &[
            ("Two parks opened before 1970.", "Two", "confirmed"),
            ("Three parks opened before 1970.", "Three", "contradicted"),
            ("Three of the four parks opened before 1990.", "four", "confirmed"),
        ],
    );
}

#[test]
fn a_score_and_a_date_are_looked_up_as_text() {
    expect(
        MATCHES,
        &[
            ("The opponent on May 10 was Oakham, with an attendance of 2,085.", "2,085", "confirmed"),
            ("The opponent on May 10 was Oakham, with an attendance of 2,805.", "2,805", "contradicted"),
            ("The attendance against Selby on May 24 was 1,733.", "1,733", "confirmed"),
        ],
    );
}

#[test]
fn a_change_is_that_of_the_named_periods() {
    expect(
        YEARS,
        &[
            ("Harbour rose by 20 percent to 24.6 million euros.", "20 percent", "confirmed"),
            ("Harbour rose by 12 percent to 24.6 million euros.", "12 percent", "contradicted"),
            ("Bridges fell by 2.6 million euros to 58.4 million.", "2.6 million euros", "confirmed"),
            ("Harbour got 24.6 million euros in 2023.", "24.6 million euros", "confirmed"),
            ("Harbour got 26.4 million euros in 2023.", "26.4 million euros", "contradicted"),
        ],
    );
    expect(FERRIES, &[("Trips of the Sea Otter rose to 112, from 104 the month before.", "104", "confirmed")]);
}

#[test]
fn changes_are_read_in_all_their_orders() {
    expect(
        "",
        &[
            ("The debt rose by seven to 52, from 43 a month earlier.", "seven", "contradicted"),
            ("The debt rose by nine to 52, from 43 a month earlier.", "nine", "confirmed"),
            ("They saw 450 seals, up 20 percent from 375 a year earlier.", "20 percent", "confirmed"),
            ("They saw 450 seals, up 35 percent from 375 a year earlier.", "35 percent", "contradicted"),
            ("They saw 450 seals, 20 percent more than the 375 of spring.", "20 percent", "confirmed"),
            ("Support slumped 12 points, from 48 percent to 41 percent.", "12", "contradicted"),
            ("Rents eased 4 percent, from 650 to 624, and fares fell from 30 to 20.", "4 percent", "confirmed"),
            ("Rents eased 8 percent, from 650 to 624, and fares fell from 30 to 20.", "8 percent", "contradicted"),
            ("It was 52 percent in the east and 44 percent in the west, a gap of 8 points.", "8", "confirmed"),
            ("It was 52 percent in the east and 44 percent in the west, a gap of 11 points.", "11", "contradicted"),
            ("Output tripled to 31 tonnes from 10 tonnes.", "tripled", "confirmed"),
            ("Output tripled to 25 tonnes from 10 tonnes.", "tripled", "contradicted"),
            ("The crew has 40 members: 21 men and 17 women.", "40", "contradicted"),
        ],
    );
}

#[test]
fn issue_25_a_number_near_by_is_no_base() {
    for text in [
        "The share of children who can swim drops by almost 60% after the age of 8 or 9.",
        "At 3.1bn euros ($4.2bn), Nordbank is about 12% smaller than Suedbank, which has a value of £2.9bn ($5.5bn).",
        "Although interest stood at a harsh 14.5%, inflation has fallen from 8% to 6%.",
        "Output fell to 4.5% in May from 5.4% in April and 6.1% in May 2001.",
        "The plan suggests doubling the sum that clubs may borrow, while cutting the limit from £30m to £12m.",
        "The total cost of the 12 bridges was expected to reach £40bn - 18% higher than planned.",
        "There was no race in the 2011 half of the 2010 - 11 winter.",
        "Toy sales of $118.0 million in 2018 increased $9.4 million or 8.7% from $108.6 million in 2017.",
        "The charge was $11.2 million or about 31% of pre-tax loss compared to a charge of $6.5 million or about 17%.",
        "Europe includes sales from Spain of $3.9 million or 33% of total sales in 2019, $4.4 million or 36% in 2018.",
    ] {
        let article = judged(text, "");
        let alarms: Vec<_> = article.claims.iter().filter(|it| it.verdict.word() == "contradicted").collect();
        assert!(alarms.is_empty(), "{text}: {alarms:?}");
    }
}

#[test]
fn what_is_only_told_twice_is_not_confirmed() {
    let text = "Five Small Steps for Tarn\n\nThe city took the five small steps of its plan. It rained on Monday.";
    let article = judged(text, "");
    let first = article.claims.iter().find(|it| it.text == "Five").unwrap();
    assert_eq!(
        (first.verdict.word(), first.reason.as_str()),
        ("unsourced", "repeated: the text gives the same number")
    );
}
