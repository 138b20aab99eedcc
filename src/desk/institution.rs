//! An institution's folder: who it is, its sealed keys, its store, its status lists.
//!
//! ```text
//! DIR/institution.json   who it is: name, country, DID, key, verify host (no secret)
//! DIR/keys.age           its keys, sealed, mode 0600
//! DIR/store/             what was issued (sled)
//! DIR/status/            its signed status lists, see [`super::publish`]
//! DIR/publish/           what it hands to its authority
//! DIR/trust.json         the pilot pack that holds this institution alone
//! DIR/pilot/             the pilot authority that signs that pack
//! DIR/pilot-ended/       the same, put aside: it is a pilot no more
//! ```

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::keyring::{Keyring, KeyringError, Secret};
use super::publish::publish;
use super::random::{NoRandomness, Randomness, random};
use super::slot::SlotOrder;
use crate::base::did::{Did, MethodId};
use crate::base::key::{PublicKey, SecretKey};
use crate::base::timestamp::Timestamp;
use crate::credential::credential::CredentialId;
use crate::store::acts::{Hand, What};
use crate::store::files::{Readers, rename, write_once, write_whole};
use crate::store::sled_store::SledStore;
use crate::store::{Store, StoreError, custody};
use crate::trust::accreditation::IssuerKey;
use crate::trust::status::REVOCATION;

/// The role of an institution's signing key in its keyring.
pub const ISSUER: &str = "issuer";
/// The role of a signing key that waits for the card to name it, see [`super::rotate`].
pub const NEXT: &str = "next-issuer";
/// The role of the secret that orders its slots.
pub const SLOTS: &str = "slots";
/// The folder of a pilot's own authority, and where it is put aside.
pub const PILOT: &str = "pilot";
const PILOT_ENDED: &str = "pilot-ended";
/// The fragment of a did:web's first key.
const FIRST_KEY: &str = "key-1";

/// 100 times 100 milliseconds: a publication opens sealed keys and waits for the disk, which takes an old laptop some
/// seconds; and sled gives its lock back some time after it was dropped.
const TURNS: u32 = 100;
const TURN: Duration = Duration::from_millis(100);

/// Who an institution is, as its folder says. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Card {
    /// `skillpass-institution-1`
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Its identifier.
    pub did: String,
    /// Its verification method.
    pub method: String,
    /// The method's public key.
    pub public_key_multibase: String,
    /// When the key was made.
    pub since: String,
    /// The host in printed codes. Whoever prints it must keep the domain for as long as the paper lives.
    pub verify_host: Option<String>,
    /// The keys that it signed with before, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<EarlierKey>,
    /// Whether it is a pilot still, which may sign in one step. Cards made before this was said say nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pilot: bool,
}

/// A key that an institution signed with before. Nobody has its secret part any more, unless it leaked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EarlierKey {
    /// Its verification method.
    pub method: String,
    /// The method's public key.
    pub public_key_multibase: String,
    /// When it was made.
    pub since: String,
    /// When the next one took its place.
    pub until: String,
}

/// The `type` of a card.
pub const CARD_KIND: &str = "skillpass-institution-1";

/// An institution at work.
#[derive(Debug)]
pub struct Institution {
    folder: PathBuf,
    card: Card,
    did: Did,
    method: MethodId,
}

/// Who is to be founded.
#[derive(Clone, Debug)]
pub struct Founding {
    /// Its name, 1 to 200 characters.
    pub name: String,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    /// The host in printed codes.
    pub verify_host: Option<String>,
    /// Its domain: then it is a did:web.
    pub domain: Option<String>,
}

/// Why an institution cannot work.
#[derive(Debug)]
pub enum DeskError {
    /// An authority's work was refused.
    Authority(Box<super::authority::AuthorityError>),
    /// A file stands where one would be written.
    FileExists(PathBuf),
    /// The folder holds something already.
    FolderNotEmpty(PathBuf),
    /// A file cannot be read or written: which, and why.
    Io(PathBuf, std::io::Error),
    /// The keyring.
    Keyring(KeyringError),
    /// No institution in this folder.
    NoInstitution(PathBuf),
    /// Only a pilot may sign in one step (design §6).
    NotAPilot,
    /// A file is not what it should be: which one.
    NotReadable(PathBuf),
    /// The source of randomness failed.
    Randomness,
    /// The store.
    Store(StoreError),
    /// Everything was published; whoever was to be forgotten with it is still there.
    StillKept(StoreError),
    /// A value that was given cannot be used: which one.
    Value(&'static str),
}

impl From<KeyringError> for DeskError {
    fn from(error: KeyringError) -> Self {
        DeskError::Keyring(error)
    }
}

impl From<NoRandomness> for DeskError {
    fn from(_: NoRandomness) -> Self {
        DeskError::Randomness
    }
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        DeskError::Store(error)
    }
}

