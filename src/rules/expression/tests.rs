//! What expressions mean, what they say, and what is refused.

use super::testing::World;
use crate::plan::{Form, Missing, Rounding};
use crate::rules::kinds::{expect, part};
use crate::rules::{Kind, Mark};

fn expect(world: &World, text: &str) -> Box<dyn Kind> {
    world.compile(|it| expect::compile(&expect::Spec::Word(text.to_owned()), it)).unwrap()
}

fn error(world: &World, text: &str) -> String {
    let it = world.compile(|it| expect::compile(&expect::Spec::Word(text.to_owned()), it)).unwrap_err();
    match it.hint_text() {
        Some(hint) => format!("{it} | {hint}"),
        None => it.to_string(),
    }
}

fn part(world: &World, text: &str) -> Box<dyn Kind> {
    world.compile(|it| part::compile(&part::Spec(text.to_owned()), it)).unwrap()
}

/// The mark of a condition that reads no rows.
fn judge(text: &str) -> Mark {
    let world = World::of("t", "item:label,n:count,note:text", "a,1,x");
    world.marks(&*expect(&world, text))[0]
}

fn record() -> World {
    let rows = "Public drunkenness;1,477\n  detained overnight;1,911\nSuicides;";
    World::of("record", "item:label,count:count", rows).rows(&[
        "Public drunkenness",
        "Public drunkenness > detained overnight",
        "Suicides",
    ])
}

#[test]
fn a_part_above_its_whole_reads_as_in_the_design() {
    let world = record();
    let rule = part(&world, "[detained overnight] <= [Public drunkenness]");
    assert_eq!(world.marks(&*rule), [Mark::Fails]);
    let detail = rule.explain(&world.context(), 0);
    assert_eq!(detail.message, "detained overnight (1,911) is more than Public drunkenness (1,477)");
    assert_eq!(detail.places[0].label, "434 more than the whole");
    assert_eq!(detail.places[1].label, "the whole");
    assert_eq!(detail.places[0].line, 2);
    assert_eq!(detail.gap.as_deref(), Some("434"));
    assert_eq!(detail.row.as_deref(), Some("detained overnight"));
}

#[test]
fn three_valued_logic_follows_the_truth_tables_of_sql() {
    let words = [("true", Mark::Holds), ("false", Mark::Fails), ("null", Mark::Undetermined)];
    let rank = |it: Mark| match it {
        Mark::Fails => 0,
        Mark::Undetermined => 1,
        _ => 2,
    };
    for (a, first) in words {
        for (b, second) in words {
            let and = if rank(first) < rank(second) { first } else { second };
            let or = if rank(first) > rank(second) { first } else { second };
            assert_eq!(judge(&format!("{a} and {b}")), and, "{a} and {b}");
            assert_eq!(judge(&format!("{a} or {b}")), or, "{a} or {b}");
        }
    }
    let cases = [
        ("not null", Mark::Undetermined),
        ("not false", Mark::Holds),
        ("1 = null", Mark::Undetermined),
        ("null is null", Mark::Holds),
        ("1 is not null", Mark::Holds),
        ("1 in (1, null)", Mark::Holds),
        ("2 in (1, null)", Mark::Undetermined),
        ("2 not in (1, null)", Mark::Undetermined),
        ("2 not in (1, 3)", Mark::Holds),
        ("1 between null and 0", Mark::Fails),
        ("1 between null and 2", Mark::Undetermined),
        ("case when null then false else true end", Mark::Holds),
        ("case 2 when 1 then false when 2 then true end", Mark::Holds),
        ("coalesce(null, 3) = 3", Mark::Holds),
        ("nullif(3, 3) is null", Mark::Holds),
        ("nullif(3, null) = 3", Mark::Holds),
        ("null is distinct from 1", Mark::Holds),
        ("null is not distinct from null", Mark::Holds),
        ("(1 = null) is unknown", Mark::Holds),
        ("(1 = 1) is true", Mark::Holds),
        ("(1 = null) is not true", Mark::Holds),
        ("least(3, 1, 2) = 1 and greatest(3, 1, 2) = 3", Mark::Holds),
        ("least(3, null) is null", Mark::Holds),
        ("'abc' like 'a%' and 'abc' not like 'b%' and 'ABC' ilike 'a_c'", Mark::Holds),
        ("'5%' like '5!%' escape '!'", Mark::Holds),
        ("length('naïve') = 5 and lower('Ä') = 'ä' and trim(' x ') = 'x'", Mark::Holds),
        ("DATE '2020-01-01' < DATE '2020-02-01'", Mark::Holds),
        ("DATE '2020-01-01' = '2020-01-01'", Mark::Holds),
    ];
    for (text, mark) in cases {
        assert_eq!(judge(text), mark, "{text}");
    }
}

