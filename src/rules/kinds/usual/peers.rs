//! `usual` with `peers`: each figure against the other rows of its own edition.

use std::collections::BTreeMap;

use super::super::said::{about_cell, about_filter, grouped, why_no_value};
use crate::error::Result;
use crate::finding::{Certainty, Expected, Severity};
use crate::history::{PEERS_MIN, Peers, Sized, peers};
use crate::rules::{Cell, CellSet, Context, Detail, Kind, Mark, Need, Scope};
use crate::table::{ColumnType, Table};

/// Columns whose ratio to a size is judged row against row.
#[derive(Debug)]
pub(super) struct PeersKind {
    pub(super) table: usize,
    pub(super) columns: Vec<String>,
    /// The column of sizes; without one, the sum of the other columns.
    pub(super) of: Option<String>,
    /// Columns whose values form groups, each with peers of its own.
    pub(super) by: Vec<String>,
    pub(super) optional: Vec<(usize, String)>,
}

/// The columns of an edition that are judged, and what is usual in each group.
struct Judged<'a> {
    table: &'a Table,
    at: usize,
    columns: Vec<usize>,
    /// By check: the group that it is judged in.
    groups: Vec<Option<usize>>,
    usual: Vec<Option<Peers>>,
    /// How many rows each group has.
    sizes: Vec<usize>,
    apart: Vec<bool>,
}

impl Kind for PeersKind {
    fn scope(&self) -> Scope {
        Scope::Whole
    }

    fn needs(&self) -> Vec<Need> {
        let others = self.of.iter().chain(&self.by).map(|it| Need::Column(self.table, it.clone()));
        [Need::Table(self.table)].into_iter().chain(others).collect()
    }

    fn optional(&self) -> Vec<(usize, String)> {
        self.optional.clone()
    }

    /// An odd share may well be right.
    fn worst(&self) -> Severity {
        Severity::Warning
    }

    fn why_undetermined(&self, context: &Context<'_>, marks: &[Mark]) -> Option<String> {
        let none = context.prints_none(self.table, &self.columns);
        none.or_else(|| {
            let open = |it: &Mark| matches!(it, Mark::Undetermined | Mark::Skipped);
            let rows = context.needed_table(self.table).rows.len();
            let few = marks.iter().all(open) && rows < PEERS_MIN;
            few.then(|| format!("{rows} rows are too few to compare with each other: {PEERS_MIN} are needed"))
        })
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let judged = self.judge(context);
        let rows = judged.table.rows.len();
        let mark = |check: usize| match judged.groups[check] {
            _ if context.gate(check % rows).is_some() => context.gate(check % rows).unwrap_or(Mark::Skipped),
            Some(group) if judged.usual[group].is_some() => {
                if judged.apart[check] {
                    Mark::Fails
                } else {
                    Mark::Holds
                }
            }
            _ => Mark::Undetermined,
        };
        Ok((0..judged.groups.len()).map(mark).collect())
    }

    fn reads(&self, context: &Context<'_>, marks: &[Mark], cells: &mut CellSet) {
        let judged = self.judge(context);
        let rows = judged.table.rows.len();
        for check in (0..marks.len()).filter(|it| marks[*it].is_decided()) {
            let (row, column) = (check % rows, judged.columns[check / rows]);
            cells.add(context.edition, Cell { table: judged.at, row, column });
        }
    }

    fn explain(&self, context: &Context<'_>, check: usize) -> Detail {
        self.explain_all(context, &[check]).swap_remove(0)
    }

    fn explain_all(&self, context: &Context<'_>, checks: &[usize]) -> Vec<Detail> {
        let judged = self.judge(context);
        checks.iter().map(|it| self.told(context, &judged, *it)).collect()
    }
}

