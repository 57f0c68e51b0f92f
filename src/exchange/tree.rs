//! A YAML or JSON document as a tree whose values know their lines.
//!
//! JSON is read as the YAML that it is, so that one reader knows the lines of both.

use std::collections::HashMap;
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::error::{Error, ErrorKind, Result};

// A file that nests deeper, or that unfolds to more values, describes no tables.
const DEPTH_MAX: usize = 100;
const VALUES_MAX: usize = 1_000_000;

/// A value, and the line that it begins in.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) line: u32,
    value: Value,
    /// How many values it is, with all that it holds.
    size: usize,
}

#[derive(Clone, Debug)]
enum Value {
    Nothing,
    Text(Rc<str>),
    List(Rc<Vec<Node>>),
    Map(Rc<Vec<(Node, Node)>>),
}

/// A list or a map that is not at its end.
struct Open {
    line: u32,
    anchor: usize,
    is_map: bool,
    parts: Vec<Node>,
}

/// Reads the first document of a text.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] with the place where the text is no YAML.
pub(super) fn parse(file: &str, text: &str) -> Result<Node> {
    // Tabs may stand before a line of JSON, and never before one of YAML.
    let is_json = text.trim_start().starts_with(['{', '[']);
    let untabbed = if is_json { text.replace('\t', " ") } else { text.to_owned() };
    let text = untabbed.strip_prefix('\u{feff}').unwrap_or(&untabbed);
    let fault = |line: usize, column: usize, message: String| {
        let place = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        Error::new(ErrorKind::Unreadable, message).at(file, place(line), place(column))
    };
    let mut open: Vec<Open> = Vec::new();
    let mut named: HashMap<usize, Node> = HashMap::new();
    let mut total = 0_usize;
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|it| fault(it.marker().line(), it.marker().col() + 1, format!("not YAML: {}", it.info())))?;
        let (line, column) = (span.start.line(), span.start.col() + 1);
        let number = u32::try_from(line).unwrap_or(u32::MAX);
        let (node, anchor) = match event {
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                if open.len() == DEPTH_MAX {
                    return Err(fault(line, column, format!("nested more than {DEPTH_MAX} levels deep")));
                }
                let is_map = matches!(event, Event::MappingStart(..));
                open.push(Open { line: number, anchor, is_map, parts: Vec::new() });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(it) = open.pop() else { continue };
                (it.closed(), it.anchor)
            }
            Event::Scalar(text, style, anchor, _) => (scalar(&text, style, number), anchor),
            Event::Alias(anchor) => match named.get(&anchor) {
                Some(it) => (Node { line: number, ..it.clone() }, 0),
                None => return Err(fault(line, column, "an alias inside the value it names".to_owned())),
            },
            Event::DocumentEnd => break,
            _ => continue,
        };
        // Aliases of aliases may stand for more values than memory holds.
        total = total.saturating_add(node.size);
        if total > VALUES_MAX * DEPTH_MAX || node.size > VALUES_MAX {
            return Err(fault(line, column, format!("more than {VALUES_MAX} values")));
        }
        if anchor > 0 {
            named.insert(anchor, node.clone());
        }
        match open.last_mut() {
            Some(it) => it.parts.push(node),
            None => return Ok(node),
        }
    }
    Ok(Node { line: 1, value: Value::Nothing, size: 1 })
}

fn scalar(text: &str, style: ScalarStyle, line: u32) -> Node {
    let is_nothing = style == ScalarStyle::Plain && matches!(text, "" | "~" | "null" | "Null" | "NULL");
    let value = if is_nothing { Value::Nothing } else { Value::Text(text.into()) };
    Node { line, value, size: 1 }
}

