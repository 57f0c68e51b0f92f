//! What is unusual in a series of counts: expected ranges, and how sure they are.
//!
//! Figures are floats here: these are statistics about published figures, and
//! no arithmetic verdict rests on them. A detector sees a count, how much of
//! its period was covered (its exposure), and the same of earlier editions.
//! [`judge`] has one of its own (`automatic`); the published ones can be asked for
//! by name.

mod adjust;
mod automatic;
mod before;
mod calendar;
mod copied;
mod cusum;
mod ears;
mod edition;
mod exact;
mod farrington;
mod glm;
mod holidays;
mod known;
mod memo;
mod misplaced;
mod on_file;
mod parts;
mod peers;
mod revisions;
mod series;
mod shared;
mod shift;
mod tails;
mod trace;
mod vintages;

pub use adjust::{Correction, benjamini_hochberg, benjamini_yekutieli, flagged};
pub use automatic::Unjudged;
pub use before::Before;
pub use calendar::Calendar;
pub use copied::Changes;
pub use cusum::{Cusum, Transform, cusum};
pub use ears::{Ears, ears, ears_c3};
pub use edition::{Asked, Course, Judged, Options, Verdicts, judge};
pub use exact::{exact, exact_tails, rate_ratio};
pub use farrington::{Farrington, Limit, Trend, anscombe_weights, farrington};
pub use glm::{Family, Fit, Row, fit, negative_binomial};
pub use holidays::Country;
pub use known::{Agenda, Dated, Event, Known};
pub use memo::{Asking, Judgements, Memo};
pub use on_file::SeriesOnFile;
pub use parts::{Fisher, fisher};
pub use peers::{PEERS_MIN, Peers, Sized, peers};
pub use revisions::{REVISIONS_MIN, Revision, UsualRevision, UsualRevisions, judge_revision, percent};
pub use series::{Earlier, History, LeftOut, Series, Wanted, collect, is_judged, judge_edition};
pub(crate) use shared::median;
pub use shared::{Shared, shared};
pub use shift::{Shift, shift};

pub use tails::quantiles;
pub use trace::{Method, Traced, trace};
pub(crate) use vintages::{Reprinted, own_period, reprinted};
pub use vintages::{Vintage, judge_vintages, usual_vintages, vintages};

/// A count with its exposure: the share of a usual period that it covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count {
    /// Which period it is for, in periods from an arbitrary one.
    pub at: i64,
    /// How many.
    pub observed: f64,
    /// Of how much of a usual period: 1 is a full one.
    pub exposure: f64,
}

impl Count {
    /// Its change since an earlier one, over as many periods as lie between them.
    #[expect(clippy::cast_precision_loss, reason = "periods are few")]
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let exposure = self.exposure * (self.at - earlier.at) as f64;
        Self { at: self.at, observed: self.observed - earlier.observed, exposure }
    }
}

/// One series: the count at hand, and those before it, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The count to judge.
    pub now: Count,
    /// The counts before it; a period without one is left out, never zero.
    pub before: Before,
}

/// What a detector makes of a count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// What was expected, for the same exposure.
    pub expected: f64,
    /// The smallest count that is ordinary.
    pub low: f64,
    /// The largest count that is ordinary.
    pub high: f64,
    /// The bound that a count has to pass to be unusually high: a whole
    /// number, but for methods that work on a power of the count.
    pub upper_bound: f64,
    /// How probable as many or more are.
    pub upper: f64,
    /// How probable as many or fewer are.
    pub lower: f64,
    /// Whether a trend was part of it, and its slope on the log scale per period.
    pub trend: Option<f64>,
    /// Its dispersion: the variance over the mean.
    pub dispersion: f64,
}

/// The bound of a one-sided method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// What was expected.
    pub expected: f64,
    /// What a count has to pass to be unusually high.
    pub upper_bound: f64,
}

/// How a count is graded, in plain words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Nothing earlier to judge it by.
    NotJudged,
    /// Within its range.
    AsExpected,
    /// `p` below 0.01: one in a hundred by chance.
    WorthALook,
    /// Flagged over all series of the edition together.
    CheckBeforePrinting,
}

impl Grade {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotJudged => "not judged",
            Self::AsExpected => "as expected",
            Self::WorthALook => "worth a look",
            Self::CheckBeforePrinting => "check before printing",
        }
    }
}

impl Judgement {
    /// How probable a count as far out is, on either side.
    pub fn p(&self) -> f64 {
        (2.0 * self.upper.min(self.lower)).min(1.0)
    }

    /// Whether a count is above the bound.
    pub fn alarm(&self, observed: f64) -> bool {
        observed > self.upper_bound && observed > 0.0
    }
}

impl Bound {
    /// Whether a count is above the bound.
    pub fn alarm(&self, observed: f64) -> bool {
        observed > self.upper_bound && observed > 0.0
    }
}

impl Line {
    /// The sum of the counts before, and of their exposures.
    fn sums(&self) -> (f64, f64) {
        self.before.iter().fold((0.0, 0.0), |sum, it| (sum.0 + it.observed, sum.1 + it.exposure))
    }

    /// The count of a period before, if there is one.
    fn at(&self, at: i64) -> Option<f64> {
        self.before.iter().find(|it| it.at == at).map(|it| it.observed)
    }
}
