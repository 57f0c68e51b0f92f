//! How surprising the numbers of a table would be in each style.
//!
//! What a cell costs is its structure only, for its digits cost the same in any
//! style: how many digits stand before the decimal sign and behind it, and
//! whether they are grouped. A column has its sizes (a normal curve over
//! digits, by unknown middle and width) and its form of decimals: so many as a
//! rule, trimmed at their zeros, so many significant digits, or any. What fits
//! neither is a slip, and one rate of slips for a column (beta-binomial) keeps
//! one odd cell from turning the others. The columns of a table have one style
//! as a rule. Each style is weighed so by all cells, and none decides alone.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use statrs::function::erf::erfc;
use statrs::function::gamma::ln_gamma;

use super::{ColumnSigns, Signs, fits};
use crate::table::{DecimalSign, NumberStyle, Shaped, Thousands};

/// The styles with how usual each is.
const STYLES: [(NumberStyle, f64); 9] = [
    (style(Thousands::Comma, DecimalSign::Point), 0.30),
    (style(Thousands::None, DecimalSign::Point), 0.25),
    (style(Thousands::Point, DecimalSign::Comma), 0.13),
    (style(Thousands::Space, DecimalSign::Comma), 0.10),
    (style(Thousands::None, DecimalSign::Comma), 0.08),
    (style(Thousands::Space, DecimalSign::Point), 0.05),
    (style(Thousands::Apostrophe, DecimalSign::Point), 0.04),
    (style(Thousands::Indian, DecimalSign::Point), 0.04),
    (style(Thousands::Apostrophe, DecimalSign::Comma), 0.01),
];
const COUNT: usize = STYLES.len();
/// A column of a table is in its style but for so many.
const OTHER_STYLE: f64 = 0.03;
/// More columns tell no more, and take time.
const COLUMNS_MAX: usize = 300;
/// Digits before the sign, from a zero behind it on.
const SIZE_MIN: i32 = -1;
const SIZES: usize = 42;
/// Decimals beyond these are alike.
const DECIMALS_MAX: usize = 9;

const fn style(thousands: Thousands, decimal: DecimalSign) -> NumberStyle {
    NumberStyle { thousands, decimal }
}

/// What all columns say of each style.
pub(super) struct Weighed {
    /// How probable each style is, for the table and then for each column.
    table: [f64; COUNT],
    columns: Vec<[f64; COUNT]>,
}

/// A cell in one style.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    count: f64,
    /// How many digits stand before the decimal sign, and behind it.
    size: i32,
    decimals: usize,
    is_grouped: bool,
    /// Whether its decimals end in a zero.
    ends_in_zero: bool,
    /// What it costs that the style does not read it; 0 where it does.
    misfit: f64,
}

/// How many decimals the cells of a column have, and where they are grouped.
#[derive(Clone, Copy, Debug)]
enum Form {
    Fixed(usize),
    Trimmed(usize),
    Significant(usize),
    Any,
}

impl Weighed {
    /// Weighs the columns of a table that have numbers with signs in them.
    pub(super) fn of(signs: &Signs) -> Self {
        let prior = prior(signs);
        let weighed = |it: &ColumnSigns| -> [f64; COUNT] { std::array::from_fn(|at| likelihood(it, STYLES[at].0)) };
        let columns: Vec<[f64; COUNT]> = signs.columns.iter().take(COLUMNS_MAX).map(weighed).collect();
        let mut table = prior.map(f64::ln);
        let mixed: Vec<f64> = columns.iter().map(|it| mixture(it, &prior)).collect();
        for (column, mixed) in columns.iter().zip(&mixed) {
            for (total, own) in table.iter_mut().zip(column) {
                *total += log_sum(&[own + (1.0 - OTHER_STYLE).ln(), mixed + OTHER_STYLE.ln()]);
            }
        }
        let table = normal(&table);
        let posterior = |(column, mixed): (&[f64; COUNT], &f64)| {
            let mut own = [0.0; COUNT];
            for (at, share) in table.iter().enumerate() {
                let whole = log_sum(&[column[at] + (1.0 - OTHER_STYLE).ln(), mixed + OTHER_STYLE.ln()]);
                own[at] += share * ((1.0 - OTHER_STYLE).ln() + column[at] - whole).exp();
                for other in 0..COUNT {
                    own[other] += share * (OTHER_STYLE.ln() + prior[other].ln() + column[other] - whole).exp();
                }
            }
            own
        };
        Self { columns: columns.iter().zip(&mixed).map(posterior).collect(), table }
    }

