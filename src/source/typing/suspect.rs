//! Cells that are not what they were meant to be, by their look: dates among names,
//! figures stored as text, letters that were decoded wrongly, numbers that stand for a
//! missing value, and one name with and without a stray space.

use std::collections::HashMap;

use super::columns::Matched;
use super::{Context, TypeFault, TypeFaultKind};
use crate::source::GridCell;
use crate::table::{ColumnType, read_figure};

/// So many names show what a column holds.
const NAMES_MIN: usize = 3;
/// The months as spreadsheets shorten them.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Context<'_> {
    /// Tells of such cells, each kind of them once for each column.
    pub(super) fn suspect_cells(&self, matched: &[Matched]) -> Vec<TypeFault> {
        let of = |(index, matched): (usize, &Matched)| match matched.schema.kind {
            ColumnType::Label | ColumnType::Text => {
                [self.dates_among_names(index, matched.position), self.garbled(index, matched.position)]
            }
            kind if kind.is_number() => {
                [self.stored_as_text(index, matched.position), self.sentinels(index, matched.position)]
            }
            _ => [None, None],
        };
        matched.iter().enumerate().flat_map(of).flatten().collect()
    }

    /// `DoÃ±a`: letters that were decoded as what they are not.
    fn garbled(&self, index: usize, position: usize) -> Option<TypeFault> {
        let mut cells = self.filled(position).filter(|it| is_garbled(it.1.text(self.document)));
        let first = cells.next()?;
        let text = first.1.text(self.document);
        let more = match cells.count() {
            0 => String::new(),
            1 => ", as in 1 more cell of this column".to_owned(),
            more => format!(", as in {more} more cells of this column"),
        };
        let message = format!("\"{text}\" seems to have been decoded with the wrong encoding{more}");
        let hint = "a program read the file with the wrong encoding before saving it: write it again from the source, \
         in UTF-8";
        Some(suspect(index, first, message, hint))
    }

    /// `Norfolk` and ` Norfolk`: one name, which other tools take for two. Where columns are
    /// declared, their keys tell.
    pub(super) fn stray_spaces(&self, matched: &[Matched]) -> Vec<TypeFault> {
        let is_name = |it: &Matched| matches!(it.schema.kind, ColumnType::Label | ColumnType::Text);
        let has_levels = self.grid.rows.iter().any(|it| it.under.is_some());
        let names = matched.iter().enumerate().filter(|it| is_name(it.1));
        names.filter_map(|(index, it)| self.stray_space(index, it.position, has_levels)).collect()
    }

    fn stray_space(&self, index: usize, position: usize, has_levels: bool) -> Option<TypeFault> {
        let mut known: HashMap<&str, (&str, (usize, &GridCell))> = HashMap::new();
        let mut found: Option<((usize, &GridCell), &str, &str)> = None;
        let mut more = 0_usize;
        for it in self.filled(position) {
            let Some(text) = self.with_spaces(it.1, has_levels) else { continue };
            let (other, first) = *known.entry(text.trim()).or_insert((text, it));
            if other == text {
                continue;
            }
            // The one that has them is told, whichever comes first.
            match found {
                None if text.trim() == text => found = Some((first, other, text)),
                None => found = Some((it, text, other)),
                Some(_) => more += 1,
            }
        }
        let (first, text, other) = found?;
        let more = match more {
            0 => String::new(),
            1 => "; 1 more cell of this column has the same problem".to_owned(),
            more => format!("; {more} more cells of this column have the same problem"),
        };
        let message = format!("{} and {} differ only in spaces{more}", shown(text), shown(other));
        Some(suspect(index, first, message, "remove the stray space: other programs read these as two names"))
    }

    /// The text of a cell with the spaces around it, up to delimiters or the ends of the line; none
    /// where it is not parted so. Several spaces before a name, or any where rows stand under others,
    /// are its place.
    fn with_spaces(&self, cell: &GridCell, has_levels: bool) -> Option<&str> {
        let text = self.document.text.as_str();
        let (start, end) = (cell.span.start as usize, cell.span.end as usize);
        let (before, behind) = (text.get(..start)?, text.get(end..)?);
        let is_space = |it: char| matches!(it, ' ' | '\u{a0}' | '\u{2007}' | '\u{202f}');
        let is_edge = |it: Option<char>| it.is_none_or(|it| matches!(it, ',' | ';' | '|' | '\t' | '\n' | '\r' | '"'));
        let (rest, after) = (before.trim_end_matches(is_space), behind.trim_start_matches(is_space));
        if !is_edge(rest.chars().next_back()) || !is_edge(after.chars().next()) {
            return None;
        }
        let is_indented = before[rest.len()..].chars().count() > 1 || has_levels;
        let from = if is_indented { start } else { rest.len() };
        text.get(from..text.len() - after.len())
    }

    /// `-999999` among figures none of which is below zero.
    fn sentinels(&self, index: usize, position: usize) -> Option<TypeFault> {
        let (mut found, mut others, mut below) = (Vec::new(), 0, false);
        for (row, cell) in self.filled(position) {
            let text = cell.text(self.document);
            let digits = text.strip_prefix(['-', '\u{2212}']);
            match digits.map(|it| it.split_once(['.', ',']).map_or(it, |it| it.0)) {
                Some(it) if it.len() >= 3 && it.bytes().all(|it| it == b'9') => found.push((row, cell)),
                Some(_) => below = true,
                None => others += 1,
            }
        }
        let first = *found.first().filter(|_| !below && others >= NAMES_MIN)?;
        let text = first.1.text(self.document);
        let times = if found.len() == 1 { "once".to_owned() } else { format!("{} times", found.len()) };
        let message = format!(
            "{text} appears {times} in a column with no other figure below zero: it may stand for a missing value"
        );
        let hint = format!(
            "if it does, declare markers = {{ missing = [\"{text}\"] }} for the table in a rule file, so that sums \
             leave it out"
        );
        Some(suspect(index, first, message, &hint))
    }

    /// `2-Sep` in a column of names: it was one of them before a spreadsheet read it.
    fn dates_among_names(&self, index: usize, position: usize) -> Option<TypeFault> {
        let (mut dates, mut names) = (Vec::new(), 0);
        for (row, cell) in self.filled(position) {
            let text = cell.text(self.document);
            if is_made_date(text) {
                dates.push((row, cell));
            } else if text.contains(char::is_whitespace) {
                // In running text a date is what it says.
                return None;
            } else {
                names += 1;
            }
        }
        let texts: Vec<&str> = dates.iter().map(|it| it.1.text(self.document)).collect();
        if names < NAMES_MIN || dates.len() > names {
            return None;
        }
        let found = listed(&texts)?;
        let looks = if texts.len() == 1 { "which looks like a date" } else { "which look like dates" };
        let message = format!("expected names as in the other cells of this column, found {found}, {looks}");
        let hint = "a spreadsheet may have turned it into a date: compare it with the source, and format the column as \
         text there";
        Some(suspect(index, dates[0], message, hint))
    }

    /// Figures that a workbook holds as text, beside others that are numbers: its
    /// own sums pass over them.
    fn stored_as_text(&self, index: usize, position: usize) -> Option<TypeFault> {
        if self.document.sheets.is_empty() {
            return None;
        }
        let (mut texts, mut numbers) = (Vec::new(), 0);
        for (row, cell) in self.filled(position) {
            if read_figure(cell.text(self.document), self.style, None).is_err() {
                continue;
            }
            let sheet = self.document.sheet(cell.span.start);
            if sheet.and_then(|it| it.cell_at(cell.span.start)).is_some_and(|it| it.is_text) {
                texts.push((row, cell));
            } else {
                numbers += 1;
            }
        }
        let shown: Vec<&str> = texts.iter().map(|it| it.1.text(self.document)).collect();
        let found = listed(&shown).filter(|_| numbers > 0)?;
        let are = if texts.len() == 1 { "is" } else { "are" };
        let message = format!(
            "{found} {are} stored as text beside {numbers} numbers in this column: sums in the workbook ignore such \
             cells"
        );
        Some(suspect(index, texts[0], message, "format the cells as numbers and enter them again"))
    }

    /// The cells of a column that hold something, with their rows.
    fn filled(&self, position: usize) -> impl Iterator<Item = (usize, &GridCell)> {
        let cells = self.cells(position).enumerate().filter_map(|(row, cell)| Some((row, cell?)));
        cells.filter(|it| !it.1.text(self.document).is_empty())
    }
}

