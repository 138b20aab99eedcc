//! The first question: how far a signature carries, and what became of each proof.

use super::verdict::{Answer, ProofReport, ProofState, Reason};
use super::verify::Evidence;
use crate::base::did::{Did, MethodId};
use crate::base::key::PublicKey;
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::Kind;
use crate::credential::credential::Credential;
use crate::credential::document::{Authentic, Intact, Signed, Unproven};
use crate::credential::members::Malformed;
use crate::credential::proof::{Proof, Suite};
use crate::trust::accreditation::{Issuer, IssuerKey};
use crate::trust::pack::TrustPack;
use crate::trust::root::Environment;
use Answer::{CannotTell, No, Yes};

/// How far the signature carries.
pub(super) enum Proven<'a> {
    /// It holds under a key from the pack.
    Authentic { document: Authentic<Credential>, key: &'a IssuerKey, position: usize },
    /// It holds under a key that nobody vouches for.
    Intact { document: Intact<Credential>, key: PublicKey },
    /// What it covers is not of our closed form, or (`None`) of nobody's kind that we know. Under a listed key, with its signing time.
    Misshapen { malformed: Option<Malformed>, signed: Option<Timestamp> },
    /// It does not, or cannot be asked.
    Not((Answer, Reason)),
}

impl Proven<'_> {
    pub(super) fn signature(&self) -> (Answer, Reason) {
        match self {
            Proven::Not(finding) => finding.clone(),
            Proven::Misshapen { signed: Some(signed), .. } => (Yes, Reason::SignatureHolds { signed: *signed }),
            Proven::Authentic { .. } | Proven::Intact { .. } | Proven::Misshapen { .. } => {
                (CannotTell, Reason::IntactOnly)
            }
        }
    }

    pub(super) fn form(&self) -> (Answer, Reason) {
        match self {
            Proven::Authentic { document, .. } => (Yes, Reason::FormHolds { kind: document.content().kind() }),
            Proven::Intact { document, .. } => (Yes, Reason::FormHolds { kind: document.claimed().kind() }),
            Proven::Misshapen { malformed: Some(malformed), .. } => {
                (CannotTell, Reason::Malformed { malformed: malformed.clone() })
            }
            Proven::Misshapen { malformed: None, .. } => (CannotTell, Reason::ForeignKind),
            Proven::Not(_) => (CannotTell, Reason::NotReached),
        }
    }
}

pub(super) type Backed<'a> = (&'a TrustPack, &'a Issuer);

