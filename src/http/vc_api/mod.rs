//! What other people's software speaks: the shapes of the W3C CCG's VC-API over the same kernel as everything else (interop.md §3).
//!
//! | call | success | failure |
//! |---|---|---|
//! | `POST /credentials/issue` | 201 `{verifiableCredential}` | 400, 401, 403, 422, problem details |
//! | `POST /credentials/verify` | 200 `{verified: true, outcome, answers, …}` | 400, 422 `{verified: false, errors, …}` |
//! | `POST /presentations/verify` | 200 | 400, 422 |
//!
//! `verified` means: every signature holds under the key its method names, bound to the issuer, in its dates, and not revoked by a list that was
//! consulted. The outcome and the four answers always stand beside it: an issuer in no pack is `verified: true`, outcome undecided; what is
//! rejected never is. What had to be checked and could not be is 422 `could-not-check`, which is not `invalid`.

mod body;
mod faults;
mod issuing;
mod verifying;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::problem::{Problem, Report};
use super::router::{Asking, Rooms, json, language_of, not_from_another_site};
use crate::base::canonical::{Json, Object};
use crate::verify::message::Words;

/// 1,048,576 bytes: a presentation of 32 typical credentials takes a tenth of that; four photographs fit.
pub(super) const BODY_BYTES: usize = 1024 * 1024;

/// `POST /credentials/issue`.
pub(super) async fn issue(State(rooms): State<Rooms>, asked: Asking, headers: HeaderMap, request: Request) -> Response {
    let words = Words::of(language_of(&asked, &headers));
    match issuing::issue(rooms, &headers, request, words).await {
        Ok(receipt) => {
            let body = Object::from_iter([("verifiableCredential", Json::Object(receipt.document))]);
            let kind = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
            let mut response = (StatusCode::CREATED, kind, Json::Object(body).to_canonical()).into_response();
            if let Ok(serial) = HeaderValue::from_str(&receipt.serial) {
                response.headers_mut().insert("skillpass-serial", serial);
            }
            response
        }
        Err(problem) => problem.answer(words),
    }
}

/// `POST /credentials/verify`.
pub(super) async fn verify_credential(
    State(rooms): State<Rooms>,
    asked: Asking,
    headers: HeaderMap,
    request: Request,
) -> Response {
    verify(rooms, &asked, &headers, request, verifying::credential).await
}

/// `POST /presentations/verify`.
pub(super) async fn verify_presentation(
    State(rooms): State<Rooms>,
    asked: Asking,
    headers: HeaderMap,
    request: Request,
) -> Response {
    verify(rooms, &asked, &headers, request, verifying::presentation).await
}

/// What checks a body.
type Check = fn(&Object, &Rooms, &'static Words) -> Result<Object, Problem>;

async fn verify(rooms: Rooms, asked: &Asking, headers: &HeaderMap, request: Request, check: Check) -> Response {
    let words = Words::of(language_of(asked, headers));
    let checked = async {
        not_from_another_site(headers)?;
        body::is_json(headers)?;
        rooms.asks.step_of(&request)?;
        let taken = rooms.take(request).await?;
        let at_work = rooms.clone();
        rooms.work(taken, move |bytes| check(&body::read(bytes, words)?, &at_work, words)).await
    };
    match checked.await {
        Ok(answer) => json(&answer),
        Err(problem) => not_verified(problem).answer(words),
    }
}

/// Whoever asked whether something holds is told that it was not found to, whatever stood in the way.
fn not_verified(problem: Problem) -> Problem {
    let with = |mut report: Box<Report>| {
        report.members.set("verified", Json::Bool(false));
        report
    };
    match problem {
        Problem::CouldNotCheck(report) => Problem::CouldNotCheck(with(report)),
        Problem::Invalid(report) => Problem::Invalid(with(report)),
        Problem::Malformed(report) => Problem::Malformed(with(report)),
        other => other,
    }
}
