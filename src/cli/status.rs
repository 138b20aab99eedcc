//! `revoke`, `suspend`, `resume`, `publish`: what became of certificates since they were issued, and telling everyone.

use std::path::Path;

use super::args::Desk;
use super::commands::Ends;
use super::say::Say;
use super::{Exit, World, secret};
use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;
use crate::desk::institution::Institution;
use crate::desk::keyring::{Keyring, Secret};
use crate::desk::pilot;
use crate::desk::publish::{Publication, publish};
use crate::desk::revoke::{self, Act};
use crate::desk::successor;
use crate::store::acts::Hand;
use crate::store::sled_store::SledStore;
use crate::store::{State, Store as _};
use crate::verify::message::Fact;

/// Changes what certificates are, and publishes it. What was so before is published again: the process that changed it may have been
/// stopped before it told anybody.
///
/// # Errors
/// [`super::say::Failure`]; then nothing was changed.
pub fn change(serials: &[String], desk: &Desk, act: Act, world: &World<'_>, say: &Say) -> Ends {
    let open = Open::of(desk, world, say)?;
    let serials: Vec<String> = serials.iter().map(|serial| serial.trim().to_ascii_uppercase()).collect();
    let named: Vec<&str> = serials.iter().map(String::as_str).collect();
    let news = revoke::change(&open.store, &named, act, &Hand::program(open.now))?;
    let published = open.publish()?;
    let mut rows = Vec::new();
    for (serial, news) in serials.iter().zip(news) {
        let said = match act {
            Act::Resume => ["cli.already-resumed", "cli.resumed"],
            Act::Revoke(_) => ["cli.already-revoked", "cli.revoked"],
            Act::Suspend => ["cli.already-suspended", "cli.suspended"],
        };
        let state = open.store.by_serial(serial)?.map_or(State::Issued, |record| record.state);
        let mut facts = vec![("serial", Fact::Text(serial.clone()))];
        if let State::Revoked(reason) = &state {
            facts.push(("reason", Fact::Id(format!("withdrawal.{}", reason.code()))));
        }
        say.tell(said[usize::from(news)], &facts);
        rows.push(row(serial, news, &state).into());
    }
    match act {
        Act::Resume => {}
        Act::Revoke(_) => say.tell("cli.revoked-is-final", &[]),
        Act::Suspend => say.tell("cli.suspended-can-end", &[("serials", Fact::Text(serials.join(" ")))]),
    }
    hand_in(&published.folder, say);
    if say.is_json() {
        let mut result = of_publication(&published);
        result.set("certificates", Json::List(rows));
        say.json(result);
    }
    Ok(Exit::Accept)
}

/// `publish`.
///
/// # Errors
/// [`super::say::Failure`].
pub fn publish_now(args: &Desk, world: &World<'_>, say: &Say) -> Ends {
    let open = Open::of(args, world, say)?;
    let published = open.publish()?;
    say.tell("cli.published", &[("count", Fact::Number(i64::try_from(published.lists.len()).unwrap_or(i64::MAX)))]);
    hand_in(&published.folder, say);
    if say.is_json() {
        say.json(of_publication(&published));
    }
    Ok(Exit::Accept)
}

/// An institution with its keys and its store.
pub(super) struct Open {
    pub institution: Institution,
    /// Who signs, when the institution has closed.
    successor: Option<Institution>,
    secret: Secret,
    keyring: Keyring,
    pub store: SledStore,
    pub now: Timestamp,
}

impl Open {
    pub fn of(args: &Desk, world: &World<'_>, say: &Say) -> Result<Self, super::say::Failure> {
        let institution = Institution::open(&args.institution)?;
        let secret = secret::existing(&args.unlock, say)?;
        let successor = args.successor.as_deref().map(Institution::open).transpose()?;
        let keyring = successor.as_ref().unwrap_or(&institution).keyring(&secret)?;
        let store = institution.store_in_turn()?;
        Ok(Self { institution, successor, secret, keyring, store, now: (world.clock)() })
    }

    /// Publishes, and renews the pilot pack of an institution that has one.
    pub fn publish(&self) -> Result<Publication, super::say::Failure> {
        if let Some(other) = &self.successor {
            let published = successor::publish(
                &self.institution,
                &self.store,
                other,
                &self.keyring,
                &Hand::program(self.now),
                self.now,
            )?;
            published.forgot_whole(&self.store)?;
            return Ok(published);
        }
        let published = publish(&self.institution, &self.store, &self.keyring, self.now)?;
        pilot::renew(&self.institution, published.lists.clone(), &self.secret, self.now)?;
        published.forgot_whole(&self.store)?;
        Ok(published)
    }
}

/// What a clerk has to do with what was published.
pub(super) fn hand_in(folder: &Path, say: &Say) {
    say.tell("cli.hand-in", &[("path", Fact::Text(folder.display().to_string()))]);
}

fn row(serial: &str, changed: bool, state: &State) -> Object {
    let (code, reason) = match state {
        State::Issued => ("issued", None),
        State::Revoked(reason) => ("revoked", Some(reason.code())),
        State::Suspended => ("suspended", None),
    };
    let mut row =
        Object::from_iter([("changed", Json::Bool(changed)), ("serial", serial.into()), ("state", code.into())]);
    if let Some(reason) = reason {
        row.set("reason", reason.into());
    }
    row
}

pub(super) fn of_publication(published: &Publication) -> Object {
    let lists = published.lists.iter().filter_map(|list| list.claimed_id()).map(Json::from);
    Object::from_iter([
        ("lists", Json::List(lists.collect())),
        ("publish", published.folder.display().to_string().into()),
    ])
}
