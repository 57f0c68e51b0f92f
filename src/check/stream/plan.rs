//! How a large file is read, and how what is handed out becomes a small file.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::asked::{Asked, Others};
use super::blocks::Loosened;
use super::forms::{Forms, strengthen, years};
use super::sift::Sifted;
use super::spread::{self, Handed, Watch};
use crate::check::Options;
use crate::check::assemble::{self, Loaded, LoadedTable};
use crate::check::claim::claim;
use crate::check::outcome::Input;
use crate::error::Result;
use crate::plan::{Condition, Grouped};
use crate::rules::Dataset;
use crate::source::delimited::sieve::{RecordForm, Sieve, Wanted};
use crate::source::{
    Grid, Page, Signs, TypeFault, TypeFaultKind, TypeOptions, Typed, infer_schema_as, signs_of, type_grid,
};
use crate::table::{Decimal, DecimalSign, Document, NumberStyle, Table, TableSchema, read_figure};

/// Why a file has to be read as a whole, in words.
pub type Why = &'static str;

pub(super) const NO_PLAIN_FORM: Why = "it has more than one heading line followed by plain records";
pub(super) const NO_RECORDS: Why = "its records do not stand one a line with plain values only";
const NO_SAMPLE: Why = "its first rows leave its columns in doubt, or the rule file lists its rows";
const NO_STYLE: Why = "its first rows leave its number style in doubt";
const NO_TYPE: Why = "the type of a column depends on all of its cells";

pub(super) const DECLARED_FORM: Why = "its layout is declared";
pub(super) const OPEN_TOTALS: Why = "its totals may not hold";
const SCALED_KEY: Why = "its key is a figure in units";

/// One cell in so many may be odd.
const FEW: usize = 100;

/// How a file is read, by its sample and its dataset.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    dataset: Option<usize>,
    dataset_name: Option<String>,
    /// As the rule file has it, or as the sample shows where there is none.
    declared: Cow<'a, TableSchema>,
    pub(super) is_claimed: bool,
    /// With the columns that are not declared, as inferred.
    schema: TableSchema,
    style: NumberStyle,
    /// What the sample shows of the style, and whether it is declared.
    pub(super) signs: Option<Signs>,
    is_style_declared: bool,
    page: Page,
    /// The last record of the start of the file.
    start: u32,
    /// The name of the file, and how it is encoded.
    file: (String, &'static str),
    pub(super) sieve: Sieve,
    /// What is counted of relations, if there are any.
    pub(super) watch: Option<Watch>,
    /// The columns of each key that no two records share.
    pub(super) keys: Vec<Vec<usize>>,
    /// The rules of single rows that the sieve asks for.
    pub(super) row_rules: Vec<String>,
    /// What it asked of single rows before too many of them failed.
    pub(super) loosened: Option<Loosened>,
    /// How many of so many records from all over the file may fail.
    pub(super) sampled: (usize, usize),
    /// Which rule each condition of the sieve belongs to.
    pub(super) gates: Vec<String>,
    /// The rules over all records, as conditions over totals by their index.
    pub(super) wholes: Vec<(String, Condition<usize>)>,
    /// Which totals of the sieve a rule asks for.
    pub(super) totals_of: BTreeMap<String, Range<usize>>,
    /// The rules that need all rows at once.
    pub(super) others: Others,
    /// The rules that are checks of groups.
    pub(super) groups: Vec<(String, Grouped<usize>)>,
    /// Which printed columns may be empty.
    pub(super) blank: Vec<bool>,
    /// Which of them are printed in units.
    pub(super) scaled: Vec<bool>,
    /// Whether it is the text of a table that is kept column by column.
    of_columns: bool,
}

