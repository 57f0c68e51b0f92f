//! The kinds of rules: one file a kind, and the list of them.
//!
//! A kind's file holds two things that the list below picks up: `Spec`, which
//! is exactly what stands behind the kind's key in a rule file, and
//! `compile`, which turns it into a [`Kind`] or says what is wrong with it.
//! A new kind is its file, its page in `rules/kinds`, and its two lines here.

mod bind;
mod keys;
mod said;
#[cfg(test)]
mod sample;
mod words;

// Not declared by the macro below: rustfmt formats only modules that it sees.
mod codes;
mod cumulative;
pub(crate) mod expect;
mod matches;
pub(super) mod part;
mod range;
mod reference;
mod revision;
mod rows;
mod share;
mod sum;
mod tally;
mod unique;
mod usual;

use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{At, Binding, Kind};
use crate::error::Result;
use crate::finding::Severity;
pub(crate) use rows::compare;
pub(crate) use rows::{RowTable, check_row, read_row};
pub(crate) use said::grouped;
pub(crate) use words::Allowance;
pub(crate) use words::SeverityWord;
use words::{MissingWord, RoundingWord};

/// A kind of rule, and its manual.
#[derive(Clone, Copy, Debug)]
pub struct KindInfo {
    /// The word for it: its key in rule files.
    pub name: &'static str,
    /// Its page in Markdown: manual, examples and test.
    pub page: &'static str,
}

/// Lists the kinds: from it come the stanza's keys, their dispatch and their pages.
macro_rules! kinds {
    ($($kind:ident),+ $(,)?) => {
        /// One rule: what must hold, by exactly one of the kinds' keys.
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(rename = "Rule")]
        pub(crate) struct Stanza {
            /// Its name in findings, --select and --ignore.
            pub(crate) name: At<String>,
            /// The table it applies to; optional if there is only one.
            pub(crate) table: Option<At<String>>,
            /// The rows it applies to: a SQL condition over the columns of its table.
            #[serde(rename = "where")]
            pub(crate) filter: Option<At<String>>,
            /// The severity of a failure; error by default.
            pub(crate) severity: Option<SeverityWord>,
            /// Why it should hold, shown with findings.
            pub(crate) why: Option<String>,
            /// Who says so: a link or a citation.
            pub(crate) source: Option<String>,
            /// Whether an edition may give it nothing to check, without a finding.
            #[serde(default)]
            pub(crate) optional: bool,
            /// How to treat a missing figure; undetermined by default.
            pub(crate) missing: Option<MissingWord>,
            /// How to treat printed precision; exact by default.
            pub(crate) rounding: Option<RoundingWord>,
            /// How many of its checks on an edition may fail: a number, or a share as "2%".
            pub(crate) at_most: Option<At<Allowance>>,
            $(
                #[doc = concat!("See the page of the kind `", stringify!($kind), "`.")]
                pub(crate) $kind: Option<At<$kind::Spec>>,
            )+
        }

        impl Stanza {
            /// The kinds that are written in it, with where.
            pub(crate) fn kinds(&self) -> Vec<(&'static str, Range<usize>)> {
                let mut written = Vec::new();
                $(written.extend(self.$kind.as_ref().map(|it| (stringify!($kind), it.span())));)+
                written.sort_by_key(|it| it.1.start);
                written
            }

            /// What it says where it says it, and what a stanza of the same name says elsewhere.
            pub(crate) fn over(self, base: Self) -> Self {
                Self {
                    name: self.name,
                    table: self.table.or(base.table),
                    filter: self.filter.or(base.filter),
                    severity: self.severity.or(base.severity),
                    why: self.why.or(base.why),
                    source: self.source.or(base.source),
                    optional: self.optional || base.optional,
                    missing: self.missing.or(base.missing),
                    rounding: self.rounding.or(base.rounding),
                    at_most: self.at_most.or(base.at_most),
                    $($kind: self.$kind.or(base.$kind),)+
                }
            }

            /// Compiles the first kind that is written in it.
            pub(crate) fn compile(&self, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
                $(
                    if let Some(spec) = &self.$kind {
                        return $kind::compile(spec, binding);
                    }
                )+
                unreachable!("the rule file's reader refuses stanzas without a kind")
            }
        }

        const KINDS: &[KindInfo] = &[$(KindInfo {
            name: stringify!($kind),
            page: include_str!(concat!("../../../rules/kinds/", stringify!($kind), ".md")),
        }),+];
    };
}

kinds! { sum, tally, part, expect, range, share, unique, codes, matches, rows, reference, cumulative, revision, usual }

/// Every kind, in the order of the manual.
pub fn all() -> &'static [KindInfo] {
    KINDS
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn every_page_begins_with_the_name_of_its_kind() {
        for kind in all() {
            assert!(kind.page.starts_with(&format!("# {}\n", kind.name)), "{}", kind.name);
        }
    }
}
