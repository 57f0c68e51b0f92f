//! Runs the fuzz targets on mutated fixtures, for toolchains without cargo-fuzz.
//!
//! `cargo run --example mutate -- SECONDS [TARGET...]` runs each target for so long,
//! from the same start each time, and prints how many inputs it tried and what
//! panicked or took longer than five seconds of a processor. Those inputs are kept in the folder
//! for temporary files. Build it without `--release`: sums that overflow panic then.
//! `CROSSFOOT_SEEDS=FOLDER` begins with the files of that folder, too.

#[path = "../../tests/it/draws.rs"]
#[expect(dead_code, reason = "the tests draw in other ways too")]
mod draws;
mod targets;

use std::io::{Cursor, Read as _, Write as _};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use draws::Draws;
use targets::{TARGETS, Target};

/// Inputs grow to so many bytes.
const BYTES_MAX: usize = 4_096;
const BOOK_BYTES_MAX: usize = 65_536;
const SLOW: Duration = Duration::from_secs(5);

/// What inputs are made of, beside those that are there.
const PIECES: [&str; 40] = [
    ",",
    ";",
    "\t",
    "|",
    "\"",
    "'",
    "\n",
    "\r\n",
    "\n\n",
    " ",
    "\u{a0}",
    "-",
    "+",
    "%",
    ".",
    ",,,,",
    "0",
    "-0",
    "1,234",
    "1.234,5",
    "99999999999999999999999999999999999999999",
    "1e308",
    "2019-02-29",
    "2020-W53",
    "Total",
    "..",
    "\u{feff}",
    "\u{0}",
    "\u{c}",
    "é",
    "\u{1F600}",
    "<td rowspan=9 colspan=9>",
    "<table><tr><th>",
    "</tr>",
    "&NotEqualTilde;",
    "{\"a\":[",
    "]}",
    "null",
    "# ",
    "(1) (2)",
];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(10);
    let named: Vec<String> = arguments.collect();
    let mut failures = 0;
    for target in TARGETS.iter().filter(|it| named.is_empty() || named.iter().any(|name| name == it.0)) {
        failures += run(target, Duration::from_secs(seconds));
    }
    std::process::exit(i32::from(failures > 0));
}

/// Tries a target for a while; gives how many inputs failed.
fn run(&(name, target): &Target, time: Duration) -> usize {
    let seeds = seeds(name);
    let is_book = name == "workbook";
    let mut draws = Draws::new(name.bytes().map(u64::from).sum());
    let (started, mut tried, mut failures) = (Instant::now(), 0_u64, 0);
    while started.elapsed() < time {
        let seed = &seeds[draws.upto(seeds.len())];
        let other = &seeds[draws.upto(seeds.len())];
        let packed = is_book && draws.upto(4) > 0;
        let input = match packed.then(|| repacked(seed, &mut draws)).flatten() {
            Some(input) => input,
            None => mutated(seed, other, &mut draws, if is_book { BOOK_BYTES_MAX } else { BYTES_MAX }),
        };
        tried += 1;
        let begun = (Instant::now(), on_processor());
        let panicked = catch_unwind(|| target(&input)).is_err();
        // On a busy machine an input may wait for long.
        let took = begun.1.zip(on_processor()).map_or(begun.0.elapsed(), |it| it.1.saturating_sub(it.0));
        if panicked || took > SLOW {
            failures += 1;
            let path = std::env::temp_dir().join(format!("crossfoot-{name}-{failures}"));
            let kept = std::fs::write(&path, &input).map_or("not kept".to_owned(), |()| path.display().to_string());
            println!("{name}: {} after {tried} inputs: {kept}", if panicked { "panic" } else { "slow" });
        }
    }
    println!("{name}: {tried} inputs of {} seeds, {failures} failed", seeds.len());
    failures
}

/// How long this thread has run, where the system tells.
fn on_processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

const HTML: &str = "<style>.key { display: none }</style><h2>Beds</h2><table id=beds><caption>Beds by ward</caption>\
    <thead><tr><th rowspan=2>Ward<th colspan=2>Beds<th rowspan=0>All</tr><tr><th>old<th>new</thead>\
    <tr><td><i class=key>01</i>East&nbsp;End<sup>a</sup><td>1,204<td>7<td>1,211</tr><tr hidden><td>Old<td>1<td>2<td>3</tr>\
    <tr><td>West<td rowspan=2>&ndash;<td>12<td>12<tr><td>Mid<td>5&#8239;000<td>5000</table><p>Beds rose by 7 to 1,211.</p>";
