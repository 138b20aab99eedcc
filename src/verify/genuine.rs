//! The first question: how far a signature carries, and what became of each proof.

use super::mapped::Purpose;
use super::verdict::{Answer, ProofReport, ProofState, Reason};
use super::verify::Evidence;
use crate::base::did::Did;
use crate::base::key::PublicKey;
use crate::base::timestamp::Timestamp;
use crate::credential::credential::{Credential, StatusEntry};
use crate::credential::delegation::Delegation;
use crate::credential::document::{Authentic, Document, Intact, Signed, Unproven};
use crate::credential::foreign::Foreign;
use crate::credential::members::{Malformed, Problem};
use crate::credential::proof::{NotCanonical, Proof, Suite};
use crate::trust::accreditation::{Issuer, IssuerKey};
use crate::trust::pack::TrustPack;
use crate::trust::root::Environment;
use Answer::{CannotTell, No, Yes};

/// How far the signature carries, of a document of one of our kinds or of somebody else's.
#[allow(clippy::large_enum_variant)] // one on the stack for the time of a check: a box would cost the quick path an allocation
pub(super) enum Proven<'a> {
    /// It claims one of our kinds, and has the proof that ours have.
    Ours(Held<'a, Credential>),
    /// Any other.
    Foreign(Held<'a, Foreign>),
}

/// How far a signature carries.
pub(super) enum Held<'a, D> {
    /// It holds under a key that these lists give to the issuer; there is at least one.
    Authentic { document: Authentic<D>, listings: Vec<Listing<'a>>, position: usize },
    /// It holds under a key that nobody vouches for.
    Intact { document: Intact<D>, key: PublicKey, position: usize },
    /// What it covers is not of the form it claims. Under a listed key, with its signing time.
    Misshapen { malformed: Malformed, signed: Option<Timestamp> },
    /// It does not, or cannot be asked.
    Not((Answer, Reason)),
}

/// Who says to have issued a document, by the content that was signed.
pub(super) trait Issued: Document {
    /// Whether a proof can be asked about such a document.
    fn may_ask(proof: &Proof) -> Result<(), Unproven> {
        addressed_to_all(proof)
    }

    /// A DID or a URL.
    fn issuer(&self) -> &str;
}

/// A document of ours with one entry in its issuer's revocation list.
pub(super) trait Revocable: Issued {
    /// The entry.
    fn status(&self) -> &StatusEntry;
}

impl Issued for Credential {
    /// Ours have one spelling of times, so that no two readers differ about one (threats.md D4).
    fn may_ask(proof: &Proof) -> Result<(), Unproven> {
        if proof.has_plain_times() { addressed_to_all(proof) } else { Err(Unproven::NotChecked) }
    }

    fn issuer(&self) -> &str {
        self.issuer.as_str()
    }
}

impl Revocable for Credential {
    fn status(&self) -> &StatusEntry {
        &self.status
    }
}

impl Issued for Delegation {
    fn may_ask(proof: &Proof) -> Result<(), Unproven> {
        Credential::may_ask(proof)
    }

    fn issuer(&self) -> &str {
        self.issuer.as_str()
    }
}

impl Revocable for Delegation {
    fn status(&self) -> &StatusEntry {
        &self.status
    }
}

impl Issued for Foreign {
    fn issuer(&self) -> &str {
        &self.issuer
    }
}

impl<D> Held<'_, D> {
    pub(super) fn signature(&self) -> (Answer, Reason) {
        match self {
            Held::Not(finding) => finding.clone(),
            Held::Misshapen { signed: Some(signed), .. } => (Yes, Reason::SignatureHolds { signed: *signed }),
            Held::Authentic { .. } | Held::Intact { .. } | Held::Misshapen { .. } => (CannotTell, Reason::IntactOnly),
        }
    }

    fn was_held(&self) -> Option<HeldUnder<'_>> {
        match self {
            Held::Authentic { position, .. } => Some(HeldUnder::Listed { position: *position }),
            Held::Intact { key, position, .. } => Some(HeldUnder::Own { key, position: *position }),
            Held::Misshapen { signed: Some(_), .. } => Some(HeldUnder::Listed { position: usize::MAX }),
            Held::Misshapen { .. } | Held::Not(_) => None,
        }
    }
}

