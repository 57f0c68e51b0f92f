//! Joins two corrected copies of a file in the text of one of them.
//!
//! One copy is the host: the one that changed columns or the order of rows, if
//! either did. What the guest changed is put into the host's text. So the
//! joined file differs from the base in what the copies changed, and nowhere
//! else. Where both changed the same, not alike, both records are written
//! between the marks that git uses.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Source;
use super::is_form_kept;
use super::records::{Piece, Records};
use crate::diff::{CellChange, Conflict, Match, Op, Options, RowChange, Side, TableDiff, diff};
use crate::error::Result;
use crate::source::Format;
use crate::table::{Table, canonical};

/// What a merge in place came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InPlace {
    /// The joined file.
    pub text: String,
    /// Whether it is written as the second copy is, not as the first.
    pub is_of_second: bool,
    /// Where the two copies disagree.
    pub conflicts: Vec<Conflict>,
}

/// Joins what two copies changed of a file, conflicts between marks that bear
/// the copies' `names`; nothing where they cannot be
/// joined in place: see [`merge`](crate::diff::merge).
///
/// # Errors
///
/// As [`diff`](crate::diff::diff).
pub fn merge_in_place(
    base: Source<'_>,
    copies: [Source<'_>; 2],
    names: (&str, &str),
    options: &Options,
) -> Result<Option<InPlace>> {
    fn text<'t>(it: &Source<'t>) -> &'t str {
        it.document.text.as_str()
    }
    let whole =
        |it: &Source<'_>, is_of_second| InPlace { text: text(it).to_owned(), is_of_second, conflicts: Vec::new() };
    if text(&copies[0]) == text(&copies[1]) || text(&base) == text(&copies[1]) {
        return Ok(Some(whole(&copies[0], false)));
    }
    if text(&base) == text(&copies[0]) {
        return Ok(Some(whole(&copies[1], true)));
    }
    let is_fit = |it: &Source<'_>| it.format == Format::Delimited && it.is_text() && it.tables.len() == 1;
    if ![&base, &copies[0], &copies[1]].into_iter().all(is_fit) {
        return Ok(None);
    }
    let table = &base.tables[0];
    let ways = [Way::of(table, &copies[0].tables[0], options)?, Way::of(table, &copies[1].tables[0], options)?];
    let Some(host) = host(&ways) else { return Ok(None) };
    let all = [Records::of(table), Records::of(&copies[0].tables[0]), Records::of(&copies[1].tables[0])];
    let [Some(base), Some(first), Some(second)] = all else { return Ok(None) };
    let copies = if host == 0 { [&first, &second] } else { [&second, &first] };
    let ways = if host == 0 { [&ways[0], &ways[1]] } else { [&ways[1], &ways[0]] };
    let join =
        Join { base: &base, host: copies[0], guest: copies[1], ways, names, swapped: host == 1, conflicts: Vec::new() };
    Ok(join.run())
}

/// Which copy the other is joined into; neither where both changed the columns
/// or the order of rows.
fn host(ways: &[Way; 2]) -> Option<usize> {
    if ways.iter().any(|it| it.diff.match_kind != Match::Corresponds) {
        return None;
    }
    let reshaped = |it: &Way| it.is_moved || !is_form_kept(&it.diff);
    match (reshaped(&ways[0]), reshaped(&ways[1])) {
        (true, true) => None,
        (false, true) => Some(1),
        _ => Some(0),
    }
}

/// A copy against the base.
struct Way {
    diff: TableDiff,
    /// What became of rows of the base that are not as they were.
    changes: HashMap<usize, RowChange>,
    /// Where each row of the base stands in the copy.
    to: Vec<Option<usize>>,
    /// Rows added, by the row of the base that they stand behind.
    added: BTreeMap<Option<usize>, Vec<RowChange>>,
    /// Whether rows stand in another order.
    is_moved: bool,
}

impl Way {
    fn of(base: &Table, copy: &Table, options: &Options) -> Result<Self> {
        let none = Side::default;
        let mut found = diff((none(), std::slice::from_ref(base)), (none(), std::slice::from_ref(copy)), options)?;
        let diff = found.tables.remove(0);
        let changes: HashMap<usize, RowChange> =
            diff.changes.iter().filter_map(|it| Some((it.old_index?, it.clone()))).collect();
        let mut placed: HashMap<usize, &RowChange> = HashMap::new();
        for it in diff.changes.iter().filter(|it| it.moved || matches!(it.op, Op::Moved | Op::Added)) {
            placed.extend(it.new_index.map(|at| (at, it)));
        }
        let stays = |it: &usize| changes.get(it).is_none_or(|it| it.op == Op::Changed && !it.moved);
        let mut kept = (0..base.rows.len()).filter(stays);
        let (mut to, mut added, mut last) = (vec![None; base.rows.len()], BTreeMap::<_, Vec<_>>::new(), None);
        for new in 0..copy.rows.len() {
            match placed.get(&new) {
                Some(it) if it.op == Op::Added => added.entry(last).or_default().push((*it).clone()),
                Some(it) => last = it.old_index,
                None => last = kept.next(),
            }
            if let Some(old) = last.filter(|_| placed.get(&new).is_none_or(|it| it.op != Op::Added)) {
                to[old] = Some(new);
            }
        }
        let is_moved = diff.rows.moved > 0 || diff.changes.iter().any(|it| it.moved);
        Ok(Self { diff, changes, to, added, is_moved })
    }

