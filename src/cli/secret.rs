//! Where secrets come from: a key file, `SKILLPASS_PASSPHRASE`, or a prompt. Never from an argument, which other users can read.

use zeroize::Zeroizing;

use super::Exit;
use super::args::Unlock;
use super::say::{Failure, Say};
use crate::desk::keyring::Secret;

/// The environment variable that holds a passphrase.
pub const PASSPHRASE: &str = "SKILLPASS_PASSPHRASE";

/// The environment variable that holds the passphrase that takes its place.
pub const NEW_PASSPHRASE: &str = "SKILLPASS_NEW_PASSPHRASE";

/// The environment variable that holds the password of somebody who works at a desk.
pub const PASSWORD: &str = "SKILLPASS_PASSWORD";

/// What opens keys that are there.
///
/// # Errors
/// [`Failure`] when there is neither key file nor passphrase.
pub fn existing(unlock: &Unlock, say: &Say) -> Result<Secret, Failure> {
    match &unlock.key_file {
        Some(path) => {
            let bytes = Zeroizing::new(std::fs::read(path).map_err(|error| Failure::unread(path, &error))?);
            Ok(Secret::key_file(std::str::from_utf8(&bytes).unwrap_or_default())?)
        }
        None => Ok(Secret::passphrase(passphrase(say, "cli.passphrase")?)?),
    }
}

/// What new keys are sealed with: a key file that is there or is made now, or a passphrase typed twice.
///
/// # Errors
/// [`Failure`].
pub fn new(unlock: &Unlock, say: &Say) -> Result<Secret, Failure> {
    match &unlock.key_file {
        Some(path) if !path.exists() => {
            let secret = Secret::new_key_file(path)?;
            say.tell("cli.key-file-made", &[("path", crate::verify::message::Fact::Text(path.display().to_string()))]);
            Ok(secret)
        }
        Some(_) => existing(unlock, say),
        None => {
            let first = passphrase(say, "cli.passphrase-new")?;
            if std::env::var_os(PASSPHRASE).is_none() && passphrase(say, "cli.passphrase-again")? != first {
                return Err(Failure::new(Exit::Usage, "cli.passphrase-mismatch"));
            }
            Ok(Secret::passphrase(first)?)
        }
    }
}

/// What keys are sealed with from now on: a key file, [`NEW_PASSPHRASE`], or a passphrase typed twice.
///
/// # Errors
/// [`Failure`].
pub fn replacement(key_file: Option<&std::path::PathBuf>, say: &Say) -> Result<Secret, Failure> {
    if key_file.is_some() {
        return new(&Unlock { key_file: key_file.cloned() }, say);
    }
    if let Ok(passphrase) = std::env::var(NEW_PASSPHRASE) {
        return Ok(Secret::passphrase(passphrase)?);
    }
    let first = prompted(say, "cli.passphrase-new")?;
    if prompted(say, "cli.passphrase-again")? != first {
        return Err(Failure::new(Exit::Usage, "cli.passphrase-mismatch"));
    }
    Ok(Secret::passphrase(first)?)
}

/// The password of somebody who works at a desk: from [`PASSWORD`], or typed.
///
/// # Errors
/// [`Failure`] when there is neither.
pub fn password(say: &Say) -> Result<Zeroizing<String>, Failure> {
    match std::env::var(PASSWORD) {
        Ok(password) => Ok(Zeroizing::new(password)),
        Err(_) => prompted(say, "cli.password").map(Zeroizing::new),
    }
}

/// The passphrase of a file that somebody else's program sealed, however short.
///
/// # Errors
/// [`Failure`] when there is none.
pub fn of_file(say: &Say) -> Result<Zeroizing<String>, Failure> {
    passphrase(say, "cli.passphrase").map(Zeroizing::new)
}

fn passphrase(say: &Say, prompt: &str) -> Result<String, Failure> {
    if let Ok(passphrase) = std::env::var(PASSPHRASE) {
        return Ok(passphrase);
    }
    prompted(say, prompt)
}

fn prompted(say: &Say, prompt: &str) -> Result<String, Failure> {
    let prompt = format!("{} ", say.words().get(prompt));
    rpassword::prompt_password(prompt).map_err(|_| Failure::new(Exit::Usage, "cli.passphrase-nowhere"))
}
