//! Two large files compared in parts: the same differences as those of small ones.

use std::sync::Arc;

use crossfoot::check;
use crossfoot::diff::large::{Groups, Large, Limits};
use crossfoot::diff::{Diff, Known, Op, Options, RowChange, Side, diff, patch, plain};
use crossfoot::source::{self, Format};
use crossfoot::table::{Document, Table};
use proptest::prelude::*;

use crate::large::Bytes;
use crate::support::{Folder, crossfoot};

const HEADING: &str = "id,part,n,note\n";
const WIDE: Limits = Limits { memory: 1 << 30, block: 4096, is_patch: false, narrow: 1 << 12 };

fn options() -> Options {
    Options { key: vec!["id".to_owned(), "part".to_owned()], ..Options::default() }
}

fn tables(document: Document) -> Vec<Table> {
    let options = check::Options::default();
    let loaded = check::load(Arc::new(document), Format::Delimited, &[], &options).unwrap();
    check::check(vec![loaded], &[], &[], &options).unwrap().editions[0].edition.tables.clone()
}

fn whole(old: &str, new: &str) -> Diff {
    whole_files(&format!("{HEADING}{old}"), &format!("{HEADING}{new}"))
}

fn whole_files(old: &str, new: &str) -> Diff {
    let read = |it: &str| tables(source::decode("t.csv", it.as_bytes().to_vec()).unwrap());
    diff((Side::default(), &read(old)), (Side::default(), &read(new)), &options()).unwrap()
}

/// The differences found in parts, how many groups they were found in, and
/// what was known before.
fn in_parts(old: &str, new: &str, limits: Limits) -> (Diff, u16, Known) {
    files_in_parts(&format!("{HEADING}{old}"), &format!("{HEADING}{new}"), limits)
}

fn files_in_parts(old: &str, new: &str, limits: Limits) -> (Diff, u16, Known) {
    fn file<'a>(parts: &'a Bytes, sample: &'a str) -> Large<'a> {
        Large {
            parts,
            name: "t.csv",
            sample,
            body: sample.find('\n').unwrap() as u64 + 1,
            scales: None,
            left_out: &[],
            keys: None,
        }
    }
    let bytes = |it: &str| Bytes(it.as_bytes().to_vec());
    let (old_parts, new_parts) = (bytes(old), bytes(new));
    let read = |document: Document| Ok((Side::default(), tables(document)));
    let options = options();
    let groups = Groups::of(file(&old_parts, old), file(&new_parts, new), &options, limits, &read).unwrap();
    let mut groups = groups.expect("the files are plain enough");
    let (count, known) = (groups.count(), groups.known());
    let diffs: Vec<Diff> = (0..count).map(|it| groups.diff(it).unwrap()).collect();
    (groups.joined(diffs).unwrap(), count, known)
}

/// Each change as `op key lines: column old>new …`, sorted.
fn told(it: &Diff) -> Vec<String> {
    let changes = it.tables.iter().flat_map(|it| &it.changes).filter(|it| it.op != Op::Moved);
    let change = |it: &RowChange| {
        let cells: Vec<String> = it.cells.iter().map(|it| format!("{} {:?}>{:?}", it.column, it.old, it.new)).collect();
        let place = (it.old_line, it.new_line, it.old_index, it.new_index);
        format!("{:?} {:?} {place:?}: {}", it.op, it.key, cells.join(", "))
    };
    // A row that moved only is told as changed where no cell is.
    let mut lines: Vec<String> =
        changes.filter(|it| it.op != Op::Changed || !it.cells.is_empty()).map(change).collect();
    lines.sort();
    lines
}

/// Added, removed, changed, and in both alike.
fn counts(it: &Diff) -> [usize; 4] {
    let rows = it.tables[0].rows;
    [rows.added, rows.removed, rows.changed, rows.moved + rows.same]
}

fn row(id: u32, part: u32, seed: u32) -> String {
    let note = match seed % 7 {
        0 => "\"a, b\"".to_owned(),
        1 => "\"two\nlines\"".to_owned(),
        2 => "\"says \"\"so\"\"\"".to_owned(),
        3 => String::new(),
        it => format!("note {it}"),
    };
    format!("{id},{part},{}.{},{note}\n", seed % 50, seed % 9)
}