impl PeersKind {
    fn judge<'a>(&self, context: &Context<'a>) -> Judged<'a> {
        let at = context.table(self.table).expect("a needed table is there");
        let table = &context.edition.tables[at];
        let columns: Vec<usize> = self.columns.iter().filter_map(|it| table.column(it)).collect();
        let by: Vec<usize> = self.by.iter().filter_map(|it| table.column(it)).collect();
        let (rows, checks) = (table.rows.len(), table.rows.len() * columns.len());
        let mut judged = Judged {
            table,
            at,
            columns,
            groups: vec![None; checks],
            usual: Vec::new(),
            sizes: Vec::new(),
            apart: vec![false; checks],
        };
        let names: Vec<String> = (0..rows).map(|it| table.named_by(it, &by)).collect();
        for column in 0..judged.columns.len() {
            let mut groups: BTreeMap<&str, Vec<(usize, Sized)>> = BTreeMap::new();
            for (row, name) in names.iter().enumerate().filter(|it| context.gate(it.0).is_none()) {
                let sized = self.sized(table, &judged.columns, row, column);
                groups.entry(name).or_default().extend(sized.map(|it| (row, it)));
            }
            let are_counts = table.columns[judged.columns[column]].kind == ColumnType::Count;
            for members in groups.into_values() {
                let sized: Vec<Sized> = members.iter().map(|it| it.1).collect();
                let usual = peers(&sized, are_counts);
                for it in usual.iter().flat_map(|it| &it.apart) {
                    judged.apart[column * rows + members[*it].0] = true;
                }
                for (row, _) in &members {
                    judged.groups[column * rows + row] = Some(judged.usual.len());
                }
                judged.usual.push(usual);
                judged.sizes.push(members.len());
            }
        }
        judged
    }

    /// A figure with its size, where both are there and can be compared.
    fn sized(&self, table: &Table, columns: &[usize], row: usize, column: usize) -> Option<Sized> {
        let value = |column: usize| Some(table.columns[column].decimal(row)?.nearest_float());
        let figure = value(columns[column])?;
        let size = if let Some(of) = &self.of {
            value(table.column(of)?)?
        } else {
            let others = columns.iter().enumerate().filter(|it| it.0 != column);
            others.map(|it| value(*it.1)).sum::<Option<f64>>()?
        };
        (figure >= 0.0 && size > 0.0 && size.is_finite() && figure.is_finite()).then_some(Sized { figure, size })
    }

    fn told(&self, context: &Context<'_>, judged: &Judged<'_>, check: usize) -> Detail {
        let table = judged.table;
        let (row, column) = (check % table.rows.len(), judged.columns[check / table.rows.len()]);
        if let Some(it) = about_filter(context, table, row) {
            return it;
        }
        let (name, text) = (table.row_name(row), table.text(row, column).trim());
        let label = &table.columns[column].name;
        let Some(group) = judged.groups[check] else {
            let why = if table.columns[column].decimal(row).is_none() {
                why_no_value(table, row, column)
            } else {
                format!("{label} is {text}, but the figure it is compared with is missing or not above zero")
            };
            return about_cell(table, row, column, why, "not judged");
        };
        let sized = self.sized(table, &judged.columns, row, check / table.rows.len());
        let (Some(usual), Some(sized)) = (&judged.usual[group], sized) else {
            let count = judged.sizes[group];
            let why = if count < PEERS_MIN {
                format!("{count} rows are too few to compare with each other: {PEERS_MIN} are needed")
            } else {
                format!("more than a quarter of the rows have 0 in {label}, so there is no usual share")
            };
            return about_cell(table, row, column, why, "not judged");
        };
        let of = self.of.as_deref().unwrap_or("the other columns");
        let percent = |it: f64| share(it * 100.0);
        let message = format!(
            "{name}: {label} is {text}, {} of {of}; of {} rows, half have {} to {}; usual range: {} to {}",
            percent(sized.figure / sized.size),
            judged.sizes[group],
            percent(usual.middle[0]),
            percent(usual.middle[1]),
            percent(usual.ends[0]),
            percent(usual.ends[1]),
        );
        let side = if sized.figure > usual.median * sized.size { "higher" } else { "lower" };
        let mut detail = about_cell(table, row, column, message, format!("{side} than in other rows"));
        detail.certainty = Certainty::Unusual;
        detail.observed = table.columns[column].decimal(row).map(|it| it.to_string());
        let [low, high] = usual.ends.map(|it| it * sized.size);
        detail.expected = Some(Expected::Between(format!("{low:.0}"), format!("{high:.0}")));
        detail.hint = Some("check the figure and the figure it is compared with".to_owned());
        detail
    }
}