    /// The most probable style; one without groups reads as the usual that has them.
    pub(super) fn best(&self) -> NumberStyle {
        let best = (0..COUNT).max_by(|a, b| self.table[*a].total_cmp(&self.table[*b])).unwrap_or(0);
        if STYLES[best].0 == NumberStyle::PLAIN { NumberStyle::ENGLISH } else { STYLES[best].0 }
    }

    /// How probable it is that numbers of a shape in a column have another value
    /// than in the style given, and the style that most probably gives it.
    pub(super) fn otherwise(
        &self,
        column: usize,
        signs: &ColumnSigns,
        text: &str,
        chosen: NumberStyle,
    ) -> (f64, NumberStyle) {
        let value = |style| signs.read(text, style).map(|it| it.value);
        // What the style does not read is told as that.
        let (own @ Some(_), Some(posterior)) = (value(chosen), self.columns.get(column)) else { return (0.0, chosen) };
        let (mut same, mut other, mut best) = (0.0, 0.0, (0.0, chosen));
        for ((style, _), share) in STYLES.iter().zip(posterior) {
            match value(*style) {
                None => {}
                it if it == own => same += share,
                Some(_) => {
                    other += share;
                    best = if *share > best.0 { (*share, *style) } else { best };
                }
            }
        }
        (if same + other > 0.0 { other / (same + other) } else { 0.0 }, best.1)
    }
}

/// How probable each style is before any cell is seen.
fn prior(signs: &Signs) -> [f64; COUNT] {
    STYLES.map(|(style, share)| {
        let comma = style.decimal == DecimalSign::Comma;
        match () {
            () if comma && signs.has_semicolons => share * 3.0,
            // Who parts cells by commas seldom prints decimals with them.
            () if comma && signs.has_commas => share / 50.0,
            () => share,
        }
    })
}

fn mixture(column: &[f64; COUNT], prior: &[f64; COUNT]) -> f64 {
    let terms: Vec<f64> = column.iter().zip(prior).map(|it| it.0 + it.1.ln()).collect();
    log_sum(&terms)
}

fn normal(logs: &[f64; COUNT]) -> [f64; COUNT] {
    let whole = log_sum(logs);
    logs.map(|it| (it - whole).exp())
}

fn log_sum(terms: &[f64]) -> f64 {
    let most = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY { most } else { most + terms.iter().map(|it| (it - most).exp()).sum::<f64>().ln() }
}

/// How probable the cells of a column are in a style.
fn likelihood(column: &ColumnSigns, style: NumberStyle) -> f64 {
    let cells = cells(column, style);
    let all: f64 = cells.iter().map(|it| it.count).sum();
    let no_slips = log_beta(0.3, 15.0);
    let mut forms = Vec::new();
    let thresholds: &[(i32, f64)] =
        if style.thousands == Thousands::None { &[(i32::MAX, 1.0)] } else { &[(4, 0.85), (5, 0.15)] };
    for &(threshold, share) in thresholds {
        for (form, prior) in all_forms() {
            forms.push((prior * share).ln() + form_score(&cells, form, threshold, all, no_slips));
        }
    }
    let decimals: f64 = cells.iter().filter(|it| it.decimals > 0 && it.misfit >= 0.0).map(|it| it.count).sum();
    let not_whole = if column.whole.is_some() { 6.0 * decimals.min(3.0) } else { 0.0 };
    size_score(&cells) + log_sum(&forms) - not_whole
}

