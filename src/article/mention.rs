//! What is found in prose: a number with its kind, its bounds, and what it counts.

use super::dates::Dated;
use super::interval::Interval;
use super::sections::Section;
use crate::table::{Exact, Span};

/// A number in prose, as far as the text itself tells.
#[derive(Clone, Debug)]
pub struct Mention {
    /// Where it stands, with its hedge and unit.
    pub span: Span,
    /// What it is.
    pub kind: MentionKind,
    /// Its value, where it has one.
    pub value: Option<Exact>,
    /// The values that make the statement true.
    pub inner: Option<Interval>,
    /// The values that leave it open; outside of them it is wrong.
    pub outer: Option<Interval>,
    /// The part of the page that it stands in.
    pub section: Section,
    /// The text without boilerplate in between that it belongs to.
    pub(super) segment: usize,
    /// Its paragraph, and the sentence in it.
    pub(super) paragraph: usize,
    pub(super) sentence: usize,
    /// Its first token, and one past its last, in its paragraph.
    pub(super) tokens: (usize, usize),
    /// Whether a word widens or bounds it.
    pub(super) hedged: bool,
    /// The last printed digit's power of ten.
    pub(super) unit: Exact,
    /// What it counts.
    pub(super) head: Head,
    /// The date or period that it is.
    pub(super) dated: Option<Dated>,
}

/// What a number counts, in stems.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// The noun and the words before it: `car theft`.
    pub(super) nouns: Vec<String>,
    /// What stands behind `of`, each coordinated part on its own.
    pub(super) of: Vec<Vec<String>>,
    /// The participle that goes with it: `solved`.
    pub(super) verb: Option<String>,
    /// Whether it is a part of something named before: `10 of them`.
    pub(super) partitive: bool,
    /// One past the last token of the noun phrase.
    pub(super) end: usize,
}

/// What a mention is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MentionKind {
    /// A number of things.
    Count,
    /// A percentage.
    Percent,
    /// Percentage points.
    Points,
    /// A sum of money.
    Money,
    /// A fraction of something, or one in so many.
    Ratio,
    /// Doubled, halved, three times.
    Multiple,
    /// A place in an order, by a superlative.
    Superlative,
    /// A word that says which way something went.
    Direction,
    /// A length, weight, or another measure.
    Measure,
    /// A stretch of time.
    Duration,
    /// The age of somebody.
    Age,
    /// A year.
    Year,
    /// A day, with or without its year.
    Date,
    /// A period of days, months or years.
    Period,
    /// A time of day.
    Time,
    /// First, 21st.
    Rank,
    /// A name that holds digits.
    Identifier,
    /// The score of a match, a vote.
    Score,
    /// A telephone number.
    Phone,
    /// The number of a list item.
    ListMark,
    /// Few, many, several.
    Quantity,
}

impl MentionKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Percent => "percent",
            Self::Points => "points",
            Self::Money => "money",
            Self::Ratio => "ratio",
            Self::Multiple => "multiple",
            Self::Superlative => "superlative",
            Self::Direction => "direction",
            Self::Measure => "measure",
            Self::Duration => "duration",
            Self::Age => "age",
            Self::Year => "year",
            Self::Date => "date",
            Self::Period => "period",
            Self::Time => "time",
            Self::Rank => "rank",
            Self::Identifier => "identifier",
            Self::Score => "score",
            Self::Phone => "phone",
            Self::ListMark => "list-mark",
            Self::Quantity => "quantity",
        }
    }

    /// Whether some check exists for it.
    pub fn is_checkable(self) -> bool {
        matches!(
            self,
            Self::Count
                | Self::Percent
                | Self::Points
                | Self::Money
                | Self::Ratio
                | Self::Multiple
                | Self::Superlative
                | Self::Direction
                | Self::Date
                | Self::Period
        )
    }
}

impl Head {
    /// All words of what is counted.
    pub(super) fn words(&self) -> impl Iterator<Item = &String> {
        self.nouns.iter().chain(self.of.iter().flatten())
    }
}

impl Mention {
    /// The date or period that it is: `2005-03-02`, `XXXX-03-02`, `2005-03`,
    /// or both ends with a slash between.
    pub fn date(&self) -> Option<String> {
        let it = self.dated?;
        let from = it.from.shown();
        Some(it.until.map_or(from.clone(), |until| format!("{from}/{}", until.shown())))
    }
}

impl Mention {
    /// What it counts, in stems: `case of fraud`.
    pub fn counted(&self) -> String {
        let mut words: Vec<&str> = self.head.nouns.iter().map(String::as_str).collect();
        for part in &self.head.of {
            words.push("of");
            words.extend(part.iter().map(String::as_str));
        }
        words.join(" ")
    }
}
