use std::sync::Arc;

use jiff::civil::date;

use super::{At, Event, Given, Meant, Setting, State};
use crate::report::Format;

const WARDS: &str = "ward\ton the day\tby mail\tvotes\nAshby\t1204\t918\t2122\nBarrow\t877\t1015\t1892\n\
    Corby\t1431\t1290\t2721\nDerwent\t652\t701\t1353\nExton\t1988\t1622\t3160\nFenwick\t1147\t1093\t2240\n\
    Total\t7299\t6639\t13938\n";

fn empty() -> State {
    let setting = Setting::new(Vec::new(), date(2026, 1, 5), Some("an editor".to_owned())).unwrap();
    State::new(setting, Arc::default())
}

fn wards() -> State {
    empty().apply(&Event::Paste { name: ".tsv".to_owned(), text: WARDS.to_owned() })
}

fn given(state: &State, name: &str, bytes: &[u8]) -> State {
    state.give(name, Given::read(name, bytes))
}

fn view(state: &State) -> serde_json::Value {
    serde_json::to_value(state.view()).unwrap()
}

fn mark(state: &State, row: usize, column: usize) -> String {
    let rows = serde_json::to_value(state.rows(0, 0, 100)).unwrap();
    rows["rows"][row]["cells"][column]["m"].as_str().unwrap_or("").to_owned()
}

fn correct(state: &State, cell: At, to: &str) -> State {
    state.apply(&Event::Correct { figures: vec![Meant { cell, to: to.to_owned() }], finding: String::new() })
}

#[test]
fn a_wrong_total_is_marked_and_the_slip_mends_it() {
    let state = wards();
    assert_eq!(mark(&state, 4, 3), "bad");
    assert_eq!(mark(&state, 0, 3), "ok");
    assert_eq!(mark(&state, 0, 0), "");
    let shown = view(&state);
    assert_eq!(shown["verdict"]["advice"], "Do not publish yet");
    let finding = &shown["findings"][0];
    assert_eq!(finding["sum"], "1988 + 1622 = 3610, but 3160 is printed: 450 too few");
    let choice = &finding["choices"][0];
    assert_eq!((&choice["label"], &choice["figures"][0]["to"]), (&"Exton, votes 3610".into(), &"3610".into()));
    let figures: Vec<Meant> = serde_json::from_value(choice["figures"].clone()).unwrap();
    let mended = state.apply(&Event::Correct { figures, finding: finding["key"].as_str().unwrap().to_owned() });
    assert_eq!(mark(&mended, 4, 3), "ok");
    assert_eq!(view(&mended)["findings"].as_array().unwrap().len(), 0);
    assert_eq!(mended.copy("pasted table 1.tsv").unwrap().bytes, WARDS.replace("3160", "3610").into_bytes());
    let undone = mended.apply(&Event::Undo);
    assert_eq!((mark(&undone, 4, 3).as_str(), view(&undone)["can_redo"].as_bool()), ("bad", Some(true)));
    assert_eq!(mark(&undone.apply(&Event::Redo), 4, 3), "ok");
}

#[test]
fn a_total_that_may_be_no_sum_is_not_marked_as_one() {
    let table = "offence\trecorded\tsolved\nTheft\t9\t100\nCar theft\t5123\t10\nFraud\t880\t30\n\
        Burglary\t77\t5\nArson\t1\t3\nAssault\t4444\t20\nTotal\t592\t168\n";
    let state = empty().apply(&Event::Paste { name: ".tsv".to_owned(), text: table.to_owned() });
    for row in 0..7 {
        assert_eq!((mark(&state, row, 1).as_str(), mark(&state, row, 2).as_str()), ("none", "ok"), "row {row}");
    }
}

#[test]
fn a_cell_tells_what_it_adds_up_with() {
    let detail = serde_json::to_value(wards().cell(At(0, 0, 3))).unwrap();
    assert_eq!(detail["holds"][0]["sum"], "2122 = 1204 + 918");
    assert_eq!(detail["words"], "adds up");
}

#[test]
fn a_finding_that_is_right_stays_settled_until_its_figure_changes() {
    let state = wards();
    let key = view(&state)["findings"][0]["key"].as_str().unwrap().to_owned();
    let right =
        |reason: &str, until: &str| Event::Right { finding: key.clone(), reason: reason.into(), until: until.into() };
    let refused = state.apply(&right(" ", ""));
    assert!(view(&refused)["message"].as_str().unwrap().contains("give a reason"));
    assert!(view(&state.apply(&right("late", "2025-12-31")))["message"].as_str().unwrap().contains("or a later date"));
    let settled = state.apply(&right("the office confirmed it", "2026-02-01"));
    assert_eq!(view(&settled)["findings"][0]["state"], "settled");
    assert_eq!(mark(&settled, 4, 3), "set");
    assert_ne!(view(&settled)["verdict"]["mark"], "bad");
    let report = String::from_utf8(settled.report(Format::Html)).unwrap();
    assert!(report.contains("the office confirmed it"), "{report}");
    assert_eq!(mark(&correct(&settled, At(0, 4, 3), "3161"), 4, 3), "bad");
}

