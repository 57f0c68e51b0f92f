//! How often the wrong figure is found, by type of slip, on 1,000 tables with
//! one slip each and 400 with two.
//!
//! Half are balance sheets of 8 to 40 cells with nested totals; half are weekly
//! tables of the same form with twelve editions before them, so that history
//! weighs in. Three in four have totals across their columns too. All are drawn
//! with fixed seeds, with slips of every type; a slip that changes nothing is
//! drawn again.
//!
//! A slip is *told by the rules* where each of its cells stands in a set of rules
//! in which no other cell of the table stands: then only that cell can break
//! them alone. Of all others no program can know the cell from the rules, and
//! they are counted by themselves: there history may still tell, and else the
//! cell has to be among the suspects.
//!
//! - *unnoticed*: every rule holds all the same (two parts exchanged, say)
//! - *cells top*: the likeliest explanation names the wrong cells, and no other
//! - *value first*: of those, the first repair is what was true
//! - *among*: the wrong cells are one of the explanations shown
//!
//! A line of figures one cell off is told as one cause, without a repair: it
//! counts as not found here. Of two slips each finding names those that its own
//! check reads.
//!
//! ```sh
//! cargo run --release --example repairs_simulation
//! ```

#![expect(clippy::cast_precision_loss, reason = "tables are few")]

use std::collections::BTreeMap;
use std::sync::Arc;

use crossfoot::check::{Options, check, load};
use crossfoot::finding::Finding;
use crossfoot::rules::Dataset;
use crossfoot::source::Format;
use crossfoot::table::Document;

const TABLES: u64 = 1_000;
const PAIRS: u64 = 400;

/// A small generator, the same on every machine (Vigna 2015, `SplitMix64`).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("below a usize")
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.next() % (high - low + 1).unsigned_abs()).expect("a small range")
    }
}

const SLIPS: [&str; 10] = [
    "digit",
    "digits exchanged",
    "digit added",
    "digit dropped",
    "sign",
    "factor",
    "swapped",
    "total and part exchanged",
    "shifted",
    "pasted",
];

/// A table: groups of rows, each with a total, under a total of all; columns,
/// and their total where it is crossed.
#[derive(Clone)]
struct Sheet {
    /// How many rows each group has beside its total.
    groups: Vec<usize>,
    /// How many columns beside the total.
    columns: usize,
    /// Whether the columns have a total.
    crossed: bool,
    figures: Vec<Vec<i64>>,
}

impl Sheet {
    fn draw(random: &mut Random) -> Self {
        let forms: [(&[usize], usize); 6] =
            [(&[2], 2), (&[2, 2], 2), (&[2, 3], 3), (&[3, 3], 3), (&[2, 2, 2], 3), (&[4, 3], 3)];
        let (groups, columns) = forms[random.below(forms.len())];
        let crossed = random.below(4) > 0;
        let mut sheet = Self { groups: groups.to_vec(), columns, crossed, figures: Vec::new() };
        for _ in 0..sheet.names().len() {
            let figures = (0..columns).map(|_| {
                let size = [60, 900, 9_000][random.below(3)];
                random.between(size / 6, size)
            });
            let mut row: Vec<i64> = figures.collect();
            row.extend(crossed.then_some(0));
            sheet.figures.push(row);
        }
        sheet.add_up();
        sheet
    }

    /// Another edition of it: every figure a little different.
    fn moved(&self, random: &mut Random) -> Self {
        let mut sheet = self.clone();
        for row in &mut sheet.figures {
            for it in row.iter_mut() {
                let tenth = (*it / 12).max(2);
                *it = (*it + random.between(-tenth, tenth)).max(1);
            }
        }
        sheet.add_up();
        sheet
    }