impl<'a> Plan<'a> {
    /// How to read a file that starts with a sample; `lines` are more of its
    /// records, from all over it.
    pub(super) fn of(
        (sample, text): (&Document, &str),
        (form, page): (RecordForm, Page),
        lines: Vec<String>,
        datasets: &'a [Dataset],
        (options, judged_before): (&Options, &dyn Fn(&str) -> bool),
    ) -> Result<Result<Self, Why>> {
        let claimed = claim(sample, &page, datasets, options)?;
        let dataset = claimed.as_ref().map(|it| &datasets[it.dataset]);
        let table = claimed.as_ref().map(|it| it.tables[0]);
        let before = judged_before(dataset.map_or("", |it| &it.name));
        if let Some(why) = compares(dataset, options, before || page.period.is_some()) {
            return Ok(Err(why));
        }
        if table == Some(None) || options.table.is_some() {
            return Ok(Err("no declared table covers the whole file"));
        }
        let known = claimed.as_ref().zip(table.flatten()).map(|(it, table)| (it.dataset, &datasets[it.dataset], table));
        let mut plan = match Self::shown((sample, text), (form, page), &lines, known, options) {
            Ok(it) => it,
            Err(why) => return Ok(Err(why)),
        };
        let may_fail = |it: &&String| plan.sieve.held_in(it.as_bytes()).is_none();
        plan.sampled = (lines.iter().filter(may_fail).count(), lines.len());
        if options.discovery {
            plan.watch(text, lines, &spread::judged(dataset, known.map_or(0, |it| it.2)));
        }
        Ok(Ok(plan))
    }

