//! Secret keys at rest: one age file (age-encryption.org/v1), sealed with a passphrase or for a key file, that public tools open.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read, Write};
use std::path::Path;
use std::str::FromStr as _;

use age::secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::base::key::SecretKey;
use crate::base::multibase;
use crate::store::files::{Readers, write_once, write_whole};

/// 2¹⁶ × 1 KiB = 64 MiB and some tenths of a second for each guess at a passphrase: what an old laptop bears (threats.md K1).
const WORK_FACTOR: u8 = 16;
/// 2²⁰: a header that asks for more would only exhaust memory (threats.md K2).
const WORK_FACTOR_MOST: u8 = 20;
/// 8 characters: the shortest passphrase that is taken.
pub const PASSPHRASE_CHARACTERS: usize = 8;

/// Secret keys by their role: `issuer`, `root`, `accreditation`, `freshness`.
#[derive(Default)]
pub struct Keyring {
    keys: BTreeMap<String, SecretKey>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_map().entries(&self.keys).finish()
    }
}

/// What opens a keyring.
pub enum Secret {
    /// An age identity, `AGE-SECRET-KEY-1…`, from a key file.
    KeyFile(age::x25519::Identity),
    /// Words that a person knows.
    Passphrase(SecretString),
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Secret::KeyFile(_) => "KeyFile",
            Secret::Passphrase(_) => "Passphrase",
        })
    }
}

/// What a keyring is sealed for, as its file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedFor {
    /// A key file.
    KeyFile,
    /// A passphrase.
    Passphrase,
}

/// Why a keyring does not open.
#[derive(Debug)]
pub enum KeyringError {
    /// The file is there already; keys are never overwritten.
    Exists,
    /// The file cannot be read or written.
    Io(std::io::Error),
    /// The keyring has no key for this role.
    NoKey(String),
    /// Not an age file, or one with something else in it.
    NotAKeyring,
    /// Not an age identity.
    NotAKeyFile,
    /// Shorter than eight characters.
    PassphraseTooShort,
    /// Other people can read the file: its mode is not 0600.
    ReadableByOthers,
    /// The passphrase or key file is another one.
    WrongSecret,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    #[serde(rename = "type")]
    kind: String,
    /// role → multibase of the 32-byte seed
    keys: BTreeMap<String, Zeroizing<String>>,
}

const KIND: &str = "skillpass-keyring-1";

impl Secret {
    /// A passphrase of at least eight characters.
    ///
    /// # Errors
    /// [`KeyringError::PassphraseTooShort`].
    pub fn passphrase(text: String) -> Result<Self, KeyringError> {
        let text = Zeroizing::new(text);
        if text.chars().count() < PASSPHRASE_CHARACTERS {
            return Err(KeyringError::PassphraseTooShort);
        }
        Ok(Secret::Passphrase(SecretString::from(text.as_str().to_owned())))
    }

    /// A key file: an age identity file, comments and all.
    ///
    /// # Errors
    /// [`KeyringError::NotAKeyFile`].
    pub fn key_file(text: &str) -> Result<Self, KeyringError> {
        let line = text.lines().map(str::trim).find(|line| line.starts_with("AGE-SECRET-KEY-1"));
        let identity = line.and_then(|line| age::x25519::Identity::from_str(line).ok());
        identity.map(Secret::KeyFile).ok_or(KeyringError::NotAKeyFile)
    }

    /// Seals what is written: an age file to this secret. It is whole when it was finished.
    ///
    /// # Errors
    /// [`KeyringError::Io`].
    pub(super) fn seal<W: Write>(&self, out: W) -> Result<age::stream::StreamWriter<W>, KeyringError> {
        let encryptor = match self {
            Secret::KeyFile(identity) => {
                age::Encryptor::with_recipients([&identity.to_public() as &dyn age::Recipient].into_iter())
            }
            Secret::Passphrase(passphrase) => {
                let mut recipient = age::scrypt::Recipient::new(passphrase.clone());
                recipient.set_work_factor(WORK_FACTOR);
                age::Encryptor::with_recipients([&recipient as &dyn age::Recipient].into_iter())
            }
        };
        let failed = |error: age::EncryptError| KeyringError::Io(std::io::Error::other(error.to_string()));
        encryptor.map_err(failed)?.wrap_output(out).map_err(KeyringError::Io)
    }

    /// Opens what was sealed. What the reader gives was not altered; that it is all of it, only its end shows.
    ///
    /// # Errors
    /// [`KeyringError::WrongSecret`], [`KeyringError::NotAKeyring`] for what is no age file.
    pub(super) fn unseal<R: Read>(&self, sealed: R) -> Result<age::stream::StreamReader<R>, KeyringError> {
        let decryptor = age::Decryptor::new(sealed).map_err(KeyringError::of_age)?;
        match self {
            Secret::KeyFile(identity) => decryptor.decrypt([identity as &dyn age::Identity].into_iter()),
            Secret::Passphrase(passphrase) => {
                let mut identity = age::scrypt::Identity::new(passphrase.clone());
                identity.set_max_work_factor(WORK_FACTOR_MOST);
                decryptor.decrypt([&identity as &dyn age::Identity].into_iter())
            }
        }
        .map_err(KeyringError::of_age)
    }

