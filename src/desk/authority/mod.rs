//! An authority at work: its keys, its open proposal, its published pack. Accreditation and root are signed by people, each on a machine of
//! their own; the one key that must be online, freshness, is here. A pilot may keep all of them here.
//!
//! ```text
//! DIR/keys.age          the keys that are here, sealed, mode 0600
//! DIR/freshness-N.age   the freshness key that came with root N, likewise
//! DIR/people.json       whose key is whose
//! DIR/proposal.json     what is to be published next, until it is
//! DIR/trust.json        the published pack
//! DIR/history/          the packs before it
//! DIR/logs/             what institutions have logged, as far as it was countersigned
//! ```
//! What is published is written last and in one step: a process that is killed leaves the old pack or the new one.

pub mod change;
pub mod compromise;
pub mod edit;
mod error;
pub mod names;
pub mod person;
pub mod proposal;
pub mod refresh;

use std::fs::File;
use std::path::{Path, PathBuf};

pub use error::AuthorityError;
use proposal::{People, Proposal, Published, next_freshness};

use super::catalogue::{Catalogue, Template};
use super::institution::{DeskError, at};
use super::keyring::{Keyring, KeyringError, Secret};
use super::random::{Randomness, random};
use crate::base::key::{PublicKey, SecretKey};
use crate::base::limits::{EVIDENCE_DAYS_GREEN, TITLE_CHARACTERS};
use crate::base::timestamp::{Date, Timestamp};
use crate::credential::achievement::Language;
use crate::credential::credential::CredentialId;
use crate::credential::document::Signed;
use crate::store::files::{Readers, write_whole};
use crate::trust::accreditation::{Accreditation, CatalogueEntry};
use crate::trust::freshness::Freshness;
use crate::trust::pack::{Anchor, PackError, TrustPack};
use crate::trust::root::{Authority as Party, Environment, Role, Root};
use crate::trust::status::StatusList;

const ACCREDITATION: &str = "accreditation";
const FRESHNESS: &str = "freshness";
const ROOT: &str = "root";

/// An authority at work. One process at a time.
#[derive(Debug)]
pub struct Authority {
    folder: PathBuf,
    published: Option<Published>,
    people: People,
    _held: File,
}

/// Who is to make a pack.
#[derive(Clone, Debug)]
pub struct NewAuthority {
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    /// Where people ask.
    pub office: Option<String>,
    /// Its identifier; one is made where none is given.
    pub id: Option<String>,
    /// Whether it is for real.
    pub environment: Environment,
    /// Days that evidence stays green, at most 30.
    pub green_days: i64,
    /// Who signs. `None` for a pilot that keeps all keys on one machine.
    pub signers: Option<Signers>,
}

/// The people who sign, and how many of them must.
#[derive(Clone, Debug)]
pub struct Signers {
    /// Names and keys of those who sign roots.
    pub root: Vec<(String, PublicKey)>,
    /// How many of them must.
    pub root_threshold: usize,
    /// Names and keys of those who sign accreditations.
    pub accreditation: Vec<(String, PublicKey)>,
    /// How many of them must.
    pub accreditation_threshold: usize,
}

/// The secret keys that are on this machine.
pub struct Keys(Vec<SecretKey>);

impl std::fmt::Debug for Keys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_list().entries(self.0.iter().map(|key| key.public().to_multikey())).finish()
    }
}

impl Keys {
    fn of_role(&self, role: &Role, name: &str) -> Result<&SecretKey, AuthorityError> {
        let key = self.0.iter().find(|key| role.keys.contains(&key.public()));
        key.ok_or_else(|| KeyringError::NoKey(name.to_owned()).into())
    }
}

impl NewAuthority {
    /// A pilot that keeps all keys on one machine.
    #[must_use]
    pub fn pilot(name: &str, country: &str, office: Option<&str>) -> Self {
        Self {
            name: name.to_owned(),
            country: country.to_owned(),
            office: office.map(str::to_owned),
            id: None,
            environment: Environment::Pilot,
            green_days: EVIDENCE_DAYS_GREEN,
            signers: None,
        }
    }

