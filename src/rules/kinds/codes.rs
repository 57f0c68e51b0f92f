//! `codes`: every value of a column is listed.

mod validity;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Visitor};

use super::bind::{fault, mark_missing, needed_column};
use super::said::{about_cell, about_filter, why_no_value};
use crate::error::Result;
use crate::finding::Expected;
use crate::nearest::nearest;
use crate::plan::{Missing, Sieved, Test};
use crate::rules::{Binding, Context, Detail, Kind, Mark, Need, Scope};
use crate::table::{CellState, ColumnData, KeyCell, NumberStyle, Table, fold_spaces, read_figure};
use validity::Validity;

/// A column, and the values it may have: a list, or a file with one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Codes")]
pub(crate) struct Spec {
    /// The column.
    column: String,
    /// The values it may have.
    values: Option<Vec<Code>>,
    /// A CSV file next to the rule file whose first column lists them under a heading.
    file: Option<String>,
    /// A column with the day or period of the row, on which the code must be valid according to the
    /// columns `from` and `to` of the file.
    on: Option<String>,
}

/// A listed value: a text, or a whole number.
#[derive(Clone, Debug)]
struct Code(String);

#[derive(Debug)]
struct Codes {
    table: usize,
    column: String,
    listed: Vec<String>,
    known: HashSet<KeyCell<'static>>,
    missing: Missing,
    validity: Option<Validity>,
}

/// A column whose texts are tested one by one.
pub(super) struct Tested<'a> {
    pub(super) table: &'a Table,
    pub(super) column: usize,
    pub(super) missing: Missing,
}

// Findings list the values that would hold only where that helps a reader.
const SHOWN_MAX: usize = 20;

pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    let table = binding.require_table()?;
    binding.refuse_rounding("codes")?;
    binding.refuse_zero("codes")?;
    let column = binding.column(table, &spec.column)?;
    let mut bytes = Vec::new();
    let listed = match (&spec.values, &spec.file) {
        (Some(_), None) if spec.on.is_some() => {
            return Err(fault("a list in the rule does not say when a code is valid")
                .hint("write file = \"codes.csv\" with the columns code, from and to"));
        }
        (Some(values), None) => values.iter().map(|it| it.0.clone()).collect(),
        (None, Some(file)) => {
            bytes = (binding.read)(file)?;
            read_list(file, &bytes)?
        }
        _ => return Err(fault("codes needs exactly one of values and file")),
    };
    if listed.is_empty() {
        return Err(fault("the list of codes is empty"));
    }
    let read = |text: &String| {
        if !column.kind.is_number() {
            return Ok(KeyCell::Text(Cow::Owned(fold_spaces(text).into_owned())));
        }
        let figure = read_figure(text, NumberStyle::PLAIN, None);
        let what = || fault(format!("{text:?} is listed, but column {:?} is a {}", column.name, column.kind.word()));
        figure.map(|it| KeyCell::number(it.value)).map_err(|_| what())
    };
    let known = listed.iter().map(read).collect::<Result<_>>()?;
    let file = spec.file.as_deref().unwrap_or_default();
    let validity = spec.on.as_ref().map(|on| Validity::read((file, &bytes), on, (binding, table), read)).transpose()?;
    Ok(Box::new(Codes { table, column: spec.column.clone(), listed, known, missing: binding.missing, validity }))
}

/// Reads the first column of a CSV file, below its heading.
fn read_list(file: &str, bytes: &[u8]) -> Result<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(plain(bytes));
    let mut listed = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|cause| fault("cannot read the list of codes").in_file(file).because(cause))?;
        listed.extend(record.get(0).map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned));
    }
    Ok(listed)
}

