//! What there is, and what there was: cells, and what rows of one name add up to.

use super::super::sheet::Micro;
use super::ago;
use super::aim::Column;
use super::claim::Reading;
use super::cue::Around;
use super::subject::Subject;
use super::view::{At, View};

/// The rows and columns that a number may be of.
pub(super) struct Aims {
    pub(super) subjects: Vec<Subject>,
    pub(super) columns: Vec<Column>,
}

/// What rows have in a column together.
pub(super) fn sum(view: &View<'_, '_, '_>, rows: &[usize], measure: usize) -> Option<Micro> {
    rows.iter().map(|it| view.value((*it, measure))).sum()
}

/// How surely a subject and a column are meant together.
pub(super) fn weight(subject: &Subject, column: &Column) -> i32 {
    subject.level.min(4) + column.level + column.time
}

/// Whether row, column and time are all named.
pub(super) fn is_sure(subject: &Subject, column: &Column) -> bool {
    subject.level >= 3 && column.level >= 3 && column.time >= 2
}

/// The cells that a number may be.
pub(super) fn cells(view: &View<'_, '_, '_>, aims: &Aims) -> Vec<Reading> {
    let mut found = Vec::new();
    for subject in &aims.subjects {
        for column in &aims.columns {
            let single = subject.rows.len() == 1;
            if !single && !view.adds(column.measure) {
                continue;
            }
            let Some(value) = sum(view, &subject.rows, column.measure) else { continue };
            found.push(Reading {
                value,
                level: weight(subject, column) - i32::from(!single),
                is_sure: is_sure(subject, column) && (single || subject.is_all),
                column: column.level,
                is_beside: false,
                what: if single { "the cell" } else { "the sum" },
                cells: subject.rows.iter().map(|it| (*it, column.measure)).collect(),
            });
        }
    }
    across(view, aims, &mut found);
    found
}

/// What a row has in all columns of a unit together.
fn across(view: &View<'_, '_, '_>, aims: &Aims, found: &mut Vec<Reading>) {
    let units: Vec<usize> = aims.columns.iter().map(|it| it.measure).filter(|it| view.adds(*it)).collect();
    for subject in aims.subjects.iter().filter(|it| it.level >= 2 && units.len() > 1) {
        let Some(value) = units.iter().map(|it| sum(view, &subject.rows, *it)).sum::<Option<Micro>>() else { continue };
        found.push(Reading {
            value,
            level: subject.level + 2,
            is_sure: false,
            column: 0,
            is_beside: false,
            what: "the sum",
            cells: Vec::new(),
        });
    }
}

/// The cells of another time that a number may be.
pub(super) fn bases(view: &View<'_, '_, '_>, around: &Around<'_>, aims: &Aims) -> Vec<Reading> {
    let mut found = Vec::new();
    for subject in &aims.subjects {
        for column in &aims.columns {
            let cells: Vec<At> = subject.rows.iter().map(|it| (*it, column.measure)).collect();
            let level = weight(subject, column);
            let mut add = |cells: Vec<At>, level: i32, is_sure: bool| {
                let value: Option<Micro> = cells.iter().map(|it| view.value(*it)).sum();
                if let Some(value) = value.filter(|_| cells.len() == 1 || view.adds(column.measure)) {
                    found.push(Reading {
                        value,
                        level,
                        is_sure,
                        column: column.level,
                        is_beside: false,
                        what: "the earlier figure",
                        cells,
                    });
                }
            };
            add(cells.clone(), level, false);
            let [at] = cells[..] else { continue };
            let back = ago::back(view, at, around);
            // Where a time is named, no other is meant.
            let family = view.family(column.measure).len() > 1;
            for line in view.lines(at).into_iter().filter(|_| !(family && column.time == 3)) {
                let own = line.iter().position(|it| *it == at).unwrap_or(0);
                let sure = subject.level >= 3 && column.level >= 3 && line.len() == 2 && own == 1 && back.is_none();
                for (place, it) in line.iter().enumerate() {
                    let previous = place + 1 == own;
                    add(vec![*it], level - 1 + i32::from(previous), sure && previous);
                }
            }
            for it in back.into_iter().flatten() {
                add(vec![it], level + 2, subject.level >= 3 && column.level >= 3 && column.time >= 2);
            }
        }
    }
    found
}
