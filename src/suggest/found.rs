//! Relations that `discover` finds, as rules.
//!
//! A relation says which columns or rows go together; which rule says it best is
//! tried out on the editions: exactly first, then as printed figures allow.

use super::pool::{Pool, pool};
use super::support::{Editions, Support};
use super::{Suggestion, Unit, Unwritten, columns_sql, quoted, quoted_list, slug, suggestion};
use crate::discover::{Arithmetic, Axis, Options, Relation, RelationKind, discover};
use crate::table::{ColumnType, Table};

/// Steps of a search, for a proposal.
const STEPS: u64 = 60_000_000;
/// So many relations of a kind are judged at most.
const RELATIONS_MAX: usize = 80;
/// Of the checks of a rule that is proposed, so many in a hundred hold.
const HELD_MIN: usize = 60;
/// More exceptions in a hundred than this are taken for rounding, if that explains them.
const EXACT_MIN: usize = 95;

/// A relation with the rules that may say it, the plainest first.
pub(super) struct Proposal {
    pub(super) name: String,
    pub(super) ways: Vec<String>,
    pub(super) unit: Unit,
    pub(super) chance: f64,
    /// The relations that it says, in words.
    pub(super) relations: Vec<String>,
}

/// What was found, and whether the search was cut short.
pub(super) struct Found {
    pub(super) suggestions: Vec<Suggestion>,
    pub(super) unwritten: Vec<Unwritten>,
    /// Pairs of columns, a part and its total, that a sum says already.
    pub(super) parts: Vec<(String, String)>,
    pub(super) cut: bool,
}

/// Proposes the relations of all editions.
pub(super) fn find(editions: &[&Table], judged: &Editions) -> Found {
    let mut found = Found { suggestions: Vec::new(), unwritten: Vec::new(), parts: Vec::new(), cut: false };
    let Some(pool) = pool(editions) else { return found };
    let options = Options { steps: STEPS };
    let below = discover(&pool.below, &options);
    found.cut = below.cut;
    for relation in below.relations.iter().filter(|it| it.axis == Axis::Columns).take(RELATIONS_MAX) {
        let Some(proposal) = of_columns(relation, &pool.below) else { continue };
        if let Some(it) = supported(&proposal, judged) {
            if proposal.ways[0].starts_with("sum") && relation.terms.iter().all(|it| it.weight == 1) {
                let name = |it: usize| pool.below.columns[it].name.clone();
                found.parts.extend(relation.terms.iter().map(|it| (name(it.line), name(relation.target))));
            }
            found.suggestions.push(it);
        }
    }
    rows(&pool, &below.relations, editions, judged, &mut found);
    found
}

fn rows(pool: &Pool, below: &[Relation], editions: &[&Table], judged: &Editions, found: &mut Found) {
    let is_of_rows = |it: &&Relation| it.axis == Axis::Rows;
    let (mut suggestions, mut unwritten) = if let Some(beside) = &pool.beside {
        let of_beside = discover(beside, &Options { steps: STEPS });
        found.cut |= of_beside.cut;
        let relations: Vec<&Relation> = of_beside.relations.iter().filter(is_of_rows).collect();
        super::rows::find(beside, &relations, true, editions, judged)
    } else if editions.len() == 1 {
        let relations: Vec<&Relation> = below.iter().filter(is_of_rows).collect();
        super::rows::find(&pool.below, &relations, pool.is_whole, editions, judged)
    } else {
        // Rows of several long editions below each other say nothing of one edition.
        Default::default()
    };
    suggestions.truncate(RELATIONS_MAX);
    unwritten.truncate(RELATIONS_MAX);
    found.suggestions.append(&mut suggestions);
    found.unwritten.append(&mut unwritten);
}

/// The best way to say a relation, if the editions support it.
pub(super) fn supported(proposal: &Proposal, judged: &Editions) -> Option<Suggestion> {
    let mut best: Option<(&String, Support)> = None;
    for way in &proposal.ways {
        let Some(support) = judged.judge(way).filter(|it| it.held > 0) else { continue };
        let enough = support.held * 100 >= support.of() * EXACT_MIN || support.failed <= 1;
        let better = best.as_ref().is_none_or(|it| (support.failed * it.1.of()) < it.1.failed * support.of());
        if better {
            best = Some((way, support));
        }
        if enough {
            break;
        }
    }
    let (way, support) = best?;
    let holds = support.held * 100 >= support.of() * HELD_MIN && support.held >= 2;
    let said = || suggestion(proposal.name.clone(), way.clone(), proposal.unit, proposal.chance).with(&support);
    holds.then(|| Suggestion { relations: proposal.relations.clone(), ..said() })
}

