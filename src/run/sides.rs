//! The editions that are compared: files, folders, snapshots, revisions, or
//! standard input.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::database::Address;
use super::files::{self, Input, shown};
use super::git::{self, Object};
use super::opened::Opened;
use super::{Reading, Source as Named, collect, known_locale, load_rules, today};
use crate::check::{self, Options};
use crate::diff::{Diff, Op, Side, Source};
use crate::error::{Error, ErrorKind, Result};
use crate::history::{Calendar, Earlier};
use crate::rules::{Dataset, PeriodSource, column_with_alias, row_with_alias};
use crate::snapshot;
use crate::source::Format;
use crate::table::{Coverage, Document, Edition, Layout, Period, Table};

/// Reads editions, all in one way.
pub(crate) struct Reader {
    datasets: Vec<Dataset>,
    options: Options,
    from: Option<Format>,
    snapshots: Option<PathBuf>,
}

/// One edition, with its tables.
#[derive(Default)]
pub(crate) struct Sided {
    pub(crate) side: Side,
    pub(crate) tables: Vec<Table>,
    /// Whether a file of it is a snapshot: what was printed is not known then.
    pub(crate) is_snapshot: bool,
    /// The one file that it was read of, if it is one.
    pub(crate) file: Option<(Arc<Document>, Format)>,
}

/// What one file of an edition holds.
struct Part {
    /// Its path without extension, from the edition's folder.
    stem: String,
    dataset: Option<String>,
    period: Option<Period>,
    coverage: Option<Coverage>,
    tables: Vec<Table>,
    /// Its text; none of a snapshot, which was not printed so.
    file: Option<(Arc<Document>, Format)>,
}

impl Reader {
    pub(crate) fn new(reading: &Reading) -> Result<Self> {
        known_locale(reading.locale.as_deref())?;
        let options = Options {
            dataset: reading.dataset.clone(),
            locale: reading.locale.clone(),
            layout: reading.layout.clone(),
            today: Some(today()),
            ..Options::default()
        };
        let datasets = load_rules(reading.rules.as_deref())?;
        Ok(Self { datasets, options, from: reading.from, snapshots: reading.snapshots.clone() })
    }

    /// The accepted editions before one, the newest first, and how its periods
    /// lie in the year.
    pub(crate) fn past(&self, of: &Sided) -> Result<(Vec<Arc<Earlier>>, Calendar)> {
        let dataset = self.datasets.iter().find(|it| Some(&it.name) == of.side.dataset.as_ref());
        let Some(dataset) = dataset else { return Ok((Vec::new(), Calendar::WEEKS)) };
        let calendar = dataset.calendar.clone();
        if of.side.period.is_none() {
            return Ok((Vec::new(), calendar));
        }
        let accepted = snapshot::all(&snapshot::find_folder(self.snapshots.as_deref()), &self.datasets)?;
        let own = accepted.iter().filter(|it| it.dataset == dataset.name && it.edition.period < of.side.period);
        let mut past: Vec<Arc<Earlier>> =
            own.map(|it| Arc::new(Earlier::new(Arc::clone(&it.edition), Some(it.left_out(Some(dataset)))))).collect();
        past.sort_by_key(|it| std::cmp::Reverse(it.edition.period));
        Ok((past, calendar))
    }

    /// Reads the edition that a caller names or hands over.
    pub(crate) fn side(&self, side: &Named) -> Result<Sided> {
        match side {
            Named::Path(name) => self.read(name),
            Named::Frame(frame) => self.document(frame.name(), (Arc::new(frame.document()?), Format::Delimited)),
        }
    }

    /// Reads the edition that a name stands for; a file of that name goes
    /// before a revision.
    pub(crate) fn read(&self, name: &str) -> Result<Sided> {
        let is_table = Address::of(name)?.is_some();
        if name != "-" && !is_table && !Path::new(name).exists() && git::path_of(name).is_some() {
            return self.revision(name);
        }
        let root = if Path::new(name).is_dir() { shown(Path::new(name)) } else { String::new() };
        let mut parts = Vec::new();
        for input in collect(&[name.to_owned()])? {
            parts.push(match &input {
                Input::File(path) if is_snapshot(&shown(path)) => {
                    let unread = |it| Error::new(ErrorKind::Unreadable, "could not be read").because(it);
                    let bytes = std::fs::read(path).map_err(|it| unread(it).in_file(shown(path)))?;
                    self.part(&shown(path), bytes, "")?
                }
                _ => self.loaded(Opened::new(&input)?.document(self.from, &|it| self.layout_of(it))?, &root)?,
            });
        }
        Ok(join(if name == "-" { "<stdin>" } else { name }, parts))
    }

