//! Sentences against any table: see [`crate::article::table`].

use std::collections::{HashMap, HashSet};

use super::facts::Facts;
use super::when;
use crate::article::claim::ClaimVerdict;
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::limits::TABLES_MAX;
use crate::article::mention::MentionKind;
use crate::article::numeral::whole;
use crate::article::table::{self, Answer, Grid, Index, ONE};
use crate::finding::{Place, Role};
use crate::table::{Exact, Table};

/// Larger tables are not what a text speaks of sentence by sentence.
const CELLS_MAX: usize = 20_000;

/// A table with its index.
struct Indexed<'a> {
    table: &'a Table,
    index: Index,
}

/// A sentence as it reads, with the mention that each byte belongs to.
struct Sentence {
    text: String,
    /// Where each mention stands in the text.
    mentions: Vec<(usize, (usize, usize))>,
}

pub(super) fn run(case: &mut Case<'_>, facts: &Facts<'_>) {
    let large = |it: &Table| it.rows.len() * it.columns.len() > CELLS_MAX;
    let fits = |it: &&&Table| !large(it) && it.unclear.is_empty() && !it.rows.is_empty();
    case.limits.large = facts.tables.iter().filter(|it| large(it)).count();
    let tables: Vec<Indexed<'_>> = facts.tables.iter().filter(fits).map(|it| Indexed::of(it)).collect();
    let mut by_word: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, it) in tables.iter().enumerate() {
        for word in it.index.words() {
            by_word.entry(word).or_default().push(at);
        }
    }
    let mut next = 0;
    while next < case.found() {
        let beside = case.beside(next);
        next = beside.end;
        let first = beside.start;
        if !case.is_told(first) || case.is_crowded(first) || !when::is_told_as_fact(case.words(first)) {
            continue;
        }
        let read = Sentence::of(case, first);
        let mut named: Vec<usize> = Vec::new();
        for word in table::words(&read.text) {
            named.extend(by_word.get(word.as_str()).into_iter().flatten());
        }
        named.sort_unstable();
        named.dedup();
        case.limits.tables |= named.len() > TABLES_MAX;
        let mut answers: Vec<(&Indexed<'_>, Answer)> = Vec::new();
        for table in named.into_iter().take(TABLES_MAX).map(|it| &tables[it]) {
            answers.extend(table::answers(&read.text, &table.index).into_iter().map(|it| (table, it)));
        }
        // What one table has so is not contradicted by another.
        answers.sort_by_key(|it| !it.1.holds);
        for (table, answer) in &answers {
            say(case, table, &read, answer);
        }
    }
}

impl<'a> Indexed<'a> {
    fn of(table: &'a Table) -> Self {
        let rows = (0..table.rows.len())
            .map(|row| (0..table.columns.len()).map(|column| table.text(row, column).to_owned()).collect())
            .collect();
        let headings = table.columns.iter().map(|it| it.name.clone()).collect();
        let grid = Grid { title: table.name.clone(), headings, rows };
        Self { table, index: Index::of(&grid) }
    }
}

impl Sentence {
    fn of(case: &Case<'_>, mention: usize) -> Self {
        let range = case.sentence(mention);
        let tokens = case.tokens(mention);
        let mut text = String::new();
        let mut starts: HashMap<usize, (usize, usize)> = HashMap::new();
        for at in range {
            if tokens[at].spaced && !text.is_empty() {
                text.push(' ');
            }
            let start = text.len();
            text.push_str(tokens[at].text);
            starts.insert(at, (start, text.len()));
        }
        let place = |it: usize| {
            let (first, end) = case.mentions[it].tokens;
            Some((it, (starts.get(&first)?.0, starts.get(&(end - 1))?.1)))
        };
        Self { mentions: case.beside(mention).filter_map(place).collect(), text }
    }

    /// The mention that some bytes belong to.
    fn at(&self, bytes: (usize, usize)) -> Option<usize> {
        let inside = |it: &&(usize, (usize, usize))| it.1.0 < bytes.1 && bytes.0 < it.1.1;
        self.mentions.iter().find(inside).map(|it| it.0)
    }
}

/// The value of a mention in the millionths that tables are read in.
fn same(value: &Exact, micro: i128) -> bool {
    value * whole(ONE) == whole(micro)
}

/// Tells what a table says of the numbers of a sentence.
fn say(case: &mut Case<'_>, table: &Indexed<'_>, read: &Sentence, answer: &Answer) {
    if answer.points > table::limit(answer) {
        return;
    }
    let mut told: HashSet<usize> = HashSet::new();
    for bytes in &answer.bytes {
        let Some(it) = read.at(*bytes).filter(|it| told.insert(*it)) else { continue };
        let mention = &case.mentions[it];
        let dated = matches!(mention.kind, MentionKind::Year | MentionKind::Date | MentionKind::Period);
        let printed = table::value_of(&read.text[bytes.0..bytes.1]);
        let other = mention.value.as_ref().zip(printed).is_some_and(|it| !same(it.0, it.1));
        if case.is_decided(it) || dated && answer.holds || other && !mention.hedged {
            continue;
        }
        let proof = evidence(kind(answer), formula(table, answer), places(table, answer));
        let said = match (answer.holds, answer.is_whole) {
            (true, _) => CheckResult::of(ClaimVerdict::Confirmed, "matches the table", proof),
            (false, true) => CheckResult::of(ClaimVerdict::Contradicted, reason(table, answer), proof),
            (false, false) => {
                let reason = format!("possible: {}, unless the text means something else", reason(table, answer));
                CheckResult::of(ClaimVerdict::Unsourced, reason, proof)
            }
        };
        case.say(it, said);
    }
}

fn kind(answer: &Answer) -> &'static str {
    match answer.kind {
        "count" | "superlative" | "difference" => "aggregate",
        _ => "cell",
    }
}

fn reason(table: &Indexed<'_>, answer: &Answer) -> String {
    if answer.formula.is_empty() {
        let texts: Vec<&str> = answer.cells.iter().take(3).map(|it| table.table.text(it.1, it.0)).collect();
        format!("the table says {}", texts.join(" and "))
    } else {
        format!("according to the table, {}", answer.formula)
    }
}

/// What was understood: the rows and columns, with what stands there.
fn formula(table: &Indexed<'_>, answer: &Answer) -> String {
    if !answer.formula.is_empty() {
        return answer.formula.clone();
    }
    let cell = |it: &(usize, usize)| {
        let (name, text) = (&table.table.columns[it.0].name, table.table.text(it.1, it.0));
        let label = table.table.label_column().filter(|label| *label != it.0);
        let label = label.map_or(String::new(), |label| format!("{}/", table.table.text(it.1, label)));
        format!("{label}{name} = {text}")
    };
    answer.cells.iter().take(4).map(cell).collect::<Vec<_>>().join(", ")
}

fn places(table: &Indexed<'_>, answer: &Answer) -> Vec<Place> {
    const PLACES_MAX: usize = 4;
    let place = |it: &(usize, usize)| Place::of_cell(table.table, it.1, it.0, Role::Operand, "the cell");
    answer.cells.iter().take(PLACES_MAX).map(place).collect()
}
