use super::*;
use crate::table::Span;

/// A Wednesday to a Tuesday; the first seven days of March.
const WEEK: &str = "2025-01-22/2025-01-28";
const MARCH: &str = "2025-03-01/2025-03-07";

fn covered(period: &str, note: &str) -> Stated {
    let footnote = Footnote { text: note.to_owned(), span: Span::default() };
    stated(&[footnote], Period::parse(period).unwrap())
}

#[test]
fn ordinary_wordings_of_missing_days_are_understood() {
    for (period, days, note) in [
        (WEEK, 6, "Note: figures for January 28 are not included."),
        (WEEK, 6, "Excludes Monday's figures."),
        (WEEK, 6, "Excludes Monday’s figures"),
        (WEEK, 6, "data for 28 January missing"),
        (WEEK, 6, "six of seven days"),
        (WEEK, 6, "Covers 6 of the 7 days."),
        (WEEK, 5, "Data were missing for 2 of 7 days."),
        (WEEK, 5, "Five out of seven days reported."),
        (MARCH, 5, "No report was received for 3 and 4 March."),
        (MARCH, 6, "covers only 1 to 6 March"),
        (MARCH, 6, "Figures through Thursday."),
        (MARCH, 6, "Data up to and including March 6"),
        (WEEK, 5, "week of five reporting days"),
        (WEEK, 6, "incomplete: Sunday not yet reported"),
        (WEEK, 6, "without 28 Jan."),
        (WEEK, 6, "Jan. 28 is not included. Preliminary."),
        (WEEK, 6, "This table does not include Tuesday, January 28."),
        (WEEK, 6, "The figures don't include Sunday."),
        (WEEK, 5, "Figures for Saturday and Sunday could not be obtained."),
        (WEEK, 5, "Data for the weekend are not available."),
        (WEEK, 5, "The last two days of the week are not included."),
        (WEEK, 6, "Six-day week because of the holiday."),
        (WEEK, 6, "Based on six days."),
        (WEEK, 6, "Only six days are covered."),
        (WEEK, 6, "Excl. 28 January"),
        (WEEK, 5, "Only two days are missing."),
        (WEEK, 6, "January 28: no data"),
        (WEEK, 4, "No data from Saturday to Monday."),
        (WEEK, 4, "Figures for Jan. 22, 23 and 26 are still outstanding."),
        (WEEK, 5, "Figures for 22 to 26 January only."),
        (WEEK, 6, "Because of a power cut, figures for January 28 were not available."),
        (WEEK, 6, "Figures for 28 January 2025 are not included."),
        (WEEK, 6, "2025-01-28 not included"),
        (WEEK, 6, "Data are not yet available for Tuesday."),
        (WEEK, 5, "The figures lack two days: statistics were missing for January 26 and January 28."),
        (WEEK, 6, "Figures for January 28 are not included in the totals."),
        (MARCH, 6, "data complete only for 1 to 6 March"),
        ("2025-01-01/2025-01-31", 30, "The count does not cover 17 January."),
        ("2025-01-01/2025-01-07", 3, "covers 28 December to 3 January"),
    ] {
        let of = Period::parse(period).unwrap().days();
        assert_eq!(covered(period, note), Stated::Days(Coverage { days, of }), "{note}");
    }
}

#[test]
fn notes_on_something_else_say_nothing_of_days() {
    for (period, note) in [
        (WEEK, "Figures for January 28, 2024 are not included."),
        (WEEK, "Figures for March 3 are not included."),
        (WEEK, "The yearbook does not include January 28."),
        (WEEK, "The annual report does not include January 28."),
        (WEEK, "Not included in the total are 12 cases under review."),
        (WEEK, "Excludes traffic offences."),
        (WEEK, "Monday's edition does not include the record."),
        (WEEK, "Without a licence: 12 drivers on 28 January."),
        (WEEK, "Two deaths of January 28 are not included."),
        (WEEK, "Deaths reported on 28 January are not included."),
        (WEEK, "Cases excluded on January 28 after review."),
        (WEEK, "A boy was missing for two days."),
        (WEEK, "Missing persons reported on Monday are counted under the district."),
        (WEEK, "No arrests were made on Tuesday."),
        (WEEK, "Monday to Thursday only."),
        (WEEK, "Revised on January 28."),
        (WEEK, "Figures as of January 28."),
        (WEEK, "No data from Ashby for Tuesday's court."),
        (WEEK, "No data for Tuesday from Ashby."),
        (WEEK, "Three of the thirty days had frost; 3 of 30 days."),
        (WEEK, "Figures are published within five working days."),
        (WEEK, "Averages cover 3 days."),
        (WEEK, "The office is closed until Thursday."),
        (WEEK, "Last year's figures did not include January 28."),
        (WEEK, "Two districts did not report on Tuesday."),
        (WEEK, "January 28 is included."),
        (WEEK, "Includes figures for January 28."),
        (WEEK, "Population of 2019 to 2024."),
        (WEEK, "* Excludes Sunday school accidents."),
        ("2025-01-01/2025-01-31", "The seven-day average covers 7 days."),
        ("2025-01-01/2025-01-31", "Sundays may not be included."),
        (WEEK, ""),
    ] {
        assert_eq!(covered(period, note), Stated::Nothing, "{note}");
    }
}

#[test]
fn a_note_that_names_no_day_is_vague() {
    for note in [
        "Some figures are missing.",
        "Data incomplete",
        "Some days are missing; see below.",
        "No data: figures were not available because of a strike",
    ] {
        assert_eq!(covered(WEEK, note), Stated::Vague, "{note}");
    }
}

#[test]
fn several_notes_are_taken_together() {
    let footnotes = ["Excludes Monday.", "Figures for January 28 are not included.", "Provisional."];
    let footnotes = footnotes.map(|it| Footnote { text: it.to_owned(), span: Span::default() });
    let week = Period::parse(WEEK).unwrap();
    assert_eq!(of_file(&footnotes, week), Some(Coverage { days: 5, of: 7 }));
    assert_eq!(of_file(&footnotes[2..], week), None);
    assert_eq!(of_page(&footnotes[2..], week), Some(Coverage { days: 7, of: 7 }));
}

proptest::proptest! {
    #[test]
    fn no_note_panics_or_covers_more_than_there_is(
        note in "((January|Mon|Sunday|28|3|2025|to|and|of|the|last|two|days|day|only|not|no|data|included|covers|through|-|a|missing|without|six|[a-z]{1,3}|\\PC{0,3})[ ,.]?){0,20}",
        days in 0_i32..500,
    ) {
        let start: Date = "2025-01-22".parse().unwrap();
        let end = start.checked_add(jiff::Span::new().days(days)).unwrap();
        if let Stated::Days(it) = stated(&[Footnote { text: note, span: Span::default() }], Period { start, end }) {
            proptest::prop_assert!(it.days <= it.of);
        }
    }
}
