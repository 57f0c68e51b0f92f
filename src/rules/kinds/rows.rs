//! `rows`: every listed row is there, once, and no other.

mod renamed;

use std::borrow::Cow;
use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::bind::{fault, unknown};
use super::said::{about_cell, about_filter, counted, line_of, why_no_value};
use super::words::NumberWord;
use crate::error::Result;
use crate::finding::{Place, Role};
use crate::nearest::nearest;
use crate::rules::file::WordOr;
use crate::rules::row_with_alias;
use crate::rules::{Binding, Context, Detail, Kind, Mark, Need, Scope};
use crate::table::{CellState, ColumnType, RowSchema, Table, fold_spaces};

/// The rows that must appear, and no others: labels or tables, in any order.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "Rows")]
pub(crate) struct Spec(Vec<WordOr<RowTable>>);

/// One row in full.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Row")]
pub(crate) struct RowTable {
    /// Its label.
    name: String,
    /// The label of the row it is a part of.
    under: Option<String>,
    /// Whether an edition may leave it out.
    #[serde(default)]
    optional: bool,
    /// Other labels it may have.
    #[serde(default)]
    aliases: Vec<String>,
    /// The type of its figures, if different from their columns: count, integer, amount or percent.
    #[serde(rename = "type")]
    kind: Option<NumberWord>,
}

#[derive(Debug)]
struct Rows {
    table: usize,
    listed: Vec<RowSchema>,
}

/// What came of comparing the rows of a table with those listed.
#[derive(Debug)]
pub(crate) struct Comparison {
    /// One check a listed row, then one a printed row that none stands for.
    pub(crate) checks: Vec<RowCheck>,
    /// The column that holds the labels.
    label: usize,
}

impl Comparison {
    /// Drops the rows that stand for a listed row a second time, where the
    /// table has a key: `keys` tells of them.
    pub(crate) fn leave_repeats_to_keys(&mut self) {
        self.checks.retain(|it| !matches!(it, RowCheck::Repeated(..)));
    }
}

/// What came of one row; indexes are into the rows listed and printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowCheck {
    /// A listed row is there.
    Found,
    /// A listed row that may be left out is left out.
    LeftOut,
    /// A listed row is not there.
    Missing(usize),
    /// A listed row is not there, but a label could not be read.
    Unsure(usize),
    /// A row is there that stands for a listed row a second time: the row, the first.
    Repeated(usize, usize),
    /// A listed row is there under another label: which, and the row.
    Renamed(usize, usize),
    /// A row is there that none is listed for.
    Unexpected(usize),
    /// A row's label could not be read, or its filter is unknown.
    Unlabelled(usize),
}

pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    let table = binding.require_table()?;
    binding.refuse_rounding("rows")?;
    binding.refuse_zero("rows")?;
    if spec.0.is_empty() {
        return Err(fault("the list of rows is empty"));
    }
    let listed: Vec<RowSchema> = spec.0.iter().map(read_row).collect();
    for index in 0..listed.len() {
        check_row(&listed, index)?;
    }
    if binding.tables[table].columns.iter().all(|it| it.kind != ColumnType::Label) {
        return Err(fault("rows are listed, but the table has no column of type label"));
    }
    Ok(Box::new(Rows { table, listed }))
}

/// Reads a listed row, written in short or in full.
pub(crate) fn read_row(written: &WordOr<RowTable>) -> RowSchema {
    match written.clone() {
        WordOr::Word(name) => RowSchema { name, under: None, optional: false, aliases: Vec::new(), kind: None },
        WordOr::Table(RowTable { name, under, optional, aliases, kind }) => {
            RowSchema { name, under, optional, aliases, kind: kind.map(NumberWord::kind) }
        }
    }
}

/// Checks one of the rows listed: that it has a name, is listed once, and
/// stands under another that is listed.
pub(crate) fn check_row(listed: &[RowSchema], index: usize) -> Result<()> {
    let row = &listed[index];
    if row.name.trim().is_empty() {
        return Err(fault("a row has an empty name"));
    }
    if listed[..index].iter().any(|it| it.name == row.name && it.under == row.under) {
        return Err(fault(format!("row {:?} is listed twice", row.name)));
    }
    match &row.under {
        Some(under) if *under == row.name => Err(fault(format!("row {under:?} is nested under itself"))),
        Some(under) if listed.iter().all(|it| it.name != *under) => {
            let others = listed.iter().map(|it| it.name.as_str()).filter(|&it| it != row.name);
            Err(unknown("row", under, others))
        }
        _ => Ok(()),
    }
}

