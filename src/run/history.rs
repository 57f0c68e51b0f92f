//! What `history` does: series with their expected ranges and flags.

mod columns;
mod vintages;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::database::Address;
use super::files::{self, Input};
use super::opened::Opened;
use super::{Reading, Source, known_locale, load_rules, today};
use crate::check::{self, Loaded};
use crate::error::{Error, ErrorKind, Result};
use crate::history::{
    Asked, Calendar, Correction, Count, Course, Cusum, Earlier, Ears, Farrington, History, Method, Options, Series,
    SeriesOnFile, Traced, Wanted, collect, trace,
};
use crate::nearest::nearest;
use crate::report::{HistoryPoint, HistorySeries};
use crate::rules::Dataset;
use crate::snapshot;
use crate::source;
use crate::table::{Edition, Table};

pub(crate) use vintages::revisions;

/// Which series are shown, and how their usual ranges are computed.
#[derive(Clone, Debug)]
pub struct HistoryOptions {
    /// How a file is read, and where rule files and snapshots are.
    pub reading: Reading,
    /// Only series whose table, row or column contains this.
    pub series: Option<String>,
    /// The column of a file that holds the period; with `value`.
    pub period: Option<String>,
    /// The column of a file that holds the figures; with `period`.
    pub value: Option<String>,
    /// The column of a file that gives the share of a usual period covered.
    pub exposure: Option<String>,
    /// The country whose public holidays may affect the figures of a file: `de`, `us`, `gb`.
    pub calendar: Option<String>,
    /// How usual ranges are computed.
    pub detector: Detector,
    /// The share of normal figures beyond each bound; 0.005 where it is not given, 0.001 for EARS.
    pub alpha: Option<f64>,
    /// The number of figures in the baseline; 7 where it is not given for EARS, 8 for CUSUM.
    pub baseline: Option<u32>,
    /// EARS: the least standard deviation, in the unit of the figures.
    pub min_sigma: f64,
    /// Farrington: the number of years to go back.
    pub years: u32,
    /// How many of the last editions are judged; all where it is not given.
    pub last: Option<usize>,
}

impl Default for HistoryOptions {
    fn default() -> Self {
        Self {
            reading: Reading::default(),
            series: None,
            period: None,
            value: None,
            exposure: None,
            calendar: None,
            detector: Detector::Auto,
            alpha: None,
            baseline: None,
            min_sigma: 0.0,
            years: 5,
            last: None,
        }
    }
}

/// How usual ranges are computed: see `explain usual`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detector {
    /// As the amount of history allows.
    Auto,
    /// The exact comparison of two editions.
    Exact,
    /// A dispersion shared by all series.
    Shared,
    /// The same weeks of earlier years, as of 1996.
    Farrington,
    /// The same with the season in levels, as of 2012.
    FarringtonFlexible,
    /// The seven periods before.
    EarsC1,
    /// The seven periods before the last two.
    EarsC2,
    /// Small shifts that last.
    Cusum,
}

impl Detector {
    /// The words for detectors.
    pub const WORDS: [(&'static str, Self); 8] = [
        ("auto", Self::Auto),
        ("exact", Self::Exact),
        ("shared", Self::Shared),
        ("farrington", Self::Farrington),
        ("farrington-flexible", Self::FarringtonFlexible),
        ("ears-c1", Self::EarsC1),
        ("ears-c2", Self::EarsC2),
        ("cusum", Self::Cusum),
    ];
}

/// The series of a file or of a dataset's snapshots, oldest figure first, with what was
/// expected of each.
///
/// # Errors
///
/// [`ErrorKind::NotFound`] if there is no such file or dataset, [`ErrorKind::Usage`] if an
/// option names nothing, and what [`load_rules`] says of a rule file.
pub fn history(source: &Source, options: &HistoryOptions) -> Result<Vec<HistorySeries>> {
    let (method, alpha) = options.method()?;
    known_locale(options.reading.locale.as_deref())?;
    let mut gathered = Gathered { method, alpha, ..Gathered::default() };
    let run = Run { options, source, name: source.name() };
    run.steps(&mut |step| gathered.take(step))?;
    options.picked(gathered.series)
}

/// A source that is gone over.
struct Run<'a> {
    options: &'a HistoryOptions,
    source: &'a Source,
    name: &'a str,
}