/// Looks for the issuer, then for the key, then asks the signature; in this order, so that nothing is believed before it is held.
pub(super) fn prove<'a>(
    signed: &Signed<Credential>,
    evidence: &'a Evidence,
    counting: &[&'a TrustPack],
) -> (Option<Backed<'a>>, Proven<'a>) {
    let jcs = || signed.proofs().iter().enumerate().filter(|(_, proof)| proof.suite == Suite::EddsaJcs2022);
    let Some(claimed_issuer) = signed.claimed_issuer() else {
        // Nobody to ask for a key, so no signature was looked at.
        let reason = shape_of_kind(signed).map_or(Reason::ForeignKind, |malformed| Reason::Malformed { malformed });
        return (None, Proven::Not((CannotTell, reason)));
    };
    let Some((_, first)) = jcs().next() else {
        // No proof that this kernel checks. Whose key it may be makes no difference.
        let suite = signed.proofs().first().map_or_else(String::new, |proof| proof.suite.name().to_owned());
        return (None, Proven::Not((CannotTell, Reason::SuiteNotChecked { suite })));
    };
    // Who is accepted for himself is asked before who is accepted by his word: a recognised authority takes nobody's certificates away.
    let of = |environment: Environment| {
        let within = move |pack: &&TrustPack| pack.root().environment == environment;
        let pinned = counting.iter().copied().filter(within).filter(|pack| pack.is_pinned());
        pinned.chain(counting.iter().copied().filter(within).filter(|pack| !pack.is_pinned()))
    };
    let packs = || of(Environment::Production).chain(of(Environment::Pilot));
    let listed = || packs().filter_map(|pack| pack.issuer(claimed_issuer).map(|issuer| (pack, issuer)));
    // Production says more than pilot; a pack that has the key says more than one that only has the issuer.
    let with_key = listed().find_map(|(pack, issuer)| {
        jcs().find_map(|(at, proof)| issuer.keys_named(&proof.claimed_method).next().map(|_| (pack, issuer, at, proof)))
    });
    if let Some((pack, issuer, position, proof)) = with_key {
        let mut proven = None;
        for key in issuer.keys_named(&proof.claimed_method) {
            let tried = match signed.authentic(proof, &key.vouched()) {
                Ok(document) if document.content().issuer == issuer.id => Proven::Authentic { document, key, position },
                Ok(_) => Proven::Not((No, Reason::KeyOfAnother)),
                Err(unproven) => not_proven(signed, proof, unproven, true),
            };
            let held = !matches!(tried, Proven::Not(_));
            proven = Some(tried);
            if held {
                break;
            }
        }
        return (Some((pack, issuer)), proven.unwrap_or(Proven::Not((CannotTell, Reason::IssuerUnknown))));
    }
    // The issuer's own proof, wherever it stands among others'.
    let own_method = |proof: &Proof| {
        MethodId::parse(&proof.claimed_method).is_ok_and(|method| method.did().as_str() == claimed_issuer)
    };
    let first = jcs().map(|(_, proof)| proof).find(|proof| own_method(proof)).unwrap_or(first);
    let own = own_method(first);
    let first_listed = listed().next().map(|(pack, _)| pack.root().environment);
    let of_first = || listed().filter(|(pack, _)| Some(pack.root().environment) == first_listed);
    // Of several lists that have the issuer without the key, the oldest could know the least.
    if let Some((pack, issuer)) = of_first().min_by_key(|(pack, _)| pack.accreditation_date()) {
        // The list names this very key, in a form of a later version.
        let foreign = |method: &str| listed().any(|(_, issuer)| issuer.foreign_keys.iter().any(|id| id == method));
        if foreign(&first.claimed_method) {
            return (Some((pack, issuer)), Proven::Not((CannotTell, Reason::NotUnderstood)));
        }
        let list = pack.accreditation_date();
        let finding = if !own {
            (No, Reason::KeyOfAnother)
        } else if first.claimed_created > list {
            (CannotTell, Reason::KeyNewerThanList { signed: first.claimed_created, list })
        } else {
            (No, Reason::KeyNotListed { list })
        };
        return (Some((pack, issuer)), Proven::Not(finding));
    }
    // A did:key is its own key, a did:web may be mapped: the file can be seen to be unaltered, by we do not know whom.
    let mapped = || evidence.mapped.iter().find(|(id, _)| id.as_str() == first.claimed_method).map(|(_, key)| *key);
    let own_key = Did::parse(claimed_issuer).ok().and_then(|did| did.own_key());
    let proven = match own_key.or_else(mapped) {
        Some(_) if !own => Proven::Not((No, Reason::KeyOfAnother)),
        Some(key) => match signed.intact(first, &key) {
            Ok(document) => Proven::Intact { document, key },
            Err(unproven) => not_proven(signed, first, unproven, false),
        },
        None => Proven::Not((CannotTell, Reason::IssuerUnknown)),
    };
    (None, proven)
}

fn not_proven<'a>(signed: &Signed<Credential>, proof: &Proof, unproven: Unproven, listed: bool) -> Proven<'a> {
    match unproven {
        Unproven::Broken => Proven::Not((No, Reason::Altered)),
        Unproven::Malformed(malformed) => Proven::Misshapen {
            malformed: shape_of_kind(signed).map(|_| malformed),
            signed: listed.then_some(proof.claimed_created),
        },
        Unproven::NotChecked => {
            let suite = proof.unchecked_member.as_deref().unwrap_or(proof.suite.name()).to_owned();
            Proven::Not((CannotTell, Reason::SuiteNotChecked { suite }))
        }
        Unproven::WrongPurpose => Proven::Not((No, Reason::WrongPurpose { purpose: proof.claimed_purpose.clone() })),
    }
}

