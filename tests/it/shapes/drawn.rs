//! Draws printed grids in the shapes that offices, exports and people make, each
//! with the figures that it holds.

use crate::draws::Draws;

const PLACES: [&str; 22] = [
    "Aalto", "Brekke", "Coimbra", "Dokkum", "Évora", "Fagerli", "Gouda", "Hamina", "Ílhavo", "Joensuu", "Kuopio",
    "Leiden", "Mafra", "Narvik", "Oulu", "Porvoo", "Raahe", "Sneek", "Tomar", "Utsira", "Vaasa", "Zwolle",
];
const GROUPS: [&str; 5] = ["Northern coast", "Inland", "Islands", "Southern coast", "Lakes"];
const TOPICS: [&str; 12] = [
    "Libraries",
    "Bus rides",
    "Landed fish",
    "Ships",
    "Fines",
    "Apprentices",
    "Permits",
    "Harvest",
    "Ferries",
    "Museums",
    "Net income",
    "Guests",
];
const KINDS: [&str; 6] = ["new", "renewed", "all year", "summer only", "inside", "outside"];
const OVERS: [&str; 3] = ["Harbour board", "Public", "Private"];
const UNITS: [&str; 8] = ["number", "tonnes", "%", "euros", "thousands", "km²", "per 1,000", "kg"];
const CORNERS: [&str; 6] = ["Port", "", "Municipality", "Town or city", "Unit", "Kunta"];
const TITLES: [&str; 6] = [
    "Ports: goods landed by town, 2015 to 2019",
    "Table 4.2 Museums, libraries, and guests",
    "T12 Guests by season",
    "Tolls and fines (revised)",
    "Harbour statistics",
    "Permits issued in the year, by kind of permit and town, as reported",
];
const ABOVE: [&str; 5] = [
    "Published: 4 May 2020",
    "Source: harbour board",
    "Contact: Ms Vik, phone 555 0142",
    "All figures are preliminary.",
    "Printed 2020-05-04",
];
const BELOW: [&str; 6] = [
    "* estimated",
    "Source: harbour board, yearly returns",
    "Note: towns below 500 people are left out.",
    "1) without islands",
    "The figures were rounded, so totals may differ from the sum of their parts.",
    "r revised; p preliminary",
];
const GAPS: [&str; 6] = ["", "-", "n/a", "..", "…", "(c)"];

/// The names of all shapes.
pub(crate) const SHAPES: [&str; 30] = [
    "plain",
    "title",
    "padded title",
    "two lines",
    "two full lines",
    "three lines",
    "year over quarters",
    "units",
    "units in brackets",
    "blocks",
    "blocks at once",
    "stacked with titles",
    "stacked",
    "side by side",
    "group lines",
    "group column",
    "totals",
    "headings again",
    "notes",
    "years",
    "split years",
    "months",
    "numbered",
    "trailing",
    "sparse",
    "blanks inside",
    "no heading",
    "offset",
    "days down",
    "mixed",
];

/// A file, and the tables that it holds.
pub(crate) struct Printed {
    pub(crate) text: String,
    /// Its cells, line by line.
    pub(crate) lines: Vec<Vec<String>>,
    /// Cells that span others to their right: the line, and the first and last column.
    pub(crate) spans: Vec<(usize, usize, usize)>,
    /// What groups thousands, and the decimal sign.
    pub(crate) signs: (&'static str, char),
    pub(crate) tables: Vec<Truth>,
}

/// What one table says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Truth {
    /// The words over each column of figures, joined.
    pub(crate) heads: Vec<String>,
    /// The labels and the figures of each row that has figures.
    pub(crate) rows: Vec<(Vec<String>, Vec<String>)>,
}

type Lines = Vec<Vec<String>>;

