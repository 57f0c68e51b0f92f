use super::*;
use crate::source::delimited::{Layout, read};
use crate::source::{DecidedBy, GridCell, Reading, Splitting};
use crate::table::{ColumnSchema, Marker, Markers, RowSchema, Unit};

fn schema(columns: &[(&str, ColumnType)]) -> TableSchema {
    TableSchema {
        name: "crimes".to_owned(),
        title: None,
        aliases: Vec::new(),
        optional: false,
        empty: false,
        files: Vec::new(),
        key: vec![columns[0].0.to_owned()],
        columns: columns.iter().map(|it| ColumnSchema::new(it.0, it.1)).collect(),
        rows: Vec::new(),
        layout: crate::table::Layout::default(),
        style: None,
        markers: Markers::default(),
    }
}

fn grid(text: &str) -> (Grid, Arc<Document>) {
    let document = Arc::new(Document::new("a.csv", text.to_owned(), "UTF-8"));
    let layout = Layout { header_rows: Some(1), ..Layout::default() };
    (read(&document, &layout).unwrap(), document)
}

fn typed(text: &str, schema: &TableSchema) -> Typed {
    let (grid, document) = grid(text);
    type_grid(&grid, &document, schema, &TypeOptions::default())
}

fn messages(typed: &Typed) -> Vec<(&'static str, &str)> {
    let told = typed.faults.iter().filter(|it| it.kind != TypeFaultKind::ExtraColumn);
    told.map(|it| (it.kind.rule(), it.message.as_str())).collect()
}

fn values(typed: &Typed, column: usize) -> Vec<Option<String>> {
    let rows = 0..typed.table.rows.len();
    rows.map(|it| typed.table.columns[column].decimal(it).map(|it| it.to_string())).collect()
}

fn inferred(text: &str) -> TableSchema {
    let (grid, document) = grid(text);
    infer_schema(&grid, &document, "t")
}

fn kinds(text: &str) -> Vec<&'static str> {
    inferred(text).columns.iter().map(|it| it.kind.word()).collect()
}

#[test]
fn counts_are_whole_and_not_negative() {
    let typed = typed(
        "crime,total\nTheft,12a\nFraud,-1\nRape,1.5\nArson,\"1,200\"\n",
        &schema(&[("crime", ColumnType::Label), ("total", ColumnType::Count)]),
    );
    let expected = [
        ("type", "expected a count, found \"12a\""),
        ("type", "expected a count, found \"-1\""),
        ("type", "expected a count, found \"1.5\""),
    ];
    assert_eq!(messages(&typed), expected);
    assert_eq!(values(&typed, 1), [None, None, None, Some("1200".to_owned())]);
    let fault = &typed.faults[0];
    assert_eq!((fault.row, fault.column, typed.table.document.slice(fault.span)), (Some(0), Some(1), "12a"));
}

#[test]
fn empty_marked_and_absent_cells_are_told_apart() {
    let mut schema = schema(&[("crime", ColumnType::Label), ("total", ColumnType::Count), ("p", ColumnType::Percent)]);
    schema.columns[1].blank = false;
    schema.markers.declared = vec![("-".to_owned(), Marker::Nil), ("999".to_owned(), Marker::Missing)];
    let typed = typed("crime,total,p\nA,,1%\nB,..,2\nC,-,x\nD,999,4\nE,5\n", &schema);
    let states = &typed.table.columns[1].states;
    let expected = [
        CellState::Empty,
        CellState::Marker(Marker::Missing),
        CellState::Marker(Marker::Nil),
        CellState::Marker(Marker::Missing),
        CellState::Value,
    ];
    assert_eq!(states.as_slice(), expected);
    assert_eq!(values(&typed, 1)[2].as_deref(), Some("0"));
    assert_eq!(typed.table.columns[2].states[4], CellState::Absent);
    let expected = [("read", "expected 3 cells, found 2"), ("blank", "expected a count, found an empty cell")];
    assert_eq!(messages(&typed), expected);
}

#[test]
fn columns_are_found_by_name_alias_and_loosely() {
    let mut schema = schema(&[
        ("crime", ColumnType::Label),
        ("cleared_up", ColumnType::Count),
        ("total", ColumnType::Count),
        ("extra", ColumnType::Text),
    ]);
    schema.columns[2].aliases = vec!["Offences  recorded".to_owned()];
    schema.columns[3].optional = true;
    let typed = typed("Note,Offences recorded,Cleared up (cases),CRIME\nx,5,3,Theft\n", &schema);
    let names: Vec<&str> = typed.table.columns.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["crime", "cleared_up", "total", "Note"]);
    assert_eq!((messages(&typed).len(), typed.table.key.as_slice()), (0, [0].as_slice()));
    let extra = &typed.faults[0];
    assert_eq!((extra.kind, extra.column), (TypeFaultKind::ExtraColumn, Some(3)));
}

