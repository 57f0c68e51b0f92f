//! Keys in the order of the file: those that rise cannot repeat.

use super::tests::Value;
use crate::table::Decimal;

/// A key has so many columns at most.
pub(crate) const KEY_MAX: usize = 4;

/// The decimals that keys keep.
const DECIMALS: u32 = 18;

/// What digits with so many decimals are worth in the last that keys keep.
const SCALES: [i128; 19] = {
    let mut scales = [1; 19];
    let mut at = 18;
    while at > 0 {
        scales[at - 1] = scales[at] * 10;
        at -= 1;
    }
    scales
};

/// The key of a record: numbers and days, each by value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key([i128; KEY_MAX]);

/// Where a record stands in its chunk: which it is, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stand {
    pub(crate) record: u64,
    pub(crate) at: usize,
}

/// What a key turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It comes after those before it.
    Rises,
    /// It is that of the record named, which came right before it in order.
    Repeats(Stand),
    /// It does not rise.
    Late,
    /// It rises, and the record named stood far ahead of its neighbours.
    Ahead(Key, Stand),
}

/// The rising keys of a chunk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order {
    /// What a key must be above to rise at all.
    pub(crate) floor: Option<Key>,
    pub(crate) first: Option<Key>,
    pub(crate) before: Option<Key>,
    pub(crate) last: Option<(Key, Stand)>,
}

impl Key {
    pub(super) fn of<'a>(values: impl Iterator<Item = &'a Value>) -> Self {
        let mut key = [0; KEY_MAX];
        for (place, it) in key.iter_mut().zip(values) {
            *place = it.scaled();
        }
        Self(key)
    }

    /// The key of numbers, each with how many of its digits are decimals: 18 at most.
    #[cfg(feature = "parquet")]
    pub(crate) fn of_numbers(numbers: impl Iterator<Item = (i64, u8)>) -> Self {
        let mut key = [0; KEY_MAX];
        for (place, (number, decimals)) in key.iter_mut().zip(numbers) {
            *place = i128::from(number) * SCALES[usize::from(decimals).min(18)];
        }
        Self(key)
    }

    /// The key of figures and days; none where a figure is out of range.
    pub(super) fn of_decimals(values: impl Iterator<Item = Decimal>) -> Option<Self> {
        let mut key = [0; KEY_MAX];
        for (place, it) in key.iter_mut().zip(values) {
            *place = scaled(it)?;
        }
        Some(Self(key))
    }
}

/// A figure in the last unit that keys keep; none where it is out of range.
pub(super) fn scaled(it: Decimal) -> Option<i128> {
    let power = i32::try_from(DECIMALS).ok()? + i32::from(it.exponent);
    let scale = 10_i128.checked_pow(u32::try_from(power).ok()?)?;
    it.units.checked_mul(scale)
}

impl Value {
    /// The number in the last unit that keys keep: 1.0 and 1 are one key.
    pub(super) fn scaled(&self) -> i128 {
        i128::from(self.number) * SCALES[usize::from(self.decimals).min(18)]
    }
}

impl Order {
    pub(crate) fn take(&mut self, key: Key, stand: Stand) -> Taken {
        if self.floor.is_some_and(|it| key <= it) {
            return Taken::Late;
        }
        match self.last {
            None => {
                (self.first, self.last) = (Some(key), Some((key, stand)));
                Taken::Rises
            }
            Some((last, _)) if key > last => {
                (self.before, self.last) = (Some(last), Some((key, stand)));
                Taken::Rises
            }
            Some((last, at)) if key == last => Taken::Repeats(at),
            Some((last, at)) if self.before.is_none_or(|it| key > it) => {
                if self.before.is_none() {
                    self.first = Some(key);
                }
                self.last = Some((key, stand));
                Taken::Ahead(last, at)
            }
            Some(_) => Taken::Late,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_rise_pass_and_all_others_are_told() {
        let mut order = Order::default();
        let mut take = |number: i128, record| order.take(Key([number, 0, 0, 0]), Stand { record, at: 0 });
        let stand = |record| Stand { record, at: 0 };
        assert_eq!((take(1, 0), take(2, 1), take(2, 2)), (Taken::Rises, Taken::Rises, Taken::Repeats(stand(1))));
        assert_eq!((take(900, 3), take(3, 4)), (Taken::Rises, Taken::Ahead(Key([900, 0, 0, 0]), stand(3))));
        assert_eq!((take(1, 5), take(4, 6)), (Taken::Late, Taken::Rises));
    }

    #[test]
    fn keys_are_numbers_by_value() {
        let value = |number, decimals| Value { number, decimals, ..Value::default() };
        assert_eq!(Key::of([value(10, 1)].iter()), Key::of([value(1, 0)].iter()));
        assert_ne!(Key::of([value(1, 0), value(12, 0)].iter()), Key::of([value(11, 0), value(2, 0)].iter()));
        let decimal = Decimal { units: 100, exponent: -2 };
        assert_eq!(Key::of_decimals([decimal].into_iter()), Some(Key::of([value(1, 0)].iter())));
    }
}
