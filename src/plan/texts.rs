//! A set of texts that a cell may be one of.

/// Texts in their order, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts(Box<[Box<[u8]>]>);

impl Texts {
    /// Whether a text is one of them.
    #[inline]
    pub(crate) fn contains(&self, text: &[u8]) -> bool {
        // Of few each is compared sooner than the middle is found.
        const FEW: usize = 8;
        match self.0.len() {
            ..=FEW => self.0.iter().any(|it| **it == *text),
            _ => self.0.binary_search_by(|it| (**it).cmp(text)).is_ok(),
        }
    }

    /// Each of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Box<[u8]>> {
        self.0.iter()
    }
}

impl FromIterator<Box<[u8]>> for Texts {
    fn from_iter<I: IntoIterator<Item = Box<[u8]>>>(texts: I) -> Self {
        let mut texts: Vec<Box<[u8]>> = texts.into_iter().collect();
        texts.sort_unstable();
        texts.dedup();
        Self(texts.into())
    }
}
