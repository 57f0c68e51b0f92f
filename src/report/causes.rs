//! What lies behind a finding, in lines: what it could be, which figures can
//! be wrong, and what else fails for the same cause.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::check::{Outcome, Strength};
use crate::finding::{Blame, Cause, Correction, Finding, Follows, Ranked, Repair, Status, Suspect};
use crate::rules::grouped;

/// So many findings of one cause are listed beneath the first.
const TOLD_MAX: usize = 8;
/// Of so many figures that could be wrong each is named.
const SUSPECTS_MAX: usize = 4;

/// The findings of a run, by what they have in common.
pub(crate) struct Causes<'a> {
    ids: HashMap<(Option<usize>, &'a str), &'a Finding>,
    relations: HashMap<Key<'a>, Vec<&'a Finding>>,
    led: HashMap<(Option<usize>, &'a str), Vec<&'a Finding>>,
}

impl<'a> Causes<'a> {
    pub(crate) fn of(outcome: &'a Outcome) -> Self {
        let mut all = Self { ids: HashMap::new(), relations: HashMap::new(), led: HashMap::new() };
        for it in &outcome.findings {
            all.ids.entry((it.edition, &it.id)).or_insert(it);
            if let Some(key) = key(it) {
                all.relations.entry(key).or_default().push(it);
            }
            if let Some(lead) = it.cause.as_ref().and_then(|it| it.told_with.as_deref()) {
                all.led.entry((it.edition, lead)).or_default().push(it);
            }
        }
        all
    }

    /// Names and texts of the lines, in their order.
    pub(crate) fn lines(&self, finding: &Finding) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        let Some(cause) = &finding.cause else { return lines };
        if let Some(text) = &cause.common {
            lines.push(("one cause", text.clone()));
        } else if let Some(blame) = cause.blame {
            // The figure that the finding points at, without a value for it, is told already.
            let is_told = matches!(&cause.ranked[..], [only] if only.printed.is_empty()
                && finding.places.first().is_some_and(|it| it.at() == only.figure.at));
            lines.extend((!is_told).then(|| (label(blame), blamed(finding, cause, blame))));
        } else if let Some(text) = many(finding, cause) {
            lines.push(("suggested value", text));
        } else {
            for (at, it) in finding.repairs.iter().enumerate() {
                lines.push((if at == 0 { "suggested value" } else { "or" }, repair(it, cause.alone)));
            }
            if finding.repairs.len() > 1 {
                let by = if follows(finding).is_some() { "the figures" } else { "the rules" };
                lines.push(("note", format!("{by} do not show which of these is right")));
            }
        }
        if cause.blame.is_none() && cause.common.is_none() {
            lines.extend(suspects(cause, finding.repairs.is_empty()).map(|it| ("wrong", it)));
        }
        let told = |id: &String| self.ids.get(&(finding.edition, id.as_str())).copied();
        let others: Vec<&Finding> = cause.tells.iter().filter_map(told).collect();
        for it in others.iter().take(TOLD_MAX) {
            let at = it.places.first().map_or(String::new(), |it| format!(" ({})", it.at()));
            lines.push(("also fails", format!("{}: {}{at}", it.rule, it.message)));
        }
        if others.len() > TOLD_MAX {
            lines.push(("also fails", format!("{} more", others.len() - TOLD_MAX)));
        }
        let alike = self.alike(finding);
        lines.extend(alike.iter().take(TOLD_MAX).map(|it| ("also fails", breaks(it))));
        if alike.len() > TOLD_MAX {
            lines.push(("also fails", format!("{} more", alike.len() - TOLD_MAX)));
        }
        lines.extend(cause.limits.iter().map(|it| ("limit", it.clone())));
        lines
    }

    /// What a finding says, in a sentence: the relation, where it tells of others that break it, too.
    pub(crate) fn headline<'b>(&self, finding: &'b Finding) -> Cow<'b, str> {
        let others = self.alike(finding).len();
        let Some(it) = follows(finding).filter(|_| others > 0) else { return Cow::Borrowed(&finding.message) };
        let [held, of, places] = [it.held, it.of, others + 1].map(|it| grouped(&it.to_string()));
        Cow::Owned(format!("{} holds in {held} of {of} places, but not in {places}", it.relations[0]))
    }

    /// The others that break the same relation, of the first of them.
    fn alike<'b>(&'b self, finding: &'b Finding) -> &'b [&'a Finding] {
        match key(finding).and_then(|it| self.relations.get(&it)).map(Vec::as_slice) {
            Some([first, others @ ..]) if std::ptr::eq(*first, finding) => others,
            _ => &[],
        }
    }

    /// Whether a finding is told of by another that is listed.
    pub(crate) fn is_told<'b>(&'b self, finding: &'b Finding) -> bool {
        let lead = finding.cause.as_ref().and_then(|it| it.told_with.as_deref());
        let alike = key(finding).and_then(|it| self.relations.get(&it)).and_then(|it| it.first());
        lead.is_some_and(|id| self.ids.contains_key(&(finding.edition, id)))
            || alike.is_some_and(|it| !std::ptr::eq(*it, finding))
    }

    /// Findings in their order, those of one cause together: the one that tells of
    /// it, and those that it tells of.
    pub(crate) fn folded(&self, findings: &[&'a Finding]) -> Vec<(&'a Finding, Vec<&'a Finding>)> {
        let listed: HashMap<*const Finding, usize> =
            findings.iter().enumerate().map(|(at, it)| (std::ptr::from_ref(*it), at)).collect();
        let told = |lead: &Finding| {
            let any = lead.cause.as_ref().is_some_and(|it| !it.tells.is_empty());
            let own = self.led.get(&(lead.edition, lead.id.as_str())).filter(|_| any);
            // Each group in the order of the list.
            let in_order = |of: &[&'a Finding]| {
                let mut of: Vec<(usize, &'a Finding)> =
                    of.iter().filter_map(|it| Some((*listed.get(&std::ptr::from_ref(*it))?, *it))).collect();
                of.sort_by_key(|it| it.0);
                of.into_iter().map(|it| it.1).collect::<Vec<_>>()
            };
            let mut told = in_order(own.map_or(&[][..], Vec::as_slice));
            told.extend(in_order(self.alike(lead)));
            told
        };
        findings.iter().filter(|it| !self.is_told(it)).map(|it| (*it, told(it))).collect()
    }
}

fn follows(finding: &Finding) -> Option<&Follows> {
    finding.cause.as_ref().and_then(|it| it.follows.as_ref()).filter(|it| !it.relations.is_empty())
}

/// What breaks of one relation share: status, edition, file, table, and the relation.
type Key<'a> = (Status, Option<usize>, &'a str, &'a str, &'a str);

