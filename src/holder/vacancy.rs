//! A vacancy: what a job asks for, signed by whoever offers it (domain.md D31). It is matched on the holder's own device, and nobody hears of it.
//!
//! ```text
//! {"type": "SkillpassVacancy", "format": 1, "id": "urn:uuid:…", "issuer": {"id": DID, "name": "…"}, "title": "…", "text": "…"?,
//!  "apply": "…"?, "country": "CO", "place": "…"?, "language": "es", "until": TIME, "needs": "all"|"any",
//!  "requirements": [{"name": "…", "needs": "all"|"any", "codes": [{"framework": FRAMEWORK, "code": "…"}], "kinds": [KIND…],
//!                    "level": LEVEL?, "countries": ["CO"]?, "awardedFrom": TIME?, "validUntil": TIME?}], "proof": …}
//! ```
//! The shape is closed: there is no member in which a sex, an age, a nationality or a document could be asked for.

use crate::base::canonical::{Bounds, Json, Numbers, Object, ReadError};
use crate::base::did::{Did, MethodId};
use crate::base::key::SecretKey;
use crate::base::limits::{ROWS, TEXT_CHARACTERS, TITLE_CHARACTERS};
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::{AchievementId, Kind, Language};
use crate::credential::credential::CredentialId;
use crate::credential::document::{Document, Signed, Unproven, Unreadable};
use crate::credential::members::{Malformed, Members, Problem};
use crate::credential::proof::Suites;
use crate::trust::equivalence::Level;
use crate::trust::pack::TrustPack;
use crate::trust::root::Environment;
use crate::verify::Evidence;

const TYPE: &str = "SkillpassVacancy";
/// The version of the shape.
const FORMAT: i64 = 1;
/// 65,536 bytes: a vacancy of 32 requirements with 32 codes each.
const VACANCY_BYTES: usize = 64 * 1024;
/// 8 levels of nesting; ours use 4.
const VACANCY_DEPTH: usize = 8;
/// 4,096 bytes: a text of 500 characters of four bytes, twice.
const VACANCY_STRING: usize = 4 * 1024;

/// What a job asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vacancy {
    /// `urn:uuid:…`
    pub id: CredentialId,
    /// Whose key signs it.
    pub issuer: Did,
    /// What that body calls itself here.
    pub issuer_name: String,
    /// The post, 1 to 200 characters.
    pub title: String,
    /// What it is about, at most 500 characters.
    pub text: Option<String>,
    /// How to apply, in words: nothing in a vacancy is opened.
    pub apply: Option<String>,
    /// Where the work is, ISO 3166-1 alpha-2.
    pub country: String,
    /// The town.
    pub place: Option<String>,
    /// The language of its texts.
    pub language: Language,
    /// The last moment to apply.
    pub until: Timestamp,
    /// Whether every requirement is asked for, or one of them.
    pub needs: Needs,
    /// 1 to 32 requirements.
    pub requirements: Vec<Requirement>,
}

/// One thing that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// In words, 1 to 200 characters.
    pub name: String,
    /// Whether every code is asked for, or one of them.
    pub needs: Needs,
    /// 1 to 32 codes.
    pub codes: Vec<Asked>,
    /// The kinds of certificate that count; an endorsement or a decision never does.
    pub kinds: Vec<Kind>,
    /// A level of a framework, as it is written there. Nobody calculates with it.
    pub level: Option<Level>,
    /// The countries of the institutions whose certificates count; none means all.
    pub countries: Vec<String>,
    /// Awarded on this day or later.
    pub awarded_from: Option<Timestamp>,
    /// In force until this day or later.
    pub valid_until: Option<Timestamp>,
}

/// All of them, or any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Every one.
    All,
    /// One is enough.
    Any,
}

/// A code that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Of which list.
    pub framework: Framework,
    /// The code as it is written there.
    pub code: String,
}

/// Where a code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framework {
    /// An achievement's own identifier.
    Achievement,
    /// ESCO, by the last part of a concept's address.
    Esco,
    /// ISCO-08: a group of one to four digits.
    Isco,
}

