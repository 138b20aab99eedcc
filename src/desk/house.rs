//! An institution's folder, opened once and held for as long as a server runs: whoever asks has its store and no other's, so that nothing can
//! be asked across institutions (threats.md I2).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::catalogue::{Catalogue, Template};
use super::fsck;
use super::institution::{DeskError, Institution};
use super::invitation;
use super::keyring::{Keyring, Secret};
use super::pilot;
use super::press_room::PressRoom;
use super::publish::publish;
use super::random::{Randomness, random};
use super::uploads::Uploads;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::Kind;
use crate::store::Store;

/// 16 bytes: 128 random bits name a release or a salt.
const ID: usize = 16;

/// An institution that works in this server.
pub struct House {
    institution: Institution,
    key: String,
    store: Arc<dyn Store>,
    catalogue: Catalogue,
    random: &'static dyn Randomness,
    /// Whether a person is in the register is looked at before a row is written: one import or correction at a time.
    register: Mutex<()>,
    /// Signing and publishing, one at a time: of two publications the older one would be the last.
    at_work: Arc<Mutex<()>>,
    /// The batches that are being signed.
    signing: Mutex<BTreeSet<String>>,
    /// Whether something was signed or withdrawn since the last publication.
    unpublished: AtomicBool,
    press_room: PressRoom,
    uploads: Uploads,
}

/// A batch that is being signed, until this is dropped.
#[derive(Debug)]
pub struct Signing {
    house: Arc<House>,
    batch: String,
}

impl fmt::Debug for House {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("House").field("institution", &self.institution.did()).finish_non_exhaustive()
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
        let (press_room, uploads) = (PressRoom::of(institution.folder()), Uploads::of(institution.folder()));
        Ok(Self {
            institution,
            key,
            store,
            catalogue,
            random,
            register: Mutex::default(),
            at_work: Arc::default(),
            signing: Mutex::default(),
            unpublished: AtomicBool::new(unpublished),
            press_room,
            uploads,
        })
    }

    /// Who it is.
    #[must_use]
    pub fn institution(&self) -> &Institution {
        &self.institution
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

    /// Says that a batch is being signed, if nobody is at it already.
    #[must_use]
    pub fn begin_signing(self: &Arc<Self>, batch: &str) -> Option<Signing> {
        let begun = self.batches_at_work().insert(batch.to_owned());
        begun.then(|| Signing { house: Arc::clone(self), batch: batch.to_owned() })
    }

    /// The batches that are being signed now.
    #[must_use]
    pub fn signing(&self) -> BTreeSet<String> {
        self.batches_at_work().clone()
    }

    /// Publishes status lists and log, and renews the pack of a pilot.
    ///
    /// # Errors
    /// [`DeskError`]; each file is the old one or the new one, whole.
    pub fn publish(&self, keyring: &Keyring, secret: &Secret, now: Timestamp) -> Result<(), DeskError> {
        let _alone = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        // Before the store is read: what is done meanwhile is then still to be published.
        self.unpublished.store(false, Ordering::Release);
        let done = publish(&self.institution, &*self.store, keyring, now)
            .and_then(|published| pilot::renew(&self.institution, published.lists, secret, now));
        if done.is_err() {
            self.to_publish();
        }
        done.map(drop)
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

    fn batches_at_work(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.signing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Signing {
    fn drop(&mut self) {
        self.house.batches_at_work().remove(&self.batch);
    }
}
