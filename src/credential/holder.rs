//! The person a credential is about: one name as it is to be shown, a year of birth, and what the holder chose to add.

use unicode_normalization::UnicodeNormalization as _;

use super::letters::{Character, Script};
use super::members::{Malformed, Members, Problem};
use crate::base::canonical::{Json, Object};
use crate::base::did::Did;
use crate::base::limits::{BIRTH_YEAR_LEAST, CREDENTIAL_STRING_BYTES, NAME_CHARACTERS};
use crate::base::multibase;

/// The person, as signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The name as it is to be shown; one field, never split (domain.md 4b).
    pub name: HolderName,
    /// Year of birth: enough to tell namesakes apart, too little to harm (domain.md 4c).
    pub birth_year: i32,
    /// The holder's own key, a did:key.
    pub key: Option<Did>,
    /// SHA-256 of the photograph.
    pub photo_digest: Option<[u8; 32]>,
    /// SHA-256 over a salt of at least 128 bits, which the holder keeps, and an ID number (design §3, threats.md G7).
    pub id_commitment: Option<[u8; 32]>,
}

/// A name that may be signed: NFC, 1 to 120 characters, letters and marks of one script, spaces, and ' ’ . - · alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HolderName(String);

/// Why a name is not signed as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// A control, a bidirectional override, an invisible or private-use character (threats.md H3).
    Control,
    /// A digit.
    Digit,
    /// Nothing but spaces.
    Empty,
    /// Letters of scripts that do not belong in one name (threats.md H4).
    MixedScript,
    /// More than three marks on one letter (threats.md H5).
    StackedMarks,
    /// A character that names do not have: emoji, signs, brackets.
    Symbol,
    /// More than 120 characters.
    TooLong,
    /// It begins with a sign that a spreadsheet takes for a formula (threats.md J1).
    Formula,
}

impl HolderName {
    /// Takes a name as a clerk wrote it: outer and doubled spaces go, the rest is brought to NFC and must then be plain.
    ///
    /// # Errors
    /// [`NameError`].
    pub fn from_clerk(text: &str) -> Result<Self, NameError> {
        let tidy = text.split([' ', '\u{a0}']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        Self::plain(tidy.nfc().collect())
    }

    /// The name as signed and shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn plain(name: String) -> Result<Self, NameError> {
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        if name.starts_with(['=', '+', '@', '-', '\t', '\r']) {
            return Err(NameError::Formula);
        }
        let mut scripts: Vec<Script> = Vec::new();
        let mut stacked = 0;
        for (position, character) in name.chars().enumerate() {
            if position >= NAME_CHARACTERS {
                return Err(NameError::TooLong);
            }
            let kind = Character::of(character);
            stacked = match kind {
                Character::Mark if stacked == 3 => return Err(NameError::StackedMarks),
                Character::Mark => stacked + 1,
                _ => 0,
            };
            match kind {
                Character::Letter(script) if script == Script::ANY || scripts.contains(&script) => {}
                Character::Letter(script) => scripts.push(script),
                Character::Mark => {}
                _ if matches!(character, ' ' | '\'' | '\u{2019}' | '.' | '-' | '\u{b7}') => {}
                Character::Number => return Err(NameError::Digit),
                Character::Control => return Err(NameError::Control),
                Character::Symbol => return Err(NameError::Symbol),
            }
        }
        if !one_writing_system(&scripts) {
            return Err(NameError::MixedScript);
        }
        if scripts.is_empty() { Err(NameError::Empty) } else { Ok(Self(name)) }
    }
}

/// UTS 39 "highly restrictive" for what names need: one script, or Japanese, Korean or Chinese with its own companions.
fn one_writing_system(scripts: &[Script]) -> bool {
    const TOGETHER: [&[Script]; 3] = [
        &[Script::HAN, Script::HIRAGANA, Script::KATAKANA],
        &[Script::HAN, Script::HANGUL],
        &[Script::HAN, Script::BOPOMOFO],
    ];
    scripts.len() <= 1 || TOGETHER.iter().any(|system| scripts.iter().all(|script| system.contains(script)))
}

const BIRTH_YEAR: &str = "ext:birthYear";
const ID_COMMITMENT: &str = "ext:idCommitment";
const NAME: &str = "name";
const PHOTO: &str = "ext:photo";

