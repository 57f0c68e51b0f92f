#![no_main]
//! Checks arbitrary bytes as a draft, beside a table and as each form of draft:
//! no panic, in any format.

use std::sync::{Arc, LazyLock};

use crossfoot::check::{self, Draft, Loaded, Options};
use crossfoot::report::{ArticleFormat, Format as Report, Look};
use crossfoot::source::{self, Format};
use crossfoot::table::Document;
use libfuzzer_sys::fuzz_target;

static TABLE: LazyLock<[Loaded; 1]> = LazyLock::new(|| {
    let text = "crime,total,solved\nMurder,18,10\nRobbery,314,164\nTheft (total),849,325\nCar theft,44,12\n";
    let document = Arc::new(Document::new("crimes.csv", text.to_owned(), "UTF-8"));
    [check::load(document, Format::Delimited, &[], &Options::default()).unwrap()]
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = source::decode("fuzz", bytes.to_vec()) else { return };
    let document = Arc::new(document);
    let formats = if document.sheets.is_empty() { &[Format::Page, Format::Html][..] } else { &[Format::Workbook][..] };
    for &format in formats {
        let draft = Draft { document: Arc::clone(&document), format, written: Some(jiff::civil::date(2005, 3, 2)) };
        let Ok((article, outcome)) = check::article(&draft, &*TABLE, &[], &[], &Options::default()) else { continue };
        for claim in article.claims.iter() {
            assert!(!document.slice(claim.mention.span).is_empty());
        }
        for (_, format) in ArticleFormat::WORDS {
            format.write(&article, outcome.verdict(), Look::default(), &mut Vec::new()).unwrap();
        }
        Report::Html.write(&outcome, Look::default(), &mut Vec::new()).unwrap();
        Report::Text.write(&outcome, Look::default(), &mut Vec::new()).unwrap();
    }
});
