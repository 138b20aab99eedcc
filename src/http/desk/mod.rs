//! The desk over HTTP: what members of an institution do, under `/api/desk`. Every call is one line of [`table::all`]: who may make it, and the
//! one function that does it. Before that function runs, the call has a session of one institution, and with it that institution's store and no
//! other (threats.md I2); no route but those of signing in names one.

mod awards;
mod batches;
mod call;
mod certificates;
mod custody;
mod deliveries;
mod imports;
mod keys;
mod log;
mod members;
mod once;
mod paper;
mod prior;
mod rebindings;
mod reprints;
mod retention;
mod safe_copy;
mod said;
mod session;
mod standing;
mod statistics;
pub mod table;
mod tries;
mod uploads;

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{ConnectInfo, RawPathParams, Request, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};

pub(super) use self::batches::Stopped;
use self::call::{Call, Visit};
pub(super) use self::once::Answers;
use self::said::Said;
pub(super) use self::session::Sessions;
use self::table::{DeskRoute, Who, Work};
pub(super) use self::tries::Tries;
use super::door::Caller;
use super::problem::Problem;
use super::router::{Asking, Rooms, language_of, not_from_another_site};
use crate::store::StoreError;
use crate::store::acts::Hand;
use crate::verify::message::Words;

/// The header without which nothing is changed: no form and no picture of another site can send it (threats.md I4).
const OWN_HEADER: &str = "x-skillpass-desk";

/// What answers a route.
pub(super) fn answering(route: &'static DeskRoute) -> MethodRouter<Rooms> {
    let filter = MethodFilter::try_from(route.method.clone()).unwrap_or(MethodFilter::GET);
    on(
        filter,
        move |State(rooms): State<Rooms>,
              path: Result<RawPathParams, RawPathParamsRejection>,
              asked: Asking,
              headers: HeaderMap,
              request: Request| answer(route, rooms, path.ok(), asked, headers, request),
    )
}

async fn answer(
    route: &'static DeskRoute,
    rooms: Rooms,
    path: Option<RawPathParams>,
    asked: Asking,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let words = Words::of(language_of(&asked, &headers));
    let secure = rooms.state.secure;
    let said = async {
        if rooms.state.desks.is_empty() {
            return Err(Problem::NotFound);
        }
        not_from_another_site(&headers)?;
        if route.method != Method::GET {
            from_own_page(&headers, request.uri(), secure)?;
        }
        let uri = request.uri().clone();
        let caller = request.extensions().get::<ConnectInfo<Caller>>().map(|info| info.0.0.ip());
        let path = path.ok_or(Problem::NotFound)?;
        let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let visit = Visit::of(rooms.clone(), headers, &uri, path, caller, words)?;
        // Whoever is not signed in sends no body that is read.
        let session = match route.who {
            Who::Anybody => None,
            Who::Member | Who::Roles(_) => Some(visit.session().ok_or(Problem::SignedOut)?),
        };
        let taken = match session {
            Some(_) => rooms.take_of_member(request).await?,
            None => rooms.take(request).await?,
        };
        // What is only looked at writes nothing, and waits for nobody.
        let alone = matches!(route.work, Work::Alone(_)) && visit.asked("preview") != Some("true");
        let of = session.as_ref().map(|session| session.house.key().to_owned());
        let work = move |body: &[u8]| match route.work {
            Work::Visit(work) => work(&visit, body),
            Work::Alone(work) | Work::Call(work) => {
                let session = session.ok_or(Problem::SignedOut)?;
                let member = session.member()?.ok_or(Problem::SignedOut)?;
                if let Who::Roles(roles) = route.who
                    && !roles.iter().any(|role| member.may(*role))
                {
                    return Err(StoreError::NotAllowed.into());
                }
                let by = Hand::of(&member.id, visit.now);
                let house = Arc::clone(&session.house);
                once::answered(route, &Call { visit, house, member, by, body }, work)
            }
        };
        match of {
            Some(key) => rooms.work_of_member(&key, alone, taken, work).await,
            None => rooms.work(taken, work).await,
        }
    };
    match said.await {
        Ok(said) => Said::answer(said, secure),
        Err(problem) => problem.answer(words),
    }
}

/// Only the desk's own page changes anything: it sends our header, and the browser says where it comes from.
fn from_own_page(headers: &HeaderMap, uri: &Uri, secure: bool) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST.as_str()).or_else(|| uri.authority().map(axum::http::uri::Authority::as_str));
    // Where TLS ends before us, the browser says https and we do not know it.
    let schemes: &[&str] = if secure { &["https"] } else { &["http", "https"] };
    let is_own = |origin: &str| {
        let own = schemes.iter().filter_map(|scheme| Some(format!("{scheme}://{}", host?)));
        own.into_iter().any(|own| own.eq_ignore_ascii_case(origin))
    };
    let from_here = match (text(header::ORIGIN.as_str()), text("sec-fetch-site")) {
        (Some(origin), _) => is_own(origin),
        (None, site) => site == Some("same-origin"),
    };
    if from_here && text(OWN_HEADER) == Some("1") { Ok(()) } else { Err(Problem::CrossSite) }
}

/// Whose tries are counted together: one address, or the /64 that one household has.
pub(super) fn neighbourhood(address: Option<IpAddr>) -> String {
    match address {
        None => "?".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}
