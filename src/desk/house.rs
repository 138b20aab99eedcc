//! An institution's folder, opened once and held for as long as a server runs: whoever asks has its store and no other's, so that nothing can
//! be asked across institutions (threats.md I2).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use super::catalogue::{Catalogue, Template};
use super::fsck;
use super::handover::{self, NotConfirmed, Witness};
use super::institution::{DeskError, Institution};
use super::invitation;
use super::keyring::{Keyring, Secret};
use super::pilot;
use super::press_room::PressRoom;
use super::publish::publish;
use super::random::{Randomness, random};
use super::retention::Forgotten;
use super::rotate::rotate;
use super::safe_copy::CopyRoom;
use super::successor;
use super::uploads::Uploads;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::Kind;
use crate::store::acts::Hand;
use crate::store::{Store, StoreError};

/// 16 bytes: 128 random bits name a release or a salt.
const ID: usize = 16;
/// 1 hour between two sweeps: a store of a million certificates takes a minute or two.
const SWEPT_EACH: i64 = 60 * 60;

/// An institution that works in this server.
pub struct House {
    /// As its card says; a change of keys puts another in its place.
    institution: RwLock<Arc<Institution>>,
    key: String,
    store: Arc<dyn Store>,
    catalogue: Catalogue,
    random: &'static dyn Randomness,
    /// Whether a person is in the register is looked at before a row is written: one import or correction at a time.
    register: Mutex<()>,
    /// Signing and publishing, one at a time: of two publications the older one would be the last.
    at_work: Arc<Mutex<()>>,
    /// Who has the keys open.
    keys: Mutex<KeysAtWork>,
    /// Whether something was signed or withdrawn since the last publication.
    unpublished: AtomicBool,
    copy_room: CopyRoom,
    press_room: PressRoom,
    uploads: Uploads,
    /// When its store was swept last, or was tried to be, in seconds.
    swept: Mutex<Option<i64>>,
}

/// What is done with the keys at a moment: batches are signed, or the keys change. Never both.
#[derive(Debug, Default)]
struct KeysAtWork {
    /// The batches that are being signed.
    signing: BTreeSet<String>,
    changing: bool,
}

/// A batch that is being signed, until this is dropped.
#[derive(Debug)]
pub struct Signing {
    house: Arc<House>,
    batch: String,
}

/// A change of keys, until this is dropped.
struct Changing<'h>(&'h House);

impl fmt::Debug for House {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("House").field("institution", self.institution().did()).finish_non_exhaustive()
    }
}

impl House {
    /// Opens an institution's folder, and holds its store.
    ///
    /// # Errors
    /// [`DeskError`]; `Locked` when another program has the store.
    pub fn open(folder: &Path, random: &'static dyn Randomness) -> Result<Self, DeskError> {
        let institution = Institution::open(folder)?;
        let store = Arc::new(institution.store_in_turn()?);
        Self::with_store(institution, store, random)
    }

    /// The same upon a store that somebody opened.
    ///
    /// # Errors
    /// [`DeskError::NotReadable`] when the catalogue cannot be read.
    pub fn with_store(
        institution: Institution,
        store: Arc<dyn Store>,
        random: &'static dyn Randomness,
    ) -> Result<Self, DeskError> {
        let catalogue =
            Catalogue::shipped().map_err(|error| DeskError::NotReadable(Path::new(&error.file).to_owned()))?;
        let key = invitation::key_of(institution.did());
        // A process that was stopped between an act and its publication forgot that there was something to publish.
        let unpublished = !fsck::is_published(&institution, &*store)?;
        let folder = institution.folder();
        let (copy_room, press_room, uploads) = (CopyRoom::of(folder), PressRoom::of(folder), Uploads::of(folder));
        Ok(Self {
            institution: RwLock::new(Arc::new(institution)),
            key,
            store,
            catalogue,
            random,
            register: Mutex::default(),
            at_work: Arc::default(),
            keys: Mutex::default(),
            unpublished: AtomicBool::new(unpublished),
            copy_room,
            press_room,
            uploads,
            swept: Mutex::default(),
        })
    }

