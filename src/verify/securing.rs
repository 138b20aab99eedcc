//! What other software calls `verified` (VC-API; interop.md §3): every signature holds under the key that its method names, bound to the
//! issuer or holder, in its dates, and not withdrawn by a list that was consulted. It says nothing about who the issuer is; the four answers
//! do, and always stand beside it.

use super::foreign::{Bit, bit, set};
use super::genuine::{controller_of, full_method};
use super::mapped::Purpose;
use super::verdict::Reason;
use super::verify::Evidence;
use crate::base::did::Did;
use crate::base::key::PublicKey;
use crate::base::limits::CLOCK_DRIFT_SECONDS;
use crate::base::timestamp::Timestamp;
use crate::credential::credential::Credential;
use crate::credential::document::{Document, Signed, Unproven};
use crate::credential::foreign::{Foreign, ForeignStatus};
use crate::credential::members::Malformed;
use crate::credential::presentation::Presentation;
use crate::credential::proof::{NotCanonical, Proof};
use crate::trust::accreditation::Issuer;
use crate::trust::pack::TrustPack;

/// Where and for what occasion a proof is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Occasion {
    /// The place; a proof that names another one is not for here.
    pub domain: Option<String>,
    /// What the proof must answer.
    pub challenge: Option<String>,
}

/// What was found about a document's securing.
#[derive(Clone, Debug, PartialEq)]
pub struct Securing {
    /// What is wrong or could not be checked; nothing when it is verified.
    pub faults: Vec<Fault>,
    /// What was not consulted, and need not have been: a status list that is not here.
    pub not_consulted: Vec<Reason>,
}

/// What stands between a document and `verified`.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// It was signed for another challenge, or for none.
    Challenge,
    /// It was signed for another place, or for none.
    Domain,
    /// It has ended.
    Ended {
        /// When.
        until: Timestamp,
    },
    /// The proof's time lies ahead.
    FromTheFuture {
        /// The time it says.
        created: Timestamp,
    },
    /// The key of the method is not known here: whether the signature holds cannot be told.
    KeyUnknown {
        /// The method.
        method: String,
    },
    /// It is not a credential or presentation.
    Malformed(Malformed),
    /// Nobody is named who could have signed it.
    NoController,
    /// The proof stands upon one that is not there.
    NoPrevious,
    /// Nothing that it signs can be told here.
    NotCanonical(NotCanonical),
    /// The key is known and nothing binds it to the issuer or holder.
    NotTheirs {
        /// The method.
        method: String,
    },
    /// It has not begun.
    NotYet {
        /// When it begins.
        from: Timestamp,
    },
    /// The proof may no longer be relied upon.
    ProofExpired {
        /// Since when.
        expires: Timestamp,
    },
    /// A signature does not hold.
    Signature,
    /// It was withdrawn or suspended, or its status cannot be told.
    Status(Reason),
    /// The suite is not known here, or the proof has a member that nobody here understands.
    SuiteUnknown {
        /// The suite or the member.
        name: String,
    },
    /// The proof is for another purpose.
    WrongPurpose {
        /// The one it names.
        purpose: String,
    },
}

/// Whether a fault says that something is wrong, or only that it could not be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Could not be checked here.
    CouldNotCheck,
    /// Wrong.
    Invalid,
}

/// What the faults come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Something could not be checked.
    CouldNotCheck,
    /// Something is wrong.
    Invalid,
    /// Nothing stands in the way.
    Verified,
}

impl Fault {
    /// How much it weighs.
    #[must_use]
    pub fn weight(&self) -> Weight {
        match self {
            Fault::KeyUnknown { .. }
            | Fault::NotCanonical(NotCanonical::TooMuchWork | NotCanonical::UnknownContext { .. })
            | Fault::SuiteUnknown { .. } => Weight::CouldNotCheck,
            Fault::Status(Reason::Revoked { .. } | Reason::Suspended { .. }) => Weight::Invalid,
            Fault::Status(_) => Weight::CouldNotCheck,
            Fault::Challenge
            | Fault::Domain
            | Fault::Ended { .. }
            | Fault::FromTheFuture { .. }
            | Fault::Malformed(_)
            | Fault::NoController
            | Fault::NoPrevious
            | Fault::NotCanonical(NotCanonical::Unsafe { .. })
            | Fault::NotTheirs { .. }
            | Fault::NotYet { .. }
            | Fault::ProofExpired { .. }
            | Fault::Signature
            | Fault::WrongPurpose { .. } => Weight::Invalid,
        }
    }

