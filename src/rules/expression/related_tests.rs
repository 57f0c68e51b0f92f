//! Lags, windows, lookups and bounds against what is worked out by hand.

use proptest::prelude::*;

use super::testing::World;
use crate::error::Error;
use crate::rules::{Kind, Mark, Rounding, expect};

fn rule(world: &World, text: &str) -> Box<dyn Kind> {
    world.compile(|it| expect::compile(&expect::Spec::Word(text.to_owned()), it)).unwrap()
}

fn refused(world: &World, text: &str) -> String {
    let error: Error = world.compile(|it| expect::compile(&expect::Spec::Word(text.to_owned()), it)).unwrap_err();
    match error.hint_text() {
        Some(hint) => format!("{} | {hint}", error.message()),
        None => error.message().to_owned(),
    }
}

/// A row of a drawn table: day, area and figure.
type Drawn = (u8, char, Option<u8>);

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let row = (1_u8..9, prop_oneof![Just('A'), Just('B')], prop::option::weighted(0.9, 0_u8..20));
    prop::collection::vec(row, 0..14)
}

fn world(rows: &[Drawn]) -> World {
    let line = |it: &Drawn| format!("2024-01-{:02},{},{}", it.0, it.1, it.2.map_or(String::new(), |it| it.to_string()));
    let lines: Vec<String> = rows.iter().map(line).collect();
    World::of("t", "day:date*,area:label*,n:count", &lines.join("\n"))
}

fn mark(truth: Option<bool>) -> Mark {
    match truth {
        Some(true) => Mark::Holds,
        Some(false) => Mark::Fails,
        None => Mark::Undetermined,
    }
}

/// The rows of a series up to a row, in order; none where two stand at one day.
fn so_far(rows: &[Drawn], row: usize) -> (usize, Vec<&Drawn>) {
    let mut series: Vec<&Drawn> = rows.iter().filter(|it| it.1 == rows[row].1).collect();
    series.sort_by_key(|it| it.0);
    let length = series.len();
    let end = series.iter().position(|it| std::ptr::eq(*it, &raw const rows[row])).unwrap();
    series.truncate(end + 1);
    (length, series)
}

fn is_tied(rows: &[Drawn], window: &[&Drawn]) -> bool {
    window.iter().any(|it| rows.iter().filter(|other| (other.0, other.1) == (it.0, it.1)).count() > 1)
}

fn has_ties(rows: &[Drawn]) -> bool {
    is_tied(rows, &rows.iter().collect::<Vec<_>>())
}

type Folded = fn(&[u32]) -> u32;

