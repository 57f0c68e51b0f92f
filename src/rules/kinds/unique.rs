//! `unique`: no two rows share the values of these columns.

use schemars::JsonSchema;
use serde::Deserialize;

use super::bind::{check_names, is_puzzle, printed_columns};
use super::said::{about_cell, about_filter, counted, line_of, why_no_value};
use crate::error::Result;
use crate::finding::{Place, Role};
use crate::plan::{Missing, Sieved};
use crate::rules::{Binding, Context, Detail, Kind, Mark, Need, Scope, prints_no};
use crate::table::{Blanks, ColumnType, KeyCell, Keys, Table, same};

/// Columns whose values no two rows share.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "Unique")]
pub(crate) struct Spec(Vec<String>);

#[derive(Debug)]
struct Unique {
    table: usize,
    columns: Vec<String>,
    /// Those of the columns that an edition may leave out.
    optional: Vec<(usize, String)>,
    missing: Missing,
}

pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    let table = binding.require_table()?;
    binding.refuse_rounding("unique")?;
    binding.refuse_zero("unique")?;
    check_names("unique", &spec.0)?;
    for name in &spec.0 {
        binding.column(table, name)?;
    }
    let optional = binding.optional(table, &spec.0);
    Ok(Box::new(Unique { table, columns: spec.0.clone(), optional, missing: binding.missing }))
}

impl Kind for Unique {
    fn scope(&self) -> Scope {
        Scope::Whole
    }

    fn needs(&self) -> Vec<Need> {
        let is_optional = |it: &&String| self.optional.iter().any(|optional| optional.1 == **it);
        let columns = self.columns.iter().filter(|it| !is_optional(it));
        let columns = columns.map(|it| Need::Column(self.table, it.clone()));
        std::iter::once(Need::Table(self.table)).chain(columns).collect()
    }

    fn optional(&self) -> Vec<(usize, String)> {
        self.optional.clone()
    }

    fn why_undetermined(&self, context: &Context<'_>, _marks: &[Mark]) -> Option<String> {
        context.prints_none(self.table, &self.columns)
    }

    fn sieve(&self) -> Option<Sieved> {
        Some(Sieved::Once(self.columns.clone()))
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let table = context.needed_table(self.table);
        let columns = printed_columns(table, &self.columns);
        // Rows that no other column sets apart may differ in one that is left out.
        let repeated = if columns.len() < self.columns.len() { Mark::Undetermined } else { Mark::Fails };
        let mut keys = Keys::new(Blanks::Unknown);
        let numbered = keys.number(table, &columns);
        let mut seen = vec![false; keys.len()];
        let mark = |(row, key): (usize, Option<u32>)| {
            if let Some(mark) = context.gate(row) {
                return mark;
            }
            let Some(key) = key else { return self.mark_blank(table, row, &columns) };
            if std::mem::replace(&mut seen[key as usize], true) { repeated } else { Mark::Holds }
        };
        Ok(numbered.into_iter().enumerate().map(mark).collect())
    }

    fn explain(&self, context: &Context<'_>, row: usize) -> Detail {
        let table = context.needed_table(self.table);
        if let Some(detail) = about_filter(context, table, row) {
            return detail;
        }
        let columns = printed_columns(table, &self.columns);
        let no_value = columns.iter().copied().find(|&it| KeyCell::of(table, row, it).is_none());
        if let Some(column) = no_value {
            return about_cell(table, row, column, why_no_value(table, row, column), "no value");
        }
        let twin =
            |other: &usize| context.gate(*other).is_none() && same((table, &columns, row), (table, &columns, *other));
        let first = (0..row).find(twin).unwrap_or(row);
        let times = match (0..=row).filter(twin).count() {
            2 => "twice".to_owned(),
            more => counted(more as u64, "time", "times"),
        };
        let values = Self::named(table, &columns, row);
        let mut message = format!("{values} appears {times}, first in line {}", line_of(table, first));
        let left_out = context.unprinted(&self.optional);
        if !left_out.is_empty() {
            message = format!("{message}; {} and may be what distinguishes these rows", prints_no(&left_out));
        }
        let mut detail = about_cell(table, row, columns[0], message, "again");
        detail.places.push(Place::of_cell(table, first, columns[0], Role::Operand, "first"));
        detail.observed = Some(columns.iter().map(|&it| table.text(row, it)).collect::<Vec<_>>().join(", "));
        if columns.len() > 1 {
            detail.column = None;
        }
        detail
    }
}

