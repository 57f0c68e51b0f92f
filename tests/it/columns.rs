//! Parquet and Arrow files: the same findings as those of the CSV file that says the same.

use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Decimal128Array, DictionaryArray, Int64Array, RecordBatch, StringArray};
use crossfoot::check;
use crossfoot::check::stream::{self, Limits};
use crossfoot::rules::Dataset;
use parquet::basic::{Compression, Encoding};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, FixedLenByteArrayType, Int32Type, Int64Type};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

pub(crate) const LIMITS: Limits = Limits { chunk: 1, memory: 1 << 30 };

use crate::large::{Bytes, dataset, options, told};
use crate::support::{Folder, crossfoot, crossfoot_with};

pub(crate) const RULES: &str = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"t.*\"]\n[tables.t.columns]\n\
    id = \"count\"\npart = \"integer\"\nn = { type = \"amount\", blank = false }\nday = \"date\"\nlate = \"date\"\n\
    code = \"text\"\nnote = { type = \"text\", blank = false }\nloose = \"amount\"\nspare = \"count\"\nmore = \"text\"\n\
    [[rules]]\nname = \"limits\"\nrange = { columns = [\"n\"], min = \"0.5\", max = 50 }\n\
    [[rules]]\nname = \"less\"\nexpect = \"n < 40.25 AND part >= -3 AND loose < n AND (n - part * 2 > -9 OR late = day)\"\n\
    [[rules]]\nname = \"days\"\nexpect = \"day <= late AND day >= DATE '1999-01-01'\"\n\
    [[rules]]\nname = \"codes\"\ncodes = { column = \"code\", values = [\"R\", \"A b\"] }\n\
    [[rules]]\nname = \"once\"\nunique = [\"id\", \"part\"]\n";

const SCHEMA: &str = "message t { optional int64 id; required int32 part; \
    optional fixed_len_byte_array(5) n (decimal(9, 2)); optional int32 day (date); optional int32 late (date); \
    optional binary code (string); optional binary note (string); optional binary loose (string); \
    optional int64 spare; optional binary more (string); }";

/// A row as it is written, its decimals in hundredths and its days from 1970 on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) id: Option<i64>,
    pub(crate) part: i32,
    pub(crate) n: Option<i64>,
    pub(crate) day: Option<i32>,
    pub(crate) late: Option<i32>,
    pub(crate) code: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) loose: Option<String>,
    pub(crate) spare: Option<i64>,
    pub(crate) more: Option<String>,
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    pub(crate) group: usize,
    pub(crate) page: usize,
    pub(crate) dictionary: bool,
    pub(crate) version: WriterVersion,
    pub(crate) statistics: bool,
    pub(crate) compression: Compression,
    /// Numbers as differences, texts with their lengths apart.
    pub(crate) packed: bool,
}

pub(crate) const PLAIN: Form = Form {
    group: 16,
    page: 7,
    dictionary: true,
    version: WriterVersion::PARQUET_1_0,
    statistics: true,
    compression: Compression::SNAPPY,
    packed: false,
};

fn day(days: i32) -> String {
    jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(days)).to_string()
}