proptest! {
    #[test]
    fn lags_are_what_a_search_finds(rows in drawn(), back in 1_usize..4) {
        let world = world(&rows);
        let marks = world.marks(&*rule(&world, &format!("n >= previous(n, {back}) along day")));
        for (row, found) in marks.into_iter().enumerate() {
            let (length, series) = so_far(&rows, row);
            let expected = match series.len().checked_sub(back + 1) {
                None if has_ties(&rows) => continue,
                None if length > back => Mark::Skipped,
                None => Mark::Undetermined,
                Some(at) if is_tied(&rows, &series[at..]) => Mark::Undetermined,
                Some(at) => mark(rows[row].2.zip(series[at].2).map(|(now, then)| now >= then)),
            };
            prop_assert_eq!(found, expected, "row {} of {:?}", row, rows);
        }
    }

    #[test]
    fn windows_are_what_a_loop_adds_up(rows in drawn(), length in 1_usize..4) {
        let world = world(&rows);
        let folds: [(&str, Folded); 4] = [
            ("sum", |it| it.iter().sum()),
            ("min", |it| it.iter().copied().min().unwrap_or(0)),
            ("max", |it| it.iter().copied().max().unwrap_or(0)),
            ("count", |it| u32::try_from(it.len()).unwrap()),
        ];
        for (name, fold) in folds {
            let marks = world.marks(&*rule(&world, &format!("{name}(n) over {length} along day <= 12")));
            for (row, found) in marks.into_iter().enumerate() {
                let (whole, series) = so_far(&rows, row);
                let from = series.len().saturating_sub(length);
                let window = &series[from..];
                if has_ties(&rows) && (window.len() < length || is_tied(&rows, window)) {
                    continue;
                }
                let values: Option<Vec<u32>> = match name {
                    "count" => Some(window.iter().filter_map(|it| it.2).map(u32::from).collect()),
                    _ => window.iter().map(|it| it.2.map(u32::from)).collect(),
                };
                let expected = match window.len() < length {
                    true if whole >= length => Mark::Skipped,
                    true => Mark::Undetermined,
                    // What is missing is a count, and can only add to a sum or be the largest.
                    false if values.is_none() => continue,
                    false => mark(values.map(|it| fold(&it) <= 12)),
                };
                prop_assert_eq!(found, expected, "{} of row {} of {:?}", name, row, rows);
            }
        }
    }

    #[test]
    fn groups_and_running_totals_are_what_a_loop_adds_up(rows in drawn()) {
        let rows: Vec<Drawn> = rows.into_iter().map(|it| (it.0, it.1, Some(it.2.unwrap_or(3)))).collect();
        let world = world(&rows);
        let total = |it: &[&Drawn]| it.iter().filter_map(|it| it.2).map(u32::from).sum::<u32>();
        let by_area = world.marks(&*rule(&world, "sum(n) by area <= 40"));
        let running = world.marks(&*rule(&world, "sum(n) along day by area <= 20"));
        for row in 0..rows.len() {
            let group: Vec<&Drawn> = rows.iter().filter(|it| it.1 == rows[row].1).collect();
            prop_assert_eq!(by_area[row], mark(Some(total(&group) <= 40)));
            if !has_ties(&rows) {
                prop_assert_eq!(running[row], mark(Some(total(&so_far(&rows, row).1) <= 20)));
            }
        }
    }

    #[test]
    fn ranks_are_what_a_count_finds(rows in drawn(), relation in 0_usize..4) {
        let (sign, holds): (&str, fn(u8, u8) -> bool) = [
            (">", (|a, b| a > b) as fn(u8, u8) -> bool), (">=", |a, b| a >= b), ("<", |a, b| a < b), ("<=", |a, b| a <= b),
        ][relation];
        let world = world(&rows);
        let text = format!("count(*) filter (where other.area = this.area and other.n {sign} this.n) <= 2");
        let marks = world.marks(&*rule(&world, &text));
        for (row, found) in marks.into_iter().enumerate() {
            let group: Vec<&Drawn> = rows.iter().filter(|it| it.1 == rows[row].1).collect();
            let unsure = group.iter().any(|it| it.2.is_none());
            let count = |own: u8| group.iter().filter_map(|it| it.2).filter(|it| holds(*it, own)).count();
            let expected = mark(rows[row].2.filter(|_| !unsure).map(|own| count(own) <= 2));
            prop_assert_eq!(found, expected, "row {} of {:?}", row, rows);
        }
    }

    #[test]
    fn bounds_are_decided_as_by_trying_every_figure(cells in prop::collection::vec(0_usize..6, 2), total in 0_u32..14) {
        const CELLS: [(&str, std::ops::RangeInclusive<u32>); 6] = [
            ("3", 3..=3), ("<3", 0..=2), ("1-4", 1..=4), ("2 or fewer", 0..=2), ("≤5", 0..=5), ("6", 6..=6),
        ];
        let [a, b] = [0, 1].map(|it| &CELLS[cells[it]]);
        let world = World::of("t", "item:label,a:count,b:count,n:count", &format!("x,{},{},{total}", a.0, b.0));
        for (text, holds) in [
            ("a + b = n", (|a, b, n| a + b == n) as fn(u32, u32, u32) -> bool),
            ("a + b <= n", |a, b, n| a + b <= n),
            ("a < b or a + b > n", |a, b, n| a < b || a + b > n),
            ("not (a + 2 * b between 3 and n)", |a, b, n| !(3..=n).contains(&(a + 2 * b))),
        ] {
            let tried: Vec<bool> = a.1.clone().flat_map(|a| b.1.clone().map(move |b| holds(a, b, total))).collect();
            let expected = match (tried.contains(&true), tried.contains(&false)) {
                (true, true) => Mark::Undetermined,
                (all, _) => mark(Some(all)),
            };
            let found = world.marks(&*rule(&world, text))[0];
            // Intervals do not see that two comparisons hang together, and then say nothing.
            let joined = text.contains(" or ") || text.contains("between");
            prop_assert!(found == expected || (joined && found == Mark::Undetermined), "{text}: {a:?} {b:?} {total}: {found:?}");
        }
    }

    #[test]
    fn lookups_are_what_a_join_finds(people in prop::collection::vec(0_usize..4, 0..5), asked in 0_usize..4) {
        const AREAS: [&str; 4] = ["A", "B", "1.0", "1"];
        let lines: Vec<String> = people.iter().map(|it| format!("{},{}", AREAS[*it], it + 1)).collect();
        let world = World::of("doses", "area:label,n:count", &format!("{},3", AREAS[asked]))
            .with("people", "area:label,n:count", &lines.join("\n"));
        let compiled = crate::rules::load("t.toml", "crossfoot = 1\ndataset = 't'\n\
            [tables.doses]\nkey = ['area']\ncolumns = { area = 'label', n = 'count' }\n\
            [tables.people]\nkey = ['area']\ncolumns = { area = 'label', n = 'count' }\n\
            [[rules]]\nname = 'r'\ntable = 'doses'\nexpect = 'n <= people.[area].n'\n", &|_| Ok(Vec::new())).unwrap();
        let found = world.marks(&*compiled.rules[0].check);
        let matching: Vec<usize> = people.iter().copied().filter(|it| *it == asked).collect();
        let expected = if let [it] = matching[..] { mark(Some(3 <= it + 1)) } else { Mark::Undetermined };
        prop_assert_eq!(found, vec![expected]);
    }
}

