//! What an editor asks about a place: what is known there, and what can be done.

use std::collections::HashMap;
use std::path::Path;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CreateFile, CreateFileOptions, DocumentChangeOperation,
    DocumentChanges, Hover, HoverContents, MarkupContent, MarkupKind, OneOf, OptionalVersionedTextDocumentIdentifier,
    Position, Range, ResourceOp, TextDocumentEdit, TextDocumentPositionParams, TextEdit, WorkspaceEdit,
};
use serde_json::{Value, json};

use super::Open;
use super::checked::{Checked, START};
use super::text::{Lines, path, uri};
use crate::cli::{accepting, files, today};
use crate::finding::{Finding, Severity, Suspect};
use crate::rules::{implied, kinds, language};
use crate::snapshot::{self, Source, Terms};

pub(super) fn hover(open: &Open, params: &Value) -> Option<Value> {
    let asked: TextDocumentPositionParams = serde_json::from_value(params.clone()).ok()?;
    let place = asked.position;
    let within = Range { start: place, end: place };
    let checked = open.checked.as_ref();
    let found: Vec<String> = checked.into_iter().flat_map(|it| it.findings(within)).map(|it| told(it.2)).collect();
    let text = if found.is_empty() { page(open, place) } else { Some(found.join("\n\n---\n\n")) };
    let contents = |value| HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
    Some(text.map_or(Value::Null, |it| json!(Hover { contents: contents(it), range: None })))
}

/// A finding in Markdown: what, why, what may be wrong, and how to settle it.
fn told(it: &Finding) -> String {
    let mut text = format!("**{}[{}]** {}", it.severity.word(), it.rule, it.message);
    if let Some(why) = &it.why {
        text.push_str(&format!("\n\nWhy: {why}"));
    }
    let values: Vec<String> = meant(it).map(|(figure, value, slip)| words(figure, &value, &slip)).collect();
    if !values.is_empty() {
        text.push_str(&format!("\n\nSuggested values:\n- {}", values.join("\n- ")));
    }
    if let Some(hint) = &it.hint {
        text.push_str(&format!("\n\nHint: {hint}"));
    }
    text
}

fn words(figure: &Suspect, value: &str, slip: &str) -> String {
    let slip = if slip.is_empty() { String::new() } else { format!(" ({slip})") };
    format!("{}: {value} for {}{slip}", figure.name, figure.text)
}

/// The figures that may be wrong, with what each would be and by what slip.
fn meant(it: &Finding) -> impl Iterator<Item = (&Suspect, String, String)> {
    let cause = it.cause.as_ref();
    let ranked = cause.into_iter().flat_map(|it| &it.ranked);
    let ranked = ranked.map(|it| (&it.figure, it.printed.clone(), it.because.clone().unwrap_or_default()));
    let follows = cause.and_then(|it| it.follows.as_ref()).into_iter().flat_map(|it| &it.figures);
    let follows = follows.map(|it| (&it.figure, it.printed.clone(), it.because.to_owned()));
    ranked.chain(follows).filter(|it| !it.1.is_empty())
}

/// The page of a kind, or of a part of the language, under the place in a rule file.
fn page(open: &Open, place: Position) -> Option<String> {
    if path(&open.uri).extension().is_none_or(|it| it != "toml") {
        return None;
    }
    let lines = Lines::of(&open.text);
    let line = lines.line(place.line);
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    let before = lines.before(place);
    let start =
        before.rfind(|it| !is_part(it)).map_or(0, |it| it + before[it..].chars().next().map_or(1, char::len_utf8));
    let end = line[before.len()..].find(|it| !is_part(it)).map_or(line.len(), |it| before.len() + it);
    let word = &line[start..end];
    let all = kinds().iter().chain(language()).chain(implied());
    // The examples of a page are for reading in full: `crossfoot explain` prints them.
    all.filter(|it| it.name == word).map(|it| it.page.split("\n## ").next().unwrap_or("").to_owned()).next()
}

