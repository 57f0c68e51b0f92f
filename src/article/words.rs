//! The words of the grammar: numerals, calendars, units, and what is no noun.

/// What a word is to a numeral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Atom {
    /// Zero to nineteen.
    Small(u8),
    /// Twenty to ninety.
    Tens(u8),
    /// A hundred.
    Hundred,
    /// A power of ten: thousand, million.
    Scale(u32),
    /// Twelve.
    Dozen,
}

/// The value of a numeral word.
pub(super) fn atom(word: &str) -> Option<Atom> {
    Some(match word {
        "zero" | "nought" | "naught" => Atom::Small(0),
        "one" => Atom::Small(1),
        "two" => Atom::Small(2),
        "three" => Atom::Small(3),
        "four" => Atom::Small(4),
        "five" => Atom::Small(5),
        "six" => Atom::Small(6),
        "seven" => Atom::Small(7),
        "eight" => Atom::Small(8),
        "nine" => Atom::Small(9),
        "ten" => Atom::Small(10),
        "eleven" => Atom::Small(11),
        "twelve" => Atom::Small(12),
        "thirteen" => Atom::Small(13),
        "fourteen" => Atom::Small(14),
        "fifteen" => Atom::Small(15),
        "sixteen" => Atom::Small(16),
        "seventeen" => Atom::Small(17),
        "eighteen" => Atom::Small(18),
        "nineteen" => Atom::Small(19),
        "twenty" => Atom::Tens(20),
        "thirty" => Atom::Tens(30),
        "forty" => Atom::Tens(40),
        "fifty" => Atom::Tens(50),
        "sixty" => Atom::Tens(60),
        "seventy" => Atom::Tens(70),
        "eighty" => Atom::Tens(80),
        "ninety" => Atom::Tens(90),
        "hundred" => Atom::Hundred,
        "dozen" => Atom::Dozen,
        _ => return scale(word).map(Atom::Scale),
    })
}

/// The power of ten of a scale word.
pub(super) fn scale(word: &str) -> Option<u32> {
    Some(match word {
        "thousand" => 3,
        "million" | "mln" | "mil" | "mn" => 6,
        "billion" | "bln" | "bn" => 9,
        "trillion" | "tln" | "tn" => 12,
        "quadrillion" => 15,
        _ => return None,
    })
}

/// The denominator that a word stands for, and whether it is a plural.
pub(super) fn denominator(word: &str) -> Option<(u64, bool)> {
    match word {
        "half" => return Some((2, false)),
        "halves" => return Some((2, true)),
        "quarter" => return Some((4, false)),
        "quarters" => return Some((4, true)),
        "second" | "seconds" | "first" | "firsts" => return None,
        _ => {}
    }
    let (stem, plural) = word.strip_suffix('s').map_or((word, false), |it| (it, true));
    let value = match stem {
        "hundredth" => 100,
        "thousandth" => 1_000,
        "millionth" => 1_000_000,
        "billionth" => 1_000_000_000,
        "trillionth" => 1_000_000_000_000,
        _ => u64::from(ordinal(stem)?),
    };
    Some((value, plural))
}

/// The number of an ordinal word below a hundred.
pub(super) fn ordinal(word: &str) -> Option<u32> {
    Some(match word {
        "first" => 1,
        "second" => 2,
        "third" => 3,
        "fourth" => 4,
        "fifth" => 5,
        "sixth" => 6,
        "seventh" => 7,
        "eighth" => 8,
        "ninth" | "nineth" => 9,
        "tenth" => 10,
        "eleventh" => 11,
        "twelfth" => 12,
        "thirteenth" => 13,
        "fourteenth" => 14,
        "fifteenth" => 15,
        "sixteenth" => 16,
        "seventeenth" => 17,
        "eighteenth" => 18,
        "nineteenth" => 19,
        "twentieth" => 20,
        "thirtieth" => 30,
        "fortieth" => 40,
        "fiftieth" => 50,
        "sixtieth" => 60,
        "seventieth" => 70,
        "eightieth" => 80,
        "ninetieth" => 90,
        _ => return None,
    })
}