    /// Reads an edition from the bytes of one file, under a name.
    pub(crate) fn bytes(&self, name: &str, bytes: Vec<u8>) -> Result<Sided> {
        Ok(join(name, vec![self.part(name, bytes, "")?]))
    }

    /// Reads an edition from a document.
    pub(crate) fn document(&self, name: &str, file: (Arc<Document>, Format)) -> Result<Sided> {
        Ok(join(name, vec![self.loaded(file, "")?]))
    }

    /// What to paste into the rule file of a dataset, so that it reads what was
    /// renamed in both editions: columns, and rows that it lists.
    pub(crate) fn aliases(&self, diff: &Diff) -> Vec<String> {
        let named = [&diff.new.dataset, &diff.old.dataset].into_iter().flatten().next();
        let Some(dataset) = self.datasets.iter().find(|it| Some(&it.name) == named) else { return Vec::new() };
        let mut lines = Vec::new();
        for it in &diff.tables {
            let Some(schema) = dataset.tables.iter().find(|schema| schema.name == it.name) else { continue };
            for (old, new) in &it.columns.renamed {
                lines.extend(schema.column(old).map(|at| column_with_alias(&schema.columns[at], new)));
            }
            let labels = it.changes.iter().filter(|it| it.op == Op::Changed).flat_map(|it| &it.cells);
            for cell in labels.filter(|cell| schema.key.contains(&cell.column)) {
                let Some((old, new)) = cell.old.as_ref().zip(cell.new.as_ref()) else { continue };
                lines.extend(schema.rows.iter().find(|it| it.name == *old).map(|it| row_with_alias(it, new)));
            }
        }
        lines
    }

    /// How a file is printed, as far as the user or a rule file says it.
    pub(crate) fn layout_of(&self, name: &str) -> Layout {
        check::layout_of(name, &self.datasets, &self.options)
    }

    /// How inputs are to be read, where the user says so.
    pub(crate) fn from(&self) -> Option<Format> {
        self.from
    }

    fn revision(&self, name: &str) -> Result<Sided> {
        let path = git::path_of(name).unwrap_or(name).trim_start_matches("./");
        let inside = match git::read(name)? {
            Object::File(bytes) => return Ok(join(name, vec![self.part(path, bytes, "")?])),
            Object::Folder(inside) => inside,
        };
        let mut parts = Vec::new();
        for file in inside.iter().filter(|it| files::is_read(it)) {
            let slash = if name.ends_with([':', '/']) { "" } else { "/" };
            if let Object::File(bytes) = git::read(&format!("{name}{slash}{file}"))? {
                parts.push(self.part(file, bytes, "")?);
            }
        }
        if parts.is_empty() {
            let message = "expected tables in this folder (csv, tsv, txt), found none";
            return Err(Error::new(ErrorKind::NotFound, message).in_file(name));
        }
        Ok(join(name, parts))
    }

    fn part(&self, file: &str, bytes: Vec<u8>, root: &str) -> Result<Part> {
        if !is_snapshot(file) {
            return self.loaded(files::decode(file, bytes, self.from, &self.layout_of(file))?, root);
        }
        let accepted = snapshot::open(file, &bytes, &self.datasets)?;
        let edition = accepted.edition.as_ref();
        Ok(Part {
            stem: stem(file, root).to_owned(),
            dataset: Some(accepted.dataset),
            period: edition.period,
            coverage: edition.coverage,
            tables: edition.tables.clone(),
            file: None,
        })
    }

    fn loaded(&self, file: (Arc<Document>, Format), root: &str) -> Result<Part> {
        let loaded = check::load(file.0, file.1, &self.datasets, &self.options)?;
        let mut part = Part {
            stem: stem(&loaded.document.name, root).to_owned(),
            dataset: loaded.input.dataset.clone(),
            period: loaded.period(),
            coverage: loaded.page.coverage,
            tables: Vec::new(),
            file: Some((Arc::clone(&loaded.document), loaded.format)),
        };
        let paths: Vec<Option<String>> = loaded.page.grids.iter().map(|it| it.selectors.first().cloned()).collect();
        let is_json = loaded.format == Format::Json;
        let several = loaded.input.editions > 1;
        part.tables = loaded.into_tables();
        if is_json {
            tell_apart(&mut part.tables, &paths);
        }
        let dataset = self.datasets.iter().find(|it| Some(&it.name) == part.dataset.as_ref());
        if let (Some(PeriodSource::Column(period)), true) = (dataset.and_then(|it| it.period.as_ref()), several) {
            part.tables.iter_mut().for_each(|it| key_by(it, period));
        }
        Ok(part)
    }
}

