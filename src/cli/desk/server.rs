//! The server of the desk: this machine only, one key, nothing from elsewhere.
//!
//! A connection is one request. The page itself holds nothing and is given to
//! anybody on this machine; all else asks for a key, which the page gets once
//! for the token in the address. The token stands behind `#`, so that a browser
//! sends it to nobody. Requests of other hosts or origins are refused: a page
//! elsewhere may know the port, but reaches nothing.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::cli::{load_rules, suggest};
use crate::desk::{At, Event, State};
use crate::error::{Error, ErrorKind, Result};
use crate::report::Format;
use crate::snapshot::{self, Lock};
use crate::source;

const HEAD_MAX: usize = 16 << 10;
const BODY_MAX: usize = 64 << 20;
const PATIENCE: Duration = Duration::from_secs(20);
/// A page that waits for news is answered after this in any case.
const NEWS: Duration = Duration::from_secs(15);

/// Only what stands on the page itself; no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' \
 data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// A report carries its own style, and no script.
const REPORT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// The files of the page: address, type, text.
const PAGE: [(&str, &str, &str); 8] = [
    ("/", "text/html", include_str!("../../desk/page/index.html")),
    ("/desk.css", "text/css", include_str!("../../desk/page/desk.css")),
    ("/desk.js", "text/javascript", include_str!("../../desk/page/desk.js")),
    ("/server.js", "text/javascript", include_str!("../../desk/page/server.js")),
    ("/draft.js", "text/javascript", include_str!("../../desk/page/draft.js")),
    ("/table.js", "text/javascript", include_str!("../../desk/page/table.js")),
    ("/findings.js", "text/javascript", include_str!("../../desk/page/findings.js")),
    ("/make.js", "text/javascript", include_str!("../../desk/page/make.js")),
];

/// The desk behind its address.
pub(super) struct Server {
    listener: TcpListener,
    port: u16,
    token: Mutex<Option<String>>,
    first_token: String,
    key: String,
    state: Mutex<State>,
    /// Held while an event is worked out, so that none is lost.
    turn: Mutex<()>,
    news: Condvar,
    tickets: Mutex<HashMap<String, Reply>>,
    /// The folder of snapshots.
    folder: PathBuf,
    /// Where the rule files are, if the user says so.
    rules: Option<PathBuf>,
}

/// A request that was read.
struct Request {
    method: String,
    path: String,
    query: HashMap<String, String>,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

/// An answer.
#[derive(Clone)]
struct Reply {
    status: &'static str,
    kind: &'static str,
    body: Vec<u8>,
    policy: &'static str,
    /// The name to save it under.
    file: Option<String>,
}

impl Reply {
    fn new(status: &'static str, kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, kind, body: body.into(), policy: POLICY, file: None }
    }

    fn json(value: &impl serde::Serialize) -> Self {
        let body = serde_json::to_vec(value).unwrap_or_default();
        Self::new("200 OK", "application/json", body)
    }

    fn refused(why: &str) -> Self {
        Self::new("403 Forbidden", "text/plain", why)
    }

    fn wrong(why: &str) -> Self {
        Self::new("400 Bad Request", "text/plain", why)
    }

    fn missing() -> Self {
        Self::new("404 Not Found", "text/plain", "not found")
    }
}

/// A word that nobody guesses: 128 bits, of the keys that the system seeds its
/// hash maps with. The standard library has no other source of chance.
fn secret() -> String {
    let part = |it: u8| format!("{:016x}", RandomState::new().hash_one(it));
    part(0) + &part(1)
}

fn held<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    pub(super) fn bind(port: u16, state: State, folder: PathBuf, rules: Option<PathBuf>) -> Result<Self> {
        let refused = |it| {
            let message = format!("port {port} could not be opened");
            Error::new(ErrorKind::Usage, message).because(it).hint("without --port, crossfoot picks a free port")
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(refused)?;
        let port = listener.local_addr().map_err(refused)?.port();
        let first_token = secret();
        Ok(Self {
            listener,
            port,
            token: Mutex::new(Some(first_token.clone())),
            first_token,
            key: secret(),
            state: Mutex::new(state),
            turn: Mutex::new(()),
            news: Condvar::new(),
            tickets: Mutex::new(HashMap::new()),
            folder,
            rules,
        })
    }

    /// Where the desk is, with the token that opens it once.
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/#{}", self.port, self.first_token)
    }

