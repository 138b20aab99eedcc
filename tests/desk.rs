//! The desk over the real router: institutions, their staff, and what each of them can do there.

mod api;
mod assessed;
mod crowd;
mod custody;
mod day;
mod delivery;
mod forgotten;
mod full_disk;
mod import;
mod keys;
mod login;
mod matrix;
mod paper;
mod prior;
mod private;
mod rebind;
mod register;
mod reissue;
mod release;
mod reprint;
mod reprinter;
mod retention;
mod safe_copy;
mod signing;
mod statistics;

use std::fs;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request};
use serde_json::{Value, json};
use skillpass::base::timestamp::Timestamp;
use skillpass::credential::achievement::Language;
use skillpass::desk::account;
use skillpass::desk::catalogue::Catalogue;
use skillpass::desk::counter::Counter;
use skillpass::desk::house::House;
use skillpass::desk::import::{Settings, read_register};
use skillpass::desk::institution::{Founding, Institution};
use skillpass::desk::invitation;
use skillpass::desk::issue::Issuing;
use skillpass::desk::keyring::Secret;
use skillpass::desk::pilot;
use skillpass::desk::publish::publish;
use skillpass::http::door::Caller;
use skillpass::http::{ServeState, router};
use skillpass::interop::rdfc;
use skillpass::store::Store;
use skillpass::store::acts::Hand;
use skillpass::store::memory::MemoryStore;
use skillpass::store::release::Warrant;
use skillpass::store::staff::{Member, Role};
use skillpass::trust::pack::TrustPack;
use skillpass::verify::Evidence;
use tower::ServiceExt as _;

use crate::common::{Dice, here};

/// A working morning in April, less than thirty days after what is awarded in the samples.
pub const MORNING: &str = "2026-04-10T15:04:05Z";
pub const PASSWORD: &str = "tres palabras largas";
pub const GIN: &str = "urn:skillpass:ilo:gin";

pub fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A server with the desks of some institutions, and a clock that tests move.
pub struct Town {
    pub router: Router,
    pub houses: Vec<Arc<House>>,
    /// What opens the keys of each.
    pub keys: Vec<String>,
    pub log: Arc<Mutex<Vec<String>>>,
    /// Against what each password was held that anybody typed.
    pub held_against: Arc<Mutex<Vec<String>>>,
    clock: Arc<AtomicI64>,
    evidence: Arc<Mutex<Arc<Evidence>>>,
    _folder: tempfile::TempDir,
}

/// How institutions are founded, and what their server does besides.
#[derive(Default)]
pub struct Founded {
    /// They have domains, and so can have other keys.
    pub domain: bool,
    /// The first of them issues to programs.
    pub issuing: bool,
    /// Over TLS.
    pub secure: bool,
}

impl Town {
    /// Institutions with memories of their own.
    pub fn of(names: &[&str]) -> Self {
        Self::with(names, false, |_| Arc::new(MemoryStore::default()))
    }

    pub fn with(names: &[&str], secure: bool, store: impl Fn(&Institution) -> Arc<dyn Store>) -> Self {
        Self::founded(names, &Founded { secure, ..Founded::default() }, store)
    }

    /// The same, founded in another way.
    pub fn founded(names: &[&str], how: &Founded, store: impl Fn(&Institution) -> Arc<dyn Store>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let random: &'static Dice = Box::leak(Box::new(Dice(Mutex::new(0xde5c))));
        let (mut houses, mut keys) = (Vec::new(), Vec::new());
        for name in names {
            let file = folder.path().join(format!("{name}.key"));
            let secret = Secret::new_key_file(&file).unwrap();
            keys.push(fs::read_to_string(&file).unwrap());
            let founded = time("2026-03-01T08:00:00Z");
            let domain = how.domain.then(|| format!("{name}.example"));
            let founding = Founding { name: format!("Centro {name}"), country: "CO".into(), verify_host: None, domain };
            let dir = folder.path().join(name);
            let institution = Institution::found(&dir, &founding, &secret, random, founded).unwrap();
            let keyring = institution.keyring(&secret).unwrap();
            let lists = publish(&institution, &institution.store_in_turn().unwrap(), &keyring, founded).unwrap().lists;
            pilot::found(&institution, &Catalogue::shipped().unwrap(), lists, &secret, random, founded).unwrap();
            let store = store(&institution);
            houses.push(Arc::new(House::with_store(institution, store, random).unwrap()));
        }
        let counter = |house: &Arc<House>| {
            let institution = Institution::open(house.institution().folder()).unwrap();
            let secret = Secret::key_file(&keys[0]).unwrap();
            Arc::new(Counter::open(institution, secret, random, rdfc::suites()).unwrap().beside(house))
        };
        let issuing = houses.first().filter(|_| how.issuing).map(counter);
        let log = Arc::<Mutex<Vec<String>>>::default();
        let held_against = Arc::<Mutex<Vec<String>>>::default();
        let tried = Arc::clone(&held_against);
        let clock = Arc::new(AtomicI64::new(time(MORNING).seconds()));
        let (lines, now) = (Arc::clone(&log), Arc::clone(&clock));
        let evidence = Arc::new(Mutex::new(Arc::new(Evidence::of_packs(Vec::new()))));
        let at_hand = Arc::clone(&evidence);
        let state = ServeState {
            evidence: Arc::new(move || Arc::clone(&at_hand.lock().unwrap())),
            published: Arc::new(Arc::default),
            clock: Arc::new(move || Timestamp::from_seconds(now.load(Ordering::SeqCst)).unwrap()),
            issuing,
            desks: houses.clone(),
            resource: Arc::new(|_| None),
            demo: None,
            log: Arc::new(move |served| lines.lock().unwrap().push(served.to_string())),
            secure: how.secure,
            fits: Arc::new(move |kept, typed| {
                tried.lock().unwrap().push(kept.to_owned());
                account::fits(kept, typed)
            }),
            checks: 4,
        };
        Self { router: router(state), houses, keys, log, held_against, clock, evidence, _folder: folder }
    }

