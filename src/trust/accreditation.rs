//! Accreditation: which bodies may award which achievements, in which period, under which keys. Signed by m of n people.

use std::collections::HashMap;

use super::equivalence::{Level, Recognised, Rule, Subject, foreign_subject};
use super::logged::Logged;
use super::root::{PART_BOUNDS, country, method_of, version, version_json};
use crate::base::canonical::{Bounds, Json, Object};
use crate::base::did::{Did, MethodId};
use crate::base::key::{PublicKey, SecretKey};
use crate::base::limits::{METHOD_BYTES, TITLE_CHARACTERS};
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::{AchievementId, Alignment, Kind, Language, Standard};
use crate::credential::document::{Document, Signed, Unreadable};
use crate::credential::members::{Malformed, Members, Problem};

/// 65,536 issuers, scopes or achievements: more than a continent has.
const MANY: usize = 65_536;
/// 4,096 characters: an Ed25519 multikey has 48, one of ML-DSA-87 (2,592 bytes, FIPS 204) some 3,550.
const MULTIKEY_CHARACTERS: usize = 4_096;

/// The scope of a body that may bind certificates to a new key of their holder (design §7). It stands where the identifiers of achievements
/// stand: a version that does not know it reads one more achievement that no catalogue has, keeps it, and believes no certificate for it.
pub const REBIND: &str = "urn:skillpass:scope:rebind";

/// Who may award what.
///
/// ```text
/// {"type": "TrustAccreditation", "version": 1, "issued": TIME,
///  "issuers": [{"id": DID, "name": "…", "legalName": "…"?, "country": "CO", "successor": DID?,
///               "keys":  [{"id": DID#FRAGMENT, "publicKeyMultibase": "z6Mk…", "from": TIME, "until": TIME?, "compromised": TIME?,
///                          "logged": LOGGED?}],
///               "scope": [{"achievement": URI, "from": TIME, "until": TIME?}]}],
///  "achievements": [{"id": URI, "version": "1", "kind": "module-completion", "name": {"es": "…"}, "from": TIME, "until": TIME?,
///                    "regulated": false, "standard": {"code": "…", "version": "…"}?, "level": LEVEL?,
///                    "alignments": [{"framework": "ISCO-08", "code": "5120", "name": "…", "url": "…"}]?}],
///  "rules": [RULE…], "recognises": [RECOGNISED…], "proof": […]}
/// ```
/// No scope means none, never all (threats.md F11). One of [`REBIND`] is of no achievement. Entries of a later version (an unknown kind of achievement, type of key, outcome of a
/// rule) do not make the pack unreadable: they are kept apart as `foreign_…`, and what would have needed them is *cannot tell*.
///
/// In the words of W3C *Verifiable Credentials Recognized Entities* (FPWD 2026-05-12) an issuer here is a `RecognizedEntity` with its
/// `name`, `legalName` and `id`; a scope is its `recognizedTo` with the action `issue`; the authority is `recognizedBy`; and a row of
/// `recognises` is a `RecognizedEntity` that keeps a list of its own. That draft names no periods, keys or catalogue, so ours are not its.
#[derive(Clone, Debug, Default)]
pub struct Accreditation {
    /// Grows with every publication.
    pub version: u64,
    /// The accreditation date: up to here, what this part lacks is a *no*; after it, *cannot tell* (design §2 *Absence*).
    pub issued: Option<Timestamp>,
    /// The bodies.
    pub issuers: Vec<Issuer>,
    /// The catalogue.
    pub achievements: Vec<CatalogueEntry>,
    /// Achievements of a kind that this version does not know, by identifier and version.
    pub foreign_achievements: Vec<(AchievementId, String)>,
    /// What other authorities' certificates are worth here.
    pub rules: Vec<Rule>,
    /// Rules that this version cannot read: whom they speak of, if that much can be read.
    pub foreign_rules: Vec<Option<Subject>>,
    /// Other authorities that this one recognises.
    pub recognises: Vec<Recognised>,
}

/// An accredited body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// Its identifier.
    pub id: Did,
    /// The name that a verifier shows.
    pub name: String,
    /// The name in law, where it is another.
    pub legal_name: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Its keys, each in its window.
    pub keys: Vec<IssuerKey>,
    /// Verification methods whose key is of a type that this version does not know.
    pub foreign_keys: Vec<String>,
    /// What it may award, each in its period.
    pub scope: Vec<Scope>,
    /// The body that took over, if it closed or merged.
    pub successor: Option<Did>,
}