/// A series by table, row and column.
type Key = Arc<[String; 3]>;

/// All series of one edition.
struct Step {
    period: String,
    /// How many periods a year has.
    year: f64,
    /// The holiday or the event of its date.
    note: Option<String>,
    keys: Vec<Key>,
    figures: Vec<String>,
    asked: Vec<Asked>,
    /// How they are judged, if they are.
    options: Option<Options>,
}

/// The series so far, by table, row and column.
struct Gathered {
    method: Method,
    alpha: f64,
    course: Course,
    series: Vec<HistorySeries>,
    known: HashMap<Key, usize, RandomState>,
}

impl Default for Gathered {
    fn default() -> Self {
        Self {
            method: Method::Auto,
            alpha: 0.01,
            course: Course::default(),
            series: Vec::new(),
            known: HashMap::default(),
        }
    }
}

impl Gathered {
    /// Judges an edition, and lays its figures to their series.
    fn take(&mut self, step: Step) {
        let (year, note) = (step.year, step.note);
        let traced = match &step.options {
            Some(options) => trace(&step.asked, options, (&self.method, self.alpha), &mut self.course),
            None => vec![None; step.asked.len()],
        };
        for (((key, figure), asked), traced) in step.keys.into_iter().zip(step.figures).zip(&step.asked).zip(traced) {
            let series = &mut self.series;
            let at = *self.known.entry(key).or_insert_with_key(|key| {
                let [table, row, column] = key.as_ref().clone();
                series.push(HistorySeries { table, row, column, year, points: Vec::new() });
                series.len() - 1
            });
            let Count { at: position, observed: value, exposure: coverage } = asked.line.now;
            let (period, note) = (step.period.clone(), note.clone());
            let first = traced.as_ref().and_then(|it: &Traced| it.since);
            let since = first.and_then(|first| series[at].points.iter().rev().find(|it| it.at == first));
            let since = since.map(|it| it.period.clone());
            series[at].points.push(HistoryPoint {
                period,
                at: position,
                note,
                observed: figure,
                value,
                coverage,
                traced,
                since,
            });
        }
    }
}

impl HistoryOptions {
    /// The detector, and the share of ordinary figures beyond both bounds.
    fn method(&self) -> Result<(Method, f64)> {
        let bad = |it: &f64| !(*it > 0.0 && *it < 0.5);
        if let Some(alpha) = self.alpha.filter(bad) {
            let message = format!("expected an alpha above 0 and below 0.5, found {alpha}");
            return Err(Error::new(ErrorKind::Usage, message));
        }
        let side = self.alpha.unwrap_or(0.005);
        let ears = |it: Ears| Ears {
            baseline: self.baseline.unwrap_or(it.baseline).max(2),
            alpha: self.alpha.unwrap_or(it.alpha),
            min_sigma: self.min_sigma,
            ..it
        };
        let farrington = |it: Farrington| Farrington { years: self.years, alpha: side, ..it };
        let first = usize::try_from(self.baseline.unwrap_or(8)).unwrap_or(8);
        let method = match self.detector {
            Detector::Auto => Method::Auto,
            Detector::Exact => Method::Exact,
            Detector::Shared => Method::Shared,
            Detector::Farrington => Method::Farrington(farrington(Farrington::CLASSIC)),
            Detector::FarringtonFlexible => Method::Farrington(farrington(Farrington::FLEXIBLE)),
            Detector::EarsC1 => Method::Ears(ears(Ears::C1)),
            Detector::EarsC2 => Method::Ears(ears(Ears::C2)),
            Detector::Cusum => Method::Cusum(Cusum::default(), first),
        };
        Ok((method, 2.0 * side))
    }

