//! Relations between rows, as rules: sums by label, and one total a group.

use std::collections::{BTreeMap, BTreeSet};

use super::found::{Proposal, supported, weights};
use super::support::{Editions, Support, columns};
use super::{Suggestion, Unit, Unwritten, quoted, quoted_list, slug};
use crate::discover::{Relation, RelationKind};
use crate::table::{ColumnType, Table};

/// A list of more parts than this says nothing to a reader.
const LISTED_MAX: usize = 120;

/// Proposes sums over rows, and tells of those that no rule can be written for.
///
/// `table` is what the relations are of; `is_whole` says that all its rows are there.
pub(super) fn find(
    table: &Table,
    relations: &[&Relation],
    is_whole: bool,
    editions: &[&Table],
    judged: &Editions,
) -> (Vec<Suggestion>, Vec<Unwritten>) {
    let added = columns(editions, |it| matches!(it, ColumnType::Count | ColumnType::Integer | ColumnType::Amount));
    if added.is_empty() {
        return Default::default();
    }
    let is_linear = |it: &&&Relation| {
        use RelationKind::{Balance, Difference, Sum, Weighted};
        matches!(it.kind, Sum | Difference | Weighted | Balance)
    };
    let mut relations: Vec<&Relation> = relations.iter().filter(is_linear).copied().collect();
    let mut found = Vec::new();
    for group in groups(table, &relations) {
        let proposal = group.proposal(&added, judged);
        if let Some(it) = supported(&proposal, judged) {
            relations.retain(|it| !group.targets.contains(&it.target));
            found.push(it);
        }
    }
    let mut unwritten = Vec::new();
    let shared = shared(table);
    for relation in relations.iter().filter(|_| is_whole) {
        match listed(table, relation, &added, judged) {
            Some(it) => found.push(it),
            None if relation.terms.iter().map(|it| it.line).chain([relation.target]).any(|it| shared[it]) => {
                unwritten.push(Unwritten { words: relation.words.clone(), held: relation.held, columns: relation.of });
            }
            None => {}
        }
    }
    (found, unwritten)
}

/// Whether each row has no label, or one that another row has too.
fn shared(table: &Table) -> Vec<bool> {
    let labels: Vec<Option<String>> = (0..table.rows.len()).map(|it| label(table, it)).collect();
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    labels.iter().flatten().for_each(|it| *counts.entry(it).or_default() += 1);
    labels.iter().map(|it| it.as_ref().is_none_or(|it| counts[it] > 1)).collect()
}

/// What names a row in rules: its label, and the label above where it is nested.
fn label(table: &Table, row: usize) -> Option<String> {
    let column = table.label_column()?;
    let own = table.text(row, column).trim();
    let above = table.rows[row].under.map(|it| table.text(it as usize, column).trim());
    let name = above.map_or(own.to_owned(), |above| format!("{above} > {own}"));
    (!own.is_empty()).then(|| format!("[{}]", name.replace(']', "]]")))
}

fn listed(table: &Table, relation: &Relation, added: &[String], judged: &Editions) -> Option<Suggestion> {
    let total = label(table, relation.target)?;
    let parts: Vec<String> = relation.terms.iter().map(|it| label(table, it.line)).collect::<Option<_>>()?;
    let plain = relation.terms.iter().all(|it| it.weight == 1);
    let lines: BTreeSet<usize> = relation.terms.iter().map(|it| it.line).chain([relation.target]).collect();
    // A row nested under another part counts in that part.
    let meant =
        |row: &usize| lines.contains(row) || table.rows[*row].under.is_some_and(|it| lines.contains(&(it as usize)));
    let is_rest = plain && parts.len() >= 2 && (0..table.rows.len()).all(|it| meant(&it));
    let mut heads = Vec::new();
    if is_rest {
        heads.push(format!("total = {}, parts = \"rest\"", quoted(&total)));
    }
    if parts.len() <= LISTED_MAX {
        heads.push(format!("total = {}, parts = {}{}", quoted(&total), quoted_list(&parts), weights(relation)));
    }
    let excepted: BTreeSet<&str> = relation.exceptions.iter().map(|&it| table.columns[it].name.as_str()).collect();
    let ways = heads.iter().flat_map(|head| rules(head, added, &excepted, judged)).collect();
    let word = if plain { "adds-up" } else { "balances" };
    let name = format!("{}-{word}", slug(total.trim_matches(['[', ']'])));
    let relations = vec![relation.words.clone()];
    supported(&Proposal { name, ways, unit: Unit::Columns, chance: relation.chance, relations }, judged)
}

