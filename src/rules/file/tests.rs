//! What the reader of rule files accepts, and what it says of the rest.

use proptest::prelude::*;

use super::*;
use crate::finding::Severity;
use crate::plan::Missing;
use crate::rules::Scope;
use crate::table::{ColumnType, DecimalSign, Marker, Thousands, Unit};

const CITY_CRIME: &str = include_str!("../../../rules/city-crime.toml");
const HEAD: &str = "crossfoot = 1\ndataset = 'd'\n";
const TABLE: &str = "[tables.t]\nkey = ['id']\ncolumns = { id = 'label', total = 'count' }\n";

fn read(text: &str) -> Result<Dataset> {
    load("rules/d.toml", text, &|_| Ok(Vec::new()))
}

/// The error of a text, as shown, with its hint.
fn refused(text: &str) -> String {
    let error = read(text).unwrap_err();
    let hint = error.hint_text().map_or(String::new(), |it| format!(" | {it}"));
    format!("{error}{hint}")
}

fn refused_rule(stanza: &str) -> String {
    refused(&format!("{HEAD}{TABLE}[[rules]]\n{stanza}"))
}

#[test]
fn reads_the_shipped_example_in_the_order_written() {
    let dataset = read(CITY_CRIME).unwrap();
    assert_eq!(dataset.cadence, Some(Cadence::Weekly));
    let names: Vec<&str> = dataset.tables.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["crimes", "record"]);
    let columns: Vec<&str> = dataset.tables[0].columns.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(columns, ["crime", "total", "solved"]);
    assert!(dataset.tables[0].columns[2].optional);
    assert_eq!(dataset.tables[1].rows[1].under.as_deref(), Some("Car accidents"));
    let rule = &dataset.rules[0];
    assert_eq!((rule.kind, rule.table, rule.severity), ("part", Some(0), Severity::Warning));
    assert_eq!(CITY_CRIME.lines().nth(rule.at.line as usize - 1), Some("[[rules]]"));
    assert_eq!(dataset.rules[1].severity, Severity::Error);
}

#[test]
fn reads_every_shipped_rule_file() {
    let shipped = [
        include_str!("../../../rules/italy-regions.toml"),
        include_str!("../../../rules/international-football.toml"),
        include_str!("../../../rules/gun-checks.toml"),
    ];
    for text in shipped {
        let dataset = read(text).unwrap();
        assert!(!dataset.rules.is_empty(), "{}", dataset.name);
    }
}

#[test]
fn reads_every_example_of_the_manual() {
    for kind in crate::rules::kinds::all() {
        for block in kind.page.split("```toml rules.toml\n").skip(1) {
            let text = block.split("```").next().unwrap_or_default();
            if let Err(error) = read(text) {
                panic!("{}: {error}", kind.name);
            }
        }
    }
}

#[test]
fn reads_every_key_of_a_column_and_a_table() {
    let text = "crossfoot = 1\ndataset = 'd'\nlocale = 'de'\ncadence = { days = 10 }\nperiod = { column = 'day' }\n\
        style = { thousands = '.' }\nmarkers = { nil = ['–'], missing = ['k. A.'] }\nfiles = ['*.csv']\n\
        [tables.t]\nfiles = ['t-*.csv']\nmarkers = { confidential = ['–'] }\n[tables.t.columns]\n\
        zeta = { type = 'amount', unit = 'million', decimals = 1, trust = 2, aliases = ['Z'], blank = false }\n\
        day = { type = 'date', format = '%d.%m.%Y' }\nalpha = { type = 'integer', unit = 2 }\n";
    let dataset = read(text).unwrap();
    assert_eq!(dataset.cadence, Some(Cadence::Days(10)));
    assert_eq!(dataset.period, Some(PeriodSource::Column("day".to_owned())));
    let table = &dataset.tables[0];
    let zeta = &table.columns[0];
    assert_eq!((zeta.kind, zeta.unit, zeta.decimals), (ColumnType::Amount, Some(Unit { power: 6 }), Some(1)));
    assert!(!zeta.blank && zeta.aliases == ["Z"] && table.columns[2].unit == Some(Unit { power: 2 }));
    let style = table.style.unwrap();
    assert_eq!((style.thousands, style.decimal), (Thousands::Point, DecimalSign::Comma));
    // The table's own markers win over those of the dataset.
    assert_eq!(table.markers.read("–"), Some(Marker::Confidential));
    assert_eq!(table.markers.read("k. A."), Some(Marker::Missing));
}

