//! What the second person should look at twice before a batch is signed (threats.md L2, L4). It is counted over everything that the institution
//! proposed and signed beside it: nothing is less because it was divided into several batches.

use std::collections::{BTreeMap, BTreeSet};

use super::house::House;
use super::import::{RegisterRow, fold, names_in};
use super::institution::DeskError;
use super::register::{day_mark, row_of};
use super::release::Entry;
use crate::base::timestamp::{Date, Timestamp};
use crate::store::award::AwardState;
use crate::store::release::{BATCH_AWARDS, Batch, BatchState};
use crate::store::{Store, StoreError};

/// 3 times as many rows in 24 hours as the median of the days before is unusual.
const VOLUME_TIMES: usize = 3;
/// 100 rows where nobody knows yet what is usual: four classes. Who begins tries it with one.
const FIRST_VOLUME: usize = 100;
/// 50 awards on one day: more than two classes.
const A_DAY: usize = 50;
/// 30 people judged by one person on one day: sixteen minutes for each (threats.md L4).
const JUDGED_A_DAY: usize = 30;
/// 10,000 rows of other batches are counted for one look: as many as a batch has itself.
const BESIDE_MOST: usize = BATCH_AWARDS;
/// 50,000 rows are read for it, most of which may be open or left out: one large register.
const READ_MOST: usize = 5 * BATCH_AWARDS;
/// From 22 o'clock to 6.
const NIGHT: (i64, i64) = (22, 6);
const HOUR: i64 = 3_600;
const DAY: i64 = 24;

/// What the second person should look at twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusual {
    /// One person judged so many on one day, in this batch and others.
    AssessorOften(Date, usize),
    /// So many of its rows correct certificates that are out.
    Corrections(usize),
    /// So many awards on one day, in this batch and others.
    ManyOnOneDay(Date, usize),
    /// So many names stand in it more than once.
    NamesRepeated(usize),
    /// A day of which the register has more rows than are read for one look, and how many were.
    NotAllRead(Date, usize),
    /// Awarded on a Sunday, 1 January or 25 December: how many.
    OnHoliday(usize),
    /// It would be signed at night, by the clock of its country: at which hour.
    SignedAtNight(u8),
    /// More rows in 24 hours, with those of other batches, than three times the median of the days before, and that median.
    Volume(usize, usize),
    /// So many rows in 24 hours, where nothing was signed on a day before.
    VolumeFirst(usize),
}

impl Unusual {
    /// The code of answers and language tables.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Unusual::AssessorOften(..) => "assessor-often",
            Unusual::Corrections(_) => "corrections",
            Unusual::ManyOnOneDay(..) => "many-on-one-day",
            Unusual::NamesRepeated(_) => "names-repeated",
            Unusual::NotAllRead(..) => "not-all-read",
            Unusual::OnHoliday(_) => "on-holiday",
            Unusual::SignedAtNight(_) => "signed-at-night",
            Unusual::Volume(..) => "volume",
            Unusual::VolumeFirst(_) => "volume-first",
        }
    }
}

/// What is unusual about a batch with these rows, if it were signed now.
pub(super) fn of(house: &House, batch: &Batch, entries: &[Entry], now: Timestamp) -> Result<Vec<Unusual>, DeskError> {
    let mut unusual = Vec::new();
    let together = together(&**house.store(), entries)?;
    let often: BTreeSet<(Date, usize)> = together.judged.into_iter().map(|((day, _), many)| (day, many)).collect();
    let often = often.into_iter().filter(|(_, many)| *many > JUDGED_A_DAY);
    unusual.extend(often.map(|(day, many)| Unusual::AssessorOften(day, many)));
    let corrections = entries.iter().filter(|entry| !entry.award.serials.is_empty()).count();
    if corrections > 0 {
        unusual.push(Unusual::Corrections(corrections));
    }
    let many = together.days.into_iter().filter(|(_, many)| *many > A_DAY);
    unusual.extend(many.map(|(day, many)| Unusual::ManyOnOneDay(day, many)));
    unusual.extend(together.not_all_read.map(|(day, many)| Unusual::NotAllRead(day, many)));
    let mut names = BTreeMap::<String, usize>::new();
    for Entry { row, .. } in entries {
        *names.entry(fold(row.name.as_str())).or_default() += 1;
    }
    let repeated = names.values().filter(|many| **many > 1).count();
    if repeated > 0 {
        unusual.push(Unusual::NamesRepeated(repeated));
    }
    let on_holiday = entries.iter().filter(|entry| is_holiday(entry.row.awarded)).count();
    if on_holiday > 0 {
        unusual.push(Unusual::OnHoliday(on_holiday));
    }
    let hour = hour_in(&house.institution().card().country, now);
    if i64::from(hour) >= NIGHT.0 || i64::from(hour) < NIGHT.1 {
        unusual.push(Unusual::SignedAtNight(hour));
    }
    // What binds a certificate to another key has no rows.
    if batch.rebinding.is_none() {
        unusual.extend(volume(batch, &house.store().batches()?, now));
    }
    Ok(unusual)
}

