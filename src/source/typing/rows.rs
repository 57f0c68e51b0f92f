//! Rows whose figures are of another type than those of their columns.

use super::Context;
use super::columns::Matched;
use crate::table::{ColumnType, fold_spaces};

impl Context<'_> {
    /// The type that each row declares for its figures; empty where none does.
    pub(super) fn row_kinds(&self, matched: &[Matched]) -> Vec<Option<ColumnType>> {
        let rows = &self.schema.rows;
        if rows.iter().all(|it| it.kind.is_none()) {
            return Vec::new();
        }
        let is_label = |it: &&Matched| match self.schema.key.as_slice() {
            [] => it.schema.kind == ColumnType::Label,
            key => key.contains(&it.schema.name) && it.schema.kind == ColumnType::Label,
        };
        let Some(label) = matched.iter().find(is_label) else { return Vec::new() };
        let kind = |text: &str| {
            let text = fold_spaces(text);
            let is = |name: &String| fold_spaces(name) == text;
            rows.iter().find(|it| is(&it.name) || it.aliases.iter().any(is))?.kind
        };
        self.cells(label.position).map(|it| kind(it?.text(self.document))).collect()
    }
}