fn all_forms() -> impl Iterator<Item = (Form, f64)> {
    let fixed = (0..=DECIMALS_MAX).map(|it| (Form::Fixed(it), decimals_share(it) * 0.80));
    let trimmed = (1..=DECIMALS_MAX).map(|it| (Form::Trimmed(it), decimals_share(it) * 0.12));
    let significant = (1..=9).map(|it| (Form::Significant(it), if it > 4 { 0.002 } else { 0.000_2 }));
    fixed.chain(trimmed).chain(significant).chain([(Form::Any, 0.02)])
}

/// How usual so many decimals are.
fn decimals_share(decimals: usize) -> f64 {
    [0.42, 0.20, 0.22, 0.08, 0.04, 0.02, 0.02].get(decimals).copied().unwrap_or(0.003)
}

/// What the decimals and groups of cells cost in a form, with one rate of slips.
fn form_score(cells: &[Cell], form: Form, threshold: i32, all: f64, no_slips: f64) -> f64 {
    const QUARTER: f64 = -1.386;
    let (mut score, mut slips) = (0.0, 0.0);
    for cell in cells {
        if cell.misfit < 0.0 {
            (score, slips) = (score + cell.count * (QUARTER + cell.misfit), slips + cell.count);
            continue;
        }
        let (mut own, mut is_slip) = decimals_score(cell, form);
        if cell.is_grouped != (cell.size >= threshold) && threshold != i32::MAX {
            (own, is_slip) = (own + QUARTER, true);
        }
        score += cell.count * own;
        slips += if is_slip { cell.count } else { 0.0 };
    }
    score + log_beta(slips + 0.3, all - slips + 15.0) - no_slips
}

/// What the decimals of a cell cost in a form, and whether they are a slip.
fn decimals_score(cell: &Cell, form: Form) -> (f64, bool) {
    const TENTH: f64 = -2.303;
    let slip = ((0.25 * decimals_share(cell.decimals)).ln(), true);
    let zeros = |score: f64| match cell.decimals {
        0 => (score, false),
        _ if cell.ends_in_zero => (score + 0.25_f64.ln(), true),
        _ => (score + (10.0_f64 / 9.0).ln(), false),
    };
    let fewer = |it: usize| TENTH * f64::from(u8::try_from(it).unwrap_or(u8::MAX));
    match form {
        Form::Fixed(decimals) if cell.decimals == decimals => (0.0, false),
        Form::Fixed(_) => slip,
        Form::Trimmed(most) if cell.decimals > most => slip,
        Form::Trimmed(most) if cell.decimals == 0 => (fewer(most), false),
        Form::Trimmed(most) => zeros(0.9_f64.ln() + fewer(most - cell.decimals)),
        Form::Significant(_) if cell.decimals == 0 => (0.02_f64.ln(), false),
        Form::Significant(most) => {
            let digits = usize::try_from(cell.size + i32::try_from(cell.decimals).unwrap_or(0)).unwrap_or(0);
            if digits > most { slip } else { zeros(0.88_f64.ln() + fewer(most - digits)) }
        }
        Form::Any => (0.05_f64.ln(), false),
    }
}

/// What the sizes of cells cost, whatever their middle and width.
fn size_score(cells: &[Cell]) -> f64 {
    let settings = sizes();
    let score = |of: &[f64; SIZES]| {
        let fitting = cells.iter().filter(|it| it.misfit >= 0.0);
        fitting.map(|it| it.count * of[index(it.size)]).sum::<f64>()
    };
    let all: Vec<f64> = settings.iter().map(score).collect();
    log_sum(&all) - f64::from(u32::try_from(settings.len()).unwrap_or(1)).ln()
}

fn index(size: i32) -> usize {
    usize::try_from(size - SIZE_MIN).unwrap_or(0).min(SIZES - 1)
}

