//! The figure that is blamed, and the value that it should have.

use super::super::tests::{STEPS, blame_of, system};
use super::*;
use crate::rules::Rounding;
use crate::rules::expression::testing::World;

/// The suspects of the only error, the likeliest first: `x.total 883`.
fn ranking(world: &World, rules: &[&str]) -> (Vec<String>, Blame) {
    let system = system(world, rules);
    let [blame] = &blame_of(world, &system)[..] else { panic!("one error is expected") };
    let table = &world.edition.tables[0];
    let told = |it: &Accused| {
        let at = system.cells[it.cell].at.cell;
        let to = it.to.map_or(String::new(), |it| format!(" {it}"));
        format!("{}.{}{to}", table.row_name(at.row), table.columns[at.column].name)
    };
    (blame.accused.iter().map(told).collect(), blame.clone())
}

fn one_total(figures: &str) -> (Vec<String>, Blame) {
    let parts = figures.split(',').count() - 1;
    let names: Vec<String> = (0..parts).map(|it| char::from(b'p' + u8::try_from(it).unwrap()).to_string()).collect();
    let columns: Vec<String> = names.iter().map(|it| format!("{it}:count")).collect();
    let world = World::of("t", &format!("item:label,{},total:count", columns.join(",")), &format!("x,{figures}"));
    ranking(&world, &[&format!("total = {}", names.join(" + "))])
}

#[test]
fn a_transposed_total_comes_before_parts_that_need_two_digits() {
    let (names, _) = one_total("405,312,166,838");
    assert_eq!(names[0], "x.total 883");
    assert_eq!(names.len(), 4);
}

#[test]
fn a_figure_ten_times_too_large_is_likely_where_the_others_would_be_negative() {
    let (names, blame) = one_total("12,340,20,66");
    assert_eq!(names, ["x.q 34", "x.total 372"]);
    assert!(blame.accused[0].share > 0.7 && blame.negative == 2, "{blame:?}");
}

#[test]
fn a_part_that_would_be_negative_is_not_named() {
    let (mut names, _) = one_total("30,5,12");
    names.sort();
    assert_eq!(names, ["x.p 7", "x.total 35"]);
}

#[test]
fn of_a_gap_of_one_nothing_is_said_alone() {
    let (names, blame) = one_total("14,23,38");
    assert_eq!(names.len(), 3);
    assert!(blame.accused[0].share < 0.7, "{blame:?}");
}

#[test]
fn parts_that_repeat_the_total_have_lost_their_values() {
    let (_, blame) = one_total("48,48,48,48");
    assert!(blame.accused.iter().all(|it| it.to.is_none()) && blame.other > 0.2, "{blame:?}");
}

#[test]
fn a_lost_digit_of_the_total_is_offered() {
    let (names, _) = one_total("567,21,88");
    assert_eq!(names[0], "x.total 588");
    assert!(names.contains(&"x.p 67".to_owned()));
}

const CROSSED: [&str; 8] = [
    "[North].a + [North].b + [North].c = [North].total",
    "[South].a + [South].b + [South].c = [South].total",
    "[West].a + [West].b + [West].c = [West].total",
    "[All].a + [All].b + [All].c = [All].total",
    "[North].a + [South].a + [West].a = [All].a",
    "[North].b + [South].b + [West].b = [All].b",
    "[North].c + [South].c + [West].c = [All].c",
    "[North].total + [South].total + [West].total = [All].total",
];

fn crossed(rows: &str) -> World {
    World::of("t", "item:label,a:count,b:count,c:count,total:count", rows)
}

#[test]
fn a_figure_in_two_broken_rules_is_wrong_and_its_value_certain() {
    let rows = "North,120,45,310,475\nSouth,88,61,265,354\nWest,240,37,150,427\nAll,448,143,665,1256";
    let (names, blame) = ranking(&crossed(rows), &CROSSED);
    assert_eq!(names[0], "South.c 205");
    assert!(blame.accused[0].share > 0.98 && blame.other < 0.2 && blame.accused[0].asked == 2, "{blame:?}");
}

#[test]
fn two_slips_in_one_row_are_both_found_by_the_columns() {
    let rows = "North,102,45,301,475\nSouth,88,61,205,354\nWest,240,37,150,427\nAll,448,143,665,1256";
    let (names, blame) = ranking(&crossed(rows), &CROSSED);
    let mut first: Vec<String> = names[..2].to_vec();
    first.sort();
    assert_eq!(first, ["North.a 120", "North.c 310"]);
    assert!(blame.accused[1].share > 0.98, "{blame:?}");
}

#[test]
fn two_slips_apart_are_both_wrong_for_sure() {
    let rows = "North,210,45,310,475\nSouth,88,61,205,354\nWest,240,87,150,427\nAll,448,143,665,1256";
    let (names, blame) = ranking(&crossed(rows), &CROSSED);
    let mut first: Vec<String> = names[..2].to_vec();
    first.sort();
    assert_eq!(first, ["North.a 120", "West.b 37"]);
    assert!(blame.accused[1].share > 0.98 && blame.other < 0.2, "{blame:?}");
}

