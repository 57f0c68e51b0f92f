//! Folds findings of one cause: the first of them tells of the others.

use std::collections::BTreeMap;

use crate::finding::{Cause, Finding, Status};

/// Lets the worst finding of each cause tell of the others; findings come worst first.
pub(super) fn fold(findings: &mut [Finding]) {
    let mut groups: BTreeMap<(Option<usize>, String), Vec<usize>> = BTreeMap::new();
    for (at, it) in findings.iter().enumerate() {
        // A finding that was waived tells nothing, and is not told of.
        if let Some(cause) = it.cause.as_ref().filter(|_| it.status != Status::Waived) {
            groups.entry((it.edition, cause.group.clone())).or_default().push(at);
        }
    }
    for members in groups.into_values() {
        let [first, others @ ..] = &members[..] else { continue };
        let lead = findings[*first].id.clone();
        let ids: Vec<String> = others.iter().map(|it| findings[*it].id.clone()).collect();
        for it in others {
            if let Some(cause) = &mut findings[*it].cause {
                cause.told_with = Some(lead.clone());
            }
        }
        if let Some(cause) = &mut findings[*first].cause {
            cause.tells = ids;
        }
    }
    // A cause that tells nothing more than its finding is none.
    for it in findings {
        let is_bare = |it: &Cause| *it == Cause { group: it.group.clone(), ..Cause::default() };
        it.cause = it.cause.take().filter(|it| !is_bare(it));
    }
}
