//! What headings and titles say of figures: their unit, their scale and their time.

use super::sheet::VALUE_MAX;
use super::sheet::{Measure, Micro, Unit};
use super::words::forms;
use crate::article::table::{ONE, scale_of};
use crate::table::MONTHS;

/// Takes the word of scale of a title for the columns that have none: `million crowns`.
pub(super) fn of_title(title: &str, measures: &mut [Measure]) {
    let words = if title.contains('(') { forms(&split(title).1) } else { forms(title) };
    let counted =
        |at: usize| at == 0 || !matches!(words[at - 1].as_str(), "a" | "one") && words[at - 1].parse::<f64>().is_err();
    let scales: Vec<i128> = (0..words.len()).filter(|it| counted(*it)).filter_map(|it| scale_of(&words[it])).collect();
    let [scale] = scales[..] else { return };
    for measure in measures.iter_mut().filter(|it| it.scale == 1 && matches!(it.unit, Unit::None | Unit::Money)) {
        measure.scale = scale;
        let scaled = |it: Option<Micro>| it.and_then(|it| it.checked_mul(scale)).filter(|it| it.abs() < VALUE_MAX);
        measure.values.iter_mut().for_each(|it| *it = scaled(*it));
    }
}

/// Takes the unit of a title for the columns that have none: `Flu vaccinations (%)`, `Waste, tonnes`.
pub(super) fn unit_of_title(title: &str, measures: &mut [Measure]) {
    let (bare, bracket) = split(title);
    let last = if bracket.is_empty() { bare.rsplit(',').next().unwrap_or_default().trim() } else { bracket.trim() };
    let unit = unit(last, last);
    let small = |it: &Measure| it.values.iter().flatten().all(|it| it.abs() <= 100 * ONE);
    let open = measures.iter().all(|it| it.unit == Unit::None || it.is_change);
    if open && (unit != Unit::Percent || measures.iter().all(small)) {
        let coins = is_small_coin(last);
        for it in measures.iter_mut().filter(|it| it.unit == Unit::None) {
            it.unit = unit.clone();
            if coins {
                it.values.iter_mut().for_each(|it| *it = it.map(|it| it / COINS));
            }
        }
    }
}

/// The factor that a heading gives its figures: `(thousand)`, `(bn)`, `(k)`.
pub(super) fn scale_in(heading: &str, bracket: &str) -> i128 {
    let bracket = bracket.trim().to_lowercase();
    // `EUR m` is `€m`.
    let bare = bracket.split_once(' ').filter(|it| COINS_NAMED.contains(&it.0)).map_or(&*bracket, |it| it.1);
    let bare = bare.trim_matches(['£', '€', '$', ' ']);
    let short = || match bare {
        "m" if bare.len() < bracket.len() || is_money(heading) => Some(1_000_000),
        "k" | "'000" | "000" | "000s" => Some(1_000),
        "mn" | "mln" | "mio" => Some(1_000_000),
        "bn" | "bln" => Some(1_000_000_000),
        _ => None,
    };
    forms(heading).iter().find_map(|it| scale_of(it)).or_else(short).unwrap_or(1)
}

/// Whether a heading is of an amount of money: `(m)` behind it is a million.
fn is_money(heading: &str) -> bool {
    let words = [
        "turnover", "profit", "revenue", "sale", "income", "earning", "cost", "spending", "budget", "debt", "loss",
        "price",
    ];
    forms(heading).iter().any(|it| words.contains(&it.as_str()))
}

/// A heading without and with only what stands in brackets.
pub(super) fn split(heading: &str) -> (String, String) {
    let Some((bare, rest)) = heading.split_once('(') else { return (heading.to_owned(), String::new()) };
    let (bracket, more) = rest.split_once(')').unwrap_or((rest, ""));
    (format!("{bare} {more}"), bracket.to_owned())
}

pub(super) fn unit(heading: &str, bracket: &str) -> Unit {
    let has = |list: &[&str]| forms(heading).iter().any(|it| list.contains(&it.as_str()));
    if heading.contains('%') || has(&["percent", "percentage", "pct"]) || heading.to_lowercase().contains("per cent") {
        return Unit::Percent;
    }
    if is_small_coin(bracket) {
        return Unit::Money;
    }
    if has(COINS_NAMED) || heading.contains(['€', '$', '£']) {
        return Unit::Money;
    }
    let known = [
        "gwh", "mwh", "kwh", "twh", "mw", "cm", "mm", "m", "km", "°c", "c", "h", "s", "min", "km/h", "kg", "t", "l",
        "ha", "μg/m³", "m a.s.l.", "hours", "kt", "mt", "gw", "kw", "km²", "km2",
    ];
    // `capacity_mw` ends in its unit.
    let last = heading.rsplit_once('_').filter(|_| bracket.is_empty()).map_or(bracket, |it| it.1);
    let short = unit_form(&last.trim().to_lowercase());
    match known.iter().find(|it| unit_form(it) == short) {
        Some(_) => Unit::Of(short),
        None => Unit::None,
    }
}

