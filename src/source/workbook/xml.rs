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
        unpacked = unpacked.saturating_add(archive.by_index_raw(at).map_or(0, |it| it.size()));
    }
    let packed = bytes.len() as u64;
    if unpacked <= UNPACKED_MAX || unpacked / packed.max(1) <= RATIO_MAX {
        return Ok(unpacked);
    }
    let (megabytes, ratio) = (unpacked >> 20, unpacked / packed.max(1));
    Err(Unread::TooLarge(format!("would unpack to {megabytes} MB, {ratio} times its size")))
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