const JSON: [&str; 6] = [
    r#"[{"ward": "East", "beds": 12, "by": {"old": 5, "new": 7}}, {"ward": "West", "beds": null, "years": [{"y": 2019}]}]"#,
    r#"{"columns": ["ward", "beds"], "rows": [["East", 12], ["West", 1.50]]}"#,
    r#"{"East": {"beds": 1}, "West": {"beds": 2}}"#,
    "{\"a\": 1, \"b\": [1, 2]}\n{\"a\": 2, \"c\": {\"d\": [{\"e\": 1}]}}\n",
    r#"{"version": "2.0", "class": "dataset", "id": ["geo", "time"], "size": [2, 1], "dimension": {"geo": {"category":
      {"index": ["DE", "FR"]}}, "time": {"category": {"index": {"2020": 0}}}}, "value": [1, 2.5], "status": {"1": "p"}}"#,
    r#"{"dataSets": [{"observations": {"0:0": [1], "1:0": [2]}}], "structure": {"dimensions": {"observation":
      [{"id": "g", "values": [{"id": "A"}, {"id": "B"}]}, {"id": "t", "values": [{"id": "2020"}]}]}}}"#,
];

/// The fixtures that a target begins with.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let endings: &[&str] = match target {
        "delimited" | "diff" => &["csv", "tsv", "txt"],
        "page" | "article" => &["txt", "md", "html"],
        "html" => &["html"],
        "json" => &["json", "ndjson"],
        "workbook" => &["xlsx", "xls", "ods", "docx", "xlsb"],
        "snapshot" => &["snap"],
        _ => &["toml", "md"],
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = ["tests/tables", "examples", "rules", "snapshots"].map(|it| root.join(it)).into();
    folders.extend(std::env::var_os("CROSSFOOT_SEEDS").map(PathBuf::from));
    let own: &[&str] = match target {
        "html" | "article" => &[HTML],
        "json" => &JSON,
        "diff" => &["item,a,b\nx,1,2\ny,4,5\n\u{c}item,b,a\ny,5,4\nx,2,1\nz,3,3\n"],
        "expression" => &["a + b >= c and when is not null", "sum(a) over (partition by row) = previous(b)"],
        _ => &["item,a,b,total\nx,1,2,3\ny,4,5,9\nTotal,5,7,12\n"],
    };
    let mut seeds: Vec<Vec<u8>> = own.iter().map(|it| it.as_bytes().to_vec()).collect();
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<PathBuf> =
            std::fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path()).collect();
        entries.sort();
        for path in entries {
            let ending = path.extension().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if endings.contains(&ending.as_str()) {
                seeds.extend(std::fs::read(&path).ok().filter(|it| it.len() < BOOK_BYTES_MAX));
            }
        }
    }
    seeds
}

/// An input with some changes.
fn mutated(seed: &[u8], other: &[u8], draws: &mut Draws, most: usize) -> Vec<u8> {
    let start = if seed.len() > most { draws.upto(seed.len() - most) } else { 0 };
    let mut input = seed[start..seed.len().min(start + most)].to_vec();
    for _ in 0..=draws.upto(8) {
        let at = draws.upto(input.len() + 1);
        let end = (at + draws.upto(40)).min(input.len());
        match draws.upto(7) {
            0 if at < input.len() => input[at] ^= 1 << draws.upto(8),
            1 => drop(input.drain(at..end)),
            2 => {
                let copy = input[at..end].to_vec();
                let to = draws.upto(input.len() + 1);
                input.splice(to..to, copy);
            }
            3 => {
                let from = draws.upto(other.len());
                let piece = other[from..(from + draws.upto(200)).min(other.len())].to_vec();
                input.splice(at..end, piece);
            }
            4 => input.truncate(at.max(1)),
            5 => {
                // The same many times over.
                let copy = input[at..end].repeat(1 + draws.upto(12));
                input.splice(at..end, copy);
            }
            _ => {
                let piece = PIECES[draws.upto(PIECES.len())].bytes();
                input.splice(at..at, piece);
            }
        }
    }
    input.truncate(most);
    input
}

/// A packed document with a change in one of its parts; nothing where it is none.
fn repacked(seed: &[u8], draws: &mut Draws) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(seed)).ok()?;
    let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let changed = draws.upto(archive.len());
    for at in 0..archive.len() {
        let (name, mut bytes) = (archive.name_for_index(at)?.ok()?.to_string(), Vec::new());
        let mut part = archive.by_index(at).ok()?;
        part.by_ref().take(1 << 20).read_to_end(&mut bytes).ok()?;
        if at == changed {
            bytes = mutated(&bytes, &bytes, draws, 1 << 20);
            numbers(&mut bytes, draws);
        }
        made.start_file(name, zip::write::SimpleFileOptions::default()).ok()?;
        made.write_all(&bytes).ok()?;
    }
    Some(made.finish().ok()?.into_inner())
}

/// Puts another number in the place of one.
fn numbers(bytes: &mut Vec<u8>, draws: &mut Draws) {
    const ODD: [&str; 8] = ["0", "-1", "1048577", "16385", "4294967295", "4294967296", "A1:XFD1048576", ""];
    let at = draws.upto(bytes.len());
    let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|it| at + it) else { return };
    let end = bytes[start..].iter().position(|it| !it.is_ascii_digit()).map_or(bytes.len(), |it| start + it);
    bytes.splice(start..end, ODD[draws.upto(ODD.len())].bytes());
}
