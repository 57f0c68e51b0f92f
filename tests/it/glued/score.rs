//! Renders tables with glued cells, reads them, and counts what came out right.

use std::fmt::Write as _;

use crossfoot::source::page::{self, Options, RowHistory};
use crossfoot::source::{DecidedBy, Splitting};
use crossfoot::table::{Decimal, Document, NumberStyle, read_figure};
use serde_json::Value;

/// A table whose right reading is known.
pub(crate) struct Case {
    /// Which regime it belongs to: `toronto-cleared-none`.
    pub(crate) regime: String,
    columns: &'static str,
    rows: Vec<Row>,
    total: Option<Vec<u64>>,
    comma: bool,
}

struct Row {
    label: String,
    truth: Vec<u64>,
    previous: Option<Vec<u64>>,
}

/// What is told to the reader besides the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Given {
    /// Last year's figures.
    pub(crate) history: bool,
    /// A total row below the others, where the table has one.
    pub(crate) total: bool,
}

/// Counts over the rows of one regime.
#[derive(Clone, Debug, Default)]
pub(crate) struct Score {
    /// Rows read.
    pub(crate) rows: usize,
    /// Rows with more than one reading; with more than one whose part is within its whole, or none.
    pub(crate) ambiguous: usize,
    /// Rows whose best reading is right.
    pub(crate) right: usize,
    /// Ambiguous rows whose best reading is right.
    pub(crate) ambiguous_right: usize,
    /// Ambiguous rows that were accepted.
    pub(crate) accepted: usize,
    /// Accepted rows that are wrong, ambiguous or not.
    pub(crate) wrong: usize,
    /// Rows that stand as accepted, ambiguous or not.
    pub(crate) standing: usize,
    /// Probability and rightness of the best reading of each ambiguous row.
    best: Vec<(f64, bool)>,
}

/// Takes the tables of the file, and makes those that compare two years and three columns.
pub(crate) fn cases(jsonl: &str) -> Vec<Case> {
    let tables: Vec<Value> = jsonl.lines().map(|it| serde_json::from_str(it).expect("each line is a table")).collect();
    tables.iter().flat_map(cases_of).collect()
}

fn cases_of(table: &Value) -> Vec<Case> {
    let id = table["id"].as_str().expect("tables have an id");
    let regime = id.rsplit_once('-').expect("ids end in a number").0;
    let (source, style) = (regime.split('-').next().unwrap_or(""), regime.rsplit('-').next().unwrap_or(""));
    let comma = style == "comma";
    let rows: Vec<Row> =
        table["rows"].as_array().expect("tables have rows").iter().map(|it| Row::new(it, source)).collect();
    let attempts = regime.contains("attempts");
    let mut cases = Vec::new();
    let past: Option<Vec<&Vec<u64>>> = rows.iter().map(|it| it.previous.as_ref()).collect();
    if let Some(past) = past.filter(|_| !attempts) {
        let with = |name: &str, columns, cells: fn(&[u64], u64) -> Vec<u64>| {
            let row = |(row, past): (&Row, &&Vec<u64>)| Row {
                label: row.label.clone(),
                truth: cells(&row.truth, past[0]),
                previous: None,
            };
            let rows = rows.iter().zip(&past).map(row).collect();
            Case { regime: format!("{source}-{name}-{style}"), columns, rows, total: None, comma }
        };
        cases.push(with("years", "OffenceThis yearLast year", |truth, past| vec![truth[0], past]));
        cases.push(with("three", "OffenceTotalClearedLast year", |truth, past| vec![truth[0], truth[1], past]));
    }
    let columns = if attempts { "OffenceRecordedAttempts" } else { "OffenceReportedCleared" };
    let total = table.get("total_row").map(|it| numbers(&it["truth"]));
    cases.push(Case { regime: regime.to_owned(), columns, rows, total, comma });
    cases
}

/// Last year's figures, where the row has them.
fn previous(row: &Value) -> Option<Vec<u64>> {
    row.get("previous").map(numbers).filter(|it| !it.is_empty())
}

fn numbers(value: &Value) -> Vec<u64> {
    value.as_array().map_or(Vec::new(), |it| it.iter().filter_map(Value::as_u64).collect())
}

impl Case {
    /// A table of figures that were drawn, with a row of their sums.
    pub(crate) fn drawn(regime: &str, columns: &'static str, figures: Vec<Vec<u64>>) -> Self {
        let sum = |column: usize| figures.iter().map(|it| it[column]).sum();
        let total = (0..figures.first().map_or(0, Vec::len)).map(sum).collect();
        let row = |(at, truth): (usize, Vec<u64>)| {
            let letter = |it: usize| char::from(b'a' + u8::try_from(it % 26).unwrap_or(0));
            Row { label: format!("N{}{}n", letter(at / 26), letter(at)), truth, previous: None }
        };
        let rows = figures.into_iter().enumerate().map(row).collect();
        Self { regime: regime.to_owned(), columns, rows, total: Some(total), comma: false }
    }

