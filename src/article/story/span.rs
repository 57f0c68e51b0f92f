//! How long it took between two days of a row: `had waited for more than nine years`.

use jiff::civil::Date;

use super::cell::meant_row;
use super::phrase;
use super::place::{Number, Story};
use super::tell;
use crate::article::claim::shown;
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::numeral::whole;
use crate::table::Exact;

/// Words that tell how long something took.
#[rustfmt::skip]
const LASTED: &[&str] = &[
    "waited", "wait", "waiting", "lasted", "lasting", "took", "taken", "stayed", "spent", "served", "stood", "makes", "made", "after", "ran",
];

pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) {
    if story.sheet.dates.len() < 2 {
        return;
    }
    for it in case.of_kinds(&[MentionKind::Duration]) {
        if let Some(number) = Number::of(case, it).filter(|_| !case.is_decided(it)) {
            judge(case, story, &number);
        }
    }
}

/// Days that a draft tells with day and month, and two columns have: they say that it speaks of them.
pub(super) fn anchors(case: &Case<'_>, story: &Story<'_, '_>) -> Vec<(usize, (usize, usize))> {
    let mut found = Vec::new();
    if story.sheet.dates.len() < 2 {
        return found;
    }
    for it in case.of_kinds(&[MentionKind::Date]) {
        let Some(day) = case.mentions[it].dated.filter(|it| it.until.is_none()).map(|it| it.from) else { continue };
        for (column, days) in &story.sheet.dates {
            let same = |own: &Option<Date>| {
                own.is_some_and(|own| {
                    Some(own.month()) == day.month
                        && Some(own.day()) == day.day
                        && day.year.is_none_or(|it| it == own.year())
                })
            };
            let rows = days.iter().enumerate().filter(|it| same(it.1));
            found.extend(rows.map(|(row, _)| (case.order(it), (row, usize::MAX - column))));
        }
    }
    found
}

/// The parts of a day, a week, a month or a year between two days.
pub(in crate::article) fn length(from: Date, to: Date, unit: &str) -> Option<Exact> {
    let days = from.until(to).ok()?.get_days();
    let months = || {
        let whole_months = i128::from(to.year() - from.year()) * 12 + i128::from(to.month() - from.month());
        whole(whole_months) + whole(i128::from(to.day() - from.day())) / whole(31)
    };
    Some(match unit {
        "day" | "days" => whole(i128::from(days)),
        "week" | "weeks" => whole(i128::from(days)) / whole(7),
        "month" | "months" => months(),
        "year" | "years" => months() / whole(12),
        _ => return None,
    })
}

fn judge(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    let mention = &case.mentions[number.mention];
    let tokens = &case.tokens(number.mention)[mention.tokens.0..mention.tokens.1];
    let Some(unit) = tokens.iter().rfind(|it| it.is_word()).map(|it| it.lower.to_string()) else { return };
    let Some((row, level)) = meant_row(case, story, number) else { return };
    let [(first, starts), (second, ends)] = &story.sheet.dates[..] else { return };
    let (Some(a), Some(b)) = (starts[row], ends[row]) else { return };
    let (from, to) = (a.min(b), a.max(b));
    let Some(found) = length(from, to, &unit) else { return };
    let (Some(inner), Some(outer)) = (&mention.inner, &mention.outer) else { return };
    let told = phrase::has(phrase::clause(case, number.mention), LASTED);
    let exact = !mention.hedged;
    let value = number.value / crate::article::table::ONE;
    // Unhedged, nine years are also nine and a half.
    let steps = (&found - whole(value), &found - whole(value) - whole(1));
    let within = exact && steps.0 >= whole(-1) && steps.1 < whole(1);
    let cells = [*first, *second]
        .map(|it| crate::finding::Place::of_cell(story.sheet.table, row, it, crate::finding::Role::Operand, "the day"));
    let formula = format!("{from} to {to} = {} {unit}", shown(&found));
    let open_end = inner.high.is_none() && inner.low.as_ref().is_some_and(|it| found < it.0);
    let near = found.clone() * whole(2) > whole(value) && found < whole(value) * whole(2);
    if within || inner.holds(&found) {
        tell::confirm(case, number.mention, "duration", formula, cells.to_vec());
    } else if told && near && level >= 2 && (exact || open_end || !outer.holds(&found)) {
        let reason = format!("there are {} {unit} from {from} to {to}", shown(&found));
        tell::contradict(case, number.mention, "duration", reason, formula, cells.to_vec());
    }
}
