//! The driver, the connection, and what an engine answers.

use std::fmt::Write as _;
use std::path::Path;

use adbc_core::options::{OptionDatabase, OptionValue};
use adbc_core::{Connection as _, Database as _, Driver as _, Statement as _};
use adbc_driver_manager::ManagedConnection;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{DataType, Schema};

use super::address::{Address, Engine};
use super::{drivers, fault, sqlite};
use crate::error::{Error, ErrorKind, Result};
use crate::source::columns;

/// The password for drivers that have no environment of their own.
pub(super) const PASSWORD: &str = "CROSSFOOT_DB_PASSWORD";
/// The user for them.
const USER: &str = "CROSSFOOT_DB_USER";

/// Types whose values come otherwise: the largest wrap, bits are bytes, a zone is lost.
const ODD_TYPES: [&str; 3] = ["UHUGEINT", "BIT", "TIME WITH TIME ZONE"];

/// A database that answers.
pub(crate) struct Connected {
    pub(super) address: Address,
    connection: ManagedConnection,
    /// What is selected of the table, and how each cell is printed.
    pub(super) selected: String,
    pub(super) amend: fn(&mut String),
    /// What the columns are, once they were asked for.
    pub(super) schema: Option<Schema>,
}

impl std::fmt::Debug for Connected {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What its driver was given may be secret.
        out.write_str(self.address.shown())
    }
}

