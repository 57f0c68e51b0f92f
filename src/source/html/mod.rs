//! Reads the tables of an HTML page, each cell with its place in the source.
//!
//! Cells that span rows stand in each of them; headings that span columns
//! head each of them, and several header rows are joined. Footnote marks
//! (`<sup>`) are no part of a cell. Rows of `<tfoot>` come last. A table that
//! holds another, that says it is a layout (`role="presentation"`), or that
//! has one row or column only, is no table of figures. Where no element says
//! what heads the columns, it is told as in a sheet (`bare`).

mod bare;
mod build;
mod prose;
mod scan;
mod unshown;

pub use prose::{RunningText, running_text};

use std::borrow::Cow;

use self::build::Built;
use self::scan::{Piece, attribute, pieces, undone};
use self::unshown::Unshown;
use super::Page;
use crate::error::{Error, ErrorKind, Result};
use crate::table::{Document, Layout};

/// Whether a document is an HTML page, by what it starts with.
pub(super) fn looks_like_html(document: &Document) -> bool {
    let start: String = document.text.trim_start().chars().take(200).collect::<String>().to_lowercase();
    let named = ["<!doctype html", "<html", "<table", "<head", "<body"];
    named.iter().any(|it| start.starts_with(it)) || (start.starts_with("<?xml") && start.contains("<html"))
}

/// Reads all tables of a page.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] where there is none.
pub fn read(document: &Document) -> Result<Page> {
    read_as(document, &Layout::default())
}

/// The same as somebody says that it is to be read.
pub(super) fn read_as(document: &Document, layout: &Layout) -> Result<Page> {
    let mut reader = Reader { unshown: Unshown::of(&document.text), ..Reader::default() };
    for (at, piece) in pieces(&document.text) {
        reader.take(at, piece);
    }
    while let Some(table) = reader.open.pop() {
        reader.done.push(table);
    }
    let mut tables: Vec<Built<'_>> = reader.done.into_iter().filter(Built::is_data).collect();
    tables.sort_by_key(|it| it.start);
    if tables.is_empty() {
        return Err(Error::new(ErrorKind::Unreadable, "expected a table, found none in this page")
            .in_file(&document.name)
            .hint("a table has at least two rows and two columns; to read text with figures, use --from page"));
    }
    let mut page = Page::default();
    for it in tables {
        if it.is_bare(layout) {
            it.add_to(document, &mut page);
        } else {
            page.grids.push(it.grid(&document.text, layout));
        }
    }
    Ok(page)
}

/// The name of an element as the standard writes it.
fn lowered(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|it| it.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() }
}

/// What is open while a page is read.
#[derive(Default)]
struct Reader<'a> {
    /// Tables inside each other, the innermost last.
    open: Vec<Built<'a>>,
    done: Vec<Built<'a>>,
    /// The last heading, and whether it is still open.
    heading: String,
    in_heading: bool,
    unshown: Unshown<'a>,
}

impl<'a> Reader<'a> {
    fn take(&mut self, at: usize, piece: Piece<'a>) {
        if self.unshown.hides(piece) {
            return;
        }
        match piece {
            Piece::Open(name, inside) => self.opens(at, &lowered(name), inside),
            Piece::Close(name) => self.closes(at, &lowered(name)),
            Piece::Text(start, text) => {
                if self.in_heading {
                    self.heading.push_str(&undone(text));
                }
                if let Some(table) = self.open.last_mut() {
                    table.text(start, text);
                }
            }
        }
    }

    fn opens(&mut self, at: usize, name: &str, inside: &'a str) {
        match name {
            "table" => {
                if let Some(outer) = self.open.last_mut() {
                    outer.holds_table = true;
                }
                let presents = attribute(inside, "role").is_some_and(|it| matches!(it, "presentation" | "none"));
                let title = std::mem::take(&mut self.heading);
                self.in_heading = false;
                let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                let id = attribute(inside, "id").map(|it| format!("#{it}"));
                let classes = attribute(inside, "class").unwrap_or("").split_whitespace().map(|it| format!(".{it}"));
                self.open.push(Built::new(at, title, presents, id.into_iter().chain(classes).collect()));
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if self.open.is_empty() => {
                self.heading.clear();
                self.in_heading = true;
            }
            _ => {
                if let Some(table) = self.open.last_mut() {
                    table.opens(at, name, inside);
                }
            }
        }
    }

    fn closes(&mut self, at: usize, name: &str) {
        match name {
            "table" => {
                if let Some(mut table) = self.open.pop() {
                    table.closes(at, "tr");
                    self.done.push(table);
                }
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.in_heading = false,
            _ => {
                if let Some(table) = self.open.last_mut() {
                    table.closes(at, name);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
