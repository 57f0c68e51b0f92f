//! The pages of the rules that are implied: what no rule file asks for.
//!
//! A rule of this sort has a page in `rules/implied`, in the form of the pages
//! of kinds: its name, one sentence, what raises it, how to settle it.

use super::{CLAIM_PAGE, KindInfo, RESERVED};

/// A rule with its page.
macro_rules! page {
    ($name:literal) => {
        KindInfo { name: $name, page: include_str!(concat!("../../rules/implied/", $name, ".md")) }
    };
}

const PAGES: &[KindInfo] = &[
    page!("read"),
    page!("type"),
    page!("blank"),
    page!("columns"),
    page!("rows"),
    page!("keys"),
    page!("style"),
    page!("period"),
    page!("unclear"),
    page!("stale"),
    page!("restated"),
    page!("pasted"),
    KindInfo { name: "claim", page: CLAIM_PAGE },
    page!("joint"),
    page!("unclaimed"),
    page!("undecided"),
    page!("empty"),
    page!("tables"),
    page!("follows"),
];

/// The implied rules with their pages, in the order of the manual.
///
/// A page may be there before its rule is: it is left out until the name is
/// one of [`RESERVED`].
pub fn implied() -> impl Iterator<Item = &'static KindInfo> {
    PAGES.iter().filter(|it| RESERVED.contains(&it.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_implied_rule_has_a_page() {
        let named: Vec<&str> = implied().map(|it| it.name).collect();
        let missing: Vec<&str> = RESERVED.into_iter().filter(|it| !named.contains(it)).collect();
        assert_eq!(missing, [""; 0]);
    }

    #[test]
    fn every_page_begins_with_its_name_and_one_sentence() {
        for it in PAGES {
            let mut lines = it.page.lines();
            assert_eq!(lines.next(), Some(format!("# {}", it.name).as_str()));
            let sentence = lines.nth(1).unwrap_or_default();
            let one = sentence.ends_with('.') && sentence.matches(". ").count() == 0;
            assert!(one && sentence.len() <= 120, "{}: {sentence}", it.name);
        }
    }
}
