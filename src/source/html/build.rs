//! One table in the making: rows of cells, then the grid that they span.

use super::scan::{attribute, undone};
use crate::source::{Fault, FaultKind, Grid, GridCell, GridRow};
use crate::table::{Layout, Orientation, Span};

/// A cell may span so many rows and columns by the HTML standard; rows that are
/// not there cost nothing.
const ROWS_MAX: u16 = 65_534;
const SPAN_MAX: u16 = 1_000;
/// A table has so many columns at most.
const COLUMNS_MAX: usize = 2_000;
/// A mark of a footnote is as short.
const MARK_MAX: usize = 6;

/// A table as it was met.
pub(super) struct Built<'a> {
    /// The byte that it starts at.
    pub(super) start: usize,
    /// Whether another table stands in it.
    pub(super) holds_table: bool,
    presents: bool,
    pub(super) title: String,
    pub(super) selectors: Vec<String>,
    caption: String,
    pub(super) rows: Vec<HtmlRow>,
    section: Section,
    row: Option<HtmlRow>,
    cell: Option<Cell<'a>>,
    in_caption: bool,
}

/// The part of a table that a row stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Head,
    Body,
    Foot,
}

/// A row, its cells as they stand in the source.
pub(super) struct HtmlRow {
    pub(super) section: Section,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) cells: Vec<Printed>,
}

/// A cell that is read to its end, with the rows and columns that it spans.
pub(super) struct Printed {
    pub(super) heads: bool,
    has_figure: bool,
    rows: u16,
    columns: u16,
    cell: GridCell,
}

