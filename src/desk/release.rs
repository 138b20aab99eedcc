//! Batches at the desk: what is proposed, what the second person sees of it, and how it is signed: in whole transactions, so that a crash
//! leaves nothing half done and signing goes on with what is left.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use super::catalogue::Template;
use super::house::House;
use super::import::{RegisterRow, fold};
use super::institution::{DeskError, Institution};
use super::issue::{Fault, Issuing, Planned, Standing};
use super::keyring::Keyring;
use super::random::random;
use super::rebind::Rebinds;
use super::register::row_of;
use crate::base::timestamp::{Date, Timestamp};
use crate::credential::achievement::Kind;
use crate::store::acts::Hand;
use crate::store::award::{Award, AwardState};
use crate::store::release::{BATCH_AWARDS, Batch, BatchState, Warrant};
use crate::store::{Store, StoreError};

/// 256 rows are signed at a time: one transaction, and others of the institution's programs are let in between.
const CHUNK: usize = 256;
/// 5 rows are shown to the second person: issue 5, point 4.
pub const SAMPLE: usize = 5;
/// 3 times as many rows as the median of earlier batches is unusual.
const VOLUME_TIMES: usize = 3;
/// 50 awards on one day: more than two classes.
const A_DAY: usize = 50;
/// 30 people judged by one person on one day: sixteen minutes for each (threats.md L4).
const JUDGED_A_DAY: usize = 30;
/// From 22 o'clock to 6.
const NIGHT: (i64, i64) = (22, 6);
const HOUR: i64 = 3_600;
const DAY: i64 = 24;

/// A row that cannot be signed, by its award.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwardFault {
    /// Which award.
    pub award: String,
    /// What stands in the way.
    pub hindrance: Hindrance,
}

/// What stands in the way of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// The person has a certificate for this achievement that is not this row's: its serial.
    AlreadyIssued(String),
    /// The row itself.
    Fault(Fault),
}

/// Why a batch does not go on.
#[derive(Debug)]
pub enum NotReady {
    /// The desk or its store.
    Desk(DeskError),
    /// Rows that could not be signed: nothing is.
    Rows(Vec<AwardFault>),
}

impl From<DeskError> for NotReady {
    fn from(error: DeskError) -> Self {
        NotReady::Desk(error)
    }
}

impl From<StoreError> for NotReady {
    fn from(error: StoreError) -> Self {
        NotReady::Desk(error.into())
    }
}

/// What the second person should look at twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusual {
    /// One person judged so many on one day.
    AssessorOften(Date, usize),
    /// So many of its rows correct certificates that are out.
    Corrections(usize),
    /// So many awards on one day.
    ManyOnOneDay(Date, usize),
    /// So many names stand in it more than once.
    NamesRepeated(usize),
    /// Awarded on a Sunday, 1 January or 25 December: how many.
    OnHoliday(usize),
    /// It would be signed at night, by the clock of its country: at which hour.
    SignedAtNight(u8),
    /// More rows than three times the median of earlier batches, and that median.
    Volume(usize, usize),
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
            Unusual::OnHoliday(_) => "on-holiday",
            Unusual::SignedAtNight(_) => "signed-at-night",
            Unusual::Volume(..) => "volume",
        }
    }
}

/// What the second person sees of a batch.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Rows that were drawn, each with its award; others each time.
    pub sample: Vec<(Award, RegisterRow)>,
    /// What to look at twice.
    pub unusual: Vec<Unusual>,
}

/// One row of a batch.
struct Entry {
    award: Award,
    /// Numbered by its place in the batch: rows of several files have the same numbers.
    row: RegisterRow,
}

/// Proposes rows as a batch, after each of them was signed once for nothing.
///
/// # Errors
/// [`NotReady`].
pub fn propose(
    house: &House,
    template: &Template,
    ids: Option<&[&str]>,
    batch: &str,
    by: &Hand,
    now: Timestamp,
) -> Result<Batch, NotReady> {
    let store = house.store();
    // The same again is answered as the first time: its rows are open no more.
    let there = store.batch(batch)?.is_some();
    let all: Vec<String>;
    let ids: Vec<&str> = match ids {
        Some(ids) => ids.to_vec(),
        None if there => Vec::new(),
        None => {
            let most = BATCH_AWARDS + 1;
            all = store.awards_in(&AwardState::Open, template.id.as_str(), "", most)?;
            all.iter().map(String::as_str).collect()
        }
    };
    if ids.len() > BATCH_AWARDS {
        return Err(StoreError::TooLong.into());
    }
    if !there {
        if ids.is_empty() {
            return Err(StoreError::NotNow.into());
        }
        require_signable(house, template.id.as_str(), entries(house, &ids)?, by, now)?;
    }
    let wanted = Batch {
        id: batch.to_owned(),
        achievement: template.id.to_string(),
        count: 0,
        digest: String::new(),
        rows: String::new(),
        touched_by: BTreeSet::new(),
        proposed: by.clone(),
        decided: None,
        note: String::new(),
        state: BatchState::Proposed,
        signed: 0,
        rebinding: None,
    };
    Ok(store.propose(&wanted, &ids, by)?)
}

