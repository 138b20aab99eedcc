//! The few operations behind one trait, written once above whatever keeps the pages. What an operation acknowledges is on disk.

use std::io::ErrorKind;
use std::ops::{ControlFlow, Range};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::acts::{Act, Hand, What};
use super::award::{Award, AwardState};
use super::beside;
use super::custody::{self, Custody};
use super::issued::{self, Change, TWO_PEOPLE};
use super::ledger::{Book, Ledger, Page, Shelf, counter, counter_of, damaged, said, unseal};
use super::offer::{self, Offer, Taken};
use super::people::{self, Posts};
use super::prior::{self, Case, Intent};
use super::register::{self, place_key};
use super::release::{BATCH_AWARDS, Batch, Decision, Rebinding, StandingRelease, Warrant};
use super::setting::{self, Setting};
use super::signing;
use super::staff::{Member, Role};
use crate::base::multibase;
use crate::base::timestamp::Date;
use crate::trust::accreditation::REBIND;
use crate::trust::status::RevocationReason;

/// 64 times what is to be done is tried upon what stands then: each time somebody else was quicker.
const TRIES: usize = 64;

/// One issued credential, as the register keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The short random name of its files.
    pub serial: String,
    /// Institution, achievement and register person, hashed: who it is the same credential for (design §6 *Re-import*).
    pub person: String,
    /// Hash of the register row's signed cells: a changed row is a correction.
    pub row: String,
    /// The achievement's identifier.
    pub achievement: String,
    /// When it was signed, `YYYY-MM-DDThh:mm:ssZ`.
    pub signed_at: String,
    /// Its status list, counted from 0.
    pub list: u32,
    /// Its position in the list.
    pub index: u32,
    /// What became of it.
    pub state: State,
    /// The signed document, canonical JSON.
    pub document: String,
    /// Its digest, under which the log has it.
    #[serde(with = "as_multibase")]
    pub digest: [u8; 32],
}

impl Record {
    /// Whether it is a delegation and no certificate (design §7): it has a slot, a log line and a state like one, and is shown and printed
    /// nowhere.
    #[must_use]
    pub fn is_delegation(&self) -> bool {
        self.achievement == REBIND
    }
}

/// What became of an issued credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In force as far as the institution is concerned.
    Issued,
    /// Withdrawn for good, for this public reason.
    Revoked(#[serde(with = "as_code")] RevocationReason),
    /// It does not count for the time being.
    Suspended,
}

/// A record to be committed, and the one it takes the place of.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The new record.
    pub record: Record,
    /// The serial of the credential that it corrects; that one is revoked in the same act.
    pub supersedes: Option<String>,
    /// The register row that it is issued for.
    pub award: Option<String>,
}

/// Why an operation did not happen. Nothing of it did; or all of it, when the disk failed in its last step, before it was
/// acknowledged. Whoever repeats a command finds out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The store's files are damaged, or not a store.
    Damaged(String),
    /// This serial was revoked, for this reason: that is for good, so there is nothing to suspend or resume.
    Final(String, RevocationReason),
    /// No space is left on the disk.
    Full,
    /// Nobody would be left who can say who works here.
    LastAdministrator,
    /// It concerns the only one who signs, and somebody else asks for it.
    LastSignatory,
    /// Another process has it open.
    Locked,
    /// Whoever asked for it may not do that.
    NotAllowed,
    /// The person has not come in yet by the link that they have.
    NotArrived,
    /// It is not in a state for that: decided before, in a batch, or forgotten.
    NotNow,
    /// Nobody released it, or the release does not cover it.
    NotReleased,
    /// Nobody confirms themselves, or whom they gave the role or the link.
    OwnCandidate,
    /// The institution's work went on elsewhere: this store is only read.
    Retired,
    /// Whoever had a hand in something cannot be its second person.
    SamePerson,
    /// It was changed meanwhile: whoever asked saw something else.
    Stale,
    /// A credential for this person and achievement, or of this serial, is there already: another process was quicker.
    Taken,
    /// What was not yet competent is assessed again after some days, and they are not over.
    TooEarly,
    /// The last day for it is over.
    TooLate,
    /// Longer than a page of the store holds.
    TooLong,
    /// A case has as many steps as it can have.
    TooManySteps,
    /// Two people release whatever this institution signs.
    TwoPeople,
    /// It was restored from a copy, and nobody has confirmed yet that nothing newer was handed in.
    Unconfirmed,
    /// Nothing is kept under this serial or identifier.
    Unknown(String),
    /// Something was written and the disk would not say that it has it. It says that once: what comes after would stand on it. Nothing more is
    /// read or written until the store is opened anew.
    Unsure(String),
    /// The disk failed otherwise.
    Unwritable(String),
}

impl StoreError {
    /// The code of files and language tables, of what a person can be told without a fact beside it; `None` for what is the disk's, the
    /// file's or a certificate's.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self {
            StoreError::LastAdministrator => Some("last-administrator"),
            StoreError::LastSignatory => Some("last-signatory"),
            StoreError::NotAllowed => Some("not-allowed"),
            StoreError::NotArrived => Some("not-arrived"),
            StoreError::NotNow => Some("not-now"),
            StoreError::NotReleased => Some("not-released"),
            StoreError::OwnCandidate => Some("own-candidate"),
            StoreError::Retired => Some("retired"),
            StoreError::SamePerson => Some("same-person"),
            StoreError::Stale => Some("stale"),
            StoreError::TooEarly => Some("too-early"),
            StoreError::TooLate => Some("too-late"),
            StoreError::TooLong => Some("too-long"),
            StoreError::TooManySteps => Some("too-many-steps"),
            StoreError::TwoPeople => Some("two-people"),
            StoreError::Unconfirmed => Some("unconfirmed"),
            StoreError::Damaged(_)
            | StoreError::Final(..)
            | StoreError::Full
            | StoreError::Locked
            | StoreError::Taken
            | StoreError::Unknown(_)
            | StoreError::Unsure(_)
            | StoreError::Unwritable(_) => None,
        }
    }

    /// What the disk says, in the store's terms.
    pub(super) fn of_io(error: &std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full,
            ErrorKind::WouldBlock => StoreError::Locked,
            // sled 0.34 wraps the lock's refusal in words.
            _ if error.to_string().contains("could not acquire lock") => StoreError::Locked,
            _ => StoreError::Unwritable(error.to_string()),
        }
    }
}

