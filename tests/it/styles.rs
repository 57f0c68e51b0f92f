//! Number styles of drawn columns: what is printed right, or in another style, is
//! never read by another value without a word.

pub(crate) mod drawn;

use drawn::measure;

#[test]
fn drawn_columns_are_never_misread_without_a_word() {
    let score = measure(1_500, 20, false);
    println!("{score:?}");
    assert!(score.silent * 20_000 <= score.cells, "{} of {} cells are wrong without a word", score.silent, score.cells);
    assert!(score.told * 100 <= score.whole * 20, "{} of {} whole columns are in doubt", score.told, score.whole);
}

#[test]
fn a_declared_language_is_obeyed() {
    let score = measure(600, 21, true);
    println!("{score:?}");
    assert!(score.silent == 0, "{} of {} cells are wrong without a word", score.silent, score.cells);
    assert!(score.told * 100 <= score.whole * 2, "{} of {} whole columns are in doubt", score.told, score.whole);
}