/// A key in its window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerKey {
    /// The verification method that credentials name.
    pub id: MethodId,
    /// The key.
    pub key: PublicKey,
    /// Signatures are good from here on.
    pub from: Timestamp,
    /// Signatures are good until here; `None` while it is in use.
    pub until: Option<Timestamp>,
    /// Since when somebody else may hold it.
    pub compromised: Option<Timestamp>,
    /// What had been logged before that; `None` until the authority has looked.
    pub logged: Option<Logged>,
}

/// What a body may award, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Exactly this achievement.
    pub achievement: AchievementId,
    /// Awards are good from this day on.
    pub from: Timestamp,
    /// Awards are good until this day; `None` while it lasts.
    pub until: Option<Timestamp>,
}

/// An achievement of the authority's catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// Its identifier.
    pub id: AchievementId,
    /// The version of the programme or standard.
    pub version: String,
    /// Its kind.
    pub kind: Kind,
    /// Its title, language by language.
    pub name: HashMap<Language, String>,
    /// The standard is in force from this day on.
    pub from: Timestamp,
    /// The standard is in force until this day; `None` while it lasts.
    pub until: Option<Timestamp>,
    /// Whether the profession is regulated.
    pub regulated: bool,
    /// The standard that it certifies.
    pub standard: Option<Standard>,
    /// Its level.
    pub level: Option<Level>,
    /// Where public classifications have it: a display aid.
    pub alignments: Vec<Alignment>,
}

impl Accreditation {
    /// Signs it with the first of its keys.
    ///
    /// # Errors
    /// [`Unreadable`] never for a part that its own type reads.
    pub fn sign(&self, key: &SecretKey, created: Timestamp) -> Result<Signed<Self>, Unreadable> {
        Signed::seal(self.to_json(), key, &method_of(key), created)
    }

    /// The document before anybody has signed it: what a proposal carries.
    #[must_use]
    pub fn to_json(&self) -> Object {
        let mut part = Object::from_iter([
            ("achievements", Json::List(self.achievements.iter().map(CatalogueEntry::to_json).collect())),
            ("issuers", Json::List(self.issuers.iter().map(Issuer::to_json).collect())),
            ("recognises", Json::List(self.recognises.iter().map(Recognised::to_json).collect())),
            ("rules", Json::List(self.rules.iter().map(Rule::to_json).collect())),
            ("type", "TrustAccreditation".into()),
            ("version", version_json(self.version)),
        ]);
        if let Some(issued) = self.issued {
            part.set("issued", issued.to_string().into());
        }
        part
    }
}

impl Document for Accreditation {
    const PURPOSE: &'static str = "trustAccreditation";
    const BOUNDS: Bounds = PART_BOUNDS;

    fn parse(document: &Object) -> Result<Self, Malformed> {
        let members = Members::of(document);
        members.equals("type", "TrustAccreditation")?;
        let mut accreditation = Self {
            version: version(&members)?,
            issued: Some(members.time("issued")?),
            issuers: entries(&members, "issuers")?.into_iter().map(Issuer::parse).collect::<Result<_, _>>()?,
            recognises: entries(&members, "recognises")?.iter().map(Recognised::parse).collect::<Result<_, _>>()?,
            ..Self::default()
        };
        for entry in entries(&members, "achievements")? {
            match CatalogueEntry::parse(&entry)? {
                Some(known) => accreditation.achievements.push(known),
                None => accreditation.foreign_achievements.push(CatalogueEntry::key(&entry)?),
            }
        }
        for rule in entries(&members, "rules")? {
            match Rule::parse(&rule) {
                Ok(known) => accreditation.rules.push(known),
                Err(_) => accreditation.foreign_rules.push(foreign_subject(&rule)),
            }
        }
        Ok(accreditation)
    }
}

impl Accreditation {
    /// Whether it holds entries of a later version. Whoever signs the next one would drop them, so an authority's program that is older
    /// than its pack does not.
    #[must_use]
    pub fn is_of_later_version(&self) -> bool {
        !self.foreign_achievements.is_empty()
            || !self.foreign_rules.is_empty()
            || self.issuers.iter().any(|issuer| !issuer.foreign_keys.is_empty())
    }
}

