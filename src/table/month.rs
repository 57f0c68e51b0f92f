//! Months by their English names.

/// Their names in small letters.
pub(crate) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The month of a word in small letters: its name, or the first three letters of it, or `sept`.
pub(crate) fn month(word: &str) -> Option<i8> {
    let short = word == "sept" || word.len() == 3;
    let at = MONTHS.iter().position(|it| *it == word || (short && it.starts_with(word)))?;
    i8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::month;

    #[test]
    fn months_have_names_and_short_ones() {
        assert_eq!(["january", "mar", "sept", "sep", "december"].map(month), [1, 3, 9, 9, 12].map(Some));
        assert_eq!(["ma", "octo", "Mar", "", "monday"].map(month), [None; 5]);
    }
}
