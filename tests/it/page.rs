//! Pages read in full: tables, nesting, period, source and notes.

use crossfoot::source::page::{self, Options, RowHistory};
use crossfoot::source::{DecidedBy, FaultKind, Grid, Page};
use crossfoot::table::{ColumnSchema, ColumnType, Document, Markers, Pin, RowSchema, TableSchema, Thousands};
use proptest::prelude::*;

use crate::support::{Folder, crossfoot};

/// The figures of a real page of 2005, with prose of our own around them.
const CITY: &str = include_str!("../tables/glued/city-2005.txt");
const CITY_2006: &str = include_str!("../tables/glued/city-2006.txt");

fn document(text: &str) -> Document {
    Document::new("page.txt", text.to_owned(), "UTF-8")
}

fn read(text: &str) -> (Document, Page) {
    let document = document(text);
    let page = page::read(&document, &Options::default());
    (document, page)
}

fn cells(document: &Document, grid: &Grid) -> Vec<Vec<String>> {
    grid.rows.iter().map(|row| row.cells.iter().map(|it| it.text(document).to_owned()).collect()).collect()
}

fn joined(document: &Document, grid: &Grid) -> Vec<String> {
    cells(document, grid).iter().map(|it| it.join("|")).collect()
}

#[test]
fn every_cell_of_the_city_page_is_read() {
    let (document, page) = read(CITY);
    assert_eq!(page.grids.len(), 2);
    let [crimes, record] = &page.grids[..] else { panic!("two tables") };
    assert_eq!(crimes.title.as_deref(), Some("City Crime Statistics"));
    assert_eq!(crimes.headings.iter().map(|it| it.text(&document)).collect::<Vec<_>>(), ["Crime", "Total", "Solved"]);
    let expected = [
        "Murder|18|10",
        "Assault|23|12",
        "Robbery|314|164",
        "Rape|3|2",
        "Theft (total)|849|325",
        "Apartment burglaries|119|16",
        "Fraud|70|50",
        "Car theft|44|12",
    ];
    assert_eq!(joined(&document, crimes), expected);
    assert_eq!(record.title.as_deref(), Some("For the Record"));
    let expected = [
        "Car accidents|227",
        "killed|2",
        "injured|235",
        "Public drunkenness|4,477",
        "detained overnight|1,191",
        "Suicides|30",
        "Missing persons|60",
        "Bodies discovered|70",
    ];
    assert_eq!(joined(&document, record), expected);
    let under: Vec<_> = record.rows.iter().map(|it| it.under).collect();
    assert_eq!(under, [None, Some(0), Some(0), None, Some(3), None, None, None]);
    assert!(page.grids.iter().all(|it| it.faults.is_empty()));
    assert!(page.grids.iter().flat_map(|it| &it.rows).filter_map(|it| it.splitting.as_ref()).all(|it| it.accepted));
}

#[test]
fn one_grouped_number_decides_by_style() {
    let (_, page) = read(CITY);
    let decided: Vec<_> = page.grids[0].rows.iter().map(|it| it.splitting.as_ref().map(|it| it.decided_by)).collect();
    let (style, table) = (Some(DecidedBy::Style), Some(DecidedBy::Table));
    assert_eq!(decided, [table, table, style, Some(DecidedBy::Unique), style, table, table, table]);
}

#[test]
fn a_year_is_inferred_from_the_text_with_reasons() {
    let (document, page) = read(CITY);
    assert_eq!(page.period.map(|it| it.to_string()).as_deref(), Some("2005-02-23/2005-03-01"));
    assert!(page.period_inferred);
    assert_eq!(document.slice(page.period_span.expect("it is printed")), "Feb. 23 - March 1");
    let reasons = [
        "the text uses both last year and 2004 for the same thing, so it was written in 2005",
        "the range is 7 days long in 2005, but 8 in 2004",
        "the range ends on a Tuesday in 2005, and the text names Tuesday and Wednesday as days of its own week",
    ];
    assert_eq!(page.because, reasons);
    assert_eq!(page.source.as_deref(), Some("Moscow police"));
    assert_eq!(page.coverage.map(|it| (it.days, it.of)), Some((7, 7)));
}