    /// Whether it can be founded as it is.
    ///
    /// # Errors
    /// [`AuthorityError::Unseen`], [`AuthorityError::PilotAlone`], [`AuthorityError::Threshold`], [`DeskError::Value`].
    pub fn check(&self) -> Result<(), AuthorityError> {
        names::seen(&self.name)?;
        let short = |text: &str| (1..=TITLE_CHARACTERS).contains(&text.chars().count());
        if !short(&self.name) || self.office.as_deref().is_some_and(|office| !short(office)) {
            return Err(DeskError::Value("name").into());
        }
        if self.id.as_deref().is_some_and(|id| !short(id) || !id.contains(':') || id.contains(char::is_whitespace)) {
            return Err(DeskError::Value("authority-id").into());
        }
        match &self.signers {
            None if self.environment == Environment::Production => Err(AuthorityError::PilotAlone),
            None => Ok(()),
            Some(signers) => {
                let met = |people: &[(String, PublicKey)], threshold| {
                    let distinct =
                        people.iter().enumerate().all(|(at, (_, key))| people[..at].iter().all(|(_, it)| it != key));
                    distinct && (1..=people.len()).contains(&threshold)
                };
                match () {
                    () if !met(&signers.root, signers.root_threshold) => Err(AuthorityError::Threshold(ROOT)),
                    () if !met(&signers.accreditation, signers.accreditation_threshold) => {
                        Err(AuthorityError::Threshold(ACCREDITATION))
                    }
                    () => Ok(()),
                }
            }
        }
    }
}

impl Authority {
    /// Makes an authority: a pilot with all keys here and an empty pack, or the first proposal to the people who sign.
    ///
    /// # Errors
    /// [`AuthorityError`]. Keys are never overwritten.
    pub fn found(
        folder: &Path,
        new: &NewAuthority,
        secret: &Secret,
        random_source: &dyn Randomness,
        now: Timestamp,
    ) -> Result<Self, AuthorityError> {
        new.check()?;
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        let key = || -> Result<SecretKey, AuthorityError> { Ok(SecretKey::from_seed(&random(random_source)?)) };
        let mut keyring = Keyring::default().with(FRESHNESS, key()?);
        if new.signers.is_none() {
            keyring = keyring.with(ROOT, key()?).with(ACCREDITATION, key()?);
        }
        let id = match &new.id {
            Some(id) => id.clone(),
            None => CredentialId::of_random(random(random_source)?).as_str().to_owned(),
        };
        let party = Party { id, name: new.name.clone(), country: new.country.clone(), office: new.office.clone() };
        let role = |name: &str, people: Option<(&[(String, PublicKey)], usize)>| -> Result<Role, AuthorityError> {
            Ok(match people {
                None => Role::of_one(keyring.key(name)?.public()),
                Some((people, threshold)) => Role { keys: people.iter().map(|(_, key)| *key).collect(), threshold },
            })
        };
        let signers = new.signers.as_ref();
        let root = Root {
            version: 1,
            environment: new.environment,
            issued: now,
            authority: party,
            root: role(ROOT, signers.map(|it| (it.root.as_slice(), it.root_threshold)))?,
            accreditation: role(
                ACCREDITATION,
                signers.map(|it| (it.accreditation.as_slice(), it.accreditation_threshold)),
            )?,
            freshness: role(FRESHNESS, None)?,
            green_days: new.green_days.clamp(1, EVIDENCE_DAYS_GREEN),
        };
        keyring.create(&folder.join("keys.age"), secret)?;
        let mut authority = Self::held(folder)?;
        let named = signers.into_iter().flat_map(|it| it.root.iter().chain(&it.accreditation));
        authority.know(&named.map(|(name, key)| (key.to_multikey(), name.clone())).collect())?;
        let proposal = Proposal::first(root, now, authority.people.clone());
        authority.propose(&proposal)?;
        if new.signers.is_none() {
            authority.publish(
                &Keys(keyring.roles().map(|(_, key)| SecretKey::from_seed(&key.seed())).collect()),
                &[],
                now,
            )?;
        }
        Ok(authority)
    }