fn key(finding: &Finding) -> Option<Key<'_>> {
    let (place, relation) = (finding.places.first()?, &follows(finding)?.relations[0]);
    Some((finding.status, finding.edition, &place.file, &place.table, relation))
}

/// A break in a few words: the cell, and what it would have to be.
fn breaks(finding: &Finding) -> String {
    let Some(place) = finding.places.first() else { return finding.message.clone() };
    let cell: Vec<&str> = [place.row.as_deref(), place.column.as_deref()].into_iter().flatten().collect();
    let text = if place.text.trim().is_empty() { "blank" } else { place.text.trim() };
    let first = follows(finding).and_then(|it| it.figures.first());
    let would = first.map_or(String::new(), |it| {
        let slip = if it.because.is_empty() { String::new() } else { format!(" ({})", it.because) };
        format!("; {}{slip} would fit", it.printed)
    });
    format!("{}: {text} ({}, {}){would}", cell.join(", "), finding.severity.word(), place.at())
}

/// How much a pass means, in a line.
pub fn strength_line(it: &Strength) -> String {
    let read = it.figures - it.unread.len();
    let score = (it.noticed * 100).checked_div(it.slips).unwrap_or(0);
    let limit = it.limit.as_ref().map_or(String::new(), |it| format!("; {it}"));
    format!(
        "coverage: {read} of {} figures are read by a rule; mutation score: {score}% ({} of {} slips would be noticed){limit}",
        it.figures, it.noticed, it.slips
    )
}

/// A repair in words.
fn repair(it: &Repair, alone: bool) -> String {
    let mut parts: Vec<(Vec<String>, &str)> = Vec::new();
    for Correction { figure, printed, words, .. } in &it.corrections {
        let meant = format!("{} {printed}", figure.name);
        match parts.last_mut() {
            Some(last) if last.1 == words && is_joint(words) => last.0.push(meant),
            _ => parts.push((vec![meant], words)),
        }
    }
    let parts: Vec<String> =
        parts.iter().map(|(figures, words)| format!("{} ({words})", figures.join(" and "))).collect();
    // Where no rule was declared, there is none to restore.
    let (is, mends) = if it.restores.iter().all(|it| it == "follows") {
        ("is ", "consistent with all other figures")
    } else {
        ("", "satisfies every rule")
    };
    let only = if alone { format!("the only slip found that {is}{mends}") } else { mends.to_owned() };
    let usual = match it.usual {
        Some(true) => ", within its usual range",
        Some(false) => ", outside its usual range",
        None => "",
    };
    format!("{}; {only}{usual}; file unchanged", parts.join(" and "))
}

