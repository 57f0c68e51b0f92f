//! Known cases of the literature, and what holds of every small system.

use super::joint::{Joint, Question};
use super::system::System;
use crate::rules::expression::testing::World;
use crate::rules::{Kind, Rounding, expect};

/// The system of SQL conditions on the only table of a world.
fn system(world: &World, rules: &[&str]) -> System {
    let compile = |text: &&str| world.compile(|it| expect::compile(&expect::Spec((*text).to_owned()), it)).unwrap();
    let kinds: Vec<Box<dyn Kind>> = rules.iter().map(compile).collect();
    let context = world.context();
    let mut equations = Vec::new();
    for (number, kind) in kinds.iter().enumerate() {
        let checks: Vec<usize> = (0..kind.verdicts(&context).unwrap().len()).collect();
        equations.extend(kind.equations(&context, &checks).into_iter().map(|it| (number, it.0, it.1)));
    }
    System::new(equations, &world.edition, None, &world.schemas)
}

fn ask(system: &System) -> Joint {
    let rows: Vec<usize> = (0..system.rows.len()).collect();
    system.joint(Question { rows: &rows, values: &system.printed(), freed: &[], shared: true, within: &[] })
}

/// The sets found in the only block, by column names.
fn sets(world: &World, system: &System) -> Vec<Vec<String>> {
    let blocks = system.blocks();
    let located = system.locate(&blocks[0]);
    let name = |it: &usize| {
        let at = system.cells[*it].at.cell;
        let table = &world.edition.tables[at.table];
        format!("{}.{}", table.row_name(at.row), table.columns[at.column].name)
    };
    located.sets.iter().map(|it| it.iter().map(name).collect()).collect()
}

/// Method: 10 10 / 10 10 to the nearest whole number.
fn rounded(totals: [&str; 4]) -> World {
    let [first, second, a, b] = totals;
    let rows = format!("r,10,10,{first}\ns,10,10,{second}\nAll,{a},{b},40");
    World { rounding: Rounding::Independent, ..World::of("t", "item:label,a:amount,b:amount,total:amount", &rows) }
}

const CROSSED: [&str; 4] =
    ["[r].a + [r].b = [r].total", "[s].a + [s].b = [s].total", "[r].a + [s].a = [All].a", "[r].b + [s].b = [All].b"];

#[test]
fn sums_that_each_hold_within_rounding_can_be_impossible_together() {
    let world = rounded(["21", "21", "19", "19"]);
    let rule = world.compile(|it| expect::compile(&expect::Spec(CROSSED[0].to_owned()), it)).unwrap();
    assert_eq!(world.marks(&*rule), [crate::rules::Mark::Rounded]);
    let system = system(&world, &CROSSED);
    let Joint::Impossible(certificate) = ask(&system) else { panic!("it is impossible") };
    assert!(certificate.factors.len() >= 3);
    let rows: Vec<usize> = (0..system.rows.len()).collect();
    let plain = system.plainer(&rows, &system.printed(), certificate);
    let names = |row: usize| ("sum".to_owned(), row.to_string());
    let told = system.told(&plain, &system.printed(), &names);
    assert_eq!(
        told, "the same 4 figures come to at least 41 by sum (0; 1), and to at most 39 by sum (2; 3)",
        "{plain:?}"
    );
    for totals in [["20", "21", "20", "19"], ["21", "21", "20", "20"], ["21", "21", "21", "21"]] {
        let answer = ask(&super::tests::system(&rounded(totals), &CROSSED));
        assert!(matches!(answer, Joint::Possible(_)), "{totals:?}: {answer:?}");
    }
}

#[test]
fn profit_is_to_blame_where_it_alone_can_explain() {
    // The example of the R packages editrules and errorlocate (de Jonge and
    // van der Loo): cost cannot be below nothing, nor turnover above cost by so much.
    let world = World::of("t", "item:label,profit:amount,cost:amount,turnover:amount", "x,755,125,200");
    let rules = ["profit = turnover - cost", "cost >= 0.6 * turnover", "turnover >= 0", "cost >= 0"];
    assert_eq!(sets(&world, &system(&world, &rules)), [["x.profit"]]);
}

/// The first explanation by slips, as `row.column from to`.
fn explained(world: &World, system: &System) -> Vec<String> {
    let scene = super::search::Scene { edition: &world.edition, before: &|_| None };
    let blocks = system.blocks();
    let mut found: Vec<_> =
        blocks.iter().flat_map(|it| system.hunt(it, &scene, super::SLIPS_MAX).explanations).collect();
    found.sort_by_key(|it| (it.moves.len(), it.cost));
    let told = |it: &super::search::Explanation| -> String {
        let moves = it.moves.iter().map(|it| {
            let changes = it.changes.iter().map(|it| {
                let unknown = &system.cells[it.cell];
                let name = &world.edition.tables[0].columns[unknown.at.cell.column].name;
                format!("{name} {} to {}", unknown.printed.unwrap(), it.to)
            });
            format!("{} ({})", changes.collect::<Vec<_>>().join(", "), it.kind.word())
        });
        moves.collect::<Vec<_>>().join("; ")
    };
    found.iter().map(told).collect()
}

