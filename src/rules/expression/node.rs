//! What an expression is once its names and types are settled: a tree of
//! typed operations over columns.

use regex::Regex;

use super::dates::DatePart;
use crate::plan::Relation;
use crate::table::{ColumnType, Exact};

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// An exact number.
    Number,
    /// A text.
    Text,
    /// A day.
    Date,
    /// True, false or unknown.
    Truth,
    /// A bare NULL, which takes the type of what it stands beside.
    Null,
}

/// A value known when the rule is read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Constant {
    /// A number.
    Number(Exact),
    /// A text.
    Text(String),
    /// A day, counted from 1970-01-01.
    Date(i32),
    /// A truth value.
    Truth(bool),
    /// No value, of a type.
    Null(Type),
}

/// A column of the rows that an expression runs over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColumnRef {
    /// Its name.
    pub(crate) name: String,
    /// The type of its values.
    pub(crate) kind: Type,
    /// In which row.
    pub(crate) via: Via,
}

/// In which row a column is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// In the row itself.
    Own,
    /// In the row that one of the expression's links leads to.
    Link(usize),
    /// In the row judged, from inside an aggregate over others; only while names are bound.
    This,
}

/// How a row leads to one other row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// The same row in the edition before.
    Previous,
    /// So many rows before it, in an order.
    Back(Order, u32),
    /// The row of another table whose key has the values of these columns:
    /// pairs of an own column and one of that table.
    Lookup(usize, Vec<(String, String)>),
    /// Of the rows of another table that have the values of these columns, the one that is
    /// the latest by a column.
    Latest(usize, Vec<(String, String)>, String),
}

/// An order of the rows of a table, by series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// The columns that name a series; the rest of the key where none are given.
    pub(crate) by: Vec<String>,
    /// The column that orders a series; none where its rows are only a group.
    pub(crate) along: Option<String>,
}

/// Which rows an aggregate of one row runs over.
#[derive(Clone, Debug)]
pub(crate) enum Reach {
    /// The row itself and those before it in its series: so many in all, or all
    /// of them. Where the flag is set, there is no value before there are so many.
    Back(Order, Option<u32>, bool),
    /// All rows of its group.
    Group(Order),
    /// The rows that have its values, and of these the ones that stand in a relation to it.
    Matching(Box<Matching>),
}

/// Which rows are counted for a row: what is computed of them, and of the row.
#[derive(Clone, Debug)]
pub(crate) struct Matching {
    /// Pairs that are equal, those of the other row first.
    pub(crate) equal: Vec<(Node, Node)>,
    /// A comparison of the other row with this one.
    pub(crate) order: Option<(Node, Relation, Node)>,
}

/// One value a row, made of many rows.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    /// What is computed of which rows of a table.
    pub(crate) aggregate: Aggregate,
    /// Which of them for which row.
    pub(crate) reach: Reach,
}

/// What an expression reads beside the cells of its row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    /// Single values.
    pub(crate) slots: Vec<Slot>,
    /// Ways to other rows.
    pub(crate) links: Vec<Link>,
    /// Values made of many rows, one a row.
    pub(crate) windows: Vec<Window>,
}

/// What reads cells by itself.
pub(super) static NO_INPUTS: Inputs = Inputs { slots: Vec::new(), links: Vec::new(), windows: Vec::new() };

impl Inputs {
    /// Whether cells of the row are all there is to read.
    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty() && self.links.is_empty() && self.windows.is_empty()
    }
}

/// One side of a comparison, with its text for messages.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    /// What it computes.
    pub(crate) node: Node,
    /// How the rule writes it.
    pub(crate) text: String,
}

/// A comparison of two sides of one type.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    /// How they are compared.
    pub(crate) relation: Relation,
    /// The left side.
    pub(crate) left: Side,
    /// The right side.
    pub(crate) right: Side,
    /// The type of both.
    pub(crate) kind: Type,
}