#[test]
fn an_average_over_rounded_figures_and_exact_counts() {
    let rows = "2024-01-01,A,40,\n2024-01-02,A,44,42.0\n2024-01-03,A,39,41.5\n2024-01-04,A,46,42.6";
    let world = World::of("t", "day:date*,area:label*,n:count,mean:amount", rows);
    let world = World { rounding: Rounding::Independent, ..world };
    let marks = world.marks(&*rule(&world, "mean = avg(n) over 2 along day"));
    assert_eq!(marks, [Mark::Skipped, Mark::Holds, Mark::Holds, Mark::Fails]);
    let told = world.messages(&*rule(&world, "mean = avg(n) over 2 along day"));
    assert_eq!(told, ["2024-01-04, A: mean (42.6) is not equal to avg(n) over 2 along day (42.5)"]);
}

#[test]
fn a_median_is_the_middle_or_the_mean_of_two() {
    let world = World::of("t", "day:date*,area:label*,n:count", "2024-01-01,A,9\n2024-01-02,A,1\n2024-01-03,A,4");
    assert_eq!(world.marks(&*rule(&world, "median(n) by area = 4")), [Mark::Holds; 3]);
    assert_eq!(
        world.marks(&*rule(&world, "median(n) over 2 along day <= 3")),
        [Mark::Skipped, Mark::Fails, Mark::Holds]
    );
    assert_eq!(world.marks(&*rule(&world, "median(n) = 4")), [Mark::Holds]);
}

#[test]
fn parts_of_days_and_periods() {
    let world = World::of("t", "day:date,month:period,n:count", "2020-12-28,2024-02,29\n2021-01-04,2024,366");
    for text in [
        "week(day) in (53, 1) and isoyear(day) between 2020 and 2021 and weekday(day) = 1",
        "days(month) = n and year(month) = 2024",
        "extract(year from day) + 0 between 2020 and 2021",
        "day + 7 - day = 7 and day - 1 < day and day - '2020-12-21' >= 7",
        "days_in_year(month) = 366",
        "month <> '2024-01'",
    ] {
        assert_eq!(world.marks(&*rule(&world, text)), [Mark::Holds; 2], "{text}");
    }
    // A year has no one month.
    assert_eq!(world.marks(&*rule(&world, "month(month) = 2")), [Mark::Holds, Mark::Undetermined]);
    assert!(refused(&world, "year(n) = 2").contains("expects a date or a period"));
    assert!(refused(&world, "day + day = 2").contains("a date cannot be added to a date"));
}

