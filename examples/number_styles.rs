//! Measures how often number columns are read in another style than they are printed in.
//!
//! `cargo run --release --example number_styles [COLUMNS] [SEED]` draws columns in five
//! styles, up to a tenth of their cells spoiled, reads them with nothing declared and
//! with their language, and prints how many cells that are printed right or in another
//! style have another value, and how many of those are not told. Slips that only
//! arithmetic can see (a mark one place off, a digit lost) are counted beside.

#[path = "../tests/it/draws.rs"]
#[expect(dead_code, reason = "the tests draw in other ways too")]
mod draws;

#[path = "../tests/it/styles/drawn.rs"]
mod drawn;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let columns = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(20_000);
    let seed = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(7);
    println!("declared  columns   cells  other value  untold  doubted columns  slips untold");
    for declared in [false, true] {
        let it = drawn::measure(columns, seed, declared);
        let (doubted, slips) = (format!("{}/{}", it.told, it.whole), format!("{}/{}", it.slips_silent, it.slips));
        println!(
            "{declared:<8} {:>8} {:>7} {:>12} {:>7} {doubted:>16} {slips:>13}",
            it.columns, it.cells, it.wrong, it.silent
        );
    }
}
