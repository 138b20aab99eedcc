//! The questions about somebody else's credential (W3C VC 2.0 or 1.1) whose signature holds under a listed key. Whose it is and whether it is in
//! force can be told; whether the body was entitled to it, our lists do not say, so it is never accepted.

use super::genuine::{Backed, full_method};
use super::mapped::Purpose;
use super::verdict::{Answer, Check, Reason};
use super::verify::{Evidence, Facts};
use crate::base::did::Did;
use crate::base::limits::{CLOCK_DRIFT_SECONDS, EVIDENCE_DAYS_GREEN};
use crate::base::timestamp::Timestamp;
use crate::credential::document::Signed;
use crate::credential::foreign::{Foreign, ForeignStatus};
use crate::trust::bits::Bits;
use crate::trust::foreign_list::ForeignList;
use crate::trust::pack::ListState;
use crate::trust::status::{REVOCATION, SUSPENSION};
use Answer::{CannotTell, No, Yes};

impl Facts<'_, Foreign> {
    pub(super) fn find_foreign(&self, check: Check) -> (Answer, Reason) {
        let foreign = self.document.content();
        match check {
            Check::Signature => (Yes, Reason::SignatureHolds { signed: self.document.created() }),
            Check::Form => (Yes, Reason::ForeignForm),
            Check::Scope => (CannotTell, Reason::ForeignKind),
            Check::Authority => self.authority(self.document.created()),
            Check::Key => self.key(),
            Check::Dates => self.dates(foreign.valid_from, foreign.valid_until),
            Check::Clock => self.clock(),
            Check::Revocation => self.status(REVOCATION),
            Check::Suspension => self.status(SUSPENSION),
            Check::Freshness => self.freshness(),
            Check::Worth => match &self.by.policy.country {
                None => (CannotTell, Reason::NoCountry),
                Some(country) => (CannotTell, Reason::NoRule { country: country.clone(), office: None }),
            },
            Check::Award | Check::Proofs | Check::Standard => (CannotTell, Reason::NotReached),
        }
    }

    /// Every entry is asked under the check of its purpose; one of another purpose or type is asked under the first, and not known.
    fn status(&self, purpose: &str) -> (Answer, Reason) {
        let entries = &self.document.content().status;
        let mut found = None;
        for entry in entries {
            let finding = match entry {
                ForeignStatus::Bit { purpose: of, .. } if of == purpose => {
                    let issuer = &self.document.content().issuer;
                    let in_pack = |backing| bit(entry, issuer, self.by.evidence, Some(backing), self.by.now);
                    let own = in_pack((self.listing.pack, self.listing.issuer));
                    // What is withdrawn is so in whichever list says it; what is suspended may be resumed, so the newest counts.
                    let heard = self.heard().filter_map(|pack| pack.issuer(issuer).map(|issuer| (pack, issuer)));
                    let known = heard.filter_map(|backing| in_pack(backing).ok()).chain(own.as_ref().ok().copied());
                    let last = known.max_by_key(|(bit, as_of)| {
                        let set = *bit == Bit::Set;
                        (set && purpose == REVOCATION, as_of.seconds(), set)
                    });
                    match (last, own) {
                        (Some((Bit::Set, as_of)), _) => (No, set(entry, as_of)),
                        (_, Err(reason)) => (CannotTell, reason),
                        (_, Ok((_, as_of))) if purpose == REVOCATION => (Yes, Reason::NotRevoked { as_of }),
                        (last, Ok((_, as_of))) => {
                            (Yes, Reason::NotSuspended { as_of: last.map_or(as_of, |(_, as_of)| as_of) })
                        }
                    }
                }
                ForeignStatus::Bit { purpose: of, .. } if of == REVOCATION || of == SUSPENSION => continue,
                ForeignStatus::Bit { purpose: kind, .. }
                | ForeignStatus::Malformed { kind }
                | ForeignStatus::Unknown { kind }
                    if purpose == REVOCATION =>
                {
                    (CannotTell, Reason::StatusUnknown { kind: kind.clone() })
                }
                ForeignStatus::Bit { .. } | ForeignStatus::Malformed { .. } | ForeignStatus::Unknown { .. } => continue,
            };
            found = Some(worse(found, finding));
        }
        found.unwrap_or((Yes, Reason::NoStatus))
    }
}

/// What a set bit of an entry says.
pub(super) fn set(entry: &ForeignStatus, as_of: Timestamp) -> Reason {
    match entry {
        ForeignStatus::Bit { purpose, .. } if purpose == SUSPENSION => Reason::Suspended { as_of },
        ForeignStatus::Bit { purpose, .. } if purpose == REVOCATION => Reason::Revoked { as_of, why: None },
        ForeignStatus::Bit { purpose: kind, .. }
        | ForeignStatus::Malformed { kind }
        | ForeignStatus::Unknown { kind } => Reason::StatusUnknown { kind: kind.clone() },
    }
}

/// The finding that decides of two: a *no*, else a *cannot tell*.
fn worse(one: Option<(Answer, Reason)>, other: (Answer, Reason)) -> (Answer, Reason) {
    match one {
        Some(one) if one.0.rank() <= other.0.rank() => one,
        _ => other,
    }
}

