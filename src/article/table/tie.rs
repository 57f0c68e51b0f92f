//! Which heading a number belongs to: `3 wins`, `attendance was 57`, `week 7`.

use super::index::{Index, is_year};
use super::read::{Reading, Tie, What};

/// A tie, the columns of its heading, and the heading among what is named.
pub(crate) type Tied = (Tie, Vec<usize>, Option<usize>);

impl Reading {
    /// The heading that a number is tied to, whose hedges begin at a word.
    pub(crate) fn tie(&self, at: usize, before: usize, index: &Index) -> Tied {
        if let Some(it) =
            self.tie_beside(at, before).or_else(|| self.tie_before(before)).or_else(|| self.tie_far(at, before))
        {
            return it;
        }
        let value = self.words[at].value.unwrap_or_default();
        let years: Vec<usize> = (0..index.is_years.len()).filter(|it| index.is_years[*it]).collect();
        if is_year(value) && !years.is_empty() && before == at {
            return (Tie::Key, years, None);
        }
        (Tie::Free, Vec::new(), None)
    }

    /// Whether nothing but a sign of money or percent stands before a word.
    fn is_plain(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|it| matches!(it.signs.as_str(), "" | "$" | "%" | "'"))
    }

    /// `3 wins`, `week 7`, `3 of the total wins`.
    fn tie_beside(&self, at: usize, before: usize) -> Option<Tied> {
        const PASSED: &[&str] =
            &["people", "were", "was", "of", "the", "total", "different", "number", "a", "career", "overall"];
        let direct = self.heading_of(self.named_to(before)).filter(|_| before == at && self.is_plain(at));
        let right = self.heading_of(self.named_from(at + 1)).filter(|_| self.is_plain(at + 1));
        if let (Some(left), Some(right)) = (&direct, &right) {
            let columns = left.1.iter().chain(right.1).copied().collect();
            return Some((Tie::Both, columns, Some(right.0)));
        }
        if let Some(it) = direct {
            // `attended 120`: a verb counts, it names no row.
            let verb = at > 0 && self.words[at - 1].raw.ends_with("ed");
            return Some(tied(if verb { Tie::Left } else { Tie::Key }, it));
        }
        if let Some(it) = right {
            return Some(tied(Tie::Right, it));
        }
        let mut near = at + 1;
        while near < at + 4 && self.is_plain(near) && PASSED.contains(&self.words[near].raw.as_str()) {
            near += 1;
            if let Some(it) = self.heading_of(self.named_from(near)).filter(|_| self.is_plain(near)) {
                return Some(tied(Tie::NearRight, it));
            }
        }
        None
    }

    /// `attendance was 57`.
    fn tie_before(&self, before: usize) -> Option<Tied> {
        const PASSED: &[&str] =
            &["is", "was", "of", "with", "has", "had", "a", "the", "by", "only", "total", "were", "are", "at"];
        let mut behind = before;
        for _ in 0..5 {
            if behind == 0 || !self.is_plain(behind) {
                return None;
            }
            if let Some(it) = self.heading_of(self.named_to(behind)) {
                return Some(tied(Tie::Left, it));
            }
            if !PASSED.contains(&self.words[behind - 1].raw.as_str()) {
                return None;
            }
            behind -= 1;
        }
        None
    }

    /// `12 is the number of draws`, `the attendance of the game in Tarn was 57`.
    fn tie_far(&self, at: usize, before: usize) -> Option<Tied> {
        let verb =
            |it: usize| self.words.get(it).is_some_and(|it| matches!(it.raw.as_str(), "is" | "was" | "are" | "were"));
        let mut is = at + 1;
        while verb(at + 1) && is < at + 5 {
            let passed = |it: &str| matches!(it, "is" | "was" | "are" | "were" | "the" | "number" | "of");
            if !self.words.get(is).is_some_and(|it| passed(&it.raw)) {
                break;
            }
            is += 1;
            if let Some(it) = self.heading_of(self.named_from(is)) {
                return Some(tied(Tie::Is, it));
            }
        }
        let led = before > 0 && matches!(self.words[before - 1].raw.as_str(), "is" | "was" | "being");
        let heading = |it: &(usize, &super::read::Named)| {
            it.1.to <= before && !it.1.is_tied && matches!(it.1.what, What::Heading(_))
        };
        let mut open = self.named.iter().enumerate().filter(heading);
        let (Some((heading, it)), None) = (open.next().filter(|_| led), open.next()) else { return None };
        match &it.what {
            What::Heading(columns) => Some((Tie::Far, columns.clone(), Some(heading))),
            What::Name(_) => None,
        }
    }
}

fn tied(tie: Tie, it: (usize, &Vec<usize>)) -> Tied {
    (tie, it.1.clone(), Some(it.0))
}