impl Unique {
    /// Blanks are not equal, but what could not be read might be.
    fn mark_blank(&self, table: &Table, row: usize, columns: &[usize]) -> Mark {
        if self.missing == Missing::Fail {
            return Mark::Fails;
        }
        let puzzle = columns.iter().any(|&it| is_puzzle(table.columns[it].states[row]));
        if puzzle { Mark::Undetermined } else { Mark::Holds }
    }

    /// Labels by themselves; other values behind the name of their column.
    fn named(table: &Table, columns: &[usize], row: usize) -> String {
        let name = |&column: &usize| {
            let (it, text) = (&table.columns[column], table.text(row, column).trim());
            if it.kind == ColumnType::Label { text.to_owned() } else { format!("{} {text}", it.name) }
        };
        columns.iter().map(name).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{judge, judge_where, said, why_undetermined};
    use super::*;

    const CRIMES: &str =
        "[tables.crimes]\ncolumns = { crime = 'label', total = 'count', ward = 'text' }\n[[rules]]\nname = 'once'\n";

    #[test]
    fn names_the_first_row_of_a_repeated_value() {
        let rules = format!("{CRIMES}unique = ['crime']");
        let table = "crime,total,ward\nFraud,1,a\nMurder,2,b\n Murder,3,c\nMurder,4,d";
        let (marks, details) = judge(&rules, &[("crimes", table)], &[]);
        assert_eq!(marks, [Mark::Holds, Mark::Holds, Mark::Fails, Mark::Fails]);
        assert_eq!(details[0].message, "Murder appears twice, first in line 3");
        assert_eq!(details[1].message, "Murder appears 3 times, first in line 3");
        assert_eq!((details[1].places[0].line, details[1].places[1].line), (5, 3));
    }

    #[test]
    fn blanks_are_not_equal_but_what_is_unclear_may_be() {
        let rules = format!("{CRIMES}unique = ['crime', 'total']");
        let table = "crime,total,ward\n,1,a\n,1,b\nFraud,?,c\nFraud,1.0,d\nFraud,1,e";
        let (marks, details) = judge(&rules, &[("crimes", table)], &[]);
        assert_eq!(marks, [Mark::Holds, Mark::Holds, Mark::Undetermined, Mark::Holds, Mark::Fails]);
        assert_eq!(details[0].message, "total can be read in more than one way");
        assert_eq!(details[1].message, "Fraud, total 1 appears twice, first in line 5");
    }

    #[test]
    fn a_blank_fails_where_missing_values_do() {
        let rules = format!("{CRIMES}missing = 'fail'\nunique = ['crime']");
        assert_eq!(said(&rules, &[("crimes", "crime,total,ward\n,1,a")], &[]), ["crime is empty"]);
    }

    #[test]
    fn rows_that_only_a_missing_column_could_tell_apart_stay_open() {
        let rules = format!("{CRIMES}unique = ['crime', 'ward']")
            .replace("ward = 'text'", "ward = { type = 'text', optional = true }");
        let table = [("crimes", "crime,total\nFraud,1\nTheft,2\nFraud,3")];
        let (marks, details) = judge(&rules, &table, &[]);
        assert_eq!(marks, [Mark::Holds, Mark::Holds, Mark::Undetermined]);
        assert_eq!(
            details[0].message,
            "Fraud appears twice, first in line 2; column ward is missing from this edition and may be what \
             distinguishes these rows"
        );
        let rules = rules.replace("['crime', 'ward']", "['ward']");
        assert_eq!(why_undetermined(&rules, &table, &[]).as_deref(), Some("column ward is missing from this edition"));
    }

    #[test]
    fn rows_that_are_left_out_are_no_twins() {
        let rules = format!("{CRIMES}unique = ['crime']");
        let filter = [Some(false), Some(true), None];
        let table = [("crimes", "crime,total,ward\nA,1,\nA,2,\nA,3,")];
        let (marks, details) = judge_where(&rules, &table, &[], Some(&filter));
        assert_eq!(marks, [Mark::Skipped, Mark::Holds, Mark::Undetermined]);
        assert!(details[0].message.contains("`where` is undetermined"));
    }
}