#[test]
fn exchanged_neighbours_are_one_mishap() {
    let rows = "North,120,88,310,475\nSouth,45,61,205,354\nWest,240,37,150,427\nAll,448,143,665,1256";
    let world = crossed(rows);
    let blames = blame_of(&world, &system(&world, &CROSSED));
    assert!(blames.iter().any(|it| it.explanations[0].changed.len() == 2), "{blames:?}");
}

#[test]
fn a_rounded_total_asks_for_a_range_and_its_middle_is_given() {
    let world = World {
        rounding: Rounding::Independent,
        ..World::of(
            "t",
            "year:label,q1:amount,q2:amount,q3:amount,q4:amount,y:amount",
            "2016,15102.2,16988.1,37520.6,17240.3,66851.3",
        )
    };
    let (names, _) = ranking(&world, &["y = q1 + q2 + q3 + q4"]);
    assert!(names[..2].contains(&"2016.q3 17520.7".to_owned()), "{names:?}");
    assert!(names[..2].contains(&"2016.y 86851.2".to_owned()), "{names:?}");
}

#[test]
fn shares_to_a_hundred_blame_the_one_that_can_be_less() {
    let world = World::of("t", "item:label,c:amount", "a,12.5\nb,305.0\nc,22.0\nd,9.5\ne,25.5");
    let (names, _) = ranking(&world, &["sum(c) = 100"]);
    assert_eq!(names[0], "b.c 30.5");
}

#[test]
fn long_sums_are_searched_in_steps_that_grow_with_their_length() {
    for parts in [20_usize, 200, 2_000] {
        let rows: Vec<String> = (0..parts).map(|it| format!("p{it},{}", 100 + it * 7 % 90)).collect();
        let world = World::of("t", "item:label,n:count", &rows.join("\n"));
        let system = system(&world, &["sum(n) = 0"]);
        let blames = blame_of(&world, &system);
        assert!(blames.iter().all(|it| it.steps <= 10 * parts + 100 && it.limit.is_none()), "{parts}");
    }
}

#[test]
fn a_slip_in_a_long_sum_is_found_wherever_it_stands() {
    for wrong in [0, 90, 179] {
        let figure = |it: usize| 3_050 + it * 37;
        let sum: usize = (0..180).map(figure).sum();
        let printed = |it: usize| if it == wrong { figure(it) * 10 } else { figure(it) };
        let rows: Vec<String> = (0..180).map(|it| format!("p{it},{},", printed(it))).collect();
        let world = World::of("t", "item:label,n:count,all:count", &format!("{}\nAll,,{sum}", rows.join("\n")));
        let (names, _) = ranking(&world, &["sum(n) filter (where item <> 'All') = [All].all"]);
        assert_eq!(names[0], format!("p{wrong}.n {}", figure(wrong)));
    }
}

/// A table of so many rows and columns with both totals, and some figures
/// printed ten times too large or one too small.
fn cross_table(rows: usize, columns: usize, slips: usize) -> (World, Vec<String>, Vec<(usize, usize)>) {
    cross_table_of(7, [rows, columns], slips)
}

/// A small generator (a linear congruence).
fn drawing(seed: u64) -> impl FnMut(usize) -> usize {
    let mut seed = seed;
    move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    }
}

fn cross_table_of(seed: u64, [rows, columns]: [usize; 2], slips: usize) -> (World, Vec<String>, Vec<(usize, usize)>) {
    let mut draw = drawing(seed + u64::try_from(rows * columns * 31 + slips).unwrap());
    let true_figures: Vec<Vec<usize>> = (0..rows).map(|_| (0..columns).map(|_| 100 + draw(900)).collect()).collect();
    let mut printed = true_figures.clone();
    let mut wrong = Vec::new();
    while wrong.len() < slips {
        let at = (draw(rows), draw(columns));
        if !wrong.contains(&at) {
            printed[at.0][at.1] = if wrong.len() % 2 == 0 { printed[at.0][at.1] * 10 } else { printed[at.0][at.1] - 1 };
            wrong.push(at);
        }
    }
    let text = |figures: &[usize]| figures.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let lines = printed.iter().zip(&true_figures).enumerate();
    let mut body: Vec<String> =
        lines.map(|(at, (it, truth))| format!("r{at},{},{}", text(it), truth.iter().sum::<usize>())).collect();
    let sums: Vec<usize> = (0..columns).map(|it| true_figures.iter().map(|row| row[it]).sum()).collect();
    body.push(format!("All,{},{}", text(&sums), sums.iter().sum::<usize>()));
    let names: Vec<String> = (0..columns).map(|it| format!("c{it}")).collect();
    let schema: Vec<String> = names.iter().chain([&"total".to_owned()]).map(|it| format!("{it}:count")).collect();
    let world = World::of("t", &format!("item:label,{}", schema.join(",")), &body.join("\n"));
    let mut rules = vec![format!("total = {}", names.join(" + "))];
    rules.extend(names.iter().map(|it| format!("sum({it}) filter (where item <> 'All') = [All].{it}")));
    (world, rules, wrong)
}

