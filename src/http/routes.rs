//! One table of what is served: the router is built from it, and so is the OpenAPI document, so that neither says what the other does not.

use axum::http::Method;
use axum::routing::{MethodRouter, get, post};

use super::desk::table::DeskRoute;
use super::router::{Rooms, about, check, demo, healthz, page, published, share};
use super::{desk, openapi, rights, vc_api};

/// One address and what it does.
pub(super) struct Route {
    /// How it is asked.
    pub method: Method,
    /// Its template.
    pub path: &'static str,
    /// Its name in the OpenAPI document, where the rest about it stands.
    pub id: &'static str,
    /// What answers.
    pub answer: Answer,
}

/// What answers an address.
pub(super) enum Answer {
    /// One of the desk's calls.
    Desk(&'static DeskRoute),
    /// What anybody may ask.
    Plain(fn() -> MethodRouter<Rooms>),
}

impl Answer {
    /// As the router takes it.
    pub fn methods(&self) -> MethodRouter<Rooms> {
        match self {
            Answer::Desk(route) => desk::answering(route),
            Answer::Plain(answer) => answer(),
        }
    }
}

/// Every route but the files of the page: those that anybody may ask in the order of their addresses, then the desk's.
pub(super) fn all() -> Vec<Route> {
    let of_desk = |route: &'static DeskRoute| Route {
        method: route.method.clone(),
        path: route.path,
        id: route.id,
        answer: Answer::Desk(route),
    };
    plain().into_iter().chain(desk::table::all().iter().map(of_desk)).collect()
}

fn plain() -> [Route; 21] {
    let get_ = |path, id, answer| Route { method: Method::GET, path, id, answer: Answer::Plain(answer) };
    let post_ = |path, id, answer| Route { method: Method::POST, path, id, answer: Answer::Plain(answer) };
    [
        get_("/", "page", || get(page)),
        get_("/.well-known/did.json", "didDocumentOfHost", || get(published)),
        get_("/about", "about", || get(about)),
        get_("/api/openapi.json", "openapi", || get(openapi::answer)),
        post_("/api/verify", "check", || post(check)),
        post_("/credentials/issue", "issueCredential", || post(vc_api::issue)),
        post_("/credentials/verify", "verifyCredential", || post(vc_api::verify_credential)),
        get_("/demo/{number}", "demo", || get(demo)),
        get_("/healthz", "healthz", || get(healthz)),
        get_("/packs/current.json", "currentPacks", || get(published)),
        post_("/presentations/verify", "verifyPresentation", || post(vc_api::verify_presentation)),
        get_("/rights", "rights", || get(rights::page_of_visitor)),
        post_("/share", "share", || post(share)),
        get_("/status/{list}", "statusList", || get(published)),
        get_("/status/{list}/{purpose}", "siblingStatusList", || get(published)),
        get_("/status/{institution}/{list}/{purpose}", "siblingStatusListOfOne", || get(published)),
        get_("/trust.json", "trust", || get(published)),
        get_("/trust/{number}", "trustOfSeveral", || get(published)),
        get_("/{first}/did.json", "didDocument", || get(published)),
        get_("/{first}/{second}/did.json", "didDocumentDeeper", || get(published)),
        get_("/{first}/{second}/{third}/did.json", "didDocumentDeepest", || get(published)),
    ]
}

/// The template that a path is asked under. What somebody made up is none.
pub(super) fn template(path: &str) -> Option<&'static str> {
    let fits = |template: &str| {
        let variable = |part: &str| part.starts_with('{');
        template.split('/').count() == path.split('/').count()
            && template.split('/').zip(path.split('/')).all(|(part, asked)| part == asked || variable(part))
    };
    // A template with fewer variables stands for less, so it is the one that answers.
    let fitting = all().into_iter().map(|route| route.path).filter(|template| fits(template));
    fitting.min_by_key(|template| template.matches('{').count())
}
