//! Tests of the whole on small made-up tables.
mod data;
mod order;
mod totals;

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::source::{TypeOptions, delimited, infer_schema, type_grid};
use crate::table::Document;

/// The table of a CSV text.
fn table(text: &str) -> Table {
    let document = Arc::new(Document::new("table.csv", text.to_owned(), "UTF-8"));
    let page = delimited::read_page(&document, &delimited::Layout::default()).unwrap();
    let grid = page.grids.into_iter().next().unwrap_or_default();
    let schema = infer_schema(&grid, &document, "table");
    type_grid(&grid, &document, &schema, &TypeOptions::default()).table
}

fn found(text: &str) -> Discovery {
    discover(&table(text), &Options::default())
}

/// The breaks that are told, as `row heading printed -> expected`, with a star where the cell is blamed.
fn told(text: &str) -> Vec<String> {
    let table = table(text);
    let found = discover(&table, &Options::default());
    let shown = found.breaks.iter().filter(|it| it.grade <= Grade::Likely).map(|it| {
        let repair = it.repairs[0];
        let (row, column) = repair.cell;
        let star = if it.is_blamed() { "*" } else { "" };
        let heading = &table.columns[column].heading;
        format!("{} {heading} {} -> {}{star}", row + 1, table.text(row, column), repair.value)
    });
    shown.collect()
}

fn words(text: &str) -> Vec<String> {
    found(text).relations.into_iter().map(|it| format!("{} ({} of {})", it.words, it.held, it.of)).collect()
}

const STALLS: &str = "stall,apples,pears,plums,total
Ann,120,43,18,181
Bob,96,51,27,174
Cid,143,38,12,193
Dan,88,64,33,185
Eve,131,29,25,185
Fay,104,55,16,157
Gus,117,47,21,185
";

#[test]
fn a_total_column_is_found_although_one_row_is_wrong() {
    assert_eq!(words(STALLS), ["total = apples + pears + plums (6 of 7)"]);
    assert_eq!(told(STALLS), ["6 total 157 -> 175*"]);
}

#[test]
fn a_table_without_a_fault_is_silent() {
    let right = STALLS.replace("157", "175");
    assert_eq!(words(&right), ["total = apples + pears + plums (7 of 7)"]);
    assert!(found(&right).breaks.is_empty());
}

#[test]
fn the_cell_where_two_sums_cross_is_blamed() {
    let text =
        "stall,apples,pears,total\nAnn,120,43,163\nBob,96,51,147\nCid,134,38,181\nDan,88,64,152\nTotal,447,196,643\n";
    assert_eq!(told(text), ["3 apples 134 -> 143*"]);
}

#[test]
fn figures_in_each_others_place_are_both_told() {
    let text =
        "shop,tea,milk,total\nA,214,87,301\nB,345,52,397\nC,128,61,264\nD,407,136,468\nE,266,93,359\nF,189,74,263\n";
    let told = told(text);
    assert!(
        told.contains(&"3 milk 61 -> 136*".to_owned()) && told.contains(&"4 milk 136 -> 61*".to_owned()),
        "{told:?}"
    );
}

#[test]
fn a_row_that_stands_a_cell_off_is_named_as_such() {
    let text = "shop,tea,milk,drinks,bread,cakes,total food,guests\nA,214,87,301,120,45,165,90\nB,345,52,397,98,61,159,110\nC,128,61,189,143,38,181,75\nD,407,136,543,87,54,141,160\nE,,266,93,359,131,29,160\nF,189,74,263,104,55,159,81\nG,233,118,351,117,47,164,99\n";
    let found = found(text);
    let first = &found.breaks[0];
    assert_eq!((first.blame, first.grade), (Blame::Shifted, Grade::Sure), "{:?}", found.breaks);
    let mended: Vec<String> = first.repairs.iter().map(|it| it.value.to_string()).collect();
    assert_eq!(mended, ["266", "93", "359", "131", "29", "160"]);
}

