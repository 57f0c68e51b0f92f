//! Which cell each number of a story is, by its value and what the story says.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::scene::{Hit, Scenes, chunk};
use super::sheet::{Measure, Micro, Sheet, Unit};
use super::units::{COINS, is_small_coin, unit_form};
use super::words::{form, is_akin};
use crate::article::judge::Case;
use crate::article::mention::{Mention, MentionKind};
use crate::article::table::ONE;
use crate::article::tokens::Token;
use crate::table::Exact;

/// What is `more than` a number is so large a part of it more at most.
const OPEN_PART: Micro = 3;
/// A round number in words of scale is off by so large a part of it at most.
const ROUNDED_PART: Micro = 10;
/// So many levels of rows are kept.
const LEVELS_MAX: usize = 1_000_000;

/// A number in its sentence, as the checks of a story see it.
#[derive(Clone, Debug)]
pub(super) struct Number {
    pub(super) mention: usize,
    pub(super) value: Micro,
    /// How far a value may be off that is still printed so.
    pub(super) half: Micro,
    pub(super) unit: Unit,
    /// How many digits it is printed with; of a rounded one without zeros at the end.
    pub(super) digits: u32,
    /// The factor of its word of scale.
    pub(super) is_scaled: bool,
    /// The ends of what its wording allows, where it has one, a little wide.
    bounds: (Micro, Micro),
}

/// A number that is a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) row: usize,
    pub(super) measure: usize,
    /// How surely the row is meant: 4 beside it, 3 in its sentence, 2 told before.
    pub(super) row_level: i32,
    /// How surely the column is.
    pub(super) column_score: i32,
}

/// A draft beside one table.
pub(super) struct Story<'s, 'a> {
    pub(super) sheet: &'s Sheet<'a>,
    pub(super) scenes: Scenes,
    pub(super) numbers: Vec<Number>,
    by_mention: HashMap<usize, usize>,
    pub(super) placed: HashMap<usize, Placed>,
    /// How surely each row is meant, by mention, once it was worked out.
    levels: RefCell<HashMap<usize, Rc<[i32]>>>,
    /// How surely each column is, likewise.
    scores: RefCell<HashMap<usize, Rc<[Option<i32>]>>>,
}

impl Number {
    /// Reads a mention that has an amount.
    pub(super) fn of(case: &Case<'_>, mention: usize) -> Option<Self> {
        let it = &case.mentions[mention];
        let value = micro(it.value.as_ref()?)?;
        let text = case.text(mention).to_lowercase();
        let coins = text.ends_with(|it: char| it.is_alphabetic())
            && is_small_coin(text.rsplit(|it: char| !it.is_alphabetic()).next().unwrap_or_default())
            && !text.contains(['£', '€', '$'])
            && matches!(it.kind, MentionKind::Money | MentionKind::Measure);
        let coin = if coins { COINS } else { 1 };
        let is_scaled = ["thousand", "million", "billion", "bn", "mln"].iter().any(|it| text.contains(it))
            || text.ends_with(['m', 'k']) && it.kind == MentionKind::Money;
        // The ends of a range are two numbers.
        let tokens = &case.reads[it.paragraph].tokens[it.tokens.0..it.tokens.1];
        if tokens.iter().filter(|it| it.is_number()).count() > 1 {
            return None;
        }
        let printed = tokens.iter().find(|it| it.is_number()).map_or("", |it| it.text);
        let decimals = printed.split_once('.').map_or(0, |it| u32::try_from(it.1.len()).unwrap_or(6)).min(6);
        let factor = tokens.iter().find_map(|it| factor(&it.lower)).filter(|_| is_scaled).unwrap_or(1);
        // `2 million` is no 1.62 million, though that would round to it.
        let half = if decimals > 0 || is_scaled { ONE * factor / 10_i128.pow(decimals) / 2 } else { 0 };
        let half = if is_scaled { half.min(value.abs() / ROUNDED_PART) } else { half };
        let is_exact = !it.hedged && !is_scaled && value % ONE == 0;
        let digits = if is_exact { value.abs() / ONE } else { significant(value) };
        let digits = if digits == 0 { 1 } else { digits.ilog10() + 1 };
        let end = |it: &Option<(Exact, bool)>| it.as_ref().and_then(|it| micro(&it.0));
        let low = it.inner.as_ref().and_then(|it| end(&it.low)).map_or(Micro::MIN, |it| it - 1);
        let high = it.inner.as_ref().and_then(|it| end(&it.high)).map_or(Micro::MAX, |it| it + 1);
        let unit = if coins { Unit::Money } else { unit_of(case, it) };
        let bounds = if coins { (low / coin, high / coin) } else { (low, high) };
        Some(Self { mention, value: value / coin, half: half / coin, unit, digits, is_scaled, bounds })
    }

