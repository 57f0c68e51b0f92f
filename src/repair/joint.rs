//! Whether the rules of a block can hold together, and the proof where they
//! cannot.
//!
//! What is unknown is every freed or missing figure, and what rounding hid of
//! the others: one amount a figure, shared by all rules that allow for it.

use std::collections::BTreeMap;

use super::range::{self, End, Range};
use super::ratio::Ratio;
use super::simplex::{Answer, Near, Simplex};
use super::system::{System, Values};
use crate::plan::{Relation, Rounding};

/// Below so many cells all rules of a block are held together; above it each
/// rule is held by itself, with what rounding allows it.
pub(crate) const SHARED_MAX: usize = 60;

/// Whether rules can hold together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Joint {
    /// There are values that make all of them hold, such as these.
    Possible(Point),
    /// There are none, and this is why.
    Impossible(Certificate),
    /// It took too long to tell.
    Unknown,
}

/// A value for each cell that was free, by cell.
pub(crate) type Point = Vec<(usize, Ratio)>;

/// A proof that rules contradict each other: added up with these factors they
/// ask something of zero that zero is not, whatever was rounded.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Certificate {
    /// The rows of the system, each with its factor.
    pub(crate) factors: Vec<(usize, Ratio)>,
    /// The printed figures that it rests on: one of them is wrong, if no rule is.
    pub(crate) cells: Vec<usize>,
}

/// Some figures of a system, of which some are free.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    /// The rows that must hold.
    pub(crate) rows: &'a [usize],
    /// The figures.
    pub(crate) values: &'a Values,
    /// Which cells can be anything, in order.
    pub(crate) freed: &'a [usize],
    /// Whether what was rounded is shared by all rules, or any in each.
    pub(crate) shared: bool,
    /// What free cells must be within besides, by cell.
    pub(crate) within: &'a [(usize, Range)],
}

/// A row as the solver has it: what is unknown of it, against a limit.
struct Line {
    row: usize,
    /// Weighted cells.
    terms: Vec<(Ratio, usize)>,
    relation: Relation,
    constant: Ratio,
    rounding: Rounding,
}

/// Trying whole numbers to either side of a fraction, so often at most.
const BRANCHES_MAX: usize = 200;

impl System {
    /// Asks whether rules can hold together.
    pub(crate) fn joint(&self, question: Question<'_>) -> Joint {
        if question.within.iter().any(|it| it.1.and(&self.cells[it.0].allowed()).is_empty()) {
            return Joint::Impossible(Certificate::default());
        }
        let lines = self.lines(question);
        let mut model = Model::new(self, question, &lines);
        if let Some(certificate) = model.broken {
            return Joint::Impossible(certificate);
        }
        let mut branches = 0;
        self.solve(question, &lines, &mut model, &mut branches)
    }

    /// Solves, and looks to either side where a count is no whole number.
    fn solve(&self, question: Question<'_>, lines: &[Line], model: &mut Model, branches: &mut usize) -> Joint {
        match model.simplex.check() {
            Answer::Unknown => return Joint::Unknown,
            Answer::Impossible(conflict) => return self.proof(question, lines, model, &conflict),
            Answer::Possible => {}
        }
        let point = model.simplex.point();
        let broken = model.cells.iter().find(|(cell, at)| self.cells[**cell].is_whole() && !point[**at].is_whole());
        let Some((_, &at)) = broken else { return self.confirmed(question, lines, model, &point) };
        *branches += 1;
        if *branches > BRANCHES_MAX {
            return Joint::Unknown;
        }
        let floor = point[at].floor();
        let mut proofs = Vec::new();
        for up in [false, true] {
            let mut side = model.clone();
            let limit = Near::at(if up { &floor + &Ratio::ONE } else { floor.clone() });
            let [low, high] = if up { [Some(limit), None] } else { [None, Some(limit)] };
            let narrowed = as_range([low.clone(), high.clone()]).and(&side.variables[&at]);
            side.variables.insert(at, narrowed);
            side.simplex.narrow(at, low, high);
            match self.solve(question, lines, &mut side, branches) {
                Joint::Impossible(it) => proofs.push(it),
                other => return other,
            }
        }
        // No one sum of rules shows it, but whatever both sides rest on does.
        let mut all = Certificate::default();
        for it in proofs {
            all.factors.extend(it.factors);
            all.cells.extend(it.cells);
        }
        all.factors.sort_by_key(|it| it.0);
        all.factors.dedup_by_key(|it| it.0);
        all.cells.sort_unstable();
        all.cells.dedup();
        Joint::Impossible(all)
    }

