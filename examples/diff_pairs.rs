//! Compares 200 pairs of editions whose differences are known, and counts what is told right.
//!
//! `cargo run --release --example diff_pairs [--seed N] [--pairs N] [--wrong] [--write FOLDER]`
//! takes the tables under `tests/tables` (Wikipedia's by `TabFact`, the regions of Italy,
//! gun checks by state, simulated series; each with its `SOURCE.md`), and makes editions
//! of them: rows that went, rows that came, both beside each other, new codes for
//! all rows, edited labels, another order, columns that were renamed or moved, a
//! column in another unit; two figures are corrected besides. Every second pair is
//! compared by its key, the others without one. `--wrong` lists what was told
//! otherwise, `--write` keeps the pairs and their truth for other programs.
//!
//! A pair is right if exactly the rows that were added, removed and changed are
//! told as such, each with its own other half, and the columns that were renamed.
//! Where no key is given, a row under another label may also be told as removed
//! and added, each with the other as what may stand for it; those are counted.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use crossfoot::diff::{Diff, Op, Options, Side, diff};
use crossfoot::source::{Format, Hints, TypeOptions, decode, infer_schema, type_grid};
use crossfoot::table::Table;

/// What was done to a table.
const KINDS: [&str; 9] = [
    "rows out",
    "rows in",
    "rows out and in",
    "codes re-keyed",
    "labels edited",
    "rows re-sorted",
    "column renamed",
    "column moved",
    "one factor",
];
/// Tables of fewer rows have too little to tell rows apart by.
const ROWS_MIN: usize = 8;
/// Cells that are corrected in each pair.
const CORRECTED: usize = 2;

type Rows = Vec<Vec<String>>;

/// A real table: what it is called, its heading, its rows, and the column that names them.
struct Source {
    name: String,
    heading: Vec<String>,
    rows: Rows,
    key: usize,
}

/// Two editions and what differs.
struct Pair {
    kind: &'static str,
    of: String,
    keyed: bool,
    key: String,
    old: (Vec<String>, Rows),
    new: (Vec<String>, Rows),
    truth: Truth,
}

/// What differs: rows by their places, columns by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Truth {
    added: BTreeSet<usize>,
    removed: BTreeSet<usize>,
    changed: BTreeSet<(usize, usize)>,
    renamed: BTreeSet<(String, String)>,
}

/// Numbers in a fixed order: splitmix64.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((it ^ (it >> 31)) >> 1).unwrap_or(0) % end.max(1)
    }

    /// Some of the numbers below an end, rising.
    fn some(&mut self, count: usize, end: usize) -> BTreeSet<usize> {
        let mut some = BTreeSet::new();
        while some.len() < count.min(end) {
            some.insert(self.below(end));
        }
        some
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |flag: &str| arguments.iter().position(|it| it == flag).and_then(|it| arguments.get(it + 1));
    let number = |flag: &str, usual: u64| value(flag).and_then(|it| it.parse().ok()).unwrap_or(usual);
    let count = usize::try_from(number("--pairs", 200)).unwrap_or(200);
    let pairs = pairs(&sources(), &mut Draw(number("--seed", 1)), count);
    if let Some(folder) = value("--write") {
        for (at, it) in pairs.iter().enumerate() {
            write(it, &Path::new(folder).join(format!("{at:03}"))).expect("the folder can be written");
        }
    }
    let mut tally: BTreeMap<(bool, &str), [usize; 2]> = BTreeMap::new();
    let (mut events, mut crossed, mut likely) = ([0, 0], 0, 0);
    for (at, pair) in pairs.iter().enumerate() {
        let judged = judge(pair);
        let entry = tally.entry((is_design(&pair.of), pair.kind)).or_default();
        entry[0] += usize::from(judged.is_right);
        entry[1] += 1;
        events = [events[0] + judged.events[0], events[1] + judged.events[1]];
        crossed += judged.crossed;
        likely += judged.likely;
        if !judged.is_right && arguments.iter().any(|it| it == "--wrong") {
            println!("{at:03} {}, {}, keyed {}: {}", pair.kind, pair.of, pair.keyed, judged.told);
        }
    }
    for (half, of) in [("design", true), ("aside", false)] {
        let own = || tally.iter().filter(|it| it.0.0 == of);
        for ((_, kind), [right, all]) in own() {
            println!("{half:<7} {kind:<16} {right} of {all} pairs right");
        }
        let sum = own().fold([0, 0], |sum, it| [sum[0] + it.1[0], sum[1] + it.1[1]]);
        println!("{half:<7} {:<16} {} of {} pairs right", "all", sum[0], sum[1]);
    }
    println!("{} of {} rows and columns right; {likely} named as what may stand for another", events[0], events[1]);
    println!("{crossed} rows paired with another's key where a key was given");
}