/// A function of values of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    /// The size of a number.
    Abs,
    /// Half away from zero, at so many decimals.
    Round(i32),
    /// The first that is not null.
    Coalesce,
    /// Null where both are equal.
    NullIf,
    /// The smallest.
    Least,
    /// The largest.
    Greatest,
    /// How many characters.
    Length,
    /// In small letters.
    Lower,
    /// In capitals.
    Upper,
    /// Without outer spaces.
    Trim,
    /// A number that a day or a period has.
    Part(DatePart),
    /// The days between two.
    DaysBetween,
    /// So many days later, or earlier where the flag is set.
    AddDays(bool),
}

/// One operation, and what it works on.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    /// A value known when the rule is read.
    Constant(Constant),
    /// A column of the row.
    Column(ColumnRef),
    /// A single cell or an aggregate: one value for all rows.
    Slot(usize),
    /// An aggregate over rows that hang on the row: one value a row.
    Window(usize),
    /// Terms added, or taken away where the flag is set.
    Sum(Vec<(bool, Node)>),
    /// A product.
    Product(Box<[Node; 2]>),
    /// An exact quotient; null where the divisor is zero.
    Quotient(Box<[Node; 2]>),
    /// What a division to whole numbers leaves over, with the sign of the dividend.
    Remainder(Box<[Node; 2]>),
    /// A comparison.
    Compare(Box<Comparison>),
    /// All of them are true.
    All(Vec<Node>),
    /// One of them is true.
    Any(Vec<Node>),
    /// It is false.
    Not(Box<Node>),
    /// The value lies between low and high, ends included.
    Between(Box<[Side; 3]>, Type),
    /// The value is one of a list.
    In(Box<Side>, Vec<Side>, Type),
    /// The text fits a pattern.
    Like(Box<Side>, Box<Regex>, String),
    /// There is no value.
    IsNull(Box<Side>),
    /// It is true (or false), and not unknown.
    IsTruth(Box<Node>, bool),
    /// They differ, where two nulls do not.
    Distinct(Box<[Side; 2]>),
    /// A function of values of the row.
    Call(Function, Vec<Node>, Type),
    /// The result beside the first condition that is true.
    Case(Vec<(Node, Node)>, Box<Node>, Type),
}

/// A single cell that an expression names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedCell {
    /// Its table, by index into the declared ones.
    pub(crate) table: usize,
    /// The row's label.
    pub(crate) row: String,
    /// The label above it, where it was given or is declared.
    pub(crate) under: Option<String>,
    /// The column's name.
    pub(crate) column: String,
}

/// What an aggregate does with the rows it runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    /// How many rows have a value; all rows where there is no argument.
    Count,
    /// The sum.
    Sum,
    /// The smallest value.
    Min,
    /// The largest value.
    Max,
    /// The mean.
    Average,
    /// The value below which a share of them lies: the seventh definition of Hyndman and Fan.
    Percentile(Share),
}

/// A share between 0 and 1, as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    /// What stands above the line.
    pub(crate) of: u32,
    /// What stands below.
    pub(crate) all: u32,
}

impl Share {
    /// The middle.
    pub(crate) const HALF: Self = Self { of: 1, all: 2 };
}

/// One value made of many rows.
#[derive(Clone, Debug)]
pub(crate) struct Aggregate {
    /// What is done with them.
    pub(crate) fold: Fold,
    /// The table whose rows they are.
    pub(crate) table: usize,
    /// What is computed of each; none for `count(*)`.
    pub(crate) argument: Option<Node>,
    /// Which rows count.
    pub(crate) filter: Option<Node>,
    /// Whether the rule's `where` chooses rows too: it is for this table.
    pub(crate) filtered: bool,
}

/// Where a slot's one value comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// A cell.
    Cell(NamedCell),
    /// Rows of a table.
    Aggregate(Aggregate),
}

/// One value for all rows, found once an edition is known.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    /// Where it comes from.
    pub(crate) source: Source,
    /// Whether it is read in the edition before.
    pub(crate) previous: bool,
    /// The type of its value.
    pub(crate) kind: Type,
}

impl Type {
    /// The type of a column's values.
    pub(crate) fn of_column(kind: ColumnType) -> Self {
        match kind {
            ColumnType::Label | ColumnType::Text | ColumnType::Period => Self::Text,
            ColumnType::Date => Self::Date,
            ColumnType::Count | ColumnType::Integer | ColumnType::Amount | ColumnType::Percent => Self::Number,
        }
    }