/// Who signed a vacancy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signer {
    /// Nobody here lists the key: the name stands as what it claims.
    Claimed,
    /// A trust pack gives the key to this body.
    Listed {
        /// Its name there.
        name: String,
        /// Its country there.
        country: String,
        /// Whether the pack is a pilot.
        pilot: bool,
    },
}

/// A vacancy that may be matched.
#[derive(Clone, Debug)]
pub struct Open {
    /// What it asks for.
    pub vacancy: Vacancy,
    /// Who signed it.
    pub signer: Signer,
}

/// Why a file is not matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotOpen {
    /// The signature does not hold.
    Altered,
    /// Signed, and not of the closed shape.
    Form(Malformed),
    /// Nobody can tell whether the key is that body's.
    Key,
    /// Its last day is over.
    Over,
    /// More than 64 KiB.
    TooLarge,
    /// Not JSON, or ambiguous.
    Unreadable,
    /// Nobody signed it.
    Unsigned,
}

impl Vacancy {
    /// Signs it with its issuer's key.
    ///
    /// # Errors
    /// [`NotOpen`] when the key is another than the issuer's own, or nobody would read what comes out.
    pub fn sign(document: Object, key: &SecretKey, method: &MethodId, now: Timestamp) -> Result<Signed<Self>, NotOpen> {
        let vacancy = Self::parse(&document).map_err(NotOpen::Form)?;
        if vacancy.until.ends() < now.seconds() {
            return Err(NotOpen::Over);
        }
        if method.did() != vacancy.issuer || vacancy.issuer.own_key().is_some_and(|own| own != key.public()) {
            return Err(NotOpen::Key);
        }
        Signed::seal(document, key, method, now).map_err(|_| NotOpen::Unreadable)
    }

    /// Reads a file, asks its signature, and looks whether it is still open.
    ///
    /// # Errors
    /// [`NotOpen`].
    pub fn open(bytes: &[u8], evidence: &Evidence, now: Timestamp) -> Result<Open, NotOpen> {
        let signed = Signed::<Self>::read(bytes).map_err(|why| match why {
            Unreadable::Json(ReadError::TooLong { .. }) => NotOpen::TooLarge,
            Unreadable::Proof(_) | Unreadable::TooManyProofs => NotOpen::Unsigned,
            Unreadable::Json(_) | Unreadable::NotAnObject => NotOpen::Unreadable,
        })?;
        let (vacancy, signer) = of_signer(&signed, &evidence.counting())?;
        // Its last day lasts as long as it is that day anywhere (threats.md D3).
        if vacancy.until.ends() < now.seconds() {
            return Err(NotOpen::Over);
        }
        Ok(Open { vacancy, signer })
    }
}

/// Under a key that a pack gives to the issuer; else under the one that a did:key is itself.
fn of_signer(signed: &Signed<Vacancy>, packs: &[&TrustPack]) -> Result<(Vacancy, Signer), NotOpen> {
    let refused = |why| match why {
        Unproven::Malformed(malformed) => NotOpen::Form(malformed),
        Unproven::Broken => NotOpen::Altered,
        _ => NotOpen::Key,
    };
    let Some(issuer) = signed.claimed_issuer() else { return Err(NotOpen::Unreadable) };
    let proof = signed.proofs().first().ok_or(NotOpen::Unsigned)?;
    let Ok(method) = MethodId::parse(&proof.claimed_method) else { return Err(NotOpen::Key) };
    // A key of one body under the name of another.
    if method.did().as_str() != issuer {
        return Err(NotOpen::Altered);
    }
    let listed: Vec<_> = packs.iter().filter_map(|pack| Some((*pack, pack.issuer(issuer)?))).collect();
    let keys =
        || listed.iter().flat_map(|(pack, body)| body.keys_named(method.as_str()).map(move |key| (pack, body, key)));
    // Of a key that somebody else may have held nothing is believed, whichever pack says so.
    if keys().any(|(_, _, key)| key.compromised.is_some()) {
        return Err(NotOpen::Key);
    }
    let mut why = NotOpen::Key;
    for (pack, body, key) in keys() {
        match signed.authentic(proof, &key.vouched()) {
            Ok(authentic)
                if authentic.created() >= key.from && key.until.is_none_or(|until| authentic.created() <= until) =>
            {
                let (name, country) = (body.name.clone(), body.country.clone());
                let pilot = pack.root().environment == Environment::Pilot;
                return Ok((authentic.into_content(), Signer::Listed { name, country, pilot }));
            }
            Ok(_) => {}
            Err(error) => why = refused(error),
        }
    }
    // A body that is listed signs with the keys that are listed.
    let own = method.did().own_key().filter(|_| listed.is_empty()).ok_or(why)?;
    let intact = signed.intact_as::<Vacancy>(proof, &own, &Suites::default()).map_err(refused)?;
    Ok((intact.claimed().clone(), Signer::Claimed))
}