#[test]
fn a_loose_match_takes_no_heading_that_another_names() {
    let typed = typed(
        "x,solved cases\n1,2\n",
        &schema(&[("solved_cases", ColumnType::Count), ("solved cases", ColumnType::Count)]),
    );
    assert_eq!(messages(&typed), [("columns", "expected a column \"solved_cases\", found none")]);
    assert_eq!(typed.table.columns[0].name, "solved cases");
}

#[test]
fn a_missing_column_is_told_with_the_nearest_heading() {
    let typed =
        typed("crime,solvd\nTheft,12\n", &schema(&[("crime", ColumnType::Label), ("solved", ColumnType::Count)]));
    assert_eq!(messages(&typed), [("columns", "expected a column \"solved\", found none")]);
    let hint = typed.faults[0].hint.as_deref();
    assert_eq!(hint, Some("the nearest heading is \"solvd\"; declare it as an alias if it is this column"));
}

#[test]
fn a_number_of_another_style_is_not_guessed() {
    let typed = typed(
        "crime;total\nA;1.234,5\nB;2.345,5\nC;1,234.5\n",
        &schema(&[("crime", ColumnType::Label), ("total", ColumnType::Amount)]),
    );
    assert_eq!(messages(&typed), [("style", "expected a number printed as 1.234,5, found \"1,234.5\"")]);
    assert_eq!(typed.table.columns[1].states[2], CellState::Unreadable);
    assert_eq!(values(&typed, 1)[0].as_deref(), Some("1234.5"));
}

#[test]
fn declared_counts_decide_between_styles() {
    let text = "crime;total\nA;1.234\nB;2.345\n";
    let count = typed(text, &schema(&[("crime", ColumnType::Label), ("total", ColumnType::Count)]));
    assert_eq!((messages(&count).len(), values(&count, 1)[0].as_deref()), (0, Some("1234")));
    let amount = typed(text, &schema(&[("crime", ColumnType::Label), ("total", ColumnType::Amount)]));
    // Either may be meant where nothing is declared.
    assert!(messages(&amount)[0].1.contains("1.234") && messages(&amount)[0].1.contains("1234"));
}

#[test]
fn units_scale_figures_and_keep_their_precision() {
    let text = "item,People (thousands),value\n,,€ million\nA,4.5,2\nB,3,3\n";
    let mut schema =
        schema(&[("item", ColumnType::Label), ("people", ColumnType::Count), ("value", ColumnType::Amount)]);
    let document = Arc::new(Document::new("a.csv", text.to_owned(), "UTF-8"));
    let grid = read(&document, &Layout::default()).unwrap();
    let typed = type_grid(&grid, &document, &schema, &TypeOptions::default());
    assert_eq!(values(&typed, 1), [Some("4500".to_owned()), Some("3000".to_owned())]);
    assert_eq!(values(&typed, 2)[0].as_deref(), Some("2000000"));
    schema.columns[1].unit = Some(Unit { power: 0 });
    schema.columns[1].kind = ColumnType::Amount;
    schema.columns[1].decimals = Some(1);
    let typed = type_grid(&grid, &document, &schema, &TypeOptions::default());
    assert_eq!(messages(&typed), [("type", "expected 1 decimal, found \"3\"")]);
}

#[test]
fn labels_are_folded_and_aliases_undone() {
    let mut schema = schema(&[("crime", ColumnType::Label), ("what", ColumnType::Label)]);
    schema.rows = vec![RowSchema {
        name: "Theft (total)".to_owned(),
        under: None,
        optional: false,
        aliases: vec!["Thefts, all".to_owned()],
        kind: None,
    }];
    let typed = typed("crime,what\n\"Thefts,  all\",\"Thefts, all\"\n\" Car   theft \",NA\n", &schema);
    let texts = |column: usize| (0..2).map(|it| typed.table.text(it, column).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        (texts(0), texts(1)),
        (vec!["Theft (total)".into(), "Car theft".into()], vec!["Thefts, all".to_owned(), "NA".to_owned()])
    );
}

#[test]
fn dates_and_periods_are_days() {
    let schema = schema(&[("day", ColumnType::Date), ("month", ColumnType::Period)]);
    let typed = typed("day,month\n2020-04-01T17:00:00,2021-12\n..,2021-Q4\n1/2/2020,2020\n", &schema);
    let (day, month) = (&typed.table.columns[0], &typed.table.columns[1]);
    let days = |column: &crate::table::Column| match &column.data {
        crate::table::ColumnData::Dates(it) => it.days.clone(),
        _ => Vec::new(),
    };
    assert_eq!((days(day)[0], days(month)), (18_353, vec![18_962, 18_901, 18_262]));
    assert_eq!(day.states[1], CellState::Marker(Marker::Missing));
    let message = "expected a date, found \"1/2/2020\", which may have the day or the month first";
    assert_eq!(messages(&typed), [("type", message)]);
    assert!(typed.faults[0].hint.is_some());
}

