//! The XML parts of packed documents.

use std::io::{Cursor, Read};

use quick_xml::escape::unescape;
use quick_xml::events::{BytesRef, BytesStart};

use super::cells::Unread;

/// Larger parts are not read: they would not fit beside their text.
const BYTES_MAX: u64 = 2 << 30;

/// An archive may unpack to so many bytes, or to so many times its size.
const UNPACKED_MAX: u64 = 64 << 20;
const RATIO_MAX: u64 = 50;

/// Refuses an archive that would unpack to far more than tables do; gives how many
/// bytes it unpacks to.
pub(super) fn check_size(bytes: &[u8]) -> Result<u64, Unread> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Ok(0) };
    let mut unpacked = 0_u64;
    for at in 0..archive.len() {
        check_count(&mut archive, at)?;
        unpacked = unpacked.saturating_add(archive.by_index_raw(at).map_or(0, |it| it.size()));
    }
    let packed = bytes.len() as u64;
    if unpacked <= UNPACKED_MAX || unpacked / packed.max(1) <= RATIO_MAX {
        return Ok(unpacked);
    }
    let (megabytes, ratio) = (unpacked >> 20, unpacked / packed.max(1));
    Err(Unread::TooLarge(format!("would unpack to {megabytes} MB, {ratio} times its size")))
}

/// Refuses shared texts that say they are more than their bytes can be: their reader
/// takes memory for as many.
fn check_count(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, at: usize) -> Result<(), Unread> {
    const NAME: &str = "sharedstrings.xml";
    const HEAD: u64 = 4096;
    let name = archive.name_for_index(at).and_then(Result::ok).map(|it| it.to_string());
    if !name.is_some_and(|it| it.to_lowercase().ends_with(NAME)) {
        return Ok(());
    }
    let Ok(part) = archive.by_index(at) else { return Ok(()) };
    let (size, mut head) = (part.size(), Vec::new());
    if part.take(HEAD).read_to_end(&mut head).is_err() {
        return Ok(());
    }
    let head = String::from_utf8_lossy(&head);
    let mut counts = head.split("uniqueCount").skip(1);
    let digits = |it: &str| {
        let value = it.trim_start_matches(|it: char| it == '=' || it.is_whitespace() || matches!(it, '"' | '\''));
        let end = value.find(|it: char| !it.is_ascii_digit()).unwrap_or(value.len());
        value[..end].parse::<u64>().ok()
    };
    match counts.find_map(digits).filter(|it| *it > size) {
        Some(count) => Err(Unread::TooLarge(format!("claims to hold {count} texts in {} KB", size >> 10))),
        None => Ok(()),
    }
}

/// The text of a part of an archive.
pub(super) fn part(bytes: &[u8], name: &str) -> Result<String, Unread> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(Unread::damaged)?;
    let part = archive.by_name(name).map_err(Unread::damaged)?;
    let mut text = String::new();
    part.take(BYTES_MAX).read_to_string(&mut text).map_err(Unread::damaged)?;
    Ok(text)
}

/// The value of an attribute, references undone.
pub(super) fn attribute(it: &BytesStart<'_>, name: &str) -> Result<Option<String>, Unread> {
    let Some(found) = it.try_get_attribute(name).map_err(Unread::damaged)? else { return Ok(None) };
    Ok(Some(unescape(&found.value).map_err(Unread::damaged)?.into_owned()))
}

/// What a reference stands for (`&amp;`).
pub(super) fn reference(it: &BytesRef<'_>) -> Result<String, Unread> {
    Ok(unescape(&format!("&{};", &**it)).map_err(Unread::damaged)?.into_owned())
}
