//! The routes. Each reads, calls one function of the kernel, and writes.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use futures_util::StreamExt as _;
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use super::desk;
use super::files::File;
use super::pace::{self, Pace};
use super::problem::Problem;
use super::published::Shelf;
use super::{files, language, routes};
use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::Language;
use crate::desk::counter::Counter;
use crate::desk::house::House;
use crate::interop::intake;
use crate::interop::scan::Limits;
use crate::interop::verdicts;
use crate::store::StoreError;
use crate::trust::root::Environment;
use crate::verify::Evidence;
use crate::verify::message::Words;

/// 8 MiB: a photograph straight from a phone has 3 to 6; a scanned PDF page less.
const BODY_BYTES: usize = 8 * 1024 * 1024;
/// 32 bodies are held at a time: 256 MiB at the most.
const BODIES: usize = 32;
/// 16 more of people who are signed in: strangers who are slow keep nobody from work.
const BODIES_OF_MEMBERS: usize = 16;
/// 120 seconds for a request: the largest photograph at 70 KB/s, a slow mobile link.
const REQUEST: Duration = Duration::from_secs(120);
/// 5 seconds are waited for a turn at checking, then the client is asked to come back.
const TURN: Duration = Duration::from_secs(5);

/// The bytes of what stands at an address, if they are here.
pub type ResourceBytes = dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync;

/// Whether what is kept, the first, is of what was typed, the second.
pub type Fits = dyn Fn(&str, &str) -> bool + Send + Sync;

/// What the server stands on. It keeps nothing else.
#[derive(Clone)]
pub struct ServeState {
    /// The evidence of this moment: the caller may put a newer one in its place while the server runs.
    pub evidence: Arc<dyn Fn() -> Arc<Evidence> + Send + Sync>,
    /// What is published here, at this moment.
    pub published: Arc<dyn Fn() -> Arc<Shelf> + Send + Sync>,
    /// The time. Handlers read no clock.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Who issues here, if somebody does.
    pub issuing: Option<Arc<Counter>>,
    /// The institutions whose desks are here.
    pub desks: Vec<Arc<House>>,
    /// The bytes of contexts and of what a resource map holds, by address.
    pub resource: Arc<ResourceBytes>,
    /// Certificates to try out, if this is a demonstration.
    pub demo: Option<Arc<Demo>>,
    /// Where a line for each request goes. It holds no personal data.
    pub log: Arc<dyn Fn(&Served) + Send + Sync>,
    /// The pages are served over TLS, so browsers may be told to insist on it.
    pub secure: bool,
    /// What says whether a password is the one that this was kept of: [`crate::desk::account::fits`].
    pub fits: Arc<Fits>,
    /// How many checks may run at a time; as many as there are cores. Each desk's members have as many places of their own.
    pub checks: usize,
}

/// Certificates of invented people, to try out.
#[derive(Clone, Debug, Default)]
pub struct Demo {
    /// One row each.
    pub examples: Vec<Example>,
}

/// A certificate to try out.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it shows, as plain text: the title, and whose it is.
    pub label: String,
    /// The text of its code.
    pub code: String,
    /// The page to print, as [`crate::desk::page`] makes it.
    pub page: Option<String>,
}

/// One request, for the log: method, route template, status and duration. Never an address, a body or a header (threats.md I13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served<'a> {
    /// The method, or `OTHER`.
    pub method: &'a str,
    /// The route's template, or `-`.
    pub route: &'a str,
    /// The status.
    pub status: u16,
    /// Milliseconds until the answer was ready.
    pub milliseconds: u128,
}

impl fmt::Display for Served<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {} {} {} ms", self.method, self.route, self.status, self.milliseconds)
    }
}

#[derive(Clone)]
pub(super) struct Rooms {
    pub state: ServeState,
    limits: Limits,
    bodies: Arc<Semaphore>,
    bodies_of_members: Arc<Semaphore>,
    checks: Arc<Semaphore>,
    /// Where the members of each institution work, by its key.
    desks: Arc<HashMap<String, Places>>,
    /// How quickly each token issues.
    pub pace: Arc<Pace>,
    /// How often each address asks for a check.
    pub asks: Arc<Pace>,
    /// Who is signed in at a desk.
    pub sessions: Arc<desk::Sessions>,
    /// What was answered there lately, under which keys.
    pub answers: Arc<desk::Answers>,
    /// What stopped the signing of batches there.
    pub stopped: Arc<desk::Stopped>,
    /// Who tries passwords there.
    pub tries: Arc<desk::Tries>,
    /// The paths of the page's files, for the log.
    files: Arc<Vec<String>>,
    /// The page in each language.
    pages: Arc<[(Language, File); Language::ALL.len()]>,
}

