//! Compares an edition with its own snapshot, and with the editions before it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use super::assemble::Run;
use super::implied::facts;
use super::judge::heading_place;
use super::outcome::Collector;
use super::past::{Accepted, Past};
use super::pasted::{self, OnFile};
use super::restated;
use crate::error::Result;
use crate::finding::{Place, Role, Severity, Verdict};
use crate::history::{Earlier, Memo};
use crate::nearest::nearest;
use crate::rules::Detail;
use crate::table::{Blanks, Edition, Keys, Period, Table, canonical, matching_key};

/// So many earlier editions are looked at, at most.
const EDITIONS_MAX: usize = 2000;
/// Beyond so many days an edition is not taken for the next one of its series.
const NEAR_DAYS: i32 = 60;
/// Above so many rows a table's rows come and go: it is data, not a form.
const ROWS_MAX: usize = 10_000;
/// So many rows that came or went are named; of more it is told once.
const ROWS_TOLD: usize = 3;

/// Gives each run the edition right before its own: the accepted one, else
/// one that is checked beside it.
pub(super) fn link(runs: &mut [Run<'_>], past: &[Accepted]) {
    let editions: Vec<(String, Arc<Edition>)> =
        runs.iter().map(|it| (it.dataset_name().to_owned(), Arc::clone(&it.edition))).collect();
    remember(runs, past);
    for run in runs.iter_mut().filter(|it| it.previous.is_none()) {
        let (Some(dataset), Some(period)) = (run.dataset, run.edition.period) else { continue };
        let accepted = past.iter().map(|it| (&it.dataset, &it.edition));
        let mut known = accepted.chain(editions.iter().map(|it| (&it.0, &it.1)));
        let follows = |it: &Edition| it.period.is_some_and(|it| it.is_followed_by(period));
        run.previous = known.find(|it| *it.0 == dataset.name && follows(it.1)).map(|it| Arc::clone(it.1));
    }
}

/// Gives each run the editions before it, the newest first; of two for one
/// period the accepted one.
fn remember(runs: &mut [Run<'_>], past: &[Accepted]) {
    let mut known: HashMap<String, BTreeMap<Date, Arc<Earlier>>> = HashMap::new();
    let beside = runs.iter().map(|it| (it.dataset_name(), &it.edition, None));
    let rules = |it: &Accepted| runs.iter().find(|run| run.dataset_name() == it.dataset).and_then(|run| run.dataset);
    let accepted = past.iter().map(|it| (it.dataset.as_str(), &it.edition, Some(it.left_out(rules(it)))));
    for (dataset, edition, left_out) in beside.chain(accepted) {
        if let Some(period) = edition.period {
            let earlier = Arc::new(Earlier::new(Arc::clone(edition), left_out));
            known.entry(dataset.to_owned()).or_default().insert(period.start, earlier);
        }
    }
    let all = |it: &BTreeMap<Date, Arc<Earlier>>| Arc::new(OnFile::new(it.values().rev().cloned().collect()));
    let on_file: HashMap<&str, Arc<OnFile>> = known.iter().map(|it| (it.0.as_str(), all(it.1))).collect();
    for run in runs.iter_mut() {
        let (Some(period), Some(known)) = (run.edition.period, known.get(run.dataset_name())) else { continue };
        run.past = known.range(..period.start).rev().take(EDITIONS_MAX).map(|it| Arc::clone(it.1)).collect();
        run.on_file = Arc::clone(&on_file[run.dataset_name()]);
        run.memo = Memo::over(Arc::clone(run.on_file.series()));
    }
}

/// Judges one edition: against its snapshot if it was accepted, and against
/// those before it.
pub(super) fn judge(run: &Run<'_>, runs: &[Run<'_>], past: &Past<'_>, collector: &mut Collector) -> Result<()> {
    let Some(dataset) = run.dataset else { return Ok(()) };
    twice(run, runs, collector);
    let last = run.edition.period.and_then(|it| edition_before(run, it, runs, past));
    let copies = last.map_or_else(Vec::new, |it| pasted::find(run, it, past, collector));
    let dated = dataset.cadence.is_none() || run.edition.period.is_some();
    let own = past.own(run.edition.period).filter(|_| dated);
    if let Some(own) = own {
        let beside =
            runs.iter().filter(|it| it.dataset_name() == run.dataset_name()).filter_map(|it| it.edition.period);
        let newest = past.all().filter_map(|it| it.edition.period).chain(beside).max();
        restated::judge(run, own, (&copies, newest, past), collector)?;
    }
    let (Some(period), Some(last)) = (run.edition.period, last) else { return Ok(()) };
    sequence(run, period, last, past, collector);
    for (at, table) in run.edition.tables.iter().enumerate().filter(|it| !run.borrowed.contains(&it.1.name)) {
        if let Some(then) = last.table(&table.name) {
            collector.about(&table.name);
            rows(run, table, &last.tables[then], collector);
            pasted::tell(run, (at, last), &copies[at], own, collector);
        }
    }
    Ok(())
}

/// The edition before a period: the accepted one, or one that is checked beside it.
fn edition_before<'a>(run: &Run<'_>, period: Period, runs: &'a [Run<'_>], past: &Past<'a>) -> Option<&'a Edition> {
    let before = past.before(period).next().map(|it| &*it.edition);
    let beside = runs.iter().filter(|it| it.dataset_name() == run.dataset_name()).map(|it| &*it.edition);
    let earlier = beside.filter(|it| it.period.is_some_and(|it| it.start < period.start));
    earlier.chain(before).max_by_key(|it| it.period)
}

