//! Tells what the tables say of a story.

use std::collections::{HashMap, HashSet};

use super::place::{Number, Placed, Story};
use super::scene::chunk;
use super::sheet::Sheet;
use super::{
    cell, changed, extreme, family, lapse, pairs, parts, ranks, reckon, relate, score, span, tally, turn, whole, wrong,
};
use crate::article::checks::when;
use crate::article::claim::ClaimVerdict;
use crate::article::judge::{Case, CheckResult, evidence};
use crate::finding::{Place, Role};

/// So many points say that a draft speaks of its tables.
const ANCHORS_MIN: u32 = 4;
/// So many cells of a table must be told.
const CELLS_MIN: usize = 2;
/// In so many sentences, or in a draft of more: one sentence is read on its own.
const SENTENCES_MIN: usize = 2;
/// So many points has a figure that is worked out of cells.
const WORKED: u32 = 2;
/// Names of rows make so many points at most.
const LABELS_MAX: u32 = 2;
/// More tables are no material of one story.
const TABLES_MAX: usize = 8;

/// Reads a draft as a story beside each table that it speaks of.
pub(in crate::article) fn run(case: &mut Case<'_>) {
    lapse::weekdays(case);
    let sheets: Vec<Sheet<'_>> = case.material.tables.iter().filter_map(|it| Sheet::of(it)).collect();
    if sheets.len() > TABLES_MAX {
        return;
    }
    let stories: Vec<Story<'_, '_>> = sheets.iter().map(|it| Story::of(case, it)).collect();
    for story in &stories {
        lapse::run_alone(case, story);
        pairs::run_alone(case, story);
    }
    let anchors: u32 = stories.iter().map(|it| it.anchors(case)).sum();
    if anchors < ANCHORS_MIN {
        return;
    }
    for story in &stories {
        reopen_cells(case, story);
        cell::marks(case, story);
        cell::run(case, story);
        pairs::run(case, story);
        wrong::run(case, story);
        extreme::run(case, story);
        ranks::run(case, story);
        turn::run(case, story);
        let changes = changed::run(case, story);
        relate::run(case, story, &changes);
        score::run(case, story);
        whole::run(case, story);
        parts::run(case, story);
        tally::run(case, story);
        span::run(case, story);
        lapse::run(case, story);
        family::run(case, story);
        confirm_cells(case, story);
        reckon::run(case, story);
    }
}

impl Story<'_, '_> {
    /// How surely it speaks of its table: points for each cell that is told by name and value.
    fn anchors(&self, case: &Case<'_>) -> u32 {
        let mut cells: HashMap<(usize, usize), u32> = HashMap::new();
        let mut sentences: HashSet<usize> = HashSet::new();
        for number in &self.numbers {
            let Some(placed) = self.placed.get(&number.mention).filter(|it| it.row_level >= 2) else { continue };
            sentences.insert(case.order(number.mention));
            let digits = number.digits.min(4) - 1;
            let own = if placed.row_level >= 3 { digits } else { digits / 2 };
            let points = own + u32::from(placed.column_score >= 2);
            let known = cells.entry((placed.row, placed.measure)).or_default();
            *known = points.max(*known);
        }
        // A share or a sum of some digits is no chance either.
        let worked =
            family::anchors(case, self).into_iter().chain(whole::anchors(case, self)).chain(span::anchors(case, self));
        for (order, cell) in worked.chain(changed::anchors(case, self)) {
            sentences.insert(order);
            let known = cells.entry(cell).or_default();
            *known = WORKED.max(*known);
        }
        let scores = score::anchors(case, self);
        sentences.extend(scores.iter().map(|it| it.0));
        cells.extend(scores.into_iter().map(|it| (it.1, it.2)));
        // Rows that are called by their whole names say it too.
        let rows: HashSet<usize> = self.scenes.labels().collect();
        let labels = u32::try_from(rows.len()).unwrap_or(LABELS_MAX).min(LABELS_MAX);
        let spread = sentences.len() >= SENTENCES_MIN || case.sentences() > SENTENCES_MIN;
        let spread = spread && cells.len() >= CELLS_MIN;
        if spread { cells.values().sum::<u32>() + labels } else { 0 }
    }

    /// A cell in words, with its value as printed.
    pub(super) fn shown(&self, row: usize, measure: usize) -> String {
        let column = self.sheet.measures[measure].column;
        format!("{}/{} = {}", self.sheet.label(row), self.sheet.heading(measure), self.sheet.table.text(row, column))
    }

    pub(super) fn spot(&self, row: usize, measure: usize) -> Place {
        Place::of_cell(self.sheet.table, row, self.sheet.measures[measure].column, Role::Operand, "the cell")
    }
}

