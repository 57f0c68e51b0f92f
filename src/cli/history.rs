//! `crossfoot history`: series with their expected ranges and flags.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::files::{self, Input};
use super::{Color, From, known_locale, load_rules, output, today};
use crate::check;
use crate::error::{Error, ErrorKind, Result};
use crate::history::{
    Asked, Calendar, Correction, Count, Cusum, Earlier, Ears, Farrington, Line, Method, Options, Wanted, collect, trace,
};
use crate::nearest::nearest;
use crate::report::{HistoryFormat, HistoryPoint, HistorySeries, Look};
use crate::rules::Dataset;
use crate::snapshot;
use crate::table::{Cadence, ColumnType, Edition, Period, Table};

#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    /// A dataset, whose snapshots are its history, or a file
    #[arg(value_name = "DATASET|FILE")]
    source: String,
    /// Only series with this in their table, row or column
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
    /// The column of a file that says how much of a usual period is covered
    #[arg(long, value_name = "COLUMN", requires = "period")]
    exposure: Option<String>,
    /// How ranges are drawn
    #[arg(long, value_enum, default_value_t = Word::Auto)]
    detector: Word,
    /// The share of ordinary figures beyond a bound, on one side [default: 0.005; EARS: 0.001]
    #[arg(long, value_name = "SHARE")]
    alpha: Option<f64>,
    /// Figures that the baseline has [default: EARS 7, CUSUM 8]
    #[arg(long, value_name = "COUNT")]
    baseline: Option<u32>,
    /// EARS: the least standard deviation
    #[arg(long, value_name = "NUMBER", default_value_t = 0.0)]
    min_sigma: f64,
    /// Farrington: how many years to go back
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    years: u32,
    /// Judge the last editions only [default: all]
    #[arg(long, value_name = "COUNT")]
    last: Option<usize>,
    /// Write as text, json or csv, to a file if named; repeatable
    #[arg(short, long = "output", value_name = "FORMAT[=FILE]")]
    outputs: Vec<String>,
    /// Language tag that settles how numbers are printed: en, de, fr-CH
    #[arg(long, value_name = "TAG")]
    locale: Option<String>,
    /// How to read the file [default: by file name and content]
    #[arg(long, value_name = "FORMAT")]
    from: Option<From>,
    /// No summary
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Every series figure by figure
    #[arg(short, long)]
    verbose: bool,
}

/// The words for detectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Word {
    /// By how much history there is
    Auto,
    /// Two editions, exactly: counts that vary by chance alone
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

/// All series of one edition.
struct Step {
    period: String,
    keys: Vec<[String; 3]>,
    figures: Vec<String>,
    asked: Vec<Asked>,
    options: Options,
}

pub(super) fn run(args: &HistoryArgs, color: Color) -> Result<()> {
    let targets = output::targets(&args.outputs, &HistoryFormat::WORDS)?;
    let (method, alpha) = args.method()?;
    known_locale(args.locale.as_deref())?;
    let steps = args.steps()?;
    let judged_from = steps.len().saturating_sub(args.last.unwrap_or(usize::MAX));
    let mut series: Vec<HistorySeries> = Vec::new();
    let mut known: HashMap<[String; 3], usize> = HashMap::new();
    for (at, step) in steps.into_iter().enumerate() {
        let traced = if at < judged_from {
            vec![None; step.asked.len()]
        } else {
            trace(&step.asked, &step.options, &method, alpha)
        };
        for (((key, figure), asked), traced) in step.keys.into_iter().zip(step.figures).zip(&step.asked).zip(traced) {
            let at = *known.entry(key).or_insert_with_key(|key| {
                let [table, row, column] = key.clone();
                series.push(HistorySeries { table, row, column, points: Vec::new() });
                series.len() - 1
            });
            let Count { observed: value, exposure: coverage, .. } = asked.line.now;
            let period = step.period.clone();
            series[at].points.push(HistoryPoint { period, observed: figure, value, coverage, traced });
        }
    }
    let series = args.picked(series)?;
    for target in targets {
        let file = target.file.as_deref();
        let look = Look {
            color: file.is_none() && output::colored(color),
            quiet: args.quiet,
            verbose: args.verbose,
            width: output::width(),
        };
        let mut bytes = Vec::new();
        let written = target.format.write(&series, look, &mut bytes);
        written.map_err(|it| output::unwritten(file.unwrap_or("<stdout>"), it))?;
        output::spared(file, &[&args.source])?;
        output::put(file, &bytes)?;
    }
    Ok(())
}

