//! Whether this is the place where the institution works: a restored copy that waits to be confirmed, a desk that moves away, and who answers
//! for an institution that has closed.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::super::problem::Problem;
use super::batches::{open_keys, open_keys_of};
use super::call::Call;
use super::said::Said;
use crate::base::did::Did;
use crate::base::multibase;
use crate::desk::handover::{HandedIn, NotConfirmed, Witness};
use crate::desk::house::House;
use crate::desk::institution::DeskError;
use crate::store::StoreError;
use crate::store::acts::What;
use crate::store::custody::{Custody, must_work};
use crate::trust::accreditation::Issuer;
use crate::trust::pack::TrustPack;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    /// The institution's name, typed again.
    institution: String,
    passphrase: Zeroizing<String>,
    /// What was handed in last; none on the word that nothing was since the copy.
    files: Vec<Brought>,
}

/// A file, its bytes in base64url.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Brought {
    name: String,
    bytes: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Retirement {
    institution: String,
    passphrase: Zeroizing<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Succession {
    /// Of the successor's keys.
    passphrase: Zeroizing<String>,
}

/// `GET custody`.
pub(super) fn state(call: &Call<'_>) -> Result<Said, Problem> {
    let institution = call.house.institution();
    let own = institution.did();
    let custody = call.store().custody()?;
    let packs = (call.visit.rooms.state.evidence)().packs.clone();
    let successors = packs.iter().filter_map(|pack| Some((pack, pack.issuer(own.as_str())?.successor.as_ref()?)));
    let closed = packs.iter().flat_map(|pack| {
        let of_own = |issuer: &&Issuer| issuer.successor.as_ref() == Some(own);
        pack.accreditation().issuers.iter().filter(of_own).map(move |issuer| (pack, &issuer.id))
    });
    let signed = call.store().noted(What::SuccessorSigned)?;
    Ok(Said::json(json!({
        "custody": code_of(custody),
        "since": since(call, custody)?,
        "did": own.as_str(),
        "successors": successors.map(|(pack, did)| body(call, pack, did)).collect::<Vec<_>>(),
        "closed": closed.map(|(pack, did)| body(call, pack, did)).collect::<Vec<_>>(),
        "successorSigned": signed.map(|hand| call.hand(&hand)),
    })))
}

/// `POST custody/confirm`: the copy is the one to go on with. It publishes, so that there is something to hand in again.
pub(super) fn confirm(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Confirmation = call.read()?;
    must_name(call, &wanted.institution)?;
    let opened = open_keys(call, &wanted.passphrase)?;
    let files = wanted.files.into_iter().map(|file| Some((file.name, multibase::base64url_bytes(&file.bytes)?)));
    let files: Option<Vec<_>> = files.collect();
    let files = files.ok_or_else(|| Problem::Malformed(Box::default()))?;
    if files.is_empty() {
        call.house.confirm(Witness::NothingHandedIn, &call.by)?;
    } else {
        call.house.confirm(Witness::Files(&HandedIn::of_files(files).map_err(NotConfirmed::from)?), &call.by)?;
    }
    call.house.to_publish();
    call.house.publish(&opened.keyring, &opened.secret, call.now())?;
    state(call)
}

/// `POST custody/retire`: nothing is signed here any more, for good. What is not published yet is published first: whoever confirms the copy
/// elsewhere needs it.
pub(super) fn retire(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Retirement = call.read()?;
    must_name(call, &wanted.institution)?;
    let opened = open_keys(call, &wanted.passphrase)?;
    if !call.house.is_published() && call.store().custody()? == Custody::Working {
        call.house.publish(&opened.keyring, &opened.secret, call.now())?;
    }
    call.house.retire(&call.by)?;
    state(call)
}

/// `POST custody/successor`: the lists are signed by the successor that an authority named, if its desk is here too.
pub(super) fn publish_as_successor(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Succession = call.read()?;
    let institution = call.house.institution();
    let packs = (call.visit.rooms.state.evidence)().packs.clone();
    let mut named = packs.iter().filter_map(|pack| pack.issuer(institution.did().as_str())?.successor.as_ref());
    let heir = named.find_map(|did| here(call, did)).ok_or(Problem::NoSuccessor)?;
    must_work(&**heir.store())?;
    let opened = open_keys_of(call, heir, &wanted.passphrase)?;
    call.house.publish_as(heir, &opened.keyring, &call.by, call.now())?;
    state(call)
}

/// What cannot be undone is asked for by name.
fn must_name(call: &Call<'_>, typed: &str) -> Result<(), Problem> {
    let is_it = typed.trim() == call.house.institution().card().name.trim();
    if is_it { Ok(()) } else { Err(DeskError::Value("institution-name").into()) }
}

/// Since when, and by whom: nothing is written into a store that is not worked with, so the last line says it.
fn since(call: &Call<'_>, custody: Custody) -> Result<Option<Value>, StoreError> {
    let what = match custody {
        Custody::Retired => What::Retired,
        Custody::Unconfirmed => What::Restored,
        Custody::Working => return Ok(None),
    };
    let last = call.store().acts(call.store().acts_size()?.saturating_sub(1), 1)?;
    Ok(last.first().filter(|(act, _)| act.what == what).map(|(act, _)| call.hand(&act.by)))
}

/// An institution of an authority's list.
fn body(call: &Call<'_>, pack: &TrustPack, did: &Did) -> Value {
    json!({
        "authority": pack.root().authority.name,
        "asOf": pack.freshness().date.to_string(),
        "id": did.as_str(),
        "name": pack.issuer(did.as_str()).map(|issuer| &issuer.name),
        "here": here(call, did).is_some(),
    })
}

/// The desk of an institution, if it is in this server.
fn here<'c>(call: &'c Call<'_>, did: &Did) -> Option<&'c Arc<House>> {
    call.visit.rooms.state.desks.iter().find(|house| house.institution().did() == did)
}

/// The code of files and language tables.
pub(super) fn code_of(custody: Custody) -> &'static str {
    match custody {
        Custody::Retired => "retired",
        Custody::Unconfirmed => "unconfirmed",
        Custody::Working => "working",
    }
}