    /// The same number in another unit.
    pub(super) fn with_unit(&self, unit: Unit) -> Self {
        Self { unit, ..self.clone() }
    }

    /// Whether a figure would be printed so.
    pub(super) fn fits(&self, case: &Case<'_>, figure: Micro) -> bool {
        let it = &case.mentions[self.mention];
        let figure = if self.value >= 0 { figure.abs() } else { figure };
        if it.hedged {
            let near = (self.bounds.0..=self.bounds.1).contains(&figure);
            // `More than two` is said of no 104: what is open on one side is near on it.
            let open = it.inner.as_ref().is_some_and(|it| it.low.is_none() || it.high.is_none());
            if open && (figure - self.value).abs() * OPEN_PART > self.value.abs() {
                return false;
            }
            if micro(it.value.as_ref().unwrap_or(&exact(0))) != Some(self.value) {
                return near;
            }
            return near && it.inner.as_ref().is_some_and(|it| it.holds(&exact(figure)));
        }
        (self.value - figure).abs() <= self.half
    }
}

/// The digits of a value without zeros at the end.
pub(super) fn significant(value: Micro) -> Micro {
    let mut digits = value.abs();
    while digits != 0 && digits % 10 == 0 {
        digits /= 10;
    }
    digits
}

/// Whether two values have the same digits but for two side by side, or for zeros at the end:
/// only of these it is worth asking what went wrong.
pub(super) fn may_slip(one: Micro, other: Micro) -> bool {
    let (mut a, mut b) = (significant(one), significant(other));
    if a == b {
        return true;
    }
    while a != 0 && b != 0 && a % 10 == b % 10 {
        (a, b) = (a / 10, b / 10);
    }
    a / 100 == b / 100 || a / 100 == b / 10 || a / 10 == b / 100 || a / 100 == b || a == b / 100
}

/// The factor of a word of scale.
fn factor(word: &str) -> Option<i128> {
    let letter = match word {
        "k" => Some(3),
        "m" => Some(6),
        _ => None,
    };
    let exponent = crate::article::words::scale(word).or(letter).filter(|it| *it <= 9)?;
    Some(10_i128.pow(exponent))
}

/// What a number is in.
fn unit_of(case: &Case<'_>, it: &Mention) -> Unit {
    let tokens = &case.reads[it.paragraph].tokens;
    match it.kind {
        MentionKind::Percent => Unit::Percent,
        MentionKind::Money => Unit::Money,
        // Of figures in pounds the headings say whether they are coins.
        MentionKind::Measure
            if tokens[..it.tokens.1].last().is_some_and(|it| matches!(&*it.lower, "pound" | "pounds")) =>
        {
            Unit::Money
        }
        MentionKind::Measure | MentionKind::Duration => {
            let words = tokens[it.tokens.0..it.tokens.1].iter().rev().find(|it| !it.is_number());
            let next = |word: usize| tokens.get(it.tokens.1 + word).map_or("", |it| &*it.lower);
            let (speed, hours) = (next(0) == "/", next(0) == "-" && next(1) == "hours");
            words.map_or(Unit::None, |it| {
                Unit::Of(match (speed, hours) {
                    (true, _) => format!("{}/h", it.lower),
                    (_, true) => unit_form(&format!("{}-hours", it.lower)),
                    _ => unit_form(&it.lower),
                })
            })
        }
        _ => Unit::None,
    }
}

/// A value in millionths, where it is one.
pub(super) fn micro(value: &Exact) -> Option<Micro> {
    let (above, below) = (value.numer().to_i128()?, value.denom().to_i128()?);
    let scaled = above.checked_mul(ONE)?;
    let (part, rest) = (scaled / below, scaled % below);
    let rounded = if rest.checked_abs()?.checked_mul(2)? >= below { part + rest.signum() } else { part };
    (rounded.abs() < 1_000_000_000_000 * ONE).then_some(rounded)
}