#[test]
fn a_rank_that_fits_its_neighbours_shows_that_a_row_is_off() {
    let text = "rank,shop,tea,milk,total\n1,A,214,87,301\n2,B,345,52,397\n3,C,128,61,189\n4,D,407,136,543\n,E,5,266,93\n6,F,189,74,263\n7,G,233,118,351\n8,H,302,91,393\n";
    let found = found(text);
    assert_eq!(found.breaks[0].blame, Blame::Shifted, "{:?}", found.breaks);
    assert_eq!(found.breaks[0].repairs[0].value.to_string(), "5");
}

#[test]
fn differences_keep_their_sign() {
    let text = "team,for,against,difference\nA,61,32,29\nB,48,41,7\nC,39,52,-13\nD,55,37,18\nE,27,49,22\nF,44,30,14\nG,33,36,-3\n";
    assert_eq!(words(text), ["difference = for - against (6 of 7)"]);
    assert_eq!(told(text), ["5 difference 22 -> -22*"]);
}

#[test]
fn a_distance_has_no_sign() {
    let text = "poll,red,blue,lead\nA,412,378,34\nB,395,420,25\nC,441,360,81\nD,377,431,54\nE,402,399,3\nF,388,415,27\nG,430,372,58\nH,391,417,62\nI,367,402,35\n";
    assert_eq!(words(text), ["lead = |red - blue| (8 of 9)"]);
    assert_eq!(found(text).breaks[0].relations, [0]);
}

#[test]
fn shares_of_a_total_are_rounded_or_cut_off() {
    let text = "town,staff,women,%\nA,523,214,40.9\nB,871,456,52.4\nC,366,187,51.1\nD,940,301,32.0\nE,612,333,54.4\nF,488,251,51.4\nG,735,290,93.5\nH,659,402,61.0\n";
    assert_eq!(words(text), ["% = 100 × women / staff (7 of 8)"]);
    assert_eq!(told(text), ["7 % 93.5 -> 39.5*"]);
    let cut = text.replace("52.4", "52.3").replace("93.5", "39.4").replace("51.1", "51.0");
    assert!(told(&cut).is_empty());
}

#[test]
fn a_division_by_one_is_no_evidence_of_a_quotient() {
    let mut text = "week,share,rate,cases\n".to_owned();
    for week in 0..20_u32 {
        let cases = 131 + week * 37 % 59;
        let share = if week % 9 == 4 { "0.75" } else { "1" };
        text.push_str(&format!("{week},{share},{cases}.5,{cases}.5\n"));
    }
    assert!(found(&text).breaks.is_empty(), "{:?}", words(&text));
}

#[test]
fn one_digit_more_or_less_of_a_quotient_is_rounding() {
    let text = "player,runs,games,average\nA,412,13,31.69\nB,387,12,32.25\nC,295,11,26.82\nD,340,13,26.15\nE,268,9,29.78\nF,451,14,32.21\nG,199,8,24.88\nH,377,12,31.42\n";
    assert!(told(&text.replace("26.15", "26.16")).is_empty());
    let found = found(&text.replace("26.15", "26.16"));
    assert!(found.breaks.iter().all(|it| it.class == BreakClass::Rounding), "{:?}", found.breaks);
}

#[test]
fn changes_are_for_each_of_the_figure_before() {
    let text = "town,2010,2020,change %\nA,5230,5911,13.0\nB,8714,8102,-7.0\nC,3660,4125,12.7\nD,9402,9310,-1.0\nE,6120,7033,14.9\nF,4880,4512,-7.5\nG,7350,8190,11.4\nH,6590,6211,-5.8\n";
    assert_eq!(words(text), ["change % = 100 × (2020 - 2010) / 2010 (8 of 8)"]);
}

#[test]
fn running_totals_run_down_or_up() {
    let down =
        "day,new,so far\n1,31,31\n2,57,88\n3,12,100\n4,49,149\n5,73,222\n6,28,250\n7,66,316\n8,35,351\n9,91,442\n";
    assert_eq!(words(down), ["so far = so far in the row above + new (8 of 8)"]);
    let up = "day,new,so far\n9,91,442\n8,35,351\n7,66,316\n6,28,250\n5,73,222\n4,49,149\n3,12,100\n2,57,88\n1,31,31\n";
    assert_eq!(words(up), ["so far = so far in the row below + new (8 of 8)"]);
}

