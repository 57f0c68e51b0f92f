//! All that a table is asked for, in few queries: how many rows surely hold, and which do
//! not.

use super::super::{Condition, Test};
use super::term::Columns;
use super::{Dialect, Queried, Why, joined};

/// Whether a row surely holds, as a column of queries: 1 or 0.
const SURE: &str = "crossfoot sure";

/// What a cell must be, so that nothing has to be told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// It is read, as its column's holding says.
    Read,
    /// It is read, and no number below zero.
    Count,
    /// Any value of its type will do.
    Any,
    /// A text that begins with a printed sign of ASCII.
    Text,
    /// A binary fraction that prints as a plain number.
    Float,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Its name.
    pub name: String,
    /// What its cells must be.
    pub form: Form,
    /// Whether one may hold nothing.
    pub may_be_blank: bool,
}

/// A relation that rows may follow: see [`crate::source`]'s sieve.
#[derive(Clone, Debug)]
pub struct Followed {
    /// Columns that must hold something, or there is nothing to tell.
    pub filled: Vec<String>,
    /// Columns of which one must, where there are any.
    pub some: Vec<String>,
    /// What must not be false, or there is nothing to tell.
    pub when: Option<Condition<String>>,
    /// What makes it hold.
    pub holds: Condition<String>,
}

/// What is asked of all rows.
#[derive(Clone, Debug, Default)]
pub struct Demand {
    /// The columns, in their order.
    pub cells: Vec<Cell>,
    /// What must hold of each row.
    pub tests: Vec<Test<String>>,
    /// What must hold of those that a condition lets in.
    pub gated: Vec<(Condition<String>, Vec<Test<String>>)>,
    /// What is counted.
    pub followed: Vec<Followed>,
    /// The columns of each key that no two rows share.
    pub keys: Vec<Vec<String>>,
}

/// What is counted of rows that surely hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// How many cells of a column hold something.
    Filled(usize),
    /// How many rows a condition leaves out.
    LeftOut(usize),
    /// In how many rows a relation holds.
    Follows(usize),
}

/// The queries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// What [`Pushed::counts`] counts behind the rows and the odd keys, and what
    /// [`Pushed::suspects`] tells of each row behind whether it surely holds.
    pub counted: Vec<Counted>,
    /// One row: how many rows there are, in how many a cell of a key is not told, and
    /// each count over the rows that surely hold.
    pub counts: String,
    /// For each key one row: how many values of it several rows share.
    pub repeated: Vec<String>,
    inner: String,
    /// Each key as it is grouped by.
    keys: Vec<String>,
    told: String,
}

