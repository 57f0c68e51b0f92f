//! Bytes to text: byte order marks, UTF-8, UTF-16, and older encodings.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::workbook;
use crate::error::{Error, ErrorKind, Result};
use crate::table::Document;

/// What is known of an input's encoding before it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoding {
    /// The declared encoding by any of its usual names (`latin1`, `windows-1251`); `None` to detect.
    pub encoding: Option<String>,
}

// Spans keep byte offsets in 32 bits.
const BYTES_MAX: usize = u32::MAX as usize;

// Enough text for the detector to settle on; more only costs time.
const GUESS_BYTES: usize = 1 << 20;

/// Decodes the bytes of one input, finding out their encoding.
///
/// Workbooks become text, a row a line, and so do Parquet and Arrow files,
/// where the feature `parquet` is on. Valid UTF-8 is taken over without a copy. A byte order mark decides and is
/// dropped; UTF-16 without one is known by its zero bytes; all else is guessed
/// among the older encodings.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] with the line and column of the first byte that
/// cannot be text, or if the input is above 4 GiB.
///
/// ```
/// let document = crossfoot::source::decode("week.csv", b"crime,total\nTheft,12\n".to_vec()).unwrap();
/// assert_eq!(document.encoding, "UTF-8");
/// ```
pub fn decode(name: &str, bytes: Vec<u8>) -> Result<Document> {
    decode_with(name, bytes, &Decoding::default())
}

/// The same with what is declared of the encoding of text.
///
/// # Errors
///
/// As [`decode`], and [`ErrorKind::Usage`] for an encoding that nobody knows.
pub fn decode_with(name: &str, bytes: Vec<u8>, decoding: &Decoding) -> Result<Document> {
    if workbook::is_workbook(&bytes) {
        return workbook::decode(name, bytes);
    }
    if bytes.starts_with(PDF) {
        return Err(pdf(name));
    }
    if let Some((_, what, hint)) = OTHERS.iter().find(|it| bytes.starts_with(it.0)) {
        return Err(Error::new(ErrorKind::Unreadable, format!("expected text or a workbook, found {what}"))
            .in_file(name)
            .hint(*hint));
    }
    #[cfg(feature = "parquet")]
    if super::columns::is_columns(&bytes) {
        return super::columns::decode(name, bytes);
    }
    decode_as(name, bytes, decoding)
}

/// What files start with that hold no text to read: what they are, and what to do.
const OTHERS: [(&[u8], &str, &str); 7] = [
    (b"\x89PNG", "a picture", OF_PICTURES),
    (b"\xFF\xD8\xFF", "a picture", OF_PICTURES),
    (b"GIF8", "a picture", OF_PICTURES),
    (b"II*\0", "a picture", OF_PICTURES),
    (b"MM\0*", "a picture", OF_PICTURES),
    (b"{\\rtf", "an RTF document", OF_DOCUMENTS),
    (b"%!PS", "a PostScript file", OF_DOCUMENTS),
];
const OF_PICTURES: &str = "run OCR on it or type the table, and save it as CSV";
const OF_DOCUMENTS: &str = "save it as DOCX, or the table as CSV";

/// What PDF files start with.
const PDF: &[u8] = b"%PDF-";

/// A PDF file, which is not read.
fn pdf(name: &str) -> Error {
    Error::new(ErrorKind::Unreadable, "PDF files cannot be read")
        .in_file(name)
        .hint("convert it to text (`pdftotext -layout`) and check that with --from page, or save the table as CSV")
}

/// Decodes the bytes of one input with what is declared of its encoding.
///
/// # Errors
///
/// As [`decode`], and [`ErrorKind::Usage`] for an encoding that nobody knows.
pub fn decode_as(name: &str, mut bytes: Vec<u8>, decoding: &Decoding) -> Result<Document> {
    check_size(name, bytes.len())?;
    let declared = decoding.encoding.as_deref().map(by_label).transpose().map_err(|it| it.in_file(name))?;
    let marked = Encoding::for_bom(&bytes);
    if let Some((_, length)) = marked {
        bytes.drain(..length);
    }
    let known = marked.map(|it| it.0).or(declared).or_else(|| utf_16_by_zeros(&bytes));
    let text = match known {
        Some(encoding) if encoding != UTF_8 => {
            let mut document = decode_older(name, &bytes, encoding)?;
            document.has_byte_order_mark = marked.is_some();
            return Ok(document);
        }
        _ => String::from_utf8(bytes),
    };
    match text {
        Ok(text) => {
            let mut document = finish(name, text, UTF_8.name())?;
            document.has_byte_order_mark = marked.is_some();
            Ok(document)
        }
        Err(fault) => {
            let valid = fault.utf8_error().valid_up_to();
            let bytes = fault.into_bytes();
            if known.is_some() || is_broken_utf_8(&bytes) {
                let before = String::from_utf8_lossy(&bytes[..valid]).into_owned();
                return Err(bad_byte(name, before, bytes.get(valid).copied(), UTF_8));
            }
            decode_older(name, &bytes, guess(&bytes))
        }
    }
}