    /// The series that were asked for.
    fn picked(&self, series: Vec<HistorySeries>) -> Result<Vec<HistorySeries>> {
        let Some(wanted) = &self.series else { return Ok(series) };
        let name = |it: &HistorySeries| format!("{}, {}, {}", it.table, it.row, it.column).to_lowercase();
        let rows: Vec<String> = series.iter().map(|it| it.row.clone()).collect();
        let picked: Vec<HistorySeries> =
            series.into_iter().filter(|it| name(it).contains(&wanted.to_lowercase())).collect();
        if picked.is_empty() {
            let message = format!("no series has \"{wanted}\" in its table, row or column");
            let near = nearest(wanted, rows.iter().map(String::as_str));
            let error = Error::new(ErrorKind::Usage, message);
            return Err(match near {
                Some(it) => error.hint(format!("the nearest row is {it}")),
                None => error,
            });
        }
        Ok(picked)
    }
}

impl Run<'_> {
    /// Hands over one edition after the other, oldest first.
    fn steps(&self, take: &mut dyn FnMut(Step)) -> Result<()> {
        let reading = &self.options.reading;
        let datasets = load_rules(reading.rules.as_deref())?;
        if let Source::Frame(_) = self.source {
            return self.of_file(&datasets, take);
        }
        if let Some(dataset) = datasets.iter().find(|it| it.name == self.name)
            && !Path::new(self.name).exists()
        {
            let folder = snapshot::find_folder(reading.snapshots.as_deref());
            let accepted = snapshot::all(&folder, &datasets)?;
            let mut own: Vec<_> = accepted.iter().filter(|it| it.dataset == dataset.name).collect();
            own.sort_by_key(|it| it.edition.period);
            let editions = own.into_iter().map(|it| (Arc::clone(&it.edition), Some(it.left_out(Some(dataset)))));
            return if editions.len() == 0 {
                Err(Error::new(ErrorKind::NotFound, format!("the dataset {} has no snapshots", dataset.name))
                    .in_file(files::shown(&folder))
                    .hint("`crossfoot accept FILE` keeps editions"))
            } else {
                let earlier = editions.map(|it| Arc::new(Earlier::new(it.0, it.1))).collect();
                self.of_editions(earlier, &dataset.calendar, take);
                Ok(())
            };
        }
        if !Path::new(self.name).exists() && self.name != "-" && Address::of(self.name)?.is_none() {
            let names = datasets.iter().map(|it| it.name.as_str());
            let error = Error::new(ErrorKind::NotFound, "no such dataset or file").in_file(self.name);
            return Err(match nearest(self.name, names) {
                Some(it) => error.hint(format!("the nearest dataset is {it}")),
                None => error.hint("give a file, or the name of a dataset with a rule file"),
            });
        }
        self.of_file(&datasets, take)
    }

    fn of_file(&self, datasets: &[Dataset], take: &mut dyn FnMut(Step)) -> Result<()> {
        let input = match self.source {
            Source::Frame(frame) => Input::Frame(frame.clone()),
            Source::Path(path) => match Address::of(path)? {
                Some(it) => Input::Table(it),
                None if path == "-" => Input::Stdin,
                None => Input::File(path.into()),
            },
        };
        let asked = self.options;
        let options = check::Options {
            locale: asked.reading.locale.clone(),
            layout: asked.reading.layout.clone(),
            today: Some(today()),
            ..check::Options::default()
        };
        let layout_of = |it: &str| check::layout_of(it, datasets, &options);
        let (document, format) = Opened::new(&input)?.document(asked.reading.from, &layout_of)?;
        let loaded = check::load(document, format, datasets, &options)?;
        let is_undeclared = loaded.input.dataset.is_none() && asked.period.is_none();
        if let Some(loaded) = is_undeclared.then(|| check::as_series(&loaded, &options)).transpose()?.flatten() {
            return self.of_periods_across(loaded, take);
        }
        if let (Some(period), Some(value)) = (&asked.period, &asked.value) {
            let tables = loaded.into_tables();
            let table = tables.iter().find(|it| it.column(period).is_some() && it.column(value).is_some());
            let Some(table) = table.or(tables.first()) else {
                return Err(Error::new(ErrorKind::Unreadable, "expected a table, found none").in_file(self.name));
            };
            return self.of_columns(table, (period, value), take);
        }
        let dataset = datasets.iter().find(|it| Some(&it.name) == loaded.input.dataset.as_ref());
        let options = check::Options { discovery: false, ..options };
        let outcome = check::check(vec![loaded], datasets, &[], &options)?;
        let Some(dataset) = dataset.filter(|_| outcome.editions.iter().any(|it| it.edition.period.is_some())) else {
            let message = "expected a dataset with periods, or --period and --value";
            return Err(Error::new(ErrorKind::Usage, message)
                .in_file(self.name)
                .hint("name the columns with --period COLUMN --value COLUMN"));
        };
        let earlier = outcome.editions.iter().map(|it| Arc::new(Earlier::new(Arc::clone(&it.edition), None))).collect();
        self.of_editions(earlier, &dataset.calendar, take);
        Ok(())
    }

    /// The series of tables that print one column a period.
    fn of_periods_across(&self, loaded: Loaded, take: &mut dyn FnMut(Step)) -> Result<()> {
        for table in loaded.into_tables() {
            let Some(at) = table.column(source::PERIOD) else { continue };
            let measures = table.columns.iter().filter(|it| !it.positions.is_empty() && it.kind.is_number());
            let names: Vec<String> = measures.map(|it| it.name.clone()).collect();
            for name in names {
                self.of_columns(&table, (&table.columns[at].name, &name), take)?;
            }
        }
        Ok(())
    }

    /// Whether an edition is judged, by how many come after it.
    fn judges(&self, after: usize) -> bool {
        self.options.last.is_none_or(|it| after < it)
    }

    /// Each edition with those before it.
    fn of_editions(&self, mut editions: Vec<Arc<Earlier>>, calendar: &Calendar, take: &mut dyn FnMut(Step)) {
        editions.sort_by_key(|it| it.edition.period);
        editions.reverse();
        let on_file = SeriesOnFile::new(editions.clone());
        for at in (0..editions.len()).rev() {
            let edition: &Edition = &editions[at].edition;
            let before = if self.judges(at) { &editions[at + 1..] } else { &[] };
            let history = History { before, on_file: Some(&on_file) };
            let followed = (0..edition.tables.len()).filter(|it| edition.tables[*it].can_be_followed());
            let wanted: Vec<Wanted<'_>> = followed.map(Wanted::all).collect();
            let (series, options) = collect(edition, history, &wanted, calendar, Correction::Hochberg);
            let keys: Vec<Vec<usize>> = edition.tables.iter().map(Table::series_key).collect();
            take(Step {
                period: edition.period.map_or(String::new(), |it| it.to_string()),
                year: calendar.year(),
                note: edition.period.and_then(|it| options.known.note(calendar.position(it))),
                keys: series.iter().map(|it| Arc::new(named(edition, it, &keys))).collect(),
                figures: series.iter().map(|it| printed(&edition.tables[it.table], it.column, it.row)).collect(),
                asked: series.into_iter().map(|it| it.asked).collect(),
                options: self.judges(at).then_some(options),
            });
        }
    }
}

/// A series by table, row and column; a row with the one that it stands under.
fn named(edition: &Edition, it: &Series, keys: &[Vec<usize>]) -> [String; 3] {
    let (table, key) = (&edition.tables[it.table], &keys[it.table]);
    let name = |row: usize| if key.is_empty() { "the only row".to_owned() } else { table.named_by(row, key) };
    let above = table.rows[it.row].under.map(|it| format!("{}, ", name(it as usize)));
    let row = format!("{}{}", above.unwrap_or_default(), name(it.row));
    [table.name.clone(), row, table.columns[it.column].name.clone()]
}

fn printed(table: &Table, column: usize, row: usize) -> String {
    table.columns[column].decimal(row).map_or(String::new(), |it| it.to_string())
}