/// Names the file that an input or output error belongs to.
pub(super) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> DeskError + '_ {
    move |error| DeskError::Io(path.to_owned(), error)
}

impl Founding {
    /// Whether it can be founded as it is.
    ///
    /// # Errors
    /// [`DeskError::Value`] with what cannot be used.
    pub fn check(&self) -> Result<(), DeskError> {
        let country = self.country.len() == 2 && self.country.bytes().all(|byte| byte.is_ascii_uppercase());
        if !country {
            return Err(DeskError::Value("country"));
        }
        let characters = self.name.chars().count();
        let plain = self.name == self.name.trim() && !self.name.chars().any(char::is_control);
        if !(1..=crate::base::limits::TITLE_CHARACTERS).contains(&characters) || !plain {
            return Err(DeskError::Value("name"));
        }
        if self.verify_host.as_deref().is_some_and(|host| !is_host(host)) {
            return Err(DeskError::Value("verify-host"));
        }
        Ok(())
    }
}

/// A place to found something in: an empty folder, or none yet. Held by one process at a time.
#[derive(Debug)]
pub struct Ground {
    folder: PathBuf,
    was_there: bool,
    _held: File,
}

impl Ground {
    /// Takes the place.
    ///
    /// # Errors
    /// [`KeyringError::Exists`], [`DeskError::FolderNotEmpty`], [`StoreError::Locked`], [`DeskError::Io`].
    pub fn free(folder: &Path) -> Result<Self, DeskError> {
        let was_there = folder.exists();
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        let held = File::open(folder).map_err(at(folder))?;
        held.try_lock().map_err(|_| DeskError::Store(StoreError::Locked))?;
        if folder.join("keys.age").exists() {
            return Err(KeyringError::Exists.into());
        }
        if std::fs::read_dir(folder).map_err(at(folder))?.next().is_some() {
            return Err(DeskError::FolderNotEmpty(folder.to_owned()));
        }
        Ok(Self { folder: folder.to_owned(), was_there, _held: held })
    }

    /// Takes away what a founding left that did not come to its end, so that it can be repeated. Nothing was signed with its keys that
    /// anybody has.
    #[must_use]
    pub fn cleared(&self, error: DeskError) -> DeskError {
        // The error is what there is to tell; what cannot be removed now is in the way of the next attempt, which says so.
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().filter_map(Result::ok);
        for path in entries.map(|entry| entry.path()) {
            let _ = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        }
        if !self.was_there {
            let _ = std::fs::remove_dir(&self.folder);
        }
        error
    }
}

/// A host with an optional port, as a printed code may carry it (qr.md §7.5).
fn is_host(text: &str) -> bool {
    Did::parse(&format!("did:web:{}", text.replace(':', "%3A"))).is_ok()
}