#[test]
fn unsure_rows_keep_every_reading() {
    let document = Arc::new(Document::new("a.txt", "Theft2312\n".to_owned(), "UTF-8"));
    let at = |start, end| Span::new(start, end);
    let reading = |probability, border| Reading { probability, cells: vec![at(0, 5), at(5, border), at(border, 9)] };
    let splitting = |accepted| Splitting {
        blob: at(5, 9),
        readings: vec![reading(0.62, 7), reading(0.31, 8)],
        accepted,
        decided_by: DecidedBy::Style,
    };
    let heading = |it: &str| GridCell { unescaped: Some(it.into()), ..GridCell::default() };
    let row = |accepted| crate::source::GridRow {
        cells: vec![GridCell::at(at(0, 5)), GridCell::at(at(5, 7)), GridCell::at(at(7, 9))],
        splitting: Some(Box::new(splitting(accepted))),
        ..crate::source::GridRow::default()
    };
    let grid = Grid {
        headings: vec![heading("crime"), heading("total"), heading("solved")],
        rows: vec![row(false), row(true)],
        headings_printed: true,
        ..Grid::default()
    };
    let schema = schema(&[("crime", ColumnType::Label), ("total", ColumnType::Count), ("solved", ColumnType::Count)]);
    let typed = type_grid(&grid, &document, &schema, &TypeOptions::default());
    let message = "\"2312\" can be read as 23|12 (0.62) or 231|2 (0.31)";
    assert_eq!(messages(&typed), [("unclear", message)]);
    assert_eq!(values(&typed, 1), [None, Some("23".to_owned())]);
    assert_eq!(typed.table.columns[2].states[0], CellState::Unclear);
    // What stands is told with how sure it is, where another reading would change it.
    let told = [0, 1, 2].map(|it| format!("{:.2}", typed.table.confidence(1, it)));
    assert_eq!(told, ["1.00", "0.62", "0.62"]);
    let chosen = typed.table.with_readings(&[(0, 1)]);
    assert_eq!(chosen.columns[1].decimal(0).map(|it| it.to_string()).as_deref(), Some("231"));
}

#[test]
fn columns_without_headings_go_by_their_order() {
    let document = Arc::new(Document::new("a.csv", "Theft,1,x\nFraud,2,y\n".to_owned(), "UTF-8"));
    let grid = read(&document, &Layout::default()).unwrap();
    let schema = schema(&[("crime", ColumnType::Label), ("total", ColumnType::Count)]);
    let typed = type_grid(&grid, &document, &schema, &TypeOptions::default());
    assert_eq!((messages(&typed).len(), values(&typed, 1)[1].as_deref()), (0, Some("2")));
}

#[test]
fn types_are_inferred_from_nearly_all_cells() {
    let text = "day,area,code,n,change,rate,share,remark\n\
                2020-01-01,North,01,\"1,200\",-3,1.5,10%,none of note\n\
                2020-01-02,South,02,..,4,2.0,90%,n/a\n";
    let expected = ["date", "label", "label", "count", "integer", "amount", "percent", "text"];
    assert_eq!(kinds(text), expected);
    assert_eq!(kinds("Year,month,n\n2019,2019-12,1\n2020,2020-01,2\n"), ["period", "period", "count"]);
}

#[test]
fn decimal_commas_of_one_column_tell_of_the_others() {
    assert_eq!(kinds("land;n;rate\nHessen;1.234;1,5\nBremen;2.345;2,5\n"), ["label", "count", "amount"]);
}

#[test]
fn the_key_is_the_shortest_unique_run() {
    let key = |text| inferred(text).key;
    assert_eq!(key("area,crime,n\nN,theft,1\nN,fraud,2\nS,theft,3\n"), ["area", "crime"]);
    assert_eq!(key("area,crime,n\nN,theft,1\nS,fraud,2\n"), ["area"]);
    assert!(key("area,n\nN,1\nN,2\n").is_empty());
    assert!(key("area,n\nN,1\n,2\n").is_empty());
    assert!(key("n,area\n1,N\n").is_empty());
}

#[test]
fn what_is_inferred_types_without_faults() {
    let text = "area,n,,n\nN,\"1,200\",x,1\nS,7,y,2\n";
    let typed = typed(text, &inferred(text));
    let columns: Vec<&str> = typed.faults.iter().map(|it| it.kind.rule()).collect();
    // Only the heading that stands twice.
    assert_eq!(columns, ["columns"]);
    let names: Vec<&str> = typed.table.columns.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["area", "n", "column3", "n_2"]);
}

proptest::proptest! {
    #[test]
    fn any_text_is_typed_by_what_is_inferred(text in "\\PC{0,60}|[a1,;0.%\"*: \n/-]{0,120}") {
        let document = Arc::new(Document::new("a.csv", text, "UTF-8"));
        if let Ok(grid) = read(&document, &Layout::default()) {
            let schema = infer_schema(&grid, &document, "t");
            let typed = type_grid(&grid, &document, &schema, &TypeOptions::default());
            proptest::prop_assert_eq!(typed.table.columns.len(), grid.headings.len());
            proptest::prop_assert!(typed.faults.iter().all(|it| it.kind != TypeFaultKind::ExtraColumn));
            let width = |it: &crate::table::Column| it.states.len().min(it.spans.len());
            proptest::prop_assert!(typed.table.columns.iter().all(|it| width(it) == grid.rows.len()));
        }
    }
}