impl Queried<'_> {
    /// The queries of a demand.
    ///
    /// # Errors
    ///
    /// Why one of them is not printed.
    pub fn pushed(&self, demand: &Demand) -> Result<Pushed, Why> {
        if self.dialect == Dialect::DuckDb {
            // Whole numbers of 64 bits are some times as fast.
            let narrow = Self { dialect: Dialect::DuckDbNarrow, ..*self };
            if let Ok(it) = narrow.with_room(demand, &super::DIGITS[..2]) {
                return Ok(it);
            }
        }
        self.with_room(demand, &super::DIGITS)
    }

    /// The queries, with as many digits of each column as there is room for.
    fn with_room(&self, demand: &Demand, all: &[u32]) -> Result<Pushed, Why> {
        let is_read = |it: &&Cell| matches!(it.form, Form::Read | Form::Count);
        let read = demand.cells.iter().filter(is_read).map(|it| &it.name).collect();
        let mut last = Err(super::TOO_WIDE);
        for digits in all {
            last = Columns::of(self, &read, *digits).and_then(|it| self.printed(demand, &it));
            if last.as_ref().err() != Some(&super::TOO_WIDE) {
                break;
            }
        }
        last
    }

    fn printed(&self, demand: &Demand, columns: &Columns<'_>) -> Result<Pushed, Why> {
        let quoted = |it: &str| self.dialect.quoted(it);
        let (mut holds, mut counted, mut flags) = (Vec::new(), Vec::new(), Vec::new());
        for (at, it) in demand.cells.iter().enumerate() {
            holds.push(self.cell(it, columns));
            if it.may_be_blank {
                counted.push(Counted::Filled(at));
                flags.push(self.filled(it, columns));
            }
        }
        holds.push(self.is_row(demand, columns));
        for it in &demand.tests {
            holds.push(format!("({})", columns.test(it)?));
        }
        for (at, (when, tests)) in demand.gated.iter().enumerate() {
            let when = columns.condition(when)?;
            let tests: Vec<String> = tests.iter().map(|it| columns.test(it)).collect::<Result<_, _>>()?;
            holds.push(format!("({when}) IS NOT NULL AND (NOT ({when}) OR ({}))", joined(&tests)));
            counted.push(Counted::LeftOut(at));
            flags.push(format!("NOT ({when})"));
        }
        for (at, it) in demand.followed.iter().enumerate() {
            let (open, held) = follows(it, columns)?;
            holds.push(format!("NOT ({open})"));
            counted.push(Counted::Follows(at));
            flags.push(held);
        }
        let (sure, table) = (quoted(SURE), columns.inner());
        let inner = format!("SELECT q.*, CASE WHEN {} THEN 1 ELSE 0 END AS {sure} FROM ({table}) q", joined(&holds));
        let odd: Vec<String> = demand.keys.iter().flatten().filter_map(|it| columns.odd(it)).collect();
        let odd =
            if odd.is_empty() { "0".to_owned() } else { format!("COUNT(CASE WHEN {} THEN 1 END)", odd.join(" OR ")) };
        let each = |it: &String| format!(", COUNT(CASE WHEN {sure} = 1 AND ({it}) THEN 1 END)");
        let counts: String = flags.iter().map(each).collect();
        let from = if flags.is_empty() { &table } else { &inner };
        let keys: Vec<String> = demand.keys.iter().map(|it| columns.grouped_by(it)).collect();
        let repeated = |it: &String| {
            format!("SELECT COUNT(*) FROM (SELECT {it} FROM ({table}) q GROUP BY {it} HAVING COUNT(*) > 1) q")
        };
        let told: Vec<String> = flags.iter().map(|it| format!(", CASE WHEN {it} THEN 1 ELSE 0 END")).collect();
        Ok(Pushed {
            counted,
            counts: format!("SELECT COUNT(*), {odd}{counts} FROM ({from}) q"),
            repeated: keys.iter().map(repeated).collect(),
            keys,
            told: told.concat(),
            inner,
        })
    }

    /// That a cell is as it must be.
    fn cell(&self, it: &Cell, columns: &Columns<'_>) -> String {
        let raw = self.dialect.quoted(&it.name);
        let holds = match it.form {
            Form::Any if it.may_be_blank => return String::new(),
            Form::Any => format!("{raw} IS NOT NULL"),
            Form::Text => self.dialect.begins_plainly(&raw),
            Form::Float => format!("({raw} = 0 OR abs({raw}) BETWEEN 0.001 AND 1000000000000)"),
            Form::Read => format!("{} IS NOT NULL", columns.name(&it.name)),
            Form::Count => format!("{} >= 0", columns.name(&it.name)),
        };
        if !it.may_be_blank {
            return holds;
        }
        format!("({holds} OR {})", self.blank(it, columns))
    }

    fn blank(&self, it: &Cell, columns: &Columns<'_>) -> String {
        let raw = self.dialect.quoted(&it.name);
        match it.form {
            Form::Any | Form::Float => format!("{raw} IS NULL"),
            Form::Text => self.dialect.is_blank(&raw),
            Form::Read | Form::Count => columns.blank(&it.name),
        }
    }

    /// That a cell of a row that surely holds is filled.
    fn filled(&self, it: &Cell, columns: &Columns<'_>) -> String {
        match it.form {
            Form::Read | Form::Count => format!("{} IS NOT NULL", columns.name(&it.name)),
            Form::Any | Form::Text | Form::Float => format!("NOT ({})", self.blank(it, columns)),
        }
    }

    /// That a row has two filled cells, or one where that is all: a cell alone may be a note.
    fn is_row(&self, demand: &Demand, columns: &Columns<'_>) -> String {
        let least = demand.cells.len().min(2);
        let surely = demand.cells.iter().filter(|it| !it.may_be_blank).count();
        if surely >= least {
            return String::new();
        }
        let blank = demand.cells.iter().filter(|it| it.may_be_blank);
        let filled: Vec<String> =
            blank.map(|it| format!("CASE WHEN {} THEN 1 ELSE 0 END", self.filled(it, columns))).collect();
        format!("{} >= {}", filled.join(" + "), least - surely)
    }
}

