//! What each sentence of a story names of a table: rows, by their names or days.

use std::collections::HashSet;
use std::ops::Range;

use super::sheet::Sheet;
use super::words::{compound, form, is_akin, is_plain};
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::scan::Read;
use crate::article::sections::Section;
use crate::article::tokens::Token;
use crate::article::words::weekday;

/// Words that a name may have between its own.
const GAP_MAX: usize = 3;

/// A sentence with what it names.
#[derive(Debug, Default)]
pub(super) struct Scene {
    pub(super) tokens: Range<usize>,
    /// The rows that it names, in its order.
    pub(super) hits: Vec<Hit>,
    /// The forms of its words, with those that a hyphen makes.
    pub(super) words: HashSet<String>,
    /// Whether it speaks of all rows together.
    pub(super) is_total: bool,
}

/// Rows that some tokens name.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub(super) tokens: Range<usize>,
    pub(super) column: usize,
    pub(super) rows: Vec<usize>,
    /// Whether it is a whole name of letters.
    is_label: bool,
    /// Whether it is an end of a range, and the rows between are meant, too.
    pub(super) is_end: bool,
    /// Whether it is a word of a name only, and printed as any word is: `staff` of `Laboratory staff`.
    pub(super) is_word: bool,
}

/// The scenes of a draft for one table, by paragraph and sentence.
pub(super) struct Scenes {
    pub(super) all: Vec<Vec<Scene>>,
}

impl Scenes {
    pub(super) fn of(case: &Case<'_>, sheet: &Sheet<'_>) -> Self {
        let read = |it: &Read<'_>| {
            if matches!(it.section, Section::Article | Section::Headline) {
                it.sentences.iter().map(|range| Scene::of(it, range.clone(), sheet)).collect()
            } else {
                Vec::new()
            }
        };
        let mut scenes = Self { all: case.reads.iter().map(read).collect() };
        for it in case.of_kinds(&[MentionKind::Date, MentionKind::Period]) {
            scenes.date(case, it, sheet);
        }
        for (scenes, read) in scenes.all.iter_mut().zip(case.reads) {
            for it in scenes {
                it.mark_ranges(&read.tokens);
            }
        }
        scenes
    }

    pub(super) fn at(&self, case: &Case<'_>, mention: usize) -> Option<&Scene> {
        let it = &case.mentions[mention];
        self.all.get(it.paragraph)?.get(it.sentence)
    }

    /// The scene before that of a mention, in its paragraph.
    pub(super) fn before(&self, case: &Case<'_>, mention: usize) -> Option<&Scene> {
        let it = &case.mentions[mention];
        self.all.get(it.paragraph)?.get(it.sentence.checked_sub(1)?)
    }

    /// The rows that are called by a whole name of one row.
    pub(super) fn labels(&self) -> impl Iterator<Item = usize> {
        let hits = self.all.iter().flatten().flat_map(|it| &it.hits);
        hits.filter(|it| it.is_label && it.rows.len() == 1).map(|it| it.rows[0])
    }

    /// What the sentences before that of a mention named last, in its paragraph.
    pub(super) fn carried(&self, case: &Case<'_>, mention: usize, column: usize) -> Option<&Hit> {
        let it = &case.mentions[mention];
        let before = self.all.get(it.paragraph)?.get(..it.sentence)?;
        before.iter().rev().find_map(|it| it.hits.iter().rev().find(|it| it.column == column))
    }

    /// Takes the rows of the day or the month that a mention is.
    fn date(&mut self, case: &Case<'_>, mention: usize, sheet: &Sheet<'_>) {
        let it = &case.mentions[mention];
        let Some(dated) = it.dated.filter(|it| it.until.is_none()) else { return };
        let (Some(month), day) = (dated.from.month, dated.from.day) else { return };
        let year = dated.from.year;
        let same = |own: jiff::civil::Date| {
            own.month() == month && day.is_none_or(|day| own.day() == day) && year.is_none_or(|year| own.year() == year)
        };
        let fits = |row: &usize| sheet.dates.iter().any(|it| it.1[*row].is_some_and(same));
        let rows: Vec<usize> = (0..sheet.rows()).filter(fits).collect();
        let Some(scene) = self.all.get_mut(it.paragraph).and_then(|all| all.get_mut(it.sentence)) else { return };
        if !rows.is_empty() {
            let column = sheet.keys.first().copied().unwrap_or(0);
            scene.hits.push(Hit {
                tokens: it.tokens.0..it.tokens.1,
                column,
                rows,
                is_label: false,
                is_end: false,
                is_word: false,
            });
            scene.hits.sort_by_key(|it| it.tokens.start);
        }
    }
}

