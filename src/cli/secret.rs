//! Where secrets come from: a key file, `SKILLPASS_PASSPHRASE`, or a prompt. Never from an argument, which other users can read.

use zeroize::Zeroizing;

use super::Exit;
use super::args::Unlock;
use super::say::{Failure, Say};
use crate::desk::keyring::Secret;

/// The environment variable that holds a passphrase.
pub const PASSPHRASE: &str = "SKILLPASS_PASSPHRASE";

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

fn passphrase(say: &Say, prompt: &str) -> Result<String, Failure> {
    if let Ok(passphrase) = std::env::var(PASSPHRASE) {
        return Ok(passphrase);
    }
    let prompt = format!("{} ", say.words().get(prompt));
    rpassword::prompt_password(prompt).map_err(|_| Failure::new(Exit::Usage, "cli.passphrase-nowhere"))
}
