//! `crossfoot lsp`: findings while one types, in editors that speak the Language Server
//! Protocol.
//!
//! One thread reads messages and answers; a check runs on a thread of its own, a moment
//! after the last key, so that no question has to wait for it. A panic there is told,
//! and ends that check only. It reads the files of the workspace and what the editor
//! holds, and writes nothing: what it proposes are edits, which the editor makes.

mod answers;
mod checked;
mod complete;
mod text;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use clap::Args;
use lsp_server::{Connection, Message, Notification, Request, Response};
use lsp_types::{
    CodeActionProviderCapability, CompletionOptions, DidChangeTextDocumentParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, HoverProviderCapability, InitializeParams, PublishDiagnosticsParams, SaveOptions,
    ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, Uri,
};
use serde_json::{Value, json};

use super::{Exit, output};
use crate::error::{Error, ErrorKind, Result};
use checked::{Checked, OpenText};

#[derive(Debug, Args)]
pub(super) struct LspArgs {
    /// Communicate over standard input and output; the only mode, and what editors ask for
    #[arg(long)]
    stdio: bool,
}

/// So long after the last key a text is checked.
const PAUSE: Duration = Duration::from_millis(200);
/// So often a check that runs is looked after.
const TICK: Duration = Duration::from_millis(20);

/// A text that the editor holds.
struct Open {
    uri: Uri,
    version: i32,
    text: Arc<str>,
    /// When it is to be checked.
    due: Option<Instant>,
    checked: Option<Checked>,
}

/// A check that is done: of which text, in which version.
struct Done {
    key: String,
    version: i32,
    checked: Checked,
}

struct Server {
    open: HashMap<String, Open>,
    done: (Sender<Done>, Receiver<Done>),
    /// The text that is being checked: one at a time.
    busy: Option<String>,
}

pub(super) fn run(args: &LspArgs) -> Result<Exit> {
    let LspArgs { stdio: _ } = args;
    let (connection, threads) = Connection::stdio();
    let ended = serve(&connection);
    drop(connection);
    // What cannot be written any more reaches nobody.
    drop(threads.join());
    match ended {
        Ok(()) => Ok(Exit::Clean),
        Err(it) => {
            Err(Error::new(ErrorKind::Unreadable, "the editor closed the connection").in_file("<stdin>").because(it))
        }
    }
}

type Fault = Box<dyn std::error::Error + Send + Sync>;

fn serve(connection: &Connection) -> std::result::Result<(), Fault> {
    let (id, asked) = connection.initialize_start()?;
    let asked: InitializeParams = serde_json::from_value(asked)?;
    let server = json!({ "name": "crossfoot", "version": env!("CARGO_PKG_VERSION") });
    connection.initialize_finish(id, json!({ "capabilities": capabilities(), "serverInfo": server }))?;
    // Rules and snapshots are looked for from the folder of the project on.
    if let Some(folder) = asked.workspace_folders.and_then(|it| it.into_iter().next()) {
        drop(std::env::set_current_dir(text::path(&folder.uri)));
    }
    let mut server = Server { open: HashMap::new(), done: channel(), busy: None };
    loop {
        let wait = server.wait();
        let message = match wait {
            Some(wait) => connection.receiver.recv_timeout(wait),
            None => connection.receiver.recv().map_err(Into::into),
        };
        match message {
            Ok(Message::Request(it)) => {
                if connection.handle_shutdown(&it)? {
                    return Ok(());
                }
                connection.sender.send(server.answer(it).into())?;
            }
            Ok(Message::Notification(it)) => {
                if let Some(told) = server.take(it) {
                    connection.sender.send(told.into())?;
                }
            }
            // The editor is gone.
            Err(it) if !it.is_timeout() => return Ok(()),
            Ok(Message::Response(_)) | Err(_) => {}
        }
        for told in server.go_on() {
            connection.sender.send(told.into())?;
        }
    }
}

fn capabilities() -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::FULL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..TextDocumentSyncOptions::default()
    };
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        code_action_provider: Some(CodeActionProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions::default()),
        ..ServerCapabilities::default()
    }
}

impl Server {
    /// How long there is nothing to do but listen.
    fn wait(&self) -> Option<Duration> {
        if self.busy.is_some() {
            return Some(TICK);
        }
        let due = self.open.values().filter_map(|it| it.due).min()?;
        Some(due.saturating_duration_since(Instant::now()))
    }

