//! `usual`: each series of figures against its own history, or each figure
//! against its peers.

mod lasting;
mod peers;
mod revised;
mod words;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use self::words::{whole, words};
use super::bind::{check_names, fault};
use super::said::about_cell;
use crate::error::Result;
use crate::finding::{Certainty, Expected, Place, Role};
use crate::history::{
    Asking, Calendar, Correction, Course, Dated, Earlier, Grade, History, Judged, Judgements, Memo, Series, Shift,
    Unjudged, Verdicts, Wanted, is_judged, judge_edition,
};
use crate::plan::Cell;
use crate::rules::expression::Condition;
use crate::rules::{Binding, CellSet, Context, Detail, Kind, Mark, Need, Scope};
use crate::table::{ColumnType, Table, why_not_followed};

/// The figures of some tables or columns, compared with their own history.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Usual")]
pub(crate) struct Spec {
    /// The tables: all of their columns of counts, amounts and percentages.
    #[serde(default)]
    tables: Vec<String>,
    /// Such columns of the rule's own table.
    #[serde(default)]
    columns: Vec<String>,
    /// The column of totals that `columns` are parts of: shares are judged, not counts.
    of: Option<String>,
    /// Whether to check the change since the previous edition instead of the figure: for running totals.
    #[serde(default)]
    change: bool,
    /// Whether to check how figures were revised since the previous edition printed them, instead of the figures: for
    /// tables that print earlier periods again.
    #[serde(default)]
    revised: bool,
    /// Whether to compare rows with each other in one edition instead of with history: each column
    /// by its share of `of`, or of the other columns.
    #[serde(default)]
    peers: bool,
    /// For `peers`: columns whose values form groups; rows are compared within each.
    #[serde(default)]
    by: Vec<String>,
    /// The correction for checking many figures in one edition.
    #[serde(default)]
    correction: CorrectionWord,
}

/// The correction for checking many figures in one edition.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum CorrectionWord {
    /// Benjamini and Hochberg 1995.
    #[default]
    Bh,
    /// Benjamini and Yekutieli 2001: for figures that depend on each other in any way.
    By,
}

#[derive(Debug)]
struct Usual {
    /// Declared tables, and which of their columns: all that can be judged where none is named.
    tables: Vec<(usize, Vec<String>)>,
    of: Option<String>,
    by_change: bool,
    /// The columns named that an edition may leave out.
    optional: Vec<(usize, String)>,
    correction: Correction,
    /// Which rows of earlier editions are their history.
    filter: Option<Condition>,
}

pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    binding.refuse_rounding("usual")?;
    binding.refuse_zero("usual")?;
    if spec.peers {
        return compile_peers(spec, binding);
    }
    if spec.revised {
        return compile_revised(spec, binding);
    }
    if spec.change && spec.of.is_some() {
        return Err(fault("usual cannot judge the change of a share").hint("remove of or change"));
    }
    if !spec.by.is_empty() {
        return Err(fault("by applies only to peers").hint("set peers = true"));
    }
    let tables = match (spec.tables.is_empty(), spec.columns.is_empty()) {
        (false, true) if spec.of.is_none() => {
            check_names("tables", &spec.tables)?;
            let tables = spec.tables.iter().map(|it| Ok((binding.other_table(it)?, Vec::new())));
            tables.collect::<Result<Vec<_>>>()?
        }
        (true, false) => {
            check_names("columns", &spec.columns)?;
            let table = binding.require_table()?;
            check_columns(spec, binding, table)?;
            vec![(table, spec.columns.clone())]
        }
        (false, true) => return Err(fault("usual with of needs columns, found tables")),
        _ => return Err(fault("usual needs tables or columns").hint("usual = { tables = [\"…\"] }")),
    };
    for (table, _) in &tables {
        binding.check_followed(*table).map_err(|it| it.hint("give the table a key"))?;
    }
    let correction = match spec.correction {
        CorrectionWord::Bh => Correction::Hochberg,
        CorrectionWord::By => Correction::Yekutieli,
    };
    let columns = spec.columns.iter().chain(&spec.of).cloned().collect::<Vec<_>>();
    let optional = tables.first().map_or_else(Vec::new, |it| binding.optional(it.0, &columns));
    let filter = binding.filter.cloned();
    Ok(Box::new(Usual { tables, of: spec.of.clone(), by_change: spec.change, optional, correction, filter }))
}

