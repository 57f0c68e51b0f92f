//! Every engine comes to the same: drawn rules over drawn tables, judged in
//! memory and by each engine that takes them.
//!
//! The oracle reads a file as a whole, so that the judge alone decides. An
//! engine that does not take a plan gives nothing, and the file is read as a
//! whole then: such draws are counted, so that the test cannot become empty.
//! `CROSSFOOT_DRAWS` sets how many are made by hand.

mod cells;
#[cfg(feature = "parquet")]
mod columns;
mod engines;
mod json;
mod plans;
mod sheet;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::draws::by_hand;
use crate::large::dataset;
use cells::{Form, Tables, forms, tables};
use engines::{Engine, engines, others};
use plans::{Plan, plans};

/// So many draws are made where nothing else is said: some seconds of them.
const DRAWS: u32 = 128;
/// At least one of so many must be taken by its engine.
const TAKEN_MIN: usize = 6;

/// A rule file, what it is judged on, and how.
struct Draw {
    form: Form,
    plan: Plan,
    tables: Tables,
    engine: Engine,
}

/// As a case that can be run by hand.
impl fmt::Debug for Draw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:?}\n--- d.toml\n{}", self.engine, self.rules())?;
        writeln!(out, "--- t.csv, behind {} plain rows\n{}", self.tables.plain, self.tables.odd_text(&self.form))?;
        writeln!(out, "--- u.csv\n{}", self.tables.second_text(&self.form))
    }
}

impl Draw {
    fn rules(&self) -> String {
        format!("{}{}", self.form.declaration(self.plan.reads_second()), self.plan.stanzas(&self.form))
    }
}

fn draws(engines: impl Strategy<Value = Engine>) -> impl Strategy<Value = Draw> {
    (forms(), plans(), tables(), engines, proptest::bool::weighted(0.4)).prop_map(
        |(form, plan, tables, engine, fitting)| {
            if !(fitting && engine.is_of_columns()) {
                return Draw { form, plan, tables, engine };
            }
            let plan = plan.of_columns();
            Draw { form: form.of_columns(plan.has_keys()), plan, tables, engine }
        },
    )
}

/// Draws whose difference is known, each with the reason that it is not mended yet.
fn known(draw: &Draw) -> Option<&'static str> {
    const DIGITS: usize = 30;
    /// So many fit, before the decimal mark and behind it, of all figures of a column together.
    const TOGETHER: usize = 38;
    let text = draw.tables.odd_text(&draw.form);
    let (mut longest, mut decimals) = (0, 0);
    for figure in text.split(|it: char| !it.is_ascii_digit() && it != '.') {
        longest = longest.max(figure.split('.').map(str::len).max().unwrap_or(0));
        decimals = decimals.max(figure.rsplit_once('.').map_or(0, |it| it.1.len()));
    }
    (longest >= DIGITS || decimals > 0 && longest + decimals >= TOGETHER)
        .then_some("whether a figure of so many digits can be read depends on the decimals of the rows beside it")
}

/// An outcome without what rules over several rows come to together, which is
/// told of files that are read as a whole.
fn without_joint(told: &str) -> String {
    let mut told: serde_json::Value = serde_json::from_str(told).unwrap();
    told.as_object_mut().unwrap().retain(|key, _| key != "verdict");
    let summary = told["summary"].as_object_mut().unwrap();
    let own = summary["by_rule"].get("joint").cloned().unwrap_or_default();
    summary["by_rule"].as_object_mut().unwrap().retain(|rule, _| rule != "joint");
    for count in ["checks", "holds", "fails", "undetermined"] {
        let all = summary[count].as_u64().unwrap();
        summary.insert(count.to_owned(), (all - own[count].as_u64().unwrap_or(0)).into());
    }
    summary.retain(|key, _| !["errors", "warnings", "notes"].contains(&key.as_str()));
    for list in ["findings", "undetermined"] {
        told[list].as_array_mut().unwrap().retain(|it| it["rule"] != "joint");
    }
    format!("{told:#}")
}

/// So many findings are told, where more are to be counted.
const FINDINGS: usize = 60;

/// Whether a cell only looks wrong: of all that is told these alone are warnings.
fn looks_wrong(told: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(told).is_ok_and(|it| it["summary"]["warnings"] != 0)
}

/// An outcome without cells that only look wrong (a day among names, garbled letters,
/// figures run together, a mark that may be of thousands), which are told of files that are read as a whole.
fn without_looks(told: &str) -> String {
    let mut told: serde_json::Value = serde_json::from_str(told).unwrap();
    let findings = told["findings"].as_array_mut().unwrap();
    let mut looks = BTreeMap::new();
    findings.retain(|it| {
        let rule = it["rule"].as_str().unwrap();
        let is_looks =
            ["type", "unclear", "style"].contains(&rule) && it["severity"] == "warning" && it["certainty"] == "unclear";
        *looks.entry(rule.to_owned()).or_insert(0) += u64::from(is_looks);
        !is_looks
    });
    let summary = &mut told["summary"];
    for (rule, looks) in looks.into_iter().filter(|it| it.1 > 0) {
        let less = |it: &mut serde_json::Value| *it = (it.as_u64().unwrap() - looks).into();
        for it in ["checks", "fails"] {
            less(&mut summary[it]);
            less(&mut summary["by_rule"][&rule][it]);
        }
        less(&mut summary["warnings"]);
        summary["by_rule"].as_object_mut().unwrap().retain(|_, it| it["checks"] != 0);
    }
    format!("{told:#}")
}

