//! Reads one section of a block: rows and columns, then the cells of each row.

use std::collections::{BTreeMap, BTreeSet};

use super::blocks::{Block, Section};
use super::candidates::{self, Candidate, Candidates, LabelDigits};
use super::columns::{self, Role};
use super::decide::{self, Question};
use super::likelihood::Past;
use super::lines::Line;
use super::posterior::{self, Evidence, Model};
use super::rows::{self, RawRow};
use super::style::{self, Style};
use super::{Options, RowHistory};
use crate::source::{Fault, FaultKind, Grid, GridCell};
use crate::table::{Document, RowSchema, Span, TableSchema};

/// What is known of a section before its cells are told apart.
pub(super) struct Context<'a> {
    pub(super) document: &'a Document,
    pub(super) options: &'a Options<'a>,
    pub(super) title: Option<&'a str>,
    pub(super) schema: Option<&'a TableSchema>,
    pub(super) style: Style,
    pub(super) rows: &'a [RawRow],
    /// What may be glued to the label of each row.
    digits: Vec<LabelDigits>,
    /// The label of each row with the digits that a known label ends in.
    labels: Vec<&'a str>,
    /// How often the label of each row stood above it.
    repeats: Vec<usize>,
}

/// How many figures a row has.
struct Arity {
    columns: usize,
    /// The number that is as likely, where it cannot be told.
    rival: Option<usize>,
    message: Option<String>,
}

/// Fewer than so many to one, and the number of columns is unclear.
const ODDS_CLEAR: f64 = 20.0;

/// Reads a section as a grid.
pub(super) fn read(
    document: &Document,
    lines: &[Line],
    block: &Block,
    section: &Section,
    style: Style,
    options: &Options<'_>,
) -> Grid {
    let rows = rows::read(document, lines, section);
    let title = section.title.map(|it| document.slice(it));
    let schema = find_schema(document, &rows, title, options.expected);
    let declared = schema.and_then(|it| it.style).filter(|_| options.thousands.is_none());
    let style = declared.map_or(style, |it| style::of(it.thousands));
    let digits = label_digits(document, &rows, schema, options.history);
    let labels: Vec<&str> = rows.iter().zip(&digits).map(|(row, &digits)| full_label(document, row, digits)).collect();
    let repeats = repeats(&rows, &labels);
    let context = Context { document, options, title, schema, style, rows: &rows, digits, labels, repeats };
    let arity = context.arity(&section.header);
    let mut grid = Grid { title: title.map(str::to_owned), ..Grid::default() };
    context.name_columns(&section.header, arity.columns, &mut grid);
    if let Some(message) = arity.message {
        let first = rows.first().map_or(Span::default(), |it| it.span);
        let span = match (section.header.first(), section.header.last()) {
            (Some(from), Some(to)) => Span { start: from.start, end: to.end },
            _ => section.title.or(block.title).unwrap_or(first),
        };
        grid.faults.push(Fault { kind: FaultKind::UnclearColumns, row: None, span, message });
    }
    decide::fill(&context, arity.columns, arity.rival, &section.header, &mut grid);
    grid
}

