//! The shape of `crossfoot-findings`, version 1, as it is written.
//!
//! Fields are only ever added. What is said of a field here is what its schema says
//! of it (`crossfoot schema findings`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

pub(in crate::report) const FORMAT: &str = "crossfoot-findings";
pub(in crate::report) const VERSION: u32 = 1;

/// What one run of `crossfoot check` found.
///
/// Values are strings of exact decimals. Lines and columns count from 1, columns in
/// characters; the end is one past the last.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Findings")]
pub(in crate::report) struct Document<'a> {
    #[schemars(extend("const" = FORMAT))]
    pub(super) format: &'static str,
    #[schemars(extend("const" = VERSION))]
    pub(super) version: u32,
    pub(super) tool: Tool,
    #[schemars(extend("enum" = ["failed", "passed", "passed-in-part", "not-checked"]))]
    pub(super) verdict: &'static str,
    pub(super) coverage: CoverageJson<'a>,
    /// The files that were read.
    pub(super) inputs: Vec<InputJson<'a>>,
    /// The files that could not be read; left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) unread: Vec<UnreadJson<'a>>,
    pub(super) summary: Summary<'a>,
    pub(super) findings: Vec<FindingJson<'a>>,
    /// The checks that could not be decided, each with its reason.
    pub(super) undetermined: Vec<UndeterminedJson<'a>>,
    /// What was not checked, and why; omitted if everything was.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) limits: &'a [String],
}

/// The program that wrote the document.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Tool {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
}

/// How many figures a decided check reads.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Coverage")]
pub(in crate::report) struct CoverageJson<'a> {
    pub(super) figures: usize,
    /// How many of them a decided check reads.
    pub(super) judged: usize,
    pub(super) tables: Vec<TableCoverage<'a>>,
}

/// How many figures of one table a decided check reads.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct TableCoverage<'a> {
    pub(super) file: &'a str,
    pub(super) table: &'a str,
    pub(super) figures: usize,
    pub(super) judged: usize,
}

/// A file that was read.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Input")]
pub(in crate::report) struct InputJson<'a> {
    pub(super) file: &'a str,
    /// The dataset that it belongs to; null where no rule file covers it.
    pub(super) dataset: Option<&'a str>,
    /// Its period, `first day/last day`; null where it is not known.
    pub(super) edition: Option<&'a str>,
    /// How many days of its period the figures count; null where that is not said.
    pub(super) coverage: Option<Days>,
    pub(super) tables: usize,
    pub(super) rows: usize,
    pub(super) figures: usize,
    /// How many editions the file holds; left out where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) editions: Option<usize>,
}

/// Days that were counted, of those that the period has.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Days {
    pub(super) days: u32,
    pub(super) of: u32,
}

/// A file that could not be read.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Unread")]
pub(in crate::report) struct UnreadJson<'a> {
    pub(super) file: &'a str,
    pub(super) why: &'a str,
}

/// Counts over the run; exact also where `findings` was cut.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Summary<'a> {
    #[serde(flatten)]
    pub(super) total: TallyJson,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) notes: usize,
    /// The same counts for each rule, by its name.
    pub(super) by_rule: BTreeMap<&'a str, TallyJson>,
    /// True where `--max-findings` cut the list of findings; else left out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) truncated: bool,
}

/// How many checks came to which result.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Tally")]
pub(in crate::report) struct TallyJson {
    pub(super) checks: usize,
    pub(super) holds: usize,
    pub(super) fails: usize,
    pub(super) undetermined: usize,
    pub(super) waived: usize,
}

/// One thing that is wrong, unusual or unclear.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
pub(in crate::report) struct FindingJson<'a> {
    /// A hash of dataset, table, rule, row key and column: the same in the next run.
    pub(super) id: &'a str,
    pub(super) rule: &'a str,
    pub(super) kind: &'a str,
    #[schemars(extend("enum" = ["error", "warning", "note"]))]
    pub(super) severity: &'static str,
    #[schemars(extend("enum" = ["contradiction", "unusual", "likely", "unclear"]))]
    pub(super) certainty: &'static str,
    #[schemars(extend("enum" = ["new", "known", "waived"]))]
    pub(super) status: &'static str,
    pub(super) message: &'a str,
    /// The figure that the finding is about, then those that it was compared with.
    pub(super) places: Vec<PlaceJson<'a>>,
    pub(super) observed: Option<&'a str>,
    pub(super) expected: Option<ExpectedJson<'a>>,
    /// How far the figure is from what is expected.
    pub(super) gap: Option<&'a str>,
    /// Corrections after which every rule holds, the likeliest first; none is applied.
    pub(super) repairs: Vec<RepairJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cause: Option<CauseJson<'a>>,
    /// The relation that breaks, of findings of `follows`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) relation: Option<RelationJson<'a>>,
    /// The figures that may be wrong, the likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) suspects: Vec<SuspectJson<'a>>,
    /// Where the rule is written; null where it is implied.
    pub(super) rule_at: Option<RulePlaceJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<&'a str>,
}

