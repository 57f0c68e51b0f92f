//! Changes of a rule file that its tests should notice.
//!
//! A change is made in the text of the rule, so that it is one that a person could
//! have made: the rule left out, a comparison the other way or without its end, a sign,
//! a part left out, a bound off by one, or `where`, `missing`, `rounding` or `at_most`
//! left out.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::run::{asks, run_one};
use super::{Test, Verdicts};
use crate::error::Result;
use crate::finding::RulePlace;
use crate::rules::{Dataset, Rule, stanza_at};

/// A changed rule file.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The rule that was changed.
    pub rule: String,
    /// Its kind.
    pub kind: &'static str,
    /// Where it is written.
    pub at: RulePlace,
    /// What was changed, in words.
    pub words: String,
    /// The text of the file that it is written in, changed.
    pub text: String,
    /// Whether the rule is left out.
    pub is_left_out: bool,
}

/// Keys whose text is an expression.
const EXPRESSIONS: [&str; 5] = ["expect", "part", "where", "holds", "filter"];
/// Keys that can be left out of a rule.
const LEFT_OUT: [&str; 5] = ["where", "missing", "rounding", "at_most", "complete"];
/// Keys with a list that one can be left out of.
const LISTS: [&str; 6] = ["parts", "columns", "of", "values", "unique", "by"];

/// Every change of the rules of a dataset; `texts` holds its rule files by name.
pub fn mutants(dataset: &Dataset, texts: &BTreeMap<String, String>) -> Vec<Mutant> {
    dataset.rules.iter().filter_map(|rule| Some(of_rule(rule, texts.get(&rule.at.file)?))).flatten().collect()
}

fn of_rule(rule: &Rule, text: &str) -> Vec<Mutant> {
    let Some(stanza) = stanza_at(text, rule.at.line) else { return Vec::new() };
    let written = &text[stanza.clone()];
    let mut edits: Vec<(Range<usize>, String, String)> = Vec::new();
    if let Ok(parsed) = DeTable::parse(written)
        && let Some(DeValue::Array(rules)) = parsed.get_ref().get("rules").map(toml::Spanned::get_ref)
        && let Some(DeValue::Table(table)) = rules.iter().next().map(toml::Spanned::get_ref)
    {
        walk(written, table, true, &mut edits);
    }
    let mutant = |words: String, text: String, is_left_out: bool| Mutant {
        rule: rule.name.clone(),
        kind: rule.kind,
        at: rule.at.clone(),
        words,
        text,
        is_left_out,
    };
    // Line breaks keep the place of what follows.
    let blank: String = written.chars().map(|it| if it == '\n' { '\n' } else { ' ' }).collect();
    let put = |at: Range<usize>, with: &str| {
        let mut changed = text.to_owned();
        changed.replace_range(stanza.start + at.start..stanza.start + at.end, with);
        changed
    };
    let without = mutant("left out".to_owned(), put(0..written.len(), &blank), true);
    let others = edits.into_iter().map(|(at, with, words)| mutant(words, put(at, &with), false));
    std::iter::once(without).chain(others).collect()
}

type Edits = Vec<(Range<usize>, String, String)>;

fn walk(text: &str, table: &DeTable<'_>, is_rule: bool, edits: &mut Edits) {
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let span = value.span();
        if is_rule && LEFT_OUT.contains(&name) {
            edits.push((key.span().start..span.end, String::new(), format!("without {name}")));
        }
        match value.get_ref() {
            DeValue::String(_) if EXPRESSIONS.contains(&name) => expression(text, span, edits),
            DeValue::Table(inner) => walk(text, inner, false, edits),
            DeValue::Array(list) if LISTS.contains(&name) && list.len() > 1 => {
                let spans: Vec<Range<usize>> = list.iter().map(toml::Spanned::span).collect();
                for (at, it) in spans.iter().enumerate() {
                    // With the comma before it, or the one behind the first.
                    let cut = if at == 0 { it.start..spans[1].start } else { spans[at - 1].end..it.end };
                    let what = text[it.clone()].trim_matches(['"', '\'']).to_owned();
                    edits.push((cut, String::new(), format!("without {what} in {name}")));
                }
            }
            DeValue::Integer(number) if matches!(name, "min" | "max") => {
                let Ok(number) = i64::from_str_radix(number.as_str(), number.radix()) else { continue };
                for by in [-1, 1] {
                    let Some(other) = number.checked_add(by) else { continue };
                    edits.push((span.clone(), other.to_string(), format!("{name} {number} made {other}")));
                }
            }
            _ => {}
        }
    }
}

