//! Numbers against the cells of a table, by the words of its labels.
//!
//! More than a third of all small counts equal some cell by chance, so without
//! a label that matches there is no evidence. A contradiction needs more: all
//! words of the phrase in the label, one row, a sure column, the period of the
//! edition, and a sentence that tells a fact of this place.

use num_traits::Zero;

use super::facts::{Facts, Match};
use super::share::allowed;
use super::when::When;
use crate::article::claim::{ClaimVerdict, shown};
use crate::article::interval::Interval;
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::numeral::whole;
use crate::article::words::{is_neutral, stem};
use crate::finding::{Place, Role};
use crate::table::{Decimal, Exact, Table};

/// Smaller counts equal a cell by chance too often to rest on part of a label.
const SURE_FROM: i128 = 100;

/// A cell that a mention may speak of.
struct Target {
    found: Match,
    column: usize,
    /// Whether it speaks of the row of the number before it: `10 of them solved`.
    anaphor: bool,
    /// Whether the column is named, or the only one that can be meant.
    sure: bool,
    when: When,
}

pub(super) fn run(case: &mut Case<'_>, facts: &Facts<'_>) {
    let mut before: Option<(usize, usize)> = None;
    for it in case.of_kinds(&[MentionKind::Count, MentionKind::Percent, MentionKind::Points, MentionKind::Ratio]) {
        let Some(target) = target(case, facts, it, before) else { continue };
        before = Some((it, target.found.row));
        if case.mentions[it].kind == MentionKind::Count {
            count(case, facts, it, &target);
            if target.found.whole && !target.found.ambiguous && target.found.extra.is_empty() && target.sure {
                super::record::look(case, facts, it, (target.found.row, target.column));
            }
        } else {
            rate(case, facts, it, &target);
        }
    }
}

/// The words of what a mention counts, its participle among them.
fn words(case: &Case<'_>, it: usize) -> Vec<String> {
    let head = &case.mentions[it].head;
    let mut words: Vec<String> = head.words().cloned().collect();
    words.extend(head.verb.iter().filter(|it| !words.contains(it)).cloned().collect::<Vec<_>>());
    words
}

fn target(case: &Case<'_>, facts: &Facts<'_>, it: usize, before: Option<(usize, usize)>) -> Option<Target> {
    let head = &case.mentions[it].head;
    let context = facts.context(case, it);
    let (when, years, said) = (context.when, &context.years, &context.stems);
    let bare = head.nouns.is_empty() && head.of.is_empty();
    let is_rate = case.mentions[it].kind == MentionKind::Percent;
    let subject = if bare && (is_rate || led_by(case, it).is_some()) { context.subject(case, it) } else { None };
    let anaphor = bare && subject.is_none();
    let words = subject.unwrap_or_else(|| words(case, it));
    let mut found = if anaphor {
        // `10 of them solved`: the row is that of the number before, in the same sentence.
        let (other, row) = before.filter(|(other, _)| case.order(*other) == case.order(it))?;
        let verb = head.verb.clone().or_else(|| later_verb(case, it))?;
        let column = facts.rows[row].column_of(&[stem(&verb)])?;
        let clear = case.mentions[other].head.end <= case.mentions[it].tokens.0;
        let found = Match { row, extra: Vec::new(), ambiguous: !clear, whole: true };
        return Some(Target { found, column, anaphor, sure: true, when });
    } else {
        facts.find(&words)?
    };
    let row = &facts.rows[found.row];
    let named = row.column_of(&words).or_else(|| row.column_of(years));
    let (column, sure) = named.map(|it| (it, true)).or(row.columns.default)?;
    let heading = &row.columns.headings[column];
    found.extra.retain(|it| !heading.contains(it) && !is_bare_verb(it));
    if let Some(parent) = &row.parent {
        // `two were killed` may be of anything: the label above must be told too.
        found.ambiguous |= !parent.iter().all(|it| said.contains(it));
    }
    let other_years = years.iter().any(|it| !heading.contains(it)) && named.is_none();
    let when = if named.is_some() && !years.is_empty() && years.iter().all(|it| heading.contains(it)) {
        When::Current
    } else {
        when
    };
    Some(Target { found, column, anaphor, sure: sure && !other_years, when })
}