/// Whether memory sees several tables in one file.
fn is_parted(told: &str) -> bool {
    let told: serde_json::Value = serde_json::from_str(told).unwrap_or_default();
    told["inputs"].as_array().is_some_and(|it| it.iter().any(|it| it["tables"].as_u64() > Some(1)))
}

/// So many figures more may be counted as judged in parts: a row that is handed out for one
/// rule may be one that another is known to hold of.
const JUDGED_MORE: u64 = 2;

/// Whether a rule was never checked for two reasons, of which each tells one: its row is missing,
/// and its `where` lets in none.
fn has_two_reasons(told: &str, oracle: &str) -> bool {
    oracle.contains("was never checked: row ") && told.contains("was never checked: its `where` matches none")
}

/// An outcome with as many judged figures as another tells, where it tells hardly more of them:
/// which rows two rules read is not known in parts, so they may be counted once there.
fn with_judged(told: &str, other: &str) -> String {
    let read = |it: &str| serde_json::from_str::<serde_json::Value>(it).ok();
    let (Some(mut told), Some(other)) = (read(told), read(other)) else { return told.to_owned() };
    let (own, whole) = (&mut told["coverage"], &other["coverage"]);
    take_judged(own, whole);
    for (own, whole) in own["tables"].as_array_mut().into_iter().flatten().zip(whole["tables"].as_array().unwrap()) {
        take_judged(own, whole);
    }
    format!("{told:#}")
}

fn take_judged(own: &mut serde_json::Value, whole: &serde_json::Value) {
    if own["judged"].as_u64() <= whole["judged"].as_u64().map(|it| it + JUDGED_MORE) {
        own["judged"] = whole["judged"].clone();
    }
}

#[test]
fn every_engine_comes_to_what_memory_does() {
    judge(draws(engines()));
}

#[test]
fn records_of_json_and_sheets_come_to_what_memory_does() {
    judge(draws(others()));
}

fn judge(draws: impl Strategy<Value = Draw>) {
    let wanted = by_hand();
    let config = Config { cases: wanted.unwrap_or(DRAWS), failure_persistence: None, ..Config::default() };
    // Draws by engine: how many, and how many it took.
    let counts: RefCell<BTreeMap<&str, [usize; 2]>> = RefCell::default();
    // The same draws each time, but for those that are made by hand.
    let mut runner = match wanted {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let run = runner.run(&draws, |draw| {
        let datasets = dataset(&draw.rules());
        if known(&draw).is_some() {
            return Ok(());
        }
        let judge = |most: usize| draw.engine.judge(&datasets, &draw.form, &draw.tables, most);
        let told = judge(FINDINGS);
        let mut counts = counts.borrow_mut();
        let count = counts.entry(draw.engine.name()).or_default();
        *count = [count[0] + 1, count[1] + usize::from(told.is_some())];
        let Some(told) = told else { return Ok(()) };
        let oracle = |most: usize| draw.engine.oracle(&datasets, &draw.form, &draw.tables, most);
        let whole = oracle(FINDINGS);
        // A line among the last rows may part a table in two, where all of them are at hand.
        if is_parted(&whole) {
            return Ok(());
        }
        let is_open = told.contains("rules over several rows were not combined with others");
        // Where something is left out of what is told, all of it is compared: none was cut for what is left out.
        let (told, oracle) = if looks_wrong(&whole) || is_open {
            (judge(usize::MAX).unwrap(), oracle(usize::MAX))
        } else {
            (told, whole)
        };
        let (told, oracle) =
            if looks_wrong(&oracle) { (without_looks(&told), without_looks(&oracle)) } else { (told, oracle) };
        let (told, oracle) = if is_open { (without_joint(&told), without_joint(&oracle)) } else { (told, oracle) };
        if told == oracle || with_judged(&told, &oracle) == oracle || has_two_reasons(&told, &oracle) {
            return Ok(());
        }
        let difference = similar::TextDiff::from_lines(&oracle, &told).unified_diff().context_radius(4).to_string();
        Err(TestCaseError::fail(format!("the engine and the oracle differ:\n{difference}")))
    });
    if let Err(failure) = run {
        panic!("{failure}");
    }
    let counts = counts.into_inner();
    println!("draws by engine, and how many it took: {counts:?}");
    for (engine, [all, taken]) in counts {
        assert!(taken * TAKEN_MIN >= all, "{engine} took only {taken} of {all} draws");
    }
}
