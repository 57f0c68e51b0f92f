//! One total of many parts, one of them or the total itself misprinted.

use crossfoot::finding::Blame;

use crate::ideal::{self, AROUND, LEVELS};
use crate::program::{cell, findings, named, percent};
use crate::random::Random;
use crate::real::misprint;

/// So many of the first are counted as offered.
const OFFERED: usize = 5;
/// So many of the first are counted as listed.
const LISTED: usize = 40;

/// What was found of some tables.
#[derive(Default)]
pub struct Tally {
    tables: usize,
    listed: usize,
    first: usize,
    offered: usize,
    /// Tables with one value shown alone, and those where it is right.
    alone: [usize; 2],
    /// Findings that say "wrong", and those that are right.
    wrong: [usize; 2],
    /// Of tables in which the total is wrong: all, and those where it comes first.
    total: [usize; 2],
    /// What a ranking that knows how the tables were drawn lists, puts first and offers.
    ideal: [usize; 3],
}

/// Draws tables of so many parts, the total wrong in half of them.
pub fn drawn(seed: u64, tables: usize, parts: [i64; 2]) -> Tally {
    let mut tally = Tally::default();
    for number in 0..tables {
        let mut random = Random(seed + number as u64);
        let count = usize::try_from(random.between(parts[0], parts[1])).expect("a few parts");
        let level = 10.0_f64.powf(LEVELS[0] + LEVELS[1] * random.part());
        let mut figures: Vec<i64> = (0..count).map(|_| random.spread(level / AROUND, level * AROUND).max(1)).collect();
        figures.push(figures.iter().sum());
        let wrong = if number % 2 == 0 { count } else { random.below(count) };
        let beside: Vec<i64> =
            [wrong.wrapping_sub(1), wrong + 1].iter().filter_map(|it| figures.get(*it)).copied().collect();
        let meant = figures[wrong];
        figures[wrong] = misprint(meant, &beside, &mut random);
        tally.take(&figures, wrong, meant);
    }
    tally
}

impl Tally {
    fn take(&mut self, figures: &[i64], wrong: usize, meant: i64) {
        let name = |at: usize| if at + 1 == figures.len() { "All".to_owned() } else { format!("r{at}") };
        let lines: Vec<String> = figures.iter().enumerate().map(|(at, it)| format!("{},{it}\n", name(at))).collect();
        let rules = "crossfoot = 1\ndataset = \"t\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"item\"]\n\
             columns = { item = \"label\", n = \"count\" }\n[[rules]]\nname = \"all\"\nsum = { total = \"[All]\", parts = \"rest\" }\n";
        let found = findings(rules, &[format!("item,n\n{}", lines.concat())]);
        self.tables += 1;
        let best = ideal::ranked(figures).iter().position(|it| *it == (wrong, meant));
        for (sum, most) in self.ideal.iter_mut().zip([LISTED, 1, OFFERED]) {
            *sum += usize::from(best.is_some_and(|it| it < most));
        }
        let Some(cause) = found.first().and_then(|it| it.cause.as_ref()) else { return };
        let (wrong_name, meant) = (name(wrong), meant.to_string());
        let at = cause.ranked.iter().position(|it| cell(it).0 == wrong_name);
        self.listed += usize::from(at.is_some_and(|it| it < LISTED));
        self.first += usize::from(at == Some(0));
        let is_true = |at: usize| cause.ranked[at].requires.as_ref() == Some(&meant);
        self.offered += usize::from(at.is_some_and(|at| at < OFFERED && is_true(at)));
        if wrong + 1 == figures.len() {
            self.total = [self.total[0] + 1, self.total[1] + usize::from(at == Some(0))];
        }
        if cause.blame == Some(Blame::Wrong) {
            let named = named(cause);
            let is_right = named.len() == 1 && named[0].0.0 == wrong_name;
            self.wrong = [self.wrong[0] + 1, self.wrong[1] + usize::from(is_right)];
            if named.iter().all(|it| it.1.is_some()) {
                let is_right = is_right && named[0].1.as_ref() == Some(&meant);
                self.alone = [self.alone[0] + 1, self.alone[1] + usize::from(is_right)];
            }
        }
    }

    pub fn print(&self, name: &str) {
        let [all, right] = self.total;
        let part = percent(self.first - right, self.tables - all);
        println!(
            "  {name:26} {:6} {:>7} {:>7} ({} and {part}) {:>7}  {} of {}  {} of {}",
            self.tables,
            percent(self.listed, self.tables),
            percent(self.first, self.tables),
            percent(right, all),
            percent(self.offered, self.tables),
            self.alone[1],
            self.alone[0],
            self.wrong[1],
            self.wrong[0],
        );
        let [listed, first, offered] = self.ideal.map(|it| percent(it, self.tables));
        println!("  {:26}        {listed:>7} {first:>7} {:18} {offered:>7}", "at best", "");
    }
}
