//! Sums written out: the figures of a relation at one place.

use crate::discover::{Arithmetic, Axis, Relation};
use crate::rules::grouped;
use crate::table::{Decimal, Exact, Table, show_exact};

/// So many parts of a sum are written out.
const PARTS_MAX: usize = 12;

/// A relation at a place, with its figures: `3,610 = 1,988 + 1,622`, and by how
/// much it misses where it breaks; nothing where it is no sum.
pub(super) fn written(table: &Table, relation: &Relation, place: usize) -> Option<String> {
    if !matches!(relation.arithmetic, Arithmetic::Linear) || relation.terms.is_empty() {
        return None;
    }
    let cell = |line: usize| if relation.axis == Axis::Columns { (place, line) } else { (line, place) };
    let text = |line: usize| table.text(cell(line).0, cell(line).1).trim().to_owned();
    let value = |line: usize| table.columns[cell(line).1].decimal(cell(line).0).map(Decimal::exact);
    let (mut sum, mut parts) = (Exact::default(), String::new());
    for (at, it) in relation.terms.iter().enumerate() {
        let figure = value(it.line)?;
        sum += figure * Exact::from_integer(it.weight.into());
        if at >= PARTS_MAX {
            continue;
        }
        let times = if it.weight.abs() == 1 { String::new() } else { format!("{} × ", it.weight.abs()) };
        let sign = match (at, it.weight < 0) {
            (0, false) => "",
            (0, true) => "−",
            (_, false) => " + ",
            (_, true) => " − ",
        };
        parts.push_str(&format!("{sign}{times}{}", text(it.line)));
    }
    if relation.terms.len() > PARTS_MAX {
        parts.push_str(&format!(" + {} more", relation.terms.len() - PARTS_MAX));
    }
    let (target, printed) = (value(relation.target)?, text(relation.target));
    let gap = &target - &sum;
    if gap == Exact::default() {
        return Some(format!("{printed} = {parts}"));
    }
    let much = if gap > Exact::default() { "too many" } else { "too few" };
    let miss = if gap > Exact::default() { gap } else { -gap };
    let is_grouped = printed.contains(',');
    let shown = |it: &Exact| if is_grouped { grouped(&show_exact(it)) } else { show_exact(it) };
    Some(format!("{parts} = {}, but {printed} is printed: {} {much}", shown(&sum), shown(&miss)))
}
