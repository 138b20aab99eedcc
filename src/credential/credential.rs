//! The credential: an Open Badges 3.0 document (W3C VC 2.0) of one of our kinds, as a closed type.

use std::fmt;

use super::achievement::{Achievement, Kind};
use super::document::Document;
use super::holder::{Holder, read_photo};
use super::members::{Malformed, Members, Problem};
use super::terms::Terms;
use crate::base::canonical::{Bounds, Json, Numbers, Object};
use crate::base::did::Did;
use crate::base::limits::{CREDENTIAL_BYTES, CREDENTIAL_STRING_BYTES, FILE_DEPTH, TEXT_CHARACTERS, TITLE_CHARACTERS};
use crate::base::multibase;
use crate::base::timestamp::Timestamp;

/// The one pair of contexts that our documents have, in this order (design §3 *Contexts*).
pub const CONTEXTS: [&str; 2] =
    ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"];

/// The proof purpose of a credential (W3C Data Integrity 1.0 §2.1).
pub const PURPOSE: &str = "assertionMethod";

/// A credential of one of our kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// `urn:uuid:` and a random version-4 UUID: 122 random bits, linked to nothing.
    pub id: CredentialId,
    /// Who signs.
    pub issuer: Did,
    /// What the issuer calls itself here. Never shown as the issuer's name: that comes from the pack (design §5).
    pub issuer_name: String,
    /// When it was awarded.
    pub awarded: Timestamp,
    /// When it begins to be in force.
    pub valid_from: Timestamp,
    /// When it ends to be in force; `None` for never.
    pub valid_until: Option<Timestamp>,
    /// Where its status stands.
    pub status: StatusEntry,
    /// Whom it is about.
    pub holder: Holder,
    /// The photograph as a `data:` URL, in the file alone.
    pub photo: Option<String>,
    /// What was achieved.
    pub achievement: Achievement,
    /// What its kind says besides.
    pub terms: Terms,
    /// The certificate that a recognition or endorsement speaks about.
    pub about: Option<About>,
}

/// A credential's identifier: `urn:uuid:` and a lower-case version-4 UUID.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CredentialId(String);

/// One entry of a Bitstring Status List (W3C Bitstring Status List 1.0 §2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusEntry {
    /// `revocation` in all we sign; the pack names the sibling lists.
    pub purpose: String,
    /// The position in the list.
    pub index: u32,
    /// The list's identifier.
    pub list: String,
}

/// Another certificate, by identifier and digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its identifier.
    pub id: String,
    /// The SHA-256 of its canonical document without proofs.
    pub digest: [u8; 32],
}

impl CredentialId {
    /// From 16 random bytes; the version and variant bits are set (RFC 9562 §5.4).
    #[must_use]
    pub fn of_random(mut random: [u8; 16]) -> Self {
        random[6] = random[6] & 0x0f | 0x40;
        random[8] = random[8] & 0x3f | 0x80;
        let mut text = String::from("urn:uuid:");
        for (position, byte) in random.iter().enumerate() {
            if matches!(position, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            use fmt::Write as _;
            // Writing into a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// Parses the one spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let uuid = text.strip_prefix("urn:uuid:")?;
        let shape = uuid.len() == 36
            && uuid.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                14 => byte == b'4',
                19 => b"89ab".contains(&byte),
                _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
            });
        shape.then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl StatusEntry {
    pub(super) fn parse(members: Members<'_>) -> Result<Self, Malformed> {
        members.equals("type", "BitstringStatusListEntry")?;
        let index = members.text("statusListIndex", 9)?;
        let entry = Self {
            purpose: members.text("statusPurpose", 40)?.to_owned(),
            // One spelling: no sign, no leading zero, no exponent (threats.md E2).
            index: index
                .parse()
                .ok()
                .filter(|number: &u32| number.to_string() == index)
                .ok_or_else(|| members.fault("statusListIndex", Problem::WrongValue))?,
            list: members.text("statusListCredential", TITLE_CHARACTERS)?.to_owned(),
        };
        // Optional in VC 2.0 §4.10, required by the schema of Open Badges 3.0, absent in the first certificates (2026-11). It says nothing of
        // its own: one spelling.
        if members.get("id").is_some() {
            members.equals("id", &entry.id())?;
        }
        members.nothing_else()?;
        Ok(entry)
    }

    /// Its identifier: the list's, `#`, and the position.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}#{}", self.list, self.index)
    }

    /// As it stands in a document.
    #[must_use]
    pub fn to_json(&self) -> Json {
        Object::from_iter([
            ("id", Json::from(self.id())),
            ("statusListCredential", Json::from(self.list.as_str())),
            ("statusListIndex", self.index.to_string().into()),
            ("statusPurpose", self.purpose.as_str().into()),
            ("type", "BitstringStatusListEntry".into()),
        ])
        .into()
    }
}

impl Credential {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.terms.kind()
    }

