//! The acts' log: that its chain holds to its head, and that what it tells has happened.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fault, Walk};
use crate::store::StoreError;
use crate::store::acts::{Act, BEGINNING, Hand, What};
use crate::store::beside::{BESIDE, RETENTION, last_key};
use crate::store::custody::{CUSTODY, Custody};
use crate::store::issued::{TWO_PEOPLE, digest_of};
use crate::store::ledger::{HEAD, Shelf, counter, hex, said};
use crate::store::setting::Setting;

/// What is remembered of the lines gone through.
#[derive(Default)]
pub(super) struct Acts {
    next: u64,
    /// The chain so far; `None` before the first line.
    head: Option<[u8; 32]>,
    /// Of each act of signing: where its certificates end in the log, how many they are, over what, by which warrant, which line it is.
    pub issued: Vec<Signing>,
    /// What was settled last, by its name: the digest of what it says. Without those whose page was seen.
    pub settled: BTreeMap<String, String>,
    /// Whether two people were required.
    two_people: bool,
    /// How many months rows are kept, as it was said last.
    retention: Option<u32>,
    /// When something was done beside the pages last.
    last: BTreeMap<&'static str, Hand>,
    /// What was last said of whether it is worked with.
    custody: Option<Custody>,
    /// How many of each.
    pub sums: BTreeMap<&'static str, u64>,
    /// What was proposed and decided, by the batch or standing release: digest and hand.
    pub proposed: BTreeMap<String, (String, Hand)>,
    pub decided: BTreeMap<String, Vec<(What, String, Hand)>>,
    /// The steps of each case: digest and hand.
    pub cases: BTreeMap<String, Vec<(String, Hand)>>,
    /// The cases whose person was forgotten.
    pub forgotten: BTreeSet<String>,
}

/// An act of signing.
pub(super) struct Signing {
    pub until: u64,
    pub count: u64,
    pub digest: String,
    pub of: String,
    pub number: u64,
}

impl Acts {
    /// Any store can be restored; only one that was is confirmed, and only once is one retired.
    fn keep(&mut self, custody: Custody) -> bool {
        let was = self.custody.replace(custody);
        match custody {
            Custody::Retired => was != Some(Custody::Retired),
            Custody::Unconfirmed => true,
            Custody::Working => was == Some(Custody::Unconfirmed),
        }
    }
}

