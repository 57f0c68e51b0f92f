//! A sentence, taken apart: names of cells, headings, numbers, and what is left.

use super::index::{At, Index, SPAN_MAX};
use super::normal::{self, Micro, ONE, Word};

/// What some words of a sentence are.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// Cells, any of them.
    Name(Vec<At>),
    /// The headings of columns, any of them.
    Heading(Vec<usize>),
}

/// Some words that name something of the table.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) what: What,
    /// 0 for a whole cell or heading, 1 for a part, 2 for a single word of one.
    pub(crate) grade: u8,
    /// Whether it has digits in it: a score, a date.
    pub(crate) has_digits: bool,
    /// The column that the words around it say it is in, if they do.
    pub(crate) role: Option<Vec<usize>>,
    /// Whether a number or a name is tied to this heading.
    pub(crate) is_tied: bool,
    /// Whether it may be the noun of the rows themselves: `the competition on …`.
    pub(crate) is_noun: bool,
}

/// How a number is tied to a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tie {
    /// `week 7`: it names rows.
    Key,
    /// `3 wins`.
    Right,
    /// `3 of the total wins`.
    NearRight,
    /// `attendance was 57`.
    Left,
    /// `12 is the number of draws`.
    Is,
    /// `attendance for the game in Tarn was 57`.
    Far,
    /// A heading on both sides.
    Both,
    /// No heading.
    Free,
}

/// A number of a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Number {
    pub(crate) at: usize,
    pub(crate) value: Micro,
    /// What makes the statement true.
    pub(crate) low: Micro,
    pub(crate) high: Micro,
    pub(crate) is_hedged: bool,
    pub(crate) tie: Tie,
    pub(crate) columns: Vec<usize>,
}

/// A sentence as a table reads it.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) words: Vec<Word>,
    pub(crate) named: Vec<Named>,
    pub(crate) numbers: Vec<Number>,
    /// Which words nothing accounts for.
    pub(crate) left: Vec<usize>,
    /// Whether a word forbids any verdict, and whether one forbids to confirm.
    pub(crate) is_blocked: bool,
    pub(crate) is_quantified: bool,
    /// Whether a noun was taken for that of the rows.
    pub(crate) is_freed: bool,
    /// The signs behind the last word.
    pub(crate) ends: String,
}

#[rustfmt::skip]
pub(crate) const FUNCTION: &[&str] = &[
    "a", "an", "the", "this", "that", "these", "those", "of", "in", "on", "at", "by", "for", "from", "to", "with", "and",
    "or", "as", "is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "do", "does", "did", "who", "which",
    "whom", "whose", "when", "where", "there", "it", "its", "he", "she", "they", "their", "his", "her", "him", "them",
    "than", "also", "into", "during", "s", "'s", "total", "then", "while", "out", "against", "under", "same",
    "such", "so", "up", "versus", "vs", "per", "via", "between", "about", "you", "we", "i", "one's", "within", "through", "among", "he's", "it's", "both",
];
#[rustfmt::skip]
const LIGHT: &[&str] = &[
    "list", "listed", "record", "recorded", "have", "having", "make", "made", "take", "took", "taken", "play", "played", "finish",
    "finished", "reach", "reached", "receive", "received", "get", "got", "give", "given", "gave", "come", "came", "go", "went", "held", "hold",
    "occur", "occurred", "see", "saw", "show", "showed", "earn", "earned", "gain", "gained", "achieve", "achieved", "report", "reported",
    "register", "registered", "count", "counted", "contain", "include", "score", "end", "ended", "stand", "stood", "put", "post", "posted",
    "total", "totaled", "located", "called", "number", "amount", "table", "name", "named", "value", "set", "being", "used", "use", "shown", "match",
];
#[rustfmt::skip]
const BLOCKING: &[&str] = &[
    "not", "no", "never", "none", "neither", "nor", "without", "except", "unless", "fail", "failed", "before", "after", "since", "until",
    "first", "last", "next", "earlier", "later", "best", "worst", "top", "leading", "beat", "tied", "lost", "won", "win", "loss", "draw", "defeated", "didn't",
    "isn't", "wasn't", "doesn't", "weren't", "cannot", "previous", "earliest", "latest", "more", "less", "fewer", "other", "another",
    "second", "different", "consecutive",
];
const QUANTIFIED: &[&str] = &["only", "all", "both", "each", "any", "every", "some"];