pub(super) fn exact(value: Micro) -> Exact {
    // Most values are whole, and need no common divisor.
    if value % ONE == 0 {
        return Exact::from_integer(BigInt::from(value / ONE));
    }
    Exact::new(BigInt::from(value), BigInt::from(ONE))
}

impl<'s, 'a> Story<'s, 'a> {
    /// Places the numbers of a draft in a table.
    pub(super) fn of(case: &Case<'_>, sheet: &'s Sheet<'a>) -> Self {
        let kinds =
            [MentionKind::Count, MentionKind::Money, MentionKind::Percent, MentionKind::Measure, MentionKind::Duration];
        let scenes = Scenes::of(case, sheet);
        let numbers: Vec<Number> = case.of_kinds(&kinds).into_iter().filter_map(|it| Number::of(case, it)).collect();
        let by_mention = numbers.iter().enumerate().map(|(at, it)| (it.mention, at)).collect();
        let mut story = Self {
            sheet,
            scenes,
            numbers,
            by_mention,
            placed: HashMap::new(),
            levels: RefCell::default(),
            scores: RefCell::default(),
        };
        for at in 0..story.numbers.len() {
            let best = story.place(case, &story.numbers[at]);
            story.placed.extend(best.map(|it| (story.numbers[at].mention, it)));
        }
        story
    }

    /// The number that a mention is.
    pub(super) fn number(&self, mention: usize) -> Option<&Number> {
        self.by_mention.get(&mention).map(|it| &self.numbers[*it])
    }

    /// The numbers of the sentence of a mention, in order.
    pub(super) fn beside(&self, case: &Case<'_>, mention: usize) -> Vec<&Number> {
        case.beside(mention).filter_map(|it| self.number(it)).collect()
    }

    pub(super) fn cell(&self, row: usize, measure: usize) -> Option<Micro> {
        self.sheet.measures[measure].values[row]
    }

    /// The cell that a number most likely is.
    fn place(&self, case: &Case<'_>, number: &Number) -> Option<Placed> {
        let mut best: Option<(i32, Placed)> = None;
        let mut tied = false;
        let levels = self.levels(case, number.mention);
        for (measure, it) in self.sheet.measures.iter().enumerate() {
            let Some(column_score) = self.column_score(case, number, measure) else { continue };
            for (row, &row_level) in levels.iter().enumerate() {
                if !it.values[row].is_some_and(|it| number.fits(case, it)) {
                    continue;
                }
                let telling = i32::try_from(number.digits).unwrap_or(4).min(4) - 1;
                let score = 2 * row_level + column_score + telling;
                let enough = row_level >= 2 && score >= 6 || number.digits >= 3 && score >= 4;
                let placed = Placed { row, measure, row_level, column_score };
                match &best {
                    _ if !enough => {}
                    Some((top, _)) if *top > score => {}
                    Some((top, old)) if *top == score => tied = tied || old.measure != measure,
                    _ => (best, tied) = (Some((score, placed)), false),
                }
            }
        }
        best.filter(|_| !tied).map(|it| it.1)
    }

    /// How surely each row is meant by a number.
    pub(super) fn levels(&self, case: &Case<'_>, mention: usize) -> Rc<[i32]> {
        if let Some(known) = self.levels.borrow().get(&mention) {
            return Rc::clone(known);
        }
        let found: Rc<[i32]> = self.work_out_levels(case, mention).into();
        let mut known = self.levels.borrow_mut();
        if known.len() * found.len() > LEVELS_MAX {
            known.clear();
        }
        known.insert(mention, Rc::clone(&found));
        found
    }

