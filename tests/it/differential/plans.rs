//! Drawn rules: one to six, of all kinds.

use proptest::prelude::*;
use proptest::sample::select;

use super::cells::Form;

/// The rules of a draw.
#[derive(Clone, Debug)]
pub(super) struct Plan(Vec<Rule>);

/// One rule.
#[derive(Clone, Debug)]
struct Rule {
    /// The line of its kind.
    kind: String,
    filter: Option<String>,
    missing: Option<&'static str>,
    rounding: Option<&'static str>,
}

impl Plan {
    pub(super) fn reads_second(&self) -> bool {
        self.0.iter().any(Rule::reads_second)
    }

    /// Whether a rule is of keys.
    pub(super) fn has_keys(&self) -> bool {
        self.0.iter().any(|it| it.kind.starts_with("unique"))
    }

    /// Without what is read of no file of columns: conditions of rules, texts in
    /// conditions, totals, and more than one key of numbers.
    pub(super) fn of_columns(mut self) -> Self {
        let texts = ["code", "note", "area", "count(", "sum(", "min(", "max("];
        let mut has_key = false;
        self.0.retain_mut(|it| {
            it.filter = None;
            let is_key = it.kind.starts_with("unique");
            let reads = it.kind.starts_with("expect") || is_key;
            let is_text = reads && texts.iter().any(|text| it.kind.contains(text));
            let fits = !(is_text || (is_key && has_key));
            has_key |= is_key;
            fits
        });
        self
    }

    /// The rules that a form declares the columns of.
    pub(super) fn stanzas(&self, form: &Form) -> String {
        let table = if self.reads_second() { "table = \"t\"\n" } else { "" };
        let mut text = String::new();
        for (at, rule) in self.0.iter().enumerate().filter(|it| it.1.fits(form)) {
            text += &format!("[[rules]]\nname = \"r{at}\"\n{table}{}\n", rule.kind);
            text += &rule.filter.as_ref().map_or(String::new(), |it| format!("where = \"{it}\"\n"));
            text += &rule.missing.map_or(String::new(), |it| format!("missing = \"{it}\"\n"));
            text += &rule.rounding.map_or(String::new(), |it| format!("rounding = \"{it}\"\n"));
        }
        text
    }
}

impl Rule {
    fn reads_second(&self) -> bool {
        self.kind.starts_with("tally") || self.kind.starts_with("reference") || self.kind.contains("u.")
    }

    fn fits(&self, form: &Form) -> bool {
        let reads = |name: &str| {
            let texts = [Some(&self.kind), self.filter.as_ref()];
            let word = |it: &str| it.split(|it: char| !it.is_alphanumeric()).any(|it| it == name);
            texts.into_iter().flatten().any(|it| word(it))
        };
        !(form.is_undeclared() && (reads("code") || reads("note"))) && (form.has_spare() || !reads("spare"))
    }
}

pub(super) fn plans() -> impl Strategy<Value = Plan> {
    let rows = proptest::collection::vec(row_rule(), 1..7);
    let any = proptest::collection::vec(prop_oneof![2 => row_rule(), 3 => other_rule()], 1..5);
    prop_oneof![4 => rows, 1 => any].prop_map(Plan)
}

/// A number, as SQL has it.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => (0..60_u8).prop_map(|it| it.to_string()),
        9 => (0..60_u8, 0..100_u8).prop_map(|(whole, more)| format!("{whole}.{more:02}")),
        3 => Just("-3".to_owned()),
        1 => Just("123456789012345678901".to_owned()),
    ]
}

fn term() -> BoxedStrategy<String> {
    let column = select(vec!["id", "part", "n", "m", "n", "m"]).prop_map(str::to_owned);
    let leaf = prop_oneof![60 => column, 20 => number(), 1 => Just("spare".to_owned())];
    leaf.prop_recursive(2, 6, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            30 => (pair.clone(), select(vec!["+", "-", "*"])).prop_map(|((a, b), sign)| format!("({a} {sign} {b})")),
            5 => (inner.clone(), select(vec!["2", "4", "5", "8", "0.1", "10", "1.25", "3"]))
                .prop_map(|(it, by)| format!("({it} / {by})")),
            10 => inner.clone().prop_map(|it| format!("abs({it})")),
            1 => inner.prop_map(|it| format!("coalesce({it}, 0)")),
        ]
    })
    .boxed()
}

fn relation() -> impl Strategy<Value = &'static str> {
    select(vec!["=", "<>", "<", "<=", ">", ">=", "<=", ">="])
}

fn day() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("day".to_owned()),
        Just("late".to_owned()),
        (1..29_u8, 2..4_u8).prop_map(|(day, month)| format!("DATE '2001-{month:02}-{day:02}'")),
    ]
}

