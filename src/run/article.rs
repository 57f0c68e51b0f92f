//! What `article` does: every number in a draft, and what can be said of it.

use std::sync::Arc;

use super::opened::Opened;
use super::rules::known_folder;
use super::{Reading, Source, collect, load_rules};
use crate::article::Article;
use crate::check::{self, Draft, FailOn, Outcome};
use crate::error::{Error, ErrorKind, Result};
use crate::source;
use crate::table::Layout;

/// How a draft is checked.
#[derive(Clone, Debug, Default)]
pub struct ArticleOptions {
    /// What the draft is held against; `from` is how the draft is read.
    pub reading: Reading,
    /// What makes the run fail.
    pub fail_on: FailOn,
    /// The day that the draft was written: `2005-03-02`.
    pub date: Option<String>,
}

/// Checks every number in a draft against its own text, tables and accepted editions.
///
/// `draft` is a file, or `-` for standard input; `tables` are the tables that it is about.
///
/// # Errors
///
/// [`ErrorKind::NotFound`] for a file that is not there, [`ErrorKind::Usage`] for a
/// draft that is a table, and what [`load_rules`] says of a rule file.
pub fn article(draft: &str, tables: &[Source], options: &ArticleOptions) -> Result<(Article, Outcome)> {
    let reading = Reading { from: None, ..options.reading.clone() };
    let datasets = load_rules(reading.rules.as_deref())?;
    let judged = check::Options { fail_on: options.fail_on, ..reading.options(&datasets)? };
    known_folder(reading.snapshots.as_deref())?;
    let past = Arc::clone(&judged.accepted);
    let draft = read_draft(draft, options)?;
    let mut loaded = Vec::new();
    for input in Source::inputs(tables, &[])? {
        let (document, format) = Opened::new(&input)?.document(None, &|it| check::layout_of(it, &datasets, &judged))?;
        loaded.push(check::load(document, format, &datasets, &judged)?);
    }
    let (article, mut outcome) = check::article(&draft, &loaded, &datasets, &past, &judged)?;
    // The text and JSON of an article say more of each number than findings do.
    outcome.undetermined.truncate(judged.max_findings);
    Ok((article, outcome))
}

/// The draft, with the day that it was written.
fn read_draft(name: &str, options: &ArticleOptions) -> Result<Draft> {
    let inputs = collect(&[name.to_owned()])?;
    let [input] = inputs.as_slice() else {
        let message = format!("expected one draft, found {} files", inputs.len());
        return Err(Error::new(ErrorKind::Usage, message).in_file(name));
    };
    let (document, found) = Opened::new(input)?.document(options.reading.from, &|_| Layout::default())?;
    let format = match found {
        source::Format::Html | source::Format::Workbook => found,
        _ if options.reading.from.is_some() && found != source::Format::Page => {
            let error = Error::new(ErrorKind::Usage, "a draft must be a page or HTML, not a table file");
            return Err(error.hint("give tables with --table"));
        }
        _ => source::Format::Page,
    };
    if format == source::Format::Workbook && !document.sheets.iter().any(|it| it.is_prose) {
        let error = Error::new(ErrorKind::Unreadable, "expected a draft with text, found a workbook of tables");
        return Err(error.in_file(name).hint("give tables with --table, and the text as the draft"));
    }
    let written = options.date.as_deref().map(|it| {
        it.parse().map_err(|_| {
            Error::new(ErrorKind::Usage, format!("expected a date for the draft, found \"{it}\""))
                .hint("write dates as 2005-03-02")
        })
    });
    Ok(Draft { document, format, written: written.transpose()? })
}