/// Words that widen or bound a number behind them.
#[rustfmt::skip]
const HEDGES: &[&str] = &[
    "about", "around", "approximately", "roughly", "nearly", "almost", "over", "under", "above", "below", "some", "least", "most", "exactly", "just",
    "more", "less", "fewer", "than", "at", "up", "only", "to", "close",
];

impl Reading {
    /// Takes a sentence apart beside a table.
    pub(crate) fn of(sentence: &str, index: &Index) -> Self {
        let words = normal::words(sentence);
        let ends = words.last().map_or(String::new(), |it| sentence[it.bytes.1..].trim().to_owned());
        let mut used = vec![false; words.len()];
        let mut named = Vec::new();
        spans(&words, index, &mut used, &mut named);
        named.sort_by_key(|it: &Named| it.from);
        let mut reading = Self {
            words,
            named,
            numbers: Vec::new(),
            left: Vec::new(),
            is_blocked: false,
            is_quantified: false,
            is_freed: false,
            ends,
        };
        reading.nouns();
        reading.roles(index);
        reading.numbers(index, &mut used);
        reading.rest(index, &used);
        reading
    }

    /// The bytes of some words.
    pub(crate) fn bytes(&self, (from, to): (usize, usize)) -> (usize, usize) {
        (self.words[from].bytes.0, self.words[to - 1].bytes.1)
    }

    /// What starts at a word.
    pub(crate) fn named_from(&self, at: usize) -> Option<usize> {
        self.named.iter().position(|it| it.from == at)
    }

    /// What ends before a word.
    pub(crate) fn named_to(&self, at: usize) -> Option<usize> {
        self.named.iter().position(|it| it.to == at)
    }

    pub(crate) fn heading_of(&self, named: Option<usize>) -> Option<(usize, &Vec<usize>)> {
        let at = named?;
        match &self.named[at].what {
            What::Heading(columns) => Some((at, columns)),
            What::Name(_) => None,
        }
    }

    /// Marks headings that may stand for the rows: `the competition on …`.
    fn nouns(&mut self) {
        for it in &mut self.named {
            let led = it.from == 0 || ["the", "a", "an", "each"].contains(&self.words[it.from - 1].raw.as_str());
            let next = self.words.get(it.to).map_or("", |it| it.raw.as_str());
            it.is_noun = led
                && matches!(it.what, What::Heading(_))
                && ["on", "of", "in", "with", "that", "at", "which", "who", "whose", "when", "where", "for", "from"]
                    .contains(&next);
        }
    }

    /// Ties names to the headings beside them.
    fn roles(&mut self, index: &Index) {
        for at in 0..self.named.len() {
            if !matches!(self.named[at].what, What::Name(_)) {
                continue;
            }
            let (from, to) = (self.named[at].from, self.named[at].to);
            let mut before = from;
            let mut steps = 0;
            while before > 0
                && steps < 3
                && ["is", "was", "of", "the", "a"].contains(&self.words[before - 1].raw.as_str())
            {
                before -= 1;
                steps += 1;
            }
            let plain = |from: usize, to: usize| {
                self.words[from..to.min(self.words.len())].iter().all(|it| it.signs.is_empty() || it.signs == "'")
            };
            let left = self.heading_of(self.named_to(before)).filter(|_| plain(before, from + 1));
            let right = self.heading_of(self.named_from(to)).filter(|_| plain(to, to + 1));
            let mut after = to;
            let mut linked = false;
            while after < self.words.len()
                && after < to + 3
                && ["is", "was", "the"].contains(&self.words[after].raw.as_str())
            {
                linked |= self.words[after].raw != "the";
                after += 1;
            }
            let is = self
                .heading_of(self.named_from(after))
                .filter(|it| linked && plain(to, after + 1) && !self.ties_number(it.0));
            let text = |it: &&(usize, &Vec<usize>)| it.1.iter().any(|it| !index.is_numeric[*it]);
            let tied = [left, right, is].into_iter().flatten().find(|it| text(&it)).map(|it| (it.0, it.1.clone()));
            if let Some((heading, columns)) = tied {
                self.named[at].role = Some(columns);
                self.named[heading].is_tied = true;
            }
        }
    }

    /// Whether a number stands right before or behind a heading.
    fn ties_number(&self, heading: usize) -> bool {
        let it = &self.named[heading];
        let number = |at: usize| self.words.get(at).is_some_and(|it| it.value.is_some());
        number(it.to) || it.from > 0 && number(it.from - 1)
    }

