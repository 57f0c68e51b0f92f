//! The diff as a table: folded rows and columns, and the format of other tools.

use crate::support::{Folder, crossfoot};

/// Forty rows under as many columns as asked for.
fn edition(columns: usize, cell: impl Fn(usize, usize) -> String) -> String {
    let heads: Vec<String> = (0..columns).map(|it| format!("h{it}")).collect();
    let row = |row: usize| {
        let cells: Vec<String> = (0..columns).map(|it| cell(row, it)).collect();
        format!("B{row},{}\n", cells.join(","))
    };
    format!("beach,{}\n{}", heads.join(","), (0..40).map(row).collect::<String>())
}

fn figure(row: usize, column: usize) -> String {
    (500 + row * 37 % 91 + column * 53 % 97).to_string()
}

fn written(name: &str, old: &str, new: &str, arguments: &[&str]) -> String {
    let folder = Folder::new(&format!("diff-table-{name}"));
    folder.write("old.csv", old);
    folder.write("new.csv", new);
    let head = "crossfoot = 1\ndataset = \"other\"\nfiles = [\"no-such-file\"]\n\n[tables.other]\n";
    folder.write("rules/other.toml", format!("{head}columns = {{ nothing = \"label\", like = \"count\" }}\n"));
    let output = crossfoot(&folder, &[&["diff", "old.csv", "new.csv"], arguments].concat());
    assert_eq!(output.code, 1, "{}{}", output.stdout, output.stderr);
    output.stdout
}

const OLD: &str = "beach,swimmers,rescues,flags,wardens\nBourne,410,3,red,12\nCaister,298,1,red,9\n\
Deal,377,0,green,8\nEype,120,2,green,4\nFilton,96,0,red,3\nGoring,511,7,green,15\n";
const NEW: &str = "beach,visitors,rescues,wardens,tide\nBourne,410,3,12,low\nDeal,377,5,8,high\n\
Eype,120,2,4,low\nDunster,88,1,2,low\nFilton,96,0,3,high\nGoring,511,7,15,low\n";

#[test]
fn csv_is_the_tabular_diff_format() {
    let told = written("csv", OLD, NEW, &["-o", "csv"]);
    assert_eq!(
        told,
        "!,,(swimmers),,---,,+++\n@@,beach,visitors,rescues,flags,wardens,tide\n+,Bourne,410,3,red,12,low\n\
---,Caister,298,1,red,9,\n->,Deal,377,0->5,green,8,high\n+,Eype,120,2,green,4,low\n+++,Dunster,88,1,,2,low\n\
+,Filton,96,0,red,3,high\n+,Goring,511,7,green,15,low\n"
    );
}

#[test]
fn an_arrow_in_the_table_lengthens_that_of_the_diff() {
    let old = "route,minutes\nKew -> Ham,12\nHam --> Ash,9\nAsh,7\n";
    let told = written("arrow", old, &old.replace("Ash,7", "Ash,8"), &["-o", "csv", "--key", "route"]);
    assert!(told.ends_with("\n,Ham --> Ash,9\n--->,Ash,7--->8\n"), "{told}");
}

#[test]
fn rows_far_from_a_change_are_left_out_of_the_csv() {
    let new = edition(3, |row, column| if (row, column) == (20, 1) { "7".to_owned() } else { figure(row, column) });
    let told = written("far", &edition(3, figure), &new, &["-o", "csv"]);
    let first: Vec<&str> = told.lines().filter_map(|it| it.split(',').next()).collect();
    assert_eq!(first, ["@@", "...", "", "->", "", "..."]);
}

#[test]
fn a_moved_row_and_a_moved_column_are_marked() {
    let new = "beach,rescues,flags,wardens,swimmers\nBourne,3,red,12,410\nEype,2,green,4,120\nCaister,1,red,9,298\n\
Deal,0,green,8,377\nFilton,0,red,3,96\nGoring,7,green,15,511\n";
    let told = written("moved", OLD, new, &["-o", "csv"]);
    assert_eq!(told.lines().next(), Some("!,,,,,:"));
    assert!(told.contains("\n:,Eype,2,green,4,120\n"), "{told}");
    let page = written("moved-page", OLD, new, &["-o", "html"]);
    assert!(page.contains("<th>swimmers<small>moved</small></th>"), "{page}");
    assert!(
        page.contains("<tr class=\"moved\"><td class=\"what\">moved</td><td class=\"soft line\">5 → 3</td>"),
        "{page}"
    );
}

#[test]
fn a_page_folds_what_does_not_differ() {
    let new =
        edition(30, |row, column| if (row, column) == (20, 25) { "9999".to_owned() } else { figure(row, column) });
    let page = written("fold", &edition(30, figure), &new, &["-o", "html"]);
    assert!(page.contains("⋯ 19 rows the same") && page.contains("⋯ 18 rows the same"), "{page}");
    assert!(page.contains("19 columns unchanged: h6, h7") && page.contains("4 columns unchanged"), "{page}");
    let cells = page.matches("<td").count();
    assert!(cells < 60, "{cells} cells for one change");
    assert!(page.contains("<del>") && page.contains("<ins>9999</ins><small>+"), "{page}");
}

#[test]
fn a_page_shows_old_values_in_the_cell_and_what_happened_in_words() {
    let page = written("page", OLD, NEW, &["-o", "html"]);
    for part in [
        "<del>swimmers</del> <ins>visitors</ins><small>renamed</small>",
        "<th class=\"added\"><ins>tide</ins><small>added</small></th>",
        "<th class=\"removed\"><del>flags</del><small>removed</small></th>",
        "<del>0</del> <ins>5</ins><small>+5; usual range 0 to 11</small>",
        "<tr class=\"removed\"><td class=\"what\">removed</td>",
        "<tr class=\"added\"><td class=\"what\">added</td>",
    ] {
        assert!(page.contains(part), "expected {part} in:\n{page}");
    }
}

#[test]
fn a_terminal_shows_the_table_itself() {
    let told = written("text", OLD, NEW, &["--table"]);
    insta::assert_snapshot!(told);
}

#[test]
fn a_change_that_a_cause_explains_is_folded() {
    let new = edition(3, |row, column| if column == 1 { figure(row, column) + "000" } else { figure(row, column) });
    let page = written("cause", &edition(3, figure), &new, &["-o", "html"]);
    assert!(page.contains("⋯ 40 rows the same") && page.contains("1000"), "{page}");
}

#[test]
fn a_declared_column_under_another_name_comes_with_the_line_to_paste() {
    let folder = Folder::new("diff-table-alias");
    folder.write("beaches.csv", OLD);
    folder.write("later/beaches.csv", NEW.replace("tide", "flags"));
    let rules = "crossfoot = 1\ndataset = \"beaches\"\nfiles = [\"**/beaches.csv\"]\n\n[tables.beaches]\nkey = [\"beach\"]\n\
columns = { beach = \"label\", swimmers = \"count\", rescues = \"count\", flags = \"text\", wardens = \"count\" }\n";
    folder.write("rules/beaches.toml", rules);
    let output = crossfoot(&folder, &["diff", "beaches.csv", "later/beaches.csv"]);
    let line = "hint: to read both names, add this to the rule file: swimmers = { type = \"count\", aliases = \
     [\"visitors\"] }\n";
    assert!(output.stdout.ends_with(line), "{}{}", output.stdout, output.stderr);
}
