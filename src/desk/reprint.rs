//! Paper again: any listed institution prints a certificate of any other from a scan, after it was verified here (design §7). The first issuer
//! stays the issuer; the paper says who printed it again, and claims nothing besides.

use sha2::{Digest as _, Sha256};

use super::institution::{DeskError, Institution};
use super::issue::code_text;
use super::page::{Again, PageFacts};
use super::paper::Certificate;
use super::random::{Randomness, random};
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::carry::packet::Host;
use crate::carry::qr::Symbol;
use crate::credential::achievement::Language;
use crate::credential::credential::Credential;
use crate::credential::document::Signed;
use crate::store::Store;
use crate::store::acts::{Hand, What};
use crate::verify::delegated::key_in_force;
use crate::verify::message::Words;
use crate::verify::report::Mark;
use crate::verify::{Evidence, Outcome, Verdict};

/// 12 characters of the digest name a file: 72 bits, and nobody's name.
const NAMED: usize = 12;
/// 16 bytes: 128 random bits.
const SALT: usize = 16;

/// Whether what cannot be decided about is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// It is, with words that say so: a person has asked for it.
    Printed,
    /// It is refused.
    Refused,
}

/// Why a certificate is not printed again.
#[derive(Debug)]
pub enum NotReprinted {
    /// Nobody can tell whether it counts.
    Undecided(Box<Verdict>),
    /// It has no code that paper holds.
    NoCode,
    /// By the trust files that count for this certificate the institution that would print is none today.
    NotListed,
    /// It does not count.
    Rejected(Box<Verdict>),
    /// Nobody here knows who signed it: there is nothing to print.
    Unknown,
}

impl NotReprinted {
    /// Every code.
    pub const CODES: [&'static str; 5] = ["no-code", "not-listed", "rejected", "undecided", "unknown"];

    /// The code of results and language tables: `reprint.CODE`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            NotReprinted::NoCode => "no-code",
            NotReprinted::NotListed => "not-listed",
            NotReprinted::Rejected(_) => "rejected",
            NotReprinted::Undecided(_) => "undecided",
            NotReprinted::Unknown => "unknown",
        }
    }
}

/// A certificate that may be printed again, with everything that its paper says.
#[derive(Debug)]
pub struct Reprint {
    /// The beginning of its digest: what its file is called.
    pub name: String,
    /// Its digest.
    pub digest: [u8; 32],
    credential: Credential,
    document: Vec<u8>,
    symbol: Symbol,
    language: Language,
    issuer: String,
    signed: Timestamp,
    host: Option<Host>,
    pilot: bool,
    again: (String, Timestamp, bool),
}

impl Reprint {
    /// What may be printed of a certificate that was verified just now.
    ///
    /// # Errors
    /// [`NotReprinted`].
    pub fn of(
        institution: &Institution,
        signed: &Signed<Credential>,
        verdict: Verdict,
        evidence: &Evidence,
        undecided: Undecided,
    ) -> Result<Self, NotReprinted> {
        // A pilot's own list makes nobody an institution for what was issued in earnest, nor does one that has ended.
        let of = verdict.backing.as_ref().map(|backing| backing.environment);
        if key_in_force(institution.did().as_str(), of, evidence, verdict.now).is_none() {
            return Err(NotReprinted::NotListed);
        }
        let decided = matches!(verdict.outcome, Outcome::Accept(_));
        match verdict.outcome {
            Outcome::Reject(_) => return Err(NotReprinted::Rejected(Box::new(verdict))),
            Outcome::Undecided(_) if undecided == Undecided::Refused => {
                return Err(NotReprinted::Undecided(Box::new(verdict)));
            }
            Outcome::Accept(_) | Outcome::Undecided(_) => {}
        }
        let shown = verdict.shown().filter(|(_, mark)| *mark != Mark::Claims);
        let credential = shown.map(|(credential, _)| credential.clone()).ok_or(NotReprinted::Unknown)?;
        // Of what is not decided the paper says no more than the code: not whom the list takes it for.
        let listed = verdict.backing.as_ref().filter(|_| decided).map(|backing| backing.issuer_name.clone());
        let card = institution.card();
        let host = card.verify_host.as_deref().and_then(|host| Host::parse(host).ok());
        let text = code_text(signed, host.as_ref().unwrap_or(&Host::none())).map_err(|_| NotReprinted::NoCode)?;
        let whole = signed.digest_multibase();
        Ok(Self {
            name: whole.chars().skip("uEi".len()).take(NAMED).collect(),
            digest: signed.digest(),
            issuer: listed.unwrap_or_else(|| credential.issuer_name.clone()),
            document: signed.bytes().to_vec(),
            language: credential.achievement.language,
            symbol: Symbol::of(&text).map_err(|_| NotReprinted::NoCode)?,
            signed: signed.proofs().first().and_then(|it| it.claimed_created).ok_or(NotReprinted::NoCode)?,
            host,
            pilot: verdict.is_pilot(),
            again: (card.name.clone(), verdict.now, decided),
            credential,
        })
    }

    /// With the paper's own words in another language than the certificate's.
    #[must_use]
    pub fn in_language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// As it is put on paper.
    #[must_use]
    pub fn certificate(&self) -> Certificate<'_> {
        let (by, day, decided) = &self.again;
        Certificate {
            credential: &self.credential,
            document: &self.document,
            symbol: &self.symbol,
            facts: PageFacts {
                issuer_name: &self.issuer,
                serial: &self.name,
                digest: self.digest,
                signed: self.signed,
                signatory: None,
                host: self.host.as_ref(),
                pilot: self.pilot,
                again: Some(Again { by, day: *day, decided: *decided }),
            },
            words: Words::of(self.language),
        }
    }

    /// Leaves a line in the log of acts: salted, so that whoever has the certificate can find it there, and nobody reads from the line which one
    /// it was.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn note(&self, store: &dyn Store, source: &dyn Randomness, by: &Hand) -> Result<(), DeskError> {
        let salt: [u8; SALT] = random(source)?;
        let hash = Sha256::new().chain_update(salt).chain_update(self.digest).finalize();
        let of = format!("{}.{}", multibase::base64url(&salt), multibase::base64url(&hash));
        Ok(store.note(What::Reprinted, &of, by)?)
    }
}
