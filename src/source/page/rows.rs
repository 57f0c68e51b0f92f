//! Rows of a section: labels without outline marks, and which row is part of which.

use super::blocks::Section;
use super::lines::{Line, Token, is_count, trim};
use crate::table::{Document, Span, is_space};

/// A printed row, before its cells are told apart.
#[derive(Clone, Debug)]
pub(super) struct RawRow {
    /// All that is printed of it.
    pub(super) span: Span,
    /// The label, without outline mark; label digits may follow inside the first token.
    pub(super) label: Span,
    /// The row above that it is a part of.
    pub(super) under: Option<usize>,
    /// What stands behind the label.
    pub(super) tokens: Vec<Token>,
    /// Whether a space stands between label and tokens.
    pub(super) apart: bool,
}

impl RawRow {
    /// Whether every token is a marker.
    pub(super) fn is_marked(&self) -> bool {
        self.tokens.iter().all(|it| it.marker)
    }

    /// The label and all figures behind it.
    pub(super) fn whole(&self) -> Span {
        Span { start: self.label.start, end: self.blob().end.max(self.label.end) }
    }

    /// From the first digit behind the label to the last.
    pub(super) fn blob(&self) -> Span {
        let start = self.tokens.first().map_or(self.label.end, |it| it.digits.start);
        let end = self.tokens.last().map_or(start, |it| it.digits.end);
        Span { start, end }
    }
}

/// Reads the rows of a section; indent or `a)` ties a row to the last one without.
pub(super) fn read(document: &Document, lines: &[Line], section: &Section) -> Vec<RawRow> {
    let margin = section.rows.iter().map(|&it| lines[it].indent).min().unwrap_or(0);
    let mut parent = None;
    let mut rows: Vec<RawRow> = Vec::with_capacity(section.rows.len());
    for &at in &section.rows {
        let Some(parts) = &lines[at].parts else { continue };
        let marked = outline_mark(document.slice(parts.label));
        let child = marked > 0 || lines[at].indent > margin;
        if !child {
            parent = Some(rows.len());
        }
        let start = parts.label.start as usize + marked;
        let label = trim(document, Span::new(start, parts.label.end as usize));
        let under = if child { parent } else { None };
        rows.push(RawRow { span: lines[at].body, label, under, tokens: parts.tokens.clone(), apart: parts.apart });
    }
    give_back_amounts(document, &mut rows);
    rows
}

/// An amount of money in few rows belongs to their labels: `Theft over $5000`.
fn give_back_amounts(document: &Document, rows: &mut [RawRow]) {
    let sign = |row: &RawRow| {
        let first = row.tokens.first()?;
        document.slice(first.digits).chars().next().filter(|it| matches!(it, '$' | '€' | '£'))
    };
    let priced = rows.iter().filter(|it| sign(it).is_some()).count();
    if priced * 2 >= rows.len() {
        return;
    }
    let usual = rows.iter().filter(|it| sign(it).is_none()).map(|it| it.tokens.len()).max().unwrap_or(1);
    for row in rows {
        let Some(sign) = sign(row) else { continue };
        if row.tokens.len() > usual {
            row.label.end = row.tokens.remove(0).end;
        } else if row.tokens.len() == 1 {
            let token = &mut row.tokens[0];
            token.digits.start = Span::new(0, token.digits.start as usize + sign.len_utf8()).end;
            token.count = is_count(document.slice(token.digits));
            row.label.end = token.digits.start;
            row.apart = false;
        }
    }
}

/// The length of `a) `, `(b) ` or `- ` before a label; 0 if there is none.
fn outline_mark(label: &str) -> usize {
    let body = label.strip_prefix('(').unwrap_or(label);
    let letters = body.chars().take_while(char::is_ascii_lowercase).count();
    let rest = &body[letters..];
    let lettered = (1..=3).contains(&letters) && rest.starts_with(')');
    let bulleted = label.starts_with(['-', '–', '—', '•', '·', '◦', '▪']);
    let mark = if lettered {
        label.len() - rest.len() + 1
    } else if bulleted {
        label.chars().next().map_or(0, char::len_utf8)
    } else {
        return 0;
    };
    let left = label[mark..].trim_matches(is_space);
    if left.is_empty() { 0 } else { mark }
}
