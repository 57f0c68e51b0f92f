//! The conversation of a review.
//!
//! Answers are read as lines, a key and Enter: that works on every terminal,
//! needs no raw mode, and can be scripted. Nothing is saved before the last
//! answer of an edition, so that every answer in it can be undone.

use std::io::{self, BufRead, Write};

use jiff::civil::Date;

use super::correct::{self, Noted};
use super::earlier::{show_diff, show_history};
use crate::check::{Accepted, Outcome};
use crate::cli::{accepting, output};
use crate::error::{Error, Result};
use crate::finding::{Finding, Severity};
use crate::report::{Format, Look};
use crate::snapshot::{Proposal, Terms};

/// A review: where it is held, and what it is about.
pub(super) struct Session<'a> {
    pub(super) input: &'a mut dyn BufRead,
    pub(super) out: &'a mut dyn Write,
    pub(super) color: bool,
    /// What cannot be accepted without a waiver.
    pub(super) fail_on: Option<Severity>,
    pub(super) outcome: &'a Outcome,
    pub(super) past: &'a [Accepted],
    pub(super) today: Date,
    /// Who waives.
    pub(super) by: Option<String>,
    /// The answer to every further question, once a capital gave it.
    pub(super) rest: Option<Answer>,
}

/// An answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Accept,
    Waive(Terms),
    Skip,
    Undo,
    Quit,
    /// A correction to ask the source for: the answer to the finding is still open.
    Correct(Noted),
}

/// How an edition's turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Accepted,
    Skipped,
    Quit,
}

/// Saves an edition by its index, and says what was saved.
pub(super) type Save<'a> = dyn FnMut(usize, &Proposal) -> Result<String> + 'a;
/// Keeps the corrections of an edition, and says where.
pub(super) type Keep<'a> = dyn FnMut(&Proposal, &[Noted]) -> Result<String> + 'a;

const KEYS: &str = "a accept, w waive, c correct, s skip, u undo, d diff, h history, q quit, ? help";

const HELP: &str = "\
Type a key, then Enter.
  a  accept: keep the finding as it is; at the end of an edition, keep the edition
  w  waive this finding: asks for a reason and an end date
  c  note a correction for the source in corrections.csv; the input
     is not changed, and the finding stays open
  s  skip this edition: keep nothing of it
  u  undo the last answer in this edition
  d  show what changed since the previous snapshot
  h  show the figures of this finding in earlier snapshots
  q  quit: accepted editions stay accepted
  A, W, S  do the same for this and all that follow
";

