//! Sums: a total against the addends that the text itself names as its parts.
//!
//! Free searches for addends find little but chance, so a sum needs a licence:
//! a coordinated noun phrase (`25 cases of fraud and forgery`: 17 of fraud,
//! eight of forgery), a list that says whose it is (`the dead were …`), or a
//! word for a total with a list beside it.

use num_traits::Zero;

use crate::article::claim::{ClaimVerdict, Evidence, shown};
use crate::article::interval::Interval;
use crate::article::judge::{Case, Said};
use crate::article::mention::{Mention, MentionKind};
use crate::article::numeral::{as_whole, whole};
use crate::table::Exact;

/// Addends stand at most so many sentences away from their total.
const SENTENCES_MAX: usize = 2;
/// Above this share of neighbouring values that agree too, a sum is chance.
const CHANCE_PERCENT_MAX: u32 = 10;

/// What lets a sum be formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Licence {
    /// The total's noun phrase names the parts.
    Phrase,
    /// A word for a total, and the list right before or behind it.
    Total,
    /// A list beside a number of the same.
    List,
}

pub(super) fn run(case: &mut Case<'_>) {
    let counts = case.of_kinds(&[MentionKind::Count, MentionKind::Money]);
    let lists = lists(case, &counts);
    for &target in &counts {
        let mut licensed: Vec<(Licence, Vec<usize>)> = Vec::new();
        licensed.extend(phrase(case, target).map(|it| (Licence::Phrase, it)));
        for list in near(case, target, &lists).iter().filter(|it| !it.contains(&target)) {
            licensed.extend(licence(case, target, list).map(|it| (it, list.clone())));
        }
        for (licence, addends) in licensed {
            judge(case, target, &addends, licence, &lists);
        }
    }
}

/// The lists that stand near a mention; they are in the order of the text.
fn near<'l>(case: &Case<'_>, target: usize, lists: &'l [Vec<usize>]) -> &'l [Vec<usize>] {
    let order = case.order(target);
    let start = lists.partition_point(|it| case.order(it[0]) + SENTENCES_MAX < order);
    let end = lists.partition_point(|it| case.order(it[0]) <= order + SENTENCES_MAX);
    &lists[start..end.max(start)]
}

/// The addends that the noun phrase of a total names, one for each of its parts.
fn phrase(case: &Case<'_>, target: usize) -> Option<Vec<usize>> {
    let total = &case.mentions[target];
    if total.head.of.len() < 2 || total.head.nouns.is_empty() {
        return None;
    }
    let near = case.near(target, SENTENCES_MAX);
    let of_part = |part: &Vec<String>| {
        let mut found = near.clone().filter(|&it| {
            let other = &case.mentions[it];
            let same =
                other.head.nouns == total.head.nouns && other.head.of.first() == Some(part) && other.head.of.len() == 1;
            it != target && other.kind == total.kind && same
        });
        // Two numbers of one part: it cannot be told which is meant.
        let first = found.next()?;
        found.next().is_none().then_some(first)
    };
    total.head.of.iter().map(of_part).collect()
}

/// Runs of counts that are coordinated: `five children, four women and five men`.
fn lists(case: &Case<'_>, counts: &[usize]) -> Vec<Vec<usize>> {
    let mut lists: Vec<Vec<usize>> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for &it in counts {
        let follows = open.last().is_some_and(|&last| is_joined(case, last, it));
        if !follows {
            lists.extend((open.len() > 1).then(|| std::mem::take(&mut open)));
            open.clear();
        }
        open.push(it);
    }
    lists.extend((open.len() > 1).then_some(open));
    lists
}

/// Whether only a comma or `and` stands between the phrases of two counts.
fn is_joined(case: &Case<'_>, first: usize, second: usize) -> bool {
    let (a, b) = (&case.mentions[first], &case.mentions[second]);
    let named = !a.head.nouns.is_empty() && !b.head.nouns.is_empty();
    if a.paragraph != b.paragraph || a.sentence != b.sentence || a.kind != b.kind || !named {
        return false;
    }
    let between = case.tokens(first).get(a.head.end..b.tokens.0).unwrap_or(&[]);
    let joint = !between.is_empty() && between.len() <= 2 && between.iter().all(|it| it.is("and") || it.text == ",");
    joint && a.head.nouns != b.head.nouns
}

