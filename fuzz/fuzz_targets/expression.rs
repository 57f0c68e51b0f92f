#![no_main]
//! Judges arbitrary text as an expression over a small table: no panic.

use std::sync::Arc;

use crossfoot::check::{self, Options};
use crossfoot::source::{self, Format};
use libfuzzer_sys::fuzz_target;

const TABLE: &str = "row,when,a,b,c\nx,2020-01-31,1,2.50,-3\ny,,\"4,477\",..,12\nz,2021-02-28,,0,99999999999999999999999999999999999999\n";

fuzz_target!(|text: &str| {
    let text = text.replace(['\\', '"', '\n', '\r'], " ");
    let rules = format!(
        "crossfoot = 1\ndataset = \"d\"\n[tables.t]\nkey = [\"row\"]\n\
         columns = {{ row = \"label\", when = \"date\", a = \"amount\", b = \"amount\", c = \"amount\" }}\n\
         [[rules]]\nname = \"r\"\nexpect = \"{text}\"\n"
    );
    let read = |_: &str| Ok(Vec::new());
    let Ok(dataset) = crossfoot::rules::load("rules.toml", &rules, &read) else { return };
    let document = source::decode("fuzz.csv", TABLE.into()).unwrap();
    let datasets = [dataset];
    let loaded = check::load(Arc::new(document), Format::Delimited, &datasets, &Options::default()).unwrap();
    drop(check::check(vec![loaded], &datasets, &[], &Options::default()));
});
