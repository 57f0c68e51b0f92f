//! Compares two editions table by table.

use super::changes::{Compared, ranked, whole_rows};
use super::codes::Codes;
use super::columns;
use super::rows::{self, Coded, Rows as Matched};
use super::{Diff, Duplicate, Key, Known, Match, Op, Options, Rows, Side, TableDiff};
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::table::{Decimal, Table, canonical, fold};

/// So many rows on both sides are needed to call two tables unrelated.
const UNRELATED_ROWS_MIN: usize = 3;
/// With fewer rows matched than this share, tables do not correspond.
const MATCHED_MIN: f64 = 0.1;

/// Compares two editions: their tables go together by name, two single
/// tables whatever their names are.
///
/// # Errors
///
/// [`ErrorKind::Usage`] if the key or the tolerance asked for names a column
/// that no table has.
pub fn diff(old: (Side, &[Table]), new: (Side, &[Table]), options: &Options) -> Result<Diff> {
    diff_rest(old, new, Known::default(), options)
}

/// Compares what is left of two editions of one table each, where other rows
/// are known to be in both.
///
/// # Errors
///
/// As [`diff`].
pub fn diff_rest(old: (Side, &[Table]), new: (Side, &[Table]), known: Known, options: &Options) -> Result<Diff> {
    let asked = options.key.iter().chain(options.tolerance.iter().map(|it| &it.0));
    for name in asked {
        require_column(name, old.1.iter().chain(new.1))?;
    }
    let single = old.1.len() == 1 && new.1.len() == 1;
    let same = |a: &Table, b: &Table| single || fold(&a.name) == fold(&b.name);
    let sides = (&old.0, &new.0);
    let mut tables: Vec<TableDiff> = new
        .1
        .iter()
        .map(|it| match old.1.iter().find(|other| same(other, it)) {
            Some(other) => pair((other, it), sides, known, options),
            None => alone(it, Match::OnlyNew),
        })
        .collect();
    let gone = old.1.iter().filter(|it| !new.1.iter().any(|other| same(it, other)));
    tables.extend(gone.map(|it| alone(it, Match::OnlyOld)));
    Ok(Diff { old: old.0, new: new.0, tables })
}

fn require_column<'a>(name: &str, tables: impl Iterator<Item = &'a Table>) -> Result<()> {
    let columns: Vec<&str> = tables.flat_map(|it| it.columns.iter().map(|it| it.name.as_str())).collect();
    if columns.contains(&name) {
        return Ok(());
    }
    let error = Error::new(ErrorKind::Usage, format!("neither side has a column \"{name}\""));
    Err(match nearest(name, columns.iter().copied()) {
        Some(near) => error.hint(format!("the nearest column is \"{near}\"")),
        None => error.hint(format!("there are: {}", columns.join(", "))),
    })
}

/// A table that only one side has.
fn alone(table: &Table, kind: Match) -> TableDiff {
    let flat = canonical::flat(table);
    let names: Vec<String> = flat.columns.iter().map(|it| it.name.clone()).collect();
    let new = kind == Match::OnlyNew;
    let count = flat.rows.len();
    TableDiff {
        name: table.name.clone(),
        key: Key { columns: flat.key.iter().map(|&it| flat.columns[it].name.clone()).collect(), inferred: false },
        columns: super::Columns {
            old: if new { Vec::new() } else { names.clone() },
            new: if new { names.clone() } else { Vec::new() },
            ..super::Columns::default()
        },
        rows: if new { Rows { added: count, ..Rows::default() } } else { Rows { removed: count, ..Rows::default() } },
        changes: ranked(whole_rows(&flat, if new { Op::Added } else { Op::Removed }, 0..count)),
        match_kind: kind,
        duplicates: Vec::new(),
    }
}

/// Compares two tables that go together.
fn pair(tables: (&Table, &Table), sides: (&Side, &Side), known: Known, options: &Options) -> TableDiff {
    let (old, new) = (canonical::flat(tables.0), canonical::flat(tables.1));
    let mut codes = Codes::default();
    let mut pairs = columns::by_name(&old, &new);
    let coded = code(&old, &new, &pairs, &mut codes);
    let (key, inferred) = choose_key(&coded, options);
    // A schema that was inferred has an inferred key.
    let inferred = inferred || (options.key.is_empty() && sides.0.dataset.is_none() && sides.1.dataset.is_none());
    let mut matched = match &key {
        Some(key) => rows::by_key(&coded, key),
        None => rows::by_order(&coded),
    };
    if let Some(key) = &key {
        rows::by_likeness(&coded, key, &mut matched);
    }
    columns::by_content((&old, &new), &mut pairs, &matched.matched, &mut codes);
    let key_names: Vec<String> = key.iter().flatten().map(|&it| new.columns[coded.pairs[it].1].name.clone()).collect();
    let said = Key { columns: key_names, inferred };
    let changes = columns::changes(&old, &new, &pairs);
    let compared = Compared {
        old: &old,
        new: &new,
        pairs: &pairs,
        key: key.iter().flatten().map(|&it| coded.pairs[it]).collect(),
        tolerance: &tolerance(options, &new),
        days: days(sides),
    };
    if let Some(why) = unrelated(&compared, &matched, known, &said) {
        return replaced(&compared, why, said);
    }
    let (mut counts, row_changes) = compared.rows(&matched.matched);
    (counts.same, counts.moved) = (counts.same + known.same, counts.moved + known.moved);
    let duplicates = matched.duplicates.iter().map(|it| duplicate(&compared, it)).collect();
    TableDiff {
        name: new.name.clone(),
        match_kind: Match::Corresponds,
        key: said,
        columns: changes,
        rows: counts,
        changes: ranked(row_changes),
        duplicates,
    }
}