/// What lets a list be the parts of a total, if anything does.
fn licence(case: &Case<'_>, target: usize, list: &[usize]) -> Option<Licence> {
    let (total, first) = (&case.mentions[target], &case.mentions[list[0]]);
    let same_text = total.segment == first.segment && total.section == first.section && total.kind == first.kind;
    let apart = case.order(target).abs_diff(case.order(list[0]));
    if !same_text || apart > SENTENCES_MAX || is_included(case, target, list) {
        return None;
    }
    if apart == 0 && stands_for_total(case, target, list) {
        return Some(Licence::Total);
    }
    (is_theirs(case, target, list) || (apart <= 1 && is_general(total) && covers(total, case, list)))
        .then_some(Licence::List)
}

/// Whether `including` or the like says that the list is a part only.
fn is_included(case: &Case<'_>, target: usize, list: &[usize]) -> bool {
    let words = case.words(list[0]).iter().chain(case.words(target));
    words.into_iter().any(|it| {
        [
            "including",
            "included",
            "includes",
            "among",
            "besides",
            "other",
            "others",
            "another",
            "also",
            "plus",
            "more",
            "additional",
        ]
        .contains(&&*it.lower)
    })
}

/// Whether a total stands right beside its list: `five men and four women,
/// nine in all`, `a total of nine: five men and four women`.
fn stands_for_total(case: &Case<'_>, target: usize, list: &[usize]) -> bool {
    let total = &case.mentions[target];
    let tokens = case.tokens(target);
    let (first, last) = (&case.mentions[list[0]], &case.mentions[list[list.len() - 1]]);
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|it| it.is(word));
    let behind = total.head.end.max(total.tokens.1);
    let said_behind = (is(behind, "in") && (is(behind + 1, "all") || is(behind + 1, "total")))
        || is(behind, "altogether")
        || is(behind, "combined");
    let said_before = total.tokens.0 >= 3 && is(total.tokens.0 - 1, "of") && is(total.tokens.0 - 2, "total");
    if last.head.end < total.tokens.0 {
        let gap = &tokens[last.head.end..total.tokens.0];
        let close =
            gap.len() <= 4 && gap.iter().all(|it| [",", "-", "–", "—", "a", "total", "of", "or"].contains(&&*it.lower));
        return close && (said_behind || said_before);
    }
    let gap = tokens.get(behind..first.tokens.0).unwrap_or(&[]);
    let introduced = gap.len() <= 3 && gap.iter().any(|it| matches!(it.text, ":" | "—" | "–"));
    introduced && (said_before || said_behind || is_general(total))
}

/// Whether a list says that it tells who a number of people were.
fn is_theirs(case: &Case<'_>, target: usize, list: &[usize]) -> bool {
    let first = &case.mentions[list[0]];
    let sentence = case.sentence(list[0]);
    let lead = &case.tokens(list[0])[sentence.start..first.tokens.0];
    let word = |at: usize| lead.get(at).map(|it| &*it.lower);
    let are = lead.len() == 3 && word(0) == Some("the") && matches!(word(2), Some("were" | "are"));
    let fates: &[&str] = match word(1) {
        Some("dead" | "victims" | "killed" | "deceased") => &["killed", "died", "dead", "perished"],
        Some("injured" | "wounded") => &["injured", "wounded"],
        Some("arrested" | "detained") => &["arrested", "detained"],
        _ => return false,
    };
    let total = &case.mentions[target];
    let fate = total.head.verb.as_deref().is_some_and(|it| fates.contains(&it));
    are && fate && case.order(target) < case.order(list[0])
}

/// Whether a noun stands for whatever a list names: people, cases.
fn is_general(total: &Mention) -> bool {
    let general =
        ["person", "victim", "case", "incident", "casualty", "total", "passenger", "employee", "item", "vehicle"];
    total.head.of.is_empty() && total.head.nouns.len() == 1 && general.contains(&total.head.nouns[0].as_str())
}

