//! `verify(signed, evidence, policy, now) -> Verdict`: a pure function. It opens no file and no socket, reads no clock, and has no
//! switch that turns a check off.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::genuine::{Held, Listing, Proven, Revocable, failed_proof, other_proofs, prove, report_proofs};
use super::link::{Link, Presented};
use super::mapped::Mapped;
use super::verdict::{Answer, Backing, Check, Content, Findings, Guest, Outcome, Question, Reason, Verdict, Verified};
use super::worth::{Statement, by_rules, speaking};
use crate::base::limits::{AWARD_TO_SIGNING_DAYS, CLOCK_DRIFT_SECONDS, EVIDENCE_DAYS_NOTE};
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::{AchievementId, Kind};
use crate::credential::credential::Credential;
use crate::credential::document::{Authentic, Signed};
use crate::credential::foreign::Foreign;
use crate::credential::proof::Suites;
use crate::credential::terms::Terms;
use crate::trust::accreditation::{CatalogueEntry, IssuerKey, Scope};
use crate::trust::pack::{ListState, Standing, TrustPack};
use crate::trust::root::Environment;
use crate::trust::status::{MESSAGE, REVOCATION, RevocationReason, SUSPENSION};
use Answer::{CannotTell, No, Yes};

/// What a verifier has at hand.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Trust packs, each standing on its own root. Shared: what is at hand is large, what is presented changes with every check.
    pub packs: Arc<Vec<TrustPack>>,
    /// Keys and lists that somebody put beside the packs. They show that a file is unaltered, never by whom it is signed:
    /// [`Reason::IntactOnly`].
    pub mapped: Arc<Mapped>,
    /// Which cryptosuites this build can check.
    pub suites: Suites,
    /// What was presented together with the credential that is asked about.
    pub presented: Presented,
    /// The newest signed time that this verifier has ever seen, if it remembers: a clock behind it is wrong (threats.md D2).
    pub seen: Option<Timestamp>,
}

impl Evidence {
    /// Packs alone.
    #[must_use]
    pub fn of_packs(packs: Vec<TrustPack>) -> Self {
        Self { packs: Arc::new(packs), ..Self::default() }
    }

    /// The packs that count: of two packs on one first root the newer one alone (threats.md F1); and whoever is accepted by another's word
    /// alone does not stand in for one whose own root is accepted, whatever it calls itself. Those that are accepted for themselves come
    /// first, then the fresher: no answer may hang on the order in which packs were given (threats.md A9b, F16).
    #[must_use]
    pub fn counting(&self) -> Vec<&TrustPack> {
        let mut newest: HashMap<[u8; 32], (u64, u64, u64)> = HashMap::new();
        for pack in self.packs.iter() {
            let known = newest.entry(pack.first_root()).or_default();
            *known = pack.versions().max(*known);
        }
        let party = |pack: &TrustPack| (pack.root().authority.id.clone(), pack.root().environment.code());
        let accepted: HashSet<_> = self.packs.iter().filter(|pack| pack.is_pinned()).map(party).collect();
        let counts = |pack: &&TrustPack| {
            newest.get(&pack.first_root()) == Some(&pack.versions())
                && (pack.is_pinned() || !accepted.contains(&party(pack)))
        };
        let rank = |pack: &TrustPack| (!pack.is_pinned(), Reverse(pack.freshness().date.seconds()), pack.first_root());
        let mut packs: Vec<&TrustPack> = Vec::new();
        for pack in self.packs.iter().filter(counts) {
            let at = packs.partition_point(|before| rank(before) <= rank(pack));
            packs.insert(at, pack);
        }
        packs
    }
}

/// What a verifier asks for.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The country in which the holder wants to use it, ISO 3166-1 alpha-2 in upper case.
    pub country: Option<String>,
    /// The document came out of a packet with a draft codec: a test code, which counts under pilot roots alone.
    pub test_code: bool,
}

/// Answers the four questions about a credential, at a time.
#[must_use]
pub fn verify(signed: &Signed<Credential>, evidence: &Evidence, policy: &Policy, now: Timestamp) -> Verdict {
    judge(signed, evidence, policy, now, &evidence.presented)
}

