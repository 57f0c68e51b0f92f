//! Where the rows of rules over groups stand: in a large file, in two of them, or
//! in one and a table that is held.

use super::Begun;
use super::folding::{Folding, Numbered};
use super::groups::Scan;
use super::held::{Half, HeldRows};
use super::plan::Why;
use super::whole::{ApartTable, Known};
use crate::check::assemble::Loaded;
use crate::plan::{GroupCounts, Grouped, Held, Joined, Sieved, Span};
use crate::rules::{Dataset, Rule};
use crate::table::Table;

const NOT_ONE: Why = "the tables it compares are not each in a file of their own";
const NOT_FOLDED: Why = "the other table it reads cannot be grouped by its keys";

/// A table of a large file, or of one that is held: the file, and the table in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Large(usize),
    Held(usize, usize),
}

/// A check of groups.
pub(super) struct Check {
    pub(super) rule: String,
    /// Where its rows are: the source, and which of the checks there it is. The
    /// rule's own table comes first.
    pub(super) sides: Vec<(usize, usize)>,
    pub(super) counts: GroupCounts,
    /// Where in its other sources the rows of groups stand that may not hold.
    pub(super) other_spans: Vec<Vec<(u64, Span)>>,
    /// Why it cannot be judged so, if it cannot.
    pub(super) why: Option<Why>,
}

impl Check {
    /// Whether it has rows in a source.
    pub(super) fn is_of(&self, source: usize) -> bool {
        self.sides.iter().any(|it| it.0 == source)
    }

    /// Which of the checks in a source it is, if some of its groups are looked at.
    pub(super) fn asked_in(&self, source: usize) -> Option<usize> {
        let is_asked = self.why.is_none() && !self.counts.suspects.is_empty();
        self.sides.iter().find(|it| it.0 == source && is_asked).map(|it| it.1)
    }

    /// Whether a source is the table that it looks rows up in.
    pub(super) fn looks_up_in(&self, source: usize) -> bool {
        self.sides.len() > 1 && self.sides[0].0 != source
    }

    /// Whether a group of it may not hold.
    pub(super) fn is_suspect(&self, hash: u64) -> bool {
        self.counts.suspects.binary_search(&hash).is_ok()
    }

    /// Which of so many pieces of a source have rows of those.
    pub(super) fn pieces(&self, source: usize, count: usize) -> Vec<bool> {
        let spans = match self.sides.iter().position(|it| it.0 == source) {
            Some(0) => &self.counts.spans,
            Some(other) => &self.other_spans[other - 1],
            None => return vec![false; count],
        };
        let spans = spans.iter();
        Span::covered(spans.filter(|it| self.is_suspect(it.0)).map(|it| it.1), count)
    }

    /// The rows that it is judged on, and what is known of the others.
    pub(super) fn apart(&self, table: Table, held: Held) -> ApartTable {
        ApartTable::of(&self.rule, table, Known { held, ..Known::default() })
    }
}

/// Where rows of groups stand.
pub(super) enum Source<'a> {
    Large(Box<Scan<'a>>),
    Held(HeldRows<'a>),
}

impl Source<'_> {
    /// One of the checks that it has rows of.
    pub(super) fn grouped(&self, half: usize) -> &Grouped<usize> {
        match self {
            Self::Large(it) => &it.sieve.grouped[half],
            Self::Held(it) => &it.halves[half].0,
        }
    }
}

/// All of them, and the checks.
pub(super) struct Sources<'a> {
    pub(super) sources: Vec<Source<'a>>,
    pub(super) checks: Vec<Check>,
}

/// They are made file by file: the large ones come first.
struct Making<'a> {
    begun: &'a [Begun<'a>],
    held: &'a [Loaded],
    /// The checks of each large file.
    halves: Vec<Numbered>,
    tables: Vec<HeldRows<'a>>,
}

impl<'a> Sources<'a> {
    /// `folded` has what each large file was folded to.
    pub(super) fn of(begun: &'a [Begun<'a>], folded: Vec<Option<Folding>>, held: &'a [Loaded]) -> Self {
        let mut making = Making { begun, held, halves: vec![Vec::new(); begun.len()], tables: Vec::new() };
        let mut checks = Vec::new();
        for (at, it) in begun.iter().enumerate() {
            for (number, (rule, grouped)) in it.plan.groups.iter().enumerate() {
                let (sides, why) = match making.sides(at, (number, rule), grouped) {
                    Ok(Some(sides)) => (sides, None),
                    Ok(None) => continue,
                    Err(why) => (vec![(at, usize::MAX)], Some(why)),
                };
                let other_spans = vec![Vec::new(); sides.len() - 1];
                checks.push(Check { rule: rule.clone(), sides, counts: GroupCounts::default(), other_spans, why });
            }
        }
        let Making { halves, tables, .. } = making;
        let scan = |((it, folded), halves)| Source::Large(Box::new(Scan::of(it, folded, halves)));
        let large = begun.iter().zip(folded).zip(halves).map(scan);
        Self { sources: large.chain(tables.into_iter().map(Source::Held)).collect(), checks }
    }
}

