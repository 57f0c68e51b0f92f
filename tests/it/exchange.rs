//! Schemas of other programs as rule files, and back: forms after the examples of their
//! manuals, written anew.

use serde_json::Value;

use crate::support::{Folder, Output, crossfoot};

fn import(folder: &Folder, file: &str, arguments: &[&str]) -> Output {
    crossfoot(folder, &[&["import", file, "--to", "-"], arguments].concat())
}

/// The lines that were left out, without their reasons.
fn left_out(output: &Output) -> Vec<String> {
    let lines = output.stderr.lines().filter_map(|it| it.strip_prefix("left out: "));
    lines.map(|it| it.splitn(4, ':').take(3).collect::<Vec<_>>().join(":")).collect()
}

const PACKAGE: &str = r#"{
  "name": "town-register",
  "title": "Towns and their schools",
  "resources": [
    {
      "name": "towns",
      "path": "towns.csv",
      "dialect": { "delimiter": ";" },
      "schema": {
        "fields": [
          { "name": "code", "type": "string", "constraints": { "pattern": "[A-Z]{3}" } },
          { "name": "name", "type": "string", "constraints": { "required": true, "maxLength": 20 } },
          { "name": "people", "type": "integer", "constraints": { "minimum": 1, "maximum": 5000000 } },
          { "name": "area", "type": "number", "constraints": { "exclusiveMinimum": 0 } },
          { "name": "founded", "type": "date", "constraints": { "maximum": "2020-12-31" } },
          { "name": "size", "type": "string", "constraints": { "enum": ["small", "large"] } },
          { "name": "capital", "type": "boolean" },
          { "name": "position", "type": "geopoint" }
        ],
        "primaryKey": "code",
        "uniqueKeys": [["name"]],
        "missingValues": ["", "unknown"]
      }
    },
    {
      "name": "schools",
      "path": "schools.csv",
      "schema": {
        "fields": [
          { "name": "school", "type": "string" },
          { "name": "town", "type": "string" }
        ],
        "foreignKeys": [
          { "fields": "town", "reference": { "resource": "towns", "fields": "code" } }
        ]
      }
    }
  ]
}
"#;

#[test]
fn a_frictionless_package_becomes_rules_that_name_their_lines() {
    let folder = Folder::new("exchange-package");
    folder.write("datapackage.json", PACKAGE);
    let output = import(&folder, "datapackage.json", &[]);
    assert_eq!(left_out(&output), ["datapackage.json:18: position"], "{}", output.stderr);
    assert_eq!(output.code, 1);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn what_was_imported_judges_files_as_the_schema_says() {
    let folder = Folder::new("exchange-judges");
    folder.write("datapackage.json", PACKAGE);
    let output = crossfoot(&folder, &["import", "datapackage.json"]);
    assert!(output.stdout.starts_with("wrote rules/town-register.toml with "), "{}", output.stdout);
    let head = "code;name;people;area;founded;size;capital;position\n";
    folder
        .write("towns.csv", format!("{head}ABC;Ashby;1200;10.5;1850-01-01;small;true;1,2\nDEF;Barrow;unknown;;;;0;\n"));
    folder.write("schools.csv", "school,town\nHill,ABC\nLake,\n");
    let good = crossfoot(&folder, &["check", "towns.csv", "schools.csv", "-o", "concise", "--no-discovery"]);
    assert_eq!(good.code, 0, "{}{}", good.stdout, good.stderr);
    folder.write(
        "towns.csv",
        format!(
            "{head}ABCD;;0;0;2021-01-01;huge;maybe;\nDEF;{};1200;1;;;0;\nDEF;Corby;9000000;1;;;0;\n",
            "x".repeat(21)
        ),
    );
    folder.write("schools.csv", "school,town\nHill,XYZ\n");
    let bad = crossfoot(&folder, &["check", "towns.csv", "schools.csv", "-o", "json", "--no-discovery"]);
    let document: Value = serde_json::from_str(&bad.stdout).unwrap();
    let mut rules: Vec<&str> =
        document["findings"].as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap()).collect();
    rules.sort_unstable();
    rules.dedup();
    let expected = [
        "area-exclusiveminimum",
        "blank",
        "capital-boolean",
        "code-pattern",
        "founded-maximum",
        "keys",
        "name-maxlength",
        "people-maximum",
        "people-minimum",
        "size-enum",
        "town-in-towns",
    ];
    assert_eq!(rules, expected, "{}", bad.stdout);
}

