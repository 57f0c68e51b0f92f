//! How much memory a run may use.

use std::str::FromStr;

/// An amount of memory in bytes, written `256M`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory(u64);

impl FromStr for Memory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unit = text.trim_start_matches(|it: char| it.is_ascii_digit());
        let number: Option<u64> = text[..text.len() - unit.len()].parse().ok();
        let unit = unit.trim_end_matches(['B', 'b', 'i']);
        let shift = match unit {
            "" => Some(0),
            "K" | "k" => Some(10),
            "M" | "m" => Some(20),
            "G" | "g" => Some(30),
            _ => None,
        };
        let size = number.zip(shift).and_then(|(number, shift)| number.checked_mul(1 << shift));
        size.filter(|it| *it > 0).map(Self).ok_or_else(|| "expected a size like 256M or 2G".to_owned())
    }
}

impl Memory {
    /// So many bytes.
    pub(crate) fn of_bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// How many bytes it is.
    pub(crate) fn bytes(self) -> u64 {
        self.0
    }

    /// So many bytes for the keys of a check: half of what is given, since what is
    /// read and what is found take some too; if not given, as much as a small
    /// machine has to spare.
    pub(crate) fn for_keys(given: Option<Self>) -> u64 {
        const USUAL: u64 = 128 << 20;
        given.map_or(USUAL, |it| it.0 / 2)
    }

    /// So many bytes; if not given, a quarter of the machine's memory, or 1 GB
    /// where it does not tell.
    pub(crate) fn or_usual(given: Option<Self>) -> u64 {
        const UNKNOWN: u64 = 1 << 30;
        if let Some(Self(bytes)) = given {
            return bytes;
        }
        let told = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let total = told.lines().find_map(|it| it.strip_prefix("MemTotal:"));
        let kilobytes = total.and_then(|it| it.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
        kilobytes.map_or(UNKNOWN, |it| it * 1024 / 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_powers_of_1024() {
        assert_eq!("256M".parse(), Ok(Memory(256 << 20)));
        assert_eq!("2GiB".parse(), Ok(Memory(2 << 30)));
        assert_eq!("4096".parse(), Ok(Memory(4096)));
        for it in ["", "M", "1.5G", "1T", "0", "-1", "99999999999999999999"] {
            assert!(it.parse::<Memory>().is_err(), "{it}");
        }
    }
}