    /// The code of problem documents: stable.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Challenge => "challenge",
            Fault::Domain => "domain",
            Fault::Ended { .. } => "ended",
            Fault::FromTheFuture { .. } => "created-in-future",
            Fault::KeyUnknown { .. } => "key-unknown",
            Fault::Malformed(_) => "malformed",
            Fault::NoController => "no-controller",
            Fault::NoPrevious => "no-previous-proof",
            Fault::NotCanonical(NotCanonical::TooMuchWork) => "too-much-work",
            Fault::NotCanonical(NotCanonical::UnknownContext { .. }) => "context-unknown",
            Fault::NotCanonical(NotCanonical::Unsafe { .. }) => "not-covered",
            Fault::NotTheirs { .. } => "key-not-of-issuer",
            Fault::NotYet { .. } => "not-yet",
            Fault::ProofExpired { .. } => "proof-expired",
            Fault::Signature => "signature",
            Fault::Status(reason) => reason.code(),
            Fault::SuiteUnknown { .. } => "suite-unknown",
            Fault::WrongPurpose { .. } => "wrong-purpose",
        }
    }
}

impl Securing {
    /// What the faults come to: one that is wrong weighs more than any that could not be checked.
    #[must_use]
    pub fn standing(&self) -> Standing {
        if self.faults.iter().any(|fault| fault.weight() == Weight::Invalid) {
            Standing::Invalid
        } else if self.faults.is_empty() {
            Standing::Verified
        } else {
            Standing::CouldNotCheck
        }
    }
}

/// The securing of a credential, by its issuer.
#[must_use]
pub fn of_credential(
    signed: &Signed<Credential>,
    evidence: &Evidence,
    occasion: &Occasion,
    now: Timestamp,
) -> Securing {
    let mut faults = proofs(signed, signed.claimed_issuer(), Purpose::Assertion, evidence, occasion, now);
    let mut not_consulted = Vec::new();
    // What is not signed, or not by its issuer, says nothing that could be asked.
    if faults.iter().all(|fault| fault.weight() == Weight::CouldNotCheck) {
        match signed.read_as::<Foreign>() {
            Err(malformed) => faults.push(Fault::Malformed(malformed)),
            Ok(content) => {
                faults.extend(dates(content.valid_from, content.valid_until, now));
                let backing = listed(&content.issuer, evidence);
                for entry in &content.status {
                    match bit(entry, &content.issuer, evidence, backing, now) {
                        Ok((Bit::Clear, _)) => {}
                        Ok((Bit::Set, as_of)) => faults.push(Fault::Status(set(entry, as_of))),
                        // What should be asked and cannot be read is no entry that need not be asked.
                        Err(reason) if matches!(entry, ForeignStatus::Malformed { .. }) => {
                            faults.push(Fault::Status(reason));
                        }
                        Err(reason @ (Reason::StatusListMissing | Reason::StatusUnknown { .. })) => {
                            not_consulted.push(reason);
                        }
                        Err(reason) => faults.push(Fault::Status(reason)),
                    }
                }
            }
        }
    }
    Securing { faults, not_consulted }
}

/// The securing of a presentation, by its holder. What is presented in it is asked one by one.
#[must_use]
pub fn of_presentation(
    signed: &Signed<Presentation>,
    evidence: &Evidence,
    occasion: &Occasion,
    now: Timestamp,
) -> Securing {
    // VC 2.0 §4.13: a presentation need not name its holder; then whoever signed it is.
    let signer = signed.proofs().first().map(|proof| controller_of(&proof.claimed_method).to_owned());
    let holder = signed.claimed_holder().map(str::to_owned).or(signer);
    let faults = proofs(signed, holder.as_deref(), Purpose::Authentication, evidence, occasion, now);
    Securing { faults, not_consulted: Vec::new() }
}

fn dates(from: Option<Timestamp>, until: Option<Timestamp>, now: Timestamp) -> Option<Fault> {
    if let Some(until) = until.filter(|until| now.seconds() > until.ends()) {
        return Some(Fault::Ended { until });
    }
    from.filter(|from| now.seconds() < from.begins()).map(|from| Fault::NotYet { from })
}

/// Every proof is asked. One of an unknown suite or of somebody else beside a good one is no fault (interop.md 2.5); a failing one always is.
fn proofs<T: Document>(
    signed: &Signed<T>,
    controller: Option<&str>,
    purpose: Purpose,
    evidence: &Evidence,
    occasion: &Occasion,
    now: Timestamp,
) -> Vec<Fault> {
    let Some(controller) = controller else { return vec![Fault::NoController] };
    let found: Vec<Option<Fault>> = signed
        .proofs()
        .iter()
        .map(|proof| one_proof(signed, proof, controller, purpose, evidence, occasion, now))
        .collect();
    let holding = || signed.proofs().iter().zip(&found).filter(|(_, fault)| fault.is_none()).map(|(proof, _)| proof);
    // What a good proof stands upon is not beside it: it was signed over.
    let stood_upon = |proof: &Proof| {
        holding().any(|good| good.claimed_previous.iter().any(|id| proof.claimed_id.as_ref() == Some(id)))
    };
    let beside = |proof: &Proof, fault: &Fault| {
        let says_nothing = fault.weight() == Weight::CouldNotCheck || matches!(fault, Fault::NotTheirs { .. });
        says_nothing && holding().next().is_some() && !stood_upon(proof)
    };
    let faults = signed.proofs().iter().zip(&found).filter_map(|(proof, fault)| {
        let fault = fault.as_ref()?;
        (!beside(proof, fault)).then(|| fault.clone())
    });
    faults.collect()
}