fn atom() -> BoxedStrategy<String> {
    let compared = (term(), relation(), term()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}"));
    let limits = (select(vec!["n", "m", "part", "id"]), number(), number());
    let between = limits.prop_map(|(it, low, high)| format!("{it} BETWEEN {low} AND {high}"));
    let days = (day(), relation(), day()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}"));
    let listed = select(vec![
        "code = 'R'",
        "code <> 'r'",
        "code IN ('R', 'A b', 'c')",
        "area IN ('North', 'South', 'East', 'West', 'All')",
        "area = 'All'",
        "note LIKE 'a%'",
        "note NOT LIKE '%b'",
        "part IN (1, 2, 3.0, -4)",
        "day IN (DATE '2001-02-03', DATE '2001-02-04')",
        "note IS NOT NULL",
        "code IS NULL",
        "n IS NULL",
        "(n > 3) IS TRUE",
        "(part < 3) IS NOT FALSE",
        "late IS NOT NULL",
    ]);
    prop_oneof![4 => compared, 2 => between, 2 => days, 3 => listed.prop_map(str::to_owned)].boxed()
}

fn condition() -> BoxedStrategy<String> {
    atom()
        .prop_recursive(2, 5, 2, |inner| {
            let pair = (inner.clone(), inner.clone());
            prop_oneof![
                2 => pair.clone().prop_map(|(a, b)| format!("({a}) AND ({b})")),
                2 => pair.prop_map(|(a, b)| format!("({a}) OR ({b})")),
                1 => inner.prop_map(|it| format!("NOT ({it})")),
            ]
        })
        .boxed()
}

/// A condition over all rows.
fn total() -> impl Strategy<Value = String> {
    let fold = prop_oneof![
        1 => Just("count(*)".to_owned()),
        4 => (select(vec!["sum", "min", "max", "count"]), select(vec!["n", "m", "part", "id", "n * 2", "n - m"]))
            .prop_map(|(fold, of)| format!("{fold}({of})")),
    ];
    let filtered = (fold, proptest::option::weighted(0.3, condition()))
        .prop_map(|(fold, filter)| filter.map_or(fold.clone(), |it| format!("{fold} FILTER (WHERE {it})")));
    (filtered, relation(), select(vec!["0", "3", "61", "1000", "50.5"]))
        .prop_map(|(fold, sign, limit)| format!("{fold} {sign} {limit}"))
}

fn gated(kind: impl Strategy<Value = String>, free: bool) -> impl Strategy<Value = Rule> {
    let missing = if free { vec!["zero", "fail", "undetermined"] } else { vec!["fail", "undetermined"] };
    let rounding = if free { vec!["independent", "truncated", "exact"] } else { vec!["exact"] };
    let filter = proptest::option::weighted(0.25, condition());
    (kind, filter, proptest::option::weighted(0.2, select(missing)), proptest::option::weighted(0.25, select(rounding)))
        .prop_map(|(kind, filter, missing, rounding)| Rule { kind, filter, missing, rounding })
}

/// A rule that engines may take: each row by itself, keys, and totals of all rows.
fn row_rule() -> impl Strategy<Value = Rule> {
    let expect = |it: String| format!("expect = \"{it}\"");
    let sums = vec![
        "sum = { total = \"n\", parts = [\"part\"], complete = false }",
        "sum = { total = \"n\", parts = [\"m\", \"part\"] }",
        "sum = { total = \"n\", parts = [\"m\", \"part\"], weights = [2, -1], complete = false }",
        "part = \"m <= n\"",
        "part = \"part + m <= n\"",
        "range = { columns = [\"n\", \"m\"], min = \"0.5\", max = 50 }",
        "range = { columns = [\"part\", \"m\"], min = -3 }",
        "range = { columns = [\"id\"], max = 70000 }",
    ];
    let listed = vec![
        "codes = { column = \"code\", values = [\"R\", \"A b\"] }",
        "codes = { column = \"area\", values = [\"North\", \"South\", \"East\", \"West\", \"All\"] }",
        "codes = { column = \"part\", values = [1, 2, 3, 7] }",
        "matches = { column = \"note\", pattern = '^[a-z ,]*$' }",
        "matches = { column = \"n\", pattern = '^[0-9]+[.,][0-9][0-9]$' }",
        "matches = { column = \"day\", pattern = '^2001-0' }",
    ];
    let keys = vec![
        "unique = [\"id\"]",
        "unique = [\"id\", \"part\"]",
        "unique = [\"day\", \"n\", \"part\"]",
        "unique = [\"area\", \"late\"]",
        "unique = [\"note\", \"code\", \"id\"]",
        "unique = [\"n\", \"m\"]",
    ];
    let owned = |it: Vec<&'static str>| select(it).prop_map(str::to_owned);
    let bare = |kind: String| Rule { kind, filter: None, missing: None, rounding: None };
    prop_oneof![
        6 => gated(condition().prop_map(expect), true),
        2 => gated(total().prop_map(expect), true),
        4 => gated(owned(sums), true),
        2 => gated(owned(listed), false),
        3 => owned(keys.clone()).prop_map(bare),
        1 => gated(owned(keys), false),
    ]
}

