//! Rows that hang on a row: the one before it, the one of another table that
//! it names, and the rows that a window or a group of it has.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use num_traits::Zero;

use super::frame::Frame;
use super::kernels;
use super::node::{Constant, Fold, Link, Matching, Node, Order, Reach, Type, Via, Window};
use super::vector::Vector;
use crate::plan::Relation;
use crate::table::{Blanks, Exact, Keys, Table, fold_spaces, followed_rows, show_exact};

/// Where one other row is for each row.
#[derive(Debug)]
pub(super) struct Linked {
    /// Whether it is in the edition before.
    pub(super) previous: bool,
    /// Its table, by its index in that edition.
    pub(super) table: usize,
    /// The row, where there is one and no other.
    pub(super) rows: Vec<Option<u32>>,
    /// Whether there surely is none, as the series begins here; empty where none does.
    first: Vec<bool>,
}

/// The rows that a window has for each row.
#[derive(Debug)]
pub(super) struct Reached {
    /// Rows of the aggregate's table, so that those of one window follow on each other.
    members: Vec<u32>,
    /// Which of them, by row; none where that cannot be told.
    ranges: Vec<Option<(u32, u32)>>,
    /// Whether a series begins here, and has not enough rows yet.
    first: Vec<bool>,
    values: OnceCell<Vec<Option<Exact>>>,
}

/// The rows of a table, series by series in an order.
struct Series {
    rows: Vec<u32>,
    /// By row: its place among them.
    places: Vec<Option<u32>>,
    /// By place: where its series starts and ends.
    bounds: Vec<(u32, u32)>,
    /// Up to each place: how many rows stand at the same place in the order as another of their series.
    ties: Vec<u32>,
}

impl Series {
    /// Whether the order of some rows on each other cannot be told, both ends included.
    fn is_tied(&self, from: u32, to: u32) -> bool {
        self.ties[to as usize + 1] > self.ties[from as usize]
    }
}