/// Whether a number is the end of a change, and which: `from 314 to 298`.
fn led_by(case: &Case<'_>, it: usize) -> Option<When> {
    let at = case.mentions[it].tokens.0.checked_sub(1).filter(|at| *at >= case.sentence(it).start)?;
    match &*case.tokens(it)[at].lower {
        "from" => Some(When::Previous),
        "to" => Some(When::Current),
        _ => None,
    }
}

/// `164, or 52 percent, were solved`: the participle stands behind the aside.
fn later_verb(case: &Case<'_>, it: usize) -> Option<String> {
    let tokens = case.tokens(it);
    let rest = &tokens[case.mentions[it].tokens.1..case.sentence(it).end];
    let at = rest.iter().position(|it| matches!(&*it.lower, "was" | "were" | "are" | "is"))?;
    let verb = rest.get(at + 1).filter(|it| crate::article::head::is_participle(&it.lower))?;
    Some(verb.lower.clone().into_owned())
}

/// Participles that say no more than that something happened.
fn is_bare_verb(word: &str) -> bool {
    is_neutral(word) || ["committed", "occurred", "logged", "listed", "noted", "happened", "seen"].contains(&word)
}

/// Whether a mention counts a part of what its noun says, or a difference.
fn is_partial(case: &Case<'_>, it: usize) -> bool {
    let tokens = case.tokens(it);
    let start = case.mentions[it].tokens.0;
    let before = |steps: usize| start.checked_sub(steps).map_or("", |it| &*tokens[it].lower);
    let apart = [
        "another",
        "other",
        "additional",
        "further",
        "first",
        "last",
        "remaining",
        "extra",
        "by",
        "than",
        "from",
        "to",
        // `arrested for 14 robberies`: those of some people.
        "for",
        "with",
    ]
    .contains(&before(1));
    let difference =
        before(1) == "of" && ["increase", "rise", "decline", "drop", "fall", "decrease", "one"].contains(&before(2));
    // `18 murders a day` is a rate.
    let end = case.mentions[it].head.end;
    let rate = tokens.get(end).is_some_and(|it| matches!(&*it.lower, "a" | "per" | "each" | "every"))
        && tokens.get(end + 1).is_some_and(|it| it.is_word() && crate::article::words::is_duration(&it.lower));
    apart || difference || rate || case.mentions[it].head.partitive
}

fn count(case: &mut Case<'_>, facts: &Facts<'_>, it: usize, target: &Target) {
    let row = &facts.rows[target.found.row];
    let context = facts.context(case, it);
    let end = led_by(case, it).filter(|_| context.way.is_some() && target.when != When::Other);
    let cell = match end.unwrap_or(target.when) {
        When::Current => row.figure(target.column).map(|it| (row.table, row.row, target.column, it)),
        When::Previous => earlier(facts, target),
        When::Other => None,
    };
    let Some((table, at, column, figure)) = cell else { return };
    let mention = &case.mentions[it];
    let (Some(inner), Some(outer)) = (&mention.inner, &mention.outer) else { return };
    let value = precision(figure);
    let exact = target.found.extra.is_empty() && !target.found.ambiguous;
    let place = Place::of_cell(table, at, column, Role::Operand, "the cell");
    let formula = format!(
        "cell {}/{} = {}",
        table.text(at, table.label_column().unwrap_or(0)),
        table.columns[column].name,
        table.text(at, column)
    );
    let clear = row.is_clear;
    if inner.meets(&value) {
        let large = figure.exact() >= whole(SURE_FROM);
        let whole = target.anaphor || end.is_some() || !is_partial(case, it);
        let sure = clear && whole && (exact && (target.found.whole || large));
        let proof = evidence("cell", formula, vec![place]);
        let said = if sure {
            CheckResult::of(ClaimVerdict::Confirmed, "matches the table", proof)
        } else {
            let reason = "possible: it equals a cell, but its words do not clearly name that cell";
            CheckResult::of(ClaimVerdict::Unsourced, reason, proof)
        };
        return case.say(it, said);
    }
    let certain = exact
        && target.found.whole
        && target.sure
        && clear
        && !outer.meets(&value)
        && (target.anaphor || !is_partial(case, it));
    if certain && context.is_sure && context.way.is_none() && !is_one_of_several(case, it) {
        let slip = mention.value.as_ref().and_then(|it| super::slip::between(it, &figure.exact()));
        let reason = format!("the table says {}", table.text(at, column));
        let proof = evidence("cell", formula, vec![place]);
        case.say(it, CheckResult::of(ClaimVerdict::Contradicted, reason, proof).with_slip(slip));
    }
}

