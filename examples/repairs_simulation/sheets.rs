//! Balance sheets and weekly tables with one slip or two of known types.

use std::collections::{BTreeMap, BTreeSet};

use crossfoot::finding::{Cause, Finding};

use crate::program::{cell, findings, named, percent};
use crate::random::Random;
use crate::sheet::{Made, SLIPS, Sheet};

const TABLES: u64 = 1_000;
const PAIRS: u64 = 400;

/// What was found of a table.
#[expect(clippy::struct_excessive_bools, reason = "four answers to four questions")]
struct Found {
    fails: bool,
    /// Whether the wrong cells are the top explanation.
    top: bool,
    /// Whether the first repair is what was true.
    first: bool,
    /// Whether the wrong cells are among the explanations.
    among: bool,
}

/// What is said to be wrong: a cell, or a row whose figures are one cell off.
type Said = BTreeMap<(usize, Option<usize>), Option<String>>;

fn look(editions: &[Sheet], true_one: &Sheet, made: &[Made]) -> Found {
    let texts: Vec<String> = editions.iter().map(Sheet::csv).collect();
    let found = findings(&true_one.rules(), &texts);
    let names = (true_one.names(), true_one.column_names());
    let place = |(row, column): (String, String)| {
        let row = names.0.iter().position(|it| *it == row).expect("a row of the table");
        (row, Some(names.1.iter().position(|it| *it == column).expect("a column of the table")))
    };
    let causes: Vec<&Cause> = found.iter().filter_map(|it: &Finding| it.cause.as_ref()).collect();
    // What each finding says is laid together: it names what its own check reads.
    let (mut said, mut listed) = (Said::new(), BTreeSet::new());
    for it in found.iter().filter(|it| it.cause.is_some()) {
        let cause = it.cause.as_ref().expect("only those with a cause are kept");
        if let Some(common) = &cause.common {
            let off = "one column too far right";
            let row = names.0.iter().rposition(|name| common.starts_with(&format!("{name} is {off}")));
            said.extend(row.map(|row| ((row, None), None)));
        } else if let Some(repair) = it.repairs.first() {
            let own = |it: &crossfoot::finding::Correction| (it.figure.row.clone(), it.figure.column.clone());
            said.extend(repair.corrections.iter().map(|it| (place(own(it)), Some(it.to.clone()))));
        } else {
            said.extend(named(cause).into_iter().map(|it| (place(it.0), it.1)));
        }
    }
    listed.extend(causes.iter().flat_map(|it| &it.ranked).map(|it| place(cell(it))));
    let is_line = |it: &Made| it.is_shifted && said.contains_key(&(it.cells[0].0, None));
    let mut meant = Said::new();
    for it in made {
        if is_line(it) {
            meant.insert((it.cells[0].0, None), None);
        } else {
            meant.extend(
                it.cells
                    .iter()
                    .map(|&(row, column)| ((row, Some(column)), Some(true_one.figures[row][column].to_string()))),
            );
        }
    }
    let top = said.keys().eq(meant.keys());
    let among = meant.keys().all(|it| said.contains_key(it) || listed.contains(it));
    Found { fails: !found.is_empty(), top, first: top && said == meant, among: top || among }
}

#[derive(Default)]
struct Tally {
    tables: usize,
    noticed: usize,
    top: usize,
    first: usize,
    among: usize,
}

impl Tally {
    fn take(&mut self, found: &Found) {
        self.tables += 1;
        if found.fails {
            self.noticed += 1;
            self.top += usize::from(found.top);
            self.first += usize::from(found.first);
            self.among += usize::from(found.among);
        }
    }

    fn print(&self, name: &str) {
        println!(
            "  {name:26} {:6} {:9} {:>10} {:>11} {:>8}",
            self.tables,
            self.tables - self.noticed,
            percent(self.top, self.noticed),
            percent(self.first, self.top),
            percent(self.among, self.noticed),
        );
    }
}

const SECTIONS: [&str; 5] = [
    "one slip in a balance sheet, told by the rules",
    "one slip in a weekly table, told by the rules",
    "one slip in a balance sheet, not told by the rules",
    "one slip in a weekly table, not told by the rules",
    "two slips, told by the rules (a table counts for both types)",
];

/// Draws tables with one slip and with two, and prints what was found.
pub fn print(seed: u64) {
    let mut tallies: BTreeMap<(usize, usize), Tally> = BTreeMap::new();
    for number in 0..TABLES {
        let mut random = Random(seed + number);
        let weekly = number % 2 == 1;
        let kind = usize::try_from(number / 2).expect("few tables") % if weekly { 10 } else { 9 };
        let (editions, true_one, made) = one(&mut random, weekly, &[SLIPS[kind]]);
        let found = look(&editions, &true_one, &made);
        let section = usize::from(weekly) + if is_identifiable(&true_one, &made) { 0 } else { 2 };
        for kind in [kind, SLIPS.len()] {
            tallies.entry((section, kind)).or_default().take(&found);
        }
    }
    for number in 0..PAIRS {
        let mut random = Random(seed + TABLES + number);
        let weekly = number % 2 == 1;
        let kinds = [(); 2].map(|()| random.below(if weekly { 10 } else { 9 }));
        let (editions, true_one, made) = one(&mut random, weekly, &kinds.map(|it| SLIPS[it]));
        if !is_identifiable(&true_one, &made) {
            continue;
        }
        let found = look(&editions, &true_one, &made);
        let again = kinds[0] == kinds[1];
        for kind in kinds.into_iter().skip(usize::from(again)).chain([SLIPS.len()]) {
            tallies.entry((4, kind)).or_default().take(&found);
        }
    }
    for (section, title) in SECTIONS.iter().enumerate() {
        println!("{title}");
        println!("  {:26} tables unnoticed  cells top value first    among", "slip");
        for ((_, kind), it) in tallies.range((section, 0)..(section + 1, 0)) {
            it.print(SLIPS.get(*kind).unwrap_or(&"all"));
        }
    }
}

fn is_identifiable(sheet: &Sheet, made: &[Made]) -> bool {
    sheet.is_identifiable(&made.iter().flat_map(|it| it.cells.clone()).collect::<Vec<_>>())
}

/// A table with slips, after the editions before it where it is weekly, what
/// was true, and what was done.
fn one(random: &mut Random, weekly: bool, kinds: &[&str]) -> (Vec<Sheet>, Sheet, Vec<Made>) {
    loop {
        let base = Sheet::draw(random);
        let mut editions: Vec<Sheet> = (0..if weekly { 12 } else { 0 }).map(|_| base.moved(random)).collect();
        let true_one = base.moved(random);
        let before = editions.last().cloned().unwrap_or_else(|| base.clone());
        let mut printed = true_one.clone();
        let mut made = Vec::new();
        for kind in kinds {
            made.push(printed.slip(kind, &before, random));
        }
        let Some(made) = made.into_iter().collect::<Option<Vec<_>>>() else { continue };
        let mut cells: Vec<(usize, usize)> = made.iter().flat_map(|it| it.cells.clone()).collect();
        let several = cells.len();
        cells.sort_unstable();
        cells.dedup();
        if cells.len() == several {
            editions.push(printed);
            return (editions, true_one, made);
        }
    }
}