/// `presented`: nothing when one of the presented credentials is itself being asked about, so that none of them is asked twice.
fn judge(
    signed: &Signed<Credential>,
    evidence: &Evidence,
    policy: &Policy,
    now: Timestamp,
    presented: &Presented,
) -> Verdict {
    let packs = evidence.counting();
    let (backing, proven) = prove(signed, evidence, &packs);
    let by = By { evidence, packs: &packs, presented, policy, now };
    let listing = match &proven {
        Proven::Ours(Held::Authentic { document, listings, .. }) => {
            best(listings, &|listing, check| by.facts(document, listing).find(check).0)
        }
        Proven::Foreign(Held::Authentic { document, listings, .. }) => {
            best(listings, &|listing, check| by.facts(document, listing).find_foreign(check).0)
        }
        _ => None,
    };
    let backing = listing.map(|listing| (listing.pack, listing.issuer)).or(backing);
    let mut worth = Vec::new();
    let proofs = report_proofs(signed, evidence, &packs, backing, &proven);
    let refused = Cell::new(false);
    let mut find = |check| match (&proven, listing) {
        (Proven::Ours(Held::Authentic { document, .. }), Some(listing)) => {
            let facts = by.facts(document, listing);
            match check {
                // What is refused is worth nothing anywhere, and a decision that was withdrawn decides nothing.
                Check::Worth if refused.get() => (CannotTell, Reason::NotReached),
                Check::Worth => {
                    let (said, finding) = facts.worth();
                    worth = said;
                    finding
                }
                Check::Proofs => other_proofs(&proofs, signed.claimed_issuer()),
                _ => facts.find(check),
            }
        }
        (Proven::Foreign(Held::Authentic { document, .. }), Some(listing)) => {
            let facts = by.facts(document, listing);
            match check {
                Check::Proofs => other_proofs(&proofs, signed.claimed_issuer()),
                Check::Worth if refused.get() => (CannotTell, Reason::NotReached),
                // The same certificate is somewhere with the proof that ours have: that file is asked for.
                Check::Scope if Foreign::claims_our_kind(signed).is_some() => (CannotTell, Reason::WithoutOurProof),
                _ => facts.find_foreign(check),
            }
        }
        _ => match check {
            Check::Signature => proven.signature(),
            // Where no signature was held, none of the others says more.
            Check::Proofs if proven.was_held().is_none() => {
                failed_proof(&proofs).unwrap_or((CannotTell, Reason::NotReached))
            }
            Check::Proofs => other_proofs(&proofs, signed.claimed_issuer()),
            Check::Form => proven.form(),
            Check::Authority
            | Check::Key
            | Check::Scope
            | Check::Standard
            | Check::Award
            | Check::Dates
            | Check::Clock
            | Check::Revocation
            | Check::Suspension
            | Check::Freshness
            | Check::Worth => (CannotTell, Reason::NotReached),
        },
    };
    let findings = Findings::of(|check| {
        let finding = find(check);
        refused.set(refused.get() || finding.0 == No);
        finding
    });
    let achievement = match &proven {
        Proven::Ours(Held::Authentic { document, .. }) => Some(&document.content().achievement),
        _ => None,
    };
    let backing = backing.map(|(pack, issuer)| Backing {
        issuer_name: issuer.name.clone(),
        issuer_country: issuer.country.clone(),
        first_root: pack.first_root(),
        authority_name: pack.root().authority.name.clone(),
        authority_country: pack.root().authority.country.clone(),
        environment: pack.root().environment,
        as_of: pack.freshness().date,
        age_days: now.days_since(pack.freshness().date),
        accreditation_version: pack.accreditation().version,
        freshness_version: pack.freshness().version,
        standing: pack.standing().clone(),
        successor: issuer.successor.as_ref().map(|did| {
            let listed = pack.issuer(did.as_str());
            listed.map_or_else(|| did.to_string(), |body| body.name.clone())
        }),
        regulated: achievement
            .and_then(|achievement| pack.achievement(&achievement.id, &achievement.version))
            .is_some_and(|entry| entry.regulated),
        titles: achievement
            .and_then(|achievement| pack.achievement(&achievement.id, &achievement.version))
            .map(|entry| entry.name.iter().map(|(language, title)| (*language, title.clone())).collect())
            .unwrap_or_default(),
    });
    let about = match &proven {
        Proven::Ours(Held::Authentic { document, .. }) => document.content().about.clone(),
        Proven::Ours(Held::Intact { document, .. }) => document.claimed().about.clone(),
        _ => None,
    };
    let link = about.map(|about| match presented.with_digest(&about.digest) {
        Some(original) => Link::of_original(&judge(original, evidence, policy, now, &Presented::default())),
        None if presented.with_id(&about.id).is_some() => Link::Broken,
        None => Link::NotPresented,
    });
    let (outcome, guest) = conclude(&findings, proven);
    Verdict {
        link,
        worth,
        guest,
        test_code: policy.test_code,
        outcome,
        findings,
        proofs,
        digest: signed.digest(),
        claimed_issuer: signed.claimed_issuer().map(str::to_owned),
        backing,
        now,
    }
}

