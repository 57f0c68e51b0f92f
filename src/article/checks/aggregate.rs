//! Totals, averages and extremes over the rows of a table.
//!
//! `A total attendance of 658,531`, `an average of 4.5 points`. The sentence must name one column of figures by all
//! words of its heading, or one value of one other column, and nothing else
//! may narrow the rows: no second number, no second value, no condition.

use std::collections::{BTreeSet, HashMap, HashSet};

use num_traits::Zero;

use super::facts::{Facts, stems};
use super::when;
use crate::article::claim::{ClaimVerdict, shown};
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::limits::{Limits, TABLES_MAX};
use crate::article::mention::{Mention, MentionKind};
use crate::article::numeral::whole;
use crate::article::tokens::Token;
use crate::article::words::stem;
use crate::finding::{Place, Role};
use crate::table::{CellState, Exact, Table};

/// Larger tables are not what a sentence counts up.
const ROWS_MAX: usize = 2_000;

/// What a sentence says was worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Statistic {
    Average,
    Total,
    Highest,
    Lowest,
    Rows,
}

/// A table whose cells can be found in a sentence.
struct Indexed<'a> {
    table: &'a Table,
    /// The values of columns that hold no figures, by their first word.
    values: HashMap<String, Vec<Value>>,
    title: HashSet<String>,
    /// The first stem of the heading of each column of figures.
    headings: Vec<String>,
    /// The words of each cell of a column that holds no figures; empty for others.
    cells: Vec<Vec<Vec<String>>>,
    /// Whether a row is a total itself: nothing can be worked out over all rows then.
    has_totals: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Value {
    column: usize,
    words: Vec<String>,
}

pub(super) fn run(case: &mut Case<'_>, facts: &Facts<'_>) {
    let tables: Vec<Indexed<'_>> = facts.tables.iter().filter_map(|it| Indexed::of(it)).collect();
    let index = Index::of(&tables);
    let kinds =
        [MentionKind::Count, MentionKind::Money, MentionKind::Percent, MentionKind::Measure, MentionKind::Duration];
    for it in case.of_kinds(&kinds) {
        if case.is_decided(it) || !is_alone(case, it) {
            continue;
        }
        let sentence = case.words(it);
        let kind = kind(sentence)
            .filter(|it| *it != Statistic::Rows && !is_narrowed(sentence) && when::is_told_as_fact(sentence));
        let Some(kind) = kind else { continue };
        let named = index.named(sentence, &mut case.limits);
        if !is_titled(case, it, &named) {
            continue;
        }
        for table in named {
            judge(case, it, kind, table);
        }
    }
}

/// Tables by the words that a sentence must have to name something of them.
struct Index<'a> {
    tables: &'a [Indexed<'a>],
    /// First words of values, and stems of the first words of columns of figures.
    by_word: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn of(tables: &'a [Indexed<'a>]) -> Self {
        let mut by_word: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, table) in tables.iter().enumerate() {
            for word in table.values.keys().chain(&table.headings) {
                let known = by_word.entry(word).or_default();
                if known.last() != Some(&at) {
                    known.push(at);
                }
            }
        }
        Self { tables, by_word }
    }

    /// The tables that a sentence may name something of, in their order.
    fn named(&self, sentence: &[Token<'_>], limits: &mut Limits) -> Vec<&'a Indexed<'a>> {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        if self.by_word.is_empty() {
            return Vec::new();
        }
        for token in sentence {
            let tables = [self.by_word.get(&*token.lower), self.by_word.get(&*stem(&token.lower))];
            for tables in tables.into_iter().flatten() {
                limits.tables |= tables.len() > TABLES_MAX;
                found.extend(tables.iter().take(TABLES_MAX));
            }
        }
        limits.tables |= found.len() > TABLES_MAX;
        found.into_iter().take(TABLES_MAX).map(|it| &self.tables[it]).collect()
    }
}

