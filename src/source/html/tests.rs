use proptest::prelude::*;

use super::*;

fn shown(text: &str) -> Vec<String> {
    let document = Document::new("t.html", text.to_owned(), "UTF-8");
    let page = read(&document).unwrap();
    page.grids
        .iter()
        .map(|grid| {
            let line =
                |it: &[crate::source::GridCell]| it.iter().map(|it| it.text(&document)).collect::<Vec<_>>().join("|");
            let rows: Vec<String> = grid.rows.iter().map(|it| line(&it.cells)).collect();
            format!("{}: {} / {}", grid.title.as_deref().unwrap_or("-"), line(&grid.headings), rows.join(" / "))
        })
        .collect()
}

#[test]
fn tables_of_plain_cells_are_told_as_in_a_sheet() {
    // As a spreadsheet writes its sheet: a title, headings in two lines, units and a note.
    let row = |cells: &[&str]| {
        let cells: Vec<String> = cells
            .iter()
            .map(|it| match it.split_once('*') {
                Some((span, text)) => format!("<td colspan={span}><font color=#000000>{text}</font></td>"),
                None if it.is_empty() => "<td><font><br></font></td>".to_owned(),
                None => format!("<td align=left><font color=#000000>{it}</font></td>"),
            })
            .collect();
        format!("<tr>{}</tr>", cells.concat())
    };
    let lines: [&[&str]; 9] = [
        &["5*Beds and staff by ward"],
        &["", "", "", "", ""],
        &["Ward", "2*Beds", "2*Staff"],
        &["", "old", "new", "day", "night"],
        &["", "number", "number", "%", "%"],
        &["East", "1,204", "7", "60.4%", "39.6%"],
        &["West", "980", "12", "71.0%", "29.0%"],
        &["Mid", "1,105", "31", "55.5%", "44.5%"],
        &["Note: beds in use on 31 March.", "", "", "", ""],
    ];
    let rows: Vec<String> = lines.iter().map(|it| row(it)).collect();
    let page = format!("<h1>Sheet 1: <em>Data</em></h1><table>{}</table>", rows.concat());
    assert_eq!(
        shown(&page),
        ["Beds and staff by ward: Ward|Beds old|Beds new|Staff day|Staff night / East|1,204|7|60.4%|39.6% / \
          West|980|12|71.0%|29.0% / Mid|1,105|31|55.5%|44.5%"]
    );
    let document = Document::new("t.html", page.clone(), "UTF-8");
    let found = read(&document).unwrap();
    let units: Vec<&str> = found.grids[0].units.iter().map(|it| it.text(&document)).collect();
    assert_eq!(units, ["", "number", "number", "%", "%"]);
    assert_eq!(found.footnotes.len(), 1);
    // A title and a note of several cells show no tags, and a span may go beyond the table.
    let lines: [&[&str]; 6] = [
        &["Beds", "by ward, 2020 &amp; 2021"],
        &["Ward", "2*Beds", "3*Staff"],
        &["", "old", "new", "day", "night"],
        &["East", "1,204", "7", "60", "39"],
        &["West", "980", "12", "71", "29"],
        &["Note: beds", "in use", "", "", ""],
    ];
    let rows: Vec<String> = lines.iter().map(|it| row(it)).collect();
    let document = Document::new("t.html", format!("<table>{}</table>", rows.concat()), "UTF-8");
    let found = read(&document).unwrap();
    assert_eq!(found.grids[0].headings[4].text(&document), "Staff night");
    let said = [found.grids[0].title.as_deref(), found.footnotes.first().map(|it| it.text.as_str())];
    assert_eq!(said, [Some("Beds by ward, 2020 & 2021"), Some("Note: beds in use")]);
    // Where the user says how it is to be read, that holds.
    let document = Document::new("t.html", page, "UTF-8");
    let layout = Layout { header_rows: Some(1), skip_rows: Some(3), ..Layout::default() };
    let declared = read_as(&document, &layout).unwrap();
    assert_eq!(declared.grids[0].headings[1].text(&document), "old");
}