/// How probable each size is, by middle and width.
fn sizes() -> &'static [[f64; SIZES]] {
    static SETTINGS: OnceLock<Vec<[f64; SIZES]>> = OnceLock::new();
    SETTINGS.get_or_init(|| {
        let middles = (0..22).map(|it| -1.5 + 0.5 * f64::from(it));
        let both = middles.flat_map(|middle| [0.25, 0.5, 0.9, 1.5].map(|width| (middle, width)));
        let size = |at: usize| f64::from(i32::try_from(at).unwrap_or(0) + SIZE_MIN);
        let share = |at: usize, (middle, width): (f64, f64)| {
            let below = |edge: f64| 0.5 * erfc((middle - edge) / (width * std::f64::consts::SQRT_2));
            (0.98 * (below(size(at)) - below(size(at) - 1.0)) + 0.0016).ln()
        };
        both.map(|setting| std::array::from_fn(|at| share(at, setting))).collect()
    })
}

/// The structure of the cells of a column in a style.
fn cells(column: &ColumnSigns, style: NumberStyle) -> Vec<Cell> {
    let real = |it: usize| f64::from(u32::try_from(it).unwrap_or(u32::MAX));
    let plain = column.tally.lengths().filter(|it| it.1 > 0);
    let plain = plain.map(|(size, count)| Cell {
        count: real(count),
        size: i32::try_from(size).unwrap_or(0),
        ..Cell::default()
    });
    let shaped = column.tally.shapes().map(|(text, shape): (&str, Shaped)| {
        let fits = column.read(text, style).is_some();
        Cell { count: real(shape.count), ..structure(text, style, fits) }
    });
    plain.chain(shaped).collect()
}

/// The structure of a number in a style.
fn structure(text: &str, style: NumberStyle, fits: bool) -> Cell {
    let is_digit = |it: char| it.is_ascii_digit();
    let start = text.find(is_digit).unwrap_or(0);
    let start = text[..start].rfind(['.', ',']).filter(|it| it + 1 == start).unwrap_or(start);
    let end = text.rfind(is_digit).map_or(text.len(), |it| it + 1);
    let body = &text[start..end.max(start)];
    let count = |it: &str| i32::try_from(it.chars().filter(char::is_ascii_digit).count()).unwrap_or(0);
    if !fits {
        let last = body.rfind(|it: char| !it.is_ascii_digit()).map_or("", |it| &body[it..]);
        let mut marks: Vec<char> = body.chars().filter(|it| !it.is_ascii_digit()).collect();
        marks.sort_unstable();
        marks.dedup();
        let behind = count(last);
        let few = if (1..=2).contains(&behind) { -1.5 } else { 0.0 };
        let plain = if marks.len() > 1 || behind > 3 { -5.0 } else { 0.0 };
        let zero = if body.starts_with("0.") || body.starts_with("0,") { -6.0 } else { 0.0 };
        return Cell { misfit: -3.0 + few + plain + zero, ..Cell::default() };
    }
    let (whole, decimals) = body.split_once(style.decimal.sign()).unwrap_or((body, ""));
    let is_zero = whole.is_empty() || (whole.starts_with('0') && count(whole) == 1);
    let size = match is_zero {
        true if decimals.starts_with('0') => -1,
        true => 0,
        false => count(whole),
    };
    Cell {
        count: 0.0,
        size,
        decimals: decimals.len().min(DECIMALS_MAX),
        is_grouped: whole.contains(|it| style.thousands.is_mark(it)),
        ends_in_zero: decimals.ends_with('0'),
        misfit: 0.0,
    }
}

/// What is usual in a column that is read in a style: marks of another style slip in.
pub(super) struct Usual<'a> {
    column: &'a ColumnSigns,
    style: NumberStyle,
    /// How many cells there are, and how many of them have so many decimals.
    all: f64,
    decimals: [f64; DECIMALS_MAX + 1],
    /// How many without decimals have no thousands mark either, and how many have.
    plain: f64,
    grouped: f64,
    /// How many digits most of those with decimals have in all.
    digits: Option<i32>,
    /// The sizes that fit them best.
    sizes: &'static [f64; SIZES],
}

