//! What a wallet saved, read again: an age file for a passphrase (age-encryption.org/v1), in it a zip with a manifest and plain JSON. Public tools
//! open both. `web/wallet/backup.js` writes it and reads the same; both are held to `tests/vectors/backup`.
//!
//! ```text
//! manifest.json               {"files": [{"digest": "uEi…", "name": …}], "made": …, "type": "skillpass-wallet-1"}
//! key.json                    the holder's key document, if there is one
//! certificates/NNNN.json      each as it was received
//! ```

use std::io::{Cursor, Read as _};

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, scrypt};
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use super::key::HolderKey;
use crate::base::canonical::{Bounds, Json, Numbers, read};
use crate::base::limits::CREDENTIAL_BYTES;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;

const TYPE: &str = "skillpass-wallet-1";
const TYPES: &str = "skillpass-wallet-";
const MANIFEST: &str = "manifest.json";
const KEY: &str = "key.json";
/// 33,554,432 bytes: a whole file. A certificate has 3 KB, and 64 KB with a photograph.
const MOST: usize = 32 * 1024 * 1024;
/// 1,024 files: a record of a working life has some dozens.
const FILES_MOST: usize = 1024;
/// 2¹⁸, as the age program makes them: a header that asks for more would only exhaust memory (threats.md K2).
const WORK_FACTOR_MOST: u8 = 18;
const BOUNDS: Bounds = Bounds { bytes: CREDENTIAL_BYTES, depth: 4, string: 1024, numbers: Numbers::Whole };

/// What was saved.
#[derive(Debug)]
pub struct Wallet {
    /// When.
    pub made: Timestamp,
    /// The holder's key.
    pub key: Option<HolderKey>,
    /// Certificates, byte for byte as they were received. Nothing about them was checked.
    pub certificates: Vec<Vec<u8>>,
}

/// Why a file does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotABackup {
    /// It opens, and what is in it is not what its manifest says.
    Contents,
    /// Changed or cut off after it was sealed.
    Damaged,
    /// No age file for a passphrase.
    NotABackup,
    /// Another passphrase; or the lines that hold its salt were changed.
    Passphrase,
    /// More than is read.
    TooLarge,
    /// Of a version that this program does not know.
    Version,
    /// It asks for more work than any honest file.
    Work,
}

impl NotABackup {
    /// Every one.
    pub const ALL: [NotABackup; 7] = [
        NotABackup::Contents,
        NotABackup::Damaged,
        NotABackup::NotABackup,
        NotABackup::Passphrase,
        NotABackup::TooLarge,
        NotABackup::Version,
        NotABackup::Work,
    ];

    /// The code of files and language tables: `backup.CODE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            NotABackup::Contents => "contents",
            NotABackup::Damaged => "damaged",
            NotABackup::NotABackup => "not-a-backup",
            NotABackup::Passphrase => "passphrase",
            NotABackup::TooLarge => "too-large",
            NotABackup::Version => "version",
            NotABackup::Work => "work",
        }
    }

    fn of_age(error: &DecryptError) -> Self {
        match error {
            DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => NotABackup::Passphrase,
            DecryptError::ExcessiveWork { .. } => NotABackup::Work,
            DecryptError::InvalidMac => NotABackup::Damaged,
            _ => NotABackup::NotABackup,
        }
    }
}

/// Opens what a wallet saved.
///
/// # Errors
/// [`NotABackup`].
pub fn open(sealed: &[u8], passphrase: &str) -> Result<Wallet, NotABackup> {
    if sealed.len() > MOST {
        return Err(NotABackup::TooLarge);
    }
    let decryptor = Decryptor::new(sealed).map_err(|error| match error {
        // A header that ends too early, and one that is none, are the same to whoever offers the file.
        DecryptError::Io(_) => NotABackup::NotABackup,
        other => NotABackup::of_age(&other),
    })?;
    if !decryptor.is_scrypt() {
        return Err(NotABackup::NotABackup);
    }
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
    identity.set_max_work_factor(WORK_FACTOR_MOST);
    let opened = decryptor.decrypt([&identity as &dyn age::Identity].into_iter());
    let mut zip = Vec::new();
    let read = opened.map_err(|error| match error {
        DecryptError::Io(_) => NotABackup::Damaged,
        other => NotABackup::of_age(&other),
    })?;
    // An age file is no longer than what is sealed in it, so the bound of the file bounds this.
    { read }.read_to_end(&mut zip).map_err(|_| NotABackup::Damaged)?;
    contents(zip)
}

fn contents(zip: Vec<u8>) -> Result<Wallet, NotABackup> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(|_| NotABackup::Contents)?;
    if archive.len() > FILES_MOST + 1 {
        return Err(NotABackup::TooLarge);
    }
    let manifest = file(&mut archive, MANIFEST)?;
    let Ok(Json::Object(manifest)) = read(&manifest, BOUNDS) else { return Err(NotABackup::Contents) };
    let text = |name: &str| manifest.get(name).and_then(Json::text).ok_or(NotABackup::Contents);
    match text("type")? {
        TYPE => {}
        other => {
            let number = other.strip_prefix(TYPES).is_some_and(|rest| rest.parse::<u32>().is_ok());
            return Err(if number { NotABackup::Version } else { NotABackup::Contents });
        }
    }
    let made = Timestamp::parse(text("made")?).map_err(|_| NotABackup::Contents)?;
    let files = manifest.get("files").and_then(Json::list).ok_or(NotABackup::Contents)?;
    // A file that the manifest does not name was put there by somebody else.
    if archive.len() != files.len() + 1 {
        return Err(NotABackup::Contents);
    }
    let mut wallet = Wallet { made, key: None, certificates: Vec::new() };
    let (mut seen, mut total) = (Vec::new(), 0);
    for entry in files {
        let member = |name: &str| entry.object().and_then(|entry| entry.get(name)).and_then(Json::text);
        let (name, digest) = (member("name").ok_or(NotABackup::Contents)?, member("digest"));
        if seen.contains(&name) || !(name == KEY || is_certificate(name)) {
            return Err(NotABackup::Contents);
        }
        seen.push(name);
        let bytes = file(&mut archive, name)?;
        total += bytes.len();
        if total > MOST {
            return Err(NotABackup::TooLarge);
        }
        if digest != Some(&multibase::digest(&Sha256::digest(&bytes).into())) {
            return Err(NotABackup::Contents);
        }
        if name == KEY {
            wallet.key = Some(HolderKey::read(&bytes).ok_or(NotABackup::Contents)?);
        } else {
            wallet.certificates.push(bytes);
        }
    }
    Ok(wallet)
}

/// `certificates/NNNN.json`: no name leads anywhere.
fn is_certificate(name: &str) -> bool {
    let number = name.strip_prefix("certificates/").and_then(|name| name.strip_suffix(".json"));
    number.is_some_and(|number| number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// One file of the zip, no longer than a certificate may be, whatever its own header says.
fn file(archive: &mut ZipArchive<Cursor<Vec<u8>>>, name: &str) -> Result<Vec<u8>, NotABackup> {
    let entry = archive.by_name(name).map_err(|_| NotABackup::Contents)?;
    let mut bytes = Vec::new();
    entry.take(CREDENTIAL_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|_| NotABackup::Contents)?;
    if bytes.len() > CREDENTIAL_BYTES { Err(NotABackup::TooLarge) } else { Ok(bytes) }
}