impl Walk<'_> {
    pub(super) fn act(&mut self, rest: &[u8], line: &[u8], at: &str) -> Result<(), StoreError> {
        self.audited.acts += 1;
        let key = Shelf::Acts.key(&[rest]);
        let Ok(act) = said::<Act>(&key, line) else {
            self.audited.find(Fault::Page, at);
            return Ok(());
        };
        let before = self.acts.head.unwrap_or(BEGINNING);
        let follows = rest == act.number.to_be_bytes() && act.number == self.acts.next && act.before == hex(&before);
        self.audited.hold(follows, Fault::Acts, at);
        // One break is told once: the chain goes on from what the line itself says.
        self.acts.next = act.number.saturating_add(1);
        self.acts.head = Some(Act::chain(&before, line));
        let count = u64::from(act.count);
        *self.acts.sums.entry(act.what.code()).or_default() += count;
        let happened = match act.what {
            What::AwardChanged | What::AwardErased => self.is_there(Shelf::Awards, &act.of)?,
            What::AwardLeft | What::AwardReopened => act.of.is_empty() || self.is_there(Shelf::Awards, &act.of)?,
            What::Revoked | What::Resumed | What::Suspended => {
                act.of.is_empty() || self.is_there(Shelf::Records, &act.of)?
            }
            What::Fetched | What::Offered => self.is_there(Shelf::Records, &act.of)?,
            What::MemberKept | What::SignatoryConfirmed | What::SignatoryRefused => {
                self.is_there(Shelf::Staff, &act.of)?
            }
            What::CaseErased => self.acts.forgotten.insert(act.of.clone()) && self.is_there(Shelf::Cases, &act.of)?,
            What::CaseMoved | What::CaseOpened => {
                let lines = self.acts.cases.entry(act.of.clone()).or_default();
                // Begun once, and before anything else.
                let in_turn = lines.is_empty() == (act.what == What::CaseOpened);
                lines.push((act.digest, act.by));
                in_turn && self.is_there(Shelf::Cases, &act.of)?
            }
            What::BatchProposed => {
                let first = self.acts.proposed.insert(act.of.clone(), (act.digest, act.by)).is_none();
                first && self.is_there(Shelf::Batches, &act.of)?
            }
            What::BatchReleased | What::BatchReturned => {
                let decided = self.acts.decided.entry(act.of.clone()).or_default();
                decided.push((act.what, act.digest, act.by));
                let whats: Vec<What> = decided.iter().map(|(what, ..)| *what).collect();
                // Decided once; what was released and is not signed yet may be given back after that.
                let in_turn = whats.len() == 1 || whats == [What::BatchReleased, What::BatchReturned];
                in_turn && self.is_there(Shelf::Batches, &act.of)?
            }
            What::StandingProposed => {
                let first = self.acts.proposed.insert(act.of.clone(), (act.digest, act.by)).is_none();
                first && self.is_there(Shelf::Standing, &act.of)?
            }
            What::StandingDecided => {
                self.acts.decided.entry(act.of.clone()).or_default().push((act.what, act.digest, act.by));
                self.is_there(Shelf::Standing, &act.of)?
            }
            What::Issued | What::Rebound => {
                let until = self.acts.issued.last().map_or(0, |last| last.until).saturating_add(count);
                self.acts.issued.push(Signing { until, count, digest: act.digest, of: act.of, number: act.number });
                true
            }
            What::Confirmed => self.acts.keep(Custody::Working),
            What::Restored => self.acts.keep(Custody::Unconfirmed),
            What::Retired => self.acts.keep(Custody::Retired),
            What::TwoPeopleRequired => !std::mem::replace(&mut self.acts.two_people, true),
            What::Settled => {
                let known = Setting::of_name(&act.of).is_some();
                self.acts.settled.insert(act.of, act.digest);
                known
            }
            What::RetentionSet => {
                self.acts.retention = Some(act.count).filter(|months| *months > 0);
                true
            }
            What::BackedUp
            | What::KeyRotated
            | What::PassphraseChanged
            | What::PilotEnded
            | What::Reprinted
            | What::SuccessorSigned
            | What::TokenEnded
            | What::TokenMade => {
                self.acts.last.insert(act.what.code(), act.by);
                true
            }
            What::AwardsEnrolled | What::CertificatesForgotten => true,
        };
        self.audited.hold(happened, Fault::Acts, at);
        Ok(())
    }

    fn is_there(&self, shelf: Shelf, id: &str) -> Result<bool, StoreError> {
        Ok(self.ledger.page(&shelf.key(&[id.as_bytes()]))?.is_some())
    }

    /// The head, the counters, and what the sums of the acts say of them.
    pub(super) fn close_acts(&mut self) -> Result<(), StoreError> {
        let ends = self.single.get(HEAD).map(Vec::as_slice) == self.acts.head.as_ref().map(<[u8; 32]>::as_slice);
        self.audited.hold(ends, Fault::Acts, "head");
        // What holds for good is said by two pages.
        self.audited.hold(self.acts.two_people == self.single.contains_key(TWO_PEOPLE), Fault::Acts, "two-people");
        let custody = self.single.get(CUSTODY).map(|value| serde_json::from_slice::<Custody>(value).ok());
        let said = self.acts.custody.filter(|custody| *custody != Custody::Working);
        self.audited.hold(custody == said.map(Some), Fault::Acts, "custody");
        // What has no page was taken away.
        let nothing = digest_of(std::iter::empty());
        self.audited.hold(self.acts.settled.values().all(|digest| *digest == nothing), Fault::Acts, "settings");
        let kept = self.single.get(RETENTION).map(|value| serde_json::from_slice::<u32>(value).ok());
        self.audited.hold(kept == self.acts.retention.map(Some), Fault::Acts, "retention");
        for what in BESIDE {
            let kept = self.single.get(&last_key(what)[1..]).map(|value| serde_json::from_slice::<Hand>(value).ok());
            let told = self.acts.last.get(what.code()).cloned();
            self.audited.hold(kept == told.map(Some), Fault::Acts, what.code());
        }
        let counted = self.counter(counter::ACTS);
        self.audited.hold(counted == self.acts.next, Fault::Counter, "acts");
        let sum = |what: What| self.acts.sums.get(what.code()).copied().unwrap_or(0);
        let (revoked, suspended, resumed) = (sum(What::Revoked), sum(What::Suspended), sum(What::Resumed));
        let issued = sum(What::Issued) + sum(What::Rebound);
        let (all_revoked, changes) = (self.counter(counter::REVOKED), self.counter(counter::CHANGES));
        let (records, logged) = (self.counter(counter::RECORDS), self.counter(counter::LOGGED));
        // Whatever was superseded was revoked by an act of signing, and is in both counters.
        let superseded = all_revoked.checked_sub(revoked);
        let agree = superseded.is_some() && superseded == changes.checked_sub(revoked + suspended + resumed);
        self.audited.hold(agree, Fault::Counter, "changes");
        let on_list = self.on_shelf.get(&(Shelf::Suspended as u8)).copied().unwrap_or(0);
        self.audited.hold(suspended.checked_sub(resumed) == Some(on_list), Fault::Status, "suspended");
        let on_list = self.on_shelf.get(&(Shelf::Revoked as u8)).copied().unwrap_or(0);
        self.audited.hold(all_revoked == on_list, Fault::Counter, "revoked");
        let held = self.on_shelf.get(&(Shelf::Records as u8)).copied().unwrap_or(0);
        self.audited.hold(records == held, Fault::Counter, "record");
        self.audited.hold(logged == issued && logged == records, Fault::Counter, "log");
        Ok(())
    }
}
