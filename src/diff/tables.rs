//! Compares two editions table by table.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};

use super::changes::{self, Compared, ranked, whole_rows};
use super::codes::Codes;
use super::rows::{self, Coded, Rows as Matched};
use super::{Diff, Duplicate, Key, Known, Match, Op, Options, Pairs, Rows, Side, TableDiff};
use super::{causes, columns, keys, leftover, value};
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::table::{Decimal, Table, canonical, fold};

/// So many rows on both sides are needed to call two tables unrelated.
const UNRELATED_ROWS_MIN: usize = 3;
/// With fewer rows matched than this share of the shorter table, they do not correspond.
const MATCHED_MIN: f64 = 0.1;

/// Compares two editions: their tables go together by name, two single
/// tables whatever their names are.
///
/// # Errors
///
/// [`ErrorKind::Usage`] if the key or the tolerance asked for names a column
/// that no table has.
pub fn diff(old: (Side, &[Table]), new: (Side, &[Table]), options: &Options) -> Result<Diff> {
    Ok(diff_rest(old, new, Known::default(), options)?.0)
}

/// Compares what is left of two editions of one table each, where other rows
/// are known to be in both; also which row is which.
///
/// # Errors
///
/// As [`diff`].
pub(super) fn diff_rest(
    old: (Side, &[Table]),
    new: (Side, &[Table]),
    known: Known,
    options: &Options,
) -> Result<(Diff, Vec<Pairs>)> {
    let asked = options.key.iter().chain(options.tolerance.iter().map(|it| &it.0));
    for name in asked {
        require_column(name, old.1.iter().chain(new.1))?;
    }
    let sides = (&old.0, &new.0);
    let partners = partners(old.1, new.1);
    let mut tables: Vec<TableDiff> = Vec::new();
    let mut pairs = Vec::new();
    for (it, partner) in new.1.iter().zip(&partners) {
        let Some(other) = partner else {
            tables.push(alone(it, Match::OnlyNew));
            continue;
        };
        let (table, rows) = pair((&old.1[*other], it), sides, known, options);
        tables.push(table);
        pairs.push(rows);
    }
    let paired: HashSet<usize> = partners.into_iter().flatten().collect();
    let gone = old.1.iter().enumerate().filter(|it| !paired.contains(&it.0));
    tables.extend(gone.map(|it| alone(it.1, Match::OnlyOld)));
    let diff = Diff { old: old.0, new: new.0, tables, print: None, laid: Vec::new(), aliases: Vec::new() };
    Ok((diff, pairs))
}

/// The names of the columns that may name rows, by the first rows of two tables:
/// they need have none in common. The likeliest come first.
pub(super) fn sampled_keys(old: &Table, new: &Table) -> Vec<Vec<String>> {
    let (mut old, mut new) = (Cow::Borrowed(old), Cow::Borrowed(new));
    let pairs = columns::by_name(&old, &new);
    columns::read_alike(&mut old, &mut new, &pairs);
    let mut codes = Codes::default();
    let coded = code(&old, &new, &pairs, &mut codes);
    let name = |it: usize| new.columns[coded.pairs[it].1].name.clone();
    keys::infer_sampled(&coded).into_iter().map(|key| key.into_iter().map(name).collect()).collect()
}

/// Which old table each new one goes with: by name, the first of a name with
/// the first; two single tables whatever their names are.
pub(super) fn partners(old: &[Table], new: &[Table]) -> Vec<Option<usize>> {
    if let ([_], [_]) = (old, new) {
        return vec![Some(0)];
    }
    let mut free: HashMap<String, VecDeque<usize>> = HashMap::new();
    for (at, it) in old.iter().enumerate() {
        free.entry(fold(&it.name)).or_default().push_back(at);
    }
    new.iter().map(|it| free.get_mut(&fold(&it.name)).and_then(VecDeque::pop_front)).collect()
}