/// Under what kind of key a proof was held, and which proof it was.
enum HeldUnder<'a> {
    Listed { position: usize },
    Own { key: &'a PublicKey, position: usize },
}

impl Proven<'_> {
    pub(super) fn signature(&self) -> (Answer, Reason) {
        match self {
            Proven::Ours(held) => held.signature(),
            Proven::Foreign(held) => held.signature(),
        }
    }

    pub(super) fn form(&self) -> (Answer, Reason) {
        match self {
            Proven::Ours(Held::Authentic { document, .. }) => {
                (Yes, Reason::FormHolds { kind: document.content().kind() })
            }
            Proven::Ours(Held::Intact { document, .. }) => (Yes, Reason::FormHolds { kind: document.claimed().kind() }),
            Proven::Ours(Held::Misshapen { malformed, .. }) | Proven::Foreign(Held::Misshapen { malformed, .. }) => {
                (CannotTell, Reason::Malformed { malformed: malformed.clone() })
            }
            // Whose it is can be told; what it is, our lists do not speak of: that is the second question's.
            Proven::Foreign(Held::Authentic { .. } | Held::Intact { .. }) => (Yes, Reason::ForeignForm),
            Proven::Ours(Held::Not(_)) | Proven::Foreign(Held::Not(_)) => (CannotTell, Reason::NotReached),
        }
    }

    /// Whether a signature was held; where none was, no other proof says more than the first.
    pub(super) fn was_held(&self) -> Option<()> {
        match self {
            Proven::Ours(held) => held.was_held().map(|_| ()),
            Proven::Foreign(held) => held.was_held().map(|_| ()),
        }
    }
}

pub(super) type Backed<'a> = (&'a TrustPack, &'a Issuer);

/// A list that gives a key to an issuer.
#[derive(Clone, Copy)]
pub(super) struct Listing<'a> {
    pub(super) pack: &'a TrustPack,
    pub(super) issuer: &'a Issuer,
    pub(super) key: &'a IssuerKey,
}

/// Looks for the issuer, then for the key, then asks the signature; in this order, so that nothing is believed before it is held.
///
/// Our kinds require an `eddsa-jcs-2022` proof; a document with other proofs alone is foreign, whatever it calls itself (design §3).
pub(super) fn prove<'a>(
    signed: &Signed<Credential>,
    evidence: &'a Evidence,
    counting: &[&'a TrustPack],
) -> (Option<Backed<'a>>, Proven<'a>) {
    let jcs: Vec<&Proof> = signed.proofs().iter().filter(|proof| proof.suite == Suite::EddsaJcs2022).collect();
    let ours = Foreign::claims_our_kind(signed).is_some();
    if signed.claimed_issuer().is_none() {
        // Nobody to ask for a key, so no signature was looked at.
        let missing = Malformed { at: "issuer".to_owned(), problem: Problem::Missing };
        let reason = if ours { Reason::Malformed { malformed: missing } } else { Reason::ForeignKind };
        return (None, Proven::Foreign(Held::Not((CannotTell, reason))));
    }
    if ours && !jcs.is_empty() {
        let (backing, held) = hold(signed, &jcs, evidence, counting);
        return (backing, Proven::Ours(held));
    }
    let checkable: Vec<&Proof> =
        signed.proofs().iter().filter(|proof| evidence.suites.can_check(&proof.suite)).collect();
    if checkable.is_empty() {
        // No proof that this build checks. Whose key it may be makes no difference.
        let suite = signed.proofs().first().map_or_else(String::new, |proof| proof.suite.name().to_owned());
        return (None, Proven::Foreign(Held::Not((CannotTell, Reason::SuiteNotChecked { suite }))));
    }
    // Others' proofs beside the issuer's own say nothing of him: where his is of another suite, nobody has forged anything.
    let own = |proof: &&Proof| Some(controller_of(&proof.claimed_method)) == signed.claimed_issuer();
    if !checkable.iter().copied().any(|proof| own(&proof))
        && let Some(first) = signed.proofs().iter().find(own)
    {
        let suite = first.suite.name().to_owned();
        return (None, Proven::Foreign(Held::Not((CannotTell, Reason::SuiteNotChecked { suite }))));
    }
    let (backing, held) = hold(signed, &checkable, evidence, counting);
    (backing, Proven::Foreign(held))
}