    fn work_out_levels(&self, case: &Case<'_>, mention: usize) -> Vec<i32> {
        let rows = self.sheet.rows();
        let Some(scene) = self.scenes.at(case, mention) else { return vec![0; rows] };
        let tokens = &case.reads[case.mentions[mention].paragraph].tokens;
        let at = case.mentions[mention].tokens.0;
        let near = chunk(tokens, &scene.tokens, at);
        let mut levels = vec![i32::MAX; rows];
        let mut carried: Vec<&Hit> = Vec::new();
        for &column in &self.sheet.keys {
            let hits: Vec<&Hit> = scene.hits.iter().filter(|it| it.column == column).collect();
            if hits.is_empty() {
                carried.extend(self.scenes.carried(case, mention, column));
                continue;
            }
            // Of a range none of the rows at its ends is meant alone.
            let alone: Vec<&Hit> = hits.into_iter().filter(|it| !it.is_end).collect();
            let own = if alone.is_empty() { vec![0; rows] } else { named(tokens, at, &near, &alone, rows) };
            (0..rows).for_each(|it| levels[it] = levels[it].min(own[it]));
        }
        let told = levels.iter().any(|it| *it != i32::MAX);
        for hit in &carried {
            // What was told before narrows what the sentence names, where it can.
            let narrows = (0..rows).any(|it| hit.rows.contains(&it) && (!told || levels[it] >= 3));
            for row in (0..rows).filter(|_| narrows) {
                let has = hit.rows.contains(&row);
                levels[row] = match (told, has) {
                    (true, true) => levels[row],
                    (false, false) => 0,
                    _ => levels[row].min(2),
                };
            }
        }
        let any = levels.iter().any(|it| *it != i32::MAX);
        let all_told = scene.is_total && {
            let (before, behind) = super::base::clause(case, mention);
            super::scene::is_total(tokens, before) || super::scene::is_total(tokens, behind)
        };
        let led_from = at > scene.tokens.start && matches!(&*tokens[at - 1].lower, "from" | "after" | "against");
        for (row, level) in levels.iter_mut().enumerate() {
            if !any {
                let latest = self.sheet.is_timed() && row + 1 == rows
                    || self.sheet.years.is_some() && led_from && row + 2 == rows;
                *level = if latest || self.sheet.is_total[row] { 2 } else { 0 };
            } else if self.sheet.is_total[row] {
                *level = (*level).max(if all_told {
                    3
                } else if scene.hits.iter().all(|it| it.is_end) {
                    2
                } else {
                    1
                });
            } else if self.sheet.is_timed() && row + 1 == rows {
                *level = (*level).max(2);
            } else if self.sheet.years.is_some() && row + 2 == rows && led_from {
                *level = (*level).max(3);
            }
        }
        levels
    }

    /// How surely a measure is meant by a number; nothing where units differ.
    pub(super) fn column_score(&self, case: &Case<'_>, number: &Number, measure: usize) -> Option<i32> {
        if let Some(known) = self.scores.borrow().get(&number.mention) {
            return known[measure];
        }
        let all = 0..self.sheet.measures.len();
        let found: Rc<[Option<i32>]> = all.map(|it| self.work_out_score(case, number, it)).collect();
        self.scores.borrow_mut().insert(number.mention, Rc::clone(&found));
        found[measure]
    }

    fn work_out_score(&self, case: &Case<'_>, number: &Number, measure: usize) -> Option<i32> {
        let it = &self.sheet.measures[measure];
        let mention = &case.mentions[number.mention];
        let mut score = match (&number.unit, &it.unit) {
            (Unit::Percent, Unit::Percent) | (Unit::Money, Unit::Money) => 1,
            (Unit::Of(a), Unit::Of(b)) if a == b => 2,
            (Unit::Percent, _)
            | (Unit::Money, Unit::Percent)
            | (Unit::Of(_), Unit::Of(_) | Unit::Percent | Unit::Money) => {
                return None;
            }
            _ => 0,
        };
        // What is in a unit is no figure without one, where others are in it.
        let own = |it: &Measure| it.unit == number.unit;
        if matches!(number.unit, Unit::Of(_)) && it.unit == Unit::None && self.sheet.measures.iter().any(own) {
            return None;
        }
        let scene = self.scenes.at(case, number.mention)?;
        let noun = Self::is_noun(case, number, it);
        if noun {
            score += 4;
        } else if number.digits == 1 && !mention.head.nouns.is_empty() {
            score -= 2;
        }
        let found = it.stems.iter().filter(|it| scene.has(it)).count();
        score += 2 * i32::try_from(found.min(2)).unwrap_or(0);
        if found == 0
            && self.scenes.before(case, number.mention).is_some_and(|scene| it.stems.iter().any(|it| scene.has(it)))
        {
            score += 1;
        }
        score += self.mark_score(case, mention, it);
        Some(score)
    }