/// The rules that may say a relation between columns.
fn of_columns(relation: &Relation, table: &Table) -> Option<Proposal> {
    let name = |it: usize| table.columns[it].name.clone();
    let target = name(relation.target);
    let terms: Vec<String> = relation.terms.iter().map(|it| name(it.line)).collect();
    let (of, ways) = match relation.kind {
        RelationKind::Sum | RelationKind::Weighted => ("adds-up".to_owned(), linear(relation, &target, &terms, table)),
        RelationKind::Difference => ("is-the-difference".to_owned(), linear(relation, &target, &terms, table)),
        RelationKind::Balance => ("balances".to_owned(), linear(relation, &target, &terms, table)),
        RelationKind::Running => ("never-falls".to_owned(), running(relation, &target, table)),
        RelationKind::Hundred => ("and-others-make-100".to_owned(), hundred(&terms)),
        _ => formula(relation, &target, &terms, table)?,
    };
    let name = format!("{}-{of}", slug(&target));
    let ways = match relation.group {
        Some(group) => ways.into_iter().map(|it| format!("{it}\n{}", of_group(group, table))).collect(),
        None => ways,
    };
    let relations = vec![relation.words.clone()];
    (!ways.is_empty()).then_some(Proposal { name, ways, unit: Unit::Rows, chance: relation.chance, relations })
}

/// The condition of a rule for one group of rows: its column, and one of its rows.
fn of_group((column, row): (usize, usize), table: &Table) -> String {
    let name = columns_sql(std::slice::from_ref(&table.columns[column].name), "");
    let text = table.text(row, column).trim().replace('\'', "''");
    format!("where = {}", quoted(&format!("{name} = '{text}'")))
}

fn linear(relation: &Relation, target: &str, terms: &[String], table: &Table) -> Vec<String> {
    let weights = weights(relation);
    let exact = format!("sum   = {{ total = {}, parts = {}{weights} }}", quoted(target), quoted_list(terms));
    let lines = || relation.terms.iter().map(|it| it.line).chain([relation.target]);
    let rounded = relation.rounded || lines().any(|it| decimals(table, it) > 0);
    let within = format!("{exact}\nrounding = \"independent\"");
    if rounded { vec![exact, within] } else { vec![exact] }
}

/// How often parts count, as a rule file has it, where that is not once.
pub(super) fn weights(relation: &Relation) -> String {
    let list: Vec<String> = relation.terms.iter().map(|it| it.weight.to_string()).collect();
    let plain = relation.terms.iter().all(|it| it.weight == 1);
    if plain { String::new() } else { format!(", weights = [{}]", list.join(", ")) }
}

/// Running totals never fall, where nothing is taken away; there is no kind that says more.
fn running(relation: &Relation, target: &str, table: &Table) -> Vec<String> {
    let time = |it: &ColumnType| matches!(it, ColumnType::Date | ColumnType::Period);
    let steps = relation.terms.iter().map(|it| &table.columns[it.line]);
    let falls =
        steps.into_iter().any(|it| (0..table.rows.len()).any(|row| it.decimal(row).is_some_and(|it| it.units < 0)));
    let along = table.columns.iter().find(|it| time(&it.kind)).filter(|_| !falls);
    let rule = |along: &str| {
        let columns = quoted_list(&[target.to_owned()]);
        format!("cumulative = {{ columns = {columns}, along = {} }}", quoted(along))
    };
    along.into_iter().map(|it| rule(&it.name)).collect()
}

fn hundred(terms: &[String]) -> Vec<String> {
    let rule = format!("expect = {}", quoted(&format!("{} = 100", columns_sql(terms, " + "))));
    vec![rule.clone(), format!("{rule}\nrounding = \"independent\"")]
}

/// Most decimals that are printed in a column.
fn decimals(table: &Table, column: usize) -> u8 {
    let figures = (0..table.rows.len()).filter_map(|row| table.columns[column].decimal(row));
    figures.map(|it| it.exponent.min(0).unsigned_abs()).max().unwrap_or(0)
}

/// A rule's name behind its column, and the ways to say it.
type Ways = (String, Vec<String>);