fn compile_revised(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    if spec.columns.is_empty() || !spec.tables.is_empty() || spec.of.is_some() || spec.change || !spec.by.is_empty() {
        return Err(fault("usual with revised needs columns and nothing else")
            .hint("usual = { columns = [\"…\"], revised = true }"));
    }
    check_names("columns", &spec.columns)?;
    let table = binding.require_table()?;
    check_columns(spec, binding, table)?;
    binding.check_followed(table).map_err(|it| it.hint("give the table a key"))?;
    let optional = binding.optional(table, &spec.columns);
    Ok(Box::new(revised::RevisedKind { table, columns: spec.columns.clone(), optional }))
}

fn compile_peers(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    if !spec.tables.is_empty() || spec.columns.is_empty() {
        return Err(
            fault("usual with peers needs columns").hint("usual = { columns = [\"…\"], of = \"…\", peers = true }")
        );
    }
    if spec.of.is_none() && spec.columns.len() < 2 {
        return Err(fault("usual with peers needs of, or at least two columns to compare"));
    }
    check_names("columns", &spec.columns)?;
    let table = binding.require_table()?;
    for name in spec.columns.iter().chain(&spec.of) {
        let kind = binding.column(table, name)?.kind;
        if !is_judged(kind) || kind == ColumnType::Percent {
            let message =
                format!("column {name:?} is of type {}; peers are compared by counts and amounts", kind.word());
            return Err(fault(message));
        }
    }
    for name in &spec.by {
        binding.column(table, name)?;
    }
    let optional = binding.optional(table, &spec.columns);
    let (columns, of, by) = (spec.columns.clone(), spec.of.clone(), spec.by.clone());
    Ok(Box::new(peers::PeersKind { table, columns, of, by, optional }))
}

fn check_columns(spec: &Spec, binding: &Binding<'_>, table: usize) -> Result<()> {
    for name in &spec.columns {
        let kind = binding.column(table, name)?.kind;
        if !is_judged(kind) && kind != ColumnType::Integer {
            let message =
                format!("column {name:?} is of type {}; usual judges count, integer, amount and percent", kind.word());
            return Err(fault(message));
        }
        if spec.of.is_some() && kind != ColumnType::Count {
            return Err(fault(format!("column {name:?} is of type {}; parts of totals are counts", kind.word())));
        }
    }
    if let Some(of) = &spec.of
        && binding.column(table, of)?.kind != ColumnType::Count
    {
        return Err(fault(format!("column {of:?} is not a column of counts")));
    }
    Ok(())
}

impl Kind for Usual {
    fn scope(&self) -> Scope {
        Scope::Whole
    }

    fn needs(&self) -> Vec<Need> {
        let tables = self.tables.iter().map(|it| Need::Table(it.0));
        let of = self.of.iter().flat_map(|of| self.tables.iter().map(|it| Need::Column(it.0, of.clone())));
        tables.chain(of).chain([Need::Past]).collect()
    }

    fn optional(&self) -> Vec<(usize, String)> {
        self.optional.clone()
    }

    fn why_undetermined(&self, context: &Context<'_>, _marks: &[Mark]) -> Option<String> {
        let (table, columns) = self.tables.first().filter(|_| self.tables.len() == 1)?;
        let none = (!columns.is_empty()).then(|| context.prints_none(*table, columns)).flatten();
        none.or_else(|| not_followed(context.needed_table(*table)))
    }

