//! What sums hold, fail and leave open, in each of their forms.

use super::{Spec, compile};
use crate::plan::{Missing, Rounding};
use crate::rules::expression::testing::World;
use crate::rules::{Kind, Mark, Need};

fn sum(world: &World, text: &str) -> Box<dyn Kind> {
    let spec: Spec = toml::from_str(text).unwrap();
    world.compile(|it| compile(&spec, it)).unwrap()
}

fn fault(text: &str) -> String {
    let world = World::of("t", "item:label,a:count,b:count", "x,1,2");
    match toml::from_str::<Spec>(text) {
        Ok(spec) => world.compile(|it| compile(&spec, it)).unwrap_err().to_string(),
        Err(it) => it.message().to_owned(),
    }
}

const COLUMNS: &str = "total = 'total'\nparts = ['a', 'b']";

#[test]
fn columns_of_each_row_make_its_total() {
    let world = World::of("t", "item:label,a:count,b:count,total:count", "x,10,19,30\ny,1,2,3\nz,,2,9\nw,,10,9");
    let rule = sum(&world, COLUMNS);
    assert_eq!(world.marks(&*rule), [Mark::Fails, Mark::Holds, Mark::Undetermined, Mark::Fails]);
    assert_eq!(
        world.messages(&*rule),
        [
            "x: total 30 is not the sum of its parts, 29 (a 10 + b 19)",
            "z: a is empty",
            "w: total 9 is not the sum of its parts, whatever the missing figures are (a empty + b 10)",
        ]
    );
    let detail = rule.explain(&world.context(), 0);
    assert_eq!(detail.places[0].label, "1 more than its parts");
    assert_eq!((detail.observed.as_deref(), detail.gap.as_deref()), (Some("30"), Some("1")));
    assert_eq!(detail.column.as_deref(), Some("total"));
}

#[test]
fn weights_and_open_sums_are_kept_to() {
    let world = World::of("t", "item:label,a:amount,b:amount,total:amount", "x,10,4,6\ny,1,2,3");
    let rule = sum(&world, "total = 'total'\nparts = ['a', 'b']\nweights = [1, -1]");
    assert_eq!(world.marks(&*rule), [Mark::Holds, Mark::Fails]);
    assert_eq!(world.messages(&*rule), ["y: total 3 is not the sum of its parts, -1 (a 1 - b 2)"]);
    let rule = sum(&world, "total = 'total'\nparts = ['a', 'b']\ncomplete = false");
    assert_eq!(world.marks(&*rule), [Mark::Fails, Mark::Holds]);
    assert_eq!(world.messages(&*rule), ["x: total 6 is less than its parts, 14 (a 10 + b 4)"]);
}

#[test]
fn independent_rounding_lets_parts_miss_by_half_a_unit_each() {
    let mut world = World::of("t", "item:label,a:amount,b:amount,total:amount", "x,10,19,30\ny,10,19,31");
    world.rounding = Rounding::Independent;
    assert_eq!(world.marks(&*sum(&world, COLUMNS)), [Mark::Rounded, Mark::Fails]);
    let detail = sum(&world, COLUMNS).explain(&world.context(), 1);
    assert_eq!(detail.gap.as_deref(), Some("0.5"), "the gap is what rounding does not explain");
}

#[test]
fn a_row_is_the_sum_of_the_rest_and_never_of_itself() {
    let world = World::of("t", "item:label,n:count,m:count,p:percent", "All,8,9,100\nA,3,4,40\nB,5,4,60");
    for parts in ["'rest'", "['[A]', '[B]']", "{ where = \"item <> 'All'\" }", "{ where = 'true' }"] {
        let rule = sum(&world, &format!("total = '[All]'\nparts = {parts}"));
        assert_eq!(world.marks(&*rule), [Mark::Holds, Mark::Fails], "{parts}");
        assert_eq!(world.messages(&*rule), ["All 9 is not the sum of its parts, 8 (A 4 + B 4)"]);
    }
    let rule = sum(&world, "total = '[All]'\nparts = ['[A]', '[B]']\nweights = [1, 1.25]\ncolumns = ['m']");
    assert_eq!(world.marks(&*rule), [Mark::Holds]);
    assert!(rule.needs().contains(&Need::Row(0, "A".to_owned(), None)));
}