    /// A point stands only where every rule holds at it, worked out anew.
    fn confirmed(&self, question: Question<'_>, lines: &[Line], model: &Model, point: &[Ratio]) -> Joint {
        let holds = |line: &Line| {
            let hidden = |cell: usize| model.hidden.get(&(cell, line.rounding)).map(|it| point[*it].clone());
            let value = |cell: usize| {
                let printed = match model.cells.get(&cell) {
                    Some(it) => point[*it].clone(),
                    None => question.values[cell].map_or(Ratio::ZERO, Ratio::of),
                };
                if question.shared { hidden(cell).map_or(printed.clone(), |it| &printed + &it) } else { printed }
            };
            let sum = line.terms.iter().fold(line.constant.clone(), |sum, it| &sum + &(&it.0 * &value(it.1)));
            let wanted = as_range(limits(line.relation, &Ratio::ZERO));
            let [below, above] = if question.shared { Default::default() } else { self.room(line, question) };
            let room = as_range([Some(below), Some(above)]).times(&-&Ratio::ONE);
            wanted.plus(&room).has(&sum)
        };
        let inside = model.variables.iter().all(|(at, bounds)| bounds.has(&point[*at]));
        if !inside || !lines.iter().all(holds) {
            return Joint::Unknown;
        }
        Joint::Possible(model.cells.iter().map(|(cell, at)| (*cell, point[*at].clone())).collect())
    }

    /// The rows in question as sums against zero; a share is two of them.
    fn lines(&self, question: Question<'_>) -> Vec<Line> {
        let free = |cell: usize| question.values[cell].is_none() || question.freed.binary_search(&cell).is_ok();
        let mut lines = Vec::new();
        for &at in question.rows {
            let row = &self.rows[at];
            if !row.share {
                let (terms, constant) = (row.terms.clone(), row.constant.clone());
                lines.push(Line { row: at, terms, relation: row.relation, constant, rounding: row.rounding });
                continue;
            }
            // A percentage that can be anything asks nothing of its counts.
            let [percent, count, whole] = row.shares();
            let Some(printed) = question.values[percent].filter(|_| !free(percent)) else { continue };
            let (value, unit) = (Ratio::of(printed), range::unit(printed));
            let half = &unit / &Ratio::whole(2);
            let cut = row.rounding == Rounding::Truncated;
            let (low, high) = if cut { (value.clone(), &value + &unit) } else { (&value - &half, &value + &half) };
            let upper = if cut { Relation::Less } else { Relation::AtMost };
            for (share, relation) in [(low, Relation::AtLeast), (high, upper)] {
                let terms = vec![(Ratio::whole(100), count), (-&share, whole)];
                lines.push(Line { row: at, terms, relation, constant: Ratio::ZERO, rounding: row.rounding });
            }
        }
        lines
    }

    /// How far rounding can take a line below and above what is printed.
    fn room(&self, line: &Line, question: Question<'_>) -> [Near; 2] {
        let mut room = [Near::at(Ratio::ZERO), Near::at(Ratio::ZERO)];
        if line.rounding == Rounding::Exact {
            return room;
        }
        for (weight, cell) in &line.terms {
            let Some(figure) = question.values[*cell].or(self.cells[*cell].printed) else { continue };
            let slack = range::slack(figure, line.rounding);
            let [below, above] = if weight.sign() < 0 { [&slack[1], &slack[0]] } else { [&slack[0], &slack[1]] };
            for (room, (end, inward)) in room.iter_mut().zip([(below, 1), (above, -1)]) {
                let value = &room.value + &(&end.value * weight);
                let beyond = if end.open { Ratio::whole(inward) } else { room.beyond.clone() };
                *room = Near { value, beyond };
            }
        }
        room
    }

