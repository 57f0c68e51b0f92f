//! `reference`: the values of some columns exist in another table.

use schemars::JsonSchema;
use serde::Deserialize;

use super::bind::{check_names, fault, is_puzzle, mark_missing, needed_columns};
use super::keys::could_be;
use super::said::{about_cell, about_filter, why_no_value};
use crate::error::Result;
use crate::nearest::nearest;
use crate::plan::{Condition, Fold, Joined, Missing, Side, Sieved, Term};
use crate::rules::{Binding, Context, Detail, Kind, Mark, Need, Scope};
use crate::table::{Blanks, KeyCell, Keys, Table};

/// Columns whose values exist together as the key of a row of another table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Reference")]
pub(crate) struct Spec {
    /// The columns of the rule's table.
    columns: Vec<String>,
    /// The other table.
    table: String,
    /// Its columns, one for each of the rule's; those of its key by default.
    key: Option<Vec<String>>,
}

#[derive(Debug)]
struct Reference {
    table: usize,
    columns: Vec<String>,
    other: usize,
    key: Vec<String>,
    missing: Missing,
}

pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    let table = binding.require_table()?;
    binding.refuse_rounding("reference")?;
    binding.refuse_zero("reference")?;
    let other = binding.other_table(&spec.table)?;
    let key = spec.key.clone().unwrap_or_else(|| binding.tables[other].key.clone());
    check_names("columns", &spec.columns)?;
    if key.is_empty() {
        return Err(fault(format!("reference names no key, and table {:?} has none either", spec.table)));
    }
    check_names("key", &key)?;
    if key.len() != spec.columns.len() {
        let message =
            format!("reference needs as many columns as key columns: found {} and {}", spec.columns.len(), key.len());
        return Err(fault(message));
    }
    for (own, theirs) in spec.columns.iter().zip(&key) {
        binding.check_comparable((table, own), (other, theirs))?;
    }
    Ok(Box::new(Reference { table, columns: spec.columns.clone(), other, key, missing: binding.missing }))
}

/// Both tables, with the columns that are compared.
struct Sides<'a> {
    own: &'a Table,
    columns: Vec<usize>,
    other: &'a Table,
    key: Vec<usize>,
}

impl Kind for Reference {
    fn scope(&self) -> Scope {
        Scope::Whole
    }

    fn needs(&self) -> Vec<Need> {
        let own = self.columns.iter().map(|it| Need::Column(self.table, it.clone()));
        let theirs = self.key.iter().map(|it| Need::Column(self.other, it.clone()));
        [Need::Table(self.table), Need::Table(self.other)].into_iter().chain(own).chain(theirs).collect()
    }

    fn sieve(&self) -> Option<Sieved> {
        let is_there = Condition::Compare(Term::Column(1), [false, true, true], Term::Constant(1, 0));
        let folds = vec![(Side::Theirs, Fold::Count, None)];
        let joined = Joined::new(&self.columns, (self.other, &self.key, None), folds, is_there);
        Some(Sieved::Joined(Box::new(joined)))
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let sides = self.sides(context);
        let mut keys = Keys::new(Blanks::Unknown);
        let theirs = keys.number(sides.other, &sides.key);
        let known = keys.len();
        let own = keys.number(sides.own, &sides.columns);
        let mut there = vec![false; known];
        theirs.iter().flatten().for_each(|&it| there[it as usize] = true);
        let puzzles = sides.puzzles();
        let mark = |(row, key): (usize, &Option<u32>)| {
            context.gate(row).unwrap_or_else(|| match key {
                Some(key) if there.get(*key as usize) == Some(&true) => Mark::Holds,
                Some(_) if sides.puzzle_for(row, &puzzles).is_some() => Mark::Undetermined,
                Some(_) => Mark::Fails,
                None => mark_missing(self.missing),
            })
        };
        Ok(own.iter().enumerate().map(mark).collect())
    }

