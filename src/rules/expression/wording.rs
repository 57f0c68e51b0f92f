//! Says what there is to say of a check: message, places, expected, gap.

use std::collections::BTreeSet;

use num_traits::Signed;

use super::Expression;
use super::frame::Frame;
use super::judge::Operand;
use super::literal::show_day;
use super::node::{Comparison, Constant, Node, Side, Type};
use super::vector::Truth;
use crate::finding::{Expected, Place, Role};
use crate::plan::{CellRef, Relation};
use crate::rules::{Context, Detail};
use crate::table::{CellState, Exact, is_fillable, show_exact};

mod balance;
mod rounded;

pub(crate) use balance::Balance;

/// Whose words are used for what fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// A part and its whole.
    Part,
    /// Any condition.
    Expect,
    /// Several figures, each within limits: all that fail are named.
    Range,
}

impl Expression {
    /// Says what there is to say of a check that fails or cannot be told.
    pub(crate) fn explain(&self, context: &Context<'_>, check: usize, words: Words) -> Detail {
        self.explain_in(&self.frame(context), check, words)
    }

    /// The same of many, where what they read beside their rows is worked out once.
    pub(crate) fn explain_all(&self, context: &Context<'_>, checks: &[usize], words: Words) -> Vec<Detail> {
        if checks.is_empty() {
            return Vec::new();
        }
        let frame = self.frame(context);
        checks.iter().map(|it| self.explain_in(&frame, *it, words)).collect()
    }

    fn explain_in(&self, frame: &Frame<'_>, check: usize, words: Words) -> Detail {
        let context = frame.context;
        let telling = Telling::new(self, frame, check, words);
        let excluded = self.reads_row && context.filter.is_some_and(|it| it[check].is_none());
        let truth = frame.truths(&self.node, &(check..check + 1), frame.zero)[0];
        let possible = frame.possible(&self.node, check, true, self.rounding);
        let mut detail = if excluded {
            telling.detail("it is unknown whether the rule applies to this row")
        } else if possible == Truth::False || (truth == Truth::False && possible != Truth::Unknown) {
            let mut detail = telling.failure();
            if detail.hint.is_none() && self.is_only_rounded(frame, check) {
                detail.hint = Some(rounded::ONLY_ROUNDED.to_owned());
            }
            detail
        } else {
            telling.unknown()
        };
        if let (true, Some(table)) = (self.reads_row, frame.own_table()) {
            let row = table.row_name(check);
            detail.message = format!("{row}: {}", detail.message);
            detail.row = Some(row);
        }
        detail
    }
}

/// One check, about to be told.
struct Telling<'a> {
    expression: &'a Expression,
    frame: &'a Frame<'a>,
    row: usize,
    words: Words,
    /// Whether cells of several columns take part, so that each needs its column's name.
    show_column: bool,
}

impl<'a> Telling<'a> {
    fn new(expression: &'a Expression, frame: &'a Frame<'a>, row: usize, words: Words) -> Self {
        let columns: BTreeSet<(usize, usize)> =
            cells(&frame.operands(&expression.node, row)).iter().map(|it| (it.cell.table, it.cell.column)).collect();
        Self { expression, frame, row, words, show_column: columns.len() > 1 }
    }

    /// A detail of the first cell of the whole condition.
    fn detail(&self, message: impl Into<String>) -> Detail {
        let operands = self.frame.operands(&self.expression.node, self.row);
        let first = cells(&operands).first().copied();
        let own = self.expression.table.map(|it| self.frame.context.tables[it].name.clone());
        let table = first.map(|it| self.frame.table_of(it).name.clone()).or(own);
        let mut detail = Detail::new(table.unwrap_or_default(), message);
        self.set_primary(&mut detail, first);
        detail
    }

    fn set_primary(&self, detail: &mut Detail, cell: Option<CellRef>) {
        if let Some(it) = cell {
            let table = self.frame.table_of(it);
            detail.table.clone_from(&table.name);
            // An aggregate has no row of its own: its first row is only where it starts.
            let named = self.frame.slots.iter().any(|slot| slot.cell == Some(Ok(it)));
            detail.row = (named || self.expression.reads_row).then(|| table.row_name(it.cell.row));
            detail.column = Some(table.columns[it.cell.column].name.clone());
        }
    }