    /// The rows: those of a group after its total, the total of all last.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (group, rows) in self.groups.iter().enumerate() {
            names.push(format!("G{group}"));
            names.extend((0..*rows).map(|it| format!("G{group} r{it}")));
        }
        names.push("All".to_owned());
        names
    }

    fn heads(&self) -> Vec<usize> {
        let mut heads = Vec::new();
        let mut at = 0;
        for rows in &self.groups {
            heads.push(at);
            at += rows + 1;
        }
        heads
    }

    fn add_up(&mut self) {
        let (heads, all) = (self.heads(), self.figures.len() - 1);
        for column in 0..self.columns {
            for (head, rows) in heads.iter().zip(&self.groups) {
                self.figures[*head][column] = (1..=*rows).map(|it| self.figures[head + it][column]).sum();
            }
            self.figures[all][column] = heads.iter().map(|it| self.figures[*it][column]).sum();
        }
        for row in self.figures.iter_mut().filter(|_| self.crossed) {
            row[self.columns] = row[..self.columns].iter().sum();
        }
    }

    fn column_names(&self) -> Vec<String> {
        (0..self.columns).map(|it| format!("c{it}")).chain(self.crossed.then(|| "total".to_owned())).collect()
    }

    fn width(&self) -> usize {
        self.columns + usize::from(self.crossed)
    }

    fn csv(&self) -> String {
        let mut text = format!("item,{}\n", self.column_names().join(","));
        for (name, row) in self.names().iter().zip(&self.figures) {
            let figures: Vec<String> = row.iter().map(ToString::to_string).collect();
            text.push_str(&format!("{name},{}\n", figures.join(",")));
        }
        text
    }

    fn rules(&self) -> String {
        let columns = self.column_names();
        let typed: Vec<String> = columns.iter().map(|it| format!("{it} = \"integer\"")).collect();
        let quoted = |names: &[String]| names.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
        let mut text = format!(
            "crossfoot = 1\ndataset = \"t\"\ncadence = \"weekly\"\nfiles = [\"*.csv\"]\nperiod = {{ filename = \"%Y-%m-%d\" }}\n\
             [tables.t]\nkey = [\"item\"]\ncolumns = {{ item = \"label\", {} }}\n",
            typed.join(", ")
        );
        if self.crossed {
            let parts = quoted(&columns[..self.columns]);
            text.push_str(&format!("[[rules]]\nname = \"across\"\nsum = {{ total = \"total\", parts = [{parts}] }}\n"));
        }
        let names = self.names();
        let bracketed = |rows: &[usize]| {
            let names: Vec<String> = rows.iter().map(|it| format!("[{}]", names[*it])).collect();
            quoted(&names)
        };
        let mut sum = |name: String, total: usize, parts: &[usize]| {
            text.push_str(&format!(
                "[[rules]]\nname = \"{name}\"\nsum = {{ total = {}, parts = [{}], columns = [{}] }}\n",
                bracketed(&[total]),
                bracketed(parts),
                quoted(&columns)
            ));
        };
        let heads = self.heads();
        for (group, (head, rows)) in heads.iter().zip(&self.groups).enumerate() {
            sum(format!("group-{group}"), *head, &(1..=*rows).map(|it| head + it).collect::<Vec<_>>());
        }
        if heads.len() > 1 {
            sum("all".to_owned(), names.len() - 1, &heads);
        } else {
            sum("all".to_owned(), names.len() - 1, &[heads[0]]);
        }
        text
    }

    /// Makes a slip; gives the cells that it changed, or nothing where it
    /// would change none.
    fn slip(&mut self, kind: &str, before: &Self, random: &mut Random) -> Option<Vec<(usize, usize)>> {
        let (row, column) = (random.below(self.figures.len()), random.below(self.width()));
        let old = self.figures[row][column];
        let printed = old.to_string();
        let at = random.below(printed.len());
        let mut digits: Vec<char> = printed.chars().collect();
        let digit = char::from(b'0' + u8::try_from(random.below(10)).expect("a digit"));
        match kind {
            "digit" => digits[at] = digit,
            "digits exchanged" if at + 1 < digits.len() => digits.swap(at, at + 1),
            "digit added" => digits.insert(at, digit),
            "digit dropped" if digits.len() > 1 => drop(digits.remove(at)),
            "sign" => digits.insert(0, '-'),
            "factor" => digits.extend(["0", "00", "000"][random.below(3)].chars()),
            "swapped" | "total and part exchanged" => {
                let other = self.other(kind, (row, column), random)?;
                let new = self.figures[other.0][other.1];
                (self.figures[row][column], self.figures[other.0][other.1]) = (new, old);
                let mut cells = vec![(row, column), other];
                cells.sort_unstable();
                return (new != old).then_some(cells);
            }
            "shifted" => {
                let line = &mut self.figures[row];
                let then = line.clone();
                line.rotate_right(1);
                line[0] = random.between(1, 900);
                let changed = (0..line.len()).filter(|it| line[*it] != then[*it]).map(|it| (row, it));
                return Some(changed.collect());
            }
            "pasted" => {
                self.figures[row][column] = before.figures[row][column];
                return (self.figures[row][column] != old).then(|| vec![(row, column)]);
            }
            _ => return None,
        }
        let leading = digits.len() > 1 && digits.iter().find(|it| **it != '-') == Some(&'0');
        let new: i64 = digits.iter().collect::<String>().parse().ok()?;
        self.figures[row][column] = new;
        (new != old && !leading).then(|| vec![(row, column)])
    }

    fn other(&self, kind: &str, (row, column): (usize, usize), random: &mut Random) -> Option<(usize, usize)> {
        if kind == "total and part exchanged" {
            // The total across, else that of the group.
            let head = self.heads().into_iter().rev().find(|it| *it < row && row + 1 < self.figures.len());
            let other = if self.crossed { Some((row, self.columns)) } else { head.map(|it| (it, column)) };
            return other.filter(|_| column < self.columns);
        }
        let down = random.below(2) == 0;
        let other = if down { (row + 1, column) } else { (row, column + 1) };
        (other.0 < self.figures.len() && other.1 < self.columns && column < self.columns).then_some(other)
    }

    /// The rules that a cell stands in.
    fn rules_of(&self, (row, column): (usize, usize)) -> Vec<String> {
        let heads = self.heads();
        let mut rules: Vec<String> = self.crossed.then(|| format!("row {row}")).into_iter().collect();
        for (head, rows) in heads.iter().zip(&self.groups) {
            if (*head..=head + rows).contains(&row) {
                rules.push(format!("group {head} {column}"));
            }
        }
        if heads.contains(&row) || row + 1 == self.figures.len() {
            rules.push(format!("all {column}"));
        }
        rules
    }

    /// Whether the rules tell the cells from all others: see the top of the file.
    fn is_identifiable(&self, cells: &[(usize, usize)]) -> bool {
        let all = (0..self.figures.len()).flat_map(|row| (0..self.width()).map(move |column| (row, column)));
        let all: Vec<(usize, usize)> = all.collect();
        cells.iter().all(|cell| all.iter().all(|it| it == cell || self.rules_of(*it) != self.rules_of(*cell)))
    }
}

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