impl Session<'_> {
    /// Asks about each edition; returns how many were not accepted.
    pub(super) fn run(mut self, proposals: &mut [Proposal], save: &mut Save<'_>, keep: &mut Keep<'_>) -> Result<usize> {
        let (count, mut accepted) = (proposals.len(), 0);
        for (at, proposal) in proposals.iter_mut().enumerate() {
            self.say(&opening(proposal, at, count))?;
            let mut noted = Vec::new();
            let ending = self.edition(proposal, &mut noted)?;
            if ending != Ending::Quit && !noted.is_empty() {
                let kept = keep(proposal, &noted)?;
                self.say(&format!("{kept}\n"))?;
            }
            match ending {
                Ending::Accepted => {
                    accepted += 1;
                    let saved = save(at, proposal)?;
                    self.say(&format!("{saved}\n\n"))?;
                }
                Ending::Skipped => self.say("skipped\n\n")?,
                Ending::Quit => break,
            }
        }
        let closing = if count == 0 {
            "nothing to review: every edition is already accepted\n".to_owned()
        } else {
            format!("{accepted} of {count} editions accepted\n")
        };
        self.say(&closing)?;
        Ok(count - accepted)
    }

    /// Asks about each finding of an edition that is not waived, then about itself.
    fn edition(&mut self, proposal: &mut Proposal, noted: &mut Vec<Noted>) -> Result<Ending> {
        let open: Vec<usize> = (0..proposal.findings.len()).filter(|&it| proposal.findings[it].1.is_none()).collect();
        let mut at = 0;
        loop {
            let finding = open.get(at).copied();
            match finding {
                Some(it) => self.show(&proposal.findings[it].0, at + 1, open.len())?,
                None => self.say(&format!("keep {}?\n", proposal.name()))?,
            }
            match (self.answer(proposal, finding)?, finding) {
                (Answer::Accept, Some(it)) if self.refuses(&proposal.findings[it].0) => {
                    let word = proposal.findings[it].0.severity.word();
                    self.say(&format!("this {word} cannot be accepted: w waives it, s skips the edition\n"))?;
                    if self.rest.is_some() {
                        return Ok(Ending::Skipped);
                    }
                }
                (Answer::Accept, Some(_)) => at += 1,
                (Answer::Accept | Answer::Waive(_), None) => return Ok(Ending::Accepted),
                (Answer::Waive(terms), Some(it)) => {
                    proposal.waive(it, &terms);
                    at += 1;
                }
                (Answer::Correct(it), _) => {
                    noted.retain(|old: &Noted| old.finding != it.finding);
                    self.say(&format!("noted: {it}\n"))?;
                    noted.push(it);
                }
                (Answer::Skip, _) => return Ok(Ending::Skipped),
                (Answer::Undo, _) if at == 0 => self.say("nothing to undo in this edition\n")?,
                (Answer::Undo, _) => {
                    at -= 1;
                    proposal.findings[open[at]].1 = None;
                    noted.retain(|it| it.finding != proposal.findings[open[at]].0.id);
                }
                (Answer::Quit, _) => return Ok(Ending::Quit),
            }
        }
    }

    fn refuses(&self, finding: &Finding) -> bool {
        self.fail_on.is_some_and(|it| finding.severity >= it)
    }

    /// Asks until there is an answer; keys that only show something show it.
    fn answer(&mut self, proposal: &Proposal, finding: Option<usize>) -> Result<Answer> {
        if let Some(rest) = &self.rest {
            return Ok(rest.clone());
        }
        loop {
            let Some(line) = self.line(&format!("({KEYS}) > "))? else { return Ok(Answer::Quit) };
            let key = line.chars().next().unwrap_or('?');
            let answer = match key {
                'a' | 'A' => Some(Answer::Accept),
                's' | 'S' => Some(Answer::Skip),
                'w' if finding.is_none() => {
                    self.say("there is no finding to waive here\n")?;
                    None
                }
                'w' | 'W' => self.terms()?.map(Answer::Waive),
                'c' => self.correction(finding.map(|it| &proposal.findings[it].0))?.map(Answer::Correct),
                'u' => Some(Answer::Undo),
                'q' => Some(Answer::Quit),
                key => {
                    self.look(key, proposal, finding)?;
                    None
                }
            };
            if let Some(answer) = answer {
                self.rest = key.is_uppercase().then(|| answer.clone());
                return Ok(answer);
            }
        }
    }

    /// The keys that only show something.
    fn look(&mut self, key: char, proposal: &Proposal, finding: Option<usize>) -> Result<()> {
        let text = match (key, finding) {
            ('d', _) => show_diff(proposal, self.past),
            ('h', Some(it)) => show_history(proposal, &proposal.findings[it].0, self.past),
            ('h', None) => "history shows the figures of a finding, and this is the whole edition\n".to_owned(),
            ('?', _) => HELP.to_owned(),
            (other, _) => format!("unknown key {other}\n{HELP}"),
        };
        self.say(&text)
    }

    /// Asks what was meant: one of the repairs, or a figure for the first place.
    fn correction(&mut self, finding: Option<&Finding>) -> Result<Option<Noted>> {
        let Some(finding) = finding else {
            self.say("there is no finding to correct here\n")?;
            return Ok(None);
        };
        for (at, text) in correct::choices(finding).iter().enumerate() {
            self.say(&format!("  {}  {text}\n", at + 1))?;
        }
        let Some(answer) = self.line(&correct::prompt(finding))?.filter(|it| !it.is_empty()) else {
            return Ok(None);
        };
        match correct::read(finding, &answer) {
            Ok(it) => Ok(Some(it)),
            Err(message) => {
                self.say(&format!("{message}\n"))?;
                Ok(None)
            }
        }
    }

    /// Asks why and until when; an empty reason goes back.
    fn terms(&mut self) -> Result<Option<Terms>> {
        let Some(reason) = self.line("reason (empty to go back) > ")?.filter(|it| !it.is_empty()) else {
            return Ok(None);
        };
        loop {
            let Some(until) = self.line("until (a date such as 2026-12-31, empty for no end) > ")? else {
                return Ok(None);
            };
            let until = if until.is_empty() { Ok(None) } else { accepting::last_day(&until, self.today).map(Some) };
            match until {
                Ok(until) => return Ok(Some(Terms { reason, by: self.by.clone(), until })),
                Err(message) => self.say(&format!("{message}\n"))?,
            }
        }
    }

    /// Shows a finding as `check` does.
    fn show(&mut self, finding: &Finding, number: usize, count: usize) -> Result<()> {
        let one = Outcome {
            findings: vec![finding.clone()],
            documents: self.outcome.documents.clone(),
            ..Outcome::default()
        };
        let look = Look { color: self.color, quiet: true, verbose: false, width: output::width(), text: false };
        let mut text = format!("finding {number} of {count}\n").into_bytes();
        Format::Text.write(&one, look, &mut text).map_err(unwritten)?;
        self.out.write_all(&text).map_err(unwritten)
    }

    fn say(&mut self, text: &str) -> Result<()> {
        self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()).map_err(unwritten)
    }

    /// Asks for a line; none at the end of the input.
    fn line(&mut self, prompt: &str) -> Result<Option<String>> {
        self.say(prompt)?;
        let mut line = String::new();
        let length = self.input.read_line(&mut line).map_err(|it| output::unwritten("<stdin>", it))?;
        if length == 0 {
            self.say("\n")?;
            return Ok(None);
        }
        Ok(Some(line.trim().to_owned()))
    }
}