/// The objects of an array that may be empty.
pub(super) fn entries<'a>(members: &Members<'a>, name: &'static str) -> Result<Vec<Members<'a>>, Malformed> {
    match members.get(name).map(Json::list) {
        None | Some(Some([])) => Ok(Vec::new()),
        _ => members.objects(name, MANY),
    }
}

impl Issuer {
    fn parse(members: Members<'_>) -> Result<Self, Malformed> {
        let did =
            |name: &'static str, text: &str| Did::parse(text).map_err(|_| members.fault(name, Problem::WrongValue));
        let (mut keys, mut foreign_keys) = (Vec::new(), Vec::new());
        for key in entries(&members, "keys")? {
            match IssuerKey::parse(&key)? {
                Some(known) => keys.push(known),
                None => foreign_keys.push(key.text("id", METHOD_BYTES)?.to_owned()),
            }
        }
        Ok(Self {
            id: did("id", members.text("id", TITLE_CHARACTERS * 2)?)?,
            name: members.text("name", TITLE_CHARACTERS)?.to_owned(),
            legal_name: members.text_if_any("legalName", TITLE_CHARACTERS)?.map(str::to_owned),
            country: country(&members)?,
            keys,
            foreign_keys,
            scope: entries(&members, "scope")?.into_iter().map(Scope::parse).collect::<Result<_, _>>()?,
            successor: members
                .text_if_any("successor", TITLE_CHARACTERS * 2)?
                .map(|text| did("successor", text))
                .transpose()?,
        })
    }

    fn to_json(&self) -> Json {
        let mut object = Object::from_iter([
            ("country", Json::from(self.country.as_str())),
            ("id", self.id.as_str().into()),
            ("keys", Json::List(self.keys.iter().map(IssuerKey::to_json).collect())),
            ("name", self.name.as_str().into()),
            ("scope", Json::List(self.scope.iter().map(Scope::to_json).collect())),
        ]);
        if let Some(name) = &self.legal_name {
            object.set("legalName", name.as_str().into());
        }
        if let Some(successor) = &self.successor {
            object.set("successor", successor.as_str().into());
        }
        object.into()
    }
}

impl IssuerKey {
    /// `None` for a key of another type than Ed25519. A key that says it is one and is not refuses the pack (threats.md A1).
    fn parse(members: &Members<'_>) -> Result<Option<Self>, Malformed> {
        let multikey = members.text("publicKeyMultibase", MULTIKEY_CHARACTERS)?;
        if PublicKey::is_foreign_multikey(multikey) {
            return Ok(None);
        }
        Ok(Some(Self {
            id: MethodId::parse(members.text("id", METHOD_BYTES)?)
                .map_err(|_| members.fault("id", Problem::WrongValue))?,
            key: PublicKey::from_multikey(multikey)
                .map_err(|_| members.fault("publicKeyMultibase", Problem::WrongValue))?,
            from: members.time("from")?,
            until: members.time_if_any("until")?,
            compromised: members.time_if_any("compromised")?,
            logged: members.get("logged").map(|_| Logged::parse(&members.inner("logged")?)).transpose()?,
        }))
    }

    fn to_json(&self) -> Json {
        let mut object = Object::from_iter([
            ("from", Json::from(self.from.to_string())),
            ("id", self.id.as_str().into()),
            ("publicKeyMultibase", self.key.to_multikey().into()),
        ]);
        set_time(&mut object, "until", self.until);
        set_time(&mut object, "compromised", self.compromised);
        if let Some(logged) = &self.logged {
            object.set("logged", logged.to_json());
        }
        object.into()
    }
}

impl Scope {
    /// Binding certificates to a new key, from a time on.
    #[must_use]
    pub fn to_rebind(from: Timestamp) -> Option<Self> {
        AchievementId::parse(REBIND).map(|achievement| Self { achievement, from, until: None })
    }

    /// Whether it is that scope, and of no achievement.
    #[must_use]
    pub fn is_to_rebind(&self) -> bool {
        self.achievement.as_str() == REBIND
    }

    fn parse(members: Members<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            achievement: achievement_id(&members, "achievement")?,
            from: members.time("from")?,
            until: members.time_if_any("until")?,
        })
    }

    fn to_json(&self) -> Json {
        let mut object = Object::from_iter([
            ("achievement", Json::from(self.achievement.as_str())),
            ("from", self.from.to_string().into()),
        ]);
        set_time(&mut object, "until", self.until);
        object.into()
    }
}