#[test]
fn the_rest_counts_nested_rows_once() {
    let world = World::of("t", "item:label,n:count", "All,8\nA,3\n  of A,2\nB,5");
    assert_eq!(world.marks(&*sum(&world, "total = '[All]'\nparts = 'rest'")), [Mark::Holds]);
    let world = World::of("t", "item:label,n:count", "All,8\n  A,3\n    of A,2\n  B,5");
    assert_eq!(world.marks(&*sum(&world, "total = '[All]'\nparts = 'rest'")), [Mark::Holds]);
}

#[test]
fn totals_by_condition_are_found_in_each_group() {
    let rows = "1,Mayor,3\n2,Mayor,4\nTotal,Mayor,8\n1,Judge,1\nTotal,Judge,1\n1,Clerk,5\nTotal,Coroner,0\n1,Sheriff,\nTotal,Sheriff,2";
    let text = "total = { where = \"precinct = 'Total'\" }\nparts = 'rest'\nby = ['office']";
    let world = World::of("t", "precinct:label*,office:label*,votes:count", rows);
    let rule = sum(&world, text);
    let (holds, fails, open) = (Mark::Holds, Mark::Fails, Mark::Undetermined);
    assert_eq!(world.marks(&*rule), [fails, holds, open, open, open]);
    assert_eq!(
        world.messages(&*rule),
        [
            "Total, Mayor: 8 is not the sum of its parts, 7 (1, Mayor: 3 + 2, Mayor: 4)",
            "Clerk: there is no total row",
            "Coroner: there are no parts",
            "1, Sheriff is empty",
        ]
    );
    let order: Vec<&str> = rows.lines().rev().collect();
    let turned = World::of("t", "precinct:label*,office:label*,votes:count", &order.join("\n"));
    let mut marks = turned.marks(&*sum(&turned, text));
    marks.reverse();
    assert_eq!(marks.iter().filter(|it| **it == fails).count(), 1);
    assert_eq!(marks.iter().filter(|it| **it == open).count(), 3);
}

#[test]
fn groups_come_in_the_order_of_their_first_rows_that_count() {
    let mut world = World::of("t", "area:label*,item:label*,n:count", "A,x,1\nB,x,1\nA,y,1");
    let text = "total = { where = \"item = 'Total'\" }\nparts = 'rest'\nby = ['area']";
    assert_eq!(world.messages(&*sum(&world, text)), ["A: there is no total row", "B: there is no total row"]);
    world.filter = Some(vec![Some(false), Some(true), Some(true)]);
    assert_eq!(world.messages(&*sum(&world, text)), ["B: there is no total row", "A: there is no total row"]);
}

#[test]
fn nested_rows_make_the_row_above() {
    let world = World::of(
        "t",
        "item:label,n:count",
        "Cars,5\n  killed,1\n  injured,4\nFires,2\n  small,1\nOther,7\n  x,\n  y,8",
    );
    let rule = sum(&world, "nested = true");
    assert_eq!(world.marks(&*rule), [Mark::Holds, Mark::Fails, Mark::Fails]);
    let rule = sum(&world, "nested = true\ncomplete = false");
    assert_eq!(world.marks(&*rule), [Mark::Holds, Mark::Holds, Mark::Fails]);
    assert_eq!(
        world.messages(&*rule),
        ["Other 7 is less than its parts, whatever the missing figures are (x empty + y 8)"]
    );
}

#[test]
fn missing_parts_count_as_the_rule_says() {
    let mut world = World::of("t", "item:label,n:count", "All,3\nA,3\nB,");
    let text = "total = '[All]'\nparts = 'rest'";
    assert_eq!(world.marks(&*sum(&world, text)), [Mark::Undetermined]);
    world.missing = Missing::Zero;
    assert_eq!(world.marks(&*sum(&world, text)), [Mark::Holds]);
    world.missing = Missing::Fail;
    assert_eq!(world.marks(&*sum(&world, text)), [Mark::Fails]);
}

#[test]
fn where_leaves_rows_out() {
    let mut world = World::of("t", "item:label,n:count", "All,3\nA,3\nB,9");
    let text = "total = '[All]'\nparts = 'rest'";
    world.filter = Some(vec![Some(true), Some(true), Some(false)]);
    assert_eq!(world.marks(&*sum(&world, text)), [Mark::Holds]);
    world.filter = Some(vec![Some(true), Some(true), None]);
    assert_eq!(world.marks(&*sum(&world, text)), [Mark::Undetermined]);
    world.filter = Some(vec![Some(false), Some(true), Some(true)]);
    assert_eq!(world.marks(&*sum(&world, text)), [Mark::Skipped]);
}

