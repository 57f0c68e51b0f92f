//! The days that a note names (`June 16 and 19`, `Monday to Wednesday`, `the
//! last two days`) or counts (`two days`, `six of seven days`).

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};

use super::super::page::printed::Token;

/// Days in a note, with the words that name them.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) start: usize,
    /// One past the last of the words.
    pub(super) end: usize,
    pub(super) what: What,
    pub(super) form: Form,
}

/// Which days, or how many.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum What {
    /// These of the period, by their index.
    Days(BTreeSet<usize>),
    /// So many.
    Count(usize),
    /// None of the period.
    Elsewhere,
}

/// How days are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    /// `six of seven days`, where the period has seven.
    OfAll,
    /// `five reporting days`.
    Reporting,
    /// `six-day`.
    Compound,
}

const NUMBERS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
/// So many dates of one list are read.
const ITEMS_MAX: usize = 64;

pub(super) fn word(tokens: &[Token], at: usize) -> Option<&str> {
    match tokens.get(at) {
        Some(Token::Word(it)) => Some(it),
        _ => None,
    }
}

/// The days that are named or counted from a word on.
pub(super) fn group(tokens: &[Token], at: usize, days: &[Date]) -> Option<Group> {
    let counted = of_all(tokens, at, days).or_else(|| at_an_end(tokens, at, days)).or_else(|| count(tokens, at));
    let weekend = || {
        let saturday = |it: &usize| matches!(days[*it].weekday(), Weekday::Saturday | Weekday::Sunday);
        let named = (0..days.len()).filter(saturday).collect();
        (word(tokens, at) == Some("weekend") && days.len() <= 7).then(|| plain(at, at + 1, What::Days(named)))
    };
    counted.or_else(weekend).or_else(|| dates(tokens, at, days))
}

fn plain(start: usize, end: usize, what: What) -> Group {
    Group { start, end, what, form: Form::Plain }
}

fn is_day(tokens: &[Token], at: usize) -> bool {
    matches!(word(tokens, at), Some("day" | "days"))
}

fn number(tokens: &[Token], at: usize) -> Option<usize> {
    match tokens.get(at)? {
        Token::Number(it, 1..=3) => usize::try_from(*it).ok(),
        Token::Word(it) => NUMBERS.iter().position(|word| word == it).map(|it| it + 1),
        _ => None,
    }
}

/// `six of seven days`, `6 out of the 7 days`, `five of the week's seven days`.
fn of_all(tokens: &[Token], at: usize, days: &[Date]) -> Option<Group> {
    let some = number(tokens, at)?;
    let mut next = at + 1 + usize::from(word(tokens, at + 1) == Some("out"));
    (word(tokens, next) == Some("of")).then_some(())?;
    next += 1;
    while matches!(word(tokens, next), Some("the" | "its" | "week" | "month" | "possible" | "usual")) {
        next += 1;
    }
    let all = number(tokens, next)?;
    let end = (next + 1..next + 3).find(|it| is_day(tokens, *it))? + 1;
    let what = if all == days.len() && some <= all { What::Count(some) } else { What::Elsewhere };
    Some(Group { start: at, end, what, form: Form::OfAll })
}

/// `the last two days of the week`, `the first day`.
fn at_an_end(tokens: &[Token], at: usize, days: &[Date]) -> Option<Group> {
    let last = match word(tokens, at)? {
        "last" | "final" => true,
        "first" => false,
        _ => return None,
    };
    let counted = number(tokens, at + 1);
    let noun = at + 1 + usize::from(counted.is_some());
    is_day(tokens, noun).then_some(())?;
    let count = counted.unwrap_or(1);
    let mut end = noun + 1;
    while matches!(word(tokens, end), Some("of" | "the" | "this" | "week" | "month" | "period")) {
        end += 1;
    }
    let what = match days.len().checked_sub(count) {
        Some(from) if last => What::Days((from..days.len()).collect()),
        Some(_) => What::Days((0..count).collect()),
        None => What::Elsewhere,
    };
    Some(plain(at, end, what))
}

/// `two days`, `five reporting days`, `six-day`, `a day`.
fn count(tokens: &[Token], at: usize) -> Option<Group> {
    let single = (word(tokens, at) == Some("a") && word(tokens, at + 1) == Some("day")).then_some(1);
    let count = number(tokens, at).or(single)?;
    let (skipped, form) = match (tokens.get(at + 1)?, word(tokens, at + 1)) {
        (_, Some("reporting")) => (1, Form::Reporting),
        (_, Some("calendar" | "full" | "whole" | "single")) => (1, Form::Plain),
        (Token::Until, _) => (1, Form::Compound),
        _ => (0, Form::Plain),
    };
    let noun = at + 1 + skipped;
    is_day(tokens, noun).then(|| Group { start: at, end: noun + 1, what: What::Count(count), form })
}

/// One date of a list, before it is looked up.
enum Item {
    Day(i8, i16),
    Full(Date),
    Weekday(Weekday),
}