#[test]
fn a_frictionless_schema_survives_the_way_there_and_back() {
    let folder = Folder::new("exchange-round");
    folder.write("datapackage.json", PACKAGE);
    crossfoot(&folder, &["import", "datapackage.json"]);
    let first = crossfoot(&folder, &["export", "rules/town-register.toml"]);
    folder.write("again/datapackage.json", &first.stdout);
    let package: Value = serde_json::from_str(&first.stdout).unwrap();
    let towns = &package["resources"][0]["schema"];
    assert_eq!(package["resources"][0]["dialect"], serde_json::json!({"delimiter": ";"}));
    assert_eq!(towns["primaryKey"], serde_json::json!(["code"]));
    assert_eq!(towns["fields"][0]["constraints"]["pattern"], "[A-Z]{3}");
    assert_eq!(towns["fields"][2]["constraints"], serde_json::json!({"minimum": 1, "maximum": 5_000_000}));
    assert_eq!(package["resources"][1]["schema"]["foreignKeys"][0]["reference"]["resource"], "towns");
    // Limits on lengths and open ends have no kind of their own, and are left out.
    let told = ["area-exclusiveminimum", "founded-maximum", "name-maxlength"];
    assert!(told.iter().all(|it| first.stderr.contains(it)), "{}", first.stderr);
    crossfoot(&folder, &["import", "again/datapackage.json", "--to", "rules2/x.toml"]);
    let second = crossfoot(&folder, &["export", "rules2/x.toml"]);
    let again: Value = serde_json::from_str(&second.stdout).unwrap();
    assert_eq!(package["resources"], again["resources"]);
}

#[test]
fn an_export_says_no_more_than_the_rules() {
    let folder = Folder::new("exchange-no-more");
    let rules = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"d.csv\"]\n[tables.t]\nkey = [\"item\"]\n\
        columns = { item = \"label\", n = \"count\", p = { type = \"percent\", blank = false }, note = { type = \"text\", optional = true } }\n\
        [[rules]]\nname = \"soft\"\nrange = { columns = [\"n\"], max = 9 }\nseverity = \"warning\"\n\
        [[rules]]\nname = \"some\"\nrange = { columns = [\"n\"], max = 9 }\nwhere = \"item <> 'x'\"\n\
        [[rules]]\nname = \"adds\"\nsum = { total = \"[All]\", parts = \"rest\" }\n\
        [[rules]]\nname = \"anywhere\"\nmatches = { column = \"note\", pattern = 'a|b' }\n";
    folder.write("rules/d.toml", rules);
    let output = crossfoot(&folder, &["export", "rules/d.toml"]);
    let package: Value = serde_json::from_str(&output.stdout).unwrap();
    let schema = &package["resources"][0]["schema"];
    // Without a declared style, a figure may be printed in any; and a blank key is no error.
    assert_eq!(schema["fields"][1], serde_json::json!({"name": "n", "type": "any"}));
    assert_eq!((&schema["primaryKey"], &schema["uniqueKeys"]), (&Value::Null, &serde_json::json!([["item"]])));
    assert_eq!(schema["fieldsMatch"], "partial");
    assert_eq!(schema["fields"][3]["constraints"]["pattern"], "[\\s\\S]*(?:a|b)[\\s\\S]*");
    assert!(schema["missingValues"].as_array().unwrap().contains(&"..".into()));
    for left in [
        "soft (range): it is not an error",
        "some (range): it applies only to some rows",
        "adds (sum)",
        "blank = false",
    ] {
        assert!(output.stderr.contains(left), "{left}: {}", output.stderr);
    }
    assert_eq!(output.code, 1);
    let other = crossfoot(&folder, &["export", "rules/d.toml", "-o", "dbt"]);
    assert_eq!((other.code, other.stderr.contains("can be read but not written")), (2, true), "{}", other.stderr);
}

