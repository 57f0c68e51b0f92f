//! Readings of glued rows that a user has settled.

use super::Document;
use super::Span;

/// The reading of a row with glued cells: `Murder1810` as 18 and 10.
///
/// It is bound to the printed digits: a row of the same label that prints
/// others is another row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pin {
    /// A pattern of the files that it is for; `None` fits any.
    pub file: Option<String>,
    /// The title or the declared name of the table; `None` fits any.
    pub table: Option<String>,
    /// The label of the row.
    pub row: String,
    /// The label of the row above it, if it is a part of one.
    pub under: Option<String>,
    /// The cells behind the label, as printed: `["18", "10"]`.
    pub cells: Vec<String>,
}

impl Pin {
    /// Reads `Murder=18|10`, as a command line has it.
    pub fn parse(text: &str) -> Option<Self> {
        let (row, cells) = text.rsplit_once('=')?;
        let cells: Vec<String> = cells.split('|').map(|it| it.trim().to_owned()).collect();
        let row = row.trim().to_owned();
        let is_whole = !row.is_empty() && cells.iter().all(|it| !it.is_empty());
        is_whole.then(|| Self { row, cells, ..Self::default() })
    }

    /// Where a row prints the label of this pin, and where each of its cells;
    /// `None` where the row prints something else.
    pub fn find(&self, document: &Document, row: Span) -> Option<(Span, Vec<Span>)> {
        let start = row.start as usize;
        let mut end = start + document.slice(row).trim_end().len();
        let mut cells = Vec::with_capacity(self.cells.len());
        for cell in self.cells.iter().rev() {
            let rest = document.text.get(start..end)?.trim_end();
            end = start + rest.strip_suffix(cell.as_str())?.len();
            cells.push(Span::new(end, end + cell.len()));
        }
        cells.reverse();
        let label = document.text.get(start..end)?.trim_end();
        Some((Span::new(start, start + label.len()), cells))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pin: &str, row: &str) -> Option<Vec<String>> {
        let document = Document::new("page.txt", row.to_owned(), "UTF-8");
        let pin = Pin::parse(pin).unwrap();
        let (label, cells) = pin.find(&document, Span::new(0, row.len()))?;
        Some(std::iter::once(label).chain(cells).map(|it| document.slice(it).to_owned()).collect())
    }

    #[test]
    fn finds_its_cells_from_the_end_of_the_row() {
        assert_eq!(found("Murder=18|10", "Murder1810").unwrap(), ["Murder", "18", "10"]);
        assert_eq!(found("Fines = 4,477 | 1,200", "Fines4,477  1,200 ").unwrap(), ["Fines", "4,477", "1,200"]);
        assert_eq!(found("Ward 1=2|3", "Ward 123").unwrap(), ["Ward 1", "2", "3"]);
    }

    #[test]
    fn is_bound_to_the_printed_digits() {
        assert_eq!(found("Murder=18|10", "Murder1811"), None);
        assert_eq!(found("Murder=18|10|3", "10"), None);
    }

    #[test]
    fn a_pin_without_a_row_or_with_an_empty_cell_is_none() {
        for text in ["=18|10", "Murder", "Murder=18||10", "Murder="] {
            assert_eq!(Pin::parse(text), None, "{text}");
        }
    }
}
