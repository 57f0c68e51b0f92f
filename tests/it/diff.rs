//! One edition against another: laws, and the traps that other tools fall into.

use std::sync::Arc;

use crossfoot::check;
use crossfoot::diff::{ChangeKind, Diff, Match, Merged, Op, Options, Side, csv, diff, merge, patch, plain};
use crossfoot::source::{self, Format};
use crossfoot::table::Table;
use proptest::prelude::*;

pub(crate) fn read(name: &str, text: &str) -> Vec<Table> {
    let document = Arc::new(source::decode(name, text.as_bytes().to_vec()).unwrap());
    let is_csv = std::path::Path::new(name).extension().is_some_and(|it| it == "csv");
    let format = if is_csv { Format::Delimited } else { Format::sniff(&document) };
    let loaded = check::load(document, format, &[], &check::Options::default()).unwrap();
    check::check(vec![loaded], &[], &[], &check::Options::default()).unwrap().editions[0].edition.tables.clone()
}

fn table(text: &str) -> Vec<Table> {
    read("t.csv", text)
}

fn compare(old: &[Table], new: &[Table], options: &Options) -> Diff {
    diff((Side::default(), old), (Side::default(), new), options).unwrap()
}

fn keyed(key: &[&str]) -> Options {
    Options { key: key.iter().map(|it| (*it).to_owned()).collect(), ..Options::default() }
}

/// Each change as `op key: column old>new …`.
fn told(it: &Diff) -> Vec<String> {
    let changes = it.tables.iter().flat_map(|it| &it.changes).filter(|it| it.tells());
    let change = |it: &crossfoot::diff::RowChange| {
        let key: Vec<&str> = it.key.iter().map(|it| it.1.as_str()).collect();
        let none = || "-".to_owned();
        let cells = it.cells.iter().filter(|_| it.op == Op::Changed);
        let cell = |it: &crossfoot::diff::CellChange| {
            let (old, new) = (it.old.clone().unwrap_or_else(none), it.new.clone().unwrap_or_else(none));
            format!(" {} {old}>{new}", it.column)
        };
        format!("{:?} {}:{}", it.op, key.join(","), cells.map(cell).collect::<String>())
    };
    let mut lines: Vec<String> = changes.map(change).collect();
    lines.sort();
    lines
}

fn said(old: &str, new: &str) -> Vec<String> {
    let (old, new) = (table(old), table(new));
    let it = compare(&old, &new, &Options::default());
    assert_eq!(csv(&patch(&plain(&old), &it).unwrap()), csv(&plain(&new)));
    told(&it)
}

const BASE: &str = "crime,total,solved\nMurder,18,10\nAssault,23,12\nRobbery,314,164\nFraud,70,50\nTheft,849,325\n";

#[test]
fn a_changed_figure_is_one_change_at_its_cell() {
    let (old, new) = (table(BASE), table(&BASE.replace("314", "298")));
    let it = compare(&old, &new, &Options::default());
    assert_eq!(told(&it), ["Changed Robbery: total 314>298"]);
    let change = &it.tables[0].changes[0];
    assert_eq!(
        (change.old_line, change.new_line, change.cells[0].difference.as_deref()),
        (Some(4), Some(4), Some("-16"))
    );
    assert_eq!(
        (it.tables[0].key.columns.as_slice(), it.tables[0].key.inferred),
        (["crime".to_owned()].as_slice(), true)
    );
}

#[test]
fn grouping_is_no_change_and_printed_precision_is_one_of_its_own() {
    assert!(said("a,n\nx,\"4,477\"\ny,1\nz,2\n", "a,n\nx,4477\ny,1\nz,2\n").is_empty());
    let (old, new) = (table("a,n\nx,12.0\ny,1.5\n"), table("a,n\nx,12\ny,1.5\n"));
    let it = compare(&old, &new, &Options::default());
    assert_eq!(it.tables[0].changes[0].cells[0].kind, ChangeKind::Precision);
}

#[test]
fn a_resorted_file_only_moves_rows() {
    let sorted = "crime,total,solved\nTheft,849,325\nFraud,70,50\nRobbery,314,164\nAssault,23,12\nMurder,18,10\n";
    let it = compare(&table(BASE), &table(sorted), &Options::default());
    assert_eq!((it.tables[0].rows.moved, it.tables[0].rows.same, it.tables[0].rows.changed), (4, 1, 0));
    assert!(said(BASE, sorted).iter().all(|it| it.starts_with("Moved")));
}