/// The power of ten of an ordinal scale word: hundredth, millionth.
pub(super) fn ordinal_scale(word: &str) -> Option<u32> {
    Some(match word {
        "hundredth" => 2,
        "thousandth" => 3,
        "millionth" => 6,
        "billionth" => 9,
        "trillionth" => 12,
        _ => return None,
    })
}

/// The day of the week, 1 for Monday.
pub(super) fn weekday(word: &str) -> Option<i8> {
    Some(match word {
        "monday" | "mon" => 1,
        "tuesday" | "tue" | "tues" => 2,
        "wednesday" | "wed" => 3,
        "thursday" | "thu" | "thur" | "thurs" => 4,
        "friday" | "fri" => 5,
        "saturday" | "sat" => 6,
        "sunday" | "sun" => 7,
        _ => return None,
    })
}

/// The name of a day of the week, 1 for Monday.
pub(super) fn weekday_name(day: i8) -> &'static str {
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        [usize::try_from(day - 1).unwrap_or(0).min(6)]
}

/// Stretches of time, sorted.
#[rustfmt::skip]
const DURATIONS: [&str; 37] = [
    "centuries", "century", "day", "days", "decade", "decades", "fortnight", "fortnights", "generations", "h",
    "hour", "hours", "hr", "hrs", "milliseconds", "min", "mins", "minute", "minutes", "month", "months", "ms",
    "night", "nights", "quarters", "sec", "second", "seconds", "secs", "week", "weekend", "weekends", "weeks",
    "year", "year's", "years", "years'",
];

/// Whether a word is a stretch of time that is counted.
pub(super) fn is_duration(word: &str) -> bool {
    DURATIONS.binary_search(&word).is_ok()
}

/// Units of measure, sorted.
#[rustfmt::skip]
const MEASURES: [&str; 143] = [
    "acre", "acres", "bar", "barrel", "barrels", "bars", "bit", "bits", "byte", "bytes", "calories", "carat",
    "carats", "celsius", "centimeter", "centimeters", "centimetre", "centimetres", "cl", "cm", "columns", "cup",
    "cups", "degree", "degrees", "em", "ev", "exabytes", "fahrenheit", "feet", "foot", "ft", "g", "gallon",
    "gallons", "gb", "ghz", "gib", "gigabytes", "gigawatt", "gigawatts", "gram", "grams", "gw", "gwh", "ha",
    "hectare", "hectares", "hz", "in", "inch", "inches", "j", "joule", "joules", "kb", "kcal", "kg", "kgs",
    "khz", "kib", "kilo", "kilobytes", "kilogram", "kilograms", "kilometer", "kilometers", "kilometre",
    "kilometres", "kilos", "kilowatt", "kilowatts", "km", "kmh", "kms", "knots", "kph", "kw", "kwh", "l", "lb",
    "lbs", "lines", "liter", "liters", "litre", "litres", "m", "mb", "megabytes", "megawatt", "megawatts",
    "meter", "meters", "metre", "metres", "mg", "mgy", "mhz", "mi", "mib", "mile", "miles", "millimeter",
    "millimeters", "millimetre", "millimetres", "ml", "mm", "mph", "mw", "mwh", "nanometer", "nanometers",
    "ounce", "ounces", "oz", "pa", "pages", "pixels", "pt", "px", "stone", "t", "tb", "tbsp", "terabytes",
    "tev", "ton", "tonne", "tonnes", "tons", "tsp", "twh", "v", "volt", "volts", "watt", "watts", "wh", "yard",
    "yards", "yd",
];

/// Whether a word is a unit of measure.
pub(super) fn is_measure(word: &str) -> bool {
    MEASURES.binary_search(&word).is_ok()
}

