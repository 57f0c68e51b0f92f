//! Columns in order, ranks, price lists, and sums that one group of rows follows.

use super::{found, told, words};

const TOWNS: &str = "town,people,area
Ashby,98412,41.2
Corby,91377,18.9
Barrow,88120,77.4
Exton,83906,12.3
Derwent,79544,65.0
Fenwick,76301,30.8
Garth,7288,22.1
Holt,70115,91.7
Ilford,66420,15.6
Kirby,61903,48.3
Lund,58277,39.9
Marsh,55014,27.5
";

#[test]
fn a_figure_out_of_the_order_of_a_list_is_told_where_a_slip_explains_it() {
    let told_of = told(TOWNS);
    assert!(told_of.len() == 1 && told_of[0].starts_with("7 people 7288 -> 7"), "{told_of:?}");
    assert_eq!(told(&TOWNS.replace("7288", "72880")), [""; 0]);
}

#[test]
fn a_figure_a_little_out_of_order_is_not_told() {
    assert_eq!(told(&TOWNS.replace("7288", "69870")), [""; 0]);
}

#[test]
fn a_column_beside_the_one_that_sorts_the_rows_is_not_in_order_by_itself() {
    let also: String = TOWNS
        .replace("7288", "72880")
        .lines()
        .enumerate()
        .map(|(at, it)| {
            let votes = if at == 7 { "1288".to_owned() } else { (40_000 - at * 2_311).to_string() };
            if at == 0 { format!("{it},votes\n") } else { format!("{it},{votes}\n") }
        })
        .collect();
    assert_eq!(told(&also), [""; 0], "{:?}", words(&also));
}

#[test]
fn a_cumulative_column_rises_whatever_sorts_the_rows() {
    let day = |it: usize| format!("2021-03-{:02},{}\n", it + 1, 1_100 + it * 57 + it * it * 3);
    let days: Vec<String> = (0..16).map(day).collect();
    let text = format!("day,cumulative cases\n{}", days.concat());
    assert_eq!(told(&text), [""; 0], "in order");
    let fallen = told(&text.replace(",1970\n", ",197\n"));
    assert!(fallen.len() == 1 && fallen[0].starts_with("11 cumulative cases 197 ->"), "{fallen:?}");
}

const RANKED: &str = "club,points,rank
Harriers,71,3
Rovers,48,9
Albion,88,1
Wanderers,55,7
Rangers,64,4
Athletic,59,6
Town,42,10
City,77,2
United,62,5
County,51,8
";

#[test]
fn a_rank_that_is_not_the_place_of_what_it_ranks_is_told() {
    assert_eq!(told(RANKED), [""; 0]);
    let wrong = RANKED.replace("Athletic,59,6", "Athletic,59,5");
    assert_eq!(words(&wrong), ["rank = position by points, largest first (9 of 10)"]);
    assert_eq!(told(&wrong), ["6 rank 5 -> 6*"]);
}

#[test]
fn those_that_share_a_figure_may_share_its_places() {
    for ranks in [("6", "7"), ("6", "6"), ("7", "6")] {
        let tie = RANKED.replace("Athletic,59,6", &format!("Athletic,59,{}", ranks.0));
        let tie = tie.replace("Wanderers,55,7", &format!("Wanderers,59,{}", ranks.1));
        assert_eq!(told(&tie), [""; 0], "{ranks:?}");
    }
}

#[test]
fn a_figure_that_its_rank_contradicts_is_told() {
    let wrong = RANKED.replace("Wanderers,55,7", "Wanderers,155,7");
    assert_eq!(told(&wrong), ["4 points 155 -> 55*"], "{:?}", words(&wrong));
}

#[test]
fn prices_of_one_two_and_three_are_no_sums() {
    let prices = "ride,1 zone,2 zones,3 zones,6 zones\nsingle,20,40,60,120\nday,45,90,135,270\nweek,110,220,330,500\n\
        month,300,600,900,1800\nyear,2100,4200,6300,12600\nchild,10,20,30,60\ndog,12,24,36,72\n";
    assert!(words(prices).iter().all(|it| !it.contains(" + ")), "{:?}", words(prices));
}

#[test]
fn a_sum_that_one_group_of_rows_follows_is_found() {
    let row = |at: usize, kind: &str, wrong: usize| {
        let (a, b) = (211 + at * 37 % 101, 148 + at * 53 % 89);
        let all = if kind == "votes" { a + b + wrong } else { 100 + at * 7 % 13 };
        format!("Ward {at},{kind},{a},{b},{all}\n")
    };
    let rows: String =
        (0..12).map(|at| row(at, "votes", usize::from(at == 5) * 200) + &row(at + 40, "index", 0)).collect();
    let text = format!("ward,kind,left,right,all\n{rows}");
    assert_eq!(words(&text), ["all = left + right where kind is votes (11 of 12)"]);
}

/// Games with medals, few of them many.
const MEDALS: [&str; 11] = [
    "Ava,31,28,14,73",
    "Ben,1,0,2,3",
    "Cat,0,1,0,1",
    "Dov,2,1,3,6",
    "Eli,1,1,0,2",
    "Fen,0,2,1,3",
    "Gil,3,0,1,4",
    "Hal,1,2,2,5",
    "Ida,0,0,1,11",
    "Jon,2,2,1,5",
    "Kim,1,3,2,6",
];

/// Marks of eleven in no order; one total has lost a digit.
const MARKS: [&str; 11] = [
    "Gil,721.2,450.1,1171.3",
    "Ava,812.4,590.3,1402.7",
    "Kim,641.8,452.0,1093.8",
    "Dov,728.0,535.9,1263.9",
    "Ida,655.5,446.6,1102.1",
    "Eli,668.3,497.5,165.8",
    "Ben,770.1,561.2,1331.3",
    "Jon,702.3,470.3,1172.6",
    "Cat,733.6,540.8,1274.4",
    "Hal,690.7,470.2,1160.9",
    "Fen,716.9,440.4,1157.3",
];

#[test]
fn what_stands_beside_a_figure_by_accident_makes_nothing_more_probable() {
    for (heading, table) in [("name,gold,silver,bronze,total", MEDALS), ("name,figures,free,total", MARKS)] {
        let odds = |order: [usize; 11]| {
            let rows: Vec<&str> = order.iter().map(|it| table[*it]).collect();
            let found = found(&format!("{heading}\n{}\n", rows.join("\n")));
            let odds: Vec<String> = found.breaks.iter().map(|it| format!("{:.9}", it.probability())).collect();
            assert_eq!(odds.len(), 1, "{order:?}");
            odds
        };
        let first = odds([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        for order in [
            [8, 2, 10, 0, 5, 1, 7, 3, 9, 4, 6],
            [5, 9, 1, 6, 0, 8, 3, 10, 2, 7, 4],
            [4, 2, 8, 5, 1, 3, 6, 9, 7, 10, 0],
            [5, 9, 0, 10, 7, 2, 1, 3, 6, 4, 8],
        ] {
            assert_eq!(odds(order), first, "{order:?}");
        }
    }
}