/// A cell that is open, its texts with the byte that each starts at.
struct Cell<'a> {
    heads: bool,
    start: usize,
    rows: u16,
    columns: u16,
    texts: Vec<(usize, &'a str)>,
    /// Texts of `<sup>`: marks, or exponents where they are all there is.
    marks: Vec<(usize, &'a str)>,
    in_mark: bool,
    /// A line break or another element parts texts.
    parted: Vec<usize>,
}

impl<'a> Built<'a> {
    pub(super) fn new(start: usize, title: String, presents: bool, selectors: Vec<String>) -> Self {
        Self {
            start,
            holds_table: false,
            presents,
            title,
            selectors,
            caption: String::new(),
            rows: Vec::new(),
            section: Section::Body,
            row: None,
            cell: None,
            in_caption: false,
        }
    }

    pub(super) fn opens(&mut self, at: usize, name: &str, inside: &'a str) {
        match name {
            "thead" => self.turn(at, Section::Head),
            "tbody" => self.turn(at, Section::Body),
            "tfoot" => self.turn(at, Section::Foot),
            "tr" => {
                self.end_row(at);
                self.row = Some(HtmlRow { section: self.section, start: at, end: at, cells: Vec::new() });
            }
            "td" | "th" => {
                self.end_cell(at);
                let section = self.section;
                self.row.get_or_insert_with(|| HtmlRow { section, start: at, end: at, cells: Vec::new() });
                let count = |name: &str| {
                    let count = attribute(inside, name)?.trim().parse::<usize>().ok()?;
                    Some(u16::try_from(count).unwrap_or(u16::MAX))
                };
                self.cell = Some(Cell {
                    heads: name == "th",
                    start: at,
                    // 0 is to the end of the table.
                    rows: count("rowspan").map_or(1, |it| if it == 0 { ROWS_MAX } else { it.min(ROWS_MAX) }),
                    columns: count("colspan").unwrap_or(1).clamp(1, SPAN_MAX),
                    texts: Vec::new(),
                    marks: Vec::new(),
                    in_mark: false,
                    parted: Vec::new(),
                });
            }
            "caption" => self.in_caption = true,
            _ => {
                if let Some(cell) = &mut self.cell {
                    cell.in_mark |= name == "sup";
                    cell.parted.extend((!INLINE.contains(&name)).then_some(cell.texts.len()));
                }
            }
        }
    }

    pub(super) fn closes(&mut self, at: usize, name: &str) {
        match name {
            "thead" | "tfoot" | "tbody" => self.turn(at, Section::Body),
            "tr" => self.end_row(at),
            "td" | "th" => self.end_cell(at),
            "caption" => self.in_caption = false,
            "sup" => {
                if let Some(cell) = &mut self.cell {
                    cell.in_mark = false;
                }
            }
            _ => {}
        }
    }

    pub(super) fn text(&mut self, start: usize, text: &'a str) {
        if self.in_caption {
            self.caption.push_str(&undone(text));
        } else if let Some(cell) = &mut self.cell {
            if cell.in_mark { cell.marks.push((start, text)) } else { cell.texts.push((start, text)) }
        }
    }

    fn turn(&mut self, at: usize, section: Section) {
        self.end_row(at);
        self.section = section;
        self.in_caption = false;
    }

    fn end_cell(&mut self, at: usize) {
        self.in_caption = false;
        if let (Some(cell), Some(row)) = (self.cell.take(), &mut self.row) {
            row.cells.push(cell.printed());
            row.end = at;
        }
    }

    fn end_row(&mut self, at: usize) {
        self.end_cell(at);
        if let Some(row) = self.row.take().filter(|it| !it.cells.is_empty()) {
            self.rows.push(row);
        }
    }

    /// Whether it is a table of figures, not a layout.
    pub(super) fn is_data(&self) -> bool {
        let wide = self.rows.iter().any(|it| it.cells.iter().map(|it| usize::from(it.columns)).sum::<usize>() > 1);
        !self.holds_table && !self.presents && self.rows.len() > 1 && wide
    }

    /// What `<caption>` says.
    pub(super) fn caption(&self) -> Option<String> {
        let caption = self.caption.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(caption).filter(|it| !it.is_empty())
    }

    /// Its rows and columns, spans undone; its cells stand in a source.
    pub(super) fn grid(mut self, source: &str, layout: &Layout) -> Grid {
        // What `<tfoot>` holds is shown last, wherever it stands.
        self.rows.sort_by_key(|it| it.section == Section::Foot);
        let skipped = layout.skip_rows.unwrap_or(0).min(self.rows.len());
        let heading_rows = heading_rows(&self.rows[skipped..]);
        let mut laid = lay(&mut self.rows).split_off(skipped);
        self.rows.drain(..skipped);
        let mut spans: Vec<Span> = self.rows.iter().map(|it| Span::new(it.start, it.end)).collect();
        let found = if layout.orientation == Some(Orientation::Columns) {
            laid = turned(&laid);
            let first = |it: &Vec<Option<GridCell>>| it.iter().flatten().next().map_or(Span::default(), |it| it.span);
            spans = laid.iter().map(first).collect();
            1
        } else {
            heading_rows
        };
        let heads = layout.header_rows.unwrap_or(found).min(laid.len());
        let width = laid.iter().map(Vec::len).max().unwrap_or(0);
        let headings = (0..width).map(|column| heading(&laid[..heads], column, source)).collect();
        let mut grid = Grid {
            headings,
            headings_printed: heads > 0,
            selectors: std::mem::take(&mut self.selectors),
            ..Grid::default()
        };
        grid.title = self.caption().or(Some(self.title)).filter(|it| !it.is_empty());
        for (span, cells) in spans.into_iter().zip(laid).skip(heads) {
            if cells.len() < width {
                let message = format!("expected {width} cells, found {}", cells.len());
                let at = u32::try_from(grid.rows.len()).ok();
                grid.faults.push(Fault { kind: FaultKind::Ragged, row: at, span, message });
            }
            let cells = cells.into_iter().map(Option::unwrap_or_default).collect();
            grid.rows.push(GridRow { cells, span, ..GridRow::default() });
        }
        grid
    }
}

/// How many rows head the columns: those of `<thead>`, else the first ones
/// of nothing but `<th>`, else the first if it has no figure.
fn heading_rows(rows: &[HtmlRow]) -> usize {
    let head = rows.iter().take_while(|it| it.section == Section::Head).count();
    let all = |it: &&HtmlRow| it.cells.iter().all(|it| it.heads) && it.cells.len() > 1;
    let headed = head.max(rows.iter().take_while(all).count());
    let first = rows.first().filter(|it| !it.cells.iter().any(|it| it.has_figure));
    match headed {
        0 => usize::from(first.is_some()),
        count => count.min(rows.len().saturating_sub(1)),
    }
}

/// Elements that do not part words.
pub(super) const INLINE: [&str; 14] =
    ["b", "i", "em", "strong", "span", "a", "font", "small", "u", "sub", "sup", "abbr", "code", "mark"];

impl Cell<'_> {
    /// Where its text stands, and how it reads.
    fn content(&self) -> (Span, String) {
        let filled = |texts: &[(usize, &str)]| texts.iter().any(|it| !undone(it.1).trim().is_empty());
        let long = self.marks.iter().map(|it| it.1.trim().len()).sum::<usize>() > MARK_MAX;
        let mut texts: Vec<(usize, &str)> = self.texts.clone();
        // What stands raised alone, or is long, is no mark.
        let with_marks = !filled(&texts) || long;
        if with_marks {
            texts.extend(&self.marks);
            texts.sort_by_key(|it| it.0);
        }
        let mut text = String::new();
        for (at, it) in texts.iter().enumerate() {
            if !with_marks && self.parted.contains(&at) {
                text.push(' ');
            }
            text.push_str(&undone(it.1));
        }
        let text = text.split(is_plain_space).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ");
        let mut shown = texts.iter().filter(|it| !it.1.trim().is_empty());
        let first = shown.next().copied();
        let last = shown.next_back().copied().or(first);
        let span = match (first, last) {
            (Some(first), Some(last)) => {
                let start = first.0 + (first.1.len() - first.1.trim_start().len());
                Span::new(start, last.0 + last.1.trim_end().len())
            }
            _ => Span::new(self.start, self.start),
        };
        (span, text)
    }

    /// Where its text stands, if the source reads as the cell does.
    fn bare(&self) -> Option<(Span, &str)> {
        let [(start, text)] = self.texts[..] else { return None };
        let bare = text.trim();
        let is_bare = |it: &u8| !matches!(it, b'&' | b'\t' | b'\n' | b'\r' | b'\x0c');
        let is_same = self.marks.is_empty() && bare.bytes().all(|it| is_bare(&it)) && !bare.contains("  ");
        // HTML keeps other space, which is trimmed here.
        let is_same = is_same && bare.len() == text.trim_matches(is_plain_space).len() && !bare.is_empty();
        let start = start + (text.len() - text.trim_start().len());
        is_same.then(|| (Span::new(start, start + bare.len()), bare))
    }

    fn printed(self) -> Printed {
        let starts = |it: &str| it.starts_with(|it: char| it.is_ascii_digit());
        let (has_figure, cell) = if let Some((span, text)) = self.bare() {
            (starts(text), GridCell::at(span))
        } else {
            let (span, text) = self.content();
            (starts(&text), GridCell { span, unescaped: Some(text.into_boxed_str()) })
        };
        Printed { heads: self.heads, has_figure, rows: self.rows, columns: self.columns, cell }
    }
}

