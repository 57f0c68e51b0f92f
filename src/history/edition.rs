//! All series of an edition together: a detector for each, and what is flagged.

use std::collections::{BTreeMap, BTreeSet};

use super::automatic::{Frame, OUT, Outcome, Track, Unjudged, run};
use super::known::{Dated, Known};
use super::{Calendar, Correction, Grade, Line, Shift, exact, flagged, shift};

/// Up to this chance a figure is worth a look.
const ALPHA: f64 = 0.01;
/// Repairs are held against a range that one in five ordinary figures lies out of.
const NEAR: f64 = 0.2;
/// The share of flags that may be false.
const DISCOVERY: f64 = 0.10;
/// Figures in a row that are the same are told at this chance, over all series.
const SAME: f64 = 0.001;
/// Earlier figures of a series that an edition is still young with, and what it takes to say so.
const YOUNG: usize = 8;
const YOUNG_FAR_MIN: usize = 3;

/// A series to judge.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The figures.
    pub line: Line,
    /// Whether they are counts.
    pub is_count: bool,
    /// The most that the count can be, where it is part of a total.
    pub most: Option<f64>,
    /// Its family: the series that a reader sees together, whose number is allowed for.
    pub family: u64,
}

/// How an edition is judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// How its periods lie in the year.
    pub calendar: Calendar,
    /// What is known of them beforehand.
    pub known: Known,
    /// How its many tests are allowed for.
    pub correction: Correction,
    /// Whether it is known how much of the period is covered: if not, a low
    /// count says nothing.
    pub coverage_known: bool,
    /// How much of a period is covered; 1 is all.
    pub covered: f64,
}

impl Options {
    /// Whole periods of which nothing is known beforehand.
    pub fn new(calendar: Calendar) -> Self {
        let (known, correction) = (Known::default(), Correction::Hochberg);
        Self { calendar, known, correction, coverage_known: true, covered: 1.0 }
    }
}

/// What was made of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// What was expected, for the same exposure.
    pub expected: f64,
    /// How probable a figure as far out is, allowing for what was seen before; smaller
    /// for one that stands still.
    pub p: f64,
    /// In plain words.
    pub grade: Grade,
    /// For how many editions it is the same, where that is told.
    pub unchanged: Option<usize>,
    /// Where it is out of its range as the figures before it were, and like them: the period of the first, which was
    /// told.
    pub since: Option<i64>,
    /// Why it is not judged, where history could.
    pub unjudged: Option<Unjudged>,
    /// Whether it would be graded otherwise had the whole period been covered.
    pub turns_on_coverage: bool,
    /// The figure, and whether it is no further out than ordinary ones.
    observed: f64,
    is_ordinary: bool,
    is_count: bool,
    frame: Frame,
}

/// What was made of an edition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdicts {
    /// One a series; `None` where nothing earlier judges it.
    pub judged: Vec<Option<Judged>>,
    /// How the edition as a whole compares.
    pub shift: Option<Shift>,
    /// What is known of its date beforehand.
    pub dated: Dated,
    /// How many figures are far out while most series have few figures: then none is flagged.
    pub early: Option<usize>,
}

/// What was learnt of the series of one edition after the other, so that the next goes on from
/// there. It changes how long a judgement takes, never what it is.
#[derive(Debug, Default)]
pub struct Course {
    counts: Option<Track>,
    amounts: Option<Track>,
}

/// Judges all series of an edition by the automatic detector (module `automatic`).
///
/// A figure is flagged if it is out by the false discovery rate over the edition
/// (Benjamini and Hochberg 1995, one in ten), and by itself once in 200.
pub fn judge(asked: &[Asked], options: &Options) -> Verdicts {
    Course::default().judge(asked, options)
}

impl Course {
    /// As [`judge()`], by what was learnt of the editions before it, and learns this one.
    pub fn judge(&mut self, asked: &[Asked], options: &Options) -> Verdicts {
        let outcomes = self.outcomes(asked, options);
        let shift = shift(&telling(asked, &outcomes));
        let moved = shift.filter(|it| it.told).map_or(1.0, |it| it.ratio);
        let mut judged: Vec<Option<Judged>> = asked
            .iter()
            .zip(&outcomes)
            .map(|(it, outcome)| Some(first_grade(it, outcome.as_ref()?, moved, options)))
            .collect();
        stand_still(asked, &outcomes, &mut judged);
        let early = early(&outcomes, &judged);
        grade(asked, &outcomes, &mut judged, options, early.is_some());
        let at = asked.iter().map(|it| it.line.now.at).max();
        let dated = at.and_then(|it| options.known.at(it)).cloned().unwrap_or_default();
        Verdicts { judged, shift, dated, early }
    }