/// What an entry's bit says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bit {
    Clear,
    Set,
}

/// Whether an entry's bit is set, and as of when: in a list of the issuer's pack, else in one of the resource map that the same issuer has
/// signed (interop.md 2.6).
pub(super) fn bit(
    entry: &ForeignStatus,
    issuer: &str,
    evidence: &Evidence,
    backing: Option<Backed<'_>>,
    now: Timestamp,
) -> Result<(Bit, Timestamp), Reason> {
    let (purpose, index, list) = match entry {
        ForeignStatus::Bit { purpose, index, list } => (purpose, *index, list),
        ForeignStatus::Malformed { kind } | ForeignStatus::Unknown { kind } => {
            return Err(Reason::StatusUnknown { kind: kind.clone() });
        }
    };
    let at = |bits: &Bits| bits.get(index).ok_or(Reason::StatusIndexOutside { index });
    match backing.and_then(|(pack, _)| pack.list(list)) {
        Some(ListState::Current(current)) if current.issuer.as_str() == issuer && current.purpose == *purpose => {
            let set = at(&current.bits)?;
            return within(set, Some(current.valid_from), current.valid_until, None, now);
        }
        Some(ListState::Current(_)) => return Err(Reason::StatusListForeign),
        Some(ListState::Malformed) => return Err(Reason::StatusListMalformed),
        Some(ListState::Missing) | None => {}
    }
    let mut worst = Reason::StatusListMissing;
    for (_, signed) in evidence
        .mapped
        .lists
        .iter()
        .filter(|(address, signed)| address == list || signed.claimed_id() == Some(list.as_str()))
    {
        match signed_list(signed, issuer, evidence, backing) {
            Err(reason) => worst = reason,
            Ok((content, ..)) if content.id != *list || content.issuer != issuer || content.purpose != *purpose => {
                worst = Reason::StatusListForeign;
            }
            Ok((content, signed_at, expires)) => {
                let set = at(&content.bits)?;
                let until = content.valid_until.into_iter().chain(expires).min();
                return within(set, content.valid_from, until, Some(signed_at), now);
            }
        }
    }
    Err(worst)
}

/// A bit once set stays a *no* at any age; one that is not set says so for as long as the list is young and in its dates.
fn within(
    set: bool,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    signed: Option<Timestamp>,
    now: Timestamp,
) -> Result<(Bit, Timestamp), Reason> {
    let as_of = signed.or(from).unwrap_or(now);
    if set {
        return Ok((Bit::Set, as_of));
    }
    if let Some(until) = until.filter(|until| now.seconds() > until.ends()) {
        return Err(Reason::StatusListEnded { until });
    }
    // As of a time that has not come, nothing is known: this clock is wrong, or the list's (threats.md D2).
    if let Some(newest) =
        signed.into_iter().chain(from).max().filter(|it| now.seconds() + CLOCK_DRIFT_SECONDS < it.seconds())
    {
        return Err(Reason::ClockBehind { now, newest });
    }
    // The freshness of a pack's lists is the pack's own; of a mapped one there is nothing but its own date.
    let days = now.days_since(as_of);
    if signed.is_some() && days > EVIDENCE_DAYS_GREEN {
        return Err(Reason::EvidenceStale { as_of, days, most: EVIDENCE_DAYS_GREEN });
    }
    Ok((Bit::Clear, as_of))
}

/// A mapped list, when a key of the issuer has signed it: as the pack has the keys, else as the issuer's own document, or its did:key. With it
/// when it was signed, and until when the signature may be relied upon.
fn signed_list(
    signed: &Signed<ForeignList>,
    issuer: &str,
    evidence: &Evidence,
    backing: Option<Backed<'_>>,
) -> Result<(ForeignList, Timestamp, Option<Timestamp>), Reason> {
    let mut failed = Reason::StatusListForeign;
    for proof in signed.proofs() {
        let method = full_method(&proof.claimed_method);
        let listed = backing.into_iter().flat_map(|(_, issuer)| issuer.keys_named(&method)).map(|key| key.key);
        let own = Did::parse(issuer).ok().and_then(|did| did.own_key()).filter(|_| method.starts_with(issuer));
        let mapped = evidence.mapped.named(&method, Purpose::Assertion).filter(|method| method.controller == issuer);
        let keys = listed.chain(own);
        // Of a listed issuer the pack's keys alone count.
        let keys = keys.chain(mapped.filter(|_| backing.is_none()).map(|method| method.key));
        for key in keys {
            match signed.intact_as::<ForeignList>(proof, &key, &evidence.suites) {
                Ok(list) => {
                    let signed_at = proof.claimed_created.or(list.claimed().valid_from);
                    let signed_at = signed_at.ok_or(Reason::StatusListMalformed)?;
                    return Ok((list.claimed().clone(), signed_at, proof.claimed_expires));
                }
                Err(_) => failed = Reason::StatusListMalformed,
            }
        }
    }
    Err(failed)
}
