//! Tests of the whole on small made-up tables.