impl Document for Vacancy {
    /// Never a credential's: who may offer work awards nothing by it (threats.md A16).
    const PURPOSE: &'static str = "vacancy";
    const BOUNDS: Bounds =
        Bounds { bytes: VACANCY_BYTES, depth: VACANCY_DEPTH, string: VACANCY_STRING, numbers: Numbers::Whole };

    fn parse(document: &Object) -> Result<Self, Malformed> {
        let members = Members::of(document);
        members.get("proof");
        members.equals("type", TYPE)?;
        if members.number("format")? != FORMAT {
            return Err(members.fault("format", Problem::WrongValue));
        }
        let issuer = members.inner("issuer")?;
        let text = |name| Ok(members.text_if_any(name, TEXT_CHARACTERS)?.map(str::to_owned));
        let vacancy = Self {
            id: CredentialId::parse(members.text("id", TITLE_CHARACTERS)?)
                .ok_or_else(|| members.fault("id", Problem::WrongValue))?,
            issuer: Did::parse(issuer.text("id", TITLE_CHARACTERS * 2)?)
                .map_err(|_| issuer.fault("id", Problem::WrongValue))?,
            issuer_name: issuer.text("name", TITLE_CHARACTERS)?.to_owned(),
            title: members.text("title", TITLE_CHARACTERS)?.to_owned(),
            text: text("text")?,
            apply: text("apply")?,
            country: country(members.text("country", 2)?)
                .ok_or_else(|| members.fault("country", Problem::WrongValue))?,
            place: members.text_if_any("place", TITLE_CHARACTERS)?.map(str::to_owned),
            language: Language::ALL
                .into_iter()
                .find(|language| members.get("language").and_then(Json::text) == Some(language.tag()))
                .ok_or_else(|| members.fault("language", Problem::WrongValue))?,
            until: members.time("until")?,
            needs: Needs::parse(&members)?,
            requirements: members
                .objects("requirements", ROWS)?
                .into_iter()
                .map(Requirement::parse)
                .collect::<Result<_, _>>()?,
        };
        if vacancy.requirements.is_empty() {
            return Err(members.fault("requirements", Problem::Missing));
        }
        issuer.nothing_else()?;
        members.nothing_else()?;
        Ok(vacancy)
    }
}

impl Requirement {
    fn parse(members: Members<'_>) -> Result<Self, Malformed> {
        let texts = |name: &'static str| {
            let Some(json) = members.get(name) else { return Ok(Vec::new()) };
            let list = json.list().filter(|list| (1..=ROWS).contains(&list.len()));
            let texts: Option<Vec<&str>> = list.and_then(|list| list.iter().map(Json::text).collect());
            texts.ok_or_else(|| members.fault(name, Problem::WrongValue))
        };
        let kind = |code: &&str| {
            let speaks_of_another = |kind: &Kind| matches!(kind, Kind::Endorsement | Kind::Recognition);
            Kind::of_code(code).filter(|kind| !speaks_of_another(kind))
        };
        let kinds: Option<Vec<Kind>> = texts("kinds")?.iter().map(kind).collect();
        let countries: Option<Vec<String>> = texts("countries")?.into_iter().map(country).collect();
        let level = members.get("level").map(|_| {
            let inner = members.inner("level")?;
            let level = Level {
                framework: inner.text("framework", TITLE_CHARACTERS)?.to_owned(),
                version: inner.text("version", 40)?.to_owned(),
                label: inner.text("label", TITLE_CHARACTERS)?.to_owned(),
            };
            inner.nothing_else()?;
            Ok(level)
        });
        let requirement = Self {
            name: members.text("name", TITLE_CHARACTERS)?.to_owned(),
            needs: Needs::parse(&members)?,
            codes: members.objects("codes", ROWS)?.into_iter().map(Asked::parse).collect::<Result<_, _>>()?,
            kinds: kinds
                .filter(|kinds| !kinds.is_empty())
                .ok_or_else(|| members.fault("kinds", Problem::WrongValue))?,
            level: level.transpose()?,
            countries: countries.ok_or_else(|| members.fault("countries", Problem::WrongValue))?,
            awarded_from: members.time_if_any("awardedFrom")?,
            valid_until: members.time_if_any("validUntil")?,
        };
        if requirement.codes.is_empty() {
            return Err(members.fault("codes", Problem::Missing));
        }
        members.nothing_else()?;
        Ok(requirement)
    }
}