/// Where the members of one institution work. Strangers have other places: a register that takes minutes, and all that waits for it, keeps
/// nobody from having a certificate checked.
#[derive(Clone)]
struct Places {
    at_work: Arc<Semaphore>,
    /// One at a time holds the register. Whoever waits for it waits here, and holds no place at work meanwhile.
    register: Arc<Semaphore>,
}

/// What may stand behind the question mark. Nothing personal does.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    lang: Option<String>,
    country: Option<String>,
}

/// A page that only the person at this machine uses may read PDFs and larger pictures: 64 million pixels, 10 pages, 20 seconds.
pub const OWN_MACHINE: Limits =
    Limits { bytes: BODY_BYTES, pages: 10, time: Duration::from_secs(20), ..Limits::OWN_FILE };

/// The routes of the page and its interface, for strangers: it reads no PDF (see [`crate::interop::scan`]).
pub fn router(state: ServeState) -> Router {
    router_within(state, Limits::STRANGER)
}

/// The routes, with what one picture or PDF may cost.
pub fn router_within(state: ServeState, limits: Limits) -> Router {
    let files = files::all();
    let rooms = Rooms {
        bodies: Arc::new(Semaphore::new(BODIES)),
        bodies_of_members: Arc::new(Semaphore::new(BODIES_OF_MEMBERS)),
        checks: Arc::new(Semaphore::new(state.checks.max(1))),
        desks: Arc::new(state.desks.iter().map(|house| (house.key().to_owned(), Places::new(state.checks))).collect()),
        pace: Arc::new(Pace::of(pace::OF_A_TOKEN)),
        asks: Arc::new(Pace::of(pace::OF_AN_ADDRESS)),
        sessions: Arc::default(),
        answers: Arc::default(),
        stopped: Arc::default(),
        tries: Arc::default(),
        files: Arc::new(files.iter().map(|file| file.path.clone()).collect()),
        pages: Arc::new(Language::ALL.map(|language| (language, files::page_file(language)))),
        limits,
        state,
    };
    let mut router =
        routes::all().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.answer.methods()));
    for file in files {
        let path = file.path.clone();
        router = router.route(&path, get(move |headers: HeaderMap| async move { file.answer(&headers) }));
    }
    router
        .fallback(|asked: Asking, headers: HeaderMap| async move { refuse(&Problem::NotFound, &asked, &headers) })
        .method_not_allowed_fallback(|asked: Asking, headers: HeaderMap| async move {
            refuse(&Problem::Method, &asked, &headers)
        })
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn_with_state(rooms.clone(), around))
        .with_state(rooms)
}

/// `GET /`: the page, in the visitor's language.
pub(super) async fn page(State(rooms): State<Rooms>, asked: Asking, headers: HeaderMap) -> Response {
    let language = language_of(&asked, &headers);
    let Some((_, page)) = rooms.pages.iter().find(|(of, _)| *of == language) else {
        return refuse(&Problem::NotFound, &asked, &headers);
    };
    let mut response = page.answer(&headers);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.append(header::VARY, HeaderValue::from_static("Accept-Language"));
    response
}

/// `POST /share`: an app hands something over on a device whose browser has no worker of this page, which would have kept it there. It is let
/// run past, a piece at a time, for a browser shows an answer only once it could send all; nothing is kept or looked at. The page says what to do.
pub(super) async fn share(request: Request) -> Response {
    let mut passed = 0;
    let mut pieces = request.into_body().into_data_stream();
    while let Some(Ok(piece)) = pieces.next().await {
        passed += piece.len();
        if passed > BODY_BYTES {
            break;
        }
    }
    (StatusCode::SEE_OTHER, [(header::LOCATION, "/?shared=first"), (header::CACHE_CONTROL, "no-store")]).into_response()
}

/// `GET /healthz`: whether the desks that are here can work. A desk whose disk is full or failed is not ready.
pub(super) async fn healthz(State(rooms): State<Rooms>, asked: Asking, headers: HeaderMap) -> Response {
    let desks = rooms.state.desks.clone();
    let all = tokio::task::spawn_blocking(move || desks.iter().try_for_each(|house| house.ready()));
    let problem = match all.await {
        Ok(Ok(())) => None,
        Ok(Err(StoreError::Full)) => Some(Problem::StoreFull),
        Ok(Err(_)) | Err(_) => Some(Problem::StoreFailed),
    };
    if let Some(problem) = problem {
        return refuse(&problem, &asked, &headers);
    }
    ([(header::CACHE_CONTROL, "no-store")], "ok").into_response()
}

