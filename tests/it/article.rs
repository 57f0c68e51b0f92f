//! `crossfoot article`, and `claim` in every output format.

use std::io::Write;
use std::sync::Arc;

use crossfoot::article::MentionKind;
use crossfoot::check::{self, Draft, Options};
use crossfoot::source::Format;
use crossfoot::table::Document;
use serde_json::Value;

use crate::support::{Folder, crossfoot, crossfoot_with};

const TABLE: &str = "tests/tables/glued/city-2005.txt";
const PAGE: &str = "tests/tables/article/page.txt";

/// The mentions of a draft, as `-o json` has them.
fn mentions(arguments: &[&str], stdin: &str) -> Vec<Value> {
    let arguments: Vec<&str> =
        ["article"].into_iter().chain(arguments.iter().copied()).chain(["-o", "json", "--fail-on", "never"]).collect();
    let output = crossfoot_with(&Folder::repository(), &arguments, stdin.as_bytes());
    assert_eq!(output.code, 0, "{}", output.stderr);
    let document: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&document["format"], &document["version"]), (&"crossfoot-article".into(), &1.into()));
    document["mentions"].as_array().unwrap().clone()
}

/// The verdict of the first mention that reads so.
fn verdict(mentions: &[Value], text: &str) -> String {
    let it = mentions.iter().find(|it| it["text"] == text);
    it.map_or_else(|| format!("no mention {text:?}"), |it| it["verdict"].as_str().unwrap().to_owned())
}

#[test]
fn every_case_gets_its_verdict_and_no_trap_alarms() {
    let cases = Folder::repository().read("tests/tables/article/cases.jsonl");
    let mut judged = 0;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let table: &[&str] = if case["table"] == "seed" { &["--table", TABLE] } else { &[] };
        let arguments: Vec<&str> = ["-"].into_iter().chain(table.iter().copied()).collect();
        let found = mentions(&arguments, case["text"].as_str().unwrap());
        let mut alarms: Vec<&Value> = found.iter().filter(|it| it["verdict"] == "contradicted").collect();
        for expected in case["expect"].as_array().unwrap() {
            let text = expected["mention"].as_str().unwrap();
            assert_eq!(verdict(&found, text), expected["verdict"].as_str().unwrap(), "{}: {text}", case["id"]);
            let it = found.iter().find(|it| it["text"] == text).unwrap();
            if let Some(kind) = expected["kind"].as_str() {
                assert_eq!(it["kind"], kind, "{}: {text}", case["id"]);
            }
            alarms.retain(|it| it["text"] != text || expected["verdict"] != "contradicted");
            judged += 1;
        }
        assert!(alarms.is_empty(), "{}: {alarms:?}", case["id"]);
    }
    println!("article cases: {judged} verdicts, all as expected, no other alarm");
    assert!(judged >= 25, "{judged}");
}

