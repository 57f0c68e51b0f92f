//! What could not be read for sure is told: empty files, pages without tables,
//! numbers of two styles, columns of figures and texts.

use std::io::Write;

use crossfoot::check::stream::{self, Limits};
use crossfoot::check::{self, Options, Outcome};
use crossfoot::report::{Format, Look};
use crossfoot::source;

use crate::large::{Bytes, dataset, told};
use crate::support::{Folder, Output, crossfoot, crossfoot_with};

fn refused(output: &Output, parts: &[&str]) {
    assert_eq!(output.code, 2, "{}{}", output.stdout, output.stderr);
    for part in parts.iter().chain(&["hint:"]) {
        assert!(output.stderr.contains(part), "expected {part:?} in:\n{}", output.stderr);
    }
}

/// What a check of one file finds, as severity, rule and message.
fn found(outcome: &Outcome) -> Vec<String> {
    let finding = |it: &crossfoot::finding::Finding| format!("{}[{}]: {}", it.severity.word(), it.rule, it.message);
    outcome.findings.iter().map(finding).collect()
}

fn checked(text: &str, rules: Option<&str>, locale: Option<&str>) -> Outcome {
    let document = source::decode("t.csv", text.as_bytes().to_vec()).unwrap();
    let datasets = rules.map(dataset).unwrap_or_default();
    let options = Options { locale: locale.map(str::to_owned), ..Options::default() };
    let loaded = check::load(document.into(), source::Format::Delimited, &datasets, &options).unwrap();
    check::check(vec![loaded], &datasets, &[], &options).unwrap()
}

fn bare(text: &str) -> Vec<String> {
    found(&checked(text, None, None))
}

/// The figures of a column, as read.
fn figures(text: &str, locale: Option<&str>, column: usize) -> Vec<String> {
    let document = source::decode("t.csv", text.as_bytes().to_vec()).unwrap();
    let options = Options { locale: locale.map(str::to_owned), ..Options::default() };
    let loaded = check::load(document.into(), source::Format::Delimited, &[], &options).unwrap();
    let table = loaded.table(0);
    let figure = |row: usize| table.columns[column].decimal(row).map_or("?".to_owned(), |it| it.to_string());
    (0..table.rows.len()).map(figure).collect()
}

#[test]
fn an_empty_file_is_no_pass_in_any_format_or_command() {
    let folder = Folder::new("doubt-empty");
    folder.write("full.csv", "crop,tons\nRye,12\nOats,30\n");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"\n \n").unwrap();
    folder.write("packed.csv.gz", packed.finish().unwrap());
    for name in ["e.csv", "e.tsv", "e.txt", "e.json", "e.html", "e.xlsx", "e.ods"] {
        folder.write(name, "");
    }
    folder.write("blank.csv", "\u{feff}\r\n  \n\t\n\u{a0}\n");
    folder.write("blank.txt", "\n\n\n");
    let names =
        ["e.csv", "e.tsv", "e.txt", "e.json", "e.html", "e.xlsx", "e.ods", "blank.csv", "blank.txt", "packed.csv.gz"];
    for name in names {
        refused(&crossfoot(&folder, &["check", name]), &[name, "the file is empty"]);
    }
    for command in [
        &["extract", "blank.csv"][..],
        &["diff", "full.csv", "e.csv"],
        &["diff", "e.xlsx", "full.csv"],
        &["history", "e.csv"],
        &["suggest", "e.csv"],
        &["init", "e.csv"],
        &["article", "full.csv", "--table", "e.csv"],
        &["article", "e.txt", "--table", "full.csv"],
        &["check", "full.csv", "e.csv"],
    ] {
        refused(&crossfoot(&folder, command), &["the file is empty"]);
    }
    refused(&crossfoot_with(&folder, &["check", "-"], b""), &["<stdin>", "the file is empty"]);
}

#[test]
fn a_heading_without_rows_is_no_empty_file() {
    assert!(bare("crop,tons\n").iter().all(|it| it.contains("empty")));
}