/// What stands for an operator, the longest first.
const OPERATORS: [(&str, &[&str]); 8] = [
    ("<=", &["<", ">="]),
    (">=", &[">", "<="]),
    ("<>", &["="]),
    ("!=", &["="]),
    ("<", &["<=", ">"]),
    (">", &[">=", "<"]),
    ("=", &["<=", ">="]),
    ("+", &["-"]),
];
const WORDS: [(&str, &str); 2] = [("and", "or"), ("or", "and")];

/// Changes the operators of an expression, outside of names and texts.
fn expression(text: &str, span: Range<usize>, edits: &mut Edits) {
    let source = &text[span.clone()];
    let (mut at, mut inside) = (0, None);
    while let Some(it) = source[at..].chars().next() {
        let rest = &source[at..];
        let start = span.start + at;
        match (inside, it) {
            (Some(end), it) if it == end => inside = None,
            (Some(_), _) => {}
            (None, '[') => inside = Some(']'),
            (None, '\'') if at > 0 => inside = Some('\''),
            (None, _) => {
                if let Some((operator, others)) = OPERATORS.iter().find(|it| rest.starts_with(it.0)) {
                    // Texts are the same or not; none is slightly more than another.
                    let behind = rest[operator.len()..].trim_start();
                    let others = if *operator == "=" && behind.starts_with('\'') { &["<>"][..] } else { *others };
                    for other in others {
                        let words = format!("{operator} made {other}");
                        edits.push((start..start + operator.len(), (*other).to_owned(), words));
                    }
                    at += operator.len();
                    continue;
                }
                let is_start = source[..at].chars().next_back().is_some_and(char::is_whitespace);
                let word: String = rest.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
                if let Some((_, other)) = WORDS.iter().find(|it| is_start && word.eq_ignore_ascii_case(it.0)) {
                    let words = format!("{} made {other}", word.to_lowercase());
                    edits.push((start..start + word.len(), (*other).to_owned(), words));
                }
                at += word.len().max(it.len_utf8());
                continue;
            }
        }
        at += it.len_utf8();
    }
}

impl Mutant {
    /// Whether a test that passes would notice it; `dataset` is what the changed file says.
    ///
    /// # Errors
    ///
    /// As [`super::run`].
    pub fn is_noticed(&self, file: &str, test: &Test, dataset: &Dataset) -> Result<bool> {
        let none = Verdicts::default();
        let expected = test.expected.as_ref().unwrap_or(&none);
        if self.is_left_out {
            return Ok(!expected.compare(&[], Some(&self.rule)).is_empty());
        }
        if !asks(test, dataset, &self.rule, self.kind) {
            return Ok(false);
        }
        let ran = run_one(file, test, dataset, &self.rule)?;
        Ok(!expected.compare(&ran.lines, Some(&self.rule)).is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(rule: &str) -> Vec<(String, String)> {
        let text = format!(
            "crossfoot = 1\ndataset = 'd'\n[tables.t]\nkey = ['id']\n\
             columns = {{ id = 'label', a = 'count', b = 'count', c = 'count' }}\n[[rules]]\nname = 'r'\n{rule}\n"
        );
        let dataset = crate::rules::load("d.toml", &text, &|_| Ok(Vec::new())).unwrap();
        let texts = BTreeMap::from([("d.toml".to_owned(), text)]);
        let last = |it: &Mutant| it.text.lines().last().unwrap_or_default().trim().to_owned();
        mutants(&dataset, &texts).iter().map(|it| (it.words.clone(), last(it))).collect()
    }

    #[test]
    fn operators_are_changed_and_names_are_not() {
        let found = changed("expect = \"a <= b and [x = y].c = 1 or id = 'a < b'\"");
        let words: Vec<&str> = found.iter().map(|it| it.0.as_str()).collect();
        let wanted = [
            "left out",
            "<= made <",
            "<= made >=",
            "and made or",
            "= made <=",
            "= made >=",
            "or made and",
            "= made <>",
        ];
        assert_eq!(words, wanted);
        assert_eq!(found[1].1, "expect = \"a < b and [x = y].c = 1 or id = 'a < b'\"");
        assert_eq!(found[7].1, "expect = \"a <= b and [x = y].c = 1 or id <> 'a < b'\"");
    }

    #[test]
    fn parts_bounds_and_conditions_are_changed() {
        let found = changed("where = 'a > 1'\nsum = { total = 'a', parts = ['b', 'c'] }");
        let words: Vec<&str> = found.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(
            words,
            ["left out", "without where", "> made >=", "> made <", "without b in parts", "without c in parts"]
        );
        assert_eq!(found[4].1, "sum = { total = 'a', parts = ['c'] }");
        assert_eq!(found[5].1, "sum = { total = 'a', parts = ['b'] }");
        let found = changed("range = { columns = ['a'], min = 0 }");
        assert_eq!(found[1], ("min 0 made -1".to_owned(), "range = { columns = ['a'], min = -1 }".to_owned()));
    }
}
