//! What a large file prints otherwise than the old one with its values changed.

use super::saying::Saying;
use super::{Large, left};
use crate::diff::in_place::Reprinted;
use crate::diff::{Hunk, Print};
use crate::error::Result;

/// Large files of which a patch can make the new one record by record.
#[derive(Clone, Debug)]
pub(super) struct Printed {
    line_break: &'static str,
    /// The first line of both.
    headings: (String, String),
    has_byte_order_mark: bool,
}

impl Printed {
    /// Looks whether each record of two files is one line, and all end alike;
    /// nothing where that is not so.
    pub(super) fn of(files: (Large<'_>, Large<'_>), sayings: &(Saying, Saying)) -> Result<Option<Self>> {
        let (old, new) = files;
        let is_text = old.scales.is_none() && new.scales.is_none();
        if !is_text || !sayings.0.reads_as(&sayings.1) {
            return Ok(None);
        }
        let (Some(before), Some(now)) = (ends(old)?, ends(new)?) else { return Ok(None) };
        let line_break = if now.0 { "\r\n" } else { "\n" };
        let heading = |file: Large<'_>| {
            let line = file.sample.split_inclusive('\n').next().unwrap_or("");
            format!("{}{line_break}", line.trim_end_matches(['\n', '\r']))
        };
        let mark = new.body > new.sample.find('\n').map_or(0, |it| it as u64 + 1);
        let it = Self { line_break, headings: (heading(old), heading(new)), has_byte_order_mark: mark };
        Ok((before == now).then_some(it))
    }

    /// What is printed otherwise, by the rows of which that is so; nothing where
    /// rows are not lines one by one.
    pub(super) fn print(&self, rows: Vec<Reprinted>, sides: [&left::Side; 2]) -> Option<Print> {
        if sides.iter().any(|it| !it.extras.is_empty()) {
            return None;
        }
        let line = |it: &str| vec![format!("{it}{}", self.line_break)];
        let (old, new) = &self.headings;
        let heading = Hunk { line: 1, old: vec![old.clone()], new: vec![new.clone()] };
        let mut lines: Vec<Hunk> = Some(heading).filter(|_| old != new).into_iter().collect();
        lines.extend(rows.iter().map(|it| Hunk { line: it.0 + 2, old: line(&it.1), new: line(&it.2) }));
        lines.sort_by_key(|it| it.line);
        Some(Print { encoding: "UTF-8".to_owned(), byte_order_mark: self.has_byte_order_mark, lines })
    }
}

/// Whether lines end in two signs, and whether the last one ends so; nothing
/// where they end in several ways.
fn ends(file: Large<'_>) -> Result<Option<(bool, bool)>> {
    let mut bytes = Vec::new();
    super::cursor::read(file, 0, file.parts.size(), &mut bytes)?;
    let (mut feeds, mut both) = (0, 0);
    for at in memchr::memchr_iter(b'\n', &bytes) {
        feeds += 1;
        both += usize::from(at > 0 && bytes[at - 1] == b'\r');
    }
    let returns = memchr::memchr_iter(b'\r', &bytes).count();
    let is_uniform = returns == both && (both == 0 || both == feeds);
    Ok(is_uniform.then_some((both > 0, bytes.last() == Some(&b'\n'))))
}
