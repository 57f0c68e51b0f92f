//! What an expression cannot be judged without, and what it can.

use super::Expression;
use super::node::{Aggregate, Inputs, Link, NO_INPUTS, Node, Order, Reach, Slot, Source, Via};
use crate::rules::{Binding, Context, Mark, Need, all_open, prints_no};
use crate::table::{Edition, why_not_followed};

/// Columns that an edition may leave out, by table and name: where it does,
/// they are read as empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Optional {
    /// Those read in the edition at hand.
    now: Vec<(usize, String)>,
    /// Those read in the previous edition.
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
            add_columns(of_row(&self.node, Some(table), &self.inputs), &mut needs);
            for it in related(&self.inputs, Some(table)) {
                add(&mut needs, Need::Table(it.table));
                add_columns(vec![it], &mut needs);
            }
        }
        for slot in &self.inputs.slots {
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
        let read = all_of(&self.node, &self.inputs, self.table);
        read.into_iter().filter(|it| !it.previous).map(|it| (it.table, it.name.to_owned())).collect()
    }

    /// The columns whose figures it judges: not those that only tell which rows go together.
    pub(crate) fn judged(&self) -> Vec<(usize, String)> {
        let mut read = of_row(&self.node, self.table.filter(|_| self.reads_row), &self.inputs);
        for window in &self.inputs.windows {
            read.extend(of_aggregate(&window.aggregate, false));
            if let Reach::Matching(it) = &window.reach {
                it.order.iter().for_each(|it| gather(&it.0, (window.aggregate.table, false), &self.inputs, &mut read));
            }
        }
        read.extend(self.inputs.slots.iter().flat_map(of_slot));
        let mut judged = Vec::new();
        for it in read.into_iter().filter(|it| !it.previous) {
            let column = (it.table, it.name.to_owned());
            if !judged.contains(&column) {
                judged.push(column);
            }
        }
        judged
    }

    /// Why nothing of it can be told, where that is one reason for all checks:
    /// no row can be found in the previous edition, or a column is not printed.
    pub(crate) fn why_undetermined(&self, context: &Context<'_>, marks: &[Mark]) -> Option<String> {
        if let (true, Some(table)) = (self.reads_previous_rows(), self.table)
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
        (!absent.is_empty()).then(|| prints_no(&absent).replacen("this edition", "the previous edition", 1))
    }
}

/// Why no row of a table can be found in the previous edition.
pub(crate) fn not_followed(context: &Context<'_>, declared: usize) -> Option<String> {
    let name = &context.tables[declared].name;
    let table = |it: &'_ Edition| it.table(name).map(|at| it.tables[at].can_be_followed());
    let followed = table(context.edition)? && table(context.previous?)?;
    (!followed).then(|| why_not_followed(name))
}

impl Optional {
    /// The columns that a node and its slots read, and an edition may leave out.
    pub(super) fn of(node: &Node, inputs: &Inputs, table: Option<usize>, binding: &Binding<'_>) -> Self {
        let mut optional = Self::default();
        for it in all_of(node, inputs, table) {
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
    /// Whether in the previous edition.
    previous: bool,
}

/// All columns that a node and its inputs read.
fn all_of<'n>(node: &'n Node, inputs: &'n Inputs, table: Option<usize>) -> Vec<Read<'n>> {
    let slots = inputs.slots.iter().flat_map(of_slot);
    of_row(node, table, inputs).into_iter().chain(related(inputs, table)).chain(slots).collect()
}

/// The columns that a node reads in its own row, and in those that it leads to.
fn of_row<'n>(node: &'n Node, table: Option<usize>, inputs: &Inputs) -> Vec<Read<'n>> {
    let mut found = Vec::new();
    if let Some(table) = table {
        gather(node, (table, false), inputs, &mut found);
    }
    found
}

/// The columns that tell which other rows a row leads to, and those that windows run over.
fn related(inputs: &Inputs, table: Option<usize>) -> Vec<Read<'_>> {
    let Some(own) = table else { return Vec::new() };
    let mut found = Vec::new();
    for link in &inputs.links {
        match link {
            Link::Previous => {}
            Link::Back(order, _) => of_order(order, own, &mut found),
            Link::Lookup(other, on) | Link::Latest(other, on, _) => {
                if let Link::Latest(_, _, along) = link {
                    found.push(Read { table: *other, name: along, previous: false });
                }
                for (ours, theirs) in on {
                    found.push(Read { table: own, name: ours, previous: false });
                    found.push(Read { table: *other, name: theirs, previous: false });
                }
            }
        }
    }
    for window in &inputs.windows {
        match &window.reach {
            Reach::Back(order, ..) | Reach::Group(order) => of_order(order, own, &mut found),
            Reach::Matching(it) => {
                let order = it.order.iter().map(|it| (&it.0, &it.2));
                for (theirs, ours) in it.equal.iter().map(|it| (&it.0, &it.1)).chain(order) {
                    gather(theirs, (window.aggregate.table, false), inputs, &mut found);
                    gather(ours, (own, false), inputs, &mut found);
                }
            }
        }
        found.extend(of_aggregate(&window.aggregate, false));
    }
    found
}

fn of_order<'n>(order: &'n Order, table: usize, found: &mut Vec<Read<'n>>) {
    found.extend(order.by.iter().chain(&order.along).map(|name| Read { table, name, previous: false }));
}

/// The columns that a cell or an aggregate is of.
fn of_slot(slot: &Slot) -> Vec<Read<'_>> {
    let previous = slot.previous;
    match &slot.source {
        Source::Cell(it) => vec![Read { table: it.table, name: &it.column, previous }],
        Source::Aggregate(it) => of_aggregate(it, previous),
    }
}

fn of_aggregate(it: &Aggregate, previous: bool) -> Vec<Read<'_>> {
    let mut found = Vec::new();
    for node in it.argument.iter().chain(&it.filter) {
        // An aggregate follows no link.
        gather(node, (it.table, previous), &NO_INPUTS, &mut found);
    }
    found
}

fn gather<'n>(node: &'n Node, (table, previous): (usize, bool), inputs: &Inputs, found: &mut Vec<Read<'n>>) {
    if let Node::Column(it) = node {
        let link = if let Via::Link(link) = it.via { inputs.links.get(link) } else { None };
        let (table, previous) = match link {
            Some(Link::Previous) => (table, true),
            Some(Link::Lookup(other, _) | Link::Latest(other, ..)) => (*other, false),
            Some(Link::Back(..)) | None => (table, previous),
        };
        found.push(Read { table, name: &it.name, previous });
    }
    for child in node.children() {
        gather(child, (table, previous), inputs, found);
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
