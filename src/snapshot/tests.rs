//! Snapshots as text: what is written is read, and nothing else is.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::check::Waiver;
use crate::source::{TypeOptions, delimited, infer_schema, type_grid};
use crate::table::{Coverage, Document, Edition, Table};

const RULES: &str = "crossfoot = 1\ndataset = \"d\"\ncadence = \"weekly\"\n\n[tables.t]\nkey = [\"area\"]\n\
    columns = { area = \"label\", n = \"count\", rate = { type = \"percent\", optional = true }, \
    day = { type = \"date\", optional = true } }\nrows = [\"North\", { name = \"old\", under = \"North\" }, \"South\"]\n\n\
    [[rules]]\nname = \"few\"\nrange = { columns = [\"n\"], max = 50 }\n";

pub(super) fn dataset() -> Dataset {
    crate::rules::load("rules/d.toml", RULES, &|_| Ok(Vec::new())).unwrap()
}

fn table(text: &str, declared: bool) -> Table {
    let document = Arc::new(Document::new("in.csv", text.to_owned(), "UTF-8"));
    let grid = delimited::read_page(&document, &delimited::Layout::default()).unwrap().grids.remove(0);
    let schema = if declared { dataset().tables[0].clone() } else { infer_schema(&grid, &document, "t") };
    type_grid(&grid, &document, &schema, &TypeOptions::default()).table
}

fn snapshot(tables: Vec<Table>, waivers: Vec<Waiver>) -> Snapshot {
    let period = Period::parse("2024-01-01/2024-01-07");
    let edition = Arc::new(Edition { period, coverage: Some(Coverage { days: 5, of: 7 }), tables });
    let (dataset, file) = ("d".to_owned(), "snapshots/d/2024-01-01.snap".to_owned());
    let accepted =
        Accepted { dataset, file, edition, waivers, known: vec!["0a1b2c3d".to_owned()], replaced: Vec::new() };
    Snapshot { accepted, sources: vec![Source::of("data/in.csv", b"abc")], waiver_lines: Vec::new() }
}

fn waiver(figure: &str, reason: &str, until: Option<&str>) -> Waiver {
    Waiver {
        id: "314c02b0".to_owned(),
        rule: "few".to_owned(),
        place: "t, South, n".to_owned(),
        figures: vec![figure.to_owned()],
        reason: reason.to_owned(),
        by: until.map(|_| "Ann \"A.\" Lee".to_owned()),
        until: until.map(|it| it.parse().unwrap()),
    }
}

fn usual() -> Snapshot {
    let mut table =
        table("area,n,rate,day\nNorth,\"4,477\",12.0%,1 March 2024\nold,3,..,\nSouth,x2,,2024-03-02\n", true);
    table.rows[1].under = Some(0);
    snapshot(vec![table], vec![waiver("x2", "as printed", Some("2030-12-31"))])
}