/// The operations.
pub trait Store: Send + Sync {
    /// Gives out the next `count` slot numbers. They are durable before this returns, and never given out again.
    ///
    /// # Errors
    /// [`StoreError`].
    fn lease_slots(&self, count: u32) -> Result<Range<u64>, StoreError>;

    /// Keeps a batch: all of it or nothing. Each superseded credential is revoked in the same act. The warrant is looked at in the same
    /// transaction, so no route to a signature goes past it.
    ///
    /// # Errors
    /// [`StoreError::NotReleased`], [`StoreError::TwoPeople`], and any other.
    fn commit(&self, warrant: &Warrant, batch: &[Issued], by: &Hand) -> Result<(), StoreError>;

    /// Withdraws credentials for good: all of them or none. Of each whether that is news; one that was withdrawn before keeps its
    /// reason.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] with the first serial that is not here, and any other.
    fn revoke(&self, serials: &[&str], reason: RevocationReason, by: &Hand) -> Result<Vec<bool>, StoreError>;

    /// Suspends credentials: all of them or none. Of each whether that is news.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Final`] with the first that was revoked, and any other.
    fn suspend(&self, serials: &[&str], by: &Hand) -> Result<Vec<bool>, StoreError>;

    /// Puts suspended credentials in force again: all of them or none. Of each whether that is news.
    ///
    /// # Errors
    /// As [`Store::suspend`].
    fn resume(&self, serials: &[&str], by: &Hand) -> Result<Vec<bool>, StoreError>;

    /// The record of a serial.
    ///
    /// # Errors
    /// [`StoreError`].
    fn by_serial(&self, serial: &str) -> Result<Option<Record>, StoreError>;

    /// The current record for a person and achievement.
    ///
    /// # Errors
    /// [`StoreError`].
    fn by_person(&self, person: &str) -> Result<Option<Record>, StoreError>;

    /// The positions that are set in a revocation list, ascending, each with its reason.
    ///
    /// # Errors
    /// [`StoreError`].
    fn revoked(&self, list: u32) -> Result<Vec<(u32, RevocationReason)>, StoreError>;

    /// The positions that are set in a suspension list, ascending. What was suspended when it was revoked stays set: whoever has only
    /// one of the two new lists is not told that it counts.
    ///
    /// # Errors
    /// [`StoreError`].
    fn suspended(&self, list: u32) -> Result<Vec<u32>, StoreError>;

    /// The digests of all credentials ever committed, in their order, without the first `from`.
    ///
    /// # Errors
    /// [`StoreError`].
    fn log(&self, from: u64) -> Result<Vec<[u8; 32]>, StoreError>;

    /// How many credentials were ever committed.
    ///
    /// # Errors
    /// [`StoreError`].
    fn log_size(&self) -> Result<u64, StoreError>;

    /// How many slots have been given out.
    ///
    /// # Errors
    /// [`StoreError`].
    fn slots_given(&self) -> Result<u64, StoreError>;

    /// Every record, by serial.
    ///
    /// # Errors
    /// [`StoreError`].
    fn records(&self) -> Result<Vec<Record>, StoreError>;

    /// The first `most` records behind a serial, by serial: a page of [`Store::records`], so that a large register need not fit in memory.
    ///
    /// # Errors
    /// [`StoreError`].
    fn records_after(&self, serial: &str, most: usize) -> Result<Vec<Record>, StoreError>;

    /// Writes a member: new with version 0, else in the place of the version before. As they are then: their signature may wait.
    ///
    /// # Errors
    /// [`StoreError::Stale`], [`StoreError::Taken`] when the login is somebody else's, [`StoreError::LastAdministrator`],
    /// [`StoreError::LastSignatory`], and any other.
    fn keep_member(&self, member: &Member, by: &Hand) -> Result<Member, StoreError>;

    /// Another signatory confirms one who waits, as they were seen in a version.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`] for anybody but a signatory, [`StoreError::OwnCandidate`], [`StoreError::NotArrived`],
    /// [`StoreError::NotNow`] for one who does not wait, [`StoreError::Stale`], and any other.
    fn confirm_signatory(&self, id: &str, version: u32, by: &Hand) -> Result<Member, StoreError>;

    /// Another signatory refuses one who waits: the role is taken away, and with the only role the account is closed.
    ///
    /// # Errors
    /// As [`Store::confirm_signatory`].
    fn refuse_signatory(&self, id: &str, version: u32, by: &Hand) -> Result<Member, StoreError>;

    /// A member.
    ///
    /// # Errors
    /// [`StoreError`].
    fn member(&self, id: &str) -> Result<Option<Member>, StoreError>;

    /// The member who signs in with this.
    ///
    /// # Errors
    /// [`StoreError`].
    fn member_of_login(&self, login: &str) -> Result<Option<Member>, StoreError>;

    /// Everybody who works or worked here.
    ///
    /// # Errors
    /// [`StoreError`].
    fn members(&self) -> Result<Vec<Member>, StoreError>;