/// Signs the rows of a batch for nothing, so that no row fails once it is released.
///
/// # Errors
/// [`NotReady`].
pub fn rehearse(house: &House, batch: &Batch, by: &Hand, now: Timestamp) -> Result<(), NotReady> {
    let ids = house.store().awards_in(&AwardState::In(batch.id.clone()), "", "", BATCH_AWARDS)?;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    require_signable(house, &batch.achievement, entries(house, &ids)?, by, now)
}

/// What the second person sees.
///
/// # Errors
/// [`DeskError`].
pub fn look(house: &House, batch: &Batch, now: Timestamp) -> Result<Seen, DeskError> {
    let store = house.store();
    let ids = store.awards_in(&AwardState::In(batch.id.clone()), "", "", BATCH_AWARDS)?;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let entries = entries(house, &ids)?;
    let earlier = store.batches()?.into_iter().filter(|it| it.state == BatchState::Done && it.id != batch.id);
    let earlier = earlier.map(|it| it.count as usize).collect();
    let hour = hour_in(&house.institution().card().country, now);
    let unusual = unusual(&entries, batch.count as usize, earlier, hour);
    Ok(Seen { sample: drawn(house, entries)?, unusual })
}

/// Signs what is left of a released batch. Each 256 rows are durable before the next; after a crash this goes on with the rest.
///
/// # Errors
/// [`DeskError`]; what was signed before stays signed, and nothing twice.
pub fn sign(house: &House, batch: &Batch, keyring: &Keyring, by: &Hand, now: Timestamp) -> Result<usize, DeskError> {
    let (store, institution) = (house.store(), house.institution());
    institution.must_sign_with(keyring)?;
    let warrant = Warrant::Batch(batch.id.clone());
    if let Some(rebinding) = &batch.rebinding {
        let _alone = house.at_work().lock().unwrap_or_else(PoisonError::into_inner);
        // Gone on with after a crash, there may be nothing left to do.
        if batch.signed == 0 {
            let rebinds = Rebinds { institution: &institution, keyring, store: &**store, random: house.random(), now };
            rebinds.sign(rebinding, &warrant, by)?;
        }
        return Ok(1);
    }
    let state = AwardState::In(batch.id.clone());
    let mut signed = 0;
    loop {
        let _alone = house.at_work().lock().unwrap_or_else(PoisonError::into_inner);
        let ids = store.awards_in(&state, "", "", CHUNK)?;
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let entries = entries(house, &ids)?;
        if entries.is_empty() {
            return Ok(signed);
        }
        for (template, entries) in by_kind(house, &batch.achievement, entries)? {
            let issuing = issuing(house, &institution, &template, keyring, &warrant, by, now);
            let (planned, hindered) = planned(&issuing, &entries)?;
            // It was rehearsed; what came in the way since is not passed over, and nothing of these rows is signed.
            if let Some(AwardFault { hindrance: Hindrance::AlreadyIssued(_), .. }) = hindered.first() {
                return Err(StoreError::Taken.into());
            }
            signed += issuing.issue(planned, true, &|_| {})?.len();
        }
    }
}

/// Rows of one kind each, with what they are awarded as: a batch may have new awards of an achievement, and old ones from the archive.
type OfKind<'h> = (Cow<'h, Template>, Vec<Entry>);

fn by_kind<'h>(house: &'h House, achievement: &str, entries: Vec<Entry>) -> Result<Vec<OfKind<'h>>, DeskError> {
    let (old, new): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|entry| entry.row.terms.kind() == Kind::FromArchive);
    let groups = [new, old].into_iter().filter_map(|group| Some((group.first()?.row.terms.kind(), group)));
    let with_template = |(kind, group)| {
        house.template_of(achievement, kind).map(|template| (template, group)).ok_or(DeskError::Value("achievement"))
    };
    groups.map(with_template).collect()
}

/// The rows of awards, numbered by their place.
fn entries(house: &House, ids: &[&str]) -> Result<Vec<Entry>, DeskError> {
    let entry = |(place, id): (u32, &&str)| {
        let award = house.store().award(id)?.ok_or_else(|| StoreError::Unknown((*id).to_owned()))?;
        let row = RegisterRow { row: place, ..row_of(&award)? };
        Ok(Entry { award, row })
    };
    (1..).zip(ids).map(entry).collect()
}

fn issuing<'a>(
    house: &'a House,
    institution: &'a Institution,
    template: &'a Template,
    keyring: &'a Keyring,
    warrant: &'a Warrant,
    by: &'a Hand,
    now: Timestamp,
) -> Issuing<'a> {
    let store: &dyn Store = &**house.store();
    Issuing { institution, keyring, store, template, random: house.random(), now, warrant, by }
}