/// A rule of another kind, or that sees more than its row.
fn other_rule() -> impl Strategy<Value = Rule> {
    let free = vec![
        "expect = \"n <= 40 * avg(m)\"",
        "expect = \"n <= avg(n) + 12\"",
        "expect = \"n * count(*) <= 2 * sum(n)\"",
        "expect = \"part = 1 OR n - m < max(n) filter (where part > 1)\"",
        "expect = \"day <= late AND n >= min(m) AND n / 3 < avg(part) filter (where code = 'R')\"",
        "expect = \"count(*) filter (where n > 50) = 0 OR sum(part) > 100\"",
        "expect = \"n <= previous(n) + 10\"",
        "expect = \"n <= previous(n, 2) along id by area + 10\"",
        "expect = \"n >= previous(n) along id by area\"",
        "expect = \"sum(m) over 3 along id by area < 90\"",
        "expect = \"max(n) by (area, day) <= 55\"",
        "expect = \"count(*) filter (where other.area = this.area and other.n > this.n) < 9\"",
        "expect = \"part <= sum(u.weight) filter (where u.area = this.area)\"",
        "expect = \"n <= u.[area].weight\"",
        "expect = \"day - previous(day) along id by area < 9\"",
        "expect = \"year(day) = 2001 AND month(late) < 4\"",
        "expect = { columns = [\"n\", \"m\", \"spare\"], holds = \"it <= 50\" }",
        "expect = \"CASE WHEN part > 2 THEN n ELSE m END < 45\"",
        "expect = \"length(note) < 6\"",
        "expect = \"lower(code) <> 'r' OR n / part > 3\"",
        "expect = \"greatest(n, m) <= round(n, 1) + least(part, 40)\"",
        "expect = \"n > 100000\"",
        "expect = \"n > coalesce(spare, 0)\"",
        "sum = { total = \"n\", parts = [\"m\", \"spare\"], complete = false }",
        "range = { columns = [\"part\", \"spare\"], min = -3 }",
        "expect = \"[All].n >= [North].m\"",
        "expect = \"sum(n) >= sum(u.weight)\"",
        "sum = { total = { where = \"area = 'All'\" }, parts = { where = \"area <> 'All'\" }, columns = [\"m\"], by = [\"day\"] }",
        "sum = { total = { where = \"area = 'All'\" }, parts = \"rest\", columns = [\"n\", \"m\"], by = [\"code\", \"part\"] }",
        "sum = { total = \"[All]\", parts = \"rest\", columns = [\"m\"] }",
        "sum = { total = \"[All]\", parts = [\"[North]\", \"[South]\"], columns = [\"n\"] }",
        "sum = { nested = true }",
        "sum = { total = { where = \"id < 28000\" }, parts = { where = \"id >= 28000\" }, columns = [\"part\"], by = [\"day\", \"area\"] }",
        "sum = { total = { where = \"id < 28000\" }, parts = \"rest\", complete = false, by = [\"day\", \"area\", \"code\"] }",
        "share = { percent = \"part\", sums_to = 1, by = [\"id\"] }",
        "share = { percent = \"m\", sums_to = 100, by = [\"area\", \"day\"] }",
        "share = { percent = \"n\", of = [\"part\", \"id\"] }",
        "expect = \"avg(n) > 3 AND 35 > avg(m)\"",
    ];
    let strict = vec![
        "tally = { column = \"part\", of = \"u\", on = { area = \"area\" } }",
        "tally = { column = \"m\", of = \"u\", on = { area = \"area\" }, sums = \"weight\" }",
        "tally = { column = \"part\", of = \"u\", on = { part = \"count\" }, where = \"weight > 300\" }",
        "tally = { column = \"part\", of = \"u\", on = { part = \"count\", area = \"area\" }, sums = \"count\" }",
        "reference = { columns = [\"part\"], table = \"u\", key = [\"count\"] }",
        "reference = { columns = [\"area\"], table = \"u\" }",
        "reference = { columns = [\"area\", \"part\"], table = \"u\", key = [\"area\", \"count\"] }",
        "cumulative = { columns = [\"id\", \"m\"], along = \"day\" }",
        "cumulative = { columns = [\"n\"] }",
        "cumulative = { columns = [\"part\", \"m\"], along = \"id\" }",
        "cumulative = { columns = [\"id\"], along = \"day\" }",
        "revision = { previous = \"m\", current = \"n\" }",
        "rows = [\"North\", \"South\", { name = \"All\", optional = true }]",
        "usual = { columns = [\"n\", \"m\"] }",
    ];
    let owned = |it: Vec<&'static str>| select(it).prop_map(str::to_owned);
    prop_oneof![gated(owned(free), true), gated(owned(strict), false)]
}