impl Frame<'_> {
    /// Follows a link from every row; none where a table or column is not there.
    pub(super) fn follow(&self, link: &Link) -> Option<Linked> {
        let own = self.own_table()?;
        let none = Vec::new();
        match link {
            Link::Previous => {
                let previous = self.context.previous?;
                let table = previous.table(&own.name)?;
                let rows = followed_rows(own, &previous.tables[table]);
                Some(Linked { previous: true, table, rows, first: none })
            }
            Link::Back(order, back) => self.back(own, order, *back),
            Link::Lookup(declared, on) => self.look_up(own, *declared, on, None),
            Link::Latest(declared, on, along) => self.look_up(own, *declared, on, Some(along)),
        }
    }

    /// Finds the one row of another table that has the values of each row; the latest of them
    /// by a column where one is given.
    fn look_up(&self, own: &Table, declared: usize, on: &[(String, String)], along: Option<&str>) -> Option<Linked> {
        let table = self.context.table(declared)?;
        let there = &self.context.edition.tables[table];
        let columns = |table: &Table, names: &mut dyn Iterator<Item = &String>| {
            names.map(|it| table.column(it)).collect::<Option<Vec<usize>>>()
        };
        let theirs = columns(there, &mut on.iter().map(|it| &it.1))?;
        let ours = columns(own, &mut on.iter().map(|it| &it.0))?;
        let ranks = match along {
            Some(along) => there.columns[there.column(along)?].ranks(),
            None => vec![Some(0); there.rows.len()],
        };
        let mut keys = Keys::new(Blanks::Unknown);
        // By key: the rank of the latest row, and the row where it is the only one. Where no
        // rank is known of a row, it may be the latest.
        let mut found: HashMap<u32, (Option<i128>, Option<u32>)> = HashMap::new();
        for (row, key) in (0_u32..).zip(keys.number(there, &theirs)) {
            let (Some(key), rank) = (key, ranks[row as usize]) else { continue };
            let best = found.entry(key).or_insert((rank, Some(row)));
            match (rank, best.0) {
                _ if best.1 == Some(row) => {}
                (Some(rank), Some(known)) if rank < known => {}
                (Some(rank), Some(known)) if rank > known => *best = (Some(rank), Some(row)),
                // What is there twice is no one row.
                (Some(_), Some(_)) => best.1 = None,
                _ => *best = (None, None),
            }
        }
        let latest = |key: u32| found.get(&key).and_then(|it| it.1.filter(|_| it.0.is_some()));
        let rows = keys.number(own, &ours).into_iter().map(|it| it.and_then(latest)).collect();
        Some(Linked { previous: false, table, rows, first: Vec::new() })
    }

    fn back(&self, own: &Table, order: &Order, back: u32) -> Option<Linked> {
        let along = order.along.as_deref()?;
        // Where each edition is one step along, the step before is an edition before.
        if let Some(previous) = self.context.previous
            && let Some(table) = previous.table(&own.name)
            && own.is_step_from(&previous.tables[table], along)
        {
            let followed = || followed_rows(own, &previous.tables[table]);
            let rows = if back == 1 { followed() } else { vec![None; own.rows.len()] };
            return Some(Linked { previous: true, table, rows, first: Vec::new() });
        }
        let series = self.series(own, order)?;
        let mut rows = vec![None; own.rows.len()];
        let mut first = vec![false; own.rows.len()];
        for (row, place) in series.places.iter().enumerate() {
            let Some(place) = *place else { continue };
            let (start, end) = series.bounds[place as usize];
            match place.checked_sub(back).filter(|it| *it >= start) {
                Some(target) => {
                    let tied = series.is_tied(target, place);
                    rows[row] = Some(series.rows[target as usize]).filter(|_| !tied);
                }
                // A series that is no longer than this has nothing to compare at all.
                None => first[row] = end - start > back,
            }
        }
        Some(Linked { previous: false, table: self.table?, rows, first })
    }

    fn series(&self, table: &Table, order: &Order) -> Option<Series> {
        let by = order.by.iter().map(|it| table.column(it)).collect::<Option<Vec<usize>>>()?;
        let keys = Keys::new(Blanks::Unknown).number(table, &by);
        let ranks = match &order.along {
            Some(along) => table.columns[table.column(along)?].ranks(),
            None => vec![Some(0); keys.len()],
        };
        let admitted = |row: &u32| self.context.filter.is_none_or(|it| it[*row as usize] == Some(true));
        let rows = (0_u32..).take(keys.len()).filter(admitted);
        let mut sorted: Vec<(u32, i128, u32)> =
            rows.filter_map(|row| Some((keys[row as usize]?, ranks[row as usize]?, row))).collect();
        sorted.sort_unstable();
        let mut series = Series {
            rows: sorted.iter().map(|it| it.2).collect(),
            places: vec![None; keys.len()],
            bounds: Vec::with_capacity(sorted.len()),
            ties: Vec::with_capacity(sorted.len() + 1),
        };
        let (mut start, mut ties) = (0, 0);
        series.ties.push(0);
        for one in sorted.chunk_by(|one, next| one.0 == next.0) {
            let end = start + u32::try_from(one.len()).ok()?;
            series.bounds.extend(std::iter::repeat_n((start, end), one.len()));
            for (place, it) in (start..).zip(one) {
                series.places[it.2 as usize] = Some(place);
                let beside = |at: Option<usize>| at.and_then(|at| one.get(at)).is_some_and(|other| other.1 == it.1);
                let at = (place - start) as usize;
                ties += u32::from(beside(at.checked_sub(1)) || beside(Some(at + 1)));
                series.ties.push(ties);
            }
            start = end;
        }
        Some(series)
    }

    /// Finds the rows of a window for every row.
    pub(super) fn reach(&self, window: &Window) -> Option<Reached> {
        let own = self.own_table()?;
        let length = own.rows.len();
        let mut reached =
            Reached { members: Vec::new(), ranges: vec![None; length], first: Vec::new(), values: OnceCell::new() };
        match &window.reach {
            Reach::Group(order) => {
                let series = self.series(own, order)?;
                let range = |place: &Option<u32>| place.map(|it| series.bounds[it as usize]);
                reached.ranges = series.places.iter().map(range).collect();
                reached.members = series.rows;
            }
            Reach::Back(order, rows, whole) => {
                let series = self.series(own, order)?;
                reached.first = vec![false; length];
                for (row, place) in series.places.iter().enumerate() {
                    let Some(place) = *place else { continue };
                    let (start, end) = series.bounds[place as usize];
                    let from = rows.map_or(start, |it| (place + 1).saturating_sub(it).max(start));
                    let short = *whole && rows.is_some_and(|it| place + 1 - from < it);
                    reached.first[row] = short && rows.is_some_and(|it| end - start >= it);
                    let tied = series.is_tied(from, place);
                    reached.ranges[row] = (!short && !tied).then_some((from, place + 1));
                }
                reached.members = series.rows;
            }
            Reach::Matching(matching) => self.match_rows(window, matching, &mut reached)?,
        }
        if !matches!(window.reach, Reach::Matching(_)) && !self.keep_chosen(window, &mut reached) {
            reached.ranges.fill(None);
        }
        Some(reached)
    }

    /// Leaves out the rows that the aggregate's filter does; false where that cannot be told.
    fn keep_chosen(&self, window: &Window, reached: &mut Reached) -> bool {
        if window.aggregate.filter.is_none() {
            return true;
        }
        let Some(frame) = self.of_aggregate(&window.aggregate, false) else { return false };
        let length = frame.own_table().map_or(0, |it| it.rows.len());
        let Some(chosen) = frame.chosen(&window.aggregate, &(0..length)) else { return false };
        let mut kept = vec![0_u32];
        for &it in &reached.members {
            kept.push(kept[kept.len() - 1] + u32::from(chosen[it as usize]));
        }
        let renumber = |it: &mut (u32, u32)| *it = (kept[it.0 as usize], kept[it.1 as usize]);
        reached.ranges.iter_mut().flatten().for_each(renumber);
        reached.members.retain(|it| chosen[*it as usize]);
        true
    }

    fn match_rows(&self, window: &Window, matching: &Matching, reached: &mut Reached) -> Option<()> {
        let frame = self.of_aggregate(&window.aggregate, false)?;
        let length = frame.own_table()?.rows.len();
        let chosen = frame.chosen(&window.aggregate, &(0..length))?;
        let mut groups: HashMap<String, u32> = HashMap::new();
        let theirs = frame.keys(matching.equal.iter().map(|it| &it.0), length);
        let mut unsure = HashSet::new();
        let mut sorted: Vec<(u32, Option<Constant>, u32)> = Vec::new();
        let order = matching.order.as_ref().map(|it| frame.evaluate(&it.0, &(0..length), frame.zero));
        for row in (0..length).filter(|it| chosen[*it]) {
            let Some(key) = theirs[row].clone() else {
                // A text that is not there is no text to compare; a figure may be any.
                if matching.equal.iter().any(|it| frame.lacks(&it.0, row)) {
                    return None;
                }
                continue;
            };
            let next = u32::try_from(groups.len()).ok()?;
            let group = *groups.entry(key).or_insert(next);
            let value = order.as_ref().map(|it| it.constant(row));
            if matches!(value, Some(Constant::Null(_))) {
                unsure.insert(group);
                continue;
            }
            sorted.push((group, value, u32::try_from(row).ok()?));
        }
        sorted.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| by_value(a.1.as_ref(), b.1.as_ref())).then(a.2.cmp(&b.2)));
        let rows = reached.ranges.len();
        let ours = self.keys(matching.equal.iter().map(|it| &it.1), rows);
        let limits = matching.order.as_ref().map(|it| (it.1, self.evaluate(&it.2, &(0..rows), self.zero)));
        for (row, key) in ours.iter().enumerate() {
            let Some(key) = key else { continue };
            let Some(group) = groups.get(key).filter(|it| !unsure.contains(it)) else {
                reached.ranges[row] = (!groups.contains_key(key)).then_some((0, 0));
                continue;
            };
            let start = sorted.partition_point(|it| it.0 < *group);
            let end = sorted.partition_point(|it| it.0 <= *group);
            let range = match &limits {
                None => Some((start, end)),
                Some((relation, limit)) => within(&sorted[start..end], *relation, &limit.constant(row))
                    .map(|it| (start + it.start, start + it.end)),
            };
            reached.ranges[row] = range.and_then(|it| Some((u32::try_from(it.0).ok()?, u32::try_from(it.1).ok()?)));
        }
        reached.members = sorted.into_iter().map(|it| it.2).collect();
        Some(())
    }

    /// The values of some nodes as one key a row; none where one is not there.
    fn keys<'n>(&self, nodes: impl Iterator<Item = &'n Node>, length: usize) -> Vec<Option<String>> {
        let mut keys = vec![Some(String::new()); length];
        for node in nodes {
            let values = self.evaluate(node, &(0..length), self.zero);
            for (row, key) in keys.iter_mut().enumerate() {
                let text = match values.constant(row) {
                    Constant::Number(it) => Some(show_exact(&it)),
                    Constant::Text(it) => Some(fold_spaces(&it).into_owned()),
                    Constant::Date(it) => Some(it.to_string()),
                    Constant::Truth(_) | Constant::Null(_) => None,
                };
                *key = key.take().zip(text).map(|(key, text)| format!("{key}{text}\u{1f}"));
            }
        }
        keys
    }

    fn lacks(&self, node: &Node, row: usize) -> bool {
        node.any(&|it| match it {
            Node::Column(it) => {
                it.kind == Type::Number && !self.column_vector(it, &(row..row + 1), self.zero).is_there(0)
            }
            _ => false,
        })
    }

    /// The rows of its window, for a row.
    pub(super) fn members(&self, window: usize, row: usize) -> Option<&[u32]> {
        let reached = self.windows[window].as_ref()?;
        let (start, end) = reached.ranges[row]?;
        reached.members.get(start as usize..end as usize)
    }

    pub(super) fn window_vector(&self, window: usize, rows: &Range<usize>) -> Vector<'_> {
        let Some(reached) = &self.windows[window] else { return super::vector::nothing(Type::Number) };
        let values = reached.values.get_or_init(|| self.window_values(&self.sources.windows[window], reached));
        Vector::Numbers(super::vector::NumberVector::of_exact(&values[rows.clone()]))
    }

    fn window_values(&self, window: &Window, reached: &Reached) -> Vec<Option<Exact>> {
        let nothing = || vec![None; reached.ranges.len()];
        let Some(frame) = self.of_aggregate(&window.aggregate, false) else { return nothing() };
        let fold = window.aggregate.fold;
        let length = frame.own_table().map_or(0, |it| it.rows.len());
        let values: Vec<Option<Exact>> = match &window.aggregate.argument {
            None => vec![Some(kernels::of_count(1)); reached.members.len()],
            Some(it) if fold == Fold::Count => {
                let found = frame.evaluate(it, &(0..length), false);
                reached.members.iter().map(|&row| found.is_there(row as usize).then(|| kernels::of_count(1))).collect()
            }
            Some(it) => {
                let found = frame.evaluate(it, &(0..length), frame.zero).into_numbers();
                reached.members.iter().map(|&row| found.get(row as usize)).collect()
            }
        };
        if matches!(fold, Fold::Min | Fold::Max) {
            return extremes(fold, &values, &reached.ranges);
        }
        let mut sums = vec![(Exact::zero(), 0_usize)];
        let is_percentile = matches!(fold, Fold::Percentile(_));
        if !is_percentile {
            for it in &values {
                let (sum, lacking) = sums.last().expect("it begins with nothing").clone();
                sums.push(match it {
                    Some(it) => (sum + it, lacking),
                    None => (sum, lacking + 1),
                });
            }
        }
        let mut last: Option<((u32, u32), Option<Exact>)> = None;
        let mut value = |range: (u32, u32)| {
            if let Some((known, value)) = &last
                && *known == range
            {
                return value.clone();
            }
            let (start, end) = (range.0 as usize, range.1 as usize);
            let value = if is_percentile {
                extreme(fold, &values[start..end])
            } else {
                let (sum, lacking) = (&sums[end].0 - &sums[start].0, sums[end].1 - sums[start].1);
                match fold {
                    Fold::Count => Some(sum),
                    _ if lacking > 0 || start == end => None,
                    Fold::Sum => Some(sum),
                    _ => Some(sum / kernels::of_count(end - start)),
                }
            };
            last = Some((range, value.clone()));
            value
        };
        reached.ranges.iter().map(|it| it.and_then(&mut value)).collect()
    }

    /// Whether a check has nothing to compare with since a series begins at its row.
    pub(super) fn begins(&self, node: &Node, row: usize) -> bool {
        let is_first = |first: &Vec<bool>| first.get(row) == Some(&true);
        node.any(&|it| match it {
            Node::Column(it) => {
                let Via::Link(link) = it.via else { return false };
                self.links[link].as_ref().is_some_and(|it| is_first(&it.first))
            }
            Node::Window(it) => self.windows[*it].as_ref().is_some_and(|it| is_first(&it.first)),
            _ => false,
        })
    }

    /// Why it cannot be told which rows a window has.
    pub(super) fn why_no_window(&self, window: usize) -> String {
        match &self.sources.windows[window].reach {
            Reach::Back(Order { along: Some(along), .. }, Some(rows), true) => {
                format!("its series does not have {rows} rows with different values of {along}")
            }
            Reach::Back(..) | Reach::Group(_) => "it is unknown which rows belong with this one".to_owned(),
            Reach::Matching(_) => "it is unknown which other rows count".to_owned(),
        }
    }

    /// Why a link leads nowhere.
    pub(super) fn why_no_row(&self, link: usize) -> String {
        match &self.sources.links[link] {
            Link::Previous => "the previous edition has no such row".to_owned(),
            Link::Back(order, back) => {
                let along = order.along.as_deref().unwrap_or_default();
                let rows = if *back == 1 { "no previous row".to_owned() } else { format!("no row {back} back") };
                format!("there is {rows} along {along}")
            }
            Link::Lookup(table, on) => {
                let columns: Vec<&str> = on.iter().map(|it| it.0.as_str()).collect();
                format!("{} has no single row with this {}", self.context.tables[*table].name, columns.join(" and "))
            }
            Link::Latest(table, on, _) => {
                let columns: Vec<&str> = on.iter().map(|it| it.0.as_str()).collect();
                let name = &self.context.tables[*table].name;
                format!("{name} has no single latest row with this {}", columns.join(" and "))
            }
        }
    }
}

