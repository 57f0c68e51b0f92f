//! What of a page a browser does not show, as sort keys are.

use std::collections::HashSet;

use super::scan::{Piece, attribute};

/// Elements that nothing closes.
const EMPTY: [&str; 8] = ["br", "img", "hr", "input", "col", "wbr", "meta", "link"];
const CELLS: [&str; 2] = ["td", "th"];
const GROUPS: [&str; 3] = ["tbody", "thead", "tfoot"];

/// Tells the pieces that are not shown from those that are.
#[derive(Default)]
pub(super) struct Unshown<'a> {
    /// Classes that the page's own style sheets take from view.
    classes: HashSet<&'a str>,
    open: Option<Open<'a>>,
}

/// An element that is not shown.
struct Open<'a> {
    name: &'a str,
    /// How many of its name, and how many tables, are open in it.
    same: usize,
    tables: usize,
}

impl<'a> Unshown<'a> {
    pub(super) fn of(page: &'a str) -> Self {
        Self { classes: hidden_classes(page), open: None }
    }

    /// Whether a piece is part of something that is not shown.
    pub(super) fn hides(&mut self, piece: Piece<'a>) -> bool {
        if let Some(open) = &mut self.open {
            if !open.is_left_at(piece) {
                if open.takes(piece) {
                    self.open = None;
                }
                return true;
            }
            self.open = None;
        }
        let Piece::Open(name, inside) = piece else { return false };
        let is_alone = is_one_of(name, &EMPTY) || inside.trim_end().ends_with('/');
        if !is_alone && self.is_unshown(inside) {
            self.open = Some(Open { name, same: 1, tables: 0 });
        }
        self.open.is_some()
    }

    /// Whether the attributes of an element say that it is not shown.
    fn is_unshown(&self, inside: &str) -> bool {
        let classes = || attribute(inside, "class").unwrap_or("").split_ascii_whitespace();
        is_hiding(attribute(inside, "style").unwrap_or(""))
            || attribute(inside, "hidden").is_some()
            || (!self.classes.is_empty() && classes().any(|it| self.classes.contains(it)))
    }
}

impl Open<'_> {
    /// Whether the element ended before a piece: the tags that close cells and rows may
    /// be left out.
    fn is_left_at(&self, piece: Piece<'_>) -> bool {
        if self.tables > 0 {
            return false;
        }
        let is = |name: &str, lists: &[&[&str]]| lists.iter().any(|it| is_one_of(name, it));
        match (self.name.to_ascii_lowercase().as_str(), piece) {
            ("table", _) | (_, Piece::Text(..)) => false,
            ("td" | "th", Piece::Open(name, _)) => is(name, &[&CELLS, &["tr"], &GROUPS]),
            ("td" | "th", Piece::Close(name)) => is(name, &[&["tr", "table"], &GROUPS]),
            ("tr", Piece::Open(name, _)) => is(name, &[&["tr"], &GROUPS]),
            ("tr", Piece::Close(name)) => is(name, &[&["table"], &GROUPS]),
            ("tbody" | "thead" | "tfoot", Piece::Open(name, _)) => is(name, &[&GROUPS]),
            ("tbody" | "thead" | "tfoot", Piece::Close(name)) => is(name, &[&["table"]]),
            (_, Piece::Open(name, _)) => is(name, &[&CELLS, &["tr"]]),
            (_, Piece::Close(name)) => is(name, &[&CELLS, &["tr", "table"]]),
        }
    }

    /// Takes in a piece of it; true where it ends there.
    fn takes(&mut self, piece: Piece<'_>) -> bool {
        match piece {
            Piece::Open(inner, _) => {
                self.same += usize::from(inner.eq_ignore_ascii_case(self.name));
                self.tables += usize::from(inner.eq_ignore_ascii_case("table"));
            }
            Piece::Close(inner) => {
                self.same -= usize::from(inner.eq_ignore_ascii_case(self.name));
                self.tables = self.tables.saturating_sub(usize::from(inner.eq_ignore_ascii_case("table")));
            }
            Piece::Text(..) => {}
        }
        self.same == 0
    }
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|it| it.eq_ignore_ascii_case(name))
}

/// Whether declarations of a style take an element from view.
fn is_hiding(style: &str) -> bool {
    let style: String = style.chars().filter(|it| !it.is_whitespace()).collect::<String>().to_ascii_lowercase();
    ["display:none", "visibility:hidden"].iter().any(|it| style.contains(it))
}

/// The classes that rules of style sheets take from view, for any element and medium.
fn hidden_classes(page: &str) -> HashSet<&str> {
    let mut classes = HashSet::new();
    let mut rest = page;
    while let Some(at) = memchr::memmem::find(rest.as_bytes(), b"<style") {
        let Some(start) = rest[at..].find('>').map(|it| at + it + 1) else { break };
        let end = memchr::memmem::find(&rest.as_bytes()[start..], b"</style").map_or(rest.len(), |it| start + it);
        take_rules(&rest[start..end], &mut classes);
        rest = &rest[end..];
    }
    classes
}

/// The classes of the rules of one style sheet that hide; those of rules for a
/// medium (`@media print { ... }`) are left out.
fn take_rules<'a>(sheet: &'a str, classes: &mut HashSet<&'a str>) {
    let (mut depth, mut from, mut selector) = (0_usize, 0, "");
    for (at, sign) in sheet.char_indices().filter(|it| matches!(it.1, '{' | '}')) {
        let before = &sheet[from..at];
        if sign == '{' {
            if depth == 0 {
                selector = before;
            }
            depth += 1;
        } else {
            if depth == 1 && !selector.contains('@') && is_hiding(before) {
                let single =
                    |it: &&str| !it.is_empty() && it.chars().all(|it| it.is_alphanumeric() || "-_".contains(it));
                let names = selector.rsplit("*/").next().unwrap_or(selector).split(',');
                classes.extend(names.filter_map(|it| it.trim().strip_prefix('.')).filter(single));
            }
            depth = depth.saturating_sub(1);
        }
        from = at + 1;
    }
}
