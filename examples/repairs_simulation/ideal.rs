//! The best that any ranking can do on the totals that are drawn: one that
//! knows how they were drawn, and weighs every figure by Bayes' rule.
//!
//! No program can place the wrong figure better on average, so a share that
//! this does not reach is out of reach of the tables, whoever ranks them.

use crate::real::{SHARES, class};

/// Parts lie within this factor of their level, either way.
pub const AROUND: f64 = 4.0;
/// The levels, as powers of ten: the lowest, and how far up they go.
pub const LEVELS: [f64; 2] = [1.0, 2.5];

/// The figures that may be wrong with what each would then have been, the likeliest first.
pub fn ranked(figures: &[i64]) -> Vec<(usize, i64)> {
    let (&total, parts) = figures.split_last().expect("a table has a total");
    let gap = total - parts.iter().sum::<i64>();
    let count = float(parts.len());
    let beside = |at: usize| -> Vec<i64> {
        [at.wrapping_sub(1), at + 1].iter().filter_map(|it| figures.get(*it)).copied().collect()
    };
    let sizes = Sizes::of(parts);
    let mut found = vec![(
        sizes.weight(None) + (0.5 * probability(total - gap, total, &beside(parts.len()))).ln(),
        parts.len(),
        total - gap,
    )];
    for (at, &printed) in parts.iter().enumerate() {
        let meant = printed + gap;
        if meant > 0 {
            let slip = 0.5 / count * probability(meant, printed, &beside(at));
            found.push((sizes.weight(Some((printed, meant))) + slip.ln(), at, meant));
        }
    }
    found.retain(|it| it.0.is_finite());
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().map(|it| (it.1, it.2)).collect()
}

/// How large the parts are: evenly spread around a level, in logarithms.
struct Sizes {
    /// From where to where each may lie before it was rounded, the least and the largest first.
    lows: Vec<f64>,
    highs: Vec<f64>,
}

impl Sizes {
    fn of(parts: &[i64]) -> Self {
        let mut lows: Vec<f64> = parts.iter().map(|it| low(*it)).collect();
        let mut highs: Vec<f64> = parts.iter().map(|it| high(*it)).collect();
        lows.sort_by(|a, b| b.total_cmp(a));
        highs.sort_by(f64::total_cmp);
        Self { lows, highs }
    }

    /// How likely the sizes are, as a natural logarithm, with one figure in place of another.
    fn weight(&self, other: Option<(i64, i64)>) -> f64 {
        let (mut largest, mut least) = (self.lows[0], self.highs[0]);
        let mut own = 0.0;
        if let Some((printed, meant)) = other {
            let without = |all: &[f64], it: f64| if (all[0] - it).abs() < 1e-12 { all[1] } else { all[0] };
            largest = without(&self.lows, low(printed)).max(low(meant));
            least = without(&self.highs, high(printed)).min(high(meant));
            let density = |it: i64| (high(it) - low(it)).ln();
            own = density(meant) - if printed > 0 { density(printed) } else { -20.0 };
        }
        let [first, far] = LEVELS.map(|it| it * 10.0_f64.ln());
        let levels = (least + AROUND.ln()).min(first + far) - (largest - AROUND.ln()).max(first);
        own + levels.max(1e-17).ln()
    }
}

/// The logarithm of the least that is printed so; one stands for all below it.
fn low(figure: i64) -> f64 {
    if figure > 1 { (float64(figure) - 0.5).ln() } else { -1.0 }
}

fn high(figure: i64) -> f64 {
    (float64(figure) + 0.5).ln()
}

/// How likely one figure is printed where another was meant, as `real` draws it.
pub fn probability(meant: i64, printed: i64, beside: &[i64]) -> f64 {
    let (from, to) = (digits(meant), digits(printed));
    let (mut sum, mut drawn) = (0.0, 0.0);
    for (kind, shares) in SHARES {
        let share = f64::from(shares[class(from.len())]);
        sum += share * of_kind(kind, (meant, &from), (printed, &to), beside);
        drawn += share * drawn_again(kind, (meant, &from), beside);
    }
    sum / drawn
}

