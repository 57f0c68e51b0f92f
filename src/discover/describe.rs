//! Relations in words: `Total = North + South + East + West`.

use super::chains::Chain;
use super::claim::{Axis, Claim, Form, Term};
use super::figures::Sheet;

/// Terms that are written out; of more, the first and the last few.
const TERMS_MAX: usize = 8;
const LABEL_MAX: usize = 40;

/// The relation of a claim in words.
pub(super) fn words(claim: &Claim, sheet: &Sheet<'_>) -> String {
    let all = formula(claim, sheet);
    let Some(group) = claim.group else { return all };
    let (column, row) = (&sheet.table.columns[group.column], group.row);
    format!("{all} where {} is {}", column.heading.trim(), sheet.table.text(row, group.column).trim())
}

/// The relation, for the rows that follow it.
fn formula(claim: &Claim, sheet: &Sheet<'_>) -> String {
    let names = RowNames::of(claim, sheet);
    let name = |line: usize| match &names {
        Some(it) => short(&it.name(line)),
        None => name(claim.axis, line, sheet),
    };
    let target = name(claim.target);
    let parts = || sum(&claim.parts, 1, &name);
    match &claim.form {
        Form::Linear => format!("{target} = {}", parts()),
        Form::Distance => {
            format!("{target} = |{} - {}|", name(claim.parts[0].line), name(claim.parts[1].line))
        }
        Form::Quotient { above, below, power, .. } => {
            let bracket = |terms: &[Term]| {
                let text = sum(terms, 2, &name);
                if terms.len() > 1 { format!("({text})") } else { text }
            };
            format!("{target} = {}{} / {}", times(*power), bracket(above), bracket(below))
        }
        Form::Growth { back, power, .. } => {
            let (part, row) = (name(claim.parts[0].line), if *back { "row below" } else { "row above" });
            format!("{target} = {}change of {part} from the {row} / {part} there", times(*power))
        }
        Form::Product => format!("{target} = {} × {}", name(claim.parts[0].line), name(claim.parts[1].line)),
        Form::Proportional { factor } => {
            let factor = super::claim::size(factor.0) / super::claim::size(factor.1.max(1));
            format!("{target} = {} × {}", digits(factor), name(claim.parts[0].line))
        }
        Form::Running { back, chain } => {
            let row = if *back { "row below" } else { "row above" };
            format!("{target} = {target} in the {row}{} + {}", with_the_same(*chain, sheet), parts())
        }
        Form::Steady { chain } => format!("{target} ≈ {target} in the rows next to it{}", with_the_same(*chain, sheet)),
        Form::Ordered { falls, chain } => {
            let way = if *falls { "falls" } else { "rises" };
            match claim.parts.first() {
                Some(rank) => format!("{target} {way} with {}", name(rank.line)),
                None => format!("{target} {way} from row to row{}", with_the_same(*chain, sheet)),
            }
        }
        Form::Ranked { falls, .. } => {
            let first = if *falls { "largest" } else { "smallest" };
            format!("{target} = position by {}, {first} first", name(claim.parts[0].line))
        }
        Form::Hundred => format!("{} = 100", parts()),
        Form::Mean => format!("{target} = mean of {}", list(&claim.parts, &name)),
        Form::Maximum => format!("{target} = largest of {}", list(&claim.parts, &name)),
        Form::Minimum => format!("{target} = smallest of {}", list(&claim.parts, &name)),
    }
}

/// Which rows follow on each other, where not all do.
fn with_the_same(chain: usize, sheet: &Sheet<'_>) -> String {
    let heading = |it: &Chain| sheet.table.columns[it.column].heading.trim();
    sheet.chain(chain).map_or_else(String::new, |it| format!(" with the same {}", heading(it)))
}

fn times(power: i32) -> String {
    let zeros = |count: u32| "0".repeat(count as usize);
    match power {
        0 => String::new(),
        1.. => format!("1{} × ", zeros(power.unsigned_abs())),
        _ => format!("0.{}1 × ", zeros(power.unsigned_abs() - 1)),
    }
}

