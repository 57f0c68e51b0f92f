//! `crossfoot history --vintages`: figures that were revised, from snapshots.

use std::sync::Arc;

use super::{Color, HistoryArgs, load_rules, output};
use crate::check::{Accepted, replaced_vintages};
use crate::cli::files;
use crate::error::{Error, ErrorKind, Result};
use crate::history::{Vintage, judge_vintages, vintages};
use crate::nearest::nearest;
use crate::report::HistoryFormat;
use crate::snapshot;

pub(super) fn run(args: &HistoryArgs, color: Color) -> Result<()> {
    let targets = output::targets(&args.outputs, &HistoryFormat::OF_REVISIONS)?;
    let all = args.vintages()?;
    let wanted = args.series.as_ref().map(|it| it.to_lowercase());
    let is_wanted =
        |it: &Vintage| wanted.as_ref().is_none_or(|wanted| it.place.join(", ").to_lowercase().contains(wanted));
    // Series are chosen after: what is usual is learnt from all of a column.
    let mut judged = judge_vintages(all.clone());
    judged.retain(|it| is_wanted(&it.0));
    let wish = output::Wish { color, quiet: args.quiet, verbose: args.verbose, text: false };
    output::write_each(&targets, wish, &[&args.source], |format, look, out| {
        format.write_revisions(&judged, &all, look, out)
    })
}

impl HistoryArgs {
    /// The revised figures of a dataset: those that a later edition prints otherwise, and those that
    /// took the place of others in the snapshot of their own edition.
    fn vintages(&self) -> Result<Vec<Vintage>> {
        let datasets = load_rules(self.rules.as_deref())?;
        let Some(dataset) = datasets.iter().find(|it| it.name == self.source) else {
            let error = Error::new(ErrorKind::NotFound, "no such dataset").in_file(&self.source);
            return Err(match nearest(&self.source, datasets.iter().map(|it| it.name.as_str())) {
                Some(it) => error.hint(format!("the nearest dataset is {it}")),
                None => error.hint("revisions are found in the snapshots of a dataset with a rule file"),
            });
        };
        let folder = snapshot::find_folder(self.snapshots.as_deref());
        let accepted = snapshot::all(&folder, &datasets)?;
        let mut own: Vec<&Accepted> = accepted.iter().filter(|it| it.dataset == dataset.name).collect();
        own.sort_by_key(|it| it.edition.period);
        if own.is_empty() {
            return Err(Error::new(ErrorKind::NotFound, format!("the dataset {} has no snapshots", dataset.name))
                .in_file(files::shown(&folder))
                .hint("`crossfoot accept FILE` keeps editions"));
        }
        let editions: Vec<_> = own.iter().map(|it| Arc::clone(&it.edition)).collect();
        let mut all: Vec<Vintage> =
            editions.windows(2).flat_map(|it| vintages(&it[1], &it[0], &dataset.calendar)).collect();
        all.extend(replaced_vintages(own.into_iter(), &dataset.calendar));
        Ok(all)
    }
}
