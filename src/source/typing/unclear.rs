//! Glued rows that can be read in more than one way.

use super::columns::Matched;
use super::{Context, TypeFault, TypeFaultKind};
use crate::source::{Reading, Splitting};
use crate::table::{Doubt, RowReading, Table, UnclearRow, read_figure};

impl Context<'_> {
    /// Whether the cells of a row are too unsure to stand.
    pub(super) fn is_unclear(&self, row: usize) -> bool {
        self.grid.rows[row].splitting.as_ref().is_some_and(|it| !it.accepted)
    }

    /// Keeps every reading of the rows that are too unsure.
    pub(super) fn unclear_rows(&self, matched: &[Matched], table: &mut Table, faults: &mut Vec<TypeFault>) {
        for (index, row) in (0_u32..).zip(&self.grid.rows) {
            let Some(splitting) = row.splitting.as_ref().filter(|it| !it.accepted) else { continue };
            let readings: Vec<RowReading> = splitting.readings.iter().map(|it| self.reading(it, matched)).collect();
            if readings.len() > 1 {
                table.unclear.push(UnclearRow { row: index, readings });
            }
            faults.push(TypeFault {
                kind: TypeFaultKind::Unclear,
                row: Some(index),
                column: None,
                missing: None,
                message: self.message(splitting, matched),
                hint: None,
                span: splitting.blob,
            });
        }
    }

    /// The rows whose best reading stands, and is not the only one.
    pub(super) fn doubts(&self, matched: &[Matched]) -> Vec<Doubt> {
        let doubt = |(row, it): (u32, &Splitting)| {
            let (best, others) = it.readings.split_first()?;
            let at = |reading: &Reading, position: usize| reading.cells.get(position).copied();
            let differs = |position: usize| others.iter().any(|it| at(it, position) != at(best, position));
            let columns: Vec<usize> = (0..matched.len()).filter(|&it| differs(matched[it].position)).collect();
            (!columns.is_empty()).then_some(Doubt { row, columns, probability: best.probability })
        };
        let glued = (0_u32..).zip(&self.grid.rows).filter_map(|(at, row)| Some((at, row.splitting.as_ref()?)));
        glued.filter(|it| it.1.accepted).filter_map(doubt).collect()
    }

    fn reading(&self, reading: &Reading, matched: &[Matched]) -> RowReading {
        let numbers = matched.iter().enumerate().filter(|it| it.1.schema.kind.is_number());
        let figure = |(column, it): (usize, &Matched)| {
            let span = reading.cells.get(it.position).copied().filter(|it| !it.is_empty())?;
            let unit = self.unit(&it.schema, it.position);
            let figure = read_figure(self.document.slice(span), self.style, unit).ok()?;
            Some((column, span, figure))
        };
        RowReading { probability: reading.probability, figures: numbers.filter_map(figure).collect() }
    }

    /// `"2312" can be read as 23|12 (0.62) or 231|2 (0.31)`.
    fn message(&self, splitting: &Splitting, matched: &[Matched]) -> String {
        let is_number = |it: &Matched| it.schema.kind.is_number();
        // Where no row is clear, nothing tells that the columns hold numbers: the label comes first.
        let untold = !matched.iter().any(is_number);
        let shown = |reading: &Reading| {
            let number =
                |at: &usize| (untold && *at > 0) || matched.iter().any(|it| it.position == *at && is_number(it));
            let cells = (0..reading.cells.len()).filter(number).map(|it| self.document.slice(reading.cells[it]));
            format!("{} ({:.2})", cells.collect::<Vec<_>>().join("|"), reading.probability)
        };
        let best: Vec<String> = splitting.readings.iter().take(2).map(shown).collect();
        let blob = self.document.slice(splitting.blob);
        match best.as_slice() {
            [] => format!("expected figures, found \"{blob}\", which cannot be told apart"),
            it => format!("\"{blob}\" can be read as {}", it.join(" or ")),
        }
    }
}
