//! `POST /credentials/verify`, `POST /presentations/verify`.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::problem::{Entry, Problem, Report};
use super::super::router::Rooms;
use super::body::{self, Options};
use super::faults;
use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;
use crate::credential::credential::Credential;
use crate::credential::document::Signed;
use crate::credential::presentation::Presentation;
use crate::holder::check::whose_are;
use crate::interop::data_model::{self, Reading, Versions};
use crate::verify::message::Words;
use crate::verify::report::say;
use crate::verify::securing::{self, Occasion, Securing, Weight};
use crate::verify::{Answer, Check, Evidence, Finding, Outcome, Policy, Question, Verdict, verify};

/// What was found out about one document.
#[derive(Default)]
struct Examined {
    /// What does not hold.
    errors: Vec<Entry>,
    /// What had to be checked and could not be.
    could_not: Vec<Entry>,
    /// What was not consulted.
    warnings: Vec<Entry>,
    /// What stands beside it: the verdict, when it came to one.
    members: Object,
}

/// `POST /credentials/verify`.
pub(super) fn credential(body: &Object, rooms: &Rooms, words: &'static Words) -> Result<Object, Problem> {
    let document = body::document(body, "verifiableCredential", words)?;
    let options = Options::of(body, words)?;
    let occasion = Occasion { domain: owned(options.text("domain")?), challenge: owned(options.text("challenge")?) };
    let checks = options.texts("checks")?;
    Bench::of(rooms, words).credential("/verifiableCredential", document, &occasion, checks.as_deref()).conclude()
}

/// `POST /presentations/verify`: the holder's signature, and every credential as if it came alone.
pub(super) fn presentation(body: &Object, rooms: &Rooms, words: &'static Words) -> Result<Object, Problem> {
    let document = body::document(body, "verifiablePresentation", words)?;
    let options = Options::of(body, words)?;
    // Without them, whoever has seen a presentation could show it again, anywhere.
    let (domain, challenge) = (options.needed("domain")?, options.needed("challenge")?);
    let occasion = Occasion { domain: owned(Some(domain)), challenge: owned(Some(challenge)) };
    let checks = options.texts("checks")?;
    Bench::of(rooms, words).presentation("/verifiablePresentation", document, &occasion, checks.as_deref()).conclude()
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

/// What everything is held against, at one moment.
struct Bench<'r> {
    evidence: Arc<Evidence>,
    rooms: &'r Rooms,
    now: Timestamp,
    words: &'static Words,
}

impl<'r> Bench<'r> {
    fn of(rooms: &'r Rooms, words: &'static Words) -> Self {
        Self { evidence: (rooms.state.evidence)(), rooms, now: (rooms.state.clock)(), words }
    }

