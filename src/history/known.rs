//! What is known of dates beforehand: public holidays, and the events that a rule file declares.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::holidays::Country;
use crate::table::Period;

/// Holidays are told apart in periods of at most so many days: each month has some.
const HOLIDAY_DAYS_MAX: u32 = 7;

/// Something that happened and that figures show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its name, as an editor would say it.
    pub name: String,
    /// Its first day.
    pub from: Date,
    /// Its last day; the first where none is given, or for good if it begins a new level.
    pub to: Option<Date>,
    /// Whether figures stand on another level from then on; else they are out of the ordinary
    /// while it lasts, are not judged and nothing is learnt of them.
    pub is_level: bool,
}

/// Holidays and events, by day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agenda {
    holidays: BTreeMap<Date, &'static str>,
    events: Vec<Event>,
}

/// What is known of one period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dated {
    /// The name of a holiday in it.
    pub holiday: Option<&'static str>,
    /// The event that it lies in, and that its figures show.
    pub event: Option<Arc<str>>,
    /// The event that began a new level, if this is the first period of it.
    pub since: Option<Arc<str>>,
}

/// What is known of the periods of an edition and of those before it, by position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known(Arc<BTreeMap<i64, Dated>>);

impl Agenda {
    /// The holidays of a country, if one is given, and events.
    pub fn new(country: Option<Country>, events: Vec<Event>) -> Self {
        Self { holidays: country.map_or_else(BTreeMap::new, Country::holidays), events }
    }

    /// What is known of periods, each with its position.
    pub(super) fn known(&self, periods: impl Iterator<Item = (i64, Period)>) -> Known {
        let periods: BTreeMap<i64, Period> = periods.collect();
        let mut known: BTreeMap<i64, Dated> = BTreeMap::new();
        for (at, it) in periods.iter().filter(|it| it.1.days() <= HOLIDAY_DAYS_MAX) {
            if let Some((_, name)) = self.holidays.range(it.start..=it.end).next() {
                known.entry(*at).or_default().holiday = Some(name);
            }
        }
        for event in &self.events {
            let name: Arc<str> = event.name.as_str().into();
            if event.is_level {
                let first = periods.iter().find(|it| it.1.end >= event.from);
                let after = event.to.and_then(|to| periods.iter().find(|it| it.1.start > to));
                for (at, _) in first.into_iter().chain(after) {
                    known.entry(*at).or_default().since = Some(Arc::clone(&name));
                }
                continue;
            }
            let to = event.to.unwrap_or(event.from);
            for (at, _) in periods.iter().filter(|it| it.1.start <= to && it.1.end >= event.from) {
                known.entry(*at).or_default().event = Some(Arc::clone(&name));
            }
        }
        Known(Arc::new(known))
    }
}

impl Known {
    /// The holiday or the event of the period at a position, in words.
    pub fn note(&self, at: i64) -> Option<String> {
        let it = self.at(at)?;
        let since = it.since.as_ref().map(|it| format!("since {it}"));
        it.event.as_ref().map(ToString::to_string).or(since).or_else(|| it.holiday.map(str::to_owned))
    }

    /// What is known of the period at a position, if anything.
    pub(super) fn at(&self, at: i64) -> Option<&Dated> {
        self.0.get(&at)
    }

    /// Whether the same is known of all periods before one.
    pub(super) fn is_same_before(&self, other: &Self, at: i64) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.range(..at).eq(other.0.range(..at))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::history::Calendar;
    use crate::table::Cadence;

    fn known(agenda: &Agenda, cadence: Cadence, periods: &[&str]) -> Vec<Dated> {
        let calendar = Calendar::of(cadence);
        let periods: Vec<_> = periods.iter().map(|it| Period::parse(it).unwrap()).collect();
        let known = agenda.known(periods.iter().map(|it| (calendar.position(*it), *it)));
        periods.iter().map(|it| known.at(calendar.position(*it)).cloned().unwrap_or_default()).collect()
    }

    fn event(from: Date, to: Option<Date>, is_level: bool) -> Event {
        Event { name: "flood".to_owned(), from, to, is_level }
    }

    #[test]
    fn a_week_with_a_holiday_is_known_and_a_month_is_not() {
        let agenda = Agenda::new(Country::of("de"), Vec::new());
        let weeks = known(&agenda, Cadence::Weekly, &["2023-12-18/2023-12-24", "2023-12-25/2023-12-31"]);
        assert_eq!([weeks[0].holiday, weeks[1].holiday], [None, Some("Christmas Day")]);
        assert_eq!(known(&agenda, Cadence::Monthly, &["2023-12"]), [Dated::default()]);
    }

    #[test]
    fn periods_that_an_event_touches_show_it() {
        let agenda = Agenda::new(None, vec![event(date(2023, 12, 20), Some(date(2023, 12, 26)), false)]);
        let weeks =
            ["2023-12-11/2023-12-17", "2023-12-18/2023-12-24", "2023-12-25/2023-12-31", "2024-01-01/2024-01-07"];
        let told: Vec<bool> = known(&agenda, Cadence::Weekly, &weeks).iter().map(|it| it.event.is_some()).collect();
        assert_eq!(told, [false, true, true, false]);
    }

    #[test]
    fn a_new_level_begins_with_the_first_edition_of_it_and_ends_after_the_last() {
        let agenda = Agenda::new(None, vec![event(date(2023, 3, 10), Some(date(2023, 5, 31)), true)]);
        let months = ["2023-01", "2023-03", "2023-04", "2023-06", "2023-07"];
        let told: Vec<bool> = known(&agenda, Cadence::Monthly, &months).iter().map(|it| it.since.is_some()).collect();
        assert_eq!(told, [false, true, false, true, false]);
    }
}