#[test]
fn reordered_columns_are_moved_and_nothing_else() {
    let reordered = "solved,crime,total\n10,Murder,18\n12,Assault,23\n164,Robbery,314\n50,Fraud,70\n325,Theft,849\n";
    let it = compare(&table(BASE), &table(reordered), &Options::default());
    assert_eq!((told(&it).len(), it.tables[0].columns.moved.as_slice()), (0, ["solved".to_owned()].as_slice()));
    assert!(said(BASE, reordered).is_empty());
}

#[test]
fn a_renamed_column_with_all_values_changed_is_known_by_the_order_of_its_rows() {
    let new = "crime,registered,solved\nMurder,17,10\nAssault,27,12\nRobbery,301,164\nFraud,66,50\nTheft,812,325\n";
    let it = compare(&table(BASE), &table(new), &Options::default());
    let columns = &it.tables[0].columns;
    assert_eq!(columns.renamed, [("total".to_owned(), "registered".to_owned())]);
    assert!(columns.added.is_empty() && columns.removed.is_empty());
    assert_eq!(said(BASE, new).len(), 5);
}

#[test]
fn a_deleted_cell_and_a_new_name_are_one_changed_row() {
    let new = BASE.replace("Robbery,314,164", "Robberies,314,");
    assert_eq!(said(BASE, &new), ["Changed Robberies: crime Robbery>Robberies solved 164>"]);
}

#[test]
fn duplicate_headings_stay_apart() {
    let old = "k,a,a\nx,1,2\ny,3,4\n";
    assert_eq!(said(old, "k,a,a\nx,1,5\ny,3,4\n"), ["Changed x: a_2 2>5"]);
}

#[test]
fn duplicate_keys_have_one_answer_in_whatever_order() {
    let old = "k,a,b\nx,1,1\nx,2,2\nx,3,3\ny,9,9\n";
    let rows = ["x,3,3", "x,2,7", "x,1,1", "x,8,8", "y,9,9"];
    let mut answers = std::collections::BTreeSet::new();
    for turn in 0..300_usize {
        let mut rows = rows.to_vec();
        let mut state = turn.wrapping_mul(2_654_435_761) | 1;
        for at in (1..rows.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            rows.swap(at, (state >> 33) % (at + 1));
        }
        let new = format!("k,a,b\n{}\n", rows.join("\n"));
        let it = compare(&table(old), &table(&new), &keyed(&["k"]));
        assert_eq!(it.tables[0].duplicates.len(), 1);
        answers.insert(told(&it).into_iter().filter(|it| !it.starts_with("Moved")).collect::<Vec<_>>());
    }
    let wanted = vec!["Added x:".to_owned(), "Changed x: b 2>7".to_owned()];
    assert_eq!(answers.into_iter().collect::<Vec<_>>(), [wanted]);
}

#[test]
fn a_mistyped_key_names_the_nearest_column() {
    let (old, new) = (table(BASE), table(BASE));
    let error = diff((Side::default(), &old), (Side::default(), &new), &keyed(&["crmie"])).unwrap_err();
    assert_eq!(error.hint_text(), Some("the nearest column is \"crime\""));
}

#[test]
fn more_than_five_columns_can_be_the_key() {
    let old = "a,b,c,d,e,f,n\n1,1,1,1,1,1,5\n1,1,1,1,1,2,6\n";
    let it = compare(&table(old), &table(&old.replace(",2,6", ",2,7")), &keyed(&["a", "b", "c", "d", "e", "f"]));
    assert_eq!(told(&it), ["Changed 1,1,1,1,1,2: n 6>7"]);
}

#[test]
fn tables_that_share_no_row_do_not_correspond() {
    let new = "crime,total,solved\nApples,5,4\nPears,6,5\nPlums,7,6\nQuinces,9,9\n";
    let it = compare(&table(BASE), &table(new), &Options::default());
    assert_eq!(it.tables[0].match_kind, Match::Unrelated("0 of 5 and 4 rows match by crime".to_owned()));
    assert_eq!(said(BASE, new).len(), 9);
}

