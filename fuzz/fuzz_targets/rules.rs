#![no_main]
//! Loads arbitrary text as a rule file: no panic.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let read = |_: &str| Ok(b"code\nA\nB\n".to_vec());
    drop(crossfoot::rules::load("rules.toml", text, &read));
});
