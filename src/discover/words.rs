//! What headings and labels say by their words (`languages`).

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::languages::LANGUAGES;

/// What a heading or label says, one bit a sense.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Senses(u32);

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
    pub(super) const AMOUNT: Self = Self(1 << 16);
    const RELATIVE: Self = Self(1 << 17);

    /// Whether any of the other's senses is among them.
    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
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
        let mut last = Self::default();
        for word in lower.split(|it: char| !it.is_alphabetic()).filter(|it| !it.is_empty()) {
            let own = lexicon.word(word);
            // "This week" and "semaine dernière" count what was then.
            let is_relative = own.or(last).has(Self::RELATIVE) && own.or(last).has(Self::RANK);
            senses = if is_relative { senses.or(own).without(Self::RANK) } else { senses.or(own) };
            last = own;
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

    /// Whether a label is for all of something: "All offences", "Both sexes".
    pub(super) fn names_all(label: &str) -> bool {
        const WORDS_MAX: usize = 3;
        let is_all = |text: &str| {
            let words: Vec<&str> = text.split_whitespace().collect();
            let bare = (1..=WORDS_MAX).contains(&words.len()) && !text.contains(|it: char| it.is_ascii_digit());
            bare && Self::of(words[0]).has(Self::EVERY)
        };
        label.split(" | ").any(is_all)
    }

    /// Whether a label says that its row is a part of the row above: "of which men".
    pub(super) fn is_part(label: &str) -> bool {
        static SHARED: OnceLock<Vec<String>> = OnceLock::new();
        let all = SHARED.get_or_init(|| {
            LANGUAGES.iter().flat_map(|it| it.part.split_whitespace()).map(|it| it.replace('_', " ")).collect()
        });
        let lower = label.trim_start_matches(|it: char| !it.is_alphanumeric()).to_lowercase();
        let begins = |words: &String| {
            let rest = lower.strip_prefix(words.as_str());
            rest.is_some_and(|it| it.starts_with(|it: char| !it.is_alphanumeric()) || !words.is_ascii())
        };
        all.iter().any(begins)
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
                (language.amount, Senses::AMOUNT),
                (language.relative, Senses::RELATIVE),
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
    fn a_row_for_all_says_so_first() {
        for text in ["All offences", "Male | All ages", "Both sexes", "Alle Altersgruppen", "Tous âges"] {
            assert!(Senses::names_all(text), "{text}");
        }
        for text in ["Overall 1992-2008", "All 12 teams", "Not at all", "All that is left of it", "Allison"] {
            assert!(!Senses::names_all(text), "{text}");
        }
    }

    #[test]
    fn a_week_is_a_number_and_this_week_is_not() {
        for text in ["Week", "Year", "Semaine 3", "Last name", "Next of kin"] {
            assert_eq!(Senses::of(text).has(Senses::RANK), text.starts_with(['W', 'Y']), "{text}");
        }
        for text in ["This week", "Same week of last year", "Previous year", "Letzte Woche", "Год прошлый"] {
            assert!(!Senses::of(text).has(Senses::RANK), "{text}");
        }
    }

    #[test]
    fn a_part_says_so_at_the_start() {
        for text in ["of which men", "– davon: Frauen", "dont hommes", "в том числе женщины", "其中女性"]
        {
            assert!(Senses::is_part(text), "{text}");
        }
        for text in ["men, of which", "Dontown", "Includings"] {
            assert!(!Senses::is_part(text), "{text}");
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
