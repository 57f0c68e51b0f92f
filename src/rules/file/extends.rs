//! Rule files that extend others: read in order, and laid over each other.

use super::fault::Places;
use super::forms::InOrder;
use super::recover::parse_all;
use super::written::{ArticleTable, RuleFile, TableTable};
use super::{check_version, fault};
use crate::error::{Error, Result};
use crate::rules::At;
use crate::rules::kinds::Stanza;

/// Rule files as they are read: those that a file builds on before it.
struct Reading<'a> {
    /// The folder of the first file, as the user would name it.
    folder: &'a str,
    read: &'a dyn Fn(&str) -> Result<Vec<u8>>,
    places: Option<Places>,
    /// The files that are being read, each for the one before it.
    chain: Vec<String>,
    done: Vec<String>,
    merged: Option<RuleFile>,
    errors: Vec<Error>,
}

/// Reads a rule file with those that it extends, as one; what is wrong with it is told
/// beside.
pub(super) fn read(
    path: &str,
    text: &str,
    read: &dyn Fn(&str) -> Result<Vec<u8>>,
) -> Result<(Places, RuleFile, Vec<Error>)> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |it| (it.0, it.1));
    let mut reading =
        Reading { folder, read, places: None, chain: Vec::new(), done: Vec::new(), merged: None, errors: Vec::new() };
    reading.visit(name, text)?;
    let (Some(places), Some(file)) = (reading.places, reading.merged) else {
        return Err(fault("there is nothing to read").in_file(path));
    };
    Ok((places, file, reading.errors))
}

impl Reading<'_> {
    /// Reads a file by its name relative to the first one.
    fn visit(&mut self, name: &str, text: &str) -> Result<()> {
        let shown = join(self.folder, name);
        let start = match &mut self.places {
            None => {
                self.places = Some(Places::new(&shown, text));
                0
            }
            Some(places) => places.add(&shown, text),
        };
        let places = self.places.as_ref().expect("it was just made");
        check_version(places, start, text)?;
        let (mut file, found) = parse_all(places, start, text)?;
        self.errors.extend(found);
        self.chain.push(name.to_owned());
        let own_folder = name.rsplit_once('/').map_or("", |it| it.0).to_owned();
        for written in std::mem::take(&mut file.extends) {
            let target = join(&own_folder, written.get());
            if let Some(at) = self.chain.iter().position(|it| *it == target) {
                let circle: Vec<String> =
                    self.chain[at..].iter().chain([&target]).map(|it| join(self.folder, it)).collect();
                let places = self.places.as_ref().expect("a file is read");
                let message = format!("rule files extend each other in a cycle: {}", circle.join(" -> "));
                return Err(places.fault(written.span(), message));
            }
            if self.done.contains(&target) {
                continue;
            }
            let text = self.text_of(&target, &written)?;
            self.visit(&target, &text)?;
        }
        self.chain.pop();
        self.done.push(name.to_owned());
        let places = self.places.as_ref().expect("a file is read");
        self.merged = Some(match self.merged.take() {
            Some(base) => over(file, base, places, &mut self.errors),
            None => over_nothing(file, places, &mut self.errors),
        });
        Ok(())
    }

    fn text_of(&self, target: &str, written: &At<String>) -> Result<String> {
        let places = self.places.as_ref().expect("a file is read");
        let bytes = (self.read)(target).map_err(|cause| {
            let message = format!("cannot read the rule file {:?} that this file extends", written.get());
            places.fault(written.span(), message).because(cause)
        })?;
        String::from_utf8(bytes).map_err(|it| {
            let message = format!("the rule file {:?} that this file extends is not UTF-8", written.get());
            places.fault(written.span(), message).because(it.utf8_error())
        })
    }
}

/// Whether a rule file can be judged by, for itself, and which it extends, relative to it.
///
/// Of a text that is no rule file it is said that it can: to read it tells what is wrong.
pub fn stands_alone(text: &str) -> (bool, Vec<String>) {
    #[derive(serde::Deserialize)]
    struct Outline {
        dataset: Option<toml::Value>,
        #[serde(default)]
        extends: Vec<String>,
    }
    toml::from_str::<Outline>(text).map_or((true, Vec::new()), |it| (it.dataset.is_some(), it.extends))
}

