//! Files too large to be held as a whole.

/// A file whose parts can be read in any order, by many threads at once.
pub trait Parts: Sync {
    /// How many bytes it has.
    fn size(&self) -> u64;

    /// Reads at an offset as much as fits, and says how much that was; less
    /// only at the end.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> std::io::Result<usize>;
}