/// Where a figure stands.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Place")]
pub(in crate::report) struct PlaceJson<'a> {
    #[schemars(extend("enum" = ["primary", "operand"]))]
    pub(super) role: &'static str,
    pub(super) file: &'a str,
    pub(super) sheet: Option<&'a str>,
    pub(super) table: &'a str,
    pub(super) row: Option<&'a str>,
    pub(super) column: Option<&'a str>,
    /// Its cell as a spreadsheet names it: `D6`.
    pub(super) cell: Option<&'a str>,
    pub(super) line: u32,
    pub(super) column_start: u32,
    pub(super) column_end: u32,
    /// What is printed there.
    pub(super) text: &'a str,
    pub(super) value: Option<&'a str>,
}

/// What the rule asks of the figure.
#[derive(Default, Serialize, JsonSchema)]
#[schemars(rename = "Expected")]
pub(in crate::report) struct ExpectedJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) equal: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) at_least: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) at_most: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) one_of: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pattern: Option<&'a str>,
}

/// A correction, or several that go together.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Repair")]
pub(in crate::report) struct RepairJson<'a> {
    #[serde(flatten)]
    pub(super) first: CorrectionJson<'a>,
    /// The rules that hold again.
    pub(super) restores: &'a [String],
    /// Whether the new figure is within its expected range, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) usual: Option<bool>,
    /// Further corrections that the first one needs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) also: Vec<CorrectionJson<'a>>,
}

/// One figure, as printed and as it would have to be.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Correction")]
pub(in crate::report) struct CorrectionJson<'a> {
    pub(super) row: &'a str,
    pub(super) column: &'a str,
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) slip: &'a str,
    pub(super) table: &'a str,
    /// `file:line:column`.
    pub(super) at: &'a str,
    pub(super) words: &'a str,
}

/// What lies behind one finding or several.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Cause")]
pub(in crate::report) struct CauseJson<'a> {
    /// The smallest sets of figures that could explain it.
    pub(super) suspects: Vec<Vec<FigureJson<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) blame: Option<&'static str>,
    /// How many more repairs there are than those listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) other_repairs: Option<usize>,
    /// What explains many findings at once: each of them has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) one_cause: Option<&'a str>,
    /// The id of the finding that describes this cause in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) told_with: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) tells: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) limits: &'a [String],
}

/// Which figure.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Figure")]
pub(in crate::report) struct FigureJson<'a> {
    pub(super) table: &'a str,
    pub(super) row: &'a str,
    pub(super) column: &'a str,
    /// `file:line:column`.
    pub(super) at: &'a str,
}

/// A figure that may be wrong.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Suspect")]
pub(in crate::report) struct SuspectJson<'a> {
    #[serde(flatten)]
    pub(super) figure: FigureJson<'a>,
    pub(super) text: &'a str,
    pub(super) value: Option<&'a str>,
    /// What the rules require there; null where no value fits.
    pub(super) requires: Option<&'a str>,
    /// How likely it is wrong, from 0 to 1, if one of those named is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) weight: Option<f64>,
    /// The slip that would explain it; null where none does.
    pub(super) because: Option<&'a str>,
}

/// A relation that a table follows without a rule.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Relation")]
pub(in crate::report) struct RelationJson<'a> {
    pub(super) words: &'a [String],
    /// In how many places the first of them holds.
    pub(super) held: usize,
    /// In how many places it can be checked.
    pub(super) of: usize,
    /// How probable it is that a figure is wrong, from 0 to 1.
    pub(super) probability: f64,
}

/// Where a rule is written.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RulePlace")]
pub(in crate::report) struct RulePlaceJson<'a> {
    pub(super) file: &'a str,
    pub(super) line: u32,
}

/// A check that could not be decided.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Undetermined")]
pub(in crate::report) struct UndeterminedJson<'a> {
    pub(super) rule: &'a str,
    pub(super) table: &'a str,
    pub(super) row: Option<&'a str>,
    pub(super) column: Option<&'a str>,
    pub(super) why: &'a str,
}
