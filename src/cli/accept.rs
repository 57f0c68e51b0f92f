//! `crossfoot accept`: keeps editions as snapshots, without questions.

use clap::Args;

use super::accepting::{self, Checked};
use super::{Color, Exit, Reading, load_rules, output};
use crate::error::{Error, ErrorKind, Result};
use crate::finding::{Finding, Severity};
use crate::nearest::nearest;
use crate::run::check::refuse_on;
use crate::snapshot::{self, Change, Lock, Proposal, Terms};

#[derive(Debug, Args)]
pub(super) struct AcceptArgs {
    /// Files, folders or patterns
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    /// Accept these findings unchanged, by id, or "all"; repeatable or comma-separated
    #[arg(long, value_name = "ID|all", value_delimiter = ',', requires = "reason")]
    waive: Vec<String>,
    /// The reason for accepting them
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Name of the person who accepts them [default: `CROSSFOOT_BY`, else git's user.name, else nobody]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// The last day on which the waivers apply [default: no end]
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Show what would be written, without writing it
    #[arg(long)]
    dry_run: bool,
    /// Refuse findings of this severity or higher: error, warning, note, never
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: String,
}

pub(super) fn run(args: &AcceptArgs, color: Color) -> Result<Exit> {
    let fail_on = refuse_on(&args.fail_on)?;
    let terms = terms(args)?;
    let datasets = load_rules(args.reading.ground.rules.as_deref())?;
    let folder = snapshot::find_folder(args.reading.ground.snapshots.as_deref());
    // Held from before the check on: what it compares with must stay.
    let lock = if args.dry_run { None } else { Some(Lock::take(&folder, &command())?) };
    let checked = accepting::checked(&args.paths, &args.reading, &datasets, &folder, color)?;
    let Some(Checked { outcome, mut proposals, mut sources, .. }) = checked else { return Ok(Exit::Failed) };
    if let Some(terms) = &terms {
        waive(&mut proposals, &args.waive, terms)?;
    }
    let mut texts = Vec::new();
    for proposal in &proposals {
        let refused = proposal.refused_by(fail_on).next().is_some();
        let mut text = || Ok::<_, Error>(snapshot::write(&proposal.snapshot(sources.of(proposal, &outcome)?)));
        texts.push(if refused { None } else { Some(text()?) });
    }
    let mut counts = [0; 4];
    for (proposal, text) in proposals.iter().zip(&texts) {
        let change = match (text, &lock) {
            (None, _) => None,
            (Some(text), Some(lock)) => Some(snapshot::replace(lock, &proposal.file, text)?),
            (Some(text), None) => Some(snapshot::standing(&folder, &proposal.file, text)?),
        };
        counts[change.map_or(3, rank)] += 1;
        let line = match change {
            Some(change) => format!("{:<9}  {}\n", word(change), accepting::shown(&folder, &proposal.file)),
            None => refusal(proposal, fail_on),
        };
        output::print(line.as_bytes())?;
    }
    output::print(summary(counts, args.dry_run).as_bytes())?;
    Ok(if counts[3] > 0 { Exit::Findings } else { Exit::Clean })
}

/// The terms of all waivers of this run, where it has any.
fn terms(args: &AcceptArgs) -> Result<Option<Terms>> {
    let usage = |message: String| Error::new(ErrorKind::Usage, message);
    let today = super::today();
    let until = args.until.as_deref().map(|it| accepting::last_day(it, today));
    let until = until.transpose().map_err(|it| usage(format!("--until: {it}")))?;
    let reason = args.reason.as_deref().map_or("", str::trim);
    if args.waive.is_empty() {
        return Ok(None);
    }
    if reason.is_empty() {
        return Err(usage("expected a reason after --reason, found none".to_owned())
            .hint("the snapshot keeps the reason for whoever asks why the finding was accepted"));
    }
    Ok(Some(Terms { reason: reason.to_owned(), by: accepting::author(args.by.as_deref()), until }))
}

/// Waives the findings of these ids, or all that are not waived yet.
fn waive(proposals: &mut [Proposal], ids: &[String], terms: &Terms) -> Result<()> {
    let known: Vec<String> = proposals.iter().flat_map(|it| &it.findings).map(|it| it.0.id.clone()).collect();
    if let Some(id) = ids.iter().find(|it| *it != "all" && !known.contains(it)) {
        let error = Error::new(ErrorKind::Usage, format!("no finding of these editions has the id \"{id}\""));
        return Err(match nearest(id, known.iter().map(String::as_str)) {
            Some(near) => error.hint(format!("the nearest id is {near}")),
            None => error.hint("`crossfoot check -o json` shows the id of each finding"),
        });
    }
    let all = ids.iter().any(|it| it == "all");
    for proposal in proposals {
        for at in 0..proposal.findings.len() {
            let (finding, waiver) = &proposal.findings[at];
            if ids.contains(&finding.id) || (all && waiver.is_none()) {
                proposal.waive(at, terms);
            }
        }
    }
    Ok(())
}

fn refusal(proposal: &Proposal, fail_on: Option<Severity>) -> String {
    let findings: Vec<&Finding> = proposal.refused_by(fail_on).collect();
    let mut text = format!("refused    {}\n", proposal.name());
    for it in &findings {
        let place = it.places.first().map_or(String::new(), |it| format!("{}: ", it.at()));
        text.push_str(&format!("  {place}{}[{}]: {} (id {})\n", it.severity.word(), it.rule, it.message, it.id));
    }
    let mut ids: Vec<&str> = findings.iter().map(|it| it.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    text.push_str(&format!("  hint: --waive {} --reason TEXT accepts it unchanged\n", ids.join(",")));
    text
}

fn summary(counts: [usize; 4], dry_run: bool) -> String {
    let total: usize = counts.iter().sum();
    let words = ["new", "changed", "unchanged", "refused"];
    let parts = counts.iter().zip(words).filter(|it| *it.0 > 0).map(|it| format!("{} {}", it.0, it.1));
    let editions = if total == 1 { "1 edition" } else { &format!("{total} editions") };
    let dry = if dry_run { "; nothing was written" } else { "" };
    format!("{editions}: {}{dry}\n", parts.collect::<Vec<_>>().join(", "))
}

fn rank(change: Change) -> usize {
    match change {
        Change::New => 0,
        Change::Changed => 1,
        Change::Unchanged => 2,
    }
}

pub(super) fn word(change: Change) -> &'static str {
    match change {
        Change::New => "new",
        Change::Changed => "changed",
        Change::Unchanged => "unchanged",
    }
}

/// The command line of this process, for those who wait for it.
fn command() -> String {
    let arguments = std::env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned());
    let line = std::iter::once("crossfoot".to_owned()).chain(arguments).collect::<Vec<_>>().join(" ");
    line.chars().take(200).collect()
}