/// The overall outcome: a *no* in questions 1 to 3 rejects, a *cannot tell* there is undecided, question 4 never changes it.
fn conclude(findings: &Findings, proven: Proven<'_>) -> (Outcome, Option<Guest>) {
    let answers = [Question::Genuine, Question::Entitled, Question::InForce].map(|question| findings.answer(question));
    let rejected = answers.contains(&No);
    let accepted = answers.iter().all(|answer| *answer == Yes);
    let guest = match proven {
        Proven::Ours(Held::Authentic { document, .. }) if accepted => {
            return (Outcome::Accept(Box::new(Verified::by_verify(document.into_content()))), None);
        }
        Proven::Ours(Held::Authentic { document, .. }) if rejected => {
            return (Outcome::Reject(Some(Box::new(document))), None);
        }
        Proven::Ours(Held::Authentic { document, .. }) => {
            return (Outcome::Undecided(Content::Authentic(Box::new(document))), None);
        }
        Proven::Ours(Held::Intact { document, .. }) if !rejected => {
            return (Outcome::Undecided(Content::Claimed(Box::new(document))), None);
        }
        Proven::Foreign(Held::Authentic { document, .. }) => Some(Guest::Authentic(Box::new(document))),
        Proven::Foreign(Held::Intact { document, .. }) if !rejected => Some(Guest::Claimed(Box::new(document))),
        _ => None,
    };
    (if rejected { Outcome::Reject(None) } else { Outcome::Undecided(Content::Nothing) }, guest)
}

/// Of several lists that give the key to the issuer the one that says most for the document: a person needs one authority that accredited the
/// body, not all of them. What each of them says against it, [`Facts`] asks of all.
pub(super) fn best<'a>(listings: &[Listing<'a>], answer: &dyn Fn(Listing<'a>, Check) -> Answer) -> Option<Listing<'a>> {
    let (first, others) = listings.split_first()?;
    let says = |listing: Listing<'a>| {
        // All in all, entitled, in force.
        let mut worst = [Yes.rank(); 3];
        for check in Check::ALL.into_iter().filter(|check| !matches!(check, Check::Proofs | Check::Worth)) {
            let question = check.question();
            let of = [true, question == Question::Entitled, question == Question::InForce];
            for (worst, _) in worst.iter_mut().zip(of).filter(|(_, of)| *of) {
                *worst = answer(listing, check).rank().min(*worst);
            }
        }
        worst
    };
    let (mut best, mut most) = (*first, None);
    for listing in others {
        let most = most.get_or_insert_with(|| says(*first));
        let said = says(*listing);
        if said > *most {
            (best, *most) = (*listing, said);
        }
    }
    Some(best)
}

/// What documents are held against.
#[derive(Clone, Copy)]
pub(super) struct By<'a> {
    pub(super) evidence: &'a Evidence,
    pub(super) packs: &'a [&'a TrustPack],
    pub(super) presented: &'a Presented,
    pub(super) policy: &'a Policy,
    pub(super) now: Timestamp,
}

impl<'a> By<'a> {
    pub(super) fn facts<D>(self, document: &'a Authentic<D>, listing: Listing<'a>) -> Facts<'a, D> {
        Facts { document, listing, by: self }
    }
}

/// A document whose signature holds, under the key of a list.
pub(super) struct Facts<'a, D> {
    pub(super) document: &'a Authentic<D>,
    pub(super) listing: Listing<'a>,
    pub(super) by: By<'a>,
}

