//! The words by which headings and labels say what a line is, in fifteen languages.
//!
//! A word ending in `*` stands for all that begin so, one with a `*` on both
//! sides for all that hold it (German puts words together). All are matched
//! as whole words, in lower case.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// What the words of one language are.
struct Words {
    /// The line adds others up.
    total: &'static str,
    /// It may add others up, where it is a column.
    whole: &'static str,
    /// One line less another.
    difference: &'static str,
    /// Points of a game.
    points: &'static str,
    /// Parts of a hundred.
    percent: &'static str,
    /// A mean, or so much for each.
    average: &'static str,
    /// The mean of the lines beside it, not so much for each.
    mean: &'static str,
    /// An order, a code, a measure of size: nothing to add up.
    rank: &'static str,
    /// The place in an order.
    place: &'static str,
    /// The largest of the lines beside it.
    maximum: &'static str,
    /// The smallest of the lines beside it.
    minimum: &'static str,
    /// Games that nobody won.
    tie: &'static str,
    /// Games won.
    won: &'static str,
    /// All up to here.
    running: &'static str,
    /// What came since the row before.
    fresh: &'static str,
    /// In a column of categories: the row is for all of them.
    every: &'static str,
}

const NONE: Words = Words {
    total: "",
    whole: "",
    difference: "",
    points: "",
    percent: "",
    average: "",
    mean: "",
    rank: "",
    place: "",
    maximum: "",
    minimum: "",
    tie: "",
    won: "",
    running: "",
    fresh: "",
    every: "",
};

const LANGUAGES: [Words; 15] = [
    // English
    Words {
        total: "total totals subtotal subtotals sum combined aggregate altogether",
        whole: "all overall national nation* played matches games cases gp pld p",
        difference: "diff* net balance change margin gd pd lead swing surplus gain loss delta",
        points: "point points pts score",
        percent: "percent* pct *share* quota pc rate ratio",
        average: "densit* average avg mean ave per rate ratio",
        mean: "average avg mean ave",
        rank: "district ward precinct zip page code codes fips no nr number seed week round \
               season year game day date draw age height weight capacity id lane heat bib jersey born founded \
               established order series episode latitude longitude time",
        place: "rank rk pos position place",
        maximum: "max* highest record best peak high longest",
        minimum: "min* lowest low worst",
        tie: "tie ties tied draw draws drawn d t otl ot nr no_result",
        won: "w won win wins victor* g",
        running: "cum* running total balance record aggregate",
        fresh: "new daily added",
        every: "all both all_ages all_persons everyone",
    },
    // German
    Words {
        total: "gesamt* insgesamt summe zusammen",
        whole: "alle",
        difference: "saldo differenz",
        points: "punkte",
        percent: "*anteil* *prozent*",
        average: "dichte durchschnitt* mittel* je",
        mean: "durchschnitt* mittel*",
        rank: "jahr woche tag",
        place: "platz rang",
        tie: "unentschieden",
        won: "sieg* gewonn*",
        running: "kumul*",
        fresh: "neu neue neuer zugang",
        every: "alle",
        ..NONE
    },
    // French
    Words {
        total: "ensemble totaux totale",
        whole: "tous toutes",
        difference: "solde",
        percent: "*pourcent* part",
        average: "moyenne",
        mean: "moyenne",
        rank: "année",
        place: "rang classement",
        tie: "nul nuls",
        won: "gan* vict*",
        running: "cumul*",
        fresh: "nouveaux nouvelles nouveau",
        every: "tous ensemble",
        ..NONE
    },
    // Spanish
    Words {
        total: "totales suma",
        whole: "todos todas",
        difference: "saldo diferencia",
        points: "puntos",
        percent: "*porcent*",
        average: "densidad promedio media",
        mean: "promedio media",
        rank: "año",
        place: "puesto posición",
        tie: "empates empate",
        running: "acumul*",
        fresh: "nuevos nuevas",
        every: "todos ambos",
        ..NONE
    },
    // Italian
    Words {
        total: "totali totale complessivo complessiva somma",
        whole: "tutti tutte",
        difference: "saldo differenza variazione",
        points: "punti",
        percent: "percentuale",
        average: "densità media",
        mean: "media",
        rank: "anno",
        place: "posizione",
        tie: "pari pareggi",
        won: "vit* vitt*",
        fresh: "nuovi nuove ingressi",
        every: "tutti totale",
        ..NONE
    },
    // Portuguese
    Words {
        total: "totais soma geral",
        whole: "todos todas",
        difference: "saldo diferença",
        points: "pontos",
        percent: "*percentual*",
        average: "densidade média",
        mean: "média",
        rank: "ano",
        place: "posição",
        fresh: "novos novas",
        every: "todos ambos",
        ..NONE
    },
    // Russian
    Words {
        total: "всего итого итог сумма",
        whole: "все",
        difference: "различие разность изменение",
        points: "очки",
        percent: "*доля* *процент*",
        average: "среднее среднем",
        mean: "среднее",
        rank: "год",
        place: "место",
        fresh: "новых новые",
        every: "все оба",
        ..NONE
    },
    // Swedish
    Words {
        total: "summa totalt",
        whole: "alla",
        difference: "skillnad",
        points: "poäng",
        percent: "*procent* *andel*",
        average: "medel*",
        mean: "medel*",
        rank: "år",
        place: "plats",
        fresh: "nya",
        every: "alla båda",
        ..NONE
    },
    // Danish and Norwegian
    Words {
        total: "i_alt sum totalt",
        whole: "alle",
        difference: "forskel forskjell endring ændring",
        points: "poeng",
        percent: "*prosent* *procent* *andel*",
        average: "gennemsnit* gjennomsnitt*",
        mean: "gennemsnit* gjennomsnitt*",
        rank: "år",
        place: "plass",
        fresh: "nye",
        every: "alle begge",
        ..NONE
    },
    // Finnish
    Words {
        total: "yhteensä",
        whole: "kaikki",
        difference: "erotus muutos",
        points: "pisteet",
        percent: "*prosent* *osuus*",
        average: "keskiarvo",
        mean: "keskiarvo",
        rank: "vuosi",
        place: "sija sijoitus",
        fresh: "uudet uusia",
        every: "kaikki",
        ..NONE
    },
    // Polish
    Words {
        total: "ogółem razem suma łącznie",
        whole: "wszystkie",
        difference: "różnica zmiana saldo",
        points: "punkty",
        percent: "*procent* *udział*",
        average: "średnia przeciętn*",
        mean: "średnia",
        rank: "rok",
        place: "miejsce",
        fresh: "nowe nowych",
        every: "ogółem razem",
        ..NONE
    },
    // Czech
    Words {
        total: "celkem úhrnem součet",
        whole: "všechny",
        difference: "rozdíl změna saldo",
        points: "body",
        percent: "*procent* *podíl*",
        average: "průměr*",
        mean: "průměr*",
        rank: "rok",
        place: "pořadí",
        fresh: "nové nových",
        every: "celkem",
        ..NONE
    },
    // Hungarian
    Words {
        total: "összesen összes",
        whole: "minden",
        difference: "különbség változás egyenleg",
        points: "pont",
        percent: "*százalék* *arány*",
        average: "átlag*",
        mean: "átlag*",
        rank: "év",
        place: "helyezés",
        fresh: "új",
        every: "összesen",
        ..NONE
    },
    // Turkish
    Words {
        total: "toplam",
        whole: "tüm",
        difference: "fark değişim",
        points: "puan",
        percent: "*yüzde* oran oranı",
        average: "ortalama*",
        mean: "ortalama*",
        rank: "yıl",
        place: "sıra",
        fresh: "yeni",
        every: "toplam tümü",
        ..NONE
    },
    // Chinese
    Words {
        total: "合计 总计 合計 總計 小计 总数",
        whole: "全部",
        difference: "差额 变化",
        points: "积分",
        percent: "*比例* *百分*",
        average: "*平均*",
        mean: "*平均*",
        rank: "年 年份",
        place: "排名",
        fresh: "新增 *新增*",
        every: "合计 总计 全部",
        ..NONE
    },
];