/// Which figures are wrong or may be, and what each would have to be.
fn blamed(finding: &Finding, cause: &Cause, blame: Blame) -> String {
    let named = &cause.ranked[..cause.named];
    if blame == Blame::Wrong {
        return wrong(cause, named);
    }
    if named.is_empty() {
        return "no single wrong figure explains this".to_owned();
    }
    let row = finding.places.first().and_then(|it| it.row.as_ref());
    let in_table = named.iter().all(|it| it.figure.table == named[0].figure.table);
    let in_row = named.iter().all(|it| Some(&it.figure.row) == row && it.figure.name != it.figure.row);
    let name = |it: &Ranked| match in_row {
        _ if !in_table => format!("{}: {}", it.figure.table, it.figure.name),
        true => it.figure.column.clone(),
        false => it.figure.name.clone(),
    };
    let mut told: Vec<String> = Vec::new();
    let joined = cause.together.as_ref().map_or(0, |it| it.0);
    if let Some((count, words)) = &cause.together {
        let all: Vec<String> = named[..*count].iter().map(|it| format!("{} {}", name(it), it.printed)).collect();
        told.push(format!("{} ({words})", all.join(" and ")));
    }
    told.extend(named[joined..].iter().map(|it| required(it, &name(it))));
    let mut text = told.remove(0);
    if !told.is_empty() {
        let before = if blame == Blame::Likely { "; otherwise " } else { "; " };
        text = format!("{text}{before}{}", told.join("; "));
    }
    match cause.less_likely {
        0 => {}
        1 => text.push_str("; or 1 other figure"),
        count => text = format!("{text}; or one of {count} others"),
    }
    if blame == Blame::Several {
        return format!("more than one figure may be wrong; for example {text}");
    }
    let several = if cause.or_several { "; or more than one is wrong" } else { "" };
    // Why no more are named.
    let negative = match cause.negative {
        0 => String::new(),
        1 => "; 1 other is ruled out: it would have to be negative".to_owned(),
        count => format!("; {count} others are ruled out: they would have to be negative"),
    };
    format!("{text}{several}{negative}")
}

/// What the line of figures that may be wrong begins with.
fn label(blame: Blame) -> &'static str {
    match blame {
        Blame::OneOf => "one is wrong",
        Blame::Likely => "probably wrong",
        Blame::Wrong | Blame::Several => blame.word(),
    }
}

/// What is wrong for sure.
fn wrong(cause: &Cause, named: &[Ranked]) -> String {
    let place = |it: &Ranked| format!("{} ({}, {})", it.figure.name, shown(&it.figure.text), it.figure.at);
    let value = |it: &Ranked| {
        if it.printed.is_empty() {
            return place(it);
        }
        let by = match it.rules {
            0 => "perhaps",
            1 => "the rules require",
            _ => "should be",
        };
        let slip = cause.together.is_none().then_some(it.because.as_ref()).flatten();
        format!("{}: {by} {}{}", place(it), it.printed, reasons(slip, it))
    };
    let all: Vec<String> = named.iter().map(value).collect();
    let together = cause.together.as_ref().map_or(String::new(), |it| format!(" ({})", it.1));
    format!("{}{together}", all.join(" and "))
}

/// A figure with the value that it would need: `total 883 instead of 838 (8 and 3 swapped)`.
fn required(it: &Ranked, name: &str) -> String {
    if it.printed.is_empty() {
        return format!("{name} ({})", shown(&it.figure.text));
    }
    format!("{name} {} instead of {}{}", it.printed, shown(&it.figure.text), reasons(it.because.as_ref(), it))
}

/// Why a value is likely, in brackets.
fn reasons(slip: Option<&String>, it: &Ranked) -> String {
    let usual = it.usual.map(|it| if it { "in usual range" } else { "outside usual range" });
    let why: Vec<&str> = slip.map(String::as_str).into_iter().chain(usual).collect();
    if why.is_empty() { String::new() } else { format!(" ({})", why.join(", ")) }
}

fn shown(text: &str) -> &str {
    if text.is_empty() { "blank" } else { text }
}

/// Whether a slip is of several cells at once.
fn is_joint(words: &str) -> bool {
    !words.contains("digit") || words.contains("glued")
}

/// What is said of more slips than are worth naming.
fn many(finding: &Finding, cause: &Cause) -> Option<String> {
    if cause.others == 0 {
        return None;
    }
    let count = finding.repairs.len() + cause.others;
    let mut names: Vec<&str> = Vec::new();
    for it in finding.repairs.iter().flat_map(|it| &it.corrections) {
        if !names.contains(&it.figure.name.as_str()) {
            names.push(&it.figure.name);
        }
    }
    let more = if cause.more { " or more" } else { "" };
    let names = names.join(" or ");
    Some(format!(
        "{count} different slips{more} would satisfy every rule, for example in {names}; the rules do not show which \
         is right"
    ))
}

fn suspects(cause: &Cause, unexplained: bool) -> Option<String> {
    let named = |it: &Suspect| format!("{} ({}, {})", it.name, shown(&it.text), it.at);
    let single = cause.suspects.iter().all(|it| it.len() == 1);
    match &cause.suspects[..] {
        [only] if !cause.tells.is_empty() || unexplained => {
            let all: Vec<String> = only.iter().map(named).collect();
            let count = if only.len() == 1 { "alone can" } else { "together can" };
            Some(format!("{} {count} explain this", all.join(" and ")))
        }
        sets if unexplained && single && (2..=SUSPECTS_MAX).contains(&sets.len()) => {
            let all: Vec<String> = sets.iter().flatten().map(named).collect();
            Some(format!("one of {}", all.join(", ")))
        }
        _ => None,
    }
}
