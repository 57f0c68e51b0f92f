//! The ways to judge a table, and what each comes to.

use crossfoot::Result;
use crossfoot::check::stream::{self, Limits};
use crossfoot::check::{self, Loaded, Options};
use crossfoot::rules::Dataset;
use crossfoot::source::Format;
use proptest::prelude::*;

use super::cells::{Form, Tables};
use super::sheet::Lines;
use crate::large::told;

/// An engine, with what must not change what it comes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Engine {
    kind: Kind,
    threads: usize,
    /// Bytes that are read at once, and bytes of memory for keys.
    chunk: u64,
    memory: u64,
    /// Whether the second file is read in parts, too.
    second: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Read as a whole, on so many threads.
    Memory,
    Delimited,
    Json(super::json::Print),
    Sheet(super::sheet::Book),
    #[cfg(feature = "parquet")]
    Parquet(super::columns::Layout),
}

/// Memory, and the engines of delimited text and of columns.
pub(super) fn engines() -> impl Strategy<Value = Engine> {
    of_kinds(kinds())
}

/// Those of records of JSON and of sheets.
pub(super) fn others() -> impl Strategy<Value = Engine> {
    of_kinds(prop_oneof![super::json::prints().prop_map(Kind::Json), super::sheet::books().prop_map(Kind::Sheet),])
}

fn of_kinds(kinds: impl Strategy<Value = Kind>) -> impl Strategy<Value = Engine> {
    let chunk = prop_oneof![1_u64..64, 64_u64..4_096, 4_096_u64..1 << 20];
    let memory = prop_oneof![1_u64 << 10..1 << 14, Just(1 << 30)];
    (kinds, 1_usize..5, chunk, memory, any::<bool>()).prop_map(|(kind, threads, chunk, memory, second)| Engine {
        kind,
        threads,
        chunk,
        memory,
        second,
    })
}

#[cfg(not(feature = "parquet"))]
fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![1 => Just(Kind::Memory), 9 => Just(Kind::Delimited)]
}

#[cfg(feature = "parquet")]
fn kinds() -> impl Strategy<Value = Kind> {
    let columns = super::columns::layouts().prop_map(Kind::Parquet);
    prop_oneof![1 => Just(Kind::Memory), 9 => Just(Kind::Delimited), 4 => columns]
}

impl Engine {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self.kind {
            Kind::Memory => "memory",
            Kind::Delimited => "delimited",
            Kind::Json(_) => "json",
            Kind::Sheet(_) => "sheet",
            #[cfg(feature = "parquet")]
            Kind::Parquet(_) => "parquet",
        }
    }

    /// Whether it reads columns.
    pub(super) fn is_of_columns(self) -> bool {
        !matches!(self.kind, Kind::Memory | Kind::Delimited | Kind::Json(_) | Kind::Sheet(_))
    }

    /// What the engine comes to; none where it takes no such plan.
    pub(super) fn judge(self, datasets: &[Dataset], form: &Form, tables: &Tables, most: usize) -> Option<String> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads).build().unwrap();
        pool.install(|| {
            let files = files(self.first(form, tables), datasets, form, tables);
            let is_read_in_parts = [self.kind != Kind::Memory, self.second];
            let parts: Vec<Lines> = files.iter().map(|it| Lines::of(it.1.clone())).collect();
            let limits = Limits { chunk: self.chunk, memory: self.memory };
            let (mut begun, mut held) = (Vec::new(), Vec::new());
            for (at, (name, bytes)) in files.iter().enumerate() {
                let begin = || stream::begin(&parts[at], name, datasets, &options(most), &|_| false, limits);
                match is_read_in_parts[at].then(begin) {
                    Some(Err(it)) => return Some(it.to_string()),
                    Some(Ok(Ok(it))) => begun.push(it),
                    // What is told of the first file is compared only where its engine takes it.
                    Some(Ok(Err(_))) if at == 0 => return None,
                    _ => match whole(name, bytes.clone(), datasets, most) {
                        Ok(it) => held.push(it),
                        Err(it) => return Some(it.to_string()),
                    },
                }
            }
            let done = match stream::finish(begun, &mut held) {
                Ok(it) => it.into_iter().map(Result::ok).collect::<Option<Vec<Loaded>>>()?,
                Err(it) => return Some(it.to_string()),
            };
            held.extend(done);
            Some(outcome(held, datasets, most))
        })
    }

    /// What memory comes to, on the same bytes.
    pub(super) fn oracle(self, datasets: &[Dataset], form: &Form, tables: &Tables, most: usize) -> String {
        let files = files(self.first(form, tables), datasets, form, tables);
        let loaded = files.into_iter().map(|(name, bytes)| whole(name, bytes, datasets, most));
        match loaded.collect::<Result<Vec<Loaded>>>() {
            Ok(loaded) => outcome(loaded, datasets, most),
            Err(it) => it.to_string(),
        }
    }

    /// The first file: its name, and its bytes.
    fn first(self, form: &Form, tables: &Tables) -> (&'static str, Vec<u8>) {
        match self.kind {
            Kind::Memory | Kind::Delimited => ("t.csv", tables.text(form).into_bytes()),
            Kind::Json(print) => ("t.ndjson", print.written(form, tables)),
            Kind::Sheet(book) => ("t.xlsx", book.written(form, tables)),
            #[cfg(feature = "parquet")]
            Kind::Parquet(layout) => ("t.csv", super::columns::written(form, tables, layout)),
        }
    }
}

/// Findings are bounded, so that rules which fail in every row cost little; and
/// no repairs are looked for, which are not compared.
fn options(most: usize) -> Options {
    Options { max_findings: most, repairs: false, ..crate::large::options() }
}

fn whole(name: &str, bytes: Vec<u8>, datasets: &[Dataset], most: usize) -> Result<Loaded> {
    let document = crossfoot::source::decode(name, bytes).unwrap();
    let format = match name.rsplit_once('.').unwrap().1 {
        "ndjson" => Format::Json,
        "xlsx" => Format::Workbook,
        _ => Format::Delimited,
    };
    check::load(document.into(), format, datasets, &options(most))
}

/// The files of a draw; the second where a rule reads it.
fn files(
    first: (&'static str, Vec<u8>),
    datasets: &[Dataset],
    form: &Form,
    tables: &Tables,
) -> Vec<(&'static str, Vec<u8>)> {
    let second = (datasets[0].tables.len() > 1).then(|| ("u.csv", tables.second_text(form).into_bytes()));
    [first].into_iter().chain(second).collect()
}

fn outcome(loaded: Vec<Loaded>, datasets: &[Dataset], most: usize) -> String {
    match check::check(loaded, datasets, &[], &options(most)) {
        Ok(it) => told(&it),
        Err(it) => it.to_string(),
    }
}