pub(super) fn hold<'a, T: Document, D: Issued>(
    signed: &Signed<T>,
    asked: &[&Proof],
    evidence: &'a Evidence,
    counting: &[&'a TrustPack],
) -> (Option<Backed<'a>>, Held<'a, D>) {
    // A proof that ends is asked after those that do not: the order in which they stand makes no difference.
    let mut asked = asked.to_vec();
    asked.sort_by_key(|proof| proof.claimed_expires.is_some());
    let nobody = || (None, Held::Not((CannotTell, Reason::IssuerUnknown)));
    let (Some(claimed_issuer), Some(first)) = (signed.claimed_issuer(), asked.first()) else { return nobody() };
    let listed = listed(claimed_issuer, counting);
    let tries = tries(&listed, &asked);
    if let Some(first) = tries.first() {
        let backing = Some((first.listing.pack, first.listing.issuer));
        let mut held = None;
        for Try { listing, proof } in &tries {
            let tried = D::may_ask(proof)
                .and_then(|()| signed.authentic_as::<D>(proof, &listing.key.vouched(), &evidence.suites));
            let tried = match tried {
                Ok(document) if document.content().issuer() == listing.issuer.id.as_str() => {
                    let listings = tries.iter().filter(|other| other.listing.key.key == listing.key.key);
                    let listings = once_each(listings.map(|other| other.listing));
                    Held::Authentic { document, listings, position: proof.position }
                }
                Ok(_) => Held::Not((No, Reason::KeyOfAnother)),
                Err(unproven) => not_held(proof, unproven, true),
            };
            let stop = !matches!(tried, Held::Not(_));
            held = held.filter(|_| !stop).or(Some(tried));
            if stop {
                break;
            }
        }
        return (backing, held.unwrap_or(Held::Not((CannotTell, Reason::IssuerUnknown))));
    }
    // The issuer's own proof, wherever it stands among others'.
    let own_method = |proof: &Proof| controller_of(&proof.claimed_method) == claimed_issuer;
    let first = asked.iter().find(|proof| own_method(proof)).unwrap_or(first);
    let method = full_method(&first.claimed_method);
    let own = own_method(first);
    let first_listed = listed.first().map(|(pack, _)| pack.root().environment);
    let of_first = || listed.iter().copied().filter(|(pack, _)| Some(pack.root().environment) == first_listed);
    // Of several lists that have the issuer without the key, the oldest could know the least.
    if let Some((pack, issuer)) = of_first().min_by_key(|(pack, _)| pack.accreditation_date()) {
        // The list names this very key, in a form of a later version.
        let foreign = |method: &str| listed.iter().any(|(_, issuer)| issuer.foreign_keys.iter().any(|id| id == method));
        if foreign(&method) {
            return (Some((pack, issuer)), Held::Not((CannotTell, Reason::NotUnderstood)));
        }
        let list = pack.accreditation_date();
        let finding = match first.claimed_created {
            _ if !own => (No, Reason::KeyOfAnother),
            Some(signed) if signed <= list => (No, Reason::KeyNotListed { list }),
            Some(signed) => (CannotTell, Reason::KeyNewerThanList { signed, list }),
            None => (CannotTell, Reason::IssuerUnknown),
        };
        return (Some((pack, issuer)), Held::Not(finding));
    }
    // A did:key is its own key, others may be mapped: the file can be seen to be unaltered, by we do not know whom.
    let own_key = Did::parse(claimed_issuer).ok().and_then(|did| did.own_key());
    let mapped = evidence.mapped.named(&method, Purpose::Assertion).find(|method| method.controller == claimed_issuer);
    // `https://HOST/PATH#z6Mk…` says its key; whether the address has it, its document would say, and nobody is named by it.
    let said = || method.split_once('#').filter(|(controller, _)| controller.starts_with("https://"));
    let unmapped = || evidence.mapped.methods.iter().all(|method| method.controller != claimed_issuer);
    let in_method = || said().filter(|_| unmapped()).and_then(|(_, key)| PublicKey::from_multikey(key).ok());
    let held = match own_key.or(mapped.map(|method| method.key)).or_else(in_method) {
        Some(_) if !own => Held::Not((No, Reason::KeyOfAnother)),
        Some(key) => match D::may_ask(first).and_then(|()| signed.intact_as::<D>(first, &key, &evidence.suites)) {
            Ok(document) => Held::Intact { document, key, position: first.position },
            Err(unproven) => not_held(first, unproven, false),
        },
        None => Held::Not((CannotTell, Reason::IssuerUnknown)),
    };
    (None, held)
}