#[test]
fn an_empty_table_and_none_at_all_are_compared_too() {
    assert_eq!(said(BASE, "crime,total,solved\n").len(), 5);
    assert_eq!(said("crime,total,solved\n", BASE).len(), 5);
    let none = compare(&table(BASE), &[], &Options::default());
    assert_eq!((none.tables[0].match_kind.clone(), none.tables[0].rows.removed), (Match::OnlyOld, 5));
    assert!(patch(&plain(&table(BASE)), &none).unwrap().is_empty());
}

#[test]
fn differences_within_the_tolerance_are_kept_but_not_told() {
    let tolerance = vec![("total".to_owned(), crossfoot::table::Decimal::whole(16))];
    let options = Options { tolerance, ..Options::default() };
    let (old, new) = (table(BASE), table(&BASE.replace("314", "298").replace("70,", "90,")));
    let it = compare(&old, &new, &options);
    assert_eq!(told(&it), ["Changed Fraud: total 70>90"]);
    assert_eq!(csv(&patch(&plain(&old), &it).unwrap()), csv(&plain(&new)));
}

#[test]
fn a_patch_of_another_table_is_refused_by_row_and_column() {
    let it = compare(&table(BASE), &table(&BASE.replace("314", "298")), &Options::default());
    let error = patch(&plain(&table(&BASE.replace("314", "313"))), &it).unwrap_err();
    assert_eq!(error.message(), "table t: row Robbery, column total: expected \"314\", found \"313\"");
}

#[test]
fn corrections_of_two_hands_are_joined() {
    let a = table(&BASE.replace("Murder,18,10", "Murder,19,10"));
    let b = table(&BASE.replace("Theft,849,325", "Theft,849,326\nArson,3,1"));
    let joined = merge(&table(BASE), &a, &b, &Options::default()).unwrap();
    assert!(joined.conflicts.is_empty());
    let wanted = BASE.replace("Murder,18", "Murder,19").replace("849,325", "849,326\nArson,3,1");
    assert_eq!(csv(&joined.tables), wanted);
}

#[test]
fn a_cell_that_both_hands_changed_is_a_conflict_by_name() {
    let a = table(&BASE.replace("Murder,18,10", "Murder,19,10"));
    let b = table(&BASE.replace("Murder,18,10", "Murder,17,10"));
    let joined = merge(&table(BASE), &a, &b, &Options::default()).unwrap();
    let it = &joined.conflicts[0];
    assert_eq!((it.row.as_deref(), it.column.as_deref()), (Some("Murder"), Some("total")));
    assert_eq!((it.base.as_deref(), it.a.as_deref(), it.b.as_deref()), (Some("18"), Some("19"), Some("17")));
    assert_eq!(csv(&joined.tables), BASE);
}

#[test]
fn every_fixture_against_itself_is_silent() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("examples"), root.join("tests/tables")];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "csv" || it == "txt") {
                let bytes = std::fs::read(&path).unwrap();
                let Ok(document) = source::decode(&path.to_string_lossy(), bytes) else { continue };
                let tables = read(&path.to_string_lossy(), &document.text);
                let it = compare(&tables, &tables, &Options::default());
                assert!(it.is_empty(), "{}: {:?}", path.display(), told(&it));
                seen += 1;
            }
        }
    }
    assert!(seen > 15, "{seen} fixtures");
}

fn swapped(mut it: Merged) -> Merged {
    for conflict in &mut it.conflicts {
        std::mem::swap(&mut conflict.a, &mut conflict.b);
    }
    it
}

/// A table of labels and figures, labels mostly distinct.
fn rows() -> impl Strategy<Value = Vec<(String, Vec<String>)>> {
    let label = prop_oneof![4 => "[A-E][a-z]{1,5}", 1 => Just("Same".to_owned())];
    let figure = prop_oneof![4 => "[1-9][0-9]{0,3}", 1 => "[0-9]\\.[0-9]{1,2}", 1 => Just("..".to_owned()), 1 => Just(String::new())];
    prop::collection::vec((label, prop::collection::vec(figure, 3)), 0..8)
}

fn text(heads: [&str; 3], rows: &[(String, Vec<String>)]) -> String {
    let row = |it: &(String, Vec<String>)| format!("{},{}\n", it.0, it.1.join(","));
    format!("name,{}\n{}", heads.join(","), rows.iter().map(row).collect::<String>())
}