impl Scene {
    fn of(read: &Read<'_>, tokens: Range<usize>, sheet: &Sheet<'_>) -> Self {
        let all = &read.tokens;
        let mut scene = Self { tokens: tokens.clone(), ..Self::default() };
        let mut at = tokens.start;
        for it in tokens.clone() {
            scene.words.insert(form(&all[it].lower));
            scene.words.extend(compound(all, it).map(|it| form(&it)));
        }
        for it in tokens.clone().filter(|it| *it > tokens.start && all[*it].is("quarter")) {
            let before = form(&all[it - 1].lower);
            let quarter = if before == "last" || before == "final" { "4" } else { before.trim_start_matches('#') };
            scene.words.insert(format!("q{quarter}"));
        }
        // `October to December` is a quarter.
        let ends = [("january", "march"), ("april", "june"), ("july", "september"), ("october", "december")];
        for (quarter, (first, last)) in ends.iter().enumerate() {
            let joined = |it: &[Token<'_>]| {
                it[0].is(first) && it[2].is(last) && matches!(&*it[1].lower, "to" | "until" | "through" | "–" | "-")
            };
            if all[tokens.clone()].windows(3).any(joined) {
                scene.words.insert(format!("q{}", quarter + 1));
            }
        }
        while at < tokens.end {
            let found = hit(all, at, tokens.end, sheet).or_else(|| weekday_hit(all, at, tokens.start, sheet));
            at = found.as_ref().map_or(at + 1, |it| it.tokens.end);
            scene.hits.extend(found);
        }
        scene.is_total = is_total(all, tokens);
        scene
    }