/// What a heading or label says, one bit a sense.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Senses(u16);

impl Senses {
    pub(super) const TOTAL: Self = Self(1);
    pub(super) const WHOLE: Self = Self(1 << 1);
    pub(super) const DIFFERENCE: Self = Self(1 << 2);
    pub(super) const POINTS: Self = Self(1 << 3);
    pub(super) const PERCENT: Self = Self(1 << 4);
    pub(super) const AVERAGE: Self = Self(1 << 5);
    pub(super) const MEAN: Self = Self(1 << 6);
    pub(super) const RANK: Self = Self(1 << 7);
    pub(super) const MAXIMUM: Self = Self(1 << 8);
    pub(super) const MINIMUM: Self = Self(1 << 9);
    pub(super) const TIE: Self = Self(1 << 10);
    pub(super) const WON: Self = Self(1 << 11);
    pub(super) const RUNNING: Self = Self(1 << 12);
    pub(super) const EVERY: Self = Self(1 << 13);
    pub(super) const FRESH: Self = Self(1 << 14);
    pub(super) const PLACE: Self = Self(1 << 15);

    /// Whether any of the other's senses is among them.
    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What a text says by its words.
    pub(super) fn of(text: &str) -> Self {
        let lower = text.to_lowercase();
        let mut senses = Self::of_signs(&lower);
        if lower.is_ascii() && !lower.bytes().any(|it| it.is_ascii_alphabetic()) {
            return senses;
        }
        let lexicon = Lexicon::shared();
        let mut before = "";
        for word in lower.split(|it: char| !it.is_alphabetic()).filter(|it| !it.is_empty()) {
            senses = senses.or(lexicon.word(word));
            if !before.is_empty() && lexicon.pairs.contains(before) {
                let pair = format!("{before}_{word}");
                senses = senses.or(lexicon.whole.get(pair.as_str()).copied().unwrap_or_default());
            }
            before = word;
        }
        senses
    }