    /// Brings rows into the register, at most [`BATCH_AWARDS`]: all of them or none. What is there already is passed over; how many are new.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`] for anybody but a clerk, [`StoreError::NotNow`] for a row that is not new, and any other.
    fn enrol(&self, awards: &[Award], by: &Hand) -> Result<usize, StoreError>;

    /// Changes a row's content and facts. One that has a certificate is open again, as a correction.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`], [`StoreError::Stale`], [`StoreError::NotNow`] for one in a batch or forgotten, and any other.
    fn change_award(&self, changed: &Award, by: &Hand) -> Result<(), StoreError>;

    /// Leaves open rows out, all of them or none.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`], [`StoreError::NotNow`], and any other.
    fn leave_out(&self, ids: &[&str], by: &Hand) -> Result<(), StoreError>;

    /// Takes rows that were left out in again, all of them or none.
    ///
    /// # Errors
    /// As [`Store::leave_out`].
    fn take_in(&self, ids: &[&str], by: &Hand) -> Result<(), StoreError>;

    /// Forgets whose rows and cases these are: content, search words and issued documents go; log, lists and facts stay. An administrator's act.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`], [`StoreError::NotNow`] for one in a batch, and any other.
    fn erase(&self, ids: &[&str], by: &Hand) -> Result<(), StoreError>;

    /// Opens rows again whose certificate stands, to be certified anew as they are: all of them or none. How many are news.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`] for anybody but a clerk or the command line, [`StoreError::NotNow`] for one that was left out or
    /// forgotten, and any other.
    fn reopen(&self, ids: &[&str], by: &Hand) -> Result<usize, StoreError>;

    /// How many months rows are kept after the month of their award; `None` without an end.
    ///
    /// # Errors
    /// [`StoreError`].
    fn retention(&self) -> Result<Option<u16>, StoreError>;

    /// Says how many months rows are kept. An administrator's act, or the command line's.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`], [`StoreError::TooLong`] for none or more than [`beside::RETENTION_MONTHS`], and any other.
    fn set_retention(&self, months: Option<u16>, by: &Hand) -> Result<(), StoreError>;

    /// Forgets those of the rows that have been kept for as long as was said, as [`Store::erase`] does. How many.
    ///
    /// # Errors
    /// [`StoreError`].
    fn forget_due(&self, ids: &[&str], today: Date, by: &Hand) -> Result<usize, StoreError>;

    /// Gives back a proposal that nobody decided for longer than rows are kept, so that its people can be forgotten: the rule and the day are
    /// looked at again. Whether it was.
    ///
    /// # Errors
    /// [`StoreError`].
    fn give_back_due(&self, batch: &str, today: Date, by: &Hand) -> Result<bool, StoreError>;

    /// Closes the appeal of a case that nobody answered for 180 days: what was found stands, and can be appealed against once more. The day is
    /// looked at again. Whether it was closed.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], and any other.
    fn close_unanswered(&self, case: &str, by: &Hand) -> Result<bool, StoreError>;

    /// Whether it can be read and written at this moment.
    ///
    /// # Errors
    /// [`StoreError::Full`], or what failed last.
    fn ready(&self) -> Result<(), StoreError>;

    /// Forgets the persons of certificates that have no row, as they asked: documents and places go; log, lists and facts stay. An administrator's
    /// act, or the command line's. How many there were to forget.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`], [`StoreError::Unknown`] with the first serial that is not here, and any other.
    fn erase_certificates(&self, serials: &[&str], by: &Hand) -> Result<usize, StoreError>;

    /// Whether somebody was forgotten since the store was swept last: their name may still lie in its files, where nothing reads it.
    ///
    /// # Errors
    /// [`StoreError`].
    fn is_unswept(&self) -> Result<bool, StoreError>;

    /// Writes all that is kept anew, if somebody was forgotten since that was done last, so that nothing of them stays in the store's files.
    /// Whether it was. Who reads meanwhile goes on; who writes waits.
    ///
    /// # Errors
    /// [`StoreError`]; then everything is as it was, and it can be done again.
    fn sweep(&self) -> Result<bool, StoreError>;

    /// The same for certificates that have no row.
    ///
    /// # Errors
    /// [`StoreError`].
    fn forget_certificates(&self, serials: &[&str], today: Date, by: &Hand) -> Result<usize, StoreError>;

    /// Leaves a line in the log of acts of something that was done beside the store, one of [`beside::BESIDE`]. A store that is not worked
    /// with takes none.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`] for any other act, and any other.
    fn note(&self, what: What, of: &str, by: &Hand) -> Result<(), StoreError>;

    /// By whom and when something was done beside the store last.
    ///
    /// # Errors
    /// [`StoreError`].
    fn noted(&self, what: What) -> Result<Option<Hand>, StoreError>;

    /// A row.
    ///
    /// # Errors
    /// [`StoreError`].
    fn award(&self, id: &str) -> Result<Option<Award>, StoreError>;

    /// The first `most` rows behind an identifier, by identifier.
    ///
    /// # Errors
    /// [`StoreError`].
    fn awards_after(&self, id: &str, most: usize) -> Result<Vec<Award>, StoreError>;

    /// The identifiers of the first `most` rows behind one that stand in a place: open of an achievement, or in a batch.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::NotNow`] for a state that has no place.
    fn awards_in(
        &self,
        state: &AwardState,
        achievement: &str,
        after: &str,
        most: usize,
    ) -> Result<Vec<String>, StoreError>;

    /// Begins a case of prior learning with its first step, a clerk's enquiry.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when something of that name is there, and as [`Case::moved`].
    fn open_case(&self, case: &Case, intent: &Intent, by: &Hand) -> Result<Case, StoreError>;