/// Labels and figures run into each other, with decimals.
const GLUED: &str = "Milk prices\n\nDairyPriceLast year\nButter31.529.1\nCheese8.257.90\nCream101.499.7\nWhey2.42.9\n\
    Yoghurt44.043.6\nSource: dairy board\n\nThe board met on Monday.\n";

#[test]
fn text_with_figures_and_no_table_is_no_pass() {
    let folder = Folder::new("doubt-page");
    folder.write("page.txt", GLUED);
    folder.write("page.csv", GLUED);
    folder.write("minutes.txt", "Minutes\n\nThe board met on 5 May and\nagreed to meet again on 9 June.\n");
    for command in [&["check", "page.txt"][..], &["check", "--from", "page", "page.txt"], &["extract", "page.txt"]] {
        refused(&crossfoot(&folder, command), &["page.txt", "no table was found in it"]);
    }
    refused(&crossfoot(&folder, &["check", "page.csv"]), &["page.csv", "run into each other"]);
    refused(&crossfoot(&folder, &["check", "minutes.txt"]), &["minutes.txt"]);
    refused(&crossfoot_with(&folder, &["check", "-"], GLUED.as_bytes()), &["<stdin>"]);
}

#[test]
fn text_without_figures_and_lists_of_labels_are_in_order() {
    let folder = Folder::new("doubt-lists");
    folder.write("words.txt", "Minutes\n\nThe board met on Monday\nand agreed to meet again.\n");
    folder.write("codes.csv", "code\nAB12\nAB13\nCD7\nEF44\n");
    folder.write("areas.csv", "area\nNorth 1\nNorth 2\nSouth 1\nEast\n");
    folder.write("days.txt", "day\n2004-05-06\n2004-05-07\n2004-05-08\n");
    folder.write("numbers.txt", "12\n15\n19\n");
    for name in ["words.txt", "codes.csv", "areas.csv", "days.txt", "numbers.txt"] {
        let output = crossfoot(&folder, &["check", name]);
        assert_eq!(output.code, 0, "{name}: {}{}", output.stdout, output.stderr);
    }
}

#[test]
fn one_slip_among_clear_thousands_is_the_finding() {
    let text = "crop\ttons\nRye\t17\nOats\t1,452\nMaize\t305\nWheat\t41,2\nBarley\t3,960\nHay\t88\nFlax\t7,019\n";
    assert_eq!(bare(text), ["error[style]: expected a number printed as 1,234.5, found \"41,2\""]);
    assert_eq!(figures(text, None, 1), ["17", "1452", "305", "?", "3960", "88", "7019"]);
}

#[test]
fn a_style_that_rests_on_one_cell_is_told_with_both_readings() {
    let text = "crop\ttons\nRye\t1,731\nOats\t1,452\nMaize\t3,051\nWheat\t41,2\nBarley\t3,960\n";
    let outcome = checked(text, None, None);
    assert_eq!(
        found(&outcome),
        [
            "error[style]: expected a number printed as 1,234.5, found \"41,2\"",
            "warning[style]: 4 figures such as \"1,731\" are read as thousands (1731), but may have decimals \
             (1.731); no other figure shows which is right"
        ]
    );
    assert_eq!(outcome.findings[1].certainty, crossfoot::finding::Certainty::Unclear);
    assert_eq!(outcome.findings[0].places[0].text, "41,2");
    // Declared either way, it is obeyed, and nothing is left to tell but the odd cell.
    assert_eq!(found(&checked(text, None, Some("de"))), [""; 0]);
    assert_eq!(figures(text, Some("de"), 1)[0], "1.731");
    let odd = ["error[style]: expected a number printed as 1,234.5, found \"41,2\""];
    assert_eq!(found(&checked(text, None, Some("en"))), odd);
    assert_eq!(figures(text, Some("en"), 1)[0], "1731");
}

