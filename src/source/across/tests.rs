use super::*;
use crate::source::{Format, Hints, decode};
use crate::table::{Layout, Period};

fn page(text: &str, read: &str) -> (Document, Page) {
    let document = decode("a.csv", text.as_bytes().to_vec()).unwrap();
    let layout = Layout::parse(read).unwrap();
    let page = Format::Delimited.read(&document, &Hints { layout: Some(&layout), ..Hints::default() }).unwrap();
    (document, page)
}

fn shown(text: &str) -> Vec<String> {
    let (document, page) = page(text, "layout=wide");
    let line = |cells: &[GridCell]| cells.iter().map(|it| it.text(&document)).collect::<Vec<_>>().join("|");
    let grid = &page.grids[0];
    std::iter::once(line(&grid.headings)).chain(grid.rows.iter().map(|it| line(&it.cells))).collect()
}

fn cadence(text: &str) -> Option<Cadence> {
    let (document, page) = page(text, "");
    cadence_across(&page.grids[0], &document)
}

#[test]
fn a_column_a_period_becomes_a_row_a_figure() {
    let text = "county,2016,2017,2018\nKent,12,15,\nYork,140,139,151\n";
    let rows = [
        "county|period|value",
        "Kent|2016|12",
        "Kent|2017|15",
        "Kent|2018|",
        "York|2016|140",
        "York|2017|139",
        "York|2018|151",
    ];
    assert_eq!(shown(text), rows);
}

#[test]
fn a_figure_keeps_its_place() {
    let text = "county,2016,2017\nKent,12,15\nYork,140,139\n";
    let (document, page) = page(text, "layout=wide");
    let grid = &page.grids[0];
    let last = grid.rows.last().unwrap();
    assert_eq!((last.number, document.slice(last.span)), (3, "York,140,139"));
    assert_eq!(document.position(last.cells[2].span.start).column, 10);
    assert_eq!(grid.across, [vec![0], vec![1, 2], vec![1, 2]]);
}

#[test]
fn headings_may_name_what_is_counted() {
    let text = "area,code,2016 / births,2016 / deaths,2017 / births,2017 / deaths\nKent,K,1,2,3,4\n";
    assert_eq!(shown(text), ["area|code|period|births|deaths", "Kent|K|2016|1|2", "Kent|K|2017|3|4"]);
}

#[test]
fn a_sum_over_periods_stays_a_column() {
    let text = "area,2016,2017,Total\nKent,1,2,3\n";
    assert_eq!(shown(text), ["area|Total|period|value", "Kent|3|2016|1", "Kent|3|2017|2"]);
}

#[test]
fn periods_are_detected_in_order_over_figures_only() {
    assert_eq!(cadence("area,2016,2017,2018\nKent,1,2,3\n"), Some(Cadence::Yearly));
    assert_eq!(cadence("area,Mar 2018,Feb 2018,Jan 2018\nKent,1,2,3\n"), Some(Cadence::Monthly));
    // A heading of dates is to be declared: it may be a row.
    let days = "area,04/01/2021,18/01/2021,01/02/2021\nKent,1,2,3\nYork,4,5,6\n";
    let (document, page) = page(days, "header_rows=1");
    assert_eq!(cadence_across(&page.grids[0], &document), Some(Cadence::Days(14)));
    assert_eq!(cadence("area,2016,2017\nKent,1,2\n"), None);
    assert_eq!(cadence("area,2017,2016,2018\nKent,1,2,3\n"), None);
    assert_eq!(cadence("area,2016,2017,2018\nKent,up,down,up\n"), None);
    assert_eq!(cadence("area,2016,2016,2017\nKent,1,2,3\n"), None);
}

#[test]
fn what_has_no_periods_stays_as_it_is() {
    assert_eq!(shown("area,men,women\nKent,1,2\n"), ["area|men|women", "Kent|1|2"]);
}

#[test]
fn every_period_that_is_written_reads_back() {
    for pace in [Pace::Year, Pace::Quarter, Pace::Month, Pace::Week, Pace::Day] {
        let start = jiff::civil::date(2018, 1, 1);
        let written = pace.written(Period { start, end: start });
        assert_eq!(Period::parse(&written).map(|it| it.start), Some(start), "{written}");
    }
}
