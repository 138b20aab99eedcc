//! Tokens with which programs have an institution issue over HTTP. A token is shown once, when it is made; what is kept is its hash, in
//! `DIR/tokens.json`, mode 0600.
//!
//! ```text
//! skp_u<54 characters>      base64url of 40 bytes:
//!   32 random bytes | 4 bytes: which institution | 4 bytes: checksum of what stands before
//! ```
//! The checksum tells a token that was copied in part from one that nobody knows; the institution's bytes tell that it is another's.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::institution::{DeskError, Institution, at};
use super::random::{Randomness, random};
use crate::base::did::Did;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::store::StoreError;
use crate::store::files::{Readers, write_whole};

/// How every token begins, so that scanners for leaked secrets find it.
pub const PREFIX: &str = "skp_";
/// 32 bytes: 256 random bits cannot be guessed.
const SECRET: usize = 32;
/// 4 bytes of a digest: one wrong copy in four thousand million passes for right, and is then unknown.
const CHECK: usize = 4;
/// 12 characters of a token name it in lists; 48 of its 256 random bits.
pub const NAMED_BY: usize = PREFIX.len() + 1 + 8;
/// 1 to 366 days: a token that nobody renews ends.
pub const DAYS_MOST: u32 = 366;
/// 256 tokens of one institution: all are compared with each that is presented.
const TOKENS: usize = 256;
/// 100 characters: what a token is called.
const NAME_CHARACTERS: usize = 100;
const KIND: &str = "skillpass-tokens-1";

/// The tokens of an institution.
#[derive(Debug)]
pub struct Tokens {
    path: PathBuf,
    did: Did,
    list: Vec<Token>,
}

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Token {
    /// Its first characters: enough to tell it from others.
    pub prefix: String,
    /// What it is for, in the words of whoever made it.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// SHA-256 of the whole token.
    hash: String,
    /// When it was made.
    pub made: String,
    /// When it ends.
    pub expires: String,
    /// When it was withdrawn, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<String>,
}

/// What a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Issue.
    Issue,
}

/// Why a token opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoEntry {
    /// It has ended.
    Expired,
    /// It is another institution's.
    OfAnother,
    /// It was withdrawn.
    Revoked,
    /// Not a token, a damaged one, or one that nobody made.
    Unknown,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "type")]
    kind: String,
    /// SHA-256 over the tokens as JSON without spaces, as multibase: what the disk changed is not taken for what was written. Files of earlier
    /// versions have none; the next token that is made or withdrawn brings it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    check: Option<String>,
    tokens: Vec<Token>,
}

impl File {
    fn of(tokens: Vec<Token>) -> Option<Self> {
        let check = Some(check_of(&tokens)?);
        Some(Self { kind: KIND.to_owned(), check, tokens })
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let file: File = serde_json::from_slice(bytes).ok()?;
        let holds = file.check.is_none() || file.check == check_of(&file.tokens);
        (file.kind == KIND && holds).then_some(file)
    }
}

fn check_of(tokens: &[Token]) -> Option<String> {
    Some(multibase::digest(&Sha256::digest(serde_json::to_vec(tokens).ok()?).into()))
}

