//! `There are three clubs that …`: rows that meet the other conditions.

use std::collections::{HashMap, HashSet};

use super::index::{At, Index};
use super::normal::{Micro, ONE};
use super::read::{Number, Reading, Tie, What};
use super::row::Answer;

pub(crate) const COUNT_CONFIRM_MAX: u32 = 4;
pub(crate) const COUNT_CONTRADICT_MAX: u32 = 2;

/// Judges the number of a sentence that counts rows, if one does.
pub(crate) fn judge(reading: &Reading, index: &Index) -> Option<Answer> {
    let counted = counted(reading, index)?;
    let number = &reading.numbers[counted.number];
    if number.value % ONE != 0 || number.is_hedged || reading.words[number.at].is_ordinal {
        return None;
    }
    let claimed = number.value / ONE;
    let filters = Filters::of(reading, &counted)?;
    let rows: Vec<usize> =
        (0..index.values.len()).filter(|it| !index.is_total[*it] && filters.keep(index, *it)).collect();
    // `two of the four libraries`: the base is the number of rows.
    if let Some(base) = counted.base {
        let all = index.is_total.iter().filter(|it| !**it).count();
        if reading.numbers[base].value != i128::try_from(all).ok()? * ONE {
            return None;
        }
    }
    let mut readings: HashSet<i128> = HashSet::new();
    readings.insert(i128::try_from(rows.len()).ok()?);
    let mut lists = false;
    if let Some(column) = counted.column {
        let values: HashSet<&String> =
            rows.iter().map(|it| &index.keys[*it][column]).filter(|it| !it.is_empty()).collect();
        readings.insert(i128::try_from(values.len()).ok()?);
        if counted.distinct {
            readings.remove(&i128::try_from(rows.len()).ok()?);
            readings.insert(i128::try_from(values.len()).ok()?);
        }
        lists = values.iter().any(|it| it.contains(" and "));
    }
    let mut all = readings.iter();
    let (found, None) = (*all.next()?, all.next()) else { return None };
    let holds = found == claimed;
    if found == 0 || !holds && reading.is_quantified {
        return None;
    }
    let points = points(reading, &counted, &filters, (found, claimed), (rows.len(), lists));
    Some(answer(reading, &counted, (found, holds), points, &rows, filters.free))
}

/// Points against a verdict.
fn points(
    reading: &Reading,
    counted: &Counted,
    filters: &Filters,
    (found, claimed): (i128, i128),
    (rows, lists): (usize, bool),
) -> u32 {
    let left = u32::try_from(reading.left.len()).unwrap_or(9);
    let free = u32::try_from(filters.free).unwrap_or(9);
    let doubled = filters.doubled();
    if found == claimed {
        3 * left + 2 * free + 2 * u32::from(filters.is_empty()) + 2 * u32::from(doubled)
    } else {
        4 * left
            + 4 * free
            + 5 * u32::from((found - claimed).abs() > 3)
            + 3 * u32::from(rows < 2)
            + 2 * u32::from(filters.part)
            + 2 * u32::from(lists)
            + 2 * u32::from(counted.times)
            + 3 * u32::from(filters.is_empty())
            + 4 * u32::from(doubled)
    }
}

fn answer(
    reading: &Reading,
    counted: &Counted,
    (found, holds): (i128, bool),
    points: u32,
    rows: &[usize],
    free: usize,
) -> Answer {
    let is_whole = reading.left.is_empty() && !reading.is_freed && free == 0;
    let column = counted.column.unwrap_or(0);
    let cells: Vec<At> = rows.iter().map(|it| (column, *it)).collect();
    // The base is confirmed with the number that is of it.
    let numbers = counted.base.into_iter().filter(|_| holds).chain([counted.number]);
    let bytes = numbers.map(|it| reading.numbers[it].at).map(|it| reading.bytes((it, it + 1))).collect();
    Answer { holds, bytes, points, is_whole, cells, kind: "count", formula: format!("rows = {found}") }
}

/// The number that counts rows.
struct Counted {
    number: usize,
    /// The column that its noun names.
    column: Option<usize>,
    /// The words of its noun that are accounted for.
    heading: Option<usize>,
    times: bool,
    distinct: bool,
    /// The number of all rows, where it is told.
    base: Option<usize>,
}

