//! Whole passages beside their tables, each right or with one planted error: what is found of
//! the errors, and that nothing that is right is contradicted.

use std::sync::Arc;

use crossfoot::article::{Article, ClaimVerdict};
use crossfoot::check::{self, Draft, Options};
use crossfoot::source::Format;
use crossfoot::table::Document;
use serde_json::Value;

fn lines(file: &str) -> Vec<Value> {
    let path = format!("{}/tests/reference/passages/{file}.jsonl", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap().lines().map(|it| serde_json::from_str(it).unwrap()).collect()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

fn judged(passage: &str, title: &str, table: &str) -> Article {
    let document = Arc::new(Document::new("passage.txt", passage.to_owned(), "UTF-8"));
    let draft = Draft { document, format: Format::Page, written: None };
    let printed = if title.is_empty() { table.to_owned() } else { format!("{title}\n\n{table}") };
    let document = Arc::new(Document::new("table.csv", printed, "UTF-8"));
    let table = check::load(document, Format::Delimited, &[], &Options::default()).unwrap();
    check::article(&draft, &[table], &[], &[], &Options::default()).unwrap().0
}

/// The texts that are contradicted, with the reasons.
fn contradicted(article: &Article) -> Vec<(&str, &str)> {
    let wrong = article.claims.iter().filter(|it| it.verdict == ClaimVerdict::Contradicted);
    wrong.map(|it| (it.text.as_str(), it.reason.as_str())).collect()
}

fn is_part(one: &str, other: &str) -> bool {
    one.contains(other) || other.contains(one)
}

#[test]
fn planted_errors_are_found_and_nothing_else_is_contradicted() {
    let mut differ = Vec::new();
    for passage in [lines("design"), lines("aside"), lines("later"), lines("kept"), lines("fresh")].concat() {
        let article = judged(text(&passage, "text"), text(&passage, "title"), text(&passage, "table"));
        let printed = text(&passage["error"], "printed");
        let found = contradicted(&article);
        let hit = !printed.is_empty() && found.iter().any(|it| is_part(it.0, printed));
        let falsely: Vec<_> = found.iter().filter(|it| printed.is_empty() || !is_part(it.0, printed)).collect();
        let agreed = article.claims.iter().any(|it| it.verdict == ClaimVerdict::Confirmed && it.text == printed);
        let expected = text(&passage, "expected") == "found";
        let known = passage["confirmed"] == true;
        if hit != expected || !falsely.is_empty() || agreed != known {
            differ.push(format!("{}: found {hit}, falsely {falsely:?}, confirmed {agreed}", text(&passage, "id")));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn each_kind_of_error_is_found_in_other_words_and_its_likeness_is_left_alone() {
    let mut differ = Vec::new();
    for kind in lines("kinds") {
        let judge = |sentence: &str| {
            judged(&format!("{} {sentence}\n", text(&kind, "base")), text(&kind, "title"), text(&kind, "table"))
        };
        for wrong in kind["wrong"].as_array().unwrap() {
            let (sentence, printed) = (wrong[0].as_str().unwrap(), wrong[1].as_str().unwrap());
            let article = judge(sentence);
            let found = contradicted(&article);
            if found.len() != 1 || !is_part(found[0].0, printed) {
                differ.push(format!("{}: {sentence} {found:?}", text(&kind, "kind")));
            }
        }
        // What nothing explains is told as possible.
        for it in kind["possible"].as_array().into_iter().flatten() {
            let (sentence, printed) = (it[0].as_str().unwrap(), it[1].as_str().unwrap());
            let article = judge(sentence);
            let told =
                |it: &&crossfoot::article::Claim| it.reason.starts_with("possible") && is_part(&it.text, printed);
            if !contradicted(&article).is_empty() || article.claims.iter().find(told).is_none() {
                differ.push(format!("{}: not possible: {sentence}", text(&kind, "kind")));
            }
        }
        for quiet in kind["quiet"].as_array().unwrap() {
            let article = judge(quiet.as_str().unwrap());
            let found = contradicted(&article);
            if !found.is_empty() {
                differ.push(format!("{}: {quiet} {found:?}", text(&kind, "kind")));
            }
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn a_passage_beside_the_table_of_another_gets_no_contradiction_from_it() {
    let all = [lines("design"), lines("fresh")].concat();
    let mut wrong = Vec::new();
    for (at, passage) in all.iter().enumerate() {
        let own = judged(text(passage, "text"), "", "a,b\nx,y\n");
        let alone: Vec<_> = contradicted(&own).into_iter().map(|it| it.0.to_owned()).collect();
        let other = &all[(at + 7) % all.len()];
        let article = judged(text(passage, "text"), text(other, "title"), text(other, "table"));
        let by_table = contradicted(&article).into_iter().filter(|it| !alone.iter().any(|own| own == it.0));
        wrong.extend(by_table.map(|it| format!("{} beside {}: {it:?}", text(passage, "id"), text(other, "id"))));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
