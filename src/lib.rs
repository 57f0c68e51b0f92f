//! Checks published tables against themselves, and points at the figure that is wrong.
//!
//! ```
//! use std::sync::Arc;
//!
//! use crossfoot::check::{self, Options, RunVerdict};
//! use crossfoot::source::{self, Format};
//!
//! let csv = "ward,on the day,by mail,votes\nAshby,1204,918,2122\nBarrow,877,1015,1892\n\
//!     Corby,1431,1290,2721\nDerwent,652,701,1353\nExton,1988,1622,3160\n\
//!     Fenwick,1147,1093,2240\nTotal,7299,6639,13938\n";
//! let document = Arc::new(source::decode("wards.csv", csv.into())?);
//! // Rule files are loaded by `rules::load`; without any, a table is held against itself.
//! let (datasets, options) = (Vec::new(), Options::default());
//! let loaded = check::load(document, Format::Delimited, &datasets, &options)?;
//! let outcome = check::check(vec![loaded], &datasets, &[], &options)?;
//!
//! assert_eq!(outcome.verdict(), RunVerdict::Failed);
//! let finding = &outcome.findings[0];
//! assert_eq!((finding.places[0].line, finding.places[0].text.as_str()), (6, "3160"));
//! assert!(finding.message.starts_with("Exton, votes 3160 does not match votes = on the day + by mail"));
//! # Ok::<(), crossfoot::Error>(())
//! ```
//!
//! Modules in the order that data travel.

pub mod error;

pub mod nearest;

pub mod table;

pub mod plan;

mod slip;

pub mod source;

pub mod finding;

pub mod rules;

pub mod diff;

pub mod article;

pub mod history;

pub mod repair;

pub mod discover;

pub mod check;

#[cfg_attr(not(feature = "cli"), expect(dead_code, unused_imports, reason = "only the command line asks for some"))]
pub mod suggest;

pub mod exchange;

pub mod snapshot;

pub mod test;

pub mod report;

#[cfg_attr(not(feature = "cli"), expect(dead_code, unused_imports, reason = "only the command line asks for some"))]
pub mod run;

pub mod desk;

#[cfg(feature = "cli")]
pub mod cli;

pub use error::{Error, ErrorKind, Result};