fn of_kind(kind: &str, (meant, from): (i64, &[u8]), (printed, to): (i64, &[u8]), beside: &[i64]) -> f64 {
    let length = float(from.len());
    let differ: Vec<usize> = (0..from.len()).filter(|&at| to.len() == from.len() && from[at] != to[at]).collect();
    let away = (meant - printed).abs();
    match (kind, &differ[..]) {
        ("one digit, by 1", [at]) if from[*at].abs_diff(to[*at]) == 1 => 0.5 / length,
        ("one digit, by more", [at]) if from[*at].abs_diff(to[*at]) > 1 => 0.1 / length,
        ("two digits", [_, _]) => 0.02 / (length * length),
        ("neighbours exchanged", [one, other]) => {
            let is_so = *other == one + 1 && from[*one] == to[*other] && from[*other] == to[*one];
            f64::from(u8::from(is_so)) / length
        }
        ("digit added", _) if to.len() == from.len() + 1 => {
            float(removals(to).filter(|it| it == from).count()) / (10.0 * (length + 1.0))
        }
        ("digit dropped", _) if to.len() + 1 == from.len() => {
            float(removals(from).filter(|it| it == to).count()) / length
        }
        ("two digits added or dropped", _) if to.len() == from.len() + 2 => {
            0.5 * float(pairs(to, from)) / ((length + 1.0) * (length + 2.0) * 100.0)
        }
        ("two digits added or dropped", _) if to.len() + 2 == from.len() => {
            0.5 * float(pairs(from, to)) / (length * (length - 1.0))
        }
        ("a factor of ten", _) => [(10, 0.6), (100, 0.2), (1_000, 0.2)]
            .into_iter()
            .map(|(times, often)| match meant % times == 0 {
                true if printed == meant * times || printed == meant / times => often / 2.0,
                false if printed == meant * times => often,
                _ => 0.0,
            })
            .sum(),
        ("0 in its place", _) => f64::from(u8::from(printed == 0)),
        ("a neighbouring figure", _) if !beside.is_empty() => {
            float(beside.iter().filter(|it| **it == printed).count()) / float(beside.len())
        }
        ("a near figure", _) => {
            near(meant).into_iter().filter(|far| away <= *far).map(|far| 0.5 / float64(2 * far + 1)).sum()
        }
        ("another figure", _) => {
            let power = 10_i64.pow(u32::try_from(from.len()).expect("few digits") - 1);
            let within = |low: i64, high: i64, often: f64| {
                if (low..=high).contains(&printed) { often / float64(high - low + 1) } else { 0.0 }
            };
            within(power, power * 10 - 1, 0.7) + within(power * 10, power * 100 - 1, 0.2) + within(0, power, 0.1)
        }
        _ => 0.0,
    }
}

/// How often a draw of a kind is kept: what changes nothing, or begins with
/// zero, is drawn again.
fn drawn_again(kind: &str, (meant, from): (i64, &[u8]), beside: &[i64]) -> f64 {
    let length = float(from.len());
    let is_kept = |at: usize, it: u8| it < 10 && !(from.len() > 1 && at == 0 && it == 0);
    let others = |by: &dyn Fn(u8) -> bool| {
        let of = |at: usize| (0..10_u8).filter(|&it| by(it.abs_diff(from[at])) && is_kept(at, it)).count();
        float((0..from.len()).map(of).sum()) / length
    };
    match kind {
        "one digit, by 1" => 0.5 * others(&|it| it == 1),
        "one digit, by more" => 0.1 * others(&|it| it > 1),
        "two digits" if from.len() > 1 => (length - 1.0) / length * 0.81 * (1.0 - 2.0 / length / 9.0),
        "neighbours exchanged" => {
            let is_seen = |at: &usize| from[*at] != from[at + 1] && is_kept(*at, from[at + 1]);
            float((0..from.len() - 1).filter(is_seen).count()) / length
        }
        "digit added" => 1.0 - 0.1 / (length + 1.0),
        "digit dropped" if from.len() > 1 => {
            float(removals(from).filter(|it| it.len() == 1 || it[0] != 0).count()) / length
        }
        "two digits added or dropped" => 0.45 + if from.len() > 2 { 0.5 } else { 0.0 },
        "a neighbouring figure" => float(beside.iter().filter(|it| **it != meant).count()) / float(beside.len().max(1)),
        "a near figure" => near(meant).map(|far| 0.5 * (1.0 - 1.0 / float64(2 * far + 1))).iter().sum(),
        "a factor of ten" | "0 in its place" | "another figure" => 1.0,
        _ => 0.0,
    }
}

/// How far a near figure may lie.
fn near(meant: i64) -> [i64; 2] {
    [9, (meant * 3 / 100).max(1)]
}

fn digits(figure: i64) -> Vec<u8> {
    figure.to_string().bytes().map(|it| it - b'0').collect()
}

/// What is left of digits, one after the other taken out.
fn removals(digits: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..digits.len()).map(|at| [&digits[..at], &digits[at + 1..]].concat())
}

/// In how many ways two digits, one after the other, may be taken out of the one to leave the other.
fn pairs(long: &[u8], short: &[u8]) -> usize {
    removals(long).map(|it| removals(&it).filter(|it| it == short).count()).sum()
}

#[expect(clippy::cast_precision_loss, reason = "of small counts")]
fn float(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "of small figures")]
pub fn float64(figure: i64) -> f64 {
    figure as f64
}