/// The lists that have an issuer: production says more than pilot.
fn listed<'a>(issuer: &str, counting: &[&'a TrustPack]) -> Vec<Backed<'a>> {
    let of = |environment: Environment| counting.iter().filter(move |pack| pack.root().environment == environment);
    let packs = of(Environment::Production).chain(of(Environment::Pilot));
    packs.filter_map(|pack| pack.issuer(issuer).map(|issuer| (*pack, issuer))).collect()
}

/// A key that a list has under the method that a proof names.
struct Try<'a, 'p> {
    listing: Listing<'a>,
    proof: &'p Proof,
}

/// What is to be tried: of each list that has a key for one of the proofs, that proof with every such key; of the first such list's kind alone.
fn tries<'a, 'p>(listed: &[Backed<'a>], asked: &[&'p Proof]) -> Vec<Try<'a, 'p>> {
    let mut tries: Vec<Try<'a, 'p>> = Vec::new();
    for &(pack, issuer) in listed {
        if tries.first().is_some_and(|first| first.listing.pack.root().environment != pack.root().environment) {
            break;
        }
        for &proof in asked {
            let method = full_method(&proof.claimed_method);
            let before = tries.len();
            tries.extend(issuer.keys_named(&method).map(|key| Try { listing: Listing { pack, issuer, key }, proof }));
            if tries.len() > before {
                break;
            }
        }
    }
    tries
}

/// Each list once, with the first of its keys.
fn once_each<'a>(all: impl Iterator<Item = Listing<'a>>) -> Vec<Listing<'a>> {
    let mut listings: Vec<Listing<'a>> = Vec::new();
    for listing in all {
        if !listings.iter().any(|known| std::ptr::eq(known.pack, listing.pack)) {
            listings.push(listing);
        }
    }
    listings
}

/// Whose a method is by its own text: what stands before the `#`.
pub(super) fn controller_of(method: &str) -> &str {
    method.split('#').next().unwrap_or(method)
}

/// A method as lists name it. A bare `did:key:z6Mk…` is read as its maker meant: the one key that it is.
pub(super) fn full_method(method: &str) -> String {
    match method.strip_prefix("did:key:") {
        Some(key) if !key.contains('#') => format!("{method}#{key}"),
        _ => method.to_owned(),
    }
}

/// A proof for one place or occasion says nothing to everybody.
fn addressed_to_all(proof: &Proof) -> Result<(), Unproven> {
    if proof.is_addressed() { Err(Unproven::NotChecked) } else { Ok(()) }
}

fn not_held<'a, D>(proof: &Proof, unproven: Unproven, listed: bool) -> Held<'a, D> {
    let suite = || proof.suite.name().to_owned();
    Held::Not(match unproven {
        Unproven::Broken => (No, Reason::Altered),
        Unproven::Malformed(malformed) => {
            let signed = proof.claimed_created.filter(|_| listed);
            return Held::Misshapen { malformed, signed };
        }
        Unproven::NoPrevious => (No, Reason::ProofFailed { suite: suite() }),
        Unproven::NotCanonical(NotCanonical::TooMuchWork) => (CannotTell, Reason::TooMuchWork),
        Unproven::NotCanonical(NotCanonical::UnknownContext { url }) => (CannotTell, Reason::ContextUnknown { url }),
        Unproven::NotCanonical(NotCanonical::Unsafe { at }) => (CannotTell, Reason::NotCovered { at }),
        Unproven::NotChecked => {
            let member = match &proof.unchecked_member {
                Some(member) => member.clone(),
                None if proof.is_addressed() => "domain".to_owned(),
                None if proof.claimed_created.is_none() || !proof.has_plain_times() => "created".to_owned(),
                None => suite(),
            };
            (CannotTell, Reason::SuiteNotChecked { suite: member })
        }
        Unproven::WrongPurpose => (No, Reason::WrongPurpose { purpose: proof.claimed_purpose.clone() }),
    })
}

