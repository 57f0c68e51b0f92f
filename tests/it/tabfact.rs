//! Claims about tables that others wrote: how often a verdict is given, and is right.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use crossfoot::article::{Article, Claim, ClaimVerdict, MentionKind};
use crossfoot::check::{self, Draft, Loaded, Options};
use crossfoot::source::Format;
use crossfoot::table::Document;
use serde_json::Value;

fn lines(file: &str) -> Vec<Value> {
    let path = format!("{}/tests/tables/tabfact/{file}.jsonl", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap().lines().map(|it| serde_json::from_str(it).unwrap()).collect()
}

/// Their tables, with cells in quotes.
fn tables() -> HashMap<String, String> {
    let quoted = |line: &str| {
        let cells: Vec<String> = line.split('#').map(|it| format!("\"{}\"", it.replace('"', "\"\""))).collect();
        cells.join(",")
    };
    let csv = |it: &Value| it["rows"].as_str().unwrap().trim().lines().map(quoted).collect::<Vec<_>>().join("\n");
    lines("tables").iter().map(|it| (it["table"].as_str().unwrap().to_owned(), csv(it))).collect()
}

fn table(caption: &str, csv: &str) -> Option<Loaded> {
    let name = format!("{}.csv", caption.trim_start_matches("b'").trim_start_matches("b\"").trim_matches(['\'', '"']));
    let document = Arc::new(Document::new(name.replace('/', " "), format!("{csv}\n"), "UTF-8"));
    check::load(document, Format::Delimited, &[], &Options::default()).ok()
}

/// Their statements are in small letters, with spaces before signs.
fn judge(statement: &str, table: &Loaded) -> Article {
    let text = statement.trim_end_matches(" .").replace(" ,", ",").replace(" 's", "'s").replace(" - ", "-");
    let draft =
        Draft { document: Arc::new(Document::new("s.txt", text, "UTF-8")), format: Format::Page, written: None };
    let tables = std::slice::from_ref(table);
    check::article(&draft, tables, &[], &[], &Options::default()).unwrap().0
}

/// The claims that a table decides.
fn decided(article: &Article) -> Vec<&Claim> {
    let by_table = |it: &&Claim| it.evidence.iter().any(|it| matches!(it.kind, "aggregate" | "cell" | "rank"));
    let sure = |it: &&Claim| matches!(it.verdict, ClaimVerdict::Confirmed | ClaimVerdict::Contradicted);
    article.claims.iter().filter(by_table).filter(sure).collect()
}

/// The claim of a statement: its number that is no year, date or name.
fn claimed(article: &Article) -> Vec<&Claim> {
    let number = |it: &&Claim| {
        matches!(
            it.mention.kind,
            MentionKind::Count
                | MentionKind::Money
                | MentionKind::Percent
                | MentionKind::Measure
                | MentionKind::Duration
        )
    };
    article.claims.iter().filter(number).collect()
}

/// Another number of as many digits, by a fixed rule: the seed is the statement's number.
fn altered(text: &str, hedged: bool, seed: usize) -> String {
    let words = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    if let Some(at) = words.iter().position(|it| text.contains(it)) {
        let other = words[(at + 1 + seed % (words.len() - 2)) % words.len()];
        return text.replace(words[at], other);
    }
    let digits: Vec<usize> = text.char_indices().filter(|it| it.1.is_ascii_digit()).map(|it| it.0).collect();
    if digits.is_empty() {
        return "seventeen".to_owned();
    }
    // Under `about`, only another first digit makes it false.
    let at = if hedged { digits[0] } else { digits[seed % digits.len()] };
    let digit = usize::from(text.as_bytes()[at] - b'0');
    let mut other = (digit + 1 + seed % 8) % 10;
    if other == 0 && at == digits[0] {
        other = if digit == 1 { 2 } else { 1 };
    }
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}

fn is_hedged(text: &str) -> bool {
    ["about", "around", "over", "nearly", "almost", "approximately"].iter().any(|it| text.starts_with(it))
}

#[derive(Default)]
struct Tally {
    statements: usize,
    confirmed: usize,
    wrongly_contradicted: Vec<String>,
    altered: usize,
    contradicted: usize,
    wrongly_confirmed: Vec<String>,
}

impl Tally {
    fn true_statement(&mut self, statement: &str, article: &Article) {
        self.statements += 1;
        let decided = decided(article);
        match decided.iter().find(|it| it.verdict == ClaimVerdict::Contradicted) {
            Some(it) => self.wrongly_contradicted.push(format!("{statement} | {}", it.reason)),
            None => self.confirmed += usize::from(!decided.is_empty()),
        }
    }

    fn false_statement(&mut self, statement: &str, article: &Article) {
        self.altered += 1;
        let decided = decided(article);
        match decided.iter().find(|it| it.verdict == ClaimVerdict::Confirmed) {
            Some(it) => self.wrongly_confirmed.push(format!("{statement} | {}", it.evidence[0].formula)),
            None => self.contradicted += usize::from(!decided.is_empty()),
        }
    }

    fn report(&self, name: &str) -> String {
        let mut text = String::new();
        let (wrong, missed) = (self.wrongly_contradicted.len(), self.wrongly_confirmed.len());
        let share = |part: usize, of: usize| format!("{}.{}%", 100 * part / of.max(1), 1_000 * part / of.max(1) % 10);
        let decided = self.confirmed + wrong;
        writeln!(
            text,
            "{name}: {} true statements, {decided} decided (coverage {}), {} rightly confirmed ({})",
            self.statements,
            share(decided, self.statements),
            self.confirmed,
            share(self.confirmed, decided)
        )
        .unwrap();
        let decided = self.contradicted + missed;
        writeln!(
            text,
            "{name}: {} altered, {decided} decided (coverage {}), {} rightly contradicted ({})",
            self.altered,
            share(decided, self.altered),
            self.contradicted,
            share(self.contradicted, decided)
        )
        .unwrap();
        for it in self.wrongly_contradicted.iter().chain(&self.wrongly_confirmed) {
            writeln!(text, "  wrong: {it}").unwrap();
        }
        text
    }
}

#[test]
fn claims_of_tabfact_are_decided_rightly_where_they_are_decided() {
    let tables = tables();
    let mut tallies = [Tally::default(), Tally::default()];
    for (number, line) in lines("statements").iter().enumerate() {
        let statement = line["statement"].as_str().unwrap();
        let Some(table) = table(line["caption"].as_str().unwrap(), &tables[line["table"].as_str().unwrap()]) else {
            continue;
        };
        let tally = &mut tallies[number % 2];
        let article = judge(statement, &table);
        tally.true_statement(statement, &article);
        // The claim is altered where it is the only number, or the one that was decided.
        let target = decided(&article).into_iter().next().or_else(|| match claimed(&article)[..] {
            [one] => Some(one),
            _ => None,
        });
        let Some(target) = target.filter(|it| it.mention.kind != MentionKind::Superlative) else { continue };
        let (start, end) = (target.mention.span.start as usize, target.mention.span.end as usize);
        let text = &article.document.text;
        let other = format!(
            "{}{}{}",
            &text[..start],
            altered(&text[start..end], is_hedged(&text[start..end]), number),
            &text[end..]
        );
        if other != *text {
            tally.false_statement(&other, &judge(&other, &table));
        }
    }
    let report = format!("{}{}", tallies[0].report("even statements"), tallies[1].report("odd statements"));
    println!("{report}");
    let sum = |of: fn(&Tally) -> usize| tallies.iter().map(of).sum::<usize>();
    let (confirmed, contradicted) = (sum(|it| it.confirmed), sum(|it| it.contradicted));
    let (wrong, missed) = (sum(|it| it.wrongly_contradicted.len()), sum(|it| it.wrongly_confirmed.len()));
    println!(
        "tabfact: {confirmed} of {} rightly confirmed, {contradicted} of {} rightly contradicted",
        confirmed + wrong,
        contradicted + missed
    );
    assert!(confirmed * 100 >= (confirmed + wrong) * 95, "{report}");
    assert!(contradicted * 100 >= (contradicted + missed) * 95, "{report}");
    assert!(confirmed + wrong >= 50 && contradicted + missed >= 45, "{report}");
}
