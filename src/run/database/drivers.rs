//! Which library speaks to an engine.
//!
//! A driver is native code, so nothing that is read names one: it comes from
//! `--driver`, from the environment, or from where ADBC looks for drivers (manifests in
//! the user's configuration, `ADBC_DRIVER_PATH`, the system's libraries).

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use adbc_core::options::AdbcVersion;
use adbc_core::{LOAD_FLAG_SEARCH_ENV, LOAD_FLAG_SEARCH_SYSTEM, LOAD_FLAG_SEARCH_USER};
use adbc_driver_manager::ManagedDriver;

use super::address::Engine;
use crate::error::{Error, ErrorKind, Result};

static GIVEN: OnceLock<Vec<String>> = OnceLock::new();

/// Takes the drivers that the command line names.
pub(crate) fn use_drivers(given: Vec<String>) {
    // A process runs one command line; a second one in tests changes nothing.
    drop(GIVEN.set(given));
}

/// Loads the driver of an engine.
pub(super) fn load(engine: Engine, shown: &str) -> Result<ManagedDriver> {
    let word = engine.word();
    let variable = format!("CROSSFOOT_DRIVER_{}", word.to_uppercase());
    let named = given(engine).or_else(|| std::env::var(&variable).ok().filter(|it| !it.is_empty()));
    if let Some(named) = named {
        return open(engine, &named).map_err(|why| {
            let message = format!("the driver {named} could not be loaded: {why}");
            Error::new(ErrorKind::Unreadable, message)
                .in_file(shown)
                .hint(format!("name the library of an ADBC driver with --driver {word}=PATH or {variable}"))
        });
    }
    let names = match engine {
        Engine::DuckDb => ["duckdb", "libduckdb"],
        Engine::FlightSql => ["flightsql", "adbc_driver_flightsql"],
        Engine::PostgreSql => ["postgresql", "adbc_driver_postgresql"],
        Engine::Sqlite => ["sqlite", "adbc_driver_sqlite"],
    };
    names.iter().find_map(|it| open(engine, it).ok()).ok_or_else(|| {
        Error::new(ErrorKind::NotFound, format!("no driver for {word} was found"))
            .in_file(shown)
            .hint(format!("install its ADBC driver, and name the library with --driver {word}=PATH or {variable}"))
    })
}

/// What `--driver` says of an engine; what is said last goes before.
fn given(engine: Engine) -> Option<String> {
    let of_engine = |it: &String| match it.split_once('=') {
        Some((word, path)) => (word == engine.word()).then(|| path.to_owned()),
        None => Some(it.clone()),
    };
    GIVEN.get()?.iter().rev().find_map(of_engine)
}

/// Loads a driver by its path or its name; or says why it cannot.
fn open(engine: Engine, named: &str) -> Result<ManagedDriver, String> {
    let is_path = named.contains(['/', '\\']) || Path::new(named).is_file();
    let path: PathBuf = if is_path { std::path::absolute(named).map_err(|it| it.to_string())? } else { named.into() };
    if is_path && !path.is_file() {
        return Err("no such file".to_owned());
    }
    // DuckDB is its own driver, and has the entry point under a name of its own.
    let entry: Option<&[u8]> = (engine == Engine::DuckDb).then_some(b"duckdb_adbc_init");
    let flags = LOAD_FLAG_SEARCH_ENV | LOAD_FLAG_SEARCH_USER | LOAD_FLAG_SEARCH_SYSTEM;
    let driver = ManagedDriver::load_from_name(&path, entry, AdbcVersion::V110, flags, None);
    driver.map_err(|it| super::fault::sentence(&it.message))
}