    /// What the server verifies with from now on.
    pub fn trusting(&self, pack: TrustPack) {
        *self.evidence.lock().unwrap() = Arc::new(Evidence::of_packs(vec![pack]));
    }

    /// Certifies the rows of a file without a register, see [`certify_at_once`].
    pub fn issue_at_once(&self, file: &[u8], correct: bool) {
        certify_at_once(&self.houses[0], &Secret::key_file(&self.keys[0]).unwrap(), file, correct, self.now());
    }

    /// Ends the server; its folder stays until the result goes.
    pub fn close(self) -> tempfile::TempDir {
        self._folder
    }

    /// Lets time pass.
    pub fn wait(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.clock.load(Ordering::SeqCst)).unwrap()
    }

    /// Somebody who works at one of them, with a password.
    pub fn employ(&self, house: usize, login: &str, roles: &[Role]) -> Member {
        let house = &self.houses[house];
        // Somebody must be able to say who works here.
        if house.store().members().unwrap().is_empty() && !roles.contains(&Role::Administrator) {
            self.keep(house, "first", &[Role::Administrator]);
        }
        self.keep(house, login, roles)
    }

    fn keep(&self, house: &House, login: &str, roles: &[Role]) -> Member {
        /// Hashing takes a while, and every password is the same.
        static HASH: std::sync::OnceLock<String> = std::sync::OnceLock::new();
        let roles = roles.iter().copied().collect();
        let (member, _) = invitation::new_member(login, login, roles, house.random(), self.now()).unwrap();
        let hash = HASH.get_or_init(|| account::hash(PASSWORD, house.random()).unwrap());
        let member = Member { password: Some(hash.clone()), invitation: None, ..member };
        house.store().keep_member(&member, &Hand::program(self.now())).unwrap();
        member
    }

    /// Somebody who is employed and has signed in.
    pub async fn at_work(&self, house: usize, login: &str, roles: &[Role]) -> Visitor {
        self.employ(house, login, roles);
        self.signed_in(house, login).await
    }

    pub async fn signed_in(&self, house: usize, login: &str) -> Visitor {
        let mut visitor = self.visitor();
        let answer = visitor.sign_in(self.houses[house].key(), login, PASSWORD).await;
        assert_eq!(answer.status, 200, "{login}: {}", answer.text);
        visitor
    }

    /// Somebody at a browser of their own.
    pub fn visitor(&self) -> Visitor {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let [_, a, b, c] = NUMBER.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        Visitor { router: self.router.clone(), cookie: None, address: [192, a, b, c], exchanged: Arc::default() }
    }
}

/// Certifies the rows of a file as the command line of a pilot does: there is no row of any of them in the institution's register.
pub fn certify_at_once(house: &House, secret: &Secret, file: &[u8], correct: bool, now: Timestamp) {
    let institution = house.institution();
    let keyring = institution.keyring(secret).unwrap();
    let by = Hand::program(now);
    let issuing = Issuing {
        institution: &institution,
        keyring: &keyring,
        store: &**house.store(),
        template: house.template("GIN").unwrap(),
        random: house.random(),
        now,
        warrant: &Warrant::Pilot,
        by: &by,
    };
    let settings = Settings::of(now.date(), Language::Es);
    let rows = read_register(file, issuing.template, &settings).unwrap().rows;
    issuing.issue(issuing.plan(&rows).unwrap(), correct, &|_| {}).unwrap();
}

/// Somebody at a browser, on the desk's own page.
#[derive(Clone)]
pub struct Visitor {
    router: Router,
    pub cookie: Option<String>,
    pub address: [u8; 4],
    /// What went over the line and is kept by browsers and proxies: addresses as the server saw them, headers of answers, refusals.
    pub exchanged: Arc<Mutex<Vec<(&'static str, String)>>>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub bytes: Vec<u8>,
    pub body: Value,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
        self
    }
}