#[test]
fn running_totals_run_within_groups() {
    let mut text = "town,week,ill so far,new ill\n".to_owned();
    let (mut north, mut south) = (412, 230);
    for week in 1..=7 {
        let (a, b) = (37 + week * 13 % 29, 21 + week * 11 % 17);
        (north, south) = (north + a, south + b);
        let printed = if week == 5 { b + 100 } else { b };
        text.push_str(&format!("Northam,{week},{north},{a}\nSoutham,{week},{south},{printed}\n"));
    }
    let found = found(&text);
    let running: Vec<_> = found.relations.iter().filter(|it| it.kind == RelationKind::Running).collect();
    assert_eq!(running.len(), 1, "{:?}", words(&text));
    assert_eq!((running[0].within, running[0].held, running[0].of), (Some(0), 11, 12));
    assert_eq!(running[0].words, "ill so far = ill so far in the row above with the same town + new ill");
    assert!(found.breaks.iter().all(|it| it.grade != Grade::Sure), "a revision may be honest");
}

#[test]
fn a_wrong_running_total_breaks_twice_and_is_blamed() {
    let text = "day,new,so far\n1,31,31\n2,57,88\n3,12,100\n4,49,149\n5,73,222\n6,28,205\n7,66,316\n8,35,351\n9,91,442\n10,22,464\n11,48,512\n";
    assert_eq!(told(text), ["6 so far 205 -> 250*"]);
}

#[test]
fn shares_make_up_a_hundred() {
    let text = "town,yes %,no %,empty %\nA,52.1,44.7,3.2\nB,48.3,47.9,3.8\nC,61.0,36.4,2.6\nD,39.9,56.0,4.1\nE,55.5,40.2,4.3\nF,44.4,52.5,3.1\nG,50.2,46.9,2.9\nH,47.7,43.6,3.7\n";
    assert_eq!(words(text), ["yes % + no % + empty % = 100 (7 of 8)"]);
    assert_eq!(found(text).breaks.len(), 1);
}

#[test]
fn points_count_games_won_several_times() {
    let text = "team,won,drawn,lost,points\nA,14,3,1,45\nB,11,5,2,38\nC,10,4,4,34\nD,8,6,4,30\nE,7,4,7,25\nF,5,6,7,12\nG,4,3,11,15\nH,1,5,12,8\n";
    assert!(words(text).contains(&"points = 3 × won + drawn (7 of 8)".to_owned()), "{:?}", words(text));
    assert_eq!(told(text), ["6 points 12 -> 21"]);
}

#[test]
fn points_are_reckoned_without_the_games_won() {
    let text = "team,played,drawn,lost,points\nA,18,3,1,45\nB,18,5,2,38\nC,18,4,4,34\nD,18,6,4,30\nE,18,4,7,25\nF,17,6,6,21\nG,18,3,11,15\nH,18,5,12,8\n";
    assert!(
        words(text).contains(&"points = 3 × played - 2 × drawn - 3 × lost (8 of 8)".to_owned()),
        "{:?}",
        words(text)
    );
}

#[test]
fn growth_is_the_change_on_the_row_before() {
    let text = "year,sales,growth %\n2012,5230,\n2013,5911,13.0\n2014,5644,-4.5\n2015,6120,8.4\n2016,6877,12.4\n2017,6501,-5.5\n2018,7112,9.4\n2019,7405,1.4\n2020,7020,-5.2\n";
    assert_eq!(words(text), ["growth % = 100 × change of sales from the row above / sales there (7 of 8)"]);
    assert_eq!(told(text), ["8 growth % 1.4 -> 4.1*"]);
}

#[test]
fn stocks_balance_with_what_came_and_went() {
    let text = "depot,start,came,went,left\nA,430,215,188,457\nB,612,148,203,557\nC,355,96,120,331\nD,780,264,310,734\nE,508,187,95,600\nF,293,140,166,267\nG,671,233,198,706\n";
    assert_eq!(words(text), ["left = start + came - went (7 of 7)"]);
}

#[test]
fn products_of_quantity_and_price_are_found() {
    let text = "item,quantity,price,amount\nA,12,3.50,42.00\nB,7,11.25,78.75\nC,31,2.40,74.40\nD,18,6.75,121.50\nE,9,14.20,127.80\nF,26,4.15,107.90\nG,14,8.60,120.40\n";
    assert!(words(text).contains(&"amount = quantity × price (7 of 7)".to_owned()), "{:?}", words(text));
}