/// Coins, and their codes.
const COINS_NAMED: &[&str] = &[
    "eur", "usd", "gbp", "chf", "nok", "sek", "dkk", "euro", "dollar", "pound", "franc", "krone", "rub", "kroner",
    "kronor",
];

/// So many small coins are one large one.
pub(super) const COINS: i128 = 100;

/// Whether figures are in small coins: `(pence)`, `(cents/l)`.
pub(super) fn is_small_coin(unit: &str) -> bool {
    let first = unit.trim().to_lowercase();
    let first = first.split(|it: char| !it.is_alphabetic()).next().unwrap_or_default();
    matches!(first, "pence" | "p" | "cent" | "cents" | "penny")
}

/// A unit in short: `cm` of `centimetres`.
pub(super) fn unit_form(unit: &str) -> String {
    match unit {
        "centimetres" | "centimeters" | "centimetre" | "centimeter" => "cm",
        "millimetres" | "millimeters" | "millimetre" | "millimeter" => "mm",
        "metres" | "meters" | "metre" | "meter" | "m a.s.l." => "m",
        "kilometres" | "kilometers" | "kilometre" | "kilometer" => "km",
        "degrees" | "degree" | "celsius" | "°" | "º" | "°c" => "c",
        "hours" | "hour" => "h",
        "seconds" | "second" => "s",
        "minutes" | "minute" => "min",
        "tonnes" | "tonne" | "tons" => "t",
        "kilograms" | "kilogram" | "kilos" | "kilogrammes" => "kg",
        "hectares" | "hectare" => "ha",
        "gigawatt-hours" => "gwh",
        "megawatt-hours" => "mwh",
        "kilowatt-hours" => "kwh",
        "terawatt-hours" => "twh",
        "megawatts" | "megawatt" => "mw",
        "litres" | "liters" => "l",
        "kilotonnes" | "kilotonne" => "kt",
        "gigawatts" | "gigawatt" => "gw",
        "kilowatts" | "kilowatt" => "kw",
        "km2" => "km²",
        other => other,
    }
    .to_owned()
}

/// `Winter 2021/22` is the winter of 2021: the second year says nothing more.
pub(super) fn without_second_years(words: &[String]) -> Vec<String> {
    let second = |at: usize| {
        let year = |it: &String| it.parse::<u32>().ok().filter(|year| it.len() == 4 && (1800..2200).contains(year));
        let follows = |first: u32| words[at].len() == 2 && words[at].parse() == Ok((first + 1) % 100);
        at > 0 && year(&words[at - 1]).is_some_and(follows)
    };
    (0..words.len()).filter(|it| !second(*it)).map(|it| words[it].clone()).collect()
}

/// Words that tell two times of a heading apart, the earlier first.
const TIMES: &[&str] = &["before", "previous", "now", "current"];

/// When a heading's figures are of, in an order: years and months, quarters, or `before` and `now`.
pub(super) fn time(marks: &[String], words: &[String]) -> Option<i64> {
    const STEP: i64 = 100;
    if marks.is_empty() {
        let worded = TIMES.iter().position(|it| words.iter().any(|word| word == it))?;
        return i64::try_from(worded / 2).ok();
    }
    let year = marks.iter().find_map(|it| it.parse::<i64>().ok());
    let month = marks.iter().find_map(|it| MONTHS.iter().position(|month| month == it));
    let quarter = marks.iter().find_map(|it| it.strip_prefix('q')?.parse::<i64>().ok());
    let part = month.and_then(|it| i64::try_from(it).ok()).or(quarter);
    (year.is_some() || part.is_some()).then(|| year.unwrap_or(0) * STEP + part.unwrap_or(0))
}

/// The words of a heading that its time and its kind leave: `Adopted 2023` and `Proposed 2024` are kin.
pub(super) fn kin(stems: &[String]) -> impl Iterator<Item = &String> {
    let plan = ["adopted", "proposed", "planned", "actual"];
    stems.iter().filter(move |it| !plan.contains(&it.as_str()) && !TIMES.contains(&it.as_str()))
}

/// Whether a word of a heading is a year, a quarter or a month.
pub(super) fn is_mark(it: &str) -> bool {
    let year = it.len() == 4 && it.bytes().all(|it| it.is_ascii_digit());
    let quarter = it.len() == 2 && it.starts_with('q') && it.ends_with(|it: char| it.is_ascii_digit());
    year || quarter || MONTHS.contains(&it)
}
