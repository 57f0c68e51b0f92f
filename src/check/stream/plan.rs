//! How a large file is read, and how what is handed out becomes a small file.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::asked::Asked;
use super::sift::Sifted;
use crate::check::Options;
use crate::check::assemble::{self, Loaded, LoadedTable};
use crate::check::claim::claim;
use crate::check::outcome::Input;
use crate::error::Result;
use crate::rules::Dataset;
use crate::source::delimited::sieve::{self, Condition, Keys, Sieve, Wanted};
use crate::source::{Grid, Page, Signs, TypeFaultKind, TypeOptions, Typed, signs_of, type_grid};
use crate::table::{ColumnSchema, ColumnType, DecimalSign, Document, NumberStyle, Table, TableSchema, Unit};

/// How a file is read, by its sample and its dataset.
pub(super) struct Plan<'a> {
    dataset: usize,
    dataset_name: String,
    declared: &'a TableSchema,
    /// With the columns that are not declared, as inferred.
    schema: TableSchema,
    style: NumberStyle,
    /// What the sample shows of the style, where nothing declares it.
    signs: Option<Signs>,
    page: Page,
    pub(super) sieve: Sieve,
    /// The columns of each key that no two records share.
    pub(super) keys: Vec<Vec<usize>>,
    /// Which rule each condition of the sieve belongs to.
    gates: Vec<String>,
    /// The rules over all records, as conditions over totals by their index.
    wholes: Vec<(String, Condition<usize>)>,
    /// Which printed columns may be empty.
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "only files kept by columns ask for it"))]
    pub(super) blank: Vec<bool>,
    /// Whether it is the text of a table that is kept column by column.
    of_columns: bool,
}

impl<'a> Plan<'a> {
    pub(super) fn of(
        sample: &Document,
        datasets: &'a [Dataset],
        options: &Options,
        judged_before: &dyn Fn(&str) -> bool,
    ) -> Result<Option<Self>> {
        let Some((dialect, page)) = sieve::plain_form(sample) else { return Ok(None) };
        let Some(claimed) = claim(sample, &page, datasets, options)? else { return Ok(None) };
        let dataset = &datasets[claimed.dataset];
        let Some(table) = claimed.tables[0] else { return Ok(None) };
        let declared = &dataset.tables[table];
        let alone = dataset.cadence.is_none() && dataset.period.is_none() && options.edition.is_none();
        let plain = declared.rows.is_empty() && options.table.is_none();
        if !alone || !plain || judged_before(&dataset.name) || page.period.is_some() {
            return Ok(None);
        }
        let grid = &page.grids[0];
        let document = Arc::new(Document::new(sample.name.clone(), sample.text.clone(), sample.encoding));
        let locale = options.locale.as_deref().or(dataset.locale.as_deref());
        let locale = locale.and_then(NumberStyle::of_locale);
        let known = TypeOptions { locale, inferred: false };
        let Some((style, signs)) = style(grid, &document, declared, known) else { return Ok(None) };
        let typed = type_grid(grid, &document, declared, &known).table;
        let Some((schema, mut columns, blanks)) = columns(declared, &typed, grid, &document) else { return Ok(None) };
        let position = |name: &String| typed.column(name).map(|it| typed.columns[it].position as usize);
        let Some(asked) = Asked::of(dataset, table, &columns, &position) else { return Ok(None) };
        // A key without a value is for the rules to tell.
        for &it in asked.keys.iter().flatten() {
            if columns[it] == Wanted::Text {
                columns[it] = Wanted::Filled;
            }
        }
        let read = asked.read();
        let Asked { each, gated, gates, wholes, totals, keys } = asked;
        let blank = (0..columns.len()).map(|it| blanks[it] && !read.contains(&it)).collect();
        let markers = declared.markers.clone();
        let sieve = Sieve { dialect, columns, blank, tests: each, gated, totals, markers, style, keys: Keys::None };
        let dataset_name = dataset.name.clone();
        let (dataset, of_columns) = (claimed.dataset, sample.is_of_columns());
        Ok(Some(Self {
            dataset,
            dataset_name,
            declared,
            schema,
            style,
            signs,
            page,
            sieve,
            keys,
            gates,
            wholes,
            blank: blanks,
            of_columns,
        }))
    }