#[test]
fn figures_that_no_cell_settles_are_told() {
    let text = "Ort;Dichte\nAdorf;2.341\nBdorf;4.325\nCdorf;7.512\n";
    let told = bare(text);
    assert!(told.len() == 1 && told[0].starts_with("warning[style]: 3 figures such as \"2.341\" are read"), "{told:?}");
    assert_eq!(found(&checked(text, None, Some("de"))), [""; 0]);
    assert_eq!(found(&checked(text, None, Some("en"))), [""; 0]);
    assert_eq!(figures(text, Some("en"), 1), ["2.341", "4.325", "7.512"]);
}

#[test]
fn figures_with_a_mark_beside_short_ones_are_thousands() {
    let text = "Ort;Kühe;Höfe\nAdorf;2.341;511\nBdorf;14.325;6.870\nCdorf;987;402\nDdorf;7.500;3.105\n";
    assert_eq!(bare(text), [""; 0]);
    assert_eq!(figures(text, None, 1), ["2341", "14325", "987", "7500"]);
    assert_eq!(figures(text, Some("en"), 1), ["2.341", "14.325", "987", "7.500"]);
}

#[test]
fn a_lone_mark_among_whole_numbers_is_told() {
    let rules = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t.columns]\nward = \"label\"\nvotes = \"count\"\n";
    let table = |odd: &str| format!("ward,votes\nAsh,1301\nBay,{odd}\nElm,1522\nFir,1197\nOak,1044\nYew,1733\n");
    let told = |odd: &str, rules, locale| found(&checked(&table(odd), rules, locale));
    let as_count = "warning[style]: \"1.415\" is read as 1415 because a count is declared, but may be 1.415";
    assert_eq!(told("1.415", Some(rules), None), [as_count]);
    let both = |told: &[String]| told.len() == 1 && told[0].contains("1415") && told[0].contains("1.415");
    assert!(both(&told("1.415", None, None)), "{:?}", told("1.415", None, None));
    let spaced = "warning[style]: \"1 415\" is read as 1415, but other figures above 999 have no thousands mark; it may be two figures";
    assert_eq!(told("1 415", None, None), [spaced]);
    assert_eq!(told("1 415", Some(rules), None), [spaced]);
    let beside =
        table("1.415").replace("votes", "votes,share").replace('\n', ",2.5\n").replacen("share,2.5", "share", 1);
    assert!(both(&bare(&beside)), "{:?}", bare(&beside));
    assert_eq!(told("1.415", Some(rules), Some("en")), ["error[type]: expected a count, found \"1.415\""]);
    assert_eq!(
        told("1 415", Some(rules), Some("en")),
        ["error[style]: expected a number printed as 1,234.5, found \"1 415\""]
    );
    assert_eq!(told("1.415", Some(rules), Some("de")), [""; 0]);
    let styled = rules.replace("files =", "style = { thousands = \",\" }\nfiles =");
    assert_eq!(told("1.415", Some(&styled), None), ["error[type]: expected a count, found \"1.415\""]);
}

#[test]
fn settled_styles_are_not_in_doubt() {
    for text in [
        // Rates with other decimals beside those of three.
        "a,b\nx,1.234\ny,12.5\nz,7\nv,0.125\n",
        "a;b\nx;1.234\ny;12.345\nz;987\nv;1.234.567\n",
        "a;b;c\nx;1.234;0,5\ny;12.345;1,25\nz;987;3,75\n",
        "a;b\nx;1,5\ny;2,25\nz;3,125\nv;8\n",
        "a,b\nx,\"1,234\"\ny,\"12,345\"\nz,987\n",
        "a\tb\nx\t1 234\ny\t12 345\nz\t987\n",
        // Three decimals throughout.
        "a,b\nx,1.234\ny,2.345\nz,7.500\n",
        "a,b\nx,1234\ny,\"2,345\"\nz,987\n",
    ] {
        assert_eq!(bare(text), [""; 0], "{text}");
    }
}