impl Kind for Rows {
    fn scope(&self) -> Scope {
        Scope::Whole
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Table(self.table)]
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let table = context.needed_table(self.table);
        let comparison = compare_some(table, None, &self.listed, |row| context.gate(row));
        Ok(comparison.checks.iter().map(|it| it.mark()).collect())
    }

    fn explain(&self, context: &Context<'_>, check: usize) -> Detail {
        self.explain_all(context, &[check]).remove(0)
    }

    fn explain_all(&self, context: &Context<'_>, checks: &[usize]) -> Vec<Detail> {
        let table = context.needed_table(self.table);
        let comparison = compare_some(table, None, &self.listed, |row| context.gate(row));
        let explain = |check: &usize| {
            let unlabelled = match comparison.checks[*check] {
                RowCheck::Unlabelled(row) => about_filter(context, table, row),
                _ => None,
            };
            unlabelled.unwrap_or_else(|| comparison.explain(table, &self.listed, *check))
        };
        checks.iter().map(explain).collect()
    }
}

/// Compares the rows of a table with those listed; order is free.
///
/// A listed row stands under the row that it is listed under. Where a table
/// does not show what stands under what (a CSV file), labels decide, each
/// listed row of one label taking one printed row, in order.
///
/// The table of the edition before tells rows that were renamed.
pub(crate) fn compare(table: &Table, before: Option<&Table>, schema_rows: &[RowSchema]) -> Comparison {
    compare_some(table, before, schema_rows, |_| None)
}

/// Compares those rows that a gate lets in: `None` lets in, `Skipped` does not.
fn compare_some(
    table: &Table,
    before: Option<&Table>,
    listed: &[RowSchema],
    gate: impl Fn(usize) -> Option<Mark>,
) -> Comparison {
    let label = table.label_column().unwrap_or(0);
    let labels = Labels { table, label };
    let named = labels_of(listed);
    let candidates =
        |row: usize| -> &[usize] { labels.get(row).and_then(|it| named.get(&*it)).map_or(&[], Vec::as_slice) };
    let mut taken: Vec<Option<usize>> = vec![None; listed.len()];
    let mut has_place = vec![false; table.rows.len()];
    let mut rest = Vec::new();
    let admitted: Vec<usize> = (0..table.rows.len()).filter(|&it| gate(it) != Some(Mark::Skipped)).collect();
    let readable = |row: &usize| gate(*row).is_none() && labels.get(*row).is_some();
    // Rows that show what they stand under choose first, so that a looser
    // match never takes the place of an exact one.
    for exact in [true, false] {
        for &row in admitted.iter().filter(|it| readable(it)) {
            if has_place[row] {
                continue;
            }
            let fits = |it: &usize| taken[*it].is_none() && labels.fits(row, &listed[*it], listed, exact);
            if let Some(index) = candidates(row).iter().copied().find(fits) {
                taken[index] = Some(row);
                has_place[row] = true;
            }
        }
    }
    let unread = admitted.iter().any(|it| !readable(it));
    for &row in &admitted {
        if has_place[row] {
            continue;
        }
        let twin = candidates(row).iter().copied().find(|&it| labels.fits(row, &listed[it], listed, false));
        rest.push(match twin.and_then(|it| taken[it]) {
            _ if !readable(&row) => RowCheck::Unlabelled(row),
            Some(first) => RowCheck::Repeated(row, first),
            None => RowCheck::Unexpected(row),
        });
    }
    let checked = taken.iter().enumerate().map(|(index, row)| match row {
        Some(_) => RowCheck::Found,
        None if listed[index].optional => RowCheck::LeftOut,
        None if unread => RowCheck::Unsure(index),
        None => RowCheck::Missing(index),
    });
    let mut checks: Vec<RowCheck> = checked.chain(rest).collect();
    renamed::join(&mut checks, &renamed::Tables { table, before, label, listed, taken: &taken });
    Comparison { checks, label }
}

/// The listed rows by what they may be called, in their order.
fn labels_of(listed: &[RowSchema]) -> HashMap<Cow<'_, str>, Vec<usize>> {
    let mut named: HashMap<Cow<'_, str>, Vec<usize>> = HashMap::new();
    for (at, it) in listed.iter().enumerate() {
        for label in std::iter::once(&it.name).chain(&it.aliases) {
            let rows = named.entry(fold_spaces(label)).or_default();
            if rows.last() != Some(&at) {
                rows.push(at);
            }
        }
    }
    named
}

struct Labels<'a> {
    table: &'a Table,
    label: usize,
}