    fn explain(&self, context: &Context<'_>, row: usize) -> Detail {
        let sides = self.sides(context);
        let (table, columns) = (sides.own, &sides.columns);
        if let Some(detail) = about_filter(context, table, row) {
            return detail;
        }
        if let Some(&column) = columns.iter().find(|&&it| KeyCell::of(table, row, it).is_none()) {
            return about_cell(table, row, column, why_no_value(table, row, column), "no value");
        }
        let texts: Vec<&str> = columns.iter().map(|&it| table.text(row, it)).collect();
        let said = texts.join(", ");
        if let Some(other) = sides.puzzle_for(row, &sides.puzzles()) {
            let message = format!(
                "{said:?} may be {} in {}, whose key is unclear",
                sides.other.row_name(other),
                sides.other.name
            );
            return about_cell(table, row, columns[0], message, "may exist there");
        }
        let mut message = format!("{} {said:?} is not in {}", self.columns.join(", "), sides.other.name);
        // Where rows are not at hand, a nearer one may be among them.
        let other = context.table(self.other);
        let is_whole = other.and_then(|it| context.beside.get(it)).is_none_or(|it| *it == 0);
        let near = (columns.len() == 1 && is_whole).then(|| sides.nearest(texts[0])).flatten();
        if let Some(near) = near {
            message = format!("{message}; the nearest is {near:?}");
        }
        let mut detail = about_cell(table, row, columns[0], message, format!("not in {}", sides.other.name));
        detail.observed = Some(said);
        if columns.len() > 1 {
            detail.column = None;
        }
        detail
    }
}

impl Reference {
    fn sides<'a>(&self, context: &Context<'a>) -> Sides<'a> {
        let (own, other) = (context.needed_table(self.table), context.needed_table(self.other));
        Sides { own, columns: needed_columns(own, &self.columns), other, key: needed_columns(other, &self.key) }
    }
}

impl Sides<'_> {
    /// Rows of the other table whose key could not be understood. Blank ones
    /// stand for nothing, or an empty last line would leave all undetermined.
    fn puzzles(&self) -> Vec<usize> {
        let is_open = |row: &usize| self.key.iter().any(|&it| is_puzzle(self.other.columns[it].states[*row]));
        (0..self.other.rows.len()).filter(is_open).collect()
    }

    fn puzzle_for(&self, row: usize, puzzles: &[usize]) -> Option<usize> {
        let left = (self.own, self.columns.as_slice(), row);
        puzzles.iter().copied().find(|&it| could_be(left, (self.other, &self.key, it)))
    }

    fn nearest(&self, text: &str) -> Option<&str> {
        let rows = 0..self.other.rows.len();
        nearest(text, rows.map(|it| self.other.text(it, self.key[0])))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{dataset, judge, said};
    use super::*;

    const TABLES: &str = "[tables.cases]\ncolumns = { area = 'label', n = 'count' }\n\
        [tables.areas]\nkey = ['name']\ncolumns = { name = 'text', code = 'count' }\n[[rules]]\nname = 'known'\ntable = 'cases'\n";

    #[test]
    fn names_the_nearest_key() {
        let rules = format!("{TABLES}reference = {{ columns = ['area'], table = 'areas' }}");
        let tables = [("cases", "area,n\nNorth,1\nNroth,2\n,3"), ("areas", "name,code\nNorth,1\nSouth,2\n,")];
        let (marks, details) = judge(&rules, &tables, &[]);
        assert_eq!(marks, [Mark::Holds, Mark::Fails, Mark::Undetermined]);
        assert_eq!(details[0].message, "area \"Nroth\" is not in areas; the nearest is \"North\"");
        assert_eq!(details[1].message, "area is empty");
    }

    #[test]
    fn an_unclear_key_may_be_the_one_looked_for() {
        let rules =
            format!("{TABLES}reference = {{ columns = ['area', 'n'], table = 'areas', key = ['name', 'code'] }}");
        let tables = [("cases", "area,n\nNorth,1.0\nNorth,3\nEast,3"), ("areas", "name,code\nNorth,1\nNorth,?")];
        let (marks, details) = judge(&rules, &tables, &[]);
        assert_eq!(marks, [Mark::Holds, Mark::Undetermined, Mark::Fails]);
        assert_eq!(details[0].message, "\"North, 3\" may be North in areas, whose key is unclear");
        assert_eq!(details[1].message, "area, n \"East, 3\" is not in areas");
    }

    #[test]
    fn columns_that_are_never_equal_are_an_error() {
        let rules = format!("{TABLES}reference = {{ columns = ['area'], table = 'areas', key = ['code'] }}");
        let error = dataset(&rules).unwrap_err();
        assert_eq!(
            error.message(),
            "rule \"known\": column \"area\" is a label and \"code\" of areas is a count: they are never equal"
        );
    }

    #[test]
    fn an_empty_table_holds_no_key() {
        let rules = format!("{TABLES}reference = {{ columns = ['area'], table = 'areas' }}");
        assert_eq!(
            said(&rules, &[("cases", "area,n\nA,1"), ("areas", "name,code")], &[]),
            ["area \"A\" is not in areas"]
        );
    }
}