    /// Takes what the editor tells, and says what there is to tell at once.
    fn take(&mut self, it: Notification) -> Option<Notification> {
        let due = Some(Instant::now() + PAUSE);
        match it.method.as_str() {
            "textDocument/didOpen" => {
                let DidOpenTextDocumentParams { text_document: it } = serde_json::from_value(it.params).ok()?;
                let open = Open { version: it.version, text: it.text.into(), due, checked: None, uri: it.uri };
                self.open.insert(open.uri.as_str().to_owned(), open);
                self.recheck_others("");
                None
            }
            "textDocument/didChange" => {
                let it: DidChangeTextDocumentParams = serde_json::from_value(it.params).ok()?;
                let key = it.text_document.uri.as_str().to_owned();
                let open = self.open.get_mut(&key)?;
                open.version = it.text_document.version;
                open.text = it.content_changes.into_iter().last()?.text.into();
                open.due = due;
                self.recheck_others(&key);
                None
            }
            "textDocument/didSave" => {
                self.recheck_others("");
                None
            }
            "textDocument/didClose" => {
                let it: DidCloseTextDocumentParams = serde_json::from_value(it.params).ok()?;
                let open = self.open.remove(it.text_document.uri.as_str())?;
                Some(published(&open.uri, None, Vec::new()))
            }
            _ => None,
        }
    }

    /// What one text says may bear on all others: a rule file, a table beside a draft.
    fn recheck_others(&mut self, but: &str) {
        let due = Instant::now() + PAUSE;
        for (_, it) in self.open.iter_mut().filter(|it| it.0 != but) {
            it.due = Some(due);
        }
    }

    /// Takes a check that is done, and begins the next that is due.
    fn go_on(&mut self) -> Vec<Notification> {
        let mut told = Vec::new();
        while let Ok(Done { key, version, checked }) = self.done.1.try_recv() {
            self.busy = None;
            // What was checked may be another text by now, which is checked next.
            if let Some(open) = self.open.get_mut(&key).filter(|it| it.version == version) {
                told.push(published(&open.uri, Some(version), checked.diagnostics()));
                open.checked = Some(checked);
            }
        }
        let now = Instant::now();
        let next = self.open.iter().filter(|it| it.1.due.is_some_and(|due| due <= now)).map(|it| it.0.clone()).min();
        if let Some(key) = next.filter(|_| self.busy.is_none()) {
            self.begin(key);
        }
        told
    }

    fn begin(&mut self, key: String) {
        let Some(open) = self.open.get_mut(&key) else { return };
        open.due = None;
        let (version, path) = (open.version, text::path(&open.uri));
        let held: Vec<OpenText> =
            self.open.values().map(|it| OpenText { path: text::path(&it.uri), text: Arc::clone(&it.text) }).collect();
        let done = self.done.0.clone();
        self.busy = Some(key.clone());
        std::thread::spawn(move || {
            let checked = guarded(|| checked::check(&path, &held)).unwrap_or_else(|it| checked::failed(&it));
            // The server waits for it as long as it runs.
            drop(done.send(Done { key, version, checked }));
        });
    }

    fn answer(&self, it: Request) -> Response {
        let Request { id, method, params } = it;
        let open = params.pointer("/textDocument/uri").and_then(Value::as_str).and_then(|it| self.open.get(it));
        let answer = guarded(|| match (method.as_str(), open) {
            ("textDocument/hover", Some(open)) => answers::hover(open, &params),
            ("textDocument/codeAction", Some(open)) => answers::actions(open, &params),
            ("textDocument/completion", Some(open)) => complete::complete(open, &params),
            ("textDocument/hover" | "textDocument/codeAction" | "textDocument/completion", None) => Some(Value::Null),
            _ => None,
        });
        match answer {
            Ok(Some(it)) => Response::new_ok(id, it),
            Ok(None) => {
                let code = lsp_server::ErrorCode::MethodNotFound as i32;
                Response::new_err(id, code, format!("unknown method {method}"))
            }
            Err(it) => Response::new_err(id, lsp_server::ErrorCode::InternalError as i32, it),
        }
    }
}

/// Does what may panic, and gives what it said then.
fn guarded<T>(work: impl FnOnce() -> T) -> std::result::Result<T, String> {
    // Nothing that it could leave half done is used afterwards.
    catch_unwind(AssertUnwindSafe(work)).map_err(|it| {
        let text = it.downcast_ref::<&str>().map(|it| (*it).to_owned());
        let text = text.or_else(|| it.downcast_ref::<String>().cloned()).unwrap_or_default();
        output::aside(&format!("crossfoot: a check ended early: {text}\n"));
        text
    })
}

fn published(uri: &Uri, version: Option<i32>, diagnostics: Vec<lsp_types::Diagnostic>) -> Notification {
    let params = PublishDiagnosticsParams { uri: uri.clone(), diagnostics, version };
    Notification::new("textDocument/publishDiagnostics".to_owned(), params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_a_check_becomes_what_it_said() {
        assert_eq!(guarded(|| 1), Ok(1));
        let text = guarded(|| -> u32 { panic!("row {}", 3) });
        assert_eq!(text, Err("row 3".to_owned()));
        let [diagnostic] = &checked::failed("row 3").diagnostics()[..] else { panic!("it is told") };
        assert!(diagnostic.message.contains("row 3"));
    }
}