    /// The same of a file of which it is known what rules there are: the dataset,
    /// by its number too, and the table.
    fn shown(
        (sample, text): (&Document, &str),
        (form, page): (RecordForm, Page),
        lines: &[String],
        known: Option<(usize, &'a Dataset, usize)>,
        options: &Options,
    ) -> Result<Self, Why> {
        let (rules, dataset) = (known.map(|it| (it.1, it.2)), known.map(|it| it.1));
        let typing = typing(dataset, options);
        let start = page.grids[0].rows.last().map_or(1, |it| it.number);
        let Shown { document, page, declared, typed } =
            Shown::of((sample, text), &form, page, lines, rules, typing).ok_or(NO_SAMPLE)?;
        let grid = &page.grids[0];
        let Printed { style, signs, grouped } = Printed::of(grid, &document, &declared, typing).ok_or(NO_STYLE)?;
        let is_style_declared = typing.style.or(declared.style).or(typing.locale).is_some();
        let Forms { schema, mut columns, blanks, scaled } =
            Forms::of(&declared, dataset.is_none(), &typed, grid, &document).ok_or(NO_TYPE)?;
        // What a figure with a unit comes to is not what its digits say.
        let at = |name: &String| typed.column(name).map(|it| typed.columns[it].position as usize);
        let position = |name: &String| at(name).filter(|it| !scaled[*it]);
        if declared.key.iter().any(|it| typed.column(it).is_some() && position(it).is_none()) {
            return Err(SCALED_KEY);
        }
        let of = |(dataset, table)| Asked::of(dataset, table, (&columns, &position), &options.selection);
        let asked = rules.map(of).unwrap_or_default();
        strengthen(&mut columns, &asked);
        let blank = asked.leaves_blank(&blanks);
        let Asked { others, mut each, gated, row_rules, gates, wholes, totals, totals_of, keys, groups } = asked;
        each.extend(years(&columns));
        let plain = Sieve::plain(form, (columns, blank), style).folding(groups.iter().map(|it| it.1.clone()).collect());
        let sieve = Sieve { markers: declared.markers.clone(), may_be_grouped: grouped, ..plain };
        let sieve = Sieve { tests: each, gated, totals, ..sieve };
        Ok(Self {
            dataset: known.map(|it| it.0),
            dataset_name: dataset.map(|it| it.name.clone()),
            is_claimed: dataset.is_some(),
            declared,
            schema,
            style,
            signs,
            is_style_declared,
            start,
            file: (sample.name.clone(), sample.encoding),
            page,
            sieve,
            watch: None,
            keys,
            row_rules,
            loosened: None,
            sampled: (0, 0),
            gates,
            wholes,
            totals_of,
            others,
            groups,
            blank: blanks,
            scaled,
            of_columns: sample.is_of_columns(),
        })
    }

    /// Takes up what a sample of rows follows, beside what rules judge.
    fn watch(&mut self, text: &str, lines: Vec<String>, judged: &HashSet<String>) {
        let heading = &text[..self.sieve.form.heading(text)];
        let mut all = Handed::of(heading);
        for (line, number) in lines.iter().filter(|it| self.sieve.held_in(it.as_bytes()).is_some()).zip(2..) {
            all.push(line, number, 1, number);
        }
        let numbers = all.numbers.clone();
        let document = self.document_of(all);
        let Some(grid) = self.grid_of(&document, &numbers, u32::MAX) else { return };
        let table = self.typed(&grid, &document).table;
        let of = |(it, scaled): (&Wanted, &bool)| if *scaled { Wanted::Text } else { *it };
        let columns: Vec<Wanted> = self.sieve.columns.iter().zip(&self.scaled).map(of).collect();
        let Some((watch, counted)) = Watch::over(&table, lines, &columns, judged) else { return };
        (self.watch, self.sieve.counted) = (Some(watch), counted);
    }

    /// Records as a table of the file: the heading, then one each.
    pub(super) fn grid_of(&self, document: &Document, numbers: &[u32], tail: u32) -> Option<Page> {
        let mut page = self.sieve.form.page_of(document, &self.page.grids[0], numbers, tail)?;
        page.grids[0].style = Some(self.style);
        Some(page)
    }

    /// The document of records that were handed out.
    pub(super) fn document_of(&self, handed: Handed) -> Arc<Document> {
        let Handed { text, lines, numbers } = handed;
        Arc::new(self.sieve.form.document(self.file(), text, lines, &numbers))
    }

    /// That table, typed.
    pub(super) fn typed(&self, page: &Page, document: &Arc<Document>) -> Typed {
        Self::typed_as(page, document, &self.schema)
    }

    /// The same by a schema of some of its columns.
    pub(super) fn typed_as(page: &Page, document: &Arc<Document>, schema: &TableSchema) -> Typed {
        type_grid(&page.grids[0], document, schema, &TypeOptions::default())
    }

    /// Its columns, with those that are not declared.
    pub(super) fn schema(&self) -> &TableSchema {
        &self.schema
    }

    /// How its numbers are printed.
    pub(super) fn style(&self) -> NumberStyle {
        self.style
    }

    /// Its heading, and how records are told apart.
    pub(super) fn heading(&self) -> (&Grid, &RecordForm) {
        (&self.page.grids[0], &self.sieve.form)
    }

    /// The file's name, and how it is encoded.
    pub(super) fn file(&self) -> (&str, &'static str) {
        (&self.file.0, self.file.1)
    }

    /// How the lines of a record go on: a row of columns is one line, whatever
    /// line breaks it holds.
    pub(super) fn line_step(&self) -> u32 {
        u32::from(!self.of_columns)
    }

    /// Whether a column is printed in units.
    #[cfg(feature = "parquet")]
    pub(super) fn has_units(&self) -> bool {
        self.scaled.contains(&true)
    }

    /// How many bytes a record has, about.
    pub(super) fn record_bytes(&self) -> u64 {
        let rows = &self.page.grids[0].rows;
        let bytes: u64 = rows.iter().map(|it| u64::from(it.span.end - it.span.start) + 1).sum();
        bytes / (rows.len() as u64).max(1)
    }

    /// The rules that are judged on all rows, where some hold by their totals.
    pub(super) fn others(&self, settled: &BTreeSet<String>) -> Others {
        let open = self.wholes.iter().filter(|it| !settled.contains(&it.0));
        let open = open.map(|it| (it.0.clone(), OPEN_TOTALS));
        self.others.iter().map(|it| (it.0.clone(), *it.1)).chain(open).collect()
    }

    /// Whether the style of the sample is that of the whole file, beyond doubt.
    fn is_style_of_all(&self, mut signs: Signs, grid: &Grid, document: &Arc<Document>, sifted: &Sifted) -> bool {
        // Figures with three decimals beside whole ones may be thousands: only
        // others in the sample can show that they are not.
        const BOTH: u32 = 1 | 1 << 3;
        let decided = signs.decided(self.style);
        let is_sure = |(column, grouped): (usize, bool)| {
            let is_shown = decided > 1 && if grouped { signs.is_grouped(column) } else { signs.is_broken(column) };
            is_shown || (grouped && self.sieve.may_be_grouped[column])
        };
        let in_doubt = |it: u32| it & BOTH == BOTH && (decided < 2 || it == BOTH);
        let more = signs_of(grid, document, &self.schema, TypeOptions::default(), self.start);
        let broken = (0..).zip(&sifted.decimals).filter(|it| in_doubt(*it.1)).map(|it| (it.0, false));
        let open = broken.chain(more.open(self.style));
        if open.into_iter().any(|it| !is_sure(it)) {
            return false;
        }
        signs.join(more);
        self.is_style_declared || signs.best() == self.style
    }

    /// Whether a column that is not declared turns out to be of another type
    /// than the sample has it.
    ///
    /// Of a file without rules, which is typed by what most cells are, a few
    /// cells that read as no figure at all change no type.
    fn is_another_type(&self, typed: &Typed, rows: usize) -> bool {
        let kinds = [TypeFaultKind::Type, TypeFaultKind::Style];
        let undeclared = |at: usize| !self.is_claimed || self.declared.column(&typed.table.columns[at].name).is_none();
        let faults = typed.faults.iter().filter(|it| kinds.contains(&it.kind) && it.column.is_some_and(undeclared));
        if self.is_claimed {
            return faults.count() > 0;
        }
        let is_figure = |it: &TypeFault| read_figure(typed.table.document.slice(it.span), self.style, None).is_ok();
        let faults: Vec<&TypeFault> = faults.collect();
        faults.len() * FEW > rows || faults.into_iter().any(is_figure)
    }

    /// Types what was handed out as a small file of its own.
    pub(super) fn type_handed(&mut self, heading: &str, sifted: &Sifted) -> Option<Loaded> {
        let mut handed = Handed::of(heading);
        let (step, name) = (self.line_step(), self.file.0.clone());
        for (suspect, line, record) in &sifted.handed {
            let record_text = std::str::from_utf8(&suspect.bytes).ok()?;
            handed.push(record_text, u32::try_from(*line).ok()?, step, u32::try_from(*record).ok()?);
        }
        let numbers = handed.numbers.clone();
        let follows = match self.watch.take() {
            Some(watch) => Some(Arc::new(watch.followed(self, handed.clone(), sifted)?)),
            None => None,
        };
        let document = self.document_of(handed);
        let end = u32::try_from(sifted.records).ok()?;
        let at_end = numbers.iter().rev().zip(0..end).take_while(|(number, it)| **number == end - it).count();
        let tail = end + 1 - u32::try_from(at_end).ok()?;
        let page = self.grid_of(&document, &numbers, tail)?;
        let signs = self.signs.take();
        if signs.is_some_and(|it| !self.is_style_of_all(it, &page.grids[0], &document, sifted)) {
            return None;
        }
        let typed = self.typed(&page, &document);
        if self.is_another_type(&typed, sifted.clean.rows + numbers.len()) || is_too_wide(&typed.table, sifted) {
            return None;
        }
        let mut clean = sifted.clean.clone();
        clean.settled = sifted.settled.clone().unwrap_or_else(|| self.settled(sifted, &typed.table));
        clean.left_out = self.gates.iter().cloned().zip(sifted.left_out.iter().copied()).collect();
        clean.follows = follows;
        let (is_claimed, schema) = (self.is_claimed, self.declared.clone().into_owned());
        let (table, mut faults) = (typed.table, typed.faults);
        // What stands out in a whole column is not looked for in parts of it.
        faults.retain(|it| it.kind != TypeFaultKind::Suspect);
        let table = LoadedTable { grid: 0, is_claimed, schema, table, faults, clean, apart: Vec::new() };
        let input = Input {
            file: name,
            dataset: self.dataset_name.clone(),
            edition: None,
            editions: 1,
            coverage: None,
            tables: 1,
            rows: table.clean.rows + table.table.rows.len(),
            figures: table.clean.figures + assemble::figures(&table.table),
        };
        let format = self.sieve.form.format();
        let (dataset, tables) = (self.dataset, vec![table]);
        Some(Loaded { document, page, input, format, dataset, period: None, tables, shown: None, notes: Vec::new() })
    }
}

/// Whether a figure may not fit into a column with the decimals of those that were not handed
/// out: which of them is at fault, only all of them tell.
pub(super) fn is_too_wide(handed: &Table, sifted: &Sifted) -> bool {
    const DIGITS_MAX: u32 = 38;
    handed.columns.iter().filter(|it| it.kind.is_number()).any(|column| {
        let known = sifted.decimals.get(column.position as usize).copied().unwrap_or(0);
        let finest = known.checked_ilog2().unwrap_or(0);
        let is_wide = |it: Decimal| {
            let digits = it.units.unsigned_abs().checked_ilog10().map_or(0, |it| it + 1);
            let power = u32::try_from(i64::from(it.exponent) + i64::from(finest)).unwrap_or(0);
            digits + power > DIGITS_MAX
        };
        (0..handed.rows.len()).filter_map(|it| column.decimal(it)).any(is_wide)
    })
}

/// How the numbers of a file are read, by what is declared of it.
fn typing(dataset: Option<&Dataset>, options: &Options) -> TypeOptions {
    let locale = options.locale.as_deref().or(dataset.and_then(|it| it.locale.as_deref()));
    let locale = locale.and_then(NumberStyle::of_locale);
    TypeOptions { style: options.layout.style(), locale, inferred: dataset.is_none() }
}

/// What a file would be compared with that is not at hand in parts.
fn compares(dataset: Option<&Dataset>, options: &Options, has_other: bool) -> Option<Why> {
    let has_periods = dataset.is_some_and(|it| it.cadence.is_some() || it.period.is_some());
    match () {
        () if has_periods || options.edition.is_some() => Some("it is compared with other editions"),
        () if has_other => Some("an edition of it was accepted before, or it prints a period"),
        () => None,
    }
}

/// How the numbers of a sample are printed.
struct Printed {
    style: NumberStyle,
    /// What shows it, where more of the file may show another.
    signs: Option<Signs>,
    /// Of which printed columns all large figures are in groups.
    grouped: Vec<bool>,
}

impl Printed {
    /// None where numbers are not read as a sieve does, or may be meant otherwise.
    fn of(grid: &Grid, document: &Arc<Document>, declared: &TableSchema, known: TypeOptions) -> Option<Self> {
        let is_of_columns = document.is_of_columns();
        let printed = declared.style.or(known.locale).filter(|_| !is_of_columns);
        let settled = grid.style.or(known.style).or(printed);
        let signs = signs_of(grid, document, declared, known, 0);
        let style = settled.unwrap_or_else(|| signs.best());
        if is_of_columns && style.decimal != DecimalSign::Point {
            return None;
        }
        if settled.is_none() && !signs.choose().doubts.is_empty() {
            return None;
        }
        let mut grouped = vec![false; grid.headings.len()];
        signs.grouped(style).filter(|_| !is_of_columns).for_each(|it| grouped[it] = true);
        // Cells of another style are told beside a declared one too.
        let is_plain = is_of_columns || grid.style.is_some();
        let may_differ = settled.is_none() || (style.decimal == DecimalSign::Point && !is_plain);
        Some(Self { style, signs: may_differ.then_some(signs), grouped })
    }
}

/// What a sample shows of a file.
struct Shown<'a> {
    document: Arc<Document>,
    page: Page,
    declared: Cow<'a, TableSchema>,
    typed: Table,
}

