//! What else of the table, or of the text, may explain a number.

use super::super::place::Number;
use super::super::sheet::{Micro, Unit};
use super::claim::{Fit, fit};
use super::cue::Around;
use super::share::part_of;
use super::step::step_of;
use super::subject;
use super::view::{At, View};
use crate::article::judge::Case;
use crate::article::mention::MentionKind;

/// Whether a number is something else that its paragraph may speak of.
pub(super) fn is_explained(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, around: &Around<'_>) -> bool {
    let rows = near_rows(case, view, number, around);
    let holds = |it: Option<Micro>| it.is_some_and(|it| fit(case, number, it) == Fit::Holds);
    let measures = 0..view.story.sheet.measures.len();
    let relative = matches!(
        case.mentions[number.mention].kind,
        MentionKind::Percent | MentionKind::Ratio | MentionKind::Multiple | MentionKind::Points
    );
    for measure in measures.clone() {
        for row in &rows {
            let Some(own) = view.value((*row, measure)) else { continue };
            if !relative && holds(Some(own)) {
                return true;
            }
            let mut others: Vec<At> = view.lines((*row, measure)).concat();
            others.extend(rows.iter().map(|it| (*it, measure)));
            others.extend(measures.clone().map(|it| (*row, it)));
            for other in others {
                let Some(second) = view.value(other).filter(|_| other != (*row, measure)) else { continue };
                let rate = view.story.sheet.measures[measure].unit == Unit::Percent;
                let steps = [step_of(case, number, own, second), step_of(case, number, second, own)];
                let share = [part_of(case, number, own, second), part_of(case, number, second, own)];
                let found = steps.into_iter().chain(share.into_iter().filter(|_| relative && !rate));
                let sum = (!relative).then(|| own + second);
                if found.chain([sum]).any(holds) {
                    return true;
                }
            }
        }
    }
    number.digits >= 3 && sums(case, view, number) || in_text(case, number, around)
}

/// The rows that the clause of a number names; of one of some digits also those of its sentence and the one before.
fn near_rows(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, around: &Around<'_>) -> Vec<usize> {
    let story = view.story;
    let own = story.scenes.at(case, number.mention);
    let small = number.digits <= 2 && case.mentions[number.mention].kind != MentionKind::Percent;
    let mut rows: Vec<usize> = Vec::new();
    if small {
        let near = own.into_iter().flat_map(|it| &it.hits).filter(|it| around.clause.contains(&it.tokens.start));
        rows.extend(near.flat_map(|it| it.rows.iter().copied()));
        rows.extend(
            subject::subjects(case, view, around, number.mention)
                .iter()
                .filter(|it| it.level >= 2)
                .flat_map(|it| it.rows.clone()),
        );
    } else {
        let scenes = [own, story.scenes.before(case, number.mention)];
        rows.extend(scenes.into_iter().flatten().flat_map(|it| &it.hits).flat_map(|it| it.rows.iter().copied()));
        rows.extend(subject::all_rows(view));
    }
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// Whether a number is the sum of a column, of a group or of a row.
fn sums(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number) -> bool {
    let holds = |it: Micro| fit(case, number, it) == Fit::Holds;
    let all = 0..view.story.sheet.measures.len();
    let mut sets = view.groups();
    sets.push(view.parts());
    let down = all.clone().filter(|it| view.adds(*it)).any(|measure| {
        sets.iter().any(|rows| {
            let values: Vec<Micro> = rows.iter().filter_map(|it| view.value((*it, measure))).collect();
            let total: Micro = values.iter().sum();
            holds(total) || values.iter().any(|it| holds(total - it))
        })
    });
    down || (0..view.story.sheet.rows()).any(|row| {
        let values: Vec<Micro> =
            all.clone().filter(|it| view.adds(*it)).filter_map(|it| view.value((row, it))).collect();
        holds(values.iter().sum())
    })
}

/// Whether a number is worked out of two others of its text.
fn in_text(case: &Case<'_>, number: &Number, around: &Around<'_>) -> bool {
    let order = case.mentions[number.mention].paragraph;
    let near = case.mentions[number.mention].sentence;
    let others: Vec<Micro> = (0..case.mentions.len())
        .filter(|it| {
            let mention = &case.mentions[*it];
            let reach = usize::from(number.digits >= 3);
            let clause = number.digits >= 3 || around.clause.contains(&mention.tokens.0);
            mention.paragraph == order && mention.sentence.abs_diff(near) <= reach && clause && *it != number.mention
        })
        .filter(|it| !matches!(case.mentions[*it].kind, MentionKind::Year | MentionKind::Date | MentionKind::Period))
        .filter_map(|it| Number::of(case, it))
        .map(|it| it.value)
        .collect();
    others.iter().enumerate().any(|(at, a)| {
        others[at + 1..].iter().any(|b| {
            let found = [
                step_of(case, number, *a, *b),
                step_of(case, number, *b, *a),
                part_of(case, number, *a, *b),
                part_of(case, number, *b, *a),
            ];
            found.into_iter().flatten().any(|it| fit(case, number, it) == Fit::Holds)
        })
    })
}