#[test]
fn a_row_of_means_is_no_sum() {
    let text =
        "match,home,away,corners\nA,41,28,9\nB,35,33,12\nC,52,19,7\nD,38,27,14\nE,44,31,11\nAverage,42.0,27.6,10.6\n";
    let kinds: Vec<RelationKind> = found(text).relations.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [RelationKind::Mean]);
    assert!(told(text).is_empty());
}

#[test]
fn group_totals_of_a_table_in_long_format_are_sums() {
    let mut text = "area,age,people\n".to_owned();
    for (area, young, old, total) in
        [("North", 1312, 987, 2299), ("South", 1540, 1204, 2744), ("East", 876, 795, 1761), ("West", 1198, 1023, 2221)]
    {
        text.push_str(&format!("{area},young,{young}\n{area},old,{old}\n{area},Total,{total}\n"));
    }
    assert_eq!(told(&text), ["9 people 1761 -> 1671*"]);
}

#[test]
fn indented_and_numbered_rows_are_parts_of_the_row_above() {
    let indented = "item,2019,2020\nIncome,2150,2264\n  Fees,1305,1388\n  Grants,845,876\nCosts,1985,2092\n  Staff,1102,1150\n  Rent,640,655\n  Other,243,224\n";
    assert_eq!(told(indented), ["4 2020 2092 -> 2029*"]);
    let numbered = "item,2019,2020\n1 Income,2150,2264\n1.1 Fees,1305,1388\n1.2 Grants,845,876\n2 Costs,1985,2092\n2.1 Staff,1102,1150\n2.2 Rent,640,655\n2.3 Other,243,224\n";
    assert_eq!(told(numbered).len(), 1, "{:?}", words(numbered));
}

#[test]
fn subtotals_and_the_grand_total_are_found() {
    let text = "item,2018,2019,2020\nBeds,310,322,341\nChairs,125,131,119\nSubtotal wood,435,453,460\nLamps,88,94,97\nTaps,204,198,215\nPipes,151,160,173\nSubtotal metal,443,452,485\nGrand total,878,905,945\n";
    let told = told(text);
    assert!(told.is_empty(), "{told:?} {:?}", words(text));
    let wrong = text.replace("905", "950");
    assert!(!self::told(&wrong).is_empty(), "{:?}", words(&wrong));
}

#[test]
fn a_total_row_is_known_in_fifteen_languages() {
    for word in [
        "Total",
        "Insgesamt",
        "Ensemble",
        "Suma",
        "Totale",
        "Total geral",
        "Всего",
        "Summa",
        "I alt",
        "Yhteensä",
        "Razem",
        "Celkem",
        "Összesen",
        "Toplam",
        "合计",
    ] {
        let text = format!("name,a,b,c\nx,1523,877,412\ny,2046,913,388\nz,1789,640,507\n{word},5358,2403,1307\n");
        assert_eq!(told(&text), ["4 b 2403 -> 2430*"], "{word}");
    }
}

#[test]
fn what_is_no_sum_is_not_told() {
    // Accidents and injured are near each other; one crime is never a part of another.
    let police = "kind,total,solved\nMurder,21,13\nRobbery,307,58\nBurglary,142,19\nTheft,2345,417\nAccidents,227,\nInjured,235,\nKilled,3,\n";
    assert!(found(police).relations.is_empty() && told(police).is_empty());
    let years = "year,games,average,rank,best\n2001,12,33.1,4,71\n2002,15,35.6,2,88\n2003,9,29.4,6,54\n2004,13,36.2,1,93\nTotal,49,33.9,,93\n";
    assert!(told(years).is_empty(), "{:?}", told(years));
}

#[test]
fn rounded_thousands_need_not_add_up_exactly() {
    let text = "area,men,women,total\nA,423,441,864\nB,369,382,752\nC,240,251,490\nD,988,1013,2001\nE,365,377,743\nF,644,671,1314\nG,813,855,1669\nH,502,513,1014\n";
    let found = found(text);
    assert!(found.relations.iter().any(|it| it.rounded), "{:?}", found.relations);
    assert!(told(text).is_empty());
}