#[test]
fn arithmetic_is_exact() {
    for text in [
        "0.1 + 0.2 = 0.3",
        "1 / 3 * 3 = 1",
        "99999999999999999999999999999999999999 + 1 = 1e19 * 10000000000000000000",
        "9223372036854775807 + 1 = 9223372036854775808",
        "9223372036854775807 * 9223372036854775807 = 85070591730234615847396907784232501249",
        "-9223372036854775808 - 1 = -9223372036854775809",
        "(1 / 0) is null",
        "7 % 4 = 3 and -7 % 4 = -3 and 7.5 % 2 = 1.5",
        "round(2.5) = 3 and round(-2.5) = -3 and round(1.005, 2) = 1.01 and round(1250, -2) = 1300",
        "abs(-3.5) = 3.5",
        "2 + 3 * 4 - 1 = 13",
        "10 - 3 - 2 = 5",
        "-(-5) = 5",
    ] {
        assert_eq!(judge(text), Mark::Holds, "{text}");
    }
    assert_eq!(judge("1 / 0 = 1"), Mark::Undetermined);
}

#[test]
fn a_column_of_38_digits_sums_exactly() {
    let world = World::of(
        "t",
        "n:integer",
        "99999999999999999999999999999999999999\n99999999999999999999999999999999999999\n1",
    );
    let rule = expect(&world, "sum(n) - 1 = 2 * 99999999999999999999999999999999999999");
    assert_eq!(world.marks(&*rule), [Mark::Holds]);
}

#[test]
fn a_bare_column_is_judged_row_by_row_and_names_the_row() {
    let world = World::of("crimes", "crime:label,total:count,solved:count", "Murder,18,19\nTheft,20,5\nFraud,,3");
    let rule = part(&world, "solved <= total");
    assert_eq!(world.marks(&*rule), [Mark::Fails, Mark::Holds, Mark::Undetermined]);
    assert_eq!(world.messages(&*rule), ["Murder: solved (19) is more than total (18)", "Fraud: total is empty"]);
}

#[test]
fn sides_of_several_figures_tell_what_they_make() {
    let world = World::of("r", "item:label,count:count", "Car accidents,5\nkilled,1\ninjured,2\nnone,..");
    let rule = expect(&world, "[killed] + [injured] between [Car accidents] and 3 * [Car accidents]");
    let message = "[killed] + [injured] is 3";
    assert!(
        world.messages(&*rule)[0].contains("killed (1) + injured (2) add up to 3, less than Car accidents (5)"),
        "{message}"
    );
    let rule = expect(&world, "[killed] >= [injured] + 3 * [Car accidents]");
    assert_eq!(world.messages(&*rule), ["killed (1) is less than [injured] + 3 * [Car accidents] (17)"]);
    let rule = expect(&world, "[none] = 1");
    assert_eq!(world.messages(&*rule), ["none is \"..\" (missing)"]);
    let rule = expect(&world, "[killed] / ([killed] - 1) = 1");
    assert_eq!(world.messages(&*rule), ["division by zero"]);
    let rule = expect(&world, "[killed] = 1 or [injured] = 7");
    assert_eq!(world.marks(&*rule), [Mark::Holds]);
    let rule = expect(&world, "not ([killed] < 2)");
    assert_eq!(world.messages(&*rule), ["killed (1) is less than 2"]);
    let rule = expect(&world, "[killed] = 2 or [injured] = 7");
    assert_eq!(world.messages(&*rule), ["expected [killed] = 2 or [injured] = 7, found killed (1), injured (2)"]);
}

