//! One-time links to a certificate: made by a member, used by whoever was sent one.

use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::super::problem::Problem;
use super::call::{Call, Visit};
use super::said::Said;
use super::session::begin;
use super::tries::FREE_OF_ADDRESS;
use crate::base::multibase;
use crate::carry::qr::Symbol;
use crate::desk::delivery::{self, AGAIN_MINUTES, DELIVERY_HOURS, NotFetched};
use crate::desk::paper::single;
use crate::desk::stationery::Stationery;
use axum::http::StatusCode;

/// 300 characters: a page's own address with a link behind it.
const LINK_CHARACTERS: usize = 300;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Presented {
    institution: String,
    secret: Zeroizing<String>,
}

/// `POST certificates/{serial}/delivery`: the link is in this answer and nowhere else.
pub(super) fn offer(call: &Call<'_>) -> Result<Said, Problem> {
    let record = super::certificates::known(call)?;
    let made = delivery::offer(&call.house, &record.serial, &call.by, call.now())?;
    // The page's own address is what the person opens; the door has looked at it already.
    let link = call.header("origin").map(|origin| Zeroizing::new(format!("{origin}{}", made.path.as_str())));
    let link = link.filter(|link| link.len() <= LINK_CHARACTERS);
    let title = call.house.template(&record.achievement).map(|it| it.name.in_language(call.words().language()));
    Ok(Said::json(json!({
        "path": made.path.as_str(),
        "link": link.as_ref().map(|link| link.as_str()),
        "code": link.as_ref().and_then(|link| Symbol::of(link).ok()).map(|symbol| drawn(&symbol)),
        "until": made.until.to_string(),
        "hours": DELIVERY_HOURS,
        "title": title,
    }))
    .with(StatusCode::CREATED))
}

/// A code to draw: how wide it is, and where each dark stretch of a line begins and how long it is.
fn drawn(symbol: &Symbol) -> Value {
    let runs: Vec<Value> = symbol.runs().map(|(x, y, length)| json!([x, y, length])).collect();
    json!({"side": symbol.side(), "runs": runs})
}

/// `POST delivery`: the certificate, for whoever has a link.
pub(super) fn fetch(visit: &Visit, body: &[u8]) -> Result<Said, Problem> {
    let presented: Presented = visit.read(body)?;
    // A secret of 128 bits is not guessed; whoever tries all the same is slowed down with those who try passwords.
    let tried = begin(visit, &visit.neighbourhood(), FREE_OF_ADDRESS)?;
    let house = visit.house(&presented.institution).ok_or(NotFetched::Unknown)?;
    let fetched = delivery::fetch(&**house.store(), &presented.secret, visit.now);
    if !matches!(fetched, Err(NotFetched::Unknown)) {
        visit.rooms.tries.forgive(&visit.neighbourhood(), tried);
    }
    let record = fetched?;
    let stationery = Stationery::of(&**house.store())?;
    // A name that our letters do not draw has no paper; the file is there all the same.
    let pdf = single(&house.institution(), &record, &stationery.style()).ok();
    let title = house.template(&record.achievement).map(|it| it.name.in_language(visit.words.language()));
    Ok(Said::json(json!({
        "institution": house.institution().card().name,
        "pilot": house.institution().is_pilot(),
        "title": title,
        "serial": record.serial,
        "document": record.document,
        "pdf": pdf.map(|pdf| multibase::base64url(&pdf)),
        "minutes": AGAIN_MINUTES,
    })))
}