/// Whether the parts of a list may be what a general noun counts.
fn covers(total: &Mention, case: &Case<'_>, list: &[usize]) -> bool {
    let people =
        ["man", "woman", "child", "boy", "girl", "adult", "student", "soldier", "officer", "civilian", "policeman"];
    let is_person = |it: &usize| case.mentions[*it].head.nouns.last().is_some_and(|it| people.contains(&it.as_str()));
    let persons = list.iter().filter(|it| is_person(it)).count();
    let wanted = matches!(total.head.nouns[0].as_str(), "person" | "victim" | "casualty" | "passenger" | "employee");
    if wanted { persons == list.len() } else { persons == 0 }
}

fn judge(case: &mut Case<'_>, target: usize, addends: &[usize], licence: Licence, lists: &[Vec<usize>]) {
    let Some((sum, bounds)) = add(case, addends) else { return };
    let total = &case.mentions[target];
    let (Some(value), Some(inner), Some(outer)) = (&total.value, &total.inner, &total.outer) else { return };
    let written: Vec<String> = addends.iter().filter_map(|&it| case.mentions[it].value.as_ref().map(shown)).collect();
    let chance = chance(case, target, lists);
    let agrees = inner.meets(&bounds);
    let misses = !outer.meets(&bounds) && licence != Licence::List;
    let places = addends.iter().map(|&it| case.place(it, "a part")).collect();
    let (written, value_shown) = (written.join(" + "), shown(value));
    let by_chance = chance.1 > 0 && chance.0 * 100 > CHANCE_PERCENT_MAX * chance.1;
    if agrees && !by_chance {
        let sign = if total.hedged { "fits" } else { "=" };
        let formula = format!("{value_shown} {sign} {written}");
        let it = Evidence { kind: "sum", formula: formula.clone(), places, chance: Some(chance) };
        case.say(target, Said::of(ClaimVerdict::Confirmed, "the sum of its parts", it));
        for &addend in addends {
            let other = vec![case.place(target, "the total")];
            let it = Evidence { kind: "sum", formula: formula.clone(), places: other, chance: Some(chance) };
            case.say(addend, Said::of(ClaimVerdict::Confirmed, format!("an addend of {value_shown}"), it));
        }
    } else if misses {
        let formula = format!("{written} = {}", shown(&sum));
        let slip = super::slip::between(value, &sum);
        let it = Evidence { kind: "sum", formula, places, chance: None };
        let reason = format!("its parts make {}, not {value_shown}", shown(&sum));
        case.say(target, Said::of(ClaimVerdict::Contradicted, reason, it).with_slip(slip));
    }
}

/// The sum of some mentions, and what it may be where some are rounded or bounded.
fn add(case: &Case<'_>, addends: &[usize]) -> Option<(Exact, Interval)> {
    let mut sum = Exact::zero();
    let mut bounds = Interval::at(&Exact::zero());
    for &it in addends {
        let mention = &case.mentions[it];
        let part = if mention.hedged { mention.outer.as_ref()? } else { &Interval::at(mention.value.as_ref()?) };
        sum += mention.value.as_ref()?;
        bounds = bounds.plus(part);
    }
    Some((sum, bounds))
}

/// How many of the values near a total agree with some list near it as well:
/// the share of agreements that chance alone would give.
fn chance(case: &Case<'_>, target: usize, lists: &[Vec<usize>]) -> (u32, u32) {
    let value = case.mentions[target].value.as_ref().and_then(as_whole);
    let Some(value) = value.filter(|it| *it > 0) else { return (0, 0) };
    let reach = (value * 15 / 100).clamp(3, 10);
    let near = near(case, target, lists).iter().filter(|it| !it.contains(&target));
    let sums: Vec<Exact> = near.filter_map(|it| add(case, it)).map(|it| it.0).collect();
    let others = (1..=reach).flat_map(|it| [value - it, value + it]);
    let hits = others.filter(|it| sums.contains(&whole(i128::from(*it)))).count();
    (u32::try_from(hits).unwrap_or(u32::MAX), u32::try_from(2 * reach).unwrap_or(u32::MAX))
}