impl<'a> Indexed<'a> {
    fn of(table: &'a Table) -> Option<Self> {
        let rows = table.rows.len();
        if rows == 0 || rows > ROWS_MAX || !table.unclear.is_empty() {
            return None;
        }
        let is_text = |it: usize| !table.columns[it].kind.is_number();
        let column = |it: usize| {
            if is_text(it) { (0..rows).map(|row| words(table.text(row, it))).collect() } else { Vec::new() }
        };
        let cells: Vec<Vec<Vec<String>>> = (0..table.columns.len()).map(column).collect();
        let mut values: HashMap<String, Vec<Value>> = HashMap::new();
        let mut known: HashSet<(usize, &[String])> = HashSet::new();
        for (column, cells) in cells.iter().enumerate() {
            for words in cells {
                let telling = words.iter().map(String::len).sum::<usize>() >= 3;
                if let Some(first) = words.first().filter(|_| telling && known.insert((column, words))) {
                    let value = Value { column, words: words.clone() };
                    values.entry(first.clone()).or_default().push(value);
                }
            }
        }
        let total = |it: &str| stems(it).iter().any(|it| matches!(it.as_str(), "total" | "average" | "sum" | "all"));
        let mut texts = (0..table.columns.len()).filter(|it| is_text(*it));
        let has_totals = texts.any(|it| (0..rows).any(|row| total(table.text(row, it))));
        let title = words(&table.name).iter().map(|it| stem(it)).collect();
        let numbers = table.columns.iter().filter(|it| it.kind.is_number());
        let headings = numbers.filter_map(|it| stems(&it.name).into_iter().next()).collect();
        Some(Self { table, values, title, headings, cells, has_totals })
    }

    /// The values of the table that a sentence names, each once, none within another.
    fn named(&self, sentence: &[Token<'_>]) -> Vec<Value> {
        let mut found: Vec<Value> = Vec::new();
        for at in 0..sentence.len() {
            let word = &sentence[at].lower;
            for value in self.values.get(word.as_ref()).into_iter().flatten() {
                let same = value.words.iter().zip(&sentence[at..]).filter(|it| *it.0 == *it.1.lower).count();
                if same == value.words.len() && !found.contains(value) {
                    found.push(value.clone());
                }
            }
        }
        let longer = found.clone();
        let within = |it: &Value| {
            longer.iter().any(|other| {
                other.words.len() > it.words.len() && other.words.windows(it.words.len()).any(|part| part == it.words)
            })
        };
        found.retain(|it| !within(it));
        found
    }
}

/// A text as a sentence has it: words and numbers in small letters.
fn words(text: &str) -> Vec<String> {
    crate::article::tokens::cut(text, 0).into_iter().map(|it| it.lower.into_owned()).collect()
}

/// The other numbers of the sentence of a number.
fn others<'b>(case: &'b Case<'_>, it: usize) -> impl Iterator<Item = &'b Mention> {
    case.beside(it).filter(move |other| *other != it).map(|it| &case.mentions[it])
}

/// Whether a number is the only one of its sentence, but for what may be part of a title.
fn is_alone(case: &Case<'_>, it: usize) -> bool {
    let titling = |it: &Mention| {
        matches!(
            it.kind,
            MentionKind::Year | MentionKind::Period | MentionKind::Rank | MentionKind::Identifier | MentionKind::Date
        )
    };
    others(case, it).all(titling)
}

/// Whether each of the other numbers of its sentence stands in the title of a table.
fn is_titled(case: &Case<'_>, it: usize, tables: &[&Indexed<'_>]) -> bool {
    others(case, it).all(|other| {
        let tokens = &case.reads[other.paragraph].tokens[other.tokens.0..other.tokens.1];
        let titled = |table: &Indexed<'_>| tokens.iter().all(|it| !it.is_number() || table.title.contains(&*it.lower));
        tables.iter().any(|it| titled(it))
    })
}