/// `period`: no two inputs are for one period and say different things.
fn twice(run: &Run<'_>, runs: &[Run<'_>], collector: &mut Collector) {
    let Some(period) = run.edition.period.filter(|_| collector.wants("period", "period")) else { return };
    let same = |it: &&Run<'_>| it.dataset_name() == run.dataset_name() && it.edition.period == Some(period);
    let earlier = runs.iter().take_while(|it| !std::ptr::eq(*it, run)).filter(same);
    for other in earlier {
        let differing = run.edition.tables.iter().find_map(|table| {
            let twin = &other.edition.tables[other.edition.table(&table.name)?];
            let differs =
                !Arc::ptr_eq(&twin.document, &table.document) && canonical::csv(twin) != canonical::csv(table);
            differs.then_some((table, twin))
        });
        if let Some((table, twin)) = differing {
            let message = format!("two files for {period} differ; the other one is {}", twin.document.name);
            let mut detail = Detail::new(&table.name, message);
            detail.places = vec![heading_place(table, "this one"), operand(heading_place(twin, "the other"))];
            collector.fail_one(&facts(run.dataset_name(), "period", Severity::Error), detail);
        }
    }
}

fn operand(place: Place) -> Place {
    Place { role: Role::Operand, ..place }
}

/// `period`: it starts where the last one ended, on the same day of the week.
fn sequence(run: &Run<'_>, period: Period, last: &Edition, past: &Past<'_>, collector: &mut Collector) {
    collector.about("");
    let (Some(dataset), Some(before)) = (run.dataset.filter(|_| collector.wants("period", "period")), last.period)
    else {
        return;
    };
    let table = run.edition.tables.first();
    let overlapping =
        past.all().filter_map(|it| it.edition.period).find(|it| it.overlaps(period) && it.start != period.start);
    let days = before.start.until(period.start).map_or(0, |it| it.get_days());
    let weekly = dataset.cadence.and_then(|it| it.period_from(period.start)).is_some_and(|it| it.days() % 7 == 0);
    let (severity, message) = if let Some(other) = overlapping {
        (Severity::Error, format!("the period {period} overlaps the accepted edition of {other}"))
    } else if before.is_followed_by(period) {
        return collector.count("period", Verdict::Holds, 1);
    } else if weekly && days < NEAR_DAYS && days % 7 != 0 {
        let (day, usual) = (period.start.weekday(), before.start.weekday());
        (
            Severity::Error,
            format!("the period {period} starts on a {day:?}, but the previous period, {before}, on a {usual:?}"),
        )
    } else {
        (Severity::Warning, format!("there is no edition between {before} and {period}"))
    };
    let mut detail = Detail::new(table.map_or("", |it| it.name.as_str()), message);
    detail.places.extend(table.map(|it| heading_place(it, "this edition")));
    detail.observed = Some(period.to_string());
    collector.fail_one(&facts(&dataset.name, "period", severity), detail);
}