impl Context<'_> {
    /// The readings of a row, with the style of the page, or with any where that leaves none.
    pub(super) fn candidates(&self, row: usize, columns: usize) -> Candidates {
        let raw = &self.rows[row];
        let digits = self.digits[row];
        match candidates::list(self.document, raw, columns, self.style, digits) {
            Candidates::All(found) if found.is_empty() && !matches!(self.style, Style::Unknown(_)) => {
                candidates::list(self.document, raw, columns, style::unknown(self.options), digits)
            }
            found => found,
        }
    }

    /// The reading of a row as one figure, where the style of the page and its label
    /// leave no other.
    pub(super) fn lone(&self, row: usize) -> Option<Candidate> {
        let digits = self.digits[row];
        if matches!(digits, LabelDigits::AtLeast(_)) {
            return None;
        }
        match candidates::list(self.document, &self.rows[row], 1, self.style, digits) {
            Candidates::All(mut found) => found.pop(),
            Candidates::TooMany => None,
        }
    }

    /// How many readings a row has whatever the style.
    pub(super) fn readings_in_any_style(&self, row: usize, columns: usize) -> usize {
        match candidates::list(self.document, &self.rows[row], columns, style::unknown(self.options), self.digits[row])
        {
            Candidates::All(found) => found.len(),
            Candidates::TooMany => usize::MAX,
        }
    }

    /// What earlier editions say of a row.
    pub(super) fn past(&self, row: usize, columns: usize) -> Option<Past> {
        let fits = |it: &&RowHistory| self.names_row(it.table.as_deref(), &it.label, it.under.as_deref(), row);
        let mut found = self.options.history.iter().filter(fits);
        let history = found.nth(self.repeats[row])?;
        Past::new(&history.previous, columns)
    }

    /// The label and the cells of a row, where a user settled how it is read.
    pub(super) fn pinned(&self, row: usize) -> Option<(Span, Vec<Span>)> {
        self.options.pins.iter().find_map(|pin| {
            let (label, cells) = pin.find(self.document, self.rows[row].whole())?;
            let is_meant = alike(&pin.row, self.document.slice(label))
                && self.is_in(pin.table.as_deref())
                && self.is_under(pin.under.as_deref(), row);
            is_meant.then_some((label, cells))
        })
    }

    fn names_row(&self, table: Option<&str>, label: &str, under: Option<&str>, row: usize) -> bool {
        alike(label, self.labels[row]) && self.is_in(table) && self.is_under(under, row)
    }

    /// Whether this is the table of a title or a declared name; any fits `None`.
    fn is_in(&self, table: Option<&str>) -> bool {
        let name = self.schema.map(|it| it.name.as_str());
        table.is_none_or(|it| self.title.is_some_and(|title| alike(title, it)) || name.is_some_and(|name| name == it))
    }

    /// Whether a row is a part of the row of a label; any fits `None`.
    fn is_under(&self, label: Option<&str>, row: usize) -> bool {
        let parent = self.rows[row].under.map(|it| self.labels[it]);
        label.is_none_or(|it| parent.is_some_and(|parent| alike(parent, it)))
    }

    /// Whether a row can have so many figures at all.
    fn supports(&self, row: usize, columns: usize) -> bool {
        let raw = &self.rows[row];
        if raw.is_marked() || raw.tokens.len() == columns && raw.tokens.iter().any(|it| !it.count) {
            return true;
        }
        if columns == 1 {
            let text = self.document.slice(raw.blob());
            let plain = text.bytes().all(|it| it.is_ascii_digit());
            return raw.tokens.len() == 1 && !(plain && text.len() > 3 && matches!(self.style, Style::Grouped(_)));
        }
        match candidates::list(self.document, raw, columns, self.style, self.digits[row]) {
            Candidates::All(found) => !found.is_empty(),
            Candidates::TooMany => true,
        }
    }

    /// How many figures a row has: by header, by declaration, by gaps, else by evidence.
    fn arity(&self, header: &[Span]) -> Arity {
        let clear = |columns| Arity { columns, rival: None, message: None };
        let apart = columns::tokens_max(self.rows);
        let refused = |columns| (0..self.rows.len()).filter(|&row| !self.supports(row, columns)).count();
        let names: Vec<&str> = header.iter().map(|&it| self.document.slice(it)).collect();
        if let Some(first) = names.first() {
            let columns = names.len() - usize::from(!columns::lacks_label_name(first, self.schema));
            let refused = refused(columns);
            let message = (refused * 3 > self.rows.len()).then(|| {
                format!(
                    "expected {columns} figures in each row, as in the heading, found {refused} rows that cannot have \
                     that many"
                )
            });
            let columns = if message.is_some() { apart } else { columns };
            return Arity { columns, rival: None, message };
        }
        let (least, most) = self.schema.map_or((1, 2), columns::declared_range);
        if least == most && refused(least) * 3 <= self.rows.len() {
            return clear(least);
        }
        if apart > 1 {
            return clear(apart);
        }
        if columns::are_apart(self.rows) && self.schema.is_none() {
            return clear(1);
        }
        let possible: Vec<usize> = (least..=most).filter(|&columns| refused(columns) == 0).collect();
        match possible[..] {
            [] => clear(1),
            [only] => clear(only),
            _ => self.arity_by_evidence(&possible),
        }
    }

    /// Compares how well each number of columns explains the figures.
    fn arity_by_evidence(&self, possible: &[usize]) -> Arity {
        let mut remembered = false;
        let mut found: Vec<(f64, usize)> = possible
            .iter()
            .map(|&columns| {
                let question = Question::new(self, columns);
                remembered |= question.has_past();
                (question.weigh(&models(&[], columns), true).log_evidence, columns)
            })
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (best, rival) = (found[0], found[1]);
        // Without a known style even good odds were right in 41-90% only.
        let blind = matches!(self.style, Style::Unknown(_)) && !remembered;
        if best.0 - rival.0 >= ODDS_CLEAR.ln() && !blind {
            return Arity { columns: best.1, rival: None, message: None };
        }
        let why = if blind {
            "no header or grouped number shows which"
        } else {
            "no header shows which, and the figures fit both"
        };
        let message =
            format!("expected a known number of columns, found rows of {} or {} figures: {why}", best.1, rival.1);
        Arity { columns: best.1, rival: Some(rival.1), message: Some(message) }
    }

    fn name_columns(&self, header: &[Span], columns: usize, grid: &mut Grid) {
        let made_up = |text: String| GridCell { span: Span::default(), unescaped: Some(text.into()) };
        grid.headings_printed = !header.is_empty();
        if header.is_empty() {
            grid.headings.push(made_up("item".to_owned()));
            let name = |it: usize| if columns == 1 { "count".to_owned() } else { format!("count{it}") };
            grid.headings.extend((1..=columns).map(|it| made_up(name(it))));
            return;
        }
        if columns::lacks_label_name(self.document.slice(header[0]), self.schema) {
            grid.headings.push(made_up("item".to_owned()));
        }
        grid.headings.extend(header.iter().map(|&it| GridCell::at(it)));
    }
}