    /// Reads the table as a page and adds what came out to a score.
    pub(crate) fn read_into(&self, given: Given, score: &mut Score) {
        let mut text = format!("Police Statistics\n{}\n", self.columns);
        for row in &self.rows {
            let _ = writeln!(text, "{}{}", row.label, self.glue(&row.truth));
        }
        if let Some(total) = self.total.as_ref().filter(|_| given.total) {
            let _ = writeln!(text, "Total{}", self.glue(total));
        }
        let document = Document::new("page.txt", text, "UTF-8");
        let history: Vec<RowHistory> = self.rows.iter().map(Row::history).collect();
        let history = if given.history { history.as_slice() } else { &[] };
        let page = page::read(&document, &Options { history, ..Options::default() });
        assert_eq!(page.grids.len(), 1, "{} is one table:\n{}", self.regime, document.text);
        let grid = &page.grids[0];
        let extra = usize::from(given.total && self.total.is_some());
        assert_eq!(grid.rows.len(), self.rows.len() + extra, "{}", document.text);
        // Where history is given, a row that has none is no example of it.
        for (row, read) in self.rows.iter().zip(&grid.rows).filter(|it| !given.history || it.0.previous.is_some()) {
            let cells: Vec<&str> = read.splitting.as_ref().map_or_else(
                || read.cells.iter().map(|it| it.text(&document)).collect(),
                |it| it.readings[0].cells.iter().map(|&it| document.slice(it)).collect(),
            );
            score.add(row.is(&cells), read.splitting.as_deref(), self.is_nested_once(row));
        }
    }

    /// Whether one reading alone has a part within its whole, in tables of whole and part.
    fn is_nested_once(&self, row: &Row) -> bool {
        let blob = self.glue(&row.truth);
        let grouped = self.comma && self.rows.iter().flat_map(|it| &it.truth).any(|&it| it >= 1000);
        let value = |piece: &str| {
            let value: u64 = piece.replace(',', "").parse().ok()?;
            let plain = value.to_string() == piece && !(grouped && value >= 1000);
            (plain || with_commas(value) == piece).then_some(value)
        };
        let nested = (1..blob.len()).filter(|&at| match (value(&blob[..at]), value(&blob[at..])) {
            (Some(whole), Some(part)) => part <= whole,
            _ => false,
        });
        let others = ["years", "three", "unrelated"];
        let compared = others.iter().any(|it| self.regime.contains(it));
        !compared && nested.count() == 1
    }

    fn glue(&self, figures: &[u64]) -> String {
        figures.iter().map(|&it| if self.comma { with_commas(it) } else { it.to_string() }).collect()
    }
}

impl Row {
    fn new(row: &Value, source: &str) -> Self {
        let label = row["label"].as_str().expect("rows have a label");
        // Keys of offences are digits, which would run into the figures.
        let label = if source == "pks" { format!("Offence ({label})") } else { label.to_owned() };
        Self { label, truth: numbers(&row["truth"]), previous: previous(row) }
    }

    fn history(&self) -> RowHistory {
        #[expect(clippy::cast_precision_loss, reason = "counts of crimes are far below 2^53")]
        let figures = |it: &Vec<u64>| it.iter().map(|&it| Some(it as f64)).collect();
        let previous = self.previous.iter().map(figures).collect();
        RowHistory { label: self.label.clone(), previous, ..RowHistory::default() }
    }

    fn is(&self, cells: &[&str]) -> bool {
        let value = |it: &str| read_figure(it, NumberStyle::ENGLISH, None).ok().map(|it| it.value);
        let truth: Vec<Option<Decimal>> = self.truth.iter().map(|&it| Some(Decimal::whole(i128::from(it)))).collect();
        cells.first() == Some(&self.label.as_str())
            && cells[1..].iter().map(|it| value(it)).collect::<Vec<_>>() == truth
    }
}

fn with_commas(value: u64) -> String {
    if value < 1000 { value.to_string() } else { format!("{},{:03}", with_commas(value / 1000), value % 1000) }
}

impl Score {
    /// `nested_once`: only one reading has a part within its whole, which is no feat to find.
    fn add(&mut self, right: bool, splitting: Option<&Splitting>, nested_once: bool) {
        let accepted = splitting.is_none_or(|it| it.accepted);
        self.rows += 1;
        self.right += usize::from(right);
        self.standing += usize::from(accepted);
        self.wrong += usize::from(accepted && !right);
        let open = |it: &&Splitting| !matches!(it.decided_by, DecidedBy::Unique | DecidedBy::Style);
        if let Some(it) = splitting.filter(open).filter(|_| !nested_once) {
            self.ambiguous += 1;
            self.ambiguous_right += usize::from(right);
            self.accepted += usize::from(accepted);
            self.best.push((it.readings[0].probability, right));
        }
    }

    /// Adds the counts of another regime.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.ambiguous += other.ambiguous;
        self.right += other.right;
        self.ambiguous_right += other.ambiguous_right;
        self.accepted += other.accepted;
        self.wrong += other.wrong;
        self.standing += other.standing;
        self.best.extend(&other.best);
    }

    /// The share of ambiguous rows whose best reading is right.
    pub(crate) fn top_one(&self) -> f64 {
        share(self.ambiguous_right, self.ambiguous)
    }

    /// The share of ambiguous rows that were accepted.
    pub(crate) fn cover(&self) -> f64 {
        share(self.accepted, self.ambiguous)
    }

    /// The share of accepted rows that are wrong.
    pub(crate) fn errors(&self) -> f64 {
        if self.standing == 0 { 0.0 } else { share(self.wrong, self.standing) }
    }

    /// The expected calibration error over ten bins of equal width, ambiguous rows only.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ten bins"
    )]
    pub(crate) fn calibration_error(&self) -> f64 {
        let mut bins = [(0.0, 0.0, 0.0); 10];
        for &(p, right) in &self.best {
            let bin = &mut bins[((p * 10.0) as usize).min(9)];
            *bin = (bin.0 + p, bin.1 + f64::from(u8::from(right)), bin.2 + 1.0);
        }
        let gaps: f64 = bins.iter().map(|it| (it.0 - it.1).abs()).sum();
        gaps / (self.best.len().max(1) as f64)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share of a few thousand rows")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