    /// Takes a case one step further from the version that somebody saw. A decision that certifies something makes the case's one row of the
    /// register in the same act.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it has gone on meanwhile, [`StoreError::NotNow`] too when its row is in a batch, and as [`Case::moved`].
    fn move_case(&self, id: &str, version: usize, intent: &Intent, by: &Hand) -> Result<Case, StoreError>;

    /// A case of prior learning.
    ///
    /// # Errors
    /// [`StoreError`].
    fn case(&self, id: &str) -> Result<Option<Case>, StoreError>;

    /// The first `most` cases behind an identifier, by identifier.
    ///
    /// # Errors
    /// [`StoreError`].
    fn cases_after(&self, id: &str, most: usize) -> Result<Vec<Case>, StoreError>;

    /// The identifiers of the first `most` rows one of whose words begins so.
    ///
    /// # Errors
    /// [`StoreError`].
    fn found(&self, beginning: &str, most: usize) -> Result<Vec<String>, StoreError>;

    /// Proposes open rows of one achievement as a batch: all of them or none. The same again is answered as the first time. What of the
    /// batch is not its identifier and achievement is found out here.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`] for anybody but a clerk, [`StoreError::NotNow`], [`StoreError::Taken`], and any other.
    fn propose(&self, batch: &Batch, ids: &[&str], by: &Hand) -> Result<Batch, StoreError>;

    /// Proposes that a certificate be bound to another key, as a batch of its own that a second person releases. The same again is answered as
    /// the first time.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`] for anybody but a clerk or a signatory, [`StoreError::Taken`], and any other.
    fn propose_rebinding(&self, id: &str, rebinding: &Rebinding, by: &Hand) -> Result<Batch, StoreError>;

    /// The second person's decision on a batch.
    ///
    /// # Errors
    /// As [`Batch::decided`], and any other.
    fn decide(&self, batch: &str, decision: &Decision, by: &Hand) -> Result<Batch, StoreError>;

    /// A batch.
    ///
    /// # Errors
    /// [`StoreError`].
    fn batch(&self, id: &str) -> Result<Option<Batch>, StoreError>;

    /// Every batch, by identifier.
    ///
    /// # Errors
    /// [`StoreError`].
    fn batches(&self) -> Result<Vec<Batch>, StoreError>;

    /// Proposes a standing release.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`] for anybody but a clerk or signatory, [`StoreError::Taken`], and any other.
    fn propose_standing(&self, release: &StandingRelease, by: &Hand) -> Result<(), StoreError>;

    /// Approves a standing release, as the second person.
    ///
    /// # Errors
    /// As [`StandingRelease::approved`], and any other.
    fn approve_standing(&self, id: &str, by: &Hand) -> Result<StandingRelease, StoreError>;

    /// Ends a standing release; any signatory or administrator may.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`], and any other.
    fn end_standing(&self, id: &str, by: &Hand) -> Result<StandingRelease, StoreError>;

    /// Every standing release, by identifier.
    ///
    /// # Errors
    /// [`StoreError`].
    fn standing_releases(&self) -> Result<Vec<StandingRelease>, StoreError>;

    /// Settles something, or takes it away with `None`.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`] for anybody whose business it is not, [`StoreError::TooLong`], and any other.
    fn settle(&self, setting: &Setting, value: Option<&[u8]>, by: &Hand) -> Result<(), StoreError>;

    /// What was settled.
    ///
    /// # Errors
    /// [`StoreError`].
    fn settled(&self, setting: &Setting) -> Result<Option<Vec<u8>>, StoreError>;

    /// Makes an offer of a certificate, for a one-time link. One of the same certificate that is still open ends.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`] for anybody but a clerk or signatory, [`StoreError::Unknown`], [`StoreError::NotNow`] for one that was
    /// forgotten, and any other.
    fn offer(&self, offer: &Offer, by: &Hand) -> Result<(), StoreError>;

    /// What was offered under the hash of a link's secret, whatever became of it. What ended long ago is forgotten.
    ///
    /// # Errors
    /// [`StoreError`].
    fn offered(&self, hash: &str) -> Result<Option<Offer>, StoreError>;

    /// Takes what a link offers, by the hash of its secret. `None` for a link that nobody made, that is over or was used.
    ///
    /// # Errors
    /// [`StoreError`].
    fn take_offer(&self, hash: &str, taken: &Taken) -> Result<Option<Record>, StoreError>;

    /// From now on two people release whatever is signed. It is not undone.
    ///
    /// # Errors
    /// [`StoreError`].
    fn require_two_people(&self, by: &Hand) -> Result<(), StoreError>;

    /// Whether two people release whatever is signed.
    ///
    /// # Errors
    /// [`StoreError`].
    fn requires_two_people(&self) -> Result<bool, StoreError>;

    /// The first `most` lines of the acts' log from a number on, each as it is kept, to recompute the chain.
    ///
    /// # Errors
    /// [`StoreError`].
    fn acts(&self, from: u64, most: usize) -> Result<Vec<(Act, Vec<u8>)>, StoreError>;

    /// How many lines the acts' log has.
    ///
    /// # Errors
    /// [`StoreError`].
    fn acts_size(&self) -> Result<u64, StoreError>;

    /// Whether it is the store that the institution works with.
    ///
    /// # Errors
    /// [`StoreError`].
    fn custody(&self) -> Result<Custody, StoreError>;

    /// Says that the pages were restored from a copy: slots are given out behind a gap, and all else waits for [`Store::confirm`].
    ///
    /// # Errors
    /// [`StoreError`].
    fn restored(&self, by: &Hand) -> Result<(), StoreError>;

