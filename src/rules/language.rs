//! The pages of the language of rules: what any kind may write, part by part.
//!
//! They have the form of the pages of kinds, and their examples are tests.

use super::KindInfo;

/// A part of the language with its page.
macro_rules! page {
    ($name:literal) => {
        KindInfo { name: $name, page: include_str!(concat!("../../rules/language/", $name, ".md")) }
    };
}

const PAGES: &[KindInfo] = &[
    page!("rules"),
    page!("expressions"),
    page!("windows"),
    page!("lookups"),
    page!("tables"),
    page!("dates"),
    page!("bounds"),
    page!("tolerance"),
    page!("variables"),
    page!("extends"),
    page!("tests"),
];

/// The reference page of the language: one screen a part, every line of which runs.
pub fn reference() -> String {
    let screens: Vec<&str> = PAGES.iter().map(|it| it.page.split("\n## ").next().unwrap_or_default()).collect();
    screens.join("\n")
}

/// The pages of the language, in the order of the manual.
pub fn language() -> &'static [KindInfo] {
    PAGES
}
