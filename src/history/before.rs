//! The figures before one, newest first, as the lines of a series share them.

use std::ops::Deref;
use std::sync::Arc;

use super::Count;

/// The figures of a series before one of them, newest first.
///
/// The lines of a series can share all of its figures: each sees those before its own.
#[derive(Clone, Debug)]
pub struct Before {
    all: Arc<[Count]>,
    from: usize,
}

impl Before {
    /// The figures from a place on, of all figures of a series, newest first.
    pub fn shared(all: &Arc<[Count]>, from: usize) -> Self {
        Self { all: Arc::clone(all), from: from.min(all.len()) }
    }

    /// What came since an earlier figure of the same series, if that is one figure and both
    /// share all others.
    pub(super) fn only_since(&self, earlier: &Self) -> Option<&Count> {
        (Arc::ptr_eq(&self.all, &earlier.all) && self.from + 1 == earlier.from).then(|| &self.all[self.from])
    }
}

impl Default for Before {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl Deref for Before {
    type Target = [Count];

    fn deref(&self) -> &[Count] {
        &self.all[self.from..]
    }
}

impl PartialEq for Before {
    fn eq(&self, other: &Self) -> bool {
        self[..] == other[..]
    }
}

impl From<Vec<Count>> for Before {
    fn from(all: Vec<Count>) -> Self {
        Self { all: all.into(), from: 0 }
    }
}

impl FromIterator<Count> for Before {
    fn from_iter<I: IntoIterator<Item = Count>>(all: I) -> Self {
        Vec::from_iter(all).into()
    }
}

impl<'a> IntoIterator for &'a Before {
    type Item = &'a Count;
    type IntoIter = std::slice::Iter<'a, Count>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
