//! Large tables, whose engine is asked which rows may fail before any more of them are sent.

use std::fs::File;
use std::io::{BufWriter, Seek as _, Write as _};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use arrow_schema::DataType;

use super::address::{Address, Engine};
use super::connection::Connected;
use crate::error::{Error, Result};
use crate::plan::sql::Dialect;
use crate::source::{Answer, Reach, Stored, columns};

/// So many rows are sent first.
const FIRST_ROWS: u64 = 20_000;
/// Says how many are, whatever bytes they make, so that tests ask of small tables too.
const FIRST: &str = "CROSSFOOT_FIRST_ROWS";

/// A table of which the first rows stand in a file, and all of them once they are wanted.
#[derive(Debug)]
pub(crate) struct Asked {
    address: Address,
    reach: Reach,
    file: File,
    size: AtomicU64,
    is_all: AtomicBool,
    told: Mutex<String>,
    connected: Mutex<Option<Connected>>,
}

/// What came of asking for the first rows.
pub(crate) enum First {
    /// They are all there are: how many, and in how many bytes.
    All(u64, u64),
    /// There are more.
    Some(Box<Asked>),
}

impl Asked {
    /// Asks for the first rows of a table, as many as make so many bytes.
    ///
    /// # Errors
    ///
    /// As [`super::read`], and those of `unwritten` where the file takes no more.
    pub(crate) fn first(
        address: &Address,
        least: u64,
        file: &File,
        unwritten: &dyn Fn(std::io::Error) -> Error,
    ) -> Result<First> {
        let mut connected = Connected::open(address)?;
        connected.begin()?;
        let given = std::env::var(FIRST).ok().and_then(|it| it.parse::<u64>().ok()).filter(|it| *it > 0);
        let (mut most, least) = given.map_or((FIRST_ROWS, least), |it| (it, 1));
        loop {
            let (rows, size) = written(&mut connected, Some(most), file, unwritten)?;
            if rows < most {
                return Ok(First::All(rows, size));
            }
            if size >= least {
                let reach = connected.reach()?;
                return Ok(First::Some(Box::new(Self {
                    address: address.clone(),
                    reach,
                    file: file.try_clone().map_err(unwritten)?,
                    size: AtomicU64::new(size),
                    is_all: AtomicBool::new(false),
                    told: Mutex::default(),
                    connected: Mutex::new(Some(connected)),
                })));
            }
            // As many as it takes, and some more.
            most = most.saturating_mul(least.div_ceil(size.max(1)).clamp(2, 1 << 12));
        }
    }

    /// How many bytes are here.
    pub(crate) fn size(&self) -> u64 {
        self.size.load(Ordering::Relaxed)
    }

    /// Whether there are rows that are not here.
    pub(crate) fn is_open(&self) -> bool {
        !self.is_all.load(Ordering::Relaxed)
    }

    /// What was sent, in words.
    pub(crate) fn told(&self) -> String {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn tell(&self, text: String) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }

    fn connected(&self) -> MutexGuard<'_, Option<Connected>> {
        self.connected.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes rows into a file, from its start: how many, and in how many bytes.
fn written(
    connected: &mut Connected,
    most: Option<u64>,
    mut file: &File,
    unwritten: &dyn Fn(std::io::Error) -> Error,
) -> Result<(u64, u64)> {
    const PIECE_BYTES: usize = 256 << 10;
    file.rewind().and_then(|()| file.set_len(0)).map_err(unwritten)?;
    let (mut out, mut size) = (BufWriter::with_capacity(PIECE_BYTES, file), 0);
    let rows = connected.rows(most, &mut |text| {
        size += text.len() as u64;
        out.write_all(text.as_bytes()).map_err(unwritten)
    })?;
    out.flush().map_err(unwritten)?;
    Ok((rows, size))
}

impl crate::source::Engine for Asked {
    fn reach(&self) -> &Reach {
        &self.reach
    }

