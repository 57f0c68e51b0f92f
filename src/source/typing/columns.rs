//! Which printed column is which declared one.

use std::collections::{HashMap, HashSet};

use super::{Context, TypeFault, TypeFaultKind, infer};
use crate::source::{Grid, GridCell};
use crate::table::{ColumnSchema, ColumnType, Document, NumberStyle, Span, TableSchema, fold_spaces};

/// A printed column with what it is to be read as.
#[derive(Clone, Debug)]
pub(super) struct Matched {
    /// What is declared of it, or was inferred.
    pub(super) schema: ColumnSchema,
    /// Where it stands among the printed columns.
    pub(super) position: usize,
    /// Whether the schema declares it.
    pub(super) declared: bool,
}

impl Matched {
    /// Whether its cells have a say in the style of the table's numbers.
    pub(super) fn may_be_number(&self, grid: &Grid, document: &Document) -> bool {
        if self.declared {
            self.schema.kind.is_number()
        } else {
            infer::looks_like_numbers(grid, document, self.position)
        }
    }
}

/// Finds the printed column of each declared one; the others follow as extra.
pub(super) fn match_columns(
    grid: &Grid,
    document: &Document,
    schema: &TableSchema,
    faults: &mut Vec<TypeFault>,
) -> Vec<Matched> {
    let names = names(grid, document);
    let mut headings = Headings::new(&names, grid.headings_printed);
    // Names and aliases come first, so that no loose match takes another's heading.
    let exact: Vec<Option<usize>> = schema.columns.iter().map(|it| headings.take_exact(it)).collect();
    let mut matched = Vec::new();
    let mut missing = Vec::new();
    for (index, (column, exact)) in schema.columns.iter().zip(exact).enumerate() {
        match exact.or_else(|| headings.take_loose(column, index)) {
            Some(position) => matched.push(Matched { schema: column.clone(), position, declared: true }),
            None if column.optional => {}
            None => missing.push(column),
        }
    }
    let mut used: HashSet<String> = matched.iter().map(|it| it.schema.name.clone()).collect();
    let taken = headings.taken;
    let free: Vec<&str> = (0..names.len()).filter(|&it| !taken[it]).map(|it| names[it].as_str()).collect();
    faults.extend(missing.into_iter().map(|it| missing_fault(it, &free, grid)));
    for (position, name) in names.into_iter().enumerate().filter(|it| !taken[it.0]) {
        let heading = grid.headings[position].text(document);
        let span = grid.headings[position].span;
        faults.push(TypeFault {
            kind: TypeFaultKind::ExtraColumn,
            row: None,
            column: Some(matched.len()),
            missing: None,
            message: format!("expected only declared columns, found \"{heading}\""),
            hint: None,
            span,
        });
        let name = unused(&name, &mut used, &mut HashMap::new());
        matched.push(Matched { schema: ColumnSchema::new(name, ColumnType::Text), position, declared: false });
    }
    matched
}

/// Infers the types of columns that are not declared.
pub(super) fn infer_extra(grid: &Grid, document: &Document, style: NumberStyle, matched: &mut [Matched]) {
    for it in matched.iter_mut().filter(|it| !it.declared) {
        it.schema.kind = infer::kind_of(grid, document, it.position, style);
    }
}

impl Context<'_> {
    /// Tells of a column of text whose cells are mostly figures.
    pub(super) fn nearly_numbers(&self, index: usize, matched: &Matched) -> Option<TypeFault> {
        let kind = matched.schema.kind;
        if !matches!(kind, ColumnType::Label | ColumnType::Text) {
            return None;
        }
        let it = infer::nearly_numbers(self.grid, self.document, matched.position)?;
        let cell = |row: usize| &self.grid.rows[row].cells[matched.position];
        let first = *it.odd.first()?;
        let texts: Vec<String> = it.odd.iter().map(|row| format!("\"{}\"", cell(*row).text(self.document))).collect();
        let odd = it.filled - it.figures;
        let more = if odd > texts.len() { format!(" and {} more", odd - texts.len()) } else { String::new() };
        let message = format!(
            "{} of {} cells in this column are figures, but not {}{more}; the column is read as text",
            it.figures,
            it.filled,
            texts.join(", ")
        );
        Some(TypeFault {
            kind: TypeFaultKind::NearlyNumbers,
            row: u32::try_from(first).ok(),
            column: Some(index),
            missing: None,
            message,
            hint: Some(
                "declare the type of the column in a rule file: count or amount to report such cells, text to accept \
                 them"
                    .to_owned(),
            ),
            span: cell(first).span,
        })
    }
}

