//! Cells that give bounds in place of a figure: `<5`, `10-50`, `5 or fewer`.
//!
//! Offices withhold small counts and print the range they lie in. Only plain
//! whole numbers are read: what `1.000-2.000` says hangs on the style.

use super::fold_spaces;

/// What a cell lets its figure be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// The lower end, and whether it lies outside.
    pub(crate) low: Option<(i64, bool)>,
    /// The upper end, and whether it lies outside.
    pub(crate) high: Option<(i64, bool)>,
}

// Words before and behind a number, and the bound that it then is.
const BEFORE: [(&str, Side); 16] = [
    ("<=", Side::AtMost),
    ("≤", Side::AtMost),
    ("<", Side::Below),
    (">=", Side::AtLeast),
    ("≥", Side::AtLeast),
    (">", Side::Above),
    ("fewer than", Side::Below),
    ("less than", Side::Below),
    ("under", Side::Below),
    ("below", Side::Below),
    ("up to", Side::AtMost),
    ("at most", Side::AtMost),
    ("no more than", Side::AtMost),
    ("more than", Side::Above),
    ("over", Side::Above),
    ("at least", Side::AtLeast),
];
const BEHIND: [(&str, Side); 6] = [
    ("or fewer", Side::AtMost),
    ("or less", Side::AtMost),
    ("and under", Side::AtMost),
    ("or more", Side::AtLeast),
    ("and over", Side::AtLeast),
    ("and more", Side::AtLeast),
];

#[derive(Clone, Copy)]
enum Side {
    Below,
    AtMost,
    Above,
    AtLeast,
}

impl Bounds {
    /// Reads bounds of a figure; none where a text gives none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = fold_spaces(text).to_lowercase();
        for (words, side) in BEFORE {
            if let Some(rest) = text.strip_prefix(words) {
                return Some(Self::on(side, whole(rest)?));
            }
        }
        for (words, side) in BEHIND {
            if let Some(rest) = text.strip_suffix(words) {
                return Some(Self::on(side, whole(rest)?));
            }
        }
        let (low, high) = ["-", "–", "—", " to "].iter().find_map(|it| text.split_once(it))?;
        let (low, high) = (whole(low)?, whole(high)?);
        (low < high).then_some(Self { low: Some((low, false)), high: Some((high, false)) })
    }

    fn on(side: Side, value: i64) -> Self {
        match side {
            Side::Below => Self { low: None, high: Some((value, true)) },
            Side::AtMost => Self { low: None, high: Some((value, false)) },
            Side::Above => Self { low: Some((value, true)), high: None },
            Side::AtLeast => Self { low: Some((value, false)), high: None },
        }
    }
}

fn whole(text: &str) -> Option<i64> {
    let text = text.trim();
    let plain = !text.is_empty() && text.len() <= 15 && text.bytes().all(|it| it.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::Bounds;

    type End = Option<(i64, bool)>;

    fn read(text: &str) -> Option<(End, End)> {
        Bounds::read(text).map(|it| (it.low, it.high))
    }

    #[test]
    fn reads_the_ways_in_which_small_counts_are_withheld() {
        for text in ["<5", "< 5", "Fewer than 5", "under 5"] {
            assert_eq!(read(text), Some((None, Some((5, true)))), "{text}");
        }
        for text in ["5 or fewer", "≤5", "up to 5", "5 or less"] {
            assert_eq!(read(text), Some((None, Some((5, false)))), "{text}");
        }
        for text in ["10-50", "10–50", "10 to 50", "10 - 50"] {
            assert_eq!(read(text), Some((Some((10, false)), Some((50, false)))), "{text}");
        }
        assert_eq!(read(">95"), Some((Some((95, true)), None)));
        assert_eq!(read("100 or more"), Some((Some((100, false)), None)));
    }

    #[test]
    fn refuses_what_is_a_figure_a_date_or_in_a_style_that_is_not_known() {
        for text in
            ["", "5", "-5", "50-10", "5-5", "2020-01-31", "1.000-2.000", "1,000-2,000", "<", "<x", "n/a", "1-2-3"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
