//! Writes snapshots, and specifies their form.

use super::{FORMAT_VERSION, Snapshot};
use crate::check::Waiver;
use crate::table::canonical;

/// Writes a snapshot: text made for review in version control.
///
/// Format version 1 is UTF-8, lines end in `\n`. Front matter in TOML stands
/// between two lines `+++`, with these keys in this order, those without
/// content left out:
///
/// - `crossfoot`: the format version
/// - `dataset`: the dataset's name
/// - `period`: first and last day, `"2005-02-23/2005-03-01"`
/// - `coverage`: `{ days = 5, of = 7 }`
/// - `known`: the ids of findings that stood when it was accepted, sorted
/// - `[[source]]`: each file that it was read from, `file` (name only) and
///   `sha256` of its bytes
/// - `[[accepted]]`: each waiver, with `id`, `rule`, `place`, `figures`,
///   `reason`, `by` and `until` (a day); the last two may be missing
/// - `[[replaced]]`: each figure that another took the place of when the
///   edition was accepted anew, oldest first, with `table`, `row`, `column`,
///   the figure as `was`, and the period of the newest edition then as `until`
/// - `[[table]]`: each table, `name` and number of `rows`, so that a file
///   that was cut off is told from a whole one
///
/// Then follows each table, in the same order: a blank line, `# name`, and the
/// table in [canonical CSV](crate::table::canonical). `read` gives back what
/// was written, and writing that gives the same bytes.
///
/// Within a version keys are only added; a program reads no newer version and
/// no key that it does not know, since either may change what was accepted.
pub fn write(snapshot: &Snapshot) -> String {
    let accepted = &snapshot.accepted;
    let edition = &accepted.edition;
    let mut text = format!("+++\ncrossfoot = {FORMAT_VERSION}\ndataset = {}\n", quoted(&accepted.dataset));
    if let Some(it) = edition.period {
        text.push_str(&format!("period = \"{}/{}\"\n", it.start, it.end));
    }
    if let Some(it) = edition.coverage {
        text.push_str(&format!("coverage = {{ days = {}, of = {} }}\n", it.days, it.of));
    }
    if !accepted.known.is_empty() {
        text.push_str(&format!("known = {}\n", list(&accepted.known)));
    }
    for it in &snapshot.sources {
        text.push_str(&format!("\n[[source]]\nfile = {}\nsha256 = {}\n", quoted(&it.file), quoted(&it.sha256)));
    }
    for it in &accepted.waivers {
        text.push_str(&waiver(it));
    }
    for it in &accepted.replaced {
        let [table, row, column] = it.place.each_ref().map(|it| quoted(it));
        text.push_str(&format!("\n[[replaced]]\ntable = {table}\nrow = {row}\ncolumn = {column}\n"));
        text.push_str(&format!("was = {}\nuntil = \"{}/{}\"\n", quoted(&it.was), it.until.start, it.until.end));
    }
    for it in &edition.tables {
        text.push_str(&format!("\n[[table]]\nname = {}\nrows = {}\n", quoted(&it.name), it.rows.len()));
    }
    text.push_str("+++\n");
    for it in &edition.tables {
        text.push_str(&format!("\n{}\n{}", heading(&it.name), canonical::csv(it)));
    }
    text
}

/// The line above a table: its name, in one line.
pub(super) fn heading(name: &str) -> String {
    let name: String = name.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    format!("# {name}")
}

fn waiver(it: &Waiver) -> String {
    let mut text = format!(
        "\n[[accepted]]\nid = {}\nrule = {}\nplace = {}\nfigures = {}\nreason = {}\n",
        quoted(&it.id),
        quoted(&it.rule),
        quoted(&it.place),
        list(&it.figures),
        quoted(&it.reason)
    );
    if let Some(by) = &it.by {
        text.push_str(&format!("by = {}\n", quoted(by)));
    }
    if let Some(until) = it.until {
        text.push_str(&format!("until = \"{until}\"\n"));
    }
    text
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|it| quoted(it)).collect();
    format!("[{}]", texts.join(", "))
}

/// A text as a TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for it in text.chars() {
        match it {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            it if it.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(it))),
            it => out.push(it),
        }
    }
    out.push('"');
    out
}
