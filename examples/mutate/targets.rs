//! What each fuzz target does with an input: nothing may panic, whatever comes in.

use std::sync::{Arc, LazyLock};

use crossfoot::check::{self, Draft, Loaded, Options};
use crossfoot::diff::{self, Side};
use crossfoot::report::{ArticleFormat, Format as Report, Look};
use crossfoot::rules::Dataset;
use crossfoot::source::{self, Format, Hints};
use crossfoot::table::{Document, Table};

static RULES: LazyLock<[Dataset; 1]> = LazyLock::new(|| {
    let read = |_: &str| Ok(Vec::new());
    [crossfoot::rules::load("rules.toml", include_str!("../../rules/city-crime.toml"), &read).expect("it is ours")]
});

static TABLE: LazyLock<[Loaded; 1]> = LazyLock::new(|| {
    let text = "crime,total,solved\nMurder,18,10\nRobbery,314,164\nTheft (total),849,325\nCar theft,44,12\n";
    let document = Arc::new(Document::new("crimes.csv", text.to_owned(), "UTF-8"));
    [check::load(document, Format::Delimited, &[], &Options::default()).expect("it is ours")]
});

/// A target: its name, and what it does with bytes.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// All of them.
pub(crate) const TARGETS: &[Target] = &[
    ("delimited", delimited),
    ("page", page),
    ("html", html),
    ("json", json),
    ("workbook", workbook),
    ("expression", expression),
    ("rules", rules),
    ("snapshot", snapshot),
    ("diff", compare),
    ("article", article),
    #[cfg(feature = "parquet")]
    ("frame", frame),
];

/// Checks bytes as a file of a form, and writes the outcome in every format.
fn checked(name: &str, bytes: &[u8], format: Format, rules: &[Dataset], options: &Options) {
    let Ok(document) = source::decode(name, bytes.to_vec()) else { return };
    let Ok(loaded) = check::load(Arc::new(document), format, rules, options) else { return };
    let Ok(outcome) = check::check(vec![loaded], rules, &[], options) else { return };
    for (_, format) in Report::WORDS {
        format.write(&outcome, Look::default(), &mut Vec::new()).expect("a buffer takes all");
    }
}

/// Half of the inputs are claimed by their shape, half by the user.
fn claimed(bytes: &[u8]) -> Options {
    Options { dataset: bytes.len().is_multiple_of(2).then(|| "city-crime".to_owned()), ..Options::default() }
}

/// Checks a delimited file with the shipped rules.
pub(crate) fn delimited(bytes: &[u8]) {
    checked("fuzz", bytes, Format::Delimited, &*RULES, &claimed(bytes));
}

/// Checks a page with the shipped rules.
pub(crate) fn page(bytes: &[u8]) {
    checked("fuzz", bytes, Format::Page, &*RULES, &claimed(bytes));
}

/// Checks a web page.
pub(crate) fn html(bytes: &[u8]) {
    checked("fuzz.html", bytes, Format::Html, &[], &Options { seen: true, ..Options::default() });
}

/// Checks JSON.
pub(crate) fn json(bytes: &[u8]) {
    checked("fuzz.json", bytes, Format::Json, &[], &Options { seen: true, ..Options::default() });
}

/// Reads a workbook of any kind. Run it under a limit of memory: the reader of XLS
/// files takes as much as they claim to hold.
pub(crate) fn workbook(bytes: &[u8]) {
    if let Ok(document) = source::decode("t.xlsx", bytes.to_vec()) {
        let _ = Format::Workbook.read(&document, &Hints::default());
    }
}

/// Judges an expression.
pub(crate) fn expression(bytes: &[u8]) {
    const ROWS: &str = "row,when,a,b,c\nx,2020-01-31,1,2.50,-3\ny,,\"4,477\",..,12\n\
        z,2021-02-28,,0,99999999999999999999999999999999999999\n";
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let text = text.replace(['\\', '"', '\n', '\r'], " ");
    let rules = format!(
        "crossfoot = 1\ndataset = \"d\"\n[tables.t]\nkey = [\"row\"]\n\
         columns = {{ row = \"label\", when = \"date\", a = \"amount\", b = \"amount\", c = \"amount\" }}\n\
         [[rules]]\nname = \"r\"\nexpect = \"{text}\"\n"
    );
    let read = |_: &str| Ok(Vec::new());
    let Ok(dataset) = crossfoot::rules::load("rules.toml", &rules, &read) else { return };
    let document = source::decode("fuzz.csv", ROWS.into()).expect("it is ours");
    let datasets = [dataset];
    let loaded = check::load(Arc::new(document), Format::Delimited, &datasets, &Options::default());
    drop(check::check(vec![loaded.expect("it is ours")], &datasets, &[], &Options::default()));
}

/// Reads a rule file.
pub(crate) fn rules(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let read = |_: &str| Ok(b"code\nA\nB\n".to_vec());
    drop(crossfoot::rules::load("rules.toml", text, &read));
}

/// Opens a snapshot.
pub(crate) fn snapshot(bytes: &[u8]) {
    drop(crossfoot::snapshot::open("fuzz.snap", bytes, &[]));
}

fn tables(text: &str) -> Option<Vec<Table>> {
    let document = source::decode("fuzz.csv", text.as_bytes().to_vec()).ok()?;
    let loaded = check::load(Arc::new(document), Format::Delimited, &[], &Options::default()).ok()?;
    Some(loaded.into_tables())
}