    fn numbers(&mut self, index: &Index, used: &mut [bool]) {
        for at in 0..self.words.len() {
            let Some(value) = self.words[at].value.filter(|_| !used[at]) else { continue };
            let titled = index.title.contains(&self.words[at].text);
            let (mut low, mut high, mut is_hedged) = (value, value, false);
            let mut before = at;
            while before > 0
                && self.words[before].signs.is_empty()
                && HEDGES.contains(&self.words[before - 1].raw.as_str())
                && !used[before - 1]
            {
                before -= 1;
            }
            let time = at > 0 && matches!(self.words[at - 1].raw.as_str(), "before" | "after") && !used[at - 1];
            let dated = self
                .heading_of(self.named_to(at.saturating_sub(1)))
                .filter(|it| time && it.1.iter().all(|it| index.is_years[*it]));
            if dated.is_some() {
                // `opened before 1990`: a bound on the column of years.
                before = at - 1;
            }
            let hedges: Vec<String> = self.words[before..at].iter().map(|it| it.raw.clone()).collect();
            if !hedges.is_empty() {
                (low, high, is_hedged) = bounds(value, &hedges);
                if hedges.iter().any(|it| !["at", "to", "up", "than"].contains(&it.as_str())) {
                    used[before..at].fill(true);
                }
            }
            let (tie, columns, heading) = self.tie(at, before, index);
            if let Some(heading) = heading {
                self.named[heading].is_tied = true;
            }
            used[at] = true;
            let cell = index.whole.contains_key(&self.words[at].text);
            if titled && (!cell || tie == Tie::Free) {
                continue;
            }
            self.numbers.push(Number { at, value, low, high, is_hedged, tie, columns });
        }
    }

    /// What nothing accounts for, and what forbids a verdict.
    fn rest(&mut self, index: &Index, used: &[bool]) {
        for (at, _) in used.iter().enumerate().filter(|it| !*it.1) {
            let word = &self.words[at];
            let raw = word.raw.as_str();
            self.is_blocked |= BLOCKING.contains(&raw);
            self.is_quantified |= QUANTIFIED.contains(&raw);
            let unit = at > 0 && self.words[at - 1].value.is_some() && word.signs.is_empty() && UNITS.contains(&raw);
            let known = FUNCTION.contains(&raw)
                || LIGHT.contains(&raw)
                || LIGHT.contains(&word.text.as_str())
                || index.title.contains(&word.text)
                || unit
                || QUANTIFIED.contains(&raw);
            // `the game whose …`: the noun of the rows themselves.
            let subject = at > 0
                && self.words[at - 1].raw == "the"
                && self
                    .words
                    .get(at + 1)
                    .is_some_and(|it| ["with", "from", "whose", "that", "who", "which"].contains(&it.raw.as_str()));
            let next = self.words.get(at + 1).map_or("", |it| it.raw.as_str());
            let row = ROW_NOUNS.contains(&word.text.as_str())
                && at > 0
                && ["the", "a", "an"].contains(&self.words[at - 1].raw.as_str())
                && (next.is_empty() || FUNCTION.contains(&next) || LIGHT.contains(&next));
            self.is_freed |= !known && (subject || row);
            if !known && !subject && !row {
                self.left.push(at);
            }
        }
    }
}

#[rustfmt::skip]
const ROW_NOUNS: &[&str] = &[
    "game", "match", "race", "event", "episode", "player", "team", "tournament", "competition", "film", "song", "school", "season", "city",
    "town", "country", "candidate", "club", "driver", "album", "year", "date", "entry", "contest", "round", "person", "name",
];
#[rustfmt::skip]
const UNITS: &[&str] = &[
    "percent", "million", "point", "points", "year", "years", "km", "m", "metre", "meter", "metres", "meters", "kg", "lb", "mile", "miles", "feet", "ft", "minute", "minutes",
    "dollar", "euros", "people", "persons", "mbit",
];

/// What a hedged number may be.
fn bounds(value: Micro, hedges: &[String]) -> (Micro, Micro, bool) {
    let has = |word: &str| hedges.iter().any(|it| it == word);
    let far = ONE * 1_000_000_000_000_000;
    if has("before") || has("than") && (has("less") || has("fewer")) || has("under") || has("below") {
        (-far, value - 1, true)
    } else if has("after") || has("than") && has("more") || has("over") || has("above") {
        (value + 1, far, true)
    } else if has("least") {
        (value, far, true)
    } else if has("most") && has("at") || has("up") && has("to") {
        (-far, value, true)
    } else if has("about") || has("around") || has("approximately") || has("roughly") || has("some") {
        (value - half_width(value), value + half_width(value), true)
    } else if has("nearly") || has("almost") || has("close") {
        (value - half_width(value), value - 1, true)
    } else {
        (value, value, false)
    }
}