/// Takes back contradictions of numbers that are a cell of the row that they are told of.
fn reopen_cells(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for number in story.numbers.iter().filter(|it| it.digits >= 3) {
        // `During it 22,900 were diverted, and 41,200 during the inspection`: the row of the sentence before.
        let start = case.mentions[number.mention].tokens.0;
        let later =
            story.scenes.at(case, number.mention).is_some_and(|it| it.hits.iter().all(|it| it.tokens.start > start));
        let told = |row: usize| {
            story.scenes.before(case, number.mention).is_some_and(|it| it.hits.iter().any(|it| it.rows.contains(&row)))
        };
        let is_cell = story.placed.get(&number.mention).is_some_and(|it| it.row_level >= 2 || later && told(it.row));
        if is_cell && case.is_contradicted_by(number.mention, "cell") {
            case.reopen(number.mention);
        }
    }
}

/// Confirms the numbers that are cells.
fn confirm_cells(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for number in &story.numbers {
        let Some(placed) = story.placed.get(&number.mention) else { continue };
        if case.is_decided(number.mention) || is_at_odds(case, story, number, *placed) {
            continue;
        }
        let proof =
            evidence("cell", story.shown(placed.row, placed.measure), vec![story.spot(placed.row, placed.measure)]);
        case.say(number.mention, CheckResult::of(ClaimVerdict::Confirmed, "matches the table", proof));
    }
}

/// Whether a cell may not be what a number is: its sentence names another row right beside it,
/// or names none, and another number of it is a cell of another row: `the
/// donors fell to 188 and the transplants to 640` are of one year, whichever it is.
fn is_at_odds(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, placed: Placed) -> bool {
    let levels = story.levels(case, number.mention);
    let least = if story.sheet.years.is_some() { 4 } else { 3 };
    if placed.row_level < 2 && levels.iter().any(|it| *it >= least) {
        return true;
    }
    let years = story.sheet.years.is_some() && placed.row_level < 2;
    years
        && story.beside(case, number.mention).iter().any(|it| {
            let other = story.placed.get(&it.mention).filter(|_| it.mention != number.mention);
            let (one, two) = (case.mentions[it.mention].tokens, case.mentions[number.mention].tokens);
            let between = case.tokens(it.mention).get(one.1.min(two.1)..one.0.max(two.0));
            let joined = between.is_some_and(|it| it.iter().any(|it| it.is("and")));
            joined && other.is_some_and(|it| it.row_level < 2 && it.row != placed.row && it.measure != placed.measure)
        })
}

/// Whether the words around a number tell a fact.
pub(super) fn is_fact(case: &Case<'_>, mention: usize) -> bool {
    let tokens = case.tokens(mention);
    let near = chunk(tokens, &case.sentence(mention), case.mentions[mention].tokens.0);
    when::is_told_as_fact(&tokens[near])
}

/// Whether the words around a token tell a fact.
pub(super) fn is_told(case: &Case<'_>, at: (usize, usize), token: usize) -> bool {
    let tokens = &case.reads[at.0].tokens;
    when::is_told_as_fact(&tokens[chunk(tokens, &case.reads[at.0].sentences[at.1], token)])
}

/// Contradicts a number by the cell that it should be.
pub(super) fn cell_is(
    case: &mut Case<'_>,
    story: &Story<'_, '_>,
    number: &Number,
    (row, measure): (usize, usize),
    slip: Option<String>,
) {
    let text = story.sheet.table.text(row, story.sheet.measures[measure].column);
    let proof = evidence("cell", story.shown(row, measure), vec![story.spot(row, measure)]);
    let said = CheckResult::of(ClaimVerdict::Contradicted, format!("the table says {text}"), proof).with_slip(slip);
    case.say(number.mention, said);
}

/// Confirms a number by what was worked out.
pub(super) fn confirm_by(
    case: &mut Case<'_>,
    mention: usize,
    reason: &str,
    kind: &'static str,
    formula: String,
    places: Vec<Place>,
) {
    if !case.is_decided(mention) {
        case.say(mention, CheckResult::of(ClaimVerdict::Confirmed, reason, evidence(kind, formula, places)));
    }
}

/// Confirms a number by the table.
pub(super) fn confirm(case: &mut Case<'_>, mention: usize, kind: &'static str, formula: String, places: Vec<Place>) {
    confirm_by(case, mention, "computed from the table", kind, formula, places);
}

/// Contradicts a number by what was worked out.
pub(super) fn contradict(
    case: &mut Case<'_>,
    mention: usize,
    kind: &'static str,
    reason: String,
    formula: String,
    places: Vec<Place>,
) {
    let told = case.is_contradicted(mention);
    if !told && is_fact(case, mention) {
        case.say(mention, CheckResult::of(ClaimVerdict::Contradicted, reason, evidence(kind, formula, places)));
    }
}

/// Contradicts a superlative that some tokens say.
pub(super) fn superlative(
    case: &mut Case<'_>,
    at: (usize, usize),
    tokens: std::ops::Range<usize>,
    reason: String,
    places: Vec<Place>,
) {
    if !is_told(case, at, tokens.start) {
        return;
    }
    let mention = crate::article::checks::rank::superlative_at(case, at, tokens, 1);
    case.add(mention, CheckResult::of(ClaimVerdict::Contradicted, reason, evidence("rank", String::new(), places)));
}