/// Encodes a text as a document of this encoding was; nothing where it has no
/// such encoding, or a character has no place in it.
pub fn encode(text: &str, encoding: &str, byte_order_mark: bool) -> Option<Vec<u8>> {
    let encoding = Encoding::for_label(encoding.as_bytes())?;
    let units = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let (mark, bytes): (&[u8], Vec<u8>) = match () {
        () if encoding == UTF_8 => (b"\xEF\xBB\xBF", text.as_bytes().to_vec()),
        () if encoding == UTF_16LE => (b"\xFF\xFE", units(u16::to_le_bytes)),
        () if encoding == UTF_16BE => (b"\xFE\xFF", units(u16::to_be_bytes)),
        () => {
            let (bytes, _, unmappable) = encoding.encode(text);
            (b"", if unmappable { return None } else { bytes.into_owned() })
        }
    };
    Some(if byte_order_mark { [mark, &bytes].concat() } else { bytes })
}

fn check_size(name: &str, length: usize) -> Result<()> {
    if length <= BYTES_MAX {
        return Ok(());
    }
    let message = format!("expected at most 4 GiB of text, found {length} bytes");
    Err(Error::new(ErrorKind::Unreadable, message)
        .in_file(name)
        .hint("split the file, or convert it to Parquet, which is read in parts"))
}

fn by_label(label: &str) -> Result<&'static Encoding> {
    Encoding::for_label(label.trim().as_bytes()).ok_or_else(|| {
        Error::new(ErrorKind::Usage, format!("expected the name of an encoding, found \"{label}\""))
            .hint("usual names are utf-8, utf-16le, latin1, windows-1251, windows-1252, shift_jis")
    })
}

