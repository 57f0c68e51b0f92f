//! How the numbers of a table are printed.

use super::Context;
use super::cells::fits;
use super::columns::Matched;
use crate::table::{ColumnType, NumberStyle, StyleTally, read_figure};

impl Context<'_> {
    /// The style of figures that were numbers, or the one declared, or else the one that reads most numbers of the table.
    ///
    /// Where several do, counts decide: `1.234` murders are no decimal.
    pub(super) fn style_of(&self, matched: &[Matched]) -> NumberStyle {
        if let Some(style) = self.grid.style.or(self.schema.style) {
            return style;
        }
        let mut tally = StyleTally::new(self.style);
        for it in matched.iter().filter(|it| it.may_be_number(self.grid, self.document)) {
            for cell in self.cells(it.position).flatten() {
                tally.add(cell.text(self.document));
            }
        }
        let mut best = (usize::MAX, self.style);
        for style in tally.candidates() {
            let misfits = self.misfits(matched, style);
            if misfits < best.0 {
                best = (misfits, style);
            }
            if misfits == 0 {
                break;
            }
        }
        best.1
    }

    /// How many cells of declared whole numbers a style reads as none.
    fn misfits(&self, matched: &[Matched], style: NumberStyle) -> usize {
        let whole = |it: &&Matched| it.declared && matches!(it.schema.kind, ColumnType::Count | ColumnType::Integer);
        let misfits = |it: &Matched| {
            let unit = self.unit(&it.schema, it.position);
            let texts = self.cells(it.position).flatten().map(|it| it.text(self.document));
            // Without a sign among its digits, a number reads alike in every style.
            let signed = texts.filter(|it| it.contains(['.', ',']));
            signed.filter(|text| read_figure(text, style, unit).is_ok_and(|read| !fits(&read, it.schema.kind))).count()
        };
        matched.iter().filter(whole).map(misfits).sum()
    }
}