#[test]
fn common_keys_reach_the_rule() {
    let stanza = "name = 'r'\nseverity = 'note'\nmissing = 'fail'\nwhy = 'w'\nsource = 's'\nunique = ['id']";
    let dataset = read(&format!("{HEAD}{TABLE}[[rules]]\n{stanza}")).unwrap();
    let rule = &dataset.rules[0];
    assert_eq!((rule.severity, rule.missing, rule.table), (Severity::Note, Missing::Fail, Some(0)));
    assert_eq!((rule.why.as_deref(), rule.source.as_deref()), (Some("w"), Some("s")));
    assert_eq!(rule.check.scope(), Scope::Whole);
}

#[test]
fn a_newer_format_is_told_before_its_new_keys() {
    assert_eq!(
        refused("crossfoot = 2\nnovelty = true\n"),
        "rules/d.toml:1:13: this rule file has format version 2; this crossfoot reads version 1 | install a newer crossfoot"
    );
    assert_eq!(
        refused("dataset = 'd'\n"),
        "rules/d.toml:1:1: missing key \"crossfoot\" | start the file with crossfoot = 1"
    );
}

#[test]
fn an_unknown_key_names_the_nearest() {
    let cases = [
        (format!("{HEAD}publsher = 'x'\n{TABLE}"), "3:1: unknown key \"publsher\" | the nearest key is \"publisher\""),
        (format!("{HEAD}{TABLE}titel = 'x'\n"), "6:1: unknown key \"titel\" | the nearest key is \"title\""),
        (
            format!("{HEAD}[tables.t]\ncolumns = {{ id = {{ type = 'label', optinal = true }} }}\n"),
            "4:36: unknown key \"optinal\" | the nearest key is \"optional\"",
        ),
        (
            format!("{HEAD}{TABLE}rows = ['A', {{ name = 'B', uner = 'A' }}]\n"),
            "6:28: unknown key \"uner\" | the nearest key is \"under\"",
        ),
        (
            format!("{HEAD}{TABLE}[[rules]]\nname = 'r'\nuniqe = ['id']\n"),
            "8:1: unknown key \"uniqe\" | the nearest key is \"unique\"",
        ),
        (
            format!("{HEAD}{TABLE}[[rules]]\nname = 'r'\nmatches = {{ column = 'id', patern = 'x' }}\n"),
            "8:28: unknown key \"patern\" | the nearest key is \"pattern\"",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(refused(&text), format!("rules/d.toml:{expected}"));
    }
}

#[test]
fn a_wrong_type_stands_at_its_value() {
    let cases = [
        (format!("{HEAD}title = 3\n{TABLE}"), "3:9: invalid type: integer \"3\", expected a string"),
        (format!("{HEAD}{TABLE}rows = [3]\n"), "6:9: invalid type: integer \"3\", expected a string or a table"),
        (
            format!("{HEAD}[tables.t]\ncolumns = {{ id = 'lable' }}\n"),
            "4:18: unknown type \"lable\": expected one of label, text, count, integer, amount, percent, date, period \
             | the nearest type is \"label\"",
        ),
        (
            format!("{HEAD}cadence = 'weakly'\n{TABLE}"),
            "3:11: unknown cadence \"weakly\": expected one of daily, weekly, monthly, quarterly, yearly \
             | the nearest cadence is \"weekly\"",
        ),
        (
            format!("{HEAD}{TABLE}[[rules]]\nname = 'r'\nseverity = 'warnin'\nunique = ['id']\n"),
            "8:12: unknown word \"warnin\": expected one of error, warning, note | the nearest word is \"warning\"",
        ),
        (format!("{HEAD}{TABLE}[[rules]]\nunique = ['id']\n"), "6:1: missing key \"name\""),
    ];
    for (text, expected) in cases {
        let found = refused(&text);
        assert!(found.starts_with(&format!("rules/d.toml:{expected}")), "{found}");
    }
}

#[test]
fn what_is_named_must_be_declared() {
    let cases = [
        (format!("{HEAD}[tables.t]\nkey = ['it']\ncolumns = {{ id = 'label' }}\n"), "4:8: unknown column \"it\""),
        (
            format!("{HEAD}[tables.t]\nkey = ['id']\ncolumns = {{ id = {{ type = 'label', optional = true }} }}\n"),
            "4:8: key column \"id\" cannot be optional: a row without it has no name",
        ),
        (
            format!("{HEAD}{TABLE}rows = ['Cars', {{ name = 'killed', under = 'Car' }}]\n"),
            "6:17: unknown row \"Car\" | the nearest row is \"Cars\"",
        ),
        (format!("{HEAD}{TABLE}rows = ['A', 'A']\n"), "6:14: row \"A\" is listed twice"),
        (
            format!("{HEAD}[tables.t]\ncolumns = {{ id = 'label', n = {{ type = 'count', aliases = ['id'] }} }}\n"),
            "4:27: columns \"id\" and \"n\" share the heading \"id\"",
        ),
        (format!("{HEAD}period = {{ filename = '%Q-%K' }}\n{TABLE}"), "3:23: \"%Q-%K\" is not a date format: "),
        (format!("{HEAD}period = {{ filename = 'crime-%m' }}\n{TABLE}"), "3:23: \"crime-%m\" has no year"),
        (format!("{HEAD}files = ['a[']\n{TABLE}"), "3:10: \"a[\" is not a file pattern: "),
        (
            format!("crossfoot = 1\ndataset = '../d'\n{TABLE}"),
            "2:11: dataset \"../d\" is not a valid folder name, which its snapshots need",
        ),
        (format!("{HEAD}locale = 'xx'\n{TABLE}"), "3:10: unknown locale \"xx\""),
        (
            format!("{HEAD}markers = {{ nil = ['-'], missing = ['-'] }}\n{TABLE}"),
            "3:11: marker \"-\" is declared twice",
        ),
        (
            format!("{HEAD}style = {{ thousands = ',', decimal = ',' }}\n{TABLE}"),
            "3:9: ',' cannot be both the thousands mark and the decimal sign",
        ),
    ];
    for (text, expected) in cases {
        let found = refused(&text);
        assert!(found.starts_with(&format!("rules/d.toml:{expected}")), "{found}");
    }
}

#[test]
fn a_rule_has_one_name_one_table_and_one_kind() {
    assert_eq!(
        refused_rule("name = 'keys'\nunique = ['id']"),
        "rules/d.toml:7:8: rule name \"keys\" is reserved for an implied rule | reserved names: read, type, blank, \
         columns, rows, keys, style, period, unclear, stale, restated, pasted, claim, joint, unclaimed, undecided, \
         tables, empty, follows"
    );
    assert_eq!(
        refused_rule("name = 'r'\nunique = ['id']\n[[rules]]\nname = 'r'\nunique = ['total']"),
        "rules/d.toml:10:8: rule \"r\" is named twice, first in line 6"
    );
    assert!(
        refused_rule("name = 'r'")
            .starts_with("rules/d.toml:7:8: rule \"r\" has no kind, so it says nothing that must hold")
    );
    assert_eq!(
        refused_rule("name = 'r'\nunique = ['id']\ncodes = { column = 'id', values = ['a'] }"),
        "rules/d.toml:9:9: rule \"r\" has two kinds, unique and codes | write one rule for each"
    );
    assert_eq!(
        refused_rule("name = 'r'\ntable = 'tt'\nunique = ['id']"),
        "rules/d.toml:8:9: unknown table \"tt\" | the nearest table is \"t\""
    );
    assert_eq!(
        refused_rule("name = 'r'\nunique = ['totl']"),
        "rules/d.toml:8:10: rule \"r\": unknown column \"totl\" | the nearest column is \"total\""
    );
}

#[test]
fn a_rule_names_its_table_where_there_are_several() {
    let text =
        format!("{HEAD}{TABLE}[tables.u]\ncolumns = {{ id = 'label' }}\n[[rules]]\nname = 'r'\nunique = ['id']\n");
    assert_eq!(
        refused(&text),
        "rules/d.toml:10:10: rule \"r\": it names no table, but the dataset has several | add table = \"…\": t, u"
    );
}

#[test]
fn toml_that_does_not_parse_has_a_place() {
    assert_eq!(refused("crossfoot = 1\nnonsense\n"), "rules/d.toml:2:9: key with no value, expected \"=\"");
    assert!(refused("crossfoot = 1\ncrossfoot = 1\n").starts_with("rules/d.toml:2:1: duplicate key"));
}

#[test]
fn an_error_of_reading_a_list_keeps_its_place() {
    let text = format!("{HEAD}{TABLE}[[rules]]\nname = 'r'\ncodes = {{ column = 'id', file = 'c.csv' }}\n");
    let missing = |path: &str| Err(Error::new(ErrorKind::NotFound, "no such file").in_file(path));
    let error = load("rules/d.toml", &text, &missing).unwrap_err();
    assert_eq!(error.to_string(), "c.csv: no such file");
}

const BASE: &str = "crossfoot = 1\nmarkers = { nil = ['-'] }\n[tables.t]\nkey = ['id']\n\
    columns = { id = 'label', total = 'count', part = 'count' }\n\
    [[rules]]\nname = 'part'\npart = 'part <= total'\nwhy = 'it is one'\n\
    [[rules]]\nname = 'few'\nexpect = 'total < $most'\n\
    [[rules]]\nname = 'codes'\ncodes = { column = 'id', file = 'codes.csv' }\n";

/// Reads a rule file beside others.
fn read_with(text: &str, others: &[(&str, &str)]) -> Result<Dataset> {
    let open = |name: &str| match others.iter().find(|it| it.0 == name) {
        Some(it) => Ok(it.1.as_bytes().to_vec()),
        None => Err(Error::new(ErrorKind::NotFound, "no such file").in_file(name)),
    };
    load("rules/d.toml", text, &open)
}

#[test]
fn a_rule_file_builds_on_others() {
    let own = "crossfoot = 1\nextends = ['base/all.toml']\nwithout = ['codes']\ndataset = 'd'\n\
        [variables]\nmost = 50\n[tables.t]\ncolumns = { part = 'amount', more = 'count' }\n\
        [[rules]]\nname = 'part'\nseverity = 'note'\n[[rules]]\nname = 'own'\nexpect = 'more > 0'\n\
        [[rules]]\nname = 'few'\nexpect = 'more < $most'\n";
    let dataset = read_with(own, &[("base/all.toml", BASE)]).unwrap();
    let columns: Vec<(&str, ColumnType)> =
        dataset.tables[0].columns.iter().map(|it| (it.name.as_str(), it.kind)).collect();
    assert_eq!(
        columns,
        [
            ("id", ColumnType::Label),
            ("total", ColumnType::Count),
            ("part", ColumnType::Amount),
            ("more", ColumnType::Count)
        ]
    );
    assert_eq!(dataset.tables[0].markers.read("-"), Some(Marker::Nil));
    let rules: Vec<String> =
        dataset.rules.iter().map(|it| format!("{} {}:{}", it.name, it.at.file, it.at.line)).collect();
    // What only changes a rule leaves it where it says what must hold.
    assert_eq!(rules, ["part rules/base/all.toml:6", "few rules/d.toml:15", "own rules/d.toml:12"]);
    assert_eq!((dataset.rules[0].severity, dataset.rules[0].why.as_deref()), (Severity::Note, Some("it is one")));
}

#[test]
fn files_that_a_rule_names_stand_beside_the_rule() {
    let own = "crossfoot = 1\nextends = ['../base/all.toml']\ndataset = 'd'\n[variables]\nmost = 50\n";
    let others = [("../base/all.toml", BASE), ("../base/codes.csv", "id\nx\n")];
    assert!(read_with(own, &others).is_ok(), "{:?}", read_with(own, &others));
    assert!(read_with(own, &others[..1]).unwrap_err().to_string().contains("../base/codes.csv: no such file"));
}

#[test]
fn what_is_wrong_with_extending_is_told_with_its_place() {
    let head = "crossfoot = 1\ndataset = 'd'\n";
    let told = |own: &str, others: &[(&str, &str)]| {
        let error = read_with(&format!("{head}{own}"), others).unwrap_err();
        format!("{error} | {}", error.hint_text().unwrap_or_default())
    };
    let circle = told(
        "extends = ['a.toml']\n",
        &[
            ("a.toml", "crossfoot = 1\nextends = ['b/b.toml']\n"),
            ("b/b.toml", "crossfoot = 1\nextends = ['../a.toml']\n"),
        ],
    );
    assert_eq!(
        circle,
        "rules/b/b.toml:2:12: rule files extend each other in a cycle: rules/a.toml -> rules/b/b.toml -> rules/a.toml \
         | "
    );
    let own = told("extends = ['./d.toml']\n", &[]);
    assert!(own.starts_with("rules/d.toml:3:12: rule files extend each other in a cycle: rules/d.toml -> "), "{own}");
    assert_eq!(
        told("extends = ['base.toml']\n", &[]),
        "rules/d.toml:3:12: cannot read the rule file \"base.toml\" that this file extends: base.toml: no such file | "
    );
    let faulty = BASE.replace("part <= total", "part <= totl");
    let wrong = told(
        "extends = ['base.toml']\nwithout = ['cods', 'few']\n",
        &[("base.toml", &faulty), ("codes.csv", "id\nx\n")],
    );
    assert!(wrong.starts_with("rules/base.toml:8:8: rule \"part\": table 't' has no column 'totl'"), "{wrong}");
    let error = read_with(
        &format!("{head}extends = ['base.toml']\nwithout = ['cods', 'few']\n"),
        &[("base.toml", &faulty), ("codes.csv", "id\nx\n")],
    );
    let others: Vec<String> = error.unwrap_err().others().iter().map(ToString::to_string).collect();
    assert_eq!(others, ["rules/d.toml:4:12: unknown rule \"cods\""]);
    assert!(
        told("without = ['few']\n[tables.t]\ncolumns = { id = 'label' }\n", &[]).contains("this file extends no other")
    );
}

#[test]
fn a_file_that_two_extend_is_read_once() {
    let own = "crossfoot = 1\nextends = ['a.toml', 'b.toml']\ndataset = 'd'\n";
    let others = [
        ("a.toml", "crossfoot = 1\nextends = ['base.toml']\n[variables]\nmost = 7\n"),
        ("b.toml", "crossfoot = 1\nextends = ['base.toml']\n[[rules]]\nname = 'few'\nseverity = 'warning'\n"),
        ("base.toml", BASE),
        ("codes.csv", "id\nx\n"),
    ];
    let dataset = read_with(own, &others).unwrap();
    assert_eq!(
        dataset.rules.iter().map(|it| it.severity).collect::<Vec<_>>(),
        [Severity::Error, Severity::Warning, Severity::Error]
    );
}

#[test]
fn variables_stand_for_numbers_and_expressions() {
    let rules = |variables: &str, expect: &str| {
        let rule = format!("[variables]\n{variables}\n[[rules]]\nname = 'r'\nexpect = \"{expect}\"\n");
        match read(&format!("{HEAD}{TABLE}{rule}")) {
            Ok(it) => format!("{:?}", it.rules[0].check),
            Err(it) => format!("{it} | {}", it.hint_text().unwrap_or_default()),
        }
    };
    let plain = |expect: &str| rules("x = 1", expect);
    // What it is put together from is no part of what it is.
    let node = |it: &str| it.split(", text: \"").next().unwrap().to_owned();
    assert_eq!(node(&rules("most = 50", "total < $most")), node(&plain("total < 50")));
    assert_eq!(node(&rules("share = 0.1", "total < $share * total")), node(&plain("total < 0.1 * total")));
    assert_eq!(
        node(&rules("half = 'total / $two'\ntwo = '1 + 1'", "$half * 3 > 1")),
        node(&plain("(total / (1 + 1)) * 3 > 1"))
    );
    assert_eq!(
        rules("limit = 3", "total < $limt"),
        "rules/d.toml:10:10: rule \"r\": there is no variable $limt, at column 9 of the expression | the nearest name \
         is 'limit'"
    );
    assert!(plain("total < $limit").contains("there is no variable $limit"));
    assert!(
        rules("a = '$b'\nb = '1 + $a'", "total < 1")
            .contains(":7:5: variable \"a\": a variable refers to itself: $a -> $b -> $a")
    );
    assert!(rules("a = ''", "total < 1").contains("variable \"a\": $a is empty"));
    assert!(rules("'a b' = 1", "total < 1").contains("\"a b\" is not a variable name"));
    assert!(
        rules("a = true", "total < 1")
            .contains(":7:5: invalid type: boolean \"true\", expected a number, or an expression as a string")
    );
    // Each that stands for twice the one before it comes to an end.
    let long: Vec<String> = (1..40).map(|it| format!("v{it} = '$v{0} + $v{0}'\n", it - 1)).collect();
    assert!(rules(&format!("v0 = 1\n{}", long.concat()), "total < $v39").contains("too long"));
    // So does a chain of very many, which is read in any order up to a depth.
    let chain: Vec<String> = (1..20_000).map(|it| format!("v{it} = '$v{}'\n", it - 1)).collect();
    let last = rules(&format!("v0 = 50\n{}", chain.concat()), "total < $v19999");
    assert_eq!(node(&last), node(&plain("total < 50")));
    let back: String = chain.iter().rev().map(String::as_str).collect();
    assert!(
        rules(&format!("{back}v0 = 50"), "total < 1")
            .contains("variables refer to each other more than 100 levels deep")
    );
}

#[test]
fn the_schema_knows_every_kind() {
    let schema = schema().to_string();
    for kind in crate::rules::kinds::all() {
        assert!(schema.contains(&format!("\"{}\":", kind.name)), "{}", kind.name);
    }
}

fn boundary(at: usize) -> usize {
    (at..CITY_CRIME.len()).find(|&it| CITY_CRIME.is_char_boundary(it)).unwrap_or(CITY_CRIME.len())
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(crossfoot = 1\n)?(dataset = 'd'\n)?([\\[\\]a-z.'={}, \n0-9é]|columns = |\\[tables.t\\]\n){0,60}") {
        let _ = read(&text);
    }

    #[test]
    fn no_mutation_of_a_file_makes_it_panic(at in 0.0..1.0_f64, cut in 0_usize..40, put in "[\\[\\]a-z\"'={},\n0-9é]{0,6}") {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a short text")]
        let start = boundary((at * CITY_CRIME.len() as f64) as usize);
        let end = boundary(start + cut);
        let text = format!("{}{put}{}", &CITY_CRIME[..start], &CITY_CRIME[end..]);
        if let Err(error) = read(&text) {
            prop_assert!(matches!(error.kind(), ErrorKind::Rules | ErrorKind::Expression));
            prop_assert!(error.place().is_some_and(|it| it.line > 0 && it.column > 0));
        }
    }
}

#[test]
fn pins_are_read_as_written_and_refused_where_they_contradict() {
    let pins = |text: &str| format!("{HEAD}{TABLE}{text}");
    let one = "[[pins]]\nfile = '2005-*.txt'\ntable = 't'\nrow = 'Murder'\nunder = 'All'\ncells = ['18', ' 10']\n";
    let dataset = read(&pins(one)).unwrap();
    let pin = &dataset.pins[0];
    assert_eq!(
        (pin.file.as_deref(), pin.table.as_deref(), pin.under.as_deref()),
        (Some("2005-*.txt"), Some("t"), Some("All"))
    );
    assert_eq!((pin.row.as_str(), &pin.cells[..]), ("Murder", &["18".to_owned(), "10".to_owned()][..]));
    for (text, message) in [
        (
            "[[pins]]\nrow = 'A'\ncells = []\n",
            "rules/d.toml:6:1: the pin of row \"A\" has an empty cell or no cells | write cells as printed: [\"18\", \
             \"10\"]",
        ),
        ("[[pins]]\nrow = ' '\ncells = ['1']\n", "rules/d.toml:7:7: a pin names no row"),
        ("[[pins]]\nrow = 'A'\ntable = 'u'\ncells = ['1']\n", "rules/d.toml:8:9: unknown table \"u\""),
        (
            "[[pins]]\nrow = 'A'\ncells = ['1', '23']\n[[pins]]\nrow = 'A'\ncells = ['12', '3']\n",
            "rules/d.toml:9:1: row \"A\" is pinned both as 1|23 and as 12|3",
        ),
    ] {
        assert!(refused(&pins(text)).starts_with(message), "{}", refused(&pins(text)));
    }
}

#[test]
fn all_faults_of_the_rules_are_told_at_once() {
    let rules = "[[rules]]\nname = 'one'\nexpect = 'totl > 1'\n\n[[rules]]\nname = 'two'\nsumn = { total = 'total' }\n\n\
        [[rules]]\nname = 'three'\nexpect = 'total > 0'\n\n[[rules]]\nname = 'four'\nexpect = 'total << 1'\n";
    let error = read(&format!("{HEAD}{TABLE}{rules}")).unwrap_err();
    let all = std::iter::once(&error).chain(error.others());
    let told: Vec<(u32, &str)> = all.map(|it| (it.place().unwrap().line, it.message())).collect();
    assert_eq!(
        told,
        [
            (8, "rule \"one\": table 't' has no column 'totl'"),
            (12, "unknown key \"sumn\""),
            (20, "rule \"four\": an operator that cannot be used in a rule, at column 7 of the expression"),
        ]
    );
}

#[test]
fn a_faulty_rule_is_left_out_with_its_own_tables() {
    let rules = "[[rules]]\nname = 'one'\ntabel = 't'\n[rules.sum]\ntotal = 'total'\nparts = ['totl']\n\n\
        [[rules]]\nname = 'two'\nexpect = 'totl > 1'\n";
    let error = read(&format!("{HEAD}{TABLE}{rules}")).unwrap_err();
    let others: Vec<&str> = error.others().iter().map(Error::message).collect();
    assert_eq!(error.message(), "unknown key \"tabel\"");
    assert_eq!(others, ["rule \"two\": table 't' has no column 'totl'"]);
}

#[test]
fn faults_outside_the_rules_are_told_with_those_of_the_rules() {
    let text = format!(
        "{HEAD}titel = 'x'\ncadence = 'weakly'\nlocale = 'xx'\n[tables.t]\ntitel = 'T'\nkey = ['id']\n\
         columns = {{ id = {{ type = 'label', optinal = true }}, total = 3, n = 'cuont', m = 'amonut' }}\n\
         [tabels.u]\ncolumns = {{ id = 'label' }}\n[[rules]]\nname = 'two'\nsumn = {{ total = 'total' }}\n"
    );
    let error = read(&text).unwrap_err();
    let told: Vec<String> = std::iter::once(&error).chain(error.others()).map(ToString::to_string).collect();
    let starts = [
        "rules/d.toml:3:1: unknown key \"titel\"",
        "rules/d.toml:4:11: unknown cadence \"weakly\"",
        "rules/d.toml:5:10: unknown locale \"xx\"",
        "rules/d.toml:7:1: unknown key \"titel\"",
        "rules/d.toml:9:36: unknown key \"optinal\"",
        "rules/d.toml:9:62: invalid type: integer \"3\"",
        "rules/d.toml:9:69: unknown type \"cuont\"",
        "rules/d.toml:9:82: unknown type \"amonut\"",
        "rules/d.toml:10:2: unknown key \"tabels\"",
        "rules/d.toml:14:1: unknown key \"sumn\"",
    ];
    assert_eq!(told.len(), starts.len(), "{told:#?}");
    for (told, start) in told.iter().zip(starts) {
        assert!(told.starts_with(start), "{told} is not {start}");
    }
}

#[test]
fn a_key_that_is_left_out_is_not_told_as_missing() {
    let error = read("crossfoot = 1\ndataset = 3\n[tables.t]\ncolumns = { id = 'label' }\n").unwrap_err();
    assert!(error.message().starts_with("invalid type: integer \"3\"") && error.others().is_empty(), "{error:?}");
}

#[test]
fn a_period_may_be_told_by_its_end() {
    let head = "crossfoot = 1\ndataset = 'd'\n";
    let marks = |text: &str| format!("{head}{text}{TABLE}");
    let dataset = read(&marks("cadence = 'weekly'\nperiod = { filename = 'w-%Y-%m-%d', marks = 'end' }\n")).unwrap();
    assert_eq!(dataset.period_of("2019-02-15".parse().unwrap()).to_string(), "2019-02-09/2019-02-15");
    assert!(refused(&marks("period = { filename = 'w-%Y-%m-%d', marks = 'end' }\n")).contains("without a cadence"));
    assert!(
        refused(&marks("cadence = 'weekly'\nperiod = { filename = 'w-%Y-%m-%d', marks = 'last' }\n"))
            .contains("unknown mark \"last\": expected one of start, end")
    );
}

#[test]
fn how_many_checks_may_fail_is_a_number_or_a_share() {
    let read = |most: &str| {
        let rule = format!("[[rules]]\nname = 'r'\nexpect = 'total > 1'\nat_most = {most}\n");
        read(&format!("{HEAD}{TABLE}{rule}")).map(|it| it.rules[0].at_most.clone().unwrap())
    };
    let allows = |most: &str, fails: usize| read(most).unwrap().allows(fails, 200);
    assert!(allows("3", 3) && !allows("3", 4) && allows("\"1.5%\"", 3) && !allows("\"1.5%\"", 4));
    for most in ["-1", "\"3\"", "\"101%\"", "\"%\"", "true"] {
        assert!(read(most).unwrap_err().message().contains("a number of checks, or a share"), "{most}");
    }
}
