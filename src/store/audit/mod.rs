//! Recomputes a whole store: every page against its check value, every page against those that it follows from, both logs against what they
//! are logs of. Reads in pages of the walk, never all at once; changes nothing.

mod acts;
mod cases;
mod issued;
mod register;

use std::collections::{BTreeMap, BTreeSet};

use self::acts::Acts;
use self::issued::Log;
use self::register::Rows;
use super::ledger::{HEAD, Ledger, Page, Shelf, counter, counter_of, said, unseal};
use super::offer::Offer;
use super::people::{POSTS, Posts};
use super::release::{Batch, StandingRelease};
use super::setting::Setting;
use super::staff::{Member, Role};
use super::{Record, StoreError, beside, custody, issued as kept};

/// 1,000 pages are held at a time: at most 64 MB, as a rule 2.
const PAGES: usize = 1_000;
/// 1,000 findings are named; all are counted.
const NAMED: usize = 1_000;

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)*) => {
        /// What is not as it should be.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fault { $($(#[$doc])* $variant,)* }

        impl Fault {
            /// Every fault.
            pub const ALL: &'static [Fault] = &[$(Fault::$variant,)*];

            /// The code of results and language tables.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Fault::$variant => $code,)* }
            }
        }
    };
}

faults! {
    /// The acts' log does not follow from itself.
    Acts = "acts",
    /// A row of the register is not what its hash says, or stands nowhere.
    Award = "award",
    /// A batch or a standing release does not agree with its rows or with the acts' log.
    Batch = "batch",
    /// The institution's card is not what it published.
    Card = "card",
    /// A case of prior learning does not follow from its steps, or from the acts' log.
    Case = "case",
    /// A signed checkpoint is of another log.
    Checkpoint = "checkpoint",
    /// A counter does not agree with what it counts.
    Counter = "counter",
    /// A certificate's document is not what was logged, is not signed by the institution, or names another slot.
    Document = "document",
    /// A file cannot be read, or is not what it should be.
    File = "file",
    /// A page leads to something that is not there, or something has no page that leads to it.
    Index = "index",
    /// The log of certificates and the records do not agree.
    Log = "log",
    /// A member's page does not agree with what else is said of them.
    Member = "member",
    /// A page is not what was written.
    Page = "page",
    /// A slot was given out twice, or never.
    Slot = "slot",
    /// A status list says something else than the records.
    Status = "status",
}

/// One finding. Names no person: a page of a shelf whose keys do is named by its shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub fault: Fault,
    /// Where: a serial, an identifier, a line's number, a file, or a shelf.
    pub at: String,
}

/// What was gone through, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audited {
    /// Pages.
    pub pages: u64,
    /// Certificates.
    pub records: u64,
    /// Lines of the acts' log.
    pub acts: u64,
    /// Rows of the register.
    pub awards: u64,
    /// The first 1,000 findings.
    pub findings: Vec<Finding>,
    /// How many there are in all.
    pub found: u64,
}

impl Audited {
    /// Adds a finding.
    pub fn find(&mut self, fault: Fault, at: impl Into<String>) {
        self.found += 1;
        if self.findings.len() < NAMED {
            self.findings.push(Finding { fault, at: at.into() });
        }
    }

    fn hold(&mut self, holds: bool, fault: Fault, at: impl Into<String>) {
        if !holds {
            self.find(fault, at);
        }
    }
}

/// Goes through a store from its first page to its last. `look` is handed the certificates as they come, to look into their documents.
///
/// # Errors
/// [`StoreError`] when the store itself cannot be read on; what is wrong with what it says is the result.
pub fn audit(
    ledger: &dyn Ledger,
    look: &mut dyn FnMut(&[Record], &mut Audited),
    progress: &dyn Fn(u64),
) -> Result<Audited, StoreError> {
    let mut walk = Walk { ledger, audited: Audited::default(), ..Walk::beginning(ledger) };
    let mut from = Vec::new();
    loop {
        let pages = ledger.range(&from, &[u8::MAX], PAGES)?;
        let Some((last, _)) = pages.last() else { break };
        from = [last.as_slice(), &[0]].concat();
        let mut records = Vec::new();
        for page in pages {
            walk.audited.pages += 1;
            walk.page(page, &mut records)?;
        }
        look(&records, &mut walk.audited);
        progress(walk.audited.pages);
    }
    walk.end()?;
    Ok(walk.audited)
}

