//! Price lists and pay tables: "3 credits" costs what "1 credit" and "2 credits" do, but is no sum of them.

use super::claim::{Claim, Lines};

/// A heading such as `3 credits`: the number, and of what.
fn measured(label: &str) -> Option<(i64, String)> {
    let label = label.trim();
    let digits = label.len() - label.trim_start_matches(|it: char| it.is_ascii_digit()).len();
    let number = label[..digits].parse().ok().filter(|it| (1..100_000).contains(it))?;
    let of = label[digits..].trim_start_matches(['-', ' ']).to_lowercase();
    // One credit, two credits.
    Some((number, of.strip_suffix('s').unwrap_or(&of).to_owned()))
}

/// Whether the headings of a sum are numbers of one thing that add up themselves.
pub(super) fn is_tariff(claim: &Claim, lines: &Lines<'_>) -> bool {
    let Some((total, of)) = measured(lines.label(claim.target)) else { return false };
    let parts: Option<Vec<(i64, String)>> = claim.parts.iter().map(|it| measured(lines.label(it.line))).collect();
    parts.is_some_and(|parts| {
        let sum: i64 = parts.iter().zip(&claim.parts).map(|(it, term)| it.0.saturating_mul(term.weight)).sum();
        sum == total && parts.iter().all(|it| it.1 == of)
    })
}

#[cfg(test)]
mod tests {
    use super::measured;

    #[test]
    fn a_number_of_things_is_known_in_the_singular_and_the_plural() {
        assert_eq!(measured("1 credit").unwrap().1, measured("3 Credits").unwrap().1);
        assert_eq!(measured("10-ride"), Some((10, "ride".to_owned())));
        assert_eq!(measured("credits"), None);
        assert_eq!(measured("0 rides"), None);
    }
}