#[test]
fn a_page_with_a_table_is_told_apart_from_its_article() {
    let found = mentions(&[PAGE], "");
    let all: Vec<(String, String)> = found
        .iter()
        .map(|it| (it["text"].as_str().unwrap().to_owned(), it["verdict"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        ("Few", "not_checkable"),
        ("2004", "not_checkable"),
        ("25", "confirmed"),
        ("17", "confirmed"),
        ("eight", "confirmed"),
        // That it is the year before says nothing of what is told of it.
        ("2004", "not_checkable"),
        ("some 50,000", "unsourced"),
        ("December 2003", "not_checkable"),
        ("$2", "not_checkable"),
    ];
    assert_eq!(all, expected.map(|it| (it.0.to_owned(), it.1.to_owned())));
    let sum = &found[2]["evidence"][0];
    assert_eq!(sum["formula"], "25 = 17 + 8");
    assert_eq!(sum["chance"]["agree"], 0);
    assert_eq!(
        found[6]["inner"],
        serde_json::json!({"low": "45000", "low_included": true, "high": "55000", "high_included": true})
    );
    assert_eq!((&found[6]["outer"]["low"], &found[6]["outer"]["high"]), (&"37500".into(), &"62500".into()));
    assert_eq!(found[8]["reason"], "outside the article");
}

#[test]
fn text_marks_each_number_and_tells_alarms_first() {
    let output = crossfoot(
        &Folder::repository(),
        &["article", "examples/article/draft.md", "--table", "examples/incoming/2005-03-08.txt"],
    );
    assert_eq!(output.code, 1, "{}", output.stderr);
    let first: Vec<&str> = output.stdout.lines().take(8).collect();
    assert_eq!(
        first,
        [
            "contradicted: 72: the table says 27",
            "  --> examples/article/draft.md:4:59",
            "   | There were 16 murders in the city, 11 of them solved, and 72 assaults.",
            "   |                                                           ^^",
            "   = cell: cell Assault/total = 27",
            "     the cell: 27, examples/incoming/2005-03-08.txt:5:8 (crimes, Assault, total)",
            "   = possible slip: 27 (2 and 7 swapped)",
            "",
        ]
    );
    assert!(output.stdout.contains("contradicted: 24 percent: 340 of 812 is 41.87 percent\n"), "{}", output.stdout);
    let last = output.stdout.lines().last().unwrap();
    assert_eq!(
        last,
        "failed: 17 numbers found, 17 checkable: 2 contradicted, 14 confirmed, 1 unsourced; 0 not checkable"
    );
}

#[test]
fn every_output_format_tells_of_a_claim() {
    let folder = Folder::new("article-formats");
    folder.write("draft.txt", "Of the 314 robberies, 164, or 54 percent, were solved.\n");
    for format in ["concise", "ndjson", "sarif", "junit", "github", "gitlab", "markdown", "html", "text", "json"] {
        let output = crossfoot(&folder, &["article", "draft.txt", "-o", format]);
        assert_eq!(output.code, 1, "{format}: {}", output.stderr);
        assert!(output.stdout.contains("54 percent"), "{format}: {}", output.stdout);
    }
    let output =
        crossfoot(&folder, &["article", "draft.txt", "-o", "xlsx=out.xlsx", "-o", "concise", "--fail-on", "never"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(folder.path("out.xlsx").exists());
    assert!(
        output.stdout.starts_with("draft.txt:1:31: error[claim]: 54 percent: 164 of 314 is 52.23 percent"),
        "{}",
        output.stdout
    );
}

#[test]
fn the_page_for_an_editor_lists_the_numbers_of_the_text() {
    let output = crossfoot(&Folder::repository(), &["check", PAGE, "-o", "html"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(output.stdout.contains("<h2>The numbers in the text of tests/tables/article/page.txt</h2>"));
    assert!(
        output
            .stdout
            .contains("9 numbers found, 4 of which can be checked: 0 contradicted, 3 confirmed, 1 without a source.")
    );
    assert!(output.stdout.contains("<td>Only <strong>25</strong> cases of forged banknotes"), "{}", output.stdout);
}

#[test]
fn check_judges_the_prose_around_a_table() {
    let folder = Folder::new("article-check");
    let page = Folder::repository().read(PAGE).replace("Only 25 cases", "Only 26 cases");
    folder.write("page.txt", page);
    let output = crossfoot(&folder, &["check", "page.txt", "-o", "json"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    let document: Value = serde_json::from_str(&output.stdout).unwrap();
    let claims: Vec<&Value> =
        document["findings"].as_array().unwrap().iter().filter(|it| it["kind"] == "claim").collect();
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0]["message"], "26: its parts add up to 25, not 26 (17 + 8 = 25)");
    assert_eq!((&claims[0]["severity"], &claims[0]["certainty"]), (&"error".into(), &"contradiction".into()));
    assert_eq!(claims[0]["places"].as_array().unwrap().len(), 3);
    assert_eq!(document["summary"]["by_rule"]["claim"]["fails"], 1);
    let ignored = crossfoot(&folder, &["check", "page.txt", "--ignore", "claim"]);
    assert_eq!(ignored.code, 0, "{}", ignored.stdout);
}

#[test]
fn html_is_read_by_its_main_text() {
    let folder = Folder::new("article-html");
    let page = "<!doctype html><html><body><nav>Of the 18 murders, 51 percent were solved.</nav>\n\
        <article><h1>Thieves &amp; robbers</h1>\n<p>Of the 314 robberies, <b>164</b>, or\n54&nbsp;percent, were solved.</p>\n\
        <table><tr><th>Crime</th><th>Total</th></tr><tr><td>Robbery</td><td>314</td></tr><tr><td>Theft</td><td>849</td></tr></table>\n\
        <p>There were 894 thefts, police said.</p></article></body></html>";
    folder.write("page.html", page);
    for command in ["article", "check"] {
        let output = crossfoot(&folder, &[command, "page.html", "-o", "concise"]);
        assert_eq!(output.code, 1, "{}", output.stderr);
        let claims: Vec<&str> = output.stdout.lines().filter(|it| it.contains("[claim]")).collect();
        assert_eq!(claims.len(), 2, "{command}: {}", output.stdout);
        assert!(claims[0].starts_with("page.html:4:1: error[claim]: 54 percent"), "{}", claims[0]);
        assert!(claims[1].contains("894: the table says 849"), "{}", claims[1]);
    }
}

/// A text document with a paragraph and a table, as `(paragraphs, rows)`.
fn docx(paragraphs: &[&str], rows: &[[&str; 2]]) -> Vec<u8> {
    let cell = |it: &str| format!("<w:tc><w:p><w:r><w:t>{it}</w:t></w:r></w:p></w:tc>");
    let text: Vec<String> = paragraphs.iter().map(|it| format!("<w:p><w:r><w:t>{it}</w:t></w:r></w:p>")).collect();
    let table: Vec<String> = rows.iter().map(|it| format!("<w:tr>{}{}</w:tr>", cell(it[0]), cell(it[1]))).collect();
    let table = if rows.is_empty() { String::new() } else { format!("<w:tbl>{}</w:tbl>", table.concat()) };
    let text = text.concat();
    let body = format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{text}{table}</w:body></w:document>");
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(body.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}

#[test]
fn text_documents_are_read_with_and_without_tables() {
    let folder = Folder::new("article-docx");
    let paragraph = "There were 894 thefts, the police said on Wednesday.";
    folder
        .write("both.docx", docx(&["Thefts", paragraph], &[["Crime", "Total"], ["Robbery", "314"], ["Theft", "849"]]));
    folder.write("text.docx", docx(&["Of the 18 murders, 51 percent were solved."], &[]));
    for command in ["article", "check"] {
        let output = crossfoot(&folder, &[command, "both.docx", "-o", "concise"]);
        assert_eq!(output.code, 1, "{}{}", output.stderr, output.stdout);
        assert!(output.stdout.contains("894: the table says 849"), "{}", output.stdout);
        assert!(output.stdout.contains("both.docx:Text!2:2"), "{}", output.stdout);
    }
    let output = crossfoot(&folder, &["article", "text.docx"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    assert!(output.stdout.contains("contradicted: 51 percent"), "{}", output.stdout);
}

#[test]
fn aliases_of_the_rule_file_name_rows() {
    let folder = Folder::new("article-aliases");
    let rules = "crossfoot = 1\ndataset = 'd'\n[tables.crimes]\nkey = ['crime']\n\
        columns = { crime = 'label', total = 'count' }\nrows = ['Murder', 'Theft']\n";
    folder.write("crimes.csv", "crime,total\nMurder,18\nTheft,849\n");
    folder.write("draft.txt", "There were 81 killings in the city, the police said.\n");
    let run = |text: &str| {
        folder.write("rules/d.toml", text);
        crossfoot(&folder, &["article", "draft.txt", "--table", "crimes.csv", "-o", "concise"])
    };
    assert_eq!(run(rules).code, 0);
    let output = run(&format!("{rules}[article.aliases]\nMurder = ['killings']\n"));
    assert_eq!(output.code, 1, "{}{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("81: the table says 18"), "{}", output.stdout);
    let unknown = run(&format!("{rules}[article.aliases]\nMurders = ['killings']\n"));
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.stderr.contains("rules/d.toml:8:1: unknown row \"Murders\"\n  hint: the nearest row is \"Murder\""),
        "{}",
        unknown.stderr
    );
    let key = run(&format!("{rules}[article]\nalias = 1\n"));
    assert!(key.stderr.contains("unknown key \"alias\"") && key.stderr.contains("aliases"), "{}", key.stderr);
}

#[test]
fn errors_of_use_say_what_was_expected() {
    let folder = Folder::new("article-errors");
    folder.write("draft.txt", "Ten ships entered the port.\n");
    folder.write("t.csv", "a,b\nx,1\n");
    for (arguments, expected) in [
        (&["article", "missing.txt"][..], "no such file or folder"),
        (&["article", "draft.txt", "--table", "missing.csv"], "no such file or folder"),
        (&["article", "draft.txt", "--date", "March"], "expected a date for the draft, found \"March\""),
        (&["article", "draft.txt", "-o", "jsn"], "the nearest name is json"),
        (&["article", "draft.txt", "-o", "json=draft.txt"], "refusing to overwrite an input file"),
        (&["article", "draft.txt", "-o", "xlsx"], "a workbook cannot be written to standard output"),
    ] {
        let output = crossfoot(&folder, arguments);
        assert_eq!(output.code, 2, "{arguments:?}");
        assert!(output.stderr.contains(expected), "{arguments:?}: {}", output.stderr);
    }
    assert_eq!(folder.read("draft.txt"), "Ten ships entered the port.\n");
}

#[test]
fn the_day_of_writing_settles_weekdays_and_last_year() {
    let text = "The report was published on Thursday, March 2, and read on Friday, March 4.\n";
    let plain = mentions(&["-"], text);
    assert_eq!(verdict(&plain, "Thursday, March 2"), "not_checkable");
    let dated = mentions(&["-", "--date", "2006-03-05"], text);
    assert_eq!(verdict(&dated, "Thursday, March 2"), "confirmed");
    // Wrong for 2006, but right for 2005: an article may speak of either.
    assert_eq!(verdict(&dated, "Friday, March 4"), "not_checkable");
    let wrong = mentions(&["-", "--date", "2006-03-05"], "The report was read on Monday, March 2.\n");
    assert_eq!(verdict(&wrong, "Monday, March 2"), "contradicted");
}

#[test]
fn kinds_have_the_words_that_the_format_promises() {
    let words: Vec<&str> =
        [MentionKind::Count, MentionKind::ListMark, MentionKind::Points].map(MentionKind::word).to_vec();
    assert_eq!(words, ["count", "list-mark", "points"]);
}

#[test]
fn shares_changes_and_points_are_told_apart() {
    for (text, mention, expected) in [
        ("Police solved 164 of the 314 robberies (52%), and 10 of 18 murders.", "52%", "confirmed"),
        ("Police solved 164 of the 314 robberies (62%), and 10 of 18 murders.", "62%", "contradicted"),
        ("Of the 314 robberies and of the 70 frauds, 164, or 62 percent, were solved.", "62 percent", "unsourced"),
        ("The rate rose from 4 percent to 6 percent, up 2 percent.", "2 percent", "contradicted"),
        ("The rate rose from 4 percent to 6 percent, up 2 percentage points.", "2 percentage points", "confirmed"),
        ("Sales rose 11 percent, from 280 to 314.", "11 percent", "contradicted"),
        ("Sales rose 12 percent, from about 280 to 314.", "12 percent", "unsourced"),
        ("Sales rose 25 percent to $1.5 million from $1.2 million.", "25 percent", "confirmed"),
        ("Sales rose 60 percent to $1.5 million from $1.2 million.", "60 percent", "contradicted"),
        ("There were five men and four women, ten in all.", "ten", "contradicted"),
        ("There were five men and four women, nine in all.", "nine", "confirmed"),
        ("They met on February 30, 2005.", "February 30, 2005", "contradicted"),
        ("It ran from March 5 to March 1, 2005.", "from March 5 to March 1, 2005", "not_checkable"),
        ("A quarter of the 849 thefts, 283, took place at night.", "A quarter", "contradicted"),
    ] {
        let found = mentions(&["-"], &format!("{text}\n"));
        assert_eq!(verdict(&found, mention), expected, "{text}: {found:?}");
    }
}

#[test]
fn both_ends_of_a_change_are_looked_up_in_their_editions() {
    let text = "Robberies fell 5 percent last week, from 314 to 298, the city police said.\n";
    let found = mentions(&["-", "--table", "examples/incoming/2005-03-08.txt"], text);
    let all: Vec<&str> = found.iter().map(|it| it["verdict"].as_str().unwrap()).collect();
    assert_eq!(all, ["confirmed"; 3]);
}

#[test]
fn an_accepted_edition_is_the_week_before() {
    let text = "Robberies fell 5 percent from the week before. The week before, there were 314 robberies.\n";
    let found = mentions(&["-", "--table", "examples/incoming/2005-03-08.txt"], text);
    assert_eq!(verdict(&found, "5 percent"), "confirmed");
    assert_eq!(verdict(&found, "314"), "confirmed");
    let wrong =
        mentions(&["-", "--table", "examples/incoming/2005-03-08.txt"], &text.replace("5 percent", "8 percent"));
    assert_eq!(verdict(&wrong, "8 percent"), "contradicted");
}

/// A draft through the library, as the command judges it.
fn judged(text: &str) -> crossfoot::article::Article {
    let document = Arc::new(Document::new("draft.md", text.to_owned(), "UTF-8"));
    let draft = Draft { document, format: Format::Page, written: None };
    check::article(&draft, &[], &[], &[], &Options::default()).unwrap().0
}

#[test]
fn what_is_not_looked_into_is_told() {
    let counts = |it: usize| (1..=it).map(|it| format!("{it} ships")).collect::<Vec<_>>().join(" met ");
    let lists = "The port held 9 items: 5 ropes and 4 nets; 7 lamps and 2 bells; 3 pumps and 6 sails. ".repeat(4);
    for (text, expected) in [
        (format!("They saw {}.", counts(40)), &[][..]),
        (
            format!("They saw {}.", counts(41)),
            &[
                "1 sentence of the text has more than 40 numbers: they were not compared with each other or with a table",
            ][..],
        ),
        (
            "ships and ".repeat(151),
            &["1 sentence of the text has more than 300 words and signs: the rest was not read"],
        ),
        ("7 ships.\n\n".repeat(50_001), &["the text has more than 50000 numbers: only the first were read"]),
        ("7 ships.\n\n".repeat(50_000), &[]),
        (
            lists,
            &[
                "28 numbers of the text have more than 8 lists nearby: only the nearest were tried as parts",
                "4 numbers of the text have more than 4 pieces of evidence: only the first are reported",
            ],
        ),
    ] {
        let article = judged(&text);
        let of_limit = |it: &&String| !expected.iter().any(|told| told == it);
        assert!(article.limits.len() >= expected.len(), "{text}: {:?}", article.limits);
        assert!(article.limits.iter().filter(of_limit).count() == 0, "{text}: {:?}", article.limits);
    }
    let tables = "| port | ships |\n|---|---|\n| Dover | 31 |\n| Calais | 12 |\n\nA total of 43 ships came.\n\n";
    let told = |count: usize| {
        let folder = Folder::new("many-tables");
        folder.write("draft.md", tables.repeat(count));
        crossfoot_with(&folder, &["article", "draft.md", "-v"], b"").stdout
    };
    let limit = "limit: more than 32 tables share a word with one sentence";
    assert!(told(33).contains(limit) && !told(32).contains(limit), "{}", told(33));
    let output = crossfoot_with(&Folder::repository(), &["article", "-"], format!("{}\n", counts(41)).as_bytes());
    assert!(output.stdout.contains("\nlimit: 1 sentence of the text has more than 40 numbers"), "{}", output.stdout);
    assert!(output.stdout.contains("unsourced: 41: its sentence has too many numbers"), "{}", output.stdout);
}

#[test]
fn evidence_grows_with_the_text_and_not_with_its_square() {
    for text in [
        "Five men and four women, nine in all, were hurt. ",
        "five men1 and four men2 and six men3 and ",
        "9 people: 5 men and 4 women; 9 persons: 5 boys and 4 girls. ",
        "25 cases of fraud and forgery: 17 cases of fraud, eight cases of forgery. ",
        "There were 314 robberies in the port, she said. ",
    ] {
        let size = |count: usize| {
            let article = judged(&text.repeat(count));
            let places = article.claims.iter().flat_map(|it| &it.evidence);
            places.map(|it| 1 + it.places.len() + it.formula.len()).sum::<usize>() + article.claims.len()
        };
        let (once, twice) = (size(100), size(200));
        assert!(twice <= once * 9 / 4, "{text}: {once} and {twice}");
    }
}

#[test]
fn chains_of_words_are_read_however_long_they_are() {
    for word in ["Monday ", "only ", "at least about ", "minus ", "March ", "two thousand and ", "5\u{200b}", "("] {
        let article = judged(&word.repeat(5_000));
        assert!(article.claims.len() <= 5_000, "{word}");
    }
}

#[test]
fn a_part_is_not_above_its_whole() {
    for (text, mention, expected) in [
        ("25 people were killed, including 41 children.", "41", "contradicted"),
        ("25 people were killed, including 14 children.", "14", "unsourced"),
        ("Police counted 25 thefts, including 31 petty thefts.", "31", "contradicted"),
        ("At least 25 people were killed, including 41 children.", "41", "unsourced"),
        ("Some 400 people came, including 450 children.", "450", "unsourced"),
        ("25 families were moved, including 41 children.", "41", "unsourced"),
        ("18 people died in the north and 25 people in the south, including 41 children.", "41", "unsourced"),
        ("25 people were killed and many hurt, including 41 children.", "41", "unsourced"),
    ] {
        let found = mentions(&["-"], &format!("{text}\n"));
        assert_eq!(verdict(&found, mention), expected, "{text}: {found:?}");
    }
}

#[test]
fn a_sentence_that_is_told_twice_has_one_number() {
    let body = "The harbour master spoke to the council.";
    for (first, again, expected) in [
        ("There were 25 stray dogs found in the port.", "There were 52 stray dogs found in the port.", "contradicted"),
        ("There were 25 stray dogs found in the port.", "There were 25 stray dogs found in the port.", "unsourced"),
        ("There were 25 stray dogs found in Riga.", "There were 52 stray dogs found in Porto.", "unsourced"),
        ("There were 25 stray dogs found last year.", "There were 52 stray dogs found this year.", "unsourced"),
        ("There were 25 stray dogs found in the port.", "Another 52 stray dogs found in the port died.", "unsourced"),
        ("There were 25 stray dogs found in the port.", "There were 52 stray dogs found in the park.", "unsourced"),
        ("There were 25 dogs found in the port.", "There were 52 dogs found in the port.", "unsourced"),
    ] {
        let found = mentions(&["-"], &format!("{first} {body} {again}\n"));
        let mention = if again.contains("52") { "52" } else { "25" };
        let last = found.iter().rfind(|it| it["text"] == mention).unwrap();
        assert_eq!(last["verdict"], expected, "{again}: {found:?}");
        if expected == "contradicted" {
            assert_eq!(last["reason"], "the text says 25 earlier");
        }
    }
}

#[test]
fn what_happened_ten_times_is_no_multiple() {
    let kind = |text: &str| judged(text).claims[0].mention.kind;
    assert_eq!(kind("The film was seen 10M times by then."), MentionKind::Count);
    assert_eq!(kind("He called 10 times."), MentionKind::Count);
    assert_eq!(kind("It is three times as large."), MentionKind::Multiple);
    assert_eq!(kind("Sales grew three times."), MentionKind::Multiple);
    let found = mentions(&["-"], "The film was seen 10M times, up from 2M to 3M.\n");
    assert_eq!(verdict(&found, "10M"), "unsourced", "{found:?}");
}

#[test]
fn a_markdown_table_in_a_draft_is_evidence() {
    let draft = "# Thefts in the City\n\nThere were 894 thefts and 314 robberies, the police said on Wednesday.\n\n\
        | Crime | Total | Solved |\n|-------|------:|:------:|\n| Murder | 18 | 10 |\n| Robbery | 314 | 164 |\n\
        | Theft | **849** | 325 |\n";
    let found = mentions(&["-"], draft);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!((verdict(&found, "894"), verdict(&found, "314")), ("contradicted".into(), "confirmed".into()));
    assert_eq!(found[0]["evidence"][0]["places"][0]["line"], 9);
}

#[test]
fn records_are_looked_up_in_the_editions_on_file() {
    let table = ["--table", "examples/incoming/2005-03-08.txt"];
    let verdict_of = |text: &str, claim: &str| {
        let arguments: Vec<&str> = ["-"].into_iter().chain(table).collect();
        verdict(&mentions(&arguments, text), claim)
    };
    // The edition before had 314 robberies and 849 thefts; this one has 298 and 812.
    assert_eq!(verdict_of("Police registered a record 298 robberies in the week.\n", "record"), "contradicted");
    let since = "Police registered 298 robberies, the lowest number since January 2004.\n";
    assert_eq!(verdict_of(since, "lowest number since"), "confirmed");
    let since = "Police registered 298 robberies, the highest number since January 2004.\n";
    assert_eq!(verdict_of(since, "highest number since"), "contradicted");
    let none = "Police registered 298 robberies, the highest number since April 2005.\n";
    assert_eq!(verdict_of(none, "highest number since"), "no mention \"highest number since\"");
}