#[test]
fn a_name_that_would_be_compared_with_itself_is_an_error() {
    let world = World::of("t", "item:label,n:count,rank:count", "x,1,1");
    assert_eq!(
        refused(&world, "rank = 1 + count(*) filter (where t.n > n)"),
        "n is compared with itself: t.n > n | write this.n for the row being checked"
    );
    // Outside an aggregate there is no other row that could be meant.
    assert_eq!(world.marks(&*rule(&world, "n = n")), [Mark::Holds]);
}

#[test]
fn what_cannot_be_written_says_what_can() {
    let world = World::of("t", "day:date*,item:label*,n:count", "2024-01-01,x,1");
    for (text, said) in [
        ("avg(n) over x along day > 1", "over expects a number of rows"),
        ("avg(n) over 7 > 1", "the order of these rows is not given"),
        ("previous(n) by item > 1", "previous: the order of rows is not given"),
        ("previous(n, 2) > 1", "previous expects one argument, found 2 | to go back within one table, name the order"),
        ("avg(n) over 7 along dat > 1", "table 't' has no column 'dat' | the nearest name is 'day'"),
        ("avg(previous(n) along day) over 7 along day > 1", "a window covers rows of the rule's own table only"),
        ("count(*) filter (where other.n <> this.n) = 0", "rows are compared with this one by ="),
        ("this.n > 1", "'this' can be used only inside an aggregate"),
        ("avg(n) over (order by day desc) > 1", "a window is ordered by one column, ascending"),
        ("n << 2", "an operator that cannot be used in a rule"),
    ] {
        assert!(refused(&world, text).contains(said), "{text}: {}", refused(&world, text));
    }
}

#[test]
fn windows_of_sql_take_what_is_not_full_yet() {
    let world = World::of("t", "day:date*,item:label*,n:count", "2024-01-01,x,1\n2024-01-02,x,5\n2024-01-03,x,9");
    let text = "avg(n) over (partition by item order by day rows between 1 preceding and current row) <= 3";
    assert_eq!(world.marks(&*rule(&world, text)), [Mark::Holds, Mark::Holds, Mark::Fails]);
    let told = "2024-01-03, x: avg(n) OVER (PARTITION BY item ORDER BY day ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) \
     (7) is more than 3";
    assert_eq!(world.messages(&*rule(&world, text)), [told]);
    let short = world.messages(&*rule(&world, "sum(n) over 2 along day by item < 14"));
    assert_eq!(short, ["2024-01-03, x: sum(n) over 2 along day by item (14) is not less than 14"]);
    let short = world.messages(&*rule(&world, "sum(n) by (item, day) < 9"));
    assert_eq!(short, ["2024-01-03, x: sum(n) by (item, day) (9) is not less than 9"]);
}

#[test]
fn a_percentile_lies_on_a_straight_line_between_two_values() {
    let world = World::of(
        "t",
        "day:date*,area:label*,n:count",
        "2024-01-01,A,9\n2024-01-02,A,1\n2024-01-03,A,4\n2024-01-04,A,4",
    );
    for text in [
        "percentile(n, 0) by area = 1",
        "percentile(n, 1) by area = 9",
        "percentile(n, 0.5) = median(n)",
        // Of 1, 4, 4, 9: three steps, of which 0.9 are 2.7.
        "percentile(n, 0.9) = 7.5",
        "percentile(n, 0.1) by area = 1.9",
    ] {
        let marks = world.marks(&*rule(&world, text));
        assert!(marks.iter().all(|it| *it == Mark::Holds), "{text}: {marks:?}");
    }
    for (text, message) in [
        ("percentile(n) = 1", "percentile expects a share from 0 to 1 | write percentile(x, 0.9)"),
        ("percentile(n, 90) = 1", "percentile expects a share from 0 to 1, found 90 | write percentile(x, 0.9)"),
        ("percentile(n, n) = 1", "percentile expects a share from 0 to 1, found n | write percentile(x, 0.9)"),
        ("percentile(*) = 1", "percentile(*) is not allowed"),
    ] {
        assert_eq!(refused(&world, text), message);
    }
}

