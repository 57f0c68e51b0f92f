//! Binds what is read in rows that hang on the row judged: the row before it
//! along a column, windows, groups, and rows that stand in a relation to it.

use sqlparser::ast::{
    Expr, OrderByExpr, OrderByOptions, OrderBySort, Value, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowSpec,
    WindowType,
};

use super::bind::{Binder, Typed, short};
use super::dialect::fault;
use super::functions::{Arguments, folded_type, wrong_count};
use super::names::{Name, Names, Part, unknown_column};
use super::node::{Aggregate, ColumnRef, Comparison, Fold, Link, Matching, Node, Order, Reach, Type, Via, Window};
use crate::error::Result;
use crate::plan::Relation;
use crate::table::TableSchema;

/// Each row sorts the rows of its own median.
const MEDIAN_MAX: u32 = 1_000;
const HINT: &str = "write previous(x) along day, avg(x) over 7 along day or sum(x) by region";

impl Binder<'_> {
    /// Binds `previous` and aggregates that stand before OVER.
    pub(super) fn over(
        &mut self,
        name: &str,
        fold: Option<Fold>,
        arguments: &Arguments<'_>,
        (filter, over): (Option<&Expr>, &WindowType),
    ) -> Result<Typed> {
        let WindowType::WindowSpec(window) = over else {
            return Err(fault("named windows cannot be used in a rule").hint(HINT));
        };
        let Some(table) = self.table.filter(|_| self.aggregate.is_none()) else {
            return Err(fault(format!("{name}: a window covers rows of the rule's own table only")));
        };
        if self.previous || self.back.is_some() {
            return Err(fault(format!("{name}: a window cannot be used inside previous()")));
        }
        let (order, in_short) = order(window, &self.binding.tables[table])?;
        self.reads_row = true;
        if name == "previous" {
            return self.back(arguments, order);
        }
        let Some(fold) = fold else {
            return Err(fault(format!("{name} has no rows to run over")).hint(HINT));
        };
        let argument = match arguments {
            Arguments::Star if fold == Fold::Count => None,
            Arguments::List(list) if list.len() == 1 => Some(list[0]),
            Arguments::Star => return Err(fault(format!("{name}(*) is not allowed")).hint("only count(*) is")),
            Arguments::List(list) => return Err(wrong_count(name, "one argument", list.len())),
        };
        let bound = self.aggregate_over(Some(table), None, argument, filter);
        let inside = self.aggregate.take();
        let (argument, filter) = bound?;
        if inside.is_some_and(|it| it.other.is_some() || it.relative) {
            return Err(fault(format!("{name}: a window reads only rows of the rule's own table")));
        }
        let rows = rows_of(window.window_frame.as_ref(), order.along.is_some())?;
        let reach = match rows {
            Rows::All => Reach::Group(order),
            Rows::Last(rows) => Reach::Back(order, rows, in_short),
        };
        self.window((fold, table), argument, filter, reach)
    }

    fn back(&mut self, arguments: &Arguments<'_>, order: Order) -> Result<Typed> {
        if order.along.is_none() {
            return Err(fault("previous: the order of rows is not given").hint(HINT));
        }
        let (argument, back) = match arguments {
            Arguments::List(list) => match list[..] {
                [argument] => (argument, 1),
                [argument, rows] => (argument, count_of(rows)?),
                _ => return Err(wrong_count("previous", "one or two arguments", list.len())),
            },
            Arguments::Star => return Err(fault("previous(*) is not allowed")),
        };
        self.back = Some(self.link(Link::Back(order, back)));
        let bound = self.bind(argument);
        self.back = None;
        bound
    }

    /// An aggregate over the rows that stand in a relation to the row judged.
    pub(super) fn relative(
        &mut self,
        fold: Fold,
        table: usize,
        argument: Option<Typed>,
        filter: Option<Node>,
    ) -> Result<Typed> {
        if self.previous || self.back.is_some() {
            return Err(fault("previous() cannot enclose an aggregate that compares with this row"));
        }
        if argument.as_ref().is_some_and(|it| it.0.any(&|it| is_via(it, Via::This))) {
            return Err(fault("an aggregate uses values of the other rows, not of this one")
                .hint("compare with this row inside filter (where …)"));
        }
        let conditions = match filter {
            Some(Node::All(list)) => list,
            other => other.into_iter().collect(),
        };
        let mut matching = Matching { equal: Vec::new(), order: None };
        let mut plain = Vec::new();
        for it in conditions {
            if it.any(&|it| is_via(it, Via::This)) {
                relate(it, &mut matching)?;
            } else {
                plain.push(it);
            }
        }
        let filter = if plain.is_empty() { None } else { Some(Node::All(plain)) };
        self.reads_row = true;
        self.window((fold, table), argument, filter, Reach::Matching(Box::new(matching)))
    }

    fn window(
        &mut self,
        (fold, table): (Fold, usize),
        argument: Option<Typed>,
        filter: Option<Node>,
        reach: Reach,
    ) -> Result<Typed> {
        let long = match &reach {
            Reach::Back(_, rows, _) => rows.is_none_or(|it| it > MEDIAN_MAX),
            Reach::Group(_) => false,
            Reach::Matching(it) => it.order.is_some(),
        };
        if matches!(fold, Fold::Percentile(_)) && long {
            let message = format!("a median or percentile needs a group or a window of at most {MEDIAN_MAX} rows");
            return Err(fault(message).hint("write median(x) over 7 along day or median(x) by region"));
        }
        let kind = folded_type(fold, argument.as_ref())?;
        if kind != Type::Number {
            return Err(fault(format!("a window needs numbers, found {}", kind.word())));
        }
        let filtered = self.binding.table == Some(table);
        let aggregate = Aggregate { fold, table, argument: argument.map(|it| it.0), filter, filtered };
        self.inputs.windows.push(Window { aggregate, reach });
        Ok((Node::Window(self.inputs.windows.len() - 1), kind))
    }

    /// `this.column` is of the row judged, `other.column` of the rows that an
    /// aggregate runs over.
    pub(super) fn this_or_other(&mut self, parts: &[Part<'_>]) -> Result<Option<Typed>> {
        let [first, second] = parts else { return Ok(None) };
        let is_word = !first.bracketed && matches!(first.text, "this" | "other");
        if !is_word || self.binding.tables.iter().any(|it| it.name == first.text) {
            return Ok(None);
        }
        let Some(inside) = &self.aggregate else {
            return Err(fault(format!("'{}' can be used only inside an aggregate", first.text))
                .hint("count(*) filter (where other.score > this.score)"));
        };
        let table = if first.text == "this" { inside.outer.or(self.table) } else { self.table };
        let names = Names { tables: self.binding.tables, table };
        let Name::Column(table, name) = names.resolve(std::slice::from_ref(second))? else {
            return Err(fault(format!("'{}.{}' is not a column", first.text, second.text)));
        };
        if first.text == "other" {
            return self.column(table, name).map(Some);
        }
        let schema = &self.binding.tables[table];
        let at = schema.column(&name).expect("the name was found among the columns");
        let kind = Type::of_column(schema.columns[at].kind);
        if let Some(inside) = &mut self.aggregate {
            inside.relative = true;
        }
        Ok(Some((Node::Column(ColumnRef { name, kind, via: Via::This }), kind)))
    }
}

