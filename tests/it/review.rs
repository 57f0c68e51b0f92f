//! A review in a real terminal, and what it says where there is none.

use crate::support::{Folder, crossfoot};

fn folder(name: &str) -> Folder {
    let (folder, repository) = (Folder::new(&format!("review-{name}")), Folder::repository());
    for file in ["rules/city-crime.toml", "snapshots/city-crime/2005-02-23.snap", "examples/incoming/2005-03-08.txt"] {
        folder.write(file.trim_start_matches("examples/"), repository.read(file));
    }
    folder
}

#[test]
fn without_a_terminal_it_says_what_to_run_instead() {
    let output = crossfoot(&folder("none"), &["review", "incoming"]);
    assert_eq!(output.code, 1);
    assert!(output.stderr.contains("hint: `crossfoot accept incoming --waive ID --reason TEXT`"), "{}", output.stderr);
    assert!(output.stdout.is_empty(), "{}", output.stdout);
}

/// Only Unix has terminals that a script can hold.
#[cfg(unix)]
mod terminal {
    use std::process::Command;

    use super::*;

    /// The screen of a review with these answers, and its exit code.
    fn review(folder: &Folder, answers: &[&str]) -> (String, i32) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/review_pty.py");
        let output = Command::new("python3")
            .arg(script)
            .args(answers)
            .args(["--", env!("CARGO_BIN_EXE_crossfoot"), "review", "incoming", "--by", "Ann"])
            .current_dir(folder.path("."))
            .env_remove("CLICOLOR_FORCE")
            .env_remove("COLUMNS")
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap_or(-1))
    }

    #[test]
    fn a_whole_session_shows_as_it_should() {
        let folder = folder("session");
        let answers = [
            "?",
            "a",
            "d",
            "h",
            "w",
            "first try",
            "",
            "u",
            "w",
            "so printed",
            "2001-01-01",
            "2999-12-31",
            "a",
            "a",
            "a",
        ];
        let (screen, code) = review(&folder, &answers);
        insta::assert_snapshot!(screen);
        assert_eq!(code, 0);
        let kept = folder.read("snapshots/city-crime/2005-03-02.snap");
        let terms = "figures = [\"1911\", \"1477\"]\nreason = \"so printed\"\nby = \"Ann\"\nuntil = \"2999-12-31\"\n";
        assert!(kept.contains(terms) && !kept.contains("first try"), "{kept}");
        let (screen, code) = review(&folder, &[]);
        assert_eq!((screen.as_str(), code), ("nothing to review: every edition is already accepted\n", 0));
    }

    #[test]
    fn a_correction_goes_to_a_file_for_the_source_and_never_into_the_input() {
        let folder = folder("correct");
        let before = folder.read("incoming/2005-03-08.txt");
        let (screen, _) = review(&folder, &["c", "1", "s"]);
        assert!(screen.contains("noted: record, Public drunkenness, count: 4477 for 1477"), "{screen}");
        let kept = folder.read("corrections.csv");
        let line = "city-crime,2005-03-02/2005-03-08,incoming/2005-03-08.txt:16:19,record,Public drunkenness,count,1477,4477,\
                    digit,detained-were-drunk,Ann,";
        assert!(kept.lines().nth(1).unwrap().starts_with(line), "{kept}");
        let (screen, _) = review(&folder, &["c", "1", "s"]);
        assert!(screen.contains("corrections.csv: 0 added"), "{screen}");
        assert_eq!((folder.read("corrections.csv"), folder.read("incoming/2005-03-08.txt")), (kept, before));
    }

    #[test]
    fn who_quits_half_way_keeps_nothing() {
        let folder = folder("quit");
        let (screen, code) = review(&folder, &["w", "a reason", "", "q"]);
        assert!(code == 1 && screen.ends_with("0 of 1 editions accepted\n"), "{screen}");
        assert!(!folder.path("snapshots/city-crime/2005-03-02.snap").exists());
    }

    #[test]
    fn a_rule_that_judged_nothing_is_waived_like_any_other_finding() {
        let folder = Folder::new("review-undecided");
        folder.write(
            "rules/wards.toml",
            "crossfoot = 1\ndataset = \"wards\"\ncadence = \"weekly\"\nperiod = { filename = \"week-%Y-%m-%d\" }\n\
             [tables.wards]\nkey = [\"ward\"]\ncolumns = { ward = \"label\", men = \"count\", women = \"count\" }\n\
             [[rules]]\nname = \"row\"\ntable = \"wards\"\npart = \"[Highfields].men <= [Eastgate].men\"\n",
        );
        folder.write("incoming/week-2024-01-01.csv", "ward,men,women\nEastgate,18,21\nHighfield,7,11\n");
        let (screen, code) = review(&folder, &["a", "w", "named so next week", "", "a", "a"]);
        assert!(screen.contains("error[undecided]: rule row was never checked"), "{screen}");
        assert_eq!(code, 0, "{screen}");
        let kept = folder.read("snapshots/wards/2024-01-01.snap");
        assert!(kept.contains("rule = \"undecided\"") && kept.contains("named so next week"), "{kept}");
        let (screen, code) = review(&folder, &[]);
        assert_eq!((screen.as_str(), code), ("nothing to review: every edition is already accepted\n", 0));
    }
}
