//! `matches`: the text of a column fits a pattern.

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::bind::{fault, needed_column};
use super::codes::{Tested, mark_texts};
use super::said::{about_cell, about_filter, why_no_value};
use crate::error::Result;
use crate::finding::Expected;
use crate::plan::{Condition, Missing, Pattern, Sieved, Test};
use crate::rules::{Binding, Context, Detail, Kind, Mark, Need, Scope};

/// A column, and the pattern that its texts must match.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Matches")]
pub(crate) struct Spec {
    /// The column.
    column: String,
    /// A regular expression; use ^ and $ to match the whole cell.
    pattern: String,
}

#[derive(Debug)]
struct Matches {
    table: usize,
    column: String,
    pattern: Regex,
    missing: Missing,
}

pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    let table = binding.require_table()?;
    binding.refuse_rounding("matches")?;
    binding.refuse_zero("matches")?;
    binding.column(table, &spec.column)?;
    let pattern = Regex::new(&spec.pattern).map_err(|cause| {
        // The last line says what is wrong; those above draw the pattern.
        let cause = cause.to_string();
        let what = cause.lines().last().unwrap_or_default().trim_start_matches("error: ");
        fault(format!("{:?} is not a valid pattern: {what}", spec.pattern))
    })?;
    Ok(Box::new(Matches { table, column: spec.column.clone(), pattern, missing: binding.missing }))
}

impl Kind for Matches {
    fn scope(&self) -> Scope {
        Scope::Row(self.table)
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Table(self.table), Need::Column(self.table, self.column.clone())]
    }

    fn sieve(&self) -> Option<Sieved> {
        let fits = Condition::Fits(self.column.clone(), Pattern(self.pattern.clone()));
        Some(Sieved::Each(vec![Test::Formula(fits)]))
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let table = context.needed_table(self.table);
        let tested = Tested { table, column: needed_column(table, &self.column), missing: self.missing };
        Ok(mark_texts(context, &tested, |text| self.pattern.is_match(text)))
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
        let message = format!("{} {text:?} does not match {}", self.column, self.pattern);
        let mut detail = about_cell(table, row, column, message, "does not match");
        detail.observed = Some(text.to_owned());
        detail.expected = Some(Expected::Pattern(self.pattern.to_string()));
        detail
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{dataset, judge};
    use super::*;

    fn rules(pattern: &str) -> String {
        format!(
            "[tables.t]\ncolumns = {{ id = 'text', n = 'count' }}\n[[rules]]\nname = 'shape'\n\
             matches = {{ column = 'id', pattern = '{pattern}' }}"
        )
    }

    #[test]
    fn shows_text_and_pattern() {
        let table = "id,n\nAB12,1\nA12,2\n,3\nn/a,4";
        let (marks, details) = judge(&rules(r"^[A-Z]{2}\d+$"), &[("t", table)], &[]);
        assert_eq!(marks, [Mark::Holds, Mark::Fails, Mark::Skipped, Mark::Undetermined]);
        assert_eq!(details[0].message, r#"id "A12" does not match ^[A-Z]{2}\d+$"#);
        assert_eq!(details[1].message, "id is missing, printed as n/a");
    }

    #[test]
    fn a_pattern_without_anchors_fits_inside() {
        let (marks, _) = judge(&rules("B"), &[("t", "id,n\nABC,1")], &[]);
        assert_eq!(marks, [Mark::Holds]);
    }

    #[test]
    fn a_bad_pattern_is_an_error_of_the_rule_file() {
        let error = dataset(&rules("(a")).unwrap_err();
        assert_eq!(error.to_string(), "rules.toml:7:11: rule \"shape\": \"(a\" is not a valid pattern: unclosed group");
    }
}
