//! What holds of every text, well formed or not.

use proptest::prelude::*;

use super::testing::World;
use super::{Expression, dialect};
use crate::plan::Rounding;
use crate::rules::Mark;
use crate::table::{Exact, show_exact};

fn world() -> World {
    World::of("t", "item:label,a:count,b:amount,note:text,day:date", "x,1,2.5,n,2020-01-01\ny,,3,,\nz,7,0,m,2021-01-01")
}

/// Reads, judges and explains a text: no step may panic.
fn go(text: &str) {
    let world = world();
    let Ok(it) = world.compile(|it| Expression::parse(text, it)) else { return };
    let marks = it.marks(&world.context());
    for check in 0..marks.len() {
        let _ = it.explain(&world.context(), check, super::Words::Expect);
    }
}

fn number() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("a".to_owned()),
        Just("b".to_owned()),
        Just("[x].a".to_owned()),
        Just("sum(b)".to_owned()),
        Just("null".to_owned()),
        (-50_i32..50).prop_map(|it| format!("({it})")),
        (0_u32..100, 0_u32..100).prop_map(|(a, b)| format!("{a}.{b}")),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), prop_oneof![Just("+"), Just("-"), Just("*"), Just("/"), Just("%")], inner.clone())
                .prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            inner.clone().prop_map(|a| format!("abs({a})")),
            inner.clone().prop_map(|a| format!("round({a}, 1)")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("coalesce({a}, {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("least({a}, {b}, 3)")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("case when {a} < {b} then {a} else {b} end")),
        ]
    })
}

fn condition() -> impl Strategy<Value = String> {
    let relation = prop_oneof![Just("="), Just("<>"), Just("<"), Just("<="), Just(">"), Just(">=")];
    let leaf = prop_oneof![
        (number(), relation, number()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        (number(), number(), number()).prop_map(|(a, b, c)| format!("{a} between {b} and {c}")),
        (number(), number()).prop_map(|(a, b)| format!("{a} in (1, {b}, 3)")),
        number().prop_map(|a| format!("{a} is null")),
        Just("note like 'n%'".to_owned()),
        Just("day > '2020-06-01'".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} and {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
            inner.prop_map(|a| format!("not ({a})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,60}") {
        go(&text);
    }

    #[test]
    fn any_run_of_words_is_read_or_refused(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "a", "b", "[x]", ".", "(", ")", "case", "when", "then", "end", "not", "and", "or", "in", "between",
                "like", "'x'", "1", "+", "-", "*", "/", "<", "=", ",", "is", "null", "sum", "previous", "filter",
                "where", "date", "distinct", "from", "escape", "interval", "::", "[", "]", "t",
            ]),
            0..40,
        )
    ) {
        go(&words.join(" "));
    }

    #[test]
    fn every_well_formed_condition_is_judged(text in condition()) {
        let world = world();
        let it = world.compile(|it| Expression::parse(&text, it));
        prop_assert!(it.is_ok(), "{text}: {:?}", it.err());
        go(&text);
        for rounding in [Rounding::Independent, Rounding::Truncated] {
            let world = World { rounding, ..self::world() };
            let it = world.compile(|it| Expression::parse(&text, it)).unwrap();
            it.marks(&world.context());
        }
    }

    #[test]
    fn a_condition_that_holds_fails_when_negated(text in condition()) {
        let world = world();
        let marks = |text: &str| {
            world.compile(|it| Expression::parse(text, it)).unwrap().marks(&world.context())
        };
        for (plain, negated) in marks(&text).into_iter().zip(marks(&format!("not ({text})"))) {
            let both = (plain, negated);
            prop_assert_ne!(both, (Mark::Holds, Mark::Holds), "{}", text);
            if plain == Mark::Holds {
                prop_assert_eq!(negated, Mark::Fails, "{}", text);
            }
            if negated == Mark::Holds {
                prop_assert_eq!(plain, Mark::Fails, "{}", text);
            }
        }
    }

    #[test]
    fn rounding_only_ever_allows_more(text in condition()) {
        let exact = world();
        let rounded = World { rounding: Rounding::Independent, ..world() };
        let marks = |world: &World| world.compile(|it| Expression::parse(&text, it)).unwrap().marks(&world.context());
        for (exact, rounded) in marks(&exact).into_iter().zip(marks(&rounded)) {
            prop_assert!(exact != Mark::Holds || rounded == Mark::Holds, "{}", text);
            prop_assert!(rounded != Mark::Fails || exact == Mark::Fails || exact == Mark::Undetermined, "{}", text);
        }
    }

    #[test]
    fn sums_agree_with_fractions(units in prop::collection::vec(any::<i64>(), 1..20)) {
        let lines: Vec<String> = units.iter().map(i64::to_string).collect();
        let world = World::of("t", "n:integer", &lines.join("\n"));
        let sum = units.iter().fold(Exact::from_integer(0.into()), |sum, &it| sum + Exact::from_integer(it.into()));
        let text = format!("sum(n) = {} and sum(n + n) = 2 * sum(n)", show_exact(&sum));
        let it = world.compile(|it| Expression::parse(&text, it)).unwrap();
        prop_assert_eq!(it.marks(&world.context()), [Mark::Holds]);
    }
}

#[test]
fn deep_or_long_texts_are_refused_or_read_without_harm() {
    for text in [
        "(".repeat(5_000),
        format!("{}1 = 1{}", "(".repeat(400), ")".repeat(400)),
        format!("a = {}1", "-".repeat(900)),
        format!("{} a = 1", "not ".repeat(900)),
        format!("a = 1{}", " + 1".repeat(900)),
        format!("a = 1{}", " * 1".repeat(900)),
        format!("a = 1{}", " = 1".repeat(900)),
        format!("a = 1{}", " or a = 2".repeat(300)),
        format!("a = 1{}", " or a = 2".repeat(30_000)),
        "case ".repeat(300),
        "case when ".repeat(45),
        "not a between ".repeat(45),
        "a in (".repeat(45),
        "abs(".repeat(45),
        "[x].".repeat(400),
        "a.".repeat(400),
        "date ".repeat(400),
        format!("a = {}", "9".repeat(100_000)),
    ] {
        let _ = dialect::parse(&text, &super::variables::NO_VARIABLES);
        go(&text);
    }
    let long = format!("a = 1{}", " + 1".repeat(900));
    assert!(world().compile(|it| Expression::parse(&long, it)).is_ok(), "a long sum is no deep one");
}
