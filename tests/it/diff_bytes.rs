//! Patches and merges by bytes: what nobody changed stays as it was printed.

use std::sync::Arc;

use crossfoot::check;
use crossfoot::diff::{
    Diff, InPlace, Options, Side, Source, diff, merge_in_place, patch, patch_in_place, plain, print,
};
use crossfoot::report::{DiffFormat, Look, read_diff};
use crossfoot::source::{self, Format, encode};
use crossfoot::table::{Document, Table};
use proptest::prelude::*;

use crate::diff::edits;

struct File {
    document: Arc<Document>,
    format: Format,
    tables: Vec<Table>,
}

impl File {
    fn of(name: &str, bytes: &[u8]) -> Self {
        let document = Arc::new(source::decode(name, bytes.to_vec()).unwrap());
        let extension = std::path::Path::new(name).extension().and_then(|it| it.to_str());
        let format = match extension {
            Some("csv") => Format::Delimited,
            Some("json") => Format::Json,
            _ => Format::Html,
        };
        let tables = check::load(Arc::clone(&document), format, &[], &check::Options::default()).unwrap().into_tables();
        Self { document, format, tables }
    }

    fn csv(text: &str) -> Self {
        Self::of("t.csv", text.as_bytes())
    }

    fn source(&self) -> Source<'_> {
        Source { document: &self.document, format: self.format, tables: &self.tables }
    }
}

fn compared(old: &File, new: &File, options: &Options) -> Diff {
    let mut it = diff((Side::default(), &old.tables), (Side::default(), &new.tables), options).unwrap();
    it.print = print(old.source(), new.source(), &it).unwrap();
    it
}

/// What a patch makes of the old file, by way of the JSON that is kept.
fn patched(old: &File, diff: &Diff) -> Vec<u8> {
    let mut json = Vec::new();
    DiffFormat::Json.write(diff, Look::default(), &mut json).unwrap();
    let diff = read_diff("d.json", &json).unwrap();
    let print = diff.print.clone().unwrap();
    let made = patch_in_place(old.source(), &diff).unwrap().unwrap_or_else(|| old.document.text.clone());
    encode(&print.applied(&made).unwrap(), &print.encoding, print.byte_order_mark).unwrap()
}

fn made(old: &[u8], new: &[u8], name: &str) -> String {
    let (old, new_file) = (File::of(name, old), File::of(name, new));
    let it = compared(&old, &new_file, &Options::default());
    String::from_utf8_lossy(&patched(&old, &it)).into_owned()
}

const WEEK: &str = "Road deaths by week;;\r\n\r\nRegion;Deaths;Rate\r\nNorth;1.495;10,50\r\nSouth;2.610;9,00\r\nWest;12;1,10\r\n\"Note: provisional.\"\r\n";

#[test]
fn a_patch_keeps_titles_notes_signs_and_line_ends() {
    let new = WEEK.replace("2.610", "2.611").replace("West;12", "West;14 p");
    assert_eq!(made(WEEK.as_bytes(), new.as_bytes(), "t.csv"), new);
    let it = compared(&File::csv(WEEK), &File::csv(&new), &Options::default());
    assert!(it.print.unwrap().lines.is_empty(), "the values alone make the new file");
}

#[test]
fn a_patch_makes_new_titles_quotes_and_columns_too() {
    for new in [
        WEEK.replace("provisional", "final"),
        WEEK.replace("North", "\"North\""),
        WEEK.replace("\r\n", "\n"),
        WEEK.replace("South;2.610;9,00\r\n", "East;7;0,10\r\nSouth;2.610;9,00\r\n"),
        "Region;Rate;Deaths\r\nNorth;10,50;1.495\r\nWest;1,10;12".to_owned(),
        "Region,Deaths\nNorth,3\n".to_owned(),
    ] {
        assert_eq!(made(WEEK.as_bytes(), new.as_bytes(), "t.csv"), new);
    }
}

#[test]
fn issue_20_spaces_of_no_width_around_a_cell_are_trimmed_as_they_are_read() {
    for mark in ["\u{feff}", "\u{200b}", "\u{202f}", "\u{feff} \u{a0}", "\u{2007}\t"] {
        let old = "item,a,b\nx,1,2\ny,4,5\n";
        let new = format!("item,a,b\n{mark}y,5,4{mark}\nx{mark},2,1\n{mark}z,3,3\n");
        let (old_file, new_file) = (File::csv(old), File::csv(&new));
        let it = compared(&old_file, &new_file, &Options::default());
        let made_plain = patch(&plain(&old_file.tables), &it).unwrap();
        assert_eq!(made_plain, plain(&new_file.tables), "{mark:?}");
        assert_eq!(made(old.as_bytes(), new.as_bytes(), "t.csv"), new, "{mark:?}");
        assert_eq!(made(new.as_bytes(), old.as_bytes(), "t.csv"), old, "{mark:?}");
    }
}