/// What the figures of a row may be to each other, as far as the names of their
/// columns tell, and how probable each is before the table speaks.
pub(super) fn models(names: &[&str], columns: usize) -> Vec<Model> {
    const LEAST: f64 = 0.01;
    let count = columns.saturating_sub(1);
    if count > 2 {
        // No model was measured for more: only what is unique will be sure.
        return vec![Model { prior: 1.0, later: vec![Role::Free; count], apart: false }];
    }
    let said = columns::roles(names);
    let mut models = vec![Model { prior: 1.0, later: Vec::new(), apart: false }];
    let mut unrelated = 1.0;
    for column in 0..count {
        let shares = shares(said.get(column).copied().flatten());
        unrelated *= shares.iter().find(|it| it.0 == Role::Unrelated).map_or(0.0, |it| it.1);
        let with = |model: &Model, (role, share): (Role, f64)| {
            let later = model.later.iter().copied().chain([role]).collect();
            Model { prior: model.prior * share, later, apart: false }
        };
        models = models.iter().flat_map(|model| shares.iter().map(move |it| with(model, *it))).collect();
    }
    // Where no figure tells of another, the first has a size of its own.
    let is_apart = |it: &Model| count > 0 && it.later.iter().all(|it| *it == Role::Unrelated);
    models.iter_mut().filter(|it| is_apart(it)).for_each(|it| {
        it.apart = true;
        it.prior = unrelated.max(LEAST);
    });
    models.retain(|it| it.prior >= LEAST || count < 2);
    models
}

/// How probable it is that a later figure is this or that to the first.
fn shares(said: Option<Role>) -> [(Role, f64); 4] {
    let [nested, comparable, unrelated, proportional] = match said {
        Some(Role::Nested) => [0.97, 0.01, 0.015, 0.005],
        Some(Role::Comparable) => [0.01, 0.97, 0.01, 0.01],
        _ => [0.25, 0.15, 0.45, 0.15],
    };
    [
        (Role::Nested, nested),
        (Role::Comparable, comparable),
        (Role::Unrelated, unrelated),
        (Role::Proportional, proportional),
    ]
}