/// Bytes without a mark of their order.
fn plain(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

impl Kind for Codes {
    fn scope(&self) -> Scope {
        Scope::Row(self.table)
    }

    fn needs(&self) -> Vec<Need> {
        let columns = std::iter::once(&self.column).chain(self.validity.as_ref().map(|it| &it.on));
        let columns = columns.map(|it| Need::Column(self.table, it.clone()));
        std::iter::once(Need::Table(self.table)).chain(columns).collect()
    }

    fn sieve(&self) -> Option<Sieved> {
        if self.validity.is_some() {
            return None;
        }
        let listed = self.listed.iter().map(|it| it.as_bytes().into()).collect();
        Some(Sieved::Each(vec![Test::Listed(self.column.clone(), listed)]))
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let table = context.needed_table(self.table);
        let tested = Tested { table, column: needed_column(table, &self.column), missing: self.missing };
        let column = &table.columns[tested.column];
        let mut marks: Vec<Mark> = match column.data {
            ColumnData::Numbers(_) => {
                (0..table.rows.len()).map(|row| self.mark_number(context, table, (tested.column, row))).collect()
            }
            _ => mark_texts(context, &tested, |text| self.lists(text)),
        };
        if let Some(validity) = &self.validity {
            for (row, mark) in marks.iter_mut().enumerate().filter(|it| *it.1 == Mark::Holds) {
                *mark = match KeyCell::of(table, row, tested.column) {
                    Some(code) => validity.mark(table, row, &code),
                    None => validity.mark(table, row, &KeyCell::text(table.text(row, tested.column))),
                };
            }
        }
        Ok(marks)
    }

    fn explain(&self, context: &Context<'_>, row: usize) -> Detail {
        let table = context.needed_table(self.table);
        if let Some(detail) = about_filter(context, table, row) {
            return detail;
        }
        let column = needed_column(table, &self.column);
        if !table.columns[column].states[row].has_value() {
            return about_cell(table, row, column, why_no_value(table, row, column), "no value");
        }
        let text = table.text(row, column);
        if let Some(validity) = self.validity.as_ref().filter(|_| self.is_listed(table, row, column)) {
            return validity.explain(table, row, column);
        }
        let mut message = format!("{text:?} is not a listed value");
        if let Some(near) = nearest(text, self.listed.iter().map(String::as_str)) {
            message = format!("{message}; the nearest is {near:?}");
        }
        let mut detail = about_cell(table, row, column, message, "not listed");
        detail.observed = Some(text.to_owned());
        detail.expected = (self.listed.len() <= SHOWN_MAX).then(|| Expected::OneOf(self.listed.clone()));
        detail
    }
}

impl Codes {
    fn lists(&self, text: &str) -> bool {
        self.known.contains(&KeyCell::text(text))
    }

    fn is_listed(&self, table: &Table, row: usize, column: usize) -> bool {
        KeyCell::of(table, row, column).is_some_and(|it| self.known.contains(&it))
    }

    fn mark_number(&self, context: &Context<'_>, table: &Table, (at, row): (usize, usize)) -> Mark {
        let (column, value) = (&table.columns[at], KeyCell::of(table, row, at));
        context.gate(row).unwrap_or_else(|| match (value, column.states[row]) {
            (Some(value), _) if self.known.contains(&value) => Mark::Holds,
            (Some(_), _) => Mark::Fails,
            (None, CellState::Empty | CellState::Absent) if self.missing != Missing::Fail => Mark::Skipped,
            (None, _) => mark_missing(self.missing),
        })
    }
}

/// Marks the rows of a column by a test of their text, made once a distinct text.
///
/// An empty cell is not a check, unless missing values fail. A marker whose
/// text passes is a value of its own (`c` for confirmed), else undetermined.
pub(super) fn mark_texts(context: &Context<'_>, tested: &Tested<'_>, test: impl Fn(&str) -> bool) -> Vec<Mark> {
    let column = &tested.table.columns[tested.column];
    let mut known: Vec<Option<bool>> = match &column.data {
        ColumnData::Texts(texts) => vec![None; texts.dictionary.len()],
        _ => Vec::new(),
    };
    let mut passes = |row: usize| match &column.data {
        ColumnData::Texts(texts) if column.states[row] == CellState::Value => {
            *known[texts.codes[row] as usize].get_or_insert_with(|| test(texts.get(row)))
        }
        _ => test(tested.table.text(row, tested.column)),
    };
    let mut mark = |row: usize| {
        context.gate(row).unwrap_or_else(|| match column.states[row] {
            CellState::Empty | CellState::Absent if tested.missing != Missing::Fail => Mark::Skipped,
            CellState::Marker(_) if passes(row) => Mark::Holds,
            it if !it.has_value() => mark_missing(tested.missing),
            _ if passes(row) => Mark::Holds,
            _ => Mark::Fails,
        })
    };
    (0..column.states.len()).map(&mut mark).collect()
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CodeVisitor)
    }
}

struct CodeVisitor;