/// What is remembered on the way.
struct Walk<'l> {
    ledger: &'l dyn Ledger,
    audited: Audited,
    acts: Acts,
    log: Log,
    rows: Rows,
    batches: BTreeMap<String, Batch>,
    standing: BTreeMap<String, StandingRelease>,
    /// What there is one of, by name.
    single: BTreeMap<Vec<u8>, Vec<u8>>,
    administrators: BTreeSet<String>,
    signatories: BTreeSet<String>,
    /// Pages by the first byte of their keys.
    on_shelf: BTreeMap<u8, u64>,
    /// Pages that should be there and are, by the first byte of their keys.
    led_to: BTreeMap<u8, u64>,
}

impl<'l> Walk<'l> {
    fn beginning(ledger: &'l dyn Ledger) -> Self {
        Self {
            ledger,
            audited: Audited::default(),
            acts: Acts::default(),
            log: Log::default(),
            rows: Rows::default(),
            batches: BTreeMap::new(),
            standing: BTreeMap::new(),
            single: BTreeMap::new(),
            administrators: BTreeSet::new(),
            signatories: BTreeSet::new(),
            on_shelf: BTreeMap::new(),
            led_to: BTreeMap::new(),
        }
    }

    /// One page, in the order of keys: acts, batches, settings, standing releases, words, offers, cases, log, counters, logins, places, people, records, staff,
    /// suspensions, revocations, awards. What a later shelf needs of an earlier one is remembered; the other way round it is looked up.
    fn page(&mut self, (key, sealed): Page, records: &mut Vec<Record>) -> Result<(), StoreError> {
        let Some((shelf, rest)) = key.split_first() else {
            self.audited.find(Fault::Page, "store");
            return Ok(());
        };
        if self.ledger.is_beside(&key, &sealed) {
            return Ok(());
        }
        *self.on_shelf.entry(*shelf).or_default() += 1;
        let Ok(value) = unseal(&key, &sealed) else {
            self.audited.find(Fault::Page, place_of(&key));
            return Ok(());
        };
        let at = place_of(&key);
        match *shelf {
            it if it == Shelf::Acts as u8 => self.act(rest, &value, &at)?,
            it if it == Shelf::Batches as u8 => match said::<Batch>(&key, &value) {
                Ok(batch) if batch.id.as_bytes() == rest => drop(self.batches.insert(batch.id.clone(), batch)),
                _ => self.audited.find(Fault::Page, at),
            },
            it if it == Shelf::Standing as u8 => match said::<StandingRelease>(&key, &value) {
                Ok(release) if release.id.as_bytes() == rest => drop(self.standing.insert(release.id.clone(), release)),
                _ => self.audited.find(Fault::Page, at),
            },
            it if it == Shelf::Found as u8 => self.word(&key, rest, &value)?,
            it if it == Shelf::Offers as u8 => match said::<Offer>(&key, &value) {
                Ok(offer) if offer.hash.as_bytes() == rest => {
                    let there = self.ledger.page(&Shelf::Records.key(&[offer.serial.as_bytes()]))?.is_some();
                    self.audited.hold(there, Fault::Page, at);
                }
                _ => self.audited.find(Fault::Page, at),
            },
            it if it == Shelf::Cases as u8 => self.case(&key, rest, &value, &at)?,
            it if it == Shelf::Log as u8 => self.logged(rest, &value, &at),
            it if it == Shelf::Meta as u8 => drop(self.single.insert(rest.to_vec(), value)),
            it if it == Shelf::Logins as u8 => self.login(rest, &value)?,
            it if it == Shelf::Places as u8 => self.placed(&key, rest, &value)?,
            it if it == Shelf::People as u8 => self.person(rest, &value)?,
            it if it == Shelf::Records as u8 => match said::<Record>(&key, &value) {
                Ok(record) if record.serial.as_bytes() == rest => {
                    self.record(&record)?;
                    records.push(record);
                }
                _ => self.audited.find(Fault::Page, at),
            },
            it if it == Shelf::Settings as u8 => {
                let name = std::str::from_utf8(rest).ok().filter(|name| Setting::of_name(name).is_some());
                // Lines come before: the last one about it says what it is.
                let said = name.and_then(|name| self.acts.settled.remove(name));
                self.audited.hold(said == Some(kept::digest_of([value.as_slice()].into_iter())), Fault::Page, at);
            }
            it if it == Shelf::Staff as u8 => match said::<Member>(&key, &value) {
                Ok(member) if member.id.as_bytes() == rest => self.member(&member)?,
                _ => self.audited.find(Fault::Page, at),
            },
            // What leads to them is looked at with the records, and counted.
            it if it == Shelf::Suspended as u8 => self.audited.hold(value.is_empty(), Fault::Page, at),
            it if it == Shelf::Revoked as u8 => {}
            it if it == Shelf::Awards as u8 => self.award(&key, rest, &value)?,
            _ => self.audited.find(Fault::Page, "store"),
        }
        Ok(())
    }