impl Institution {
    /// Founds an institution in a folder that is empty or not there: keys, card, store, first status list.
    ///
    /// # Errors
    /// [`DeskError`]. Keys are never overwritten.
    pub fn found(
        folder: &Path,
        founding: &Founding,
        secret: &Secret,
        random_source: &dyn Randomness,
        now: Timestamp,
    ) -> Result<Self, DeskError> {
        founding.check()?;
        if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(DeskError::FolderNotEmpty(folder.to_owned()));
        }
        let key = SecretKey::from_seed(&random(random_source)?);
        let slots = SecretKey::from_seed(&random(random_source)?);
        let (did, method) = match &founding.domain {
            None => (Did::of_key(&key.public()), MethodId::of_key(&key.public())),
            Some(domain) => {
                let did = Did::parse(&format!("did:web:{}", domain.replace(':', "%3A")))
                    .map_err(|_| DeskError::Value("domain"))?;
                let method = did.method(FIRST_KEY).map_err(|_| DeskError::Value("domain"))?;
                (did, method)
            }
        };
        let card = Card {
            kind: CARD_KIND.to_owned(),
            name: founding.name.clone(),
            country: founding.country.clone(),
            did: did.to_string(),
            method: method.to_string(),
            public_key_multibase: key.public().to_multikey(),
            since: now.to_string(),
            verify_host: founding.verify_host.clone(),
            earlier: Vec::new(),
            pilot: true,
        };
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        let institution = Self { folder: folder.to_owned(), card, did, method };
        // The keys first: without them the rest is nothing, and nothing overwrites them.
        let keyring = Keyring::default().with(ISSUER, key).with(SLOTS, slots);
        keyring.create(&institution.key_path(), secret)?;
        let store = institution.store_in_turn()?;
        publish(&institution, &store, &keyring, now)?;
        let path = folder.join("institution.json");
        write_once(&path, &institution.card.to_bytes()?, Readers::Everybody).map_err(at(&path))?;
        Ok(institution)
    }

    /// Opens an institution's folder.
    ///
    /// # Errors
    /// [`DeskError::NoInstitution`], [`DeskError::NotReadable`], [`DeskError::Io`].
    pub fn open(folder: &Path) -> Result<Self, DeskError> {
        let path = folder.join("institution.json");
        let bytes = match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(DeskError::NoInstitution(folder.to_owned()));
            }
            other => other.map_err(at(&path))?,
        };
        let card = Card::read(&bytes).ok_or_else(|| DeskError::NotReadable(path.clone()))?;
        let did = Did::parse(&card.did).map_err(|_| DeskError::NotReadable(path.clone()))?;
        let method = MethodId::parse(&card.method).map_err(|_| DeskError::NotReadable(path))?;
        Ok(Self { folder: folder.to_owned(), card, did, method })
    }

    /// Whether it is a pilot, which may sign in one step (design §6): it has a pilot authority of its own beside it, and everything under
    /// that says PILOT.
    #[must_use]
    pub fn is_pilot(&self) -> bool {
        self.folder.join(PILOT).is_dir()
    }

    /// Ends being a pilot, for good: from now on two people release whatever is signed, and the authority that vouched for it alone is put
    /// aside. When it is interrupted, doing it again does the rest. Whether that is news.
    ///
    /// # Errors
    /// [`StoreError`] of a store that does not work here; [`DeskError::Io`].
    pub fn end_pilot(&self, store: &dyn Store, by: &Hand) -> Result<bool, DeskError> {
        custody::must_work(store)?;
        if !self.is_pilot() {
            return Ok(false);
        }
        // The store first: once it requires two people, nothing is signed in one step whatever the folder says.
        store.require_two_people(by)?;
        store.note(What::PilotEnded, "", by)?;
        let card = Card { pilot: false, ..self.card.clone() }.to_bytes()?;
        let published = self.publish_folder();
        std::fs::create_dir_all(&published).map_err(at(&published))?;
        for folder in [&published, &self.folder] {
            let path = folder.join("institution.json");
            write_whole(&path, &card, Readers::Everybody).map_err(at(&path))?;
        }
        let (from, to) = (self.folder.join(PILOT), self.folder.join(PILOT_ENDED));
        rename(&from, &to).map_err(at(&to))?;
        Ok(true)
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Who it is.
    #[must_use]
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// Its identifier.
    #[must_use]
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// Its verification method.
    #[must_use]
    pub fn method(&self) -> &MethodId {
        &self.method
    }

    /// Where its sealed keys are.
    #[must_use]
    pub fn key_path(&self) -> PathBuf {
        self.folder.join("keys.age")
    }

    /// Opens its keys.
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn keyring(&self, secret: &Secret) -> Result<Keyring, KeyringError> {
        let keyring = Keyring::open(&self.key_path(), secret)?;
        // Stopped in the middle of a change of keys: the card says which of the two signs.
        let next = keyring.key(NEXT).ok().filter(|next| next.public().to_multikey() == self.card.public_key_multibase);
        let next = next.map(|next| SecretKey::from_seed(&next.seed()));
        Ok(match next {
            Some(next) => keyring.with(ISSUER, next),
            None => keyring,
        })
    }

    /// That it signs with these keys: they may have been opened before its key changed.
    ///
    /// # Errors
    /// [`StoreError::Stale`], [`KeyringError::NoKey`].
    pub fn must_sign_with(&self, keyring: &Keyring) -> Result<(), DeskError> {
        let is_it = keyring.key(ISSUER)?.public().to_multikey() == self.card.public_key_multibase;
        if is_it { Ok(()) } else { Err(StoreError::Stale.into()) }
    }

    /// Seals its keys anew, and those of a pilot's own authority: another passphrase or key file opens them from then on, and the log says
    /// so. When it is interrupted, doing it again with the same two does the rest.
    ///
    /// # Errors
    /// [`StoreError`] of a store that does not work here; [`DeskError::Keyring`]; then what was not sealed anew opens as before.
    pub fn seal_anew(&self, store: &dyn Store, old: &Secret, new: &Secret, by: &Hand) -> Result<(), DeskError> {
        custody::must_work(store)?;
        // The institution's own last: as long as they open with the old secret, it is not done.
        let keyring = self.keyring(old)?;
        // The line first: a passphrase that was changed without one would be known to nobody else.
        store.note(What::PassphraseChanged, "", by)?;
        let beside = self.folder.join(PILOT).join("keys.age");
        if self.is_pilot() && Keyring::open(&beside, new).is_err() {
            Keyring::open(&beside, old)?.seal_anew(&beside, new)?;
        }
        Ok(keyring.seal_anew(&self.key_path(), new)?)
    }

    /// Opens its store, one process at a time, when whoever has it now has given it back: a server that issues has it for moments, and
    /// while it publishes.
    ///
    /// # Errors
    /// [`StoreError`]; `Locked` when it is held for longer than that.
    pub fn store_in_turn(&self) -> Result<SledStore, StoreError> {
        let store = self.folder.join("store");
        let mut opened = SledStore::open(&store);
        for _ in 0..TURNS {
            if !matches!(opened, Err(StoreError::Locked)) {
                break;
            }
            std::thread::sleep(TURN);
            opened = SledStore::open(&store);
        }
        opened
    }

    /// The secret order of its slots.
    ///
    /// # Errors
    /// [`KeyringError::NoKey`].
    pub fn slot_order(&self, keyring: &Keyring) -> Result<SlotOrder, KeyringError> {
        Ok(SlotOrder::of_secret(*keyring.key(SLOTS)?.seed()))
    }

    /// The identifier of one of its status lists, by its block of 131,072 credentials and its purpose: an address under its domain, else
    /// a URN that nobody can guess from another.
    #[must_use]
    pub fn list_id(&self, block: u32, purpose: &str) -> String {
        let beside = purpose != REVOCATION;
        match self.did.host() {
            Some(host) if beside => format!("https://{host}/status/{}/{purpose}", u64::from(block) + 1),
            Some(host) => format!("https://{host}/status/{}", u64::from(block) + 1),
            None => {
                let beside = if beside { format!("\0{purpose}") } else { String::new() };
                let digest = Sha256::digest(format!("skillpass status list\0{}\0{block}{beside}", self.did));
                let mut uuid = [0; 16];
                uuid.copy_from_slice(&digest[..16]);
                CredentialId::of_random(uuid).as_str().to_owned()
            }
        }
    }

    /// The folder that it hands to its authority.
    #[must_use]
    pub fn publish_folder(&self) -> PathBuf {
        self.folder.join("publish")
    }
}

