//! The XML of a sheet, with some of its cells written anew.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};

use super::cells::Unread;
use super::parts::{is, place, prefix_of};
use super::value::CellContent;
use super::xml::attribute;
use crate::table::{address, column_letters};

/// What is to be put into a cell.
#[derive(Clone, Debug)]
pub(super) struct Put {
    /// Its row, from 1.
    pub(super) row: u32,
    /// Its column, from 0.
    pub(super) column: u32,
    pub(super) held: CellContent,
    /// Whether the formula that it may have gives this.
    pub(super) keeps_formula: bool,
}

/// Why a sheet could not be written.
#[derive(Debug)]
pub(super) enum Stop {
    /// The formula of this cell is that of others too.
    Shared(String),
    /// This cell's row is not there.
    NoRow(String),
    Damaged(Unread),
}

impl From<Unread> for Stop {
    fn from(it: Unread) -> Self {
        Self::Damaged(it)
    }
}

/// The text of a sheet with its changes.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub(super) text: String,
    /// The cells whose formula gave way.
    pub(super) formulas_lost: Vec<String>,
}

/// A cell as it stands in the text.
#[derive(Debug)]
struct Cell {
    row: u32,
    column: u32,
    /// Its bytes, from its tag to the end of its closing one.
    span: Range<usize>,
    tag: BytesStart<'static>,
    /// The bytes of its formula, if it has one.
    formula: Option<Range<usize>>,
    /// Whether other cells have this formula by its number or its area.
    is_shared: bool,
}

/// What stands in the rows that are asked for.
#[derive(Debug, Default)]
struct Rows {
    /// By row and column.
    cells: Vec<Cell>,
    /// Where each row ends, before its closing tag, and the prefix of its name.
    ends: HashMap<u32, (usize, String)>,
}

/// The text of a sheet with other things in some cells, which are given by row
/// and column.
pub(super) fn with(text: &str, puts: &[Put]) -> Result<Made, Stop> {
    let rows = Rows::read(text, &puts.iter().map(|it| it.row).collect())?;
    let mut edits: Vec<(Range<usize>, String)> = Vec::with_capacity(puts.len());
    let mut made = Made::default();
    for put in puts {
        let name = format!("{}{}", column_letters(put.column), put.row);
        let at = rows.cells.binary_search_by_key(&(put.row, put.column), |it| (it.row, it.column));
        match at {
            Ok(at) => {
                let cell = &rows.cells[at];
                let kept = cell.formula.clone().filter(|_| put.keeps_formula);
                if cell.formula.is_some() && kept.is_none() {
                    if cell.is_shared {
                        return Err(Stop::Shared(name));
                    }
                    made.formulas_lost.push(name.clone());
                }
                let style = attribute(&cell.tag, "s")?;
                let formula = kept.map_or("", |it| &text[it]);
                edits.push((cell.span.clone(), put.held.written(&prefix_of(&cell.tag), &name, (style, formula))));
            }
            Err(_) if put.held == CellContent::Nothing => {}
            Err(at) => {
                let (end, prefix) = rows.ends.get(&put.row).ok_or_else(|| Stop::NoRow(name.clone()))?;
                let next = rows.cells.get(at).filter(|it| it.row == put.row);
                let end = next.map_or(*end, |it| it.span.start);
                edits.push((end..end, put.held.written(prefix, &name, (None, ""))));
            }
        }
    }
    let mut from = 0;
    for (span, new) in edits {
        made.text.push_str(&text[from..span.start]);
        made.text.push_str(&new);
        from = span.end;
    }
    made.text.push_str(&text[from..]);
    Ok(made)
}

impl Cell {
    fn new((row, column): (u32, u32), span: Range<usize>, tag: BytesStart<'static>) -> Self {
        Self { row, column, span, tag, formula: None, is_shared: false }
    }
}