/// A factor with five digits that count.
fn digits(factor: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "of a logarithm")]
    let places = 4 - factor.abs().max(1e-12).log10().floor() as i32;
    let text = format!("{factor:.*}", usize::try_from(places).unwrap_or(0));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// What a line is called: its heading or label, or its number.
fn name(axis: Axis, line: usize, sheet: &Sheet<'_>) -> String {
    let text = match axis {
        Axis::Columns => sheet.heading(line),
        Axis::Rows => sheet.labels[line].split(" | ").next().unwrap_or(""),
    };
    let text = text.trim();
    if text.is_empty() {
        return match axis {
            Axis::Columns => format!("column {}", sheet.lanes[line].column + 1),
            Axis::Rows => format!("row {}", line + 1),
        };
    }
    short(text)
}

fn short(text: &str) -> String {
    if text.chars().count() <= LABEL_MAX {
        return text.to_owned();
    }
    let short: String = text.chars().take(LABEL_MAX - 1).collect();
    format!("{}…", short.trim_end())
}

/// Rows that all begin with the same text: "Male, All ages = 0-14 + 15-64 + 65+".
struct RowNames<'a> {
    target: usize,
    sheet: &'a Sheet<'a>,
    /// Which texts of a label are the same in all rows of the relation.
    common: Vec<bool>,
}

impl<'a> RowNames<'a> {
    fn of(claim: &Claim, sheet: &'a Sheet<'a>) -> Option<Self> {
        if claim.axis == Axis::Columns {
            return None;
        }
        let texts = |line: usize| sheet.labels[line].split(" | ");
        let mut parts = claim.parts.iter().map(|it| it.line);
        let first = texts(parts.next()?).next().filter(|it| !it.is_empty())?;
        if parts.any(|it| texts(it).next() != Some(first)) {
            return None;
        }
        let is_common = |(at, own): (usize, &str)| claim.parts.iter().all(|it| texts(it.line).nth(at) == Some(own));
        Some(Self { target: claim.target, sheet, common: texts(claim.target).enumerate().map(is_common).collect() })
    }

    fn name(&self, line: usize) -> String {
        let texts: Vec<&str> = self.sheet.labels[line].split(" | ").collect();
        let is_common = |at: usize| self.common.get(at).is_some_and(|it| *it);
        let told: Vec<&str> = (0..texts.len()).filter(|it| !is_common(*it)).map(|it| texts[it]).collect();
        if line == self.target || told.is_empty() { texts.join(", ") } else { told.join(", ") }
    }
}

/// Terms as a sum; `unit` is the weight that counts once.
fn sum(terms: &[Term], unit: i64, name: &dyn Fn(usize) -> String) -> String {
    let mut text = String::new();
    for (index, term) in shown(terms) {
        let Some(term) = term else {
            text.push_str(&format!(" + {index} more"));
            continue;
        };
        let minus = term.weight < 0;
        let sign = match (index, minus) {
            (0, false) => "",
            (0, true) => "-",
            (_, false) => " + ",
            (_, true) => " - ",
        };
        text.push_str(sign);
        let weight = term.weight.abs();
        if weight * 2 == unit {
            text.push_str("½ ");
        } else if weight != unit {
            text.push_str(&format!("{} × ", weight / unit));
        }
        text.push_str(&name(term.line));
    }
    text
}

fn list(terms: &[Term], name: &dyn Fn(usize) -> String) -> String {
    let names =
        shown(terms).into_iter().map(|(index, it)| it.map_or_else(|| format!("{index} more"), |it| name(it.line)));
    names.collect::<Vec<_>>().join(", ")
}

/// The terms to write out, and how many are left out in between.
fn shown(terms: &[Term]) -> Vec<(usize, Option<Term>)> {
    if terms.len() <= TERMS_MAX {
        return terms.iter().enumerate().map(|it| (it.0, Some(*it.1))).collect();
    }
    let (first, last) = (TERMS_MAX / 2, 2);
    let mut all: Vec<(usize, Option<Term>)> = terms[..first].iter().enumerate().map(|it| (it.0, Some(*it.1))).collect();
    all.push((terms.len() - first - last, None));
    all.extend(terms[terms.len() - last..].iter().map(|it| (first, Some(*it))));
    all
}