/// `rows`: the rows of the last edition are there again, where the rule file
/// does not list them.
fn rows(run: &Run<'_>, table: &Table, last: &Table, collector: &mut Collector) {
    let listed = run.schemas.iter().any(|it| it.name == table.name && !it.rows.is_empty());
    let large = table.rows.len().max(last.rows.len()) > ROWS_MAX;
    if listed || large || table.key.is_empty() || !collector.wants("rows", "rows") {
        return;
    }
    let Some([own, theirs]) = matching_key(table, last) else { return };
    let [then_only, now_only, shared] = compare_rows((last, &theirs), (table, &own));
    let named = |(table, key): (&Table, &[usize]), rows: Vec<usize>| -> Vec<(String, usize)> {
        rows.into_iter().map(|it| (table.named_by(it, key), it)).collect()
    };
    let (gone, new) = (named((last, &theirs), then_only), named((table, &own), now_only));
    collector.count("rows", Verdict::Holds, shared.len());
    let mut renamed = Vec::new();
    let many_gone = gone.len() > ROWS_TOLD;
    for (name, row) in gone.iter().filter(|_| !many_gone) {
        let free = new.iter().filter(|it| !renamed.contains(&it.1));
        let likely = nearest(name, free.map(|it| it.0.as_str()));
        let at = likely.and_then(|likely| new.iter().find(|it| it.0 == likely)).map(|it| it.1);
        renamed.extend(at);
        let mut detail = Detail::new(&table.name, format!("row \"{name}\" of the previous edition is missing"));
        detail.hint = likely.map(|it| format!("\"{it}\" may be the same row under another name"));
        detail.row = Some(name.clone());
        detail.places = match at {
            Some(at) => vec![Place::of_row(table, at, Role::Primary, "probably this row")],
            None => vec![heading_place(table, "the table starts here")],
        };
        detail.places.push(Place::of_row(last, *row, Role::Operand, "in the previous edition"));
        collector.fail_one(&facts(run.dataset_name(), "rows", Severity::Warning), detail);
    }
    if many_gone {
        let names: Vec<&str> = gone.iter().map(|it| it.0.as_str()).collect();
        let mut detail = Detail::new(&table.name, several(&names, "of the previous edition are missing"));
        detail.places = vec![heading_place(table, "the table starts here")];
        collector.fail_one(&facts(run.dataset_name(), "rows", Severity::Warning), detail);
    }
    let fresh: Vec<&(String, usize)> = new.iter().filter(|it| !renamed.contains(&it.1)).collect();
    let Some((first, row)) = fresh.first() else { return };
    let names: Vec<&str> = fresh.iter().map(|it| it.0.as_str()).collect();
    let message = match names[..] {
        [one] => format!("row \"{one}\" is not in the previous edition"),
        _ => several(&names, "are not in the previous edition"),
    };
    let mut detail = Detail::new(&table.name, message);
    detail.row = Some(first.clone());
    detail.places = vec![Place::of_row(table, *row, Role::Primary, "new")];
    collector.fail_one(&facts(run.dataset_name(), "rows", Severity::Note), detail);
}

/// `12 rows are not printed: A, B, C and 9 more`.
fn several(names: &[&str], what: &str) -> String {
    let shown = names.iter().take(ROWS_TOLD).copied().collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(ROWS_TOLD);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{} rows {what}: {shown}{more}", names.len())
}

/// The rows of one table that the other has not, the other way round, and those
/// of the second that both have; each key once, by its first row.
fn compare_rows(then: (&Table, &[usize]), now: (&Table, &[usize])) -> [Vec<usize>; 3] {
    let mut keys = Keys::new(Blanks::Alike);
    let (before, after) = (keys.number(then.0, then.1), keys.number(now.0, now.1));
    let firsts = |rows: &[Option<u32>]| {
        let mut first = vec![None; keys.len()];
        for (row, key) in rows.iter().enumerate().filter_map(|it| Some((it.0, (*it.1)?))) {
            first[key as usize].get_or_insert(row);
        }
        first
    };
    let (before, after) = (firsts(&before), firsts(&after));
    let mut found = [Vec::new(), Vec::new(), Vec::new()];
    for it in before.into_iter().zip(after) {
        match it {
            (Some(row), None) => found[0].push(row),
            (None, Some(row)) => found[1].push(row),
            (Some(_), Some(row)) => found[2].push(row),
            (None, None) => {}
        }
    }
    found.map(|mut rows| {
        rows.sort_unstable();
        rows
    })
}