#[test]
fn json_numbers_are_in_no_doubt_and_no_locale() {
    let folder = Folder::new("doubt-json");
    folder.write("t.json", "[{\"a\": \"x\", \"n\": 1.234}, {\"a\": \"y\", \"n\": 987}, {\"a\": \"z\", \"n\": 12}]");
    for locale in ["en", "de"] {
        let output = crossfoot(&folder, &["check", "t.json", "--locale", locale]);
        assert!(output.code == 0 && !output.stdout.contains("style"), "{}", output.stdout);
        let output = crossfoot(&folder, &["extract", "-o", "csv", "t.json", "--locale", locale]);
        assert!(output.stdout.contains("x,1.234\n"), "{}", output.stdout);
    }
    assert_eq!(crossfoot(&folder, &["check", "t.json", "--fail-on", "note"]).code, 0);
}

/// Ten figures and one more cell.
fn with_odd(odd: &str) -> String {
    let figures = ["14", "25", "181", "30", "46", "8", "9", "214", "33", "22"];
    let row = |it: (usize, &&str)| format!("s{},{}\n", ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"][it.0], it.1);
    format!("site,v\n{}odd,{odd}\n", figures.iter().enumerate().map(row).collect::<String>())
}

#[test]
fn one_spoiled_cell_leaves_a_column_of_numbers() {
    for (odd, message) in [
        ("#REF!", "error[type]: expected a count, found the spreadsheet error \"#REF!\""),
        ("#DIV/0!", "error[type]: expected a count, found the spreadsheet error \"#DIV/0!\""),
        ("#N/A", "error[type]: expected a count, found the spreadsheet error \"#N/A\""),
        ("1O4", "error[type]: expected a count, found \"1O4\""),
    ] {
        assert_eq!(bare(&with_odd(odd)), [message]);
        assert_eq!(figures(&with_odd(odd), None, 1)[..2], ["14", "25"]);
    }
}

#[test]
fn a_column_of_figures_that_is_read_as_text_is_told() {
    let outcome = checked(&with_odd("12 kg"), None, None);
    let message =
        "note[type]: 10 of 11 cells in this column are figures, but not \"12 kg\"; the column is read as text";
    assert_eq!(found(&outcome), [message]);
    assert_eq!((outcome.findings[0].places[0].line, outcome.findings[0].hint.is_some()), (12, true));
    for text in [
        // Texts, codes, scores, words and few figures are what they are.
        "a,b\nx,A12\ny,13\nz,14\nv,B15\nw,C16\n",
        "a,b\nx,007\ny,13\nz,14\nv,x\n",
        "a,b\nx,1990 - 95\ny,1997\nz,1999\nv,2001 - 04\nw,2006\n",
        "a,b\nx,7\ny,n/a\nz,14\nv,..\nw,3\n",
        "a,b\nx,7\ny,seven\n",
    ] {
        assert_eq!(bare(text), [""; 0], "{text}");
    }
    for odd in ["bye", "total", "12 (3)", "4 - 2", "160a", "13 =", "3½", "2009 -", "7 June 1993"] {
        assert_eq!(bare(&with_odd(odd)), [""; 0], "{odd}");
    }
    for odd in ["< 100", "1500 est", "70.3degree", "82 (from Leeds)"] {
        assert_eq!(bare(&with_odd(odd)).len(), 1, "{odd}");
    }
}

const UNSURE: &str = "City Fires\nFeb. 23 - March 1\nPlaceReportedOut\nNorth Bank13442\nHarbour181147\nMarket6245\n\
    Station12639\nOld Town51\nSource: fire office\n\nThe council met on Tuesday.\n";

#[test]
fn an_unclear_row_shows_its_readings_and_what_settles_it() {
    let folder = Folder::new("doubt-unclear");
    folder.write("in.txt", UNSURE);
    let output = crossfoot(&folder, &["check", "in.txt", "-o", "json"]);
    let told: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let unclear: Vec<&serde_json::Value> =
        told["findings"].as_array().unwrap().iter().filter(|it| it["rule"] == "unclear").collect();
    assert!(!unclear.is_empty(), "{}", output.stdout);
    for it in unclear {
        let message = it["message"].as_str().unwrap();
        assert!(message.contains('|') && !message.contains("as  ("), "{message}");
        assert!(it["hint"].as_str().unwrap().contains("HTML or CSV"), "{it}");
    }
    // What the hint says is done: the grouping of thousands leaves one reading.
    folder.write(
        "rules/fires.toml",
        "crossfoot = 1\ndataset = \"fires\"\nstyle = { thousands = \",\" }\n[tables.fires]\ntitle = \"City Fires\"\n\
         columns = { Place = \"label\", Reported = \"count\", Out = \"count\" }\n",
    );
    let output = crossfoot(&folder, &["check", "in.txt", "-o", "concise"]);
    let hinted = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["hint"].as_str().is_some_and(|it| it.contains("thousands")));
    let hinted: Vec<&serde_json::Value> = hinted.collect();
    assert!(!hinted.is_empty());
    for it in hinted {
        let line = it["places"][0]["line"].as_u64().unwrap();
        assert!(!output.stdout.contains(&format!("in.txt:{line}:")), "{line}: {}", output.stdout);
    }
}

