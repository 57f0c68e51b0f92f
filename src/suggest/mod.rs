//! Rules that the data support, each with how often it held and the chance
//! that it did by coincidence.
//!
//! `sums` finds identities between columns and between rows: exact, over all
//! editions, so that what is proposed has never failed. `others` finds parts,
//! codes, keys and counts that never fall, `numbers` ranges and shares. What chance could have made
//! once in a thousand tables is not proposed.

mod identities;
mod numbers;
mod others;
mod sums;

use crate::table::Table;

/// A rule that the data support.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The table, by name.
    pub table: String,
    /// A name for the rule.
    pub name: String,
    /// What holds, as a rule file has it: `sum = { … }`.
    pub check: String,
    /// In how many editions it held: all there are.
    pub editions: usize,
    /// In how many rows or columns of them.
    pub checks: usize,
    /// The chance that it is a coincidence, as a power of ten.
    pub chance: f64,
}

/// Above this chance (as a power of ten) nothing is proposed.
const CHANCE_MAX: f64 = -3.0;

/// Proposes rules for the editions of one table.
pub fn suggest(name: &str, editions: &[&Table]) -> Vec<Suggestion> {
    let mut found = sums::find(editions);
    found.extend(others::find(editions));
    found.extend(numbers::find(editions));
    found.retain(|it| it.chance <= CHANCE_MAX);
    let mut taken: Vec<String> = Vec::new();
    for it in &mut found {
        name.clone_into(&mut it.table);
        it.editions = editions.len();
        let wanted = it.name.clone();
        let mut number = 2;
        while taken.contains(&it.name) {
            it.name = format!("{wanted}-{number}");
            number += 1;
        }
        taken.push(it.name.clone());
    }
    found
}

/// A suggestion with nothing said yet of where it is from.
fn suggestion(name: String, check: String, checks: usize, chance: f64) -> Suggestion {
    Suggestion { table: String::new(), name, check, editions: 0, checks, chance }
}

impl Suggestion {
    /// How sure it is, in words: `held in 12 of 12 editions, 96 checks; …`.
    pub fn support(&self) -> String {
        let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let chance = if self.chance < -6.0 {
            "less than 1 in a million".to_owned()
        } else {
            format!("1 in {:.0}", 10_f64.powf(-self.chance))
        };
        let editions = plural(self.editions, "edition");
        format!("held in {} of {editions}, {}; by chance {chance}", self.editions, plural(self.checks, "check"))
    }

    /// It as a stanza of a rule file.
    pub fn stanza(&self, several: bool) -> String {
        let table = if several { format!("table = {}\n", quoted(&self.table)) } else { String::new() };
        format!("# {}\n[[rules]]\nname  = {}\n{table}{}\n", self.support(), quoted(&self.name), self.check)
    }
}

/// A TOML string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for it in text.chars() {
        match it {
            '"' | '\\' => out.extend(['\\', it]),
            it if it.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(it))),
            it => out.push(it),
        }
    }
    out.push('"');
    out
}

fn quoted_list(list: &[String]) -> String {
    let all: Vec<String> = list.iter().map(|it| quoted(it)).collect();
    format!("[{}]", all.join(", "))
}

/// A name in small letters, digits and hyphens.
fn slug(text: &str) -> String {
    let words = text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}