/// The kind of a claim, where its words are of one kind.
fn kind(sentence: &[Token<'_>]) -> Option<Statistic> {
    let of = |it: &Token<'_>| match &*it.lower {
        "average" | "averaged" | "averaging" | "averages" | "mean" => Some(Statistic::Average),
        "total" | "totaled" | "totalled" | "totals" | "combined" | "altogether" | "overall" | "cumulative" => {
            Some(Statistic::Total)
        }
        "highest" | "largest" | "maximum" | "greatest" | "biggest" | "longest" => Some(Statistic::Highest),
        "lowest" | "smallest" | "fewest" | "minimum" | "shortest" | "least" => Some(Statistic::Lowest),
        _ => None,
    };
    let mut kinds: Vec<Statistic> = sentence.iter().filter_map(of).collect();
    kinds.dedup();
    match kinds[..] {
        [] => Some(Statistic::Rows),
        [one] => Some(one),
        _ => None,
    }
}

/// Words that narrow the rows in a way that no single value says.
fn is_narrowed(sentence: &[Token<'_>]) -> bool {
    #[rustfmt::skip]
    const CONDITIONS: [&str; 45] = [
        "when", "where", "while", "whose", "among", "after", "before", "since", "until", "between", "except", "excluding",
        "without", "top", "first", "last", "final", "next", "both", "other", "only", "just", "more", "less", "fewer", "than",
        "under", "above", "below", "never", "not", "no", "or", "different", "ever", "if", "least", "most", "per", "then",
        "median", "consecutive", "earlier", "later", "with",
    ];
    sentence.iter().any(|it| CONDITIONS.contains(&&*it.lower))
}

fn judge(case: &mut Case<'_>, it: usize, kind: Statistic, indexed: &Indexed<'_>) {
    let named = indexed.named(case.words(it));
    // What a title says is true of all rows.
    let named: Vec<Value> =
        named.into_iter().filter(|it| !it.words.iter().all(|it| indexed.title.contains(&stem(it)))).collect();
    let filter = match &named[..] {
        [] => None,
        [one] => Some(one),
        _ => return,
    };
    let Some(rows) = rows(indexed, filter) else { return };
    let Some(column) = column(case, it, indexed) else { return };
    let Some(found) = aggregate(kind, indexed.table, column, &rows) else { return };
    let name = &indexed.table.columns[column].name;
    let word = match kind {
        Statistic::Average => "average",
        Statistic::Total => "total",
        Statistic::Highest => "highest",
        _ => "lowest",
    };
    let formula = format!("{word} of {name} over {} rows = {}", rows.len(), shown(&found));
    let place = Place::of_cell(indexed.table, rows[0], column, Role::Operand, "the column starts here");
    let proof = evidence("aggregate", formula, vec![place]);
    let mention = &case.mentions[it];
    // Where figures stand in thousands, or below zero, the sentence may say it otherwise.
    let folded = crate::table::fold(name);
    let scaled = ["thousand", "million", "billion", "000", "par"].iter().any(|it| folded.contains(it));
    // Which rows `the highest` is of is told in other words than a value's.
    let extreme = matches!(kind, Statistic::Highest | Statistic::Lowest);
    let sure = !extreme && filter.is_none() && rows.len() > 1 && !scaled && found >= Exact::zero();
    if agrees(mention, &found, kind) {
        case.say(it, CheckResult::of(ClaimVerdict::Confirmed, "computed from the table", proof));
    } else if sure && misses(mention, &found) {
        let slip = mention.value.as_ref().and_then(|it| super::slip::between(it, &found));
        let reason = format!("the {word} of {name} is {}", shown(&found));
        case.say(it, CheckResult::of(ClaimVerdict::Contradicted, reason, proof).with_slip(slip));
    }
}

/// Whether a number is what was worked out: to its printed digits, for averages
/// rounded or cut off.
fn agrees(mention: &Mention, found: &Exact, kind: Statistic) -> bool {
    let Some(value) = &mention.value else { return false };
    if mention.hedged {
        return mention.inner.as_ref().is_some_and(|it| it.holds(found));
    }
    let unit = unit(mention);
    let off = if value > found { value - found } else { found - value };
    value == found || (kind == Statistic::Average && off < unit)
}

fn misses(mention: &Mention, found: &Exact) -> bool {
    let Some(value) = &mention.value else { return false };
    if mention.hedged {
        return mention.outer.as_ref().is_some_and(|it| !it.holds(found));
    }
    let off = if value > found { value - found } else { found - value };
    off >= unit(mention)
}

/// The last printed digit: zeros before the point are digits too.
fn unit(mention: &Mention) -> Exact {
    if mention.unit > whole(1) { whole(1) } else { mention.unit.clone() }
}

/// The rows that a value leaves; all where there is none. Rows that are totals
/// themselves leave no answer.
fn rows(indexed: &Indexed<'_>, filter: Option<&Value>) -> Option<Vec<usize>> {
    let keeps = |row: &usize| filter.is_none_or(|it| indexed.cells[it.column][*row] == it.words);
    let rows: Vec<usize> = (0..indexed.table.rows.len()).filter(keeps).collect();
    (!indexed.has_totals && !rows.is_empty()).then_some(rows)
}

/// The column of figures that a sentence names by all words of its heading.
fn column(case: &Case<'_>, mention: usize, indexed: &Indexed<'_>) -> Option<usize> {
    let said: HashSet<String> = case.words(mention).iter().map(|it| stem(&it.lower)).collect();
    let table = indexed.table;
    let heading = |it: usize| stems(&table.columns[it].name);
    let named = |it: &usize| {
        let heading = heading(*it);
        // A column named `total` is no column that a total is of.
        let cue = |it: &String| matches!(it.as_str(), "total" | "average" | "mean" | "overall" | "combined");
        let known = heading.iter().all(|it| indexed.title.contains(it) || cue(it));
        !heading.is_empty() && heading.iter().all(|it| said.contains(it) && it.len() > 1) && !known
    };
    let numbers = (0..table.columns.len()).filter(|it| table.columns[*it].kind.is_number());
    let beside = |it: &usize| stands_beside(case, mention, &heading(*it));
    let mut found: Vec<usize> = numbers.filter(named).filter(beside).collect();
    let longest = found.iter().map(|it| heading(*it).len()).max()?;
    found.retain(|it| heading(*it).len() == longest);
    match found[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// Whether a heading is what the word for the kind goes with (`average number
/// of wins`), or what the number counts (`a total of 45 wins`): with an
/// adjective between, only some of the rows may be meant.
fn stands_beside(case: &Case<'_>, mention: usize, heading: &[String]) -> bool {
    let words = case.words(mention);
    let own = &case.mentions[mention].head.nouns;
    if own.first() == heading.first() && heading.iter().all(|it| own.contains(it)) {
        return true;
    }
    let passes = |it: &&Token<'_>| ["number", "of", "amount", "the", "for", "combined", "in"].contains(&&*it.lower);
    words.iter().enumerate().filter(|it| kind(&words[it.0..=it.0]).is_some_and(|it| it != Statistic::Rows)).any(
        |(at, _)| {
            let mut rest = words[at + 1..].iter().skip_while(passes).map(|it| stem(&it.lower));
            heading.first() == rest.next().as_ref()
        },
    )
}

fn aggregate(kind: Statistic, table: &Table, column: usize, rows: &[usize]) -> Option<Exact> {
    let it = &table.columns[column];
    let figure = |row: &usize| {
        (it.states[*row] == CellState::Value).then(|| it.decimal(*row)).flatten().map(crate::table::Decimal::exact)
    };
    // A missing figure may be a zero, or may not count at all.
    let figures: Vec<Exact> = rows.iter().map(figure).collect::<Option<_>>()?;
    match kind {
        Statistic::Highest => figures.into_iter().max(),
        Statistic::Lowest => figures.into_iter().min(),
        _ => {
            let count = whole(i128::try_from(figures.len()).ok()?);
            let sum = figures.into_iter().fold(Exact::zero(), |sum, it| sum + it);
            Some(if kind == Statistic::Average { sum / count } else { sum })
        }
    }
}