const KEYED: &str = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t.columns]\nid = \"count\"\n\
    area = \"text\"\nn = \"amount\"\n[[rules]]\nname = \"once\"\nunique = [\"id\"]\n";

/// A file with so many rows, some of them of our own.
fn keyed(first: &str, count: usize, last: &str) -> String {
    let row = |it: usize| format!("{},area {},{}\n", 1000 + it, it % 97, it % 7);
    let rows = (0..count).map(row).collect::<Vec<_>>().concat();
    format!("id,area,n\n{first}{rows}{last}")
}

/// What a file comes to, read as a whole and in parts.
fn both(text: &str, rules: &str) -> (String, Option<String>) {
    let datasets = dataset(rules);
    let whole = told(&checked(text, Some(rules), None));
    let limits = Limits { chunk: 1 << 14, memory: 1 << 30 };
    let parts = Bytes(text.as_bytes().to_vec());
    let loaded = stream::load(&parts, "t.csv", &datasets, &Options::default(), &|_| false, limits).unwrap().ok();
    let parts = loaded.map(|it| told(&check::check(vec![it], &datasets, &[], &Options::default()).unwrap()));
    (whole, parts)
}

#[test]
fn a_style_that_shows_late_is_that_of_the_whole_file() {
    // All of it stands behind what tells the form of a large file.
    for last in [
        "1 000,area x,3\n",
        "1000000,area x,1.234\n",
        "1000000,area x,\"1,5\"\n",
        "1000000,\"area, x\",1.234*\n",
        "1000000,area x,\"1,234\"\n",
        "1.000,area x,3\n",
        "1000000,area x,1.25\n",
        "1000000,area x,1.234\n1000001,area x,2.345\n1000002,area y,0.5\n",
    ] {
        for first in ["", "7,area x,1.5\n8,area x,2.25\n", "7,area x,1.5\n", "9 999 999,area x,3\n"] {
            let text = keyed(first, 3_000, last);
            let (whole, parts) = both(&text, KEYED);
            if let Some(parts) = parts {
                assert_eq!(parts, whole, "{first}{last}");
            }
        }
    }
    let (_, parts) = both(&keyed("7,area x,1.5\n8,area x,2.25\n", 3_000, "1000000,area x,1.234\n"), KEYED);
    assert!(parts.is_some(), "what the sample settles is still read in parts");
}