#[test]
fn missing_parts_that_cannot_mend_it_do_not_hide_a_failure() {
    let world = World::of("t", "item:label,a:count,b:count,c:amount,total:count", "x,7,,1,5\ny,3,,1,5\nz,7,1,,5");
    let rule = part(&world, "a + b <= total");
    assert_eq!(world.marks(&*rule), [Mark::Fails, Mark::Undetermined, Mark::Fails]);
    // An amount may be negative, so nothing is known of its missing cell.
    let rule = part(&world, "a + c <= total");
    assert_eq!(world.marks(&*rule), [Mark::Fails, Mark::Holds, Mark::Undetermined]);
    let rule = expect(&world, "not (a + b > total)");
    assert_eq!(world.marks(&*rule), [Mark::Fails, Mark::Undetermined, Mark::Fails]);
    let rule = expect(&world, "a + b = total");
    assert_eq!(world.marks(&*rule)[0], Mark::Fails);
}

#[test]
fn missing_figures_count_as_the_rule_says() {
    let mut world = World::of("t", "item:label,a:count,b:count", "x,3,\ny,3,..\nz,3,c\nw,3,oops\nv,3,unclear");
    let text = "a = a + b";
    assert_eq!(world.marks(&*expect(&world, text)), [Mark::Undetermined; 5]);
    world.missing = Missing::Zero;
    let (known, open) = (Mark::Holds, Mark::Undetermined);
    assert_eq!(world.marks(&*expect(&world, text)), [known, known, open, open, open]);
    assert_eq!(world.marks(&*expect(&world, "b is null")), [Mark::Holds; 5]);
    assert_eq!(world.marks(&*expect(&world, "coalesce(b, 4) = 4")), [Mark::Holds; 5]);
    world.missing = Missing::Fail;
    let fails = Mark::Fails;
    assert_eq!(world.marks(&*expect(&world, text)), [fails, fails, fails, open, open]);
}

#[test]
fn rounding_explains_half_a_unit_of_each_figure_and_no_more() {
    let mut world =
        World::of("t", "item:label,a:amount,b:amount,total:amount", "x,1.4,1.4,3\ny,1.4,1.4,4\nz,1.4,1.6,3");
    let text = "a + b = total";
    assert_eq!(world.marks(&*expect(&world, text)), [Mark::Fails, Mark::Fails, Mark::Holds]);
    world.rounding = Rounding::Independent;
    assert_eq!(world.marks(&*expect(&world, text)), [Mark::Rounded, Mark::Fails, Mark::Holds]);
    assert_eq!(world.marks(&*expect(&world, "not (a + b <> total)")), [Mark::Rounded, Mark::Fails, Mark::Holds]);
    assert_eq!(world.marks(&*expect(&world, "not a + b = total")), [Mark::Holds, Mark::Holds, Mark::Rounded]);
    // One figure has one true value: it cannot differ from itself.
    assert_eq!(world.marks(&*expect(&world, "a - a = 0.05")), [Mark::Fails; 3]);
    // The exact ends are in: 1.4 may be 1.45, and 1.5 may be too.
    assert_eq!(world.marks(&*expect(&world, "a = 1.45")), [Mark::Rounded; 3]);
    assert_eq!(world.marks(&*expect(&world, "a * b = 1.96")), [Mark::Holds, Mark::Holds, Mark::Fails]);
    assert_eq!(world.marks(&*expect(&world, "a between 1.45 and 2")), [Mark::Rounded; 3]);
    world.rounding = Rounding::Truncated;
    assert_eq!(world.marks(&*expect(&world, "a = 1.5")), [Mark::Fails; 3]);
    assert_eq!(world.marks(&*expect(&world, "a = 1.499")), [Mark::Rounded; 3]);
}

#[test]
fn a_row_label_is_found_by_its_parent_where_it_is_ambiguous() {
    let world = World::of("r", "item:label,count:count", "Cars,5\n  killed,1\nFires,2\n  killed,9").rows(&[
        "Cars",
        "Cars > killed",
        "Fires",
        "Fires > killed",
    ]);
    assert_eq!(world.marks(&*expect(&world, "[Cars > killed] = 1 and [Fires > killed] = 9")), [Mark::Holds]);
    let message = error(&world, "[killed] = 1");
    assert_eq!(message, "table 'r' has more than one row 'killed' | write [Cars > killed] or [Fires > killed]");
}

