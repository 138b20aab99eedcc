//! What was offered, judged, as the one JSON that every page draws: the server makes it and the browser makes it, with these lines.

use super::intake::{Intake, NotRead};
use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;
use crate::verify::message::Words;
use crate::verify::{Evidence, Policy, Presented, Verdict, verify};

/// A verdict on each credential, and what stood beside them and could not be read.
#[must_use]
pub fn verdicts(taken: &Intake, evidence: &Evidence, country: Option<&str>, words: &Words, now: Timestamp) -> Object {
    let verdicts =
        judged(taken, evidence, country, now).into_iter().map(|verdict| Json::Object(verdict.to_json(words)));
    // Who sees one good certificate of two must not think that there was one.
    let not_read = taken.not_read.iter().map(|(place, why)| beside(*place, why, words));
    Object::from_iter([("notRead", Json::List(not_read.collect())), ("verdicts", Json::List(verdicts.collect()))])
}

/// A verdict on each credential.
#[must_use]
pub fn judged(taken: &Intake, evidence: &Evidence, country: Option<&str>, now: Timestamp) -> Vec<Verdict> {
    // What was offered at once was presented together: a decision finds the certificate that it speaks about.
    let offered = taken.offered.iter().map(|offered| &offered.signed);
    let presented = Presented::of(evidence.presented.documents().iter().chain(offered).cloned());
    let evidence = Evidence { presented, ..evidence.clone() };
    let verdicts = taken.offered.iter().map(|offered| {
        let policy = Policy { country: country.map(str::to_owned), test_code: offered.carrier.is_test_code() };
        verify(&offered.signed, &evidence, &policy, now)
    });
    verdicts.collect()
}

/// What stood among others and could not be read: its place among all, from 1, why, and what to do.
fn beside(place: usize, why: &NotRead, words: &Words) -> Json {
    let mut object = said(why, words);
    object.set("place", Json::Integer(i64::try_from(place).unwrap_or(i64::MAX)));
    Json::Object(object)
}

/// Why nothing was read: its code, what it says, and what to do.
#[must_use]
pub fn said(why: &NotRead, words: &Words) -> Object {
    let id = format!("notread.{}", why.code());
    let advice = format!("{id}.next");
    let mut object = Object::from_iter([("code", Json::from(why.code())), ("title", words.get(&id).into())]);
    if words.has(&advice) {
        object.set("next", words.get(&advice).into());
    }
    object
}
