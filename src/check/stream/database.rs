//! Tables that a database holds: the engine sieves, and what does not surely hold is
//! judged here.
//!
//! The plan of the rules is printed as queries: how many rows there are and what is counted
//! of those that surely hold, whether keys are shared, whether totals hold, and the rows
//! that are left. Those are judged as what the sieve of a file hands out. Where a rule asks
//! for more than that, or too many rows are left, all rows are sent.

use std::collections::BTreeSet;

use super::plan::{Plan, Why};
use super::sift::{File, SUSPECTS_FEW, Sifted};
use super::{Begun, OTHERWISE};
use crate::check::Options;
use crate::error::Result;
use crate::plan::sql::{Cell, Counted, DECIMALS, Demand, Dialect, Followed, Form, Holding, Pushed, Queried};
use crate::plan::{Condition, Test, Total};
use crate::rules::Dataset;
use crate::source::delimited::sieve::{self, Suspect, Tally, Wanted};
use crate::source::{Answer, Engine, Reach, Stored};

/// Types with more decimals are not taken as they are: in the last of them they may not fit.
const TYPED_DECIMALS_MAX: u8 = 9;
/// A binary fraction that is taken for plain has at most so many decimals.
const FLOAT_DECIMALS: u32 = 20;

const UNCLAIMED: Why = "no rule file claims it";
const NO_KEY: Why = "its rule file declares no key";
const MORE_ROWS: Why = "a rule compares rows with each other or cannot be written as a query";
const MARKERS: Why = "its rule file declares markers for missing figures";
const DOUBT: Why = "its first rows leave its number style in doubt";
const KIND: Why = "a column has a type that queries cannot check";
const REFUSED: Why = "the database refused a query about its rows";
const ODD_KEYS: Why = "some of its keys are not plain values";
const OPEN: Why = "its totals may not hold";
const TOO_MANY: Why = "too many of its rows may fail";
const LONG: Why = "one of its figures has too many digits";
const NOTES: Why = "some of its rows may be notes";
const CHANGED: Why = "its rows changed while they were counted";

/// What comes of a table; or why all of its rows have to be sent.
pub(super) fn begin<'a>(
    engine: &dyn Engine,
    (file, heading): (&File<'a>, (String, u64)),
    plan: Result<Plan<'a>, Why>,
    (datasets, options): (&'a [Dataset], &Options),
) -> Result<Result<Begun<'a>, Why>> {
    let plan = match plan.and_then(|it| is_told(&it, engine.reach()).map(|()| it)) {
        Ok(it) => it,
        Err(why) => return Ok(Err(why)),
    };
    let (sifted, rows) = match (Asking { engine, plan: &plan }).sift()? {
        Ok(it) => it,
        Err(why) => return Ok(Err(why)),
    };
    let handed = sifted.handed.len();
    let Some(begun) = Begun::of(plan, file.clone(), heading, sifted, (datasets, options)) else {
        return Ok(Err(OTHERWISE));
    };
    let kept = begun.loaded.tables[0].table.rows.len();
    // What is no row here may be one of the totals.
    if kept != begun.sifted.handed.iter().filter(|it| !begun.plan.sieve.is_blank(&it.0.bytes)).count() {
        return Ok(Err(NOTES));
    }
    engine.sieved(rows, handed as u64);
    Ok(Ok(begun))
}

/// Whether queries can tell all that a plan asks for.
fn is_told(plan: &Plan<'_>, reach: &Reach) -> Result<(), Why> {
    match () {
        () if !plan.is_claimed => Err(UNCLAIMED),
        () if plan.schema().key.is_empty() || plan.keys.is_empty() => Err(NO_KEY),
        () if !plan.others.is_empty() || !plan.groups.is_empty() => Err(MORE_ROWS),
        () if !plan.sieve.markers.declared.is_empty() => Err(MARKERS),
        () if plan.sieve.may_be_grouped.contains(&true) => Err(DOUBT),
        () if plan.has_units() || reach.columns.len() != plan.sieve.columns.len() => Err(KIND),
        () => Ok(()),
    }
}

/// What is asked of an engine for a plan.
struct Asking<'a> {
    engine: &'a dyn Engine,
    plan: &'a Plan<'a>,
}