/// Awards by their day, and by who judged on it.
#[derive(Default)]
struct Tally {
    days: BTreeMap<Date, usize>,
    judged: BTreeMap<(Date, String), usize>,
    /// The first day of which not all rows could be read, and how many were.
    not_all_read: Option<(Date, usize)>,
}

impl Tally {
    fn add(&mut self, row: &RegisterRow) {
        *self.days.entry(row.awarded).or_default() += 1;
        // Of several who judged, each did.
        for assessor in row.assessed.assessor.iter().flat_map(|cell| names_in(cell)) {
            *self.judged.entry((row.awarded, assessor)).or_default() += 1;
        }
    }
}

/// The rows of a batch, with those of the same days that are proposed or signed beside it. Whose certificate is only corrected is no news of a day.
fn together(store: &dyn Store, entries: &[Entry]) -> Result<Tally, StoreError> {
    let (mut tally, mut news) = (Tally::default(), BTreeMap::<Date, usize>::new());
    for Entry { award, row } in entries {
        tally.add(row);
        if award.serials.is_empty() {
            *news.entry(row.awarded).or_default() += 1;
        }
    }
    let own: BTreeSet<&str> = entries.iter().map(|entry| entry.award.id.as_str()).collect();
    // Where not all can be read, the days of most rows are.
    let mut days: Vec<(usize, Date)> = news.into_iter().map(|(day, many)| (many, day)).collect();
    days.sort_unstable_by(|left, right| right.cmp(left));
    let (mut counted, mut read) = (0, 0);
    for (_, day) in days {
        let beside = store.found(&day_mark(day), READ_MOST - read + own.len() + 1)?;
        for (of_day, id) in beside.iter().filter(|id| !own.contains(id.as_str())).enumerate() {
            if counted == BESIDE_MOST || read == READ_MOST {
                tally.not_all_read = Some((day, of_day));
                return Ok(tally);
            }
            read += 1;
            let stands = |state: &AwardState| matches!(state, AwardState::In(_) | AwardState::Issued);
            let award = store.award(id)?.filter(|award| stands(&award.state));
            if let Some(row) = award.and_then(|award| row_of(&award).ok()) {
                counted += 1;
                tally.add(&row);
            }
        }
    }
    Ok(tally)
}

/// How much is proposed and signed within 24 hours, this batch with it, against the days before.
fn volume(batch: &Batch, all: &[Batch], now: Timestamp) -> Option<Unusual> {
    // Times of the store are `YYYY-MM-DDThh:mm:ssZ`, which sort as they follow, and begin with their date.
    const DATE: usize = "YYYY-MM-DD".len();
    let since = Timestamp::from_seconds(now.seconds() - DAY * HOUR)?.to_string();
    let (mut count, mut before) = (batch.count as usize, BTreeMap::<&str, usize>::new());
    for other in all.iter().filter(|other| other.id != batch.id && other.rebinding.is_none()) {
        let at = other.decided.as_ref().map_or(other.proposed.at.as_str(), |hand| &hand.at);
        let rows = if other.state == BatchState::Returned { other.signed } else { other.count };
        let rows = rows as usize;
        if at > since.as_str() {
            count += rows;
        } else if other.state == BatchState::Done {
            *before.entry(at.get(..DATE)?).or_default() += rows;
        }
    }
    let mut before: Vec<usize> = before.into_values().collect();
    before.sort_unstable();
    match before.get(before.len() / 2) {
        Some(median) => (count > VOLUME_TIMES * median).then_some(Unusual::Volume(count, *median)),
        None => (count > FIRST_VOLUME).then_some(Unusual::VolumeFirst(count)),
    }
}

/// Sundays, and the two days on which nobody awards anything in any of our countries.
fn is_holiday(day: Date) -> bool {
    /// 1970-01-01 was a Thursday, so three days later it was Sunday.
    const FIRST_SUNDAY: i64 = 3;
    let days = day.first_second().seconds() / (DAY * HOUR);
    let sunday = (days - FIRST_SUNDAY).rem_euclid(7) == 0;
    let text = day.to_string();
    sunday || text.ends_with("-01-01") || text.ends_with("-12-25")
}

