//! Grids in thirty printed shapes, as text and as workbooks, against the tables
//! that made them.

pub(crate) mod drawn;

use crossfoot::source::{Format, Grid, Hints, decode};
use crossfoot::table::Document;
use drawn::{Printed, SHAPES, Truth};
use rust_xlsxwriter::{Format as Look, Workbook};

/// What a grid says: the texts of each row that has figures, and the heading over each figure.
type Said = Vec<(Vec<String>, Vec<String>)>;

fn plain(text: &str) -> String {
    text.split([' ', '/']).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}

fn said(document: &Document, grid: &Grid, truth: &Truth) -> Said {
    let labels = truth.rows.first().map_or(1, |it| it.0.len());
    let rows = grid.rows.iter().filter_map(|row| {
        let cell = |at: usize| row.cells.get(at).map_or("", |it| it.text(document)).to_owned();
        let first = (0..row.cells.len()).find(|it| !cell(*it).is_empty())?;
        let figures: Vec<usize> = (first + labels..row.cells.len()).filter(|it| !cell(*it).is_empty()).collect();
        let head = |at: &usize| {
            let unit = grid.units.get(*at).map_or("", |it| it.text(document));
            let heading = grid.headings.get(*at).map_or("", |it| it.text(document));
            plain(&if grid.headings_printed { format!("{heading} {unit}") } else { String::new() })
        };
        let texts = (first..first + labels).chain(figures.iter().copied()).map(cell).collect();
        (!figures.is_empty()).then(|| (texts, figures.iter().map(head).collect()))
    });
    rows.collect()
}

fn meant(truth: &Truth, printed: &dyn Fn(&str) -> String) -> Said {
    let rows = truth.rows.iter().filter_map(|(labels, figures)| {
        let filled: Vec<usize> = (0..figures.len()).filter(|it| !figures[*it].is_empty()).collect();
        let head = |it: &usize| truth.heads.get(*it).map_or(String::new(), |it| plain(it));
        let texts = labels.iter().cloned().chain(filled.iter().map(|it| printed(&figures[*it]))).collect();
        (!filled.is_empty()).then(|| (texts, filled.iter().map(head).collect()))
    });
    rows.collect()
}

/// Why a printed grid is not read as it was meant, if it is not.
fn why_not(printed: &Printed, name: &str, bytes: Vec<u8>, shown: &dyn Fn(&str) -> String) -> Option<String> {
    let document = decode(name, bytes).unwrap();
    let page = match Format::sniff(&document).read(&document, &Hints::default()) {
        Ok(page) => page,
        Err(error) => return Some(error.to_string()),
    };
    if page.grids.len() != printed.tables.len() {
        return Some(format!("{} tables for {}", page.grids.len(), printed.tables.len()));
    }
    for (grid, truth) in page.grids.iter().zip(&printed.tables) {
        let (said, meant) = (said(&document, grid, truth), meant(truth, shown));
        if said != meant {
            let differs = said.iter().zip(&meant).find(|it| it.0 != it.1);
            return Some(differs.map_or(format!("{} rows for {}", said.len(), meant.len()), |it| format!("{it:?}")));
        }
    }
    None
}

/// A figure as a workbook shows it, where a text is one.
fn number(printed: &Printed, text: &str) -> Option<(f64, String)> {
    let (group, decimal) = printed.signs;
    let digits = text.trim_end_matches('%');
    let digits = if group.is_empty() { digits.to_owned() } else { digits.replace(group, "") };
    let digits = digits.replace(decimal, ".");
    let value: f64 = digits.parse().ok().filter(|_| digits.bytes().all(|it| it.is_ascii_digit() || it == b'.'))?;
    let places = digits.split_once('.').map_or(0, |it| it.1.len());
    let look = if places > 0 { format!("#,##0.{}", "0".repeat(places)) } else { "0".to_owned() };
    Some(if text.ends_with('%') { (value / 100.0, look + "%") } else { (value, look) })
}

fn book(printed: &Printed) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for &(line, first, last) in &printed.spans {
        let column = |it: usize| u16::try_from(it).unwrap();
        let row = u32::try_from(line).unwrap();
        sheet.merge_range(row, column(first), row, column(last), "", &Look::new()).unwrap();
    }
    for (row, cells) in (0..).zip(&printed.lines) {
        for (column, text) in (0..).zip(cells).filter(|it| !it.1.is_empty()) {
            match number(printed, text) {
                Some((value, look)) => {
                    sheet.write_number_with_format(row, column, value, &Look::new().set_num_format(look))
                }
                None => sheet.write_string(row, column, text),
            }
            .unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

/// How many of the grids in some shapes are read as they were meant, and of how many.
/// Where it is measured, `CROSSFOOT_SHAPES_SEED` draws others.
fn measure(why_not: &dyn Fn(&Printed) -> Option<String>) -> (usize, usize) {
    const EACH: u64 = 10;
    let base = std::env::var("CROSSFOOT_SHAPES_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(0_u64);
    let (mut exact, mut all) = (0, 0);
    for (at, shape) in (0..).zip(SHAPES) {
        for seed in 0..EACH {
            let printed = drawn::grid(shape, base + at * 1_000 + seed);
            let why = why_not(&printed);
            all += 1;
            exact += usize::from(why.is_none());
            if let Some(why) = why {
                println!("{shape} {seed}: {why}\n{}", printed.text);
            }
        }
    }
    println!("{exact} of {all} exact");
    (exact, all)
}

#[test]
fn drawn_shapes_are_read_as_they_were_meant() {
    let of_text = |it: &Printed| why_not(it, "drawn.csv", it.text.clone().into_bytes(), &str::to_owned);
    let (exact, all) = measure(&of_text);
    assert!(exact * 100 >= all * 95, "{exact} of {all} exact");
}

#[test]
fn drawn_shapes_in_workbooks_are_read_as_they_were_meant() {
    let of_book = |it: &Printed| {
        let shown = |text: &str| {
            let Some((value, look)) = number(it, text) else { return text.to_owned() };
            let places = look.trim_end_matches('%').split_once('.').map_or(0, |it| it.1.len());
            let percent = look.ends_with('%');
            format!("{:.places$}{}", if percent { value * 100.0 } else { value }, if percent { "%" } else { "" })
        };
        why_not(it, "drawn.xlsx", book(it), &shown)
    };
    let (exact, all) = measure(&of_book);
    assert!(exact * 100 >= all * 95, "{exact} of {all} exact");
}