/// Names tables that bear the name of another by the path that leads to them.
fn tell_apart(tables: &mut [Table], paths: &[Option<String>]) {
    let mut count: HashMap<String, usize> = HashMap::new();
    for it in tables.iter() {
        *count.entry(it.name.clone()).or_default() += 1;
    }
    for (table, path) in tables.iter_mut().zip(paths) {
        if let (Some(path), true) = (path, count[&table.name] > 1) {
            table.name.clone_from(path);
        }
    }
}

/// Makes a column part of the key: where one table holds many editions, a
/// row is named by its period too.
fn key_by(table: &mut Table, column: &str) {
    if let Some(at) = table.column(column)
        && !table.key.contains(&at)
        && !table.key.is_empty()
    {
        table.key.insert(0, at);
    }
}

fn is_snapshot(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|it| it.eq_ignore_ascii_case(snapshot::EXTENSION))
}

/// A file's path from a folder, without its extension.
fn stem<'a>(file: &'a str, root: &str) -> &'a str {
    let inside = file.strip_prefix(root.trim_end_matches('/')).unwrap_or(file).trim_start_matches('/');
    let inside = if root.is_empty() { inside.rsplit('/').next().unwrap_or(inside) } else { inside };
    inside.rsplit_once('.').map_or(inside, |it| it.0)
}

/// Lays the files of one edition together; tables that several of them hold
/// are told apart by the files' names.
fn join(name: &str, parts: Vec<Part>) -> Sided {
    let side = Side {
        name: name.to_owned(),
        dataset: common(&parts, |it| it.dataset.clone()),
        period: common(&parts, |it| it.period),
        coverage: common(&parts, |it| it.coverage),
    };
    let mut count: HashMap<String, usize> = HashMap::new();
    for it in parts.iter().flat_map(|it| &it.tables) {
        *count.entry(it.name.clone()).or_default() += 1;
    }
    let several = parts.len() > 1;
    let is_snapshot = parts.iter().any(|it| it.file.is_none());
    let file = parts.first().filter(|_| !several).and_then(|it| it.file.clone());
    let mut named: HashMap<String, usize> = HashMap::new();
    let mut tables: Vec<Table> = Vec::new();
    for part in parts {
        let alone = part.tables.len() == 1;
        for mut table in part.tables {
            if several && count[&table.name] > 1 {
                table.name = if alone { part.stem.clone() } else { format!("{}/{}", part.stem, table.name) };
            }
            let same = named.entry(table.name.clone()).or_default();
            *same += 1;
            if *same > 1 {
                table.name = format!("{} ({same})", table.name);
            }
            tables.push(table);
        }
    }
    Sided { side, tables, is_snapshot, file }
}

/// What all files of an edition say, if they agree.
fn common<T: PartialEq>(parts: &[Part], of: impl Fn(&Part) -> Option<T>) -> Option<T> {
    let first = of(parts.first()?)?;
    parts.iter().all(|it| of(it).as_ref() == Some(&first)).then_some(first)
}

impl Sided {
    /// As an edition.
    pub(crate) fn edition(self) -> Edition {
        Edition { period: self.side.period, coverage: self.side.coverage, tables: self.tables }
    }

    /// The file that it was read of, if it is one.
    pub(crate) fn source(&self) -> Option<Source<'_>> {
        let (document, format) = self.file.as_ref()?;
        Some(Source { document, format: *format, tables: &self.tables })
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.tables.iter().map(|it| it.name.clone()).collect()
    }

    /// Names tables as another edition does, where there is but one, or
    /// where their names come from the name of the file.
    pub(crate) fn align(&mut self, names: &[String]) {
        if let ([table], [name]) = (self.tables.as_mut_slice(), names) {
            table.name.clone_from(name);
            return;
        }
        for table in self.tables.iter_mut().filter(|it| !names.contains(&it.name)) {
            let Some(number) = table.name.strip_prefix(stem(&table.document.name, "")) else { continue };
            if !number.starts_with('-') {
                continue;
            }
            let mut alike = names.iter().filter(|it| it.ends_with(number));
            if let (Some(name), None) = (alike.next(), alike.next()) {
                table.name.clone_from(name);
            }
        }
    }
}

/// Checks that standard input is asked for once at most.
pub(crate) fn one_stdin(names: &[&str]) -> Result<()> {
    if names.iter().filter(|it| **it == "-").count() < 2 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Usage, "standard input (-) can be read only once")
        .hint("give the other edition as a file, snapshot or revision"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_from_the_folder_of_its_edition() {
        assert_eq!(stem("data/2005/crimes.csv", ""), "crimes");
        assert_eq!(stem("data/2005/crimes.csv", "data/"), "2005/crimes");
        assert_eq!(stem("<stdin>", ""), "<stdin>");
    }

    #[test]
    fn standard_input_is_read_once() {
        assert!(one_stdin(&["-", "new.csv"]).is_ok());
        assert!(one_stdin(&["-", "a.csv", "-"]).is_err());
    }
}