    /// The cells of a row of the base that it changed.
    fn cells(&self, row: usize) -> impl Iterator<Item = &CellChange> {
        self.changes.get(&row).into_iter().flat_map(|it| &it.cells).filter(|it| it.is_of_both())
    }

    fn removed(&self, row: usize) -> bool {
        self.changes.get(&row).is_some_and(|it| it.op == Op::Removed)
    }

    /// The name that a column of the base has in the copy.
    fn name<'a>(&'a self, base: &'a str) -> &'a str {
        self.diff.columns.renamed.iter().find(|it| it.0 == base).map_or(base, |it| it.1.as_str())
    }
}

struct Join<'a> {
    base: &'a Records<'a>,
    host: &'a Records<'a>,
    guest: &'a Records<'a>,
    /// Host, guest.
    ways: [&'a Way; 2],
    /// What the copies are called in the marks of a conflict.
    names: (&'a str, &'a str),
    /// Whether the host is the second copy.
    swapped: bool,
    conflicts: Vec<Conflict>,
}

impl Join<'_> {
    fn run(mut self) -> Option<InPlace> {
        let mut behind: BTreeMap<Option<usize>, Vec<Piece>> = BTreeMap::new();
        let mut pieces: Vec<Option<Piece>> = (0..self.host.len()).map(|it| Some(self.host.piece(it))).collect();
        for row in 0..self.base.len() {
            match (self.ways[0].to[row], self.ways[1].removed(row)) {
                (Some(at), true) => pieces[at] = self.removed(row, at),
                (Some(at), false) => pieces[at] = Some(self.changed(row, at)?),
                (None, false) if self.ways[1].cells(row).any(CellChange::tells) => {
                    let piece = self.restored(row)?;
                    behind.entry(self.place(Some(row))).or_default().push(piece);
                }
                (None, _) => {}
            }
        }
        self.added(&mut pieces, &mut behind)?;
        let mut all: Vec<Piece> = behind.remove(&None).unwrap_or_default();
        for (at, piece) in pieces.into_iter().enumerate() {
            all.extend(piece);
            all.extend(behind.remove(&Some(at)).unwrap_or_default());
        }
        let head = self.around(|it| it.head());
        let tail = self.around(|it| it.tail());
        let text = self.host.laid_between(&head, all, &tail);
        Some(InPlace { text, is_of_second: self.swapped, conflicts: self.conflicts })
    }

    /// The host's row that something behind a row of the base comes behind.
    fn place(&self, behind: Option<usize>) -> Option<usize> {
        let rows = behind.map_or(0, |it| it + 1);
        (0..rows).rev().find_map(|it| self.ways[0].to[it])
    }

    /// A row that the guest removed.
    fn removed(&mut self, row: usize, at: usize) -> Option<Piece> {
        if !self.ways[0].cells(row).any(CellChange::tells) {
            return None;
        }
        let said = |it: &str| Some(it.to_owned());
        self.conflict(Some(self.base.table.row_name(row)), None, said("there"), (said("changed"), said("removed")));
        let piece = self.host.piece(at);
        let text = piece.text.clone();
        Some(self.marked(piece, &text, ""))
    }

    /// A row that the guest changed and the host removed.
    fn restored(&mut self, row: usize) -> Option<Piece> {
        let said = |it: &str| Some(it.to_owned());
        self.conflict(Some(self.base.table.row_name(row)), None, said("there"), (said("removed"), said("changed")));
        let text = self.guest.piece(self.ways[1].to[row]?).text;
        Some(self.marked(self.host.whole(String::new()), "", &text))
    }

    /// A row of the host with what the guest changed in it.
    fn changed(&mut self, row: usize, at: usize) -> Option<Piece> {
        let (host, guest) = (self.ways[0], self.ways[1]);
        let own: HashMap<&str, &CellChange> = host.cells(row).map(|it| (it.column.as_str(), it)).collect();
        let (mut edits, mut clashes) = (Vec::new(), Vec::new());
        for cell in guest.cells(row).filter(|it| it.column != canonical::UNDER) {
            let name = host.name(&cell.column);
            let Some(column) = self.host.column(name) else {
                // The host took the column out.
                let was = cell.old_printed().map(str::to_owned);
                self.conflict(
                    Some(self.base.table.row_name(row)),
                    Some(cell.column.clone()),
                    was,
                    (None, cell.new_printed().map(str::to_owned)),
                );
                continue;
            };
            let new = cell.new_trimmed().unwrap_or("");
            match own.get(name).map(|it| it.new_trimmed().unwrap_or("")) {
                Some(there) if there == new => {}
                Some(there) if own[name].tells() && cell.tells() => clashes.push((column, cell, there.to_owned(), new)),
                // A value goes before another print of the old one.
                Some(_) if !cell.tells() => {}
                _ => edits.push((column, new)),
            }
        }
        let piece = self.host.edited(at, &edits)?;
        if clashes.is_empty() {
            return Some(piece);
        }
        let theirs = edits.iter().copied().chain(clashes.iter().map(|it| (it.0, it.3))).collect::<Vec<_>>();
        let theirs = self.host.edited(at, &theirs)?.text;
        for (_, cell, there, new) in clashes {
            let was = cell.old_printed().map(str::to_owned);
            let row = Some(self.base.table.row_name(row));
            self.conflict(row, Some(cell.column.clone()), was, (Some(there), Some(new.to_owned())));
        }
        let ours = piece.text.clone();
        Some(self.marked(piece, &ours, &theirs))
    }

    /// The rows that the guest added, behind the rows that they stand behind;
    /// what the host added too comes once.
    fn added(&mut self, pieces: &mut [Option<Piece>], behind: &mut BTreeMap<Option<usize>, Vec<Piece>>) -> Option<()> {
        let host = self.ways[0];
        let cells = |it: &RowChange| {
            let mut all: Vec<(String, String)> =
                it.cells.iter().map(|it| (it.column.clone(), it.new_printed().unwrap_or("").to_owned())).collect();
            all.sort();
            all
        };
        let own: HashSet<Vec<(String, String)>> = host.added.values().flatten().map(cells).collect();
        let keyed = !host.diff.key.columns.is_empty() && host.diff.key.columns == self.ways[1].diff.key.columns;
        let keys: HashMap<&[(String, String)], &RowChange> =
            host.added.values().flatten().filter(|_| keyed).map(|it| (it.key.as_slice(), it)).collect();
        let guest = self.ways[1];
        for (place, rows) in &guest.added {
            let at = self.place(*place);
            for row in rows.iter().filter(|it| !own.contains(&cells(it))) {
                let text = self.laid(row)?;
                if let Some(at) = keys.get(row.key.as_slice()).and_then(|it| it.new_index) {
                    let key = row.key.iter().map(|it| it.1.as_str()).collect::<Vec<_>>().join(", ");
                    let said = || Some("added".to_owned());
                    self.conflict(Some(key), None, None, (said(), said()));
                    let (piece, ours) = (self.host.piece(at), self.host.piece(at).text);
                    pieces[at] = Some(self.marked(piece, &ours, &text));
                    continue;
                }
                let piece = self.host.whole(text.clone());
                // Rows of both behind one row stand in the order of their texts.
                let after = |of: usize| {
                    let own = host.added.get(place).into_iter().flatten().filter_map(|it| it.new_index);
                    own.filter(|it| self.host.piece(*it).text < text).max().unwrap_or(of)
                };
                behind.entry(at.map(after)).or_default().push(piece);
            }
        }
        Some(())
    }

    /// A row of the guest as a record of the host.
    fn laid(&self, row: &RowChange) -> Option<String> {
        if is_form_kept(&self.ways[0].diff) {
            return Some(self.guest.piece(row.new_index?).text);
        }
        let cells = row.cells.iter().filter(|it| it.column != canonical::UNDER);
        let cells = cells.filter_map(|it| Some((self.host.column(self.ways[0].name(&it.column))?, it.new_trimmed()?)));
        Some(self.host.composed(&cells.collect::<Vec<_>>()).text)
    }

    /// What stands before or behind the records: that of the one who changed it.
    fn around(&mut self, of: impl for<'r> Fn(&'r Records<'_>) -> &'r str) -> String {
        let (base, host, guest) = (of(self.base), of(self.host), of(self.guest));
        if guest == base || guest == host || base.trim_end() == guest.trim_end() {
            return host.to_owned();
        }
        if host == base && is_form_kept(&self.ways[0].diff) {
            return guest.to_owned();
        }
        let said = |it: &str| Some(it.trim().to_owned());
        self.conflict(None, None, said(base), (said(host), said(guest)));
        let piece = self.host.whole(String::new());
        let text = |it: &str| it.trim_end_matches(['\n', '\r']).to_owned();
        let marked = self.marked(piece, &text(host), &text(guest));
        marked.text + &marked.end
    }

    fn conflict(
        &mut self,
        row: Option<String>,
        column: Option<String>,
        base: Option<String>,
        sides: (Option<String>, Option<String>),
    ) {
        let (a, b) = if self.swapped { (sides.1, sides.0) } else { sides };
        self.conflicts.push(Conflict { table: self.base.table.name.clone(), row, column, base, a, b });
    }

    /// The records of both copies between marks; host, guest.
    fn marked(&self, piece: Piece, host: &str, guest: &str) -> Piece {
        let end = self.host.whole(String::new()).end;
        let (first, second) = if self.swapped { (guest, host) } else { (host, guest) };
        let line = |it: &str| if it.is_empty() { String::new() } else { format!("{it}{end}") };
        let (a, b) = self.names;
        let text = format!("<<<<<<< {a}{end}{}======={end}{}>>>>>>> {b}", line(first), line(second));
        Piece { text, ..piece }
    }
}
