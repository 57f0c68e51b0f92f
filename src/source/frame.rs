//! A table that another program holds in memory, as Arrow record batches.
//!
//! It takes the feature `parquet` to be handed over; without it there is none, and nothing
//! else has to know.

use std::cmp::Ordering;
use std::sync::Arc;

use super::Parts;
#[cfg(feature = "parquet")]
use super::columns::{Batches as Held, ColumnFile};
use crate::error::Result;
use crate::table::Document;

/// What cannot be handed over.
#[cfg(not(feature = "parquet"))]
#[derive(Debug)]
enum Held {}

/// A table in memory, with the name that findings call it by.
#[derive(Clone, Debug)]
pub struct Frame {
    name: Arc<str>,
    held: Arc<Held>,
}

#[cfg(feature = "parquet")]
impl Frame {
    /// Takes record batches of one schema as they are: no value is copied, and none is
    /// turned into text but in rows that have to be looked at.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`](crate::ErrorKind::Unreadable) where there are no columns, or
    /// where one holds lists or other values that are no cells.
    pub fn new(name: &str, schema: &arrow_schema::SchemaRef, batches: &[arrow_array::RecordBatch]) -> Result<Self> {
        let held = Held::new(schema, batches).map_err(|it| it.in_file(name))?;
        Ok(Self { name: name.into(), held: Arc::new(held) })
    }

    /// It column by column.
    pub(crate) fn batches(&self) -> &Held {
        &self.held
    }

    fn bytes(&self) -> u64 {
        self.held.bytes()
    }

    /// The document of the CSV file that says the same.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`](crate::ErrorKind::Unreadable) where that has more than 4 GiB.
    pub(crate) fn document(&self) -> Result<Document> {
        ColumnFile::in_memory(&self.name, &self.held).document(usize::MAX)
    }
}

#[cfg(not(feature = "parquet"))]
impl Frame {
    fn bytes(&self) -> u64 {
        match *self.held {}
    }

    pub(crate) fn document(&self) -> Result<Document> {
        match *self.held {}
    }
}

impl Frame {
    /// The name that findings call it by.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Parts for Frame {
    fn size(&self) -> u64 {
        self.bytes()
    }

    fn read_at(&self, _offset: u64, _into: &mut [u8]) -> std::io::Result<usize> {
        Ok(0)
    }

    fn frame(&self) -> Option<&Frame> {
        Some(self)
    }
}

impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Frame {}

impl PartialOrd for Frame {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By name; two of one name are the same only if they are one.
impl Ord for Frame {
    fn cmp(&self, other: &Self) -> Ordering {
        let at = |it: &Self| Arc::as_ptr(&it.held).addr();
        self.name.cmp(&other.name).then_with(|| at(self).cmp(&at(other)))
    }
}
