//! What is said of the figures that may be wrong, as readers see it.

use crate::support::{Folder, crossfoot};

/// The lines under the findings of a table: `wrong: …`, `one is wrong: …`.
fn lines(name: &str, (columns, rules): (&str, &str), table: &str) -> Vec<String> {
    let folder = Folder::new(&format!("blame-{name}"));
    let head = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\n";
    folder.write("rules/d.toml", format!("{head}key = [\"item\"]\ncolumns = {{ {columns} }}\n{rules}"));
    folder.write("t.csv", table);
    let output = crossfoot(&folder, &["check", "t.csv", "--no-discovery"]);
    assert_eq!(output.code, 1, "{}", output.stdout);
    let told = output.stdout.lines().filter_map(|it| it.trim_start().strip_prefix("= "));
    told.filter(|it| !it.starts_with("rule: ")).map(str::to_owned).collect()
}

const COUNTS: &str = "item = \"label\", p = \"count\", q = \"count\", r = \"count\", total = \"count\"";
const ACROSS: &str = "[[rules]]\nname = \"across\"\nsum = { total = \"total\", parts = [\"p\", \"q\", \"r\"] }\n";
const DOWN: &str = "[[rules]]\nname = \"down\"\n\
    sum = { total = \"[All]\", parts = [\"[Fen]\", \"[Moor]\", \"[Wold]\"], columns = [\"p\", \"q\", \"r\", \"total\"] }\n";

#[test]
fn figures_that_would_be_negative_are_counted_and_not_named() {
    let told = lines("negative", (COUNTS, ACROSS), "item,p,q,r,total\nx,31,6,3,14\n");
    assert_eq!(
        told,
        ["probably wrong: total 40 instead of 14; otherwise p 5 instead of 31; 2 others are ruled out: they would \
             have to be negative"]
    );
}

#[test]
fn parts_that_repeat_the_total_are_named_without_values() {
    let told = lines("copied", (COUNTS, ACROSS), "item,p,q,r,total\nx,67,67,67,67\n");
    assert_eq!(told, ["one cause: p, q and r repeat the figure of total; their own values cannot be computed"]);
}

#[test]
fn each_of_two_findings_names_the_figure_that_its_own_check_reads() {
    let table = "item,p,q,r,total\nFen,210,45,318,483\nMoor,88,61,205,354\nWold,241,78,150,428\nAll,449,143,673,1265\n";
    let told = lines("two", (COUNTS, &format!("{ACROSS}{DOWN}")), table);
    let named: Vec<&String> = told.iter().filter(|it| it.starts_with("wrong: ")).collect();
    assert_eq!(named.len(), 2, "{told:?}");
    assert!(named[0].contains("Fen, p (210") && !named[0].contains("Wold"), "{told:?}");
    assert!(named[1].contains("Wold, q (78") && !named[1].contains("Fen"), "{told:?}");
}

#[test]
fn figures_at_one_corner_are_exchanged() {
    let table = "item,p,q,r,total\nFen,170,92,318,535\nMoor,47,61,205,358\nWold,241,38,150,429\nAll,503,146,673,1322\n";
    let told = lines("corner", (COUNTS, &format!("{ACROSS}{DOWN}")), table);
    assert!(told[0].contains("swapped") && told[0].contains("should be 92"), "{told:?}");
}

#[test]
fn a_blank_total_that_counts_as_nothing_is_likely_the_wrong_one() {
    let rows = (0..19).map(|it| format!("{},{}\n", it + 1, 40 + it * 53 % 290)).collect::<Vec<_>>().concat();
    let rules = "[[rules]]\nname = \"all\"\nmissing = \"zero\"\nsum = { total = \"[All]\", parts = \"rest\" }\n";
    let sum: usize = (0..19).map(|it| 40 + it * 53 % 290).sum();
    let told = lines("blank", ("item = \"label\", n = \"count\"", rules), &format!("item,n\n{rows}All,\n"));
    let (thousands, rest) = (sum / 1_000, sum % 1_000);
    assert!(told[0].contains(&format!("{thousands},{rest:03} (nothing is printed)")), "{told:?}");
}

#[test]
fn a_total_far_off_over_many_rows_is_told_without_naming_each_of_them() {
    let rows = (0..200).map(|it| format!("P{it},{}\n", 20 + it * 37 % 900)).collect::<Vec<_>>().concat();
    let rules = "[[rules]]\nname = \"all\"\nsum = { total = \"[All]\", parts = \"rest\" }\n";
    let told = lines("far", ("item = \"label\", n = \"count\"", rules), &format!("item,n\n{rows}All,0\n"));
    assert!(told.len() == 1 && told[0].contains("All "), "{told:?}");
}

