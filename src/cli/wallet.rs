//! `wallet`: what a wallet in a browser saved, read on another computer.

use std::path::Path;

use super::args::Wallet as Command;
use super::args::wallet::{Saved, Verify};
use super::checking::{Row, check, exit_of, one_line};
use super::commands::{Ends, unread};
use super::evidence::Source;
use super::say::{Failure, Say};
use super::{Exit, World, secret};
use crate::base::canonical::{Json, Object};
use crate::holder::backup::{NotABackup, Wallet, open};
use crate::interop::intake::{NotRead, Offered, read_text};
use crate::store::files::{Readers, write_once};
use crate::verify::message::Fact;
use crate::verify::{Policy, Presented};

/// Runs a `wallet` command.
///
/// # Errors
/// [`Failure`].
pub fn run(command: &Command, world: &World<'_>, say: &Say) -> Ends {
    match command {
        Command::Show(args) => show(args, say),
        Command::Verify(args) => verify(args, world, say),
    }
}

fn show(args: &Saved, say: &Say) -> Ends {
    let wallet = opened(&args.file, say)?;
    let read = certificates(&wallet);
    if let Some(dir) = &args.out {
        std::fs::create_dir_all(dir).map_err(|error| Failure::io(dir, &error))?;
        for (at, bytes) in wallet.certificates.iter().enumerate() {
            let path = dir.join(format!("{:04}.json", at + 1));
            // It names a person, and takes the place of nothing.
            write_once(&path, bytes, Readers::Owner).map_err(|error| Failure::io(&path, &error))?;
        }
    }
    let did = wallet.key.as_ref().map(|key| key.did().to_string());
    let row = |(place, read): &(usize, Result<Offered, NotRead>)| {
        let mut row = Object::from_iter([("place", Json::Integer(i64::try_from(*place).unwrap_or(i64::MAX)))]);
        match read {
            Ok(offered) => {
                row.set("digest", offered.signed.digest_multibase().into());
                row.set("issuer", offered.signed.claimed_issuer().unwrap_or_default().into());
            }
            Err(why) => drop(row.set("error", why.code().into())),
        }
        row
    };
    say.tell("cli.not-checked", &[]);
    if say.is_json() {
        let mut object = Object::from_iter([
            ("certificates", Json::List(read.iter().map(|it| row(it).into()).collect())),
            ("made", wallet.made.to_string().into()),
        ]);
        if let Some(did) = did {
            object.set("holder", did.into());
        }
        say.json(object);
        return Ok(Exit::Accept);
    }
    let words = say.words();
    say.result(&words.say("cli.wallet.made", &[("day", Fact::Day(wallet.made))]));
    did.iter().for_each(|did| say.result(did));
    for found in &read {
        let row = row(found);
        let text = |name: &str| row.get(name).and_then(Json::text).unwrap_or_default().to_owned();
        say.result(&format!("{}. {} {}{}", found.0, text("digest"), text("issuer"), text("error")));
    }
    Ok(Exit::Accept)
}

fn verify(args: &Verify, world: &World<'_>, say: &Say) -> Ends {
    let wallet = opened(&args.file, say)?;
    let mut gathered = Source::of(&args.trust).gather()?;
    gathered.tell(say);
    let read = certificates(&wallet);
    let documents = read.iter().filter_map(|(_, it)| it.as_ref().ok()).map(|it| it.signed.clone());
    gathered.evidence.presented = Presented::of(documents);
    let (policy, now) = (Policy::default(), (world.clock)());
    let rows: Vec<(String, Row)> = read
        .into_iter()
        .map(|(place, read)| {
            let name = place.to_string();
            let row = match read {
                Ok(offered) => check(&offered, &gathered.evidence, &policy, now),
                Err(why) => Row::Unread(unread(&name, &why)),
            };
            (name, row)
        })
        .collect();
    let words = say.words();
    if say.is_json() {
        let verdicts = rows.iter().map(|(_, row)| match row {
            Row::Read(verdict) => verdict.to_json(words).into(),
            Row::Unread(failure) => Object::from_iter([("error", Json::from(failure.code()))]).into(),
        });
        say.json(Object::from_iter([("verdicts", Json::List(verdicts.collect()))]));
    } else {
        rows.iter().for_each(|(name, row)| say.result(&one_line(name, row, words)));
    }
    Ok(exit_of(&rows))
}

/// The certificates, each with its place, from 1.
fn certificates(wallet: &Wallet) -> Vec<(usize, Result<Offered, NotRead>)> {
    let read = |bytes: &Vec<u8>| read_text(bytes)?.offered.into_iter().next().ok_or(NotRead::NoCredential);
    wallet.certificates.iter().enumerate().map(|(at, bytes)| (at + 1, read(bytes))).collect()
}

/// The certificates of a wallet's saved file, for whoever asks about all of them.
pub(super) fn offered_in(path: &Path, say: &Say) -> Result<Vec<Offered>, Failure> {
    let all = certificates(&opened(path, say)?);
    all.into_iter().map(|(place, read)| read.map_err(|why| unread(&place.to_string(), &why))).collect()
}

fn opened(path: &Path, say: &Say) -> Result<Wallet, Failure> {
    let sealed = std::fs::read(path).map_err(|error| Failure::unread(path, &error))?;
    let passphrase = secret::of_file(say)?;
    open(&sealed, &passphrase).map_err(|why| {
        let exit = if why == NotABackup::Passphrase { Exit::Usage } else { Exit::Unreadable };
        Failure::new(exit, &format!("backup.{}", why.code()))
    })
}