    /// The unsecured document, ready for a proof.
    #[must_use]
    pub fn to_json(&self) -> Object {
        let mut subject = Object::from_iter([
            ("achievement", self.achievement.to_json()),
            ("identifier", self.holder.identifiers()),
            ("type", Json::List(vec!["AchievementSubject".into()])),
        ]);
        if let Some(key) = &self.holder.key {
            subject.set("id", key.as_str().into());
        }
        if let Some(photo) = &self.photo {
            let image = Object::from_iter([("id", Json::from(photo.as_str())), ("type", "Image".into())]);
            subject.set("image", image.into());
        }
        self.terms.write(&mut subject);
        let issuer = Object::from_iter([
            ("id", Json::from(self.issuer.as_str())),
            ("name", self.issuer_name.as_str().into()),
            ("type", Json::List(vec!["Profile".into()])),
        ]);
        let mut document = Object::from_iter([
            ("@context", Json::List(CONTEXTS.map(Json::from).into())),
            ("awardedDate", self.awarded.to_string().into()),
            ("credentialStatus", self.status.to_json()),
            ("credentialSubject", subject.into()),
            ("id", self.id.as_str().into()),
            ("issuer", issuer.into()),
            ("type", Json::List(vec!["VerifiableCredential".into(), "OpenBadgeCredential".into()])),
            ("validFrom", self.valid_from.to_string().into()),
        ]);
        if let Some(until) = self.valid_until {
            document.set("validUntil", until.to_string().into());
        }
        if let Some(about) = &self.about {
            let related = Object::from_iter([
                ("digestMultibase", Json::from(multibase::digest(&about.digest))),
                ("id", about.id.as_str().into()),
            ]);
            document.set("relatedResource", Json::List(vec![related.into()]));
        }
        document
    }

    fn read_about(members: &Members<'_>, kind: Kind) -> Result<Option<About>, Malformed> {
        let mut related = members.objects("relatedResource", 1)?;
        let wanted = matches!(kind, Kind::Recognition | Kind::Endorsement);
        match related.pop() {
            None if wanted => Err(members.fault("relatedResource", Problem::Missing)),
            None => Ok(None),
            Some(_) if !wanted => Err(members.fault("relatedResource", Problem::NotOfKind)),
            Some(entry) => {
                let digest = entry.text("digestMultibase", 64)?;
                let about = About {
                    id: entry.text("id", TITLE_CHARACTERS)?.to_owned(),
                    digest: multibase::digest_bytes(digest)
                        .ok_or_else(|| entry.fault("digestMultibase", Problem::WrongValue))?,
                };
                entry.nothing_else()?;
                Ok(Some(about))
            }
        }
    }
}

impl Document for Credential {
    const PURPOSE: &'static str = PURPOSE;
    /// Others' files have fractions of credits. In ours a number that is not whole has no place.
    const BOUNDS: Bounds =
        Bounds { bytes: CREDENTIAL_BYTES, depth: FILE_DEPTH, string: CREDENTIAL_STRING_BYTES, numbers: Numbers::Any };

    fn parse(document: &Object) -> Result<Self, Malformed> {
        let members = Members::of(document);
        members.exactly("@context", &CONTEXTS)?;
        members.exactly("type", &["VerifiableCredential", "OpenBadgeCredential"])?;
        // The proofs were read, and are listed one by one in the verdict.
        members.get("proof");

        let issuer = members.inner("issuer")?;
        issuer.exactly("type", &["Profile"])?;
        let issuer_did =
            Did::parse(issuer.text("id", TEXT_CHARACTERS)?).map_err(|_| issuer.fault("id", Problem::WrongValue))?;
        let issuer_name = issuer.text("name", TITLE_CHARACTERS)?.to_owned();
        issuer.nothing_else()?;

        let subject = members.inner("credentialSubject")?;
        subject.exactly("type", &["AchievementSubject"])?;
        let achievement = Achievement::parse(subject.inner("achievement")?)?;
        let kind = achievement.kind;
        if kind == Kind::Competence && achievement.standard.is_none() {
            return Err(subject.fault("achievement.otherIdentifier", Problem::Missing));
        }
        let terms = Terms::parse(kind, &subject)?;
        let holder = Holder::parse(&subject)?;
        let photo = read_photo(&subject)?;
        subject.nothing_else()?;

        let credential = Self {
            id: CredentialId::parse(members.text("id", 45)?).ok_or_else(|| members.fault("id", Problem::WrongValue))?,
            issuer: issuer_did,
            issuer_name,
            awarded: members.time("awardedDate")?,
            valid_from: members.time("validFrom")?,
            valid_until: members.time_if_any("validUntil")?,
            status: StatusEntry::parse(members.inner("credentialStatus")?)?,
            holder,
            photo,
            achievement,
            terms,
            about: Self::read_about(&members, kind)?,
        };
        members.nothing_else()?;
        // A person is not born after the award; an end is not before its beginning (threats.md D5).
        if credential.valid_until.is_some_and(|until| until <= credential.valid_from) {
            return Err(Malformed { at: "validUntil".to_owned(), problem: Problem::WrongValue });
        }
        if credential.holder.birth_year > credential.awarded.date().year() {
            return Err(Malformed {
                at: "credentialSubject.identifier.ext:birthYear".to_owned(),
                problem: Problem::WrongValue,
            });
        }
        Ok(credential)
    }
}