/// How far `about` reaches, as for all mentions: half of the last digit that is
/// no zero, within a twentieth and a tenth of a round number.
fn half_width(value: Micro) -> Micro {
    let (mut unit, mut rest) = (1, value.abs());
    while rest != 0 && rest % 10 == 0 {
        (unit, rest) = (unit * 10, rest / 10);
    }
    let (half, value) = (unit / 2, value.abs());
    if rest < 100 { half.max(value / 20).min(value / 10) } else { half.max(value / 200) }
}

/// A way to look words up.
type Look<'a> = &'a dyn Fn(&str) -> Option<What>;

/// Finds what words name, the longest first, each word once.
fn spans(words: &[Word], index: &Index, used: &mut [bool], named: &mut Vec<Named>) {
    let cells = |map: &std::collections::HashMap<String, Vec<At>>, key: &str| map.get(key).cloned().map(What::Name);
    let columns =
        |map: &std::collections::HashMap<String, Vec<usize>>, key: &str| map.get(key).cloned().map(What::Heading);
    let unique = |key: &str| index.single.get(key).filter(|it| it.len() == 1).cloned().map(What::Name);
    let only = |key: &str| index.heading_part.get(key).filter(|it| it.len() == 1).cloned().map(What::Heading);
    let month = |key: &str| index.months.get(key).cloned().map(What::Name);
    let year = |key: &str| {
        index
            .single
            .get(key)
            .filter(|_| key.len() == 4 && key.bytes().all(|it| it.is_ascii_digit()))
            .cloned()
            .map(What::Name)
    };
    let looks: [(usize, u8, Look<'_>); 11] = [
        (2, 0, &|key| cells(&index.whole, key)),
        (2, 0, &|key| columns(&index.heading_whole, key)),
        (2, 1, &|key| cells(&index.part, key)),
        (2, 1, &|key| columns(&index.heading_part, key)),
        (1, 0, &|key| columns(&index.heading_whole, key)),
        (1, 0, &|key| cells(&index.whole, key)),
        (1, 1, &|key| cells(&index.part, key)),
        (1, 1, &year),
        (1, 1, &only),
        (1, 2, &unique),
        (1, 1, &month),
    ];
    let is_function: Vec<bool> = words.iter().map(Word::is_function).collect();
    for (step, (least, grade, look)) in looks.iter().enumerate() {
        let most = if *least == 1 { 1 } else { SPAN_MAX.min(words.len()).min(index.longest) };
        for length in (*least..=most).rev() {
            for from in 0..=words.len().saturating_sub(length) {
                let to = from + length;
                if to > words.len()
                    || used[from..to].contains(&true)
                    || !is_function[from..to].contains(&false)
                    || !is_tellable(&words[from..to], step)
                {
                    continue;
                }
                if let Some(what) = look(&normal::key(&words[from..to])) {
                    used[from..to].fill(true);
                    let has_digits = words[from..to].iter().any(Word::has_digits);
                    named.push(Named {
                        from,
                        to,
                        what,
                        grade: *grade,
                        has_digits,
                        role: None,
                        is_tied: false,
                        is_noun: false,
                    });
                }
            }
        }
    }
}

impl Word {
    fn has_digits(&self) -> bool {
        self.value.is_some() || self.raw.contains(|it: char| it.is_ascii_digit())
    }

    /// Whether it names nothing by itself: a word like `the`, or a single letter.
    fn is_function(&self) -> bool {
        FUNCTION.contains(&self.raw.as_str()) || self.raw.len() < 2 && self.value.is_none()
    }
}

/// Whether some words can name anything: not signs of another sentence part
/// between them, and not a bare number.
fn is_tellable(words: &[Word], step: usize) -> bool {
    let breaks = words[1..].iter().any(|it| it.signs.contains([';', ':', '!', '?']));
    let bare = words.len() == 1 && words[0].value.is_some() && step != 7;
    let spelled = words.iter().all(|it| it.value.is_some()) && words.iter().any(|it| it.is_spelled);
    !breaks && !bare && !spelled
}