    /// What the detector makes of each series; counts and amounts each by themselves.
    fn outcomes(&mut self, asked: &[Asked], options: &Options) -> Vec<Option<Outcome>> {
        let mut outcomes: Vec<Option<Outcome>> = vec![None; asked.len()];
        for (is_count, track) in [(true, &mut self.counts), (false, &mut self.amounts)] {
            let own = asked.iter().enumerate().filter(|it| it.1.is_count == is_count);
            let (places, lines): (Vec<usize>, Vec<&Line>) = own.map(|(at, it)| (at, &it.line)).unzip();
            for (at, outcome) in places.iter().zip(run(&lines, is_count, options, track)) {
                outcomes[*at] = outcome;
            }
        }
        outcomes
    }
}

/// What tells a shift: observed, the nearest to it that is explained, and the variance of their log ratio.
fn telling(asked: &[Asked], outcomes: &[Option<Outcome>]) -> Vec<(f64, f64, f64)> {
    let counts = asked.iter().zip(outcomes).filter(|it| it.0.is_count && it.0.most.is_none());
    let known = counts.filter_map(|(it, outcome)| Some((it.line.now.observed, outcome.as_ref()?)));
    // What the same date of earlier years explains is no shift.
    let nearest = |observed: f64, it: &Outcome| observed.clamp(it.frame.low, it.frame.high.max(it.frame.low));
    let told = |(observed, it): (f64, &Outcome)| {
        (observed, nearest(observed, it), it.frame.dispersion() / it.expected.max(1e-9))
    };
    known.map(told).collect()
}

/// What is made of one figure by itself; `moved` is by how much the edition as a whole is higher.
fn first_grade(asked: &Asked, outcome: &Outcome, moved: f64, options: &Options) -> Judged {
    let observed = asked.line.now.observed;
    let is_moved = asked.is_count && (moved - 1.0).abs() > f64::EPSILON;
    let frame = if is_moved { outcome.frame.scaled(moved) } else { outcome.frame };
    let p = if is_moved { frame.out(observed).p } else { outcome.p };
    let one_sided = |p: f64| if options.coverage_known { p } else { (2.0 * frame.out(observed).upper).min(1.0).max(p) };
    let whole = (asked.is_count && options.covered < 1.0).then(|| frame.scaled(1.0 / options.covered).out(observed));
    Judged {
        expected: outcome.expected * if is_moved { moved } else { 1.0 },
        p: one_sided(p),
        grade: if outcome.unjudged.is_some() { Grade::NotJudged } else { Grade::AsExpected },
        since: outcome.since.filter(|_| !is_moved),
        unjudged: outcome.unjudged,
        unchanged: None,
        turns_on_coverage: whole.is_some_and(|it| (it.p < ALPHA) != (p < ALPHA)),
        observed,
        is_ordinary: p > OUT,
        is_count: asked.is_count,
        frame,
    }
}

/// Marks figures that are the same for longer than chance has it, where the series changed from
/// edition to edition before; once, when that is seen.
#[expect(clippy::cast_precision_loss, reason = "series are few")]
fn stand_still(asked: &[Asked], outcomes: &[Option<Outcome>], judged: &mut [Option<Judged>]) {
    let family = outcomes.iter().flatten().count() as f64;
    for ((asked, outcome), judged) in asked.iter().zip(outcomes).zip(judged) {
        let (Some(outcome), Some(judged)) = (outcome, judged) else { continue };
        let Line { now, before } = &asked.line;
        let is_same =
            |it: &super::Count, next: &super::Count| (it.observed - next.observed).abs() < 1e-9 && next.at + 1 == it.at;
        let all = || std::iter::once(now).chain(before).zip(before);
        let same = all().take_while(|it| is_same(it.0, it.1)).count();
        let chance = |times: usize| outcome.agreement.powi(i32::try_from(times).unwrap_or(i32::MAX));
        let is_new = |times: usize| chance(times) <= SAME / family && chance(times - 1) > SAME / family;
        // Most figures differ from the last: the rest is looked through for few.
        let changed = || before.len() > 2 * same && !all().skip(same).any(|it| is_same(it.0, it.1));
        let (is_told, chance) = (same > 0 && is_new(same) && changed(), chance(same));
        if asked.is_count && is_told && chance < judged.p {
            (judged.p, judged.unchanged) = (chance, Some(same + 1));
        }
    }
}