#[test]
fn closing_brackets_in_labels_are_doubled() {
    let world = World::of("r", "item:label,count:count", "a [b],5");
    assert_eq!(world.marks(&*expect(&world, "[a [b]]] = 5")), [Mark::Holds]);
}

#[test]
fn columns_may_be_named_like_keywords_of_sql() {
    let world = World::of("r", "item:label,order:count,interval:count,date:date", "a,5,6,2020-01-01");
    assert_eq!(world.marks(&*expect(&world, "order < interval and date < '2020-02-01'")), [Mark::Holds]);
}

#[test]
fn aggregates_run_over_the_rows_of_a_table() {
    let world = World::of("seats", "party:label,seats:count,side:text", "A,3,left\nB,4,right\nC,5,left").with(
        "total",
        "what:label,n:count",
        "All,12",
    );
    assert_eq!(world.marks(&*expect(&world, "sum(seats.seats) = total.[All]")), [Mark::Holds]);
    let text = "sum(seats.seats) filter (where side = 'left') = 8 and count(seats.seats) = 3 and avg(seats.seats) = 4";
    assert_eq!(world.marks(&*expect(&world, text)), [Mark::Holds]);
    assert_eq!(world.marks(&*expect(&world, "min(seats.seats) = 3 and max(seats.seats) = 5")), [Mark::Holds]);
    assert_eq!(world.messages(&*expect(&world, "sum(seats.seats) = 13")), ["sum(seats.seats) (12) is not equal to 13"]);
    let alone = World::of("seats", "party:label,seats:count", "A,3\nB,\nC,5");
    assert_eq!(alone.marks(&*expect(&alone, "sum(seats) = 8")), [Mark::Undetermined]);
    assert_eq!(alone.messages(&*expect(&alone, "sum(seats) = 9")), ["B is empty"]);
    assert_eq!(alone.marks(&*expect(&alone, "sum(seats) < 8")), [Mark::Fails]);
    assert_eq!(alone.marks(&*expect(&alone, "sum(seats) filter (where seats is not null) = 8")), [Mark::Holds]);
    assert_eq!(alone.marks(&*expect(&alone, "count(*) = 3 and count(seats) = 2")), [Mark::Holds]);
    assert_eq!(alone.marks(&*expect(&alone, "count(*) filter (where seats > 4) = 1")), [Mark::Undetermined]);
    assert_eq!(alone.marks(&*expect(&alone, "count(*) filter (where party = 'A') = 1")), [Mark::Holds]);
}

#[test]
fn previous_reads_the_same_cell_of_the_edition_before() {
    let world = World::of("t", "item:label,n:count", "a,5\nb,6\nc,7").before("t", "item:label,n:count", "c,7\na,6");
    let rule = expect(&world, "n >= previous(n)");
    assert_eq!(world.marks(&*rule), [Mark::Fails, Mark::Undetermined, Mark::Holds]);
    assert_eq!(world.messages(&*rule)[0], "a: n (5) is less than previous n (6)");
    assert!(rule.needs().contains(&crate::rules::Need::Previous));
    assert_eq!(world.marks(&*expect(&world, "[c] = previous([c]) and previous(sum(n)) = 13")), [Mark::Holds]);
}

/// Two rows whose optional column `mail` is not printed.
fn without_mail(missing: Missing) -> World {
    World { missing, ..World::of("t", "item:label,votes:count,day:count,mail:count", "a,120,100,\nb,80,80,") }
        .left_out("mail")
}

