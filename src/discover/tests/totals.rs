//! Totals that do not say so in one word: rows for all, subtotals without a label, amounts.

use super::{told, words};

const OFFENCES: &str = "Offence,This week,Last week,Change
Robbery,72,125,-53
Assault,136,110,26
Burglary,47,85,-38
Theft,87,79,8
Fraud,15,28,-13
Arson,122,259,-137
All offences,479,686,-207
";

#[test]
fn a_row_for_all_is_the_total_of_the_rows_above() {
    let all = "All offences = Robbery + Assault + Burglary + Theft + Fraud + Arson (3 of 3)".to_owned();
    assert!(words(OFFENCES).contains(&all), "{:?}", words(OFFENCES));
    let wrong = OFFENCES.replace("offences,479", "offences,509");
    assert_eq!(told(&wrong), ["7 This week 509 -> 479*"]);
    // Where nothing adds up, all is the name of something.
    assert!(words(&OFFENCES.replace("479,686,-207", "501,733,-211")).len() == 1);
}

#[test]
fn rows_of_groups_are_named_by_what_tells_them_apart() {
    let text = "Sex,Age,2019,2020
Male,0-14,888,488
Male,15-64,690,829
Male,65+,849,715
Male,All ages,2427,2032
Female,0-14,527,601
Female,15-64,618,374
Female,65+,712,205
Female,All ages,1857,1180
Both,All ages,4284,3212
";
    assert_eq!(
        words(text),
        [
            "Male, All ages = 0-14 + 15-64 + 65+ (2 of 2)",
            "Female, All ages = 0-14 + 15-64 + 65+ (2 of 2)",
            "Both = Male + Female (2 of 2)",
        ]
    );
}

const BUDGET: &str = "Item,2023,2024,2025
Salaries,1204300,1255120,1301774
Pensions,230110,241005,250310
Staff costs,1434410,1496125,1552084
Rent,98000,98000,101500
Energy,45210,61380,52940
Premises,143210,159380,154440
Books,12400,11980,12750
Travel,8310,9125,9980
Other,31777,29410,35208
Total expenditure,1630107,1706020,1764462
";

#[test]
fn a_subtotal_is_known_by_the_total_that_takes_it_in_place_of_its_parts() {
    let relations = words(BUDGET);
    for relation in ["Staff costs = Salaries + Pensions (3 of 3)", "Premises = Rent + Energy (3 of 3)"] {
        assert!(relations.contains(&relation.to_owned()), "{relations:?}");
    }
    assert_eq!(told(&BUDGET.replace("61380", "63180")), ["5 2024 63180 -> 61380*"]);
    assert_eq!(told(&BUDGET.replace("241005", "241050")), ["2 2024 241050 -> 241005*"]);
    // No total takes it: neighbours that add up twice of three times may do so by accident.
    let alone = BUDGET.replace("61380", "63180").replace("Total expenditure", "Index of prices");
    assert!(told(&alone).is_empty(), "{:?}", told(&alone));
}

#[test]
fn an_amount_is_quantity_times_price_although_one_is_wrong() {
    let bill = "Article,Qty,Unit price,Amount
Paper,12,4.35,52.20
Toner,3,89.90,269.70
Chairs,4,129.00,561.00
Lamp,2,45.50,91.00
Desk,1,399.00,399.00
Cable,10,3.20,32.00
";
    assert_eq!(told(bill), ["3 Amount 561.00 -> 516.00*"]);
}

#[test]
fn a_labelled_total_stands_for_all_rows_above_it() {
    // The first three seasons have nothing but races: without them all other columns add up as well.
    let seasons = "season,races,wins,podiums,poles,fastest laps
2005,16,0,0,0,0
2006,-16,0,0,0,0
2007,17,0,0,0,0
2008,17,0,0,0,1
2009,16,0,3,1,2
2010,17,0,2,1,2
2011,17,2,6,1,2
2012,17,5,15,7,4
2013,16,0,0,0,0
total,149,7,26,10,11
";
    assert_eq!(told(seasons), ["2 races -16 -> 16*"]);
}

#[test]
fn rows_of_which_are_parts_of_the_row_above() {
    let text = "Group,2021,2022,2023
Population,83155,83237,84359
of which men,41028,41037,41620
of which women,42127,42164,42739
Births,795492,738819,692989
";
    assert_eq!(told(text), ["2 2022 41037 -> 41073*"]);
}

#[test]
fn the_steps_of_a_statement_are_believed_together() {
    let text = "Line,2022,2023
Revenue,1204,1377
Cost of sales,(688),(791)
Gross profit,516,586
Overheads,(301),(322)
Operating profit,215,264
Interest,(18),(25)
Profit before tax,197,239
";
    assert_eq!(
        words(text),
        [
            "Gross profit = Revenue + Cost of sales (2 of 2)",
            "Operating profit = Gross profit + Overheads (2 of 2)",
            "Profit before tax = Operating profit + Interest (2 of 2)",
        ]
    );
    let one = text.replace("264", "246").replace("516", "561");
    assert!(words(&one).is_empty(), "{:?}", words(&one));
}