pub(super) fn actions(open: &Open, params: &Value) -> Option<Value> {
    let asked: CodeActionParams = serde_json::from_value(params.clone()).ok()?;
    let Some(checked) = &open.checked else { return Some(json!([])) };
    let mut actions: Vec<CodeAction> = Vec::new();
    for (diagnostic, at, finding) in checked.findings(asked.range) {
        let own = replacements(open, finding).into_iter().map(|(title, edit)| CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic.clone()]),
            edit: Some(edit),
            ..CodeAction::default()
        });
        actions.extend(own);
        actions.extend(waiver(open, checked, at).map(|edit| CodeAction {
            title: format!("Accept this edition and waive {} here; give the reason in its snapshot", finding.rule),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic.clone()]),
            edit: Some(edit),
            ..CodeAction::default()
        }));
    }
    Some(json!(actions))
}

/// Puts the figure that the rules require in place of the one that is printed.
fn replacements(open: &Open, finding: &Finding) -> Vec<(String, WorkspaceEdit)> {
    let lines = Lines::of(&open.text);
    let name = files::shown(&path(&open.uri));
    let mut all = Vec::new();
    for (figure, value, slip) in meant(finding) {
        let mut parts = figure.at.rsplitn(3, ':');
        let numbers = (parts.next().and_then(|it| it.parse().ok()), parts.next().and_then(|it| it.parse().ok()));
        let ((Some(column), Some(line)), true) = (numbers, parts.next() == Some(name.as_str())) else { continue };
        let length = figure.text.chars().count();
        // The text may have changed since, or print the figure in another way.
        if figure.text.is_empty() || lines.between(line, column, length) != figure.text {
            continue;
        }
        let end = column + u32::try_from(length).unwrap_or(0);
        let edit = TextEdit { range: lines.range(line, column, end), new_text: value.clone() };
        #[expect(clippy::mutable_key_type, reason = "the protocol's own type; its key is never changed")]
        let changes = HashMap::from([(open.uri.clone(), vec![edit])]);
        let title = format!("Replace {}", words(figure, &value, &slip));
        all.push((title, WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }));
    }
    all
}

/// Accepts the edition with this finding waived, as an edit of its snapshot; not where
/// other errors stand against it, or where the day of the edition is not known.
fn waiver(open: &Open, checked: &Checked, finding: usize) -> Option<WorkspaceEdit> {
    let outcome = checked.outcome.as_ref().filter(|it| !it.of_article)?;
    let of = &outcome.findings[finding];
    let past = crate::cli::rules::past(None, &checked.datasets).ok()?;
    let mut proposals = snapshot::propose(outcome, &checked.datasets, &past, today()).ok()?;
    let proposal = proposals.iter_mut().find(|it| it.findings.iter().any(|it| it.0.id == of.id))?;
    let at = proposal.findings.iter().position(|it| it.0.id == of.id)?;
    let by = accepting::author(None);
    proposal.waive(at, &Terms { reason: "TODO: why it is accepted".to_owned(), by, until: None });
    if proposal.refused_by(Some(Severity::Error)).next().is_some() {
        return None;
    }
    let name = files::shown(&path(&open.uri));
    let sources = proposal.files.iter().map(|file| {
        let bytes = if *file == name { open.text.as_bytes().to_vec() } else { std::fs::read(file).ok()? };
        Some(Source::of(file, &bytes))
    });
    let text = snapshot::write(&proposal.snapshot(sources.collect::<Option<_>>()?));
    let uri = uri(&snapshot::find_folder(None).join(Path::new(&proposal.file)))?;
    let options = CreateFileOptions { overwrite: Some(true), ignore_if_exists: None };
    let create = CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
    let edit = TextEdit { range: Range { start: START, end: START }, new_text: text };
    let edits = TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version: None },
        edits: vec![OneOf::Left(edit)],
    };
    let operations =
        vec![DocumentChangeOperation::Op(ResourceOp::Create(create)), DocumentChangeOperation::Edit(edits)];
    Some(WorkspaceEdit { document_changes: Some(DocumentChanges::Operations(operations)), ..WorkspaceEdit::default() })
}
