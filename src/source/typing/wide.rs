//! Cells that may hold more than one cell: rows behind a stray quote, and two
//! figures without the sign between them.

use super::columns::Matched;
use super::{Context, TypeFault, TypeFaultKind};
use crate::table::Span;

/// So many other figures show how long those of a column are.
const FIGURES_MIN: usize = 4;
/// So many faults of a table are told; more come from one cause.
const TOLD_MAX: usize = 20;

/// How many digits the whole figures of a column have.
#[derive(Clone, Copy, Debug)]
struct Digits {
    count: usize,
    least: usize,
    /// The most of any figure, and of any but the longest.
    most: usize,
    second: usize,
}

impl Context<'_> {
    /// Tells of cells that hold whole rows, and of figures that may be two.
    pub(super) fn wide_cells(&self, matched: &[Matched]) -> Vec<TypeFault> {
        let swallowed = (0..self.grid.rows.len()).filter_map(|it| self.swallowed(it));
        let mut faults: Vec<TypeFault> = swallowed.take(TOLD_MAX).collect();
        let digits: Vec<Option<Digits>> = matched.iter().map(|it| self.digits(it)).collect();
        if digits.iter().flatten().count() >= 2 {
            let rows = 0..self.grid.rows.len();
            faults.extend(rows.filter_map(|it| self.glued(it, matched, &digits)).take(TOLD_MAX));
        }
        faults
    }

    fn text(&self, row: usize, position: usize) -> &str {
        self.grid.rows[row].cells.get(position).map_or("", |it| it.text(self.document))
    }

    /// A cell with lines in it that are rows of this table.
    fn swallowed(&self, row: usize) -> Option<TypeFault> {
        let columns = self.grid.headings.len();
        let cells = &self.grid.rows[row].cells;
        let (column, lines) = cells.iter().enumerate().find_map(|(at, cell)| {
            // A break alone is text of two lines; most cells have none.
            let text = cell.text(self.document);
            let lines = text.contains('\n').then(|| rows_in(text, columns))?;
            (columns > 2 && lines > 0).then_some((at, lines))
        })?;
        let rows = if lines == 1 {
            "a line that looks like a row".to_owned()
        } else {
            format!("{lines} lines that look like rows")
        };
        Some(TypeFault {
            kind: TypeFaultKind::Read,
            row: u32::try_from(row).ok(),
            column: None,
            missing: None,
            message: format!("a cell holds {rows} of this table, which are not read as rows"),
            hint: Some("a quote is not closed, or does not belong there".to_owned()),
            span: first_line(self.document.slice(cells[column].span), cells[column].span),
        })
    }

    /// How long the whole figures of a number column are, where enough show it.
    fn digits(&self, matched: &Matched) -> Option<Digits> {
        if !matched.schema.kind.is_number() {
            return None;
        }
        let mut found = Digits { count: 0, least: usize::MAX, most: 0, second: 0 };
        for row in 0..self.grid.rows.len() {
            let text = self.text(row, matched.position);
            if text.is_empty() || !text.bytes().all(|it| it.is_ascii_digit()) {
                continue;
            }
            found.count += 1;
            found.least = found.least.min(text.len());
            if text.len() > found.most {
                (found.most, found.second) = (text.len(), found.most);
            } else {
                found.second = found.second.max(text.len());
            }
        }
        (found.count >= FIGURES_MIN).then_some(found)
    }

    /// A figure longer than all others of its column beside an empty cell,
    /// which together are as long as a figure of each.
    fn glued(&self, row: usize, matched: &[Matched], digits: &[Option<Digits>]) -> Option<TypeFault> {
        (0..matched.len().saturating_sub(1)).find_map(|left| {
            let (own, next) = (digits[left]?, digits[left + 1]?);
            let texts = [left, left + 1].map(|it| self.text(row, matched[it].position));
            let (column, text) = match texts {
                [text, ""] => (left, text),
                ["", text] => (left + 1, text),
                _ => return None,
            };
            // The cell itself shows nothing of how long its column's figures are.
            let of_column = digits[column]?;
            let is_longest = text.len() == of_column.most && of_column.second + 1 < text.len();
            if !is_longest || !text.bytes().all(|it| it.is_ascii_digit()) {
                return None;
            }
            let most = |it: Digits, at: usize| if at == column { it.second } else { it.most };
            let splits = splits(text, (own.least, most(own, left)), (next.least, most(next, left + 1)));
            let first = splits.first()?;
            let more = if splits.len() > 1 { " or another way" } else { "" };
            let cell = &self.grid.rows[row].cells[matched[column].position];
            let (one, other) = text.split_at(*first);
            Some(TypeFault {
                kind: TypeFaultKind::Unclear,
                row: u32::try_from(row).ok(),
                column: Some(column),
                missing: None,
                message: format!(
                    "\"{text}\" is read as one figure, but may be {one}|{other}{more}: it is longer than the others, \
                     and the cell beside it is empty"
                ),
                hint: Some("check the row against the original".to_owned()),
                span: cell.span,
            })
        })
    }
}

/// Where a run of digits may be cut into a figure of each length.
fn splits(text: &str, first: (usize, usize), second: (usize, usize)) -> Vec<usize> {
    let fits = |part: &str, (least, most): (usize, usize)| {
        (least..=most).contains(&part.len()) && (part.len() == 1 || !part.starts_with('0'))
    };
    (1..text.len()).filter(|&at| fits(&text[..at], first) && fits(&text[at..], second)).collect()
}

/// How many lines of a text have as many fields as the table has columns, with
/// figures among them.
fn rows_in(text: &str, columns: usize) -> usize {
    let is_row = |line: &&str| {
        [',', ';', '\t', '|'].iter().any(|&it| {
            let fields = || line.split(it).map(|it| it.trim().trim_matches('"'));
            let is_figure = |it: &str| it.bytes().any(|it| it.is_ascii_digit()) && !it.contains(char::is_alphabetic);
            fields().count() == columns && fields().any(is_figure)
        })
    };
    // The first line belongs to the row that the cell stands in.
    text.lines().skip(1).filter(is_row).count()
}

fn first_line(text: &str, span: Span) -> Span {
    let length = text.lines().next().map_or(0, |it| u32::try_from(it.len()).unwrap_or(0));
    Span { start: span.start, end: span.start + length }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_digits_is_cut_to_the_lengths_of_its_columns() {
        assert_eq!(splits("14311290", (3, 4), (3, 4)), [4]);
        assert_eq!(splits("1431129", (3, 4), (3, 4)), [3, 4]);
        assert!(splits("143101", (3, 3), (2, 2)).is_empty());
        assert!(splits("143001", (3, 3), (3, 3)).is_empty());
    }

    #[test]
    fn lines_are_rows_only_with_all_their_fields_and_a_figure() {
        assert_eq!(rows_in("877,1015,1892\nCorby,1431,1290,2721\nDerwent,652,701,1353\nExton,1988", 4), 2);
        assert_eq!(rows_in("see page 3,\nand, for 2004, the note, below", 4), 0);
        assert_eq!(rows_in("one\ntwo, three, four, five", 4), 0);
    }
}
