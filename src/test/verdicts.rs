//! What rules say of the rows of a test, as lines that a person writes and reads.

use crate::check::Outcome;
use crate::rules::Dataset;

/// What fails and what cannot be told; all else holds.
///
/// A line is `RULE: ROW, COLUMN`, with the period before the row where the rows are
/// for several. A rule alone stands for all of its lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// What fails.
    pub fails: Vec<String>,
    /// What is undetermined.
    pub undetermined: Vec<String>,
}

/// A line of verdicts, with what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictLine {
    /// The name of the rule.
    pub rule: String,
    /// Whether it fails, or is undetermined.
    pub fails: bool,
    /// `RULE: ROW, COLUMN`.
    pub line: String,
    /// What is the matter, in words.
    pub message: String,
}

/// What of verdicts was not found, and what was found beside them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Difference<'a> {
    /// Lines that are expected and were not found: whether it should fail, and the line.
    pub missing: Vec<(bool, &'a str)>,
    /// Lines that were found and are not expected.
    pub extra: Vec<&'a VerdictLine>,
}

/// The rule that a line is about: all before the first `: ` that ends a rule's name.
pub(super) fn rule_of<'a>(line: &'a str, rules: &[&str]) -> &'a str {
    let ends = line.match_indices(": ").map(|it| it.0).chain([line.len()]);
    let mut known = ends.map(|it| &line[..it]).filter(|it| rules.contains(it));
    known.next().unwrap_or_else(|| line.split(": ").next().unwrap_or(line))
}

impl Verdicts {
    /// What was found, as it would be written.
    pub fn of(found: &[VerdictLine]) -> Self {
        let lines = |fails: bool| found.iter().filter(|it| it.fails == fails).map(|it| it.line.clone()).collect();
        Self { fails: lines(true), undetermined: lines(false) }
    }

    /// How what was found differs; `only` names the rule that is compared, all by default.
    pub fn compare<'a>(&'a self, found: &'a [VerdictLine], only: Option<&str>) -> Difference<'a> {
        let mut difference = Difference::default();
        for fails in [true, false] {
            let mut found: Vec<&VerdictLine> = found.iter().filter(|it| it.fails == fails).collect();
            let written = if fails { &self.fails } else { &self.undetermined };
            let about = |it: &&String| only.is_none_or(|rule| **it == rule || it.starts_with(&format!("{rule}: ")));
            // A line takes one that is the same; a rule alone takes what is left of it.
            let (mut alone, mut missing) = (Vec::new(), Vec::new());
            for line in written.iter().filter(about) {
                match found.iter().position(|it| it.line == *line) {
                    Some(at) => drop(found.remove(at)),
                    None => missing.push(line.as_str()),
                }
                alone.push(line.as_str());
            }
            missing.retain(|line| !found.iter().any(|it| it.rule == *line));
            found.retain(|it| !alone.contains(&it.rule.as_str()));
            difference.missing.extend(missing.into_iter().map(|it| (fails, it)));
            difference.extra.extend(found);
        }
        difference
    }
}

impl Difference<'_> {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty()
    }
}

/// The lines of an outcome, in the order of the rules and then of places.
///
/// A rule of which no check could be decided is one line.
pub fn verdict_lines(outcome: &Outcome, dataset: &Dataset) -> Vec<VerdictLine> {
    let several = outcome.editions.len() > 1;
    let tables = dataset.tables.len() > 1;
    let rank = |name: &str| dataset.rules.iter().position(|it| it.name == name);
    let line = |rule: &str, place: Vec<&str>| {
        let place: Vec<&str> = place.into_iter().filter(|it| !it.is_empty()).collect();
        if place.is_empty() { rule.to_owned() } else { format!("{rule}: {}", place.join(", ")) }
    };
    // A rule of the file has its table; what is implied is about each.
    let table = |rule: &str, table: &'_ str| {
        tables && rank(rule).is_none_or(|it| dataset.rules[it].table.is_none()) && !table.is_empty()
    };
    let mut found: Vec<VerdictLine> = Vec::new();
    for it in &outcome.findings {
        let edition = it.edition.filter(|_| several).and_then(|at| outcome.editions[at].edition.period);
        let period = edition.map(|it| it.start.to_string()).unwrap_or_default();
        let place = it.places.first();
        let own = place.map(|it| it.table.as_str()).filter(|own| table(&it.rule, own)).unwrap_or_default();
        let row = place.and_then(|it| it.row.as_deref()).unwrap_or_default();
        let column = place.and_then(|it| it.column.as_deref()).unwrap_or_default();
        let parts = vec![period.as_str(), own, row, column];
        found.push(VerdictLine {
            rule: it.rule.clone(),
            fails: true,
            line: line(&it.rule, parts),
            message: it.message.clone(),
        });
    }
    for it in &outcome.undetermined {
        let is_decided = outcome.by_rule.get(&it.rule).is_some_and(|it| it.holds + it.fails > 0);
        let parts = [it.row.as_deref().unwrap_or_default(), it.column.as_deref().unwrap_or_default()];
        let own = if table(&it.rule, &it.table) { it.table.as_str() } else { "" };
        let line = if is_decided { line(&it.rule, vec![own, parts[0], parts[1]]) } else { it.rule.clone() };
        if is_decided || !found.iter().any(|other| !other.fails && other.line == line) {
            found.push(VerdictLine { rule: it.rule.clone(), fails: false, line, message: it.why.clone() });
        }
    }
    found.sort_by_key(|it| rank(&it.rule).unwrap_or(usize::MAX));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(rule: &str, place: &str) -> VerdictLine {
        let line = format!("{rule}{place}");
        VerdictLine { rule: rule.to_owned(), fails: true, line, message: String::new() }
    }

    fn expected(fails: &[&str]) -> Verdicts {
        Verdicts { fails: fails.iter().map(|&it| it.to_owned()).collect(), undetermined: Vec::new() }
    }

    #[test]
    fn a_line_takes_one_finding_and_a_rule_alone_takes_all_of_its_own() {
        let found = [line("a", ": x"), line("a", ": y"), line("b", ": x")];
        let extra = |written: &[&str]| -> Vec<String> {
            let expected = expected(written);
            let difference = expected.compare(&found, None);
            let missing = difference.missing.iter().map(|it| format!("-{}", it.1));
            missing.chain(difference.extra.iter().map(|it| format!("+{}", it.line))).collect()
        };
        assert_eq!(extra(&["a", "b: x"]), Vec::<String>::new());
        assert_eq!(extra(&["a: x", "b"]), ["+a: y"]);
        assert_eq!(extra(&["a", "b", "c"]), ["-c"]);
        assert_eq!(extra(&["a", "b: z"]), ["-b: z", "+b: x"]);
    }

    #[test]
    fn the_same_line_twice_is_two_findings() {
        let found = [line("a", ": x"), line("a", ": x")];
        assert_eq!(expected(&["a: x"]).compare(&found, None).extra.len(), 1);
        assert!(expected(&["a: x", "a: x"]).compare(&found, None).is_empty());
    }

    #[test]
    fn only_one_rule_is_compared_where_it_is_named() {
        let found = [line("a", ": x")];
        assert!(expected(&["a: x", "b: x", "ab: x"]).compare(&found, Some("a")).is_empty());
    }

    #[test]
    fn a_rule_may_have_a_colon_in_its_name() {
        assert_eq!(rule_of("sum: all: North, votes", &["sum: all", "b"]), "sum: all");
        assert_eq!(rule_of("b", &["sum: all", "b"]), "b");
        assert_eq!(rule_of("c: North", &["b"]), "c");
    }
}
