//! Accreditation: which bodies may award which achievements, in which period, under which keys. Signed by m of n people.

use std::collections::HashMap;

use super::root::{PART_BOUNDS, country, method_of, version, version_json};
use crate::base::canonical::{Bounds, Json, Object};
use crate::base::did::{Did, MethodId};
use crate::base::key::{PublicKey, SecretKey};
use crate::base::limits::TITLE_CHARACTERS;
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::{AchievementId, Kind, Language};
use crate::credential::document::{Document, Signed, Unreadable};
use crate::credential::members::{Malformed, Members, Problem};

/// 65,536 issuers, scopes or achievements: more than a continent has.
const MANY: usize = 65_536;

/// Who may award what.
///
/// ```text
/// {"type": "TrustAccreditation", "version": 1, "issued": TIME,
///  "issuers": [{"id": DID, "name": "…", "country": "CO", "successor": DID?,
///               "keys":  [{"id": DID#FRAGMENT, "publicKeyMultibase": "z6Mk…", "from": TIME, "until": TIME?, "compromised": TIME?}],
///               "scope": [{"achievement": URI, "from": TIME, "until": TIME?}]}],
///  "achievements": [{"id": URI, "version": "1", "kind": "module-completion", "name": {"es": "…"}, "from": TIME, "until": TIME?,
///                    "regulated": false}],
///  "rules": [], "recognises": [], "proof": […]}
/// ```
/// No scope means none, never all (threats.md F11).
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
}

/// An accredited body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// Its identifier.
    pub id: Did,
    /// The name that a verifier shows.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Its keys, each in its window.
    pub keys: Vec<IssuerKey>,
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
}

impl Accreditation {
    /// Signs it with the first of its keys.
    ///
    /// # Errors
    /// [`Unreadable`] never for a part that its own type reads.
    pub fn sign(&self, key: &SecretKey, created: Timestamp) -> Result<Signed<Self>, Unreadable> {
        Signed::seal(self.to_json(), key, &method_of(key), created)
    }

    fn to_json(&self) -> Object {
        let mut part = Object::from_iter([
            ("achievements", Json::List(self.achievements.iter().map(CatalogueEntry::to_json).collect())),
            ("issuers", Json::List(self.issuers.iter().map(Issuer::to_json).collect())),
            ("recognises", Json::List(Vec::new())),
            ("rules", Json::List(Vec::new())),
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
        Ok(Self {
            version: version(&members)?,
            issued: Some(members.time("issued")?),
            issuers: entries(&members, "issuers")?.into_iter().map(Issuer::parse).collect::<Result<_, _>>()?,
            achievements: entries(&members, "achievements")?
                .into_iter()
                .map(CatalogueEntry::parse)
                .collect::<Result<_, _>>()?,
        })
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
        Ok(Self {
            id: did("id", members.text("id", TITLE_CHARACTERS * 2)?)?,
            name: members.text("name", TITLE_CHARACTERS)?.to_owned(),
            country: country(&members)?,
            keys: entries(&members, "keys")?.into_iter().map(IssuerKey::parse).collect::<Result<_, _>>()?,
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
        if let Some(successor) = &self.successor {
            object.set("successor", successor.as_str().into());
        }
        object.into()
    }
}

impl IssuerKey {
    fn parse(members: Members<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            id: MethodId::parse(members.text("id", 512)?).map_err(|_| members.fault("id", Problem::WrongValue))?,
            key: PublicKey::from_multikey(members.text("publicKeyMultibase", 100)?)
                .map_err(|_| members.fault("publicKeyMultibase", Problem::WrongValue))?,
            from: members.time("from")?,
            until: members.time_if_any("until")?,
            compromised: members.time_if_any("compromised")?,
        })
    }

    fn to_json(&self) -> Json {
        let mut object = Object::from_iter([
            ("from", Json::from(self.from.to_string())),
            ("id", self.id.as_str().into()),
            ("publicKeyMultibase", self.key.to_multikey().into()),
        ]);
        set_time(&mut object, "until", self.until);
        set_time(&mut object, "compromised", self.compromised);
        object.into()
    }
}

impl Scope {
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
    fn parse(members: Members<'_>) -> Result<Self, Malformed> {
        let names = members.need("name")?.object().ok_or_else(|| members.fault("name", Problem::WrongType))?;
        let mut name = HashMap::new();
        for (tag, title) in names.iter() {
            let title = title.text().ok_or_else(|| members.fault("name", Problem::WrongType))?;
            // A language that this version does not know is another version's business.
            if let Some(language) = Language::of_tag(tag) {
                name.insert(language, title.to_owned());
            }
        }
        Ok(Self {
            id: achievement_id(&members, "id")?,
            version: members.text("version", 40)?.to_owned(),
            kind: Kind::of_code(members.text("kind", 40)?).ok_or_else(|| members.fault("kind", Problem::WrongValue))?,
            name,
            from: members.time("from")?,
            until: members.time_if_any("until")?,
            regulated: members.get("regulated") == Some(&Json::Bool(true)),
        })
    }

    fn to_json(&self) -> Json {
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
        object.into()
    }
}

fn achievement_id(members: &Members<'_>, name: &'static str) -> Result<AchievementId, Malformed> {
    AchievementId::parse(members.text(name, TITLE_CHARACTERS)?).ok_or_else(|| members.fault(name, Problem::WrongValue))
}

fn set_time(object: &mut Object, name: &str, time: Option<Timestamp>) {
    if let Some(time) = time {
        object.set(name, time.to_string().into());
    }
}
