//! One cause of many changes is told once, and the exceptions beside it.

use crossfoot::diff::{CauseKind, Diff, Options, Side, diff};

use crate::support::{Folder, crossfoot};

const PLACES: [&str; 12] =
    ["Ash", "Beech", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper", "Kapok", "Larch"];

/// A table of places with a code, and figures that look like any.
fn table(row: impl Fn(usize, u32) -> String) -> String {
    let rows: Vec<String> =
        PLACES.iter().enumerate().map(|(at, it)| format!("{it},{}\n", row(at, figure(at)))).collect();
    let rows = rows.concat();
    format!("place,code,cases,deaths\n{rows}")
}

fn figure(at: usize) -> u32 {
    let at = u32::try_from(at).unwrap();
    1_000 + at * at * 37 % 911 + at * 13
}

fn plain(at: usize, n: u32) -> String {
    format!("{},{n},{}", ["N", "S", "W"][at % 3], n / 9 + 3)
}

fn compare(old: &str, new: &str) -> Diff {
    let read = |text: &str| crate::diff::read("t.csv", text);
    diff((Side::default(), &read(old)), (Side::default(), &read(new)), &Options::default()).unwrap()
}

/// Each cause: its kind, columns, detail and how many cells it explains.
fn causes(it: &Diff) -> Vec<(CauseKind, String, &str, usize)> {
    it.tables[0].causes.iter().map(|it| (it.kind, it.columns.join("+"), it.detail.as_str(), it.cells)).collect()
}

fn unexplained(it: &Diff) -> usize {
    it.tables[0].changes.iter().flat_map(|it| &it.cells).filter(|it| it.cause.is_none()).count()
}

#[test]
fn a_column_in_another_unit_is_one_factor() {
    let new = table(|at, n| format!("{},{}000,{}", ["N", "S", "W"][at % 3], n, n / 9 + 3));
    let it = compare(&table(plain), &new);
    assert_eq!(causes(&it), [(CauseKind::Factor, "cases".to_owned(), "1000", 12)]);
    assert_eq!(unexplained(&it), 0);
    // One figure that does not follow stays a change of its own.
    let it = compare(&table(plain), &new.replace("1037000", "1038000").replace("1050000", "77"));
    assert_eq!((it.tables[0].causes.len(), unexplained(&it)), (1, usize::from(new.contains("1050000"))));
}

#[test]
fn a_column_that_slipped_by_a_row_is_told_as_that() {
    let slipped = |at: usize, _: u32| {
        plain(at, figure(at)).replace(
            &format!(",{},", figure(at)),
            &format!(
                ",{},",
                match at {
                    0..4 => figure(at),
                    4 => 0,
                    _ => figure(at - 1),
                }
            ),
        )
    };
    let it = compare(&table(plain), &table(slipped));
    assert_eq!(causes(&it), [(CauseKind::Shifted, "cases".to_owned(), "1", 7)]);
    assert_eq!(it.tables[0].causes[0].from.as_deref(), Some("Elm"));
    assert_eq!(unexplained(&it), 1);
}

#[test]
fn points_that_come_into_whole_figures_seem_to_part_thousands() {
    let old = "town,men,women,rate\nAsh,21871,16044,2\nElm,19302,32410,3\n";
    let it = compare(old, "town,men,women,rate\nAsh,21.990,16.119,2.125\nElm,19.377,32.501,3.250\n");
    assert_eq!(causes(&it), [(CauseKind::Marked, "men+women".to_owned(), "21871 -> 21.990", 4)]);
    // Decimals that are none of a thousandth are figures of their own.
    assert_eq!(causes(&compare(old, "town,men,women,rate\nAsh,2.187,160.440,2\nElm,1.930,324.100,3\n")), []);
}

#[test]
fn figures_near_those_of_the_row_above_seem_to_have_slipped() {
    let uneven = |at: usize| [9_310, 1_120, 4_480, 640, 7_700, 2_050, 5_900, 880, 3_300, 1_500, 8_100, 410][at];
    let old = table(|at, _| format!("N,{},{}", uneven(at), at + 3));
    let new = table(|at, _| {
        let from = if at < 4 { at } else { at - 1 };
        format!("N,{},{}", if at == 4 { 0 } else { uneven(from) + uneven(from) / 50 }, at + 3)
    });
    let it = compare(&old, &new);
    assert_eq!(causes(&it), [(CauseKind::Shifted, "cases".to_owned(), "~1", 7)]);
    assert_eq!(unexplained(&it), 12);
}

#[test]
fn columns_that_changed_places_are_told_as_that() {
    let exchanged = |at: usize, n: u32| format!("{},{},{n}", ["N", "S", "W"][at % 3], n / 9 + 3);
    let it = compare(&table(plain), &table(exchanged));
    assert_eq!(causes(&it), [(CauseKind::Exchanged, "cases+deaths".to_owned(), "", 12)]);
    assert_eq!(unexplained(&it), 0);
}

#[test]
fn codes_replaced_one_for_one_are_told_as_that() {
    let named = |at: usize, n: u32| format!("{},{n},{}", ["North", "South", "West"][at % 3], n / 9 + 3);
    let it = compare(&table(plain), &table(named));
    assert_eq!(causes(&it), [(CauseKind::Recoded, "code".to_owned(), "N -> North, S -> South, W -> West", 12)]);
    let mixed = |at: usize, n: u32| {
        format!("{},{n},{}", if at == 3 { "South" } else { ["North", "South", "West"][at % 3] }, n / 9 + 3)
    };
    assert!(causes(&compare(&table(plain), &table(mixed))).is_empty());
}

#[test]
fn whole_figures_that_gain_a_decimal_are_no_new_codes() {
    // Few figures, each several times, so that old and new ones go together one to one.
    let rows = |decimal: &str| table(|at, n| format!("N,{n},{}{decimal}", 20 + at % 4));
    let diff = compare(&rows(""), &rows(".0"));
    assert_eq!(causes(&diff), []);
    assert_eq!(unexplained(&diff), 12);
}

#[test]
fn a_column_that_changed_throughout_is_summed_up_and_still_listed() {
    let restated = |at: usize, n: u32| {
        format!("{},{},{}", ["N", "S", "W"][at % 3], n - 100 - u32::try_from(at * at).unwrap(), n / 9 + 3)
    };
    let it = compare(&table(plain), &table(restated));
    let [(CauseKind::Restated, column, detail, 12)] = &causes(&it)[..] else { panic!("{:?}", causes(&it)) };
    assert!(column == "cases" && detail.starts_with('-'), "{column} {detail}");
    assert_eq!(unexplained(&it), 12);
}

#[test]
fn few_changes_need_no_cause() {
    let new = table(plain).replace(",1037,", ",1039,").replace(",1000,", ",10000,");
    assert!(causes(&compare(&table(plain), &new)).is_empty());
}

#[test]
fn a_cause_takes_the_place_of_the_rows_that_it_explains() {
    let folder = Folder::new("diff-causes");
    let new = table(|at, n| format!("{},{n}000,{}", ["N", "S", "W"][at % 3], n / 9 + 3));
    folder.write("old.csv", table(plain));
    folder.write("new.csv", new.replace("Gorse,N", "Gorse,S"));
    let output = crossfoot(&folder, &["diff", "old.csv", "new.csv"]);
    assert!(output.stdout.contains("\n  cases: multiplied by 1000 in 12 rows\n"), "{}", output.stdout);
    let rows: Vec<&str> = output.stdout.lines().filter(|it| it.starts_with("  changed")).collect();
    assert_eq!(rows, ["  changed  Gorse (line 8): code N -> S"]);
    assert!(output.stdout.ends_with("1 table: 12 rows changed; 13 cells changed\n"), "{}", output.stdout);
    let all = crossfoot(&folder, &["diff", "old.csv", "new.csv", "-v"]);
    assert_eq!(all.stdout.lines().filter(|it| it.starts_with("  changed")).count(), 12, "{}", all.stdout);
}

#[test]
fn rows_in_another_order_are_told_by_what_they_are_sorted_by() {
    let mut rows: Vec<String> = table(plain).lines().skip(1).map(str::to_owned).collect();
    rows.sort_by_key(|it| std::cmp::Reverse(it.split(',').nth(2).unwrap().parse::<u32>().unwrap()));
    let it = compare(&table(plain), &format!("place,code,cases,deaths\n{}\n", rows.join("\n")));
    let said: Vec<_> = causes(&it).into_iter().map(|it| (it.0, it.1, it.2.to_owned())).collect();
    assert_eq!(said, [(CauseKind::Resorted, "cases".to_owned(), "falling".to_owned())]);
}