fn require_column<'a>(name: &str, tables: impl Iterator<Item = &'a Table>) -> Result<()> {
    let columns: Vec<&str> = tables.flat_map(|it| it.columns.iter().map(|it| it.name.as_str())).collect();
    if columns.contains(&name) {
        return Ok(());
    }
    let error = Error::new(ErrorKind::Usage, format!("neither side has a column \"{name}\""));
    Err(match nearest(name, columns.iter().copied()) {
        Some(near) => error.hint(format!("the nearest column is \"{near}\"")),
        None => error.hint(format!("known columns: {}", columns.join(", "))),
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
        key: Key { columns: flat.key.iter().map(|&it| flat.columns[it].name.clone()).collect(), ..Key::default() },
        columns: super::Columns {
            old: if new { Vec::new() } else { names.clone() },
            new: if new { names.clone() } else { Vec::new() },
            ..super::Columns::default()
        },
        rows: if new { Rows { added: count, ..Rows::default() } } else { Rows { removed: count, ..Rows::default() } },
        changes: ranked(whole_rows(&flat, if new { Op::Added } else { Op::Removed }, 0..count)),
        match_kind: kind,
        moves: Vec::new(),
        duplicates: Vec::new(),
        causes: Vec::new(),
    }
}

/// Compares two tables that go together.
fn pair(tables: (&Table, &Table), sides: (&Side, &Side), known: Known, options: &Options) -> (TableDiff, Pairs) {
    let (mut old, mut new) = (canonical::flat(tables.0), canonical::flat(tables.1));
    let mut codes = Codes::default();
    let mut pairs = columns::by_name(&old, &new);
    columns::read_alike(&mut old, &mut new, &pairs);
    columns::by_values((&old, &new), &mut pairs, &mut codes);
    let mut coded = code(&old, &new, &pairs, &mut codes);
    let is_declared = sides.0.dataset.is_some() || sides.1.dataset.is_some();
    let (mut key, mut matched) = match_rows(&coded, options, is_declared);
    let paired = pairs.len();
    columns::by_content((&old, &new), &mut pairs, &matched.matched, &mut codes);
    if pairs.len() > paired && key.inferred {
        // A column under another name may be the key, or tell rows apart.
        coded = code(&old, &new, &pairs, &mut codes);
        (key, matched) = match_rows(&coded, options, is_declared);
    }
    let names = |key: &[usize]| key.iter().map(|&it| new.columns[coded.pairs[it].1].name.clone()).collect::<Vec<_>>();
    let mut said = Key { columns: names(&key.columns), inferred: key.inferred, tried: Vec::new() };
    let tolerance = tolerance(options, &new);
    let unpaired = |count: usize, side: fn(&(usize, usize)) -> usize| {
        let taken: HashSet<usize> = pairs.iter().map(side).collect();
        (0..count).filter(|it| !taken.contains(it)).collect::<Vec<_>>()
    };
    let compared = Compared {
        old: &old,
        new: &new,
        pairs: &pairs,
        key: key.columns.iter().map(|&it| coded.pairs[it]).collect(),
        tolerance: &tolerance,
        came: unpaired(new.columns.len(), |it| it.1),
        gone: unpaired(old.columns.len(), |it| it.0),
        naming: changes::naming(&new),
        values_only: options.values_only,
        days: days(sides),
    };
    if let Some(why) = unrelated(&compared, &matched, known, &said) {
        said.tried = key.tried.iter().filter(|it| it.0 != key.columns).map(|it| (names(&it.0), it.1)).collect();
        return (replaced(&compared, why, said), Pairs::new());
    }
    let (mut counts, mut row_changes) = compared.rows(&matched);
    let causes = causes::find(&compared, &matched.matched, known.same + known.moved, &mut row_changes);
    (counts.same, counts.moved) = (counts.same + known.same, counts.moved + known.moved);
    let duplicates = matched.duplicates.iter().map(|it| duplicate(&compared, it)).collect();
    let table = TableDiff {
        name: new.name.clone(),
        match_kind: Match::Corresponds,
        key: said,
        columns: columns::changes(&old, &new, &pairs),
        rows: counts,
        changes: ranked(row_changes),
        moves: Vec::new(),
        duplicates,
        causes,
    };
    (table, matched.matched)
}

/// A key, as indexes into the pairs of columns; none where rows go by their order.
struct Chosen {
    columns: Vec<usize>,
    inferred: bool,
    tried: Vec<(Vec<usize>, usize)>,
}

/// Finds out which row is which.
fn match_rows(coded: &Coded<'_>, options: &Options, is_declared: bool) -> (Chosen, Matched) {
    let key = choose_key(coded, options, is_declared);
    let mut matched = if key.columns.is_empty() { rows::by_order(coded) } else { rows::by_key(coded, &key.columns) };
    if !key.columns.is_empty() {
        leftover::pair(coded, &key.columns, key.inferred, &mut matched);
    }
    (key, matched)
}

fn code<'a>(old: &'a Table, new: &'a Table, pairs: &[(usize, usize)], codes: &mut Codes<'a>) -> Coded<'a> {
    let codes = pairs.iter().map(|it| codes.pair((old, it.0), (new, it.1))).collect();
    Coded { old, new, pairs: pairs.to_vec(), codes }
}

