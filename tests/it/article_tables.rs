//! Changes that a text tells, and what is no evidence for a number.

use std::sync::Arc;

use crossfoot::article::Article;
use crossfoot::check::{self, Draft, Options};
use crossfoot::source::Format;
use crossfoot::table::Document;

fn judged(text: &str) -> Article {
    let document = Arc::new(Document::new("draft.txt", format!("{text}\n"), "UTF-8"));
    let draft = Draft { document, format: Format::Page, written: None };
    check::article(&draft, &[], &[], &[], &Options::default()).unwrap().0
}

/// The verdict of the first number that reads so.
fn verdict(text: &str, number: &str) -> &'static str {
    let article = judged(text);
    article.claims.iter().find(|it| it.text == number).map_or("no such number", |it| it.verdict.word())
}

fn expect(cases: &[(&str, &str, &str)]) {
    for (text, number, expected) in cases {
        assert_eq!(verdict(text, number), *expected, "{text}: {number}");
    }
}

#[test]
fn changes_are_read_in_all_their_orders() {
    expect(&[
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
    ]);
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
        let article = judged(text);
        let alarms: Vec<_> = article.claims.iter().filter(|it| it.verdict.word() == "contradicted").collect();
        assert!(alarms.is_empty(), "{text}: {alarms:?}");
    }
}

#[test]
fn what_is_only_told_twice_is_not_confirmed() {
    let text = "Five Small Steps for Tarn\n\nThe city took the five small steps of its plan. It rained on Monday.";
    let article = judged(text);
    let first = article.claims.iter().find(|it| it.text == "Five").unwrap();
    assert_eq!((first.verdict.word(), first.reason.as_str()), ("unsourced", "repeated: the text has it too"));
}
