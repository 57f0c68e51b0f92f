//! Figures that were revised, from snapshots.

use std::sync::Arc;

use super::{HistoryOptions, Reading, files, load_rules};
use crate::check::{Accepted, replaced_vintages};
use crate::error::{Error, ErrorKind, Result};
use crate::history::{UsualRevision, Vintage, judge_vintages, vintages};
use crate::nearest::nearest;
use crate::snapshot;

/// A revised figure, and how usual it is.
type JudgedRevision = (Vintage, Option<UsualRevision>);

/// The revised figures of a dataset that are asked for, judged, and all of them.
pub(crate) fn revisions(source: &str, options: &HistoryOptions) -> Result<(Vec<JudgedRevision>, Vec<Vintage>)> {
    let all = of_dataset(source, &options.reading)?;
    let wanted = options.series.as_ref().map(|it| it.to_lowercase());
    let is_wanted =
        |it: &Vintage| wanted.as_ref().is_none_or(|wanted| it.place.join(", ").to_lowercase().contains(wanted));
    // Series are chosen after: what is usual is learnt from all of a column.
    let mut judged = judge_vintages(all.clone());
    judged.retain(|it| is_wanted(&it.0));
    Ok((judged, all))
}

/// The revised figures of a dataset: those that a later edition prints otherwise, and those that
/// took the place of others in the snapshot of their own edition.
fn of_dataset(source: &str, reading: &Reading) -> Result<Vec<Vintage>> {
    let datasets = load_rules(reading.rules.as_deref())?;
    let Some(dataset) = datasets.iter().find(|it| it.name == source) else {
        let error = Error::new(ErrorKind::NotFound, "no such dataset").in_file(source);
        return Err(match nearest(source, datasets.iter().map(|it| it.name.as_str())) {
            Some(it) => error.hint(format!("the nearest dataset is {it}")),
            None => error.hint("revisions are found in the snapshots of a dataset with a rule file"),
        });
    };
    let folder = snapshot::find_folder(reading.snapshots.as_deref());
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