/// Whether a table is of the half that the diff was mended on.
fn is_design(name: &str) -> bool {
    let mut hash = DefaultHasher::new();
    name.hash(&mut hash);
    hash.finish().is_multiple_of(2)
}

/// All tables at hand that have rows enough and a column that names them.
fn sources() -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a table can be read");
    let mut found = Vec::new();
    for line in read("tabfact/tables.jsonl").lines() {
        let value: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let rows = text("rows").lines().map(|it| it.split('#').map(str::to_owned).collect()).collect();
        found.extend(Source::of(text("table"), rows));
    }
    let italy = ["003", "007", "027", "036"].map(|it| format!("italy-it-{it}/after.csv"));
    let others = ["gun-checks-2021-12/gun-checks.csv", "history/input/sim_long.csv", "history/input/sim_sparse.csv"];
    for name in italy.into_iter().chain(others.map(str::to_owned)) {
        let text = read(&name);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let cells = |it: csv::StringRecord| it.iter().map(str::to_owned).collect();
        let mut rows: Rows = reader.records().map(|it| cells(it.expect("a record"))).collect();
        if name.starts_with("italy") {
            // One day of all regions; the days before are those of one region.
            let last = rows.last().map(|it| it[0].clone()).unwrap_or_default();
            let heading = rows.remove(0);
            rows.retain(|it| it[0] == last);
            rows.insert(0, heading);
        }
        found.extend(Source::of(name, rows));
    }
    found
}

impl Source {
    fn of(name: String, mut rows: Rows) -> Option<Self> {
        let heading = rows.remove(0);
        let even = rows.iter().all(|it| it.len() == heading.len())
            && heading.iter().collect::<BTreeSet<_>>().len() == heading.len();
        if !even || rows.len() < ROWS_MIN || heading.len() < 3 || heading.iter().any(|it| it.trim().is_empty()) {
            return None;
        }
        let distinct =
            |at: &usize| rows.iter().map(|it| &it[*at]).filter(|it| !it.is_empty()).collect::<BTreeSet<_>>().len();
        let is_name = |at: &usize| rows.iter().all(|it| it[*at].chars().any(char::is_alphabetic) && it[*at].len() < 60);
        let is_code = |at: &usize| rows.iter().all(|it| it[*at].bytes().all(|it| it.is_ascii_digit()));
        let key =
            (0..heading.len()).find(|it| distinct(it) == rows.len() && (is_name(it) || *it == 0 && is_code(it)))?;
        // Rows are told apart by more than their names, else nothing could know one again.
        let rest = |it: &Vec<String>| {
            it.iter().enumerate().filter(|it| it.0 != key).map(|it| it.1.clone()).collect::<Vec<_>>()
        };
        let others = rows.iter().map(rest).collect::<BTreeSet<_>>().len();
        let it = Self { name, heading, rows, key };
        let read = tables(&it.heading, &it.rows);
        (others == it.rows.len() && read.len() == 1 && read[0].rows.len() == it.rows.len()).then_some(it)
    }

    /// Whether all cells of a column are plain numbers.
    fn is_number(&self, at: usize) -> bool {
        let plain = |it: &Vec<String>| {
            it[at].len() < 12
                && !it[at].starts_with('0')
                && it[at].bytes().all(|it| it.is_ascii_digit())
                && !it[at].is_empty()
        };
        at != self.key && self.rows.iter().all(plain)
    }

    /// Whether enough differs in a column to know it again.
    fn tells(&self, at: usize) -> bool {
        at != self.key && self.rows.iter().map(|it| &it[at]).collect::<BTreeSet<_>>().len() * 2 > self.rows.len()
    }
}

/// So many pairs, of every kind and of every table in turn.
fn pairs(sources: &[Source], draw: &mut Draw, count: usize) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut at = draw.below(sources.len());
    while pairs.len() < count {
        let kind = KINDS[pairs.len() % KINDS.len()];
        let keyed = (pairs.len() / KINDS.len()).is_multiple_of(2);
        pairs.extend(pair(&sources[at % sources.len()], kind, keyed, draw));
        at += 1;
    }
    pairs
}

