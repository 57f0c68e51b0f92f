//! Page text to grids: finds tables in prose, and tells glued cells apart.
//!
//! Text taken out of HTML or PDF often loses the borders between cells:
//! `Murder1810` under `CrimeTotalSolved` is 18 and 10, or 181 and 0. The
//! modules stand in the order of the work:
//!
//! - `lines` says what each line is; `piped` reads Markdown tables, and
//!   `blocks` says which other lines are a table;
//! - `rows` finds labels and nesting, `columns` how many figures a row has;
//! - `style` and `candidates` list the ways to cut a row;
//! - `likelihood` weighs them, `posterior` learns from the whole table and
//!   from earlier editions, `totals` from a total row, `decide` accepts or not;
//! - `printed` and `period` read the period, `notes` source and footnotes.
//!
//! A reading that is not sure enough is not taken: its row holds the label
//! alone, and every reading above 1% in its
//! [`Splitting`](super::Splitting).

mod blocks;
mod candidates;
mod columns;
mod decide;
mod likelihood;
mod lines;
mod notes;
mod period;
mod piped;
mod posterior;
pub(super) mod printed;
mod rows;
mod sections;
mod style;
mod totals;

use jiff::civil::Date;

use super::{Page, coverage};
use crate::table::{Document, Pin, TableSchema, Thousands};

/// What is known before a page is read; every part may be left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The tables that the page should hold: titles, rows and columns.
    pub expected: &'a [TableSchema],
    /// What earlier editions printed, row by row.
    pub history: &'a [RowHistory],
    /// Readings that a user has settled.
    pub pins: &'a [Pin],
    /// How thousands are printed, if declared.
    pub thousands: Option<Thousands>,
    /// How thousands are printed where they are grouped, by the language that is
    /// declared.
    pub usual: Option<Thousands>,
    /// How many days a period of the series has; weeks are tried if unknown.
    pub days: Option<u32>,
    /// The last day of the edition before this one.
    pub previous_end: Option<Date>,
    /// The day that the page was published, if stated by the file or the user.
    pub published: Option<Date>,
    /// A day that the page cannot be younger than: when it was fetched, or today.
    pub latest: Option<Date>,
}

/// What earlier editions printed in one row.
///
/// Where labels repeat within a table, the first history of a label belongs to
/// its first row, the second to its second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowHistory {
    /// The title or the declared name of the table; `None` fits any.
    pub table: Option<String>,
    /// The label of the row.
    pub label: String,
    /// The label of the row above it, if it is a part of one.
    pub under: Option<String>,
    /// The figures of each edition, newest first, in printed column order.
    ///
    /// Statistics only, so they may be scaled to the length of the period;
    /// an edition may have fewer columns than the page.
    pub previous: Vec<Vec<Option<f64>>>,
}

/// Reads every table of a page, with its period, source and footnotes.
///
/// Tables come in printed order, one grid for each section with a title or a
/// header of its own. A page without tables gives an empty [`Page`].
///
/// ```
/// use crossfoot::source::page;
/// use crossfoot::table::Document;
///
/// let text = "CrimeTotalSolved\nMurder1810\nRobbery314164\nRape32\nTheft849325\nFines4,4771,200\n";
/// let document = Document::new("page.txt", text.to_owned(), "UTF-8");
/// let page = page::read(&document, &page::Options::default());
/// let cells: Vec<&str> = page.grids[0].rows[1].cells.iter().map(|it| it.text(&document)).collect();
/// assert_eq!(cells, ["Robbery", "314", "164"]);
/// ```
pub fn read(document: &Document, options: &Options<'_>) -> Page {
    let mut lines = lines::classify(document, options);
    let piped = piped::take(document, &mut lines);
    let blocks = blocks::find(document, &lines);
    let style = style::detect(document, &lines, &blocks, options);
    let mut page = Page::default();
    for block in &blocks {
        for section in &block.sections {
            page.grids.push(sections::read(document, &lines, block, section, style, options));
        }
    }
    page.grids.extend(piped);
    page.grids.sort_by_key(|it| it.rows.first().map(|it| it.span.start));
    notes::read(document, &lines, &blocks, &mut page);
    period::read(document, &lines, &blocks, options, &mut page);
    let printed = page.period_span.and_then(|it| period::steady_period(document.slice(it), options));
    page.coverage = page.period.or(printed).and_then(|it| coverage::of_page(&page.footnotes, it));
    page
}

/// Whether a text holds a table as pages print them, and is not delimited text.
pub fn looks_like_page(document: &Document) -> bool {
    let mut lines = lines::classify(document, &Options::default());
    let delimited = lines::are_delimited(document);
    !piped::take(document, &mut lines).is_empty() || (!delimited && !blocks::find(document, &lines).is_empty())
}
