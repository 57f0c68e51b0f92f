//! Repairs and suspects in the words of the table.

use super::Run;
use super::common::told_list;
use super::evidence::Surroundings;
use super::system::Usual;
use crate::finding::{self, Cause, Correction, Place, Ranked, Repair, Role, Suspect};
use crate::repair::{Accused, Blame, Explained, SlipKind, System};
use crate::table::{Decimal, Table};

/// What puts a blame into the words of the table.
pub(super) struct Words<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) system: &'a System,
    pub(super) around: &'a Surroundings<'a>,
    pub(super) usual: &'a dyn Fn(usize) -> Option<Usual>,
}

/// A figure that weighs so much is wrong: measured right in 66 of 66 of what
/// nobody had designed on.
const SURE: f64 = 0.98;
/// From here on a figure is likely wrong.
const LIKELY: f64 = 0.7;
/// So much may be said for other explanations where one figure is said to be wrong.
const OTHER_MAX: f64 = 0.2;
/// A mishap of several figures that is so much of all explanations is told as one.
const TOGETHER: f64 = 0.5;
/// From here on several figures may be.
const SEVERAL: f64 = 0.5;
/// The figures named hold so much of everything.
const NAMED: f64 = 0.97;
/// So many are named at most.
const NAMED_MAX: usize = 4;
/// So many parts that repeat their total are named.
const COPIED_MAX: usize = 6;

impl Words<'_> {
    /// What is known of which figures of a block are wrong, as one of its checks
    /// has it: of those that the check reads, one at least must be. `told` are
    /// the figures accused, in words.
    pub(super) fn cause(blame: &Blame, told: &[Ranked], failing: usize, reads: &dyn Fn(usize) -> bool) -> Cause {
        // One mishap that explains more than all else goes before single figures.
        let best = blame.explanations.first().filter(|_| blame.first >= TOGETHER);
        let joined = best.and_then(|it| Some((&it.changed, &it.together.as_ref()?.1)));
        let is_joined = |cell: usize| joined.is_some_and(|it| it.0.iter().any(|it| it.0 == cell));
        let (first, rest): (Vec<usize>, Vec<usize>) =
            (0..blame.accused.len()).partition(|&it| is_joined(blame.accused[it].cell));
        let read = rest.iter().copied().filter(|&it| joined.is_some() || reads(blame.accused[it].cell));
        let own: Vec<usize> = first.iter().copied().chain(read).collect();
        let shares: Vec<f64> = own.iter().map(|&it| blame.accused[it].share).collect();
        let top = shares.iter().copied().fold(0.0, f64::max);
        let word = match () {
            () if blame.other > SEVERAL || own.is_empty() => finding::Blame::Several,
            () if blame.accused[own[0]].is_entangled => finding::Blame::Several,
            // A slip that would fit bounds is a guess, however well it fits.
            () if top >= SURE && blame.other <= OTHER_MAX && !blame.is_bounded => finding::Blame::Wrong,
            () if top >= LIKELY => finding::Blame::Likely,
            () => finding::Blame::OneOf,
        };
        let mut sum = 0.0;
        let smallest = shares.iter().take_while(|it| {
            let more = sum < NAMED;
            sum += *it * (1.0 - blame.other);
            more
        });
        let smallest = smallest.count();
        let sure = shares.iter().filter(|it| **it >= SURE).count();
        let named = if word == finding::Blame::Wrong { sure } else { smallest.min(NAMED_MAX) };
        let named = named.max(first.len());
        let others = if own.len() == blame.accused.len() { blame.others } else { 0 };
        let ranked: Vec<Ranked> = own.iter().map(|&it| told[it].clone()).collect();
        let suspects = match word {
            finding::Blame::Wrong => vec![ranked[..named].iter().map(|it| it.figure.clone()).collect()],
            _ if failing == 1 => ranked[..smallest].iter().map(|it| vec![it.figure.clone()]).collect(),
            _ => Vec::new(),
        };
        Cause {
            suspects,
            blame: Some(word),
            named,
            less_likely: own.len() - named + others,
            negative: blame.negative,
            or_several: blame.other > OTHER_MAX,
            together: joined.map(|it| (first.len(), it.1.clone())),
            alone: top * (1.0 - blame.other) >= 0.9,
            ranked,
            ..Cause::default()
        }
    }

    /// What is known where several parts print the same as their total: their
    /// own figures are lost, and no rule gives them back.
    pub(super) fn copied(&self, blame: &Blame) -> Option<Cause> {
        let cells = Some(&blame.copied).filter(|it| !it.is_empty() && blame.other > SEVERAL)?;
        let total = self.system.users[cells[0]].iter().find_map(|&it| {
            let row = &self.system.rows[it];
            row.total_cell().filter(|_| cells.iter().all(|it| row.reads(*it)))
        })?;
        let lost = |&cell: &usize| Accused { cell, to: None, asked: 0, share: 1.0, slip: None, is_entangled: false };
        let ranked: Vec<Ranked> = cells.iter().map(|it| self.ranked(&lost(it))).collect();
        let total = suspect(self.run, self.system, total);
        let in_row = ranked.iter().all(|it| it.figure.row == total.row);
        let name = |it: &Suspect| if in_row { it.column.clone() } else { it.row.clone() };
        let names: Vec<String> = ranked.iter().take(COPIED_MAX).map(|it| name(&it.figure)).collect();
        let names = match ranked.len() - names.len() {
            0 => told_list(&names),
            more => format!("{} and {more} more", names.join(", ")),
        };
        let common = format!("{names} repeat the figure of {}; their own values cannot be computed", name(&total));
        Some(Cause { common: Some(common), ranked, or_several: true, ..Cause::default() })
    }

    /// A figure that is accused.
    pub(super) fn ranked(&self, it: &Accused) -> Ranked {
        let figure = suspect(self.run, self.system, it.cell);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share is 0 to 1")]
        let weight = (it.share * 1_000.0).round().clamp(0.0, 1_000.0) as u16;
        let unknown = &self.system.cells[it.cell];
        Ranked {
            value: unknown.printed.filter(|_| !unknown.is_blank).map(|it| it.to_string()),
            requires: it.to.map(|it| it.to_string()),
            printed: it.to.map_or(String::new(), |to| printed(to, &figure.text)),
            rules: it.asked,
            weight,
            because: it.slip.as_ref().filter(|_| it.to.is_some()).map(|it| it.1.clone()),
            usual: it.to.and_then(|to| (self.usual)(it.cell).map(|usual| usual.has(to))),
            figure,
        }
    }

    /// One explanation as findings show it.
    pub(super) fn repair(&self, it: &Explained, rules: &[String]) -> Repair {
        let mut known = Vec::new();
        let mut corrections = Vec::new();
        for &(cell, to) in &it.changed {
            let figure = suspect(self.run, self.system, cell);
            known.extend((self.usual)(cell).map(|it| it.has(to)));
            let slip = it.together.clone().or_else(|| self.around.slip(cell, to));
            let (kind, words) = slip.unwrap_or_else(|| (SlipKind::Other, "what the rules require".to_owned()));
            corrections.push(Correction {
                printed: printed(to, &figure.text),
                figure,
                from: self.system.cells[cell].printed.map_or(String::new(), |it| it.to_string()),
                to: to.to_string(),
                slip: kind.word(),
                words,
            });
        }
        let all = (!known.is_empty()).then(|| known.iter().all(|it| *it));
        Repair { corrections, restores: rules.to_vec(), usual: all }
    }
}

