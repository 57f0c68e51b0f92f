//! Repairs and suspects in the words of the table.

use super::Run;
use crate::finding::{Correction, Place, Repair, Role, Suspect};
use crate::repair::{Explanation, System, Usual};
use crate::table::{Decimal, Table};

/// One explanation as findings show it.
pub(super) fn repair(
    run: &Run<'_>,
    system: &System,
    it: &Explanation,
    rules: &[String],
    usual: &dyn Fn(usize) -> Option<Usual>,
) -> Repair {
    let mut known = Vec::new();
    let mut corrections = Vec::new();
    for slip in &it.moves {
        for change in &slip.changes {
            let figure = suspect(run, system, change.cell);
            let from = system.cells[change.cell].printed.map_or(String::new(), |it| it.to_string());
            known.extend(usual(change.cell).map(|it| it.has(change.to)));
            corrections.push(Correction {
                printed: printed(change.to, &figure.text),
                figure,
                from,
                to: change.to.to_string(),
                slip: slip.kind.word(),
                words: slip.words.clone(),
            });
        }
    }
    let all = (!known.is_empty()).then(|| known.iter().all(|it| *it));
    Repair { corrections, restores: rules.to_vec(), usual: all }
}

/// The figures of a set.
pub(super) fn suspects(run: &Run<'_>, system: &System, set: &[usize]) -> Vec<Suspect> {
    set.iter().map(|&it| suspect(run, system, it)).collect()
}

/// A name for a cell that no other has, wherever its row stands.
pub(super) fn name(run: &Run<'_>, system: &System, cell: usize) -> String {
    let at = system.cells[cell].at.cell;
    let table = &run.edition.tables[at.table];
    let above = table.rows[at.row].under.map_or(String::new(), |it| table.row_name(it as usize));
    [&table.name, &above, &table.row_name(at.row), &table.columns[at.column].name].map(String::as_str).join("\u{1f}")
}

fn suspect(run: &Run<'_>, system: &System, cell: usize) -> Suspect {
    let at = system.cells[cell].at.cell;
    suspect_at(&run.edition.tables[at.table], (at.row, at.column))
}

/// A figure of a table, by row and column.
pub(in crate::check) fn suspect_at(table: &Table, (row, column): (usize, usize)) -> Suspect {
    let place = Place::of_cell(table, row, column, Role::Operand, "");
    let (row, column) = (table.row_name(row), table.columns[column].name.clone());
    let name = if numbers(table) > 1 { format!("{row}, {column}") } else { row.clone() };
    Suspect { table: table.name.clone(), name, text: place.text.trim().to_owned(), at: place.at(), row, column }
}

fn numbers(table: &Table) -> usize {
    table.columns.iter().filter(|it| it.kind.is_number()).count()
}

/// A figure with the thousands marks that the printed one has.
pub(in crate::check) fn printed(figure: Decimal, like: &str) -> String {
    let plain = figure.to_string();
    let marks = [',', '.', '\'', ' ', '\u{a0}', '\u{202f}', '’'];
    let grouped = |mark: &char| {
        like.split(*mark).skip(1).any(|it| it.chars().take_while(char::is_ascii_digit).count() == 3)
            && like.trim().starts_with(|it: char| it.is_ascii_digit() || it == '-')
    };
    let small = like.chars().filter(char::is_ascii_digit).count() <= 3;
    let mark = marks.iter().find(|it| grouped(it) && figure.exponent >= 0).copied().or(small.then_some(','));
    let (sign, rest) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
    let (whole, decimals) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    let Some(mark) = mark else { return plain };
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(mark);
        }
        out.push(digit);
    }
    out + decimals
}
