use proptest::prelude::*;

use super::*;
use crate::source::FaultKind;

fn document(text: &str) -> Document {
    Document::new("a.csv", text.to_owned(), "UTF-8")
}

fn page(text: &str) -> (Document, Page) {
    let document = document(text);
    let page = read_page(&document, &Layout::default()).unwrap();
    (document, page)
}

fn headings(text: &str) -> Vec<String> {
    let (document, page) = page(text);
    page.grids[0].headings.iter().map(|it| it.text(&document).to_owned()).collect()
}

fn cells(document: &Document, grid: &Grid) -> Vec<Vec<String>> {
    grid.rows.iter().map(|it| it.cells.iter().map(|it| it.text(document).to_owned()).collect()).collect()
}

#[test]
fn an_empty_file_is_a_grid_without_columns() {
    for text in ["", "\n\n", " \n", ",,\n,,\n"] {
        let (_, page) = page(text);
        assert!(page.grids[0].headings.is_empty() && page.grids[0].rows.is_empty(), "{text:?}");
    }
}

#[test]
fn blank_lines_count_in_row_numbers() {
    let (_, page) = page("a,b\n\n1,2\n,\n3,4\n");
    let numbers: Vec<u32> = page.grids[0].rows.iter().map(|it| it.number).collect();
    assert_eq!(numbers, [3, 5]);
}

#[test]
fn a_quoted_line_break_keeps_lines_right() {
    let (document, page) = page("name,n\n\"North\nEast\",1\nSouth,x\n");
    let row = &page.grids[0].rows[1];
    assert_eq!((document.position(row.cells[1].span.start).line, row.number), (4, 3));
}

#[test]
fn names_the_line_of_a_ragged_record() {
    let (document, page) = page("a,b,c\n1,2,3\n4,5\n6,7,8,9\n");
    let faults = &page.grids[0].faults;
    let messages: Vec<&str> = faults.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(messages, ["expected 3 cells, found 2", "expected 3 cells, found 4"]);
    assert!(faults.iter().all(|it| it.kind == FaultKind::Ragged));
    assert_eq!(document.position(faults[0].span.start).line, 3);
    assert_eq!(page.grids[0].rows.len(), 3);
}

#[test]
fn a_delimiter_that_ends_lines_makes_no_column() {
    for (text, faults) in [("a,b,\n1,2,\n3,4,\n", 0), ("a,b\n1,2,\n3,4,\n", 1)] {
        let (_, page) = page(text);
        // The heading may as well lack one.
        assert_eq!((page.grids[0].headings.len(), page.grids[0].faults.len()), (2, faults), "{text}");
    }
}