struct Drawing {
    draws: Draws,
    /// What groups thousands, and the decimal sign.
    signs: (&'static str, char),
    lines: Lines,
    spans: Vec<(usize, usize, usize)>,
    tables: Vec<Truth>,
}

fn texts(of: &[&str]) -> Vec<String> {
    of.iter().map(|it| (*it).to_owned()).collect()
}

/// Draws one grid of a shape.
pub(crate) fn grid(shape: &str, seed: u64) -> Printed {
    let mut draws = Draws::new(seed * 2_654_435_761 + 97);
    let delimiter = [',', ';', '\t', '|'][draws.upto(4)];
    let signs = match (delimiter, draws.upto(4)) {
        (',', _) | (_, 0) => (",", '.'),
        (_, 1) => (".", ','),
        (_, 2) => (" ", ','),
        _ => ("", '.'),
    };
    let mut it = Drawing { draws, signs, lines: Vec::new(), spans: Vec::new(), tables: Vec::new() };
    it.shape(shape);
    let all_quoted = it.draws.upto(5) == 0;
    let line = |cells: &Vec<String>| {
        let cell = |text: &String| {
            let must = text.contains([delimiter, '"']);
            if must || (all_quoted && !cells.is_empty()) { format!("\"{text}\"") } else { text.clone() }
        };
        cells.iter().map(cell).collect::<Vec<_>>().join(&delimiter.to_string())
    };
    let lines: Vec<String> = it.lines.iter().map(line).collect();
    Printed { text: lines.join("\n") + "\n", lines: it.lines, spans: it.spans, signs: it.signs, tables: it.tables }
}

impl Drawing {
    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.draws.upto(of.len())]
    }

    /// Some of several, in another order each time.
    fn some(&mut self, of: &[&str], count: usize) -> Vec<String> {
        let mut left = texts(of);
        (0..count.min(of.len())).map(|_| left.remove(self.draws.upto(left.len()))).collect()
    }

    fn places(&mut self) -> Vec<String> {
        let count = 3 + self.draws.upto(14);
        self.some(&PLACES, count)
    }

    /// The figures of some columns: each has a size and decimals of its own.
    fn figures(&mut self, rows: usize, columns: usize) -> Vec<Vec<String>> {
        let gaps = [0.0, 0.0, 0.05, 0.12][self.draws.upto(4)];
        let gap = self.one(&GAPS);
        let kinds: Vec<(f64, usize, bool)> = (0..columns)
            .map(|_| {
                let size = [20.0, 300.0, 4_000.0, 90_000.0][self.draws.upto(4)];
                let decimals = [0, 0, 0, 1, 2][self.draws.upto(5)];
                (size, decimals, decimals == 1 && self.draws.upto(3) == 0)
            })
            .collect();
        (0..rows)
            .map(|_| {
                kinds
                    .iter()
                    .map(|&(size, decimals, percent)| {
                        if self.draws.share() < gaps {
                            return gap.to_owned();
                        }
                        let scale = 10_u64.pow(u32::try_from(decimals).unwrap());
                        let size = if percent { 40.0 } else { size };
                        let whole = self.draws.about(size, 0.9);
                        self.figure(whole * scale, decimals, percent)
                    })
                    .collect()
            })
            .collect()
    }

    fn figure(&mut self, scaled: u64, decimals: usize, percent: bool) -> String {
        let scale = 10_u64.pow(u32::try_from(decimals).unwrap());
        let scaled = scaled + self.draws.next() % scale.max(7);
        let mut whole = (scaled / scale).to_string();
        let mut at = whole.len();
        while at > 3 {
            at -= 3;
            whole.insert_str(at, self.signs.0);
        }
        if decimals > 0 {
            whole.push(self.signs.1);
            whole.push_str(&format!("{:0decimals$}", scaled % scale));
        }
        if percent {
            whole.push('%');
        }
        whole
    }

    /// A table under heading lines, each of which names every column or leaves blanks.
    fn table(&mut self, heads: &[Vec<String>], labels: &[String]) -> Truth {
        let width = heads.iter().map(Vec::len).max().unwrap_or(0);
        let figures = self.figures(labels.len(), width);
        Truth { heads: Vec::new(), rows: labels.iter().zip(figures).map(|it| (vec![it.0.clone()], it.1)).collect() }
    }

    fn head(&mut self, corner: &str, names: &[String]) {
        self.lines.push(std::iter::once(corner.to_owned()).chain(names.iter().cloned()).collect());
    }

    /// A heading line whose names stand over the blanks to their right.
    fn spanning(&mut self, corner: &str, names: &[String]) {
        let line = self.lines.len();
        let starts: Vec<usize> = (0..names.len()).filter(|it| !names[*it].is_empty()).collect();
        let ends = starts.iter().skip(1).copied().chain([names.len()]);
        self.spans.extend(starts.iter().zip(ends).filter(|it| it.1 > it.0 + 1).map(|it| (line, it.0 + 1, it.1)));
        self.head(corner, names);
    }

    fn body(&mut self, truth: &Truth) {
        for (labels, figures) in &truth.rows {
            self.lines.push(labels.iter().chain(figures).cloned().collect());
        }
    }

    /// A plain table: one heading line, then rows.
    fn plain(&mut self, corner: &str, heads: Vec<String>, labels: &[String]) {
        let mut truth = self.table(std::slice::from_ref(&heads), labels);
        self.head(corner, &heads);
        self.body(&truth);
        truth.heads = heads;
        self.tables.push(truth);
    }

    fn blank(&mut self) {
        let width = self.lines.iter().map(Vec::len).max().unwrap_or(0);
        let padded = self.draws.upto(2) == 0;
        self.lines.push(if padded { vec![String::new(); width] } else { Vec::new() });
    }

    fn titled(&mut self, width: usize, padded: bool) {
        let mut lines = vec![self.one(&TITLES).to_owned()];
        let more = self.draws.upto(3);
        lines.extend(self.some(&ABOVE, more));
        for text in lines {
            let mut cells = vec![text];
            if padded {
                cells.resize(width + 1, String::new());
            }
            self.lines.push(cells);
        }
        if self.draws.upto(2) == 0 {
            self.blank();
        }
    }

    fn noted(&mut self) {
        if self.draws.upto(2) == 0 {
            self.blank();
        }
        let count = 1 + self.draws.upto(3);
        for text in self.some(&BELOW, count) {
            self.lines.push(vec![text]);
        }
    }

    /// Two or three heading lines: the upper ones span the lower.
    fn deep(&mut self, depth: usize, full: bool, labels: &[String]) {
        let over = self.one(&OVERS).to_owned();
        let (topics, kinds) = (2 + self.draws.upto(2), 2 + self.draws.upto(2));
        let (topics, kinds) = (self.some(&TOPICS, topics), self.some(&KINDS, kinds));
        let mut lines: Vec<Vec<String>> = vec![Vec::new(); 3];
        let mut heads = Vec::new();
        for (first, topic) in topics.iter().enumerate() {
            for (second, kind) in kinds.iter().enumerate() {
                let is_first = |it: bool, text: &String| if it || full { text.clone() } else { String::new() };
                lines[0].push(is_first(first + second == 0, &over));
                lines[1].push(is_first(second == 0, topic));
                lines[2].push(kind.clone());
                let over = if depth == 3 { format!("{over} ") } else { String::new() };
                heads.push(format!("{over}{topic} {kind}"));
            }
        }
        let corner = self.one(&CORNERS).to_owned();
        let at = self.draws.upto(2) * (depth - 1);
        let lines = lines.split_off(3 - depth);
        for (line, names) in lines.iter().enumerate() {
            self.spanning(if line == at { &corner } else { "" }, names);
        }
        let mut truth = self.table(&lines, labels);
        self.body(&truth);
        truth.heads = heads;
        self.tables.push(truth);
    }

    fn shape(&mut self, shape: &str) {
        let labels = self.places();
        let count = 2 + self.draws.upto(5);
        let topics = self.some(&TOPICS, count);
        let corner = self.one(&CORNERS).to_owned();
        match shape {
            "title" | "padded title" => {
                self.titled(topics.len(), shape != "title");
                self.plain(&corner, topics, &labels);
            }
            "two lines" => self.deep(2, false, &labels),
            "two full lines" => self.deep(2, true, &labels),
            "three lines" => {
                let full = self.draws.upto(2) == 0;
                self.deep(3, full, &labels);
            }
            "year over quarters" => self.quarters(&corner, &labels),
            "units" | "units in brackets" => self.units(&corner, &topics, &labels, shape != "units"),
            "blocks" | "blocks at once" => self.blocks(&corner, &labels, shape == "blocks"),
            "stacked with titles" | "stacked" => self.stacked(&corner, shape != "stacked"),
            "side by side" => self.beside(),
            "group lines" | "group column" => self.grouped(&corner, &topics, shape == "group lines"),
            "headings again" => self.again(&corner, &topics, &labels),
            "notes" => {
                self.plain(&corner, topics, &labels);
                self.noted();
            }
            "totals" => {
                let mut labels = labels;
                match self.draws.upto(3) {
                    0 => labels.insert(0, "Total".to_owned()),
                    1 => labels.push("All ports".to_owned()),
                    _ => labels.push("Yhteensä".to_owned()),
                }
                self.plain(&corner, topics, &labels);
            }
            _ => self.shape_of_columns(shape, &corner, topics, &labels),
        }
    }

    fn shape_of_columns(&mut self, shape: &str, corner: &str, topics: Vec<String>, labels: &[String]) {
        let start = 1995 + self.draws.upto(20);
        let count = topics.len().max(3);
        match shape {
            "years" => {
                let years = (start..start + count).map(|it| it.to_string()).collect();
                self.plain(corner, years, labels);
            }
            "split years" => {
                let years = (start..start + count).map(|it| format!("{it}/{:02}", (it + 1) % 100)).collect();
                self.plain(corner, years, labels);
            }
            "months" => {
                let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul"];
                let printed = months[..count].iter().map(|it| format!("{it} {start}")).collect();
                self.plain(corner, printed, labels);
            }
            "numbered" => {
                let numbers: Vec<String> = (1..=topics.len()).map(|it| format!("({it})")).collect();
                let mut truth = self.table(std::slice::from_ref(&topics), labels);
                self.head(corner, &topics);
                self.head("", &numbers);
                self.body(&truth);
                truth.heads = topics.iter().zip(&numbers).map(|it| format!("{} {}", it.0, it.1)).collect();
                self.tables.push(truth);
            }
            "trailing" => {
                self.plain(corner, topics, labels);
                self.lines.iter_mut().for_each(|it| it.push(String::new()));
            }
            "sparse" => {
                self.plain(corner, topics, labels);
                for (line, row) in self.lines[1..].iter_mut().zip(&mut self.tables[0].rows) {
                    for (at, cell) in row.1.iter_mut().enumerate() {
                        if self.draws.upto(2) == 0 {
                            cell.clear();
                            line[at + 1].clear();
                        }
                    }
                }
            }
            "blanks inside" => {
                self.plain(corner, topics, labels);
                for at in (1..self.lines.len()).rev().filter(|it| it % 4 == 0) {
                    self.lines.insert(at, Vec::new());
                }
            }
            "no heading" => {
                let truth = self.table(&[topics], labels);
                self.body(&truth);
                self.tables.push(truth);
            }
            "offset" => {
                self.plain(corner, topics, labels);
                self.lines.iter_mut().for_each(|it| it.insert(0, String::new()));
                let width = self.lines[0].len();
                self.lines.splice(0..0, [vec![String::new(); width], vec![String::new(); width]]);
            }
            "days down" => {
                let days: Vec<String> = (1..=labels.len()).map(|it| format!("{start}-05-{it:02}")).collect();
                self.plain("Day", topics, &days);
            }
            "mixed" => {
                let padded = self.draws.upto(2) == 0;
                self.titled(4, padded);
                self.deep(2, false, labels);
                self.noted();
            }
            _ => self.plain(corner, topics, labels),
        }
    }

    fn quarters(&mut self, corner: &str, labels: &[String]) {
        let (start, years) = (2010 + self.draws.upto(10), 1 + self.draws.upto(3));
        let (mut upper, mut lower, mut heads) = (Vec::new(), Vec::new(), Vec::new());
        for year in start..start + years {
            for quarter in 1..=4 {
                upper.push(if quarter == 1 { year.to_string() } else { String::new() });
                lower.push(format!("Q{quarter}"));
                heads.push(format!("{year} Q{quarter}"));
            }
        }
        self.spanning(corner, &upper);
        self.head("", &lower);
        let mut truth = self.table(&[lower], labels);
        self.body(&truth);
        truth.heads = heads;
        self.tables.push(truth);
    }

    fn units(&mut self, corner: &str, topics: &[String], labels: &[String], bracketed: bool) {
        let units: Vec<String> = topics.iter().map(|_| self.one(&UNITS).to_owned()).collect();
        let units = if bracketed { units.iter().map(|it| format!("({it})")).collect() } else { units };
        let mut truth = self.table(&[topics.to_vec()], labels);
        self.head(corner, topics);
        self.head("", &units);
        self.body(&truth);
        truth.heads = topics.iter().zip(&units).map(|it| format!("{} {}", it.0, it.1)).collect();
        self.tables.push(truth);
    }

    fn blocks(&mut self, corner: &str, labels: &[String], apart: bool) {
        let corner = if corner.is_empty() { "Port" } else { corner };
        let count = 4 + self.draws.upto(5);
        let mut left = self.some(&TOPICS, count);
        let mut truth = Truth { heads: left.clone(), rows: Vec::new() };
        let rows: Vec<Vec<String>> = self.figures(labels.len(), left.len());
        truth.rows = labels.iter().zip(&rows).map(|it| (vec![it.0.clone()], it.1.clone())).collect();
        let (wide, mut done) = (left.len().div_ceil(2), 0);
        while !left.is_empty() {
            let names: Vec<String> = left.drain(..wide.min(left.len())).collect();
            if done > 0 && apart {
                self.blank();
            }
            self.head(corner, &names);
            for (label, row) in labels.iter().zip(&rows) {
                let cells = row[done..done + names.len()].iter().cloned();
                self.lines.push(std::iter::once(label.clone()).chain(cells).collect());
            }
            done += names.len();
        }
        self.tables.push(truth);
    }

    fn stacked(&mut self, corner: &str, titled: bool) {
        for table in 0..2 + self.draws.upto(2) {
            let labels = self.places();
            let count = 2 + self.draws.upto(4);
            let topics = self.some(&TOPICS, count);
            if table > 0 {
                self.blank();
            }
            if titled {
                self.lines.push(vec![format!("Table {}: {}", table + 1, topics[0].to_lowercase())]);
            }
            self.plain(corner, topics, &labels);
        }
    }

    fn beside(&mut self) {
        let mut sides = Vec::new();
        let rows = 4 + self.draws.upto(6);
        for corner in ["Port", "Owner"] {
            let lines = std::mem::take(&mut self.lines);
            let count = 2 + self.draws.upto(3);
            let (topics, labels) = (self.some(&TOPICS, count), self.some(&PLACES, rows));
            self.plain(corner, topics, &labels);
            sides.push(std::mem::replace(&mut self.lines, lines));
        }
        for (left, right) in sides[0].iter().zip(&sides[1]) {
            self.lines.push(left.iter().cloned().chain([String::new()]).chain(right.iter().cloned()).collect());
        }
    }

    fn grouped(&mut self, corner: &str, topics: &[String], in_lines: bool) {
        let mut truth = Truth { heads: topics.to_vec(), rows: Vec::new() };
        if in_lines {
            self.head(corner, topics);
        } else {
            self.lines.push(texts(&["Coast", "Port"]).into_iter().chain(topics.iter().cloned()).collect());
        }
        for group in self.some(&GROUPS, 3) {
            let rows = 2 + self.draws.upto(4);
            let (labels, figures) = (self.some(&PLACES, rows), self.figures(rows, topics.len()));
            if in_lines {
                self.lines.push(vec![group.clone()]);
            }
            for (at, (label, figures)) in labels.into_iter().zip(figures).enumerate() {
                let shown = if at == 0 { group.clone() } else { String::new() };
                let first = if in_lines { Vec::new() } else { vec![shown] };
                self.lines.push(first.into_iter().chain([label.clone()]).chain(figures.iter().cloned()).collect());
                let labels = if in_lines { vec![label] } else { vec![group.clone(), label] };
                truth.rows.push((labels, figures));
            }
        }
        self.tables.push(truth);
    }

    fn again(&mut self, corner: &str, topics: &[String], labels: &[String]) {
        let corner = if corner.is_empty() { "Port" } else { corner };
        self.plain(corner, topics.to_vec(), labels);
        let head = self.lines[0].clone();
        for at in (2..self.lines.len()).rev().filter(|it| it % 5 == 0) {
            self.lines.insert(at, head.clone());
        }
    }
}
