//! Rows that two files have in the same order, by a mark of each.

use super::SAMPLE_ROWS;
use super::align::agree;

/// Fewer rows are compared like others: each run costs a little.
const ROWS_MIN: usize = 32;
/// Where files differ, so many rows of both are looked at for where they agree again,
/// and more and more where they do not.
const NEAR: usize = 32;
const FAR: usize = 1024;

/// Rows that both files have, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The first of them in the old file, from 0.
    pub old: usize,
    /// The first of them in the new file.
    pub new: usize,
    /// How many they are.
    pub rows: usize,
}

/// Rows of a file that are not looked at, as the other file has them too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Where in the text they stand, or would.
    pub at: u64,
    /// How many they are.
    pub rows: u64,
    /// How many bytes of the text they are: none where it does not have them.
    pub bytes: u64,
}

/// The longer runs of rows that two files have in the same order, but for so many first
/// rows, which tell what the columns are.
pub fn runs(old: &[u64], new: &[u64], sample: usize) -> Vec<Run> {
    let sample = sample.max(SAMPLE_ROWS as usize);
    let (mut at, mut runs) = ((sample, sample), Vec::new());
    let mut window = NEAR;
    while at.0 < old.len() && at.1 < new.len() {
        let (olds, news) = (&old[at.0..], &new[at.1..]);
        let rows = olds.iter().zip(news).take_while(|it| it.0 == it.1).count();
        if rows > 0 {
            runs.extend((rows >= ROWS_MIN).then_some(Run { old: at.0, new: at.1, rows }));
            at = (at.0 + rows, at.1 + rows);
            window = NEAR;
            continue;
        }
        let (olds, news) = (&olds[..olds.len().min(window)], &news[..news.len().min(window)]);
        let agreed = agree(olds, news);
        window = if agreed.is_some() { NEAR } else { FAR.min(window * 2) };
        let (olds, news) = agreed.unwrap_or((olds.len(), news.len()));
        at = (at.0 + olds, at.1 + news);
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_go_over_rows_that_came_went_or_changed() {
        let old: Vec<u64> = (0..1_000).collect();
        let mut new = old.clone();
        new[400] = 5_000;
        new.remove(600);
        new.insert(800, 6_000);
        let run = |old, new, rows| Run { old, new, rows };
        let found = [run(100, 100, 300), run(401, 401, 199), run(601, 600, 200), run(801, 801, 199)];
        assert_eq!(runs(&old, &new, 0), found);
        assert_eq!(runs(&old, &new, 401), found[1..]);
        let reversed: Vec<u64> = old.iter().rev().copied().collect();
        assert_eq!(runs(&old, &reversed, 0), []);
        assert_eq!(runs(&old[..50], &old, 0), []);
    }
}