#[test]
fn json_and_html_are_patched_where_their_cells_stand() {
    let json = r#"{"2005": [ {"place": "Port", "n": 1.50}, {"place": "Hill \"A\"", "n": null} ]}"#;
    let new = json.replace("1.50", "1.75").replace("null", "12");
    assert_eq!(made(json.as_bytes(), new.as_bytes(), "t.json"), new);
    let page = "<p>Week</p>\n<table><tr><th>place</th><th>n</th></tr><tr><td>Port &amp; Hill</td><td>1</td></tr>\
                <tr><td>Dock</td><td>2</td></tr></table>\n";
    let new = page.replace("<td>2<", "<td>3<").replace("Week", "Month");
    assert_eq!(made(page.as_bytes(), new.as_bytes(), "t.html"), new);
}

#[test]
fn a_diff_that_somebody_cut_down_changes_only_what_it_says() {
    let new = WEEK.replace("2.610", "2.611").replace("West;12", "West;14");
    let (old, new) = (File::csv(WEEK), File::csv(&new));
    let mut it = compared(&old, &new, &Options::default());
    it.tables[0].changes.retain(|it| it.key[0].1 == "West");
    assert_eq!(String::from_utf8(patched(&old, &it)).unwrap(), WEEK.replace("West;12", "West;14"));
}

#[test]
fn a_patch_of_another_file_is_refused_by_row_and_column() {
    let it = compared(&File::csv(WEEK), &File::csv(&WEEK.replace("2.610", "2.611")), &Options::default());
    let other = File::csv(&WEEK.replace("2.610", "2.609"));
    let error = patch_in_place(other.source(), &it).unwrap_err();
    assert_eq!(
        error.message(),
        "table Road deaths by week: row South, column Deaths: expected \"2.610\", found \"2.609\""
    );
}

fn merged(base: &str, a: &str, b: &str) -> InPlace {
    let files = [base, a, b].map(File::csv);
    let [base, a, b] = [&files[0], &files[1], &files[2]].map(File::source);
    merge_in_place(base, [a, b], ("a.csv", "b.csv"), &Options::default()).unwrap().unwrap()
}

#[test]
fn a_merge_differs_from_its_base_in_the_corrected_cells_alone() {
    let a = WEEK.replace("1.495", "1.496").replace("provisional", "revised");
    let b = WEEK.replace("2.610", "2.611").replace("West;12;1,10\r\n", "West;12;1,10\r\nEast;\"3\";0,50\r\n");
    let joined = merged(WEEK, &a, &b);
    assert_eq!(joined.conflicts, []);
    let wanted = a.replace("2.610", "2.611").replace("West;12;1,10\r\n", "West;12;1,10\r\nEast;\"3\";0,50\r\n");
    assert_eq!(joined.text, wanted);
}

#[test]
fn a_conflict_is_marked_where_it_stands() {
    let a = WEEK.replace("South;2.610", "South;2.611").replace("North;1.495", "North;1.490");
    let b = WEEK.replace("South;2.610", "South;2.612");
    let joined = merged(WEEK, &a, &b);
    let mark = "<<<<<<< a.csv\r\nSouth;2.611;9,00\r\n=======\r\nSouth;2.612;9,00\r\n>>>>>>> b.csv\r\n";
    assert_eq!(joined.text, a.replace("South;2.611;9,00\r\n", mark));
    let it = &joined.conflicts[0];
    assert_eq!((it.row.as_deref(), it.column.as_deref()), (Some("South"), Some("Deaths")));
    assert_eq!((it.a.as_deref(), it.b.as_deref()), (Some("2.611"), Some("2.612")));
}

#[test]
fn a_changed_time_of_day_is_a_conflict_with_another() {
    let base = "k,t\nA,2021-03-01T08:00Z\nB,2021-03-02T09:00Z\nC,2021-03-03T07:00Z\n";
    let joined = merged(base, &base.replace("08:00", "08:30"), &base.replace("08:00", "08:45"));
    assert_eq!(joined.conflicts.len(), 1);
    assert!(merged(base, &base.replace("08:00", "08:30"), &base.replace("09:00", "09:45")).conflicts.is_empty());
}