    fn failure(&self) -> Detail {
        if self.words == Words::Range
            && let Node::All(list) = &self.expression.node
        {
            let failing = list.iter().filter(|it| self.fails(it));
            let mut details = failing.map(|it| self.atom(self.culprit(it)));
            let Some(mut first) = details.next() else { return self.detail("the condition is false") };
            for (at, other) in details.enumerate() {
                first.message = format!("{}; {}", first.message, other.message);
                let limit = 12;
                first.places.extend(other.places.into_iter().filter(|_| at < limit).map(as_operand));
            }
            return first;
        }
        self.atom(self.culprit(&self.expression.node))
    }

    fn fails(&self, node: &Node) -> bool {
        self.frame.possible(node, self.row, true, self.expression.rounding) == Truth::False
    }

    /// The part of a condition that keeps it from being true.
    fn culprit<'n>(&self, node: &'n Node) -> &'n Node {
        match node {
            Node::All(list) => list.iter().find(|it| self.fails(it)).map_or(node, |it| self.culprit(it)),
            // Beside a condition on figures the others say which rows it is for: office <> 'All' or a <= b.
            Node::Any(list) => {
                let is_of_figures = |it: &&Node| {
                    matches!(it, Node::Compare(it) if it.kind == Type::Number)
                        || matches!(it, Node::Between(_, Type::Number))
                };
                let is_of_rows = |it: &Node| match it {
                    Node::Compare(it) => it.kind != Type::Number,
                    Node::In(_, _, kind) => *kind != Type::Number,
                    Node::Like(..) | Node::IsNull(_) => true,
                    _ => false,
                };
                let mut figures = list.iter().filter(is_of_figures);
                match (figures.next(), figures.next()) {
                    (Some(only), None) if list.iter().all(|it| is_of_figures(&it) || is_of_rows(it)) => only,
                    _ if list.len() == 1 => self.culprit(&list[0]),
                    _ => node,
                }
            }
            _ => node,
        }
    }

    fn atom(&self, node: &Node) -> Detail {
        match node {
            Node::Compare(it) if it.kind == Type::Number => self.comparison(it),
            Node::Between(sides, Type::Number) => self.between(sides),
            Node::Compare(it) => {
                let right = self.side(&it.right).text;
                let expected = self.value(&it.right.node).map(|it2| expected(it.relation, it2));
                self.plain(&it.left, &format!("is {} {right}", phrase(it.relation)), expected)
            }
            Node::In(it, list, _) => {
                let texts: Vec<&str> = list.iter().map(|it| it.text.as_str()).collect();
                let values = list.iter().filter_map(|it| self.value(&it.node)).collect();
                self.plain(it, &format!("is not one of {}", texts.join(", ")), Some(Expected::OneOf(values)))
            }
            Node::Like(it, _, pattern) => self.plain(
                it,
                &format!("does not match the pattern '{pattern}'"),
                Some(Expected::Pattern(pattern.clone())),
            ),
            Node::IsNull(it) => self.plain(it, "is not empty", None),
            Node::Not(it) => match &**it {
                Node::Compare(it) if it.kind == Type::Number => {
                    self.comparison(&Comparison { relation: it.relation.negated(), ..(**it).clone() })
                }
                Node::IsNull(it) => self.plain(it, "", None),
                Node::Like(it, _, pattern) => self.plain(it, &format!("matches the pattern '{pattern}'"), None),
                Node::In(it, list, _) => {
                    let texts: Vec<&str> = list.iter().map(|it| it.text.as_str()).collect();
                    self.plain(it, &format!("is one of {}", texts.join(", ")), None)
                }
                _ => self.whole(node),
            },
            _ => self.whole(node),
        }
    }

    /// A condition that is no single comparison: its text, and what it reads.
    fn whole(&self, node: &Node) -> Detail {
        let operands = self.frame.operands(node, self.row);
        let read: Vec<String> = operands.iter().map(|it| self.operand(it)).collect();
        let mut detail = self.detail(format!("expected {}, found {}", self.expression.text, read.join(", ")));
        let found = cells(&operands);
        for (at, cell) in found.into_iter().enumerate() {
            let label = if at == 0 { "the condition is false here" } else { "and here" };
            detail.places.push(self.place(cell, at == 0, label));
        }
        detail
    }

    /// What is no comparison of numbers: a text, a day, a cell that is empty or not.
    fn plain(&self, left: &Side, what: &str, expected: Option<Expected>) -> Detail {
        let text = self.side(left).text;
        let message = if what.is_empty() { text } else { format!("{text} {what}") };
        let mut detail = self.detail(message);
        let found = cells(&self.frame.operands(&left.node, self.row));
        self.set_primary(&mut detail, found.first().copied());
        let label = if what.is_empty() { "must not be empty" } else { what };
        detail.places = found.iter().take(1).map(|&it| self.place(it, true, label)).collect();
        detail.observed = self.value(&left.node);
        detail.expected = expected;
        detail
    }

    fn between(&self, sides: &[Side; 3]) -> Detail {
        let [value, low, high] = sides;
        let at_least =
            Comparison { relation: Relation::AtLeast, left: value.clone(), right: low.clone(), kind: Type::Number };
        let at_most = Comparison { relation: Relation::AtMost, right: high.clone(), ..at_least.clone() };
        let below = self.fails(&Node::Compare(Box::new(at_least.clone())));
        let mut detail = self.comparison(if below { &at_least } else { &at_most });
        if let (Some(low), Some(high)) = (self.value(&low.node), self.value(&high.node)) {
            detail.expected = Some(Expected::Between(low, high));
        }
        detail
    }

    fn comparison(&self, it: &Comparison) -> Detail {
        let (left, right) = (self.side(&it.left), self.side(&it.right));
        let on_left = cells(&self.frame.operands(&it.left.node, self.row));
        let on_right = cells(&self.frame.operands(&it.right.node, self.row));
        let phrase = phrase(it.relation);
        let mut message = match &left.made {
            Some(made) => format!("{} add up to {made}, {phrase} {}", left.text, right.text),
            None => format!("{} is {phrase} {}", left.text, right.text),
        };
        if let Some(made) = &right.made {
            message = format!("{message}, which add up to {made}");
        }
        let mut detail = self.detail(message);
        let primary = on_left.first().or(on_right.first()).copied();
        self.set_primary(&mut detail, primary);
        let values = self.number(&it.left.node).zip(self.number(&it.right.node));
        if let Some((left_value, right_value)) = &values {
            let label = self.label(&(left_value - right_value), &it.right);
            detail.places = self.places(&on_left, &on_right, &label);
            let (observed, against, relation) = if on_left.is_empty() {
                (right_value, left_value, it.relation.mirrored())
            } else {
                (left_value, right_value, it.relation)
            };
            detail.observed = Some(show_exact(observed));
            detail.expected = expected_number(relation, against);
            detail.gap = Some(show_exact(&self.gap(it).unwrap_or_else(|| (left_value - right_value).abs())));
        } else {
            // A figure is missing, and whatever it is does not mend it.
            detail.places = self.places(&on_left, &on_right, "fails whatever the missing figures are");
            detail.message = format!("{}, whatever the missing figures are", detail.message);
            detail.gap = self.gap(it).map(|it| show_exact(&it));
        }
        detail
    }

    fn gap(&self, it: &Comparison) -> Option<Exact> {
        let linear = self.frame.linear_difference(&it.left.node, &it.right.node, self.row)?;
        Some(self.frame.linear_interval(&linear, self.expression.rounding)?.gap())
    }

    fn label(&self, difference: &Exact, right: &Side) -> String {
        let size = show_exact(&difference.abs());
        let than = match (self.words, &right.node) {
            (Words::Part, _) => "the whole".to_owned(),
            (_, Node::Constant(_)) => right.text.clone(),
            (_, node) => match &self.frame.operands(node, self.row)[..] {
                [Operand::Cell(it)] if matches!(node, Node::Column(_) | Node::Slot(_)) => self.name(*it),
                _ => "it should be".to_owned(),
            },
        };
        match (difference.is_positive(), difference.is_negative()) {
            (true, _) => format!("{size} more than {than}"),
            (_, true) => format!("{size} less than {than}"),
            _ => format!("the same as {than}"),
        }
    }

    fn places(&self, on_left: &[CellRef], on_right: &[CellRef], label: &str) -> Vec<Place> {
        let (same, other) = match self.words {
            Words::Part => ("a part", if on_right.len() > 1 { "part of the whole" } else { "the whole" }),
            Words::Expect | Words::Range => ("included", "compared with"),
        };
        let (first, others) = if on_left.is_empty() { (on_right, on_left) } else { (on_left, on_right) };
        let mut places = Vec::new();
        for (at, &cell) in first.iter().enumerate() {
            places.push(self.place(cell, at == 0, if at == 0 { label } else { same }));
        }
        let others = others.iter().filter(|it| !first.contains(it));
        places.extend(others.map(|&it| self.place(it, false, other)));
        places
    }

    fn place(&self, it: CellRef, primary: bool, label: &str) -> Place {
        let role = if primary { Role::Primary } else { Role::Operand };
        Place::of_cell(self.frame.table_of(it), it.cell.row, it.cell.column, role, label)
    }

    fn unknown(&self) -> Detail {
        let operands = self.frame.operands(&self.expression.node, self.row);
        let lacking: Vec<&Operand> = operands.iter().filter(|it| self.lacks(it)).collect();
        let mut reasons: Vec<String> = lacking.iter().map(|it| self.reason(it)).collect();
        if reasons.is_empty() {
            let divides = self.expression.divides();
            reasons.push(if divides { "division by zero" } else { "there are no figures to compute with" }.to_owned());
        }
        let more = reasons.len().saturating_sub(3);
        reasons.truncate(3);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        let mut detail = self.detail(format!("{}{more}", reasons.join("; ")));
        let first = lacking.iter().find_map(|it| if let Operand::Cell(it) = it { Some(*it) } else { None });
        if let Some(first) = first {
            self.set_primary(&mut detail, Some(first));
            detail.row = Some(self.frame.table_of(first).row_name(first.cell.row));
            detail.places.push(self.place(first, true, "the check needs this value"));
        }
        detail
    }

    fn lacks(&self, operand: &Operand) -> bool {
        let filled = |it: &CellRef| {
            self.frame.zero && is_fillable(self.frame.table_of(*it).columns[it.cell.column].states[it.cell.row])
        };
        !self.frame.has_value(operand) && !matches!(operand, Operand::Cell(it) if filled(it))
    }

    fn reason(&self, operand: &Operand) -> String {
        match operand {
            Operand::Absent(why) | Operand::Unprinted(why) => why.clone(),
            Operand::Cell(it) => self.frame.reason(*it, &self.name(*it)),
        }
    }

    /// What a cell is called: its column where the check is of its row, else its row, with
    /// its table where that is another than the rule's.
    fn name(&self, it: CellRef) -> String {
        let table = self.frame.table_of(it);
        let column = &table.columns[it.cell.column].name;
        let own = self.expression.reads_row && self.frame.table == Some(it.cell.table) && it.cell.row == self.row;
        let name = match (own || (it.previous && self.expression.reads_row), self.show_column) {
            (true, _) => column.clone(),
            (_, true) => format!("{}, {column}", table.row_name(it.cell.row)),
            (_, false) => table.row_name(it.cell.row),
        };
        match self.frame.table {
            _ if it.previous => format!("previous {name}"),
            Some(own) if own != it.cell.table => format!("{}: {name}", table.name),
            _ => name,
        }
    }

    fn operand(&self, operand: &Operand) -> String {
        match operand {
            Operand::Absent(why) | Operand::Unprinted(why) => why.clone(),
            Operand::Cell(it) => match self.frame.printed(*it) {
                "" => format!("{} (empty)", self.name(*it)),
                text => format!("{} ({text})", self.name(*it)),
            },
        }
    }

    /// How one side is told, with its figures.
    fn side(&self, side: &Side) -> SideWording {
        let single = |node: &Node| match (node, &self.frame.operands(node, self.row)[..]) {
            (Node::Column(_) | Node::Slot(_), [it]) if !self.is_aggregate(node) => Some(self.operand(it)),
            _ => None,
        };
        if let Some(text) = single(&side.node) {
            return SideWording { text, made: None };
        }
        if let Node::Constant(_) = side.node {
            return SideWording { text: side.text.clone(), made: None };
        }
        let value = self.value(&side.node);
        if let (Node::Sum(terms), Some(value)) = (&side.node, &value)
            && terms.len() > 1
            && terms.iter().all(|it| !it.0)
            && let Some(parts) = terms.iter().map(|it| single(&it.1)).collect::<Option<Vec<_>>>()
        {
            return SideWording { text: parts.join(" + "), made: Some(value.clone()) };
        }
        let value = value.map_or_else(String::new, |it| format!(" ({it})"));
        SideWording { text: format!("{}{value}", side.text), made: None }
    }

    fn is_aggregate(&self, node: &Node) -> bool {
        matches!(node, Node::Slot(at) if self.frame.slots[*at].cell.is_none())
    }

    fn number(&self, node: &Node) -> Option<Exact> {
        self.frame.exact(node, self.row)
    }

    fn value(&self, node: &Node) -> Option<String> {
        match self.frame.evaluate(node, &(self.row..self.row + 1), self.frame.zero).constant(0) {
            Constant::Number(it) => Some(show_exact(&it)),
            Constant::Text(it) => Some(it),
            Constant::Date(it) => Some(show_day(it)),
            Constant::Truth(it) => Some(it.to_string()),
            Constant::Null(_) => None,
        }
    }
}

