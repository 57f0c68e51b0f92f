use super::*;

const BOOKS: [&[u8]; 4] = [
    include_bytes!("../../../tests/tables/workbooks/openpyxl.xlsx"),
    include_bytes!("../../../tests/tables/workbooks/libreoffice.ods"),
    include_bytes!("../../../tests/tables/workbooks/libreoffice.xls"),
    include_bytes!("../../../tests/tables/workbooks/stale.xlsx"),
];

fn document(bytes: &[u8]) -> Document {
    decode("t.xlsx", bytes.to_vec()).unwrap()
}

#[test]
fn a_row_is_a_line_and_knows_its_sheet() {
    let document = document(BOOKS[0]);
    let line = document.line(Some("Places"), 3);
    assert_eq!(document.slice(line), "North | 700 |  | 2005-03-01 | 12.5");
    let sheet = document.sheet(line.start).unwrap();
    assert_eq!((sheet.name.as_str(), document.position(line.start).line), ("Places", 3));
    let cell = sheet.cells.iter().find(|it| it.text(&document) == "12.5").unwrap();
    assert_eq!((cell.row, cell.column, sheet.cell_at(cell.span.start).unwrap().column), (3, 5, 5));
    assert!(document.sheets.iter().all(|it| it.name != "Notes"), "a hidden sheet was read");
}

#[test]
fn tables_know_the_columns_of_their_sheet() {
    let document = document(BOOKS[0]);
    let page = read(&document).unwrap();
    let titles: Vec<&str> = page.grids.iter().filter_map(|it| it.title.as_deref()).collect();
    assert_eq!(titles, ["Crimes of the week", "Places", "Places 2"]);
    let places = page.grids[1].sheet.as_ref().unwrap();
    assert_eq!((places.name.as_str(), &places.columns[..]), ("Places", &[1, 2, 4, 5][..]));
    assert_eq!(page.source.as_deref(), Some("the police"));
}

#[test]
fn numbers_stored_as_text_are_read_as_the_others_of_their_kind() {
    let raw = |row, column, shown: &str| cells::RawCell {
        row,
        column,
        shown: shown.to_owned(),
        is_text: !shown.starts_with('7'),
        ..cells::RawCell::default()
    };
    let cells = vec![
        raw(1, 0, "area"),
        raw(1, 1, "n"),
        raw(2, 0, "North"),
        raw(2, 1, "1.234,5"),
        raw(3, 0, "South"),
        raw(3, 1, "7.25"),
        raw(4, 0, "East"),
        raw(4, 1, "1.250"),
    ];
    let sheet = RawSheet { name: "S".to_owned(), cells, ..RawSheet::default() };
    let document = text::document("t.xlsx", vec![sheet]).unwrap();
    let page = read(&document).unwrap();
    let texts: Vec<&str> = page.grids[0].rows.iter().map(|it| it.cells[1].text(&document)).collect();
    assert_eq!(texts, ["1234.5", "7.25", "1250"]);
}

#[test]
fn damage_is_an_error_and_never_a_panic() {
    for bytes in BOOKS {
        for cut in (0..bytes.len()).step_by(211) {
            let _ = decode("t.xlsx", bytes[..cut].to_vec()).map(|it| read(&it).is_ok());
        }
        for at in (0..bytes.len()).step_by(97) {
            let mut bytes = bytes.to_vec();
            bytes[at] ^= 0x55;
            let _ = decode("t.xlsx", bytes).map(|it| read(&it).is_ok());
        }
    }
}

#[test]
fn a_cell_merged_downwards_is_no_end_of_the_row_below() {
    let raw =
        |row, column, shown: &str| cells::RawCell { row, column, shown: shown.to_owned(), ..cells::RawCell::default() };
    let cells = vec![
        raw(1, 0, "Ward"),
        raw(1, 1, "Beds"),
        raw(1, 2, "All"),
        raw(2, 0, "East"),
        raw(2, 1, "4"),
        raw(2, 2, "15"),
        raw(3, 0, "West"),
        raw(3, 1, "5"),
        raw(4, 0, "South"),
        raw(4, 1, "6"),
    ];
    let merged = vec![crate::table::Area { from: (2, 2), to: (4, 2) }];
    let sheet = RawSheet { name: "S".to_owned(), cells, merged, ..RawSheet::default() };
    let document = text::document("t.xlsx", vec![sheet]).unwrap();
    let page = read(&document).unwrap();
    let all: Vec<&str> = page.grids[0].rows.iter().map(|it| it.cells[2].text(&document)).collect();
    assert_eq!(all, ["15", "15", "15"]);
}
