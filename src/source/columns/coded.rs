//! Runs of small numbers, as Parquet packs levels and places in dictionaries
//! (the RLE / bit-packing hybrid of its format description).

/// Reads numbers of a fixed width in bits from runs.
#[derive(Clone)]
pub(super) struct Coded<'a> {
    bytes: &'a [u8],
    width: u32,
    /// The run that [`Coded::at`] stands in, and which number it begins with.
    current: Option<(Run<'a>, usize)>,
}

/// A run: the same number many times, or numbers packed side by side.
#[derive(Clone, Copy)]
enum Run<'a> {
    Same(u32, usize),
    Packed(&'a [u8], usize),
}

impl<'a> Coded<'a> {
    /// None where numbers would be wider than they can be.
    pub(super) fn new(bytes: &'a [u8], width: u32) -> Option<Self> {
        (width <= 32).then_some(Self { bytes, width, current: None })
    }

    fn header(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let (first, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn run(&mut self) -> Option<Run<'a>> {
        let header = self.header()?;
        let count = usize::try_from(header >> 1).ok()?;
        if header & 1 == 1 {
            let count = count.checked_mul(8)?;
            // The last run may be cut where its padding would stand.
            let length = (count.checked_mul(self.width as usize)? / 8).min(self.bytes.len());
            let (packed, rest) = self.bytes.split_at(length);
            self.bytes = rest;
            return Some(Run::Packed(packed, count));
        }
        let length = self.width.div_ceil(8) as usize;
        let (value, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        let value = value.iter().rev().fold(0, |number, byte| (number << 8) | u32::from(*byte));
        Some(Run::Same(value, count))
    }

    /// Takes so many numbers; none where there are fewer.
    pub(super) fn take(mut self, count: usize, into: &mut Vec<u32>) -> Option<()> {
        into.clear();
        into.reserve(count);
        if self.width == 0 {
            into.resize(count, 0);
            return Some(());
        }
        while into.len() < count {
            let left = count - into.len();
            match self.run()? {
                Run::Same(value, many) => into.resize(into.len() + many.min(left), value),
                Run::Packed(bytes, many) => unpack(bytes, self.width, many.min(left), into)?,
            }
        }
        Some(())
    }

    /// The number at a place, which is not before the one asked for last.
    pub(super) fn at(&mut self, place: usize) -> Option<u32> {
        if self.width == 0 {
            return Some(0);
        }
        loop {
            let behind = match self.current {
                None => 0,
                Some((Run::Same(value, count), first)) if place < first + count => return Some(value),
                Some((Run::Packed(bytes, count), first)) if place < first + count => {
                    return single(bytes, self.width as usize, place - first);
                }
                Some((Run::Same(_, count) | Run::Packed(_, count), first)) => first.checked_add(count)?,
            };
            self.current = Some((self.run()?, behind));
        }
    }

    /// Whether each of the next numbers is this one, for as far as the first run goes.
    pub(super) fn all_are(mut self, value: u32, count: usize) -> bool {
        matches!(self.run(), Some(Run::Same(it, many)) if it == value && many >= count)
    }
}

fn unpack(bytes: &[u8], width: u32, count: usize, into: &mut Vec<u32>) -> Option<()> {
    if bytes.len() * 8 < count * width as usize {
        return None;
    }
    let mask = (1_u64 << width) - 1;
    let width = width as usize;
    // Eight bytes hold any number from any bit of the first on.
    let safe = if bytes.len() >= 8 { ((bytes.len() - 8) * 8 / width).min(count) } else { 0 };
    let word = |at: usize| {
        let part: [u8; 8] = bytes[at..at + 8].try_into().expect("it is as long as asked for");
        u64::from_le_bytes(part)
    };
    into.extend((0..safe).map(|it| narrow((word(it * width / 8) >> (it * width % 8)) & mask)));
    for it in safe..count {
        into.push(single(bytes, width, it)?);
    }
    Some(())
}

/// One of the numbers that are packed side by side.
fn single(bytes: &[u8], width: usize, at: usize) -> Option<u32> {
    if bytes.len() * 8 < (at + 1) * width {
        return None;
    }
    let mut word = [0; 8];
    let from = at * width / 8;
    let part = &bytes[from..bytes.len().min(from + 8)];
    word[..part.len()].copy_from_slice(part);
    Some(narrow((u64::from_le_bytes(word) >> (at * width % 8)) & ((1 << width) - 1)))
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "it is masked to 32 bits at most")]
fn narrow(it: u64) -> u32 {
    it as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_runs_are_read() {
        // The example of the format description: 0 to 7 in three bits each.
        let bytes = [0x03, 0b1000_1000, 0b1100_0110, 0b1111_1010, 0x0a, 0x05];
        let mut numbers = Vec::new();
        Coded::new(&bytes, 3).unwrap().take(12, &mut numbers).unwrap();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 5, 5, 5, 5]);
        let mut coded = Coded::new(&bytes, 3).unwrap();
        assert_eq!([2, 2, 7, 8, 12].map(|it| coded.at(it)), [Some(2), Some(2), Some(7), Some(5), Some(5)]);
        assert_eq!(coded.at(13), None);
        assert!(Coded::new(&bytes, 3).unwrap().take(14, &mut numbers).is_none());
        assert!(Coded::new(&bytes[4..], 3).unwrap().all_are(5, 5));
        assert!(Coded::new(&bytes, 33).is_none());
    }

    #[test]
    fn numbers_of_all_widths_are_unpacked() {
        for width in 1..=32_u32 {
            let wanted: Vec<u32> = (0..64_u64).map(|it| narrow((it * 2_654_435_761) & ((1 << width) - 1))).collect();
            let mut bits = vec![0_u8; 64 * width as usize / 8];
            for (at, number) in wanted.iter().enumerate() {
                for bit in (0..width as usize).filter(|it| number >> it & 1 == 1) {
                    let bit = at * width as usize + bit;
                    bits[bit / 8] |= 1 << (bit % 8);
                }
            }
            let mut numbers = Vec::new();
            unpack(&bits, width, 64, &mut numbers).unwrap();
            assert_eq!(numbers, wanted, "{width}");
        }
    }
}
