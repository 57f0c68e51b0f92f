//! Whether a value is surely in order, and what a row group says of all its values.

use parquet::file::statistics::Statistics;

use super::file::Leaf;
use super::kind::{Kind, PLAIN_END, Raw, civil};
use crate::plan::{Test, packed};
use crate::source::delimited::sieve::{self, Sieve, Wanted};

/// A value as it was judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct JudgedValue {
    /// Its digits, or its day; [`UNKNOWN`] where it has none.
    pub(super) number: i64,
    /// How many of its digits are decimals.
    pub(super) decimals: u8,
    /// Whether it is surely in order, as far as it alone can tell.
    pub(super) sound: bool,
    /// Whether its cell holds something.
    pub(super) filled: bool,
}

/// No number: those that are read have eighteen digits at most.
pub(super) const UNKNOWN: i64 = i64::MIN;

/// What is asked of a column.
pub(super) struct Judge<'a> {
    pub(super) wanted: Wanted,
    pub(super) kind: Kind,
    /// Whether its numbers are needed beside: for the key, or for another column.
    pub(super) kept: bool,
    /// Whether a null must be looked at.
    pub(super) strict: bool,
    tests: Vec<&'a Test<usize>>,
}

/// What the statistics of a row group tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GroupStatistics {
    /// All of its values are in order: so many nulls are between them, which are too.
    Sound { nulls: u64 },
    /// All of its values are in order, but its nulls are not.
    SoundButNulls,
    /// Nothing.
    Nothing,
}

impl<'a> Judge<'a> {
    /// What a sieve asks of a column; `blank` says whether it may be empty.
    pub(super) fn of(sieve: &'a Sieve, column: usize, kind: Kind, blank: bool) -> Self {
        let wanted = sieve.columns[column];
        let compared = sieve.tests.iter().any(|it| match it {
            Test::Compare(left, _, right) => *left == column || *right == column,
            Test::Within(..) | Test::Listed(..) => false,
            Test::Formula(it) => it.read().0.contains(&&column),
        });
        let alone = |it: &&Test<usize>| match it {
            Test::Within(at, _) | Test::Listed(at, _) => *at == column,
            Test::Compare(..) | Test::Formula(_) => false,
        };
        let tests: Vec<_> = sieve.tests.iter().filter(alone).collect();
        let needed = compared || sieve.rising().contains(&column);
        let kept = needed || sieve.counted.iter().any(|it| it.columns().any(|it| it == column));
        let is_text = matches!(wanted, Wanted::Text | Wanted::Filled);
        let strict = needed || !tests.is_empty() || wanted == Wanted::Filled || (!is_text && !blank);
        Self { wanted, kind, kept, strict, tests }
    }

    pub(super) fn is_number(&self) -> bool {
        self.wanted.is_number()
    }

    pub(super) fn null(&self) -> JudgedValue {
        JudgedValue { number: UNKNOWN, decimals: 0, sound: !self.strict, filled: false }
    }

    /// Judges a value; `scratch` is used for its text where that is needed.
    pub(super) fn value(&self, raw: Raw<'_>, scratch: &mut String) -> JudgedValue {
        match self.wanted {
            Wanted::Text | Wanted::Filled => self.text(raw, scratch),
            Wanted::Number | Wanted::Fixed(_) | Wanted::Count | Wanted::Integer | Wanted::Year => {
                let number = if self.kind.is_exact() {
                    self.kind.number(raw)
                } else {
                    scratch.clear();
                    self.kind.print(raw, scratch);
                    if trimmed(scratch.as_bytes()).is_empty() {
                        return self.null();
                    }
                    sieve::plain_number(scratch.as_bytes())
                };
                self.number(number)
            }
            Wanted::Day | Wanted::DayAs(_) => {
                let day = if let (Kind::Day, Raw::Whole(it)) = (self.kind, raw) {
                    day_of(it)
                } else {
                    scratch.clear();
                    self.kind.print(raw, scratch);
                    if trimmed(scratch.as_bytes()).is_empty() {
                        return self.null();
                    }
                    sieve::plain_day(scratch)
                };
                self.number(day.map(|it| (it, 0)))
            }
        }
    }

    fn number(&self, number: Option<(i64, u8)>) -> JudgedValue {
        let Some((number, decimals)) = number else {
            return JudgedValue { number: UNKNOWN, decimals: 0, sound: false, filled: true };
        };
        let whole = match self.wanted {
            Wanted::Fixed(it) => decimals == it,
            Wanted::Count => decimals == 0 && number >= 0,
            Wanted::Integer | Wanted::Year => decimals == 0,
            _ => true,
        };
        let within = |it: &&Test<usize>| match it {
            Test::Within(_, limits) => {
                let (low, high) = limits[usize::from(decimals.min(18))];
                (low..=high).contains(&number)
            }
            _ => false,
        };
        JudgedValue { number, decimals, sound: whole && self.tests.iter().all(within), filled: true }
    }