pub(crate) fn csv(rows: &[Row]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "part", "n", "day", "late", "code", "note", "loose", "spare", "more"]).unwrap();
    for it in rows {
        let number = |it: Option<i64>| it.map_or(String::new(), |it| it.to_string());
        let text = |it: &Option<String>| it.clone().unwrap_or_default();
        let hundredths = |it: i64| format!("{}{}.{:02}", if it < 0 { "-" } else { "" }, it.abs() / 100, it.abs() % 100);
        let cells = [
            number(it.id),
            it.part.to_string(),
            it.n.map_or(String::new(), hundredths),
            it.day.map_or(String::new(), day),
            it.late.map_or(String::new(), day),
            text(&it.code),
            text(&it.note),
            text(&it.loose),
            number(it.spare),
            text(&it.more),
        ];
        writer.write_record(cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn column<T: DataType>(group: &mut SerializedRowGroupWriter<'_, Vec<u8>>, values: &[Option<T::T>]) {
    let mut column = group.next_column().unwrap().unwrap();
    let levels: Vec<i16> = values.iter().map(|it| i16::from(it.is_some())).collect();
    let filled: Vec<T::T> = values.iter().flatten().cloned().collect();
    // No levels where all must be there.
    column.typed::<T>().write_batch(&filled, Some(&levels), None).unwrap();
    column.close().unwrap();
}

pub(crate) fn parquet(rows: &[Row], form: Form) -> Vec<u8> {
    let statistics = if form.statistics { EnabledStatistics::Page } else { EnabledStatistics::None };
    let mut properties = WriterProperties::builder()
        .set_writer_version(form.version)
        .set_dictionary_enabled(form.dictionary)
        .set_statistics_enabled(statistics)
        .set_data_page_row_count_limit(form.page)
        .set_write_batch_size(form.page)
        .set_compression(form.compression);
    if form.packed {
        properties = properties.set_dictionary_enabled(false);
        for name in ["id", "part", "day", "late", "spare"] {
            properties = properties.set_column_encoding(name.into(), Encoding::DELTA_BINARY_PACKED);
        }
        for name in ["code", "note", "loose", "more"] {
            properties = properties.set_column_encoding(name.into(), Encoding::DELTA_LENGTH_BYTE_ARRAY);
        }
    }
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build())).unwrap();
    for rows in rows.chunks(form.group) {
        let mut group = writer.next_row_group().unwrap();
        let texts = |of: fn(&Row) -> &Option<String>| -> Vec<Option<ByteArray>> {
            rows.iter().map(|it| of(it).as_deref().map(ByteArray::from)).collect()
        };
        let fixed = |it: i64| ByteArray::from(it.to_be_bytes()[3..].to_vec()).into();
        column::<Int64Type>(&mut group, &rows.iter().map(|it| it.id).collect::<Vec<_>>());
        column::<Int32Type>(&mut group, &rows.iter().map(|it| Some(it.part)).collect::<Vec<_>>());
        column::<FixedLenByteArrayType>(&mut group, &rows.iter().map(|it| it.n.map(fixed)).collect::<Vec<_>>());
        column::<Int32Type>(&mut group, &rows.iter().map(|it| it.day).collect::<Vec<_>>());
        column::<Int32Type>(&mut group, &rows.iter().map(|it| it.late).collect::<Vec<_>>());
        column::<ByteArrayType>(&mut group, &texts(|it| &it.code));
        column::<ByteArrayType>(&mut group, &texts(|it| &it.note));
        column::<ByteArrayType>(&mut group, &texts(|it| &it.loose));
        column::<Int64Type>(&mut group, &rows.iter().map(|it| it.spare).collect::<Vec<_>>());
        column::<ByteArrayType>(&mut group, &texts(|it| &it.more));
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

pub(crate) fn whole(datasets: &[Dataset], bytes: Vec<u8>) -> String {
    let document = crossfoot::source::decode("t.csv", bytes).unwrap();
    let format = crossfoot::source::Format::Delimited;
    let loaded = check::load(document.into(), format, datasets, &options()).unwrap();
    told(&check::check(vec![loaded], datasets, &[], &options()).unwrap())
}

/// What a file read in parts comes to; none where it has to be read as a whole.
fn in_parts(datasets: &[Dataset], bytes: Vec<u8>) -> Option<String> {
    let loaded = stream::load(&Bytes(bytes), "t.csv", datasets, &options(), &|_| false, LIMITS).unwrap().ok()?;
    Some(told(&check::check(vec![loaded], datasets, &[], &options()).unwrap()))
}

/// Rows that are in order.
pub(crate) fn sound(count: i64) -> Vec<Row> {
    let row = |it: i64| Row {
        id: Some(it * 10),
        part: 1,
        n: Some(it % 30 * 100 + 125),
        day: Some(11_300),
        late: Some(11_301),
        code: Some("R".to_owned()),
        note: Some("a, b".to_owned()),
        loose: Some("0.5".to_owned()),
        spare: (it % 3 > 0).then_some(it),
        more: (it % 5 > 0).then(|| "x".to_owned()),
    };
    (0..count).map(row).collect()
}

fn text(plain: &'static str) -> impl Strategy<Value = Option<String>> {
    let odd = "| *7 *|1,5|n/a|\\.\\.|-?[0-9]{1,3}(\\.[0-9]{1,2})?|é|[a-z \",]{0,3}| ";
    prop_oneof![14 => plain.prop_map(Some), 1 => Just(None), 1 => odd.prop_map(Some)]
}

pub(crate) fn row() -> impl Strategy<Value = Row> {
    let mostly = |it: std::ops::Range<i64>| prop_oneof![14 => it.prop_map(Some), 1 => Just(None)];
    let days =
        |it: std::ops::Range<i32>| prop_oneof![14 => it.prop_map(Some), 1 => Just(None), 1 => Just(Some(-800_000))];
    (
        (mostly(0..1_000), -4..4_i32, mostly(30..5_100), days(10_600..11_400), days(11_390..11_700)),
        (text("R|A b|r"), text("[a-z]{1,4}|x y"), text("0\\.[1-9]|[0-9]{1,2}"), mostly(-1..90), text("[a-z]{0,2}")),
    )
        .prop_map(|((id, part, n, day, late), (code, note, loose, spare, more))| Row {
            id,
            part,
            n,
            day,
            late,
            code,
            note,
            loose,
            spare,
            more,
        })
}

fn form() -> impl Strategy<Value = Form> {
    let packings = [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::LZ4_RAW];
    (1..50_usize, 1..20_usize, any::<[bool; 3]>(), proptest::sample::select(packings.to_vec()), 0..5).prop_map(
        |(group, page, [dictionary, newer, statistics], compression, packed)| Form {
            group,
            page,
            dictionary,
            version: if newer { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 },
            statistics,
            compression,
            packed: packed == 0,
        },
    )
}

proptest! {
    // What is drawn of rules is in `differential`; this draws packings.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn parquet_files_have_the_findings_of_their_csv_twins(
        rows in proptest::collection::vec(row(), 0..40),
        form in form(),
        threads in 1_usize..5,
    ) {
        let rows = [sound(60), rows].concat();
        let datasets = dataset(RULES);
        let twin = whole(&datasets, csv(&rows).into_bytes());
        let bytes = parquet(&rows, form);
        prop_assert_eq!(&whole(&datasets, bytes.clone()), &twin, "read as a whole: {:?}", form);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let parts = pool.install(|| in_parts(&datasets, bytes)).expect("its rules see one row each");
        prop_assert_eq!(&parts, &twin, "read in parts: {:?}", form);
    }
}

#[test]
fn all_packings_say_the_same() {
    let datasets = dataset(RULES);
    let rows = sound(50);
    let twin = whole(&datasets, csv(&rows).into_bytes());
    for compression in [
        Compression::GZIP(parquet::basic::GzipLevel::default()),
        Compression::ZSTD(parquet::basic::ZstdLevel::default()),
        Compression::BROTLI(parquet::basic::BrotliLevel::default()),
        Compression::LZ4_RAW,
        Compression::SNAPPY,
    ] {
        let bytes = parquet(&rows, Form { compression, version: WriterVersion::PARQUET_2_0, ..PLAIN });
        assert_eq!(in_parts(&datasets, bytes.clone()).expect("it is plain enough"), twin, "{compression}");
        assert_eq!(whole(&datasets, bytes), twin, "{compression}");
    }
}

#[test]
fn a_declared_decimal_comma_is_for_texts_only() {
    let rules = RULES.replace(
        "[tables.t.columns]",
        "[tables.t]\nstyle = { thousands = \".\", decimal = \",\" }\n[tables.t.columns]",
    );
    let datasets = dataset(&rules);
    for loose in ["0.5", "1"] {
        let rows: Vec<Row> = sound(60).into_iter().map(|it| Row { loose: Some(loose.to_owned()), ..it }).collect();
        let whole = whole(&datasets, parquet(&rows, PLAIN));
        assert!(whole.contains("\"fails\": 0"), "{whole}");
        assert!(!whole.contains("expected a number"), "{whole}");
        assert!(in_parts(&datasets, parquet(&rows, PLAIN)).is_none_or(|it| it == whole), "{loose}");
    }
}

#[test]
fn keys_of_rows_far_apart_are_found() {
    let datasets = dataset(RULES);
    let mut rows = sound(100);
    rows[90].id = Some(30);
    rows[50].id = rows[49].id;
    let parts = in_parts(&datasets, parquet(&rows, PLAIN)).expect("it is plain enough");
    assert_eq!(parts, whole(&datasets, csv(&rows).into_bytes()));
    let found: serde_json::Value = serde_json::from_str(&parts).unwrap();
    let lines = |it: &serde_json::Value| {
        it["places"].as_array().unwrap().iter().map(|it| it["line"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let once = found["findings"].as_array().unwrap().iter().filter(|it| it["rule"] == "once").map(lines);
    assert_eq!(once.collect::<Vec<_>>(), [[52, 51], [92, 5]]);
}

#[test]
fn keys_in_no_order_are_found() {
    let datasets = dataset(RULES);
    let mut rows = sound(900);
    for at in 0..rows.len() {
        rows.swap(at, at * 7_919 % 900);
    }
    rows[700].id = rows[3].id;
    rows[701].id = rows[700].id;
    rows[500].id = None;
    for group in [16, 300, 2_000] {
        let parts = in_parts(&datasets, parquet(&rows, Form { group, ..PLAIN })).expect("it is plain enough");
        assert_eq!(parts, whole(&datasets, csv(&rows).into_bytes()), "groups of {group}");
        assert!(parts.contains("\"line\": 702") || parts.contains("\"line\":702"), "{parts}");
    }
}

#[test]
fn a_row_is_one_line_whatever_line_breaks_it_holds() {
    let datasets = dataset(RULES);
    let mut rows = sound(40);
    rows[3].note = Some("two\nlines".to_owned());
    rows[5].note = Some("three\r\n\nlines".to_owned());
    rows[5].n = Some(9_900);
    rows[20].n = Some(9_900);
    let bytes = parquet(&rows, PLAIN);
    let parts = in_parts(&datasets, bytes.clone()).expect("it is plain enough");
    assert_eq!(parts, whole(&datasets, bytes));
    let found: serde_json::Value = serde_json::from_str(&parts).unwrap();
    let limits = found["findings"].as_array().unwrap().iter().filter(|it| it["rule"] == "limits");
    assert_eq!(limits.map(|it| it["places"][0]["line"].as_u64().unwrap()).collect::<Vec<_>>(), [7, 22]);
}

#[test]
fn notes_at_the_end_are_no_rows_in_parts_either() {
    let rules =
        "crossfoot = 1\ndataset = \"d\"\nfiles = [\"t.*\"]\n[tables.t.columns]\nname = \"text\"\nn = \"count\"\n";
    let schema = "message t { optional binary name (string); optional int64 n; }";
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(parse_message_type(schema).unwrap()), Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    // More than what is read to tell the form of a file.
    let mut names: Vec<String> = (0..15_000).map(|it| format!("Area {it} of very many")).collect();
    let mut numbers: Vec<Option<i64>> = (0..15_000).map(Some).collect();
    names.extend(["Source: the office".to_owned(), String::new()]);
    numbers.extend([None, None]);
    let null_if_empty = |it: &String| Some(it.as_str()).filter(|it| !it.is_empty()).map(ByteArray::from);
    column::<ByteArrayType>(&mut group, &names.iter().map(null_if_empty).collect::<Vec<_>>());
    column::<Int64Type>(&mut group, &numbers);
    group.close().unwrap();
    let bytes = writer.into_inner().unwrap();
    let number = |it: &Option<i64>| it.map_or(String::new(), |it| it.to_string());
    let rows = names.iter().zip(&numbers).map(|it| format!("{},{}\n", it.0, number(it.1)));
    let twin = format!("name,n\n{}", rows.collect::<String>());
    let datasets = dataset(rules);
    let twin = whole(&datasets, twin.into_bytes());
    assert!(twin.contains("\"rows\": 15000"), "{twin}");
    assert_eq!(whole(&datasets, bytes.clone()), twin);
    assert_eq!(in_parts(&datasets, bytes).expect("it is plain enough"), twin);
}

#[test]
fn damaged_files_are_errors_and_never_a_panic() {
    let datasets = dataset(RULES);
    let bytes = parquet(&sound(40), PLAIN);
    let tried = |bytes: Vec<u8>| {
        let whole = crossfoot::source::decode("t.parquet", bytes.clone()).map(drop);
        let parts = stream::load(&Bytes(bytes), "t.parquet", &datasets, &options(), &|_| false, LIMITS).map(drop);
        (whole, parts)
    };
    for end in (4..bytes.len()).step_by(101) {
        assert!(tried(bytes[..end].to_vec()).0.is_err(), "cut at {end}");
    }
    let mut broken = 0;
    for at in (4..bytes.len() - 8).step_by(17) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x5a;
        broken += usize::from(tried(bytes).0.is_err());
    }
    assert!(broken > 10, "{broken}");
    let error = tried(bytes[..bytes.len() / 2].to_vec()).0.unwrap_err();
    assert!(error.to_string().starts_with("t.parquet: could not be read as a Parquet file: "), "{error}");
}

#[test]
fn lists_are_an_error_and_fields_of_structures_are_columns() {
    let write = |schema: &str, fill: &dyn Fn(&mut SerializedRowGroupWriter<'_, Vec<u8>>)| {
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
        let mut group = writer.next_row_group().unwrap();
        fill(&mut group);
        group.close().unwrap();
        crossfoot::source::decode("t.parquet", writer.into_inner().unwrap())
    };
    let lists = write(
        "message t { required int32 a; optional group tags (list) { repeated group list { optional int32 element; } } }",
        &|group| {
            column::<Int32Type>(group, &[Some(1)]);
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<Int32Type>().write_batch(&[7], Some(&[3]), Some(&[0])).unwrap();
            column.close().unwrap();
        },
    );
    assert_eq!(
        lists.unwrap_err().to_string(),
        "t.parquet: expected one value per cell, but column \"tags\" holds lists"
    );
    let fields = write("message t { optional int32 a; optional group b { optional int32 c; } }", &|group| {
        column::<Int32Type>(group, &[Some(1), None]);
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int32Type>().write_batch(&[5], Some(&[2, 0]), None).unwrap();
        column.close().unwrap();
    });
    assert_eq!(fields.unwrap().text, "a,b.c\n1,5\n,\n");
}

fn batch() -> RecordBatch {
    let n = Decimal128Array::from(vec![Some(1_250), None, Some(-5)]).with_precision_and_scale(9, 2).unwrap();
    let code: DictionaryArray<arrow_array::types::Int32Type> =
        vec![Some("R"), Some("a, b"), None].into_iter().collect();
    let columns: [(&str, ArrayRef); 5] = [
        ("id", Arc::new(Int64Array::from(vec![Some(1), Some(2), None]))),
        ("n", Arc::new(n)),
        ("day", Arc::new(Date32Array::from(vec![Some(11_000), None, Some(0)]))),
        ("code", Arc::new(code)),
        ("note", Arc::new(StringArray::from(vec![Some("say \"x\""), Some("two\nlines"), Some("")]))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

const BATCH: &str =
    "id,n,day,code,note\n1,12.50,2000-02-13,R,\"say \"\"x\"\"\"\n2,,,\"a, b\",\"two\nlines\"\n,-0.05,1970-01-01,,\n";

#[test]
fn arrow_files_and_streams_are_read_packed_or_not() {
    let batch = batch();
    for packing in [None, Some(arrow_ipc::CompressionType::LZ4_FRAME), Some(arrow_ipc::CompressionType::ZSTD)] {
        let options = arrow_ipc::writer::IpcWriteOptions::default().try_with_compression(packing).unwrap();
        let mut file =
            arrow_ipc::writer::FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options.clone()).unwrap();
        file.write(&batch).unwrap();
        let file = file.into_inner().unwrap();
        let mut stream =
            arrow_ipc::writer::StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), options).unwrap();
        stream.write(&batch).unwrap();
        stream.write(&batch).unwrap();
        let stream = stream.into_inner().unwrap();
        assert_eq!(crossfoot::source::decode("t.arrow", file.clone()).unwrap().text, BATCH);
        let twice = format!("{BATCH}{}", BATCH.split_once('\n').unwrap().1);
        assert_eq!(crossfoot::source::decode("t", stream.clone()).unwrap().text, twice);
        for end in (8..file.len()).step_by(11) {
            assert!(crossfoot::source::decode("t.arrow", file[..end].to_vec()).is_err(), "cut at {end}");
        }
        for at in (8..stream.len()).step_by(3) {
            let mut stream = stream.clone();
            stream[at] ^= 0x5a;
            drop(crossfoot::source::decode("t.arrow", stream));
        }
    }
}

#[test]
fn commands_read_columns_from_files_and_standard_input() {
    let folder = Folder::new("columns");
    let mut rows = sound(20);
    rows[7].n = Some(9_900);
    let bytes = parquet(&rows, PLAIN);
    folder.write("in/t.parquet", &bytes);
    folder.write("rules/d.toml", RULES);
    let checked = crossfoot(&folder, &["check", "in", "-o", "concise"]);
    assert!(checked.stdout.starts_with("in/t.parquet:9:"), "{}{}", checked.stdout, checked.stderr);
    assert_eq!(checked.code, 1);
    let piped = crossfoot_with(&folder, &["check", "-", "--dataset", "d", "-o", "concise"], &bytes);
    assert!(piped.stdout.starts_with("<stdin>:9:"), "{}{}", piped.stdout, piped.stderr);
    let extracted = crossfoot(&folder, &["extract", "in/t.parquet", "-o", "csv"]);
    assert!(extracted.stdout.contains("\n70,1,99.00,"), "{}{}", extracted.stdout, extracted.stderr);
    rows[3].part = 2;
    folder.write("new.parquet", parquet(&rows, PLAIN));
    let diff = crossfoot(&folder, &["diff", "in/t.parquet", "new.parquet", "-o", "json"]);
    assert!(diff.stdout.contains("crossfoot-diff") && diff.code == 1, "{}{}", diff.stdout, diff.stderr);
    folder.write("cut.parquet", &bytes[..bytes.len() - 9]);
    let cut = crossfoot(&folder, &["check", "cut.parquet"]);
    assert!(cut.stderr.contains("cut.parquet: could not be read as a Parquet file"), "{}", cut.stderr);
    assert_eq!(cut.code, 2);
}

#[test]
fn what_a_file_follows_by_itself_is_found_in_parts() {
    let any = |seed: i64| (seed * 7_919 + 13) * 104_729 % 9_973;
    let row = |at: i64| Row {
        id: Some(any(at)),
        part: i32::try_from(any(at + 50_000)).unwrap(),
        spare: Some(any(at) + any(at + 50_000)),
        note: Some("x".to_owned()),
        ..Row::default()
    };
    let mut rows: Vec<Row> = (0..9_000).map(row).collect();
    rows[7_500].spare = rows[7_500].spare.map(|it| it + 100);
    rows[30].id = None;
    for group in [500, 4_000, 9_000] {
        let bytes = parquet(&rows, Form { group, page: 300, ..PLAIN });
        let options = check::Options::default();
        let loaded = stream::load(&Bytes(bytes), "t.csv", &[], &options, &|_| false, LIMITS).unwrap().ok();
        let outcome = check::check(vec![loaded.expect("it is plain enough")], &[], &[], &options).unwrap();
        let found = outcome.findings.iter().filter(|it| it.rule == "follows");
        let mut found: Vec<_> = found.map(|it| (it.places[0].line, it.message.contains("8,998 of 9,000"))).collect();
        found.sort_unstable();
        assert_eq!(found, [(32, true), (7_502, true)], "{group}: {:?}", outcome.findings);
    }
}