/// The smallest or largest value of each range; none where one is not there.
///
/// The ranges are answered by their ends: of the values so far those are kept that no later one
/// beats, in order, so that the first of them in a range is its answer.
fn extremes(fold: Fold, values: &[Option<Exact>], ranges: &[Option<(u32, u32)>]) -> Vec<Option<Exact>> {
    let mut order: Vec<usize> = (0..ranges.len()).filter(|it| ranges[*it].is_some()).collect();
    order.sort_by_key(|it| ranges[*it].map(|it| it.1));
    let mut found = vec![None; ranges.len()];
    let (mut kept, mut last_lacking, mut seen): (Vec<usize>, Option<usize>, usize) = (Vec::new(), None, 0);
    let beats = |one: &Exact, other: &Exact| if fold == Fold::Min { one <= other } else { one >= other };
    for range in order {
        let Some((start, end)) = ranges[range] else { continue };
        let (start, end) = (start as usize, (end as usize).min(values.len()));
        while seen < end {
            match &values[seen] {
                None => last_lacking = Some(seen),
                Some(it) => {
                    while kept.last().and_then(|&it| values[it].as_ref()).is_some_and(|other| beats(it, other)) {
                        kept.pop();
                    }
                    kept.push(seen);
                }
            }
            seen += 1;
        }
        let whole = start < end && last_lacking.is_none_or(|it| it < start);
        let first = kept.get(kept.partition_point(|it| *it < start)).filter(|_| whole);
        found[range] = first.and_then(|&it| values[it].clone());
    }
    found
}

