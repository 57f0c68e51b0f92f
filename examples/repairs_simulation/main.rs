//! How often the wrong figure is found: by type of slip, and with slips as
//! real corrections show them.
//!
//! Of 1,000 tables with one slip each and 400 with two, half are balance sheets
//! of 8 to 40 cells with nested totals; half are weekly tables of the same form
//! with twelve editions before them, so that history weighs in. Three in four
//! have totals across their columns too. All are drawn with fixed seeds, with
//! slips of every type; a slip that changes nothing is drawn again.
//!
//! A slip is *told by the rules* where each of its cells stands in a set of rules
//! in which no other cell of the table stands: then only that cell can break
//! them alone. Of all others no program can know the cell from the rules, and
//! they are counted by themselves: there history may still tell, and else the
//! cell has to be among the suspects.
//!
//! - *unnoticed*: every rule holds all the same (two parts exchanged, say)
//! - *cells top*: what the findings name first is wrong, and nothing else is
//! - *value first*: of those, the values named are what was true
//! - *among*: each wrong cell is named or listed by some finding
//!
//! A line of figures one cell off counts as found where it is told as one cause,
//! with its row. Of two slips each finding names those that its own check reads;
//! what all of them say is laid together.
//!
//! Totals of many parts and cross tables have slips drawn by the shares of
//! published corrections, of which a quarter follow no pattern.
//!
//! - *listed*: the wrong cell is among the first 40
//! - *offered*: it is among the first five, with its true value
//! - *at best*: what a ranking that knows how the tables were drawn would reach,
//!   and no program can surpass
//! - *alone*: values shown alone that are right
//! - *wrong*: cells said to be wrong that are
//! - *whole*: all wrong cells, no others, and their values; beside it how many tables
//!   with up to four slips have another explanation with as few cells or fewer
//! - *unsure*: findings that say "likely", "one of" or "several"
//!
//! ```sh
//! cargo run --release --example repairs_simulation
//! cargo run --release --example repairs_simulation 7000000 totals
//! ```
//!
//! The second draws other tables, which no constant was fitted to, and prints
//! one part of `sheets`, `totals` and `crossed`.

#![expect(unreachable_pub, reason = "modules of an example are used by it alone")]

mod crossed;
mod forests;
mod ideal;
mod program;
mod random;
mod real;
mod sheet;
mod sheets;
mod totals;

fn main() {
    let mut words = std::env::args().skip(1);
    let seed: u64 = words.next().and_then(|it| it.parse().ok()).unwrap_or(0);
    let only = words.next();
    let is_asked = |it: &str| only.as_ref().is_none_or(|only| only == it);
    if is_asked("sheets") {
        sheets::print(seed);
    }
    if is_asked("totals") {
        println!("one total, wrong itself in half of the tables");
        println!("  {:26} tables  listed   first (total and part) offered  alone  wrong", "parts");
        totals::drawn(seed + 10_000, 4_000, [3, 20]).print("3 to 20");
        totals::drawn(seed + 20_000, 400, [20, 300]).print("20 to 300");
    }
    if is_asked("crossed") {
        println!("cross tables with both totals");
        println!("  {:26} tables   whole   named   value  alone  wrong  unsure  slowest", "size and slips");
        for (number, size) in [[10, 10], [30, 12], [100, 20]].into_iter().enumerate() {
            for slips in [1, 2, 3, 4, 10, 30] {
                let (tables, seed) = ([60, 40, 12][number], seed + 30_000 + 1_000 * slips as u64);
                crossed::drawn(seed, tables, size, slips).print(&format!("{} x {}, {slips}", size[0], size[1]));
            }
        }
    }
}