const CONTRACT: &str = r"apiVersion: v3.0.2
kind: DataContract
id: 53581432-6c55-4ba2-a65f-72344a91553a
name: seller payments
version: 1.1.0
status: active
schema:
  - name: payments
    logicalType: object
    properties:
      - name: payment_id
        logicalType: string
        primaryKey: true
        primaryKeyPosition: 1
        logicalTypeOptions: { minLength: 4, pattern: '^P' }
      - name: paid_on
        logicalType: date
        required: true
      - name: amount
        logicalType: number
        logicalTypeOptions: { minimum: 0.01, maximum: 1000000 }
        quality:
          - rule: nullCheck
            type: library
            mustBe: 0
          - type: text
            description: looks right
      - name: status
        logicalType: string
        quality:
          - metric: invalidValues
            mustBe: 0
            severity: warning
            arguments:
              validValues: [open, paid]
    quality:
      - rule: rowCount
        mustBeGreaterThan: 0
      - type: sql
        query: SELECT COUNT(*) FROM payments
        mustBeLessThan: 3600
slaProperties:
  - property: latency
    value: 4
";

#[test]
fn a_contract_of_odcs_is_read_and_written() {
    let folder = Folder::new("exchange-odcs");
    folder.write("contract.yaml", CONTRACT);
    let output = import(&folder, "contract.yaml", &[]);
    let left = ["contract.yaml:26: amount", "contract.yaml:39: sql", "contract.yaml:43: slaProperties"];
    assert_eq!(left_out(&output), left, "{}", output.stderr);
    insta::assert_snapshot!(output.stdout);
    crossfoot(&folder, &["import", "contract.yaml", "--to", "rules/p.toml"]);
    let written = crossfoot(&folder, &["export", "rules/p.toml", "-o", "odcs"]);
    folder.write("again.yaml", &written.stdout);
    insta::assert_snapshot!(written.stdout);
    // What was written is read again without anything left out.
    let again = import(&folder, "again.yaml", &[]);
    assert_eq!((again.code, again.stderr.as_str()), (0, ""), "{}", written.stdout);
}

