//! `keys --rotate`, `revoke --under`, `reissue`: what an institution does when its key changes, or is in other hands.

use std::path::Path;

use super::args::{Keys, Reissue, Revoke};
use super::commands::{Ends, print_card};
use super::member::require_agreed;
use super::say::{Failure, Say};
use super::status::{Open, hand_in, of_publication};
use super::table::Table;
use super::{Exit, World, secret};
use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;
use crate::desk::institution::{DeskError, Institution};
use crate::desk::leak::{Became, Fate, Leak};
use crate::desk::rotate::rotate as next_key;
use crate::store::acts::Hand;
use crate::store::files::{Readers, write_whole};
use crate::verify::message::Fact;

/// Makes the next signing key.
///
/// # Errors
/// [`Failure`].
pub fn rotate(args: &Keys, world: &World<'_>, say: &Say) -> Ends {
    let institution = Institution::open(&args.dir)?;
    let store = institution.store_in_turn()?;
    require_agreed("cli.rotate-ask", args.yes, &args.dir, say)?;
    let secret = secret::existing(&args.unlock, say)?;
    let now = (world.clock)();
    let (institution, published) = next_key(&institution, &store, &secret, world.random, &Hand::program(now), now)?;
    say.tell("cli.rotated", &[]);
    hand_in(&published.folder, say);
    say.tell("cli.rotated-tell", &[]);
    print_card(institution.card(), say);
    Ok(Exit::Accept)
}

/// Withdraws all that were signed under a key since a time.
///
/// # Errors
/// [`Failure`].
pub fn revoke(args: &Revoke, key: &str, since: &str, world: &World<'_>, say: &Say) -> Ends {
    let open = Open::of(&args.desk, world, say)?;
    let leak = Leak::of(&open.institution, key, time(since)?)?;
    let reach = leak.reach(&open.institution, &open.store)?;
    say.tell("cli.leak-reach", &[("count", number(reach.in_force))]);
    require_agreed("cli.revoke-under-ask", args.yes, open.institution.folder(), say)?;
    let done = leak.revoke(&open.institution, &open.store, args.reason.reason(), &Hand::program(open.now))?;
    let published = open.publish()?;
    say.tell("cli.revoked-under", &[("count", number(done))]);
    hand_in(&published.folder, say);
    if say.is_json() {
        let mut result = of_publication(&published);
        result.set("revoked", json_number(done));
        say.json(result);
    }
    Ok(Exit::Accept)
}

/// Has the rows of a key's certificates certified again.
///
/// # Errors
/// [`Failure`].
pub fn reissue(args: &Reissue, world: &World<'_>, say: &Say) -> Ends {
    let institution = Institution::open(&args.institution)?;
    let store = institution.store_in_turn()?;
    let leak = Leak::of(&institution, &args.under, time(&args.since)?)?;
    let opened = leak.reopen(&institution, &store, &Hand::program((world.clock)()))?;
    let reach = leak.reach(&institution, &store)?;
    say.tell("cli.reopened", &[("count", number(opened))]);
    let without = reach.in_force - reach.with_row;
    if without > 0 {
        say.tell("cli.reopened-without", &[("count", number(without))]);
    }
    if let Some(path) = &args.report {
        report(path, &leak.report(&institution, &store)?)?;
        say.tell("cli.reissue-report", &[("path", Fact::Text(path.display().to_string()))]);
    }
    if say.is_json() {
        say.json(Object::from_iter([("reopened", json_number(opened)), ("withoutRow", json_number(without))]));
    }
    Ok(Exit::Accept)
}

/// A line for each certificate, for the institution's own eyes: which one took the place of which is said to nobody else.
fn report(path: &Path, fates: &[Fate]) -> Result<(), Failure> {
    let mut table = Table::new(&["serial", "row", "state", "new_serial"]);
    for fate in fates {
        let new = if let Became::Reissued(new) = &fate.became { new.clone() } else { String::new() };
        table.push(vec![fate.serial.clone(), fate.row.clone().unwrap_or_default(), fate.became.code().to_owned(), new]);
    }
    write_whole(path, table.to_csv().as_bytes(), Readers::Owner).map_err(|error| Failure::io(path, &error))
}

fn time(text: &str) -> Result<Timestamp, Failure> {
    Timestamp::parse(text.trim()).map_err(|_| DeskError::Value("since").into())
}

fn number(count: usize) -> Fact {
    Fact::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

fn json_number(count: usize) -> Json {
    Json::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}