fn refusal(text: &str) -> (u32, String, String) {
    let error = open("a.snap", text.as_bytes(), &[dataset()]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
    let line = error.place().unwrap().line;
    (line, error.message().to_owned(), error.hint_text().unwrap_or_default().to_owned())
}

#[test]
fn a_snapshot_reads_as_in_its_specification() {
    insta::assert_snapshot!(write(&usual()));
}

#[test]
fn what_is_read_points_into_the_snapshot() {
    let text = write(&usual());
    let read = read("a.snap", text.as_bytes(), &[dataset()]).unwrap();
    let table = &read.accepted.edition.tables[0];
    let place = crate::finding::Place::of_cell(table, 0, 1, crate::finding::Role::Primary, "");
    let line = text.lines().position(|it| it.starts_with("North,")).unwrap() + 1;
    assert_eq!((place.file.as_str(), place.line as usize, place.column_start), ("a.snap", line, 7));
    assert_eq!((place.value.as_deref(), table.rows[1].under), (Some("4477"), Some(0)));
    let id = text.lines().position(|it| it.starts_with("id = ")).unwrap() + 1;
    assert_eq!(read.waiver_lines, [u32::try_from(id).unwrap()]);
    assert_eq!(read.accepted.waivers, usual().accepted.waivers);
    assert_eq!(read.sources, usual().sources);
}

#[test]
fn sources_are_named_without_folders_and_hashed_by_sha_256() {
    let source = Source::of("/home/ann/data/in.csv", b"abc");
    assert_eq!(source.file, "in.csv");
    assert_eq!(source.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn a_newer_version_is_named_beside_ones_own() {
    let text = write(&usual()).replace("crossfoot = 1\n", "crossfoot = 2\nnew = { key = 1 }\n");
    let (line, message, hint) = refusal(&text);
    let expected = "written by a newer crossfoot: its format is version 2, this program reads 1";
    assert_eq!((line, message.as_str(), hint.as_str()), (2, expected, "use a newer crossfoot"));
    let (_, message, _) = refusal(&text.replace("crossfoot = 2", "crossfoot = 0"));
    assert_eq!(message, "expected format version 1, found 0");
}

#[test]
fn a_key_that_version_1_does_not_have_is_an_error_with_its_line() {
    let text = write(&usual()).replace("period =", "piriod =");
    let (line, message, _) = refusal(&text);
    assert!(line == 4 && message.contains("piriod"), "{line}: {message}");
}

#[test]
fn no_part_of_a_snapshot_is_read_as_a_whole() {
    let text = write(&usual());
    for length in 0..text.len() {
        let (_, message, hint) = refusal(&text[..length]);
        assert!(!message.is_empty() && hint.contains("accept"), "{length}: {message}");
    }
}

#[test]
fn a_wrong_table_or_row_is_named_with_its_line() {
    let text = write(&usual());
    let at = |it: &str| u32::try_from(text.lines().position(|line| line.starts_with(it)).unwrap() + 1).unwrap();
    let (line, message, _) = refusal(&text.replace("# t\n", "# other\n"));
    assert_eq!((line, message.as_str()), (at("# t") - 1, "expected table t after a blank line"));
    let (line, message, _) = refusal(&text.replace("rows = 3", "rows = 2"));
    assert_eq!((line, message.as_str()), (at("South,"), "expected the end of the file"));
    let (line, message, _) = refusal(&text.replace(",North\n", ",Nowhere\n"));
    assert_eq!((line, message.as_str()), (at("old,"), "expected a row \"Nowhere\" above this one, found none"));
}

#[test]
fn a_dataset_with_periods_keeps_none_without() {
    let file = |period| file_of(&dataset(), period);
    assert_eq!(file(Period::parse("2024-01-01/2024-01-07")).unwrap(), "d/2024-01-01.snap");
    assert!(file(None).unwrap_err().hint_text().unwrap().contains("--edition"));
    assert_eq!(file_of(&Dataset { cadence: None, ..dataset() }, None).unwrap(), "d/current.snap");
}

#[test]
fn quotes_where_a_figure_should_stand_are_kept_as_they_are() {
    let snap = snapshot(vec![table("area,n,x\nNorth,\"\"\"\"\"\"\"\",1\n", true)], vec![]);
    let written = write(&snap);
    assert!(written.contains("North,\"\"\"\"\"\"\"\",1\n"), "{written}");
    assert_eq!(write(&read("a.snap", written.as_bytes(), &[dataset()]).unwrap()), written);
}

proptest! {
    #[test]
    fn writing_what_was_read_gives_the_same_bytes(
        heading in proptest::array::uniform3("[ab \"(thousands)%]{0,8}"),
        rows in proptest::collection::vec(proptest::array::uniform3(
            "[A-C]{1,2}|-?[0-9]{1,4}([.,][0-9]{1,3})?%?|[a-c \"\n\r,#+.]{0,8}|\\.\\.|20[0-9][0-9]-0[1-9]-1[0-9]"), 0..8),
        nested in proptest::collection::vec(any::<bool>(), 8),
        reason in "\\PC{0,12}|[\"\\\\\t\n']{1,6}",
        declared: bool, until: bool,
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(if declared { ["area".into(), "n".into(), heading[2].clone()] } else { heading }).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let mut table = table(&text, declared);
        if let Some(label) = table.label_column() {
            for (row, nested) in nested.iter().enumerate().take(table.rows.len()).skip(1) {
                let under = *nested && !table.text(row - 1, label).is_empty();
                table.rows[row].under = under.then(|| u32::try_from(row - 1).unwrap());
            }
        }
        let until = until.then_some("2030-12-31");
        let written = write(&snapshot(vec![table.clone(), table], vec![waiver(&text, &reason, until)]));
        let datasets = [dataset()];
        let known = if declared { &datasets[..] } else { &[] };
        let read = read("a.snap", written.as_bytes(), known).map_err(|it| TestCaseError::fail(format!("{it}\n{written}")))?;
        prop_assert_eq!(write(&read), written);
    }
}
