//! Figures that are far out where they stand, and ordinary one row further or
//! in another column: so many are no accident, however young a series is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::edition::{Judged, is_far};
use super::series::Series;

/// So many figures have to be out of place together…
const MIN: usize = 3;
/// …and so many in a hundred of those of their column that are far out.
const PERCENT: usize = 80;
/// Of so many columns with figures far out any two may be exchanged.
const COLUMNS_MAX: usize = 16;

/// Where the figures of a column would be ordinary.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Belongs {
    Above,
    Below,
    Column(usize),
}

/// The series whose figures are far out and belong elsewhere, by index.
pub(super) fn misplaced(series: &[Series], judged: &[Option<Judged>]) -> BTreeSet<usize> {
    let places: HashMap<[usize; 3], usize> =
        series.iter().enumerate().map(|(at, it)| ([it.table, it.row, it.column], at)).collect();
    let mut far: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (at, it) in series.iter().enumerate().filter(|it| judged[it.0].as_ref().is_some_and(is_far)) {
        far.entry((it.table, it.column)).or_default().push(at);
    }
    let is_ordinary = |figure: f64, at: [usize; 3]| {
        let range = places.get(&at).and_then(|it| judged[*it].as_ref()).map(Judged::near);
        range.is_some_and(|(low, high)| low <= figure && figure <= high)
    };
    let mut found = BTreeSet::new();
    for (&(table, column), own) in far.iter().filter(|it| it.1.len() >= MIN) {
        let others = far.range((table, 0)..=(table, usize::MAX)).map(|it| it.0.1).filter(|it| *it != column);
        let others = others.take(COLUMNS_MAX).map(Belongs::Column);
        for there in [Belongs::Above, Belongs::Below].into_iter().chain(others) {
            let belongs = |at: &usize| {
                let it = &series[*at];
                let place = match there {
                    Belongs::Above => it.row.checked_sub(1).map(|row| [table, row, column]),
                    Belongs::Below => Some([table, it.row + 1, column]),
                    Belongs::Column(other) => Some([table, it.row, other]),
                };
                place.is_some_and(|place| is_ordinary(it.asked.line.now.observed, place))
            };
            let all: Vec<usize> = own.iter().copied().filter(belongs).collect();
            if all.len() >= MIN && all.len() * 100 >= own.len() * PERCENT {
                found.extend(own);
            }
        }
    }
    found
}
