//! Percentages against the counts that they are made of.

use num_traits::{Signed, Zero};

use crate::error::Result;
use crate::finding::{Expected, Place, Role};
use crate::plan::{
    Cell, CellRef, Condition, Equation, Form, Interval, Missing, Relation, Rounding, Sieved, Term, Test,
};
use crate::rules::{Context, Detail, Kind, Mark, Need, Scope};
use crate::table::{CellState, Column, ColumnType, Decimal, Exact, Table, is_fillable, show_exact};

/// A percentage of each row is its count by its whole, as rounded as it is printed.
#[derive(Debug)]
pub(super) struct Fitting {
    pub(super) table: usize,
    pub(super) percent: String,
    pub(super) count: String,
    pub(super) whole: String,
    pub(super) missing: Missing,
    pub(super) rounding: Rounding,
}

/// The three figures of a row.
struct Shares<'a> {
    percent: &'a Column,
    count: &'a Column,
    whole: &'a Column,
}

impl Fitting {
    fn columns<'a>(&self, table: &'a Table) -> Option<Shares<'a>> {
        let column = |name: &str| table.column(name).map(|it| &table.columns[it]);
        Some(Shares { percent: column(&self.percent)?, count: column(&self.count)?, whole: column(&self.whole)? })
    }

    fn mark(&self, columns: &Shares<'_>, row: usize) -> Mark {
        let zero =
            |it: &Column| (self.missing == Missing::Zero && is_fillable(it.states[row])).then(|| Decimal::whole(0));
        let figure = |it: &Column| it.decimal(row).or_else(|| zero(it));
        let (percent, count, whole) = (figure(columns.percent), figure(columns.count), figure(columns.whole));
        let mark = match (percent, count, whole) {
            (_, _, Some(whole)) if whole.units == 0 => Mark::Undetermined,
            (Some(percent), Some(count), Some(whole)) => return self.judge(percent, count, whole),
            (Some(percent), None, Some(whole)) if columns.count.kind == ColumnType::Count => {
                // Whatever is missing is a whole number, and none may fit.
                if self.rounding == Rounding::Exact && !some_count_fits(percent, whole) {
                    Mark::Fails
                } else {
                    Mark::Undetermined
                }
            }
            _ => Mark::Undetermined,
        };
        let missing =
            |it: &&Column| matches!(it.states[row], CellState::Empty | CellState::Marker(_) | CellState::Absent);
        let lacking =
            [columns.percent, columns.count, columns.whole].iter().any(|it| missing(it) && figure(it).is_none());
        if mark == Mark::Undetermined && lacking && self.missing == Missing::Fail { Mark::Fails } else { mark }
    }

    fn judge(&self, percent: Decimal, count: Decimal, whole: Decimal) -> Mark {
        if self.rounding != Rounding::Truncated && fits_fast(percent, count, whole) {
            return Mark::Holds;
        }
        let hundred = Exact::from_integer(100.into());
        let exactly = hundred.clone() * count.exact() / whole.exact() - percent.exact();
        if self.allows(percent, &Interval::point(exactly)) {
            return Mark::Holds;
        }
        if self.rounding == Rounding::Exact {
            return Mark::Fails;
        }
        let figure = |it| Interval::of(it, self.rounding);
        let share = figure(count).times(&hundred).quotient(&figure(whole));
        let off = share.minus(&Interval::point(percent.exact()));
        if self.allows(percent, &off) { Mark::Rounded } else { Mark::Fails }
    }

    /// Whether what a share is off by can be what rounding the percentage hid.
    fn allows(&self, percent: Decimal, off: &Interval) -> bool {
        let half = percent.half_unit();
        let (low, high) = match self.rounding {
            Rounding::Truncated if percent.units < 0 => (-(half.clone() + half), Exact::zero()),
            Rounding::Truncated => (Exact::zero(), half.clone() + half),
            _ => (-half.clone(), half),
        };
        let shifted = |by: &Exact| off.minus(&Interval::point(by.clone()));
        let (above, below) = (shifted(&low), shifted(&high));
        match self.rounding {
            Rounding::Truncated if percent.units < 0 => above.allows(Relation::More) && below.allows(Relation::AtMost),
            Rounding::Truncated => above.allows(Relation::AtLeast) && below.allows(Relation::Less),
            _ => above.allows(Relation::AtLeast) && below.allows(Relation::AtMost),
        }
    }
}