impl<'a, D> Facts<'a, D> {
    pub(super) fn pack(&self) -> &'a TrustPack {
        self.listing.pack
    }

    /// The other packs of the same kind whose *no* counts: whom only another's word brought here takes nothing away from what somebody says who
    /// is accepted for himself.
    pub(super) fn heard(&self) -> impl Iterator<Item = &'a TrustPack> {
        let own = self.pack();
        let counts = move |pack: &&TrustPack| {
            !std::ptr::eq(*pack, own)
                && pack.root().environment == own.root().environment
                && (pack.is_pinned() || !own.is_pinned())
        };
        self.by.packs.iter().copied().filter(counts)
    }

    /// One authority's word for another has its days, like everything that is said about an award (design §5, `recognises`).
    pub(super) fn authority(&self, awarded: Timestamp) -> (Answer, Reason) {
        match self.pack().standing().clone() {
            Standing::Pinned => (Yes, Reason::AuthorityAccepted),
            Standing::Recognised { by, instrument, from, until, .. } if awarded.is_day_within(from, until) => {
                (Yes, Reason::AuthorityRecognised { by, instrument, from, until })
            }
            Standing::Recognised { by, from, until, .. } => {
                (CannotTell, Reason::AuthorityNotRecognisedThen { awarded, by, from, until })
            }
        }
    }

    /// The key's window, and whether somebody else may have held it, at the signing time. Of a theft one authority may have heard and another
    /// not.
    pub(super) fn key(&self) -> (Answer, Reason) {
        let (own, issuer) = (self.listing.key, self.listing.issuer.id.as_str());
        let (signed, from, until) = (self.document.created(), own.from, own.until);
        let in_window = signed >= from && until.is_none_or(|until| signed <= until);
        let others = self.heard().filter_map(|pack| pack.issuer(issuer)).flat_map(|issuer| &issuer.keys);
        let others = others.filter(|other| other.key == own.key);
        let told = [own].into_iter().chain(others).filter_map(|key| Some((key, key.compromised?)));
        let told = told.filter(|(_, since)| in_window || signed >= *since);
        match told.map(|(key, since)| self.stolen(key, since)).min_by_key(|(answer, reason)| severity(*answer, reason))
        {
            Some(finding) => finding,
            None if in_window => (Yes, Reason::KeyInWindow { from, until }),
            None => (No, Reason::KeyOutsideWindow { signed, from, until }),
        }
    }

    /// What a key is worth that was stolen. The signing time is the signer's word, and a thief writes an earlier one: what was logged before is
    /// an exact set (design §5).
    fn stolen(&self, key: &IssuerKey, since: Timestamp) -> (Answer, Reason) {
        let (signed, digest) = (self.document.created(), self.document.digest());
        match &key.logged {
            _ if signed >= since => (No, Reason::KeyCompromised { since, signed }),
            None => (CannotTell, Reason::KeyCompromisedLater { since, signed }),
            Some(logged) if logged.kept.contains(&digest) => (Yes, Reason::KeyCompromisedKept { since, signed }),
            Some(logged) if logged.unwitnessed.contains(&digest) => {
                (CannotTell, Reason::KeyCompromisedUnwitnessed { since, signed })
            }
            Some(_) => (No, Reason::KeyCompromisedUnlogged { since, signed }),
        }
    }

    pub(super) fn dates(&self, from: Option<Timestamp>, until: Option<Timestamp>) -> (Answer, Reason) {
        // A signature may end before what it signs.
        let until = until.into_iter().chain(self.document.expires()).min();
        // What does not say when it begins has begun when it was signed.
        let from = from.unwrap_or_else(|| self.document.created());
        if let Some(until) = until.filter(|until| self.by.now.seconds() > until.ends()) {
            (No, Reason::Ended { until })
        } else if self.by.now.seconds() < from.begins() {
            // Of a clock that is wrong it cannot be said that something has not begun; what ended by it has ended by any later one.
            match self.clock() {
                (Yes, _) => (No, Reason::NotYet { from }),
                behind => behind,
            }
        } else {
            (Yes, Reason::DatesHold { from, until })
        }
    }

    /// A clock that is behind a signed time is wrong: then nothing about "now" can be told (threats.md D2).
    pub(super) fn clock(&self) -> (Answer, Reason) {
        let (now, signed) = (self.by.now, self.document.created());
        let of_packs = self.by.packs.iter().map(|pack| pack.newest_time());
        let newest = of_packs.chain(self.by.evidence.seen).max_by_key(|time| time.seconds()).unwrap_or(signed);
        let behind = |time: Timestamp| now.seconds() + CLOCK_DRIFT_SECONDS < time.seconds();
        if behind(newest) {
            (CannotTell, Reason::ClockBehind { now, newest })
        } else if behind(signed) {
            (CannotTell, Reason::SignedInFuture { signed, now })
        } else {
            (Yes, Reason::ClockPlausible)
        }
    }

    pub(super) fn freshness(&self) -> (Answer, Reason) {
        let freshness = self.pack().freshness();
        let as_of = freshness.date;
        let most = self.pack().root().green_days;
        let days = self.by.now.days_since(as_of);
        if self.pack().is_stale(self.by.now) {
            (CannotTell, Reason::EvidenceStale { as_of, days, most })
        } else if days >= EVIDENCE_DAYS_NOTE {
            (Yes, Reason::EvidenceOld { as_of, days })
        } else {
            (Yes, Reason::EvidenceFresh { as_of, days })
        }
    }

    /// What the pack lacks is a *no* only if the document was signed no later than the accreditation date (design §2 *Absence*).
    fn list_could_know(&self) -> bool {
        self.document.created() <= self.pack().accreditation_date()
    }

    /// Whether the body was accredited for something on a day; and, where it attests what was, when it signed too.
    pub(super) fn scope_of(&self, wanted: &str, awarded: Timestamp, attested: Option<Timestamp>) -> (Answer, Reason) {
        let list = self.pack().accreditation_date();
        let mut periods = self.listing.issuer.scope.iter().filter(|scope| scope.achievement.as_str() == wanted);
        let Some(first) = periods.clone().next() else {
            return if self.list_could_know() {
                (No, Reason::OutOfScope { list })
            } else {
                (CannotTell, Reason::ScopeNewerThanList { awarded, list })
            };
        };
        let covers = |day: Timestamp, scope: &Scope| day.is_day_within(scope.from, scope.until);
        if let Some(signed) = attested.filter(|signed| !periods.clone().any(|scope| covers(*signed, scope))) {
            return (No, Reason::AwardOutsideScope { awarded: signed, from: first.from, until: first.until });
        }
        match periods.find(|scope| covers(awarded, scope)) {
            Some(scope) => (Yes, Reason::InScope { from: scope.from, until: scope.until }),
            None => (No, Reason::AwardOutsideScope { awarded, from: first.from, until: first.until }),
        }
    }
}