/// A name for a cell that no other has, wherever its row stands.
pub(super) fn name(run: &Run<'_>, system: &System, cell: usize) -> String {
    let at = system.cells[cell].at.cell;
    let table = &run.edition.tables[at.table];
    let above = table.rows[at.row].under.map_or(String::new(), |it| table.row_name(it as usize));
    [&table.name, &above, &table.row_name(at.row), &table.columns[at.column].name].map(String::as_str).join("\u{1f}")
}

fn suspect(run: &Run<'_>, system: &System, cell: usize) -> Suspect {
    let at = system.cells[cell].at.cell;
    suspect_at(&run.edition.tables[at.table], (at.row, at.column))
}

/// A figure of a table, by row and column.
pub(in crate::check) fn suspect_at(table: &Table, (row, column): (usize, usize)) -> Suspect {
    let place = Place::of_cell(table, row, column, Role::Operand, "");
    let (row, column) = (table.row_name(row), table.columns[column].name.clone());
    let name = if numbers(table) > 1 { format!("{row}, {column}") } else { row.clone() };
    Suspect { table: table.name.clone(), name, text: place.text.trim().to_owned(), at: place.at(), row, column }
}

fn numbers(table: &Table) -> usize {
    table.columns.iter().filter(|it| it.kind.is_number()).count()
}

/// A figure with the thousands marks that the printed one has.
pub(in crate::check) fn printed(figure: Decimal, like: &str) -> String {
    let plain = figure.to_string();
    let marks = [',', '.', '\'', ' ', '\u{a0}', '\u{202f}', '’'];
    let grouped = |mark: &char| {
        like.split(*mark).skip(1).any(|it| it.chars().take_while(char::is_ascii_digit).count() == 3)
            && like.trim().starts_with(|it: char| it.is_ascii_digit() || it == '-')
    };
    let small = like.chars().filter(char::is_ascii_digit).count() <= 3;
    let mark = marks.iter().find(|it| grouped(it) && figure.exponent >= 0).copied().or(small.then_some(','));
    let (sign, rest) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
    let (whole, decimals) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    let Some(mark) = mark else { return plain };
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(mark);
        }
        out.push(digit);
    }
    out + decimals
}
