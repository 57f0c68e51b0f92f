//! Known cases of the literature, and what holds of every small system.

use proptest::prelude::*;

use super::Ratio;
use super::joint::{Joint, Question};
use super::system::System;
use crate::plan::Rounding;
use crate::rules::expression::testing::World;
use crate::rules::{Kind, expect};

/// As many steps as an edition has.
pub(super) const STEPS: usize = 400_000;

/// The system of SQL conditions on the only table of a world.
pub(super) fn system(world: &World, rules: &[&str]) -> System {
    let compile =
        |text: &&str| world.compile(|it| expect::compile(&expect::Spec::Word((*text).to_owned()), it)).unwrap();
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
    let rule = world.compile(|it| expect::compile(&expect::Spec::Word(CROSSED[0].to_owned()), it)).unwrap();
    assert_eq!(world.marks(&*rule), [crate::rules::Mark::Rounded]);
    let system = system(&world, &CROSSED);
    let Joint::Impossible(certificate) = ask(&system) else { panic!("it is impossible") };
    assert!(certificate.factors.len() >= 3);
    let rows: Vec<usize> = (0..system.rows.len()).collect();
    let plain = system.plainer(&rows, &system.printed(), certificate);
    let names = |row: usize| ("sum".to_owned(), row.to_string());
    let told = system.told(&plain, &system.printed(), &names);
    assert_eq!(
        told,
        "the same 4 figures add up to at least 41 according to sum (0; 1), but at most 39 according to sum (2; 3)",
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
    assert_eq!(explained(&world, &system(&world, &rules))[0], "profit 755 to 75");
}

/// What is blamed for each error, with neighbours and nothing else as evidence.
pub(super) fn blame_of(world: &World, system: &System) -> Vec<super::Blame> {
    let table = &world.edition.tables[0];
    let name = |it: usize| {
        let at = system.cells[it].at.cell;
        format!("{}.{}", table.row_name(at.row), table.columns[at.column].name)
    };
    let neighbours = |it: usize| {
        let at = system.cells[it].at.cell;
        let rows = [at.row.wrapping_sub(2), at.row.wrapping_sub(1), at.row + 1, at.row + 2];
        let above = rows.into_iter().filter(|it| *it < table.rows.len()).map(|it| (it, at.column));
        let beside = [at.column.wrapping_sub(1), at.column + 1].into_iter().filter(|it| *it < table.columns.len());
        above.chain(beside.map(|it| (at.row, it))).filter_map(|it| table.columns[it.1].decimal(it.0)).collect()
    };
    let evidence = super::Evidence {
        name: &name,
        doubt: &|_| 1.0,
        neighbours: &neighbours,
        before: &|_| None,
        splits: &|_| Vec::new(),
        breaks: &|_| 0,
        fit: &|_, _| None,
    };
    let blocks = system.blocks();
    let errors = blocks.iter().flat_map(|it| system.errors(it));
    errors.map(|it| system.blame(&it, &evidence, super::BlameOptions { steps: STEPS })).collect()
}

/// The likeliest explanations of the errors, as `column from to`.
fn explained(world: &World, system: &System) -> Vec<String> {
    all_explained(world, system).into_iter().map(|it| it[0].clone()).collect()
}

/// All explanations of each error.
fn all_explained(world: &World, system: &System) -> Vec<Vec<String>> {
    let told = |it: &super::Explained| {
        let changes = it.changed.iter().map(|&(cell, to)| {
            let unknown = &system.cells[cell];
            let name = &world.edition.tables[0].columns[unknown.at.cell.column].name;
            format!("{name} {} to {to}", unknown.printed.unwrap())
        });
        changes.collect::<Vec<_>>().join(", ")
    };
    blame_of(world, system).into_iter().map(|it| it.explanations.iter().map(told).collect()).collect()
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
    assert_eq!(balance("1452,116,1568,161,323,76,12,411,1979,1842,137"), ["x4 161 to 116"]);
    let second = balance("1452,116,1568,161,323,76,12,411,19979,1842,137");
    assert_eq!(second, ["x4 161 to 116", "x9 19979 to 1979"]);
}

/// Scholtus 2008, *Algorithms for correcting some obvious inconsistencies and
/// rounding errors in business survey data*, table 2: revenues and costs make
/// results, and results the pre-tax result.
const RESULTS: [&str; 5] =
    ["x0r - x0c = x0", "x1r - x1c = x1", "x2r - x2c = x2", "x3r - x3c = x3", "x0 + x1 + x2 + x3 = x4"];

fn survey(figures: &str) -> World {
    let names = ["x0r", "x0c", "x0", "x1r", "x1c", "x1", "x2r", "x2c", "x2", "x3r", "x3c", "x3", "x4"];
    World::of("t", &columns(names.iter().map(|it| (*it).to_owned())), &format!("r,{figures}"))
}

fn results(figures: &str) -> Vec<String> {
    let world = survey(figures);
    explained(&world, &system(&world, &RESULTS))
}

#[test]
fn lost_signs_and_swapped_pairs_come_back() {
    let first = results("2100,1950,150,0,10,10,20,5,15,50,10,40,195");
    assert_eq!(first, ["x1 10 to -10"]);
    let second = results("5100,4650,450,0,130,130,20,0,20,15,25,10,610");
    assert_eq!(second, ["x1r 0 to 130, x1c 130 to 0", "x3r 15 to 25, x3c 25 to 15"]);
    // One digit of x2c explains as much as the exchange.
    let world = survey("3250,3550,300,110,10,100,50,90,40,30,10,20,-140");
    let third = &all_explained(&world, &system(&world, &RESULTS))[0];
    let exchanged = "x0 300 to -300, x2r 50 to 90, x2c 90 to 50".to_owned();
    assert!(third[..2].contains(&exchanged), "{:?}", &third[..4]);
}

proptest! {
    /// A table of two by two with its margins, of which some cells are withheld: what is left
    /// of each is what trying every figure leaves.
    #[test]
    fn what_is_given_away_is_what_trying_every_figure_leaves(
        cells in prop::collection::vec(0_i64..6, 4),
        withheld in prop::collection::vec(any::<bool>(), 4),
        most in prop::option::of(6_i64..8),
    ) {
        let text = |at: usize| if withheld[at] { "c".to_owned() } else { cells[at].to_string() };
        let sum = |all: &[usize]| all.iter().map(|it| cells[*it]).sum::<i64>();
        let rows = format!(
            "r,{},{},{}\ns,{},{},{}\nAll,{},{},{}",
            text(0), text(1), sum(&[0, 1]), text(2), text(3), sum(&[2, 3]), sum(&[0, 2]), sum(&[1, 3]), sum(&[0, 1, 2, 3])
        );
        let world = World::of("t", "item:label,a:count,b:count,total:count", &rows);
        let system = system(&world, &CROSSED);
        let bound = |it: i64| super::RangeEnd { value: Ratio::whole(it), open: false };
        let at = |cell: usize| {
            let (row, column) = (cell / 2, cell % 2 + 1);
            (0..system.cells.len()).find(|it| {
                let at = system.cells[*it].at.cell;
                (at.row, at.column) == (row, column)
            })
        };
        let known: Vec<(usize, super::Range)> = (0..4)
            .filter(|it| withheld[*it])
            .filter_map(|it| Some((at(it)?, super::Range::between(Some(bound(0)), most.map(bound)))))
            .collect();
        let (leaks, left) = system.leaks(&known);
        prop_assert_eq!((leaks.len(), left), (known.len(), 0));
        let mut ends: Vec<Option<(i64, i64)>> = vec![None; 4];
        let top = most.unwrap_or(12);
        let choices = |it: usize| if withheld[it] { 0..=top } else { cells[it]..=cells[it] };
        for a in choices(0) {
            for b in choices(1) {
                for c in choices(2) {
                    for d in choices(3) {
                        let fits = a + b == sum(&[0, 1]) && c + d == sum(&[2, 3]) && a + c == sum(&[0, 2]) && b + d == sum(&[1, 3]);
                        for (end, value) in ends.iter_mut().zip([a, b, c, d]).filter(|_| fits) {
                            *end = Some(end.map_or((value, value), |it| (it.0.min(value), it.1.max(value))));
                        }
                    }
                }
            }
        }
        for cell in (0..4).filter(|it| withheld[*it]) {
            let leak = leaks.iter().find(|it| Some(it.cell) == at(cell)).unwrap();
            let (low, high) = ends[cell].unwrap();
            prop_assert_eq!((&leak.low, &leak.high), (&Some(Ratio::whole(low)), &Some(Ratio::whole(high))));
        }
    }
}