    /// Works with a restored store from now on. `digest` is that of the checkpoint that it was held against.
    ///
    /// # Errors
    /// [`StoreError::NotNow`] when it was not restored, [`StoreError::Retired`], and any other.
    fn confirm(&self, digest: &str, by: &Hand) -> Result<(), StoreError>;

    /// Works with it no more, for good: everything but reading is refused.
    ///
    /// # Errors
    /// [`StoreError`].
    fn retire(&self, by: &Hand) -> Result<(), StoreError>;

    /// Every page as it is kept, check value and all, in the order of keys, at most `most` at a time and until `look` has enough: what a copy
    /// is made of. Nothing is written meanwhile, so that what is seen belongs together.
    ///
    /// # Errors
    /// [`StoreError`].
    fn each_page(&self, most: usize, look: &mut dyn FnMut(&[Page]) -> ControlFlow<()>) -> Result<(), StoreError>;
}

/// One act, alone, in a store that is worked with.
fn write<L: Ledger + ?Sized, T>(ledger: &L, act: impl Fn(&Book<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
    write_anyway(ledger, |book| {
        custody::require_working(book)?;
        act(book)
    })
}

/// The same of an act that forgets somebody.
fn write_forgetting<L: Ledger + ?Sized, T>(
    ledger: &L,
    act: impl Fn(&Book<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut done = None;
    ledger.transact_forgetting(&mut |pages| {
        let book = Book(pages);
        custody::require_working(&book)?;
        done = Some(act(&book)?);
        Ok(())
    })?;
    done.ok_or_else(|| StoreError::Damaged("store".to_owned()))
}

/// One act, alone, in any store.
fn write_anyway<L: Ledger + ?Sized, T>(
    ledger: &L,
    act: impl Fn(&Book<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut done = None;
    ledger.transact(&mut |pages| {
        done = Some(act(&Book(pages))?);
        Ok(())
    })?;
    done.ok_or_else(|| StoreError::Damaged("store".to_owned()))
}

fn get<L: Ledger + ?Sized>(ledger: &L, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    ledger.page(key)?.map(|sealed| unseal(key, &sealed)).transpose()
}

fn read<L: Ledger + ?Sized, T: DeserializeOwned>(ledger: &L, key: &[u8]) -> Result<Option<T>, StoreError> {
    get(ledger, key)?.map(|value| said(key, &value)).transpose()
}

/// The first `most` pages of a prefix, behind what follows it; unsealed, without the prefix.
fn behind<L: Ledger + ?Sized>(ledger: &L, prefix: &[u8], after: &[u8], most: usize) -> Result<Vec<Page>, StoreError> {
    let mut from = [prefix, after].concat();
    if !after.is_empty() {
        from.push(0);
    }
    let until = end_of(prefix);
    let pages = ledger.range(&from, &until, most)?;
    let unsealed = |(key, sealed): Page| {
        let value = unseal(&key, &sealed)?;
        Ok((key.get(prefix.len()..).unwrap_or_default().to_vec(), value))
    };
    pages.into_iter().map(unsealed).collect()
}

/// The first key that is behind all of a prefix. No prefix of ours is 255 throughout: its first byte is a shelf.
fn end_of(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            break;
        }
    }
    end
}

/// What all pages of a shelf say, behind a key.
fn all<L: Ledger + ?Sized, T: DeserializeOwned>(
    ledger: &L,
    shelf: Shelf,
    after: &str,
    most: usize,
) -> Result<Vec<T>, StoreError> {
    let prefix = shelf.key(&[]);
    let pages = behind(ledger, &prefix, after.as_bytes(), most)?;
    pages.into_iter().map(|(key, value)| said(&shelf.key(&[&key]), &value)).collect()
}

/// The batches that were given back with words.
fn noted<L: Ledger + ?Sized>(ledger: &L) -> Result<Vec<Batch>, StoreError> {
    let mut batches: Vec<Batch> = all(ledger, Shelf::Batches, "", usize::MAX)?;
    batches.retain(|batch| !batch.note.is_empty());
    Ok(batches)
}

/// Runs an act with the batches that were given back with words. A transaction reads single pages alone, so they are read before it; when
/// anything was done in between, they are read again.
fn with_noted<L: Ledger + ?Sized, T>(
    ledger: &L,
    act: impl Fn(&Book<'_>, &[Batch]) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    for _ in 0..TRIES {
        let acts = counted(ledger, counter::ACTS)?;
        let noted = noted(ledger)?;
        let done = write_forgetting(ledger, |book| {
            let now = counter_of(book.get(&Shelf::Meta.key(&[counter::ACTS]))?)?;
            if now == acts { act(book, &noted).map(Some) } else { Ok(None) }
        })?;
        if let Some(done) = done {
            return Ok(done);
        }
    }
    Err(StoreError::Stale)
}

fn text(bytes: Vec<u8>) -> Result<String, StoreError> {
    String::from_utf8(bytes).map_err(|_| StoreError::Damaged("store".to_owned()))
}

fn counted<L: Ledger + ?Sized>(ledger: &L, name: &[u8]) -> Result<u64, StoreError> {
    counter_of(get(ledger, &Shelf::Meta.key(&[name]))?)
}

impl<L: Ledger> Store for L {
    fn lease_slots(&self, count: u32) -> Result<Range<u64>, StoreError> {
        write(self, |book| {
            let until = book.count(counter::SLOTS, u64::from(count))?;
            Ok(until - u64::from(count)..until)
        })
    }

    fn commit(&self, warrant: &Warrant, batch: &[Issued], by: &Hand) -> Result<(), StoreError> {
        write(self, |book| issued::commit(book, warrant, batch, by))
    }

    fn revoke(&self, serials: &[&str], reason: RevocationReason, by: &Hand) -> Result<Vec<bool>, StoreError> {
        write(self, |book| issued::change(book, serials, Change::Revoke(reason), by))
    }

    fn suspend(&self, serials: &[&str], by: &Hand) -> Result<Vec<bool>, StoreError> {
        write(self, |book| issued::change(book, serials, Change::Suspend, by))
    }

    fn resume(&self, serials: &[&str], by: &Hand) -> Result<Vec<bool>, StoreError> {
        write(self, |book| issued::change(book, serials, Change::Resume, by))
    }

    fn by_serial(&self, serial: &str) -> Result<Option<Record>, StoreError> {
        read(self, &Shelf::Records.key(&[serial.as_bytes()]))
    }

    fn by_person(&self, person: &str) -> Result<Option<Record>, StoreError> {
        let key = Shelf::People.key(&[person.as_bytes()]);
        let Some(serial) = get(self, &key)? else { return Ok(None) };
        let record = self.by_serial(&text(serial)?)?.filter(|record| record.person == person);
        // A place that names nobody is not an empty place.
        record.map(Some).ok_or_else(|| damaged(&key))
    }

    fn revoked(&self, list: u32) -> Result<Vec<(u32, RevocationReason)>, StoreError> {
        let prefix = Shelf::Revoked.key(&[&list.to_be_bytes()]);
        let entry = |(index, code): Page| {
            let reason = std::str::from_utf8(&code).ok().and_then(RevocationReason::of_code);
            Ok((index_of(&prefix, index)?, reason.ok_or_else(|| damaged(&prefix))?))
        };
        behind(self, &prefix, b"", usize::MAX)?.into_iter().map(entry).collect()
    }

    fn suspended(&self, list: u32) -> Result<Vec<u32>, StoreError> {
        let prefix = Shelf::Suspended.key(&[&list.to_be_bytes()]);
        behind(self, &prefix, b"", usize::MAX)?.into_iter().map(|(index, _)| index_of(&prefix, index)).collect()
    }

    fn log(&self, from: u64) -> Result<Vec<[u8; 32]>, StoreError> {
        // What is committed meanwhile is not of this reading.
        let until = self.log_size()?.max(from);
        let key = |position: u64| Shelf::Log.key(&[&position.to_be_bytes()]);
        let pages = self.range(&key(from), &key(until), usize::MAX)?;
        // A log with a gap would make another chain than the one that was witnessed.
        if pages.len() as u64 != until - from {
            return Err(damaged(&key(from)));
        }
        let digest = |(key, sealed): Page| unseal(&key, &sealed)?.try_into().map_err(|_| damaged(&key));
        pages.into_iter().map(digest).collect()
    }

    fn log_size(&self) -> Result<u64, StoreError> {
        counted(self, counter::LOGGED)
    }

    fn slots_given(&self) -> Result<u64, StoreError> {
        counted(self, counter::SLOTS)
    }

    fn records(&self) -> Result<Vec<Record>, StoreError> {
        all(self, Shelf::Records, "", usize::MAX)
    }

    fn records_after(&self, serial: &str, most: usize) -> Result<Vec<Record>, StoreError> {
        all(self, Shelf::Records, serial, most)
    }

    fn keep_member(&self, member: &Member, by: &Hand) -> Result<Member, StoreError> {
        // Once it is said who signs, nobody is looked for.
        let known = match read(self, &people::posts_key())? {
            Some(Posts::Both { .. }) => Vec::new(),
            Some(Posts::Administrators(_)) | None => self.members()?.into_iter().map(|member| member.id).collect(),
        };
        write(self, |book| people::keep_member(book, member, &known, by))
    }

    fn confirm_signatory(&self, id: &str, version: u32, by: &Hand) -> Result<Member, StoreError> {
        write(self, |book| signing::confirm(book, id, version, by))
    }

    fn refuse_signatory(&self, id: &str, version: u32, by: &Hand) -> Result<Member, StoreError> {
        write(self, |book| signing::refuse(book, id, version, by))
    }

    fn member(&self, id: &str) -> Result<Option<Member>, StoreError> {
        read(self, &Shelf::Staff.key(&[id.as_bytes()]))
    }

    fn member_of_login(&self, login: &str) -> Result<Option<Member>, StoreError> {
        let key = Shelf::Logins.key(&[login.as_bytes()]);
        let Some(id) = get(self, &key)? else { return Ok(None) };
        self.member(&text(id)?)?.map(Some).ok_or_else(|| damaged(&key))
    }

    fn members(&self) -> Result<Vec<Member>, StoreError> {
        all(self, Shelf::Staff, "", usize::MAX)
    }

    fn enrol(&self, awards: &[Award], by: &Hand) -> Result<usize, StoreError> {
        if awards.len() > BATCH_AWARDS {
            return Err(StoreError::TooLong);
        }
        write(self, |book| {
            people::require(book, Role::Clerk, by)?;
            register::enrol(book, awards, by)
        })
    }

    fn change_award(&self, changed: &Award, by: &Hand) -> Result<(), StoreError> {
        write(self, |book| {
            people::require(book, Role::Clerk, by)?;
            register::change(book, changed, by)
        })
    }

    fn leave_out(&self, ids: &[&str], by: &Hand) -> Result<(), StoreError> {
        write(self, |book| {
            people::require(book, Role::Clerk, by)?;
            register::leave(book, ids, AwardState::Left, by)
        })
    }

    fn take_in(&self, ids: &[&str], by: &Hand) -> Result<(), StoreError> {
        write(self, |book| {
            people::require(book, Role::Clerk, by)?;
            register::leave(book, ids, AwardState::Open, by)
        })
    }

    fn erase(&self, ids: &[&str], by: &Hand) -> Result<(), StoreError> {
        with_noted(self, |book, noted| {
            people::require(book, Role::Administrator, by)?;
            register::erase(book, ids, noted, by)
        })
    }

    fn reopen(&self, ids: &[&str], by: &Hand) -> Result<usize, StoreError> {
        write(self, |book| {
            people::require_or_program(book, Role::Clerk, by)?;
            register::reopen(book, ids, by)
        })
    }

    fn retention(&self) -> Result<Option<u16>, StoreError> {
        read(self, &Shelf::Meta.key(&[beside::RETENTION]))
    }

    fn set_retention(&self, months: Option<u16>, by: &Hand) -> Result<(), StoreError> {
        write(self, |book| {
            people::require_or_program(book, Role::Administrator, by)?;
            beside::set_retention(book, months, by)
        })
    }

    fn forget_due(&self, ids: &[&str], today: Date, by: &Hand) -> Result<usize, StoreError> {
        with_noted(self, |book, noted| beside::forget_due(book, ids, noted, today, by))
    }

    fn give_back_due(&self, batch: &str, today: Date, by: &Hand) -> Result<bool, StoreError> {
        // As in a decision: those that stand there now are all of them.
        let rows = self.awards_in(&AwardState::In(batch.to_owned()), "", "", usize::MAX)?;
        write(self, |book| beside::give_back_due(book, batch, &rows, today, by))
    }

    fn close_unanswered(&self, case: &str, by: &Hand) -> Result<bool, StoreError> {
        write(self, |book| prior::pages::close_unanswered(book, case, by))
    }

    fn ready(&self) -> Result<(), StoreError> {
        self.room()?;
        self.acts_size().map(drop)
    }

    fn erase_certificates(&self, serials: &[&str], by: &Hand) -> Result<usize, StoreError> {
        write_forgetting(self, |book| {
            people::require_or_program(book, Role::Administrator, by)?;
            beside::erase_certificates(book, serials, by)
        })
    }

    fn is_unswept(&self) -> Result<bool, StoreError> {
        self.has_forgotten()
    }

    fn sweep(&self) -> Result<bool, StoreError> {
        let unswept = self.has_forgotten()?;
        if unswept {
            self.rewrite()?;
        }
        Ok(unswept)
    }

    fn forget_certificates(&self, serials: &[&str], today: Date, by: &Hand) -> Result<usize, StoreError> {
        write_forgetting(self, |book| beside::forget_certificates(book, serials, today, by))
    }

    fn note(&self, what: What, of: &str, by: &Hand) -> Result<(), StoreError> {
        write(self, |book| beside::note(book, what, of, by))
    }

    fn noted(&self, what: What) -> Result<Option<Hand>, StoreError> {
        read(self, &beside::last_key(what))
    }

    fn award(&self, id: &str) -> Result<Option<Award>, StoreError> {
        read(self, &Shelf::Awards.key(&[id.as_bytes()]))
    }

    fn awards_after(&self, id: &str, most: usize) -> Result<Vec<Award>, StoreError> {
        all(self, Shelf::Awards, id, most)
    }

    fn awards_in(
        &self,
        state: &AwardState,
        achievement: &str,
        after: &str,
        most: usize,
    ) -> Result<Vec<String>, StoreError> {
        let prefix = place_key(state, achievement, "").ok_or(StoreError::NotNow)?;
        behind(self, &prefix, after.as_bytes(), most)?.into_iter().map(|(id, _)| text(id)).collect()
    }

    fn open_case(&self, case: &Case, intent: &Intent, by: &Hand) -> Result<Case, StoreError> {
        write(self, |book| prior::pages::open(book, case, intent, by))
    }

    fn move_case(&self, id: &str, version: usize, intent: &Intent, by: &Hand) -> Result<Case, StoreError> {
        write(self, |book| prior::pages::step(book, id, version, intent, by))
    }

    fn case(&self, id: &str) -> Result<Option<Case>, StoreError> {
        read(self, &Shelf::Cases.key(&[id.as_bytes()]))
    }

    fn cases_after(&self, id: &str, most: usize) -> Result<Vec<Case>, StoreError> {
        all(self, Shelf::Cases, id, most)
    }

    fn found(&self, beginning: &str, most: usize) -> Result<Vec<String>, StoreError> {
        let prefix = Shelf::Found.key(&[beginning.as_bytes()]);
        let mut ids = Vec::new();
        for (rest, _) in behind(self, &prefix, b"", most)? {
            let id = rest.rsplit(|byte| *byte == 0).next().unwrap_or_default();
            ids.push(text(id.to_vec())?);
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    fn propose(&self, batch: &Batch, ids: &[&str], by: &Hand) -> Result<Batch, StoreError> {
        if ids.len() > BATCH_AWARDS {
            return Err(StoreError::TooLong);
        }
        write(self, |book| {
            people::require(book, Role::Clerk, by)?;
            register::propose(book, batch, ids, by)
        })
    }

    fn propose_rebinding(&self, id: &str, rebinding: &Rebinding, by: &Hand) -> Result<Batch, StoreError> {
        write(self, |book| {
            people::require(book, Role::Clerk, by).or_else(|_| people::require(book, Role::Signatory, by))?;
            people::propose_rebinding(book, id, rebinding, by)
        })
    }

    fn decide(&self, batch: &str, decision: &Decision, by: &Hand) -> Result<Batch, StoreError> {
        // Rows neither come to a proposed batch nor leave it but by this decision, so those that stand there now are all of them.
        let rows = match decision {
            Decision::GiveBack(_) => self.awards_in(&AwardState::In(batch.to_owned()), "", "", usize::MAX)?,
            Decision::Release(_) => Vec::new(),
        };
        write(self, |book| people::decide(book, batch, &rows, decision, by))
    }

    fn batch(&self, id: &str) -> Result<Option<Batch>, StoreError> {
        read(self, &Shelf::Batches.key(&[id.as_bytes()]))
    }

    fn batches(&self) -> Result<Vec<Batch>, StoreError> {
        all(self, Shelf::Batches, "", usize::MAX)
    }

    fn propose_standing(&self, release: &StandingRelease, by: &Hand) -> Result<(), StoreError> {
        write(self, |book| {
            people::require(book, Role::Clerk, by).or_else(|_| people::require(book, Role::Signatory, by))?;
            people::propose_standing(book, release, by)
        })
    }

    fn approve_standing(&self, id: &str, by: &Hand) -> Result<StandingRelease, StoreError> {
        write(self, |book| people::approve_standing(book, id, by))
    }

    fn end_standing(&self, id: &str, by: &Hand) -> Result<StandingRelease, StoreError> {
        write(self, |book| people::end_standing(book, id, by))
    }

    fn standing_releases(&self) -> Result<Vec<StandingRelease>, StoreError> {
        all(self, Shelf::Standing, "", usize::MAX)
    }

    fn settle(&self, setting: &Setting, value: Option<&[u8]>, by: &Hand) -> Result<(), StoreError> {
        write(self, |book| setting::settle(book, setting, value, by))
    }

    fn settled(&self, setting: &Setting) -> Result<Option<Vec<u8>>, StoreError> {
        get(self, &Shelf::Settings.key(&[setting.name().as_bytes()]))
    }

    fn offer(&self, offer: &Offer, by: &Hand) -> Result<(), StoreError> {
        let before: Vec<Offer> = all(self, Shelf::Offers, "", usize::MAX)?;
        write(self, |book| {
            people::require(book, Role::Clerk, by).or_else(|_| people::require(book, Role::Signatory, by))?;
            offer::make(book, offer, &before, by)
        })
    }

    fn offered(&self, hash: &str) -> Result<Option<Offer>, StoreError> {
        read(self, &Shelf::Offers.key(&[hash.as_bytes()]))
    }

    fn take_offer(&self, hash: &str, taken: &Taken) -> Result<Option<Record>, StoreError> {
        // A stranger's guess costs a look and no write to the disk.
        if get(self, &Shelf::Offers.key(&[hash.as_bytes()]))?.is_none() {
            return Ok(None);
        }
        write(self, |book| offer::take(book, hash, taken))
    }

    fn require_two_people(&self, by: &Hand) -> Result<(), StoreError> {
        write(self, |book| people::require_two(book, by))
    }

    fn requires_two_people(&self) -> Result<bool, StoreError> {
        Ok(get(self, &Shelf::Meta.key(&[TWO_PEOPLE]))?.is_some())
    }

    fn acts(&self, from: u64, most: usize) -> Result<Vec<(Act, Vec<u8>)>, StoreError> {
        let key = |number: u64| Shelf::Acts.key(&[&number.to_be_bytes()]);
        let pages = self.range(&key(from), &key(u64::MAX), most)?;
        let line = |(key, sealed): Page| {
            let line = unseal(&key, &sealed)?;
            Ok((said(&key, &line)?, line))
        };
        pages.into_iter().map(line).collect()
    }

    fn acts_size(&self) -> Result<u64, StoreError> {
        counted(self, counter::ACTS)
    }

    fn custody(&self) -> Result<Custody, StoreError> {
        Ok(read(self, &Shelf::Meta.key(&[custody::CUSTODY]))?.unwrap_or(Custody::Working))
    }

    fn restored(&self, by: &Hand) -> Result<(), StoreError> {
        write_anyway(self, |book| custody::restored(book, by))
    }

    fn confirm(&self, digest: &str, by: &Hand) -> Result<(), StoreError> {
        write_anyway(self, |book| custody::confirm(book, digest, by))
    }

    fn retire(&self, by: &Hand) -> Result<(), StoreError> {
        write_anyway(self, |book| custody::retire(book, by))
    }

    fn each_page(&self, most: usize, look: &mut dyn FnMut(&[Page]) -> ControlFlow<()>) -> Result<(), StoreError> {
        self.still(&mut || {
            let mut from = Vec::new();
            loop {
                let mut pages = self.range(&from, &[u8::MAX], most)?;
                let Some((last, _)) = pages.last() else { return Ok(()) };
                from = [last.as_slice(), &[0]].concat();
                pages.retain(|(key, value)| !self.is_beside(key, value));
                if look(&pages).is_break() {
                    return Ok(());
                }
            }
        })
    }
}

/// The index in the key of a place.
fn index_of(prefix: &[u8], key: Vec<u8>) -> Result<u32, StoreError> {
    key.try_into().map(u32::from_be_bytes).map_err(|_| damaged(prefix))
}

/// A digest as `uEi…`.
mod as_multibase {
    use super::{Deserialize as _, multibase};

    pub fn serialize<S: serde::Serializer>(digest: &[u8; 32], out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&multibase::digest(digest))
    }

    pub fn deserialize<'a, D: serde::Deserializer<'a>>(from: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(from)?;
        multibase::digest_bytes(&text).ok_or_else(|| serde::de::Error::custom("digest"))
    }
}

/// A reason as its code.
mod as_code {
    use super::{Deserialize as _, RevocationReason};

    pub fn serialize<S: serde::Serializer>(reason: &RevocationReason, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(reason.code())
    }

    pub fn deserialize<'a, D: serde::Deserializer<'a>>(from: D) -> Result<RevocationReason, D::Error> {
        let code = String::deserialize(from)?;
        RevocationReason::of_code(&code).ok_or_else(|| serde::de::Error::custom("reason"))
    }
}
