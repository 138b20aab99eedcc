//! The register's rows against their hashes, their places and words; batches against their rows and against the acts' log.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::{Fault, Walk, place_of};
use crate::base::multibase;
use crate::store::acts::What;
use crate::store::award::{Award, AwardState};
use crate::store::ledger::{Shelf, said};
use crate::store::register::{place_key, word_key};
use crate::store::release::BatchState;
use crate::store::{Record, StoreError};

/// What is remembered of the rows, by batch. Rows come in the order of their identifiers, which is that of a batch's digest.
#[derive(Default)]
pub(super) struct Rows {
    waiting: BTreeMap<String, Sum>,
    /// Of certified rows that stand as they were certified.
    certified: BTreeMap<String, Sum>,
}

#[derive(Clone, Default)]
struct Sum {
    count: u32,
    hash: Sha256,
}

impl Sum {
    fn add(&mut self, award: &Award) {
        self.count += 1;
        self.hash.update(award.hash.as_bytes());
    }

    fn digest(self) -> String {
        multibase::digest(&self.hash.finalize().into())
    }
}

impl Walk<'_> {
    pub(super) fn word(&mut self, key: &[u8], rest: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let award = self.award_behind(rest)?;
        let content = award.as_ref().and_then(|award| award.content.as_ref().map(|content| (award, content)));
        let leads =
            content.is_some_and(|(award, content)| content.words.iter().any(|word| word_key(word, &award.id) == key));
        self.audited.hold(leads && value.is_empty(), Fault::Index, place_of(key));
        Ok(())
    }

    pub(super) fn placed(&mut self, key: &[u8], rest: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let award = self.award_behind(rest)?;
        let place = award.and_then(|award| place_key(&award.state, &award.achievement, &award.id));
        self.audited.hold(place.as_deref() == Some(key) && value.is_empty(), Fault::Index, place_of(key));
        Ok(())
    }

    /// The row whose identifier ends a key.
    fn award_behind(&self, rest: &[u8]) -> Result<Option<Award>, StoreError> {
        let id = rest.rsplit(|byte| *byte == 0).next().unwrap_or_default();
        self.read(Shelf::Awards, id)
    }

    pub(super) fn award(&mut self, key: &[u8], rest: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.audited.awards += 1;
        let at = place_of(key);
        let Some(award) = said::<Award>(key, value).ok().filter(|award| award.id.as_bytes() == rest) else {
            self.audited.find(Fault::Page, at);
            return Ok(());
        };
        let whole = match &award.content {
            Some(content) => content.hash() == award.hash,
            // Of somebody who was forgotten nothing can be proposed.
            None => matches!(award.state, AwardState::Issued | AwardState::Left),
        };
        self.audited.hold(whole, Fault::Award, &at);
        for word in award.content.iter().flat_map(|content| distinct(&content.words)) {
            let leads = self.leads_to(&word_key(word, &award.id))?.is_some();
            self.audited.hold(leads, Fault::Index, &at);
        }
        if let Some(place) = place_key(&award.state, &award.achievement, &award.id) {
            let stands = self.leads_to(&place)?.is_some();
            self.audited.hold(stands, Fault::Index, &at);
        }
        let mut last = None;
        for serial in &award.serials {
            last = self.read::<Record>(Shelf::Records, serial.as_bytes())?;
            self.audited.hold(last.is_some(), Fault::Award, &at);
        }
        match &award.state {
            AwardState::In(batch) => self.rows.waiting.entry(batch.clone()).or_default().add(&award),
            AwardState::Issued => {
                let batch =
                    last.and_then(|record| self.log.place(&record.digest)).and_then(|place| self.signing_of(place));
                self.audited.hold(batch.is_some(), Fault::Award, &at);
                self.rows.certified.entry(batch.unwrap_or_default()).or_default().add(&award);
            }
            AwardState::Left | AwardState::Open => {}
        }
        Ok(())
    }

    /// By which warrant what stands at a place of the log was signed.
    fn signing_of(&self, place: usize) -> Option<String> {
        let after = self.acts.issued.partition_point(|signing| signing.until <= place as u64);
        self.acts.issued.get(after).map(|signing| signing.of.clone())
    }

    /// Batches and standing releases, when every row and every act was seen.
    pub(super) fn close_batches(&mut self) -> Result<(), StoreError> {
        let signed = |of: &str| -> u64 {
            self.acts.issued.iter().filter(|signing| signing.of == of).map(|signing| signing.count).sum()
        };
        let mut wrong = Vec::new();
        for (id, batch) in &self.batches {
            let proposed =
                self.acts.proposed.get(id).is_some_and(|(digest, by)| *digest == batch.digest && *by == batch.proposed);
            let what = match batch.state {
                BatchState::Proposed => None,
                BatchState::Returned => Some(What::BatchReturned),
                BatchState::Done | BatchState::Released => Some(What::BatchReleased),
            };
            let lines = self.acts.decided.get(id).map(Vec::as_slice).unwrap_or_default();
            let was_released = lines.first().is_some_and(|(told, ..)| *told == What::BatchReleased);
            let decided = match (what, &batch.decided, lines.last()) {
                (None, None, None) => true,
                (Some(what), Some(by), Some((told, digest, teller))) => {
                    *told == what && *digest == batch.digest && teller == by
                }
                _ => false,
            };
            let waiting = self.rows.waiting.get(id).cloned().unwrap_or_default();
            let certified = self.rows.certified.get(id).cloned().unwrap_or_default();
            let rows = match batch.state {
                // It has no rows: what is signed is word for word what was released.
                _ if batch.rebinding.is_some() => {
                    let done = batch.state == BatchState::Done;
                    let said = batch.rebinding.as_ref().is_some_and(|it| it.digest() == batch.digest);
                    said && batch.count == 1 && waiting.count == 0 && (batch.signed == 1) == done
                }
                BatchState::Proposed => {
                    batch.signed == 0 && waiting.count == batch.count && waiting.digest() == batch.digest
                }
                BatchState::Released => batch.count.checked_sub(batch.signed) == Some(waiting.count),
                // Of one that was released some rows may be signed, and never all: then there was nothing to give back.
                BatchState::Returned => {
                    let least_left = if was_released { batch.signed < batch.count } else { batch.signed == 0 };
                    least_left && waiting.count == 0
                }
                // A row that was changed since is another one now; as long as none was, they are what was proposed.
                BatchState::Done => {
                    let unchanged = certified.count == batch.count;
                    batch.signed == batch.count
                        && waiting.count == 0
                        && (!unchanged || certified.digest() == batch.digest)
                }
            };
            if !(proposed && decided && rows && signed(id) == u64::from(batch.signed)) {
                wrong.push(id.clone());
            }
        }
        for (id, release) in &self.standing {
            let proposed = self.acts.proposed.get(id).is_some_and(|(_, by)| *by == release.proposed);
            let decisions = u64::from(release.approved.is_some()) + u64::from(release.ended.is_some());
            let decided = self.acts.decided.get(id).map_or(0, |lines| lines.len() as u64) == decisions;
            if !(proposed && decided && release.used <= release.count && signed(id) == u64::from(release.used)) {
                wrong.push(id.clone());
            }
        }
        let of_none = self.rows.waiting.keys().filter(|id| !self.batches.contains_key(*id));
        wrong.extend(of_none.cloned());
        wrong.into_iter().for_each(|id| self.audited.find(Fault::Batch, id));
        Ok(())
    }
}

/// Each word once: a name may have one twice, and it has one page.
fn distinct(words: &[String]) -> std::collections::BTreeSet<&String> {
    words.iter().collect()
}
