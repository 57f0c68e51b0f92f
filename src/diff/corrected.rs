//! Corrections that somebody noted, as a diff of the file that they are of.

use std::collections::HashMap;

use super::value;
use super::{CellChange, ChangeKind, Columns, Diff, Key, Match, Op, RowChange, Rows, Side, TableDiff};
use crate::error::{Error, ErrorKind, Result};
use crate::finding::{Place, Role};
use crate::table::{Decimal, NumberStyle, Table, read_figure, show_exact, trim};

/// One figure with what was meant, as it was noted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    /// Where it stands: `week.csv:6:17`, `week.xlsx:Sheet!C8`.
    pub place: String,
    /// What is printed there, in whatever style.
    pub printed: String,
    /// What was meant, likewise.
    pub meant: String,
}

/// The diff that makes corrections of the tables of one file, each in the print
/// of its cell; a cell that says what was meant already is left as it is.
///
/// # Errors
///
/// [`ErrorKind::Usage`] if nothing stands at a place, or something else than
/// was printed there.
pub fn corrected(tables: &[Table], noted: &[Noted]) -> Result<Diff> {
    let mut places: HashMap<String, (usize, usize, usize)> = HashMap::new();
    for (number, table) in tables.iter().enumerate() {
        for row in 0..table.rows.len() {
            for column in (0..table.columns.len()).filter(|it| !table.columns[*it].spans[row].is_empty()) {
                let at = Place::of_cell(table, row, column, Role::Primary, "").at();
                places.insert(at[table.document.name.len()..].to_owned(), (number, row, column));
            }
        }
    }
    let mut changes: HashMap<usize, Vec<RowChange>> = HashMap::new();
    for it in noted {
        let colons: Vec<usize> = it.place.match_indices(':').map(|it| it.0).collect();
        let found = colons.iter().rev().take(2).find_map(|at| places.get(&it.place[*at..]));
        let &(number, row, column) = found.ok_or_else(|| refused(it, "the cell is empty"))?;
        if let Some(change) = change((&tables[number], row, column), it)? {
            changes.entry(number).or_default().push(change);
        }
    }
    let table = |(number, table): (usize, &Table)| {
        let changes = changes.remove(&number)?;
        let names: Vec<String> = table.columns.iter().map(|it| it.name.clone()).collect();
        Some(TableDiff {
            name: table.name.clone(),
            match_kind: Match::Corresponds,
            key: Key::default(),
            columns: Columns { old: names.clone(), new: names, ..Columns::default() },
            rows: Rows { changed: changes.len(), ..Rows::default() },
            changes,
            moves: Vec::new(),
            duplicates: Vec::new(),
            causes: Vec::new(),
        })
    };
    let tables = tables.iter().enumerate().filter_map(table).collect();
    Ok(Diff { old: Side::default(), new: Side::default(), tables, ..Diff::default() })
}

fn refused(it: &Noted, why: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("{}: {why}", it.place))
        .hint("the corrections were made for another file, or the file has changed since")
}

/// The change of a cell, if it does not say what was meant already.
fn change(at: value::At<'_>, noted: &Noted) -> Result<Option<RowChange>> {
    let (table, row, column) = at;
    let printed = trim(value::printed(at));
    let decimal = |text: &str| read_figure(trim(text), NumberStyle::ENGLISH, None).ok().map(|it| it.value);
    let (was, meant) = (value::figure(at), decimal(&noted.meant));
    let is = |text: &str| printed == trim(text) || was.zip(decimal(text)).is_some_and(|it| it.0.same_value(it.1));
    if !is(&noted.printed) {
        if is(&noted.meant) {
            return Ok(None);
        }
        return Err(refused(noted, &format!("expected \"{}\", found \"{printed}\"", noted.printed)));
    }
    let is_plain = noted.meant.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'.' | b'-'));
    let new = match was.zip(meant).filter(|_| is_plain) {
        Some((was, meant)) => reprinted((printed, was), meant, neighbours(table, column)),
        None => trim(&noted.meant).to_owned(),
    };
    let cell = CellChange {
        column: table.columns[column].name.clone(),
        old: Some(value::text(at).into_owned()),
        new: Some(meant.map_or_else(|| new.clone(), |it| it.to_string())),
        old_text: Some(printed.to_owned()),
        new_text: Some(new),
        kind: ChangeKind::Value,
        difference: was.zip(meant).map(|it| show_exact(&(it.1.minus(it.0)))),
        cause: None,
        usual: None,
        relation: None,
    };
    let name = ("row".to_owned(), table.row_name(row));
    Ok(Some(RowChange {
        op: Op::Changed,
        key: vec![name],
        old_index: Some(row),
        new_index: Some(row),
        old_line: None,
        new_line: None,
        moved: false,
        cells: vec![cell],
        perhaps: Vec::new(),
        surprise: 0.0,
    }))
}

