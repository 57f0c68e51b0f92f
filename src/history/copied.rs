//! How probable it is that a whole column of counts comes out as before.
//!
//! A count that changes by an amount of variance `v` from edition to edition
//! does not change at all with a chance of about `1 / sqrt(2 pi v)`. The
//! variance is learnt from the column's own changes, as a multiple of each
//! count, and held below what their median says: a few large changes must not
//! make a copy look less probable than it is. No chance is taken to be below
//! what the share of unchanged counts allows. Needs ten changes on file.

/// The median of a chi-squared with one degree of freedom.
const CHI_MEDIAN: f64 = 0.455;
/// With fewer changes on file nothing is told.
const FIGURES_MIN: usize = 10;
/// Of one change alone, at least such a share goes each way: a column that is
/// brought up to date once a year mostly grows.
const EACH_WAY_MIN: f64 = 0.2;
/// In a daily series a week has to be on file: some are not kept on weekends.
const DAYS_MIN: usize = 7;

/// How the counts of a column changed from edition to edition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// How many times it went from one edition to the next.
    editions: usize,
    /// How many times all of it stood still.
    still: usize,
    unchanged: usize,
    up: usize,
    down: usize,
    /// The squares of all changes, each over its count.
    spread: Vec<f64>,
}

impl Changes {
    /// Takes the counts of two editions: the earlier and the later of each row.
    pub fn take(&mut self, counts: &[(f64, f64)]) {
        let told: Vec<(f64, f64)> = counts.iter().filter(|it| it.0 != 0.0 || it.1 != 0.0).copied().collect();
        if told.is_empty() {
            return;
        }
        let change = |it: &(f64, f64)| it.1 - it.0;
        let [down, up] = [-1.0, 1.0].map(|side: f64| told.iter().filter(|it| change(it) * side > 0.0).count());
        self.editions += 1;
        self.still += usize::from(up + down == 0);
        self.unchanged += told.len() - up - down;
        self.up += up;
        self.down += down;
        self.spread.extend(told.iter().map(|it| change(it).powi(2) / f64::midpoint(it.0.abs(), it.1.abs())));
    }

    /// Whether the column is known to change with every edition: it never stood
    /// still, and did not change only once, as by a new count of people.
    pub fn are_steady(&self, daily: bool) -> bool {
        let changed = self.up + self.down;
        let each_way = share(self.up.min(self.down), changed) >= EACH_WAY_MIN;
        self.still == 0 && (self.editions > 1 || each_way) && (!daily || self.editions >= DAYS_MIN)
    }

    /// The chance that these counts all come out as they were; `None` where
    /// too little is on file.
    pub fn chance(&self, counts: &[f64]) -> Option<f64> {
        if self.spread.len() < FIGURES_MIN {
            return None;
        }
        let mut spread = self.spread.clone();
        spread.sort_by(f64::total_cmp);
        let median = spread[spread.len() / 2] / CHI_MEDIAN;
        let mean = spread.iter().sum::<f64>() / share(spread.len(), 1);
        let factor = median.min(mean);
        let least = share(self.unchanged + 1, self.spread.len() + 2);
        let same = |count: &f64| {
            let variance = factor * count.abs().max(1.0);
            (1.0 / (std::f64::consts::TAU * variance).sqrt()).max(least).min(1.0)
        };
        // A sum of logarithms: the product of many would be 0.
        Some(counts.iter().filter(|it| **it != 0.0).map(|it| same(it).ln()).sum::<f64>().exp())
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures on file are few")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(editions: &[&[f64]]) -> Changes {
        let mut changes = Changes::default();
        for pair in editions.windows(2) {
            let counts: Vec<(f64, f64)> = pair[0].iter().zip(pair[1]).map(|it| (*it.0, *it.1)).collect();
            changes.take(&counts);
        }
        changes
    }

    const FIRST: [f64; 10] = [582.0, 1463.0, 1083.0, 946.0, 1150.0, 1116.0, 1004.0, 1708.0, 1198.0, 622.0];
    const SECOND: [f64; 10] = [561.0, 1502.0, 1049.0, 971.0, 1122.0, 1160.0, 988.0, 1744.0, 1163.0, 650.0];

    #[test]
    fn a_column_of_large_counts_is_never_the_same_by_chance() {
        let changes = changes(&[&FIRST, &SECOND]);
        assert!(changes.are_steady(false));
        assert!(changes.chance(&SECOND).unwrap() < 1e-9);
    }

    #[test]
    fn what_stands_still_may_stand_still_again() {
        let mut third = SECOND;
        third[0] = 562.0;
        let changes = changes(&[&FIRST, &FIRST, &FIRST, &SECOND, &SECOND, &third]);
        assert!(!changes.are_steady(false));
        assert!(changes.chance(&third).unwrap() > 0.01);
    }

    #[test]
    fn small_counts_are_often_the_same() {
        let [a, b, c]: [[f64; 8]; 3] = [
            [1.0, 2.0, 0.0, 3.0, 5.0, 2.0, 4.0, 1.0],
            [2.0, 2.0, 1.0, 3.0, 4.0, 2.0, 6.0, 1.0],
            [1.0, 3.0, 1.0, 2.0, 4.0, 3.0, 6.0, 0.0],
        ];
        assert!(changes(&[&a, &b, &c]).chance(&c).unwrap() > 1e-6);
    }

    #[test]
    fn one_change_that_only_grows_is_no_habit() {
        let grown = FIRST.map(|it| (it * 1.02_f64).round());
        assert!(!changes(&[&FIRST, &grown]).are_steady(false));
        assert!(changes(&[&FIRST, &grown, &SECOND]).are_steady(false));
        assert!(!changes(&[&FIRST, &SECOND, &grown]).are_steady(true));
    }

    #[test]
    fn of_too_few_changes_nothing_is_told() {
        assert_eq!(changes(&[&FIRST[..4], &SECOND[..4]]).chance(&SECOND), None);
        assert_eq!(Changes::default().chance(&[]), None);
    }
}
