//! Data of surveys and programs rather than published tables: many columns, few values, binary fractions.

use super::{told, words};

/// Rows of figures from a formula, under a heading.
fn rows(heading: &str, number: usize, row: impl Fn(usize) -> String) -> String {
    let rows: Vec<String> = (0..number).map(|it| row(it) + "\n").collect();
    format!("{heading}\n{}", rows.concat())
}

/// A figure that looks drawn at random.
fn drawn(at: usize, from: usize, of: usize) -> usize {
    (at * 7919 + from * 104_729 + (at * at * 31) % 97) % of
}

#[test]
fn neighbours_on_a_smooth_map_are_no_balance() {
    let height = |at: usize, column: usize| 100 + at * 2 / 3 + column * column / 9 + (at * column) / 40;
    let map = rows("a,b,c,d,e,f", 60, |at| {
        let cells: Vec<String> = (1..7).map(|column| height(at, column).to_string()).collect();
        cells.join(",")
    });
    assert_eq!(told(&map), [""; 0], "{:?}", words(&map));
}

#[test]
fn a_count_and_itself_plus_nothing_or_one_is_no_sum() {
    // Of those with an event, hardly any followed it by just one month.
    let months = rows("person,followed,progressed,event", 120, |at| {
        let (progressed, event) = (20 + drawn(at, 3, 170), usize::from(at % 11 == 4));
        let followed = progressed + if event == 1 { drawn(at, 5, 40) } else { 0 };
        format!("p{at},{followed},{progressed},{event}")
    });
    assert_eq!(told(&months), [""; 0], "{:?}", words(&months));
}

#[test]
fn figures_in_single_precision_are_taken_as_they_were_meant() {
    // 0.1, 0.2 and 0.3 as programs print them.
    let text = "item,made,bought,both\na,1.100000023841858,2.200000047683716,3.299999952316284\n\
        b,4.699999809265137,1.2000000476837158,5.900000095367432\nc,2.5999999046325684,3.0999999046325684,5.699999809265137\n\
        d,7.300000190734863,1.899999976158142,9.199999809265137\ne,3.4000000953674316,5.800000190734863,9.199999809265137\n\
        f,6.099999904632568,2.299999952316284,8.399999618530273\n";
    assert_eq!(words(text), ["both = made + bought (6 of 6)"]);
}

#[test]
fn breaks_beside_one_text_that_no_other_row_has_keep_to_another_rule() {
    let loans = rows("loan,state,amount,paid,open", 200, |at| {
        let (amount, paid) = (9000 + drawn(at, 2, 700) * 25, drawn(at, 9, 800));
        let is_lost = at % 41 == 11;
        let open = if is_lost { 0 } else { amount - paid };
        format!("l{at},{},{amount},{paid},{open}", if is_lost { "written off" } else { "current" })
    });
    assert_eq!(told(&loans), [""; 0], "{:?}", words(&loans));
}

#[test]
fn rates_that_were_rounded_each_on_its_own_add_up_within_a_unit() {
    // As programs print them: with a decimal that says nothing.
    let rates = rows("country,young,old,all", 120, |at| {
        let (young, old) = (300 + drawn(at, 1, 500), 60 + drawn(at, 4, 200));
        let whole = |tenths: usize| (tenths + 5) / 10;
        format!("c{at},{}.0,{}.0,{}.0", whole(young), whole(old), whole(young + old))
    });
    assert_eq!(told(&rates), [""; 0], "{:?}", words(&rates));
    assert_eq!(words(&rates).len(), 1);
}