impl Asking<'_> {
    fn name(&self, column: usize) -> String {
        self.engine.reach().columns[column].0.clone()
    }

    fn names(&self, columns: &[usize]) -> Vec<String> {
        columns.iter().map(|it| self.name(*it)).collect()
    }

    /// What is known of all rows, and how many there are.
    fn sift(&self) -> Result<Result<(Sifted, u64), Why>> {
        let reach = self.engine.reach();
        let holding = |name: &str| {
            let at = reach.columns.iter().position(|it| it.0 == name).ok_or(KIND)?;
            self.holding(at).map(|it| it.1)
        };
        let queried = Queried { table: &reach.table, dialect: reach.dialect, holding: &holding };
        let demand = match self.demand() {
            Ok(it) => it,
            Err(why) => return Ok(Err(why)),
        };
        let printed = queried.pushed(&demand).and_then(|it| Ok((it, self.wholes(&queried)?)));
        let (pushed, wholes) = match printed {
            Ok(it) => it,
            Err(why) => return Ok(Err(why)),
        };
        for (_, query) in &wholes {
            match self.engine.ask(query, 0)? {
                None => return Ok(Err(REFUSED)),
                Some(rows) if !rows.is_empty() => return Ok(Err(OPEN)),
                Some(_) => {}
            }
        }
        let asked = match self.ask(&demand, &pushed)? {
            Ok(it) => it,
            Err(why) => return Ok(Err(why)),
        };
        let settled = wholes.into_iter().map(|it| it.0).collect();
        Ok(self.gathered(&demand, &pushed, asked, settled))
    }

    /// Asks for the counts and the suspects.
    fn ask(&self, demand: &Demand, pushed: &Pushed) -> Result<Result<(Vec<u64>, Answer), Why>> {
        let reach = self.engine.reach();
        let mut repeated = Vec::new();
        for (at, query) in pushed.repeated.iter().enumerate() {
            // What the engine itself keeps apart need not be counted.
            if reach.kept.iter().any(|kept| kept.iter().all(|it| demand.keys[at].contains(it))) {
                continue;
            }
            match self.counts(query)?.as_deref() {
                None => return Ok(Err(REFUSED)),
                Some([0, ..]) => {}
                Some(_) => repeated.push(at),
            }
        }
        let Some(counts) = self.counts(&pushed.counts)? else { return Ok(Err(REFUSED)) };
        if counts[1] > 0 {
            return Ok(Err(ODD_KEYS));
        }
        let order = match &reach.order {
            Some(it) => format!(" ORDER BY {it}"),
            None => String::new(),
        };
        let quoted = |it: &str| reach.dialect.quoted(it);
        let query = pushed.suspects(&reach.selected, quoted, &repeated, &order, SUSPECTS_FEW + 1);
        let Some(mut rows) = self.engine.ask(&query, reach.columns.len())? else { return Ok(Err(REFUSED)) };
        if rows.len() > SUSPECTS_FEW {
            return Ok(Err(TOO_MANY));
        }
        if reach.dialect == Dialect::Spark {
            // Without a transaction rows may come and go between two queries.
            if self.counts(&pushed.counts)?.is_none_or(|it| it != counts) {
                return Ok(Err(CHANGED));
            }
            // Workers answer in any order.
            rows.sort_by(|one, other| one.0.split(',').map(place).cmp(other.0.split(',').map(place)));
        }
        Ok(Ok((counts, rows)))
    }

    /// The counts of a query of one row.
    fn counts(&self, query: &str) -> Result<Option<Vec<u64>>> {
        let Some(rows) = self.engine.ask(query, 0)? else { return Ok(None) };
        let [(_, cells)] = &rows[..] else { return Ok(None) };
        Ok(cells.iter().map(|it| it.parse().ok()).collect())
    }

    /// The rules over all rows, each with the query that returns nothing where it holds.
    fn wholes(&self, queried: &Queried<'_>) -> Result<Vec<(String, String)>, Why> {
        let (plan, mut found) = (self.plan, Vec::new());
        for (rule, holds) in &plan.wholes {
            let read: BTreeSet<usize> = holds.read().0.into_iter().copied().collect();
            let totals: Option<Vec<Total<String>>> =
                read.iter().map(|it| plan.sieve.totals[*it].over(&|it| Some(self.name(*it)))).collect();
            let holds = holds.over(&|it| read.iter().position(|other| other == it));
            let (totals, holds) = totals.zip(holds).ok_or(MORE_ROWS)?;
            found.push((rule.clone(), queried.whole(&totals, &holds)?));
        }
        Ok(found)
    }

    /// All that is asked of single rows.
    fn demand(&self) -> Result<Demand, Why> {
        let sieve = &self.plan.sieve;
        let condition = |it: &Condition<usize>| it.over(&|it| Some(self.name(*it))).ok_or(MORE_ROWS);
        let test = |it: &Test<usize>| it.over(|it| Some(self.name(*it))).ok_or(MORE_ROWS);
        let cells = (0..sieve.columns.len()).map(|at| {
            let form = self.holding(at)?.0;
            Ok(Cell { name: self.name(at), form, may_be_blank: sieve.blank[at] })
        });
        let gated = sieve.gated.iter().map(|it| {
            let tests = it.tests.iter().map(test).collect::<Result<_, Why>>()?;
            Ok((condition(&it.when)?, tests))
        });
        let followed = sieve.counted.iter().map(|it| {
            let when = it.when.as_ref().map(condition).transpose()?;
            let (filled, some) = (self.names(&it.filled), self.names(&it.some));
            Ok(Followed { filled, some, when, holds: condition(&it.holds)? })
        });
        Ok(Demand {
            cells: cells.collect::<Result<_, Why>>()?,
            tests: sieve.tests.iter().map(test).collect::<Result<_, Why>>()?,
            gated: gated.collect::<Result<_, Why>>()?,
            followed: followed.collect::<Result<_, Why>>()?,
            keys: self.plan.keys.iter().map(|it| self.names(it)).collect(),
        })
    }

    /// What the cells of a column must be, and how it is read where it is.
    fn holding(&self, at: usize) -> Result<(Form, Holding), Why> {
        let stored = self.engine.reach().columns[at].1;
        let is_read = self.reads(at);
        Ok(match (self.plan.sieve.columns[at], stored) {
            (wanted, Stored::Decimal(digits, scale)) if wanted.is_number() => {
                let fits = match wanted {
                    Wanted::Fixed(it) => it == scale,
                    Wanted::Count | Wanted::Integer => scale == 0,
                    _ => true,
                };
                if !fits || scale > TYPED_DECIMALS_MAX {
                    return Err(KIND);
                }
                let form = match wanted {
                    Wanted::Count => Form::Count,
                    _ if is_read || self.engine.reach().dialect == Dialect::PostgreSql => Form::Read,
                    _ => Form::Any,
                };
                (form, Holding::Decimal(digits, scale))
            }
            (Wanted::Number, Stored::Text) => (Form::Read, Holding::Number(DECIMALS)),
            (Wanted::Integer, Stored::Text) => (Form::Read, Holding::Number(0)),
            (Wanted::Count, Stored::Text) => (Form::Count, Holding::Number(0)),
            (Wanted::Number, Stored::Float) if !is_read => (Form::Float, Holding::Text),
            (Wanted::Day, Stored::Date) => (Form::Read, Holding::Date),
            (Wanted::Day, Stored::Text) => (Form::Read, Holding::Day),
            (Wanted::Text | Wanted::Filled, Stored::Text) if self.is_listed(at) => (Form::Read, Holding::Listed),
            (Wanted::Text | Wanted::Filled, Stored::Text | Stored::Decimal(_, 0)) if is_read => {
                (Form::Read, Holding::Text)
            }
            (Wanted::Text | Wanted::Filled, Stored::Text) => (Form::Text, Holding::Text),
            (Wanted::Text | Wanted::Filled, Stored::Decimal(..) | Stored::Plain) if !is_read => {
                (Form::Any, Holding::Text)
            }
            _ => return Err(KIND),
        })
    }

    /// Whether a column must be one of some plain texts in each row that surely holds, and
    /// is read for nothing else than single rows.
    fn is_listed(&self, column: usize) -> bool {
        let sieve = &self.plan.sieve;
        let is_own = |it: &Test<usize>| matches!(it, Test::Listed(at, _) if *at == column);
        let in_key = self.plan.keys.iter().flatten().any(|it| *it == column);
        let in_total = |it: &Total<usize>| it.read().1.contains(&&column);
        sieve.tests.iter().any(is_own) && !in_key && !sieve.totals.iter().any(in_total)
    }

    /// Whether anything that is asked for reads a column.
    fn reads(&self, column: usize) -> bool {
        let sieve = &self.plan.sieve;
        let has = |(numbers, texts): (Vec<&usize>, Vec<&usize>)| numbers.contains(&&column) || texts.contains(&&column);
        let gated = |it: &crate::plan::Gated| has(it.when.read()) || it.tests.iter().any(|it| has(it.columns()));
        let followed = |it: &sieve::Counted| {
            let when = it.when.as_ref().is_some_and(|it| has(it.read()));
            when || has(it.holds.read()) || it.columns().any(|it| it == column)
        };
        sieve.tests.iter().any(|it| has(it.columns()))
            || sieve.gated.iter().any(gated)
            || sieve.totals.iter().any(|it| has(it.read()))
            || sieve.counted.iter().any(followed)
            || self.plan.keys.iter().flatten().any(|it| *it == column)
    }

    /// What was asked as what a sieve makes of a file.
    fn gathered(
        &self,
        demand: &Demand,
        pushed: &Pushed,
        (counts, rows): (Vec<u64>, Answer),
        settled: BTreeSet<String>,
    ) -> Result<(Sifted, u64), Why> {
        let count = |it: u64| usize::try_from(it).unwrap_or(usize::MAX);
        let all = counts[0];
        let mut known: Vec<u64> = counts[2..].to_vec();
        let mut sifted = Sifted { settled: Some(settled), records: all + 1, ..Sifted::default() };
        let clean = all.checked_sub(rows.len() as u64).ok_or(CHANGED)?;
        for ((line, told), number) in rows.into_iter().zip(2..) {
            let [sure, told @ ..] = &told[..] else { return Err(REFUSED) };
            // One that is here for its key was counted with those that surely hold.
            for (known, told) in known.iter_mut().zip(told).filter(|_| sure == "1") {
                *known = known.checked_sub(u64::from(told == "1")).ok_or(CHANGED)?;
            }
            let line = line.trim_end_matches('\n');
            let cells = self.plan.sieve.form.cells_of(line).ok_or(REFUSED)?;
            if cells.iter().enumerate().any(|it| self.is_long(it.0, it.1)) {
                return Err(LONG);
            }
            if cells.len() > 1 && cells.iter().filter(|it| !it.trim().is_empty()).count() == 1 {
                return Err(NOTES);
            }
            let suspect = Suspect { line: number, bytes: line.as_bytes().into(), is_counted: false };
            sifted.handed.push((suspect, number, number));
        }
        let sieve = &self.plan.sieve;
        sifted.clean.rows = count(clean);
        sifted.left_out = vec![0; sieve.gated.len()];
        sifted.tallies = vec![Tally::default(); sieve.counted.len()];
        let mut filled = vec![clean; demand.cells.len()];
        for (of, known) in pushed.counted.iter().zip(known) {
            match *of {
                Counted::Filled(at) => filled[at] = known,
                Counted::LeftOut(at) => sifted.left_out[at] = count(known),
                Counted::Follows(at) => sifted.tallies[at] = Tally { held: known, open: 0 },
            }
        }
        sifted.clean.cells = count(filled.iter().sum());
        let figures = filled.iter().zip(&sieve.columns).filter(|it| it.1.is_number());
        sifted.clean.figures = count(figures.map(|it| it.0).sum());
        sifted.decimals = (0..sieve.columns.len()).map(|at| self.decimals(at)).collect();
        Ok((sifted, all))
    }

    /// Which numbers of decimals a column may print, a bit each: where its type does not
    /// tell, those that leave most in doubt.
    fn decimals(&self, at: usize) -> u32 {
        const DOUBTFUL: u32 = 1 | 1 << 3;
        match (self.engine.reach().columns[at].1, self.plan.sieve.columns[at]) {
            (Stored::Decimal(_, scale), _) => 1 << scale,
            (Stored::Float, _) => 1 << FLOAT_DECIMALS,
            (_, Wanted::Number) => DOUBTFUL,
            _ => 1,
        }
    }

    /// Whether a figure may not fit beside the decimals of others, which are not all known.
    fn is_long(&self, at: usize, cell: &str) -> bool {
        const LENGTH: usize = 20;
        let is_of_text = self.engine.reach().columns[at].1 == Stored::Text;
        is_of_text && self.plan.sieve.columns[at].is_number() && cell.len() > LENGTH
    }
}
/// Where a cell comes in an order: whole numbers by their value, and before all else.
fn place(cell: &str) -> (bool, i128, &str) {
    match cell.parse() {
        Ok(number) => (false, number, cell),
        Err(_) => (true, 0, cell),
    }
}
