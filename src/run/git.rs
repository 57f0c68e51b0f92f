//! Files of a git repository's revisions: `REV:path`, as git itself reads it.

use std::process::{Command, Output};

use crate::error::{Error, ErrorKind, Result};

/// What stands at a path of a revision.
pub(crate) enum Object {
    /// The bytes of a file.
    File(Vec<u8>),
    /// The paths of the files in a folder, from that folder.
    Folder(Vec<String>),
}

/// The path of `REV:path`, if a name has that form and is no file on a
/// Windows drive.
pub(crate) fn path_of(name: &str) -> Option<&str> {
    let (revision, path) = name.split_once(':')?;
    let drive = revision.len() == 1 && path.starts_with(['\\', '/']);
    // A revision that starts with a dash would be taken for a flag of git's.
    (!revision.is_empty() && !revision.starts_with('-') && !drive).then_some(path)
}

/// Reads what stands at `REV:path`; paths that start with `./` count from
/// the working directory, all others from the top of the repository.
///
/// # Errors
///
/// [`ErrorKind::NotFound`] if git is missing, or knows no such revision or path.
pub(crate) fn read(name: &str) -> Result<Object> {
    // What is unknown is left to `show`, which says best what is wrong.
    let folder = git(name, &["cat-file", "-t", name]).is_ok_and(|it| it.trim_ascii() == b"tree");
    if !folder {
        return git(name, &["show", name]).map(Object::File);
    }
    let listed = git(name, &["ls-tree", "-r", "-z", "--full-tree", "--name-only", name])?;
    let paths = listed.split(|it| *it == 0).filter(|it| !it.is_empty());
    Ok(Object::Folder(paths.map(|it| String::from_utf8_lossy(it).into_owned()).collect()))
}

fn git(name: &str, arguments: &[&str]) -> Result<Vec<u8>> {
    let unknown = |message: String| Error::new(ErrorKind::NotFound, message).in_file(name);
    // Messages are read below, so they have to be in one language.
    let output = Command::new("git").args(arguments).env("LC_ALL", "C").output().map_err(|it| {
        unknown("no such file, and git could not be started to look for a revision".to_owned())
            .hint("OLD and NEW are files, folders, snapshots, or REV:path where git is installed")
            .because(it)
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let (said, hint) = complaint(&output);
    Err(unknown(format!("no such file, and git found no such revision or path: {said}")).hint(hint))
}

/// What git complained of, and a hint that fits.
fn complaint(output: &Output) -> (String, String) {
    let text = String::from_utf8_lossy(&output.stderr);
    let said = text.lines().find_map(|it| it.strip_prefix("fatal: ")).unwrap_or("no reason given");
    let meant = text.lines().find_map(|it| it.strip_prefix("hint: Did you mean ")).map(|it| it.trim_end_matches('?'));
    let hint = match meant {
        Some(it) => format!("git would find {}", it.replace('\'', "")),
        None if said.contains("invalid object name") => {
            "a revision is a commit, branch or tag: HEAD, HEAD~1, main".to_owned()
        }
        None if said.contains("not a git repository") => "REV:path works only inside a git repository".to_owned(),
        None => "REV:path starts at the top of the repository, REV:./path at the working directory".to_owned(),
    };
    (said.to_owned(), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_revision_from_a_drive_and_a_flag() {
        assert_eq!(path_of("HEAD~1:data/in.csv"), Some("data/in.csv"));
        assert_eq!(path_of("main:./in.csv"), Some("./in.csv"));
        assert_eq!(path_of("C:\\data\\in.csv"), None);
        assert_eq!(path_of("--output=x:in.csv"), None);
        assert_eq!(path_of("in.csv"), None);
    }
}