    /// Opens an authority's folder, and holds it.
    ///
    /// # Errors
    /// [`AuthorityError::NoAuthority`], [`AuthorityError::Busy`], [`DeskError`].
    pub fn open(folder: &Path) -> Result<Self, AuthorityError> {
        if !folder.join("keys.age").exists() {
            return Err(AuthorityError::NoAuthority(folder.to_owned()));
        }
        let mut authority = Self::held(folder)?;
        authority.published = read_published(folder)?;
        if authority.published.is_none() && !authority.proposal_path().exists() {
            return Err(AuthorityError::NoAuthority(folder.to_owned()));
        }
        let path = folder.join("people.json");
        authority.people = match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => People::new(),
            Err(error) => return Err(DeskError::Io(path, error).into()),
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| DeskError::NotReadable(path))?,
        };
        Ok(authority)
    }

    /// The sealed keys are there from the beginning and never replaced: whoever has them locked has the folder.
    fn held(folder: &Path) -> Result<Self, AuthorityError> {
        let path = folder.join("keys.age");
        let held = File::open(&path).map_err(at(&path))?;
        held.try_lock().map_err(|_| AuthorityError::Busy)?;
        Ok(Self { folder: folder.to_owned(), published: None, people: People::new(), _held: held })
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where its pack is.
    #[must_use]
    pub fn pack_path(&self) -> PathBuf {
        self.folder.join("trust.json")
    }

    /// Where its open proposal is.
    #[must_use]
    pub fn proposal_path(&self) -> PathBuf {
        self.folder.join("proposal.json")
    }

    /// What is published; `None` before the first publication.
    #[must_use]
    pub fn published(&self) -> Option<&Published> {
        self.published.as_ref()
    }

    /// Opens the keys that are here.
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn keys(&self, secret: &Secret) -> Result<Keys, AuthorityError> {
        let mut keys = Vec::new();
        let first = [self.folder.join("keys.age")];
        let later = self.freshness_keyrings()?.into_iter().map(|(_, path)| path);
        for path in first.into_iter().chain(later) {
            let keyring = Keyring::open(&path, secret)?;
            keys.extend(keyring.roles().map(|(_, key)| SecretKey::from_seed(&key.seed())));
        }
        Ok(Keys(keys))
    }

    /// The open proposal, or an empty one on what is published.
    ///
    /// # Errors
    /// [`AuthorityError::OtherBase`] for one on a list that has moved on.
    pub fn proposal(&self) -> Result<Proposal, AuthorityError> {
        let path = self.proposal_path();
        let open = match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(DeskError::Io(path, error).into()),
            Ok(bytes) => Some(Proposal::read(&bytes)?),
        };
        match (open, &self.published) {
            (Some(open), None) if open.base().is_none() => Ok(open),
            (Some(open), Some(published)) if !open.is_published_as(published) => {
                self.stands(&open)?;
                Ok(open)
            }
            // Published, and the process was stopped before it had put the proposal away.
            (_, Some(published)) => Ok(Proposal::on(published.clone(), self.people.clone())),
            (_, None) => Err(AuthorityError::OtherBase),
        }
    }

    /// Writes the open proposal down; an empty one is none.
    ///
    /// # Errors
    /// [`DeskError::Io`].
    pub fn propose(&self, proposal: &Proposal) -> Result<(), AuthorityError> {
        if proposal.is_empty() {
            return self.discard().map(|_| ());
        }
        let path = self.proposal_path();
        Ok(write_whole(&path, &proposal.to_bytes(), Readers::Everybody).map_err(at(&path))?)
    }

    /// Changes the accreditation that is proposed next. How many signatures that undid; `None` when nothing changed.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub fn change(
        &self,
        now: Timestamp,
        change: impl FnOnce(&mut Accreditation) -> Result<(), AuthorityError>,
    ) -> Result<Option<usize>, AuthorityError> {
        let mut proposal = self.proposal()?;
        let undone = proposal.change_accreditation(now, change)?;
        if undone.is_some() {
            self.propose(&proposal)?;
        }
        Ok(undone)
    }

    /// Changes the root that is proposed next. How many signatures that undid; `None` when nothing changed.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub fn change_root(
        &mut self,
        people: &People,
        now: Timestamp,
        change: impl FnOnce(&mut Root) -> Result<(), AuthorityError>,
    ) -> Result<Option<usize>, AuthorityError> {
        let mut proposal = self.proposal()?;
        let undone = proposal.change_root(now, change)?;
        if undone.is_some() {
            self.know(people)?;
            proposal.add_people(people);
            self.propose(&proposal)?;
        }
        Ok(undone)
    }

    /// A fresh freshness key for the next root, sealed beside the others. One that an earlier call made is used again.
    ///
    /// # Errors
    /// The keyring, the disk, [`AuthorityError::NothingProposed`] before the first publication.
    pub fn new_freshness_key(
        &self,
        secret: &Secret,
        random_source: &dyn Randomness,
    ) -> Result<PublicKey, AuthorityError> {
        let published = self.published.as_ref().ok_or(AuthorityError::NothingProposed)?;
        // A secret that does not open the keys that are here would not open the new one later.
        drop(self.keys(secret)?);
        let path = self.folder.join(format!("freshness-{}.age", published.pack.root().version + 1));
        if path.exists() {
            return Ok(Keyring::open(&path, secret)?.key(FRESHNESS)?.public());
        }
        let key = SecretKey::from_seed(&random(random_source)?);
        let public = key.public();
        Keyring::default().with(FRESHNESS, key).create(&path, secret)?;
        Ok(public)
    }

    /// Drops the open proposal. `false` when there was none.
    ///
    /// # Errors
    /// [`DeskError::Io`].
    pub fn discard(&self) -> Result<bool, AuthorityError> {
        let here = self.published.as_ref().map_or(u64::MAX, |published| published.pack.root().version);
        for (root, path) in self.freshness_keyrings()? {
            if root > here {
                std::fs::remove_file(&path).map_err(at(&path))?;
            }
        }
        let path = self.proposal_path();
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(DeskError::Io(path, error).into()),
            Ok(()) => Ok(true),
        }
    }

    /// Publishes the open proposal with the signatures of its copies and of the keys that are here.
    ///
    /// # Errors
    /// [`AuthorityError`]: too few signatures, another base, a version that does not grow.
    pub fn publish(
        &mut self,
        keys: &Keys,
        copies: &[(PathBuf, Proposal)],
        now: Timestamp,
    ) -> Result<(), AuthorityError> {
        let proposal = self.collected(keys, copies, now)?;
        let root = proposal.root().cloned().ok_or(AuthorityError::NothingProposed)?;
        let (roots, accreditation) = proposal.finish()?;
        let key = keys.of_role(&root.freshness, FRESHNESS)?;
        let lists = self.published.as_ref().map(|it| it.parts.lists.clone()).unwrap_or_default();
        let mut freshness = match &self.published {
            Some(published) => {
                let here = published.pack.freshness();
                let version = next_freshness(here, published.pack.root(), &root)?;
                Freshness { version, ..here.clone() }
            }
            None => Freshness {
                version: 1,
                date: now,
                expires: None,
                accreditation_version: 1,
                accreditation_digest: [0; 32],
                lists: Vec::new(),
                checkpoints: Vec::new(),
            },
        };
        freshness.date = now;
        freshness.accreditation_version = proposal.accreditation().version;
        freshness.accreditation_digest = accreditation.digest();
        self.keep_history()?;
        self.write(&roots, &accreditation, &freshness, key, &lists, now)?;
        self.know(proposal.people())?;
        let path = self.proposal_path();
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(DeskError::Io(path, error).into()),
            _ => Ok(()),
        }
    }

    /// The open proposal with all signatures there are.
    fn collected(
        &self,
        keys: &Keys,
        copies: &[(PathBuf, Proposal)],
        now: Timestamp,
    ) -> Result<Proposal, AuthorityError> {
        let mut proposal = self.proposal()?;
        if proposal.is_empty() {
            proposal = copies.first().map(|(_, copy)| copy.clone()).ok_or(AuthorityError::NothingProposed)?;
        }
        for (path, copy) in copies {
            self.stands(copy)?;
            copy.check()?;
            proposal.merge(copy).map_err(|_| AuthorityError::OtherProposal(path.clone()))?;
        }
        proposal.check()?;
        for key in &keys.0 {
            proposal.sign(key, now)?;
        }
        proposal.require().map(|()| proposal)
    }

    /// That a proposal stands on what is published.
    fn stands(&self, proposal: &Proposal) -> Result<(), AuthorityError> {
        let of = |published: &Published| (published.first_root(), published.digests());
        if proposal.base().map(of) == self.published.as_ref().map(of) {
            return Ok(());
        }
        Err(AuthorityError::OtherBase)
    }

    /// Signs freshness, holds the pack against what verifiers ask of it, and puts it in the place of the old one.
    fn write(
        &mut self,
        roots: &[Signed<Root>],
        accreditation: &Signed<Accreditation>,
        freshness: &Freshness,
        key: &SecretKey,
        lists: &[Signed<StatusList>],
        now: Timestamp,
    ) -> Result<(), AuthorityError> {
        let not_signed = |error| AuthorityError::Pack(PackError::Part(FRESHNESS, error));
        let freshness = freshness.sign(key, now).map_err(not_signed)?;
        let bytes = TrustPack::assemble(roots, accreditation, &freshness, lists);
        let pinned = self.published.as_ref().map(Published::first_root);
        let anchor = pinned.map_or(Anchor::NamedByHand, |first| Anchor::Pinned(vec![first]));
        let pack = TrustPack::read(&bytes, &anchor).map_err(AuthorityError::Pack)?;
        if let Some(published) = &self.published {
            pack.supersede(&published.pack).map_err(AuthorityError::Superseding)?;
        }
        let published = Published::read(&bytes).map_err(AuthorityError::Pack)?;
        let path = self.pack_path();
        write_whole(&path, &bytes, Readers::Everybody).map_err(at(&path))?;
        self.published = Some(published);
        Ok(())
    }

    fn keep_history(&self) -> Result<(), AuthorityError> {
        let Some(published) = &self.published else { return Ok(()) };
        let folder = self.folder.join("history");
        std::fs::create_dir_all(&folder).map_err(at(&folder))?;
        let (root, accreditation, freshness) = published.pack.versions();
        let path = folder.join(format!("{root}-{accreditation}-{freshness}.json"));
        let bytes = std::fs::read(self.pack_path()).map_err(at(&self.pack_path()))?;
        Ok(write_whole(&path, &bytes, Readers::Everybody).map_err(at(&path))?)
    }

    fn know(&mut self, people: &People) -> Result<(), AuthorityError> {
        if people.iter().all(|(key, name)| self.people.get(key) == Some(name)) {
            return Ok(());
        }
        self.people.extend(people.iter().map(|(key, name)| (key.clone(), name.clone())));
        let path = self.folder.join("people.json");
        let bytes = serde_json::to_vec_pretty(&self.people).map_err(|_| DeskError::NotReadable(path.clone()))?;
        Ok(write_whole(&path, &bytes, Readers::Owner).map_err(at(&path))?)
    }

    /// The keyrings of freshness keys that came with later roots, with the root's version.
    fn freshness_keyrings(&self) -> Result<Vec<(u64, PathBuf)>, AuthorityError> {
        let entries = std::fs::read_dir(&self.folder).map_err(at(&self.folder))?;
        let of_name = |path: PathBuf| {
            let version = path.file_name()?.to_str()?.strip_prefix("freshness-")?.strip_suffix(".age")?.parse().ok()?;
            Some((version, path))
        };
        let mut found: Vec<(u64, PathBuf)> = entries.filter_map(|entry| of_name(entry.ok()?.path())).collect();
        found.sort();
        Ok(found)
    }
}

