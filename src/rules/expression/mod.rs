//! SQL expressions over columns and cells: parsed, bound, evaluated.

use super::{Binding, Context};
use crate::error::Result;

/// A row condition, bound to one table: the `where` of a rule.
#[derive(Debug)]
pub struct Condition {}

impl Condition {
    /// Parses a SQL condition over the rows of a declared table.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Expression`](crate::ErrorKind): does not parse, names what is not there, or has a wrong type.
    pub fn parse(_text: &str, _binding: &Binding<'_>, _table: usize) -> Result<Self> {
        unimplemented!()
    }

    /// One truth value a row of the table (index into the edition's tables); `None` is unknown.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Expression`](crate::ErrorKind) where exact arithmetic leaves its range.
    pub fn truths(&self, _context: &Context<'_>, _table: usize) -> Result<Vec<Option<bool>>> {
        unimplemented!()
    }
}