impl Holder {
    /// Reads the holder out of a credential's subject.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn parse(subject: &Members<'_>) -> Result<Self, Malformed> {
        let mut name = None;
        let mut birth_year = None;
        let mut photo_digest = None;
        let mut id_commitment = None;
        for entry in subject.objects("identifier", 4)? {
            entry.equals("type", "IdentityObject")?;
            let kind = entry.text("identityType", 40)?;
            // Who already stands there may not stand there twice.
            let again = match kind {
                NAME => name.is_some(),
                BIRTH_YEAR => birth_year.is_some(),
                PHOTO => photo_digest.is_some(),
                ID_COMMITMENT => id_commitment.is_some(),
                _ if super::members::is_forbidden(kind) => {
                    return Err(entry.fault("identityType", Problem::Forbidden));
                }
                _ => true,
            };
            let hashed = matches!(kind, PHOTO | ID_COMMITMENT);
            if again || entry.get("hashed") != Some(&Json::Bool(hashed)) {
                return Err(entry.fault("identityType", Problem::WrongValue));
            }
            let value = entry.text("identityHash", NAME_CHARACTERS)?;
            let wrong = || entry.fault("identityHash", Problem::WrongValue);
            match kind {
                // What is signed is shown; it was NFC and plain when it was signed by our rules, and is read by them again.
                NAME => name = Some(HolderName::plain(value.to_owned()).map_err(|_| wrong())?),
                BIRTH_YEAR => birth_year = Some(read_year(value).ok_or_else(wrong)?),
                PHOTO => photo_digest = Some(multibase::digest_bytes(value).ok_or_else(wrong)?),
                _ => id_commitment = Some(multibase::digest_bytes(value).ok_or_else(wrong)?),
            }
            entry.nothing_else()?;
        }
        let key = match subject.text_if_any("id", 100)? {
            None => None,
            Some(text) => Some(
                Did::parse(text)
                    .ok()
                    .filter(|did| did.own_key().is_some())
                    .ok_or_else(|| subject.fault("id", Problem::WrongValue))?,
            ),
        };
        let missing = || subject.fault("identifier", Problem::Missing);
        Ok(Self {
            name: name.ok_or_else(missing)?,
            birth_year: birth_year.ok_or_else(missing)?,
            key,
            photo_digest,
            id_commitment,
        })
    }

    /// The `identifier` entries of a credential's subject.
    #[must_use]
    pub fn identifiers(&self) -> Json {
        let mut entries = vec![
            identity(NAME, self.name.as_str().to_owned(), false),
            identity(BIRTH_YEAR, format!("{:04}", self.birth_year), false),
        ];
        entries.extend(self.photo_digest.map(|digest| identity(PHOTO, multibase::digest(&digest), true)));
        entries.extend(self.id_commitment.map(|digest| identity(ID_COMMITMENT, multibase::digest(&digest), true)));
        Json::List(entries)
    }
}

fn identity(kind: &str, value: String, hashed: bool) -> Json {
    Object::from_iter([
        ("hashed", Json::Bool(hashed)),
        ("identityHash", value.into()),
        ("identityType", kind.into()),
        ("type", "IdentityObject".into()),
    ])
    .into()
}

fn read_year(text: &str) -> Option<i32> {
    let four_digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|year| four_digits && *year >= BIRTH_YEAR_LEAST)
}

/// The photograph as the holder's file carries it: a `data:` URL, never in the packet.
///
/// # Errors
/// [`Malformed`] when it is anything but a JPEG, PNG or WebP data URL.
pub fn read_photo(subject: &Members<'_>) -> Result<Option<String>, Malformed> {
    if subject.get("image").is_none() {
        return Ok(None);
    }
    let image = subject.inner("image")?;
    image.equals("type", "Image")?;
    let url = image.text("id", CREDENTIAL_STRING_BYTES)?;
    let known = ["data:image/jpeg;base64,", "data:image/png;base64,", "data:image/webp;base64,"];
    if !known.iter().any(|prefix| url.starts_with(prefix)) {
        return Err(image.fault("id", Problem::WrongValue));
    }
    let url = url.to_owned();
    image.nothing_else()?;
    Ok(Some(url))
}
