//! `receipt`: what a signed receipt of a check says; and `verify --receipt`, which makes one.

use std::path::PathBuf;

use super::args::{Receipt as Args, Unlock, Verify};
use super::checking::Row;
use super::commands::{Ends, bytes_of, name_of, taken_in};
use super::holder::ROLE;
use super::say::{Failure, Say};
use super::{Exit, secret};
use crate::base::canonical::{Json, Object};
use crate::base::key::SecretKey;
use crate::desk::keyring::Keyring;
use crate::store::files::{Readers, write_once};
use crate::verify::Evidence;
use crate::verify::message::Fact;
use crate::verify::receipt::{LISTS, NotAReceipt, NotMade, Place, Receipt};

/// Reads a receipt. The program ends well when its signature holds, whatever the answers in it are.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, say: &Say) -> Ends {
    let words = say.words();
    let receipt = Receipt::read(&bytes_of(&args.input)?).map_err(|why| refused(&why))?;
    let receipt = receipt.claimed();
    let against = args.against.as_ref().map(|input| {
        let offered = taken_in(input)?.offered;
        let same = offered.iter().any(|offered| offered.signed.digest() == receipt.certificate);
        Ok::<_, Failure>((name_of(input), same))
    });
    let against = against.transpose()?;
    if say.is_json() {
        let mut object = receipt.to_json();
        if let Some((input, same)) = &against {
            let said = Object::from_iter([("input", Json::from(input.as_str())), ("same", Json::Bool(*same))]);
            object.set("against", said.into());
        }
        object.set("signature", "holds".into());
        say.json(object);
    } else {
        say.result(&format!("✓ {}\n", words.get("receipt.holds")));
        say.result(&receipt.lines(words).iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n"));
        if let Some((input, same)) = &against {
            let (sign, id) = if *same { ("✓", "receipt.same") } else { ("✕", "receipt.different") };
            say.result(&format!("\n{sign} {}", words.say(id, &[("path", Fact::Text(input.clone()))])));
        }
    }
    Ok(if against.is_none_or(|(_, same)| same) { Exit::Accept } else { Exit::Reject })
}

/// A receipt that is going to be written.
pub(super) struct Wanted {
    path: PathBuf,
    key: SecretKey,
}

/// Opens the key for the receipt that a check is asked for, if it is: who gives a wrong passphrase need not wait for the check.
///
/// # Errors
/// [`Failure`].
pub(super) fn wanted(args: &Verify, say: &Say) -> Result<Option<Wanted>, Failure> {
    let (Some(path), Some(key)) = (&args.receipt, &args.receipt_key) else { return Ok(None) };
    if path.exists() {
        return Err(exists(path));
    }
    let secret = secret::existing(&Unlock { key_file: args.key_file.clone() }, say)?;
    let key = Keyring::open(key, &secret)?.key(ROLE)?.clone();
    Ok(Some(Wanted { path: path.clone(), key }))
}

/// A receipt is about one certificate: a decision beside it would be another.
///
/// # Errors
/// [`Failure`].
pub(super) fn one_alone(wanted: Option<&Wanted>, count: usize) -> Result<(), Failure> {
    match wanted {
        Some(_) if count > 1 => Err(Failure::new(Exit::Usage, "cli.receipt.one").with("count", count)),
        _ => Ok(()),
    }
}

/// Writes the receipt of a check of one certificate.
///
/// # Errors
/// [`Failure`].
pub(super) fn write(
    wanted: &Wanted,
    rows: &[(String, Row)],
    evidence: &Evidence,
    country: Option<&str>,
    say: &Say,
) -> Result<(), Failure> {
    // What could not be read has its row, and no check to write about.
    let [(_, Row::Read(verdict))] = rows else { return Ok(()) };
    let signed = Receipt::sign(verdict, evidence, Place { host: None, country }, &wanted.key);
    let (_, signed) = signed.map_err(|why| {
        let failure = Failure::new(Exit::Usage, &format!("receipt.{}", why.code()));
        if why == NotMade::TooManyLists { failure.with("most", LISTS) } else { failure }
    })?;
    // It names no person, and is for whoever is shown it.
    write_once(&wanted.path, signed.bytes(), Readers::Everybody).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => exists(&wanted.path),
        _ => Failure::io(&wanted.path, &error),
    })?;
    say.tell("cli.receipt.written", &[("path", Fact::Text(wanted.path.display().to_string()))]);
    Ok(())
}

fn exists(path: &std::path::Path) -> Failure {
    Failure::new(Exit::Usage, "cli.file-exists").with("path", path.display())
}

fn refused(why: &NotAReceipt) -> Failure {
    let exit = match why {
        NotAReceipt::Altered | NotAReceipt::Key => Exit::Reject,
        NotAReceipt::Form(_)
        | NotAReceipt::Other
        | NotAReceipt::TooLarge
        | NotAReceipt::Unreadable
        | NotAReceipt::Unsigned => Exit::Unreadable,
    };
    Failure::new(exit, &format!("receipt.{}", why.code()))
}
