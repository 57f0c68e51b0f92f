//! Slips as they were seen in published corrections.

use crate::random::Random;

/// What happened to a figure, with how often in a hundred it did to figures of
/// up to two digits, of three or four, and of more. Measured on 264 cells of
/// 141 corrections; blanks are left out, since a rule over a blank is not decided.
pub const SHARES: [(&str, [u32; 3]); 12] = [
    ("one digit, by 1", [140, 170, 180]),
    ("one digit, by more", [330, 210, 70]),
    ("two digits", [60, 150, 100]),
    ("neighbours exchanged", [0, 10, 70]),
    ("digit added", [60, 10, 30]),
    ("digit dropped", [30, 30, 14]),
    ("two digits added or dropped", [10, 10, 0]),
    ("a factor of ten", [20, 60, 40]),
    ("0 in its place", [130, 20, 0]),
    ("a neighbouring figure", [50, 60, 40]),
    ("a near figure", [40, 10, 170]),
    ("another figure", [130, 250, 190]),
];

/// Which of the shares are those of a figure of so many digits.
pub fn class(length: usize) -> usize {
    match length {
        ..=2 => 0,
        3 | 4 => 1,
        _ => 2,
    }
}

/// Draws another figure for a true one, as it may come to be printed.
pub fn misprint(figure: i64, beside: &[i64], random: &mut Random) -> i64 {
    loop {
        let class = class(figure.to_string().len());
        let all: u32 = SHARES.iter().map(|it| it.1[class]).sum();
        let mut left = u32::try_from(random.below(all as usize)).expect("below a thousand");
        let kind = SHARES.iter().find(|it| {
            let is_it = left < it.1[class];
            left = left.saturating_sub(it.1[class]);
            is_it
        });
        let printed = kind.and_then(|it| slip(it.0, figure, beside, random));
        if let Some(printed) = printed.filter(|it| *it != figure) {
            return printed;
        }
    }
}

fn slip(kind: &str, figure: i64, beside: &[i64], random: &mut Random) -> Option<i64> {
    let mut digits: Vec<u8> = figure.to_string().bytes().map(|it| it - b'0').collect();
    let at = random.below(digits.len());
    match kind {
        "one digit, by 1" => digits[at] = moved(digits[at], 1, random)?,
        "one digit, by more" => digits[at] = another(digits[at], 2, random)?,
        "two digits" => {
            let other = random.below(digits.len());
            (digits[at], digits[other]) = (another(digits[at], 1, random)?, another(digits[other], 1, random)?);
            if at == other {
                return None;
            }
        }
        "neighbours exchanged" if at + 1 < digits.len() => digits.swap(at, at + 1),
        "digit added" => add(&mut digits, random),
        "digit dropped" if digits.len() > 1 => drop(digits.remove(at)),
        "two digits added or dropped" if random.below(2) == 0 => (0..2).for_each(|_| add(&mut digits, random)),
        "two digits added or dropped" if digits.len() > 2 => (0..2).for_each(|_| {
            let at = random.below(digits.len());
            digits.remove(at);
        }),
        "a factor of ten" => {
            let times = [10, 10, 10, 100, 1_000][random.below(5)];
            let is_larger = random.below(2) == 0 || figure % times != 0;
            return Some(if is_larger { figure * times } else { figure / times });
        }
        "0 in its place" => return Some(0),
        "a neighbouring figure" if !beside.is_empty() => return Some(beside[random.below(beside.len())]),
        "a near figure" => {
            let far = if random.below(2) == 0 { 9 } else { (figure * 3 / 100).max(1) };
            return Some((figure + random.between(-far, far)).max(0));
        }
        "another figure" => {
            let power = 10_i64.pow(u32::try_from(digits.len()).ok()? - 1);
            return Some(match random.below(10) {
                0..7 => random.between(power, power * 10 - 1),
                7 | 8 => random.between(power * 10, power * 100 - 1),
                _ => random.between(0, power),
            });
        }
        _ => return None,
    }
    let is_padded = digits.len() > 1 && digits[0] == 0;
    (!is_padded).then(|| digits.iter().fold(0, |sum, it| sum * 10 + i64::from(*it)))
}

fn add(digits: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(digits.len() + 1);
    digits.insert(at, u8::try_from(random.below(10)).expect("a digit"));
}

/// A digit so far up or down.
fn moved(digit: u8, by: u8, random: &mut Random) -> Option<u8> {
    if random.below(2) == 0 { digit.checked_sub(by) } else { Some(digit + by).filter(|it| *it < 10) }
}

/// A digit that is at least so far from this one.
fn another(digit: u8, by: u8, random: &mut Random) -> Option<u8> {
    let other = u8::try_from(random.below(10)).expect("a digit");
    (other.abs_diff(digit) >= by).then_some(other)
}
