//! Engines that hold the rows of a table, and answer queries about them.

use crate::error::Result;
use crate::plan::sql::Dialect;

/// What the type of a column says of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// Whole numbers or decimals: so many digits at most, the last so many of which are
    /// decimals, all printed.
    Decimal(u8, u8),
    /// Days.
    Date,
    /// Texts, which may say anything.
    Text,
    /// Binary fractions.
    Float,
    /// Something else that prints in ASCII, and never as nothing.
    Plain,
    /// Nothing that is known here.
    Other,
}

/// What an engine answers: of each row the line that says it, and the cells behind that.
pub type Answer = Vec<(String, Vec<String>)>;

/// How rows are asked for.
#[derive(Clone, Debug)]
pub struct Reach {
    /// How queries are written.
    pub dialect: Dialect,
    /// The table as queries name it.
    pub table: String,
    /// Its columns, in their order.
    pub columns: Vec<(String, Stored)>,
    /// What is selected of a row, so that it reads as any other of the table.
    pub selected: String,
    /// How queries end that ask for rows in the order of the table; nothing where they come so.
    pub order: Option<String>,
    /// Keys that the engine itself keeps: no two rows share one that is filled.
    pub kept: Vec<Vec<String>>,
}

/// An engine that holds the rows of a table.
pub trait Engine: Sync {
    /// How its rows are asked for.
    fn reach(&self) -> &Reach;

    /// Asks a query; the first so many columns become the line of a row. Nothing where the
    /// engine refuses the query.
    ///
    /// # Errors
    ///
    /// Where it does not answer to the end.
    fn ask(&self, query: &str, printed: usize) -> Result<Option<Answer>>;

    /// Has all rows sent, to be read like those of a file, and takes note why.
    ///
    /// # Errors
    ///
    /// As [`Engine::ask`].
    fn send_all(&self, why: &'static str) -> Result<()>;

    /// Is told of how many rows how many were sent, where those are enough.
    fn sieved(&self, rows: u64, sent: u64);
}