    /// Whether the text is one word (or two) for all of a category, and nothing else.
    pub(super) fn is_every(text: &str) -> bool {
        let text = text.trim();
        let words = text.split(|it: char| !it.is_alphabetic()).filter(|it| !it.is_empty()).count();
        let bare = !text.contains(|it: char| it.is_ascii_digit());
        bare && words <= 2 && Self::of(text).has(Self::EVERY.or(Self::TOTAL))
    }

    fn of_signs(lower: &str) -> Self {
        let mut senses = Self::default();
        if lower.contains('%') {
            senses = senses.or(Self::PERCENT);
        }
        if lower.contains('+') || lower.contains('±') {
            let signs: String = lower.chars().filter(|it| !it.is_whitespace()).collect();
            if ["+/-", "+/−", "+/–", "±"].iter().any(|it| signs.contains(it)) {
                senses = senses.or(Self::DIFFERENCE);
            }
        }
        if lower.trim() == "#" { senses.or(Self::RANK) } else { senses }
    }
}

/// All words of all languages, ready to be looked up.
struct Lexicon {
    whole: HashMap<&'static str, Senses, foldhash::fast::FixedState>,
    begin: Vec<(&'static str, Senses)>,
    inside: Vec<(&'static str, Senses)>,
    /// First words of what is two words.
    pairs: HashSet<&'static str, foldhash::fast::FixedState>,
}

impl Lexicon {
    fn shared() -> &'static Self {
        static SHARED: OnceLock<Lexicon> = OnceLock::new();
        SHARED.get_or_init(Self::new)
    }

    fn new() -> Self {
        let mut lexicon =
            Self { whole: HashMap::default(), begin: Vec::new(), inside: Vec::new(), pairs: HashSet::default() };
        for language in &LANGUAGES {
            for (words, sense) in [
                (language.total, Senses::TOTAL),
                (language.whole, Senses::WHOLE),
                (language.difference, Senses::DIFFERENCE),
                (language.points, Senses::POINTS),
                (language.percent, Senses::PERCENT),
                (language.average, Senses::AVERAGE),
                (language.mean, Senses::MEAN),
                (language.rank, Senses::RANK),
                (language.place, Senses::RANK.or(Senses::PLACE)),
                (language.maximum, Senses::MAXIMUM),
                (language.minimum, Senses::MINIMUM),
                (language.tie, Senses::TIE),
                (language.won, Senses::WON),
                (language.running, Senses::RUNNING),
                (language.every, Senses::EVERY),
                (language.fresh, Senses::FRESH),
            ] {
                words.split_whitespace().for_each(|it| lexicon.add(it, sense));
            }
        }
        lexicon
    }

    fn add(&mut self, word: &'static str, sense: Senses) {
        match (word.strip_prefix('*'), word.strip_suffix('*')) {
            (Some(inside), _) => self.inside.push((inside.trim_end_matches('*'), sense)),
            (None, Some(begin)) => self.begin.push((begin, sense)),
            (None, None) => {
                let known = self.whole.entry(word).or_default();
                *known = known.or(sense);
                if let Some((first, _)) = word.split_once('_') {
                    self.pairs.insert(first);
                }
            }
        }
    }

    fn word(&self, word: &str) -> Senses {
        let mut senses = self.whole.get(word).copied().unwrap_or_default();
        for (begin, sense) in &self.begin {
            if word.starts_with(begin) {
                senses = senses.or(*sense);
            }
        }
        for (inside, sense) in &self.inside {
            if word.contains(inside) {
                senses = senses.or(*sense);
            }
        }
        senses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_known_in_every_language() {
        for text in ["Grand total", "Insgesamt", "Ensemble", "Suma", "Totale", "Geral", "Всего", "Summa", "I alt"]
        {
            assert!(Senses::of(text).has(Senses::TOTAL), "{text}");
        }
        for text in ["Yhteensä", "Ogółem", "Celkem", "Összesen", "Toplam", "合计", "Sub-total (EU)"] {
            assert!(Senses::of(text).has(Senses::TOTAL), "{text}");
        }
    }

    #[test]
    fn a_part_of_a_word_is_not_the_word() {
        for text in ["Totality", "summary", "Assumption", "Salto"] {
            assert!(!Senses::of(text).has(Senses::TOTAL), "{text}");
        }
        assert!(!Senses::of("Perth").has(Senses::AVERAGE));
    }

    #[test]
    fn signs_say_as_much_as_words() {
        assert!(Senses::of("turnout %").has(Senses::PERCENT) && Senses::of("+ / -").has(Senses::DIFFERENCE));
        assert!(Senses::of("Stimmenanteil").has(Senses::PERCENT) && Senses::of("#").has(Senses::RANK));
    }

    #[test]
    fn a_category_for_all_is_nothing_but_the_word() {
        assert!(Senses::is_every("Total") && Senses::is_every("All ages"));
        assert!(!Senses::is_every("Total north of the river") && !Senses::is_every("Total 2"));
    }
}
