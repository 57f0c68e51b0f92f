//! Types the text of a grid by a declared or inferred schema.
//!
//! - `columns`: which printed column is which declared one
//! - `cells`: the text of a column to figures, labels and days
//! - `days`: how dates are printed
//! - `style`: how the numbers of the table are printed
//! - `unclear`: glued rows that can be read in more than one way; `wide`: cells
//!   that may hold more than one cell; `suspect`: cells that a spreadsheet changed
//! - `infer`: a schema for a file that has none; `again`: a column as that of
//!   another edition

mod again;
mod cells;
mod columns;
mod days;
mod infer;
mod rows;
mod style;
mod suspect;
mod unclear;
mod wide;

use std::collections::HashMap;
use std::sync::Arc;

pub(crate) use again::read_as;
pub(super) use cells::fits;
pub(super) use days::{DayReader, day_alone};
pub use infer::infer_schema;
pub(crate) use infer::infer_schema_as;
pub(crate) use style::Signs;

use super::{FaultKind, Grid};
use crate::table::{CellState, ColumnType, Document, NumberStyle, Row, Span, Table, TableSchema};

/// A typed table, and what could not be typed.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The table.
    pub table: Table,
    /// What was not as the schema has it, by column and then by row.
    pub faults: Vec<TypeFault>,
}

/// Something that is not as the schema has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeFault {
    /// What is the matter.
    pub kind: TypeFaultKind,
    /// The row, as an index of [`Table::rows`]; `None` for a heading.
    pub row: Option<u32>,
    /// The column, as an index of [`Table::columns`]; `None` for a whole row or a missing column.
    pub column: Option<usize>,
    /// The name of a declared column that is not printed.
    pub missing: Option<String>,
    /// The message: lowercase, what was expected, what was found.
    pub message: String,
    /// How to mend it, if known.
    pub hint: Option<String>,
    /// Where; empty at 0 where nothing is printed.
    pub span: Span,
}

/// What is the matter with a cell or a column; each belongs to an implied rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeFaultKind {
    /// A cell is not of its column's type.
    Type,
    /// A cell is empty that must not be.
    Blank,
    /// A declared column is missing, or a heading stands twice.
    Columns,
    /// A column is printed that is not declared; a fault only to a closed schema.
    ExtraColumn,
    /// A number is printed in another style than the rest.
    Style,
    /// A number may be meant in another style than it is read in.
    StyleDoubt,
    /// The same, where other numbers make it unlikely.
    StyleNote,
    /// A column of figures and other cells is read as text.
    NearlyNumbers,
    /// A spreadsheet has made something else of a cell, by its look.
    Suspect,
    /// A row can be read in more than one way.
    Unclear,
    /// A row is shorter or longer than the heading.
    Read,
    /// A formula gives another value than the one that stands in the file.
    Stale,
    /// A period has no column, and those before and after it have.
    Gap,
    /// Rows or columns that their sheet does not show.
    Hidden,
}

impl TypeFaultKind {
    /// The implied rule that it belongs to.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Type | Self::NearlyNumbers | Self::Suspect => "type",
            Self::Blank => "blank",
            Self::Columns | Self::ExtraColumn => "columns",
            Self::Style | Self::StyleDoubt | Self::StyleNote => "style",
            Self::Unclear => "unclear",
            Self::Read | Self::Hidden => "read",
            Self::Stale => "stale",
            Self::Gap => "period",
        }
    }
}

/// What is known of a table beside its schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TypeOptions {
    /// How its numbers are printed, where the user says so: goes before all else.
    pub style: Option<NumberStyle>,
    /// How its numbers are printed, by the language that is declared for it;
    /// what the schema declares goes before.
    pub locale: Option<NumberStyle>,
    /// Whether the schema was inferred from this table: then its types show
    /// nothing that the cells do not.
    pub inferred: bool,
}

/// Types a grid by a schema.
///
/// Columns come in the order of the schema, then undeclared ones as printed,
/// with an inferred type. The faults of the grid come first among the faults.
pub fn type_grid(grid: &Grid, document: &Arc<Document>, schema: &TableSchema, options: &TypeOptions) -> Typed {
    let mut faults = grid_faults(grid);
    let mut matched = columns::match_columns(grid, document, schema, &mut faults);
    let mut context = Context::new(grid, document, schema, *options);
    let choice = context.style_of(&matched, *options);
    context.style = choice.style;
    context.row_kinds = context.row_kinds(&matched);
    columns::infer_extra(grid, document, context.style, &mut matched);
    let mut columns = Vec::with_capacity(matched.len());
    for (index, matched) in matched.iter().enumerate() {
        columns.push(context.column(index, matched, &mut faults));
    }
    faults.extend(choice.doubts.iter().map(|it| context.style_fault(&matched, it)));
    if options.inferred {
        faults.extend((0..matched.len()).filter_map(|it| context.nearly_numbers(it, &matched[it])));
    }
    faults.extend(context.wide_cells(&matched));
    faults.extend(context.suspect_cells(&matched));
    if options.inferred {
        faults.extend(context.stray_spaces(&matched));
    }
    let place = |name: &String| columns.iter().position(|it| it.name == *name);
    let mut table = Table {
        name: schema.name.clone(),
        document: Arc::clone(document),
        sheet: grid.sheet.as_ref().map(|it| it.name.clone()),
        key: schema.key.iter().filter_map(place).collect(),
        columns,
        rows: grid.rows.iter().map(|it| Row { under: it.under, span: it.span, number: it.number }).collect(),
        unclear: Vec::new(),
        doubts: Vec::new(),
    };
    context.unclear_rows(&matched, &mut table, &mut faults);
    table.doubts = context.doubts(&matched);
    Typed { table, faults }
}

