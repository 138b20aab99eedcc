//! The institution's keys: what is known of them, another key, another passphrase, and what to do about a key in other hands.

use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::super::problem::Problem;
use super::batches::open_keys;
use super::call::Call;
use super::said::Said;
use crate::base::timestamp::Timestamp;
use crate::desk::hand_in::archive;
use crate::desk::institution::{DeskError, Institution};
use crate::desk::keyring::{Keyring, KeyringError, SealedFor, Secret};
use crate::desk::leak::Leak;
use crate::desk::publish::last_checkpoint;
use crate::store::StoreError;
use crate::store::acts::What;
use crate::trust::accreditation::IssuerKey;
use crate::trust::status::RevocationReason;

/// The media type of an archive.
const ZIP: &str = "application/zip";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotation {
    passphrase: Zeroizing<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPassphrase {
    passphrase: Zeroizing<String>,
    new: Zeroizing<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawal {
    key: String,
    since: String,
    reason: String,
    /// How many they were when somebody looked.
    count: usize,
    passphrase: Zeroizing<String>,
}

/// `GET keys`.
pub(super) fn keys(call: &Call<'_>) -> Result<Said, Problem> {
    let institution = call.house.institution();
    let card = institution.card();
    let noted = |what| call.store().noted(what).map(|hand| hand.map(|hand| call.hand(&hand)));
    let checkpoint = last_checkpoint(&institution)?;
    Ok(Said::json(json!({
        "did": card.did,
        "name": name_of(&card.method),
        "method": card.method,
        "since": card.since,
        "earlier": card.earlier.iter().rev().map(|key| {
            json!({"name": name_of(&key.method), "method": key.method, "since": key.since, "until": key.until})
        }).collect::<Vec<_>>(),
        "ownKey": institution.did().own_key().is_some(),
        "file": of_file(&institution),
        "issuesHere": issues_here(call),
        "lists": lists(call, &institution),
        "checkpoint": checkpoint.map(|it| json!({"date": it.date.to_string(), "size": it.size})),
        "published": call.house.is_published(),
        "rotated": noted(What::KeyRotated)?,
        "passphraseChanged": noted(What::PassphraseChanged)?,
        "backedUp": noted(What::BackedUp)?,
    })))
}

/// `POST keys/rotate`.
pub(super) fn rotate(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Rotation = call.read()?;
    not_issuing(call)?;
    let opened = open_keys(call, &wanted.passphrase)?;
    call.house.rotate(&opened.secret, &call.by, call.now())?;
    keys(call)
}

/// `POST keys/passphrase`.
pub(super) fn change_passphrase(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: NewPassphrase = call.read()?;
    not_issuing(call)?;
    let new = Secret::passphrase(wanted.new.to_string()).map_err(|_| DeskError::Value("new-passphrase"))?;
    let opened = open_keys(call, &wanted.passphrase)?;
    call.house.seal_anew(&opened.secret, &new, &call.by)?;
    Ok(Said::nothing())
}

/// `GET keys/hand-in`: what the authority is given.
pub(super) fn hand_in(call: &Call<'_>) -> Result<Said, Problem> {
    let _alone = call.house.at_work().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let archive = archive(&call.house.institution())?;
    Ok(Said::file(ZIP, format!("skillpass-{}-{}.zip", call.house.key(), call.now().date()), archive))
}

/// `GET keys/leak`: how many certificates it is about.
pub(super) fn reach(call: &Call<'_>) -> Result<Said, Problem> {
    let institution = call.house.institution();
    let leak = leak(&institution, call.asked("key").unwrap_or_default(), call.asked("since").unwrap_or_default())?;
    let reach = leak.reach(&institution, call.store())?;
    Ok(Said::json(json!({"inForce": reach.in_force, "withRow": reach.with_row, "underWay": reach.under_way})))
}

/// `POST keys/leak`: withdraws all of them, if they are as many as somebody saw. Asked again, it does what is left, and publishes.
pub(super) fn revoke_under(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Withdrawal = call.read()?;
    let institution = call.house.institution();
    let leak = leak(&institution, &wanted.key, &wanted.since)?;
    let reason = RevocationReason::of_code(&wanted.reason).ok_or_else(|| Problem::Malformed(Box::default()))?;
    let opened = open_keys(call, &wanted.passphrase)?;
    if leak.reach(&institution, call.store())?.in_force != wanted.count {
        return Err(StoreError::Stale.into());
    }
    let revoked = leak.revoke(&institution, call.store(), reason, &call.by)?;
    call.house.to_publish();
    call.house.publish(&opened.keyring, &opened.secret, call.now())?;
    Ok(Said::json(json!({"revoked": revoked})))
}

fn leak(institution: &Institution, key: &str, since: &str) -> Result<Leak, Problem> {
    let since = Timestamp::parse(since).map_err(|_| DeskError::Value("since"))?;
    Ok(Leak::of(institution, key, since)?)
}

/// What stands behind the `#`.
fn name_of(method: &str) -> &str {
    method.rsplit_once('#').map_or(method, |(_, name)| name)
}

/// Whether the keys' file can be reached, and what opens it.
fn of_file(institution: &Institution) -> &'static str {
    match Keyring::look(&institution.key_path()) {
        Ok(SealedFor::KeyFile) => "key-file",
        Ok(SealedFor::Passphrase) => "passphrase",
        Err(KeyringError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => "missing",
        Err(KeyringError::ReadableByOthers) => "open-to-others",
        Err(_) => "unreadable",
    }
}

/// Of each authority whose list is on this computer and has the institution: whether it knows the key that signs now.
fn lists(call: &Call<'_>, institution: &Institution) -> Vec<Value> {
    let evidence = (call.visit.rooms.state.evidence)();
    let packs = evidence.packs.iter().filter_map(|pack| Some((pack, pack.issuer(institution.did().as_str())?)));
    let shown = packs.map(|(pack, issuer)| {
        let is_it =
            |key: &IssuerKey| key.id == *institution.method() && key.until.is_none() && key.compromised.is_none();
        json!({
            "authority": pack.root().authority.name,
            "asOf": pack.freshness().date.to_string(),
            "knows": issuer.keys.iter().any(is_it),
        })
    });
    shown.collect()
}

/// Whether programs have this institution issue in this server: it has the keys open all the while.
fn issues_here(call: &Call<'_>) -> bool {
    let counter = call.visit.rooms.state.issuing.as_ref();
    counter.is_some_and(|counter| counter.institution().did() == call.house.institution().did())
}

fn not_issuing(call: &Call<'_>) -> Result<(), Problem> {
    if issues_here(call) { Err(Problem::IssuesHere) } else { Ok(()) }
}