/// What is worked out from other columns and rounded as printed.
fn formula(relation: &Relation, target: &str, terms: &[String], table: &Table) -> Option<Ways> {
    let sql: Vec<String> = terms.iter().map(|it| columns_sql(std::slice::from_ref(it), "")).collect();
    let all = || sql.join(" + ");
    let (name, formulas) = match (relation.kind, sql.as_slice()) {
        (RelationKind::Distance, [a, b]) => ("is-the-distance".to_owned(), vec![format!("abs({a} - {b})")]),
        (RelationKind::Product, [a, b]) => ("is-the-product".to_owned(), vec![format!("{a} * {b}")]),
        (RelationKind::Quotient, [a, b]) => (quotient_name(terms), times_first(relation, times(a, b))),
        (RelationKind::Change, [a, b]) => {
            let changes = [(a, b), (b, a)].map(|(new, old)| times(&format!("({new} - {old})"), old));
            ("is-the-change".to_owned(), changes.map(|it| times_first(relation, it)).concat())
        }
        (RelationKind::Share, [a, ..]) => {
            ("is-the-share".to_owned(), times_first(relation, times(a, &format!("({})", all()))))
        }
        (RelationKind::Mean, _) => ("is-the-mean".to_owned(), vec![format!("({}) / {}", all(), sql.len())]),
        (RelationKind::Maximum, _) => ("is-the-largest".to_owned(), vec![format!("greatest({})", sql.join(", "))]),
        (RelationKind::Minimum, _) => ("is-the-smallest".to_owned(), vec![format!("least({})", sql.join(", "))]),
        _ => return None,
    };
    let places = decimals(table, relation.target);
    let target_sql = columns_sql(&[target.to_owned()], "");
    let mut ways = Vec::new();
    if relation.kind == RelationKind::Quotient && table.columns[relation.target].kind == ColumnType::Percent {
        let share = format!("share = {{ percent = {}, of = {} }}", quoted(target), quoted_list(terms));
        ways.extend([share.clone(), format!("{share}\nrounding = \"truncated\"")]);
    }
    let exact = matches!(relation.kind, RelationKind::Distance | RelationKind::Maximum | RelationKind::Minimum);
    for it in &formulas {
        let rule = |condition: String| format!("expect = {}", quoted(&condition));
        if exact {
            ways.push(rule(format!("{target_sql} = {it}")));
            continue;
        }
        let round = if places == 0 { format!("round({it})") } else { format!("round({it}, {places})") };
        ways.push(rule(format!("{target_sql} = {round}")));
    }
    // A half may be rounded either way, and digits may be cut off.
    if !exact {
        let half = format!("{}5", decimal_zeros(usize::from(places) + 1));
        let unit = if places == 0 { "1".to_owned() } else { format!("{}1", decimal_zeros(usize::from(places))) };
        for it in &formulas {
            ways.push(format!("expect = {}", quoted(&format!("abs({target_sql} - {it}) <= {half}"))));
            ways.push(format!("expect = {}", quoted(&format!("abs({target_sql} - {it}) < {unit}"))));
        }
    }
    Some((name, ways))
}

fn quotient_name(terms: &[String]) -> String {
    const LENGTH_MAX: usize = 50;
    let name = format!("is-{}", terms.iter().map(|it| slug(it)).collect::<Vec<_>>().join("-per-"));
    if name.chars().count() <= LENGTH_MAX { name } else { "is-the-quotient".to_owned() }
}

/// The zeros of a decimal before its last digit: `0.0` of 0.05.
fn decimal_zeros(places: usize) -> String {
    format!("0.{}", "0".repeat(places.saturating_sub(1)))
}

/// A quotient, and what it may be printed times.
fn times(above: &str, below: &str) -> Vec<String> {
    let factors =
        ["100 * ", "", "1000 * ", "10000 * ", "100000 * ", "1000000 * ", "10 * ", "0.1 * ", "0.01 * ", "0.001 * "];
    factors.iter().map(|it| format!("{it}{above} / {below}")).collect()
}

/// The same, with the power of ten first that was found.
fn times_first(relation: &Relation, mut formulas: Vec<String>) -> Vec<String> {
    if let Arithmetic::Quotient { power, .. } = relation.arithmetic {
        let factor = match power {
            0 => String::new(),
            1.. => format!("1{} * ", "0".repeat(power.unsigned_abs() as usize)),
            _ => format!("0.{}1 * ", "0".repeat(power.unsigned_abs() as usize - 1)),
        };
        let is_it = |it: &String| if power == 0 { !it.contains(" * ") } else { it.starts_with(&factor) };
        if let Some(at) = formulas.iter().position(is_it) {
            formulas[..=at].rotate_right(1);
        }
    }
    formulas
}