/// The series and order that a window goes by, and whether it was written in short.
fn order(window: &WindowSpec, schema: &TableSchema) -> Result<(Order, bool)> {
    let in_short = window.window_frame.as_ref().is_some_and(|it| it.units == WindowFrameUnits::Groups);
    let column = |it: &Expr| match it {
        Expr::Identifier(name) if schema.column(&name.value).is_some() => Ok(name.value.clone()),
        Expr::Identifier(name) => Err(unknown_column(schema, &name.value)),
        other => Err(fault(format!("a window is grouped and ordered by columns, found {}", short(other)))),
    };
    let mut by = window.partition_by.iter().map(column).collect::<Result<Vec<String>>>()?;
    let along = match &window.order_by[..] {
        [] => None,
        [
            OrderByExpr {
                expr,
                options: OrderByOptions { sort: None | Some(OrderBySort::Asc), nulls_first: None },
                ..
            },
        ] => Some(column(expr)?),
        _ => return Err(fault("a window is ordered by one column, ascending").hint(HINT)),
    };
    if by.is_empty() && in_short {
        by.extend(schema.key.iter().filter(|it| along.as_ref() != Some(it)).cloned());
    }
    Ok((Order { by, along }, in_short))
}

/// Which rows a frame lets in.
enum Rows {
    All,
    Last(Option<u32>),
}

