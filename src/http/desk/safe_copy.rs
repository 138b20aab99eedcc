//! A copy of the institution, to keep in another place.

use std::sync::Arc;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::super::problem::Problem;
use super::batches::open_keys;
use super::call::Call;
use super::said::Said;
use crate::desk::safe_copy::{CopyState, SafeCopy, make};
use crate::store::acts::What;

/// The media type of a sealed file.
const SEALED: &str = "application/octet-stream";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    passphrase: Zeroizing<String>,
}

/// `GET backup`: when a copy was made last, and the one that is being made or waits.
pub(super) fn state(call: &Call<'_>) -> Result<Said, Problem> {
    let last = call.store().noted(What::BackedUp)?;
    let copy = call.house.copy_room().last(call.now());
    Ok(Said::json(json!({"last": last.map(|hand| call.hand(&hand)), "copy": copy.as_ref().map(shown)})))
}

/// `POST backup`: it is made while the desk goes on, sealed with what opens the keys.
pub(super) fn begin(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Wanted = call.read()?;
    let opened = open_keys(call, &wanted.passphrase)?;
    let copy = call.house.copy_room().begin(call.house.new_id()?, call.now())?;
    let said = Said::json(shown(&copy)).with(StatusCode::ACCEPTED);
    let (house, by) = (Arc::clone(&call.house), call.by.clone());
    // What it came to stands in the copy.
    drop(tokio::task::spawn_blocking(move || make(&house, &copy, &opened.secret, &by)));
    Ok(said)
}

/// `GET backup/{id}`: the file.
pub(super) fn file(call: &Call<'_>) -> Result<Said, Problem> {
    let (id, now) = (call.part("id"), call.now());
    let room = call.house.copy_room();
    let file = room.open(id, now)?;
    let day = room.last(now).map_or(now, |copy| copy.begun).date();
    Ok(Said::disk(SEALED, format!("skillpass-{}-{day}.age", call.house.key()), file))
}

fn shown(copy: &SafeCopy) -> Value {
    let (state, bytes, pages) = match copy.state {
        CopyState::Done(bytes) => ("done", Some(bytes), None),
        CopyState::Failed => ("failed", None, None),
        CopyState::Working(pages) => ("working", None, Some(pages)),
    };
    json!({"id": copy.id, "begun": copy.begun.to_string(), "state": state, "bytes": bytes, "pages": pages})
}