pub(super) type Asking = Result<Query<Asked>, QueryRejection>;

pub(super) fn language_of(asked: &Asking, headers: &HeaderMap) -> Language {
    language::choose(asked.as_ref().ok().and_then(|asked| asked.lang.as_deref()), headers)
}

pub(super) fn refuse(problem: &Problem, asked: &Asking, headers: &HeaderMap) -> Response {
    problem.answer(Words::of(language_of(asked, headers)))
}

/// `POST /api/verify`.
pub(super) async fn check(State(rooms): State<Rooms>, asked: Asking, headers: HeaderMap, request: Request) -> Response {
    let words = Words::of(language_of(&asked, &headers));
    let checked = async {
        let Query(asked) = asked.map_err(|_| Problem::Request)?;
        let country = known_country(asked.country, words)?;
        not_from_another_site(&headers)?;
        rooms.asks.step_of(&request)?;
        let body = rooms.take(request).await?;
        let at_work = rooms.clone();
        rooms.work(body, move |body| verdicts(body, &at_work, country, words)).await
    };
    match checked.await {
        Ok(verdicts) => json(&verdicts),
        Err(problem) => problem.answer(words),
    }
}

/// A body, and its place among those that are held at a time.
pub(super) struct Taken {
    body: Bytes,
    room: OwnedSemaphorePermit,
}

impl Rooms {
    /// Takes a body in, if there is room.
    pub async fn take(&self, request: Request) -> Result<Taken, Problem> {
        Self::take_into(&self.bodies, request).await
    }

    /// Takes a body of somebody in who is signed in, if there is room.
    pub async fn take_of_member(&self, request: Request) -> Result<Taken, Problem> {
        Self::take_into(&self.bodies_of_members, request).await
    }

    async fn take_into(places: &Arc<Semaphore>, request: Request) -> Result<Taken, Problem> {
        let room = Arc::clone(places).try_acquire_owned().map_err(|_| Problem::Busy)?;
        let body = Bytes::from_request(request, &()).await.map_err(|rejection| body_problem(&rejection))?;
        Ok(Taken { body, room })
    }

    /// Does work that needs the processor, which would hold up every other connection of this thread. Its places are given back when it is
    /// done, even if the client has gone before.
    pub async fn work<T: Send + 'static>(
        &self,
        taken: Taken,
        work: impl FnOnce(&[u8]) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        Self::work_at(&self.checks, None, taken, work).await
    }

    /// The same for a member of an institution, who is `alone` at its register or not.
    pub async fn work_of_member<T: Send + 'static>(
        &self,
        key: &str,
        alone: bool,
        taken: Taken,
        work: impl FnOnce(&[u8]) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let places = self.desks.get(key).ok_or(Problem::NotFound)?;
        // As long as the request lasts: an import of a whole country's register takes minutes, and whoever comes behind it is not sent away.
        let register = if alone { Arc::clone(&places.register).acquire_owned().await.ok() } else { None };
        Self::work_at(&places.at_work, register, taken, work).await
    }

    async fn work_at<T: Send + 'static>(
        places: &Arc<Semaphore>,
        register: Option<OwnedSemaphorePermit>,
        taken: Taken,
        work: impl FnOnce(&[u8]) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = timeout(TURN, Arc::clone(places).acquire_owned()).await;
        let turn = turn.ok().and_then(Result::ok).ok_or(Problem::Busy)?;
        let work = move || {
            let done = work(&taken.body);
            drop((taken.room, turn, register));
            done
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(Problem::Internal))
    }
}

impl Places {
    fn new(most: usize) -> Self {
        Self { at_work: Arc::new(Semaphore::new(most.max(1))), register: Arc::new(Semaphore::new(1)) }
    }
}

/// The work of one check.
fn verdicts(body: &[u8], rooms: &Rooms, country: Option<String>, words: &Words) -> Result<Object, Problem> {
    let taken = intake::read(body, rooms.limits).map_err(|not_read| Problem::of_not_read(&not_read))?;
    let evidence = (rooms.state.evidence)();
    Ok(verdicts::verdicts(&taken, &evidence, country.as_deref(), words, (rooms.state.clock)()))
}