    /// Makes a key file that must not be there yet.
    ///
    /// # Errors
    /// [`KeyringError::Exists`], [`KeyringError::Io`].
    pub fn new_key_file(path: &Path) -> Result<Self, KeyringError> {
        let identity = age::x25519::Identity::generate();
        let text = Zeroizing::new(format!(
            "# skillpass key file: whoever has it can open the keys sealed for it\n{}\n",
            identity.to_string().expose_secret()
        ));
        write_once(path, text.as_bytes(), Readers::Owner).map_err(KeyringError::of_io)?;
        Ok(Secret::KeyFile(identity))
    }
}

impl KeyringError {
    fn of_io(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::AlreadyExists => KeyringError::Exists,
            _ => KeyringError::Io(error),
        }
    }

    fn of_age(error: age::DecryptError) -> Self {
        match error {
            age::DecryptError::DecryptionFailed
            | age::DecryptError::KeyDecryptionFailed
            | age::DecryptError::NoMatchingKeys => KeyringError::WrongSecret,
            _ => KeyringError::NotAKeyring,
        }
    }
}

impl Keyring {
    /// Adds a key for a role.
    #[must_use]
    pub fn with(mut self, role: &str, key: SecretKey) -> Self {
        self.keys.insert(role.to_owned(), key);
        self
    }

    /// Without the key of a role.
    #[must_use]
    pub fn without(mut self, role: &str) -> Self {
        self.keys.remove(role);
        self
    }

    /// The key of a role.
    ///
    /// # Errors
    /// [`KeyringError::NoKey`].
    pub fn key(&self, role: &str) -> Result<&SecretKey, KeyringError> {
        self.keys.get(role).ok_or_else(|| KeyringError::NoKey(role.to_owned()))
    }

    /// The roles it has keys for.
    pub fn roles(&self) -> impl Iterator<Item = (&str, &SecretKey)> {
        self.keys.iter().map(|(role, key)| (role.as_str(), key))
    }

    /// Seals it into a new file, mode 0600. Never overwrites.
    ///
    /// # Errors
    /// [`KeyringError::Exists`], [`KeyringError::Io`].
    pub fn create(&self, path: &Path, secret: &Secret) -> Result<(), KeyringError> {
        write_once(path, &self.sealed(secret)?, Readers::Owner).map_err(KeyringError::of_io)
    }

    /// Seals it anew, in the place of the file that is there: with another passphrase or for another key file.
    ///
    /// # Errors
    /// [`KeyringError::Io`]; then the old file is as it was.
    pub fn seal_anew(&self, path: &Path, secret: &Secret) -> Result<(), KeyringError> {
        write_whole(path, &self.sealed(secret)?, Readers::Owner).map_err(KeyringError::Io)
    }

    fn sealed(&self, secret: &Secret) -> Result<Vec<u8>, KeyringError> {
        let keys = self
            .keys
            .iter()
            .map(|(role, key)| (role.clone(), Zeroizing::new(multibase::base58btc(key.seed().as_slice()))));
        let sealed = Sealed { kind: KIND.to_owned(), keys: keys.collect() };
        let plain = Zeroizing::new(serde_json::to_vec(&sealed).map_err(|_| KeyringError::NotAKeyring)?);
        let mut encrypted = Vec::new();
        let mut out = secret.seal(&mut encrypted)?;
        out.write_all(&plain).and_then(|()| out.finish().map(drop)).map_err(KeyringError::Io)?;
        Ok(encrypted)
    }

    /// Looks whether a file is there, is its owner's alone and is sealed, without opening it. Whether all of it is whole, only opening shows.
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn look(path: &Path) -> Result<SealedFor, KeyringError> {
        let sealed = Self::sealed_at(path)?;
        let decryptor = age::Decryptor::new(sealed.as_slice()).map_err(KeyringError::of_age)?;
        Ok(if decryptor.is_scrypt() { SealedFor::Passphrase } else { SealedFor::KeyFile })
    }

    /// What stands in a file that only its owner can read.
    fn sealed_at(path: &Path) -> Result<Vec<u8>, KeyringError> {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).map_err(KeyringError::Io)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(KeyringError::ReadableByOthers);
        }
        std::fs::read(path).map_err(KeyringError::Io)
    }

    /// Opens a file that only its owner can read.
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn open(path: &Path, secret: &Secret) -> Result<Self, KeyringError> {
        let encrypted = Self::sealed_at(path)?;
        let mut plain = Zeroizing::new(Vec::new());
        let read = secret.unseal(encrypted.as_slice())?.read_to_end(&mut plain);
        read.map_err(|_| KeyringError::NotAKeyring)?;
        let sealed: Sealed = serde_json::from_slice(&plain).map_err(|_| KeyringError::NotAKeyring)?;
        if sealed.kind != KIND {
            return Err(KeyringError::NotAKeyring);
        }
        let key = |text: &str| multibase::base58btc_exact(text).map(|seed| SecretKey::from_seed(&Zeroizing::new(seed)));
        let keys = sealed.keys.iter().map(|(role, text)| Some((role.clone(), key(text)?))).collect::<Option<_>>();
        Ok(Self { keys: keys.ok_or(KeyringError::NotAKeyring)? })
    }
}
