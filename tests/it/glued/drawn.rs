//! Draws tables of columns that have nothing to do with each other.

use super::score::Case;
use crate::draws::Draws;

/// A kind of table: its name, its headings, and a row from what all rows of a table share.
type Kind = (&'static str, &'static str, fn(&mut Draws, f64) -> Vec<u64>);

const KINDS: [Kind; 7] = [
    ("unrelated-ages", "MemberAgeIncome", |it, _| vec![it.between(18, 79), it.about(2_400.0, 0.35)]),
    ("unrelated-larger", "TownClubsVisitors", |it, size| vec![it.about(30.0, 0.5), it.about(300.0 * size, 0.6)]),
    ("unrelated-small", "TeamGamesCards", |it, _| vec![it.between(1, 40), it.between(0, 9)]),
    ("unrelated-wide", "PlaceStaffVisits", |it, size| vec![it.about(200.0 * size, 1.3), it.about(500.0, 1.4)]),
    ("unrelated-schools", "AreaSchoolsPupils", |it, size| {
        let schools = it.about(12.0, 0.5).max(1);
        let pupils = 80.0 * (1.0 + size) * f64::from(u32::try_from(schools).unwrap_or(1));
        vec![schools, it.about(pupils, 0.2)]
    }),
    ("unrelated-said-part", "TownHallsSolved", |it, _| vec![it.about(40.0, 0.6), it.about(900.0, 0.5)]),
    ("unrelated-triple", "PersonAgeIncomePoints", |it, _| {
        vec![it.between(18, 79), it.about(2_400.0, 0.3), it.between(0, 15)]
    }),
];

/// So many tables of each kind, of 6 to 16 rows.
pub(crate) fn unrelated(each: u64) -> Vec<Case> {
    let mut all = Vec::new();
    for (index, (name, columns, row)) in (0_u64..).zip(KINDS) {
        for table in 0..each {
            let mut draws = Draws::new(index * 1_000_003 + table * 7_919 + 20);
            let size = 0.3 + 3.0 * draws.share();
            let rows = draws.between(6, 16);
            all.push(Case::drawn(name, columns, (0..rows).map(|_| row(&mut draws, size)).collect()));
        }
    }
    all
}
