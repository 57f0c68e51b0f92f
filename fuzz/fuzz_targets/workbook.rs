#![no_main]

use libfuzzer_sys::fuzz_target;

// Any bytes are a workbook, text, or an error: never a panic that gets out.
fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = crossfoot::source::decode("t.xlsx", bytes.to_vec()) {
        let _ = crossfoot::source::Format::Workbook.read(&document, &crossfoot::source::Hints::default());
    }
});