#[test]
fn the_same_key_in_two_styles_is_found_in_parts_too() {
    let spaced = KEYED.replace("files =", "style = { thousands = \" \" }\nfiles =");
    for rules in [KEYED, spaced.as_str()] {
        for first in ["", "9 999 999,area x,3\n"] {
            let (whole, parts) = both(&keyed(first, 3_000, "1 000,area x,3\n"), rules);
            assert!(whole.contains("id 1 000 appears twice"), "{whole}");
            assert_eq!(parts.unwrap_or_else(|| whole.clone()), whole);
        }
    }
    let (_, parts) = both(&keyed("", 3_000, "1 000,area x,3\n"), &spaced);
    assert!(parts.is_some(), "a declared style needs no second look");
}

#[test]
fn a_column_that_no_rule_declares_may_turn_late() {
    let rules = KEYED.replace("n = \"amount\"\n", "");
    let (whole, parts) = both(&keyed("", 3_000, "1000000,area x,1.5\n"), &rules);
    assert!(!whole.contains("expected a count"), "{whole}");
    assert_eq!(parts.unwrap_or_else(|| whole.clone()), whole);
}

#[test]
fn a_doubt_stands_in_every_report() {
    let outcome = checked("crop\ttons\nRye\t1,731\nOats\t1,452\nWheat\t41,2\n", None, None);
    for format in [Format::Text, Format::Concise, Format::Json, Format::Sarif] {
        let mut out = Vec::new();
        format.write(&outcome, Look::default(), &mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().contains("41,2"));
    }
}

const PINNED: &str = "crossfoot = 1\ndataset = \"fires\"\n[tables.fires]\ntitle = \"City Fires\"\nkey = [\"Place\"]\n\
    columns = { Place = \"label\", Reported = \"count\", Out = \"count\" }\n";

/// The unclear rows of a check, by label, with the cells of the best reading.
fn unclear_rows(folder: &Folder, arguments: &[&str]) -> Vec<(String, String)> {
    let output = crossfoot(folder, &[&["check", "in.txt", "-o", "json"], arguments].concat());
    let told: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let row = |it: &serde_json::Value| {
        let message = it["message"].as_str()?;
        let best = message.split("read as ").nth(1)?.split(' ').next()?;
        Some((it["places"][0]["row"].as_str()?.to_owned(), best.to_owned()))
    };
    let findings = told["findings"].as_array().unwrap().iter();
    findings.filter(|it| it["rule"] == "unclear").filter_map(row).collect()
}

#[test]
fn what_a_user_pins_is_read_so_by_flag_and_by_rule_file() {
    let folder = Folder::new("doubt-pins");
    folder.write("in.txt", UNSURE);
    let before = unclear_rows(&folder, &[]);
    assert!(before.len() >= 2, "{before:?}");
    let ((label, cells), rest) = (before[0].clone(), before[1..].to_vec());
    let pin = format!("{}={cells}", label.to_uppercase());
    assert_eq!(unclear_rows(&folder, &["--pin", &pin]), rest);
    let extract = crossfoot(&folder, &["extract", "in.txt", "-o", "json", "--pin", &pin]);
    assert!(extract.stdout.contains("\"decided_by\": \"pin\"") || extract.stdout.contains("\"decided_by\":\"pin\""));
    let quoted: Vec<String> = cells.split('|').map(|it| format!("\"{it}\"")).collect();
    let pins = |file: &str| {
        format!(
            "{PINNED}[[pins]]\nfile = \"{file}\"\ntable = \"fires\"\nrow = \"{label}\"\ncells = [{}]\n",
            quoted.join(", ")
        )
    };
    folder.write("rules/fires.toml", pins("*.txt"));
    assert_eq!(unclear_rows(&folder, &[]), rest);
    // It is for files of that name only, and for those digits.
    folder.write("rules/fires.toml", pins("other*.txt"));
    assert_eq!(unclear_rows(&folder, &[]), before);
    folder.write("rules/fires.toml", pins("*.txt"));
    let printed = format!("{label}{}", cells.replace('|', ""));
    assert!(UNSURE.contains(&printed), "{printed}");
    let (head, tail) = printed.split_at(printed.len() - 1);
    let other = if tail == "1" { "2" } else { "1" };
    folder.write("in.txt", UNSURE.replace(&printed, &format!("{head}{other}")));
    assert_eq!(unclear_rows(&folder, &[]).len(), before.len());
}

