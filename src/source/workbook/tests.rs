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
fn an_xls_file_shows_what_its_number_formats_show() {
    let texts = |bytes: &[u8]| -> Vec<String> {
        let document = document(bytes);
        let page = read(&document).unwrap();
        let rows = page.grids.iter().flat_map(|it| &it.rows);
        rows.flat_map(|it| &it.cells).map(|it| it.text(&document).to_owned()).collect()
    };
    let shown = texts(BOOKS[2]);
    assert!(shown.iter().any(|it| it == "111.1%") && shown.iter().any(|it| it == "12.5"), "{shown:?}");
    assert_eq!(shown, texts(BOOKS[0]));
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

/// An `OpenDocument` workbook of one sheet with these rows.
fn open_document(columns: &str, rows: &str) -> Vec<u8> {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"S\">{columns}{rows}\
         </table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let mime = "application/vnd.oasis.opendocument.spreadsheet";
    for (name, text) in [("mimetype", mime), ("content.xml", content.as_str())] {
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn what_an_open_document_hides_is_told() {
    let row = |shown: &str, cells: [&str; 3]| {
        let cells = cells.map(|it| format!("<table:table-cell><text:p>{it}</text:p></table:table-cell>")).concat();
        format!("<table:table-row{shown}>{cells}</table:table-row>")
    };
    let hidden = " table:visibility=\"collapse\"";
    let rows = row("", ["Ward", "old", "beds"])
        + &row("", ["East", "7", "4"])
        + &row(hidden, ["West", "8", "5"])
        + &row(" table:visibility=\"filter\"", ["Mid", "6", "9"])
        + &row("", ["South", "9", "6"]);
    let columns = format!("<table:table-column/><table:table-column{hidden}/><table:table-column/>");
    let document = decode("t.ods", open_document(&columns, &rows)).unwrap();
    let told: Vec<String> = read(&document).unwrap().grids[0].faults.iter().map(|it| it.message.clone()).collect();
    assert_eq!(
        told,
        [
            "rows 3, 4 are hidden in the sheet; their cells are read as usual",
            "column B is hidden in the sheet; its cells are read as usual"
        ]
    );
}

#[test]
fn issue_20_a_heading_over_one_column_of_figures_is_a_table() {
    let sheet = |cells: &[&str]| {
        let row = |it: &&str| {
            format!("<table:table-row><table:table-cell><text:p>{it}</text:p></table:table-cell></table:table-row>")
        };
        decode("t.ods", open_document("<table:table-column/>", &cells.iter().map(row).collect::<String>())).unwrap()
    };
    let document = sheet(&["beds", "4.5", "-9.0", "15.8"]);
    let page = read(&document).unwrap();
    let texts: Vec<&str> = page.grids[0].rows.iter().map(|it| it.cells[0].text(&document)).collect();
    assert_eq!((page.grids.len(), texts), (1, vec!["4.5", "-9.0", "15.8"]));
    for none in [&["beds", "4.5"][..], &["beds", "4.5", "see below"], &["a", "b", "c", "d"], &["1", "2", "3"]] {
        assert!(read(&sheet(none)).is_err(), "{none:?}");
    }
}

#[test]
fn one_text_in_very_many_cells_is_refused() {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let cells: String = (1..90)
        .map(|it| format!("<row r=\"{it}\"><c r=\"A{it}\" t=\"s\"><v>0</v></c></row>"))
        .collect::<Vec<_>>()
        .concat();
    let related = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{office}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |all: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{all}</Relationships>"
        )
    };
    let part =
        |name: &str, kind: &str| format!("<Override PartName=\"/xl/{name}.xml\" ContentType=\"{kinds}.{kind}+xml\"/>");
    let parts = [
        part("workbook", "sheet.main"),
        part("worksheets/sheet1", "worksheet"),
        part("sharedStrings", "sharedStrings"),
    ];
    let types = "http://schemas.openxmlformats.org/package/2006/content-types";
    for (name, text) in [
        ("[Content_Types].xml", format!("<Types xmlns=\"{types}\">{}</Types>", parts.concat())),
        ("_rels/.rels", relations(&related("a", "officeDocument", "xl/workbook.xml"))),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(
                &(related("a", "worksheet", "worksheets/sheet1.xml")
                    + &related("b", "sharedStrings", "sharedStrings.xml")),
            ),
        ),
        ("xl/sharedStrings.xml", format!("<sst xmlns=\"{main}\"><si><t>{}</t></si></sst>", "x".repeat(1 << 20))),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{cells}</sheetData></worksheet>")),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    let told = decode("t.xlsx", archive.finish().unwrap().into_inner()).unwrap_err().to_string();
    assert_eq!(told, "t.xlsx: repeats its texts in too many cells");
}