/// A sum over rows in those columns that follow it, exactly and within rounding.
fn rules(head: &str, added: &[String], excepted: &BTreeSet<&str>, judged: &Editions) -> Vec<String> {
    let rule = |columns: &[String], end: &str| format!("sum   = {{ {head}, columns = {} }}{end}", quoted_list(columns));
    let mut ways = Vec::new();
    for end in ["", "\nrounding = \"independent\""] {
        let Some(support) = judged.judge(&rule(added, end)) else { continue };
        let kept = following(added, &support, excepted);
        if !kept.is_empty() {
            ways.push(rule(&kept, end));
        }
    }
    ways
}

/// Columns that follow a sum but for exceptions: of those that do not, nothing is said.
fn following(added: &[String], support: &Support, excepted: &BTreeSet<&str>) -> Vec<String> {
    let mut failing: BTreeMap<&str, usize> = BTreeMap::new();
    for it in support.exceptions.iter().filter_map(|it| it.column.as_deref()) {
        *failing.entry(it).or_default() += 1;
    }
    let checks = (support.of() / added.len()).max(1);
    let follows = |name: &&String| {
        let count = failing.get(name.as_str()).copied().unwrap_or(0);
        count == 0 || count * 3 < checks || (excepted.contains(name.as_str()) && count * 2 <= checks + 1)
    };
    added.iter().filter(follows).cloned().collect()
}

/// Totals of groups in long format: the same word in one column, and columns that tell groups apart.
struct Group<'a> {
    category: &'a str,
    word: &'a str,
    by: Vec<String>,
    targets: Vec<usize>,
    excepted: BTreeSet<&'a str>,
    chance: f64,
    relations: Vec<String>,
}

impl Group<'_> {
    fn proposal(&self, added: &[String], judged: &Editions) -> Proposal {
        let category = super::column_sql(self.category);
        let condition = format!("{category} = '{}'", self.word.replace('\'', "''"));
        let (condition, by) = (quoted(&condition), quoted_list(&self.by));
        let head = format!("total = {{ where = {condition} }}, parts = \"rest\", by = {by}");
        let added: Vec<String> = added.iter().filter(|it| !self.by.contains(it)).cloned().collect();
        let ways = if added.is_empty() { Vec::new() } else { rules(&head, &added, &self.excepted, judged) };
        let name = format!("{}-adds-up-by-{}", slug(self.word), slug(&self.by.join(" ")));
        let relations = self.relations.clone();
        Proposal { name, ways, unit: Unit::Groups, chance: self.chance, relations }
    }
}

fn groups<'a>(table: &'a Table, relations: &[&Relation]) -> Vec<Group<'a>> {
    let mut by_word: BTreeMap<(usize, &str), Vec<&Relation>> = BTreeMap::new();
    let texts = (0..table.columns.len()).filter(|&it| !table.columns[it].kind.is_number());
    for column in texts {
        for relation in relations.iter().filter(|it| it.kind == RelationKind::Sum) {
            let word = table.text(relation.target, column).trim();
            let is_other = |row: usize| table.text(row, column).trim() != word;
            if !word.is_empty() && relation.terms.iter().all(|it| it.weight == 1 && is_other(it.line)) {
                by_word.entry((column, word)).or_default().push(relation);
            }
        }
    }
    let several = by_word.into_iter().filter(|it| it.1.len() >= 2);
    several.filter_map(|((column, word), relations)| group(table, column, word, &relations)).collect()
}

fn group<'a>(table: &'a Table, category: usize, word: &'a str, relations: &[&Relation]) -> Option<Group<'a>> {
    let is_shared = |column: &usize| {
        relations.iter().all(|relation| {
            let own = table.text(relation.target, *column).trim();
            !own.is_empty() && relation.terms.iter().all(|it| table.text(it.line, *column).trim() == own)
        })
    };
    let differs = |column: &usize| {
        let first = table.text(relations[0].target, *column).trim();
        relations.iter().any(|it| table.text(it.target, *column).trim() != first)
    };
    let by: Vec<usize> =
        (0..table.columns.len()).filter(|it| *it != category).filter(is_shared).filter(differs).collect();
    let strongest = relations.iter().map(|it| it.chance).fold(f64::INFINITY, f64::min);
    (!by.is_empty()).then(|| Group {
        category: &table.columns[category].name,
        word,
        by: by.iter().map(|&it| table.columns[it].name.clone()).collect(),
        targets: relations.iter().map(|it| it.target).collect(),
        excepted: relations.iter().flat_map(|it| &it.exceptions).map(|&it| table.columns[it].name.as_str()).collect(),
        chance: strongest,
        relations: relations.iter().map(|it| it.words.clone()).collect(),
    })
}