impl Labels<'_> {
    fn get(&self, row: usize) -> Option<Cow<'_, str>> {
        let column = self.table.columns.get(self.label)?;
        (column.states[row] == CellState::Value).then(|| fold_spaces(self.table.text(row, self.label)))
    }

    /// Whether a printed row stands for a listed one.
    fn fits(&self, row: usize, listed: &RowSchema, all: &[RowSchema], exact: bool) -> bool {
        let named = |row: usize, it: &RowSchema| {
            self.get(row).is_some_and(|label| {
                fold_spaces(&it.name) == label || it.aliases.iter().any(|alias| fold_spaces(alias) == label)
            })
        };
        if !named(row, listed) {
            return false;
        }
        match (self.table.rows[row].under, &listed.under) {
            (None, None) => true,
            (Some(above), Some(under)) => all.iter().any(|it| &it.name == under && named(above as usize, it)),
            _ => !exact,
        }
    }
}

impl RowCheck {
    /// Whether a listed row is not there.
    pub(crate) fn is_missing(self) -> bool {
        matches!(self, Self::Missing(_))
    }

    /// What the check came to.
    pub(crate) fn mark(self) -> Mark {
        match self {
            Self::Found => Mark::Holds,
            Self::LeftOut => Mark::Skipped,
            Self::Missing(_) | Self::Renamed(..) | Self::Repeated(..) | Self::Unexpected(_) => Mark::Fails,
            Self::Unsure(_) | Self::Unlabelled(_) => Mark::Undetermined,
        }
    }
}

impl Comparison {
    /// Says what there is to say of a check that fails or is undetermined.
    pub(crate) fn explain(&self, table: &Table, listed: &[RowSchema], check: usize) -> Detail {
        match self.checks[check] {
            RowCheck::Found | RowCheck::LeftOut => Detail::new(&table.name, "the row is as listed"),
            RowCheck::Missing(index) => self.explain_missing(table, &listed[index]),
            RowCheck::Renamed(index, row) => self.explain_renamed(table, &listed[index], row),
            RowCheck::Unsure(index) => self.explain_unsure(table, &listed[index]),
            RowCheck::Repeated(row, first) => {
                let times =
                    self.checks[..=check].iter().filter(|it| matches!(it, RowCheck::Repeated(_, at) if *at == first));
                let times = match times.count() {
                    1 => "twice".to_owned(),
                    more => counted(more as u64 + 1, "time", "times"),
                };
                let (text, line) = (table.text(row, self.label), line_of(table, first));
                let message = format!("row {text:?} appears {times}, first in line {line}");
                let mut detail = about_cell(table, row, self.label, message, "again");
                detail.places.push(Place::of_cell(table, first, self.label, Role::Operand, "first"));
                detail
            }
            RowCheck::Unexpected(row) => {
                let text = table.text(row, self.label);
                let mut message = format!("row {text:?} is not listed");
                if let Some(near) = nearest(text, listed.iter().map(|it| it.name.as_str())) {
                    message = format!("{message}; the nearest is {near:?}");
                }
                let mut detail = about_cell(table, row, self.label, message, "not listed");
                detail.observed = Some(text.to_owned());
                detail
            }
            RowCheck::Unlabelled(row) => {
                about_cell(table, row, self.label, why_no_value(table, row, self.label), "no label")
            }
        }
    }

    /// One cause, told once: from the listed row, at the printed one.
    fn explain_renamed(&self, table: &Table, listed: &RowSchema, row: usize) -> Detail {
        let text = table.text(row, self.label);
        let message = format!("row {} is missing, and {text:?} is not listed", shown(listed));
        let mut detail = about_cell(table, row, self.label, message, "probably this row under another name");
        detail.row = Some(listed.name.clone());
        detail.observed = Some(text.to_owned());
        let entry = row_with_alias(listed, text.trim());
        let hint = format!("if {text:?} is row {}, add the alias to the rule file: {entry}", shown(listed));
        Detail { hint: Some(hint), ..detail }
    }

    /// A row that is not there might be one whose label is not known.
    fn explain_unsure(&self, table: &Table, listed: &RowSchema) -> Detail {
        let message = format!("row {} may be the one whose label is unclear", shown(listed));
        let unlabelled = self.checks.iter().find_map(|it| match it {
            RowCheck::Unlabelled(row) => Some(Place::of_row(table, *row, Role::Primary, "may be this row")),
            _ => None,
        });
        Detail {
            row: Some(listed.name.clone()),
            places: unlabelled.into_iter().collect(),
            ..Detail::new(&table.name, message)
        }
    }

