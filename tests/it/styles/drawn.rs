//! Draws number columns as offices print them in five styles, some cells spoiled,
//! and counts which are read by another value without a word.

use crossfoot::check::{self, Options};
use crossfoot::source::{Format, decode};

use crate::draws::Draws;

/// A style: its language, what groups thousands, and the decimal sign.
type Style = (&'static str, &'static str, char);

const STYLES: [Style; 5] =
    [("en", ",", '.'), ("de", ".", ','), ("fr", "\u{a0}", ','), ("de-CH", "'", '.'), ("en-IN", ",", '.')];

/// What was done to a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spoiled {
    /// Nothing: it is printed as the others are.
    No,
    /// It is printed in another style.
    Style,
    /// It has no thousands marks.
    Ungrouped,
    /// It is a text.
    Text,
    /// Its mark stands one place off, or a sign is left out: only arithmetic can see that.
    Slip,
}

/// A column: its cells as printed, with the value meant.
struct Column(Vec<(String, f64, Spoiled)>);

/// What was read, by what was done to the cells.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Score {
    pub(crate) columns: usize,
    /// Cells that are printed right or in another style.
    pub(crate) cells: usize,
    /// Those of them that are read by another value, and those without a finding.
    pub(crate) wrong: usize,
    pub(crate) silent: usize,
    /// Slips that are read by another value without a finding, of how many.
    pub(crate) slips_silent: usize,
    pub(crate) slips: usize,
    /// Columns with a finding though nothing in them is spoiled, of how many.
    pub(crate) told: usize,
    pub(crate) whole: usize,
}

fn grouped(digits: &str, (language, mark, _): Style) -> String {
    let mut out = digits.to_owned();
    let (mut at, mut step) = (digits.len(), 3);
    while at > step {
        at -= step;
        out.insert_str(at, mark);
        step = if language == "en-IN" { 2 } else { 3 };
    }
    out
}

/// Prints a number that is scaled by a power of ten.
fn print(scaled: u64, decimals: usize, style: Style, is_grouped: bool, is_trimmed: bool) -> String {
    let scale = 10_u64.pow(u32::try_from(decimals).expect("it is small"));
    let whole = (scaled / scale).to_string();
    let mut text = if is_grouped { grouped(&whole, style) } else { whole };
    let mut behind = if decimals > 0 { format!("{:0decimals$}", scaled % scale) } else { String::new() };
    if is_trimmed {
        behind.truncate(behind.trim_end_matches('0').len());
    }
    if !behind.is_empty() {
        text.push(style.2);
        text.push_str(&behind);
    }
    text
}

fn column(draws: &mut Draws, style: Style, rows: usize, spoils: f64) -> Column {
    // Counts twice, money, percentages, rates of three decimals, trimmed ones, small counts.
    let kind = draws.upto(7);
    let decimals = [0, 0, 2, 1, 3, 3, 0][kind];
    let (median, spread) = (10_f64.powf(1.0 + 4.5 * draws.share()), 0.4 + 1.6 * draws.share());
    let (rate, trimmed) = (10_f64.powf(2.8 * draws.share() - 1.2), 10_f64.powf(3.3 * draws.share() - 0.3));
    let cell = |draws: &mut Draws| {
        let scale = 10_u64.pow(u32::try_from(decimals).expect("it is small"));
        let scaled = match kind {
            3 => draws.next() % 1_000,
            4 => draws.about(1_000.0 * rate, spread.min(1.4)),
            5 => draws.about(1_000.0 * trimmed, spread),
            6 => draws.next() % 120,
            _ => draws.about(median, spread) * scale + draws.next() % scale,
        };
        #[expect(clippy::cast_precision_loss, reason = "figures below 10^12")]
        let meant = scaled as f64 / scale as f64;
        let own = |style, is_grouped| print(scaled, decimals, style, is_grouped, kind == 5);
        let text = own(style, true);
        if draws.share() >= spoils {
            return (text, meant, Spoiled::No);
        }
        match draws.upto(5) {
            0 | 1 => {
                let other = STYLES[draws.upto(STYLES.len())];
                (own(other, true), meant, if other == style { Spoiled::No } else { Spoiled::Style })
            }
            2 => (own(style, false), meant, Spoiled::Ungrouped),
            3 => (["n/a", "..", "#REF!", "1O4"][draws.upto(4)].to_owned(), meant, Spoiled::Text),
            _ => {
                let mut signs: Vec<char> = text.chars().collect();
                let at = draws.upto(signs.len());
                let sign = signs.remove(at);
                if !sign.is_ascii_digit() {
                    signs.insert((at + 1).min(signs.len()), sign);
                }
                (signs.into_iter().collect(), meant, Spoiled::Slip)
            }
        }
    };
    Column((0..rows).map(|_| cell(draws)).collect())
}

