//! The series of all editions on file, each collected once: every edition sees the figures
//! before its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::series::{Earlier, Names, Wanted, figure};
use super::{Before, Calendar, Count};

/// The editions of a dataset that are on file, with the series that were asked for.
///
/// It changes how long a history takes to collect, never what it is.
#[derive(Debug, Default)]
pub struct SeriesOnFile {
    /// The newest first.
    editions: Vec<Arc<Earlier>>,
    collected: Mutex<Vec<(Which, Option<Arc<Collected>>)>>,
}

/// Which series: those of one column.
#[derive(Debug, PartialEq)]
struct Which {
    table: String,
    column: String,
    of: Option<String>,
    by_change: bool,
    /// The columns of the key that name the edition, where rows are found by the others.
    dated: Option<Vec<String>>,
    calendar: Calendar,
}

/// The series of one column, by the hash of their rows' names; nothing of one that has
/// figures to leave out.
#[derive(Debug)]
pub(super) struct Collected(HashMap<u128, Option<Figures>, foldhash::fast::FixedState>);

#[derive(Debug)]
struct Figures {
    /// The newest first.
    all: Arc<[Count]>,
    /// The change of each but the oldest since the one before it, where changes are judged.
    changes: Arc<[Count]>,
}

impl SeriesOnFile {
    /// Editions with a period each, the newest first.
    pub fn new(editions: Vec<Arc<Earlier>>) -> Self {
        Self { editions, collected: Mutex::default() }
    }

    /// The editions, the newest first.
    pub fn editions(&self) -> &[Arc<Earlier>] {
        &self.editions
    }

    /// The series of a column as editions show it that stand before one, the newest first; none
    /// where those are others, or not all of them name their rows the same way.
    pub(super) fn column(
        &self,
        before: &[Arc<Earlier>],
        (table, column): (&str, &str),
        (names, wanted): (&Names, &Wanted<'_>),
        calendar: &Calendar,
    ) -> Option<Arc<Collected>> {
        let first = before.first().filter(|_| wanted.admits_before.is_none())?;
        let at = self.editions.iter().position(|it| Arc::ptr_eq(it, first))?;
        if self.editions.len() - at != before.len() {
            return None;
        }
        let dated = names.is_by_rest().then(|| names.dated.clone());
        let (of, table, column) = (wanted.of.map(str::to_owned), table.to_owned(), column.to_owned());
        let which = Which { table, column, of, by_change: wanted.by_change, dated, calendar: calendar.clone() };
        // What is in it is whole even where a thread broke off beside it.
        let mut collected = self.collected.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, it)) = collected.iter().find(|it| it.0 == which) {
            return it.clone();
        }
        let made = self.collect(&which).map(Arc::new);
        collected.push((which, made.clone()));
        made
    }

    fn collect(&self, which: &Which) -> Option<Collected> {
        let mut found: HashMap<u128, Option<Vec<Count>>, foldhash::fast::FixedState> = HashMap::default();
        let mut last = None;
        for it in &self.editions {
            let at = which.calendar.position(it.edition.period?);
            if last.replace(at).is_some_and(|last| last <= at) {
                return None;
            }
            let Some(place) = it.edition.table(&which.table) else { continue };
            let table = &it.edition.tables[place];
            let Some(column) = table.column(&which.column) else { continue };
            let of = which.of.as_ref().map(|of| table.column(of));
            if of == Some(None) {
                continue;
            }
            let exposure = which.calendar.exposure(it.edition.period, it.edition.coverage);
            for (name, row) in it.named_rows(place, which.dated.as_deref())? {
                let whole = of.flatten().map_or(Some(exposure), |of| figure(table, row, of));
                let (Some(observed), Some(exposure)) = (figure(table, row, column), whole) else { continue };
                if exposure <= 0.0 {
                    continue;
                }
                let series = found.entry(name).or_insert_with(|| Some(Vec::new()));
                if it.is_left_out(table, row, &which.column) {
                    *series = None;
                }
                if let Some(all) = series {
                    all.push(Count { at, observed, exposure });
                }
            }
        }
        let figures = |all: Vec<Count>| {
            let pairs = all.windows(2).filter(|_| which.by_change);
            let changes = pairs.map(|it| it[0].since(&it[1])).collect();
            Figures { all: all.into(), changes }
        };
        Some(Collected(found.into_iter().map(|it| (it.0, it.1.map(figures))).collect()))
    }
}

impl Collected {
    /// The figures of a row before a period, and their changes where these are judged, newest first;
    /// none where not all of them are known here.
    pub(super) fn before(&self, name: u128, at: i64) -> Option<(Before, Before)> {
        let Some(series) = self.0.get(&name) else { return Some(Default::default()) };
        let Figures { all, changes } = series.as_ref()?;
        let from = all.partition_point(|it| it.at >= at);
        Some((Before::shared(all, from), Before::shared(changes, from)))
    }
}