    /// A missing row has no place of its own: that of the table's first row
    /// stands for it, or that of the row which is likely it under another name.
    fn explain_missing(&self, table: &Table, listed: &RowSchema) -> Detail {
        let strangers = self.checks.iter().filter_map(|it| match it {
            RowCheck::Unexpected(row) => Some(*row),
            _ => None,
        });
        let strangers: Vec<usize> = strangers.collect();
        let near = nearest(&listed.name, strangers.iter().map(|&it| table.text(it, self.label)));
        let likely = strangers.iter().find(|&&it| Some(table.text(it, self.label)) == near);
        let mut message = format!("row {} is missing", shown(listed));
        if let Some(near) = near {
            message = format!("{message}; the nearest printed row is {near:?}");
        }
        let mut detail = Detail { row: Some(listed.name.clone()), ..Detail::new(&table.name, message) };
        detail.column = table.columns.get(self.label).map(|it| it.name.clone());
        let place = match likely {
            Some(&row) => Place::of_cell(table, row, self.label, Role::Primary, "probably this row under another name"),
            None if table.rows.is_empty() => Place::of_span(
                &table.document,
                table.document.line(table.sheet.as_deref(), 1),
                Role::Primary,
                "the table has no rows",
            ),
            None => Place::of_row(table, 0, Role::Primary, "the table begins here"),
        };
        detail.places.push(Place { table: table.name.clone(), ..place });
        detail
    }
}

fn shown(row: &RowSchema) -> String {
    match &row.under {
        Some(under) => format!("{:?} under {under:?}", row.name),
        None => format!("{:?}", row.name),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{dataset, said, table};
    use super::*;

    fn rules(rows: &str) -> String {
        format!(
            "[tables.t]\nkey = ['item']\ncolumns = {{ item = 'label', n = 'count' }}\n[[rules]]\nname = 'r'\nrows = {rows}"
        )
    }

    #[test]
    fn order_is_free_and_optional_rows_may_go() {
        let rules = rules("['A', { name = 'B', optional = true }, { name = 'C', aliases = ['See'] }]");
        assert_eq!(said(&rules, &[("t", "item,n\nSee,1\nA,2")], &[]), [""; 0]);
    }

    #[test]
    fn a_renamed_row_is_told_once() {
        let told = said(&rules("['Murder', 'Robbery']"), &[("t", "item,n\nMurder,1\nRoberry,2")], &[]);
        assert_eq!(told, ["row \"Robbery\" is missing, and \"Roberry\" is not listed"]);
    }

    #[test]
    fn a_name_that_two_rows_may_have_is_no_rename() {
        let told = said(&rules("['District 1', 'Robbery']"), &[("t", "item,n\nDistrict 2,1\nArson,2")], &[]);
        assert_eq!(told.len(), 4, "{told:?}");
        let told = said(&rules("['Robbery']"), &[("t", "item,n\nRobberys,1\nRobbery.,2")], &[]);
        assert_eq!(told.len(), 3, "{told:?}");
    }

    #[test]
    fn a_row_stands_once() {
        let told = said(&rules("['A']"), &[("t", "item,n\nA,1\nA,2\nA,3")], &[]);
        assert_eq!(told, ["row \"A\" appears twice, first in line 2", "row \"A\" appears 3 times, first in line 2"]);
    }

    #[test]
    fn an_unclear_label_leaves_missing_rows_undetermined() {
        let told = said(&rules("['A', 'B']"), &[("t", "item,n\nA,1\n?,2")], &[]);
        assert_eq!(told, ["row \"B\" may be the one whose label is unclear", "item can be read in more than one way"]);
    }

    #[test]
    fn rows_of_one_label_are_told_apart_by_what_they_stand_under() {
        let dataset = dataset(&rules(
            "['Cars', { name = 'killed', under = 'Cars' }, 'Trains', { name = 'killed', under = 'Trains' }]",
        ))
        .unwrap();
        let listed = [("Cars", None), ("killed", Some("Cars")), ("Trains", None), ("killed", Some("Trains"))];
        let listed: Vec<RowSchema> = listed
            .map(|(name, under)| RowSchema {
                name: name.to_owned(),
                under: under.map(str::to_owned),
                optional: false,
                aliases: Vec::new(),
                kind: None,
            })
            .into();
        let mut printed = table(&dataset.tables[0], "item,n\nTrains,1\nkilled,2\nCars,3");
        printed.rows[1].under = Some(0);
        let comparison = compare(&printed, None, &listed);
        assert_eq!(comparison.checks, [RowCheck::Found, RowCheck::Missing(1), RowCheck::Found, RowCheck::Found]);
        let detail = comparison.explain(&printed, &listed, 1);
        assert_eq!(detail.message, "row \"killed\" under \"Cars\" is missing");
        assert_eq!(detail.places[0].line, 2);
    }

    #[test]
    fn an_empty_table_lacks_every_row() {
        assert_eq!(said(&rules("['A']"), &[("t", "item,n")], &[]), ["row \"A\" is missing"]);
    }
}