/// The key that the user names, that a rule declares, or that is inferred.
fn choose_key(coded: &Coded<'_>, options: &Options, is_declared: bool) -> Chosen {
    let pair_of = |name: &String| coded.pairs.iter().position(|it| coded.new.columns[it.1].name == *name);
    let given = |columns: Vec<usize>| Chosen { columns, inferred: false, tried: Vec::new() };
    if !options.key.is_empty() {
        let mut asked: Vec<usize> = options.key.iter().filter_map(pair_of).collect();
        if !asked.is_empty() {
            asked.extend(coded.pairs.iter().position(|it| coded.new.columns[it.1].name == canonical::UNDER));
        }
        return given(asked);
    }
    let declared = |table: &Table, side: fn(&(usize, usize)) -> usize| -> Option<Vec<usize>> {
        table.key.iter().map(|at| coded.pairs.iter().position(|it| side(it) == *at)).collect()
    };
    let keys = [declared(coded.new, |it| it.1), declared(coded.old, |it| it.0)];
    // A side of many editions needs more columns to name a row.
    let key = keys.into_iter().flatten().filter(|it| !it.is_empty()).rev().max_by_key(Vec::len);
    // A schema that was inferred has an inferred key: rows that nest, say.
    let nests = coded.new.columns.iter().chain(&coded.old.columns).any(|it| it.name == canonical::UNDER);
    match key {
        Some(key) if is_declared => given(key),
        Some(key) if nests => Chosen { inferred: true, ..given(key) },
        key => {
            let found = keys::infer(coded);
            let columns = found.key.or(key).unwrap_or_default();
            Chosen { columns, inferred: true, tried: found.tried }
        }
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
    let share = columns::ratio(matched, old.min(new));
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
        moves: Vec::new(),
        duplicates: Vec::new(),
        causes: Vec::new(),
    }
}

fn duplicate(compared: &Compared<'_>, (old, new): &(Vec<usize>, Vec<usize>)) -> Duplicate {
    let cells = |table: &Table, row: usize, side: fn(&(usize, usize)) -> usize| -> Vec<String> {
        compared.key.iter().map(|it| value::text((table, row, side(it))).into_owned()).collect()
    };
    let key = match (new.first(), old.first()) {
        (Some(&row), _) => cells(compared.new, row, |it| it.1),
        (None, Some(&row)) => cells(compared.old, row, |it| it.0),
        (None, None) => Vec::new(),
    };
    Duplicate { key, old_lines: rows::lines(compared.old, old), new_lines: rows::lines(compared.new, new) }
}