    /// Makes a proof of a conflict, and goes through it once more.
    fn proof(&self, question: Question<'_>, lines: &[Line], model: &Model, conflict: &[(usize, Ratio)]) -> Joint {
        let factors: Vec<(usize, Ratio)> =
            conflict.iter().filter_map(|it| Some((*model.lines.get(&it.0)?, it.1.clone()))).collect();
        if !self.contradicts(question, lines, model, &factors) {
            return Joint::Unknown;
        }
        Joint::Impossible(self.certificate(question, lines, &factors))
    }

    /// Adds lines up by their factors, and looks whether zero is in reach.
    fn contradicts(&self, question: Question<'_>, lines: &[Line], model: &Model, factors: &[(usize, Ratio)]) -> bool {
        // What the lines allow their unknown parts to come to, added up…
        let mut wanted = Range::point(Ratio::ZERO);
        // …and what each unknown adds to that.
        let mut net: BTreeMap<usize, Ratio> = BTreeMap::new();
        for (at, factor) in factors.iter().filter(|it| !it.1.is_zero()) {
            let line = &lines[*at];
            wanted = wanted.plus(&self.limit(line, question).times(factor));
            for (variable, weight) in model.unknowns(line, question) {
                let sum = net.entry(variable).or_insert(Ratio::ZERO);
                *sum = &*sum + &(&weight * factor);
            }
        }
        let mut reached = Range::point(Ratio::ZERO);
        for (variable, weight) in net.into_iter().filter(|it| !it.1.is_zero()) {
            reached = reached.plus(&model.variables[&variable].times(&weight));
        }
        wanted.and(&reached).is_empty()
    }

    /// What the unknown part of a line may come to.
    fn limit(&self, line: &Line, question: Question<'_>) -> Range {
        as_range(self.line_limits(line, question))
    }

    fn line_limits(&self, line: &Line, question: Question<'_>) -> [Option<Near>; 2] {
        let fixed = line.terms.iter().filter(|it| !question.is_free(it.1));
        let known = fixed.fold(line.constant.clone(), |sum, (weight, cell)| {
            let value = question.values[*cell].map_or(Ratio::ZERO, Ratio::of);
            &sum + &(weight * &value)
        });
        let [low, high] = limits(line.relation, &-&known);
        if question.shared {
            return [low, high];
        }
        let [below, above] = self.room(line, question);
        let moved = |end: Option<Near>, by: Near| {
            end.map(|it| Near { value: &it.value - &by.value, beyond: &it.beyond + &by.beyond })
        };
        // Room above lets the printed sum be lower, and the other way round.
        let turned = |it: Near| Near { value: it.value, beyond: -&it.beyond };
        [moved(low, turned(above)), moved(high, turned(below))]
    }

    fn certificate(&self, question: Question<'_>, lines: &[Line], factors: &[(usize, Ratio)]) -> Certificate {
        let mut net: BTreeMap<usize, Ratio> = BTreeMap::new();
        let mut cells = Vec::new();
        let mut rows: BTreeMap<usize, Ratio> = BTreeMap::new();
        for (at, factor) in factors.iter().filter(|it| !it.1.is_zero()) {
            let line = &lines[*at];
            let sum = rows.entry(line.row).or_insert(Ratio::ZERO);
            *sum = &*sum + factor;
            if self.rows[line.row].share {
                cells.push(self.rows[line.row].shares()[0]);
            }
            for (weight, cell) in &line.terms {
                let sum = net.entry(*cell).or_insert(Ratio::ZERO);
                *sum = &*sum + &(weight * factor);
            }
        }
        cells.extend(net.into_iter().filter(|it| !it.1.is_zero()).map(|it| it.0));
        cells.retain(|&it| !question.is_free(it) && self.cells[it].is_free());
        cells.sort_unstable();
        cells.dedup();
        Certificate { factors: rows.into_iter().collect(), cells }
    }
}

impl Question<'_> {
    fn is_free(&self, cell: usize) -> bool {
        self.values[cell].is_none() || self.freed.binary_search(&cell).is_ok()
    }
}