/// The hour on the clocks of a country, by its capital's ordinary time: enough to tell night from day.
fn hour_in(country: &str, now: Timestamp) -> u8 {
    let east = match country {
        "AR" | "BR" | "UY" => -3,
        "BO" | "CL" | "CU" | "DO" | "GY" | "PY" | "TT" | "VE" => -4,
        "CO" | "EC" | "HT" | "JM" | "PA" | "PE" => -5,
        "BZ" | "CR" | "GT" | "HN" | "MX" | "NI" | "SV" => -6,
        _ => 0,
    };
    u8::try_from((now.seconds().div_euclid(HOUR) + east).rem_euclid(DAY)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::acts::Hand;
    use crate::store::release::Rebinding;

    const NOW: &str = "2026-03-16T15:00:00Z";

    fn batch(id: usize, count: u32, state: BatchState, at: &str) -> Batch {
        let decided = (state != BatchState::Proposed).then(|| Hand::of("sol", at));
        Batch {
            id: id.to_string(),
            achievement: "urn:x".to_owned(),
            count,
            digest: String::new(),
            rows: String::new(),
            touched_by: BTreeSet::new(),
            proposed: Hand::of("carla", at),
            decided,
            note: String::new(),
            state,
            signed: 0,
            rebinding: None,
        }
    }

    fn seen(mine: u32, others: &[(u32, BatchState, &str)]) -> Option<Unusual> {
        let mine = batch(99, mine, BatchState::Proposed, NOW);
        let others = others.iter().enumerate().map(|(id, (count, state, at))| batch(id, *count, *state, at));
        let all: Vec<Batch> = others.chain([mine.clone()]).collect();
        volume(&mine, &all, Timestamp::parse(NOW).unwrap())
    }

    #[test]
    fn many_small_batches_of_a_day_are_as_much_as_a_large_one() {
        use BatchState::{Done, Proposed, Released, Returned};
        let usual = [(40, Done, "2026-03-10T15:00:00Z"), (50, Done, "2026-03-11T15:00:00Z")];
        let with = |more: &[(u32, BatchState, &'static str)]| seen(49, &[&usual[..], more].concat());
        assert_eq!(with(&[]), None);
        // Proposed, released or signed: each counts, and what was given back does not.
        let today = "2026-03-16T09:00:00Z";
        assert_eq!(with(&[(49, Proposed, today), (49, Released, today)]), None);
        let more = [(49, Proposed, today), (49, Released, today), (49, Done, today)];
        assert_eq!(with(&more), Some(Unusual::Volume(196, 50)));
        assert_eq!(with(&[(49, Proposed, today), (49, Returned, today), (49, Done, today)]), None);
        // A batch of another day is what that day is held against, however many it is divided into.
        let other = "2026-03-12T15:00:00Z";
        assert_eq!(seen(120, &[(40, Done, other), (40, Done, other)]), None);
        assert_eq!(seen(121, &[(20, Done, other), (20, Done, other)]), Some(Unusual::Volume(121, 40)));
    }

    #[test]
    fn where_nothing_was_signed_before_four_classes_are_many() {
        assert_eq!(seen(100, &[]), None);
        assert_eq!(seen(101, &[]), Some(Unusual::VolumeFirst(101)));
        let together = [(49, BatchState::Proposed, "2026-03-16T14:00:00Z"); 2];
        assert_eq!(seen(3, &together), Some(Unusual::VolumeFirst(101)));
    }

    #[test]
    fn a_certificate_bound_to_another_key_is_no_usual_day() {
        let mine = batch(99, 4, BatchState::Proposed, NOW);
        let (certificate, digest, new) = ("urn:x".to_owned(), "uEi".to_owned(), "did:key:z".to_owned());
        let rebinding = Some(Rebinding { certificate, digest, old: None, new });
        let rebound = Batch { rebinding, ..batch(1, 1, BatchState::Done, "2026-03-11T15:00:00Z") };
        assert_eq!(volume(&mine, &[rebound, mine.clone()], Timestamp::parse(NOW).unwrap()), None);
    }

    #[test]
    fn holidays_and_nights() {
        for (day, holiday) in [
            ("2026-03-15", true),
            ("2026-03-14", false),
            ("2026-03-16", false),
            ("2025-12-25", true),
            ("2026-01-01", true),
            ("1969-12-28", true),
        ] {
            assert_eq!(is_holiday(Date::parse(day).unwrap()), holiday, "{day}");
        }
        let at = |time: &str| Timestamp::parse(time).unwrap();
        assert_eq!(hour_in("CO", at("2026-03-16T03:30:00Z")), 22);
        assert_eq!(hour_in("BR", at("2026-03-16T03:30:00Z")), 0);
        assert_eq!(hour_in("ZZ", at("2026-03-16T03:30:00Z")), 3);
    }
}