    fn ask(&self, query: &str, printed: usize) -> Result<Option<Answer>> {
        let mut guard = self.connected();
        let Some(connected) = guard.as_mut() else { return Ok(None) };
        let (mut answer, amend) = (Answer::new(), connected.amend);
        let asked = connected.ask(query, &mut |_, batch| {
            let Some(batch) = batch else { return Ok(()) };
            let told: Vec<Vec<String>> =
                (printed..batch.num_columns()).map(|it| columns::cells_of(&batch, it)).collect();
            let shown: Vec<usize> = (0..printed.min(batch.num_columns())).collect();
            let shown = batch.project(&shown).ok().filter(|_| printed > 0);
            for row in 0..batch.num_rows() {
                let line = shown.as_ref().map_or(String::new(), |it| columns::lines_of(&it.slice(row, 1), &amend));
                answer.push((line, told.iter().map(|it| it[row].clone()).collect()));
            }
            Ok(())
        });
        match asked {
            Ok(()) => Ok(Some(answer)),
            // One that still answers did not like the query.
            Err(_) if connected.answers() => {
                *guard = None;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn send_all(&self, why: &'static str) -> Result<()> {
        let name = self.address.shown();
        let unwritten = |it| crate::run::opened::no_room(name, it);
        let mut connected = match self.connected().take() {
            Some(it) => it,
            None => Connected::open(&self.address)?,
        };
        let (rows, size) = written(&mut connected, None, &self.file, &unwritten)?;
        self.size.store(size, Ordering::Relaxed);
        self.is_all.store(true, Ordering::Relaxed);
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        self.tell(format!("{name}: the database sent {rows} rows, which were checked here{why}"));
        Ok(())
    }

    fn sieved(&self, rows: u64, sent: u64) {
        let name = self.address.shown();
        self.tell(format!("{name}: of {rows} rows, the database sent the {sent} that may fail"));
    }
}

impl Connected {
    /// Begins a transaction: whatever is asked of the table, it is the same.
    fn begin(&mut self) -> Result<()> {
        let query = match self.address.engine {
            Engine::PostgreSql => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Engine::Sqlite => "BEGIN",
            // A file that is only read has no writer, and Flight SQL has no word for it.
            Engine::DuckDb | Engine::FlightSql => return Ok(()),
        };
        self.ask(query, &mut |_, _| Ok(()))
    }

    /// Whether it still answers.
    fn answers(&mut self) -> bool {
        if self.address.engine == Engine::PostgreSql {
            // What fails there ends the transaction.
            drop(self.ask("ROLLBACK", &mut |_, _| Ok(())));
        }
        self.ask("SELECT 1", &mut |_, _| Ok(())).is_ok()
    }

    /// How the rows of the table are asked for.
    fn reach(&mut self) -> Result<Reach> {
        let dialect = match self.address.engine {
            Engine::DuckDb => Dialect::DuckDb,
            Engine::FlightSql => Dialect::Spark,
            Engine::PostgreSql => Dialect::PostgreSql,
            Engine::Sqlite => Dialect::Sqlite,
        };
        let fields = self.schema.iter().flat_map(|it| it.fields().iter());
        let columns: Vec<(String, Stored)> =
            fields.map(|it| (it.name().clone(), stored(dialect, it.data_type()))).collect();
        let selected = match dialect {
            Dialect::Sqlite => self.selected.clone(),
            _ => columns.iter().map(|it| dialect.quoted(&it.0)).collect::<Vec<_>>().join(", "),
        };
        let table = self.address.table_name();
        let mut reach = Reach { dialect, table, columns, selected, order: None, kept: Vec::new() };
        if dialect == Dialect::PostgreSql {
            self.postgresql(&mut reach)?;
        }
        Ok(reach)
    }

    /// What PostgreSQL knows of a table: the digits of its numbers, whether its rows have
    /// places, and which keys it keeps.
    fn postgresql(&mut self, reach: &mut Reach) -> Result<()> {
        let of = format!("to_regclass('{}')", reach.table.replace('\'', "''"));
        let types = format!(
            "SELECT format_type(a.atttypid, a.atttypmod), c.relkind::text FROM pg_attribute a JOIN pg_class c \
             ON c.oid = a.attrelid WHERE a.attrelid = {of} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
        );
        let types = self.texts(&types)?;
        if types.len() == reach.columns.len() {
            reach.columns.iter_mut().zip(&types).for_each(|(column, it)| column.1 = of_postgresql(&it[0]));
        } else {
            reach.columns.iter_mut().for_each(|it| it.1 = Stored::Other);
        }
        if types.iter().all(|it| ["r", "m"].contains(&it[1].as_str())) {
            reach.table = format!("(SELECT ctid AS \"crossfoot place\", * FROM {})", reach.table);
            reach.order = Some("\"crossfoot place\"".to_owned());
        } else {
            // Several workers would give the rows of a view in any order.
            self.ask("SET max_parallel_workers_per_gather TO 0", &mut |_, _| Ok(()))?;
        }
        let kept = format!(
            "SELECT array_to_string(ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid \
             AND a.attnum = ANY(i.indkey)), chr(31)) FROM pg_index i WHERE i.indrelid = {of} AND i.indisunique \
             AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL"
        );
        for it in self.texts(&kept)? {
            let key: Vec<String> = it[0].split('\u{1f}').map(str::to_owned).collect();
            // Texts that differ may be the same key here.
            let is_exact = |name: &String| {
                let is_typed = |it: Stored| matches!(it, Stored::Decimal(..) | Stored::Date);
                reach.columns.iter().any(|it| it.0 == *name && is_typed(it.1))
            };
            reach.kept.extend(Some(key).filter(|it| it.iter().all(is_exact)));
        }
        Ok(())
    }

    /// The cells of an answer.
    fn texts(&mut self, query: &str) -> Result<Vec<Vec<String>>> {
        let mut found = Vec::new();
        self.ask(query, &mut |_, batch| {
            let Some(batch) = batch else { return Ok(()) };
            let cells: Vec<Vec<String>> = (0..batch.num_columns()).map(|it| columns::cells_of(&batch, it)).collect();
            found.extend((0..batch.num_rows()).map(|row| cells.iter().map(|it| it[row].clone()).collect()));
            Ok(())
        })?;
        Ok(found)
    }
}

/// What the type of an answer's column says of it.
fn stored(dialect: Dialect, kind: &DataType) -> Stored {
    match kind {
        // Each cell of SQLite has a type of its own.
        _ if dialect == Dialect::Sqlite => Stored::Text,
        DataType::Int8 | DataType::UInt8 => Stored::Decimal(3, 0),
        DataType::Int16 | DataType::UInt16 => Stored::Decimal(5, 0),
        DataType::Int32 | DataType::UInt32 => Stored::Decimal(10, 0),
        DataType::Int64 => Stored::Decimal(19, 0),
        DataType::Decimal128(digits, scale) => {
            u8::try_from(*scale).map_or(Stored::Other, |scale| Stored::Decimal(*digits, scale))
        }
        DataType::Date32 => Stored::Date,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Stored::Text,
        DataType::Dictionary(_, values) if **values == DataType::Utf8 => Stored::Text,
        DataType::Float32 | DataType::Float64 => Stored::Float,
        DataType::Boolean | DataType::Timestamp(..) => Stored::Plain,
        _ => Stored::Other,
    }
}

/// The same of a type as PostgreSQL names it.
fn of_postgresql(name: &str) -> Stored {
    let decimal = || {
        let (digits, scale) = name.strip_prefix("numeric(")?.strip_suffix(')')?.split_once(',')?;
        Some(Stored::Decimal(digits.parse().ok()?, scale.parse().ok()?))
    };
    match name {
        "smallint" => Stored::Decimal(5, 0),
        "integer" => Stored::Decimal(10, 0),
        "bigint" => Stored::Decimal(19, 0),
        "date" => Stored::Date,
        // Each number of it has digits of its own.
        "numeric" | "text" => Stored::Text,
        "real" | "double precision" => Stored::Float,
        "boolean" | "uuid" => Stored::Plain,
        it if it.starts_with("timestamp") => Stored::Plain,
        it if it.starts_with("character") => Stored::Text,
        it if it.starts_with("numeric(") => decimal().unwrap_or(Stored::Other),
        _ => Stored::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_say_how_their_values_print() {
        let told = ["numeric(12,2)", "numeric", "numeric(3,-2)", "character varying(9)", "money", "bigint"];
        let wanted =
            [Stored::Decimal(12, 2), Stored::Text, Stored::Other, Stored::Text, Stored::Other, Stored::Decimal(19, 0)];
        assert_eq!(told.map(of_postgresql), wanted);
        assert_eq!(stored(Dialect::Sqlite, &DataType::Int64), Stored::Text);
        assert_eq!(stored(Dialect::DuckDb, &DataType::Decimal128(9, -1)), Stored::Other);
        assert_eq!(stored(Dialect::DuckDb, &DataType::Int64), Stored::Decimal(19, 0));
    }
}