/// A pair of editions of a table; nothing where it has no column for that.
fn pair(source: &Source, kind: &'static str, keyed: bool, draw: &mut Draw) -> Option<Pair> {
    let all = source.rows.len();
    let some = |draw: &mut Draw| {
        let count = 1 + draw.below(all / 5);
        draw.some(count, all)
    };
    let (mut out, mut came) = (BTreeSet::new(), BTreeSet::new());
    match kind {
        "rows out" => out = some(draw),
        "rows in" => came = some(draw),
        "rows out and in" => {
            out = some(draw);
            came = out.iter().map(|it| (it + 1) % all).filter(|it| !out.contains(it)).collect();
        }
        _ => {}
    }
    let old: Vec<usize> = (0..all).filter(|it| !came.contains(it)).collect();
    let mut new: Vec<usize> = (0..all).filter(|it| !out.contains(it)).collect();
    if kind == "rows re-sorted" {
        (1..new.len()).rev().for_each(|it| new.swap(it, draw.below(it + 1)));
    }
    let mut heading = source.heading.clone();
    let mut rows: Rows = new.iter().map(|it| source.rows[*it].clone()).collect();
    let mut touched = correct(source, (&new, &mut rows), &came, draw);
    let mut renamed = BTreeSet::new();
    let relabelled = relabel(source, kind, &mut rows, draw);
    match kind {
        "one factor" => {
            let column = (0..heading.len()).rfind(|it| source.is_number(*it) && source.tells(*it))?;
            for row in &mut rows {
                row[column].push_str("000");
            }
            touched = (0..rows.len()).collect();
        }
        "column renamed" => {
            let columns: Vec<usize> = (0..heading.len()).filter(|it| source.tells(*it)).collect();
            let column = *columns.get(draw.below(columns.len()))?;
            ["Figure", "Entry", "Remarks"][draw.below(3)].clone_into(&mut heading[column]);
            renamed.insert((source.heading[column].clone(), heading[column].clone()));
        }
        "column moved" => {
            let (from, to) = (draw.below(heading.len()), draw.below(heading.len()));
            for it in rows.iter_mut().chain([&mut heading]) {
                let cell = it.remove(from);
                it.insert(to, cell);
            }
        }
        _ => {}
    }
    let place = |row: &usize| old.iter().position(|it| it == row);
    let mut truth = Truth { renamed, removed: out.iter().filter_map(place).collect(), ..Truth::default() };
    for (at, row) in new.iter().enumerate() {
        let (from, named) = (place(row), relabelled.contains(&at));
        if let Some(from) = from.filter(|_| !(keyed && named)) {
            if touched.contains(&at) || named {
                truth.changed.insert((from, at));
            }
            continue;
        }
        truth.added.insert(at);
        truth.removed.extend(from);
    }
    let old = old.iter().map(|it| source.rows[*it].clone()).collect();
    Some(Pair {
        kind,
        of: source.name.clone(),
        keyed,
        key: source.heading[source.key].clone(),
        old: (source.heading.clone(), old),
        new: (heading, rows),
        truth,
    })
}

/// Corrects some cells of rows in both editions: which rows.
fn correct(
    source: &Source,
    (new, rows): (&[usize], &mut Rows),
    came: &BTreeSet<usize>,
    draw: &mut Draw,
) -> BTreeSet<usize> {
    let mut touched = BTreeSet::new();
    for at in draw.some(CORRECTED, rows.len()) {
        let column = draw.below(source.heading.len());
        let other = &source.rows[draw.below(source.rows.len())][column];
        let words = |it: &str| it.split_whitespace().collect::<Vec<_>>().join(" ");
        if column != source.key && !came.contains(&new[at]) && words(&rows[at][column]) != words(other) {
            rows[at][column].clone_from(other);
            touched.insert(at);
        }
    }
    touched
}

/// Gives rows other names: all of them, or some with a slip or an addition.
fn relabel(source: &Source, kind: &str, rows: &mut Rows, draw: &mut Draw) -> BTreeSet<usize> {
    let which = match kind {
        "codes re-keyed" => (0..rows.len()).collect(),
        "labels edited" => draw.some(1 + rows.len() / 10, rows.len()),
        _ => return BTreeSet::new(),
    };
    let is_number = rows.iter().all(|it| it[source.key].bytes().all(|it| it.is_ascii_digit()));
    for at in &which {
        let name = &mut rows[*at][source.key];
        match (kind, draw.below(3)) {
            ("codes re-keyed", _) if is_number => *name = (70_000 + at * 37).to_string(),
            ("codes re-keyed", _) => *name = format!("K-{}", 200 + at * 7),
            _ if is_number => name.push('7'),
            (_, 0) => name.push_str(" (revised)"),
            (_, 1) => *name = format!("new {name}"),
            _ => {
                name.pop();
                name.push_str("es");
            }
        }
    }
    which
}

fn csv_of(heading: &[String], rows: &Rows) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for it in std::iter::once(heading).chain(rows.iter().map(Vec::as_slice)) {
        writer.write_record(it).expect("memory can be written");
    }
    writer.into_inner().expect("memory can be written")
}

