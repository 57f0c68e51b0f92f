//! Which columns name things rather than count them.
//!
//! The number of a register, a code, a year or a coordinate is no quantity:
//! the difference of two says nothing, and history expects none.

use crate::table::{CellState, Column, ColumnData, Table};

/// Words of headings under which numbers name things. They stand first or last:
/// `case_id`, `zip code`, `code commune`, but not `codes issued`.
const NAMING: [&str; 46] = [
    "id", "ids", "uid", "uuid", "guid", "oid", "gid", "pk", "key", "code", "codes", "kod", "código", "codigo", "cik",
    "fips", "geoid", "zip", "zipcode", "postcode", "plz", "ags", "nuts", "lau", "insee", "siren", "siret", "inn",
    "okpo", "okato", "npi", "duns", "lei", "isin", "isbn", "issn", "ean", "gtin", "cas", "iban", "vin", "imo", "mmsi",
    "icd", "naics", "nace",
];
/// Those that do so only where they are the whole heading or its end.
const ENDING: [&str; 12] =
    ["nr", "no", "number", "num", "latitude", "longitude", "lat", "lon", "lng", "long", "year", "jahr"];
/// So many digits are never counted.
const DIGITS_MIN: u32 = 14;

/// Whether the cells of a column name things.
pub(super) fn names_things(table: &Table, column: usize) -> bool {
    let it = &table.columns[column];
    table.key.contains(&column) || is_named_so(&it.heading) || is_named_so(&it.name) || is_too_long(it)
}

/// Whether a heading says that what stands under it names things.
pub(super) fn is_named_so(heading: &str) -> bool {
    let words = words(heading);
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    let naming = |it: &String| NAMING.contains(&it.as_str());
    // "Number" alone is how much there is of something.
    let ends =
        ENDING.contains(&last.as_str()) && (words.len() > 1 || !matches!(last.as_str(), "number" | "num" | "no"));
    let counts = words.iter().any(|it| matches!(it.as_str(), "of" | "per" | "total" | "average" | "mean"));
    !counts && (naming(last) || (naming(first) && words.len() <= 2) || ends)
}

/// The words of a heading in lower case, `caseId` being two.
fn words(heading: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for it in heading.chars() {
        let starts = it.is_uppercase() && before.is_lowercase();
        if !it.is_alphanumeric() || starts {
            words.push(String::new());
        }
        if it.is_alphanumeric() {
            words.last_mut().expect("there is one from the start").extend(it.to_lowercase());
        }
        before = it;
    }
    words.retain(|it| !it.is_empty());
    words
}

/// Whether all figures of a column are whole numbers too long to be counts.
fn is_too_long(column: &Column) -> bool {
    let ColumnData::Numbers(numbers) = &column.data else { return false };
    let least = 10_u128.pow(DIGITS_MIN - 1);
    let mut figures = (0..column.states.len()).filter(|it| column.states[*it] == CellState::Value).peekable();
    numbers.exponent == 0 && figures.peek().is_some() && figures.all(|it| numbers.units.get(it).unsigned_abs() >= least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_identifiers_are_known() {
        for it in ["id", "CIK", "caseId", "zip code", "Code commune", "object_id", "Year", "Building no", "latitude"] {
            assert!(is_named_so(it), "{it}");
        }
        for it in ["total", "codes issued per day", "No. of deaths", "number", "paid", "No", "years lost", "ideas"] {
            assert!(!is_named_so(it), "{it}");
        }
    }
}
