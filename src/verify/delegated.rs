//! Whether a delegation counts, and to whom a certificate belongs with those that do (design §7). What is asked is what is asked of a certificate:
//! genuine, entitled, in force, under the same lists and by the same reasons. It says nothing about the certificate itself.

use super::genuine::{Held, hold};
use super::link::Presented;
use super::message::{Fact, Words};
use super::report::say;
use super::verdict::{Answer, Check, Reason};
use super::verify::{By, Evidence, Facts, Policy, best};
use crate::base::canonical::{Json, Object};
use crate::base::did::Did;
use crate::base::timestamp::Timestamp;
use crate::credential::credential::Credential;
use crate::credential::delegation::Delegation;
use crate::credential::document::Signed;
use crate::credential::proof::{Proof, Suite};
use crate::trust::accreditation::{IssuerKey, REBIND, Scope};
use crate::trust::root::Environment;
use Answer::{CannotTell, No, Yes};

/// What is asked of a delegation, in this order.
const CHECKS: [Check; 8] = [
    Check::Authority,
    Check::Key,
    Check::Scope,
    Check::Dates,
    Check::Clock,
    Check::Revocation,
    Check::Suspension,
    Check::Freshness,
];

/// A delegation, and whether it counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Delegated {
    /// What it says.
    pub claimed: Delegation,
    /// Whether it counts: nothing but *yes* does.
    pub answer: Answer,
    /// Why; `None` for one that nobody has signed.
    pub reason: Option<Reason>,
    /// The name of who signed it, where it is listed.
    pub by: Option<String>,
    /// What it counts for, under a pilot's root alone.
    pub pilot: bool,
}

impl Delegated {
    /// Asks a delegation that stands in a presentation or beside it; `None` when it is not of its closed form.
    #[must_use]
    pub fn ask(json: &Json, evidence: &Evidence, now: Timestamp) -> Option<Self> {
        let claimed = Delegation::of(json)?;
        let unsigned = |claimed| Self { claimed, answer: No, reason: None, by: None, pilot: false };
        let Ok(signed) = Signed::<Delegation>::of_member(json.clone()) else { return Some(unsigned(claimed)) };
        let packs = evidence.counting();
        let jcs: Vec<&Proof> = signed.proofs().iter().filter(|proof| proof.suite == Suite::EddsaJcs2022).collect();
        let (backing, held) = hold::<Delegation, Delegation>(&signed, &jcs, evidence, &packs);
        let (presented, policy) = (Presented::default(), Policy::default());
        let by = By { evidence, packs: &packs, presented: &presented, policy: &policy, now };
        let listing = match &held {
            Held::Authentic { document, listings, .. } => best(listings, &|listing, check| {
                // What is not asked of a delegation says nothing against a list.
                let asked = CHECKS.contains(&check).then(|| by.facts(document, listing).find_delegation(check).0);
                asked.unwrap_or(Yes)
            }),
            _ => None,
        };
        let backing = listing.map(|listing| (listing.pack, listing.issuer)).or(backing);
        let name = backing.map(|(_, issuer)| issuer.name.clone());
        let pilot = backing.is_some_and(|(pack, _)| pack.root().environment == Environment::Pilot);
        let (answer, reason) = match (&held, listing) {
            (Held::Authentic { document, .. }, Some(listing)) => {
                let facts = by.facts(document, listing);
                let found = CHECKS.map(|check| facts.find_delegation(check));
                let first = |wanted: Answer| found.iter().find(|(answer, _)| *answer == wanted).cloned();
                let signed = || (Yes, Reason::SignatureHolds { signed: document.created() });
                first(No).or_else(|| first(CannotTell)).unwrap_or_else(signed)
            }
            (Held::Misshapen { malformed, .. }, _) => (CannotTell, Reason::Malformed { malformed: malformed.clone() }),
            _ => held.signature(),
        };
        Some(Self { claimed, answer, reason: Some(reason), by: name, pilot })
    }

    /// The same for a certificate: what a pilot's institution says does not bind what was issued in earnest (threats.md F17).
    #[must_use]
    pub fn about(mut self, issuer: Option<&str>, evidence: &Evidence) -> Self {
        let in_earnest = |issuer: &str| {
            let packs = evidence.counting();
            packs.iter().any(|it| it.root().environment == Environment::Production && it.issuer(issuer).is_some())
        };
        if self.answer == Yes && self.pilot && issuer.is_some_and(in_earnest) {
            (self.answer, self.reason) = (CannotTell, Some(Reason::TestCode));
        }
        self
    }

