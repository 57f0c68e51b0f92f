//! The one test binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod across;
mod article;
mod article_passages;
mod article_story;
mod article_tables;
mod baseline;
mod blame;
mod book;
#[cfg(feature = "parquet")]
mod columns;
#[cfg(feature = "parquet")]
mod columns_diff;
mod common;
mod corpus;
mod corrections;
mod database;
mod diff;
mod diff_book;
mod diff_bytes;
mod diff_causes;
mod diff_cli;
mod diff_rows;
mod diff_table;
mod differential;
mod doubt;
mod draws;
mod elections;
mod errors;
mod examples;
mod exchange;
mod extends;
mod follows;
mod formats;
#[cfg(feature = "parquet")]
mod frames;
mod glued;
mod grammar;
mod history;
mod html;
mod implied;
mod init;
mod invariance;
mod json;
mod keys;
mod language;
mod large;
mod large_diff;
mod large_follows;
mod layout;
mod lint;
mod lsp;
mod optional;
mod packed;
mod page;
mod pages;
#[cfg(unix)]
mod pdf;
mod quiet;
mod readme;
mod references;
mod renames;
mod repairs;
mod review;
mod revisions;
mod rule_tests;
mod schema;
mod series;
mod shapes;
mod sheets;
mod slips;
mod snapshot;
mod sql;
mod styles;
mod suggest;
mod support;
mod suspect;
mod tabfact;
mod tidy;
mod usual;
mod verdict;
mod watch;
mod web;
