//! SDMX structures: code lists, and the dimensions that use them.
//!
//! Source: SDMX 2.1 and 3.0, structure messages in XML and JSON, <https://sdmx.org/standards-2/>.
//! Without a definition of the data's structure, a list is taken for the column that it
//! is named after: `CL_FREQ` for FREQ.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::draft::{Draft, DraftColumn, DraftTable, Reading, codes};
use super::tree::Node;
use crate::error::{Error, ErrorKind, Result};
use crate::suggest::slug;

/// A code list.
struct List {
    id: String,
    at: String,
    codes: Vec<String>,
}

/// A dimension, attribute or measure.
#[derive(Default)]
struct Component {
    id: String,
    at: String,
    kind: &'static str,
    list: Option<String>,
    optional: bool,
}

#[derive(Default)]
struct Structure {
    lists: Vec<List>,
    components: Vec<Component>,
    id: Option<String>,
}

pub(super) fn read(reading: Reading<'_>, root: &Node) -> Draft {
    let mut structure = Structure::default();
    let data = root.get("data").unwrap_or(root);
    for list in data.list("codelists") {
        let codes = list.list("codes").iter().filter_map(|it| it.get_text("id").map(str::to_owned));
        let id = list.get_text("id").unwrap_or_default().to_owned();
        structure.lists.push(List { id, at: reading.at(list), codes: codes.collect() });
    }
    if let Some(definition) = data.list("dataStructures").first() {
        structure.id = definition.get_text("id").map(str::to_owned);
        let parts = definition.get("dataStructureComponents").unwrap_or(definition);
        let groups = [
            ("dimensionList", "dimensions", "label"),
            ("dimensionList", "timeDimensions", "period"),
            ("attributeList", "attributes", "text"),
            ("measureList", "measures", "amount"),
        ];
        for (group, key, kind) in groups {
            for it in parts.get(group).map_or(&[][..], |it| it.list(key)) {
                let form = it.get("localRepresentation").and_then(|it| it.get_text("enumeration"));
                structure.components.push(Component {
                    id: it.get_text("id").unwrap_or_default().to_owned(),
                    at: reading.at(it),
                    kind,
                    list: form.map(|it| list_of(it).to_owned()),
                    optional: kind == "text",
                });
            }
        }
    }
    structure.draft(reading)
}

/// The id of a list in its URN: `…Codelist=SDMX:CL_FREQ(2.0)`.
fn list_of(urn: &str) -> &str {
    let name = urn.rsplit(':').next().unwrap_or(urn);
    name.split('(').next().unwrap_or(name)
}

/// Reads a structure message in XML.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] with the line where it is no XML.
pub(super) fn read_xml(reading: Reading<'_>, text: &str) -> Result<Draft> {
    let mut reader = Reader::from_str(text);
    let mut structure = Structure::default();
    let mut lines = Lines { text, at: 0, line: 1 };
    // Whether the next element is a part of a component, and of which list codes are.
    let (mut in_list, mut in_component) = (false, false);
    loop {
        let before = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(|it| {
            let line = lines.at(usize::try_from(reader.error_position()).unwrap_or(before));
            Error::new(ErrorKind::Unreadable, format!("not XML: {it}")).at(reading.file, line, 0)
        })?;
        let (tag, is_empty) = match &event {
            Event::Eof => break,
            Event::Start(it) => (it, false),
            Event::Empty(it) => (it, true),
            Event::End(it) => {
                match it.local_name().as_ref() {
                    "Codelist" => in_list = false,
                    name if component(name).is_some() => in_component = false,
                    _ => {}
                }
                continue;
            }
            _ => continue,
        };
        let at = format!("{}:{}", reading.file, lines.at(before));
        let name = tag.local_name();
        let id = attribute(tag, "id");
        match (name.as_ref(), id) {
            ("Codelist", Some(id)) => {
                structure.lists.push(List { id, at, codes: Vec::new() });
                in_list = !is_empty;
            }
            ("Code", Some(id)) if in_list => {
                structure.lists.last_mut().into_iter().for_each(|it| it.codes.push(id.clone()));
            }
            ("DataStructure", Some(id)) => structure.id = Some(id),
            ("Ref", Some(id)) if in_component && attribute(tag, "class").as_deref() == Some("Codelist") => {
                structure.components.last_mut().into_iter().for_each(|it| it.list = Some(id.clone()));
            }
            (name, Some(id)) if component(name).is_some() => {
                let kind = component(name).unwrap_or("text");
                structure.components.push(Component { id, at, kind, list: None, optional: kind == "text" });
                in_component = !is_empty;
            }
            _ => {}
        }
    }
    Ok(structure.draft(reading))
}

/// What a column of this component holds.
fn component(name: &str) -> Option<&'static str> {
    Some(match name {
        "Dimension" => "label",
        "TimeDimension" => "period",
        "Attribute" => "text",
        "PrimaryMeasure" | "Measure" => "amount",
        _ => return None,
    })
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let it = tag.attributes().flatten().find(|it| it.key.local_name().as_ref() == name)?;
    quick_xml::escape::unescape(&it.value).ok().map(std::borrow::Cow::into_owned)
}

/// Counts lines, each once.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line of the first sign from a place on, which never goes back.
    fn at(&mut self, place: usize) -> u32 {
        let bytes = self.text.as_bytes();
        let mut place = place.clamp(self.at, bytes.len());
        place += bytes[place..].iter().take_while(|it| it.is_ascii_whitespace()).count();
        let breaks = memchr::memchr_iter(b'\n', &bytes[self.at..place]).count();
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.at = place;
        self.line
    }
}

impl Structure {
    fn draft(self, reading: Reading<'_>) -> Draft {
        let name = self.id.clone().unwrap_or_else(|| reading.stem().to_owned());
        let mut draft = Draft { dataset: slug(&name), ..Draft::default() };
        let mut table = DraftTable { name, at: format!("{}:1", reading.file), ..DraftTable::default() };
        let mut used: Vec<&str> = Vec::new();
        for it in &self.components {
            table.columns.push(DraftColumn {
                name: it.id.clone(),
                at: it.at.clone(),
                kind: it.kind,
                optional: it.optional,
                ..DraftColumn::default()
            });
            let Some(id) = &it.list else { continue };
            match self.lists.iter().find(|list| list.id == *id) {
                Some(list) => {
                    used.push(id);
                    table.rule(format!("{}-codes", it.id), list.at.clone(), codes(&it.id, &list.codes));
                }
                None => draft.skip(it.at.clone(), format!("{}: list {id}", it.id), "it is not in this file"),
            }
        }
        for list in &self.lists {
            if list.codes.is_empty() {
                draft.skip(list.at.clone(), format!("list {}", list.id), "it has no codes");
            } else if self.components.is_empty() {
                let name = list.id.strip_prefix("CL_").unwrap_or(&list.id).to_owned();
                let at = list.at.clone();
                table.columns.push(DraftColumn {
                    name: name.clone(),
                    at,
                    kind: "text",
                    optional: true,
                    ..DraftColumn::default()
                });
                table.rule(format!("{name}-codes"), list.at.clone(), codes(&name, &list.codes));
            } else if !used.contains(&list.id.as_str()) {
                draft.skip(list.at.clone(), format!("list {}", list.id), "no dimension of this file uses it");
            }
        }
        let of_kind = |kind: &'static str| self.components.iter().filter(move |it| it.kind == kind);
        let key: Vec<String> = of_kind("label").chain(of_kind("period")).map(|it| it.id.clone()).collect();
        if !key.is_empty() {
            table.keyed(key);
        }
        draft.tables.push(table);
        draft
    }
}
