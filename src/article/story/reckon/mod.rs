//! Each number of a story reckoned again: every reading that its words allow is worked
//! out from the table, and one that all of them refute is contradicted by the likeliest.
//!
//! A reading is an operation (a cell, a step, a share, a sum) on cells that the words
//! around the number name. Whatever fits, however loosely it is named, keeps the number
//! from being contradicted; only a reading whose row, column and time are all named may
//! contradict it.

mod ago;
mod aim;
mod bar;
mod claim;
mod count;
mod cue;
mod every;
mod explain;
mod level;
mod odd;
mod order;
mod place;
mod share;
mod step;
mod subject;
mod total;
mod view;
mod wording;

use super::place::Story;
use crate::article::judge::Case;

/// Larger tables are not what each pair of cells is tried of.
const ROWS_MAX: usize = 60;
const MEASURES_MAX: usize = 16;
/// Of more numbers only so many are reckoned again.
const NUMBERS_MAX: usize = 150;

/// Reckons the numbers of a story that no other check has decided.
pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) {
    if story.sheet.rows() > ROWS_MAX || story.sheet.measures.len() > MEASURES_MAX {
        return;
    }
    let view = view::View::of(story);
    claim::reconsider(case, &view, NUMBERS_MAX);
    for it in claim::findings(case, &view, NUMBERS_MAX) {
        claim::tell(case, story, &it);
    }
    for (mention, reason, cells) in place::ranks(case, &view) {
        let places = cells.iter().map(|it| story.spot(it.0, it.1)).collect();
        super::tell::contradict(case, mention, "rank", reason, String::new(), places);
    }
    let words = order::run(case, &view).into_iter().chain(wording::run(case, &view)).collect::<Vec<_>>();
    for it in words {
        wording::tell(case, story, it);
    }
}