/// |100·count/whole − p| ≤ half a unit of p, in whole numbers of 128 bits:
/// 2·|100·count·10^d − p·whole| ≤ |whole|. Says no where they do not fit.
fn fits_fast(percent: Decimal, count: Decimal, whole: Decimal) -> bool {
    let fits = || -> Option<bool> {
        if count.exponent != whole.exponent || percent.exponent > 0 {
            return None;
        }
        let power = 10_i128.checked_pow(u32::from(percent.exponent.unsigned_abs()))?;
        let left = count.units.checked_mul(100)?.checked_mul(power)?;
        let right = percent.units.checked_mul(whole.units)?;
        let twice = left.checked_sub(right)?.checked_abs()?.checked_mul(2)?;
        Some(twice <= whole.units.checked_abs()?)
    };
    fits() == Some(true)
}

/// Whether some whole number of the whole rounds to the percentage (the test
/// of Brown and Heathers 2017, there for means, called GRIM).
fn some_count_fits(percent: Decimal, whole: Decimal) -> bool {
    let hundred = Exact::from_integer(100.into());
    let end = |it: Exact| it * whole.exact() / &hundred;
    let (low, high) = (end(percent.exact() - percent.half_unit()), end(percent.exact() + percent.half_unit()));
    let low = low.max(Exact::zero());
    low.ceil() <= high.floor()
}

impl Kind for Fitting {
    fn scope(&self) -> Scope {
        Scope::Row(self.table)
    }

    fn needs(&self) -> Vec<Need> {
        let columns = [&self.percent, &self.count, &self.whole];
        let columns = columns.map(|it| Need::Column(self.table, it.clone()));
        std::iter::once(Need::Table(self.table)).chain(columns).collect()
    }

    /// 2·|100·count − p·whole| ≤ |whole|, in units of the percentage's last digit.
    fn sieve(&self) -> Option<Sieved> {
        let column = |it: &String| Term::Column(it.clone());
        let product = |one, other| Term::Product(Box::new([one, other]));
        let size = |it| Term::Size(Box::new(it));
        let parts = product(Term::Constant(100, 0), column(&self.count));
        let off = Term::Sum(vec![(false, parts), (true, product(column(&self.percent), column(&self.whole)))]);
        let allowed = product(Term::Step(self.percent.clone()), size(column(&self.whole)));
        let fits = Condition::Compare(product(Term::Constant(2, 0), size(off)), [true, true, false], allowed);
        let is_whole = Condition::Compare(column(&self.whole), [true, false, true], Term::Constant(0, 0));
        let rounds = self.rounding != Rounding::Truncated;
        rounds.then(|| Sieved::Each(vec![Test::Formula(Condition::All(vec![is_whole, fits]))]))
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let Some(table) = context.table(self.table).map(|it| &context.edition.tables[it]) else {
            return Ok(Vec::new());
        };
        let Some(columns) = self.columns(table) else { return Ok(vec![Mark::Undetermined; table.rows.len()]) };
        let mark = |row: usize| match context.filter.map_or(Some(true), |it| it[row]) {
            Some(true) => self.mark(&columns, row),
            Some(false) => Mark::Skipped,
            None => Mark::Undetermined,
        };
        Ok((0..table.rows.len()).map(mark).collect())
    }

    fn equations(&self, context: &Context<'_>, checks: &[usize]) -> Vec<(usize, Equation)> {
        let Some(table) = context.table(self.table) else { return Vec::new() };
        let column = |name: &str| context.edition.tables[table].column(name);
        let columns = (column(&self.percent), column(&self.count), column(&self.whole));
        let (Some(percent), Some(count), Some(whole)) = columns else { return Vec::new() };
        let equation = |&row: &usize| {
            let cell = |column: usize| CellRef { cell: Cell { table, row, column }, previous: false };
            let form = Form::Share { percent: cell(percent), count: cell(count), whole: cell(whole) };
            (row, Equation { form, rounding: self.rounding, missing: self.missing })
        };
        checks.iter().map(equation).collect()
    }

