//! Where a table of a database is, as the user names it.
//!
//! `ENGINE:WHERE#TABLE`: `duckdb:sales.duckdb#orders`, `sqlite:shop.db#orders`,
//! `postgresql://host/database#schema.orders`, `flightsql://host:32010#orders`,
//! `spark://host:32010#orders`.
//! The name of a table has up to three parts with points between them; a part with a
//! point of its own stands in double quotes.

use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// Where a table of a database is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    pub(super) engine: Engine,
    /// The file, or the address of the server.
    pub(super) source: String,
    /// The parts of the table's name.
    pub(super) table: Vec<String>,
    shown: String,
}

/// What answers queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Engine {
    DuckDb,
    FlightSql,
    PostgreSql,
    Sqlite,
}

/// How addresses of each engine begin, and what of that goes to its driver.
const BEGINNINGS: [(&str, Engine, &str); 8] = [
    ("duckdb:", Engine::DuckDb, ""),
    ("sqlite:", Engine::Sqlite, ""),
    ("postgresql://", Engine::PostgreSql, "postgresql://"),
    ("postgres://", Engine::PostgreSql, "postgresql://"),
    ("flightsql://", Engine::FlightSql, "grpc://"),
    ("flightsql+tls://", Engine::FlightSql, "grpc+tls://"),
    // Sail is asked in the dialect of Spark, by Flight SQL.
    ("spark://", Engine::FlightSql, "grpc://"),
    ("spark+tls://", Engine::FlightSql, "grpc+tls://"),
];

impl Engine {
    /// The word for it.
    #[cfg(feature = "sql")]
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::DuckDb => "duckdb",
            Self::FlightSql => "flightsql",
            Self::PostgreSql => "postgresql",
            Self::Sqlite => "sqlite",
        }
    }

    /// Whether it reads a file.
    fn has_file(self) -> bool {
        matches!(self, Self::DuckDb | Self::Sqlite)
    }
}

impl Address {
    /// The address that an argument is; nothing where it is a path.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] where it names no table or holds a password, and
    /// [`ErrorKind::NotFound`] where the file of a database is not there.
    pub fn of(argument: &str) -> Result<Option<Self>> {
        let known = BEGINNINGS.iter().find(|it| argument.starts_with(it.0));
        let Some((beginning, engine, given)) = known else { return Ok(None) };
        let usage = |message: &str, shown: &str| Error::new(ErrorKind::Usage, message).in_file(shown);
        let (at, table) = argument.rsplit_once('#').unwrap_or((argument, ""));
        let place = &at[beginning.len()..];
        if !engine.has_file() && has_password(place) {
            // It is not repeated: a log would keep it.
            return Err(usage("other users could see a password in a database address", beginning).hint(
                "put it in the environment or in a file that the driver reads: PGPASSWORD or ~/.pgpass for PostgreSQL, \
                 CROSSFOOT_DB_PASSWORD for Flight SQL",
            ));
        }
        if place.is_empty() {
            return Err(usage("expected a database", argument).hint(HINT));
        }
        let Some(table) = parts(table) else {
            return Err(usage("expected #TABLE at the end of a database's address", argument).hint(HINT));
        };
        if engine.has_file() && !Path::new(place).is_file() {
            return Err(Error::new(ErrorKind::NotFound, format!("database file {place} not found")).in_file(argument));
        }
        let shown = argument.chars().map(|it| if it.is_control() { char::REPLACEMENT_CHARACTER } else { it }).collect();
        Ok(Some(Self { engine: *engine, source: format!("{given}{place}"), table, shown }))
    }

    /// It as the user named it.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// Why it is not read by a build without databases.
    #[cfg(not(feature = "sql"))]
    pub(crate) fn unread(&self) -> Error {
        Error::new(ErrorKind::Unreadable, "this build cannot read databases")
            .in_file(self.shown())
            .hint("build crossfoot with the feature sql, or save the table as CSV")
    }
}

const HINT: &str =
    "duckdb:FILE#TABLE, sqlite:FILE#TABLE, postgresql://HOST/DATABASE#TABLE, flightsql://HOST:PORT#TABLE";

