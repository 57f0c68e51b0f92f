//! `crossfoot history`: series with their expected ranges and flags.

mod columns;
mod vintages;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use foldhash::fast::RandomState;

use super::database::Address;
use super::files::{self, Input};
use super::opened::Opened;
use super::{Color, From, LayoutArgs, known_locale, load_rules, output, today};
use crate::check::{self, Loaded};
use crate::error::{Error, ErrorKind, Result};
use crate::history::{
    Asked, Calendar, Correction, Count, Course, Cusum, Earlier, Ears, Farrington, History, Method, Options, Series,
    SeriesOnFile, Traced, Wanted, collect, trace,
};
use crate::nearest::nearest;
use crate::report::{HistoryFormat, HistoryPoint, HistorySeries};
use crate::rules::Dataset;
use crate::snapshot;
use crate::source;
use crate::table::{Edition, Table};

#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    /// A dataset, whose snapshots are its history, or a file
    #[arg(value_name = "DATASET|FILE")]
    source: String,
    /// Show only series whose table, row or column contains this
    #[arg(value_name = "SERIES")]
    series: Option<String>,
    /// Rule file, or folder of rule files [default: `rules`, found upwards]
    #[arg(long, value_name = "DIR|FILE")]
    rules: Option<PathBuf>,
    /// Folder of snapshots [default: `snapshots`, found upwards]
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// The column of a file that holds the period: a date, a period, or the number of a week
    #[arg(long, value_name = "COLUMN", requires = "value")]
    period: Option<String>,
    /// The column of a file that holds the figures
    #[arg(long, value_name = "COLUMN", requires = "period")]
    value: Option<String>,
    /// The column of a file that gives the share of a usual period covered
    #[arg(long, value_name = "COLUMN", requires = "period")]
    exposure: Option<String>,
    /// The country whose public holidays may affect the figures of a file: de, us, gb
    #[arg(long, value_name = "COUNTRY", requires = "period")]
    calendar: Option<String>,
    /// How usual ranges are computed
    #[arg(long, value_enum, default_value_t = Word::Auto)]
    detector: Word,
    /// The share of normal figures beyond each bound [default: 0.005; EARS: 0.001]
    #[arg(long, value_name = "SHARE")]
    alpha: Option<f64>,
    /// Number of figures in the baseline [default: EARS 7, CUSUM 8]
    #[arg(long, value_name = "COUNT")]
    baseline: Option<u32>,
    /// EARS: the minimum standard deviation
    #[arg(long, value_name = "NUMBER", default_value_t = 0.0)]
    min_sigma: f64,
    /// Farrington: number of years to go back
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    years: u32,
    /// Show revised figures, and how far figures are usually revised at each age
    #[arg(long, conflicts_with_all = ["period", "value", "detector", "last"])]
    vintages: bool,
    /// Judge the last editions only [default: all]
    #[arg(long, value_name = "COUNT")]
    last: Option<usize>,
    /// Write as text, json, csv, html or svg, to a file if named; repeatable
    #[arg(short, long = "output", value_name = "FORMAT[=FILE]")]
    outputs: Vec<String>,
    /// Language tag for the number style: en, de, fr-CH
    #[arg(long, value_name = "TAG")]
    locale: Option<String>,
    #[command(flatten)]
    layout: LayoutArgs,
    /// How to read the file [default: by file name and content]
    #[arg(long, value_name = "FORMAT")]
    from: Option<From>,
    /// Omit the summary
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// List every figure of every series
    #[arg(short, long)]
    verbose: bool,
}

/// The words for detectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Word {
    /// Depends on the amount of history
    Auto,
    /// Exact comparison of two editions: counts that vary only by chance
    Exact,
    /// Dispersion shared by all series
    Shared,
    /// The same weeks of earlier years, as of 1996
    Farrington,
    /// The same with the season in levels, as of 2012
    FarringtonFlexible,
    /// The seven periods before
    EarsC1,
    /// The seven periods before the last two
    EarsC2,
    /// Small shifts that last
    Cusum,
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

