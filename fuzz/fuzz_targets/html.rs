#![no_main]
//! Checks arbitrary bytes as an HTML page: no panic, in any format of the report.

use std::sync::Arc;

use crossfoot::check::{self, Options};
use crossfoot::report::{Format as Report, Look};
use crossfoot::source::{self, Format};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = Options { seen: true, ..Options::default() };
    let Ok(document) = source::decode("fuzz.html", bytes.to_vec()) else { return };
    let Ok(loaded) = check::load(Arc::new(document), Format::Html, &[], &options) else { return };
    let Ok(outcome) = check::check(vec![loaded], &[], &[], &options) else { return };
    for (_, format) in Report::WORDS {
        format.write(&outcome, Look::default(), &mut Vec::new()).unwrap();
    }
});
