#![no_main]
//! Checks arbitrary bytes as a page file, with the shipped rules: no panic.

use std::sync::{Arc, LazyLock};

use crossfoot::check::{self, Options};
use crossfoot::report::{Format as Report, Look};
use crossfoot::rules::Dataset;
use crossfoot::source::{self, Format};
use libfuzzer_sys::fuzz_target;

static RULES: LazyLock<[Dataset; 1]> = LazyLock::new(|| {
    let read = |_: &str| Ok(Vec::new());
    [crossfoot::rules::load("rules.toml", include_str!("../../rules/city-crime.toml"), &read).unwrap()]
});

fuzz_target!(|bytes: &[u8]| {
    // Half of the inputs are claimed by their shape, half by the user.
    let claimed = (bytes.len() % 2 == 0).then(|| "city-crime".to_owned());
    let options = Options { dataset: claimed, ..Options::default() };
    let Ok(document) = source::decode("fuzz", bytes.to_vec()) else { return };
    let format = Format::Page;
    let Ok(loaded) = check::load(Arc::new(document), format, &*RULES, &options) else { return };
    let Ok(outcome) = check::check(vec![loaded], &*RULES, &[], &options) else { return };
    for (_, format) in Report::WORDS {
        format.write(&outcome, Look::default(), &mut Vec::new()).unwrap();
    }
});
