//! `revision`: what is called the previous figure is what was printed then.

use schemars::JsonSchema;
use serde::Deserialize;

use super::bind::{fault, mark_missing, needed_column};
use super::keys::rows_before;
use super::said::{about_cell, about_filter, grouped, why_no_value};
use crate::error::Result;
use crate::finding::{Expected, Place, Role};
use crate::plan::Missing;
use crate::rules::expression::not_followed;
use crate::rules::{Binding, Context, Detail, Kind, Mark, Need, Scope};
use crate::table::{Decimal, Table, show_exact};

/// A column that repeats the figures of the previous edition.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Revision")]
pub(crate) struct Spec {
    /// The column that is called the previous figure (`last_week`).
    previous: String,
    /// The column in which the figure was printed then (`total`).
    current: String,
}

#[derive(Debug)]
struct Revision {
    table: usize,
    previous: String,
    current: String,
    key: Vec<String>,
    missing: Missing,
}

pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    let table = binding.require_table()?;
    binding.refuse_rounding("revision")?;
    binding.refuse_zero("revision")?;
    binding.number_column(table, &spec.previous)?;
    binding.number_column(table, &spec.current)?;
    if spec.previous == spec.current {
        return Err(fault(format!("column {:?} cannot be its own previous figure", spec.previous)));
    }
    binding.check_followed(table).map_err(|it| it.hint("give the table a key"))?;
    let key = binding.tables[table].key.clone();
    let Spec { previous, current } = spec;
    Ok(Box::new(Revision {
        table,
        previous: previous.clone(),
        current: current.clone(),
        key,
        missing: binding.missing,
    }))
}

impl Kind for Revision {
    fn scope(&self) -> Scope {
        Scope::Whole
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Table(self.table), Need::Column(self.table, self.previous.clone()), Need::Previous]
    }

    fn why_undetermined(&self, context: &Context<'_>, _marks: &[Mark]) -> Option<String> {
        not_followed(context, self.table)
    }

    /// One check a row.
    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let table = context.needed_table(self.table);
        let pairs = self.pairs(context, table, None);
        let marks = pairs.into_iter().enumerate().map(|(row, pair)| match (context.gate(row), pair) {
            (Some(mark), _) => mark,
            (None, (Some(said), Some(was))) if said.same_value(was) => Mark::Holds,
            (None, (Some(_), Some(_))) => Mark::Fails,
            (None, (None, _)) => mark_missing(self.missing),
            (None, (Some(_), None)) => Mark::Undetermined,
        });
        Ok(marks.collect())
    }

    fn explain(&self, context: &Context<'_>, check: usize) -> Detail {
        let table = context.needed_table(self.table);
        if let Some(detail) = about_filter(context, table, check) {
            return detail;
        }
        let column = needed_column(table, &self.previous);
        let (said, was) = self.pairs(context, table, Some(check))[check];
        let name = table.row_name(check);
        let Some(said) = said else {
            return about_cell(table, check, column, why_no_value(table, check, column), "no value");
        };
        let Some((was, earlier, row, from)) =
            was.zip(self.before(context, table, check)).map(|(was, it)| (was, it.0, it.1, it.2))
        else {
            let message = format!("the previous edition has no {} for {name}", self.current);
            return about_cell(table, check, column, message, "not compared");
        };
        let (text, then) = (table.text(check, column).trim(), earlier.text(row, from).trim());
        let message =
            format!("{name}: {} is {text}, but the previous edition printed {then} as {}", self.previous, self.current);
        let gap = said.minus(was);
        let label = format!("differs by {} from the figure printed then", grouped(&show_exact(&gap)));
        let mut detail = about_cell(table, check, column, message, label);
        detail.places.push(Place::of_cell(earlier, row, from, Role::Operand, "printed then"));
        detail.observed = Some(said.to_string());
        detail.expected = Some(Expected::Equal(was.to_string()));
        detail.gap = Some(show_exact(&gap));
        detail
    }
}

type Pair = (Option<Decimal>, Option<Decimal>);

impl Revision {
    /// What each row calls the previous figure, and what was printed; or that of one row only.
    fn pairs(&self, context: &Context<'_>, table: &Table, only: Option<usize>) -> Vec<Pair> {
        let column = &table.columns[needed_column(table, &self.previous)];
        let earlier = context.previous.and_then(|it| it.tables.iter().find(|it| it.name == table.name));
        let from = earlier.and_then(|it| Some((it, it.column(&self.current)?)));
        let rows = earlier.map_or_else(|| vec![None; table.rows.len()], |it| rows_before(it, table, &self.key, only));
        let was = |row: Option<usize>| from.and_then(|(it, column)| it.columns[column].decimal(row?));
        rows.into_iter().enumerate().map(|(row, before)| (column.decimal(row), was(before))).collect()
    }

    /// The table, row and column that hold what was printed for a row.
    fn before<'a>(&self, context: &Context<'a>, table: &Table, row: usize) -> Option<(&'a Table, usize, usize)> {
        let earlier = context.previous?.tables.iter().find(|it| it.name == table.name)?;
        let found = rows_before(earlier, table, &self.key, Some(row))[row]?;
        Some((earlier, found, earlier.column(&self.current)?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{dataset, judge, said, why_undetermined};
    use Mark::{Fails, Holds, Undetermined};

    use super::*;

    const RULES: &str = "[tables.crimes]\nkey = ['crime']\n\
        columns = { crime = 'label', total = 'count', last_week = 'count' }\n\
        [[rules]]\nname = 'as-printed'\nrevision = { previous = 'last_week', current = 'total' }";

    #[test]
    fn a_previous_figure_that_was_not_printed_then_shows_both() {
        let now = [("crimes", "crime,total,last_week\nFraud,70,66\nTheft,849,812")];
        let then = [("crimes", "crime,total,last_week\nTheft,821,1\nFraud,66,1")];
        let (marks, details) = judge(RULES, &now, &then);
        assert_eq!(marks, [Holds, Fails]);
        assert_eq!(details[0].message, "Theft: last_week is 812, but the previous edition printed 821 as total");
        assert_eq!((details[0].places[0].line, details[0].places[1].line), (3, 2));
        assert_eq!(details[0].gap.as_deref(), Some("-9"));
    }

    #[test]
    fn a_row_that_was_not_there_and_a_missing_figure_are_undetermined() {
        let now = [("crimes", "crime,total,last_week\nArson,1,2\nTheft,849,")];
        let then = [("crimes", "crime,total,last_week\nTheft,821,1")];
        assert_eq!(judge(RULES, &now, &then).0, [Undetermined, Undetermined]);
        assert_eq!(said(RULES, &now, &then), ["the previous edition has no total for Arson", "last_week is empty"]);
    }

    #[test]
    fn rows_without_a_key_have_no_revisions_but_the_only_one() {
        let rules = RULES.replace("key = ['crime']\n", "");
        let (one, other) = ("crime,total,last_week\nAll,70,65", "crime,total,last_week\nAll,66,60");
        assert_eq!(judge(&rules, &[("crimes", one)], &[("crimes", other)]).0, [Fails]);
        let two = format!("{other}\nTheft,5,5");
        let why = "table crimes has several rows but no key, so its rows cannot be found in another edition";
        assert_eq!(why_undetermined(&rules, &[("crimes", one)], &[("crimes", &two)]).as_deref(), Some(why));
        let listed = rules.replace("[[rules]]", "rows = ['All', 'Theft']\n[[rules]]");
        assert!(dataset(&listed).unwrap_err().message().contains("lists rows but has no key"));
    }
}
