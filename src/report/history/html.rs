//! A page of series: those to look at first, each with its picture, figures behind it.

use std::io::{self, Write};

use super::super::escape::html as escaped;
use super::{HistorySeries, cells, plot};
use crate::history::Grade;

const CSS: &str = include_str!("../page.css");
const OWN_CSS: &str = include_str!("plot.css");
/// No request leaves the page, and no script runs in it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
/// So many series are drawn, and the last figures of each listed; the rest is counted.
const SERIES_MAX: usize = 200;
const LISTED_MAX: usize = 60;

pub(super) fn write(series: &[HistorySeries], out: &mut dyn Write) -> io::Result<()> {
    let grade = |it: &&HistorySeries| {
        it.points.last().and_then(|it| it.traced.as_ref()).map_or(Grade::NotJudged, |it| it.grade)
    };
    let mut order: Vec<&HistorySeries> = series.iter().collect();
    order.sort_by_key(|it| std::cmp::Reverse(grade(it)));
    let told = order.iter().filter(|it| grade(it) > Grade::AsExpected).count();
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>Series and their usual ranges</title>\n<style>\n{CSS}{OWN_CSS}</style>\n</head>\n<body>")?;
    writeln!(out, "<header>\n<h1>Series and their usual ranges</h1>")?;
    writeln!(out, "<p>{} series: {told} to look at in the last edition.</p>", series.len())?;
    writeln!(
        out,
        "<p class=\"key\"><span><i class=\"line\"></i>figures</span><span><i class=\"band\"></i>usual range</span>\
         <span><i class=\"year\"></i>a year earlier</span><span><i class=\"flag\"></i>check before printing</span>\
         <span><i class=\"look\"></i>worth a look</span><span><i class=\"event\"></i>holiday or event</span></p>"
    )?;
    writeln!(out, "</header>\n<main>")?;
    for it in order.iter().take(SERIES_MAX) {
        one(it, out)?;
    }
    if order.len() > SERIES_MAX {
        writeln!(out, "<p class=\"soft\">… and {} more series</p>", order.len() - SERIES_MAX)?;
    }
    writeln!(out, "</main>\n</body>\n</html>")
}

fn one(series: &HistorySeries, out: &mut dyn Write) -> io::Result<()> {
    let name: Vec<&str> =
        [&series.row, &series.column].map(String::as_str).into_iter().filter(|it| !it.is_empty()).collect();
    let (name, table) = (escaped(&name.join(", ")), escaped(&series.table));
    writeln!(out, "<section>\n<h2>{name} <small>{table}</small></h2>")?;
    if let Some(last) = series.points.last() {
        let [period, figure, range, grade, chance] = cells(last).map(|it| escaped(&it));
        let range = if range.is_empty() { range } else { format!(" (usual: {range})") };
        let chance = if chance.is_empty() { chance } else { format!(", chance {chance}") };
        writeln!(out, "<p>{period}: <b>{figure}</b>{range}, {grade}{chance}</p>")?;
    }
    writeln!(out, "<div class=\"plot\">{}</div>", plot::picture(series, ""))?;
    let from = series.points.len().saturating_sub(LISTED_MAX);
    writeln!(out, "<details><summary>Figures</summary><div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>")?;
    for head in ["period", "figure", "usual range", "grade", "chance", "date note"] {
        writeln!(out, "<th scope=\"col\">{head}</th>")?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for it in series.points[from..].iter().rev() {
        let [period, figure, range, grade, chance] = cells(it).map(|it| escaped(&it));
        let note = escaped(it.note.as_deref().unwrap_or(""));
        writeln!(
            out,
            "<tr><th scope=\"row\">{period}</th><td class=\"figure\">{figure}</td><td class=\"figure\">{range}</td>\
             <td>{grade}</td><td>{chance}</td><td>{note}</td></tr>"
        )?;
    }
    writeln!(out, "</tbody></table></div></details>\n</section>")
}