#[test]
fn a_column_that_is_left_out_reads_as_empty() {
    let (fails, holds, open) = (Mark::Fails, Mark::Holds, Mark::Undetermined);
    let marks = |missing: Missing, text: &str| {
        let world = without_mail(missing);
        world.marks(&*expect(&world, text))
    };
    assert_eq!(marks(Missing::Undetermined, "votes = day + coalesce(mail, 0)"), [fails, holds]);
    assert_eq!(marks(Missing::Undetermined, "mail is null or votes > 0"), [holds, holds]);
    assert_eq!(marks(Missing::Undetermined, "mail > 3 or votes = 80"), [open, holds]);
    assert_eq!(marks(Missing::Undetermined, "votes = day + mail"), [open, open]);
    assert_eq!(marks(Missing::Undetermined, "day = votes + mail"), [fails, open], "a count is never below nothing");
    assert_eq!(marks(Missing::Zero, "votes = day + mail"), [fails, holds]);
    assert_eq!(marks(Missing::Zero, "sum(mail) = 0 and [a].mail + count(mail) = 0 and max(mail) <= 0"), [holds]);
    assert_eq!(marks(Missing::Undetermined, "sum(mail) = 0"), [open]);
    assert_eq!(marks(Missing::Fail, "votes = day + mail"), [open, open], "nothing is missing that may be left out");
    assert_eq!(marks(Missing::Undetermined, "votes >= day"), [holds, holds]);
}

#[test]
fn a_column_that_is_left_out_is_told_once_where_nothing_can_be_told_without_it() {
    let world = without_mail(Missing::Undetermined);
    let why = Some("column mail is missing from this edition".to_owned());
    for text in ["votes = day + mail", "sum(mail) = 3", "[a].mail = 3", "mail > 3"] {
        let rule = expect(&world, text);
        assert_eq!(world.why_undetermined(&*rule), why, "{text}");
        assert!(!rule.needs().contains(&crate::rules::Need::Column(0, "mail".to_owned())), "{text}");
    }
    for text in ["mail > 3 or votes = 80", "votes = day", "coalesce(mail, 0) = 0"] {
        assert_eq!(world.why_undetermined(&*expect(&world, text)), None, "{text}");
    }
    let message = &world.messages(&*expect(&world, "mail > 3 or votes = 80"))[0];
    assert_eq!(message, "a: column mail is missing from this edition");
}

#[test]
fn rounding_and_repairs_see_a_column_that_is_left_out_as_nothing() {
    let world = without_mail(Missing::Zero);
    let rule = expect(&world, "votes = day + mail");
    let equations = rule.equations(&world.context(), &[0, 1]);
    assert_eq!(equations.len(), 2);
    let rounded = World { rounding: Rounding::Independent, ..without_mail(Missing::Zero) };
    assert_eq!(rounded.marks(&*expect(&rounded, "votes = day + mail + 1")), [Mark::Fails, Mark::Rounded]);
}

#[test]
fn a_column_that_the_edition_before_left_out_reads_as_empty_there() {
    let now = "item:label,n:count,mail:count";
    let mut world = World::of("t", now, "a,5,2\nb,6,3").before("t", now, "a,5,");
    world.schemas[0].columns[2].optional = true;
    world.previous.as_mut().unwrap().tables[0].columns.remove(2);
    let rule = expect(&world, "mail >= previous(mail)");
    assert_eq!(world.why_undetermined(&*rule).as_deref(), Some("column mail is missing from the previous edition"));
    assert_eq!(world.messages(&*rule)[0], "a: column mail is missing from the previous edition");
    assert_eq!(world.marks(&*expect(&world, "mail >= coalesce(previous(mail), 0)")), [Mark::Holds, Mark::Holds]);
    world.missing = Missing::Zero;
    assert_eq!(world.marks(&*expect(&world, "mail > previous(mail)")), [Mark::Holds, Mark::Undetermined]);
}

#[test]
fn the_only_row_of_an_edition_is_that_of_the_edition_before() {
    let columns = "day:date,total:count,fresh:count";
    let rule = "fresh = total - previous(total)";
    let mut world = World::of("t", columns, "2020-04-03,121,12").before("t", columns, "2020-04-02,110,10");
    assert!(world.schemas[0].key.is_empty());
    assert_eq!(world.marks(&*expect(&world, rule)), [Mark::Fails]);
    for table in [&mut world.edition.tables[0], &mut world.previous.as_mut().unwrap().tables[0]] {
        table.key = vec![0];
    }
    world.schemas[0].key = vec!["day".to_owned()];
    assert_eq!(world.marks(&*expect(&world, rule)), [Mark::Fails]);
    let several =
        World::of("t", columns, "2020-04-03,121,12\n2020-04-04,130,9").before("t", columns, "2020-04-02,110,10");
    let why = "table t has several rows but no key, so its rows cannot be found in another edition";
    assert_eq!(several.why_undetermined(&*expect(&several, "coalesce(previous(total), 0) = 0")).as_deref(), Some(why));
}

