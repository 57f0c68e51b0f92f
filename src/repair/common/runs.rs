//! Where a cause begins and ends.

/// What a check says of a cause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Says {
    /// It fails, and the cause explains it: so much is gained.
    For(f64),
    /// It is the same with the cause or without.
    Nothing,
    /// The cause would have it otherwise.
    Against,
}

/// What it takes to tell of one check within the run that it is none of it.
const AGAINST: f64 = 2.0;

/// The run of checks that gains most: its first and last, how many of them
/// speak for the cause, and what is gained. Each step may cost something more.
pub(super) fn best(says: &[Says], apart: impl Fn(usize) -> f64) -> Option<([usize; 2], usize, f64)> {
    let mut best: Option<([usize; 2], usize, f64)> = None;
    let mut open: Option<(usize, usize, f64)> = None;
    for (at, it) in says.iter().enumerate() {
        if let Some(run) = &mut open {
            run.2 -= apart(at);
        }
        match it {
            Says::For(gain) => {
                let run = match open {
                    Some((first, count, sum)) if sum > 0.0 => (first, count + 1, sum + gain),
                    _ => (at, 1, *gain),
                };
                open = Some(run);
                if best.is_none_or(|it| run.2 > it.2) {
                    best = Some(([run.0, at], run.1, run.2));
                }
            }
            Says::Nothing => {}
            Says::Against => {
                if let Some(run) = &mut open {
                    run.2 -= AGAINST;
                }
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_where_going_on_costs_more_than_it_gains() {
        use Says::{Against, For, Nothing};
        let says = [For(1.0), Against, For(6.0), Nothing, Against, For(6.0), Against, Against, Against, For(5.0)];
        assert_eq!(best(&says, |_| 0.0), Some(([2, 5], 2, 10.0)));
        assert_eq!(best(&[Nothing, Against], |_| 0.0), None);
    }

    #[test]
    fn checks_far_apart_make_no_run() {
        let says = [Says::For(6.0), Says::For(5.0)];
        assert_eq!(best(&says, |_| 9.0), Some(([0, 0], 1, 6.0)));
    }
}