/// That a relation may not hold in a row, and that it does.
fn follows(it: &Followed, columns: &Columns<'_>) -> Result<(String, String), Why> {
    let is_filled = |it: &String| format!("{} IS NOT NULL", columns.name(it));
    let mut told: Vec<String> = it.filled.iter().map(is_filled).collect();
    if !it.some.is_empty() {
        told.push(format!("({})", it.some.iter().map(is_filled).collect::<Vec<_>>().join(" OR ")));
    }
    let (told, holds) = (joined(&told), columns.condition(&it.holds)?);
    let is_told = match &it.when {
        Some(when) => format!("{told} AND CASE WHEN NOT ({}) THEN 0 ELSE 1 END = 1", columns.condition(when)?),
        None => told,
    };
    let held = format!("CASE WHEN {holds} THEN 1 ELSE 0 END");
    Ok((format!("{is_told} AND {held} = 0"), format!("{is_told} AND {held} = 1")))
}

impl Pushed {
    /// The rows that do not surely hold, so many at most: what is selected of each, whether
    /// it surely holds, and what is counted of it. With `repeated`, rows that share the value
    /// of such a key as well; `order` is how they are ordered, if they have to be.
    pub fn suspects(
        &self,
        selected: &str,
        quoted: impl Fn(&str) -> String,
        repeated: &[usize],
        order: &str,
        most: usize,
    ) -> String {
        let (sure, inner) = (quoted(SURE), &self.inner);
        let same = |it: &usize| {
            let key = &self.keys[*it];
            format!(" OR ({key}) IN (SELECT {key} FROM ({inner}) q GROUP BY {key} HAVING COUNT(*) > 1)")
        };
        let same: String = repeated.iter().map(same).collect();
        let told = &self.told;
        format!("SELECT {selected}, {sure}{told} FROM ({inner}) q WHERE {sure} = 0{same}{order} LIMIT {most}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Holding;
    use super::*;
    use crate::plan::Term;

    fn holding(it: &str) -> Holding {
        match it {
            "id" => Holding::Decimal(19, 0),
            "day" => Holding::Date,
            "s" => Holding::Text,
            _ => Holding::Decimal(12, 2),
        }
    }

    fn cell(name: &str, form: Form, may_be_blank: bool) -> Cell {
        Cell { name: name.to_owned(), form, may_be_blank }
    }

    fn pushed(demand: &Demand) -> Pushed {
        Queried { table: "t", dialect: Dialect::DuckDb, holding: &|it| Ok(holding(it)) }.pushed(demand).unwrap()
    }

    #[test]
    fn typed_columns_that_nothing_asks_of_are_counted_and_not_read() {
        let cells = vec![cell("id", Form::Any, false), cell("note", Form::Text, true)];
        let it = pushed(&Demand { cells, keys: vec![], ..Demand::default() });
        assert_eq!(it.counted, [Counted::Filled(1)]);
        assert!(!it.counts.contains("read "), "{}", it.counts);
        // One filled cell alone may be a note.
        assert!(it.counts.contains("THEN 1 ELSE 0 END >= 1"), "{}", it.counts);
    }

    #[test]
    fn what_fits_into_64_bits_is_computed_there() {
        let compared = |terms: Vec<Term<String>>| {
            let sum = Condition::Compare(
                Term::Product(Box::new([terms[0].clone(), terms[1].clone()])),
                [true, false, false],
                Term::Constant(5, 0),
            );
            let cells = vec![cell("a", Form::Read, false), cell("b", Form::Read, false)];
            pushed(&Demand { cells, tests: vec![Test::Formula(sum)], ..Demand::default() })
        };
        let column = |it: &str| Term::Column(it.to_owned());
        let it = compared(vec![column("a"), Term::Constant(7, 0)]);
        assert!(it.inner.contains("BIGINT") && !it.inner.contains("HUGEINT"), "{}", it.inner);
        let it = compared(vec![column("a"), column("b")]);
        assert!(it.inner.contains("HUGEINT") && !it.inner.contains("BIGINT"), "{}", it.inner);
    }

    #[test]
    fn rows_with_a_repeated_key_are_suspects_as_well() {
        let cells = vec![cell("id", Form::Read, false), cell("a", Form::Read, false)];
        let it = pushed(&Demand { cells, keys: vec![vec!["id".to_owned()]], ..Demand::default() });
        assert!(it.counts.starts_with("SELECT COUNT(*), 0 FROM"), "{}", it.counts);
        assert_eq!(it.repeated.len(), 1);
        let quoted = |it: &str| format!("\"{it}\"");
        assert!(!it.suspects("*", quoted, &[], "", 9).contains("HAVING"));
        let all = it.suspects("*", quoted, &[0], " ORDER BY 1", 9);
        assert!(all.contains("OR (\"id\") IN (SELECT \"id\" FROM") && all.ends_with("ORDER BY 1 LIMIT 9"), "{all}");
    }
}