/// A path in a folder, without steps that lead back.
pub(super) fn join(folder: &str, name: &str) -> String {
    let absolute = name.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    let folder = if absolute { "" } else { folder };
    for part in folder.split('/').chain(name.split('/')) {
        match part {
            "." => {}
            "" if !parts.is_empty() || !folder.starts_with('/') && !absolute => {}
            ".." if parts.last().is_some_and(|it| *it != ".." && !it.is_empty()) => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The way from one folder to another, both as the user would name them.
pub(super) fn way(from: &str, to: &str) -> String {
    if to.starts_with('/') {
        return to.to_owned();
    }
    let from: Vec<&str> = from.split('/').filter(|it| !it.is_empty()).collect();
    let to: Vec<&str> = to.split('/').filter(|it| !it.is_empty()).collect();
    let shared = from.iter().zip(&to).take_while(|it| it.0 == it.1).count();
    let back = std::iter::repeat_n("..", from.len() - shared);
    back.chain(to[shared..].iter().copied()).collect::<Vec<_>>().join("/")
}

/// A file that extends none has no rule to leave out.
fn over_nothing(own: RuleFile, places: &Places, errors: &mut Vec<Error>) -> RuleFile {
    if let Some(it) = own.without.first() {
        let message = format!("rule {:?} cannot be left out: this file extends no other", it.get());
        errors.push(places.fault(it.span(), message));
    }
    own
}

/// Lays a file over what it builds on.
fn over(own: RuleFile, mut base: RuleFile, places: &Places, errors: &mut Vec<Error>) -> RuleFile {
    for it in &own.without {
        let names = || base.rules.iter().map(|it| it.name.get().as_str());
        if names().all(|name| name != it.get()) {
            errors.push(places.unknown(it.span(), "rule", it.get(), names()));
        }
    }
    base.rules.retain(|rule| own.without.iter().all(|it| it.get() != rule.name.get()));
    RuleFile {
        crossfoot: own.crossfoot,
        extends: Vec::new(),
        without: Vec::new(),
        variables: InOrder(by_name(base.variables.0, own.variables.0, |own, _| own)),
        dataset: own.dataset.or(base.dataset),
        title: own.title.or(base.title),
        publisher: own.publisher.or(base.publisher),
        cadence: own.cadence.or(base.cadence),
        calendar: own.calendar.or(base.calendar),
        events: chain(base.events, own.events),
        period: own.period.or(base.period),
        files: other_than_none(own.files, base.files),
        unclaimed: own.unclaimed.or(base.unclaimed),
        follows: own.follows.or(base.follows),
        locale: own.locale.or(base.locale),
        style: own.style.or(base.style),
        markers: own.markers.or(base.markers),
        tables: match (own.tables, base.tables) {
            (Some(own), Some(base)) => {
                let span = own.span();
                let merged = by_name(base.into_inner().0, own.into_inner().0, table_over);
                Some(At::new(span, InOrder(merged)))
            }
            (own, base) => own.or(base),
        },
        article: match (own.article, base.article) {
            (Some(own), Some(base)) => {
                Some(ArticleTable { aliases: InOrder(by_name(base.aliases.0, own.aliases.0, |own, _| own)) })
            }
            (own, base) => own.or(base),
        },
        pins: chain(base.pins, own.pins),
        rules: rules_over(own.rules, base.rules),
    }
}

fn chain<T>(mut base: Vec<T>, own: Vec<T>) -> Vec<T> {
    base.extend(own);
    base
}

fn other_than_none<T>(own: Vec<T>, base: Vec<T>) -> Vec<T> {
    if own.is_empty() { base } else { own }
}

/// Entries of both in order; of two with one name what `join` makes of them.
fn by_name<T>(base: Vec<(At<String>, T)>, own: Vec<(At<String>, T)>, join: impl Fn(T, T) -> T) -> Vec<(At<String>, T)> {
    let mut own: Vec<Option<(At<String>, T)>> = own.into_iter().map(Some).collect();
    let mut merged = Vec::new();
    for (name, value) in base {
        let twin = own.iter_mut().find(|it| it.as_ref().is_some_and(|it| it.0.get() == name.get()));
        merged.push(match twin.and_then(Option::take) {
            Some((name, own)) => (name, join(own, value)),
            None => (name, value),
        });
    }
    merged.extend(own.into_iter().flatten());
    merged
}

fn table_over(own: TableTable, base: TableTable) -> TableTable {
    TableTable {
        title: own.title.or(base.title),
        aliases: other_than_none(own.aliases, base.aliases),
        optional: own.optional || base.optional,
        empty: own.empty || base.empty,
        key: other_than_none(own.key, base.key),
        columns: InOrder(by_name(base.columns.0, own.columns.0, |own, _| own)),
        rows: other_than_none(own.rows, base.rows),
        files: other_than_none(own.files, base.files),
        style: own.style.or(base.style),
        read: own.read.or(base.read),
        markers: own.markers.or(base.markers),
    }
}

/// Rules of both in order: one of the same name stands in the place of the other, and
/// only changes what it says where it has no kind of its own.
fn rules_over(own: Vec<At<Stanza>>, base: Vec<At<Stanza>>) -> Vec<At<Stanza>> {
    let mut own: Vec<Option<At<Stanza>>> = own.into_iter().map(Some).collect();
    let mut merged = Vec::new();
    for rule in base {
        let twin = own.iter_mut().find(|it| it.as_ref().is_some_and(|it| it.name.get() == rule.name.get()));
        merged.push(match twin.and_then(Option::take) {
            Some(own) if own.kinds().is_empty() => {
                // It stands where it says what must hold.
                let span = rule.span();
                At::new(span, own.into_inner().over(rule.into_inner()))
            }
            Some(own) => own,
            None => rule,
        });
    }
    merged.extend(own.into_iter().flatten());
    merged
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn steps_that_lead_back_are_taken() {
        for (folder, name, joined) in [
            ("", "a.toml", "a.toml"),
            ("rules", "../base/./a.toml", "base/a.toml"),
            ("", "../a.toml", "../a.toml"),
            ("..", "../a.toml", "../../a.toml"),
            ("/x/rules", "../a.toml", "/x/a.toml"),
            ("rules", "/x/a.toml", "/x/a.toml"),
        ] {
            assert_eq!(join(folder, name), joined);
        }
    }
}