impl CatalogueEntry {
    fn key(members: &Members<'_>) -> Result<(AchievementId, String), Malformed> {
        Ok((achievement_id(members, "id")?, members.text("version", 40)?.to_owned()))
    }

    /// `None` for an achievement of a kind that this version does not know.
    fn parse(members: &Members<'_>) -> Result<Option<Self>, Malformed> {
        let Some(kind) = Kind::of_code(members.text("kind", 40)?) else { return Ok(None) };
        let names = members.need("name")?.object().ok_or_else(|| members.fault("name", Problem::WrongType))?;
        let mut name = HashMap::new();
        for (tag, title) in names.iter() {
            let title = title.text().ok_or_else(|| members.fault("name", Problem::WrongType))?;
            // A language that this version does not know is another version's business.
            if let Some(language) = Language::of_tag(tag) {
                name.insert(language, title.to_owned());
            }
        }
        let (id, version) = Self::key(members)?;
        let standard = |inner: &Members<'_>| -> Result<Standard, Malformed> {
            Ok(Standard {
                code: inner.text("code", TITLE_CHARACTERS)?.to_owned(),
                version: inner.text("version", 40)?.to_owned(),
            })
        };
        Ok(Some(Self {
            id,
            version,
            kind,
            name,
            from: members.time("from")?,
            until: members.time_if_any("until")?,
            regulated: members.get("regulated") == Some(&Json::Bool(true)),
            standard: members.get("standard").map(|_| standard(&members.inner("standard")?)).transpose()?,
            // A display aid of another shape is another version's business.
            level: members.inner("level").and_then(|level| Level::parse(&level)).ok(),
            alignments: entries(members, "alignments")
                .map(|rows| rows.iter().filter_map(|row| alignment(row).ok()).collect())
                .unwrap_or_default(),
        }))
    }

    /// As it stands in the pack.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let names = self.name.iter().map(|(language, title)| (language.tag(), Json::from(title.as_str())));
        let mut object = Object::from_iter([
            ("from", Json::from(self.from.to_string())),
            ("id", self.id.as_str().into()),
            ("kind", self.kind.code().into()),
            ("name", names.collect::<Object>().into()),
            ("regulated", Json::Bool(self.regulated)),
            ("version", self.version.as_str().into()),
        ]);
        set_time(&mut object, "until", self.until);
        if let Some(standard) = &self.standard {
            let standard =
                [("code", Json::from(standard.code.as_str())), ("version", standard.version.as_str().into())];
            object.set("standard", Object::from_iter(standard).into());
        }
        if let Some(level) = &self.level {
            object.set("level", level.to_json());
        }
        if !self.alignments.is_empty() {
            object.set("alignments", Json::List(self.alignments.iter().map(alignment_json).collect()));
        }
        object.into()
    }
}

fn alignment(members: &Members<'_>) -> Result<Alignment, Malformed> {
    let text = |name| Ok(members.text_if_any(name, TITLE_CHARACTERS)?.map(str::to_owned));
    Ok(Alignment {
        framework: text("framework")?,
        code: text("code")?,
        name: members.text("name", TITLE_CHARACTERS)?.to_owned(),
        url: members.text("url", TITLE_CHARACTERS)?.to_owned(),
    })
}

fn alignment_json(alignment: &Alignment) -> Json {
    let mut object =
        Object::from_iter([("name", Json::from(alignment.name.as_str())), ("url", alignment.url.as_str().into())]);
    for (name, text) in [("framework", &alignment.framework), ("code", &alignment.code)] {
        if let Some(text) = text {
            object.set(name, text.as_str().into());
        }
    }
    object.into()
}

fn achievement_id(members: &Members<'_>, name: &'static str) -> Result<AchievementId, Malformed> {
    AchievementId::parse(members.text(name, TITLE_CHARACTERS)?).ok_or_else(|| members.fault(name, Problem::WrongValue))
}

/// Writes a time that may be absent.
pub(super) fn set_time(object: &mut Object, name: &str, time: Option<Timestamp>) {
    if let Some(time) = time {
        object.set(name, time.to_string().into());
    }
}