    /// One check for each printed figure, and one for the edition as a whole
    /// where enough of them tell it.
    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let judgements = self.judge(context);
        let (series, verdicts) = &*judgements;
        // That a copied figure is as before is told once, for its column.
        let left_out = |it: &Series| context.memo.is_some_and(|memo| memo.leaves_out([it.table, it.row, it.column]));
        let marks = series.iter().zip(&verdicts.judged).map(|(series, judged)| match judged {
            None => Mark::Undetermined,
            Some(it) if it.grade == Grade::NotJudged => Mark::Undetermined,
            Some(it) if it.unchanged.is_some() && left_out(series) => Mark::Skipped,
            Some(it) if it.grade == Grade::CheckBeforePrinting => Mark::Fails,
            Some(it) if it.is_open(&series.asked.line) => Mark::Undetermined,
            Some(_) => Mark::Holds,
        });
        let whole = verdicts.shift.map(|it| if it.told { Mark::Fails } else { Mark::Holds });
        let early = verdicts.early.map(|_| Mark::Undetermined);
        Ok(marks.chain(whole).chain(early).collect())
    }

    fn reads(&self, context: &Context<'_>, marks: &[Mark], cells: &mut CellSet) {
        let judgements = self.judge(context);
        for (it, _) in judgements.0.iter().zip(marks).filter(|it| it.1.is_decided()) {
            cells.add(context.edition, Cell { table: it.table, row: it.row, column: it.column });
        }
    }

    fn explain(&self, context: &Context<'_>, check: usize) -> Detail {
        self.explain_all(context, &[check]).swap_remove(0)
    }

    fn explain_all(&self, context: &Context<'_>, checks: &[usize]) -> Vec<Detail> {
        if checks.is_empty() {
            return Vec::new();
        }
        let judgements = self.judge(context);
        let (series, verdicts) = &*judgements;
        checks.iter().map(|it| explain(context, series, verdicts, *it)).collect()
    }

    fn noted(&self, context: &Context<'_>) -> Vec<Detail> {
        lasting::noted(context, &self.judge(context))
    }

    fn cells(&self, context: &Context<'_>, checks: &[usize]) -> Vec<Option<Cell>> {
        let judgements = self.judge(context);
        let (series, _) = &*judgements;
        let cell = |it: &Series| Cell { table: it.table, row: it.row, column: it.column };
        checks.iter().map(|it| series.get(*it).map(cell)).collect()
    }
}

impl Usual {
    fn judge(&self, context: &Context<'_>) -> Judgements {
        let Some(memo) = context.memo else {
            return Arc::new(self.work(context, &mut Course::default()));
        };
        let table = |it: &(usize, Vec<String>)| Some((context.table(it.0)?, it.1.clone()));
        let tables = self.tables.iter().filter_map(table).collect();
        let (by_change, correction) = (self.by_change, self.correction);
        let chosen = self.filter.as_ref().map(|it| it.text().to_owned());
        let asking = Asking { tables, of: self.of.clone(), by_change, chosen, correction };
        memo.judged(asking, |course| self.work(context, course))
    }

    fn work(&self, context: &Context<'_>, course: &mut Course) -> (Vec<Series>, Verdicts) {
        let admits = |row: usize| context.filter.is_none_or(|it| it.get(row).copied().flatten() == Some(true));
        let before: Vec<Option<Vec<Option<bool>>>> = context.past.iter().map(|it| self.chosen(context, it)).collect();
        let chosen_before = |place: usize, row: usize| {
            before[place].as_ref().is_none_or(|it| it.get(row).copied().flatten() == Some(true))
        };
        let of = self.of.as_deref();
        let wanted = |it: &'_ (usize, Vec<String>)| context.table(it.0);
        let wanted: Vec<Wanted<'_>> = self
            .tables
            .iter()
            .filter_map(|it| {
                let (table, by_change) = (wanted(it)?, self.by_change);
                let admits: &dyn Fn(usize) -> bool = &admits;
                let admits_before = self.filter.as_ref().map(|_| &chosen_before as &dyn Fn(usize, usize) -> bool);
                Some(Wanted { table, columns: &it.1, of, by_change, admits, admits_before })
            })
            .collect();
        let calendar = context.calendar.unwrap_or(&Calendar::WEEKS);
        let history = History { before: context.past, on_file: context.memo.and_then(Memo::on_file) };
        judge_edition(context.edition, history, &wanted, calendar, self.correction, course)
    }
}

