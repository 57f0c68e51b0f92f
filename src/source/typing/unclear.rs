//! Glued rows that can be read in more than one way.

use super::columns::Matched;
use super::{Context, TypeFault, TypeFaultKind};
use crate::source::{Reading, Splitting};
use crate::table::{Doubt, RowReading, Table, UnclearRow, read_figure};

/// What settles every glued row.
pub(super) const APART_HINT: &str = "check the table as HTML or CSV, where cells are separate";

impl Context<'_> {
    /// Whether the cells of a row are too unsure to stand.
    pub(super) fn is_unclear(&self, row: usize) -> bool {
        self.grid.rows[row].splitting.as_deref().is_some_and(|it| !it.accepted)
    }

    /// Keeps every reading of the rows that are too unsure.
    pub(super) fn unclear_rows(&self, matched: &[Matched], table: &mut Table, faults: &mut Vec<TypeFault>) {
        for (index, row) in (0_u32..).zip(&self.grid.rows) {
            let Some(splitting) = row.splitting.as_deref().filter(|it| !it.accepted) else { continue };
            let readings: Vec<RowReading> = splitting.readings.iter().map(|it| self.reading(it, matched)).collect();
            if readings.len() > 1 {
                table.unclear.push(UnclearRow { row: index, readings });
            }
            faults.push(TypeFault {
                kind: TypeFaultKind::Unclear,
                row: Some(index),
                column: None,
                missing: None,
                message: self.message(splitting),
                hint: Some(self.unclear_hint(splitting)),
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
        let glued = (0_u32..).zip(&self.grid.rows).filter_map(|(at, row)| Some((at, row.splitting.as_deref()?)));
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
    fn message(&self, splitting: &Splitting) -> String {
        let shown = |reading: &Reading| format!("{} ({:.2})", self.figures(reading).join("|"), reading.probability);
        let best: Vec<String> = splitting.readings.iter().take(2).map(shown).collect();
        let blob = self.document.slice(splitting.blob);
        match best.as_slice() {
            [] => format!("expected figures, found \"{blob}\", which cannot be split"),
            it => format!("\"{blob}\" can be read as {}", it.join(" or ")),
        }
    }

    /// The figures of a reading, as printed.
    fn figures(&self, reading: &Reading) -> Vec<&str> {
        reading.cells.iter().skip(1).map(|it| self.document.slice(*it)).collect()
    }

    /// What settles how a row is read.
    fn unclear_hint(&self, splitting: &Splitting) -> String {
        // Where thousands are grouped, four digits in a row are two figures.
        let is_long = |it: &&str| it.len() > 3 && it.bytes().all(|it| it.is_ascii_digit());
        let grouped = splitting.readings.iter().filter(|it| !self.figures(it).iter().any(is_long)).count();
        let style = if self.schema.style.is_none() && grouped == 1 && splitting.readings.len() > 1 {
            "if this page groups thousands, style = { thousands = \",\" } in its rule file settles every such row; "
        } else {
            ""
        };
        let Some(pin) = self.pin_hint(splitting) else { return format!("{style}{APART_HINT}") };
        format!("{pin}; {style}else {APART_HINT}")
    }

    /// `if 18|10 is right, settle it with --pin "Murder=18|10"`.
    fn pin_hint(&self, splitting: &Splitting) -> Option<String> {
        let best = splitting.readings.first().filter(|it| it.cells.len() > 1)?;
        let label = self.document.slice(best.cells[0]).trim();
        let cells = self.figures(best).join("|");
        let quote = if label.contains(['"', '$', '`', '\\']) { '\'' } else { '"' };
        Some(format!(
            "if {cells} is right, settle it with --pin {quote}{label}={cells}{quote}, or in its rule file under [[pins]]"
        ))
    }
}