#[test]
fn days_missing_by_a_footnote_lower_the_coverage() {
    let document = document(CITY_2006);
    let published = Some("2006-06-21".parse().expect("a date"));
    let page = page::read(&document, &Options { published, ..Options::default() });
    assert_eq!(page.period.map(|it| it.to_string()).as_deref(), Some("2006-06-13/2006-06-19"));
    assert_eq!(page.coverage.map(|it| (it.days, it.of)), Some((5, 7)));
    assert_eq!(page.footnotes.len(), 1);
    assert_eq!(page.grids.iter().map(|it| it.rows.len()).collect::<Vec<_>>(), [8, 6]);
    assert_eq!(page.grids[0].title.as_deref(), Some("City Crime Statistics"));
    assert!(page.grids.iter().flat_map(|it| &it.rows).all(|it| it.splitting.is_none() && it.cells.len() == 2));
}

#[test]
fn a_year_that_nothing_tells_is_not_guessed() {
    let (_, page) = read(CITY_2006);
    assert_eq!(page.period, None);
    assert!(page.because[0].contains("the page does not show it"), "{:?}", page.because);
}

#[test]
fn printed_years_need_no_inference() {
    for (printed, expected) in [
        ("March 2-8, 2005", "2005-03-02/2005-03-08"),
        ("Dec. 28, 2004 – Jan. 3, 2005", "2004-12-28/2005-01-03"),
        ("Dec. 28 to Jan. 3, 2005", "2004-12-28/2005-01-03"),
        ("Week ending June 19, 2006", "2006-06-13/2006-06-19"),
        ("2005-02-23/2005-03-01", "2005-02-23/2005-03-01"),
        ("13 - 19 June 2006", "2006-06-13/2006-06-19"),
        ("June 2006", "2006-06-01/2006-06-30"),
    ] {
        let (_, page) = read(&format!("Crimes\n{printed}\nMurder 18\nAssault 23\nRape 3\n"));
        assert_eq!(page.period.map(|it| it.to_string()).as_deref(), Some(expected), "{printed}");
        assert!(!page.period_inferred);
    }
}

#[test]
fn a_title_may_hold_the_period() {
    let (document, page) = read("Crimes, June 13 - June 19, 2006\nMurder 18\nAssault 23\nRape 3\n");
    assert_eq!(page.grids[0].title.as_deref(), Some("Crimes"));
    assert_eq!(page.period.map(|it| it.to_string()).as_deref(), Some("2006-06-13/2006-06-19"));
    assert_eq!(joined(&document, &page.grids[0])[0], "Murder|18");
}

#[test]
fn a_run_of_too_many_digits_is_unclear() {
    let digits = "7".repeat(60);
    let (document, page) = read(&format!("CrimeTotalSolved\nMurder1810\nAssault{digits}\nRape32\nFraud7050\n"));
    assert_eq!(page.grids[0].rows[1].cells[0].text(&document), "Assault");
    let fault = page.grids[0].faults.iter().find(|it| it.row == Some(1)).expect("it is reported");
    assert_eq!(fault.kind, FaultKind::UnclearColumns);
}

#[test]
fn coverage_counts_ranges_lists_and_words() {
    for (note, days) in [
        ("*Data were missing for June 16 to 18.", Some(4)),
        ("*No data for June 14, 16 and 17.", Some(4)),
        ("*Figures were unavailable for two days.", Some(5)),
        ("*Some figures are missing.", None),
        ("*Preliminary figures.", Some(7)),
    ] {
        let (_, page) = read(&format!("Crimes*\nJune 13 -- June 19, 2006\nMurder 18\nAssault 23\nRape 3\n{note}\n"));
        assert_eq!(page.coverage.map(|it| it.days), days, "{note}");
    }
}

#[test]
fn cells_printed_apart_are_not_split() {
    let (document, page) = read("Crime\tTotal\tSolved\nMurder 18 10\nAssault  23   12\nTheft\t1,849\t325\n");
    assert_eq!(joined(&document, &page.grids[0]), ["Murder|18|10", "Assault|23|12", "Theft|1,849|325"]);
    assert!(page.grids[0].rows.iter().all(|it| it.splitting.is_none()));
    assert!(page.grids[0].headings_printed && page.grids[0].faults.is_empty());
}