#[test]
fn a_second_correction_of_a_cell_starts_from_the_file_as_given() {
    let state = correct(&correct(&wards(), At(0, 0, 1), "12040"), At(0, 4, 3), "3610");
    let again = correct(&state, At(0, 4, 3), "99");
    let copy = String::from_utf8(again.copy("pasted table 1.tsv").unwrap().bytes).unwrap();
    assert_eq!(copy, WARDS.replace("Ashby\t1204\t", "Ashby\t12040\t").replace("3160", "99"));
    let back = correct(&again, At(0, 4, 3), "3160");
    assert_eq!(view(&back)["corrections"].as_array().unwrap().len(), 1);
}

const CRIMES: &str = "crime\ttotal\tsolved\nMurder\t16\t11\nAssault\t27\t15\nRobbery\t298\t151\nFraud\t66\t44\n";

fn crimes() -> State {
    empty().apply(&Event::Paste { name: ".tsv".to_owned(), text: CRIMES.to_owned() })
}

#[test]
fn a_wrong_number_of_the_draft_clears_when_it_is_corrected() {
    let text =
        |assaults: &str| format!("There were 16 murders in the city, 11 of them solved, and {assaults} assaults.\n");
    let state = crimes().apply(&Event::Draft { text: text("72") });
    let words = |state: &State| -> Vec<String> {
        let shown = view(state);
        let marks = shown["draft"]["marks"].as_array().unwrap().iter();
        marks.map(|it| it["w"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(words(&state), ["confirmed", "confirmed", "contradicted"]);
    let finding = view(&state)["findings"][0].clone();
    assert_eq!(
        (&finding["of"], &finding["mention"]),
        (&"draft".into(), &serde_json::json!({"span": [58, 60], "says": "27"}))
    );
    let mended = state.apply(&Event::Draft { text: text("27") });
    assert_eq!(words(&mended), ["confirmed", "confirmed", "confirmed"]);
    assert_eq!(view(&mended)["draft"]["marks"][0]["cells"][0], serde_json::json!([0, 0, 1]));
    // Typing on is one step.
    let typed = mended.apply(&Event::Draft { text: text("27 hard") }).apply(&Event::Draft { text: text("27 hard a") });
    assert_eq!(view(&typed)["done"].as_array().unwrap().len(), 3);
    assert_eq!(view(&typed.apply(&Event::Undo))["draft"]["text"], text("72"));
}

#[test]
fn places_in_the_draft_count_as_a_browser_does() {
    let state = crimes().apply(&Event::Draft { text: "🦀é There were 16 murders.\n".to_owned() });
    let mention = &view(&state)["draft"]["marks"][0];
    assert_eq!((mention["start"].as_u64(), mention["end"].as_u64()), (Some(15), Some(17)));
}

#[test]
fn questions_are_collected() {
    let state = wards();
    let key = view(&state)["findings"][0]["key"].as_str().unwrap().to_owned();
    let asked = state.apply(&Event::Ask { finding: key, text: "Is 3160 right?".to_owned() });
    assert_eq!(asked.questions(), "1. Is 3160 right?\n");
    assert_eq!(view(&asked)["findings"][0]["state"], "asked");
}

#[test]
fn what_cannot_be_read_is_told_and_changes_nothing() {
    let state = given(&empty(), "a.pdf", b"%PDF-1.7");
    assert!(view(&state)["message"].as_str().unwrap().contains("PDF files cannot be read"));
    assert_eq!(view(&state)["done"].as_array().unwrap().len(), 0);
    let same = correct(&wards(), At(0, 99, 3), "1");
    assert_eq!(view(&same)["message"], "this cell no longer exists");
    assert!(wards().cell(At(7, 0, 0)).is_none());
}

#[test]
fn a_relation_that_is_no_rule_is_asked_for_no_more() {
    let state = wards();
    let shown = view(&state);
    let follows = shown["tables"][0]["follows"].as_array().unwrap();
    let relation = follows[0]["words"].as_str().unwrap().to_owned();
    let table = follows[0]["table"].as_str().unwrap().to_owned();
    let less = state.apply(&Event::NotARule { table, relation: relation.clone() });
    let left = view(&less)["tables"][0]["follows"].clone();
    assert!(!left.to_string().contains(&relation), "{left}");
}

#[test]
fn the_example_has_its_rules_and_its_week_before_and_nothing_else_has() {
    let state = empty().with_example();
    let shown = view(&state);
    let findings = shown["findings"].as_array().unwrap();
    assert_eq!(findings[0]["rule"], "detained-were-drunk");
    assert!(findings[0]["choices"].to_string().contains("4,477"), "{}", findings[0]["choices"]);
    assert!(shown["tables"].as_array().unwrap().iter().all(|it| it["compared"] == true));
    // It is shown, and leaves no snapshot behind.
    assert_eq!(shown["can_accept"], false);
    assert!(state.to_accept().is_err());
    assert!(view(&wards())["findings"].as_array().unwrap().iter().all(|it| it["rule"] != "unclaimed"));
}

#[test]
fn an_unclear_row_is_read_as_is_said() {
    let page =
        "Weekly report\nCrimeTotalSolved\nMurder1611\nAssault2715\nRape43\nCar theft3910\nFraud6644\nArson1234\n";
    let state = empty().apply(&Event::Paste { name: String::new(), text: page.to_owned() });
    assert_eq!(mark(&state, 0, 1), "ask");
    let readings = serde_json::to_value(state.cell(At(0, 0, 1))).unwrap()["readings"].clone();
    assert!(readings.as_array().unwrap().len() > 1, "{readings}");
    let settled = state.apply(&Event::Read { cell: At(0, 0, 1), reading: 0 });
    assert_ne!(mark(&settled, 0, 1), "ask");
}

#[test]
fn the_text_of_a_page_is_a_draft_without_its_tags() {
    let page = "<html><body><p>There were <b>16</b> murders.</p>\n\n\n<p>And 27 assaults.</p></body></html>";
    let state = crimes().give_draft("draft.html", Given::read("draft.html", page.as_bytes()));
    let text = view(&state)["draft"]["text"].as_str().unwrap().to_owned();
    assert!(text.starts_with("There were 16 murders.") && !text.contains('<'), "{text}");
    let refused = crimes().give_draft("t.csv", Given::read("t.csv", CRIMES.replace('\t', ",").as_bytes()));
    assert!(view(&refused)["message"].as_str().unwrap().contains("has no text for a draft"));
}

#[test]
fn a_correction_that_holds_the_delimiter_is_put_in_quotes() {
    let csv = "area,cases,all\nLund,1234,1300\nAyr,7,9\nOld,3,5\n";
    let state = given(&empty(), "t.csv", csv.as_bytes());
    let more = correct(&state, At(0, 0, 1), "1,235");
    assert_eq!(String::from_utf8(more.copy("t.csv").unwrap().bytes).unwrap(), csv.replace("1234", "\"1,235\""));
    // What is in quotes once is changed there.
    let again = correct(&correct(&more, At(0, 0, 1), "1,236"), At(0, 0, 2), "1301");
    let copy = String::from_utf8(again.copy("t.csv").unwrap().bytes).unwrap();
    assert_eq!(copy, csv.replace("1234", "\"1,236\"").replace("1300", "1301"));
}

#[test]
fn a_figure_of_a_workbook_is_corrected_in_the_working_copy_only() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tables/workbooks/openpyxl.xlsx");
    let state = given(&empty(), "book.xlsx", &std::fs::read(path).unwrap());
    let text = |state: &State, row: usize, column: usize| -> String {
        let rows = serde_json::to_value(state.rows(0, 0, 100)).unwrap();
        rows["rows"][row]["cells"][column]["t"].as_str().unwrap().to_owned()
    };
    assert_eq!((text(&state, 3, 3).as_str(), mark(&state, 3, 3).as_str()), ("90.0%", "odd"));
    let mended = correct(&state, At(0, 3, 3), "96.8%");
    assert_eq!((text(&mended, 3, 3).as_str(), mark(&mended, 3, 3).as_str()), ("96.8%", "ok"));
    assert_eq!((text(&mended, 4, 0), text(&mended, 4, 3)), ("All".to_owned(), text(&state, 4, 3)));
    let copy = given(&empty(), "book.xlsx", &mended.copy("book.xlsx").unwrap().bytes);
    assert_eq!(text(&copy, 3, 3), "96.8%");
    let all = |state: &State| -> Vec<String> {
        let rows = serde_json::to_value(state.rows(0, 0, 100)).unwrap();
        let cells = rows["rows"].as_array().unwrap().iter().flat_map(|it| it["cells"].as_array().unwrap().clone());
        cells.map(|it| it["t"].as_str().unwrap().to_owned()).collect()
    };
    let mut wanted = all(&state);
    *wanted.iter_mut().find(|it| *it == "90.0%").unwrap() = "96.8%".to_owned();
    assert_eq!(all(&copy), wanted);
    assert!(mended.corrections().contains("book.xlsx:"), "{}", mended.corrections());
}