#[test]
fn rows_that_follow_another_definition_together_are_not_told() {
    let mut text = "week,a,b,all\n".to_owned();
    for week in 0..20_u32 {
        let (a, b) = (131 + week * 17 % 43, 52 + week * 29 % 31);
        let other = if (8..13).contains(&week) { 7 + week % 5 } else { 0 };
        text.push_str(&format!("{},{a},{b},{}\n", week + 1, a + b + other));
    }
    assert!(told(&text).is_empty(), "{:?}", told(&text));
}

#[test]
fn a_column_that_tells_the_breaks_apart_belongs_to_the_sum() {
    let text = "coach,drawn,games,won,lost\nA,0,24,15,9\nB,0,31,19,12\nC,3,28,16,9\nD,0,17,6,11\nE,0,40,22,18\nF,1,33,17,15\nG,0,26,14,12\nH,0,19,8,11\nI,0,35,20,15\n";
    assert!(told(text).is_empty(), "{:?}", told(text));
}

#[test]
fn relations_are_told_once() {
    let text = "area,ill,home,sick,cured,dead,cases\nA,120,431,551,877,45,1473\nB,96,388,484,640,31,1155\nC,143,502,645,913,52,1610\nD,88,297,385,512,27,924\nE,131,460,591,804,49,1444\nF,77,255,332,471,22,825\n";
    assert_eq!(found(text).relations.len(), 2, "{:?}", words(text));
}

#[test]
fn figures_beyond_all_bounds_are_passed_over() {
    let nines = "9".repeat(38);
    let text = format!("a,b,c\n{nines},1,2\n1,{nines},3\n0.00000000000000000001,5,6\n7,8,{nines}\n-{nines},1,1\n");
    let _ = found(&text);
    let limit = format!("a,b,c\n{0},{0},{0}\n{0},{0},{0}\n{0},{0},{0}\n{0},{0},{0}\n", i64::MAX);
    let _ = found(&limit);
}

#[test]
fn a_small_budget_cuts_the_search_short() {
    let found = discover(&table(STALLS), &Options { steps: 10 });
    assert!(found.cut && found.breaks.is_empty());
    assert!(!discover(&table(STALLS), &Options::default()).cut);
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0_u32..60).prop_map(|it| it.to_string()),
        2 => (-9999_i32..9999).prop_map(|it| it.to_string()),
        2 => (0_u32..9999).prop_map(|it| format!("{}.{}", it / 10, it % 10)),
        1 => (0_u32..100).prop_map(|it| format!("{it}%")),
        1 => Just("9".repeat(18)),
        1 => Just(String::new()),
        1 => "[a-z ]{0,6}|Total|n/a|-|\\PC{0,3}".prop_map(|it| it.replace(['"', '\n', '\r', ','], " ")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_table_panics(
        headings in proptest::collection::vec("total|points|%|average|won|diff|best|mean|[a-c]{1,2}", 1..8),
        rows in proptest::collection::vec(proptest::collection::vec(cell(), 1..8), 0..14),
    ) {
        let mut text = headings.join(",");
        for row in rows {
            text.push('\n');
            text.push_str(&row.join(","));
        }
        text.push('\n');
        let table = table(&text);
        let found = discover(&table, &Options::default());
        for it in &found.breaks {
            prop_assert!(it.relations.iter().all(|it| *it < found.relations.len()));
            prop_assert!(it.cells.iter().all(|it| it.0 < table.rows.len() && it.1 < table.columns.len()));
        }
        prop_assert_eq!(discover(&table, &Options::default()), found);
    }

    #[test]
    fn the_order_of_rows_is_no_evidence_between_columns(
        order in Just((0..7_usize).collect::<Vec<_>>()).prop_shuffle()
    ) {
        let lines: Vec<&str> = STALLS.lines().collect();
        let mut text = format!("{}\n", lines[0]);
        for at in &order {
            text.push_str(&format!("{}\n", lines[1 + at]));
        }
        prop_assert_eq!(words(&text), words(STALLS));
        // A part that happens to run smoothly past the wrong row is evidence.
        prop_assume!(!runs_smoothly(&text, "Fay"));
        let breaks = |text: &str| told(text).into_iter().map(|it| it.split_once(' ').map(|it| it.1.to_owned())).collect::<Vec<_>>();
        prop_assert_eq!(breaks(&text), breaks(STALLS));
    }
}

