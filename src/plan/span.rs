//! Which pieces of a file the rows of a group stand in.

/// From the first such piece to the last, counted in the order of the file.
///
/// There is one for each group: it takes no more room than a table leaves beside its keys.
/// Pieces beyond the last that can be told stand for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    first: u16,
    last: u16,
}

/// In none.
impl Default for Span {
    fn default() -> Self {
        Self { first: u16::MAX, last: 0 }
    }
}

impl Span {
    pub(crate) fn of(piece: usize) -> Self {
        let piece = u16::try_from(piece).unwrap_or(u16::MAX);
        Self { first: piece, last: piece }
    }

    /// Takes in another.
    #[inline]
    pub(crate) fn join(&mut self, other: Self) {
        (self.first, self.last) = (self.first.min(other.first), self.last.max(other.last));
    }

    /// Which of so many pieces some spans cover.
    pub(crate) fn covered(spans: impl IntoIterator<Item = Self>, pieces: usize) -> Vec<bool> {
        // How many more spans cover a piece than the one before it.
        let mut steps = vec![0_i64; pieces + 1];
        for it in spans {
            let end = if it.last == u16::MAX { pieces } else { usize::from(it.last) + 1 };
            let (first, end) = (usize::from(it.first), end.min(pieces));
            if first < end {
                steps[first] += 1;
                steps[end] -= 1;
            }
        }
        let covering = steps.into_iter().take(pieces).scan(0, |open, step| {
            *open += step;
            Some(*open > 0)
        });
        covering.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_covered_from_the_first_to_the_last_of_a_span() {
        let span = |pieces: &[usize]| {
            let mut span = Span::default();
            for it in pieces {
                span.join(Span::of(*it));
            }
            span
        };
        let covered = |spans: &[Span]| Span::covered(spans.iter().copied(), 6);
        assert_eq!(covered(&[span(&[2, 1]), span(&[2]), span(&[5])]), [false, true, true, false, false, true]);
        assert_eq!(covered(&[span(&[]), span(&[9])]), [false; 6]);
        let far = [span(&[70_000]), span(&[65_535])].map(|it| Span::covered([it], 80_000));
        assert_eq!(far.map(|it| it.iter().position(|it| *it)), [Some(65_535); 2]);
        assert!(Span::covered([span(&[3, 70_000])], 80_000)[3..].iter().all(|it| *it));
    }
}