#[test]
fn shapes_of_real_pages_are_read() {
    let head = "<tr><th>crime<th>total</tr>";
    for (page, wanted) in [
        // Plain, no closing tags.
        (
            format!("<table>{head}<tr><td>Murder<td>18<tr><td>Theft<td>1,200</table>"),
            "-: crime|total / Murder|18 / Theft|1,200",
        ),
        // A caption and sections, totals in the foot that stands first.
        (
            format!(
                "<table><caption>City <b>crime</b></caption><thead>{head}</thead><tfoot><tr><td>All<td>20</tfoot>\
                 <tbody><tr><td>Murder<td>18<tr><td>Theft<td>2</tbody></table>"
            ),
            "City crime: crime|total / Murder|18 / Theft|2 / All|20",
        ),
        // Cells that span rows.
        (
            format!("<table>{head}<tr><td rowspan=2>Theft<td>1<tr><td>2<tr><td>Fraud<td>3</table>"),
            "-: crime|total / Theft|1 / Theft|2 / Fraud|3",
        ),
        // Two header rows with spans.
        (
            "<table><tr><th rowspan=2>crime<th colspan=2>2005<tr><th>total<th>solved<tr><td>Murder<td>18<td>10</table>"
                .to_owned(),
            "-: crime|2005 total|2005 solved / Murder|18|10",
        ),
        // Footnote marks, and text that is raised alone.
        (
            format!("<table>{head}<tr><td>Murder<sup>a</sup><td>18<sup>[1]</sup><tr><td><sup>x</sup><td>2</table>"),
            "-: crime|total / Murder|18 / x|2",
        ),
        // A layout with the table inside, and a heading above.
        (
            format!("<h2>The <i>week</i></h2><table><tr><td>menu<td><table>{head}<tr><td>Murder<td>18</table></table>"),
            "-: crime|total / Murder|18",
        ),
        (
            format!("<h2>The <i>week</i></h2><table>{head}<tr><td>Murder<td>18</table>"),
            "The week: crime|total / Murder|18",
        ),
        // References, breaks and tags inside cells.
        (
            format!("<table>{head}<tr><td>Car<br>theft &amp; more<td><b>4&nbsp;477</b></table>"),
            "-: crime|total / Car theft & more|4\u{a0}477",
        ),
        // A row of one cell over all columns.
        (
            format!("<table>{head}<tr><td colspan=2>Violent<tr><td>Murder<td>18</table>"),
            "-: crime|total / Violent| / Murder|18",
        ),
        // Row headings, scripts and comments.
        (
            format!(
                "<table>{head}<!-- <tr><td>no --><tr><th>Murder</th><td>18<script>'<td>'</script></td></tr></table>"
            ),
            "-: crime|total / Murder|18",
        ),
    ] {
        assert_eq!(shown(&page), [wanted], "{page}");
    }
}

#[test]
fn layouts_are_no_tables() {
    let none = |text: &str| read(&Document::new("t.html", text.to_owned(), "UTF-8")).unwrap_err().to_string();
    for page in [
        "<p>nothing</p>",
        "<table role=presentation><tr><td>1<td>2<tr><td>3<td>4</table>",
        "<table><tr><td>1<td>2</table>",
        "<table><tr><td>1<tr><td>2</table>",
    ] {
        assert!(none(page).starts_with("t.html: expected a table, found none"), "{page}");
    }
}

#[test]
fn a_cell_knows_where_it_stands() {
    let text = "<table>\n<tr><th>a<th>b\n<tr><td>x\n<td> <b>1,&#50;00</b> </table>";
    let document = Document::new("t.html", text.to_owned(), "UTF-8");
    let cell = &read(&document).unwrap().grids[0].rows[0].cells[1];
    assert_eq!((document.slice(cell.span), cell.text(&document)), ("1,&#50;00", "1,200"));
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(parts in prop::collection::vec(
        prop::sample::select(vec![
            "<table>", "</table>", "<tr>", "</tr>", "<td>", "<th>", "</td>", "<td rowspan=3>", "<td colspan=\"2\">",
            "<th colspan=999999999>", "<thead>", "</thead>", "<tfoot>", "<sup>", "</sup>", "<caption>", "1", "é&", "&#x110000;",
            "<", "<!--", "-->", "<script>", "</", "<td x='", "\"", ">", "<td hidden>", "<tr hidden>", "<b class=a>",
            "<style>.a{display:none}", "</style>", "<table hidden>", "{", "}",
        ]),
        0..40,
    )) {
        let _ = read(&Document::new("t.html", parts.concat(), "UTF-8"));
    }
}

#[test]
fn what_a_browser_does_not_show_is_not_read() {
    let document = Document::new(
        "t.html",
        "<table><tr><th>Ward</th><th>Beds</th></tr>\
         <tr><td><span style=\"display: none\">Aaa <span>x</span></span>West<br></td><td><b hidden>007</b>7</td></tr>\
         <tr style='visibility:hidden'><td>Old</td><td>9</td></tr><tr><td>East</td><td>4</td></tr></table>"
            .to_owned(),
        "UTF-8",
    );
    let grid = &read(&document).unwrap().grids[0];
    let cells: Vec<Vec<&str>> =
        grid.rows.iter().map(|it| it.cells.iter().map(|it| it.text(&document)).collect()).collect();
    assert_eq!(cells, [["West", "7"], ["East", "4"]]);
}

#[test]
fn style_sheets_of_the_page_hide_and_tags_that_are_left_out_end_it() {
    let document = Document::new(
        "t.html",
        "<style>/* keys */ .key, td.other { display : none } @media print { .seen { display: none } }</style>\
         <table><tr><th>Ward<th>Beds<tr><td><i class='big key'>007</i>West<td hidden>9<td>7\
         <tr hidden><td>Old<td>9<tr><td class=seen>East<td>4</table>"
            .to_owned(),
        "UTF-8",
    );
    let grid = &read(&document).unwrap().grids[0];
    let cells: Vec<Vec<&str>> =
        grid.rows.iter().map(|it| it.cells.iter().map(|it| it.text(&document)).collect()).collect();
    assert_eq!(cells, [["West", "7"], ["East", "4"]]);
}

#[test]
fn a_cell_may_span_all_rows_that_are_left() {
    let rows = "<tr><td>4</td></tr>".repeat(300);
    let text =
        format!("<table><tr><th>Ward</th><th>Beds</th></tr><tr><td rowspan=0>East</td><td>3</td></tr>{rows}</table>");
    let document = Document::new("t.html", text, "UTF-8");
    let grid = &read(&document).unwrap().grids[0];
    assert!(grid.faults.is_empty() && grid.rows.iter().all(|it| it.cells[0].text(&document) == "East"));
}