fn counted(reading: &Reading, index: &Index) -> Option<Counted> {
    for (at, it) in reading.numbers.iter().enumerate() {
        let word = |step: usize| reading.words.get(step).map_or("", |it| it.raw.as_str());
        let before = |steps: usize| it.at.checked_sub(steps).map_or("", |it| reading.words[it].raw.as_str());
        if matches!(it.tie, Tie::Key | Tie::Left | Tie::Is | Tie::Far) || it.value > 1_000 * ONE {
            continue;
        }
        let there = ["are", "were", "is", "was"].contains(&before(1)) && before(2) == "there"
            || before(1) == "only" && before(3) == "there";
        let total = before(1) == "of" && before(2) == "total";
        let distinct = matches!(word(it.at + 1), "different" | "unique");
        let next = it.at + 1 + usize::from(distinct);
        let heading = reading.named_from(next).filter(|it| matches!(reading.named[*it].what, What::Heading(_)));
        let column = heading.and_then(|it| match &reading.named[it].what {
            What::Heading(columns) if columns.len() == 1 => Some(columns[0]),
            _ => None,
        });
        if column.is_some_and(|it| index.is_numeric[it] && !index.is_years[it]) {
            continue;
        }
        let start = it.at == 0 || it.at == 1 && ["a", "the", "only", "in"].contains(&before(1));
        let of = word(it.at + 1) == "of" && ["the", "them", "these", "those"].contains(&word(it.at + 2));
        let base = reading
            .numbers
            .iter()
            .position(|other| of && other.at == it.at + 3 && matches!(other.tie, Tie::Free | Tie::Right));
        let times = word(it.at + 1) == "times";
        let noun = NOUNS.contains(&reading.words.get(next).map_or("", |it| it.text.as_str())) || column.is_some();
        let verbed = noun && it.at > 0;
        if there || total && noun || of && start || start && noun && it.at == 0 || times || verbed {
            return Some(Counted { number: at, column, heading, times, distinct, base });
        }
    }
    None
}

pub(crate) const NOUNS: &[&str] = &[
    "game",
    "match",
    "player",
    "team",
    "club",
    "episode",
    "race",
    "event",
    "time",
    "row",
    "person",
    "driver",
    "country",
    "city",
    "film",
    "song",
    "tournament",
    "season",
    "member",
    "school",
    "candidate",
    "nation",
    "athlete",
    "rider",
    "station",
    "album",
    "building",
    "competition",
    "branch",
    "entry",
];

/// What rows must have.
struct Filters {
    /// The cells of each name, by column.
    names: Vec<Vec<At>>,
    numbers: Vec<Number>,
    free: usize,
    part: bool,
}

impl Filters {
    fn of(reading: &Reading, counted: &Counted) -> Option<Self> {
        let mut filters = Self { names: Vec::new(), numbers: Vec::new(), free: 0, part: false };
        for (at, it) in reading.named.iter().enumerate() {
            match &it.what {
                What::Name(cells) => {
                    let role = it.role.as_ref().filter(|role| cells.iter().any(|it| role.contains(&it.0)));
                    let kept: Vec<At> =
                        cells.iter().filter(|it| role.is_none_or(|role| role.contains(&it.0))).copied().collect();
                    filters.part |= it.grade > 0;
                    filters.names.push(kept);
                }
                What::Heading(_) if Some(at) == counted.heading => {}
                What::Heading(_) if !it.is_tied => filters.free += 1,
                What::Heading(_) => {}
            }
        }
        for (_, it) in
            reading.numbers.iter().enumerate().filter(|it| it.0 != counted.number && Some(it.0) != counted.base)
        {
            if it.columns.len() != 1 && !(it.tie == Tie::Key) {
                return None;
            }
            filters.numbers.push(it.clone());
        }
        Some(filters)
    }

    fn is_empty(&self) -> bool {
        self.names.is_empty() && self.numbers.is_empty()
    }

    fn keep(&self, index: &Index, row: usize) -> bool {
        self.names.iter().all(|it| it.iter().any(|it| it.1 == row))
            && self.numbers.iter().all(|number| {
                number
                    .columns
                    .iter()
                    .any(|column| value(index, (*column, row)).is_some_and(|it| number.low <= it && it <= number.high))
            })
    }

    /// Whether two names are of one column, so that one row cannot have both.
    fn doubled(&self) -> bool {
        let mut columns: HashMap<usize, usize> = HashMap::new();
        for it in &self.names {
            let own: HashSet<usize> = it.iter().map(|it| it.0).collect();
            if let (1, Some(column)) = (own.len(), own.iter().next()) {
                *columns.entry(*column).or_default() += 1;
            }
        }
        columns.values().any(|it| *it > 1)
    }
}

fn value(index: &Index, at: At) -> Option<Micro> {
    index.values[at.1].get(at.0).copied().flatten()
}