/// A percentage with two digits or more that count.
fn share(percent: f64) -> String {
    let decimals = if percent >= 10.0 {
        0
    } else if percent >= 1.0 {
        1
    } else {
        2
    };
    format!("{}%", grouped(&format!("{percent:.decimals$}")))
}

#[cfg(test)]
mod tests {
    use super::super::{Spec, compile};
    use crate::finding::Severity;
    use crate::rules::expression::testing::World;
    use crate::rules::{Kind, Mark};

    fn peers(world: &World, text: &str) -> Box<dyn Kind> {
        let spec: Spec = toml::from_str(text).unwrap();
        world.compile(|it| compile(&spec, it)).unwrap()
    }

    fn fault(text: &str) -> String {
        let world = World::of("t", "item:label,a:count,b:count,p:percent", "x,1,2,3");
        let spec: Spec = toml::from_str(text).unwrap();
        world.compile(|it| compile(&spec, it)).unwrap_err().to_string()
    }

    fn rows(odd: &str) -> String {
        let line = |it: u32| format!("r{it},{},{}", 190 + it * 13 % 40, 800 + it * 31 % 90);
        let lines: Vec<String> = (0..9).map(line).collect();
        format!("{}\n{odd}", lines.join("\n"))
    }

    #[test]
    fn a_share_unlike_all_others_is_told_as_a_warning() {
        let world = World::of("t", "item:label,a:count,b:count", &rows("odd,2050,830\nnone,,810"));
        let rule = peers(&world, "columns = ['a']\nof = 'b'\npeers = true");
        let marks = world.marks(&*rule);
        assert_eq!((marks[9], marks[10]), (Mark::Fails, Mark::Undetermined));
        assert!(marks[..9].iter().all(|it| *it == Mark::Holds), "{marks:?}");
        assert_eq!(rule.worst(), Severity::Warning);
        let messages = world.messages(&*rule);
        assert!(messages[0].starts_with("odd: a is 2050, 247% of b; of 10 rows, half have 2"), "{messages:?}");
        assert_eq!(messages[1], "a is empty");
    }

    #[test]
    fn columns_are_compared_with_the_others_where_no_size_is_given() {
        let world = World::of("t", "item:label,a:count,b:count", &rows("odd,21,830"));
        let marks = world.marks(&*peers(&world, "columns = ['a', 'b']\npeers = true"));
        assert_eq!((marks[9], marks[19]), (Mark::Fails, Mark::Fails));
    }

    #[test]
    fn few_rows_leave_the_rule_undetermined_once() {
        let world = World::of("t", "item:label,a:count,b:count", "x,1,10\ny,2,10\nz,90,10");
        let rule = peers(&world, "columns = ['a']\nof = 'b'\npeers = true");
        let why = world.why_undetermined(&*rule).unwrap();
        assert_eq!(why, "3 rows are too few to compare with each other: 8 are needed");
    }

    #[test]
    fn groups_have_peers_of_their_own() {
        let line = |it: u32| {
            let part = if it < 9 { 100 } else { 700 };
            format!("r{it},{},{part},1000", if it < 9 { "x" } else { "y" })
        };
        let lines: Vec<String> = (0..18).map(line).collect();
        let text = format!("{}\nodd,x,700,1000", lines.join("\n"));
        let world = World::of("t", "item:label,g:label,a:count,b:count", &text);
        let all = world.marks(&*peers(&world, "columns = ['a']\nof = 'b'\npeers = true"));
        assert!(!all.contains(&Mark::Fails), "{all:?}");
        let each = world.marks(&*peers(&world, "columns = ['a']\nof = 'b'\npeers = true\nby = ['g']"));
        assert_eq!(each.iter().position(|it| *it == Mark::Fails), Some(18));
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        assert!(fault("columns = ['a']\npeers = true").contains("needs of, or at least two columns"));
        assert!(fault("columns = ['p']\nof = 'a'\npeers = true").contains("compared by counts and amounts"));
        assert!(fault("columns = ['a']\nby = ['item']").contains("by applies only to peers"));
    }
}
