//! What was issued: looked at, suspended, put in force again, withdrawn for good.

use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::super::problem::Problem;
use super::batches::open_keys;
use super::call::{Call, NAMED_MOST};
use super::said::Said;
use crate::desk::revoke::{Act, change};
use crate::store::award::Award;
use crate::store::{Record, State, Store, StoreError};
use crate::trust::status::RevocationReason;

/// 200 rows at a time, when an award is looked for by its certificate.
const PAGE: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    serials: Vec<String>,
    reason: Option<String>,
    passphrase: Zeroizing<String>,
}

/// `GET certificates/{serial}`.
pub(super) fn one(call: &Call<'_>) -> Result<Said, Problem> {
    let record = known(call)?;
    let award = award_of(call.store(), &record)?;
    let mut all = shown(&record);
    all["award"] = json!(award.as_ref().map(|award| award.id.as_str()));
    all["forgotten"] = record.document.is_empty().into();
    Ok(Said::json(all))
}

/// `GET certificates/{serial}/file`: the signed document.
pub(super) fn file(call: &Call<'_>) -> Result<Said, Problem> {
    let record = known(call)?;
    if record.document.is_empty() {
        return Err(Problem::NotFound);
    }
    Ok(Said::file("application/json", format!("{}.json", record.serial), record.document.into_bytes()))
}

/// `POST certificates/revoke`.
pub(super) fn revoke(call: &Call<'_>) -> Result<Said, Problem> {
    acted(call, |reason| {
        let reason = reason.map_or(Some(RevocationReason::Error), RevocationReason::of_code);
        reason.map(Act::Revoke).ok_or_else(|| Problem::Malformed(Box::default()))
    })
}

/// `POST certificates/suspend`.
pub(super) fn suspend(call: &Call<'_>) -> Result<Said, Problem> {
    acted(call, |_| Ok(Act::Suspend))
}

/// `POST certificates/resume`.
pub(super) fn resume(call: &Call<'_>) -> Result<Said, Problem> {
    acted(call, |_| Ok(Act::Resume))
}

/// Does it to all of them or none, and publishes: whoever asks again publishes again.
fn acted(call: &Call<'_>, act: impl FnOnce(Option<&str>) -> Result<Act, Problem>) -> Result<Said, Problem> {
    let named: Named = call.read()?;
    if named.serials.len() > NAMED_MOST {
        return Err(StoreError::TooLong.into());
    }
    let act = act(named.reason.as_deref())?;
    let serials: Vec<&str> = named.serials.iter().map(String::as_str).collect();
    for serial in &serials {
        call.store().by_serial(serial)?.ok_or(Problem::NotFound)?;
    }
    let opened = open_keys(call, &named.passphrase)?;
    let news = change(call.store(), &serials, act, &call.by)?;
    call.house.to_publish();
    call.house.publish(&opened.keyring, &opened.secret, call.now())?;
    let each = serials.iter().zip(news).map(|(serial, news)| json!({"serial": serial, "news": news}));
    Ok(Said::json(each.collect()))
}

pub(super) fn known(call: &Call<'_>) -> Result<Record, Problem> {
    let serial = call.part("serial").trim().to_ascii_uppercase();
    call.store().by_serial(&serial)?.ok_or(Problem::NotFound)
}

/// The award that it was issued for; `None` for what came from the command line or a program.
fn award_of(store: &dyn Store, record: &Record) -> Result<Option<Award>, StoreError> {
    // Of somebody who was forgotten nothing is looked for.
    if record.document.is_empty() {
        return Ok(None);
    }
    let is_its = |award: &Award| award.serials.contains(&record.serial);
    let mut after = String::new();
    loop {
        let page = store.awards_after(&after, PAGE)?;
        let Some(last) = page.last() else { return Ok(None) };
        after.clone_from(&last.id);
        if let Some(award) = page.into_iter().find(is_its) {
            return Ok(Some(award));
        }
    }
}

/// A certificate without its content.
pub(super) fn shown(record: &Record) -> Value {
    let (state, reason) = match &record.state {
        State::Issued => ("issued", None),
        State::Revoked(reason) => ("revoked", Some(reason.code())),
        State::Suspended => ("suspended", None),
    };
    json!({
        "serial": record.serial,
        "achievement": record.achievement,
        "signedAt": record.signed_at,
        "state": state,
        "reason": reason,
    })
}
