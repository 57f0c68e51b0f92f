//! Runs the program in a folder of its own.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A folder for one test, emptied first.
pub(crate) struct Folder(PathBuf);

/// What a run printed, and how it ended.
pub(crate) struct Output {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    ///
    /// It stands outside the repository, whose rule files would be found upwards.
    pub(crate) fn new(name: &str) -> Self {
        let checkout = env!("CARGO_MANIFEST_DIR").replace(|it: char| !it.is_ascii_alphanumeric(), "-");
        let path = std::env::temp_dir().join(format!("crossfoot-tests{checkout}")).join(name);
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The repository itself.
    pub(crate) fn repository() -> Self {
        Self(PathBuf::from(env!("CARGO_MANIFEST_DIR")))
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }
}

/// Whether pages are to be written with real outputs, not compared with them.
pub(crate) fn writes_pages() -> bool {
    std::env::var("CROSSFOOT_PAGES").is_ok_and(|it| it == "write")
}

/// Fails with the lines that differ.
pub(crate) fn assert_same(written: &str, real: &str) {
    let diff = similar::TextDiff::from_lines(written, real);
    assert!(written == real, "\n{}", diff.unified_diff().header("written", "real"));
}

/// Runs `crossfoot` in a folder.
pub(crate) fn crossfoot(folder: &Folder, arguments: &[&str]) -> Output {
    crossfoot_with(folder, arguments, b"")
}

/// Runs `crossfoot` in a folder with standard input.
pub(crate) fn crossfoot_with(folder: &Folder, arguments: &[&str], stdin: &[u8]) -> Output {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_crossfoot"))
        .args(arguments)
        .current_dir(&folder.0)
        .env_remove("CLICOLOR_FORCE")
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdin.take().unwrap().write_all(stdin));
    let output = child.wait_with_output().unwrap();
    Output {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
