//! What a large file costs, piece by piece: `cargo bench --bench large`.
//!
//! Prints nanoseconds a row and megabytes a second for splitting cells (the
//! csv and simd-csv crates), for reading figures, and for checking a file in
//! parts without rules, with rules, and with keys in no order. Run by hand;
//! nothing asserts a time.

use std::io;
use std::time::Instant;

use crossfoot::check::stream::{self, Limits};
use crossfoot::check::{self, Options};
use crossfoot::rules::Dataset;
use crossfoot::source::Parts;
use crossfoot::table::{NumberStyle, read_figure};

const ROWS: u32 = 400_000;

const COLUMNS: &str = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t.columns]\nid = \"count\"\n\
    part = \"count\"\nprice = \"amount\"\nday = \"date\"\nflag = \"text\"\nnote = \"text\"\n";
const RULES: &str = "[[rules]]\nname = \"price\"\nrange = { columns = [\"price\"], min = 1, max = 1000000 }\n\
    [[rules]]\nname = \"day\"\nexpect = \"day >= DATE '1992-01-01'\"\n\
    [[rules]]\nname = \"flag\"\ncodes = { column = \"flag\", values = [\"R\", \"A\", \"N\"] }\n";
const KEY: &str = "[[rules]]\nname = \"key\"\nunique = [\"id\", \"part\"]\n";
const NAMES: &str = "[[rules]]\nname = \"key\"\nunique = [\"id\", \"note\"]\n";

struct Held(Vec<u8>);

impl Parts for Held {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.0.len());
        let length = into.len().min(self.0.len() - start);
        into[..length].copy_from_slice(&self.0[start..start + length]);
        Ok(length)
    }
}

fn main() {
    let text = text();
    timed("csv: split into cells", &text, || {
        let mut reader = csv::ReaderBuilder::new().from_reader(text.as_slice());
        let mut record = csv::ByteRecord::new();
        let mut cells = 0;
        while reader.read_byte_record(&mut record).expect("the text is well formed") {
            cells += record.len();
        }
        cells
    });
    timed("simd-csv: split into cells", &text, || {
        let mut reader = simd_csv::Reader::from_reader(text.as_slice());
        let mut record = simd_csv::ByteRecord::new();
        let mut cells = 0;
        while reader.read_byte_record(&mut record).expect("the text is well formed") {
            cells += record.len();
        }
        cells
    });
    let prices: Vec<&str> = std::str::from_utf8(&text)
        .expect("it is ASCII")
        .lines()
        .skip(1)
        .filter_map(|it| it.split(',').nth(2))
        .collect();
    timed("read_figure: one a row", &text, || {
        prices.iter().filter(|it| read_figure(it, NumberStyle::ENGLISH, None).is_ok()).count()
    });
    let held = Held(text);
    for (name, rules) in [
        ("in parts: types alone", String::new()),
        ("in parts: three rules", RULES.to_owned()),
        ("in parts: three rules, rising key", format!("{RULES}{KEY}")),
        ("in parts: three rules, key by hash", format!("{RULES}{NAMES}")),
    ] {
        let rules = crossfoot::rules::load("d.toml", &format!("{COLUMNS}{rules}"), &|_| Ok(Vec::new()));
        let datasets = vec![rules.expect("the rules are right")];
        timed(name, &held.0, || checked(&held, &datasets));
    }
}

/// Checks the text in parts, on one thread; how many figures it has.
fn checked(held: &Held, datasets: &[Dataset]) -> usize {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread can be started");
    let limits = Limits { chunk: Limits::CHUNK_BYTES, memory: 1 << 30 };
    let load = || stream::load(held, "t.csv", datasets, &Options::default(), &|_| false, limits);
    let loaded = pool.install(load).expect("it can be read").expect("its form allows parts");
    check::check(vec![loaded], datasets, &[], &Options::default()).expect("it can be judged").inputs[0].figures
}

fn timed(name: &str, text: &[u8], run: impl Fn() -> usize) {
    const TIMES: u32 = 5;
    let mut best = f64::INFINITY;
    let mut result = 0;
    for _ in 0..TIMES {
        let started = Instant::now();
        result = run();
        best = best.min(started.elapsed().as_secs_f64());
    }
    let megabytes = u32::try_from(text.len() >> 10).map_or(f64::NAN, |it| f64::from(it) / 1024.0);
    println!("{name:<36} {:>8.1} ns a row {:>8.0} MB/s   ({result})", best * 1e9 / f64::from(ROWS), megabytes / best);
}

/// Rows of numbers, days, codes and quoted text, the same each time.
fn text() -> Vec<u8> {
    let mut text = b"id,part,price,day,flag,note\n".to_vec();
    let mut state: u32 = 1;
    for it in 0..ROWS {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (price, cents) = (state >> 14, state % 100);
        let day = format!("{}-{:02}-{:02}", 1992 + it % 7, state % 12 + 1, it % 28 + 1);
        let flag = ["R", "A", "N"][(state % 3) as usize];
        text.extend(
            format!("{},{},{}.{cents:02},{day},{flag},\"row {it}, {price}\"\n", it / 4, it % 4, price + 1).bytes(),
        );
    }
    text
}