/// How each row would be signed, and which cannot be.
fn planned<'e>(issuing: &Issuing<'_>, entries: &'e [Entry]) -> Result<(Vec<Planned<'e>>, Vec<AwardFault>), DeskError> {
    let (mut all, mut hindered) = (Vec::with_capacity(entries.len()), Vec::new());
    for Entry { award, row } in entries {
        let before = award.serials.last().map(|serial| issuing.store.by_serial(serial)).transpose()?.flatten();
        for planned in issuing.plan(std::slice::from_ref(row))? {
            let planned = match (&before, &planned.standing) {
                // Of a person who was forgotten nothing is corrected.
                (Some(before), _) if !before.person.is_empty() => {
                    // The command line may have corrected it since; then it is another one that counts.
                    match issuing.store.by_person(&before.person)?.filter(|now| now.serial != before.serial) {
                        Some(now) => {
                            let hindrance = Hindrance::AlreadyIssued(now.serial);
                            hindered.push(AwardFault { award: award.id.clone(), hindrance });
                            continue;
                        }
                        None => planned.correcting(before.clone()),
                    }
                }
                (_, Standing::New) => planned,
                (_, Standing::Again(record) | Standing::Changed(record) | Standing::Unchanged(record))
                | (_, Standing::Withdrawn(record)) => {
                    let hindrance = Hindrance::AlreadyIssued(record.serial.clone());
                    hindered.push(AwardFault { award: award.id.clone(), hindrance });
                    continue;
                }
            };
            all.push(planned.of_award(&award.id));
        }
    }
    Ok((all, hindered))
}

fn require_signable(
    house: &House,
    achievement: &str,
    entries: Vec<Entry>,
    by: &Hand,
    now: Timestamp,
) -> Result<(), NotReady> {
    let (keyring, warrant, institution) = (Keyring::default(), Warrant::Pilot, house.institution());
    let mut hindered = Vec::new();
    for (template, entries) in by_kind(house, achievement, entries)? {
        let issuing = issuing(house, &institution, &template, &keyring, &warrant, by, now);
        let (planned, in_the_way) = planned(&issuing, &entries)?;
        hindered.extend(in_the_way);
        for fault in issuing.rehearse(&planned, true)? {
            let award = entries.iter().find(|entry| entry.row.row == fault.row).map(|entry| entry.award.id.clone());
            hindered.extend(award.map(|award| AwardFault { award, hindrance: Hindrance::Fault(fault.fault) }));
        }
    }
    if hindered.is_empty() { Ok(()) } else { Err(NotReady::Rows(hindered)) }
}

fn unusual(entries: &[Entry], count: usize, mut earlier: Vec<usize>, hour: u8) -> Vec<Unusual> {
    let mut unusual = Vec::new();
    let mut judged = BTreeMap::<(Date, String), usize>::new();
    for (day, assessor) in entries.iter().filter_map(|it| Some((it.row.awarded, it.row.assessed.assessor.as_deref()?)))
    {
        *judged.entry((day, fold(assessor))).or_default() += 1;
    }
    let often = judged.into_iter().filter(|(_, many)| *many > JUDGED_A_DAY);
    unusual.extend(often.map(|((day, _), many)| Unusual::AssessorOften(day, many)));
    let corrections = entries.iter().filter(|entry| !entry.award.serials.is_empty()).count();
    let (mut days, mut names) = (BTreeMap::<Date, usize>::new(), BTreeMap::<String, usize>::new());
    for Entry { row, .. } in entries {
        *days.entry(row.awarded).or_default() += 1;
        *names.entry(fold(row.name.as_str())).or_default() += 1;
    }
    if corrections > 0 {
        unusual.push(Unusual::Corrections(corrections));
    }
    unusual
        .extend(days.iter().filter(|(_, many)| **many > A_DAY).map(|(day, many)| Unusual::ManyOnOneDay(*day, *many)));
    let repeated = names.values().filter(|many| **many > 1).count();
    if repeated > 0 {
        unusual.push(Unusual::NamesRepeated(repeated));
    }
    let on_holiday = days.iter().filter(|(day, _)| is_holiday(**day)).map(|(_, many)| many).sum();
    if on_holiday > 0 {
        unusual.push(Unusual::OnHoliday(on_holiday));
    }
    if i64::from(hour) >= NIGHT.0 || i64::from(hour) < NIGHT.1 {
        unusual.push(Unusual::SignedAtNight(hour));
    }
    earlier.sort_unstable();
    if let Some(median) = earlier.get(earlier.len() / 2).filter(|median| count > VOLUME_TIMES * **median) {
        unusual.push(Unusual::Volume(count, *median));
    }
    unusual
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

/// Some rows, drawn anew each time, so that nobody knows beforehand which will be looked at.
fn drawn(house: &House, mut entries: Vec<Entry>) -> Result<Vec<(Award, RegisterRow)>, DeskError> {
    let mut sample = Vec::new();
    while sample.len() < SAMPLE && !entries.is_empty() {
        // 64 bits upon at most 10,000 rows: no row is more likely than another by more than one in 10¹⁵.
        let drawn = u64::from_be_bytes(random(house.random())?);
        let place = usize::try_from(drawn % entries.len() as u64).unwrap_or_default();
        let Entry { award, row } = entries.swap_remove(place);
        sample.push((award, row));
    }
    Ok(sample)
}

#[cfg(test)]
mod tests {
    use super::*;

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