#[test]
fn tests_of_dbt_become_rules() {
    let folder = Folder::new("exchange-dbt");
    folder.write(
        "schema.yml",
        r#"version: 2
models:
  - name: orders
    data_tests:
      - dbt_utils.unique_combination_of_columns:
          combination_of_columns: [customer_id, ordered_at]
      - dbt_utils.expression_is_true:
          arguments:
            expression: "amount >= 0"
    columns:
      - name: order_id
        data_type: integer
        data_tests:
          - unique
          - not_null
      - name: status
        tests:
          - accepted_values:
              values: ['placed', 'shipped', 'completed', 'returned']
              config: { severity: warn, where: "order_id > 10" }
      - name: customer_id
        tests:
          - relationships:
              to: ref('customers')
              field: id
      - name: ordered_at
        data_type: timestamp
      - name: amount
        tests:
          - dbt_utils.accepted_range: { min_value: 0, max_value: 1000, inclusive: true }
          - dbt_expectations.expect_column_mean_to_be_between: { min_value: 1 }
          - not_null: { config: { error_if: ">10" } }
  - name: customers
    columns:
      - name: id
        tests: [unique, not_null]
  - name: bare
    tests: [{dbt_utils.expression_is_true: {expression: "a > 0"}}]
"#,
    );
    let output = import(&folder, "schema.yml", &[]);
    assert_eq!(
        left_out(&output),
        ["schema.yml:31: amount", "schema.yml:32: amount", "schema.yml:37: table bare and its 1 rule"],
        "{}",
        output.stderr
    );
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn rules_of_r_validate_become_conditions() {
    let folder = Folder::new("exchange-validate");
    folder.write(
        "retailers.yaml",
        r#"options:
  raise: none
  lin.eq.eps: 1.0e-08
rules:
- expr: turnover + other.rev == total.rev
  name: revenues
  label: total revenue
  description: |
    Total revenue is turnover
    and other revenue.
- expr: is.numeric(staff)
- expr: if (staff > 0) staff.costs > 0
  name: costs
- expr: size %in% c("sc0", "sc1", "sc2", "sc3")
- expr: mean(profit, na.rm=TRUE) >= 1
- expr: is_unique(id)
- expr: cor(height, weight) > 0.4
  name: correlated
"#,
    );
    let output = import(&folder, "retailers.yaml", &[]);
    assert_eq!(left_out(&output), ["retailers.yaml:17: cor(height, weight) > 0.4"], "{}", output.stderr);
    insta::assert_snapshot!(output.stdout);
    folder.write("rules.txt", "# plain\nrev: turnover >= 0\nstaff <= 100\n");
    let plain = import(&folder, "rules.txt", &["--from", "validate"]);
    assert!(plain.stdout.contains("expect = \"\\\"staff\\\" <= 100\""), "{}", plain.stdout);
}

#[test]
fn metadata_of_csvw_become_rules() {
    let folder = Folder::new("exchange-csvw");
    folder.write(
        "metadata.json",
        r#"{
  "@context": ["http://www.w3.org/ns/csvw", { "@language": "en" }],
  "tables": [
    {
      "url": "countries.csv",
      "tableSchema": {
        "columns": [
          { "name": "countryCode", "titles": "country code", "datatype": { "base": "string", "format": "[A-Z]{2}" } },
          { "name": "latitude", "titles": ["lat", "latitude"], "datatype": { "base": "number", "minimum": -90, "maximum": 90 } },
          { "name": "name", "titles": "name", "required": true, "null": "unknown" },
          { "name": "since", "titles": "since", "datatype": { "base": "date", "format": "dd.MM.yyyy" } },
          { "name": "tags", "titles": "tags", "separator": ";" },
          { "virtual": true, "propertyUrl": "rdf:type" }
        ],
        "primaryKey": "countryCode"
      }
    },
    {
      "url": "slice.csv",
      "tableSchema": {
        "columns": [
          { "name": "ref", "titles": "country", "datatype": "string" },
          { "name": "year", "titles": "year", "datatype": "gYear" },
          { "name": "population", "titles": "population", "datatype": "nonNegativeInteger" }
        ],
        "foreignKeys": [
          { "columnReference": "ref", "reference": { "resource": "countries.csv", "columnReference": "countryCode" } }
        ]
      }
    }
  ]
}
"#,
    );
    let output = import(&folder, "metadata.json", &[]);
    assert_eq!(left_out(&output), ["metadata.json:12: tags"], "{}", output.stderr);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn code_lists_of_sdmx_become_lists_of_codes() {
    let folder = Folder::new("exchange-sdmx");
    let lists = r#"<?xml version="1.0"?>
<mes:Structure xmlns:mes="m" xmlns:str="s" xmlns:com="c">
  <mes:Structures>
    <str:Codelists>
      <str:Codelist id="CL_FREQ" agencyID="SDMX" version="2.0">
        <com:Name>Frequency</com:Name>
        <str:Code id="A"><com:Name>Annual</com:Name></str:Code>
        <str:Code id="M"/>
      </str:Codelist>
      <str:Codelist id="CL_EMPTY" agencyID="SDMX" version="1.0"/>
    </str:Codelists>
STRUCTURE
  </mes:Structures>
</mes:Structure>
"#;
    folder.write("lists.xml", lists.replace("STRUCTURE", ""));
    let output = import(&folder, "lists.xml", &[]);
    assert_eq!(left_out(&output), ["lists.xml:10: list CL_EMPTY"], "{}", output.stderr);
    assert!(output.stdout.contains("codes = { column = \"FREQ\", values = [\"A\", \"M\"] }"), "{}", output.stdout);
    let structure = r#"<str:DataStructures><str:DataStructure id="RATES"><str:DataStructureComponents>
<str:DimensionList><str:Dimension id="FREQUENCY"><str:LocalRepresentation><str:Enumeration>
<Ref id="CL_FREQ" class="Codelist"/></str:Enumeration></str:LocalRepresentation></str:Dimension>
<str:TimeDimension id="TIME_PERIOD"/></str:DimensionList>
<str:MeasureList><str:PrimaryMeasure id="OBS_VALUE"/></str:MeasureList>
</str:DataStructureComponents></str:DataStructure></str:DataStructures>"#;
    folder.write("whole.xml", lists.replace("STRUCTURE", structure));
    let output = import(&folder, "whole.xml", &[]);
    assert!(output.stdout.contains("key     = [\"FREQUENCY\", \"TIME_PERIOD\"]"), "{}{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("codes = { column = \"FREQUENCY\", values = [\"A\", \"M\"] }"), "{}", output.stdout);
    let json = r#"{"data": {"codelists": [{"id": "CL_SEX", "codes": [{"id": "F"}, {"id": "M"}]}]}}"#;
    folder.write("lists.json", json);
    let output = import(&folder, "lists.json", &[]);
    assert_eq!((output.code, output.stdout.contains("column = \"SEX\"")), (0, true), "{}", output.stderr);
}

#[test]
fn what_no_rule_file_can_say_is_left_out_and_told() {
    let folder = Folder::new("exchange-left-out");
    let fields = r#"{"fields": [{"name": "a", "type": "string", "constraints": {"pattern": "(?<=x)y"}},
        {"name": "a", "type": "integer"}, {"name": ""}], "primaryKey": "b"}"#;
    folder.write("t.json", fields);
    let output = import(&folder, "t.json", &[]);
    let left = ["t.json:1: a-pattern", "t.json:1: table t", "t.json:2: column \"\"", "t.json:2: column \"a\""];
    let mut found = left_out(&output);
    found.sort();
    assert_eq!((output.code, found.as_slice()), (1, left.map(str::to_owned).as_slice()), "{}", output.stderr);
    assert!(output.stdout.contains("\"a\" = \"text\"") && !output.stdout.contains("[[rules]]"), "{}", output.stdout);
}

#[test]
fn what_is_no_schema_is_an_error_with_its_place() {
    let folder = Folder::new("exchange-errors");
    folder.write("bad.yml", "a: [1\nb: }\n");
    folder.write("other.json", "{\"a\": 1}");
    folder.write("empty.json", "{\"fields\": []}");
    folder.write("bad.xml", "<a><b></a>");
    folder.write("ref.json", "{\"path\": \"x.csv\", \"schema\": \"nowhere.json\"}");
    folder.write("rules/r.toml", "crossfoot = 1");
    for (file, said) in [
        ("bad.yml", "bad.yml:"),
        ("other.json", "unknown schema format"),
        ("empty.json", "no table with columns"),
        ("bad.xml", "not XML"),
        ("ref.json", "nowhere.json: no such file"),
        ("none.json", "no such file"),
    ] {
        let output = import(&folder, file, &[]);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{file}");
        assert!(output.stderr.contains(said), "{file}: {}", output.stderr);
    }
    let twice = crossfoot(&folder, &["import", "bad.yml", "--from", "dbtt"]);
    assert!(twice.stderr.contains("the nearest name is dbt"), "{}", twice.stderr);
}
