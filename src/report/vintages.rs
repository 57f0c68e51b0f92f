//! Revised figures with what is usual for figures as old: for people, as JSON
//! (`crossfoot-history`, `revisions`) and as CSV, a line a revision.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::Look;
use super::escape::cell;
use crate::history::{UsualRevision, Vintage, percent, usual_vintages};

/// So many of the last ordinary revisions of a column are listed, unless all are asked for.
const LISTED: usize = 10;

/// A figure that was revised: it differs from the one printed before.
#[derive(Serialize, JsonSchema)]
pub(super) struct Revised<'a> {
    table: &'a str,
    row: &'a str,
    column: &'a str,
    /// The period that the figure is for.
    period: String,
    /// The edition that prints it anew.
    edition: String,
    /// How many editions lie between the two.
    age: i64,
    /// An exact decimal.
    before: &'a str,
    /// An exact decimal.
    after: &'a str,
    /// The smallest and the largest usual figure; null where too few revisions are on file.
    low: Option<f64>,
    high: Option<f64>,
    /// How often chance alone revises a figure this far.
    p: Option<f64>,
    grade: &'static str,
}

fn revised((it, usual): &(Vintage, Option<UsualRevision>)) -> Revised<'_> {
    let [table, row, column] = it.place.each_ref().map(String::as_str);
    let end = |factor: f64| it.revision.then * factor;
    Revised {
        table,
        row,
        column,
        period: it.period.to_string(),
        edition: it.edition.to_string(),
        age: it.revision.age,
        before: &it.printed[0],
        after: &it.printed[1],
        low: usual.as_ref().map(|it| end(it.low)),
        high: usual.as_ref().map(|it| end(it.high)),
        p: usual.as_ref().map(|it| it.p),
        grade: grade(usual.as_ref()),
    }
}

fn grade(usual: Option<&UsualRevision>) -> &'static str {
    match usual {
        None => "not judged",
        Some(it) if it.is_out() => "check before printing",
        Some(_) => "as expected",
    }
}

/// All revisions, as the JSON document has them.
pub(super) fn all(judged: &[(Vintage, Option<UsualRevision>)]) -> Vec<Revised<'_>> {
    judged.iter().map(revised).collect()
}

pub(super) fn csv(judged: &[(Vintage, Option<UsualRevision>)], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record([
        "table", "row", "column", "period", "edition", "age", "before", "after", "low", "high", "p", "grade",
    ])?;
    let number = |it: Option<f64>| it.map_or(String::new(), |it| it.to_string());
    for it in judged.iter().map(revised) {
        writer.write_record([
            &cell(it.table),
            &cell(it.row),
            &cell(it.column),
            it.period.as_str(),
            &it.edition,
            &it.age.to_string(),
            it.before,
            it.after,
            &number(it.low),
            &number(it.high),
            &number(it.p),
            it.grade,
        ])?;
    }
    writer.flush()
}

/// For people: of each column what is usual by all revisions on file, and those that were asked for.
pub(super) fn text(
    judged: &[(Vintage, Option<UsualRevision>)],
    all: &[Vintage],
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let usual = usual_vintages(all);
    let mut columns: BTreeMap<[&str; 2], Vec<&(Vintage, Option<UsualRevision>)>> = BTreeMap::new();
    for it in judged {
        columns.entry([&it.0.place[0], &it.0.place[2]]).or_default().push(it);
    }
    for (column, own) in &columns {
        writeln!(out, "{}, {}\n", column[0], column[1])?;
        let mut ages = vec![["age", "revisions", "typical", "usual"].map(str::to_owned)];
        ages.extend(
            usual
                .iter()
                .filter(|it| it.0.0 == *column)
                .map(|((_, age), it)| [age.to_string(), it.number.to_string(), percent(it.typical), it.range()]),
        );
        if ages.len() > 1 {
            aligned(&ages, out)?;
        }
        listed(own, look, out)?;
    }
    if look.quiet {
        return Ok(());
    }
    let out_of = judged.iter().filter(|it| it.1.as_ref().is_some_and(UsualRevision::is_out)).count();
    let noun = if judged.len() == 1 { "revision" } else { "revisions" };
    writeln!(out, "{} {noun}: {out_of} unusual", judged.len())
}

/// The unusual revisions of a column and the last of the others.
fn listed(own: &[&(Vintage, Option<UsualRevision>)], look: Look, out: &mut dyn Write) -> io::Result<()> {
    let first = if look.verbose { 0 } else { own.len().saturating_sub(LISTED) };
    let is_shown = |(at, it): &(usize, &&(Vintage, Option<UsualRevision>))| {
        *at >= first || it.1.as_ref().is_some_and(UsualRevision::is_out)
    };
    let mut lines = vec![["period", "row", "age", "before", "after", "change", "usual", "grade"].map(str::to_owned)];
    lines.extend(own.iter().enumerate().filter(is_shown).map(|(_, (it, usual))| {
        let change = it.revision.now / it.revision.then;
        [
            it.period.to_string(),
            it.place[1].clone(),
            it.revision.age.to_string(),
            it.printed[0].clone(),
            it.printed[1].clone(),
            if change.is_finite() { percent(change) } else { String::new() },
            usual.as_ref().map_or(String::new(), UsualRevision::range),
            grade(usual.as_ref()).to_owned(),
        ]
    }));
    let left = own.len() + 1 - lines.len();
    aligned(&lines, out)?;
    if left > 0 {
        writeln!(out, "  … and {left} earlier ordinary ones\n")?;
    }
    Ok(())
}

/// Lines of cells, each column as wide as its widest cell.
fn aligned<const N: usize>(lines: &[[String; N]], out: &mut dyn Write) -> io::Result<()> {
    let width = |at: usize| lines.iter().map(|it| it[at].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    for line in lines {
        let cells: Vec<String> = line.iter().zip(widths).map(|(it, width)| format!("{it:<width$}")).collect();
        writeln!(out, "{}", format!("  {}", cells.join("  ")).trim_end())?;
    }
    writeln!(out)
}