/// A list or range of dates that begins at a word.
fn dates(tokens: &[Token], start: usize, days: &[Date]) -> Option<Group> {
    let mut list = List { tokens, at: start, month: None, year: None, items: Vec::new() };
    let first = list.item()?;
    list.items.push((first, false));
    while list.items.len() < ITEMS_MAX {
        let (mark, month) = (list.at, list.month);
        let range = list.join();
        if let Some(item) = list.item() {
            list.items.push((item, range));
        } else {
            (list.at, list.month) = (mark, month);
            break;
        }
    }
    let what = list.look_up(days);
    Some(plain(start, list.at, what))
}

struct List<'a> {
    tokens: &'a [Token],
    at: usize,
    /// The month of the item before, which a bare day goes on with.
    month: Option<i8>,
    year: Option<i16>,
    /// Items, each with whether a range ends in it.
    items: Vec<(Item, bool)>,
}

impl List<'_> {
    /// Skips what stands between two dates; whether it makes them a range.
    fn join(&mut self) -> bool {
        match self.tokens.get(self.at) {
            Some(Token::Until) => {
                self.at += 1;
                true
            }
            Some(Token::Other) => {
                self.at += 1;
                false
            }
            Some(Token::Word(it)) if it == "and" || it == "or" => {
                self.at += 1;
                false
            }
            _ => false,
        }
    }

    fn item(&mut self) -> Option<Item> {
        match *self.tokens.get(self.at)? {
            Token::Full(date) => {
                self.at += 1;
                Some(Item::Full(date))
            }
            Token::Weekday(weekday) => {
                let before = self.at;
                self.at += 1;
                // `Tuesday, January 28` is one day.
                let (month, dated) = (self.month.take(), matches!(self.tokens.get(self.at), Some(Token::Weekday(_))));
                let date = if dated { None } else { self.item() };
                if date.is_none() {
                    (self.at, self.month) = (before + 1, month);
                }
                Some(date.unwrap_or(Item::Weekday(weekday)))
            }
            Token::Month(month) => {
                let Some(Token::Number(day, 1 | 2)) = self.tokens.get(self.at + 1) else { return None };
                self.at += 2;
                Some(self.day(month, *day))
            }
            Token::Number(day, 1 | 2) => {
                let month = self.month_behind().or(self.month)?;
                self.at += 1;
                if word(self.tokens, self.at) == Some("of") && self.month_at(self.at + 1) {
                    self.at += 1;
                }
                self.at += usize::from(self.month_at(self.at));
                Some(self.day(month, day))
            }
            _ => None,
        }
    }

    fn day(&mut self, month: i8, day: i16) -> Item {
        self.month = Some(month);
        if let Some(Token::Number(year, 4)) = self.tokens.get(self.at) {
            self.at += 1;
            self.year = Some(*year);
        }
        Item::Day(month, day)
    }

    fn month_at(&self, at: usize) -> bool {
        matches!(self.tokens.get(at), Some(Token::Month(_)))
    }

    /// The month of `3 and 4 March`, seen from the first number.
    fn month_behind(&self) -> Option<i8> {
        const AHEAD_MAX: usize = 16;
        let mut ahead = self.tokens.iter().skip(self.at).take(AHEAD_MAX);
        let joins = |it: &&Token| {
            matches!(it, Token::Number(_, 1 | 2) | Token::Until)
                || matches!(it, Token::Word(it) if it == "and" || it == "or" || it == "of")
        };
        match ahead.find(|it| !joins(it)) {
            // `June 16 and 19 July`: the number before has its month already.
            Some(Token::Month(month)) if !self.is_followed_by_number(*month) => Some(*month),
            _ => None,
        }
    }

    /// Whether a month that comes belongs to a number behind it: `5, March 6`.
    fn is_followed_by_number(&self, month: i8) -> bool {
        let at = self.tokens.iter().skip(self.at).position(|it| *it == Token::Month(month));
        let behind = at.and_then(|it| self.tokens.get(self.at + it + 1));
        self.month.is_some() && matches!(behind, Some(Token::Number(_, 1 | 2)))
    }

    /// The days of the period that the items name.
    fn look_up(&self, days: &[Date]) -> What {
        let find = |item: &Item| match item {
            Item::Full(date) => days.iter().position(|it| it == date),
            Item::Day(month, day) => days.iter().position(|it| {
                it.month() == *month && i16::from(it.day()) == *day && self.year.is_none_or(|year| year == it.year())
            }),
            Item::Weekday(weekday) if days.len() <= 7 => days.iter().position(|it| it.weekday() == *weekday),
            Item::Weekday(_) => None,
        };
        let places: Vec<Option<usize>> = self.items.iter().map(|it| find(&it.0)).collect();
        let mut named = BTreeSet::new();
        for (at, place) in places.iter().enumerate() {
            let from = if self.items[at].1 { places[at - 1] } else { *place };
            match (from, *place) {
                (Some(from), Some(to)) if from <= to => named.extend(from..=to),
                // `Monday to Thursday` of a week that begins on a Wednesday.
                (Some(_), Some(_)) => return What::Elsewhere,
                // What lies beyond the period is cut off.
                (Some(from), None) => named.extend(from..days.len()),
                (None, Some(to)) if self.items[at].1 => named.extend(0..=to),
                _ => {}
            }
        }
        if named.is_empty() { What::Elsewhere } else { What::Days(named) }
    }
}