impl Usual {
    /// Which rows of an earlier edition its `where` lets in; all where there is none.
    fn chosen(&self, context: &Context<'_>, before: &Earlier) -> Option<Vec<Option<bool>>> {
        let (condition, table) = (self.filter.as_ref()?, self.tables.first()?.0);
        let edition = &before.edition;
        let context = Context { edition, previous: None, past: &[], memo: None, filter: None, beside: &[], ..*context };
        // What is out of reach there is not known to be let in.
        Some(condition.truths(&context, context.table(table)?).unwrap_or_default())
    }
}

fn explain(context: &Context<'_>, series: &[Series], verdicts: &Verdicts, check: usize) -> Detail {
    let Some(it) = series.get(check) else {
        let is_shift = verdicts.shift.is_some() && check == series.len();
        return match verdicts.early.filter(|_| !is_shift) {
            Some(far) => about_young(context, series, verdicts, far),
            None => about_edition(context, series, verdicts.shift),
        };
    };
    let table = &context.edition.tables[it.table];
    let Some(judged) = verdicts.judged[check] else {
        let since = verdicts.dated.since.as_ref().map(|it| format!("the first edition since {it}"));
        let is_below = it.asked.line.before.iter().any(|it| it.observed < 0.0);
        let is_zero = !it.asked.is_count && it.asked.line.now.observed == 0.0 && !it.asked.line.before.is_empty();
        let why = match () {
            () if is_below => "negative figures have no usual range",
            () if it.before.is_some() => "there is only one earlier figure, so no earlier change to compare with",
            () if is_zero => "amounts are judged by their ratio, which zero does not have",
            () => "no earlier edition has this figure",
        };
        let none = || since.unwrap_or_else(|| why.to_owned());
        let why = not_followed(table).unwrap_or_else(none);
        return about_cell(table, it.row, it.column, why, "not judged");
    };
    let line = &it.asked.line;
    if judged.grade == Grade::NotJudged {
        let why = unjudged(judged.unjudged, &verdicts.dated);
        return about_cell(table, it.row, it.column, why, "not judged");
    }
    let side = if line.now.observed > judged.expected { "higher" } else { "lower" };
    let same = |other: &(&Series, &Option<Judged>)| other.0.asked.family == it.asked.family && other.1.is_some();
    let family = series.iter().zip(&verdicts.judged).filter(|it| same(it)).count();
    let mut message = words(table, it, &judged, context.edition.coverage, family);
    let limit = (line.before.len() == 1).then(|| limit(&judged));
    if let Some(limit) = limit.as_ref().filter(|_| judged.is_open(line)) {
        message = format!("{message}; {limit}");
    }
    let label = if judged.unchanged.is_some() { "unchanged".to_owned() } else { format!("{side} than usual") };
    let mut detail = about_cell(table, it.row, it.column, message, label);
    detail.certainty = Certainty::Unusual;
    detail.observed = table.columns[it.column].decimal(it.row).map(|it| it.to_string());
    if !judged.is_vague() {
        let [low, high] = range(&judged, it.before, !it.asked.is_count);
        detail.expected = Some(Expected::Between(low, high));
    }
    let flip = judged
        .turns_on_coverage
        .then(|| "if the edition covered the whole period, the verdict would differ".to_owned());
    let check = "check the figure and the days covered; if both are right, look for a real cause".to_owned();
    let unit = tens(line.now.observed, judged.expected);
    detail.hint = Some([Some(check), unit, flip, limit].into_iter().flatten().collect::<Vec<_>>().join("; "));
    detail
}

