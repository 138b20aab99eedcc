//! One person who signs for an authority, on their own machine: a sealed key, and a memory of what they have seen and signed.
//!
//! ```text
//! DIR/keys.age      the key, sealed, mode 0600
//! DIR/person.json   the name and the public key
//! DIR/seen.json     by authority: its first root, the versions last seen and last signed
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::AuthorityError;
use super::names::seen as is_seen;
use super::proposal::Proposal;
use crate::base::key::{PublicKey, SecretKey};
use crate::base::limits::NAME_CHARACTERS;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::desk::institution::{DeskError, at};
use crate::desk::keyring::{Keyring, Secret};
use crate::desk::random::{Randomness, random};
use crate::store::files::{Readers, write_once, write_whole};

const PERSON: &str = "person";
const KIND: &str = "skillpass-person-1";

/// A person with a key.
#[derive(Debug)]
pub struct Person {
    folder: PathBuf,
    card: Card,
    key: PublicKey,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Card {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    public_key_multibase: String,
}

/// What a person last saw of an authority.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    /// Digest of the first root.
    first_root: String,
    /// Versions of root and accreditation that were published, and what they were.
    published: Option<Version>,
    /// The same of what was signed.
    signed: Option<Version>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Version {
    root: u64,
    accreditation: u64,
    digest: String,
}

/// What a person should know before signing, beside the changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// This machine has never seen this authority: the fingerprint is to be compared.
    NeverSeen,
    /// It has signed something else of the same version.
    SignedAnother,
    /// It knows the authority, and what is proposed follows.
    Follows,
}

impl Person {
    /// Makes a key in a folder that is empty or not there.
    ///
    /// # Errors
    /// [`DeskError`]. Keys are never overwritten.
    pub fn make(
        folder: &Path,
        name: &str,
        secret: &Secret,
        random_source: &dyn Randomness,
    ) -> Result<Self, AuthorityError> {
        is_seen(name)?;
        if name.chars().count() > NAME_CHARACTERS {
            return Err(AuthorityError::Desk(DeskError::Value("name")));
        }
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        let key = SecretKey::from_seed(&random(random_source)?);
        let public = key.public();
        let card = Card { kind: KIND.to_owned(), name: name.to_owned(), public_key_multibase: public.to_multikey() };
        Keyring::default().with(PERSON, key).create(&folder.join("keys.age"), secret)?;
        let path = folder.join("person.json");
        let bytes = serde_json::to_vec_pretty(&card).map_err(|_| DeskError::NotReadable(path.clone()))?;
        write_once(&path, &bytes, Readers::Everybody).map_err(at(&path))?;
        Ok(Self { folder: folder.to_owned(), card, key: public })
    }

    /// Opens a person's folder.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn open(folder: &Path) -> Result<Self, AuthorityError> {
        let path = folder.join("person.json");
        let bytes = std::fs::read(&path).map_err(at(&path))?;
        let card: Card = serde_json::from_slice(&bytes).map_err(|_| DeskError::NotReadable(path.clone()))?;
        let key = PublicKey::from_multikey(&card.public_key_multibase).ok().filter(|_| card.kind == KIND);
        let key = key.ok_or(DeskError::NotReadable(path))?;
        Ok(Self { folder: folder.to_owned(), card, key })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.card.name
    }

    /// The public key.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// What this machine remembers of the authority, held against a proposal.
    ///
    /// # Errors
    /// [`AuthorityError::OtherRoot`], [`AuthorityError::Stale`], [`AuthorityError::NoRole`], [`AuthorityError::AlreadySigned`], and what
    /// [`Proposal::check`] refuses.
    pub fn recall(&self, proposal: &Proposal) -> Result<Memory, AuthorityError> {
        proposal.check()?;
        if !proposal.concerns(&self.key) {
            return Err(AuthorityError::NoRole);
        }
        let mine = |tally: &super::proposal::Tally| tally.role.keys.contains(&self.key);
        let open = |tally: &super::proposal::Tally| mine(tally) && !tally.signed.contains(&self.key);
        let memory = self.seen()?;
        let Some(seen) = memory.get(&id_of(proposal)) else {
            return match proposal.tallies().iter().any(open) {
                true => Ok(Memory::NeverSeen),
                false => Err(AuthorityError::AlreadySigned),
            };
        };
        if seen.first_root != multibase::digest(&proposal.first_root()) {
            return Err(AuthorityError::OtherRoot(id_of(proposal)));
        }
        let (base, next) = (base_of(proposal), next_of(proposal));
        let versions = |version: &Version| (version.root, version.accreditation);
        if let Some(seen) = &seen.published {
            let offered = base.as_ref().map_or((0, 0), versions);
            let digest = base.as_ref().map_or("", |base| &base.digest);
            if offered < versions(seen) || offered == versions(seen) && digest != seen.digest {
                return Err(AuthorityError::Stale { seen: versions(seen), offered });
            }
        }
        if !proposal.tallies().iter().any(open) {
            return Err(AuthorityError::AlreadySigned);
        }
        let another =
            seen.signed.as_ref().is_some_and(|it| versions(it) == versions(&next) && it.digest != next.digest);
        Ok(if another { Memory::SignedAnother } else { Memory::Follows })
    }

    /// Signs what is this person's to sign, and remembers it first.
    ///
    /// # Errors
    /// As [`Person::recall`]; the keyring, the disk.
    pub fn sign(&self, proposal: &mut Proposal, secret: &Secret, now: Timestamp) -> Result<(), AuthorityError> {
        self.recall(proposal)?;
        let keyring = Keyring::open(&self.folder.join("keys.age"), secret)?;
        let key = keyring.key(PERSON)?;
        let mut memory = self.seen()?;
        let known = memory.remove(&id_of(proposal)).and_then(|seen| seen.published);
        let seen = Seen {
            first_root: multibase::digest(&proposal.first_root()),
            published: base_of(proposal).or(known),
            signed: Some(next_of(proposal)),
        };
        memory.insert(id_of(proposal), seen);
        let path = self.folder.join("seen.json");
        let bytes = serde_json::to_vec_pretty(&memory).map_err(|_| DeskError::NotReadable(path.clone()))?;
        write_whole(&path, &bytes, Readers::Owner).map_err(at(&path))?;
        proposal.sign(key, now).map(|_| ())
    }

    fn seen(&self) -> Result<BTreeMap<String, Seen>, AuthorityError> {
        let path = self.folder.join("seen.json");
        match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(error) => Err(DeskError::Io(path, error).into()),
            // What cannot be read is not the same as nothing seen.
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).map_err(|_| DeskError::NotReadable(path))?),
        }
    }
}

fn id_of(proposal: &Proposal) -> String {
    proposal.root().map(|root| root.authority.id.clone()).unwrap_or_default()
}

fn base_of(proposal: &Proposal) -> Option<Version> {
    let base = proposal.base()?;
    let (root, accreditation) = base.digests();
    let (root_version, accreditation_version, _) = base.pack.versions();
    let digest = format!("{} {}", multibase::digest(&root), multibase::digest(&accreditation));
    Some(Version { root: root_version, accreditation: accreditation_version, digest })
}

fn next_of(proposal: &Proposal) -> Version {
    let root = proposal.root().map_or(0, |root| root.version);
    Version { root, accreditation: proposal.accreditation().version, digest: proposal.digest() }
}
