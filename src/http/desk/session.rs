//! Signing in and out. Sessions are kept in memory: who starts the server anew signs everybody out (threats.md I5).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::super::problem::Problem;
use super::call::{Call, Visit};
use super::custody::code_of;
use super::said::Said;
use super::tries::{FREE, FREE_OF_ADDRESS, Try};
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::desk::account;
use crate::desk::house::House;
use crate::desk::institution::DeskError;
use crate::desk::invitation;
use crate::desk::random::random;
use crate::store::StoreError;
use crate::store::acts::Hand;
use crate::store::staff::Member;

/// 12 hours: a session ends when the working day does (threats.md I5).
const SESSION_SECONDS: i64 = 12 * 60 * 60;
/// The same, for the browser.
pub(super) const COOKIE_SECONDS: i64 = SESSION_SECONDS;
/// 30 minutes without a call, and whoever sits down at the machine is a stranger.
const IDLE_SECONDS: i64 = 30 * 60;
/// 32 bytes: 256 random bits cannot be guessed.
const SECRET: usize = 32;
/// 10,000 sessions, some 200 bytes each; then the one that was idle longest ends.
const SESSIONS: usize = 10_000;

/// Who is signed in.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<HashMap<[u8; 32], Session>>);

/// One who is signed in.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub house: Arc<House>,
    member: String,
    /// The hash of the password with which it began: another password ends it.
    password: Option<String>,
    began: i64,
    seen: i64,
}

impl Sessions {
    /// Begins a session under a new secret, which is the result and nowhere else.
    fn begin(&self, house: &Arc<House>, member: &Member, now: Timestamp) -> Result<String, DeskError> {
        let secret: Zeroizing<[u8; SECRET]> = Zeroizing::new(random(house.random())?);
        let secret = multibase::base64url(secret.as_slice());
        let now = now.seconds();
        let session = Session {
            house: Arc::clone(house),
            member: member.id.clone(),
            password: member.password.clone(),
            began: now,
            seen: now,
        };
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, session| session.stands(now));
        if sessions.len() >= SESSIONS {
            let idlest = sessions.iter().min_by_key(|(_, session)| session.seen).map(|(key, _)| *key);
            idlest.map(|key| sessions.remove(&key));
        }
        sessions.insert(key(&secret), session);
        Ok(secret)
    }

    /// The session of a secret, if it still stands; it is then not idle.
    pub(super) fn find(&self, secret: &str, now: Timestamp) -> Option<Session> {
        let now = now.seconds();
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key(secret);
        if !sessions.get(&key)?.stands(now) {
            sessions.remove(&key);
            return None;
        }
        let session = sessions.get_mut(&key)?;
        session.seen = now;
        Some(session.clone())
    }

    fn end(&self, secret: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(secret));
    }
}

impl Session {
    fn stands(&self, now: i64) -> bool {
        now - self.began < SESSION_SECONDS && now - self.seen < IDLE_SECONDS
    }

    /// Whose it is, as they are now: who was sent away a moment ago does nothing more.
    pub fn member(&self) -> Result<Option<Member>, StoreError> {
        let active = |member: &Member| {
            member.standing == crate::store::staff::Standing::Active && member.password == self.password
        };
        Ok(self.house.store().member(&self.member)?.filter(active))
    }
}

/// What is kept of a secret.
fn key(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// Over TLS the name itself says that no other host set it (RFC 6265bis §4.1.3.2).
pub(super) fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-skillpass" } else { "skillpass-desk" }
}

/// The secret in the cookie.
pub(super) fn presented(headers: &HeaderMap, secure: bool) -> Option<String> {
    let name = cookie_name(secure);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(of, _)| *of == name).map(|(_, secret)| secret.to_owned())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    institution: String,
    login: String,
    password: Zeroizing<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invited {
    institution: String,
    secret: Zeroizing<String>,
    password: Zeroizing<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    old: Zeroizing<String>,
    new: Zeroizing<String>,
}

/// `GET institutions`.
pub(super) fn institutions(visit: &Visit, _: &[u8]) -> Result<Said, Problem> {
    let one = |house: &Arc<House>| {
        let institution = house.institution();
        let card = institution.card();
        json!({"key": house.key(), "name": card.name, "country": card.country})
    };
    visit.paged(&visit.rooms.state.desks, |house| house.key(), one)
}

