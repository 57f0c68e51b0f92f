//! `crossfoot sql`: checks as queries, for engines that hold the tables.

use std::path::PathBuf;

use clap::Args;

use super::{load_rules, output};
use crate::check::queries::{Query, queries};
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::plan::sql::Dialect;

#[derive(Debug, Args)]
pub(super) struct SqlArgs {
    /// Rule file, or folder of rule files [default: `rules`, found upwards]
    rules: Option<PathBuf>,
    /// The engine: duckdb, postgresql, sqlite or spark (Sail too)
    #[arg(long, value_name = "ENGINE")]
    dialect: String,
    /// The name of a declared table in the engine, in SQL: orders=sales.orders; repeatable
    #[arg(long = "table", value_name = "TABLE=NAME")]
    tables: Vec<String>,
    /// Print only these rules; repeatable or comma-separated
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
}

/// Prints a query for each check; what is not printed is told in a comment.
///
/// # Errors
///
/// [`ErrorKind::Usage`] for an engine, a table or a rule that is not known, and those of
/// rule files.
pub(super) fn run(args: &SqlArgs) -> Result<()> {
    let dialect = Dialect::WORDS.iter().find(|it| it.0 == args.dialect).map(|it| it.1).ok_or_else(|| {
        let words = Dialect::WORDS.map(|it| it.0).join(", ");
        let message = format!("expected one of {words} after --dialect, found \"{}\"", args.dialect);
        Error::new(ErrorKind::Usage, message)
    })?;
    let datasets = load_rules(args.rules.as_deref())?;
    let declared = datasets.iter().flat_map(|it| &it.tables).map(|it| it.name.as_str());
    let tables: Vec<(&str, &str)> = args.tables.iter().map(|it| named(it, declared.clone())).collect::<Result<_>>()?;
    let name = |table: &str| {
        let given = tables.iter().find(|it| it.0 == table).map(|it| it.1.to_owned());
        given.unwrap_or_else(|| dialect.quoted(table))
    };
    let mut text = String::new();
    let mut all: Vec<Query> = Vec::new();
    for dataset in &datasets {
        let mut found = queries(dataset, dialect, &name);
        found.retain(|it| args.select.is_empty() || args.select.contains(&it.rule));
        text.extend(found.iter().map(|it| written(&dataset.name, it)));
        all.extend(found);
    }
    if let Some(unknown) = args.select.iter().find(|it| !all.iter().any(|query| query.rule == **it)) {
        let error = Error::new(ErrorKind::Usage, format!("there is no rule \"{unknown}\""));
        let names = datasets.iter().flat_map(|it| &it.rules).map(|it| it.name.as_str());
        return Err(match nearest(unknown, names) {
            Some(name) => error.hint(format!("the nearest name is {name}")),
            None => error,
        });
    }
    output::print(text.as_bytes())?;
    let left = all.iter().filter(|it| it.sql.is_err()).count();
    if left > 0 {
        let (checks, them) = if all.len() == 1 { ("check", "it") } else { ("checks", "them") };
        output::aside(&format!("{left} of {} {checks} not printed; use `crossfoot check` for {them}\n", all.len()));
    }
    Ok(())
}

/// A table and its name in the engine.
fn named<'a>(text: &'a str, mut declared: impl Iterator<Item = &'a str>) -> Result<(&'a str, &'a str)> {
    let usage = |message: String| Error::new(ErrorKind::Usage, message);
    let parts = text.split_once('=').filter(|it| !it.1.is_empty());
    let parts = parts.ok_or_else(|| usage(format!("expected TABLE=NAME after --table, found \"{text}\"")))?;
    if declared.any(|it| it == parts.0) {
        return Ok(parts);
    }
    Err(usage(format!("no rule file declares the table {}", parts.0)))
}

/// A query with what it is of.
fn written(dataset: &str, it: &Query) -> String {
    let plain = |it: &str| it.chars().map(|it| if it.is_control() { ' ' } else { it }).collect::<String>();
    let (dataset, table, rule) = (plain(dataset), plain(&it.table), plain(&it.rule));
    match &it.sql {
        Ok(sql) => format!("-- {dataset}, table {table}, rule {rule}: rows that may fail\n{sql};\n\n"),
        Err(why) => format!("-- {dataset}, table {table}, rule {rule}: not printed: {why}\n\n"),
    }
}