/// Something when the document claims to be of one of our kinds; `None` when it is somebody else's kind.
fn shape_of_kind(signed: &Signed<Credential>) -> Option<Malformed> {
    Kind::of_achievement_type(signed.claimed_achievement_type()?)
        .map(|_| Malformed { at: "issuer".to_owned(), problem: crate::credential::members::Problem::Missing })
}

/// Lists each proof, and asks those of the same issuer that have not been asked.
pub(super) fn report_proofs(
    signed: &Signed<Credential>,
    backing: Option<Backed<'_>>,
    proven: &Proven<'_>,
) -> Vec<ProofReport> {
    let state = |position: usize, proof: &Proof| match proven {
        Proven::Authentic { position: held, .. } if *held == position => ProofState::Checked,
        Proven::Authentic { .. } | Proven::Misshapen { signed: Some(_), .. } => {
            let keys = backing.into_iter().flat_map(|(_, issuer)| issuer.keys_named(&proof.claimed_method));
            of_tries(keys.map(|key| signed.authentic(proof, &key.vouched()).map(|_| ())))
        }
        Proven::Intact { key, .. } => {
            // Only proofs that name this key can be held against it.
            let named = MethodId::parse(&proof.claimed_method).is_ok_and(|method| {
                Some(method.did().as_str()) == signed.claimed_issuer()
                    && method.did().own_key().is_none_or(|own| own == *key)
            });
            of_tries(named.then(|| signed.intact(proof, key).map(|_| ())).into_iter())
        }
        Proven::Not((No, Reason::Altered | Reason::WrongPurpose { .. })) if proof.suite == Suite::EddsaJcs2022 => {
            ProofState::Failed
        }
        Proven::Misshapen { .. } | Proven::Not(_) => ProofState::NotChecked,
    };
    let report = |(position, proof): (usize, &Proof)| ProofReport {
        suite: proof.suite.name().to_owned(),
        method: proof.claimed_method.clone(),
        state: state(position, proof),
    };
    signed.proofs().iter().enumerate().map(report).collect()
}

/// What trying a proof under each key that it may name comes to.
fn of_tries(tries: impl Iterator<Item = Result<(), Unproven>>) -> ProofState {
    let mut state = ProofState::NotChecked;
    for tried in tries {
        match tried {
            // The signature holds; the form is another check's business.
            Ok(()) | Err(Unproven::Malformed(_)) => return ProofState::Checked,
            Err(Unproven::NotChecked) => {}
            Err(Unproven::Broken | Unproven::WrongPurpose) => state = ProofState::Failed,
        }
    }
    state
}

pub(super) fn failed_proof(proofs: &[ProofReport]) -> Option<(Answer, Reason)> {
    let failed = proofs.iter().find(|proof| proof.state == ProofState::Failed)?;
    Some((No, Reason::ProofFailed { suite: failed.suite.clone() }))
}

/// A failing proof of a known suite rejects the file; one of a known suite that this build cannot check leaves it undecided; one of an
/// unknown suite, or of a key that is not the issuer's, is listed and no more (design §3 *Proofs*, interop.md 2.5).
pub(super) fn other_proofs(proofs: &[ProofReport], claimed_issuer: Option<&str>) -> (Answer, Reason) {
    if let Some(failed) = failed_proof(proofs) {
        return failed;
    }
    let own = |method: &str| method.split('#').next() == claimed_issuer;
    let known = |proof: &&ProofReport| {
        let of_suite = match proof.suite.as_str() {
            "eddsa-rdfc-2022" => true,
            "eddsa-jcs-2022" => own(&proof.method),
            _ => false,
        };
        proof.state == ProofState::NotChecked && of_suite
    };
    if let Some(unchecked) = proofs.iter().find(known) {
        return (CannotTell, Reason::SuiteNotChecked { suite: unchecked.suite.clone() });
    }
    match proofs.iter().filter(|proof| proof.state == ProofState::Checked).count() {
        0 => (CannotTell, Reason::NotReached),
        count => (Yes, Reason::ProofsHold { count }),
    }
}
