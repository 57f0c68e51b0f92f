//! Holidays and events of a rule file.

use std::sync::Arc;

use jiff::civil::Date;

use super::fault::Places;
use super::written::EventTable;
use crate::error::Result;
use crate::history::{Agenda, Calendar, Country, Event};
use crate::rules::At;
use crate::table::Cadence;

/// How the editions of a dataset follow each other, with what is known of their dates.
pub(super) fn read(
    places: &Places,
    cadence: Option<Cadence>,
    country: Option<&At<String>>,
    events: &[At<EventTable>],
) -> Result<Calendar> {
    let calendar = cadence.map_or(Calendar::WEEKS, Calendar::of);
    if country.is_none() && events.is_empty() {
        return Ok(calendar);
    }
    if cadence.is_none() {
        let span = country.map_or_else(|| events[0].span(), At::span);
        return Err(places
            .fault(span, "holidays and events need periods, but the file has no cadence")
            .hint("add cadence = \"weekly\", or the interval between editions"));
    }
    let country =
        country.map(|it| Country::of(it).ok_or_else(|| places.unknown(it.span(), "country", it, Country::codes())));
    let events = events.iter().map(|it| event(places, it.get())).collect::<Result<Vec<_>>>()?;
    Ok(calendar.with(Arc::new(Agenda::new(country.transpose()?, events))))
}

fn event(places: &Places, written: &EventTable) -> Result<Event> {
    let day = |it: &At<String>| {
        it.parse::<Date>().map_err(|_| {
            places.fault(it.span(), format!("expected a date, found {:?}", it.get())).hint("write dates as 2021-03-04")
        })
    };
    if written.name.trim().is_empty() {
        return Err(places.fault(written.name.span(), "an event has an empty name"));
    }
    let (from, to) = (day(&written.from)?, written.to.as_ref().map(day).transpose()?);
    if let (Some(end), Some(to)) = (&written.to, to)
        && to < from
    {
        return Err(places.fault(end.span(), format!("the event ends on {to}, before it starts on {from}")));
    }
    Ok(Event { name: written.name.get().clone(), from, to, is_level: written.level })
}