/// White space that HTML shows as one space.
fn is_plain_space(it: char) -> bool {
    matches!(it, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

/// Lays cells out: those that span rows stand in each, those that span
/// columns in the first; headings in all.
pub(super) fn lay(rows: &mut [HtmlRow]) -> Vec<Vec<Option<GridCell>>> {
    let mut laid: Vec<Vec<Option<GridCell>>> = Vec::new();
    // What reaches down into a column: how many rows are left, and the cell.
    let mut reaching: Vec<(usize, Option<GridCell>)> = Vec::new();
    for row in rows {
        let mut own = std::mem::take(&mut row.cells).into_iter();
        let mut cells: Vec<Option<GridCell>> = Vec::with_capacity(own.len());
        loop {
            let at = cells.len();
            if let Some((left, cell)) = reaching.get_mut(at).filter(|it| it.0 > 0) {
                *left -= 1;
                cells.push(cell.clone());
                continue;
            }
            let Some(cell) = own.next().filter(|_| at < COLUMNS_MAX) else { break };
            if cell.rows == 1 && cell.columns == 1 {
                if let Some(it) = reaching.get_mut(at) {
                    *it = (0, None);
                }
                cells.push(Some(cell.cell));
                continue;
            }
            for offset in 0..usize::from(cell.columns) {
                let shown = (offset == 0 || cell.heads).then(|| cell.cell.clone());
                if reaching.len() <= at + offset {
                    reaching.resize(at + offset + 1, (0, None));
                }
                reaching[at + offset] = (usize::from(cell.rows) - 1, shown.clone());
                cells.push(shown);
            }
        }
        // What reaches down behind the last cell.
        while let Some((left, cell)) = reaching.get_mut(cells.len()).filter(|it| it.0 > 0) {
            *left -= 1;
            cells.push(cell.clone());
        }
        laid.push(cells);
    }
    laid
}

/// Columns as rows.
fn turned(laid: &[Vec<Option<GridCell>>]) -> Vec<Vec<Option<GridCell>>> {
    let width = laid.iter().map(Vec::len).max().unwrap_or(0);
    (0..width).map(|column| laid.iter().map(|it| it.get(column).cloned().flatten()).collect()).collect()
}

/// The texts above a column, each once, joined by a space.
fn heading(rows: &[Vec<Option<GridCell>>], column: usize, source: &str) -> GridCell {
    let mut texts: Vec<&str> = Vec::new();
    let mut span = Span::default();
    for cell in rows.iter().filter_map(|it| it.get(column)?.as_ref()) {
        let printed = || &source[cell.span.start as usize..cell.span.end as usize];
        let text = cell.unescaped.as_deref().unwrap_or_else(printed);
        if !text.is_empty() && texts.last() != Some(&text) {
            texts.push(text);
            span = cell.span;
        }
    }
    let text = if texts.is_empty() { format!("column {}", column + 1) } else { texts.join(" ") };
    GridCell { span, unescaped: Some(text.into_boxed_str()) }
}
