//! Bytes to editions: one file a format.
//!
//! A reader turns a [`Document`](crate::table::Document) into [`Grid`]s: text and places, no types.
//! Typing by a declared or inferred schema comes after.

mod grid;

pub use grid::{DecidedBy, Fault, FaultKind, Footnote, Grid, GridCell, GridRow, Page, Reading, Splitting};