/// Reads a table as lines of CSV, the heading first, a batch at a time; how many rows
/// there are.
///
/// # Errors
///
/// [`ErrorKind::NotFound`] where the table or the driver is not there, and
/// [`ErrorKind::Unreadable`] where the database does not answer to the end.
pub(crate) fn read(address: &Address, each: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64> {
    Connected::open(address)?.rows(None, each)
}

impl Connected {
    /// Connects, and finds out how the table is read.
    ///
    /// # Errors
    ///
    /// As [`read`].
    pub(crate) fn open(address: &Address) -> Result<Self> {
        let mut driver = drivers::load(address.engine, address.shown())?;
        let unopened = |it| fault::unopened(address, &it);
        let database = driver.new_database_with_opts(options(address)).map_err(unopened)?;
        let connection = database.new_connection().map_err(unopened)?;
        let (address, selected) = (address.clone(), "*".to_owned());
        let mut connected = Self { address, connection, selected, amend: |_| (), schema: None };
        let table = connected.address.table_name();
        match connected.address.engine {
            Engine::PostgreSql => {
                // Scans that begin where others are would give the rows in another order each time.
                for it in ["SET synchronize_seqscans TO off", "SET default_transaction_read_only TO on"] {
                    connected.ask(it, &mut |_, _| Ok(()))?;
                }
            }
            Engine::Sqlite => {
                (connected.selected, connected.amend) = (connected.sqlite_columns()?, sqlite::amend);
            }
            Engine::DuckDb => connected.refuse_odd_types(&table)?,
            Engine::FlightSql => {}
        }
        Ok(connected)
    }

    /// The rows of the table as lines of CSV, the heading first: so many at most, or all.
    ///
    /// # Errors
    ///
    /// As [`read`].
    pub(crate) fn rows(&mut self, most: Option<u64>, each: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64> {
        let most = most.map_or(String::new(), |it| format!(" LIMIT {it}"));
        let query = format!("SELECT {} FROM {}{most}", self.selected, self.address.table_name());
        let (mut is_first, mut rows, mut known) = (true, 0, None);
        let (shown, amend) = (self.address.shown().to_owned(), self.amend);
        self.ask(&query, &mut |schema, batch| {
            if std::mem::take(&mut is_first) {
                is_read(schema).map_err(|it| it.in_file(&shown))?;
                each(&columns::heading_of(schema).map_err(|it| it.in_file(&shown))?)?;
                known = Some(schema.clone());
            }
            let Some(batch) = batch else { return Ok(()) };
            rows += batch.num_rows() as u64;
            each(&columns::lines_of(&batch, &amend))
        })?;
        self.schema = known;
        Ok(rows)
    }

    /// Asks a query; `each` is shown the columns alone first, then each batch.
    pub(super) fn ask(
        &mut self,
        query: &str,
        each: &mut dyn FnMut(&Schema, Option<RecordBatch>) -> Result<()>,
    ) -> Result<()> {
        let unanswered = |it| fault::unanswered(&self.address, &it);
        let mut statement = self.connection.new_statement().map_err(unanswered)?;
        statement.set_sql_query(query).map_err(unanswered)?;
        let answer = statement.execute().map_err(unanswered)?;
        let schema = answer.schema();
        each(&schema, None)?;
        let mut rows = 0;
        for batch in answer {
            let batch = batch.map_err(|it| fault::broken(&self.address, rows, &it.to_string()))?;
            rows += batch.num_rows() as u64;
            each(&schema, Some(batch))?;
        }
        Ok(())
    }

    /// Refuses columns of DuckDB whose values its library hands over as others.
    fn refuse_odd_types(&mut self, table: &str) -> Result<()> {
        let shown = self.address.shown().to_owned();
        self.ask(&format!("DESCRIBE {table}"), &mut |_, batch| {
            let Some(batch) = batch else { return Ok(()) };
            let (names, types) = (columns::cells_of(&batch, 0), columns::cells_of(&batch, 1));
            match names.iter().zip(&types).find(|it| ODD_TYPES.contains(&it.1.as_str())) {
                Some((name, kind)) => {
                    Err(odd_type(name, &format!("the type {kind}, which the driver cannot read")).in_file(&shown))
                }
                None => Ok(()),
            }
        })
    }

    /// What is selected of a table of SQLite.
    fn sqlite_columns(&mut self) -> Result<String> {
        let mut names = Vec::new();
        self.ask(&sqlite::columns_of(&self.address.table), &mut |_, batch| {
            let text = batch.map_or(String::new(), |it| columns::cells_of(&it, 0).join("\0"));
            names.extend(text.split('\0').filter(|it| !it.is_empty()).map(str::to_owned));
            Ok(())
        })?;
        if names.is_empty() {
            let message = format!("there is no table {} in the database", self.address.table.join("."));
            return Err(Error::new(ErrorKind::NotFound, message).in_file(self.address.shown()));
        }
        let mut query = String::new();
        for (at, name) in names.iter().enumerate() {
            let quoted = quoted(name, '"');
            let comma = if at == 0 { "" } else { ", " };
            write!(query, "{comma}{} AS {quoted}", sqlite::selected(&quoted)).expect("a string takes all");
        }
        Ok(query)
    }
}

impl Address {
    /// The table's name as its engine reads it.
    pub(super) fn table_name(&self) -> String {
        let quote = if self.engine == Engine::FlightSql { '`' } else { '"' };
        self.table.iter().map(|it| quoted(it, quote)).collect::<Vec<_>>().join(".")
    }
}

fn quoted(name: &str, quote: char) -> String {
    format!("{quote}{}{quote}", name.replace(quote, &format!("{quote}{quote}")))
}

/// What a driver is told of a database: that it is only read, wherever a driver can be told.
fn options(address: &Address) -> Vec<(OptionDatabase, OptionValue)> {
    let other = |name: &str, value: &str| (OptionDatabase::Other(name.to_owned()), value.into());
    match address.engine {
        // A wrong file is refused, and no extension fetched that may read it.
        Engine::DuckDb => vec![
            other("path", &address.source),
            other("access_mode", "READ_ONLY"),
            other("autoinstall_known_extensions", "false"),
        ],
        Engine::Sqlite => vec![(OptionDatabase::Uri, sqlite_uri(&address.source).into())],
        Engine::PostgreSql => vec![(OptionDatabase::Uri, address.source.as_str().into())],
        Engine::FlightSql => {
            let mut options = vec![(OptionDatabase::Uri, OptionValue::from(address.source.as_str()))];
            let given = [(OptionDatabase::Username, USER), (OptionDatabase::Password, PASSWORD)];
            options.extend(given.into_iter().filter_map(|it| Some((it.0, std::env::var(it.1).ok()?.into()))));
            options
        }
    }
}

/// A file as a URI that SQLite only reads.
fn sqlite_uri(file: &str) -> String {
    let path = std::path::absolute(Path::new(file)).map_or(file.to_owned(), |it| it.to_string_lossy().into_owned());
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"/-_.~:".contains(&it);
    let escaped = path.bytes().map(|it| if plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") });
    format!("file:{}?mode=ro", escaped.collect::<String>())
}

/// Refuses columns that a driver hands over as bytes without a meaning, or as numbers
/// of another: PostgreSQL's `money` in the smallest unit, `oid` with a sign.
fn is_read(schema: &Schema) -> Result<()> {
    for field in schema.fields() {
        let told = |name: &str| field.metadata().get(name).map_or("", String::as_str);
        let is_bytes = matches!(field.data_type(), DataType::Binary | DataType::LargeBinary | DataType::BinaryView);
        let is_opaque = is_bytes && told("ARROW:extension:name") == "arrow.opaque";
        if is_opaque || ["money", "oid"].contains(&told("POSTGRESQL:type")) {
            return Err(odd_type(field.name(), "a type that the driver cannot read"));
        }
    }
    Ok(())
}

fn odd_type(column: &str, kind: &str) -> Error {
    Error::new(ErrorKind::Unreadable, format!("column \"{column}\" has {kind}"))
        .hint("use a view that leaves it out or casts it to text: CAST(column AS TEXT)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_as_their_engine_reads_them() {
        assert_eq!((quoted("a\"b", '"').as_str(), quoted("a`b", '`').as_str()), ("\"a\"\"b\"", "`a``b`"));
        assert!(sqlite_uri("/a b/c?d#e.db").ends_with("file:/a%20b/c%3Fd%23e.db?mode=ro"));
    }
}