/// Currencies, by name and code, sorted.
#[rustfmt::skip]
const MONEY: [&str; 53] = [
    "aud", "brl", "bucks", "cad", "cent", "cents", "chf", "cny", "dime", "dimes", "dkk", "dollar", "dollars",
    "eur", "euro", "euros", "franc", "francs", "gbp", "inr", "jpy", "krona", "krone", "kroner", "kronor", "krw",
    "lira", "mxn", "nok", "nzd", "pence", "penny", "peso", "pesos", "pln", "pound", "pounds", "rouble",
    "roubles", "rub", "ruble", "rubles", "rupee", "rupees", "sek", "shekel", "shekels", "usd", "won", "yen",
    "yuan", "zar", "zloty",
];

/// Whether a word names money, also as the code of a currency.
pub(super) fn is_money(word: &str) -> bool {
    MONEY.binary_search(&word).is_ok()
}

/// Words that begin no noun behind a number, sorted.
#[rustfmt::skip]
const BORDERS: [&str; 120] = [
    "a", "about", "after", "against", "ago", "all", "also", "among", "an", "and", "are", "around", "as", "at",
    "be", "because", "been", "before", "being", "between", "both", "but", "by", "came", "can", "could",
    "despite", "did", "do", "does", "down", "dropped", "during", "each", "earlier", "excluding", "fell", "for",
    "from", "got", "grew", "had", "has", "have", "he", "her", "his", "i", "if", "in", "including", "into", "is",
    "it", "its", "last", "later", "made", "may", "might", "must", "my", "nationwide", "next", "nor",
    "not", "off", "on", "or", "our", "out", "over", "per", "respectively", "rose", "said", "say", "says",
    "shall", "she", "should", "since", "so", "than", "that", "the", "their", "then", "there", "these", "they",
    "this", "those", "through", "till", "to", "took", "under", "until", "up", "was", "we", "went", "were",
    "when", "where", "which", "while", "who", "whom", "whose", "will", "with", "within", "without", "won",
    "worldwide", "would", "you", "your",
];

/// Words behind a number that begin no noun: they end what it counts.
pub(super) fn is_border(word: &str) -> bool {
    BORDERS.binary_search(&word).is_ok()
}

/// Words that say nothing of what is counted.
pub(super) fn is_neutral(stem: &str) -> bool {
    [
        "case",
        "incident",
        "report",
        "reported",
        "registered",
        "recorded",
        "total",
        "people",
        "person",
        "of",
        "number",
        "figure",
        "offence",
        "offense",
        "and",
        "documented",
        "police",
        "confirmed",
        "counted",
        "overall",
        "count",
        "in",
        "instance",
    ]
    .contains(&stem)
}

/// The stem of a word: plural and possessive off, a few irregular plurals.
pub(super) fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word).trim_end_matches('\'');
    let irregular = match word {
        "men" => "man",
        "women" => "woman",
        "children" => "child",
        "people" | "persons" => "person",
        "thieves" => "thief",
        "lives" => "life",
        "policemen" => "policeman",
        "feet" => "foot",
        "deaths" | "dead" | "fatalities" => "death",
        _ => "",
    };
    if !irregular.is_empty() {
        return irregular.to_owned();
    }
    if let Some(base) = word.strip_suffix("ies").filter(|it| it.len() > 1) {
        return format!("{base}y");
    }
    for ending in ["sses", "shes", "ches", "xes", "zes"] {
        if let Some(base) = word.strip_suffix(ending) {
            return format!("{base}{}", &ending[..ending.len() - 2]);
        }
    }
    let kept = word.len() < 4 || ["ss", "us", "is"].iter().any(|it| word.ends_with(it));
    match word.strip_suffix('s').filter(|_| !kept) {
        Some(base) => base.to_owned(),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_so_that_they_can_be_searched() {
        assert!(DURATIONS.is_sorted() && MEASURES.is_sorted() && MONEY.is_sorted() && BORDERS.is_sorted());
    }
}
