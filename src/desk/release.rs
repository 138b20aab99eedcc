//! Batches at the desk: what is proposed, what the second person sees of it, and how it is signed: in whole transactions, so that a crash
//! leaves nothing half done and signing goes on with what is left.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::PoisonError;

use super::catalogue::Template;
use super::house::House;
use super::import::RegisterRow;
use super::institution::{DeskError, Institution};
use super::issue::{Fault, Issuing, Planned, Standing};
use super::keyring::Keyring;
use super::random::random;
use super::rebind::Rebinds;
use super::register::row_of;
use super::unusual::{self, Unusual};
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::Kind;
use crate::store::acts::Hand;
use crate::store::award::{Award, AwardState};
use crate::store::release::{BATCH_AWARDS, Batch, BatchState, Warrant};
use crate::store::{Store, StoreError};

/// 256 rows are signed at a time: one transaction, and others of the institution's programs are let in between.
const CHUNK: usize = 256;
/// 5 rows are shown to the second person: issue 5, point 4.
pub const SAMPLE: usize = 5;

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

/// What the second person sees of a batch.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Rows that were drawn, each with its award; others each time.
    pub sample: Vec<(Award, RegisterRow)>,
    /// What to look at twice.
    pub unusual: Vec<Unusual>,
}

/// One row of a batch.
pub(super) struct Entry {
    pub award: Award,
    /// Numbered by its place in the batch: rows of several files have the same numbers.
    pub row: RegisterRow,
}

/// Which rows are proposed.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// The first so many that are open, or all that there are; a batch has at most [`BATCH_AWARDS`].
    First(usize),
    /// These.
    These(&'a [&'a str]),
}

/// What was proposed.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// The batch.
    pub batch: Batch,
    /// How many rows of its achievement are open beside it: they are another batch's.
    pub left: usize,
}

/// Proposes rows as a batch, after each of them was signed once for nothing.
///
/// # Errors
/// [`NotReady`].
pub fn propose(
    house: &House,
    template: &Template,
    which: Which<'_>,
    batch: &str,
    by: &Hand,
    now: Timestamp,
) -> Result<Proposed, NotReady> {
    let store = &**house.store();
    // The same again is answered as the first time: its rows are open no more.
    let there = store.batch(batch)?.is_some();
    let first: Vec<String>;
    let ids: Vec<&str> = match which {
        Which::These(ids) => ids.to_vec(),
        Which::First(_) if there => Vec::new(),
        Which::First(most) => {
            first = store.awards_in(&AwardState::Open, template.id.as_str(), "", most.min(BATCH_AWARDS))?;
            first.iter().map(String::as_str).collect()
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
    let batch = store.propose(&wanted, &ids, by)?;
    Ok(Proposed { left: count_open(store, template.id.as_str())?, batch })
}

/// How many rows of an achievement are open. They are counted by their identifiers, and not read.
///
/// # Errors
/// [`StoreError`].
pub fn count_open(store: &dyn Store, achievement: &str) -> Result<usize, StoreError> {
    let (mut count, mut after) = (0, String::new());
    loop {
        let page = store.awards_in(&AwardState::Open, achievement, &after, BATCH_AWARDS)?;
        let Some(last) = page.last() else { return Ok(count) };
        count += page.len();
        after.clone_from(last);
    }
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
    let unusual = unusual::of(house, batch, &entries, now)?;
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