/// What becomes of a row: it stays, changes, goes, or another comes behind it.
fn edit() -> impl Strategy<Value = u8> {
    prop_oneof![30 => Just(0_u8), 2 => Just(1), 1 => Just(2), 1 => Just(3)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn files_in_parts_have_the_differences_of_whole_ones(
        edits in proptest::collection::vec(edit(), 150..400),
        seed in 0_u32..1000,
        shuffled: bool,
        block in prop_oneof![1_usize..64, Just(4096)],
        memory in prop_oneof![3_000_u64..60_000, Just(1 << 30)],
        narrow in prop_oneof![Just(2_usize), Just(1 << 12)],
    ) {
        let seed_of = |it: u32| it.wrapping_mul(2_654_435_761).wrapping_add(seed) >> 7;
        let (mut old, mut new) = (String::new(), Vec::new());
        for (at, edit) in (0..).zip(&edits) {
            let (id, part) = (at / 4 + 100, at % 4);
            old.push_str(&row(id, part, seed_of(at)));
            match edit {
                0 => new.push(row(id, part, seed_of(at))),
                1 => new.push(row(id, part, seed_of(at) + 1)),
                2 => {}
                _ => new.extend([row(id, part, seed_of(at)), row(id, part + 10, seed_of(at))]),
            }
        }
        if shuffled {
            new.sort_by_key(|it| it.bytes().fold(seed, |sum, it| sum.wrapping_mul(31).wrapping_add(u32::from(it))));
        }
        let new = new.concat();
        let whole = whole(&old, &new);
        let (parts, _, _) = in_parts(&old, &new, Limits { memory, block, is_patch: false, narrow });
        prop_assert_eq!(told(&parts), told(&whole));
        prop_assert_eq!(counts(&parts), counts(&whole));
        prop_assert!(shuffled || parts.tables[0].rows.moved == 0);
        let printed = |it: &str| plain(&tables(source::decode("t.csv", format!("{HEADING}{it}").into_bytes()).unwrap()));
        prop_assert_eq!(&patch(&printed(&old), &parts).unwrap()[0].2, &printed(&new)[0].2);
    }
}

/// A file as another program may write it: all cells quoted or few, between
/// other signs, its columns in another order.
fn rewritten(text: &str, quotes: csv::QuoteStyle, delimiter: u8, order: [usize; 4]) -> String {
    let mut writer = csv::WriterBuilder::new().quote_style(quotes).delimiter(delimiter).from_writer(Vec::new());
    for it in csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).records() {
        let it = it.unwrap();
        writer.write_record(order.map(|at| it[at].to_owned())).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn rows_meet_however_their_file_is_written(
        edits in proptest::collection::vec(edit(), 150..300),
        shuffled: bool,
        always: bool,
        delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t')],
        order in prop_oneof![Just([0, 1, 2, 3]), Just([3, 0, 1, 2]), Just([1, 0, 3, 2])],
    ) {
        // A name in the first column is one line, whatever it is printed in.
        let line = |at: u32, seed: u32| row(at + 100, at % 3, seed.wrapping_mul(2_654_435_761) >> 7).replace("two\nlines", "two, lines");
        let old: String = (0..).zip(&edits).map(|it| line(it.0, it.0)).collect();
        let kept = (0..).zip(&edits).filter(|it| *it.1 != 2);
        let mut new: Vec<String> = kept.map(|it| line(it.0, it.0 + u32::from(*it.1 == 1))).collect();
        if shuffled {
            new.reverse();
        }
        let quotes = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let (old, new) = (format!("{HEADING}{old}"), rewritten(&format!("{HEADING}{}", new.concat()), quotes, delimiter, order));
        let (parts, _, known) = files_in_parts(&old, &new, WIDE);
        let whole = whole_files(&old, &new);
        prop_assert_eq!(told(&parts), told(&whole));
        prop_assert_eq!(counts(&parts), counts(&whole));
        prop_assert_eq!(&parts.tables[0].columns, &whole.tables[0].columns);
        prop_assert!(known.same > 0);
    }
}

fn rows(of: impl Iterator<Item = u32>) -> String {
    of.map(|it| row(it, 1, it)).collect()
}

#[test]
fn a_moved_border_between_cells_is_a_change() {
    let old = format!("{}1,900,1,ab\n1,901,1,a\n", rows(200..400));
    let new = format!("{}1,900,1a,b\n1,901,1,a\n", rows(200..400));
    let (found, _, known) = in_parts(&old, &new, WIDE);
    assert_eq!(counts(&found)[..3], [0, 0, 1], "{:?}", told(&found));
    assert_eq!(known.same, 101);
}

#[test]
fn keys_that_join_to_the_same_text_are_two() {
    let old = format!("{}1,12,1,x\n", rows(200..400));
    let new = format!("{}11,2,1,x\n", rows(200..400));
    let (found, _, _) = in_parts(&old, &new, WIDE);
    let keys: Vec<Vec<&str>> =
        found.tables[0].changes.iter().map(|it| it.key.iter().map(|it| it.1.as_str()).collect()).collect();
    assert!(!keys.is_empty() && found.tables[0].rows.same == 200, "{keys:?}");
}

#[test]
fn many_changes_are_compared_in_groups() {
    let old = rows(200..900);
    let new: String = (200..900).map(|it| row(it, 1, it + 1)).collect();
    let (found, groups, _) =
        in_parts(&old, &new, Limits { memory: 100_000, block: 512, is_patch: false, narrow: 1 << 12 });
    assert!(groups > 3, "{groups}");
    assert_eq!((told(&found), counts(&found)), (told(&whole(&old, &new)), counts(&whole(&old, &new))));
}

#[test]
fn a_column_of_which_few_rows_changed_is_not_restated() {
    let row = |it: u32, more: u32| format!("{it},1,{},x\n", it % 50 + 10 + more);
    let old: String = (0..12_000).map(|it| row(it, 0)).collect();
    let new: String = (0..12_000).map(|it| row(it, u32::from(it % 8 == 0 && it > 100) * 7)).collect();
    let (found, _, _) = in_parts(&old, &new, WIDE);
    assert_eq!(
        (found.tables[0].rows.changed, found.tables[0].causes.len()),
        (1_487, 0),
        "{:?}",
        found.tables[0].causes
    );
}

#[test]
fn the_same_file_differs_in_nothing() {
    let old = rows(200..900);
    let (found, _, known) = in_parts(&old, &old, WIDE);
    assert!(found.is_empty());
    assert_eq!((known.same, found.tables[0].rows.same), (600, 700));
}

#[test]
fn a_line_for_each_change_says_what_the_document_says() {
    let folder = Folder::new("large-ndjson");
    let row =
        |it: u32, changed| [it, if it % 5_000 == 7 { it + changed } else { it }].map(|it| it.to_string()).join(",");
    let rows = |changed| (0..200_000).map(|it| row(it, changed) + ",x\n").collect::<String>();
    folder.write("old.csv", format!("id,n,note\n{}", rows(0)));
    folder.write("new.csv", format!("id,n,note\n{}200001,1,\"a, b\"\n", rows(400_003)));
    let run = |format: &str, memory: &str| {
        crossfoot(&folder, &["diff", "old.csv", "new.csv", "--key", "id", "--memory", memory, "-o", format])
    };
    let whole: serde_json::Value = serde_json::from_str(&run("json", "1G").stdout).unwrap();
    let mut wanted: Vec<String> = whole["changes"].as_array().unwrap().iter().map(ToString::to_string).collect();
    for memory in ["1G", "20K"] {
        let parts = run("ndjson", memory);
        assert_eq!((parts.code, parts.stderr.as_str()), (1, ""));
        let lines: Vec<serde_json::Value> = parts.stdout.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
        let [first, changes @ .., last] = &lines[..] else { panic!("{}", parts.stdout) };
        assert_eq!((&first["format"], &first["old"]), (&whole["format"], &whole["old"]));
        assert_eq!((&last["summary"], &last["tables"]), (&whole["summary"], &whole["tables"]));
        let mut changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
        changes.sort();
        wanted.sort();
        assert_eq!(changes, wanted);
    }
}

/// Records of an id, an item and a quantity, by turns from the start or by steps.
fn orders(turned: bool, changed: u64) -> String {
    const ROWS: u64 = 150_000;
    let at = |it: u64| if turned { it * 7_919 % ROWS } else { it };
    let row = |id: u64| format!("{id},item {},{}\n", id * id % 977, if id == 41 { changed } else { id % 83 });
    format!("id,item,quantity\n{}", (0..ROWS).map(|it| row(at(it))).collect::<String>())
}

#[test]
fn the_key_of_large_files_is_found_in_their_first_rows() {
    let folder = Folder::new("large-inferred");
    folder.write("old.csv", orders(false, 41));
    folder.write("sorted.csv", orders(false, 99));
    folder.write("turned.csv", orders(true, 99));
    for (new, moved) in [("sorted.csv", false), ("turned.csv", true)] {
        let output = crossfoot(&folder, &["diff", "old.csv", new]);
        assert!(output.stdout.contains(": matched by id (inferred; name a key to override)\n"), "{}", output.stdout);
        assert!(output.stdout.contains("quantity 41 -> 99 (+58"), "{}", output.stdout);
        let summary = output.stdout.lines().last().unwrap();
        assert_eq!(summary.contains(" moved"), moved, "{summary}");
        assert!(summary.starts_with("1 table: 1 row changed, ") && summary.ends_with("; 1 cell changed"), "{summary}");
    }
}

#[test]
fn rows_that_moved_past_all_others_are_no_silence() {
    let (first, rest) = (rows(0..100), rows(100..700));
    let (found, _, _) = in_parts(&format!("{first}{rest}"), &format!("{rest}{first}"), WIDE);
    assert!(!found.is_empty() && !found.has_same_values());
    assert_eq!((found.tables[0].rows.moved, found.tables[0].rows.same), (100, 600));
    assert_eq!(found.tables[0].moves, [(0, 600, 100)]);
}

#[test]
fn a_changed_row_among_others_that_moved_is_told_as_both() {
    let old = rows(0..700);
    let changed = rows(300..301).replacen('.', ".1", 1);
    let new = format!("{}{}{changed}", rows(0..300), rows(301..700));
    let (found, _, _) = in_parts(&old, &new, WIDE);
    let change = found.tables[0].changes.iter().find(|it| it.op == Op::Changed).unwrap();
    assert!(change.moved && found.tables[0].moves.is_empty(), "{change:?}");
    assert_eq!((found.tables[0].rows.changed, found.tables[0].rows.moved, found.tables[0].rows.same), (1, 0, 699));
}