#[test]
fn where_chooses_rows_and_what_it_cannot_tell_stays_open() {
    let mut world = World::of("t", "item:label,n:count", "a,5\nb,6\nc,7");
    world.filter = Some(vec![Some(true), Some(false), None]);
    assert_eq!(world.marks(&*expect(&world, "n = 6")), [Mark::Fails, Mark::Skipped, Mark::Undetermined]);
    world.filter = Some(vec![Some(true), Some(false), Some(true)]);
    assert_eq!(world.marks(&*expect(&world, "sum(n) = 12")), [Mark::Holds]);
}

#[test]
fn faults_of_an_expression_are_told_when_it_is_read() {
    let world =
        World::of("crimes", "crime:label,total:count,solved:count,day:date", "Murder,1,1,2020-01-01").rows(&["Murder"]);
    for (text, wanted) in [
        ("solvd <= total", "table 'crimes' has no column 'solvd' | the nearest name is 'solved'"),
        ("[Murdr].total = 1", "table 'crimes' has no row 'Murdr' | the nearest name is 'Murder'"),
        ("[Murder] = 1", "[Murder]: table 'crimes' has 2 columns of numbers | name the column: [Murder].total"),
        ("total + crime = 1", "expected a number, found a text: crime"),
        ("total = 'x'", "cannot compare a number with a text: total = 'x'"),
        ("total", "expected a condition, found a number: total"),
        ("day > 'yesterday'", "'yesterday' is not a date like '2020-01-31'"),
        ("total = (select 1)", "subqueries cannot be used in a rule, at column 10 of the expression"),
        ("medain(total) = 1", "there is no function 'medain'"),
        ("total = 1e999999", "'1e999999' is not a number of at most 38 digits"),
        ("total = ", "expected an expression, found its end"),
        ("total = 1 solved", "expected the end of the expression, found solved, at column 11 of the expression"),
        ("Murder = 1", "table 'crimes' has no column 'Murder' | write a row in square brackets: [Murder]"),
        ("sum(sum(total)) = 1", "sum is inside another aggregate"),
        ("total = sum(distinct total)", "sum: DISTINCT and ORDER BY cannot be used in a rule"),
        ("nowhere.[a].b = 1", "there is no table 'nowhere'"),
    ] {
        let message = error(&world, text);
        assert!(message.starts_with(wanted), "{text}\n wanted {wanted}\n found  {message}");
    }
    let message = world.compile(|it| part::compile(&part::Spec("total = 1".to_owned()), it)).unwrap_err().to_string();
    assert_eq!(message, "expected part <= whole, found total = 1");
}

#[test]
fn a_comparison_is_read_as_a_linear_form_with_merged_cells() {
    let world = World::of("t", "item:label,a:count,b:count", "x,1,2");
    let text = "2 * a + b - 3 <= a + 1";
    let it = world.compile(|it| super::Expression::parse(text, it)).unwrap();
    let form = |it: &super::Expression| it.equations(&world.context(), &[0]).pop().map(|it| it.1.form);
    let Some(Form::Linear(linear, relation)) = form(&it) else { panic!("{it:?} is linear") };
    let terms: Vec<(String, usize)> = linear.terms.iter().map(|it| (it.0.to_string(), it.1.cell.column)).collect();
    assert_eq!(terms, [("1".to_owned(), 1), ("1".to_owned(), 2)]);
    assert_eq!(linear.constant.to_string(), "-4");
    assert_eq!(relation, super::Relation::AtMost);
    let it = world.compile(|it| super::Expression::parse("a * b = 1", it)).unwrap();
    assert!(form(&it).is_none());
}