    /// Answers for ever.
    pub(super) fn serve(self: &std::sync::Arc<Self>) {
        for stream in self.listener.incoming().flatten() {
            let server = std::sync::Arc::clone(self);
            std::thread::spawn(move || server.handle(stream));
        }
    }

    /// Does one thing to the state.
    pub(super) fn turn(&self, change: impl FnOnce(&State) -> State) -> State {
        let _turn = held(&self.turn);
        let before = held(&self.state).clone();
        let after = change(&before);
        *held(&self.state) = after.clone();
        self.news.notify_all();
        after
    }

    fn handle(&self, mut stream: TcpStream) {
        // What cannot be set or sent concerns a browser that is gone.
        drop(stream.set_read_timeout(Some(PATIENCE)));
        drop(stream.set_write_timeout(Some(PATIENCE)));
        let reply = match read(&mut stream) {
            Some(request) => self.answer(&request),
            None => Reply::wrong("unknown request"),
        };
        let saved =
            reply.file.map_or(String::new(), |it| format!("Content-Disposition: attachment; filename=\"{it}\"\r\n"));
        let head = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}; charset=utf-8\r\nContent-Length: {}\r\nContent-Security-Policy: {}\r\n{saved}\
             X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCache-Control: no-store\r\n\
             Cross-Origin-Resource-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n\
             Connection: close\r\n\r\n",
            reply.status,
            reply.kind,
            reply.body.len(),
            reply.policy
        );
        drop(
            stream
                .write_all(head.as_bytes())
                .and_then(|()| stream.write_all(&reply.body))
                .and_then(|()| stream.flush()),
        );
    }

    fn answer(&self, request: &Request) -> Reply {
        let header = |name: &str| request.headers.get(name).map_or("", String::as_str);
        let hosts = [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)];
        let is_own = hosts.iter().any(|it| it == header("host"));
        let is_post = request.method == "POST";
        let origin = header("origin");
        let same_origin = origin.strip_prefix("http://") == Some(header("host")) || (origin.is_empty() && !is_post);
        match (request.method.as_str(), request.path.as_str()) {
            _ if !is_own => Reply::refused("the desk answers to its own address only"),
            _ if !same_origin => Reply::refused("the desk answers to its own page only"),
            ("GET", path) if PAGE.iter().any(|it| it.0 == path) => {
                let it = PAGE.iter().find(|it| it.0 == path).expect("it was just found");
                Reply::new("200 OK", it.1, it.2)
            }
            ("GET", path) if path.starts_with("/out/") => {
                let ticket = path.split('/').nth(2).unwrap_or("");
                held(&self.tickets).remove(ticket).unwrap_or_else(Reply::missing)
            }
            ("POST", "/open") => self.opened(header("x-desk-token")),
            _ if header("x-desk-key") != self.key => Reply::refused("the key is missing or wrong"),
            ("GET", path) => self.show(path, &request.query),
            ("POST", path) => self.act(path, request),
            _ => Reply::missing(),
        }
    }

    /// The key for the token, once.
    fn opened(&self, token: &str) -> Reply {
        let mut known = held(&self.token);
        if known.as_deref() != Some(token) {
            return Reply::refused("this address was used before, or is wrong: start crossfoot desk again");
        }
        *known = None;
        Reply::json(&serde_json::json!({ "key": self.key }))
    }

    fn show(&self, path: &str, query: &HashMap<String, String>) -> Reply {
        let number = |name: &str| query.get(name).and_then(|it| it.parse::<usize>().ok());
        let now = || held(&self.state).clone();
        match path {
            "/view" => Reply::json(&now().view()),
            "/wait" => {
                let known = number("revision").unwrap_or(0) as u64;
                let same = |it: &mut State| it.revision() == known;
                let waited = self.news.wait_timeout_while(held(&self.state), NEWS, same);
                let state = waited.unwrap_or_else(PoisonError::into_inner).0.clone();
                Reply::json(&state.view())
            }
            "/rows" => match (number("table"), number("from"), number("count")) {
                (Some(table), Some(from), Some(count)) => Reply::json(&now().rows(table, from, count)),
                _ => Reply::wrong("expected table, from and count"),
            },
            "/cell" => match (number("table"), number("row"), number("column")) {
                (Some(table), Some(row), Some(column)) => {
                    now().cell(At(table, row, column)).map_or_else(Reply::missing, |it| Reply::json(&it))
                }
                _ => Reply::wrong("expected table, row and column"),
            },
            _ => Reply::missing(),
        }
    }

    fn act(&self, path: &str, request: &Request) -> Reply {
        let query = |name: &str| request.query.get(name).map_or("", String::as_str);
        let state = match path {
            "/event" => match serde_json::from_slice::<Event>(&request.body) {
                Ok(event) => self.turn(|it| it.apply(&event)),
                Err(error) => return Reply::wrong(&error.to_string()),
            },
            "/file" if query("name").is_empty() => return Reply::wrong("expected a name"),
            "/file" => self.turn(|it| {
                let (name, given) = (query("name"), super::read(it, query("name"), request.body.clone()));
                if query("as") == "draft" { it.give_draft(name, given) } else { it.give(name, given) }
            }),
            "/example" => self.turn(State::with_example),
            "/accept" => self.turn(|it| match self.accept(it) {
                Ok(after) => after,
                Err(error) => it.told(&format!("not kept: {error}{}", error.hint_behind())),
            }),
            "/keep-rule" => self.turn(|it| match self.keep_rule(it, query("table"), query("relation")) {
                Ok(after) => after,
                Err(error) => it.told(&format!("no rule was added: {error}{}", error.hint_behind())),
            }),
            "/ticket" => return self.ticket(query("what"), query("file")),
            _ => return Reply::missing(),
        };
        Reply::json(&state.view())
    }

    /// Writes the snapshots of the editions on the desk, as `accept` does.
    fn accept(&self, state: &State) -> Result<State> {
        let kept = state.to_accept()?;
        let lock = Lock::take(&self.folder, "crossfoot desk")?;
        for it in &kept {
            snapshot::replace(&lock, &it.file, &it.text)?;
        }
        let accepted = snapshot::all(&self.folder, state.datasets())?;
        let files: Vec<&str> = kept.iter().map(|it| it.file.as_str()).collect();
        Ok(state.on_file(&accepted.into(), &format!("kept as {}", files.join(", "))))
    }

    /// Adds a relation that a table follows to its rule file as `suggest --write` does; all of
    /// them where none is named.
    fn keep_rule(&self, state: &State, table: &str, relation: &str) -> Result<State> {
        let known = table.parse().ok().and_then(|it| state.to_keep(it));
        let (table, dataset, mut relations) =
            known.ok_or_else(|| Error::new(ErrorKind::Usage, "the table has no rule file"))?;
        relations.retain(|it| relation.is_empty() || *it == relation);
        let words = suggest::keep(dataset, table, &relations)?;
        state.with_rules(load_rules(self.rules.as_deref())?, words.trim_end())
    }

    /// An address that gives one thing once: a browser opens it without the key.
    fn ticket(&self, what: &str, file: &str) -> Reply {
        let state = held(&self.state).clone();
        let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let saved = |kind, body: Vec<u8>, name: &str| {
            let name = name.rsplit('/').next().unwrap_or(name).replace(['"', '\\', '\r', '\n'], "");
            Reply { file: Some(name), ..Reply::new("200 OK", kind, body) }
        };
        let reply = match what {
            "report" => {
                let page = Reply::new("200 OK", "text/html", state.report(Format::Html));
                Reply { policy: REPORT_POLICY, ..page }
            }
            "workbook" => saved(sheet, state.report(Format::Xlsx), "checked.xlsx"),
            "corrections" => saved("text/csv", state.corrections().into_bytes(), "corrections.csv"),
            "questions" => saved("text/plain", state.questions().into_bytes(), "questions.txt"),
            "rules" => match super::rule_file(&state) {
                Ok(bytes) => saved("text/plain", bytes, "rules.toml"),
                Err(error) => return Reply::wrong(&error.to_string()),
            },
            "copy" => match state.copy(file) {
                Ok(copy) => {
                    if !copy.formulas_lost.is_empty() {
                        let lost = copy.formulas_lost.join(", ");
                        self.turn(|it| it.told(&format!("in the copy, a value replaces the formula of {lost}")));
                    }
                    // It is not packed again.
                    let name = source::unpacked(file.rsplit('/').next().unwrap_or(file));
                    saved("application/octet-stream", copy.bytes, &format!("corrected {name}"))
                }
                Err(error) => return Reply::wrong(&format!("{error}{}", error.hint_behind())),
            },
            _ => return Reply::missing(),
        };
        let ticket = secret();
        held(&self.tickets).insert(ticket.clone(), reply);
        Reply::json(&serde_json::json!({ "address": format!("/out/{ticket}/{what}") }))
    }
}

