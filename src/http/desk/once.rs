//! A request that is sent again under the same key is answered as the first time, and does nothing more (draft-ietf-httpapi-idempotency-key-header):
//! a telephone that lost its network does not make two tokens. Imports and batches remember their keys in the store besides, for good.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

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
    let answers = &call.visit.rooms.answers;
    let underway = match answers.begin(asked, body, in_the_store, call.now().seconds())? {
        Asked::Again(said) => return Ok(said),
        Asked::Anew(underway) => underway,
    };
    let said = work(call);
    underway.end(&said);
    said
}

/// Whether something was asked before.
enum Asked<'a> {
    /// It was, and is answered so.
    Again(Said),
    /// It is to be worked on.
    Anew(Underway<'a>),
}

/// What is being worked on. Whoever asks for the same meanwhile hears so; dropped before its end, as by a panic, it may be asked again at once.
struct Underway<'a> {
    answers: &'a Answers,
    asked: [u8; 32],
    body: [u8; 32],
    in_the_store: bool,
    at: i64,
    came: Option<Came>,
}

impl Answers {
    fn begin(&self, asked: [u8; 32], body: [u8; 32], in_the_store: bool, now: i64) -> Result<Asked<'_>, Problem> {
        let mut all = self.lock();
        all.retain(|_, answer| now - answer.at < KEPT_SECONDS);
        match all.get(&asked) {
            // The same key with other content is a mistake of whoever sends it.
            Some(answer) if answer.body != body => return Err(Problem::KeyReused),
            Some(Answered { came: Came::Said(said), .. }) => {
                return said.again().map(Asked::Again).ok_or(Problem::KeyReused);
            }
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
        Ok(Asked::Anew(Underway { answers: self, asked, body, in_the_store, at: now, came: None }))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], Answered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Underway<'_> {
    fn end(mut self, said: &Result<Said, Problem>) {
        self.came = match said {
            Ok(_) if self.in_the_store => Some(Came::Stored),
            Ok(said) => said.again().map(Came::Said),
            Err(_) => None,
        };
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        let mut all = self.answers.lock();
        match self.came.take() {
            Some(came) => drop(all.insert(self.asked, Answered { body: self.body, came, at: self.at })),
            // What was refused may be asked again; it did nothing. Of what ended in a panic nobody knows what it did: whoever asks again finds
            // that out, and sooner than the key would be forgotten.
            None => drop(all.remove(&self.asked)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    const KEY: [u8; 32] = [1; 32];
    const BODY: [u8; 32] = [2; 32];

    fn anew(answers: &Answers, now: i64) -> Underway<'_> {
        match answers.begin(KEY, BODY, false, now).unwrap() {
            Asked::Anew(underway) => underway,
            Asked::Again(_) => panic!("it was answered before"),
        }
    }

    #[test]
    fn a_key_is_busy_only_as_long_as_somebody_works_on_it() {
        let answers = Answers::default();
        let underway = anew(&answers, 0);
        assert!(matches!(answers.begin(KEY, BODY, false, 1), Err(Problem::Busy)));
        assert!(matches!(answers.begin(KEY, [3; 32], false, 1), Err(Problem::KeyReused)));
        underway.end(&Err(Problem::Internal));
        let underway = anew(&answers, 2);
        underway.end(&Ok(Said::nothing()));
        assert!(matches!(answers.begin(KEY, BODY, false, 3), Ok(Asked::Again(_))));
    }

    #[test]
    fn whoever_panics_leaves_no_key_busy() {
        let answers = Answers::default();
        let worked = catch_unwind(AssertUnwindSafe(|| {
            let _underway = anew(&answers, 0);
            std::panic::resume_unwind(Box::new("a fault of the work"));
        }));
        assert!(worked.is_err());
        anew(&answers, 1).end(&Ok(Said::nothing()));
        assert!(matches!(answers.begin(KEY, BODY, false, 2), Ok(Asked::Again(_))));
    }
}