impl<'a> Shown<'a> {
    /// By its start where a rule file says what the table is; else by records
    /// from all over it, too. None where those leave a doubt.
    fn of(
        (sample, text): (&Document, &str),
        form: &RecordForm,
        page: Page,
        lines: &[String],
        known: Option<(&'a Dataset, usize)>,
        options: TypeOptions,
    ) -> Option<Self> {
        if let Some((dataset, table)) = known {
            let declared = Cow::Borrowed(&dataset.tables[table]);
            let document = Arc::new(sample.again());
            let typed = type_grid(&page.grids[0], &document, &declared, &TypeOptions { inferred: false, ..options });
            return declared.rows.is_empty().then_some(Self { document, page, declared, typed: typed.table });
        }
        // Lines that stand for the heading may be records, too.
        let heading = form.heading(text);
        let mut all = text[..heading].to_owned();
        all.push_str(&text[form.body(text)..]);
        for line in lines {
            all.push_str(line);
            all.push('\n');
        }
        let numbers: Vec<u32> = (2..).take(page.grids[0].rows.len() + lines.len()).collect();
        let document = Arc::new(if sample.is_of_columns() {
            Document::of_columns(sample.name.clone(), all, Vec::new())
        } else {
            form.document((&sample.name, sample.encoding), all, Vec::new(), &numbers)
        });
        let page = form.page_of(&document, &page.grids[0], &numbers, u32::MAX)?;
        let name = assemble::table_name(&document, &page, 0);
        let mut declared = infer_schema_as(&page.grids[0], &document, &name, options);
        // Whether a key is one, only all rows could tell.
        declared.key.clear();
        let typed = type_grid(&page.grids[0], &document, &declared, &options);
        let is_doubt = |it: &TypeFault| {
            it.row.is_none() || matches!(it.kind, TypeFaultKind::StyleDoubt | TypeFaultKind::StyleNote)
        };
        if typed.faults.iter().any(is_doubt) {
            return None;
        }
        Some(Self { document, page, declared: Cow::Owned(declared), typed: typed.table })
    }
}