    /// Whether what a number counts, or its unit, is what a measure tells of.
    pub(super) fn is_noun(case: &Case<'_>, number: &Number, measure: &Measure) -> bool {
        let mention = &case.mentions[number.mention];
        let unit = if let Unit::Of(it) = &number.unit { Some(form(it)) } else { None };
        let nouns = mention.head.nouns.iter().map(|it| form(it)).chain(mention.head.verb.iter().map(|it| form(it)));
        // Few things are counted by their last noun: `three away wins` are no goals.
        if number.digits == 1
            && mention.head.nouns.last().is_some_and(|last| !measure.stems.iter().any(|it| is_akin(it, &form(last))))
        {
            return false;
        }
        nouns.chain(unit).any(|noun| measure.stems.iter().any(|it| is_akin(it, &noun)))
    }

    /// What years and months of a sentence say for or against a measure.
    fn mark_score(&self, case: &Case<'_>, mention: &Mention, measure: &Measure) -> i32 {
        if measure.marks.is_empty() {
            return 0;
        }
        let scene = &self.scenes.all[mention.paragraph][mention.sentence];
        let at = self.sheet.measures.iter().position(|it| it.column == measure.column).unwrap_or(0);
        let siblings = self.sheet.siblings(at).into_iter().map(|it| &self.sheet.measures[it]);
        let marks: Vec<&String> = siblings.flat_map(|it| &it.marks).collect();
        let named: Vec<&&String> = marks.iter().filter(|it| scene.words.contains(**it)).collect();
        if named.is_empty() {
            let latest = marks.iter().max().is_some_and(|it| measure.marks.contains(it));
            return i32::from(latest);
        }
        let tokens = &case.reads[mention.paragraph].tokens;
        let near = chunk(tokens, &scene.tokens, mention.tokens.0);
        let beside = tokens[near].iter().any(|it| measure.marks.contains(&form(&it.lower)));
        if named.iter().any(|it| measure.marks.contains(it)) { 2 + i32::from(beside) } else { 0 }
    }
}

/// How surely each row is meant, by the names of one column that a sentence has.
fn named(tokens: &[Token<'_>], at: usize, near: &Range<usize>, hits: &[&Hit], rows: usize) -> Vec<i32> {
    let mut own = vec![0; rows];
    let inside = |it: &&&Hit| near.contains(&it.tokens.start);
    let last = hits.iter().filter(inside).rfind(|it| it.tokens.end <= at);
    let next = hits.iter().filter(inside).find(|it| it.tokens.start >= at);
    let past = hits.iter().rfind(|it| it.tokens.end <= at);
    for hit in hits {
        let compared = (hit.tokens.start.saturating_sub(3).max(at)..hit.tokens.start).any(|it| tokens[it].is("than"));
        let same = |other: Option<&&Hit>| other.is_some_and(|it| it.tokens == hit.tokens);
        let led = leads(tokens, at, hit.tokens.start);
        let level = if compared {
            2
        } else if same(next) && led || same(last) && !next.is_some_and(|it| leads(tokens, at, it.tokens.start)) {
            4
        } else if same(past) || near.contains(&hit.tokens.start) {
            3
        } else {
            2
        };
        hit.rows.iter().for_each(|it| own[*it] = own[*it].max(level));
    }
    own
}

/// Whether a name behind a number belongs to it: `210 for Beacon`, `4,480 in Kirby`.
pub(super) fn leads(tokens: &[Token<'_>], at: usize, hit: usize) -> bool {
    let before = hit.checked_sub(1).filter(|it| *it > at).map(|it| &*tokens[it].lower);
    let article = before == Some("the");
    let before = if article { hit.checked_sub(2).filter(|it| *it > at).map(|it| &*tokens[it].lower) } else { before };
    let apart = tokens.get(at..hit).is_some_and(|it| it.iter().any(|it| matches!(&*it.lower, "and" | "," | ";")));
    before.is_some_and(|it| matches!(it, "for" | "in" | "at" | "of" | "from")) && hit - at <= 6 && !apart
}