/// Knows UTF-16 without a mark by the zero half of its ASCII characters.
fn utf_16_by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096)];
    let mut zeros = [0_usize; 2];
    let mut plain = 0;
    for pair in sample.chunks_exact(2) {
        zeros[0] += usize::from(pair[0] == 0);
        zeros[1] += usize::from(pair[1] == 0);
        plain += usize::from(pair.iter().all(|it| matches!(it, b' '..=b'~' | b'\n' | b'\r' | b'\t')));
    }
    // Even text in Cyrillic or Greek has one digit, space or comma in ten;
    // a stray zero byte stands among pairs of plain characters.
    let some = plain.max(sample.len() / 20);
    match zeros {
        [0, second] if second > some => Some(UTF_16LE),
        [first, 0] if first > some => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether bytes are UTF-8 with a few faults rather than something else.
fn is_broken_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        // Every character beyond ASCII has just one byte that starts it.
        good += chunk.valid().bytes().filter(|it| *it >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // Older encodings of letters hardly ever make characters of UTF-8 by chance,
    // those of Chinese do in one of twelve.
    good > 0 && good * 4 >= bad
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    // Pure ASCII tells nothing, so the look begins shortly before the first other byte.
    let first = bytes.iter().position(|it| !it.is_ascii()).unwrap_or(0);
    let start = first.saturating_sub(64);
    let sample = &bytes[start..bytes.len().min(start + GUESS_BYTES)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, start + sample.len() == bytes.len());
    detector.guess(None, Utf8Detection::Deny)
}

fn decode_older(name: &str, bytes: &[u8], encoding: &'static Encoding) -> Result<Document> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let length = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(0);
    let mut text = String::with_capacity(length);
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    if let DecoderResult::Malformed(width, after) = result {
        let at = read.saturating_sub(usize::from(width) + usize::from(after));
        return Err(bad_byte(name, text, bytes.get(at).copied(), encoding));
    }
    check_size(name, text.len())?;
    // Single-byte decoders never fail; a control character of the upper half is
    // never printed, so it shows that the encoding is not the one guessed.
    if let Some((at, found)) = text.char_indices().find(|it| ('\u{80}'..='\u{9f}').contains(&it.1)) {
        let byte = encoding.encode(found.encode_utf8(&mut [0; 4])).0.first().copied();
        text.truncate(at);
        return Err(bad_byte(name, text, byte, encoding));
    }
    text.shrink_to_fit();
    finish(name, text, encoding.name())
}

fn finish(name: &str, text: String, encoding: &'static str) -> Result<Document> {
    let Some(at) = memchr::memchr(0, text.as_bytes()) else {
        return Ok(Document::new(name, text, encoding));
    };
    let mut before = text;
    before.truncate(at);
    let (line, column) = end_of(before);
    Err(Error::new(ErrorKind::Unreadable, "expected text, found a zero byte")
        .at(name, line, column)
        .hint("a workbook or Parquet file needs its own file extension"))
}

fn bad_byte(name: &str, before: String, byte: Option<u8>, encoding: &'static Encoding) -> Error {
    let (line, column) = end_of(before);
    let found = byte.map_or_else(|| "the end of the file".to_owned(), |it| format!("byte 0x{it:02X}"));
    Error::new(ErrorKind::Unreadable, format!("expected text in {}, found {found}", encoding.name()))
        .at(name, line, column)
        .hint("name the encoding of the file (--read encoding=latin1), or save the file as UTF-8")
}

/// The line and column right after a text.
fn end_of(text: String) -> (u32, u32) {
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let position = Document::new("", text, "").position(end);
    (position.line, position.column)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RUSSIAN: &str = "район,преступлений\nСеверный округ города,12\nЗападный округ города,7\n";

    fn place(error: &Error) -> (u32, u32) {
        error.place().map(|it| (it.line, it.column)).unwrap()
    }

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn a_file_of_two_encodings_is_an_error_with_its_line() {
        let error = decode("a.csv", b"ward,n\nM\xc3\xa4rz,5\nJos\xe9,3\n".to_vec()).unwrap_err();
        assert_eq!(place(&error).0, 3);
    }

    #[test]
    fn drops_a_byte_order_mark() {
        let document = decode("a.csv", b"\xEF\xBB\xBFa,b\n".to_vec()).unwrap();
        assert_eq!((document.text.as_str(), document.encoding), ("a,b\n", "UTF-8"));
        let document = decode("a.csv", utf_16("\u{feff}a,b\n", u16::to_le_bytes)).unwrap();
        assert_eq!((document.text.as_str(), document.encoding), ("a,b\n", "UTF-16LE"));
        let document = decode("a.csv", utf_16("\u{feff}a,ж\n", u16::to_be_bytes)).unwrap();
        assert_eq!((document.text.as_str(), document.encoding), ("a,ж\n", "UTF-16BE"));
    }

    #[test]
    fn a_stray_zero_byte_is_not_utf_16() {
        let error = decode("a.csv", b"a,b\n1,\0\n".to_vec()).unwrap_err();
        assert_eq!(place(&error), (2, 3));
    }

    #[test]
    fn knows_utf_16_without_a_mark() {
        for text in ["crime,total\nTheft,12\n", RUSSIAN] {
            assert_eq!(decode("a.csv", utf_16(text, u16::to_le_bytes)).unwrap().text, text);
            assert_eq!(decode("a.csv", utf_16(text, u16::to_be_bytes)).unwrap().text, text);
        }
    }

    #[test]
    fn guesses_older_encodings() {
        let bytes = encoding_rs::WINDOWS_1251.encode(RUSSIAN).0.into_owned();
        let document = decode("a.csv", bytes).unwrap();
        assert_eq!((document.text.as_str(), document.encoding), (RUSSIAN, "windows-1251"));
        let document = decode("a.csv", b"Stra\xDFe,M\xFCnchen\n1,2\n".to_vec()).unwrap();
        assert_eq!((document.text.as_str(), document.encoding), ("Straße,München\n1,2\n", "windows-1252"));
    }

    #[test]
    fn a_declared_encoding_wins() {
        let decoding = Decoding { encoding: Some("koi8-r".to_owned()) };
        let bytes = encoding_rs::KOI8_R.encode("да").0.into_owned();
        assert_eq!(decode_as("a.csv", bytes, &decoding).unwrap().text, "да");
        let decoding = Decoding { encoding: Some("klingon".to_owned()) };
        assert_eq!(decode_as("a.csv", Vec::new(), &decoding).unwrap_err().kind(), ErrorKind::Usage);
    }

    #[test]
    fn names_the_place_of_a_bad_byte_in_utf_8() {
        let bytes = "größe,länge\nöl,".bytes().chain(*b"\xFF2\n").collect();
        let error = decode("a.csv", bytes).unwrap_err();
        assert_eq!((error.kind(), place(&error)), (ErrorKind::Unreadable, (2, 4)));
        assert_eq!(error.message(), "expected text in UTF-8, found byte 0xFF");
    }

    #[test]
    fn names_the_place_of_a_zero_byte() {
        let error = decode("a.csv", b"a,b\n1,2\nx\0,2,3,4,5,6,7,8,9,10,11,12\n".to_vec()).unwrap_err();
        assert_eq!((error.kind(), place(&error)), (ErrorKind::Unreadable, (3, 2)));
    }

    #[test]
    fn refuses_bytes_that_no_printed_text_has() {
        let decoding = Decoding { encoding: Some("latin1".to_owned()) };
        let error = decode_as("a.csv", b"a\nb\x81c".to_vec(), &decoding).unwrap_err();
        assert_eq!(error.message(), "expected text in windows-1252, found byte 0x81");
        assert_eq!(place(&error), (2, 2));
    }

    proptest! {
        #[test]
        fn any_bytes_decode_or_are_refused_with_a_place(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Err(error) = decode("a.csv", bytes) {
                prop_assert_eq!(error.kind(), ErrorKind::Unreadable);
                prop_assert!(error.place().unwrap().line > 0 && error.hint_text().is_some());
            }
        }

        #[test]
        fn text_comes_back_from_utf_8(text in "[^\0]{0,80}") {
            let kept = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
            prop_assert_eq!(decode("a.csv", text.into_bytes()).unwrap().text, kept);
        }
    }
}
