//! Files that are larger than one request may be, part by part.

use axum::http::StatusCode;
use serde_json::json;

use super::super::problem::Problem;
use super::call::Call;
use super::said::Said;
use crate::desk::uploads::PART_BYTES;

/// `POST uploads`.
pub(super) fn begin(call: &Call<'_>) -> Result<Said, Problem> {
    let id = call.house.new_id()?;
    call.house.uploads().begin(id.clone(), &call.member.id, call.now())?;
    Ok(Said::json(json!({"id": id, "part": PART_BYTES})).with(StatusCode::CREATED))
}

/// `PUT uploads/{id}?at=…`: a part, and where it begins.
pub(super) fn add(call: &Call<'_>) -> Result<Said, Problem> {
    let begins = call.asked("at").unwrap_or("0").parse().map_err(|_| Problem::Request)?;
    if call.body.len() > PART_BYTES {
        return Err(Problem::TooLarge);
    }
    let got = call.house.uploads().add(call.part("id"), &call.member.id, begins, call.body, call.now())?;
    Ok(Said::json(json!({"got": got})))
}

/// `DELETE uploads/{id}`.
pub(super) fn end(call: &Call<'_>) -> Result<Said, Problem> {
    call.house.uploads().end(call.part("id"), &call.member.id)?;
    Ok(Said::nothing())
}