impl<'a> Usual<'a> {
    pub(super) fn of(column: &'a ColumnSigns, style: NumberStyle) -> Self {
        let cells = cells(column, style);
        let mut decimals = [0.0; DECIMALS_MAX + 1];
        let (mut plain, mut grouped) = (0.0, 0.0);
        let mut digits: BTreeMap<i32, f64> = BTreeMap::new();
        for it in cells.iter().filter(|it| it.misfit >= 0.0) {
            decimals[it.decimals] += it.count;
            match it.decimals {
                0 if it.is_grouped => grouped += it.count,
                0 => plain += it.count,
                _ => *digits.entry(it.size + i32::try_from(it.decimals).unwrap_or(0)).or_default() += it.count,
            }
        }
        let broken: f64 = digits.values().sum();
        // As many decimals in each make as many digits in figures of one size.
        let varies = decimals[1..].iter().all(|it| *it < 0.8 * broken);
        let digits = digits.into_iter().find(|it| varies && it.1 > 0.8 * broken).map(|it| it.0);
        let score = |of: &[f64; SIZES]| cells.iter().map(|it| it.count * of[index(it.size)]).sum::<f64>();
        let scored = sizes().iter().map(|it| (score(it), it));
        let (_, sizes) = scored.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((0.0, &[0.0; SIZES]));
        let all = cells.iter().map(|it| it.count).sum();
        Self { column, style, all, decimals, plain, grouped, digits, sizes }
    }

    /// The style that a number is more likely meant in, by the sizes and decimals of the others.
    ///
    /// Where the table shows its decimal sign, only cells of one kind are odd: whole
    /// figures have no decimals beside them but as many as make a group, and those
    /// with decimals hardly a whole figure but grouped ones.
    pub(super) fn otherwise(&self, text: &str, shape: Shaped, is_shown: bool) -> Option<NumberStyle> {
        const SLIP: f64 = 0.01;
        const USUAL: f64 = 0.8;
        const SEEN: f64 = 0.3;
        let figure = self.column.read(text, self.style)?;
        // What is of another type than declared is told as that.
        if self.column.whole.is_some_and(|kind| !fits(&figure, kind)) {
            return None;
        }
        let own = figure.value;
        let cell = structure(text, self.style, true);
        let count = f64::from(u32::try_from(shape.count).unwrap_or(u32::MAX));
        let is_lone_group = cell.decimals == 0
            && cell.is_grouped
            && self.plain <= 0.1 * self.all
            && self.grouped <= 0.2 * self.all
            // Some print as many digits of each figure.
            && self.digits != Some(cell.size);
        let others_broken = || (1..=DECIMALS_MAX).filter(|it| *it != cell.decimals).any(|it| self.decimals[it] > 0.0);
        if is_shown && !(is_lone_group || (cell.decimals > 0 && !others_broken())) {
            return None;
        }
        let others = self.all - count;
        if others < 4.0 {
            return None;
        }
        let size = |it: i32| self.sizes[index(it)].exp();
        let share = |it: usize| {
            let rest = self.decimals[it] - if it == cell.decimals { count } else { 0.0 };
            (rest.max(0.0) + 0.02) / (others + 0.2)
        };
        let likely = |style: NumberStyle| {
            self.column.read(text, style).filter(|it| it.value != own)?;
            let it = structure(text, style, true);
            // Among decimals of several lengths one more is nothing odd.
            let least = if is_lone_group { SEEN } else { USUAL };
            let otherwise =
                if share(it.decimals) < least { return None } else { SLIP * size(it.size) * share(it.decimals) };
            let whole = 0.985 * size(cell.size) * share(cell.decimals);
            Some((otherwise / (otherwise + whole), style))
        };
        let likely = STYLES.iter().filter_map(|it| likely(it.0)).max_by(|a, b| a.0.total_cmp(&b.0))?;
        (likely.0 > 0.05).then_some(likely.1)
    }
}

fn log_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}
