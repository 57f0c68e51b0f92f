//! What an expression cannot be judged without, and what it can.

use super::Expression;
use super::node::{Node, Slot, Source};
use crate::rules::{Binding, Context, Mark, Need, all_open, prints_no};
use crate::table::{Edition, why_not_followed};

/// Columns that an edition may leave out, by table and name: where it does,
/// they are read as empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Optional {
    /// Those read in the edition at hand.
    now: Vec<(usize, String)>,
    /// Those read in the edition before.
    before: Vec<(usize, String)>,
}

impl Expression {
    /// What it cannot be judged without.
    pub(crate) fn needs(&self) -> Vec<Need> {
        let mut needs = Vec::new();
        let add_columns = |columns: Vec<Read<'_>>, needs: &mut Vec<Need>| {
            for it in columns.into_iter().filter(|it| !self.optional.has(it)) {
                add(needs, Need::Column(it.table, it.name.to_owned()));
            }
        };
        if let (true, Some(table)) = (self.reads_row, self.table) {
            add(&mut needs, Need::Table(table));
            add_columns(of_row(&self.node, Some(table)), &mut needs);
        }
        for slot in &self.slots {
            add(&mut needs, Need::Table(slot.table()));
            add_columns(of_slot(slot), &mut needs);
            if let Source::Cell(it) = &slot.source {
                add(&mut needs, Need::Row(it.table, it.row.clone(), it.under.clone()));
            }
        }
        if self.needs_previous {
            needs.push(Need::Previous);
        }
        needs
    }

    /// The columns that it reads as empty where an edition does not print them.
    pub(crate) fn optional(&self) -> Vec<(usize, String)> {
        self.optional.now.clone()
    }

    /// Every column that it reads in the edition at hand, by table and name.
    pub(crate) fn columns(&self) -> Vec<(usize, String)> {
        let read = of_row(&self.node, self.table).into_iter().chain(self.slots.iter().flat_map(of_slot));
        read.filter(|it| !it.previous).map(|it| (it.table, it.name.to_owned())).collect()
    }

    /// Why nothing of it can be told, where that is one reason for all checks:
    /// no row can be found in the edition before, or a column is not printed.
    pub(crate) fn why_undetermined(&self, context: &Context<'_>, marks: &[Mark]) -> Option<String> {
        if let (true, Some(table)) = (self.reads_previous_rows, self.table)
            && let Some(why) = not_followed(context, table)
        {
            return Some(why);
        }
        if !all_open(marks) {
            return None;
        }
        let absent = context.unprinted(&self.optional.now);
        if !absent.is_empty() {
            return Some(prints_no(&absent));
        }
        let before = Context { edition: context.previous?, ..*context };
        let absent = before.unprinted(&self.optional.before);
        (!absent.is_empty()).then(|| prints_no(&absent).replacen("this edition", "the edition before", 1))
    }
}

/// Why no row of a table can be found in the edition before.
pub(crate) fn not_followed(context: &Context<'_>, declared: usize) -> Option<String> {
    let name = &context.tables[declared].name;
    let table = |it: &'_ Edition| it.table(name).map(|at| it.tables[at].can_be_followed());
    let followed = table(context.edition)? && table(context.previous?)?;
    (!followed).then(|| why_not_followed(name))
}

impl Optional {
    /// The columns that a node and its slots read, and an edition may leave out.
    pub(super) fn of(node: &Node, slots: &[Slot], table: Option<usize>, binding: &Binding<'_>) -> Self {
        let mut optional = Self::default();
        for it in of_row(node, table).into_iter().chain(slots.iter().flat_map(of_slot)) {
            let schema = &binding.tables[it.table];
            let list = if it.previous { &mut optional.before } else { &mut optional.now };
            let column = (it.table, it.name.to_owned());
            if schema.column(it.name).is_some_and(|at| schema.columns[at].optional) && !list.contains(&column) {
                list.push(column);
            }
        }
        optional
    }

    fn has(&self, it: &Read<'_>) -> bool {
        let list = if it.previous { &self.before } else { &self.now };
        list.iter().any(|(table, name)| *table == it.table && name == it.name)
    }
}

/// A column that is read.
struct Read<'n> {
    table: usize,
    name: &'n str,
    /// Whether in the edition before.
    previous: bool,
}

/// The columns of its own row that a node reads.
fn of_row(node: &Node, table: Option<usize>) -> Vec<Read<'_>> {
    let mut found = Vec::new();
    if let Some(table) = table {
        gather(node, table, false, &mut found);
    }
    found
}

/// The columns that a cell or an aggregate is of.
fn of_slot(slot: &Slot) -> Vec<Read<'_>> {
    let previous = slot.previous;
    match &slot.source {
        Source::Cell(it) => vec![Read { table: it.table, name: &it.column, previous }],
        Source::Aggregate(it) => {
            let mut found = Vec::new();
            for node in it.argument.iter().chain(&it.filter) {
                gather(node, it.table, previous, &mut found);
            }
            found
        }
    }
}

fn gather<'n>(node: &'n Node, table: usize, previous: bool, found: &mut Vec<Read<'n>>) {
    if let Node::Column(it) = node {
        found.push(Read { table, name: &it.name, previous: previous || it.previous });
    }
    for child in node.children() {
        gather(child, table, previous, found);
    }
}

impl Slot {
    /// The table that it reads.
    fn table(&self) -> usize {
        match &self.source {
            Source::Cell(it) => it.table,
            Source::Aggregate(it) => it.table,
        }
    }
}

fn add(needs: &mut Vec<Need>, need: Need) {
    if !needs.contains(&need) {
        needs.push(need);
    }
}
