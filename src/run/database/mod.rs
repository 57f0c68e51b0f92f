//! Tables of databases and clusters: where they are, and how they are read.
//!
//! - `address`: where a table is, as the user names it
//! - `connection`: the driver, the connection, and what an engine answers
//! - `drivers`: which library speaks to an engine
//! - `asked`: how the rows of a table are asked for where it is large
//! - `fault`: what went wrong, in one sentence without secrets
//! - `sqlite`: tables whose cells have types of their own
//!
//! A table goes into a temporary file as the CSV that says the same, a batch at a time: so
//! every rule sees the same rows, however often they are gone over and whatever is written
//! to the table meanwhile. Of a large one, only the first rows do, until it is known that
//! queries cannot tell which rows may fail; all of it happens in one transaction.

mod address;
#[cfg(feature = "sql")]
mod asked;
#[cfg(feature = "sql")]
mod connection;
#[cfg(feature = "sql")]
mod drivers;
#[cfg(feature = "sql")]
mod fault;
#[cfg(feature = "sql")]
mod sqlite;

pub use address::Address;
#[cfg(feature = "sql")]
pub(crate) use asked::{Asked, First};
#[cfg(feature = "sql")]
pub(crate) use connection::read;
#[cfg(feature = "sql")]
pub(crate) use drivers::use_drivers;