#[test]
fn a_pin_that_no_row_prints_is_refused() {
    let folder = Folder::new("doubt-pin-refused");
    folder.write("in.txt", UNSURE);
    for command in ["check", "extract"] {
        let output = crossfoot(&folder, &[command, "in.txt", "--pin", "Nowhere=1|2"]);
        refused(&output, &["no row prints \"Nowhere\" before 1, 2"]);
        refused(&crossfoot(&folder, &[command, "in.txt", "--pin", "Nowhere"]), &["expected ROW=CELL|CELL"]);
    }
}

#[test]
fn a_figure_longer_than_its_column_beside_an_empty_cell_may_be_two() {
    let rows = |odd: &str| {
        format!("ward,north,south\nAsh,1204,987\nBarrow,877,1015\n{odd}\nDerwent,652,701\nExton,1988,1622\n")
    };
    let told = "warning[unclear]: \"14311290\" is read as one figure, but may be 1431|1290: it is longer than the \
     others, and the cell beside it is empty";
    assert_eq!(bare(&rows("Corby,14311290,")), [told]);
    assert_eq!(bare(&rows("Corby,,14311290")), [told]);
    // A large figure is no fault where nothing is missing, nor a missing one by itself.
    for quiet in ["Corby,14311290,1290", "Corby,1431,", "Corby,14000000000000,", "Corby,14310,"] {
        assert_eq!(bare(&rows(quiet)), [""; 0], "{quiet}");
    }
}

#[test]
fn rows_that_a_stray_quote_took_into_a_cell_are_told() {
    let lines = "ward,north,south,all\nAsh,\"1204,987,2191\nBarrow,877,1015,1892\nCorby,1431,1290,2721\nDerwent,652\",701,1353\n";
    let found = bare(lines);
    assert_eq!(
        found,
        ["error[read]: a cell holds 2 lines that look like rows of this table, which are not read as rows"]
    );
    let note =
        "ward,north,south,note\nAsh,1204,987,\"counted twice,\nsee page 4, 5, and 6\"\nBarrow,877,1015,\"a\nb\"\n";
    assert_eq!(bare(note), [""; 0]);
}

#[test]
#[cfg(unix)]
fn names_are_shown_safely_and_need_not_be_utf_8() {
    use std::os::unix::ffi::OsStringExt;
    let folder = Folder::new("doubt-names");
    let text = "crop,tons\nRye,12\nOats,30\n";
    folder.write("red\u{1b}[31m.csv", text);
    let output = crossfoot(&folder, &["check", "red\u{1b}[31m.csv"]);
    let shown = output.stdout + &output.stderr;
    assert!(output.code == 0 && !shown.contains('\u{1b}'), "{shown:?}");
    let name = std::ffi::OsString::from_vec(b"caf\xe9.csv".to_vec());
    std::fs::write(folder.path("x").with_file_name(&name), text).unwrap();
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_crossfoot"))
        .current_dir(folder.path(""))
        .args([std::ffi::OsStr::new("extract"), &name, "-o".as_ref(), "csv".as_ref()])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&run.stdout), text, "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
#[cfg(unix)]
fn a_pipe_that_is_named_as_a_file_is_refused_at_once() {
    let folder = Folder::new("doubt-pipe");
    let path = folder.path("pipe.csv");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    refused(&crossfoot(&folder, &["check", "pipe.csv"]), &["pipe.csv", "is a pipe or a device"]);
}