/// The marks of thousands and of decimals that figures of a column have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Marks {
    thousands: Option<char>,
    decimals: Option<char>,
}

fn neighbours(table: &Table, column: usize) -> Marks {
    let mut marks = Marks::default();
    for row in 0..table.rows.len() {
        let at = (table, row, column);
        let Some(figure) = value::figure(at) else { continue };
        let own = Marks::of(core(value::printed(at)), figure);
        marks.thousands = marks.thousands.or(own.thousands);
        marks.decimals = marks.decimals.or(own.decimals);
        if marks.thousands.is_some() && marks.decimals.is_some() {
            break;
        }
    }
    marks
}

impl Marks {
    /// Those of a printed figure whose value is known.
    fn of(core: &str, figure: Decimal) -> Self {
        let count = usize::from(figure.exponent.min(0).unsigned_abs());
        let at = core.char_indices().rev().nth(count).filter(|it| count > 0 && !it.1.is_ascii_digit());
        let whole = at.map_or(core, |it| &core[..it.0]);
        let thousands = whole.trim_start_matches(['-', '\u{2212}', '+']).chars().find(|it| !it.is_ascii_digit());
        Self { thousands, decimals: at.map(|it| it.1) }
    }
}

/// The digits of a printed figure with the marks between them and its sign.
fn core(text: &str) -> &str {
    let is_digit = |it: char| it.is_ascii_digit();
    let (Some(start), Some(end)) = (text.find(is_digit), text.rfind(is_digit)) else { return "" };
    let sign = text[..start].char_indices().next_back().filter(|it| matches!(it.1, '-' | '\u{2212}' | '+'));
    &text[sign.map_or(start, |it| it.0)..=end]
}

/// A figure in the print of another one that it takes the place of.
fn reprinted((printed, was): (&str, Decimal), to: Decimal, column: Marks) -> String {
    let own = core(printed);
    let marks = Marks::of(own, was);
    let decimal = marks.decimals.or(column.decimals);
    let long = own.chars().filter(char::is_ascii_digit).count() - usize::from(was.exponent.min(0).unsigned_abs());
    // Four digits in a run show that this column does not part them.
    let thousands = marks.thousands.or(column.thousands.filter(|_| long <= 3));
    let decimal = decimal.unwrap_or(if thousands == Some('.') { ',' } else { '.' });
    let plain = to.to_string();
    let (sign, rest) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
    let sign = if sign == "-" && own.starts_with('\u{2212}') { "\u{2212}" } else { sign };
    let (whole, decimals) = rest.split_once('.').unwrap_or((rest, ""));
    let mut made = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        made.extend(thousands.filter(|_| at > 0 && (whole.len() - at) % 3 == 0));
        made.push(digit);
    }
    let places = usize::from(was.exponent.min(0).unsigned_abs()).max(decimals.len());
    if places > 0 {
        made.push(decimal);
        made.push_str(&format!("{decimals:0<places$}"));
    }
    if own.is_empty() { plain } else { printed.replacen(own, &made, 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_printed_as_the_one_that_it_replaces() {
        let of = |text: &str, was: (i128, i8), to: (i128, i8), column: Marks| {
            let figure = |it: (i128, i8)| Decimal { units: it.0, exponent: it.1 };
            reprinted((text, figure(was)), figure(to), column)
        };
        let none = Marks::default();
        assert_eq!(of("1.495", (1495, 0), (12_496, 0), none), "12.496");
        assert_eq!(of("10,50", (1050, -2), (1175, -2), none), "11,75");
        assert_eq!(of("10,50", (1050, -2), (11, 0), none), "11,00");
        assert_eq!(of("$5 p", (5, 0), (1_200, 0), Marks { thousands: Some(','), decimals: None }), "$1,200 p");
        assert_eq!(of("1477", (1477, 0), (4477, 0), Marks { thousands: Some(','), decimals: None }), "4477");
        assert_eq!(of("\u{2212}3", (-3, 0), (-4, 0), none), "\u{2212}4");
        assert_eq!(of("-3", (-3, 0), (3, 0), none), "3");
        assert_eq!(of("1 234,5", (12_345, -1), (22_345, -1), none), "2 234,5");
    }
}
