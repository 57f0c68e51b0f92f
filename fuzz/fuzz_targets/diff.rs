#![no_main]
//! Compares two arbitrary tables: the patch of their difference gives the new one.

use std::sync::Arc;

use crossfoot::check::{self, Options};
use crossfoot::diff::{self, Side};
use crossfoot::source::{self, Format};
use crossfoot::table::Table;
use libfuzzer_sys::fuzz_target;

fn tables(text: &str) -> Option<Vec<Table>> {
    let document = source::decode("fuzz.csv", text.as_bytes().to_vec()).ok()?;
    let loaded = check::load(Arc::new(document), Format::Delimited, &[], &Options::default()).ok()?;
    Some(loaded.into_tables())
}

fuzz_target!(|text: &str| {
    let (old, new) = text.split_once('\u{c}').unwrap_or((text, ""));
    let (Some(old), Some(new)) = (tables(old), tables(new)) else { return };
    let side = || Side::default();
    let found = diff::diff((side(), &old), (side(), &new), &diff::Options::default()).unwrap();
    let made = diff::patch(&diff::plain(&old), &found).unwrap();
    assert_eq!(diff::csv(&made), diff::csv(&diff::plain(&new)));
    let merged = diff::merge(&old, &new, &old, &diff::Options::default()).unwrap();
    drop(merged);
});