/// Whether another number of the sentence counts the same: they cannot both be the cell.
fn is_one_of_several(case: &Case<'_>, it: usize) -> bool {
    let own = &case.mentions[it].head.nouns;
    let mut counts = case.beside(it).filter(|other| *other != it && case.mentions[*other].kind == MentionKind::Count);
    counts.any(|other| case.mentions[other].head.nouns == *own)
}

/// The values that a printed figure stands for.
fn precision(figure: Decimal) -> Interval {
    if figure.exponent == 0 {
        Interval::at(&figure.exact())
    } else {
        Interval::around(&figure.exact(), &figure.half_unit())
    }
}

/// The same cell of the edition before.
fn earlier<'a>(facts: &Facts<'a>, target: &Target) -> Option<(&'a Table, usize, usize, Decimal)> {
    let (table, row, column) = facts.cell_before(target.found.row, target.column)?;
    Some((table, row, column, table.columns[column].decimal(row)?))
}

/// A percentage of a row: of its other column, or its change from the edition before.
fn rate(case: &mut Case<'_>, facts: &Facts<'_>, it: usize, target: &Target) {
    if case.is_decided(it) || target.when == When::Other {
        return;
    }
    let context = facts.context(case, it);
    if let Some(way) = context.way {
        return change(case, facts, it, target, way);
    }
    let row = &facts.rows[target.found.row];
    let default = row.columns.default.map(|it| it.0);
    let Some(default) = default.filter(|it| *it != target.column && target.when == When::Current) else { return };
    let (Some(part), Some(all)) = (row.figure(target.column), row.figure(default)) else { return };
    let (k, n) = (part.exact(), all.exact());
    if n.is_zero() || !row.is_clear {
        return;
    }
    let Some((inner, outer)) = allowed(&case.mentions[it]) else { return };
    let percent = &k * whole(100) / &n;
    let formula = format!("100 * {} / {} = {}", shown(&k), shown(&n), shown(&percent));
    let of = |column: usize, label: &str| Place::of_cell(row.table, row.row, column, Role::Operand, label);
    let proof = evidence("cell", formula, vec![of(target.column, "the part"), of(default, "the whole")]);
    let exact = target.found.extra.is_empty() && !target.found.ambiguous && target.found.whole;
    if inner.holds(&percent) && exact {
        case.say(it, CheckResult::of(ClaimVerdict::Confirmed, "matches the table", proof));
    } else if !outer.holds(&percent) && exact && context.is_sure {
        let reason = format!("according to the table, it is {} percent", shown(&percent));
        case.say(it, CheckResult::of(ClaimVerdict::Contradicted, reason, proof));
    }
}

/// `Robberies rose 12 percent from the week before`: against the edition before.
fn change(case: &mut Case<'_>, facts: &Facts<'_>, it: usize, target: &Target, way: super::change::Way) {
    let row = &facts.rows[target.found.row];
    let Some((table, before_row, column, before)) = earlier(facts, target).filter(|_| target.when == When::Previous)
    else {
        return;
    };
    let Some(now) = row.figure(target.column) else { return };
    let (a, b) = (before.exact(), now.exact());
    let exact = target.found.extra.is_empty() && !target.found.ambiguous && target.found.whole && row.is_clear;
    if a.is_zero() || !exact || case.mentions[it].kind != MentionKind::Percent {
        return;
    }
    let Some((inner, outer)) = allowed(&case.mentions[it]) else { return };
    let found: Exact = (&b - &a) * whole(100) / &a;
    let size = if way == super::change::Way::Up { found.clone() } else { -found.clone() };
    let formula = format!("100 * ({1} - {0}) / {0} = {2}", shown(&a), shown(&b), shown(&found));
    let places = vec![
        Place::of_cell(table, before_row, column, Role::Operand, "before"),
        Place::of_cell(row.table, row.row, target.column, Role::Operand, "now"),
    ];
    let proof = evidence("change", formula, places);
    if inner.holds(&size) {
        case.say(it, CheckResult::of(ClaimVerdict::Confirmed, "matches the change from the previous edition", proof));
    } else if !outer.holds(&size) && target.sure {
        let reason = format!("according to the editions, it is {} percent", shown(&found));
        case.say(it, CheckResult::of(ClaimVerdict::Contradicted, reason, proof));
    }
}