pub(super) fn run(args: &HistoryArgs, color: Color) -> Result<()> {
    if args.vintages {
        return vintages::run(args, color);
    }
    let targets = output::targets(&args.outputs, &HistoryFormat::WORDS)?;
    let (method, alpha) = args.method()?;
    known_locale(args.locale.as_deref())?;
    let mut gathered = Gathered { method, alpha, ..Gathered::default() };
    args.steps(&mut |step| gathered.take(step))?;
    let series = args.picked(gathered.series)?;
    let wish = output::Wish { color, quiet: args.quiet, verbose: args.verbose, text: false };
    output::write_each(&targets, wish, &[&args.source], |format, look, out| format.write(&series, look, out))
}

impl HistoryArgs {
    /// The detector, and the share of ordinary figures beyond both bounds.
    fn method(&self) -> Result<(Method, f64)> {
        let bad = |it: &f64| !(*it > 0.0 && *it < 0.5);
        if let Some(alpha) = self.alpha.filter(bad) {
            let message = format!("expected a number above 0 and below 0.5 after --alpha, found {alpha}");
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
            Word::Auto => Method::Auto,
            Word::Exact => Method::Exact,
            Word::Shared => Method::Shared,
            Word::Farrington => Method::Farrington(farrington(Farrington::CLASSIC)),
            Word::FarringtonFlexible => Method::Farrington(farrington(Farrington::FLEXIBLE)),
            Word::EarsC1 => Method::Ears(ears(Ears::C1)),
            Word::EarsC2 => Method::Ears(ears(Ears::C2)),
            Word::Cusum => Method::Cusum(Cusum::default(), first),
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

    /// Hands over one edition after the other, oldest first.
    fn steps(&self, take: &mut dyn FnMut(Step)) -> Result<()> {
        let datasets = load_rules(self.rules.as_deref())?;
        if let Some(dataset) = datasets.iter().find(|it| it.name == self.source)
            && !Path::new(&self.source).exists()
        {
            let folder = snapshot::find_folder(self.snapshots.as_deref());
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
        if !Path::new(&self.source).exists() && self.source != "-" && Address::of(&self.source)?.is_none() {
            let names = datasets.iter().map(|it| it.name.as_str());
            let error = Error::new(ErrorKind::NotFound, "no such dataset or file").in_file(&self.source);
            return Err(match nearest(&self.source, names) {
                Some(it) => error.hint(format!("the nearest dataset is {it}")),
                None => error.hint("give a file, or the name of a dataset with a rule file"),
            });
        }
        self.of_file(&datasets, take)
    }

    fn of_file(&self, datasets: &[Dataset], take: &mut dyn FnMut(Step)) -> Result<()> {
        let input = match Address::of(&self.source)? {
            Some(it) => Input::Table(it),
            None if self.source == "-" => Input::Stdin,
            None => Input::File(PathBuf::from(&self.source)),
        };
        let options = check::Options {
            locale: self.locale.clone(),
            layout: self.layout.layout()?,
            today: Some(today()),
            ..check::Options::default()
        };
        let layout_of = |it: &str| check::layout_of(it, datasets, &options);
        let (document, format) = Opened::new(&input)?.document(self.from.map(From::format), &layout_of)?;
        let loaded = check::load(document, format, datasets, &options)?;
        let is_undeclared = loaded.input.dataset.is_none() && self.period.is_none();
        if let Some(loaded) = is_undeclared.then(|| check::as_series(&loaded, &options)).transpose()?.flatten() {
            return self.of_periods_across(loaded, take);
        }
        if let (Some(period), Some(value)) = (&self.period, &self.value) {
            let tables = loaded.into_tables();
            let table = tables.iter().find(|it| it.column(period).is_some() && it.column(value).is_some());
            let Some(table) = table.or(tables.first()) else {
                return Err(Error::new(ErrorKind::Unreadable, "expected a table, found none").in_file(&self.source));
            };
            return self.of_columns(table, (period, value), take);
        }
        let dataset = datasets.iter().find(|it| Some(&it.name) == loaded.input.dataset.as_ref());
        let options = check::Options { discovery: false, ..options };
        let outcome = check::check(vec![loaded], datasets, &[], &options)?;
        let Some(dataset) = dataset.filter(|_| outcome.editions.iter().any(|it| it.edition.period.is_some())) else {
            let message = "expected a dataset with periods, or --period and --value";
            return Err(Error::new(ErrorKind::Usage, message)
                .in_file(&self.source)
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
        self.last.is_none_or(|it| after < it)
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