fn read_published(folder: &Path) -> Result<Option<Published>, AuthorityError> {
    let path = folder.join("trust.json");
    match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(DeskError::Io(path, error).into()),
        Ok(bytes) => Ok(Some(Published::read(&bytes).map_err(|_| DeskError::NotReadable(path))?)),
    }
}

/// What there is to show of a folder, without holding it: the published pack and the open proposal.
///
/// # Errors
/// [`AuthorityError::NoAuthority`], [`DeskError`].
pub fn look(folder: &Path) -> Result<(Option<Published>, Option<Proposal>), AuthorityError> {
    let published = read_published(folder)?;
    let path = folder.join("proposal.json");
    let proposal = match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(DeskError::Io(path, error).into()),
        Ok(bytes) => Some(Proposal::read(&bytes)?),
    };
    let open = proposal.filter(|open| !published.as_ref().is_some_and(|published| open.is_published_as(published)));
    match (&published, &open) {
        (None, None) => Err(AuthorityError::NoAuthority(folder.to_owned())),
        _ => Ok((published, open)),
    }
}

impl Template {
    /// The achievement as an authority lists it: its standard's own period, else from the day of accreditation on.
    #[must_use]
    pub fn catalogue_entry(&self, from: Date) -> CatalogueEntry {
        let standard = self.standard();
        CatalogueEntry {
            id: self.id.clone(),
            version: self.version.clone(),
            kind: self.kind(),
            name: Language::ALL.map(|language| (language, self.name.in_language(language).to_owned())).into(),
            from: standard.map_or(from, |standard| standard.from).first_second(),
            until: standard.and_then(|standard| standard.until).map(Date::last_second),
            regulated: self.regulated,
            standard: self.cited_standard(),
            level: self.level.clone(),
            alignments: self.alignments.clone(),
        }
    }
}

/// The achievements that a list of codes or identifiers names; all of the catalogue for none.
///
/// # Errors
/// The first that is not in the catalogue.
pub fn templates<'a>(catalogue: &'a Catalogue, named: &[String]) -> Result<Vec<&'a Template>, String> {
    if named.is_empty() {
        return Ok(catalogue.templates().iter().collect());
    }
    named.iter().map(|name| catalogue.find(name).ok_or_else(|| name.clone())).collect()
}
