//! `backup`, `restore`, `confirm`, `retire`: an institution's folder in one file, the folder made again, and which of two goes on.

use super::args::{Backup, Confirm, Restore, Retire, Witness as Named};
use super::commands::Ends;
use super::fsck::bar;
use super::member::require_agreed;
use super::say::{Failure, Say};
use super::{Exit, World, secret};
use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;
use crate::desk::backup::{Copied, backup, restore};
use crate::desk::handover::{self, NotConfirmed, Witness};
use crate::desk::institution::Institution;
use crate::store::Store as _;
use crate::store::acts::{Hand, What};
use crate::store::custody::Custody;
use crate::verify::message::Fact;

/// Writes a copy.
///
/// # Errors
/// [`Failure`].
pub fn copy(args: &Backup, world: &World<'_>, say: &Say) -> Ends {
    let institution = Institution::open(&args.dir)?;
    let secret = secret::existing(&args.unlock, say)?;
    let store = institution.store_in_turn()?;
    let bar = bar();
    let copied = backup(&institution, &store, &secret, &args.out, (world.clock)(), &|pages| bar.set_position(pages))?;
    bar.finish_and_clear();
    // A store that is not worked with any more takes no line.
    if store.custody()? == Custody::Working {
        store.note(What::BackedUp, "", &Hand::program((world.clock)()))?;
    }
    say.tell("cli.backup-made", &[("path", Fact::Text(args.out.display().to_string()))]);
    told(copied, say);
    Ok(Exit::Accept)
}

/// Makes a folder again.
///
/// # Errors
/// [`Failure`].
pub fn again(args: &Restore, world: &World<'_>, say: &Say) -> Ends {
    let secret = secret::existing(&args.unlock, say)?;
    let now = (world.clock)();
    let bar = bar();
    let (institution, copied) =
        restore(&args.copy, &args.dir, &secret, &Hand::program(now), &|pages| bar.set_position(pages))?;
    bar.finish_and_clear();
    say.tell("cli.restored", &[("dir", Fact::Text(args.dir.display().to_string()))]);
    match witness_of(&args.witness) {
        None => say.tell("cli.restored-unconfirmed", &[]),
        Some(witness) => confirmed(&institution, witness, now, say)?,
    }
    told(copied, say);
    Ok(Exit::Accept)
}

/// Confirms that a restored folder is the one to go on with.
///
/// # Errors
/// [`Failure`].
pub fn confirm(args: &Confirm, world: &World<'_>, say: &Say) -> Ends {
    let witness = witness_of(&args.witness).ok_or_else(|| Failure::new(Exit::Usage, "cli.no-witness"))?;
    confirmed(&Institution::open(&args.dir)?, witness, (world.clock)(), say)?;
    if say.is_json() {
        say.json(Object::from_iter([("custody", Json::from("working"))]));
    }
    Ok(Exit::Accept)
}

/// Ends a folder whose work goes on elsewhere.
///
/// # Errors
/// [`Failure`].
pub fn retire(args: &Retire, world: &World<'_>, say: &Say) -> Ends {
    let institution = Institution::open(&args.dir)?;
    let store = institution.store_in_turn()?;
    require_agreed("cli.retire-ask", args.yes, &args.dir, say)?;
    store.retire(&Hand::program((world.clock)()))?;
    say.tell("cli.retire-done", &[]);
    if say.is_json() {
        say.json(Object::from_iter([("custody", Json::from("retired"))]));
    }
    Ok(Exit::Accept)
}

fn witness_of(named: &Named) -> Option<Witness<'_>> {
    let handed_in = named.witnessed.as_deref().map(Witness::Checkpoint);
    handed_in.or_else(|| named.nothing_was_handed_in.then_some(Witness::NothingHandedIn))
}

fn confirmed(institution: &Institution, witness: Witness<'_>, now: Timestamp, say: &Say) -> Result<(), Failure> {
    handover::confirm(institution, &institution.store_in_turn()?, witness, &Hand::program(now))?;
    say.tell("cli.confirm-done", &[]);
    Ok(())
}

fn told(copied: Copied, say: &Say) {
    if say.is_json() {
        let number = |count: u64| Json::Integer(i64::try_from(count).unwrap_or(i64::MAX));
        say.json(Object::from_iter([("files", number(copied.files)), ("pages", number(copied.pages))]));
    }
}

impl From<NotConfirmed> for Failure {
    fn from(error: NotConfirmed) -> Self {
        match error {
            NotConfirmed::Behind { certificates, withdrawals } => Self::new(Exit::Usage, "cli.copy-behind")
                .with("certificates", certificates)
                .with("withdrawals", withdrawals),
            NotConfirmed::Desk(error) => error.into(),
            NotConfirmed::OfAnother => Self::new(Exit::Unreadable, "cli.checkpoint-of-another"),
        }
    }
}