/// Whether some part moves little from row to row around one row.
fn runs_smoothly(text: &str, row: &str) -> bool {
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|it| it.split(',').collect()).collect();
    let own = rows.iter().position(|it| it[0] == row).unwrap();
    (1..rows[0].len() - 1).any(|column| {
        let near = (own.saturating_sub(4)..(own + 5).min(rows.len())).filter(|it| *it != own);
        let near: Vec<i64> = near.map(|it| rows[it][column].parse().unwrap()).collect();
        let mut steps: Vec<i64> = near.windows(2).map(|it| (it[1] - it[0]).abs()).collect();
        steps.sort_unstable();
        steps[steps.len() / 2] * 10 <= *near.iter().max().unwrap()
    })
}

/// Some days of some regions: all so far, and what came that day.
fn days(wrong: &[(&str, &str)]) -> String {
    let mut text = "day,region,tests,cases,new\n".to_owned();
    let (mut tests, mut cases) = ([48_210, 30_455, 71_902], [4_118, 2_907, 6_333]);
    for day in 1..=9 {
        for (at, region) in ["Ashby", "Corby", "Exton"].into_iter().enumerate() {
            let new = 11 + (day * 7 + at * 13) % 23;
            tests[at] += 190 + (day * 31 + at * 17) % 60;
            cases[at] += new;
            text += &format!("2021-03-0{day},{region},{},{},{new}\n", tests[at], cases[at]);
        }
    }
    wrong.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from} in {text}");
        text.replace(from, to)
    })
}

#[test]
fn a_digit_added_to_a_figure_of_a_steady_column_is_told() {
    assert_eq!(told(&days(&[])), [""; 0]);
    let row = days(&[]).lines().last().unwrap_or_default().to_owned();
    let tests = row.split(',').nth(2).unwrap_or_default().to_owned();
    let told = told(&days(&[(&format!(",{tests},"), &format!(",{tests}0,"))]));
    assert_eq!(told, [format!("27 tests {tests}0 -> {tests}*")]);
}

#[test]
fn breaks_of_one_day_in_several_groups_are_told_though_their_rows_stand_together() {
    let text = days(&[]);
    let last: Vec<&str> = text.lines().rev().take(6).collect();
    let wrong: Vec<(String, String)> = last
        .iter()
        .map(|row| {
            let new = row.rsplit(',').next().unwrap_or_default();
            ((*row).to_owned(), format!("{},{}", row.rsplit_once(',').map_or("", |it| it.0), new.len() * 40 + 3))
        })
        .take(3)
        .collect();
    let wrong: Vec<(&str, &str)> = wrong.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
    let found = found(&days(&wrong));
    let running = found.breaks.iter().filter(|it| found.relations[it.relations[0]].kind == RelationKind::Running);
    let classes: Vec<BreakClass> = running.map(|it| it.class).collect();
    assert_eq!(classes.len(), 3, "{found:?}");
    assert!(!classes.contains(&BreakClass::OtherDefinition), "{classes:?}");
}

#[test]
fn a_total_of_figures_in_hundreds_may_be_off_by_one_of_them() {
    let text = "district,women,men,total\nA,28400,27100,55500\nB,9700,9300,19000\nC,68600,70200,138800\nD,12300,11900,24200\n\
                E,31100,30800,61900\nF,7400,7600,15000\nG,22600,23300,45800\n";
    assert_eq!(told(text), [""; 0]);
    assert!(found(text).breaks.iter().any(|it| it.class == BreakClass::Rounding));
    // Two hundred are more than three roundings may leave.
    assert_eq!(told(&text.replace("45800", "45600")), ["7 total 45600 -> 45900"]);
}

#[test]
fn tenths_that_a_sum_of_scores_lacks_are_a_penalty() {
    let text = "gymnast,A score,B score,total\nAnn,6.400,9.125,15.525\nBea,6.100,9.350,15.450\nCid,5.900,9.075,14.975\n\
                Dot,6.300,8.850,15.050\nEve,6.000,8.925,14.925\nFay,5.700,9.150,14.850\nGia,6.200,8.600,14.800\nHal,5.800,8.775,14.475\n";
    assert_eq!(told(text), [""; 0]);
    assert_eq!(told(&text.replace("14.475", "14.675")).len(), 1);
}