fn rows_of(frame: Option<&WindowFrame>, ordered: bool) -> Result<Rows> {
    let Some(frame) = frame else {
        return Ok(if ordered { Rows::Last(None) } else { Rows::All });
    };
    let ends_here = matches!(frame.end_bound, None | Some(WindowFrameBound::CurrentRow));
    let rows = match &frame.start_bound {
        WindowFrameBound::Preceding(None) => None,
        WindowFrameBound::Preceding(Some(rows)) => Some(count_of(rows).or_else(|it| none_before(rows, it))?),
        _ => return Err(fault("a window starts before its row").hint(HINT)),
    };
    if !ends_here || !ordered || frame.units == WindowFrameUnits::Range {
        return Err(fault("a window counts rows and ends with the current row").hint(HINT));
    }
    Ok(Rows::Last(rows.map(|it| it.saturating_add(1))))
}

/// `ROWS 0 PRECEDING` is the row alone.
fn none_before(rows: &Expr, error: crate::Error) -> Result<u32> {
    if rows.to_string() == "0" { Ok(0) } else { Err(error) }
}

fn count_of(rows: &Expr) -> Result<u32> {
    let found = match rows {
        Expr::Value(it) => match &it.value {
            Value::Number(text, _) => text.parse().ok().filter(|it| *it > 0),
            _ => None,
        },
        _ => None,
    };
    found.ok_or_else(|| fault(format!("expected a number of rows, found {}", short(rows))))
}

/// Takes in how another row is compared with the one judged.
fn relate(condition: Node, matching: &mut Matching) -> Result<()> {
    let refused = || {
        Err(fault(
            "rows are compared with this one by = and one of <, <=, >, >=, with this row on one side and the other row \
             on the other side",
        )
        .hint("count(*) filter (where other.year = this.year and other.score > this.score)"))
    };
    let Node::Compare(it) = condition else { return refused() };
    let Comparison { relation, left, right, kind } = *it;
    let (mut left, mut right) = (left.node, right.node);
    let (own, theirs) =
        (|it: &Node| it.any(&|it| is_via(it, Via::This)), |it: &Node| it.any(&|it| is_via(it, Via::Own)));
    let mirrored = own(&left);
    if mirrored {
        std::mem::swap(&mut left, &mut right);
    }
    if own(&left) || theirs(&right) || !matches!(kind, Type::Number | Type::Text | Type::Date) {
        return refused();
    }
    right.each_column_mut(&mut |it| it.via = Via::Own);
    let relation = if mirrored { relation.mirrored() } else { relation };
    match relation {
        Relation::Equal => matching.equal.push((left, right)),
        Relation::Unequal => return refused(),
        _ if matching.order.is_some() => return refused(),
        _ => matching.order = Some((left, relation, right)),
    }
    Ok(())
}

fn is_via(node: &Node, via: Via) -> bool {
    matches!(node, Node::Column(it) if it.via == via)
}