#[test]
fn a_marker_between_data_rows_is_a_row() {
    let (document, page) = read("Murder 10\nAssault n/a\nRape 1\nTheft 691\nFraud ..\n");
    assert_eq!(joined(&document, &page.grids[0]), ["Murder|10", "Assault|n/a", "Rape|1", "Theft|691", "Fraud|.."]);
}

#[test]
fn digits_of_a_label_are_kept_from_the_figures() {
    let text = "OffenceReportedCleared\nTheft Over $50005911\nTheft Under $50002654852\nFraud48276\nAssault701480\n\
                Robbery13669\nArson4412\nMischief667172\nBreak and enter18544\n";
    let (document, page) = read(text);
    assert_eq!(joined(&document, &page.grids[0])[..2], ["Theft Over $5000|59|11", "Theft Under $5000|2654|852"]);
}

#[test]
fn without_header_and_style_the_columns_are_unclear() {
    let (_, page) = read("Murder1810\nAssault2312\nRobbery314164\nFraud7050\n");
    assert_eq!(page.grids[0].faults[0].kind, FaultKind::UnclearColumns);
    assert!(page.grids[0].rows.iter().all(|it| it.cells.len() == 1));
}

#[test]
fn a_declared_table_settles_columns_and_label_digits() {
    let column = |name: &str, kind| ColumnSchema::new(name, kind);
    let row =
        |name: &str| RowSchema { name: name.into(), under: None, optional: false, aliases: Vec::new(), kind: None };
    let schema = TableSchema {
        name: "crimes".into(),
        title: None,
        aliases: Vec::new(),
        optional: false,
        empty: false,
        files: Vec::new(),
        key: vec!["crime".into()],
        columns: vec![
            column("crime", ColumnType::Label),
            column("total", ColumnType::Count),
            column("solved", ColumnType::Count),
        ],
        rows: ["Murder", "Assault", "Article 228", "Fraud"].map(row).to_vec(),
        layout: crossfoot::table::Layout::default(),
        style: None,
        markers: Markers::default(),
    };
    let document = document("Murder11\nAssault22\nArticle 22831\nFraud52\n");
    let page = page::read(&document, &Options { expected: &[schema], ..Options::default() });
    assert_eq!(joined(&document, &page.grids[0]), ["Murder|1|1", "Assault|2|2", "Article 228|3|1", "Fraud|5|2"]);
    assert!(page.grids[0].faults.is_empty());
}

#[test]
fn totals_that_never_add_are_a_fault() {
    let (_, page) = read("CrimeTotalSolved\nMurder1810\nAssault2312\nRobbery3116\nTotal999911\n");
    assert_eq!(page.grids[0].faults[0].kind, FaultKind::NoReadingAdds);
}

#[test]
fn a_pin_decides_and_says_so() {
    let text = "CrimeTotalSolved\nMurder1810\nAssault2312\nFraud7050\n";
    let pin = Pin { row: "fraud".into(), cells: vec!["705".into(), "0".into()], ..Pin::default() };
    let document = document(text);
    let page = page::read(&document, &Options { pins: &[pin], ..Options::default() });
    assert_eq!(joined(&document, &page.grids[0])[2], "Fraud|705|0");
    assert_eq!(page.grids[0].rows[2].splitting.as_ref().map(|it| it.decided_by), Some(DecidedBy::Pin));
}

#[test]
fn history_decides_what_the_table_leaves_open() {
    let text = "CrimeTotalSolved\nMurder1810\nAssault2312\nFraud7050\n";
    let past = |label: &str, figures: [f64; 2]| RowHistory {
        label: label.into(),
        previous: vec![figures.map(Some).to_vec()],
        ..RowHistory::default()
    };
    let history = [past("Murder", [20.0, 9.0]), past("Assault", [25.0, 12.0]), past("Fraud", [75.0, 45.0])];
    let document = document(text);
    let page = page::read(&document, &Options { history: &history, ..Options::default() });
    assert_eq!(joined(&document, &page.grids[0]), ["Murder|18|10", "Assault|23|12", "Fraud|70|50"]);
    assert!(
        page.grids[0].rows.iter().any(|it| it.splitting.as_ref().is_some_and(|it| it.decided_by == DecidedBy::History))
    );
}