#[test]
fn what_one_copy_removed_and_the_other_changed_is_a_conflict() {
    let a = WEEK.replace("South;2.610;9,00\r\n", "");
    let b = WEEK.replace("South;2.610", "South;2.612");
    for joined in [merged(WEEK, &a, &b), merged(WEEK, &b, &a)] {
        assert_eq!(joined.conflicts.len(), 1);
        assert!(joined.text.contains("South;2.612;9,00") && joined.text.contains("<<<<<<< a.csv"), "{}", joined.text);
    }
    let both = merged(WEEK, &a, &WEEK.replace("West;12", "West;13"));
    assert_eq!((both.conflicts.len(), both.text), (0, a.replace("West;12", "West;13")));
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
struct Style {
    delimiter: char,
    line_break: &'static str,
    ends: bool,
    quotes: bool,
    title: bool,
    note: bool,
}

fn style() -> impl Strategy<Value = Style> {
    let signs = prop_oneof![Just(','), Just(';'), Just('\t'), Just('|')];
    let breaks = prop_oneof![Just("\n"), Just("\r\n")];
    (signs, breaks, any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(delimiter, line_break, ends, quotes, title, note)| Style { delimiter, line_break, ends, quotes, title, note },
    )
}

type Rows = Vec<(String, Vec<String>)>;

fn rows() -> impl Strategy<Value = Rows> {
    let figure = prop_oneof![
        4 => "[1-9][0-9]{0,3}", 1 => "[0-9]\\.[0-9]{2}", 1 => Just("..".to_owned()), 1 => Just(String::new()),
        1 => Just("a \"b\"; c, d".to_owned()), 1 => Just("$5".to_owned()), 1 => Just("7 p".to_owned()),
    ];
    prop::collection::vec(("[A-E][a-zé]{1,5}", prop::collection::vec(figure, 3)), 1..9)
}

fn written(style: Style, rows: &Rows) -> String {
    let cell = |it: &String| {
        let needs = it.contains([style.delimiter, '"']);
        if needs || style.quotes { format!("\"{}\"", it.replace('"', "\"\"")) } else { it.clone() }
    };
    let heading = ["place", "first", "second", "third"].map(str::to_owned).to_vec();
    let lines = std::iter::once(heading).chain(rows.iter().map(|it| [vec![it.0.clone()], it.1.clone()].concat()));
    let sign = style.delimiter.to_string();
    let mut lines: Vec<String> = lines.map(|it| it.iter().map(cell).collect::<Vec<_>>().join(&sign)).collect();
    if style.title {
        lines.splice(0..0, ["Deaths by place".to_owned(), String::new()]);
    }
    if style.note {
        lines.push("Note: provisional".to_owned());
    }
    lines.join(style.line_break) + if style.ends { style.line_break } else { "" }
}

fn edited(rows: &Rows, edits: &[(u8, prop::sample::Index, String)]) -> Rows {
    let mut rows = rows.clone();
    for (what, at, text) in edits {
        let at = at.index(rows.len());
        match what % 6 {
            0 | 1 => rows[at].1[usize::from(*what) % 3].clone_from(&text.len().to_string()),
            2 if rows.len() > 1 => drop(rows.remove(at)),
            3 => rows.insert(at, (text.clone(), vec!["7".to_owned(), "8,5".to_owned(), "x".to_owned()])),
            4 => rows[at].0.clone_from(text),
            _ => {
                let row = rows.remove(at);
                rows.push(row);
            }
        }
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::draws::by_hand().unwrap_or(300)))]

    #[test]
    fn a_patch_of_the_old_file_is_the_new_one_to_the_byte(
        rows in rows(), edits in edits(), old_style in style(), new_style in style(), same: bool, keyed: bool,
        encoding in prop_oneof![Just(("UTF-8", false)), Just(("UTF-8", true)), Just(("UTF-16LE", true))],
    ) {
        let new_style = if same { old_style } else { new_style };
        let old = written(old_style, &rows);
        let new = encode(&written(new_style, &edited(&rows, &edits)), encoding.0, encoding.1).unwrap();
        let (old, new_file) = (File::csv(&old), File::of("t.csv", &new));
        let key = if keyed { vec!["place".to_owned()] } else { Vec::new() };
        let has = |it: &File| it.tables[0].columns.iter().any(|it| it.name == "place");
        let key = if has(&old) || has(&new_file) { key } else { Vec::new() };
        let it = compared(&old, &new_file, &Options { key, ..Options::default() });
        prop_assert_eq!(patched(&old, &it), new);
    }

    #[test]
    fn merging_a_copy_with_itself_or_its_base_gives_it_back(rows in rows(), edits in edits(), style in style()) {
        let (base, copy) = (written(style, &rows), written(style, &edited(&rows, &edits)));
        for it in [merged(&base, &copy, &copy), merged(&base, &copy, &base), merged(&base, &base, &copy)] {
            prop_assert_eq!((it.text, it.conflicts), (copy.clone(), Vec::new()));
        }
    }

    #[test]
    fn two_corrections_in_different_cells_change_those_and_nothing_else(
        figures in prop::collection::vec(prop::collection::vec(1_u32..9000, 3), 3..9), style in style(),
        first in any::<prop::sample::Index>(), second in any::<prop::sample::Index>(),
    ) {
        let name = |at: usize| format!("Place {}", char::from(b'A' + u8::try_from(at).unwrap()));
        let rows: Rows = figures.iter().enumerate().map(|(at, it)| (name(at), it.iter().map(u32::to_string).collect())).collect();
        let cells = rows.len() * 3;
        let (first, second) = (first.index(cells), second.index(cells));
        prop_assume!(first != second);
        let with = |of: &[usize]| {
            let mut rows = rows.clone();
            for it in of {
                rows[it / 3].1[it % 3] = (77_000 + it).to_string();
            }
            written(style, &rows)
        };
        let joined = merged(&with(&[]), &with(&[first]), &with(&[second]));
        prop_assert_eq!((joined.text, joined.conflicts), (with(&[first, second]), Vec::new()));
    }
}