/// A text with its spaces to be seen: `"·Norfolk"`.
fn shown(text: &str) -> String {
    let inner = text.trim();
    let outer = |it: &str| it.chars().map(|it| if it == '\u{a0}' { '⍽' } else { '·' }).collect::<String>();
    let (before, behind) = text.split_once(inner).unwrap_or((text, ""));
    format!("\"{}{inner}{}\"", outer(before), outer(behind))
}

fn suspect(index: usize, (row, cell): (usize, &GridCell), message: String, hint: &str) -> TypeFault {
    TypeFault {
        kind: TypeFaultKind::Suspect,
        row: u32::try_from(row).ok(),
        column: Some(index),
        missing: None,
        message,
        hint: Some(hint.to_owned()),
        span: cell.span,
    }
}

/// `"2-Sep"`, `"2-Sep", "1-Mar"`, `"2-Sep", "1-Mar", "1-Dec" and 4 more`.
fn listed(texts: &[&str]) -> Option<String> {
    const SHOWN: usize = 3;
    let shown: Vec<String> = texts.iter().take(SHOWN).map(|it| format!("\"{it}\"")).collect();
    let more = texts.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!texts.is_empty()).then(|| format!("{}{more}", shown.join(", ")))
}

/// Signs of UTF-8 that was read as Windows-1252 or Latin-1, or of a sign that was lost.
fn is_garbled(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|it| {
        let lead = std::mem::replace(&mut before, it);
        // The second byte of a letter with an accent, as both encodings show it.
        let trails = matches!(it, '\u{80}'..='\u{bf}') || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(it);
        it == '\u{fffd}' || (matches!(lead, 'Ã' | 'Ð' | 'Ñ') && trails) || (lead == 'â' && it == '€')
    })
}

