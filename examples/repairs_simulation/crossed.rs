//! Cross tables with totals of rows and columns, and several misprints.

use std::collections::BTreeMap;

use crossfoot::finding::Blame;

use crate::forests::Drawn;
use crate::program::{Cell, findings, named, percent};
use crate::random::Random;
use crate::real::misprint;

/// What was found of some tables.
#[derive(Default)]
pub struct Tally {
    tables: usize,
    /// Tables in which all wrong cells are named, and no other, with their values.
    whole: usize,
    /// Cells that are wrong; those named, and those with their true value.
    cells: [usize; 3],
    /// Cells said to be wrong, and those that are; with a value, and those where it is right.
    wrong: [usize; 4],
    /// Findings, and those that say what is not known.
    unsure: [usize; 2],
    slowest: f64,
    /// Tables whose explanations were all listed; those with another one of as few figures or
    /// fewer, and those where the one that a solver would take that knows how they were drawn is true.
    listed: [usize; 3],
}

/// Of larger tables, or of more slips, explanations are too many to list.
const LISTED_ROWS_MAX: usize = 30;
const LISTED_SLIPS_MAX: usize = 4;
/// How far figures are spread around their level.
const SPREAD: [f64; 2] = [0.6, 1.6];

/// Draws tables of so many rows and columns, with so many slips.
pub fn drawn(seed: u64, tables: usize, [rows, columns]: [usize; 2], slips: usize) -> Tally {
    let mut tally = Tally::default();
    for number in 0..tables {
        let mut random = Random(seed + number as u64);
        let levels: Vec<f64> = (0..columns).map(|_| 10.0_f64.powf(1.0 + 2.5 * random.part())).collect();
        let (mut figures, mut sizes): (Vec<Vec<i64>>, Vec<f64>) = (Vec::new(), Vec::new());
        for _ in 0..rows {
            let size = 0.4 + 1.6 * random.part();
            sizes.push(size);
            let figure = |it: &f64| random.spread(it * size * SPREAD[0], it * size * SPREAD[1]).max(1);
            let mut row: Vec<i64> = levels.iter().map(figure).collect();
            row.push(row.iter().sum());
            figures.push(row);
        }
        figures.push((0..=columns).map(|at| figures.iter().map(|it| it[at]).sum()).collect());
        let mut wrong: BTreeMap<(usize, usize), i64> = BTreeMap::new();
        while wrong.len() < slips {
            let (row, column) = (random.below(rows + 1), random.below(columns + 1));
            let std::collections::btree_map::Entry::Vacant(it) = wrong.entry((row, column)) else { continue };
            it.insert(figures[row][column]);
            let beside = [(row.wrapping_sub(1), column), (row + 1, column), (row, column + 1)];
            let beside = beside.iter().filter_map(|it| figures.get(it.0)?.get(it.1)).copied();
            figures[row][column] = misprint(figures[row][column], &beside.collect::<Vec<i64>>(), &mut random);
        }
        if rows <= LISTED_ROWS_MAX && slips <= LISTED_SLIPS_MAX {
            let level = |row: usize, column: usize| levels[column] * sizes[row];
            let choice = Drawn { figures: &figures, levels: &level, spread: SPREAD }.choice(&wrong);
            // What is not among those listed is counted as found, so that the bound is one.
            let is_found = !choice.has_truth || choice.best.as_ref() == Some(&wrong);
            let own = [1, usize::from(choice.count > 1), usize::from(is_found)];
            tally.listed.iter_mut().zip(own).for_each(|(sum, it)| *sum += it);
        }
        tally.take(&figures, &wrong);
    }
    tally
}

fn row_name(at: usize, rows: usize) -> String {
    if at == rows { "All".to_owned() } else { format!("r{at}") }
}

fn column_name(at: usize, columns: usize) -> String {
    if at == columns { "total".to_owned() } else { format!("c{at}") }
}

