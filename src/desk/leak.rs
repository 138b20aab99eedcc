//! What an institution does about its own certificates when a key of it is in other hands: withdraws all that were signed under the key since
//! a time, or has them certified again under the new key, so that the honest keep theirs. Both can be repeated: what was done is passed over.

use std::collections::{HashMap, HashSet};

use super::institution::{DeskError, Institution};
use super::revoke::{self, Act};
use crate::base::did::MethodId;
use crate::base::timestamp::Timestamp;
use crate::credential::credential::Credential;
use crate::credential::document::Signed;
use crate::store::acts::Hand;
use crate::store::award::AwardState;
use crate::store::{Record, State, Store};
use crate::trust::status::RevocationReason;

/// 1,000 certificates are looked at at a time.
const PAGE: usize = 1_000;
/// 256 rows in one transaction: storage.md §6, the size at which a commit's cost is shared.
const TRANSACTION: usize = 256;

/// Which certificates are meant.
#[derive(Clone, Debug)]
pub struct Leak {
    /// The verification method of the key.
    pub method: MethodId,
    /// From when on.
    pub since: Timestamp,
}

/// What can be done about them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Certificates signed under the key since then, that are not withdrawn.
    pub in_force: usize,
    /// Of them, those with a row of the register that is still there: they can be certified again.
    pub with_row: usize,
    /// Rows of them that are open or in a batch already.
    pub under_way: usize,
}

/// One certificate that was signed under the key since then, and what became of it. Names nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// Its serial.
    pub serial: String,
    /// The row of the register that it was issued for, if there is one with its content still.
    pub row: Option<String>,
    /// What became of it.
    pub became: Became,
}

/// What became of a certificate under a key that is not trusted any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// Its row is in a batch: two people are at it.
    InBatch,
    /// It counts, and nobody asked for another one.
    InForce,
    /// It has no row to be certified from again: issued at the command line or by a program, or its person was forgotten.
    NoRow,
    /// Its row is open: it waits to be proposed.
    Open,
    /// Another one took its place: which counts now.
    Reissued(String),
    /// It was withdrawn, and nothing took its place.
    Withdrawn,
}

impl Became {
    /// The code of reports.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Became::InBatch => "in-batch",
            Became::InForce => "in-force",
            Became::NoRow => "no-row",
            Became::Open => "open",
            Became::Reissued(_) => "reissued",
            Became::Withdrawn => "withdrawn",
        }
    }
}

impl Leak {
    /// A leak of one of the institution's keys, the one that signs now or an earlier one, named whole or by what stands behind the `#`.
    ///
    /// # Errors
    /// [`DeskError::Value`] for a key that it never had.
    pub fn of(institution: &Institution, named: &str, since: Timestamp) -> Result<Self, DeskError> {
        let keys = institution.card().keys();
        let is_it =
            |id: &MethodId| id.as_str() == named || id.as_str().rsplit_once('#').is_some_and(|(_, it)| it == named);
        let key = keys.into_iter().find(|key| is_it(&key.id)).ok_or(DeskError::Value("key-of-ours"))?;
        Ok(Self { method: key.id, since })
    }