/// Some rows of a table changed, dropped, added and moved.
fn edited(rows: &[(String, Vec<String>)], edits: &[(u8, prop::sample::Index, String)]) -> Vec<(String, Vec<String>)> {
    let mut rows = rows.to_vec();
    for (what, at, text) in edits {
        if rows.is_empty() {
            rows.push((text.clone(), vec!["1".to_owned(); 3]));
            continue;
        }
        let at = at.index(rows.len());
        match what % 5 {
            0 => rows[at].1[usize::from(*what) % 3].clone_from(&text.len().to_string()),
            1 => drop(rows.remove(at)),
            2 => rows.insert(at, (text.clone(), vec!["7".to_owned(), "8".to_owned(), "..".to_owned()])),
            3 => rows[at].0.clone_from(text),
            _ => {
                let row = rows.remove(at);
                rows.push(row);
            }
        }
    }
    rows
}

/// What to do, where, and a text to do it with.
pub(crate) fn edits() -> impl Strategy<Value = Vec<(u8, prop::sample::Index, String)>> {
    prop::collection::vec((any::<u8>(), any::<prop::sample::Index>(), "[A-E][a-z]{1,5}"), 0..5)
}

const HEADS: [[&str; 3]; 4] = [["a", "b", "c"], ["b", "a", "c"], ["a", "b", "d"], ["x", "y", "c"]];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::draws::by_hand().unwrap_or(400)))]

    #[test]
    fn a_patch_gives_the_new_tables_exactly(old in rows(), edits in edits(), heads in 0_usize..4, by in 0_usize..2) {
        let new = table(&text(HEADS[heads], &edited(&old, &edits)));
        let old = table(&text(HEADS[0], &old));
        let options = if by == 0 { Options::default() } else { keyed(&["name"]) };
        let it = compare(&old, &new, &options);
        let made = patch(&plain(&old), &it).unwrap();
        prop_assert_eq!(csv(&made), csv(&plain(&new)));
    }

    #[test]
    fn a_table_against_itself_is_silent(rows in rows()) {
        let table = table(&text(HEADS[0], &rows));
        prop_assert!(compare(&table, &table, &Options::default()).is_empty());
    }

    #[test]
    fn shuffled_rows_and_columns_are_moved_and_nothing_else(rows in rows(), seed in any::<u64>(), heads in 0_usize..2) {
        let mut rows = rows;
        let mut names = std::collections::HashSet::new();
        rows.retain(|it| names.insert(it.0.clone()));
        let mut shuffled = rows.clone();
        shuffled.sort_by_key(|it| it.0.len() as u64 ^ seed.rotate_left(u32::try_from(it.0.len()).unwrap()) );
        let permuted: Vec<(String, Vec<String>)> = shuffled.into_iter().map(|(name, mut cells)| {
            if heads == 1 { cells.swap(0, 1) }
            (name, cells)
        }).collect();
        let (old, new) = (table(&text(HEADS[0], &rows)), table(&text(HEADS[heads], &permuted)));
        let it = compare(&old, &new, &keyed(&["name"]));
        let rows = it.tables[0].rows;
        prop_assert_eq!((rows.added, rows.removed, rows.changed), (0, 0, 0));
        prop_assert!(it.tables[0].columns.added.is_empty() && it.tables[0].columns.renamed.is_empty());
    }

    #[test]
    fn merging_obeys_its_laws(base in rows(), first in edits(), second in edits()) {
        let make = |edits: &[(u8, prop::sample::Index, String)]| table(&text(HEADS[0], &edited(&base, edits)));
        let (b, x, y) = (make(&[]), make(&first), make(&second));
        let join = |p: &[Table], q: &[Table], r: &[Table]| merge(p, q, r, &Options::default()).unwrap();
        prop_assert_eq!(csv(&join(&b, &x, &x).tables), csv(&plain(&x)));
        prop_assert_eq!(csv(&join(&b, &x, &b).tables), csv(&plain(&x)));
        prop_assert_eq!(csv(&join(&b, &b, &x).tables), csv(&plain(&x)));
        prop_assert_eq!(join(&b, &x, &y), swapped(join(&b, &y, &x)));
    }
}