#[test]
fn a_lone_figure_under_two_headings_stays_unclear() {
    let (document, page) = read("Fire Service\nStationCallsFalse\nNorth2114\nEast342\nDocks14361\nMoor52\nHill11738\n");
    let rows = joined(&document, &page.grids[0]);
    // 342 and 52 may be one figure each.
    assert_eq!((rows[1].as_str(), rows[3].as_str()), ("East", "Moor"), "{rows:?}");
    let lone = |row: usize| {
        let readings = &page.grids[0].rows[row].splitting.as_ref().unwrap().readings;
        readings.iter().any(|it| it.cells.len() == 2)
    };
    assert!(lone(1) && lone(3));
}

#[test]
fn a_pin_may_say_that_a_row_has_one_figure() {
    let document = document("Fire Service\nStationCallsFalse\nNorth2114\nEast342\nDocks14361\nMoor52\nHill11738\n");
    let pin = Pin { row: "East".into(), cells: vec!["342".into()], ..Pin::default() };
    let page = page::read(&document, &Options { pins: &[pin], ..Options::default() });
    assert_eq!(joined(&document, &page.grids[0])[1], "East|342");
}

#[test]
fn columns_that_have_nothing_to_do_with_each_other_are_weighed() {
    let rows = "Ada342105\nBen582870\nCleo223120\nDan711954\nEve452233\nFinn632706\nGus291890\nIda503011\n";
    let (document, page) = read(&format!("Staff\nNameAgeSalary\n{rows}"));
    let read = joined(&document, &page.grids[0]);
    assert_eq!(read[..3], ["Ada|34|2105", "Ben|58|2870", "Cleo|22|3120"], "{read:?}");
}

#[test]
fn single_spaces_group_digits_where_wide_gaps_part_columns() {
    let rows = "Bakers          2 310     1 998     4 308\nTailors           870     1 204     2 074\n\
                Smiths          1 120       940     2 060\n";
    let (document, page) = read(&format!("Members of guilds\n\nGuild            North     South     Whole\n{rows}"));
    let read = joined(&document, &page.grids[0]);
    assert_eq!(read, ["Bakers|2 310|1 998|4 308", "Tailors|870|1 204|2 074", "Smiths|1 120|940|2 060"]);
    assert!(page.grids[0].faults.is_empty(), "{:?}", page.grids[0].faults);
}

#[test]
fn a_numbered_title_is_no_row_of_the_table_above() {
    let table =
        |number: u32| format!("Ward {number}\n\nOffence Total Solved\nArson {number}1 4\nFraud 30 11\nTheft 52 20\n\n");
    let (document, page) = read(&format!("{}{}{}", table(1), table(2), table(3)));
    let titles: Vec<_> = page.grids.iter().map(|it| it.title.as_deref()).collect();
    assert_eq!(titles, [Some("Ward 1"), Some("Ward 2"), Some("Ward 3")]);
    assert_eq!(joined(&document, &page.grids[1]), ["Arson|21|4", "Fraud|30|11", "Theft|52|20"]);
}

#[test]
fn spaces_may_group_digits() {
    let text = "CrimeTotalSolved\nMurder1 8101 200\nAssault2 312900\nFraud750\n";
    let document = document(text);
    let page = page::read(&document, &Options { thousands: Some(Thousands::Space), ..Options::default() });
    assert_eq!(joined(&document, &page.grids[0])[..2], ["Murder|1 810|1 200", "Assault|2 312|900"]);
}

