//! Books and their CSV twins, drawn in the shapes that offices print, against the
//! table that made them.

use crossfoot::source::{Format, Grid, Hints, decode};
use crossfoot::table::Document;
use rust_xlsxwriter::{Format as Look, Workbook, Worksheet};

const AREAS: [&str; 9] = ["Alder", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Juniper", "Larch", "Maple"];
const TOPICS: [&str; 3] = ["Births", "Deaths", "Moves"];
const KINDS: [&str; 3] = ["Women", "Men", "Children"];
const SPANS: [&str; 2] = ["Towns", "Villages"];
const BOOKS: u32 = 84;

/// A printed table and what it says.
struct Drawn {
    /// The printed lines, blanks where a merged cell goes on.
    lines: Vec<Vec<String>>,
    /// Merged cells: first row and column, last row and column.
    merged: Vec<(u32, u16, u32, u16)>,
    /// The words over each column of figures.
    heads: Vec<Vec<&'static str>>,
    /// The label and the figures of each row.
    rows: Vec<(String, Vec<u64>)>,
}

fn draw(seed: u32) -> Drawn {
    let figure = |row: u32, column: u32| u64::from(1_000 + (seed * 7_919 + row * 104_729 + column * 1_299_709) % 8_999);
    let depth = 1 + seed % 4;
    let (topics, kinds) = (1 + (seed / 4) % 3, 2 + (seed / 12) % 2);
    let spans: u32 = if depth == 4 { 2 } else { 1 };
    let mut heads: Vec<Vec<&'static str>> = Vec::new();
    for span in 0..spans {
        for topic in 0..topics {
            for kind in 0..kinds {
                let (span, topic, kind) = (SPANS[span as usize], TOPICS[topic as usize], KINDS[kind as usize]);
                heads.push(match depth {
                    1 => vec![kind, topic],
                    2 => vec![topic, kind],
                    3 => vec!["Registered", topic, kind],
                    _ => vec!["Registered", span, topic, kind],
                });
            }
        }
    }
    let mut drawn = Drawn { lines: Vec::new(), merged: Vec::new(), heads, rows: Vec::new() };
    if seed.is_multiple_of(3) {
        drawn.lines.extend([vec!["People by area, as registered".to_owned()], Vec::new()]);
    }
    drawn.head(depth);
    if seed.is_multiple_of(5) {
        let units = drawn.heads.iter().map(|_| "number".to_owned());
        drawn.lines.push(std::iter::once(String::new()).chain(units).collect());
    }
    for row in 0..4 + seed % 5 {
        let figures = (0..).zip(&drawn.heads).map(|it| figure(row, it.0)).collect();
        drawn.rows.push((AREAS[row as usize].to_owned(), figures));
    }
    if seed.is_multiple_of(2) {
        let sum = |at: usize| drawn.rows.iter().map(|it| it.1[at]).sum();
        drawn.rows.push(("All areas".to_owned(), (0..drawn.heads.len()).map(sum).collect()));
    }
    for (label, figures) in &drawn.rows {
        drawn.lines.push(std::iter::once(label.clone()).chain(figures.iter().map(u64::to_string)).collect());
    }
    if seed % 7 < 3 {
        drawn.lines.extend([Vec::new(), vec!["Note: figures of the register, revised once a year.".to_owned()]]);
    }
    drawn
}

impl Drawn {
    /// Writes the heading lines: equal neighbours under the same spans are merged,
    /// and the first column over all lines.
    fn head(&mut self, depth: u32) {
        let top = u32::try_from(self.lines.len()).unwrap();
        let depth = if depth == 1 { 1 } else { depth as usize };
        for line in 0..depth {
            let mut cells = vec![if line == 0 { "Area".to_owned() } else { String::new() }];
            let mut start = 0;
            for at in 0..self.heads.len() {
                let own =
                    |it: usize| if depth == 1 { self.heads[it].join(" ") } else { self.heads[it][..=line].join("/") };
                let is_first = at == 0 || own(at) != own(at - 1);
                if is_first {
                    start = at;
                }
                let text = if depth == 1 { own(at) } else { self.heads[at][line].to_owned() };
                cells.push(if is_first { text } else { String::new() });
                let is_last = at + 1 == self.heads.len() || own(at + 1) != own(at);
                if is_last && at > start {
                    let row = top + u32::try_from(line).unwrap();
                    let column = |it: usize| u16::try_from(it + 1).unwrap();
                    self.merged.push((row, column(start), row, column(at)));
                }
            }
            self.lines.push(cells);
        }
        if depth > 1 {
            self.merged.push((top, 0, top + u32::try_from(depth - 1).unwrap(), 0));
        }
    }

    fn book(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet: &mut Worksheet = book.add_worksheet();
        for &(row, column, to, last) in &self.merged {
            let text = &self.lines[row as usize][usize::from(column)];
            sheet.merge_range(row, column, to, last, text, &Look::new()).unwrap();
        }
        for (row, cells) in (0..).zip(&self.lines) {
            for (column, text) in (0..).zip(cells).filter(|it| !it.1.is_empty()) {
                match text.parse::<f64>() {
                    Ok(number) => sheet.write_number(row, column, number),
                    Err(_) => sheet.write_string(row, column, text),
                }
                .unwrap();
            }
        }
        book.save_to_buffer().unwrap()
    }

    fn csv(&self) -> Vec<u8> {
        let width = self.heads.len() + 1;
        let line = |it: &Vec<String>| {
            let mut cells: Vec<String> =
                it.iter().map(|it| if it.contains(',') { format!("\"{it}\"") } else { it.clone() }).collect();
            cells.resize(width, String::new());
            cells.join(",") + "\n"
        };
        self.lines.iter().map(line).collect::<String>().into_bytes()
    }

    /// How many figures of some grids stand under the right words, how many stand
    /// elsewhere without a finding, and how many there should be.
    fn score(&self, document: &Document, grids: &[Grid]) -> [usize; 3] {
        let (mut right, mut wrong) = (0, 0);
        for grid in grids {
            for row in &grid.rows {
                let label = row.cells.first().map_or("", |it| it.text(document));
                for (at, cell) in row.cells.iter().enumerate().skip(1) {
                    let text = cell.text(document);
                    let Ok(value) = text.parse::<u64>() else { continue };
                    let heading = grid.headings.get(at).map_or("", |it| it.text(document));
                    // A span over all columns may be read as a title: it is not lost.
                    let title = grid.title.as_deref().unwrap_or("");
                    let words: Vec<&str> = heading.split([' ', '/']).chain(title.split([' ', ',', '|'])).collect();
                    let is_meant = |head: &Vec<&str>| head.iter().all(|it| words.contains(it));
                    let column = self.heads.iter().position(is_meant);
                    let truth = self.rows.iter().find(|it| it.0 == label).zip(column).map(|it| it.0.1[it.1]);
                    if truth == Some(value) {
                        right += 1;
                    } else if grid.faults.is_empty() {
                        wrong += 1;
                    }
                }
            }
        }
        [right, wrong, self.rows.len() * self.heads.len()]
    }
}

/// Reads all that was drawn in one form; shows each that is not read in full.
fn measure(format: Format, name: &str, print: fn(&Drawn) -> Vec<u8>) -> [usize; 3] {
    let mut all = [0; 3];
    for seed in 0..BOOKS {
        let drawn = draw(seed);
        let document = decode(name, print(&drawn)).unwrap();
        let grids = format.read(&document, &Hints::default()).map_or(Vec::new(), |it| it.grids);
        let score = drawn.score(&document, &grids);
        if score[0] < score[2] || score[1] > 0 {
            println!("{name} {seed}: {score:?} of depth {}", 1 + seed % 4);
        }
        all.iter_mut().zip(score).for_each(|it| *it.0 += it.1);
    }
    println!("{name}: {all:?}");
    all
}

#[test]
fn drawn_books_are_read_as_they_were_meant() {
    let [right, wrong, all] = measure(Format::Workbook, "drawn.xlsx", Drawn::book);
    assert!(right * 100 >= all * 98 && wrong == 0, "{right} of {all} right, {wrong} wrong without a finding");
}

#[test]
fn drawn_pages_of_csv_are_read_as_they_were_meant() {
    let [right, wrong, all] = measure(Format::Delimited, "drawn.csv", Drawn::csv);
    assert!(right * 100 >= all * 98 && wrong == 0, "{right} of {all} right, {wrong} wrong without a finding");
}