/// Whether a figure looks as if its unit or its point were others: about ten times what was expected,
/// or a hundred, or a tenth.
fn tens(observed: f64, expected: f64) -> Option<String> {
    let (times, side) =
        if observed > expected { (observed / expected, "larger") } else { (expected / observed, "smaller") };
    let power = times.log10().round();
    let is_near = (1.0..=6.0).contains(&power) && (0.8..=1.25).contains(&(times / 10_f64.powf(power)));
    is_near.then(|| {
        format!(
            "it is about {} times {side} than expected: perhaps another unit or a misplaced decimal point",
            whole(10_f64.powf(power))
        )
    })
}

/// Why a figure that has a history is not judged.
fn unjudged(why: Option<Unjudged>, dated: &Dated) -> String {
    match why {
        Some(Unjudged::Event) => {
            format!("the period falls within {}, a declared event", dated.event.as_deref().unwrap_or("an event"))
        }
        Some(Unjudged::Holiday) => {
            format!("the period includes {}, and no earlier holiday is on file", dated.holiday.unwrap_or("a holiday"))
        }
        Some(Unjudged::Few) | None => "there are too few earlier figures, and some are zero".to_owned(),
    }
}

/// Why no row of a table can be found in the editions before.
fn not_followed(table: &Table) -> Option<String> {
    (!table.can_be_followed()).then(|| why_not_followed(&table.name))
}

/// The ends of a range, as plain decimals: whole for counts; of changes, what they come to.
fn range(judged: &Judged, before: Option<f64>, decimals: bool) -> [String; 2] {
    let (low, high) = judged.range();
    [low, high]
        .map(|it| it + before.unwrap_or(0.0))
        .map(|it| if decimals { format!("{it:.1}") } else { format!("{it:.0}") })
}

/// An edition that is higher or lower as a whole.
fn about_edition(context: &Context<'_>, series: &[Series], shift: Option<Shift>) -> Detail {
    let (ratio, lines) = shift.map_or((1.0, 0), |it| (it.ratio, it.lines));
    let side = if ratio < 1.0 { "lower" } else { "higher" };
    let percent = ((ratio - 1.0).abs() * 100.0).round();
    let message = format!(
        "the edition as a whole is about {percent}% {side} than usual ({lines} series); each series was judged \
         relative to this shift"
    );
    let first = series.first().map_or(0, |it| it.table);
    let table = &context.edition.tables[first];
    let mut detail = Detail::new(&table.name, message);
    if let Some(it) = series.first() {
        detail.places = vec![Place::of_cell(table, it.row, it.column, Role::Primary, "the edition starts here")];
    }
    detail.certainty = Certainty::Unusual;
    detail.hint = Some("check the days covered and the length of the period".to_owned());
    detail
}

/// An edition of series that are too young to tell what is usual.
fn about_young(context: &Context<'_>, series: &[Series], verdicts: &Verdicts, far: usize) -> Detail {
    let judged = verdicts.judged.iter().flatten().count();
    let message = format!(
        "{far} of {judged} figures are far from their few earlier ones; it is too early to know what is usual, so none \
         is flagged"
    );
    let first = series.first().map_or(0, |it| it.table);
    let mut detail = Detail::new(&context.edition.tables[first].name, message);
    if let Some(it) = series.first() {
        let table = &context.edition.tables[it.table];
        detail.places = vec![Place::of_cell(table, it.row, it.column, Role::Primary, "the edition starts here")];
    }
    detail.hint = Some("read through the edition, or provide more earlier editions".to_owned());
    detail
}

/// What could not have been noticed.
fn limit(judged: &Judged) -> String {
    let (low, high) = judged.range();
    format!("with only one earlier edition, any figure from {} to {} passes unnoticed", whole(low), whole(high))
}
