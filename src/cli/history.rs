//! `crossfoot history`: series with their expected ranges and flags.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Color, From, LayoutArgs, output};
use crate::error::Result;
use crate::report::HistoryFormat;
use crate::run::{self, Detector, HistoryOptions, Reading};

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

impl Word {
    /// What it stands for.
    fn detector(self) -> Detector {
        match self {
            Self::Auto => Detector::Auto,
            Self::Exact => Detector::Exact,
            Self::Shared => Detector::Shared,
            Self::Farrington => Detector::Farrington,
            Self::FarringtonFlexible => Detector::FarringtonFlexible,
            Self::EarsC1 => Detector::EarsC1,
            Self::EarsC2 => Detector::EarsC2,
            Self::Cusum => Detector::Cusum,
        }
    }
}

pub(super) fn run(args: &HistoryArgs, color: Color) -> Result<()> {
    let wish = output::Wish { color, quiet: args.quiet, verbose: args.verbose, text: false };
    let options = args.options()?;
    if args.vintages {
        let targets = output::targets(&args.outputs, &HistoryFormat::OF_REVISIONS)?;
        let (judged, all) = run::history::revisions(&args.source, &options)?;
        return output::write_each(&targets, wish, &[&args.source], |format, look, out| {
            format.write_revisions(&judged, &all, look, out)
        });
    }
    let targets = output::targets(&args.outputs, &HistoryFormat::WORDS)?;
    let series = run::history(&run::Source::Path(args.source.clone()), &options)?;
    output::write_each(&targets, wish, &[&args.source], |format, look, out| format.write(&series, look, out))
}

impl HistoryArgs {
    fn options(&self) -> Result<HistoryOptions> {
        let reading = Reading {
            rules: self.rules.clone(),
            snapshots: self.snapshots.clone(),
            locale: self.locale.clone(),
            layout: self.layout.layout()?,
            from: self.from.map(From::format),
            ..Reading::default()
        };
        Ok(HistoryOptions {
            reading,
            series: self.series.clone(),
            period: self.period.clone(),
            value: self.value.clone(),
            exposure: self.exposure.clone(),
            calendar: self.calendar.clone(),
            detector: self.detector.detector(),
            alpha: self.alpha,
            baseline: self.baseline,
            min_sigma: self.min_sigma,
            years: self.years,
            last: self.last,
        })
    }
}