/// The names that columns have by their headings: as printed, numbered where
/// nothing is printed or where the same stands twice.
pub(super) fn names(grid: &Grid, document: &Document) -> Vec<String> {
    let (mut used, mut counts) = (HashSet::new(), HashMap::new());
    let name = |(position, heading): (usize, &GridCell)| {
        let printed = fold_spaces(heading.text(document));
        let base = if printed.is_empty() { format!("column{}", position + 1) } else { printed.into_owned() };
        unused(&base, &mut used, &mut counts)
    };
    grid.headings.iter().enumerate().map(name).collect()
}

/// The name itself, or the first of `name_2`, `name_3`, … that is not used;
/// `counts` keeps where to go on, for headings that stand many times.
fn unused(name: &str, used: &mut HashSet<String>, counts: &mut HashMap<String, usize>) -> String {
    let mut free = name.to_owned();
    let count = counts.entry(free.clone()).or_insert(1);
    while !used.insert(free.clone()) {
        *count += 1;
        free = format!("{name}_{count}");
    }
    free
}

/// The printed columns by their names, each to be taken once.
struct Headings {
    exact: HashMap<String, Vec<usize>>,
    loose: HashMap<String, Vec<usize>>,
    taken: Vec<bool>,
    printed: bool,
}

impl Headings {
    fn new(names: &[String], printed: bool) -> Self {
        let by = |fold: fn(&str) -> String| {
            let mut positions: HashMap<String, Vec<usize>> = HashMap::new();
            for (position, name) in names.iter().enumerate() {
                positions.entry(fold(name)).or_default().push(position);
            }
            positions
        };
        Self { exact: by(fold), loose: by(fold_loosely), taken: vec![false; names.len()], printed }
    }

    /// By name, then by alias.
    fn take_exact(&mut self, column: &ColumnSchema) -> Option<usize> {
        let position = wanted(column).find_map(|it| self.free(self.exact.get(&fold(it))));
        self.take(position)
    }

    /// With `_` as a space and without a unit behind; by order where no
    /// heading is printed.
    fn take_loose(&mut self, column: &ColumnSchema, index: usize) -> Option<usize> {
        let loose = wanted(column).find_map(|it| self.free(self.loose.get(&fold_loosely(it))));
        let by_order = || (!self.printed && self.taken.get(index) == Some(&false)).then_some(index);
        self.take(loose.or_else(by_order))
    }

    fn free(&self, positions: Option<&Vec<usize>>) -> Option<usize> {
        positions?.iter().copied().find(|&it| !self.taken[it])
    }

    fn take(&mut self, position: Option<usize>) -> Option<usize> {
        self.taken[position?] = true;
        position
    }
}

fn wanted(column: &ColumnSchema) -> impl Iterator<Item = &String> {
    std::iter::once(&column.name).chain(&column.aliases)
}

fn missing_fault(column: &ColumnSchema, free: &[&str], grid: &Grid) -> TypeFault {
    let near = crate::nearest::nearest(&column.name, free.iter().copied());
    let first = grid.headings.first().map_or(Span::default(), |it| it.span);
    let last = grid.headings.last().map_or(first, |it| it.span);
    TypeFault {
        kind: TypeFaultKind::Columns,
        row: None,
        column: None,
        missing: Some(column.name.clone()),
        message: format!("expected a column \"{}\", found none", column.name),
        hint: near.map(|it| format!("the nearest heading is \"{it}\"; declare it as an alias if it is this column")),
        span: Span { start: first.start.min(last.end), end: last.end },
    }
}

fn fold(text: &str) -> String {
    fold_spaces(text).to_lowercase()
}

fn fold_loosely(text: &str) -> String {
    let folded = fold(text).replace('_', " ");
    let bare = folded.find(" (").map_or(folded.as_str(), |it| &folded[..it]);
    if bare.is_empty() { folded } else { bare.to_owned() }
}
