//! A draft: complete, or not to be had. Signing consumes it.

use super::achievement::Kind;
use super::credential::Credential;
use super::document::{Document as _, Signed, Unsealed};
use super::members::{Malformed, Problem, is_forbidden};
use super::proof::{NotCanonical, Suites};
use crate::base::did::MethodId;
use crate::base::key::SecretKey;
use crate::base::limits::{AWARD_TO_SIGNING_DAYS, WORKING_AGE_YEARS};
use crate::base::timestamp::Timestamp;

/// A credential that may be signed: of its closed shape, true to the calendar, of a person old enough.
#[derive(Clone, Debug)]
pub struct Draft {
    credential: Credential,
}

/// Why a credential may not be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotComplete {
    /// The award is later than the signing.
    AwardInFuture {
        /// The award.
        awarded: Timestamp,
        /// The signing.
        now: Timestamp,
    },
    /// The award is more than 30 days before the signing, and the kind is not `from-archive` (threats.md D6).
    AwardTooOld {
        /// The award.
        awarded: Timestamp,
        /// The signing.
        now: Timestamp,
    },
    /// The document would not be of its closed shape.
    Malformed(Malformed),
    /// A person too young for an occupational competence (domain.md D61).
    TooYoung {
        /// The most years the person can have at the award.
        years: i32,
    },
}

impl Draft {
    /// A complete draft, at the time of signing.
    ///
    /// # Errors
    /// [`NotComplete`].
    pub fn complete(credential: Credential, now: Timestamp) -> Result<Self, NotComplete> {
        let awarded = credential.awarded;
        if awarded.begins() > now.seconds() {
            return Err(NotComplete::AwardInFuture { awarded, now });
        }
        if now.days_since(awarded) > AWARD_TO_SIGNING_DAYS && credential.kind() != Kind::FromArchive {
            return Err(NotComplete::AwardTooOld { awarded, now });
        }
        let years = awarded.date().year() - credential.holder.birth_year;
        if credential.kind() == Kind::Competence && years < WORKING_AGE_YEARS {
            return Err(NotComplete::TooYoung { years });
        }
        if credential.achievement.kind != credential.kind() {
            let at = "credentialSubject.achievement.achievementType".to_owned();
            return Err(NotComplete::Malformed(Malformed { at, problem: Problem::WrongValue }));
        }
        if is_forbidden(&credential.achievement.name) {
            let at = "credentialSubject.achievement.name".to_owned();
            return Err(NotComplete::Malformed(Malformed { at, problem: Problem::Forbidden }));
        }
        // What we sign is what we would read.
        Credential::parse(&credential.to_json()).map_err(NotComplete::Malformed)?;
        Ok(Self { credential })
    }

    /// What would be signed.
    #[must_use]
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// Signs it under the issuer's verification method: a proof set of `eddsa-jcs-2022`, which our checkers and the QR need, and
    /// `eddsa-rdfc-2022`, which most Open Badges software needs, where `suites` can make it (design §3 *Proofs*).
    ///
    /// # Errors
    /// [`Malformed`] when the method is not the issuer's, or the key not the method's, or when a proof cannot cover all of it.
    pub fn sign(
        self,
        key: &SecretKey,
        method: &MethodId,
        created: Timestamp,
        suites: &Suites,
    ) -> Result<Signed<Credential>, NotComplete> {
        if method.did().own_key().is_some_and(|own| own != key.public()) {
            return Err(not_the_issuers("proof.verificationMethod"));
        }
        self.rehearse(key, method, created, suites)
    }

    /// Signs it with any key under the issuer's method, to see how long the result will be. What comes out is worth nothing: it holds
    /// under no key that anybody lists.
    ///
    /// # Errors
    /// [`Malformed`] when the method is not the issuer's, or when a proof cannot cover all of it.
    pub fn rehearse(
        self,
        key: &SecretKey,
        method: &MethodId,
        created: Timestamp,
        suites: &Suites,
    ) -> Result<Signed<Credential>, NotComplete> {
        if method.did() != self.credential.issuer {
            return Err(not_the_issuers("proof.verificationMethod"));
        }
        let document = self.credential.to_json();
        Signed::seal_with(document, key, method, created, suites.to_sign_with(), suites).map_err(|error| match error {
            Unsealed::NotCanonical(NotCanonical::Unsafe { at }) => not_the_issuers(&at),
            Unsealed::NoSuite | Unsealed::NotCanonical(_) | Unsealed::Unreadable(_) => not_the_issuers("proof"),
        })
    }
}

fn not_the_issuers(at: &str) -> NotComplete {
    NotComplete::Malformed(Malformed { at: at.to_owned(), problem: Problem::WrongValue })
}