/// One side of a comparison in words.
struct SideWording {
    text: String,
    /// What several figures make together.
    made: Option<String>,
}

impl Frame<'_> {
    /// The text printed in a cell.
    pub(super) fn printed(&self, it: CellRef) -> &str {
        self.table_of(it).text(it.cell.row, it.cell.column)
    }

    /// Why a cell has no value.
    pub(super) fn reason(&self, it: CellRef, name: &str) -> String {
        let text = self.printed(it);
        match self.table_of(it).columns[it.cell.column].states[it.cell.row] {
            CellState::Marker(_) if self.is_bounded(it) => format!("{name} is known only as \"{text}\""),
            CellState::Marker(marker) => format!("{name} is \"{text}\" ({})", marker.word()),
            CellState::Absent => format!("the row ends before {name}"),
            CellState::Unreadable => format!("{name} is \"{text}\", which cannot be read"),
            CellState::Unclear => format!("{name} is \"{text}\", which can be read in more than one way"),
            CellState::Empty | CellState::Value => format!("{name} is empty"),
        }
    }
}

impl Expression {
    fn divides(&self) -> bool {
        let divides = |it: &Node| matches!(it, Node::Quotient(_) | Node::Remainder(_));
        self.node.any(&divides)
    }
}

fn as_operand(mut place: Place) -> Place {
    place.role = Role::Operand;
    place
}

fn cells(operands: &[Operand]) -> Vec<CellRef> {
    let cell = |it: &Operand| if let Operand::Cell(it) = it { Some(*it) } else { None };
    operands.iter().filter_map(cell).collect()
}

/// What is so where a relation does not hold.
fn phrase(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "not equal to",
        Relation::Unequal => "equal to",
        Relation::Less => "not less than",
        Relation::AtMost => "more than",
        Relation::More => "not more than",
        Relation::AtLeast => "less than",
    }
}

fn expected(relation: Relation, value: String) -> Expected {
    match relation {
        Relation::Less | Relation::AtMost => Expected::AtMost(value),
        Relation::More | Relation::AtLeast => Expected::AtLeast(value),
        Relation::Equal | Relation::Unequal => Expected::Equal(value),
    }
}

/// What would hold; that something differs cannot be said as a value.
fn expected_number(relation: Relation, value: &Exact) -> Option<Expected> {
    (relation != Relation::Unequal).then(|| expected(relation, show_exact(value)))
}
