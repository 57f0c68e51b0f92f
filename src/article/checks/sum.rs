//! Sums: a total against the addends that the text itself names as its parts.
//!
//! Free searches for addends find little but chance, so a sum needs a licence:
//! a coordinated noun phrase (`25 cases of fraud and forgery`: 17 of fraud,
//! eight of forgery), a list that says whose it is (`the dead were …`), or a
//! word for a total with a list beside it.

use std::collections::HashMap;
use std::ops::Range;

use num_traits::Zero;

use crate::article::claim::{ClaimVerdict, Evidence, shown};
use crate::article::interval::Interval;
use crate::article::judge::{Case, CheckResult};
use crate::article::limits::LISTS_MAX;
use crate::article::mention::{Mention, MentionKind};
use crate::article::numeral::as_whole;
use crate::article::tokens::Token;
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

/// Runs of counts that are coordinated: `five children, four women and five men`.
struct List {
    addends: Vec<usize>,
    /// Their sum, and what it may be where some are rounded or bounded.
    sum: Option<(Exact, Interval)>,
    /// How many of them are persons.
    persons: usize,
}

/// The lists of an article, in the order of the text.
struct Lists {
    all: Vec<List>,
    /// Of each sentence, whether `including` or the like makes its list a part only.
    open: Vec<Option<bool>>,
}

pub(super) fn run(case: &mut Case<'_>) {
    let counts = case.of_kinds(&[MentionKind::Count, MentionKind::Money]);
    let all: Vec<List> = coordinated(case, &counts).into_iter().map(|it| List::of(case, it)).collect();
    let mut lists = Lists { all, open: vec![None; case.sentences()] };
    let mut phrases = phrases(case, &counts);
    for &target in &counts {
        let near = lists.near(case, target);
        if let Some(list) = phrases.remove(&target).map(|it| List::of(case, it)) {
            judge(case, target, &list, Licence::Phrase, &lists.all[near.clone()]);
        }
        for at in near.clone() {
            if let Some(licence) = lists.licence(case, target, at) {
                judge(case, target, &lists.all[at], licence, &lists.all[near.clone()]);
            }
        }
    }
}

impl List {
    fn of(case: &Case<'_>, addends: Vec<usize>) -> Self {
        let people =
            ["man", "woman", "child", "boy", "girl", "adult", "student", "soldier", "officer", "civilian", "policeman"];
        let is_person =
            |it: &&usize| case.mentions[**it].head.nouns.last().is_some_and(|it| people.contains(&it.as_str()));
        let persons = addends.iter().filter(is_person).count();
        Self { sum: add(case, &addends), addends, persons }
    }

    /// Whether its parts may be what a general noun counts.
    fn fits(&self, total: &Mention) -> bool {
        let wanted =
            matches!(total.head.nouns[0].as_str(), "person" | "victim" | "casualty" | "passenger" | "employee");
        self.persons == if wanted { self.addends.len() } else { 0 }
    }
}

impl Lists {
    /// The lists that stand near a mention: the nearest, where there are many.
    fn near(&self, case: &mut Case<'_>, target: usize) -> Range<usize> {
        let order = case.order(target);
        let first = |it: &List| case.order(it.addends[0]);
        let start = self.all.partition_point(|it| first(it) + SENTENCES_MAX < order);
        let end = self.all.partition_point(|it| first(it) <= order + SENTENCES_MAX);
        if end.saturating_sub(start) <= LISTS_MAX {
            return start..end.max(start);
        }
        case.limits.lists += 1;
        let own = self.all.partition_point(|it| it.addends[0] < target);
        let start = own.saturating_sub(LISTS_MAX / 2).clamp(start, end - LISTS_MAX);
        start..start + LISTS_MAX
    }

    /// What lets a list be the parts of a total, if anything does.
    fn licence(&mut self, case: &Case<'_>, target: usize, at: usize) -> Option<Licence> {
        let addends = &self.all[at].addends;
        let (total, first) = (&case.mentions[target], &case.mentions[addends[0]]);
        let same_text = total.segment == first.segment && total.section == first.section && total.kind == first.kind;
        let apart = case.order(target).abs_diff(case.order(addends[0]));
        if addends.contains(&target) || !same_text || apart > SENTENCES_MAX {
            return None;
        }
        if is_included(&mut self.open, case, target) || is_included(&mut self.open, case, addends[0]) {
            return None;
        }
        if apart == 0 && stands_for_total(case, target, addends) {
            return Some(Licence::Total);
        }
        (is_theirs(case, target, addends) || (apart <= 1 && is_general(total) && self.all[at].fits(total)))
            .then_some(Licence::List)
    }
}

/// Whether `including` or the like says that a list of the sentence is a part only.
fn is_included(known: &mut [Option<bool>], case: &Case<'_>, mention: usize) -> bool {
    let says = |it: &Token<'_>| {
        matches!(
            &*it.lower,
            "including"
                | "included"
                | "includes"
                | "among"
                | "besides"
                | "other"
                | "others"
                | "another"
                | "also"
                | "plus"
                | "more"
                | "additional"
        )
    };
    *known[case.order(mention)].get_or_insert_with(|| case.words(mention).iter().any(says))
}

/// What a number is of: its kind, its noun, and the part.
type Part<'a> = (MentionKind, &'a [String], &'a [String]);

