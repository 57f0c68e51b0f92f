//! What there is to say of each number: verdict, reason, evidence.

use std::sync::Arc;

use super::mention::Mention;
use crate::finding::{Place, Role};
use crate::table::{Document, Edition, Exact, Period, Table, show_exact};

/// What the material at hand says of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimVerdict {
    /// It cannot be right together with what it was compared with.
    Contradicted,
    /// It agrees with what it was compared with; that is not yet the truth.
    Confirmed,
    /// It could be checked, but nothing at hand tells.
    Unsourced,
    /// No check is for its kind, or it is no part of the article.
    NotCheckable,
}

impl ClaimVerdict {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Contradicted => "contradicted",
            Self::Confirmed => "confirmed",
            Self::Unsourced => "unsourced",
            Self::NotCheckable => "not_checkable",
        }
    }
}

/// A number in prose with its verdict.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The number.
    pub mention: Mention,
    /// How it reads, white space single: of HTML without its tags.
    pub text: String,
    /// What the material says of it.
    pub verdict: ClaimVerdict,
    /// Why, in words.
    pub reason: String,
    /// What it was compared with.
    pub evidence: Vec<Evidence>,
    /// A slip that would explain a contradiction, where one would.
    pub slip: Option<String>,
}

/// What a number was compared with.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The check, in a word.
    pub kind: &'static str,
    /// The formula with the numbers put in.
    pub formula: String,
    /// Where the other numbers stand, in the prose or in a table.
    pub places: Vec<Place>,
    /// Of so many neighbouring values, how many would agree as well.
    pub chance: Option<(u32, u32)>,
}

/// The numbers of one document, in printed order.
#[derive(Clone, Debug)]
pub struct Article {
    /// The document.
    pub document: Arc<Document>,
    /// Its numbers.
    pub claims: Arc<Vec<Claim>>,
    /// What was not looked into, in words.
    pub limits: Vec<String>,
}

/// How many numbers were found, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArticleSummary {
    /// All numbers.
    pub found: usize,
    /// Those that some check is for.
    pub checkable: usize,
    /// Those that agree.
    pub confirmed: usize,
    /// Those that do not.
    pub contradicted: usize,
    /// Those that nothing at hand tells of.
    pub unsourced: usize,
    /// Those that no check is for.
    pub not_checkable: usize,
}

/// What an article is compared with.
#[derive(Clone, Debug, Default)]
pub struct Material<'a> {
    /// The tables at hand.
    pub tables: Vec<&'a Table>,
    /// The edition right before the tables, if it is on file.
    pub past: Vec<&'a Edition>,
    /// All earlier editions on file, the newest first.
    pub earlier: Vec<&'a Edition>,
    /// Other words for the labels of rows.
    pub aliases: Vec<(&'a str, Vec<&'a str>)>,
    /// The period that the page is about, if known.
    pub period: Option<Period>,
    /// The year that the article was written in, if known.
    pub year: Option<i16>,
    /// Whether that year is that of the article itself, not only of a table.
    pub is_dated: bool,
}

impl Article {
    /// Counts its numbers by verdict.
    pub fn summary(&self) -> ArticleSummary {
        let count = |verdict| self.claims.iter().filter(|it| it.verdict == verdict).count();
        let not_checkable = count(ClaimVerdict::NotCheckable);
        ArticleSummary {
            found: self.claims.len(),
            checkable: self.claims.len() - not_checkable,
            confirmed: count(ClaimVerdict::Confirmed),
            contradicted: count(ClaimVerdict::Contradicted),
            unsourced: count(ClaimVerdict::Unsourced),
            not_checkable,
        }
    }
}

impl Claim {
    /// Where it stands.
    pub fn place(&self, document: &Document) -> Place {
        let mut place = Place::of_span(document, self.mention.span, Role::Primary, "");
        place.value = self.mention.value.as_ref().map(show_exact);
        place
    }
}

/// A value as people read it: two decimals at most, thousands apart.
pub(super) fn shown(value: &Exact) -> String {
    let hundred = super::numeral::whole(100);
    let plain =
        if value.is_integer() { show_exact(value) } else { show_exact(&((value * &hundred).round() / hundred)) };
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |it| ("-", it));
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if decimals.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{decimals}") }
}
