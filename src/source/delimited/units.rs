//! Words that say what figures count: a line of them below a heading is no row.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::source::GridRow;
use crate::table::{Document, Unit, is_space};

/// What a text is as the name of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Named {
    Nothing,
    /// Only a scale (`1,000`), which may as well be a figure, or a letter.
    Scale,
    Unit,
}

/// Names of units in the languages of statistical offices, and their signs.
const UNITS: &str = "% ‰ percent percentage pct pp number numbers no. nos count persons people households \
    dwellings unit units tonnes tons litres liters gallons hours days weeks months years minutes hectares acres miles \
    metres meters km m² m2 m³ m3 km² km2 ha kg kt mm cm kw kwh mwh gwh twh mw gw gj tj pj toe ktoe barrels head €/m² \
    € $ £ ¥ us$ a$ c$ eur usd gbp chf sek nok dkk pln czk huf rub jpy cny inr brl cad aud nzd euro euros dollars pounds \
    francs kroner kronor rupees yen \
    anzahl prozent personen einwohner stück stunden tage jahre euros fälle \
    nombre personnes habitants unités heures jours ans pourcentage \
    número numero personas habitantes porcentaje toneladas horas persone percentuale \
    aantal procent inwoners uren pessoas percentagem antal antall prosent personer kpl lkm henkilöä kr kr. \
    liczba osoby osób zł proc. человек чел. чел единиц ед. шт. руб. руб тонн процентов процент км² га";

const SCALES: &str = "thousand thousands million millions billion billions mio mio. mill. mrd mrd. tsd tsd. tausend \
    millionen milliarden milliers milliards miles millones migliaia milioni miliardi tys. tys mln mlrd тыс. тыс млн \
    млрд duizend miljoen miljard mil mln. mld mld. m bn bn. k t g l h n x × 000s index";

/// Words between them.
const BETWEEN: &str = "in of per je pro pour por x × en a 1";

/// Units of two words.
const PAIRS: [&str; 5] = ["per cent", "pour cent", "por ciento", "per cento", "valori percentuali"];

/// What a word in small letters names by itself.
fn word(word: &str) -> Option<Named> {
    static WORDS: OnceLock<HashMap<&str, Named>> = OnceLock::new();
    let lists = [(BETWEEN, Named::Nothing), (SCALES, Named::Scale), (UNITS, Named::Unit)];
    let words = WORDS.get_or_init(|| {
        lists.iter().flat_map(|(words, it)| words.split_ascii_whitespace().map(move |word| (word, *it))).collect()
    });
    words.get(word).copied()
}

/// What a text is as the name of a unit.
pub(super) fn named(text: &str) -> Named {
    const CHARS_MAX: usize = 40;
    let inner = text.strip_prefix(['(', '[']).and_then(|it| it.strip_suffix([')', ']'])).unwrap_or(text).trim();
    // Most cells are figures, and none of those begins so.
    if inner.is_empty()
        || inner.starts_with(|it: char| matches!(it, '2'..='9'))
        || inner.chars().take(CHARS_MAX + 1).count() > CHARS_MAX
    {
        return Named::Nothing;
    }
    let lower = inner.to_lowercase();
    if lower.starts_with("per ") || PAIRS.contains(&lower.as_str()) {
        return Named::Unit;
    }
    let words = lower.split(|it: char| is_space(it) || it == '(' || it == ')').filter(|it| !it.is_empty());
    let mut found = Named::Nothing;
    for part in words {
        let one = match word(part) {
            Some(one) => one,
            None if is_rate(part) || is_scaled_money(part) => Named::Unit,
            None if is_round(part) => Named::Scale,
            None => return if is_unit_of_figures(text, inner) { Named::Unit } else { Named::Nothing },
        };
        found = found.max(one);
    }
    // A word for a scale is enough, a sign or a number is not.
    let is_word = lower.chars().filter(|it| it.is_alphabetic()).count() > 2;
    if found == Named::Scale && is_word { Named::Unit } else { found }
}

fn is_unit_of_figures(text: &str, inner: &str) -> bool {
    Unit::in_heading(text).is_some() || Unit::in_heading(inner).is_some()
}

/// `kg/ha`, `t/year`: a short name over another.
fn is_rate(word: &str) -> bool {
    word.split_once('/').is_some_and(|(over, under)| {
        !over.is_empty()
            && over.chars().count() <= 4
            && !under.is_empty()
            && word.chars().all(|it| it.is_alphabetic() || "/²³€$£%".contains(it))
    })
}

/// `€m`, `£000`, `$bn`.
fn is_scaled_money(word: &str) -> bool {
    let scale = word.trim_start_matches("us").trim_start_matches(['€', '$', '£', '¥', '\'', '’']);
    scale.len() < word.len() && matches!(scale, "m" | "mn" | "bn" | "k" | "000" | "000s" | "million" | "billion")
}

/// `1,000`, `1.000`, `100000`, `'000`: a power of ten.
fn is_round(word: &str) -> bool {
    let digits: String = word.chars().filter(|it| !matches!(it, ',' | '.' | '\'' | '’')).collect();
    let zeros = digits.strip_prefix('1').unwrap_or(&digits);
    zeros.len() > 1 && zeros.bytes().all(|it| it == b'0')
}

/// How many cells behind the first name units; none where no cell surely does.
pub(super) fn count(document: &Document, row: &GridRow) -> usize {
    let cells = row.cells.iter().skip(1).map(|it| named(it.text(document)));
    let (mut all, mut sure) = (0, 0);
    for it in cells {
        all += usize::from(it > Named::Nothing);
        sure += usize::from(it == Named::Unit);
    }
    if sure > 0 { all } else { 0 }
}

/// Whether a row holds units and nothing else beside its first cell.
pub(super) fn is_units(document: &Document, row: &GridRow) -> bool {
    let filled = row.cells.iter().skip(1).filter(|it| !it.span.is_empty()).count();
    let first = row.cells.first().is_none_or(|it| it.span.is_empty() || named(it.text(document)) == Named::Unit);
    filled > 0 && first && count(document, row) == filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_known_in_many_languages_and_scales() {
        for text in [
            "%",
            "(number)",
            "[No.]",
            "1,000 EUR",
            "€ million",
            "Mio. EUR",
            "Tsd.",
            "in %",
            "per 100,000",
            "kg/ha",
            "£000",
            "milliers",
            "тыс. чел.",
            "1 000 ha",
            "Anzahl",
            "pour cent",
            "km²",
            "EUR 1,000",
            "million",
            "kWh",
        ] {
            assert_eq!(named(text), Named::Unit, "{text}");
        }
        for text in ["1,000", "000", "1 000", "x 1 000", "t", "m"] {
            assert_eq!(named(text), Named::Scale, "{text}");
        }
        for text in ["", "1,204", "2019", "Region", "North", "Total", "people of the north", "A", "10", "male"] {
            assert_eq!(named(text), Named::Nothing, "{text}");
        }
    }
}