/// Lists each proof, and asks those of the same issuer that have not been asked.
pub(super) fn report_proofs(
    signed: &Signed<Credential>,
    evidence: &Evidence,
    counting: &[&TrustPack],
    backing: Option<Backed<'_>>,
    proven: &Proven<'_>,
) -> Vec<ProofReport> {
    let suites = &evidence.suites;
    // A key that one list does not have yet, another of the same kind may.
    let same = |pack: &&&TrustPack| backing.is_some_and(|(of, _)| of.root().environment == pack.root().environment);
    let issuers = || counting.iter().filter(same).filter_map(|pack| pack.issuer(signed.claimed_issuer()?));
    let (was_held, refused) = match proven {
        Proven::Ours(held) => (held.was_held(), held.signature()),
        Proven::Foreign(held) => (held.was_held(), held.signature()),
    };
    let ask =
        |proof: &Proof, key: &PublicKey| addressed_to_all(proof).and_then(|()| signed.proof_holds(proof, key, suites));
    let state = |proof: &Proof| match (&was_held, &refused) {
        (Some(HeldUnder::Listed { position } | HeldUnder::Own { position, .. }), _) if *position == proof.position => {
            ProofState::Checked
        }
        (Some(HeldUnder::Listed { .. }), _) => {
            let method = full_method(&proof.claimed_method);
            let keys = issuers().flat_map(|issuer| issuer.keys_named(&method));
            of_tries(keys.map(|key| ask(proof, key.vouched().key())))
        }
        (Some(HeldUnder::Own { key, .. }), _) => {
            // Only proofs that name this key can be held against it.
            let controller = controller_of(&proof.claimed_method);
            let own = Did::parse(controller).ok().and_then(|did| did.own_key());
            let named = Some(controller) == signed.claimed_issuer() && own.is_none_or(|own| own == **key);
            of_tries(named.then(|| ask(proof, key)).into_iter())
        }
        (None, (No, Reason::Altered | Reason::WrongPurpose { .. })) if proof.suite == Suite::EddsaJcs2022 => {
            ProofState::Failed
        }
        (None, _) => ProofState::NotChecked,
    };
    let report = |proof: &Proof| ProofReport {
        suite: proof.suite.name().to_owned(),
        method: proof.claimed_method.clone(),
        state: state(proof),
    };
    signed.proofs().iter().map(report).collect()
}

/// What trying a proof under each key that it may name comes to.
fn of_tries(tries: impl Iterator<Item = Result<(), Unproven>>) -> ProofState {
    let mut state = ProofState::NotChecked;
    for tried in tries {
        match tried {
            // The signature holds; the form is another check's business.
            Ok(()) | Err(Unproven::Malformed(_)) => return ProofState::Checked,
            Err(Unproven::NotCanonical(_) | Unproven::NotChecked) => {}
            Err(Unproven::Broken | Unproven::NoPrevious | Unproven::WrongPurpose) => state = ProofState::Failed,
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
    let known = |proof: &&ProofReport| {
        let of_suite = ["Ed25519Signature2020", "eddsa-2022", "eddsa-jcs-2022", "eddsa-rdfc-2022"];
        proof.state == ProofState::NotChecked
            && of_suite.contains(&proof.suite.as_str())
            && Some(controller_of(&proof.method)) == claimed_issuer
    };
    if let Some(unchecked) = proofs.iter().find(known) {
        return (CannotTell, Reason::SuiteNotChecked { suite: unchecked.suite.clone() });
    }
    match proofs.iter().filter(|proof| proof.state == ProofState::Checked).count() {
        0 => (CannotTell, Reason::NotReached),
        count => (Yes, Reason::ProofsHold { count }),
    }
}