    fn explain(&self, context: &Context<'_>, check: usize) -> Detail {
        let name = &context.tables[self.table].name;
        let Some(table) = context.table(self.table).map(|it| &context.edition.tables[it]) else {
            return Detail::new(name, format!("there is no table {name}"));
        };
        let row = table.row_name(check);
        let mut detail = Detail::new(name, format!("{row}: {}", self.message(context, table, check)));
        (detail.row, detail.column) = (Some(row), Some(self.percent.clone()));
        let Some(columns) = self.columns(table) else { return detail };
        let label = match share(&columns, check) {
            Some(it) => format!("should be {}", shown(&it, &columns, check, 0)),
            None if self.mark(&columns, check) == Mark::Fails => "no whole number gives this share".to_owned(),
            None => "undetermined".to_owned(),
        };
        let places = [
            (&self.percent, Role::Primary, label.as_str()),
            (&self.count, Role::Operand, "the part"),
            (&self.whole, Role::Operand, "the whole"),
        ];
        detail.places = places
            .into_iter()
            .filter_map(|(name, role, label)| Some(Place::of_cell(table, check, table.column(name)?, role, label)))
            .collect();
        detail.observed = columns.percent.decimal(check).map(|it| show_exact(&it.exact()));
        if let (Some(share), Some(percent)) = (share(&columns, check), columns.percent.decimal(check)) {
            detail.expected = Some(Expected::Equal(shown(&share, &columns, check, 0)));
            let beyond = (share - percent.exact()).abs() - percent.half_unit();
            detail.gap = Some(show_exact(&beyond.max(Exact::zero())));
        }
        detail
    }
}

impl Fitting {
    fn message(&self, context: &Context<'_>, table: &Table, row: usize) -> String {
        if context.filter.is_some_and(|it| it[row].is_none()) {
            return "it is unknown whether the rule applies to this row".to_owned();
        }
        let Some(columns) = self.columns(table) else { return "a column of the share is missing".to_owned() };
        let text = |name: &str| table.column(name).map_or("", |it| table.text(row, it));
        let (percent, count, whole) = (text(&self.percent), text(&self.count), text(&self.whole));
        match share(&columns, row) {
            Some(share) if columns.percent.decimal(row).is_some() => format!(
                "{} {percent} is not {} ({count}) of {} ({whole}), which is {}",
                self.percent,
                self.count,
                self.whole,
                shown(&share, &columns, row, 1)
            ),
            _ if columns.whole.decimal(row).is_some_and(|it| it.units == 0) => {
                format!("{} is {whole}: division by zero", self.whole)
            }
            _ if self.mark(&columns, row) == Mark::Fails && self.missing != Missing::Fail => {
                format!("{} {percent} is not the share of any whole number in {} ({whole})", self.percent, self.whole)
            }
            _ => self.lacking(table, row),
        }
    }

    fn lacking(&self, table: &Table, row: usize) -> String {
        let reason = |name: &&String| {
            let column = table.column(name)?;
            let (state, text) = (table.columns[column].states[row], table.text(row, column));
            match state {
                it if it.has_value() => None,
                CellState::Marker(marker) => Some(format!("{name} is \"{text}\" ({})", marker.word())),
                CellState::Unreadable | CellState::Unclear => {
                    Some(format!("{name} is \"{text}\", which cannot be read"))
                }
                _ => Some(format!("{name} is empty")),
            }
        };
        let reasons: Vec<String> = [&self.percent, &self.count, &self.whole].iter().filter_map(reason).collect();
        if reasons.is_empty() { "it is unknown".to_owned() } else { reasons.join("; ") }
    }
}

/// The exact share of a row in percent, where both counts are there.
fn share(columns: &Shares<'_>, row: usize) -> Option<Exact> {
    let (count, whole) = (columns.count.decimal(row)?, columns.whole.decimal(row)?);
    (whole.units != 0).then(|| Exact::from_integer(100.into()) * count.exact() / whole.exact())
}

/// A share at so many decimals more than the percentage is printed with.
fn shown(share: &Exact, columns: &Shares<'_>, row: usize, more: i8) -> String {
    let printed = columns.percent.decimal(row).map_or(0, |it| it.exponent);
    let unit = Decimal { units: 1, exponent: printed.saturating_sub(more).clamp(-38, 38) }.exact();
    show_exact(&((share / &unit).round() * unit))
}
