//! Series of one edition that were judged already.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Correction, Course, Series, SeriesOnFile, Verdicts};

/// Which series were asked for, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// Tables by index, each with the columns named; all that can be judged where none is.
    pub tables: Vec<(usize, Vec<String>)>,
    /// The column of the totals that they are parts of.
    pub of: Option<String>,
    /// Whether their changes are judged.
    pub by_change: bool,
    /// Which rows are among them, in words of the rule file.
    pub chosen: Option<String>,
    /// How their number is allowed for.
    pub correction: Correction,
}

/// Series with what was made of them.
pub type Judgements = Arc<(Vec<Series>, Verdicts)>;

/// A row or a column of a table, by index.
type LeftOutPart = (usize, Option<usize>, Option<usize>);

/// What was made of the series of one edition: the rule that asks, the words
/// for it, and the repairs rest on one judgement.
#[derive(Debug, Default)]
pub struct Memo {
    known: Mutex<Vec<(Asking, Judgements)>>,
    /// What was learnt of those that were asked for, up to this edition.
    courses: Mutex<Vec<(Asking, Course)>>,
    /// Columns and rows of tables by index, of which something else is told.
    left_out: Mutex<HashSet<LeftOutPart>>,
    /// The series of all editions on file.
    on_file: Option<Arc<SeriesOnFile>>,
}

impl Memo {
    /// Nothing made yet of an edition whose series are on file.
    pub fn over(on_file: Arc<SeriesOnFile>) -> Self {
        Self { on_file: Some(on_file), ..Self::default() }
    }

    /// The series of all editions on file, where they are known.
    pub fn on_file(&self) -> Option<&SeriesOnFile> {
        self.on_file.as_deref()
    }

    /// What was made of series, or is made of them now.
    pub fn judged(&self, asking: Asking, judge: impl FnOnce(&mut Course) -> (Vec<Series>, Verdicts)) -> Judgements {
        // What is in it is whole even where a thread broke off beside it.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, it)) = known.iter().find(|it| it.0 == asking) {
            return Arc::clone(it);
        }
        let mut courses = self.courses.lock().unwrap_or_else(PoisonError::into_inner);
        let at = courses.iter().position(|it| it.0 == asking).unwrap_or_else(|| {
            courses.push((asking.clone(), Course::default()));
            courses.len() - 1
        });
        let made = Arc::new(judge(&mut courses[at].1));
        known.push((asking, Arc::clone(&made)));
        made
    }

    /// Goes on from what was learnt up to the edition before.
    pub fn follow(&self, before: &Self) {
        let learnt = std::mem::take(&mut *before.courses.lock().unwrap_or_else(PoisonError::into_inner));
        *self.courses.lock().unwrap_or_else(PoisonError::into_inner) = learnt;
    }

    /// Leaves a row or a column of a table to what else is told of it.
    pub fn leave_out(&self, table: usize, row: Option<usize>, column: Option<usize>) {
        self.left_out.lock().unwrap_or_else(PoisonError::into_inner).insert((table, row, column));
    }

    /// Whether a figure is left to what else is told of it.
    pub fn leaves_out(&self, [table, row, column]: [usize; 3]) -> bool {
        let left_out = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        left_out.contains(&(table, Some(row), None)) || left_out.contains(&(table, None, Some(column)))
    }

    /// Forgets everything: histories are large, and an edition is judged once.
    pub fn clear(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_again_is_not_judged_again() {
        let memo = Memo::default();
        let asking = |table: usize| Asking {
            tables: vec![(table, Vec::new())],
            of: None,
            by_change: false,
            chosen: None,
            correction: Correction::Hochberg,
        };
        let first = memo.judged(asking(0), |_| Default::default());
        let again = memo.judged(asking(0), |_| panic!("it was judged"));
        assert!(Arc::ptr_eq(&first, &again));
        assert!(!Arc::ptr_eq(&first, &memo.judged(asking(1), |_| Default::default())));
        memo.clear();
        assert!(!Arc::ptr_eq(&first, &memo.judged(asking(0), |_| Default::default())));
    }
}
