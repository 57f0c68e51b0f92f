//! `X has the most points, 41`, `80 more than Y`: a row against others.

use super::index::Index;
use super::normal::Micro;
use super::read::{Reading, Tie, What};
use super::row::{Answer, Conditions};

pub(crate) const SUPERLATIVE_MAX: u32 = 2;
/// More conditions are not tried as filters.
const NAMES_MAX: usize = 4;

/// Whether a word asks for the highest or for the lowest.
pub(crate) fn direction(raw: &str) -> Option<bool> {
    match raw {
        "most" | "highest" | "largest" | "greatest" | "biggest" | "maximum" | "longest" => Some(true),
        "least" | "lowest" | "fewest" | "smallest" | "minimum" | "shortest" => Some(false),
        _ => None,
    }
}

/// Confirms a sentence with one superlative whose row is where it says, by all readings.
pub(crate) fn judge(reading: &Reading, index: &Index) -> Option<Answer> {
    let found: Vec<usize> =
        (0..reading.words.len()).filter(|it| direction(&reading.words[*it].raw).is_some()).collect();
    let [at] = found[..] else { return None };
    let highest = direction(&reading.words[at].raw)?;
    let (heading, column) = (at + 1..at + 5).find_map(|it| {
        let named = reading.named_from(it)?;
        match &reading.named[named].what {
            What::Heading(columns) if columns.len() == 1 => Some((named, columns[0])),
            _ => None,
        }
    })?;
    let mut reading = reading.clone();
    let place = match at.checked_sub(1).map(|it| &reading.words[it]).filter(|it| it.is_ordinal) {
        Some(it) => usize::try_from(it.value? / super::normal::ONE).ok()?,
        None => 1,
    };
    reading.numbers.retain(|it| it.at + 1 != at || place == 1);
    reading.named[heading].is_tied = true;
    reading.left.retain(|it| *it != at);
    if !index.is_numeric[column] || place == 0 || place > 20 {
        return None;
    }
    for it in reading.numbers.iter_mut().filter(|it| it.tie == Tie::Free) {
        // `the most points, 41`.
        (it.tie, it.columns) = (Tie::Left, vec![column]);
    }
    let conditions = Conditions::of(&reading, index);
    let rows: Vec<usize> = (0..index.values.len()).filter(|it| conditions.meets(*it)).collect();
    let [row] = rows[..] else { return None };
    let ranked = ["position", "round", "season", "no", "week", "game"]
        .iter()
        .any(|it| index.headings[column].iter().any(|word| word == it));
    agrees(&reading, index, row, (column, highest, place), ranked)?;
    let mut answer = conditions.judge().filter(|it| it.holds)?;
    let own = reading.numbers.iter().any(|it| it.columns == [column]);
    answer.points += u32::from(ranked) + 2 * u32::from(!own) + 3 * u32::from(!conditions.names_one(None));
    answer.kind = "superlative";
    Some(answer)
}

/// Whether a row has its place whatever names are taken for a filter.
fn agrees(
    reading: &Reading,
    index: &Index,
    row: usize,
    (column, highest, place): (usize, bool, usize),
    ranked: bool,
) -> Option<()> {
    let names: Vec<&Vec<(usize, usize)>> = reading
        .named
        .iter()
        .filter_map(|it| match &it.what {
            What::Name(cells) => Some(cells),
            What::Heading(_) => None,
        })
        .collect();
    if names.is_empty() || names.len() > NAMES_MAX {
        return None;
    }
    let own = index.values[row][column]?;
    let mut tried = false;
    for filter in 0..(1_usize << names.len()) - 1 {
        let keeps = |it: &usize| {
            !index.is_total[*it]
                && names
                    .iter()
                    .enumerate()
                    .all(|(at, cells)| filter >> at & 1 == 0 || cells.iter().any(|cell| cell.1 == *it))
        };
        let values: Vec<Micro> =
            (0..index.values.len()).filter(keeps).filter_map(|it| index.values[it][column]).collect();
        if values.len() < 2 {
            continue;
        }
        tried = true;
        let above = values.iter().filter(|it| if highest { **it > own } else { **it < own }).count();
        let below = values.iter().filter(|it| if highest { **it < own } else { **it > own }).count();
        if above + 1 != place && !(ranked && below + 1 == place) {
            return None;
        }
    }
    tried.then_some(())
}

/// `N more H than B`: the difference of two rows in the one column that is named.
pub(crate) fn difference(reading: &Reading, index: &Index) -> Option<Answer> {
    let than = reading.words.windows(2).position(|it| it[0].raw == "than" && it[1].value.is_none())?;
    let side = |it: &str| {
        matches!(it, "more" | "higher" | "greater" | "larger")
            .then_some(true)
            .or_else(|| matches!(it, "fewer" | "less" | "lower" | "smaller").then_some(false))
    };
    let (at, more) = (0..than).rev().find_map(|it| Some((it, side(&reading.words[it].raw)?)))?;
    let number = reading.numbers.iter().find(|it| it.at + 1 == at)?;
    let mut rows: [Vec<usize>; 2] = [Vec::new(), Vec::new()];
    let mut columns: Vec<usize> = Vec::new();
    let mut grade = 0;
    for it in &reading.named {
        match &it.what {
            What::Heading(found) => {
                if !columns.is_empty() && columns != *found {
                    return None;
                }
                columns.clone_from(found);
            }
            What::Name(cells) => {
                let slot = &mut rows[usize::from(it.from > than)];
                if !slot.is_empty() {
                    return None;
                }
                grade = grade.max(it.grade);
                *slot = cells.iter().map(|it| it.1).collect();
                slot.dedup();
            }
        }
    }
    let ([a], [b], [column]) = (&rows[0][..], &rows[1][..], &columns[..]) else { return None };
    let (one, two) = (index.values[*a][*column]?, index.values[*b][*column]?);
    let found = if more { one - two } else { two - one };
    let others = reading.numbers.iter().filter(|it| it.at != number.at).count();
    let noun = |it: usize| it == at || it == at + 1 && super::count::NOUNS.contains(&reading.words[it].text.as_str());
    let left = reading.left.iter().filter(|it| !noun(**it)).count();
    let holds = number.value == found;
    let far = found.abs() > 4 * number.value.abs() || number.value.abs() > 4 * found.abs();
    if others > 0 || number.is_hedged || (!holds && (far || found <= 0 && -found != number.value)) {
        return None;
    }
    let points = 3 * u32::try_from(left).ok()? + u32::from(grade) * if holds { 1 } else { 3 };
    let is_whole = left == 0 && !reading.is_freed;
    let formula =
        format!("{} - {} = {}", index.keys[*a][*column], index.keys[*b][*column], super::normal::shown(one - two));
    Some(Answer {
        holds,
        bytes: vec![reading.bytes((number.at, number.at + 1))],
        points,
        is_whole,
        cells: vec![(*column, *a), (*column, *b)],
        kind: "difference",
        formula,
    })
}