    /// What can be done.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub fn reach(&self, institution: &Institution, store: &dyn Store) -> Result<Reach, DeskError> {
        let serials = self.serials(institution, store)?;
        let mut reach = Reach { in_force: serials.len(), ..Reach::default() };
        each_row(store, &serials, &mut |_, state| {
            reach.with_row += 1;
            reach.under_way += usize::from(state != "issued");
            Ok(())
        })?;
        Ok(reach)
    }

    /// Withdraws all of them that are not withdrawn. How many that was.
    ///
    /// # Errors
    /// [`DeskError::Store`]; what was withdrawn until then stays so, and repeating it does the rest.
    pub fn revoke(
        &self,
        institution: &Institution,
        store: &dyn Store,
        reason: RevocationReason,
        by: &Hand,
    ) -> Result<usize, DeskError> {
        let serials = self.serials(institution, store)?;
        let named: Vec<&str> = serials.iter().map(String::as_str).collect();
        let news = revoke::change(store, &named, Act::Revoke(reason), by)?;
        Ok(news.into_iter().filter(|news| *news).count())
    }

    /// Opens the rows of all of them, withdrawn or not, whose last certificate it is: what two people then release takes the old one's
    /// place. How many are news.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub fn reopen(&self, institution: &Institution, store: &dyn Store, by: &Hand) -> Result<usize, DeskError> {
        let serials = self.all(institution, store, &mut |record| match record.state {
            State::Issued | State::Suspended => true,
            // One that was withdrawn for a reason of its own stays withdrawn; one that was replaced has its successor.
            State::Revoked(reason) => reason == RevocationReason::Replaced,
        })?;
        let mut ids = Vec::new();
        each_row(store, &serials, &mut |id, state| {
            if state == "issued" {
                ids.push(id.to_owned());
            }
            Ok(())
        })?;
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        ids.chunks(TRANSACTION).try_fold(0, |done, some| Ok(done + store.reopen(some, by)?))
    }

    /// What became of each certificate that is meant, sorted by serial: while its row waits, and after it was certified again.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub fn report(&self, institution: &Institution, store: &dyn Store) -> Result<Vec<Fate>, DeskError> {
        let mut withdrawn = HashSet::new();
        let serials = self.all(institution, store, &mut |record| {
            if matches!(record.state, State::Revoked(_)) {
                withdrawn.insert(record.serial.clone());
            }
            true
        })?;
        let mut rows: HashMap<String, (String, Became)> = HashMap::new();
        let mut after = String::new();
        loop {
            let page = store.awards_after(&after, PAGE)?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.id);
            for award in page.iter().filter(|award| award.content.is_some()) {
                let current = award.serials.last();
                for serial in award.serials.iter().filter(|serial| serials.binary_search(serial).is_ok()) {
                    let became = match (&award.state, current) {
                        (_, Some(current)) if current != serial => Became::Reissued(current.clone()),
                        (AwardState::In(_), _) => Became::InBatch,
                        (AwardState::Open, _) => Became::Open,
                        (AwardState::Issued | AwardState::Left, _) => Became::InForce,
                    };
                    rows.insert(serial.clone(), (award.id.clone(), became));
                }
            }
        }
        let fate = |serial: String| {
            let is_withdrawn = withdrawn.contains(&serial);
            let (row, became) = match rows.remove(&serial) {
                Some((row, Became::InForce)) if is_withdrawn => (Some(row), Became::Withdrawn),
                Some((row, became)) => (Some(row), became),
                None if is_withdrawn => (None, Became::Withdrawn),
                None => (None, Became::NoRow),
            };
            Fate { serial, row, became }
        };
        Ok(serials.into_iter().map(fate).collect())
    }

    fn serials(&self, institution: &Institution, store: &dyn Store) -> Result<Vec<String>, DeskError> {
        self.all(institution, store, &mut |record| !matches!(record.state, State::Revoked(_)))
    }

    /// The serials of those that are meant, sorted.
    fn all(
        &self,
        institution: &Institution,
        store: &dyn Store,
        wanted: &mut dyn FnMut(&Record) -> bool,
    ) -> Result<Vec<String>, DeskError> {
        let (mut serials, mut after) = (Vec::new(), String::new());
        loop {
            let page = store.records_after(&after, PAGE)?;
            let Some(last) = page.last() else { return Ok(serials) };
            after.clone_from(&last.serial);
            let meant = page.into_iter().filter(|record| self.covers(institution, record) && wanted(record));
            serials.extend(meant.map(|record| record.serial));
        }
    }

    fn covers(&self, institution: &Institution, record: &Record) -> bool {
        let Ok(signed_at) = Timestamp::parse(&record.signed_at) else { return false };
        if signed_at < self.since {
            return false;
        }
        match Signed::<Credential>::read(record.document.as_bytes()) {
            Ok(signed) => signed.proofs().iter().any(|proof| proof.claimed_method == self.method.as_str()),
            // Of somebody who was forgotten there is no document; the time says which key it was.
            Err(_) => institution.card().keys().iter().any(|key| {
                key.id == self.method && key.from <= signed_at && key.until.is_none_or(|until| signed_at <= until)
            }),
        }
    }
}

/// Every row whose last certificate is one of these, by its identifier and state.
fn each_row(
    store: &dyn Store,
    serials: &[String],
    look: &mut dyn FnMut(&str, &str) -> Result<(), DeskError>,
) -> Result<(), DeskError> {
    let mut after = String::new();
    loop {
        let page = store.awards_after(&after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(&last.id);
        for award in &page {
            let is_its = award.serials.last().is_some_and(|serial| serials.binary_search(serial).is_ok());
            if is_its && award.content.is_some() {
                look(&award.id, award.state.code())?;
            }
        }
    }
}