#[test]
fn a_last_digit_left_out_from_one_day_on_is_one_cause() {
    let columns = "item = \"date\", n = \"count\"";
    let rules = "[[rules]]\nname = \"never-falls\"\ncumulative = { columns = [\"n\"], along = \"item\" }\n";
    let table =
        "item,n\n2024-03-01,6120\n2024-03-02,6151\n2024-03-03,6188\n2024-03-04,621\n2024-03-05,625\n2024-03-06,629\n";
    let told = lines("digit", (columns, rules), table);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("one cause: n is 10 times too small from "), "{told:?}");
    assert!(told[0].ends_with(" onwards (a last digit left out), or was revised"), "{told:?}");
}

#[test]
fn a_figure_below_zero_is_no_rival_of_the_total_where_no_part_is() {
    let rows = (0..60).map(|it| format!("P{it},{}\n", 110 + it * 41 % 800)).collect::<Vec<_>>().concat();
    let sum: usize = (0..60).map(|it| 110 + it * 41 % 800).sum();
    let rules = "[[rules]]\nname = \"all\"\nsum = { total = \"[All]\", parts = \"rest\" }\n";
    let told = lines("below", ("item = \"label\", n = \"integer\"", rules), &format!("item,n\n{rows}All,1\n"));
    let all = format!("the rules require {},{:03}", sum / 1_000, sum % 1_000);
    assert!(told[0].starts_with("wrong: All (1, ") && told[0].ends_with(&all), "{told:?}");
}

#[test]
fn one_of_many_alike_figures_that_is_ten_times_too_large_is_the_one() {
    let rows = (0..20).map(|it| format!("r{it},{}\n", if it == 7 { "50.0" } else { "5.0" }));
    let rows = rows.collect::<Vec<_>>().concat();
    let rules = "[[rules]]\nname = \"all\"\nexpect = \"sum(c) = 100\"\n";
    let told = lines("hundred", ("item = \"label\", c = \"amount\"", rules), &format!("item,c\n{rows}"));
    assert!(told[0].starts_with("wrong: r7 (50.0, "), "{told:?}");
}

const DAYS: &str = "item = \"date\", done = \"count\", asked = \"count\"";

#[test]
fn figures_that_a_bound_wants_exchanged_are_where_each_fits_the_other_place() {
    let rules = "[[rules]]\nname = \"within\"\npart = \"done <= asked\"\n";
    let table = "item,done,asked\n2024-05-01,612,8120\n2024-05-02,618,8204\n2024-05-03,8311,627\n2024-05-04,634,8390\n";
    let told = lines("bound", (DAYS, rules), table);
    assert!(told[0].starts_with("probably wrong: ") && told[0].contains("swapped"), "{told:?}");
    // Without days nothing shows where each belongs.
    let told = lines("bare", (&DAYS.replace("date", "label"), rules), "item,done,asked\nx,8311,627\n");
    assert!(!told[0].contains("swapped"), "{told:?}");
}

#[test]
fn a_fall_that_an_exchange_makes_is_told_with_it() {
    let columns = "item = \"date\", sick = \"count\", dead = \"count\", well = \"count\", open = \"count\"";
    let rules = "[[rules]]\nname = \"balance\"\nsum = { total = \"sick\", parts = [\"dead\", \"well\", \"open\"] }\n\
        [[rules]]\nname = \"never-falls\"\ncumulative = { columns = [\"sick\"], along = \"item\" }\n";
    let table = "item,sick,dead,well,open\n2024-05-01,71204,1811,42330,27063\n2024-05-02,1822,71433,42801,26810\n";
    let told = lines("with", (columns, rules), table);
    assert!(told[0].contains("swapped"), "{told:?}");
    assert!(told[1].starts_with("also fails: never-falls: ") && told.len() == 2, "{told:?}");
}

#[test]
fn a_running_total_that_ends_in_a_fall_was_restated_or_is_wrong() {
    let rules = "[[rules]]\nname = \"never-falls\"\ncumulative = { columns = [\"n\"], along = \"item\" }\n";
    let rows = [6_120, 6_151, 6_188, 6_214, 5_990].iter().zip(1..);
    let rows = rows.map(|(it, day)| format!("2024-03-0{day},{it}\n")).collect::<Vec<_>>().concat();
    let told = lines("last", ("item = \"date\", n = \"count\"", rules), &format!("item,n\n{rows}"));
    assert_eq!(told, ["probably wrong: 2024-03-05 (5990); or more than one is wrong"]);
}

/// What is said of the figures of one row of daily editions, in their order.
fn editions(name: &str, rules: &str, figures: &[&str]) -> Vec<String> {
    let folder = Folder::new(&format!("blame-{name}"));
    let head = "crossfoot = 1\ndataset = \"d\"\ncadence = \"daily\"\nfiles = [\"*.csv\"]\nperiod = { filename = \"%Y-%m-%d\" }\n\
        [tables.t]\nkey = [\"place\"]\ncolumns = { place = \"label\", n = \"amount\" }\n";
    folder.write("rules/d.toml", format!("{head}{rules}"));
    for (day, it) in figures.iter().enumerate() {
        folder.write(&format!("2024-05-{:02}.csv", day + 1), format!("place,n\nFen,{it}\nMoor,{}\n", 90 + day));
    }
    let output = crossfoot(&folder, &["check", ".", "--no-discovery"]);
    let told = output.stdout.lines().filter_map(|it| it.trim_start().strip_prefix("= "));
    told.filter(|it| !it.starts_with("rule: ") && !it.starts_with("hint: ")).map(str::to_owned).collect()
}