impl Open {
    fn closed(&self) -> Node {
        let size = self.parts.iter().fold(1_usize, |sum, it| sum.saturating_add(it.size));
        let value = if self.is_map {
            let pairs = self.parts.chunks_exact(2).map(|it| (it[0].clone(), it[1].clone()));
            let (merged, own): (Vec<_>, Vec<_>) = pairs.partition(|it| it.0.text() == Some("<<"));
            // What is written wins over what is merged in.
            let merged = merged.iter().flat_map(|it| it.1.each()).flat_map(|it| it.pairs().to_vec());
            Value::Map(Rc::new(own.into_iter().chain(merged).collect()))
        } else {
            Value::List(Rc::new(self.parts.clone()))
        };
        Node { line: self.line, value, size }
    }
}

impl Node {
    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(it) => Some(it),
            _ => None,
        }
    }

    pub(super) fn is_map(&self) -> bool {
        matches!(self.value, Value::Map(_))
    }

    /// The entries of a map; none of all else.
    pub(super) fn pairs(&self) -> &[(Node, Node)] {
        match &self.value {
            Value::Map(it) => it,
            _ => &[],
        }
    }

    /// The entries of a map by the text of their keys.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.pairs().iter().filter_map(|it| Some((it.0.text()?, &it.1)))
    }

    /// The items of a list, or the value itself where it is none; nothing where it is null.
    pub(super) fn each(&self) -> &[Node] {
        match &self.value {
            Value::List(it) => it,
            Value::Nothing => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The texts of a list, or the one text.
    pub(super) fn texts(&self) -> Vec<String> {
        self.each().iter().filter_map(|it| it.text().map(str::to_owned)).collect()
    }

    /// A value of a map.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().find(|it| it.0 == key).map(|it| it.1)
    }

    /// The text of a value of a map.
    pub(super) fn get_text(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// Whether a value of a map is true.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.get_text(key).is_some_and(|it| it.eq_ignore_ascii_case("true"))
    }

    /// The items of a list in a map.
    pub(super) fn list(&self, key: &str) -> &[Node] {
        self.get(key).map_or(&[], Node::each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_lines_in_yaml_and_in_json() {
        let yaml = parse("a.yml", "# x\na: 1\nb:\n  - c: null\n  - [d, \"e\"]\n").unwrap();
        assert_eq!(yaml.get("b").unwrap().each()[1].each()[0].line, 5);
        assert_eq!(yaml.list("b")[1].texts(), ["d", "e"]);
        let json = parse("a.json", "{\n\t\"a\": 1,\n\t\"b\": [\"c\\u00e9\",\n\t\"null\"]}").unwrap();
        assert_eq!((json.list("b")[1].line, json.list("b")[0].text()), (4, Some("cé")));
        assert_eq!(json.list("b")[1].text(), Some("null"), "a quoted null is a text");
    }

    #[test]
    fn anchors_and_merged_maps_are_followed() {
        let yaml = parse("a.yml", "x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n").unwrap();
        let y = yaml.get("y").unwrap();
        assert_eq!((y.get_text("a"), y.get_text("b")), (Some("1"), Some("3")));
    }

    #[test]
    fn what_is_no_yaml_nests_too_deep_or_unfolds_too_far_is_an_error_with_its_place() {
        let error = parse("a.yml", "a: [1\nb: 2").unwrap_err();
        assert!(error.place().is_some_and(|it| it.line >= 1), "{error}");
        // The parser has a limit of its own for brackets.
        assert!(parse("a.yml", &"[".repeat(5_000)).is_err());
        let deep = parse("a.yml", &format!("{}x", "- ".repeat(200))).unwrap_err();
        assert!(deep.message().contains("levels deep"), "{deep}");
        let bomb = (1..20).fold("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned(), |text, it| {
            let names = vec![format!("*a{}", it - 1); 10].join(",");
            format!("{text}a{it}: &a{it} [{names}]\n")
        });
        assert!(parse("a.yml", &bomb).unwrap_err().message().contains("values"));
        assert!(parse("a.yml", "a: &x [*x]").is_err());
        assert!(parse("a.yml", "").unwrap().each().is_empty());
    }
}