impl<'a, D: Revocable> Facts<'a, D> {
    /// A list in which it stands withdrawn is its issuer's own word, whoever else has not been handed it yet.
    pub(super) fn revocation(&self) -> (Answer, Reason) {
        let status = self.document.content().status();
        if status.purpose != REVOCATION {
            return (CannotTell, Reason::StatusListForeign);
        }
        let in_pack = |pack: &'a TrustPack| self.status_bit(pack, &status.list, REVOCATION);
        let own = in_pack(self.pack());
        let withdrawn =
            |pack: &'a TrustPack| in_pack(pack).ok().filter(|(set, _)| *set).map(|(_, as_of)| (pack, as_of));
        match own {
            Ok((true, as_of)) => (No, Reason::Revoked { as_of, why: self.why_revoked(self.pack()) }),
            own => match (self.heard().find_map(withdrawn), own) {
                (Some((pack, as_of)), _) => (No, Reason::Revoked { as_of, why: self.why_revoked(pack) }),
                (None, Ok((_, as_of))) => (Yes, Reason::NotRevoked { as_of }),
                (None, Err(reason)) => (CannotTell, reason),
            },
        }
    }

    /// The public reason, where the institution publishes a list of them.
    fn why_revoked(&self, pack: &TrustPack) -> Option<RevocationReason> {
        let status = self.document.content().status();
        let beside = pack.sibling(&status.list, MESSAGE)?;
        match pack.list(&beside.id)? {
            ListState::Current(list) if list.issuer.as_str() == self.document.content().issuer() => {
                list.reason(status.index)
            }
            ListState::Current(_) | ListState::Malformed | ListState::Missing => None,
        }
    }