/// The addends that the noun phrases of totals name, one for each part, by total.
fn phrases(case: &Case<'_>, counts: &[usize]) -> HashMap<usize, Vec<usize>> {
    let names_parts = |it: &&usize| {
        let head = &case.mentions[**it].head;
        head.of.len() > 1 && !head.nouns.is_empty()
    };
    let totals: Vec<usize> = counts.iter().filter(names_parts).copied().collect();
    let mut parts: HashMap<Part<'_>, Vec<usize>> = HashMap::new();
    for (at, it) in case.mentions.iter().enumerate().filter(|_| !totals.is_empty()) {
        if let [part] = &it.head.of[..] {
            parts.entry((it.kind, &it.head.nouns, part)).or_default().push(at);
        }
    }
    let named = |target: usize| {
        let total = &case.mentions[target];
        let near = case.near(target, SENTENCES_MAX);
        let of_part = |part: &Vec<String>| {
            let all = parts.get(&(total.kind, &total.head.nouns[..], &part[..]))?;
            // Two numbers of one part: it cannot be told which is meant.
            match all[all.partition_point(|it| *it < near.start)..all.partition_point(|it| *it < near.end)] {
                [one] => Some(one),
                _ => None,
            }
        };
        total.head.of.iter().map(of_part).collect::<Option<Vec<usize>>>()
    };
    totals.iter().filter_map(|&it| Some((it, named(it)?))).collect()
}

/// Runs of counts that only a comma or `and` stands between.
fn coordinated(case: &Case<'_>, counts: &[usize]) -> Vec<Vec<usize>> {
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
    // `120 officers: 70 men and 60 women` and nothing else: the list is all of them.
    let ends = last.head.end.max(last.tokens.1);
    let closed = tokens.get(ends).is_none_or(Token::is_stop);
    let colon = gap.len() == 1 && gap[0].text == ":" && closed && list.len() > 1 && persons_of(total);
    // `Seven people were hurt when a bus hit a wall: three women, two men and three children.`
    let led = gap.last().is_some_and(|it| it.text == ":") && closed && is_general(total);
    let alone = case.beside(target).all(|it| it == target || list.contains(&it));
    led && alone && total.tokens.0 <= case.sentence(target).start + 1 && all_persons(case, list)
        || introduced && (said_before || said_behind || is_general(total) || colon)
}

/// Whether all of a list are people.
fn all_persons(case: &Case<'_>, list: &[usize]) -> bool {
    List::of(case, list.to_vec()).persons == list.len()
}

/// Whether a noun is of people, which a list of men and women takes apart.
fn persons_of(total: &Mention) -> bool {
    let nouns =
        ["officer", "student", "pupil", "soldier", "worker", "member", "player", "passenger", "teacher", "patient"];
    total.head.nouns.last().is_some_and(|it| nouns.contains(&it.as_str()))
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

fn judge(case: &mut Case<'_>, target: usize, list: &List, licence: Licence, near: &[List]) {
    let Some((sum, bounds)) = &list.sum else { return };
    let total = &case.mentions[target];
    let (Some(value), Some(inner), Some(outer)) = (&total.value, &total.inner, &total.outer) else { return };
    let agrees = inner.meets(bounds);
    let misses = !outer.meets(bounds) && licence != Licence::List;
    let chance = if agrees { chance(case, target, near) } else { (0, 0) };
    let by_chance = chance.1 > 0 && chance.0 * 100 > CHANCE_PERCENT_MAX * chance.1;
    if !misses && (!agrees || by_chance) {
        return;
    }
    let (addends, value, hedged) = (&list.addends, value.clone(), total.hedged);
    let written: Vec<String> = addends.iter().filter_map(|&it| case.mentions[it].value.as_ref().map(shown)).collect();
    let (written, value_shown) = (written.join(" + "), shown(&value));
    let parts = |case: &Case<'_>| addends.iter().map(|&it| case.place(it, "a part")).collect();
    if agrees {
        let sign = if hedged { "fits" } else { "=" };
        let formula = format!("{value_shown} {sign} {written}");
        let proof = |places| Evidence { kind: "sum", formula: formula.clone(), places, chance: Some(chance) };
        if case.has_room(target, ClaimVerdict::Confirmed) {
            let said = CheckResult::of(ClaimVerdict::Confirmed, "matches the sum of its parts", proof(parts(case)));
            case.say(target, said);
        }
        for &addend in addends {
            if case.has_room(addend, ClaimVerdict::Confirmed) {
                let it = proof(vec![case.place(target, "the total")]);
                case.say(
                    addend,
                    CheckResult::of(ClaimVerdict::Confirmed, format!("part of the sum {value_shown}"), it),
                );
            }
        }
    } else if case.has_room(target, ClaimVerdict::Contradicted) {
        let slip = super::slip::between(&value, sum);
        let reason = format!("its parts add up to {}, not {value_shown}", shown(sum));
        let formula = format!("{written} = {}", shown(sum));
        let it = Evidence { kind: "sum", formula, places: parts(case), chance: None };
        case.say(target, CheckResult::of(ClaimVerdict::Contradicted, reason, it).with_slip(slip));
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
fn chance(case: &Case<'_>, target: usize, near: &[List]) -> (u32, u32) {
    let value = case.mentions[target].value.as_ref().and_then(as_whole);
    let Some(value) = value.filter(|it| *it > 0) else { return (0, 0) };
    let reach = (value.saturating_mul(15) / 100).clamp(3, 10);
    let near = near.iter().filter(|it| !it.addends.contains(&target));
    let sums: Vec<i64> = near.filter_map(|it| as_whole(&it.sum.as_ref()?.0)).collect();
    let others = (1..=reach).flat_map(|it| [value - it, value.saturating_add(it)]);
    let hits = others.filter(|it| sums.contains(it)).count();
    (u32::try_from(hits).unwrap_or(u32::MAX), u32::try_from(2 * reach).unwrap_or(u32::MAX))
}