/// Scholtus 2009, *Automatic correction of simple typing errors in numerical
/// data with balance edits*, section 4: the rules, and records 4.1 and 4.2,
/// which both come of record 4.0.
const BALANCE: [&str; 5] = ["x1 + x2 = x3", "x2 = x4", "x5 + x6 + x7 = x8", "x3 + x8 = x9", "x9 - x10 = x11"];

fn columns(names: impl Iterator<Item = String>) -> String {
    // Revenues and costs are never below nothing; results may be.
    let kind = |it: &str| if it.ends_with(['r', 'c']) { "count" } else { "integer" };
    std::iter::once("item:label".to_owned())
        .chain(names.map(|it| format!("{it}:{}", kind(&it))))
        .collect::<Vec<_>>()
        .join(",")
}

#[test]
fn records_with_typing_errors_come_back() {
    let balance = |figures: &str| {
        let world = World::of("t", &columns((1..=11).map(|it| format!("x{it}"))), &format!("r,{figures}"));
        explained(&world, &system(&world, &BALANCE))
    };
    assert_eq!(balance("1452,116,1568,116,323,76,12,411,1979,1842,137"), Vec::<String>::new());
    assert_eq!(balance("1452,116,1568,161,323,76,12,411,1979,1842,137"), ["x4 161 to 116 (digits exchanged)"]);
    let second = balance("1452,116,1568,161,323,76,12,411,19979,1842,137");
    assert_eq!(second, ["x4 161 to 116 (digits exchanged); x9 19979 to 1979 (digit added)"]);
}

/// Scholtus 2008, *Algorithms for correcting some obvious inconsistencies and
/// rounding errors in business survey data*, table 2: revenues and costs make
/// results, and results the pre-tax result.
fn results(figures: &str) -> Vec<String> {
    let names = ["x0r", "x0c", "x0", "x1r", "x1c", "x1", "x2r", "x2c", "x2", "x3r", "x3c", "x3", "x4"];
    let world = World::of("t", &columns(names.iter().map(|it| (*it).to_owned())), &format!("r,{figures}"));
    let rules = ["x0r - x0c = x0", "x1r - x1c = x1", "x2r - x2c = x2", "x3r - x3c = x3", "x0 + x1 + x2 + x3 = x4"];
    explained(&world, &system(&world, &rules))
}

#[test]
fn lost_signs_and_swapped_pairs_come_back() {
    let first = results("2100,1950,150,0,10,10,20,5,15,50,10,40,195");
    assert_eq!(first[0], "x1 10 to -10 (sign)");
    let second = results("5100,4650,450,0,130,130,20,0,20,15,25,10,610");
    assert_eq!(
        second[0],
        "x1r 0 to 130, x1c 130 to 0 (total and part exchanged); x3r 15 to 25, x3c 25 to 15 (total and part exchanged)"
    );
    let third = results("3250,3550,300,110,10,100,50,90,40,30,10,20,-140");
    assert_eq!(third[0], "x0 300 to -300 (sign); x2r 50 to 90, x2c 90 to 50 (total and part exchanged)");
}

#[test]
fn the_search_for_wrong_figures_in_a_long_sum_ends() {
    // The total says nothing, and every part may be wrong: no four of them explain it.
    for parts in [14, 60, 200] {
        let rows: Vec<String> = (0..parts).map(|it| format!("p{it},{}", 100 + it * 7 % 90)).collect();
        let world = World::of("t", "item:label,n:count", &rows.join("\n"));
        let system = system(&world, &["sum(n) = 0"]);
        let blocks = system.blocks();
        let located = system.locate(&blocks[0]);
        assert!(located.sets.is_empty());
        let limit = located.limit.expect("it was given up");
        assert!(limit.starts_with("the search for wrong figures stopped after "), "{limit}");
        // A last solution may be under way when the limit is met.
        assert!(located.steps < 5_000_000, "{parts}: {}", located.steps);
    }
}

#[test]
fn a_slip_in_a_long_sum_is_found_wherever_it_stands() {
    for wrong in [0, 90, 179] {
        let figure = |it: usize| 3_000 + it * 37;
        let sum: usize = (0..180).map(figure).sum();
        let printed = |it: usize| if it == wrong { figure(it) * 10 } else { figure(it) };
        let rows: Vec<String> = (0..180).map(|it| format!("p{it},{},", printed(it))).collect();
        let world = World::of("t", "item:label,n:count,all:count", &format!("{}\nAll,,{sum}", rows.join("\n")));
        let system = system(&world, &["sum(n) filter (where item <> 'All') = [All].all"]);
        let slip = format!("n {} to {}", printed(wrong), figure(wrong));
        assert!(explained(&world, &system)[0].starts_with(&slip), "{:?}", explained(&world, &system));
    }
}