fn one_proof<T: Document>(
    signed: &Signed<T>,
    proof: &Proof,
    controller: &str,
    purpose: Purpose,
    evidence: &Evidence,
    occasion: &Occasion,
    now: Timestamp,
) -> Option<Fault> {
    if proof.claimed_purpose != purpose.name() {
        return Some(Fault::WrongPurpose { purpose: proof.claimed_purpose.clone() });
    }
    // Data Integrity 1.0 §4.2 steps 6 and 7.
    if occasion.domain.as_ref().is_some_and(|asked| !proof.claimed_domains.contains(asked)) {
        return Some(Fault::Domain);
    }
    if occasion.challenge.is_some() && proof.claimed_challenge != occasion.challenge {
        return Some(Fault::Challenge);
    }
    if let Some(expires) = proof.claimed_expires.filter(|expires| now.seconds() > expires.seconds()) {
        return Some(Fault::ProofExpired { expires });
    }
    let ahead = |time: &Timestamp| time.seconds() > now.seconds() + CLOCK_DRIFT_SECONDS;
    if let Some(created) = proof.claimed_created.filter(ahead) {
        return Some(Fault::FromTheFuture { created });
    }
    let method = full_method(&proof.claimed_method);
    let keys = keys(&method, controller, purpose, evidence);
    if keys.is_empty() {
        // The key that the method itself is may hold, and is then nobody's that the document names.
        return Some(match Did::parse(controller_of(&method)).ok().and_then(|did| did.own_key()) {
            Some(key) => match signed.proof_holds(proof, &key, &evidence.suites) {
                Err(unproven @ (Unproven::Broken | Unproven::NoPrevious)) => fault_of(unproven, proof),
                _ => Fault::NotTheirs { method },
            },
            None if controller_of(&method) != controller => Fault::NotTheirs { method },
            None => Fault::KeyUnknown { method },
        });
    }
    let tried = keys.iter().map(|key| signed.proof_holds(proof, key, &evidence.suites));
    let mut last = None;
    for result in tried {
        match result {
            Ok(()) => return None,
            Err(unproven) => last = Some(fault_of(unproven, proof)),
        }
    }
    last
}

fn fault_of(unproven: Unproven, proof: &Proof) -> Fault {
    match unproven {
        Unproven::Broken => Fault::Signature,
        Unproven::Malformed(malformed) => Fault::Malformed(malformed),
        Unproven::NoPrevious => Fault::NoPrevious,
        Unproven::NotCanonical(refused) => Fault::NotCanonical(refused),
        Unproven::NotChecked => Fault::SuiteUnknown {
            name: proof.unchecked_member.clone().unwrap_or_else(|| proof.suite.name().to_owned()),
        },
        Unproven::WrongPurpose => Fault::WrongPurpose { purpose: proof.claimed_purpose.clone() },
    }
}

/// The keys that a method names and that are bound to its controller: a pack's, else its own document's, or the did:key itself. Of a body in
/// a pack the pack's alone.
fn keys(method: &str, controller: &str, purpose: Purpose, evidence: &Evidence) -> Vec<PublicKey> {
    if listed(controller, evidence).is_some() && purpose == Purpose::Assertion {
        let packs = evidence.counting().into_iter();
        return packs
            .filter_map(|pack| pack.issuer(controller))
            .flat_map(|it| it.keys_named(method))
            .map(|it| it.key)
            .collect();
    }
    let own = Did::parse(controller).ok().and_then(|did| did.own_key());
    let own = own.filter(|_| controller_of(method) == controller);
    let mapped = evidence.mapped.named(method, purpose).filter(|method| method.controller == controller);
    own.into_iter().chain(mapped.map(|method| method.key)).collect()
}

fn listed<'a>(issuer: &str, evidence: &'a Evidence) -> Option<(&'a TrustPack, &'a Issuer)> {
    evidence.counting().into_iter().find_map(|pack| pack.issuer(issuer).map(|issuer| (pack, issuer)))
}