#[test]
fn prose_scores_and_lists_are_no_tables() {
    for text in [
        "The city has grown.\nIt was founded in 1147\nand it had 12 gates\nand a wall of 5 miles.\n",
        "Spartak - Dynamo 2-1\nZenit - Rotor 0-0\nTorpedo - Rubin 1-3\n",
        "Lakers 102, Celtics 98\nBulls 99, Knicks 87\nHeat 110, Jazz 104\n",
        "Spartak 2 Dynamo 1\nZenit 0 Rotor 0\nTorpedo 1 Rubin 3\n",
        "Contents\nIntroduction 1\nMethods 7\nResults 12\n",
        "Introduction ..... 1\nMethods ..... 7\nResults ..... 12\n",
        "Bread\nMilk\nEggs\nButter\n",
        "Copyright Ann 1998\nCopyright Ben 2004\nCopyright Cem 2011\n",
        "License: GPL-2\nLicense: LGPL-2\nLicense: MPL-2.0\nFiles: m4/a.m4\n",
        "Murder,18,10\nAssault,23,12\nRape,3,2\n",
        "Call us at 555-1234\nFax 555-4321\nRoom 12:30\n",
    ] {
        let document = document(text);
        assert!(!page::looks_like_page(&document), "{text}");
        assert!(page::read(&document, &Options::default()).grids.is_empty(), "{text}");
    }
}

#[test]
fn tables_are_told_from_delimited_text() {
    assert!(page::looks_like_page(&document(CITY)));
    assert!(page::looks_like_page(&document(CITY_2006)));
    assert!(!page::looks_like_page(&document("crime\ttotal\nMurder\t18\nAssault\t23\nRape\t3\n")));
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(lines in prop::collection::vec(line(), 0..30)) {
        let document = document(&lines.join("\n"));
        for thousands in [None, Some(Thousands::Space), Some(Thousands::Comma), Some(Thousands::Indian)] {
            let page = page::read(&document, &Options { thousands, ..Options::default() });
            let again = page::read(&document, &Options { thousands, ..Options::default() });
            prop_assert_eq!(format!("{page:?}"), format!("{again:?}"));
            for row in page.grids.iter().flat_map(|it| &it.rows) {
                prop_assert!(!row.cells.is_empty());
                for cell in &row.cells {
                    prop_assert!(!cell.text(&document).is_empty());
                }
            }
        }
    }
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z][a-z]{2,6} ?[0-9]{1,12}",
        "[A-Z][a-z]{2,6}(-|\\$| |\u{a0})[0-9]{1,6}[,. \u{a0}'’][0-9]{3,6}",
        " {0,4}[ab]\\) ?[a-z]{2,6}[0-9,*]{1,9}",
        "[A-Z][a-z]{2,6}[0-9]{30,60}",
        "(Crime)?(Total|Last year|[A-Z][a-z]+){1,5}",
        "(Feb|June|Week ending|to|-|–|[0-9]{1,4}|Tuesday|,| ){1,8}",
        "Total[0-9]{1,9}",
        "(\\*|Source:|Note:) ?.{0,30}",
        "\\PC{0,40}",
        "",
    ]
}

#[test]
fn a_number_and_a_year_between_blank_lines_are_a_title() {
    let folder = Folder::new("page-dated");
    let table = |zone: u32| {
        let rows =
            format!("Arson {} {}\nFraud {} {}\nTheft {} {}", 30 + zone, 10 + zone, 80 + zone, 22, 140 + zone, 50);
        format!("Zone {zone} 2020\n\nOffence Reported Cleared\n{rows}\n")
    };
    folder.write("zones.txt", [table(1), table(2), table(3)].join("\n"));
    let output = crossfoot(&folder, &["extract", "zones.txt", "-o", "json"]);
    let document: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let titles: Vec<&str> =
        document["tables"].as_array().unwrap().iter().filter_map(|it| it["title"].as_str()).collect();
    assert_eq!(titles, ["Zone 1 2020", "Zone 2 2020", "Zone 3 2020"]);
}

#[test]
fn tabs_keep_an_empty_cell_in_its_column_under_any_name() {
    let folder = Folder::new("page-tabs");
    let text = "Beds by ward\nWard\tOld\tNew\tClosed\nEast\t10\t\t4\nWest\t12\t7\t\nMid\t\t8\t5\nLow\t9\t6\t3\n";
    folder.write("beds.txt", text);
    let output = crossfoot(&folder, &["extract", "beds.txt", "-o", "csv"]);
    assert_eq!(
        output.stdout, "Ward,Old,New,Closed\nEast,10,,4\nWest,12,7,\nMid,,8,5\nLow,9,6,3\n",
        "{}",
        output.stderr
    );
}
