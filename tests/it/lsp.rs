//! The language server, spoken to over its own pipe as an editor does.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::support::Folder;

struct Editor {
    server: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    root: String,
    id: u64,
}

const WARDS: &str = "ward,on the day,by mail,votes\nÄshby 𝄞,1204,918,2122\nBarrow,877,1015,1892\nCorby,1431,1290,2721\n\
    Derwent,652,701,1353\nExton,1988,1622,3160\nFenwick,1147,1093,2240\nTotal,7299,6639,13938\n";

impl Editor {
    fn start(folder: &Folder) -> Self {
        let root = folder.path("").canonicalize().unwrap().to_string_lossy().trim_end_matches('/').to_owned();
        let mut server = Command::new(env!("CARGO_BIN_EXE_crossfoot"))
            .args(["lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (server.stdin.take().unwrap(), BufReader::new(server.stdout.take().unwrap()));
        let mut editor = Self { server, to, from, root, id: 0 };
        let folders = json!([{ "uri": format!("file://{}", editor.root), "name": "test" }]);
        let answer = editor.ask("initialize", &json!({ "capabilities": {}, "workspaceFolders": folders }));
        assert_eq!(answer["capabilities"]["textDocumentSync"]["change"], 1, "{answer}");
        editor.tell("initialized", &json!({}));
        editor
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.to.flush().unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(self.from.read_line(&mut line).unwrap(), 0, "the server ended");
            match line.trim().strip_prefix("Content-Length: ") {
                Some(it) => length = it.parse().unwrap(),
                None if line.trim().is_empty() => break,
                None => {}
            }
        }
        let mut bytes = vec![0; length];
        self.from.read_exact(&mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.id += 1;
        let id = self.id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.receive();
            if message["id"] == id {
                assert!(message["error"].is_null(), "{message}");
                return message["result"].clone();
            }
        }
    }

    fn uri(&self, file: &str) -> String {
        format!("file://{}/{file}", self.root)
    }

    fn open(&mut self, file: &str, text: &str) {
        let it = json!({ "uri": self.uri(file), "languageId": "x", "version": 1, "text": text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": it }));
    }

    fn change(&mut self, file: &str, version: u32, text: &str) {
        let it = json!({ "uri": self.uri(file), "version": version });
        self.tell("textDocument/didChange", &json!({ "textDocument": it, "contentChanges": [{ "text": text }] }));
    }

    /// What is shown of a file in a version, once that is checked.
    fn shown(&mut self, file: &str, version: u32) -> Vec<Value> {
        let uri = self.uri(file);
        loop {
            let message = self.receive();
            let params = &message["params"];
            if message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && params["version"] == version
            {
                return params["diagnostics"].as_array().unwrap().clone();
            }
        }
    }

    fn at(&mut self, method: &str, file: &str, line: u32, character: u32) -> Value {
        let place = json!({ "line": line, "character": character });
        let uri = self.uri(file);
        let range = json!({ "start": place, "end": place });
        let params = json!({ "textDocument": { "uri": uri }, "position": place, "range": range,
            "context": { "diagnostics": [] } });
        self.ask(method, &params)
    }

    fn end(mut self) {
        assert_eq!(self.ask("shutdown", &Value::Null), Value::Null);
        self.tell("exit", &Value::Null);
        assert!(self.server.wait().unwrap().success());
    }
}

#[test]
fn a_slip_is_shown_while_one_types_and_goes_when_it_is_replaced() {
    let mut editor = Editor::start(&Folder::new("lsp-slip"));
    editor.open("wards.csv", WARDS);
    let shown = editor.shown("wards.csv", 1);
    let [slip] = shown.as_slice() else { panic!("{shown:?}") };
    assert_eq!((&slip["code"], &slip["severity"]), (&json!("follows"), &json!(1)));
    let range = json!({ "start": { "line": 5, "character": 16 }, "end": { "line": 5, "character": 20 } });
    assert_eq!(slip["range"], range);
    let hover = editor.at("textDocument/hover", "wards.csv", 5, 17);
    assert!(hover["contents"]["value"].as_str().unwrap().contains("3610 for 3160"), "{hover}");
    assert_eq!(editor.at("textDocument/hover", "wards.csv", 0, 0), Value::Null);
    let actions = editor.at("textDocument/codeAction", "wards.csv", 5, 17);
    let edit = &actions[0]["edit"]["changes"][editor.uri("wards.csv")][0];
    assert_eq!((&edit["range"], &edit["newText"]), (&range, &json!("3610")), "{actions}");
    editor.change("wards.csv", 2, &WARDS.replace("3160", "3610"));
    assert_eq!(editor.shown("wards.csv", 2), [] as [Value; 0]);
    editor.end();
}

const RULES: &str = "crossfoot = 1\ndataset = \"wards\"\nfiles = [\"wards.csv\"]\n\n[tables.wards]\nkey = [\"ward\"]\n\
    columns = { ward = \"label\", votes = \"count\" }\n\n[[rules]]\nname = \"few\"\nrange = { columns = [\"votes\"], max = 9 }\n";

#[test]
fn columns_are_in_utf_16_and_rules_are_those_that_the_editor_holds() {
    let folder = Folder::new("lsp-rules");
    folder.write("rules/wards.toml", RULES.replace("max = 9", "max = 10"));
    let mut editor = Editor::start(&folder);
    // The file says 10, the editor 9.
    editor.open("rules/wards.toml", RULES);
    editor.shown("rules/wards.toml", 1);
    editor.open("wards.csv", "ward,votes\nÄshby 𝄞,10\n");
    let shown = editor.shown("wards.csv", 1);
    let start = shown.iter().find(|it| it["code"] == "few").map(|it| &it["range"]["start"]);
    assert_eq!(start, Some(&json!({ "line": 1, "character": 9 })), "{shown:?}");
    editor.end();
}

#[test]
fn a_waiver_is_an_edit_of_the_snapshot() {
    let folder = Folder::new("lsp-waiver");
    folder.write("rules/wards.toml", RULES);
    folder.write("wards.csv", "ward,votes\nAshby,10\n");
    let mut editor = Editor::start(&folder);
    editor.open("wards.csv", "ward,votes\nAshby,10\n");
    editor.shown("wards.csv", 1);
    let actions = editor.at("textDocument/codeAction", "wards.csv", 1, 7);
    let waiver = actions.as_array().unwrap().iter().find(|it| it["title"].as_str().unwrap().contains("waive few"));
    let changes = &waiver.unwrap_or_else(|| panic!("{actions}"))["edit"]["documentChanges"];
    assert_eq!(changes[0]["uri"], editor.uri("snapshots/wards/current.snap"));
    let text = changes[1]["edits"][0]["newText"].as_str().unwrap();
    assert!(text.contains("[[accepted]]") && text.contains("rule = \"few\""), "{text}");
    // Accepted so, the finding is shown no more.
    folder.write("snapshots/wards/current.snap", text);
    editor.change("wards.csv", 2, "ward,votes\nAshby,10\n");
    assert_eq!(editor.shown("wards.csv", 2), [] as [Value; 0]);
    editor.end();
}

#[test]
fn all_errors_of_a_rule_file_are_shown_and_keys_are_proposed() {
    let folder = Folder::new("lsp-rule-file");
    let mut editor = Editor::start(&folder);
    let wrong = format!(
        "{RULES}\n[[rules]]\nname = \"a\"\nunique = [\"warrd\"]\n\n[[rules]]\nname = \"b\"\nexpect = \"votez > 1\"\n"
    );
    editor.open("rules/wards.toml", &wrong);
    let shown = editor.shown("rules/wards.toml", 1);
    let lines: Vec<&Value> = shown.iter().map(|it| &it["range"]["start"]["line"]).collect();
    assert_eq!(lines, [14, 18], "{shown:?}");
    assert!(shown[0]["message"].as_str().unwrap().contains("hint: "), "{shown:?}");
    let hover = editor.at("textDocument/hover", "rules/wards.toml", 14, 2);
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("# unique"), "{hover}");
    editor.change("rules/wards.toml", 2, &format!("{RULES}s\nseverity = \"\"\nunique = [\""));
    editor.shown("rules/wards.toml", 2);
    let labels = |answer: Value| -> Vec<String> {
        answer.as_array().unwrap().iter().map(|it| it["label"].as_str().unwrap().to_owned()).collect()
    };
    let keys = labels(editor.at("textDocument/completion", "rules/wards.toml", 11, 1));
    assert!(["severity", "sum", "unique"].iter().all(|it| keys.iter().any(|key| key == it)), "{keys:?}");
    let words = labels(editor.at("textDocument/completion", "rules/wards.toml", 12, 12));
    assert_eq!(words, ["error", "warning", "note"]);
    let columns = labels(editor.at("textDocument/completion", "rules/wards.toml", 13, 11));
    assert_eq!(columns, ["votes", "ward"]);
    editor.end();
}

#[test]
fn a_draft_is_checked_against_the_tables_beside_it() {
    let folder = Folder::new("lsp-draft");
    let mut editor = Editor::start(&folder);
    editor.open("wards.csv", &WARDS.replace("3160", "3610"));
    editor.shown("wards.csv", 1);
    let draft = "Exton counted 3,160 votes.\n";
    editor.open("draft.md", draft);
    let shown = editor.shown("draft.md", 1);
    assert!(shown.iter().any(|it| it["code"] == "claim"), "{shown:?}");
    editor.change("draft.md", 2, &draft.replace("3,160", "3,610"));
    assert_eq!(editor.shown("draft.md", 2), [] as [Value; 0]);
    editor.end();
}

#[test]
fn what_the_editor_says_wrong_does_not_end_the_server() {
    let mut editor = Editor::start(&Folder::new("lsp-wrong"));
    editor.tell("textDocument/didOpen", &json!({ "nothing": 1 }));
    editor.tell("textDocument/didChange", &json!({ "textDocument": { "uri": "file:///nowhere", "version": 3 } }));
    editor.tell("$/unknown", &Value::Null);
    assert_eq!(editor.at("textDocument/hover", "nowhere.csv", 9, 9), Value::Null);
    for (file, text) in [
        ("empty.csv", String::new()),
        ("odd.csv", "\"a\n,,,\r\r\n\u{0}\u{feff}".to_owned()),
        ("half.toml", "crossfoot = \"".to_owned()),
        ("deep.json", "[".repeat(10_000)),
        ("emoji.md", "𝄞 12 of 7 🎻".repeat(50)),
    ] {
        editor.open(file, &text);
        editor.shown(file, 1);
        editor.at("textDocument/hover", file, 0, 3);
        editor.at("textDocument/codeAction", file, 99, 99);
        editor.at("textDocument/completion", file, 0, 1);
    }
    editor.end();
}