/// The tables that crossfoot reads of an edition.
fn tables(heading: &[String], rows: &Rows) -> Vec<Table> {
    let document = Arc::new(decode("t.csv", csv_of(heading, rows)).expect("text decodes"));
    let page = Format::Delimited.read(&document, &Hints::default()).expect("text reads");
    let options = TypeOptions { inferred: true, ..TypeOptions::default() };
    page.grids.iter().map(|it| type_grid(it, &document, &infer_schema(it, &document, "t"), &options).table).collect()
}

/// How a pair was told.
struct Judged {
    is_right: bool,
    /// Rows and columns told right, and all that are true or told.
    events: [usize; 2],
    /// Rows paired under different keys.
    crossed: usize,
    /// Rows named as what may stand for another.
    likely: usize,
    told: String,
}

fn judge(pair: &Pair) -> Judged {
    let (old, new) = (tables(&pair.old.0, &pair.old.1), tables(&pair.new.0, &pair.new.1));
    let key = if pair.keyed { vec![pair.key.clone()] } else { Vec::new() };
    let options = Options { key, ..Options::default() };
    let told = diff((Side::default(), &old), (Side::default(), &new), &options).expect("the key is there");
    let (mut found, likely) = told_of(&told, &pair.truth);
    let key = |it: &(Vec<String>, Rows), row: usize| {
        it.0.iter()
            .position(|it| *it == pair.key)
            .map(|at| it.1[row][at].split_whitespace().collect::<String>().to_lowercase())
    };
    let is_crossed = |it: &&(usize, usize)| pair.keyed && key(&pair.old, it.0) != key(&pair.new, it.1);
    let crossed = found.changed.iter().filter(is_crossed).count();
    found.renamed = told.tables.iter().flat_map(|it| it.columns.renamed.iter().cloned()).collect();
    let truth = &pair.truth;
    let of = |it: &Truth| -> BTreeSet<String> {
        let rows = it.added.iter().map(|it| format!("+{it}")).chain(it.removed.iter().map(|it| format!("-{it}")));
        let changed = it.changed.iter().map(|it| format!("{}->{}", it.0, it.1));
        rows.chain(changed).chain(it.renamed.iter().map(|it| format!("{} = {}", it.0, it.1))).collect()
    };
    let (is, was) = (of(&found), of(truth));
    let show = |it: BTreeSet<&String>| it.into_iter().cloned().collect::<Vec<_>>().join(" ");
    let by = told
        .tables
        .first()
        .map(|it| format!("{:?} by {}", it.match_kind, it.key.columns.join(", ")))
        .unwrap_or_default();
    Judged {
        is_right: found == *truth && told.tables.len() == 1,
        events: [is.intersection(&was).count(), is.union(&was).count()],
        crossed,
        likely,
        told: format!(
            "missed {}; told {}; {by}",
            show(was.difference(&is).collect()),
            show(is.difference(&was).collect())
        ),
    }
}

/// The rows that a diff tells; a row that may stand for another by the truth counts as that one.
fn told_of(told: &Diff, truth: &Truth) -> (Truth, usize) {
    let mut found = Truth::default();
    let mut perhaps = Vec::new();
    for it in told.tables.iter().flat_map(|it| &it.changes).filter(|it| it.tells()) {
        match (it.op, it.old_index, it.new_index) {
            (Op::Added, _, Some(new)) => {
                found.added.insert(new);
                perhaps.push((new, &it.perhaps));
            }
            (Op::Removed, Some(old), _) => found.removed.extend([old]),
            (Op::Changed, Some(old), Some(new)) => {
                let tells = it.cells.iter().any(|it| it.tells() && it.is_of_both());
                found.changed.extend(tells.then_some((old, new)));
            }
            _ => {}
        }
    }
    let mut likely = 0;
    for &(old, new) in &truth.changed {
        let named = perhaps.iter().any(|it| it.0 == new && !it.1.is_empty());
        if named && found.added.contains(&new) && found.removed.contains(&old) {
            found.added.remove(&new);
            found.removed.remove(&old);
            found.changed.insert((old, new));
            likely += 1;
        }
    }
    (found, likely)
}

/// Keeps a pair and its truth.
fn write(pair: &Pair, path: &Path) -> std::io::Result<()> {
    std::fs::write(path.with_extension("old.csv"), csv_of(&pair.old.0, &pair.old.1))?;
    std::fs::write(path.with_extension("new.csv"), csv_of(&pair.new.0, &pair.new.1))?;
    let truth = &pair.truth;
    let told = serde_json::json!({
        "kind": pair.kind, "of": pair.of, "design": is_design(&pair.of),
        "key": pair.keyed.then_some(&pair.key), "added": truth.added, "removed": truth.removed,
        "changed": truth.changed, "renamed": truth.renamed,
    });
    std::fs::write(path.with_extension("json"), told.to_string())
}