/// Compares two tables with a form feed between them: the patch of their difference gives the new one.
pub(crate) fn compare(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (old, new) = text.split_once('\u{c}').unwrap_or((text, ""));
    let (Some(old), Some(new)) = (tables(old), tables(new)) else { return };
    let side = || Side::default();
    let found = diff::diff((side(), &old), (side(), &new), &diff::Options::default()).expect("no key is declared");
    let made = diff::patch(&diff::plain(&old), &found).expect("it is of these");
    assert_eq!(diff::csv(&made), diff::csv(&diff::plain(&new)));
    drop(diff::merge(&old, &new, &old, &diff::Options::default()).expect("no key is declared"));
}

/// Checks a draft beside a table, as each form of draft.
pub(crate) fn article(bytes: &[u8]) {
    let Ok(document) = source::decode("fuzz", bytes.to_vec()) else { return };
    let document = Arc::new(document);
    let formats = if document.sheets.is_empty() { &[Format::Page, Format::Html][..] } else { &[Format::Workbook][..] };
    for &format in formats {
        let draft = Draft { document: Arc::clone(&document), format, written: Some(jiff::civil::date(2005, 3, 2)) };
        let Ok((article, outcome)) = check::article(&draft, &*TABLE, &[], &[], &Options::default()) else { continue };
        for claim in article.claims.iter() {
            assert!(!document.slice(claim.mention.span).is_empty());
        }
        for (_, format) in ArticleFormat::WORDS {
            let written = format.write(&article, outcome.verdict(), Look::default(), &mut Vec::new());
            written.expect("a buffer takes all");
        }
        for format in [Report::Html, Report::Text] {
            format.write(&outcome, Look::default(), &mut Vec::new()).expect("a buffer takes all");
        }
    }
}

/// Checks a table in memory: two bytes a cell, of columns whose types the first byte draws.
#[cfg(feature = "parquet")]
pub(crate) fn frame(bytes: &[u8]) {
    use arrow_array::{RecordBatch, RecordBatchOptions};

    let Some((&shape, cells)) = bytes.split_first() else { return };
    let (width, slice) = (usize::from(shape % 4) + 1, usize::from(shape / 16) + 1);
    let rows = (cells.len() / 2 / width).min(64);
    let headings = ["crime", "total", "solved", "day"];
    let columns = headings.iter().zip(0..width).map(|(&heading, at)| {
        let own: Vec<[u8; 2]> =
            (0..rows).map(|row| 2 * (row * width + at)).map(|it| [cells[it], cells[it + 1]]).collect();
        (heading, column(usize::from(shape) / 4 + at, &own), true)
    });
    let Ok(all) = RecordBatch::try_from_iter_with_nullable(columns) else { return };
    let mut batches: Vec<RecordBatch> =
        (0..rows).step_by(slice).map(|at| all.slice(at, slice.min(rows - at))).collect();
    if shape % 3 == 0 {
        let none = RecordBatchOptions::new().with_row_count(Some(0));
        batches.extend(RecordBatch::try_new_with_options(all.schema(), all.slice(0, 0).columns().to_vec(), &none));
    }
    let frame = source::Frame::new("fuzz.csv", &all.schema(), &batches).expect("its columns hold cells");
    let (options, limits) = (claimed(bytes), check::stream::Limits { chunk: 1, memory: 1 << 20 });
    let Ok(Ok(loaded)) = check::stream::load(&frame, "fuzz.csv", &*RULES, &options, &|_| false, limits) else { return };
    let Ok(outcome) = check::check(vec![loaded], &*RULES, &[], &options) else { return };
    for (_, format) in Report::WORDS {
        format.write(&outcome, Look::default(), &mut Vec::new()).expect("a buffer takes all");
    }
}

/// A column of one of ten types; a cell whose first byte is a multiple of seven is null.
#[cfg(feature = "parquet")]
fn column(kind: usize, cells: &[[u8; 2]]) -> arrow_array::ArrayRef {
    use arrow_array::{
        BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array,
        StringViewArray, TimestampMillisecondArray, UInt64Array, types::Int32Type,
    };

    let number = |it: &[u8; 2]| (!it[0].is_multiple_of(7)).then(|| i64::from(i16::from_le_bytes(*it)));
    let text = |it: &[u8; 2]| number(it).map(|_| String::from_utf8_lossy(it).into_owned());
    let float = |it: &[u8; 2]| number(it).map(|_| f64::from_bits(u64::from(it[1]) << 52 | 0x4d));
    let day = |it: &[u8; 2]| number(it).map(|_| i32::from(it[1]) << (it[0] % 24));
    let numbers = || cells.iter().map(number);
    let texts: Vec<Option<String>> = cells.iter().map(text).collect();
    let texts = || texts.iter().map(Option::as_deref);
    match kind % 10 {
        0 => Arc::new(numbers().map(|it| it.map(|it| it << (it & 0x2f))).collect::<Int64Array>()),
        1 => Arc::new(numbers().map(|it| it.map(i64::cast_unsigned)).collect::<UInt64Array>()),
        2 => Arc::new(cells.iter().map(float).collect::<Float64Array>()),
        3 => Arc::new(numbers().map(|it| it.map(i128::from)).collect::<Decimal128Array>()),
        4 => Arc::new(cells.iter().map(day).collect::<Date32Array>()),
        5 => Arc::new(numbers().map(|it| it.map(|it| it > 0)).collect::<BooleanArray>()),
        6 => Arc::new(texts().collect::<StringViewArray>()),
        7 => Arc::new(texts().collect::<DictionaryArray<Int32Type>>()),
        8 => Arc::new(numbers().map(|it| it.map(|it| it << 40)).collect::<TimestampMillisecondArray>()),
        _ => Arc::new(cells.iter().map(|it| number(it).map(|_| it)).collect::<BinaryArray>()),
    }
}
