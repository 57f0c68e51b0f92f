//! The shipped example: a page of 2005 with its rule file, the edition before it, and a draft.

use std::sync::Arc;

use super::given::Given;
use super::state::State;
use crate::check::Accepted;
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Dataset;
use crate::snapshot;

const PAGE: &str = include_str!("../../examples/incoming/2005-03-08.txt");
const RULES: &str = include_str!("../../rules/city-crime.toml");
const BEFORE: &str = include_str!("../../snapshots/city-crime/2005-02-23.snap");
const DRAFT: &str = include_str!("../../examples/article/draft.md");

/// The names that they are shown by.
const FILES: [&str; 3] = ["2005-03-08.txt", "rules/city-crime.toml", "city-crime/2005-02-23.snap"];

/// The rule file of the example, where none of that name is at hand.
///
/// # Errors
///
/// What [`crate::rules::load`] says of it: the shipped one is in order.
pub(super) fn rules(datasets: &[Dataset]) -> Result<Option<Dataset>> {
    let none = |_: &str| Err(Error::new(ErrorKind::NotFound, "the example reads no other file"));
    let dataset = crate::rules::load(FILES[1], RULES, &none)?;
    Ok((!datasets.iter().any(|it| it.name == dataset.name)).then_some(dataset))
}

impl State {
    /// The state with the example on the desk.
    #[must_use]
    pub fn with_example(&self) -> Self {
        let Ok(page) = Given::read(FILES[0], PAGE.as_bytes()) else { return self.clone() };
        let before = snapshot::open(FILES[2], BEFORE.as_bytes(), self.setting.all()).ok();
        let is_known = |it: &Accepted| self.work.accepted.iter().any(|known| known.dataset == it.dataset);
        let mut accepted: Vec<Accepted> = self.work.accepted.to_vec();
        accepted.extend(before.filter(|it| !is_known(it)));
        let draft = Some(Arc::from(DRAFT));
        self.with_all(page, draft, accepted.into(), "the example was added to the desk")
    }
}
