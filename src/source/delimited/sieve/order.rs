//! Keys in the order of the file: those that rise cannot repeat.

use std::cmp::Ordering;

use super::record::Value;
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
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Key {
    numbers: [i64; KEY_MAX],
    /// How many digits of each are decimals.
    decimals: [u8; KEY_MAX],
}

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
    /// The key of numbers, each with how many of its digits are decimals: 18 at most.
    #[inline]
    pub(crate) fn of(numbers: impl Iterator<Item = (i64, u8)>) -> Self {
        let mut key = Self::default();
        for (place, it) in numbers.take(KEY_MAX).enumerate() {
            (key.numbers[place], key.decimals[place]) = it;
        }
        key
    }

    /// The key of figures and days; none where no plain number is the same.
    pub(super) fn of_decimals(values: impl Iterator<Item = Decimal>) -> Option<Self> {
        let mut key = Self::default();
        for (place, it) in values.take(KEY_MAX).enumerate() {
            (key.numbers[place], key.decimals[place]) = plain(it)?;
        }
        Some(key)
    }

    /// Its numbers, each in the last unit that keys keep.
    pub(super) fn scaled(&self) -> impl Iterator<Item = i128> {
        self.numbers.iter().zip(self.decimals).map(|it| scaled_number(*it.0, it.1))
    }
}

impl Ord for Key {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        if self.decimals == other.decimals {
            return self.numbers.cmp(&other.numbers);
        }
        self.scaled().cmp(other.scaled())
    }
}

impl PartialOrd for Key {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}

/// Digits of which so many are decimals, in the last unit that keys keep.
fn scaled_number(number: i64, decimals: u8) -> i128 {
    i128::from(number) * SCALES[usize::from(decimals).min(18)]
}

/// A figure as digits and how many of them are decimals; none where a plain
/// number of 18 digits cannot say it.
fn plain(it: Decimal) -> Option<(i64, u8)> {
    let (mut units, mut exponent) = (it.units, it.exponent);
    while units % 10 == 0 && exponent < 0 {
        (units, exponent) = (units / 10, exponent + 1);
    }
    if exponent > 0 {
        let scale = 10_i128.checked_pow(u32::try_from(exponent).ok()?)?;
        (units, exponent) = (units.checked_mul(scale)?, 0);
    }
    let decimals = u8::try_from(-i32::from(exponent)).ok().filter(|it| *it <= 18)?;
    Some((i64::try_from(units).ok()?, decimals))
}

/// A figure in the last unit that keys keep; none where it is out of range.
pub(crate) fn scaled(it: Decimal) -> Option<i128> {
    // 5 may be printed with more decimals than keys keep.
    let it = it.normal();
    let power = i32::try_from(DECIMALS).ok()? + i32::from(it.exponent);
    let scale = 10_i128.checked_pow(u32::try_from(power).ok()?)?;
    it.units.checked_mul(scale)
}

impl Value {
    /// The number in the last unit that keys keep: 1.0 and 1 are one key.
    pub(super) fn scaled(&self) -> i128 {
        scaled_number(self.number, self.decimals)
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
        let mut take = |number: i64, record| order.take(Key::of([(number, 0)].into_iter()), Stand { record, at: 0 });
        let stand = |record| Stand { record, at: 0 };
        assert_eq!((take(1, 0), take(2, 1), take(2, 2)), (Taken::Rises, Taken::Rises, Taken::Repeats(stand(1))));
        assert_eq!((take(900, 3), take(3, 4)), (Taken::Rises, Taken::Ahead(Key::of([(900, 0)].into_iter()), stand(3))));
        assert_eq!((take(1, 5), take(4, 6)), (Taken::Late, Taken::Rises));
    }

    #[test]
    fn keys_are_numbers_by_value() {
        let key = |numbers: &[(i64, u8)]| Key::of(numbers.iter().copied());
        assert_eq!(key(&[(10, 1)]), key(&[(1, 0)]));
        assert!(key(&[(15, 1), (7, 0)]) < key(&[(2, 0), (1, 0)]));
        assert_ne!(key(&[(1, 0), (12, 0)]), key(&[(11, 0), (2, 0)]));
        let of = |units, exponent| Key::of_decimals([Decimal { units, exponent }].into_iter());
        assert_eq!(of(100, -2), Some(key(&[(1, 0)])));
        assert_eq!(of(3, 2), Some(key(&[(300, 0)])));
        assert_eq!(of(5 * 10_i128.pow(25), -25), Some(key(&[(5, 0)])));
        assert_eq!((of(1, 30), of(1, -30)), (None, None));
    }
}
