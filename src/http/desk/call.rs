//! One call at the desk: who makes it, in which institution, and what was sent.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Query;
use axum::http::{HeaderMap, Uri, header};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::super::problem::{Entry, Problem, Report};
use super::super::router::Rooms;
use super::said::Said;
use super::session::{Session, presented};
use crate::base::canonical::Object;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::desk::catalogue::Template;
use crate::desk::house::House;
use crate::store::Store;
use crate::store::acts::Hand;
use crate::store::staff::Member;
use crate::verify::message::Words;

/// 50 rows of a list, unless more are asked for.
const LIMIT: usize = 50;
/// 200 rows of a list at the most: a page of a screen has fewer.
const LIMIT_MOST: usize = 200;
/// 255 characters: an idempotency key; a UUID has 36.
pub const KEY_CHARACTERS: usize = 255;
/// 16 bytes of a digest name what a key stands for.
const ID: usize = 16;
/// 1,000 rows are named in one call.
pub const NAMED_MOST: usize = 1_000;

/// A request, before it is known who sends it.
pub(super) struct Visit {
    pub rooms: Rooms,
    pub words: &'static Words,
    pub now: Timestamp,
    headers: HeaderMap,
    path: BTreeMap<String, String>,
    query: BTreeMap<String, String>,
    caller: Option<IpAddr>,
}

/// A request of a member.
pub(super) struct Call<'b> {
    pub visit: Visit,
    /// The institution of the session: all that this call can see.
    pub house: Arc<House>,
    pub member: Member,
    pub by: Hand,
    pub body: &'b [u8],
}

impl Visit {
    pub fn of(
        rooms: Rooms,
        headers: HeaderMap,
        uri: &Uri,
        path: BTreeMap<String, String>,
        caller: Option<IpAddr>,
        words: &'static Words,
    ) -> Result<Self, Problem> {
        let Query(query) = Query::try_from_uri(uri).map_err(|_| Problem::Request)?;
        let now = (rooms.state.clock)();
        Ok(Self { rooms, words, now, headers, path, query, caller })
    }

    /// What of the address says about what it is asked.
    pub fn target(&self) -> String {
        let parts = self.path.iter().chain(&self.query);
        parts.map(|(name, value)| format!("{name}={value}\0")).collect()
    }

    /// What stands behind the question mark under a name, if it is not empty.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// Behind which row a page of a list begins, and how many rows it has; so many unless said otherwise.
    fn page(&self, unless_said: usize) -> Result<(&str, usize), Problem> {
        let limit = self.asked("limit").map_or(Ok(unless_said), str::parse).map_err(|_| Problem::Request)?;
        Ok((self.asked("after").unwrap_or_default(), limit.clamp(1, LIMIT_MOST)))
    }

    /// One page of a list that is at hand whole, and where the next one is. Its rows have names, in whatever order they stand.
    pub fn paged<T>(
        &self,
        rows: &[T],
        name: impl Fn(&T) -> &str,
        one: impl Fn(&T) -> serde_json::Value,
    ) -> Result<Said, Problem> {
        let (after, limit) = self.page(LIMIT_MOST)?;
        let begins = match rows.iter().position(|row| name(row) == after) {
            _ if after.is_empty() => 0,
            Some(place) => place + 1,
            // Of a row that is gone nobody knows what came behind it.
            None => return Err(Problem::Request),
        };
        let rest = rows.get(begins..).unwrap_or_default();
        let page = rest.get(..limit).unwrap_or(rest);
        let said = Said::json(page.iter().map(one).collect());
        let last = page.last().filter(|_| rest.len() > limit);
        Ok(match last {
            None => said,
            Some(last) => {
                let lang = self.asked("lang").map_or_else(String::new, |lang| format!("&lang={}", escaped(lang)));
                said.next(format!("?after={}&limit={limit}{lang}", escaped(name(last))))
            }
        })
    }

    /// The session that the cookie names, if it still stands.
    pub fn session(&self) -> Option<Session> {
        self.rooms.sessions.find(&self.cookie()?, self.now)
    }

    /// The secret in the cookie.
    pub fn cookie(&self) -> Option<String> {
        presented(&self.headers, self.rooms.state.secure)
    }

    /// The institution of a short name.
    pub fn house(&self, key: &str) -> Option<&Arc<House>> {
        self.rooms.state.desks.iter().find(|house| house.key() == key)
    }

    /// Whose tries are counted together.
    pub fn neighbourhood(&self) -> String {
        format!("address\0{}", super::neighbourhood(self.caller))
    }

    /// What a JSON body says, and nothing else.
    pub fn read<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, Problem> {
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
            return Err(Problem::MediaType);
        }
        serde_json::from_slice(body).map_err(|_| Problem::Malformed(Box::default()))
    }
}

impl Call<'_> {
    pub fn words(&self) -> &'static Words {
        self.visit.words
    }

    pub fn now(&self) -> Timestamp {
        self.visit.now
    }

    pub fn store(&self) -> &dyn Store {
        &**self.house.store()
    }

    /// What a JSON body says, and nothing else.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        self.visit.read(self.body)
    }

    /// A part of the path.
    pub fn part(&self, name: &str) -> &str {
        self.visit.path.get(name).map_or("", String::as_str)
    }

    /// What stands behind the question mark under a name, if it is not empty.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.visit.asked(name)
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.visit.headers.get(name)?.to_str().ok()
    }

    /// Behind which row a page of a list begins, and how many rows it has.
    pub fn page(&self) -> Result<(&str, usize), Problem> {
        self.visit.page(LIMIT)
    }

    /// The achievement that is asked for.
    pub fn template(&self, wanted: Option<&str>) -> Result<&Template, Problem> {
        self.house.template(wanted.unwrap_or_default()).ok_or(Problem::NotFound)
    }

    /// The key under which a repeated request is the same one.
    pub fn once(&self) -> Result<&str, Problem> {
        let key = self.header("idempotency-key").map(|key| key.trim().trim_matches('"'));
        key.filter(|key| (1..=KEY_CHARACTERS).contains(&key.len())).ok_or_else(|| {
            let words = self.words().get("request.idempotency-key").to_owned();
            let entry = Entry { code: "request-idempotency-key".to_owned(), pointer: None, words };
            Problem::Malformed(Box::new(Report { errors: vec![entry], members: Object::new() }))
        })
    }

    /// The name of what a repeated request makes once.
    pub fn id_of(&self, once: &str, template: &Template) -> String {
        self.id_named(once, template.id.as_str())
    }

    /// The same of what has no achievement.
    pub fn id_named(&self, once: &str, what: &str) -> String {
        let institution = self.house.institution();
        let did = institution.did();
        let digest = Sha256::digest(format!("skillpass batch\0{once}\0{did}\0{what}"));
        multibase::base64url(digest.first_chunk::<ID>().map_or(&[], <[u8; ID]>::as_slice))
    }

    /// Who did something, by the name that colleagues know.
    pub fn hand(&self, hand: &Hand) -> serde_json::Value {
        let name = self.store().member(&hand.who).ok().flatten().map_or_else(|| hand.who.clone(), |member| member.name);
        serde_json::json!({"who": hand.who, "name": name, "at": hand.at})
    }
}

/// A text as it stands in a query (RFC 3986 §2.1).
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
