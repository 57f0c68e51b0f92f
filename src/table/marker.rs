//! Printed signs that stand where a figure would: missing, nil, confidential.

use super::figure::trim;

/// What a printed non-number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Marker {
    /// Not available (`..`, `n/a`, `–`).
    Missing,
    /// Nothing to count: the value zero. Only by declaration.
    Nil,
    /// Withheld (`c`, `*`, `x`).
    Confidential,
    /// To be revised, and not printed yet (`p`).
    Provisional,
    /// Cannot exist (`.`, `not applicable`).
    NotApplicable,
}

impl Marker {
    /// The word for it, as in rule files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Nil => "nil",
            Self::Confidential => "confidential",
            Self::Provisional => "provisional",
            Self::NotApplicable => "not applicable",
        }
    }
}

/// What spreadsheets put where a formula fails.
const SPREADSHEET_ERRORS: [&str; 10] =
    ["#ref!", "#n/a", "#div/0!", "#value!", "#name?", "#null!", "#num!", "#spill!", "#calc!", "#getting_data"];

/// Whether a text is what a spreadsheet puts where a formula fails.
pub(crate) fn is_spreadsheet_error(text: &str) -> bool {
    text.starts_with('#') && SPREADSHEET_ERRORS.iter().any(|it| it.eq_ignore_ascii_case(text))
}

/// Which printed signs are markers: those declared, then the usual ones.
///
/// A dash counts as missing, not as zero, unless the rule file declares it
/// `nil`: offices use it for both, and a missing figure is never a silent zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markers {
    /// Signs that the rule file declares; they win over the usual ones.
    pub declared: Vec<(String, Marker)>,
}

const USUAL: &[(&str, Marker)] = &[
    ("..", Marker::Missing),
    ("...", Marker::Missing),
    ("…", Marker::Missing),
    ("n/a", Marker::Missing),
    ("na", Marker::Missing),
    ("n.a.", Marker::Missing),
    ("n.d.", Marker::Missing),
    ("null", Marker::Missing),
    ("none", Marker::Missing),
    ("nan", Marker::Missing),
    ("#n/a", Marker::Missing),
    ("missing", Marker::Missing),
    ("-", Marker::Missing),
    ("--", Marker::Missing),
    ("–", Marker::Missing),
    ("—", Marker::Missing),
    ("---", Marker::Missing),
    // A hyphen, one that does not break, a figure dash, a bar, and a full-width hyphen.
    ("\u{2010}", Marker::Missing),
    ("\u{2011}", Marker::Missing),
    ("\u{2012}", Marker::Missing),
    ("\u{2015}", Marker::Missing),
    ("\u{ff0d}", Marker::Missing),
    ("−", Marker::Missing),
    (":", Marker::Missing),
    ("?", Marker::Missing),
    ("c", Marker::Confidential),
    ("x", Marker::Confidential),
    ("*", Marker::Confidential),
    ("**", Marker::Confidential),
    ("[c]", Marker::Confidential),
    ("p", Marker::Provisional),
    ("[p]", Marker::Provisional),
    (".", Marker::NotApplicable),
    ("s", Marker::Confidential),
    ("х", Marker::Confidential),
    ("nc", Marker::Confidential),
    ("(c)", Marker::Confidential),
    ("(d)", Marker::Confidential),
    ("(s)", Marker::Confidential),
    ("(p)", Marker::Provisional),
    ("(x)", Marker::NotApplicable),
    ("(z)", Marker::Missing),
    ("(na)", Marker::Missing),
    ("nd", Marker::Missing),
    ("/", Marker::Missing),
    ("///", Marker::NotApplicable),
    ("[u]", Marker::Missing),
    ("[w]", Marker::Missing),
    ("[low]", Marker::Missing),
    ("[x]", Marker::Missing),
    ("[z]", Marker::NotApplicable),
    ("not applicable", Marker::NotApplicable),
    ("not available", Marker::Missing),
    ("confidential", Marker::Confidential),
    ("provisional", Marker::Provisional),
];

impl Markers {
    /// The usual signs, in small letters: each is one in any case.
    pub(crate) fn usual() -> impl Iterator<Item = &'static str> {
        USUAL.iter().map(|it| it.0)
    }

    /// Reads a text without outer space as a declared sign: it may look like a figure.
    pub fn read_declared(&self, text: &str) -> Option<Marker> {
        self.declared.iter().find(|(sign, _)| sign == text).map(|it| it.1)
    }

    /// Reads a cell as a marker, whatever its case and outer space.
    ///
    /// ```
    /// use crossfoot::table::{Marker, Markers};
    ///
    /// assert_eq!(Markers::default().read(" N/A "), Some(Marker::Missing));
    /// assert_eq!(Markers::default().read("12"), None);
    /// ```
    pub fn read(&self, text: &str) -> Option<Marker> {
        let text = trim(text);
        self.read_declared(text)
            .or_else(|| USUAL.iter().find(|(sign, _)| sign.eq_ignore_ascii_case(text)).map(|it| it.1))
            .or_else(|| read_flagged(text))
    }
}

/// Eurostat prints a colon where a figure is missing, and flags behind it.
fn read_flagged(text: &str) -> Option<Marker> {
    let flags = text.strip_prefix(':')?.trim_start();
    let known = flags.len() <= 3 && flags.bytes().all(|it| b"bcdefnprsuz".contains(&it));
    known.then_some(if flags.contains('c') { Marker::Confidential } else { Marker::Missing })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colon_with_flags_is_a_marker() {
        let read = |text| Markers::default().read(text);
        assert_eq!((read(": c"), read(":u")), (Some(Marker::Confidential), Some(Marker::Missing)));
        assert_eq!((read(": km"), read("12:30")), (None, None));
        assert_eq!((read("(D)"), read("(X)")), (Some(Marker::Confidential), Some(Marker::NotApplicable)));
    }

    #[test]
    fn declared_signs_win_over_usual_ones() {
        let markers = Markers { declared: vec![("-".to_owned(), Marker::Nil)] };
        assert_eq!((markers.read("-"), markers.read(" .. ")), (Some(Marker::Nil), Some(Marker::Missing)));
        assert_eq!(Markers::default().read("-"), Some(Marker::Missing));
    }

    #[test]
    fn issue_20_a_dash_of_any_kind_is_a_marker() {
        for text in ["-", "--", "---", "\u{2010}", "\u{2011}", "\u{2012}", "–", "—", "\u{2015}", "−", "\u{ff0d}"]
        {
            assert_eq!(Markers::default().read(text), Some(Marker::Missing), "{text}");
        }
    }

    #[test]
    fn nothing_and_figures_are_no_markers() {
        for text in ["", " ", "0", "-1", "Paris"] {
            assert_eq!(Markers::default().read(text), None, "{text}");
        }
    }
}
