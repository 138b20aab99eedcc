//! `POST /credentials/issue`.

use std::borrow::Cow;

use axum::extract::Request;
use axum::http::{HeaderMap, header};

use super::super::problem::{Entry, Problem, Report};
use super::super::router::{Rooms, not_from_another_site};
use super::body::{self, Options};
use super::faults;
use crate::base::canonical::Object;
use crate::credential::draft::NotComplete;
use crate::credential::foreign::NotAllowed;
use crate::credential::members::Malformed;
use crate::credential::proof::{NotCanonical, Suite};
use crate::desk::counter::{NotSigned, Order, Proofs, Receipt};
use crate::desk::institution::DeskError;
use crate::desk::issue::Fault;
use crate::interop::data_model::{Reading, Versions};
use crate::store::StoreError;
use crate::verify::message::{Fact, Words};

/// 255 characters: an idempotency key; a UUID has 36.
const KEY_CHARACTERS: usize = 255;

pub(super) async fn issue(
    rooms: Rooms,
    headers: &HeaderMap,
    request: Request,
    words: &'static Words,
) -> Result<Receipt, Problem> {
    not_from_another_site(headers)?;
    let counter = rooms.state.issuing.clone().ok_or(Problem::NotIssuing)?;
    let token = bearer(headers).ok_or(Problem::TokenMissing)?.to_owned();
    body::is_json(headers)?;
    let once = once(headers, words)?;
    let taken = rooms.take(request).await?;
    let at_work = rooms.clone();
    let work = move |bytes: &[u8]| {
        let now = (at_work.state.clock)();
        let who = counter.admit(&token, now).map_err(|_| Problem::Internal)?.map_err(Problem::Token)?;
        at_work.pace.step(&who)?;
        let body = body::read(bytes, words)?;
        let document = body::document(&body, "credential", words)?.clone();
        let options = Options::of(&body, words)?;
        let proofs = match options.text("cryptosuite")? {
            None => Proofs::All,
            Some("eddsa-jcs-2022") => Proofs::One(Suite::EddsaJcs2022),
            Some("eddsa-rdfc-2022") => Proofs::One(Suite::EddsaRdfc2022),
            Some(_) => return Err(refused("suite", Some("/options/cryptosuite"), words)),
        };
        // The same key under two tokens is two orders: one program does not see what another has.
        let once = once.map(|key| format!("{who}\0{key}"));
        let resource = |url: &str| (at_work.state.resource)(url).map(Cow::Owned);
        let reading = Reading { versions: Versions::Two, resource: &resource };
        counter
            .issue(Order { document, proofs, once, token: who }, reading, now)
            .map_err(|error| not_signed(&error, words))
    };
    rooms.work(taken, work).await
}

/// `Authorization: Bearer …` (RFC 6750 §2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The idempotency key, as it was sent: draft-ietf-httpapi-idempotency-key-header §2.1 has a string in quotes, many send it without.
fn once(headers: &HeaderMap, words: &Words) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().map(|key| key.trim().trim_matches('"'));
    match key.filter(|key| (1..=KEY_CHARACTERS).contains(&key.len())) {
        Some(key) => Ok(Some(key.to_owned())),
        None => {
            let said = words.get("request.idempotency-key").to_owned();
            let entry = Entry { code: "request-idempotency-key".to_owned(), pointer: None, words: said };
            Err(Problem::Malformed(Box::new(Report { errors: vec![entry], members: Object::new() })))
        }
    }
}

fn refused(code: &str, pointer: Option<&str>, words: &Words) -> Problem {
    let said = words.get(&format!("notsigned.{code}")).to_owned();
    refusal(vec![Entry { code: code.to_owned(), pointer: pointer.map(str::to_owned), words: said }])
}

fn refusal(errors: Vec<Entry>) -> Problem {
    Problem::Refused(Box::new(Report { errors, members: Object::new() }))
}