proptest! {
    #[test]
    fn percentiles_are_what_sorting_finds(rows in drawn(), share in 0_u32..=20) {
        let world = world(&rows);
        let text = format!("percentile(n, {}) by area <= 9", f64::from(share) / 20.0);
        let found = world.marks(&*rule(&world, &text));
        for (row, found) in found.into_iter().enumerate() {
            let area = rows[row].1;
            let values: Option<Vec<u8>> = rows.iter().filter(|it| it.1 == area).map(|it| it.2).collect();
            let expected = values.map(|mut values| {
                values.sort_unstable();
                // In twentieths, so that all of it is whole.
                let at = (u32::try_from(values.len()).unwrap() - 1) * share;
                let (low, part) = (u32::from(values[(at / 20) as usize]), at % 20);
                let high = values.get((at / 20) as usize + 1).map_or(low, |it| u32::from(*it));
                low * 20 + (high - low) * part <= 9 * 20
            });
            prop_assert_eq!(found, mark(expected));
        }
    }

    #[test]
    fn the_latest_row_is_what_a_search_finds(
        rows in prop::collection::vec((0_usize..2, prop::option::weighted(0.9, 2000_u32..2006), 1_u32..9), 0..7),
    ) {
        let lines: Vec<String> = rows
            .iter()
            .map(|it| format!("{},{},{}", ["A", "B"][it.0], it.1.map_or(String::new(), |it| it.to_string()), it.2))
            .collect();
        let world = World::of("doses", "area:label,n:count", "A,4")
            .with("people", "area:label*,year:count*,n:count", &lines.join("\n"));
        let text = "crossfoot = 1\ndataset = 't'\n\
            [tables.doses]\nkey = ['area']\ncolumns = { area = 'label', n = 'count' }\n\
            [tables.people]\nkey = ['area', 'year']\ncolumns = { area = 'label', year = 'count', n = 'count' }\n\
            [[rules]]\nname = 'r'\ntable = 'doses'\nexpect = 'n <= people.[area].latest.n'\n";
        let compiled = crate::rules::load("t.toml", text, &|_| Ok(Vec::new())).unwrap();
        let found = world.marks(&*compiled.rules[0].check);
        let own: Vec<_> = rows.iter().filter(|it| it.0 == 0).collect();
        let last = own.iter().map(|it| it.1).max().flatten();
        let at_last: Vec<_> = own.iter().filter(|it| it.1 == last).collect();
        let is_known = last.is_some() && own.iter().all(|it| it.1.is_some()) && at_last.len() == 1;
        prop_assert_eq!(found, vec![mark(is_known.then(|| 4 <= at_last[0].2))]);
    }
}

#[test]
fn the_latest_row_needs_all_of_the_key_but_one_that_orders() {
    let with = |key: &str, name: &str| {
        let text = format!(
            "crossfoot = 1\ndataset = 't'\n[tables.doses]\nkey = ['area']\n\
             columns = {{ area = 'label', sex = 'label', n = 'count' }}\n\
             [tables.people]\nkey = [{key}]\ncolumns = {{ area = 'label', sex = 'label', year = 'period', n = 'count', m = 'count' }}\n\
             [[rules]]\nname = 'r'\ntable = 'doses'\nexpect = 'n <= {name}'\n"
        );
        crate::rules::load("t.toml", &text, &|_| Ok(Vec::new())).map_err(|it| it.message().to_owned()).err()
    };
    assert_eq!(with("'area', 'year'", "people.[area].latest.n"), None);
    assert_eq!(with("'year', 'area', 'sex'", "people.[sex, area].latest.n"), None);
    for (key, name, message) in [
        ("'area', 'year'", "people.[area].latest", "rule \"r\": [area]: table 'people' has 2 columns of numbers"),
        (
            "'area', 'sex', 'year'",
            "people.[area].latest.n",
            "rule \"r\": the key of 'people' is area, sex, year: name every key column except the one that tells which \
             row is the latest",
        ),
        (
            "'area', 'sex'",
            "people.[area].latest.n",
            "rule \"r\": sex of 'people' cannot order the rows: it is not a date, period or number",
        ),
        ("'area', 'year'", "people.[aera].latest.n", "rule \"r\": [aera] does not name columns of the rule's table"),
    ] {
        assert_eq!(with(key, name).as_deref(), Some(message));
    }
}

/// Rows of another table: area, year and figure.
type There = (usize, u8, Option<u8>);

const AREAS: [&str; 3] = ["A", "B", "C"];