impl Tokens {
    /// Reads the tokens of an institution; none where there is no file yet.
    ///
    /// # Errors
    /// [`DeskError::Io`], [`DeskError::NotReadable`].
    pub fn open(institution: &Institution) -> Result<Self, DeskError> {
        let path = institution.folder().join("tokens.json");
        let list = match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            read => read_list(&path, &read.map_err(at(&path))?)?,
        };
        Ok(Self { path, did: institution.did().clone(), list })
    }

    /// Every token that was ever made, the oldest first.
    #[must_use]
    pub fn list(&self) -> &[Token] {
        &self.list
    }

    /// Makes a token for so many days, and keeps its hash. The token itself is the result, and is nowhere else.
    ///
    /// # Errors
    /// [`DeskError::Value`] for a name or a time that cannot be used, or when there are too many; [`DeskError::Randomness`], [`DeskError::Io`].
    pub fn make(
        &mut self,
        name: &str,
        days: u32,
        source: &dyn Randomness,
        now: Timestamp,
    ) -> Result<Zeroizing<String>, DeskError> {
        self.make_noted(name, days, source, now, |_| Ok(()))
    }

    /// The same, and the log says so first: no token opens anything that stands in no line. `note` is told its first characters.
    ///
    /// # Errors
    /// As [`Self::make`], and what `note` says; then there is no token.
    pub fn make_noted(
        &mut self,
        name: &str,
        days: u32,
        source: &dyn Randomness,
        now: Timestamp,
        note: impl FnOnce(&str) -> Result<(), StoreError>,
    ) -> Result<Zeroizing<String>, DeskError> {
        let plain = name == name.trim() && !name.is_empty() && !name.chars().any(char::is_control);
        if !plain || name.chars().count() > NAME_CHARACTERS {
            return Err(DeskError::Value("token-name"));
        }
        if !(1..=DAYS_MOST).contains(&days) {
            return Err(DeskError::Value("days"));
        }
        // Those that opened something once stay in the list as long as they can be mistaken for one that still does.
        self.list.retain(|token| token.revoked.is_none() || Timestamp::parse(&token.expires).is_ok_and(|it| it > now));
        if self.list.len() >= TOKENS {
            return Err(DeskError::Value("too-many-tokens"));
        }
        let expires = Timestamp::from_seconds(now.seconds() + i64::from(days) * 86_400);
        let token = write(&random(source)?, &self.did);
        let kept = Token {
            prefix: token.chars().take(NAMED_BY).collect(),
            name: name.to_owned(),
            scope: Scope::Issue,
            hash: multibase::digest(&hash(&token)),
            made: now.to_string(),
            expires: expires.ok_or(DeskError::Value("days"))?.to_string(),
            revoked: None,
        };
        note(&kept.prefix)?;
        self.list.push(kept);
        self.keep()?;
        Ok(token)
    }

    /// Withdraws a token, named by its first characters or its name. `None` when there is none; else whether that is news.
    ///
    /// # Errors
    /// [`DeskError::Value`] when several are meant, [`DeskError::Io`].
    pub fn revoke(&mut self, named: &str, now: Timestamp) -> Result<Option<bool>, DeskError> {
        self.revoke_noted(named, now, |_| Ok(()))
    }

    /// The same, and the log says so first, if it is news. `note` is told its first characters.
    ///
    /// # Errors
    /// As [`Self::revoke`], and what `note` says; then it opens what it did.
    pub fn revoke_noted(
        &mut self,
        named: &str,
        now: Timestamp,
        note: impl FnOnce(&str) -> Result<(), StoreError>,
    ) -> Result<Option<bool>, DeskError> {
        let is_meant =
            |token: &Token| token.name == named || (named.len() >= NAMED_BY && named.starts_with(&token.prefix));
        let mut meant: Vec<&mut Token> = self.list.iter_mut().filter(|token| is_meant(token)).collect();
        // Of several of one name those that still open something are meant.
        if meant.len() > 1 {
            meant.retain(|token| token.revoked.is_none());
        }
        let [token] = meant.as_mut_slice() else {
            return if meant.is_empty() { Ok(None) } else { Err(DeskError::Value("token-name")) };
        };
        if token.revoked.is_some() {
            return Ok(Some(false));
        }
        note(&token.prefix)?;
        token.revoked = Some(now.to_string());
        self.keep()?;
        Ok(Some(true))
    }

    /// The token that was presented, if it opens the door now.
    ///
    /// # Errors
    /// [`NoEntry`].
    pub fn admit(&self, presented: &str, now: Timestamp) -> Result<&Token, NoEntry> {
        let of = institution_in(presented).ok_or(NoEntry::Unknown)?;
        if of != mark(&self.did) {
            return Err(NoEntry::OfAnother);
        }
        let presented = hash(presented);
        // Every one is compared to its end, so that the time says nothing about which it was or how far it fitted.
        let mut found = None;
        for token in &self.list {
            let kept = multibase::digest_bytes(&token.hash).unwrap_or_default();
            if is_same(&kept, &presented) {
                found = Some(token);
            }
        }
        let token = found.ok_or(NoEntry::Unknown)?;
        if token.revoked.is_some() {
            return Err(NoEntry::Revoked);
        }
        // A time that cannot be read is past.
        let ends = Timestamp::parse(&token.expires).map_or(i64::MIN, Timestamp::seconds);
        if now.seconds() >= ends { Err(NoEntry::Expired) } else { Ok(token) }
    }

    fn keep(&self) -> Result<(), DeskError> {
        let file = File::of(self.list.clone()).and_then(|file| serde_json::to_vec_pretty(&file).ok());
        let mut text = file.ok_or_else(|| DeskError::NotReadable(self.path.clone()))?;
        text.push(b'\n');
        write_whole(&self.path, &text, Readers::Owner).map_err(at(&self.path))
    }
}

fn read_list(path: &Path, bytes: &[u8]) -> Result<Vec<Token>, DeskError> {
    File::read(bytes).map(|file| file.tokens).ok_or_else(|| DeskError::NotReadable(path.to_owned()))
}

fn write(secret: &[u8; SECRET], did: &Did) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(SECRET + 2 * CHECK));
    bytes.extend_from_slice(secret);
    bytes.extend_from_slice(&mark(did));
    let check = checksum(&bytes);
    bytes.extend_from_slice(&check);
    Zeroizing::new(format!("{PREFIX}{}", multibase::base64url(&bytes)))
}

/// Which institution a text names, if it is a whole token.
fn institution_in(text: &str) -> Option<[u8; CHECK]> {
    let bytes = Zeroizing::new(multibase::base64url_bytes(text.strip_prefix(PREFIX)?)?);
    let (said, check) = bytes.split_at_checked(SECRET + CHECK)?;
    if check != checksum(said) {
        return None;
    }
    said.get(SECRET..)?.try_into().ok()
}

fn mark(did: &Did) -> [u8; CHECK] {
    first(Sha256::digest(did.as_str()).into())
}

fn checksum(bytes: &[u8]) -> [u8; CHECK] {
    first(Sha256::digest([b"skillpass token\0", bytes].concat()).into())
}

fn first(digest: [u8; 32]) -> [u8; CHECK] {
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// Whether two digests are the same, in a time that does not depend on them.
fn is_same(left: &[u8; 32], right: &[u8; 32]) -> bool {
    left.iter().zip(right).fold(0, |differences, (left, right)| differences | (left ^ right)) == 0
}