const NEVER_FALLS: &str = "[[rules]]\nname = \"never-falls\"\ncumulative = { columns = [\"n\"] }\n";

#[test]
fn a_peak_between_editions_is_blamed_on_the_peak() {
    let told = editions("peak", NEVER_FALLS, &["61", "64", "94", "68", "70", "73"]);
    assert_eq!(told, ["wrong: Fen, 2024-05-03 (94, 2024-05-03.csv:2:5): perhaps between 64 and 68"]);
    let told = editions("dip", NEVER_FALLS, &["61", "64", "66", "31", "70", "73"]);
    assert_eq!(told, ["wrong: Fen, 2024-05-04 (31, 2024-05-04.csv:2:5): perhaps between 66 and 70"]);
}

#[test]
fn figures_in_another_unit_for_a_while_are_one_cause_where_the_series_comes_back() {
    let rules = "[[rules]]\nname = \"usual\"\nusual = { columns = [\"n\"] }\n";
    let figures = ["4120.0", "4155.0", "4190.0", "4.21", "4.26", "4.31", "4.33", "4.37", "4412.0", "4450.0", "4475.0"];
    let told = editions("unit", rules, &figures);
    let block = "one cause: n is 1,000 times too small from 2024-05-04 to 2024-05-08, or in another unit";
    assert_eq!(told, [block]);
}

/// Daily editions of a table of eight districts, the last one spoilt.
fn daily(name: &str, days: u32, spoil: impl Fn(&mut Vec<[u32; 2]>)) -> Vec<String> {
    let folder = Folder::new(&format!("blame-{name}"));
    folder.write(
        "rules/d.toml",
        "crossfoot = 1\ndataset = \"d\"\ncadence = \"daily\"\nfiles = [\"*.csv\"]\nperiod = { filename = \"%Y-%m-%d\" }\n\
         [tables.t]\nkey = [\"district\"]\ncolumns = { district = \"label\", rate = \"amount\", tests = \"amount\" }\n\
         [[rules]]\nname = \"usual\"\nusual = { columns = [\"rate\", \"tests\"] }\n",
    );
    let level = [512_u32, 845, 233, 671, 1_190, 402, 958, 147];
    for day in 1..=days {
        let rate = |at: usize| level[at] + level[at] * (day * 7 + u32::try_from(at).unwrap() * 5) % 23 / 400;
        let tests = |at: usize| 4 * level[7 - at] + (day * 5 + u32::try_from(at).unwrap()) % 9;
        let mut rows: Vec<[u32; 2]> = (0..8).map(|it| [rate(it), tests(it)]).collect();
        if day == days {
            spoil(&mut rows);
        }
        let line = |(at, it): (usize, &[u32; 2])| format!("D{at},{}.0,{}.0\n", it[0], it[1]);
        let lines = rows.iter().enumerate().map(line).collect::<Vec<_>>().concat();
        folder.write(&format!("2024-05-{day:02}.csv"), format!("district,rate,tests\n{lines}"));
    }
    let output = crossfoot(&folder, &["check", ".", "--no-discovery"]);
    assert_eq!(output.code, 1, "{}", output.stdout);
    let told = output.stdout.lines().filter_map(|it| it.trim_start().strip_prefix("= one cause: "));
    told.map(str::to_owned).collect()
}

#[test]
fn a_column_one_row_too_low_is_told_by_its_history() {
    let told = daily("low", 12, |rows| {
        for at in (3..8).rev() {
            rows[at][0] = rows[at - 1][0];
        }
        rows[2][0] = 1;
    });
    assert_eq!(
        told,
        ["rate is one row too low from D3 to D7: each figure fits the row above; 1.0 of D2 seems to be extra"]
    );
}

#[test]
fn a_column_one_row_too_low_is_told_however_young_its_series_are() {
    let told = daily("young", 6, |rows| {
        for at in (2..8).rev() {
            rows[at][0] = rows[at - 1][0];
        }
        rows[1][0] = 0;
    });
    assert_eq!(
        told,
        ["rate is one row too low from D2 to D7: each figure fits the row above; 0.0 of D1 seems to be extra"]
    );
}

#[test]
fn columns_exchanged_over_some_rows_are_told_by_their_history() {
    let told = daily("exchanged", 12, |rows| rows[2..=5].iter_mut().for_each(|it| it.swap(0, 1)));
    assert_eq!(told, ["rate and tests are swapped in rows D2 to D5: each fits the other"]);
}

#[test]
fn unusual_figures_that_fit_nowhere_else_are_told_one_by_one() {
    let told = daily("apart", 12, |rows| {
        rows[1][0] = 8_110;
        rows[4][0] = 77;
        rows[6][0] = 3_333;
    });
    assert_eq!(told, Vec::<String>::new());
}