impl HistoryArgs {
    /// The detector, and the share of ordinary figures beyond both bounds.
    fn method(&self) -> Result<(Method, f64)> {
        let bad = |it: &f64| !(*it > 0.0 && *it < 0.5);
        if let Some(alpha) = self.alpha.filter(bad) {
            let message = format!("expected a share above 0 and below 0.5 after --alpha, found {alpha}");
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

    fn steps(&self) -> Result<Vec<Step>> {
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
                Ok(of_editions(earlier, dataset.cadence))
            };
        }
        if !Path::new(&self.source).exists() && self.source != "-" {
            let names = datasets.iter().map(|it| it.name.as_str());
            let error = Error::new(ErrorKind::NotFound, "no such dataset, and no such file").in_file(&self.source);
            return Err(match nearest(&self.source, names) {
                Some(it) => error.hint(format!("the nearest dataset is {it}")),
                None => error.hint("give a file, or the name of a dataset with a rule file"),
            });
        }
        self.of_file(&datasets)
    }

    fn of_file(&self, datasets: &[Dataset]) -> Result<Vec<Step>> {
        let input = if self.source == "-" { Input::Stdin } else { Input::File(PathBuf::from(&self.source)) };
        let (document, format) = files::open(&input, self.from.map(From::format))?;
        let options = check::Options { locale: self.locale.clone(), today: Some(today()), ..check::Options::default() };
        let loaded = check::load(document, format, datasets, &options)?;
        if let (Some(period), Some(value)) = (&self.period, &self.value) {
            let tables = loaded.into_tables();
            let table = tables.iter().find(|it| it.column(period).is_some() && it.column(value).is_some());
            let Some(table) = table.or(tables.first()) else {
                return Err(Error::new(ErrorKind::Unreadable, "expected a table, found none").in_file(&self.source));
            };
            return of_columns(table, &self.source, period, value, self.exposure.as_deref());
        }
        let dataset = datasets.iter().find(|it| Some(&it.name) == loaded.input.dataset.as_ref());
        let outcome = check::check(vec![loaded], datasets, &[], &options)?;
        let Some(dataset) = dataset.filter(|_| outcome.editions.iter().any(|it| it.edition.period.is_some())) else {
            let message = "expected a dataset with periods, or to be told the columns";
            return Err(Error::new(ErrorKind::Usage, message)
                .in_file(&self.source)
                .hint("--period COLUMN --value COLUMN name them"));
        };
        let earlier = outcome.editions.iter().map(|it| Arc::new(Earlier::new(Arc::clone(&it.edition), None))).collect();
        Ok(of_editions(earlier, dataset.cadence))
    }
}

/// Each edition with those before it.
fn of_editions(mut editions: Vec<Arc<Earlier>>, cadence: Option<Cadence>) -> Vec<Step> {
    editions.sort_by_key(|it| it.edition.period);
    editions.reverse();
    let calendar = cadence.map_or(Calendar::WEEKS, Calendar::of);
    let step = |at: usize| {
        let edition: &Edition = &editions[at].edition;
        let keyed = (0..edition.tables.len()).filter(|it| !edition.tables[*it].key.is_empty());
        let wanted: Vec<Wanted<'_>> =
            keyed.map(|table| Wanted { table, columns: &[], of: None, admits: &|_| true }).collect();
        let (series, options) = collect(edition, &editions[at + 1..], &wanted, calendar, Correction::Hochberg);
        let named = |it: &crate::history::Series| {
            let table = &edition.tables[it.table];
            let above = table.rows[it.row].under.map(|it| format!("{}, ", table.row_name(it as usize)));
            let row = format!("{}{}", above.unwrap_or_default(), table.row_name(it.row));
            [table.name.clone(), row, table.columns[it.column].name.clone()]
        };
        let figure = |it: &crate::history::Series| {
            let figure = edition.tables[it.table].columns[it.column].decimal(it.row);
            figure.map_or(String::new(), |it| it.to_string())
        };
        Step {
            period: edition.period.map_or(String::new(), |it| it.to_string()),
            keys: series.iter().map(named).collect(),
            figures: series.iter().map(figure).collect(),
            asked: series.into_iter().map(|it| it.asked).collect(),
            options,
        }
    };
    (0..editions.len()).rev().map(step).collect()
}

