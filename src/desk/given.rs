//! What was given to the desk, and the working copy of it.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::snapshot::Source;
use crate::source::workbook::{self, CellText, Copy};
use crate::source::{self, Format};
use crate::table::{Document, Sheet, SheetCell, Span};

const DELIMITED: [&str; 4] = ["csv", "tsv", "tab", "psv"];
const HTML: [&str; 3] = ["html", "htm", "xhtml"];
const JSON: [&str; 3] = ["json", "ndjson", "jsonl"];

/// A file as it was given; it is never changed.
#[derive(Debug)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// Its text.
    pub document: Arc<Document>,
    /// How it is read.
    pub format: Format,
    /// What a snapshot says of it.
    pub(super) source: Source,
    /// How a corrected copy of it is made.
    copied: Copied,
}

/// How a corrected copy is made, every other byte as given.
#[derive(Debug)]
enum Copied {
    /// There is none: its text does not say all of its bytes.
    No,
    /// Its text is written again.
    Text,
    /// The cells of a workbook are written anew where they stand; its bytes.
    Book(Vec<u8>),
}

/// A figure that should be another: made in the working copy, noted for the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// The file.
    pub(super) file: String,
    /// Where it stands in the file as given.
    pub(super) span: Span,
    /// As printed.
    pub(super) from: String,
    /// As it should be printed.
    pub(super) to: String,
    /// Its place in words: table, row, column.
    pub(super) cell: [String; 3],
    /// Its place in the file: `week.csv:6:17`.
    pub(super) at: String,
    /// The rule whose finding it settles; empty where there is none.
    pub(super) rule: String,
}