#[test]
fn names_the_place_of_an_unclosed_quote() {
    let error = read(&document("a,b\n1,\"2\n3,4\n"), &Layout::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
    assert_eq!(error.place().map(|it| (it.line, it.column)), Some((2, 3)));
    assert!(error.hint_text().is_some());
    let layout = Layout { quote: Quote::None, ..Layout::default() };
    assert!(read(&document("a,b\n1,\"2\n3,4\n"), &layout).is_ok());
}

#[test]
fn titles_notes_and_source_stand_apart_from_rows() {
    let text = "Crimes by area\nWeek 9, 2005\n\narea,total,solved\nNorth,12,3\nTotal,12,3\n\n\
                * provisional\nSource: Moscow police, press office\n";
    let (document, page) = page(text);
    let grid = &page.grids[0];
    assert_eq!(grid.title.as_deref(), Some("Crimes by area"));
    assert_eq!(cells(&document, grid), [["North", "12", "3"], ["Total", "12", "3"]]);
    let notes: Vec<&str> = page.footnotes.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(notes, ["Week 9, 2005", "provisional"]);
    assert_eq!(page.source.as_deref(), Some("Moscow police, press office"));
    assert!(grid.faults.is_empty());
}

#[test]
fn issue_20_what_marks_mean_is_a_note_and_no_row() {
    let (document, page) = page("item,sales,cost\nA,9.5,36.1\nB,1.3,29.4\nC,6.6,17.2\nr = revised; p = provisional\n");
    assert_eq!(cells(&document, &page.grids[0]).len(), 3);
    assert_eq!(page.footnotes[0].text, "r = revised; p = provisional");
    assert!([" = 5", "a = 5", "total = a + b", "1 = one"].iter().all(|it| !super::notes::is_note(it)));
}

#[test]
fn comment_lines_are_notes() {
    let (document, page) = page("# updated 12/31/2010\na,b\n1,x\n# stop\n2,y\n");
    assert_eq!(cells(&document, &page.grids[0]), [["1", "x"], ["2", "y"]]);
    assert_eq!(page.footnotes.len(), 2);
}

#[test]
fn upper_headings_span_to_the_right() {
    let text = ",Thefts,,Frauds,\narea,2004,2005,2004,2005\nNorth,1,2,3,4\nSouth,5,6,7,8\n";
    assert_eq!(headings(text), ["area", "Thefts 2004", "Thefts 2005", "Frauds 2004", "Frauds 2005"]);
}

#[test]
fn a_span_may_end_in_blanks_that_the_line_below_spans_too() {
    let text = "Authority,Vacancies,,,,Vehicles,,,\n,Public,,Private,,Public,,Private,\n\
                ,2016,2017,2016,2017,2016,2017,2016,2017\nDunsop,28,65,98,61,54,49,86,68\nPenrith,72,17,79,24,87,15,49,68\n\
                Morpeth,48,18,89,37,66,58,56,56\n";
    assert_eq!(headings(text)[4..6], ["Vacancies Private 2017", "Vehicles Public 2016"]);
}

#[test]
fn a_row_of_years_is_a_heading() {
    assert_eq!(headings("Volume,2007,2008\nClosets,\"1,505\",\"1,580\"\nRooms,12,17\n"), ["Volume", "2007", "2008"]);
    assert_eq!(headings("2014,2013,what\n2.6,3.2,all\n0.7,1.3,some\n"), ["2014", "2013", "what"]);
}

#[test]
fn units_stand_apart_from_headings() {
    let (document, page) = page("item,people,share\n,(thousands),%\nA,12,3\nB,4,97\n");
    let units: Vec<&str> = page.grids[0].units.iter().map(|it| it.text(&document)).collect();
    assert_eq!(units, ["", "(thousands)", "%"]);
    assert_eq!(page.grids[0].rows.len(), 2);
}

#[test]
fn rows_with_missing_figures_are_no_titles_or_notes() {
    let (document, page) = page("North,\nSouth,5\nU.S.,\n");
    assert_eq!(cells(&document, &page.grids[0]), [["North", ""], ["South", "5"], ["U.S.", ""]]);
}

#[test]
fn flags_are_no_units() {
    let (document, page) = page("a,b\n%,%\n$,%\n");
    assert_eq!((cells(&document, &page.grids[0]).len(), page.grids[0].units.len()), (2, 0));
}

/// Reads a published file: heading, first and last row, notes.
fn published(name: &str) -> (Vec<String>, Vec<Vec<String>>, Page) {
    let path = format!("{}/tests/tables/delimited/{name}", env!("CARGO_MANIFEST_DIR"));
    let document = crate::source::decode(name, std::fs::read(path).unwrap()).unwrap();
    let page = read_page(&document, &Layout::default()).unwrap();
    let headings = page.grids[0].headings.iter().map(|it| it.text(&document).to_owned()).collect();
    (headings, cells(&document, &page.grids[0]), page)
}

#[test]
fn published_comments_stand_apart() {
    let (headings, rows, page) = published("csvw-test058.csv");
    assert_eq!(headings, ["GID", "On Street", "Species", "Trim Cycle", "Inventory Date"]);
    assert_eq!((rows.len(), rows[1][1].as_str()), (2, "EMERSON ST"));
    assert_eq!(page.footnotes[0].text, "updated 12/31/2010");
    assert_eq!(page.grids[0].rows[1].number, 5);
}

#[test]
fn published_stacked_headings_join() {
    let (headings, rows, page) = published("tabula-us-020.csv");
    assert_eq!(headings[0], "Education system");
    assert_eq!(headings[1], "Percentage of international desired population coverage");
    assert_eq!(headings[6], "Combined weighted school participation and student response rate");
    assert_eq!((rows[0][0].as_str(), rows[0][6].as_str(), page.grids[0].faults.len()), ("Australia", "93", 0));
}

#[test]
fn published_title_stands_above_years() {
    let (headings, rows, page) = published("tabula-spanning_cells.csv");
    assert_eq!(page.grids[0].title.as_deref(), Some("Improved operation scenario"));
    assert_eq!(headings, ["Volume servers in:", "2007", "2008", "2009", "2010", "2011"]);
    assert_eq!(rows[0], ["Server closets", "1,505", "1,580", "1,643", "1,673", "1,689"]);
}

#[test]
fn a_file_without_headings_gets_numbered_ones() {
    for text in ["North,1,2\nSouth,3,4\n", "Cat,says,meow\nCow,says,moo\nFox,says,what\n"] {
        assert_eq!(headings(text), ["column1", "column2", "column3"], "{text}");
        assert!(!page(text).1.grids[0].headings_printed);
    }
}

#[test]
fn two_columns_of_one_heading_are_a_fault() {
    let (_, page) = page("a,n,n\nx,1,2\n");
    let fault = &page.grids[0].faults[0];
    assert_eq!(fault.kind, FaultKind::DuplicateHeading);
    assert_eq!(fault.message, "expected each heading once, found \"n\" over column 2 and column 3");
}

#[test]
fn obeys_the_separator_line_of_spreadsheets() {
    let (document, page) = page("sep=;\r\na;b\r\n1,5;2\r\n");
    assert_eq!(cells(&document, &page.grids[0]), [["1,5", "2"]]);
    assert_eq!(page.grids[0].rows[0].number, 3);
}

#[test]
fn declared_layout_wins() {
    let layout = Layout { delimiter: Some(':'), skip_rows: Some(1), header_rows: Some(0), ..Layout::default() };
    let document = document("x:y\na:b\n1:2\n");
    let grid = read(&document, &layout).unwrap();
    assert_eq!(cells(&document, &grid), [["a", "b"], ["1", "2"]]);
    let layout = Layout { delimiter: Some('·'), ..Layout::default() };
    assert_eq!(read(&document, &layout).unwrap_err().kind(), ErrorKind::Usage);
}

/// A table of cells, each without outer space, and some text in each row.
fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    let cell = "[a-z0-9]{1,3}|[a-z\",;'\n ]{0,8}|-?[0-9]{1,3}(,[0-9]{3}){0,2}";
    (2_usize..5).prop_flat_map(move |width| {
        let row = proptest::collection::vec(cell, width);
        proptest::collection::vec(row, 1..8)
    })
}

