//! Values with their unit: money, percent, ratios, ranges, measures, ages.

use num_traits::{One, Signed};

use super::hedge::{self, Hedge};
use super::interval::Interval;
use super::mention::MentionKind;
use super::numeral::{self, Form, Numeral, whole};
use super::tokens::Token;
use super::words::{is_duration, is_measure, is_money, stem};
use crate::table::Exact;

/// A value that was read.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// One past its last token, unit included.
    pub(super) end: usize,
    pub(super) kind: MentionKind,
    /// The number; the lower end of a range.
    pub(super) number: Numeral,
    /// The upper end of a range.
    pub(super) high: Option<Exact>,
}

/// Reads the value that starts at a token.
pub(super) fn read(tokens: &[Token<'_>], at: usize) -> Option<Value> {
    let money = currency(tokens, at);
    let start = money.unwrap_or(at);
    let mut number = numeral::read(tokens, start)?;
    if money.is_some() {
        scaled(tokens, &mut number);
    }
    let end = number.end;
    if money.is_none()
        && let Some(it) = ratio(tokens, &number)
    {
        return Some(it);
    }
    let (kind, end) = if money.is_some() { (MentionKind::Money, end) } else { unit(tokens, end, number.form) };
    let value = Value { end, kind, number, high: None };
    // `from 280 to 314` tells of a change as often as of a range: two numbers.
    let led =
        at.checked_sub(1).is_some_and(|it| tokens[it].is("from")) || is_step(tokens, at, end, &value.number.value);
    let range = if led { None } else { range(tokens, &value, money.is_some()) };
    Some(range.unwrap_or(value))
}

/// `EUR 2.6m`, `$40k`: a letter of scale right behind an amount.
fn scaled(tokens: &[Token<'_>], number: &mut Numeral) {
    let letter = tokens.get(number.end).filter(|it| !it.spaced && tokens[number.end - 1].is_number());
    let factor = match letter.map(|it| &*it.lower) {
        Some("k") => whole(1_000),
        Some("m") => whole(1_000_000),
        _ => return,
    };
    number.end += 1;
    number.value *= factor.clone();
    number.unit *= factor;
}

/// `rose by nine to 47, from 36` tells of a step and where it led to: two numbers.
/// So do `fell by 17,300 to 298,700`: a range is not so wide.
fn is_step(tokens: &[Token<'_>], at: usize, end: usize, step: &Exact) -> bool {
    const NEAR: usize = 9;
    let by = at.checked_sub(1).is_some_and(|it| tokens[it].is("by"));
    let to = tokens.get(end).is_some_and(|it| it.is("to"));
    let rest = tokens.get(end + 1..).unwrap_or(&[]);
    let wide = || {
        let level = numeral::read(tokens, end + 1).map(|it| it.value);
        level.is_some_and(|it| it >= whole(100) && it >= step * whole(4))
    };
    by && to && (wide() || rest.iter().take(NEAR).take_while(|it| !it.is_stop()).any(|it| it.is("from")))
}

/// Where the number starts behind the sign or code of a currency.
fn currency(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let is_sign = |it: &Token<'_>| ["$", "£", "€", "¥", "₽", "₹", "₩", "₪", "₺"].contains(&it.text);
    let first = tokens.get(at)?;
    if is_sign(first) {
        return Some(at + 1);
    }
    let minus = first.is_dash() && tokens.get(at + 1).is_some_and(|it| is_sign(it) && !it.spaced);
    if minus {
        return Some(at + 2);
    }
    let code = first.text.len() <= 3 && first.text.chars().all(char::is_uppercase);
    let signed = code && tokens.get(at + 1).is_some_and(|it| is_sign(it) && !it.spaced);
    if signed {
        return Some(at + 2);
    }
    let named = code && first.text.len() == 3 && is_money(&first.lower);
    (named && tokens.get(at + 1).is_some_and(Token::is_number)).then_some(at + 1)
}

/// `one in four`, `two out of five hundred`: what is at most one.
fn ratio(tokens: &[Token<'_>], above: &Numeral) -> Option<Value> {
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|it| it.is(word));
    let out = is(above.end, "out") && is(above.end + 1, "of");
    let start = if out {
        above.end + 2
    } else if is(above.end, "in") {
        above.end + 1
    } else {
        return None;
    };
    let below = numeral::read(tokens, start)?;
    let counts = below.value.is_integer() && above.value.is_integer() && above.value.is_positive();
    let few = above.value <= whole(9) && below.value <= whole(1_000);
    let timed =
        tokens.get(below.end).is_some_and(|it| is_duration(&it.lower) || is_measure(&it.lower) || it.text == "%");
    let single = above.value == Exact::one();
    let fits = counts && above.value < below.value && !timed && (out || (few && (single || below.value <= whole(20))));
    if !fits {
        return None;
    }
    let value = &above.value / &below.value;
    let number = Numeral { end: below.end, unit: value.clone(), digits: 1, value, form: Form::Fraction };
    let end = below.end + usize::from(out && is(below.end, "s"));
    Some(Value { end, kind: MentionKind::Ratio, number, high: None })
}

/// The kind that what stands behind a number gives it, and where its unit ends.
pub(super) fn unit(tokens: &[Token<'_>], at: usize, form: Form) -> (MentionKind, usize) {
    let plain = if form == Form::Fraction { MentionKind::Ratio } else { MentionKind::Count };
    let Some(first) = tokens.get(at) else { return (plain, at) };
    let hyphen = usize::from(first.is_dash() && !first.spaced && tokens.get(at + 1).is_some_and(|it| !it.spaced));
    let Some(word) = tokens.get(at + hyphen) else { return (plain, at) };
    let next = at + hyphen + 1;
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|it| words.contains(&&*it.lower));
    match &*word.lower {
        "%" | "percent" | "percents" | "pct" => return percent(tokens, next),
        "per" if is(next, &["cent"]) => return percent(tokens, next + 1),
        "percentage" if !is(next, &["of"]) => return percent(tokens, next),
        "pp" => return (MentionKind::Points, next),
        "basis" => return (MentionKind::Measure, next + usize::from(is(next, &["point", "points"]))),
        "times" if hyphen == 0 && is_factor(tokens, at, next) => return (MentionKind::Multiple, next),
        "fold" if hyphen == 1 => return (MentionKind::Multiple, next),
        "yo" => return (MentionKind::Age, next),
        _ => {}
    }
    if is_duration(&word.lower) {
        return duration(tokens, next);
    }
    let country = usize::from(matches!(word.text, "US" | "Canadian" | "Australian" | "Hong" | "Swiss" | "Russian"));
    let coin = tokens.get(at + hyphen + country).filter(|it| is_money(&it.lower));
    if let Some(coin) = coin {
        let end = at + hyphen + country + 1;
        // Pounds are a weight too: only money where nothing says otherwise is told apart by the sign.
        let weight = matches!(&*coin.lower, "pound" | "pounds") && country == 0;
        return (if weight { MentionKind::Measure } else { MentionKind::Money }, end);
    }
    let measured =
        is_measure(&word.lower) && !(["in", "t", "l", "m", "g", "em", "pt"].contains(&&*word.lower) && word.spaced);
    let degree = usize::from(matches!(word.text, "°" | "º"));
    if measured || degree == 1 || matches!(&*word.lower, "square" | "cubic" | "sq") {
        return (MentionKind::Measure, next + degree * usize::from(tokens.get(next).is_some_and(|it| !it.spaced)));
    }
    if hyphen == 1 && word.is_word() && super::words::atom(&word.lower).is_none() {
        // `a 17-member council` counts no members here.
        return (MentionKind::Measure, next);
    }
    if !word.spaced && hyphen == 0 && word.is_word() && !matches!(&*word.lower, "s" | "th") {
        return (MentionKind::Measure, next);
    }
    (plain, at)
}

/// Whether `times` multiplies: `three times as many`, `grew three times`. What
/// happened ten times is counted.
fn is_factor(tokens: &[Token<'_>], number_end: usize, next: usize) -> bool {
    #[rustfmt::skip]
    const COMPARED: [&str; 22] = [
        "as", "more", "the", "that", "its", "their", "his", "her", "what", "higher", "larger", "greater", "bigger", "longer",
        "faster", "fewer", "less", "lower", "smaller", "over", "this", "those",
    ];
    let compared = tokens.get(next).is_some_and(|it| COMPARED.contains(&&*it.lower));
    let grew = number_end.checked_sub(2).is_some_and(|it| {
        ["rose", "grew", "increased", "multiplied", "risen", "grown", "jumped", "up", "by"]
            .contains(&&*tokens[it].lower)
    });
    compared || grew
}

fn percent(tokens: &[Token<'_>], at: usize) -> (MentionKind, usize) {
    let dash = usize::from(tokens.get(at).is_some_and(Token::is_dash));
    match tokens.get(at + dash).map(|it| &*it.lower) {
        Some("point" | "points") => (MentionKind::Points, at + dash + 1),
        _ => (MentionKind::Percent, at),
    }
}

/// A stretch of time, or an age where the text says so.
fn duration(tokens: &[Token<'_>], at: usize) -> (MentionKind, usize) {
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|it| it.is(word));
    let dash = usize::from(tokens.get(at).is_some_and(Token::is_dash));
    if is(at + dash, "old") || is(at + dash, "olds") {
        return (MentionKind::Age, at + dash + 1);
    }
    if is(at, "of") && is(at + 1, "age") {
        return (MentionKind::Age, at + 2);
    }
    (MentionKind::Duration, at)
}

/// `10-15 people`, `3 to 4 litres`, `$350 to $680`: both ends of one kind.
fn range(tokens: &[Token<'_>], first: &Value, money: bool) -> Option<Value> {
    let joint = tokens.get(first.end)?;
    let tied = joint.is_dash() || matches!(&*joint.lower, "to" | "through" | "~" | "or");
    let words = joint.is_word();
    if !tied || (joint.text == "—") || joint.is("or") {
        return None;
    }
    let start = first.end + 1;
    let tight = tokens.get(start).is_some_and(|it| it.spaced == joint.spaced);
    if !words && !tight {
        return None;
    }
    let second_start = currency(tokens, start).unwrap_or(start);
    let second = numeral::read(tokens, second_start)?;
    let (mut kind, end) = unit(tokens, second.end, second.form);
    if money {
        kind = MentionKind::Money;
    }
    // `44 ml to 50 mg` is no range of one measure.
    let own = &tokens[first.number.end..first.end];
    let unit = &tokens[second.end..end];
    let same_unit = own.is_empty() || own.iter().map(|it| &it.lower).eq(unit.iter().map(|it| &it.lower));
    let alike = same_unit && (kind == first.kind || first.kind == MentionKind::Count);
    let rises = second.value > first.number.value;
    let form = |it: Form| it == Form::Fraction;
    // `2016-11` and `3-4/5` are something else.
    let odd =
        form(first.number.form) != form(second.form) || tokens.get(end).is_some_and(|it| it.is_dash() && !it.spaced);
    (alike && rises && !odd).then(|| Value { end, kind, number: first.number.clone(), high: Some(second.value) })
}

/// A value with its wording: both intervals, and where it ends.
pub(super) struct Bounded {
    pub(super) value: Value,
    pub(super) end: usize,
    pub(super) inner: Interval,
    pub(super) outer: Interval,
    pub(super) hedged: bool,
    /// Where the value starts, behind its wordings.
    pub(super) start: usize,
}

/// A number has so many wordings before it.
const WORDINGS_MAX: usize = 4;

/// Reads wordings, a value, and what bounds it from behind.
pub(super) fn bounded(tokens: &[Token<'_>], at: usize) -> Option<Bounded> {
    if let Some(it) = between(tokens, at) {
        return Some(it);
    }
    let mut start = at;
    let mut wording: Option<Hedge> = None;
    // `just some`, `about half`: the stronger word counts. Before more of them
    // the number starts later.
    for _ in 0..WORDINGS_MAX {
        let Some((end, it)) = hedge::read(tokens, start) else { break };
        wording = wording.filter(|own| *own != Hedge::Exact).or(Some(it));
        start = end;
    }
    let value = read(tokens, start)?;
    let mut end = value.end;
    if let Some((behind, it)) = hedge::behind(tokens, value.end) {
        let fits = wording.is_none_or(|it| matches!(it, Hedge::Exact | Hedge::About));
        if fits {
            (wording, end) = (Some(it), behind);
        }
    } else if let Some(behind) = or_equal(tokens, value.end) {
        wording = match wording {
            Some(Hedge::More) => Some(Hedge::AtLeast),
            Some(Hedge::Fewer) => Some(Hedge::AtMost),
            it => it,
        };
        end = if matches!(wording, Some(Hedge::AtLeast | Hedge::AtMost)) { behind } else { end };
    }
    let hedge = wording.unwrap_or(Hedge::Exact);
    let (mut inner, mut outer) = hedge.intervals(&value.number);
    if let Some(high) = &value.high {
        inner = Interval::between(value.number.value.clone(), high.clone());
        outer = inner.clone();
    } else if value.kind == MentionKind::Multiple {
        (inner, outer) = multiple(hedge, &value.number.value);
    } else if value.kind == MentionKind::Ratio && hedge == Hedge::Exact {
        (inner, outer) = shares(&value.number.value);
    }
    let hedged = hedge != Hedge::Exact || value.high.is_some();
    let first = Bounded { value, end, inner, outer, hedged, start };
    Some(both(tokens, &first, hedge).unwrap_or(first))
}

/// A factor as people use it: a twentieth more or less is still `doubled`, a
/// tenth leaves it open; of `about doubled` a tenth and a quarter.
pub(super) fn multiple(hedge: Hedge, factor: &Exact) -> (Interval, Interval) {
    // `More than halved` is less than half.
    let hedge = if *factor < Exact::one() { hedge.turned() } else { hedge };
    let part = |above: i32, below: i32| Exact::new(factor.numer() * above, factor.denom() * below);
    let between = |of: i32| Interval::between(part(of - 1, of), part(of + 1, of));
    match hedge {
        Hedge::Exact => (between(20), between(10)),
        Hedge::About => (between(10), between(4)),
        other => {
            let number =
                Numeral { end: 0, value: factor.clone(), unit: factor.clone(), digits: 1, form: Form::Fraction };
            other.intervals(&number)
        }
    }
}

/// A share in words: a tenth more or less is still `a third`.
fn shares(value: &Exact) -> (Interval, Interval) {
    multiple(Hedge::About, value)
}

/// `less than 5000 or equal to`: the end, where no number follows.
fn or_equal(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|it| it.is(word));
    if !(is(at, "or") && is(at + 1, "equal")) {
        return None;
    }
    let end = at + 2 + usize::from(is(at + 2, "to"));
    numeral::read(tokens, end).is_none().then_some(end)
}

/// `between 20 and 30`, `from 20 to 30`.
fn between(tokens: &[Token<'_>], at: usize) -> Option<Bounded> {
    let first = tokens.get(at)?;
    let joints: &[&str] = match &*first.lower {
        "between" => &["and", "to", "-", "–"],
        _ => return None,
    };
    let low = read(tokens, at + 1)?;
    if let Some(high) = low.high.clone() {
        let inner = Interval::between(low.number.value.clone(), high);
        return Some(Bounded { start: at, end: low.end, outer: inner.clone(), inner, value: low, hedged: true });
    }
    tokens.get(low.end).filter(|it| joints.contains(&&*it.lower))?;
    let high = read(tokens, low.end + 1)?;
    let alike = low.kind == high.kind || low.kind == MentionKind::Count;
    if !alike || high.number.value <= low.number.value {
        return None;
    }
    let inner = Interval::between(low.number.value.clone(), high.number.value.clone());
    let value = Value { end: high.end, kind: high.kind, number: low.number, high: Some(high.number.value) };
    Some(Bounded { start: at, end: value.end, outer: inner.clone(), inner, value, hedged: true })
}

/// `more than 10 and less than 20`: two bounds of one number.
fn both(tokens: &[Token<'_>], first: &Bounded, hedge: Hedge) -> Option<Bounded> {
    let joint = tokens.get(first.end).filter(|it| matches!(&*it.lower, "and" | "but" | ","))?;
    let (start, other) = hedge::read(tokens, first.end + 1)?;
    let second = read(tokens, start)?;
    let lower = |it: Hedge| matches!(it, Hedge::More | Hedge::AtLeast);
    let upper = |it: Hedge| matches!(it, Hedge::Fewer | Hedge::AtMost);
    let opposed = (lower(hedge) && upper(other)) || (upper(hedge) && lower(other));
    let inner = first.inner.and(&other.intervals(&second.number).0);
    let some = match (&inner.low, &inner.high) {
        (Some(low), Some(high)) => low.0 < high.0,
        _ => false,
    };
    let tied = joint.text != "," || !tokens.get(second.end).is_some_and(|it| it.is("and"));
    (opposed && some && tied).then(|| Bounded {
        start: first.start,
        end: second.end,
        outer: inner.clone(),
        inner,
        value: Value { end: second.end, ..first.value.clone() },
        hedged: true,
    })
}

/// The factor that a verb or an adverb stands for: `doubled`, `twice`.
pub(super) fn factor(word: &str) -> Option<(Exact, bool)> {
    let times = |it: i128| Some((whole(it), true));
    match word {
        "doubled" | "doubling" | "double" | "twice" | "twofold" => times(2),
        "tripled" | "trebled" | "tripling" | "triple" | "threefold" | "thrice" => times(3),
        "quadrupled" | "quadrupling" | "fourfold" => times(4),
        "fivefold" => times(5),
        "tenfold" => times(10),
        "halved" | "halving" => Some((Exact::new(1.into(), 2.into()), true)),
        _ => None,
    }
}

/// Whether a word is a plural, by its form.
pub(super) fn is_plural(word: &str) -> bool {
    let odd = ["people", "men", "women", "children", "deaths", "dead", "police"].contains(&word);
    odd || (word.len() > 3 && word.ends_with('s') && stem(word) != word)
}
