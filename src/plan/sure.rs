//! What can be said for sure of a row.

/// The answer of a condition that is asked of plain cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sure {
    /// It is true.
    True,
    /// It is false.
    False,
    /// It cannot be told from here: a cell is not plain, or a number is out of
    /// range. The row is to be judged as it stands.
    Odd,
}

impl Sure {
    /// The answer of a plain comparison.
    #[inline]
    pub(crate) fn of(it: bool) -> Self {
        if it { Self::True } else { Self::False }
    }

    /// Whether it is surely true.
    #[inline]
    pub(crate) fn is_true(self) -> bool {
        self == Self::True
    }

    /// The other way round.
    #[inline]
    #[must_use]
    pub(crate) fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Odd => Self::Odd,
        }
    }

    /// Whether all of several are true: false as soon as one is.
    #[inline]
    pub(crate) fn all(them: impl IntoIterator<Item = Self>) -> Self {
        joined(them, Self::False)
    }

    /// Whether one of several is true.
    #[inline]
    pub(crate) fn any(them: impl IntoIterator<Item = Self>) -> Self {
        joined(them, Self::True)
    }
}

/// One `decisive` answer decides; without one, an odd one leaves all open.
#[inline]
fn joined(them: impl IntoIterator<Item = Sure>, decisive: Sure) -> Sure {
    let mut all = decisive.not();
    for it in them {
        if it == decisive {
            return decisive;
        }
        if it == Sure::Odd {
            all = Sure::Odd;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::Sure::{self, False, Odd, True};

    #[test]
    fn one_that_decides_does_so_beside_odd_ones() {
        assert_eq!((Sure::all([Odd, False]), Sure::all([True, Odd]), Sure::all([True, True])), (False, Odd, True));
        assert_eq!((Sure::any([Odd, True]), Sure::any([False, Odd]), Sure::any([False])), (True, Odd, False));
        assert_eq!((Sure::all([]), Sure::any([]), Odd.not()), (True, False, Odd));
    }
}