    /// What can be told only when everything was seen.
    fn end(&mut self) -> Result<(), StoreError> {
        self.close_log();
        self.close_batches()?;
        self.close_acts()?;
        let known =
            [counter::ACTS, counter::CHANGES, counter::LOGGED, counter::RECORDS, counter::REVOKED, counter::SLOTS];
        let more = [HEAD, POSTS, kept::TWO_PEOPLE, custody::CUSTODY];
        let is_known = |name: &[u8]| known.contains(&name) || more.contains(&name) || beside::is_ours(name);
        let strange = self.single.keys().any(|name| !is_known(name));
        self.audited.hold(!strange, Fault::Page, "counters");
        let posts = self.single.get(POSTS).map(|value| serde_json::from_slice::<Posts>(value));
        let agree = match posts {
            None => self.administrators.is_empty() && self.signatories.is_empty(),
            Some(Ok(Posts::Both { administrators, signatories })) => {
                administrators == self.administrators && signatories == self.signatories
            }
            // As a store was written before it was said who signs.
            Some(Ok(Posts::Administrators(ids))) => ids == self.administrators,
            Some(Err(_)) => false,
        };
        self.audited.hold(agree, Fault::Member, "administrators");
        for (shelf, name, fault) in [
            (Shelf::Found, "register", Fault::Index),
            (Shelf::Places, "register", Fault::Index),
            (Shelf::Logins, "staff", Fault::Index),
            (Shelf::Suspended, "suspended", Fault::Status),
            (Shelf::Revoked, "revoked", Fault::Status),
        ] {
            let shelf = shelf as u8;
            let agree =
                self.on_shelf.get(&shelf).copied().unwrap_or(0) == self.led_to.get(&shelf).copied().unwrap_or(0);
            self.audited.hold(agree, fault, name);
        }
        Ok(())
    }

    fn counter(&mut self, name: &[u8]) -> u64 {
        let counted = counter_of(self.single.get(name).cloned());
        counted.unwrap_or_else(|_| {
            self.audited.find(Fault::Counter, "counters");
            0
        })
    }

    /// Whether a page is there and whole; one that is, is not asked about again by counting.
    fn leads_to(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let value = self.value(key)?;
        if value.is_some() {
            *self.led_to.entry(key.first().copied().unwrap_or_default()).or_default() += 1;
        }
        Ok(value)
    }

    /// A page's value; `None` for one that is not there or is damaged, which the walk says where it comes by.
    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.ledger.page(key)?.and_then(|sealed| unseal(key, &sealed).ok()))
    }

    fn read<T: serde::de::DeserializeOwned>(&self, shelf: Shelf, id: &[u8]) -> Result<Option<T>, StoreError> {
        let key = shelf.key(&[id]);
        Ok(self.value(&key)?.and_then(|value| said(&key, &value).ok()))
    }

    fn login(&mut self, login: &[u8], id: &[u8]) -> Result<(), StoreError> {
        let member: Option<Member> = self.read(Shelf::Staff, id)?;
        let leads = member.is_some_and(|member| member.login.as_bytes() == login);
        self.audited.hold(leads, Fault::Index, "staff");
        Ok(())
    }

    fn member(&mut self, member: &Member) -> Result<(), StoreError> {
        let id = self.leads_to(&Shelf::Logins.key(&[member.login.as_bytes()]))?;
        self.audited.hold(id.as_deref() == Some(member.id.as_bytes()), Fault::Member, &member.id);
        if member.may(Role::Administrator) {
            self.administrators.insert(member.id.clone());
        }
        if member.has(Role::Signatory) {
            self.signatories.insert(member.id.clone());
        }
        Ok(())
    }
}

/// Where a page is, as a finding names it: its key where that is an identifier or a number, else its shelf.
fn place_of(key: &[u8]) -> String {
    let Some((shelf, rest)) = key.split_first() else { return "store".to_owned() };
    let name = Shelf::name(key);
    let numbered = [Shelf::Acts as u8, Shelf::Log as u8].contains(shelf);
    let named =
        [Shelf::Batches, Shelf::Standing, Shelf::Awards, Shelf::Cases, Shelf::Records, Shelf::Staff].map(|it| it as u8);
    let id = match std::str::from_utf8(rest) {
        _ if numbered => rest.try_into().map(|number| u64::from_be_bytes(number).to_string()).unwrap_or_default(),
        Ok(id)
            if named.contains(shelf)
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) =>
        {
            id.to_owned()
        }
        _ => String::new(),
    };
    if id.is_empty() { name } else { format!("{name} {id}") }
}