/// Reads a request; nothing where it is none, or too large.
fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let mut piece = [0; 8 << 10];
    let (request, length) = loop {
        let count = stream.read(&mut piece).ok().filter(|it| *it > 0)?;
        bytes.extend_from_slice(&piece[..count]);
        if let Some(it) = head(&bytes)? {
            break it;
        }
        if bytes.len() > HEAD_MAX {
            return None;
        }
    };
    let mut body = bytes.split_off(length);
    let wanted = match request.headers.get("content-length") {
        Some(it) => it.parse::<usize>().ok().filter(|it| *it <= BODY_MAX)?,
        None => 0,
    };
    while body.len() < wanted {
        let count = stream.read(&mut piece).ok().filter(|it| *it > 0)?;
        body.extend_from_slice(&piece[..count]);
    }
    body.truncate(wanted);
    Some(Request { body, ..request })
}

/// The head of a request and its length; nothing yet where it goes on.
#[expect(clippy::option_option, reason = "no request, not yet one, and one")]
fn head(bytes: &[u8]) -> Option<Option<(Request, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(length) = parsed.parse(bytes).ok()? else { return Some(None) };
    let target = parsed.path?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pair = |it: &str| it.split_once('=').map(|(name, value)| (name.to_owned(), decoded(value)));
    let known = parsed.headers.iter();
    let request = Request {
        method: parsed.method?.to_owned(),
        path: path.to_owned(),
        query: query.split('&').filter_map(pair).collect(),
        headers: known
            .map(|it| (it.name.to_ascii_lowercase(), String::from_utf8_lossy(it.value).into_owned()))
            .collect(),
        body: Vec::new(),
    };
    Some(Some((request, length)))
}

/// A part of an address with its escapes undone.
fn decoded(text: &str) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).and_then(|it| u8::from_str_radix(it, 16).ok());
        match (bytes[at], code) {
            (b'%', Some(it)) => {
                out.push(it);
                at += 3;
            }
            (it, _) => {
                out.push(it);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_out_of_addresses() {
        assert_eq!(decoded("a%20b%C3%A9.csv"), "a bé.csv");
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%é"), "%zz%é");
    }

    #[test]
    fn a_head_is_waited_for_and_nonsense_is_none() {
        assert!(matches!(head(b"GET / HTTP/1.1\r\nHost: a"), Some(None)));
        let (request, length) = head(b"GET /rows?table=1 HTTP/1.1\r\nHost: a\r\n\r\nrest").unwrap().unwrap();
        assert_eq!((request.path.as_str(), request.query["table"].as_str(), length), ("/rows", "1", 39));
        assert!(head(b"\0\0\0").is_none());
    }

    #[test]
    fn secrets_differ() {
        assert_ne!(secret(), secret());
        assert_eq!(secret().len(), 32);
    }
}