    /// The pack names the suspension list beside the one that the credential signs; an institution may have none. What is suspended may be
    /// resumed, so of several lists the newest counts.
    pub(super) fn suspension(&self) -> (Answer, Reason) {
        let list = &self.document.content().status().list;
        let in_pack = |pack: &'a TrustPack| {
            let row = pack.sibling(list, SUSPENSION)?;
            Some(self.status_bit(pack, &row.id, SUSPENSION))
        };
        let own = match (in_pack(self.pack()), self.pack().list_row(list)) {
            (Some(state), _) => state,
            (None, Some(row)) => Ok((false, row.date)),
            (None, None) => Err(Reason::StatusListMissing),
        };
        let known = self.heard().filter_map(|pack| in_pack(pack)?.ok());
        let newest = known.chain(own.as_ref().ok().copied()).max_by_key(|(set, as_of)| (as_of.seconds(), *set));
        match (newest, own) {
            (Some((true, as_of)), _) => (No, Reason::Suspended { as_of }),
            (_, Err(reason)) => (CannotTell, reason),
            (newest, Ok((_, as_of))) => {
                (Yes, Reason::NotSuspended { as_of: newest.map_or(as_of, |(_, newest)| newest) })
            }
        }
    }

    fn status_bit(&self, pack: &TrustPack, list: &str, purpose: &str) -> Result<(bool, Timestamp), Reason> {
        let list = match pack.list(list) {
            None | Some(ListState::Missing) => return Err(Reason::StatusListMissing),
            Some(ListState::Malformed) => return Err(Reason::StatusListMalformed),
            Some(ListState::Current(list)) => list,
        };
        if list.issuer.as_str() != self.document.content().issuer() || list.purpose != purpose {
            return Err(Reason::StatusListForeign);
        }
        let index = self.document.content().status().index;
        let set = list.bits.get(index).ok_or(Reason::StatusIndexOutside { index })?;
        // A revocation once seen stays a no at any age, so an ended list still refuses (design §2 *Ages*).
        match list.valid_until.filter(|until| !set && self.by.now.seconds() > until.ends()) {
            Some(until) => Err(Reason::StatusListEnded { until }),
            None if !set && self.by.now.seconds() + CLOCK_DRIFT_SECONDS < list.valid_from.seconds() => {
                Err(Reason::ClockBehind { now: self.by.now, newest: list.valid_from })
            }
            None => Ok((set, list.valid_from)),
        }
    }
}

/// Of several words about a stolen key: one that refuses by the signing time, then one that has the document in its log from before, then the
/// worse of the others.
fn severity(answer: Answer, reason: &Reason) -> (u8, u8) {
    match reason {
        Reason::KeyCompromised { .. } => (0, 0),
        Reason::KeyCompromisedKept { .. } => (1, 0),
        _ => (2, answer.rank()),
    }
}

