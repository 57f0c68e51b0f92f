//! Which rules a run judges.

/// Which rules to judge, by name or kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only these; all where empty.
    pub select: Vec<String>,
    /// Not these.
    pub ignore: Vec<String>,
}

impl Selection {
    /// Whether a rule is to be judged.
    pub fn wants(&self, name: &str, kind: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|it| it == name || it == kind);
        (self.select.is_empty() || named(&self.select)) && !named(&self.ignore)
    }
}