/// The style that the numbers of a grid are read in: the one declared, or the
/// one that reads most of them.
pub fn style_of(grid: &Grid, document: &Arc<Document>, schema: &TableSchema, options: &TypeOptions) -> NumberStyle {
    let matched = columns::match_columns(grid, document, schema, &mut Vec::new());
    Context::new(grid, document, schema, *options).style_of(&matched, *options).style
}

/// What the rows of a grid numbered above `after` show of its number style.
pub(crate) fn signs_of(
    grid: &Grid,
    document: &Arc<Document>,
    schema: &TableSchema,
    options: TypeOptions,
    after: u32,
) -> Signs {
    let matched = columns::match_columns(grid, document, schema, &mut Vec::new());
    Context::new(grid, document, schema, options).signs(&matched, options, after)
}

/// What all cells of a grid are typed by.
struct Context<'a> {
    grid: &'a Grid,
    document: &'a Document,
    schema: &'a TableSchema,
    /// The style of its numbers; until that is found, the one to be tried first.
    style: NumberStyle,
    aliases: HashMap<String, &'a str>,
    /// The types that rows declare; empty where none does.
    row_kinds: Vec<Option<ColumnType>>,
}

impl<'a> Context<'a> {
    fn new(grid: &'a Grid, document: &'a Document, schema: &'a TableSchema, options: TypeOptions) -> Self {
        // What is kept column by column has its numbers as they are: a declared style or
        // a locale is for the texts among them only.
        let usual = schema.style.or(options.locale).filter(|_| document.is_of_columns());
        let usual = usual.unwrap_or(NumberStyle::ENGLISH);
        Self { grid, document, schema, style: usual, aliases: aliases(schema), row_kinds: Vec::new() }
    }
}

/// The printed labels of declared rows, by alias.
fn aliases(schema: &TableSchema) -> HashMap<String, &str> {
    let of = |row| {
        let row: &crate::table::RowSchema = row;
        row.aliases.iter().map(|alias| (crate::table::fold_spaces(alias).into_owned(), row.name.as_str()))
    };
    schema.rows.iter().flat_map(of).collect()
}

const UNCLEAR_COLUMNS_HINT: &str = "declare the columns of the table in a rule file";
const HIDDEN_HINT: &str = "unhide it if readers should see it, or delete it if it is not part of the table";
const NO_READING_HINT: &str = "a figure or the total is misprinted, or the total covers other rows";

fn grid_faults(grid: &Grid) -> Vec<TypeFault> {
    let typed = |fault: &super::Fault| {
        let kind = match fault.kind {
            FaultKind::Ragged => TypeFaultKind::Read,
            FaultKind::DuplicateHeading => TypeFaultKind::Columns,
            FaultKind::NoReadingAdds | FaultKind::UnclearColumns => TypeFaultKind::Unclear,
            FaultKind::Stale => TypeFaultKind::Stale,
            FaultKind::Gap => TypeFaultKind::Gap,
            FaultKind::Hidden => TypeFaultKind::Hidden,
        };
        let hint = match fault.kind {
            FaultKind::UnclearColumns if fault.row.is_none() => Some(UNCLEAR_COLUMNS_HINT),
            FaultKind::UnclearColumns => Some(unclear::APART_HINT),
            FaultKind::NoReadingAdds => Some(NO_READING_HINT),
            FaultKind::Hidden => Some(HIDDEN_HINT),
            FaultKind::Ragged | FaultKind::DuplicateHeading | FaultKind::Stale | FaultKind::Gap => None,
        };
        let (row, span, message) = (fault.row, fault.span, fault.message.clone());
        TypeFault { kind, row, column: None, missing: None, message, hint: hint.map(str::to_owned), span }
    };
    grid.faults.iter().map(typed).collect()
}

/// What a type expects, for messages.
fn expected(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Label => "a label",
        ColumnType::Text => "a text",
        ColumnType::Count => "a count",
        ColumnType::Integer => "a whole number",
        ColumnType::Amount => "a number",
        ColumnType::Percent => "a percentage",
        ColumnType::Date => "a date",
        ColumnType::Period => "a period",
    }
}

/// What stands in a cell before its text is looked at.
fn state_of(text: Option<&str>) -> CellState {
    match text {
        None => CellState::Absent,
        Some("") => CellState::Empty,
        Some(_) => CellState::Value,
    }
}

#[cfg(test)]
mod tests;
