//! An authority's folder: the keys of its pack, and the pack itself. Here one machine holds all keys, which is right for pilots alone.
//!
//! ```text
//! DIR/keys.age     the keys of root, accreditation and freshness, sealed, mode 0600
//! DIR/trust.json   the pack
//! ```

use std::path::{Path, PathBuf};

use super::catalogue::{Catalogue, Template};
use super::institution::{Card, DeskError, at};
use super::keyring::{Keyring, Secret};
use super::random::{Randomness, random};
use crate::base::did::Did;
use crate::base::key::SecretKey;
use crate::base::limits::EVIDENCE_DAYS_GREEN;
use crate::base::timestamp::{Date, Timestamp};
use crate::credential::achievement::{AchievementId, Language};
use crate::credential::document::Signed;
use crate::store::files::{Readers, write_whole};
use crate::trust::accreditation::{Accreditation, CatalogueEntry, Issuer, Scope};
use crate::trust::freshness::{Freshness, ListRow};
use crate::trust::pack::{Anchor, TrustPack};
use crate::trust::root::{Authority as Party, Environment, Role, Root};
use crate::trust::status::{MESSAGE, REVOCATION, SUSPENSION, StatusList};

const ACCREDITATION: &str = "accreditation";
const FRESHNESS: &str = "freshness";
const ROOT: &str = "root";

/// An authority at work.
#[derive(Debug)]
pub struct Authority {
    folder: PathBuf,
    keyring: Keyring,
    roots: Vec<Signed<Root>>,
    accreditation: Accreditation,
    freshness: Freshness,
    lists: Vec<Signed<StatusList>>,
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
}

impl Authority {
    /// Makes a pilot authority with fresh keys and an empty pack.
    ///
    /// # Errors
    /// [`DeskError`]. Keys are never overwritten.
    pub fn found(
        folder: &Path,
        new: &NewAuthority,
        secret: &Secret,
        random_source: &dyn Randomness,
        now: Timestamp,
    ) -> Result<Self, DeskError> {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        let key = || -> Result<SecretKey, DeskError> { Ok(SecretKey::from_seed(&random(random_source)?)) };
        let keyring = Keyring::default().with(ROOT, key()?).with(ACCREDITATION, key()?).with(FRESHNESS, key()?);
        let role = |name: &str| -> Result<Role, DeskError> { Ok(Role::of_one(keyring.key(name)?.public())) };
        let root = Root {
            version: 1,
            environment: Environment::Pilot,
            issued: now,
            authority: Party {
                id: Did::of_key(&keyring.key(ROOT)?.public()).to_string(),
                name: new.name.clone(),
                country: new.country.clone(),
                office: new.office.clone(),
            },
            root: role(ROOT)?,
            accreditation: role(ACCREDITATION)?,
            freshness: role(FRESHNESS)?,
            green_days: EVIDENCE_DAYS_GREEN,
        };
        let root = root.sign(keyring.key(ROOT)?, now).map_err(|_| DeskError::Value("name"))?;
        keyring.create(&folder.join("keys.age"), secret)?;
        let mut authority = Self {
            folder: folder.to_owned(),
            keyring,
            roots: vec![root],
            accreditation: Accreditation::default(),
            freshness: Freshness {
                version: 0,
                date: now,
                expires: None,
                accreditation_version: 0,
                accreditation_digest: [0; 32],
                lists: Vec::new(),
                checkpoints: Vec::new(),
            },
            lists: Vec::new(),
        };
        authority.publish(true, now)?;
        Ok(authority)
    }