/// Weighs rows for one number of columns.
pub(super) fn weigh(
    readings: &[Vec<Candidate>],
    pasts: &[Option<Past>],
    models: &[Model],
    remember: bool,
) -> posterior::Posterior {
    let evidence: Vec<Evidence<'_>> = readings
        .iter()
        .zip(pasts)
        .map(|(candidates, past)| Evidence { candidates, past: past.as_ref().filter(|_| remember) })
        .collect();
    posterior::weigh(&evidence, models)
}

/// Finds the declared table by its title, else by most of its rows.
fn find_schema<'a>(
    document: &Document,
    rows: &[RawRow],
    title: Option<&str>,
    expected: &'a [TableSchema],
) -> Option<&'a TableSchema> {
    let titled = |it: &&TableSchema| title.is_some_and(|title| it.title.as_deref().is_some_and(|it| alike(it, title)));
    let listed = |it: &&TableSchema| {
        let names =
            |row: &RowSchema, label: &str| alike(&row.name, label) || row.aliases.iter().any(|it| alike(it, label));
        let known = rows.iter().filter(|raw| it.rows.iter().any(|row| names(row, document.slice(raw.label)))).count();
        known * 2 > rows.len()
    };
    expected.iter().find(titled).or_else(|| expected.iter().find(listed))
}

/// How often each label stands above itself, under the same row.
fn repeats(rows: &[RawRow], labels: &[&str]) -> Vec<usize> {
    let mut seen: BTreeMap<(String, Option<usize>), usize> = BTreeMap::new();
    let folded = |it: &str| it.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
    let mut count = |(row, label): (&RawRow, &&str)| {
        let times = seen.entry((folded(label), row.under)).or_insert(0);
        *times += 1;
        *times - 1
    };
    rows.iter().zip(labels).map(&mut count).collect()
}

/// Finds which digits may be glued between label and figures.
fn label_digits(
    document: &Document,
    rows: &[RawRow],
    schema: Option<&TableSchema>,
    history: &[RowHistory],
) -> Vec<LabelDigits> {
    let declared = schema.iter().flat_map(|it| &it.rows).flat_map(|it| std::iter::once(&it.name).chain(&it.aliases));
    let known: BTreeSet<&str> = declared
        .chain(history.iter().map(|it| &it.label))
        .map(|it| it.trim())
        .filter(|it| it.ends_with(|it: char| it.is_ascii_digit()))
        .collect();
    let glued = rows.iter().filter(|it| !it.apart).count() * 5 >= rows.len() * 4;
    let digits = |raw: &RawRow| {
        let blob = raw.blob();
        let printed = &document.text[raw.label.start as usize..];
        let ends = known.iter().filter(|it| printed.starts_with(**it)).map(|it| raw.label.start as usize + it.len());
        if let Some(end) = ends.max().filter(|&it| it >= raw.label.end as usize && it < blob.end as usize) {
            return LabelDigits::Known(end.saturating_sub(blob.start as usize));
        }
        match document.slice(raw.label).chars().next_back() {
            Some('$' | '€' | '£' | '¥' | '₽' | '#' | '№') if !raw.apart => LabelDigits::AtLeast(1),
            Some('-' | '–') if !raw.apart => LabelDigits::AtLeast(0),
            // A space in a table without any parts the label from a number of its own.
            _ if raw.apart && glued && raw.tokens.len() == 1 => LabelDigits::AtLeast(0),
            _ => LabelDigits::None,
        }
    };
    rows.iter().map(digits).collect()
}

fn full_label<'a>(document: &'a Document, raw: &RawRow, digits: LabelDigits) -> &'a str {
    let end = match digits {
        LabelDigits::Known(length) if length > 0 => raw.blob().start as usize + length,
        _ => raw.label.end as usize,
    };
    &document.text[raw.label.start as usize..end]
}

/// Whether two labels are the same but for case and space.
pub(super) fn alike(one: &str, other: &str) -> bool {
    let folded = |it: char| it.to_lowercase();
    let words = one.split_whitespace().count() == other.split_whitespace().count();
    let pairs = one.split_whitespace().zip(other.split_whitespace());
    words && pairs.into_iter().all(|(one, other)| one.chars().flat_map(folded).eq(other.chars().flat_map(folded)))
}