    /// What a value of it is called in messages.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Date => "a date",
            Self::Truth => "a condition",
            Self::Null => "NULL",
        }
    }
}

impl Side {
    /// A side that no rule wrote out.
    pub(crate) fn new(node: Node, text: impl Into<String>) -> Self {
        Self { node, text: text.into() }
    }
}

impl Comparison {
    /// A comparison of numbers.
    pub(crate) fn of_numbers(left: Side, relation: Relation, right: Side) -> Node {
        Node::Compare(Box::new(Self { relation, left, right, kind: Type::Number }))
    }
}

impl Node {
    /// A column of numbers.
    pub(crate) fn number_column(name: &str) -> Self {
        Self::Column(ColumnRef { name: name.to_owned(), kind: Type::Number, via: Via::Own })
    }

    /// Every node directly beneath.
    pub(crate) fn children(&self) -> Vec<&Node> {
        match self {
            Self::Constant(_) | Self::Column(_) | Self::Slot(_) | Self::Window(_) => Vec::new(),
            Self::Sum(terms) => terms.iter().map(|it| &it.1).collect(),
            Self::Product(pair) | Self::Quotient(pair) | Self::Remainder(pair) => pair.iter().collect(),
            Self::Compare(it) => vec![&it.left.node, &it.right.node],
            Self::All(list) | Self::Any(list) | Self::Call(_, list, _) => list.iter().collect(),
            Self::Not(it) | Self::IsTruth(it, _) => vec![it],
            Self::Between(sides, _) => sides.iter().map(|it| &it.node).collect(),
            Self::In(side, list, _) => std::iter::once(&side.node).chain(list.iter().map(|it| &it.node)).collect(),
            Self::Like(side, ..) | Self::IsNull(side) => vec![&side.node],
            Self::Distinct(sides) => sides.iter().map(|it| &it.node).collect(),
            Self::Case(branches, otherwise, _) => {
                let mut all: Vec<&Node> = branches.iter().flat_map(|(when, then)| [when, then]).collect();
                all.push(otherwise);
                all
            }
        }
    }

    /// The same, to be changed.
    pub(super) fn children_mut(&mut self) -> Vec<&mut Node> {
        match self {
            Self::Constant(_) | Self::Column(_) | Self::Slot(_) | Self::Window(_) => Vec::new(),
            Self::Sum(terms) => terms.iter_mut().map(|it| &mut it.1).collect(),
            Self::Product(pair) | Self::Quotient(pair) | Self::Remainder(pair) => pair.iter_mut().collect(),
            Self::Compare(it) => vec![&mut it.left.node, &mut it.right.node],
            Self::All(list) | Self::Any(list) | Self::Call(_, list, _) => list.iter_mut().collect(),
            Self::Not(it) | Self::IsTruth(it, _) => vec![it],
            Self::Between(sides, _) => sides.iter_mut().map(|it| &mut it.node).collect(),
            Self::In(side, list, _) => {
                std::iter::once(&mut side.node).chain(list.iter_mut().map(|it| &mut it.node)).collect()
            }
            Self::Like(side, ..) | Self::IsNull(side) => vec![&mut side.node],
            Self::Distinct(sides) => sides.iter_mut().map(|it| &mut it.node).collect(),
            Self::Case(branches, otherwise, _) => {
                let mut all: Vec<&mut Node> = branches.iter_mut().flat_map(|(when, then)| [when, then]).collect();
                all.push(otherwise);
                all
            }
        }
    }

    /// Goes over every column of it, and may change it.
    pub(super) fn each_column_mut(&mut self, change: &mut impl FnMut(&mut ColumnRef)) {
        match self {
            Self::Column(it) => change(it),
            other => other.children_mut().into_iter().for_each(|it| it.each_column_mut(change)),
        }
    }

    /// Whether something is so of this node or one beneath.
    pub(crate) fn any(&self, test: &impl Fn(&Node) -> bool) -> bool {
        test(self) || self.children().into_iter().any(|it| it.any(test))
    }
}
