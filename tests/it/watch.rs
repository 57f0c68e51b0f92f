//! `check --watch`, in a process that goes on.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::support::{Folder, crossfoot};

const RULES: &str = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"id\"]\n[tables.t.columns]\n\
    id = \"label\"\nn = \"count\"\n[[rules]]\nname = \"limit\"\nrange = { columns = [\"n\"], max = 50 }\n";
/// A loaded machine is slow; what does not come at all fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// A check that goes on, and the lines that it writes.
struct Watched {
    child: Child,
    lines: Receiver<String>,
}

impl Watched {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_crossfoot"))
            .args(arguments)
            .current_dir(folder.path(""))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (send, lines) = channel();
        let errors = send.clone();
        let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        std::thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|it| send.send(it))
        });
        std::thread::spawn(move || {
            BufReader::new(stderr).lines().map_while(Result::ok).try_for_each(|it| errors.send(it))
        });
        Self { child, lines }
    }

    /// All that it writes up to a line that begins so.
    fn until(&self, start: &str) -> String {
        let mut text = String::new();
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|it| panic!("{it}, after {text}"));
            text.push_str(&line);
            text.push('\n');
            if line.starts_with(start) {
                return text;
            }
        }
    }

    /// Ends it as Ctrl-C does.
    #[cfg(unix)]
    fn interrupt(mut self) -> Option<i32> {
        let signal = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(signal.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
#[cfg(unix)]
fn a_check_runs_again_when_an_input_or_a_rule_file_changes() {
    let folder = Folder::new("watch");
    folder.write("rules/d.toml", RULES);
    folder.write("in/t.csv", "id,n\na,10\nb,20\n");
    let watched = Watched::start(&folder, &["check", "in", "--watch", "-o", "concise", "-o", "json=in/found.json"]);
    let waits = "watching for changes";
    assert!(!watched.until(waits).contains("limit"));
    folder.write("in/t.csv", "id,n\na,10\nb,2000\n");
    let changed = watched.until("changed: ");
    assert_eq!(changed.lines().last(), Some("changed: in/t.csv"));
    let second = watched.until("in/t.csv:3:");
    assert!(second.contains("limit"), "{second}");
    watched.until(waits);
    // A rule file that cannot be read is told, and the next change mends it.
    folder.write("rules/d.toml", format!("{RULES}max ="));
    watched.until("changed: rules/d.toml");
    watched.until("error: rules/d.toml");
    watched.until(waits);
    folder.write("rules/d.toml", RULES.replace("50", "5000"));
    watched.until("changed: rules/d.toml");
    assert!(!watched.until(waits).contains("limit"));
    folder.write("in/u.csv", "id,n\na,6000\n");
    watched.until("changed: in/u.csv");
    watched.until("in/u.csv:2:");
    watched.until(waits);
    assert_eq!(watched.interrupt(), Some(1), "the exit code is that of the last run");
    assert!(folder.read("in/found.json").contains("limit"));
}

#[test]
fn what_cannot_change_is_not_watched() {
    let folder = Folder::new("watch-stdin");
    let run = crossfoot(&folder, &["check", "-", "--watch"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("error: --watch works only with files and folders"), "{}", run.stderr);
    assert!(run.stderr.contains("hint: "), "{}", run.stderr);
    // What can never be done is no reason to wait.
    folder.write("t.csv", "a,b\n1,2\n");
    assert_eq!(crossfoot(&folder, &["check", "t.csv", "--watch", "--fail-on", "typo"]).code, 2);
    assert_eq!(crossfoot(&folder, &["check", "missing.csv", "--watch"]).code, 2);
}
