//! A request that is sent again under the same key is answered as the first time, and does nothing more (draft-ietf-httpapi-idempotency-key-header):
//! a telephone that lost its network does not make two tokens. Imports and batches remember their keys in the store besides, for good.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::Method;
use sha2::{Digest as _, Sha256};

use super::super::problem::Problem;
use super::call::{Call, KEY_CHARACTERS};
use super::said::Said;
use super::table::DeskRoute;

/// 10 minutes: whoever did not hear the answer asks again at once. Some answers hold what is shown once; they are not kept for longer.
const KEPT_SECONDS: i64 = 10 * 60;
/// 1,000 answers, most of them some hundred bytes.
const ANSWERS: usize = 1_000;

/// Calls that keep their keys in the store, where a restart forgets nothing: sent again, they are done again and come to the same.
const IN_THE_STORE: [&str; 3] = ["deskImport", "deskProposeBatch", "deskProposeRebinding"];

/// What was answered lately, by who asked what under which key.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<HashMap<[u8; 32], Answered>>);

#[derive(Debug)]
struct Answered {
    /// The digest of the body that it answers.
    body: [u8; 32],
    came: Came,
    at: i64,
}

/// How far it came.
#[derive(Debug)]
enum Came {
    /// It is answered so.
    Said(Said),
    /// The store knows what it came to.
    Stored,
    /// It is being worked on.
    Working,
}

/// Does the work of a call, or answers as before.
pub(super) fn answered(
    route: &DeskRoute,
    call: &Call<'_>,
    work: fn(&Call<'_>) -> Result<Said, Problem>,
) -> Result<Said, Problem> {
    let in_the_store = IN_THE_STORE.contains(&route.id);
    let key = call.header("idempotency-key").filter(|_| route.method == Method::POST);
    let Some(key) = key.filter(|key| (1..=KEY_CHARACTERS).contains(&key.len())) else { return work(call) };
    let asked = [call.house.key(), &call.member.id, route.id, &call.visit.target(), key].join("\0");
    let (asked, body): ([u8; 32], [u8; 32]) = (Sha256::digest(asked).into(), Sha256::digest(call.body).into());
    let now = call.now().seconds();
    let answers = &call.visit.rooms.answers.0;
    {
        let mut all = answers.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, answer| now - answer.at < KEPT_SECONDS);
        match all.get(&asked) {
            // The same key with other content is a mistake of whoever sends it.
            Some(answer) if answer.body != body => return Err(Problem::KeyReused),
            Some(Answered { came: Came::Said(said), .. }) => return said.again().ok_or(Problem::KeyReused),
            Some(Answered { came: Came::Working, .. }) => return Err(Problem::Busy),
            // Two at a time are one behind the other there.
            Some(Answered { came: Came::Stored, .. }) | None => {}
        }
        if all.len() >= ANSWERS {
            let oldest = all.iter().min_by_key(|(_, answer)| answer.at).map(|(key, _)| *key);
            oldest.map(|key| all.remove(&key));
        }
        let came = if in_the_store { Came::Stored } else { Came::Working };
        all.insert(asked, Answered { body, came, at: now });
    }
    let said = work(call);
    let mut all = answers.lock().unwrap_or_else(PoisonError::into_inner);
    let came = match &said {
        Ok(_) if in_the_store => Some(Came::Stored),
        Ok(said) => said.again().map(Came::Said),
        Err(_) => None,
    };
    match came {
        Some(came) => drop(all.insert(asked, Answered { body, came, at: now })),
        // What was refused may be asked again; it did nothing.
        None => drop(all.remove(&asked)),
    }
    said
}