    /// The faults that the data model finds.
    fn shape(
        &self,
        document: &Object,
        find: fn(&Object, Reading<'_>) -> Vec<data_model::Fault>,
    ) -> Vec<data_model::Fault> {
        let resource = |url: &str| (self.rooms.state.resource)(url).map(Cow::Owned);
        find(document, Reading { versions: Versions::TwoAndOne, resource: &resource })
    }

    /// A credential that stands at a place of the body.
    fn credential(&self, place: &str, document: &Object, occasion: &Occasion, checks: Option<&[&str]>) -> Examined {
        let malformed = self.shape(document, data_model::credential);
        if !malformed.is_empty() {
            return Examined::wrong(body::entries(place, &malformed, self.words));
        }
        let signed = match Signed::<Credential>::of_member(Json::Object(document.clone())) {
            Ok(signed) => signed,
            Err(unreadable) => {
                return Examined::wrong(vec![faults::unreadable(place, document, &unreadable, self.words)]);
            }
        };
        // A document, never a code: so never a test code.
        let verdict = verify(&signed, &self.evidence, &Policy::default(), self.now);
        // What was accepted holds in all that `verified` is about; asking each signature a second time would say nothing new. Where the
        // request names an occasion, the proofs are asked for it.
        let accepted = matches!(verdict.outcome, Outcome::Accept(_)) && *occasion == Occasion::default();
        let mut examined = if accepted {
            Examined::default()
        } else {
            self.examined(place, &securing::of_credential(&signed, &self.evidence, occasion, self.now))
        };
        if examined.errors.is_empty() {
            examined.errors.extend(self.refusals(place, &verdict));
        }
        examined.members = narrowed(verdict.to_json(self.words), checks);
        examined
    }

    /// A presentation that stands at a place of the body.
    fn presentation(&self, place: &str, document: &Object, occasion: &Occasion, checks: Option<&[&str]>) -> Examined {
        let malformed = self.shape(document, data_model::presentation);
        if !malformed.is_empty() {
            return Examined::wrong(body::entries(place, &malformed, self.words));
        }
        let signed = match Signed::<Presentation>::of_member(Json::Object(document.clone())) {
            Ok(signed) => signed,
            Err(unreadable) => {
                return Examined::wrong(vec![faults::unreadable(place, document, &unreadable, self.words)]);
            }
        };
        let secured = securing::of_presentation(&signed, &self.evidence, occasion, self.now);
        let mut examined = self.examined(place, &secured);
        let own = (examined.errors.is_empty() && examined.could_not.is_empty(), signed.proofs());
        let mut results = Vec::new();
        for (place, credential) in credentials(place, document) {
            // The occasion is the presentation's: a credential was signed for everybody.
            let one = self.credential(&place, credential, &Occasion::default(), checks);
            results.push(Json::Object(one.told()));
            examined.errors.extend(one.errors);
            examined.could_not.extend(one.could_not);
            examined.warnings.extend(one.warnings);
        }
        let signer = own.1.first().and_then(|proof| proof.claimed_method.split('#').next());
        let holder = signed.claimed_holder().or(signer).unwrap_or_default();
        examined.members = Object::from_iter([
            ("credentialResults", Json::List(results)),
            ("holder", holder.into()),
            ("presentationResult", Object::from_iter([("verified", Json::Bool(own.0))]).into()),
        ]);
        // Whoever may show another's certificates is the asker's business, so `verified` does not hang on it (VC 2.0 §4.13: a holder need not be
        // the subject). Of whoever has not signed nothing is said.
        if own.0 {
            let whose = whose_are(document, &self.evidence, self.now);
            examined.members.set("holderResult", whose.to_json(self.words).into());
        }
        examined
    }

    fn examined(&self, place: &str, secured: &Securing) -> Examined {
        let mut examined = Examined::default();
        for fault in &secured.faults {
            let entry = faults::entry(place, fault, self.words);
            match fault.weight() {
                Weight::CouldNotCheck => examined.could_not.push(entry),
                Weight::Invalid => examined.errors.push(entry),
            }
        }
        let status = format!("{place}/credentialStatus");
        examined.warnings.extend(secured.not_consulted.iter().map(|reason| Entry {
            code: reason.code().to_owned(),
            pointer: Some(status.clone()),
            words: say(reason, self.words),
        }));
        examined
    }

    /// Every *no* that rejects. Whoever reads `verified` alone is never told that a rejected one is: a key that the lists have withdrawn is
    /// nobody's any more, and what a listed body was not entitled to it did not award. A *cannot tell* is answered beside `verified`, and so
    /// is what it is worth.
    fn refusals(&self, place: &str, verdict: &Verdict) -> Vec<Entry> {
        let rejects =
            |finding: &&Finding| finding.answer == Answer::No && finding.check.question() != Question::WorthHere;
        let entry = |finding: &Finding| Entry {
            code: finding.reason.code().to_owned(),
            pointer: Some(format!("{place}{}", member_of(finding.check))),
            words: say(&finding.reason, self.words),
        };
        verdict.findings.iter().filter(rejects).map(entry).collect()
    }
}

/// The member that a check is about, as a pointer; the whole document where it is about no one member.
fn member_of(check: Check) -> &'static str {
    match check {
        Check::Key | Check::Proofs | Check::Signature => "/proof",
        Check::Scope | Check::Standard => "/credentialSubject",
        Check::Revocation | Check::Suspension => "/credentialStatus",
        Check::Authority
        | Check::Award
        | Check::Clock
        | Check::Dates
        | Check::Form
        | Check::Freshness
        | Check::Worth => "",
    }
}

/// The credentials of a presentation, each with its place. What is no object was refused before.
fn credentials<'d>(place: &str, document: &'d Object) -> Vec<(String, &'d Object)> {
    let place = format!("{place}/verifiableCredential");
    match document.get("verifiableCredential") {
        Some(Json::List(list)) => {
            let objects = list.iter().enumerate().filter_map(|(at, json)| Some((at, json.object()?)));
            objects.map(|(at, object)| (format!("{place}/{at}"), object)).collect()
        }
        Some(Json::Object(single)) => vec![(place, single)],
        _ => Vec::new(),
    }
}

impl Examined {
    fn wrong(errors: Vec<Entry>) -> Self {
        Self { errors, ..Self::default() }
    }

    /// What is told of it: what does not hold, and what could not be checked.
    fn told(&self) -> Object {
        let errors = self.errors.iter().chain(&self.could_not).cloned().collect::<Vec<_>>();
        let verified = errors.is_empty();
        let mut told = Report { errors, members: self.members.clone() }.to_json();
        told.set("verified", Json::Bool(verified));
        told.set("warnings", Json::List(self.warnings.iter().map(Entry::to_json).collect()));
        told
    }

    /// Verified, or why not: what does not hold says more than what could not be checked.
    fn conclude(self) -> Result<Object, Problem> {
        if self.errors.is_empty() && self.could_not.is_empty() {
            return Ok(self.told());
        }
        let mut members = self.members;
        members.set("warnings", Json::List(self.warnings.iter().map(Entry::to_json).collect()));
        let problem = if self.errors.is_empty() { Problem::CouldNotCheck } else { Problem::Invalid };
        let errors = self.errors.into_iter().chain(self.could_not).collect();
        Err(problem(Box::new(Report { errors, members })))
    }
}

/// Leaves only those findings that were asked for: by the names of VC-API, or by our own codes. All of them were made.
fn narrowed(mut verdict: Object, checks: Option<&[&str]>) -> Object {
    let Some(checks) = checks else { return verdict };
    let asked = |code: &str| {
        checks.iter().any(|check| match *check {
            "credentialStatus" | "status" => matches!(code, "revocation" | "suspension" | "freshness"),
            "proof" => matches!(code, "signature" | "proofs" | "form"),
            own => own == code,
        })
    };
    let of_check = |finding: &Json| {
        finding.object().and_then(|finding| finding.get("check")).and_then(Json::text).is_some_and(asked)
    };
    if let Some(Json::List(findings)) = verdict.remove("findings") {
        verdict.set("findings", Json::List(findings.into_iter().filter(of_check).collect()));
    }
    verdict
}