/// The findings on a column of cells, beside one that shows a decimal point.
fn beside_points(cells: &[&str]) -> Vec<String> {
    let rows: String =
        (10..).zip(cells).map(|(it, cell)| format!("r{it}\t{it}.{}\t{cell}\n", it * 4)).collect::<Vec<_>>().concat();
    bare(&format!("item\trate\tn\n{rows}"))
}

#[test]
fn a_cell_without_its_like_is_told_though_the_table_shows_its_decimal_sign() {
    let whole = ["192,456", "832,672", "1,844,554", "81,065", "582.882", "507,035", "1,282,223"];
    assert!(beside_points(&whole)[0].contains("\"582.882\" is read as 582.882, but may be 582882"));
    let broken = ["13.864", "7.833", "112.712", "4,335", "23.353", "56.963", "17.451"];
    assert!(beside_points(&broken)[0].contains("\"4,335\" is read as 4335, but may be 4.335"));
    // As many digits in each figure are a way to print them.
    let significant = ["13.86", "7.833", "112.7", "4,335", "23.35", "56.96", "1.451"];
    assert_eq!(beside_points(&significant), [""; 0]);
}

#[test]
fn commas_that_appear_from_a_row_on_are_told() {
    let rows = |from: u32| -> String {
        let figure = |it: u32| if it < from { format!("{}", 1_000 + it * 131) } else { format!("\"1,{}\"", 200 + it) };
        (0..10).map(|it| format!("{it},{}\n", figure(it))).collect::<Vec<_>>().concat()
    };
    let told = bare(&format!("week,women\n{}", rows(7)));
    assert!(told.len() == 1 && told[0].contains("is read as 1207, but other figures above 999 have no thousands mark"));
    assert_eq!(bare(&format!("week,women\n{}", rows(0))), [""; 0]);
    // Groups from five digits on are usual.
    let mixed: String =
        (0..9).map(|it| format!("r{it},{}\nl{it},\"1{it},300\"\n", 1_100 + it)).collect::<Vec<_>>().concat();
    assert_eq!(bare(&format!("item,n\n{mixed}")), [""; 0]);
}

#[test]
fn figures_grouped_as_no_style_does_leave_a_column_of_numbers() {
    let column = |odd: &str| {
        let rows: String = (0..12).map(|it| format!("r{it}\t{}'{}\n", 20 + it, 310 + it)).collect::<Vec<_>>().concat();
        bare(&format!("item\tn\n{rows}odd\t{odd}\n"))
    };
    for odd in ["174'26", "3286'03", "1O2'861"] {
        assert_eq!(column(odd), [format!("error[type]: expected a count, found \"{odd}\"")], "{odd}");
    }
}

#[test]
fn a_figure_with_a_zero_before_it_among_figures_of_other_lengths_is_told() {
    let rows: String = (1..30).map(|it| format!("r{it},{}\n", it * it)).collect::<Vec<_>>().concat();
    let told = bare(&format!("item,n\n{rows}odd,00\n"));
    assert!(
        told.len() == 1 && told[0].contains("29 of 30 cells in this column are figures, but not \"00\""),
        "{told:?}"
    );
    // Codes that are filled up with zeros are all as long.
    let codes: String = (1..40).map(|it| format!("r{it},{:03}\n", it * 25)).collect::<Vec<_>>().concat();
    assert_eq!(bare(&format!("item,code\n{codes}")), [""; 0]);
}

#[test]
fn pictures_and_other_documents_are_refused_as_what_they_are() {
    let folder = Folder::new("doubt-others");
    folder.write("a.jpg", b"\xFF\xD8\xFF\xE0\0\x10JFIF\0,1,2\n");
    folder.write("a.csv", b"\x89PNG\r\n\x1a\n");
    folder.write("a.rtf", b"{\\rtf1\\ansi Ward, 12\\par East, 13}");
    for (name, what) in [("a.jpg", "a picture"), ("a.csv", "a picture"), ("a.rtf", "an RTF document")] {
        refused(&crossfoot(&folder, &["check", name]), &[&format!("expected text or a workbook, found {what}")]);
    }
}
