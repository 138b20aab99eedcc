//! What was issued: looked at, suspended, put in force again, withdrawn for good.

use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::super::problem::Problem;
use super::batches::open_keys;
use super::call::{Call, NAMED_MOST};
use super::said::Said;
use crate::desk::forget::{self, forget, row_of_certificate, with_its_corrections};
use crate::desk::revoke::{Act, change};
use crate::store::{Record, State, StoreError};
use crate::trust::status::RevocationReason;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    serials: Vec<String>,
    reason: Option<String>,
    passphrase: Zeroizing<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Brought {
    certificate: String,
}

/// `GET certificates/{serial}`: by its number or its digest.
pub(super) fn one(call: &Call<'_>) -> Result<Said, Problem> {
    let record = meant(call)?;
    let award = row_of_certificate(call.store(), &record)?;
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

/// `GET certificates/{serial}/export`: everything that is kept of one person's certificate, for that person; with its row if it has one, and
/// with what it replaced.
pub(super) fn export(call: &Call<'_>) -> Result<Said, Problem> {
    let record = meant(call)?;
    if let Some(award) = row_of_certificate(call.store(), &record)? {
        return super::awards::own_data(call, &award);
    }
    let all = with_its_corrections(call.store(), &record)?;
    let one = |record: &Record| {
        let mut one = shown(record);
        one["document"] = serde_json::from_str(&record.document).unwrap_or_default();
        one
    };
    let all = json!({
        "certificates": all.iter().map(one).collect::<Vec<_>>(),
        "institution": call.house.institution().card().name,
    });
    Ok(Said::file("application/json", format!("{}.json", record.serial), all.to_string().into_bytes()))
}

/// `POST certificates/erase`: its person is forgotten, which cannot be undone. By its number, its digest, or the whole of it.
pub(super) fn erase(call: &Call<'_>) -> Result<Said, Problem> {
    let Brought { certificate } = call.read()?;
    let count = forget(&call.house, &certificate, &call.by)?;
    Ok(Said::json(json!({"certificates": count})))
}

fn meant(call: &Call<'_>) -> Result<Record, Problem> {
    forget::meant(call.store(), call.part("serial"))?.ok_or(Problem::NotFound)
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