impl Card {
    /// Reads a card.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|card: &Self| card.kind == CARD_KIND)
    }

    /// The file it is kept in.
    ///
    /// # Errors
    /// [`DeskError::Value`] never for a card that was read.
    pub fn to_bytes(&self) -> Result<Vec<u8>, DeskError> {
        let mut text = serde_json::to_vec_pretty(self).map_err(|_| DeskError::Value("name"))?;
        text.push(b'\n');
        Ok(text)
    }

    /// Its key, as an authority lists it.
    #[must_use]
    pub fn key(&self) -> Option<IssuerKey> {
        key_of(&self.method, &self.public_key_multibase, &self.since, None)
    }

    /// Every key that it ever had, the one that signs now first; none when one of them is not right.
    #[must_use]
    pub fn keys(&self) -> Vec<IssuerKey> {
        let earlier = self.earlier.iter().rev();
        let earlier = earlier.map(|key| key_of(&key.method, &key.public_key_multibase, &key.since, Some(&key.until)));
        std::iter::once(self.key()).chain(earlier).collect::<Option<_>>().unwrap_or_default()
    }
}

fn key_of(method: &str, multikey: &str, from: &str, until: Option<&str>) -> Option<IssuerKey> {
    Some(IssuerKey {
        id: MethodId::parse(method).ok()?,
        key: PublicKey::from_multikey(multikey).ok()?,
        from: Timestamp::parse(from).ok()?,
        until: until.map(Timestamp::parse).transpose().ok()?,
        compromised: None,
        logged: None,
    })
}