impl Rows {
    fn read(text: &str, wanted: &HashSet<u32>) -> Result<Self, Unread> {
        let mut rows = Self::default();
        let mut reader = quick_xml::Reader::from_str(text);
        let (mut row, mut column) = (0_u32, 0_u32);
        let mut open: Option<Cell> = None;
        let mut formula_start = 0;
        loop {
            let start = place(&reader);
            let event = reader.read_event().map_err(Unread::damaged)?;
            let is_empty = matches!(event, Event::Empty(_));
            match event {
                Event::Start(it) | Event::Empty(it) if is(&it, "row") => {
                    let number = attribute(&it, "r")?.and_then(|it| it.parse().ok());
                    (row, column) = (number.unwrap_or(row.saturating_add(1)), 0);
                }
                Event::Start(it) | Event::Empty(it) if is(&it, "c") => {
                    let at = attribute(&it, "r")?.and_then(|it| address(&it));
                    column = at.map_or(column, |it| it.1);
                    let cell = Cell::new((row, column), start..place(&reader), it.into_owned());
                    column = column.saturating_add(1);
                    if !is_empty {
                        open = Some(cell);
                    } else if wanted.contains(&row) {
                        rows.cells.push(cell);
                    }
                }
                Event::Start(it) | Event::Empty(it) if is(&it, "f") => {
                    formula_start = start;
                    if let Some(cell) = &mut open {
                        // Cells that only name the number of another's formula can do without.
                        cell.is_shared = attribute(&it, "ref")?.is_some();
                        cell.formula = is_empty.then(|| start..place(&reader));
                    }
                }
                Event::End(it) if it.local_name().as_ref() == "f" => {
                    if let Some(cell) = &mut open {
                        cell.formula = Some(formula_start..place(&reader));
                    }
                }
                Event::End(it) if it.local_name().as_ref() == "c" => {
                    if let Some(mut cell) = open.take().filter(|it| wanted.contains(&it.row)) {
                        cell.span.end = place(&reader);
                        rows.cells.push(cell);
                    }
                }
                Event::End(it) if it.local_name().as_ref() == "row" && wanted.contains(&row) => {
                    rows.ends.insert(
                        row,
                        (start, it.name().prefix().map_or(String::new(), |it| format!("{}:", it.as_ref()))),
                    );
                }
                Event::Eof => break,
                _ => {}
            }
        }
        rows.in_order()
    }

    /// The same, where no damage has put its cells in another order.
    fn in_order(self) -> Result<Self, Unread> {
        let rises = self.cells.windows(2).all(|it| (it[0].row, it[0].column) < (it[1].row, it[1].column));
        if rises { Ok(self) } else { Err(Unread::damaged("its cells are out of order")) }
    }
}

impl CellContent {
    /// The XML of a cell that holds this; with its style and its formula.
    fn written(&self, prefix: &str, name: &str, (style, formula): (Option<String>, &str)) -> String {
        let style = style.map_or(String::new(), |it| format!(" s=\"{}\"", escape(it.as_str())));
        let cell =
            |kind: &str, inner: &str| format!("<{prefix}c r=\"{name}\"{style}{kind}>{formula}{inner}</{prefix}c>");
        let value = |text: &str| format!("<{prefix}v>{}</{prefix}v>", escape(text));
        match self {
            Self::Nothing if formula.is_empty() => format!("<{prefix}c r=\"{name}\"{style}/>"),
            Self::Nothing => cell("", ""),
            Self::Number(it) => cell("", &value(it)),
            Self::Truth(it) => cell(" t=\"b\"", &value(if *it { "1" } else { "0" })),
            Self::Text(it) if !formula.is_empty() => cell(" t=\"str\"", &value(it)),
            Self::Text(it) => {
                let text = format!("<{prefix}t xml:space=\"preserve\">{}</{prefix}t>", escape(it.as_str()));
                cell(" t=\"inlineStr\"", &format!("<{prefix}is>{text}</{prefix}is>"))
            }
        }
    }
}
