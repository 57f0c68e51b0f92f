//! Tables in memory: the same findings as those of the CSV file that says the same.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int32Array, Int64Array, LargeStringArray,
    ListArray, RecordBatch, StringArray, StringViewArray,
};
use crossfoot::check::{self, stream};
use crossfoot::rules::Dataset;
use crossfoot::run::{self, CheckOptions, Reading};
use crossfoot::source::Frame;
use proptest::prelude::*;

use crate::columns::{LIMITS, RULES, Row, csv, row, sound, whole};
use crate::large::{dataset, options, told};
use crate::support::Folder;

/// How a table is held.
#[derive(Clone, Copy, Debug)]
struct Form {
    /// How many rows a batch has.
    batch: usize,
    /// How texts are held: one after another, with long offsets, as views, or as codes.
    texts: usize,
    /// Whether each batch is a part of a longer one.
    sliced: bool,
}

fn texts(form: Form, of: Vec<Option<&str>>) -> ArrayRef {
    match form.texts {
        0 => Arc::new(StringArray::from(of)),
        1 => Arc::new(LargeStringArray::from(of)),
        2 => Arc::new(StringViewArray::from(of)),
        _ => Arc::new(of.into_iter().collect::<DictionaryArray<Int32Type>>()),
    }
}

fn batch(rows: &[Row], form: Form) -> RecordBatch {
    let text = |of: &dyn Fn(&Row) -> Option<&str>| texts(form, rows.iter().map(of).collect());
    let n = rows.iter().map(|it| it.n.map(i128::from)).collect::<Decimal128Array>();
    let columns: [(&str, ArrayRef); 10] = [
        ("id", Arc::new(rows.iter().map(|it| it.id).collect::<Int64Array>())),
        ("part", Arc::new(rows.iter().map(|it| Some(it.part)).collect::<Int32Array>())),
        ("n", Arc::new(n.with_precision_and_scale(9, 2).unwrap())),
        ("day", Arc::new(rows.iter().map(|it| it.day).collect::<Date32Array>())),
        ("late", Arc::new(rows.iter().map(|it| it.late).collect::<Date32Array>())),
        ("code", text(&|it| it.code.as_deref())),
        ("note", text(&|it| it.note.as_deref())),
        ("loose", text(&|it| it.loose.as_deref())),
        ("spare", Arc::new(rows.iter().map(|it| it.spare).collect::<Int64Array>())),
        ("more", text(&|it| it.more.as_deref())),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn frame(rows: &[Row], form: Form) -> Frame {
    let whole = batch(rows, form);
    let batches: Vec<RecordBatch> = if form.sliced {
        (0..rows.len()).step_by(form.batch).map(|at| whole.slice(at, form.batch.min(rows.len() - at))).collect()
    } else {
        rows.chunks(form.batch).map(|it| batch(it, form)).collect()
    };
    Frame::new("t.csv", &whole.schema(), &batches).unwrap()
}

fn judged(datasets: &[Dataset], frame: &Frame) -> String {
    let loaded = stream::load(frame, "t.csv", datasets, &options(), &|_| false, LIMITS).unwrap();
    let loaded = loaded.expect("its rules see one row each");
    told(&check::check(vec![loaded], datasets, &[], &options()).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn frames_have_the_findings_of_their_csv_twins(
        rows in proptest::collection::vec(row(), 0..40),
        (batch, texts, sliced) in (1..50_usize, 0..4_usize, any::<bool>()),
        threads in 1_usize..5,
    ) {
        let rows = [sound(60), rows].concat();
        let datasets = dataset(RULES);
        let form = Form { batch, texts, sliced };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| judged(&datasets, &frame(&rows, form)));
        prop_assert_eq!(&found, &whole(&datasets, csv(&rows).into_bytes()), "{:?}", form);
    }
}

#[test]
fn a_small_frame_is_checked_by_the_rule_file_that_its_name_matches() {
    let folder = Folder::new("frames-small");
    folder.write("rules/t.toml", RULES);
    let mut rows = sound(3);
    rows[1].n = Some(9_999);
    let given = run::Source::Frame(frame(&rows, Form { batch: 2, texts: 0, sliced: false }));
    let reading = Reading { rules: Some(folder.path("rules")), ..Reading::default() };
    let (outcome, unread) = run::check(&[given], &CheckOptions { reading, ..CheckOptions::default() }).unwrap();
    assert!(unread.is_empty());
    let found: Vec<&str> = outcome.findings.iter().map(|it| it.rule.as_str()).collect();
    assert_eq!(found, ["less", "limits"]);
}

#[test]
fn what_is_no_table_of_cells_is_an_error_that_names_the_frame() {
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1), None]), None]);
    let lists = RecordBatch::try_from_iter([("parts", Arc::new(lists) as ArrayRef)]).unwrap();
    let error = Frame::new("sales", &lists.schema(), std::slice::from_ref(&lists)).unwrap_err().to_string();
    assert!(error.starts_with("sales: ") && error.contains("parts"), "{error}");
    let none = Arc::new(arrow_schema::Schema::empty());
    let error = Frame::new("sales", &none, &[]).unwrap_err().to_string();
    assert_eq!(error, "sales: expected columns, found none");
}

#[test]
fn floats_read_as_they_are_printed_shortest() {
    let datasets = dataset(
        "crossfoot = 1\ndataset = \"d\"\nfiles = [\"t.*\"]\n[tables.t.columns]\nn = \"amount\"\n\
         [[rules]]\nname = \"limits\"\nrange = { columns = [\"n\"], max = \"0.3\" }\n",
    );
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![0.1, 0.3, 0.1 + 0.2]));
    let batch = RecordBatch::try_from_iter([("n", floats)]).unwrap();
    let frame = Frame::new("t.csv", &batch.schema(), std::slice::from_ref(&batch)).unwrap();
    let twin = "n\n0.1\n0.3\n0.30000000000000004\n";
    let found = judged(&datasets, &frame);
    assert_eq!(found, whole(&datasets, twin.into()));
    assert!(found.contains("0.30000000000000004"), "{found}");
}