/// The smallest or largest value, or that of a percentile; none where one is not there.
pub(super) fn extreme(fold: Fold, values: &[Option<Exact>]) -> Option<Exact> {
    let mut all: Vec<&Exact> = values.iter().map(Option::as_ref).collect::<Option<_>>()?;
    match fold {
        Fold::Min => all.into_iter().min().cloned(),
        Fold::Max => all.into_iter().max().cloned(),
        _ => {
            let Fold::Percentile(share) = fold else { return None };
            all.sort_unstable();
            // Of n values the first stands at 0 and the last at 1; between two it is a straight line.
            let steps = u64::try_from(all.len().checked_sub(1)?).ok()?.checked_mul(share.of.into())?;
            let (at, beyond) = (steps / u64::from(share.all), steps % u64::from(share.all));
            let lower = *all.get(usize::try_from(at).ok()?)?;
            if beyond == 0 {
                return Some(lower.clone());
            }
            let upper = *all.get(usize::try_from(at).ok()? + 1)?;
            let part = Exact::new(beyond.into(), share.all.into());
            Some(lower + (upper - lower) * part)
        }
    }
}

/// The rows of a group that stand in a relation to a limit.
fn within(sorted: &[(u32, Option<Constant>, u32)], relation: Relation, limit: &Constant) -> Option<Range<usize>> {
    if matches!(limit, Constant::Null(_)) {
        return None;
    }
    let below = |least: Ordering| sorted.partition_point(|it| by_value(it.1.as_ref(), Some(limit)) <= least);
    let (less, at_most) = (below(Ordering::Less), below(Ordering::Equal));
    Some(match relation {
        Relation::Less => 0..less,
        Relation::AtMost => 0..at_most,
        Relation::More => at_most..sorted.len(),
        Relation::AtLeast => less..sorted.len(),
        Relation::Equal | Relation::Unequal => less..at_most,
    })
}

fn by_value(one: Option<&Constant>, other: Option<&Constant>) -> Ordering {
    match (one, other) {
        (Some(Constant::Number(a)), Some(Constant::Number(b))) => a.cmp(b),
        (Some(Constant::Text(a)), Some(Constant::Text(b))) => a.cmp(b),
        (Some(Constant::Date(a)), Some(Constant::Date(b))) => a.cmp(b),
        _ => Ordering::Equal,
    }
}