/// The bounds of a sum that compares like this with a value.
fn limits(relation: Relation, value: &Ratio) -> [Option<Near>; 2] {
    let at = || Some(Near::at(value.clone()));
    match relation {
        Relation::Equal => [at(), at()],
        Relation::AtMost => [None, at()],
        Relation::Less => [None, Some(Near::beside(value.clone(), -1))],
        Relation::AtLeast => [at(), None],
        Relation::More => [Some(Near::beside(value.clone(), 1)), None],
        Relation::Unequal => [None, None],
    }
}

/// Bounds as a range; an infinitesimal is an open end.
fn as_range([low, high]: [Option<Near>; 2]) -> Range {
    let end = |it: Option<Near>| it.map(|it| End { open: !it.beyond.is_zero(), value: it.value });
    Range::between(end(low), end(high))
}

/// Rows as the solver has them.
#[derive(Clone)]
struct Model {
    simplex: Simplex,
    /// The variable of each cell that is free.
    cells: BTreeMap<usize, usize>,
    /// The variable of what rounding hid of a cell.
    hidden: BTreeMap<(usize, Rounding), usize>,
    /// The bounds of each variable that is no line.
    variables: BTreeMap<usize, Range>,
    /// Which line each other variable is.
    lines: BTreeMap<usize, usize>,
    /// The proof, where a line fails that nothing in it can help.
    broken: Option<Certificate>,
}

impl Model {
    fn new(system: &System, question: Question<'_>, lines: &[Line]) -> Self {
        let mut model = Self {
            simplex: Simplex::default(),
            cells: BTreeMap::new(),
            hidden: BTreeMap::new(),
            variables: BTreeMap::new(),
            lines: BTreeMap::new(),
            broken: None,
        };
        for line in lines {
            for &(_, cell) in &line.terms {
                model.meet(system, question, line.rounding, cell);
            }
        }
        for (at, line) in lines.iter().enumerate() {
            let terms = model.unknowns(line, question);
            let [low, high] = system.line_limits(line, question);
            if terms.is_empty() {
                let zero = Near::at(Ratio::ZERO);
                if low.is_some_and(|it| it > zero) || high.is_some_and(|it| it < zero) {
                    let factor = Ratio::ONE;
                    model.broken = Some(system.certificate(question, lines, &[(at, factor)]));
                    return model;
                }
                continue;
            }
            let variable = model.simplex.sum(terms, low, high);
            model.lines.insert(variable, at);
        }
        model
    }

    /// Makes variables of what is unknown of a cell.
    fn meet(&mut self, system: &System, question: Question<'_>, rounding: Rounding, cell: usize) {
        let near = |it: &Option<End>, inward: i64| {
            it.as_ref()
                .map(|it| if it.open { Near::beside(it.value.clone(), inward) } else { Near::at(it.value.clone()) })
        };
        if question.is_free(cell) && !self.cells.contains_key(&cell) {
            let mut range = system.cells[cell].allowed();
            if let Ok(at) = question.within.binary_search_by_key(&cell, |it| it.0) {
                range = range.and(&question.within[at].1);
            }
            let variable = self.simplex.variable(near(&range.low, 1), near(&range.high, -1));
            self.variables.insert(variable, range);
            self.cells.insert(cell, variable);
        }
        let figure = question.values[cell].or(system.cells[cell].printed);
        let asked = question.shared && rounding != Rounding::Exact && !self.hidden.contains_key(&(cell, rounding));
        if let Some(figure) = figure.filter(|_| asked) {
            let [below, above] = range::slack(figure, rounding);
            if below.value.is_zero() && above.value.is_zero() {
                return;
            }
            let range = Range::between(Some(below), Some(above));
            let variable = self.simplex.variable(near(&range.low, 1), near(&range.high, -1));
            self.variables.insert(variable, range);
            self.hidden.insert((cell, rounding), variable);
        }
    }

    /// The variables of a line with their weights.
    fn unknowns(&self, line: &Line, question: Question<'_>) -> Vec<(usize, Ratio)> {
        let mut terms = Vec::new();
        for (weight, cell) in &line.terms {
            if question.is_free(*cell) {
                terms.push((self.cells[cell], weight.clone()));
            }
            if let Some(hidden) = self.hidden.get(&(*cell, line.rounding)).filter(|_| question.shared) {
                terms.push((*hidden, weight.clone()));
            }
        }
        terms
    }
}