fn there() -> impl Strategy<Value = Vec<There>> {
    prop::collection::vec((0_usize..3, 0_u8..3, prop::option::weighted(0.9, 0_u8..9)), 0..9)
}

fn lines(rows: &[There]) -> String {
    let figure = |it: Option<u8>| it.map_or(String::new(), |it| it.to_string());
    let lines: Vec<String> = rows.iter().map(|it| format!("{},{},{}", AREAS[it.0], it.1, figure(it.2))).collect();
    lines.join("\n")
}

/// The marks of one rule of the table `own`, beside two tables of the same form.
fn beside(own: &[There], a: &[There], b: &[There], condition: &str) -> Vec<Mark> {
    const COLUMNS: &str = "area:label*,year:count*,n:count";
    let tables = ["own", "a", "b"].map(|it| {
        format!("[tables.{it}]\nkey = ['area', 'year']\ncolumns = {{ area = 'label', year = 'count', n = 'count' }}\n")
    });
    let rule = format!("[[rules]]\nname = 'r'\ntable = 'own'\nexpect = '{condition}'\n");
    let text = format!("crossfoot = 1\ndataset = 't'\n{}{rule}", tables.concat());
    let compiled = crate::rules::load("t.toml", &text, &|_| Ok(Vec::new())).unwrap();
    let world = World::of("own", COLUMNS, &lines(own)).with("a", COLUMNS, &lines(a)).with("b", COLUMNS, &lines(b));
    world.marks(&*compiled.rules[0].check)
}

/// The sum of some rows; none where one of them has no figure, or there are none.
fn sum(rows: &[&There]) -> Option<u32> {
    let figures: Option<Vec<u32>> = rows.iter().map(|it| it.2.map(u32::from)).collect();
    figures.filter(|it| !it.is_empty()).map(|it| it.iter().sum())
}