/// One `match`: why nothing was signed, as what is answered.
fn not_signed(error: &NotSigned, words: &Words) -> Problem {
    match error {
        NotSigned::DataModel(faults) => refusal(body::entries(PLACE, faults, words)),
        NotSigned::Desk(DeskError::Store(StoreError::Locked)) => Problem::StoreBusy,
        NotSigned::Desk(DeskError::Store(StoreError::Full)) => Problem::StoreFull,
        NotSigned::Desk(DeskError::Store(StoreError::NotReleased | StoreError::TwoPeople)) => {
            refused("not-released", None, words)
        }
        NotSigned::Desk(_) => Problem::Internal,
        NotSigned::Fault(fault) => refusal(vec![of_fault(fault, words)]),
        NotSigned::IssuerOfAnother | NotSigned::NotAllowed(NotAllowed::OtherIssuer) => {
            refused("issuer-of-another", Some("/credential/issuer"), words)
        }
        NotSigned::NotAllowed(not_allowed) => refusal(vec![of_foreign(not_allowed, words)]),
        NotSigned::NotCanonical(error) => refusal(vec![of_rdf(error, words)]),
        NotSigned::NoSuite => refused("suite", Some("/options/cryptosuite"), words),
        NotSigned::OtherOrder => refused("other-order", None, words),
        NotSigned::StatusGiven => refused("status-given", Some("/credential/credentialStatus"), words),
    }
}

/// What stands in the way of one of our kinds.
fn of_fault(fault: &Fault, words: &Words) -> Entry {
    let say = |id: &str, facts: &[(&str, Fact)]| words.say(&format!("draft.{id}"), facts);
    let entry =
        |code: &str, at: Option<&str>, words: String| Entry { code: code.to_owned(), pointer: at.map(pointer), words };
    match fault {
        Fault::NotComplete(NotComplete::AwardInFuture { awarded, now }) => {
            let facts = [("awarded", Fact::Day(*awarded)), ("now", Fact::Day(*now))];
            entry("award-in-future", Some("awardedDate"), say("award-in-future", &facts))
        }
        Fault::NotComplete(NotComplete::AwardTooOld { awarded, now }) => {
            let facts = [("awarded", Fact::Day(*awarded)), ("now", Fact::Day(*now))];
            entry("award-too-old", Some("awardedDate"), say("award-too-old", &facts))
        }
        Fault::NotComplete(NotComplete::Malformed(malformed)) => of_malformed(malformed, words),
        Fault::NotComplete(NotComplete::TooYoung { years }) => {
            let facts = [("years", Fact::Number(i64::from(*years)))];
            entry("too-young", Some("credentialSubject"), say("too-young", &facts))
        }
        // A pointer already.
        Fault::Schema(at) => Entry {
            code: "schema".to_owned(),
            pointer: Some(format!("/credential{at}")),
            words: say("schema", &[("at", Fact::Text(at.clone()))]),
        },
        Fault::TooBig { .. } => {
            let field = Fact::Id("field.terms".to_owned());
            entry("code-too-big", None, say("code-too-big", &[("field", field)]))
        }
    }
}

fn of_malformed(malformed: &Malformed, words: &Words) -> Entry {
    let problem = Fact::Id(format!("problem.{}", malformed.problem.code()));
    Entry {
        code: malformed.problem.code().to_owned(),
        pointer: Some(pointer(&malformed.at)),
        words: words.say("draft.malformed", &[("at", Fact::Text(malformed.at.clone())), ("problem", problem)]),
    }
}

/// Where the document stands in the body.
const PLACE: &str = "/credential";

fn pointer(at: &str) -> String {
    faults::pointer(PLACE, at)
}

fn of_foreign(error: &NotAllowed, words: &Words) -> Entry {
    let entry = |code: &str, pointer: String| Entry {
        code: code.to_owned(),
        pointer: Some(pointer),
        words: words.get(&format!("notsigned.{code}")).to_owned(),
    };
    match error {
        NotAllowed::Forbidden { at } => entry("forbidden", pointer(at)),
        NotAllowed::Malformed(malformed) => of_malformed(malformed, words),
        NotAllowed::NotOfVersion2 => entry("not-of-version-2", pointer("@context")),
        NotAllowed::OtherIssuer => entry("issuer-of-another", pointer("issuer")),
        NotAllowed::OurKind => entry("our-kind", pointer("credentialSubject")),
        NotAllowed::ReservedType { .. } => entry("reserved-type", pointer("type")),
        NotAllowed::Signed => entry("signed", pointer("proof")),
    }
}

/// It has no canonical RDF here, so a signature would leave something out.
fn of_rdf(error: &NotCanonical, words: &Words) -> Entry {
    let (code, at) = match error {
        NotCanonical::TooMuchWork => ("too-much-work", None),
        NotCanonical::UnknownContext { .. } => ("unknown-context", Some(pointer("@context"))),
        NotCanonical::Unsafe { at } => ("undefined-term", Some(pointer(at))),
    };
    Entry { code: code.to_owned(), pointer: at, words: words.get(&format!("notsigned.{code}")).to_owned() }
}