/// `GET /about`: what this computer knows, so that a visitor can see whose word a verdict rests on.
pub(super) async fn about(State(rooms): State<Rooms>, headers: HeaderMap) -> Response {
    let evidence = (rooms.state.evidence)();
    let lists = evidence.packs.iter().map(|pack| {
        Object::from_iter([
            ("asOf", Json::from(pack.freshness().date.date().to_string())),
            ("authority", pack.root().authority.name.as_str().into()),
            ("country", pack.root().authority.country.as_str().into()),
            ("institutions", Json::Integer(i64::try_from(pack.accreditation().issuers.len()).unwrap_or(i64::MAX))),
            ("pilot", Json::Bool(pack.root().environment == Environment::Pilot)),
        ])
        .into()
    });
    let lists = Json::List(lists.collect());
    let examples =
        rooms.state.demo.iter().flat_map(|demo| demo.examples.iter().enumerate()).map(|(number, example)| {
            let mut row = Object::from_iter([
                ("code", Json::from(example.code.as_str())),
                ("label", example.label.as_str().into()),
            ]);
            if example.page.is_some() {
                row.set("page", format!("/demo/{number}").into());
            }
            row.into()
        });
    let about = Json::Object(Object::from_iter([("demo", Json::List(examples.collect())), ("lists", lists)]));
    File::of("/about".to_owned(), "application/json", "no-cache", about.to_canonical()).answer_plainly(&headers)
}

/// `GET /demo/{number}`: a self-contained page with its own policy in its head, without script.
pub(super) async fn demo(
    State(rooms): State<Rooms>,
    Path(number): Path<String>,
    asked: Asking,
    headers: HeaderMap,
) -> Response {
    let demo = rooms.state.demo.as_deref();
    let number = number.parse::<usize>().ok();
    let page = number.and_then(|number| demo?.examples.get(number)?.page.clone());
    match page {
        None => refuse(&Problem::NotFound, &asked, &headers),
        Some(page) => {
            let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
            let mut response = (kind, page).into_response();
            let policy = format!("{}; frame-ancestors 'none'; sandbox", crate::desk::page::policy());
            if let Ok(policy) = HeaderValue::from_str(&policy) {
                response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            }
            response
        }
    }
}

/// `GET /status/…`, `GET /trust…`.
pub(super) async fn published(State(rooms): State<Rooms>, uri: Uri, asked: Asking, headers: HeaderMap) -> Response {
    let found = (rooms.state.published)().answer(&uri, &headers);
    found.unwrap_or_else(|| refuse(&Problem::NotFound, &asked, &headers))
}

pub(super) fn json(object: &Object) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (headers, Json::Object(object.clone()).to_canonical()).into_response()
}

fn known_country(country: Option<String>, words: &Words) -> Result<Option<String>, Problem> {
    let country = country.filter(|country| !country.is_empty()).map(|country| country.to_ascii_uppercase());
    match country {
        Some(country) if country.len() == 2 && words.has(&format!("country.{country}")) => Ok(Some(country)),
        // What is not two letters is not repeated.
        Some(other) if other.len() == 2 => Err(Problem::Country(other)),
        Some(_) => Err(Problem::Country(String::new())),
        None => Ok(None),
    }
}

/// No page of another site makes a visitor's browser work here (threats.md I4). Programs that are no browsers do not send the header.
pub(super) fn not_from_another_site(headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        None | Some(b"same-origin" | b"none") => Ok(()),
        Some(_) => Err(Problem::CrossSite),
    }
}

pub(super) fn body_problem(rejection: &BytesRejection) -> Problem {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        _ => Problem::Request,
    }
}

/// What the pages may load and do (web.md §6): their own files, the kernel as WebAssembly, workers by the names that one policy allows, and no HTML
/// from text. The desk is one of them: it scans and judges what is brought to the counter as the checker does.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types skillpass";

/// Around every request: time limit, headers, log.
async fn around(State(rooms): State<Rooms>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = known_method(request.method());
    let path = request.uri().path();
    let of_file = || rooms.files.iter().find(|file| *file == path).map(String::as_str);
    // A path that somebody made up does not reach the log (threats.md I13).
    let route = routes::template(path).or_else(of_file).unwrap_or("-").to_owned();
    let language = language::choose(None, request.headers());
    let mut response = match timeout(REQUEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::TimedOut.answer(Words::of(language)),
    };
    protect(response.headers_mut(), rooms.state.secure);
    (rooms.state.log)(&Served {
        method,
        route: &route,
        status: response.status().as_u16(),
        milliseconds: began.elapsed().as_millis(),
    });
    response
}

fn protect(headers: &mut HeaderMap, secure: bool) {
    let always = [
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in always {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if secure {
        // One year (RFC 6797). Subdomains are the operator's own business.
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}

/// A method that a client made up does not reach the log.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "OTHER",
    }
}