    /// Who it is, with the key that signs now.
    #[must_use]
    pub fn institution(&self) -> Arc<Institution> {
        Arc::clone(&self.institution.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Under which short name the server knows it.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Its store.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// What it may award.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The achievement of an identifier or code.
    #[must_use]
    pub fn template(&self, wanted: &str) -> Option<&Template> {
        self.catalogue.find(wanted)
    }

    /// The achievement of an identifier or code, as it is awarded in a kind: an old award of it is attested from the archive.
    #[must_use]
    pub fn template_of(&self, wanted: &str, kind: Kind) -> Option<Cow<'_, Template>> {
        let template = self.template(wanted)?;
        let from_archive = kind == Kind::FromArchive && template.kind() != kind;
        Some(if from_archive { Cow::Owned(template.from_archive()) } else { Cow::Borrowed(template) })
    }

    /// Where copies of it wait to be fetched.
    #[must_use]
    pub fn copy_room(&self) -> &CopyRoom {
        &self.copy_room
    }

    /// What is printed and was.
    #[must_use]
    pub fn press_room(&self) -> &PressRoom {
        &self.press_room
    }

    /// The files that are on their way up.
    #[must_use]
    pub fn uploads(&self) -> &Uploads {
        &self.uploads
    }

    /// Takes away the files whose hour is over: what was printed, and what never came up whole. They name people.
    pub fn tidy(&self, now: Timestamp) {
        self.press_room.expire(now);
        self.uploads.expire(now);
    }

    /// Sweeps the store, if somebody was forgotten: at once, and then not again within the hour, for who writes waits meanwhile.
    ///
    /// # Errors
    /// [`StoreError`]; it is tried again after an hour.
    pub fn sweep(&self, now: Timestamp) -> Result<bool, StoreError> {
        let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
        if swept.is_some_and(|swept| (swept..swept + SWEPT_EACH).contains(&now.seconds()))
            || !self.store.is_unswept()?
        {
            return Ok(false);
        }
        *swept = Some(now.seconds());
        self.store.sweep()
    }

    /// Takes away every such file: somebody was forgotten who may stand in them.
    pub fn drop_files(&self) {
        self.press_room.clear();
        self.uploads.clear();
    }

    /// Where its random bytes come from.
    #[must_use]
    pub fn random(&self) -> &'static dyn Randomness {
        self.random
    }

    /// What keeps signing and publishing one at a time, to be shared with whoever else signs for it.
    #[must_use]
    pub fn at_work(&self) -> &Arc<Mutex<()>> {
        &self.at_work
    }

    /// The register, for whoever is about to write into it.
    pub fn register(&self) -> MutexGuard<'_, ()> {
        self.register.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A name that nobody has: 128 random bits, base64url.
    ///
    /// # Errors
    /// [`DeskError::Randomness`].
    pub fn new_id(&self) -> Result<String, DeskError> {
        Ok(multibase::base64url(&random::<ID>(self.random)?))
    }

    /// Says that a batch is being signed, if nobody is at it already and the keys stay.
    #[must_use]
    pub fn begin_signing(self: &Arc<Self>, batch: &str) -> Option<Signing> {
        let mut keys = self.keys_at_work();
        let begun = !keys.changing && keys.signing.insert(batch.to_owned());
        begun.then(|| Signing { house: Arc::clone(self), batch: batch.to_owned() })
    }

    /// The batches that are being signed now.
    #[must_use]
    pub fn signing(&self) -> BTreeSet<String> {
        self.keys_at_work().signing.clone()
    }

    /// Makes the next signing key, and publishes under it, see [`rotate`].
    ///
    /// # Errors
    /// [`StoreError::NotNow`] while a batch is being signed; else as there.
    pub fn rotate(&self, secret: &Secret, by: &Hand, now: Timestamp) -> Result<(), DeskError> {
        let _changing = self.begin_change()?;
        let _alone = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.institution();
        self.unpublished.store(false, Ordering::Release);
        let rotated = rotate(&before, &*self.store, secret, self.random, by, now);
        if rotated.is_err() {
            self.to_publish();
        }
        // Stopped in its middle too, the card says which key signs.
        let institution = Institution::open(before.folder())?;
        *self.institution.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(institution);
        rotated.map(drop)
    }