    /// Opens an authority's folder.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn open(folder: &Path, secret: &Secret) -> Result<Self, DeskError> {
        let path = folder.join("trust.json");
        let bytes = std::fs::read(&path).map_err(at(&path))?;
        let keyring = Keyring::open(&folder.join("keys.age"), secret)?;
        let not_readable = || DeskError::NotReadable(path.clone());
        let pack = TrustPack::read(&bytes, &Anchor::NamedByHand).map_err(|_| not_readable())?;
        let parts = TrustPack::parts(&bytes).ok_or_else(not_readable)?;
        Ok(Self {
            folder: folder.to_owned(),
            keyring,
            roots: parts.roots,
            accreditation: pack.accreditation().clone(),
            freshness: pack.freshness().clone(),
            lists: parts.lists,
        })
    }

    /// Where its pack is.
    #[must_use]
    pub fn pack_path(&self) -> PathBuf {
        self.folder.join("trust.json")
    }

    /// Accredits an institution for achievements, from a day on. What it had stays. Whether anything was new, and so has to be
    /// published.
    ///
    /// # Errors
    /// [`DeskError::Value`] when its card cannot be used.
    pub fn accredit(&mut self, card: &Card, templates: &[&Template], from: Date) -> Result<bool, DeskError> {
        let mut news = false;
        let did = Did::parse(&card.did).map_err(|_| DeskError::Value("institution"))?;
        let key = card.key().filter(|key| key.id.did() == did).ok_or(DeskError::Value("institution"))?;
        let issuers = &mut self.accreditation.issuers;
        let at = issuers.iter().position(|issuer| issuer.id == did).unwrap_or(issuers.len());
        if at == issuers.len() {
            news = true;
            issuers.push(Issuer {
                id: did,
                name: card.name.clone(),
                legal_name: None,
                country: card.country.clone(),
                keys: Vec::new(),
                foreign_keys: Vec::new(),
                scope: Vec::new(),
                successor: None,
            });
        }
        let issuer = &mut issuers[at];
        if issuer.keys.iter().all(|listed| listed.id != key.id) {
            news = true;
            issuer.keys.push(key);
        }
        for template in templates {
            if issuer.scope.iter().all(|scope| scope.achievement != template.id) {
                let scope = Scope { achievement: template.id.clone(), from: from.first_second(), until: None };
                news = true;
                issuer.scope.push(scope);
            }
            let known = &mut self.accreditation.achievements;
            if !known.iter().any(|entry| entry.id == template.id && entry.version == template.version) {
                news = true;
                known.push(template.catalogue_entry(from));
            }
        }
        Ok(news)
    }

    /// Takes an institution's status lists in, instead of older ones of the same identifier.
    ///
    /// # Errors
    /// [`DeskError::Value`] when a list is not signed by a listed institution.
    pub fn take_lists(&mut self, lists: Vec<Signed<StatusList>>) -> Result<(), DeskError> {
        for list in lists {
            let issuers = &self.accreditation.issuers;
            let issuer = list.claimed_issuer().and_then(|id| issuers.iter().find(|issuer| issuer.id.as_str() == id));
            let content = issuer.and_then(|issuer| issuer.signed_list(&list)).ok_or(DeskError::Value("list"))?;
            let rows = &mut self.freshness.lists;
            let older = rows.iter().position(|row| row.id == content.content().id);
            let row = ListRow {
                id: content.content().id.clone(),
                issuer: content.content().issuer.clone(),
                purpose: content.content().purpose.clone(),
                version: older.map_or(1, |at| rows[at].version + u64::from(rows[at].digest != content.digest())),
                digest: content.digest(),
                date: content.content().valid_from,
                sibling_of: content.content().sibling_of.clone(),
            };
            match older {
                // A list never goes back: what was withdrawn stays withdrawn (threats.md E7).
                Some(at) if rows[at].date > row.date => return Err(DeskError::Value("list")),
                Some(at) => rows[at] = row,
                None => rows.push(row),
            }
            self.lists.retain(|here| here.claimed_id() != list.claimed_id());
            self.lists.push(list);
        }
        let rows = &self.freshness.lists;
        // A list stands beside a revocation list of its own institution, or it could speak about another's credentials.
        let stands = |row: &ListRow| match (&row.sibling_of, row.purpose.as_str()) {
            (None, purpose) => ![SUSPENSION, MESSAGE].contains(&purpose),
            (Some(id), _) => rows.iter().any(|other| {
                other.id == *id
                    && other.issuer == row.issuer
                    && other.purpose == REVOCATION
                    && row.purpose != REVOCATION
            }),
        };
        if rows.iter().all(stands) { Ok(()) } else { Err(DeskError::Value("list")) }
    }

    /// Signs and writes the pack: freshness always, accreditation when it changed.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn publish(&mut self, accreditation_changed: bool, now: Timestamp) -> Result<(), DeskError> {
        let path = self.pack_path();
        let not_readable = || DeskError::NotReadable(path.clone());
        let accreditation = if accreditation_changed {
            self.accreditation.version += 1;
            self.accreditation.issued = Some(now);
            self.accreditation.sign(self.keyring.key(ACCREDITATION)?, now).map_err(|_| not_readable())?
        } else {
            let bytes = std::fs::read(&path).map_err(at(&path))?;
            TrustPack::parts(&bytes).ok_or_else(not_readable)?.accreditation
        };
        self.freshness.version += 1;
        self.freshness.date = now;
        self.freshness.accreditation_version = self.accreditation.version;
        self.freshness.accreditation_digest = accreditation.digest();
        let freshness = self.freshness.sign(self.keyring.key(FRESHNESS)?, now).map_err(|_| not_readable())?;
        let bytes = TrustPack::assemble(&self.roots, &accreditation, &freshness, &self.lists);
        // What we publish is what we would read.
        TrustPack::read(&bytes, &Anchor::NamedByHand).map_err(|_| not_readable())?;
        write_whole(&path, &bytes, Readers::Everybody).map_err(at(&path))
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

/// Whether a pack lets an institution award an achievement today.
#[must_use]
pub fn may_award(pack: &TrustPack, institution: &Did, achievement: &AchievementId) -> bool {
    pack.issuer(institution.as_str())
        .is_some_and(|issuer| issuer.scope.iter().any(|scope| scope.achievement == *achievement))
}