#[test]
fn a_relation_with_a_column_that_is_nearly_empty_is_no_second_one() {
    let mut text = "player,league,cup,replays,all\n".to_owned();
    for at in 0..20 {
        let (league, cup) = (11 + at * 7 % 31, at * 5 % 9);
        text += &format!("P{at},{league},{cup},{},{}\n", usize::from(at == 13), league + cup);
    }
    assert_eq!(words(&text), ["all = league + cup (20 of 20)"]);
}

#[test]
fn a_difference_that_lost_its_signs_is_a_distance() {
    let mut text = "year,for,against,goal difference\n".to_owned();
    for at in 0..24_i32 {
        let (scored, conceded) = (9 + at * 5 % 17, if at % 8 == 3 { 4 + at % 3 } else { 31 + at * 7 % 13 });
        text += &format!("{},{scored},{conceded},{}\n", 1950 + at, (scored - conceded).abs());
    }
    assert_eq!(words(&text), ["goal difference = |for - against| (24 of 24)"]);
}

#[test]
fn a_total_that_is_a_difference_in_its_only_column_is_no_sum() {
    let text = "district,people,area\nwhole territory,412340,n/a\nafloat,3066,n/a\nland total,409274,880.2\nNorth,151203,310.5\n\
                South,98020,244.9\nEast,160051,324.8\n";
    let told = told(text);
    assert!(told.iter().all(|it| !it.contains("412340") && !it.contains("3066")), "{told:?}");
}

/// A table of rows, each of figures by the row's number.
fn drawn(head: &str, rows: usize, figures: impl Fn(usize) -> Vec<i64>) -> String {
    let row = |it: usize| figures(it).iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let rows: Vec<String> = (0..rows).map(|it| format!("r{it},{}\n", row(it))).collect();
    format!("{head}\n{}", rows.concat())
}

/// A figure that looks random, below a limit.
fn odd(at: usize, by: usize, limit: usize) -> i64 {
    i64::try_from((at * by + at * at * 7 + by) % 10_007 % limit).unwrap()
}

#[test]
fn gaps_that_few_figures_escape_are_no_rounding() {
    // Games are those won, lost and drawn; the drawn are not printed, and a running number is about as large.
    let text = drawn("id,won,lost,spell,games", 300, |it| {
        let (won, lost, drawn) = (odd(it, 31, 97), odd(it, 57, 89), [0, 0, 1, 0, 2, 0, 0][it % 7]);
        vec![won, lost, 1, won + lost + drawn]
    });
    assert!(found(&text).relations.iter().all(|it| !it.rounded), "{:?}", found(&text).relations);
}

#[test]
fn a_nought_among_tenths_is_printed_no_more_exactly_than_they_are() {
    let rows: Vec<String> = (0..90)
        .map(|it| {
            let [a, b, c] = if it % 18 == 0 { [0, 0, 0] } else { [odd(it, 17, 60), odd(it, 23, 80), odd(it, 5, 40)] };
            let tenths = |it: i64| if it == 0 { "0".to_owned() } else { format!("{}.{}", it / 10, it % 10) };
            // Two rows miss by a tenth, as rounding leaves it.
            let all = a + b + c + i64::from(it == 36 || it == 54);
            format!("p{it},{},{},{},{}\n", tenths(a), tenths(b), tenths(c), tenths(all))
        })
        .collect();
    let text = format!("player,range,arm,double,all\n{}", rows.concat());
    assert!(told(&text).is_empty(), "{:?}", told(&text));
}

#[test]
fn many_gaps_one_way_are_a_part_that_is_not_printed() {
    let text = drawn("id,a,b,c", 400, |it| {
        let (a, b) = (odd(it, 13, 900), odd(it, 29, 700));
        vec![a, b, a + b + if it % 33 == 5 { 1 + odd(it, 3, 9) } else { 0 }]
    });
    assert!(told(&text).is_empty(), "{:?}", told(&text));
}