fn look(editions: &[Sheet], true_one: &Sheet, cells: &[(usize, usize)]) -> Found {
    let rules = true_one.rules();
    let dataset: Dataset = crossfoot::rules::load("t.toml", &rules, &|_| Ok(Vec::new())).expect("the rules are right");
    let datasets = [dataset];
    let options = Options::default();
    let start = jiff::civil::date(2024, 1, 1);
    let name = |at: usize| {
        let days = i64::try_from(at).expect("few editions") * 7;
        format!("{}.csv", start.saturating_add(jiff::ToSpan::days(days)))
    };
    let loaded = editions.iter().enumerate().map(|(at, sheet)| {
        let document = Arc::new(Document::new(name(at), sheet.csv(), "UTF-8"));
        load(document, Format::Delimited, &datasets, &options).expect("the table can be read")
    });
    let outcome = check(loaded.collect(), &datasets, &[], &options).expect("the rules can be judged");
    let last = name(editions.len() - 1);
    let own = |it: &&Finding| it.kind == "sum" && it.places.first().is_some_and(|it| it.file == last);
    let findings: Vec<&Finding> = outcome.findings.iter().filter(own).collect();
    let names = (true_one.names(), true_one.column_names());
    let place = |row: &str, column: &str| {
        let row = names.0.iter().position(|it| it == row).expect("a row of the table");
        (row, names.1.iter().position(|it| it == column).expect("a column of the table"))
    };
    let mut found = Found { fails: !findings.is_empty(), top: false, first: false, among: false };
    // Two slips in parts of a table that share no figure are two causes: what
    // each says is laid together.
    let mut causes: BTreeMap<String, &Finding> = BTreeMap::new();
    for it in &findings {
        if let Some(cause) = &it.cause {
            causes.entry(format!("{:?}", (&cause.suspects, &it.repairs))).or_insert(it);
        }
    }
    let mut suspects: Vec<Vec<Vec<(usize, usize)>>> = Vec::new();
    let mut firsts: Vec<((usize, usize), String)> = Vec::new();
    for it in causes.values() {
        let cause = it.cause.as_ref().expect("only findings with a cause are kept");
        let mut sets: Vec<Vec<(usize, usize)>> = Vec::new();
        for repair in &it.repairs {
            let mut set: Vec<_> =
                repair.corrections.iter().map(|it| place(&it.figure.row, &it.figure.column)).collect();
            set.sort_unstable();
            sets.push(set);
        }
        if let Some(first) = it.repairs.first() {
            firsts.extend(first.corrections.iter().map(|it| (place(&it.figure.row, &it.figure.column), it.to.clone())));
        }
        if sets.is_empty() {
            found.top |= cause.suspects.iter().any(|set| set.len() == cells.len());
        }
        sets.extend(cause.suspects.iter().map(|set| set.iter().map(|it| place(&it.row, &it.column)).collect()));
        suspects.push(sets);
    }
    firsts.sort();
    let first_cells: Vec<(usize, usize)> = firsts.iter().map(|it| it.0).collect();
    let covers = |sets: &[Vec<(usize, usize)>]| sets.iter().any(|set| set.iter().all(|it| cells.contains(it)));
    let all = suspects.iter().all(|sets| covers(sets)) && !suspects.is_empty();
    found.among = all && (suspects.len() > 1 || suspects[0].iter().any(|set| set == cells));
    found.top = if firsts.is_empty() { found.among } else { first_cells == cells };
    found.first = found.top
        && !firsts.is_empty()
        && firsts.iter().all(|(at, to)| *to == true_one.figures[at.0][at.1].to_string());
    found
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
        let share = |it: usize, of: usize| {
            if of == 0 { "-".to_owned() } else { format!("{:.1}%", 100.0 * it as f64 / of as f64) }
        };
        println!(
            "  {name:26} {:6} {:9} {:>10} {:>11} {:>8}",
            self.tables,
            self.tables - self.noticed,
            share(self.top, self.noticed),
            share(self.first, self.top),
            share(self.among, self.noticed),
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

fn main() {
    let mut tallies: BTreeMap<(usize, usize), Tally> = BTreeMap::new();
    for number in 0..TABLES {
        let mut random = Random(number);
        let weekly = number % 2 == 1;
        let kind = usize::try_from(number / 2).expect("few tables") % if weekly { 10 } else { 9 };
        let (editions, true_one, cells) = one(&mut random, weekly, &[SLIPS[kind]]);
        let found = look(&editions, &true_one, &cells);
        let section = usize::from(weekly) + if true_one.is_identifiable(&cells) { 0 } else { 2 };
        for kind in [kind, SLIPS.len()] {
            tallies.entry((section, kind)).or_default().take(&found);
        }
    }
    for number in 0..PAIRS {
        let mut random = Random(TABLES + number);
        let weekly = number % 2 == 1;
        let kinds = [(); 2].map(|()| random.below(if weekly { 10 } else { 9 }));
        let (editions, true_one, cells) = one(&mut random, weekly, &kinds.map(|it| SLIPS[it]));
        if !true_one.is_identifiable(&cells) {
            continue;
        }
        let found = look(&editions, &true_one, &cells);
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

/// A table with slips, after the editions before it where it is weekly, what
/// was true, and the cells that are wrong.
fn one(random: &mut Random, weekly: bool, kinds: &[&str]) -> (Vec<Sheet>, Sheet, Vec<(usize, usize)>) {
    loop {
        let base = Sheet::draw(random);
        let mut editions: Vec<Sheet> = (0..if weekly { 12 } else { 0 }).map(|_| base.moved(random)).collect();
        let true_one = base.moved(random);
        let before = editions.last().cloned().unwrap_or_else(|| base.clone());
        let mut printed = true_one.clone();
        let mut cells = Vec::new();
        for kind in kinds {
            cells.push(printed.slip(kind, &before, random));
        }
        let Some(mut cells) = cells.into_iter().collect::<Option<Vec<_>>>().map(|it| it.concat()) else { continue };
        cells.sort_unstable();
        let several = cells.len();
        cells.dedup();
        if cells.len() == several {
            editions.push(printed);
            return (editions, true_one, cells);
        }
    }
}