impl<'a> Making<'a> {
    /// Where a check of a large file has its rows; nothing where it is made from
    /// another file, or cannot be told at all.
    fn sides(
        &mut self,
        at: usize,
        (number, rule): (usize, &str),
        grouped: &Grouped<usize>,
    ) -> Result<Option<Vec<(usize, usize)>>, Why> {
        let own = (number, grouped);
        let Some((dataset, declared, joined)) = self.begun[at].joined(rule) else {
            return Ok(Some(vec![self.add(at, own)]));
        };
        let is_own = dataset.tables[joined.other].name != *self.begun[at].table_name();
        let wanted = if is_own { joined.other } else { declared.table.ok_or(NOT_FOLDED)? };
        match self.other(at, &dataset.tables[wanted].name)? {
            // Without the other table nothing of it can be told.
            None => Ok(None),
            Some(Place::Large(other)) => {
                let groups = &self.begun[other].plan.groups;
                let number = groups.iter().position(|it| it.0 == *rule).ok_or(NOT_FOLDED)?;
                Ok(is_own.then(|| vec![self.add(at, own), self.add(other, (number, &groups[number].1))]))
            }
            Some(place @ Place::Held(file, table)) => {
                let table = &self.held[file].tables[table].table;
                let half = match &declared.filter {
                    _ if is_own => Half::of(table, &joined.theirs),
                    Some(filter) => {
                        Half::of(table, &Grouped { when: Some(filter.sieve().ok_or(NOT_FOLDED)?), ..joined.own })
                    }
                    None => Half::of(table, &joined.own),
                };
                let (here, there) = (self.add(at, own), self.add_held(place, table, half.ok_or(NOT_FOLDED)?));
                Ok(Some(if is_own { vec![here, there] } else { vec![there, here] }))
            }
        }
    }

    fn add(&mut self, at: usize, (number, it): (usize, &Grouped<usize>)) -> (usize, usize) {
        self.halves[at].push((number, it.clone()));
        (at, self.halves[at].len() - 1)
    }

    fn add_held(&mut self, place: Place, table: &'a Table, half: Half) -> (usize, usize) {
        let known = self.tables.iter().position(|it| it.place == place);
        let which = known.unwrap_or_else(|| {
            self.tables.push(HeldRows { place, table, halves: Vec::new() });
            self.tables.len() - 1
        });
        self.tables[which].halves.push(half);
        (self.begun.len() + which, self.tables[which].halves.len() - 1)
    }

    /// Where the other table of a rule is: nowhere, or in the one other file of
    /// its edition.
    fn other(&self, at: usize, name: &str) -> Result<Option<Place>, Why> {
        let own = &self.begun[at].loaded;
        let folder = |it: &'a Loaded| it.document.name.rsplit_once('/').map_or("", |it| it.0);
        let mut found = Vec::new();
        let mut own_count = 0;
        let large = self.begun.iter().enumerate().map(|(file, it)| (&it.loaded, Some(file), file));
        let all = large.chain(self.held.iter().enumerate().map(|(file, it)| (it, None, file)));
        for (loaded, large, file) in all.filter(|it| it.0.dataset == own.dataset) {
            let is_near = folder(loaded) == folder(own) && loaded.period == own.period;
            for (table, it) in loaded.tables.iter().enumerate() {
                own_count += usize::from(it.table.name == *self.begun[at].table_name());
                let place = large.map_or(Place::Held(file, table), Place::Large);
                found.extend((it.table.name == name).then_some((place, is_near)));
            }
        }
        match found[..] {
            [] => Ok(None),
            [(place, true)] if own_count == 1 => Ok(Some(place)),
            _ => Err(NOT_ONE),
        }
    }
}

impl Begun<'_> {
    /// A rule that looks rows up, if it is one.
    fn joined(&self, rule: &str) -> Option<(&Dataset, &Rule, Joined)> {
        let dataset = self.dataset?;
        let rule = dataset.rules.iter().find(|it| it.name == rule)?;
        match rule.check.sieve()? {
            Sieved::Joined(it) => Some((dataset, rule, *it)),
            _ => None,
        }
    }

    fn table_name(&self) -> &String {
        &self.loaded.tables[0].table.name
    }
}
