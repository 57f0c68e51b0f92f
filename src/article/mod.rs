//! Prose: the numbers of an article, and what the material at hand says of them.

mod around;
mod checks;
mod claim;
mod dates;
mod fractions;
mod head;
mod hedge;
mod interval;
mod judge;
mod limits;
mod mention;
mod numeral;
mod scan;
mod sections;
mod shapes;
mod story;
mod table;
mod tokens;
mod values;
mod words;

pub use claim::{Article, ArticleSummary, Claim, ClaimVerdict, Evidence, Material};
pub use interval::Interval;
pub use judge::judge;
pub use mention::{Mention, MentionKind};
pub use sections::Section;

use crate::source::{Format, Page};
use crate::table::Document;

/// Finds every mention of a number in the prose of a document.
///
/// `page` holds the tables that were found in it: what belongs to them is no prose.
pub fn mentions(document: &Document, format: Format, page: &Page) -> Vec<Mention> {
    let prose = sections::of(document, format, page);
    let mut mentions = Vec::new();
    for (at, paragraph) in prose.paragraphs.iter().enumerate() {
        if paragraph.section != Section::Table {
            scan::mentions(&scan::cut(&prose.text, paragraph), at, &mut mentions);
        }
    }
    mentions
}