/// Whether the address of a server holds a password: `user:word@host`, `?password=word`.
fn has_password(place: &str) -> bool {
    let (authority, rest) = place.split_at(place.find(['/', '?']).unwrap_or(place.len()));
    let user = authority.rsplit_once('@').map_or("", |it| it.0);
    let parameters = rest.split_once('?').map_or("", |it| it.1);
    let names_one = |it: &str| it.split('=').next().is_some_and(|it| it.to_lowercase().contains("password"));
    // A password may hold the very signs that part an address.
    let is_odd = place.contains('@') && user.is_empty() && place.split('@').next().is_some_and(|it| it.contains(':'));
    user.contains(':') || is_odd || parameters.split('&').any(names_one)
}

/// The parts of a table's name; nothing where it is none.
fn parts(name: &str) -> Option<Vec<String>> {
    let (mut parts, mut is_quoted) = (vec![String::new()], false);
    let mut signs = name.chars().peekable();
    while let Some(sign) = signs.next() {
        let last = parts.last_mut()?;
        match sign {
            '"' if is_quoted && signs.peek() == Some(&'"') => last.extend(signs.next()),
            '"' => is_quoted = !is_quoted,
            '.' if !is_quoted => parts.push(String::new()),
            other => last.push(other),
        }
    }
    let is_whole = !is_quoted && parts.len() <= 3 && !parts.iter().any(|it| it.is_empty() || it.contains('\0'));
    is_whole.then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_engine_place_and_table() {
        let it = Address::of("postgresql://me@host:5433/shop#sales.\"a.b\"").unwrap().unwrap();
        assert_eq!(it.engine, Engine::PostgreSql);
        assert_eq!((it.source.as_str(), it.table.join("|").as_str()), ("postgresql://me@host:5433/shop", "sales|a.b"));
        let it = Address::of("flightsql://127.0.0.1:32010#parquet.\"/data/x\"").unwrap().unwrap();
        assert_eq!((it.source.as_str(), it.table.join("|").as_str()), ("grpc://127.0.0.1:32010", "parquet|/data/x"));
        let it = Address::of("spark://127.0.0.1:32010#orders").unwrap().unwrap();
        assert_eq!((it.engine, it.source.as_str()), (Engine::FlightSql, "grpc://127.0.0.1:32010"));
        for it in ["a.csv", "C:/a.csv", "HEAD:a.csv", "-", "postgresql.csv"] {
            assert_eq!(Address::of(it).unwrap(), None, "{it}");
        }
    }

    #[test]
    fn what_names_no_table_is_refused() {
        for it in ["postgresql://host/db", "postgresql://host/db#", "postgresql://host/db#a..b", "postgresql://h/d#\"a"]
        {
            let error = Address::of(it).unwrap_err();
            assert!(error.to_string().contains("expected #TABLE"), "{it}: {error}");
        }
        let error = Address::of("duckdb:no-such.duckdb#t").unwrap_err();
        assert_eq!(error.to_string(), "duckdb:no-such.duckdb#t: database file no-such.duckdb not found");
    }

    #[test]
    fn a_password_is_refused_and_never_repeated() {
        for it in [
            "postgresql://me:geheim@host/db#t",
            "postgresql://me:ge/heim@host/db#t",
            "postgresql://me:ge?heim@host/db#t",
            "postgresql://me:ge#heim@host/db#t",
            "postgres://host/db?password=geheim#t",
            "postgresql://host/db?sslmode=require&SslPassword=geheim#t",
            "flightsql://me:geheim@host:1#t",
        ] {
            let error = Address::of(it).unwrap_err();
            assert!(!format!("{error} {}", error.hint_text().unwrap()).contains("heim"), "{error}");
        }
        for it in ["postgresql://me@host:5432/db#t", "postgresql:///db?host=/run/a:b#t", "postgresql://h/d#t"] {
            assert!(Address::of(it).unwrap().is_some(), "{it}");
        }
    }
}