fn rules(rows: usize, columns: usize) -> String {
    let names: Vec<String> = (0..=columns).map(|it| column_name(it, columns)).collect();
    let quoted = |names: &[String]| names.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
    let typed: Vec<String> = names.iter().map(|it| format!("{it} = \"count\"")).collect();
    format!(
        "crossfoot = 1\ndataset = \"t\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"item\"]\n\
         columns = {{ item = \"label\", {} }}\n[[rules]]\nname = \"across\"\n\
         sum = {{ total = \"total\", parts = [{}] }}\n[[rules]]\nname = \"down\"\n\
         sum = {{ total = \"[All]\", parts = [{}], columns = [{}] }}\n",
        typed.join(", "),
        quoted(&names[..columns]),
        quoted(&(0..rows).map(|it| format!("[r{it}]")).collect::<Vec<_>>()),
        quoted(&names)
    )
}

impl Tally {
    fn take(&mut self, figures: &[Vec<i64>], wrong: &BTreeMap<(usize, usize), i64>) {
        let (rows, columns) = (figures.len() - 1, figures[0].len() - 1);
        let header: Vec<String> = (0..=columns).map(|it| column_name(it, columns)).collect();
        let mut text = format!("item,{}\n", header.join(","));
        for (at, row) in figures.iter().enumerate() {
            let figures: Vec<String> = row.iter().map(ToString::to_string).collect();
            text.push_str(&format!("{},{}\n", row_name(at, rows), figures.join(",")));
        }
        let start = std::time::Instant::now();
        let found = findings(&rules(rows, columns), &[text]);
        self.slowest = self.slowest.max(start.elapsed().as_secs_f64());
        self.tables += 1;
        let meant: BTreeMap<Cell, String> =
            wrong.iter().map(|(at, it)| ((row_name(at.0, rows), column_name(at.1, columns)), it.to_string())).collect();
        let (mut all, mut sure) = (BTreeMap::new(), BTreeMap::new());
        for it in found.iter().filter_map(|it| it.cause.as_ref()) {
            let is_sure = it.blame == Some(Blame::Wrong);
            self.unsure = [self.unsure[0] + 1, self.unsure[1] + usize::from(!is_sure)];
            let own = named(it);
            if is_sure {
                sure.extend(own.clone());
            }
            all.extend(own);
        }
        let is_true = |it: &(&Cell, &Option<String>)| it.1.is_some() && meant.get(it.0) == it.1.as_ref();
        let right = all.iter().filter(is_true).count();
        self.whole += usize::from(right == meant.len() && all.len() == meant.len());
        let named = all.keys().filter(|it| meant.contains_key(*it)).count();
        self.cells = [self.cells[0] + meant.len(), self.cells[1] + named, self.cells[2] + right];
        let is_wrong = sure.keys().filter(|it| meant.contains_key(*it)).count();
        let valued = sure.values().filter(|it| it.is_some()).count();
        let own = [sure.len(), is_wrong, valued, sure.iter().filter(is_true).count()];
        self.wrong.iter_mut().zip(own).for_each(|(sum, it)| *sum += it);
    }

    pub fn print(&self, name: &str) {
        let [cells, named, right] = self.cells;
        let [sure, sure_right, valued, valued_right] = self.wrong;
        println!(
            "  {name:26} {:6} {:>7} {:>7} {:>7}  {valued_right} of {valued}  {sure_right} of {sure}  {:>7}  {:.2} s",
            self.tables,
            percent(self.whole, self.tables),
            percent(named, cells),
            percent(right, cells),
            percent(self.unsure[1], self.unsure[0]),
            self.slowest,
        );
        let [listed, ambiguous, at_best] = self.listed;
        if listed > 0 {
            let (best, more) = (percent(at_best, listed), percent(ambiguous, listed));
            println!("  {:26}        {best:>7}  ({more} of the tables have another explanation as short)", "at best");
        }
    }
}