/// Draws tables of so many columns in all, reads them, and counts.
pub(crate) fn measure(columns: usize, seed: u64, is_declared: bool) -> Score {
    let (mut score, mut draws) = (Score::default(), Draws::new(seed));
    while score.columns < columns {
        let style = STYLES[draws.upto(STYLES.len())];
        let (rows, width) = (4 + draws.upto(37), 1 + draws.upto(4));
        let spoils = [0.0, 0.0, 0.02, 0.05, 0.1][draws.upto(5)];
        let table: Vec<Column> = (0..width).map(|_| column(&mut draws, style, rows, spoils)).collect();
        read(&table, rows, is_declared.then_some(style.0), &mut score);
    }
    score
}

fn read(table: &[Column], rows: usize, locale: Option<&str>, score: &mut Score) {
    let line = |row: usize| {
        let cells = table.iter().map(|it| it.0[row].0.clone());
        std::iter::once(format!("r{row}")).chain(cells).collect::<Vec<_>>().join("\t")
    };
    let names: Vec<String> = (0..table.len()).map(|it| format!("c{it}")).collect();
    let lines: Vec<String> =
        std::iter::once(format!("item\t{}", names.join("\t"))).chain((0..rows).map(line)).collect();
    let document = decode("t.tsv", (lines.join("\n") + "\n").into_bytes()).expect("it is text");
    let options = Options { locale: locale.map(str::to_owned), ..Options::default() };
    let loaded = check::load(document.into(), Format::Delimited, &[], &options).expect("it is a table");
    let read = loaded.table(0).clone();
    let outcome = check::check(vec![loaded], &[], &[], &options).expect("no rule is amiss");
    let is_told = |name: &str| {
        let places = outcome.findings.iter().filter(|it| it.rule != "follows").flat_map(|it| &it.places);
        places.map(|it| it.column.as_deref()).any(|it| it == Some(name))
    };
    for (name, column) in names.iter().zip(table) {
        let told = is_told(name);
        score.columns += 1;
        let is_whole = column.0.iter().all(|it| it.2 == Spoiled::No);
        score.whole += usize::from(is_whole);
        score.told += usize::from(is_whole && told);
        let at = read.columns.iter().position(|it| it.name == *name).expect("it was printed");
        for (row, (_, meant, spoiled)) in column.0.iter().enumerate() {
            let value = read.columns[at].kind.is_number().then(|| read.columns[at].decimal(row)).flatten();
            let value: Option<f64> = value.map(|it| it.to_string().parse().expect("it is a number"));
            let is_wrong = value.is_some_and(|it| (it - meant).abs() > 1e-9 * meant.abs());
            if matches!(spoiled, Spoiled::No | Spoiled::Style) {
                score.cells += 1;
                score.wrong += usize::from(is_wrong);
                score.silent += usize::from(is_wrong && !told);
            } else if *spoiled == Spoiled::Slip {
                score.slips += 1;
                score.slips_silent += usize::from(is_wrong && !told);
            }
        }
    }
}