    /// Has another secret open the keys from now on.
    ///
    /// # Errors
    /// [`StoreError::NotNow`] while a batch is being signed; else as [`Institution::seal_anew`].
    pub fn seal_anew(&self, old: &Secret, new: &Secret, by: &Hand) -> Result<(), DeskError> {
        let _changing = self.begin_change()?;
        let _alone = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        self.institution().seal_anew(&*self.store, old, new, by)
    }

    /// Publishes status lists and log, and renews the pack of a pilot.
    ///
    /// # Errors
    /// [`StoreError::Stale`] for keys that were opened before they changed; [`DeskError::StillKept`] when all is published; [`DeskError`]. Each file is the old one or the new one, whole.
    pub fn publish(&self, keyring: &Keyring, secret: &Secret, now: Timestamp) -> Result<(), DeskError> {
        let _alone = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        let institution = self.institution();
        institution.must_sign_with(keyring)?;
        // Before the store is read: what is done meanwhile is then still to be published.
        self.unpublished.store(false, Ordering::Release);
        let done = publish(&institution, &*self.store, keyring, now).and_then(|published| {
            pilot::renew(&institution, published.lists.clone(), secret, now)?;
            Ok(published)
        });
        if done.is_err() {
            self.to_publish();
        }
        if done?.forgot()? != Forgotten::default() {
            self.drop_files();
        }
        Ok(())
    }

    /// Publishes as the successor of this institution, which has closed, see [`successor::publish`].
    ///
    /// # Errors
    /// As [`House::publish`], and as there.
    pub fn publish_as(&self, heir: &House, keyring: &Keyring, by: &Hand, now: Timestamp) -> Result<(), DeskError> {
        let _alone = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        let successor = heir.institution();
        successor.must_sign_with(keyring)?;
        self.unpublished.store(false, Ordering::Release);
        let done = successor::publish(&self.institution(), &*self.store, &successor, keyring, by, now);
        if done.is_err() {
            self.to_publish();
        }
        if done?.forgot()? != Forgotten::default() {
            self.drop_files();
        }
        Ok(())
    }

    /// Works with a restored copy from now on, see [`handover::confirm`].
    ///
    /// # Errors
    /// As there.
    pub fn confirm(&self, witness: Witness<'_>, by: &Hand) -> Result<(), NotConfirmed> {
        let _alone = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        handover::confirm(&self.institution(), &*self.store, witness, by)
    }

    /// Works here no more, for good.
    ///
    /// # Errors
    /// [`StoreError::NotNow`] while a batch is being signed or the keys change; and any other.
    pub fn retire(&self, by: &Hand) -> Result<(), StoreError> {
        let _changing = self.begin_change()?;
        let _alone = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        self.store.retire(by)
    }

    /// Whether its store can be read and written at this moment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn ready(&self) -> Result<(), StoreError> {
        self.store.ready()
    }

    /// Says that something is to be published.
    pub fn to_publish(&self) {
        self.unpublished.store(true, Ordering::Release);
    }

    /// Whether everything that was signed or withdrawn here is published.
    #[must_use]
    pub fn is_published(&self) -> bool {
        !self.unpublished.load(Ordering::Acquire)
    }

    fn begin_change(&self) -> Result<Changing<'_>, StoreError> {
        let mut keys = self.keys_at_work();
        if keys.changing || !keys.signing.is_empty() {
            return Err(StoreError::NotNow);
        }
        keys.changing = true;
        Ok(Changing(self))
    }

    fn keys_at_work(&self) -> MutexGuard<'_, KeysAtWork> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        self.0.keys_at_work().changing = false;
    }
}

impl Drop for Signing {
    fn drop(&mut self) {
        self.house.keys_at_work().signing.remove(&self.batch);
    }
}