impl Visitor<'_> for CodeVisitor {
    type Value = Code;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a string or a whole number")
    }

    fn visit_str<E>(self, text: &str) -> Result<Code, E> {
        Ok(Code(text.to_owned()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Code, E> {
        Ok(Code(number.to_string()))
    }
}

impl JsonSchema for Code {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"] })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{dataset, judge, said};
    use super::*;

    fn rules(codes: &str) -> String {
        format!(
            "[tables.t]\ncolumns = {{ flag = 'text', n = 'count' }}\n[[rules]]\nname = 'listed'\n\
             codes = {{ {codes} }}"
        )
    }

    #[test]
    fn names_the_nearest_value() {
        let rules = rules("column = 'flag', values = ['Murder', 'Robbery']");
        let (marks, details) = judge(&rules, &[("t", "flag,n\nRoberry,1\nRobbery,2\n,3\nRoberry,4")], &[]);
        assert_eq!(marks, [Mark::Fails, Mark::Holds, Mark::Skipped, Mark::Fails]);
        assert_eq!(details[0].message, "\"Roberry\" is not a listed value; the nearest is \"Robbery\"");
        assert_eq!(details[0].expected, Some(Expected::OneOf(vec!["Murder".into(), "Robbery".into()])));
    }

    #[test]
    fn numbers_are_listed_by_value() {
        let rules = rules("column = 'n', values = [1, '2.0']");
        let (marks, _) = judge(&rules, &[("t", "flag,n\na,1.0\nb,2\nc,3\nd,\ne,?")], &[]);
        assert_eq!(marks, [Mark::Holds, Mark::Holds, Mark::Fails, Mark::Skipped, Mark::Undetermined]);
    }

    #[test]
    fn a_listed_marker_is_a_value() {
        let rules = rules("column = 'flag', values = ['c', 'r']");
        assert_eq!(said(&rules, &[("t", "flag,n\nc,1\nx,2")], &[]), ["flag is confidential, printed as x"]);
    }

    #[test]
    fn a_file_lists_its_first_column_below_a_heading() {
        let rules = rules("column = 'flag', file = 'codes.csv'");
        let (marks, _) = judge(&rules, &[("t", "flag,n\nR,1\nA,2\ncode,3")], &[]);
        assert_eq!(marks, [Mark::Holds, Mark::Holds, Mark::Fails]);
    }

    #[test]
    fn a_code_is_valid_from_a_day_to_another() {
        let rules = "[tables.t]\ncolumns = { day = 'date', code = 'text' }\n[[rules]]\nname = 'valid'\n\
            codes = { column = 'code', file = 'validity.csv', on = 'day' }";
        let rows = "day,code\n2019-12-31,A\n2020-01-01,A\n2020-06-30,A\n2020-07-01,A\n2021-01-01,A\n,A\n2020-01-01,D\n1900-01-01,B";
        let (marks, details) = judge(rules, &[("t", rows)], &[]);
        let (holds, fails, open) = (Mark::Holds, Mark::Fails, Mark::Undetermined);
        assert_eq!(marks, [fails, holds, holds, fails, holds, open, fails, holds]);
        let told: Vec<&str> = details.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(
            told,
            [
                "\"A\" is not valid on 2019-12-31: it is valid from 2020-01-01 to 2020-06-30 and from 2021-01-01",
                "\"A\" is not valid on 2020-07-01: it is valid from 2020-01-01 to 2020-06-30 and from 2021-01-01",
                "\"A\" is listed, but day is empty, so it is unknown whether it is valid",
                "\"D\" is not a listed value",
            ]
        );
    }

    #[test]
    fn a_code_that_is_valid_in_a_part_of_a_period_is_undetermined() {
        let rules = "[tables.t]\ncolumns = { month = 'period', code = 'text' }\n[[rules]]\nname = 'valid'\n\
            codes = { column = 'code', file = 'validity.csv', on = 'month' }";
        let (marks, _) = judge(rules, &[("t", "month,code\n2020,A\n2020-05,A\n2020-08,A")], &[]);
        assert_eq!(marks, [Mark::Undetermined, Mark::Holds, Mark::Fails]);
    }

    #[test]
    fn what_says_nothing_of_validity_is_refused() {
        let error = dataset(&rules("column = 'flag', values = ['a'], on = 'n'")).unwrap_err();
        assert_eq!(error.message(), "rule \"listed\": a list in the rule does not say when a code is valid");
        let error = dataset(&rules("column = 'flag', file = 'codes.csv', on = 'n'")).unwrap_err();
        assert_eq!(error.message(), "rule \"listed\": column \"n\" is a count, not a date or period");
    }

    #[test]
    fn values_must_be_of_the_columns_type() {
        let error = dataset(&rules("column = 'n', values = ['many']")).unwrap_err();
        assert_eq!(error.message(), "rule \"listed\": \"many\" is listed, but column \"n\" is a count");
    }
}