fn without_b() -> World {
    World::of("t", "item:label,a:count,b:count,total:count", "x,10,,30\ny,1,,1\nz,,,0").left_out("b")
}

#[test]
fn parts_that_an_edition_prints_make_the_total() {
    let world = without_b();
    let rule = sum(&world, COLUMNS);
    assert_eq!(world.marks(&*rule), [Mark::Fails, Mark::Holds, Mark::Undetermined]);
    let messages = ["x: total 30 is not the sum of its parts, 10 (a 10)", "z: a is empty"];
    assert_eq!(world.messages(&*rule), messages);
    let detail = rule.explain(&world.context(), 0);
    assert_eq!(detail.hint.as_deref(), Some("column b is missing from this edition: the sum covers the other parts"));
    assert_eq!(rule.equations(&world.context(), &[0, 1]).len(), 2);
    assert!(!rule.needs().contains(&Need::Column(0, "b".to_owned())));
}

#[test]
fn weights_stay_with_their_parts_where_one_is_left_out() {
    let world = World::of("t", "item:label,a:count,b:count,total:count", ",1,4,8").left_out("a");
    let rule = sum(&world, "total = 'total'\nparts = ['a', 'b']\nweights = [3, 2]");
    assert_eq!(world.marks(&*rule), [Mark::Holds]);
}

#[test]
fn a_sum_without_any_part_is_told_once_or_counts_as_nothing() {
    let world = World::of("t", "item:label,a:count,total:count", "x,,30\ny,,0").left_out("a");
    let text = "total = 'total'\nparts = ['a']";
    let why = Some("column a is missing from this edition".to_owned());
    assert_eq!(world.why_undetermined(&*sum(&world, text)), why);
    let rule = sum(&world, &format!("{text}\nabsent = 'zero'"));
    assert_eq!(world.marks(&*rule), [Mark::Fails, Mark::Holds]);
    assert_eq!(world.why_undetermined(&*rule), None);
    assert_eq!(world.messages(&*rule), ["x: total 30 is not the sum of its parts, 0 (no parts)"]);
}

#[test]
fn a_part_that_is_left_out_is_needed_where_the_rule_says_so() {
    let world = without_b();
    let rule = sum(&world, &format!("{COLUMNS}\nabsent = 'undetermined'"));
    assert!(rule.needs().contains(&Need::Column(0, "b".to_owned())));
    assert!(sum(&world, COLUMNS).needs().contains(&Need::Column(0, "total".to_owned())));
}

#[test]
fn rows_are_added_in_the_columns_that_are_printed() {
    let world = World::of("t", "item:label,m:count,n:count", "All,1,9\nA,1,4\nB,1,4").left_out("m");
    for text in ["", "columns = ['m', 'n']"] {
        let rule = sum(&world, &format!("total = '[All]'\nparts = 'rest'\n{text}"));
        assert_eq!(world.messages(&*rule), ["All 9 is not the sum of its parts, 8 (A 4 + B 4)"]);
        assert_eq!(rule.equations(&world.context(), &[0]).len(), 1);
    }
    let rule = sum(&world, "total = '[All]'\nparts = 'rest'\ncolumns = ['m']");
    assert_eq!(world.why_undetermined(&*rule).as_deref(), Some("column m is missing from this edition"));
    assert!(rule.equations(&world.context(), &[0]).is_empty());
}

#[test]
fn a_listed_row_that_may_be_left_out_is_no_part_where_it_is() {
    let mut world = World::of("t", "item:label,n:count", "All,9\nB,4").rows(&["All", "A", "B"]);
    world.schemas[0].rows[1].optional = true;
    let text = "total = '[All]'\nparts = ['[A]', '[B]']\nweights = [1, 2]";
    let rule = sum(&world, text);
    assert_eq!(world.messages(&*rule), ["All 9 is not the sum of its parts, 8 (2 × B 4)"]);
    let rule = sum(&world, &format!("{text}\nabsent = 'undetermined'"));
    assert!(rule.needs().contains(&Need::Row(0, "A".to_owned(), None)));
    let rule = sum(&world, "total = '[All]'\nparts = ['[A]']");
    assert_eq!(world.why_undetermined(&*rule).as_deref(), Some("row A is missing from this edition"));
    let rule = sum(&world, "total = '[All]'\nparts = ['[A]']\nabsent = 'zero'");
    assert_eq!(world.marks(&*rule), [Mark::Fails]);
    world.edition.tables[0].columns[0].states[1] = crate::table::CellState::Unclear;
    assert_eq!(world.marks(&*sum(&world, text)), [Mark::Undetermined], "what cannot be read may be the row");
}