impl Visitor {
    /// The same before another router.
    pub fn before(self, router: Router) -> Self {
        Self { router, ..self }
    }

    pub async fn sign_in(&mut self, key: &str, login: &str, password: &str) -> Answer {
        let body = json!({"institution": key, "login": login, "password": password});
        let answer = self.post("session", &body).await;
        self.keep_cookie(&answer);
        answer
    }

    /// As a browser does.
    pub fn keep_cookie(&mut self, answer: &Answer) {
        if let Some(set) = answer.headers.get("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            self.cookie = Some(pair).filter(|pair| !pair.ends_with('='));
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[], body).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, &[], body).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", path, &[("x-skillpass-desk", "1"), ("sec-fetch-site", "same-origin")], Body::empty()).await
    }

    /// With our header and the browser's word for where it comes from.
    pub async fn send(&self, method: &str, path: &str, more: &[(&str, &str)], body: &Value) -> Answer {
        let own = [("x-skillpass-desk", "1"), ("origin", "http://desk.example"), ("content-type", "application/json")];
        let headers: Vec<_> = own.into_iter().chain(more.iter().copied()).collect();
        self.ask(method, path, &headers, body.to_string().into()).await
    }

    /// A register that is brought in.
    pub async fn import(&self, query: &str, key: &str, leave_out: &str, file: &[u8]) -> Answer {
        let own = [("x-skillpass-desk", "1"), ("origin", "http://desk.example"), ("content-type", "text/csv")];
        let mut headers = own.to_vec();
        headers.extend([("idempotency-key", key), ("x-skillpass-leave-out", leave_out)]);
        headers.retain(|(_, value)| !value.is_empty());
        self.ask("POST", &format!("imports?{query}"), &headers, file.to_vec().into()).await
    }

    /// Rows of one achievement that are open, proposed and released by a second person: the batch.
    pub async fn issue(&self, sol: &Visitor, achievement: &str, key: &str, passphrase: &str) -> String {
        let batch = self.propose(achievement, json!("all"), key).await.is(201).body;
        let id = batch["id"].as_str().unwrap().to_owned();
        let release = json!({"digest": batch["digest"], "passphrase": passphrase});
        sol.post(&format!("batches/{id}/release"), &release).await.is(202);
        assert_eq!(sol.settled(&id).await["state"], "done");
        id
    }

    /// Rows of one achievement, proposed.
    pub async fn propose(&self, achievement: &str, awards: Value, key: &str) -> Answer {
        let body = json!({"achievement": achievement, "awards": awards});
        self.send("POST", "batches", &[("idempotency-key", key)], &body).await
    }

    /// Nothing but what is given here.
    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let uri = if path.starts_with('/') { path.to_owned() } else { format!("/api/desk/{path}") };
        let asked = uri.clone();
        let mut request = Request::builder().method(method).uri(uri).header("host", "desk.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let address = (self.address, 40_000).into();
        let request = request.extension(ConnectInfo(Caller(address))).body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 1 << 26).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        let mut exchanged = self.exchanged.lock().unwrap();
        exchanged.push(("address", asked));
        exchanged.push(("headers", format!("{headers:?}")));
        if status >= 400 {
            exchanged.push(("refusal", body.to_string()));
        }
        Answer { status, headers, text, bytes: bytes.to_vec(), body }
    }

    /// The batch, once nobody is signing it any more.
    pub async fn settled(&self, batch: &str) -> Value {
        // 120 seconds, as the browsers' tests wait.
        for _ in 0..6_000 {
            let body = self.get(&format!("batches/{batch}")).await.is(200).body;
            if body["signing"] == false {
                return body;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("still signing");
    }
}

/// A register of the corpus.
pub fn sample(name: &str) -> Vec<u8> {
    fs::read(here("tests/registers").join(name)).unwrap()
}

/// A register of invented people of a module: each a name and a year.
pub fn people(rows: &[(&str, i32)]) -> Vec<u8> {
    let mut text = "Nombre completo;Año de nacimiento;Fecha de certificación;Horas;Modalidad\n".to_owned();
    for (name, year) in rows {
        text.push_str(&format!("{name};{year};2026-03-13;20;presencial\n"));
    }
    text.into_bytes()
}

/// So many different people.
pub fn many(count: usize) -> Vec<u8> {
    let letter = |number: usize| char::from(b'a' + (number % 26) as u8);
    let names: Vec<String> = (0..count)
        .map(|number| {
            format!("Ana {}{}{} Pérez", letter(number / 676).to_uppercase(), letter(number / 26), letter(number))
        })
        .collect();
    people(&names.iter().map(|name| (name.as_str(), 1990)).collect::<Vec<_>>())
}