/// The series of a table whose rows are periods, by its other labels.
fn of_columns(table: &Table, file: &str, period: &str, value: &str, exposure: Option<&str>) -> Result<Vec<Step>> {
    let column = |name: &str| {
        let names = || table.columns.iter().map(|it| it.name.as_str());
        table.column(name).ok_or_else(|| {
            let error = Error::new(ErrorKind::Usage, format!("there is no column \"{name}\"")).in_file(file);
            match nearest(name, names()) {
                Some(it) => error.hint(format!("the nearest heading is \"{it}\"")),
                None => error.hint(format!("the headings are {}", names().collect::<Vec<_>>().join(", "))),
            }
        })
    };
    let (period, value) = (column(period)?, column(value)?);
    let exposure = exposure.map(column).transpose()?;
    let labels: Vec<usize> = (0..table.columns.len())
        .filter(|it| ![Some(period), Some(value), exposure].contains(&Some(*it)))
        .filter(|it| matches!(table.columns[*it].kind, ColumnType::Label | ColumnType::Text))
        .collect();
    let (positions, calendar) = positions(table, period, file)?;
    let mut by_period: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (row, at) in positions.iter().enumerate() {
        by_period.entry(*at).or_default().push(row);
    }
    let number =
        |row: usize, column: usize| -> Option<f64> { table.columns[column].decimal(row)?.to_string().parse().ok() };
    let mut before: HashMap<String, Vec<Count>> = HashMap::new();
    let mut steps = Vec::new();
    let options = Options { calendar, correction: Correction::Hochberg, coverage_known: true, covered: 1.0 };
    for (at, rows) in by_period {
        let printed = table.text(rows[0], period).trim().to_owned();
        let mut step = Step { period: printed, keys: Vec::new(), figures: Vec::new(), asked: Vec::new(), options };
        for row in rows {
            let Some(observed) = number(row, value) else { continue };
            let exposure = exposure.map_or(Some(1.0), |it| number(row, it)).filter(|it| *it > 0.0);
            let Some(exposure) = exposure else { continue };
            let name = labels.iter().map(|it| table.text(row, *it).trim()).collect::<Vec<_>>().join(", ");
            let now = Count { at, observed, exposure };
            let past = before.entry(name.clone()).or_default();
            let is_count =
                table.columns[value].kind != ColumnType::Percent && observed.fract() == 0.0 && observed >= 0.0;
            let line = Line { now, before: past.iter().rev().copied().collect() };
            step.asked.push(Asked { line, is_count, most: None });
            step.keys.push([table.name.clone(), name, table.columns[value].name.clone()]);
            step.figures.push(table.columns[value].decimal(row).map_or(String::new(), |it| it.to_string()));
            past.push(now);
        }
        steps.push(step);
    }
    Ok(steps)
}

/// Which period each row is for, and how periods lie in the year: numbers are
/// weeks, dates as far apart as they mostly are.
fn positions(table: &Table, column: usize, file: &str) -> Result<(Vec<i64>, Calendar)> {
    let text = |row: usize| table.text(row, column).trim();
    let rows = 0..table.rows.len();
    if let Some(weeks) = rows.clone().map(|it| text(it).parse::<i64>().ok()).collect::<Option<Vec<_>>>()
        && weeks.iter().any(|it| !(1000..=9999).contains(it))
    {
        return Ok((weeks, Calendar::WEEKS));
    }
    let period = |row: usize| {
        Period::parse(text(row)).ok_or_else(|| {
            let message = format!("expected a period or the number of a week, found \"{}\"", text(row));
            Error::new(ErrorKind::Unreadable, message)
                .in_file(file)
                .hint("a period is a day (2005-03-02), START/END, a month (2021-12), a quarter (2021-Q4) or a year")
        })
    };
    let periods = rows.map(period).collect::<Result<Vec<_>>>()?;
    let mut starts: Vec<_> = periods.iter().map(|it| it.start).collect();
    starts.sort();
    starts.dedup();
    let mut gaps: Vec<i32> = starts.windows(2).filter_map(|it| Some(it[0].until(it[1]).ok()?.get_days())).collect();
    gaps.sort_unstable();
    let calendar = Calendar::of(match gaps.get(gaps.len() / 2) {
        Some(1) => Cadence::Daily,
        Some(28..=31) => Cadence::Monthly,
        Some(89..=92) => Cadence::Quarterly,
        Some(365 | 366) => Cadence::Yearly,
        Some(7) | None => Cadence::Weekly,
        Some(days) => Cadence::Days(u16::try_from(*days).unwrap_or(7)),
    });
    Ok((periods.into_iter().map(|it| calendar.position(it)).collect(), calendar))
}
