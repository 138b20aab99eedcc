//! `token`: with which programs issue over HTTP.

use std::path::Path;

use super::args::Token as Command;
use super::commands::Ends;
use super::say::{Failure, Say};
use super::{Exit, World};
use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;
use crate::desk::institution::Institution;
use crate::desk::token::{Token, Tokens};
use crate::store::Store as _;
use crate::store::acts::{Hand, What};
use crate::store::custody;
use crate::verify::message::Fact;

/// Makes, lists or withdraws.
///
/// # Errors
/// [`Failure`].
pub fn run(command: &Command, world: &World<'_>, say: &Say) -> Ends {
    let now = (world.clock)();
    match command {
        Command::New { institution, name, days } => make(institution, name.trim(), *days, now, world, say),
        Command::List { institution } => list(institution, now, say),
        Command::Revoke { token, institution } => revoke(institution, token.trim(), now, say),
    }
}

fn make(folder: &Path, name: &str, days: u32, now: Timestamp, world: &World<'_>, say: &Say) -> Ends {
    let institution = Institution::open(folder)?;
    let mut tokens = Tokens::open(&institution)?;
    let store = institution.store_in_turn()?;
    custody::must_work(&store)?;
    let note = |prefix: &str| store.note(What::TokenMade, prefix, &Hand::program(now));
    let secret = tokens.make_noted(name, days, world.random, now, note)?;
    if say.is_json() {
        let mut row = tokens.list().last().map(|token| row(token, now)).unwrap_or_default();
        row.set("token", secret.as_str().into());
        say.json(row);
    } else {
        say.result(&secret);
    }
    say.tell("cli.token-once", &[]);
    if !institution.is_pilot() {
        say.tell("cli.token-not-pilot", &[]);
    }
    Ok(Exit::Accept)
}

fn list(folder: &Path, now: Timestamp, say: &Say) -> Ends {
    let tokens = Tokens::open(&Institution::open(folder)?)?;
    if say.is_json() {
        let rows = tokens.list().iter().map(|token| row(token, now).into()).collect();
        say.json(Object::from_iter([("tokens", Json::List(rows))]));
        return Ok(Exit::Accept);
    }
    if tokens.list().is_empty() {
        say.tell("cli.no-tokens", &[]);
    }
    for token in tokens.list() {
        let state = say.words().get(&format!("token.{}", state(token, now))).to_owned();
        say.result(&format!("{}…  {}  {}  {}", token.prefix, token.expires, state, token.name));
    }
    Ok(Exit::Accept)
}

fn revoke(folder: &Path, named: &str, now: Timestamp, say: &Say) -> Ends {
    let institution = Institution::open(folder)?;
    let mut tokens = Tokens::open(&institution)?;
    // A store that somebody else has is waited for.
    let note = |prefix: &str| institution.store_in_turn()?.note(What::TokenEnded, prefix, &Hand::program(now));
    let said = match tokens.revoke_noted(named, now, note)? {
        // What was typed may be a whole token: it is not repeated.
        None => return Err(Failure::new(Exit::Unreadable, "cli.token-unknown")),
        Some(true) => "cli.token-revoked",
        Some(false) => "cli.token-already-revoked",
    };
    let shown = named.chars().take(crate::desk::token::NAMED_BY).collect();
    say.tell(said, &[("name", Fact::Text(shown))]);
    if say.is_json() {
        let rows = tokens.list().iter().map(|token| row(token, now).into()).collect();
        say.json(Object::from_iter([("tokens", Json::List(rows))]));
    }
    Ok(Exit::Accept)
}

/// `expired`, `good`, `revoked`.
fn state(token: &Token, now: Timestamp) -> &'static str {
    match Timestamp::parse(&token.expires) {
        _ if token.revoked.is_some() => "revoked",
        Ok(expires) if now < expires => "good",
        _ => "expired",
    }
}

fn row(token: &Token, now: Timestamp) -> Object {
    let mut row = Object::from_iter([
        ("expires", Json::from(token.expires.as_str())),
        ("made", token.made.as_str().into()),
        ("name", token.name.as_str().into()),
        ("prefix", token.prefix.as_str().into()),
        ("scope", "issue".into()),
        ("state", state(token, now).into()),
    ]);
    if let Some(revoked) = &token.revoked {
        row.set("revoked", revoked.as_str().into());
    }
    row
}