    /// Who bound it, and when; or why that does not count. In words.
    #[must_use]
    pub fn text(&self, words: &Words) -> String {
        let name = self.by.clone().unwrap_or_else(|| self.claimed.issuer.to_string());
        let facts = [("name", Fact::Text(name)), ("day", Fact::Day(self.claimed.date))];
        match (self.answer, &self.reason) {
            (Yes, _) if self.pilot => {
                format!("[{}] {}", words.get("pilot"), words.say("presentation.note.rebound", &facts))
            }
            (Yes, _) => words.say("presentation.note.rebound", &facts),
            (_, None) => words.say("presentation.note.unsigned", &facts),
            (_, Some(reason)) => {
                format!("{} {}", words.say("presentation.note.not-counted", &facts), say(reason, words))
            }
        }
    }

    /// The same as data.
    #[must_use]
    pub fn to_json(&self, words: &Words) -> Object {
        let mut object = Object::from_iter([
            ("answer", Json::from(self.answer.code())),
            ("text", self.text(words).into()),
            ("to", self.claimed.new.as_str().into()),
        ]);
        if let Some(reason) = &self.reason {
            object.set("reason", reason.code().into());
        }
        object
    }
}

impl Facts<'_, Delegation> {
    fn find_delegation(&self, check: Check) -> (Answer, Reason) {
        let date = self.document.content().date;
        match check {
            Check::Authority => self.authority(date),
            Check::Key => self.key(),
            // What it says its day is, and when it was signed: entitled on both.
            Check::Scope => self.scope_of(REBIND, date, Some(self.document.created())),
            Check::Dates => self.dates(Some(date), None),
            Check::Clock => self.clock(),
            Check::Revocation => self.revocation(),
            Check::Suspension => self.suspension(),
            Check::Freshness => self.freshness(),
            Check::Award | Check::Form | Check::Proofs | Check::Signature | Check::Standard | Check::Worth => {
                (CannotTell, Reason::NotReached)
            }
        }
    }
}

/// The keys that a certificate belonged to, from the one that it names itself (`None` for none) to the last. Each delegation leads from the key
/// before it to the next, so the later of a chain wins. `None` when two leave the same key for two others: they contradict each other, whatever
/// their dates say, for a date is its signer's word.
#[must_use]
pub fn way<'a>(own: Option<&str>, delegations: impl IntoIterator<Item = &'a Delegated>) -> Option<Vec<Option<String>>> {
    let mut left: Vec<&Delegation> = delegations.into_iter().map(|it| &it.claimed).collect();
    let mut key = own.map(str::to_owned);
    let mut way = vec![key.clone()];
    loop {
        let (here, rest): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|it| it.old.as_ref().map(Did::as_str) == key.as_deref());
        let Some(first) = here.first() else { return Some(way) };
        if here.iter().any(|other| other.new != first.new) {
            return None;
        }
        key = Some(first.new.to_string());
        way.push(key.clone());
        left = rest;
    }
}

/// By which scope an institution may bind certificates of an environment at a time, by the lists at hand; `None` when it may not. A pilot's list
/// says nothing about what was issued in earnest.
#[must_use]
pub fn scope_to_rebind(institution: &str, of: Environment, evidence: &Evidence, now: Timestamp) -> Option<Scope> {
    let packs = evidence.counting();
    let listed = packs.iter().filter(|pack| pack.root().environment == of).filter_map(|pack| pack.issuer(institution));
    let mut scopes = listed.flat_map(|issuer| &issuer.scope);
    scopes.find(|scope| scope.is_to_rebind() && now.is_day_within(scope.from, scope.until)).cloned()
}

/// The key that a list that counts has for an institution at a time; of an environment, or of any. `None` when it is no institution then.
#[must_use]
pub fn key_in_force(
    institution: &str,
    of: Option<Environment>,
    evidence: &Evidence,
    now: Timestamp,
) -> Option<IssuerKey> {
    for pack in evidence.counting() {
        let wanted = of.is_none_or(|of| pack.root().environment == of);
        let Some(issuer) = pack.issuer(institution).filter(|_| wanted) else { continue };
        for key in &issuer.keys {
            let has_ended = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
            if key.from <= now && !has_ended(key.until) && !has_ended(key.compromised) {
                return Some(key.clone());
            }
        }
    }
    None
}

/// The delegations among documents that were presented together, as they stand there.
pub fn among(documents: &[Signed<Credential>]) -> impl Iterator<Item = Json> {
    documents.iter().filter(|it| Delegation::is_claimed_by(it)).map(Signed::to_json)
}