fn code<'a>(old: &'a Table, new: &'a Table, pairs: &[(usize, usize)], codes: &mut Codes<'a>) -> Coded<'a> {
    let codes = pairs.iter().map(|it| codes.pair((old, it.0), (new, it.1))).collect();
    Coded { old, new, pairs: pairs.to_vec(), codes }
}

/// The key, as indexes into the pairs of columns, and whether it was inferred.
fn choose_key(coded: &Coded<'_>, options: &Options) -> (Option<Vec<usize>>, bool) {
    let pair_of = |name: &String| coded.pairs.iter().position(|it| coded.new.columns[it.1].name == *name);
    if !options.key.is_empty() {
        let mut asked: Vec<usize> = options.key.iter().filter_map(pair_of).collect();
        asked.extend(coded.pairs.iter().position(|it| coded.new.columns[it.1].name == canonical::UNDER));
        return ((!asked.is_empty()).then_some(asked), false);
    }
    let declared = |table: &Table, side: fn(&(usize, usize)) -> usize| -> Option<Vec<usize>> {
        table.key.iter().map(|at| coded.pairs.iter().position(|it| side(it) == *at)).collect()
    };
    let keys = [declared(coded.new, |it| it.1), declared(coded.old, |it| it.0)];
    // A side of many editions needs more columns to name a row.
    let key = keys.into_iter().flatten().filter(|it| !it.is_empty()).rev().max_by_key(Vec::len);
    match key {
        Some(key) => (Some(key), false),
        None => (rows::infer_key(coded), true),
    }
}

fn tolerance(options: &Options, table: &Table) -> Vec<Option<Decimal>> {
    let of = |name: &String| options.tolerance.iter().find(|it| it.0 == *name).map(|it| it.1);
    table.columns.iter().map(|it| of(&it.name)).collect()
}

/// Days covered, where both sides say so and differ: old, new.
fn days((old, new): (&Side, &Side)) -> Option<(u32, u32)> {
    let (old, new) = (old.coverage?.days, new.coverage?.days);
    (old != new && old > 0 && new > 0).then_some((old, new))
}

/// Why two tables do not correspond, if they do not.
fn unrelated(compared: &Compared<'_>, matched: &Matched, known: Known, key: &Key) -> Option<String> {
    let known = known.same + known.moved;
    let (old, new) = (compared.old.rows.len() + known, compared.new.rows.len() + known);
    let matched = matched.matched.len() + known;
    if old.min(new) < UNRELATED_ROWS_MIN {
        return None;
    }
    if compared.pairs.is_empty() {
        return Some("they have no column in common".to_owned());
    }
    let share = columns::ratio(matched, old.max(new));
    if share >= MATCHED_MIN {
        return None;
    }
    let by = if key.columns.is_empty() { "their order".to_owned() } else { key.columns.join(", ") };
    Some(format!("{matched} of {old} and {new} rows match by {by}"))
}

/// All rows went, and others came.
fn replaced(compared: &Compared<'_>, why: String, key: Key) -> TableDiff {
    let (old, new) = (compared.old, compared.new);
    let mut changes = whole_rows(old, Op::Removed, 0..old.rows.len());
    changes.extend(whole_rows(new, Op::Added, 0..new.rows.len()));
    TableDiff {
        name: new.name.clone(),
        match_kind: Match::Unrelated(why),
        key,
        columns: columns::changes(old, new, &compared.pairs.clone()),
        rows: Rows { added: new.rows.len(), removed: old.rows.len(), ..Rows::default() },
        changes: ranked(changes),
        duplicates: Vec::new(),
    }
}

fn duplicate(compared: &Compared<'_>, (old, new): &(Vec<usize>, Vec<usize>)) -> Duplicate {
    let cells = |table: &Table, row: usize, side: fn(&(usize, usize)) -> usize| -> Vec<String> {
        compared.key.iter().map(|it| canonical::cell(table, row, side(it)).into_owned()).collect()
    };
    let key = match (new.first(), old.first()) {
        (Some(&row), _) => cells(compared.new, row, |it| it.1),
        (None, Some(&row)) => cells(compared.old, row, |it| it.0),
        (None, None) => Vec::new(),
    };
    Duplicate { key, old_lines: rows::lines(compared.old, old), new_lines: rows::lines(compared.new, new) }
}
