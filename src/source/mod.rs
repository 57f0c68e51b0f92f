//! Bytes to editions: one file a format.
//!
//! A reader turns a [`Document`] into [`Grid`]s: text and places, no types.
//! Typing by a declared or inferred schema comes after.

mod across;

mod canonical;

#[cfg(feature = "parquet")]
pub(crate) mod columns;

mod coverage;

mod decode;

pub mod delimited;

mod engine;

mod frame;

mod grid;

pub mod html;

pub mod json;

pub mod page;

mod parts;

mod typing;

pub mod workbook;

pub(crate) use across::{PERIOD, cadence_across};
pub use canonical::{read_canonical, type_canonical};
pub use decode::{Decoding, decode, decode_as, decode_with, encode};
pub use engine::{Answer, Engine, Reach, Stored};
pub use frame::Frame;
pub use grid::{DecidedBy, Fault, FaultKind, Footnote, Grid, GridCell, GridRow, OnSheet, Page, Reading, Splitting};
pub use parts::{Parts, unpacked};
pub(crate) use typing::{Signs, infer_schema_as, read_as, signs_of};
pub use typing::{TypeFault, TypeFaultKind, TypeOptions, Typed, infer_schema, style_of, type_grid};

use jiff::civil::Date;

use crate::error::{Error, ErrorKind, Result};
use crate::table::{Cadence, Document, Layout, NumberStyle, Pin, TableSchema, is_space};

/// A form that tables come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// CSV, TSV and their kin.
    Delimited,
    /// Text of a page, with tables in the middle.
    Page,
    /// JSON and NDJSON.
    Json,
    /// The tables of an HTML page.
    Html,
    /// The sheets of a workbook: XLSX, XLSB, XLS, ODS.
    Workbook,
}

/// What is known before reading.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// The tables that the dataset declares.
    pub tables: &'a [TableSchema],
    /// Readings of glued rows that a user has settled.
    pub pins: &'a [Pin],
    /// What earlier editions printed, row by row.
    pub history: &'a [page::RowHistory],
    /// How the file is to be read, as far as somebody says it.
    pub layout: Option<&'a Layout>,
    /// How its numbers are printed, by the language that is declared for it.
    pub locale: Option<NumberStyle>,
    /// How often an edition comes.
    pub cadence: Option<Cadence>,
    /// The day of publication, where the file name tells it.
    pub published: Option<Date>,
    /// A day by which the page was there: the last that its year can be of.
    pub today: Option<Date>,
}

impl Format {
    /// Tells a page with tables in it from delimited text.
    pub fn sniff(document: &Document) -> Self {
        if !document.sheets.is_empty() {
            return Self::Workbook;
        }
        if document.is_of_columns() {
            return Self::Delimited;
        }
        if html::looks_like_html(document) {
            return Self::Html;
        }
        if json::looks_like_json(document) {
            return Self::Json;
        }
        if page::looks_like_page(document) { Self::Page } else { Self::Delimited }
    }

    /// Finds the tables of a document in this form.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] where the document is empty, where a quote is
    /// never closed, and as its reader has it.
    pub fn read(self, document: &Document, hints: &Hints<'_>) -> Result<Page> {
        refuse_empty(document)?;
        let found_out = Layout::default();
        let layout = hints.layout.unwrap_or(&found_out);
        let mut page = match self {
            Self::Delimited => delimited::read_page(document, layout)?,
            Self::Json => json::read(document)?,
            Self::Html => html::read_as(document, layout)?,
            Self::Workbook => workbook::read_as(document, layout)?,
            Self::Page => page::read(document, &hints.for_page()),
        };
        if layout.wide == Some(true) {
            across::lengthen(&mut page, document);
        }
        Ok(page)
    }
}

/// Refuses a document that holds nothing: a broken download is no pass.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] where it is empty or blank.
pub fn refuse_empty(document: &Document) -> Result<()> {
    let is_text = document.sheets.is_empty() && !document.is_of_columns();
    if is_text && document.text.chars().all(is_space) {
        return Err(Error::new(ErrorKind::Unreadable, "the file is empty")
            .in_file(&document.name)
            .hint("the download may have failed, or the program that writes the file"));
    }
    Ok(())
}

impl<'a> Hints<'a> {
    fn for_page(&self) -> page::Options<'a> {
        let days = self.cadence.and_then(|cadence| match cadence {
            Cadence::Daily => Some(1),
            Cadence::Weekly => Some(7),
            Cadence::Days(days) => Some(u32::from(days)),
            Cadence::Monthly | Cadence::Quarterly | Cadence::Yearly => None,
        });
        let said = self.layout.and_then(Layout::style);
        let style = said.or_else(|| self.tables.iter().find_map(|it| it.style));
        page::Options {
            expected: self.tables,
            pins: self.pins,
            history: self.history,
            thousands: style.map(|it| it.thousands),
            usual: self.locale.map(|it| it.thousands),
            days,
            published: self.published,
            latest: self.today,
            ..page::Options::default()
        }
    }
}