    fn text(&self, raw: Raw<'_>, scratch: &mut String) -> JudgedValue {
        scratch.clear();
        let bytes = if let (Kind::Text, Raw::Bytes(bytes)) = (self.kind, raw) {
            bytes
        } else {
            self.kind.print(raw, scratch);
            scratch.as_bytes()
        };
        let text = trimmed(bytes);
        let filled = !text.is_empty();
        // A character that is not ASCII may be a space.
        let plain = !filled || text[0].is_ascii_graphic() || text.iter().any(u8::is_ascii_graphic);
        let listed = |it: &&Test<usize>| match it {
            Test::Listed(_, values) => values.contains(text),
            _ => false,
        };
        let sound = plain && (filled || self.wanted == Wanted::Text) && self.tests.iter().all(listed);
        JudgedValue { number: UNKNOWN, decimals: 0, sound, filled }
    }

    /// What the statistics of a row group tell of a column in it.
    pub(super) fn told(&self, leaf: &Leaf, statistics: Option<&Statistics>, rows: u64) -> GroupStatistics {
        let Some(it) = statistics.filter(|_| !self.kept) else { return GroupStatistics::Nothing };
        let nulls = if leaf.level == 0 { Some(0) } else { it.null_count_opt().filter(|it| *it <= rows) };
        let Some(nulls) = nulls else { return GroupStatistics::Nothing };
        if nulls < rows && !self.all_sound(leaf, it) {
            return GroupStatistics::Nothing;
        }
        if nulls > 0 && self.strict { GroupStatistics::SoundButNulls } else { GroupStatistics::Sound { nulls } }
    }

    /// What the least and the most of values in memory tell of all of them.
    pub(super) fn told_in_memory<'b>(
        &self,
        (nulls, rows): (u64, u64),
        limits: impl FnOnce() -> Option<(Raw<'b>, Raw<'b>)>,
    ) -> GroupStatistics {
        let is_text = matches!(self.wanted, Wanted::Text | Wanted::Filled);
        let are_sound = || match self.kind {
            // All that is printed of these is plain.
            kind if is_text => !matches!(kind, Kind::Text | Kind::Bytes) && self.tests.is_empty(),
            Kind::Whole | Kind::Unsigned | Kind::Decimal(_) | Kind::Day => {
                let sound = |it| self.value(it, &mut String::new()).sound;
                limits().is_some_and(|(least, most)| sound(least) && sound(most))
            }
            _ => false,
        };
        if self.kept || (nulls < rows && !are_sound()) {
            return GroupStatistics::Nothing;
        }
        if nulls > 0 && self.strict { GroupStatistics::SoundButNulls } else { GroupStatistics::Sound { nulls } }
    }

    /// Whether the least and the most tell that all between them is in order.
    fn all_sound(&self, leaf: &Leaf, it: &Statistics) -> bool {
        let is_text = matches!(self.wanted, Wanted::Text | Wanted::Filled);
        if is_text && !matches!(self.kind, Kind::Text | Kind::Bytes) {
            // All that is printed of these is plain.
            return self.tests.is_empty();
        }
        let limits = it.min_bytes_opt().zip(it.max_bytes_opt());
        let Some((least, most)) = limits.filter(|_| !it.is_min_max_deprecated()) else { return false };
        match (is_text, self.kind) {
            // None of them starts with a space, or with what may be one.
            (true, Kind::Text) => {
                let first = least.first().zip(most.first());
                self.tests.is_empty() && first.is_some_and(|it| *it.0 > b' ' && *it.1 < 0x7f)
            }
            (false, Kind::Whole | Kind::Unsigned | Kind::Decimal(_) | Kind::Day) => {
                let sound = |bytes| leaf.stored(bytes).is_some_and(|it| self.value(it, &mut String::new()).sound);
                sound(least) && sound(most)
            }
            _ => false,
        }
    }
}

/// A day as sieves have it, in the years that they read.
fn day_of(days: i64) -> Option<i64> {
    let (year, month, day) = civil(days);
    let year = u32::try_from(year).ok().filter(|it| (1583..=9999).contains(it))?;
    Some(packed(year, month, day))
}

/// Without outer spaces, as a reader of delimited text takes it.
fn trimmed(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|it| *it != b' ').unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|it| *it != b' ').map_or(start, |it| it + 1);
    &bytes[start..end]
}

const _: () = assert!(PLAIN_END > 0 && UNKNOWN < -PLAIN_END);