fn opening(proposal: &Proposal, at: usize, count: usize) -> String {
    let numbered = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    let waived = proposal.findings.iter().filter(|it| it.1.is_some()).count();
    let waived = if waived > 0 { format!(", {waived} waived before") } else { String::new() };
    format!(
        "edition {} of {count}: {}\n  from {}: {}, {}{waived}\n\n",
        at + 1,
        proposal.name(),
        proposal.files.join(", "),
        numbered(proposal.edition.tables.len(), "table"),
        numbered(proposal.findings.len(), "finding"),
    )
}

fn unwritten(cause: io::Error) -> Error {
    output::unwritten("<stdout>", cause)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::check::{Options, check, load};
    use crate::rules::Dataset;
    use crate::snapshot::propose;
    use crate::table::Document;

    const RULES: &str = "crossfoot = 1\ndataset = \"d\"\ncadence = \"daily\"\nperiod = { column = \"day\" }\n\n[tables.t]\n\
        key = [\"area\"]\ncolumns = { day = \"date\", area = \"label\", all = \"count\", some = \"count\" }\n\n\
        [[rules]]\nname = \"some-of-all\"\npart = \"some <= all\"\n\n\
        [[rules]]\nname = \"few\"\nseverity = \"warning\"\nrange = { columns = [\"all\"], max = 100 }\n";

    /// Two editions with an error each; the first has a warning too.
    const TABLE: &str = "day,area,all,some\n2024-01-01,North,7,8\n2024-01-01,South,300,1\n2024-01-02,North,7,9\n\
        2024-01-02,South,99,1\n";

    struct Held {
        screen: String,
        left: usize,
        /// Each edition that was saved: its file, and the reason for each finding.
        saved: Vec<(String, Vec<Option<String>>)>,
        /// The corrections that were kept.
        kept: Vec<String>,
    }

    fn held(answers: &str) -> Held {
        let datasets: [Dataset; 1] = [crate::rules::load("rules/d.toml", RULES, &|_| Ok(Vec::new())).unwrap()];
        let (document, options) = (Document::new("in.csv", TABLE.to_owned(), "UTF-8"), Options::default());
        let loaded = load(Arc::new(document), crate::source::Format::Delimited, &datasets, &options).unwrap();
        let outcome = check(vec![loaded], &datasets, &[], &options).unwrap();
        let today = jiff::civil::date(2024, 6, 1);
        let mut proposals = propose(&outcome, &datasets, &[], today).unwrap();
        let (mut saved, mut screen, mut kept) = (Vec::new(), Vec::new(), Vec::new());
        let mut save = |_: usize, it: &Proposal| {
            let reasons = it.findings.iter().map(|it| it.1.as_ref().map(|it| it.reason.clone())).collect();
            saved.push((it.file.clone(), reasons));
            Ok("saved".to_owned())
        };
        let mut keep = |_: &Proposal, noted: &[Noted]| {
            kept.extend(noted.iter().map(ToString::to_string));
            Ok("kept".to_owned())
        };
        let typed = answers.replace(' ', "\n");
        let session = Session {
            input: &mut typed.as_bytes(),
            out: &mut screen,
            color: false,
            fail_on: Some(Severity::Error),
            outcome: &outcome,
            past: &[],
            today,
            by: None,
            rest: None,
        };
        let left = session.run(&mut proposals, &mut save, &mut keep).unwrap();
        Held { screen: String::from_utf8(screen).unwrap(), left, saved, kept }
    }

    fn reasons(held: &Held, edition: usize) -> Vec<Option<&str>> {
        held.saved[edition].1.iter().map(Option::as_deref).collect()
    }

    #[test]
    fn each_edition_is_saved_after_its_last_answer() {
        let held = held("w typo  a a w again  a ");
        assert_eq!((held.left, held.saved.len()), (0, 2), "{}", held.screen);
        assert_eq!((held.saved[0].0.as_str(), reasons(&held, 0)), ("d/2024-01-01.snap", vec![Some("typo"), None]));
        assert_eq!(reasons(&held, 1), [Some("again")]);
    }

    #[test]
    fn nothing_is_saved_of_an_edition_that_is_left_half_way() {
        for answers in ["w typo  a q ", "w typo  a ", "w typo  a", "w ty", ""] {
            let held = held(answers);
            assert_eq!((held.left, held.saved.len()), (2, 0), "{answers:?}: {}", held.screen);
        }
    }

    #[test]
    fn undo_takes_the_last_answer_back_and_no_more() {
        let held = held("u w typo  a u u w other  a a q ");
        assert!(held.screen.contains("nothing to undo in this edition"), "{}", held.screen);
        assert_eq!(reasons(&held, 0), [Some("other"), None]);
        assert_eq!(reasons(&self::held("w typo  w big  u a a q "), 0), [Some("typo"), None]);
    }

    #[test]
    fn an_error_does_not_stand_without_a_waiver() {
        let held = held("a a s s ");
        assert_eq!(held.screen.matches("this error cannot be accepted").count(), 2, "{}", held.screen);
        assert!(held.saved.is_empty());
    }

    #[test]
    fn capitals_answer_for_all_the_rest() {
        let all = held("W typo  ");
        assert_eq!((all.left, reasons(&all, 0), reasons(&all, 1)), (0, vec![Some("typo"); 2], vec![Some("typo")]));
        assert_eq!(held("w typo  A ").saved.len(), 1);
        assert_eq!((held("A ").left, held("S ").left), (2, 2));
    }

    #[test]
    fn an_empty_reason_goes_back_and_a_day_is_asked_again() {
        let held = held("w  w typo tomorrow 2024-01-01 2024-06-01 s s ");
        for part in ["found \"tomorrow\"", "or a later date, found 2024-01-01", "0 of 2 editions"] {
            assert!(held.screen.contains(part), "{part}: {}", held.screen);
        }
    }

    #[test]
    fn a_correction_is_noted_and_the_finding_still_waits() {
        let held = held("c =6 w typo  a a s ");
        assert_eq!((held.kept, held.saved.len()), (vec!["t, North, some: 6 for 8".to_owned()], 1), "{}", held.screen);
        for answers in ["c  s s ", "c =six s s ", "c =6 q ", "c =6 w typo  u s s "] {
            assert!(self::held(answers).kept.is_empty(), "{answers:?}");
        }
    }

    #[test]
    fn keys_that_show_something_change_nothing() {
        let held = held("d h ? x  s d h w s ");
        for part in ["no earlier edition", "t, North, some: 8 now", "Type a key", "unknown key x"] {
            assert!(held.screen.contains(part), "{part}: {}", held.screen);
        }
        assert_eq!((held.left, held.saved.len()), (2, 0));
    }
}