impl Given {
    /// Reads the bytes of a file.
    ///
    /// # Errors
    ///
    /// As [`source::decode`].
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        let source = Source::of(name, bytes);
        let document = source::decode(name, bytes.to_vec())?;
        let extension = name.rsplit_once('.').map_or(String::new(), |it| it.1.to_ascii_lowercase());
        let named = |list: &[&str]| list.contains(&extension.as_str());
        let format = match () {
            () if !document.sheets.is_empty() || document.is_of_columns() => Format::sniff(&document),
            () if named(&DELIMITED) => Format::Delimited,
            () if named(&HTML) => Format::Html,
            () if named(&JSON) => Format::Json,
            () => Format::sniff(&document),
        };
        Self::of(name, (Arc::new(document), format), bytes, source)
    }

    /// A file that was read: `bytes` are those that it was read from, `source` is the file itself.
    ///
    /// # Errors
    ///
    /// As [`source::refuse_empty`].
    pub fn of(name: &str, read: (Arc<Document>, Format), bytes: &[u8], source: Source) -> Result<Self> {
        let (document, format) = read;
        source::refuse_empty(&document)?;
        let is_text = document.sheets.is_empty() && !document.is_of_columns();
        let same = |it: Vec<u8>| it == bytes;
        let copied = if workbook::can_copy(bytes) {
            Copied::Book(bytes.to_vec())
        } else if is_text
            && source::encode(&document.text, document.encoding, document.has_byte_order_mark).is_some_and(same)
        {
            Copied::Text
        } else {
            Copied::No
        };
        Ok(Self { name: name.to_owned(), document, format, source, copied })
    }

    /// The text of a text document, as a draft to go on with; nothing where it is a table.
    pub(super) fn prose(&self) -> Option<String> {
        let document = &self.document;
        if self.format == Format::Html {
            return Some(plain(&source::html::running_text(document).text));
        }
        if document.sheets.is_empty() {
            return (self.format != Format::Delimited && self.format != Format::Json).then(|| document.text.clone());
        }
        let prose: Vec<&Sheet> = document.sheets.iter().filter(|it| it.is_prose).collect();
        let cells = prose.iter().flat_map(|it| it.cells.iter().map(|it| it.text(document)));
        let text = cells.collect::<Vec<_>>().join("\n\n");
        (!prose.is_empty()).then_some(text)
    }

    /// The working copy: with these figures in place of what is printed.
    pub(super) fn with(&self, changes: &[&Change]) -> Arc<Document> {
        let mut changes: Vec<&Change> = changes.iter().copied().filter(|it| it.file == self.name).collect();
        if changes.is_empty() {
            return Arc::clone(&self.document);
        }
        changes.sort_by_key(|it| it.span.start);
        let old = &self.document;
        let (mut text, mut end) = (String::with_capacity(old.text.len()), 0);
        for it in &changes {
            let (start, stop) = (it.span.start as usize, it.span.end as usize);
            if start < end {
                continue;
            }
            text.push_str(&old.text[end..start]);
            text.push_str(&self.written(it));
            end = stop;
        }
        text.push_str(&old.text[end..]);
        let mut made = if old.sheets.is_empty() {
            Document::new(old.name.clone(), text, old.encoding)
        } else {
            Document::of_sheets(old.name.clone(), text, old.encoding, self.moved(&changes))
        };
        made.has_byte_order_mark = old.has_byte_order_mark;
        Arc::new(made)
    }

    /// Whether a corrected copy can be made.
    pub(super) fn has_copy(&self) -> bool {
        !matches!(self.copied, Copied::No)
    }

    /// The bytes of the working copy, every other byte as given. What was packed is not
    /// packed again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] where it has no copy, or a character has no place in its
    /// encoding, and as [`workbook::copy`].
    pub(super) fn copy(&self, changes: &[&Change]) -> Result<Copy> {
        let refused = |why: &str| Error::new(ErrorKind::Usage, format!("{}: {why}", self.name));
        match &self.copied {
            Copied::No => Err(refused("its format has no corrected copy").hint("corrections.csv has the corrections")),
            Copied::Book(bytes) => workbook::copy(bytes, &self.cell_texts(changes)),
            Copied::Text => {
                let made = self.with(changes);
                let bytes = source::encode(&made.text, made.encoding, made.has_byte_order_mark);
                let bytes = bytes.ok_or_else(|| refused("a correction has a character that its encoding lacks"))?;
                Ok(Copy { bytes, formulas_lost: Vec::new() })
            }
        }
    }

    /// The cells of a workbook that are changed, with what they are to show.
    fn cell_texts(&self, changes: &[&Change]) -> Vec<CellText> {
        let of_cell = |sheet: &Sheet, cell: &SheetCell| {
            let change = changes.iter().find(|it| it.file == self.name && it.span == cell.span)?;
            Some(CellText { sheet: sheet.name.clone(), row: cell.row, column: cell.column, text: change.to.clone() })
        };
        let sheets = self.document.sheets.iter();
        sheets.flat_map(|sheet| sheet.cells.iter().filter_map(move |it| of_cell(sheet, it))).collect()
    }

    /// A figure as it is written into the file: in quotes where it would be two cells.
    fn written(&self, it: &Change) -> String {
        let before = (it.span.start as usize).checked_sub(1).and_then(|at| self.document.text.as_bytes().get(at));
        let is_quoted = before == Some(&b'"');
        match self.format {
            Format::Delimited
                if !is_quoted && it.to.contains([',', ';', '|', '\t']) && !it.from.contains([',', ';']) =>
            {
                format!("\"{}\"", it.to)
            }
            Format::Json if !is_quoted => it.to.replace([',', ' ', '\u{a0}'], ""),
            _ => it.to.clone(),
        }
    }

    /// The sheets with their cells where they stand in the working copy.
    fn moved(&self, changes: &[&Change]) -> Vec<Sheet> {
        let mut sheets = self.document.sheets.clone();
        for cell in sheets.iter_mut().flat_map(|it| &mut it.cells) {
            let before = changes.iter().filter(|it| it.span.end <= cell.span.start);
            let (grown, cut) =
                before.fold((0, 0), |sum, it| (sum.0 + it.to.len(), sum.1 + (it.span.end - it.span.start) as usize));
            let place = |at: u32| at as usize + grown - cut;
            let own = changes.iter().find(|it| it.span == cell.span);
            let start = place(cell.span.start);
            cell.span = Span::new(start, own.map_or(place(cell.span.end), |it| start + it.to.len()));
            if own.is_some() {
                (cell.unescaped, cell.formula, cell.stale) = (None, None, None);
            }
        }
        sheets
    }

    /// Where a place of the working copy stands in the file as given; or the change
    /// that is made there.
    pub(super) fn original<'a>(&self, span: Span, changes: &[&'a Change]) -> Original<'a> {
        let mut changes: Vec<&Change> = changes.iter().copied().filter(|it| it.file == self.name).collect();
        changes.sort_by_key(|it| it.span.start);
        let (start, mut shift) = (i64::from(span.start), 0_i64);
        for it in changes {
            let written = i64::try_from(self.written(it).len()).unwrap_or(i64::MAX);
            let at = i64::from(it.span.start) + shift;
            if start < at {
                break;
            }
            if start < at + written {
                return Original::Changed(it);
            }
            shift += written - i64::from(it.span.end - it.span.start);
        }
        let back = |it: u32| u32::try_from(i64::from(it) - shift).unwrap_or_default();
        Original::Place(Span { start: back(span.start), end: back(span.end) })
    }
}

/// What stands in the file as given where something stands in the working copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Original<'a> {
    /// The same, here.
    Place(Span),
    /// Another figure.
    Changed(&'a Change),
}

/// The running text of a page without the white space that stands for its tags.
fn plain(text: &str) -> String {
    let lines = text.lines().map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut out = String::new();
    for line in lines {
        if !line.is_empty() {
            out.push_str(&line);
            out.push('\n');
        } else if !out.is_empty() && !out.ends_with("\n\n") {
            out.push('\n');
        }
    }
    out
}