    /// How many bytes a record has, about.
    pub(super) fn record_bytes(&self) -> u64 {
        let rows = &self.page.grids[0].rows;
        let bytes: u64 = rows.iter().map(|it| u64::from(it.span.end - it.span.start) + 1).sum();
        bytes / (rows.len() as u64).max(1)
    }

    /// The rules over all records, if they surely hold: what is wrong with one
    /// that may not is told of the whole file.
    fn settled(&self, sifted: &Sifted) -> Option<BTreeSet<String>> {
        if self.wholes.is_empty() {
            return Some(BTreeSet::new());
        }
        let values = sifted.totals.as_ref()?.values(&self.sieve.totals)?;
        let settled = |(rule, holds): &(String, Condition<usize>)| holds.truth(&values)?.then(|| rule.clone());
        self.wholes.iter().map(settled).collect()
    }

    /// Whether the style of the sample is that of the whole file, beyond doubt.
    fn is_style_of_all(&self, mut signs: Signs, grid: &Grid, document: &Arc<Document>, sifted: &Sifted) -> bool {
        // Figures with three decimals beside whole ones may be thousands: only
        // others in the sample can show that they are not.
        const BOTH: u32 = 1 | 1 << 3;
        let points = signs.points();
        let is_sure = |column: usize| points > 1 && signs.is_marked(column);
        let in_doubt = |it: u32| it & BOTH == BOTH && (points < 2 || it == BOTH);
        let sample = self.page.grids[0].rows.last().map_or(0, |it| it.number);
        let more = signs_of(grid, document, &self.schema, TypeOptions::default(), sample);
        let open = (0..).zip(&sifted.decimals).filter(|it| in_doubt(*it.1)).map(|it| it.0).chain(more.open());
        if open.into_iter().any(|it| !is_sure(it)) {
            return false;
        }
        signs.join(more);
        signs.best() == self.style
    }

    /// Whether a column that is not declared turns out to be of another type
    /// than the sample has it.
    fn is_another_type(&self, typed: &Typed) -> bool {
        let declared = self.declared.columns.len();
        let kinds = [TypeFaultKind::Type, TypeFaultKind::Style];
        let undeclared = |at: usize| self.declared.column(&typed.table.columns[at].name).is_none();
        declared < self.schema.columns.len()
            && typed.faults.iter().any(|it| kinds.contains(&it.kind) && it.column.is_some_and(undeclared))
    }

    /// Types what was handed out as a small file of its own.
    pub(super) fn type_handed(
        mut self,
        name: &str,
        heading: &str,
        encoding: &'static str,
        sifted: &Sifted,
    ) -> Option<Loaded> {
        let mut text = heading.to_owned();
        let mut lines = vec![1];
        let mut numbers = Vec::with_capacity(sifted.handed.len());
        for (suspect, line, record) in &sifted.handed {
            let record_text = std::str::from_utf8(&suspect.bytes).ok()?;
            text.push_str(record_text);
            text.push('\n');
            let first = u32::try_from(*line).ok()?;
            let count = Document::new("", record_text.to_owned(), "").line_count();
            // A row of columns is one line, whatever line breaks it holds.
            let step = u32::from(!self.of_columns);
            lines.extend((0..u32::try_from(count).ok()?).map(|it| first + it * step));
            numbers.push(u32::try_from(*record).ok()?);
        }
        let document = Arc::new(Document::of_lines(name, text, encoding, lines));
        let end = u32::try_from(sifted.records).ok()?;
        let at_end = numbers.iter().rev().zip(0..end).take_while(|(number, it)| **number == end - it).count();
        let tail = end + 1 - u32::try_from(at_end).ok()?;
        let mut page = sieve::page_of(&document, &self.page.grids[0], self.sieve.dialect, &numbers, tail)?;
        page.grids[0].style = Some(self.style);
        let signs = self.signs.take();
        if signs.is_some_and(|it| !self.is_style_of_all(it, &page.grids[0], &document, sifted)) {
            return None;
        }
        let typed = type_grid(&page.grids[0], &document, &self.schema, &TypeOptions::default());
        if self.is_another_type(&typed) {
            return None;
        }
        let records = || sifted.handed.iter().filter(|it| !self.sieve.is_blank(&it.0.bytes)).count();
        if !self.wholes.is_empty() && records() != typed.table.rows.len() {
            // A note, or a heading again: the totals have a record that is no row.
            return None;
        }
        let mut clean = sifted.clean.clone();
        clean.settled = self.settled(sifted)?;
        clean.left_out = self.gates.iter().cloned().zip(sifted.left_out.iter().copied()).collect();
        let schema = self.declared.clone();
        let table = LoadedTable { grid: 0, is_claimed: true, schema, table: typed.table, faults: typed.faults, clean };
        let input = Input {
            file: name.to_owned(),
            dataset: Some(self.dataset_name),
            edition: None,
            editions: 1,
            coverage: None,
            tables: 1,
            rows: table.clean.rows + table.table.rows.len(),
            figures: table.clean.figures + assemble::figures(&table.table),
        };
        let format = crate::source::Format::Delimited;
        Some(Loaded { document, page, input, format, dataset: Some(self.dataset), period: None, tables: vec![table] })
    }
}