impl Facts<'_, Credential> {
    fn find(&self, check: Check) -> (Answer, Reason) {
        let credential = self.credential();
        match check {
            Check::Signature => (Yes, Reason::SignatureHolds { signed: self.document.created() }),
            Check::Form => self.form(),
            Check::Authority => self.authority(credential.awarded),
            Check::Key => self.key(),
            Check::Scope => self.scope(),
            Check::Standard => self.standard(),
            Check::Award => self.award(),
            Check::Dates => self.dates(Some(credential.valid_from), credential.valid_until),
            Check::Clock => self.clock(),
            Check::Revocation => self.revocation(),
            Check::Suspension => self.suspension(),
            Check::Freshness => self.freshness(),
            // These two see more than the facts.
            Check::Proofs | Check::Worth => (CannotTell, Reason::NotReached),
        }
    }

    fn credential(&self) -> &Credential {
        self.document.content()
    }

    fn form(&self) -> (Answer, Reason) {
        if self.by.policy.test_code && self.pack().root().environment == Environment::Production {
            return (CannotTell, Reason::TestCode);
        }
        (Yes, Reason::FormHolds { kind: self.credential().kind() })
    }

    fn scope(&self) -> (Answer, Reason) {
        let credential = self.credential();
        // An archive's attestation is compared with both dates (design §2 *Which date*): entitled then, and still entitled to attest.
        let attested = (credential.kind() == Kind::FromArchive).then(|| self.document.created());
        self.scope_of(credential.achievement.id.as_str(), credential.awarded, attested)
    }

    fn standard(&self) -> (Answer, Reason) {
        let credential = self.credential();
        let list = self.pack().accreditation_date();
        // One that certifies another standard than the list says is another achievement under its name.
        let is_of_list = |entry: &&CatalogueEntry| match (&entry.standard, &credential.achievement.standard) {
            (Some(listed), Some(claimed)) => listed == claimed,
            _ => true,
        };
        let entry = self.pack().achievement(&credential.achievement.id, &credential.achievement.version);
        let Some(entry) = entry.filter(is_of_list) else {
            let foreign = &self.pack().accreditation().foreign_achievements;
            let same = |(id, version): &(AchievementId, String)| {
                *id == credential.achievement.id && *version == credential.achievement.version
            };
            return if foreign.iter().any(same) {
                (CannotTell, Reason::NotUnderstood)
            } else if self.list_could_know() {
                (No, Reason::StandardNotListed { list })
            } else {
                (CannotTell, Reason::StandardNewerThanList { list })
            };
        };
        if !kind_fits(credential.kind(), entry) {
            return (No, Reason::KindDiffers { claimed: credential.kind(), listed: entry.kind });
        }
        let (from, until) = (entry.from, entry.until);
        if credential.awarded.is_day_within(from, until) {
            (Yes, Reason::StandardInForce { from, until })
        } else {
            (No, Reason::StandardNotInForce { awarded: credential.awarded, from, until })
        }
    }

    fn award(&self) -> (Answer, Reason) {
        let (awarded, signed) = (self.credential().awarded, self.document.created());
        let days = signed.days_since(awarded);
        if awarded.begins() > signed.seconds() {
            (No, Reason::AwardAfterSigning { awarded, signed })
        } else if days > AWARD_TO_SIGNING_DAYS && self.credential().kind() != Kind::FromArchive {
            (CannotTell, Reason::AwardLongBefore { awarded, signed, days })
        } else {
            (Yes, Reason::AwardMatches { awarded, signed })
        }
    }

    /// A decision about this one certificate says more than a rule about many.
    fn worth(&self) -> (Vec<Statement>, (Answer, Reason)) {
        let Some(country) = &self.by.policy.country else { return (Vec::new(), (CannotTell, Reason::NoCountry)) };
        let decided: Vec<Statement> = self.own_decision(country).into_iter().chain(self.decisions(country)).collect();
        match decided.first().cloned() {
            Some(first) => (decided, (first.answer(), Reason::Worth { statement: Box::new(first) })),
            None => by_rules(self.credential(), self.pack(), &self.of_our_environment(), country, self.by.now),
        }
    }

    /// What a recognition itself decides, in the country of the body that decided; and only where that country's own authority, or one
    /// that it recognises, lists the body: no other can make it decide there.
    fn own_decision(&self, country: &str) -> Option<Statement> {
        let Listing { pack, issuer, .. } = self.listing;
        let ours = self.of_our_environment();
        let speaks = || speaking(&ours, country, self.by.now).iter().any(|it| std::ptr::eq(*it, pack));
        match &self.credential().terms {
            Terms::Recognition(decision) if issuer.country == country && speaks() => {
                let office = pack.root().authority.office.clone();
                let said = Statement::of_decision(decision, self.credential(), &issuer.name, country, office);
                Some(Statement { now: Some(self.by.now), ..said })
            }
            _ => None,
        }
    }

    /// What good decisions say that were presented with this certificate and speak about it, byte for byte.
    fn decisions(&self, country: &str) -> Vec<Statement> {
        let alone = Presented::default();
        let accepted = |decision: &Signed<Credential>| {
            let verdict = judge(decision, self.by.evidence, self.by.policy, self.by.now, &alone);
            let same =
                verdict.backing.as_ref().map(|backing| backing.environment) == Some(self.pack().root().environment);
            if matches!(verdict.outcome, Outcome::Accept(_)) && same {
                verdict.worth.into_iter().find(|it| it.decision)
            } else {
                None
            }
        };
        let mut said: Vec<Statement> =
            self.by.presented.decisions_about(&self.document.digest()).filter_map(accepted).collect();
        said.retain(|it| it.country == country);
        said.sort_by_key(|it| std::cmp::Reverse(it.from));
        said
    }

    /// A trial's rules say nothing about the real, nor the other way round (threats.md F17).
    fn of_our_environment(&self) -> Vec<&TrustPack> {
        let environment = self.pack().root().environment;
        self.by.packs.iter().copied().filter(|pack| pack.root().environment == environment).collect()
    }
}

/// A body accredited for an achievement may say less about it than the catalogue does, never more: attend it, attest it from its
/// archive, vouch for it, decide about it; but a module is not a competence.
fn kind_fits(claimed: Kind, entry: &CatalogueEntry) -> bool {
    match claimed {
        Kind::Competence | Kind::ModuleCompletion | Kind::Recognition | Kind::WorkExperience => claimed == entry.kind,
        Kind::Attendance | Kind::Endorsement | Kind::FromArchive => true,
    }
}