    /// `between January and June`, `from Monday to Friday`.
    fn mark_ranges(&mut self, all: &[Token<'_>]) {
        let mut ends: Vec<Range<usize>> = Vec::new();
        for pair in self.hits.windows(2) {
            let [one, other] = pair else { continue };
            let led_by = |word: &str| one.tokens.start > 0 && all[one.tokens.start - 1].is(word);
            let joined = match &all[one.tokens.end..other.tokens.start.max(one.tokens.end)] {
                [it] if it.is("and") => led_by("between"),
                [it] => ["to", "until", "till", "through", "–", "-"].iter().any(|word| it.is(word)),
                _ => false,
            };
            if joined && one.column == other.column {
                ends.extend([one.tokens.clone(), other.tokens.clone()]);
            }
        }
        // A month may be hit by its name and by its days.
        self.hits.iter_mut().for_each(|it| it.is_end = ends.contains(&it.tokens));
    }

    /// Whether one of its words is akin to a form.
    pub(super) fn has(&self, stem: &str) -> bool {
        self.words.contains(stem) || self.words.iter().any(|it| is_akin(it, stem))
    }
}

/// Whether some words speak of all rows together.
pub(super) fn is_total(all: &[Token<'_>], range: Range<usize>) -> bool {
    let is = |at: usize, word: &str| all.get(at).is_some_and(|it| it.is(word));
    range.clone().any(|it| {
        let whole = matches!(&*all[it].lower, "altogether" | "total" | "overall" | "combined" | "across");
        whole
            || (is(it, "in") || is(it, "told")) && is(it + 1, "all")
            || is(it, "all") && (is(it + 1, "told") || is(it + 1, "in"))
    })
}

/// The longest name that begins at a token.
fn hit(all: &[Token<'_>], at: usize, end: usize, sheet: &Sheet<'_>) -> Option<Hit> {
    let token = &all[at];
    if !token.is_word() && !token.is_number() {
        return None;
    }
    let mut best: Option<(usize, &super::sheet::Name)> = None;
    for name in sheet.by_word.get(&form(&token.lower))?.iter().map(|it| &sheet.names[*it]) {
        let Some(last) = matches(all, at, end, &name.words) else { continue };
        // A part of a name is one only where it is printed as a name.
        let rest = name.words.len() == 1 && matches!(token.lower.as_ref(), "other" | "others" | "rest" | "new" | "all");
        let named = (name.is_whole || token.is_capital() || token.text.len() >= 5) && (!rest || token.is_capital());
        // `a` is a word, `A` may be a name.
        let named = named && (name.words.iter().any(|it| it.len() > 1) || token.is_capital() && token.text != "I");
        let longer = best.is_none_or(|it| (last, name.is_whole) > (it.0, it.1.is_whole));
        if named && longer {
            best = Some((last, name));
        }
    }
    let (last, name) = best?;
    let letters = name.words.iter().all(|it| it.chars().all(char::is_alphabetic) && it.len() > 2);
    let is_label = name.is_whole && letters && token.is_capital() && !name.rows.iter().any(|it| sheet.is_total[*it]);
    let is_word = !name.is_whole && !token.is_capital();
    Some(Hit { tokens: at..last, column: name.column, rows: name.rows.clone(), is_label, is_end: false, is_word })
}

/// Where a name ends whose words stand in order, with plain words between them.
fn matches(all: &[Token<'_>], at: usize, end: usize, words: &[String]) -> Option<usize> {
    let mut next = at;
    for (step, word) in words.iter().enumerate() {
        let mut gap = 0;
        loop {
            let token = all.get(next).filter(|_| next < end)?;
            let own = form(&token.lower);
            if own == *word {
                break;
            }
            let passes = (!token.is_word() && !token.is_number() || is_plain(&own))
                && !matches!(token.text, "," | "." | ";" | "(");
            gap += 1;
            if step == 0 || !passes || gap > GAP_MAX {
                return None;
            }
            next += 1;
        }
        next += 1;
    }
    Some(next)
}

/// `Thursday`, where rows are days and one of them is one.
fn weekday_hit(all: &[Token<'_>], at: usize, start: usize, sheet: &Sheet<'_>) -> Option<Hit> {
    let token = all.get(at).filter(|it| it.is_word() && it.is_capital())?;
    let day = weekday(&token.lower).or_else(|| weekday(token.lower.trim_end_matches('s')))?;
    let said = at > start && matches!(&*all[at - 1].lower, "next" | "last" | "every");
    let column = *sheet.keys.first()?;
    let fits = |row: &usize| {
        let first = sheet.table.text(*row, column).split([' ', ',']).next().unwrap_or_default().to_lowercase();
        let dated = sheet.days[*row].map(|it| it.weekday().to_monday_one_offset());
        dated.or_else(|| weekday(&first)) == Some(day)
    };
    let rows: Vec<usize> = (0..sheet.rows()).filter(fits).collect();
    (!said && !rows.is_empty()).then(|| Hit {
        tokens: at..at + 1,
        column,
        rows,
        is_label: false,
        is_end: false,
        is_word: false,
    })
}

/// The stretch of a sentence between signs, and `while` or `but`, around a token.
pub(super) fn chunk(all: &[Token<'_>], sentence: &Range<usize>, at: usize) -> Range<usize> {
    let breaks = |it: usize| {
        matches!(all[it].text, "," | ";" | ":" | "–" | "—" | "(" | ")")
            || all[it].text == "-" && all[it].spaced
            || matches!(&*all[it].lower, "while" | "whereas" | "but")
    };
    let start = (sentence.start..at).rev().find(|it| breaks(*it)).map_or(sentence.start, |it| it + 1);
    let end = (at..sentence.end).find(|it| breaks(*it)).unwrap_or(sentence.end);
    start..end.max(at + 1)
}