/// Whether a figure is so far out that it is flagged by itself.
pub(super) fn is_far(it: &Judged) -> bool {
    it.p <= OUT && it.grade != Grade::NotJudged
}

impl Verdicts {
    /// Flags figures of a young edition that are far out for a reason.
    pub(super) fn flag(&mut self, figures: &BTreeSet<usize>) {
        let Some(far) = self.early.filter(|_| !figures.is_empty()) else { return };
        for at in figures {
            if let Some(it) = &mut self.judged[*at] {
                it.grade = Grade::CheckBeforePrinting;
            }
        }
        self.early = Some(far - figures.len()).filter(|it| *it > 0);
    }
}

/// How many figures are far out, where most series are young and many are: what is usual is not known yet.
fn early(outcomes: &[Option<Outcome>], judged: &[Option<Judged>]) -> Option<usize> {
    let mut figures: Vec<usize> = outcomes.iter().flatten().map(|it| it.figures).collect();
    figures.sort_unstable();
    let is_young = figures.get(figures.len() / 2).is_some_and(|it| *it < YOUNG);
    let far = judged.iter().flatten().filter(|it| is_far(it)).count();
    (is_young && far >= YOUNG_FAR_MIN && far * 5 >= figures.len()).then_some(far)
}

/// Grades all series together; where an edition is young, none is flagged.
fn grade(
    asked: &[Asked],
    outcomes: &[Option<Outcome>],
    judged: &mut [Option<Judged>],
    options: &Options,
    is_young: bool,
) {
    let is_judged = |it: &usize| judged[*it].is_some_and(|it| it.grade != Grade::NotJudged);
    let mut families: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for at in (0..judged.len()).filter(is_judged) {
        families.entry(asked[at].family).or_default().push(at);
    }
    for known in families.into_values() {
        grade_family(asked, outcomes, judged, options, (known, is_young));
    }
}

/// Grades the series of a family, by index.
fn grade_family(
    asked: &[Asked],
    outcomes: &[Option<Outcome>],
    judged: &mut [Option<Judged>],
    options: &Options,
    (known, is_young): (Vec<usize>, bool),
) {
    let p: Vec<f64> = known.iter().filter_map(|it| judged[*it]).map(|it| it.p).collect();
    // A count has no most, and its upper tail no least; a part of a total has.
    let least = |at: &usize| match (asked[*at].most, &outcomes[*at]) {
        (Some(most), Some(it)) => it.frame.out(most).p.min(it.frame.out(0.0).p),
        _ => 0.0,
    };
    let attainable: Vec<f64> = known.iter().map(least).collect();
    let flags = flagged(&p, &attainable, DISCOVERY, options.correction);
    for ((at, flag), p) in known.into_iter().zip(flags).zip(p) {
        let grade = match () {
            // Among few series the rate alone would flag what is in its range.
            () if flag && p <= OUT && !is_young => Grade::CheckBeforePrinting,
            () if p < ALPHA => Grade::WorthALook,
            () => Grade::AsExpected,
        };
        judged[at] = judged[at].map(|it| Judged { grade, ..it });
    }
}

// Ranges are searched for, which takes longer than all else: most figures are never told.
impl Judged {
    /// The smallest and the largest ordinary figure.
    pub fn range(&self) -> (f64, f64) {
        let (low, high) = self.frame.range(OUT);
        // What was seen before as far out is ordinary, and the range says so.
        if self.is_ordinary { (low.min(self.observed), high.max(self.observed)) } else { (low, high) }
    }

    /// Where four in five figures lie: what a repair is held against.
    pub fn near(&self) -> (f64, f64) {
        self.frame.range(NEAR)
    }

    /// Whether its range is too wide to be worth saying.
    pub fn is_vague(&self) -> bool {
        Frame::is_too_wide(self.expected, self.range(), self.is_count)
    }

    /// Whether one earlier edition leaves a count open: far out for chance
    /// alone, and not quite for counts that vary as published ones do.
    pub fn is_open(&self, line: &Line) -> bool {
        let open = line.before.len() == 1 && self.p < 5.0 * ALPHA;
        open && self.grade != Grade::CheckBeforePrinting && exact(line, ALPHA).is_some_and(|it| it.p() < ALPHA)
    }
}
