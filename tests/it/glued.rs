//! Bars for telling glued cells apart, on real counts.

pub(crate) mod drawn;
pub(crate) mod score;

use score::{Given, Score};

const TABLES: &str = include_str!("../tables/glued/glued_tables.jsonl");

fn measure(regime: &str, given: Given) -> Score {
    measure_each(1, regime, given)
}

/// Reads every so many tables of the regimes whose name holds a word.
fn measure_each(step: usize, regime: &str, given: Given) -> Score {
    let mut score = Score::default();
    for case in score::cases(TABLES).iter().filter(|it| it.regime.contains(regime)).step_by(step) {
        let mut one = Score::default();
        case.read_into(given, &mut one);
        score.merge(&one);
    }
    assert!(score.rows > 300, "{regime} has rows");
    score
}

fn assert_bars(score: &Score, top_one: f64) {
    assert!(score.top_one() >= top_one, "top-1 {}", score.top_one());
    assert!(score.errors() <= 0.01, "{} of {} accepted rows are wrong", score.wrong, score.standing);
    assert!(score.calibration_error() <= 0.03, "calibration error {}", score.calibration_error());
}

#[test]
fn cleared_of_reported_is_read_without_history() {
    let score = measure_each(2, "cleared", Given::default());
    assert_bars(&score, 0.99);
    // Columns may be unrelated whatever their headings say, and a figure left out:
    // that costs some of the rows.
    assert!(score.cover() >= 0.8, "cover {}", score.cover());
}

#[test]
fn history_settles_nearly_every_row() {
    let given = Given { history: true, ..Given::default() };
    for regime in ["cleared", "attempts"] {
        let score = measure_each(2, regime, given);
        assert_bars(&score, 0.99);
        assert!(score.cover() >= 0.97, "cover {}", score.cover());
    }
}

#[test]
fn low_rates_without_history_are_refused_not_misread() {
    // The figures alone do not tell: 77% of the best readings are right, and
    // their probabilities miss by .07, so hardly any may be accepted.
    let score = measure("attempts-none", Given::default());
    assert!(score.errors() <= 0.01, "{} of {}", score.wrong, score.standing);
    assert!(score.cover() <= 0.05, "cover {}", score.cover());
    assert!(score.calibration_error() <= 0.08, "calibration error {}", score.calibration_error());
}

#[test]
fn a_total_row_settles_low_rates() {
    let score = measure("attempts", Given { total: true, ..Given::default() });
    assert_bars(&score, 1.0);
}

#[test]
fn two_years_side_by_side_are_read() {
    assert_bars(&measure_each(2, "years", Given::default()), 0.985);
}

#[test]
fn three_columns_are_read() {
    // A fourth of them: the whole takes long without optimisation.
    assert_bars(&measure_each(4, "three", Given::default()), 0.98);
}

/// Reads drawn tables of unrelated columns of the kinds whose name holds a word.
fn measure_drawn(kind: &str, given: Given) -> Score {
    let mut score = Score::default();
    for case in drawn::unrelated(6).iter().filter(|it| it.regime.contains(kind)) {
        case.read_into(given, &mut score);
    }
    score
}

#[test]
fn columns_that_have_nothing_to_do_with_each_other_are_not_misread() {
    let score = measure_drawn("unrelated", Given::default());
    assert!(score.rows > 300 && score.standing > 50, "{} of {}", score.standing, score.rows);
    assert!(score.wrong * 200 <= score.standing, "{} of {} accepted rows are wrong", score.wrong, score.standing);
    // A bounded column beside a narrow one tells itself.
    let ages = measure_drawn("ages", Given::default());
    assert!(ages.cover() >= 0.5 && ages.wrong == 0, "cover {}, {} wrong", ages.cover(), ages.wrong);
}

#[test]
fn a_total_row_settles_unrelated_columns() {
    let score = measure_drawn("unrelated", Given { total: true, ..Given::default() });
    assert_eq!(score.wrong, 0, "of {}", score.standing);
    assert!(score.standing * 10 >= score.rows * 9, "{} of {}", score.standing, score.rows);
}
