//! Which tables of a file a user means, read as they are declared.

use std::slice;

use jiff::civil::Date;

use super::assemble::table_name;
use super::claim::{Claim, claim, matches_any};
use super::{Options, declared, printed_before};
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::rules::Dataset;
use crate::source::{Format, Hints, Page};
use crate::table::{Document, NumberStyle, Pin, fold};

/// Reads the tables of a document that the user means, and finds its dataset;
/// says whether the table that the user names is among what is printed.
pub(super) fn read(
    document: &Document,
    format: Format,
    datasets: &[Dataset],
    options: &Options,
) -> Result<(Page, Option<Claim>, bool)> {
    let published = date_in(&document.name);
    let layout = declared::layout_of(&document.name, datasets, options);
    let locale = locale_of(None, options);
    let hints = Hints {
        published,
        today: options.today,
        pins: &options.pins,
        locale,
        layout: Some(&layout),
        ..Hints::default()
    };
    let read = |hints: &Hints<'_>| {
        let (page, found) = meant(options.table.as_deref(), document, format.read(document, hints)?);
        let claimed = claim(document, &page, datasets, options)?;
        Ok((page, claimed, found))
    };
    let first = read(&hints)?;
    let Some(claimed) = &first.1 else {
        for layout in declared::others(datasets, options) {
            // What such a layout makes of another file is no error.
            match read(&Hints { layout: Some(&layout), ..hints }) {
                Ok(again) if again.1.is_some() => return Ok(again),
                _ => {}
            }
        }
        return Ok(first);
    };
    let dataset = &datasets[claimed.dataset];
    let own = declared::of_claim(claimed, datasets, options).filter(|it| *it != layout);
    if format != Format::Page && own.is_none() {
        return Ok(first);
    }
    // The rule file knows titles, rows and arity: read again with them.
    let of_file = |it: &&Pin| it.file.as_ref().is_none_or(|it| matches_any(slice::from_ref(it), &document.name));
    let pins: Vec<Pin> = options.pins.iter().chain(dataset.pins.iter().filter(of_file)).cloned().collect();
    let locale = locale_of(Some(dataset), options);
    let layout = own.as_ref().or(Some(&layout));
    let before = options.edition.or(first.0.period);
    let history = match format {
        Format::Page => printed_before::rows(&options.accepted, &dataset.name, before),
        _ => Vec::new(),
    };
    let (tables, cadence) = (dataset.tables.as_slice(), dataset.cadence);
    read(&Hints { tables, cadence, pins: &pins, history: &history, locale, layout, ..hints })
}

/// How numbers are printed in the language that the user or the rule file names.
pub(super) fn locale_of(dataset: Option<&Dataset>, options: &Options) -> Option<NumberStyle> {
    let tag = options.locale.as_deref().or_else(|| dataset?.locale.as_deref());
    tag.and_then(NumberStyle::of_locale)
}

/// The tables of a page that a user means by what is printed; all where none
/// is, and whether one is.
fn meant(wanted: Option<&str>, document: &Document, mut page: Page) -> (Page, bool) {
    let is_meant = |it: usize, wanted: &str| {
        page.grids[it].is_meant(it + 1, wanted) || fold(&table_name(document, &page, it)) == fold(wanted)
    };
    let kept: Vec<bool> = (0..page.grids.len()).map(|it| wanted.is_some_and(|wanted| is_meant(it, wanted))).collect();
    let found = kept.contains(&true);
    if found {
        let mut kept = kept.into_iter();
        page.grids.retain(|_| kept.next().unwrap_or(false));
    }
    (page, found)
}

/// Keeps the table that a user means by its declared name.
pub(super) fn keep_declared(
    wanted: &str,
    document: &Document,
    dataset: Option<&Dataset>,
    page: &mut Page,
    claimed: Option<&mut Claim>,
) -> Result<()> {
    let declared = dataset.and_then(|it| it.tables.iter().position(|it| fold(&it.name) == fold(wanted)));
    let at = claimed.as_ref().and_then(|it| it.tables.iter().position(|it| it.is_some() && *it == declared));
    if let (Some(at), Some(claimed)) = (at, claimed) {
        claimed.tables = vec![declared];
        page.grids = vec![page.grids.swap_remove(at)];
        return Ok(());
    }
    let declared = dataset.into_iter().flat_map(|it| it.tables.iter().map(|it| it.name.clone()));
    let names: Vec<String> = (0..page.grids.len()).map(|it| table_name(document, page, it)).chain(declared).collect();
    let missing = Error::new(ErrorKind::Usage, format!("there is no table \"{wanted}\"")).in_file(&document.name);
    Err(match nearest(wanted, names.iter().map(String::as_str)) {
        Some(name) => missing.hint(format!("the nearest name is {name}")),
        None => missing.hint(format!("known tables: {}", names.join(", "))),
    })
}

/// A date in a file name (`2006-06-21-page.txt`).
fn date_in(file: &str) -> Option<Date> {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.char_indices().find_map(|(at, _)| name.get(at..at + 10)?.parse().ok())
}