#[test]
fn sums_of_38_digits_are_exact() {
    let nines = "9".repeat(38);
    let world = World::of("t", "item:label,n:amount", &format!("All,1\nA,{nines}\nB,{nines}\nC,-{nines}\nD,1"));
    assert_eq!(world.marks(&*sum(&world, "total = '[All]'\nparts = 'rest'")), [Mark::Fails]);
    assert_eq!(world.marks(&*sum(&world, "total = '[All]'\nparts = ['[A]', '[C]', '[D]']")), [Mark::Holds]);
}

#[test]
fn the_rest_of_the_columns_are_all_counts_and_amounts_but_the_total() {
    let world = World::of("t", "item:label,a:count,b:count,n:count,p:percent", "x,1,2,3,50\ny,1,2,4,50");
    let rule = sum(&world, "total = 'n'\nparts = 'rest'");
    assert_eq!(world.marks(&*rule), [Mark::Holds, Mark::Fails]);
    assert_eq!(world.messages(&*rule), ["y: n 4 is not the sum of its parts, 3 (a 1 + b 2)"]);
}

#[test]
fn faults_say_what_was_expected() {
    assert_eq!(fault("total = 'a'"), "sum needs total and parts, or nested = true");
    assert_eq!(fault("total = 'a'\nparts = ['a']"), "the total 'a' is among its own parts");
    assert_eq!(fault("total = '[x]'\nparts = ['[x]']\ncolumns = ['a']"), "the total 'x' is among its own parts");
    assert_eq!(fault("total = 'a'\nparts = { where = 'b > 1' }"), "'a' is not a row");
    assert_eq!(fault("total = 'a'\nparts = 'rest'\nweights = [1]"), "weights apply only to listed parts");
    assert_eq!(fault("total = 'a'\nparts = ['c']"), "table 't' has no column 'c'");
    assert_eq!(fault("total = 'a'\nparts = ['b']\nweights = [1, 2]"), "expected a weight for each of 1 parts, found 2");
    assert!(fault("total = 'a'\nparts = 'others'").contains("a list of columns or rows, \"rest\""));
    assert!(fault("total = 3\nparts = 'rest'").contains("a column, a row as \"[label]\""));
    assert_eq!(fault("total = '[x]'\nparts = 'rest'\nabsent = 'zero'"), "absent applies only to listed parts");
    assert!(fault("totl = 'a'").contains("unknown field `totl`"));
    assert_eq!(fault("nested = true\ntotal = 'a'"), "remove total and parts: nested = true finds them");
}

#[test]
fn the_schema_tells_of_every_key_in_each_form() {
    let schema = serde_json::to_string(&schemars::schema_for!(Spec)).unwrap();
    for word in ["total", "parts", "weights", "complete", "columns", "by", "nested", "where", "absent"] {
        assert!(schema.contains(&format!("\"{word}\"")), "{word}: {schema}");
    }
}

#[test]
fn a_part_in_another_table_says_where_sums_across_tables_are() {
    let world = World::of("t", "item:label,a:count,b:count", "x,1,2");
    let hint = |text: &str| {
        let spec: Spec = toml::from_str(text).unwrap();
        let error = world.compile(|it| compile(&spec, it)).unwrap_err();
        (error.message().to_owned(), error.hint_text().unwrap_or("").to_owned())
    };
    let across = "a sum covers one table; `crossfoot explain tables` shows sums across tables".to_owned();
    assert_eq!(hint("total = 'a'\nparts = ['t.b']"), ("table 't' has no column 't.b'".to_owned(), across.clone()));
    assert_eq!(hint("total = '[x]'\nparts = ['t.[y]']"), ("'t.[y]' is not a row".to_owned(), across));
    assert_eq!(hint("total = '[x]'\nparts = ['y']").1, "write a row in square brackets: [y]");
}
