//! The order of the values of a column.

use super::{Column, ColumnData, ColumnType, Period, Table, matching_key};

impl Column {
    /// Numbers that sort as the values of a column do; `None` where there is none.
    pub(crate) fn ranks(&self) -> Vec<Option<i128>> {
        let has_value = |row: &usize| self.states[*row].has_value();
        let rank: Box<dyn Fn(usize) -> Option<i128> + '_> = match &self.data {
            // One power of ten is common to all figures of a column.
            ColumnData::Numbers(it) => Box::new(|row| Some(it.units.get(row))),
            ColumnData::Dates(it) => Box::new(|row| Some(i128::from(it.days[row]))),
            ColumnData::Texts(it) => {
                let period = |text: &str| (self.kind == ColumnType::Period).then(|| Period::parse(text)).flatten();
                let mut codes: Vec<usize> = (0..it.dictionary.len()).collect();
                codes.sort_by_cached_key(|&code| (period(&it.dictionary[code]), it.dictionary[code].clone()));
                let mut ranks = vec![None; codes.len()];
                for (rank, &code) in codes.iter().enumerate() {
                    let known = self.kind != ColumnType::Period || period(&it.dictionary[code]).is_some();
                    ranks[code] = known.then_some(rank as i128);
                }
                Box::new(move |row| ranks[it.codes[row] as usize])
            }
        };
        (0..self.states.len()).map(|row| Some(row).filter(has_value).and_then(&rank)).collect()
    }
}

impl Table {
    /// Whether all rows of two editions stand at one day or period each, this
    /// one at a later one, and rows of one can be found in the other.
    pub(crate) fn is_step_from(&self, earlier: &Self, along: &str) -> bool {
        let at = |it: &Self| {
            let column = &it.columns[it.column(along)?];
            let ColumnData::Dates(dates) = &column.data else { return None };
            let first = *dates.days.first()?;
            let all = (0..column.states.len()).all(|row| column.states[row].has_value() && dates.days[row] == first);
            all.then_some(first)
        };
        at(self).zip(at(earlier)).is_some_and(|(now, then)| then < now) && matching_key(self, earlier).is_some()
    }
}
