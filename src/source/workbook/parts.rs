//! The parts of an XLSX archive: where its sheets are, and how it calculates.

use std::collections::HashMap;
use std::ops::Range;

use quick_xml::events::{BytesStart, Event};

use super::cells::Unread;
use super::xml::{self, attribute};

const WORKBOOK: &str = "xl/workbook.xml";
const LINKS: &str = "xl/_rels/workbook.xml.rels";
const TYPES: &str = "[Content_Types].xml";

/// What an archive says of its parts.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// The part of each sheet, by its name.
    pub(super) paths: HashMap<String, String>,
    /// Whether days are counted from 1904 on.
    pub(super) is_1904: bool,
    /// The part that keeps the order of calculation.
    pub(super) chain: Option<String>,
}

/// How a workbook is to calculate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Calculation {
    /// All formulas anew when it is opened.
    Anew,
    /// Also without the order that is kept, which names cells without formulas now.
    WithoutChain,
}

/// Parts with their new bytes, by name.
pub(super) type Changed = Vec<(String, Vec<u8>)>;

impl Book {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Unread> {
        let mut book = Self::default();
        let mut targets: HashMap<String, String> = HashMap::new();
        let links = xml::part(bytes, LINKS)?;
        for (it, _) in tags(&links)?.iter().filter(|it| is(&it.0, "Relationship")) {
            let (id, target, kind) = (attribute(it, "Id")?, attribute(it, "Target")?, attribute(it, "Type")?);
            let Some((id, target)) = id.zip(target) else { continue };
            let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            if kind.is_some_and(|it| it.ends_with("/calcChain")) {
                book.chain = Some(path.clone());
            }
            targets.insert(id, path);
        }
        let text = xml::part(bytes, WORKBOOK)?;
        for (it, _) in &tags(&text)? {
            if is(it, "workbookPr") {
                book.is_1904 = attribute(it, "date1904")?.is_some_and(|it| it == "1" || it == "true");
            }
            if is(it, "sheet") {
                let link = it.attributes().flatten().find(|it| it.key.local_name().as_ref() == "id");
                let path = link.and_then(|it| targets.get(it.value.as_ref()));
                if let Some((name, path)) = attribute(it, "name")?.zip(path) {
                    book.paths.insert(name, path.clone());
                }
            }
        }
        Ok(book)
    }

    /// The parts that say how the workbook calculates, changed.
    pub(super) fn calculated(&self, bytes: &[u8], how: Calculation) -> Result<Changed, Unread> {
        let mut changed = Changed::new();
        if let Some(text) = anew(&xml::part(bytes, WORKBOOK)?)? {
            changed.push((WORKBOOK.to_owned(), text.into_bytes()));
        }
        if let (Calculation::WithoutChain, Some(chain)) = (how, &self.chain) {
            let name = chain.rsplit('/').next().unwrap_or(chain);
            for (part, tag, key) in [(LINKS, "Relationship", "Target"), (TYPES, "Override", "PartName")] {
                let text = xml::part(bytes, part)?;
                changed.push((part.to_owned(), without(&text, tag, (key, name))?.into_bytes()));
            }
        }
        Ok(changed)
    }
}

/// Every tag of a text that opens, or stands alone, with the bytes that it takes.
fn tags(text: &str) -> Result<Vec<(BytesStart<'static>, Range<usize>)>, Unread> {
    let mut found = Vec::new();
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        let start = place(&reader);
        match reader.read_event().map_err(Unread::damaged)? {
            Event::Start(it) | Event::Empty(it) => found.push((it.into_owned(), start..place(&reader))),
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// How many bytes of its text a reader has read.
pub(super) fn place(reader: &quick_xml::Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// Whether a tag has a name, whatever its prefix.
pub(super) fn is(it: &BytesStart<'_>, name: &str) -> bool {
    it.local_name().as_ref() == name
}

/// What stands before the name of a tag: `x:`, or nothing.
pub(super) fn prefix_of(it: &BytesStart<'_>) -> String {
    it.name().prefix().map_or(String::new(), |it| format!("{}:", it.as_ref()))
}

/// The text of a workbook part that is calculated anew when it is opened;
/// nothing where it says so already.
fn anew(text: &str) -> Result<Option<String>, Unread> {
    const SAYS: &str = " fullCalcOnLoad=\"1\"";
    let tags = tags(text)?;
    if let Some((it, at)) = tags.iter().find(|it| is(&it.0, "calcPr")) {
        if attribute(it, "fullCalcOnLoad")?.is_some() {
            return Ok(None);
        }
        let end = at.end - if text[..at.end].ends_with("/>") { 2 } else { 1 };
        return Ok(Some([&text[..end], SAYS, &text[end..]].concat()));
    }
    // It stands behind these, in this order.
    let mut end = None;
    for before in ["sheets", "functionGroups", "externalReferences", "definedNames"] {
        let Some((it, at)) = tags.iter().find(|it| is(&it.0, before)) else { continue };
        let prefix = prefix_of(it);
        let closing = format!("</{prefix}{before}>");
        let stop = if text[..at.end].ends_with("/>") {
            Some(at.end)
        } else {
            text.find(&closing).map(|it| it + closing.len())
        };
        end = stop.map(|it| (it, prefix)).or(end);
    }
    Ok(end.map(|(end, prefix)| [&text[..end], "<", &prefix, "calcPr", SAYS, "/>", &text[end..]].concat()))
}

/// A text without the tag that stands alone and names a part.
fn without(text: &str, tag: &str, (key, name): (&str, &str)) -> Result<String, Unread> {
    for (it, at) in tags(text)?.iter().filter(|it| is(&it.0, tag)) {
        if attribute(it, key)?.is_some_and(|it| it.rsplit('/').next() == Some(name)) {
            return Ok([&text[..at.start], &text[at.end..]].concat());
        }
    }
    Ok(text.to_owned())
}
