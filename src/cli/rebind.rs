//! `rebind`: a certificate of any listed institution is bound to a new key of its holder.

use super::args::Rebind;
use super::commands::{Ends, first_of, taken_in};
use super::evidence::Source;
use super::say::{Failure, Say};
use super::status::hand_in;
use super::{Exit, World, secret};
use crate::base::canonical::{Json, Object};
use crate::desk::institution::{DeskError, Institution};
use crate::desk::pilot;
use crate::desk::publish::publish;
use crate::desk::rebind::{NotRebound, Rebinds, wanted};
use crate::store::acts::Hand;
use crate::store::files::{Readers, write_once};
use crate::store::release::{Rebinding, Warrant};
use crate::store::{Store as _, StoreError};
use crate::verify::message::Fact;
use crate::verify::report::say as in_words;
use crate::verify::{Outcome, Policy, Presented};

/// Binds a certificate to a new key.
///
/// # Errors
/// [`Failure`]; then nothing was signed.
pub fn run(args: &Rebind, world: &World<'_>, say: &Say) -> Ends {
    let institution = Institution::open(&args.institution)?;
    let now = (world.clock)();
    let offered = first_of(&args.input)?;
    let mut gathered = Source::of(&args.trust).gather()?;
    gathered.tell(say);
    let mut beside = Vec::new();
    for input in &args.delegation {
        let taken = taken_in(input)?;
        beside.extend(taken.offered.into_iter().map(|offered| offered.signed).chain(taken.delegations));
    }
    gathered.evidence.presented = Presented::of(beside);
    let store = institution.store_in_turn()?;
    let policy = Policy { country: None, test_code: offered.carrier.is_test_code() };
    let wanted = wanted(&institution, &store, &offered.signed, &args.holder, &gathered.evidence, &policy, now);
    let wanted = wanted.map_err(|error| not_rebound(error, say))?;
    tell(&wanted, say);
    if args.dry_run {
        say.tell("cli.rebind.dry-run", &[]);
        if say.is_json() {
            say.json(result(&wanted, false));
        }
        return Ok(Exit::Accept);
    }
    // As with `issue`: whoever has the folder and the key is one person, and nothing on a command line tells a second one from the first. Two
    // people are two logins of the desk, which proposes and releases this too.
    if store.requires_two_people()? {
        return Err(StoreError::TwoPeople.into());
    }
    if !institution.is_pilot() {
        return Err(DeskError::NotAPilot.into());
    }
    let secret = secret::existing(&args.unlock, say)?;
    let keyring = institution.keyring(&secret)?;
    if args.out.exists() {
        return Err(Failure::new(Exit::Usage, "cli.file-exists").with("path", args.out.display()));
    }
    let rebinds = Rebinds { institution: &institution, keyring: &keyring, store: &store, random: world.random, now };
    let record = rebinds.sign(&wanted, &Warrant::Pilot, &Hand::program(now))?;
    // It names a person's keys.
    write_once(&args.out, record.document.as_bytes(), Readers::Owner)
        .map_err(|error| Failure::io(&args.out, &error))?;
    let published = publish(&institution, &store, &keyring, now)?;
    pilot::renew(&institution, published.lists.clone(), &secret, now)?;
    let facts = [("serial", Fact::Text(record.serial.clone())), ("path", Fact::Text(args.out.display().to_string()))];
    say.tell("cli.rebind.done", &facts);
    say.tell("cli.rebind.unseen", &[]);
    hand_in(&published.folder, say);
    if say.is_json() {
        let mut object = result(&wanted, true);
        object.set("delegation", args.out.display().to_string().into());
        object.set("serial", record.serial.as_str().into());
        say.json(object);
    } else {
        say.result(&record.serial);
    }
    published.forgot_whole(&store)?;
    Ok(Exit::Accept)
}

fn tell(wanted: &Rebinding, say: &Say) {
    let to = ("new", Fact::Text(wanted.new.clone()));
    let digest = ("digest", Fact::Text(wanted.digest.clone()));
    match &wanted.old {
        Some(old) => say.tell("cli.rebind.from", &[digest, ("old", Fact::Text(old.clone())), to]),
        None => say.tell("cli.rebind.from-none", &[digest, to]),
    }
}

fn result(wanted: &Rebinding, signed: bool) -> Object {
    Object::from_iter([
        ("digest", Json::from(wanted.digest.as_str())),
        ("new", wanted.new.as_str().into()),
        ("old", wanted.old.as_deref().map_or(Json::Null, Json::from)),
        ("signed", Json::Bool(signed)),
    ])
}

fn not_rebound(error: NotRebound, say: &Say) -> Failure {
    let code = error.code().unwrap_or_default();
    let of = |exit| Failure::new(exit, &format!("rebind.{code}"));
    match error {
        NotRebound::Desk(error) => error.into(),
        NotRebound::NotAccepted(verdict) => {
            let exit = if matches!(verdict.outcome, Outcome::Reject(_)) { Exit::Reject } else { Exit::Undecided };
            let reason = verdict.deciding().map(|finding| in_words(&finding.reason, say.words()));
            of(exit).with("reason", reason.unwrap_or_default())
        }
        NotRebound::ChangedSince | NotRebound::Conflict | NotRebound::Unclear => of(Exit::Undecided),
        NotRebound::NotEntitled | NotRebound::Other | NotRebound::Same => of(Exit::Usage),
    }
}