/// A date as spreadsheets print one that they have made themselves: `2-Sep`,
/// `Sep-02`, `2020-05-01`.
fn is_made_date(text: &str) -> bool {
    let month = |it: &str| MONTHS.iter().any(|month| month.eq_ignore_ascii_case(it));
    let number = |it: &str| (1..=2).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    match parts[..] {
        [one, other] => (number(one) && month(other)) || (month(one) && number(other)),
        [year, month, day] => {
            year.len() == 4 && month.len() == 2 && day.len() == 2 && text.parse::<jiff::civil::Date>().is_ok()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbled_letters_are_told_from_others() {
        for text in ["DoÃ±a", "MarÃ\u{ad}a", "itâ€™s", "Do\u{fffd}a", "ÐœÐ¸Ñ€"] {
            assert!(is_garbled(text), "{text}");
        }
        for text in ["Doña", "São João", "NÃO", "Ñandú", "âge", "Ðakota", "5 €"] {
            assert!(!is_garbled(text), "{text}");
        }
    }

    #[test]
    fn dates_of_spreadsheets_are_told_from_names() {
        for text in ["2-Sep", "15-mar", "Sep-02", "2020-05-01"] {
            assert!(is_made_date(text), "{text}");
        }
        for text in ["SEP-2A", "7-21-3", "2020", "Mar", "DEC1", "1-Decade", "2020-05-41"] {
            assert!(!is_made_date(text), "{text}");
        }
    }
}