proptest! {
    #[test]
    fn cells_come_back_as_written(table in table(), delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|'])) {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        let head: Vec<String> = (0..table[0].len()).map(|it| format!("h{it}")).collect();
        writer.write_record(&head).unwrap();
        for row in &table {
            writer.write_record(row).unwrap();
        }
        let document = document(&String::from_utf8(writer.into_inner().unwrap()).unwrap());
        let layout = Layout {
            delimiter: Some(char::from(delimiter)),
            quote: Quote::Sign('"'),
            skip_rows: Some(0),
            header_rows: Some(1),
            ..Layout::default()
        };
        let page = read_page(&document, &layout).unwrap();
        let trimmed = |it: &Vec<String>| it.iter().map(|it| it.trim().to_owned()).collect::<Vec<_>>();
        let rows = table.iter().map(trimmed).filter(|it| it.iter().any(|it| !it.is_empty()));
        // A first row that reads as units stands with the headings.
        let rows: Vec<Vec<String>> = rows.skip(usize::from(!page.grids[0].units.is_empty())).collect();
        // Lines that read as notes under the table go there.
        let found = cells(&document, &page.grids[0]);
        prop_assert_eq!(found.len() + page.footnotes.len() + usize::from(page.source.is_some()), rows.len());
        for (found, row) in found.iter().zip(&rows) {
            prop_assert!(row.starts_with(found), "{:?} {:?}", found, row);
        }
        for cell in page.grids[0].rows.iter().flat_map(|it| &it.cells) {
            prop_assert!(cell.unescaped.is_some() || cell.text(&document) == document.slice(cell.span));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}|[a1,;|\"'#*: \t\r\n\\\\]{0,80}") {
        let document = document(&text);
        if let Err(error) = read_page(&document, &Layout::default()) {
            prop_assert_eq!(error.kind(), ErrorKind::Unreadable);
        }
    }
}

/// The headings and rows of each table, headings apart by a bar.
fn tables(text: &str) -> Vec<(String, Vec<Vec<String>>)> {
    let (document, page) = page(text);
    let names = |it: &Grid| it.headings.iter().map(|it| it.text(&document)).collect::<Vec<_>>().join("|");
    page.grids.iter().map(|it| (names(it), cells(&document, it))).collect()
}

#[test]
fn headings_of_several_lines_join_whatever_they_are() {
    let ages =
        ",Girls,Girls,Boys,Boys,All\nWard,0-5,6+,0-5,6+,\nEast,1102,210,1008,290,2610\nWest,540,255,602,101,1498\n";
    assert_eq!(headings(ages), ["Ward", "Girls 0-5", "Girls 6+", "Boys 0-5", "Boys 6+", "All"]);
    let weeks =
        "Week,,1,2,3\nWeek ended,,19-Feb-21,26-Feb-21,05-Mar-21\nDeaths,all,412,398,377\nDeaths,women,204,199,180\n";
    assert_eq!(headings(weeks)[2..], ["1 19-Feb-21", "2 26-Feb-21", "3 05-Mar-21"]);
    let four =
        ";Census;;;\nWard;Beds;;Trips;\n;2021;2022;2021;2022\n;(1);(2);(3);(4)\nEast;4;5;11;12\nWest;6;7;13;14\n";
    assert_eq!(headings(four)[4], "Census Trips 2022 (4)");
    let quarters = "Ward;2021;;\n;Q1;Q2;Q3\nEast;4;51;11\nWest;6;7;13\n";
    assert_eq!(headings(quarters), ["Ward", "2021 Q1", "2021 Q2", "2021 Q3"]);
}

#[test]
fn a_delimiter_that_parts_all_records_alike_is_the_one() {
    // Two bars stand in most records, and one of them where a cell is blank.
    let games = "date,club,score,lost by,saved by\n3 may,Harriers,7 - 2,kemp (2 - 1),noll (4)\n\
        4 may,Harriers,5 - 4,||20418||11 - 9,\n5 may,Terns,6 - 1,ott (1 - 3),||19772||12 - 9\n\
        6 may,Terns,3 - 8,ruiz (0 - 2),||18025||12 - 10\n8 may,Larks,4 - 0,bell (3 - 3),noll (5)\n\
        9 may,Larks,2 - 9,kemp (2 - 2),||20981||13 - 11\n";
    let found = tables(games);
    assert_eq!((found.len(), found[0].0.as_str()), (1, "date|club|score|lost by|saved by"));
    assert_eq!(found[0].1[1], ["4 may", "Harriers", "5 - 4", "||20418||11 - 9", ""]);
}

#[test]
fn an_apostrophe_does_not_open_cells_that_double_quotes_do() {
    let row = |at: usize| {
        let towns = if at.is_multiple_of(2) { format!("Dun{at}") } else { format!("\"Ash{at} , Bar{at} , Cor{at}\"") };
        let judge = match at {
            33 => "kit o'hare (d)".to_owned(),
            _ if at.is_multiple_of(5) => format!("\"ann cole{at} , jr (d)\""),
            _ => format!("bo finch{at} (r)"),
        };
        // The last row has a cell too many.
        format!("{at},{towns},{judge},Dun{at},Cor{at}{}\n", if at == 39 { ",x" } else { "" })
    };
    let courts: Vec<String> = (0..40).map(row).collect();
    let found = tables(&format!("court,towns,judge,home,seat\n{}", courts.concat()));
    assert_eq!(found[0].1[1][..3], ["1", "Ash1 , Bar1 , Cor1", "bo finch1 (r)"]);
}

#[test]
fn a_title_that_is_cut_at_its_commas_is_no_heading() {
    let text =
        "Made as new file,run 7 by J. Doe on Friday, March 4 2016\nnm,A\n410.0,0.0711\n411.0,0.0702\n412.0,0.0699\n";
    assert_eq!(tables(text)[0].0, "nm|A");
    let wide =
        "Deaths,births,and moves,2021,,\n,Deaths,Births,Moves,Rate,Homes\nEast,18,111,462,4,6\nWest,14,91,533,5,4\n";
    assert_eq!(headings(wide), ["", "Deaths", "Births", "Moves", "Rate", "Homes"]);
}

#[test]
fn a_wide_table_in_blocks_is_one_table_and_stacked_ones_are_several() {
    let block = |names: &str, figures: [&str; 2]| format!("Ward;{names}\nEast;{}\nWest;{}\n", figures[0], figures[1]);
    let blocks = [block("Beds;Trips", ["4;17", "5;18"]), block("Fires;Homes", ["1;96", "2;97"])].join(";;\n");
    let found = tables(&blocks);
    assert_eq!((found.len(), found[0].0.as_str()), (1, "Ward|Beds|Trips|Fires|Homes"));
    assert_eq!(found[0].1, [["East", "4", "17", "1", "96"], ["West", "5", "18", "2", "97"]]);
    let stacked = block("Beds;Trips", ["4;17", "5;18"]) + "\nTable 2: homes\nTown;Homes\nLund;96\nMalm;87\nUmea;55\n";
    let found = tables(&stacked);
    assert_eq!(found.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["Ward|Beds|Trips", "Town|Homes"]);
}

#[test]
fn tables_side_by_side_are_told_apart() {
    let text = "Ward,Beds,,Firm,Staff\nEast,4,,Acme,51\nWest,5,,Bolt,7\nNorth,6,,,\n";
    let found = tables(text);
    assert_eq!(found.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["Ward|Beds", "Firm|Staff"]);
    assert_eq!((found[0].1.len(), found[1].1.len()), (3, 2));
}

#[test]
fn headings_that_come_again_are_no_rows() {
    let text = "Ward,Beds\nEast,4\nWest,5\nWard,Beds\nNorth,6\nSouth,7\n";
    assert_eq!(tables(text)[0].1, [["East", "4"], ["West", "5"], ["North", "6"], ["South", "7"]]);
}

#[test]
fn labels_that_are_printed_once_are_those_of_the_rows_below() {
    let text = "Area,Ward,Beds\nCoast,East,4\n,West,5\nHills,North,6\n,South,7\n";
    let first: Vec<String> = tables(text)[0].1.iter().map(|it| it[0].clone()).collect();
    assert_eq!(first, ["Coast", "Coast", "Hills", "Hills"]);
}

#[test]
fn units_stand_apart_whatever_the_first_cell_says() {
    let (document, page) = page("Ward;Beds;Rate;Cost\nunit;number;%;euros\nEast;4;1.5;20\nWest;5;2.5;21\n");
    let units: Vec<&str> = page.grids[0].units.iter().map(|it| it.text(&document)).collect();
    assert_eq!((units[1..].to_vec(), page.grids[0].rows.len()), (vec!["number", "%", "euros"], 2));
}

#[test]
fn a_delimiter_too_many_is_told_though_the_last_cell_is_empty() {
    let messages =
        |text: &str| -> Vec<String> { page(text).1.grids[0].faults.iter().map(|it| it.message.clone()).collect() };
    assert_eq!(messages("a,b,note\nx,1,\ny,,1,\nz,3,\n"), ["expected 3 cells, found 4"]);
    assert_eq!(
        messages("ab,note\nx,1,\ny,2,\n"),
        ["expected 3 cells in the heading, as in the rows below it, found 2"]
    );
}

#[test]
fn weeks_and_months_over_figures_are_headings() {
    assert_eq!(headings("Ward\t2019-W51\t2019-W52\nEast\t4\t5\nWest\t6\t7\n"), ["Ward", "2019-W51", "2019-W52"]);
    assert_eq!(headings("Ward,2020-01,2020-02\nEast,4,5\nWest,6,7\n"), ["Ward", "2020-01", "2020-02"]);
    // Over days, a day is a row.
    assert_eq!(headings("2020-01-01,4\n2020-01-02,5\n2020-01-03,6\n"), ["column1", "column2"]);
}

#[test]
fn scales_of_units_are_no_figures_of_a_row() {
    let text = "Ward,Beds,Beds,Rent,Rent\n,old,new,mean,median\n,\"1,000\",\"1,000\",EUR,EUR\n\
                East,10,20,3000,2900\nWest,30,40,3100,3050\nMid,50,60,3300,3200\n";
    let (document, page) = page(text);
    let grid = &page.grids[0];
    let names: Vec<&str> = grid.headings.iter().map(|it| it.text(&document)).collect();
    assert_eq!(names, ["Ward", "Beds old", "Beds new", "Rent mean", "Rent median"]);
    assert_eq!(
        grid.units.iter().map(|it| it.text(&document)).collect::<Vec<_>>(),
        ["", "1,000", "1,000", "EUR", "EUR"]
    );
    assert_eq!(grid.rows.len(), 3);
}

#[test]
fn a_span_over_all_columns_and_two_names_of_labels_are_headings() {
    let text = "Table 4. Beds by ward\nCoast,Ward,Register,,,\n,,Beds,,Rent,\n,,old,new,old,new\n\
                North,East,10,20,3000,2900\n,West,30,40,3100,3050\nSouth,Mid,50,60,3300,3200\n,Low,70,80,3500,3400\n";
    let (document, page) = page(text);
    let grid = &page.grids[0];
    let names: Vec<&str> = grid.headings.iter().map(|it| it.text(&document)).collect();
    assert_eq!(names[..4], ["Coast", "Ward", "Register Beds old", "Register Beds new"]);
    assert_eq!(grid.title.as_deref(), Some("Table 4. Beds by ward"));
    assert_eq!(grid.rows.len(), 4);
}

#[test]
fn a_name_above_a_heading_that_comes_again_is_the_title_of_another_table() {
    let table = |name: &str| format!("{name};;\nWard;Beds;Rent\nEast;4;\"5,1\"\nWest;6;\"7,2\"\nMid;8;\"9,3\"\n;;\n");
    let (_, page) = page(&(table("Women") + &table("Men")));
    let titles: Vec<Option<&str>> = page.grids.iter().map(|it| it.title.as_deref()).collect();
    assert_eq!(titles, [Some("Women"), Some("Men")]);
}

#[test]
fn four_heading_lines_over_two_columns_of_names_join() {
    let text = "Coast,Ward,Register,,,,,,,\n,,Public,,,,Private,,,\n,,Beds,,Rent,,Beds,,Rent,\n,,old,new,old,new,old,new,old,new\n\
                North,East,1,2,3,4,5,6,7,8\n,West,2,3,4,5,6,7,8,9\nSouth,Mid,3,4,5,6,7,8,9,1\n,Low,4,5,6,7,8,9,1,2\n";
    let names = headings(text);
    assert_eq!(names[1..4], ["Ward", "Register Public Beds old", "Register Public Beds new"]);
    assert_eq!(names[9], "Register Private Rent new");
}