/// The style of the sample, and what shows it where nothing declares it; none
/// where numbers are not read as a sieve does, or may be meant otherwise.
fn style(
    grid: &Grid,
    document: &Arc<Document>,
    declared: &TableSchema,
    known: TypeOptions,
) -> Option<(NumberStyle, Option<Signs>)> {
    let settled = grid.style.or(declared.style).or(known.locale.filter(|_| !document.is_of_columns()));
    if let Some(style) = settled {
        return (style.decimal == DecimalSign::Point).then_some((style, None));
    }
    let signs = signs_of(grid, document, declared, known, 0);
    // Only plain numbers are counted without being looked at: those speak for
    // the usual style, and for no other.
    let usual = signs.best() == NumberStyle::ENGLISH && signs.choose().doubts.is_empty();
    usual.then_some((NumberStyle::ENGLISH, Some(signs)))
}

/// The schema with the columns that are not declared, as inferred; how each
/// printed column is read, and whether it may be empty. None where one is read
/// in another way than a sieve does.
fn columns(
    declared: &TableSchema,
    typed: &Table,
    grid: &Grid,
    document: &Document,
) -> Option<(TableSchema, Vec<Wanted>, Vec<bool>)> {
    let mut schema = declared.clone();
    let mut columns = vec![Wanted::Text; grid.headings.len()];
    let mut blanks = vec![true; grid.headings.len()];
    for it in &typed.columns {
        let known = declared.column(&it.name).map(|it| &declared.columns[it]);
        let heading = grid.headings[it.position as usize].text(document);
        let unit = known.and_then(|it| it.unit).or_else(|| Unit::in_heading(heading));
        if unit.is_some() || known.is_some_and(|it| it.decimals.is_some() || it.format.is_some()) {
            return None;
        }
        if known.is_none() {
            schema.columns.push(ColumnSchema { optional: true, ..ColumnSchema::new(it.name.clone(), it.kind) });
        }
        let blank = known.is_none_or(|it| it.blank);
        (columns[it.position as usize], blanks[it.position as usize]) = (wanted(it.kind, blank)?, blank);
    }
    Some((schema, columns, blanks))
}

/// How a column of a type is read, if it can be.
fn wanted(kind: ColumnType, blank: bool) -> Option<Wanted> {
    Some(match kind {
        ColumnType::Label | ColumnType::Text if blank => Wanted::Text,
        ColumnType::Label | ColumnType::Text => Wanted::Filled,
        ColumnType::Count => Wanted::Count,
        ColumnType::Integer => Wanted::Integer,
        ColumnType::Amount | ColumnType::Percent => Wanted::Number,
        ColumnType::Date => Wanted::Day,
        ColumnType::Period => return None,
    })
}