#[test]
fn the_order_of_rows_changes_no_verdict() {
    let rows = ["a,5,4", "b,,6", "c,7,7", "d,1,2"];
    let marks = |order: [usize; 4]| {
        let text = order.map(|it| rows[it]).join("\n");
        let world = World::of("t", "item:label,n:count,m:count", &text);
        let mut marks: Vec<(String, Mark)> = world
            .marks(&*expect(&world, "n <= m and n < sum(m)"))
            .into_iter()
            .enumerate()
            .map(|(row, mark)| (world.edition.tables[0].row_name(row), mark))
            .collect();
        marks.sort_by(|a, b| a.0.cmp(&b.0));
        marks
    };
    assert_eq!(marks([0, 1, 2, 3]), marks([3, 1, 0, 2]));
}
#[test]
fn a_value_too_wide_for_its_batch_changes_no_verdict_of_others() {
    let mut lines: Vec<String> = (0..10_000).map(|it| format!("{it},{}", it + 1)).collect();
    lines[5_000] = "9223372036854775807,1".to_owned();
    lines[9_000] = "99999999999999999999999999999999999999,1".to_owned();
    let world = World::of("t", "n:integer,m:integer", &lines.join("\n"));
    let marks = world.marks(&*expect(&world, "n + n < m + m"));
    let failing: Vec<usize> = (0..marks.len()).filter(|&it| marks[it] != Mark::Holds).collect();
    assert_eq!(failing, [5_000, 9_000]);
    assert_eq!(world.marks(&*expect(&world, "max(n) = 99999999999999999999999999999999999999")), [Mark::Holds]);
}

#[test]
fn cells_of_one_column_are_named_by_their_rows_alone() {
    let rows = "Theft (total),40,9\nApartment burglaries,30,1\nCar theft,12,2";
    let world = World::of("crimes", "crime:label,total:count,solved:count", rows).rows(&[
        "Theft (total)",
        "Apartment burglaries",
        "Car theft",
    ]);
    let rule = part(&world, "[Car theft].total + [Apartment burglaries].total <= [Theft (total)].total");
    assert_eq!(
        world.messages(&*rule),
        ["Car theft (12) + Apartment burglaries (30) add up to 42, more than Theft (total) (40)"]
    );
    let labels: Vec<String> = rule.explain(&world.context(), 0).places.into_iter().map(|it| it.label).collect();
    assert_eq!(labels, ["2 more than the whole", "a part", "the whole"]);
    let rule = part(&world, "[Theft (total)].total <= [Car theft].solved");
    assert_eq!(world.messages(&*rule), ["Theft (total), total (40) is more than Car theft, solved (2)"]);
}

#[test]
fn what_a_rule_needs_is_known_before_it_is_judged() {
    use crate::rules::{Need, Scope};
    let world = World::of("r", "item:label,n:count", "a,1\nb,2").rows(&["a", "a > b"]);
    let rule = expect(&world, "[b] < [a]");
    assert_eq!(rule.scope(), Scope::Whole);
    assert_eq!(
        rule.needs(),
        [
            Need::Table(0),
            Need::Column(0, "n".to_owned()),
            Need::Row(0, "b".to_owned(), Some("a".to_owned())),
            Need::Row(0, "a".to_owned(), None),
        ]
    );
    let rule = expect(&world, "n < [a] + sum(n)");
    assert_eq!(rule.scope(), Scope::Row(0));
}

#[test]
fn an_aggregate_of_another_table_takes_no_column_of_the_rule_by_accident() {
    let world = World::of("goals", "id:text,n:count", "x,1").with("games", "id:text,goals:count", "x,1");
    let message = error(&world, "sum(goals.n) filter (where goals.id = games.id) = 1");
    assert_eq!(message, "sum covers the rows of one table, but names columns of two");
    let read = |_: &str| -> crate::Result<Vec<u8>> { Ok(Vec::new()) };
    let binding = crate::rules::Binding {
        tables: &world.schemas,
        table: Some(1),
        rounding: Rounding::Exact,
        missing: Missing::Undetermined,
        filter: None,
        variables: &crate::rules::expression::NO_VARIABLES,
        read: &read,
    };
    let message = super::Expression::parse("goals = sum(goals.n) filter (where id = 'x')", &binding).unwrap_err();
    assert_eq!(message.to_string(), "'id' is a column of 'games' and of 'goals'");
    assert!(super::Expression::parse("goals = sum(goals.n) filter (where goals.id = 'x')", &binding).is_ok());
}