proptest! {
    #[test]
    fn means_and_medians_of_windows_are_what_a_loop_finds(rows in drawn(), length in 1_usize..5) {
        let rows: Vec<Drawn> = rows.into_iter().map(|it| (it.0, it.1, Some(it.2.unwrap_or(7)))).collect();
        prop_assume!(!has_ties(&rows));
        let world = world(&rows);
        let means = world.marks(&*rule(&world, &format!("avg(n) over {length} along day <= 9")));
        let medians = world.marks(&*rule(&world, &format!("median(n) over {length} along day <= 9")));
        for row in 0..rows.len() {
            let (whole, series) = so_far(&rows, row);
            let mut window: Vec<u32> = series.iter().rev().take(length).filter_map(|it| it.2).map(u32::from).collect();
            let expected = |holds: bool| match series.len() < length {
                true if whole >= length => Mark::Skipped,
                true => Mark::Undetermined,
                false => mark(Some(holds)),
            };
            let count = u32::try_from(window.len()).unwrap();
            prop_assert_eq!(means[row], expected(window.iter().sum::<u32>() <= 9 * count), "row {} of {:?}", row, rows);
            window.sort_unstable();
            let middle = window[(window.len() - 1) / 2] + window[window.len() / 2];
            prop_assert_eq!(medians[row], expected(middle <= 18), "row {} of {:?}", row, rows);
        }
    }

    #[test]
    fn the_previous_edition_is_what_a_search_by_key_finds(now in there(), then in there()) {
        const COLUMNS: &str = "area:label*,year:count*,n:count";
        let world = World::of("t", COLUMNS, &lines(&now)).before("t", COLUMNS, &lines(&then));
        let found = world.marks(&*rule(&world, "n >= previous(n)"));
        let same = |it: &There, rows: &[There]| rows.iter().filter(|other| (other.0, other.1) == (it.0, it.1)).copied().collect::<Vec<_>>();
        for (row, found) in now.iter().zip(found) {
            // Which of rows with one key is which cannot be told.
            if same(row, &now).len() > 1 {
                continue;
            }
            match same(row, &then)[..] {
                [before] => prop_assert_eq!(found, mark(row.2.zip(before.2).map(|(now, then)| now >= then))),
                [] => prop_assert!(matches!(found, Mark::Skipped | Mark::Undetermined), "{:?}", found),
                _ => prop_assert_eq!(found, Mark::Undetermined),
            }
        }
    }

    #[test]
    fn lookups_by_two_columns_are_what_a_join_finds(own in there(), a in there()) {
        let found = beside(&own, &a, &[], "n <= a.[area, year].n");
        for (row, found) in own.iter().zip(found) {
            let matching: Vec<&There> = a.iter().filter(|it| (it.0, it.1) == (row.0, row.1)).collect();
            let value = if let [it] = matching[..] { it.2 } else { None };
            prop_assert_eq!(found, mark(row.2.zip(value).map(|(own, there)| own <= there)), "{:?} in {:?}", row, a);
        }
    }

    #[test]
    fn sums_and_counts_of_another_table_are_what_a_join_finds(own in there(), a in there()) {
        let sums = beside(&own, &a, &[], "n = sum(a.n) filter (where a.area = this.area)");
        let counts = beside(&own, &a, &[], "count(*) filter (where a.area = this.area and a.year > this.year) > 0");
        for (at, row) in own.iter().enumerate() {
            let matching: Vec<&There> = a.iter().filter(|it| it.0 == row.0).collect();
            let later = matching.iter().any(|it| it.1 > row.1);
            prop_assert_eq!(counts[at], mark(Some(later)));
            let (Some(own), known) = (row.2, matching.iter().filter_map(|it| it.2).map(u32::from).sum::<u32>()) else {
                continue;
            };
            let total = sum(&matching);
            // A missing figure is a count, and what is known may be too much already.
            let too_much = !matching.is_empty() && total.is_none() && known > own.into();
            let expected = if too_much { Mark::Fails } else { mark(total.map(|it| it == u32::from(own))) };
            prop_assert_eq!(sums[at], expected, "{:?} in {:?}", row, a);
        }
    }

    #[test]
    fn sums_across_tables_are_what_a_loop_adds_up(a in there(), b in there(), total in 0_u8..40) {
        let found = beside(&[(0, 0, Some(total))], &a, &b, "[A].n = sum(a.n) + sum(b.n)");
        let (left, right) = (sum(&a.iter().collect::<Vec<_>>()), sum(&b.iter().collect::<Vec<_>>()));
        let known = a.iter().chain(&b).filter_map(|it| it.2).map(u32::from).sum::<u32>();
        let expected = match left.zip(right) {
            Some((left, right)) => mark(Some(left + right == u32::from(total))),
            None if !a.is_empty() && !b.is_empty() && known > total.into() => Mark::Fails,
            None => Mark::Undetermined,
        };
        prop_assert_eq!(found, vec![expected], "{:?} and {:?}", a, b);
    }

    #[test]
    fn sums_of_bounds_are_decided_as_by_trying_every_figure(
        cells in prop::collection::vec(0_usize..5, 3),
        total in 0_u32..20,
        complete in any::<bool>(),
    ) {
        const CELLS: [(&str, std::ops::RangeInclusive<u32>); 5] =
            [("4", 4..=4), ("<3", 0..=2), ("1-4", 1..=4), ("up to 2", 0..=2), ("5 to 6", 5..=6)];
        let [a, b, c] = [0, 1, 2].map(|it| &CELLS[cells[it]]);
        let world = World::of("t", "item:label,a:count,b:count,c:count,n:count",
            &format!("x,{},{},{},{total}", a.0, b.0, c.0));
        let text = format!(
            "crossfoot = 1\ndataset = 't'\n[tables.t]\nkey = ['item']\n\
             columns = {{ item = 'label', a = 'count', b = 'count', c = 'count', n = 'count' }}\n\
             [[rules]]\nname = 'r'\nsum = {{ total = 'n', parts = ['a', 'b', 'c'], complete = {complete} }}\n"
        );
        let compiled = crate::rules::load("t.toml", &text, &|_| Ok(Vec::new())).unwrap();
        let sums = a.1.clone().flat_map(|a| b.1.clone().flat_map(move |b| c.1.clone().map(move |c| a + b + c)));
        let tried: Vec<bool> = sums.map(|it| if complete { it == total } else { it <= total }).collect();
        let expected = match (tried.contains(&true), tried.contains(&false)) {
            (true, true) => Mark::Undetermined,
            (all, _) => mark(Some(all)),
        };
        prop_assert_eq!(world.marks(&*compiled.rules[0].check), vec![expected]);
    }
}