#[test]
fn a_few_slips_in_a_cross_table_are_all_found_and_many_cost_no_more_than_the_budget() {
    for (rows, columns, slips) in [(10, 10, 1), (20, 8, 3), (40, 20, 4), (10, 10, 10), (40, 20, 30)] {
        let (world, rules, wrong) = cross_table(rows, columns, slips);
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        let system = system(&world, &rules);
        let blames = blame_of(&world, &system);
        let steps: usize = blames.iter().map(|it| it.steps).sum();
        // The budget is looked at between figures: a step over it ends the search.
        assert!(blames.iter().all(|it| it.steps < 2 * 400_000), "{rows} x {columns}, {slips}: {steps}");
        if slips <= 4 {
            let mut found: Vec<(usize, usize)> = blames
                .iter()
                .flat_map(|it| &it.explanations[0].changed)
                .map(|it| system.cells[it.0].at.cell)
                .map(|it| (it.row, it.column - 1))
                .collect();
            found.sort_unstable();
            let mut wrong = wrong;
            wrong.sort_unstable();
            assert_eq!(found, wrong, "{rows} x {columns}, {slips}");
        }
    }
}

/// How many tables are drawn, and whether they are as large as any; a few small
/// ones where it is not measured.
fn drawn_tables() -> (u64, bool) {
    let asked = std::env::var("CROSSFOOT_DRAWN_TABLES").ok().and_then(|it| it.parse().ok());
    asked.map_or((6, false), |it: u64| (it, it >= 30))
}

/// Rows that all fail, and sums of their columns that do, too.
fn failing_columns(seed: u64, rows: usize) -> (World, Vec<String>) {
    let mut draw = drawing(seed);
    let mut lines: Vec<String> = Vec::new();
    for at in 0..rows {
        let (a, b) = (draw(900), draw(900));
        lines.push(format!("r{at},{a},{b},{}", a + b + 1 + draw(40)));
    }
    lines.push(format!("All,{},{},{}", draw(900), draw(9_000), draw(90_000)));
    let world = World::of("t", "item:label,a:count,b:count,total:count", &lines.join("\n"));
    let mut rules = vec!["total = a + b".to_owned()];
    rules.extend(["a", "b", "total"].map(|it| format!("sum({it}) filter (where item <> 'All') = [All].{it}")));
    (world, rules)
}

/// One total that is not the sum of its parts.
fn failing_total(seed: u64, parts: usize) -> (World, Vec<String>) {
    let mut draw = drawing(seed);
    let mut lines: Vec<String> = (0..parts).map(|it| format!("p{it},{},", 1 + draw(5_000))).collect();
    lines.push(format!("All,,{}", draw(5_000 * parts)));
    let world = World::of("t", "item:label,n:count,all:count", &lines.join("\n"));
    (world, vec!["sum(n) filter (where item <> 'All') = [All].all".to_owned()])
}

#[test]
fn the_search_keeps_to_its_budget_whatever_fails() {
    let (tables, is_large) = drawn_tables();
    for seed in 0..tables {
        let mut draw = drawing(seed);
        let mut size = |small: usize, large: usize| 1 + draw(if is_large { large } else { small });
        let (world, rules) = match seed % 3 {
            0 => failing_columns(seed, size(120, 2_000)),
            1 => failing_total(seed, 2 + size(600, 10_000)),
            _ => {
                let (world, rules, _) = cross_table_of(seed, [2 + size(12, 198), 2 + size(6, 48)], 30.min(size(9, 30)));
                (world, rules)
            }
        };
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        let system = system(&world, &rules);
        let start = std::time::Instant::now();
        let blames = blame_of(&world, &system);
        // To add up each rule takes its terms; what happened to several figures
        // at once is tried outside the budget, and a fixed number of times.
        let terms: usize = system.rows.iter().map(|it| it.terms.len()).sum();
        for it in &blames {
            assert!(it.steps <= STEPS + 10 * terms + 20_000, "{seed}: {} steps, {terms} terms", it.steps);
        }
        if is_large {
            eprintln!("{seed}: {terms} terms, {:?}", start.elapsed());
        }
    }
}

#[test]
fn what_is_wrong_for_sure_is_wrong_also_among_many_slips() {
    let (tables, _) = drawn_tables();
    let (mut sure, mut right) = (0, 0);
    for seed in 0..tables {
        let (world, rules, wrong) = cross_table_of(100 + seed, [10, 10], 10);
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        let system = system(&world, &rules);
        for it in blame_of(&world, &system).iter().flat_map(|it| &it.accused) {
            let at = system.cells[it.cell].at.cell;
            if it.share >= 0.98 && !it.is_entangled {
                sure += 1;
                right += usize::from(at.column > 0 && wrong.contains(&(at.row, at.column - 1)));
            }
        }
    }
    eprintln!("{right} of {sure}");
    assert!(right * 100 >= sure * 98, "{right} of {sure}");
}