impl Asked {
    fn parse(members: Members<'_>) -> Result<Self, Malformed> {
        let framework = Framework::of_code(members.text("framework", 40)?)
            .ok_or_else(|| members.fault("framework", Problem::WrongValue))?;
        let asked = Self { framework, code: members.text("code", TITLE_CHARACTERS)?.to_owned() };
        members.nothing_else()?;
        Ok(asked)
    }

    /// Whether there can be such a code in its list.
    #[must_use]
    pub fn is_known(&self) -> bool {
        let code = self.code.as_str();
        match self.framework {
            Framework::Achievement => AchievementId::parse(code).is_some(),
            Framework::Esco => {
                let hyphen = |at: usize| matches!(at, 8 | 13 | 18 | 23);
                let plain = |(at, byte): (usize, u8)| match hyphen(at) {
                    true => byte == b'-',
                    false => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
                };
                code.len() == 36 && code.bytes().enumerate().all(plain)
            }
            Framework::Isco => {
                let digits = (1..=4).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
                digits && (code.len() == 1 || code.get(..2).is_some_and(|major| ISCO_SUB_MAJOR.contains(&major)))
            }
        }
    }
}

/// The 43 sub-major groups of ISCO-08 (ILO 2012, volume 1): a code under none of them is nobody's.
const ISCO_SUB_MAJOR: [&str; 43] = [
    "01", "02", "03", "11", "12", "13", "14", "21", "22", "23", "24", "25", "26", "31", "32", "33", "34", "35", "41",
    "42", "43", "44", "51", "52", "53", "54", "61", "62", "63", "71", "72", "73", "74", "75", "81", "82", "83", "91",
    "92", "93", "94", "95", "96",
];

impl Needs {
    fn parse(members: &Members<'_>) -> Result<Self, Malformed> {
        match members.text("needs", 3)? {
            "all" => Ok(Needs::All),
            "any" => Ok(Needs::Any),
            _ => Err(members.fault("needs", Problem::WrongValue)),
        }
    }

    /// The code of files: `all`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Needs::All => "all",
            Needs::Any => "any",
        }
    }
}

impl Framework {
    /// The name of files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Framework::Achievement => "achievement",
            Framework::Esco => "ESCO",
            Framework::Isco => "ISCO-08",
        }
    }

    fn of_code(code: &str) -> Option<Self> {
        [Framework::Achievement, Framework::Esco, Framework::Isco].into_iter().find(|it| it.code() == code)
    }
}

impl NotOpen {
    /// Every code.
    pub const CODES: [&'static str; 7] = ["altered", "form", "key", "over", "too-large", "unreadable", "unsigned"];

    /// The code of files and language tables: `vacancy.CODE`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            NotOpen::Altered => "altered",
            NotOpen::Form(_) => "form",
            NotOpen::Key => "key",
            NotOpen::Over => "over",
            NotOpen::TooLarge => "too-large",
            NotOpen::Unreadable => "unreadable",
            NotOpen::Unsigned => "unsigned",
        }
    }
}

fn country(text: &str) -> Option<String> {
    let two_letters = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    two_letters.then(|| text.to_owned())
}