/// `POST session`. Whatever is wrong is answered alike, and takes as long.
pub(super) fn sign_in(visit: &Visit, body: &[u8]) -> Result<Said, Problem> {
    let typed: SignIn = visit.read(body)?;
    let login = typed.login.trim().to_ascii_lowercase();
    let account = format!("account\0{}\0{login}", typed.institution);
    let tried = begin(visit, &visit.neighbourhood(), FREE_OF_ADDRESS)?;
    begin(visit, &account, FREE)?;
    let house = visit.house(&typed.institution);
    let member = house.map(|house| house.store().member_of_login(&login)).transpose()?.flatten();
    let member = account::admitted(member, &typed.password, &*visit.rooms.state.fits);
    let (Some(house), Some(member)) = (house, member) else { return Err(Problem::LoginFailed) };
    visit.rooms.tries.clear(&account);
    visit.rooms.tries.forgive(&visit.neighbourhood(), tried);
    signed_in(visit, house, &member)
}

/// `POST invitation`: a one-time link becomes a password and a session.
pub(super) fn accept(visit: &Visit, body: &[u8]) -> Result<Said, Problem> {
    let typed: Invited = visit.read(body)?;
    begin(visit, &visit.neighbourhood(), FREE_OF_ADDRESS)?;
    let house = visit.house(&typed.institution).ok_or(Problem::InvitationOver)?;
    let member = match invitation::member_of_link(&**house.store(), &typed.secret, visit.now) {
        Err(StoreError::Unknown(_)) => return Err(Problem::InvitationOver),
        found => found?,
    };
    account::choose(&typed.password, &member.login).map_err(|_| Problem::WeakPassword)?;
    let password = Some(account::hash(&typed.password, house.random())?);
    let member = Member { password, invitation: None, version: member.version + 1, ..member };
    let kept = house.store().keep_member(&member, &Hand::of(&member.id, visit.now));
    // Of two who come with one link at the same moment, one was quicker.
    let member =
        kept.map_err(|error| if error == StoreError::Stale { Problem::InvitationOver } else { error.into() })?;
    signed_in(visit, house, &member)
}

/// `GET session`.
pub(super) fn who(call: &Call<'_>) -> Result<Said, Problem> {
    Ok(Said::json(session_of(&call.house, &call.member)?))
}

/// `DELETE session`.
pub(super) fn sign_out(visit: &Visit, _: &[u8]) -> Result<Said, Problem> {
    if let Some(secret) = visit.cookie() {
        visit.rooms.sessions.end(&secret);
    }
    Ok(Said::nothing().signed_out())
}

/// `POST session/password`: ends every other session of the member.
pub(super) fn change_password(call: &Call<'_>) -> Result<Said, Problem> {
    let typed: NewPassword = call.read()?;
    let account = format!("account\0{}\0{}", call.house.key(), call.member.login);
    begin(&call.visit, &account, FREE)?;
    let member = account::admitted(Some(call.member.clone()), &typed.old, &*call.visit.rooms.state.fits)
        .ok_or(Problem::LoginFailed)?;
    call.visit.rooms.tries.clear(&account);
    account::choose(&typed.new, &member.login).map_err(|_| Problem::WeakPassword)?;
    let password = Some(account::hash(&typed.new, call.house.random())?);
    // A link that is still open could undo what is done here. It is ended first: with it, the new password could be its holder's.
    let member = match member.invitation {
        None => member,
        Some(_) => {
            let without = Member { invitation: None, version: member.version + 1, ..member };
            call.store().keep_member(&without, &call.by)?
        }
    };
    let member = Member { password, version: member.version + 1, ..member };
    let member = call.store().keep_member(&member, &call.by)?;
    let said = signed_in(&call.visit, &call.house, &member)?;
    Ok(said.emptied().with(StatusCode::NO_CONTENT))
}

/// One more try of something that can be guessed at.
pub(super) fn begin(visit: &Visit, of: &str, free: u32) -> Result<Try, Problem> {
    visit.rooms.tries.begin(of, free, visit.now).map_err(Problem::TooManyTries)
}

/// A new session, never the one that the browser brought along.
fn signed_in(visit: &Visit, house: &Arc<House>, member: &Member) -> Result<Said, Problem> {
    if let Some(before) = visit.cookie() {
        visit.rooms.sessions.end(&before);
    }
    let secret = visit.rooms.sessions.begin(house, member, visit.now)?;
    Ok(Said::json(session_of(house, member)?).signed_in(secret))
}

fn session_of(house: &House, member: &Member) -> Result<Value, StoreError> {
    let institution = house.institution();
    let card = institution.card();
    let pilot = institution.is_pilot();
    let two_people = !pilot || house.store().requires_two_people()?;
    let roles: Vec<&str> = member.roles.iter().filter(|role| member.may(**role)).map(|role| role.code()).collect();
    Ok(json!({
        "institution": {
            "key": house.key(), "name": card.name, "country": card.country, "pilot": pilot, "twoPeople": two_people,
            "custody": code_of(house.store().custody()?),
        },
        "member": {"id": member.id, "login": member.login, "name": member.name, "roles": roles, "waits": member.waits.is_some()},
    }))
}
