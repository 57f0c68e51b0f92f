//! Texts that a condition asks for and a table does not print.

use super::Condition;
use super::node::{Constant, Node, Type};
use crate::plan::Relation;
use crate::table::{ColumnData, Table};

impl Condition {
    /// The first text that a column is compared with and that no row of it
    /// prints: the column and the text, as the rule file has them.
    pub(crate) fn unmatched(&self, table: &Table) -> Option<(&str, &str)> {
        let mut asked = Vec::new();
        collect(&self.0.node, &mut asked);
        asked.into_iter().find(|(name, text)| {
            let column = table.column(name).map(|it| &table.columns[it].data);
            matches!(column, Some(ColumnData::Texts(it)) if !it.dictionary.iter().any(|it| &**it == *text))
        })
    }
}

/// The texts that columns are compared with: `=` and `IN`.
fn collect<'a>(node: &'a Node, asked: &mut Vec<(&'a str, &'a str)>) {
    let text = |it: &'a Node| match it {
        Node::Constant(Constant::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    match node {
        Node::Compare(it) if it.kind == Type::Text && it.relation == Relation::Equal => {
            for (left, right) in [(&it.left.node, &it.right.node), (&it.right.node, &it.left.node)] {
                if let (Node::Column(column), Some(text)) = (left, text(right)) {
                    asked.push((&column.name, text));
                }
            }
        }
        Node::In(side, list, Type::Text) => {
            if let Node::Column(column) = &side.node {
                asked.extend(list.iter().filter_map(|it| Some((column.name.as_str(), text(&it.node)?))));
            }
        }
        _ => {}
    }
    node.children().into_iter().for_each(|it| collect(it, asked));
}

#[cfg(test)]
mod tests {
    use super::super::testing::World;
    use super::Condition;

    #[test]
    fn names_the_text_that_no_row_prints() {
        let world = World::of("t", "area:label,n:count", "North,1\nSouth,2");
        let unmatched = |text: &str| {
            let condition = world.compile(|it| Condition::parse(text, it, 0)).unwrap();
            condition.unmatched(&world.edition.tables[0]).map(|it| (it.0.to_owned(), it.1.to_owned()))
        };
        let found = Some(("area".to_owned(), "Nort".to_owned()));
        assert_eq!(unmatched("area = 'Nort' and n > 0"), found);
        assert_eq!(unmatched("n > 3 or area in ('South', 'Nort')"), found);
        assert_eq!(unmatched("area = 'North' and n > 7"), None);
        assert_eq!(unmatched("area <> 'Nort'"), None);
    }
}
