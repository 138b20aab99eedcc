//! The log of certificates against the records, and the records against the lists that follow from them.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::acts::Signing;
use super::{Fault, Walk};
use crate::base::limits::STATUS_ENTRIES_LEAST;
use crate::base::multibase;
use crate::store::ledger::{Shelf, counter};
use crate::store::{Record, State, StoreError};
use crate::trust::status::RevocationReason;

/// What is remembered of the log.
#[derive(Default)]
pub(super) struct Log {
    /// The digests in their order.
    digests: Vec<[u8; 32]>,
    /// Each digest's place, in the order of digests; made when the log was read to its end.
    places: Option<Vec<u32>>,
    /// Which of them a record was seen for.
    seen: Vec<bool>,
    /// The slots given, by list.
    slots: BTreeMap<u32, Vec<bool>>,
}

impl Log {
    /// Where in the log a digest stands.
    pub fn place(&mut self, digest: &[u8; 32]) -> Option<usize> {
        let digests = &self.digests;
        let places = self.places.get_or_insert_with(|| {
            let mut places: Vec<u32> = (0..u32::try_from(digests.len()).unwrap_or(u32::MAX)).collect();
            places.sort_by_key(|place| digests.get(*place as usize));
            places
        });
        let found = places.binary_search_by_key(&Some(digest), |place| digests.get(*place as usize));
        found.ok().and_then(|found| places.get(found)).map(|place| *place as usize)
    }
}

impl Walk<'_> {
    pub(super) fn logged(&mut self, rest: &[u8], value: &[u8], at: &str) {
        let place = (self.log.digests.len() as u64).to_be_bytes();
        self.audited.hold(rest == place, Fault::Log, at);
        match value.try_into() {
            Ok(digest) => self.log.digests.push(digest),
            Err(_) => self.audited.find(Fault::Log, at),
        }
    }

    pub(super) fn person(&mut self, person: &[u8], serial: &[u8]) -> Result<(), StoreError> {
        let record: Option<Record> = self.read(Shelf::Records, serial)?;
        let leads = record.is_some_and(|record| record.person.as_bytes() == person);
        self.audited.hold(leads, Fault::Index, "people");
        Ok(())
    }

    pub(super) fn record(&mut self, record: &Record) -> Result<(), StoreError> {
        self.audited.records += 1;
        let serial = || record.serial.clone();
        match self.log.place(&record.digest) {
            Some(place) => {
                self.log.seen.resize(self.log.digests.len(), false);
                let again = self.log.seen.get_mut(place).is_none_or(|seen| std::mem::replace(seen, true));
                self.audited.hold(!again, Fault::Log, serial());
            }
            None => self.audited.find(Fault::Log, serial()),
        }
        let entries = self.log.slots.entry(record.list).or_insert_with(|| vec![false; STATUS_ENTRIES_LEAST]);
        let again = entries.get_mut(record.index as usize).is_none_or(|given| std::mem::replace(given, true));
        self.audited.hold(!again, Fault::Slot, serial());

        let slot = [record.list.to_be_bytes(), record.index.to_be_bytes()].concat();
        let revoked = self.leads_to(&Shelf::Revoked.key(&[&slot]))?;
        let suspended = self.leads_to(&Shelf::Suspended.key(&[&slot]))?.is_some();
        let agree = match &record.state {
            State::Issued => revoked.is_none() && !suspended,
            // What was suspended when it was revoked stays on that list too.
            State::Revoked(reason) => revoked.as_deref() == Some(reason.code().as_bytes()),
            State::Suspended => revoked.is_none() && suspended,
        };
        self.audited.hold(agree, Fault::Status, serial());

        // Of somebody who was forgotten nothing leads here. Where a certificate was replaced, what leads to the person leads to a later one,
        // which says if it is gone; and if that one was forgotten, nothing is left to lead here.
        let forgotten = record.person.is_empty() && record.document.is_empty() && record.row.is_empty();
        if !forgotten && record.state != State::Revoked(RevocationReason::Replaced) {
            let person = Shelf::People.key(&[record.person.as_bytes()]);
            let in_force = !matches!(record.state, State::Revoked(_));
            let current = self.value(&person)?;
            let leads = current.is_some_and(|serial| !in_force || serial == record.serial.as_bytes());
            self.audited.hold(leads, Fault::Index, serial());
        }
        self.audited.hold(forgotten || !record.document.is_empty(), Fault::Document, serial());
        Ok(())
    }

    /// That each line of the log has its record, and that each act of signing was of just those.
    pub(super) fn close_log(&mut self) {
        let logged = self.log.digests.len();
        self.log.seen.resize(logged, false);
        let unseen: Vec<usize> =
            (0..logged).filter(|place| !self.log.seen.get(*place).copied().unwrap_or(true)).collect();
        for place in unseen {
            self.audited.find(Fault::Log, place.to_string());
        }
        let counted = self.counter(counter::LOGGED);
        self.audited.hold(counted == logged as u64, Fault::Counter, "log");
        for Signing { until, count, digest, number, .. } in &self.acts.issued {
            let from = usize::try_from(until.saturating_sub(*count)).unwrap_or(usize::MAX);
            let until = usize::try_from(*until).unwrap_or(usize::MAX);
            let signed = self.log.digests.get(from..until).is_some_and(|digests| {
                let hash = digests.iter().fold(Sha256::new(), |hash, digest| hash.chain_update(digest));
                multibase::digest(&hash.finalize().into()) == *digest
            });
            self.audited.hold(signed, Fault::Acts, number.to_string());
        }
        let slots = self.counter(counter::SLOTS);
        let last = self.log.slots.last_key_value().map_or(0, |(list, _)| u64::from(*list) + 1);
        let enough = last <= slots.div_ceil(STATUS_ENTRIES_LEAST as u64) && self.audited.records <= slots;
        self.audited.hold(enough, Fault::Slot, "counters");
    }
}
